//! The first forms of what has a second.

use jiff::Timestamp;
use percuta_record::DocumentId;
use serde::Deserialize;
use serde_json::Value;

use crate::check_in::{self, Handling, Level};

/// A check-in before anything could be noted or written about it while it was open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckIn {
    session: Option<DocumentId>,
    at: Timestamp,
    json: Value,
    words: String,
    answer: String,
    level: Level,
    answer_by: Option<Timestamp>,
    handling: Handling,
}

impl From<CheckIn> for check_in::CheckIn {
    fn from(old: CheckIn) -> Self {
        let CheckIn { session, at, json, words, answer, level, answer_by, handling } = old;
        let notes = Vec::new();
        Self { session, at, json, words, answer, level, answer_by, handling, notes }
    }
}
