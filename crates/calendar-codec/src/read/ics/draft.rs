//! One `VEVENT` as it was read: its times on their clocks, what changes its series, who comes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{
    SignedDuration, Span, Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use percuta_terminology::input::short;

use super::{Component, Reader};
use crate::{
    event::State,
    read::{
        About, Who,
        content::{self, Property},
        series::Rule,
        zone::{self, Clock, Moment},
    },
};

/// People of an appointment at most.
const LIMIT_WHO: usize = 50;
/// Dates of its own that a series has at most, and that are taken out of it.
const LIMIT_DATES: usize = 10_000;
/// Days that an appointment lasts at most.
const LIMIT_DAYS: i64 = 366;

/// The occurrence of a series that is meant: by its instant, or by its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Original {
    /// The one that would begin then.
    At(Timestamp),
    /// The one of that day.
    On(Date),
}

/// An appointment, or a series of them, as the file says it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) line: usize,
    pub(super) clock: Clock,
    /// On its clock.
    pub(super) start: DateTime,
    pub(super) from: Timestamp,
    length: Length,
    pub(super) state: State,
    pub(super) rule: Option<Rule>,
    /// Further occurrences, with their end where it is their own.
    pub(super) more: BTreeMap<Timestamp, Option<Timestamp>>,
    /// Those that were taken out.
    pub(super) without: BTreeSet<Original>,
    /// Which occurrence of a series this one stands for.
    pub(super) original: Option<Original>,
    sequence: u32,
    written: Option<Timestamp>,
    pub(super) about: Arc<About>,
}

/// How long it takes: days as the calendar counts them, and a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Length {
    days: i64,
    rest: SignedDuration,
}

/// A time of the file.
struct Time {
    clock: Clock,
    civil: DateTime,
    moment: Moment,
}

impl Draft {
    pub(super) fn repeats(&self) -> bool {
        self.rule.is_some() || !self.more.is_empty() || !self.without.is_empty()
    }

    /// Which of two versions is the newer.
    pub(super) fn version(&self) -> (u32, Option<Timestamp>) {
        (self.sequence, self.written)
    }

    /// The days that it may reach into.
    pub(super) fn days(&self) -> i64 {
        self.length.days + self.length.rest.as_hours() / 24 + 1
    }

    /// When an occurrence that begins then is over.
    pub(super) fn until(&self, from: Timestamp) -> Option<Timestamp> {
        end(&self.clock, from, self.length)
    }
}

fn end(clock: &Clock, from: Timestamp, length: Length) -> Option<Timestamp> {
    let whole = match length.days {
        0 => from,
        days => {
            let last = clock.shows(from).checked_add(Span::new().try_days(days).ok()?).ok()?;
            clock.moment(last)?.instant()
        }
    };
    whole.checked_add(length.rest).ok()
}

impl Reader<'_> {
    /// Reads an appointment; one that cannot be used is named.
    pub(super) fn draft(&mut self, event: &Component, original: Option<Original>) -> Option<Draft> {
        let start = match event.property("DTSTART") {
            Some(property) => self.start(property)?,
            None => {
                self.problem(event.place(), "it does not say when it begins (DTSTART); left out");
                return None;
            }
        };
        let length = self.length(event, &start)?;
        let state = self.state(event);
        let rule = if original.is_none() { self.rule(event) } else { None };
        let number = |name: &str| event.property(name)?.value.trim().parse().ok();
        let about = Arc::new(self.about(event));
        Some(Draft {
            line: event.line,
            from: start.moment.instant(),
            start: start.civil,
            length,
            state,
            rule,
            more: self.more(event),
            without: self.without(event),
            original,
            sequence: number("SEQUENCE").unwrap_or(0),
            written: self.written(event),
            about,
            clock: start.clock,
        })
    }

    fn written(&self, event: &Component) -> Option<Timestamp> {
        let stamp = event.property("DTSTAMP")?.value.trim();
        zone::civil(stamp.strip_suffix('Z')?)?.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
    }

    fn start(&mut self, property: &Property) -> Option<Time> {
        if is_day(property, &property.value) {
            let what =
                "it is a whole day and names no time, so it was left out: enter it as blocked time";
            self.problem(property.place(), what);
            return None;
        }
        let time = self.time(property, &property.value)?;
        let written = time.civil.strftime("%Y-%m-%d %H:%M");
        match time.moment {
            Moment::Once(_) => {}
            Moment::Twice(_) => {
                let what = format!("{written} happens twice there: the first was taken");
                self.remark(property.place(), what);
            }
            Moment::Missing(at) => {
                let read = time.clock.shows(at).strftime("%H:%M");
                let what = format!(
                    "{written} does not exist there: the clocks jump over it; read as {read}"
                );
                self.remark(property.place(), what);
            }
        }
        self.compare(property, &time);
        Some(time)
    }

    /// A file whose own rules for a well-known zone say something else was written with other rules in mind.
    fn compare(&mut self, property: &Property, time: &Time) {
        let (Some(name), Clock::Known(_)) = (property.parameter("TZID"), &time.clock) else {
            return;
        };
        let Some(own) = self.book.own_beside(name.trim()) else { return };
        let own = zone::own_reading(own, time.civil);
        if let Some(own) = own.filter(|own| *own != time.moment.instant()) {
            let what = format!(
                "the file's own rules for `{}` make it {own}, those that are known {}, which was taken",
                short(name),
                time.moment.instant()
            );
            self.remark(property.place(), what);
        }
    }

    /// A time on the clock that its property names.
    fn time(&mut self, property: &Property, text: &str) -> Option<Time> {
        let text = text.trim();
        let (plain, in_utc) = match text.strip_suffix(['Z', 'z']) {
            Some(plain) => (plain, true),
            None => (text, false),
        };
        let Some(civil) = zone::civil(plain) else {
            let what = format!("`{}` is no time: it is written as 20260302T090000", short(text));
            self.problem(property.place(), what);
            return None;
        };
        let clock = match property.parameter("TZID") {
            _ if in_utc => Clock::Known(TimeZone::UTC),
            None => {
                self.floating = true;
                Clock::Known(self.options.zone.clone())
            }
            Some(name) => match self.book.clock(name.trim()) {
                Ok(clock) => clock,
                Err(what) => {
                    self.problem(property.place(), what);
                    return None;
                }
            },
        };
        let moment = clock.moment(civil);
        if moment.is_none() {
            self.problem(property.place(), "this time lies beyond the calendar");
        }
        Some(Time { clock, civil, moment: moment? })
    }

    fn length(&mut self, event: &Component, start: &Time) -> Option<Length> {
        let from = start.moment.instant();
        let (place, length) = match (event.property("DTEND"), event.property("DURATION")) {
            (Some(property), _) => {
                let until = self.time(property, &property.value)?.moment.instant();
                (property.place(), Length { days: 0, rest: until.duration_since(from) })
            }
            (None, Some(property)) => {
                let Some(length) = duration(property.value.trim()) else {
                    let text = short(&property.value);
                    let what = format!("`{text}` is no length: it is written as PT1H30M");
                    self.problem(property.place(), what);
                    return None;
                };
                (property.place(), length)
            }
            (None, None) => {
                let what = "it does not say when it ends (DTEND or DURATION); left out";
                self.problem(event.place(), what);
                return None;
            }
        };
        let until = end(&start.clock, from, length);
        if until.is_none_or(|until| until <= from) {
            self.problem(place, "it ends before it begins, or has no length; left out");
            return None;
        }
        if until.is_some_and(|until| until.duration_since(from).as_hours() > LIMIT_DAYS * 24) {
            self.problem(place, format!("it is longer than {LIMIT_DAYS} days; left out"));
            return None;
        }
        Some(length)
    }

    fn state(&mut self, event: &Component) -> State {
        let Some(property) = event.property("STATUS") else { return State::Confirmed };
        match property.value.trim().to_ascii_uppercase().as_str() {
            "CANCELLED" => State::Cancelled,
            "CONFIRMED" => State::Confirmed,
            other => {
                let what = format!("its status is `{}`: read as taking place", short(other));
                self.remark(property.place(), what);
                State::Confirmed
            }
        }
    }

    /// Which occurrence it stands for; the outer `None`: it says so and cannot be understood.
    #[expect(clippy::option_option, reason = "read as none, and not readable, are two things")]
    pub(super) fn original(&mut self, event: &Component) -> Option<Option<Original>> {
        let Some(property) = event.property("RECURRENCE-ID") else { return Some(None) };
        if property.parameter("RANGE").is_some() {
            let what = "it changes all that follow too, which is not read: look at the later ones";
            self.problem(property.place(), what);
        }
        self.which(property, &property.value).map(Some)
    }

    fn which(&mut self, property: &Property, text: &str) -> Option<Original> {
        if !is_day(property, text) {
            return Some(Original::At(self.time(property, text)?.moment.instant()));
        }
        let day = text.trim().parse().ok();
        if day.is_none() {
            let what = format!("`{}` is no date: it is written as 20260302", short(text));
            self.problem(property.place(), what);
        }
        day.map(Original::On)
    }

    fn rule(&mut self, event: &Component) -> Option<Rule> {
        for property in event.all("EXRULE").chain(event.all("RRULE").skip(1)) {
            let what =
                format!("a second rule (`{}`) is not read: look at its times", property.name);
            self.problem(property.place(), what);
        }
        let property = event.property("RRULE")?;
        match Rule::read(&property.value) {
            Ok(rule) => Some(rule),
            Err(what) => {
                let what =
                    format!("{what}: only its first time was read; enter the others by hand");
                self.problem(property.place(), what);
                None
            }
        }
    }

    fn more(&mut self, event: &Component) -> BTreeMap<Timestamp, Option<Timestamp>> {
        let mut more = BTreeMap::new();
        for property in event.all("RDATE") {
            for text in property.value.split(',').filter(|text| !text.trim().is_empty()) {
                if more.len() >= LIMIT_DATES {
                    self.too_many_dates(property);
                    return more;
                }
                if is_day(property, text) {
                    let what = "a date without a time is not read as a further occurrence";
                    self.problem(property.place(), what);
                    continue;
                }
                let (from, to) = match text.split_once('/') {
                    Some((from, to)) => (from, Some(to)),
                    None => (text, None),
                };
                let Some(from) = self.time(property, from) else { continue };
                let begin = from.moment.instant();
                match to.map(|to| self.period_end(property, &from, to)) {
                    None => drop(more.insert(begin, None)),
                    Some(Some(until)) => drop(more.insert(begin, Some(until))),
                    Some(None) => {}
                }
            }
        }
        more
    }

    fn period_end(&mut self, property: &Property, from: &Time, to: &str) -> Option<Timestamp> {
        let begin = from.moment.instant();
        let until = match duration(to.trim()) {
            Some(length) => end(&from.clock, begin, length)?,
            None => self.time(property, to)?.moment.instant(),
        };
        if until <= begin {
            self.problem(property.place(), "a further occurrence ends before it begins; left out");
            return None;
        }
        Some(until)
    }

    fn without(&mut self, event: &Component) -> BTreeSet<Original> {
        let mut without = BTreeSet::new();
        for property in event.all("EXDATE") {
            for text in property.value.split(',').filter(|text| !text.trim().is_empty()) {
                if without.len() >= LIMIT_DATES {
                    self.too_many_dates(property);
                    return without;
                }
                without.extend(self.which(property, text));
            }
        }
        without
    }

    fn too_many_dates(&mut self, property: &Property) {
        let what = format!("it has more than {LIMIT_DATES} dates of its own: the rest is not read");
        self.problem(property.place(), what);
    }

    /// What an appointment is known by.
    pub(super) fn uid(&mut self, event: &Component) -> Option<String> {
        self.said(event, "UID")
    }

    fn said(&mut self, event: &Component, name: &str) -> Option<String> {
        let property = event.property(name)?;
        self.found.text(&property.place(), &content::unescape(&property.value))
    }

    fn about(&mut self, event: &Component) -> About {
        let mut about = About {
            uid: self.uid(event),
            title: self.said(event, "SUMMARY"),
            location: self.said(event, "LOCATION"),
            notes: self.said(event, "DESCRIPTION"),
            ..About::default()
        };
        for (count, property) in event.all("ATTENDEE").enumerate() {
            if count == LIMIT_WHO {
                let what = format!("more than {LIMIT_WHO} are invited: the rest is not read");
                self.problem(property.place(), what);
                break;
            }
            self.attendee(property, &mut about);
        }
        about
    }

    fn attendee(&mut self, property: &Property, about: &mut About) {
        let place = property.place();
        let value = property.value.trim();
        let after = |scheme: &str| {
            let head = value.get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme).then(|| value.get(scheme.len()..)).flatten()
        };
        let name = property.parameter("CN").and_then(|name| self.found.text(&place, name));
        let kind = property.parameter("CUTYPE").unwrap_or_default().to_ascii_uppercase();
        if ["ROOM", "RESOURCE"].contains(&kind.as_str()) {
            about.room = about.room.take().or(name);
            return;
        }
        let email = property.parameter("EMAIL").or(after("mailto:"));
        let email = email.and_then(|email| self.found.text(&place, email));
        let phone = after("tel:").and_then(|phone| self.found.text(&place, phone));
        // Some programs repeat the address where the name is missing.
        let name = name.filter(|name| Some(name) != email.as_ref());
        let who = Who { name, email, phone, born: None };
        if who != Who::default() {
            about.who.push(who);
        }
    }
}

/// Whether a value is a day, and not a time.
fn is_day(property: &Property, text: &str) -> bool {
    let says = property.parameter("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
    says || (text.trim().len() == 8 && text.trim().bytes().all(|byte| byte.is_ascii_digit()))
}

/// A length as the format writes it: `P1DT2H`, `PT90M`, `P1W`.
fn duration(text: &str) -> Option<Length> {
    let text = text.strip_prefix('+').unwrap_or(text).to_ascii_uppercase();
    let mut rest = text.strip_prefix('P')?;
    let (mut days, mut seconds, mut in_time, mut parts) = (0_i64, 0_i64, false, 0);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            if in_time {
                return None;
            }
            (in_time, rest) = (true, after);
            continue;
        }
        let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: i64 = rest.get(..end)?.parse().ok().filter(|number| *number <= 1_000_000)?;
        let (unit, after) = rest.get(end..)?.split_at_checked(1)?;
        match (in_time, unit) {
            (false, "W") => days += number * 7,
            (false, "D") => days += number,
            (true, "H") => seconds += number * 3_600,
            (true, "M") => seconds += number * 60,
            (true, "S") => seconds += number,
            _ => return None,
        }
        (rest, parts) = (after, parts + 1);
        if parts > 8 {
            return None;
        }
    }
    (parts > 0).then_some(Length { days, rest: SignedDuration::from_secs(seconds) })
}
