//! Visits in phases: which times are possible, whole courses, why a time is not, and how a day is packed.
//!
//! A visit is a chain of phases that hold different things: cleansing (an assistant, a seat), numbing (the seat, nobody),
//! treatment (a practitioner, a room, a device), aftercare. The engine finds every start at which all of them can be
//! held, and says with what.
//!
//! ```text
//! JSON ── read ── model ──┬── index ── search ──┬── slots (starts, courses, why none) ──┐
//!                         │                     ├── why (one start)                    ├── wire (JSON)
//!                         │                     └── replan                             │
//!                         └── pack (a day) ─────────────────────────────────────────────┘
//!                             examine: every rule once more, written apart
//! ```
//!
//! Pure: nothing here reads a clock, a disk or chance; the zones' rules are handed in. It books nothing, knows no patient, and
//! decides nothing clinical: a deferral comes as `not_before`, an interval as a window of days.
//!
//! **Times.** Inside, a time is a whole number of minutes since 1970 in UTC ([`Minute`]). Civil times exist at the edges only,
//! so that a day of 23 or 25 hours needs no care in between. **A visit never stands in its own way**: turnover and capacity
//! count visits, not phases.
//!
//! An outcome ("no time is possible") is a value; an `Err` means that the input could not be used, and says where.

mod bits;
mod course;
pub mod examine;
pub mod index;
pub mod model;
mod opening;
pub mod pack;
pub mod read;
pub mod reason;
pub mod replan;
pub mod schema;
pub mod search;
pub mod slots;
pub mod why;
pub mod wire;
pub mod zone;

pub use model::{Clinic, Minute, Request, Span, Visit};
pub use percuta_terminology::input::{Problem, Unusable};
pub use slots::slots;
