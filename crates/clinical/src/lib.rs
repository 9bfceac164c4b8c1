//! The rulebook's language and everything it decides: screening, triage, planning.
//!
//! ```text
//! files ── kdl ── card ── book (vocabulary, language) ── engine ──┬── screen ──┐
//!                                                                 ├── triage ──┼── wire (JSON)
//! JSON ── intake ─────────────────────────────────────────────────┴── plan ────┘
//!                                                        check: laws, cases, coverage
//! ```
//!
//! Pure: nothing here reads a disk, a clock or chance. An outcome (refusal, deferral, "cannot tell") is a value; an
//! `Err` means that the input could not be used, and says where.

pub mod answer;
pub mod book;
mod card;
pub mod check;
pub mod depth;
pub mod engine;
pub mod fault;
pub mod intake;
pub mod json;
pub mod kdl;
pub mod language;
pub mod logic;
pub mod overrule;
pub mod plan;
pub mod question;
pub mod scale;
pub mod schema;
pub mod screen;
pub mod triage;
pub mod wire;

pub use book::Rulebook;
pub use plan::plan;
pub use screen::screen;
