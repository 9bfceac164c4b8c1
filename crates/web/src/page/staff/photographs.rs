//! Photographs of a course: all of them by day, and a form that takes one more.
//!
//! Nothing is measured here. A photograph has no address that works without the sign-in.

use maud::{Markup, html};

use super::{
    Frame,
    part::Leaves,
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon},
    },
};

/// A photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photograph {
    /// Its id, unique on the page.
    pub id: String,
    /// Where the picture is.
    pub src: String,
    /// A smaller one for lists.
    pub small: String,
    /// Its size in pixels, so that the page does not jump.
    pub size: (u32, u32),
    /// The day in words.
    pub day: String,
    /// The view: "front".
    pub view: String,
    /// When in the course: "before session 1", "day 14".
    pub when: String,
    /// What is known of how it was taken: "no make-up, same lamp".
    pub taken: String,
}

impl Photograph {
    fn alt(&self) -> String {
        format!("Photograph, {}, {}, {}", self.view, self.day, self.when)
    }
}

/// All photographs of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whom it is about.
    pub person: Person,
    /// By day, newest first: the day in words with its photographs.
    pub days: Vec<(String, Vec<Photograph>)>,
    /// Older and newer ones.
    pub leaves: Leaves,
    /// Where two are compared; none while there are not two.
    pub compare: Option<String>,
    /// The form that takes one more; none where the reader may not.
    pub upload: Option<Upload>,
    /// What may be done with them by the patient's permission, in a sentence.
    pub permission: String,
}

/// The form that takes a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Where it goes.
    pub action: String,
    /// Views by word, with those of today that are still missing first.
    pub views: Vec<(String, String)>,
    /// What is taken: "JPEG, HEIC or PNG, 25 MB at most".
    pub limits: String,
    /// How far a photograph is that is being worked on, each in words with a part of a hundred.
    pub working: Vec<(String, u8)>,
}

/// All photographs.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let actions = html! {
        @if let Some(compare) = &view.compare { a.btn href=(compare) { "Compare" } }
        @if view.upload.is_some() { a.btn.btn--primary href="#take" { (icon(Icon::Camera)) "Add a photograph" } }
    };
    let body = html! {
        div.page.room {
            (person::head(&view.person, "photographs", &actions))
            (entry::summary(entry))
            div.split {
                div.stack.stack--20 {
                    @if view.days.is_empty() {
                        div.empty { h2 { "No photographs yet" } p { "Here they will be by day. Without one from before the first session, nothing can be compared later." } }
                    }
                    @for (day, photographs) in &view.days { (one_day(day, photographs)) }
                    (leaves(&view.leaves))
                }
                div.stack.stack--20 {
                    (upload(view.upload.as_ref(), entry))
                    section.aside.stack.stack--8 {
                        p.small.muted { (view.permission) }
                        p.small.muted { "The place where a photograph was taken is removed before it is kept, and it is kept sealed." }
                    }
                }
            }
        }
    };
    super::document(site, frame, &body)
}

fn one_day(day: &str, photographs: &[Photograph]) -> Markup {
    html! {
        section.card {
            div.card__head { h2.h-lg { (day) } @if let Some(first) = photographs.first() { span.push.muted { (first.when) } } }
            ul.album { @for photograph in photographs { li {
                a href=(photograph.src) {
                    img src=(photograph.small) width="240" height="240" alt=(photograph.alt()) loading="lazy";
                    span.small { (photograph.view) }
                }
                a.small.tap href={ "/photos/" (photograph.id) "/permission" } { "What may be done" span.vh { ": " (photograph.alt()) } }
            } } }
        }
    }
}

fn leaves(leaves: &Leaves) -> Markup {
    html! {
        @if leaves.newer.is_some() || leaves.older.is_some() {
            nav.pager aria-label="Pages" {
                @if let Some(newer) = &leaves.newer { a.btn rel="prev" href=(newer) { "Newer" } }
                @if let Some(older) = &leaves.older { a.btn rel="next" href=(older) { "Older" } }
            }
        }
    }
}

fn upload(upload: Option<&Upload>, entry: &Entry) -> Markup {
    let Some(upload) = upload else { return html! {} };
    html! {
        section.card.stack #take tabindex="-1" aria-labelledby="add" {
            h2.h-lg #add { "Add a photograph" }
            @for (says, part) in &upload.working {
                div.work role="status" { p.small { (says) } progress max="100" value=(part) aria-label=(says) { (part) " %" } }
            }
            form.stack action=(upload.action) method="post" enctype="multipart/form-data" {
                (entry::options(entry, entry::Options::One, "view", "View", &upload.views))
                (entry::file(entry, "photograph", "Photograph", "image/jpeg,image/png,image/heic,image/heif,.heic,.heif"))
                p.xs.muted { (upload.limits) }
                (entry::line(entry, Line { name: "taken", label: "Taken on", hint: "Leave it empty for today.", kind: "date", autocomplete: "off" }))
                (entry::tick(entry, "bare", "No make-up, face at rest", "It is kept with the photograph."))
                button.btn.btn--glove type="submit" { (icon(Icon::Camera)) "Add it" }
            }
        }
    }
}
