//! The rooms of a patient before treatment: questions, answer, plan, consent, visits, and what is kept.
//!
//! A patient reaches their own documents only: each use case is asked for the actor's own record, and whatever is named
//! by an id is compared with its owner there.

use super::door::Doors;

//mod consents;
//mod plan;
mod questions;
//mod record;
pub(super) mod say;
//mod screening;

/// The doors of a patient before treatment.
pub(super) fn doors(doors: Doors) -> Doors {
    questions::doors(doors)
}
