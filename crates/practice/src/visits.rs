//! Visits: which times are possible, and calling off. Booking and moving is in [`book`], what follows from a change in
//! [`again`].
//!
//! One function finds, one books, and both ask the same engine. The booking asks it once more on what is reserved by then,
//! and the database itself refuses an overlap, so that of two who want one time exactly one gets it.

use std::collections::BTreeSet;

use jiff::{
    ToSpan as _,
    civil::{Date, Time},
};
use percuta_chart::{
    calendar::{Service, ServiceFor},
    clinic::Clinic,
    course::Course,
    person,
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::{Change, DocumentId, PatientId, PersonId};
use percuta_scheduling::{
    model::{Interval, Request, ServiceAt, SiteAt, Span},
    slots,
    zone::{self, DAY},
};

pub use crate::calendar::Start;
use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::{Calendar, Days, documents::micrometres, minute, places, timestamp},
    day_of,
    patients::Story,
    refusal::No,
    sessions::modality_of,
    vault::Opened,
    writing::Draft,
    zone_of,
};

pub mod again;
pub mod book;
pub mod carry;
mod rules;

pub use rules::stands;
pub(crate) use rules::{Beside, around, interval_days, is_booked};
use rules::{Rules, rules};

/// No search looks further ahead than this, in days.
const DAYS_MAX: i32 = 186;
/// Starts are found every so many minutes; pages show fewer of them.
const STEP_MIN: i64 = 5;
/// No list holds more starts than this.
const STARTS_MAX: usize = 1_000;
/// So many whole courses are offered.
const COURSES_MAX: usize = 12;

/// Which of the possible times are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Where; anywhere where it is `None`.
    pub site: Option<DocumentId>,
    /// With whom; anybody who may where it is `None`.
    pub with: Option<PersonId>,
    /// The times of day between which the whole visit lies.
    pub between: Option<(Time, Time)>,
    /// Days of the week, Monday being 1; empty for all.
    pub weekdays: BTreeSet<i8>,
}

/// The possible starts of some days, and why others are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreeStarts {
    /// The starts, in the order of time.
    pub starts: Vec<Start>,
    /// First and last day on which this session belongs.
    pub window: Option<(Date, Date)>,
    /// Why days or all of them are not offered, in sentences.
    pub why_not: Vec<String>,
}

/// Whole courses that are possible, and why there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreeCourses {
    /// Which sessions they are.
    pub sessions: Vec<i16>,
    /// The courses, the one that ends first first: the best of all, and the best of each weekday.
    pub courses: Vec<Vec<Start>>,
    /// Days from one session to the next, fewest and most.
    pub interval_days: (i32, i32),
    /// Why there is none, in sentences.
    pub why_not: Vec<String>,
}

/// Why a time is not possible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhyNot {
    /// The visit, where it is possible after all.
    pub possible: Option<Start>,
    /// What is in its way, in sentences.
    pub because: Vec<String>,
    /// The nearest start before.
    pub before: Option<Start>,
    /// The nearest start after.
    pub after: Option<Start>,
}

/// For whom a start is sought.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sought<'s> {
    pub(crate) story: &'s Story,
    pub(crate) purpose: Purpose,
    pub(crate) beside: Beside<'s>,
    pub(crate) wish: &'s Wish,
}

impl Sought<'_> {
    fn patient(&self) -> PatientId {
        person::patient_of(self.story.patient.id)
    }

    fn course(&self) -> Option<&Opened<Course>> {
        match self.purpose {
            Purpose::Session { course, .. } | Purpose::FollowUp { course } => {
                self.story.courses.iter().find(|known| known.id == course)
            }
            Purpose::Consultation => None,
        }
    }

    /// The deepest that any of these sessions needles.
    fn depth_um(&self, numbers: &[i16]) -> Option<u32> {
        let sessions = self.course().into_iter().flat_map(|course| &course.sessions);
        let wanted = sessions.filter(|session| numbers.contains(&session.number));
        let depth = wanted.flat_map(|session| &session.zones).map(|zone| zone.depth_mm);
        let depth = micrometres(depth.fold(0.0, f64::max));
        (depth > 0).then_some(depth)
    }

    fn number(&self) -> Vec<i16> {
        match self.purpose {
            Purpose::Session { number, .. } => vec![number],
            Purpose::Consultation | Purpose::FollowUp { .. } => Vec::new(),
        }
    }
}

/// The service that a visit of this purpose is, as the clinic offers it.
pub(crate) fn service_of<'c>(
    calendar: &'c Calendar,
    sought: &Sought<'_>,
) -> Option<(ServiceAt, &'c Service)> {
    let modality = sought.course().and_then(|course| modality_of(course));
    let serves = |service: &Service| {
        let word = modality.map(percuta_clinical::intake::Modality::word);
        service.is_offered && service.serves(sought.purpose, word)
    };
    let services = calendar.services.services.iter().enumerate();
    let found = services.filter(|(_, service)| serves(service));
    // One that names the modality comes before one that is for any.
    let names = |service: &Service| match &service.purpose {
        ServiceFor::Session { modalities } => !modalities.is_empty(),
        ServiceFor::Consultation | ServiceFor::FollowUp => true,
    };
    found
        .min_by_key(|(at, service)| (!names(service), *at))
        .map(|(at, service)| (ServiceAt(at), service))
}

/// What is asked of the engine at one site.
fn request(
    calendar: &Calendar,
    sought: &Sought<'_>,
    (service, site): (ServiceAt, SiteAt),
    days: Days,
) -> Request {
    let clock = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let between = sought.wish.between.map_or(Span { from: 0, to: DAY }, |(from, until)| Span {
        from: clock(from),
        to: if clock(until) == DAY - 1 { DAY } else { clock(until) },
    });
    let weekday = |day: &i8| u8::try_from(day.saturating_sub(1)).ok();
    Request {
        service,
        sites: vec![site],
        from: days.from,
        to: days.to,
        sessions: 1,
        interval: Interval { days_min: 1, days_max: 1 },
        staff: sought.wish.with.and_then(|with| calendar.label_of(with)).into_iter().collect(),
        weekdays: sought.wish.weekdays.iter().filter_map(weekday).collect(),
        between,
        step: STEP_MIN,
        not_before: None,
        depth_um: sought.depth_um(&sought.number()),
        limit: STARTS_MAX,
    }
}

/// The best course of all and the best of each weekday, so that there is something to choose from: the engine's next best
/// ones begin five minutes later. Or why there is none.
fn courses(
    calendar: &Calendar,
    service: ServiceAt,
    asked: &Request,
) -> (Vec<Vec<Start>>, Vec<String>) {
    let mut days: Vec<Vec<u8>> = vec![asked.weekdays.clone()];
    days.extend(
        (0..7)
            .filter(|day| asked.weekdays.is_empty() || asked.weekdays.contains(day))
            .map(|day| vec![day]),
    );
    let (mut found, mut why_not) = (Vec::new(), Vec::new());
    for weekdays in days {
        let answer = slots(&calendar.model, &Request { weekdays, ..asked.clone() });
        let of = |visits: &[percuta_scheduling::Visit]| -> Option<Vec<Start>> {
            visits.iter().map(|visit| calendar.start(service, visit)).collect()
        };
        let best = if asked.sessions == 1 {
            answer.starts.first().and_then(|visit| of(std::slice::from_ref(visit)))
        } else {
            answer.courses.first().and_then(|visits| of(visits))
        };
        match best {
            Some(course) if !found.contains(&course) => found.push(course),
            Some(_) => {}
            // What is in the way of every day says it for each of them.
            None if found.is_empty() => {
                why_not.extend(answer.none_because.iter().map(|reason| sentence(&reason.says)));
                break;
            }
            None => {}
        }
    }
    (found, why_not)
}

/// The sites at which something is sought.
fn sites(calendar: &Calendar, wish: &Wish) -> Vec<SiteAt> {
    let all = calendar.sites.iter().enumerate();
    let wanted = all.filter(|(_, place)| {
        place.site.is_open && wish.site.is_none_or(|site| site == place.site.id)
    });
    wanted.map(|(at, _)| SiteAt(at)).collect()
}

impl Practice {
    /// The possible starts of a visit of a patient, over some days.
    pub async fn free_starts(
        &self,
        actor: &Actor,
        (patient, purpose): (PatientId, Purpose),
        days: (Date, i32),
        wish: &Wish,
    ) -> Result<FreeStarts, No> {
        let story = self.story_to_book(actor, patient, "visit.find").await?;
        let held = calendar_held(patient);
        let beside = Beside { moving: &held, wanted: &[] };
        self.find(Sought { story: &story, purpose, beside, wish }, days).await
    }

    /// The possible starts to which a visit may be moved; what it holds itself counts as free, and so do later sessions of
    /// its course, for which [`Self::after_move`] then proposes other times.
    pub async fn free_starts_to_move(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        days: (Date, i32),
        wish: &Wish,
    ) -> Result<FreeStarts, No> {
        let (_, patient) = self.may_change(actor, seen, "visit.find").await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), "visit.find", Some(seen.id), "done").await?;
        // Later sessions may have to go along: what is proposed for them is asked of `after_move`.
        let mut moving = again::moving_with(&story, seen);
        moving.extend(calendar_held(patient));
        let beside = Beside { moving: &moving, wanted: &[] };
        self.find(Sought { story: &story, purpose: seen.purpose, beside, wish }, days).await
    }

    /// Whole courses of all sessions that are not booked yet, from a day on.
    pub async fn free_courses(
        &self,
        actor: &Actor,
        (patient, course): (PatientId, DocumentId),
        from: Date,
        wish: &Wish,
    ) -> Result<FreeCourses, No> {
        let story = self.story_to_book(actor, patient, "visit.find").await?;
        let held = calendar_held(patient);
        self.find_courses(&story, course, (from, wish), &held).await
    }

    /// Why a visit cannot begin at a time, and when it can.
    pub async fn why_not(
        &self,
        actor: &Actor,
        (patient, purpose): (PatientId, Purpose),
        (site, at): (DocumentId, jiff::Timestamp),
        moving: Option<DocumentId>,
    ) -> Result<WhyNot, No> {
        let story = self.story_to_book(actor, patient, "visit.find").await?;
        let mut moved = calendar_held(patient).to_vec();
        moved.extend(moving);
        let beside = Beside { moving: &moved, wanted: &[] };
        let wish = Wish { site: Some(site), ..Wish::default() };
        let sought = Sought { story: &story, purpose, beside, wish: &wish };
        let clinic = self.clinic().await?;
        let day = day_of(&clinic, at);
        let rules = self.rules_of(&clinic, &sought)?;
        let mut why = WhyNot { because: said_against(&rules, day), ..WhyNot::default() };
        if at < self.now() {
            why.because.push("This time is over.".to_owned());
        }
        let days = Days { from: shifted(day, -7), to: shifted(day, 21) };
        let calendar = self.calendar_now(days, sought.beside.moving).await?;
        let Some((service, _)) = service_of(&calendar, &sought) else {
            why.because.push(NO_SERVICE.to_owned());
            return Ok(why);
        };
        let Some((site, _)) = calendar.site(site) else { return Err(No::NotFound) };
        let asked = Request {
            // A time that no round step leads to can be asked for too.
            step: 1,
            // The nearest start after a time that is over is still to come.
            not_before: calendar
                .model
                .sites
                .get(site.0)
                .map(|place| place.zone.civil(minute(self.now()) + 1)),
            from: days.from.max(rules.from).min(days.to),
            to: days.to.min(rules.until).max(days.from),
            ..request(&calendar, &sought, (service, site), days)
        };
        if asked.from > asked.to {
            return Ok(why);
        }
        let Some(found) = percuta_scheduling::why::why(&calendar.model, &asked, site, minute(at))
        else {
            return Ok(why);
        };
        let start = |visit: &Option<percuta_scheduling::Visit>| {
            let start = visit.as_ref().and_then(|visit| calendar.start(service, visit));
            start.filter(|start| start.at >= self.now())
        };
        let zone = calendar.sites.get(site.0).map(|place| place.zone.clone());
        why.because.extend(found.blocks.iter().map(|block| {
            let name = block
                .resource
                .and_then(|hold| calendar.model.sites.get(site.0).map(|place| place.name_of(hold)));
            let until = block
                .until
                .zip(zone.clone())
                .map(|(until, zone)| timestamp(until).to_zoned(zone).strftime("%H:%M").to_string());
            in_the_way((block.phase.as_deref(), name), &block.says, until)
        }));
        (why.before, why.after) = (start(&found.before), start(&found.after));
        why.possible = start(&found.visit).filter(|_| why.because.is_empty());
        Ok(why)
    }

    /// The story of somebody for whom is to be booked, audited.
    pub(crate) async fn story_to_book(
        &self,
        actor: &Actor,
        patient: PatientId,
        action: &'static str,
    ) -> Result<Story, No> {
        let (_, document) = self.may_book(actor, patient, action).await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), action, Some(document), "done").await?;
        Ok(story)
    }

    pub(crate) fn rules_of(&self, clinic: &Clinic, sought: &Sought<'_>) -> Result<Rules, No> {
        let now = (day_of(clinic, self.now()), &zone_of(clinic));
        rules(sought.story, sought.purpose, sought.beside, now)
    }

    pub(crate) async fn find(
        &self,
        sought: Sought<'_>,
        (from, days): (Date, i32),
    ) -> Result<FreeStarts, No> {
        let clinic = self.clinic().await?;
        let rules = self.rules_of(&clinic, &sought)?;
        let last = shifted(from, days.clamp(1, DAYS_MAX).saturating_sub(1));
        let asked = Days { from: from.max(rules.from), to: last.min(rules.until) };
        let mut free = FreeStarts {
            window: rules.window,
            why_not: rules.why_not.clone(),
            ..FreeStarts::default()
        };
        if asked.from > asked.to {
            free.why_not.extend(said_of(&rules, from, last));
            return Ok(free);
        }
        let calendar = self.calendar_now(asked, sought.beside.moving).await?;
        let Some((service, _)) = service_of(&calendar, &sought) else {
            free.why_not.push(NO_SERVICE.to_owned());
            return Ok(free);
        };
        for site in sites(&calendar, sought.wish) {
            let answer = self.starts(&calendar, &sought, (service, site), asked);
            free.starts.extend(answer.0);
            free.why_not.extend(answer.1);
        }
        free.starts.sort_by(|one, other| (one.at, &one.site).cmp(&(other.at, &other.site)));
        if !free.starts.is_empty() {
            free.why_not = rules.why_not;
        }
        Ok(free)
    }

    /// What somebody asks of the engine at the site that they wish for, where plan and screening allow these days.
    pub(crate) async fn request_on(
        &self,
        calendar: &mut Option<Calendar>,
        sought: &Sought<'_>,
        days: Days,
    ) -> Result<Option<Request>, No> {
        let Ok(rules) = self.rules_of(&*self.clinic().await?, sought) else { return Ok(None) };
        if days.from < rules.from || days.to > rules.until {
            return Ok(None);
        }
        if calendar.is_none() {
            *calendar = Some(self.calendar_now(days, sought.beside.moving).await?);
        }
        let Some(calendar) = calendar else { return Ok(None) };
        let found = service_of(calendar, sought).zip(sites(calendar, sought.wish).first().copied());
        let Some(((service, _), site)) = found else { return Ok(None) };
        Ok(Some(request(calendar, sought, (service, site), days)))
    }

    /// The possible starts at one site, or why there is none.
    fn starts(
        &self,
        calendar: &Calendar,
        sought: &Sought<'_>,
        (service, site): (ServiceAt, SiteAt),
        days: Days,
    ) -> (Vec<Start>, Vec<String>) {
        let mut asked = request(calendar, sought, (service, site), days);
        if let Some(place) = calendar.model.sites.get(site.0) {
            asked.not_before = Some(place.zone.civil(minute(self.now()) + 1));
        }
        let answer = slots(&calendar.model, &asked);
        let own = own_times(calendar, sought.patient());
        let is_free = |start: &Start| is_beside(&own, start);
        let starts = answer.starts.iter().filter_map(|visit| calendar.start(service, visit));
        let why = answer.none_because.iter().map(|reason| sentence(&reason.says));
        (starts.filter(is_free).collect(), why.collect())
    }

    pub(crate) async fn find_courses(
        &self,
        story: &Story,
        course: DocumentId,
        (from, wish): (Date, &Wish),
        moving: &[DocumentId],
    ) -> Result<FreeCourses, No> {
        let known = story.courses.iter().find(|known| known.id == course).ok_or(No::NotFound)?;
        let is_booked = |number: i16| is_booked(story, Purpose::Session { course, number }, moving);
        let open = known.sessions.iter().map(|session| session.number);
        let numbers: Vec<i16> = open
            .skip_while(|number| is_booked(*number))
            .take_while(|one| !is_booked(*one))
            .collect();
        let interval_days = interval_days(known);
        let none = FreeCourses { interval_days, ..FreeCourses::default() };
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Ok(none) };
        let beside = Beside { moving, wanted: &[] };
        let of =
            |number| Sought { story, purpose: Purpose::Session { course, number }, beside, wish };
        let clinic = self.clinic().await?;
        let (sought, rules) = (of(*first), self.rules_of(&clinic, &of(*first))?);
        let until = self.rules_of(&clinic, &of(*last))?.until;
        let more = i32::try_from(numbers.len()).unwrap_or(i32::MAX).saturating_sub(1);
        let from = from.max(rules.from);
        let horizon = more.saturating_mul(interval_days.1).saturating_add(DAYS_OF_CHOICE).min(360);
        let days = Days { from, to: shifted(from, horizon).min(until) };
        if rules.from == Date::MAX || days.from > days.to {
            let why_not = if rules.why_not.is_empty() {
                vec!["The sessions around leave no days for these.".to_owned()]
            } else {
                rules.why_not
            };
            return Ok(FreeCourses { why_not, ..none });
        }
        let calendar = self.calendar_now(days, sought.beside.moving).await?;
        let Some((service, _)) = service_of(&calendar, &sought) else {
            return Ok(FreeCourses { why_not: vec![NO_SERVICE.to_owned()], ..none });
        };
        let mut free = FreeCourses { sessions: numbers.clone(), ..none };
        for site in sites(&calendar, wish) {
            let asked = Request {
                sessions: numbers.len(),
                interval: Interval {
                    days_min: i64::from(interval_days.0),
                    days_max: i64::from(interval_days.1),
                },
                depth_um: sought.depth_um(&numbers),
                limit: 1,
                not_before: calendar
                    .model
                    .sites
                    .get(site.0)
                    .map(|place| place.zone.civil(minute(self.now()) + 1)),
                ..request(&calendar, &sought, (service, site), days)
            };
            let (found, why_not) = courses(&calendar, service, &asked);
            free.courses.extend(found);
            free.why_not.extend(why_not);
        }
        let end = |course: &Vec<Start>| course.last().map(|last| last.at);
        free.courses.sort_by_key(end);
        free.courses.truncate(COURSES_MAX);
        if !free.courses.is_empty() {
            free.why_not.clear();
        }
        Ok(free)
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
        let clinic = self.clinic().await?;
        let draft = self.with_letters_about(draft, &clinic, (seen.id, &visit))?;
        self.commit(actor, draft).await
    }

    /// Takes a calling-off back, where everything that it held is still free.
    pub async fn uncancel_visit(&self, actor: &Actor, seen: &Opened<Visit>) -> Result<(), No> {
        let act = self.act_on(actor, seen, "visit.restore").await?;
        let patient = seen.patient().ok_or(No::NotFound)?;
        let VisitState::Cancelled { .. } = seen.state else {
            return Err(No::Closed("This visit stands."));
        };
        let visit = Visit { state: VisitState::Booked, ..seen.document.clone() };
        let day = day_of(&*self.clinic().await?, seen.from);
        let calendar = self.calendar_now(Days { from: day, to: day }, &[]).await?;
        let is_free = calendar.visit(seen.site, &seen.phases).is_some_and(|visit| {
            percuta_scheduling::examine::conflicts(&calendar.model, &visit).is_empty()
        });
        let places = places(&calendar, patient, &seen.phases).filter(|_| is_free);
        let draft = Draft::new(act, "visit.restore", seen.id)
            .change(seen, Change::Write, &visit)?
            .holding(seen.id, places.ok_or(No::Taken)?);
        let clinic = self.clinic().await?;
        let draft = self.with_letters_about(draft, &clinic, (seen.id, &visit))?;
        self.commit(actor, draft).await
    }

    /// A visit. A patient opens their own.
    pub async fn visit(&self, actor: &Actor, visit: DocumentId) -> Result<Opened<Visit>, No> {
        let found = self.vault.head::<Visit>(visit).await?.ok_or(No::NotFound)?;
        self.act_on(actor, &found, "visit.open").await?;
        self.note(Some(actor), "visit.open", Some(visit), "done").await?;
        Ok(found)
    }

    pub(crate) async fn act_on(
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

    pub(crate) async fn may_change(
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

/// Beside the days that a course needs at most, so many more are looked at for its first session.
const DAYS_OF_CHOICE: i32 = 28;

const NO_SERVICE: &str =
    "No service is set for such a visit. The owner sets services under Settings.";

/// The room in which a visit with these parts is treated.
pub fn room_of(phases: &[percuta_chart::visit::Phase]) -> Option<DocumentId> {
    crate::calendar::lead(phases)?.room
}

/// What is kept for a patient does not stand in their own way.
pub(crate) fn calendar_held(patient: PatientId) -> [DocumentId; 1] {
    [percuta_chart::calendar::document_of_held(patient)]
}

pub(crate) fn shifted(day: Date, days: i32) -> Date {
    let end = if days < 0 { zone::FIRST_DAY } else { zone::LAST_DAY };
    day.checked_add(days.days()).unwrap_or(end).clamp(zone::FIRST_DAY, zone::LAST_DAY)
}

/// When the patient is here for something else.
fn own_times(calendar: &Calendar, patient: PatientId) -> Vec<(jiff::Timestamp, jiff::Timestamp)> {
    let document = person::document_of(patient);
    let own = calendar.reserved.iter().filter(|one| one.place.resource == document);
    let at = |moment: percuta_record::Moment| {
        jiff::Timestamp::from_microsecond(moment.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    };
    own.map(|one| (at(one.place.from), at(one.place.until))).collect()
}

/// Whether a start leaves these times alone.
fn is_beside(own: &[(jiff::Timestamp, jiff::Timestamp)], start: &Start) -> bool {
    own.iter().all(|(from, until)| start.until <= *from || *until <= start.at)
}

/// A reason of the engine's as a sentence.
pub(crate) fn sentence(says: &str) -> String {
    let plain: String = says.chars().filter(|letter| *letter != '`').collect();
    let mut letters = plain.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if plain.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// What is in the way as somebody at the desk reads it: `Room 1 (treatment): booked, until 10:30.`
fn in_the_way(
    (phase, name): (Option<&str>, Option<&str>),
    says: &str,
    until: Option<String>,
) -> String {
    // PRIVACY: what the engine was told of bookings is their ids, which say nothing to anybody.
    let (mut plain, mut rest) = (String::new(), says);
    while let Some((before, after)) = rest.split_once(" (`") {
        plain.push_str(before);
        rest = after.split_once("`)").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let plain = plain.split(" after `").next().unwrap_or_default();
    let plain: Vec<&str> = plain.split(' ').map(clock_of).collect();
    let plain = plain.join(" ");
    let who = match (name, phase) {
        (Some(name), Some(phase)) => format!("{name} ({phase}): "),
        (Some(name), None) => format!("{name}: "),
        (None, Some(phase)) => format!("{phase}: "),
        (None, None) => String::new(),
    };
    let until = until.map_or_else(String::new, |until| format!(", until {until}"));
    sentence(&format!("{who}{plain}{until}"))
}

/// A time as the engine writes it, `2026-03-02T09:00+00:00`, as a clock shows it; any other word as it is.
fn clock_of(word: &str) -> &str {
    let is_time = word.len() >= 16
        && word.bytes().take(4).all(|byte| byte.is_ascii_digit())
        && word.as_bytes().get(10) == Some(&b'T');
    if is_time { word.get(11..16).unwrap_or(word) } else { word }
}

fn in_words(day: Date) -> String {
    percuta_terminology::calendar::in_words(day)
}

/// Why none of these days belongs to the session.
fn said_of(rules: &Rules, from: Date, last: Date) -> Option<String> {
    if rules.from > last && rules.from < Date::MAX {
        return Some(format!("The first day is {}.", in_words(rules.from)));
    }
    let is_over = rules.until < from;
    is_over.then(|| {
        let day = in_words(rules.until);
        format!("The last day is {day}, because the session after it is booked.")
    })
}

/// What the plan and the screening say against a day.
fn said_against(rules: &Rules, day: Date) -> Vec<String> {
    let mut says = rules.why_not.clone();
    says.extend(said_of(rules, day, day));
    says
}
