//! A visit: when, for what, how far it is, and what was checked on the day.
//!
//! The times that the calendar holds stand as reservations in plain columns too, with the turnover of what is held; what is
//! here is what happens.

use std::collections::BTreeMap;

use jiff::Timestamp;
use percuta_record::{DocumentId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    form::{v1, v2},
    stored::{hold, stored},
};

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// What for.
    pub purpose: Purpose,
    /// The site.
    pub site: DocumentId,
    /// The code of the service.
    pub service: String,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
    /// The parts, in their order.
    pub phases: Vec<Phase>,
    /// Who treats or consults.
    pub with: PersonId,
    /// How far it is.
    pub state: VisitState,
    /// What was checked on the day: code, who, when.
    pub checked: BTreeMap<String, (PersonId, Timestamp)>,
    /// Numbing, once it began.
    pub numbing: Option<NumbingTimes>,
    /// What was noted of a talk, in words; a session has its own note.
    pub note: String,
}

/// What a visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Purpose {
    /// A consultation.
    Consultation,
    /// A session of a course.
    Session {
        /// The course.
        course: DocumentId,
        /// Which session.
        number: i16,
    },
    /// A look at the result.
    FollowUp {
        /// The course.
        course: DocumentId,
    },
}

/// A part of a visit, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What happens.
    pub kind: PhaseKind,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
    /// The room or seat; `None` where it needs none.
    pub room: Option<DocumentId>,
    /// Who is there; `None` for nobody.
    pub staff: Option<PersonId>,
    /// The device; `None` for none.
    pub device: Option<DocumentId>,
}

/// What happens in a part of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseKind {
    /// Talking.
    Talk,
    /// Cleansing.
    Cleanse,
    /// Numbing.
    Numbing,
    /// Treatment.
    Treatment,
    /// Aftercare.
    Aftercare,
}

impl PhaseKind {
    /// Every kind, in the order of a visit.
    pub const ALL: [Self; 5] =
        [Self::Talk, Self::Cleanse, Self::Numbing, Self::Treatment, Self::Aftercare];

    /// Its word, as the calendar calls the phase.
    pub fn word(self) -> &'static str {
        match self {
            Self::Talk => "talk",
            Self::Cleanse => "cleanse",
            Self::Numbing => "numbing",
            Self::Treatment => "treatment",
            Self::Aftercare => "aftercare",
        }
    }
}

/// How far a visit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum VisitState {
    /// Booked.
    Booked,
    /// The patient is here.
    Arrived {
        /// Since when.
        at: Timestamp,
    },
    /// It is over.
    Done {
        /// Since when.
        at: Timestamp,
    },
    /// Called off.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Why, in words.
        why: String,
    },
    /// The patient did not come.
    NoShow {
        /// When it was noted.
        at: Timestamp,
    },
}

/// When the numbing was put on and wiped off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumbingTimes {
    /// The product.
    pub product: String,
    /// Put on.
    pub on: Timestamp,
    /// Wiped off.
    pub off: Option<Timestamp>,
}

stored!(Visit, "visit", 3, [1: v1::Visit, 2: v2::Visit], |it| {
    hold(it.from < it.until, "a visit ends after it begins")?;
    hold(it.phases.iter().all(|phase| phase.from <= phase.until), "a part ends after it begins")?;
    hold(
        it.numbing.as_ref().and_then(|times| times.off.map(|off| times.on <= off)).unwrap_or(true),
        "numbing is wiped off after it was put on",
    )
});
