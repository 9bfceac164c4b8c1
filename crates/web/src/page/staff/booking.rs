//! Booking: a week of possible starts, each a button, and every day without one says why; or whole courses; what is kept
//! while the desk talks; and why a time is not possible.
//!
//! It offers what it is given. That a start is still free when it is pressed is decided where it is kept and booked; when it
//! was taken meanwhile, the page comes back with the next best.

use maud::{Markup, html};

use super::{
    Frame,
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        choosing::{self, Held, Narrow, Series},
        entry::{self, Entry, Line},
        icon::{Icon, icon},
    },
};

/// A week of starts, or whole courses.
#[derive(Debug, Clone)]
pub struct View {
    /// Whom it is for.
    pub person: Person,
    /// "book session 2 of 3", or "move session 2 of 3".
    pub title: String,
    /// When the session may be: "28 December 2026 to 8 January 2027".
    pub window: String,
    /// What the window follows from, in a sentence.
    pub because: String,
    /// How long it takes with its parts; may be empty.
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
    /// One visit or the whole course, where there is a choice: address, words, and whether it is shown.
    pub whole: Option<[(String, String, bool); 2]>,
    /// Whether whole courses are shown.
    pub is_whole: bool,
    /// Whole courses, the best first.
    pub series: Vec<Series>,
    /// What narrows the starts down.
    pub narrow: Narrow,
    /// What is kept for the patient.
    pub kept: Option<Kept>,
    /// The next best starts, where the one that was pressed is taken.
    pub next: Vec<Start>,
    /// The answer to a time that was asked for.
    pub why: Option<Why>,
    /// Where a time is asked for.
    pub ask: String,
    /// What goes along with it.
    pub ask_hidden: Vec<(String, String)>,
    /// Where it can be asked for; empty where there is one place only.
    pub ask_sites: Vec<(String, String)>,
    /// Where somebody is put on the waiting list; none when a visit is moved.
    pub wait: Option<String>,
    /// Where a start is kept, or moved to.
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// What the form says.
    pub value: String,
    /// "09:00", or with its day.
    pub says: String,
    /// "10:15"; may be empty.
    pub ends: String,
    /// With whom.
    pub with: String,
    /// Where, where there are several places; else empty.
    pub place: String,
}

/// What is kept for the patient.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Until when, and what.
    pub held: Held,
    /// Its value in the form.
    pub value: String,
    /// Where it is booked.
    pub book: String,
    /// Where it is let go.
    pub let_go: String,
}

/// Why a time is not possible, or that it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Why {
    /// The time: "Monday 28 December 2026, 14:00".
    pub asked: String,
    /// What is in the way.
    pub because: Vec<String>,
    /// The start, where it is possible.
    pub possible: Option<Start>,
    /// The nearest before.
    pub before: Option<Start>,
    /// The nearest after.
    pub after: Option<Start>,
}

/// The week.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room {
            (person::head(&view.person, &view.title, &html! {}))
            (entry::summary(entry))
            @if let Some(kept) = &view.kept { (kept_bar(kept)) }
            @if !view.next.is_empty() {
                form.card.stack.stack--12 action=(view.action) method="post" aria-labelledby="next" {
                    h2.h-md #next { "The next best" }
                    div.row.row--8 { @for start in &view.next { (button(start, "")) } }
                }
            }
            @if let Some(whole) = &view.whole {
                nav.tabs aria-label="How much to book" { ul { @for (href, words, is_shown) in whole { li { a href=(href) aria-current=[is_shown.then_some("page")] { (words) } } } } }
            }
            div.note { (icon(Icon::Wait)) div {
                p { @if !view.is_whole { b { "It may be from " (view.window) "." } " " } (view.because) }
                p.small { @if !view.takes.is_empty() { "It takes " (view.takes) ". " } @if let Some(moves) = &view.moves { "It is booked for " b { (moves) } " and stays so until another start is chosen." } }
            } }
            (choosing::narrow(&view.narrow))
            section.card.stack.stack--16 #start tabindex="-1" aria-labelledby="week" {
                div.row {
                    h2 #week { @if view.is_whole { "Whole courses" } @else { (view.week) } }
                    nav.row.row--8.push aria-label="Weeks" {
                        @if let Some(earlier) = &view.earlier { a.btn rel="prev" href=(earlier) { (icon(Icon::Back)) "Earlier" } }
                        @if let Some(later) = &view.later { a.btn rel="next" href=(later) { "Later" (icon(Icon::Next)) } }
                    }
                }
                @if let Some(wrong) = entry.wrong("start") { p.error { (icon(Icon::Caution)) span { (wrong) } } }
                @if view.is_whole { (courses(view)) } @else { (week(view)) }
            }
            (ask(view, entry))
            @if let Some(action) = &view.wait { (wait(action, entry)) }
        }
    };
    super::document(site, frame, &body)
}

fn kept_bar(kept: &Kept) -> Markup {
    html! {
        section.note.keeps #kept tabindex="-1" aria-label="Kept" { (icon(Icon::Lock)) div.stack.stack--8 {
            p { (choosing::until(&kept.held)) ". It is not booked yet." }
            ul { @for line in &kept.held.visits { li { (line) } } }
            div.row.row--8 {
                form action=(kept.book) method="post" { (entry::hidden("start", &kept.value)) button.btn.btn--primary type="submit" { @if kept.held.visits.len() > 1 { "Book all of it" } @else { "Book it" } } }
                form action=(kept.let_go) method="post" { button.btn type="submit" { "Let it go" } }
            }
        } }
    }
}

fn week(view: &View) -> Markup {
    html! {
        @if view.days.iter().all(|day| day.starts.is_empty()) {
            p { "No free start in this week. " @if let Some(first) = &view.first_free { a.tap href=(first) { "The first week with one" } } }
        }
        form.week action=(view.action) method="post" { @for day in &view.days { (one_day(day)) } }
        p.xs.muted {
            "Times are the clinic’s. A start is offered when every room, device and person of every part of the visit is free. "
            @if view.moves.is_none() { "Pressing one keeps it for 10 minutes; then it is booked or let go." } @else { "Pressing one moves the visit there." }
        }
    }
}

fn courses(view: &View) -> Markup {
    html! {
        @if view.series.is_empty() { p { "There is no whole course from here on. Try a later first day, or fewer wishes." } }
        form.stack.stack--12 action=(view.action) method="post" {
            @for (number, series) in view.series.iter().enumerate() {
                div.card.stack.stack--8.series aria-labelledby={ "series-" (number) } role="group" {
                    div.row { h3.h-md id={ "series-" (number) } { "Until " (series.ends) } button.btn.push.btn--primary[number == 0 && view.kept.is_none()] type="submit" name="start" value=(series.value) aria-describedby={ "series-" (number) } { "Keep this course" } }
                    (choosing::series(series))
                }
            }
        }
    }
}

fn button(start: &Start, day: &str) -> Markup {
    let mut label = format!("{day}{}", start.says);
    if !start.ends.is_empty() {
        label.push_str(&format!(" to {}", start.ends));
    }
    for more in [&start.with, &start.place] {
        if !more.is_empty() {
            label.push_str(&format!(", {more}"));
        }
    }
    html! {
        button.btn type="submit" name="start" value=(start.value) aria-label=(label) {
            (start.says) @if !start.place.is_empty() { " " span.xs { (start.place) } }
        }
    }
}

fn one_day(day: &Day) -> Markup {
    let name = format!("{} {}, ", day.name, day.date);
    html! {
        section.week__day.is-inside[day.is_inside] aria-label={ (day.name) " " (day.date) } {
            h3.week__head { span.small.muted { (day.name) } b { (day.date) } }
            @if !day.starts.is_empty() {
                ul.week__starts { @for start in &day.starts { li { (button(start, &name)) } } }
            }
            @for why in &day.why_not { p.xs.muted { (why) } }
        }
    }
}

/// The question why a time is not possible, and its answer.
fn ask(view: &View, entry: &Entry) -> Markup {
    let field = |name, label, kind| Line { name, label, hint: "", kind, autocomplete: "off" };
    html! {
        section.card.stack.stack--12 #why tabindex="-1" aria-labelledby="why-head" {
            h2.h-md #why-head { "Why not another time?" }
            form.row.row--end action={ (view.ask) "#why" } method="get" {
                @for (name, value) in &view.ask_hidden { (entry::hidden(name, value)) }
                (entry::line(entry, field("why-day", "Day", "date")))
                (entry::line(entry, field("why-time", "Time", "time")))
                @if !view.ask_sites.is_empty() { (entry::choose(entry, "why-site", "Where", "The first", &view.ask_sites)) }
                button.btn type="submit" { "Ask" }
            }
            @if let Some(why) = &view.why {
                div.stack.stack--8 role="status" {
                    @if let Some(start) = &why.possible {
                        p { (icon(Icon::Tick)) " " b { (why.asked) } " is possible." }
                        form action=(view.action) method="post" { (button(start, "Take ")) }
                    } @else {
                        p { b { (why.asked) } " is not possible:" }
                        ul.list { @for because in &why.because { li { (icon(Icon::Wait)) span { (because) } } } }
                        @if why.before.is_some() || why.after.is_some() {
                            form.row.row--8 action=(view.action) method="post" {
                                @if let Some(start) = &why.before { span { "Nearest before: " } (button(start, "")) }
                                @if let Some(start) = &why.after { span { "Nearest after: " } (button(start, "")) }
                            }
                        } @else { p.small { "No other start is possible in the days around it." } }
                    }
                }
            }
        }
    }
}

fn wait(action: &str, entry: &Entry) -> Markup {
    let is_open = ["wait-from", "wait-until"].iter().any(|name| entry.wrong(name).is_some());
    let field = |name, label| Line { name, label, hint: "", kind: "date", autocomplete: "off" };
    let pairs = |of: &[(&str, &str)]| -> Vec<(String, String)> {
        of.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
    };
    let days = pairs(&[
        ("1", "Mon"),
        ("2", "Tue"),
        ("3", "Wed"),
        ("4", "Thu"),
        ("5", "Fri"),
        ("6", "Sat"),
        ("7", "Sun"),
    ]);
    let parts = pairs(&[
        ("morning", "In the morning, over by 13:00"),
        ("afternoon", "In the afternoon, from 12:00"),
        ("evening", "Late, from 16:00"),
    ]);
    html! {
        details.card.more open[is_open] {
            summary { "Nothing fits: put them on the waiting list" }
            form.stack.stack--12.narrow action=(action) method="post" {
                div.row.row--end { (entry::line(entry, field("wait-from", "From"))) (entry::line(entry, field("wait-until", "Until"))) (entry::choose(entry, "wait-part", "Time of day", "Any time", &parts)) }
                (entry::options(entry, entry::Options::Several, "wait-day", "Days on which they can come; none for all", &days))
                (entry::lines(entry, "wait-note", "Note", "What the clinic should know, such as how soon they can be here. It may stay empty."))
                div.row.row--8 { button.btn type="submit" { "Put on the waiting list" } a.tap href="/waiting" { "See who waits" } }
            }
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
