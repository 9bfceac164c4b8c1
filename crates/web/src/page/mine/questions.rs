//! The questions that the self-check left open, on the phone: one group a page, saved with each page, and sent at the end.
//!
//! The questions, their details and their fields are those of the self-check (`page::check`), so that one reader serves
//! both: `a.{key}`, `shown.{key}`, `d.{key}`, `medicines`. What is left open is *not sure* once its page was sent.

use maud::{Markup, html};
use percuta_clinical::question::{Detail, Group, Said, questions};

use super::{Frame, document, heading};
use crate::{
    Site,
    check::Fields,
    page::{
        check,
        entry::{self, Entry, Options},
        icon::{Icon, icon},
    },
};

/// What it is about: asked first of whoever did not come through the self-check.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Where the form goes.
    pub action: String,
    /// How it may be treated: value and words.
    pub ways: Vec<(String, String)>,
    /// Recorded sex: value and words.
    pub sexes: Vec<(String, String)>,
}

/// What it is about.
pub fn about(site: &Site, frame: &Frame, view: &About, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "What it is about", "Questions follow from this; only those are asked that can matter."))
            (entry::summary(entry))
            form.card.stack.roomy action=(view.action) method="post" novalidate {
                (entry::select(entry, "concern", "What would you like treated?", &check::concerns(site)))
                (entry::select(entry, "region", "Where? The smallest part that holds it all.", &check::regions(site)))
                (entry::options(entry, Options::One, "way", "How?", &view.ways))
                (entry::options(entry, Options::One, "sex", "Sex recorded for you. It decides whether pregnancy is asked about.", &view.sexes))
                (entry::choose(entry, "phototype", "How does your skin take the sun?", "Not sure", &check::phototypes()))
                button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Save and go on" }
            }
        }
    };
    document(site, frame, &body)
}

/// A page of questions.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Where the form goes.
    pub action: String,
    /// Which page of how many this is.
    pub place: Place,
    /// The group.
    pub group: Group,
    /// Keys of the questions, with what was said before.
    pub asked: Vec<(String, Option<Said>)>,
    /// The page before this one.
    pub back: Option<String>,
}

/// Which page of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// This page, from one.
    pub number: usize,
    /// All pages.
    pub of: usize,
}

/// A page of questions. Medicines are asked for as text on the page of their group.
pub fn ask(site: &Site, frame: &Frame, view: &Ask, entry: &Entry) -> Markup {
    let all = questions(site.book());
    let body = html! {
        div.mine__one.selfcheck__page {
            (top(view.place, view.back.as_deref(), check::group_title(view.group)))
            (entry::summary(entry))
            form.card.stack.selfcheck__questions action=(view.action) method="post" {
                @for (key, given) in &view.asked {
                    @if let Some(question) = all.iter().find(|question| question.key == key) {
                        input type="hidden" name={ "shown." (key) } value="1";
                        (check::three(site, question, *given))
                    }
                }
                @if view.group == Group::Medicines {
                    (entry::lines(entry, "medicines", "Which medicines and supplements do you take?", "One a line, as on the packet; brand names are understood. Leave it empty if you take none."))
                }
                (onwards())
            }
        }
    };
    document(site, frame, &body)
}

/// A page of details of what was answered yes.
#[derive(Debug, Clone)]
pub struct Details {
    /// Where the form goes.
    pub action: String,
    /// Which page of how many this is.
    pub place: Place,
    /// The details.
    pub asked: Vec<Detail>,
    /// The page before this one.
    pub back: Option<String>,
}

/// A page of details.
pub fn details(site: &Site, frame: &Frame, view: &Details, entry: &Entry) -> Markup {
    let pairs = entry.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let fields = Fields::new(pairs.collect());
    // The fields of details have ids without dots, so the summary links to those.
    let mut linked = Entry::default();
    for detail in &view.asked {
        let name = format!("d.{}", detail.key);
        if let Some(says) = entry.wrong(&name) {
            linked.refuse(&check::field_id(&name), says);
        }
    }
    let body = html! {
        div.mine__one.selfcheck__page {
            (top(view.place, view.back.as_deref(), "A few details"))
            (entry::summary(&linked))
            form.card.stack.selfcheck__questions action=(view.action) method="post" novalidate {
                @for detail in &view.asked {
                    (check::one_detail(detail, &fields, entry.wrong(&format!("d.{}", detail.key)), site.today()))
                }
                (onwards())
            }
        }
    };
    document(site, frame, &body)
}

fn top(place: Place, back: Option<&str>, title: &str) -> Markup {
    html! {
        (heading(Some((back.unwrap_or("/me"), if back.is_some() { "Back" } else { "Today" })), title, ""))
        div.stack.stack--tight {
            p.row.row--nowrap.small.muted { span { "Part " (place.number) " of " (place.of) } span.push { "Saved with each page" } }
            progress.prog value=(place.number) max=(place.of) aria-label="Progress" { (place.number) " of " (place.of) }
        }
    }
}

fn onwards() -> Markup {
    html! {
        div.stack.stack--tight {
            button.btn.btn--primary.btn--wide.btn--glove type="submit" name="then" value="next" { "Save and go on" }
            button.btn.btn--wide type="submit" name="then" value="later" { "Save and stop for now" }
            p.small.muted { "What you leave open counts as “Not sure”." }
        }
    }
}

/// Everything that was said, before it is sent.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// The parts in their order.
    pub parts: Vec<Part>,
    /// How many questions are still open.
    pub open: usize,
    /// How many were answered *not sure*.
    pub unsure: usize,
    /// Where the form goes.
    pub action: String,
}

/// A part of what was said.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Its title.
    pub title: String,
    /// Where it is changed.
    pub href: String,
    /// Question and answer.
    pub said: Vec<(String, String)>,
    /// The questions that were answered no: they are many, so they fold away.
    pub denied: Vec<String>,
}

/// Everything that was said, to be looked through and sent.
pub fn review(site: &Site, frame: &Frame, view: &Review) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "Look it through, then send", "You can change anything until the clinician has decided; after that, tell us at your visit."))
            @if view.open > 0 {
                div.note.note--caution { (icon(Icon::Question)) p { b { (crate::wording::count(view.open, "question is", "questions are")) " still open. " } "You can send it all the same; what is open may make the answer wait." } }
            }
            @if view.unsure > 0 {
                div.note { (icon(Icon::Question)) p { (crate::wording::count(view.unsure, "answer is", "answers are")) " “Not sure”. That is a good answer; the clinician asks you about it." } }
            }
            @for part in &view.parts {
                section.card {
                    div.card__head { h2 { (part.title) } a.push href=(part.href) { "Change" span.vh { ": " (part.title) } } }
                    @if !part.said.is_empty() { dl.told { @for (asked, answer) in &part.said { div { dt { (asked) } dd { (answer) } } } } }
                    @if !part.denied.is_empty() {
                        details.more {
                            summary { (crate::wording::count(part.denied.len(), "answer is", "answers are")) " “No”" span.vh { ": " (part.title) } }
                            ul.list { @for asked in &part.denied { li { (icon(Icon::Cross)) span { (asked) } } } }
                        }
                    }
                }
            }
            form.stack.stack--tight action=(view.action) method="post" {
                button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Send to the clinic" }
                p.small.muted { "Your answers are as true as you know. A clinician confirms them with you before any treatment." }
            }
        }
    };
    document(site, frame, &body)
}

/// The page after sending.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Who looks at it and by when.
    pub next: String,
    /// Where the answers are changed, as long as they can be.
    pub change: Option<String>,
}

/// The page after sending.
pub fn sent(site: &Site, frame: &Frame, view: &Sent) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(None, "Sent", &view.next))
            a.btn.btn--primary.btn--wide.btn--glove href="/me/screening" { "See the first answer" }
            @if let Some(href) = &view.change { a.btn.btn--wide href=(href) { "Look at my answers, or change them" } }
            a.btn.btn--wide href="/me" { "Back to today" }
        }
    };
    document(site, frame, &body)
}
