//! Contributions: who, when, in which role, why, and from what.
//!
//! PRIVACY: a contribution is stored in the open beside sealed bodies. It holds ids and codes only; a reason in words
//! belongs in the body.

use std::fmt;

use crate::{
    document::Version,
    id::{ContributionId, DocumentId, PersonId},
};

/// A moment, in microseconds since 1970 UTC: what both databases keep without rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

/// A word of a fixed list of the program's own: a kind of document, an action, a reason.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(String);

impl Code {
    /// The longest code, in bytes.
    pub const BYTES_MAX: usize = 64;

    /// A code, or `None` when it is empty, too long, or has anything but lower-case letters, digits, `-`, `_` and `.`:
    /// words of people do not pass for codes.
    pub fn new(text: &str) -> Option<Self> {
        let is_fit = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_.".contains(letter)
        };
        let is_code = (1..=Self::BYTES_MAX).contains(&text.len()) && text.chars().all(is_fit);
        is_code.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.0)
    }
}

/// In which role someone acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Owner of the clinic.
    Owner,
    /// Medical lead.
    MedicalLead,
    /// Practitioner.
    Practitioner,
    /// Assistant.
    Assistant,
    /// Front desk.
    FrontDesk,
    /// Patient.
    Patient,
    /// The program itself: a job, an import.
    System,
}

/// A version that something was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The document.
    pub document: DocumentId,
    /// Its version.
    pub version: Version,
}

/// What one person did at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Its id, chosen by who sends it, so that sending it again is seen.
    pub id: ContributionId,
    /// Who. The program itself has a person's id of its own, and the role [`Role::System`].
    pub by: PersonId,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Moment,
    /// Why, as a code: `first-entry`, `correction`.
    pub why: Code,
    /// The versions it was made from: its provenance.
    pub parents: Vec<Source>,
}
