//! Today: where a patient stands in the course, what may be done and what not yet, what is usual, and what comes next.
//!
//! The same page serves before the first visit (preparation), after a session (day by day), between sessions, and after
//! the last one (when the result can be judged). Which of its parts are filled is the use case's matter; an empty part
//! is not shown. The list of emergencies is always shown.

use maud::{Markup, html};
use percuta_clinical::{answer::Level, book::Cited};

use super::{Emergency, Frame, Weight, document, emergency, empty, tel};
use crate::{
    Site,
    page::{
        icon::{Icon, icon},
        part,
    },
};

/// The page.
#[derive(Debug, Clone, Default)]
pub struct Today {
    /// Where in the course: "Friday 20 November, session 2 of 4 was on Wednesday".
    pub eyebrow: String,
    /// The heading: "Day 2: redness usually fades".
    pub title: String,
    /// What the day is like, in two or three sentences.
    pub lead: String,
    /// The days of the strip; empty when no session is recent.
    pub days: Vec<Day>,
    /// What the clinic asks for; the first is the page's primary action.
    pub tasks: Vec<Task>,
    /// The last check-in, if it is recent.
    pub check_in: Option<LastCheckIn>,
    /// Lists of advice in their order.
    pub advice: Vec<Advice>,
    /// What calls for help at once.
    pub emergency: Emergency,
    /// What was and what comes.
    pub moments: Vec<Moment>,
    /// The latest photographs, three at most.
    pub photographs: Vec<Photograph>,
    /// When the clinic answers, in a sentence.
    pub hours: String,
}

/// A day of the strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Its weekday in three letters.
    pub weekday: String,
    /// Its number after the session.
    pub number: String,
    /// Whether it is today.
    pub is_today: bool,
}

/// Something the clinic asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What it is: "How is your skin today?".
    pub title: String,
    /// What it takes: "Eight short questions".
    pub says: String,
    /// The words of its button.
    pub action: String,
    /// Where it is.
    pub href: String,
}

/// The last check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastCheckIn {
    /// When.
    pub when: String,
    /// What it said.
    pub level: Level,
    /// Where it is.
    pub href: String,
    /// Whether and by whom it was answered.
    pub answered: String,
}

/// What a list of advice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// To be left out, until.
    NotYet,
    /// To be done.
    Do,
    /// What is usual on this day.
    Usual,
    /// What the clinic wants to hear of on the same day.
    Call,
    /// What to do before a visit.
    Prepare,
}

impl Turn {
    fn title(self) -> &'static str {
        match self {
            Self::NotYet => "Not yet",
            Self::Do => "Do",
            Self::Usual => "Usual now",
            Self::Call => "Call us the same day with",
            Self::Prepare => "Before your visit",
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::NotYet => "not-yet",
            Self::Do => "do",
            Self::Usual => "usual",
            Self::Call => "call",
            Self::Prepare => "prepare",
        }
    }
}

/// A list of advice.
#[derive(Debug, Clone)]
pub struct Advice {
    /// What it is for.
    pub turn: Turn,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of advice.
#[derive(Debug, Clone)]
pub struct Line {
    /// What stands before it.
    pub sign: Icon,
    /// What.
    pub what: String,
    /// How, or why; may be empty.
    pub how: String,
    /// A small word before the time: "until", "from", "as".
    pub until_word: String,
    /// Until when, or from when; may be empty.
    pub until: String,
    /// What it rests on.
    pub cited: Cited,
}

/// What stands before the line of a card of the rulebook's protocol.
pub fn sign(card: &str) -> Icon {
    match card {
        "makeup" => Icon::Brush,
        "sunscreen" | "sun" | "hat" | "no-sun-or-tan" => Icon::Sun,
        "exercise" | "pool-sauna-heat" => Icon::Flame,
        "cleansing" | "moisturiser" | "vitamin-c-and-serums" | "clean-face" | "priming" => {
            Icon::Drop
        }
        "pain-relief" | "keep-medicines" | "cold-sore-antiviral" | "pain-relief-rf" => {
            Icon::Capsule
        }
        "cold" => Icon::Heart,
        "picking" => Icon::Stop,
        "cold-sore-prescriber" => Icon::Refer,
        "look-at-your-skin" => Icon::Search,
        _ => Icon::Cross,
    }
}

/// When a moment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Past.
    Past,
    /// Now.
    Today,
    /// To come.
    Later,
}

impl When {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Today => "today",
            Self::Later => "later",
        }
    }
}

/// A point of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When it is.
    pub when: When,
    /// Its time in words.
    pub time: String,
    /// What it is.
    pub what: String,
    /// More about it; may be empty.
    pub says: String,
    /// Where more can be done about it: words and link.
    pub link: Option<(String, String)>,
}

/// A photograph of the patient's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photograph {
    /// Where its small picture is.
    pub src: String,
    /// What it shows: "Left cheek, 7 October".
    pub alt: String,
    /// Its stage: "Before", "Day 1".
    pub stage: String,
    /// Its date.
    pub date: String,
}

/// The page.
pub fn page(site: &Site, frame: &Frame, view: &Today) -> Markup {
    let is_bare = view.tasks.is_empty() && view.advice.is_empty() && view.moments.is_empty();
    let body = html! {
        section.daybox aria-labelledby="day" {
            div.mine__wide {
                p.eyebrow.c-clay { (view.eyebrow) }
                h1 #day { (view.title) }
                p.muted { (view.lead) }
                (strip(&view.days))
            }
        }
        div.mine__cols {
            div.stack {
                (tasks(&view.tasks))
                @if let Some(last) = &view.check_in { (last_check_in(last)) }
                @if is_bare {
                    (empty("Nothing is planned yet", "When a course is planned, this page says what to do each day, and what comes next.", Some(("/me/book", "Ask for an appointment"))))
                }
                @for list in &view.advice { (advice((site, frame), list)) }
            }
            div.stack {
                (emergency(&view.emergency, Weight::Tinted))
                (moments(&view.moments))
                (photographs(&view.photographs))
                div.stack.stack--tight {
                    a.btn.btn--wide href="/me/messages" { (icon(Icon::Bubble)) "Ask the clinic" }
                    p.small.muted { (view.hours) }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn strip(days: &[Day]) -> Markup {
    html! {
        @if !days.is_empty() {
            ol.days aria-label="Days after the session" {
                @for day in days {
                    li aria-current=[day.is_today.then_some("date")] { span { (day.weekday) } b { span.vh { "Day " } (day.number) } }
                }
            }
        }
    }
}

fn tasks(tasks: &[Task]) -> Markup {
    html! {
        @for (number, task) in tasks.iter().enumerate() {
            section.card.task aria-labelledby={ "task-" (number) } {
                div { h2 id={ "task-" (number) } { (task.title) } p.small.muted { (task.says) } }
                a.btn.btn--wide.btn--primary[number == 0] href=(task.href) { (task.action) }
            }
        }
    }
}

fn last_check_in(last: &LastCheckIn) -> Markup {
    html! {
        a.card.lastword href=(last.href) {
            (part::level_tag(last.level))
            span { b { "Your check-in, " (last.when) } br; span.small.muted { (last.answered) } }
            (icon(Icon::Onwards))
        }
    }
}

fn advice((site, frame): (&Site, &Frame), list: &Advice) -> Markup {
    let id = list.turn.id();
    html! {
        section.card aria-labelledby=(id) {
            h2.mb-3 id=(id) { (list.turn.title()) }
            @if list.lines.is_empty() { p.muted { "Nothing more for this day." } }
            ul.list.rule data-turn=(id) {
                @for line in &list.lines {
                    li {
                        (icon(line.sign))
                        p.rule__what { b { (line.what) } }
                        @if !line.until.is_empty() { span.end { (line.until_word) " " b { (line.until) } } }
                        @if line.how.is_empty() && line.until.is_empty() {
                            (part::chip(site, &line.cited, "", &line.what))
                        } @else {
                            div { @if !line.how.is_empty() { p.small.muted { (line.how) } } (part::chip(site, &line.cited, "", &line.what)) }
                        }
                    }
                }
            }
            @if list.turn == Turn::Call {
                div.stack.stack--tight.mt-4 {
                    a.btn.btn--wide href=(tel(&frame.telephone)) { (icon(Icon::Telephone)) "Call the clinic " span.num { (frame.telephone) } }
                    a.tap href="/me/check-in/new" { "Not sure? Check in, and get an answer at once" }
                }
            }
        }
    }
}

fn moments(moments: &[Moment]) -> Markup {
    html! {
        @if !moments.is_empty() {
            section.card aria-labelledby="next" {
                h2.mb-3 #next { "Your course" }
                (timeline(moments))
            }
        }
    }
}

/// Points in time as a line with dots.
pub(super) fn timeline(moments: &[Moment]) -> Markup {
    html! {
        ol.tl {
            @for moment in moments {
                li data-when=(moment.when.word()) {
                    div {
                        p { b { (moment.time) } " " span.muted { (moment.what) } }
                        @if !moment.says.is_empty() { p.small { (moment.says) } }
                        @if let Some((words, href)) = &moment.link { a.small.tap href=(href) { (words) } }
                    }
                }
            }
        }
    }
}

fn photographs(photographs: &[Photograph]) -> Markup {
    html! {
        @if !photographs.is_empty() {
            section.card aria-labelledby="photographs" {
                div.card__head { h2 #photographs { "My photos" } a.push href="/me/photos" { "All photos" } }
                div.pics {
                    @for photograph in photographs {
                        figure { img src=(photograph.src) alt=(photograph.alt) loading="lazy" width="300" height="300"; figcaption { b { (photograph.stage) } br; (photograph.date) } }
                    }
                }
                p.small.muted { "Only you and the clinic see them. " a href="/me/data" { "Who opened my record" } }
            }
        }
    }
}
