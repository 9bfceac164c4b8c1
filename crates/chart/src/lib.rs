//! The chart: what the clinic's documents hold, and how they are stored.
//!
//! ```text
//! clinic's:  clinic · price list · consent form · member ── roster
//!            site ── room · device                services · repeats (of shots, by measure)
//!            publication (a copy that has left the record)
//! patient's: patient ── intake ── screening ── course ── visit ── consent ── session ── check-in
//!                                                          └── photograph ── permission · outcome · question
//!            comparison (of two photographs)
//!            held (what is kept while they type) · waiting
//! ```
//!
//! A document here is its newest stored form: what stands in [`Stored::FORM`] is what is written, and an older form has
//! one pure step up to it (`docs/decisions/0009-stored-forms.md`). A released form never changes: each has a golden file. Ids, dates and codes
//! are typed; clinical answers are kept as the JSON of the public interface, word for word, so that what was said on the
//! day can be shown for ever whatever the rulebook says later.
//!
//! Pure: no clock, no disk, no chance. It decides nothing clinical and does not know how bodies are sealed.
//!
//! INVARIANT (checked twice): [`Stored::check`] holds before a body is sealed and after it was opened.

pub mod calendar;
pub mod check_in;
pub mod clinic;
pub mod comparison;
pub mod consent;
pub mod course;
pub mod feed;
mod form;
pub mod intake;
pub mod permission;
pub mod person;
pub mod photograph;
pub mod screening;
pub mod session;
pub mod stored;
pub mod visit;

pub use stored::{FormError, Stored};
