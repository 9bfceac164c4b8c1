//! An outcome scale that the patient fills in: its items, each one of several, and what the sum means.
//!
//! Items and scoring come with the view; the copyright line of a scale is always shown. A scale is only offered where
//! its licence allows it; that is decided before this page.

use maud::{Markup, html};
use percuta_clinical::book::Cited;

use super::{Frame, document, empty, heading};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Options},
        icon::{Icon, icon},
        part,
    },
};

/// A scale to be filled in.
#[derive(Debug, Clone, Default)]
pub struct Scale {
    /// Its title.
    pub title: String,
    /// What to think of: "Over the last week".
    pub says: String,
    /// Its items.
    pub items: Vec<Item>,
    /// Who holds the rights, as they ask it to be said; may be empty.
    pub rights: String,
    /// Where the form goes.
    pub action: String,
}

/// An item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Its name in the form.
    pub name: String,
    /// The question.
    pub asks: String,
    /// Value and words of each answer.
    pub choices: Vec<(String, String)>,
}

/// A scale to be filled in.
pub fn page(site: &Site, frame: &Frame, view: &Scale, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), &view.title, &view.says))
            (entry::summary(entry))
            form.stack action=(view.action) method="post" novalidate {
                @for item in &view.items { div.card { (entry::options(entry, Options::One, &item.name, &item.asks, &item.choices)) } }
                div.stack.stack--tight {
                    button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Save" }
                    p.small.muted { "Your answers stand in your record. They change nothing about your treatment by themselves." }
                }
            }
            @if !view.rights.is_empty() { p.small.muted { (view.rights) } }
        }
    };
    document(site, frame, &body)
}

/// The scales that a patient is asked to fill in.
#[derive(Debug, Clone, Default)]
pub struct Scales {
    /// What is asked for now.
    pub due: Vec<Asked>,
    /// What is asked for later.
    pub later: Vec<Asked>,
    /// What was filled in: title, the last score in words, and where it is.
    pub done: Vec<(String, String, String)>,
}

/// A scale that is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its title.
    pub title: String,
    /// When: "until Sunday 22 November", "from 20 December".
    pub when: String,
    /// Why.
    pub because: String,
    /// What that rests on.
    pub cited: Cited,
    /// Where it is filled in.
    pub href: String,
}

/// The scales that a patient is asked to fill in.
pub fn list(site: &Site, frame: &Frame, view: &Scales) -> Markup {
    let is_bare = view.due.is_empty() && view.later.is_empty() && view.done.is_empty();
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "How you judge it", "A few scales, each at its time, so that what changes can be seen and not only remembered."))
            @if is_bare { (empty("Nothing to fill in", "Once a course has begun, this page says what is asked for and when.", None)) }
            @for asked in &view.due {
                section.card.stack {
                    h2 { (asked.title) }
                    (why(site, asked))
                    a.btn.btn--primary.btn--wide href=(asked.href) { "Fill it in" span.vh { ": " (asked.title) } }
                }
            }
            @if !view.later.is_empty() {
                section.card.stack aria-labelledby="later" {
                    h2 #later { "Later" }
                    ul.list { @for asked in &view.later { li.because { div { p { b { (asked.title) } } (why(site, asked)) } } } }
                }
            }
            @if !view.done.is_empty() {
                section.card aria-labelledby="done" {
                    h2.mb-3 #done { "What you said before" }
                    dl.told { @for (title, last, href) in &view.done { div { dt { (title) } dd { a.tap href=(href) { (last) } } } } }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn why(site: &Site, asked: &Asked) -> Markup {
    html! {
        @if !asked.when.is_empty() { p.small { b { (asked.when) } } }
        p.small.muted { (asked.because) }
        (part::chip(site, &asked.cited, "", &asked.title))
    }
}

/// What came of a scale.
#[derive(Debug, Clone, Default)]
pub struct Scored {
    /// The title of the scale.
    pub title: String,
    /// The score with its range: "6 of 30".
    pub score: String,
    /// What it means, and how sure that is.
    pub says: String,
    /// Every score, the oldest first.
    pub course: Vec<Score>,
}

/// One score of a course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// When.
    pub when: String,
    /// How much, in words.
    pub words: String,
    /// Where it stands between the lowest and the highest score, in percent.
    pub percent: u8,
}

/// What came of a scale.
pub fn scored(site: &Site, frame: &Frame, view: &Scored) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), &view.title, ""))
            section.card.stack { h2 { (view.score) } p { (view.says) } }
            @if view.course.len() > 1 {
                section.card.stack aria-labelledby="course" {
                    h2 #course { "Over time" }
                    (trend(&view.course))
                    dl.told { @for score in view.course.iter().rev() { div { dt { (score.when) } dd { (score.words) } } } }
                }
            }
            p.note { (icon(Icon::Note)) span { "One number is a poor judge. Look at the trend, and at photographs 3 months after the last session." } }
        }
    };
    document(site, frame, &body)
}

/// The width of the drawing, and the part of it that points use.
const WIDTH: usize = 320;
const MARGIN: usize = 12;
/// Its height and the line of the lowest score.
const LOW: usize = 108;

/// The scores as a line with a point each. The same numbers stand beneath it in words.
fn trend(course: &[Score]) -> Markup {
    let gaps = course.len().saturating_sub(1).max(1);
    let points: Vec<(usize, usize)> = course
        .iter()
        .enumerate()
        .map(|(number, score)| {
            let x = MARGIN + number * (WIDTH - 2 * MARGIN) / gaps;
            (x, LOW - usize::from(score.percent.min(100)) * (LOW - MARGIN) / 100)
        })
        .collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    html! {
        svg.chart.scoreline viewBox="0 0 320 120" role="img" aria-label="The scores over time, from left to right" {
            line.gridl x1="0" x2="320" y1=(MARGIN) y2=(MARGIN) {}
            line.axis x1="0" x2="320" y1=(LOW) y2=(LOW) {}
            polyline.est points=(line.join(" ")) {}
            @for (x, y) in points { circle.pt cx=(x) cy=(y) r="5" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_score_is_drawn_at_the_top_and_the_lowest_at_the_bottom() {
        let score = |percent| Score { percent, ..Score::default() };
        let drawn = trend(&[score(0), score(100)]).into_string();
        assert!(drawn.contains("points=\"12,108 308,12\""), "{drawn}");
    }

    #[test]
    fn one_score_and_none_are_drawn_without_a_fault() {
        assert!(trend(&[Score::default()]).into_string().contains("12,108"));
        assert!(trend(&[]).into_string().contains("points=\"\""));
    }
}
