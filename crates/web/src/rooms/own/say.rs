//! Days, times and amounts in words, as patients read them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_terminology::calendar::in_words;

/// A day with its weekday and without its year: "Friday 27 November".
pub(crate) fn weekday(day: Date) -> String {
    day.strftime("%A %-d %B").to_string()
}

/// A day: "27 November 2026".
pub(crate) fn day(day: Date) -> String {
    in_words(day)
}

/// A moment on a calendar: "27 November 2026".
pub(crate) fn day_of(at: Timestamp, zone: &TimeZone) -> String {
    in_words(at.to_zoned(zone.clone()).date())
}

/// A moment: "27 November 2026, 14:05".
pub(crate) fn at(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %B %Y, %H:%M").to_string()
}

pub(crate) use crate::rooms::money::write as money;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_their_units_and_thousands() {
        assert_eq!(money(125_000, "GBP"), "£1,250.00");
        assert_eq!(money(5, "EUR"), "€0.05");
        assert_eq!(money(12_000, "JPY"), "12,000 JPY");
        assert_eq!(money(-950, "CHF"), "−9.50 CHF");
    }

    #[test]
    fn a_weekday_is_said_before_its_day() {
        assert_eq!(weekday(Date::constant(2026, 11, 27)), "Friday 27 November");
    }
}
