//! The board: rooms first, then devices, then people, on one axis of time. A phase is drawn on what it holds and on nothing
//! else; what cannot be had is drawn with its reason, and what is shut without a word.
//!
//! Places and lengths are classes (`h-10 m-20` begins at 10:20, `lh-1 lm-35` lasts 1 h 35 min), because the content
//! security policy forbids styles in the page. They go in steps of five minutes; the words say the exact time.

use jiff::civil::Time;
use maud::{Markup, html};

use super::{Block, Board, Holds, Lane, Note, Phase, Spots};
use crate::page::{
    icon::{Icon, icon},
    part::scroll,
};

/// The minutes of a step of the board.
const STEP: i16 = 5;
/// What lasts shorter is drawn narrower than a finger: an hour has at least 76 pixels.
const HIT_MIN: i16 = 20;

/// A block that is shorter than so many minutes has room for a surname only.
const FULL_NAME_MIN: i16 = 60;

/// The last word of a name; the whole name is always said as well.
fn surname(name: &str) -> &str {
    name.split_whitespace().next_back().unwrap_or(name)
}

/// The boards with one key.
pub(super) fn boards(boards: &[Board]) -> Markup {
    let can_move = boards.iter().any(|board| board.can_move && !is_bare(board));
    html! {
        div.day__board {
            @for (index, one) in boards.iter().enumerate() { (board(one, index)) }
            @if !boards.iter().all(is_bare) { (key()) }
            @if can_move {
                p.small.muted.carrying {
                    "To move a visit, drag it to another time or room; with a finger, hold it first. With the keyboard, "
                    "choose a visit and press M. Its own page moves it to another day."
                }
                div.vh role="status" data-says {}
            }
            @for board in boards { (notes(&board.notes)) }
        }
    }
}

fn board(board: &Board, index: usize) -> Markup {
    let drawn = html! {
        div class={ "board " (frame(board)) } data-day=[board.can_move.then_some(&board.date)] data-from=(board.from) data-until=(board.until) {
            div.who-l.who-l--first {}
            div.hours aria-hidden="true" { @for hour in board.from..board.until { span { (padded(hour)) } } }
            (group(board, "Rooms", &board.rooms, true))
            (group(board, "Devices", &board.devices, false))
            (group(board, "People", &board.people, false))
        }
    };
    let name = match &board.site {
        Some(site) => format!("Day board of {site}, scrolls sideways"),
        None => "Day board, scrolls sideways".to_owned(),
    };
    html! {
        @if let Some(site) = &board.site {
            div.board__site {
                h3 id={ "board-" (index) } { (site) }
                @if !board.clock.is_empty() { span.muted.small { (board.clock) } }
            }
        }
        @if let Some(shut) = &board.shut { p.board__shut { (shut) } }
        @if !is_bare(board) { (scroll(&name, &drawn)) }
    }
}

/// Whether there is nothing to draw: it is closed, and nobody is booked all the same.
fn is_bare(board: &Board) -> bool {
    let lanes = || board.rooms.iter().chain(&board.devices).chain(&board.people);
    let is_held = |block: &Block| match block.holds {
        Holds::Visit { .. } | Holds::Part { .. } => true,
        Holds::Gap | Holds::Turnover | Holds::Shut | Holds::Away { .. } => false,
    };
    board.shut.is_some() && !lanes().flat_map(|lane| lane.rows.iter().flatten()).any(is_held)
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
            @if board.site.is_some() { h4.grp { (name) } } @else { h3.grp { (name) } }
            @for (index, lane) in lanes.iter().enumerate() {
                @for (row, blocks) in lane.rows.iter().enumerate() {
                    @if row == 0 {
                        div.who-l {
                            @match &lane.away {
                                Some(href) => a.quiet href=(href) { b { (lane.name) } span.vh { ", note an absence" } },
                                None => b { (lane.name) },
                            }
                            span.faint { (lane.says) }
                        }
                    } @else {
                        div.who-l.who-l--more {}
                    }
                    div.lane.lane--more[row > 0] data-room=[lane.takes.as_ref()] data-name=[lane.takes.as_ref().map(|_| &lane.name)] {
                        (now(board, says_time && index == 0 && row == 0))
                        @for block in blocks { (held(block)) }
                    }
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
        Holds::Visit { href, id, name, says, phases, after, carry } => html! {
            a class={ "appt " (place) } id=[id.as_ref()] href=(href) draggable="false"
                data-carry=[carry.as_ref()] data-after=[carry.as_ref().map(|_| after)] aria-keyshortcuts=[carry.as_ref().map(|_| "M")] {
                span {
                    @if minutes(block) < FULL_NAME_MIN { b aria-hidden="true" { (surname(name)) } b.vh { (name) } }
                    @else { b { (name) } }
                    small { (says) } span.vh { ", " (time) }
                }
                span.phases aria-hidden="true" {
                    @for (phase, minutes) in phases { span class=(lasting(*minutes)) data-ph=(phase.key()) {} }
                }
            }
        },
        Holds::Part { href, phase, says } => {
            let inside = html! {
                span.held__name aria-hidden="true" { (surname(says)) } span.vh { (says) ", " (phase.word()) ", " (time) }
            };
            // What is too narrow to be hit leads nowhere: the visit itself does, in the row of its room.
            html! {
                @if minutes(block) < HIT_MIN {
                    span class={ "held " (place) } data-ph=(phase.key()) { (inside) }
                } @else {
                    a class={ "held " (place) } data-ph=(phase.key()) href=(href) { (inside) }
                }
            }
        }
        Holds::Gap => html! {
            span class={ "freed " (place) } { span.vh { "free while a patient is numbed, " (time) } }
        },
        Holds::Turnover => html! { i class={ "turns " (place) } aria-hidden="true" {} },
        Holds::Shut => html! { i class={ "shut " (place) } aria-hidden="true" {} },
        Holds::Away { says } => {
            html! { span class={ "off " (place) } { span.off__says { (says) } span.vh { ", " (time) } } }
        }
    }
}

/// Where a visit that is carried may be put down, for the script of the board.
pub(super) fn spots(spots: &Spots) -> Markup {
    html! {
        form method="post" action=(spots.action) data-says=(spots.says) {
            @for spot in &spots.spots {
                button class={ "spot " (at(spot.start)) } type="submit" name="to" value=(spot.value) tabindex="-1"
                    data-room=(spot.room) data-size=(lasting(spot.minutes)) data-begins=(spot.begins) data-says=(spot.says) {}
            }
            @for why in &spots.why_not { p { (why) } }
        }
    }
}

/// What is tight or broken, with what can be done about it.
fn notes(notes: &[Note]) -> Markup {
    html! {
        @if !notes.is_empty() {
            div.day__notes {
                @for note in notes {
                    div class={ "note " @if note.is_tight { "note--caution" } @else { "note--stop" } } {
                        (icon(if note.is_tight { Icon::Caution } else { Icon::Stop }))
                        span {
                            b { (note.says) } " " (note.why) " "
                            @if let Some(remedy) = &note.remedy { a href=(remedy.href) { (remedy.says) } }
                        }
                    }
                }
            }
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
            li { i.swatch.swatch--freed {} "Dotted: free while the patient is numbed" }
            li { i.swatch.swatch--turns {} "Hatched: the room turns over" }
            li { i.swatch.swatch--shut {} "Shaded: closed, away or blocked" }
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
