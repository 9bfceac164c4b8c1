//! Every stored form that was ever released, word for word. People and texts are invented.
//!
//! A file of `golden/` is never edited: a change of a form is another form, with another file beside it. What is
//! written today is what the newest file says, and every file opens to the value that it was made from. The list of
//! their digests is in `golden/RELEASED`, so that an edit by mistake is seen.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    fs,
    path::Path,
};

use jiff::{
    Timestamp,
    civil::{date, time},
};
use percuta_chart::{
    Stored,
    calendar::{
        Blocked, Device, Extra, Held, Hours, Kept, KeptVisit, Room, RoomKind, RoomNeed, Roster,
        Service, ServiceFor, ServicePhase, Services, Shift, Site, StaffNeed, Told, Waiting,
        WaitingState, document_of_first_room, document_of_first_site,
    },
    check_in::{CheckIn, Handling, Level, Note, Outcome, Reader, Scorer},
    clinic::{
        Clinic, ConsentForm, ConsentSection, LetterTitle, Letters, Opening, Price, PriceList,
        SignOff, SimpleCalendar, VisitShape,
    },
    comparison::{
        Alignment, Bound, Change, Check, Comparison, Mark, MarkKind, NotMeasurable, Reading,
        Repeats, Shape, Tile, Tiles,
    },
    consent::{Consent, Named, PhotographUse},
    course::{Course, CourseState, PlannedSession, PlannedZone, Quote, QuoteLine},
    feed::{Feed, FeedState, FeedTitle},
    intake::{Intake, Progress, Teller},
    permission::{
        Channel, Permission, Place, Publication, PublicationState, Purpose as PublishedFor, Speaker,
    },
    person::{CameBy, Member, Part, Patient, Standing},
    photograph::{
        self, Camera, Card, Checked, Limit, Markup, Noted, Photograph, Step, Taker, Upload, View,
    },
    screening::{Disposition, Occasion, Override, Screening},
    session::{Addendum, Cartridge, Endpoint, Session, Side, TreatedZone},
    visit::{NumbingTimes, Phase, PhaseKind, Purpose, Visit, VisitState},
};
use percuta_record::{BlobId, DocumentId, PersonId, Source, Version};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

/// That a value is written as its file says, and that the file opens to the value.
fn same<D: Stored + Debug + PartialEq>(name: &str, value: &D) {
    let path = folder().join(format!("{name}.v{}.json", D::FORM));
    let released = fs::read(path).unwrap();
    let written = value.to_bytes().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&written),
        String::from_utf8_lossy(&released),
        "`{name}` is written otherwise than it was released"
    );
    assert_eq!(D::from_bytes(D::FORM, &released).unwrap(), *value, "`{name}` opens otherwise");
    assert!(D::from_bytes(D::FORM + 1, &released).is_err(), "a newer form is not guessed at");
}

/// That a file of an older form opens to a value of today.
fn stepped<D: Stored + Debug + PartialEq>(name: &str, form: u16, value: &D) {
    let released = fs::read(folder().join(format!("{name}.v{form}.json"))).unwrap();
    assert_eq!(D::from_bytes(form, &released).unwrap(), *value, "`{name}` steps up otherwise");
    assert!(D::from_bytes(D::FORM, &released).is_err(), "a form is not taken for another");
}

fn document(byte: u8) -> DocumentId {
    DocumentId::from_bytes([byte; 16])
}

fn person(byte: u8) -> PersonId {
    PersonId::from_bytes([byte; 16])
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn source(byte: u8) -> Source {
    Source { document: document(byte), version: Version::new(2).unwrap() }
}

fn text(words: &str) -> String {
    words.to_owned()
}

#[test]
fn what_the_clinic_says_of_itself() {
    let opening = Opening { from: time(9, 0, 0, 0), until: time(17, 30, 0, 0) };
    let clinic = Clinic {
        name: text("Invented Skin"),
        address: text("1 Nowhere Street\nSomewhere"),
        telephone: text("020 7946 0000"),
        out_of_hours: text("Go to an urgent care centre."),
        emergency_number: text("112"),
        calling_code: text("44"),
        time_zone: text("Europe/London"),
        currency: text("GBP"),
        sign_off: Some(SignOff {
            version: text("2026.1"),
            digest: text("sha256:00"),
            by: person(1),
            name: text("Dr Ines Invented"),
            at: at("2026-11-01T09:00:00Z"),
        }),
        letters: Letters {
            from: Some(text("desk@clinic.example")),
            remind_hours: BTreeSet::from([24, 48]),
            title: LetterTitle::Says,
        },
        card_pitch_mm: Some(12.5),
        before: None,
    };
    same("clinic", &clinic);
    // Until form 3 nobody had said how large the card is.
    let clinic = Clinic { card_pitch_mm: None, ..clinic };
    stepped("clinic", 2, &clinic);
    // Form 1 had the calendar in it; it stays at hand until sites are made of it.
    let before = SimpleCalendar {
        hours: BTreeMap::from([(1, opening), (5, opening)]),
        closed: BTreeSet::from([date(2026, 12, 25)]),
        room: text("Treatment room"),
        visit: VisitShape {
            cleanse_min: 10,
            numbing_min: 40,
            treatment_min: 35,
            aftercare_min: 10,
        },
    };
    let letters = Letters::default();
    let stepped_up = Clinic { letters, before: Some(before), ..clinic };
    stepped("clinic", 1, &stepped_up);
    stepped("clinic-before", 2, &stepped_up);
    same("clinic-before", &stepped_up);
    let price = Price { service: text("pen"), title: text("Session with a pen"), minor: 25_000 };
    same("price-list", &PriceList { currency: text("GBP"), prices: vec![price] });
    let section = ConsentSection { heading: text("What is done"), paragraphs: vec![text("…")] };
    same("consent-form", &ConsentForm { title: text("Consent"), sections: vec![section] });
}

#[test]
fn what_visits_are_made_of() {
    let site = document_of_first_site();
    let hours = |weekday| Hours { weekday, from: time(9, 0, 0, 0), until: time(17, 30, 0, 0) };
    same(
        "site",
        &Site {
            name: text("Invented Skin"),
            address: String::new(),
            time_zone: text("Europe/London"),
            hours: vec![hours(1), hours(5)],
            closed: BTreeMap::from([(date(2026, 12, 25), text("Christmas"))]),
            is_open: true,
        },
    );
    let blocked = |why: &str| Blocked {
        from: at("2026-11-18T12:00:00Z"),
        until: at("2026-11-18T13:00:00Z"),
        why: text(why),
    };
    for kind in RoomKind::ALL {
        let room = Room {
            name: text("Bay"),
            site,
            kind,
            capacity: 2,
            turnover_min: 10,
            blocked: vec![blocked("Painted")],
            is_used: true,
        };
        same(&format!("room-{}", kind.word()), &room);
    }
    stepped(
        "room",
        1,
        &Room {
            name: text("Treatment room"),
            site,
            kind: RoomKind::Treatment,
            capacity: 1,
            turnover_min: 0,
            blocked: Vec::new(),
            is_used: true,
        },
    );
    same(
        "device",
        &Device {
            name: text("Pen 1"),
            serial: text("A-0001"),
            site,
            modality: text("pen"),
            rooms: BTreeSet::from([document_of_first_room()]),
            turnover_min: 5,
            blocked: vec![blocked("Serviced")],
            is_used: false,
        },
    );
    let roster = Roster {
        week: Some(vec![Shift { site, hours: hours(1) }]),
        breaks: vec![Hours { weekday: 1, from: time(12, 0, 0, 0), until: time(12, 30, 0, 0) }],
        extra: vec![Extra {
            site,
            day: date(2026, 11, 21),
            from: time(10, 0, 0, 0),
            until: time(14, 0, 0, 0),
        }],
        away: vec![blocked("Course")],
        services: Some(BTreeSet::from([text("session")])),
        devices: Some(BTreeSet::from([text("pen")])),
    };
    same("roster", &roster);
    same("roster-open", &Roster::default());
    let phase = |kind, room, staff, device: Option<&str>| ServicePhase {
        kind,
        minutes_min: 30,
        minutes_max: 45,
        room,
        staff,
        device: device.map(text),
    };
    let service = |code: &str, purpose, phases| Service {
        code: text(code),
        title: text(code),
        purpose,
        phases,
        is_offered: true,
    };
    let (lead, help) = (Some(StaffNeed::Practitioner), Some(StaffNeed::Assistant));
    let session = vec![
        phase(PhaseKind::Cleanse, RoomNeed::In(RoomKind::Numbing), help, None),
        phase(PhaseKind::Numbing, RoomNeed::Same, None, None),
        phase(PhaseKind::Treatment, RoomNeed::In(RoomKind::Treatment), lead, Some("pen")),
    ];
    let talk = || vec![phase(PhaseKind::Talk, RoomNeed::Nowhere, lead, None)];
    let modalities = BTreeSet::from([text("pen")]);
    let services = Services {
        services: vec![
            service("consultation", ServiceFor::Consultation, talk()),
            service("session", ServiceFor::Session { modalities }, session),
            service("follow-up", ServiceFor::FollowUp, talk()),
        ],
    };
    same("services", &services);
}

#[test]
fn what_of_times_is_not_booked() {
    same("held-nothing", &Held::default());
    let visit = visit(Purpose::Consultation, VisitState::Booked);
    let kept = KeptVisit {
        purpose: visit.purpose,
        site: visit.site,
        service: visit.service,
        with: visit.with,
        phases: visit.phases,
    };
    let until = at("2026-11-01T09:15:00Z");
    same("held", &Held { kept: Some(Kept { until, visits: vec![kept] }) });
    let waiting = |state| Waiting {
        purpose: Purpose::FollowUp { course: document(4) },
        from: date(2026, 11, 18),
        until: date(2026, 12, 18),
        between: Some((time(9, 0, 0, 0), time(12, 0, 0, 0))),
        weekdays: BTreeSet::from([2, 4]),
        since: at("2026-11-01T09:00:00Z"),
        note: text("Lives an hour away"),
        state,
    };
    let reminded = BTreeSet::from([(at("2026-11-18T10:00:00Z"), 48)]);
    same("told", &Told { version: Some(2), reminded });
    same("told-nothing", &Told::default());
    same("waiting", &waiting(WaitingState::Waits));
    same("waiting-booked", &waiting(WaitingState::Booked { visit: document(5) }));
    same("waiting-ended", &waiting(WaitingState::Ended { at: until }));
}

#[test]
fn what_a_calendar_reads_again_and_again() {
    let open =
        FeedState::Open { secret_sha256: "0f".repeat(32), since: at("2026-11-21T10:00:00Z") };
    let ended = FeedState::Ended { at: at("2026-11-22T10:00:00Z") };
    same("feed", &Feed { person: person(1), title: FeedTitle::Private, state: open });
    same("feed-ended", &Feed { person: person(1), title: FeedTitle::Says, state: ended });
    let broken = FeedState::Open { secret_sha256: text("0f"), since: at("2026-11-21T10:00:00Z") };
    let broken = Feed { person: person(1), title: FeedTitle::Private, state: broken };
    assert!(broken.to_bytes().is_err(), "a secret that is no digest is not kept");
}

#[test]
fn people() {
    same(
        "patient",
        &Patient {
            name: text("Nora Invented"),
            called: Some(text("Nora")),
            birth_date: date(1990, 5, 31),
            telephone: Some(text("020 7946 0999")),
            email: None,
            alerts: vec![text("Latex allergy, as stated")],
            came_by: CameBy::SelfCheck,
        },
    );
    let member = |standing| Member {
        name: text("Dr Ines Invented"),
        credentials: text("MD"),
        email: text("ines@clinic.example"),
        parts: BTreeSet::from(Part::ALL),
        qualifications: BTreeSet::from([text("physician")]),
        depth_mm_max: Some(1.5),
        standing,
    };
    let until = at("2026-12-01T09:00:00Z");
    same("member-invited", &member(Standing::Invited { until }));
    same("member-active", &member(Standing::Active { password: text("$argon2id$…") }));
    same("member-left", &member(Standing::Left));
}

#[test]
fn what_was_said_and_answered() {
    let intake = |progress, json, by| Intake {
        form: vec![(text("pregnancy"), text("no"))],
        progress,
        json,
        as_of: date(2026, 11, 1),
        by,
        at: at("2026-11-01T09:00:00.25Z"),
    };
    same("intake-asking", &intake(Progress::Asking, Value::Null, Teller::Patient));
    let json = json!({ "as_of": "2026-11-01", "conditions": [{ "code": "psoriasis" }] });
    same("intake-sent", &intake(Progress::Sent, json, Teller::Member(person(1))));
    same(
        "screening",
        &Screening {
            intake: source(2),
            on: date(2026, 11, 1),
            answer: text(r#"{"disposition":"defer"}"#),
            disposition: Disposition::Defer,
            effective: Disposition::ProceedWithPrecautions,
            not_before: Some(date(2026, 11, 20)),
            expires: date(2027, 1, 30),
            rulebook_version: text("2026.1"),
            rulebook_digest: text("sha256:00"),
            overrides: vec![Override {
                rule: text("contra.sunburn"),
                by: person(1),
                name: text("Dr Ines Invented, MD"),
                qualification: text("physician"),
                reason: text("Healed on examination."),
                at: at("2026-11-01T10:00:00Z"),
            }],
            occasion: Occasion::DayOfVisit,
        },
    );
}

fn course(state: CourseState) -> Course {
    Course {
        title: text("Acne scars, cheeks"),
        screening: document(3),
        request: json!({ "goals": [] }),
        plan: text(r#"{"judge_at":{"months_after_last":3}}"#),
        sessions: vec![PlannedSession {
            number: 1,
            window: Some((date(2026, 11, 10), date(2026, 11, 24))),
            zones: vec![PlannedZone {
                region: text("cheek"),
                depth_mm: 1.0,
                ceiling_mm: 1.5,
                ceiling_by: text("the region"),
                rises_to_mm: 1.25,
                passes: Some((4, 6)),
                endpoint: Some(text("Even redness")),
            }],
        }],
        quote: Quote {
            currency: text("GBP"),
            lines: vec![QuoteLine { title: text("Session"), times: 4, each_minor: 25_000 }],
        },
        state,
        by: person(1),
    }
}

#[test]
fn courses_in_every_state() {
    let (offered, then) = (at("2026-11-01T10:00:00Z"), at("2026-11-02T10:00:00Z"));
    same("course-draft", &course(CourseState::Draft));
    same("course-offered", &course(CourseState::Offered { at: offered }));
    same("course-accepted", &course(CourseState::Accepted { offered, at: then }));
    same("course-stopped", &course(CourseState::Stopped { at: then, why: text("Moved away.") }));
    same("course-finished", &course(CourseState::Finished { at: then }));
}

fn visit(purpose: Purpose, state: VisitState) -> Visit {
    let (from, until) = (at("2026-11-18T10:00:00Z"), at("2026-11-18T11:35:00Z"));
    let phase = |kind| Phase {
        kind,
        from,
        until,
        room: Some(document(8)),
        staff: Some(person(1)),
        device: Some(document(9)),
    };
    Visit {
        purpose,
        site: document_of_first_site(),
        service: text("session"),
        from,
        until,
        phases: PhaseKind::ALL.map(phase).to_vec(),
        with: person(1),
        state,
        checked: BTreeMap::from([(text("photographs"), (person(1), from))]),
        numbing: Some(NumbingTimes { product: text("lmx4"), on: from, off: Some(until) }),
        note: text("Wants to wait until spring."),
    }
}

/// What a visit of forms 1 and 2 was: in the one room with one person from its beginning to its end.
fn in_one_room(visit: Visit) -> Visit {
    let phase = |phase: Phase| Phase {
        room: Some(document_of_first_room()),
        staff: Some(visit.with),
        device: None,
        ..phase
    };
    let service = match visit.purpose {
        Purpose::Consultation => "consultation",
        Purpose::Session { .. } => "session",
        Purpose::FollowUp { .. } => "follow-up",
    };
    let phases = visit.phases.iter().copied().map(phase).collect();
    Visit { service: text(service), phases, ..visit }
}

fn check(value: Option<f64>, is_ok: bool) -> Check {
    Check {
        name: text("pose"),
        of: text("turned to the side"),
        value,
        unit: text("deg"),
        bound: Bound::AtMost,
        limit: 5.0,
        is_ok,
        remedy: text("Turn the head as on the earlier photograph."),
    }
}

fn comparison(checks: Vec<Check>) -> Comparison {
    let why = text("one flat photograph holds no relief");
    Comparison {
        before: document(1),
        after: document(2),
        marks: Vec::new(),
        engine: text("1"),
        days_after_session: None,
        checks,
        alignment: None,
        changes: Vec::new(),
        not_measurable: vec![NotMeasurable { what: text("scar depth in mm"), why }],
        map: None,
        aligned: None,
        map_picture: None,
        is_repeat: false,
    }
}

#[test]
fn photographs_that_were_compared_and_what_repeats_differ_by() {
    same("comparison-not", &comparison(vec![check(Some(9.25), false), check(None, false)]));
    let focus = Check {
        name: text("focus"),
        bound: Bound::AtLeast,
        limit: 60.0,
        unit: text("%"),
        ..check(Some(88.0), true)
    };
    let mark = |kind, shape| Mark { kind, shape, left: 100, top: 200, width: 300, height: 400 };
    let change = |what, learned_from, note| Change {
        what: text(what),
        value: -3.1,
        unit: text("EI"),
        interval: [-4.0, -2.2],
        against: text("control patch"),
        smallest_detectable: 2.0,
        learned_from,
        note,
    };
    let compared = Comparison {
        marks: vec![mark(MarkKind::Treated, Shape::Ellipse), mark(MarkKind::Control, Shape::Box)],
        days_after_session: Some(42),
        alignment: Some(Alignment {
            model: text("homography+flow"),
            inliers: 412,
            residual_px: 0.41,
            residual_px_heldout: 0.45,
        }),
        changes: vec![
            change("erythema", None, None),
            change("texture_fine", Some(14), Some(text("contrast under this light, not a depth"))),
        ],
        map: Some(Tiles {
            edge_px: 24,
            threshold: 1.4,
            area_cm2: Some(38.5),
            list: [Reading::Less, Reading::None, Reading::More]
                .into_iter()
                .zip(3..)
                .map(|(reading, column)| Tile { column, row: 1, change: -1.5, reading })
                .collect(),
        }),
        aligned: Some(BlobId::from_bytes([3; 16])),
        map_picture: Some(BlobId::from_bytes([4; 16])),
        is_repeat: true,
        ..comparison(vec![check(Some(1.5), true), focus])
    };
    same("comparison", &compared);
    // What cannot be compared shows no number, whoever wrote it.
    let checks = vec![check(Some(9.25), false)];
    assert!(Comparison { checks, ..compared }.to_bytes().is_err());
    assert!(comparison(Vec::new()).to_bytes().is_err(), "without a check nothing was compared");
    let differences = BTreeMap::from([(text("erythema"), vec![0.5, -0.25])]);
    same("repeats", &Repeats { differences });
}

#[test]
fn visits_for_every_purpose_in_every_state() {
    let (course, at) = (document(4), at("2026-11-18T10:05:00Z"));
    let session = Purpose::Session { course, number: 2 };
    let cancelled = VisitState::Cancelled { at, why: text("Ill.") };
    for (name, visit) in [
        ("visit-booked", visit(Purpose::Consultation, VisitState::Booked)),
        ("visit-arrived", visit(session, VisitState::Arrived { at })),
        ("visit-done", visit(Purpose::FollowUp { course }, VisitState::Done { at })),
        ("visit-cancelled", visit(session, cancelled)),
        ("visit-no-show", visit(session, VisitState::NoShow { at })),
    ] {
        same(name, &visit);
        // Forms 1 and 2 had one room, and form 1 had no note.
        let old = in_one_room(visit);
        stepped(name, 2, &old);
        stepped(name, 1, &Visit { note: String::new(), ..old });
    }
}

#[test]
fn consents_and_sessions() {
    same(
        "consent",
        &Consent {
            course: document(4),
            form: source(5),
            text_sha256: "0".repeat(64),
            named: vec![Named {
                code: text("pigment"),
                says: text("Darker patches may come."),
                sources: vec![text("L.chu2021")],
            }],
            signed_as: text("Nora Invented"),
            at: at("2026-11-10T10:00:00Z"),
            photographs: BTreeSet::from([
                PhotographUse::Record,
                PhotographUse::Clinic,
                PhotographUse::Teaching,
                PhotographUse::Public,
            ]),
        },
    );
    let endpoints = [
        (Some(Side::Right), Some(Endpoint::None)),
        (Some(Side::Left), Some(Endpoint::EvenRedness)),
        (None, Some(Endpoint::PinpointBleeding)),
        (None, Some(Endpoint::MoreThanPinpoint)),
        (None, None),
    ];
    let zone = |(side, endpoint)| TreatedZone {
        region: text("cheek"),
        side,
        depth_mm: 1.0,
        ceiling_mm: 1.5,
        ceiling_by: text("the region"),
        passes: 4,
        endpoint,
        cartridges: BTreeSet::from([1, 2]),
        done: Some(at("2026-11-18T11:20:00Z")),
    };
    let cartridge = |lot| Cartridge { lot: text(lot), expires: date(2027, 1, 31) };
    let session = Session {
        visit: document(6),
        course: document(4),
        number: 2,
        on: date(2026, 11, 18),
        by: person(1),
        modality: text("pen"),
        device: Some(text("exceed")),
        zones: endpoints.map(zone).to_vec(),
        cartridges: vec![cartridge("A1"), cartridge("A2")],
        numbing: None,
        confirmed: vec![text("sharps")],
        note: text("Well borne."),
        addenda: vec![Addendum {
            by: person(1),
            name: text("Dr Ines Invented"),
            at: at("2026-11-19T09:00:00Z"),
            says: text("The lot was A2."),
        }],
    };
    same("session", &session);
    // Form 1 had one cartridge, and no zone said that it was done with it.
    let zones = session.zones.iter().cloned();
    let zones = zones.map(|zone| TreatedZone { cartridges: BTreeSet::new(), ..zone }).collect();
    let old = Session { zones, cartridges: vec![cartridge("A1")], ..session };
    stepped("session", 1, &old);
}

#[test]
fn a_zone_names_no_cartridge_that_is_not_there() {
    let released = fs::read(folder().join("session.v2.json")).unwrap();
    let mut session = Session::from_bytes(2, &released).unwrap();
    session.zones.first_mut().unwrap().cartridges.insert(3);
    assert!(session.to_bytes().is_err());
}

#[test]
fn what_comes_after() {
    let check_in = |level, handling| CheckIn {
        session: Some(document(7)),
        at: at("2026-11-20T09:50:00Z"),
        json: json!({ "day": 2, "symptoms": [], "unanswered": ["Do you feel ill in yourself?"] }),
        words: text("It feels odd."),
        answer: text(r#"{"level":"normal"}"#),
        level,
        answer_by: Some(at("2026-11-20T13:50:00Z")),
        handling,
        notes: Vec::new(),
    };
    same("check-in-expected", &check_in(Level::Normal, Handling::Expected));
    same("check-in-open", &check_in(Level::Urgent, Handling::Open { owner: None }));
    let taken = Handling::Open { owner: Some(person(1)) };
    same("check-in-taken", &check_in(Level::ContactClinic, taken));
    let closed = Handling::Closed {
        by: person(1),
        name: text("Dr Ines Invented"),
        at: at("2026-11-20T10:00:00Z"),
        says: text("Keep it cool and clean."),
    };
    same("check-in-closed", &check_in(Level::SelfCare, closed.clone()));
    let note = |to, says: &str| Note {
        by: person(1),
        name: text("Dr Ines Invented"),
        at: at("2026-11-20T10:30:00Z"),
        to,
        says: text(says),
    };
    let mut noted = check_in(Level::SelfCare, closed.clone());
    noted.notes = vec![
        note(Reader::Clinic, "Called, nobody answered."),
        note(Reader::Patient, "Please send a photograph."),
        note(Reader::FromPatient, "It is less red now."),
    ];
    same("check-in-noted", &noted);
    // What was stored before there were notes opens as what it was, with none.
    for (name, level, handling) in [
        ("expected", Level::Normal, Handling::Expected),
        ("open", Level::Urgent, Handling::Open { owner: None }),
        ("taken", Level::ContactClinic, Handling::Open { owner: Some(person(1)) }),
        ("closed", Level::SelfCare, closed),
    ] {
        let released = fs::read(folder().join(format!("check-in-{name}.v1.json"))).unwrap();
        assert_eq!(CheckIn::from_bytes(1, &released).unwrap(), check_in(level, handling));
    }
    let outcome = |by| Outcome {
        course: Some(document(4)),
        scale: text("masi"),
        items: vec![(text("forehead.area"), 6.0)],
        score: 14.3,
        on: date(2026, 11, 20),
        by,
    };
    same("outcome-member", &outcome(Scorer::Member(person(1))));
    same("outcome-patient", &outcome(Scorer::Patient));
}

#[test]
fn a_photograph_and_what_belongs_to_it_are_what_they_were() {
    let of_before = |view: View, by| Photograph {
        about: Some(document(6)),
        view,
        region: None,
        step: None,
        taken: at("2026-11-20T09:50:00Z"),
        by,
        source: Camera::Unknown,
        repeat_of: None,
        noted: BTreeSet::from([Noted::Bare]),
        checked: None,
        card: None,
        width: 3_024,
        height: 4_032,
        original: BlobId::from_bytes([1; 16]),
        media_type: text("image/jpeg"),
        display: BlobId::from_bytes([2; 16]),
        thumbnail: BlobId::from_bytes([3; 16]),
    };
    let by = |view| if view == View::Close { Taker::Patient } else { Taker::Clinic };
    for view in View::ALL {
        stepped(&format!("photograph-{}", view.word()), 1, &of_before(view, by(view)));
        same(&format!("photograph-{}", view.word()), &taken_in_sequence(of_before(view, by(view))));
    }
    let mut file = of_before(View::Front, Taker::Patient);
    (file.source, file.card) = (Camera::File, Some(Card::NotInFrame));
    file.checked = Some(Checked { against: None, found: Vec::new() });
    same("photograph-from-file", &file);
    let upload = Upload {
        by: person(1),
        view: View::Left45,
        bytes: 4_200_000,
        part: 1_048_576,
        sha256: Some("0f".repeat(32)),
        begun: at("2026-11-20T09:50:00Z"),
    };
    same("upload", &upload);
    let mark = |shape, note| photograph::Mark {
        shape,
        note: text(note),
        by: person(1),
        at: at("2026-11-20T10:00:00Z"),
    };
    let markup = Markup {
        photograph: document(7),
        marks: vec![
            mark(
                photograph::Shape::Ring { middle: (5_000, 4_000), radius: 900 },
                "Look here next time.",
            ),
            mark(photograph::Shape::Arrow { from: (0, 0), to: (10_000, 10_000) }, ""),
            mark(
                photograph::Shape::Line { points: vec![(1, 2), (3, 4), (5, 6)] },
                "Edge of the scar.",
            ),
        ],
    };
    same("markup", &markup);
}

/// One of a sequence, taken with the page's camera and checked.
fn taken_in_sequence(of_before: Photograph) -> Photograph {
    let check = |name: &str, value, limit, ok| photograph::Check {
        name: text(name),
        of: text("tilted in the picture"),
        value,
        unit: text("deg"),
        limit,
        ok,
        remedy: text(if ok { "" } else { "Hold the camera level." }),
    };
    Photograph {
        region: Some(text("face")),
        step: Some(Step { sequence: document(8), number: 2 }),
        source: Camera::Page,
        repeat_of: Some(document(9)),
        checked: Some(Checked {
            against: Some(document(9)),
            found: vec![
                check("pose", Some(7.5), Limit::AtMost(5.0), false),
                check("focus", None, Limit::AtLeast(60.0), false),
                check("scale", Some(1.5), Limit::AtMost(5.0), true),
            ],
        }),
        card: Some(Card::Read { error_mean: 2.5, error_max: 6.5, mm_per_px: Some(0.08), ok: true }),
        ..of_before
    }
}

/// What is listed is there and is what it was; what is there is listed.
#[test]
fn no_released_file_was_edited_or_lost() {
    let listed = fs::read_to_string(folder().join("RELEASED")).unwrap();
    let listed: BTreeMap<&str, &str> = listed
        .lines()
        .filter_map(|line| line.split_once("  ").map(|(sum, name)| (name, sum)))
        .collect();
    let mut found = BTreeSet::new();
    for file in fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "RELEASED" {
            continue;
        }
        let digest = Sha256::digest(fs::read(&path).unwrap());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let released = listed.get(name.as_str()).copied();
        assert_eq!(released, Some(digest.as_str()), "`{name}` was edited, or is not in RELEASED");
        found.insert(name);
    }
    for name in listed.keys() {
        assert!(found.contains(*name), "`{name}` was released and is gone");
    }
}

#[test]
fn what_is_said_of_a_photograph_and_where_its_copies_are() {
    let permission = |uses: &[PhotographUse], by| Permission {
        photograph: document(1),
        uses: uses.iter().copied().collect(),
        by,
        at: at("2026-11-21T10:00:00Z"),
        shown: text("May it be shown in public? Yes."),
    };
    let all = [PhotographUse::Record, PhotographUse::Clinic, PhotographUse::Public];
    same("permission-patient", &permission(&all, Speaker::Patient));
    let by = Speaker::Clinic { by: person(2), name: text("Dr Ines Invented") };
    same("permission-clinic", &permission(&[], by));
    let publication = |state, place| Publication {
        of: percuta_record::PatientId::from_bytes([4; 16]),
        photographs: vec![document(1), document(2)],
        purpose: PublishedFor::Public,
        place,
        file_sha256: Some("0".repeat(64)),
        by: person(2),
        at: at("2026-11-21T10:00:00Z"),
        state,
    };
    let site =
        Place { channel: Channel::WebSite, words: text("clinic web site, before and after") };
    same("publication-exported", &publication(PublicationState::Exported, None));
    let up = PublicationState::Up { since: date(2026, 11, 21) };
    same("publication-up", &publication(up, Some(site.clone())));
    let asked = PublicationState::ToTakeDown {
        asked: at("2026-11-22T10:00:00Z"),
        until: date(2026, 11, 29),
    };
    same("publication-to-take-down", &publication(asked, Some(site.clone())));
    let gone = PublicationState::TakenDown {
        at: at("2026-11-23T10:00:00Z"),
        by: person(2),
        name: text("Dr Ines Invented"),
        proof: text("The page was loaded again."),
    };
    let mut gone = publication(gone, Some(site));
    (gone.purpose, gone.file_sha256) = (PublishedFor::Teaching, None);
    gone.photographs.truncate(1);
    same("publication-taken-down", &gone);
}
