//! What is written: word for word in files that are kept, and its limits.
#![expect(clippy::unwrap_used, reason = "the example's times and zones are right")]

use jiff::tz::TimeZone;
use percuta_calendar_codec::{
    Event, Feed, Mailbox, Parties, State, Title, Unwritable, feed, invitation, object,
};

fn event(uid: &str, from: &str, until: &str, zone: &str) -> Event {
    Event {
        uid: uid.to_owned(),
        sequence: 0,
        state: State::Confirmed,
        from: from.parse().unwrap(),
        until: until.parse().unwrap(),
        zone: TimeZone::get(zone).unwrap(),
        title: Title::Says("Session 2 of 3, face; with Ada".to_owned()),
        location: "12 Invented Row, London".to_owned(),
        words: vec!["Come without make-up.".to_owned(), "Allow 95 minutes.".to_owned()],
        updated: "2026-02-01T08:00:00Z".parse().unwrap(),
        alarm_minutes: None,
    }
}

/// The bytes are those of the file.
fn kept(bytes: &[u8], file: &[u8]) {
    assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(file));
}

#[test]
fn a_feed_is_written_as_it_was() {
    let mut repeated = event(
        "repeated@clinic.example",
        "2026-10-25T01:30:00Z",
        "2026-10-25T02:30:00Z",
        "Europe/London",
    );
    repeated.title = Title::Says("In the hour that comes twice".to_owned());
    let mut cancelled = event(
        "cancelled@clinic.example",
        "2026-07-01T23:00:00Z",
        "2026-07-02T00:15:00Z",
        "America/New_York",
    );
    cancelled.state = State::Cancelled;
    cancelled.sequence = 4;
    let feed = feed(&Feed {
        name: Title::Says("Ada Invented".to_owned()),
        events: vec![
            event(
                "plain@clinic.example",
                "2026-03-02T09:00:00Z",
                "2026-03-02T10:35:00Z",
                "Europe/London",
            ),
            repeated,
            cancelled,
            event(
                "half@clinic.example",
                "2026-10-04T02:00:00Z",
                "2026-10-04T03:00:00Z",
                "Australia/Lord_Howe",
            ),
            event(
                "still@clinic.example",
                "2026-10-04T02:00:00Z",
                "2026-10-04T03:00:00Z",
                "Asia/Kolkata",
            ),
        ],
        refresh_minutes: 60,
    });
    kept(&feed.unwrap(), include_bytes!("golden/feed.ics"));
}

#[test]
fn an_invitation_and_its_cancellation_are_written_as_they_were() {
    let mailbox =
        |name: &str, address: &str| Mailbox { name: name.to_owned(), address: address.to_owned() };
    let parties = Parties {
        organizer: mailbox("The \"Invented\" Clinic", "desk@clinic.example"),
        attendee: mailbox("Ann Invented", "ann@mail.example"),
    };
    let mut event = event(
        "visit@clinic.example",
        "2026-03-28T12:00:00Z",
        "2026-03-28T13:00:00Z",
        "Europe/Dublin",
    );
    event.alarm_minutes = Some(120);
    kept(&invitation(&event, &parties).unwrap(), include_bytes!("golden/request.ics"));
    event.state = State::Cancelled;
    event.sequence = 1;
    kept(&invitation(&event, &parties).unwrap(), include_bytes!("golden/cancel.ics"));
}

#[test]
fn a_private_title_lets_no_word_of_the_clinic_out() {
    let mut event = event(
        "visit@clinic.example",
        "2026-03-02T09:00:00Z",
        "2026-03-02T10:00:00Z",
        "Europe/London",
    );
    event.title = Title::Private;
    event.alarm_minutes = Some(60);
    let bytes = object(&event).unwrap();
    kept(&bytes, include_bytes!("golden/private.ics"));
    let text = String::from_utf8(bytes).unwrap();
    for word in ["Session", "face", "Ada", "make-up", "Invented"] {
        assert!(!text.contains(word), "{word} is in it");
    }
    let feed = feed(&Feed { name: Title::Private, events: vec![event], refresh_minutes: 60 });
    assert!(String::from_utf8(feed.unwrap()).unwrap().contains("X-WR-CALNAME:Appointments\r\n"));
}

#[test]
fn what_cannot_be_written_is_said() {
    let good = event("u", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "Europe/London");
    let mut backwards = good.clone();
    backwards.until = backwards.from;
    assert_eq!(object(&backwards), Err(Unwritable::Backwards { uid: "u".to_owned() }));
    let mut ancient = good.clone();
    ancient.from = "-000400-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(object(&ancient), Err(Unwritable::Year { uid: "u".to_owned() }));
    let mut nameless = good.clone();
    nameless.uid = " ".to_owned();
    assert_eq!(object(&nameless), Err(Unwritable::Nameless));
    let twice = Feed {
        name: Title::Private,
        events: vec![good.clone(), good.clone()],
        refresh_minutes: 60,
    };
    assert_eq!(feed(&twice), Err(Unwritable::Twice { uid: "u".to_owned() }));
    let nobody = Mailbox { name: String::new(), address: "ann@mail.example\nX:y".to_owned() };
    let parties = Parties { organizer: nobody.clone(), attendee: nobody };
    assert_eq!(invitation(&good, &parties), Err(Unwritable::Address));
}

#[test]
fn a_zone_without_a_name_is_written_in_utc() {
    let mut event = event("u", "2026-07-02T09:00:00Z", "2026-07-02T10:00:00Z", "Europe/London");
    event.zone = TimeZone::fixed(jiff::tz::offset(2));
    let text = String::from_utf8(object(&event).unwrap()).unwrap();
    assert!(text.contains("\r\nDTSTART:20260702T090000Z\r\nDTEND:20260702T100000Z\r\n"));
    assert!(!text.contains("VTIMEZONE"));
}
