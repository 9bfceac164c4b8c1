//! A patient before treatment, through the real routes: a self-check is kept, the link opened, the questions finished,
//! the answer read, the plan accepted, the consent signed, a visit booked; and what nobody else reaches.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails where its fixture cannot be made"
)]

use std::{
    collections::BTreeSet,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use jiff::{Timestamp, civil::Date};
use percuta_chart::person::Part;
use percuta_clinical::Rulebook;
use percuta_practice::{
    Actor, Cost, Ports, Practice,
    account::SetUp,
    courses::{GoalWish, PlanWish},
    members::Rights,
    settings::{default_clinic, default_consent_form, default_prices},
};
use percuta_record::{DocumentId, PatientId};
use percuta_seal::{KeyRing, NoRandomness, SiteKey};
use percuta_store::{ChainId, Config, Database, Store};
use percuta_web::{
    Site,
    rooms::{Rooms, Settings, app},
};
use tempfile::TempDir;
use tower::ServiceExt as _;

static BOOK: LazyLock<Arc<Rulebook>> = LazyLock::new(|| {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Arc::new(Rulebook::load(files.collect()).unwrap())
});

thread_local! {
    /// How many minutes have passed; each test has a thread of its own.
    static PASSED_MIN: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

/// Monday 23 November 2026, ten in the morning in London, and what has passed since.
fn now() -> Timestamp {
    let began: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    began + jiff::SignedDuration::from_mins(PASSED_MIN.get())
}

fn today() -> Date {
    Date::constant(2026, 11, 23)
}

fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    for chunk in bytes.chunks_mut(8) {
        let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for (byte, drawn) in chunk.iter_mut().zip(next.to_be_bytes()) {
            *byte = drawn;
        }
    }
    Ok(())
}

struct House {
    rooms: Arc<Rooms>,
    app: Router,
    lead: Option<Actor>,
    _blobs: TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    /// The cookie of a sign-in.
    fn cookie(&self) -> String {
        let all = self.headers.get_all(header::SET_COOKIE).iter();
        let mut lines = all.map(|line| line.to_str().unwrap());
        let line = lines.rfind(|line| line.starts_with("percuta=")).unwrap();
        line.split(';').next().unwrap().to_owned()
    }

    /// The value of the first attribute that begins so.
    fn after(&self, mark: &str) -> &str {
        self.text.split(mark).nth(1).unwrap_or_default().split('"').next().unwrap()
    }
}

impl House {
    async fn empty() -> Self {
        let blobs = tempfile::tempdir().unwrap();
        let mut chain = [0; 16];
        random(&mut chain).unwrap();
        let config = Config {
            database: Database::SqliteInMemory,
            blobs: blobs.path().to_owned(),
            chain: ChainId(chain),
        };
        let store = Store::open(&config).await.unwrap();
        let mut source = random as fn(&mut [u8]) -> Result<(), NoRandomness>;
        let keys = KeyRing::new(SiteKey::generate(&mut source).unwrap());
        let book = Arc::clone(&BOOK);
        let password_cost = Cost::CHEAP;
        let ports = Ports { store, keys, book, now, random, password_cost, is_demo: false };
        let practice = Practice::open(ports).await.unwrap();
        let site = Arc::new(Site::new(Arc::clone(&BOOK), today));
        let rooms = Arc::new(Rooms { site, practice, settings: Settings::default() });
        let app = app(&rooms);
        Self { rooms, app, lead: None, _blobs: blobs }
    }

    async fn open() -> Self {
        let mut house = Self::empty().await;
        let given = SetUp {
            calendar: percuta_practice::sites::first_calendar("Invented Skin", "Europe/London"),
            clinic: default_clinic("Invented Skin", "020 7946 0000", "Europe/London"),
            prices: default_prices(),
            consent_form: default_consent_form(),
            name: "Dr Ines Invented".to_owned(),
            credentials: "MD".to_owned(),
            email: "ines@clinic.example".to_owned(),
            parts: BTreeSet::from([Part::MedicalLead]),
            qualifications: BTreeSet::from(["physician".to_owned()]),
            password: "correct horse battery".to_owned().into(),
        };
        let (_, cookie) = house.rooms.practice.set_up(given).await.unwrap();
        let lead = house.rooms.practice.who(&cookie).await.unwrap().unwrap();
        house.lead = Some(lead);
        house
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        Answer { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let form: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::HOST, "clinic.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form.join("&"))).unwrap()).await
    }

    /// Keeps a self-check of somebody; the cookie and the link.
    async fn kept(&self, name: &str) -> (String, String) {
        let answer = self.post(KEEP, "", &whole(&[("name", name)])).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let link = answer.text.split("<p class=\"ticket\">").nth(1).unwrap();
        let link = link.split('<').next().unwrap();
        let path = link.strip_prefix("http://clinic.example").unwrap();
        (answer.cookie(), path.to_owned())
    }

    /// The patient of a sign-in.
    async fn patient(&self, cookie: &str) -> (PatientId, Actor) {
        let secret = cookie.strip_prefix("percuta=").unwrap();
        let secret = percuta_practice::account::Secret::read(secret).unwrap();
        let actor = self.rooms.practice.who(&secret).await.unwrap().unwrap();
        (actor.patient().unwrap(), actor)
    }

    /// Answers every question with no until they are to be looked through, and sends them. How many pages it took.
    async fn answered(&self, cookie: &str) -> usize {
        for pages in 0..12 {
            let page = self.get("/me/questions", cookie).await;
            assert_eq!(page.status, StatusCode::OK);
            if page.text.contains("Look it through") {
                let sent = self.post("/me/questions/send", cookie, &[]).await;
                assert_eq!(sent.to(), "/me/questions");
                return pages;
            }
            let action = page.after("<form class=\"card stack selfcheck__questions\" action=\"");
            let keys: Vec<String> = page
                .text
                .split("name=\"shown.")
                .skip(1)
                .map(|rest| format!("a.{}", rest.split('"').next().unwrap()))
                .collect();
            let details = page.text.split("name=\"d.").skip(1);
            let details: Vec<String> =
                details.map(|rest| format!("d.{}", rest.split('"').next().unwrap())).collect();
            let mut fields: Vec<(&str, &str)> = vec![("then", "next")];
            fields.extend(keys.iter().map(|key| (key.as_str(), "no")));
            fields.extend(details.iter().map(|key| (key.as_str(), "")));
            let saved = self.post(action, cookie, &fields).await;
            assert_eq!(saved.to(), "/me/questions", "{action}: {}", saved.text);
        }
        panic!("the questions do not end");
    }

    /// The lead treats, to the depth that the plan asks for.
    async fn lead_may_needle(&self) {
        let (practice, lead) = (&self.rooms.practice, self.lead.as_ref().unwrap());
        let member = practice.members().await.unwrap().into_iter().next().unwrap();
        let rights = Rights {
            credentials: member.credentials.clone(),
            parts: member.parts.clone(),
            qualifications: member.qualifications.clone(),
            depth_mm_max: Some(2.5),
        };
        practice.change_member(lead, &member, rights).await.unwrap();
    }

    /// A plan for enlarged pores, offered.
    async fn offered(&self, patient: PatientId) -> DocumentId {
        let (practice, lead) = (&self.rooms.practice, self.lead.as_ref().unwrap());
        let wish = PlanWish {
            goals: vec![GoalWish {
                concern: "enlarged-pores".to_owned(),
                region: "cheek".to_owned(),
                grade: None,
                onset: None,
            }],
            ..PlanWish::default()
        };
        let course = practice.propose(lead, patient, None, &wish).await.unwrap();
        let seen = practice.course(lead, course).await.unwrap();
        practice.offer(lead, &seen).await.unwrap();
        course
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

const KEEP: &str = "/is-it-for-me/keep";
const CHECK: &str = "/is-it-for-me/check";

/// The self-check's first page as a healthy person fills it in.
const FIRST: [(&str, &str); 6] = [
    ("concern", "enlarged-pores"),
    ("region", "cheek"),
    ("way", "pen"),
    ("born", "1994-05-03"),
    ("sex", "female"),
    ("phototype", "2"),
];

/// A whole form to keep, with some fields otherwise.
fn whole<'a>(otherwise: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = FIRST.to_vec();
    fields.extend([
        ("a.patient.pregnancy", "no"),
        ("sent", "yes"),
        ("name", "Mara Invented"),
        ("birth_date", "1994-05-03"),
        ("email", "mara@mail.example"),
        ("telephone", ""),
        ("wish", "write"),
        ("consent", "yes"),
    ]);
    for (name, value) in otherwise {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

#[tokio::test]
async fn keeping_is_offered_only_where_somebody_can_keep() {
    let mut fields = FIRST.to_vec();
    // Keloids end the questions, so that this is the answer's page.
    fields.push(("a.conditions.keloid", "yes"));
    let empty = House::empty().await;
    let page = empty.post(CHECK, "", &fields).await;
    assert!(page.text.contains("id=\"verdict\"") && !page.text.contains(KEEP));
    assert_eq!(empty.post(KEEP, "", &whole(&[])).await.status, StatusCode::NOT_FOUND);
    let house = House::open().await;
    let page = house.post(CHECK, "", &fields).await;
    assert!(page.text.contains("id=\"verdict\"") && page.text.contains(KEEP));
    let form = house.post(KEEP, "", &FIRST).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.text.contains("name=\"concern\" value=\"enlarged-pores\""));
}

#[tokio::test]
async fn a_form_that_fails_keeps_what_was_typed_and_stores_nothing() {
    let house = House::open().await;
    let wrong = [("consent", ""), ("birth_date", "1994-05-04"), ("name", "Mara <Invented>")];
    let page = house.post(KEEP, "", &whole(&wrong)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("value=\"Mara &lt;Invented&gt;\""));
    assert!(page.text.contains("id=\"consent-wrong\""));
    assert!(page.text.contains("name=\"a.patient.pregnancy\" value=\"no\""));
    let page = house.post(KEEP, "", &whole(&[("birth_date", "1994-05-04")])).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("id=\"birth_date-wrong\""));
    let all = house.rooms.practice.patients(house.lead.as_ref().unwrap(), None).await.unwrap();
    assert_eq!(all.total, 0);
}

#[tokio::test]
async fn who_is_too_young_reads_the_rules_reason_and_its_card() {
    let house = House::open().await;
    let young = [("born", "2010-06-01"), ("birth_date", "2010-06-01")];
    let page = house.post(KEEP, "", &whole(&young)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("1 June 2028"), "{}", page.text);
    assert!(page.text.contains("/evidence/rules/contra.age_minor"));
}

#[tokio::test]
async fn a_link_opens_with_the_birth_date_only_and_tells_nothing_before() {
    let house = House::open().await;
    let (_, link) = house.kept("Mara Invented").await;
    let page = house.get(&link, "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("Mara"));
    let wrong = house.post(&link, "", &[("birth_date", "1994-05-30")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("value=\"1994-05-30\""));
    let right = house.post(&link, "", &[("birth_date", "1994-05-03")]).await;
    assert_eq!((right.status, right.to()), (StatusCode::SEE_OTHER, "/me"));
    let elsewhere = house.get("/me/questions", &right.cookie()).await;
    assert_eq!(elsewhere.status, StatusCode::OK);
    for _ in 0..5 {
        house.post(&link, "", &[("birth_date", "1994-05-30")]).await;
    }
    let held = house.post(&link, "", &[("birth_date", "1994-05-03")]).await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    let unknown = house.get(&format!("/link/{}", "0".repeat(64)), "").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/link/half", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_is_kept_twice_by_a_reload() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let again = house.post(KEEP, &cookie, &whole(&[])).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let all = house.rooms.practice.patients(house.lead.as_ref().unwrap(), None).await.unwrap();
    assert_eq!(all.total, 1);
}

#[tokio::test]
async fn the_questions_go_on_where_they_stopped_and_are_sent_once_looked_through() {
    let house = House::open().await;
    let (cookie, link) = house.kept("Mara Invented").await;
    let first = house.get("/me/questions", &cookie).await;
    assert!(!first.text.contains("shown.patient.pregnancy"), "it was answered before");
    let action =
        first.after("<form class=\"card stack selfcheck__questions\" action=\"").to_owned();
    let stopped = house.post(&action, &cookie, &[("then", "later")]).await;
    assert_eq!(stopped.to(), "/me");
    let elsewhere = house.post(&link, "", &[("birth_date", "1994-05-03")]).await.cookie();
    assert!(house.answered(&elsewhere).await > 0);
    let sent = house.get("/me/questions", &cookie).await;
    assert!(sent.text.contains("See the first answer"));
    let answer = house.get("/me/screening", &cookie).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("id=\"verdict\"") && answer.text.contains("Use outside what"));
    assert!(answer.text.contains(&BOOK.status), "an unreviewed rulebook says so");
}

#[tokio::test]
async fn a_detail_that_cannot_be_comes_back_as_it_was_typed() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    house.post("/me/questions/medicines", &cookie, &[("a.medicines.isotretinoin", "yes")]).await;
    let key = "d.medicines.isotretinoin.last_dose";
    let fields = [("d.medicines.isotretinoin.status", "stopped"), (key, "2027-03-01")];
    let page = house.post("/me/questions/details", &cookie, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("value=\"2027-03-01\"") && page.text.contains("lies ahead"));
}

#[tokio::test]
async fn a_plan_is_accepted_its_consent_signed_and_nobody_else_reaches_either() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let (other, _) = house.kept("Noor Invented").await;
    house.answered(&cookie).await;
    let (patient, _) = house.patient(&cookie).await;
    let course = house.offered(patient).await;
    let plan = house.get("/me/plan", &cookie).await;
    assert!(plan.text.contains("Accept this plan"), "{}", plan.text);
    let path = format!("/me/plan/{course}");
    assert_eq!(house.get(&path, &other).await.status, StatusCode::NOT_FOUND);
    let stolen = house.post(&format!("{path}/accept"), &other, &[]).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
    let empty = house.post(&format!("{path}/ask"), &cookie, &[("question", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = house.post(&format!("{path}/ask"), &cookie, &[("question", "How long?")]).await;
    assert_eq!(asked.to(), path);
    assert!(house.get(&path, &cookie).await.text.contains("How long?"));
    assert_eq!(house.post(&format!("{path}/accept"), &cookie, &[]).await.to(), path);

    let path = format!("/me/consents/for/{course}");
    let text = house.get(&path, &cookie).await;
    assert!(text.text.contains("Outside what the device is cleared for"));
    assert!(!text.text.contains("checked"), "nothing is ticked beforehand");
    let digest = text.after("name=\"digest\" value=\"").to_owned();
    let half = [("signature", "Mara Invented"), ("digest", &digest), ("photo-record", "yes")];
    let again = house.post(&path, &cookie, &half).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("value=\"Mara Invented\""));
    let mut signed = half.to_vec();
    for name in ["photo-clinic", "photo-teaching", "photo-public"] {
        signed.push((name, "no"));
    }
    signed.push(("read", "yes"));
    assert_eq!(house.post(&path, &other, &signed).await.status, StatusCode::NOT_FOUND);
    let done = house.post(&path, &cookie, &signed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let consent = done.to().to_owned();
    assert!(house.get(&consent, &cookie).await.text.contains("Signed by"));
    assert_eq!(house.get(&consent, &other).await.status, StatusCode::NOT_FOUND);
    let stolen = house.post(&format!("{consent}/withdraw"), &other, &[]).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
    house.post(&format!("{consent}/withdraw"), &cookie, &[]).await;
    assert!(house.get(&consent, &cookie).await.text.contains("Withdrawn on"));
}

#[tokio::test]
async fn a_consultation_is_booked_moved_called_off_and_taken_back() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let (other, _) = house.kept("Noor Invented").await;
    let times = house.get("/me/book?from=2026-11-24", &cookie).await;
    let time = times.after("name=\"time\" value=\"").to_owned();
    assert!(!time.is_empty(), "{}", times.text);
    let none = house.post("/me/book", &cookie, &[("from", "2026-11-24")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = house.post("/me/book", &cookie, &[("time", &time)]).await;
    assert_eq!(kept.to(), "/me/book/kept", "{}", kept.text);
    let look = house.get("/me/book/kept", &cookie).await;
    assert!(look.text.contains("30 min") && look.text.contains("Kept until"), "{}", look.text);
    assert_eq!(look.after("name=\"time\" value=\""), time);
    let booked = house.post("/me/book/confirm", &cookie, &[("time", &time)]).await;
    let visit = booked.to().to_owned();
    assert!(visit.starts_with("/me/visits/document-"), "{}", booked.text);
    let late = house.post("/me/book/confirm", &other, &[("time", &time)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("Somebody was quicker"));
    for path in [visit.clone(), format!("{visit}/move")] {
        assert_eq!(house.get(&path, &other).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let stolen = house.post(&format!("{visit}/cancel"), &other, &[]).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);

    let times = house.get(&format!("{visit}/move?from=2026-11-25"), &cookie).await;
    let later = times.after("name=\"time\" value=\"").to_owned();
    let moved = house.post(&format!("{visit}/move/confirm"), &cookie, &[("time", &later)]).await;
    assert_eq!(moved.to(), visit);
    assert!(house.get(&visit, &cookie).await.text.contains("Wednesday 25 November"));
    house.post(&format!("{visit}/cancel"), &cookie, &[("reason", "I am ill")]).await;
    assert!(house.get("/me/visits", &cookie).await.text.contains("Cancelled"));
    assert_eq!(house.post(&format!("{visit}/undo"), &cookie, &[]).await.to(), visit);
    assert!(!house.get("/me/visits", &cookie).await.text.contains("Cancelled"));
}

#[tokio::test]
async fn of_two_who_want_one_time_the_first_has_it_and_the_other_sees_the_next_best() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let (other, _) = house.kept("Noor Invented").await;
    let times = house.get("/me/book?from=2026-11-24", &cookie).await;
    let time = times.after("name=\"time\" value=\"").to_owned();
    assert_eq!(house.post("/me/book", &cookie, &[("time", &time)]).await.to(), "/me/book/kept");
    let late = house.post("/me/book", &other, &[("time", &time)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("Somebody was quicker") && !late.text.contains("Mara"));
    let next = late.after("name=\"time\" value=\"").to_owned();
    assert!(!next.is_empty() && next != time);
    assert_eq!(house.post("/me/book", &other, &[("time", &next)]).await.to(), "/me/book/kept");
    // Each books what they kept, and nobody what the other did.
    for (who, time) in [(&cookie, &time), (&other, &next)] {
        let booked = house.post("/me/book/confirm", who, &[("time", time)]).await;
        assert!(booked.to().starts_with("/me/visits/document-"), "{}", booked.text);
    }
}

#[tokio::test]
async fn what_is_kept_runs_out_and_is_looked_for_again() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let (other, _) = house.kept("Noor Invented").await;
    let times = house.get("/me/book?from=2026-11-24", &cookie).await;
    let time = times.after("name=\"time\" value=\"").to_owned();
    house.post("/me/book", &cookie, &[("time", &time)]).await;
    let page = house.get("/me/book", &cookie).await;
    assert!(page.text.contains("Kept until") && page.text.contains("10:10"), "{}", page.text);
    PASSED_MIN.set(11);
    let over = house.get("/me/book/kept", &cookie).await;
    assert!(over.text.contains("Nothing is kept now"), "{}", over.text);
    let taken = house.post("/me/book", &other, &[("time", &time)]).await;
    assert_eq!(taken.to(), "/me/book/kept", "{}", taken.text);
    let lost = house.post("/me/book/confirm", &cookie, &[("time", &time)]).await;
    assert_eq!(lost.status, StatusCode::CONFLICT);
    assert!(lost.text.contains("The nearest free times"));
    // What nobody took while it ran out is booked all the same.
    PASSED_MIN.set(22);
    let booked = house.post("/me/book/confirm", &other, &[("time", &time)]).await;
    assert!(booked.to().starts_with("/me/visits/document-"), "{}", booked.text);
}

#[tokio::test]
async fn what_is_let_go_is_free_for_others() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let (other, _) = house.kept("Noor Invented").await;
    let times = house.get("/me/book?from=2026-11-24", &cookie).await;
    let time = times.after("name=\"time\" value=\"").to_owned();
    house.post("/me/book", &cookie, &[("time", &time)]).await;
    assert_eq!(house.post("/me/book/let-go", &cookie, &[]).await.to(), "/me/book");
    assert!(!house.get("/me/book", &cookie).await.text.contains("Kept until"));
    assert_eq!(house.post("/me/book", &other, &[("time", &time)]).await.to(), "/me/book/kept");
}

#[tokio::test]
async fn a_whole_course_is_booked_in_one_go_and_moved_with_what_goes_along() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    house.answered(&cookie).await;
    let (patient, _) = house.patient(&cookie).await;
    let course = house.offered(patient).await;
    house.post(&format!("/me/plan/{course}/accept"), &cookie, &[]).await;
    house.lead_may_needle().await;
    let page = house.get("/me/book?whole=yes", &cookie).await;
    assert!(page.text.contains("Ends first"), "{}", page.text);
    let whole = page.after("name=\"time\" value=\"").to_owned();
    let sessions = whole.split(' ').count();
    assert!(sessions > 1, "{whole}");
    assert_eq!(house.post("/me/book", &cookie, &[("time", &whole)]).await.to(), "/me/book/kept");
    let look = house.get("/me/book/kept", &cookie).await;
    assert_eq!(look.text.matches("Plan to leave at").count(), sessions);
    let booked = house.post("/me/book/confirm", &cookie, &[("time", &whole)]).await;
    assert_eq!(booked.to(), "/me/visits", "{}", booked.text);
    let visits = house.get("/me/visits", &cookie).await;
    let hrefs: Vec<&str> = visits.text.split("href=\"/me/visits/document-").skip(1).collect();
    assert_eq!(hrefs.len(), sessions);
    // Another course cannot be booked for somebody else, nor this one twice.
    let again = house.post("/me/book/confirm", &cookie, &[("time", &whole)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let (other, _) = house.kept("Noor Invented").await;
    let stolen = house.post("/me/book", &other, &[("time", &whole)]).await;
    assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY);

    // The first session goes weeks later; the others follow it, each with its reason.
    let first =
        format!("/me/visits/document-{}", hrefs.first().unwrap().split('"').next().unwrap());
    let times = house.get(&format!("{first}/move?from=2027-01-18"), &cookie).await;
    let time = times.after("name=\"time\" value=\"").to_owned();
    let look = house.post(&format!("{first}/move"), &cookie, &[("time", &time)]).await;
    assert!(look.text.contains("What else would move"), "{} {}", look.status, look.text);
    let all = look.after("name=\"time\" value=\"").to_owned();
    assert!(all.starts_with(&time) && all.contains(' '), "{all}");
    let moved = house.post(&format!("{first}/move/confirm"), &cookie, &[("time", &all)]).await;
    assert_eq!(moved.to(), first, "{}", moved.text);
    assert!(house.get(&first, &cookie).await.text.contains("January"));
}

#[tokio::test]
async fn times_are_read_in_ones_own_zone_and_narrowed_down() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let page = house.get("/me/book?from=2026-11-24&zone=Asia%2FTokyo", &cookie).await;
    assert!(page.text.contains("Times are Asia/Tokyo") && page.text.contains("at the clinic"));
    let zone = page.headers.get_all(header::SET_COOKIE).iter();
    let zone =
        zone.map(|line| line.to_str().unwrap()).find(|line| line.starts_with("percuta-zone="));
    let zone = zone.unwrap().split(';').next().unwrap().to_owned();
    let kept = house.get("/me/book?from=2026-11-24", &format!("{cookie}; {zone}")).await;
    assert!(kept.text.contains("Times are Asia/Tokyo"), "the zone is kept");
    let friday = house.get("/me/book?from=2026-11-24&day=5&part=afternoon", &cookie).await;
    let days: Vec<&str> = friday.text.split("<summary class=\"tap\"><b>").skip(1).collect();
    assert_eq!(days.len(), 1);
    assert!(days.first().unwrap().starts_with("Friday 27 November"));
    assert!(!friday.text.contains("09:00 to") && friday.text.contains("12:00 to"));
}

#[tokio::test]
async fn a_patient_reads_who_opened_the_record_and_asks_for_a_copy() {
    let house = House::open().await;
    let (cookie, _) = house.kept("Mara Invented").await;
    let (patient, _) = house.patient(&cookie).await;
    house.rooms.practice.story(house.lead.as_ref().unwrap(), patient).await.unwrap();
    let page = house.get("/me/data", &cookie).await;
    assert!(page.text.contains("Dr Ines Invented (") && page.text.contains("Opened your record"));
    assert_eq!(house.post("/me/data/copy", &cookie, &[]).await.to(), "/me/data");
    assert_eq!(house.rooms.practice.open_check_ins().await.unwrap(), 2);
}

#[tokio::test]
async fn nobody_signed_in_and_no_member_sees_a_patients_pages() {
    let house = House::open().await;
    let cookie = {
        let fields = [("email", "ines@clinic.example"), ("password", "correct horse battery")];
        house.post("/sign-in", "", &fields).await.cookie()
    };
    for path in [
        "/me/questions",
        "/me/screening",
        "/me/plan",
        "/me/consents",
        "/me/visits",
        "/me/book",
        "/me/data",
    ] {
        assert_eq!(house.get(path, "").await.to(), "/link", "{path}");
        assert_eq!(house.get(path, &cookie).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (patient, link) = house.kept("Mara Invented").await;
    assert_eq!(house.get(&link, &cookie).await.status, StatusCode::CONFLICT);
    let out = house.post("/sign-out", &patient, &[]).await;
    assert_eq!(out.to(), "/signed-out");
    assert_eq!(house.get("/signed-out", "").await.status, StatusCode::OK);
    assert_eq!(house.get("/me/questions", &patient).await.to(), "/link");
}
