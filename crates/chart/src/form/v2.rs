//! Form 2 of a visit: it was at the one site, in the one room, with one person from its beginning to its end. And of the
//! clinic, which had not said how large its colour card is.

use std::collections::BTreeMap;

use jiff::Timestamp;
use percuta_record::{DocumentId, PersonId};
use serde::Deserialize;

use crate::{
    calendar::{self, document_of_first_room, document_of_first_site},
    clinic::{self, Letters, SignOff, SimpleCalendar},
    visit::{self, NumbingTimes, PhaseKind, Purpose, VisitState},
};

/// The clinic in form 2.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clinic {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) telephone: String,
    pub(super) out_of_hours: String,
    pub(super) emergency_number: String,
    pub(super) calling_code: String,
    pub(super) time_zone: String,
    pub(super) currency: String,
    pub(super) sign_off: Option<SignOff>,
    pub(super) letters: Letters,
    pub(super) before: Option<SimpleCalendar>,
}

impl From<Clinic> for clinic::Clinic {
    fn from(old: Clinic) -> Self {
        Self {
            name: old.name,
            address: old.address,
            telephone: old.telephone,
            out_of_hours: old.out_of_hours,
            emergency_number: old.emergency_number,
            calling_code: old.calling_code,
            time_zone: old.time_zone,
            currency: old.currency,
            sign_off: old.sign_off,
            letters: old.letters,
            card_pitch_mm: None,
            before: old.before,
        }
    }
}

/// A visit in form 2.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Visit {
    pub(super) purpose: Purpose,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) phases: Vec<Phase>,
    pub(super) with: PersonId,
    pub(super) state: VisitState,
    pub(super) checked: BTreeMap<String, (PersonId, Timestamp)>,
    pub(super) numbing: Option<NumbingTimes>,
    pub(super) note: String,
}

/// A part of a visit in forms 1 and 2.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phase {
    kind: PhaseKind,
    from: Timestamp,
    until: Timestamp,
}

impl From<Visit> for visit::Visit {
    /// The calendar of then held the room and the person for the whole visit.
    fn from(old: Visit) -> Self {
        let (site, room): (DocumentId, DocumentId) =
            (document_of_first_site(), document_of_first_room());
        let phase = |phase: Phase| visit::Phase {
            kind: phase.kind,
            from: phase.from,
            until: phase.until,
            room: Some(room),
            staff: Some(old.with),
            device: None,
        };
        Self {
            purpose: old.purpose,
            site,
            service: calendar::first_service(old.purpose).to_owned(),
            from: old.from,
            until: old.until,
            phases: old.phases.into_iter().map(phase).collect(),
            with: old.with,
            state: old.state,
            checked: old.checked,
            numbing: old.numbing,
            note: old.note,
        }
    }
}
