//! The map of where redness changed: as plain tiles for a page to draw, and as a picture that says what it shows.
//!
//! ```text
//! change of a*, pixel by pixel ── tiles of 5 mm ── which can be told from chance? ──┬── list, for a page
//!                                                                                   └── picture, with its legend
//! ```
//!
//! Less red is blue and striped, more red is orange and dotted, so that it is read without seeing colours. What is no more
//! than the error of the measure is not marked at all.
//!
//! It shows nothing of pigment, relief or depth, and no spot that is much smaller than a tile.

mod draw;
mod tiles;

pub use tiles::{Reading, Tile, Tiles};

use crate::{Mask, Photo, Plane, Scale};

/// What a map is made of.
#[derive(Debug, Clone, Copy)]
pub struct Map<'a> {
    /// The earlier photograph: it is drawn in grey beneath.
    pub before: &'a Photo,
    /// The change of a*, on a grid of about half of its size.
    pub delta_a_star: &'a Plane<f32>,
    /// Which pixels of that grid are skin that was looked at, and known on both.
    pub seen: &'a Mask,
    /// Millimetres to a pixel of that grid.
    pub scale: Scale,
    /// The smallest change of a* that can be told from two shots of the same skin.
    pub smallest_detectable: f64,
}

impl Map<'_> {
    /// The tiles, row by row.
    pub fn tiles(&self) -> Tiles {
        Tiles::of(self.delta_a_star, self.seen, self.scale, self.smallest_detectable)
    }

    /// The map on the grid of the change, without words: for a page that has its own.
    pub fn picture(&self) -> Photo {
        draw::picture(self, &self.tiles())
    }

    /// The map with its legend below it, in the picture: for a file.
    pub fn with_legend(&self) -> Photo {
        let tiles = self.tiles();
        draw::with_legend(&draw::picture(self, &tiles), &tiles)
    }
}
