//! Booking: which days are possible and why not sooner, the free times in the reader's own zone, and a look at one.
//!
//! Nothing is held while somebody looks: who books first has the time. The clinic's own time is said beside the reader's
//! whenever the two differ.

use maud::{Markup, html};

use super::{Frame, document, empty, heading};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
    },
    wording,
};

/// The free times.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// For what: "Session 3 of 4, about 2 hours".
    pub what: String,
    /// From and until when, and why: "From 16 December: 28 days after session 2".
    pub window: String,
    /// The card behind the window; may be empty.
    pub rule: String,
    /// In which zone the times are said: "Times are Europe/London, as at the clinic".
    pub zone: String,
    /// The zones to choose from; the first is shown.
    pub zones: Vec<(String, String)>,
    /// The days with their free times.
    pub days: Vec<Day>,
    /// Where earlier days are.
    pub earlier: Option<String>,
    /// Where later days are.
    pub later: Option<String>,
    /// Where a choice goes.
    pub action: String,
    /// Where another zone is chosen: a `GET`.
    pub zone_action: String,
    /// The first day that is shown, as year-month-day.
    pub from: String,
}

/// A day with free times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Day {
    /// "Friday 18 December".
    pub title: String,
    /// Its free times.
    pub times: Vec<Time>,
}

/// A free time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// Its value in the form.
    pub value: String,
    /// From when to when, in the reader's zone.
    pub words: String,
    /// With whom; and the clinic's own time where it differs.
    pub says: String,
}

/// The free times.
pub fn times(site: &Site, frame: &Frame, view: &Times, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/visits", "Visits")), "Choose a time", &view.what))
            (entry::summary(entry))
            div.note { (icon(Icon::Wait)) div {
                p { (view.window) }
                @if !view.rule.is_empty() { p.small { a.tap href={ "/evidence/rules/" (view.rule) } { "Why not sooner" } } }
            } }
            (zone(view))
            @if view.days.is_empty() {
                (empty("No free time here", "Look at later days, or ask the clinic: it may know of a time that was given back.", Some(("/me/messages", "Ask the clinic"))))
            } @else {
                form.stack action=(view.action) method="post" {
                    (entry::hidden("from", &view.from))
                    fieldset.slots.field--bad[entry.wrong("time").is_some()] #time tabindex="-1" {
                        legend.vh { "Free times" }
                        @for (number, day) in view.days.iter().enumerate() {
                            @let is_open = number == 0 || day.times.iter().any(|time| entry.has("time", &time.value));
                            details.card open[is_open] { summary.tap { b { (day.title) } ", " (wording::count(day.times.len(), "time", "times")) } div.slots__list {
                                @for time in &day.times {
                                    label.slot-time {
                                        input type="radio" name="time" value=(time.value) checked[entry.has("time", &time.value)];
                                        span { b.num { (time.words) } @if !time.says.is_empty() { span.small.muted { (time.says) } } }
                                    }
                                }
                            } }
                        }
                        @if let Some(says) = entry.wrong("time") { p.error { (icon(Icon::Caution)) span { (says) } } }
                    }
                    div.stack.stack--tight {
                        button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Look this time over" }
                        p.small.muted { "Nothing is booked yet. On the next page you see how long it takes and what it costs." }
                    }
                }
            }
            @if view.earlier.is_some() || view.later.is_some() {
                nav.pager aria-label="Days" {
                    @if let Some(href) = &view.earlier { a.btn rel="prev" href=(href) { "Earlier days" } }
                    @if let Some(href) = &view.later { a.btn rel="next" href=(href) { "Later days" } }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn zone(view: &Times) -> Markup {
    html! {
        details.more {
            summary { (view.zone) }
            form.row action=(view.zone_action) method="get" {
                (entry::hidden("from", &view.from))
                label.vh for="zone" { "Show times in" }
                select.input.input--zone #zone name="zone" { @for (value, words) in &view.zones { option value=(value) { (words) } } }
                button.btn type="submit" { "Show" }
            }
        }
    }
}

/// A time that was chosen.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The day and the time.
    pub when: String,
    /// In which zone it is said, in a sentence.
    pub zone: String,
    /// What it is, and with whom.
    pub what: String,
    /// How long, honestly: "About 2 hours, numbing included".
    pub length: String,
    /// What it costs.
    pub price: String,
    /// What is asked of the patient before it.
    pub before: Vec<String>,
    /// Its value in the form.
    pub time: String,
    /// Where a yes goes.
    pub book: String,
    /// Where another time is chosen.
    pub again: String,
}

/// A time that was chosen, to be looked over and booked.
pub fn chosen(site: &Site, frame: &Frame, view: &Chosen) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "Is this right?", "Nothing is booked yet."))
            section.card.stack aria-labelledby="chosen" {
                h2 #chosen { (view.when) }
                p.muted { (view.zone) }
                div.withicon { (icon(Icon::Note)) p { (view.what) } }
                div.withicon { (icon(Icon::Clock)) p { (view.length) } }
                div.withicon { (icon(Icon::Sheet)) p { (view.price) } }
            }
            @if !view.before.is_empty() {
                section.card aria-labelledby="before" { h2.mb-3 #before { "Before it" } ul.list { @for line in &view.before { li { (icon(Icon::Caution)) span { (line) } } } } }
            }
            form action=(view.book) method="post" {
                (entry::hidden("time", &view.time))
                button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Book this visit" }
            }
            a.btn.btn--wide href=(view.again) { "Choose another time" }
        }
    };
    document(site, frame, &body)
}

/// A time that somebody else has taken meanwhile.
pub fn gone(site: &Site, frame: &Frame, again: &str) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/visits", "Visits")), "Somebody was quicker", "This time was booked while you looked. Nothing was changed for you."))
            a.btn.btn--primary.btn--wide.btn--glove href=(again) { "Choose another time" }
        }
    };
    document(site, frame, &body)
}
