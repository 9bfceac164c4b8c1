//! Clocks of a file: zones by the world's names, by Windows' names, and by rules that the file brings along.
//!
//! A name of the world's is read by the rules that are known for it: they are complete, and files often bring the rules of
//! one year only. Any other name means what the file says that it means, and a Windows name without rules what the
//! Unicode Consortium's table says.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, date},
    tz::{AmbiguousOffset, Offset, TimeZone},
};
use percuta_terminology::{
    input::{did_you_mean, short},
    nearest,
};

use super::{
    LIMIT_PROBLEMS, Zones,
    content::Property,
    ics::Component,
    series::{End, Rule, TooLong, Window},
    windows,
};

/// A clock that times are written on.
#[derive(Debug, Clone)]
pub(super) enum Clock {
    /// A zone with known rules.
    Known(TimeZone),
    /// Rules of the file's own: changes in order.
    Own(Arc<[Change]>),
}

/// A change of a clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    /// When it begins, on the clock before.
    onset: DateTime,
    before: Offset,
    after: Offset,
}

impl Change {
    /// The instant of it; `None` beyond the calendar.
    fn begins(&self) -> Option<Timestamp> {
        self.before.to_timestamp(self.onset).ok()
    }
}

/// The instant that a time on a clock stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// One.
    Once(Timestamp),
    /// Two, and this is the first, which is meant.
    Twice(Timestamp),
    /// None: the clock jumps over it. This is what it is by the clock before the jump.
    Missing(Timestamp),
}

impl Moment {
    pub(super) fn instant(self) -> Timestamp {
        match self {
            Self::Once(at) | Self::Twice(at) | Self::Missing(at) => at,
        }
    }
}

impl Clock {
    /// What a time on this clock stands for; `None` beyond the calendar.
    pub(super) fn moment(&self, at: DateTime) -> Option<Moment> {
        match self {
            Self::Known(zone) => {
                let read = zone.to_ambiguous_timestamp(at);
                let offset = read.offset();
                // The offset before the change: the later instant for a time jumped over, the first of two.
                let instant = read.compatible().ok()?;
                Some(match offset {
                    AmbiguousOffset::Unambiguous { .. } => Moment::Once(instant),
                    AmbiguousOffset::Gap { .. } => Moment::Missing(instant),
                    AmbiguousOffset::Fold { .. } => Moment::Twice(instant),
                })
            }
            Self::Own(changes) => own_moment(changes, at),
        }
    }

    /// What this clock shows at an instant.
    pub(super) fn shows(&self, at: Timestamp) -> DateTime {
        match self {
            Self::Known(zone) => zone.to_datetime(at),
            Self::Own(changes) => {
                let next = changes.partition_point(|change| change.begins() <= Some(at));
                let offset = match next.checked_sub(1).and_then(|last| changes.get(last)) {
                    Some(change) => change.after,
                    None => changes.first().map_or(Offset::UTC, |change| change.before),
                };
                offset.to_datetime(at)
            }
        }
    }
}

/// Changes of a clock that a file may bring along.
const LIMIT_CHANGES: usize = 5_000;

/// The last day of the calendar on which rules are worked out.
const LAST: Date = date(2200, 12, 31);

fn own_moment(changes: &[Change], at: DateTime) -> Option<Moment> {
    // A time that the change repeats or jumps over is read by the clock before it.
    let end = |change: &Change| {
        let shift = i64::from(change.after.seconds()) - i64::from(change.before.seconds());
        let moved = change.onset.checked_add(SignedDuration::from_secs(shift));
        moved.map_or(change.onset, |moved| moved.max(change.onset))
    };
    let next = changes.partition_point(|change| end(change) <= at);
    let offset = match next.checked_sub(1).and_then(|last| changes.get(last)) {
        Some(change) => change.after,
        None => changes.first()?.before,
    };
    let instant = offset.to_timestamp(at).ok()?;
    let Some(change) = changes.get(next) else { return Some(Moment::Once(instant)) };
    let back = i64::from(change.before.seconds()) - i64::from(change.after.seconds());
    let repeats_from = change.onset.checked_sub(SignedDuration::from_secs(back.max(0))).ok()?;
    Some(if change.onset <= at {
        Moment::Missing(instant)
    } else if back > 0 && repeats_from <= at {
        Moment::Twice(instant)
    } else {
        Moment::Once(instant)
    })
}

/// The zones that a file may name.
pub(super) struct Book<'z> {
    known: Zones<'z>,
    own: BTreeMap<String, Result<Arc<[Change]>, String>>,
    /// What was answered before: a file names few zones, many times.
    answered: BTreeMap<String, Result<Clock, String>>,
}

impl<'z> Book<'z> {
    pub(super) fn new(known: Zones<'z>) -> Self {
        Self { known, own: BTreeMap::new(), answered: BTreeMap::new() }
    }

    /// Takes the rules that the file brings along.
    pub(super) fn take(&mut self, component: &Component, work: &mut u64) {
        let named = component.properties.iter().find(|property| property.name == "TZID");
        let Some(name) = named.map(|property| property.value.trim().to_owned()) else { return };
        self.own.entry(name).or_insert_with(|| own(component, work).map(Arc::from));
    }

    /// The clock of a name; a sentence where there is none.
    pub(super) fn clock(&mut self, name: &str) -> Result<Clock, String> {
        if let Some(answered) = self.answered.get(name) {
            return answered.clone();
        }
        let answer = self.find(name);
        self.answered.insert(name.to_owned(), answer.clone());
        answer
    }

    /// The rules that the file brings for a name whose rules were known.
    pub(super) fn own_beside(&self, name: &str) -> Option<&[Change]> {
        self.own.get(name)?.as_deref().ok()
    }

    fn find(&self, name: &str) -> Result<Clock, String> {
        if let Some(zone) = self.known(name) {
            return Ok(Clock::Known(zone));
        }
        match self.own.get(name) {
            Some(Ok(changes)) => return Ok(Clock::Own(Arc::clone(changes))),
            Some(Err(what)) => return Err(what.clone()),
            None => {}
        }
        if let Some(zone) = windows::zone(name).and_then(|name| (self.known)(name)) {
            return Ok(Clock::Known(zone));
        }
        // Looking for what is meant takes a while, and nobody reads of more.
        let hint = match self.answered.len() {
            0..LIMIT_PROBLEMS => did_you_mean(nearest(name, windows::names())),
            _ => String::new(),
        };
        Err(format!(
            "`{}` is no time zone that is known{hint}; write a name such as `Europe/London`, or bring its VTIMEZONE along",
            short(name)
        ))
    }

    /// A zone by the world's name, which some programs put behind a name of their own.
    fn known(&self, name: &str) -> Option<TimeZone> {
        if let Some(zone) = (self.known)(name) {
            return Some(zone);
        }
        // As in `/freeassociation.sourceforge.net/Europe/London` and `/example.org/20260101_1/Europe/London`.
        let parts: Vec<&str> = name.strip_prefix('/')?.split('/').take(8).collect();
        (1..parts.len()).find_map(|from| {
            let tail = parts.get(from..)?.join("/");
            (self.known)(&tail)
        })
    }
}

/// How the file's own rules read a time, where they reach back as far as that.
pub(super) fn own_reading(changes: &[Change], at: DateTime) -> Option<Timestamp> {
    changes.first().filter(|first| first.onset <= at)?;
    own_moment(changes, at).map(Moment::instant)
}

/// The changes that a VTIMEZONE says.
fn own(component: &Component, work: &mut u64) -> Result<Vec<Change>, String> {
    let mut changes = Vec::new();
    for part in &component.children {
        let place = format!("the VTIMEZONE at line {}", part.line);
        let value = |name: &str| part.properties.iter().find(|property| property.name == name);
        let needs = |name: &str| value(name).ok_or(format!("{place} has no {name}"));
        let onset = civil(&needs("DTSTART")?.value).ok_or(format!("{place} has no DTSTART"))?;
        let read = |property: &Property| offset(property.value.trim());
        let wrong = || format!("{place} has an offset that is none");
        let before = read(needs("TZOFFSETFROM")?).ok_or_else(wrong)?;
        let after = read(needs("TZOFFSETTO")?).ok_or_else(wrong)?;
        let change = |onset: DateTime| Change { onset, before, after };
        changes.push(change(onset));
        for property in part.properties.iter().filter(|property| property.name == "RDATE") {
            for text in property.value.split(',') {
                let at = civil(text.trim()).ok_or(format!("{place} has an RDATE that is none"))?;
                changes.push(change(at));
            }
        }
        if let Some(property) = value("RRULE") {
            let days =
                onsets(property, onset, before, work).map_err(|what| format!("{place}: {what}"))?;
            changes.extend(days.into_iter().map(change));
        }
    }
    if changes.is_empty() {
        return Err("the VTIMEZONE says no offset".to_owned());
    }
    if changes.len() > LIMIT_CHANGES {
        return Err(format!("the VTIMEZONE has more than {LIMIT_CHANGES} changes"));
    }
    changes.sort_by_key(Change::begins);
    changes.dedup_by_key(|change| change.onset);
    Ok(changes)
}

/// When a rule of a VTIMEZONE changes the clock, after the first time.
fn onsets(
    property: &Property,
    first: DateTime,
    before: Offset,
    work: &mut u64,
) -> Result<Vec<DateTime>, String> {
    let rule = Rule::read(&property.value)?;
    let mut left = match rule.end {
        End::Count(count) => count,
        End::Never | End::Day(_) | End::Local(_) | End::Instant(_) => u32::MAX,
    };
    let mut found = Vec::new();
    let window = Window { from: date(1970, 1, 1), until: LAST };
    let time = first.time();
    let done = rule.days(first.date(), window, work, |day| {
        let at = day.to_datetime(time);
        left = left.saturating_sub(1);
        let goes_on = match rule.end {
            End::Never | End::Count(_) => true,
            End::Day(last) => day <= last,
            End::Local(last) => at <= last,
            End::Instant(last) => before.to_timestamp(at).is_ok_and(|instant| instant <= last),
        };
        if goes_on {
            found.push(at);
        }
        goes_on && left > 0
    });
    done.map_err(|TooLong| "its rule takes too long to work out".to_owned())?;
    Ok(found)
}

/// A time as the format writes it, without its zone: `20260302T090000`.
pub(super) fn civil(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once(['T', 't'])?;
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if day.len() != 8 || ![4, 6].contains(&time.len()) || !is_plain(day) || !is_plain(time) {
        return None;
    }
    let part = |text: &str, from: usize| text.get(from..from + 2).unwrap_or("0").parse::<i8>().ok();
    // A leap second is read as the one before.
    let second = part(time, 4)?.min(59);
    let time = jiff::civil::Time::new(part(time, 0)?, part(time, 2)?, second, 0).ok()?;
    let day = Date::new(day.get(..4)?.parse().ok()?, part(day, 4)?, part(day, 6)?).ok()?;
    (day.year() > 0).then(|| day.to_datetime(time))
}

/// An offset as the format writes it: `+0530`.
fn offset(text: &str) -> Option<Offset> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let digits = text.get(1..)?;
    if ![4, 6].contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2).unwrap_or("0").parse::<i32>().ok();
    Offset::from_seconds(sign * (part(0)? * 3_600 + part(2)? * 60 + part(4)?)).ok()
}
