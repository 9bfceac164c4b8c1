//! What a use case answers when it does not do what was asked.

use percuta_chart::FormError;
use percuta_record::{DocumentId, Reason, Refusal};
use percuta_seal::{NoRandomness, OpenError, SealError, UnwrapError};
use percuta_store::StoreError;

/// Why something was not done.
#[derive(Debug)]
pub enum No {
    /// This person may not.
    NotAllowed,
    /// There is no such thing, or it is not theirs to know of.
    NotFound,
    /// Somebody else wrote in between: look again.
    Conflict,
    /// It is signed, withdrawn or over, so that it cannot be changed; the sentence says what can be done.
    Closed(&'static str),
    /// What was entered cannot stand, field by field.
    Wrong(Vec<Wrong>),
    /// The time is taken.
    Taken,
    /// Too many attempts: try again after so many seconds.
    Wait {
        /// How long.
        seconds: u64,
    },
    /// It could not be carried out.
    Failed(Failure),
}

/// One field that cannot stand, and the sentence beneath it, which names the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field's name in the form.
    pub field: String,
    /// The sentence.
    pub says: String,
}

impl Wrong {
    /// One wrong field.
    pub fn new(field: impl Into<String>, says: impl Into<String>) -> Self {
        Self { field: field.into(), says: says.into() }
    }
}

impl No {
    /// One wrong field.
    pub fn wrong(field: impl Into<String>, says: impl Into<String>) -> Self {
        Self::Wrong(vec![Wrong::new(field, says)])
    }

    /// The code of the audit.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::NotAllowed | Self::Closed(_) | Self::Wrong(_) | Self::Wait { seconds: _ } => {
                "refused"
            }
            Self::NotFound => "not-found",
            Self::Conflict | Self::Taken => "conflict",
            Self::Failed(_) => "failed",
        }
    }
}

/// Something is broken. It carries nothing about a person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The store could not be asked.
    #[error("the record cannot be reached")]
    Store(#[from] StoreError),
    /// A key did not open.
    #[error("a key of the record does not open")]
    Key(#[from] UnwrapError),
    /// A body did not open.
    #[error("document `{document}` does not open")]
    Open {
        /// Which.
        document: DocumentId,
        /// Why.
        #[source]
        cause: OpenError,
    },
    /// A body could not be sealed.
    #[error("a document cannot be sealed")]
    Seal(#[from] SealError),
    /// A body is not what its form says.
    #[error("a document cannot be read or written")]
    Form(#[from] FormError),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random(#[from] NoRandomness),
    /// The store refused what a use case should never ask.
    #[error("the record refused a change of `{document}`: {why:?}")]
    Refused {
        /// The document.
        document: DocumentId,
        /// Why.
        why: Reason,
    },
    /// A password could not be hashed.
    #[error("a password cannot be hashed")]
    Password,
    /// A document that must be there is not.
    #[error("the record has no {what}")]
    Missing {
        /// What.
        what: &'static str,
    },
}

impl<F: Into<Failure>> From<F> for No {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

/// What a store's refusal means to who asked.
pub(crate) fn refused(document: DocumentId, why: Reason) -> No {
    match why {
        Reason::Change(Refusal::Conflict { .. }) | Reason::Missing => No::Conflict,
        Reason::Change(Refusal::Signed { .. }) => {
            No::Closed("This is signed and cannot be changed. Add to it instead.")
        }
        Reason::Change(Refusal::Withdrawn { .. }) => {
            No::Closed("This was withdrawn and cannot be changed.")
        }
        Reason::Erased => No::NotFound,
        Reason::Taken { .. } => No::Taken,
        Reason::Change(_)
        | Reason::Another
        | Reason::NoKey
        | Reason::Twice
        | Reason::Dangling(_)
        | Reason::NoTime { .. }
        | Reason::JobTaken(_) => No::Failed(Failure::Refused { document, why }),
    }
}
