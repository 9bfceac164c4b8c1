//! A visit on its day: who it is, when, and what has to be there before the session may begin.
//!
//! It decides nothing: whether something is there comes from the record, and the session begins only where the view
//! brings the way to begin it. What is missing stands with its remedy, never alone.

use maud::{Markup, html};

use super::{
    Frame,
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
    },
};

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whom it is about.
    pub person: Person,
    /// "session 2 of 4".
    pub title: String,
    /// When, with whom, where.
    pub when: String,
    /// How far the day has come.
    pub stage: Stage,
    /// What has to be there.
    pub items: Vec<Item>,
    /// What it is where it is no session.
    pub talk: Option<Talk>,
    /// What happened today, in order: time and words.
    pub log: Vec<(String, String)>,
    /// Where it is moved; none once it has begun.
    pub moves: Option<String>,
    /// Where it is planned anew when the patient comes late; none on other days.
    pub late: Option<String>,
    /// Where it is called off; none once it has begun.
    pub cancel: Option<String>,
}

/// A consultation or a look at the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// Where what is talked about is written: label and path.
    pub links: Vec<(String, String)>,
    /// What was noted.
    pub note: String,
    /// Where it is noted that it was held; none where it cannot be now, or not by this reader.
    pub action: Option<String>,
}

/// How far the day has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Not here yet.
    Expected {
        /// Where the arrival is noted.
        arrive: String,
    },
    /// Here, and something is missing.
    Preparing,
    /// Everything is there.
    Ready {
        /// Where the session begins.
        start: String,
    },
    /// A talk whose patient is here.
    Talking {
        /// Whether this reader can say that it was held.
        can_hold: bool,
    },
    /// The session is being charted.
    InSession {
        /// The session, for who may open it.
        session: Option<String>,
    },
    /// It is over.
    Done {
        /// The signed session, for who may open it.
        session: Option<String>,
        /// The next step: label and path.
        next: Option<(String, String)>,
    },
    /// The talk was held.
    Held {
        /// Where that is taken back; none where this reader may not.
        undo: Option<String>,
        /// The next step: label and path.
        next: Option<(String, String)>,
    },
    /// It was called off.
    Cancelled {
        /// By whom, when and why.
        says: String,
        /// Where it is booked again.
        again: String,
    },
}

/// One thing of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What: "Consent signed".
    pub title: String,
    /// How it stands.
    pub state: ItemState,
    /// Since when and by whom, or what is missing.
    pub says: String,
    /// What it consists of, each in a few words; mostly nothing.
    pub points: Vec<String>,
    /// What can be done about it.
    pub remedy: Remedy,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// It is there.
    Done,
    /// It is missing, and the session cannot begin without it.
    Blocks,
    /// It is missing, and the session can begin.
    Open,
    /// It is not needed this time.
    NotNeeded,
}

/// What can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing.
    None,
    /// A page: label and path.
    Page(String, String),
    /// A form of one button: label and path.
    Press(String, String),
    /// A form with a time that may be left empty for now: label, path and the name of its field.
    At(String, String, String),
    /// The form in which numbing is noted: products by id, and the path. Its time may be left empty for now.
    Numb(Vec<(String, String)>, String),
}

/// The page.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    // Nothing has to be there before a talk.
    let blocks = view.items.iter().filter(|item| item.state == ItemState::Blocks).count();
    let body = html! {
        div.page.room {
            (person::head(&view.person, &view.title, &actions(view, blocks)))
            (entry::summary(entry))
            (stage(&view.stage, blocks))
            div.split {
                @match &view.talk {
                    Some(talk) => (talk_card(view, talk, entry)),
                    None => section.card.card--flush aria-labelledby="items" {
                        div.card__head { h2 #items { "Before the session" } span.push.muted {
                            @if blocks == 0 { "Nothing is in the way" } @else { (blocks) " in the way" }
                        } }
                        ul.steps-of-day { @for item in &view.items { (one_item(item, entry)) } }
                    },
                }
                div.stack.stack--20 {
                    section.card aria-labelledby="day" {
                        h2.h-lg.mb-3 #day { "Today" }
                        p.small { (view.when) }
                        @if view.log.is_empty() { p.small.muted { "Nothing has happened yet." } }
                        @else { ol.tl.day-log { @for (time, says) in &view.log { li data-when="past" { div { b { (time) } " " span.small { (says) } } } } } }
                    }
                    @if view.moves.is_some() || view.late.is_some() || view.cancel.is_some() {
                        div.row.row--8 {
                            @if let Some(moves) = &view.moves { a.btn href=(moves) { "Move" } }
                            @if let Some(late) = &view.late { a.btn href=(late) { "Late" span.vh { ": plan it anew" } } }
                            @if let Some(cancel) = &view.cancel { a.btn.btn--quiet href=(cancel) { "Call off" } }
                        }
                    }
                }
            }
        }
    };
    super::document(site, frame, &body)
}

/// The form that holds the note; the button of the page belongs to it.
const HELD: &str = "held";

fn talk_card(view: &View, talk: &Talk, entry: &Entry) -> Markup {
    html! {
        section.card.stack aria-labelledby="talk" {
            h2.h-lg #talk { "What was talked about" }
            @if !talk.links.is_empty() {
                nav.row.row--8 aria-label="Pages for this visit" { @for (label, href) in &talk.links { a.btn href=(href) { (label) } } }
            }
            @if let Some(action) = &talk.action {
                form.stack id=(HELD) action=(action) method="post" {
                    (entry::lines(&noted(entry, &talk.note), "note", "Note", "What the next person should know. It may stay empty."))
                }
            } @else {
                @if !entry.get("note").is_empty() {
                    div.note.note--caution role="alert" { (icon(Icon::Caution)) div {
                        p { b { "It was ended meanwhile." } " What you wrote was not kept:" } p { (entry.get("note")) }
                    } }
                }
                (note(view, talk))
            }
        }
    }
}

fn note(view: &View, talk: &Talk) -> Markup {
    html! {
        @if !talk.note.is_empty() {
            div { p.label { "Note" } p { (talk.note) } }
        } @else if let Stage::Held { .. } = view.stage {
            p.muted { "Nothing was noted here." }
        } @else {
            p.muted { "A note can be written once the patient is here, by who treats." }
        }
    }
}

/// The form as it was typed, or as the note stands.
fn noted(entry: &Entry, note: &str) -> Entry {
    let mut entry = entry.clone();
    if entry.get("note").is_empty() {
        entry.set("note", note.to_owned());
    }
    entry
}

fn actions(view: &View, blocks: usize) -> Markup {
    html! {
        @match &view.stage {
            Stage::Expected { arrive } => form action=(arrive) method="post" { button.btn.btn--glove.btn--primary type="submit" { "Has arrived" } },
            Stage::Preparing if blocks == 0 => {},
            Stage::Preparing => button.btn.btn--glove type="button" disabled { "Begin the session" },
            Stage::Ready { start } => form action=(start) method="post" { button.btn.btn--glove.btn--primary type="submit" { "Begin the session" } },
            Stage::Talking { can_hold: true } => button.btn.btn--glove.btn--primary type="submit" form=(HELD) { "It was held" },
            Stage::Talking { can_hold: false } => {},
            Stage::Held { undo, next } => {
                @if let Some(undo) = undo { form action=(undo) method="post" { button.btn type="submit" { "It is not over yet" } } }
                @if let Some((label, href)) = next { a.btn.btn--primary href=(href) { (label) } }
            },
            Stage::InSession { session } => @if let Some(session) = session { a.btn.btn--glove.btn--primary href=(session) { "To the session" } },
            Stage::Done { session, next } => {
                @if let Some(session) = session { a.btn href=(session) { "The signed session" } }
                @if let Some((label, href)) = next { a.btn.btn--primary href=(href) { (label) } }
            },
            Stage::Cancelled { again, .. } => a.btn.btn--primary href=(again) { "Book again" },
        }
    }
}

fn stage(stage: &Stage, blocks: usize) -> Markup {
    html! {
        @match stage {
            Stage::Expected { .. } => p.muted { "Expected. What can be done before the arrival can be done now." },
            Stage::Preparing if blocks == 0 => div.note { (icon(Icon::Tick)) p {
                b { "The patient is here." } " Nothing is in the way that you can see. Who treats begins the session, on the day of the visit."
            } },
            Stage::Preparing => div.note.note--caution { (icon(Icon::Caution)) p {
                b { "Not yet: " (blocks) @if blocks == 1 { " thing is" } @else { " things are" } " missing." }
                " Each stands below with what to do about it."
            } },
            Stage::Ready { .. } => div.note { (icon(Icon::Tick)) p { b { "Everything is there." } " The session may begin." } },
            Stage::Talking { .. } => p.muted { "The patient is here. The visit is over when who treats says that it was held." },
            Stage::Held { .. } => div.note { (icon(Icon::Tick)) p { "It was held." } },
            Stage::InSession { .. } => div.note { (icon(Icon::Needle)) p { "The session is being charted." } },
            Stage::Done { .. } => div.note { (icon(Icon::Tick)) p { "Done and signed." } },
            Stage::Cancelled { says, .. } => div.note.note--caution { (icon(Icon::Stop)) p { b { "Called off. " } (says) } },
        }
    }
}

fn one_item(item: &Item, entry: &Entry) -> Markup {
    let (class, sign, word) = match item.state {
        ItemState::Done => ("is-done", Icon::Tick, "done"),
        ItemState::Blocks => ("is-blocking", Icon::Caution, "in the way"),
        ItemState::Open => ("is-open", Icon::Question, "open"),
        ItemState::NotNeeded => ("is-idle", Icon::Note, "not needed"),
    };
    html! {
        li class={ "step " (class) } {
            span.step__mark { (icon(sign)) }
            div.step__text { h3 { (item.title) span.vh { ", " (word) } } p.small.muted { (item.says) } @if !item.points.is_empty() { ul.step__points.small { @for point in &item.points { li { (point) } } } } }
            div.step__do {
                @match &item.remedy {
                    Remedy::None => {},
                    Remedy::Page(label, href) => a.btn.btn--glove href=(href) { (label) },
                    Remedy::Press(label, action) => form action=(action) method="post" { button.btn.btn--glove type="submit" { (label) } },
                    Remedy::At(label, action, name) => form.step__at action=(action) method="post" {
                        div.field.field--bad[entry.wrong(name).is_some()] {
                            label.vh for=(name) { (item.title) ", at" }
                            input.input id=(name) type="time" name=(name) value=(entry.get(name)) aria-invalid=[entry.wrong(name).map(|_| "true")];
                        }
                        button.btn.btn--glove type="submit" { (label) }
                    },
                    Remedy::Numb(products, action) => form.stack.stack--8 action=(action) method="post" {
                        (entry::select(entry, "product", "Product", products))
                        (entry::line(entry, entry::Line { name: "on", label: "Put on at", hint: "Leave it empty for now.", kind: "time", autocomplete: "off" }))
                        button.btn.btn--glove type="submit" { "Numbing is on" }
                    },
                }
            }
            @if let Remedy::At(_, _, name) = &item.remedy { @if let Some(wrong) = entry.wrong(name) { p.error { (icon(Icon::Caution)) span { (wrong) } } } }
        }
    }
}
