//! A patient's own photographs: all of them, two side by side, and one more from the phone.
//!
//! Nothing is measured or judged here. A photograph that a permission was withdrawn for is not in the view.

use maud::{Markup, html};

use super::{Frame, Onwards, document, empty, heading, onwards};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
    },
};

/// The photographs.
#[derive(Debug, Clone, Default)]
pub struct Photographs {
    /// The series: one place in one pose each.
    pub series: Vec<Series>,
    /// The places that a new one can be of: value and words.
    pub places: Vec<(String, String)>,
    /// What was permitted, in a sentence.
    pub permitted: String,
    /// Where the list goes on.
    pub onwards: Onwards,
}

/// The photographs of one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// The place: "Left cheek".
    pub title: String,
    /// Where two of it stand side by side; `None` when there is only one.
    pub compare: Option<String>,
    /// Its photographs, the oldest first.
    pub shots: Vec<Shot>,
}

/// A photograph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shot {
    /// Its value in a form.
    pub value: String,
    /// Where its small picture is.
    pub small: String,
    /// Where the whole picture is.
    pub href: String,
    /// What it shows: "Left cheek, 7 October, before session 1".
    pub alt: String,
    /// Its stage: "Before", "Day 1".
    pub stage: String,
    /// Its date.
    pub date: String,
    /// Who took it: "Clinic", "You".
    pub by: String,
    /// Where it is taken back; nowhere for the clinic's.
    pub withdraw: Option<String>,
}

/// The photographs.
pub fn list(site: &Site, frame: &Frame, view: &Photographs, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__cols.mine__cols--headed {
            div.mine__span { (heading(None, "Photos", "Light, pose and camera change how skin looks more than weeks of healing do. Judge a result 3 months after the last session.")) (entry::summary(entry)) }
            div.stack {
                @if view.series.is_empty() {
                    (empty("No photo yet", "The clinic takes the first before session 1. You can add your own from your phone.", None))
                }
                @for series in &view.series {
                    section.card {
                        div.card__head { h2 { (series.title) } @if let Some(href) = &series.compare { a.push href=(href) { "Side by side" span.vh { ": " (series.title) } } } }
                        div.pics.pics--many {
                            @for shot in &series.shots {
                                div {
                                    a href=(shot.href) { figure { img src=(shot.small) alt=(shot.alt) loading="lazy" width="300" height="300"; figcaption { b { (shot.stage) } br; (shot.date) ", " (shot.by) } } }
                                    @if let Some(withdraw) = &shot.withdraw {
                                        form action=(withdraw) method="post" { button.btn.btn--quiet type="submit" { "Take back" span.vh { ": " (shot.alt) } } }
                                    }
                                }
                            }
                        }
                    }
                }
                (onwards(&view.onwards))
            }
            div.stack {
                (add(view, entry))
                p.note { (icon(Icon::Lock)) span { (view.permitted) " " a href="/me/consents" { "Permissions" } } }
            }
        }
    };
    document(site, frame, &body)
}

fn add(view: &Photographs, entry: &Entry) -> Markup {
    let wrong = entry.wrong("photograph");
    html! {
        form.card.stack action="/me/photos" method="post" enctype="multipart/form-data" novalidate aria-labelledby="add" {
            h2 #add { "Add a photo" }
            (entry::select(entry, "place", "What does it show?", &view.places))
            div.field.field--bad[wrong.is_some()] {
                label for="photograph" { "The photo" }
                p.hint #photograph-hint { "By a window in daylight, an arm’s length away, clean skin, no filter, no flash. JPEG, HEIC or PNG, 25 MB at most. Where it was taken is removed before it is kept." }
                input.input.input--file #photograph type="file" name="photograph" accept="image/jpeg,image/png,image/heic,image/heif,.heic,.heif" aria-invalid=[wrong.map(|_| "true")] aria-describedby="photograph-hint";
                @if let Some(says) = wrong { p.error #photograph-wrong { (icon(Icon::Caution)) span { (says) } } }
            }
            button.btn.btn--primary.btn--wide type="submit" { (icon(Icon::Camera)) "Add the photo" }
            p.small.muted { "A photo is not watched day and night. If something worries you, check in instead." }
        }
    }
}

/// Two photographs of one place.
#[derive(Debug, Clone, Default)]
pub struct Pair {
    /// The place.
    pub title: String,
    /// All of the series, to choose from.
    pub shots: Vec<Shot>,
    /// The one on the left.
    pub before: Shot,
    /// The one on the right.
    pub after: Shot,
    /// What may mislead between these two: "taken with another camera".
    pub cautions: Vec<String>,
    /// Where another pair is chosen: a `GET`.
    pub action: String,
}

/// Two photographs side by side.
pub fn compare(site: &Site, frame: &Frame, view: &Pair) -> Markup {
    let body = html! {
        div.mine__one.mine__one--wide {
            (heading(Some(("/me/photos", "Photos")), &format!("{}, side by side", view.title), ""))
            div.pair { (whole(&view.before)) (whole(&view.after)) }
            @if !view.cautions.is_empty() {
                div.note.note--caution { (icon(Icon::Caution)) div { p { b { "What may mislead here" } } ul { @for caution in &view.cautions { li { (caution) } } } } }
            }
            form.card.stack action=(view.action) method="get" {
                h2 { "Choose two others" }
                div.pair.pair--choice { (choice("before", "Left", &view.shots, &view.before)) (choice("after", "Right", &view.shots, &view.after)) }
                button.btn type="submit" { "Show these two" }
            }
        }
    };
    document(site, frame, &body)
}

fn whole(shot: &Shot) -> Markup {
    html! { figure.pair__one { a href=(shot.href) { img src=(shot.href) alt=(shot.alt) width="600" height="600"; } figcaption.small { b { (shot.stage) } ", " (shot.date) span.muted { ", " (shot.by) } } } }
}

fn choice(name: &str, label: &str, shots: &[Shot], given: &Shot) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select.input id=(name) name=(name) { @for shot in shots { option value=(shot.value) selected[shot.value == given.value] { (shot.stage) ", " (shot.date) } } }
        }
    }
}
