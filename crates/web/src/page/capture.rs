//! Taking photographs: one view after another, the earlier one of the same view as a ghost, and what the checks say of
//! the one just taken. The clinic and the patient see the same page in their own frame.
//!
//! Without script each view is a file that is chosen and sent. With it (`assets/camera.js`) the camera of the page is
//! used, so that the picture never lies in an album; what the script needs to know stands in `data-` attributes, and
//! what it shows is hidden until it is there.

use maud::{Markup, html};

use super::{
    entry::{self, Entry},
    icon::{Icon, icon},
    mine, staff,
    staff::person::{self, Person},
};
use crate::Site;

mod guide;
pub mod markup;

pub use guide::Guide;

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    /// The region: "Face".
    pub region: String,
    /// Where it leads back to: address and words.
    pub back: (String, String),
    /// Other regions: address, name, whether it is this one.
    pub regions: Vec<(String, String, bool)>,
    /// The views, in their order.
    pub steps: Vec<StepLine>,
    /// Where the sequence is.
    pub at: At,
}

/// Where a sequence is.
#[derive(Debug, Clone, PartialEq)]
pub enum At {
    /// None may be taken; the sentence says why.
    NotAllowed(String),
    /// A view is to be taken.
    Step(Box<Step>),
    /// One was just taken.
    Taken(Box<Taken>),
    /// The last view is over.
    Over,
}

/// A view in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// Its number, from one.
    pub number: usize,
    /// Its name.
    pub title: String,
    /// Where it is taken.
    pub href: String,
    /// The picture that was taken: address and words.
    pub picture: Option<(String, String)>,
    /// Whether it is the one of the page.
    pub is_current: bool,
}

/// A view that is to be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its number, from one.
    pub number: usize,
    /// Its name.
    pub title: String,
    /// How to stand and hold the camera.
    pub says: String,
    /// What is drawn over the picture.
    pub guide: Guide,
    /// The view's word.
    pub view: String,
    /// Where the form goes.
    pub action: String,
    /// Where uploads in parts begin.
    pub uploads: String,
    /// What an upload's end is told besides, as a query.
    pub query: String,
    /// Which camera is wished for.
    pub facing: Facing,
    /// The earlier photograph of this view.
    pub earlier: Option<Earlier>,
    /// Where the next view is.
    pub skip: String,
    /// Whether it repeats one that was just taken.
    pub is_repeat: bool,
}

/// Which camera of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facing {
    /// The one on its back.
    Away,
    /// The one beside the screen.
    Towards,
}

/// The earlier photograph of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Where it is.
    pub src: String,
    /// What it shows.
    pub alt: String,
    /// When it is from: "9 October, before session 1".
    pub when: String,
}

/// A photograph that was just taken. It is kept already.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The number of its view, from one.
    pub number: usize,
    /// The name of its view.
    pub title: String,
    /// Where it is.
    pub src: String,
    /// What it shows.
    pub alt: String,
    /// Its size in pixels.
    pub size: (u32, u32),
    /// The earlier one that it is held against.
    pub earlier: Option<Earlier>,
    /// What was found.
    pub checks: Checks,
    /// What the colour card in the frame says, in a sentence; empty where nobody looked.
    pub card: String,
    /// Where it is taken back and the view is taken again.
    pub again: String,
    /// The next view: address and words.
    pub onwards: (String, String),
    /// Where it is repeated, so that the error of a photograph is learned; nowhere for a patient, whose camera is not the
    /// clinic's.
    pub repeat: Option<String>,
    /// What the clinic learned from it, of one that is a repeat; empty of any other.
    pub learned: String,
    /// Where something is drawn over it; nowhere for a patient.
    pub markup: Option<String>,
}

/// What was found of a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checks {
    /// It was not checked yet; a form with nothing in it does it.
    Open(String),
    /// There is no earlier one of this view to check it against.
    First,
    /// It was checked.
    Done(Vec<Found>),
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whether it held.
    pub is_ok: bool,
    /// What was looked at, with value and limit.
    pub says: String,
    /// What to do about it; empty where it held.
    pub remedy: String,
}

/// The page in the clinic.
pub fn in_clinic(
    site: &Site,
    frame: &staff::Frame,
    (who, view): (&Person, &Capture),
    entry: &Entry,
) -> Markup {
    let (href, words) = &view.back;
    let actions = html! { a.btn href=(href) { (words) } };
    let title = format!("photographs: {}", view.region.to_lowercase());
    let body = html! {
        div.page.room {
            (person::head(who, &title, &actions))
            (entry::summary(entry))
            (content(site, view, entry))
        }
    };
    staff::document(site, frame, &body)
}

/// The same at home.
pub fn at_home(site: &Site, frame: &mine::Frame, view: &Capture, entry: &Entry) -> Markup {
    let (href, words) = &view.back;
    let body = html! {
        div.mine__one.mine__one--wide {
            (mine::heading(Some((href, words)), &format!("Photos: {}", view.region.to_lowercase()), "In daylight by a window, clean skin, no flash, no filter, the same place each time."))
            (entry::summary(entry))
            (content(site, view, entry))
        }
    };
    mine::document(site, frame, &body)
}

fn content(site: &Site, view: &Capture, entry: &Entry) -> Markup {
    html! {
        div.capture {
            div.stack.stack--20 {
                @match &view.at {
                    At::NotAllowed(says) => div.note.note--caution { (icon(Icon::Lock)) p { (says) } },
                    At::Step(step) => (one_step(step, view.steps.len(), entry)),
                    At::Taken(taken) => (just_taken(taken, view.steps.len())),
                    At::Over => (over(view)),
                }
            }
            (side(view))
        }
        script type="module" src=(site.assets().camera_href()) {}
    }
}

fn side(view: &Capture) -> Markup {
    html! {
        div.stack.stack--20 {
            section.card aria-labelledby="views" {
                div.card__head { h2.h-lg #views { "Views" } span.push.small.muted { (view.steps.iter().filter(|step| step.picture.is_some()).count()) " of " (view.steps.len()) " taken" } }
                ol.views {
                    @for step in &view.steps { li {
                        a href=(step.href) data-go aria-current=[step.is_current.then_some("step")] {
                            @match &step.picture {
                                Some((src, alt)) => img src=(src) alt=(alt) width="44" height="44" loading="lazy";,
                                None => span.views__n aria-hidden="true" { (step.number) },
                            }
                            span { (step.title) @if step.picture.is_some() { span.small.muted { "taken" } } }
                        }
                    } }
                }
            }
            @if view.regions.len() > 1 {
                details.card.more.no-print {
                    summary { "Another region" }
                    ul.list { @for (href, title, is_it) in &view.regions { li { a.tap href=(href) aria-current=[is_it.then_some("true")] { (title) } } } }
                }
            }
            p.small.muted.beside { (icon(Icon::Lock)) span { "Photographs are kept sealed. Where one was taken is removed before it is kept, and one taken here is never in an album." } }
        }
    }
}

fn one_step(step: &Step, of: usize, entry: &Entry) -> Markup {
    html! {
        section.card.stack #step tabindex="-1" aria-labelledby="view"
            data-capture data-view=(step.view) data-uploads=(step.uploads) data-query=(step.query)
            data-facing=(match step.facing { Facing::Away => "environment", Facing::Towards => "user" }) {
            div.card__head {
                h2.h-lg #view { (step.number) " of " (of) ": " (step.title) }
                @if step.is_repeat { span.tag { "Repeat" } }
            }
            p { (step.says) }
            @if step.is_repeat { p.small { "Put the camera down, step away, then pose anew as for the first time. From such pairs the clinic learns what two shots of the same skin differ by." } }
            (stage(step))
            form.stack data-file action=(step.action) method="post" enctype="multipart/form-data" {
                (entry::tick(entry, "bare", "No make-up, face at rest", "It is kept with the photograph."))
                details.more.file-way open[!entry.is_fine()] data-other {
                    summary { "Send a file instead" }
                    div.stack {
                        (entry::file(entry, "photograph", "Photograph", "image/jpeg,image/png,image/heic,image/heif,.heic,.heif"))
                        p.xs.muted { "JPEG or PNG, and HEIC of an iPhone. 25 MB and 50 megapixels at most." }
                        button.btn.btn--glove type="submit" { (icon(Icon::Camera)) "Send it" }
                    }
                }
            }
            @if let Some(earlier) = &step.earlier {
                figure.earlier data-earlier {
                    img src=(earlier.src) alt=(earlier.alt) width="300" height="400" loading="lazy";
                    figcaption.small { b { "Take it like this one" } br; (earlier.when) }
                }
            } @else { p.small.muted { "This is the first of this view. Later ones are held against it." } }
            p { a.btn.btn--quiet href=(step.skip) data-go { "Skip this view" } }
        }
    }
}

/// The camera's picture, and what is drawn over it. It is shown once a script has a camera.
fn stage(step: &Step) -> Markup {
    html! {
        div.camera hidden data-camera {
            div.finder data-stage {
                video playsinline muted aria-label="What the camera sees" data-video {}
                canvas hidden role="img" aria-label="The photograph that is being sent" data-still {}
                @if let Some(earlier) = &step.earlier { img.finder__ghost src=(earlier.src) alt="" data-ghost; }
                (guide::drawn(step.guide))
                (guide::grid())
                div.finder__level aria-hidden="true" hidden data-level { i {} }
                output.finder__count hidden data-count {}
            }
            p.hints role="status" data-hints {}
            div.work hidden data-work { p.small { "Sending" } progress max="100" value="0" aria-label="How much of the photograph is sent" {} }
            div.camera__row {
                button.btn.btn--primary.btn--glove type="button" data-shoot { (icon(Icon::Camera)) "Take the photograph" }
                button.btn.btn--glove type="button" data-later { (icon(Icon::Clock)) "In 5 seconds" }
                button.btn.btn--glove type="button" hidden data-turn { "Other camera" }
            }
            div.camera__row {
                @if step.earlier.is_some() {
                    label.field.ghost-of { span { "Ghost of the earlier one: " output data-opacity-says { "40 %" } } input type="range" min="0" max="60" step="5" value="40" data-opacity; }
                }
                label.check { input type="checkbox" checked data-shows="guide"; span { "Outline" } }
                label.check { input type="checkbox" data-shows="grid"; span { "Grid" } }
            }
        }
        p.hints hidden role="status" data-no-camera {}
        button.btn.btn--primary.btn--glove type="button" hidden data-open { (icon(Icon::Camera)) "Use the camera" }
    }
}

fn just_taken(taken: &Taken, of: usize) -> Markup {
    html! {
        section.card.stack #step tabindex="-1" aria-labelledby="view" {
            div.card__head { h2.h-lg #view { (taken.number) " of " (of) ": " (taken.title) ", taken" } }
            div.two {
                figure.shot { img src=(taken.src) width=(taken.size.0) height=(taken.size.1) alt=(taken.alt) decoding="async"; figcaption.small { b { "Just taken" } } }
                @if let Some(earlier) = &taken.earlier { figure.shot { img src=(earlier.src) width=(taken.size.0) height=(taken.size.1) alt=(earlier.alt) decoding="async"; figcaption.small { b { "The earlier one" } span { (earlier.when) } } } }
            }
            (checks(&taken.checks, &taken.card, &taken.learned))
            div.camera__row {
                a.btn.btn--primary.btn--glove href=(taken.onwards.0) data-go { (icon(Icon::Onwards)) (taken.onwards.1) }
                form action=(taken.again) method="post" data-go { button.btn.btn--glove type="submit" { (icon(Icon::Back)) "Take it again" } }
            }
            p.small.muted { "It is kept as it is. Taken again, this one is taken back and shown to nobody." }
            p.taken__more {
                @if let Some(repeat) = &taken.repeat { a.tap href=(repeat) data-go { "Pose anew and take a repeat" } }
                @if let Some(markup) = &taken.markup { a.tap href=(markup) { "Draw on a copy" } }
            }
        }
    }
}

/// What was found of a photograph; the part that a script fetches anew.
fn checks(checks: &Checks, card: &str, learned: &str) -> Markup {
    html! {
        div.shot-checks #checks aria-live="polite" {
            @match checks {
                Checks::Open(action) => {
                    form action=(action) method="post" data-check { button.btn type="submit" { "Check it against the earlier one" } }
                },
                Checks::First => p.small.beside { (icon(Icon::Leaf)) span { "The first of this view: there is nothing yet to check it against." } },
                Checks::Done(found) => {
                    @if found.iter().all(|one| one.is_ok) { p.shot-checks__head { (icon(Icon::Tick)) b { "It can be compared with the earlier one." } } }
                    @else { p.shot-checks__head { (icon(Icon::Caution)) b { "Better taken again." } } }
                    ul.list { @for one in found {
                        li { (icon(if one.is_ok { Icon::Tick } else { Icon::Caution })) span { (one.says) @if !one.remedy.is_empty() { br; b { (one.remedy) } } } }
                    } }
                },
            }
            @if !card.is_empty() { p.small.muted { (card) } }
            @if !learned.is_empty() { p.small.muted { (learned) } }
        }
    }
}

fn over(view: &Capture) -> Markup {
    let left: Vec<&StepLine> = view.steps.iter().filter(|step| step.picture.is_none()).collect();
    html! {
        section.card.stack #step tabindex="-1" aria-labelledby="view" {
            h2.h-lg #view { @if left.is_empty() { "All views are taken" } @else { "The last view is over" } }
            @if !left.is_empty() {
                p { "Not taken: " @for (at, step) in left.iter().enumerate() { @if at > 0 { ", " } a.tap href=(step.href) data-go { (step.title) } } "." }
            }
            div.two {
                @for step in &view.steps { @if let Some((src, alt)) = &step.picture {
                    figure.shot { img src=(src) alt=(alt) width="320" height="320" loading="lazy"; figcaption.small { (step.title) } }
                } }
            }
            p { a.btn.btn--primary.btn--glove href=(view.back.0) { (view.back.1) } }
        }
    }
}
