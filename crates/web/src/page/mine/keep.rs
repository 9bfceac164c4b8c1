//! Keeping a self-check: who asks, how to reach them, and their consent that the clinic keeps it.
//!
//! It stands before any account. What was answered travels in the form, as in the self-check itself, until the person
//! sends it. Nobody under age is kept: the page says why, and nothing that was typed is stored.

use maud::{Markup, html};

use super::{Frame, heading, outside};
use crate::{
    Site,
    page::{
        CHECK,
        entry::{self, Entry, Line, Options},
        icon::{Icon, icon},
    },
};

/// Where the form goes.
pub const KEEP: &str = "/is-it-for-me/keep";

/// The form.
#[derive(Debug, Clone, Default)]
pub struct Keep {
    /// What the self-check was about: "Acne scars, cheeks, with a pen".
    pub about: String,
    /// What it answered, in a few words.
    pub answer: String,
    /// For how long the clinic keeps it if nothing comes of it: "90 days".
    pub kept_for: String,
    /// What was answered: the self-check's fields, carried on unseen.
    pub carried: Vec<(String, String)>,
}

/// The form.
pub fn form(site: &Site, frame: &Frame, view: &Keep, entry: &Entry) -> Markup {
    let line = |name, label, hint, kind, autocomplete| {
        entry::line(entry, Line { name, label, hint, kind, autocomplete })
    };
    let body = html! {
        div.mine__one {
            (heading(None, "Keep this and ask for an appointment", "The clinic gets your answers, so that you need not give them twice. Until you send this page nothing is stored."))
            div.note { (icon(Icon::Sheet)) div { p { b { (view.about) } } p { (view.answer) } } }
            (entry::summary(entry))
            form.card.stack.roomy action=(KEEP) method="post" novalidate {
                @for (name, value) in &view.carried { input type="hidden" name=(name) value=(value); }
                (line("name", "Your name", "As in your passport or identity card.", "text", "name"))
                (line("birth_date", "Your date of birth", "Once more, so that nobody else can open your answers. It has to be the one you gave before.", "date", "bday"))
                (line("email", "E-mail", "We send a link to it. The link opens only with your date of birth.", "email", "email"))
                (line("telephone", "Telephone", "For the appointment, and if something has to wait. You may leave it empty.", "tel", "tel"))
                (entry::options(entry, Options::One, "wish", "What shall we do?", &wishes()))
                (consent(entry, view))
                div.stack.stack--tight {
                    button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Send to the clinic" }
                    p.small.muted { "You can ask us to delete it at any time. It is no diagnosis and books nothing yet." }
                }
            }
            p.small.muted { "Rather not? " a.tap href=(CHECK) { "Leave without keeping anything" } }
        }
    };
    outside(site, frame, &body)
}

fn wishes() -> [(String, String); 3] {
    [
        ("write", "Write to me with free times"),
        ("call", "Call me about a time"),
        ("keep", "Only keep my answers for now"),
    ]
    .map(|(value, words)| (value.to_owned(), words.to_owned()))
}

fn consent(entry: &Entry, view: &Keep) -> Markup {
    let wrong = entry.wrong("consent");
    html! {
        div.field.field--bad[wrong.is_some()] {
            label.check {
                input #consent type="checkbox" name="consent" value="yes" checked[entry.has("consent", "yes")] aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "consent-wrong")];
                span { "The clinic may keep my answers and contact me."
                    small { "Answers about your health are encrypted; only people who treat you or book for you can open them, and every opening is written down. If you do not come, they are deleted after " (view.kept_for) "." } }
            }
            @if let Some(says) = wrong { p.error #consent-wrong { (icon(Icon::Caution)) span { (says) } } }
        }
    }
}

/// Why somebody cannot be kept.
#[derive(Debug, Clone, Default)]
pub struct Minor {
    /// The reason, as the rulebook's card has it.
    pub because: String,
    /// The card behind it.
    pub rule: String,
    /// Whom to ask instead.
    pub instead: String,
}

/// The refusal of somebody under age.
pub fn minor(site: &Site, frame: &Frame, view: &Minor) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "We cannot take this on here", ""))
            section.dispo data-step="stop" aria-labelledby="why" {
                div.dispo__head.dispo__head--two { span.dispo__mark { (icon(Icon::Stop)) } div { h2 #why { "You have to be 18" } p { (view.because) } } }
            }
            section.card.stack {
                h2 { "What you can do" }
                p { (view.instead) }
                p.muted { "A parent cannot ask for it in your place here either. Nothing of what you entered was kept." }
                p { a.tap href={ "/evidence/rules/" (view.rule) } { "The whole rule and its sources" } }
            }
            a.btn href="/" { "Back to the front page" }
        }
    };
    outside(site, frame, &body)
}

/// How the link reaches the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// By e-mail, to a masked address.
    Mail {
        /// The address with most of it hidden: "m…@example.org".
        to: String,
    },
    /// On paper or on the screen: this installation sends no mail.
    Shown {
        /// The whole link.
        link: String,
    },
}

/// What was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// How the link reaches the person.
    pub sent: Sent,
    /// Until when the link opens: "Friday 27 November".
    pub until: String,
    /// What the clinic does next, and by when.
    pub next: String,
}

/// What was kept, and how to come back to it.
pub fn done(site: &Site, frame: &Frame, view: &Kept) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "The clinic has your answers", &view.next))
            section.card.stack aria-labelledby="link" {
                h2 #link { "Your link" }
                @match &view.sent {
                    Sent::Mail { to } => {
                        p { "We sent a link to " b { (to) } ". It opens your own pages until " b { (view.until) } ", once, and asks for your date of birth." }
                        p.small.muted { "Nothing there after 10 minutes? Look in the folder for unwanted mail, then call the clinic: " (frame.telephone) }
                    }
                    Sent::Shown { link } => {
                        p { "Print this page or copy the link. It opens your own pages until " b { (view.until) } ", once, and asks for your date of birth." }
                        p.ticket { (link) }
                        p.small.muted { "Treat it like a key: give it to nobody." }
                        a.btn.btn--primary.btn--wide.btn--glove.no-print href=(link) { "Open my pages now" }
                    }
                }
            }
            section.card.stack {
                h2 { "What comes next" }
                ol.steps {
                    li { p { "Open your link and answer the remaining questions, in under five minutes." } }
                    li { p { "A clinician reads your answers and says what is possible, from when, and why." } }
                    li { p { "You see a plan with its price before you decide anything." } }
                }
            }
        }
    };
    outside(site, frame, &body)
}
