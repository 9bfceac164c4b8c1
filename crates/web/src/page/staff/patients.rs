//! Patients: the list, the search, and a new one.
//!
//! PRIVACY: the search is a form that is posted, so that no name stands in an address, in a history or in a log. Its
//! answer has no further pages for the same reason: it shows the first and asks for more letters.

use maud::{Markup, html};

use super::{
    Frame, document,
    part::{self, Leaves, Link},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon, small},
        part::{scroll, trail},
    },
    wording,
};

/// The list of patients, or what a search found.
#[derive(Debug, Clone)]
pub struct Patients {
    /// What is shown.
    pub shown: Shown,
    /// The patients.
    pub rows: Vec<Row>,
    /// Where a new patient is begun, for those who may.
    pub add: Option<String>,
}

/// Which patients are shown.
#[derive(Debug, Clone)]
pub enum Shown {
    /// All, the most recently changed first.
    All {
        /// How many there are.
        count: usize,
        /// Where the others are.
        leaves: Leaves,
    },
    /// What a search found, and whether there is more than is shown.
    Found {
        /// Whether more were found than are shown.
        has_more: bool,
    },
}

/// A patient in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The story, with the name.
    pub link: Link,
    /// When they were born, in words.
    pub born: String,
    /// Their telephone number, or nothing.
    pub telephone: String,
    /// Where they stand, as "Acne scars, 2 of 4".
    pub stands: String,
    /// What stops treatment or has to be known first, or nothing.
    pub alert: String,
    /// When something was last changed.
    pub changed: String,
}

/// The patients. `entry` has what was looked for.
pub fn patients(site: &Site, frame: &Frame, view: &Patients, entry: &Entry) -> Markup {
    let actions = html! {
        @if let Some(add) = &view.add { (part::primary(&Link::new(add, "New patient"), Icon::Plus)) }
    };
    let lead = match &view.shown {
        Shown::All { count: 0, .. } => String::new(),
        Shown::All { count, .. } => {
            format!(
                "{}, the most recently changed first",
                wording::count(*count, "patient", "patients")
            )
        }
        Shown::Found { has_more: true } => {
            format!("The first {} that fit. Add a letter or a digit to see fewer.", view.rows.len())
        }
        Shown::Found { has_more: false } => {
            format!("{} found", wording::count(view.rows.len(), "patient", "patients"))
        }
    };
    let body = html! {
        div.page {
            (part::head("Patients", &lead, &actions))
            (search(view, entry))
            @if view.rows.is_empty() { (nobody(view)) } @else {
                section.card.card--flush aria-label="Patients" { (scroll("Patients, scrolls sideways", &table(&view.rows))) }
            }
            @if let Shown::All { leaves, .. } = &view.shown { (part::leaves(leaves)) }
        }
    };
    document(site, frame, &body)
}

fn search(view: &Patients, entry: &Entry) -> Markup {
    let hint =
        "Part of a name, the last digits of a telephone number, or a date of birth as 1990-04-12.";
    html! {
        form.seek role="search" action="/patients/search" method="post" {
            (entry::line(entry, Line { name: "find", label: "Find a patient", hint, kind: "search", autocomplete: "off" }))
            button.btn type="submit" { (icon(Icon::Search)) "Search" }
            @if matches!(view.shown, Shown::Found { .. }) { a.btn.btn--quiet href="/patients" { "Show all" } }
        }
    }
}

fn nobody(view: &Patients) -> Markup {
    let add = html! {
        @if let Some(add) = &view.add { a.btn href=(add) { "New patient" } }
    };
    match &view.shown {
        Shown::All { .. } => part::empty(
            "No patients yet",
            "Patients appear here when they keep their answers to “Is it for me?”, or when you add them.",
            &add,
        ),
        Shown::Found { .. } => part::empty(
            "Nobody was found",
            "Names are found by how their words begin, telephone numbers by their last digits. Check the spelling, or try the date of birth.",
            &add,
        ),
    }
}

fn table(rows: &[Row]) -> Markup {
    html! {
        table.table.people.stacked {
            thead { tr {
                th scope="col" { "Patient" } th scope="col" { "Born" } th scope="col" { "Telephone" }
                th scope="col" { "Where they stand" } th scope="col" { "Last changed" }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { a href=(row.link.href) { (row.link.says) } }
                        td.num { (row.born) } td.num { (row.telephone) }
                        td { (row.stands) @if !row.alert.is_empty() { span.alertline { (small(Icon::Caution)) (row.alert) } } }
                        td { (row.changed) }
                    }
                }
            }
        }
    }
}

/// The page of a new patient.
#[derive(Debug, Clone)]
pub struct NewPatient {
    /// Patients who may be the same person: same name and birth date, or same telephone number.
    pub alike: Vec<Row>,
    /// Whether the reader may see and write what has to be known first.
    pub alerts: Alerts,
}

/// Whether what has to be known first is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alerts {
    /// It is.
    Asked,
    /// It is about health, and the reader does not see it.
    Hidden,
}

/// How to reach a patient who is in the record.
#[derive(Debug, Clone)]
pub struct Amend {
    /// The patient.
    pub patient: Link,
    /// Which version the form changes.
    pub version: String,
    /// Whether the reader may see and write what has to be known first.
    pub alerts: Alerts,
}

/// A new patient. Patients who may be the same are shown, and a tick says that they are not.
pub fn new_patient(site: &Site, frame: &Frame, view: &NewPatient, entry: &Entry) -> Markup {
    let fields = html! {
        (about(view.alerts, entry))
        @if !view.alike.is_empty() { (alike(view, entry)) }
    };
    let body = html! {
        div.page.page--narrow {
            (trail(&[("/patients", "Patients")]))
            (part::head("New patient", "Health is asked about later, in the screening.", &html! {}))
            (part::form("/patients", "Add the patient", &entry::summary(entry), &fields))
        }
    };
    document(site, frame, &body)
}

/// How to reach a patient, and what to call them.
pub fn amend(site: &Site, frame: &Frame, view: &Amend, entry: &Entry) -> Markup {
    let fields = html! {
        (entry::hidden("version", &view.version))
        (about(view.alerts, entry))
    };
    let action = format!("{}/person", view.patient.href);
    let body = html! {
        div.page.page--narrow {
            (trail(&[("/patients", "Patients"), (&view.patient.href, &view.patient.says)]))
            (part::head(&format!("{}: who it is", view.patient.says), "What stood here before stays in the record.", &html! {}))
            (part::form(&action, "Save", &entry::summary(entry), &fields))
        }
    };
    document(site, frame, &body)
}

fn about(alerts: Alerts, entry: &Entry) -> Markup {
    let telephone =
        "With the country code where it is not here. Somebody calls it when a check-in needs it.";
    html! {
        (entry::line(entry, Line { name: "name", label: "Name", hint: "Whole, as they write it.", kind: "text", autocomplete: "off" }))
        (entry::line(entry, Line { name: "called", label: "Wants to be called", hint: "If it is something else. It is used in conversation, not on documents.", kind: "text", autocomplete: "off" }))
        (entry::line(entry, Line { name: "born", label: "Date of birth", hint: "", kind: "date", autocomplete: "off" }))
        (entry::line(entry, Line { name: "telephone", label: "Telephone", hint: telephone, kind: "tel", autocomplete: "off" }))
        (entry::line(entry, Line { name: "email", label: "Email", hint: "", kind: "email", autocomplete: "off" }))
        @if alerts == Alerts::Asked {
            (entry::lines(entry, "alerts", "Know first", "What everybody at the clinic has to see before anything is done, such as a stated allergy; one line each."))
        }
    }
}

fn alike(view: &NewPatient, entry: &Entry) -> Markup {
    html! {
        div.note.note--caution {
            (icon(Icon::Person))
            div {
                p { strong { "There may already be a record of this person." } }
                ul.alike { @for row in &view.alike { li { a href=(row.link.href) { (row.link.says) } ", born " (row.born) @if !row.telephone.is_empty() { ", " (row.telephone) } } } }
            }
        }
        (entry::tick(entry, "another", "This is another person", "Two records of one person hide what one of them knows."))
    }
}
