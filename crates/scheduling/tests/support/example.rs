//! One small clinic as JSON, the one of the interface's description, and how to read it.

use jiff::tz::TimeZone;
use percuta_scheduling::{Clinic, Minute, Request, Unusable, read, zone::Zone};
use serde_json::{Value, json};

pub(crate) fn zones(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

fn shifts(days: &[&str]) -> Value {
    days.iter()
        .map(|day| json!({ "start": format!("{day}T09:00"), "end": format!("{day}T17:00") }))
        .collect()
}

pub(crate) fn example() -> Value {
    let days = ["2026-03-02", "2026-03-09", "2026-03-30", "2026-04-13", "2026-05-04"];
    json!({ "clinic": {
        "sites": [ { "id": "a", "time_zone": "Europe/London",
            "hours": [ { "weekday": "monday", "open": "09:00", "close": "18:00" } ],
            "closed": ["2026-04-06"],
            "rooms": [
                { "id": "N1", "kind": "numbing", "capacity": 2, "turnover_minutes": 5 },
                { "id": "T1", "kind": "treatment", "capacity": 1, "turnover_minutes": 10 } ],
            "devices": [ { "id": "D1", "kind": "pen", "rooms": ["T1"], "turnover_minutes": 5 } ],
            "staff": [
                { "id": "ada", "roles": ["practitioner"], "may": ["face"], "shifts": shifts(&days) },
                { "id": "bo", "roles": ["practitioner"], "shifts": shifts(&days[..2]),
                  "may": [ { "service": "face", "depth_mm_max": 1.0 } ] },
                { "id": "cy", "roles": ["assistant"], "shifts": shifts(&days) } ] } ],
        "services": [ { "id": "face", "phases": [
            { "name": "cleanse", "minutes": 5, "room": "numbing", "staff": "assistant" },
            { "name": "numbing", "minutes": { "min": 30, "max": 45 }, "room": "same" },
            { "name": "treatment", "minutes": 45, "room": "treatment", "staff": "practitioner",
              "device": "pen" },
            { "name": "aftercare", "minutes": 10, "room": "same", "staff": "assistant" } ] } ],
        "bookings": [ { "id": "b1", "site": "a", "phases": [
            { "name": "treatment", "start": "2026-03-02T10:00", "end": "2026-03-02T10:45",
              "holds": ["T1", "ada", "D1"] } ] } ] },
      "request": { "service": "face", "site": ["a"], "from": "2026-03-02", "to": "2026-05-31",
        "sessions": 1, "interval_days": { "min": 28, "max": 42 }, "staff": [], "weekdays": [],
        "between": ["09:00", "18:00"], "step_minutes": 5, "limit": 50 } })
}

/// The example with one thing changed.
pub(crate) fn with(pointer: &str, value: Value) -> Value {
    let mut json = example();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let place = json.pointer_mut(parent).unwrap();
    if let Some(entries) = place.as_array_mut() {
        match key.parse::<usize>() {
            Ok(at) => entries[at] = value,
            Err(_at_the_end) => entries.push(value),
        }
    } else {
        place[key] = value;
    }
    json
}

pub(crate) fn read(json: &Value) -> Result<(Clinic, Request), Unusable> {
    read::request(json, &zones)
}

/// A moment on the clock of London.
pub(crate) fn london(text: &str) -> Minute {
    let zone = Zone::new("Europe/London", &zones("Europe/London").unwrap());
    read::moment(text, &zone).unwrap()
}
