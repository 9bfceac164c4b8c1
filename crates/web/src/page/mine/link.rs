//! Opening a signed link: nothing is shown before the date of birth has been confirmed, and a link that does not open
//! says what helps.
//!
//! PRIVACY: a link that is unknown, spent or somebody else's says nothing about whom it belonged to.

use maud::{Markup, html};

use super::{Frame, heading, outside, tel};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon},
    },
};

/// What a link asks for.
#[derive(Debug, Clone, Default)]
pub struct Confirm {
    /// Where the form goes.
    pub action: String,
    /// How many tries are left, when one has failed.
    pub tries: Option<String>,
}

/// The question before anything is shown.
pub fn confirm(site: &Site, frame: &Frame, view: &Confirm, entry: &Entry) -> Markup {
    let born = Line {
        name: "birth_date",
        label: "Your date of birth",
        hint: "",
        kind: "date",
        autocomplete: "bday",
    };
    let body = html! {
        div.mine__one {
            (heading(None, "Is it you?", "This link opens one person’s own pages. Give your date of birth first."))
            (entry::summary(entry))
            form.card.stack.roomy action=(view.action) method="post" novalidate {
                (entry::line(entry, born))
                @if let Some(tries) = &view.tries { p.small { (tries) } }
                button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Open my pages" }
            }
            p.small.muted { "Not your link? Close this page. Nothing was shown, and nothing was changed." }
        }
    };
    outside(site, frame, &body)
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Its time is over.
    Expired,
    /// It was used.
    Used,
    /// It is not known, or not whole.
    Unknown,
    /// The date of birth was wrong too often.
    TooOften,
    /// Somebody is signed in to whom it does not belong.
    SomebodyElse,
}

/// What does not open, and what helps.
#[derive(Debug, Clone)]
pub struct Closed {
    /// Why.
    pub why: Refused,
    /// Where a new link can be asked for.
    pub again: String,
}

/// A link that does not open.
pub fn closed(site: &Site, frame: &Frame, view: &Closed) -> Markup {
    let (title, says) = match view.why {
        Refused::Expired => (
            "This link is out of date",
            "Links open for some days only, so that an old message opens nothing. Your answers are still kept.",
        ),
        Refused::Used => (
            "This link was used already",
            "Each link opens once. If it was you, sign in. If it was not, call the clinic now: it can close what was opened.",
        ),
        Refused::Unknown => (
            "This link does not open anything",
            "Perhaps a piece of it is missing. Copy it whole from the message, from https to its last letter.",
        ),
        Refused::TooOften => (
            "This link is closed",
            "The date of birth was wrong too often, so the link was closed. Nothing was shown.",
        ),
        Refused::SomebodyElse => (
            "This link is for another account",
            "You are signed in, and the link is not yours. Nothing was shown. Sign out first if you open it for yourself.",
        ),
    };
    let body = html! {
        div.mine__one {
            (heading(None, title, ""))
            div.note.note--caution { (icon(Icon::Lock)) p { (says) } }
            @if view.why == Refused::SomebodyElse {
                form action="/sign-out" method="post" { button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Sign out" } }
                a.btn.btn--wide href="/me" { "Back to my pages" }
            } @else {
                a.btn.btn--primary.btn--wide.btn--glove href=(view.again) { "Ask for a new link" }
                a.btn.btn--wide href="/sign-in" { "Sign in" }
            }
            p.small.muted { "Or call the clinic: " a.tap href=(tel(&frame.telephone)) { span.num { (frame.telephone) } } }
        }
    };
    outside(site, frame, &body)
}

/// The page after signing out.
pub fn signed_out(site: &Site, frame: &Frame) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "You are signed out", "On a phone that others use, close this window too."))
            a.btn.btn--primary.btn--wide.btn--glove href="/sign-in" { "Sign in again" }
            a.btn.btn--wide href="/" { "To the front page" }
        }
    };
    outside(site, frame, &body)
}
