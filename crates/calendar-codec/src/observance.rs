//! A zone's rules as a calendar carries them: each change of the clock in the years covered, by name.
//!
//! Every change stands in a part of its own and with its own date, instead of as a rule that repeats: there is nothing to
//! work out and nothing to get wrong, and the readers that pass over lists of dates read it too.

use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, date},
    tz::{Dst, Offset, TimeZone},
};

use crate::line::Writer;

/// A stretch of time on one offset, and the change that it began with.
struct Observance {
    /// The time on the clock before the change.
    onset: DateTime,
    before: Offset,
    after: Offset,
    summer: bool,
    name: String,
}

/// Writes the `VTIMEZONE` that the times between two instants need: of whole years.
pub(crate) fn write(out: &mut Writer, name: &str, zone: &TimeZone, span: (Timestamp, Timestamp)) {
    out.line("BEGIN", "VTIMEZONE");
    out.line("TZID", name);
    for part in observances(zone, span) {
        let kind = if part.summer { "DAYLIGHT" } else { "STANDARD" };
        out.line("BEGIN", kind);
        out.line("DTSTART", &part.onset.strftime("%Y%m%dT%H%M%S").to_string());
        out.line("TZOFFSETFROM", &offset(part.before));
        out.line("TZOFFSETTO", &offset(part.after));
        out.text("TZNAME", &part.name);
        out.line("END", kind);
    }
    out.line("END", "VTIMEZONE");
}

/// The one in force when the first year begins, and every later one of the years.
fn observances(zone: &TimeZone, span: (Timestamp, Timestamp)) -> Vec<Observance> {
    let year = |at: Timestamp| zone.to_datetime(at).year();
    let begin =
        |year: i16| DateTime::new(year, 1, 1, 0, 0, 0, 0).and_then(|at| zone.to_timestamp(at)).ok();
    let first = begin(year(span.0)).unwrap_or(span.0);
    // A change that ends the last year still stands; the year after is not needed.
    let last = begin(year(span.1).saturating_add(1)).unwrap_or(span.1);
    let mut all = vec![in_force(zone, first)];
    for change in zone.following(first).take_while(|change| change.timestamp() < last) {
        all.push(at_change(zone, change.timestamp()));
    }
    all
}

/// The observance that holds at an instant.
fn in_force(zone: &TimeZone, at: Timestamp) -> Observance {
    // `preceding` leaves out a change at the instant itself.
    let just_after = at.checked_add(SignedDuration::from_nanos(1)).unwrap_or(at);
    let oldest = date(1601, 1, 1).at(0, 0, 0, 0);
    let change =
        zone.preceding(just_after).next().map(|change| at_change(zone, change.timestamp()));
    change.filter(|part| part.onset >= oldest).unwrap_or_else(|| {
        let now = zone.to_offset_info(at);
        Observance {
            onset: oldest,
            before: now.offset(),
            after: now.offset(),
            summer: false,
            name: now.abbreviation().to_owned(),
        }
    })
}

/// What begins with the change at an instant.
fn at_change(zone: &TimeZone, at: Timestamp) -> Observance {
    let earlier = at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(at);
    let (old, new) = (zone.to_offset_info(earlier), zone.to_offset_info(at));
    // Ireland's winter and Morocco's Ramadan are called the saving time in the tables of zones. A reader of a calendar
    // expects the clock to be ahead in what is called DAYLIGHT.
    let summer = match (old.dst(), new.dst()) {
        (Dst::No, Dst::No) => false,
        (Dst::Yes, Dst::Yes) => true,
        (Dst::No, Dst::Yes) | (Dst::Yes, Dst::No) => new.offset() > old.offset(),
    };
    Observance {
        onset: old.offset().to_datetime(at),
        before: old.offset(),
        after: new.offset(),
        summer,
        name: new.abbreviation().to_owned(),
    }
}

/// An offset as `+0530`, with seconds where there are any.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let size = seconds.unsigned_abs();
    let (hours, minutes, rest) = (size / 3_600, size / 60 % 60, size % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}
