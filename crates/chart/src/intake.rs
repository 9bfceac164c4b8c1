//! The intake: what a patient said, as the self-check's form and as the intake of the public interface.

use jiff::{Timestamp, civil::Date};
use percuta_record::PersonId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::stored::{hold, stored};

/// What a patient said, on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// The form as far as it was filled in: names and values, so that it can be gone on with.
    pub form: Vec<(String, String)>,
    /// How far it is.
    pub progress: Progress,
    /// The intake as JSON of the public interface (`docs/interface/screening.md`); null while it is being filled in.
    pub json: Value,
    /// For which day.
    pub as_of: Date,
    /// Who gave the answers last.
    pub by: Teller,
    /// When.
    pub at: Timestamp,
}

/// How far an intake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Questions are open.
    Asking,
    /// It was sent.
    Sent,
}

/// Who gave the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Teller {
    /// The patient.
    Patient,
    /// A member, with the patient.
    Member(PersonId),
}

stored!(Intake, "intake", |it| match it.progress {
    Progress::Asking => Ok(()),
    Progress::Sent => hold(it.json.is_object(), "an intake that was sent holds its answers"),
});
