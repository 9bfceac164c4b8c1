//! Messages: what was written between the patient and the clinic, and a field to write the next one.
//!
//! It is no place for what cannot wait, and says so above the field.

use maud::{Markup, html};

use super::{Emergency, Frame, Onwards, Weight, document, emergency, empty, heading, onwards};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
    },
};

/// The messages.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    /// Newest last, as they are read.
    pub items: Vec<Message>,
    /// When the clinic answers.
    pub hours: String,
    /// What calls for help at once.
    pub emergency: Emergency,
    /// Where the list goes on.
    pub onwards: Onwards,
    /// What makes this message one and no other; travels unseen.
    pub once: String,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who wrote it.
    pub from: Author,
    /// When.
    pub when: String,
    /// The words.
    pub words: String,
    /// What it belongs to: words and link.
    pub about: Option<(String, String)>,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// The patient.
    Me,
    /// Somebody of the clinic.
    Clinic(String),
}

/// Messages as they are read, the newest last.
pub(super) fn talk(items: &[Message]) -> Markup {
    html! {
        ol.talk {
            @for message in items {
                li.talk__mine[message.from == Author::Me] {
                    p.small.muted { b { @match &message.from { Author::Me => "You", Author::Clinic(who) => (who) } } ", " (message.when) }
                    p.talk__words { (message.words) }
                    @if let Some((words, href)) = &message.about { a.small.tap href=(href) { (words) } }
                }
            }
        }
    }
}

/// The messages.
pub fn page(site: &Site, frame: &Frame, view: &Messages, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "Messages", &view.hours))
            (entry::summary(entry))
            @if view.items.is_empty() { (empty("No message yet", "Ask anything about your treatment, your visits or your bill.", None)) }
            (onwards(&view.onwards))
            (talk(&view.items))
            form.card.stack action="/me/messages" method="post" novalidate {
                input type="hidden" name="once" value=(view.once);
                (entry::lines(entry, "words", "Write to the clinic", "How your skin is, is better told in a check-in: you get an answer at once."))
                button.btn.btn--primary.btn--wide type="submit" { (icon(Icon::Bubble)) "Send" }
                a.btn.btn--wide href="/me/check-in/new" { "Check in instead" }
            }
            (emergency(&view.emergency, Weight::Tinted))
            p { a.tap href="/me/check-in" { "Earlier check-ins and their answers" } }
        }
    };
    document(site, frame, &body)
}
