//! The record: documents, their versions, who wrote them and from what; and the model of what a store must do.
//!
//! ```text
//! contribution (who, when, in which role, why, from what)
//!    └── change of a document: write · sign · add · withdraw, on the head that was expected
//!           ├── done: the same document with one version more
//!           └── refused: the reason, and nothing has changed
//! ```
//!
//! Pure: the time is an argument, ids are made from random bytes that are an argument, nothing is read or written.
//! It knows no medicine, no database, no cipher: a body is whatever the caller holds (typed in `chart`, sealed bytes in
//! `store`). A refusal is an answer that callers must look at, so [`Refusal`] is exhaustive.
//!
//! | word | meaning |
//! |---|---|
//! | document | one thing that is written over time: an intake, a plan, a session |
//! | version | one state of it, never overwritten; the last is the *head* |
//! | contribution | what one person did at one moment; it may touch several documents, all or none |
//! | owner | whose key opens it: one patient's, or the clinic's |
//! | addendum | a version after signing, which adds and does not change what was signed |

pub mod commit;
pub mod contribution;
pub mod document;
pub mod id;
pub mod model;

pub use commit::{
    Answer, Append, AuditEntry, Commit, Committed, NewJob, Place, Reason, Refused, Reservations,
    Target, Tokens,
};
pub use contribution::{Code, Contribution, Moment, Role, Source};
pub use document::{
    Change, Document, Entry, Expected, Owner, Refusal, Revision, Signature, Standing, State,
    Unsound, Version,
};
pub use id::{
    BlobId, ChainId, ContributionId, DocumentId, Id, IdError, JobId, PatientId, PersonId,
};
