//! Calendar feeds: who reads what, for how long, and what it says.

#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a test that cannot go on fails; not every test uses all of the house"
)]

use jiff::{SignedDuration, Timestamp};
use percuta_chart::{
    calendar::{Room, RoomKind, Site},
    feed::FeedTitle,
    person::{self, Part},
    visit::Purpose,
};
use percuta_practice::{Actor, No, account::Secret, feeds::FeedStanding, visits::book::Wanted};
use percuta_record::{AuditEntry, Code, DocumentId, Moment, PatientId};
use percuta_store::AuditQuery;

#[path = "support/course.rs"]
mod course;
#[path = "support/house.rs"]
mod house;

use course::{accepted, asked, clear, practitioner};
use house::{House, now, pass};

const HERE: &str = "127.0.0.1";

fn day() -> SignedDuration {
    SignedDuration::from_hours(24)
}

/// What a feed says, its folded lines put together.
async fn read(house: &House, secret: &Secret) -> String {
    let listed = house.practice.read_feed(&secret.reveal(), HERE).await.unwrap();
    String::from_utf8(listed.bytes).unwrap().replace("\r\n ", "")
}

async fn is_shut(house: &House, secret: &Secret) -> bool {
    matches!(house.practice.read_feed(&secret.reveal(), HERE).await, Err(No::NotFound))
}

/// How often a line stands there.
fn count(text: &str, line: &str) -> usize {
    text.lines().filter(|known| known.trim_end() == line).count()
}

async fn book(
    house: &House,
    by: &Actor,
    (patient, purpose): (PatientId, Purpose),
    (at, site): (&str, Option<DocumentId>),
) -> DocumentId {
    let mut wanted = Wanted::at(purpose, at.parse().unwrap(), None);
    wanted.site = site;
    let booked = house.practice.book_visits(by, patient, &[wanted]).await.unwrap();
    booked.done().unwrap().remove(0)
}

async fn move_to(house: &House, by: &Actor, visit: DocumentId, at: &str) {
    let seen = house.practice.visit(by, visit).await.unwrap();
    let to = Wanted::at(seen.purpose, at.parse().unwrap(), None);
    house.practice.move_visit(by, &seen, &to).await.unwrap().done().unwrap();
}

async fn cancel(house: &House, by: &Actor, visit: DocumentId) {
    let seen = house.practice.visit(by, visit).await.unwrap();
    house.practice.cancel_visit(by, &seen, "ill").await.unwrap();
}

/// Ada with a talk on 3 December, and her feed.
async fn ada(house: &House, title: FeedTitle) -> (Actor, PatientId, DocumentId, Secret) {
    let patient = house.patient("Ada Invented").await;
    let (ada, _) = house.signed_in(patient).await;
    let talk = (patient, Purpose::Consultation);
    let visit = book(house, &house.owner, talk, ("2026-12-03T10:00:00Z", None)).await;
    let feed = house.practice.begin_feed(&ada, title).await.unwrap();
    (ada, patient, visit, feed)
}

#[tokio::test]
async fn a_patient_reads_their_own_visits_and_nobody_elses() {
    let house = House::open().await;
    let (_, _, visit, feed) = ada(&house, FeedTitle::Says).await;
    let bea = house.patient("Bea Invented").await;
    let talk = (bea, Purpose::Consultation);
    let other = book(&house, &house.owner, talk, ("2026-12-04T10:00:00Z", None)).await;
    let says = read(&house, &feed).await;
    assert_eq!(count(&says, "BEGIN:VEVENT"), 1, "{says}");
    assert_eq!(count(&says, &format!("UID:{visit}@visit.percuta")), 1);
    assert!(!says.contains(&other.to_string()));
    assert!(says.contains("SUMMARY:Consultation\\, Invented Skin"), "{says}");
    assert!(says.contains("DTSTART;TZID=Europe/London:20261203T100000"), "{says}");
}

#[tokio::test]
async fn a_private_feed_says_no_word_of_the_clinics() {
    let house = House::open().await;
    let (ada, _, _, feed) = ada(&house, FeedTitle::Private).await;
    let says = read(&house, &feed).await;
    assert_eq!((count(&says, "SUMMARY:Appointment"), count(&says, "CLASS:PRIVATE")), (1, 1));
    for word in ["Invented", "Consultation", "LOCATION", "DESCRIPTION", "7946", "Ada"] {
        assert!(!says.contains(word), "{word}: {says}");
    }
    // What it says can be changed, and its address stays.
    house.practice.entitle_feed(&ada, FeedTitle::Says).await.unwrap();
    assert!(read(&house, &feed).await.contains("SUMMARY:Consultation"));
}

#[tokio::test]
async fn what_is_moved_keeps_its_id_under_a_higher_number() {
    let house = House::open().await;
    let (_, _, visit, feed) = ada(&house, FeedTitle::Private).await;
    let before = read(&house, &feed).await;
    assert_eq!(count(&before, "SEQUENCE:0"), 1);
    move_to(&house, &house.owner, visit, "2026-12-10T11:00:00Z").await;
    let after = read(&house, &feed).await;
    assert_eq!(count(&after, &format!("UID:{visit}@visit.percuta")), 1);
    assert_eq!(count(&after, "SEQUENCE:1"), 1, "{after}");
    assert!(after.contains("20261210T110000") && !after.contains("20261203T100000"));
}

#[tokio::test]
async fn what_is_called_off_stays_as_cancelled_for_thirty_days() {
    let house = House::open().await;
    let (ada, _, visit, feed) = ada(&house, FeedTitle::Private).await;
    let nurse = house.practice.visit(&house.owner, visit).await.unwrap().with;
    assert_eq!(nurse, house.owner.person);
    let member = house.practice.begin_feed(&house.owner, FeedTitle::Private).await.unwrap();
    cancel(&house, &ada, visit).await;
    for feed in [&feed, &member] {
        let says = read(&house, feed).await;
        assert_eq!(count(&says, "STATUS:CANCELLED"), 1, "{says}");
        assert_eq!(count(&says, "TRANSP:TRANSPARENT"), 1);
    }
    pass(day() * 29);
    assert_eq!(count(&read(&house, &feed).await, "STATUS:CANCELLED"), 1);
    assert_eq!(count(&read(&house, &member).await, "STATUS:CANCELLED"), 1);
    pass(day() * 2);
    assert_eq!(count(&read(&house, &feed).await, "BEGIN:VEVENT"), 0);
    assert_eq!(count(&read(&house, &member).await, "BEGIN:VEVENT"), 0);
}

#[tokio::test]
async fn a_member_reads_the_times_for_which_visits_hold_them_and_no_name() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (help, _) = house.member(Part::Assistant).await;
    let (patient, _) = asked(&house, &nurse, clear()).await;
    let course = accepted(&house, &nurse, patient).await;
    let session = (patient, Purpose::Session { course, number: 1 });
    let id = book(&house, &nurse, session, ("2026-12-03T10:00:00Z", None)).await;
    let visit = house.practice.visit(&nurse, id).await.unwrap();
    let says = FeedTitle::Says;
    let (of_nurse, of_help) = (
        house.practice.begin_feed(&nurse, says).await.unwrap(),
        house.practice.begin_feed(&help, says).await.unwrap(),
    );
    let mut times = 0;
    for (feed, member) in [(&of_nurse, nurse.person), (&of_help, help.person)] {
        let text = read(&house, feed).await;
        let held = visit.phases.iter().filter(|phase| phase.staff == Some(member));
        for phase in held {
            let local = phase.from.in_tz("Europe/London").unwrap().strftime("%Y%m%dT%H%M%S");
            let starts = format!("DTSTART;TZID=Europe/London:{local}");
            // The first of parts that follow one another.
            let is_first = visit
                .phases
                .iter()
                .all(|other| other.staff != Some(member) || other.until != phase.from);
            assert_eq!(count(&text, &starts), usize::from(is_first), "{text}");
            times += usize::from(is_first);
        }
        assert!(text.contains("A. I.\\, Session 1 of "), "{text}");
        assert!(!text.contains("Ada") && !text.contains("7946"), "{text}");
    }
    // The nurse once; whoever helps before and after the numbing, and not during it.
    assert_eq!(times, 3);
    assert_eq!(count(&read(&house, &of_help).await, "BEGIN:VEVENT"), 2);
    // Neither who only has the desk.
    let (desk, _) = house.member(Part::FrontDesk).await;
    let of_desk = house.practice.begin_feed(&desk, says).await.unwrap();
    assert_eq!(count(&read(&house, &of_desk).await, "BEGIN:VEVENT"), 0);
    // In private there is no word of whom or what.
    house.practice.entitle_feed(&nurse, FeedTitle::Private).await.unwrap();
    let text = read(&house, &of_nurse).await;
    assert!(!text.contains("A. I.") && !text.contains("Session"), "{text}");
}

#[tokio::test]
async fn a_feed_lives_until_it_is_renewed_or_ended() {
    let house = House::open().await;
    let (ada, patient, _, first) = ada(&house, FeedTitle::Private).await;
    let practice = &house.practice;
    // It does not end with a sign-in, nor by itself.
    let (_, cookie) = house.signed_in(patient).await;
    practice.sign_out(&cookie).await.unwrap();
    pass(day() * 300);
    assert_eq!(count(&read(&house, &first).await, "BEGIN:VCALENDAR"), 1);

    let second = practice.begin_feed(&ada, FeedTitle::Private).await.unwrap();
    assert!(is_shut(&house, &first).await);
    assert!(!is_shut(&house, &second).await);
    assert!(
        matches!(practice.own_feed(&ada).await.unwrap(), FeedStanding::Open { since, .. } if since == now())
    );
    practice.end_feed(&ada).await.unwrap();
    assert!(is_shut(&house, &second).await);
    assert_eq!(practice.own_feed(&ada).await.unwrap(), FeedStanding::None);
    assert!(matches!(practice.entitle_feed(&ada, FeedTitle::Says).await, Err(No::NotFound)));
    // Ended twice is ended.
    practice.end_feed(&ada).await.unwrap();
    // A cookie or a link is no feed.
    assert!(is_shut(&house, &cookie).await);

    // The clinic closes a patient's ways in, and the feed is one.
    let third = practice.begin_feed(&ada, FeedTitle::Private).await.unwrap();
    practice.close_links(&house.owner, patient).await.unwrap();
    assert!(is_shut(&house, &third).await);
}

#[tokio::test]
async fn a_feed_goes_with_whose_it_is() {
    let house = House::open().await;
    let (_, patient, _, feed) = ada(&house, FeedTitle::Says).await;
    let audit = AuditEntry {
        by: None,
        at: Moment(0),
        action: Code::new("patient.erase").unwrap(),
        subject: None,
        outcome: Code::new("done").unwrap(),
    };
    house.practice.store().erase(patient, audit).await.unwrap();
    assert!(is_shut(&house, &feed).await);

    let (help, _) = house.member(Part::Assistant).await;
    let feed = house.practice.begin_feed(&help, FeedTitle::Private).await.unwrap();
    assert!(!is_shut(&house, &feed).await);
    let document = person::document_of_member(help.person);
    let seen = house.practice.member(&house.owner, document).await.unwrap();
    house.practice.member_left(&house.owner, &seen).await.unwrap();
    assert!(is_shut(&house, &feed).await);
}

#[tokio::test]
async fn each_visit_is_on_the_clock_of_its_site() {
    let house = House::open().await;
    let (_, patient, _, feed) = ada(&house, FeedTitle::Says).await;
    let practice = &house.practice;
    let first = practice.first_site().await.unwrap();
    let there = Site {
        name: "Invented Harbour".to_owned(),
        address: "2 Nowhere Quay".to_owned(),
        time_zone: "America/New_York".to_owned(),
        ..first.document.clone()
    };
    let there = practice.add_site(&house.owner, &there).await.unwrap();
    let room = practice.rooms().await.unwrap().remove(0).document;
    let room = Room { site: there, kind: RoomKind::Treatment, ..room };
    practice.add_room(&house.owner, &room).await.unwrap();
    let talk = (patient, Purpose::Consultation);
    book(&house, &house.owner, talk, ("2026-12-10T16:00:00Z", Some(there))).await;
    let says = read(&house, &feed).await;
    assert!(says.contains("DTSTART;TZID=Europe/London:20261203T100000"), "{says}");
    assert!(says.contains("DTSTART;TZID=America/New_York:20261210T110000"), "{says}");
    assert!(says.contains("Invented Harbour\\, 2 Nowhere Quay"), "{says}");
    assert_eq!(count(&says, "BEGIN:VTIMEZONE"), 2);
}

#[tokio::test]
async fn reading_is_audited_once_a_day_and_guessing_is_slowed_down() {
    let house = House::open().await;
    let (_, _, _, feed) = ada(&house, FeedTitle::Private).await;
    for _ in 0..3 {
        read(&house, &feed).await;
    }
    pass(day());
    read(&house, &feed).await;
    let query = AuditQuery { by: None, owner_or_subject: None, before: None, limit: 200 };
    let rows = house.practice.store().audit(&query).await.unwrap();
    let reads = rows.iter().filter(|row| row.entry.action.as_str() == "feed.read");
    assert_eq!(reads.count(), 2);

    for guess in
        ["", "0", "x".repeat(64).as_str(), "0".repeat(64).as_str(), "0".repeat(64).as_str()]
    {
        let refused = house.practice.read_feed(guess, HERE).await;
        assert!(matches!(refused, Err(No::NotFound)), "{refused:?}");
    }
    let refused = house.practice.read_feed(&"0".repeat(64), HERE).await;
    assert!(matches!(refused, Err(No::Wait { .. })), "{refused:?}");
    // Who has the secret reads on, from the same place.
    read(&house, &feed).await;
}

#[tokio::test]
async fn a_feed_changes_when_what_it_lists_changes_and_not_otherwise() {
    let house = House::open().await;
    let (_, _, visit, feed) = ada(&house, FeedTitle::Private).await;
    let listed = || async { house.practice.read_feed(&feed.reveal(), HERE).await.unwrap() };
    let first = listed().await;
    pass(SignedDuration::from_hours(2));
    assert_eq!(listed().await, first);
    let moved: Timestamp = now();
    move_to(&house, &house.owner, visit, "2026-12-10T11:00:00Z").await;
    let second = listed().await;
    assert_ne!(second.bytes, first.bytes);
    assert_eq!(second.changed, moved);
}
