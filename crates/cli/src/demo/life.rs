//! What happens in the demo's clinic: somebody asks, answers, is screened, planned for, booked; comes, is treated,
//! checks in. Each event does one thing at its time and says what comes later.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::date};
use percuta_chart::{
    consent::PhotographUse,
    course::CourseState,
    person::{CameBy, person_of},
    photograph::{Noted, View},
    screening::Occasion,
    session::Endpoint,
    visit::Purpose,
};
use percuta_practice::{
    Actor, No, Who,
    consents::Signature,
    courses::{GoalWish, PlanWish},
    keeping::{ToKeep, Wish as Contact},
    patients::Entered,
    photographs::Shot,
    screenings::is_open,
    sessions::{CONFIRMED, Charted, Confirm, Place, With},
    telling::{Given, GivenSymptom},
    today::Mark,
    visit_day::{Tick, What},
    visits::{Start, Wish, book::Wanted},
};
use percuta_record::{DocumentId, PatientId};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Life, people, picture, scored};
use crate::record;

/// So many people come.
const PATIENTS: usize = 60;

/// What somebody comes for, and how far their story goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// They keep a self-check and do not come back to it.
    AsksOnly,
    /// Screening does not let them be treated.
    Stopped(&'static str),
    /// A plan is offered, and they think about it.
    Undecided,
    /// They accept, and the whole course begins.
    Goes,
}

/// Something that happens to one patient.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// Comes for the first time.
    Enters(usize, Course),
    /// Answers the questions.
    Answers(PatientId, usize, Course),
    /// Gets an offer.
    IsOffered(PatientId, usize, Course),
    /// Accepts it, and most book at once.
    Accepts(PatientId, usize, DocumentId),
    /// Books the next session that is open.
    Books(PatientId),
    /// Asks for a talk.
    AsksToTalk(PatientId),
    /// Comes to a talk.
    Talks(DocumentId),
    /// Reads and signs the consent.
    Signs(PatientId, DocumentId),
    /// Comes to a visit, or does not.
    Comes(PatientId, DocumentId),
    /// Is treated, and the session is signed.
    IsTreated(PatientId, DocumentId),
    /// Tells how they are, so many days after a session.
    ChecksIn(PatientId, i64),
    /// Says how much better it looks, some weeks after a session.
    Judges(PatientId),
    /// Somebody of the clinic goes through the inbox.
    Inbox,
}

impl Event {
    /// From when until when on a day such a thing happens: what the clinic does while it is open, what people do while
    /// they are awake.
    pub(crate) fn hours(&self) -> (i8, i8) {
        match self {
            Self::Enters(..)
            | Self::Answers(..)
            | Self::IsOffered(..)
            | Self::Comes(..)
            | Self::IsTreated(..)
            | Self::Talks(..)
            | Self::Inbox => (9, 17),
            Self::Accepts(..)
            | Self::Books(_)
            | Self::AsksToTalk(_)
            | Self::Signs(..)
            | Self::ChecksIn(..)
            | Self::Judges(_) => (7, 22),
        }
    }
}

/// Spreads the sixty over the days.
pub(crate) fn begin(life: &mut Life<'_>, from: Timestamp) {
    let stops =
        ["isotretinoin", "pregnancy", "apixaban", "keloid", "cold-sore", "unknown-medicine"];
    if let Ok(at) = from.checked_add(SignedDuration::from_hours(30)) {
        life.waking(at, Event::Inbox);
    }
    for number in 0..PATIENTS {
        let course = match number % 10 {
            0 => Course::AsksOnly,
            1 | 2 => Course::Stopped(
                stops.get(number / 10 % stops.len()).copied().unwrap_or("isotretinoin"),
            ),
            3 => Course::Undecided,
            _ => Course::Goes,
        };
        // The first come early, so that their courses are under way; some only days ago.
        let hours = i64::try_from(number).unwrap_or(0) * 24 * 68 / 60
            + i64::try_from(life.draw.below(7)).unwrap_or(0);
        if let Ok(at) = from.checked_add(SignedDuration::from_hours(hours)) {
            life.waking(at, Event::Enters(number, course));
        }
    }
}

/// Lets something happen.
pub(crate) async fn happen(life: &mut Life<'_>, event: Event) -> Result<(), No> {
    match event {
        Event::Enters(number, course) => enters(life, number, course).await,
        Event::Answers(patient, number, course) => answers(life, (patient, number), course).await,
        Event::IsOffered(patient, number, course) => {
            is_offered(life, (patient, number), course).await
        }
        Event::Accepts(patient, number, course) => accepts(life, (patient, number), course).await,
        Event::Books(patient) => books(life, patient).await,
        Event::AsksToTalk(patient) => asks_to_talk(life, patient).await,
        Event::Talks(visit) => talks(life, visit).await,
        Event::Signs(patient, course) => signs(life, patient, course).await,
        Event::Comes(patient, visit) => comes(life, patient, visit).await,
        Event::IsTreated(patient, visit) => is_treated(life, patient, visit).await,
        Event::ChecksIn(patient, day) => checks_in(life, patient, day).await,
        Event::Judges(patient) => judges(life, patient).await,
        Event::Inbox => inbox(life).await,
    }
}

/// A patient as somebody who acts.
pub(crate) async fn themselves(life: &Life<'_>, patient: PatientId) -> Result<Actor, No> {
    let about = life.practice.patient(&life.staff.fay, patient).await?;
    Ok(Actor { person: person_of(patient), name: about.name.clone(), who: Who::Patient(patient) })
}

/// The number of the patient as whom one may look around.
const SHOWN: usize = 6;

/// Who accepted a course and has no session booked, whatever the hour at which the demo begins: the desk has to do. All
/// come two weeks before the end at the latest, which is time enough to accept.
const UNBOOKED: [usize; 3] = [36, 45, 54];

async fn enters(life: &mut Life<'_>, number: usize, course: Course) -> Result<(), No> {
    let name = if number == SHOWN { people::SHOWN.to_owned() } else { people::name(number) };
    let year = 1960 + i16::try_from(life.draw.below(44)).unwrap_or(20);
    let born = date(
        year,
        1 + i8::try_from(number % 12).unwrap_or(0),
        1 + i8::try_from(number % 28).unwrap_or(0),
    );
    let entered = Entered {
        email: format!("{}@mail.example", name.to_lowercase().replace(' ', ".")),
        name,
        called: String::new(),
        born: born.to_string(),
        telephone: format!("07700 900{:03}", 100 + number),
        alerts: String::new(),
    };
    if course == Course::AsksOnly {
        let form = vec![
            ("concern".to_owned(), "acne-scar".to_owned()),
            ("region".to_owned(), "cheek".to_owned()),
            ("born".to_owned(), born.to_string()),
            ("way".to_owned(), "unsure".to_owned()),
            ("sex".to_owned(), "female".to_owned()),
            ("phototype".to_owned(), "3".to_owned()),
        ];
        let mut answers = intake(life, number, None);
        if let Some(date) = answers.pointer_mut("/patient/birth_date") {
            *date = json!(born.to_string());
        }
        let Ok(answers) = percuta_clinical::intake::read(life.practice.book(), &answers, &[])
        else {
            return Ok(());
        };
        let wish = if number.is_multiple_of(20) { Contact::Call } else { Contact::Write };
        let given = ToKeep { entered: &entered, form, answers: &answers, wish };
        // Each from a place of their own: whoever keeps many from one place has to wait.
        life.practice.keep_self_check(given, &format!("demo {number}")).await?;
        return Ok(());
    }
    let patient = life.practice.enter_patient(&life.staff.fay, &entered, CameBy::Clinic).await?;
    if number == SHOWN {
        life.shown = Some(patient);
    }
    let hours = 2 + i64::try_from(life.draw.below(40)).unwrap_or(0);
    life.in_hours(hours, Event::Answers(patient, number, course));
    Ok(())
}

/// What people come for: concern, region.
const GOALS: [(&str, &str); 6] = [
    ("acne-scar", "cheek"),
    ("wrinkles", "periorbital"),
    ("fine-lines", "forehead"),
    ("enlarged-pores", "nose"),
    ("striae", "abdomen"),
    ("acne-scar", "temple"),
];

fn goal(number: usize) -> (&'static str, &'static str) {
    GOALS.get(number % GOALS.len()).copied().unwrap_or(("acne-scar", "cheek"))
}

fn intake(life: &Life<'_>, number: usize, stop: Option<&str>) -> Value {
    let (concern, region) = goal(number);
    let today = life.today();
    let days_ago = |days: i32| today.checked_sub(days.days()).unwrap_or(today).to_string();
    let is_female = !number.is_multiple_of(3);
    let mut json = json!({
        "as_of": today.to_string(),
        "patient": {
            "birth_date": "1990-01-01",
            "sex": if is_female { "female" } else { "male" },
            "pregnancy": if is_female { "no" } else { "not-applicable" },
            "breastfeeding": if is_female { "no" } else { "not-applicable" },
            "phototype": 1 + (number * 5 + 3) % 6,
        },
        "request": { "modality": if number % 10 == 8 { "rf" } else { "pen" }, "setting": "clinic", "concern": concern, "region": region, "products": ["sterile-hyaluronate-gel"] },
        "conditions": [], "medicines": [], "procedures": [], "exposures": [], "allergies": [], "skin_today": [], "clearances": [],
        "unknown": [],
    });
    let (list, entry) = match stop {
        Some("isotretinoin") => (
            "medicines",
            json!({ "name": "isotretinoin", "status": "stopped", "last_dose": days_ago(60) }),
        ),
        Some("apixaban") => ("medicines", json!({ "name": "apixaban", "status": "current" })),
        Some("keloid") => ("conditions", json!({ "code": "keloid", "status": "past" })),
        Some("cold-sore") => ("skin_today", json!({ "finding": "cold-sore", "site": "upper-lip" })),
        Some("unknown-medicine") => {
            ("medicines", json!({ "name": "brightol", "status": "current" }))
        }
        Some(_) | None => ("allergies", json!("penicillin")),
    };
    if let Some(entries) = json.get_mut(list).and_then(Value::as_array_mut) {
        entries.push(entry);
    }
    if stop == Some("pregnancy")
        && let Some(answer) = json.pointer_mut("/patient/pregnancy")
    {
        *answer = json!("yes");
    }
    json
}

async fn answers(
    life: &mut Life<'_>,
    (patient, number): (PatientId, usize),
    course: Course,
) -> Result<(), No> {
    let stop = match course {
        Course::Stopped(stop) => Some(stop),
        Course::AsksOnly | Course::Undecided | Course::Goes => None,
    };
    let json = intake(life, number, stop);
    life.practice.send_intake(&life.staff.ben, patient, (None, Vec::new()), json).await?;
    if course != Course::Goes {
        // They think about it for a while, and ask in the days before today.
        let days = i64::try_from(life.draw.below(5)).unwrap_or(0);
        let at = life.end.checked_sub(SignedDuration::from_hours(26 + 24 * days));
        let at = at.unwrap_or(life.end).max(super::now());
        life.waking(at, Event::AsksToTalk(patient));
    }
    if stop.is_none() {
        let hours = 20 + i64::try_from(life.draw.below(30)).unwrap_or(0);
        life.in_hours(hours, Event::IsOffered(patient, number, course));
    }
    Ok(())
}

async fn is_offered(
    life: &mut Life<'_>,
    (patient, number): (PatientId, usize),
    course: Course,
) -> Result<(), No> {
    let (concern, region) = goal(number);
    let grade = u8::try_from(1 + life.draw.below(3)).ok();
    let wish = PlanWish {
        goals: vec![GoalWish {
            concern: concern.to_owned(),
            region: region.to_owned(),
            grade,
            onset: None,
        }],
        ..PlanWish::default()
    };
    let by = life.draw.one(&[life.staff.ada.clone(), life.staff.ben.clone()]).cloned();
    let by = by.unwrap_or_else(|| life.staff.ada.clone());
    let id = match life.practice.propose(&by, patient, None, &wish).await {
        Ok(id) => id,
        // The rulebook plans nothing for this: it stays a screening.
        Err(No::Wrong(_)) => return Ok(()),
        Err(no) => return Err(no),
    };
    let seen = life.practice.course(&by, id).await?;
    life.practice.offer(&by, &seen).await?;
    if course == Course::Goes {
        let hours = 3 + i64::try_from(life.draw.below(48)).unwrap_or(0);
        life.in_hours(hours, Event::Accepts(patient, number, id));
    }
    Ok(())
}

async fn accepts(
    life: &mut Life<'_>,
    (patient, number): (PatientId, usize),
    course: DocumentId,
) -> Result<(), No> {
    let actor = themselves(life, patient).await?;
    let seen = life.practice.course(&actor, course).await?;
    life.practice.accept_course(&actor, &seen).await?;
    if !UNBOOKED.contains(&number) {
        life.in_hours(1, Event::Books(patient));
    }
    Ok(())
}

/// Books the first session that has no visit, at one of its first free times.
async fn books(life: &mut Life<'_>, patient: PatientId) -> Result<(), No> {
    let story = life.practice.story(&life.staff.ben, patient).await?;
    let Some(course) = story.courses.iter().find(|course| is_open(course)) else { return Ok(()) };
    let CourseState::Accepted { .. } = course.state else { return Ok(()) };
    let booked = |number: i16| {
        story.visits.iter().any(|visit| {
            percuta_practice::visits::stands(visit)
                && visit.purpose == Purpose::Session { course: course.id, number }
        })
    };
    let Some(next) = course.sessions.iter().find(|session| !booked(session.number)) else {
        return Ok(());
    };
    let purpose = Purpose::Session { course: course.id, number: next.number };
    // Some ask for somebody, as long as there is a choice.
    let able = [Some(life.staff.ada.person), Some(life.staff.eva.person), None];
    let with = life.draw.one(&able).copied().flatten();
    let (mut from, mut wish) = (life.today(), Wish { with, ..Wish::default() });
    for _ in 0..5 {
        let free = life
            .practice
            .free_starts(&life.staff.fay, (patient, purpose), (from, 28), &wish)
            .await?;
        // The desk says round times.
        let is_round = |start: &&Start| start.at.as_second() % 900 == 0;
        let round: Vec<&Start> = free.starts.iter().filter(is_round).collect();
        let chosen = chosen(life, &round);
        if let Some(start) = chosen {
            let wanted = [Wanted::start(purpose, start)];
            let booked = life.practice.book_visits(&life.staff.fay, patient, &wanted).await?;
            let Some(visit) = booked.done()?.into_iter().next() else { return Ok(()) };
            if next.number == 1 {
                life.in_hours(30, Event::Signs(patient, course.id));
            }
            let early = 3 + i64::try_from(life.draw.below(9)).unwrap_or(0);
            let come = start.at.checked_sub(SignedDuration::from_mins(early)).unwrap_or(start.at);
            life.later(come, Event::Comes(patient, visit));
            return Ok(());
        }
        match wish.with {
            Some(_) => wish.with = None,
            None => from = from.checked_add(28.days()).unwrap_or(from),
        }
    }
    Ok(())
}

/// Is booked for a consultation.
async fn asks_to_talk(life: &mut Life<'_>, patient: PatientId) -> Result<(), No> {
    let desk = life.staff.fay.clone();
    let (from, wish) = (life.today(), Wish::default());
    let what = (patient, Purpose::Consultation);
    let free = life.practice.free_starts(&desk, what, (from, 8), &wish).await?;
    let is_round = |start: &&Start| start.at.as_second() % 900 == 0;
    let round: Vec<&Start> = free.starts.iter().filter(is_round).collect();
    let Some(start) = chosen(life, &round) else { return Ok(()) };
    let wanted = [Wanted::start(Purpose::Consultation, start)];
    let booked = life.practice.book_visits(&desk, patient, &wanted).await?.done()?;
    let Some(visit) = booked.first() else { return Ok(()) };
    life.later(start.at, Event::Talks(*visit));
    Ok(())
}

/// Comes to the talk; it is noted once it is over.
async fn talks(life: &mut Life<'_>, visit: DocumentId) -> Result<(), No> {
    life.practice.mark_visit(&life.staff.fay, visit, Mark::Arrived).await?;
    let seen = life.practice.visit(&life.staff.ben, visit).await?;
    if seen.until >= life.end {
        return Ok(());
    }
    super::stand(seen.until);
    let by = life.staff.member(seen.with);
    life.practice.hold_visit(&by, &seen, "Questions answered.").await
}

/// One of the first, or one of the days around today: that is where somebody looks.
fn chosen<'s>(life: &mut Life<'_>, round: &[&'s Start]) -> Option<&'s Start> {
    let ahead = life.draw.one(&[0_i32, 0, 0, 1, 1, 2]).copied().unwrap_or(0);
    let day = life.end.to_zoned(life.zone.clone()).date();
    let day = day.checked_add(ahead.days()).unwrap_or(day);
    let is_there = |start: &&&Start| start.at.to_zoned(life.zone.clone()).date() == day;
    let there: Vec<&'s Start> = round.iter().filter(is_there).copied().collect();
    let first: Vec<&'s Start> = round.iter().take(24).copied().collect();
    life.draw.one(if there.is_empty() { &first } else { &there }).copied()
}

async fn signs(life: &mut Life<'_>, patient: PatientId, course: DocumentId) -> Result<(), No> {
    let actor = themselves(life, patient).await?;
    if life.practice.consent_for(course).await?.is_some() {
        return Ok(());
    }
    let read = life.practice.consent_to_sign(&actor, course).await?;
    let mut photographs = BTreeSet::from([PhotographUse::Record]);
    if life.draw.below(3) == 0 {
        photographs.insert(PhotographUse::Clinic);
    }
    let signature = Signature { digest: read.digest, name: read.name, photographs };
    life.practice.sign_consent(&actor, course, signature).await?;
    Ok(())
}

/// Arrives a few minutes early and is treated; or stays away, once in twelve times.
async fn comes(life: &mut Life<'_>, patient: PatientId, visit: DocumentId) -> Result<(), No> {
    let seen = life.practice.visit(&life.staff.fay, visit).await?;
    if life.shown != Some(patient) && life.draw.below(12) == 0 {
        let later = seen.from.checked_add(SignedDuration::from_mins(30)).unwrap_or(seen.from);
        // It is not known yet of a visit that has just begun.
        if later >= life.end {
            return Ok(());
        }
        super::stand(later);
        life.practice.mark_visit(&life.staff.fay, visit, Mark::Absent).await?;
        life.in_hours(26, Event::Books(patient));
        return Ok(());
    }
    life.practice.mark_visit(&life.staff.fay, visit, Mark::Arrived).await?;
    let soon = seen.from.checked_add(SignedDuration::from_mins(2)).unwrap_or(seen.from);
    life.later(soon, Event::IsTreated(patient, visit));
    Ok(())
}

/// Goes on with the clock, within an event, and never beyond the real time: nothing is written in the future.
fn pass(minutes: i64) {
    let at = super::now();
    let later = at.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(at);
    super::stand(later.min(crate::serve::now()));
}

/// Is asked again, numbed, photographed and treated as planned; then the course goes on.
async fn is_treated(life: &mut Life<'_>, patient: PatientId, visit: DocumentId) -> Result<(), No> {
    let practice = life.practice;
    let seen = practice.visit(&life.staff.cy, visit).await?;
    let by = life.staff.member(seen.with);
    practice.screen_again(&by, patient, Occasion::DayOfVisit).await?;
    for what in What::SAID {
        let seen = practice.visit(&life.staff.cy, visit).await?;
        practice.tick_visit(&life.staff.cy, &seen, (what, Tick::Said)).await?;
    }
    photographs(life, patient, visit).await?;
    scored::by_patient(life, patient).await?;
    scored::by_clinician(life, (&by, patient)).await?;
    let seen = practice.visit(&life.staff.cy, visit).await?;
    // What works in the forty minutes that a visit leaves for it.
    let fits = |minutes: Option<(f64, f64)>| minutes.is_some_and(|(least, _)| least <= 40.0);
    for product in practice.book().numbing.iter().filter(|product| fits(product.minutes)) {
        if practice.numb(&life.staff.cy, &seen, (&product.id, super::now())).await.is_ok() {
            break;
        }
    }
    pass(40);
    let seen = practice.visit(&life.staff.cy, visit).await?;
    if seen.numbing.is_some() {
        practice.wipe_off(&life.staff.cy, &seen, super::now()).await?;
    }
    // Today's visits go on while somebody looks at the demo.
    if super::now() >= life.end {
        return Ok(());
    }
    let id = match practice.begin_session(&by, visit).await {
        Ok(id) => id,
        // Something is in the way, as it happens: the visit stays as it is.
        Err(No::Wrong(_)) => return Ok(()),
        Err(no) => return Err(no),
    };
    chart(life, (&by, id)).await?;
    // Some want to be reminded, so that somebody is always due to book.
    let puts_off = life.shown != Some(patient) && life.draw.below(4) == 0;
    life.in_hours(if puts_off { 24 * 36 } else { 20 }, Event::Books(patient));
    for day in [1, 3, 7] {
        life.in_hours(24 * day, Event::ChecksIn(patient, day));
    }
    life.in_hours(24 * 29, Event::Judges(patient));
    Ok(())
}

async fn chart(life: &mut Life<'_>, (by, id): (&Actor, DocumentId)) -> Result<(), No> {
    let practice = life.practice;
    let seen = practice.session(by, id).await?.session;
    let zones = seen.zones.clone();
    let lot = format!("26F-{:04}", 400 + life.draw.below(40));
    practice.use_cartridge(by, &seen, (&lot, date(2027, 8, 31))).await?;
    for zone in zones {
        pass(4);
        let seen = practice.session(by, id).await?.session;
        let place = Place { region: zone.region.clone(), side: zone.side };
        let endpoint = Some(if zone.depth_mm >= 1.0 {
            Endpoint::PinpointBleeding
        } else {
            Endpoint::EvenRedness
        });
        let charted = Charted { depth_mm: zone.depth_mm, passes: 3, endpoint, with: With::InUse };
        practice.chart_zone(by, &seen, (&place, &charted)).await?;
    }
    for (code, _) in CONFIRMED {
        let seen = practice.session(by, id).await?.session;
        practice.confirm_in_session(by, &seen, (code, Confirm::Said)).await?;
    }
    pass(8);
    let seen = practice.session(by, id).await?.session;
    let password = Zeroizing::new(super::PASSWORD.to_owned());
    match practice.sign_session(by, &seen, "Well borne.", password).await {
        // Something is still missing: it stays a draft, to be looked at.
        Ok(()) | Err(No::Wrong(_)) => Ok(()),
        Err(no) => Err(no),
    }
}

/// A picture of before, without which no session begins; two views of an invented head for the patient as whom one may look
/// around, so that there is something to compare.
async fn photographs(life: &mut Life<'_>, patient: PatientId, visit: DocumentId) -> Result<(), No> {
    let story = life.practice.story(&life.staff.cy, patient).await?;
    let seed = usize::from(patient.bytes().first().copied().unwrap_or(0));
    let given = u32::try_from(story.sessions.len()).unwrap_or(0);
    let mut taken: Vec<(View, Option<Vec<u8>>)> = Vec::new();
    if life.shown == Some(patient) {
        let today = life.today();
        let first = story.sessions.iter().map(|session| session.on).min();
        let days = first.map(|first| (today - first).get_days());
        for view in [View::Front, View::Right45] {
            taken.push((view, picture::head(view, days).await));
        }
    } else {
        let depth = 100_u32.saturating_sub(given * 22);
        taken.push((View::Front, picture::patch(seed % 6, seed, depth)));
    }
    for (view, bytes) in taken {
        let Some(bytes) = bytes else { continue };
        let noted = BTreeSet::from([Noted::Bare]);
        let shot = Shot { about: Some(visit), view, taken: None, noted, bytes };
        life.practice.add_photograph(&life.staff.cy, patient, shot).await?;
    }
    Ok(())
}

/// Tells how they are: mostly what is expected, sometimes something that a person has to look at.
async fn checks_in(life: &mut Life<'_>, patient: PatientId, day: i64) -> Result<(), No> {
    let actor = themselves(life, patient).await?;
    let symptom = |code: &str, severity: &str, trend: &str| GivenSymptom {
        code: code.to_owned(),
        severity: severity.to_owned(),
        trend: trend.to_owned(),
    };
    let is_worse = life.shown != Some(patient) && life.draw.below(6) == 0;
    let (symptoms, words) = match (day, is_worse) {
        (_, true) => (
            vec![
                symptom("redness", "moderate", "increasing"),
                symptom("pain", "moderate", "increasing"),
            ],
            "It is warmer than yesterday. Is that usual?",
        ),
        (0..=1, false) => {
            (vec![symptom("redness", "mild", "fading"), symptom("tightness", "mild", "stable")], "")
        }
        (_, false) => (vec![symptom("flaking", "mild", "stable")], ""),
    };
    let given = Given { symptoms, words: words.to_owned(), ..Given::default() };
    let mut once = [0; 16];
    record::random(&mut once)?;
    life.practice.send_check_in(&actor, DocumentId::from_bytes(once), &given).await?;
    // Most answer the one question beneath it as well.
    if life.shown == Some(patient) || life.draw.below(4) > 0 {
        scored::by_patient(life, patient).await?;
    }
    Ok(())
}

/// Says how much better it looks, where it is still asked.
async fn judges(life: &mut Life<'_>, patient: PatientId) -> Result<(), No> {
    if life.shown == Some(patient) || life.draw.below(3) > 0 {
        scored::by_patient(life, patient).await?;
    }
    Ok(())
}

/// Answers what has waited since yesterday. What came in the last day waits for whoever looks at the demo.
async fn inbox(life: &mut Life<'_>) -> Result<(), No> {
    life.in_hours(24, Event::Inbox);
    let by = life.staff.ben.clone();
    let since = super::now().checked_sub(SignedDuration::from_hours(20)).unwrap_or(Timestamp::MIN);
    for item in life.practice.inbox(&by).await? {
        if item.check_in.at > since {
            continue;
        }
        let says = if item.check_in.session.is_some() {
            "Looked at together by video. Cool compresses, nothing else on the skin, and tell us tomorrow."
        } else {
            "Called back. A time for a consultation was found."
        };
        life.practice.close_check_in(&by, item.check_in.id, says).await?;
    }
    Ok(())
}
