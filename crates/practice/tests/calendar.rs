//! Times: what is kept runs out, a course is booked in one go, what follows from a move, who is late, who is away, who
//! waits.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use percuta_chart::{
    calendar::Blocked,
    person::{self, Part},
    visit::{PhaseKind, Purpose, Visit, VisitState},
};
use percuta_practice::{
    Actor, No, Opened, day_of,
    today::Mark,
    visits::{
        FreeStarts, Start, Wish,
        again::arrives,
        book::{Booking, KEPT_MIN, Moving, Wanted},
    },
    waiting::WaitWish,
};
use percuta_record::{DocumentId, PatientId};

#[path = "support/course.rs"]
mod course;
#[path = "support/house.rs"]
mod house;

use course::{accepted, asked, clear, practitioner};
use house::{House, now, pass};

const DAY: i64 = 24;

async fn today(house: &House) -> Date {
    day_of(&house.practice.clinic().await.unwrap(), now())
}

async fn free(house: &House, by: &Actor, whom: (PatientId, Purpose)) -> FreeStarts {
    let from = today(house).await;
    house.practice.free_starts(by, whom, (from, 62), &Wish::default()).await.unwrap()
}

fn session(course: DocumentId, number: i16) -> Purpose {
    Purpose::Session { course, number }
}

/// A patient with an accepted course, and who treats.
async fn begun(house: &House) -> (Actor, PatientId, DocumentId) {
    let nurse = practitioner(house, "Nell Invented", 1.5, &[]).await;
    let (patient, _) = asked(house, &nurse, clear()).await;
    let course = accepted(house, &nurse, patient).await;
    (nurse, patient, course)
}

async fn visit(house: &House, by: &Actor, id: DocumentId) -> Opened<Visit> {
    house.practice.visit(by, id).await.unwrap()
}

fn done<D>(booking: Booking<D>) -> D {
    booking.done().unwrap()
}

fn next<D: std::fmt::Debug>(booking: Booking<D>) -> Vec<Start> {
    match booking {
        Booking::Taken { purpose: _, next } => next,
        Booking::Done(done) => panic!("it was not taken: {done:?}"),
    }
}

#[tokio::test]
async fn a_visit_holds_in_each_phase_what_that_phase_needs() {
    let house = House::open().await;
    let (nurse, patient, course) = begun(&house).await;
    let (help, _) = house.member(Part::Assistant).await;
    let start = free(&house, &nurse, (patient, session(course, 1))).await.starts.remove(0);
    let of = |kind| start.phases.iter().find(|phase| phase.kind == kind).unwrap();
    // The assistant cleanses, nobody numbs, the nurse treats.
    assert_eq!(of(PhaseKind::Cleanse).staff, Some(help.person));
    assert_eq!(of(PhaseKind::Numbing).staff, None);
    assert_eq!(of(PhaseKind::Treatment).staff, Some(nurse.person));
    assert_eq!(start.with, nurse.person);
    let numbing = of(PhaseKind::Numbing);
    let minutes = numbing.until.duration_since(numbing.from).as_mins();
    assert!((30..=45).contains(&minutes), "{minutes}");
}

#[tokio::test]
async fn what_is_kept_is_nobody_elses_until_it_runs_out() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let (ada, bea) = (house.patient("Ada Invented").await, house.patient("Bea Invented").await);
    let practice = &house.practice;
    let talk = Purpose::Consultation;
    let first = free(&house, &nurse, (ada, talk)).await.starts.remove(0);
    let wanted = [Wanted::start(talk, &first)];
    let kept = done(practice.keep_times(&nurse, ada, &wanted).await.unwrap());
    assert_eq!(kept.until.duration_since(now()), SignedDuration::from_mins(KEPT_MIN));

    // Bea is not offered it, and cannot take it; she is told what is next.
    assert!(!free(&house, &nurse, (bea, talk)).await.starts.contains(&first));
    let offered = next(practice.book_visits(&nurse, bea, &wanted).await.unwrap());
    assert!(!offered.is_empty() && offered.iter().all(|start| start.at >= first.until));
    // Ada herself still sees it.
    assert!(free(&house, &nurse, (ada, talk)).await.starts.contains(&first));

    // Once it has run out Bea gets it, and Ada is told.
    pass(SignedDuration::from_mins(KEPT_MIN));
    assert!(practice.kept_times(&nurse, ada).await.unwrap().is_none());
    assert!(free(&house, &nurse, (bea, talk)).await.starts.contains(&first));
    done(practice.book_visits(&nurse, bea, &wanted).await.unwrap());
    assert!(!next(practice.book_kept(&nurse, ada).await.unwrap()).is_empty());
}

#[tokio::test]
async fn what_is_kept_is_booked_as_it_was_shown_or_let_go() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let ada = house.patient("Ada Invented").await;
    let practice = &house.practice;
    let talk = Purpose::Consultation;
    let starts = free(&house, &nurse, (ada, talk)).await.starts;
    let wanted = |start: &Start| [Wanted::start(talk, start)];
    done(practice.keep_times(&nurse, ada, &wanted(&starts[0])).await.unwrap());
    // Another choice lets the first go.
    let kept = done(practice.keep_times(&nurse, ada, &wanted(&starts[20])).await.unwrap());
    let bea = house.patient("Bea Invented").await;
    assert!(free(&house, &nurse, (bea, talk)).await.starts.contains(&starts[0]));
    let booked = done(practice.book_kept(&nurse, ada).await.unwrap());
    let visit = visit(&house, &nurse, booked[0]).await;
    assert_eq!(visit.phases, kept.visits[0].phases);
    assert!(practice.kept_times(&nurse, ada).await.unwrap().is_none());
    assert!(matches!(practice.book_kept(&nurse, ada).await, Err(No::NotFound)));

    done(practice.keep_times(&nurse, ada, &wanted(&starts[60])).await.unwrap());
    practice.let_go(&nurse, ada).await.unwrap();
    assert!(free(&house, &nurse, (bea, talk)).await.starts.contains(&starts[60]));
    // Nobody keeps times for another patient.
    let (actor, _) = house.signed_in(house.patient("Cleo Invented").await).await;
    assert!(matches!(
        practice.keep_times(&actor, ada, &wanted(&starts[60])).await,
        Err(No::NotAllowed)
    ));
}

#[tokio::test]
async fn a_whole_course_is_booked_in_one_go_or_not_at_all() {
    let house = House::open().await;
    let (nurse, patient, course) = begun(&house).await;
    let practice = &house.practice;
    let from = today(&house).await;
    let found = practice.free_courses(&nurse, (patient, course), from, &Wish::default()).await;
    let found = found.unwrap();
    let sessions = found.sessions.clone();
    assert!(sessions.len() > 1, "{found:?}");
    let (shortest, longest) = found.interval_days;
    for series in &found.courses {
        assert_eq!(series.len(), sessions.len());
        for pair in series.windows(2) {
            let days = pair[1].at.duration_since(pair[0].at).as_hours() / DAY;
            assert!((i64::from(shortest) - 1..=i64::from(longest) + 1).contains(&days), "{days}");
        }
    }
    let wanted: Vec<Wanted> = sessions
        .iter()
        .zip(&found.courses[0])
        .map(|(number, start)| Wanted::start(session(course, *number), start))
        .collect();
    // A time of the course that somebody else takes meanwhile: none of it is booked.
    let other = house.patient("Bea Invented").await;
    let last = found.courses[0].last().unwrap();
    let talk = [Wanted::at(Purpose::Consultation, last.at, Some(nurse.person))];
    let taken = done(practice.book_visits(&nurse, other, &talk).await.unwrap());
    let lost = practice.book_visits(&nurse, patient, &wanted).await.unwrap();
    let Booking::Taken { purpose, next } = lost else { panic!("the last was taken") };
    assert_eq!(purpose, session(course, *sessions.last().unwrap()));
    // What is offered instead stands by the plan, with the rest of the course as it was wanted.
    assert!(next.iter().all(|start| start.at != last.at));
    assert!(practice.story(&nurse, patient).await.unwrap().visits.is_empty());

    let seen = visit(&house, &nurse, taken[0]).await;
    practice.cancel_visit(&nurse, &seen, "").await.unwrap();
    let booked = done(practice.book_visits(&nurse, patient, &wanted).await.unwrap());
    assert_eq!(booked.len(), sessions.len());
    let again = practice.book_visits(&nurse, patient, &wanted).await;
    assert!(matches!(again, Err(No::Closed(_))), "{again:?}");
    let none = practice.free_courses(&nurse, (patient, course), from, &Wish::default()).await;
    assert!(none.unwrap().sessions.is_empty());
}

#[tokio::test]
async fn of_two_desks_that_book_one_session_at_different_times_one_is_told() {
    let house = House::open().await;
    let (nurse, patient, course) = begun(&house).await;
    let practice = &house.practice;
    let starts = free(&house, &nurse, (patient, session(course, 1))).await.starts;
    let (one, other) = (&starts[0], starts.last().unwrap());
    assert!(other.at > one.until);
    let wanted = |start: &Start| [Wanted::start(session(course, 1), start)];
    let (one, other) = (wanted(one), wanted(other));
    let both = tokio::join!(
        practice.book_visits(&nurse, patient, &one),
        practice.book_visits(&nurse, patient, &other)
    );
    let won = [&both.0, &both.1].iter().filter(|one| matches!(one, Ok(Booking::Done(_)))).count();
    assert_eq!(won, 1, "{both:?}");
    assert_eq!(practice.story(&nurse, patient).await.unwrap().visits.len(), 1);
}

/// Books every session of a course, and gives the visits.
async fn whole(house: &House, by: &Actor, whom: (PatientId, DocumentId)) -> Vec<DocumentId> {
    let from = today(house).await;
    let found = house.practice.free_courses(by, whom, from, &Wish::default()).await.unwrap();
    let wanted: Vec<Wanted> = found
        .sessions
        .iter()
        .zip(&found.courses[0])
        .map(|(number, start)| Wanted::start(session(whom.1, *number), start))
        .collect();
    done(house.practice.book_visits(by, whom.0, &wanted).await.unwrap())
}

#[tokio::test]
async fn a_session_that_is_moved_takes_along_what_no_longer_fits_and_nothing_else() {
    let house = House::open().await;
    let (nurse, patient, course) = begun(&house).await;
    let practice = &house.practice;
    let visits = whole(&house, &nurse, (patient, course)).await;
    let first = visit(&house, &nurse, visits[0]).await;
    let second = visit(&house, &nurse, visits[1]).await;
    // Within the day nothing else moves.
    let later = first.from.checked_add(1.hours()).unwrap();
    let near = Wanted::at(first.purpose, later, None);
    assert!(practice.after_move(&nurse, &first, &near).await.unwrap().is_empty());

    // Nine days later the second is too soon after it.
    let day = today(&house).await;
    let found = practice.free_starts_to_move(&nurse, &first, (day, 40), &Wish::default()).await;
    let late = found
        .unwrap()
        .starts
        .into_iter()
        .find(|start| start.at.duration_since(first.from).as_hours() >= 9 * DAY);
    let to = Wanted::start(first.purpose, &late.unwrap());
    assert!(practice.move_visit(&nurse, &first, &to).await.is_err(), "the second is in the way");
    let proposed = practice.after_move(&nurse, &first, &to).await.unwrap();
    assert_eq!(proposed[0].visit.id, second.id);
    assert!(proposed[0].why.contains("days after session 1"), "{}", proposed[0].why);
    let start = proposed[0].to.as_ref().unwrap();
    assert!(start.at.duration_since(to.at).as_hours() >= 27 * DAY);
    let mut moves = vec![percuta_practice::visits::book::Move { seen: first.clone(), to }];
    moves.extend(proposed.iter().map(|one| one.accepted().unwrap()));
    done(practice.move_visits(&nurse, Moving::Asked, &moves).await.unwrap());
    assert_eq!(visit(&house, &nurse, second.id).await.from, start.at);
    // What was seen before is not moved again.
    let stale = practice.move_visits(&nurse, Moving::Asked, &moves).await;
    assert!(matches!(stale, Err(No::Conflict)), "{stale:?}");
}

#[tokio::test]
async fn a_late_arrival_waits_or_others_make_room() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let practice = &house.practice;
    let talk = Purpose::Consultation;
    let (ada, bea) = (house.patient("Ada Invented").await, house.patient("Bea Invented").await);
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let book = async |who, at| {
        let wanted = [Wanted::at(talk, at, Some(nurse.person))];
        done(practice.book_visits(&nurse, who, &wanted).await.unwrap())[0]
    };
    let first = book(ada, at("2026-11-23T10:00:00Z")).await;
    let second = book(bea, at("2026-11-23T10:30:00Z")).await;
    let seen = visit(&house, &nurse, first).await;
    let comes = arrives(&seen, 12);
    assert_eq!(comes, at("2026-11-23T10:12:00Z"));
    // The one practitioner is held until 11:00, and so is the one who leads as well: the owner.
    let late = practice.late(&nurse, &seen, comes).await.unwrap();
    let alone = late.nobody_moves.unwrap();
    assert!(alone.at >= at("2026-11-23T11:00:00Z") || alone.with != nurse.person, "{alone:?}");
    let (start, others) = late.others_move.unwrap();
    assert_eq!(start.at, comes);
    assert_eq!(others.iter().map(|one| one.visit.id).collect::<Vec<_>>(), [second]);
    let mut moves = vec![percuta_practice::visits::book::Move {
        seen: seen.clone(),
        to: Wanted::start(talk, &start),
    }];
    moves.extend(others.iter().filter_map(|one| one.accepted()));
    done(practice.move_visits(&nurse, Moving::Asked, &moves).await.unwrap());
    let moved = visit(&house, &nurse, second).await;
    assert_eq!(moved.from, at("2026-11-23T10:42:00Z"));
    let wrong = practice.late(&nurse, &seen, at("2026-11-24T10:12:00Z")).await;
    assert!(matches!(wrong, Err(No::Wrong(_))));
}

#[tokio::test]
async fn who_comes_late_and_is_here_can_still_be_given_another_time() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let practice = &house.practice;
    let ada = house.patient("Ada Invented").await;
    let start = free(&house, &nurse, (ada, Purpose::Consultation)).await.starts.remove(0);
    let wanted = [Wanted::start(Purpose::Consultation, &start)];
    let id = done(practice.book_visits(&nurse, ada, &wanted).await.unwrap())[0];
    pass(start.at.duration_since(now()) + SignedDuration::from_mins(17));
    practice.mark_visit(&nurse, id, Mark::Arrived).await.unwrap();
    let seen = visit(&house, &nurse, id).await;
    let late = practice.late(&nurse, &seen, arrives(&seen, 17)).await.unwrap();
    let to = Wanted::start(seen.purpose, &late.nobody_moves.unwrap());
    done(practice.move_visit(&nurse, &seen, &to).await.unwrap());
    let moved = visit(&house, &nurse, id).await;
    assert_eq!(moved.from.duration_since(seen.from), SignedDuration::from_mins(17));
    assert!(matches!(moved.state, VisitState::Arrived { .. }));
}

#[tokio::test]
async fn whoever_is_ill_is_stood_in_for_or_the_visit_has_no_place() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let other = practitioner(&house, "Omar Invented", 1.5, &[]).await;
    let practice = &house.practice;
    let talk = Purpose::Consultation;
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let ada = house.patient("Ada Invented").await;
    let wanted = [Wanted::at(talk, at("2026-11-23T10:00:00Z"), Some(nurse.person))];
    let id = done(practice.book_visits(&nurse, ada, &wanted).await.unwrap())[0];
    let when = (at("2026-11-23T08:00:00Z"), at("2026-11-23T18:00:00Z"));
    let proposed = practice.away(&nurse, nurse.person, when).await.unwrap();
    assert_eq!(proposed.len(), 1);
    let to = proposed[0].to.clone().unwrap();
    assert_eq!(to.at, at("2026-11-23T10:00:00Z"), "at the same time with somebody else");
    assert_ne!(to.with, nurse.person);
    let away = Blocked { from: when.0, until: when.1, why: "Ill".to_owned() };
    practice.note_away(&nurse, nurse.person, away.clone()).await.unwrap();
    done(practice.accept_moves(&nurse, Moving::Away, &proposed).await.unwrap());
    let moved = visit(&house, &nurse, id).await;
    assert_eq!((moved.from, moved.with), (to.at, to.with));
    // Nobody books with who is away, until that is taken back.
    let wish = Wish { with: Some(nurse.person), ..Wish::default() };
    let monday = "2026-11-23".parse().unwrap();
    let on_monday = async || {
        practice.free_starts(&other, (ada, talk), (monday, 1), &wish).await.unwrap().starts
    };
    assert!(on_monday().await.is_empty());
    practice.take_back_away(&nurse, nurse.person, &away).await.unwrap();
    assert!(!on_monday().await.is_empty());
    let backwards = practice.away(&nurse, nurse.person, (when.1, when.0)).await;
    assert!(matches!(backwards, Err(No::Wrong(_))));
}

#[tokio::test]
async fn a_time_that_is_called_off_is_offered_to_who_waits_longest() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let practice = &house.practice;
    let talk = Purpose::Consultation;
    let monday: Date = "2026-11-23".parse().unwrap();
    let (ada, bea) = (house.patient("Ada Invented").await, house.patient("Bea Invented").await);
    let cleo = house.patient("Cleo Invented").await;
    let start = free(&house, &nurse, (ada, talk)).await.starts.remove(0);
    let id =
        done(practice.book_visits(&nurse, ada, &[Wanted::start(talk, &start)]).await.unwrap())[0];
    let wish = |days| WaitWish {
        purpose: talk,
        days,
        between: None,
        weekdays: std::collections::BTreeSet::new(),
        note: " Lives near ".to_owned(),
    };
    let tomorrow = monday.tomorrow().unwrap();
    // Somebody for whom that day is no use is not asked.
    practice.wait(&nurse, cleo, wish((tomorrow, tomorrow))).await.unwrap();
    pass(SignedDuration::from_mins(1));
    let waiting = practice.wait(&nurse, bea, wish((monday, tomorrow))).await.unwrap();
    let list = practice.waiting(&nurse).await.unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(
        (list[1].waiting.note.as_str(), list[1].patient.name.as_str()),
        ("Lives near", "Bea Invented")
    );

    let seen = visit(&house, &nurse, id).await;
    practice.cancel_visit(&nurse, &seen, "ill").await.unwrap();
    let offers = practice.offers(&nurse, &seen).await.unwrap();
    assert_eq!(offers.len(), 1);
    assert_eq!(offers[0].waiting.id, waiting);
    assert_eq!(offers[0].start.at, start.at);
    let booked = done(practice.book_waiting(&nurse, waiting, &offers[0].start).await.unwrap());
    assert_eq!(visit(&house, &nurse, booked).await.from, start.at);
    assert_eq!(practice.waiting(&nurse).await.unwrap().len(), 1);
    // Then the one who called off cannot simply have it back.
    let back = visit(&house, &nurse, id).await;
    assert!(matches!(practice.uncancel_visit(&nurse, &back).await, Err(No::Taken)));

    let ended = practice.waiting(&nurse).await.unwrap().remove(0).waiting.id;
    practice.end_waiting(&nurse, ended).await.unwrap();
    assert!(practice.waiting(&nurse).await.unwrap().is_empty());
    practice.wait_again(&nurse, ended).await.unwrap();
    assert_eq!(practice.waiting(&nurse).await.unwrap().len(), 1);
    let wrong = practice.wait(&nurse, bea, wish((tomorrow, monday))).await;
    assert!(matches!(wrong, Err(No::Wrong(_))));
}

#[tokio::test]
async fn why_a_time_is_not_possible_is_said_with_the_nearest_that_are() {
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let practice = &house.practice;
    let (ada, bea) = (house.patient("Ada Invented").await, house.patient("Bea Invented").await);
    let talk = Purpose::Consultation;
    let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let site = practice.first_site().await.unwrap().id;
    let why =
        async |who, at| practice.why_not(&nurse, (who, talk), (site, at), None).await.unwrap();
    let free = why(ada, at).await;
    assert!(free.because.is_empty() && free.possible.is_some());
    done(practice.book_visits(&nurse, ada, &[Wanted::at(talk, at, None)]).await.unwrap());
    let taken = why(bea, at).await;
    assert!(taken.possible.is_none());
    assert!(
        taken.because.iter().any(|says| says.contains("Treatment room")),
        "{:?}",
        taken.because
    );
    assert!(taken.before.unwrap().until <= at && taken.after.unwrap().at >= at);
    let closed = why(bea, "2026-11-22T10:00:00Z".parse().unwrap()).await;
    assert!(!closed.because.is_empty() && closed.after.is_some());
    let over = why(bea, "2026-11-20T10:00:00Z".parse().unwrap()).await;
    assert!(over.because.iter().any(|says| says.contains("over")), "{:?}", over.because);
}

#[tokio::test]
async fn a_patient_is_not_in_two_places_at_once() {
    let house = House::open().await;
    practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let nurse = practitioner(&house, "Omar Invented", 1.5, &[]).await;
    let ada = house.patient("Ada Invented").await;
    let talk = Purpose::Consultation;
    let start = free(&house, &nurse, (ada, talk)).await.starts.remove(0);
    let wanted = [Wanted::at(talk, start.at, None)];
    done(house.practice.book_visits(&nurse, ada, &wanted).await.unwrap());
    let again = free(&house, &nurse, (ada, talk)).await.starts;
    assert!(again.iter().all(|other| other.at >= start.until || other.until <= start.at));
    let document = person::document_of(ada);
    let reserved = house.practice.store();
    let span = (percuta_record::Moment(0), percuta_record::Moment(i64::MAX));
    let own = reserved.reserved(span.0, span.1, Some(document)).await.unwrap();
    assert_eq!(own.len(), 1);
}

/// A clinic that writes letters, who treats, and a patient with an address.
async fn writing(house: House) -> (House, Actor, PatientId) {
    let House { practice, owner, cookie, folder } = house;
    let house = House { practice: practice.with_letters(), owner, cookie, folder };
    let seen = house.practice.clinic().await.unwrap();
    let mut clinic = seen.document.clone();
    clinic.letters.from = Some("desk@clinic.example".to_owned());
    house.practice.save_clinic(&house.owner, &seen, &clinic).await.unwrap();
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let entered = percuta_practice::patients::Entered {
        name: "Ada Invented".to_owned(),
        born: "1990-05-31".to_owned(),
        email: "ada@patient.example".to_owned(),
        ..percuta_practice::patients::Entered::default()
    };
    let came = person::CameBy::Clinic;
    let patient = house.practice.enter_patient(&house.owner, &entered, came).await.unwrap();
    (house, nurse, patient)
}

/// Takes every letter that is due and says that it went out.
async fn posted(house: &House) -> Vec<percuta_practice::letters::Letter> {
    let mut letters = Vec::new();
    while let Some(letter) = house.practice.next_letter().await.unwrap() {
        house.practice.letter(&letter, percuta_practice::letters::Sent::Done).await.unwrap();
        letters.push(letter);
    }
    letters
}

/// A talk at ten on a Thursday that is nearly two weeks away.
async fn a_talk(house: &House, by: &Actor, patient: PatientId) -> DocumentId {
    let at = "2026-12-03T10:00:00Z".parse().unwrap();
    let wanted = [Wanted::at(Purpose::Consultation, at, Some(by.person))];
    done(house.practice.book_visits(by, patient, &wanted).await.unwrap())[0]
}

#[tokio::test]
async fn a_letter_says_when_and_never_what_for_unless_the_clinic_says_so() {
    let (house, nurse, ada) = writing(House::open().await).await;
    a_talk(&house, &nurse, ada).await;
    let letters = posted(&house).await;
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!(letter.to.address, "ada@patient.example");
    assert!(letter.text.contains("Thursday 3 December 2026, 10:00"), "{}", letter.text);
    let invitation = letter.invitation.clone().unwrap();
    let file = String::from_utf8(invitation.bytes).unwrap();
    assert_eq!(invitation.method, "REQUEST");
    for said in [&letter.text, &letter.subject, &file] {
        assert!(!said.contains("Consultation"), "{said}");
    }
    assert!(file.contains("CLASS:PRIVATE") && file.contains("TZID=Europe/London:20261203T100000"));
    // Nothing is said twice.
    assert!(posted(&house).await.is_empty());
}

#[tokio::test]
async fn nobody_is_reminded_of_a_visit_that_was_moved_or_called_off() {
    let (house, nurse, ada) = writing(House::open().await).await;
    let practice = &house.practice;
    let id = a_talk(&house, &nurse, ada).await;
    posted(&house).await;
    let seen = visit(&house, &nurse, id).await;
    // A week later than it was booked: the reminder of the first time is still a job.
    let later = seen.from.checked_add(SignedDuration::from_hours(7 * DAY)).unwrap();
    let to = Wanted::at(seen.purpose, later, Some(seen.with));
    done(practice.move_visit(&nurse, &seen, &to).await.unwrap());
    let moved = posted(&house).await;
    assert_eq!(moved.len(), 1);
    let file = String::from_utf8(moved[0].invitation.clone().unwrap().bytes).unwrap();
    assert!(file.contains("SEQUENCE:1") && file.contains(&format!("UID:{id}@")), "{file}");

    let two_days = SignedDuration::from_hours(48);
    pass(seen.from.duration_since(now()) - two_days + SignedDuration::from_mins(1));
    assert!(posted(&house).await.is_empty(), "its time has changed");
    pass(SignedDuration::from_hours(7 * DAY));
    let reminded = posted(&house).await;
    assert_eq!(reminded.len(), 1);
    assert!(reminded[0].text.contains("We expect you on Thursday 10 December 2026"));
    assert!(reminded[0].invitation.is_none());

    // Called off: that is said, and nothing is reminded of.
    let other = a_talk_at(&house, &nurse, ada, "2026-12-22T10:00:00Z").await;
    posted(&house).await;
    let seen = visit(&house, &nurse, other).await;
    practice.cancel_visit(&nurse, &seen, "ill").await.unwrap();
    let said = posted(&house).await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].invitation.clone().unwrap().method, "CANCEL");
    pass(seen.from.duration_since(now()) - two_days + SignedDuration::from_mins(1));
    assert!(posted(&house).await.is_empty());
}

async fn a_talk_at(house: &House, by: &Actor, patient: PatientId, at: &str) -> DocumentId {
    let wanted = [Wanted::at(Purpose::Consultation, at.parse().unwrap(), Some(by.person))];
    done(house.practice.book_visits(by, patient, &wanted).await.unwrap())[0]
}

#[tokio::test]
async fn what_was_booked_and_called_off_before_anybody_was_told_is_not_told() {
    let (house, nurse, ada) = writing(House::open().await).await;
    let id = a_talk(&house, &nurse, ada).await;
    let seen = visit(&house, &nurse, id).await;
    house.practice.cancel_visit(&nurse, &seen, "typed wrong").await.unwrap();
    assert!(posted(&house).await.is_empty());
}

#[tokio::test]
async fn a_letter_that_could_not_be_sent_is_tried_again_and_given_up_in_the_end() {
    let (house, nurse, ada) = writing(House::open().await).await;
    a_talk(&house, &nurse, ada).await;
    let practice = &house.practice;
    let mut attempts = 0;
    for _ in 0..40 {
        while let Some(letter) = practice.next_letter().await.unwrap() {
            attempts += 1;
            practice.letter(&letter, percuta_practice::letters::Sent::Failed).await.unwrap();
        }
        pass(SignedDuration::from_mins(10));
    }
    assert_eq!(attempts, 6);
    // Where nobody writes letters nothing waits to be written.
    let house = House::open().await;
    assert!(house.practice.next_letter().await.unwrap().is_none());
}

#[tokio::test]
async fn times_are_those_of_the_site_and_stay_so_when_its_clocks_change() {
    use percuta_chart::calendar::{Room, RoomKind, Site};
    let house = House::open().await;
    let nurse = practitioner(&house, "Nell Invented", 1.5, &[]).await;
    let practice = &house.practice;
    let ada = house.patient("Ada Invented").await;
    let first = practice.first_site().await.unwrap();
    let every_day = |site: &Site| {
        let hours = site.hours[0];
        (1..=7).map(|weekday| percuta_chart::calendar::Hours { weekday, ..hours }).collect()
    };
    let mut sites = vec![(first.id, "Europe/London")];
    for zone in ["America/New_York", "Australia/Lord_Howe"] {
        let site = Site {
            name: zone.to_owned(),
            time_zone: zone.to_owned(),
            hours: every_day(&first),
            ..first.document.clone()
        };
        let site = practice.add_site(&house.owner, &site).await.unwrap();
        let room = Room {
            name: "Room".to_owned(),
            site,
            kind: RoomKind::Treatment,
            capacity: 1,
            turnover_min: 0,
            blocked: Vec::new(),
            is_used: true,
        };
        practice.add_room(&house.owner, &room).await.unwrap();
        sites.push((site, zone));
    }
    let open = Site { hours: every_day(&first), ..first.document.clone() };
    practice
        .save_site(&house.owner, &first, (&open, percuta_practice::sites::Booked::MoveFirst))
        .await
        .unwrap();
    // The days on which the clocks go forward, with the days beside them.
    for ((site, zone), day) in sites.iter().zip(["2027-03-28", "2027-03-14", "2027-10-03"]) {
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        let day: Date = day.parse().unwrap();
        let wish = Wish { site: Some(*site), with: Some(nurse.person), ..Wish::default() };
        for day in [day.yesterday().unwrap(), day, day.tomorrow().unwrap()] {
            let whom = (ada, Purpose::Consultation);
            let found = practice.free_starts(&nurse, whom, (day, 1), &wish).await.unwrap();
            let start = found.starts.first().unwrap();
            let clock = start.at.to_zoned(zone.clone());
            assert_eq!((clock.date(), clock.time()), (day, jiff::civil::time(9, 0, 0, 0)), "{day}");
            let wanted = [Wanted::start(Purpose::Consultation, start)];
            let booked = done(practice.book_visits(&nurse, ada, &wanted).await.unwrap());
            assert_eq!(visit(&house, &nurse, booked[0]).await.site, *site);
        }
    }
    // One person at two sites is held at both: half past ten in New York is not free while London has her at half past two.
    let whom = (ada, Purpose::Consultation);
    let day: Date = "2027-05-03".parse().unwrap();
    let at = "2027-05-03T14:30:00Z".parse().unwrap();
    let wanted = Wanted { site: Some(sites[0].0), ..Wanted::at(whom.1, at, Some(nurse.person)) };
    let bea = house.patient("Bea Invented").await;
    done(practice.book_visits(&nurse, bea, &[wanted]).await.unwrap());
    let wish = Wish { site: Some(sites[1].0), with: Some(nurse.person), ..Wish::default() };
    let found = practice.free_starts(&nurse, whom, (day, 1), &wish).await.unwrap();
    assert!(found.starts.iter().all(|start| start.until <= at || start.at > at));
    assert!(!found.starts.is_empty());
}
