//! A patient's consent: which text they read, what was named for them, and what they allowed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use percuta_record::{DocumentId, Source};
use serde::{Deserialize, Serialize};

use crate::stored::{hold, stored};

/// What was read and signed. It is signed in the record's sense as well: nothing is changed afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// For which course.
    pub course: DocumentId,
    /// The text that was read.
    #[serde(with = "crate::screening::source")]
    pub form: Source,
    /// SHA-256 of everything that was shown: the text and what was named, in hexadecimal.
    pub text_sha256: String,
    /// What was named for this person, as it was shown.
    pub named: Vec<Named>,
    /// The name as the patient typed it.
    pub signed_as: String,
    /// When.
    pub at: Timestamp,
    /// What photographs may be used for. Nothing is allowed that was not chosen.
    pub photographs: BTreeSet<PhotographUse>,
}

/// Something named for this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its code: `pigment`, `off-label`, `precaution`.
    pub code: String,
    /// As it was shown.
    pub says: String,
    /// Ids of its sources.
    pub sources: Vec<String>,
}

/// What a photograph may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhotographUse {
    /// In the record.
    Record,
    /// Shown within the clinic.
    Clinic,
    /// In teaching.
    Teaching,
    /// In public.
    Public,
}

stored!(Consent, "consent", |it| {
    hold(!it.signed_as.trim().is_empty(), "a consent is signed with a name")?;
    hold(it.text_sha256.len() == 64, "a consent holds the hash of what was read")
});
