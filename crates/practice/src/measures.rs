//! Which scales are asked for in a course, when, and whether they were scored: what the cards of the scales say, laid over
//! one patient's story. Pure.
//!
//! A scale is asked for within a time: before the first session, around each one, some weeks after it, when the result can
//! be judged. A score counts for the time in which it was made, by whoever may grade the scale. What was not scored in its
//! time is missing, for ever: a baseline cannot be made up for, and the page says so.
//!
//! CLINICAL: nothing here decides anything. A score that is missing holds nobody up.

use jiff::{ToSpan as _, civil::Date};
use percuta_chart::{
    check_in::{Outcome, Scorer},
    course::{Course, CourseState},
    session::Session,
};
use percuta_clinical::{
    Rulebook,
    book::{Scale, ScaleAsk, ScaleAt},
    scale::{Grader, SCALES, Scored},
};
use percuta_record::DocumentId;
use percuta_terminology::Kind;
use serde_json::Value;

use crate::{next_step::judged_from, patients::Story, vault::Opened};

/// A scale that is asked for once.
#[derive(Debug, Clone)]
pub struct Measure<'b> {
    /// The card of the scale.
    pub scale: &'b Scale,
    /// Why it is asked for then.
    pub ask: &'b ScaleAsk,
    /// How it is scored; nothing for a scale that cannot be scored here.
    pub scored: Option<&'static Scored>,
    /// The number of the session that it follows, where it follows one.
    pub session: Option<i16>,
    /// Where it stands.
    pub stands: Stands,
}

/// Where a scale that is asked for stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It was scored.
    Done {
        /// When.
        on: Date,
        /// Where it is.
        outcome: DocumentId,
    },
    /// It is asked for now.
    Due {
        /// The last day for it, where there is one.
        until: Option<Date>,
    },
    /// Its time has not come.
    Later {
        /// When it comes.
        from: Date,
    },
    /// Its time went by without it.
    Missing,
    /// It is asked for and cannot be scored here: its card says why.
    Elsewhere,
}

impl Measure<'_> {
    /// Whether a patient may grade it.
    pub fn is_for_patient(&self) -> bool {
        self.scored.is_some_and(|scored| scored.by == Grader::Anybody)
    }

    /// Whether it is asked for now.
    pub fn is_due(&self) -> bool {
        matches!(self.stands, Stands::Due { until: _ })
    }
}

/// From when until when a scale is asked for; the last day is within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: Date,
    /// A score of this day or later counts.
    counts_from: Date,
    until: Option<Date>,
    session: Option<i16>,
}

/// Every time at which a scale is asked for in the course that goes on or was finished last, in the order of time.
pub fn measures<'b>(book: &'b Rulebook, story: &Story, today: Date) -> Vec<Measure<'b>> {
    let goes_on = |course: &&Opened<Course>| match course.state {
        CourseState::Accepted { .. } | CourseState::Finished { .. } => true,
        CourseState::Draft | CourseState::Offered { .. } | CourseState::Stopped { .. } => false,
    };
    let Some(course) = story.courses.iter().rev().find(goes_on) else { return Vec::new() };
    let mut found: Vec<(Date, Measure<'b>)> = Vec::new();
    for scale in &book.scales {
        let scored = SCALES.iter().find(|scored| scored.id == scale.id);
        for ask in scale.asks.iter().filter(|ask| is_for(book, ask, course)) {
            for span in spans(story, course, ask.at) {
                let stands = stands((scale, scored), story, span, today);
                found.push((
                    span.from,
                    Measure { scale, ask, scored, session: span.session, stands },
                ));
            }
        }
    }
    found.sort_by(|(left, one), (right, other)| {
        left.cmp(right).then(one.scale.id.cmp(&other.scale.id))
    });
    found.into_iter().map(|(_, measure)| measure).collect()
}

/// Whether one of the goals of a course is among the concerns that a scale is asked for.
fn is_for(book: &Rulebook, ask: &ScaleAsk, course: &Course) -> bool {
    let Some(concerns) = &ask.concerns else { return true };
    let vocabulary = book.vocabulary.of(Kind::Concern);
    let goals = course.request.get("goals").and_then(Value::as_array).into_iter().flatten();
    let codes = goals.filter_map(|goal| goal.get("concern").and_then(Value::as_str));
    codes.filter_map(|code| vocabulary.exact(code)).any(|concern| concerns.contains(concern))
}

/// The times at which a scale is asked for in a course.
fn spans(story: &Story, course: &Opened<Course>, at: ScaleAt) -> Vec<Span> {
    let mut given: Vec<&Session> = story
        .sessions
        .iter()
        .filter(|session| session.course == course.id)
        .map(|session| &session.document)
        .collect();
    given.sort_by_key(|session| (session.on, session.number));
    let judged = judged_from(story, course);
    match at {
        ScaleAt::Baseline => {
            let until = given.first().map(|session| session.on);
            // A score from before the course counts, but none from before an earlier treatment.
            let earlier = story.sessions.iter().filter(|session| session.course != course.id);
            let earlier = earlier.filter(|session| until.is_none_or(|until| session.on < until));
            let counts_from = earlier.map(|session| session.on).max().unwrap_or(Date::MIN);
            vec![Span { from: Date::MIN, counts_from, until, session: None }]
        }
        ScaleAt::Session { days } => given
            .iter()
            .map(|session| Span {
                from: session.on,
                counts_from: session.on,
                until: Some(session.on.saturating_add(i64::from(days).days())),
                session: Some(session.number),
            })
            .collect(),
        ScaleAt::FollowUp { weeks } => {
            let nexts = given.iter().skip(1).map(|next| Some(next.on)).chain([None]);
            // After the last session the follow-up ends when the result can be judged.
            let last = judged.and_then(|from| from.yesterday().ok());
            let spans = given.iter().zip(nexts).map(|(session, next)| {
                let from = session.on.saturating_add(i64::from(weeks).weeks());
                let session = Some(session.number);
                Span { from, counts_from: from, until: next.or(last), session }
            });
            spans.filter(|span| span.until.is_none_or(|until| until >= span.from)).collect()
        }
        ScaleAt::Result => {
            let is_last = given.len() >= course.sessions.len()
                || matches!(course.state, CourseState::Finished { .. });
            let from = judged.filter(|_| is_last);
            let span = |from| Span { from, counts_from: from, until: None, session: None };
            from.map(span).into_iter().collect()
        }
    }
}

fn stands(
    (scale, scored): (&Scale, Option<&'static Scored>),
    story: &Story,
    span: Span,
    today: Date,
) -> Stands {
    let Some(scored) = scored else { return Stands::Elsewhere };
    let counts = |outcome: &&Opened<Outcome>| {
        let is_by = match (scored.by, outcome.by) {
            (Grader::Anybody, _) | (Grader::Clinician, Scorer::Member(_)) => true,
            (Grader::Clinician, Scorer::Patient) => false,
        };
        is_by
            && outcome.scale == scale.id
            && outcome.on >= span.counts_from
            && span.until.is_none_or(|until| outcome.on <= until)
    };
    if let Some(done) = story.outcomes.iter().rev().find(counts) {
        return Stands::Done { on: done.on, outcome: done.id };
    }
    if today < span.from {
        Stands::Later { from: span.from }
    } else if span.until.is_some_and(|until| today > until) {
        Stands::Missing
    } else {
        Stands::Due { until: span.until }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use percuta_chart::course::{PlannedSession, Quote};
    use percuta_record::{PatientId, PersonId};
    use serde_json::json;

    use super::*;
    use crate::testing::{BOOK, Clinic, now};

    fn course(concern: &str) -> Course {
        let session = |number| PlannedSession { number, window: None, zones: Vec::new() };
        Course {
            title: "Acne scars, cheeks".to_owned(),
            screening: DocumentId::from_bytes([9; 16]),
            request: json!({ "goals": [{ "concern": concern, "region": "cheek" }] }),
            plan: r#"{"judge_at":{"months_after_last":3}}"#.to_owned(),
            sessions: vec![session(1), session(2)],
            quote: Quote { currency: "GBP".to_owned(), lines: Vec::new() },
            state: CourseState::Accepted { offered: now(), at: now() },
            by: PersonId::from_bytes([1; 16]),
        }
    }

    async fn scored(clinic: &Clinic, patient: PatientId, scale: &str, on: Date) -> DocumentId {
        let outcome = Outcome {
            course: None,
            scale: scale.to_owned(),
            items: Vec::new(),
            score: 3.0,
            on,
            by: Scorer::Member(clinic.lead.person),
        };
        clinic.put(patient, &outcome).await
    }

    /// Where the askings of a scale stand, in the order of time.
    async fn of(clinic: &Clinic, patient: PatientId, scale: &str, today: Date) -> Vec<Stands> {
        let story = clinic.practice.gather(patient).await.unwrap().unwrap();
        let measures = measures(&BOOK, &story, today).into_iter();
        measures.filter(|one| one.scale.id == scale).map(|one| one.stands).collect()
    }

    const TODAY: Date = date(2026, 11, 21);

    #[tokio::test]
    async fn scars_are_graded_before_the_first_session_or_never_compared_with() {
        let clinic = Clinic::open().await;
        let (patient, _) = clinic.patient("Nora Invented").await;
        assert!(of(&clinic, patient, "gb_qual", TODAY).await.is_empty(), "there is no course");
        let id = clinic.put(patient, &course("acne-scar")).await;
        let due = Stands::Due { until: None };
        assert_eq!(of(&clinic, patient, "gb_qual", TODAY).await, [due]);
        assert!(of(&clinic, patient, "mmasi", TODAY).await.is_empty(), "it is for melasma");
        // Treated yesterday without a grade: it is missing, and one of today does not count.
        clinic.treated_in(patient, id, 1).await;
        scored(&clinic, patient, "gb_qual", TODAY).await;
        assert_eq!(of(&clinic, patient, "gb_qual", TODAY).await, [Stands::Missing]);
        // One of the day itself does.
        let on = date(2026, 11, 20);
        let outcome = scored(&clinic, patient, "gb_qual", on).await;
        assert_eq!(of(&clinic, patient, "gb_qual", TODAY).await, [Stands::Done { on, outcome }]);
    }

    #[tokio::test]
    async fn pain_is_asked_on_the_day_and_the_next_and_not_afterwards() {
        let clinic = Clinic::open().await;
        let (patient, actor) = clinic.patient("Nora Invented").await;
        let id = clinic.put(patient, &course("striae")).await;
        assert!(of(&clinic, patient, "vas", TODAY).await.is_empty());
        clinic.treated_in(patient, id, 1).await;
        let until = Some(TODAY);
        assert_eq!(of(&clinic, patient, "vas", TODAY).await, [Stands::Due { until }]);
        let later = TODAY.tomorrow().unwrap();
        assert_eq!(of(&clinic, patient, "vas", later).await, [Stands::Missing]);
        let given = [("pain".to_owned(), "4".to_owned())];
        let outcome = clinic.practice.keep_score(&actor, patient, "vas", &given).await.unwrap();
        let done = Stands::Done { on: TODAY, outcome };
        assert_eq!(of(&clinic, patient, "vas", later).await, [done]);
    }

    #[tokio::test]
    async fn a_follow_up_is_asked_four_weeks_after_and_the_result_when_it_can_be_judged() {
        let clinic = Clinic::open().await;
        let (patient, _) = clinic.patient("Nora Invented").await;
        let id = clinic.put(patient, &course("acne-scar")).await;
        clinic.treated_in(patient, id, 20).await;
        let from = date(2026, 11, 29);
        // One of two sessions: no result is asked for yet.
        assert_eq!(of(&clinic, patient, "gais", TODAY).await, [Stands::Later { from }]);
        clinic.treated_in(patient, id, 1).await;
        // The next session came before the four weeks were over: only the second is followed.
        let (from, judged) = (date(2026, 12, 18), date(2027, 2, 20));
        let [follow_up, result] = of(&clinic, patient, "gais", TODAY).await[..] else { panic!() };
        assert_eq!(follow_up, Stands::Later { from });
        assert_eq!(result, Stands::Later { from: judged });
        let until = Some(date(2027, 2, 19));
        assert_eq!(of(&clinic, patient, "gais", from).await[0], Stands::Due { until });
        assert_eq!(of(&clinic, patient, "gais", judged).await[0], Stands::Missing);
        assert_eq!(of(&clinic, patient, "gais", judged).await[1], Stands::Due { until: None });
    }

    #[tokio::test]
    async fn what_cannot_be_scored_here_says_so_and_is_never_missing() {
        let clinic = Clinic::open().await;
        let (patient, _) = clinic.patient("Nora Invented").await;
        clinic.put(patient, &course("wrinkles")).await;
        assert_eq!(of(&clinic, patient, "lemperle", TODAY).await, [Stands::Elsewhere]);
    }
}
