//! Form 1 of a session, a visit, a check-in, a photograph and the clinic.
//!
//! A session had one cartridge and no zone said with which one it was done; a visit had no note; about a check-in nothing
//! could be noted or written while it was open; a photograph said neither its region nor how it was taken and checked; the
//! clinic had one room and one length for each part of a visit.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use percuta_record::{BlobId, DocumentId, PersonId};
use serde::Deserialize;
use serde_json::Value;

use super::v2;
use crate::{
    calendar,
    check_in::{self, Handling, Level},
    clinic::{self, Opening, SignOff, SimpleCalendar, VisitShape},
    photograph::{self, Noted, Taker, View},
    session::{self, Addendum, Cartridge, Endpoint, Side},
    visit::{self, NumbingTimes, Purpose, VisitState},
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
    phases: Vec<v2::Phase>,
    with: PersonId,
    state: VisitState,
    checked: BTreeMap<String, (PersonId, Timestamp)>,
    numbing: Option<NumbingTimes>,
}

impl From<Visit> for visit::Visit {
    fn from(old: Visit) -> Self {
        Self::from(v2::Visit {
            purpose: old.purpose,
            from: old.from,
            until: old.until,
            phases: old.phases,
            with: old.with,
            state: old.state,
            checked: old.checked,
            numbing: old.numbing,
            note: String::new(),
        })
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

/// The clinic in form 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clinic {
    name: String,
    address: String,
    telephone: String,
    out_of_hours: String,
    emergency_number: String,
    calling_code: String,
    time_zone: String,
    currency: String,
    hours: BTreeMap<i8, Opening>,
    #[serde(default)]
    closed: BTreeSet<Date>,
    room: String,
    visit: VisitShape,
    sign_off: Option<SignOff>,
}

impl From<Clinic> for clinic::Clinic {
    fn from(old: Clinic) -> Self {
        let Clinic { hours, closed, room, visit, .. } = old;
        Self::from(v2::Clinic {
            name: old.name,
            address: old.address,
            telephone: old.telephone,
            out_of_hours: old.out_of_hours,
            emergency_number: old.emergency_number,
            calling_code: old.calling_code,
            time_zone: old.time_zone,
            currency: old.currency,
            sign_off: old.sign_off,
            letters: clinic::Letters::default(),
            before: Some(SimpleCalendar { hours, closed, room, visit }),
        })
    }
}

/// A room in form 1: a name, and nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Room {
    name: String,
}

impl From<Room> for calendar::Room {
    /// It was the one treatment room of the one site, and free again at once.
    fn from(old: Room) -> Self {
        Self {
            name: old.name,
            site: calendar::document_of_first_site(),
            kind: calendar::RoomKind::Treatment,
            capacity: 1,
            turnover_min: 0,
            blocked: Vec::new(),
            is_used: true,
        }
    }
}

/// A photograph in form 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Photograph {
    about: Option<DocumentId>,
    view: View,
    taken: Timestamp,
    by: Taker,
    noted: BTreeSet<Noted>,
    width: u32,
    height: u32,
    original: BlobId,
    media_type: String,
    display: BlobId,
    thumbnail: BlobId,
}

impl From<Photograph> for photograph::Photograph {
    /// Nothing was asked of region and camera, and nothing was checked.
    fn from(old: Photograph) -> Self {
        Self {
            about: old.about,
            view: old.view,
            region: None,
            step: None,
            taken: old.taken,
            by: old.by,
            source: photograph::Camera::Unknown,
            repeat_of: None,
            noted: old.noted,
            checked: None,
            card: None,
            width: old.width,
            height: old.height,
            original: old.original,
            media_type: old.media_type,
            display: old.display,
            thumbnail: old.thumbnail,
        }
    }
}
