//! What a comparison is asked with.

use std::collections::BTreeMap;

use crate::{
    card,
    raster::{Mask, Photo},
};

/// The two photographs, and what was marked on the earlier one. Masks are of BEFORE's size.
#[derive(Debug, Clone, Copy)]
pub struct Shots<'a> {
    /// The earlier one.
    pub before: &'a Photo,
    /// The later one.
    pub after: &'a Photo,
    /// The skin to look at; without it, what looks like skin.
    pub region: Option<&'a Mask>,
    /// What was treated. It never drives the alignment.
    pub treated: Option<&'a Mask>,
    /// Skin that was not treated.
    pub control: Option<&'a Mask>,
}

/// What else is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ground {
    /// Millimetres to a pixel of BEFORE, where it is known.
    pub mm_per_px: Option<f64>,
    /// Whole days from the last session to AFTER. Unknown is not long ago: what has a gate stays behind it.
    pub days_after_session: Option<u32>,
    /// What the clinic learned of its own repeats.
    pub repeats: Repeatability,
    /// The card that is looked for on both photographs.
    pub card: Option<card::Kind>,
}

/// What two shots of the same skin differ by, by the word of the measure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repeatability(pub BTreeMap<String, Repeat>);

/// What two shots of the same skin differ by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeat {
    /// Standard deviation of one shot, in the unit of the measure.
    pub within_sd: f64,
    /// From so many repeats.
    pub count: usize,
}

impl Repeatability {
    /// Repeats below which the default is used instead.
    pub const ENOUGH: usize = 10;
}
