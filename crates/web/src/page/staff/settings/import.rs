//! Taking appointments over from another program: a file or what is pasted, what would become of each row, what became of
//! it.
//!
//! Nothing is kept between these pages: what was read goes along in the form, so that no name stays behind of a file that
//! was only looked at.

use maud::{Markup, html};

use super::{Frame, document, part};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon, small},
        part::{scroll, trail},
    },
    wording,
};

const ACTION: &str = "/settings/import";

/// What was read, and what becomes of it.
#[derive(Debug, Clone)]
pub struct Looked {
    /// What was read, as the form carries it on.
    pub text: String,
    /// Words of the file and what they are here, one list each.
    pub mappings: Vec<Mapping>,
    /// The rows.
    pub rows: Vec<Row>,
    /// How many of them fit.
    pub fit: usize,
    /// What else somebody should know, in sentences.
    pub says: Vec<String>,
    /// What was not understood: where, and what to do.
    pub problems: Vec<(String, String)>,
}

/// What a word of the file is here.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The field.
    pub name: String,
    /// What the file says.
    pub label: String,
    /// What it says where nothing is chosen.
    pub first: &'static str,
    /// What it may be.
    pub choices: Vec<(String, String)>,
}

/// A row of the file.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it stands.
    pub place: String,
    /// When.
    pub when: String,
    /// Who comes.
    pub who: String,
    /// Whether they are known.
    pub known: &'static str,
    /// The fields in which what is missing can be written: name and label.
    pub missing: Vec<(String, &'static str, &'static str)>,
    /// What it becomes; why it cannot be taken.
    pub becomes: Result<String, String>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was done, in a sentence.
    pub says: String,
    /// The visits that were booked, by which they are taken back.
    pub visits: Vec<String>,
    /// What was not taken: where, and why.
    pub left: Vec<(String, String)>,
    /// What was not taken, as a table to be kept.
    pub text: String,
}

/// The first page: a file, or what is pasted.
pub fn begin(site: &Site, frame: &Frame, entry: &Entry) -> Markup {
    let orders = [
        ("shown", "As the file shows"),
        ("day", "Day first: 2 March"),
        ("month", "Month first: 3 February"),
    ]
    .map(|(value, words)| (value.to_owned(), words.to_owned()));
    let form = html! {
        form.card.stack.form action=(ACTION) method="post" enctype="multipart/form-data" {
            (entry::summary(entry))
            (entry::file(entry, "file", "A file: a table (CSV) or a calendar (ICS)", ".csv,.ics,.txt,text/csv,text/calendar"))
            (entry::lines(entry, "pasted", "Or paste it here", "At most 20,000 characters. A table needs a row of headings: date, start, name, birth date, and what else there is, such as service, practitioner and room."))
            (entry::select(entry, "order", "02/03/2026 means", &orders))
            div.form__end { button.btn.btn--primary type="submit" name="do" value="look" { "Look at it" } }
        }
        section.card.stack {
            h2.minor { "What happens" }
            ol.small {
                li { "You see what would become of each row. Nothing is booked yet." }
                li { "You choose what services, people and rooms are called here." }
                li { "All is booked in one go, or only what fits. What was not taken can be kept as a table." }
                li { "It can be taken back as long as nothing else was done. Nobody is written to." }
            }
        }
    };
    page(
        site,
        frame,
        "Appointments from another program are taken over with what they hold here.",
        &form,
    )
}

/// What would become of each row.
pub fn looked(site: &Site, frame: &Frame, view: &Looked, entry: &Entry) -> Markup {
    let left = view.rows.len().saturating_sub(view.fit);
    let form = html! {
        form.stack action=(ACTION) method="post" enctype="multipart/form-data" {
            button.vh type="submit" name="do" value="look" tabindex="-1" aria-hidden="true" { "Look again" }
            textarea.vh name="file" tabindex="-1" aria-hidden="true" readonly { "\n" (view.text) }
            @if !view.mappings.is_empty() {
                section.card.stack aria-labelledby="here" {
                    h2.minor #here { "What it is called here" }
                    div.phase__fields { @for one in &view.mappings { (entry::choose(entry, &one.name, &one.label, one.first, &one.choices)) } }
                    div { button.btn type="submit" name="do" value="look" { "Look again" } }
                }
            }
            @for says in &view.says { p.note.note--caution { (icon(Icon::Caution)) span { (says) } } }
            section.card.card--flush aria-labelledby="rows" {
                div.card__head { h2.minor #rows { (wording::count(view.fit, "row fits", "rows fit")) @if left > 0 { ", " (wording::count(left, "does not", "do not")) } } }
                (scroll("Rows of the file, scrolls sideways", &rows(view, entry)))
            }
            (problems(&view.problems))
            div.form__end {
                @if view.fit > 0 {
                    @if left == 0 { button.btn.btn--primary type="submit" name="do" value="all" { "Book all of them" } }
                    @else { button.btn.btn--primary type="submit" name="do" value="fit" { "Book what fits" } }
                }
                a.btn.btn--quiet href=(ACTION) { "Begin again" }
            }
        }
    };
    page(site, frame, "Nothing is booked yet.", &form)
}

fn rows(view: &Looked, entry: &Entry) -> Markup {
    html! {
        table.table.stacked.importrows {
            thead { tr { th scope="col" { "Row" } th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "Becomes" } } }
            tbody {
                @for row in &view.rows {
                    tr {
                        td { (row.place) }
                        td.num { (row.when) }
                        th scope="row" {
                            (row.who) @if !row.known.is_empty() { span.under { (row.known) } }
                            @for (name, label, kind) in &row.missing {
                                (entry::line(entry, Line { name, label, hint: "", kind, autocomplete: "off" }))
                            }
                        }
                        td {
                            @match &row.becomes {
                                Ok(says) => span.ready { (small(Icon::Tick)) (says) },
                                Err(says) => span.lack { (small(Icon::Caution)) span { (says) } },
                            }
                        }
                    }
                }
            }
        }
    }
}

fn problems(problems: &[(String, String)]) -> Markup {
    html! {
        @if !problems.is_empty() {
            section.card.stack aria-labelledby="problems" {
                h2.minor #problems { "Not understood" }
                ul.small { @for (place, says) in problems { li { b { (place) } ": " (says) } } }
            }
        }
    }
}

/// What became of it.
pub fn outcome(site: &Site, frame: &Frame, view: &Outcome) -> Markup {
    let body = html! {
        section.card.stack role="status" {
            p { b { (view.says) } }
            @if !view.visits.is_empty() {
                p.muted.small { "Nobody was written to. Taking it back calls these visits off, those with which nothing else was done since; patients who were entered stay." }
                form action=(ACTION) method="post" enctype="multipart/form-data" {
                    @for visit in &view.visits { (entry::hidden("visit", visit)) }
                    button.btn type="submit" name="do" value="undo" { "Take it back" }
                }
            }
        }
        @if !view.left.is_empty() {
            section.card.stack aria-labelledby="left" {
                h2.minor #left { (wording::count(view.left.len(), "row was not taken", "rows were not taken")) }
                ul.small { @for (place, says) in &view.left { li { b { (place) } ": " (says) } } }
                form.stack action=(ACTION) method="post" enctype="multipart/form-data" {
                    textarea.vh name="file" tabindex="-1" aria-hidden="true" readonly { "\n" (view.text) }
                    div.row {
                        button.btn type="submit" name="do" value="download" { "Keep them as a table" }
                        button.btn type="submit" name="do" value="look" { "Look at them again" }
                    }
                }
            }
        }
        p { a.tap href="/today" { "Today" } " " a.tap href=(ACTION) { "Another file" } }
    };
    page(site, frame, "", &body)
}

fn page(site: &Site, frame: &Frame, lead: &str, body: &Markup) -> Markup {
    let body = html! {
        div.page.page--narrow {
            div { (trail(&super::TRAIL)) (part::head("Take appointments over", lead, &html! {})) }
            (body)
        }
    };
    document(site, frame, &body)
}
