//! A comparison of two photographs as it was made, and what the clinic's own repeats of one shot differ by.
//!
//! A comparison is kept because it was looked at: what was said on the day can be shown for ever, whatever the engine says
//! later. Who asked for it and when stands with its contribution. It holds numbers and words of the report, not the
//! engine's types, and the pictures beside it are sealed files.
//!
//! INVARIANT: what is not comparable has no change, no map and no picture of one laid over the other.

use std::collections::BTreeMap;

use percuta_record::{BlobId, DocumentId};
use serde::{Deserialize, Serialize};

use crate::stored::{fixed, hold, stored};

/// Two photographs, compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The earlier photograph.
    pub before: DocumentId,
    /// The later one.
    pub after: DocumentId,
    /// What was marked on the earlier one.
    pub marks: Vec<Mark>,
    /// Which engine said it.
    pub engine: String,
    /// Whole days from the last session to the later one, where that was known.
    pub days_after_session: Option<u32>,
    /// The checks, the failing ones first.
    pub checks: Vec<Check>,
    /// How they were laid over one another, where they could be.
    pub alignment: Option<Alignment>,
    /// What changed.
    pub changes: Vec<Change>,
    /// What is not measured, and why.
    pub not_measurable: Vec<NotMeasurable>,
    /// Where redness changed.
    pub map: Option<Tiles>,
    /// The later one on the earlier one's grid, for the screen, JPEG.
    pub aligned: Option<BlobId>,
    /// The map as a picture with its legend, PNG.
    pub map_picture: Option<BlobId>,
    /// Whether the two are two shots of the same skin, counted among the clinic's repeats.
    pub is_repeat: bool,
}

impl Comparison {
    /// Whether every check holds.
    pub fn is_comparable(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.is_ok)
    }

    /// The change of a measure.
    pub fn change(&self, what: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.what == what)
    }
}

/// An area that was marked on a photograph: a shape in a box, in thousandths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Its shape.
    pub shape: Shape,
    /// From the left.
    pub left: u16,
    /// From the top.
    pub top: u16,
    /// How wide.
    pub width: u16,
    /// How high.
    pub height: u16,
}

impl Mark {
    /// A whole photograph, in the unit of a mark.
    pub const WHOLE: u16 = 1_000;

    /// Whether it has an extent and lies on the photograph.
    pub fn is_on_photograph(&self) -> bool {
        let fits = |from: u16, long: u16| long > 0 && from.saturating_add(long) <= Self::WHOLE;
        fits(self.left, self.width) && fits(self.top, self.height)
    }
}

/// What a marked area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// It was treated.
    Treated,
    /// It was not treated: what changes there is of the light.
    Control,
}

impl MarkKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Treated, Self::Control];

    /// Its word in a form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Treated => "treated",
            Self::Control => "control",
        }
    }
}

/// The shape of a marked area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// The box itself.
    Box,
    /// The ellipse that fills it.
    Ellipse,
}

impl Shape {
    /// Its word in a form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Ellipse => "ellipse",
        }
    }
}

/// A check of the pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its word.
    pub name: String,
    /// What exactly was looked at.
    pub of: String,
    /// What was found; nothing where it could not be found.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// On which side of the limit it holds.
    pub bound: Bound,
    /// What is allowed.
    pub limit: f64,
    /// Whether it holds.
    pub is_ok: bool,
    /// What to do about it.
    pub remedy: String,
}

/// On which side of a limit a check holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// No more than the limit.
    AtMost,
    /// No less.
    AtLeast,
}

/// How the later one was laid over the earlier one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alignment {
    /// With which model.
    pub model: String,
    /// Features that agree.
    pub inliers: u32,
    /// What is left, in pixels of the earlier one.
    pub residual_px: f64,
    /// The same between patches that the model was not fitted to.
    pub residual_px_heldout: f64,
}

/// A change with its error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What changed, by its word.
    pub what: String,
    /// The later minus the earlier.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// The interval in which the true change is in 95 of 100.
    pub interval: [f64; 2],
    /// Against what.
    pub against: String,
    /// Smaller changes cannot be told from two shots of the same skin.
    pub smallest_detectable: f64,
    /// From so many of the clinic's own repeats; assumed where there are not enough.
    pub learned_from: Option<u32>,
    /// What must be known to read it.
    pub note: Option<String>,
}

impl Change {
    /// Whether it is larger than what two shots of the same skin differ by.
    pub fn is_beyond_error(&self) -> bool {
        self.value.abs() > self.smallest_detectable
    }
}

/// Something that is not measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotMeasurable {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Where redness changed: squares of the earlier photograph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiles {
    /// Pixels of the earlier photograph along a side of a square.
    pub edge_px: u32,
    /// Smaller changes are not marked.
    pub threshold: f64,
    /// Square centimetres that were read; nothing where the scale is assumed.
    pub area_cm2: Option<f64>,
    /// The squares that were read, row by row.
    pub list: Vec<Tile>,
}

/// A square that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// Its column.
    pub column: u16,
    /// Its row.
    pub row: u16,
    /// The change of a*.
    pub change: f64,
    /// What that says.
    pub reading: Reading,
}

/// What a square says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Less red.
    Less,
    /// No change that can be told from error and chance.
    None,
    /// More red.
    More,
}

stored!(Comparison, "comparison", |it| {
    hold(it.before != it.after, "a comparison is of two photographs")?;
    hold(!it.checks.is_empty(), "a comparison has checks")?;
    hold(
        it.is_comparable()
            || (it.changes.is_empty()
                && it.map.is_none()
                && it.aligned.is_none()
                && it.map_picture.is_none()),
        "what cannot be compared has no change",
    )?;
    hold(it.is_comparable() || !it.is_repeat, "what cannot be compared is no repeat")?;
    hold(it.marks.iter().all(Mark::is_on_photograph), "a mark lies on the photograph")?;
    hold(
        it.changes.iter().all(|change| {
            change.value.is_finite() && change.interval.iter().all(|end| end.is_finite())
        }),
        "a change is a number",
    )?;
    hold(it.map.as_ref().is_none_or(Tiles::is_drawable), "a map has squares of a size, and numbers")
});

impl Tiles {
    /// Whether its squares have a size, and a number each.
    fn is_drawable(&self) -> bool {
        self.edge_px > 0 && self.list.iter().all(|tile| tile.change.is_finite())
    }
}

/// What two shots of the same skin differ by, as the clinic found with its own camera and light. It holds nothing about
/// anybody: numbers, by the word of the measure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeats {
    /// The differences of pairs, the latest last.
    pub differences: BTreeMap<String, Vec<f64>>,
}

impl Repeats {
    /// So many are kept of each measure: a clinic's camera and light change over the years.
    pub const KEPT_MAX: usize = 200;
}

/// The id of the clinic's repeats.
pub fn document_of_repeats() -> DocumentId {
    fixed(b"percuta repeats\0")
}

stored!(Repeats, "repeats", |it| {
    hold(
        it.differences.values().flatten().all(|difference| difference.is_finite()),
        "a difference is a number",
    )?;
    hold(
        it.differences.values().all(|all| all.len() <= Repeats::KEPT_MAX),
        "so many repeats are not kept",
    )
});
