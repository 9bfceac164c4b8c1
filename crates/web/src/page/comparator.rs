//! Pieces of a comparison that the clinic's and the patient's page share: the two pictures, where redness changed, an
//! interval drawn, and a series over visits.
//!
//! Without script two pictures stand side by side and everything is said in words; `compare.js` makes a slider of them. What
//! is drawn is always said beside it too. Values come worded: nothing here knows what a measure means.

use maud::{Markup, html};

use crate::page::icon::{Icon, icon, small};

/// A photograph as it stands in a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// Where the picture is.
    pub src: String,
    /// Its size in pixels, so that the page does not jump.
    pub size: (u32, u32),
    /// What it shows: "Front, 9 October, before session 1".
    pub alt: String,
    /// On the picture: "Before, 9 Oct".
    pub label: String,
    /// Beneath it: "before session 1, by the clinic".
    pub says: String,
}

/// Two pictures, the earlier one first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stage {
    /// The earlier one.
    pub before: Picture,
    /// The later one, as it is shown.
    pub after: Picture,
    /// How the later one is shown, and the other way: where it leads and what it says. `None` where there is one way.
    pub way: Option<Way>,
    /// What was marked on the earlier one.
    pub marks: Vec<Outline>,
}

/// How the later picture is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// How it is shown now, in a sentence.
    pub says: String,
    /// Where it is shown the other way.
    pub href: String,
    /// What that is called.
    pub other: String,
}

/// An area that was marked, in thousandths of the picture's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    /// Whether it was treated; else it is the skin that was not.
    pub is_treated: bool,
    /// Whether it is an ellipse; else a box.
    pub is_ellipse: bool,
    /// Left, top, width and height.
    pub place: [u16; 4],
}

/// The two pictures. `id` is unique on the page.
pub fn stage(id: &str, stage: &Stage) -> Markup {
    html! {
        div.stage id=(id) data-compare="" {
            div.stage__views {
                (view("before", &stage.before, &stage.marks))
                (view("after", &stage.after, &[]))
            }
        }
        @if let Some(way) = &stage.way {
            p.small.muted.stage__way { (way.says) " " a.tap href=(way.href) { (way.other) } }
        }
    }
}

fn view(which: &str, picture: &Picture, marks: &[Outline]) -> Markup {
    html! {
        figure.stage__view data-view=(which) {
            div.stage__frame {
                img src=(picture.src) width=(picture.size.0) height=(picture.size.1) alt=(picture.alt) decoding="async" draggable="false";
                (outlines(marks, picture.size))
                span.cmp__lab aria-hidden="true" { (picture.label) }
            }
            figcaption.small { b { (picture.label) } @if !picture.says.is_empty() { span.muted { ", " (picture.says) } } }
        }
    }
}

/// What was marked, drawn over the picture that it was marked on.
fn outlines(marks: &[Outline], (width, height): (u32, u32)) -> Markup {
    let treated = marks.iter().filter(|mark| mark.is_treated).count();
    let says =
        format!("{treated} treated and {} untreated areas are marked", marks.len() - treated);
    html! {
        @if !marks.is_empty() {
            svg.outlines viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(says) preserveAspectRatio="none" {
                @for mark in marks {
                    @let part = |at: usize, side: u32| f64::from(mark.place.get(at).copied().unwrap_or_default()) / 1000.0 * f64::from(side);
                    @let (left, top, wide, high) = (part(0, width), part(1, height), part(2, width), part(3, height));
                    @let class = if mark.is_treated { "outline-treated" } else { "outline-control" };
                    @if mark.is_ellipse {
                        ellipse class=(class) cx=(short(left + wide / 2.0)) cy=(short(top + high / 2.0)) rx=(short(wide / 2.0)) ry=(short(high / 2.0)) vector-effect="non-scaling-stroke" {}
                    } @else {
                        rect class=(class) x=(short(left)) y=(short(top)) width=(short(wide)) height=(short(high)) vector-effect="non-scaling-stroke" {}
                    }
                }
            }
        }
    }
}

/// A number for a drawing.
fn short(value: f64) -> String {
    format!("{value:.1}")
}

/// A check of the pair, worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// Whether it holds.
    pub is_ok: bool,
    /// What is checked: "Pose".
    pub says: String,
    /// What exactly was looked at: "turned to the side".
    pub of: String,
    /// What was found and what is allowed: "1.8°, limit 5°".
    pub found: String,
    /// What to do, where it does not hold.
    pub remedy: String,
}

/// The checks as a list.
pub fn checks(checks: &[CheckLine]) -> Markup {
    html! {
        ul.checks {
            @for check in checks {
                li.is-failing[!check.is_ok] {
                    @if check.is_ok { (small(Icon::Tick)) } @else { (small(Icon::Cross)) }
                    span.checks__says { span.vh { @if check.is_ok { "Holds: " } @else { "Fails: " } } (check.says) }
                    @if !check.of.is_empty() { span.checks__of { (check.of) } }
                    span.num.small.muted { (check.found) }
                }
            }
        }
    }
}

/// Why two photographs cannot be compared, and what to do about it. No number of change stands here.
pub fn not_comparable(failing: &[CheckLine], lead: &str) -> Markup {
    html! {
        div.note.note--stop {
            (icon(Icon::Stop))
            div.stack.stack--8 {
                p { b { "These two cannot be compared." } " " (lead) }
                ul.why { @for check in failing { li { b { (check.says) ", " (check.of) ": " (check.found) "." } @if !check.remedy.is_empty() { " " (check.remedy) } } } }
            }
        }
    }
}

/// Where redness changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    /// The earlier photograph beneath it.
    pub src: String,
    /// The photograph's size in squares of the map.
    pub size: (f64, f64),
    /// Squares in a row.
    pub columns: usize,
    /// What each square says, row by row.
    pub cells: Vec<Cell>,
    /// From where on a change is shown: "±0.5 a*".
    pub threshold: String,
    /// How large the measured area is: "measured area 38 cm²"; nothing where the scale is assumed.
    pub area: Option<String>,
    /// Where the drawing is as a picture with its legend.
    pub picture: Option<String>,
    /// What was marked.
    pub marks: Vec<Outline>,
    /// The photograph's size in pixels.
    pub pixels: (u32, u32),
}

/// What a square of the map says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// It was not measured.
    Unknown,
    /// Less red.
    Less,
    /// More red.
    More,
    /// No change that can be told.
    Same,
}

impl Map {
    /// How much of what was measured says this, in whole hundredths.
    fn share(&self, of: Cell) -> usize {
        let measured = self.cells.iter().filter(|cell| **cell != Cell::Unknown).count().max(1);
        let count = self.cells.iter().filter(|cell| **cell == of).count();
        (count * 200 + measured) / (2 * measured)
    }

    /// What the drawing shows, in words.
    fn says(&self) -> String {
        format!(
            "Change map of the measured skin: less red on {} %, more red on {} %, no measurable change on {} %.",
            self.share(Cell::Less),
            self.share(Cell::More),
            self.share(Cell::Same)
        )
    }

    /// The squares of a kind as one path: those beside one another in a row together.
    fn path(&self, of: Cell) -> String {
        let mut path = String::new();
        for (y, row) in self.cells.chunks(self.columns.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run.first() == Some(&of) {
                    path.push_str(&format!("M{x} {y}h{0}v1h-{0}z", run.len()));
                }
                x += run.len();
            }
        }
        path
    }
}

/// Where redness changed, drawn over the photograph, with its legend.
pub fn map(map: &Map) -> Markup {
    let (width, height) = (short(map.size.0), short(map.size.1));
    html! {
        div.change-map {
            svg viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(map.says()) preserveAspectRatio="xMidYMid meet" {
                defs {
                    pattern #map-less width="1.5" height="1.5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        rect.map-less__ground width="1.5" height="1.5" {} path.map-less__line d="M0 0v1.5" {}
                    }
                    pattern #map-more width="1.4" height="1.4" patternUnits="userSpaceOnUse" {
                        rect.map-more__ground width="1.4" height="1.4" {} circle.map-more__dot cx=".7" cy=".7" r=".26" {}
                    }
                }
                image.change-map__photograph href=(map.src) width=(width) height=(height) preserveAspectRatio="none" {}
                path.map-unknown d=(map.path(Cell::Unknown)) {}
                path fill="url(#map-less)" d=(map.path(Cell::Less)) {}
                path fill="url(#map-more)" d=(map.path(Cell::More)) {}
            }
            (outlines(&map.marks, map.pixels))
            @if let Some(area) = &map.area { span.cmp__lab { (area) } }
        }
        ul.ramp.change-legend {
            li { i.is-less {} "less red, " (map.share(Cell::Less)) "% of the measured skin" }
            li { i.is-more {} "more red, " (map.share(Cell::More)) "%" }
            li { i.is-same {} "no measurable change, " (map.share(Cell::Same)) "%" }
            li { i.is-unknown {} "not measured" }
        }
    }
}

/// A change with its interval, to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The change.
    pub value: f64,
    /// The ends of its interval.
    pub ends: [f64; 2],
    /// Smaller changes cannot be told from two shots of the same skin.
    pub detectable: f64,
    /// Whether it can.
    pub is_told: bool,
}

/// The interval drawn: the grey band is what two shots of one skin differ by.
pub fn interval(of: Interval, says: &str) -> Markup {
    let widest = of.ends.iter().map(|end| end.abs()).fold(of.detectable.abs(), f64::max).max(1e-9);
    let x = |value: f64| 105.0 + value / widest * 92.0;
    let [low, high] = of.ends;
    let band = (x(of.detectable) - 105.0).abs();
    html! {
        svg.ci viewBox="0 0 210 40" width="210" height="40" role="img" aria-label=(says) {
            rect.ci__band x=(short(105.0 - band)) y="4" width=(short(band * 2.0)) height="24" {}
            path.ci__zero d="M105 2v28" {}
            path.ci__line.is-told[of.is_told] d={ "M" (short(x(low))) " 16H" (short(x(high))) } {}
            circle.ci__dot.is-told[of.is_told] cx=(short(x(of.value))) cy="16" r="6" {}
            text x="105" y="39" text-anchor="middle" { "0" }
        }
    }
}

/// A measure over the visits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// What is measured: "Redness over the course".
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// The visits, the earliest first.
    pub points: Vec<Point>,
    /// What the line says, in a sentence; empty where there are too few.
    pub trend: String,
    /// The line over the days and its band, each day with low, middle and high.
    pub line: Vec<(f64, [f64; 3])>,
}

/// A visit of a series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Point {
    /// Days after the first.
    pub day: f64,
    /// Its date: "9 Oct".
    pub date: String,
    /// When in the course: "day 14 after session 1".
    pub stage: String,
    /// The change against the first, with its interval; `None` where there is none.
    pub value: Option<(f64, [f64; 2])>,
    /// Whether nothing is judged by it yet, so that its circle stays open.
    pub is_early: bool,
    /// What is said of it: "−3.1 EI (−4.0 to −2.2)", "too early", "cannot be compared: turned".
    pub says: String,
    /// The field values with which it is measured, where it was not yet.
    pub ask: Option<(String, String)>,
    /// Where this visit is compared with the first.
    pub href: Option<String>,
}

/// The drawing of a series; the list beside it says the same.
pub fn series(of: &Series) -> Markup {
    let drawn: Vec<(&Point, f64, [f64; 2])> = of
        .points
        .iter()
        .filter_map(|point| point.value.map(|(value, ends)| (point, value, ends)))
        .collect();
    let last = of.points.iter().map(|point| point.day).fold(1.0, f64::max);
    let low = drawn.iter().map(|(_, _, [low, _])| *low).fold(0.0, f64::min);
    let high = drawn.iter().map(|(_, _, [_, high])| *high).fold(0.0, f64::max);
    let span = (high - low).max(1e-9);
    let x = |day: f64| 56.0 + day / last * 650.0;
    let y = |value: f64| 124.0 - (value - low) / span * 100.0;
    let band = |pick: fn(&[f64; 3]) -> f64| -> Vec<String> {
        of.line
            .iter()
            .map(|(day, at)| format!("{} {}", short(x(*day)), short(y(pick(at).clamp(low, high)))))
            .collect()
    };
    let (mut edge, mut back) = (band(|at| at[2]), band(|at| at[0]));
    back.reverse();
    edge.append(&mut back);
    let said: Vec<String> =
        of.points.iter().map(|point| format!("{}: {}", point.date, point.says)).collect();
    html! {
        svg.chart viewBox="0 0 740 170" role="img" aria-label={ (of.title) ". " (said.join("; ")) } {
            // Nought has a line of its own; an end that is as good as nought has none.
            @for value in [low, high].into_iter().filter(|end| end.abs() > span * 0.1).chain([0.0]) {
                path.gridl d={ "M48 " (short(y(value))) "H726" } {}
                text x="42" y=(short(y(value) + 4.0)) text-anchor="end" { (signed(value)) }
            }
            path.axis d={ "M48 " (short(y(0.0))) "H726" } {}
            @if of.line.len() > 1 {
                path.band d={ "M" (edge.join("L")) "Z" } {}
                path.est.dash d={ "M" (band(|at| at[1]).join("L")) } {}
            }
            @for (point, value, ends) in &drawn {
                path.chart__ci d={ "M" (short(x(point.day))) " " (short(y(ends[0]))) "V" (short(y(ends[1]))) } {}
                circle.pt.ptf[!point.is_early] cx=(short(x(point.day))) cy=(short(y(*value))) r="5" {}
            }
            @for (point, anchor) in labelled(&of.points, last) {
                text.strong.chart__between[anchor == "middle"] x=(short(x(point.day))) y="156" text-anchor=(anchor) { (point.date) }
            }
        }
    }
}

/// The dates that have room beneath the axis: the first, the last, and those between that are far from both.
fn labelled(points: &[Point], last: f64) -> Vec<(&Point, &'static str)> {
    let mut found: Vec<(&Point, &'static str)> = Vec::new();
    let mut taken = f64::NEG_INFINITY;
    for (at, point) in points.iter().enumerate() {
        let (is_first, is_last) = (at == 0, at + 1 == points.len());
        let has_room = point.day - taken > last * 0.12 && last - point.day > last * 0.12;
        if is_first || is_last || has_room {
            let anchor = if is_first {
                "start"
            } else if is_last {
                "end"
            } else {
                "middle"
            };
            found.push((point, anchor));
            taken = point.day;
        }
    }
    found
}

/// A number with its sign: a change has one.
pub fn signed(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    let size = format!("{:.1}", rounded.abs());
    if rounded < 0.0 {
        format!("−{size}")
    } else if rounded > 0.0 {
        format!("+{size}")
    } else {
        "0".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_a_map_are_of_what_was_measured() {
        let cells =
            vec![Cell::Less, Cell::Less, Cell::Same, Cell::Unknown, Cell::More, Cell::Unknown];
        let map = Map { columns: 3, cells, ..Map::default() };
        assert_eq!((map.share(Cell::Less), map.share(Cell::More)), (50, 25));
        assert_eq!(map.path(Cell::Less), "M0 0h2v1h-2z");
        assert_eq!(map.path(Cell::Unknown), "M0 1h1v1h-1zM2 1h1v1h-1z");
        assert_eq!(map.path(Cell::More), "M1 1h1v1h-1z");
    }

    #[test]
    fn a_change_is_said_with_its_sign_and_nothing_has_none() {
        assert_eq!([signed(-3.12), signed(0.26), signed(-0.04)], ["−3.1", "+0.3", "0"]);
    }

    #[test]
    fn dates_do_not_stand_on_one_another() {
        let point = |day: f64| Point { day, date: day.to_string(), ..Point::default() };
        let points: Vec<Point> = [0.0, 1.0, 40.0, 99.0, 100.0].map(point).to_vec();
        let dates: Vec<&str> =
            labelled(&points, 100.0).iter().map(|(point, _)| point.date.as_str()).collect();
        assert_eq!(dates, ["0", "40", "100"]);
    }
}
