//! The room, from an intake to a signed session: what is allowed, what is refused, and what two do at once.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use percuta_chart::{
    person::Part,
    photograph::View,
    screening::{Disposition, Occasion, Screening},
    session::{Endpoint, Side},
    visit::{Purpose, VisitState},
};
use percuta_clinical::question::Said;
use percuta_practice::{
    Actor, No, Opened,
    consents::Signature,
    day_of,
    photographs::Shot,
    sessions::{Charted, Confirm, Place, Step, With},
    today::Mark,
    visit_day::{Stands, Tick, What},
    visits::{Wish, book::Wanted},
};
use percuta_record::{DocumentId, PatientId, State};
use serde_json::{Value, json};
use zeroize::Zeroizing;

#[path = "support/booking.rs"]
mod booking;
#[path = "support/course.rs"]
mod course;
#[path = "support/house.rs"]
mod house;

use course::{accepted, asked, clear, practitioner};
use house::{House, now, pass, password};

fn with(list: &str, entry: Value) -> Value {
    let mut json = clear();
    json.get_mut(list).unwrap().as_array_mut().unwrap().push(entry);
    json
}

async fn screening(house: &House, by: &Actor, id: DocumentId) -> Opened<Screening> {
    house.practice.screening(by, id).await.unwrap().screening
}

/// The first free start of a session.
async fn first_start(
    house: &House,
    by: &Actor,
    patient: PatientId,
    purpose: Purpose,
) -> (percuta_record::PersonId, Timestamp) {
    let today = day_of(&house.practice.clinic().await.unwrap(), now());
    let free = house
        .practice
        .free_starts(by, (patient, purpose), (today, 62), &Wish::default())
        .await
        .unwrap();
    let first = free.starts.first().unwrap_or_else(|| panic!("{:?}", free.why_not));
    (first.with, first.at)
}

async fn booked(
    house: &House,
    by: &Actor,
    patient: PatientId,
    (course, number): (DocumentId, i16),
) -> DocumentId {
    let purpose = Purpose::Session { course, number };
    let (with, at) = first_start(house, by, patient, purpose).await;
    booking::book(&house.practice, by, (patient, purpose), (with, at)).await.unwrap()
}

fn jpeg() -> Vec<u8> {
    let skin = image::RgbImage::from_fn(1200, 1200, |x, y| {
        image::Rgb([200, u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap()])
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&skin).unwrap();
    bytes
}

/// Everything of the day but the session: the patient is here, screened, has signed, was photographed and checked.
async fn made_ready(
    house: &House,
    by: &Actor,
    (patient, course, visit): (PatientId, DocumentId, DocumentId),
) {
    let practice = &house.practice;
    let at = practice.visit(by, visit).await.unwrap().from;
    pass(at.duration_since(now()));
    practice.mark_visit(by, visit, Mark::Arrived).await.unwrap();
    said_no(house, by, patient).await;
    let themselves = house.signed_in(patient).await.0;
    if practice.consent_for(course).await.unwrap().is_none() {
        let read = practice.consent_to_sign(&themselves, course).await.unwrap();
        let signature = Signature {
            digest: read.digest,
            name: read.name,
            photographs: BTreeSet::from([percuta_chart::consent::PhotographUse::Record]),
        };
        practice.sign_consent(&themselves, course, signature).await.unwrap();
    }
    let shot =
        Shot { about: None, view: View::Front, taken: None, noted: BTreeSet::new(), bytes: jpeg() };
    practice.add_photograph(by, patient, shot).await.unwrap();
    for what in What::SAID {
        let seen = practice.visit(by, visit).await.unwrap();
        practice.tick_visit(by, &seen, (what, Tick::Said)).await.unwrap();
    }
}

/// Everything that is asked again today is answered with no.
async fn said_no(house: &House, by: &Actor, patient: PatientId) -> DocumentId {
    let asked = house.practice.asked_today(by, patient).await.unwrap();
    let said: BTreeMap<String, Said> =
        asked.questions.into_iter().map(|question| (question.key, Said::No)).collect();
    house.practice.screen_on_the_day(by, patient, (&said, "")).await.unwrap()
}

/// A session that was begun.
async fn begun(house: &House, by: &Actor) -> (PatientId, DocumentId, DocumentId, DocumentId) {
    let (patient, _) = asked(house, by, clear()).await;
    let course = accepted(house, by, patient).await;
    let visit = booked(house, by, patient, (course, 1)).await;
    made_ready(house, by, (patient, course, visit)).await;
    let session = house.practice.begin_session(by, visit).await;
    (patient, course, visit, session.unwrap())
}

fn wrong(no: &No) -> &str {
    match no {
        No::Wrong(wrong) => wrong.first().map_or("", |one| one.says.as_str()),
        _ => panic!("{no:?} is not about a field"),
    }
}

const BECAUSE: &str = "Superficial only, healed well after two earlier courses, agreed with her.";

#[tokio::test]
async fn an_override_needs_the_qualification_the_reason_and_the_password() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let isotretinoin =
        json!({ "name": "isotretinoin", "status": "stopped", "last_dose": "2026-10-01" });
    let (_, id) = asked(&house, &nurse, with("medicines", isotretinoin)).await;
    let seen = screening(&house, &nurse, id).await;
    assert!(seen.effective >= Disposition::Defer, "{:?}", seen.effective);
    let screened = house.practice.screening(&nurse, id).await.unwrap();
    let answer = house.practice.answer_of(&screened).unwrap();
    let (open, by): (Vec<String>, Vec<String>) = answer
        .reasons
        .iter()
        .filter(|reason| !reason.override_by.is_empty())
        .map(|reason| (reason.id.to_owned(), reason.override_by.first().unwrap().clone()))
        .unzip();
    assert!(!open.is_empty());
    drop(answer);
    let rules = (open.as_slice(), BECAUSE);
    let refused = house.practice.override_rules(&nurse, &seen, rules, password()).await;
    assert!(wrong(&refused.unwrap_err()).contains("qualification"));

    let words: Vec<&str> = by.iter().map(String::as_str).collect();
    let doctor = practitioner(&house, "Dora Invented", 1.5, &words).await;
    let short = house.practice.override_rules(&doctor, &seen, (&open, "fine"), password()).await;
    assert!(wrong(&short.unwrap_err()).contains("40 characters"));
    let other = Zeroizing::new("not the password at all".to_owned());
    assert!(house.practice.override_rules(&doctor, &seen, rules, other).await.is_err());
    assert_eq!(screening(&house, &nurse, id).await.overrides, Vec::new());

    // She signs on the nurse's device, and several reasons are one decision.
    let signs = ("dora.invented@clinic.example", password());
    house.practice.override_by_another(&nurse, &seen, rules, signs).await.unwrap();
    let decided = screening(&house, &nurse, id).await;
    assert_eq!(decided.overrides.len(), open.len());
    assert!(decided.overrides.iter().all(|one| one.name == "Dora Invented, RN"));
    assert!(decided.effective < seen.effective);
    let late = house.practice.override_rules(&doctor, &seen, rules, password()).await;
    assert!(matches!(late, Err(No::Conflict)));
}

#[tokio::test]
async fn the_day_asks_again_and_a_yes_counts() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (patient, first) = asked(&house, &nurse, clear()).await;
    assert!(screening(&house, &nurse, first).await.effective < Disposition::Defer);
    let asked = house.practice.asked_today(&nurse, patient).await.unwrap();
    assert!(asked.questions.len() > 3, "{asked:?}");
    let none = BTreeMap::new();
    let open = house.practice.screen_on_the_day(&nurse, patient, (&none, "")).await;
    assert!(wrong(&open.unwrap_err()).contains("nothing is filled in"));

    let sunburn = asked.questions.iter().find(|one| one.key == "exposures.sun").unwrap();
    let mut said: BTreeMap<String, Said> =
        asked.questions.iter().map(|one| (one.key.clone(), Said::No)).collect();
    said.insert(sunburn.key.clone(), Said::Yes);
    let id = house.practice.screen_on_the_day(&nurse, patient, (&said, "")).await.unwrap();
    let today = screening(&house, &nurse, id).await;
    assert_eq!(today.occasion, Occasion::DayOfVisit);
    assert!(today.effective >= Disposition::Defer, "{:?}", today.effective);
    let again = house.practice.asked_today(&nurse, patient).await.unwrap();
    let sunburn = again.questions.iter().find(|one| one.key == sunburn.key).unwrap();
    assert_eq!(sunburn.before, Some(Said::Yes));
}

#[tokio::test]
async fn of_two_who_book_one_start_one_gets_it_and_the_other_sees_what_is_left() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (one, other) = (house.patient("Ada Invented").await, house.patient("Bea Invented").await);
    let purpose = Purpose::Consultation;
    let (with, at) = first_start(&house, &nurse, one, purpose).await;
    booking::book(&house.practice, &nurse, (one, purpose), (with, at)).await.unwrap();
    let late = booking::book(&house.practice, &nurse, (other, purpose), (with, at)).await;
    assert!(matches!(late, Err(No::Taken)), "{late:?}");
    let (_, next) = first_start(&house, &nurse, other, purpose).await;
    assert!(next > at);
}

#[tokio::test]
async fn who_accepted_is_due_until_they_book_or_stop() {
    let house = House::open().await;
    let by = practitioner(&house, "Ben", 2.5, &[]).await;
    let (patient, _) = asked(&house, &by, clear()).await;
    let course = accepted(&house, &by, patient).await;
    let practice = &house.practice;
    let due = practice.due(&by).await.unwrap();
    let numbers: Vec<_> = due.iter().map(|one| (one.course, one.number, one.last)).collect();
    assert_eq!(numbers, [(course, 1, None)]);
    let visit = booked(&house, &by, patient, (course, 1)).await;
    // The window of the second opens weeks later.
    assert!(practice.due(&by).await.unwrap().is_empty());
    let seen = practice.visit(&by, visit).await.unwrap();
    practice.cancel_visit(&by, &seen, "ill").await.unwrap();
    assert_eq!(practice.due(&by).await.unwrap().len(), 1);
    let seen = practice.course(&by, course).await.unwrap();
    practice.stop_course(&by, &seen, "moves away").await.unwrap();
    assert!(practice.due(&by).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_before_the_shortest_interval_is_refused() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (patient, _) = asked(&house, &nurse, clear()).await;
    let course = accepted(&house, &nurse, patient).await;
    let second = Purpose::Session { course, number: 2 };
    let first = booked(&house, &nurse, patient, (course, 1)).await;
    let first = house.practice.visit(&nurse, first).await.unwrap();
    let soon = first.from.checked_add(SignedDuration::from_hours(24 * 7)).unwrap();
    let refused =
        booking::book(&house.practice, &nurse, (patient, second), (first.with, soon)).await;
    assert!(wrong(&refused.unwrap_err()).contains("The first day is"));
    let (_, at) = first_start(&house, &nurse, patient, second).await;
    assert!(at.duration_since(first.from).as_hours() >= 24 * 27);

    // Nor may the first be moved up to the second.
    booked(&house, &nurse, patient, (course, 2)).await;
    let late = at.checked_sub(SignedDuration::from_hours(24 * 7)).unwrap();
    let to = Wanted::at(first.purpose, late, Some(first.with));
    assert!(house.practice.move_visit(&nurse, &first, &to).await.is_err());
}

#[tokio::test]
async fn what_is_in_the_way_keeps_a_session_from_beginning() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (patient, _) = asked(&house, &nurse, clear()).await;
    let course = accepted(&house, &nurse, patient).await;
    let visit = booked(&house, &nurse, patient, (course, 1)).await;
    let early = house.practice.begin_session(&nurse, visit).await;
    assert!(matches!(early, Err(No::Closed(_))), "{early:?}");

    let at = house.practice.visit(&nurse, visit).await.unwrap().from;
    pass(at.duration_since(now()));
    house.practice.mark_visit(&nurse, visit, Mark::Arrived).await.unwrap();
    let day = house.practice.visit_day(&nurse, visit).await.unwrap();
    let blocking: BTreeSet<What> =
        day.needed.iter().filter(|one| one.stands == Stands::Blocks).map(|one| one.what).collect();
    assert!(
        blocking.is_superset(&BTreeSet::from([
            What::Identity,
            What::Screening,
            What::Consent,
            What::Photographs
        ])),
        "{blocking:?}"
    );
    assert!(matches!(house.practice.begin_session(&nurse, visit).await, Err(No::Wrong(_))));
    assert!(house.practice.visit_day(&nurse, visit).await.unwrap().session.is_none());
    let desk = house.member(Part::FrontDesk).await.0;
    assert!(matches!(house.practice.begin_session(&desk, visit).await, Err(No::NotAllowed)));
}

#[tokio::test]
async fn an_expired_screening_blocks_a_session() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (patient, _) = asked(&house, &nurse, clear()).await;
    let course = accepted(&house, &nurse, patient).await;
    let purpose = Purpose::Session { course, number: 1 };
    pass(SignedDuration::from_hours(24 * 100));
    let (with, at) = first_start(&house, &nurse, patient, purpose).await;
    let visit =
        booking::book(&house.practice, &nurse, (patient, purpose), (with, at)).await.unwrap();
    pass(at.duration_since(now()));
    house.practice.mark_visit(&nurse, visit, Mark::Arrived).await.unwrap();
    let day = house.practice.visit_day(&nurse, visit).await.unwrap();
    let screened = day.needed.iter().find(|one| one.what == What::Screening).unwrap();
    assert_eq!(screened.stands, Stands::Blocks);
    assert!(screened.says.contains("counts no more"), "{}", screened.says);
    said_no(&house, &nurse, patient).await;
    let day = house.practice.visit_day(&nurse, visit).await.unwrap();
    let screened = day.needed.iter().find(|one| one.what == What::Screening).unwrap();
    assert_eq!(screened.stands, Stands::Done);
}

#[tokio::test]
async fn numbing_is_held_against_its_card() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (patient, _) = asked(&house, &nurse, clear()).await;
    let course = accepted(&house, &nurse, patient).await;
    let visit = booked(&house, &nurse, patient, (course, 1)).await;
    made_ready(&house, &nurse, (patient, course, visit)).await;
    let practice = &house.practice;
    let seen = practice.visit(&nurse, visit).await.unwrap();
    let strong = practice.numb(&nurse, &seen, ("compounded-or-stronger", now())).await;
    assert!(wrong(&strong.unwrap_err()).contains("prescriber"));
    let ahead = now().checked_add(SignedDuration::from_mins(5)).unwrap();
    assert!(practice.numb(&nurse, &seen, ("lmx4", ahead)).await.is_err());
    practice.numb(&nurse, &seen, ("lmx4", now())).await.unwrap();

    let numbing = async || {
        let day = practice.visit_day(&nurse, visit).await.unwrap();
        day.needed.into_iter().find(|one| one.what == What::Numbing).unwrap()
    };
    pass(SignedDuration::from_mins(10));
    assert!(numbing().await.says.contains("too short"));
    assert!(matches!(practice.begin_session(&nurse, visit).await, Err(No::Wrong(_))));
    pass(SignedDuration::from_mins(61));
    assert!(numbing().await.says.contains("Wipe it off now"));
    let seen = practice.visit(&nurse, visit).await.unwrap();
    practice.wipe_off(&nurse, &seen, now()).await.unwrap();
    assert!(numbing().await.says.contains("too long"));
    let seen = practice.visit(&nurse, visit).await.unwrap();
    assert!(practice.numb(&nurse, &seen, ("lmx4", now())).await.is_err());
    practice.begin_session(&nurse, visit).await.unwrap();
}

#[tokio::test]
async fn a_depth_above_its_limit_is_refused_with_the_arithmetic_and_nothing_is_kept() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.0, &[]).await;
    let (.., session) = begun(&house, &nurse).await;
    let of = house.practice.session(&nurse, session).await.unwrap();
    let place = Place { region: "cheek".to_owned(), side: Some(Side::Right) };
    let deep = Charted { depth_mm: 1.25, passes: 1, endpoint: None, with: With::InUse };
    let refused = house.practice.chart_zone(&nurse, &of.session, (&place, &deep)).await;
    let says = refused.unwrap_err();
    assert!(wrong(&says).contains("0.25 mm over the limit"), "{says:?}");
    assert!(wrong(&says).contains("your permission 1 mm"), "{says:?}");
    let odd = Charted { depth_mm: 0.6, passes: 1, endpoint: None, with: With::InUse };
    assert!(house.practice.chart_zone(&nurse, &of.session, (&place, &odd)).await.is_err());
    let eyelid = Place { region: "eyelid".to_owned(), side: Some(Side::Right) };
    let little = Charted { depth_mm: 0.25, passes: 1, endpoint: None, with: With::InUse };
    let never = house.practice.chart_zone(&nurse, &of.session, (&eyelid, &little)).await;
    assert!(wrong(&never.unwrap_err()).contains("rulebook for this site 0 mm"));
    let after = house.practice.session(&nurse, session).await.unwrap();
    assert_eq!(after.session.version, of.session.version);
    assert_eq!(after.session.document, of.session.document);
}

#[tokio::test]
async fn two_who_chart_at_once_lose_nothing_and_more_than_pinpoint_ends_a_zone() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (.., session) = begun(&house, &nurse).await;
    let practice = &house.practice;
    let seen = practice.session(&nurse, session).await.unwrap().session;
    let depth_mm = seen.zones.first().unwrap().depth_mm;
    let place = Place { region: "cheek".to_owned(), side: Some(Side::Right) };
    let more = Charted {
        depth_mm,
        passes: 2,
        endpoint: Some(Endpoint::MoreThanPinpoint),
        with: With::InUse,
    };
    practice.chart_zone(&nurse, &seen, (&place, &more)).await.unwrap();
    let other = Charted { depth_mm, passes: 1, endpoint: None, with: With::InUse };
    let late = practice.chart_zone(&nurse, &seen, (&place, &other)).await;
    assert!(matches!(late, Err(No::Conflict)));

    let seen = practice.session(&nurse, session).await.unwrap().session;
    let third = Charted { passes: 3, ..more.clone() };
    let refused = practice.chart_zone(&nurse, &seen, (&place, &third)).await;
    assert!(wrong(&refused.unwrap_err()).contains("More than pinpoint"));
}

#[tokio::test]
async fn a_session_is_signed_whole_and_then_only_added_to() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (_, _, visit, session) = begun(&house, &nurse).await;
    let practice = &house.practice;
    let open = async || practice.session(&nurse, session).await.unwrap().session;
    let early = practice.sign_session(&nurse, &open().await, "", password()).await;
    assert!(wrong(&early.unwrap_err()).contains("No zone is finished"));

    let seen = open().await;
    let depth_mm = seen.zones.first().unwrap().depth_mm;
    let place = Place { region: "cheek".to_owned(), side: Some(Side::Right) };
    let done = Charted {
        depth_mm,
        passes: 3,
        endpoint: Some(Endpoint::PinpointBleeding),
        with: With::InUse,
    };
    practice.chart_zone(&nurse, &seen, (&place, &done)).await.unwrap();
    let today = seen.on;
    let old = today.checked_sub(1.day()).unwrap();
    let refused = practice.use_cartridge(&nurse, &open().await, ("A-1", old)).await;
    assert!(wrong(&refused.unwrap_err()).contains("Take another one"));
    practice.use_cartridge(&nurse, &open().await, ("A-2", today)).await.unwrap();
    for code in ["aftercare", "sharps"] {
        let seen = open().await;
        practice.confirm_in_session(&nurse, &seen, (code, Confirm::Said)).await.unwrap();
    }
    let other = Zeroizing::new("not the password at all".to_owned());
    assert!(practice.sign_session(&nurse, &open().await, "", other).await.is_err());
    practice.sign_session(&nurse, &open().await, "Went well.", password()).await.unwrap();

    let signed = open().await;
    assert!(matches!(signed.record_state, State::Signed { .. }));
    let state = &practice.visit(&nurse, visit).await.unwrap().document.state;
    assert!(matches!(state, VisitState::Done { .. }));
    let again = practice.chart_zone(&nurse, &signed, (&place, &done)).await;
    assert!(matches!(again, Err(No::Closed(_))));
    assert!(practice.addend_session(&nurse, &signed, " ").await.is_err());
    practice.addend_session(&nurse, &signed, "The lot was A-3.").await.unwrap();
    let after = open().await;
    assert_eq!(after.addenda.first().unwrap().says, "The lot was A-3.");
    assert_eq!(after.cartridges.first().unwrap().lot, "A-2");
}

#[tokio::test]
async fn a_zone_says_with_which_of_several_cartridges_it_was_done() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (.., session) = begun(&house, &nurse).await;
    let practice = &house.practice;
    let open = async || practice.session(&nurse, session).await.unwrap().session;
    let seen = open().await;
    let (day, depth_mm) = (seen.on, seen.zones.first().unwrap().depth_mm);
    let side = |side| Place { region: "cheek".to_owned(), side: Some(side) };
    let passes = |passes| Charted { depth_mm, passes, endpoint: None, with: With::InUse };
    let with = async |place: &Place| {
        let zones = open().await.document.zones;
        let zone = zones.into_iter().find(|zone| zone.side == place.side).unwrap();
        Vec::from_iter(zone.cartridges)
    };
    let (right, left) = (side(Side::Right), side(Side::Left));
    // Begun before it was entered: there was no other.
    practice.chart_zone(&nurse, &seen, (&right, &passes(1))).await.unwrap();
    practice.use_cartridge(&nurse, &open().await, ("A-1", day)).await.unwrap();
    assert_eq!(with(&right).await, [1]);
    // The second is used in the middle of the zone, and for the other one alone.
    practice.use_cartridge(&nurse, &open().await, ("A-1", day)).await.unwrap();
    practice.chart_zone(&nurse, &open().await, (&right, &passes(2))).await.unwrap();
    practice.chart_zone(&nurse, &open().await, (&left, &passes(1))).await.unwrap();
    assert_eq!((with(&right).await, with(&left).await), (vec![1, 2], vec![2]));
    // Fewer passes or another depth add nothing; a person may say otherwise, within what is there.
    let only = |number| Charted { with: With::These(BTreeSet::from([number])), ..passes(2) };
    practice.chart_zone(&nurse, &open().await, (&right, &only(2))).await.unwrap();
    assert_eq!(with(&right).await, [2]);
    let none = practice.chart_zone(&nurse, &open().await, (&right, &only(3))).await;
    assert!(wrong(&none.unwrap_err()).contains("Enter the cartridge before"));
    let nothing = Charted { with: With::These(BTreeSet::new()), ..passes(2) };
    practice.chart_zone(&nurse, &open().await, (&right, &nothing)).await.unwrap();
    let early = practice.sign_session(&nurse, &open().await, "", password()).await;
    let No::Wrong(missing) = early.unwrap_err() else { panic!("it was signed") };
    assert!(missing.iter().any(|one| one.says.contains("with which cartridge")), "{missing:?}");
}

#[tokio::test]
async fn one_step_after_another_is_taken_back_and_what_was_written_of_a_reaction_stays() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (.., session) = begun(&house, &nurse).await;
    let practice = &house.practice;
    let open = async || practice.session(&nurse, session).await.unwrap().session;
    let first = open().await;
    assert_eq!(practice.last_step(&first).await.unwrap(), None);
    assert!(matches!(practice.undo_step(&nurse, &first).await, Err(No::Closed(_))));
    let depth_mm = first.zones.first().unwrap().depth_mm;
    let place = Place { region: "cheek".to_owned(), side: Some(Side::Right) };
    let passes = |passes| Charted { depth_mm, passes, endpoint: None, with: With::InUse };
    practice.chart_zone(&nurse, &open().await, (&place, &passes(1))).await.unwrap();
    let one = open().await;
    practice.chart_zone(&nurse, &open().await, (&place, &passes(2))).await.unwrap();
    practice.note_reaction(&nurse, &open().await, "Felt faint, lay down.").await.unwrap();
    practice.use_cartridge(&nurse, &open().await, ("A-1", first.on)).await.unwrap();

    assert_eq!(practice.last_step(&open().await).await.unwrap(), Some(Step::Cartridge));
    assert_eq!(practice.undo_step(&nurse, &open().await).await.unwrap(), Step::Cartridge);
    assert!(open().await.cartridges.is_empty());
    // Once more goes a step further, and not back to what was just taken back.
    assert_eq!(practice.undo_step(&nurse, &open().await).await.unwrap(), Step::Zone(place.clone()));
    let after = open().await;
    assert_eq!(after.zones, one.zones);
    assert!(after.note.contains("Felt faint"));
    // Another step and its undo lead to the same place.
    practice.chart_zone(&nurse, &open().await, (&place, &passes(5))).await.unwrap();
    practice.undo_step(&nurse, &open().await).await.unwrap();
    assert_eq!(open().await.zones, one.zones);
    practice.undo_step(&nurse, &open().await).await.unwrap();
    assert_eq!(open().await.zones, first.zones);
    assert_eq!(practice.last_step(&open().await).await.unwrap(), None);
    // What was seen meanwhile by another is not taken back unseen.
    practice.chart_zone(&nurse, &open().await, (&place, &passes(1))).await.unwrap();
    assert!(matches!(practice.undo_step(&nurse, &after).await, Err(No::Conflict)));
}

#[tokio::test]
async fn nobody_gets_back_to_a_depth_that_they_may_not_treat_to() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (.., session) = begun(&house, &nurse).await;
    let practice = &house.practice;
    let open = async || practice.session(&nurse, session).await.unwrap().session;
    let place = Place { region: "cheek".to_owned(), side: Some(Side::Right) };
    let depth_mm = open().await.zones.first().unwrap().depth_mm;
    assert!(depth_mm > 0.25, "{depth_mm}");
    let less = Charted { depth_mm: 0.25, passes: 0, endpoint: None, with: With::InUse };
    practice.chart_zone(&nurse, &open().await, (&place, &less)).await.unwrap();
    let other = practitioner(&house, "Olga Invented", 0.25, &[]).await;
    let refused = practice.undo_step(&other, &open().await).await;
    assert!(wrong(&refused.unwrap_err()).contains("over the limit"));
    practice.undo_step(&nurse, &open().await).await.unwrap();
}

#[tokio::test]
async fn a_consultation_is_held_by_who_treats_and_taken_back_with_its_note() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let patient = house.patient("Ada Invented").await;
    let practice = &house.practice;
    let (with, at) = first_start(&house, &nurse, patient, Purpose::Consultation).await;
    let visit =
        booking::book(&house.practice, &nurse, (patient, Purpose::Consultation), (with, at)).await;
    let visit = visit.unwrap();
    let open = async || practice.visit(&nurse, visit).await.unwrap();
    let early = practice.hold_visit(&nurse, &open().await, "").await;
    assert!(matches!(early, Err(No::Closed(_))), "{early:?}");
    pass(at.duration_since(now()));
    practice.mark_visit(&nurse, visit, Mark::Arrived).await.unwrap();
    let came = now();
    pass(SignedDuration::from_mins(25));
    let desk = house.member(Part::FrontDesk).await.0;
    assert!(matches!(practice.hold_visit(&desk, &open().await, "").await, Err(No::NotAllowed)));
    let seen = open().await;
    practice.hold_visit(&nurse, &seen, " Wants to wait until spring. ").await.unwrap();
    let held = open().await;
    assert_eq!(held.state, VisitState::Done { at: now() });
    assert_eq!(held.note, "Wants to wait until spring.");
    let twice = practice.hold_visit(&nurse, &seen, "").await;
    assert!(matches!(twice, Err(No::Conflict)), "{twice:?}");
    practice.reopen_visit(&nurse, &held).await.unwrap();
    let again = open().await;
    assert_eq!(again.state, VisitState::Arrived { at: came });
    assert_eq!(again.note, "Wants to wait until spring.");
    assert!(matches!(practice.reopen_visit(&nurse, &again).await, Err(No::Closed(_))));
    practice.hold_visit(&nurse, &again, "").await.unwrap();
}

#[tokio::test]
async fn a_session_is_over_when_it_is_signed_and_not_by_saying_so() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (_, _, visit, _) = begun(&house, &nurse).await;
    let seen = house.practice.visit(&nurse, visit).await.unwrap();
    assert!(matches!(house.practice.hold_visit(&nurse, &seen, "").await, Err(No::Closed(_))));
    assert!(matches!(house.practice.reopen_visit(&nurse, &seen).await, Err(No::Closed(_))));
}
