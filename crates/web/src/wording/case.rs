//! Worked cases in words: what is known of an invented person beyond the healthy default.

use percuta_clinical::{Rulebook, book, triage::Trend};
use percuta_terminology::Kind;
use serde_json::{Map, Value};

use super::{capital, check_in::course, date_in_words, within_sentence};

/// What a screening case says, one line a matter.
pub fn screening(rulebook: &Rulebook, intake: &Value) -> Vec<String> {
    let healthy = book::healthy();
    let mut said = Vec::new();
    for part in ["patient", "request"] {
        let usual = healthy.get(part);
        for (key, value) in intake.get(part).and_then(Value::as_object).into_iter().flatten() {
            if usual.and_then(|usual| usual.get(key)) != Some(value) {
                said.push(field(rulebook, key, value));
            }
        }
    }
    let lists = [
        ("medicines", Kind::Medicine, "name"),
        ("conditions", Kind::Condition, "code"),
        ("skin_today", Kind::Finding, "finding"),
        ("procedures", Kind::Procedure, "name"),
        ("exposures", Kind::Exposure, "name"),
        ("clearances", Kind::Clearance, "by"),
    ];
    for (name, kind, key) in lists {
        for entry in intake.get(name).and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(entry) = entry {
                said.push(item(rulebook, kind, key, entry));
            }
        }
    }
    for entry in intake.get("allergies").and_then(Value::as_array).into_iter().flatten() {
        said.push(format!("Allergy: {}", title(rulebook, Kind::Allergy, &plain(entry))));
    }
    for entry in intake.get("unknown").and_then(Value::as_array).into_iter().flatten() {
        said.push(format!("Not sure: {}", path(rulebook, &plain(entry))));
    }
    if intake.get("as_of") != healthy.get("as_of")
        && let Some(day) = intake.get("as_of")
    {
        said.push(format!("On {}", date_in_words(&plain(day))));
    }
    if said.is_empty() {
        said.push("Healthy, nothing listed".to_owned());
    }
    said
}

/// What a check-in says, one line a matter.
pub fn check_in(rulebook: &Rulebook, checkin: &Value) -> Vec<String> {
    let mut said = Vec::new();
    match checkin.get("day") {
        Some(Value::Null) | None => said.push("Day not known".to_owned()),
        Some(day) => said.push(format!("Day {}", plain(day))),
    }
    let usual = [("modality", "pen"), ("region", "cheek"), ("depth_mm", "1")];
    for (key, usual) in usual {
        if let Some(value) = checkin.get(key)
            && plain(value) != usual
        {
            said.push(field(rulebook, key, value));
        }
    }
    for symptom in checkin.get("symptoms").and_then(Value::as_array).into_iter().flatten() {
        if let Value::Object(entry) = symptom {
            said.push(item(rulebook, Kind::Symptom, "code", entry));
        }
    }
    for (key, value) in checkin.get("context").and_then(Value::as_object).into_iter().flatten() {
        said.push(match key.as_str() {
            "temp_c" => format!("Temperature {} °C", plain(value)),
            "history" => {
                let names: Vec<String> = value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|word| title(rulebook, Kind::Condition, &plain(word)))
                    .collect();
                format!("History: {}", names.join(", "))
            }
            _ => field(rulebook, key, value),
        });
    }
    said
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "not known".to_owned(),
        Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string())
        }
        Value::Bool(_) | Value::Object(_) => value.to_string(),
    }
}

fn title(rulebook: &Rulebook, kind: Kind, word: &str) -> String {
    let lexicon = rulebook.vocabulary.of(kind);
    match lexicon.entry(word) {
        Some(term) => within_sentence(&lexicon.term(term).title),
        None => word.to_owned(),
    }
}

/// `medicines.isotretinoin` as "isotretinoin".
fn path(rulebook: &Rulebook, path: &str) -> String {
    let (list, word) = path.split_once('.').unwrap_or(("", path));
    match Kind::ALL.into_iter().find(|kind| kind.list() == list) {
        Some(kind) => title(rulebook, kind, word),
        None => word.replace('_', " "),
    }
}

fn field(rulebook: &Rulebook, key: &str, value: &Value) -> String {
    let text = plain(value);
    match key {
        "birth_date" => format!("Born {}", date_in_words(&text)),
        "region" | "site" => format!("Area: {}", region(rulebook, &text)),
        "concern" => format!("Asked for: {}", title(rulebook, Kind::Concern, &text)),
        "products" => {
            let names: Vec<String> =
                text.split(", ").map(|word| title(rulebook, Kind::Product, word)).collect();
            format!("On the skin: {}", names.join(", "))
        }
        "depth_mm" => format!("Depth: {text} mm"),
        "onset" => format!("Began: {}", date_in_words(&text)),
        "modality" if text == "rf" => "Modality: RF".to_owned(),
        _ => format!("{}: {}", capital(&key.replace('_', " ")), text.replace('-', " ")),
    }
}

fn region(rulebook: &Rulebook, code: &str) -> String {
    let regions = &rulebook.vocabulary.regions;
    match regions.find(code) {
        Some(region) => within_sentence(&regions.get(region).title),
        None => code.to_owned(),
    }
}

fn item(rulebook: &Rulebook, kind: Kind, key: &str, entry: &Map<String, Value>) -> String {
    let word = entry.get(key).map(plain).unwrap_or_default();
    let mut said = match kind {
        Kind::Clearance => format!("Agreement by a {}", title(rulebook, kind, &word)),
        Kind::Medicine
        | Kind::Condition
        | Kind::Procedure
        | Kind::Finding
        | Kind::Exposure
        | Kind::Allergy
        | Kind::Product
        | Kind::Concern
        | Kind::Symptom => capital(&title(rulebook, kind, &word)),
    };
    for (name, value) in entry.iter().filter(|(name, _)| *name != key) {
        let text = plain(value);
        said.push_str(", ");
        said.push_str(&match name.as_str() {
            "trend" if text == "not_stopping_15min_pressure" => {
                course(Trend::NotStopping).to_owned()
            }
            "status" | "severity" | "trend" | "subtype" => text.replace(['-', '_'], " "),
            "site" => region(rulebook, &text),
            "last_dose" => format!("last dose {}", date_in_words(&text)),
            "date" => date_in_words(&text),
            "onset" => format!("began {}", date_in_words(&text)),
            "last_change" => format!("last change {}", date_in_words(&text)),
            "started" => format!("started {}", date_in_words(&text)),
            "hba1c_percent" => format!("HbA1c {text}%"),
            "hba1c_date" => format!("measured {}", date_in_words(&text)),
            "depth_mm" => format!("{text} mm deep"),
            "dose_mg_per_day" => format!("{text} mg a day"),
            "duration_days" => format!("for {text} days"),
            other => format!("{} {}", other.replace('_', " "), date_in_words(&text)),
        });
    }
    said
}
