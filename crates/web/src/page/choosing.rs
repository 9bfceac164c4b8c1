//! What the patient's and the desk's booking have in common: the form that narrows the times down, whole courses to choose
//! from, and what is kept.
//!
//! Until when something is kept is said as a time of the clock; the site's script adds how many minutes are left, and says
//! once that they are over.

use maud::{Markup, html};

use super::{
    entry::{self, Entry, Options},
    icon::{Icon, icon},
};

/// What narrows the times down: a form that is part of the address.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Where it goes.
    pub action: String,
    /// What goes along.
    pub hidden: Vec<(String, String)>,
    /// Days of the week.
    pub days: Vec<(String, String)>,
    /// Parts of the day.
    pub parts: Vec<(String, String)>,
    /// With whom.
    pub people: Vec<(String, String)>,
    /// Where; empty where there is one place only.
    pub sites: Vec<(String, String)>,
    /// The zones in which times can be shown, the shown one first; empty where the clinic's is the only one.
    pub zones: Vec<(String, String)>,
    /// What is asked for now.
    pub entry: Entry,
}

/// The form.
pub fn narrow(view: &Narrow) -> Markup {
    let is_narrow = view.entry.pairs().any(|(_, value)| !value.is_empty());
    html! {
        details.more.narrow open[is_narrow] {
            summary { "Only some days, times or people" @if is_narrow { span.tag { "Chosen" } } }
            form.stack.stack--tight action=(view.action) method="get" {
                @for (name, value) in &view.hidden { (entry::hidden(name, value)) }
                (entry::options(&view.entry, Options::Several, "day", "Days", &view.days))
                div.narrow__fields {
                    (entry::choose(&view.entry, "part", "Time of day", "Any time", &view.parts))
                    (entry::choose(&view.entry, "with", "With", "Anybody", &view.people))
                    @if !view.sites.is_empty() { (entry::choose(&view.entry, "site", "Where", "Anywhere", &view.sites)) }
                }
                div { button.btn type="submit" { "Show these" } }
            }
        }
    }
}

/// The form in which another zone is chosen.
pub fn zones(view: &Narrow, says: &str) -> Markup {
    html! {
        details.more {
            summary { (says) }
            form.row action=(view.action) method="get" {
                @for (name, value) in &view.hidden { (entry::hidden(name, value)) }
                @for (name, value) in view.entry.pairs() { @if !value.is_empty() { (entry::hidden(name, value)) } }
                label.vh for="zone" { "Show times in" }
                select.input.input--zone #zone name="zone" { @for (value, words) in &view.zones { option value=(value) { (words) } } }
                button.btn type="submit" { "Show" }
            }
        }
    }
}

/// A whole course that is possible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// Its value in the form.
    pub value: String,
    /// When the last session is: "4 February 2027".
    pub ends: String,
    /// Why one may take it: "Ends first", "Always on a Monday at 09:00".
    pub why: Vec<String>,
    /// Its sessions: which, and when.
    pub sessions: Vec<(String, String)>,
}

/// The sessions of a course and why it may be the one.
pub fn series(series: &Series) -> Markup {
    html! {
        @if !series.why.is_empty() { span.series__why { @for why in &series.why { span.tag { (icon(Icon::Tick)) (why) } } } }
        @for (which, when) in &series.sessions { span.series__one { b { (which) } " " span.num { (when) } } }
    }
}

/// What is kept for somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Until when, on the reader's clock: "10:15".
    pub until: String,
    /// The same moment for programs.
    pub until_at: String,
    /// How many seconds are left, by the clinic's clock.
    pub left_s: i64,
    /// What is kept, each in a line.
    pub visits: Vec<String>,
}

/// Until when it is kept. The minutes that are left are told by the script, and read out only when they are over.
pub fn until(held: &Held) -> Markup {
    html! {
        span.until { "Kept until " time.num datetime=(held.until_at) { (held.until) } span data-left=(held.left_s) {} }
        span.vh role="status" data-over="The time that was kept is over. It is looked for again when you book it." {}
    }
}
