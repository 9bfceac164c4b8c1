//! The page of somebody's calendar feed: made, shown once, renewed, ended, and what it says. A patient's and a member's are
//! one page in two frames.

use maud::{Markup, html};

use super::{
    entry::{self, Entry, Options},
    icon::{Icon, icon},
    mine,
    part::trail,
    staff::{self, part},
};
use crate::Site;

/// Whose feed it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A patient's, of their own visits.
    Patient,
    /// A member's, of the times for which visits hold them.
    Member,
}

impl Reader {
    /// Where its forms go.
    pub fn path(self) -> &'static str {
        match self {
            Self::Patient => "/me/calendar",
            Self::Member => "/calendar",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Patient => {
                "Your visits in your own calendar. It follows by itself when one is moved or called off."
            }
            Self::Member => {
                "The times for which visits need you, in your own calendar. It follows by itself when one is moved or called off."
            }
        }
    }

    fn titles(self) -> Vec<(String, String)> {
        let says = match self {
            Self::Patient => "What the visit is and where, with the clinic’s name",
            Self::Member => "What the visit is and where, with the patient’s initials",
        };
        let owned = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        vec![owned("private", "“Appointment”, and nothing else"), owned("says", says)]
    }
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Whose.
    pub reader: Reader,
    /// How it stands.
    pub standing: Standing,
}

/// How a feed stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    None,
    /// It was made just now.
    Made {
        /// The whole address, which is shown this once.
        address: String,
    },
    /// A calendar can read it.
    Open {
        /// Since when it has its address.
        since: String,
    },
}

/// The page in a patient's frame.
pub fn own(site: &Site, frame: &mine::Frame, view: &Feed, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (mine::heading(Some(("/me/visits", "Visits")), "My calendar", view.reader.lead()))
            (cards(view, entry))
        }
    };
    mine::document(site, frame, &body)
}

/// The page in the frame of the clinic's people.
pub fn member(site: &Site, frame: &staff::Frame, view: &Feed, entry: &Entry) -> Markup {
    let body = html! {
        div.page.page--narrow {
            div { (trail(&[("/today", "Today")])) (part::head("My calendar", view.reader.lead(), &html! {})) }
            (cards(view, entry))
        }
    };
    staff::document(site, frame, &body)
}

fn cards(view: &Feed, entry: &Entry) -> Markup {
    let path = view.reader.path();
    html! {
        (entry::summary(entry))
        @match &view.standing {
            Standing::None => (begin(view.reader, entry)),
            Standing::Made { address } => {
                (made(address))
                (change(view.reader, entry))
            }
            Standing::Open { since } => {
                div.note { (icon(Icon::Tick)) p { "You have a feed since " b { (since) } ". Its address was shown then and is not kept; if you lost it, make a new one." } }
                (change(view.reader, entry))
            }
        }
        @if view.standing != Standing::None {
            section.card.stack aria-labelledby="new" {
                h2 #new { "Make a new address, or end it" }
                p.small { "If somebody else has the address, make a new one: the old one opens nothing from then on, and your calendar needs the new." }
                div.row.row--8 {
                    form action=(path) method="post" {
                        (entry::hidden("title", entry.get("title")))
                        button.btn type="submit" { "Make a new address" }
                    }
                    form action={ (path) "/end" } method="post" { button.btn.btn--danger type="submit" { "End the feed" } }
                }
            }
        }
        (what_it_reveals(view.reader))
    }
}

fn begin(reader: Reader, entry: &Entry) -> Markup {
    html! {
        form.card.stack action=(reader.path()) method="post" {
            (entry::options(entry, Options::One, "title", "What your calendar shows", &reader.titles()))
            button.btn.btn--primary.btn--wide type="submit" { "Make my feed" }
        }
    }
}

fn made(address: &str) -> Markup {
    html! {
        section.card.stack aria-labelledby="address-title" {
            h2 #address-title { "The address of your feed" }
            p { "Copy it now: it is not shown again." }
            p.ticket.ticket--whole #address { (address) }
            div.row.row--8 {
                button.btn.btn--primary type="button" data-copy="address" hidden { (icon(Icon::Sheet)) "Copy the address" }
                span role="status" data-copied="Copied" {}
            }
            ol.steps {
                li { p { "Open your calendar, on a telephone or a computer." } }
                li { p { "Look for “Add a calendar”, then “By address”, “From URL” or “Subscribe”." } }
                li { p { "Put the address in there. It looks again by itself, some calendars only once a day." } }
            }
            p.small.muted { "Treat it like a key: whoever has it reads what your calendar shows, without a password. Nothing can be changed with it." }
        }
    }
}

fn change(reader: Reader, entry: &Entry) -> Markup {
    html! {
        form.card.stack action={ (reader.path()) "/title" } method="post" {
            (entry::options(entry, Options::One, "title", "What your calendar shows", &reader.titles()))
            button.btn type="submit" { "Save" }
        }
    }
}

fn what_it_reveals(reader: Reader) -> Markup {
    let says = match reader {
        Reader::Patient => {
            "Whoever runs your calendar reads what it shows, and so does everybody you share it with. With “Appointment” they learn when you have one, and not what it is or where."
        }
        Reader::Member => {
            "Whoever runs your calendar reads what it shows, and so does everybody you share it with. A patient’s name, telephone or answers are never in it; initials only where you choose them."
        }
    };
    html! { p.small.muted { (says) } }
}
