//! The rooms after treatment, driven as a browser drives them: check-ins, messages, photographs, and who may not.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    io::Write as _,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use flate2::{Compression, write::ZlibEncoder};
use jiff::Timestamp;
use percuta_chart::{
    consent::PhotographUse,
    person::{CameBy, Part, person_of},
};
use percuta_clinical::Rulebook;
use percuta_practice::{
    Act, Actor, Cost, Ports, Practice, Who,
    account::SetUp,
    consents::Signature,
    courses::{GoalWish, PlanWish},
    patients::Entered,
    settings::{default_clinic, default_consent_form, default_prices},
};
use percuta_record::PatientId;
use percuta_seal::{KeyRing, NoRandomness, SiteKey, chain::ChainId};
use percuta_store::{Config, Database, Store};
use percuta_web::{
    Site,
    rooms::{Rooms, Settings, app},
};
use serde_json::json;
use tempfile::TempDir;
use tower::ServiceExt as _;
use zeroize::Zeroizing;

static BOOK: LazyLock<Arc<Rulebook>> = LazyLock::new(|| {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Arc::new(Rulebook::load(files.collect()).unwrap())
});

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    for chunk in bytes.chunks_mut(8) {
        let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
    }
    Ok(())
}

/// A clinic with two patients, and the cookies of its people.
struct House {
    app: Router,
    rooms: Arc<Rooms>,
    who: Actor,
    nora: (PatientId, String),
    olaf: String,
    lead: String,
    _blobs: TempDir,
}

impl House {
    async fn open() -> Self {
        let blobs = tempfile::tempdir().unwrap();
        let mut chain = [0; 16];
        random(&mut chain).unwrap();
        let (database, chain) = (Database::SqliteInMemory, ChainId(chain));
        let config = Config { database, blobs: blobs.path().to_owned(), chain };
        let mut source = random as fn(&mut [u8]) -> Result<(), NoRandomness>;
        let ports = Ports {
            store: Store::open(&config).await.unwrap(),
            keys: KeyRing::new(SiteKey::generate(&mut source).unwrap()),
            book: Arc::clone(&BOOK),
            now,
            random,
            password_cost: Cost::CHEAP,
            is_demo: true,
        };
        let practice = Practice::open(ports).await.unwrap();
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
            password: Zeroizing::new("correct horse battery".to_owned()),
        };
        let (_, lead) = practice.set_up(given).await.unwrap();
        let who = practice.who(&lead).await.unwrap().unwrap();
        assert!(who.may(Act::Photographs));
        let enter = |name: &str| Entered {
            name: name.to_owned(),
            born: "1990-05-31".to_owned(),
            ..Entered::default()
        };
        let nora = practice.enter_patient(&who, &enter("Nora Invented"), CameBy::Clinic).await;
        let olaf = practice.enter_patient(&who, &enter("Olaf Invented"), CameBy::Clinic).await;
        let nora = nora.unwrap();
        let nora_cookie = practice.begin_demo_patient(nora).await.unwrap().reveal();
        let olaf = practice.begin_demo_patient(olaf.unwrap()).await.unwrap().reveal();
        let site = Site::new(Arc::clone(&BOOK), || jiff::civil::date(2026, 11, 21));
        let rooms =
            Arc::new(Rooms { site: Arc::new(site), practice, settings: Settings::default() });
        let lead = lead.reveal();
        let nora = (nora, nora_cookie);
        Self { app: app(&rooms), rooms, who, nora, olaf, lead, _blobs: blobs }
    }

    /// Nora is screened and planned for, accepts, and signs a consent that lets photographs be kept.
    async fn allows_photographs(&self) {
        let (practice, patient) = (&self.rooms.practice, self.nora.0);
        let json = json!({
            "as_of": "2026-11-21",
            "patient": {
                "birth_date": "1990-05-31", "sex": "female", "pregnancy": "no", "breastfeeding": "no", "phototype": 2,
            },
            "request": { "modality": "pen", "setting": "clinic", "concern": "acne-scar", "region": "cheek", "products": [] },
            "conditions": [], "medicines": [], "procedures": [], "exposures": [], "allergies": ["none known"],
            "skin_today": [], "clearances": [], "unknown": [],
        });
        practice.send_intake(&self.who, patient, (None, Vec::new()), json).await.unwrap();
        let goal = GoalWish {
            concern: "acne-scar".to_owned(),
            region: "cheek".to_owned(),
            grade: Some(2),
            onset: None,
        };
        let wish = PlanWish { goals: vec![goal], ..PlanWish::default() };
        let course = practice.propose(&self.who, patient, None, &wish).await.unwrap();
        let seen = practice.course(&self.who, course).await.unwrap();
        practice.offer(&self.who, &seen).await.unwrap();
        let nora = Actor {
            person: person_of(patient),
            name: "Nora Invented".to_owned(),
            who: Who::Patient(patient),
        };
        let seen = practice.course(&nora, course).await.unwrap();
        practice.accept_course(&nora, &seen).await.unwrap();
        let read = practice.consent_to_sign(&nora, course).await.unwrap();
        let photographs = BTreeSet::from([PhotographUse::Record]);
        let signature = Signature { digest: read.digest, name: read.name, photographs };
        practice.sign_consent(&nora, course, signature).await.unwrap();
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get("location");
        let location = location.map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = to_bytes(response.into_body(), 32 << 20).await.unwrap();
        (status, location, String::from_utf8_lossy(&body).into_owned())
    }

    async fn get(&self, who: &str, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header("cookie", format!("percuta={who}"));
        let (status, _, body) = self.send(request.body(Body::empty()).unwrap()).await;
        (status, body)
    }

    async fn post(&self, who: &str, path: &str, form: &str) -> (StatusCode, String, String) {
        let request = Request::post(path)
            .header("cookie", format!("percuta={who}"))
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// A form of several parts, the file last.
    async fn upload(
        &self,
        who: &str,
        path: &str,
        (fields, file): (&[(&str, &str)], &[u8]),
    ) -> (StatusCode, String, String) {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(
            b"--edge\r\nContent-Disposition: form-data; name=\"photograph\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n",
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let request = Request::post(path)
            .header("cookie", format!("percuta={who}"))
            .header("content-length", body.len().to_string())
            .header("content-type", "multipart/form-data; boundary=edge");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The id that a form was given.
    async fn once(&self, who: &str, path: &str) -> String {
        let (status, page) = self.get(who, path).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }
}

/// One grey pixel.
fn png() -> Vec<u8> {
    let chunk = |name: &[u8], body: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(body);
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length, name, body, &crc.sum().to_be_bytes()].concat()
    };
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&[0, 128]).unwrap();
    let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    let pixels = chunk(b"IDAT", &packed.finish().unwrap());
    [b"\x89PNG\r\n\x1a\n".as_slice(), &header, &pixels, &chunk(b"IEND", b"")].concat()
}

#[tokio::test]
async fn today_works_when_nothing_is_there_yet_and_says_what_calls_for_help() {
    let house = House::open().await;
    let (status, page) = house.get(&house.nora.1, "/me").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("First, a few questions") && page.contains("/me/questions"), "{page}");
    for sign in BOOK.emergency_signs() {
        assert!(page.contains(sign), "{sign}");
    }
    assert!(page.contains("tel:112"));
}

#[tokio::test]
async fn a_check_in_is_answered_at_once_and_stands_in_the_list() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let once = house.once(nora, "/me/check-in/new").await;
    let fields = [
        ("once", once.as_str()),
        ("group.allergy", "yes"),
        ("symptom", "throat_swelling"),
        ("severity.throat_swelling", "severe"),
        ("group.skin", "unsure"),
    ];
    let (status, to, _) = house.upload(nora, "/me/check-in", (&fields, b"")).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, &*format!("/me/check-in/{once}")));
    let (status, page) = house.get(nora, &to).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Get emergency help now") && page.contains("Swelling of lips"), "{page}");
    assert!(page.contains("Not sure, or not answered"));
    // Sent twice, it is kept once.
    let (status, again, _) = house.upload(nora, "/me/check-in", (&fields, b"")).await;
    assert_eq!((status, again), (StatusCode::SEE_OTHER, to.clone()));
    let (_, list) = house.get(nora, "/me/check-in").await;
    assert_eq!(list.matches(&format!("href=\"{to}\"")).count(), 1);
    // A correction begins with these answers.
    let (status, form) = house.get(nora, &format!("/me/check-in/new?again={once}")).await;
    assert_eq!(status, StatusCode::OK);
    let ticked = form.split("value=\"throat_swelling\"").nth(1).unwrap();
    assert!(ticked.starts_with(" checked"));
}

#[tokio::test]
async fn a_check_in_that_fails_keeps_everything_that_was_typed() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let once = house.once(nora, "/me/check-in/new").await;
    let fields = [
        ("once", once.as_str()),
        ("temperature", "hot"),
        ("words", "It feels <odd>"),
        ("symptom", "itch"),
    ];
    let (status, _, page) = house.upload(nora, "/me/check-in", (&fields, b"")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Write the temperature in degrees Celsius"));
    assert!(page.contains("It feels &lt;odd&gt;") && page.contains("value=\"hot\""));
    assert!(page.contains(&format!("value=\"{once}\"")), "it is still the same form");
}

#[tokio::test]
async fn a_photograph_that_is_refused_never_holds_up_a_check_in_and_says_why() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let once = house.once(nora, "/me/check-in/new").await;
    let fields = [("once", once.as_str()), ("words", "It itches a bit")];
    // Without her consent.
    let (status, to, _) = house.upload(nora, "/me/check-in", (&fields, b"GIF89a")).await;
    let here = format!("/me/check-in/{once}");
    assert_eq!((status, &to), (StatusCode::SEE_OTHER, &format!("{here}?photograph=not-allowed")));
    let (_, page) = house.get(nora, &to).await;
    assert!(page.contains("It itches a bit") && page.contains("You have not allowed"), "{page}");
    assert!(!page.contains("name=\"photograph\""), "none is asked for that may not be kept");
    // With it: the answer, the reason, and a place for another.
    house.allows_photographs().await;
    let once = house.once(nora, "/me/check-in/new").await;
    let fields = [("once", once.as_str()), ("words", "It itches a bit")];
    let (status, to, _) = house.upload(nora, "/me/check-in", (&fields, b"GIF89a")).await;
    let here = format!("/me/check-in/{once}");
    assert_eq!((status, &to), (StatusCode::SEE_OTHER, &format!("{here}?photograph=another")));
    let (status, page) = house.get(nora, &to).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("It itches a bit") && page.contains("This is no JPEG, HEIC or PNG"),
        "{page}"
    );
    assert!(page.contains("Your check-in is kept.") && !page.contains("Nothing was saved"));
    assert!(page.contains(&format!("action=\"{here}/photograph\"")));
    // Another that is refused is refused there; one that is fine is kept with the check-in.
    let again = format!("{here}/photograph");
    let (status, _, page) = house.upload(nora, &again, (&[], b"RIFF0000WEBP")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("This is a WebP picture") && page.contains("It itches a bit"), "{page}");
    let (status, to, _) = house.upload(nora, &again, (&[], &png())).await;
    assert_eq!((status, &to), (StatusCode::SEE_OTHER, &here));
    let (_, page) = house.get(nora, &here).await;
    assert_eq!(page.matches("alt=\"Photograph that you sent\"").count(), 1);
    // The inbox shows it to whoever answers.
    let (_, page) = house.get(&house.lead, &format!("/inbox/{once}")).await;
    assert_eq!(page.matches("/small\"").count(), 1, "{page}");
}

#[tokio::test]
async fn a_photograph_that_is_too_large_takes_nothing_with_it() {
    let house = House::open().await;
    let nora = &house.nora.1;
    house.allows_photographs().await;
    let once = house.once(nora, "/me/check-in/new").await;
    let fields = [("once", once.as_str()), ("words", "It itches a bit")];
    let large = vec![0xff; 27 << 20];
    let (status, to, _) = house.upload(nora, "/me/check-in", (&fields, &large)).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, page) = house.get(nora, &to).await;
    assert!(page.contains("It itches a bit") && page.contains("larger than 25 MB"), "{page}");
    let (status, _, page) = house.upload(nora, "/me/photos", (&[("place", "front")], &large)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("<option value=\"front\" selected"), "{page}");
}

#[tokio::test]
async fn words_go_to_and_fro_about_a_check_in_and_notes_stay_in_the_clinic() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let once = house.once(nora, "/me/check-in/new").await;
    let fields = [("once", once.as_str()), ("words", "Is it usual?")];
    house.upload(nora, "/me/check-in", (&fields, b"")).await;
    let (inbox, own) = (format!("/inbox/{once}"), format!("/me/check-in/{once}"));
    let note = format!("{inbox}/note");
    let (status, to, _) = house.post(&house.lead, &note, "note=Called%2C+no+answer.").await;
    assert_eq!((status, &to), (StatusCode::SEE_OTHER, &inbox));
    let (status, _, page) = house.post(&house.lead, &note, "note=+").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Write what the others should know."));
    let message = format!("{inbox}/message");
    let (status, ..) = house.post(&house.lead, &message, "message=Is+it+warm%3F").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, page) = house.get(&house.lead, &inbox).await;
    assert!(page.contains("Noted: “Called, no answer.”") && page.contains("Yours"), "{page}");
    let (_, page) = house.get(nora, &own).await;
    assert!(page.contains("Is it warm?") && !page.contains("Called, no answer."), "{page}");
    // She answers; an empty answer is asked for again.
    let add = format!("{own}/add");
    let (status, _, page) = house.post(nora, &add, "words=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Write what you want to add."));
    let (status, to, _) = house.post(nora, &add, "words=A+little.").await;
    assert_eq!((status, &to), (StatusCode::SEE_OTHER, &own));
    let (_, page) = house.get(&house.lead, &inbox).await;
    assert!(page.contains("The patient added: “A little.”"), "{page}");
    let (_, page) = house.get(nora, "/me/messages").await;
    let place = |words: &str| page.find(words).unwrap();
    assert!(
        place("Is it usual?") < place("Is it warm?") && place("Is it warm?") < place("A little.")
    );
    assert!(!page.contains("Called, no answer."));
    // It is hers alone, and the clinic's forms are the clinic's.
    assert_eq!(house.post(&house.olaf, &add, "words=Hm").await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.post(nora, &note, "note=Hm").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_message_is_sent_once_and_an_empty_one_is_asked_for_again() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let once = house.once(nora, "/me/messages").await;
    let (status, _, page) = house.post(nora, "/me/messages", &format!("once={once}&words=+")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Write what you want to ask."));
    let form = format!("once={once}&words=May+I+swim%3F");
    for _ in 0..2 {
        let (status, to, _) = house.post(nora, "/me/messages", &form).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/me/messages"));
    }
    let (_, page) = house.get(nora, "/me/messages").await;
    assert_eq!(page.matches("May I swim?").count(), 1);
}

#[tokio::test]
async fn what_is_anothers_does_not_exist() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let once = house.once(nora, "/me/check-in/new").await;
    house.upload(nora, "/me/check-in", (&[("once", once.as_str())], b"")).await;
    let path = format!("/me/check-in/{once}");
    assert_eq!(house.get(nora, &path).await.0, StatusCode::OK);
    assert_eq!(house.get(&house.olaf, &path).await.0, StatusCode::NOT_FOUND);
    let again = format!("/me/check-in/new?again={once}");
    assert_eq!(house.get(&house.olaf, &again).await.0, StatusCode::NOT_FOUND);
    let photograph = format!("/me/photos/{once}/small");
    assert_eq!(house.get(&house.olaf, &photograph).await.0, StatusCode::NOT_FOUND);
    let staff = format!("/patients/{}/photographs", house.nora.0);
    assert_eq!(house.get(&house.olaf, &staff).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&house.lead, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get("nobody", &path).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_photograph_without_consent_is_refused_with_what_to_do() {
    let house = House::open().await;
    let (patient, nora) = &house.nora;
    let jpeg = b"\xff\xd8\xff\xe0".as_slice();
    let fields = [("place", "front")];
    let (status, _, page) = house.upload(nora, "/me/photos", (&fields, jpeg)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("You have not allowed the clinic to keep photographs"), "{page}");
    assert!(page.contains("<option value=\"front\" selected"));
    let path = format!("/patients/{patient}/photographs");
    let (status, _, page) = house.upload(&house.lead, &path, (&[("view", "front")], jpeg)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("The patient has not allowed photographs"));
    let (status, _, page) = house.upload(&house.lead, &path, (&[], jpeg)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Choose what the photograph shows."));
}

#[tokio::test]
async fn only_forms_with_a_photograph_may_be_large() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let large = vec![0; 1 << 20];
    let (status, _, _) = house.upload(nora, "/me/photos", (&[("place", "front")], &large)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _, _) = house.upload(nora, "/me/messages", (&[], &large)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    // What is far too long is refused by the length that it declares, before it is read.
    let request = Request::post("/me/photos")
        .header("cookie", format!("percuta={nora}"))
        .header("content-length", (97 << 20).to_string())
        .header("content-type", "multipart/form-data; boundary=edge");
    let (status, _, _) = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_score_is_computed_shown_with_its_sum_and_then_kept() {
    let house = House::open().await;
    let here = format!("/patients/{}/outcomes", house.nora.0);
    let path = format!("{here}/salt");
    let (status, _, page) =
        house.post(&house.lead, &path, "top=50&back=10&right=10&step=score").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Give a whole number from 0 to 100") && page.contains("value=\"50\""));
    let form = "top=50&back=10&right=10&left=10";
    let (status, _, page) = house.post(&house.lead, &path, &format!("{form}&step=score")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("26 of 100") && page.contains("0.4 × 50 + 0.24 × 10"), "{page}");
    let (_, empty) = house.get(&house.lead, &here).await;
    assert!(empty.contains("Nothing was scored yet"), "what was only computed is not kept");
    let (status, to, _) = house.post(&house.lead, &path, &format!("{form}&step=keep")).await;
    assert_eq!((status, &to), (StatusCode::SEE_OTHER, &here));
    let (_, page) = house.get(&house.lead, &here).await;
    assert!(page.contains("26 of 100") && page.contains("before treatment"));
    assert_eq!(house.get(&house.lead, &format!("{here}/faceq")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&house.olaf, &here).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_patient_scores_pain_and_sees_how_it_went() {
    let house = House::open().await;
    let nora = &house.nora.1;
    let (status, _, page) = house.post(nora, "/me/scales/vas", "").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("whole number from 0 to 10"));
    let (status, to, _) = house.post(nora, "/me/scales/vas", "pain=4").await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/me/scales/vas/course"));
    let (_, page) = house.get(nora, &to).await;
    assert!(page.contains("4 of 10"), "{page}");
    assert_eq!(house.get(nora, "/me/scales/gb_qual").await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&house.olaf, &to).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_photograph_of_ones_own_is_taken_back_and_many_are_on_pages() {
    let house = House::open().await;
    let nora = &house.nora.1;
    house.allows_photographs().await;
    for _ in 0..25 {
        let (status, ..) = house.upload(nora, "/me/photos", (&[("place", "front")], &png())).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
    }
    let (_, page) = house.get(nora, "/me/photos").await;
    assert_eq!(page.matches("/undo\"").count(), 24, "{page}");
    let (_, last) = house.get(nora, "/me/photos?page=1").await;
    assert_eq!(last.matches("/undo\"").count(), 1);
    let undo = last.split("action=\"/me/photos/").nth(1).unwrap().split('"').next().unwrap();
    let undo = format!("/me/photos/{undo}");
    assert_eq!(house.post(&house.olaf, &undo, "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.post(nora, &undo, "").await.0, StatusCode::SEE_OTHER);
    let (_, page) = house.get(nora, "/me/photos").await;
    assert_eq!(page.matches("/undo\"").count(), 24);
    assert!(!page.contains("?page=1"), "all are on one page now");
    let staff = format!("/patients/{}/photographs", house.nora.0);
    let (_, page) = house.get(&house.lead, &staff).await;
    assert_eq!(page.matches("<ul class=\"album\">").count(), 1);
}

#[tokio::test]
async fn messages_go_on_to_older_ones() {
    let house = House::open().await;
    let nora = &house.nora.1;
    for number in 0..31 {
        let once = house.once(nora, "/me/messages").await;
        house.post(nora, "/me/messages", &format!("once={once}&words=Question+{number}.")).await;
    }
    let (_, page) = house.get(nora, "/me/messages").await;
    assert_eq!(page.matches("talk__words").count(), 30);
    assert!(page.contains("/me/messages?page=1"));
    let (_, page) = house.get(nora, "/me/messages?page=1").await;
    assert_eq!(page.matches("talk__words").count(), 1, "{page}");
}

/// Invented skin as a PNG: freckles on a plain ground, drawn from a seed.
fn freckled(seed: u64) -> Vec<u8> {
    const WIDE: usize = 600;
    const HIGH: usize = 800;
    let mut state = seed;
    let mut draw = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut rows = vec![0_u8; (WIDE * 3 + 1) * HIGH];
    for row in rows.chunks_mut(WIDE * 3 + 1) {
        for pixel in row[1..].chunks_mut(3) {
            pixel.copy_from_slice(&[206, 160, 138]);
        }
    }
    for _ in 0..900 {
        let (left, top, size, depth) = (draw(WIDE), draw(HIGH), 2 + draw(5), 12 + draw(40));
        let by = u8::try_from(depth).unwrap();
        for (x, y) in (0..=2 * size).flat_map(|x| (0..=2 * size).map(move |y| (x, y))) {
            let far = x.abs_diff(size).pow(2) + y.abs_diff(size).pow(2);
            if far <= size * size && left + x < WIDE && top + y < HIGH {
                let at = (top + y) * (WIDE * 3 + 1) + 1 + (left + x) * 3;
                rows[at..at + 3]
                    .iter_mut()
                    .for_each(|part| *part = part.saturating_sub(by).max(40));
            }
        }
    }
    let chunk = |name: &[u8], body: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(body);
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length, name, body, &crc.sum().to_be_bytes()].concat()
    };
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&rows).unwrap();
    let size = [WIDE, HIGH].map(|side| u32::try_from(side).unwrap().to_be_bytes()).concat();
    let header = chunk(b"IHDR", &[size.as_slice(), &[8, 2, 0, 0, 0]].concat());
    let pixels = chunk(b"IDAT", &packed.finish().unwrap());
    [b"\x89PNG\r\n\x1a\n".as_slice(), &header, &pixels, &chunk(b"IEND", b"")].concat()
}

impl House {
    /// Sends a photograph as the clinic does, and gives its id.
    async fn photographed(&self, view: &str, taken: &str, file: &[u8]) -> String {
        let here = format!("/patients/{}/photographs", self.nora.0);
        let fields = [("view", view), ("taken", taken)];
        let kept = || async {
            let story = self.rooms.practice.story(&self.who, self.nora.0).await.unwrap();
            story.photographs.iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
        };
        let before = kept().await;
        let (status, _, body) = self.upload(&self.lead, &here, (&fields, file)).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
        // Several may have come within one tick of the clock, so the new one is the one that was not there.
        kept().await.into_iter().find(|id| !before.contains(id)).unwrap()
    }
}

/// A house whose patient was photographed twice, six weeks apart and close by.
async fn twice_photographed() -> (House, [String; 2]) {
    let house = House::open().await;
    house.allows_photographs().await;
    let before = house.photographed("close", "2026-10-09", &freckled(7)).await;
    let after = house.photographed("close", "2026-11-20", &freckled(7)).await;
    (house, [before, after])
}

/// The addresses of pictures on a page that begin alike.
fn pictures<'p>(page: &'p str, begins: &str) -> Vec<&'p str> {
    let of = page.split(" src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    of.filter(|src| src.starts_with(begins)).collect()
}

#[tokio::test]
async fn two_photographs_are_compared_and_the_later_one_is_laid_over_the_earlier() {
    let (house, [before, after]) = twice_photographed().await;
    let page = format!("/patients/{}/compare", house.nora.0);
    let two = format!("before={before}&after={after}");
    // The page of before leads here.
    let old = format!("/patients/{}/photographs/pair?{two}", house.nora.0);
    let request = Request::get(&old).header("cookie", format!("percuta={}", house.lead));
    let (_, to, _) = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(to, format!("{page}?{two}"));
    // Both are shown at once; nothing is measured by looking.
    let (status, first) = house.get(&house.lead, &to).await;
    assert_eq!((status, first.matches("<figure").count()), (StatusCode::OK, 2));
    assert!(
        first.contains("These two were not compared yet.") && !first.contains("What was measured")
    );
    let (status, to, _) = house.post(&house.lead, &page, &two).await;
    assert_eq!((status, &to), (StatusCode::SEE_OTHER, &format!("{page}?{two}")));
    let (_, said) = house.get(&house.lead, &to).await;
    assert!(said.contains("What was measured") && said.contains("laid over the earlier one"));
    let aligned = pictures(&said, "/comparisons/");
    assert_eq!(aligned.len(), 1);
    assert_eq!(house.get(&house.lead, aligned[0]).await.0, StatusCode::OK);
    // As it was taken, it is the photograph itself.
    let (_, taken) = house.get(&house.lead, &format!("{to}&as=taken")).await;
    assert!(pictures(&taken, "/comparisons/").is_empty());
    assert!(taken.contains(&format!("/photos/{after}/display")));
    // The patient sees the same two, in words; nobody else does.
    let (status, own) = house.get(&house.nora.1, &format!("/me/photos/pair?{two}")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(own.contains("What the two show") && !own.contains("What was measured"), "{own}");
    let theirs = pictures(&own, "/me/photos/comparisons/");
    assert_eq!(house.get(&house.nora.1, theirs[0]).await.0, StatusCode::OK);
    for path in [theirs[0].to_owned(), format!("/me/photos/pair?{two}")] {
        assert_eq!(house.get(&house.olaf, &path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, ..) = house.post(&house.olaf, "/me/photos/pair", &two).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_comparator_leads_to_a_copy_of_the_two_where_one_may_leave() {
    let (house, [before, after]) = twice_photographed().await;
    let page = format!("/patients/{}/compare", house.nora.0);
    let two = format!("before={before}&after={after}");
    let here = format!("{page}?{two}");
    let copies = "A copy that leaves the clinic";
    let (_, unknown) = house.get(&house.lead, &here).await;
    assert!(unknown.contains(copies) && unknown.contains("so nothing is known of whether"));
    house.post(&house.lead, &page, &two).await;
    let (_, unasked) = house.get(&house.lead, &here).await;
    assert!(unasked.contains("The patient was not asked about this photograph."), "{unasked}");
    assert!(!unasked.contains("/export?"));
    // Both have to be allowed, each for itself.
    for (id, link) in [(&before, false), (&after, true)] {
        let there = format!("/me/photos/{id}/permission");
        let says = "record=yes&clinic=yes&teaching=yes&public=no";
        let (status, ..) = house.post(&house.nora.1, &there, says).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, said) = house.get(&house.lead, &here).await;
        assert_eq!(said.contains("/export?"), link, "{said}");
        assert!(!link || said.contains("The patient has said no."));
    }
    let (_, said) = house.get(&house.lead, &here).await;
    let export = format!("/photos/{before}/export?with={after}&amp;use=teaching");
    assert!(said.contains(&export), "{said}");
    let (status, made) = house.get(&house.lead, &export.replace("&amp;", "&")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(made.contains("/export/preview"), "it may leave: {made}");
}

#[tokio::test]
async fn what_cannot_be_compared_says_why_and_no_number_stands_on_the_page() {
    let house = House::open().await;
    house.allows_photographs().await;
    let before = house.photographed("front", "2026-10-09", &freckled(7)).await;
    let other = house.photographed("front", "2026-11-20", &freckled(8)).await;
    let profile = house.photographed("right90", "2026-11-20", &png()).await;
    let page = format!("/patients/{}/compare", house.nora.0);
    let two = format!("before={before}&after={other}");
    let (_, to, _) = house.post(&house.lead, &page, &two).await;
    let (status, said) = house.get(&house.lead, &to).await;
    assert_eq!(status, StatusCode::OK);
    assert!(said.contains("These two cannot be compared."), "{said}");
    assert!(said.contains("A copy that leaves the clinic") && !said.contains("/export?"));
    assert!(!said.contains("What was measured") && !said.contains("class=\"ci\""));
    assert!(pictures(&said, "/comparisons/").is_empty(), "nothing is laid over anything");
    let (_, own) = house.get(&house.nora.1, &format!("/me/photos/pair?{two}")).await;
    assert!(own.contains("These two cannot be compared."));
    // Of another view nothing is asked, and the page says so.
    let views = format!("before={before}&after={profile}");
    let (status, _, body) = house.post(&house.lead, &page, &views).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(body.contains("They show different views, so nothing is compared."), "{body}");
    let (_, body) = house.get(&house.lead, &format!("{page}?{views}")).await;
    assert!(body.contains("They show different views, so nothing is compared."));
    // An area beside the photograph is refused beneath the areas.
    let beside = format!(
        "{two}&marked=yes&area0-kind=treated&area0-shape=box&area0-left=90&area0-top=0&area0-width=20&area0-height=5"
    );
    let (status, _, body) = house.post(&house.lead, &page, &beside).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(body.contains("Each area lies on the photograph"), "{body}");
}
