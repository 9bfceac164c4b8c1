//! A photograph: which view of what, how it was taken and checked, and where its sealed files are; an upload that is not
//! finished; and what was drawn over a photograph. Nothing of where it was taken is kept.
//!
//! What is drawn is a document of its own: it lies over the picture when it is shown, and the original is never touched.

use std::collections::BTreeSet;

use jiff::Timestamp;
use percuta_record::{BlobId, DocumentId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    form::v1,
    stored::{hold, stored},
};

/// A photograph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photograph {
    /// The visit, session or check-in that it belongs to.
    pub about: Option<DocumentId>,
    /// The view.
    pub view: View,
    /// The region, by its word; `None` where it was not said.
    pub region: Option<String>,
    /// Where in a sequence of views it was taken; `None` for one by itself.
    pub step: Option<Step>,
    /// When it was taken, as far as is known; else when it was sent.
    pub taken: Timestamp,
    /// Who took it.
    pub by: Taker,
    /// With what.
    pub source: Camera,
    /// The photograph of the same day, of the same view after the pose was given up and taken again, that it repeats:
    /// what two shots of the same skin differ by is learned of such pairs.
    pub repeat_of: Option<DocumentId>,
    /// What was noted of how it was taken. What is not here was not noted, which is not its contrary.
    pub noted: BTreeSet<Noted>,
    /// What was found when it was checked; `None` while it was not.
    pub checked: Option<Checked>,
    /// What a look for a colour card came to; `None` while nobody looked.
    pub card: Option<Card>,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// The file as it came, without its location.
    pub original: BlobId,
    /// Its type, `image/jpeg` or `image/png`.
    pub media_type: String,
    /// A smaller copy for the screen, JPEG.
    pub display: BlobId,
    /// A small copy, JPEG.
    pub thumbnail: BlobId,
}

/// A place in a sequence of views.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The sequence, by the id of the first photograph that was taken in it, which may be this one.
    pub sequence: DocumentId,
    /// Which step, from one.
    pub number: u8,
}

/// With what a photograph was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Camera {
    /// With the camera of the page, so that it was never in an album.
    Page,
    /// With something else, and sent as a file.
    File,
    /// That was not kept.
    Unknown,
}

/// What was found when a photograph was checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// The earlier photograph that it was checked against; `None` when there was none.
    pub against: Option<DocumentId>,
    /// What was found, the failing first.
    pub found: Vec<Check>,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What, as a word: `pose`.
    pub name: String,
    /// What exactly was looked at, in a few words.
    pub of: String,
    /// What was found; `None` where it could not be found.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// What is allowed.
    pub limit: Limit,
    /// Whether it held.
    pub ok: bool,
    /// What to do about it, as a sentence; empty where it held.
    pub remedy: String,
}

/// What a check allows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// No more than.
    AtMost(f64),
    /// No less than.
    AtLeast(f64),
}

/// What a look for a colour card came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Card {
    /// None is in the frame.
    NotInFrame,
    /// One was read.
    Read {
        /// Mean error of its patches after correction, each predicted from the others, as dE00.
        error_mean: f64,
        /// The largest of them.
        error_max: f64,
        /// Millimetres to a pixel, where the card's size is known.
        mm_per_px: Option<f64>,
        /// Whether colours can be compared by it.
        ok: bool,
    },
}

/// A photograph on its way: what was announced. Its parts are sealed files of ids that follow from this document's, so
/// how far it came is seen from what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// Who sends it.
    pub by: PersonId,
    /// The view, of which one is on its way at a time.
    pub view: View,
    /// The file's length in bytes.
    pub bytes: u64,
    /// The length of a part; only the last is shorter.
    pub part: u32,
    /// The file's SHA-256 in hexadecimal, where it was announced.
    pub sha256: Option<String>,
    /// Since when.
    pub begun: Timestamp,
}

/// What was drawn over a photograph. It is shown over the picture; the picture itself is not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Markup {
    /// The photograph.
    pub photograph: DocumentId,
    /// The marks, the oldest first.
    pub marks: Vec<Mark>,
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What was drawn.
    pub shape: Shape,
    /// What it says.
    pub note: String,
    /// Who drew it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

/// A point, in ten-thousandths of the picture's width and height from its upper left corner.
pub type Point = (u16, u16);

/// The end of the picture in [`Point`].
pub const POINT_MAX: u16 = 10_000;

/// What can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Shape {
    /// A ring.
    Ring {
        /// Its middle.
        middle: Point,
        /// From its middle to its line, in ten-thousandths of the picture's width.
        radius: u16,
    },
    /// An arrow.
    Arrow {
        /// Where it begins.
        from: Point,
        /// What it points at.
        to: Point,
    },
    /// A line by hand.
    Line {
        /// Its points.
        points: Vec<Point>,
    },
}

impl Shape {
    /// Its points.
    pub fn points(&self) -> Vec<Point> {
        match self {
            Self::Ring { middle, radius: _ } => vec![*middle],
            Self::Arrow { from, to } => vec![*from, *to],
            Self::Line { points } => points.clone(),
        }
    }
}

/// A view of the face or body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// From the front.
    Front,
    /// The patient's right, at 45 degrees.
    Right45,
    /// The patient's left, at 45 degrees.
    Left45,
    /// The patient's right, at 90 degrees.
    Right90,
    /// The patient's left, at 90 degrees.
    Left90,
    /// A part of the skin from near.
    Close,
    /// Another part of the body.
    Body,
}

impl View {
    /// The view of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }

    /// Every view.
    pub const ALL: [Self; 7] = [
        Self::Front,
        Self::Right45,
        Self::Left45,
        Self::Right90,
        Self::Left90,
        Self::Close,
        Self::Body,
    ];

    /// Its word in a form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Right45 => "right45",
            Self::Left45 => "left45",
            Self::Right90 => "right90",
            Self::Left90 => "left90",
            Self::Close => "close",
            Self::Body => "body",
        }
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Front => "Front",
            Self::Right45 => "Right, 45°",
            Self::Left45 => "Left, 45°",
            Self::Right90 => "Right profile",
            Self::Left90 => "Left profile",
            Self::Close => "Close up",
            Self::Body => "Other part of the body",
        }
    }
}

/// What was noted of how a photograph was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noted {
    /// No make-up, face at rest.
    Bare,
}

/// Who took a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taker {
    /// The clinic.
    Clinic,
    /// The patient.
    Patient,
}

stored!(Photograph, "photograph", 2, [1: v1::Photograph], |it| {
    hold(it.width > 0 && it.height > 0, "a photograph has a size")?;
    hold(
        ["image/jpeg", "image/png"].contains(&it.media_type.as_str()),
        "a photograph is a JPEG or a PNG picture",
    )?;
    hold(it.step.is_none_or(|step| step.number > 0), "the steps of a sequence count from one")?;
    let found = it.checked.iter().flat_map(|checked| &checked.found);
    let is_finite = |check: &Check| check.value.is_none_or(f64::is_finite);
    hold(found.into_iter().all(is_finite), "what a check found is a number")
});

stored!(Upload, "upload", |it| {
    hold(it.bytes > 0 && it.part > 0, "an upload has a length, and so have its parts")?;
    let is_digest = |text: &String| {
        text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    hold(it.sha256.as_ref().is_none_or(is_digest), "a SHA-256 has 64 hexadecimal digits")
});

stored!(Markup, "markup", |it| {
    let is_within = |point: &Point| point.0 <= POINT_MAX && point.1 <= POINT_MAX;
    let points = it.marks.iter().flat_map(|mark| mark.shape.points());
    hold(points.into_iter().all(|point| is_within(&point)), "a mark is within its photograph")
});
