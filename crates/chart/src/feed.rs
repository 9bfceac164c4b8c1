//! Somebody's own calendar feed: the list of their appointments that a calendar of theirs reads again and again.
//!
//! What is kept is how its secret is recognised, never the secret: whoever reads the record cannot read the feed's address
//! out of it. There is one feed to a person; a new secret takes the place of the old.

use jiff::Timestamp;
use percuta_record::{DocumentId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::beside,
    stored::{hold, stored},
};

/// A person's feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Whose appointments it lists.
    pub person: PersonId,
    /// How its appointments are called.
    pub title: FeedTitle,
    /// Whether it can be read.
    pub state: FeedState,
}

/// How the appointments of a feed are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedTitle {
    /// "Appointment", and nothing else.
    Private,
    /// What they are; a member's also whose, by the initials.
    Says,
}

/// Whether a feed can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FeedState {
    /// It can, by whoever has its secret.
    Open {
        /// The SHA-256 of the secret, made with a label, in hexadecimal digits.
        secret_sha256: String,
        /// Since when it has this secret.
        since: Timestamp,
    },
    /// It cannot any more.
    Ended {
        /// Since when.
        at: Timestamp,
    },
}

/// The document of somebody's feed.
pub fn document_of_feed(person: PersonId) -> DocumentId {
    beside(person.bytes(), b"percuta    feed\0")
}

stored!(Feed, "feed", |it| hold(
    match &it.state {
        FeedState::Open { secret_sha256, .. } =>
            secret_sha256.len() == 64 && secret_sha256.bytes().all(|byte| byte.is_ascii_hexdigit()),
        FeedState::Ended { .. } => true,
    },
    "a secret is kept as 64 hexadecimal digits"
));
