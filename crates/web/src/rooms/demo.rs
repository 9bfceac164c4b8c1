//! The demo's own page: who may be signed in with one button, and the clock, which can be put on.
//!
//! Everybody in a demo is invented, and the passwords are public. A course takes months, and who looks at the demo has
//! an afternoon: so the time may be moved on, never back. Nothing else happens by that. Outside a demo these doors lead
//! nowhere.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned, civil};
use percuta_practice::{Actor, No, zone_of};
use percuta_record::PatientId;

use super::{
    Answered, Done, Needs, Rooms,
    door::Doors,
    entrance::{Filled, entry},
    notice, see_done, shown,
};
use crate::page::{
    demo::{self as page, Hand, View},
    entry::Entry,
    staff::sign_in::{DemoRole, Door},
};

/// Somebody of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// What the button sends.
    pub value: String,
    /// What they are here, as a word.
    pub role: String,
    /// Their invented name.
    pub name: String,
    /// What can be seen as them, in a sentence.
    pub sees: String,
    /// How they come in.
    pub way: Way,
}

/// How somebody of the demo comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// With an e-mail address and a password, like any member.
    Password {
        /// The address.
        email: String,
        /// The password, which is public.
        password: String,
    },
    /// As a patient.
    Patient(PatientId),
}

/// The people of a demo.
#[derive(Debug, Clone, Default)]
pub struct Demo {
    /// They, in the order of the buttons.
    pub people: Vec<DemoPerson>,
    /// The clock.
    pub clock: Clock,
}

impl Demo {
    /// The buttons.
    pub(super) fn roles(&self) -> Vec<DemoRole> {
        let role = |person: &DemoPerson| DemoRole {
            value: person.value.clone(),
            role: person.role.clone(),
            name: person.name.clone(),
            sees: person.sees.clone(),
        };
        self.people.iter().map(role).collect()
    }
}

/// Puts the demo's clock on to a time. One that has passed must leave it where it is.
#[derive(Debug, Clone, Copy)]
pub struct Clock(pub fn(Timestamp));

impl Default for Clock {
    fn default() -> Self {
        Self(|_stands_still| {})
    }
}

/// The doors of the demo's page.
pub(super) fn doors(doors: Doors) -> Doors {
    doors.get("/demo", Needs::Nothing, page_of).post("/demo/later", Needs::Nothing, later)
}

/// So far the clock goes at once: no course is longer, and nobody loses the clinic to a slip of the keyboard.
const DAYS_MAX: i32 = 366;

async fn page_of(
    State(rooms): State<Arc<Rooms>>,
    asked: HeaderMap,
    known: Option<Extension<Actor>>,
) -> Answered {
    let (known, done) = (known.as_ref().map(|Extension(actor)| actor), notice::read(&asked));
    again(&rooms, (known, done), &Entry::default(), StatusCode::OK).await
}

async fn again(
    rooms: &Rooms,
    (known, done): (Option<&Actor>, Option<Done>),
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let Some(demo) = &rooms.settings.demo else { return Err(No::NotFound.into()) };
    let (now, clinic) = at_the_clinic(rooms).await?;
    let mut entry = entry.clone();
    if entry.get("day").is_empty() {
        entry.set("day", now.date().to_string());
    }
    if entry.get("time").is_empty() {
        entry.set("time", now.strftime("%H:%M").to_string());
    }
    let view = View {
        now: now.strftime("%A %-d %B %Y, %H:%M").to_string(),
        hands: HANDS.iter().map(|(value, says, _)| Hand { value, says }).collect(),
        signed_in: known.map(|actor| page::SignedIn {
            name: actor.name.clone(),
            home: super::entrance::home(actor).to_owned(),
        }),
        roles: demo.roles(),
        notice: done.as_ref().map(Done::notice),
    };
    let door = Door { title: "The demo".to_owned(), clinic: Some(clinic), is_demo: true };
    Ok(shown(status, page::demo(&rooms.site, &door, &view, &entry)))
}

/// The time on the clinic's wall, and the clinic's name.
async fn at_the_clinic(rooms: &Rooms) -> Result<(Zoned, String), No> {
    let clinic = rooms.practice.clinic().await?;
    Ok((rooms.practice.now().to_zoned(zone_of(&clinic)), clinic.name.clone()))
}

/// Where a button leads from a time.
type Further = fn(&Zoned) -> Option<Zoned>;

/// The buttons: what each sends, what it says, and where it leads.
const HANDS: [(&str, &str, Further); 4] = [
    ("hour", "An hour", |now| now.checked_add(SignedDuration::from_hours(1)).ok()),
    ("morning", "Tomorrow, 09:00", |now| {
        let tomorrow = now.date().checked_add(1.day()).ok()?;
        tomorrow.at(9, 0, 0, 0).to_zoned(now.time_zone().clone()).ok()
    }),
    ("week", "A week", |now| now.checked_add(7.days()).ok()),
    ("weeks", "Four weeks", |now| now.checked_add(28.days()).ok()),
];

async fn later(
    State(rooms): State<Arc<Rooms>>,
    known: Option<Extension<Actor>>,
    form: Filled,
) -> Result<Response, super::Refused> {
    let mut entry = entry(form);
    let Some(demo) = &rooms.settings.demo else { return Err(No::NotFound.into()) };
    let (now, _) = at_the_clinic(&rooms).await?;
    let hand = HANDS.iter().find(|(value, _, _)| *value == entry.get("by"));
    let to = match hand {
        Some((_, _, further)) => further(&now),
        None => chosen(&mut entry, &now),
    };
    match to {
        Some(to) => {
            (demo.clock.0)(to.timestamp());
            Ok(see_done("/demo", Done::new("later")))
        }
        None => {
            let known = known.as_ref().map(|Extension(actor)| actor);
            again(&rooms, (known, None), &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// The day and the time that were typed, if the clock may be put on to them.
fn chosen(entry: &mut Entry, now: &Zoned) -> Option<Zoned> {
    let day = entry.get("day").parse::<civil::Date>();
    let time = entry.get("time").parse::<civil::Time>();
    if day.is_err() {
        entry.refuse("day", "Give the day as 2026-11-21.");
    }
    if time.is_err() {
        entry.refuse("time", "Give the time as 14:30.");
    }
    let to = day.ok()?.to_datetime(time.ok()?).to_zoned(now.time_zone().clone()).ok()?;
    if to <= *now {
        entry.refuse("day", "The clock only goes forward. Choose a time that is still to come.");
        return None;
    }
    if to > now.checked_add(DAYS_MAX.days()).ok()? {
        entry.refuse("day", "That is more than a year away. Go in smaller steps.");
        return None;
    }
    Some(to)
}
