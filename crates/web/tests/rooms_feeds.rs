//! Calendars of people as a browser and a calendar meet them.

#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use percuta_chart::visit::Purpose;
use percuta_practice::{account::Secret, visits::book::Wanted};
use percuta_record::DocumentId;

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;

use clinic::{Clinic, Page};
use house::House;

/// Ada, who has a talk on 3 December.
async fn ada() -> (Clinic, Secret, DocumentId) {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let (_, cookie) = house.signed_in(patient).await;
    let at = "2026-12-03T10:00:00Z".parse().unwrap();
    let wanted = [Wanted::at(Purpose::Consultation, at, None)];
    let booked = house.practice.book_visits(&house.owner, patient, &wanted).await.unwrap();
    let visit = booked.done().unwrap().remove(0);
    (Clinic::of(house), cookie, visit)
}

/// A request of somebody who has nothing but the address.
async fn ask(clinic: &Clinic, method: Method, path: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    clinic.send(request.body(Body::empty()).unwrap()).await
}

/// The path of the feed on the page that shows it once.
fn path_of(page: &Page) -> String {
    let from =
        page.body.split("https://clinic.example").chain(page.body.split("http://clinic.example"));
    let found =
        from.filter(|rest| rest.starts_with("/calendar/")).find_map(|rest| rest.split('<').next());
    found.unwrap().to_owned()
}

fn value(page: &Page, name: header::HeaderName) -> String {
    page.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_feed_is_made_shown_once_and_read_without_a_cookie() {
    let (clinic, ada, visit) = ada().await;
    let page = clinic.get(&ada, "/me/calendar").await;
    assert!(page.body.contains("value=\"private\" checked"), "in private where nothing is chosen");
    let made = clinic.post(&ada, "/me/calendar", &[("title", "private")]).await;
    assert_eq!(
        (made.status, value(&made, header::CACHE_CONTROL)),
        (StatusCode::OK, "no-store".to_owned())
    );
    let path = path_of(&made);
    assert!(!clinic.get(&ada, "/me/calendar").await.body.contains("clinic.example/calendar/"));

    let feed = ask(&clinic, Method::GET, &path, &[]).await;
    assert_eq!(
        (feed.status, value(&feed, header::CONTENT_TYPE)),
        (StatusCode::OK, "text/calendar; charset=utf-8".to_owned())
    );
    assert!(feed.body.contains(&visit.to_string()) && feed.body.contains("SUMMARY:Appointment"));
    assert_eq!(value(&feed, header::CACHE_CONTROL), "private, no-cache");
    assert!(feed.headers.get(header::SET_COOKIE).is_none());
    // The same without the ending.
    let bare = ask(&clinic, Method::GET, path.strip_suffix(".ics").unwrap(), &[]).await;
    assert_eq!(bare.body, feed.body);
    let head = ask(&clinic, Method::HEAD, &path, &[]).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(value(&head, header::ETAG), value(&feed, header::ETAG));
}

#[tokio::test]
async fn a_calendar_that_has_it_already_is_told_so_until_it_changes() {
    let (clinic, ada, visit) = ada().await;
    let path = path_of(&clinic.post(&ada, "/me/calendar", &[("title", "private")]).await);
    let first = ask(&clinic, Method::GET, &path, &[]).await;
    let tag = value(&first, header::ETAG);
    assert_eq!(value(&first, header::LAST_MODIFIED), "Sat, 21 Nov 2026 10:00:00 GMT");
    let again = ask(&clinic, Method::GET, &path, &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(value(&again, header::ETAG), tag);
    clinic.post(&ada, &format!("/me/visits/{visit}/cancel"), &[("reason", "")]).await;
    let changed = ask(&clinic, Method::GET, &path, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert!(changed.body.contains("STATUS:CANCELLED"));
}

#[tokio::test]
async fn an_address_that_opens_nothing_says_nothing() {
    let (clinic, ada, _) = ada().await;
    let first = path_of(&clinic.post(&ada, "/me/calendar", &[("title", "says")]).await);
    // A new address takes the place of the old, and in the end there is none.
    let second = path_of(&clinic.post(&ada, "/me/calendar", &[("title", "says")]).await);
    assert_eq!(ask(&clinic, Method::GET, &second, &[]).await.status, StatusCode::OK);
    let ended = clinic.post(&ada, "/me/calendar/end", &[]).await;
    assert_eq!(ended.location(), "/me/calendar");
    let unknown = ask(&clinic, Method::GET, &format!("/calendar/{}", "0".repeat(64)), &[]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for path in [first.as_str(), second.as_str(), "/calendar/x.ics"] {
        let shut = ask(&clinic, Method::GET, path, &[]).await;
        assert_eq!((shut.status, &shut.body), (StatusCode::NOT_FOUND, &unknown.body), "{path}");
        assert!(shut.headers.get(header::ETAG).is_none());
    }
    // A sixth guess from one place has to wait.
    ask(&clinic, Method::GET, "/calendar/x", &[]).await;
    let wait = ask(&clinic, Method::GET, "/calendar/x", &[]).await;
    assert_eq!(wait.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!value(&wait, header::RETRY_AFTER).is_empty());
}

#[tokio::test]
async fn nothing_is_made_where_nothing_was_chosen() {
    let (clinic, ada, _) = ada().await;
    let page = clinic.post(&ada, "/me/calendar", &[("title", "all")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Choose what your calendar shows."));
    assert!(clinic.get(&ada, "/me/calendar").await.body.contains("Make my feed"));
    // A member has a page of their own, and it is not a patient's.
    let page = clinic.get(&clinic.owner, "/calendar").await;
    assert!(page.body.contains("with the patient’s initials"));
    assert_eq!(clinic.get(&clinic.owner, "/me/calendar").await.status, StatusCode::NOT_FOUND);
    assert_eq!(clinic.get(&ada, "/calendar").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_visit_is_a_file_with_or_without_what_it_is_for() {
    let (clinic, ada, visit) = ada().await;
    let own = format!("/me/visits/{visit}/appointment.ics");
    assert!(clinic.get(&ada, &format!("/me/visits/{visit}")).await.body.contains(&own));
    let at_desk = format!("/visits/{visit}/appointment.ics");
    let page = clinic.get(&clinic.owner, &format!("/visits/{visit}")).await;
    assert!(page.body.contains(&at_desk));
    for (who, path) in [(&ada, &own), (&clinic.owner, &at_desk)] {
        let file = clinic.get(who, path).await;
        assert_eq!(
            (file.status, value(&file, header::CACHE_CONTROL)),
            (StatusCode::OK, "no-store".to_owned())
        );
        assert_eq!(
            value(&file, header::CONTENT_DISPOSITION),
            "attachment; filename=\"appointment.ics\""
        );
        assert!(file.body.contains("SUMMARY:Consultation"), "{}", file.body);
        let private = clinic.get(who, &format!("{path}?title=private")).await;
        assert!(!private.body.contains("Consultation") && !private.body.contains("Invented"));
    }
    assert_eq!(clinic.get(&clinic.owner, &own).await.status, StatusCode::NOT_FOUND);
}
