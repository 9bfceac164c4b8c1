//! Visits in the simple calendar: one room, one visit at a time. Phases that hold different things come later.
//!
//! One function finds the free starts and one books; the booking looks again, and the database itself refuses an
//! overlap, so that of two who want one time exactly one gets it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    clinic::{self, Clinic, VisitShape},
    course::{Course, CourseState},
    person::{self, Member, Part, Standing},
    screening::{Disposition, Screening},
    visit::{Phase, PhaseKind, Purpose, Visit, VisitState},
};
use percuta_record::{Change, DocumentId, Moment, Owner, PatientId, PersonId, commit::Place};
use serde_json::Value;

use crate::{
    Practice,
    actor::{Act, Actor},
    day_of,
    patients::Story,
    refusal::No,
    vault::Opened,
    writing::Draft,
    zone_of,
};

/// Starts are offered every so many minutes.
const STEP_MIN: i64 = 15;
/// No search looks further ahead than this, in days.
const DAYS_MAX: i32 = 62;
/// A consultation takes so many minutes.
const TALK_MIN: i64 = 30;

/// A time at which a visit can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// When it begins.
    pub at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// With whom.
    pub with: PersonId,
}

/// The free starts of some days, and why others are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreeStarts {
    /// The starts, in the order of time.
    pub starts: Vec<Start>,
    /// First and last day on which this session belongs.
    pub window: Option<(Date, Date)>,
    /// Why days or all of them are not offered, in sentences.
    pub why_not: Vec<String>,
}

/// The parts of a visit, one after another.
pub fn phases(purpose: Purpose, shape: VisitShape, from: Timestamp) -> Vec<Phase> {
    let parts: Vec<(PhaseKind, i64)> = match purpose {
        Purpose::Consultation | Purpose::FollowUp { .. } => vec![(PhaseKind::Talk, TALK_MIN)],
        Purpose::Session { .. } => vec![
            (PhaseKind::Cleanse, shape.cleanse_min),
            (PhaseKind::Numbing, shape.numbing_min),
            (PhaseKind::Treatment, shape.treatment_min),
            (PhaseKind::Aftercare, shape.aftercare_min),
        ],
    };
    let mut at = from;
    parts
        .into_iter()
        .filter(|(_, minutes)| *minutes > 0)
        .map(|(kind, minutes)| {
            let until = at.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(at);
            let phase = Phase { kind, from: at, until };
            at = until;
            phase
        })
        .collect()
}

/// What decides whether a session may be booked on a day.
struct Rules {
    window: Option<(Date, Date)>,
    /// The first day that screening and the session before allow.
    from: Date,
    /// The last day that the session after, where one is booked, allows.
    until: Date,
    why_not: Vec<String>,
}

/// For whom a start is sought.
#[derive(Debug, Clone, Copy)]
struct Sought<'s> {
    /// The patient's story.
    story: &'s Story,
    /// The visit that is moved; its own time counts as free.
    moving: Option<DocumentId>,
    /// With whom; anybody who may where it is `None`.
    with: Option<PersonId>,
}

impl Practice {
    /// The free starts for a visit of a patient, over some days.
    pub async fn free_starts(
        &self,
        actor: &Actor,
        patient: PatientId,
        purpose: Purpose,
        (from, days): (Date, i32),
    ) -> Result<FreeStarts, No> {
        let document = person::document_of(patient);
        let act = if actor.patient() == Some(patient) { Act::Own } else { Act::Book };
        self.allow(actor, act, "visit.find", Some(document)).await?;
        let (clinic, story) =
            (self.clinic().await?, self.gather(patient).await?.ok_or(No::NotFound)?);
        self.note(Some(actor), "visit.find", Some(document), "done").await?;
        let sought = Sought { story: &story, moving: None, with: None };
        self.find(&clinic, sought, purpose, (from, days.clamp(1, DAYS_MAX))).await
    }

    /// The free starts to which a visit may be moved, with the same person; its own time counts as free.
    pub async fn free_starts_to_move(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        (from, days): (Date, i32),
    ) -> Result<FreeStarts, No> {
        let (_, patient) = self.may_change(actor, seen, "visit.find").await?;
        let (clinic, story) =
            (self.clinic().await?, self.gather(patient).await?.ok_or(No::NotFound)?);
        self.note(Some(actor), "visit.find", Some(seen.id), "done").await?;
        let sought = Sought { story: &story, moving: Some(seen.id), with: Some(seen.with) };
        self.find(&clinic, sought, seen.purpose, (from, days.clamp(1, DAYS_MAX))).await
    }

    async fn find(
        &self,
        clinic: &Clinic,
        Sought { story, moving, with }: Sought<'_>,
        purpose: Purpose,
        (from, days): (Date, i32),
    ) -> Result<FreeStarts, No> {
        let (today, zone) = (day_of(clinic, self.now()), zone_of(clinic));
        let rules = rules(story, (purpose, moving), today, &zone)?;
        let mut people = self.who_can(story, purpose).await?;
        people.retain(|person| with.is_none_or(|with| with == *person));
        let mut free =
            FreeStarts { starts: Vec::new(), window: rules.window, why_not: rules.why_not };
        if people.is_empty() {
            free.why_not.push(
                "Nobody here may treat to this depth. The owner sets who may, under People."
                    .to_owned(),
            );
        }
        let last = from.checked_add(days.days()).unwrap_or(from);
        let (start, end) = (moment(from, &zone), moment(last, &zone));
        let mut taken: BTreeMap<DocumentId, Vec<(Moment, Moment)>> = BTreeMap::new();
        for reserved in self.vault.store().reserved(start, end, None).await? {
            if Some(reserved.document) != moving {
                let place = reserved.place;
                taken.entry(place.resource).or_default().push((place.from, place.until));
            }
        }
        let mut day = from;
        while day < last {
            if day >= rules.from && day <= rules.until && !clinic.closed.contains(&day) {
                for at in starts(clinic, purpose, day, &zone) {
                    if at >= self.now() {
                        free.starts.extend(first_free(at, (clinic, purpose), &people, &taken));
                    }
                }
            }
            day = day.tomorrow().unwrap_or(last);
        }
        if free.starts.is_empty() && rules.from >= last {
            free.why_not.push(format!(
                "The first day is {}.",
                percuta_terminology::calendar::in_words(rules.from)
            ));
        }
        if free.starts.is_empty() && rules.until < from {
            free.why_not.push(format!(
                "The last day is {}, because the session after it is booked.",
                percuta_terminology::calendar::in_words(rules.until)
            ));
        }
        Ok(free)
    }

    /// Who may give this visit.
    async fn who_can(&self, story: &Story, purpose: Purpose) -> Result<Vec<PersonId>, No> {
        let depth = match purpose {
            Purpose::Session { course, number } => story
                .courses
                .iter()
                .find(|known| known.id == course)
                .and_then(|course| course.sessions.iter().find(|session| session.number == number))
                .into_iter()
                .flat_map(|session| &session.zones)
                .map(|zone| zone.depth_mm)
                .fold(0.0, f64::max),
            Purpose::Consultation | Purpose::FollowUp { .. } => 0.0,
        };
        let can = |member: &Member| {
            matches!(member.standing, Standing::Active { .. })
                && (member.parts.contains(&Part::Practitioner)
                    || member.parts.contains(&Part::MedicalLead))
                && (depth <= 0.0 || member.depth_mm_max.is_some_and(|most| most >= depth))
        };
        let members = self.members().await?;
        let able = members.iter().filter(|member| can(member));
        Ok(able.map(|member| person::member_of(member.id)).collect())
    }

    /// Books a visit at a free start.
    pub async fn book_visit(
        &self,
        actor: &Actor,
        patient: PatientId,
        purpose: Purpose,
        with: PersonId,
        start: Timestamp,
    ) -> Result<DocumentId, No> {
        let document = person::document_of(patient);
        let act = if actor.patient() == Some(patient) { Act::Own } else { Act::Book };
        self.allow(actor, act, "visit.book", Some(document)).await?;
        let (clinic, story) =
            (self.clinic().await?, self.gather(patient).await?.ok_or(No::NotFound)?);
        if is_booked(&story, purpose, None) {
            return Err(No::Closed("This session is booked already. Move that visit instead."));
        }
        let sought = Sought { story: &story, moving: None, with: Some(with) };
        self.look_again(&clinic, sought, purpose, start).await?;
        let id: DocumentId = self.vault.new_id()?;
        let visit = visit_of(&clinic, purpose, with, start);
        let draft = Draft::new(act, "visit.book", document)
            .begin(id, Owner::Patient(patient), &visit)?
            .holding(id, places(&visit));
        self.commit(actor, draft).await?;
        Ok(id)
    }

    /// Whether a start is free now with a person; an error that says what else there is when it is not.
    async fn look_again(
        &self,
        clinic: &Clinic,
        sought: Sought<'_>,
        purpose: Purpose,
        start: Timestamp,
    ) -> Result<(), No> {
        let free = self.find(clinic, sought, purpose, (day_of(clinic, start), 1)).await?;
        if free.starts.iter().any(|free| free.at == start) {
            return Ok(());
        }
        match free.why_not.into_iter().next() {
            Some(why) => Err(No::wrong("time", why)),
            None => Err(No::Taken),
        }
    }

    /// Moves a visit to another free start.
    pub async fn move_visit(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        start: Timestamp,
    ) -> Result<(), No> {
        let (act, patient) = self.may_change(actor, seen, "visit.move").await?;
        let clinic = self.clinic().await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let sought = Sought { story: &story, moving: Some(seen.id), with: Some(seen.with) };
        self.look_again(&clinic, sought, seen.purpose, start).await?;
        let moved = visit_of(&clinic, seen.purpose, seen.with, start);
        let visit = Visit {
            from: moved.from,
            until: moved.until,
            phases: moved.phases,
            ..seen.document.clone()
        };
        let draft = Draft::new(act, "visit.move", seen.id)
            .change(seen, Change::Write, &visit)?
            .holding(seen.id, places(&visit));
        self.commit(actor, draft).await
    }

    /// Calls a visit off, and frees its time.
    pub async fn cancel_visit(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        why: &str,
    ) -> Result<(), No> {
        let (act, _) = self.may_change(actor, seen, "visit.cancel").await?;
        let state = VisitState::Cancelled { at: self.now(), why: why.trim().to_owned() };
        let visit = Visit { state, ..seen.document.clone() };
        let draft = Draft::new(act, "visit.cancel", seen.id)
            .change(seen, Change::Write, &visit)?
            .holding(seen.id, []);
        self.commit(actor, draft).await
    }

    /// Takes a calling-off back, where the time is still free.
    pub async fn uncancel_visit(&self, actor: &Actor, seen: &Opened<Visit>) -> Result<(), No> {
        let act = self.act_on(actor, seen, "visit.restore").await?;
        let VisitState::Cancelled { .. } = seen.state else {
            return Err(No::Closed("This visit stands."));
        };
        let visit = Visit { state: VisitState::Booked, ..seen.document.clone() };
        let draft = Draft::new(act, "visit.restore", seen.id)
            .change(seen, Change::Write, &visit)?
            .holding(seen.id, places(&visit));
        self.commit(actor, draft).await
    }

    /// A visit. A patient opens their own.
    pub async fn visit(&self, actor: &Actor, visit: DocumentId) -> Result<Opened<Visit>, No> {
        let found = self.vault.head::<Visit>(visit).await?.ok_or(No::NotFound)?;
        self.act_on(actor, &found, "visit.open").await?;
        self.note(Some(actor), "visit.open", Some(visit), "done").await?;
        Ok(found)
    }

    async fn act_on(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        action: &'static str,
    ) -> Result<Act, No> {
        if actor.patient().is_some() {
            if actor.patient() == seen.patient() {
                return Ok(Act::Own);
            }
            self.note(Some(actor), action, Some(seen.id), "not-found").await?;
            return Err(No::NotFound);
        }
        self.allow(actor, Act::Book, action, Some(seen.id)).await?;
        Ok(Act::Book)
    }

    async fn may_change(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        action: &'static str,
    ) -> Result<(Act, PatientId), No> {
        let act = self.act_on(actor, seen, action).await?;
        let patient = seen.patient().ok_or(No::NotFound)?;
        match seen.state {
            VisitState::Booked => Ok((act, patient)),
            VisitState::Arrived { .. }
            | VisitState::Done { .. }
            | VisitState::Cancelled { .. }
            | VisitState::NoShow { .. } => {
                Err(No::Closed("Only a visit that is booked and has not begun can be changed."))
            }
        }
    }
}

fn moment(day: Date, zone: &TimeZone) -> Moment {
    let midnight = day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
    Moment(midnight.unwrap_or(Timestamp::UNIX_EPOCH).as_microsecond())
}

fn length(clinic: &Clinic, purpose: Purpose) -> i64 {
    match purpose {
        Purpose::Consultation | Purpose::FollowUp { .. } => TALK_MIN,
        Purpose::Session { .. } => clinic.visit.total_min(),
    }
}

/// Every start of a day within the clinic's hours, by its clock. A day of 23 or 25 hours has the starts that it has.
fn starts(clinic: &Clinic, purpose: Purpose, day: Date, zone: &TimeZone) -> Vec<Timestamp> {
    let Some(open) = clinic.opening_on(day) else {
        return Vec::new();
    };
    let at = |time| day.to_datetime(time).to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
    let (Ok(from), Ok(until)) = (at(open.from), at(open.until)) else { return Vec::new() };
    let (step, length) =
        (SignedDuration::from_mins(STEP_MIN), SignedDuration::from_mins(length(clinic, purpose)));
    let mut starts = Vec::new();
    let mut next = from;
    while next.saturating_add(length).is_ok_and(|end| end <= until) {
        starts.push(next);
        match next.checked_add(step) {
            Ok(later) => next = later,
            Err(_end_of_time) => break,
        }
    }
    starts
}

fn visit_of(clinic: &Clinic, purpose: Purpose, with: PersonId, from: Timestamp) -> Visit {
    let phases = phases(purpose, clinic.visit, from);
    let until = phases.last().map_or(from, |last| last.until);
    Visit {
        purpose,
        from,
        until,
        phases,
        with,
        state: VisitState::Booked,
        checked: BTreeMap::new(),
        numbing: None,
        note: String::new(),
    }
}

/// What a visit holds: the room and the person, for the whole of it.
fn places(visit: &Visit) -> [Place; 2] {
    let of = |resource| Place {
        resource,
        place: 0,
        from: Moment(visit.from.as_microsecond()),
        until: Moment(visit.until.as_microsecond()),
    };
    [of(clinic::document_of_room()), of(person::document_of_member(visit.with))]
}

fn first_free(
    at: Timestamp,
    (clinic, purpose): (&Clinic, Purpose),
    people: &[PersonId],
    taken: &BTreeMap<DocumentId, Vec<(Moment, Moment)>>,
) -> Option<Start> {
    people.iter().find_map(|with| {
        let visit = visit_of(clinic, purpose, *with, at);
        let is_free = places(&visit).iter().all(|place| {
            let held = taken.get(&place.resource).map(Vec::as_slice).unwrap_or_default();
            held.iter().all(|(from, until)| place.until <= *from || *until <= place.from)
        });
        is_free.then_some(Start { at, until: visit.until, with: *with })
    })
}

/// Whether a session has a visit that stands.
fn is_booked(story: &Story, purpose: Purpose, moving: Option<DocumentId>) -> bool {
    let Purpose::Session { .. } = purpose else { return false };
    story
        .visits
        .iter()
        .any(|visit| visit.purpose == purpose && Some(visit.id) != moving && stands(visit))
}

/// Whether a visit was neither called off nor missed.
pub fn stands(visit: &Visit) -> bool {
    match visit.state {
        VisitState::Booked | VisitState::Arrived { .. } | VisitState::Done { .. } => true,
        VisitState::Cancelled { .. } | VisitState::NoShow { .. } => false,
    }
}

/// What decides on days: the plan's window, the session before, and screening.
///
/// CLINICAL: never earlier than the shortest interval after the session before, counted on the clinic's calendar.
fn rules(
    story: &Story,
    (purpose, moving): (Purpose, Option<DocumentId>),
    today: Date,
    zone: &TimeZone,
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
    let (earlier, later) = around(story, course, number, moving, zone);
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
    moving: Option<DocumentId>,
    zone: &TimeZone,
) -> (Option<Date>, Option<Date>) {
    let (mut before, mut after) = (None, None);
    for visit in &story.visits {
        let Purpose::Session { course: of, number: this } = visit.purpose else { continue };
        if of != course.id || Some(visit.id) == moving || !stands(visit) {
            continue;
        }
        let day = visit.from.to_zoned(zone.clone()).date();
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
