//! Who looked at or changed what, and when; and whether the chain that these entries form is whole.
//!
//! Entries cannot be changed here or anywhere. They name what was touched, never what it says.

use maud::{Markup, html};

use super::{
    Frame, document,
    part::{self, Leaves, Link, Weight},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon, small},
        part::scroll,
    },
    wording,
};

/// The audit.
#[derive(Debug, Clone)]
pub struct Audit {
    /// How the chain stands.
    pub chain: Chain,
    /// People to choose from: value and name.
    pub people: Vec<(String, String)>,
    /// Kinds of entries to choose from: value and words.
    pub kinds: Vec<(String, String)>,
    /// The patient whose entries alone are shown: their story, with the name, and the id that the form keeps.
    pub patient: Option<(Link, String)>,
    /// The entries, the latest first.
    pub rows: Vec<Row>,
    /// Where older and newer entries are.
    pub leaves: Leaves,
}

/// How the chain of entries stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Nobody has checked it yet.
    NotChecked,
    /// Each entry follows from the one before.
    Intact {
        /// Up to which time, in words.
        until: String,
        /// How many entries.
        entries: usize,
        /// When it was checked.
        checked: String,
    },
    /// An entry does not follow from the one before.
    Broken {
        /// The first place that is wrong, in words.
        first: String,
        /// When it was checked.
        checked: String,
    },
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// Looked at it.
    Opened,
    /// Added or changed it.
    Wrote,
    /// Took it out of the clinic.
    Exported,
    /// Signed in or out, or tried to.
    Entered,
    /// Was refused.
    Refused,
}

impl Did {
    fn icon(self) -> Icon {
        match self {
            Self::Opened => Icon::Eye,
            Self::Wrote => Icon::Pen,
            Self::Exported => Icon::Onwards,
            Self::Entered => Icon::Person,
            Self::Refused => Icon::Stop,
        }
    }
}

/// One entry.
#[derive(Debug, Clone)]
pub struct Row {
    /// When, to the second.
    pub at: String,
    /// Who; a program names itself.
    pub who: String,
    /// What kind of thing was done.
    pub did: Did,
    /// What was done, in words, as "opened the story".
    pub says: String,
    /// The patient concerned, where there is one.
    pub patient: Option<Link>,
}

/// The audit. `entry` has what was chosen.
pub fn audit(site: &Site, frame: &Frame, view: &Audit, entry: &Entry) -> Markup {
    let body = html! {
        div.page {
            (part::head("Audit", "Who looked at or changed what. Nothing here can be changed.", &html! {}))
            (chain(&view.chain))
            (entry::summary(entry))
            (filter(view, entry))
            @if let Some((patient, _)) = &view.patient {
                p.row { "Only entries about " a href=(patient.href) { (patient.says) } a.btn.btn--quiet href="/audit" { "Show all" } }
            }
            @if view.rows.is_empty() {
                (part::empty("No entry fits", "Choose another person, another kind or a longer time.", &html! { a.btn href="/audit" { "Show all" } }))
            } @else {
                section.card.card--flush aria-label="Entries" { (scroll("Entries, scrolls sideways", &table(&view.rows))) }
            }
            (part::leaves(&view.leaves))
        }
    };
    document(site, frame, &body)
}

fn chain(chain: &Chain) -> Markup {
    let (class, sign, title, says) = match chain {
        Chain::NotChecked => (
            "note",
            Icon::Question,
            "The chain was not checked yet",
            "Each entry carries a digest of the one before, so that a change or a gap shows."
                .to_owned(),
        ),
        Chain::Intact { until, entries, checked } => (
            "note note--fine",
            Icon::Tick,
            "The chain is intact",
            format!(
                "{} follow from one another, up to {until}. Checked {checked}.",
                wording::count(*entries, "entry", "entries")
            ),
        ),
        Chain::Broken { first, checked } => (
            "note note--stop",
            Icon::Stop,
            "The chain is broken",
            format!(
                "{first} Checked {checked}. Keep this machine as it is, and restore a backup beside it."
            ),
        ),
    };
    html! {
        section class=(class) aria-labelledby="chain" {
            (icon(sign))
            div.note__text { h2.minor #chain { (title) } p { (says) } }
            (part::button("/audit/check", ("check", "now"), Weight::Plain, "Check now", ""))
        }
    }
}

fn filter(view: &Audit, entry: &Entry) -> Markup {
    html! {
        form.sieve action="/audit" method="get" {
            @if let Some((_, id)) = &view.patient { (entry::hidden("patient", id)) }
            (entry::choose(entry, "by", "Who", "Anybody", &view.people))
            (entry::choose(entry, "kind", "What", "Anything", &view.kinds))
            (entry::line(entry, Line { name: "from", label: "From", hint: "", kind: "date", autocomplete: "off" }))
            (entry::line(entry, Line { name: "until", label: "Until", hint: "", kind: "date", autocomplete: "off" }))
            button.btn type="submit" { "Show" }
        }
    }
}

fn table(rows: &[Row]) -> Markup {
    html! {
        table.table.audit.stacked {
            thead { tr { th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "What" } th scope="col" { "Patient" } } }
            tbody {
                @for row in rows {
                    tr {
                        td.num { (row.at) }
                        th scope="row" { (row.who) }
                        td { span.did.did--refused[row.did == Did::Refused] { (small(row.did.icon())) (row.says) } }
                        td { @if let Some(patient) = &row.patient { a href=(patient.href) { (patient.says) } } }
                    }
                }
            }
        }
    }
}
