//! The demo's own page, and the mark by which a page of the demo says that it is one.
//!
//! The page says what time it is there, moves it on, and lets one choose as whom to look around. It exists in a demo
//! only; whether it is one is the handler's part.

use maud::{Markup, html};

use super::{
    entry::{self, Entry, Line},
    staff::{
        self, Notice,
        sign_in::{self, DemoRole, Door},
    },
};
use crate::Site;

/// On every page of a demo: that it is one, and the way to its clock and its people.
pub(super) fn mark() -> Markup {
    html! {
        a.tag.tag--mute.tag--demo href="/demo" {
            span { "Demo" span.tag__more { ", everything is invented" } }
        }
    }
}

/// A button that moves the clock on.
#[derive(Debug, Clone)]
pub struct Hand {
    /// What it sends.
    pub value: &'static str,
    /// How far, as "A week".
    pub says: &'static str,
}

/// Who looks at the page.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their name.
    pub name: String,
    /// Where their pages begin.
    pub home: String,
}

/// What the page says.
#[derive(Debug, Clone)]
pub struct View {
    /// The time there, as "Saturday 21 November 2026, 14:52".
    pub now: String,
    /// The buttons that move it on.
    pub hands: Vec<Hand>,
    /// Who is signed in, if somebody is.
    pub signed_in: Option<SignedIn>,
    /// As whom one may look around.
    pub roles: Vec<DemoRole>,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// The demo's page.
pub fn demo(site: &Site, door: &Door, view: &View, entry: &Entry) -> Markup {
    let body = html! {
        (staff::notice(view.notice.as_ref()))
        h1 { "The demo" }
        p.muted { "Everybody here is invented, and everything is gone when the demo is stopped." }
        @if let Some(who) = &view.signed_in {
            p { "You are signed in as " b { (who.name) } ". " a href=(who.home) { "Go on as " (who.name) } }
        }
        (clock(view, entry))
        (sign_in::demo_roles(&view.roles))
    };
    sign_in::document(site, door, &body)
}

fn clock(view: &View, entry: &Entry) -> Markup {
    html! {
        section.card.stack aria-labelledby="clock" {
            h2.minor #clock { "What time it is here" }
            p { "It is " b { (view.now) } "." }
            p.small.muted {
                "A course takes months. You can go on to a later time, and not back. Only the time moves, for everybody: nobody \
                 arrives, answers or books by it. Who was signed in for too long signs in again."
            }
            form.row action="/demo/later" method="post" aria-label="Go on by" {
                @for hand in &view.hands {
                    button.btn type="submit" name="by" value=(hand.value) { span.vh { "Go on: " } (hand.says) }
                }
            }
            form.stack.form action="/demo/later" method="post" aria-label="Go on to a time" {
                (entry::summary(entry))
                div.pair-fields {
                    (entry::line(entry, Line { name: "day", label: "Or go on to a day", hint: "", kind: "date", autocomplete: "off" }))
                    (entry::line(entry, Line { name: "time", label: "At", hint: "", kind: "time", autocomplete: "off" }))
                }
                div.row { button.btn type="submit" { "Go on to this time" } }
            }
        }
    }
}
