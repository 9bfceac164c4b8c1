//! Two photographs of one skin, compared honestly: read, checked, laid over one another, measured, each with its error;
//! and what cannot be said from a photograph is said to be so.
//!
//! ```text
//! bytes ── picture ── Photo ─┐
//!                            ├─ align ── field ── Pair ── measure ── Report
//! bytes ── picture ── Photo ─┘     └── check ──┘
//! ```
//!
//! Pure: no disk, clock or chance; work is shared out over threads by rows and put together in order, so the same pair
//! gives the same bytes on any number of them. It names no person and keeps nothing: features are of skin, for one
//! comparison, and are thrown away with it.
//!
//! It does not say how deep a scar is, how old a skin, or how a face compares with others.

mod align;
mod ask;
pub mod card;
mod chance;
mod check;
pub mod colour;
mod compare;
mod equations;
mod letters;
pub mod map;
pub mod measure;
mod number;
pub mod picture;
mod raster;
mod reduce;
mod report;
pub mod sheet;
mod skin;
mod smooth;
mod wanted;
pub mod written;

pub use align::field::Field;
pub use ask::{Ground, Repeat, Repeatability, Shots};
pub use check::OF_CARD;
pub use compare::{Comparison, compare, quick};
pub use picture::{MaskUnfit, Unfit, mask as read_mask, photo as read};
pub use raster::{Linear, Mask, Photo, Plane};
pub use report::{
    Alignment, Change, Check, CheckName, Limit, Model, NotMeasurable, Repeats, Report,
};

/// Two photographs on one grid, as they are measured.
#[derive(Debug)]
pub struct Pair {
    /// The earlier one, in linear light, at half of its size.
    pub before: Linear,
    /// The later one, laid on the earlier one's grid.
    pub after: Linear,
    /// Where both are known: neither outside of AFTER, nor clipped.
    pub valid: Mask,
    /// The skin that is looked at.
    pub region: Mask,
    /// What was treated, where that was marked.
    pub treated: Option<Mask>,
    /// Skin that was not treated and did not change, where that was marked.
    pub control: Option<Mask>,
    /// Millimetres to a pixel of this grid.
    pub scale: Scale,
    /// Whether the colours of both were set right by a card on each.
    pub has_card: bool,
}

/// How large a pixel is on the skin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Millimetres to a pixel.
    pub mm_per_px: f64,
    /// Where this is from.
    pub from: ScaleFrom,
}

/// Where a scale is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleFrom {
    /// A colour card of known size on the photograph.
    Card,
    /// Given with the photographs.
    Given,
    /// Assumed, of the width of a face: good enough for the size of a tile, not for a length.
    Assumed,
}
