//! Appointments as iCalendar (RFC 5545) and as CSV, both ways.
//!
//! ```text
//! Event ── write ──┬── line (escape, fold)              bytes ── read ──┬── read::ics ── series, zone
//!                  └── observance (VTIMEZONE)                           └── read::csv ── table, cell
//!                                                     Row ── list ── table
//! ```
//!
//! Pure: nothing here reads a clock, a disk or chance; the rules of zones are handed in. It knows no patient and no
//! clinic, books nothing, and decides nothing about what it read.
//!
//! **Times.** Outside, a time is an instant. What is written comes back as the same instant in every reader: on the
//! clock of the place where that is plain, in UTC where the clock shows a time twice.
//!
//! An outcome ("this row cannot be used") is a value with its place and the remedy; an `Err` means that the whole
//! could not be read or written.

pub mod event;
mod line;
mod list;
mod observance;
pub mod read;
mod table;
pub mod write;

pub use event::{Event, Feed, Mailbox, Parties, State, Title};
pub use list::write_csv;
pub use percuta_terminology::input::{Problem, Unusable};
pub use read::{About, Import, Options, Order, Row, Who, Zones, read_csv, read_ics};
pub use write::{Unwritable, feed, invitation, object};
