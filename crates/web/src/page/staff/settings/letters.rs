//! Letters about visits: from where, when they remind, and what they say.

use maud::{Markup, html};

use super::form_page;
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line, Options},
        icon::{Icon, icon},
        staff::{Frame, part},
    },
};

/// Whether there is somebody who sends letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// A mail server is set.
    Set,
    /// None is.
    Missing,
}

/// The letters.
#[derive(Debug, Clone)]
pub struct Letters {
    /// Which version the form changes.
    pub version: String,
    /// Whether any can go out.
    pub post: Post,
}

/// The letters about visits.
pub fn letters(site: &Site, frame: &Frame, view: &Letters, entry: &Entry) -> Markup {
    let owned = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let remind = [owned("48", "Two days before"), owned("24", "One day before")];
    let titles = [
        owned("private", "That there is an appointment, and when"),
        owned("says", "What the visit is for as well"),
    ];
    let fields = html! {
        (entry::hidden("version", &view.version))
        (entry::line(entry, Line { name: "from", label: "Address from which they come", hint: "Patients answer to it. Empty: no letters go out.", kind: "email", autocomplete: "off" }))
        (entry::options(entry, Options::Several, "remind", "Remind of a visit", &remind))
        (entry::line(entry, Line { name: "own", label: "Other hours before it", hint: "Such as 72, 6. Nobody is reminded of a visit that was moved or called off.", kind: "text", autocomplete: "off" }))
        (entry::options(entry, Options::One, "title", "What letters say", &titles))
        p.small.muted { "Letters travel in the open, and others may read them on a shared screen. What a visit is for is health: say it only where your patients know that you do." }
    };
    let lead = "Patients with an e-mail address are written to when a visit is booked, moved or called off, and before it.";
    form_page(site, frame, ("Letters", lead), &|| {
        html! {
            @if view.post == Post::Missing {
                div.note.note--caution {
                    (icon(Icon::Caution))
                    p { strong { "No mail server is set for this program, so that no letters go out." } " Whoever runs it sets one when it starts. What you choose here is kept until then." }
                }
            }
            (part::form("/settings/letters", "Save", &entry::summary(entry), &fields))
        }
    })
}
