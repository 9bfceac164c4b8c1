//! The JSON Schemas say what the readers do, in the rulebook's own words.
//!
//! No validator is at work here: what a schema says of a field is turned into values that must pass and values that
//! must not, and the readers are asked. Closed sets are compared with the vocabulary. The plan's answer has no reader.

use std::{collections::BTreeSet, path::Path};

use percuta_clinical::{
    Rulebook,
    intake::{self, Field},
    schema::{NAMES, schema},
    screen, triage, wire,
};
use percuta_terminology::Kind;
use serde_json::{Map, Value, json};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Keys of a plan that stand beside those of an intake.
const PLAN_KEYS: [&str; 11] = [
    "goals",
    "start_after",
    "blocked_dates",
    "device",
    "event",
    "protocol",
    "by",
    "practitioner",
    "jurisdiction",
    "numbing",
    "sessions",
];

fn shipped() -> Result<Rulebook, String> {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Rulebook::load(files.collect())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn read(name: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let text = schema(name).ok_or_else(|| format!("there is no schema `{name}`"))?;
    Ok(serde_json::from_str(text)?)
}

/// Every value inside one, with its path.
fn visit(value: &Value, path: &str, see: &mut impl FnMut(&str, &Value)) {
    see(path, value);
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                visit(inner, &format!("{path}/{key}"), see);
            }
        }
        Value::Array(entries) => {
            for (index, inner) in entries.iter().enumerate() {
                visit(inner, &format!("{path}/{index}"), see);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn words(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn every_schema_parses_and_is_named_for_itself() -> Outcome {
    for name in NAMES {
        let schema = read(name)?;
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert_eq!(schema["$id"], format!("https://percuta.example/schema/1/{name}.json"));
        assert!(schema["title"].is_string(), "{name} has no title");
        assert_eq!(schema["examples"].as_array().map(Vec::len), Some(1), "{name}");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
        assert!(folder.join(format!("{name}.json")).exists());
    }
    assert_eq!(schema("dosimetry"), None);
    Ok(())
}

#[test]
fn every_property_is_described_and_every_input_is_strict() -> Outcome {
    for name in NAMES {
        let schema = read(name)?;
        let is_input = ["intake", "checkin", "plan-request"].contains(&name);
        let mut wrong = Vec::new();
        visit(&schema, name, &mut |path, value| {
            let Some(properties) = value.get("properties").and_then(Value::as_object) else {
                return;
            };
            // What a condition says of a property repeats no description.
            if path.contains("/if") || path.contains("/then") || path.contains("/else") {
                return;
            }
            for (key, property) in properties {
                if !property["description"].is_string() {
                    wrong.push(format!("{path}: `{key}` is not described"));
                }
            }
            if (value["additionalProperties"] == false) != is_input {
                wrong.push(format!("{path}: inputs are strict, and answers are not"));
            }
        });
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    Ok(())
}

#[test]
fn every_reference_leads_somewhere_and_every_definition_is_used() -> Outcome {
    for name in NAMES {
        let schema = read(name)?;
        let mut used = BTreeSet::new();
        visit(&schema, name, &mut |_, value| {
            used.extend(value.get("$ref").and_then(Value::as_str).map(str::to_owned));
        });
        let defined: BTreeSet<String> = schema["$defs"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| format!("#/$defs/{key}"))
            .collect();
        assert_eq!(used, defined, "{name}");
    }
    Ok(())
}

#[test]
fn every_card_and_file_that_a_description_names_exists() -> Outcome {
    let book = shipped()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for name in NAMES {
        let schema = read(name)?;
        let mut wrong = Vec::new();
        visit(&schema, name, &mut |path, value| {
            let Some(text) = value.get("description").and_then(Value::as_str) else { return };
            for word in text.split('`').skip(1).step_by(2) {
                let is_card = ["contra.", "prec.", "ind.", "info.", "tri.", "multi."]
                    .iter()
                    .any(|family| word.starts_with(family));
                let is_file = word.starts_with("docs/") || word.starts_with("rulebook/");
                if is_card && !book.is_citable(word) || is_file && !root.join(word).exists() {
                    wrong.push(format!("{path}: there is no `{word}`"));
                }
            }
        });
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    Ok(())
}

#[test]
fn closed_sets_are_the_words_of_the_rulebook() -> Outcome {
    let book = shipped()?;
    let words_of = |kind: Kind| -> Vec<String> {
        let terms = book.vocabulary.of(kind).terms();
        terms.filter(|(_, term)| !term.is_class_word).map(|(_, term)| term.code.clone()).collect()
    };
    let regions: Vec<String> =
        book.vocabulary.regions.all().map(|(_, region)| region.code.clone()).collect();
    for (name, pointer, known) in [
        ("intake", "/$defs/region/enum", regions.clone()),
        ("intake", "/$defs/concern/enum", words_of(Kind::Concern)),
        ("intake", "/$defs/finding/properties/finding/enum", words_of(Kind::Finding)),
        ("intake", "/$defs/exposure/properties/name/enum", words_of(Kind::Exposure)),
        ("intake", "/$defs/clearance/properties/by/enum", words_of(Kind::Clearance)),
        ("checkin", "/$defs/region/enum", regions.clone()),
        ("checkin", "/$defs/symptom/properties/code/enum", words_of(Kind::Symptom)),
        ("plan", "/$defs/region/enum", regions),
    ] {
        let schema = read(name)?;
        let given = schema.pointer(pointer).ok_or_else(|| format!("{name} has no {pointer}"))?;
        assert_eq!(words(given), known, "{name} {pointer}");
    }
    Ok(())
}

#[test]
fn closed_sets_are_the_words_that_the_reader_lists() -> Outcome {
    let book = shipped()?;
    let schema = read("intake")?;
    for (definition, key, place) in [
        ("patient", "sex", "/patient/sex"),
        ("patient", "pregnancy", "/patient/pregnancy"),
        ("patient", "breastfeeding", "/patient/breastfeeding"),
        ("request", "modality", "/request/modality"),
        ("request", "setting", "/request/setting"),
        ("condition", "status", "/conditions/0/status"),
        ("medicine", "status", "/medicines/0/status"),
    ] {
        let mut input = whole_intake();
        *input.pointer_mut(place).ok_or(place)? = json!("zz-nonsense");
        let said = intake::read(&book, &input, &[]).err().map(|unusable| unusable.to_string());
        let known = words(&schema["$defs"][definition]["properties"][key]["enum"]);
        let expected = format!("is not one of {}", known.join(", "));
        assert!(said.as_ref().is_some_and(|said| said.ends_with(&expected)), "{place}: {said:?}");
    }
    Ok(())
}

#[test]
fn the_fields_of_items_are_those_that_may_be_unknown() -> Outcome {
    let intake = read("intake")?;
    let mut fields = BTreeSet::new();
    for item in ["condition", "medicine", "procedure", "exposure", "finding", "clearance"] {
        let definition = &intake["$defs"][item];
        let names = words(&definition["required"]);
        let properties = definition["properties"].as_object().into_iter().flatten();
        fields.extend(properties.map(|(key, _)| key.as_str()).filter(|key| !names.contains(key)));
    }
    assert_eq!(fields, Field::ALL.into_iter().map(Field::key).collect());
    let pattern = &intake["$defs"]["unknown_path"]["anyOf"][1]["pattern"];
    let known: Vec<&str> = Field::ALL.into_iter().map(Field::key).collect();
    assert!(
        pattern.as_str().is_some_and(|pattern| pattern.contains(&format!("({})", known.join("|"))))
    );
    Ok(())
}

#[test]
fn a_plan_request_is_an_intake_and_more_and_a_plan_holds_a_screening() -> Outcome {
    let (intake, request) = (read("intake")?, read("plan-request")?);
    let holds = |outer: &Value, inner: &Value, but: &[&str]| {
        for (key, value) in inner.as_object().into_iter().flatten() {
            assert!(but.contains(&key.as_str()) || outer.get(key) == Some(value), "{key} differs");
        }
    };
    holds(&request["$defs"], &intake["$defs"], &[]);
    holds(&request["properties"], &intake["properties"], &[]);
    let more = request["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    let more: Vec<&str> = more.filter(|key| intake["properties"].get(key).is_none()).collect();
    assert_eq!(more, PLAN_KEYS);
    let (screening, plan) = (read("screening")?, read("plan")?);
    holds(&plan["$defs"], &screening["$defs"], &[]);
    for key in ["properties", "required", "allOf"] {
        assert_eq!(plan["$defs"]["screening"][key], screening[key], "{key}");
    }
    Ok(())
}

#[test]
fn the_examples_are_read_and_answered_as_the_examples_of_answers_say() -> Outcome {
    let book = shipped()?;
    let example = |name: &str| read(name).map(|schema| schema["examples"][0].clone());
    let intake = intake::read(&book, &example("intake")?, &[])?;
    let answer = wire::screening(&book, &screen(&book, &intake));
    let shown = example("screening")?;
    for key in ["interface", "disposition", "until", "not_before", "missing", "unrecognised"] {
        assert_eq!(answer[key], shown[key], "{key}");
    }
    let checkin = triage::read(&book, &example("checkin")?)?;
    let answer = wire::triage(&book, &triage::triage(&book, &checkin));
    let shown = example("triage")?;
    for key in ["interface", "level", "do", "answer_within"] {
        assert_eq!(answer[key], shown[key], "{key}");
    }
    intake::read(&book, &example("plan-request")?, &PLAN_KEYS)?;
    Ok(())
}

/// Asserts that a value has exactly the keys that a schema says it may have.
fn has_every_key(schema: &Value, value: &Value, but: &[&str]) {
    let keys = |value: &Value| -> BTreeSet<String> {
        let keys = value.as_object().into_iter().flatten().map(|(key, _)| key.clone());
        keys.filter(|key| !but.contains(&key.as_str())).collect()
    };
    assert_eq!(keys(value), keys(&schema["properties"]));
}

#[test]
fn answers_have_the_keys_of_their_schemas() -> Outcome {
    let book = shipped()?;
    let screening = read("screening")?;
    let answer = screen(&book, &intake::read(&book, &whole_intake(), &[])?);
    let answer = wire::screening(&book, &answer);
    has_every_key(&screening, &answer, &[]);
    has_every_key(&screening["$defs"]["rulebook"], &answer["rulebook"], &[]);
    has_every_key(&screening["$defs"]["reason"], &answer["reasons"][0], &[]);
    let checkin = triage::read(&book, &whole_checkin())?;
    let answer = wire::triage(&book, &triage::triage(&book, &checkin));
    let schema = read("triage")?;
    has_every_key(&schema, &answer, &[]);
    has_every_key(&schema["$defs"]["reason"], &answer["reasons"][0], &[]);
    Ok(())
}

/// An intake with every key there is.
fn whole_intake() -> Value {
    json!({
        "as_of": "2026-03-02",
        "patient": { "birth_date": "1992-01-15", "sex": "female", "pregnancy": "no", "breastfeeding": "no",
                     "phototype": 2, "weight_kg": 62 },
        "request": { "modality": "pen", "setting": "clinic", "concern": "acne-scar", "region": "cheek", "depth_mm": 1.0,
                     "products": ["sterile-hyaluronate-gel"], "device": "skinpen-precision", "onset": "2020-01-01" },
        "conditions": [{ "code": "diabetes-type-2", "status": "quiet", "site": "elbow", "onset": "2020-01-01",
                         "last_episode": "2024-01-01", "last_change": "2024-01-01", "subtype": "late",
                         "hba1c_percent": 6.5, "hba1c_date": "2026-01-10" }],
        "medicines": [{ "name": "isotretinoin", "status": "stopped", "started": "2025-01-01",
                        "last_dose": "2025-10-02", "dose": "20 mg", "dose_mg_per_day": 20, "duration_days": 200,
                        "inr": 1.1, "inr_date": "2026-01-10", "indication": "acne" }],
        "procedures": [{ "name": "microneedling", "date": "2026-06-01", "site": "request", "depth_mm": 1.0 }],
        "exposures": [{ "name": "sunburn", "date": "2026-02-25", "site": "neck" }],
        "allergies": ["nickel"],
        "skin_today": [{ "finding": "open-wound", "site": "cheek" }],
        "clearances": [{ "by": "oncologist", "date": "2026-02-25" }],
        "unknown": ["medicines.anticoagulant"],
    })
}

/// A check-in with every key there is.
fn whole_checkin() -> Value {
    json!({
        "day": 3, "depth_mm": 1.0, "modality": "pen", "region": "cheek",
        "symptoms": [{ "code": "redness", "severity": "moderate", "trend": "increasing", "site": "cheek" }],
        "unanswered": ["Do you feel ill in yourself?"],
        "context": { "temp_c": 37.4, "product": "retinol", "numbing": "cream", "phototype": 3,
                     "history": ["diabetes-type-2"] },
    })
}

/// A schema with its reference followed, one step at a time.
fn follow<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let name =
        schema.get("$ref").and_then(Value::as_str).and_then(|link| link.strip_prefix("#/$defs/"));
    name.and_then(|name| root["$defs"].get(name)).unwrap_or(schema)
}

/// Values that a schema of a single field takes, and values that it does not.
fn probes(root: &Value, schema: &Value) -> (Vec<Value>, Vec<Value>) {
    let schema = follow(root, schema);
    let mut good: Vec<Value> = Vec::new();
    let mut bad = vec![json!(true), json!({})];
    if let Some(parts) = schema["anyOf"].as_array() {
        good = parts.iter().flat_map(|part| probes(root, part).0).collect();
        bad.push(json!("zz-nonsense"));
    } else if let Some(word) = schema.get("const") {
        good.push(word.clone());
    } else if let Some(words) = schema["enum"].as_array() {
        good.clone_from(words);
        bad.push(json!("zz-nonsense"));
    } else if let (Some(least), Some(most)) =
        (schema["minimum"].as_f64(), schema["maximum"].as_f64())
    {
        good.extend([schema["minimum"].clone(), schema["maximum"].clone()]);
        bad.extend([json!(least - 1.0), json!(most + 1.0), json!("7")]);
    } else if schema["format"] == "date" {
        good.push(json!("2026-02-20"));
        bad.extend(
            ["2026-13-01", "2026-02-30", "20 February 2026", "20260220", ""].map(Value::from),
        );
    } else if let Some(most) =
        schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok())
    {
        bad.push(json!("x".repeat(most + 1)));
        if schema["pattern"] == "\\S" {
            bad.extend([json!(""), json!("  ")]);
        }
    } else if let Some(most) =
        schema["maxItems"].as_u64().and_then(|most| usize::try_from(most).ok())
    {
        good.push(json!([]));
        bad.push(Value::Array(vec![json!("nickel"); most + 1]));
    } else if schema["type"] == "null" {
        good.push(Value::Null);
    }
    let is_of = |kind: &str| schema["type"] == kind || words(&schema["type"]).contains(&kind);
    if is_of("null") && !good.contains(&Value::Null) {
        good.push(Value::Null);
    }
    if !good.contains(&Value::Null) {
        bad.push(Value::Null);
    }
    if is_of("object") {
        bad.retain(|value| *value != json!({}));
    }
    (good, bad)
}

/// Everything that a reader says differently from the schema about the fields of one object of a whole input.
fn differences(
    root: &Value,
    schema: &Value,
    whole: &Value,
    at: &str,
    faults_at: &dyn Fn(&Value, &str) -> bool,
) -> Vec<String> {
    let schema = follow(root, schema);
    let mut found = Vec::new();
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let place = whole.pointer(at).unwrap_or(&Value::Null);
    let keys: Vec<&String> = place.as_object().into_iter().flatten().map(|(key, _)| key).collect();
    let named: Vec<&String> = properties.keys().collect();
    if keys.iter().collect::<BTreeSet<_>>() != named.iter().collect::<BTreeSet<_>>() {
        found.push(format!("{at}: the whole input has {keys:?}, the schema {named:?}"));
    }
    for (key, property) in properties {
        let here = format!("{at}/{key}");
        let (good, bad) = probes(root, property);
        for (values, is_bad) in [(good, false), (bad, true)] {
            for value in values {
                let mut changed = whole.clone();
                if let Some(slot) = changed.pointer_mut(&here) {
                    *slot = value.clone();
                }
                if faults_at(&changed, &here) != is_bad {
                    found.push(format!("{here} = {value}: the reader and the schema differ"));
                }
            }
        }
        let mut without = whole.clone();
        if let Some(object) = without.pointer_mut(at).and_then(Value::as_object_mut) {
            object.remove(key);
        }
        let is_required = words(&schema["required"]).contains(&key.as_str());
        if faults_at(&without, &here) != is_required {
            found.push(format!(
                "{here}: the reader and the schema differ on whether it is required"
            ));
        }
        let inner = follow(root, property);
        if inner["properties"].is_object() {
            found.extend(differences(root, inner, whole, &here, faults_at));
        } else if follow(root, &inner["items"])["properties"].is_object() {
            found.extend(differences(
                root,
                &inner["items"],
                whole,
                &format!("{here}/0"),
                faults_at,
            ));
        }
    }
    found
}

/// Whether one of the problems is at a place, or inside it. `/medicines/0/name` is `intake.medicines[0].name`.
fn is_at(problems: &[percuta_clinical::fault::Problem], input: &str, pointer: &str) -> bool {
    let mut path = input.to_owned();
    for part in pointer.split('/').skip(1) {
        if part == "0" {
            path.push_str("[0]");
        } else {
            path.push('.');
            path.push_str(part);
        }
    }
    problems.iter().any(|problem| {
        problem
            .path
            .strip_prefix(path.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

#[test]
fn the_reader_of_intakes_takes_what_the_schema_takes() -> Outcome {
    let book = shipped()?;
    let schema = read("intake")?;
    intake::read(&book, &whole_intake(), &[])?;
    let faults_at = |input: &Value, pointer: &str| {
        intake::read(&book, input, &[])
            .is_err_and(|unusable| is_at(&unusable.problems, "intake", pointer))
    };
    let found = differences(&schema, &schema, &whole_intake(), "", &faults_at);
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn the_reader_of_checkins_takes_what_the_schema_takes() -> Outcome {
    let book = shipped()?;
    let schema = read("checkin")?;
    triage::read(&book, &whole_checkin())?;
    let faults_at = |input: &Value, pointer: &str| {
        triage::read(&book, input)
            .is_err_and(|unusable| is_at(&unusable.problems, "checkin", pointer))
    };
    let found = differences(&schema, &schema, &whole_checkin(), "", &faults_at);
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
