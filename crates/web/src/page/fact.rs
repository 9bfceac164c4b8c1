//! Facts: the list by topic, and each card.

use std::collections::BTreeMap;

use maud::{Markup, html};
use percuta_clinical::book::FactCard;
use serde_json::Value;

use super::{
    evidence::TRAIL,
    part,
    shell::{Head, Section},
};
use crate::{
    Site,
    catalogue::CardKind,
    wording::{self, capital},
};

fn topic(fact: &FactCard) -> String {
    if fact.topic.is_empty() {
        "Other".to_owned()
    } else {
        capital(&fact.topic.replace(['-', '_'], " "))
    }
}

/// The list.
pub(super) fn index(site: &Site) -> (Head, Markup) {
    let mut topics: BTreeMap<String, Vec<&FactCard>> = BTreeMap::new();
    for fact in site.book().facts.values() {
        topics.entry(topic(fact)).or_default().push(fact);
    }
    let about = "What the sources say, topic by topic.";
    let lead = html! { p.lead { (about) } };
    let body = html! {
        @for (topic, facts) in &topics {
            section.part {
                h2 { (topic) }
                ul.links { @for fact in facts { li { a href={ "/evidence/facts/" (fact.id) } { (fact.says) } } } }
            }
        }
    };
    (Head::new("Facts", about, Section::Evidence), part::sheet(&[TRAIL], "Facts", &lead, &body))
}

/// One card.
pub(super) fn page(site: &Site, fact: &FactCard) -> (Head, Markup) {
    let head = Head::new(&fact.says, "", Section::Evidence);
    let lead = html! {
        p.small.muted { (topic(fact)) " · fact " code { (fact.id) } @if !fact.provenance.is_empty() { " · " (wording::provenance(&fact.provenance)) } }
        @for kind in [CardKind::Rule, CardKind::Triage] {
            @if let Some(card) = site.catalogue().card(kind, &fact.id) {
                p { "The rule of the same matter: " a href=(card.href) { (card.title) } }
            }
        }
    };
    let body = html! {
        @if !fact.positions.is_empty() {
            section.part aria-labelledby="positions" {
                h2 #positions { "What each guide says" }
                (part::positions(site, &fact.positions, "names it"))
            }
        }
        (numbers(&fact.value))
        @if !fact.note.is_empty() { section.part aria-labelledby="note" { h2 #note { "Note" } p { (fact.note) } } }
        section.part aria-labelledby="sources" {
            h2 #sources { "Sources" }
            (part::source_list(site, fact.sources.iter().map(String::as_str)))
        }
        (part::cited_by(site, &fact.id))
    };
    let steps = [TRAIL, ("/evidence/facts", "Facts")];
    (head, part::sheet(&steps, &fact.says, &lead, &body))
}

/// The numbers of a card. They are written as JSON; what cannot be read as such is shown as it is.
fn numbers(text: &str) -> Markup {
    if text.is_empty() {
        return html! {};
    }
    let value = serde_json::from_str::<Value>(text).unwrap_or_else(|_| Value::from(text));
    html! {
        section.part aria-labelledby="numbers" {
            h2 #numbers { "Figures" }
            @match &value {
                Value::Object(entries) => dl.src.src--wide {
                    @for (key, value) in entries { dt { (capital(&key.replace('_', " "))) } dd { (plain(value)) } }
                },
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => p { (plain(&value)) },
            }
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "not known".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => {
            let numbers = entries.len() == 2 && entries.iter().all(Value::is_number);
            let parts: Vec<String> = entries.iter().map(plain).collect();
            parts.join(if numbers { " to " } else { ", " })
        }
        Value::Object(entries) => {
            let parts = entries
                .iter()
                .map(|(key, value)| format!("{} {}", key.replace('_', " "), plain(value)));
            parts.collect::<Vec<_>>().join("; ")
        }
    }
}
