//! What cannot stand in the calendar's settings, field by field, each with its remedy. Nothing is read and nothing
//! written here.
//!
//! Fields are named as the pages name them: `hours-1-2-from` is when the second stretch of Monday begins,
//! `phase-3-most` the most minutes of the third phase.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{civil::Time, tz::TimeZone};
use percuta_chart::{
    calendar::{
        Blocked, Device, Hours, Room, RoomNeed, Roster, Service, ServicePhase, Services, Site,
    },
    visit::PhaseKind,
};

use crate::refusal::Wrong;

/// The days of the week in words, Monday first.
const WEEK: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// No name is longer, in characters.
const NAME_MAX: usize = 80;
/// No list of one thing is longer.
const LIST_MAX: usize = 200;
/// The longest that a phase may be, in minutes: eight hours.
const PHASE_MAX: i64 = 480;
/// The longest that something stays held after a visit, in minutes: four hours.
const TURNOVER_MAX: i64 = 240;
/// So many visits one room may hold at once.
const SEATS_MAX: u16 = 50;
/// So many phases one service may have.
const PHASES_MAX: usize = 20;

/// What is wrong with a site.
pub(crate) fn site(site: &Site) -> Vec<Wrong> {
    let mut wrong = named(&site.name, "Give the site a name, such as its street.");
    if TimeZone::get(&site.time_zone).is_err() {
        wrong.push(Wrong::new("zone", "Choose a time zone, such as Europe/London."));
    }
    wrong.extend(hours(&site.hours, "hours"));
    wrong
}

/// What is wrong with a room.
pub(crate) fn room(room: &Room) -> Vec<Wrong> {
    let mut wrong = named(&room.name, "Give the room a name, such as Room 1.");
    if !(1..=SEATS_MAX).contains(&room.capacity) {
        wrong.push(Wrong::new("seats", "Give how many visits it holds at once, from 1 to 50."));
    }
    wrong.extend(turnover(room.turnover_min));
    wrong.extend(blocked(&room.blocked));
    wrong
}

/// What is wrong with a device.
pub(crate) fn device(device: &Device) -> Vec<Wrong> {
    let mut wrong = named(&device.name, "Give the device a name, such as Pen 1.");
    if device.modality.trim().is_empty() {
        wrong.push(Wrong::new("modality", "Choose what it does."));
    }
    wrong.extend(turnover(device.turnover_min));
    wrong.extend(blocked(&device.blocked));
    wrong
}

/// What is wrong with when somebody works.
pub(crate) fn roster(roster: &Roster) -> Vec<Wrong> {
    let shifts: Vec<Hours> = roster.week.iter().flatten().map(|shift| shift.hours).collect();
    let mut wrong = hours(&shifts, "shift");
    wrong.extend(hours(&roster.breaks, "break"));
    if roster.extra.iter().any(|one| one.from >= one.until) {
        wrong.push(Wrong::new("extra-until", "Give an end after the beginning."));
    }
    let mut extra: Vec<_> = roster.extra.iter().map(|one| (one.day, one.from, one.until)).collect();
    extra.sort_unstable();
    for ((day, _, until), (next, from, _)) in extra.iter().zip(extra.iter().skip(1)) {
        if day == next && from < until {
            wrong.push(Wrong::new(
                "extra-from",
                format!("{day} has a shift until {} already. Begin after it.", clock(*until)),
            ));
        }
    }
    wrong.extend(blocked(&roster.away));
    wrong
}

/// What is wrong with what the clinic offers.
pub(crate) fn services(services: &Services) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut titles = BTreeSet::new();
    for one in &services.services {
        wrong.extend(service(one));
        if one.is_offered && !titles.insert(one.title.trim().to_lowercase()) {
            let says = format!("{} is offered already. Give this one another name.", one.title);
            wrong.push(Wrong::new("name", says));
        }
    }
    wrong
}

/// What is wrong with one service.
pub(crate) fn service(service: &Service) -> Vec<Wrong> {
    let mut wrong = named(&service.title, "Give the service a name, such as Pen session.");
    if service.phases.is_empty() {
        wrong.push(Wrong::new("phases", "Add at least one phase."));
    }
    if service.phases.len() > PHASES_MAX {
        wrong.push(Wrong::new("phases", "Keep at most 20 phases."));
    }
    for (phase, number) in service.phases.iter().zip(1_usize..) {
        wrong.extend(self::phase(phase, number));
    }
    if service.phases.iter().all(|phase| phase.staff.is_none()) && !service.phases.is_empty() {
        let says = "Somebody has to be there in one phase at least: a visit is with somebody.";
        wrong.push(Wrong::new("phase-1-who", says));
    }
    wrong
}

fn phase(phase: &ServicePhase, number: usize) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let field = |name: &str| format!("phase-{number}-{name}");
    let (min, max) = (phase.minutes_min, phase.minutes_max);
    if !(1..=PHASE_MAX).contains(&min) {
        wrong.push(Wrong::new(field("fewest"), "Give minutes, from 1 to 480."));
    }
    if max < min {
        let says = format!("Give at least {min}, or lower the fewest minutes.");
        wrong.push(Wrong::new(field("most"), says));
    } else if max > PHASE_MAX {
        wrong.push(Wrong::new(field("most"), "Give minutes, at most 480."));
    }
    if number == 1 && phase.room == RoomNeed::Same {
        let says = "The first phase has no room before it. Choose a kind of room.";
        wrong.push(Wrong::new(field("room"), says));
    }
    if phase.kind == PhaseKind::Treatment && phase.staff.is_none() {
        wrong.push(Wrong::new(field("who"), "Choose who treats: nobody is treated alone."));
    }
    if phase.device.is_some() && phase.room == RoomNeed::Nowhere {
        let says = "A device is used in a room. Choose a kind of room, or no device.";
        wrong.push(Wrong::new(field("room"), says));
    }
    wrong
}

fn named(name: &str, says: &str) -> Vec<Wrong> {
    if name.trim().is_empty() {
        return vec![Wrong::new("name", says)];
    }
    if name.chars().count() > NAME_MAX {
        return vec![Wrong::new("name", "Use at most 80 characters.")];
    }
    Vec::new()
}

fn turnover(minutes: i64) -> Option<Wrong> {
    let says = "Give minutes, from 0 to 240.";
    (!(0..=TURNOVER_MAX).contains(&minutes)).then(|| Wrong::new("turnover", says))
}

/// Stretches of a week that end before they begin, or meet; both are named.
fn hours(hours: &[Hours], field: &str) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut days: BTreeMap<i8, Vec<(usize, Hours)>> = BTreeMap::new();
    for one in hours {
        let day = days.entry(one.weekday).or_default();
        let place = day.len() + 1;
        day.push((place, *one));
    }
    for (weekday, mut stretches) in days {
        let name = weekday_name(weekday);
        for (place, one) in &stretches {
            if one.from >= one.until {
                let says = format!(
                    "{name}, {} to {}, ends before it begins. Give a later end.",
                    clock(one.from),
                    clock(one.until)
                );
                wrong.push(Wrong::new(format!("{field}-{weekday}-{place}-until"), says));
            }
        }
        stretches.sort_by_key(|(_, one)| *one);
        for ((_, one), (place, next)) in stretches.iter().zip(stretches.iter().skip(1)) {
            if next.from < one.until {
                let says = format!(
                    "{name} has {} to {} and {} to {}, which overlap. Begin the second at {} or later.",
                    clock(one.from),
                    clock(one.until),
                    clock(next.from),
                    clock(next.until),
                    clock(one.until)
                );
                wrong.push(Wrong::new(format!("{field}-{weekday}-{place}-from"), says));
            }
        }
    }
    wrong
}

/// The name of a day of the week, Monday being 1.
fn weekday_name(weekday: i8) -> &'static str {
    let place = usize::try_from(weekday.saturating_sub(1)).unwrap_or(0);
    WEEK.get(place).copied().unwrap_or("This day")
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn blocked(blocked: &[Blocked]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if blocked.iter().any(|one| one.from >= one.until) {
        wrong.push(Wrong::new("blocked-until", "Give an end after the beginning."));
    }
    if blocked.iter().any(|one| one.why.trim().is_empty()) {
        wrong.push(Wrong::new("blocked-why", "Say why, so that others know."));
    }
    if blocked.len() > LIST_MAX {
        wrong.push(Wrong::new("blocked-from", "Take older ones away first: 200 can be kept."));
    }
    wrong
}
