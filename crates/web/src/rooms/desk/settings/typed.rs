//! What the forms of the calendar's settings have in common: stretches of a day, blocked times, versions that can be
//! undone, and what is booked in the way.

use jiff::{
    Timestamp,
    civil::{DateTime, Time},
    tz::TimeZone,
};
use percuta_chart::calendar::{Blocked, Hours};
use percuta_practice::{No, sites::Booked};
use percuta_record::Version;
use percuta_terminology::calendar::in_words;

use crate::page::{
    entry::Entry,
    staff::settings::places::{STRETCHES, WEEK},
};

/// What is to become of visits in the way.
pub(super) fn booked(entry: &Entry) -> Booked {
    if entry.has("move-after", "yes") { Booked::MoveAfter } else { Booked::MoveFirst }
}

/// A version out of an address.
pub(super) fn version(text: &str) -> Result<Version, No> {
    text.parse().ok().and_then(Version::new).ok_or(No::NotFound)
}

/// A time of day for a field.
pub(super) fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// Puts stretches of a week into the fields `{field}-{day}-{place}-from`. It says with how many of a day there was room.
pub(super) fn set_week(entry: &mut Entry, field: &str, hours: &[Hours]) {
    for (number, _) in WEEK {
        let mut of: Vec<&Hours> = hours.iter().filter(|one| one.weekday == number).collect();
        of.sort();
        for (one, place) in of.into_iter().zip(1_usize..) {
            entry.set(&format!("{field}-{number}-{place}-from"), clock(one.from));
            entry.set(&format!("{field}-{number}-{place}-until"), clock(one.until));
        }
    }
}

/// Reads them, with their place in the day. A pair of which one is missing is said beneath it.
pub(super) fn read_week(entry: &mut Entry, field: &str) -> Vec<(usize, Hours)> {
    let mut hours = Vec::new();
    for (number, words) in WEEK {
        for place in 1..=STRETCHES {
            let name = format!("{field}-{number}-{place}");
            if let Some((from, until)) = stretch(entry, &name, words) {
                hours.push((place, Hours { weekday: number, from, until }));
            }
        }
    }
    hours
}

/// From when to when, out of two fields; `None` where both are empty or one says what is wrong.
pub(super) fn stretch(entry: &mut Entry, name: &str, words: &str) -> Option<(Time, Time)> {
    let (first, last) = (format!("{name}-from"), format!("{name}-until"));
    let (from, until) = (entry.get(&first).to_owned(), entry.get(&last).to_owned());
    if from.is_empty() && until.is_empty() {
        return None;
    }
    match (from.parse::<Time>(), until.parse::<Time>()) {
        (Ok(from), Ok(until)) if from < until => return Some((from, until)),
        (Ok(from), Ok(until)) => {
            let says = format!(
                "{words}, {} to {}, ends before it begins. Give a later end.",
                clock(from),
                clock(until)
            );
            entry.refuse(&last, says);
        }
        (Err(_), _) => entry.refuse(&first, format!("Give when {words} begins, as 09:00.")),
        (Ok(_), Err(_)) => entry.refuse(&last, format!("Give when {words} ends, as 17:30.")),
    }
    None
}

/// What blocks something after the form of a blocked time: one more, or one fewer.
pub(super) fn blocked(
    entry: &mut Entry,
    zone: &TimeZone,
    before: &[Blocked],
) -> Option<Vec<Blocked>> {
    let gone = entry.get("remove").to_owned();
    if !gone.is_empty() {
        return Some(before.iter().filter(|one| value(one) != gone).cloned().collect());
    }
    let from = moment(entry, zone, ("blocked-from", "Give when it begins."));
    let until = moment(entry, zone, ("blocked-until", "Give when it ends."));
    let why = entry.get("blocked-why").to_owned();
    let (Some(from), Some(until)) = (from, until) else { return None };
    let mut after = before.to_vec();
    after.push(Blocked { from, until, why });
    after.sort_by_key(|one| (one.from, one.until));
    Some(after)
}

/// A moment on a clock, out of a field of day and time.
fn moment(entry: &mut Entry, zone: &TimeZone, (name, says): (&str, &str)) -> Option<Timestamp> {
    let typed: Option<DateTime> = entry.get(name).parse().ok();
    let at = typed.and_then(|typed| zone.to_ambiguous_timestamp(typed).compatible().ok());
    if at.is_none() {
        entry.refuse(name, says);
    }
    at
}

/// By what a blocked time is named in a form.
fn value(one: &Blocked) -> String {
    format!("{}.{}", one.from.as_second(), one.until.as_second())
}

/// What is blocked and not over, in words.
pub(super) fn times(
    blocked: &[Blocked],
    zone: &TimeZone,
    now: Timestamp,
) -> Vec<(String, String, String)> {
    let ahead = blocked.iter().filter(|one| one.until > now);
    ahead.map(|one| (value(one), span(one, zone), one.why.clone())).collect()
}

fn span(one: &Blocked, zone: &TimeZone) -> String {
    let (from, until) = (one.from.to_zoned(zone.clone()), one.until.to_zoned(zone.clone()));
    let (day, time) = (in_words(from.date()), from.strftime("%H:%M"));
    if from.date() == until.date() {
        format!("{day}, {time} to {}", until.strftime("%H:%M"))
    } else {
        format!("{day}, {time} to {}, {}", in_words(until.date()), until.strftime("%H:%M"))
    }
}

/// A whole number out of a field; `None` where it says what is wrong.
pub(super) fn number(entry: &mut Entry, name: &str, says: &str) -> Option<i64> {
    let read = entry.get(name).parse::<i64>().ok();
    if read.is_none() {
        entry.refuse(name, says);
    }
    read
}
