//! iCalendar to rows: components, the properties of an appointment, series and the occurrences that were changed.
//!
//! What is read of an appointment: `UID`, `DTSTART`, `DTEND` or `DURATION`, `SUMMARY`, `LOCATION`, `DESCRIPTION`,
//! `STATUS`, `ATTENDEE`, `RRULE`, `RDATE`, `EXDATE`, `RECURRENCE-ID`, `SEQUENCE`. Other properties say nothing about when
//! it is, whose it is or what it is, and are left where they are.

mod draft;

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

use jiff::{Timestamp, ToSpan, civil::Date};
use percuta_terminology::input::{Unusable, short};

use self::draft::{Draft, Original};
use super::{
    Found, Import, LIMIT_EVENTS, LIMIT_WORK, Options, Row, admit,
    content::{self, Property},
    series::{End, Rule, Window},
    too_many, unusable,
    zone::{Book, Moment},
};
use crate::event::State;

/// Lines of a file at most.
const LIMIT_LINES: usize = 1_500_000;
/// Components within one another at most.
const LIMIT_DEPTH: usize = 8;

/// The properties that are kept while reading.
const KEPT: [&str; 21] = [
    "ATTENDEE",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "LOCATION",
    "METHOD",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "X-WR-TIMEZONE",
];

/// What stands between a `BEGIN` and its `END`.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) kind: String,
    pub(super) line: usize,
    pub(super) properties: Vec<Property>,
    pub(super) children: Vec<Component>,
}

impl Component {
    fn place(&self) -> String {
        format!("line {}", self.line)
    }

    fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    fn all<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }
}

/// Reads the appointments of an iCalendar file.
pub fn read_ics(bytes: &[u8], options: &Options<'_>) -> Result<Import, Unusable> {
    admit(bytes)?;
    let mut reader = Reader {
        options,
        book: Book::new(options.zones),
        found: Found::default(),
        work: LIMIT_WORK,
        floating: false,
    };
    let calendars = reader.components(bytes)?;
    if calendars.is_empty() {
        let what = "this is no iCalendar file: it does not begin with BEGIN:VCALENDAR";
        return Err(unusable("line 1", what));
    }
    for calendar in &calendars {
        reader.calendar(calendar)?;
    }
    Ok(reader.found.finish())
}

struct Reader<'o> {
    options: &'o Options<'o>,
    book: Book<'o>,
    found: Found,
    work: u64,
    /// Whether a time of the calendar named no zone.
    floating: bool,
}

impl Reader<'_> {
    fn problem(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.found.problems.say(place, what);
    }

    fn remark(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.found.remarks.say(place, what);
    }

    /// The calendars of a file.
    fn components(&mut self, bytes: &[u8]) -> Result<Vec<Component>, Unusable> {
        let bytes = content::without_mark(bytes);
        if bytes.split(|byte| *byte == b'\n').count() > LIMIT_LINES {
            let what = format!("it has more than {LIMIT_LINES} lines: export a shorter time");
            return Err(unusable("file", what));
        }
        let (mut open, mut calendars) = (Vec::<Component>::new(), Vec::new());
        let (mut events, mut is_guessed) = (0, false);
        for (line, bytes) in content::lines(&bytes) {
            let place = || format!("line {line}");
            let (text, guessed) = content::letters(&bytes);
            if guessed && !is_guessed {
                is_guessed = true;
                self.remark(place(), GUESSED);
            }
            let Some(property) = content::property(line, &text) else {
                self.problem(place(), NO_LINE);
                continue;
            };
            let kind = property.value.trim().to_ascii_uppercase();
            match property.name.as_str() {
                "BEGIN" => {
                    events += usize::from(kind == "VEVENT");
                    if events > LIMIT_EVENTS {
                        return Err(too_many());
                    }
                    if open.len() >= LIMIT_DEPTH {
                        let what =
                            format!("parts stand within one another deeper than {LIMIT_DEPTH}");
                        return Err(unusable(place(), what));
                    }
                    let (properties, children) = (Vec::new(), Vec::new());
                    open.push(Component { kind, line, properties, children });
                }
                "END" => self.close(&kind, line, &mut open, &mut calendars),
                name if KEPT.contains(&name) => match open.last_mut() {
                    Some(component) => component.properties.push(property),
                    None => self.problem(place(), "this stands outside every calendar"),
                },
                _ => {}
            }
        }
        self.cut_off(open, &mut calendars);
        Ok(calendars)
    }

    /// An `END`: what it closes goes where it belongs.
    fn close(
        &mut self,
        kind: &str,
        line: usize,
        open: &mut Vec<Component>,
        calendars: &mut Vec<Component>,
    ) {
        let Some(at) = open.iter().rposition(|component| component.kind == kind) else {
            let what = format!("`END:{}` ends nothing that began", short(kind));
            return self.problem(format!("line {line}"), what);
        };
        for unclosed in open.drain(at + 1..) {
            let what = format!("`BEGIN:{}` has no end, and was left out", short(&unclosed.kind));
            self.found.problems.say(unclosed.place(), what);
        }
        let Some(component) = open.pop() else { return };
        match open.last_mut() {
            Some(parent) => parent.children.push(component),
            None if component.kind == "VCALENDAR" => calendars.push(component),
            None => {
                let what = format!("`{}` stands outside every calendar", short(&component.kind));
                self.problem(component.place(), what);
            }
        }
    }

    /// The file ends before its parts do: what is whole is read.
    fn cut_off(&mut self, open: Vec<Component>, calendars: &mut Vec<Component>) {
        for (depth, component) in open.into_iter().enumerate() {
            let what = format!(
                "`BEGIN:{}` has no end: the file may have been cut off; export it again",
                short(&component.kind)
            );
            self.problem(component.place(), what);
            if depth == 0 && component.kind == "VCALENDAR" {
                calendars.push(component);
            }
        }
    }

    fn calendar(&mut self, calendar: &Component) -> Result<(), Unusable> {
        let (mut drafts, mut lost) = (Vec::new(), Vec::new());
        self.floating = false;
        for zone in calendar.children.iter().filter(|child| child.kind == "VTIMEZONE") {
            self.book.take(zone, &mut self.work);
        }
        let is_cancelled = (calendar.property("METHOD"))
            .is_some_and(|method| method.value.trim().eq_ignore_ascii_case("CANCEL"));
        for child in &calendar.children {
            match child.kind.as_str() {
                "VEVENT" => {
                    let Some(original) = self.original(child) else { continue };
                    match (self.draft(child, original), original) {
                        (Some(draft), _) => drafts.push(draft),
                        // Where a changed occurrence cannot be read, what it was before is wrong too.
                        (None, Some(original)) => {
                            lost.extend(self.uid(child).map(|uid| (uid, original)));
                        }
                        (None, None) => {}
                    }
                }
                "VTIMEZONE" => {}
                other => {
                    let what = format!("`{}` is no appointment, and was left out", short(other));
                    self.problem(child.place(), what);
                }
            }
        }
        if is_cancelled {
            drafts.iter_mut().for_each(|draft| draft.state = State::Cancelled);
        }
        self.compare_zone(calendar);
        let drafts = self.newest(drafts);
        self.rows(&drafts, lost)
    }

    /// Times without a zone are on the clinic's clock; a calendar that says another zone may have meant that.
    fn compare_zone(&mut self, calendar: &Component) {
        let Some(property) = calendar.property("X-WR-TIMEZONE").filter(|_| self.floating) else {
            return;
        };
        let name = property.value.trim();
        let ours = self.options.zone.iana_name().unwrap_or("the clinic's zone");
        if !name.eq_ignore_ascii_case(ours) {
            let what = format!(
                "times without a zone were read in {ours}, and the calendar says `{}`: look at them",
                short(name)
            );
            self.remark(property.place(), what);
        }
    }

    /// Of several versions of one appointment the newest; the others are named.
    fn newest(&mut self, drafts: Vec<Draft>) -> Vec<Draft> {
        let mut newest: BTreeMap<(String, Option<Original>), Draft> = BTreeMap::new();
        let mut all = Vec::new();
        for draft in drafts {
            let Some(uid) = draft.about.uid.clone() else {
                all.push(draft);
                continue;
            };
            match newest.entry((uid, draft.original)) {
                Entry::Vacant(entry) => {
                    entry.insert(draft);
                }
                Entry::Occupied(entry) if entry.get().version() > draft.version() => {
                    let newer = entry.get().line;
                    self.older(draft.line, newer);
                }
                Entry::Occupied(mut entry) => {
                    let newer = draft.line;
                    let older = entry.insert(draft);
                    self.older(older.line, newer);
                }
            }
        }
        all.extend(newest.into_values());
        all
    }

    fn older(&mut self, older: usize, newer: usize) {
        let what = format!("an older version of the appointment at line {newer}, and was left out");
        self.remark(format!("line {older}"), what);
    }

    /// The rows of a calendar's appointments.
    fn rows(&mut self, drafts: &[Draft], lost: Vec<(String, Original)>) -> Result<(), Unusable> {
        let mut changed: BTreeMap<String, BTreeSet<Original>> = BTreeMap::new();
        for (uid, original) in lost {
            changed.entry(uid).or_default().insert(original);
        }
        for draft in drafts {
            if let (Some(uid), Some(original)) = (&draft.about.uid, draft.original) {
                changed.entry(uid.clone()).or_default().insert(original);
            }
        }
        let none = BTreeSet::new();
        for draft in drafts {
            let uid = draft.about.uid.as_ref();
            match draft.original {
                Some(original) => {
                    let occurrence = match original {
                        Original::At(at) => at,
                        Original::On(_) => draft.from,
                    };
                    self.row(draft, draft.from, Some(occurrence));
                }
                None if draft.repeats() => {
                    let changed = uid.and_then(|uid| changed.get(uid)).unwrap_or(&none);
                    self.series(draft, changed);
                }
                None => self.row(draft, draft.from, None),
            }
            if self.found.rows.len() > LIMIT_EVENTS {
                return Err(too_many());
            }
        }
        Ok(())
    }

    fn row(&mut self, draft: &Draft, from: Timestamp, occurrence: Option<Timestamp>) {
        let Some(until) = draft.until(from) else { return };
        let row = Row {
            place: format!("line {}", draft.line),
            from,
            until,
            state: draft.state,
            occurrence,
            about: Arc::clone(&draft.about),
        };
        self.found.add(row, self.options);
    }

    /// Every occurrence of a series but those that were taken out or changed.
    fn series(&mut self, draft: &Draft, changed: &BTreeSet<Original>) {
        let mut starts: BTreeSet<Timestamp> = BTreeSet::from([draft.from]);
        let mut missing = Vec::new();
        let place = format!("line {}", draft.line);
        if let Some(rule) = &draft.rule
            && self.occurrences(draft, rule, &mut starts, &mut missing).is_err()
        {
            let what = "its rule takes too long to work out: some of its times may be missing";
            self.problem(&place, what);
        }
        for day in missing {
            let what = format!(
                "on {day} the clock jumps over {}: that occurrence was left out",
                draft.start.time().strftime("%H:%M")
            );
            self.remark(&place, what);
        }
        starts.extend(draft.more.keys());
        for from in starts {
            let day = draft.clock.shows(from).date();
            let is = |set: &BTreeSet<Original>| {
                set.contains(&Original::At(from)) || set.contains(&Original::On(day))
            };
            if is(&draft.without) || is(changed) {
                continue;
            }
            match draft.more.get(&from).copied().flatten() {
                Some(until) => {
                    let place = place.clone();
                    let (state, about) = (draft.state, Arc::clone(&draft.about));
                    let row = Row { place, from, until, state, occurrence: Some(from), about };
                    self.found.add(row, self.options);
                }
                None => self.row(draft, from, Some(from)),
            }
            if self.found.rows.len() > LIMIT_EVENTS {
                return;
            }
        }
    }

    /// When the rule of a series says that it is, and the days on which the clock jumps over its time.
    fn occurrences(
        &mut self,
        draft: &Draft,
        rule: &Rule,
        starts: &mut BTreeSet<Timestamp>,
        missing: &mut Vec<Date>,
    ) -> Result<(), super::series::TooLong> {
        let (time, clock) = (draft.start.time(), &draft.clock);
        let around = |at: Timestamp, days: i64| {
            let day = clock.shows(at).date();
            day.checked_add(days.days()).unwrap_or(day)
        };
        let window = Window {
            from: around(self.options.from, -draft.days() - 2),
            until: around(self.options.until, 1),
        };
        let mut left = match rule.end {
            End::Count(count) => count,
            End::Never | End::Day(_) | End::Local(_) | End::Instant(_) => u32::MAX,
        };
        rule.days(draft.start.date(), window, &mut self.work, |day| {
            let at = day.to_datetime(time);
            let Some(moment) = clock.moment(at) else { return false };
            let is_over = match rule.end {
                End::Never | End::Count(_) => false,
                End::Day(last) => day > last,
                End::Local(last) => at > last,
                End::Instant(last) => moment.instant() > last,
            };
            if is_over {
                return false;
            }
            match moment {
                // A time that the clock never shows is no occurrence and does not count as one (RFC 5545, 3.3.10). The
                // first is there because the file says that time itself.
                Moment::Missing(_) if day != draft.start.date() => {
                    missing.push(day);
                    return true;
                }
                Moment::Missing(_) => {}
                Moment::Once(from) | Moment::Twice(from) => {
                    starts.insert(from);
                }
            }
            left = left.saturating_sub(1);
            left > 0 && starts.len() <= LIMIT_EVENTS
        })
    }
}

const GUESSED: &str =
    "the file is not written in UTF-8, and was read as Windows-1252: look at its names";
const NO_LINE: &str = "this is no line of the format: a name, a colon and a value are expected";
