//! What strangers, guessers and other roles try: they are refused, nothing is lost, and nothing about anybody is said.
#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use jiff::SignedDuration;
use percuta_chart::person::Part;
use percuta_practice::account::Secret;
use percuta_record::{DocumentId, PatientId};
use percuta_web::rooms::{Needs, Peer, matrix};

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;

use clinic::{Clinic, Page, cookie, encoded, form};
use house::{House, PASSWORD, pass};

/// Names, numbers and addresses of the people here, none of which may be seen by who was refused.
const PERSONAL: [&str; 4] = ["Ada", "0999", "ines@clinic.example", "latex"];

fn says_nothing(page: &Page, about: &str) {
    for word in PERSONAL {
        assert!(!page.body.contains(word), "{about}: {word}");
        assert!(!page.location().contains(word), "{about}: {word}");
    }
}

/// A path of the matrix with ids of nothing in it.
fn filled(path: &str) -> String {
    let nobody = PatientId::from_bytes([9; 16]).to_string();
    let nothing = DocumentId::from_bytes([9; 16]).to_string();
    path.split('/')
        .map(|part| match part {
            "{patient}" => nobody.as_str(),
            part if part.starts_with('{') => nothing.as_str(),
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn empty(method: &axum::http::Method, path: &str, cookie: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn cookies_that_are_none_open_nothing_and_break_nothing() {
    let house = House::open().await;
    house.patient("Ada Invented").await;
    let clinic = Clinic::of(house);
    let real = clinic.owner.reveal();
    let cut = real.get(..63).unwrap();
    let zeros = "0".repeat(64);
    let long = "f".repeat(4_000);
    for text in ["", "x", cut, zeros.as_str(), long.as_str(), "../../etc", "percuta=", "\"", "%00"]
    {
        for path in ["/today", "/patients", "/me/questions", "/settings"] {
            let cookie = format!("percuta={text}");
            let page = clinic.send(empty(&axum::http::Method::GET, path, &cookie)).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{text} {path}");
            let place = page.location();
            assert!(place.starts_with("/sign-in") || place == "/link", "{text} {path}: {place}");
            says_nothing(&page, text);
        }
    }
    let raw = Request::get("/today").header(header::COOKIE, [0xff, 0xfe, b'='].as_slice());
    let page = clinic.send(raw.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(clinic.get(&clinic.owner, "/today").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stolen_cookie_is_worthless_once_its_owner_has_signed_out() {
    let clinic = Clinic::of(House::open().await);
    assert_eq!(clinic.get(&clinic.owner, "/today").await.status, StatusCode::OK);
    let out = clinic.post(&clinic.owner, "/sign-out", &[]).await;
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let stolen = clinic.get(&clinic.owner, "/today").await;
    assert_eq!((stolen.status, stolen.location()), (StatusCode::SEE_OTHER, "/sign-in?ended"));
}

#[tokio::test]
async fn an_expired_sign_in_leads_to_the_sign_in_and_a_form_of_it_writes_nothing() {
    let clinic = Clinic::of(House::open().await);
    pass(SignedDuration::from_hours(3));
    let fields = [("name", "Ada Invented"), ("born", "1990-05-31")];
    let late = clinic.post(&clinic.owner, "/patients", &fields).await;
    assert_eq!((late.status, late.location()), (StatusCode::SEE_OTHER, "/sign-in?ended"));
    let anew = clinic.rooms.practice.sign_in("ines@clinic.example", house::password(), "here");
    let anew = anew.await.unwrap();
    assert!(clinic.get(&anew, "/patients").await.body.contains("No patients yet"));
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_whoever_is_signed_in() {
    let clinic = Clinic::of(House::open().await);
    let fields = [("name", "Ada Invented"), ("born", "1990-05-31")];
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://elsewhere.example"),
        ("origin", "null"),
    ] {
        let request = Request::post("/patients")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "clinic.example")
            .header(header::COOKIE, cookie(&clinic.owner))
            .header(name, value);
        let page = clinic.send(request.body(Body::from(encoded(&fields))).unwrap()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert!(clinic.get(&clinic.owner, "/patients").await.body.contains("No patients yet"));
}

#[tokio::test]
async fn every_door_holds_against_nobody_and_every_other_role() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let (_, ada) = house.signed_in(patient).await;
    let mut people: Vec<(Part, Secret)> = Vec::new();
    for part in [Part::Practitioner, Part::Assistant, Part::FrontDesk] {
        people.push((part, house.member(part).await.1));
    }
    let clinic = Clinic::of(house);
    for door in matrix(&clinic.rooms) {
        let path = filled(door.path);
        let name = format!("{} {path}", door.method);
        if door.needs == Needs::Nothing {
            continue;
        }
        let stranger = clinic.send(empty(&door.method, &path, "")).await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER, "{name}");
        says_nothing(&stranger, &name);
        if let Needs::Member(act) = door.needs {
            let theirs = clinic.send(empty(&door.method, &path, &cookie(&ada))).await;
            assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{name} as a patient");
            for (part, secret) in &people {
                if percuta_practice::actor::may(*part, act) {
                    continue;
                }
                let page = clinic.send(empty(&door.method, &path, &cookie(secret))).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{name} as {part:?}");
                says_nothing(&page, &name);
            }
        } else {
            let page = clinic.send(empty(&door.method, &path, &cookie(&clinic.owner))).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{name} as a member");
        }
    }
    // What was refused at a door stands in the audit.
    let audit = clinic.get(&clinic.owner, "/audit?kind=refused").await;
    assert!(audit.body.contains("was refused: a page of another role"));
}

#[tokio::test]
async fn guessed_ids_lead_nowhere_and_say_nothing() {
    let house = House::open().await;
    house.patient("Ada Invented").await;
    let clinic = Clinic::of(house);
    for door in matrix(&clinic.rooms) {
        let is_ours = matches!(door.needs, Needs::Member(_)) && door.path.contains('{');
        if !is_ours {
            continue;
        }
        for path in [filled(door.path), door.path.replace(['{', '}'], "")] {
            let page = clinic.send(empty(&door.method, &path, &cookie(&clinic.owner))).await;
            let (status, name) = (page.status, format!("{} {path}", door.method));
            assert!(
                status.is_client_error() || status == StatusCode::SEE_OTHER,
                "{name}: {status}"
            );
            says_nothing(&page, &name);
        }
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused_with_and_without_its_length() {
    let clinic = Clinic::of(House::open().await);
    let name = "a".repeat(70 << 10);
    let fields = [("name", name.as_str()), ("born", "1990-05-31")];
    let said = clinic.post(&clinic.owner, "/patients", &fields).await;
    assert_eq!(said.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut unsaid = form("/patients", &[]).header(header::COOKIE, cookie(&clinic.owner));
    unsaid.headers_mut().unwrap().remove(header::CONTENT_LENGTH);
    let unsaid = clinic.send(unsaid.body(Body::from(encoded(&fields))).unwrap()).await;
    assert!(unsaid.status.is_client_error(), "{}", unsaid.status);
    assert!(clinic.get(&clinic.owner, "/patients").await.body.contains("No patients yet"));
}

#[tokio::test]
async fn a_form_that_is_none_is_answered_as_an_empty_one() {
    let clinic = Clinic::of(House::open().await);
    for (kind, body) in [
        ("application/json", "{\"name\":\"Ada\"}".as_bytes()),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&&&===".as_slice()),
        ("text/plain", b"name=Ada".as_slice()),
    ] {
        let request = Request::post("/patients")
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookie(&clinic.owner));
        let page = clinic.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
    }
}

#[tokio::test]
async fn what_was_typed_is_shown_as_text_and_never_as_a_tag() {
    let clinic = Clinic::of(House::open().await);
    let fields = [("name", "<script>alert(1)</script>"), ("born", "\"><img src=x>")];
    let page = clinic.post(&clinic.owner, "/patients", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"));
    assert!(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[tokio::test]
async fn a_notice_from_elsewhere_is_not_shown() {
    let clinic = Clinic::of(House::open().await);
    for text in [
        "you have won~/x/undo",
        "<b>saved</b>~/x/undo",
        "saved~//elsewhere.example/undo",
        "saved~https://elsewhere.example/undo",
        "saved~/sign-out",
    ] {
        let both = format!("{}; percuta-done={text}", cookie(&clinic.owner));
        let page = clinic.send(empty(&axum::http::Method::GET, "/today", &both)).await;
        assert_eq!(page.status, StatusCode::OK);
        let toast = page.body.split("class=\"toast\"").nth(1).unwrap_or_default();
        let toast = toast.split("<main").next().unwrap();
        for bad in ["won", "<b>", "elsewhere", "action="] {
            assert!(!toast.contains(bad), "{text}: {toast}");
        }
    }
}

async fn guess(clinic: &Clinic, email: &str, password: &str, from: u8) -> Page {
    let fields = [("email", email), ("password", password)];
    let request = form("/sign-in", &fields)
        .extension(Peer(IpAddr::V4(Ipv4Addr::new(192, 0, 2, from))))
        .body(Body::from(encoded(&fields)))
        .unwrap();
    clinic.send(request).await
}

#[tokio::test]
async fn whoever_guesses_passwords_has_to_wait() {
    let clinic = Clinic::of(House::open().await);
    // One address from many places.
    for from in 0..5 {
        let page = guess(&clinic, "ines@clinic.example", "a wrong password", from).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!page.body.contains("a wrong password"));
    }
    let held = guess(&clinic, "ines@clinic.example", PASSWORD, 77).await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(held.body.contains("Try again at 10:01."));
    // Many addresses from one place, though a member who is elsewhere comes in.
    for number in 0..5 {
        let email = format!("guess-{number}@clinic.example");
        guess(&clinic, &email, "a wrong password", 200).await;
    }
    let held = guess(&clinic, "another@clinic.example", "a wrong password", 200).await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    pass(SignedDuration::from_mins(2));
    let come = guess(&clinic, "ines@clinic.example", PASSWORD, 78).await;
    assert_eq!((come.status, come.location()), (StatusCode::SEE_OTHER, "/today"));
}

#[tokio::test]
async fn a_known_and_an_unknown_address_are_answered_alike() {
    let clinic = Clinic::of(House::open().await);
    let known = guess(&clinic, "ines@clinic.example", "a wrong password", 1).await;
    let unknown = guess(&clinic, "iris@clinic.example", "a wrong password", 2).await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace("ines@", "iris@"), unknown.body);
}

#[tokio::test]
async fn a_host_that_is_none_does_not_get_into_a_link() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let clinic = Clinic::of(house);
    let request = Request::post(format!("/patients/{patient}/link"))
        .header(header::HOST, "elsewhere.example/\"><script>")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie(&clinic.owner));
    let page = clinic.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("elsewhere") && page.body.contains("value=\"/link/"));
}
