//! Answers as text for a person at a terminal.

use percuta_clinical::{
    Rulebook,
    answer::{Answer, Disposition, End, Level},
    triage::Triage,
};
use serde_json::Value;

/// A disposition as a person says it.
pub(crate) fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Proceed => "Proceed",
        Disposition::ProceedWithPrecautions => "Proceed with precautions",
        Disposition::Defer => "Defer",
        Disposition::ReferPhysician => "Refer to a physician",
        Disposition::DoNotTreat => "Do not treat",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Normal => "Normal",
        Level::SelfCare => "Self-care",
        Level::ContactClinic => "Contact the clinic",
        Level::Urgent => "URGENT",
    }
}

fn end(end: Option<&End>) -> String {
    match end {
        None | Some(End::Never) => String::new(),
        Some(End::Event(event)) => format!(" until {event}"),
        Some(End::On(date)) => format!(" until {date}"),
    }
}

fn footer(book: &Rulebook) -> String {
    let digest: String = book.digest.chars().take(19).collect();
    format!("Rulebook {} ({digest}…). {}\n", book.version, book.status)
}

/// A screening answer.
pub(crate) fn screening(book: &Rulebook, answer: &Answer<'_>) -> String {
    let mut text = format!("{}{}\n", disposition(answer.disposition), end(answer.until.as_ref()));
    for reason in &answer.reasons {
        let until = end(Some(&reason.end));
        text.push_str(&format!("\n  {} [{}]{until}\n", disposition(reason.disposition), reason.id));
        text.push_str(&format!("    {}\n", reason.because));
        text.push_str(&format!("    rests on {}\n", reason.facts.join(", ")));
        for source in &reason.sources {
            text.push_str(&format!("    {}: {}\n", source.id, source.says));
        }
        for source in &reason.disagreement {
            text.push_str(&format!("    {} disagrees: {}\n", source.id, source.says));
        }
        if !reason.override_by.is_empty() {
            let by = reason.override_by.join(" or ");
            text.push_str(&format!(
                "    {by} may decide otherwise, with {}\n",
                reason.override_needs
            ));
        }
    }
    if !answer.precautions.is_empty() {
        text.push_str("\nPrecautions\n");
        for precaution in &answer.precautions {
            text.push_str(&format!("  - {precaution}\n"));
        }
    }
    if !answer.missing.is_empty() {
        text.push_str("\nMissing, most valuable first\n");
        for missing in &answer.missing {
            text.push_str(&format!("  - {}\n", missing.path));
        }
    }
    text.push('\n');
    text.push_str(&footer(book));
    text
}

/// A triage answer.
pub(crate) fn triage(book: &Rulebook, triage: &Triage<'_>) -> String {
    let within = triage
        .level
        .answer_within()
        .map_or_else(String::new, |within| format!(", answered within {within}"));
    let mut text = format!("{}{within}\n", level(triage.level));
    for reason in &triage.reasons {
        text.push_str(&format!(
            "\n  {} [{}]\n    {}\n",
            level(reason.level),
            reason.id,
            reason.because
        ));
        for source in &reason.sources {
            text.push_str(&format!("    {}: {}\n", source.id, source.says));
        }
    }
    text.push_str("\nWhat to do\n");
    for action in &triage.actions {
        text.push_str(&format!("  - {action}\n"));
    }
    text.push('\n');
    text.push_str(&footer(book));
    text
}

/// A plan, from its JSON: the same words, indented.
pub(crate) fn plan(book: &Rulebook, plan: &Value) -> String {
    let mut text = String::from("Course\n");
    outline(plan, 1, &["rulebook", "interface", "screening"], &mut text);
    text.push('\n');
    text.push_str(&footer(book));
    text
}

/// A JSON value as an indented outline.
fn outline(value: &Value, depth: usize, without: &[&str], text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter().filter(|(key, _)| !without.contains(&key.as_str())) {
                let name = key.replace('_', " ");
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        text.push_str(&format!("{indent}{name}\n"));
                        outline(value, depth + 1, &[], text);
                    }
                    _ => text.push_str(&format!("{indent}{name}: {}\n", plain(value))),
                }
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                match entry {
                    Value::Object(_) | Value::Array(_) => {
                        text.push_str(&format!("{indent}-\n"));
                        outline(entry, depth + 1, &[], text);
                    }
                    _ => text.push_str(&format!("{indent}- {}\n", plain(entry))),
                }
            }
        }
        _ => text.push_str(&format!("{indent}{}\n", plain(value))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
