//! A patient's question in words, sent along with something else: it waits in the clinic's inbox until somebody answers.
//!
//! It is a check-in without an answer of the rulebook, because nobody triages words. Whoever describes something
//! urgent is sent to the check-in by the page that asks.

use jiff::{Span, Timestamp};
use percuta_chart::check_in::{CheckIn, Handling};
use percuta_clinical::answer;
use serde_json::Value;

/// A question as the inbox holds it.
/// `level` is as much as is known of it: what nobody has read yet is at least `contact_clinic`.
pub(crate) fn question(words: &str, level: answer::Level, at: Timestamp) -> CheckIn {
    let within = level.answer_within().and_then(|text| text.parse::<Span>().ok());
    let hours = within.and_then(|span| {
        span.total((jiff::Unit::Second, jiff::SpanRelativeTo::days_are_24_hours())).ok()
    });
    CheckIn {
        session: None,
        at,
        json: Value::Null,
        words: words.to_owned(),
        answer: String::new(),
        level: crate::telling::stored(level),
        answer_by: hours.and_then(|seconds| {
            at.checked_add(jiff::SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
        }),
        handling: Handling::Open { owner: None },
        notes: Vec::new(),
    }
}
