//! What visits are made of: sites, rooms, devices, who works when, and services in phases; and what of a patient's is
//! about times that are not booked yet.
//!
//! A room, a device, a member and a patient are each a document, and a document is what is reserved. Hours and shifts are
//! on the site's clock; what blocks something is between two moments.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use percuta_record::{DocumentId, PatientId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    form::v1,
    stored::{fixed, hold, stored},
    visit::{Phase, PhaseKind, Purpose},
};

/// The site that a clinic begins with.
pub fn document_of_first_site() -> DocumentId {
    fixed(b"percuta    site\0")
}

/// The room that a clinic begins with.
pub fn document_of_first_room() -> DocumentId {
    fixed(b"percuta    room\0")
}

/// The one list of services.
pub fn document_of_services() -> DocumentId {
    fixed(b"percuta service\0")
}

/// When a member works: one document beside the member's own.
pub fn document_of_roster(member: PersonId) -> DocumentId {
    beside(member.bytes(), b"percuta  roster\0")
}

/// What is kept for a patient while they choose: one document beside the patient's own.
pub fn document_of_held(patient: PatientId) -> DocumentId {
    beside(patient.bytes(), b"percuta    held\0")
}

/// An id that follows from another, so that there is one such document beside it and no index is needed to find it.
pub(crate) fn beside(id: [u8; 16], name: &[u8; 16]) -> DocumentId {
    let mut bytes = id;
    for (byte, mask) in bytes.iter_mut().zip(name) {
        *byte ^= mask;
    }
    DocumentId::from_bytes(bytes)
}

/// A place where the clinic works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Its address, in lines; empty where it is the clinic's.
    pub address: String,
    /// Its time zone, such as `Europe/London`.
    pub time_zone: String,
    /// When it is open. A day may have several, which do not meet.
    pub hours: Vec<Hours>,
    /// Days on which it is closed, and why.
    pub closed: BTreeMap<Date, String>,
    /// Whether it is still worked at.
    pub is_open: bool,
}

/// Opening hours of a day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The day of the week, Monday being 1.
    pub weekday: i8,
    /// From.
    pub from: Time,
    /// Until.
    pub until: Time,
}

impl Site {
    /// When it is open on a day, in order; empty when it is closed.
    pub fn hours_on(&self, day: Date) -> impl Iterator<Item = Hours> {
        let is_closed = self.closed.contains_key(&day) || !self.is_open;
        let weekday = day.weekday().to_monday_one_offset();
        self.hours.iter().copied().filter(move |hours| !is_closed && hours.weekday == weekday)
    }
}

stored!(Site, "site", |it| {
    hold(!it.name.trim().is_empty(), "a site has a name")?;
    hold(hours_are_sound(&it.hours), "opening hours end after they begin and do not meet")
});

fn hours_are_sound(hours: &[Hours]) -> bool {
    let mut sorted = hours.to_vec();
    sorted.sort();
    let in_order = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .all(|(one, next)| one.weekday != next.weekday || one.until <= next.from);
    in_order && hours.iter().all(|one| (1..=7).contains(&one.weekday) && one.from < one.until)
}

/// What a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoomKind {
    /// Talks.
    Consultation,
    /// Numbing: seats in which nobody has to be with the patient all the time.
    Numbing,
    /// Treatment.
    Treatment,
}

impl RoomKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Consultation, Self::Numbing, Self::Treatment];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Consultation => "consultation",
            Self::Numbing => "numbing",
            Self::Treatment => "treatment",
        }
    }
}

/// A room, or the seats in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// Its name.
    pub name: String,
    /// Where.
    pub site: DocumentId,
    /// What for.
    pub kind: RoomKind,
    /// How many visits it holds at once.
    pub capacity: u16,
    /// Minutes that it stays held after a visit left it.
    pub turnover_min: i64,
    /// When it cannot be used, and why.
    pub blocked: Vec<Blocked>,
    /// Whether it is still used.
    pub is_used: bool,
}

/// When something or somebody cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocked {
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
    /// Why, in words.
    pub why: String,
}

stored!(Room, "room", 2, [1: v1::Room], |it| {
    hold(!it.name.trim().is_empty(), "a room has a name")?;
    hold((1..=50).contains(&it.capacity), "a room holds from one visit to fifty")?;
    hold((0..=240).contains(&it.turnover_min), "a room is held up to four hours after a visit")?;
    hold(blocks_are_sound(&it.blocked), "a blocked time ends after it begins")
});

fn blocks_are_sound(blocked: &[Blocked]) -> bool {
    blocked.iter().all(|block| block.from < block.until)
}

/// A device, one piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Its name.
    pub name: String,
    /// Its serial number; empty where nobody wrote it down.
    pub serial: String,
    /// Where.
    pub site: DocumentId,
    /// What it does, as plans say it: `pen`, `rf`.
    pub modality: String,
    /// The rooms in which it can be used; empty for all of the site.
    pub rooms: BTreeSet<DocumentId>,
    /// Minutes that it stays held after a phase.
    pub turnover_min: i64,
    /// When it cannot be used, and why.
    pub blocked: Vec<Blocked>,
    /// Whether it is still used.
    pub is_used: bool,
}

stored!(Device, "device", |it| {
    hold(!it.name.trim().is_empty(), "a device has a name")?;
    hold(!it.modality.trim().is_empty(), "a device does something")?;
    hold((0..=240).contains(&it.turnover_min), "a device is held up to four hours after a phase")?;
    hold(blocks_are_sound(&it.blocked), "a blocked time ends after it begins")
});

/// When and what a member works. A member without one works whenever a site is open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The week; `None` for whenever a site is open.
    pub week: Option<Vec<Shift>>,
    /// Breaks in it.
    pub breaks: Vec<Hours>,
    /// Shifts beside the week.
    pub extra: Vec<Extra>,
    /// When they are away, and why.
    pub away: Vec<Blocked>,
    /// The services that they give; `None` for all that their part allows.
    pub services: Option<BTreeSet<String>>,
    /// The kinds of device that they use; `None` for all.
    pub devices: Option<BTreeSet<String>>,
}

/// A shift of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Where.
    pub site: DocumentId,
    /// When, on its clock.
    pub hours: Hours,
}

/// A shift of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// Where.
    pub site: DocumentId,
    /// The day.
    pub day: Date,
    /// From.
    pub from: Time,
    /// Until.
    pub until: Time,
}

stored!(Roster, "roster", |it| {
    let shifts: Vec<Hours> = it.week.iter().flatten().map(|shift| shift.hours).collect();
    hold(hours_are_sound(&shifts), "shifts end after they begin and do not meet")?;
    hold(hours_are_sound(&it.breaks), "breaks end after they begin and do not meet")?;
    hold(it.extra.iter().all(|one| one.from < one.until), "a shift ends after it begins")?;
    hold(blocks_are_sound(&it.away), "an absence ends after it begins")
});

/// What the clinic offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// They, in the order in which they are looked for.
    pub services: Vec<Service>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its code; visits keep it, so that it never changes.
    pub code: String,
    /// Its name.
    pub title: String,
    /// What for.
    pub purpose: ServiceFor,
    /// Its phases, in their order.
    pub phases: Vec<ServicePhase>,
    /// Whether it is still offered.
    pub is_offered: bool,
}

/// What a service is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ServiceFor {
    /// A consultation.
    Consultation,
    /// A session of a course.
    Session {
        /// With what, as plans say it; empty for any.
        modalities: BTreeSet<String>,
    },
    /// A look at the result.
    FollowUp,
}

/// A phase of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicePhase {
    /// What happens.
    pub kind: PhaseKind,
    /// Minutes, fewest.
    pub minutes_min: i64,
    /// Minutes, most: it may wait so long for what comes next.
    pub minutes_max: i64,
    /// Where.
    pub room: RoomNeed,
    /// Who is there; `None` for nobody.
    pub staff: Option<StaffNeed>,
    /// The kind of device; `None` for none.
    pub device: Option<String>,
}

/// Where a phase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoomNeed {
    /// In none of the clinic's rooms.
    Nowhere,
    /// Where the phase before was.
    Same,
    /// In a room of a kind.
    In(RoomKind),
}

/// Who is there in a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffNeed {
    /// Whoever may treat.
    Practitioner,
    /// An assistant, or whoever may treat.
    Assistant,
}

impl StaffNeed {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Assistant => "assistant",
        }
    }
}

impl Service {
    /// Minutes of the whole visit, fewest and most.
    pub fn minutes(&self) -> (i64, i64) {
        let (min, max) = (
            self.phases.iter().map(|phase| phase.minutes_min).sum(),
            self.phases.iter().map(|phase| phase.minutes_max).sum(),
        );
        (min, max)
    }

    /// Whether it is what a visit of this purpose is, with this modality.
    pub fn serves(&self, purpose: Purpose, modality: Option<&str>) -> bool {
        match (&self.purpose, purpose) {
            (ServiceFor::Consultation, Purpose::Consultation)
            | (ServiceFor::FollowUp, Purpose::FollowUp { course: _ }) => true,
            (ServiceFor::Session { modalities }, Purpose::Session { .. }) => {
                modalities.is_empty() || modality.is_some_and(|of| modalities.contains(of))
            }
            (
                ServiceFor::Consultation | ServiceFor::Session { .. } | ServiceFor::FollowUp,
                Purpose::Consultation | Purpose::Session { .. } | Purpose::FollowUp { .. },
            ) => false,
        }
    }
}

/// The codes of the services that a clinic begins with.
pub fn first_service(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Consultation => "consultation",
        Purpose::Session { .. } => "session",
        Purpose::FollowUp { .. } => "follow-up",
    }
}

stored!(Services, "services", |it| {
    let codes: BTreeSet<&str> = it.services.iter().map(|service| service.code.as_str()).collect();
    hold(codes.len() == it.services.len(), "every service has a code of its own")?;
    hold(it.services.iter().all(|one| !one.title.trim().is_empty()), "a service has a name")?;
    hold(
        it.services.iter().all(|one| (1..=20).contains(&one.phases.len())),
        "a service has from one phase to twenty",
    )?;
    let phases = || it.services.iter().flat_map(|service| &service.phases);
    hold(
        phases().all(|phase| {
            (1..=480).contains(&phase.minutes_min)
                && (phase.minutes_min..=480).contains(&phase.minutes_max)
        }),
        "a phase takes from a minute to eight hours",
    )?;
    let first = |service: &Service| service.phases.first().map(|phase| phase.room);
    hold(
        it.services.iter().all(|service| first(service) != Some(RoomNeed::Same)),
        "the first phase has no room before it",
    )
});

/// What is kept for a patient while they choose, and the lock of their bookings: whatever books for them writes it anew.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// What is kept; `None` for nothing.
    pub kept: Option<Kept>,
}

/// Visits that are kept for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Until when.
    pub until: Timestamp,
    /// The visits.
    pub visits: Vec<KeptVisit>,
}

/// A visit that is kept and not booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptVisit {
    /// What for.
    pub purpose: Purpose,
    /// The site.
    pub site: DocumentId,
    /// The code of the service.
    pub service: String,
    /// With whom.
    pub with: PersonId,
    /// Its parts.
    pub phases: Vec<Phase>,
}

stored!(Held, "held", |it| {
    let visits = || it.kept.iter().flat_map(|kept| &kept.visits);
    hold(visits().all(|visit| !visit.phases.is_empty()), "a visit has a part")
});

/// What somebody was told of a visit by letter: one document beside the visit's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The newest version of the visit that a letter was about.
    pub version: Option<u32>,
    /// The reminders that went out: for which beginning, and how many hours before it.
    pub reminded: BTreeSet<(Timestamp, u16)>,
}

stored!(Told, "told", |it| hold(
    it.version.is_none_or(|version| version > 0),
    "versions count from one"
));

/// The document of what was told about a visit.
pub fn document_of_told(visit: DocumentId) -> DocumentId {
    beside(visit.bytes(), b"percuta    told\0")
}

/// Somebody who waits for a time to become free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// What for.
    pub purpose: Purpose,
    /// The first day on which they could come.
    pub from: Date,
    /// The last.
    pub until: Date,
    /// The times of day between which the visit has to lie.
    pub between: Option<(Time, Time)>,
    /// The days of the week on which they can come, Monday being 1; empty for all.
    pub weekdays: BTreeSet<i8>,
    /// Since when they wait.
    pub since: Timestamp,
    /// What the clinic should know.
    pub note: String,
    /// How far it is.
    pub state: WaitingState,
}

/// How far a waiting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum WaitingState {
    /// They wait.
    Waits,
    /// They were booked.
    Booked {
        /// The visit.
        visit: DocumentId,
    },
    /// They wait no more.
    Ended {
        /// Since when.
        at: Timestamp,
    },
}

stored!(Waiting, "waiting", |it| {
    hold(it.from <= it.until, "the last day is not before the first")?;
    hold(it.between.is_none_or(|(from, until)| from < until), "a time of day ends after it begins")
});
