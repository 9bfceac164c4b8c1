//! Answers as the JSON of the public interface, version 1. It is only ever added to.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, End},
    book::{Position, Rulebook},
    triage::Triage,
};

pub use intake::intake;
pub use plan::plan;

mod intake;
mod plan;

/// The version of the interface.
pub const INTERFACE: u32 = 1;

/// Which rulebook answered, and what is to be said of it.
pub fn rulebook(book: &Rulebook) -> Value {
    json!({ "version": book.version, "digest": book.digest, "status": book.status })
}

fn end(end: Option<&End>) -> Value {
    match end {
        None | Some(End::Never) => Value::Null,
        Some(End::Event(event)) => json!({ "event": event }),
        Some(End::On(date)) => json!({ "date": date.to_string() }),
    }
}

fn positions(positions: &[&Position]) -> Value {
    positions.iter().map(|position| json!({ "id": position.id, "says": position.says })).collect()
}

/// A screening answer.
pub fn screening(book: &Rulebook, answer: &Answer<'_>) -> Value {
    let reasons: Vec<Value> = answer
        .reasons
        .iter()
        .map(|reason| {
            let override_ = if reason.override_by.is_empty() {
                Value::Null
            } else {
                json!({ "by": reason.override_by, "needs": reason.override_needs })
            };
            json!({
                "id": reason.id,
                "disposition": reason.disposition.word(),
                "until": end(Some(&reason.end)),
                "because": reason.because,
                "facts": reason.facts,
                "sources": positions(&reason.sources),
                "disagreement": positions(&reason.disagreement),
                "override": override_,
            })
        })
        .collect();
    let missing: Vec<&str> = answer.missing.iter().map(|missing| missing.path.as_str()).collect();
    json!({
        "interface": INTERFACE,
        "disposition": answer.disposition.word(),
        "until": end(answer.until.as_ref()),
        "reasons": reasons,
        "precautions": answer.precautions,
        "not_before": answer.not_before.map(|date| date.to_string()),
        "missing": missing,
        "unrecognised": answer.unrecognised,
        "rulebook": rulebook(book),
    })
}

/// A triage answer.
pub fn triage(book: &Rulebook, triage: &Triage<'_>) -> Value {
    let reasons: Vec<Value> = triage
        .reasons
        .iter()
        .map(|reason| {
            json!({
                "id": reason.id,
                "level": reason.level.word(),
                "because": reason.because,
                "sources": positions(&reason.sources),
            })
        })
        .collect();
    json!({
        "interface": INTERFACE,
        "level": triage.level.word(),
        "reasons": reasons,
        "do": triage.actions,
        "answer_within": triage.level.answer_within(),
        "rulebook": rulebook(book),
    })
}
