//! When a member works: their week, breaks, extra days and absences, and what they give.

use maud::{Markup, html};

use super::{
    Frame, Weight, document, part,
    places::{self, Blocked, WEEK},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line, Options},
        part::trail,
    },
};

/// When a member works.
#[derive(Debug, Clone)]
pub struct Shifts {
    /// Their name.
    pub name: String,
    /// How they stand: their roles.
    pub says: String,
    /// Where it goes, for those who may.
    pub action: Option<String>,
    /// Which version it changes; `0` where nobody has said yet.
    pub version: String,
    /// The sites, where there are several: value and words.
    pub sites: Vec<(String, String)>,
    /// The services: value and words.
    pub services: Vec<(String, String)>,
    /// The kinds of device: value and words.
    pub devices: Vec<(String, String)>,
    /// When they are away.
    pub away: Blocked,
    /// Shifts of one day: the value by which one is taken away, and words.
    pub extra: Vec<(String, String)>,
}

/// One member's page.
pub fn shifts(site: &Site, frame: &Frame, view: &Shifts, entry: &Entry) -> Markup {
    let body = html! {
        div.page.page--narrow {
            div {
                (trail(&[super::TRAIL[0], ("/settings/shifts", "Shifts")]))
                (part::head(&view.name, &view.says, &html! {}))
            }
            @match &view.action {
                Some(action) => {
                    (part::form(action, "Save", &entry::summary(entry), &fields(view, entry)))
                    (places::blocked(&view.away, entry))
                    (extra(action, view, entry))
                }
                None => p.muted { "An owner changes when people work." },
            }
        }
    };
    document(site, frame, &body)
}

fn fields(view: &Shifts, entry: &Entry) -> Markup {
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
    };
    let works = owned(&[("open", "Whenever a site is open"), ("week", "On these days")]);
    let gives = owned(&[("all", "All that their role allows"), ("some", "Only these")]);
    let uses = owned(&[("all", "All"), ("some", "Only these")]);
    html! {
        (entry::hidden("version", &view.version))
        (entry::options(entry, Options::One, "works", "When they work", &works))
        div.hourweek {
            p.hint { "A day without times is free. Times count when “On these days” is chosen." }
            @for (number, words) in WEEK { (day(view, entry, (number, words))) }
        }
        fieldset.stack.hourweek {
            legend.label { "Breaks" }
            p.hint { "Nobody is booked with them then." }
            @for (number, words) in WEEK { (pause(entry, (number, words))) }
        }
        (entry::options(entry, Options::One, "gives", "What they give", &gives))
        (entry::options(entry, Options::Several, "services", "Services, where not all", &view.services))
        @if !view.devices.is_empty() {
            (entry::options(entry, Options::One, "uses", "Which devices they use", &uses))
            (entry::options(entry, Options::Several, "devices", "Kinds of device, where not all", &view.devices))
        }
    }
}

fn day(view: &Shifts, entry: &Entry, (number, words): (i8, &str)) -> Markup {
    html! {
        fieldset.weekday {
            legend { (words) }
            @for place in 1..=places::shown(entry, &format!("shift-{number}"), 2) {
                @let name = format!("shift-{number}-{place}");
                @if view.sites.len() > 1 { (entry::choose(entry, &format!("{name}-site"), "Site", "First site", &view.sites)) }
                (places::stretch(entry, &name, place))
            }
        }
    }
}

fn pause(entry: &Entry, (number, words): (i8, &str)) -> Markup {
    html! {
        fieldset.weekday {
            legend { (words) }
            @for place in 1..=places::shown(entry, &format!("break-{number}"), 1) { (places::stretch(entry, &format!("break-{number}-{place}"), place)) }
        }
    }
}

/// Shifts of one day, beside the week.
fn extra(action: &str, view: &Shifts, entry: &Entry) -> Markup {
    let there = format!("{action}/extra");
    html! {
        section.card.stack aria-labelledby="extra" {
            h2.minor #extra { "Extra days" }
            @if view.extra.is_empty() { p.muted.small { "None ahead." } }
            ul.list {
                @for (value, words) in &view.extra {
                    li.between { span { (words) } (part::button(&there, ("remove", value), Weight::Quiet, "Take away", words)) }
                }
            }
            form.stack action=(there) method="post" {
                (entry::hidden("version", &view.version))
                (entry::line(entry, Line { name: "extra-day", label: "Day", hint: "", kind: "date", autocomplete: "off" }))
                @if view.sites.len() > 1 { (entry::select(entry, "extra-site", "Site", &view.sites)) }
                div.stretch {
                    (entry::line(entry, Line { name: "extra-from", label: "From", hint: "", kind: "time", autocomplete: "off" }))
                    (entry::line(entry, Line { name: "extra-until", label: "Until", hint: "", kind: "time", autocomplete: "off" }))
                }
                div.form__end { button.btn type="submit" { "Add" } }
            }
        }
    }
}
