//! Windows and ages on the clinic's calendar.
//!
//! CLINICAL: days are counted on the calendar, not in hours: a session at 09:00 may follow one at 17:00.
//! Windows are inclusive: treatment is allowed on the anchor plus the window. A month's end clips (31 August
//! and six months is 28 February), except for ages: who was born on 29 February comes of age on 1 March.

use std::fmt;

use jiff::{Span, civil::Date};

/// A length of time after an anchor date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// So many days.
    Days(i32),
    /// So many calendar months.
    Months(i32),
}

impl Window {
    /// Reads `"14 days"`, `"3 weeks"`, `"6 months"` or `"1 year"`; `None` for anything else or for a length that is
    /// not between one day and a hundred years.
    pub fn read(text: &str) -> Option<Self> {
        let (count, unit) = text.trim().split_once(' ')?;
        let count: i32 = count.parse().ok()?;
        if !(1..=36_525).contains(&count) {
            return None;
        }
        match unit {
            "day" | "days" => Some(Self::Days(count)),
            "week" | "weeks" if count <= 5_200 => Some(Self::Days(count * 7)),
            "month" | "months" if count <= 1_200 => Some(Self::Months(count)),
            "year" | "years" if count <= 100 => Some(Self::Months(count * 12)),
            _ => None,
        }
    }

    /// The first day on which treatment is allowed again. Saturates at the calendar's last day.
    pub fn after(self, anchor: Date) -> Date {
        let span = match self {
            Self::Days(days) => Span::new().try_days(days),
            Self::Months(months) => Span::new().try_months(months),
        };
        span.and_then(|span| anchor.checked_add(span)).unwrap_or(Date::MAX)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(1) => write!(out, "1 day"),
            Self::Days(days) => write!(out, "{days} days"),
            Self::Months(1) => write!(out, "1 month"),
            Self::Months(months) => write!(out, "{months} months"),
        }
    }
}

/// The day a person reaches an age in years.
pub fn birthday(born: Date, years: i16) -> Date {
    let year = born.year().saturating_add(years);
    Date::new(year, born.month(), born.day())
        .or_else(|_| Date::new(year, 3, 1))
        .unwrap_or(Date::MAX)
}

/// A date in words, such as `2 October 2025`.
pub fn in_words(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let index = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
    let month = MONTHS.get(index).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// Days from one date to another, negative when the second is earlier.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn six_months_after_31_august_clip_at_the_end_of_february() {
        assert_eq!(Window::Months(6).after(day("2025-08-31")), day("2026-02-28"));
        assert_eq!(Window::Months(6).after(day("2027-08-31")), day("2028-02-29"));
    }

    #[test]
    fn who_was_born_on_29_february_comes_of_age_on_1_march() {
        assert_eq!(birthday(day("2008-02-29"), 18), day("2026-03-01"));
        assert_eq!(birthday(day("2008-02-29"), 20), day("2028-02-29"));
    }

    #[test]
    fn a_window_reads_days_weeks_months_and_years_and_nothing_else() {
        assert_eq!(Window::read("3 weeks"), Some(Window::Days(21)));
        assert_eq!(Window::read("1 year"), Some(Window::Months(12)));
        for bad in ["", "3", "days 3", "-1 days", "0 days", "999999 years", "3 fortnights"] {
            assert_eq!(Window::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_date_reads_in_words() {
        assert_eq!(in_words(day("2025-10-02")), "2 October 2025");
    }
}
