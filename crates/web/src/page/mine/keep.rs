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
/// The field by which the filled form is told from the first step to it.
pub const SENT: &str = "sent";

/// The form.
#[derive(Debug, Clone, Default)]
pub struct Keep {
    /// What the self-check was about: "Acne scars, cheeks, with a pen".
    pub about: String,
    /// What it answered, in a few words.
    pub answer: String,
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
                (entry::hidden(SENT, "yes"))
                (line("name", "Your name", "As in your passport or identity card.", "text", "name"))
                (line("birth_date", "Your date of birth", "Once more, so that nobody else can open your answers. It has to be the one you gave before.", "date", "bday"))
                (line("email", "E-mail", "So that the clinic can answer. One of e-mail and telephone is enough.", "email", "email"))
                (line("telephone", "Telephone", "For the appointment, and if something has to wait.", "tel", "tel"))
                (entry::options(entry, Options::One, "wish", "What shall we do?", &wishes()))
                (consent(entry))
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

fn consent(entry: &Entry) -> Markup {
    let wrong = entry.wrong("consent");
    html! {
        div.field.field--bad[wrong.is_some()] {
            label.check {
                input #consent type="checkbox" name="consent" value="yes" checked[entry.has("consent", "yes")] aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "consent-wrong")];
                span { "The clinic may keep my answers and contact me."
                    small { "Answers about your health are encrypted; only people who treat you or book for you can open them, and every opening is written down." } }
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
    /// Why the rule stands.
    pub why: String,
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
                div.dispo__head.dispo__head--two { span.dispo__mark { (icon(Icon::Stop)) } div { h2 #why { "You are too young for it" } p { (view.because) } } }
            }
            section.card.stack {
                h2 { "What you can do" }
                p { (view.instead) }
                @if !view.why.is_empty() { p.muted { (view.why) } }
                p.muted { "Nothing of what you entered was kept." }
                p { a.tap href={ "/evidence/rules/" (view.rule) } { "The whole rule and its sources" } }
            }
            a.btn href="/" { "Back to the front page" }
        }
    };
    outside(site, frame, &body)
}

/// What was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The whole link. This installation sends no mail, so it is shown once, to be printed or copied.
    pub link: String,
    /// Until when the link opens: "Friday 27 November".
    pub until: String,
    /// What the clinic does next.
    pub next: String,
}

/// What was kept, and how to come back to it.
pub fn done(site: &Site, frame: &Frame, view: &Kept) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "The clinic has your answers", &view.next))
            section.card.stack aria-labelledby="link" {
                h2 #link { "Your link" }
                p { "Print this page or copy the link now: it is not shown again. It opens your own pages on any device until " b { (view.until) } " and asks for your date of birth." }
                p.ticket { (view.link) }
                p.small.muted { "Treat it like a key: give it to nobody. If you lose it, the clinic makes a new one." }
                a.btn.btn--primary.btn--wide.btn--glove.no-print href="/me/questions" { "Go on with the questions" }
            }
            section.card.stack {
                h2 { "What comes next" }
                ol.steps {
                    li { p { "Answer the remaining questions, now or later with your link. It takes less than five minutes." } }
                    li { p { "A clinician reads your answers and says what is possible, from when, and why." } }
                    li { p { "You see a plan with its price before you decide anything." } }
                }
            }
        }
    };
    outside(site, frame, &body)
}

/// Somebody is signed in already, so nothing was kept.
pub fn signed_in(site: &Site, frame: &Frame) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "You have pages here already", "Nothing new was kept. If your answers have changed, change them in your own pages."))
            a.btn.btn--primary.btn--wide.btn--glove href="/me/questions" { "To my questions" }
            p.small.muted { "Are you somebody else? Sign out first, then go through the self-check again." }
            form action="/sign-out" method="post" { button.btn.btn--wide type="submit" { "Sign out" } }
        }
    };
    outside(site, frame, &body)
}
