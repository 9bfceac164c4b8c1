//! One patient's whole story, and the way to their own pages.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    check_in::Handling,
    clinic::Clinic,
    course::{Course, CourseState},
    person::{CameBy, member_of},
    screening::Disposition,
    visit::{Purpose, Visit, VisitState},
};
use percuta_practice::{
    Act, Opened,
    account::LINK_DAYS,
    patients::{Story, sessions_done},
    screenings::{clinical, is_open},
    telling::clinical as level,
    today::next_to_book,
    zone_of,
};
use percuta_record::{DocumentId, PatientId, PersonId};
use percuta_terminology::calendar::in_words;

use super::{
    audit::who,
    day_from, id, path,
    people::whole,
    time_of,
    today::{Asked, asked},
    when,
};
use crate::{
    page::staff::{
        Room,
        part::{Choice, Leaves, Link},
        story::{self as page, Access, AccessState, Alert, Entry, Kind, Sign},
    },
    rooms::{Answered, Desk, Done, Needs, Refused, door::Doors, see_done, shown},
    wording,
};

/// A page of the story holds so many.
const PAGE: usize = 30;
/// So many who opened the record are named.
const OPENED_SHOWN: usize = 5;

pub(super) fn doors(doors: Doors) -> Doors {
    let enter = Needs::Member(Act::EnterPatient);
    doors
        .get("/patients/{patient}", Needs::Member(Act::FindPatients), show)
        .post("/patients/{patient}/link", enter, link)
        .post("/patients/{patient}/close-links", enter, close_links)
}

async fn show(desk: Desk, Path(patient): Path<String>, query: Asked) -> Answered {
    let asked = asked(query);
    let number = asked.get("page").parse().unwrap_or(1).max(1);
    page_of(&desk, id(&patient)?, (asked.get("kind"), number), None).await
}

/// Makes a link. It is shown on this answer and nowhere else, so that nothing of it stays.
async fn link(desk: Desk, Path(patient): Path<String>, asked: HeaderMap) -> Answered {
    let patient = id(&patient)?;
    let secret = desk.practice().link_for(&desk.actor, patient).await?;
    let link = whole(&desk, &asked, &format!("/link/{}", secret.reveal()));
    page_of(&desk, patient, ("", 1), Some(link)).await
}

async fn close_links(desk: Desk, Path(patient): Path<String>) -> Answered {
    let patient = id(&patient)?;
    desk.practice().close_links(&desk.actor, patient).await?;
    Ok(see_done(&path::patient(patient), Done::new("link-closed")))
}

async fn page_of(
    desk: &Desk,
    patient: PatientId,
    (kind, number): (&str, usize),
    made: Option<String>,
) -> Answered {
    let story = desk.practice().story(&desk.actor, patient).await?;
    let clinic = desk.practice().clinic().await?;
    let members = desk.practice().members().await?;
    let names = members.into_iter().map(|one| (member_of(one.id), one.name.clone())).collect();
    let now = desk.practice().now();
    let today = percuta_practice::day_of(&clinic, now);
    let zone = zone_of(&clinic);
    let teller = Teller { desk, story: &story, patient, names, clinic: &clinic, zone, today, now };
    let (mut ahead, mut behind) = teller.entries();
    if let Some(wanted) = KINDS.iter().find(|(word, ..)| *word == kind) {
        ahead.retain(|entry| wanted.2.contains(&entry.kind));
        behind.retain(|entry| wanted.2.contains(&entry.kind));
    }
    let count = behind.len();
    let there = |number: usize| {
        let kind = if kind.is_empty() { String::new() } else { format!("&kind={kind}") };
        format!("{}?page={number}{kind}", path::patient(patient))
    };
    let leaves = Leaves {
        newer: (number > 1).then(|| there(number - 1)),
        older: (count > number.saturating_mul(PAGE)).then(|| there(number + 1)),
    };
    let before = (number - 1).saturating_mul(PAGE);
    let (next, others) = teller.steps();
    let view = page::Story {
        name: story.patient.name.clone(),
        facts: teller.facts(),
        alerts: teller.alerts(),
        next,
        others,
        courses: story.courses.iter().rev().map(|course| teller.course(course)).collect(),
        kinds: teller.kinds(kind),
        ahead: if number == 1 { ahead } else { Vec::new() },
        entries: behind.into_iter().skip(before).take(PAGE).collect(),
        leaves,
        access: teller.access(made).await?,
        opened: teller.opened().await?,
    };
    let frame = desk.frame(Some(Room::Patients), story.patient.name.clone()).await?;
    Ok(shown(StatusCode::OK, page::story(desk.site(), &frame, &view)))
}

/// The kinds that can be chosen: word, words, what belongs to it.
const KINDS: [(&str, &str, &[Kind]); 6] = [
    ("screenings", "Screenings", &[Kind::Screening, Kind::Override]),
    ("plans", "Plans and consent", &[Kind::Plan, Kind::Consent]),
    ("visits", "Visits", &[Kind::Visit]),
    ("sessions", "Sessions", &[Kind::Session]),
    ("check-ins", "Check-ins", &[Kind::CheckIn, Kind::Message]),
    ("results", "Photographs and outcomes", &[Kind::Photographs, Kind::Outcome]),
];

/// Tells a story as the page wants it.
struct Teller<'a> {
    desk: &'a Desk,
    story: &'a Story,
    patient: PatientId,
    names: std::collections::BTreeMap<PersonId, String>,
    clinic: &'a Clinic,
    zone: TimeZone,
    today: Date,
    now: Timestamp,
}

/// An entry with its place in time.
type Dated = (Timestamp, Entry);

impl Teller<'_> {
    fn may(&self, act: Act) -> bool {
        self.desk.actor.may(act)
    }

    fn when(&self, at: Timestamp) -> String {
        when(at, &self.zone, self.today)
    }

    fn begin(&self, day: Date) -> Timestamp {
        day.to_zoned(self.zone.clone()).map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
    }

    fn name(&self, person: PersonId) -> String {
        if person == percuta_chart::person::person_of(self.patient) {
            return "by the patient".to_owned();
        }
        self.names.get(&person).cloned().unwrap_or_default()
    }

    fn facts(&self) -> Vec<(String, String)> {
        let patient = &self.story.patient;
        let born = in_words(patient.birth_date);
        let age = patient.age_on(self.today);
        let came = match patient.came_by {
            CameBy::SelfCheck => "by “Is it for me?”",
            CameBy::Clinic => "entered by the clinic",
            CameBy::Import => "brought over from another program",
        };
        let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        let mut facts = vec![fact("Born", &format!("{born}, {age} years"))];
        facts.extend(patient.called.as_deref().map(|called| fact("Called", called)));
        facts.extend(patient.telephone.as_deref().map(|number| fact("Telephone", number)));
        facts.extend(patient.email.as_deref().map(|email| fact("Email", email)));
        facts.push(fact("Came", came));
        facts
    }

    fn alerts(&self) -> Vec<Alert> {
        let href = format!("{}/person", path::patient(self.patient));
        let alert =
            |says: &String| Alert { says: says.clone(), since: String::new(), href: href.clone() };
        self.story.patient.alerts.iter().map(alert).collect()
    }

    /// The one thing that comes next, and what else can be begun.
    fn steps(&self) -> (Option<Link>, Vec<Link>) {
        let book = Link::new(path::book(self.patient), "Book a visit");
        let intake = Link::new(path::intake(self.patient), "Enter an intake");
        let person = Link::new(format!("{}/person", path::patient(self.patient)), "Who it is");
        let photographs = Link::new(path::photographs(self.patient), "Photographs");
        let outcomes = Link::new(path::outcomes(self.patient), "Outcomes");
        let plan = Link::new(path::plan(self.patient), "Plan a course");
        let last = self.story.screenings.last();
        let is_screened = last.is_some();
        // While screening keeps from treatment, its reasons come before any plan.
        let waits = last.filter(|last| last.effective > Disposition::ProceedWithPrecautions);
        let reasons = waits.map(|last| Link::new(path::screening(last.id), "Read the screening"));
        let has_course = self.story.courses.iter().any(|course| is_open(course));
        let (may_screen, may_book) = (self.may(Act::Screen), self.may(Act::Book));
        let may_plan = self.may(Act::Plan) && is_screened;
        let reasons = reasons.filter(|_| self.may(Act::OpenChart));
        let next = match (may_screen && !is_screened, may_plan && !has_course, may_book) {
            (true, ..) => Some(intake.clone()),
            (false, true, _) => Some(reasons.unwrap_or_else(|| plan.clone())),
            (false, false, true) => Some(book.clone()),
            (false, false, false) => None,
        };
        let all = [
            (self.may(Act::EnterPatient), person),
            (may_screen, intake),
            (may_plan && (has_course || waits.is_some()), plan),
            (self.may(Act::Photographs), photographs),
            (self.may(Act::Score), outcomes),
            (may_book, book),
        ];
        let others = all.into_iter().filter(|(may, link)| *may && next.as_ref() != Some(link));
        (next.clone(), others.map(|(_, link)| link).collect())
    }

    fn course(&self, course: &Opened<Course>) -> page::Course {
        let done = sessions_done(&self.story.visits, course.id);
        let planned = course.sessions.len();
        let short = |count: usize| u8::try_from(count).unwrap_or(u8::MAX);
        let last = self.story.screenings.last().filter(|_| is_open(course));
        page::Course {
            link: Link::new(self.course_path(course.id), course.title.clone()),
            says: format!(
                "{}. {done} of {}.",
                how_far(&course.document.state),
                wording::count(planned, "session", "sessions")
            ),
            next: self.next_of(course),
            disposition: last.map(|last| clinical(last.effective)),
            sessions: (short(done), short(planned)),
        }
    }

    /// Where a course is, for who may open it; else the page it stands on.
    fn course_path(&self, course: DocumentId) -> String {
        if self.may(Act::OpenChart) { path::course(course) } else { path::patient(self.patient) }
    }

    fn next_of(&self, course: &Opened<Course>) -> String {
        let number = next_to_book(course, &self.story.visits, course.id);
        let session = course.sessions.iter().find(|session| Some(session.number) == number);
        let window = session.and_then(|session| Some((session.number, session.window?)));
        window.map_or(String::new(), |(number, (from, until))| {
            let (from, until) = (day_from(from, self.today), day_from(until, self.today));
            format!("Session {number} can be booked from {from} to {until}.")
        })
    }

    fn kinds(&self, current: &str) -> Vec<Choice> {
        let base = path::patient(self.patient);
        let all = Choice { link: Link::new(&base, "All"), is_current: current.is_empty() };
        let of = KINDS.iter().map(|(word, says, _)| Choice {
            link: Link::new(format!("{base}?kind={word}"), *says),
            is_current: *word == current,
        });
        // Who does not see health is offered no kinds that are always empty.
        if self.may(Act::OpenChart) { std::iter::once(all).chain(of).collect() } else { Vec::new() }
    }

    /// What is ahead and what was, each the latest first.
    fn entries(&self) -> (Vec<Entry>, Vec<Entry>) {
        let mut all: Vec<Dated> = Vec::new();
        all.extend(self.story.visits.iter().map(|visit| self.visit(visit)));
        all.extend(self.screenings());
        all.extend(self.plans());
        all.extend(self.sessions());
        all.extend(self.check_ins());
        all.extend(self.results());
        all.push(self.person());
        all.sort_by_key(|(at, _)| *at);
        all.reverse();
        let (ahead, behind): (Vec<Dated>, Vec<Dated>) =
            all.into_iter().partition(|(at, _)| *at > self.now);
        let plain = |dated: Vec<Dated>| dated.into_iter().map(|(_, entry)| entry).collect();
        (plain(ahead), plain(behind))
    }

    fn person(&self) -> Dated {
        let contribution = &self.story.patient.contribution;
        let at = time_of(contribution.at);
        let is_first = self.story.patient.version == percuta_record::Version::FIRST;
        let says = if is_first { "The record begins" } else { "Who it is was changed" };
        let entry = Entry {
            kind: Kind::Person,
            when: self.when(at),
            link: Link::new(format!("{}/person", path::patient(self.patient)), says),
            says: String::new(),
            by: self.name(contribution.by),
            sign: Sign::None,
        };
        (at, entry)
    }

    fn visit(&self, visit: &Opened<Visit>) -> Dated {
        let what = match visit.purpose {
            Purpose::Consultation => "Consultation".to_owned(),
            Purpose::Session { course: _, number } => format!("Visit for session {number}"),
            Purpose::FollowUp { course: _ } => "Look at the result".to_owned(),
        };
        let says = match &visit.document.state {
            VisitState::Booked if visit.from < self.now => "Nothing was noted.".to_owned(),
            VisitState::Booked => "Booked.".to_owned(),
            VisitState::Arrived { at } => format!("Arrived {}.", self.when(*at)),
            VisitState::Done { at: _ } => "Over.".to_owned(),
            VisitState::Cancelled { at: _, why } => format!("Called off. {why}"),
            VisitState::NoShow { at: _ } => "Did not come.".to_owned(),
        };
        let entry = Entry {
            kind: Kind::Visit,
            when: self.when(visit.from),
            link: Link::new(path::visit(visit.id), what),
            says,
            by: self.name(visit.with),
            sign: Sign::None,
        };
        (visit.from, entry)
    }

    fn screenings(&self) -> Vec<Dated> {
        let mut all = Vec::new();
        // A decision goes on in the screenings after it; it is told once, where it was made.
        let mut told = Vec::new();
        for screening in &self.story.screenings {
            let href = path::screening(screening.id);
            let at = time_of(screening.contribution.at);
            // An override writes the screening anew, so that its own day stands for when it was made.
            let at = if screening.overrides.is_empty() { at } else { self.begin(screening.on) };
            let entry = Entry {
                kind: Kind::Screening,
                when: day_from(screening.on, self.today),
                link: Link::new(&href, "Screening"),
                says: format!("Counts until {}.", day_from(screening.expires, self.today)),
                by: self.name(screening.contribution.by),
                sign: Sign::Screened(clinical(screening.effective)),
            };
            all.push((at, entry));
            for one in &screening.overrides {
                if told.contains(&(&one.rule, one.at)) {
                    continue;
                }
                told.push((&one.rule, one.at));
                let rule = self.desk.site().book().rule(&one.rule);
                let rule = rule.map_or(one.rule.as_str(), |rule| rule.title.as_str());
                let entry = Entry {
                    kind: Kind::Override,
                    when: self.when(one.at),
                    link: Link::new(&href, format!("Decided otherwise: {rule}")),
                    says: one.reason.clone(),
                    by: one.name.clone(),
                    sign: Sign::None,
                };
                all.push((one.at, entry));
            }
        }
        all
    }

    fn plans(&self) -> Vec<Dated> {
        let course = |course: &Opened<Course>| {
            let at = time_of(course.contribution.at);
            let entry = Entry {
                kind: Kind::Plan,
                when: self.when(at),
                link: Link::new(self.course_path(course.id), course.title.clone()),
                says: format!("{}.", how_far(&course.document.state)),
                by: self.name(course.by),
                sign: Sign::None,
            };
            (at, entry)
        };
        let mut all: Vec<Dated> = self.story.courses.iter().map(course).collect();
        all.extend(self.story.consents.iter().map(|consent| {
            let entry = Entry {
                kind: Kind::Consent,
                when: self.when(consent.at),
                link: Link::new(self.course_path(consent.course), "Consent signed"),
                says: format!("Consent text, version {}.", consent.form.version),
                by: consent.signed_as.clone(),
                sign: Sign::None,
            };
            (consent.at, entry)
        }));
        all
    }

    fn at_of(&self, visit: DocumentId, on: Date) -> Timestamp {
        let found = self.story.visits.iter().find(|known| known.id == visit);
        found.map_or_else(|| self.begin(on), |visit| visit.until)
    }

    fn sessions(&self) -> Vec<Dated> {
        let session = |session: &Opened<percuta_chart::session::Session>| {
            let at = self.at_of(session.visit, session.on);
            let zones = wording::count(session.zones.len(), "zone", "zones");
            let added = match session.addenda.len() {
                0 => String::new(),
                more => format!(" {} added after signing.", wording::count(more, "note", "notes")),
            };
            let signed = match session.record_state {
                percuta_record::State::Signed { .. } => "Signed.",
                percuta_record::State::Draft | percuta_record::State::Withdrawn { .. } => {
                    "Not signed yet."
                }
            };
            let entry = Entry {
                kind: Kind::Session,
                when: day_from(session.on, self.today),
                link: Link::new(path::session(session.id), format!("Session {}", session.number)),
                says: format!("{zones}. {signed}{added}"),
                by: self.name(session.by),
                sign: Sign::None,
            };
            (at, entry)
        };
        self.story.sessions.iter().map(session).collect()
    }

    fn check_ins(&self) -> Vec<Dated> {
        let may_answer = self.may(Act::AnswerCheckIns);
        let check_in = |check_in: &Opened<percuta_chart::check_in::CheckIn>| {
            let is_question = check_in.answer.is_empty();
            let href = if may_answer {
                format!("/inbox/{}", check_in.id)
            } else {
                path::patient(self.patient)
            };
            let answered = match &check_in.handling {
                Handling::Expected => String::new(),
                Handling::Open { owner: _ } => " Not answered yet.".to_owned(),
                Handling::Closed { name, says, .. } => format!(" {name} answered: “{says}”"),
            };
            let says = super::inbox::shortly(check_in, self.desk.site().book());
            let entry = Entry {
                kind: if is_question { Kind::Message } else { Kind::CheckIn },
                when: self.when(check_in.at),
                link: Link::new(href, if is_question { "Question" } else { "Check-in" }),
                says: format!("{}{answered}", ended(&says)),
                by: "by the patient".to_owned(),
                sign: if is_question { Sign::None } else { Sign::Triaged(level(check_in.level)) },
            };
            (check_in.at, entry)
        };
        self.story.check_ins.iter().map(check_in).collect()
    }

    /// Photographs by the day, and outcomes.
    fn results(&self) -> Vec<Dated> {
        let mut days: std::collections::BTreeMap<Date, (Timestamp, usize)> =
            std::collections::BTreeMap::new();
        for photograph in &self.story.photographs {
            let day = percuta_practice::day_of(self.clinic, photograph.taken);
            days.entry(day).or_insert((photograph.taken, 0)).1 += 1;
        }
        let photographs = days.into_values().map(|(at, count)| {
            let title = wording::count(count, "photograph", "photographs");
            let entry = Entry {
                kind: Kind::Photographs,
                when: self.when(at),
                link: Link::new(path::photographs(self.patient), title),
                says: String::new(),
                by: String::new(),
                sign: Sign::None,
            };
            (at, entry)
        });
        let scales = &self.desk.site().book().scales;
        let outcomes = self.story.outcomes.iter().map(|outcome| {
            let scale = scales.iter().find(|scale| scale.id == outcome.scale);
            let title = scale.map_or(outcome.scale.as_str(), |scale| scale.title.as_str());
            let entry = Entry {
                kind: Kind::Outcome,
                when: day_from(outcome.on, self.today),
                link: Link::new(path::outcomes(self.patient), title),
                says: format!("{} points.", outcome.score),
                by: String::new(),
                sign: Sign::None,
            };
            (self.begin(outcome.on), entry)
        });
        photographs.chain(outcomes).collect()
    }

    async fn access(&self, made: Option<String>) -> Result<Option<Access>, Refused> {
        if !self.may(Act::EnterPatient) {
            return Ok(None);
        }
        let practice = self.desk.practice();
        let known = practice.access(&self.desk.actor, self.patient).await?;
        let ends = |made: Timestamp| made.checked_add((LINK_DAYS * 24).hours()).unwrap_or(made);
        let state = match (made, known.last, known.made) {
            (Some(link), _, _) => {
                AccessState::Made { link, until: self.when(practice.link_ends()) }
            }
            (None, Some(last), _) => AccessState::Active { last: self.when(last) },
            (None, None, Some(made)) if ends(made) < self.now => {
                AccessState::RanOut { at: self.when(ends(made)) }
            }
            (None, None, Some(made)) => {
                AccessState::Sent { at: self.when(made), until: self.when(ends(made)) }
            }
            (None, None, None) => AccessState::None,
        };
        let base = path::patient(self.patient);
        let (action, close) = (format!("{base}/link"), format!("{base}/close-links"));
        Ok(Some(Access { state, action, close }))
    }

    async fn opened(&self) -> Result<page::Opened, Refused> {
        let practice = self.desk.practice();
        let by = practice.opened_by(&self.desk.actor, self.patient, OPENED_SHOWN).await?;
        let all = self.may(Act::SeeAudit).then(|| format!("/audit?patient={}", self.patient));
        let by = by.iter().map(|(named, at)| (who(named), self.when(*at))).collect();
        Ok(page::Opened { by, all })
    }
}

/// How far a course is.
/// With a full stop, unless what somebody wrote brings its own end.
fn ended(says: &str) -> String {
    if says.ends_with(['.', '?', '!', '…']) { says.to_owned() } else { format!("{says}.") }
}

fn how_far(state: &CourseState) -> &'static str {
    match state {
        CourseState::Draft => "Being planned",
        CourseState::Offered { at: _ } => "Offered, not accepted yet",
        CourseState::Accepted { offered: _, at: _ } => "Accepted",
        CourseState::Stopped { at: _, why: _ } => "Stopped",
        CourseState::Finished { at: _ } => "Finished",
    }
}
