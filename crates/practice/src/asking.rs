//! A patient's question in words: it waits in the clinic's inbox until somebody answers.
//!
//! It is a check-in without an answer of the rulebook, because nobody triages words. Whoever describes something
//! urgent is sent to the check-in by the page that asks.

use jiff::{Span, Timestamp};
use percuta_chart::check_in::{CheckIn, Handling, Level};
use percuta_clinical::answer;
use percuta_record::{DocumentId, Owner};
use serde_json::Value;

use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::No,
    vault::FieldTokens,
    writing::Draft,
};

/// No question is longer, in characters.
const WORDS_MAX: usize = 4_000;

/// A question as the inbox holds it.
pub(crate) fn question(words: &str, at: Timestamp) -> CheckIn {
    let within = answer::Level::SelfCare.answer_within().and_then(|text| text.parse::<Span>().ok());
    let hours = within.and_then(|span| {
        span.total((jiff::Unit::Second, jiff::SpanRelativeTo::days_are_24_hours())).ok()
    });
    CheckIn {
        session: None,
        at,
        json: Value::Null,
        words: words.to_owned(),
        answer: String::new(),
        level: Level::SelfCare,
        answer_by: hours.and_then(|seconds| {
            at.checked_add(jiff::SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
        }),
        handling: Handling::Open { owner: None },
    }
}

impl Practice {
    /// Asks the clinic something in words.
    pub async fn ask_clinic(&self, actor: &Actor, words: &str) -> Result<DocumentId, No> {
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let words = words.trim();
        if words.is_empty() {
            return Err(No::wrong("question", "Write your question first."));
        }
        if words.chars().count() > WORDS_MAX {
            let says = format!("Use at most {WORDS_MAX} characters, or call the clinic.");
            return Err(No::wrong("question", says));
        }
        let id: DocumentId = self.vault.new_id()?;
        let draft = Draft::new(Act::Own, "question.ask", id)
            .begin(id, Owner::Patient(patient), &question(words, self.now()))?
            .tokens(id, FieldTokens::OPEN, self.open_token());
        self.commit(actor, draft).await?;
        Ok(id)
    }
}
