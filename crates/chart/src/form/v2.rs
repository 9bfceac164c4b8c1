//! Form 2 of a visit: it was at the one site, in the one room, with one person from its beginning to its end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use percuta_record::{DocumentId, PersonId};
use serde::Deserialize;

use crate::{
    calendar::{self, document_of_first_room, document_of_first_site},
    visit::{self, NumbingTimes, PhaseKind, Purpose, VisitState},
};

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
