//! A patient's own photographs: all of them, two side by side, and one more from the phone.
//!
//! Nothing is measured or judged here. A photograph that a permission was withdrawn for is not in the view.

use maud::{Markup, html};

use super::{Frame, Onwards, document, empty, heading, onwards};
use crate::{
    Site,
    page::{
        comparator::{self, CheckLine, Stage},
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
                p.note { (icon(Icon::Lock)) span { (view.permitted) " " a href="/me/photos/permissions" { "What may be done with each photo, and where copies are" } } }
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
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The place.
    pub title: String,
    /// The ids, for the form.
    pub ids: (String, String),
    /// The two.
    pub stage: Stage,
    /// What came of comparing them.
    pub outcome: Outcome,
    /// What may mislead between these two: "taken with another camera".
    pub cautions: Vec<String>,
    /// Where another pair is chosen, a `GET`, and where two are compared, a `POST`.
    pub action: String,
    /// Photographs to choose from, by view: the view's name, and ids with words.
    pub choices: Vec<(String, Vec<(String, String)>)>,
}

/// What came of comparing two.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// They were not compared yet.
    NotYet,
    /// They cannot be.
    NotComparable(Vec<CheckLine>),
    /// What is said of them, in a sentence.
    Said(String),
}

/// Two photographs against one another.
pub fn compare(site: &Site, frame: &Frame, view: &Pair, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one.mine__one--wide.compare {
            (heading(Some(("/me/photos", "Photos")), &format!("{}, side by side", view.title), ""))
            (entry::summary(entry))
            section.card aria-label="The two photos" { (comparator::stage("stage", &view.stage)) }
            (said(view))
            @if !view.cautions.is_empty() {
                div.note.note--caution { (icon(Icon::Caution)) div { p { b { "What may mislead here" } } ul { @for caution in &view.cautions { li { (caution) } } } } }
            }
            form.card.stack action=(view.action) method="get" {
                h2 { "Choose two others" }
                div.pair.pair--choice { (choice(view, entry, ("before", "Earlier"))) (choice(view, entry, ("after", "Later"))) }
                button.btn type="submit" { "Show these two" }
            }
        }
    };
    document(site, frame, &body)
}

/// What the two say, in words: a number would promise more than it holds.
fn said(view: &Pair) -> Markup {
    let own = "A photo shows colour, not depth or what lies under the skin. Redness also changes with heat, sport and the time of day. Your clinic sees the numbers and their error; ask for them at any time.";
    match &view.outcome {
        Outcome::Said(says) => html! {
            section.card.stack.stack--8 aria-labelledby="said" { h2 #said { "What the two show" } p { (says) } p.small.muted { (own) } }
        },
        Outcome::NotComparable(failing) => comparator::not_comparable(
            failing,
            "What looks different between them may be the camera or the light.",
        ),
        Outcome::NotYet => html! {
            form.card.row.measure action=(view.action) method="post" data-measure="" {
                (entry::hidden("before", &view.ids.0)) (entry::hidden("after", &view.ids.1))
                div.measure__says role="status" {
                    p { "The later photo can be laid over the earlier one, and checked whether the two can be compared at all." }
                    progress.measure__bar hidden aria-label="Comparing" {}
                }
                button.btn.btn--primary.push type="submit" { "Lay them over one another" }
            }
        },
    }
}

fn choice(view: &Pair, entry: &Entry, (name, label): (&str, &str)) -> Markup {
    let given = if name == "before" { &view.ids.0 } else { &view.ids.1 };
    let wrong = entry.wrong(name);
    html! {
        div.field.field--bad[wrong.is_some()] {
            label for=(name) { (label) }
            select.input id=(name) name=(name) aria-invalid=[wrong.map(|_| "true")] {
                @for (group, of_it) in &view.choices {
                    optgroup label=(group) { @for (id, words) in of_it { option value=(id) selected[id == given] { (words) } } }
                }
            }
            @if let Some(says) = wrong { p.error { (icon(Icon::Caution)) span { (says) } } }
        }
    }
}
