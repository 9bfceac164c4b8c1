//! Sealed documents in SQLite and PostgreSQL; sealed photographs and files; jobs; reservations; the audit.
//!
//! ```text
//! Store ─┬─ commit, note, claim, … ── queue ── one writer ── one transaction for all that waited
//!        └─ head, list, find, …    ── a connection that only reads
//! ```
//!
//! The database knows no medicine and sees no plain text: bodies arrive sealed, names as blind tokens. What stands in
//! the open is ids, kinds, times, states, who wrote, and what refers to what. What a store promises is written in
//! `percuta_record::model`; the test `contract` holds both databases to it.
//!
//! It opens no envelope, reads no clock (files' own times apart), draws nothing at random, and decides nothing but what
//! the record's laws say.

mod audit;
mod blob;
mod commit;
mod desk;
mod dialect;
mod digest;
mod error;
mod job;
mod key;
mod postgres;
mod read;
mod schema;
mod sign_in;
mod sqlite;
mod statement;
mod store;
mod value;
mod verify;
mod writer;

pub use audit::{About, AuditCursor, AuditQuery, AuditRow};
pub use blob::Put;
pub use desk::{FailPoint, Failing};
pub use error::{DatabaseError, OpenError, StoreError};
pub use key::{Given, Kept, Key, KeyOf, Rewrapped};
pub use percuta_record::model::{Body, Claim, Ended, Ending, Erasure};
pub use percuta_seal::chain::{AuditSeal, ChainId};
pub use read::{Cursor, Reservation, Sealed};
pub use sign_in::SignIn;
pub use store::{Config, Database, FIND_TOKENS_MAX, Store};
pub use verify::{Fault, Progress, Report, Stage};
