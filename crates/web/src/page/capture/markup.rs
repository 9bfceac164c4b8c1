//! What is drawn over a photograph: the picture with its marks, what each says, and a form that adds one.
//!
//! Without script a place is chosen among nine; with it a ring, an arrow or a line is drawn by pointer and travels in a
//! field of the same form.

use maud::{Markup, html};
use percuta_chart::photograph::{POINT_MAX, Point, Shape};

use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon},
        staff::{
            self,
            person::{self, Person},
        },
    },
};

/// The page.
#[derive(Debug, Clone)]
pub struct Marked {
    /// Where the picture is.
    pub src: String,
    /// What it shows.
    pub alt: String,
    /// Its size in pixels.
    pub size: (u32, u32),
    /// The marks, the oldest first.
    pub marks: Vec<Mark>,
    /// Where one more is sent.
    pub action: String,
    /// Where it leads back to.
    pub back: String,
}

/// A mark.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What was drawn.
    pub shape: Shape,
    /// What it says.
    pub note: String,
    /// When: "today 11:40".
    pub when: String,
    /// Where it is taken away.
    pub remove: String,
}

/// Nine places, by their word, their name and their middle.
pub const PLACES: [(&str, &str, Point); 9] = [
    ("upper-left", "Upper left", (1_700, 1_700)),
    ("upper", "Upper middle", (5_000, 1_700)),
    ("upper-right", "Upper right", (8_300, 1_700)),
    ("left", "Middle left", (1_700, 5_000)),
    ("middle", "Middle", (5_000, 5_000)),
    ("right", "Middle right", (8_300, 5_000)),
    ("lower-left", "Lower left", (1_700, 8_300)),
    ("lower", "Lower middle", (5_000, 8_300)),
    ("lower-right", "Lower right", (8_300, 8_300)),
];

/// The page.
pub fn page(
    site: &Site,
    frame: &staff::Frame,
    (who, view): (&Person, &Marked),
    entry: &Entry,
) -> Markup {
    let actions = html! { a.btn href=(view.back) { "All photographs" } };
    let body = html! {
        div.page.room {
            (person::head(who, "marks on a photograph", &actions))
            (entry::summary(entry))
            div.capture {
                section.card.stack aria-label="The photograph" {
                    div.drawn data-drawn {
                        img src=(view.src) width=(view.size.0) height=(view.size.1) alt=(view.alt);
                        (overlay(view))
                    }
                    p.small.muted.beside { (icon(Icon::Lock)) span { "Drawn on a copy: the photograph beneath is not changed, and every mark can be taken away." } }
                }
                div.stack.stack--20 {
                    (add(view, entry))
                    section.card aria-labelledby="marks" {
                        h2.h-lg.mb-3 #marks { "Marks" }
                        @if view.marks.is_empty() { p.muted { "None yet." } }
                        ol.drawn-marks { @for mark in &view.marks { li {
                            p { @if mark.note.is_empty() { span.muted { "Without a note" } } @else { (mark.note) } }
                            p.small.muted { (kind(&mark.shape)) ", " (mark.when) }
                            form action=(mark.remove) method="post" { button.btn.btn--quiet type="submit" { "Take away" span.vh { ": " (mark.note) } } }
                        } } }
                    }
                }
            }
            script type="module" src=(site.assets().camera_href()) {}
        }
    };
    staff::document(site, frame, &body)
}

fn add(view: &Marked, entry: &Entry) -> Markup {
    let places: Vec<(String, String)> =
        PLACES.map(|(word, name, _)| (word.to_owned(), name.to_owned())).to_vec();
    html! {
        form.card.stack action=(view.action) method="post" data-draws aria-labelledby="add" {
            h2.h-lg #add { "Add a mark" }
            div.draws hidden data-tools {
                p.small { "Draw on the picture, or choose a place." }
                div.opt {
                    @for (tool, words) in [("ring", "Ring"), ("arrow", "Arrow"), ("line", "Line by hand")] {
                        label { input type="radio" name="tool" value=(tool) checked[tool == "ring"]; (words) }
                    }
                }
                p.small role="status" data-drew {}
            }
            input type="hidden" name="drawn" data-field;
            div.places { (entry::options(entry, entry::Options::One, "place", "Where", &places)) }
            (entry::lines(entry, "note", "What to see there", ""))
            button.btn.btn--primary.btn--glove type="submit" { "Add the mark" }
        }
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Ring { .. } => "Ring",
        Shape::Arrow { .. } => "Arrow",
        Shape::Line { .. } => "Line",
    }
}

/// The marks as they lie over the picture. A unit is a ten-thousandth of its width, so that a ring is round.
fn overlay(view: &Marked) -> Markup {
    let tall = |y: u16| -> u64 {
        let (width, height) = (u64::from(view.size.0.max(1)), u64::from(view.size.1));
        u64::from(y).saturating_mul(height).checked_div(width).unwrap_or_default()
    };
    let at = |(x, y): Point| format!("{x} {}", tall(y));
    html! {
        svg viewBox=(format!("0 0 {POINT_MAX} {}", tall(POINT_MAX))) role="img" aria-label=(format!("{} marks", view.marks.len())) data-overlay {
            @for (number, mark) in view.marks.iter().enumerate() {
                g {
                    @match &mark.shape {
                        Shape::Ring { middle, radius } => circle cx=(middle.0) cy=(tall(middle.1)) r=(radius) {},
                        Shape::Arrow { from, to } => {
                            path d=(format!("M{}L{}", at(*from), at(*to))) {}
                            circle.tip cx=(to.0) cy=(tall(to.1)) r="120" {}
                        },
                        Shape::Line { points } => polyline points=(points.iter().map(|point| at(*point)).collect::<Vec<_>>().join(" ")) {},
                    }
                    @if let Some((x, y)) = mark.shape.points().first() { text x=(x) y=(tall(*y)) { (number + 1) } }
                }
            }
        }
    }
}
