//! A time zone as a table of offsets, and civil times on it.
//!
//! The table is made once, from the rules that are handed in; from then on every conversion is arithmetic on whole minutes.
//! It covers the years 2000 to 2199. A civil time is a number of minutes too: those since midnight of 1 January 1970 on the
//! clock of the place.
//!
//! INVARIANT (table): the pieces follow one another without a gap, and there is at least one.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::model::{Minute, Span};

/// Minutes of a day.
pub const DAY: Minute = 1_440;

/// The days that can be spoken of.
pub const FIRST_DAY: Date = Date::constant(2000, 1, 1);
/// The last of them.
pub const LAST_DAY: Date = Date::constant(2199, 12, 31);

/// A stretch of time with one offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    from: Minute,
    to: Minute,
    /// Minutes that the clock of the place is ahead of UTC.
    offset: Minute,
}

/// A time zone between [`FIRST_DAY`] and [`LAST_DAY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    pieces: Vec<Piece>,
}

/// Which moments a civil time stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moments {
    /// None: the clocks jump over it.
    Missing,
    /// One.
    Once(Minute),
    /// Two: the clocks are put back over it.
    Twice(Minute, Minute),
}

impl Zone {
    /// The table of a zone.
    pub fn new(name: &str, rules: &TimeZone) -> Self {
        let first = midnight(FIRST_DAY) - 2 * DAY;
        let last = midnight(LAST_DAY) + 3 * DAY;
        let offset_at = |minute: Minute| {
            let at = Timestamp::from_second(minute * 60).unwrap_or(Timestamp::UNIX_EPOCH);
            Minute::from(rules.to_offset(at).seconds()).div_euclid(60)
        };
        let mut pieces: Vec<Piece> = Vec::new();
        let mut from = first;
        let mut offset = offset_at(first);
        let start = Timestamp::from_second(first * 60).unwrap_or(Timestamp::UNIX_EPOCH);
        for transition in rules.following(start) {
            let at = transition.timestamp().as_second().div_euclid(60);
            if at >= last {
                break;
            }
            let next = Minute::from(transition.offset().seconds()).div_euclid(60);
            if at > from && next != offset {
                pieces.push(Piece { from, to: at, offset });
                from = at;
                offset = next;
            }
        }
        pieces.push(Piece { from, to: last, offset });
        Self { name: name.to_owned(), pieces }
    }

    /// UTC, for what has no place.
    pub fn utc() -> Self {
        Self::new("UTC", &TimeZone::UTC)
    }

    /// Its name, such as `Europe/London`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Minutes that the clock of the place is ahead of UTC.
    pub fn offset(&self, at: Minute) -> Minute {
        let after = self.pieces.partition_point(|piece| piece.from <= at);
        self.pieces.get(after.saturating_sub(1)).map_or(0, |piece| piece.offset)
    }

    /// What the clock of the place shows.
    pub fn civil(&self, at: Minute) -> Minute {
        at + self.offset(at)
    }

    /// The date on the calendar of the place.
    pub fn date(&self, at: Minute) -> Date {
        date_of(self.civil(at).div_euclid(DAY))
    }

    /// When the clock of the place shows this.
    pub fn moments(&self, civil: Minute) -> Moments {
        let mut found = self.within(civil, civil + 1).into_iter().map(|span| span.from);
        match (found.next(), found.next()) {
            (None, _) => Moments::Missing,
            (Some(once), None) => Moments::Once(once),
            (Some(first), Some(second)) => Moments::Twice(first, second),
        }
    }

    /// Every stretch of time in which the clock of the place stands between two civil times, in order.
    pub fn within(&self, from: Minute, to: Minute) -> Vec<Span> {
        // No offset is beyond a day.
        let first = self.pieces.partition_point(|piece| piece.to <= from - DAY);
        let mut found: Vec<Span> = Vec::new();
        for piece in self.pieces.get(first..).unwrap_or_default() {
            if piece.from >= to + DAY {
                break;
            }
            let span = Span {
                from: (from - piece.offset).max(piece.from),
                to: (to - piece.offset).min(piece.to),
            };
            if span.from >= span.to {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.to == span.from => last.to = span.to,
                _ => found.push(span),
            }
        }
        found
    }

    /// A time as it is answered: `2026-03-02T09:00+00:00`.
    pub fn write(&self, at: Minute) -> String {
        let offset = self.offset(at);
        let (sign, size) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
        format!("{}{sign}{:02}:{:02}", write_civil(at + offset), size / 60, size % 60)
    }
}

/// A civil time as text: `2026-03-02T09:00`.
pub fn write_civil(civil: Minute) -> String {
    let clock = civil.rem_euclid(DAY);
    format!("{}T{:02}:{:02}", date_of(civil.div_euclid(DAY)), clock / 60, clock % 60)
}

/// Midnight at the beginning of a date, as a civil time.
pub fn midnight(date: Date) -> Minute {
    day_number(date) * DAY
}

/// Days since 1 January 1970.
pub fn day_number(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until(date).map_or(0, |span| i64::from(span.get_days()))
}

/// The date of a day's number.
pub fn date_of(day: i64) -> Date {
    let seconds = day.saturating_mul(86_400);
    Timestamp::from_second(seconds).map_or(Date::MAX, |at| TimeZone::UTC.to_datetime(at).date())
}

/// The weekday of a day's number, Monday being 0.
pub fn weekday_of(day: i64) -> u8 {
    // 1 January 1970 was a Thursday.
    u8::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// The weekdays as they are written, Monday first.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A weekday's number, Monday being 0.
pub fn weekday_number(weekday: Weekday) -> u8 {
    u8::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::new(name, &TimeZone::get(name).unwrap())
    }

    fn civil(text: &str) -> Minute {
        let at: jiff::civil::DateTime = text.parse().unwrap();
        midnight(at.date()) + i64::from(at.hour()) * 60 + i64::from(at.minute())
    }

    #[test]
    fn an_hour_that_the_clocks_jump_over_has_no_moment() {
        assert_eq!(zone("Europe/London").moments(civil("2026-03-29T01:30")), Moments::Missing);
        assert_eq!(zone("America/New_York").moments(civil("2026-03-08T02:00")), Moments::Missing);
        assert_eq!(
            zone("Australia/Lord_Howe").moments(civil("2026-10-04T02:15")),
            Moments::Missing
        );
    }

    #[test]
    fn an_hour_that_the_clocks_are_put_back_over_has_two_moments() {
        for (name, at, apart) in [
            ("Europe/London", "2026-10-25T01:30", 60),
            ("America/New_York", "2026-11-01T01:00", 60),
            ("Australia/Lord_Howe", "2026-04-05T01:45", 30),
        ] {
            let Moments::Twice(first, second) = zone(name).moments(civil(at)) else {
                panic!("{name} shows {at} once");
            };
            assert_eq!(second - first, apart, "{name}");
        }
    }

    #[test]
    fn a_day_has_as_many_minutes_as_the_clocks_leave_it() {
        for (name, day, minutes) in [
            ("Europe/London", "2026-03-29", 1_380),
            ("Europe/London", "2026-10-25", 1_500),
            ("America/New_York", "2026-11-01", 1_500),
            ("Australia/Lord_Howe", "2026-04-05", 1_470),
            ("Australia/Lord_Howe", "2026-10-04", 1_410),
        ] {
            let start = midnight(day.parse().unwrap());
            let length: Minute =
                zone(name).within(start, start + DAY).iter().map(|span| span.to - span.from).sum();
            assert_eq!(length, minutes, "{name}, {day}");
        }
    }

    #[test]
    fn a_time_is_written_with_its_offset() {
        let london = zone("Europe/London");
        let Moments::Once(at) = london.moments(civil("2026-07-01T09:05")) else { panic!("once") };
        assert_eq!(london.write(at), "2026-07-01T09:05+01:00");
        assert_eq!(zone("America/New_York").write(at), "2026-07-01T04:05-04:00");
    }

    #[test]
    fn dates_and_their_numbers_lead_back_to_one_another() {
        for text in ["1970-01-01", "2000-02-29", "2026-03-02", "2199-12-31"] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date_of(day_number(date)), date);
            assert_eq!(weekday_of(day_number(date)), weekday_number(date.weekday()));
        }
    }
}
