//! What a patient lets be done with their photographs: all of them with where copies are, and the questions for one or
//! for all of a day.
//!
//! Nothing is chosen before the patient chooses it. What they take back is done with one press.

use maud::{Markup, html};

use super::{Frame, document, empty, heading};
use crate::{
    Site,
    page::{
        copies::{self, Copy, Question, Word},
        entry::{self, Entry},
        icon::{Icon, icon},
    },
};

/// All photographs.
#[derive(Debug, Clone, Default)]
pub struct All {
    /// By day, newest first.
    pub days: Vec<Day>,
    /// What can be taken back of all at once: value and words.
    pub withdraw: Vec<(String, String)>,
    /// Copies that have left the record.
    pub copies: Vec<Copy>,
}

/// The photographs of a day.
#[derive(Debug, Clone, Default)]
pub struct Day {
    /// The day in words.
    pub title: String,
    /// Where something is said of all of them; nothing where there is one only.
    pub all: Option<String>,
    /// They.
    pub shots: Vec<Shot>,
}

/// A photograph.
#[derive(Debug, Clone, Default)]
pub struct Shot {
    /// Its small picture.
    pub small: String,
    /// What it shows.
    pub alt: String,
    /// The view.
    pub view: String,
    /// What may be done with it: "in the record, in public"; "nothing".
    pub allowed: String,
    /// Where something is said of it.
    pub href: String,
}

/// Where something is taken back.
pub const WITHDRAW: &str = "/me/photos/permissions/withdraw";

/// The permissions of all photographs.
pub fn all(site: &Site, frame: &Frame, view: &All) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/photos", "Photos")), "What may be done with your photos", "You decide for each photo. What you did not say is no: without your word a photo stays in your record and goes nowhere else."))
            @if !view.withdraw.is_empty() {
                section.card.stack aria-labelledby="back" {
                    h2 #back { "Take back for all photos" }
                    p.small.muted { "It holds at once. Copies that are shown are put on the clinic’s list, to be taken down within 7 days." }
                    div.row { @for (value, words) in &view.withdraw { (withdraw(&("use", value), "all", words)) } }
                }
            }
            section.card aria-labelledby="copies" {
                h2.mb-3 #copies { "Where copies are" }
                @if view.copies.is_empty() { p.muted { "No copy of a photo of yours has left your record." } } @else { (copies::list(&view.copies)) }
            }
            @if view.days.is_empty() { (empty("No photo yet", "What may be done with one you say here once there is one.", None)) }
            @for day in &view.days {
                section.card {
                    div.card__head { h2 { (day.title) } @if let Some(all) = &day.all { a.push href=(all) { "Say it for all of this day" span.vh { ": " (day.title) } } } }
                    ul.permits {
                        @for shot in &day.shots {
                            li { a.permits__one href=(shot.href) {
                                img src=(shot.small) alt=(shot.alt) loading="lazy" width="72" height="72";
                                span { b { (shot.view) } br; span.small.muted { "Allowed: " (shot.allowed) } }
                                (icon(Icon::Onwards))
                            } }
                        }
                    }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn withdraw((name, value): &(&str, &String), which: &str, words: &str) -> Markup {
    html! {
        form action=(WITHDRAW) method="post" {
            (entry::hidden("which", which))
            (entry::hidden(name, value))
            button.btn.btn--danger type="submit" { (words) }
        }
    }
}

/// The questions about one photograph, or all of a day.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// What it is about: "Front, 21 November 2026".
    pub title: String,
    /// The pictures: address and words.
    pub pictures: Vec<(String, String)>,
    /// What may be done today, in a sentence.
    pub standing: String,
    /// The questions.
    pub questions: Vec<Question>,
    /// Where the form goes.
    pub action: String,
    /// The one photograph, with what can be taken back of it: value and words.
    pub one: Option<(String, Vec<(String, String)>)>,
    /// Copies of it.
    pub copies: Vec<Copy>,
    /// What was said before.
    pub words: Vec<Word>,
}

/// The questions.
pub fn ask(site: &Site, frame: &Frame, view: &Ask, entry: &Entry) -> Markup {
    let back = Some(("/me/photos/permissions", "What may be done with your photos"));
    let body = html! {
        div.mine__one {
            (heading(back, &view.title, &view.standing))
            (entry::summary(entry))
            div.pics { @for (src, alt) in &view.pictures { img src=(src) alt=(alt) width="300" height="300"; } }
            @if let Some((photograph, withdraws)) = &view.one { @if !withdraws.is_empty() {
                div.row { @for (value, words) in withdraws { (withdraw(&("use", value), photograph, words)) } }
            } }
            form.card.stack action=(view.action) method="post" novalidate {
                h2 { "Say it anew" }
                @for question in &view.questions { (copies::question(entry, question)) }
                button.btn.btn--primary.btn--wide type="submit" { "Keep what I chose" }
                p.small.muted { "You can change it at any time. Whatever you choose changes nothing for your treatment." }
            }
            @if !view.copies.is_empty() { section.card aria-labelledby="copies" { h2.mb-3 #copies { "Where copies are" } (copies::list(&view.copies)) } }
            (copies::words(&view.words))
        }
    };
    document(site, frame, &body)
}
