//! Consent: the text with the risks of this person named, questions, and the signature; and the consent as it was read.
//!
//! Nothing is ticked beforehand. Photographs have permissions of their own, asked one by one, and treatment does not
//! depend on them. What is signed is this text in this version, by its digest.

use maud::{Markup, html};
use percuta_clinical::book::Cited;

use super::{
    Frame, document, empty, heading,
    plan::{Asked, ask_form, asked},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon, small},
        part,
    },
};

/// The text of a consent.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// Its title: "Consent to microneedling of the cheeks".
    pub title: String,
    /// For whom, by whom, from when: "For session 1 of 4".
    pub about: String,
    /// The risks of this person.
    pub own: Vec<Risk>,
    /// Its parts: heading and paragraphs.
    pub parts: Vec<(String, Vec<String>)>,
    /// The version: "Version 3, English".
    pub version: String,
    /// The digest of the whole text.
    pub digest: String,
}

/// A risk that this person has more than others.
#[derive(Debug, Clone)]
pub struct Risk {
    /// What: "Dark or light patches".
    pub title: String,
    /// Why this person, and how much is known.
    pub says: String,
    /// What it rests on.
    pub cited: Cited,
}

/// A permission for photographs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Its name in the form.
    pub name: String,
    /// What is asked.
    pub asks: String,
    /// What it means, and what follows from a no.
    pub says: String,
}

/// A consent to be read and signed.
#[derive(Debug, Clone, Default)]
pub struct Consent {
    /// The text.
    pub text: Text,
    /// What was asked about it.
    pub asked: Vec<Asked>,
    /// The permissions for photographs.
    pub photographs: Vec<Permission>,
    /// The name to be typed, as the record has it.
    pub name: String,
    /// Where the signature goes.
    pub sign: String,
    /// Where a question goes.
    pub ask: String,
}

/// A consent to be read and signed.
pub fn page(site: &Site, frame: &Frame, view: &Consent, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/consents", "Consents")), &view.text.title, &view.text.about))
            (entry::summary(entry))
            (text(site, &view.text))
            section.card.stack aria-labelledby="ask" {
                h2 #ask { "Ask before you sign" }
                p.muted { "Nobody expects you to sign with a question open." }
                (asked(&view.asked))
                (ask_form(&view.ask, entry))
            }
            form.card.stack.roomy action=(view.sign) method="post" novalidate {
                h2 { "Sign" }
                (entry::hidden("digest", &view.text.digest))
                @for permission in &view.photographs { (three(entry, permission)) }
                (read(entry))
                (entry::line(entry, Line { name: "signature", label: "Type your full name as your signature", hint: &format!("As in your record: {}", view.name), kind: "text", autocomplete: "off" }))
                div.stack.stack--tight {
                    button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Sign this consent" }
                    p.small.muted { "You may withdraw it at any time, also in the treatment room. That is never held against you." }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn text(site: &Site, text: &Text) -> Markup {
    html! {
        @if !text.own.is_empty() {
            section.card.own aria-labelledby="own" {
                h2 #own { "For you in particular" }
                @for risk in &text.own {
                    div.own__risk { (icon(Icon::Caution)) div { p { b { (risk.title) } } p { (risk.says) } (part::chip(site, &risk.cited, "", &risk.title)) } }
                }
            }
        }
        section.card.reading aria-label="The text of the consent" {
            @for (title, paragraphs) in &text.parts { h2 { (title) } @for paragraph in paragraphs { p { (paragraph) } } }
            p.small.muted { "End of the text. " (text.version) ", digest " span.digest { (text.digest) } }
        }
    }
}

fn three(entry: &Entry, permission: &Permission) -> Markup {
    let wrong = entry.wrong(&permission.name);
    let hint = format!("{}-hint", permission.name);
    html! {
        fieldset.q3.field--bad[wrong.is_some()] id=(permission.name) tabindex="-1" aria-describedby=(hint) {
            legend.label { (permission.asks) }
            p.hint id=(hint) { (permission.says) }
            div.q3__opts.q3__opts--two {
                @for (value, title) in [("yes", "Yes"), ("no", "No")] {
                    label { input type="radio" name=(permission.name) value=(value) checked[entry.has(&permission.name, value)]; (small(Icon::Tick)) (title) }
                }
            }
            @if let Some(says) = wrong { p.error { (icon(Icon::Caution)) span { (says) } } }
        }
    }
}

fn read(entry: &Entry) -> Markup {
    let wrong = entry.wrong("read");
    html! {
        div.field.field--bad[wrong.is_some()] {
            label.check {
                input #read type="checkbox" name="read" value="yes" checked[entry.has("read", "yes")] aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "read-wrong")];
                span { "I have read this text to its end, my questions are answered, and I agree to this treatment." }
            }
            @if let Some(says) = wrong { p.error #read-wrong { (icon(Icon::Caution)) span { (says) } } }
        }
    }
}

/// A consent as it was signed.
#[derive(Debug, Clone, Default)]
pub struct Signed {
    /// The text as it was read.
    pub text: Text,
    /// Whether text and digest still fit together.
    pub is_as_signed: bool,
    /// The name as it was typed.
    pub signature: String,
    /// When.
    pub when: String,
    /// The permissions and what was said to each.
    pub photographs: Vec<(String, String)>,
    /// When it was withdrawn, if it was.
    pub withdrawn: Option<String>,
    /// Where it is withdrawn.
    pub withdraw: String,
}

/// A consent as it was signed.
pub fn signed(site: &Site, frame: &Frame, view: &Signed) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/consents", "Consents")), &view.text.title, &view.text.about))
            @if let Some(when) = &view.withdrawn {
                p.note.note--caution { (icon(Icon::Stop)) span { b { "Withdrawn on " (when) ". " } "Nobody may treat you under it." } }
            } @else {
                p.note { (icon(Icon::Tick)) span { "Signed by " b { (view.signature) } ", " (view.when) ". This is the text as you read it." } }
            }
            @if !view.is_as_signed {
                p.note.note--stop { (icon(Icon::Caution)) span { b { "This text and its digest do not fit together. " } "Something is wrong with the record: ask the clinic." } }
            }
            (text(site, &view.text))
            section.card { h2.mb-3 { "Photographs" } dl.told { @for (asked, said) in &view.photographs { div { dt { (asked) } dd { (said) } } } } }
            @if view.withdrawn.is_none() {
                form.stack.stack--tight.no-print action=(view.withdraw) method="post" {
                    button.btn.btn--danger type="submit" { "Withdraw this consent" }
                    p.small.muted { "The clinic is told at once. What was done before stays in your record." }
                }
            }
        }
    };
    document(site, frame, &body)
}

/// How a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for the patient.
    Open,
    /// It is signed.
    Signed,
    /// It was withdrawn.
    Withdrawn,
}

/// A consent in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    /// What it is for.
    pub title: String,
    /// How far it is, in words.
    pub says: String,
    /// How it stands.
    pub standing: Standing,
    /// Where it is.
    pub href: String,
}

/// The consents.
pub fn list(site: &Site, frame: &Frame, consents: &[One]) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "Consents", "What you signed, as you read it, and what is still to be read."))
            @if consents.is_empty() { (empty("Nothing to sign", "Before your first session the text stands here, so that you can read it in peace.", None)) }
            ul.stack.stack--tight {
                @for one in consents {
                    li { a.card.lastword href=(one.href) {
                        @match one.standing {
                            Standing::Open => span.tag data-step="caution" { (icon(Icon::Caution)) "To be signed" },
                            Standing::Signed => span.tag { (icon(Icon::Tick)) "Signed" },
                            Standing::Withdrawn => span.tag data-step="stop" { (icon(Icon::Stop)) "Withdrawn" },
                        }
                        span { b { (one.title) } br; span.small.muted { (one.says) } }
                        (icon(Icon::Onwards))
                    } }
                }
            }
        }
    };
    document(site, frame, &body)
}
