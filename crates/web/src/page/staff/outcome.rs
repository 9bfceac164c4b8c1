//! Outcomes: a published scale is filled in and scored with its sum shown, and its scores are drawn over the course.
//!
//! The score is computed elsewhere, exactly as the scale's paper says; here stands how it came about. The drawing is
//! never the only way: the table beneath it says the same. Whether a change matters is for the reader.

use maud::{Markup, html};
use percuta_clinical::book::Cited;

use super::{
    Frame,
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon, small},
        part,
    },
};

/// Outcomes of a course.
#[derive(Debug, Clone)]
pub struct View {
    /// Whom it is about.
    pub person: Person,
    /// Scales in use, each with its scores.
    pub trends: Vec<Trend>,
    /// What the rules ask to be scored in this course, in the order of time.
    pub asked: Vec<Asked>,
    /// Scales that can be filled in: label and path.
    pub scales: Vec<(String, String)>,
    /// From when the result can be judged, in a sentence.
    pub judge: String,
}

/// A scale that the rules ask for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The scale's name.
    pub title: String,
    /// When it is asked for: "Before the first session", "4 weeks after session 1".
    pub when: String,
    /// Where it stands.
    pub stands: Stands,
    /// Where it stands, in words: "until 22 November", "scored on 20 November".
    pub says: String,
    /// Who grades it, where that is the patient too.
    pub by: String,
    /// Why it is asked for.
    pub because: String,
    /// What that rests on.
    pub cited: Cited,
    /// Where it is scored, while it is asked for.
    pub href: Option<String>,
}

/// Where a scale that is asked for stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It was scored.
    Done,
    /// It is asked for now.
    Due,
    /// Its time comes.
    Later,
    /// Its time went by.
    Missing,
    /// It cannot be scored here.
    Elsewhere,
}

impl Stands {
    /// Its word, the step of the scale of dispositions whose colours it takes, and its sign.
    fn word(self) -> (&'static str, Option<&'static str>, Icon) {
        match self {
            Self::Done => ("Scored", Some("proceed"), Icon::Tick),
            Self::Due => ("Due", Some("caution"), Icon::Clock),
            Self::Later => ("Later", None, Icon::Wait),
            Self::Missing => ("Missing", Some("defer"), Icon::Caution),
            Self::Elsewhere => ("On paper", None, Icon::Sheet),
        }
    }
}

/// The scores of one scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Its id, unique on the page.
    pub id: String,
    /// The scale's name.
    pub title: String,
    /// What a lower or higher score means: "1 to 4, lower is better".
    pub range: String,
    /// The lowest score that the scale has.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// The scores, oldest first.
    pub points: Vec<Point>,
    /// Sessions: days since the first score.
    pub sessions: Vec<i32>,
    /// The day from which the result can be judged, in days since the first score.
    pub judge: Option<i32>,
    /// Where a score is added.
    pub add: String,
}

/// A score.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Days since the first.
    pub day: i32,
    /// The day in words.
    pub date: String,
    /// The score.
    pub value: f64,
    /// The score in words: "2, mild".
    pub says: String,
    /// Who gave it.
    pub by: String,
    /// What it was of: "day 0", "3 months after session 4".
    pub when: String,
}

const WIDTH: f64 = 740.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 716.0;
const TOP: f64 = 24.0;
const FLOOR: f64 = 150.0;

/// The page of all scales.
pub fn page(site: &Site, frame: &Frame, view: &View) -> Markup {
    let body = html! {
        div.page.room {
            (person::head(&view.person, "outcomes", &html! {}))
            @if !view.judge.is_empty() { div.note { (icon(Icon::Wait)) p { (view.judge) } } }
            (asked(site, &view.asked))
            @if view.trends.is_empty() {
                div.empty { h2 { "Nothing was scored yet" } p { "Here each scale will be drawn over the course. A score from before the first session is what later ones are compared with." } }
            }
            @for trend in &view.trends { (one_trend(trend)) }
            section.card aria-labelledby="scales" {
                h2.h-lg.mb-3 #scales { "Fill in a scale" }
                ul.links { @for (label, href) in &view.scales { li { a href=(href) { (label) } } } }
            }
        }
    };
    super::document(site, frame, &body)
}

fn asked(site: &Site, asked: &[Asked]) -> Markup {
    let table = html! {
        table.table {
            thead { tr { th scope="col" { "When" } th scope="col" { "Scale" } th scope="col" { "State" } th scope="col" { "Why" } } }
            tbody { @for one in asked {
                @let (word, step, sign) = one.stands.word();
                tr {
                    th scope="row" { (one.when) }
                    td { @if let Some(href) = &one.href { a href=(href) { (one.title) } } @else { (one.title) } @if !one.by.is_empty() { br; span.small.muted { (one.by) } } }
                    td { span.tag.tag--mute[step.is_none()] data-step=[step] { (small(sign)) (word) } @if !one.says.is_empty() { br; span.small.muted { (one.says) } } }
                    td { p.small { (one.because) } (part::chip(site, &one.cited, "", &format!("{}, {}", one.title, one.when))) }
                }
            } }
        }
    };
    html! {
        @if !asked.is_empty() {
            section.card aria-labelledby="asked" {
                h2.h-lg.mb-3 #asked { "What the rules ask to be scored" }
                (part::scroll("What the rules ask to be scored", &table))
            }
        }
    }
}

fn one_trend(trend: &Trend) -> Markup {
    let table = html! {
        table.table {
            thead { tr { th scope="col" { "Day" } th scope="col" { "When" } th scope="col" { "Score" } th scope="col" { "By" } } }
            tbody { @for point in &trend.points { tr {
                th scope="row" { (point.date) } td { (point.when) } td { b { (point.says) } } td { (point.by) }
            } } }
        }
    };
    html! {
        section.card aria-labelledby=(trend.id) {
            div.card__head {
                h2 id=(trend.id) { (trend.title) }
                span.small.muted { (trend.range) }
                a.btn.push href=(trend.add) { "Score again" span.vh { ": " (trend.title) } }
            }
            (drawing(trend))
            (part::scroll(&format!("Scores of {}", trend.title), &table))
        }
    }
}

/// Where a day stands, given the last one.
fn across(day: i32, last: i32) -> f64 {
    LEFT + (RIGHT - LEFT) * f64::from(day.max(0)) / f64::from(last.max(1))
}

/// Where a score stands.
fn up(value: f64, trend: &Trend) -> f64 {
    let span = if trend.high > trend.low { trend.high - trend.low } else { 1.0 };
    FLOOR - (FLOOR - TOP) * (value - trend.low).clamp(0.0, span) / span
}

fn rounded(place: f64) -> String {
    format!("{place:.1}")
}

fn drawing(trend: &Trend) -> Markup {
    let days = trend.points.iter().map(|point| point.day).chain(trend.sessions.iter().copied());
    let last = days.chain(trend.judge).max().unwrap_or_default();
    let at = |point: &Point| {
        format!("{} {}", rounded(across(point.day, last)), rounded(up(point.value, trend)))
    };
    let line: Vec<String> = trend.points.iter().map(at).collect();
    let said: Vec<String> =
        trend.points.iter().map(|point| format!("{}: {}", point.date, point.says)).collect();
    html! {
        svg.chart.trend viewBox={ "0 0 " (WIDTH) " 196" } role="img" aria-label={ (trend.title) ". " (said.join("; ")) } {
            path.gridl d={ "M" (LEFT) " " (TOP) "H" (RIGHT) } {}
            path.axis d={ "M" (LEFT) " " (FLOOR) "H" (RIGHT) "M" (LEFT) " " (TOP) "V" (FLOOR) } {}
            text x=(LEFT - 10.0) y=(TOP + 4.0) text-anchor="end" { (trend.high) }
            text x=(LEFT - 10.0) y=(FLOOR + 4.0) text-anchor="end" { (trend.low) }
            @if let Some(judge) = trend.judge {
                @let x = rounded(across(judge, last));
                path.weeks__judge d={ "M" (x) " " (TOP) "V" (FLOOR) } {}
                text x=(x) y="16" text-anchor="end" { "judge from here" }
            }
            @for (index, session) in trend.sessions.iter().enumerate() {
                circle.trend__session cx=(rounded(across(*session, last))) cy=(FLOOR) r="5" {}
                text x=(rounded(across(*session, last))) y="188" text-anchor="middle" { "S" (index + 1) }
            }
            @if line.len() > 1 { path.est d={ "M" (line.join("L")) } {} }
            @for point in &trend.points {
                circle.pt cx=(rounded(across(point.day, last))) cy=(rounded(up(point.value, trend))) r="6" {}
                text.strong x=(rounded(across(point.day, last))) y=(rounded(label_at(up(point.value, trend)))) text-anchor=(anchor(point.day, last)) { (point.value) }
            }
        }
    }
}

/// Labels stand above their point, or beneath it where there is no room.
fn label_at(place: f64) -> f64 {
    if place < TOP + 14.0 { place + 22.0 } else { place - 12.0 }
}

fn anchor(day: i32, last: i32) -> &'static str {
    if day <= 0 {
        "start"
    } else if day >= last {
        "end"
    } else {
        "middle"
    }
}

/// A scale that is filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Whom it is about.
    pub person: Person,
    /// The scale's name.
    pub title: String,
    /// How it is scored, as published.
    pub scoring: String,
    /// Its licence, in a sentence; some must be named wherever the scale is used.
    pub licence: String,
    /// The page of its source.
    pub source: String,
    /// Its items.
    pub items: Vec<Item>,
    /// The score of what was filled in, with its sum; none before.
    pub scored: Option<Scored>,
    /// Where it goes.
    pub action: String,
    /// Back to the outcomes.
    pub back: String,
}

/// An item of a scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The name of its field.
    pub name: String,
    /// What is graded.
    pub asks: String,
    /// The grades: value and words. Without any, a number is written.
    pub choices: Vec<(String, String)>,
    /// The range of a number: "0 to 10"; empty with choices.
    pub range: String,
}

/// A score with its sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// "12 of 84".
    pub total: String,
    /// "macular 1 × 1 + mild dish 1 × 2 + … = 12".
    pub sum: String,
}

/// The form. The first button computes and shows; the second one keeps what was shown.
pub fn form(site: &Site, frame: &Frame, view: &Form, entry: &Entry) -> Markup {
    let back = html! { a.btn href=(view.back) { (icon(Icon::Back)) "Outcomes" } };
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, &view.title, &back))
            (entry::summary(entry))
            form.card.stack.form action=(view.action) method="post" {
                p.small.muted { "Scored as published: " (view.scoring) ". " a href=(view.source) { "Source" } }
                @for item in &view.items {
                    @if item.choices.is_empty() {
                        (entry::line(entry, entry::Line { name: &item.name, label: &item.asks, hint: &item.range, kind: "number", autocomplete: "off" }))
                    } @else {
                        (entry::options(entry, entry::Options::One, &item.name, &item.asks, &item.choices))
                    }
                }
                @if let Some(scored) = &view.scored {
                    div.note role="status" { (icon(Icon::Chart)) div { p { b { "Score: " (scored.total) } } p.small { (scored.sum) } } }
                }
                div.form__end {
                    @if view.scored.is_some() {
                        button.btn.btn--primary type="submit" name="step" value="keep" { "Keep this score" }
                        button.btn type="submit" name="step" value="score" { "Compute again" }
                    } @else {
                        button.btn.btn--primary type="submit" name="step" value="score" { "Compute the score" }
                    }
                }
                p.xs.muted { (view.licence) }
            }
        }
    };
    super::document(site, frame, &body)
}
