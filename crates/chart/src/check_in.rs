//! What comes after a session: check-ins with their answers, questions, and outcomes by scale.

use jiff::{Timestamp, civil::Date};
use percuta_record::{DocumentId, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    form::v1,
    stored::{hold, stored},
};

/// How urgent, in the words of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Expected.
    Normal,
    /// Look after it yourself.
    SelfCare,
    /// Speak to the clinic.
    ContactClinic,
    /// Emergency.
    Urgent,
}

/// A check-in after a session, or a question at any time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// The session, where it is about one.
    pub session: Option<DocumentId>,
    /// When it was sent.
    pub at: Timestamp,
    /// What was sent, as JSON of the public interface; null for a question in words only.
    pub json: Value,
    /// What the patient wrote.
    pub words: String,
    /// The answer as JSON of the public interface; empty for a question in words only.
    pub answer: String,
    /// How urgent.
    pub level: Level,
    /// By when a person answers.
    pub answer_by: Option<Timestamp>,
    /// What became of it.
    pub handling: Handling,
    /// What was noted or written about it since, in the order of time.
    pub notes: Vec<Note>,
}

/// Something noted or written about a check-in after it was sent. It is only added to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Who wrote it.
    pub by: PersonId,
    /// Their name then.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// For whom it is.
    pub to: Reader,
    /// The words.
    pub says: String,
}

/// For whom a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// Whoever answers check-ins at the clinic, and nobody else.
    Clinic,
    /// The patient, from the clinic.
    Patient,
    /// The clinic, from the patient: something added to what they had sent.
    FromPatient,
}

/// What becomes of a check-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Handling {
    /// Nobody has to look: it is as expected.
    Expected,
    /// Somebody has to.
    Open {
        /// Who has taken it.
        owner: Option<PersonId>,
    },
    /// It was answered.
    Closed {
        /// Who.
        by: PersonId,
        /// Their name then.
        name: String,
        /// When.
        at: Timestamp,
        /// What was done, in words that the patient reads.
        says: String,
    },
}

stored!(CheckIn, "check-in", 2, [1: v1::CheckIn], |it| {
    hold(
        it.level < Level::ContactClinic || it.handling != Handling::Expected,
        "a check-in that somebody must answer is open or closed",
    )?;
    hold(
        it.notes.iter().all(|note| !note.says.trim().is_empty()),
        "a note about a check-in says something",
    )
});

/// A result by a scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The course, where it belongs to one.
    pub course: Option<DocumentId>,
    /// The scale, an id of the rulebook.
    pub scale: String,
    /// The items as they were scored, by name.
    pub items: Vec<(String, f64)>,
    /// The score.
    pub score: f64,
    /// The day.
    pub on: Date,
    /// Who scored.
    pub by: Scorer,
}

/// Who scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scorer {
    /// The patient.
    Patient,
    /// A member.
    Member(PersonId),
}

stored!(Outcome, "outcome", |it| {
    hold(!it.scale.is_empty(), "a score is by a scale")?;
    hold(it.score.is_finite(), "a score is a number")
});
