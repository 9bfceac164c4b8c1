//! From the form to the intake that screening reads, and back.
//!
//! INVARIANT (not asked): a list that was not said to be asked in full is unknown as a whole, and a field that was left
//! empty is left out, which is unknown too. Nothing is filled in here.

use percuta_clinical::fault::Problem;
use percuta_terminology::Kind;
use serde_json::{Map, Value, json};

use super::list::{FieldKind, List};
use crate::page::entry::Entry;

/// What the record knows already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The day of the intake: `2026-11-20`.
    pub as_of: String,
    /// The day of birth: `1992-03-04`.
    pub birth_date: String,
}

/// No list of the form has more rows.
const ROWS_MAX: usize = 60;

/// The intake as JSON. Whether it can be used is for `percuta_clinical::intake::read` to say.
pub fn json(entry: &Entry, lists: &[List], given: &Given) -> Value {
    let mut unknown: Vec<Value> = Vec::new();
    let mut patient = Map::new();
    patient.insert("birth_date".to_owned(), json!(given.birth_date));
    for key in ["sex", "pregnancy", "breastfeeding"] {
        put(&mut patient, key, text(entry.get(key)));
    }
    put(&mut patient, "phototype", entry.get("phototype").parse::<u8>().ok().map(Value::from));
    put(&mut patient, "weight_kg", number(entry.get("weight_kg")));
    let mut request = Map::new();
    for key in ["modality", "concern", "region", "device", "onset"] {
        put(&mut request, key, text(entry.get(key)));
    }
    put(&mut request, "depth_mm", number(entry.get("depth_mm")));
    let mut whole = Map::new();
    for list in lists {
        let entries = rows(entry, list);
        if entry.get(&format!("{}-asked", list.key)) != "all" {
            unknown.push(json!(list.kind.list()));
        }
        let words = entry.get(&format!("{}-unknown", list.key)).split(',');
        let words = words.map(str::trim).filter(|word| !word.is_empty());
        unknown.extend(words.map(|word| json!(format!("{}.{word}", list.kind.list()))));
        let into = if list.kind == Kind::Product { &mut request } else { &mut whole };
        into.insert(list.key.clone(), Value::Array(entries));
    }
    // What was not known before stays so until it is answered.
    for path in entry.all("unknown") {
        let key = path.rsplit('.').next().unwrap_or_default();
        if ["", "unknown"].contains(&entry.get(key)) {
            unknown.push(json!(path));
        }
    }
    whole.insert("as_of".to_owned(), json!(given.as_of));
    whole.insert("patient".to_owned(), Value::Object(patient));
    whole.insert("request".to_owned(), Value::Object(request));
    whole.insert("unknown".to_owned(), Value::Array(unknown));
    Value::Object(whole)
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value);
    }
}

fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| json!(value))
}

/// A number as people write it. What is no number stays text, so that its place is named and nothing is dropped.
fn number(value: &str) -> Option<Value> {
    if value.is_empty() {
        return None;
    }
    let written = value.replace(',', ".");
    Some(written.parse::<f64>().map_or_else(|_| json!(value), Value::from))
}

/// The entries of a list: every row in which something was written, in order.
fn rows(entry: &Entry, list: &List) -> Vec<Value> {
    filled_rows(entry, list).into_iter().map(|row| one_row(entry, list, row)).collect()
}

/// The rows in which something was written.
fn filled_rows(entry: &Entry, list: &List) -> Vec<usize> {
    (1..=ROWS_MAX)
        .filter(|row| {
            list.fields.iter().any(|field| !entry.get(&name(list, *row, &field.key)).is_empty())
        })
        .collect()
}

fn name(list: &List, row: usize, key: &str) -> String {
    format!("{}-{row}-{key}", list.key)
}

fn one_row(entry: &Entry, list: &List, row: usize) -> Value {
    let mut object = Map::new();
    for field in &list.fields {
        let written = entry.get(&name(list, row, &field.key));
        if field.key.is_empty() {
            return json!(written);
        }
        let value = match field.kind {
            FieldKind::Number => number(written),
            FieldKind::Word | FieldKind::Text | FieldKind::Day | FieldKind::Choice(_) => {
                text(written)
            }
        };
        put(&mut object, &field.key, value);
    }
    Value::Object(object)
}

/// The field of the form in which a mistake was made: `intake.medicines[0].last_dose` is `medicines-1-last_dose`.
/// An entry is counted among the rows that were filled.
pub fn field_of(entry: &Entry, lists: &[List], path: &str) -> String {
    let path = path.strip_prefix("intake.").unwrap_or(path);
    let within = path.strip_prefix("request.").or_else(|| path.strip_prefix("patient."));
    let path = within.unwrap_or(path);
    let listed = path.split_once('[').and_then(|(key, rest)| {
        let (index, rest) = rest.split_once(']')?;
        let list = lists.iter().find(|list| list.key == key)?;
        let row = *filled_rows(entry, list).get(index.parse::<usize>().ok()?)?;
        let key = rest.trim_start_matches('.');
        // A mistake in the whole entry is shown on the field that names it.
        let key = if key.is_empty() { list.fields.first()?.key.as_str() } else { key };
        Some(name(list, row, key))
    });
    listed.unwrap_or_else(|| path.to_owned())
}

/// Lays mistakes over the form, each on its field.
pub fn refuse(entry: &mut Entry, lists: &[List], problems: &[Problem]) {
    for problem in problems {
        let field = field_of(entry, lists, &problem.path);
        entry.refuse(&field, format!("{}.", crate::wording::capital(&problem.what)));
    }
}

/// An intake in the form, and how many rows each list needs. A list that the intake does not have counts as not
/// asked: whoever amends it says so anew.
pub fn filled(intake: &Value, lists: &[List]) -> (Entry, Vec<usize>) {
    let mut entry = Entry::default();
    for part in ["patient", "request"] {
        for (key, value) in intake.get(part).and_then(Value::as_object).into_iter().flatten() {
            if let Some(text) = plain(value) {
                entry.set(key, text);
            }
        }
    }
    let mut unknown: Vec<&str> = intake
        .get("unknown")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut rows = Vec::new();
    for list in lists {
        let within = if list.kind == Kind::Product { intake.get("request") } else { Some(intake) };
        let entries = within.and_then(|within| within.get(&list.key)).and_then(Value::as_array);
        let asked = entries.is_some() && !unknown.contains(&list.kind.list());
        entry.set(&format!("{}-asked", list.key), if asked { "all" } else { "not" });
        let prefix = format!("{}.", list.kind.list());
        let words: Vec<&str> =
            unknown.iter().filter_map(|path| path.strip_prefix(&prefix)).collect();
        entry.set(&format!("{}-unknown", list.key), words.join(", "));
        unknown.retain(|path| *path != list.kind.list() && !path.starts_with(&prefix));
        let entries = entries.map(Vec::as_slice).unwrap_or_default();
        for (row, value) in (1..).zip(entries) {
            for field in &list.fields {
                let value = if field.key.is_empty() { Some(value) } else { value.get(&field.key) };
                if let Some(text) = value.and_then(plain) {
                    entry.set(&name(list, row, &field.key), text);
                }
            }
        }
        rows.push(entries.len() + 1);
    }
    for path in unknown {
        // A value that is also named as unknown is unknown.
        let key = path.rsplit('.').next().unwrap_or_default();
        entry.set(key, "");
        entry.set("unknown", path);
    }
    (entry, rows)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
