//! The demo's page: its clock goes on, never back, and in a clinic that is no demo there is no such page.
#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use axum::http::StatusCode;
use jiff::{Timestamp, ToSpan as _};
use percuta_web::rooms::{
    Settings,
    demo::{Clock, Demo},
};

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;

use clinic::Clinic;
use house::{House, now, pass};

fn put_on(to: Timestamp) {
    pass(to.duration_since(now()));
}

async fn demo() -> Clinic {
    let demo = Demo { people: Vec::new(), clock: Clock(put_on) };
    Clinic::run_as(House::open().await, Settings { demo: Some(demo), ..Settings::default() })
}

#[tokio::test]
async fn the_demo_says_what_time_it_is_and_goes_on_when_told() {
    let clinic = demo().await;
    let page = clinic.get(&clinic.owner, "/demo").await;
    assert!(page.body.contains("Saturday 21 November 2026, 10:00"), "{}", page.body);

    let before = now();
    let moved = clinic.post(&clinic.owner, "/demo/later", &[("by", "hour")]).await;
    assert_eq!((moved.status, moved.location()), (StatusCode::SEE_OTHER, "/demo"));
    assert_eq!(now(), before + 1.hour());

    let fields = [("day", "2026-12-19"), ("time", "09:30")];
    clinic.post(&clinic.owner, "/demo/later", &fields).await;
    // The owner's time has run out by then: the page is there for whoever comes.
    let page = clinic.get(&clinic.owner, "/demo").await;
    assert!(page.body.contains("Saturday 19 December 2026, 09:30"), "{}", page.body);
}

#[tokio::test]
async fn the_demo_never_goes_back_and_keeps_what_was_typed() {
    let clinic = demo().await;
    let before = now();
    for (day, time, says) in [
        ("2026-11-21", "09:59", "only goes forward"),
        ("2027-11-25", "10:00", "more than a year away"),
        ("soon", "10:00", "Give the day"),
    ] {
        let fields = [("day", day), ("time", time)];
        let page = clinic.post(&clinic.owner, "/demo/later", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(page.body.contains(says), "{day}: {}", page.body);
        assert!(page.body.contains(&format!("value=\"{day}\"")), "{day} was lost");
        assert_eq!(now(), before, "{day}");
    }
}

#[tokio::test]
async fn a_clinic_that_is_no_demo_has_no_clock_to_move() {
    let clinic = Clinic::of(House::open().await);
    let before = now();
    let page = clinic.get(&clinic.owner, "/demo").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = clinic.post(&clinic.owner, "/demo/later", &[("by", "week")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(now(), before);
}
