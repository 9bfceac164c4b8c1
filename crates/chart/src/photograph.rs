//! A photograph: which view, when, and where its sealed files are. Nothing of where it was taken is kept.

use std::collections::BTreeSet;

use jiff::Timestamp;
use percuta_record::{BlobId, DocumentId};
use serde::{Deserialize, Serialize};

use crate::stored::{hold, stored};

/// A photograph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photograph {
    /// The visit, session or check-in that it belongs to.
    pub about: Option<DocumentId>,
    /// The view.
    pub view: View,
    /// When it was taken, as far as is known; else when it was sent.
    pub taken: Timestamp,
    /// Who took it.
    pub by: Taker,
    /// What was noted of how it was taken. What is not here was not noted, which is not its contrary.
    pub noted: BTreeSet<Noted>,
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

stored!(Photograph, "photograph", |it| {
    hold(it.width > 0 && it.height > 0, "a photograph has a size")?;
    hold(
        ["image/jpeg", "image/png"].contains(&it.media_type.as_str()),
        "a photograph is a JPEG or a PNG picture",
    )
});
