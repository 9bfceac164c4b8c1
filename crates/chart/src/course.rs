//! The course: what is treated, with what, how often, for how much; and whether the patient accepted it.

use jiff::{Timestamp, civil::Date};
use percuta_record::{DocumentId, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::stored::{hold, stored};

/// A course of treatment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// What is treated, in words: `Acne scars, cheeks`.
    pub title: String,
    /// The screening that it rests on.
    pub screening: DocumentId,
    /// What was asked of the planner, as JSON of the public interface.
    pub request: Value,
    /// The plan, as JSON of the public interface, word for word.
    pub plan: String,
    /// The sessions, as far as they can be dated.
    pub sessions: Vec<PlannedSession>,
    /// The price that was offered.
    pub quote: Quote,
    /// How far it is.
    pub state: CourseState,
    /// Who planned it.
    pub by: PersonId,
}

/// A session of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedSession {
    /// Its number, from one.
    pub number: i16,
    /// First and last day, where they are known.
    pub window: Option<(Date, Date)>,
    /// Zones and depths.
    pub zones: Vec<PlannedZone>,
}

/// A zone of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedZone {
    /// The region's code.
    pub region: String,
    /// How deep, in millimetres.
    pub depth_mm: f64,
    /// The limit, in millimetres.
    pub ceiling_mm: f64,
    /// What sets the limit, in words.
    pub ceiling_by: String,
    /// How deep this session may go when the ones before were well borne, in millimetres.
    pub rises_to_mm: f64,
    /// Passes, fewest and most, where the evidence says.
    pub passes: Option<(i16, i16)>,
    /// When to stop, in words, where the evidence says.
    pub endpoint: Option<String>,
}

/// What was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The currency.
    pub currency: String,
    /// Its lines.
    pub lines: Vec<QuoteLine>,
}

impl Quote {
    /// The sum, in the currency's smallest unit.
    pub fn total_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.each_minor.saturating_mul(line.times)).sum()
    }
}

/// A line of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuoteLine {
    /// What for.
    pub title: String,
    /// How often.
    pub times: i64,
    /// Each, in the currency's smallest unit.
    pub each_minor: i64,
}

/// How far a course is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum CourseState {
    /// Being planned.
    Draft,
    /// Offered to the patient.
    Offered {
        /// When.
        at: Timestamp,
    },
    /// Accepted by the patient.
    Accepted {
        /// When it was offered.
        offered: Timestamp,
        /// When it was accepted.
        at: Timestamp,
    },
    /// Stopped before its end.
    Stopped {
        /// When.
        at: Timestamp,
        /// Why, in words.
        why: String,
    },
    /// All sessions were given.
    Finished {
        /// When.
        at: Timestamp,
    },
}

stored!(Course, "course", |it| {
    hold(
        it.sessions.iter().zip(1_i16..).all(|(session, number)| session.number == number),
        "sessions count from one",
    )?;
    hold(
        it.sessions
            .iter()
            .flat_map(|session| &session.zones)
            .all(|zone| zone.depth_mm > 0.0 && zone.depth_mm <= zone.ceiling_mm),
        "no depth of a plan is over its limit",
    )
});
