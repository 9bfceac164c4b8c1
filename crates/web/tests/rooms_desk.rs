//! The desk's rooms, as browsers of several roles see them.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test says by its panic what does not hold"
)]

use axum::http::StatusCode;
use jiff::SignedDuration;
use percuta_chart::{person::Part, visit::Purpose};

#[path = "../../practice/tests/support/booking.rs"]
mod booking;
#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;

use clinic::{Clinic, hidden};
use house::{House, PASSWORD, pass};

#[tokio::test]
async fn an_empty_clinic_has_every_page_of_the_desk() {
    let clinic = Clinic::of(House::open().await);
    for (path, says) in [
        ("/today", "No visits on this day"),
        ("/today?date=2026-11-23&view=list", "Monday 23 November"),
        ("/patients", "No patients yet"),
        ("/patients/new", "Add the patient"),
        ("/inbox", "Nothing waits here"),
        ("/inbox?part=closed", "Nothing waits here"),
        ("/audit", "The chain was not checked yet"),
        ("/settings", "Nobody has signed off the rules."),
        ("/settings/clinic", "Invented Skin"),
        ("/settings/sites", "Add a site"),
        ("/settings/rooms", "Add a room"),
        ("/settings/devices", "Add a device"),
        ("/settings/shifts", "Shifts"),
        ("/settings/services", "Add a service"),
        ("/settings/service/session", "Example day"),
        ("/settings/people", "Ines Invented, MD"),
        ("/settings/people/new", "Make the invitation"),
        ("/settings/prices", "No price yet"),
        ("/settings/consent", "Version 1, signed now"),
        ("/settings/consent/1", "What was signed with it keeps it."),
        ("/settings/rules", "Sign off"),
    ] {
        let page = clinic.get(&clinic.owner, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains(says), "{path}: {}", page.body);
        assert_eq!(page.headers["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let clinic = Clinic::of(House::open().await);
    let nobody = percuta_record::PatientId::from_bytes([1; 16]);
    let nothing = percuta_record::DocumentId::from_bytes([1; 16]);
    for path in [
        "/today?date=yesterday".to_owned(),
        format!("/patients/{nobody}"),
        format!("/patients/{nothing}"),
        format!("/patients/{nobody}/person"),
        format!("/inbox/{nothing}"),
        "/inbox/5".to_owned(),
        format!("/settings/people/{nothing}"),
        "/settings/consent/2".to_owned(),
    ] {
        let page = clinic.get(&clinic.owner, &path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_patient_is_entered_found_and_amended() {
    let clinic = Clinic::of(House::open().await);
    let ada = [("name", "Ada Invented"), ("born", "1990-05-31"), ("telephone", "020 7946 0999")];
    let entered = clinic.post(&clinic.owner, "/patients", &ada).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    let story = clinic.get(&clinic.owner, entered.location()).await;
    assert!(story.body.contains("31 May 1990, 36 years"));

    for find in ["ada", "1990-05-31", "0999"] {
        let found = clinic.post(&clinic.owner, "/patients/search", &[("find", find)]).await;
        assert_eq!(found.status, StatusCode::OK);
        assert!(found.body.contains("1 patient found"), "{find}");
    }
    let none = clinic.post(&clinic.owner, "/patients/search", &[("find", "!?")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("value=\"!?\"") && none.body.contains("find-wrong"));

    // The same again is stopped, keeps what was typed, and can be entered as another person.
    let again = clinic.post(&clinic.owner, "/patients", &ada).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.body.contains("There may already be a record")
            && again.body.contains("020 7946 0999")
    );
    let mut other = ada.to_vec();
    other.push(("another", "yes"));
    let second = clinic.post(&clinic.owner, "/patients", &other).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER);

    let person = format!("{}/person", entered.location());
    let form = clinic.get(&clinic.owner, &person).await;
    let version = hidden(&form.body, "version");
    let mut fields = vec![("version", version.as_str()), ("name", ""), ("born", "1990-05-31")];
    let wrong = clinic.post(&clinic.owner, &person, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    fields.push(("name", "Ada I. Invented"));
    let saved = clinic.post(&clinic.owner, &person, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let late = clinic.post(&clinic.owner, &person, &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn pages_of_a_list_follow_one_another_and_name_nobody_in_their_address() {
    let house = House::open().await;
    for number in 0..27 {
        pass(SignedDuration::from_secs(1));
        house.patient(&format!("Number {number}")).await;
    }
    let clinic = Clinic::of(house);
    let first = clinic.get(&clinic.owner, "/patients").await;
    let older = first.body.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(!older.contains("Number"));
    let second = clinic.get(&clinic.owner, older).await;
    assert!(second.body.contains("Number 0") && !second.body.contains("Number 26"));
    let broken = clinic.get(&clinic.owner, "/patients?before=nonsense").await;
    assert!(broken.body.contains("Number 26"));
}

#[tokio::test]
async fn a_link_is_shown_once_and_opens_with_the_birth_date() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let clinic = Clinic::of(house);
    let story = format!("/patients/{patient}");
    let made = clinic.post(&clinic.owner, &format!("{story}/link"), &[]).await;
    assert_eq!(made.status, StatusCode::OK);
    let link = made.body.split("http://clinic.example/link/").nth(1).unwrap();
    let secret = &link[..64];
    assert!(secret.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let later = clinic.get(&clinic.owner, &story).await;
    assert!(!later.body.contains(secret) && later.body.contains("not opened yet"));
    let closed = clinic.post(&clinic.owner, &format!("{story}/close-links"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_front_desk_sees_who_comes_and_nothing_of_their_health() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let (who, _) = house.member(Part::Practitioner).await;
    let (_, desk) = house.member(Part::FrontDesk).await;
    let start = "2026-11-23T10:00:00Z".parse().unwrap();
    let booked = booking::book(
        &house.practice,
        &house.owner,
        (patient, Purpose::Consultation),
        (who.person, start),
    );
    let visit = booked.await.unwrap();
    let clinic = Clinic::of(house);

    let day = clinic.get(&desk, "/today?date=2026-11-23").await;
    assert!(day.body.contains("Ada Invented") && day.body.contains("h-10 m-0"));
    let story = clinic.get(&desk, &format!("/patients/{patient}")).await;
    assert_eq!(story.status, StatusCode::OK);
    assert!(story.body.contains("Consultation") && !story.body.contains("latex"));
    let seen = clinic.get(&clinic.owner, &format!("/patients/{patient}")).await;
    assert!(seen.body.contains("latex") && seen.body.contains("Invented Front desk"));
    for path in ["/inbox", "/audit", "/settings", "/settings/people"] {
        assert_eq!(clinic.get(&desk, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }

    pass(SignedDuration::from_hours(48));
    let (desk, owner) = sign_in(&clinic, "front-desk", "ines").await;
    let arrival = format!("/visits/{visit}/arrival");
    let here = clinic.post(&desk, &arrival, &[("state", "arrived")]).await;
    assert_eq!((here.status, here.location()), (StatusCode::SEE_OTHER, "/today"));
    assert!(here.headers["set-cookie"].to_str().unwrap().contains(&format!("{arrival}/undo")));
    assert!(clinic.get(&desk, "/today").await.body.contains("Arrived 10:00"));
    let undone = clinic.post(&desk, &format!("{arrival}/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    assert!(!clinic.get(&owner, "/today").await.body.contains("Arrived 10:00"));
    let nonsense = clinic.post(&desk, &arrival, &[("state", "levitating")]).await;
    assert_eq!(nonsense.status, StatusCode::NOT_FOUND);
}

/// Two members sign in anew, because time has passed.
async fn sign_in(
    clinic: &Clinic,
    one: &str,
    other: &str,
) -> (percuta_practice::account::Secret, percuta_practice::account::Secret) {
    let come = async |name: &str| {
        let email = format!("{name}@clinic.example");
        clinic.rooms.practice.sign_in(&email, house::password(), "test").await.unwrap()
    };
    (come(one).await, come(other).await)
}

#[tokio::test]
async fn a_question_goes_through_the_inbox() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let (ada, _) = house.signed_in(patient).await;
    let once = house.practice.form_id().unwrap();
    let question = house.practice.ask_clinic(&ada, once, "May I swim on Friday?").await.unwrap();
    let (_, colleague) = house.member(Part::Practitioner).await;
    let clinic = Clinic::of(house);
    let inbox = clinic.get(&clinic.owner, "/inbox").await;
    assert!(inbox.body.contains("Ada Invented") && inbox.body.contains("Nobody has taken it"));
    let at = format!("/inbox/{question}");
    let taken = clinic.post(&clinic.owner, &format!("{at}/owner"), &[("owner", "me")]).await;
    assert_eq!(taken.location(), at);
    assert!(clinic.get(&clinic.owner, "/inbox?part=mine").await.body.contains("Ada Invented"));
    assert!(!clinic.get(&colleague, "/inbox?part=mine").await.body.contains("Ada Invented"));
    let unclear = clinic.post(&clinic.owner, &format!("{at}/owner"), &[("owner", "")]).await;
    assert_eq!(unclear.status, StatusCode::UNPROCESSABLE_ENTITY);

    let short = clinic.post(&colleague, &format!("{at}/close"), &[("says", "no")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains(">no</textarea>"));
    let says = [("says", "Wait until Monday, please.")];
    let closed = clinic.post(&colleague, &format!("{at}/close"), &says).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let page = clinic.get(&clinic.owner, &at).await;
    assert!(
        page.body.contains("Wait until Monday, please.") && page.body.contains("Open it again")
    );
    let twice = clinic.post(&colleague, &format!("{at}/close"), &says).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let undone = clinic.post(&colleague, &format!("{at}/close/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    assert!(clinic.get(&clinic.owner, "/inbox").await.body.contains("Ada Invented"));
}

#[tokio::test]
async fn the_audit_is_filtered_and_checked() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let clinic = Clinic::of(house);
    clinic.get(&clinic.owner, &format!("/patients/{patient}")).await;
    let about = clinic.get(&clinic.owner, &format!("/audit?patient={patient}&kind=wrote")).await;
    assert!(
        about.body.contains("entered a patient")
            && !about.body.contains("opened a patient&#39;s record")
    );
    let wrong = clinic.get(&clinic.owner, "/audit?from=then").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"then\""));
    let checked = clinic.post(&clinic.owner, "/audit/check", &[]).await;
    assert_eq!(checked.location(), "/audit");
    assert!(clinic.get(&clinic.owner, "/audit").await.body.contains("The chain is intact"));
}

#[tokio::test]
async fn somebody_is_invited_changed_and_leaves() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let wrong = [("name", "Noor Invented"), ("email", "noor@")];
    let wrong = clinic.post(owner, "/settings/people", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("value=\"noor@\"") && wrong.body.contains("Choose at least one role.")
    );
    let given =
        [("name", "Noor Invented"), ("email", "noor@clinic.example"), ("role", "practitioner")];
    let made = clinic.post(owner, "/settings/people", &given).await;
    assert_eq!(made.status, StatusCode::OK);
    let secret = &made.body.split("http://clinic.example/invitation/").nth(1).unwrap()[..64];
    let joined = [("name", "Noor Invented"), ("password", PASSWORD), ("again", PASSWORD)];
    let joined = clinic.post(owner, &format!("/invitation/{secret}"), &joined).await;
    assert_eq!(joined.location(), "/today");

    let people = clinic.get(owner, "/settings/people").await;
    let noor = people.body.split("href=\"/settings/people/document-").nth(1).unwrap();
    let all = people.body.match_indices("/settings/people/document-").count();
    assert_eq!(all, 2);
    let of_noor = people
        .body
        .split("href=\"")
        .filter(|rest| rest.starts_with("/settings/people/document-"))
        .find(|rest| rest.split('<').next().unwrap().contains("Noor"))
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .unwrap_or_else(|| {
            format!("/settings/people/document-{}", noor.split('"').next().unwrap())
        });
    let page = clinic.get(owner, &of_noor).await;
    assert!(page.body.contains("Record and sign sessions"));
    let version = hidden(&page.body, "version");
    let fields = [
        ("version", version.as_str()),
        ("role", "assistant"),
        ("role", "practitioner"),
        ("credentials", "RN"),
        ("limit", "1.5"),
    ];
    let saved = clinic.post(owner, &of_noor, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(clinic.get(owner, &of_noor).await.body.contains("Needle to 1.5 mm"));
    assert_eq!(clinic.post(owner, &of_noor, &fields).await.status, StatusCode::CONFLICT);
    let standing = format!("{of_noor}/standing");
    let left = clinic.post(owner, &standing, &[("standing", "left")]).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    let back = clinic.post(owner, &standing, &[("standing", "invited")]).await;
    assert!(back.body.contains("http://clinic.example/invitation/"));
}

#[tokio::test]
async fn settings_are_saved_on_the_version_that_was_seen() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let site = clinic.rooms.practice.first_site().await.unwrap();
    let there = format!("/settings/sites/{}", site.id);
    let hours = clinic.get(owner, &there).await;
    let version = hidden(&hours.body, "version");
    let with = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![
            ("version", version.as_str()),
            ("name", "Invented Skin"),
            ("zone", "Europe/London"),
            ("used", "yes"),
        ];
        fields.extend(more);
        fields
    };
    let upside_down = with(&[
        ("hours-1-1-from", "17:00"),
        ("hours-1-1-until", "09:00"),
        ("hours-2-1-from", "10:00"),
    ]);
    let wrong = clinic.post(owner, &there, &upside_down).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("Monday, 17:00 to 09:00, ends before it begins.")
            && wrong.body.contains("value=\"17:00\"")
    );
    assert!(wrong.body.contains("Give when Tuesday ends"));
    let twice = with(&[
        ("hours-1-1-from", "08:00"),
        ("hours-1-1-until", "12:00"),
        ("hours-1-2-from", "11:00"),
        ("hours-1-2-until", "15:00"),
    ]);
    let wrong = clinic.post(owner, &there, &twice).await;
    assert!(wrong.body.contains("08:00 to 12:00 and 11:00 to 15:00, which overlap"));
    let right = with(&[("hours-1-1-from", "08:00"), ("hours-1-1-until", "12:00")]);
    assert_eq!(clinic.post(owner, &there, &right).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clinic.post(owner, &there, &right).await.status, StatusCode::CONFLICT);
    assert!(clinic.get(owner, "/today?date=2026-11-23").await.body.contains("Open 08:00 to 12:00"));

    let version = hidden(&clinic.get(owner, &there).await.body, "version");
    let day =
        [("version", version.as_str()), ("closed-day", "2026-11-23"), ("blocked-why", "Inventory")];
    let closed = clinic.post(owner, &format!("{there}/closed"), &day).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let monday = "/today?date=2026-11-23";
    assert!(clinic.get(owner, monday).await.body.contains("The clinic is closed"));
    assert!(clinic.get(owner, &there).await.body.contains("Inventory"));
    let undo = format!("{there}/3/undo");
    assert_eq!(clinic.post(owner, &undo, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!clinic.get(owner, monday).await.body.contains("The clinic is closed"));
}

#[tokio::test]
async fn prices_are_added_changed_and_withdrawn() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let add = async |what: &str, price: &str| {
        let page = clinic.get(owner, "/settings/prices").await;
        let version = hidden(&page.body, "version");
        let fields =
            [("version", version.as_str()), ("what", what), ("price", price), ("service", "pen")];
        clinic.post(owner, "/settings/prices", &fields).await
    };
    let wrong = add("Session, both cheeks", "a lot").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"a lot\"") && wrong.body.contains("Session, both cheeks"));
    assert_eq!(add("Session, both cheeks", "240").await.status, StatusCode::SEE_OTHER);
    assert_eq!(add("Session, both cheeks", "1,250.50").await.status, StatusCode::SEE_OTHER);
    let page = clinic.get(owner, "/settings/prices").await;
    assert!(page.body.contains("£1,250.50") && !page.body.contains("£240.00"));
    let gone =
        clinic.post(owner, "/settings/prices", &[("withdraw", "Session, both cheeks")]).await;
    assert!(clinic.get(owner, "/settings/prices").await.body.contains("No price yet"));

    // It is taken back by what its notice brings, once.
    let notice = gone.headers.get_all("set-cookie").iter().find_map(|cookie| {
        let text = cookie.to_str().unwrap().strip_prefix("percuta-done=removed~")?;
        Some(text.split(';').next().unwrap().to_owned())
    });
    let undo = notice.unwrap();
    assert_eq!(clinic.post(owner, &undo, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(clinic.get(owner, "/settings/prices").await.body.contains("£1,250.50"));
    assert_eq!(clinic.post(owner, &undo, &[]).await.status, StatusCode::CONFLICT);
    let nothing = clinic.post(owner, "/settings/prices/none/undo", &[]).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_consent_text_gets_a_new_version_and_the_rules_a_signature() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let same = clinic.get(owner, "/settings/consent").await;
    let version = hidden(&same.body, "version");
    let empty = [("version", version.as_str()), ("text", "Only a title")];
    let wrong = clinic.post(owner, "/settings/consent", &empty).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(">Only a title</textarea>"));
    let text = [("version", version.as_str()), ("text", "Consent\n\n# What is done\n\nNeedles.")];
    assert_eq!(clinic.post(owner, "/settings/consent", &text).await.status, StatusCode::SEE_OTHER);
    let page = clinic.get(owner, "/settings/consent").await;
    assert!(
        page.body.contains("Version 2, signed now") && page.body.contains("/settings/consent/1")
    );
    assert_eq!(clinic.post(owner, "/settings/consent", &text).await.status, StatusCode::CONFLICT);

    let rules = clinic.get(owner, "/settings/rules").await;
    let digest = hidden(&rules.body, "digest");
    let half = [("digest", digest.as_str()), ("read", "yes"), ("password", PASSWORD)];
    let half = clinic.post(owner, "/settings/rules/sign-off", &half).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!half.body.contains(PASSWORD));
    let signed =
        [("digest", digest.as_str()), ("read", "yes"), ("answer", "yes"), ("password", PASSWORD)];
    let signed = clinic.post(owner, "/settings/rules/sign-off", &signed).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
    assert!(
        clinic.get(owner, "/settings/rules").await.body.contains("Signed off by Ines Invented")
    );
}
