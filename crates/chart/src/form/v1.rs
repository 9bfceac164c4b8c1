//! Form 1 of a session, a visit and a check-in.
//!
//! A session had one cartridge and no zone said with which one it was done; a visit had no note; about a check-in nothing
//! could be noted or written while it was open.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use percuta_record::{DocumentId, PersonId};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    check_in::{self, Handling, Level},
    session::{self, Addendum, Cartridge, Endpoint, Side},
    visit::{self, NumbingTimes, Phase, Purpose, VisitState},
};

/// A session in form 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    visit: DocumentId,
    course: DocumentId,
    number: i16,
    on: Date,
    by: PersonId,
    modality: String,
    device: Option<String>,
    zones: Vec<TreatedZone>,
    cartridge: Option<Cartridge>,
    numbing: Option<NumbingTimes>,
    confirmed: Vec<String>,
    note: String,
    addenda: Vec<Addendum>,
}

/// A treated zone in form 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TreatedZone {
    region: String,
    side: Option<Side>,
    depth_mm: f64,
    ceiling_mm: f64,
    ceiling_by: String,
    passes: i16,
    endpoint: Option<Endpoint>,
    done: Option<Timestamp>,
}

impl From<Session> for session::Session {
    /// A zone does not say with what it was done: the form did not ask.
    fn from(old: Session) -> Self {
        let zone = |old: TreatedZone| session::TreatedZone {
            region: old.region,
            side: old.side,
            depth_mm: old.depth_mm,
            ceiling_mm: old.ceiling_mm,
            ceiling_by: old.ceiling_by,
            passes: old.passes,
            endpoint: old.endpoint,
            cartridges: BTreeSet::new(),
            done: old.done,
        };
        Self {
            visit: old.visit,
            course: old.course,
            number: old.number,
            on: old.on,
            by: old.by,
            modality: old.modality,
            device: old.device,
            zones: old.zones.into_iter().map(zone).collect(),
            cartridges: old.cartridge.into_iter().collect(),
            numbing: old.numbing,
            confirmed: old.confirmed,
            note: old.note,
            addenda: old.addenda,
        }
    }
}

/// A visit in form 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Visit {
    purpose: Purpose,
    from: Timestamp,
    until: Timestamp,
    phases: Vec<Phase>,
    with: PersonId,
    state: VisitState,
    checked: BTreeMap<String, (PersonId, Timestamp)>,
    numbing: Option<NumbingTimes>,
}

impl From<Visit> for visit::Visit {
    fn from(old: Visit) -> Self {
        Self {
            purpose: old.purpose,
            from: old.from,
            until: old.until,
            phases: old.phases,
            with: old.with,
            state: old.state,
            checked: old.checked,
            numbing: old.numbing,
            note: String::new(),
        }
    }
}

/// A check-in in form 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckIn {
    session: Option<DocumentId>,
    at: Timestamp,
    json: Value,
    words: String,
    answer: String,
    level: Level,
    answer_by: Option<Timestamp>,
    handling: Handling,
}

impl From<CheckIn> for check_in::CheckIn {
    fn from(old: CheckIn) -> Self {
        let CheckIn { session, at, json, words, answer, level, answer_by, handling } = old;
        let notes = Vec::new();
        Self { session, at, json, words, answer, level, answer_by, handling, notes }
    }
}
