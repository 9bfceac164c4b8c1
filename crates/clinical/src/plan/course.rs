//! The course itself: which goals are planned, how many sessions, and their windows. What surrounds the sessions
//! (preparation, numbing, expectations) is made elsewhere.

use std::collections::BTreeMap;

use jiff::civil::Date;
use percuta_terminology::{Kind, Window};

use super::{
    Goal, Plan, PlanRequest, PlannedGoal, SHORTEST_DAYS, Session, SessionWindow, Spacing, Why,
    Zone, around,
    days::{Days, Gate, Opening},
    deciding,
    zones::{in_session, why_none, zones},
};
use crate::{
    answer::{Answer, Disposition},
    book::{Interval, Rulebook},
    intake::{Depth, Intake, Placed},
    overrule,
    screen::screen,
};

/// The goals that are planned, and why the others are not.
pub(super) struct Chosen<'b> {
    pub(super) goals: Vec<PlannedGoal<'b>>,
    pub(super) why: Vec<Why<'b>>,
}

/// Chooses the goals that can be planned at all.
pub(super) fn choose<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    screening: &Answer<'b>,
) -> Chosen<'b> {
    let mut chosen = Chosen { goals: Vec::new(), why: Vec::new() };
    if screening.disposition == Disposition::DoNotTreat {
        chosen.why = refused(screening, None);
        return chosen;
    }
    let modality = request.intake.request.modality;
    let permitted = request.practitioner.as_ref().and_then(|who| who.modalities.as_ref());
    if permitted.is_some_and(|permitted| !permitted.contains(&modality)) {
        let because =
            format!("The practitioner is not permitted to treat with: {}.", modality.title());
        chosen.why.push(Why { goal: None, because, sources: Vec::new() });
        return chosen;
    }
    for goal in &request.goals {
        match planned(book, request, *goal) {
            Ok(goal) => chosen.goals.push(goal),
            Err(mut why) => chosen.why.append(&mut why),
        }
    }
    chosen
}

fn refused<'b>(answer: &Answer<'b>, goal: Option<Goal>) -> Vec<Why<'b>> {
    deciding(answer)
        .map(|reason| Why {
            goal,
            because: reason.because.clone(),
            sources: reason.sources.clone(),
        })
        .collect()
}

fn planned<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    goal: Goal,
) -> Result<PlannedGoal<'b>, Vec<Why<'b>>> {
    let because = |because: String| vec![Why { goal: Some(goal), because, sources: Vec::new() }];
    let Some(interval) = interval(book, request, goal) else {
        return Err(vec![no_evidence(book, request, goal)]);
    };
    let zones = zones(book, request, goal, interval);
    if zones.is_empty() {
        return Err(because(why_none(book, request, goal)));
    }
    let answer = screen(book, &as_intake(request, goal, deepest(&zones)));
    let answer = overrule::without(answer, &request.overrules());
    if answer.disposition == Disposition::DoNotTreat {
        return Err(refused(&answer, Some(goal)));
    }
    let (fewest, most) = interval.sessions;
    let sessions = request.sessions.map_or(fewest, |wished| wished.min(most)).max(1);
    let days = days_between_sessions(request, interval);
    Ok(PlannedGoal { goal, interval, sessions, days, zones })
}

fn deepest(zones: &[Zone<'_>]) -> f64 {
    zones.iter().map(|zone| zone.depth_mm).fold(0.0, f64::max)
}

fn interval<'b>(book: &'b Rulebook, request: &PlanRequest, goal: Goal) -> Option<&'b Interval> {
    let modality = request.intake.request.modality;
    let regions = &book.vocabulary.regions;
    book.intervals.iter().find(|interval| {
        interval.concerns.contains(goal.concern)
            && (interval.modalities.is_empty() || interval.modalities.contains(&modality))
            && (interval.regions.is_empty()
                || interval.regions.iter().any(|region| regions.is_inside(goal.region, *region)))
    })
}

/// Why a goal has no interval: nothing was found for it, or only for something else.
fn no_evidence<'b>(book: &'b Rulebook, request: &PlanRequest, goal: Goal) -> Why<'b> {
    let concern = &book.vocabulary.of(Kind::Concern).term(goal.concern).title;
    let regions = &book.vocabulary.regions;
    let mut because = format!(
        "{concern}, {}: no evidence was found that gives a course by {}, so no session is planned.",
        regions.get(goal.region).title.to_lowercase(),
        request.intake.request.modality.title()
    );
    let mut sources = Vec::new();
    for other in book.intervals.iter().filter(|interval| interval.concerns.contains(goal.concern)) {
        let by: Vec<&str> = other.modalities.iter().map(|modality| modality.title()).collect();
        because.push_str(&format!(" What was found is for {}", by.join(" or ")));
        let places: Vec<String> =
            other.regions.iter().map(|region| regions.get(*region).title.to_lowercase()).collect();
        if !places.is_empty() {
            because.push_str(&format!(", {}", places.join(" or ")));
        }
        because.push('.');
        sources.extend(&other.sources);
    }
    Why { goal: Some(goal), because, sources }
}

/// Days between sessions that are followed, shortest and longest.
///
/// CLINICAL: a source's shorter figure is shown and never followed, unless a clinician names the protocol.
fn days_between_sessions(request: &PlanRequest, interval: &Interval) -> (i32, i32) {
    let (low, high) = (i32::from(interval.weeks.0) * 7, i32::from(interval.weeks.1) * 7);
    let shortest = match &request.spacing {
        Spacing::ByIndication => low.max(SHORTEST_DAYS),
        Spacing::Weeks(weeks) => (i32::from(*weeks) * 7).max(SHORTEST_DAYS),
        Spacing::Shorter { weeks, .. } => weeks.map_or(low, |weeks| i32::from(weeks) * 7).max(1),
    };
    (shortest, high.max(shortest))
}

/// A goal as an intake of its own, so that screening answers for its region and concern.
fn as_intake(request: &PlanRequest, goal: Goal, depth_mm: f64) -> Intake {
    let mut intake = request.intake.clone();
    let asked = &mut intake.request;
    if (asked.concern, asked.region) == (goal.concern, goal.region) {
        return intake;
    }
    let main = asked.region;
    let is_same_concern = asked.concern == goal.concern;
    asked.concern = goal.concern;
    asked.region = goal.region;
    asked.depth = Depth::Millimetres(depth_mm);
    asked.onset = goal.onset.or(asked.onset.filter(|_| is_same_concern));
    // "request" in an item's site goes on meaning the region of the request.
    for item in intake.items.iter_mut().filter(|item| item.placed == Placed::Request) {
        item.placed = Placed::Region(main);
    }
    intake
}

/// Gives a plan its sessions and dates.
pub(super) fn sessions<'b>(book: &'b Rulebook, request: &PlanRequest, plan: &mut Plan<'b>) {
    let as_of = request.intake.as_of;
    let ranges = plan.goals.iter().map(|goal| goal.interval.sessions);
    plan.sessions_range = ranges.reduce(|left, right| (left.0.max(right.0), left.1.max(right.1)));
    let shortest = plan.goals.iter().map(|goal| goal.days.0).max().unwrap_or(SHORTEST_DAYS);
    let longest = plan.goals.iter().map(|goal| goal.days.1).min().unwrap_or(shortest).max(shortest);
    plan.interval_days = Some((shortest, longest));

    let mut intakes = vec![request.intake.clone()];
    for goal in &plan.goals {
        let intake = as_intake(request, goal.goal, deepest(&goal.zones));
        if !intakes.contains(&intake) {
            intakes.push(intake);
        }
    }
    let seen = BTreeMap::new();
    let overrules = request.overrules();
    let mut days =
        Days { book, intakes, overrules, blocked: &request.blocked, event: request.event, seen };
    let prepared = Window::Days(around::lead_days(book, request, plan)).after(as_of);
    let after = request.start_after.map_or(as_of, |day| day.tomorrow().unwrap_or(Date::MAX));
    // What blocks on the day of the answer blocks the dates, even where it might have changed by a later start.
    let waits = match days.gate(as_of) {
        Gate::Open | Gate::Until(_) => None,
        Gate::Waits(reasons) => Some(reasons),
    };
    let dated = plan.screening.not_before.filter(|_| waits.is_some());
    plan.not_before = prepared.max(after).max(dated.unwrap_or(as_of));
    let mut spacing = Spaced { shortest, longest, open: plan.not_before, close: None };
    let mut course = Course { book, request, days, plan };
    match waits {
        Some(reasons) => course.wait(reasons, 1, &spacing),
        None => course.date(&mut spacing),
    }
}

/// The interval, and the bounds of the next window.
struct Spaced {
    shortest: i32,
    longest: i32,
    open: Date,
    close: Option<Date>,
}

struct Course<'b, 'r, 'p> {
    book: &'b Rulebook,
    request: &'r PlanRequest,
    days: Days<'b, 'r>,
    plan: &'p mut Plan<'b>,
}

impl<'b> Course<'b, '_, '_> {
    fn count(&self) -> i16 {
        self.plan.goals.iter().map(|goal| goal.sessions).max().unwrap_or(0)
    }

    fn zones(&self, number: i16) -> Vec<Zone<'b>> {
        let active = self.plan.goals.iter().filter(|goal| goal.sessions >= number);
        in_session(&active.map(|goal| goal.zones.clone()).collect::<Vec<_>>(), number)
    }

    /// Sessions with dates, as far as dates can be given.
    fn date(&mut self, spacing: &mut Spaced) {
        for number in 1..=self.count() {
            let zones = self.zones(number);
            let band =
                around::recovery_days(self.book, self.request.intake.request.modality, &zones);
            let from = match self.days.next(spacing.open, band) {
                Opening::On(from) => from,
                Opening::Waits(reasons) => return self.wait(reasons, number, spacing),
            };
            let slack = spacing.longest - spacing.shortest;
            let latest = match spacing.close {
                None => Window::Days(spacing.longest).after(from),
                // What is blocked pushed the session past its window: it keeps the slack of its interval.
                Some(close) if close < from => {
                    self.plan.notes.push(format!(
                        "Session {number} opens later than {} days after the one before, because no day within them is free.",
                        spacing.longest
                    ));
                    Window::Days(slack).after(from)
                }
                Some(close) => close,
            };
            let (to, except) = self.days.close(from, latest, band);
            if number == 1 {
                self.plan.earliest = Some(from);
                self.plan.not_before = from;
            }
            spacing.open = Window::Days(spacing.shortest).after(from);
            spacing.close = Some(Window::Days(spacing.longest).after(to));
            self.push(number, SessionWindow::Dated { from, to, except }, zones);
        }
    }

    /// Sessions without dates, from one on, until what blocks is cleared.
    fn wait(&mut self, reasons: Vec<crate::answer::Reason<'b>>, first: i16, spacing: &Spaced) {
        if first > 1 {
            self.plan.notes.push(format!(
                "From session {first} on no date can be given yet: by then something has to be looked at again."
            ));
        }
        if reasons.is_empty() {
            self.plan.notes.push(String::from("No free day was found in the calendar."));
        }
        self.plan.waits_for = reasons;
        let weeks = |days: i32| days / 7;
        for number in first..=self.count() {
            let before = i32::from(number - first);
            let window = SessionWindow::AfterClearance {
                weeks: (weeks(before * spacing.shortest), weeks((before + 1) * spacing.longest)),
                not_before: Window::Days(before * spacing.shortest).after(spacing.open),
            };
            let zones = self.zones(number);
            self.push(number, window, zones);
        }
    }

    fn push(&mut self, number: i16, window: SessionWindow, zones: Vec<Zone<'b>>) {
        let numbing = around::numbing(self.book, self.request, &zones);
        self.plan.sessions.push(Session { number, window, zones, numbing });
    }
}
