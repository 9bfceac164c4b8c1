//! Check-ins and questions by urgency, each with somebody who owns it and a time by which it is answered.
//!
//! What the patient was told at once came from the rules; what a person did afterwards is written down here. Nothing
//! is closed without saying what came of it.

use maud::{Markup, html};
use percuta_clinical::{answer::Level, book::Cited};

use super::{
    Frame, document,
    part::{self, Choice, Leaves, Link, Weight},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon, small},
        part::{chip, level_tag, trail},
    },
    wording,
};

/// The inbox.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// Which part of it: open, mine, closed.
    pub choices: Vec<Choice>,
    /// The items, the most urgent first and among equals the one that is due first.
    pub items: Vec<Item>,
    /// How many of all the open ones are overdue.
    pub overdue: usize,
    /// Where the others are.
    pub leaves: Leaves,
}

/// A check-in or a question.
#[derive(Debug, Clone)]
pub struct Item {
    /// The item, with the patient's name.
    pub link: Link,
    /// What it is and says, as "Day 3. Eye pain, swollen lid."
    pub says: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// When it came.
    pub came: String,
    /// By when it is answered.
    pub due: DueBy,
    /// Who owns it.
    pub owner: Owner,
    /// Where the form that takes it goes, for those who may take it.
    pub take: Option<String>,
}

/// How urgent an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// As the rules said of a check-in.
    Triaged(Level),
    /// A question in words, which no rule judges: somebody has to read it.
    Unread,
}

/// By when an item is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueBy {
    /// There is time, as "3 h left".
    Left(String),
    /// The time has passed, as "25 min over".
    Over(String),
    /// It is closed, as "Closed 20 November, 11:40".
    Closed(String),
}

/// Who owns an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Nobody yet.
    Nobody,
    /// Whoever looks.
    You,
    /// Somebody else.
    Other(String),
}

impl Owner {
    fn words(&self) -> &str {
        match self {
            Self::Nobody => "Nobody has taken it",
            Self::You => "Yours",
            Self::Other(name) => name,
        }
    }
}

/// The inbox.
pub fn inbox(site: &Site, frame: &Frame, view: &Inbox) -> Markup {
    let lead = match view.overdue {
        0 => "The most urgent first.".to_owned(),
        overdue => {
            format!("{} overdue. The most urgent first.", wording::count(overdue, "is", "are"))
        }
    };
    let body = html! {
        div.page {
            (part::head("Inbox", &lead, &html! {}))
            (part::choices("Part of the inbox", &view.choices))
            @if view.items.is_empty() {
                (part::empty("Nothing waits here", "Check-ins and questions of patients appear here, the most urgent first, each with the time by which it is answered.", &html! {}))
            } @else {
                section.card.card--flush aria-label="Check-ins and questions" {
                    ul.mail { @for item in &view.items { (item_line(item)) } }
                }
            }
            (part::leaves(&view.leaves))
        }
    };
    document(site, frame, &body)
}

fn item_line(item: &Item) -> Markup {
    html! {
        li.mail__over[matches!(item.due, DueBy::Over(_))] {
            div.mail__sign { (urgency(item.urgency)) }
            div.mail__what { a href=(item.link.href) { b { (item.link.says) } } p.small { (item.says) } }
            div.mail__when { (due(&item.due)) span.xs.faint { "Came " (item.came) } }
            div.mail__owner {
                span.small.c-caution[item.owner == Owner::Nobody] { (item.owner.words()) }
                @if let Some(take) = &item.take { (part::button(take, ("owner", "me"), Weight::Plain, "Take", &item.link.says)) }
            }
        }
    }
}

fn urgency(urgency: Urgency) -> Markup {
    match urgency {
        Urgency::Triaged(level) => level_tag(level),
        Urgency::Unread => html! { span.tag.tag--mute { (icon(Icon::Message)) "Question" } },
    }
}

fn due(due: &DueBy) -> Markup {
    match due {
        DueBy::Left(says) => html! { span.small { (says) } },
        DueBy::Over(says) => html! { span.small.overdue { (small(Icon::Bell)) (says) } },
        DueBy::Closed(says) => html! { span.small.muted { (says) } },
    }
}

/// One check-in or question.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// The patient.
    pub patient: Link,
    /// What it is, as "Check-in on day 3 after session 2".
    pub title: String,
    /// The telephone number, as it is read and as it is dialled.
    pub telephone: Option<(String, String)>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// When it came.
    pub came: String,
    /// By when it is answered.
    pub due: DueBy,
    /// Who owns it.
    pub owner: Owner,
    /// What the patient was told at once.
    pub told: String,
    /// The steps they were given.
    pub steps: Vec<String>,
    /// Why, each with what it rests on.
    pub reasons: Vec<Reason>,
    /// What was asked and answered.
    pub answers: Vec<Answer>,
    /// What the patient wrote, or nothing.
    pub words: String,
    /// The pictures sent with it: where each small one is, and what it shows.
    pub pictures: Vec<(String, String)>,
    /// Photographs sent with it, to be opened, and all the others.
    pub photographs: Vec<Link>,
    /// What was done, the earliest first.
    pub done: Vec<Done>,
    /// What the reader may do.
    pub may: May,
}

/// Why an answer is what it is.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The rule, with its title.
    pub rule: Link,
    /// Why it matters.
    pub says: String,
    /// What it rests on.
    pub cited: Cited,
}

/// A question and its answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked.
    pub asked: String,
    /// What was answered; "Not sure" and "Not asked" are said, never left out.
    pub says: String,
    /// Whether a reason above rests on it.
    pub matters: bool,
}

/// Something that was done.
#[derive(Debug, Clone)]
pub struct Done {
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// What, in a sentence.
    pub says: String,
}

/// What the reader may do, by where the forms go.
#[derive(Debug, Clone, Default)]
pub struct May {
    /// Where taking and handing over goes.
    pub own: Option<String>,
    /// To whom it can be handed: value and name.
    pub colleagues: Vec<(String, String)>,
    /// Where closing goes.
    pub close: Option<String>,
    /// Where opening it again goes.
    pub reopen: Option<String>,
    /// Where a note for colleagues goes.
    pub note: Option<String>,
    /// Where words to the patient go, while it stays open.
    pub write: Option<String>,
}

/// One check-in. `entry` belongs to whichever of its forms was sent.
pub fn check_in(site: &Site, frame: &Frame, view: &CheckIn, entry: &Entry) -> Markup {
    let body = html! {
        div.page {
            div {
                (trail(&[("/inbox", "Inbox"), (view.patient.href.as_str(), view.patient.says.as_str())]))
                (head(view))
            }
            (entry::summary(entry))
            div.split.split--wide {
                div.stack { (told(view)) (why(site, view)) (answers(view)) (photographs(view)) }
                div.stack { (own(view, entry)) (done(view)) (note(view, entry)) (write(view, entry)) (close(view, entry)) }
            }
        }
    };
    document(site, frame, &body)
}

fn head(view: &CheckIn) -> Markup {
    html! {
        div.page__head {
            div {
                h1 { (view.patient.says) ": " (wording::within_sentence(&view.title)) }
                p.row.inbox__facts { (urgency(view.urgency)) (due(&view.due)) span.small.muted { "Came " (view.came) } }
            }
            @if let Some((shown, dialled)) = &view.telephone {
                div.row { a.btn.btn--primary href={ "tel:" (dialled) } { (icon(Icon::Telephone)) "Call " (shown) } }
            }
        }
    }
}

fn told(view: &CheckIn) -> Markup {
    html! {
        @if !view.told.is_empty() {
            section.card.stack aria-labelledby="told" {
                h2.minor #told { "What they were told at once" }
                p { (view.told) }
                @if !view.steps.is_empty() { ul.plain-list { @for step in &view.steps { li { (step) } } } }
            }
        }
        @if !view.words.is_empty() {
            section.card.stack aria-labelledby="words" {
                h2.minor #words { "In their own words" }
                blockquote.quoted { (view.words) }
            }
        }
    }
}

fn why(site: &Site, view: &CheckIn) -> Markup {
    html! {
        @if !view.reasons.is_empty() {
            section.card.stack aria-labelledby="why" {
                h2.minor #why { "Why" }
                ul.list { @for reason in &view.reasons {
                    li.reasons__one {
                        a.tap href=(reason.rule.href) { b { (reason.rule.says) } }
                        p.small { (reason.says) }
                        (chip(site, &reason.cited, "", &reason.rule.says))
                    }
                } }
            }
        }
    }
}

fn answers(view: &CheckIn) -> Markup {
    html! {
        @if !view.answers.is_empty() {
            section.card.stack aria-labelledby="answers" {
                h2.minor #answers { "What they answered" }
                dl.ans {
                    @for answer in &view.answers {
                        dt { (answer.asked) }
                        dd { @if answer.matters { (small(Icon::Caution)) span.vh { "It counts: " } } (answer.says) }
                    }
                }
            }
        }
    }
}

fn photographs(view: &CheckIn) -> Markup {
    html! {
        @if !view.photographs.is_empty() {
            section.card.stack aria-labelledby="photographs" {
                h2.minor #photographs { "Photographs" }
                @if !view.pictures.is_empty() {
                    div.pics { @for (src, alt) in &view.pictures { img src=(src) alt=(alt) loading="lazy" width="300" height="300"; } }
                }
                ul.links { @for link in &view.photographs { li { a href=(link.href) { (link.says) } } } }
            }
        }
    }
}

fn own(view: &CheckIn, entry: &Entry) -> Markup {
    html! {
        section.card.stack aria-labelledby="owner-is" {
            h2.minor #owner-is { "Who has it" }
            p { b.c-caution[view.owner == Owner::Nobody] { (view.owner.words()) } }
            @if let Some(own) = &view.may.own {
                @if view.owner != Owner::You { (part::button(own, ("owner", "me"), Weight::Plain, "Take it", "")) }
                @if !view.may.colleagues.is_empty() {
                    details.more open[entry.wrong("owner").is_some()] {
                        summary { "Hand it over" }
                        form.stack action=(own) method="post" {
                            (entry::select(entry, "owner", "To whom", &view.may.colleagues))
                            button.btn type="submit" { "Hand over" }
                        }
                    }
                }
            }
        }
    }
}

fn done(view: &CheckIn) -> Markup {
    html! {
        section.card aria-labelledby="done" {
            div.card__head { h2.minor #done { "What was done" } }
            @if view.done.is_empty() { p.muted.small { "Nothing yet." } }
            ol.list.done { @for done in &view.done { li { span { (done.says) span.under { (done.at) ", " (done.by) } } } } }
        }
    }
}

fn note(view: &CheckIn, entry: &Entry) -> Markup {
    let field = ("note", "Note for colleagues", "The patient does not read this.");
    words(view.may.note.as_deref(), "Leave a note", entry, field, "Leave the note")
}

fn write(view: &CheckIn, entry: &Entry) -> Markup {
    let field = (
        "message",
        "Ask or tell the patient, and leave it open",
        "The patient reads this on their own page, under your name. It is yours from then on.",
    );
    words(view.may.write.as_deref(), "Write to the patient", entry, field, "Write to the patient")
}

fn close(view: &CheckIn, entry: &Entry) -> Markup {
    let field = (
        "says",
        "Answer and close",
        "The patient reads this on their own page, under your name. If you called them, write what you agreed on.",
    );
    html! {
        (words(view.may.close.as_deref(), "Close it", entry, field, "Answer and close"))
        @if let Some(action) = &view.may.reopen {
            section.card.stack aria-label="Open it again" {
                p.small.muted { "The patient keeps what was answered until it is answered anew." }
                (part::button(action, ("reopen", "yes"), Weight::Plain, "Open it again", ""))
            }
        }
    }
}

/// A form of one field of words: its name, its label and what is said beneath. Nothing for who may not send it.
fn words(
    action: Option<&str>,
    title: &str,
    entry: &Entry,
    (name, label, says): (&str, &str, &str),
    button: &str,
) -> Markup {
    html! {
        @if let Some(action) = action {
            section.card aria-label=(title) {
                form.stack action=(action) method="post" {
                    (entry::lines(entry, name, label, says))
                    button.btn type="submit" { (button) }
                }
            }
        }
    }
}
