//! One row of a table: when it is, whose it is, what it is.

use std::sync::Arc;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, Offset},
};
use percuta_terminology::input::short;

use super::Columns;
use crate::{
    event::State,
    read::{
        About, Found, Options, Row, Who,
        cell::{self, Day, NO_DATE, NO_LENGTH, NO_TIME, OnClock},
        columns::Column,
    },
    table::Cells,
};

/// Days that an appointment lasts at most.
const LIMIT_DAYS: i64 = 366;

/// What a status says when an appointment does not take place.
const CANCELLED: [&str; 6] = ["cancelled", "canceled", "cancel", "deleted", "void", "declined"];
/// What a status says when it does, or did.
const CONFIRMED: [&str; 14] = [
    "confirmed",
    "booked",
    "scheduled",
    "active",
    "ok",
    "arrived",
    "checked in",
    "completed",
    "complete",
    "done",
    "paid",
    "attended",
    "new",
    "accepted",
];

pub(super) struct Reader<'r> {
    row: &'r Cells,
    columns: &'r Columns,
    headings: usize,
    options: &'r Options<'r>,
    found: &'r mut Found,
}

/// A time on a clock, and the offset that was said with it.
#[derive(Clone, Copy)]
struct When {
    civil: DateTime,
    offset: Option<Offset>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(
        row: &'r Cells,
        columns: &'r Columns,
        headings: usize,
        options: &'r Options<'r>,
        found: &'r mut Found,
    ) -> Self {
        Self { row, columns, headings, options, found }
    }

    /// The row; `None` for one that was named as a problem.
    pub(super) fn read(mut self) -> Option<Row> {
        let extra = self.row.cells.iter().skip(self.headings);
        if extra.into_iter().any(|cell| !cell.trim().is_empty()) {
            let what = format!(
                "the row has {} cells and the heading {}: put a text that holds the sign between cells in quotes",
                self.row.cells.len(),
                self.headings
            );
            self.found.problems.say(self.place(), what);
            return None;
        }
        let whole_day = self.cell(Column::WholeDay).unwrap_or_default().to_lowercase();
        if ["true", "yes", "y", "1", "x"].contains(&whole_day.as_str()) {
            let what =
                "it is a whole day and names no time, so it was left out: enter it as blocked time";
            self.found.problems.say(self.place(), what);
            return None;
        }
        let start = self.start()?;
        let from = self.instant(Column::Start, start)?;
        let until = self.until(start, from)?;
        let state = self.state();
        let place = self.place();
        let about = Arc::new(self.about());
        Some(Row { place, from, until, state, occurrence: None, about })
    }

    fn place(&self) -> String {
        format!("row {}", self.row.row)
    }

    /// What stands in a column, if anything.
    fn cell(&self, column: Column) -> Option<&'r str> {
        let cell = self.row.cells.get(*self.columns.get(&column)?)?;
        Some(cell.trim()).filter(|cell| !cell.is_empty())
    }

    fn problem(&mut self, column: Column, what: impl Into<String>) {
        let place = format!("row {}, column `{}`", self.row.row, column.name());
        self.found.problems.say(place, what);
    }

    fn wrong(&mut self, column: Column, text: &str, is_no: &str, instead: &str) {
        self.problem(column, format!("`{}` is no {is_no}: {instead}", short(text)));
    }

    fn start(&mut self) -> Option<When> {
        // A table with one column for both may call it either way.
        let time = self.cell(Column::Start);
        let date = self.cell(Column::Date);
        let (column, text, beside) = match (time, date) {
            (Some(time), date) => (Column::Start, time, date),
            (None, Some(date)) => (Column::Date, date, None),
            (None, None) => {
                self.found.problems.say(self.place(), "it does not say when it is; left out");
                return None;
            }
        };
        if let Some((day, clock)) = cell::both(text) {
            let day = self.settle(column, text, day)?;
            if let Some(beside) = beside {
                let other = self.date(Column::Date, beside)?;
                if other != day {
                    let what = format!("it says {other} here and {day} in `start`: write one day");
                    self.problem(Column::Date, what);
                    return None;
                }
            }
            return self.when(column, day, clock);
        }
        if column == Column::Date {
            self.wrong(column, text, "date with a time", "write it as 2026-03-02 14:30");
            return None;
        }
        let Some(clock) = cell::clock(text) else {
            self.wrong(column, text, "time", NO_TIME);
            return None;
        };
        let Some(date) = beside else {
            self.found.problems.say(self.place(), "it does not say on which day it is; left out");
            return None;
        };
        let day = self.date(Column::Date, date)?;
        self.when(column, day, clock)
    }

    fn when(&mut self, column: Column, day: Date, clock: OnClock) -> Option<When> {
        if !(2_000..=2_199).contains(&day.year()) {
            self.problem(column, format!("{day} is not between 2000 and 2199"));
            return None;
        }
        Some(When { civil: cell::civil(day, clock.minutes)?, offset: clock.offset })
    }

    fn date(&mut self, column: Column, text: &str) -> Option<Date> {
        // Many programs put midnight behind a date.
        let read = match cell::both(text) {
            Some((day, OnClock { minutes: 0, .. })) => Ok(day),
            Some(_) | None => cell::day(text),
        };
        match read {
            Ok(day) => self.settle(column, text, day),
            Err(instead) => {
                self.wrong(column, text, "date", instead);
                None
            }
        }
    }

    fn settle(&mut self, column: Column, text: &str, day: Day) -> Option<Date> {
        match cell::settle(day, self.options.order) {
            Ok(date) => Some(date),
            Err(what) => {
                self.problem(column, format!("`{}`: {what}", short(text)));
                None
            }
        }
    }

    /// The instant that a time stands for, on the clock of the clinic where it names no offset.
    fn instant(&mut self, column: Column, when: When) -> Option<Timestamp> {
        if let Some(offset) = when.offset {
            return offset.to_timestamp(when.civil).ok();
        }
        let zone = self.options.zone;
        let read = zone.to_ambiguous_timestamp(when.civil);
        let written = when.civil.strftime("%Y-%m-%d %H:%M");
        let name = zone.iana_name().unwrap_or("the clinic's zone");
        let what = match read.offset() {
            AmbiguousOffset::Unambiguous { offset } => return offset.to_timestamp(when.civil).ok(),
            AmbiguousOffset::Gap { .. } => {
                format!("{written} does not exist in {name}: the clocks jump over it")
            }
            AmbiguousOffset::Fold { before, after } => {
                let time = when.civil.strftime("%H:%M");
                let (before, after) = (with_sign(before), with_sign(after));
                format!("{written} happens twice in {name}: write {time}{before} or {time}{after}")
            }
        };
        self.problem(column, what);
        None
    }

    fn until(&mut self, start: When, from: Timestamp) -> Option<Timestamp> {
        let by_length = match self.cell(Column::Minutes) {
            None => None,
            Some(text) => match cell::minutes(text) {
                Some(minutes) => {
                    let length = jiff::SignedDuration::from_mins(minutes);
                    Some(from.checked_add(length).ok()?)
                }
                None => {
                    self.wrong(Column::Minutes, text, "length", NO_LENGTH);
                    return None;
                }
            },
        };
        let by_end = match self.cell(Column::End) {
            None => None,
            Some(text) => Some(self.end(text, start)?),
        };
        let (column, until) = match (by_end, by_length) {
            (Some(end), Some(length)) if end != length => {
                let what = "it says another end than `end` does: write one of them";
                self.problem(Column::Minutes, what);
                return None;
            }
            (Some(end), _) => (Column::End, end),
            (None, Some(length)) => (Column::Minutes, length),
            (None, None) => {
                self.found.problems.say(self.place(), "it does not say when it ends; left out");
                return None;
            }
        };
        if until <= from {
            let what = "it ends before it begins, or has no length; where it goes over midnight, write the day of its end too";
            self.problem(column, what);
            return None;
        }
        if until.duration_since(from).as_hours() > LIMIT_DAYS * 24 {
            self.problem(column, format!("it is longer than {LIMIT_DAYS} days"));
            return None;
        }
        Some(until)
    }

    fn end(&mut self, text: &str, start: When) -> Option<Timestamp> {
        let (day, clock) = match (cell::both(text), cell::clock(text)) {
            (Some((day, clock)), _) => (self.settle(Column::End, text, day)?, clock),
            (None, Some(clock)) => match self.cell(Column::EndDate) {
                Some(date) => (self.date(Column::EndDate, date)?, clock),
                None => (start.civil.date(), clock),
            },
            (None, None) => {
                self.wrong(Column::End, text, "time", NO_TIME);
                return None;
            }
        };
        let when = self.when(Column::End, day, clock)?;
        // An end without an offset stands on the clock of its beginning: the clinic's, where that shows the beginning so.
        let shown = start.offset.and_then(|offset| offset.to_timestamp(start.civil).ok());
        let is_clinics = shown.is_some_and(|at| self.options.zone.to_datetime(at) == start.civil);
        let beside = start.offset.filter(|_| !is_clinics);
        self.instant(Column::End, When { offset: when.offset.or(beside), ..when })
    }

    fn state(&mut self) -> State {
        let Some(text) = self.cell(Column::Status) else { return State::Confirmed };
        let lower = text.to_lowercase();
        if CANCELLED.iter().any(|word| lower.starts_with(word)) {
            return State::Cancelled;
        }
        if !CONFIRMED.contains(&lower.as_str()) {
            let place = format!("row {}, column `status`", self.row.row);
            let what = format!("the status `{}` is not known: read as taking place", short(text));
            self.found.remarks.say(place, what);
        }
        State::Confirmed
    }

    fn about(&mut self) -> About {
        let mut said = |column: Column| {
            let cell = self.cell(column)?;
            let place = format!("row {}, column `{}`", self.row.row, column.name());
            self.found.text(&place, cell)
        };
        let name = said(Column::Name).or_else(|| {
            let parts = [said(Column::FirstName), said(Column::LastName)];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        });
        let mut about = About {
            uid: said(Column::Uid),
            title: said(Column::Title),
            location: said(Column::Location),
            notes: said(Column::Notes),
            service: said(Column::Service),
            practitioner: said(Column::Practitioner),
            room: said(Column::Room),
            who: Vec::new(),
        };
        let phone = said(Column::Phone);
        let who = Who { name, email: self.email(), phone, born: self.born() };
        if who != Who::default() {
            about.who.push(who);
        }
        about
    }

    fn email(&mut self) -> Option<String> {
        let email = self.cell(Column::Email)?;
        let is_one = email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.is_empty() && !host.contains('@')
        }) && !email.contains(char::is_whitespace)
            && email.len() <= 254;
        if !is_one {
            self.problem(
                Column::Email,
                "this is no address: write it as ann@mail.example; read without it",
            );
        }
        is_one.then(|| email.to_owned())
    }

    fn born(&mut self) -> Option<Date> {
        let text = self.cell(Column::Born)?;
        let read = match cell::both(text) {
            Some((day, _)) => Ok(day),
            None => cell::day(text),
        };
        let date =
            read.map_err(str::to_owned).and_then(|day| cell::settle(day, self.options.order));
        let has_year =
            text.split(|letter: char| !letter.is_ascii_digit()).any(|part| part.len() == 4);
        match date {
            Ok(date) if has_year && (1_890..=2_199).contains(&date.year()) => Some(date),
            Ok(_) => {
                let what = "write the year of birth with four digits; read without it";
                self.problem(Column::Born, what);
                None
            }
            Err(_) => {
                self.problem(Column::Born, format!("this is no date: {NO_DATE}; read without it"));
                None
            }
        }
    }
}

/// An offset as it stands behind a time: `+01:00`.
fn with_sign(offset: Offset) -> String {
    let minutes = offset.seconds().unsigned_abs() / 60;
    let sign = if offset.is_negative() { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
