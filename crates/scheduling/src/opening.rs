//! When a site is open, as stretches of time, and when starts may lie.
//!
//! A minute is open when the clock of the place shows an opening hour of its weekday and its date is not closed. That holds on
//! days with a clock change too: what the clocks jump over is never open, what they repeat is open twice.

use crate::{
    model::{Minute, Request, Site, Span},
    zone::{self, DAY},
};

/// An opening of one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    /// The date's number.
    pub(crate) day: i64,
    /// When.
    pub(crate) span: Span,
    /// The first opening of its date: starts step from here.
    pub(crate) anchor: Minute,
}

/// The openings of some dates, in order, cut down to civil times of day.
pub(crate) fn openings(site: &Site, days: (i64, i64), between: Span) -> Vec<Opening> {
    let mut all = Vec::new();
    for day in days.0..=days.1 {
        if site.closed.contains(&zone::date_of(day)) {
            continue;
        }
        let weekday = zone::weekday_of(day);
        let mut spans: Vec<Span> = Vec::new();
        let mut anchor = Minute::MAX;
        for hours in site.hours.iter().filter(|hours| hours.weekday == weekday) {
            let whole = site.zone.within(day * DAY + hours.open, day * DAY + hours.close);
            anchor = whole.iter().fold(anchor, |least, span| least.min(span.from));
            let (open, close) = (hours.open.max(between.from), hours.close.min(between.to));
            if open < close {
                spans.extend(site.zone.within(day * DAY + open, day * DAY + close));
            }
        }
        spans.sort_unstable();
        all.extend(spans.into_iter().map(|span| Opening { day, span, anchor }));
    }
    all
}

/// Where starts may lie: as an opening, with the end of what is open without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// The date's number.
    pub(crate) day: i64,
    /// The first start, on the grid.
    pub(crate) from: Minute,
    /// No start is at or after this.
    pub(crate) to: Minute,
    /// No visit ends after this.
    pub(crate) until: Minute,
}

/// Where the starts of a request may lie at a site, in order. Whether the visit fits before `until` is asked apart.
pub(crate) fn ranges(site: &Site, request: &Request) -> Vec<Range> {
    let (first, last) = (zone::day_number(request.from), zone::day_number(request.to));
    // A visit may go on into the day after; it cannot go on into the one after that.
    ranges_in(&openings(site, (first, last + 2), request.between), site, request)
}

/// The same among openings that are known; those of the two days after the last date have to be among them.
pub(crate) fn ranges_in(openings: &[Opening], site: &Site, request: &Request) -> Vec<Range> {
    let last = zone::day_number(request.to);
    let not_before = request.not_before.map_or(Minute::MIN, |civil| {
        site.zone.within(civil, civil + 2 * DAY).first().map_or(Minute::MAX, |span| span.from)
    });
    let mut ranges = Vec::with_capacity(openings.len());
    let mut until = Minute::MIN;
    let mut next = Minute::MIN;
    for opening in openings.iter().rev() {
        if opening.span.to != next {
            until = opening.span.to;
        }
        next = opening.span.from;
        let is_wanted = || request.weekdays.contains(&zone::weekday_of(opening.day));
        if opening.day > last || !(request.weekdays.is_empty() || is_wanted()) {
            continue;
        }
        let least = opening.span.from.max(not_before);
        let steps = (least - opening.anchor).max(0) + request.step - 1;
        let from = opening.anchor + steps.div_euclid(request.step) * request.step;
        if from < opening.span.to {
            ranges.push(Range { day: opening.day, from, to: opening.span.to, until });
        }
    }
    ranges.reverse();
    ranges
}
