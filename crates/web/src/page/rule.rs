//! Screening rules: the list by what they decide, and each card in words.

use maud::{Markup, html};
use percuta_clinical::{
    answer::Disposition,
    book::{Clause, Position, Rule},
};

use super::{
    evidence::TRAIL,
    icon::{Icon, icon, small},
    part,
    shell::{Head, Section},
};
use crate::{
    Site,
    catalogue::{CardKind, anchor},
    wording,
};

/// The list of rules.
pub(super) fn index(site: &Site) -> (Head, Markup) {
    let book = site.book();
    let about = "Every screening rule, by what it decides.";
    let lead = html! {
        p.lead { "Each rule is one card: what it asks, when it holds, what it decides and until when, why, and its sources for and against." }
    };
    let body = html! {
        @for step in Disposition::ALL.into_iter().rev() {
            @let rules: Vec<&Rule> = book.rules.iter().filter(|rule| wording::worst(rule) == step).collect();
            @if !rules.is_empty() {
                section.part {
                    h2.with-tag { (part::tag(step)) }
                    p.muted { (wording::disposition_meaning(step)) }
                    ul.links.links--two {
                        @for rule in rules { li { a href={ "/evidence/rules/" (rule.id) } { (rule.title) } } }
                    }
                }
            }
        }
        section.part {
            h2 { "How rules decide together" }
            @for (id, policy) in &book.policies {
                div.entry id=(anchor(CardKind::Policy, id)) {
                    h3 { (policy.title) }
                    p { (policy.says) }
                    (part::positions(site, &policy.sources, "named in support"))
                }
            }
        }
    };
    (
        Head::new("Screening rules", about, Section::Evidence),
        part::sheet(&[TRAIL], "Screening rules", &lead, &body),
    )
}

/// One card.
pub(super) fn page(site: &Site, rule: &Rule) -> (Head, Markup) {
    let head = Head::new(&rule.title, &rule.why, Section::Evidence);
    let lead = html! {
        p.row {
            (part::tag(wording::worst(rule)))
            span.small.muted { "Rule " code { (rule.id) } " · confidence: " (wording::confidence(&rule.confidence)) }
        }
        @if let Some(why) = &rule.withdrawn {
            div.note.note--stop { (icon(Icon::Stop)) p { b { "Withdrawn. " } (why) } }
        }
    };
    let body = html! {
        (asks(rule))
        section.part aria-labelledby="decides" {
            h2 #decides { "When it holds, and what it decides" }
            @for clause in &rule.clauses { (self::clause(site, clause)) }
            p.small.muted { (wording::when_unknown(rule.unknown)) }
            (yields(site, rule))
        }
        (reasons(rule))
        (sources(site, rule))
        (overriding(rule))
        (cases(site, rule))
        (part::cited_by(site, &rule.id))
        (part::as_written(site, &rule.card))
    };
    let steps = [TRAIL, ("/evidence/rules", "Screening rules")];
    (head, part::sheet(&steps, &rule.title, &lead, &body))
}

fn asks(rule: &Rule) -> Markup {
    html! {
        @if !rule.asks.is_empty() {
            section.part aria-labelledby="asks" {
                h2 #asks { "What you are asked" }
                @for asks in &rule.asks {
                    figure.question {
                        p.question__text { (asks.text) }
                        @if !asks.hint.is_empty() { p.hint { (asks.hint) } }
                        p.small.faint { "Yes, No or Not sure. Nothing is chosen for you." }
                    }
                }
            }
        }
    }
}

fn clause(site: &Site, clause: &Clause) -> Markup {
    let step = match clause.disposition {
        Disposition::Proceed => None,
        Disposition::ProceedWithPrecautions => Some("caution"),
        Disposition::Defer => Some("defer"),
        Disposition::ReferPhysician => Some("refer"),
        Disposition::DoNotTreat => Some("stop"),
    };
    html! {
        div.clause data-step=[step] {
            div.row {
                (part::tag(clause.disposition))
                @if !wording::until(clause).is_empty() { b { (wording::until(clause)) } }
            }
            @if clause.is_afterwards { p.small.muted { "Counts only when nothing else of this rule holds." } }
            div.clause__when { (part::said(&wording::condition::condition(site.book(), &clause.when))) }
            p.clause__because {
                span.faint { "The answer says: " }
                "“" (part::with_places(&clause.because)) "”"
                @if let Some(current) = &clause.because_current {
                    " While it is being taken: “" (part::with_places(current)) "”"
                }
            }
        }
    }
}

fn yields(site: &Site, rule: &Rule) -> Markup {
    html! {
        @if !rule.yields_to.is_empty() {
            p.small.muted { "Not listed while one of these more careful rules holds:" }
            ul.links {
                @for id in &rule.yields_to {
                    @if let Some(card) = site.catalogue().card(CardKind::Rule, id) {
                        li { a href=(card.href) { (card.title) } }
                    }
                }
            }
        }
    }
}

fn reasons(rule: &Rule) -> Markup {
    html! {
        @if !rule.why.is_empty() {
            section.part aria-labelledby="why" { h2 #why { "Why" } p { (rule.why) } }
        }
        @if !rule.precautions.is_empty() {
            section.part aria-labelledby="precautions" {
                h2 #precautions { "What to do" }
                ul.plain-list { @for precaution in &rule.precautions { li { (precaution) } } }
            }
        }
        @if !rule.bring.is_empty() {
            section.part aria-labelledby="bring" { h2 #bring { "What to bring" } p { (rule.bring) } }
        }
    }
}

fn sources(site: &Site, rule: &Rule) -> Markup {
    let side = |title: &str, positions: &[Position], silent: &str| {
        html! {
            @if !positions.is_empty() {
                h3.minor { (title) }
                (part::positions(site, positions, silent))
            }
        }
    };
    html! {
        section.part aria-labelledby="sources" {
            h2 #sources { "Sources" }
            (side("For it", &rule.sources, "named in support"))
            (side("Against it", &rule.against, "named as saying otherwise"))
            @for id in &rule.conflicts {
                @if let Some(conflict) = site.book().conflicts.get(id) {
                    div.disagree {
                        p.disagree__title { (small(Icon::Fork)) "Sources disagree" }
                        (part::disagreement(site, conflict))
                    }
                }
            }
        }
    }
}

fn overriding(rule: &Rule) -> Markup {
    html! {
        section.part aria-labelledby="override" {
            h2 #override { "Who may decide otherwise" }
            @if rule.override_by.is_empty() {
                p { "Nobody." }
            } @else {
                p { "A " (wording::list(&rule.override_by, "or")) ", by name, with " (rule.override_needs) "." }
            }
            @for note in &rule.notes { p.small.muted { (note) } }
        }
    }
}

fn cases(site: &Site, rule: &Rule) -> Markup {
    let table = html! {
        table.table {
            caption.vh { "Worked cases" }
            thead { tr { th scope="col" { "Case" } th scope="col" { "What is known" } th scope="col" { "What this rule says" } } }
            tbody {
                @for case in &rule.cases {
                    tr {
                        th scope="row" { (wording::capital(&case.title)) }
                        td { ul.plain-list.plain-list--tight { @for line in wording::case::screening(site.book(), &case.intake) { li { (line) } } } }
                        td { (wording::expect(&case.expect)) }
                    }
                }
            }
        }
    };
    html! {
        @if !rule.cases.is_empty() {
            section.part aria-labelledby="cases" {
                h2 #cases { "Worked cases" }
                p.small.muted { "Invented people, judged on 2 March 2026. Each case is tested with every change of the rulebook. What is not named is healthy and usual." }
                (part::scroll("Worked cases", &table))
            }
        }
    }
}
