//! The board: rooms first, people second, on one axis of time. A phase is drawn on what it holds and on nothing else.
//!
//! Places and lengths are classes (`h-10 m-20` begins at 10:20, `lh-1 lm-35` lasts 1 h 35 min), because the content
//! security policy forbids styles in the page. They go in steps of five minutes; the words say the exact time.

use jiff::civil::Time;
use maud::{Markup, html};

use super::{Block, Board, Holds, Lane, Phase};
use crate::page::part::scroll;

/// The minutes of a step of the board.
const STEP: i16 = 5;

/// The board with its key.
pub(super) fn board(board: &Board) -> Markup {
    let drawn = html! {
        div class={ "board " (frame(board)) } {
            div.who-l.who-l--first {}
            div.hours aria-hidden="true" { @for hour in board.from..board.until { span { (padded(hour)) } } }
            (group(board, "Rooms", &board.rooms, true))
            (group(board, "People", &board.people, false))
        }
    };
    html! {
        div.day__board { (scroll("Day board, scrolls sideways", &drawn)) (key()) }
    }
}

fn frame(board: &Board) -> String {
    format!("from-{} units-{}", board.from, board.until.saturating_sub(board.from).max(1))
}

fn padded(hour: i8) -> String {
    format!("{hour:02}")
}

/// `says_time` lets the first lane say what time it is; the others draw the line alone.
fn group(board: &Board, name: &str, lanes: &[Lane], says_time: bool) -> Markup {
    html! {
        @if !lanes.is_empty() {
            h3.grp { (name) }
            @for (index, lane) in lanes.iter().enumerate() {
                div.who-l { b { (lane.name) } span.faint { (lane.says) } }
                div.lane {
                    (now(board, says_time && index == 0))
                    @for block in &lane.blocks { (held(block)) }
                }
            }
        }
    }
}

fn now(board: &Board, says_time: bool) -> Markup {
    let within = |time: &Time| time.hour() >= board.from && time.hour() < board.until;
    html! {
        @if let Some(time) = board.now.filter(within) {
            div class={ "now " (at(time)) } { @if says_time { span { span.vh { "Now " } (clock(time)) } } }
        }
    }
}

fn held(block: &Block) -> Markup {
    let place = format!("{} {}", at(block.start), lasting(minutes(block)));
    let time = format!("{} to {}", clock(block.start), clock(block.end));
    match &block.holds {
        Holds::Visit { href, name, says, phases } => html! {
            a class={ "appt " (place) } href=(href) {
                span { b { (name) } small { (says) } span.vh { ", " (time) } }
                span.phases aria-hidden="true" {
                    @for (phase, minutes) in phases { span class=(lasting(*minutes)) data-ph=(phase.key()) {} }
                }
            }
        },
        Holds::Part { href, phase, says } => html! {
            a class={ "held " (place) } data-ph=(phase.key()) href=(href) {
                span.held__name { (says) } span.vh { ", " (phase.word()) ", " (time) }
            }
        },
        Holds::Gap => html! { i class={ "freed " (place) } {} },
        Holds::Away { says } => {
            html! { span class={ "off " (place) } { (says) span.vh { ", " (time) } } }
        }
    }
}

fn minutes(block: &Block) -> i16 {
    let since = |time: Time| i16::from(time.hour()) * 60 + i16::from(time.minute());
    since(block.end) - since(block.start)
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn at(time: Time) -> String {
    let minute = i16::from(time.minute());
    format!("h-{} m-{}", time.hour(), minute - minute % STEP)
}

/// A length in steps, never less than one.
fn lasting(minutes: i16) -> String {
    let minutes = ((minutes + STEP - 1) / STEP).max(1) * STEP;
    format!("lh-{} lm-{}", minutes / 60, minutes % 60)
}

fn key() -> Markup {
    html! {
        ul.key {
            @for phase in Phase::ALL {
                li { i.swatch data-ph=(phase.key()) {} (phase.word()) ": " (phase.holds()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_drawn_in_whole_steps_and_never_vanishes() {
        assert_eq!(lasting(95), "lh-1 lm-35");
        assert_eq!(lasting(61), "lh-1 lm-5");
        assert_eq!(lasting(0), "lh-0 lm-5");
    }

    #[test]
    fn a_place_is_the_step_that_holds_the_minute() {
        assert_eq!(at(Time::constant(9, 4, 0, 0)), "h-9 m-0");
        assert_eq!(at(Time::constant(14, 55, 0, 0)), "h-14 m-55");
    }
}
