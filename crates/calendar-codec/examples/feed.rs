//! Writes a feed, and each of its appointments as an object, for programs of others to read:
//! `feed FOLDER YEAR EVERY ZONE…`.
//!
//! In every zone the appointments stand around each change of the clock of three years, half an hour apart, and every
//! eleven days between; of all of these, every so manieth is written. `expected.tsv` says what they have to come back
//! as: file, uid, sequence, state, beginning, end. A few are there a second time, moved, and a third time, cancelled.

use std::{error::Error, fmt::Write as _, fs, path::Path};

use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};
use percuta_calendar_codec::{Event, Feed, State, Title, feed, object};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, year, every, zones @ ..] = words.as_slice() else {
        return Err("feed FOLDER YEAR EVERY ZONE…: three words are wanted, and zones".into());
    };
    let (year, every): (i16, usize) = (year.parse()?, every.parse()?);
    let mut events = Vec::new();
    for zone in zones {
        let zone = TimeZone::get(zone)?;
        for from in starts(&zone, year)?.into_iter().step_by(every.max(1)) {
            events.push(event(events.len(), from, &zone));
        }
    }
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let mut expected = String::new();
    for (index, event) in events.iter().enumerate() {
        keep(folder, &format!("{index}.ics"), event, &mut expected)?;
        if index.is_multiple_of(20) {
            let moved = moved(event);
            keep(folder, &format!("{index}-moved.ics"), &moved, &mut expected)?;
            let cancelled = Event { state: State::Cancelled, sequence: 2, ..moved };
            keep(folder, &format!("{index}-cancelled.ics"), &cancelled, &mut expected)?;
        }
    }
    let name = Title::Says("Invented clinic".to_owned());
    fs::write(folder.join("feed.ics"), feed(&Feed { name, events, refresh_minutes: 60 })?)?;
    fs::write(folder.join("expected.tsv"), expected)?;
    Ok(())
}

fn starts(zone: &TimeZone, year: i16) -> Result<Vec<Timestamp>, Box<dyn Error>> {
    let first = zone.to_timestamp(date(year, 1, 1).at(9, 0, 0, 0))?;
    let last = zone.to_timestamp(date(year + 3, 1, 1).at(0, 0, 0, 0))?;
    let mut starts = Vec::new();
    for change in zone.following(first).take_while(|change| change.timestamp() < last) {
        for step in -5..=5 {
            starts.push(change.timestamp() + SignedDuration::from_mins(30 * step));
        }
    }
    let mut from = first;
    while from < last {
        starts.push(from);
        from += SignedDuration::from_hours(11 * 24 + 1);
    }
    Ok(starts)
}

fn event(index: usize, from: Timestamp, zone: &TimeZone) -> Event {
    let minutes = if index.is_multiple_of(7) { 1_500 } else { 45 };
    Event {
        uid: format!("{index}@clinic.example"),
        sequence: 0,
        state: State::Confirmed,
        from,
        until: from + SignedDuration::from_mins(minutes),
        zone: zone.clone(),
        title: Title::Says("Visit; invented, with \\ and äöü 😀".to_owned()),
        location: "12 Invented Row, Nowhere".to_owned(),
        words: vec![
            "Come without make-up.".to_owned(),
            "Allow, say, 95 minutes; or more.".to_owned(),
        ],
        updated: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 50),
        alarm_minutes: index.is_multiple_of(3).then_some(120),
    }
}

fn moved(event: &Event) -> Event {
    let by = SignedDuration::from_hours(24 * 40);
    Event { from: event.from + by, until: event.until + by, sequence: 1, ..event.clone() }
}

fn keep(
    folder: &Path,
    file: &str,
    event: &Event,
    expected: &mut String,
) -> Result<(), Box<dyn Error>> {
    fs::write(folder.join(file), object(event)?)?;
    let state = match event.state {
        State::Confirmed => "CONFIRMED",
        State::Cancelled => "CANCELLED",
    };
    let Event { uid, sequence, from, until, .. } = event;
    writeln!(expected, "{file}\t{uid}\t{sequence}\t{state}\t{from}\t{until}")?;
    Ok(())
}
