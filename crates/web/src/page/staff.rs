//! Rooms of the clinic's people: one bar, fewer rooms by role, one notice with its undo.
//!
//! Pages here get plain values, already worded and already permitted, and turn them into HTML. They decide nothing.

use maud::{DOCTYPE, Markup, html};

use super::icon::{Icon, icon};
use crate::Site;

pub mod audit;
pub mod booking;
pub mod compare;
pub mod inbox;
pub mod intake;
pub mod outcome;
pub mod part;
pub mod patients;
pub mod people;
pub mod permission;
pub mod person;
pub mod photographs;
pub mod plan;
pub mod screening;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod story;
pub mod today;
pub mod verdict;
pub mod visit;
pub mod waiting;

/// A room in the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// The day's board.
    Today,
    /// Patients and search.
    Patients,
    /// Check-ins by urgency.
    Inbox,
    /// The evidence.
    Evidence,
    /// Who looked at what.
    Audit,
    /// The clinic's settings.
    Settings,
}

impl Room {
    /// Every room, in the order of the bar.
    pub const ALL: [Self; 6] =
        [Self::Today, Self::Patients, Self::Inbox, Self::Evidence, Self::Audit, Self::Settings];

    /// Where it is.
    pub fn href(self) -> &'static str {
        match self {
            Self::Today => "/today",
            Self::Patients => "/patients",
            Self::Inbox => "/inbox",
            Self::Evidence => "/evidence",
            Self::Audit => "/audit",
            Self::Settings => "/settings",
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Patients => "Patients",
            Self::Inbox => "Inbox",
            Self::Evidence => "Evidence",
            Self::Audit => "Audit",
            Self::Settings => "Settings",
        }
    }
}

/// What was just done, and how to take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What was done, in a sentence.
    pub says: String,
    /// Where a form with nothing in it takes it back, where it can be.
    pub undo: Option<String>,
}

/// Who looks, and from where.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The title of the page. PRIVACY: it stands in the browser's history; patients are named there only after sign-in.
    pub title: String,
    /// The room of the page.
    pub room: Option<Room>,
    /// The rooms this person may enter.
    pub rooms: Vec<Room>,
    /// Who is signed in.
    pub who: String,
    /// Open items at *contact* or *urgent*.
    pub inbox: usize,
    /// Whether everything here is invented.
    pub is_demo: bool,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// A whole document. `body` brings the one `h1`.
pub fn document(site: &Site, frame: &Frame, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (super::shell::head(site, &frame.title))
            body {
                a.skip href="#main" { "Skip to content" }
                header.top {
                    a.brand href="/today" { (super::shell::mark()) "Percuta" }
                    nav aria-label="Rooms" {
                        ul {
                            @for room in &frame.rooms {
                                li { a href=(room.href()) aria-current=[(frame.room == Some(*room)).then_some("page")] {
                                    (room.title())
                                    @if *room == Room::Inbox && frame.inbox > 0 { " " span.count { (frame.inbox) span.vh { " open" } } }
                                } }
                            }
                        }
                    }
                    div.top__end {
                        @if frame.is_demo { (super::demo::mark()) }
                        form action="/sign-out" method="post" { span.who { (frame.who) } button.btn.btn--quiet type="submit" { "Sign out" } }
                    }
                }
                (notice(frame.notice.as_ref()))
                main #main tabindex="-1" { (body) }
                footer.foot { div.wrap.wrap--staff.row.small.muted { p { (super::shell::standing(site)) } p { a.tap href="/calendar" { "Your visits in your own calendar" } } } }
            }
        }
    }
}

/// What was just done, with its undo: shown once, announced politely.
pub fn notice(notice: Option<&Notice>) -> Markup {
    html! {
        @if let Some(notice) = notice {
            div.toast role="status" {
                (icon(Icon::Tick)) span { (notice.says) }
                @if let Some(undo) = &notice.undo {
                    form action=(undo) method="post" { button.btn type="submit" { "Undo" } }
                }
            }
        }
    }
}
