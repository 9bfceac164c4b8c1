//! Where the clinic works and with what: sites, rooms and devices, and when each of them cannot be had.
//!
//! Each is a form of its own, and what blocks it is beneath the form: a blocked time is added and taken away by itself.

use maud::{Markup, html};

use super::{Frame, Link, Weight, document, part};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line, Options},
        part::trail,
    },
};

/// Stretches of a day that a form may have fields for. It shows one more than are filled.
pub const STRETCHES: usize = 6;
/// The days of the week: number as in the fields' names, and words.
pub const WEEK: [(i8, &str); 7] = [
    (1, "Monday"),
    (2, "Tuesday"),
    (3, "Wednesday"),
    (4, "Thursday"),
    (5, "Friday"),
    (6, "Saturday"),
    (7, "Sunday"),
];

/// A list of settings of one kind.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What they are.
    pub title: String,
    /// A sentence beneath it.
    pub lead: String,
    /// They.
    pub rows: Vec<Row>,
    /// Where another one is added, for those who may.
    pub add: Option<Link>,
    /// What would be here.
    pub empty: String,
}

/// One of a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its page and its name.
    pub link: Link,
    /// How it stands, in a line.
    pub says: String,
    /// What somebody should look at.
    pub caution: Vec<String>,
}

/// A list of settings.
pub fn listing(site: &Site, frame: &Frame, view: &Listing) -> Markup {
    let add = html! {
        @if let Some(add) = &view.add { (part::primary(add, super::Icon::Plus)) }
    };
    let body = html! {
        div.page.page--narrow {
            div { (trail(&super::TRAIL)) (part::head(&view.title, &view.lead, &add)) }
            @if view.rows.is_empty() { (part::empty("Nothing yet", &view.empty, &html! {})) }
            @else {
                ul.card.list.settinglist {
                    @for row in &view.rows {
                        li {
                            a.tap href=(row.link.href) { b { (row.link.says) } }
                            span.muted { (row.says) }
                            @for caution in &row.caution { span.small.c-caution { (super::small(super::Icon::Caution)) " " (caution) } }
                        }
                    }
                }
            }
        }
    };
    document(site, frame, &body)
}

/// A form of one setting.
#[derive(Debug, Clone)]
pub struct Form {
    /// The list it belongs to.
    pub list: Link,
    /// Its name, or what is added.
    pub title: String,
    /// A sentence beneath it.
    pub lead: String,
    /// Where it goes.
    pub action: String,
    /// Which version it changes; nothing where it adds one.
    pub version: Option<String>,
    /// What blocks it; nothing where it is only added.
    pub blocked: Option<Blocked>,
}

/// A site: the form, the zones, and its closed days.
pub fn site(
    site: &Site,
    frame: &Frame,
    (view, zones): (&Form, &[(String, String)]),
    entry: &Entry,
) -> Markup {
    let fields = html! {
        (version(view))
        (entry::line(entry, Line { name: "name", label: "Name", hint: "As patients read it where there are several sites.", kind: "text", autocomplete: "off" }))
        (entry::lines(entry, "address", "Address", "Empty where it is the clinic's."))
        (entry::select(entry, "zone", "Time zone", zones))
        fieldset.stack.hourweek {
            legend.label { "Opening hours" }
            p.hint { "A day without hours is closed. The second pair is for a day with a break at noon. Visits that are booked already stay where they are." }
            @for (number, words) in WEEK { (weekday(entry, ("hours", number), words)) }
        }
        @if view.version.is_some() { (used(entry, "It is worked at", "Untick it to close the site for good.")) }
    };
    form_page(site, frame, view, &fields, entry)
}

/// A room.
pub fn room(
    site: &Site,
    frame: &Frame,
    (view, sites): (&Form, &[(String, String)]),
    entry: &Entry,
) -> Markup {
    let kinds = [
        ("consultation", "Talks"),
        ("numbing", "Numbing: seats in which nobody has to stay with the patient"),
        ("treatment", "Treatment"),
    ]
    .map(|(value, words)| (value.to_owned(), words.to_owned()));
    let fields = html! {
        (version(view))
        (entry::line(entry, Line { name: "name", label: "Name", hint: "", kind: "text", autocomplete: "off" }))
        @if sites.len() > 1 { (entry::select(entry, "site", "Site", sites)) }
        (entry::options(entry, Options::One, "kind", "What for", &kinds))
        (entry::line(entry, Line { name: "seats", label: "Visits at once", hint: "1 for most rooms; in a bay, how many seats it has.", kind: "number", autocomplete: "off" }))
        (entry::line(entry, Line { name: "turnover", label: "Minutes to clean up afterwards", hint: "So long it stays held after a visit left it.", kind: "number", autocomplete: "off" }))
        @if view.version.is_some() { (used(entry, "It is used", "Untick it to take the room out of use.")) }
    };
    form_page(site, frame, view, &fields, entry)
}

/// What a device's form is made of.
#[derive(Debug, Clone)]
pub struct DeviceChoices {
    /// Sites: value and words.
    pub sites: Vec<(String, String)>,
    /// What devices do: value and words.
    pub modalities: Vec<(String, String)>,
    /// Rooms: value and words.
    pub rooms: Vec<(String, String)>,
}

/// A device.
pub fn device(
    site: &Site,
    frame: &Frame,
    (view, of): (&Form, &DeviceChoices),
    entry: &Entry,
) -> Markup {
    let fields = html! {
        (version(view))
        (entry::line(entry, Line { name: "name", label: "Name", hint: "", kind: "text", autocomplete: "off" }))
        (entry::select(entry, "modality", "What it does", &of.modalities))
        (entry::line(entry, Line { name: "serial", label: "Serial number", hint: "As it stands on the device. It may be left empty.", kind: "text", autocomplete: "off" }))
        @if of.sites.len() > 1 { (entry::select(entry, "site", "Site", &of.sites)) }
        (entry::options(entry, Options::Several, "room", "Rooms in which it can be used; none ticked means all", &of.rooms))
        (entry::line(entry, Line { name: "turnover", label: "Minutes to make it ready afterwards", hint: "So long it stays held after a treatment.", kind: "number", autocomplete: "off" }))
        @if view.version.is_some() { (used(entry, "It is used", "Untick it to take the device out of use.")) }
    };
    form_page(site, frame, view, &fields, entry)
}

/// What blocks something, and what adds to it.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// Where it goes.
    pub action: String,
    /// Which version it changes.
    pub version: String,
    /// What it is called: "When it cannot be used".
    pub title: String,
    /// What is blocked ahead: the value by which it is taken away, when, and why.
    pub times: Vec<(String, String, String)>,
    /// What is chosen: whole days, or times.
    pub by: BlockedBy,
}

/// How a blocked time is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockedBy {
    /// A day.
    Day,
    /// From a time to a time.
    Times,
}

/// What blocks something.
pub fn blocked(view: &Blocked, entry: &Entry) -> Markup {
    html! {
        section.card.stack aria-labelledby="blocked" {
            h2.minor #blocked { (view.title) }
            @if view.times.is_empty() { p.muted.small { "Nothing ahead." } }
            ul.list {
                @for (value, when, why) in &view.times {
                    li.between {
                        span { b { (when) } @if !why.is_empty() { span.under { (why) } } }
                        (part::button(&view.action, ("remove", value), Weight::Quiet, "Take away", when))
                    }
                }
            }
            form.stack action=(view.action) method="post" {
                (entry::hidden("version", &view.version))
                div.stretch {
                    @match view.by {
                        BlockedBy::Day => (entry::line(entry, Line { name: "closed-day", label: "Another day", hint: "", kind: "date", autocomplete: "off" })),
                        BlockedBy::Times => {
                            (entry::line(entry, Line { name: "blocked-from", label: "From", hint: "", kind: "datetime-local", autocomplete: "off" }))
                            (entry::line(entry, Line { name: "blocked-until", label: "Until", hint: "", kind: "datetime-local", autocomplete: "off" }))
                        }
                    }
                }
                (entry::line(entry, Line { name: "blocked-why", label: "Why", hint: "Whoever books reads it. Nothing about anybody's health.", kind: "text", autocomplete: "off" }))
                (after(entry, &["closed-day", "blocked-from"]))
                div.form__end { button.btn type="submit" { "Add" } }
            }
        }
    }
}

/// Whether what is booked is moved afterwards: asked only once it is known that something is.
pub(super) fn after(entry: &Entry, fields: &[&str]) -> Markup {
    let is_asked = fields.iter().any(|name| entry.wrong(name).is_some());
    html! {
        @if is_asked {
            (entry::tick(entry, "move-after", "Change it all the same", "I move the visits that are booked afterwards."))
        }
    }
}

fn used(entry: &Entry, says: &str, small: &str) -> Markup {
    html! { (entry::tick(entry, "used", says, small)) (after(entry, &["used", "seats"])) }
}

fn version(view: &Form) -> Markup {
    html! { @if let Some(version) = &view.version { (entry::hidden("version", version)) } }
}

/// The stretches of a day of the week: the fields `hours-1-1-from`, `hours-1-1-until` and so on.
pub(super) fn weekday(entry: &Entry, (field, number): (&str, i8), words: &str) -> Markup {
    html! {
        fieldset.weekday {
            legend { (words) }
            @for place in 1..=shown(entry, &format!("{field}-{number}"), 2) { (stretch(entry, &format!("{field}-{number}-{place}"), place)) }
        }
    }
}

/// How many stretches of a day have fields: one more than are filled, and never fewer than `fewest`.
pub(super) fn shown(entry: &Entry, day: &str, fewest: usize) -> usize {
    let is_filled = |place: &usize| {
        ["from", "until"].iter().any(|end| !entry.get(&format!("{day}-{place}-{end}")).is_empty())
    };
    let filled = (1..=STRETCHES).rev().find(is_filled).unwrap_or(0);
    (filled + 1).clamp(fewest, STRETCHES)
}

/// From when to when, in two fields.
pub(super) fn stretch(entry: &Entry, name: &str, place: usize) -> Markup {
    let (from, until) = (format!("{name}-from"), format!("{name}-until"));
    let (begins, ends) = if place == 1 { ("From", "Until") } else { ("Again from", "Again until") };
    let time = |name, label| Line { name, label, hint: "", kind: "time", autocomplete: "off" };
    html! {
        div.stretch { (entry::line(entry, time(&from, begins))) (entry::line(entry, time(&until, ends))) }
    }
}

fn form_page(site: &Site, frame: &Frame, view: &Form, fields: &Markup, entry: &Entry) -> Markup {
    let button = if view.version.is_some() { "Save" } else { "Add" };
    let body = html! {
        div.page.page--narrow {
            div {
                (trail(&[super::TRAIL[0], (view.list.href.as_str(), view.list.says.as_str())]))
                (part::head(&view.title, &view.lead, &html! {}))
            }
            (part::form(&view.action, button, &entry::summary(entry), fields))
            @if let Some(times) = &view.blocked { (blocked(times, entry)) }
        }
    };
    document(site, frame, &body)
}
