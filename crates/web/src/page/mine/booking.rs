//! Booking: which days are possible and why not sooner, the free times in the reader's own zone, one visit or the whole
//! course; a look at what is kept, and what is free instead of what somebody else took.
//!
//! The clinic's own time is said beside the reader's whenever the two differ.

use maud::{Markup, html};

use super::{Frame, document, empty, heading};
use crate::{
    Site,
    page::{
        choosing::{self, Held, Narrow, Series},
        entry::{self, Entry},
        icon::{Icon, icon},
    },
    wording,
};

/// The free times.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// For what: "Session 3 of 4, cheeks".
    pub what: String,
    /// From and until when, and why: "From 16 December: 28 days after session 2".
    pub window: String,
    /// How long it takes with its parts; may be empty.
    pub length: String,
    /// In which zone the times are said: "Times are Europe/London, as at the clinic".
    pub zone: String,
    /// What narrows them down.
    pub narrow: Narrow,
    /// One visit or the whole course, where there is a choice: address, words, and whether it is shown.
    pub whole: Option<[(String, String, bool); 2]>,
    /// Whether whole courses are shown.
    pub is_whole: bool,
    /// The days with their free times.
    pub days: Vec<Day>,
    /// Whole courses, the best first.
    pub series: Vec<Series>,
    /// Where earlier days are.
    pub earlier: Option<String>,
    /// Where later days are.
    pub later: Option<String>,
    /// Where a choice goes.
    pub action: String,
    /// The first day that is shown, as year-month-day.
    pub from: String,
    /// What is kept already.
    pub kept: Option<Held>,
    /// The booked time that is moved; `None` when a visit is booked.
    pub moves: Option<String>,
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
    let title = match (&view.moves, view.is_whole) {
        (Some(_), _) => "Choose another time",
        (None, true) => "Choose a whole course",
        (None, false) => "Choose a time",
    };
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/visits", "Visits")), title, &view.what))
            (entry::summary(entry))
            @if let Some(kept) = &view.kept { (kept_already(kept)) }
            @if let Some(moves) = &view.moves { div.note { (icon(Icon::Lock)) p { "It is booked for " b { (moves) } " and stays yours until you confirm another time." } } }
            @if let Some(whole) = &view.whole {
                nav.tabs aria-label="How much to book" { ul { @for (href, words, is_shown) in whole { li { a href=(href) aria-current=[is_shown.then_some("page")] { (words) } } } } }
            }
            div.note { (icon(Icon::Wait)) div.stack.stack--tight {
                @if !view.window.is_empty() { p { (view.window) } }
                @if !view.length.is_empty() { p { "It takes " (view.length) "." } }
            } }
            (choosing::narrow(&view.narrow))
            (choosing::zones(&view.narrow, &view.zone))
            @if view.days.is_empty() && view.series.is_empty() {
                (empty("No free time here", "Look at later days or at fewer wishes, or ask the clinic: it may know of a time that was given back.", Some(("/me/messages", "Ask the clinic"))))
            } @else { (to_choose(view, entry)) }
            @if view.earlier.is_some() || view.later.is_some() {
                nav.pager aria-label="Days" {
                    @if let Some(href) = &view.earlier { a.btn rel="prev" href=(href) { @if view.is_whole { "An earlier first day" } @else { "Earlier days" } } }
                    @if let Some(href) = &view.later { a.btn rel="next" href=(href) { @if view.is_whole { "A later first day" } @else { "Later days" } } }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn kept_already(kept: &Held) -> Markup {
    html! {
        section.note.keeps aria-label="Kept for you" { (icon(Icon::Lock)) div.stack.stack--tight {
            p { (choosing::until(kept)) ". Nothing is booked yet." }
            ul { @for line in &kept.visits { li { (line) } } }
            div.row {
                a.btn href="/me/book/kept" { "Look it over" }
                form action="/me/book/let-go" method="post" { button.btn.btn--quiet type="submit" { "Let it go" } }
            }
        } }
    }
}

fn to_choose(view: &Times, entry: &Entry) -> Markup {
    let wrong = entry.wrong("time");
    let is_move = view.moves.is_some();
    html! {
        form.stack action=(view.action) method="post" {
            (entry::hidden("from", &view.from))
            @if view.is_whole { (entry::hidden("whole", "yes")) }
            fieldset.slots.field--bad[wrong.is_some()] #time tabindex="-1" {
                legend.vh { @if view.is_whole { "Whole courses" } @else { "Free times" } }
                @for series in &view.series {
                    label.slot-time.series {
                        input type="radio" name="time" value=(series.value) checked[entry.has("time", &series.value)];
                        span { b.h-md { "Until " (series.ends) } (choosing::series(series)) }
                    }
                }
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
                @if let Some(says) = wrong { p.error { (icon(Icon::Caution)) span { (says) } } }
            }
            div.stack.stack--tight {
                button.btn.btn--primary.btn--wide.btn--glove type="submit" { @if view.is_whole { "Look this course over" } @else { "Look this time over" } }
                p.small.muted {
                    @if is_move { "Nothing is moved yet. On the next page you see what would change." }
                    @else { "Nothing is booked yet. It is kept for you for 10 minutes, and on the next page you see how long it takes and what it costs." }
                }
            }
        }
    }
}

/// A visit that was chosen.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The day and the time.
    pub when: String,
    /// What it is, and with whom.
    pub what: String,
    /// How long with its parts; may be empty.
    pub length: String,
    /// When to leave: "Plan to leave at 12:05."
    pub leave: String,
    /// What it costs.
    pub price: String,
}

/// A later session that goes along with a move.
#[derive(Debug, Clone, Default)]
pub struct Along {
    /// Which.
    pub what: String,
    /// Why it no longer fits.
    pub why: String,
    /// When it is booked for.
    pub from: String,
    /// Where it would go; `None` where there is no place for it.
    pub to: Option<String>,
}

/// What was chosen, to be looked over.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// In which zone times are said.
    pub zone: String,
    /// The visits.
    pub chosen: Vec<Chosen>,
    /// What is asked of the patient before the first.
    pub before: Vec<String>,
    /// Until when it is kept; `None` when a visit is moved.
    pub held: Option<Held>,
    /// Until when it can be changed, in a sentence.
    pub rule: String,
    /// What goes along with a move.
    pub along: Vec<Along>,
    /// Its value in the form.
    pub time: String,
    /// Where a yes goes.
    pub book: String,
    /// Where another time is chosen.
    pub again: String,
}

/// What was chosen, to be looked over and booked.
pub fn look(site: &Site, frame: &Frame, view: &Look) -> Markup {
    let is_move = view.held.is_none();
    let has_place = view.along.iter().all(|one| one.to.is_some());
    let count = view.chosen.len();
    let lead = if is_move { "Nothing is moved yet." } else { "Nothing is booked yet." };
    let body = html! {
        div.mine__one data-held[!is_move] {
            (heading(None, "Is this right?", lead))
            @if let Some(held) = &view.held {
                div.note.keeps { (icon(Icon::Lock)) div { p { (choosing::until(held)) "." } p.small { "Until then nobody else can have it. After that it is looked for again when you book it." } } }
            }
            @for (number, chosen) in view.chosen.iter().enumerate() { (one(number, chosen)) }
            p.small.muted { (view.zone) "." }
            @if !view.along.is_empty() { (along(view)) }
            @if !view.before.is_empty() {
                section.card aria-labelledby="before" { h2.mb-3 #before { @if count > 1 { "Before the first" } @else { "Before it" } } ul.list { @for line in &view.before { li { (icon(Icon::Caution)) span { (line) } } } } }
            }
            @if !view.rule.is_empty() { div.withicon { (icon(Icon::Note)) p { (view.rule) } } }
            @if has_place {
                form action=(view.book) method="post" {
                    (entry::hidden("time", &view.time))
                    button.btn.btn--primary.btn--wide.btn--glove type="submit" {
                        @if is_move && !view.along.is_empty() { "Move all of these" } @else if is_move { "Move it here" }
                        @else if count > 1 { "Book these " (count) " visits" } @else { "Book this visit" }
                    }
                }
            }
            @if is_move { a.btn.btn--wide href=(view.again) { "Choose another time" } } @else {
                form action="/me/book/let-go" method="post" { button.btn.btn--wide type="submit" { "Let it go and choose another time" } }
            }
        }
    };
    document(site, frame, &body)
}

fn one(number: usize, chosen: &Chosen) -> Markup {
    html! {
        section.card.stack aria-labelledby={ "chosen-" (number) } {
            h2 id={ "chosen-" (number) } { (chosen.when) }
            div.withicon { (icon(Icon::Note)) p { (chosen.what) } }
            div.withicon { (icon(Icon::Clock)) p { @if !chosen.length.is_empty() { (chosen.length) ". " } (chosen.leave) } }
            div.withicon { (icon(Icon::Sheet)) p { (chosen.price) } }
        }
    }
}

fn along(view: &Look) -> Markup {
    html! {
        section.card.stack aria-labelledby="along" {
            h2 #along { "What else would move" }
            ul.list { @for one in &view.along { li { (icon(Icon::Wait)) div {
                p { b { (one.what) } }
                p.small { (one.why) }
                @match &one.to {
                    Some(to) => p { "From " (one.from) " to " b { (to) } "." },
                    None => p { b { "There is no time for it." } " It is booked for " (one.from) ". Choose another time here, or " a.tap href="/me/messages" { "ask the clinic" } "." },
                }
            } } } }
            p.small.muted { "All of these are moved, or none." }
        }
    }
}

/// What is free instead of a time that somebody else has taken meanwhile.
#[derive(Debug, Clone, Default)]
pub struct Instead {
    /// What was lost, in a sentence.
    pub lost: String,
    /// Whether other visits were chosen with it, which stay chosen.
    pub others: bool,
    /// The next best times, the nearest first.
    pub instead: Vec<Time>,
    /// Where one of them goes.
    pub action: String,
    /// Where all times are.
    pub again: String,
}

/// A time that somebody else has taken meanwhile.
pub fn gone(site: &Site, frame: &Frame, view: &Instead) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/visits", "Visits")), "Somebody was quicker", &view.lost))
            p { "Nothing was changed for you." @if view.others { " The other days that you chose are still there." } }
            @if !view.instead.is_empty() {
                form.card.stack.stack--tight action=(view.action) method="post" aria-labelledby="next" {
                    h2 #next { "The nearest free times" }
                    @for time in &view.instead {
                        button.btn.btn--wide.btn--glove.instead type="submit" name="time" value=(time.value) { span { b { (time.words) } @if !time.says.is_empty() { " " span.small.muted { (time.says) } } } }
                    }
                }
            }
            a.btn.btn--wide.btn--primary[view.instead.is_empty()] href=(view.again) { "See all times" }
        }
    };
    document(site, frame, &body)
}

/// What was kept is so no longer.
pub fn over(site: &Site, frame: &Frame) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/visits", "Visits")), "Nothing is kept now", "A time is kept for 10 minutes. Nothing was booked; the time may still be free."))
            a.btn.btn--primary.btn--wide.btn--glove href="/me/book" { "Choose a time" }
        }
    };
    document(site, frame, &body)
}
