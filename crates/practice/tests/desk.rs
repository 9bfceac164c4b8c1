//! The desk's use cases: patients, the day, the inbox, the audit and the settings.
#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date},
};
use percuta_chart::{
    calendar::Site,
    check_in::Handling,
    person::{CameBy, Part},
    visit::{Purpose, VisitState},
};
use percuta_practice::{
    No,
    audit::{self, Did, Named},
    patients::Sought,
    settings::{read_consent, write_consent},
    sites::{Booked, Setting},
    today::Mark,
};
use percuta_record::DocumentId;

#[path = "support/booking.rs"]
mod booking;
#[path = "support/house.rs"]
mod house;

use house::{House, entered, now, pass};

fn named(name: &str) -> Sought {
    Sought { name: name.to_owned(), ..Sought::default() }
}

#[tokio::test]
async fn a_patient_is_found_by_each_thing_that_is_known_of_them() {
    let house = House::open().await;
    house.patient("Ada Invented").await;
    let found = async |sought: &Sought| {
        let found = house.practice.search(&house.owner, sought).await.unwrap();
        found.iter().map(|one| one.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(found(&named("inv")).await, ["Ada Invented"]);
    assert!(found(&named("vented")).await.is_empty());
    let by_number = Sought { telephone: "0999".to_owned(), ..Sought::default() };
    assert_eq!(found(&by_number).await, ["Ada Invented"]);
    let by_year = Sought { born: "1990".to_owned(), ..Sought::default() };
    assert_eq!(found(&by_year).await, ["Ada Invented"]);
    let both = Sought { born: "1991".to_owned(), ..named("ada") };
    assert!(found(&both).await.is_empty());
    let nothing = house.practice.search(&house.owner, &Sought::default()).await;
    assert!(matches!(nothing, Err(No::Wrong(_))));
}

#[tokio::test]
async fn the_same_person_is_noticed_before_they_are_entered_twice() {
    let house = House::open().await;
    house.patient("Ada Invented").await;
    let alike = async |name, born, telephone| {
        let entered = entered(name, born, telephone);
        house.practice.alike(&house.owner, &entered).await.unwrap().len()
    };
    assert_eq!(alike("Invented Ada", "1990-05-31", "").await, 1);
    assert_eq!(alike("Ada Invented", "1990-06-01", "").await, 0);
    assert_eq!(alike("Bea Invented", "1971-01-02", "+44 20 7946 0999").await, 1);
    assert_eq!(alike("Bea Invented", "1971-01-02", "020 7946 0111").await, 0);
}

#[tokio::test]
async fn who_may_not_open_the_chart_sees_no_alert_and_takes_none_away() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let (desk, _) = house.member(Part::FrontDesk).await;
    let seen = house.practice.patient(&desk, patient).await.unwrap();
    assert!(seen.alerts.is_empty());
    let listed = house.practice.patients(&desk, None).await.unwrap();
    assert!(listed.patients.iter().all(|one| one.alerts.is_empty()));
    let found = house.practice.search(&desk, &named("ada")).await.unwrap();
    assert!(found[0].alerts.is_empty());

    let mut moved = entered("Ada Invented", "1990-05-31", "020 7946 0998");
    moved.alerts = String::new();
    house.practice.amend_patient(&desk, &seen, &moved).await.unwrap();
    let now = house.practice.patient(&house.owner, patient).await.unwrap();
    assert_eq!(now.telephone.as_deref(), Some("020 7946 0998"));
    assert_eq!(now.alerts, ["Says that latex makes them itch"]);
    // Whoever still had the version before is told so.
    let again = house.practice.amend_patient(&desk, &seen, &moved).await;
    assert!(matches!(again, Err(No::Conflict)), "{again:?}");
}

#[tokio::test]
async fn the_list_of_patients_goes_on_where_it_stopped() {
    let house = House::open().await;
    for number in 0..27 {
        pass(SignedDuration::from_secs(1));
        let entered = entered(&format!("Number {number}"), "1980-01-01", "");
        house.practice.enter_patient(&house.owner, &entered, CameBy::Clinic).await.unwrap();
    }
    let first = house.practice.patients(&house.owner, None).await.unwrap();
    assert_eq!((first.patients.len(), first.total), (25, 27));
    assert_eq!(first.patients[0].name, "Number 26");
    let second = house.practice.patients(&house.owner, first.older).await.unwrap();
    assert_eq!(second.patients.len(), 2);
    assert!(second.older.is_none());
}

/// A consultation on Monday at ten, which is two days and some hours ahead.
async fn consultation(house: &House) -> DocumentId {
    let patient = house.patient("Ada Invented").await;
    let (who, _) = house.member(Part::Practitioner).await;
    let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let booked = booking::book(
        &house.practice,
        &house.owner,
        (patient, Purpose::Consultation),
        (who.person, start),
    );
    booked.await.unwrap()
}

fn until(at: &str) {
    let at: Timestamp = at.parse().unwrap();
    pass(at.duration_since(now()));
}

#[tokio::test]
async fn the_day_shows_its_visits_and_no_others() {
    let house = House::open().await;
    let visit = consultation(&house).await;
    let monday = house.practice.day(&house.owner, Some(date(2026, 11, 23))).await.unwrap();
    assert_eq!(monday.visits.len(), 1);
    assert_eq!(
        (monday.visits[0].visit.id, monday.visits[0].name.as_str()),
        (visit, "Ada Invented")
    );
    assert!(monday.visits[0].lacks.is_empty());
    let today = house.practice.day(&house.owner, None).await.unwrap();
    assert_eq!((today.date, today.visits.len()), (date(2026, 11, 21), 0));
}

#[tokio::test]
async fn an_arrival_is_noted_and_taken_back_and_an_absence_waits_for_its_time() {
    let house = House::open().await;
    let visit = consultation(&house).await;
    let mark = async |mark| house.practice.mark_visit(&house.owner, visit, mark).await;
    let state = async || {
        house.practice.day(&house.owner, None).await.unwrap().visits[0].visit.document.state.clone()
    };
    assert!(matches!(mark(Mark::Absent).await, Err(No::Closed(_))));
    until("2026-11-23T09:56:00Z");
    mark(Mark::Arrived).await.unwrap();
    assert_eq!(state().await, VisitState::Arrived { at: now() });
    assert!(matches!(mark(Mark::Absent).await, Err(No::Closed(_))));
    mark(Mark::Expected).await.unwrap();
    assert_eq!(state().await, VisitState::Booked);
    until("2026-11-23T10:20:00Z");
    mark(Mark::Absent).await.unwrap();
    assert_eq!(state().await, VisitState::NoShow { at: now() });
    mark(Mark::Expected).await.unwrap();
    assert_eq!(state().await, VisitState::Booked);
}

#[tokio::test]
async fn a_day_closed_out_of_turn_is_opened_again() {
    let house = House::open().await;
    let monday = date(2026, 11, 23);
    let first = async || house.practice.first_site().await.unwrap();
    let closed = |site: &Site, day: Date| {
        let mut site = site.clone();
        site.closed.insert(day, "Inventory".to_owned());
        site
    };
    let seen = first().await;
    let changed = closed(&seen, monday);
    let save = (&changed, Booked::MoveFirst);
    let written = house.practice.save_site(&house.owner, &seen, save).await.unwrap();
    assert!(first().await.hours_on(monday).next().is_none());
    let site = Setting::Site(seen.id);
    house.practice.take_back_setting(&house.owner, site, written).await.unwrap();
    assert!(first().await.hours_on(monday).next().is_some());
    let again = house.practice.take_back_setting(&house.owner, site, written).await;
    assert!(matches!(again, Err(No::Conflict)));
    let seen = first().await;
    let past = closed(&seen, date(2026, 11, 20));
    let past = house.practice.save_site(&house.owner, &seen, (&past, Booked::MoveFirst)).await;
    assert!(matches!(past, Err(No::Wrong(_))));
    let (desk, _) = house.member(Part::FrontDesk).await;
    let refused = house.practice.save_site(&desk, &seen, (&seen, Booked::MoveFirst)).await;
    assert!(matches!(refused, Err(No::NotAllowed)));
}

/// A question in words by a patient.
async fn question(house: &House) -> DocumentId {
    let patient = house.patient("Ada Invented").await;
    let (ada, _) = house.signed_in(patient).await;
    let once = house.practice.form_id().unwrap();
    house.practice.ask_clinic(&ada, once, "May I swim on Friday?").await.unwrap()
}

#[tokio::test]
async fn a_question_is_taken_handed_over_answered_and_opened_again() {
    let house = House::open().await;
    let question = question(&house).await;
    let (who, _) = house.member(Part::Practitioner).await;
    let handling = async || {
        house.practice.check_in(&house.owner, question).await.unwrap().0.check_in.document.handling
    };
    assert_eq!(house.practice.open_check_ins().await.unwrap(), 1);
    house.practice.give_check_in(&house.owner, question, house.owner.person).await.unwrap();
    house.practice.give_check_in(&house.owner, question, who.person).await.unwrap();
    assert_eq!(handling().await, Handling::Open { owner: Some(who.person) });

    let short = house.practice.close_check_in(&who, question, " ok ").await;
    assert!(matches!(short, Err(No::Wrong(ref wrong)) if wrong[0].field == "says"));
    house.practice.close_check_in(&who, question, "Wait until Monday, please.").await.unwrap();
    assert_eq!(house.practice.open_check_ins().await.unwrap(), 0);
    assert!(house.practice.inbox(&house.owner).await.unwrap().is_empty());
    let (answered, _) = house.practice.answered(&house.owner, None).await.unwrap();
    assert_eq!(answered.len(), 1);
    let twice = house.practice.close_check_in(&who, question, "Wait until Monday, please.").await;
    assert!(matches!(twice, Err(No::Closed(_))));

    house.practice.reopen_check_in(&house.owner, question).await.unwrap();
    assert_eq!(handling().await, Handling::Open { owner: Some(who.person) });
    assert_eq!(house.practice.inbox(&house.owner).await.unwrap().len(), 1);
    let (_, steps) = house.practice.check_in(&house.owner, question).await.unwrap();
    assert_eq!(steps.len(), 5);
}

#[tokio::test]
async fn only_who_answers_check_ins_is_given_one() {
    let house = House::open().await;
    let question = question(&house).await;
    let (desk, _) = house.member(Part::FrontDesk).await;
    assert!(matches!(house.practice.inbox(&desk).await, Err(No::NotAllowed)));
    let refused = house.practice.give_check_in(&house.owner, question, desk.person).await;
    assert!(matches!(refused, Err(No::Wrong(ref wrong)) if wrong[0].field == "owner"));
    let taken = house.practice.give_check_in(&desk, question, desk.person).await;
    assert!(matches!(taken, Err(No::NotAllowed)));
}

#[tokio::test]
async fn the_audit_is_read_by_who_whom_what_and_when() {
    let house = House::open().await;
    let ada = house.patient("Ada Invented").await;
    let bea = house.patient("Bea Invented").await;
    let (desk, _) = house.member(Part::FrontDesk).await;
    pass(SignedDuration::from_hours(24));
    house.practice.story(&desk, ada).await.unwrap();
    house.practice.inbox(&desk).await.unwrap_err();
    let read = async |sought: audit::Sought| {
        house.practice.audit(&house.owner, &sought).await.unwrap().entries
    };
    let by_desk = read(audit::Sought { by: Some(desk.person), ..Default::default() }).await;
    assert!(by_desk.iter().all(|one| one.who == Named::Member("Invented Front desk".to_owned())));
    let refused = read(audit::Sought { did: Some(Did::Refused), ..Default::default() }).await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].action.as_str(), "inbox.open");
    let about = read(audit::Sought { patient: Some(ada), ..Default::default() }).await;
    let whose = |one: &audit::Entry| one.patient.as_ref().map(|(id, _)| *id);
    assert!(about.len() >= 2 && about.iter().all(|one| whose(one) == Some(ada)));
    assert_eq!(about[0].patient.clone().unwrap().1.as_deref(), Some("Ada Invented"));
    let first_day =
        audit::Sought { until: Some(now() - SignedDuration::from_hours(1)), ..Default::default() };
    let before = read(first_day).await;
    assert!(before.iter().any(|one| whose(one) == Some(bea)));
    assert!(before.iter().all(|one| one.at < now() - SignedDuration::from_hours(1)));
    let since = audit::Sought { from: Some(now()), ..Default::default() };
    assert!(read(since).await.iter().all(|one| one.at >= now()));
    let opened = house.practice.opened_by(&house.owner, ada, 5).await.unwrap();
    assert_eq!(opened[0].0, Named::Member("Invented Front desk".to_owned()));
    let seen = house.practice.audit(&desk, &audit::Sought::default()).await;
    assert!(matches!(seen, Err(No::NotAllowed)));
}

#[tokio::test]
async fn the_audit_goes_on_where_it_stopped_and_misses_nothing() {
    let house = House::open().await;
    for _ in 0..120 {
        pass(SignedDuration::from_secs(1));
        house.practice.day(&house.owner, None).await.unwrap();
    }
    let mut sought = audit::Sought { did: Some(Did::Opened), ..Default::default() };
    sought.until = Some(now());
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = house.practice.audit(&house.owner, &sought).await.unwrap();
        seen.extend(
            page.entries.iter().filter(|one| one.action.as_str() == "day.open").map(|one| one.at),
        );
        pages += 1;
        match page.older {
            Some(older) => sought.before = Some(older),
            None => break,
        }
    }
    // The last one was made at `until`, which is not before it.
    assert_eq!((seen.len(), pages), (119, 3));
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
}

#[tokio::test]
async fn the_check_of_the_audit_says_how_many_entries_follow_from_one_another() {
    let house = House::open().await;
    assert_eq!(house.practice.last_check(), None);
    let checked = house.practice.check_audit(&house.owner).await.unwrap();
    assert!(checked.entries >= 1 && checked.faults.is_empty());
    assert_eq!(house.practice.last_check(), Some(checked));
}

#[tokio::test]
async fn a_new_consent_text_is_a_new_version_and_the_old_one_stays() {
    let house = House::open().await;
    let seen = house.practice.consent_form().await.unwrap();
    let text = format!("{}\n\n# Afterwards\n\nCall us.", write_consent(&seen));
    let new = read_consent(&text).unwrap();
    house.practice.save_consent_form(&house.owner, &seen, &new).await.unwrap();
    let forms = house.practice.consent_forms(&house.owner).await.unwrap();
    assert_eq!(forms.len(), 2);
    assert_eq!((&forms[0].document, &forms[1].document), (&seen.document, &new));
    let again = house.practice.save_consent_form(&house.owner, &seen, &new).await;
    assert!(matches!(again, Err(No::Conflict)));
}

#[test]
fn a_consent_text_is_read_as_it_was_written() {
    let text = "Consent\n\nFirst of all.\n\n# What is done\n\nOne.\n\nTwo\nlines.";
    let form = read_consent(text).unwrap();
    assert_eq!(form.title, "Consent");
    assert_eq!(form.sections.len(), 2);
    assert_eq!(form.sections[1].paragraphs, ["One.", "Two lines."]);
    assert_eq!(read_consent(&write_consent(&form)).unwrap(), form);
    assert!(matches!(read_consent("Only a title\n\n# And a heading"), Err(No::Wrong(_))));
}
