//! What follows when a day turns out otherwise: a place that was taken, sessions that no longer fit, somebody who comes late,
//! somebody who is away. Each page says what would move, where to and why, and has one button for all of it.

use maud::{Markup, html};

use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon, small},
        part::scroll,
        staff::{
            Frame, document,
            part::{self, Link},
        },
    },
};

/// A page on which something is planned anew.
#[derive(Debug, Clone)]
pub struct Replan {
    /// What it is.
    pub title: String,
    /// What happened, in a sentence or two.
    pub lead: String,
    /// Back to where one came from.
    pub back: Link,
    /// What is asked first, where something is.
    pub asks: Option<Asks>,
    /// The plans, the gentlest first.
    pub plans: Vec<Plan>,
}

/// What is asked before anything can be planned.
#[derive(Debug, Clone)]
pub struct Asks {
    /// Where the form goes.
    pub action: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What its button says.
    pub button: String,
}

/// A field of what is asked: its name, its type, its label, and what else is said about it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// `time`, `number` or `text`.
    pub kind: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What else is said about it.
    pub says: &'static str,
}

/// One way in which it can go on.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is in short.
    pub title: String,
    /// What speaks for it, or against.
    pub says: String,
    /// Who moves.
    pub rows: Vec<Row>,
    /// The button, where it can be had.
    pub action: Option<Action>,
}

/// A button with everything that it sends.
#[derive(Debug, Clone)]
pub struct Action {
    /// Where it goes.
    pub path: String,
    /// What is sent.
    pub fields: Vec<(String, String)>,
    /// What it says.
    pub says: String,
    /// Whether it is the one thing to do on this page.
    pub is_primary: bool,
}

/// A visit that would move.
#[derive(Debug, Clone)]
pub struct Row {
    /// Whose.
    pub patient: Link,
    /// When and with whom it is.
    pub from: String,
    /// When and with whom it would be.
    pub to: Option<String>,
    /// Why.
    pub why: String,
    /// How to reach them, where there is no place.
    pub telephone: Option<String>,
}

/// The page.
pub fn page(site: &Site, frame: &Frame, view: &Replan, entry: &Entry) -> Markup {
    let back = html! { a.btn href=(view.back.href) { (icon(Icon::Back)) (view.back.says) } };
    let body = html! {
        div.page.room {
            (part::head(&view.title, &view.lead, &back))
            (entry::summary(entry))
            @if let Some(asks) = &view.asks { (ask(asks, entry)) }
            @for (index, plan) in view.plans.iter().enumerate() { (one(plan, index)) }
        }
    };
    document(site, frame, &body)
}

fn ask(asks: &Asks, entry: &Entry) -> Markup {
    html! {
        form.card.stack.form.replan__ask action=(asks.action) method="post" {
            @for field in &asks.fields {
                (entry::line(entry, Line { name: field.name, label: field.label, hint: field.says, kind: field.kind, autocomplete: "off" }))
            }
            div.form__end { button.btn type="submit" { (asks.button) } }
        }
    }
}

fn one(plan: &Plan, index: usize) -> Markup {
    html! {
        section.card.stack.replan aria-labelledby={ "plan-" (index) } {
            h2.minor id={ "plan-" (index) } { (plan.title) }
            @if !plan.says.is_empty() { p { (plan.says) } }
            @if !plan.rows.is_empty() { (rows(&plan.rows)) }
            @if let Some(action) = &plan.action {
                form action=(action.path) method="post" {
                    @for (name, value) in &action.fields { (entry::hidden(name, value)) }
                    button.btn.btn--primary[action.is_primary] type="submit" { (action.says) }
                }
            }
        }
    }
}

fn rows(rows: &[Row]) -> Markup {
    let table = html! {
        table.table.stacked.replan__rows {
            thead { tr { th scope="col" { "Patient" } th scope="col" { "Now" } th scope="col" { "Then" } th scope="col" { "Why" } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { a.quiet href=(row.patient.href) { (row.patient.says) } }
                        td { (row.from) }
                        td {
                            @match (&row.to, &row.telephone) {
                                (Some(to), _) => b { (to) },
                                (None, Some(telephone)) => span.lacks__one { (small(Icon::Telephone)) "No place. Call " (telephone) },
                                (None, None) => span.lacks__one { (small(Icon::Caution)) "No place, and no telephone number" },
                            }
                        }
                        td { (row.why) }
                    }
                }
            }
        }
    };
    scroll("Who moves, scrolls sideways", &table)
}
