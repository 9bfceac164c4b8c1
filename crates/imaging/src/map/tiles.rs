//! Tiles of skin: by how much the redness of each changed, and whether that is more than error and chance.
//!
//! Of a thousand tiles fifty differ "significantly" where nothing changed. So a tile is marked when its change is larger
//! than the smallest detectable one *and* holds its own among all tiles (Benjamini and Hochberg, one false of twenty). What
//! chance does is taken from how much neighbours differ, which a change of a whole area does not raise.

use rayon::prelude::*;

use crate::{
    Mask, Plane, Scale, ScaleFrom,
    number::{floor, long, real, short},
};

/// Millimetres along a side of a tile.
const TILE_MM: f64 = 5.0;
/// Pixels along a side of the smallest tile.
const TILE_PX_MIN: f64 = 8.0;
/// A tile is read when this part of it was seen.
const READ_FROM: f32 = 0.3;
/// Every second pixel of every second row is enough for a median.
const EVERY: usize = 2;
/// Of the tiles that are marked this part may be chance.
const FALSE_SHARE: f64 = 0.05;

/// What a tile says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Less red than before.
    LessRed,
    /// No change that can be told from error.
    NoChange,
    /// More red than before.
    MoreRed,
}

/// A tile that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Its column and row among the tiles.
    pub at: (usize, usize),
    /// Pixels from the left edge of the grid.
    pub x: usize,
    /// Pixels from the upper edge.
    pub y: usize,
    /// Pixels across; at the right edge less than others.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// The middle change of a* of its pixels.
    pub delta: f64,
    /// What that says.
    pub reading: Reading,
    /// Pixels of it that were seen, of every fourth one.
    seen: usize,
}

/// The tiles of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiles {
    /// Those that were read, row by row.
    pub list: Vec<Tile>,
    /// Pixels along a side.
    pub edge: usize,
    /// The smallest change that is marked.
    pub smallest_detectable: f64,
    /// Square centimetres that were read; `None` where the scale is assumed.
    pub area_cm2: Option<f64>,
}

impl Tiles {
    /// The tiles of a change.
    pub(super) fn of(delta: &Plane<f32>, seen: &Mask, scale: Scale, smallest: f64) -> Self {
        let pixels = (TILE_MM / scale.mm_per_px.max(1e-3)).round().max(TILE_PX_MIN);
        let edge = floor(short(pixels));
        let across = delta.width().div_ceil(edge);
        let count = across * delta.height().div_ceil(edge);
        let read = |at| tile(delta, seen, (at % across, at / across), edge);
        let found: Vec<Option<Tile>> = (0..count).into_par_iter().map(read).collect();
        let mut list: Vec<Tile> = found.into_iter().flatten().collect();
        mark(&mut list, smallest);
        let known = match scale.from {
            ScaleFrom::Card | ScaleFrom::Given => true,
            ScaleFrom::Assumed => false,
        };
        let pixels: usize = list.iter().map(|tile| tile.seen * EVERY * EVERY).sum();
        let cm2 = long(pixels) * (scale.mm_per_px / 10.0).powi(2);
        Self { list, edge, smallest_detectable: smallest, area_cm2: known.then_some(cm2) }
    }

    /// What part of the skin that was read says this, from 0 to 1.
    pub fn share(&self, reading: Reading) -> f64 {
        let pixels = |of: &dyn Fn(&&Tile) -> bool| -> usize {
            self.list.iter().filter(of).map(|tile| tile.seen).sum()
        };
        long(pixels(&|tile| tile.reading == reading)) / long(pixels(&|_| true).max(1))
    }
}

/// One tile; `None` where too little of it was seen.
fn tile(
    delta: &Plane<f32>,
    seen: &Mask,
    (column, row): (usize, usize),
    edge: usize,
) -> Option<Tile> {
    let (x, y) = (column * edge, row * edge);
    let width = edge.min(delta.width().saturating_sub(x));
    let height = edge.min(delta.height().saturating_sub(y));
    let mut values: Vec<f32> = Vec::with_capacity((edge / EVERY + 1).pow(2));
    for y in (y..y + height).step_by(EVERY) {
        let part = y * delta.width() + x..y * delta.width() + x + width;
        let deltas = delta.values().get(part.clone())?.iter();
        let known = deltas.zip(seen.values().get(part)?).step_by(EVERY);
        values.extend(known.filter(|(_, seen)| **seen > 127).map(|(delta, _)| *delta));
    }
    let whole = width.div_ceil(EVERY) * height.div_ceil(EVERY);
    let enough = real(values.len()) >= READ_FROM * real(whole) && !values.is_empty();
    let seen = values.len();
    let delta = f64::from(crate::measure::median(&mut values)?);
    let reading = Reading::NoChange;
    enough.then_some(Tile { at: (column, row), x, y, width, height, delta, reading, seen })
}

/// Marks the tiles that changed by more than error and chance.
fn mark(list: &mut [Tile], smallest: f64) {
    let chance = chance(list);
    let doubt = |delta: f64| if chance > 0.0 { two_sided(delta / chance) } else { 0.0 };
    let mut doubts: Vec<f64> = list.iter().map(|tile| doubt(tile.delta)).collect();
    doubts.sort_by(f64::total_cmp);
    let all = long(doubts.len());
    let allowed = |at: usize| FALSE_SHARE * long(at + 1) / all;
    let held = doubts.iter().enumerate().rfind(|(at, doubt)| **doubt <= allowed(*at));
    let limit = held.map_or(-1.0, |(_, doubt)| *doubt);
    for tile in list {
        let told = tile.delta.abs() > smallest && doubt(tile.delta) <= limit;
        tile.reading = match told {
            true if tile.delta < 0.0 => Reading::LessRed,
            true => Reading::MoreRed,
            false => Reading::NoChange,
        };
    }
}

/// What chance does to one tile: from the middle difference of neighbours in a row.
fn chance(list: &[Tile]) -> f64 {
    let mut steps: Vec<f64> = list
        .windows(2)
        .filter_map(|two| match two {
            [one, next] if one.at.1 == next.at.1 && one.at.0 + 1 == next.at.0 => {
                Some((next.delta - one.delta).abs())
            }
            _ => None,
        })
        .collect();
    // From the median of absolute differences of two to the standard deviation of one.
    1.4826 / std::f64::consts::SQRT_2 * crate::measure::median(&mut steps).unwrap_or(0.0)
}

/// How often chance lies as far out, on either side (Abramowitz and Stegun 7.1.26, good to a ten-millionth).
fn two_sided(far: f64) -> f64 {
    let x = far.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = t
        * (0.254_829_592
            + t * (-0.284_496_736
                + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    series * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_that_of_the_normal_table() {
        for (far, known) in [(0.0, 1.0), (1.0, 0.317_310), (1.959_964, 0.05), (-3.0, 0.002_700)] {
            assert!((two_sided(far) - known).abs() < 1e-6, "{far}: {}", two_sided(far));
        }
    }
}
