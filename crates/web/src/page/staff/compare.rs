//! Two photographs of a patient compared: side by side or slid over one another, where redness changed, what was measured
//! with its error, whether the two can be compared at all, and the same over every visit.
//!
//! What cannot be compared shows why and what to do, and no number. A number stands beside what two shots of one skin
//! differ by. Everything that is drawn is also said.

use maud::{Markup, html};

use super::{Frame, part};
use crate::{
    Site,
    page::{
        comparator::{
            self, CheckLine, Interval, Map, Outline, Point, Series, Stage, checks, interval, map,
            not_comparable, series, stage,
        },
        entry::{self, Entry},
        icon::{Icon, icon, small},
    },
};

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The patient: name and page.
    pub person: part::Link,
    /// All of their photographs.
    pub all: String,
    /// Where the two are chosen; a `GET`, so that a pair has an address inside the clinic.
    pub action: String,
    /// Photographs to choose from, by view: the view's name, and ids with words.
    pub choices: Vec<(String, Vec<(String, String)>)>,
    /// The chosen ones.
    pub pair: Option<Pair>,
}

/// Two chosen photographs.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// "Front, face: before treatment and day 42 after session 1".
    pub title: String,
    /// "10 October and 21 November 2026, 42 days apart."
    pub lead: String,
    /// The ids, for the forms.
    pub ids: (String, String),
    /// The pictures.
    pub stage: Stage,
    /// In what they were not taken alike, each in a sentence.
    pub unlike: Vec<String>,
    /// Whether it is too early to judge, and until when, in a sentence; empty where it is not.
    pub early: String,
    /// What came of comparing them.
    pub outcome: Outcome,
    /// Areas that are marked on the earlier one.
    pub marks: Vec<Outline>,
    /// The same view over every visit; `None` where there are not three.
    pub series: Option<Series>,
    /// Whether they can be two shots of one skin, and whether they are counted.
    pub repeat: Option<Repeat>,
    /// What the clinic learned of its own repeats, in a sentence.
    pub learned: String,
    /// Whether a copy of the two may leave the clinic; `None` for who makes none.
    pub leaves: Option<Leaves>,
}

/// Whether a copy of two may leave the clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaves {
    /// For no purpose at all, and why.
    Never(String),
    /// By what for: its name, and where the copy is made, or why not, in sentences.
    For(Vec<(String, Result<String, String>)>),
}

/// What came of comparing two photographs.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// They cannot be: different views, or the wrong order. The sentence says so.
    Refused(String),
    /// They were not measured yet.
    NotYet,
    /// A check fails.
    NotComparable(Vec<CheckLine>),
    /// They were measured.
    Measured(Box<Measured>),
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The checks.
    pub checks: Vec<CheckLine>,
    /// Where redness changed.
    pub map: Option<Map>,
    /// The numbers.
    pub measures: Vec<Measure>,
    /// What is not measured, and why.
    pub not_measurable: Vec<(String, String)>,
    /// By what colours were told, in a sentence.
    pub colour: String,
    /// How well they lie over one another, and by what they were measured, each with its word.
    pub how: Vec<(String, String)>,
}

/// A number with its error.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// "Redness".
    pub title: String,
    /// "erythema index, against the untreated area".
    pub under: String,
    /// The change and its interval.
    pub interval: Interval,
    /// "−3.1 EI (−4.0 to −2.2)".
    pub says: String,
    /// "Less red".
    pub reading: String,
    /// "2.0 EI, assumed until the clinic has ten repeats".
    pub detectable: String,
    /// What must be known to read it; empty where nothing.
    pub note: String,
}

/// Two shots of one skin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Where it is said, or taken back.
    pub action: String,
    /// Whether they are counted.
    pub is_counted: bool,
}

/// The page.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room.compare {
            (crate::page::part::trail(&[("/patients", "Patients"), (&view.person.href, &view.person.says), (&view.all, "Photographs")]))
            @match &view.pair {
                Some(pair) => { (head(&view.person.says, pair)) (entry::summary(entry)) (pair_of(view, pair, entry)) },
                None => {
                    (part::head("Compare photographs", "Two of the same view, the earlier one first.", &html! {}))
                    (entry::summary(entry))
                    (choose(view, entry))
                    div.empty { h2 { "Choose two photographs" } p { "Of the same view, one before and one after, they stand here against one another." } }
                },
            }
        }
    };
    super::document(site, frame, &body)
}

fn head(who: &str, pair: &Pair) -> Markup {
    let print = html! {
        a.btn href="#choose" { (icon(Icon::Camera)) "Choose photographs" }
        button.btn type="button" hidden data-print="" { (icon(Icon::Printer)) "Print" }
    };
    html! { div.page__head { div { p.compare__whose { (who) } h1 { (pair.title) } p.muted { (pair.lead) } } div.row.page__do { (print) } } }
}

fn pair_of(view: &View, pair: &Pair, entry: &Entry) -> Markup {
    let measured = match &pair.outcome {
        Outcome::Measured(measured) => Some(measured.as_ref()),
        Outcome::Refused(_) | Outcome::NotYet | Outcome::NotComparable(_) => None,
    };
    html! {
        (outcome(view, pair))
        @if !pair.early.is_empty() { div.note.note--caution { (icon(Icon::Wait)) p { (pair.early) } } }
        div.compare__two.is-one[measured.is_none_or(|one| one.map.is_none())] {
            section.card aria-labelledby="slide-h" {
                div.card__head { h2.h-lg #slide-h { "The two photographs" } }
                (stage("stage", &pair.stage))
            }
            @if let Some(of) = measured.and_then(|one| one.map.as_ref()) {
                section.card aria-labelledby="map-h" {
                    div.card__head { h2.h-lg #map-h { "Where redness changed" } span.push.muted { "only beyond " (of.threshold) } }
                    (map(of))
                    @if let Some(picture) = &of.picture { p.small.stage__way { a.tap href=(picture) { "The map as a picture with its legend" } } }
                }
            }
        }
        div.split.compare__split {
            div.stack.stack--20 {
                @if let Some(measured) = measured { (numbers(measured, &pair.learned)) }
                @if let Some(of) = &pair.series { (over_visits(view, of)) }
                (choose(view, entry))
                @if !matches!(pair.outcome, Outcome::Refused(_)) { (areas(view, pair, entry)) }
            }
            div.stack.stack--20 { (beside(pair, measured)) }
        }
    }
}

/// What came of it, where it is not numbers.
fn outcome(view: &View, pair: &Pair) -> Markup {
    match &pair.outcome {
        Outcome::Refused(says) => html! { div.note.note--stop { (icon(Icon::Stop)) p { (says) } } },
        Outcome::NotComparable(failing) => not_comparable(
            failing,
            "So no change is measured, and none should be read out of them.",
        ),
        Outcome::Measured(_) => html! {},
        Outcome::NotYet => html! {
            form.card.row.measure action=(view.action) method="post" data-measure="" {
                (entry::hidden("before", &pair.ids.0)) (entry::hidden("after", &pair.ids.1))
                div.measure__says role="status" {
                    p { b { "These two were not compared yet." } " Checks, alignment and measures usually take a second or two." }
                    progress.measure__bar hidden aria-label="Comparing" {}
                }
                button.btn.btn--primary.push type="submit" { "Compare them" }
            }
        },
    }
}

fn numbers(measured: &Measured, learned: &str) -> Markup {
    html! {
        section.card aria-labelledby="numbers" {
            div.card__head { h2 #numbers { "What was measured" } }
            @if measured.measures.is_empty() {
                p { "Nothing could be measured on these two. Why stands under “Not measured”." }
            } @else {
                div.scroll-x tabindex="0" role="region" aria-label="Measures with their intervals" {
                    // On a phone each row stands as a block: what it is, is said, whatever is drawn.
                    table.table.measures role="table" {
                        thead role="rowgroup" { tr role="row" { @for words in ["Measure", "Change, 95% interval", "Reading", "Two shots of one skin differ by"] { th scope="col" role="columnheader" { (words) } } } }
                        tbody role="rowgroup" { @for measure in &measured.measures { (row(measure)) } }
                    }
                }
                p.small.muted.pt { "The grey band is what two shots of one skin differ by. A filled dot is a change beyond it; an open one cannot be told from none. Redness also changes with heat, sport and the time of day." }
            }
            div.measures__how { (how(&measured.how, learned)) }
        }
    }
}

fn row(measure: &Measure) -> Markup {
    html! {
        tr role="row" {
            th scope="row" role="rowheader" { (measure.title) @if !measure.under.is_empty() { br; span.small.muted.measures__under { (measure.under) } } }
            td role="cell" { (interval(measure.interval, &measure.says)) }
            td role="cell" { b { (measure.reading) } br; span.small.muted.num { (measure.says) } @if !measure.note.is_empty() { br; span.small.muted { (measure.note) } } }
            td.small role="cell" { (measure.detectable) }
        }
    }
}

/// How the numbers came about.
fn how(how: &[(String, String)], learned: &str) -> Markup {
    html! {
        details.cite.cite--line name="cite" {
            summary { (small(Icon::Book)) "How it is computed" }
            div.cite__pop {
                dl.src {
                    dt { "Redness" } dd { "Erythema index: a hundred times the logarithm of red over green, in linear light. Change is the later photograph minus the earlier one, after it was laid over it." }
                    dt { "Interval" } dd { "In 95 of 100 photographs taken like these, the true change lies within it. It is drawn from blocks of skin, because neighbouring pixels are not independent." }
                    dt { "Repeats" } dd { (learned) }
                    @for (word, says) in how { dt { (word) } dd { (says) } }
                }
            }
        }
    }
}

fn over_visits(view: &View, of: &Series) -> Markup {
    html! {
        section.card aria-labelledby="series" {
            div.card__head { h2 #series { (of.title) } span.push.muted { "change in " (of.unit) " against the first" } }
            @if of.points.iter().filter(|point| point.value.is_some()).count() > 1 { (series(of)) }
            @if !of.trend.is_empty() { p.pt { (of.trend) } }
            ul.visits-list { @for point in &of.points { (visit(view, point)) } }
            p.small.muted { "An open circle is too early: after a session skin is redder, and swelling smooths it, so colour is not judged before day 28. Bars are the 95% interval of one comparison." }
        }
    }
}

fn visit(view: &View, point: &Point) -> Markup {
    html! {
        li {
            span { b { (point.date) } " " span.small.muted { (point.stage) } }
            span.num { (point.says) }
            @if let Some(href) = &point.href { a.tap href=(href) { "Show" span.vh { " " (point.date) " against the first" } } }
            @if let Some((before, after)) = &point.ask {
                form action=(view.action) method="post" {
                    (entry::hidden("before", before)) (entry::hidden("after", after))
                    button.btn type="submit" { "Compare" span.vh { " " (point.date) " with the first" } }
                }
            }
        }
    }
}

fn beside(pair: &Pair, measured: Option<&Measured>) -> Markup {
    html! {
        section.card aria-labelledby="alike" {
            h2.h-lg.mb-3 #alike { "Are the photographs comparable?" }
            @match &pair.outcome {
                Outcome::Measured(measured) => { (checks(&measured.checks)) p.small.muted.pt { (measured.colour) } },
                Outcome::NotComparable(all) => (checks(all)),
                Outcome::NotYet => p.muted { "Not checked yet." },
                Outcome::Refused(_) => p.muted { "They were not checked." },
            }
            @if !pair.unlike.is_empty() {
                p.small.pt { b { "By what was noted" } }
                ul.list.small { @for says in &pair.unlike { li { (small(Icon::Caution)) span { (says) } } } }
            }
        }
        @if let Some(measured) = measured.filter(|one| !one.not_measurable.is_empty()) {
            section.card aria-labelledby="not" {
                h2.h-lg.mb-3 #not { "Not measured" }
                ul.list.small { @for (what, why) in &measured.not_measurable { li { (small(Icon::Eye)) span { b { (what) "." } " " (why) } } } }
            }
        }
        @if let Some(of) = &pair.leaves { (leaves(of)) }
        (repeat(pair))
    }
}

/// The way to a copy of the two, or why there is none.
fn leaves(of: &Leaves) -> Markup {
    html! {
        section.card.stack.stack--8.no-print aria-labelledby="leaves" {
            h2.h-lg #leaves { "A copy that leaves the clinic" }
            @match of {
                Leaves::Never(why) => p.small { (why) },
                Leaves::For(all) => ul.list.small { @for (what, way) in all { li {
                    @match way {
                        Ok(href) => { (small(Icon::Tick)) span { b { (what) ": " } "allowed for both. " a.tap href=(href) { "Make a copy" span.vh { " of the two: " (what) } } } },
                        Err(why) => { (small(Icon::Lock)) span { b { (what) ": " } (why) } },
                    }
                } } },
            }
        }
    }
}

/// Two shots of one skin teach the clinic what its photographs differ by.
fn repeat(pair: &Pair) -> Markup {
    let Some(repeat) = &pair.repeat else { return html! {} };
    html! {
        section.card.stack.stack--8.no-print aria-labelledby="repeat" {
            h2.h-lg #repeat { "Two shots of one skin?" }
            p.small { "Taken on one day, with the pose given up in between and nothing done to the skin, two photographs show how far the clinic’s own camera and light can be trusted. " (pair.learned) }
            form action=(repeat.action) method="post" {
                @if repeat.is_counted { button.btn type="submit" name="do" value="uncount" { "Take back: they are not repeats" } }
                @else { button.btn type="submit" name="do" value="count" { "Count them as repeats" } }
            }
        }
    }
}

/// How many areas can be marked.
pub const AREAS: usize = 4;

/// Areas on the earlier photograph: by numbers, and with script by drawing.
fn areas(view: &View, pair: &Pair, entry: &Entry) -> Markup {
    let wrong = entry.wrong("marks");
    html! {
        details.card.marks.no-print open[wrong.is_some()] {
            summary { h2.h-lg { "Treated and untreated areas" } }
            form.stack action=(view.action) method="post" data-areas="stage" {
                (entry::hidden("before", &pair.ids.0)) (entry::hidden("after", &pair.ids.1)) (entry::hidden("marked", "yes"))
                p.small.muted { "In hundredths of the earlier photograph’s width and height. An untreated area that did not change tells the light apart from the skin; a treated one is kept from steering the alignment." }
                @if let Some(says) = wrong { p.error #marks { (icon(Icon::Caution)) span { (says) } } }
                // Two more than there are, so that the form is no longer than it has to be.
                @for number in 0..AREAS.min(pair.marks.len() + 2) { (area(number, pair.marks.get(number))) }
                div.row { button.btn type="submit" { "Compare with these areas" } }
            }
        }
    }
}

fn area(number: usize, mark: Option<&Outline>) -> Markup {
    let kind = match mark {
        None => "",
        Some(mark) if mark.is_treated => "treated",
        Some(_) => "control",
    };
    let percent = |at: usize| {
        let part = mark.and_then(|mark| mark.place.get(at)).copied();
        part.map(|part| format!("{}", f64::from(part) / 10.0)).unwrap_or_default()
    };
    let name = |what: &str| format!("area{number}-{what}");
    html! {
        fieldset.area {
            legend { "Area " (number + 1) }
            div.field { label for=(name("kind")) { "What it is" }
                select.input id=(name("kind")) name=(name("kind")) {
                    @for (value, words) in [("", "None"), ("treated", "Treated"), ("control", "Not treated")] { option value=(value) selected[kind == value] { (words) } }
                } }
            div.field { label for=(name("shape")) { "Shape" }
                select.input id=(name("shape")) name=(name("shape")) {
                    @let is_ellipse = mark.is_some_and(|mark| mark.is_ellipse);
                    option value="box" selected[!is_ellipse] { "Box" } option value="ellipse" selected[is_ellipse] { "Ellipse" }
                } }
            @for (at, (what, words)) in [("left", "From left"), ("top", "From top"), ("width", "Width"), ("height", "Height")].into_iter().enumerate() {
                div.field { label for=(name(what)) { (words) } input.input id=(name(what)) name=(name(what)) type="number" min="0" max="100" step="0.1" inputmode="decimal" value=(percent(at)) autocomplete="off"; }
            }
        }
    }
}

fn choose(view: &View, entry: &Entry) -> Markup {
    html! {
        form.card.stack.no-print #choose action=(view.action) method="get" aria-labelledby="choose-h" tabindex="-1" {
            h2.h-lg #choose-h { "Choose photographs" }
            div.pair-fields {
                (chosen(view, entry, ("before", "Before"))) (chosen(view, entry, ("after", "After")))
            }
            div.row { button.btn type="submit" { "Show these two" } a.btn.btn--quiet href=(view.all) { "All photographs" } }
        }
    }
}

fn chosen(view: &View, entry: &Entry, (name, label): (&str, &str)) -> Markup {
    let wrong = entry.wrong(name);
    html! {
        div.field.field--bad[wrong.is_some()] {
            label for=(name) { (label) }
            select.input id=(name) name=(name) aria-invalid=[wrong.map(|_| "true")] {
                @for (group, of_it) in &view.choices {
                    optgroup label=(group) { @for (id, words) in of_it { option value=(id) selected[entry.get(name) == id] { (words) } } }
                }
            }
            @if let Some(says) = wrong { p.error { (icon(Icon::Caution)) span { (says) } } }
        }
    }
}

/// A number with its sign, for who words it.
pub fn signed(value: f64) -> String {
    comparator::signed(value)
}
