//! What comes next for a patient: one pure function over their story, for their own page and for the clinic.
//!
//! It names a step and decides nothing clinical: windows are those of the plan, and the time for judging is the plan's
//! own. A step that waits for somebody else says so.

use jiff::{ToSpan as _, civil::Date};
use percuta_chart::{
    course::{Course, CourseState},
    screening::Disposition,
    session::Session,
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::DocumentId;
use serde_json::Value;

use crate::{
    patients::Story, screenings::last_sent, telling::at, today::next_to_book, vault::Opened,
};

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// The questions are not finished.
    Answer,
    /// Treatment waits: the last answer does not let it be given, until the day if there is one.
    Wait {
        /// Until when.
        until: Option<Date>,
    },
    /// The clinic makes a plan.
    AwaitPlan,
    /// A plan was offered.
    Decide {
        /// The course.
        course: DocumentId,
    },
    /// The plan is accepted and the consent is not signed.
    Consent {
        /// The course.
        course: DocumentId,
    },
    /// A visit is booked.
    Come {
        /// The visit.
        visit: DocumentId,
    },
    /// The next session can be booked.
    Book {
        /// The course.
        course: DocumentId,
        /// Which session.
        number: i16,
        /// From when to when, where the plan says so.
        window: Option<(Date, Date)>,
    },
    /// Every session was given; the result is judged from a day on.
    Judge {
        /// The course.
        course: DocumentId,
        /// From when.
        from: Date,
        /// Whether that day has come.
        is_due: bool,
    },
    /// The course was stopped or finished, and nothing is open.
    Rest,
}

/// What comes next. What waits for the patient comes before a talk that only has to be come to: a consultation hides no
/// plan that was offered and no consent.
pub fn next_step(story: &Story, today: Date) -> NextStep {
    let Some(visit) = next_visit(story, today) else { return without_visit(story, today) };
    let come = NextStep::Come { visit: visit.id };
    match visit.purpose {
        Purpose::Session { course, number: _ } if !is_consented(story, course) => {
            NextStep::Consent { course }
        }
        Purpose::Session { .. } => come,
        Purpose::Consultation | Purpose::FollowUp { .. } => match without_visit(story, today) {
            asked @ (NextStep::Answer
            | NextStep::Decide { .. }
            | NextStep::Consent { .. }
            | NextStep::Book { .. }) => asked,
            NextStep::Wait { .. }
            | NextStep::AwaitPlan
            | NextStep::Come { .. }
            | NextStep::Judge { .. }
            | NextStep::Rest => come,
        },
    }
}

/// What would come next if no visit were booked.
fn without_visit(story: &Story, today: Date) -> NextStep {
    if let Some(course) = story.courses.last() {
        match &course.document.state {
            CourseState::Offered { at: _ } => return NextStep::Decide { course: course.id },
            CourseState::Accepted { .. } => return of_accepted(story, course, today),
            CourseState::Finished { at: _ } => {
                return judge(story, course, today).unwrap_or(NextStep::Rest);
            }
            CourseState::Stopped { .. } => return NextStep::Rest,
            CourseState::Draft => {}
        }
    }
    if last_sent(&story.intakes).is_none() {
        return NextStep::Answer;
    }
    match story.screenings.last() {
        Some(last) if last.effective > Disposition::ProceedWithPrecautions => {
            NextStep::Wait { until: last.not_before.filter(|until| *until > today) }
        }
        Some(_) | None => NextStep::AwaitPlan,
    }
}

fn of_accepted(story: &Story, course: &Opened<Course>, today: Date) -> NextStep {
    match next_to_book(course, &story.visits, course.id) {
        Some(_) if !is_consented(story, course.id) => NextStep::Consent { course: course.id },
        Some(number) => {
            let planned = course.sessions.iter().find(|session| session.number == number);
            let window = planned.and_then(|session| session.window);
            NextStep::Book { course: course.id, number, window }
        }
        None => judge(story, course, today).unwrap_or(NextStep::Rest),
    }
}

fn is_consented(story: &Story, course: DocumentId) -> bool {
    story.consents.iter().any(|consent| consent.course == course)
}

/// The next visit that is booked and not before today.
pub fn next_visit(story: &Story, today: Date) -> Option<&Opened<Visit>> {
    story.visits.iter().find(|visit| match visit.document.state {
        // A day in UTC may be a day off; a visit of yesterday that nobody closed is over either way.
        VisitState::Booked | VisitState::Arrived { at: _ } => {
            visit.until.to_zoned(jiff::tz::TimeZone::UTC).date() >= today
        }
        VisitState::Done { .. } | VisitState::Cancelled { .. } | VisitState::NoShow { .. } => false,
    })
}

/// The last session of a course that was given.
pub fn last_of(story: &Story, course: DocumentId) -> Option<&Opened<Session>> {
    story.sessions.iter().rev().find(|session| session.course == course)
}

/// From which day the result of a course is judged: so many months after the last session, as its plan says.
///
/// CLINICAL: nothing is judged before; earlier pictures mislead.
pub fn judged_from(story: &Story, course: &Opened<Course>) -> Option<Date> {
    let last = last_of(story, course.id)?;
    let plan: Value = serde_json::from_str(&course.plan).ok()?;
    let months = at(&plan, "/judge_at/months_after_last").as_i64()?;
    last.on.checked_add(months.months()).ok()
}

fn judge(story: &Story, course: &Opened<Course>, today: Date) -> Option<NextStep> {
    let from = judged_from(story, course)?;
    Some(NextStep::Judge { course: course.id, from, is_due: from <= today })
}

/// What the plan says of keeping a result up, where it says anything.
pub fn maintenance(course: &Course) -> Option<String> {
    let plan: Value = serde_json::from_str(&course.plan).ok()?;
    at(&plan, "/maintenance/note").as_str().filter(|note| !note.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests;
