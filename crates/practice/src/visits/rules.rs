//! What decides on days, before anybody looks at the calendar: the plan's window, the sessions around, and screening.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    course::{Course, CourseState},
    screening::{Disposition, Screening},
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::DocumentId;
use serde_json::Value;

use crate::{patients::Story, refusal::No, vault::Opened};

/// What decides whether a session may be booked on a day.
pub(crate) struct Rules {
    /// First and last day on which it belongs.
    pub(super) window: Option<(Date, Date)>,
    /// The first day that screening and the session before allow.
    pub(super) from: Date,
    /// The last day that the session after, where one is booked, allows.
    pub(super) until: Date,
    pub(super) why_not: Vec<String>,
}

/// Whether a session has a visit that stands.
pub(crate) fn is_booked(story: &Story, purpose: Purpose, moving: &[DocumentId]) -> bool {
    let Purpose::Session { .. } = purpose else { return false };
    story
        .visits
        .iter()
        .any(|visit| visit.purpose == purpose && !moving.contains(&visit.id) && stands(visit))
}

/// Whether a visit was neither called off nor missed.
pub fn stands(visit: &Visit) -> bool {
    match visit.state {
        VisitState::Booked | VisitState::Arrived { .. } | VisitState::Done { .. } => true,
        VisitState::Cancelled { .. } | VisitState::NoShow { .. } => false,
    }
}

/// What else is about to change: what is moved does not stand where it was, what is wanted stands already.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Beside<'b> {
    /// The visits that are moved.
    pub(crate) moving: &'b [DocumentId],
    /// The visits that are wanted in the same breath.
    pub(crate) wanted: &'b [(Purpose, Timestamp)],
}

/// What decides on days: the plan's window, the session before, and screening.
///
/// CLINICAL: never earlier than the shortest interval after the session before, counted on the clinic's calendar.
pub(super) fn rules(
    story: &Story,
    purpose: Purpose,
    beside: Beside<'_>,
    (today, zone): (Date, &TimeZone),
) -> Result<Rules, No> {
    let mut rules = Rules { window: None, from: today, until: Date::MAX, why_not: Vec::new() };
    let Purpose::Session { course, number } = purpose else { return Ok(rules) };
    let course = story.courses.iter().find(|known| known.id == course).ok_or(No::NotFound)?;
    match course.state {
        CourseState::Accepted { .. } => {}
        CourseState::Draft | CourseState::Offered { .. } => {
            return Err(No::Closed("The patient has not accepted this plan yet."));
        }
        CourseState::Stopped { .. } | CourseState::Finished { .. } => {
            return Err(No::Closed("This course is over."));
        }
    }
    let planned =
        course.sessions.iter().find(|session| session.number == number).ok_or(No::NotFound)?;
    rules.window = planned.window;
    if let Some((from, _)) = planned.window {
        rules.from = rules.from.max(from);
    }
    let (shortest, longest) = interval_days(course);
    let (earlier, later) = around(story, course, number, beside, zone);
    if let Some(before) = earlier {
        let from = before.checked_add(shortest.days()).unwrap_or(Date::MAX);
        let to = before.checked_add(longest.days()).unwrap_or(Date::MAX);
        // The plan's own last day counts where it is later: an interval of one length leaves no window otherwise.
        let last = planned.window.map_or(to, |(_, last)| last.max(to));
        rules.window = Some((from, last));
        rules.from = today.max(from);
    } else if number > 1 {
        rules.why_not.push(format!("Session {} has to be booked first.", number.saturating_sub(1)));
        rules.from = Date::MAX;
    }
    if let Some(after) = later {
        rules.until = after.checked_sub(shortest.days()).unwrap_or(Date::MIN);
    }
    screened(story.screenings.last().map(|screening| &screening.document), &mut rules);
    Ok(rules)
}

/// CLINICAL: a day is offered only where every reason that still stands ends on a date; one that ends with an event, or
/// never, has to be settled first.
fn screened(screening: Option<&Screening>, rules: &mut Rules) {
    let Some(screening) = screening else {
        rules.why_not.push("Nothing was screened yet.".to_owned());
        rules.from = Date::MAX;
        return;
    };
    if screening.effective <= Disposition::ProceedWithPrecautions {
        return;
    }
    match ends_on(screening) {
        Some(date) => rules.from = rules.from.max(date),
        None => {
            rules.why_not.push(
                "Screening does not allow treatment yet. Its reasons say what has to be settled first."
                    .to_owned(),
            );
            rules.from = Date::MAX;
        }
    }
}

/// The first day after every deferral of a screening, where each of them ends on a date and nothing is worse.
fn ends_on(screening: &Screening) -> Option<Date> {
    if screening.effective != Disposition::Defer {
        return None;
    }
    let answer: Value = serde_json::from_str(&screening.answer).ok()?;
    let mut latest = None;
    for reason in answer.get("reasons")?.as_array()? {
        let is_overruled = screening
            .overrides
            .iter()
            .any(|one| reason.get("id").and_then(Value::as_str) == Some(one.rule.as_str()));
        let defers = reason.get("disposition").and_then(Value::as_str) == Some("defer");
        if defers && !is_overruled {
            let date = reason.get("until")?.get("date")?.as_str()?.parse::<Date>().ok()?;
            latest = latest.max(Some(date));
        }
    }
    latest
}

/// The days of the sessions before and after, given or booked: the nearest that stand.
pub(crate) fn around(
    story: &Story,
    course: &Opened<Course>,
    number: i16,
    beside: Beside<'_>,
    zone: &TimeZone,
) -> (Option<Date>, Option<Date>) {
    let (mut before, mut after) = (None, None);
    let known = story.visits.iter().filter(|one| !beside.moving.contains(&one.id) && stands(one));
    let known = known.map(|visit| (visit.purpose, visit.from));
    for (purpose, from) in known.chain(beside.wanted.iter().copied()) {
        let Purpose::Session { course: of, number: this } = purpose else { continue };
        if of != course.id {
            continue;
        }
        let day = from.to_zoned(zone.clone()).date();
        if this < number {
            before = before.max(Some(day));
        } else if this > number {
            after = Some(after.map_or(day, |known: Date| known.min(day)));
        }
    }
    (before, after)
}

/// Days between sessions as the plan has them, shortest and longest.
pub(crate) fn interval_days(course: &Course) -> (i32, i32) {
    let plan: Value = serde_json::from_str(&course.plan).unwrap_or(Value::Null);
    let days = |place: usize| {
        let days = plan.get("interval_days")?.get(place)?.as_i64()?;
        i32::try_from(days).ok()
    };
    let shortest = days(0).unwrap_or(percuta_clinical::plan::SHORTEST_DAYS);
    (shortest, days(1).unwrap_or(shortest).max(shortest))
}
