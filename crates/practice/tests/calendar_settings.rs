//! The calendar's settings: what cannot stand is refused with its field and its remedy, what is booked in the way is said,
//! an example day is made of what is not saved, and another program's appointments are taken over.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use std::collections::BTreeSet;

use jiff::{
    Timestamp,
    civil::{date, time},
};
use percuta_chart::{
    calendar::{
        Blocked, Device, Extra, Hours, Room, RoomKind, RoomNeed, Roster, Service, ServicePhase,
        Services, Shift, Site, StaffNeed,
    },
    person::Part,
    visit::{PhaseKind, Purpose, VisitState},
};
use percuta_practice::{
    No, Opened,
    sites::{Booked, RowKind, Setting},
    visits::book::{Arriving, Take, Whom},
};
use percuta_record::DocumentId;

#[path = "support/booking.rs"]
mod booking;
#[path = "support/house.rs"]
mod house;

use house::House;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(weekday: i8, from: i8, until: i8) -> Hours {
    Hours { weekday, from: time(from, 0, 0, 0), until: time(until, 0, 0, 0) }
}

/// Fields and sentences of a refusal.
fn wrong<D: std::fmt::Debug>(answer: Result<D, No>) -> Vec<(String, String)> {
    match answer {
        Err(No::Wrong(wrong)) => wrong.into_iter().map(|one| (one.field, one.says)).collect(),
        other => panic!("it was not refused: {other:?}"),
    }
}

fn says<D: std::fmt::Debug>(answer: Result<D, No>, field: &str, part: &str) {
    let wrong = wrong(answer);
    let said = wrong.iter().find(|(known, _)| known == field);
    assert!(said.is_some_and(|(_, says)| says.contains(part)), "{field}: {part}: {wrong:?}");
}

async fn first_room(house: &House) -> Opened<Room> {
    house.practice.rooms().await.unwrap().into_iter().next().unwrap()
}

/// A visit of somebody on Monday at ten.
async fn booked(house: &House) -> DocumentId {
    let patient = house.patient("Ada Invented").await;
    let time = at("2026-11-23T10:00:00Z");
    let what = (patient, Purpose::Consultation);
    let with = (house.owner.person, time);
    booking::book(&house.practice, &house.owner, what, with).await.unwrap()
}

#[tokio::test]
async fn a_site_that_cannot_be_is_refused_with_both_stretches() {
    let house = House::open().await;
    let seen = house.practice.first_site().await.unwrap();
    let save = async |change: &dyn Fn(&mut Site)| {
        let mut site = seen.document.clone();
        change(&mut site);
        house.practice.save_site(&house.owner, &seen, (&site, Booked::MoveFirst)).await
    };
    says(save(&|site| site.name.clear()).await, "name", "Give the site a name");
    says(save(&|site| site.time_zone = "Europe/Nowhere".to_owned()).await, "zone", "Europe/London");
    says(save(&|site| site.hours = vec![hours(1, 17, 9)]).await, "hours-1-1-until", "Monday");
    let overlap = save(&|site| site.hours = vec![hours(2, 9, 13), hours(2, 12, 17)]).await;
    says(overlap, "hours-2-2-from", "09:00 to 13:00 and 12:00 to 17:00");
    says(save(&|site| site.is_open = false).await, "used", "only site");
    let two = save(&|site| site.hours = vec![hours(2, 9, 13), hours(2, 13, 17)]).await;
    assert!(two.is_ok(), "stretches that meet do not overlap: {two:?}");
}

#[tokio::test]
async fn a_room_or_a_device_that_cannot_be_is_refused() {
    let house = House::open().await;
    let room = first_room(&house).await;
    let add = async |change: &dyn Fn(&mut Room)| {
        let mut new = Room { name: "Room 2".to_owned(), ..room.document.clone() };
        change(&mut new);
        house.practice.add_room(&house.owner, &new).await
    };
    says(add(&|new| new.capacity = 0).await, "seats", "from 1 to 50");
    says(add(&|new| new.turnover_min = -5).await, "turnover", "from 0 to 240");
    says(add(&|new| new.name = room.name.clone()).await, "name", "another");
    let (from, until) = (at("2026-11-24T10:00:00Z"), at("2026-11-24T09:00:00Z"));
    let block = Blocked { from, until, why: String::new() };
    let refused = add(&|new| new.blocked = vec![block.clone()]).await;
    says(refused, "blocked-until", "after the beginning");
    says(
        add(&|new| new.site = DocumentId::from_bytes([9; 16])).await,
        "site",
        "one of the clinic's",
    );
    let other = add(&|_as_it_is| {}).await.unwrap();
    let device = Device {
        name: "Pen 1".to_owned(),
        serial: String::new(),
        site: room.site,
        modality: "pen".to_owned(),
        rooms: BTreeSet::from([other]),
        turnover_min: 0,
        blocked: Vec::new(),
        is_used: true,
    };
    let nowhere = Device { rooms: BTreeSet::from([room.site]), ..device.clone() };
    says(house.practice.add_device(&house.owner, &nowhere).await, "room", "where the device is");
    let idle = Device { modality: " ".to_owned(), ..device.clone() };
    says(house.practice.add_device(&house.owner, &idle).await, "modality", "Choose");
    house.practice.add_device(&house.owner, &device).await.unwrap();
    says(house.practice.add_device(&house.owner, &device).await, "name", "another");
    let (desk, _) = house.member(Part::FrontDesk).await;
    assert!(matches!(house.practice.add_device(&desk, &device).await, Err(No::NotAllowed)));
}

#[tokio::test]
async fn what_is_booked_in_the_way_is_said_with_its_time_and_can_be_moved_afterwards() {
    let house = House::open().await;
    booked(&house).await;
    let seen = first_room(&house).await;
    let save = async |room: Room, booked| {
        house.practice.save_room(&house.owner, &seen, (&room, booked)).await
    };
    let out = Room { is_used: false, ..seen.document.clone() };
    let refused = save(out.clone(), Booked::MoveFirst).await;
    says(refused, "used", "1 visit is booked then: 23 November 2026, 10:00. Move it first");
    let block = |hour: &str, until: &str| Blocked {
        from: at(&format!("2026-11-23T{hour}:00Z")),
        until: at(&format!("2026-11-23T{until}:00Z")),
        why: "Painted".to_owned(),
    };
    let painted = |one| Room { blocked: vec![one], ..seen.document.clone() };
    let refused = save(painted(block("10:15", "12:00")), Booked::MoveFirst).await;
    says(refused, "blocked-from", "23 November 2026, 10:00");
    let mut site = house.practice.first_site().await.unwrap();
    let of = site.clone();
    site.document.closed.insert(date(2026, 11, 23), "Inventory".to_owned());
    let shut = (&site.document, Booked::MoveFirst);
    let refused = house.practice.save_site(&house.owner, &of, shut).await;
    says(refused, "closed-day", "1 visit is booked");
    let roster = Roster { away: vec![block("09:00", "11:00")], ..Roster::default() };
    let me = house.owner.person;
    let away = (&roster, Booked::MoveFirst);
    let refused = house.practice.save_roster(&house.owner, (me, None), away).await;
    says(refused, "blocked-from", "1 visit is booked");
    let away = (&roster, Booked::MoveAfter);
    house.practice.save_roster(&house.owner, (me, None), away).await.unwrap();
    // Nothing is in the way of another hour, nor of what is moved afterwards.
    let written = save(painted(block("14:00", "15:00")), Booked::MoveFirst).await.unwrap();
    let again = house.practice.save_room(&house.owner, &seen, (&out, Booked::MoveAfter)).await;
    assert!(matches!(again, Err(No::Conflict)));
    let setting = Setting::Room(seen.id);
    house.practice.take_back_setting(&house.owner, setting, written).await.unwrap();
    assert!(first_room(&house).await.blocked.is_empty());
}

#[tokio::test]
async fn shifts_that_overlap_are_refused_and_only_an_owner_sets_them() {
    let house = House::open().await;
    let site = house.practice.first_site().await.unwrap().id;
    let me = house.owner.person;
    let save = async |roster: &Roster| {
        let roster = (roster, Booked::MoveFirst);
        house.practice.save_roster(&house.owner, (me, None), roster).await
    };
    let shift = |weekday, from, until| Shift { site, hours: hours(weekday, from, until) };
    let twice = vec![shift(3, 9, 13), shift(3, 12, 17)];
    let refused = save(&Roster { week: Some(twice), ..Roster::default() }).await;
    says(refused, "shift-3-2-from", "Wednesday has 09:00 to 13:00 and 12:00 to 17:00");
    let refused = save(&Roster { breaks: vec![hours(3, 13, 12)], ..Roster::default() }).await;
    says(refused, "break-3-1-until", "ends before it begins");
    let (from, until) = (time(9, 0, 0, 0), time(12, 0, 0, 0));
    let extra = Extra { site, day: date(2026, 11, 28), from, until };
    let later = Extra { from: time(11, 0, 0, 0), until: time(14, 0, 0, 0), ..extra };
    let refused = save(&Roster { extra: vec![extra, later], ..Roster::default() }).await;
    says(refused, "extra-from", "until 12:00 already");
    let services = Some(BTreeSet::from(["massage".to_owned()]));
    says(save(&Roster { services, ..Roster::default() }).await, "services", "offered");
    let (desk, _) = house.member(Part::FrontDesk).await;
    let roster = (&Roster::default(), Booked::MoveFirst);
    let refused = house.practice.save_roster(&desk, (me, None), roster).await;
    assert!(matches!(refused, Err(No::NotAllowed)));
    assert!(house.practice.roster(me).await.unwrap().is_none());
}

fn session(services: &Services) -> Service {
    services.services.iter().find(|service| service.code == "session").unwrap().clone()
}

async fn offer(house: &House, seen: &Opened<Services>, service: &Service) -> Result<(), No> {
    let mut services = seen.document.clone();
    let known = services.services.iter_mut().find(|known| known.code == service.code).unwrap();
    *known = service.clone();
    house.practice.save_services(&house.owner, seen, &services).await.map(drop)
}

#[tokio::test]
async fn a_service_that_cannot_be_is_refused_phase_by_phase() {
    let house = House::open().await;
    let seen = house.practice.services().await.unwrap();
    let changed = async |phase: usize, change: &dyn Fn(&mut ServicePhase)| {
        let mut service = session(&seen);
        change(service.phases.get_mut(phase).unwrap());
        offer(&house, &seen, &service).await
    };
    says(changed(0, &|phase| phase.minutes_min = 0).await, "phase-1-fewest", "from 1 to 480");
    says(changed(1, &|phase| phase.minutes_max = 20).await, "phase-2-most", "at least 30");
    says(changed(1, &|phase| phase.minutes_max = 999).await, "phase-2-most", "at most 480");
    says(changed(0, &|phase| phase.room = RoomNeed::Same).await, "phase-1-room", "no room before");
    says(changed(2, &|phase| phase.staff = None).await, "phase-3-who", "who treats");
    let bare = Service { phases: Vec::new(), ..session(&seen) };
    says(offer(&house, &seen, &bare).await, "phases", "at least one");
    let nameless = Service { title: String::new(), ..session(&seen) };
    says(offer(&house, &seen, &nameless).await, "name", "Give the service a name");
}

#[tokio::test]
async fn a_service_that_nobody_could_book_says_which_phase_lacks_what() {
    let house = House::open().await;
    let seen = house.practice.services().await.unwrap();
    let mut service = session(&seen);
    service.phases.get_mut(1).unwrap().room = RoomNeed::In(RoomKind::Numbing);
    service.phases.get_mut(2).unwrap().device = Some("rf".to_owned());
    let refused = offer(&house, &seen, &service).await;
    says(refused, "phases", "Numbing: Invented Skin has no room of the kind numbing");
    let refused = offer(&house, &seen, &service).await;
    says(refused, "phases", "no device of the kind rf");
    // What is not offered yet may lack anything.
    let later = Service { is_offered: false, ..service };
    offer(&house, &seen, &later).await.unwrap();
}

#[tokio::test]
async fn an_example_day_is_made_of_what_is_not_saved() {
    let house = House::open().await;
    let seen = house.practice.services().await.unwrap();
    let service = session(&seen);
    let day = house.practice.example_day(&house.owner, &service, None).await.unwrap();
    assert_eq!(day.day, Some(date(2026, 11, 23)), "Sunday is closed");
    assert!(day.lacks.is_empty() && day.visits.len() > 2, "{day:?}");
    let one_room = day.visits.len();
    let bay = Room {
        name: "Bay".to_owned(),
        kind: RoomKind::Numbing,
        capacity: 2,
        ..first_room(&house).await.document
    };
    house.practice.add_room(&house.owner, &bay).await.unwrap();
    let mut better = service.clone();
    for phase in better.phases.iter_mut().take(1) {
        phase.room = RoomNeed::In(RoomKind::Numbing);
    }
    for phase in better.phases.iter_mut().skip(2).take(1) {
        phase.room = RoomNeed::In(RoomKind::Treatment);
    }
    let day = house.practice.example_day(&house.owner, &better, None).await.unwrap();
    assert!(day.visits.len() > one_room, "numbing elsewhere frees the room: {day:?}");
    let seats = day.rows.iter().filter(|row| row.kind == RowKind::Room && row.name.contains("Bay"));
    assert_eq!(seats.count(), 2);
    // Nothing that a row holds overlaps, and people are one row each.
    for row in &day.rows {
        for (one, next) in row.held.iter().zip(row.held.iter().skip(1)) {
            assert!(one.until <= next.from, "{row:?}");
        }
    }
    assert_eq!(day.rows.iter().filter(|row| row.kind == RowKind::Person).count(), 1);
    assert_eq!(house.practice.services().await.unwrap().version, seen.version);
    let mut alone = service;
    alone.phases.get_mut(2).unwrap().staff = Some(StaffNeed::Practitioner);
    alone.phases.get_mut(2).unwrap().kind = PhaseKind::Treatment;
    alone.phases.get_mut(2).unwrap().device = Some("rf".to_owned());
    let day = house.practice.example_day(&house.owner, &alone, None).await.unwrap();
    assert!(day.visits.is_empty() && day.lacks.iter().any(|lack| lack.contains("rf")), "{day:?}");
}

fn arriving(name: &str, hour: &str) -> Arriving {
    Arriving {
        at: at(&format!("2026-11-23T{hour}:00Z")),
        name: name.to_owned(),
        born: Some(date(1990, 5, 31)),
        service: Some("consultation".to_owned()),
        ..Arriving::default()
    }
}

#[tokio::test]
async fn appointments_are_judged_one_after_the_other() {
    let house = House::open().await;
    let ada = house.patient("Ada Invented").await;
    let rows = [
        arriving("ada  invented", "09:00"),
        arriving("Bea Invented", "09:15"),
        arriving("Bea Invented", "09:30"),
        Arriving { born: None, ..arriving("Cyd Invented", "11:00") },
        Arriving { service: None, ..arriving("Dan Invented", "11:00") },
        Arriving { is_off: true, ..arriving("Eve Invented", "11:00") },
        Arriving { at: at("2026-11-20T10:00:00Z"), ..arriving("Fay Invented", "11:00") },
        arriving(" ", "11:00"),
        arriving("Gil Invented", "23:00"),
    ];
    let judged = house.practice.look_at_import(&house.owner, &rows).await.unwrap();
    let why = |at: usize| judged.get(at).unwrap().becomes.clone().unwrap_err();
    assert_eq!(judged[0].who, Whom::Known(ada));
    assert_eq!(judged[0].becomes.as_ref().unwrap().at, rows[0].at);
    assert!(why(1).contains("Move it there first"), "the only room is taken: {}", why(1));
    assert_eq!((judged[2].who, judged[2].becomes.is_ok()), (Whom::New, true));
    for (row, part) in [
        (3, "date of birth"),
        (4, "Choose above which service"),
        (5, "called off"),
        (6, "It is over"),
        (7, "who comes"),
        (8, "by hand"),
    ] {
        assert!(why(row).contains(part), "{row}: {}", why(row));
    }
    let (desk, _) = house.member(Part::FrontDesk).await;
    let refused = house.practice.look_at_import(&desk, &rows).await;
    assert!(matches!(refused, Err(No::NotAllowed)));
}

#[tokio::test]
async fn all_or_none_or_what_fits_is_taken_over_and_taken_back() {
    let house = House::open().await;
    let rows = [
        arriving("Bea Invented", "09:00"),
        arriving("Bea Invented", "10:00"),
        Arriving { born: None, ..arriving("Cyd Invented", "11:00") },
    ];
    let import =
        async |take| house.practice.import_visits(&house.owner, &rows, take).await.unwrap();
    let none = import(Take::All).await;
    assert_eq!((none.visits.len(), none.entered, none.left.len()), (0, 0, 1));
    let some = import(Take::Fitting).await;
    assert_eq!((some.visits.len(), some.entered, some.left.len()), (2, 1, 1));
    // The same once more finds the times taken, and the patient known.
    let again = import(Take::Fitting).await;
    assert_eq!((again.visits.len(), again.entered), (0, 0));
    let back = house.practice.take_back_import(&house.owner, &some.visits).await.unwrap();
    assert_eq!(back, 2);
    let visit = house.practice.visit(&house.owner, some.visits[0]).await.unwrap();
    assert!(matches!(visit.state, VisitState::Cancelled { .. }));
    assert_eq!(house.practice.take_back_import(&house.owner, &some.visits).await.unwrap(), 0);
    let free = import(Take::Fitting).await;
    assert_eq!((free.visits.len(), free.entered), (2, 0), "the times are free again");
}
