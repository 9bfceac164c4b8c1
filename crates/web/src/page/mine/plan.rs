//! The plan: sessions and their windows, preparation with its dates, what to expect, the price, and the patient's yes.
//!
//! It promises nothing: each expectation says on what it rests and when it can be judged. Accepting it books nothing.

use maud::{Markup, html};
use percuta_clinical::book::Cited;

use super::{
    Frame, document, empty, heading,
    today::{Moment, timeline},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
        part,
    },
};

/// The plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is for: "Acne scars on both cheeks".
    pub title: String,
    /// Who made it and when.
    pub by: String,
    /// How far it is.
    pub state: State,
    /// The sessions in their order, as points in time.
    pub sessions: Vec<Moment>,
    /// What is treated where and how deep: area, depth, why.
    pub areas: Vec<Area>,
    /// What to do before the first session: when, and what.
    pub preparation: Vec<(String, String)>,
    /// What to expect.
    pub expectations: Vec<Expectation>,
    /// Price lines: what, and how much.
    pub price: Vec<(String, String)>,
    /// The whole price.
    pub total: String,
    /// What the price depends on and until when it holds.
    pub price_note: String,
    /// What was asked about the plan.
    pub asked: Vec<Asked>,
    /// Other plans: title and link.
    pub others: Vec<(String, String)>,
}

/// How far a plan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for the patient.
    Proposed {
        /// Where a yes goes.
        accept: String,
        /// Where a question goes.
        ask: String,
    },
    /// The patient has accepted it.
    Accepted {
        /// When.
        on: String,
        /// Where a question goes.
        ask: String,
        /// Where the consent to it is read.
        consent: String,
    },
    /// It was stopped, or all its sessions were given.
    Over {
        /// When and why, in a sentence.
        says: String,
    },
}

/// A treated area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Where.
    pub region: String,
    /// How deep, and the limit there: "0.5 to 1.0 mm, limit 1.5 mm".
    pub depth: String,
    /// What for.
    pub concern: String,
}

/// An expectation.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// What it is about: "When you may see something".
    pub title: String,
    /// What may be expected, and how sure that is.
    pub says: String,
    /// What it rests on.
    pub cited: Cited,
}

/// A question about a plan or a consent, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: String,
    /// When it was asked.
    pub when: String,
    /// The answer with who gave it; `None` while it waits.
    pub answer: Option<(String, String)>,
}

/// The plan.
pub fn page(site: &Site, frame: &Frame, view: &Plan, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__cols.mine__cols--headed {
            div.mine__span { (heading(Some(("/me", "Today")), &format!("Your plan: {}", view.title), &view.by)) (state(&view.state)) (entry::summary(entry)) }
            div.stack {
                section.card aria-labelledby="sessions" { h2.mb-4 #sessions { "Sessions" } (timeline(&view.sessions)) }
                (areas(&view.areas))
                section.card.stack aria-labelledby="expect" {
                    h2 #expect { "What to expect" }
                    @for expectation in &view.expectations {
                        div.claim--mine { h3.minor { (expectation.title) } p { (expectation.says) } (part::chip(site, &expectation.cited, "", &expectation.title)) }
                    }
                }
            }
            div.stack {
                (price(view))
                section.card aria-labelledby="prepare" {
                    h2.mb-3 #prepare { "Before the first session" }
                    dl.told.told--start { @for (when, what) in &view.preparation { div { dt { (when) } dd { (what) } } } }
                }
                (ask(view, entry))
                @if !view.others.is_empty() {
                    section.card aria-labelledby="others" { h2.mb-3 #others { "Other plans" } ul.list { @for (title, href) in &view.others { li { (icon(Icon::Sheet)) a.tap href=(href) { (title) } } } } }
                }
            }
        }
    };
    document(site, frame, &body)
}

/// No plan yet.
pub fn none(site: &Site, frame: &Frame) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "Your plan", ""))
            (empty("No plan yet", "After your consultation the sessions, their dates, the preparation and the price stand here. You decide when you have read it.", Some(("/me/book", "Ask for an appointment"))))
        }
    };
    document(site, frame, &body)
}

fn state(state: &State) -> Markup {
    html! {
        @match state {
            State::Proposed { accept, .. } => form.accept action=(accept) method="post" {
                p { "Read it in your own time. Accepting says that you agree to this plan and its price; it books nothing and is no consent to treatment. You can change your mind." }
                button.btn.btn--primary.btn--glove type="submit" { "Accept this plan" }
            },
            State::Accepted { on, consent, .. } => div.accept {
                p { b { "You accepted this plan on " (on) ". " } "You can still change your mind; tell the clinic. " a href=(consent) { "Read and sign the consent" } " before the first session." }
                a.btn.btn--primary.btn--glove href="/me/book" { "Book the next session" }
            },
            State::Over { says } => p.note.note--caution { (icon(Icon::Caution)) span { (says) } },
        }
    }
}

fn areas(areas: &[Area]) -> Markup {
    html! {
        @if !areas.is_empty() {
            section.card aria-labelledby="areas" {
                h2.mb-3 #areas { "Where, and how deep" }
                dl.told { @for area in areas { div { dt { b { (area.region) } br; (area.concern) } dd { (area.depth) } } } }
            }
        }
    }
}

fn price(view: &Plan) -> Markup {
    html! {
        section.card aria-labelledby="price" {
            h2.mb-3 #price { "Price" }
            dl.told {
                @for (what, amount) in &view.price { div { dt { (what) } dd.num { (amount) } } }
                div.told__sum { dt { "Together" } dd.num { (view.total) } }
            }
            p.small.muted { (view.price_note) }
        }
    }
}

fn ask(view: &Plan, entry: &Entry) -> Markup {
    let action = match &view.state {
        State::Proposed { ask, .. } | State::Accepted { ask, .. } => Some(ask),
        State::Over { .. } => None,
    };
    html! {
        section.card.stack aria-labelledby="ask" {
            h2 #ask { "Questions" }
            (asked(&view.asked))
            @if let Some(action) = action { (ask_form(action, entry)) }
        }
    }
}

/// Questions and their answers.
pub(super) fn asked(asked: &[Asked]) -> Markup {
    html! {
        @for one in asked {
            div.asked {
                p { b { (one.question) } } p.small.muted { "You asked, " (one.when) }
                @match &one.answer {
                    Some((words, by)) => { blockquote { p { (words) } p.small.muted { (by) } } }
                    None => p.small { "Not answered yet." },
                }
            }
        }
    }
}

/// A form to ask something.
pub(super) fn ask_form(action: &str, entry: &Entry) -> Markup {
    html! {
        form.stack.stack--tight action=(action) method="post" {
            (entry::lines(entry, "question", "Ask the clinic about it", "You get the answer here; we tell you when it is there."))
            button.btn type="submit" { "Send the question" }
        }
    }
}
