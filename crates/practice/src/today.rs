//! The day: whose visits it holds, what is missing before each, who has come, and who is due to book.
//!
//! What is missing is decided by pure functions over what was gathered. It names what is missing and never an answer,
//! so that who may not open the chart may still see it.

use jiff::{Timestamp, ToSpan as _, civil::Date};
use percuta_chart::{
    consent::Consent,
    course::{Course, CourseState},
    person::{self, Member, Patient},
    photograph::Photograph,
    screening::{Disposition, Screening},
    session::Session,
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::{Change, DocumentId, Owner, PatientId};
use percuta_scheduling::zone;

use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::Days,
    day_of,
    patients::permitted,
    refusal::No,
    vault::Opened,
    writing::Draft,
    zone_of,
};

pub mod ground;

use ground::{SiteDay, Stretch};

/// A window that opens within so many days is shown as due.
const DUE_WITHIN_DAYS: i64 = 7;

/// One day of the clinic.
#[derive(Debug)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Today, on the clinic's calendar.
    pub today: Date,
    /// The visits, in their order.
    pub visits: Vec<DayVisit>,
    /// Everybody who is or was a member, by name.
    pub members: Vec<Opened<Member>>,
    /// The sites that are worked at, each on its own clock, the first first.
    pub sites: Vec<SiteDay>,
}

/// One visit of the day.
#[derive(Debug)]
pub struct DayVisit {
    /// The visit.
    pub visit: Opened<Visit>,
    /// Whose.
    pub patient: PatientId,
    /// Their name.
    pub name: String,
    /// What the course treats and how many sessions it has, where the visit is of one.
    pub course: Option<(String, usize)>,
    /// What is missing before treatment.
    pub lacks: Vec<Lack>,
    /// Whether its session has begun to be written.
    pub is_begun: bool,
    /// When the last session of its course was.
    pub last: Option<Date>,
}

/// What is missing before a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// There is no screening.
    Screening,
    /// The last one counts no more.
    ScreeningExpired,
    /// The last one does not let treatment be given on this day.
    ScreeningHolds,
    /// It was not repeated on the day for what can have changed.
    ScreeningOfTheDay,
    /// No consent was signed for the course.
    Consent,
    /// There is no photograph of before.
    Photographs,
}

/// Who can book the next visit.
#[derive(Debug)]
pub struct Due {
    /// The patient.
    pub patient: Opened<Patient>,
    /// The course.
    pub course: DocumentId,
    /// What it treats.
    pub title: String,
    /// Which session is next.
    pub number: i16,
    /// When the last one was.
    pub last: Option<Date>,
    /// From when to when.
    pub window: (Date, Date),
}

/// What is written down at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The patient is here.
    Arrived,
    /// The patient did not come.
    Absent,
    /// Neither: what was noted is taken back.
    Expected,
}

/// What is known of a patient before a session.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Their screenings, the last one last.
    pub screenings: &'a [Opened<Screening>],
    /// What they signed.
    pub consents: &'a [Opened<Consent>],
    /// Their photographs.
    pub photographs: &'a [Opened<Photograph>],
    /// Their visits.
    pub visits: &'a [Opened<Visit>],
}

/// What is missing before a visit on a day. Only a session needs something.
///
/// CLINICAL: before the first session there is a photograph to compare with; before each further one, one that was
/// taken since the session before.
pub fn lacks(visit: &Visit, day: Date, today: Date, known: &Known<'_>) -> Vec<Lack> {
    let Purpose::Session { course, number } = visit.purpose else { return Vec::new() };
    let mut lacks = Vec::new();
    match known.screenings.last() {
        None => lacks.push(Lack::Screening),
        Some(last) if day > last.expires => lacks.push(Lack::ScreeningExpired),
        Some(last)
            if last.effective > Disposition::ProceedWithPrecautions
                || last.not_before.is_some_and(|from| day < from) =>
        {
            lacks.push(Lack::ScreeningHolds);
        }
        // The day's questions can only be asked when it has come.
        Some(last) if day == today && last.on != day => lacks.push(Lack::ScreeningOfTheDay),
        Some(_) => {}
    }
    if !known.consents.iter().any(|consent| consent.course == course) {
        lacks.push(Lack::Consent);
    }
    let is_before = |one: &&Opened<Visit>| match (&one.purpose, &one.document.state) {
        (Purpose::Session { course: of, number: nth }, VisitState::Done { at: _ }) => {
            *of == course && *nth < number
        }
        (Purpose::Consultation | Purpose::FollowUp { .. } | Purpose::Session { .. }, _) => false,
    };
    let before = known.visits.iter().filter(is_before).map(|one| one.until).max();
    let since = before.unwrap_or(Timestamp::MIN);
    let is_of_before = |photograph: &&Opened<Photograph>| {
        photograph.taken > since && photograph.taken <= visit.until
    };
    if !known.photographs.iter().any(|photograph| is_of_before(&photograph)) {
        lacks.push(Lack::Photographs);
    }
    lacks
}

/// A visit after something was written down at the door.
pub fn marked(visit: &Visit, mark: Mark, now: Timestamp) -> Result<Visit, No> {
    let state = match (&visit.state, mark) {
        (VisitState::Booked | VisitState::NoShow { at: _ }, Mark::Arrived) => {
            VisitState::Arrived { at: now }
        }
        (VisitState::Arrived { at }, Mark::Arrived) => VisitState::Arrived { at: *at },
        (VisitState::Booked, Mark::Absent) if now < visit.from => {
            return Err(No::Closed("Its time has not come yet."));
        }
        (VisitState::Booked, Mark::Absent) => VisitState::NoShow { at: now },
        (VisitState::NoShow { at }, Mark::Absent) => VisitState::NoShow { at: *at },
        (VisitState::Arrived { at: _ }, Mark::Absent) => {
            return Err(No::Closed("The patient is here. Take that back first."));
        }
        (VisitState::Arrived { at: _ }, Mark::Expected) if visit.numbing.is_some() => {
            return Err(No::Closed("Numbing has begun, so the patient is here."));
        }
        (
            VisitState::Booked | VisitState::Arrived { at: _ } | VisitState::NoShow { at: _ },
            Mark::Expected,
        ) => VisitState::Booked,
        (
            VisitState::Done { at: _ } | VisitState::Cancelled { at: _, why: _ },
            Mark::Arrived | Mark::Absent | Mark::Expected,
        ) => return Err(No::Closed("This visit is over or called off.")),
    };
    Ok(Visit { state, ..visit.clone() })
}

/// The next session of a course that can be booked: the first that was neither given nor booked.
pub fn next_to_book(course: &Course, visits: &[Opened<Visit>], id: DocumentId) -> Option<i16> {
    let CourseState::Accepted { .. } = course.state else { return None };
    let taken = |number: i16| {
        visits.iter().any(|visit| {
            let is_it = visit.purpose == Purpose::Session { course: id, number };
            is_it
                && match visit.document.state {
                    VisitState::Booked | VisitState::Arrived { .. } | VisitState::Done { .. } => {
                        true
                    }
                    VisitState::Cancelled { .. } | VisitState::NoShow { .. } => false,
                }
        })
    };
    course.sessions.iter().map(|session| session.number).find(|number| !taken(*number))
}

impl Practice {
    /// Today on the clinic's calendar.
    pub async fn today(&self) -> Result<Date, No> {
        Ok(day_of(&*self.clinic().await?, self.now()))
    }

    /// A day's visits with what is missing for each; today's when no day is named.
    pub async fn day(&self, actor: &Actor, date: Option<Date>) -> Result<Day, No> {
        self.allow(actor, Act::SeeDay, "day.open", None).await?;
        let today = self.today().await?;
        let date = date.unwrap_or(today);
        let is_known = |day: &Date| (zone::FIRST_DAY..zone::LAST_DAY).contains(day);
        if !is_known(&date) {
            return Err(No::NotFound);
        }
        let calendar = self.calendar(Days { from: date, to: date }, &[]).await?;
        let members = self.members().await?;
        let mut sites = self.sites_on(&calendar, date, &members).await?;
        // A visit is of the day that its own site's clock shows; one at a site that is closed for good, of the clinic's.
        let clinic = zone_of(&*self.clinic().await?);
        let wholes: Vec<(Option<DocumentId>, Stretch)> = sites
            .iter()
            .map(|day| (Some(day.site.id), day.whole))
            .chain(ground::whole(&clinic, date).map(|whole| (None, whole)))
            .collect();
        let mut documents: Vec<DocumentId> = calendar
            .reserved
            .iter()
            .filter(|one| {
                let when = ground::reserved(&one.place);
                wholes.iter().any(|(_, whole)| whole.meets(when))
            })
            .map(|one| one.document)
            .collect();
        documents.sort();
        documents.dedup();
        let mut visits = Vec::with_capacity(documents.len());
        let mut held = Vec::new();
        for sealed in self.vault.store().heads(&documents).await? {
            let Owner::Patient(patient) = sealed.owner else { continue };
            match self.day_visit(patient, sealed.document, (date, today)).await? {
                Some(visit) => visits.push(visit),
                None => held.push((sealed.document, sealed.owner)),
            }
        }
        visits.retain(|one| {
            let own = wholes.iter().find(|(site, _)| *site == Some(one.visit.site));
            let whole = own.or(wholes.last()).map(|(_, whole)| *whole);
            whole.is_some_and(|whole| whole.meets(Stretch::new(one.visit.from, one.visit.until)))
        });
        self.kept_on(&mut sites, &held).await?;
        visits.sort_by_key(|one| (one.visit.from, one.visit.id));
        self.note(Some(actor), "day.open", None, "done").await?;
        Ok(Day { date, today, visits, members, sites })
    }

    async fn day_visit(
        &self,
        patient: PatientId,
        visit: DocumentId,
        (date, today): (Date, Date),
    ) -> Result<Option<DayVisit>, No> {
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(None) };
        let Some(visit) = folder.one::<Visit>(visit)? else { return Ok(None) };
        let Some(about) = folder.one::<Patient>(person::document_of(patient))? else {
            return Ok(None);
        };
        let name = about.name.clone();
        let course = match visit.purpose {
            Purpose::Consultation => {
                let (course, lacks) = (None, Vec::new());
                let (is_begun, last) = (false, None);
                let one = DayVisit { visit, patient, name, course, lacks, is_begun, last };
                return Ok(Some(one));
            }
            Purpose::Session { course, number: _ } | Purpose::FollowUp { course } => course,
        };
        let course = folder.one::<Course>(course)?;
        let (screenings, consents) = (folder.all()?, folder.all()?);
        let (photographs, visits) = (folder.all()?, folder.all()?);
        let known = Known {
            screenings: &screenings,
            consents: &consents,
            photographs: &photographs,
            visits: &visits,
        };
        let lacks = lacks(&visit, date, today, &known);
        let sessions = folder.all::<Session>()?;
        let is_begun = sessions.iter().any(|session| session.visit == visit.id);
        let of = course.as_ref().map(|course| course.id);
        let given = sessions.iter().filter(|one| Some(one.course) == of && one.visit != visit.id);
        let last = given.map(|session| session.on).max();
        let course = course.map(|course| (course.title.clone(), course.sessions.len()));
        Ok(Some(DayVisit { visit, patient, name, course, lacks, is_begun, last }))
    }

    /// Writes down who came and who did not.
    pub async fn mark_visit(
        &self,
        actor: &Actor,
        visit: DocumentId,
        mark: Mark,
    ) -> Result<Opened<Visit>, No> {
        let action = match mark {
            Mark::Arrived => "visit.arrived",
            Mark::Absent => "visit.absent",
            Mark::Expected => "visit.expected",
        };
        self.allow(actor, Act::Book, action, Some(visit)).await?;
        let seen = self.vault.head::<Visit>(visit).await?.ok_or(No::NotFound)?;
        let changed = marked(&seen, mark, self.now())?;
        if mark == Mark::Expected && self.has_session(&seen).await? {
            return Err(No::Closed("The session has begun, so the patient is here."));
        }
        let draft = Draft::new(Act::Book, action, visit);
        self.commit(actor, draft.change(&seen, Change::Write, &changed)?).await?;
        Ok(seen)
    }

    async fn has_session(&self, visit: &Opened<Visit>) -> Result<bool, No> {
        let Some(patient) = visit.patient() else { return Ok(false) };
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(false) };
        Ok(folder.all::<Session>()?.iter().any(|session| session.visit == visit.id))
    }

    /// Whose window for the next session is open or opens within a week, the one that closes first first.
    pub async fn due(&self, actor: &Actor) -> Result<Vec<Due>, No> {
        self.allow(actor, Act::SeeDay, "due.open", None).await?;
        let soon = self.today().await?.saturating_add(DUE_WITHIN_DAYS.days());
        let mut due = Vec::new();
        for (patient, folder) in self.folders_of_open_courses().await? {
            let Some(about) = folder.one::<Patient>(person::document_of(patient))? else {
                continue;
            };
            let (visits, sessions) = (folder.all::<Visit>()?, folder.shown::<Session>()?);
            for course in folder.shown::<Course>()? {
                let next = next_to_book(&course, &visits, course.id);
                let planned = course.sessions.iter().find(|session| Some(session.number) == next);
                let window = planned.and_then(|session| session.window);
                let (Some(number), Some(window)) = (next, window) else { continue };
                if window.0 > soon {
                    continue;
                }
                let given = sessions.iter().filter(|session| session.course == course.id);
                due.push(Due {
                    patient: permitted(actor, about.clone()),
                    course: course.id,
                    title: course.title.clone(),
                    number,
                    last: given.map(|session| session.on).max(),
                    window,
                });
            }
        }
        due.sort_by_key(|one| one.window.1);
        self.note(Some(actor), "due.open", None, "done").await?;
        Ok(due)
    }
}

#[cfg(test)]
mod tests {
    use percuta_chart::{
        photograph::{Taker, View},
        screening::Occasion,
    };
    use percuta_record::{
        BlobId, Code, Contribution, ContributionId, Moment, PersonId, Role, Source, State, Version,
    };

    use super::*;

    fn opened<D>(document: D) -> Opened<D> {
        let contribution = Contribution {
            id: ContributionId::from_bytes([1; 16]),
            by: PersonId::from_bytes([2; 16]),
            role: Role::System,
            at: Moment(0),
            why: Code::new("entry").unwrap(),
            parents: Vec::new(),
        };
        Opened {
            id: DocumentId::from_bytes([3; 16]),
            owner: Owner::Clinic,
            version: Version::FIRST,
            record_state: State::Draft,
            contribution,
            document,
        }
    }

    fn course() -> DocumentId {
        DocumentId::from_bytes([9; 16])
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn visit(number: i16, day: &str, state: VisitState) -> Visit {
        Visit {
            purpose: Purpose::Session { course: course(), number },
            site: percuta_chart::calendar::document_of_first_site(),
            service: "session".to_owned(),
            from: at(&format!("{day}T09:00:00Z")),
            until: at(&format!("{day}T10:30:00Z")),
            phases: Vec::new(),
            with: PersonId::from_bytes([2; 16]),
            state,
            checked: std::collections::BTreeMap::new(),
            numbing: None,
            note: String::new(),
        }
    }

    fn screening(on: &str, effective: Disposition) -> Opened<Screening> {
        let on: Date = on.parse().unwrap();
        opened(Screening {
            intake: Source { document: course(), version: Version::FIRST },
            on,
            answer: String::new(),
            disposition: effective,
            effective,
            not_before: None,
            expires: on.saturating_add(28.days()),
            rulebook_version: String::new(),
            rulebook_digest: String::new(),
            overrides: Vec::new(),
            occasion: Occasion::Intake,
        })
    }

    fn photograph(taken: &str) -> Opened<Photograph> {
        let blob = BlobId::from_bytes([4; 16]);
        opened(Photograph {
            about: None,
            view: View::Front,
            region: None,
            step: None,
            taken: at(taken),
            by: Taker::Clinic,
            source: percuta_chart::photograph::Camera::Unknown,
            repeat_of: None,
            noted: std::collections::BTreeSet::new(),
            checked: None,
            card: None,
            width: 1,
            height: 1,
            original: blob,
            media_type: "image/jpeg".to_owned(),
            display: blob,
            thumbnail: blob,
        })
    }

    fn screened(screenings: &[Opened<Screening>], day: &str, today: &str) -> Vec<Lack> {
        let known = Known { screenings, consents: &[], photographs: &[], visits: &[] };
        let (day_of, today) = (day.parse().unwrap(), today.parse().unwrap());
        let mut lacks = lacks(&visit(1, day, VisitState::Booked), day_of, today, &known);
        lacks.retain(|lack| ![Lack::Consent, Lack::Photographs].contains(lack));
        lacks
    }

    #[test]
    fn a_screening_counts_on_its_day_and_until_it_expires() {
        let day = "2026-11-21";
        let of = |on, effective| screened(&[screening(on, effective)], day, day);
        assert_eq!(screened(&[], day, day), [Lack::Screening]);
        assert_eq!(of(day, Disposition::Proceed), []);
        assert_eq!(of(day, Disposition::Defer), [Lack::ScreeningHolds]);
        assert_eq!(of("2026-10-01", Disposition::Proceed), [Lack::ScreeningExpired]);
        assert_eq!(of("2026-11-01", Disposition::Proceed), [Lack::ScreeningOfTheDay]);
    }

    #[test]
    fn the_questions_of_the_day_are_missed_on_the_day_and_not_before() {
        let screenings = [screening("2026-11-20", Disposition::ProceedWithPrecautions)];
        assert_eq!(screened(&screenings, "2026-11-25", "2026-11-21"), []);
        assert_eq!(screened(&screenings, "2026-11-25", "2026-11-25"), [Lack::ScreeningOfTheDay]);
    }

    #[test]
    fn a_date_that_lies_ahead_holds_treatment_up() {
        let mut waits = screening("2026-11-20", Disposition::ProceedWithPrecautions);
        waits.document.not_before = Some("2026-11-26".parse().unwrap());
        let screenings = [waits];
        assert_eq!(screened(&screenings, "2026-11-25", "2026-11-21"), [Lack::ScreeningHolds]);
        assert_eq!(screened(&screenings, "2026-11-26", "2026-11-21"), []);
    }

    #[test]
    fn each_session_wants_a_photograph_since_the_one_before() {
        let before =
            [opened(visit(1, "2026-10-01", VisitState::Done { at: at("2026-10-01T10:30:00Z") }))];
        let of = |photographs: &[Opened<Photograph>]| {
            let known = Known { screenings: &[], consents: &[], photographs, visits: &before };
            let day = "2026-11-21".parse().unwrap();
            let second = visit(2, "2026-11-21", VisitState::Booked);
            lacks(&second, day, day, &known).contains(&Lack::Photographs)
        };
        assert!(of(&[]));
        assert!(of(&[photograph("2026-10-01T08:50:00Z")]));
        assert!(!of(&[photograph("2026-11-21T08:50:00Z")]));
    }

    #[test]
    fn nothing_is_missing_before_a_talk() {
        let talk =
            Visit { purpose: Purpose::Consultation, ..visit(1, "2026-11-21", VisitState::Booked) };
        let known = Known { screenings: &[], consents: &[], photographs: &[], visits: &[] };
        let day = "2026-11-21".parse().unwrap();
        assert_eq!(lacks(&talk, day, day, &known), []);
    }

    #[test]
    fn an_arrival_stays_once_numbing_has_begun() {
        let here = VisitState::Arrived { at: at("2026-11-21T09:00:00Z") };
        let mut visit = visit(1, "2026-11-21", here);
        assert!(marked(&visit, Mark::Expected, visit.from).is_ok());
        visit.numbing = Some(percuta_chart::visit::NumbingTimes {
            product: "cream".to_owned(),
            on: visit.from,
            off: None,
        });
        assert!(matches!(marked(&visit, Mark::Expected, visit.from), Err(No::Closed(_))));
    }

    #[test]
    fn what_is_over_or_called_off_is_not_marked() {
        let at = at("2026-11-21T11:00:00Z");
        let cancelled = VisitState::Cancelled { at, why: "ill".to_owned() };
        for state in [VisitState::Done { at }, cancelled] {
            let visit = visit(1, "2026-11-21", state);
            for mark in [Mark::Arrived, Mark::Absent, Mark::Expected] {
                assert!(matches!(marked(&visit, mark, at), Err(No::Closed(_))));
            }
        }
    }
}
