//! An intake as the JSON of the public interface, so that what was asked page by page can be kept and sent on.
//!
//! INVARIANT (same answer): what is written here and read again by [`crate::intake::read`] is screened the same. What an
//! [`Intake`] does not hold (a free text of a dose) cannot come back.

use percuta_terminology::Kind;
use serde_json::{Map, Value, json};

use crate::{
    book::Rulebook,
    intake::{Answer, Depth, Intake, Item, Placed, Request, Setting, Sex, Status, Taking},
};

/// An intake.
pub fn intake(book: &Rulebook, intake: &Intake) -> Value {
    let mut object = Map::new();
    object.insert("as_of".to_owned(), json!(intake.as_of.to_string()));
    object.insert("patient".to_owned(), patient(intake));
    object.insert("request".to_owned(), request(book, intake, &intake.request));
    for kind in [
        Kind::Condition,
        Kind::Medicine,
        Kind::Procedure,
        Kind::Exposure,
        Kind::Allergy,
        Kind::Finding,
        Kind::Clearance,
    ] {
        object.insert(kind.list().to_owned(), list(book, intake, kind));
    }
    let unknown: Vec<&str> = intake.unknown.iter().map(|word| word.path.as_str()).collect();
    object.insert("unknown".to_owned(), json!(unknown));
    Value::Object(object)
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "unknown",
        Answer::NotApplicable => "not-applicable",
    }
}

fn patient(intake: &Intake) -> Value {
    let patient = &intake.patient;
    let sex = match patient.sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Intersex => "intersex",
        Sex::Unknown => "unknown",
    };
    json!({
        "birth_date": patient.birth_date.to_string(),
        "sex": sex,
        "pregnancy": answer(patient.pregnancy),
        "breastfeeding": answer(patient.breastfeeding),
        "phototype": patient.phototype,
        "weight_kg": patient.weight_kg,
    })
}

fn request(book: &Rulebook, intake: &Intake, request: &Request) -> Value {
    let setting = match request.setting {
        Setting::Clinic => "clinic",
        Setting::Home => "home",
    };
    let mut written = json!({
        "modality": request.modality.word(),
        "setting": setting,
        "concern": book.vocabulary.of(Kind::Concern).term(request.concern).code,
        "region": book.vocabulary.regions.get(request.region).code,
        "products": list(book, intake, Kind::Product),
    });
    if let Some(object) = written.as_object_mut() {
        match request.depth {
            Depth::NotAsked => {}
            Depth::Unknown => {
                object.insert("depth_mm".to_owned(), Value::Null);
            }
            Depth::Millimetres(depth) => {
                object.insert("depth_mm".to_owned(), json!(depth));
            }
        }
        if let Some(device) = &request.device {
            object.insert("device".to_owned(), json!(device));
        }
        if let Some(onset) = request.onset {
            object.insert("onset".to_owned(), json!(onset.to_string()));
        }
    }
    written
}

/// The items of a list, and then what the vocabulary does not hold.
fn list(book: &Rulebook, intake: &Intake, kind: Kind) -> Value {
    let known = intake.items.iter().filter(|item| item.kind == kind).map(|item| one(book, item));
    let unrecognised = intake
        .unrecognised
        .iter()
        .filter(|entry| entry.kind == kind)
        .map(|entry| named(kind, &entry.word));
    known.chain(unrecognised).collect()
}

fn key_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Condition => Some("code"),
        Kind::Medicine | Kind::Procedure | Kind::Exposure => Some("name"),
        Kind::Finding => Some("finding"),
        Kind::Clearance => Some("by"),
        Kind::Allergy | Kind::Product | Kind::Concern | Kind::Symptom => None,
    }
}

fn named(kind: Kind, word: &str) -> Value {
    match key_of(kind) {
        Some(key) => json!({ key: word }),
        None => json!(word),
    }
}

fn one(book: &Rulebook, item: &Item) -> Value {
    let mut written = named(item.kind, &book.vocabulary.of(item.kind).term(item.term).code);
    let Some(object) = written.as_object_mut() else { return written };
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    let day = |date: Option<jiff::civil::Date>| date.map(|date| json!(date.to_string()));
    let has_site =
        matches!(item.kind, Kind::Condition | Kind::Procedure | Kind::Exposure | Kind::Finding);
    put("site", site(book, item.placed).filter(|_| has_site));
    match item.kind {
        Kind::Condition => {
            put("status", item.status.map(|status| json!(status_word(status))));
            put("onset", day(item.onset));
            put("last_change", day(item.last_change));
            put("subtype", item.subtype.as_ref().map(|text| json!(text)));
            put("hba1c_percent", item.hba1c.map(|(percent, _)| json!(percent)));
            put("hba1c_date", day(item.hba1c.map(|(_, date)| date)));
        }
        Kind::Medicine => {
            let taking = match item.taking {
                Taking::Current => Some(json!("current")),
                Taking::Stopped => Some(json!("stopped")),
                Taking::Unknown => None,
            };
            put("status", taking);
            put("last_dose", day(item.date));
            put("dose_mg_per_day", item.dose_mg_per_day.map(|dose| json!(dose)));
            put("duration_days", item.duration_days.map(|days| json!(days)));
        }
        Kind::Procedure => {
            put("date", day(item.date));
            put("depth_mm", item.depth_mm.map(|depth| json!(depth)));
        }
        Kind::Exposure | Kind::Clearance => put("date", day(item.date)),
        Kind::Finding | Kind::Allergy | Kind::Product | Kind::Concern | Kind::Symptom => {}
    }
    written
}

fn site(book: &Rulebook, placed: Placed) -> Option<Value> {
    match placed {
        Placed::Nowhere => None,
        Placed::Request => Some(json!("request")),
        Placed::Elsewhere => Some(json!("elsewhere")),
        Placed::Region(region) => Some(json!(book.vocabulary.regions.get(region).code)),
    }
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Quiet => "quiet",
        Status::Past => "past",
        Status::Recurrent => "recurrent",
        Status::Family => "family",
    }
}
