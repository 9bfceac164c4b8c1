//! What cannot be used is refused with its place and what to do; nothing that is read takes long or ends the program.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the example, the draws and the failures are helpers of these tests"
)]

#[path = "support/example.rs"]
mod example;
#[path = "support/random.rs"]
#[expect(dead_code, reason = "only the draws are used here")]
mod random;

use example::{example, read, with};
use percuta_scheduling::{pack, read as reading, slots, why, wire};
use serde_json::{Value, json};

/// The example with one thing changed is refused with this sentence.
fn refused(pointer: &str, value: Value, says: &str) {
    let Err(error) = read(&with(pointer, value)) else { panic!("{pointer} is taken") };
    let text = error.to_string();
    assert!(text.contains(says), "{pointer}: {text}");
}

#[test]
fn the_example_is_taken() {
    let (clinic, request) = read(&example()).unwrap();
    assert_eq!((clinic.sites.len(), clinic.bookings.len(), request.limit), (1, 1, 50));
}

#[test]
fn an_impossible_service_is_named_with_its_place() {
    let minutes = "/clinic/services/0/phases/0/minutes";
    for (value, says) in [
        (json!(0), "clinic.services[0].phases[0].minutes: 0 is not between 1 and 1440"),
        (json!(-5), "-5 is not between 1 and 1440"),
        (json!(2.5), "a whole number between 1 and 1440 is expected"),
        (json!("5"), "a whole number is expected, not a text"),
        (json!({ "min": 45, "max": 30 }), "the shortest (45) is longer than the longest (30)"),
        (json!({ "min": 30 }), "clinic.services[0].phases[0].minutes.max: this is required"),
        (
            json!(1440),
            "clinic.services[0].phases: the visit takes at least 1525 minutes, longer than a day",
        ),
    ] {
        refused(minutes, value, says);
    }
    refused("/clinic/services/0/phases", json!([]), "a service has at least one phase");
    refused(
        "/clinic/services/0/phases/0/room",
        json!("same"),
        "there is no room before this phase",
    );
    let wide = json!([
        { "name": "one", "minutes": { "min": 1, "max": 400 } },
        { "name": "two", "minutes": { "min": 1, "max": 400 } } ]);
    refused("/clinic/services/0/phases", wide, "more than 2000 ways: narrow their ranges");
}

#[test]
fn ids_zones_and_names_that_are_not_known_are_named() {
    refused("/clinic/sites/0/time_zone", json!("Europe/Londn"), "`Europe/Londn` is no time zone");
    refused(
        "/clinic/sites/0/rooms/1/id",
        json!("N1"),
        "clinic.sites[0].rooms[1].id: `N1` is the id of another",
    );
    refused("/clinic/sites/0/devices/0/rooms/0", json!("T2"), "`T2` is no room of this site");
    refused(
        "/clinic/sites/0/staff/0/may/0",
        json!("fac"),
        "`fac` is no service of this clinic; did you mean `face`?",
    );
    refused("/clinic/bookings/0/site", json!("b"), "clinic.bookings[0].site: `b` is no site");
    refused(
        "/clinic/bookings/0/phases/0/holds/1",
        json!("adda"),
        "`adda` is no room, device or member of staff of `a`; did you mean `ada`?",
    );
    refused("/clinic/bookings/0/phases/0/holds/1", json!("T1"), "`T1` is held twice");
    refused("/request/service", json!("body"), "request.service: `body` is no service");
    refused("/request/staff", json!(["dee"]), "nobody of this clinic has the id `dee`");
    refused(
        "/clinic/sites/0/hours/0/weekday",
        json!("munday"),
        "`munday` is no weekday; did you mean `monday`?",
    );
    refused(
        "/clinic/sites/0/closd",
        json!([]),
        "clinic.sites[0].closd: there is no such key; did you mean `closed`?",
    );
    let again = example()["clinic"]["bookings"][0].clone();
    refused("/clinic/bookings/-", again, "clinic.bookings[1].id: `b1` is the id of another");
}

#[test]
fn times_that_run_backwards_or_do_not_exist_are_named() {
    refused("/request/to", json!("2026-03-01"), "request.to: 2026-03-01 is before 2026-03-02");
    refused(
        "/request/to",
        json!("2028-03-01"),
        "731 days are more than can be searched at once (366)",
    );
    refused("/request/from", json!("2026-02-30"), "`2026-02-30` is no date");
    refused(
        "/request/between",
        json!(["18:00", "09:00"]),
        "the second time is not after the first",
    );
    refused("/request/step_minutes", json!(0), "0 is not between 1 and 1440");
    refused("/request/sessions", json!(25), "25 is not between 1 and 24");
    refused("/clinic/sites/0/hours/0/close", json!("09:00"), "it closes before it opens");
    refused(
        "/clinic/sites/0/hours/-",
        json!({ "weekday": "monday", "open": "17:00", "close": "19:00" }),
        "overlap others of the same weekday",
    );
    refused(
        "/clinic/bookings/0/phases/0/end",
        json!("2026-03-02T10:00"),
        "clinic.bookings[0].phases[0].end: it ends before it begins",
    );
    refused(
        "/clinic/bookings/0/phases/0/end",
        json!("2026-03-29T01:30"),
        "2026-03-29T01:30 does not exist in Europe/London",
    );
    refused(
        "/clinic/bookings/0/phases/0/end",
        json!("2026-10-25T01:30"),
        "happens twice in Europe/London: write 2026-10-25T01:30+01:00 or 2026-10-25T01:30+00:00",
    );
    refused(
        "/clinic/bookings/0/phases/0/end",
        json!("2026-03-02T10:45+05:00"),
        "has another offset in Europe/London",
    );
    let overlap = json!({ "start": "2026-03-02T16:00", "end": "2026-03-02T18:00" });
    refused(
        "/clinic/sites/0/staff/0/shifts/-",
        overlap,
        "clinic.sites[0].staff[0].shifts[5]: this shift overlaps clinic.sites[0].staff[0].shifts[0]",
    );
}

#[test]
fn an_offset_tells_the_two_hours_of_a_long_day_apart() {
    let mut json = with("/clinic/bookings/0/phases/0/start", json!("2026-10-25T01:30+01:00"));
    json["clinic"]["bookings"][0]["phases"][0]["end"] = json!("2026-10-25T01:30+00:00");
    let (clinic, _) = read(&json).unwrap();
    let span = clinic.bookings[0].phases[0].span;
    assert_eq!(span.to - span.from, 60);
}

#[test]
fn a_million_bookings_are_refused_and_two_hundred_thousand_answered() {
    let booking = |at: usize| {
        json!({ "id": format!("b{at}"), "site": "a", "phases": [
            { "start": "2026-03-02T10:00", "end": "2026-03-02T10:45", "holds": ["N1"] } ] })
    };
    let many: Vec<Value> = (0..200_000).map(booking).collect();
    let (clinic, request) = read(&with("/clinic/bookings", Value::Array(many))).unwrap();
    assert!(slots(&clinic, &request).counted > 0);
    let million = vec![json!(null); 1_000_000];
    refused("/clinic/bookings", Value::Array(million), "1000000 entries, and no more than 200000");
}

#[test]
fn a_search_that_would_take_long_is_refused() {
    let mut json = with("/clinic/services/0/phases/1/minutes", json!({ "min": 1, "max": 1400 }));
    json["request"]["to"] = json!("2026-12-31");
    assert!(read(&json).is_ok());
    let room = |at: usize| json!({ "id": format!("R{at}"), "kind": "numbing" });
    json["clinic"]["sites"][0]["rooms"] =
        (0..1_500).map(room).chain([json!({ "id": "T1", "kind": "treatment" })]).collect();
    json["clinic"]["bookings"] = json!([]);
    let Err(error) = read(&json) else { panic!("taken") };
    assert!(error.to_string().starts_with("request: this would take too long"), "{error}");
}

#[test]
fn mistakes_are_named_up_to_a_number() {
    let many: Vec<Value> = (0..80).map(|_| json!({ "id": 1 })).collect();
    let Err(error) = read(&with("/clinic/bookings", Value::Array(many))) else { panic!("taken") };
    assert_eq!(error.problems.len(), 51);
    assert!(error.to_string().ends_with("more places are wrong"));
}

/// Changes a few places of a JSON value at random.
fn mutate(draw: &mut random::Draw, value: &mut Value) {
    let strange = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(i64::MAX),
        json!(""),
        json!("same"),
        json!("2026-03-29T01:30"),
        json!("9999-12-31"),
        json!([]),
        json!({}),
        json!("é"),
        json!({ "min": 1, "max": 1440 }),
        json!("24:00"),
        json!([[[]]]),
        json!("UTC"),
        json!(1_000),
    ];
    let goes_in = !draw.one_in(6);
    match value {
        Value::Object(object) if goes_in && !object.is_empty() => {
            let keys: Vec<String> = object.keys().cloned().collect();
            let key = draw.pick(&keys).clone();
            if draw.one_in(12) {
                object.remove(&key);
            } else {
                mutate(draw, &mut object[&key]);
            }
        }
        Value::Array(entries) if goes_in && !entries.is_empty() => {
            let at = usize::try_from(draw.below(u64::try_from(entries.len()).unwrap())).unwrap();
            if draw.one_in(8) {
                let copy = entries[at].clone();
                entries.push(copy);
            } else {
                mutate(draw, &mut entries[at]);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => *value = draw.pick(&strange).clone(),
    }
}

#[test]
fn changed_inputs_are_answered_or_refused() {
    let mut draw = random::Draw(7);
    let (mut answered, mut refused) = (0, 0);
    for round in 0..3_000 {
        let mut json = example();
        json["request"]["sessions"] = json!(1 + round % 3);
        json["wanted"] = json!({ "visits": [ { "id": "w", "service": "face" } ] });
        for _ in 0..=draw.below(3) {
            mutate(&mut draw, &mut json);
        }
        match read(&json) {
            Ok((clinic, request)) => {
                answered += 1;
                let answer = slots(&clinic, &request);
                assert!(wire::slots(&clinic, &request, &answer)["counted"].is_u64());
                assert_eq!(
                    answer.counted == 0 || request.sessions > 1 && answer.courses.is_empty(),
                    !answer.none_because.is_empty()
                );
                let at = example::london("2026-03-02T10:00");
                for site in &request.sites {
                    let why = why::why(&clinic, &request, *site, at).unwrap();
                    assert_eq!(why.visit.is_none(), !why.blocks.is_empty());
                }
            }
            Err(error) => {
                refused += 1;
                assert!(
                    error.problems.iter().all(|one| !one.path.is_empty() && !one.what.is_empty())
                );
            }
        }
        if let Ok((clinic, wanted)) = reading::wanted(&json, &example::zones) {
            let date = "2026-03-02".parse().unwrap();
            let packed = pack::pack(&clinic, &wanted, date, pack::Effort(10));
            assert!(packed.served.len() <= packed.bound);
        }
    }
    assert!(answered > 300 && refused > 300, "{answered} answered, {refused} refused");
}
