//! The day board: what it draws, where a visit may be put down and why not elsewhere, putting it down and back, late arrivals
//! and absences, each as a browser sees it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test says by its panic what does not hold; the house serves other tests as well"
)]

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp, civil::date};
use percuta_chart::{
    calendar::{Blocked, Room, RoomKind},
    person::Part,
    visit::{Purpose, Visit},
};
use percuta_practice::{
    Actor, Opened,
    sites::default_site,
    visits::{Wish, book::Wanted, room_of},
};
use percuta_record::{DocumentId, PatientId};

#[path = "../../practice/tests/support/booking.rs"]
mod booking;
#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/course.rs"]
mod course;
#[path = "../../practice/tests/support/house.rs"]
mod house;

use clinic::{Clinic, Page};
use course::{accepted, asked, clear, practitioner};
use house::{House, pass};

const MONDAY: &str = "/today?date=2026-11-23";

fn at(time: &str) -> Timestamp {
    format!("2026-11-23T{time}:00Z").parse().unwrap()
}

/// A consultation on Monday.
async fn talk(house: &House, name: &str, (with, time): (&Actor, &str)) -> DocumentId {
    let patient = house.patient(name).await;
    let about = (patient, Purpose::Consultation);
    booking::book(&house.practice, &house.owner, about, (with.person, at(time))).await.unwrap()
}

async fn seen(clinic: &Clinic, visit: DocumentId) -> Opened<Visit> {
    let owner = clinic.rooms.practice.who(&clinic.owner).await.unwrap().unwrap();
    clinic.rooms.practice.visit(&owner, visit).await.unwrap()
}

/// A place as the button of a spot says it.
fn place(visit: &Opened<Visit>, to: Timestamp) -> String {
    format!("{to}~{}~{}", room_of(&visit.phases).unwrap(), visit.with)
}

/// Every hidden field of the form that leads somewhere.
fn fields(page: &Page, action: &str) -> Vec<(String, String)> {
    let form = page
        .body
        .split("<form")
        .find(|form| form.contains(action) && form.contains("type=\"hidden\""));
    let form = form.unwrap().split("</form>").next().unwrap();
    let inputs = form.split("<input").skip(1);
    inputs
        .map(|input| {
            let of = |name: &str| {
                let text = input.split(&format!("{name}=\"")).nth(1).unwrap();
                text.split('"').next().unwrap().to_owned()
            };
            (of("name"), of("value"))
        })
        .collect()
}

async fn post(clinic: &Clinic, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    clinic.post(&clinic.owner, path, &fields).await
}

fn undo_of(page: &Page) -> String {
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    cookie.split('~').nth(1).unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_phase_is_drawn_on_what_it_holds_and_the_numbing_gap_as_free() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (_, help) = house.member(Part::Assistant).await;
    let (patient, _) = asked(&house, &nurse, clear()).await;
    let course = accepted(&house, &nurse, patient).await;
    let about = (patient, Purpose::Session { course, number: 1 });
    let wish = Wish { with: Some(nurse.person), ..Wish::default() };
    let free = house.practice.free_starts(&nurse, about, (date(2026, 11, 23), 40), &wish).await;
    let start = free.unwrap().starts.remove(0);
    let wanted = [Wanted::start(about.1, &start)];
    house.practice.book_visits(&nurse, patient, &wanted).await.unwrap().done().unwrap();
    let away = Blocked { from: at("15:00"), until: at("16:00"), why: "a course".to_owned() };
    house.practice.note_away(&nurse, nurse.person, away).await.unwrap();
    let day = start.at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let clinic = Clinic::of(house);
    let page = clinic.get(&clinic.owner, &format!("/today?date={day}")).await;
    assert!(page.body.contains("free while a patient is numbed"), "{}", page.body);
    assert!(page.body.contains("Nell Invented is free from"), "the sentence under the title");
    // The assistant cleanses and looks after, the nurse treats, nobody is held by the numbing.
    let people = page.body.split(">People<").nth(1).unwrap();
    assert_eq!(people.matches("data-ph=\"numbing\"").count(), 1, "only the key has it");
    assert!(people.contains("data-ph=\"cleanse\"") && people.contains("data-ph=\"treatment\""));
    let list = clinic.get(&help, &format!("/today?date={day}&view=list")).await;
    assert!(list.body.contains(" numbing, Treatment room<"), "{}", list.body);

    let monday = clinic.get(&clinic.owner, MONDAY).await;
    assert!(monday.body.contains("a course"), "the reason of an absence");
    assert!(monday.body.contains("Nell Invented: a course, 15:00 to 16:00"));
    let sunday = clinic.get(&clinic.owner, "/today?date=2026-11-22").await;
    assert!(sunday.body.contains("The clinic is closed") && sunday.body.contains("No visits"));
    assert!(!sunday.body.contains("Day board"), "nothing is drawn of a closed day");
}

#[tokio::test]
async fn what_is_broken_about_a_day_is_said_with_a_way_out() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let visit = talk(&house, "Ada Invented", (&nurse, "10:00")).await;
    let away = Blocked { from: at("09:30"), until: at("11:00"), why: String::new() };
    house.practice.note_away(&nurse, nurse.person, away).await.unwrap();
    let clinic = Clinic::of(house);
    let page = clinic.get(&clinic.owner, MONDAY).await;
    assert!(page.body.contains("Nell Invented is not there at 10:00."), "{}", page.body);
    assert!(page.body.contains(&format!("/visits/{visit}/move\">Move Ada Invented")));
}

#[tokio::test]
async fn a_time_that_is_kept_for_somebody_who_chooses_is_drawn_until_it_runs_out() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let patient = house.patient("Ada Invented").await;
    let wanted = [Wanted::at(Purpose::Consultation, at("10:00"), Some(nurse.person))];
    let kept = house.practice.keep_times(&house.owner, patient, &wanted).await;
    kept.unwrap().done().unwrap();
    let clinic = Clinic::of(house);
    let page = clinic.get(&clinic.owner, MONDAY).await;
    // The room and the person.
    assert_eq!(page.body.matches(">being booked<").count(), 2, "{}", page.body);
    assert!(!page.body.contains("Ada Invented"), "it is nobody's visit yet");
    pass(SignedDuration::from_mins(11));
    assert!(!clinic.get(&clinic.owner, MONDAY).await.body.contains("being booked"));
}

#[tokio::test]
async fn every_site_has_a_board_on_its_own_clock() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let practice = &house.practice;
    let far = default_site("Far Site", "America/New_York");
    let site = practice.add_site(&house.owner, &far).await.unwrap();
    let bay = Room {
        name: "Far Room".to_owned(),
        site,
        kind: RoomKind::Treatment,
        capacity: 2,
        turnover_min: 10,
        blocked: vec![Blocked {
            from: at("19:00"),
            until: at("20:00"),
            why: "the lamp is repaired".to_owned(),
        }],
        is_used: true,
    };
    practice.add_room(&house.owner, &bay).await.unwrap();
    for (name, with) in [("Ada Invented", &nurse), ("Bea Invented", &house.owner)] {
        let patient = house.patient(name).await;
        let wanted = Wanted {
            site: Some(site),
            ..Wanted::at(Purpose::Consultation, at("15:00"), Some(with.person))
        };
        practice.book_visits(&house.owner, patient, &[wanted]).await.unwrap().done().unwrap();
    }
    let clinic = Clinic::of(house);
    let page = clinic.get(&clinic.owner, MONDAY).await;
    assert!(page.body.contains("its own clock: 05:00 there now"), "{}", page.body);
    let (here, there) = page.body.split_once("Day board of Far Site").unwrap();
    // Ten in the morning there; both have a place of their own, and the room turns over after each.
    assert_eq!(there.matches("class=\"appt h-10 m-0 lh-0 lm-30\"").count(), 2);
    assert_eq!(there.matches("lane--more").count(), 1);
    assert_eq!(there.matches("class=\"turns h-10 m-30 lh-0 lm-10\"").count(), 2);
    assert!(there.contains("the lamp is repaired"));
    // Whoever is there is not here meanwhile, on the clock of here.
    assert!(!here.contains("class=\"appt"), "{here}");
    assert_eq!(here.matches("class=\"off h-15 m-0 lh-0 lm-30\"").count(), 2, "{here}");
    let list = clinic.get(&clinic.owner, &format!("{MONDAY}&view=list")).await;
    assert!(list.body.contains("10:00 to 10:30") && list.body.contains("Far Site: Far Room"));
    assert!(list.body.contains("Far Room: the lamp is repaired, 14:00 to 15:00"));
}

#[tokio::test]
async fn possible_places_are_offered_room_by_room_and_the_rest_says_why() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let visit = talk(&house, "Ada Invented", (&nurse, "10:00")).await;
    talk(&house, "Bea Invented", (&nurse, "11:00")).await;
    let (_, patient) = house.signed_in(house.patient("Cleo Invented").await).await;
    let clinic = Clinic::of(house);
    let there = format!("/visits/{visit}/possible?date=2026-11-23");
    let page = clinic.get(&clinic.owner, &there).await;
    assert_eq!(page.status, StatusCode::OK);
    for (begins, is_lit) in [("10:05", true), ("10:30", true), ("10:45", false), ("11:30", true)] {
        let lit = page.body.contains(&format!("data-begins=\"{begins}\""));
        assert_eq!(lit, is_lit, "{begins}");
    }
    assert!(!page.body.contains("Ada"), "it names nobody");
    let room = room_of(&seen(&clinic, visit).await.phases).unwrap();
    let why = clinic.get(&clinic.owner, &format!("{there}&at=10:45&room={room}")).await;
    assert!(why.body.starts_with("<p>"), "{}", why.body);
    let night = clinic.get(&clinic.owner, &format!("{there}&at=23:00&room={room}")).await;
    assert!(night.body.starts_with("<p>"), "{}", night.body);
    let fine = clinic.get(&clinic.owner, &format!("{there}&at=10:05&room={room}")).await;
    assert_eq!(fine.body, "", "what is possible has nothing against it");
    let nonsense = clinic.get(&clinic.owner, &format!("/visits/{visit}/possible?date=then")).await;
    assert_eq!(nonsense.status, StatusCode::NOT_FOUND);
    assert_ne!(clinic.get(&patient, &there).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_visit_is_put_down_and_put_back_once() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let visit = talk(&house, "Ada Invented", (&nurse, "10:00")).await;
    let clinic = Clinic::of(house);
    let before = seen(&clinic, visit).await;
    let to = place(&before, at("13:20"));
    let there = format!("/visits/{visit}/place?seen=1");
    let moved = clinic.post(&clinic.owner, &there, &[("to", &to)]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    assert_eq!(moved.location(), format!("{MONDAY}#at-{visit}"));
    assert_eq!(seen(&clinic, visit).await.from, at("13:20"));

    // Whoever saw it where it was is told where it is.
    let late = clinic.post(&clinic.owner, &there, &[("to", &place(&before, at("14:00")))]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("at the same time") && late.body.contains("13:20"), "{}", late.body);

    let undo = undo_of(&moved);
    let back = clinic.post(&clinic.owner, &undo, &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    let now = seen(&clinic, visit).await;
    assert_eq!((now.from, &now.phases), (at("10:00"), &before.phases));
    let nowhere = clinic.post(&clinic.owner, &there, &[("to", "nowhere")]).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_place_that_is_taken_meanwhile_is_said_with_the_nearest() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let visit = talk(&house, "Ada Invented", (&nurse, "10:00")).await;
    talk(&house, "Bea Invented", (&nurse, "13:00")).await;
    let clinic = Clinic::of(house);
    let before = seen(&clinic, visit).await;
    let there = format!("/visits/{visit}/place?seen=1");
    let taken = clinic.post(&clinic.owner, &there, &[("to", &place(&before, at("13:00")))]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert!(taken.body.contains("stays where it was"), "{}", taken.body);
    let next = fields(&taken, &format!("/visits/{visit}/place?seen=1"));
    let moved = post(&clinic, &there, &next).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    let hours = seen(&clinic, visit).await.from.duration_since(at("13:00")).abs();
    assert!(hours <= SignedDuration::from_hours(1), "{hours:?}");
}

/// A course whose sessions are all booked.
async fn booked(house: &House, by: &Actor) -> (PatientId, Vec<DocumentId>) {
    let (patient, _) = asked(house, by, clear()).await;
    let course = accepted(house, by, patient).await;
    let (from, wish) = (date(2026, 11, 23), Wish::default());
    let found = house.practice.free_courses(by, (patient, course), from, &wish).await.unwrap();
    let wanted: Vec<Wanted> = found
        .sessions
        .iter()
        .zip(&found.courses[0])
        .map(|(number, start)| {
            let number = *number;
            Wanted::start(Purpose::Session { course, number }, start)
        })
        .collect();
    let booked = house.practice.book_visits(by, patient, &wanted).await.unwrap();
    (patient, booked.done().unwrap())
}

#[tokio::test]
async fn a_session_takes_later_ones_along_in_one_go_and_back_again() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (_, visits) = booked(&house, &nurse).await;
    let first = house.practice.visit(&nurse, visits[0]).await.unwrap();
    let wish = Wish { with: Some(nurse.person), ..Wish::default() };
    let free = house.practice.free_starts_to_move(&nurse, &first, (date(2026, 11, 23), 50), &wish);
    let late =
        free.await.unwrap().starts.into_iter().find(|start| {
            start.at.duration_since(first.from) >= SignedDuration::from_hours(9 * 24)
        });
    let to = late.unwrap().at;
    let clinic = Clinic::of(house);
    let second = seen(&clinic, visits[1]).await;
    let there = format!("/visits/{}/place?seen=1", first.id);
    let asks = clinic.post(&clinic.owner, &there, &[("to", &place(&first, to))]).await;
    assert_eq!(asks.status, StatusCode::OK, "{}", asks.body);
    assert!(asks.body.contains("later session") && asks.body.contains("days after session 1"));
    assert_eq!(seen(&clinic, first.id).await.from, first.from, "nothing moves unasked");

    let all = format!("/visits/{}/place/all?seen=1", first.id);
    let given = fields(&asks, &all);
    // What was not shown is not moved.
    let other = post(&clinic, &all, &given[..1]).await;
    assert_eq!(other.status, StatusCode::OK);
    assert!(other.body.contains("changed meanwhile"), "{}", other.body);
    let moved = post(&clinic, &all, &given).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    assert_eq!(seen(&clinic, first.id).await.from, to);
    assert_ne!(seen(&clinic, second.id).await.from, second.from);

    let back = clinic.post(&clinic.owner, &undo_of(&moved), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    assert_eq!(seen(&clinic, first.id).await.from, first.from);
    assert_eq!(seen(&clinic, second.id).await.from, second.from);

    // From the page of times it is the same page, whatever the room.
    let version = seen(&clinic, first.id).await.version.number();
    let there = format!("/visits/{}/move", first.id);
    let day = to.to_zoned(jiff::tz::TimeZone::UTC).date();
    let times = clinic.get(&clinic.owner, &format!("{there}?from={day}")).await;
    let buttons = times.body.split("name=\"start\" value=\"").skip(1);
    let of_day = |value: &&str| value.contains(&day.to_string());
    let start = buttons.map(|rest| rest.split('"').next().unwrap()).find(of_day).unwrap();
    let there = format!("{there}?seen={version}");
    let asks = clinic.post(&clinic.owner, &there, &[("start", start)]).await;
    assert_eq!(asks.status, StatusCode::OK, "{}", asks.body);
    let all = format!("/visits/{}/place/all?seen={version}", first.id);
    let moved = post(&clinic, &all, &fields(&asks, &all)).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    let now = seen(&clinic, first.id).await.from.to_zoned(jiff::tz::TimeZone::UTC);
    assert_eq!(now.date(), day);
}

#[tokio::test]
async fn a_late_arrival_is_planned_anew_with_one_press() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let visit = talk(&house, "Ada Invented", (&nurse, "10:00")).await;
    let bea = talk(&house, "Bea Invented", (&nurse, "10:45")).await;
    pass(SignedDuration::from_hours(47));
    let mut clinic = Clinic::of(house);
    let practice = &clinic.rooms.practice;
    clinic.owner =
        practice.sign_in("ines@clinic.example", house::password(), "test").await.unwrap();
    let there = format!("/visits/{visit}/late?seen=1");
    let form = clinic.get(&clinic.owner, &format!("/visits/{visit}/late")).await;
    assert!(form.body.contains("How many minutes late?"));
    let wrong = clinic.post(&clinic.owner, &there, &[("minutes", "a few")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"a few\""));

    let plans = clinic.post(&clinic.owner, &there, &[("minutes", "30")]).await;
    assert_eq!(plans.status, StatusCode::OK, "{}", plans.body);
    assert!(plans.body.contains("Nobody else moves"), "{}", plans.body);
    assert!(plans.body.contains("Others make room") && plans.body.contains("Bea Invented"));
    assert!(plans.body.contains(" minutes later)"), "by how much: {}", plans.body);
    let mut given = fields(&plans, &there);
    assert!(given.contains(&("plan".to_owned(), "alone".to_owned())), "the gentlest is first");
    // A plan that was not shown is shown, not done.
    let honest = given.clone();
    given.retain(|(name, _)| name != "start");
    let shown = post(&clinic, &there, &given).await;
    assert_eq!(shown.status, StatusCode::CONFLICT);
    let moved = post(&clinic, &there, &honest).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    assert!(seen(&clinic, visit).await.from >= at("11:15"), "after Bea, who did not move");
    assert_eq!(seen(&clinic, bea).await.from, at("10:45"));
    let back = clinic.post(&clinic.owner, &undo_of(&moved), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);

    // Who is here by now, late, is planned anew in the same way; the others make room this time.
    let here = format!("/visits/{visit}/arrival");
    clinic.post(&clinic.owner, &here, &[("state", "arrived")]).await;
    let page = clinic.get(&clinic.owner, &format!("/visits/{visit}")).await;
    assert!(page.body.contains(&format!("/visits/{visit}/late")), "{}", page.body);
    let version = seen(&clinic, visit).await.version.number();
    let there = format!("/visits/{visit}/late?seen={version}");
    let plans = clinic.post(&clinic.owner, &there, &[("minutes", "30")]).await;
    let others = plans.body.split("Others make room").nth(1).unwrap();
    let given = fields(&Page { body: others.to_owned(), ..plans }, &there);
    assert!(given.contains(&("plan".to_owned(), "others".to_owned())), "{given:?}");
    let moved = post(&clinic, &there, &given).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    assert_eq!(seen(&clinic, visit).await.from, at("10:30"));
    assert!(seen(&clinic, bea).await.from >= at("11:00"));
}

#[tokio::test]
async fn visits_of_somebody_who_is_away_go_to_somebody_else_in_one_go() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let visit = talk(&house, "Ada Invented", (&nurse, "10:00")).await;
    let clinic = Clinic::of(house);
    let there = format!("/team/{}/away?date=2026-11-23", nurse.person);
    let form = clinic.get(&clinic.owner, &there).await;
    assert!(form.body.contains("Nell Invented is away") && form.body.contains("value=\"09:00\""));
    let upside = [("from", "12:00"), ("until", "11:00")];
    let wrong = clinic.post(&clinic.owner, &there, &upside).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    let times = [("from", "09:00"), ("until", "17:00"), ("why", "at a course")];
    let plan = clinic.post(&clinic.owner, &there, &times).await;
    assert_eq!(plan.status, StatusCode::OK, "{}", plan.body);
    assert!(plan.body.contains("1 visit is concerned") && plan.body.contains("Ines Invented"));
    assert_eq!(seen(&clinic, visit).await.with, nurse.person, "nothing moves unasked");
    let given = fields(&plan, &there);
    let done = post(&clinic, &there, &given).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_ne!(seen(&clinic, visit).await.with, nurse.person);
    let board = clinic.get(&clinic.owner, MONDAY).await;
    assert!(board.body.contains("Nell Invented: at a course, 09:00 to 17:00"));

    let back = clinic.post(&clinic.owner, &undo_of(&done), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    assert!(!clinic.get(&clinic.owner, MONDAY).await.body.contains("at a course"));
}

#[tokio::test]
async fn who_is_due_stands_on_a_list_of_its_own_with_the_way_to_book() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (patient, _) = asked(&house, &nurse, clear()).await;
    let course = accepted(&house, &nurse, patient).await;
    let (_, desk) = house.member(Part::FrontDesk).await;
    let clinic = Clinic::of(house);
    let page = clinic.get(&desk, "/due").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("1 patient"), "{}", page.body);
    let book = format!("/patients/{patient}/book?session={course}.1&amp;from=");
    assert!(page.body.contains(&book), "{}", page.body);
    assert_eq!(clinic.get(&desk, "/due?page=none").await.status, StatusCode::NOT_FOUND);
    assert!(!clinic.get(&desk, "/due?page=2").await.body.contains(&book));
}
