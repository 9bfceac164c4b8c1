//! What is written is read as the same instants, in zones whose clocks change in every way; and no spoilt file ends the
//! program or takes long.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the draws and zones are right")]

#[path = "support/draw.rs"]
mod draw;

use draw::Draw;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use percuta_calendar_codec::{
    Event, Feed, Options, Order, Row, State, Title, feed, object, read_ics,
};

const ZONES: [&str; 6] = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Europe/Dublin",
];

fn event(uid: String, from: Timestamp, minutes: i64, zone: &TimeZone) -> Event {
    Event {
        uid,
        sequence: 1,
        state: State::Confirmed,
        from,
        until: from + SignedDuration::from_mins(minutes),
        zone: zone.clone(),
        title: Title::Says("Invented; visit, with \\ and\nmore äöü😀 words".to_owned()),
        location: "Room 1".to_owned(),
        words: vec!["a".to_owned(), "b, c".to_owned()],
        updated: "2026-01-01T00:00:00Z".parse().unwrap(),
        alarm_minutes: Some(30),
    }
}

/// Every quarter of an hour of the five hours around each change of the clock, and draws from the rest.
fn events(name: &str) -> Vec<Event> {
    let zone = TimeZone::get(name).unwrap();
    let first: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    let last: Timestamp = "2028-01-01T00:00:00Z".parse().unwrap();
    let mut starts = Vec::new();
    for change in zone.following(first).take_while(|change| change.timestamp() < last) {
        let around = -10..=10;
        starts.extend(
            around.map(|quarter| change.timestamp() + SignedDuration::from_mins(quarter * 15)),
        );
    }
    let mut draw = Draw(7);
    for _ in 0..200 {
        let minutes = i64::try_from(draw.below(3 * 365 * 24 * 60)).unwrap();
        starts.push(first + SignedDuration::from_mins(minutes));
    }
    let minutes = [5, 45, 95, 1_600];
    let every = starts.iter().enumerate();
    every.map(|(at, from)| event(format!("{at}@{name}"), *from, minutes[at % 4], &zone)).collect()
}

fn read(bytes: &[u8], known: bool) -> Vec<Row> {
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    let zones = |name: &str| known.then(|| TimeZone::get(name).ok()).flatten();
    let options = Options {
        zone: &zone,
        from: "2000-01-01T00:00:00Z".parse().unwrap(),
        until: "2100-01-01T00:00:00Z".parse().unwrap(),
        zones: &zones,
        order: Order::AsShown,
    };
    let import = read_ics(bytes, &options).unwrap();
    assert_eq!((import.problems, import.remarks, import.outside), (vec![], vec![], 0));
    import.rows
}

/// The same instants, by the zones that are known and by what the file itself says of them.
fn comes_back(bytes: &[u8], events: &[Event]) {
    for known in [true, false] {
        let mut rows = read(bytes, known);
        rows.sort_by(|one, other| one.about.uid.cmp(&other.about.uid));
        let mut events: Vec<&Event> = events.iter().collect();
        events.sort_by(|one, other| one.uid.cmp(&other.uid));
        assert_eq!(rows.len(), events.len());
        for (row, event) in rows.iter().zip(events) {
            assert_eq!(row.about.uid.as_ref(), Some(&event.uid));
            assert_eq!((row.from, row.until), (event.from, event.until), "{}", event.uid);
            let Title::Says(title) = &event.title else { continue };
            assert_eq!(row.about.title.as_ref(), Some(title));
            assert_eq!(row.about.notes.as_deref(), Some("a\nb, c"));
        }
    }
}

#[test]
fn a_feed_comes_back_as_the_same_instants() {
    for name in ZONES {
        let events = events(name);
        assert!(events.len() >= 200);
        let name = Title::Private;
        let written = feed(&Feed { name, events: events.clone(), refresh_minutes: 60 }).unwrap();
        comes_back(&written, &events);
    }
}

#[test]
fn one_appointment_comes_back_by_its_own_few_rules() {
    for name in ZONES {
        for event in events(name).iter().step_by(3) {
            comes_back(&object(event).unwrap(), std::slice::from_ref(event));
        }
    }
}

/// A file with some of its bytes changed, left out, doubled or cut off.
fn spoilt(bytes: &[u8], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=draw.below(6) {
        let at = draw.index(bytes.len().max(1));
        let to = (at + draw.index(40)).min(bytes.len());
        match draw.below(5) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(draw.below(256)).unwrap(),
            1 => drop(bytes.drain(at.min(to)..to)),
            2 => {
                let part = bytes[at.min(to)..to].to_vec();
                bytes.splice(at.min(to)..at.min(to), part);
            }
            3 if draw.below(8) == 0 => bytes.truncate(at),
            _ => {
                let word = draw.pick(&[
                    "RRULE:FREQ=DAILY;INTERVAL=9999\r\n",
                    "99999999",
                    "T",
                    "BEGIN:VEVENT\r\n",
                    "END:VCALENDAR\r\n",
                    ";",
                    ":",
                    "\"",
                    "FREQ=YEARLY;BYDAY=-53SU\r\n",
                    "COUNT=4294967295",
                    "00000000T000000Z",
                    "\0",
                    "99991231T235959Z",
                    "P9999999W",
                    ",",
                    "\n ",
                    "TZID=",
                    "-",
                    "\u{feff}",
                    "é",
                ]);
                let at = at.min(bytes.len());
                bytes.splice(at..at, word.bytes());
            }
        }
    }
    bytes
}

#[test]
fn no_spoilt_calendar_ends_the_program_or_takes_long() {
    let zone = TimeZone::get("Europe/London").unwrap();
    let zones = |name: &str| TimeZone::get(name).ok();
    let options = Options {
        zone: &zone,
        from: "2026-01-01T00:00:00Z".parse().unwrap(),
        until: "2027-01-01T00:00:00Z".parse().unwrap(),
        zones: &zones,
        order: Order::AsShown,
    };
    let series = include_bytes!("golden/series.ics");
    let files = [include_bytes!("golden/feed.ics").as_slice(), series];
    let mut draw = Draw(2_026);
    let mut read = 0;
    for round in 0..2_000 {
        let bytes = spoilt(files[round % 2], &mut draw);
        read += usize::from(read_ics(&bytes, &options).is_ok());
    }
    assert!(read > 1_000, "most spoilt files should still be looked into: {read}");
}
