//! What repeats: the rule of a series, and the days on which it falls.
//!
//! The rules that calendars' own forms make: every so many days, weeks, months or years, on weekdays, days of the month
//! and months, so often or until then. It knows no zone: a rule falls on days of the calendar, and whoever asks says
//! whether the clock shows the time on them. What it does not know it says, in words.
//!
//! INVARIANT (bounded): every day that is looked at costs work, and when the work is used up it stops and says so.

use jiff::{
    SignedDuration, Span, Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday, date},
};

/// Different entries of a list of a rule at most: all days of a month from both ends, and a few.
const LIMIT_LIST: usize = 64;

/// A rule as it is written behind `RRULE:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    every: Every,
    interval: i32,
    pub(super) end: End,
    /// With which of them in the month or year; 0 for every one.
    weekdays: Vec<(i16, Weekday)>,
    days_of_month: Vec<i8>,
    months: Vec<i8>,
    positions: Vec<i16>,
    week_start: Weekday,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
    Year,
}

/// When a series is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Never.
    Never,
    /// After so many.
    Count(u32),
    /// With the last that begins on this day or before.
    Day(Date),
    /// With the last that begins at this time of the series' own clock or before.
    Local(DateTime),
    /// With the last that begins at this instant or before.
    Instant(Timestamp),
}

/// How far the days of a rule are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Days before it may be left out, where the rule does not count.
    pub(super) from: Date,
    /// The last day that is wanted.
    pub(super) until: Date,
}

/// The work was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

impl Rule {
    /// Reads a rule; says what is wrong with it, or not read here.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut rule = Self {
            every: Every::Day,
            interval: 1,
            end: End::Never,
            weekdays: Vec::new(),
            days_of_month: Vec::new(),
            months: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
        };
        let mut every = None;
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or_else(|| "a part of the rule has no `=`".to_owned())?;
            if name.eq_ignore_ascii_case("FREQ") {
                every = Some(read_every(value)?);
            } else {
                rule.take(&name.to_ascii_uppercase(), &value.to_ascii_uppercase())?;
            }
        }
        rule.every = every.ok_or("the rule does not say how often (FREQ)")?;
        rule.agree()?;
        Ok(rule)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = || format!("`{}` of the rule is not understood", short(name));
        match name {
            "INTERVAL" => {
                let interval = value.parse().ok().filter(|every| (1..=10_000).contains(every));
                self.interval = interval.ok_or_else(wrong)?;
            }
            "COUNT" if self.end == End::Never => {
                let count = value.parse().ok().filter(|count| *count > 0);
                self.end = End::Count(count.ok_or_else(wrong)?);
            }
            "UNTIL" if self.end == End::Never => self.end = read_until(value).ok_or_else(wrong)?,
            "COUNT" | "UNTIL" => return Err("the rule ends in two ways".to_owned()),
            "BYDAY" => self.weekdays = list(value, read_weekday).ok_or_else(wrong)?,
            "BYMONTHDAY" => {
                self.days_of_month = list(value, |day| number(day, 31)).ok_or_else(wrong)?;
            }
            "BYMONTH" => {
                let month = |month: &str| number(month, 12).filter(|month| *month > 0);
                self.months = list(value, month).ok_or_else(wrong)?;
            }
            "BYSETPOS" => {
                self.positions = list(value, |place| number(place, 366)).ok_or_else(wrong)?;
            }
            "WKST" => self.week_start = weekday(value).ok_or_else(wrong)?,
            _ => return Err(format!("`{}` of the rule is not read here", short(name))),
        }
        Ok(())
    }

    /// What the standard does not allow together.
    fn agree(&self) -> Result<(), String> {
        let numbered = self.weekdays.iter().any(|(nth, _)| *nth != 0);
        match self.every {
            Every::Day | Every::Week if numbered => {
                Err("a weekday with a number stands only in a monthly or yearly rule".to_owned())
            }
            Every::Week if !self.days_of_month.is_empty() => {
                Err("a weekly rule has no days of the month".to_owned())
            }
            Every::Day | Every::Week | Every::Month | Every::Year => Ok(()),
        }
    }

    /// The days of the rule from the one it starts on, in order, until `take` says that it is enough.
    ///
    /// The day it starts on belongs to the series whatever the rule says, and is the first.
    pub(super) fn days(
        &self,
        start: Date,
        window: Window,
        work: &mut u64,
        mut take: impl FnMut(Date) -> bool,
    ) -> Result<(), TooLong> {
        if !take(start) {
            return Ok(());
        }
        let mut period = match self.end {
            End::Count(_) => 0,
            End::Never | End::Day(_) | End::Local(_) | End::Instant(_) => {
                self.periods_before(start, window.from)
            }
        };
        loop {
            let Some(first) = self.period(start, period) else { return Ok(()) };
            if first > window.until {
                return Ok(());
            }
            let (days, cost) = self.days_of(first, start);
            *work = work.checked_sub(cost * self.cost_of_day()).ok_or(TooLong)?;
            for day in self.positioned(days).into_iter().filter(|day| *day > start) {
                if day > window.until || !take(day) {
                    return Ok(());
                }
            }
            period += 1;
        }
    }

    /// What one day costs: a rule with long lists takes longer to look at it.
    fn cost_of_day(&self) -> u64 {
        let entries = self.weekdays.len() + self.days_of_month.len() + self.positions.len();
        1 + u64::try_from(entries / 16).unwrap_or(0)
    }

    /// How many periods can be left out, because they are over before a day.
    fn periods_before(&self, start: Date, day: Date) -> i32 {
        if day <= start {
            return 0;
        }
        let days = i64::from((day - start).get_days());
        let years = i64::from(day.year() - start.year());
        let months = years * 12 + i64::from(day.month() - start.month());
        let interval = i64::from(self.interval);
        let periods = match self.every {
            Every::Day => days / interval,
            Every::Week => days / 7 / interval,
            Every::Month => months / interval,
            Every::Year => years / interval,
        };
        i32::try_from(periods - 1).unwrap_or(0).max(0)
    }

    /// The first day of a period; `None` when the calendar has no more.
    fn period(&self, start: Date, period: i32) -> Option<Date> {
        let steps = period.checked_mul(self.interval)?;
        match self.every {
            Every::Day => later(start, i64::from(steps)),
            Every::Week => {
                let since = start.weekday().since(self.week_start);
                let days = i64::from(steps) * 7 - i64::from(since);
                later(start, days)
            }
            Every::Month => {
                start.first_of_month().checked_add(Span::new().try_months(steps).ok()?).ok()
            }
            Every::Year => {
                let year = i32::from(start.year()).checked_add(steps)?;
                Date::new(i16::try_from(year).ok()?, 1, 1).ok()
            }
        }
    }

    /// The days of a period in order, and what they cost.
    fn days_of(&self, first: Date, start: Date) -> (Vec<Date>, u64) {
        match self.every {
            Every::Day => {
                let is_meant = self.is_in_months(first)
                    && (self.days_of_month.is_empty() || self.is_day_of_month(first))
                    && (self.weekdays.is_empty() || self.is_weekday(first, None));
                (is_meant.then_some(first).into_iter().collect(), 1)
            }
            Every::Week => {
                let is_meant = |day: &Date| {
                    self.is_in_months(*day)
                        && if self.weekdays.is_empty() {
                            day.weekday() == start.weekday()
                        } else {
                            self.is_weekday(*day, None)
                        }
                };
                (first.series(1.day()).take(7).filter(is_meant).collect(), 7)
            }
            Every::Month if self.is_in_months(first) => (self.month(first, start), 31),
            Every::Month => (Vec::new(), 1),
            Every::Year => self.year(first, start),
        }
    }

    fn month(&self, first: Date, start: Date) -> Vec<Date> {
        let days = usize::try_from(first.days_in_month()).unwrap_or(31);
        let span = (first, first.last_of_month());
        let is_meant = |day: &Date| match (self.days_of_month.as_slice(), self.weekdays.as_slice())
        {
            ([], []) => day.day() == start.day(),
            ([], _) => self.is_weekday(*day, Some(span)),
            (_, []) => self.is_day_of_month(*day),
            (_, _) => self.is_day_of_month(*day) && self.is_weekday(*day, Some(span)),
        };
        first.series(1.day()).take(days).filter(is_meant).collect()
    }

    fn year(&self, first: Date, start: Date) -> (Vec<Date>, u64) {
        let month = |month: i8| date(first.year(), month, 1);
        if !self.months.is_empty() {
            let mut months = self.months.clone();
            months.sort_unstable();
            let days = months.iter().flat_map(|at| self.month(month(*at), start)).collect();
            return (days, 31 * u64::try_from(months.len()).unwrap_or(12));
        }
        match (self.days_of_month.as_slice(), self.weekdays.as_slice()) {
            ([], []) => {
                let same = Date::new(first.year(), start.month(), start.day());
                (same.into_iter().collect(), 1)
            }
            (_, weekdays) => {
                let span = (first, first.last_of_year());
                let days = usize::try_from(first.days_in_year()).unwrap_or(366);
                let is_meant = |day: &Date| {
                    (self.days_of_month.is_empty() || self.is_day_of_month(*day))
                        && (weekdays.is_empty() || self.is_weekday(*day, Some(span)))
                };
                (first.series(1.day()).take(days).filter(is_meant).collect(), 366)
            }
        }
    }

    fn is_in_months(&self, day: Date) -> bool {
        self.months.is_empty() || self.months.contains(&day.month())
    }

    fn is_day_of_month(&self, day: Date) -> bool {
        let from_end = day.day() - day.days_in_month() - 1;
        self.days_of_month.contains(&day.day()) || self.days_of_month.contains(&from_end)
    }

    /// Whether a day is one of the weekdays, with its number within a month or a year.
    fn is_weekday(&self, day: Date, span: Option<(Date, Date)>) -> bool {
        let same = self.weekdays.iter().filter(|(_, weekday)| *weekday == day.weekday());
        let nth = |(first, last): (Date, Date)| {
            let since = (day - first).get_days() / 7 + 1;
            let before_end = -((last - day).get_days() / 7 + 1);
            (since, before_end)
        };
        same.into_iter().any(|(number, _)| match (number, span) {
            (0, _) | (_, None) => true,
            (number, Some(span)) => {
                let (since, before_end) = nth(span);
                i32::from(*number) == since || i32::from(*number) == before_end
            }
        })
    }

    /// Those of a period that are meant, by their position in it.
    fn positioned(&self, days: Vec<Date>) -> Vec<Date> {
        if self.positions.is_empty() {
            return days;
        }
        let count = i32::try_from(days.len()).unwrap_or(i32::MAX);
        let is_meant = |position: i32| {
            self.positions.iter().any(|wanted| {
                let wanted = i32::from(*wanted);
                wanted == position || wanted == position - count - 1
            })
        };
        (1..).zip(days).filter(|(position, _)| is_meant(*position)).map(|(_, day)| day).collect()
    }
}

/// So many days later; `None` beyond the calendar.
fn later(day: Date, days: i64) -> Option<Date> {
    day.checked_add(SignedDuration::from_secs(days.checked_mul(86_400)?)).ok()
}

fn read_every(value: &str) -> Result<Every, String> {
    match value.to_ascii_uppercase().as_str() {
        "DAILY" => Ok(Every::Day),
        "WEEKLY" => Ok(Every::Week),
        "MONTHLY" => Ok(Every::Month),
        "YEARLY" => Ok(Every::Year),
        _ => Err("it repeats neither by days, weeks, months nor years".to_owned()),
    }
}

fn read_until(value: &str) -> Option<End> {
    if value.len() == 8 {
        return value.parse::<Date>().ok().map(End::Day);
    }
    if let Some(utc) = value.strip_suffix('Z') {
        let at = super::zone::civil(utc)?;
        let instant = jiff::tz::TimeZone::UTC.to_timestamp(at).ok()?;
        return Some(End::Instant(instant));
    }
    super::zone::civil(value).map(End::Local)
}

fn list<T: PartialEq>(value: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for part in value.split(',') {
        let one = read(part.trim())?;
        if !all.contains(&one) {
            all.push(one);
        }
        if all.len() > LIMIT_LIST {
            return None;
        }
    }
    Some(all)
}

/// A number that is not 0, no further from it than `most`.
fn number<T: TryFrom<i32>>(text: &str, most: i32) -> Option<T> {
    let number: i32 = text.strip_prefix('+').unwrap_or(text).parse().ok()?;
    (number != 0 && number.abs() <= most).then(|| T::try_from(number).ok()).flatten()
}

fn read_weekday(text: &str) -> Option<(i16, Weekday)> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() { 0 } else { number(nth, 53)? };
    Some((nth, weekday(name)?))
}

fn weekday(name: &str) -> Option<Weekday> {
    match name {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    }
}

fn short(word: &str) -> String {
    percuta_terminology::input::short(word)
}
