//! The face map: zones of the face with their depths, as a drawing in which every zone is a link.
//!
//! It draws what it is given and decides nothing: which zones there are, how deep each is and what is said of it come
//! from the caller, and a table beside it must say the same, so that the map is never the only way. Right and left are
//! always the patient's.
//!
//! INVARIANT (no-go): eyelids, the skin inside the bony rim and the red of the lips are hatched and never a link.
//! There is no way to hand them in: a spot on one of them is not drawn.

use maud::{Markup, html};

/// A side of the patient's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The patient's right.
    Right,
    /// The patient's left.
    Left,
}

impl Side {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
        }
    }
}

/// A zone with what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// The region's code, such as `cheek`.
    pub code: String,
    /// Which side; a paired region without a side is both.
    pub side: Option<Side>,
    /// Its depth; none where nothing is planned or done.
    pub depth_mm: Option<f64>,
    /// The whole of it in words: "Right cheek: 1.5 millimetres, limit 1.5, 3 passes done".
    pub says: String,
    /// Where the link leads; empty where the map is only looked at.
    pub href: String,
    /// Whether this zone is being charted.
    pub is_current: bool,
}

/// How far a depth is along the ramp, from 0 (not planned) to 4.
pub fn step(depth_mm: Option<f64>) -> u8 {
    match depth_mm {
        None => 0,
        Some(depth) if depth <= 0.0 => 0,
        Some(depth) if depth <= 0.25 => 1,
        Some(depth) if depth <= 0.5 => 2,
        Some(depth) if depth <= 1.0 => 3,
        Some(_) => 4,
    }
}

/// Where a label is, and whether it is set small.
struct Label {
    x: f64,
    y: f64,
    is_small: bool,
}

/// One drawn zone: the patient's right where it is paired.
struct Shape {
    code: &'static str,
    is_paired: bool,
    path: &'static str,
    /// A larger shape that takes the touch where the zone itself is small.
    hit: Option<&'static str>,
    label: Label,
    /// Whether it is drawn, dashed, when nothing is planned there.
    is_always: bool,
}

const fn label(x: f64, y: f64) -> Label {
    Label { x, y, is_small: false }
}

const fn small(x: f64, y: f64) -> Label {
    Label { x, y, is_small: true }
}

/// From the top down, so that the order of the keyboard is the order of the face.
const SHAPES: [Shape; 13] = [
    Shape {
        code: "forehead",
        is_paired: false,
        path: "M120 146c6-38 36-62 80-62s74 24 80 62c-16 4-30 8-42 16h-76c-12-8-26-12-42-16Z",
        hit: None,
        label: label(200.0, 128.0),
        is_always: true,
    },
    Shape {
        code: "glabella",
        is_paired: false,
        path: "M179 165h42l-6 40c-9 5-21 5-30 0Z",
        hit: None,
        label: label(200.0, 191.0),
        is_always: true,
    },
    Shape {
        code: "temple",
        is_paired: true,
        path: "M113 150c-12 16-18 40-19 70l12 4c0-14 5-24 12-32 8-9 19-14 28-17l12-7c-14-7-29-14-45-18Z",
        hit: Some("M113 146c-20 16-28 44-29 80l26 2c0-16 4-26 12-34Z"),
        label: small(108.0, 193.5),
        is_always: true,
    },
    Shape {
        code: "periorbital",
        is_paired: true,
        path: "M148 180c21 0 36 15 36 34s-15 34-36 34-36-15-36-34 15-34 36-34Zm0 13c-15 0-27 9-27 21s12 21 27 21 27-9 27-21-12-21-27-21Z",
        hit: Some("M112 214a36 34 0 1 0 72 0a36 34 0 1 0-72 0Z"),
        label: small(148.0, 244.5),
        is_always: true,
    },
    Shape {
        code: "nose",
        is_paired: false,
        path: "M187 209c8 4 18 4 26 0 1 32 8 52 18 72 5 12-8 22-31 22s-36-10-31-22c10-20 17-40 18-72Z",
        hit: None,
        label: label(200.0, 282.0),
        is_always: true,
    },
    Shape {
        code: "cheek",
        is_paired: true,
        path: "M98 230c9 15 26 24 50 24 13 0 25-4 33-12-3 14-9 28-14 38-5 11-2 18 2 22-10 14-17 28-22 46-30-34-46-73-49-118Z",
        hit: None,
        label: label(133.0, 296.0),
        is_always: true,
    },
    Shape {
        code: "upper-lip",
        is_paired: false,
        path: "M171 306c17 6 41 6 58 0l7 20c-11-5-24-7-36-1-12-6-25-4-36 1Z",
        hit: Some("M166 297h68l6 39h-80Z"),
        label: small(200.0, 321.5),
        is_always: true,
    },
    Shape {
        code: "perioral",
        is_paired: true,
        path: "M167 307l-8 22c-2 6 3 12 9 17l-7 24c-8-6-12-12-14-20 4-16 11-30 20-43Z",
        hit: Some("M167 304l-30 24 2 44 22 4 10-30Z"),
        label: small(157.0, 352.5),
        is_always: false,
    },
    Shape {
        code: "lower-lip",
        is_paired: false,
        path: "M170 341c8 10 18 15 30 15s22-5 30-15l4 14c-8 8-20 12-34 12s-26-4-34-12Z",
        hit: Some("M166 340l-6 34q40 8 80 0l-6-34q-34 12-68 0Z"),
        label: small(200.0, 365.0),
        is_always: true,
    },
    Shape {
        code: "chin",
        is_paired: false,
        path: "M166 359c8 8 20 12 34 12s26-4 34-12l3 15c-2 20-17 36-37 36s-35-16-37-36Z",
        hit: None,
        label: label(200.0, 396.0),
        is_always: true,
    },
    Shape {
        code: "jaw",
        is_paired: true,
        path: "M95 256c4 38 21 72 49 102 2 8 8 14 16 20 2 12 8 22 16 29-10-3-19-11-29-22-28-30-44-66-52-129Z",
        hit: Some("M90 262c2 44 18 84 54 124l34 24-16-36-18-16c-26-30-44-64-48-102Z"),
        label: small(136.5, 363.5),
        is_always: true,
    },
    Shape {
        code: "neck",
        is_paired: false,
        path: "M152 396c15 17 31 26 48 26s33-9 48-26c-1 24 1 46 6 64-34 14-74 14-108 0-5-18 5-40 6-64Z",
        hit: None,
        label: label(200.0, 454.0),
        is_always: true,
    },
    Shape {
        code: "ear",
        is_paired: true,
        path: "M92 206c-11-5-16 4-13 19 3 17 8 29 16 31Z",
        hit: None,
        label: small(84.0, 236.0),
        is_always: false,
    },
];

/// Turns the patient's right into the left.
const MIRROR: &str = "matrix(-1 0 0 1 400 0)";

/// Whether a region is on the map.
pub fn is_drawn(code: &str) -> bool {
    SHAPES.iter().any(|shape| shape.code == code)
}

/// The map. `title` says what it shows, such as "Zones and depth in millimetres".
pub fn face(title: &str, spots: &[Spot]) -> Markup {
    html! {
        svg.map viewBox="62 34 276 462" role="group" aria-label={ "Face map, the patient facing you. " (title) } {
            defs {
                pattern id="nogo" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.nogo__ground width="6" height="6" {}
                    path.nogo__line d="M0 0v6" {}
                }
            }
            (head())
            @for shape in &SHAPES {
                @let sides: &[Option<Side>] = if shape.is_paired { &[Some(Side::Right), Some(Side::Left)] } else { &[None] };
                @for side in sides { (zone(shape, *side, spots)) }
            }
            (never())
            text.side.side--r x="76" y="310" { "R" }
            text.side.side--l x="324" y="310" { "L" }
        }
    }
}

/// What the shades mean.
pub fn legend() -> Markup {
    html! {
        ul.ramp {
            li { i.ramp__1 {} "to 0.25" }
            li { i.ramp__2 {} "to 0.5" }
            li { i.ramp__3 {} "to 1.0" }
            li { i.ramp__4 {} "over 1.0" }
            li { i.ramp__none {} "not planned" }
            li { i.ramp__never {} "never: eyelids, lips" }
        }
    }
}

fn head() -> Markup {
    html! {
        path.hair d="M82 214C70 90 126 38 200 38s130 52 118 176l-12 10c4-66-14-110-36-126-30 10-100 12-140-4-24 24-38 66-36 130Z" {}
        path.skin.skin--open d="M146 380c2 32 0 62-6 82-16 12-46 18-74 34h268c-28-16-58-22-74-34-6-20-8-50-6-82Z" {}
        path.outline d="M146 384c2 30 0 58-6 78-16 12-46 18-74 30M254 384c-2 30 0 58 6 78 16 12 46 18 74 30" {}
        path.skin d="M93 204c-12-6-18 4-15 20 3 20 9 34 19 36M307 204c12-6 18 4 15 20-3 20-9 34-19 36" {}
        path.skin d="M200 60C132 60 90 104 88 176c-2 38 1 72 7 102 8 41 24 77 51 107 20 21 37 33 54 33s34-12 54-33c27-30 43-66 51-107 6-30 9-64 7-102C310 104 268 60 200 60Z" {}
    }
}

fn zone(shape: &Shape, side: Option<Side>, spots: &[Spot]) -> Markup {
    let spot = spots.iter().find(|spot| {
        spot.code == shape.code && (spot.side.is_none() || side.is_none() || spot.side == side)
    });
    let is_mirrored = side == Some(Side::Left);
    let transform = is_mirrored.then_some(MIRROR);
    let x = if is_mirrored { 400.0 - shape.label.x } else { shape.label.x };
    let depth = spot.and_then(|spot| spot.depth_mm);
    let drawing = html! {
        g transform=[transform] {
            @if let Some(hit) = shape.hit { path.hit d=(hit) {} }
            path.z fill-rule="evenodd" d=(shape.path) {}
        }
        @if let Some(depth) = depth.filter(|depth| *depth > 0.0) {
            text.small[shape.label.is_small] x=(x) y=(shape.label.y) { (short(depth)) }
        }
    };
    html! {
        @match spot {
            Some(spot) if spot.href.is_empty() => g role="img" aria-label=(spot.says) data-d=(step(spot.depth_mm)) { (drawing) },
            Some(spot) => a href=(spot.href) aria-label=(spot.says) data-d=(step(spot.depth_mm))
                aria-current=[spot.is_current.then_some("true")] { (drawing) },
            None if shape.is_always => g data-d="0" aria-hidden="true" { g transform=[transform] { path.z fill-rule="evenodd" d=(shape.path) {} } },
            None => {},
        }
    }
}

/// Eyes and lips: hatched, and no way in.
fn never() -> Markup {
    let eye = html! {
        path.nogo d="M121 214a27 21 0 1 0 54 0a27 21 0 1 0-54 0Z" {}
        path.outline.outline--eye d="M127 216c10-10 32-11 42 0-12 9-31 9-42 0Z" {}
        circle.iris cx="148" cy="215" r="5" {}
        path.outline.outline--brow d="M120 176c13-8 34-9 53-2" {}
    };
    html! {
        g aria-hidden="true" {
            g { (eye) }
            g transform=(MIRROR) { (eye) }
            path.nogo d="M169 334c11-7 22-7 31-3 9-4 20-4 31 3-9 14-19 18-31 18s-22-4-31-18Z" {}
            path.outline d="M169 334c12 3 20 3 31 2 11 1 19 1 31-2" {}
        }
    }
}

/// A depth without its unit, always with a decimal.
pub fn short(depth_mm: f64) -> String {
    let text = depth_mm.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(code: &str, side: Option<Side>) -> Spot {
        Spot {
            code: code.to_owned(),
            side,
            depth_mm: Some(0.5),
            says: format!("{code} here"),
            href: "#there".to_owned(),
            is_current: false,
        }
    }

    #[test]
    fn a_paired_zone_without_a_side_is_drawn_on_both() {
        let drawn = face("Test.", &[spot("cheek", None)]).into_string();
        assert_eq!(drawn.matches("cheek here").count(), 2);
    }

    #[test]
    fn a_zone_of_one_side_leaves_the_other_unplanned() {
        let drawn = face("Test.", &[spot("cheek", Some(Side::Left))]).into_string();
        assert_eq!(drawn.matches("cheek here").count(), 1);
    }

    #[test]
    fn eyelids_and_lips_are_never_links() {
        let spots = [spot("eyelid", None), spot("vermilion", None)];
        assert!(!face("Test.", &spots).into_string().contains("<a "));
    }

    #[test]
    fn a_zone_without_an_address_is_said_and_no_link() {
        let mut only_seen = spot("nose", None);
        only_seen.href = String::new();
        let drawn = face("Test.", &[only_seen]).into_string();
        assert!(drawn.contains("nose here") && !drawn.contains("<a "));
    }

    #[test]
    fn the_ramp_follows_the_depth() {
        let steps: Vec<u8> =
            [0.25, 0.5, 0.75, 1.0, 1.5, 2.0].map(|depth| step(Some(depth))).to_vec();
        assert_eq!(steps, [1, 2, 3, 3, 4, 4]);
        assert_eq!(step(None), 0);
    }
}
