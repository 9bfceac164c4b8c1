//! The answer of a screening in the patient's words: what, from when, why, on which sources, and what to bring.
//!
//! It shows what the practitioner's page shows, with all its reasons; the words are the patient's ("wait" for
//! *defer*). Where a named clinician decided otherwise, both answers stand, with who, when and why.

use maud::{Markup, html};
use percuta_clinical::{answer::Disposition, book::Position};

use super::{Frame, document, empty, heading};
use crate::{
    Site,
    page::{
        check,
        icon::{Icon, icon, small},
        part,
    },
    wording,
};

/// The answer.
#[derive(Debug, Clone)]
pub struct Screening {
    /// When, and for what: "12 November 2026, acne scars, cheeks".
    pub about: String,
    /// The answer that counts.
    pub disposition: Disposition,
    /// Its heading: "Not yet".
    pub title: String,
    /// One sentence: "From 2 January 2027, if nothing else has changed.".
    pub lead: String,
    /// Who decided: a person, or the rules alone so far.
    pub decided: Decided,
    /// Every reason, the most restrictive first.
    pub reasons: Vec<Reason>,
    /// What is done with care if there is treatment.
    pub precautions: Vec<String>,
    /// What is not known and could change the answer; the most valuable first.
    pub open: Vec<String>,
    /// What to bring.
    pub bring: Vec<String>,
    /// Until when the answer counts: "It is asked again on the day, and at the latest on 12 February 2027.".
    pub expires: String,
    /// The rules: "Version 0.1.0, unsigned".
    pub rules: String,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// The rules; no clinician has looked yet.
    ByRules,
    /// A clinician confirmed it.
    Confirmed {
        /// Who and when.
        by: String,
    },
    /// A clinician decided otherwise.
    Otherwise {
        /// Who and when.
        by: String,
        /// What the rules had said.
        instead_of: Disposition,
        /// Why.
        because: String,
    },
}

/// A reason.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The rule's id.
    pub rule: String,
    /// What it is called.
    pub title: String,
    /// What it decides.
    pub disposition: Disposition,
    /// Until when, as a day; empty when no day ends it.
    pub until: String,
    /// What ends it, when no day does; may be empty.
    pub ends: String,
    /// Why, in words.
    pub because: String,
    /// What the card says of why it is asked; may be empty.
    pub why: String,
    /// Who may decide otherwise, in a sentence; may be empty.
    pub otherwise: String,
    /// Sources for it.
    pub sources: Vec<Position>,
    /// Sources that say otherwise.
    pub against: Vec<Position>,
}

/// The answer.
pub fn page(site: &Site, frame: &Frame, view: &Screening) -> Markup {
    let body = html! {
        div.mine__one.answer {
            (heading(Some(("/me", "Today")), "Is it for me?", &view.about))
            section.dispo data-step=[check::step(view.disposition)] aria-labelledby="verdict" {
                div.dispo__head { span.dispo__mark { (icon(check::sign(view.disposition))) } div { h2 #verdict { (view.title) } p { (view.lead) } } }
                (check::scale(view.disposition))
            }
            (decided(&view.decided))
            section.card aria-labelledby="why" {
                h2 #why { @if view.reasons.is_empty() { "Why" } @else { "Why: " (wording::count(view.reasons.len(), "reason", "reasons")) } }
                @if view.reasons.is_empty() { p { "No rule holds for what you told us, and every critical answer is known." } }
                @for (number, reason) in view.reasons.iter().enumerate() { (one_reason(site, number + 1, reason)) }
            }
            (lines("care", "If you are treated", Icon::Caution, &view.precautions))
            @if !view.open.is_empty() {
                section.card aria-labelledby="open" {
                    h2 #open { "What we could not tell" }
                    p.muted { "An answer to one of these could change the result." }
                    ul.list { @for text in &view.open { li { (icon(Icon::Question)) span { (text) } } } }
                    p.no-print { a.btn href="/me/questions" { "Answer them" } }
                }
            }
            (lines("bring", "What to bring", Icon::Note, &view.bring))
            section.note { (icon(Icon::Note)) div {
                p { (view.expires) }
                p.small.muted { "Information, not a diagnosis. Rules: " (view.rules) }
            } }
            p.small.muted.no-print { "To print this page, use your browser’s print command; the reasons print open, with their sources." }
        }
    };
    document(site, frame, &body)
}

/// No screening yet.
pub fn none(site: &Site, frame: &Frame) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "Is it for me?", ""))
            (empty("No answer yet", "When your questions are answered, the reasons for and against treatment stand here, with their dates and sources.", Some(("/me/questions", "Go to the questions"))))
        }
    };
    document(site, frame, &body)
}

fn decided(decided: &Decided) -> Markup {
    html! {
        @match decided {
            Decided::ByRules => p.note { (icon(Icon::Clock)) span { "This is what the clinic’s rules say. A clinician has not confirmed it yet." } },
            Decided::Confirmed { by } => p.note { (icon(Icon::Tick)) span { "Confirmed by " b { (by) } "." } },
            Decided::Otherwise { by, instead_of, because } => div.note.note--caution { (icon(Icon::Refer)) div {
                p { b { (by) } " decided otherwise. The rules alone had said: " (part::tag(*instead_of)) }
                p { "Their reason: " (because) }
            } },
        }
    }
}

fn one_reason(site: &Site, number: usize, reason: &Reason) -> Markup {
    let is_split = !reason.against.is_empty();
    let count = reason.sources.len() + reason.against.len();
    html! {
        article.reason {
            span.reason__n aria-hidden="true" { (number) }
            div { h3 { (reason.title) } p.small { (part::tag(reason.disposition)) } }
            div.reason__until { @if !reason.until.is_empty() { "until" b { (reason.until) } } }
            div.reason__body {
                p { (reason.because) }
                @if !reason.ends.is_empty() { p.small.muted { "Ends when " (reason.ends) "." } }
                @if !reason.why.is_empty() { p.muted { (reason.why) } }
                @if !reason.otherwise.is_empty() { p.small.muted { (reason.otherwise) } }
                details.cite.cite--split[is_split] name="cite" {
                    summary {
                        (small(if is_split { Icon::Fork } else { Icon::Book }))
                        @if is_split { "Sources disagree" } @else { (wording::count(count, "source", "sources")) }
                        span.vh { " for: " (reason.title) }
                    }
                    div.cite__pop {
                        (part::positions(site, &reason.sources, "supports this"))
                        @if is_split {
                            p.cite__title { "Says otherwise; the careful side is followed" }
                            (part::positions(site, &reason.against, "differs"))
                        }
                        @if site.book().rule(&reason.rule).is_some() { a.tap href={ "/evidence/rules/" (reason.rule) } { "The whole rule" } }
                    }
                }
            }
        }
    }
}

fn lines(id: &str, title: &str, sign: Icon, lines: &[String]) -> Markup {
    html! {
        @if !lines.is_empty() {
            section.card aria-labelledby=(id) {
                h2 id=(id) { (title) }
                ul.list { @for line in lines { li { (icon(sign)) span { (line) } } } }
            }
        }
    }
}
