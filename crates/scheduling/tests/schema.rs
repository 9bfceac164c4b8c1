//! The JSON Schemas say what the reader does and what is answered: the same keys, in the same places.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the example and the walk are helpers of these tests, and fail them"
)]

#[path = "support/example.rs"]
#[expect(dead_code, reason = "no change of the example is asked for here")]
mod example;

use example::{example, london, read};
use percuta_scheduling::{
    model::SiteAt,
    pack::{self, Effort},
    read as reading,
    schema::{NAMES, schema},
    slots, why, wire,
};
use serde_json::{Value, json};

fn parsed(name: &str) -> Value {
    serde_json::from_str(schema(name).unwrap()).unwrap()
}

/// Resolves a reference within its schema.
fn resolve<'s>(whole: &'s Value, part: &'s Value) -> &'s Value {
    match part["$ref"].as_str() {
        Some(name) => whole.pointer(name.trim_start_matches('#')).unwrap(),
        None => part,
    }
}

/// Every key of a value is described, and every required key is there.
fn fits(whole: &Value, part: &Value, value: &Value, at: &str) {
    let part = resolve(whole, part);
    if let Some(choices) = part["anyOf"].as_array() {
        let kind = |choice: &Value| {
            let choice = resolve(whole, choice);
            match choice["type"].as_str().unwrap_or("string") {
                "null" => value.is_null(),
                "object" => value.is_object(),
                "integer" => value.is_number(),
                _ => value.is_string(),
            }
        };
        let found = choices.iter().find(|choice| kind(choice));
        return fits(whole, found.unwrap(), value, at);
    }
    if let Some(object) = value.as_object() {
        for (key, inner) in object {
            let known = &part["properties"][key];
            let is_added = at.starts_with("slots-day") && ["id", "service"].contains(&key.as_str());
            assert!(known.is_object() || is_added, "{at}.{key} is not described");
            fits(whole, known, inner, &format!("{at}.{key}"));
        }
        for key in part["required"].as_array().into_iter().flatten() {
            assert!(object.contains_key(key.as_str().unwrap()), "{at}: {key} is missing");
        }
    }
    for inner in value.as_array().into_iter().flatten() {
        fits(whole, &part["items"], inner, &format!("{at}[]"));
    }
}

#[test]
fn every_schema_parses_is_named_for_itself_and_fits_its_example() {
    for name in NAMES {
        let schema = parsed(name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("https://percuta.example/schema/1/{name}.json"));
        fits(&schema, &schema, &schema["examples"][0], name);
    }
    assert_eq!(schema("slot"), None);
}

#[test]
fn what_is_read_and_answered_fits_its_schema() {
    let mut json = example();
    json["request"]["sessions"] = json!(2);
    json["wanted"] = json!({ "visits": [ { "id": "w1", "service": "face" }, { "id": "w2", "service": "face",
        "between": ["09:00", "09:30"], "staff": ["ada"], "depth_mm": 1.0 } ] });
    let request = parsed("slots-request");
    fits(&request, &request, &json, "slots-request");
    let (clinic, asked) = read(&json).unwrap();
    let answer = wire::slots(&clinic, &asked, &slots(&clinic, &asked));
    fits(&parsed("slots"), &parsed("slots"), &answer, "slots");
    let at = london("2026-03-02T09:20");
    let why = why::why(&clinic, &asked, SiteAt(0), at).unwrap();
    let why = wire::why(&clinic, &asked, &[why]);
    fits(&parsed("slots-why"), &parsed("slots-why"), &why, "slots-why");
    let (clinic, wanted) = reading::wanted(&json, &example::zones).unwrap();
    let date = reading::date("2026-03-02").unwrap();
    let packed = pack::pack(&clinic, &wanted, date, Effort(100));
    let day = wire::packed(&clinic, &wanted, date, &packed);
    assert_eq!(
        (&day["served"], &day["left_out"][0]["because"]),
        (&json!(1), &json!("not-possible"))
    );
    fits(&parsed("slots-day"), &parsed("slots-day"), &day, "slots-day");
}

#[test]
fn the_reader_takes_every_key_that_the_schema_of_its_input_names() {
    let schema = parsed("slots-request");
    // A key that the reader did not know would be refused as such.
    let mut json = example();
    for (pointer, part) in [
        ("", "/properties"),
        ("/clinic", "/properties/clinic/properties"),
        ("/request", "/properties/request/properties"),
        ("/clinic/sites/0", "/properties/clinic/properties/sites/items/properties"),
        ("/clinic/bookings/0", "/properties/clinic/properties/bookings/items/properties"),
    ] {
        for key in schema.pointer(part).unwrap().as_object().unwrap().keys() {
            let place = json.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
            place.entry(key.clone()).or_insert(Value::Null);
        }
    }
    assert!(read(&json).is_ok());
}
