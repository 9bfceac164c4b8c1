//! Rules for the days after: the list by urgency, and each card in words.

use maud::{Markup, html};
use percuta_clinical::{answer::Level, book::TriageRule};

use super::{
    evidence::TRAIL,
    part,
    shell::{Head, Section},
};
use crate::{Site, wording};

const LEVELS: [Level; 4] = [Level::Urgent, Level::ContactClinic, Level::SelfCare, Level::Normal];

fn worst(rule: &TriageRule) -> Level {
    rule.clauses.iter().map(|(level, _)| *level).max().unwrap_or(Level::Normal)
}

/// The list of rules.
pub(super) fn index(site: &Site) -> (Head, Markup) {
    let about = "What is expected after a session, and what needs the clinic or an emergency call.";
    let lead = html! { p.lead { (about) " A sign that no rule places is never called normal." } };
    let body = html! {
        @for level in LEVELS {
            @let rules: Vec<&TriageRule> = site.book().triage.iter().filter(|rule| worst(rule) == level).collect();
            @if !rules.is_empty() {
                section.part {
                    h2.with-tag { (part::level_tag(level)) }
                    p.muted { (wording::level_meaning(level)) }
                    ul.links.links--two {
                        @for rule in rules { li { a href={ "/evidence/triage/" (rule.id) } { (rule.title) } } }
                    }
                }
            }
        }
    };
    let title = "Rules for the days after";
    (Head::new(title, about, Section::Evidence), part::sheet(&[TRAIL], title, &lead, &body))
}

/// One card.
pub(super) fn page(site: &Site, rule: &TriageRule) -> (Head, Markup) {
    let head = Head::new(&rule.title, &rule.because, Section::Evidence);
    let lead = html! {
        p.row {
            (part::level_tag(worst(rule)))
            span.small.muted { "Rule " code { (rule.id) } " · confidence: " (wording::confidence(&rule.confidence)) }
        }
    };
    let body = html! {
        section.part aria-labelledby="decides" {
            h2 #decides { "When it holds" }
            @for (level, when) in &rule.clauses {
                div.clause {
                    (part::level_tag(*level))
                    div.clause__when { (part::said(&wording::check_in::condition(site.book(), when))) }
                }
            }
        }
        section.part aria-labelledby="why" { h2 #why { "Why" } p { (rule.because) } }
        @if !rule.actions.is_empty() {
            section.part aria-labelledby="do" {
                h2 #do { "What to do" }
                ul.plain-list { @for action in &rule.actions { li { (action) } } }
            }
        }
        section.part aria-labelledby="sources" {
            h2 #sources { "Sources" }
            (part::positions(site, &rule.sources, "named in support"))
            @if !rule.against.is_empty() {
                h3.minor { "Against it" }
                (part::positions(site, &rule.against, "named as saying otherwise"))
            }
            @for note in &rule.notes { p.small.muted { (note) } }
        }
        (cases(site, rule))
        (part::cited_by(site, &rule.id))
        (part::as_written(site, &rule.card))
    };
    let steps = [TRAIL, ("/evidence/triage", "Rules for the days after")];
    (head, part::sheet(&steps, &rule.title, &lead, &body))
}

fn cases(site: &Site, rule: &TriageRule) -> Markup {
    let table = html! {
        table.table {
            caption.vh { "Worked cases" }
            thead { tr { th scope="col" { "Case" } th scope="col" { "What is known" } th scope="col" { "What this rule says" } } }
            tbody {
                @for (title, checkin, expect, _) in &rule.cases {
                    tr {
                        th scope="row" { (wording::capital(title)) }
                        td { ul.plain-list.plain-list--tight { @for line in wording::case::check_in(site.book(), checkin) { li { (line) } } } }
                        td {
                            @match expect {
                                Some(level) => (part::level_tag(*level)),
                                None => "This rule does not hold",
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if !rule.cases.is_empty() {
            section.part aria-labelledby="cases" { h2 #cases { "Worked cases" } (part::scroll("Worked cases", &table)) }
        }
    }
}
