//! The waiting list: who waits for a time, since when, and the first that they could have; and who could have a time that
//! was given back.
//!
//! Nobody is booked by being listed: whoever telephones books the time for them with one press.

use maud::{Markup, html};

use super::{Frame, part};
use crate::{
    Site,
    page::{
        entry,
        icon::{Icon, icon},
    },
};

/// Somebody who waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub name: String,
    /// Where they are.
    pub href: String,
    /// How they are reached; may be empty.
    pub telephone: String,
    /// What for: "session 2 of 3".
    pub what: String,
    /// When they could come: "1 to 20 December 2026, Mon, Thu, over by 13:00".
    pub when: String,
    /// Since when they wait: "21 November 2026".
    pub since: String,
    /// What the clinic should know; may be empty.
    pub note: String,
    /// The time that they could have, in words and as the form says it.
    pub start: Option<(String, String)>,
    /// Why there is none, or what to bear in mind.
    pub says: Vec<String>,
    /// Where the time is booked.
    pub book: String,
    /// Where they are taken off the list.
    pub end: String,
}

/// The list, or the part of it that a freed time suits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// "Waiting list".
    pub title: String,
    /// What stands above it, in a sentence.
    pub lead: String,
    /// They, who waits longest first.
    pub rows: Vec<Row>,
    /// Why a press came to nothing.
    pub wrong: Option<String>,
    /// Where the page before is: address and words.
    pub back: Option<(String, String)>,
}

/// The list.
pub fn page(site: &Site, frame: &Frame, view: &View) -> Markup {
    let body = html! {
        div.page.room.room--narrow {
            (part::head(&view.title, &view.lead, &html! {}))
            @if let Some(wrong) = &view.wrong { p.note.note--stop role="alert" { (icon(Icon::Caution)) span { (wrong) } } }
            @if view.rows.is_empty() {
                (part::empty("Nobody waits", "Who finds no time is put on the list from the page on which they are booked.", &html! {}))
            } @else { ul.stack.stack--12 { @for row in &view.rows { li { (one(row)) } } } }
            @if let Some((href, words)) = &view.back { p { a.btn href=(href) { (words) } } }
        }
    };
    super::document(site, frame, &body)
}

fn one(row: &Row) -> Markup {
    html! {
        section.card.stack.stack--8 aria-label=(row.name) {
            div.row { h2.h-md { a.tap href=(row.href) { (row.name) } } span.muted { (row.what) } @if !row.telephone.is_empty() { span.push.num { (row.telephone) } } }
            p { "Can come " (row.when) ". " span.muted { "Waits since " (row.since) "." } }
            @if !row.note.is_empty() { p.small { (row.note) } }
            @for says in &row.says { p.small.muted { (says) } }
            div.row.row--8 {
                @if let Some((words, value)) = &row.start {
                    form action=(row.book) method="post" { (entry::hidden("start", value)) button.btn.btn--primary type="submit" { "Book " (words) } }
                }
                form action=(row.end) method="post" { button.btn.btn--quiet type="submit" aria-label={ "Take " (row.name) " off the list" } { "Take off the list" } }
            }
        }
    }
}
