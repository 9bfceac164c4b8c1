//! The clinic of the demo: sixty invented patients in every state, three practitioners, two months of past and coming
//! visits. It is lived through, event by event, with the same use cases that people use; nothing is written around them.
//!
//! The clock of the demo stands at each event while it happens, and goes with the real time afterwards, until somebody
//! who looks around puts it on. It never goes back. Everything is drawn from a small generator with a fixed seed: the same
//! people every day, on dates that move with the day.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use percuta_practice::{Actor, No, Practice};
use percuta_record::PatientId;
use percuta_web::rooms::demo::{Clock, Demo, DemoPerson, Way};

use crate::{Failure, record, serve};

mod life;
mod people;
mod picture;
mod places;
mod scored;

/// Where the demo's clock stands while the past is lived through, in microseconds; the real time when it is zero.
static STANDS: AtomicI64 = AtomicI64::new(0);
/// By how much the demo's clock was put on, in microseconds, by people who look around. It only grows.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// What time it is in the demo.
pub(crate) fn now() -> Timestamp {
    match STANDS.load(Ordering::Relaxed) {
        0 => ahead(),
        micros => Timestamp::from_microsecond(micros).unwrap_or_else(|_beyond| serve::now()),
    }
}

fn ahead() -> Timestamp {
    let ahead = SignedDuration::from_micros(AHEAD.load(Ordering::Relaxed));
    // Beyond the calendar's end there is no time, and it does not go back.
    serve::now().checked_add(ahead).unwrap_or(Timestamp::MAX)
}

/// Puts the clock on to a time, from where it goes on. One that has passed leaves it where it is.
fn put_on(to: Timestamp) {
    let ahead = to.as_microsecond().saturating_sub(serve::now().as_microsecond());
    AHEAD.fetch_max(ahead, Ordering::Relaxed);
}

fn stand(at: Timestamp) {
    STANDS.store(at.as_microsecond().max(1), Ordering::Relaxed);
}

fn go_on() {
    STANDS.store(0, Ordering::Relaxed);
}

/// So many days of the clinic's life are lived through.
const DAYS: i64 = 75;
/// The password of everybody in the demo. It protects nothing.
pub(crate) const PASSWORD: &str = "percuta demo percuta";

/// A generator of its own: the same numbers on every machine.
#[derive(Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0).checked_rem(count).unwrap_or(0)
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// The clinic while it is lived through.
pub(crate) struct Life<'p> {
    pub(crate) practice: &'p Practice,
    pub(crate) draw: Draw,
    pub(crate) zone: TimeZone,
    pub(crate) staff: people::Staff,
    queue: BTreeMap<(Timestamp, u64), life::Event>,
    count: u64,
    end: Timestamp,
    pub(crate) shown: Option<PatientId>,
}

impl Life<'_> {
    /// Something that will happen. What would happen after today does not.
    pub(crate) fn later(&mut self, at: Timestamp, event: life::Event) {
        if at < self.end {
            self.count = self.count.saturating_add(1);
            self.queue.insert((at, self.count), event);
        }
    }

    /// So many hours from now, or as soon after that as somebody does such a thing.
    pub(crate) fn in_hours(&mut self, hours: i64, event: life::Event) {
        if let Ok(at) = now().checked_add(SignedDuration::from_hours(hours)) {
            self.waking(at, event);
        }
    }

    /// Not before this, and at an hour at which people are awake, or the clinic is open.
    pub(crate) fn waking(&mut self, at: Timestamp, event: life::Event) {
        let (opens, closes) = event.hours();
        let local = at.to_zoned(self.zone.clone());
        let day = if local.hour() >= closes { local.date().tomorrow() } else { Ok(local.date()) };
        let is_waking = (opens..closes).contains(&local.hour());
        // Not all at the same minute.
        let minute = i8::try_from(self.count.wrapping_mul(17) % 55).unwrap_or(0);
        let moved = day.ok().map(|day| day.at(opens, minute, 0, 0));
        let moved = moved.and_then(|moved| moved.to_zoned(self.zone.clone()).ok());
        let at = moved.filter(|_| !is_waking).map_or(at, |moved| moved.timestamp());
        self.later(at, event);
    }

    pub(crate) fn today(&self) -> Date {
        now().to_zoned(self.zone.clone()).date()
    }
}

/// Lives through the past of the demo's clinic, and says who can be signed in as whom.
pub(crate) async fn fill(practice: &Practice) -> Result<Demo, Failure> {
    let filled = live(practice).await;
    go_on();
    filled.map_err(|no| match no {
        No::Failed(failure) => record::unusable("make the demo's clinic", &failure),
        No::NotAllowed
        | No::NotFound
        | No::Conflict
        | No::Closed(_)
        | No::Wrong(_)
        | No::Taken
        | No::Wait { seconds: _ } => Failure::unusable(format!(
            "cannot make the demo's clinic: a use case refused with {no:?}"
        )),
    })
}

async fn live(practice: &Practice) -> Result<Demo, No> {
    let end = serve::now();
    let begin = end.checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(end);
    stand(begin);
    let staff = people::set_up(practice).await?;
    let zone = percuta_practice::zone_of(&*practice.clinic().await?);
    let mut life = Life {
        practice,
        draw: Draw(20_261_121),
        zone,
        staff,
        queue: BTreeMap::new(),
        count: 0,
        end,
        shown: None,
    };
    life::begin(&mut life, begin);
    while let Some(((at, _), event)) = life.queue.pop_first() {
        stand(at);
        life::happen(&mut life, event).await?;
    }
    Ok(demo(&life))
}

fn demo(life: &Life<'_>) -> Demo {
    let member = |value: &str, role: &str, who: &Actor, email: &str, sees: &str| DemoPerson {
        value: value.to_owned(),
        role: role.to_owned(),
        name: who.name.clone(),
        sees: sees.to_owned(),
        way: Way::Password { email: email.to_owned(), password: PASSWORD.to_owned() },
    };
    let staff = &life.staff;
    let mut people = vec![
        member(
            "practitioner",
            "Practitioner",
            &staff.ben,
            people::BEN,
            "The day, screening, plans, sessions and check-ins.",
        ),
        member(
            "medical-lead",
            "Medical lead",
            &staff.ada,
            people::ADA,
            "All of that, overrides, and the rulebook to sign off.",
        ),
        member(
            "front-desk",
            "Front desk",
            &staff.fay,
            people::FAY,
            "The day, patients and bookings; nothing about health.",
        ),
        member(
            "assistant",
            "Assistant",
            &staff.cy,
            people::CY,
            "The day, numbing and photographs.",
        ),
        member("owner", "Owner", &staff.olu, people::OLU, "People, settings and the audit."),
    ];
    if let Some(patient) = life.shown {
        people.push(DemoPerson {
            value: "patient".to_owned(),
            role: "Patient".to_owned(),
            name: people::SHOWN.to_owned(),
            sees: "Their own pages, some days after a session.".to_owned(),
            way: Way::Patient(patient),
        });
    }
    Demo { people, clock: Clock(put_on) }
}
