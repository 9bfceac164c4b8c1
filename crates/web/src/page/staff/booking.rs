//! Booking: a week of one room, in which every free start is a button, and every day without one says why.
//!
//! It offers what it is given. That a start is still free when it is pressed is decided where it is booked; when it was
//! taken meanwhile, the week comes back with a sentence.

use maud::{Markup, html};

use super::{
    Frame,
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
    },
};

/// A week of starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whom it is for.
    pub person: Person,
    /// "book session 2 of 3", or "move session 2 of 3".
    pub title: String,
    /// When the session may be: "28 December 2026 to 8 January 2027".
    pub window: String,
    /// What the window follows from, in a sentence.
    pub because: String,
    /// How long it takes, by whom and where: "75 minutes, L. Fischer, room 1".
    pub takes: String,
    /// The booking that is moved, in words; none when it is new.
    pub moves: Option<String>,
    /// The week: "28 December 2026 to 3 January 2027".
    pub week: String,
    /// The week before; none where no start can be.
    pub earlier: Option<String>,
    /// The week after; none where no start can be.
    pub later: Option<String>,
    /// The first week with a free start inside the window, where this one has none.
    pub first_free: Option<String>,
    /// The days.
    pub days: Vec<Day>,
    /// Where a start is booked.
    pub action: String,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// "Monday".
    pub name: String,
    /// "28 December".
    pub date: String,
    /// Whether it lies in the session's window.
    pub is_inside: bool,
    /// Free starts, in order.
    pub starts: Vec<Start>,
    /// Why there are none, or fewer: "closed", "too soon: 28 days after session 1 are over on 25 December".
    pub why_not: Vec<String>,
}

/// A free start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// What the form says: "2026-12-28T09:00".
    pub value: String,
    /// "09:00".
    pub says: String,
    /// "10:15".
    pub ends: String,
}

/// The week.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room {
            (person::head(&view.person, &view.title, &html! {}))
            (entry::summary(entry))
            div.note { (icon(Icon::Wait)) div {
                p { b { "It may be from " (view.window) "." } " " (view.because) }
                p.small { (view.takes) ". " @if let Some(moves) = &view.moves { "It is booked for " b { (moves) } " and stays so until another start is chosen." } }
            } }
            section.card.stack.stack--16 #start tabindex="-1" aria-labelledby="week" {
                div.row {
                    h2 #week { (view.week) }
                    nav.row.row--8.push aria-label="Weeks" {
                        @if let Some(earlier) = &view.earlier { a.btn rel="prev" href=(earlier) { (icon(Icon::Back)) "Earlier" } }
                        @if let Some(later) = &view.later { a.btn rel="next" href=(later) { "Later" (icon(Icon::Next)) } }
                    }
                }
                @if let Some(wrong) = entry.wrong("start") { p.error { (icon(Icon::Caution)) span { (wrong) } } }
                @if view.days.iter().all(|day| day.starts.is_empty()) {
                    p { "No free start in this week. " @if let Some(first) = &view.first_free { a.tap href=(first) { "The first week with one" } } }
                }
                form.week action=(view.action) method="post" { @for day in &view.days { (one_day(day)) } }
                p.xs.muted { "Times are the clinic’s. A start is offered when the room and the practitioner are free for the whole of it." }
            }
        }
    };
    super::document(site, frame, &body)
}

fn one_day(day: &Day) -> Markup {
    html! {
        section.week__day.is-inside[day.is_inside] aria-label={ (day.name) " " (day.date) } {
            h3.week__head { span.small.muted { (day.name) } b { (day.date) } }
            @if !day.starts.is_empty() {
                ul.week__starts { @for start in &day.starts { li {
                    button.btn type="submit" name="start" value=(start.value) aria-label={ (day.name) " " (day.date) ", " (start.says) " to " (start.ends) } { (start.says) }
                } } }
            }
            @for why in &day.why_not { p.xs.muted { (why) } }
        }
    }
}

/// The form in which a visit is called off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    /// Whom it is about.
    pub person: Person,
    /// "session 2 of 3".
    pub title: String,
    /// When it is.
    pub when: String,
    /// Where it goes.
    pub action: String,
    /// Back to the visit.
    pub back: String,
    /// Where it is moved instead.
    pub move_instead: String,
    /// Reasons by word.
    pub reasons: Vec<(String, String)>,
}

/// The form.
pub fn cancel(site: &Site, frame: &Frame, view: &Cancel, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, &format!("call off {}", view.title), &html! {}))
            (entry::summary(entry))
            form.card.stack.form action=(view.action) method="post" {
                p { "On " b { (view.when) } ". The start becomes free for others. The course stays as it is planned." }
                (entry::options(entry, entry::Options::One, "reason", "Why", &view.reasons))
                (entry::lines(entry, "note", "Note", "For the clinic. It may stay empty."))
                div.form__end {
                    button.btn.btn--danger type="submit" { "Call it off" }
                    a.btn href=(view.move_instead) { "Move it instead" }
                    a.btn.btn--quiet href=(view.back) { "Keep it" }
                }
            }
        }
    };
    super::document(site, frame, &body)
}
