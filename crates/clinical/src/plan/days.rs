//! Which days are free: neither blocked, nor before the event, nor inside a deferral of any goal.
//!
//! Each day is screened as if it were the day of the answer. What is planned then lies in the past, so that a
//! planned procedure defers the sessions that follow it. It books nothing and knows no interval.

use std::collections::BTreeMap;

use jiff::civil::Date;
use percuta_terminology::calendar::{Window, days_between};

use super::deciding;
use crate::{
    answer::{Disposition, End, Reason},
    book::Rulebook,
    intake::Intake,
    overrule::{self, Overrule},
    screen::screen,
};

/// No search looks at more openings than this.
const OPENINGS_MAX: usize = 4_000;

/// The days of a course.
pub(super) struct Days<'b, 'r> {
    pub(super) book: &'b Rulebook,
    /// The request and every goal, each as an intake.
    pub(super) intakes: Vec<Intake>,
    /// Decisions against reasons, which no longer block a day.
    pub(super) overrules: Vec<Overrule<'r>>,
    pub(super) blocked: &'r [(Date, Date)],
    pub(super) event: Option<Date>,
    /// Whether screening allows a session, for the days that were looked at.
    pub(super) seen: BTreeMap<Date, bool>,
}

/// What a day allows.
pub(super) enum Gate<'b> {
    /// A session.
    Open,
    /// None before this day.
    Until(Date),
    /// None before something without a date is cleared.
    Waits(Vec<Reason<'b>>),
}

/// Where a search ends.
pub(super) enum Opening<'b> {
    /// On this day.
    On(Date),
    /// Nowhere, until something is cleared.
    Waits(Vec<Reason<'b>>),
}

impl<'b> Days<'b, '_> {
    /// What screening allows on a day.
    pub(super) fn gate(&mut self, day: Date) -> Gate<'b> {
        let book = self.book;
        let mut until: Option<Date> = None;
        let mut waits: Vec<Reason<'b>> = Vec::new();
        for intake in &mut self.intakes {
            intake.as_of = day;
            if book.engine.disposition(book, intake) < Disposition::Defer {
                continue;
            }
            let answer = overrule::without(screen(book, intake), &self.overrules);
            match (answer.disposition, &answer.until) {
                (Disposition::Proceed | Disposition::ProceedWithPrecautions, _) => {}
                (Disposition::Defer, Some(End::On(date))) => until = until.max(Some(*date)),
                (Disposition::Defer | Disposition::ReferPhysician | Disposition::DoNotTreat, _) => {
                    for reason in deciding(&answer) {
                        if !waits.iter().any(|known| known.id == reason.id) {
                            waits.push(reason.clone());
                        }
                    }
                }
            }
        }
        match until {
            _ if !waits.is_empty() => Gate::Waits(waits),
            Some(date) => Gate::Until(date),
            None => Gate::Open,
        }
    }

    /// The day after a blocked span, or after the event whose recovery band holds the day.
    fn after_block(&self, day: Date, band_days: i32) -> Option<Date> {
        let span = self.blocked.iter().find(|(from, to)| (*from..=*to).contains(&day));
        let event = self.event.filter(|event| {
            // CLINICAL: a session recovers in time if it lies the whole band before the event.
            day <= *event && Window::Days(band_days).after(day) > *event
        });
        let end = span.map(|(_, to)| *to).max(event)?;
        Some(end.tomorrow().unwrap_or(Date::MAX))
    }

    /// The first free day from one on.
    pub(super) fn next(&mut self, from: Date, band_days: i32) -> Opening<'b> {
        let mut day = from;
        for _ in 0..OPENINGS_MAX {
            let next = match self.after_block(day, band_days) {
                Some(next) => next,
                None => match self.gate(day) {
                    Gate::Open => return Opening::On(day),
                    Gate::Until(date) => date,
                    Gate::Waits(reasons) => return Opening::Waits(reasons),
                },
            };
            // The calendar ends, or a rule names a day that has been: no day is offered.
            if next <= day {
                break;
            }
            day = next;
        }
        Opening::Waits(Vec::new())
    }

    fn is_free(&mut self, day: Date, band_days: i32) -> bool {
        self.after_block(day, band_days).is_none() && self.is_open(day)
    }

    /// Whether screening allows a session on a day. Windows overlap, so each day is looked at once.
    fn is_open(&mut self, day: Date) -> bool {
        if let Some(known) = self.seen.get(&day) {
            return *known;
        }
        let book = self.book;
        let is_open = self.intakes.iter_mut().all(|intake| {
            intake.as_of = day;
            book.engine.disposition(book, intake) < Disposition::Defer
                || (!self.overrules.is_empty()
                    && overrule::without(screen(book, intake), &self.overrules).disposition
                        < Disposition::Defer)
        });
        self.seen.insert(day, is_open);
        is_open
    }

    /// Closes a window that opens on a free day: the last free day up to `latest`, and the days between that are
    /// not free. A window never spans the event.
    pub(super) fn close(
        &mut self,
        from: Date,
        latest: Date,
        band_days: i32,
    ) -> (Date, Vec<(Date, Date)>) {
        let mut last = from;
        let mut except: Vec<(Date, Date)> = Vec::new();
        let mut run: Option<(Date, Date)> = None;
        let length = days_between(from, latest);
        for offset in 1..=length {
            let day = Window::Days(offset).after(from);
            if self
                .event
                .is_some_and(|event| from <= event && Window::Days(band_days).after(day) > event)
            {
                break;
            }
            if self.is_free(day, band_days) {
                last = day;
                except.extend(run.take());
            } else {
                run = Some(run.map_or((day, day), |(start, _)| (start, day)));
            }
        }
        (last, except)
    }
}
