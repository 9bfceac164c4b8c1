//! A service as a chain of phases, and an example day beside it that is drawn anew when the phases change.
//!
//! Without script a button posts the unsaved form, which comes back with the drawing; with it the drawing is fetched as
//! soon as something changes. Nothing is saved by either.

use maud::{Markup, html};

use super::{
    Frame, document,
    example::{self, Example},
    part,
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line, Options},
        icon::{Icon, icon},
        part::trail,
    },
};

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name as it is saved, or what is added.
    pub title: String,
    /// Where it goes.
    pub action: String,
    /// Which version of the list it changes.
    pub version: String,
    /// How many phases the form has.
    pub phases: usize,
    /// What devices do: value and words.
    pub modalities: Vec<(String, String)>,
    /// What the rulebook says of the time that numbing takes.
    pub numbing: Vec<Numbing>,
    /// The example day.
    pub example: Example,
}

/// What is known about how long numbing takes.
#[derive(Debug, Clone)]
pub struct Numbing {
    /// What it is, in a sentence.
    pub says: String,
    /// Its source.
    pub source: super::Link,
}

/// The form and the example day.
pub fn service(site: &Site, frame: &Frame, view: &Service, entry: &Entry) -> Markup {
    let body = html! {
        div.page.page--wide {
            div {
                (trail(&[super::TRAIL[0], ("/settings/services", "Services")]))
                (part::head(&view.title, "What happens in it, where, with whom and for how long.", &html! {}))
            }
            div.split.split--service {
                form.card.stack.form action=(view.action) method="post" data-example="example-day" {
                    // Whoever presses Enter in a field sees the example day; nothing is saved or moved unasked.
                    button.vh type="submit" name="do" value="example" tabindex="-1" aria-hidden="true" { "Show the example day" }
                    (entry::summary(entry))
                    (fields(view, entry))
                    div.form__end {
                        button.btn.btn--primary type="submit" name="do" value="save" { "Save" }
                        button.btn type="submit" name="do" value="example" { "Show the example day" }
                    }
                }
                div #example-day aria-live="polite" { (example::example(&view.example)) }
            }
        }
    };
    document(site, frame, &body)
}

fn fields(view: &Service, entry: &Entry) -> Markup {
    let purposes = [
        ("consultation", "A consultation"),
        ("session", "A session of a course"),
        ("follow-up", "A look at the result"),
    ]
    .map(|(value, words)| (value.to_owned(), words.to_owned()));
    html! {
        (entry::hidden("version", &view.version))
        (entry::hidden("phases", &view.phases.to_string()))
        (entry::line(entry, Line { name: "name", label: "Name", hint: "As patients read it when they book.", kind: "text", autocomplete: "off" }))
        (entry::options(entry, Options::One, "for", "What for", &purposes))
        (entry::options(entry, Options::Several, "modality", "Sessions with; none ticked means with anything", &view.modalities))
        (entry::tick(entry, "offered", "It is offered", "Untick it to offer it no more. What is booked stays booked."))
        section.phaselist #phases tabindex="-1" aria-labelledby="phases-title" {
            h2.minor #phases-title { "Phases, in their order" }
            @if let Some(says) = entry.wrong("phases") { p.error { (icon(Icon::Caution)) span { (says) } } }
            ol.stack {
                @for number in 1..=view.phases { li { (phase(view, entry, number)) } }
            }
            button.btn type="submit" name="do" value="add" { (icon(Icon::Plus)) "Add a phase" }
        }
    }
}

fn choices(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

fn phase(view: &Service, entry: &Entry, number: usize) -> Markup {
    let field = |name: &str| format!("phase-{number}-{name}");
    let kinds = choices(&[
        ("talk", "Talk"),
        ("cleanse", "Cleanse"),
        ("numbing", "Numbing"),
        ("treatment", "Treatment"),
        ("aftercare", "Aftercare"),
    ]);
    let rooms = choices(&[
        ("same", "As the phase before"),
        ("consultation", "A room for talks"),
        ("numbing", "A seat for numbing"),
        ("treatment", "A treatment room"),
        ("nowhere", "None of the rooms"),
    ]);
    let who = choices(&[
        ("nobody", "Nobody: it works alone"),
        ("assistant", "Whoever may assist"),
        ("practitioner", "Whoever may treat"),
    ]);
    let (fewest, most) = (field("fewest"), field("most"));
    let minutes = |name, label| Line { name, label, hint: "", kind: "number", autocomplete: "off" };
    let is_numbing = entry.get(&field("kind")) == "numbing";
    let about = format!("phase {number}");
    let move_to = |way: &str| format!("{way}-{number}");
    html! {
        fieldset.phase {
            legend { "Phase " (number) }
            div.phase__fields {
                (entry::select(entry, &field("kind"), "What happens", &kinds))
                (entry::line(entry, minutes(&fewest, "Minutes, fewest")))
                (entry::line(entry, minutes(&most, "Minutes, most")))
                (entry::select(entry, &field("room"), "Where", &rooms))
                (entry::select(entry, &field("who"), "Who is there", &who))
                (entry::choose(entry, &field("device"), "With", "No device", &view.modalities))
            }
            @if is_numbing { (numbing(view, entry, &fewest)) }
            div.phase__do {
                @if number > 1 { button.btn.btn--quiet type="submit" name="do" value=(move_to("up")) { "Earlier" span.vh { " " (about) } } }
                @if number < view.phases { button.btn.btn--quiet type="submit" name="do" value=(move_to("down")) { "Later" span.vh { " " (about) } } }
                @if view.phases > 1 { button.btn.btn--quiet type="submit" name="do" value=(move_to("remove")) { "Remove" span.vh { " " (about) } } }
            }
        }
    }
}

/// What is known about how long it takes, beside the field.
fn numbing(view: &Service, entry: &Entry, fewest: &str) -> Markup {
    let given = entry.get(fewest);
    html! {
        @if !view.numbing.is_empty() {
            div.phase__known {
                p.small { b { "How long numbing takes" } @if !given.is_empty() { ", where " (given) " minutes are set" } }
                ul.small {
                    @for known in &view.numbing {
                        li { (known.says) " " a href=(known.source.href) { (known.source.says) } }
                    }
                }
            }
        }
    }
}
