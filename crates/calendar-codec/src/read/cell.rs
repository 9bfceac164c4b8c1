//! One cell of a table: dates, times of day and lengths, as people and programs write them.
//!
//! A sentence says what to write instead; what stands there is quoted by the caller where it may be.

use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::Order;

/// A date as it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// In a form that can be read in one way.
    Plain(Date),
    /// Two numbers and a year: which of them is the day, the form leaves open.
    Open {
        /// The two numbers, in their order.
        numbers: (i8, i8),
        /// The year.
        year: i16,
    },
}

/// A time of day: minutes after midnight, up to the end of the day, and the offset from UTC that stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OnClock {
    pub(super) minutes: i64,
    pub(super) offset: Option<Offset>,
}

/// What to write instead of a date.
pub(super) const NO_DATE: &str = "write it as 2026-03-02";
/// What to write instead of a time.
pub(super) const NO_TIME: &str = "write it as 14:30 or 2:30 pm";
/// What to write instead of a length.
pub(super) const NO_LENGTH: &str = "write minutes, as 45, or 1:15";

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads a date.
pub(super) fn day(text: &str) -> Result<Day, &'static str> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if text.len() >= 5
        && is_number(text)
        && text.split('.').next().is_some_and(|head| head.len() == 5)
    {
        return Err("give the column a date format in the spreadsheet, and export it again");
    }
    let lower = text.trim().to_lowercase();
    let mut parts: Vec<&str> =
        lower.split(['-', '/', '.', ' ', ',', '\u{a0}']).filter(|part| !part.is_empty()).collect();
    if parts.len() == 4 && parts.first().is_some_and(|part| begins(part, &WEEKDAYS).is_some()) {
        parts.remove(0);
    }
    let [first, second, third] = parts.as_slice() else { return Err(NO_DATE) };
    if first.len() == 4 {
        let month = begins(second, &MONTHS).or_else(|| number(second)).ok_or(NO_DATE)?;
        return plain(number(first), Some(month), ordinal(third));
    }
    if let Some(month) = begins(second, &MONTHS) {
        return plain(year(third), Some(month), ordinal(first));
    }
    if let Some(month) = begins(first, &MONTHS) {
        return plain(year(third), Some(month), ordinal(second));
    }
    let (one, two) = (number(first).ok_or(NO_DATE)?, number(second).ok_or(NO_DATE)?);
    let year = year(third).ok_or(NO_DATE)?;
    if lower.contains('.') {
        return plain(Some(year), Some(two), Some(one));
    }
    match (one, two) {
        (1..=12, 1..=31) | (1..=31, 1..=12) => Ok(Day::Open { numbers: (one, two), year }),
        _ => Err(NO_DATE),
    }
}

/// The date that is meant; a sentence where there is no such date in that order.
pub(super) fn settle(day: Day, order: Order) -> Result<Date, String> {
    let Day::Open { numbers: (one, two), year } = day else {
        let Day::Plain(date) = day else { return Err(NO_DATE.to_owned()) };
        return Ok(date);
    };
    let (day, month, order) = match order {
        Order::MonthFirst => (two, one, "the month stands first"),
        Order::DayFirst => (one, two, "the day stands first"),
        // Whoever leaves it open has seen that both are the same.
        Order::AsShown => (one, two, "both orders are the same"),
    };
    Date::new(year, month, day)
        .map_err(|_beyond| format!("there is no such date where {order}; {NO_DATE}"))
}

fn plain(year: Option<i16>, month: Option<i8>, day: Option<i8>) -> Result<Day, &'static str> {
    let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(NO_DATE) };
    Date::new(year, month, day).map(Day::Plain).map_err(|_beyond| NO_DATE)
}

/// The number of a word in a list, by at least its first three letters.
fn begins(part: &str, words: &[&str]) -> Option<i8> {
    if part.len() < 3 {
        return None;
    }
    let at = words.iter().position(|word| word.starts_with(part))?;
    i8::try_from(at + 1).ok()
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A day as `2` or `2nd`.
fn ordinal(text: &str) -> Option<i8> {
    let plain = ["st", "nd", "rd", "th"].into_iter().find_map(|ending| text.strip_suffix(ending));
    number(plain.unwrap_or(text))
}

/// A year of four digits, or of two in this century.
fn year(text: &str) -> Option<i16> {
    match text.len() {
        2 => number::<i16>(text).map(|year| year + 2_000),
        4 => number(text),
        _ => None,
    }
}

/// Reads a time of day.
pub(super) fn clock(text: &str) -> Option<OnClock> {
    let lower = text.trim().to_lowercase();
    let (time, offset) = split_offset(&lower)?;
    let time = time.replace(['.', '\u{202f}', '\u{a0}'], if time.contains(':') { "" } else { "." });
    let half = |ending: &[&str]| {
        ending.iter().find_map(|ending| time.trim().strip_suffix(ending)).map(str::trim)
    };
    let (time, noon) = if let Some(time) = half(&["am", "a.m.", "a.m"]) {
        (time, Some(0))
    } else if let Some(time) = half(&["pm", "p.m.", "p.m"]) {
        (time, Some(12))
    } else {
        (time.trim(), None)
    };
    let parts: Vec<&str> = time.split([':', '.', 'h']).filter(|part| !part.is_empty()).collect();
    let (hours, minutes): (i64, i64) = match parts.as_slice() {
        [hours] if noon.is_some() || time.ends_with('h') => (number(hours)?, 0),
        // 0930 and 1430 stand without anything between.
        [digits] if digits.len() == 4 => {
            let (hours, minutes) = digits.split_at_checked(2)?;
            (number(hours)?, number(minutes)?)
        }
        [hours, minutes] if minutes.len() == 2 => (number(hours)?, number(minutes)?),
        [hours, minutes, seconds] if minutes.len() == 2 && is_no_second(seconds) => {
            (number(hours)?, number(minutes)?)
        }
        _ => return None,
    };
    let hours = match noon {
        Some(noon) if (1..=12).contains(&hours) => hours % 12 + noon,
        Some(_) => return None,
        None => hours,
    };
    let minutes = (minutes < 60).then_some(hours * 60 + minutes)?;
    (minutes <= 24 * 60).then_some(OnClock { minutes, offset })
}

/// Appointments have whole minutes.
fn is_no_second(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'0')
}

/// A time without the `Z` or `+01:00` behind it.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(time) = text.strip_suffix('z') {
        return Some((time, Some(Offset::UTC)));
    }
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > 0) else { return Some((text, None)) };
    let (time, offset) = text.split_at_checked(at)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let minutes: i32 = match digits.len() {
        2 => number::<i32>(&digits)? * 60,
        4 => number::<i32>(digits.get(..2)?)? * 60 + number::<i32>(digits.get(2..)?)?,
        _ => return None,
    };
    Some((time, Some(Offset::from_seconds(sign * minutes * 60).ok()?)))
}

/// Reads a date and a time that stand in one cell.
pub(super) fn both(text: &str) -> Option<(Day, OnClock)> {
    let text = text.trim();
    let breaks =
        text.char_indices().filter(|(_, letter)| ['T', 't', ' ', ',', '\u{a0}'].contains(letter));
    for (at, letter) in breaks.take(8) {
        let (date, rest) = text.split_at_checked(at)?;
        let rest = rest.get(letter.len_utf8()..)?;
        if let (Ok(day), Some(clock)) = (day(date), clock(rest)) {
            return Some((day, clock));
        }
    }
    None
}

/// Reads a length, as minutes.
pub(super) fn minutes(text: &str) -> Option<i64> {
    let lower = text.trim().to_lowercase();
    if let Some((hours, minutes)) = lower.split_once(':') {
        let (hours, minutes): (i64, i64) = (number(hours.trim())?, number(minutes.get(..2)?)?);
        let rest = minutes_rest(lower.split(':').nth(2));
        return (minutes < 60 && hours < 100 && rest).then_some(hours * 60 + minutes);
    }
    let (mut total, mut digits, mut unit, mut is_said) =
        (0_i64, String::new(), String::new(), false);
    for letter in lower.chars().chain(['\0']) {
        let begins_next = letter == '\0' || (letter.is_ascii_digit() && !unit.is_empty());
        if begins_next {
            let count: i64 =
                number(&digits).filter(|count| *count < 100_000 && !digits.is_empty())?;
            total += count * unit_minutes(&unit, is_said)?;
            is_said = true;
            (digits, unit) = (String::new(), String::new());
        }
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else if !letter.is_whitespace() && letter != '.' && letter != '\0' {
            unit.push(letter);
        } else if letter == '.' && unit.is_empty() {
            return None;
        }
    }
    Some(total)
}

fn minutes_rest(seconds: Option<&str>) -> bool {
    seconds.is_none_or(is_no_second)
}

fn unit_minutes(unit: &str, is_second: bool) -> Option<i64> {
    match unit {
        // In `1h30` the number behind the hours is minutes.
        "" | "m" | "min" | "mins" | "minute" | "minutes" => Some(1),
        "h" | "hr" | "hrs" | "hour" | "hours" if !is_second => Some(60),
        _ => None,
    }
}

/// A time of day on a day, as a civil time.
pub(super) fn civil(day: Date, minutes: i64) -> Option<DateTime> {
    let (days, rest) = (minutes / 1_440, minutes % 1_440);
    let hour = i8::try_from(rest / 60).ok()?;
    let minute = i8::try_from(rest % 60).ok()?;
    let day = if days == 0 { day } else { day.tomorrow().ok()? };
    Some(day.to_datetime(Time::new(hour, minute, 0, 0).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_many_forms() {
        let is = Ok(Day::Plain(jiff::civil::date(2026, 3, 2)));
        for text in [
            "2026-03-02",
            "2026/3/2",
            "2.3.2026",
            "02.03.26",
            "2 Mar 2026",
            "Mon 2 March 2026",
            "March 2nd, 2026",
            "Monday, 2 march 2026",
            "2-mar-26",
            "2026-Mar-02",
        ] {
            assert_eq!(day(text), is, "{text}");
        }
        let open = Ok(Day::Open { numbers: (2, 3), year: 2026 });
        for text in ["02/03/2026", "2/3/26", "2-3-2026"] {
            assert_eq!(day(text), open, "{text}");
        }
        for text in [
            "",
            "soon",
            "2026",
            "2026-13-02",
            "32/01/2026",
            "13/13/2026",
            "2026-02-30",
            "2026-04-01x",
            "2/3/206",
        ] {
            assert_eq!(day(text), Err(NO_DATE), "{text}");
        }
        assert!(day("46083").unwrap_err().contains("date format"));
    }

    #[test]
    fn times_are_read_in_many_forms() {
        for (text, is) in [
            ("14:30", 870),
            ("2:30 PM", 870),
            ("2.30pm", 870),
            ("14h30", 870),
            ("1430", 870),
            ("14:30:00", 870),
            ("9am", 540),
            ("9 a.m.", 540),
            ("12 am", 0),
            ("12:15 p.m.", 735),
            ("0:05", 5),
            ("24:00", 1_440),
            ("14.30", 870),
            ("2:30\u{202f}PM", 870),
        ] {
            assert_eq!(clock(text).map(|clock| clock.minutes), Some(is), "{text}");
        }
        for text in [
            "", "9", "25:00", "14:60", "13 pm", "0 am", "14:30:15", "noon", "0.4375", "24:01",
            "1:2",
        ] {
            assert_eq!(clock(text), None, "{text}");
        }
        let offset = |text: &str| clock(text).and_then(|clock| clock.offset).map(Offset::seconds);
        assert_eq!(offset("01:30+01:00"), Some(3_600));
        assert_eq!(offset("01:30-0530"), Some(-19_800));
        assert_eq!(offset("01:30:00Z"), Some(0));
    }

    #[test]
    fn lengths_are_read_in_many_forms() {
        for (text, is) in [
            ("45", 45),
            ("45 min", 45),
            ("90m", 90),
            ("1h", 60),
            ("1h30", 90),
            ("1 h 30 min.", 90),
            ("1:15", 75),
            ("0:45:00", 45),
            ("2 hours", 120),
        ] {
            assert_eq!(minutes(text), Some(is), "{text}");
        }
        for text in
            ["", "h", "1.5", "long", "-5", "1:75", "1 day", "30m 1h", "1h 2h", "999999999999"]
        {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_and_a_time_stand_in_one_cell() {
        for text in
            ["2026-03-02T14:30", "2026-03-02 14:30:00", "2 Mar 2026 2:30 pm", "2.3.2026, 14.30"]
        {
            let (day, clock) = both(text).unwrap();
            assert_eq!(
                (day, clock.minutes),
                (Day::Plain(jiff::civil::date(2026, 3, 2)), 870),
                "{text}"
            );
        }
        assert_eq!(both("14:30"), None);
        assert_eq!(both("2026-03-02"), None);
    }
}
