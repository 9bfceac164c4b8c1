//! The day: who comes when, what each phase holds, who has arrived, and what is missing before they are treated.
//!
//! The board and the list say the same. A phone shows the list, and so does paper, for a board is wider than both.
//! Whether a visit may be changed is decided before: a path that is absent is not offered.

use jiff::civil::Time;
use maud::{Markup, html};
use percuta_clinical::answer::Level;

use super::{
    Frame, document,
    part::{self, Link, Weight},
};
use crate::{
    Site,
    page::{
        icon::{Icon, icon, small},
        part::{level_tag, pager, scroll},
    },
    wording,
};

mod board;
pub mod replan;

/// One day.
#[derive(Debug, Clone)]
pub struct Today {
    /// The day in words, as "Monday 2 March".
    pub title: String,
    /// What kind of day it is, in a sentence.
    pub says: String,
    /// The days around it.
    pub days: Days,
    /// Where a visit is booked, for those who may.
    pub book: Option<String>,
    /// The board and where the list is, or the other way round.
    pub shape: Shape,
    /// The rooms, devices and people by time, one board for each site.
    pub boards: Vec<Board>,
    /// The visits in their order.
    pub visits: Vec<Visit>,
    /// The most urgent check-ins, as many as fit.
    pub waiting: Option<Vec<Waiting>>,
    /// Who is due to book: the first of them.
    pub due: Vec<Due>,
    /// How many are due, and where they all are, where that is more than stand here.
    pub all_due: Option<(usize, String)>,
    /// Copies of photographs that have to be taken down, in a sentence, and whether some are overdue.
    pub copies: Option<(String, bool)>,
}

/// Where the days around are.
#[derive(Debug, Clone)]
pub struct Days {
    /// The day before.
    pub previous: String,
    /// The day after.
    pub next: String,
    /// Today, where this is another day.
    pub today: Option<String>,
}

/// How the day is shown, and where the other way is.
#[derive(Debug, Clone)]
pub enum Shape {
    /// As a board.
    Board {
        /// Where the list is.
        list: String,
    },
    /// As a list.
    List {
        /// Where the board is.
        board: String,
    },
}

/// What of a site is held, against time.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// The site, where there are several.
    pub site: Option<String>,
    /// What its clock is, where it is not the clinic's.
    pub clock: String,
    /// The day, as `2026-11-20`.
    pub date: String,
    /// That it is closed on this day, and why.
    pub shut: Option<String>,
    /// The first full hour, 0 to 23.
    pub from: i8,
    /// The hour at which it ends, 1 to 24.
    pub until: i8,
    /// What time it is, where the day is today.
    pub now: Option<Time>,
    /// The rooms and seats.
    pub rooms: Vec<Lane>,
    /// The devices.
    pub devices: Vec<Lane>,
    /// The people.
    pub people: Vec<Lane>,
    /// Whether visits can be carried about by whoever looks.
    pub can_move: bool,
    /// What is tight or broken.
    pub notes: Vec<Note>,
    /// Who and what cannot be had, in sentences, for the list.
    pub away: Vec<String>,
}

/// Something about the day that cannot stay as it is, or hardly.
#[derive(Debug, Clone)]
pub struct Note {
    /// Whether it works as long as nobody is late.
    pub is_tight: bool,
    /// What it is.
    pub says: String,
    /// What follows from it.
    pub why: String,
    /// What can be done about it.
    pub remedy: Option<Link>,
}

/// A room, a device or somebody. What overlaps, in a room with several seats, is in rows of its own.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Who or which.
    pub name: String,
    /// A word or two about it.
    pub says: String,
    /// What is held, in its order, row by row. There is at least one.
    pub rows: Vec<Vec<Block>>,
    /// The room's id, where visits are treated in it.
    pub takes: Option<String>,
    /// Where it is noted that somebody is away, for those who may.
    pub away: Option<String>,
}

/// Something that holds a time.
#[derive(Debug, Clone)]
pub struct Block {
    /// When it begins.
    pub start: Time,
    /// When it ends.
    pub end: Time,
    /// What holds it.
    pub holds: Holds,
}

/// What holds a time.
#[derive(Debug, Clone)]
pub enum Holds {
    /// A visit in a room or a seat, with its phases.
    Visit {
        /// The visit.
        href: String,
        /// Its anchor, where it stands first.
        id: Option<String>,
        /// The patient.
        name: String,
        /// What for.
        says: String,
        /// Each phase with its minutes.
        phases: Vec<(Phase, i16)>,
        /// How many minutes after its beginning it comes here.
        after: i16,
        /// Where the places are to which it can be carried, for those who may.
        carry: Option<String>,
    },
    /// One phase of a visit, in the row of a person or a device.
    Part {
        /// The visit.
        href: String,
        /// Which phase.
        phase: Phase,
        /// Whose.
        says: String,
    },
    /// A gap between two phases that can be filled, because the numbing works alone.
    Gap,
    /// What a room or a device needs after a visit.
    Turnover,
    /// Closed, or no shift: nothing is said about it.
    Shut,
    /// Not there, with the reason.
    Away {
        /// Why, in a word.
        says: String,
    },
}

/// Where a visit that is carried may be put down on a day.
#[derive(Debug, Clone)]
pub struct Spots {
    /// Where it is put down.
    pub action: String,
    /// Whose visit it is and how many places there are.
    pub says: String,
    /// The places.
    pub spots: Vec<Spot>,
    /// Why there is none.
    pub why_not: Vec<String>,
}

/// A place where a visit may be put down.
#[derive(Debug, Clone)]
pub struct Spot {
    /// The room's id.
    pub room: String,
    /// When the visit enters the room.
    pub start: Time,
    /// How long it is in it.
    pub minutes: i16,
    /// When the visit begins, as `10:20`.
    pub begins: String,
    /// What is sent for it.
    pub value: String,
    /// The place in words.
    pub says: String,
}

/// A phase of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Cleansing.
    Cleanse,
    /// Numbing.
    Numbing,
    /// Treatment, or whatever the visit is for.
    Treatment,
    /// Aftercare.
    Aftercare,
}

impl Phase {
    /// Every phase in its order.
    pub const ALL: [Self; 4] = [Self::Cleanse, Self::Numbing, Self::Treatment, Self::Aftercare];

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cleanse => "Cleanse",
            Self::Numbing => "Numbing",
            Self::Treatment => "Treatment",
            Self::Aftercare => "Aftercare",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Cleanse => "cleanse",
            Self::Numbing => "numbing",
            Self::Treatment => "treatment",
            Self::Aftercare => "aftercare",
        }
    }

    fn holds(self) -> &'static str {
        match self {
            Self::Cleanse => "room, assistant or nurse",
            Self::Numbing => "a seat, the practitioner is free",
            Self::Treatment => "room, practitioner",
            Self::Aftercare => "room, assistant",
        }
    }
}

/// One visit of the day.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The visit.
    pub href: String,
    /// When, as "10:20 to 11:55".
    pub when: String,
    /// When it begins, as "10:20".
    pub starts: String,
    /// The patient.
    pub patient: Link,
    /// What for.
    pub says: String,
    /// Where and with whom.
    pub place: String,
    /// Its parts, each with its time, place and person.
    pub parts: Vec<String>,
    /// What is missing before treatment. PRIVACY: what, never the answer.
    pub missing: Vec<Link>,
    /// What is said of one that lacks nothing: "first session", "31 days since the last".
    pub ready: String,
    /// How far it is.
    pub state: State,
    /// Where its arrival is written down, for those who may.
    pub arrival: Option<String>,
    /// Where it is planned anew when the patient comes late, for those who may.
    pub late: Option<String>,
}

/// How far a visit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Not there yet.
    Expected,
    /// Not there yet, and the time has passed.
    Late,
    /// There.
    Arrived {
        /// Since when.
        at: String,
    },
    /// Being treated.
    Started {
        /// Since when they are here.
        at: String,
    },
    /// Over.
    Done {
        /// Since when.
        at: String,
    },
    /// Did not come.
    Absent,
    /// Called off.
    CalledOff,
}

impl State {
    fn words(&self) -> String {
        match self {
            Self::Expected => "Expected".to_owned(),
            Self::Late => "Not here yet".to_owned(),
            Self::Arrived { at } => format!("Arrived {at}"),
            Self::Started { at } => format!("In treatment, here since {at}"),
            Self::Done { at } => format!("Left {at}"),
            Self::Absent => "Did not come".to_owned(),
            Self::CalledOff => "Called off".to_owned(),
        }
    }

    fn is_to_come(&self) -> bool {
        matches!(self, Self::Expected | Self::Late)
    }

    fn is_in(&self) -> bool {
        matches!(self, Self::Arrived { .. } | Self::Started { .. } | Self::Done { .. })
    }
}

impl Visit {
    /// Whether the patient is here and something is missing before the session can begin.
    fn waits(&self) -> bool {
        matches!(self.state, State::Arrived { .. }) && !self.missing.is_empty()
    }
}

/// A check-in that waits for an answer.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The check-in, with the patient's name.
    pub link: Link,
    /// When it came.
    pub came: String,
    /// What it says, shortly.
    pub says: String,
    /// How urgent it is.
    pub level: Level,
    /// What was done so far, where that matters.
    pub done: String,
}

/// Somebody whose next visit can be booked.
#[derive(Debug, Clone)]
pub struct Due {
    /// The patient.
    pub patient: Link,
    /// What comes next.
    pub step: String,
    /// When the last session was.
    pub last: String,
    /// From when to when.
    pub window: String,
    /// Where it is booked, for those who may.
    pub book: Option<String>,
}

/// The day.
pub fn today(site: &Site, frame: &Frame, view: &Today) -> Markup {
    let actions = html! {
        a.btn.btn--icon href=(view.days.previous) aria-label="Previous day" { (icon(Icon::Back)) }
        @if let Some(today) = &view.days.today { a.btn href=(today) { "Today" } }
        a.btn.btn--icon href=(view.days.next) aria-label="Next day" { (icon(Icon::Next)) }
        @if let Some(book) = &view.book { (part::primary(&Link::new(book, "Book a visit"), Icon::Plus)) }
    };
    let body = html! {
        div.page.page--wide {
            (part::head(&view.title, &view.says, &actions))
            @if let Some((says, is_overdue)) = &view.copies {
                p.note.note--caution.note--stop[*is_overdue].no-paper { (icon(Icon::Caution)) span { (says) " " a href="/publications?state=due" { "The take-down list" } } }
            }
            div.split.split--wide.day__split {
                div.stack { (day(view)) (due(view)) }
                div.stack {
                    @if let Some(items) = &view.waiting { (waiting(items)) }
                    (arrivals(&view.visits))
                }
            }
        }
    };
    document(site, frame, &body)
}

fn day(view: &Today) -> Markup {
    let is_empty = view.visits.is_empty();
    let (is_board, board_href, list_href) = match &view.shape {
        Shape::Board { list } => (true, "", list.as_str()),
        Shape::List { board } => (false, board.as_str(), ""),
    };
    html! {
        section.card.card--flush.day.day--board[is_board] aria-labelledby="day" {
            div.card__head {
                h2.minor #day { "The day" }
                nav.push aria-label="Shape of the day" {
                    @if is_board { a.tap href=(list_href) { "As a list" } } @else { a.tap href=(board_href) { "As a board" } }
                }
            }
            @if is_empty { (none(view)) }
            @if is_board { (board::boards(&view.boards)) }
            div.day__list {
                @if !is_empty { (list(&view.visits)) }
                @for one in &view.boards { (away(one)) }
            }
        }
    }
}

fn none(view: &Today) -> Markup {
    let action = html! {
        @if let Some(book) = &view.book { a.btn href=(book) { "Book a visit" } }
    };
    part::empty(
        "No visits on this day",
        "Booked visits appear here by room and by person, with what each phase holds.",
        &action,
    )
}

/// Who and what cannot be had, as the board draws it.
fn away(board: &Board) -> Markup {
    html! {
        @let people = board.people.iter().filter(|lane| lane.away.is_some()).collect::<Vec<_>>();
        @if !board.away.is_empty() || !board.notes.is_empty() || !people.is_empty() {
            div.day__away {
                @if let Some(site) = &board.site { h3.minor { (site) } }
                @if let Some(shut) = &board.shut { p.small { (shut) } }
                @if !board.away.is_empty() { ul.small { @for one in &board.away { li { (one) } } } }
                @for note in &board.notes {
                    p.small {
                        b { (note.says) } " " (note.why) " "
                        @if let Some(remedy) = &note.remedy { a href=(remedy.href) { (remedy.says) } }
                    }
                }
                @if !people.is_empty() {
                    p.small.no-paper {
                        "Somebody cannot come: "
                        @for lane in &people {
                            @if let Some(href) = &lane.away { a.tap href=(href) { (lane.name) } " " }
                        }
                    }
                }
            }
        }
    }
}

/// Where a visit that is carried may be put down, for the script of the board.
pub fn spots(spots: &Spots) -> Markup {
    board::spots(spots)
}

/// Why a visit cannot be put down in a place, for the script of the board.
pub fn why_not(because: &[String]) -> Markup {
    html! { @for one in because { p { (one) } } }
}

fn list(visits: &[Visit]) -> Markup {
    let table = html! {
        table.table.visits.stacked {
            thead { tr {
                th scope="col" { "Time" } th scope="col" { "Patient" } th scope="col" { "Where and with whom" }
                th scope="col" { "Missing" } th scope="col" { "State" }
            } }
            tbody {
                @for visit in visits {
                    tr {
                        td.num { a href=(visit.href) { (visit.when) span.vh { ", visit of " (visit.patient.says) } } }
                        th scope="row" { a href=(visit.patient.href) { (visit.patient.says) } span.under { (visit.says) } }
                        td { (visit.place) @if visit.parts.len() > 1 { ul.visit-parts { @for part in &visit.parts { li { (part) } } } } }
                        td { (missing(&visit.missing)) }
                        td { (visit.state.words()) }
                    }
                }
            }
        }
    };
    scroll("Visits of the day, scrolls sideways", &table)
}

fn missing(missing: &[Link]) -> Markup {
    html! {
        @if missing.is_empty() { span.ready { (small(Icon::Tick)) "Nothing missing" } }
        @else { ul.lacks { @for link in missing { li { (small(Icon::Caution)) a href=(link.href) { (link.says) } } } } }
    }
}

fn arrivals(visits: &[Visit]) -> Markup {
    let there = visits.iter().filter(|visit| visit.state.is_in()).count();
    let to_come = visits.iter().filter(|visit| visit.state.is_to_come()).count();
    let (open, closed): (Vec<&Visit>, Vec<&Visit>) =
        visits.iter().partition(|visit| visit.state.is_to_come() || visit.waits());
    html! {
        @if !visits.is_empty() {
            section.card aria-labelledby="arrivals" {
                div.card__head { h2.minor #arrivals { "Arrivals" } span.push.muted { (there) " in, " (to_come) " to come" } }
                @if open.is_empty() { p.muted.small { "Nobody is expected any more." } }
                ul.list.arrivals { @for visit in &open { (arrival(visit)) } }
                @if !closed.is_empty() {
                    details.more {
                        summary { (wording::count(closed.len(), "visit", "visits")) " already here, over or off" }
                        ul.list.arrivals { @for visit in &closed { (arrival(visit)) } }
                    }
                }
            }
        }
    }
}

fn arrival(visit: &Visit) -> Markup {
    let name = visit.patient.says.as_str();
    let button = |value, weight, says| {
        html! { @if let Some(path) = &visit.arrival { (part::button(path, ("state", value), weight, says, name)) } }
    };
    html! {
        li {
            span.num.small.muted { (visit.starts) }
            span.arrivals__who {
                a.quiet href=(visit.patient.href) { b { (name) } }
                @if !visit.state.is_to_come() || visit.state == State::Late { span.under { (visit.state.words()) } }
                @if visit.state.is_to_come() && visit.missing.is_empty() {
                    span.under { "Ready" @if !visit.ready.is_empty() { ", " (visit.ready) } }
                }
                @for link in &visit.missing { span.under.c-caution { (link.says) } }
            }
            span.arrivals__do {
                @match &visit.state {
                    State::Expected => (button("arrived", Weight::Plain, "Arrived")),
                    State::Late => {
                        (button("arrived", Weight::Plain, "Arrived"))
                        @if let Some(late) = &visit.late { a.btn.btn--quiet href=(late) { "Comes late" span.vh { ": " (name) } } }
                        (button("absent", Weight::Quiet, "Did not come"))
                    }
                    State::Arrived { .. } | State::Absent => (button("expected", Weight::Quiet, "Undo")),
                    State::Started { .. } | State::Done { .. } | State::CalledOff => {}
                }
            }
        }
    }
}

fn waiting(waiting: &[Waiting]) -> Markup {
    html! {
        section.card aria-labelledby="waiting" {
            div.card__head { h2.minor #waiting { "Check-ins" } a.push href="/inbox" { "All" span.vh { " check-ins" } } }
            @if waiting.is_empty() { p.muted.small { "Nobody waits for an answer." } }
            ul.list.waiting {
                @for item in waiting {
                    li {
                        a.quiet href=(item.link.href) { b { (item.link.says) } } span.num.xs.faint { (item.came) }
                        span.small { (item.says) } (level_tag(item.level))
                        @if !item.done.is_empty() { span.xs.muted.waiting__done { (item.done) } }
                    }
                }
            }
        }
    }
}

fn due(view: &Today) -> Markup {
    html! {
        @if !view.due.is_empty() {
            section.card.card--flush.no-paper aria-labelledby="due" {
                div.card__head {
                    h2.minor #due { "Due to book" } span.muted.small { "window open or opening this week" }
                    @if let Some((all, href)) = &view.all_due { a.push href=(href) { "All " (all) span.vh { " who are due to book" } } }
                }
                (due_table(&view.due))
            }
        }
    }
}

fn due_table(due: &[Due]) -> Markup {
    let table = html! {
        table.table {
            thead { tr {
                th scope="col" { "Patient" } th scope="col" { "Next step" } th scope="col" { "Last session" }
                th scope="col" { "Window" } th scope="col" { span.vh { "Action" } }
            } }
            tbody {
                @for person in due {
                    tr {
                        th scope="row" { a.quiet href=(person.patient.href) { (person.patient.says) } }
                        td { (person.step) } td { (person.last) } td { (person.window) }
                        td.n { @if let Some(book) = &person.book { a href=(book) { "Book" span.vh { " " (person.patient.says) } } } }
                    }
                }
            }
        }
    };
    scroll("Due to book, scrolls sideways", &table)
}

/// Everybody who is due to book, a page at a time.
#[derive(Debug, Clone)]
pub struct AllDue {
    /// How many they are.
    pub all: usize,
    /// Those of this page.
    pub due: Vec<Due>,
    /// Which page, from 1.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
}

/// Everybody who is due to book.
pub fn all_due(site: &Site, frame: &Frame, view: &AllDue) -> Markup {
    let says =
        "Their window is open or opens within a week. Whose window closes first stands first.";
    let body = html! {
        div.page {
            (part::head("Due to book", says, &html! {}))
            @if view.due.is_empty() {
                (part::empty("Nobody is due", "Whoever can book their next session appears here.", &html! {}))
            } @else {
                section.card.card--flush aria-label="Due to book" {
                    div.card__head { h2.minor { (wording::count(view.all, "patient", "patients")) } }
                    (due_table(&view.due))
                }
                (pager(view.page, view.pages, &|page| format!("/due?page={page}")))
            }
        }
    };
    document(site, frame, &body)
}
