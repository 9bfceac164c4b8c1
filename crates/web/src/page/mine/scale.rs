//! An outcome scale that the patient fills in: its items, each one of several, and what the sum means.
//!
//! Items and scoring come with the view; the copyright line of a scale is always shown. A scale is only offered where
//! its licence allows it; that is decided before this page.

use maud::{Markup, html};

use super::{Frame, document, heading};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Options},
        icon::{Icon, icon},
    },
};

/// A scale to be filled in.
#[derive(Debug, Clone, Default)]
pub struct Scale {
    /// Its title.
    pub title: String,
    /// What to think of: "Over the last week".
    pub says: String,
    /// Its items.
    pub items: Vec<Item>,
    /// Who holds the rights, as they ask it to be said; may be empty.
    pub rights: String,
    /// Where the form goes.
    pub action: String,
}

/// An item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Its name in the form.
    pub name: String,
    /// The question.
    pub asks: String,
    /// Value and words of each answer.
    pub choices: Vec<(String, String)>,
}

/// A scale to be filled in.
pub fn page(site: &Site, frame: &Frame, view: &Scale, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), &view.title, &view.says))
            (entry::summary(entry))
            form.stack action=(view.action) method="post" novalidate {
                @for item in &view.items { div.card { (entry::options(entry, Options::One, &item.name, &item.asks, &item.choices)) } }
                div.stack.stack--tight {
                    button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Save" }
                    p.small.muted { "Your answers stand in your record. They change nothing about your treatment by themselves." }
                }
            }
            @if !view.rights.is_empty() { p.small.muted { (view.rights) } }
        }
    };
    document(site, frame, &body)
}

/// What came of a scale.
#[derive(Debug, Clone, Default)]
pub struct Scored {
    /// The title of the scale.
    pub title: String,
    /// The score with its range: "6 of 30".
    pub score: String,
    /// What it means, and how sure that is.
    pub says: String,
    /// Earlier scores: when, and how much; the newest first.
    pub earlier: Vec<(String, String)>,
}

/// What came of a scale.
pub fn scored(site: &Site, frame: &Frame, view: &Scored) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), &view.title, ""))
            section.card.stack { h2 { (view.score) } p { (view.says) } }
            @if !view.earlier.is_empty() {
                section.card { h2.mb-3 { "Earlier" } dl.pairs { @for (when, score) in &view.earlier { div { dt { (when) } dd { (score) } } } } }
            }
            p.note { (icon(Icon::Note)) span { "One number is a poor judge. Look at the trend, and at photographs 3 months after the last session." } }
        }
    };
    document(site, frame, &body)
}
