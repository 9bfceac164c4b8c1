//! What screening and triage answer: dispositions, reasons, ends.

use jiff::civil::Date;

use crate::book::Position;

/// What may be done, from the most permissive to the most restrictive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disposition {
    /// Nothing that is known speaks against it.
    Proceed,
    /// With precautions.
    ProceedWithPrecautions,
    /// Not yet.
    Defer,
    /// A physician decides first.
    ReferPhysician,
    /// Not at all.
    DoNotTreat,
}

/// Dispositions by the word of a card; `info` is listed and changes nothing.
pub(crate) const DISPOSITIONS: [(&str, Disposition); 5] = [
    ("info", Disposition::Proceed),
    ("proceed_with_precautions", Disposition::ProceedWithPrecautions),
    ("defer", Disposition::Defer),
    ("refer_physician", Disposition::ReferPhysician),
    ("do_not_treat", Disposition::DoNotTreat),
];

impl Disposition {
    /// Its word in an answer.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proceed => "proceed",
            Self::ProceedWithPrecautions => "proceed_with_precautions",
            Self::Defer => "defer",
            Self::ReferPhysician => "refer_physician",
            Self::DoNotTreat => "do_not_treat",
        }
    }

    /// Every disposition, from the most permissive.
    pub const ALL: [Self; 5] = [
        Self::Proceed,
        Self::ProceedWithPrecautions,
        Self::Defer,
        Self::ReferPhysician,
        Self::DoNotTreat,
    ];
}

/// How urgent a check-in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Levels by word.
pub(crate) const LEVELS: [(&str, Level); 4] = [
    ("normal", Level::Normal),
    ("self_care", Level::SelfCare),
    ("contact_clinic", Level::ContactClinic),
    ("urgent", Level::Urgent),
];

impl Level {
    /// Its word in an answer.
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::SelfCare => "self_care",
            Self::ContactClinic => "contact_clinic",
            Self::Urgent => "urgent",
        }
    }

    /// The longest a person may wait for an answer, as an ISO 8601 duration; the clinic may tighten it.
    pub fn answer_within(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::SelfCare => Some("P1D"),
            Self::ContactClinic => Some("PT4H"),
            Self::Urgent => Some("PT15M"),
        }
    }
}

/// When a reason ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It does not.
    Never,
    /// With an event.
    Event(String),
    /// On this day treatment is allowed again.
    On(Date),
}

/// A screening answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<'b> {
    /// The worst of the reasons.
    pub disposition: Disposition,
    /// When that disposition ends; `None` where it does not, or where nothing has to end.
    pub until: Option<End>,
    /// Every reason that holds, worst first.
    pub reasons: Vec<Reason<'b>>,
    /// What to do if treated.
    pub precautions: Vec<&'b str>,
    /// The latest date among all reasons.
    pub not_before: Option<Date>,
    /// The answers that could still change the disposition, most valuable first.
    pub missing: Vec<Missing>,
    /// Entries that the vocabulary does not hold.
    pub unrecognised: Vec<String>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason<'b> {
    /// The rule, or the policy.
    pub id: &'b str,
    /// What it decides.
    pub disposition: Disposition,
    /// When it ends.
    pub end: End,
    /// Why, in words.
    pub because: String,
    /// The places of the intake that it rests on.
    pub facts: Vec<String>,
    /// Sources for it.
    pub sources: Vec<&'b Position>,
    /// Sources that say otherwise.
    pub disagreement: Vec<&'b Position>,
    /// Who may decide otherwise; empty when nobody may.
    pub override_by: &'b [String],
    /// What that needs.
    pub override_needs: &'b str,
}

/// An answer that is missing, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its path.
    pub path: String,
    /// What it decides while it is missing.
    pub while_unknown: Disposition,
    /// The worst that it could bring.
    pub at_worst: Disposition,
}
