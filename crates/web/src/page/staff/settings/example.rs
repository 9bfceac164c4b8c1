//! The example day of a service, drawn as the day's board is: rooms seat by seat, devices, people, on one axis of time.
//!
//! Nothing in it is a visit of anybody: visits are numbered, and nothing leads anywhere. The same day stands beneath it in
//! words, for those who do not see the drawing and for paper.

use jiff::civil::Time;
use maud::{Markup, html};

use crate::{
    page::{
        icon::{Icon, icon},
        part::scroll,
    },
    wording,
};

/// Minutes of a step of the board.
const STEP: i16 = 5;

/// An example day.
#[derive(Debug, Clone, Default)]
pub struct Example {
    /// The day and the site, in words.
    pub title: String,
    /// First and last full hour.
    pub hours: (i8, i8),
    /// When visits begin and end.
    pub visits: Vec<(Time, Time)>,
    /// Groups of rows: "Rooms", and the rows.
    pub groups: Vec<(String, Vec<Row>)>,
    /// What is missing, where no visit is possible.
    pub lacks: Vec<String>,
    /// What somebody should look at before it is saved.
    pub cautions: Vec<String>,
}

/// A room, a device or somebody.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// What it holds: from, until, which visit, and what happens (`numbing`, "Numbing").
    pub held: Vec<Held>,
}

/// What a row holds for a while.
#[derive(Debug, Clone)]
pub struct Held {
    /// From.
    pub from: Time,
    /// Until.
    pub until: Time,
    /// Which visit.
    pub visit: usize,
    /// What happens: key and word.
    pub phase: (&'static str, &'static str),
}

/// The example day.
pub fn example(view: &Example) -> Markup {
    html! {
        section.card.card--flush.example aria-labelledby="example-title" {
            div.card__head { h2.minor #example-title { "Example day" } }
            div.example__says {
                @for caution in &view.cautions { p.note.note--caution { (icon(Icon::Caution)) span { (caution) } } }
                @if view.visits.is_empty() {
                    p.note.note--caution {
                        (icon(Icon::Caution))
                        span { b { "Not one visit is possible in the next two weeks. " } @for lack in &view.lacks { (lack) " " } }
                    }
                } @else {
                    p { (view.title) ", without any other visit: " b { (wording::count(view.visits.len(), "visit", "visits")) } " after one another, each as early as it can be." }
                }
            }
            @if !view.visits.is_empty() { (drawn(view)) (words(view)) }
        }
    }
}

fn drawn(view: &Example) -> Markup {
    let (from, until) = view.hours;
    let board = html! {
        div class={ "board from-" (from) " units-" (until.saturating_sub(from).max(1)) } {
            div.who-l.who-l--first {}
            div.hours aria-hidden="true" { @for hour in from..until { span { (format!("{hour:02}")) } } }
            @for (name, rows) in &view.groups {
                h3.grp { (name) }
                @for row in rows {
                    div.who-l { b { (row.name) } }
                    div.lane.lane--example { @for held in &row.held { (block(held)) } }
                }
            }
        }
    };
    scroll("Example day, scrolls sideways", &board)
}

fn block(held: &Held) -> Markup {
    let (key, word) = held.phase;
    let (from, until) = (held.from, held.until);
    let minutes = minute(until) - minute(from);
    html! {
        span class={ "held h-" (from.hour()) " m-" (i16::from(from.minute()) / STEP * STEP) " " (lasting(minutes)) } data-ph=(key) {
            span.held__name aria-hidden="true" { (held.visit) }
            span.vh { "Visit " (held.visit) ", " (word) ", " (clock(from)) " to " (clock(until)) }
        }
    }
}

fn words(view: &Example) -> Markup {
    html! {
        details.more.example__words {
            summary { "The same in words" }
            ol.small {
                @for (from, until) in &view.visits { li { (clock(*from)) " to " (clock(*until)) } }
            }
        }
    }
}

fn minute(time: Time) -> i16 {
    i16::from(time.hour()) * 60 + i16::from(time.minute())
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// A length in steps, never less than one.
fn lasting(minutes: i16) -> String {
    let minutes = ((minutes + STEP - 1) / STEP).max(1) * STEP;
    format!("lh-{} lm-{}", minutes / 60, minutes % 60)
}
