//! Opening a signed link: nothing is shown before the date of birth has been confirmed, and a link that does not open
//! says what helps.
//!
//! PRIVACY: a link that is unknown, spent or somebody else's says nothing about whom it belonged to.

use maud::{Markup, html};

use super::{Frame, heading, outside, tel};
use crate::{
    Site,
    page::{
        CHECK,
        entry::{self, Entry, Line},
        icon::{Icon, icon},
    },
};

/// What a link asks for.
#[derive(Debug, Clone, Default)]
pub struct Confirm {
    /// Where the form goes.
    pub action: String,
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
    /// It is not known, not whole, or was closed.
    Unknown,
    /// A member of the clinic is signed in.
    Member,
}

/// A link that does not open, and what helps.
pub fn closed(site: &Site, frame: &Frame, why: Refused) -> Markup {
    let (title, says) = match why {
        Refused::Expired => (
            "This link is out of date",
            "Links open for some days only, so that an old message opens nothing. Your answers are still kept.",
        ),
        Refused::Unknown => (
            "This link does not open anything",
            "Perhaps a piece of it is missing: copy it whole, to its last letter. Or the clinic has closed it.",
        ),
        Refused::Member => (
            "This link is a patient’s",
            "You are signed in as a member of the clinic. Nothing was shown. Sign out first if you want to try the link.",
        ),
    };
    let body = html! {
        div.mine__one {
            (heading(None, title, ""))
            div.note.note--caution { (icon(Icon::Lock)) p { (says) } }
            @match why {
                Refused::Member => {
                    form action="/sign-out" method="post" { button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Sign out" } }
                    a.btn.btn--wide href="/today" { "Back to today" }
                }
                Refused::Expired | Refused::Unknown => a.btn.btn--primary.btn--wide.btn--glove href="/link" { "How to get a new link" },
            }
            p.small.muted { "Or call the clinic: " a.tap href=(tel(&frame.telephone)) { span.num { (frame.telephone) } } }
        }
    };
    outside(site, frame, &body)
}

/// How to come to one's own pages: with a link that the clinic makes.
pub fn ask(site: &Site, frame: &Frame) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "Your own pages", "They open with a link from the clinic and your date of birth. There is no password."))
            section.card.stack aria-labelledby="new" {
                h2 #new { "No link, or it no longer opens?" }
                p { "Call the clinic or ask at the desk. They make a new link for you; what you answered is still there." }
                a.btn.btn--primary.btn--wide.btn--glove href=(tel(&frame.telephone)) { "Call " span.num { (frame.telephone) } }
            }
            section.card.stack aria-labelledby="first" {
                h2 #first { "Not a patient yet?" }
                p { "Begin with the self-check. Its answer page can be kept, and then you get a link at once." }
                a.btn.btn--wide href=(CHECK) { "Is it for me?" }
            }
            p.small.muted { "You work here? " a.tap href="/sign-in" { "Sign in with your password" } }
        }
    };
    outside(site, frame, &body)
}

/// The page after signing out.
pub fn signed_out(site: &Site, frame: &Frame) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "You are signed out", "On a phone that others use, close this window too. Your link and your date of birth open your pages again."))
            a.btn.btn--primary.btn--wide.btn--glove href="/link" { "About your link" }
            a.btn.btn--wide href="/" { "To the front page" }
        }
    };
    outside(site, frame, &body)
}
