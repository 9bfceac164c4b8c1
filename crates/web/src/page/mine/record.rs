//! What the clinic keeps about a patient, who opened it, and how to have a copy, a correction or its deletion.

use maud::{Markup, html};

use super::{Frame, Onwards, document, empty, heading, onwards};
use crate::{
    Site,
    page::icon::{Icon, icon},
};

/// What is kept, and who opened it.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// What is kept: kind, how much, and where it can be read.
    pub kept: Vec<Kept>,
    /// Who opened it, the newest first.
    pub opened: Vec<Opened>,
    /// Where the list goes on.
    pub onwards: Onwards,
    /// For how long things are kept, in a sentence.
    pub kept_for: String,
    /// Where a copy is asked for.
    pub copy: String,
    /// Where a correction or a deletion is asked for.
    pub ask: String,
}

/// A kind of thing that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What.
    pub what: String,
    /// How much: "3 check-ins".
    pub count: String,
    /// Where it can be read; `None` where there is nothing to read.
    pub href: Option<String>,
}

/// Somebody opened the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// When.
    pub when: String,
    /// Who, by name and role.
    pub who: String,
    /// What was opened.
    pub what: String,
    /// Why, where a reason was asked for; may be empty.
    pub why: String,
}

/// What is kept, and who opened it.
pub fn page(site: &Site, frame: &Frame, view: &Record) -> Markup {
    let body = html! {
        div.mine__one.mine__one--wide {
            (heading(Some(("/me", "Today")), "My record", "What the clinic keeps about you, and everybody who opened it."))
            section.card aria-labelledby="kept" {
                h2.mb-3 #kept { "What is kept" }
                dl.told { @for kept in &view.kept { div { dt { (kept.what) } dd { @if let Some(href) = &kept.href { a.tap href=(href) { (kept.count) } } @else { (kept.count) } } } } }
                p.small.muted { (view.kept_for) }
            }
            section.card aria-labelledby="opened" {
                h2.mb-3 #opened { "Who opened it" }
                @if view.opened.is_empty() { (empty("Nobody yet", "Each opening is written down here, with who, when and what.", None)) } @else { (openings(&view.opened)) }
                (onwards(&view.onwards))
            }
            section.card.stack aria-labelledby="rights" {
                h2 #rights { "Copy, correct, delete" }
                p { "You may have a copy of everything, have mistakes corrected, and ask for deletion. Some records of treatment have to be kept for years by law; the clinic tells you which." }
                form action=(view.copy) method="post" { button.btn.btn--primary.btn--wide type="submit" { (icon(Icon::Sheet)) "Ask for a copy" } }
                a.btn.btn--wide href=(view.ask) { "Ask for a correction or deletion" }
            }
        }
    };
    document(site, frame, &body)
}

fn openings(opened: &[Opened]) -> Markup {
    html! {
        ul.list.openings {
            @for one in opened {
                li {
                    span.small.muted { (one.when) }
                    div { p { b { (one.who) } } p { (one.what) } @if !one.why.is_empty() { p.small.muted { (one.why) } } }
                }
            }
        }
    }
}
