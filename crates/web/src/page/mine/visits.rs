//! Visits: which are to come and which were, and one visit with its honest length, its address and what to do before it.
//!
//! Moving and cancelling are asked for in a form, with a reason that may be left out; the clinic's rule for late changes
//! is said before the button, not after it.

use maud::{Markup, html};

use super::{Frame, Onwards, document, empty, heading, onwards, tel};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
    },
    wording,
};

/// The visits.
#[derive(Debug, Clone, Default)]
pub struct Visits {
    /// To come, the next first.
    pub coming: Vec<One>,
    /// Past, the last first.
    pub past: Vec<One>,
    /// Where the past goes on.
    pub onwards: Onwards,
}

/// A visit in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    /// The day: "Fri 18 Dec".
    pub day: String,
    /// The time: "10:20 to about 12:20".
    pub time: String,
    /// What it is: "Session 3 of 4".
    pub what: String,
    /// How it stands.
    pub standing: Standing,
    /// Where it is.
    pub href: String,
}

/// How a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is booked.
    Booked,
    /// Something is to be done before it.
    Waiting,
    /// The patient did not come.
    Missed,
    /// It took place.
    Done,
    /// It was cancelled.
    Cancelled,
}

fn standing(standing: Standing) -> Markup {
    let (step, sign, words) = match standing {
        Standing::Booked => (None, Icon::Tick, "Booked"),
        Standing::Waiting => (Some("caution"), Icon::Caution, "Something to do first"),
        Standing::Missed => (Some("defer"), Icon::Wait, "Missed"),
        Standing::Done => (None, Icon::Tick, "Done"),
        Standing::Cancelled => (Some("stop"), Icon::Cross, "Cancelled"),
    };
    let is_quiet = standing == Standing::Done;
    html! { span.tag.tag--mute[is_quiet] data-step=[step] { (icon(sign)) (words) } }
}

/// The visits.
pub fn list(site: &Site, frame: &Frame, view: &Visits) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "Visits", ""))
            @if view.coming.is_empty() {
                (empty("No visit is booked", "Choose a time that suits you; the clinic’s rules decide which days are possible.", Some(("/me/book", "Book a visit"))))
            } @else {
                h2.vh { "To come" }
                (rows(&view.coming))
                a.btn.btn--primary.btn--wide.btn--glove href="/me/book" { "Book another visit" }
            }
            p { a.tap href="/me/calendar" { "Let my calendar follow my visits" } }
            @if !view.past.is_empty() { h2.minor { "Before" } (rows(&view.past)) }
            (onwards(&view.onwards))
        }
    };
    document(site, frame, &body)
}

fn rows(visits: &[One]) -> Markup {
    html! {
        ul.stack.stack--tight {
            @for visit in visits {
                li { a.card.lastword.lastword--visit href=(visit.href) {
                    (standing(visit.standing))
                    span { b { (visit.day) ", " (visit.time) } br; span.small.muted { (visit.what) } }
                    (icon(Icon::Onwards))
                } }
            }
        }
    }
}

/// One visit.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The day and the time: "Friday 18 December, 10:20".
    pub when: String,
    /// What it is: "Session 3 of 4, cheeks".
    pub what: String,
    /// How it stands.
    pub standing: Standing,
    /// Its phases: name, kind and minutes.
    pub phases: Vec<Phase>,
    /// When it ends, honestly: "Plan to leave at about 12:20".
    pub ends: String,
    /// With whom and in which room.
    pub who: String,
    /// The address, line by line.
    pub address: Vec<String>,
    /// How to get home, in a sentence.
    pub home: String,
    /// What to do before it: when, and what.
    pub preparation: Vec<(String, String)>,
    /// What is still missing, each with its link.
    pub missing: Vec<(String, String)>,
    /// What can be changed; `None` when it is past.
    pub change: Option<Change>,
    /// The file that puts it into a calendar; `None` when it is past.
    pub calendar: Option<String>,
}

/// A phase of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// What it is.
    pub kind: PhaseKind,
    /// How long.
    pub minutes: u16,
    /// What happens, in a sentence.
    pub says: String,
}

/// What a phase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseKind {
    /// Talking and looking.
    Talk,
    /// Photographs, cleansing.
    Cleanse,
    /// Numbing.
    Numbing,
    /// Treatment.
    Treatment,
    /// Cooling and the way home.
    Aftercare,
}

impl PhaseKind {
    fn word(self) -> &'static str {
        match self {
            Self::Talk | Self::Cleanse => "cleanse",
            Self::Numbing => "numbing",
            Self::Treatment => "treatment",
            Self::Aftercare => "aftercare",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Talk => "Talking and looking",
            Self::Cleanse => "Talk, photographs, cleansing",
            Self::Numbing => "Numbing",
            Self::Treatment => "Treatment",
            Self::Aftercare => "Cooling and aftercare",
        }
    }
}

/// What can be changed of a visit.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where another time is chosen.
    pub move_href: String,
    /// Where a cancellation goes.
    pub cancel: String,
    /// The clinic's rule for late changes, in a sentence.
    pub rule: String,
}

/// One visit.
pub fn page(site: &Site, frame: &Frame, view: &Visit, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__cols.mine__cols--headed {
            div.mine__span { (heading(Some(("/me/visits", "Visits")), &view.when, &view.what)) p { (standing(view.standing)) } (entry::summary(entry)) }
            div.stack {
                @if !view.missing.is_empty() {
                    section.note.note--caution aria-labelledby="missing" { (icon(Icon::Caution)) div {
                        h2 #missing { "To do before this visit" }
                        ul { @for (words, href) in &view.missing { li { a.tap href=(href) { (words) } } } }
                    } }
                }
                (length(view))
                @if !view.preparation.is_empty() {
                    section.card aria-labelledby="prepare" {
                        h2.mb-3 #prepare { "Prepare" }
                        dl.told.told--start { @for (when, what) in &view.preparation { div { dt { (when) } dd { (what) } } } }
                    }
                }
            }
            div.stack {
                section.card.stack aria-labelledby="where" {
                    h2 #where { "Where" }
                    @if !view.address.is_empty() { div.withicon { (icon(Icon::Pin)) address { @for line in &view.address { (line) br; } } } }
                    @if !view.who.is_empty() { div.withicon { (icon(Icon::Refer)) p { (view.who) } } }
                    @if !view.home.is_empty() { div.withicon { (icon(Icon::Sun)) p { (view.home) } } }
                    div.withicon { (icon(Icon::Telephone)) p { a.tap href=(tel(&frame.telephone)) { span.num { (frame.telephone) } } } }
                    @if let Some(href) = &view.calendar {
                        a.btn.btn--wide href=(href) download="appointment.ics" { "Add to my calendar" }
                        p.small { a.tap href={ (href) "?title=private" } download="appointment.ics" { "Add it without saying what it is for" } }
                        p.small { a.tap href="/me/calendar" { "Let my calendar follow all my visits" } }
                    }
                }
                @if let Some(change) = &view.change { (alter(change, entry)) }
            }
        }
    };
    document(site, frame, &body)
}

fn length(view: &Visit) -> Markup {
    let minutes: u32 = view.phases.iter().map(|phase| u32::from(phase.minutes)).sum();
    html! {
        section.card aria-labelledby="length" {
            h2 #length { "How long it takes: " (duration(minutes)) }
            p.muted { (view.ends) }
            ol.parts {
                @for phase in &view.phases {
                    li {
                        i.swatch data-ph=(phase.kind.word()) aria-hidden="true" {}
                        div { p { b { (phase.kind.title()) } } @if !phase.says.is_empty() { p.small.muted { (phase.says) } } }
                        span.num { (phase.minutes) " min" }
                    }
                }
            }
        }
    }
}

/// Minutes as hours and minutes.
pub(crate) fn duration(minutes: u32) -> String {
    let count = |number: u32, one, many| {
        wording::count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
    };
    match (minutes / 60, minutes % 60) {
        (0, minutes) => count(minutes, "minute", "minutes"),
        (hours, 0) => count(hours, "hour", "hours"),
        (hours, minutes) => format!("{} {minutes} min", count(hours, "hour", "hours")),
    }
}

fn alter(change: &Change, entry: &Entry) -> Markup {
    html! {
        section.card.stack aria-labelledby="change" {
            h2 #change { "Move or cancel" }
            p.small { (change.rule) }
            a.btn.btn--wide href=(change.move_href) { "Choose another time" }
            details.more open[!entry.is_fine()] {
                summary { "Cancel this visit" }
                form.stack.stack--tight action=(change.cancel) method="post" {
                    (entry::lines(entry, "reason", "Why, if you like", "If you are ill or your skin is not well, say so; it changes what the clinic does next."))
                    button.btn.btn--danger type="submit" { "Cancel this visit" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_said_as_hours() {
        assert_eq!(duration(45), "45 minutes");
        assert_eq!(duration(120), "2 hours");
        assert_eq!(duration(125), "2 hours 5 min");
    }
}
