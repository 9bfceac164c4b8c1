//! How uneven the skin looks, in three sizes: the spread of its lightness between boxes of one size and the next larger,
//! in per cent of contrast.
//!
//! It is contrast under one light and no relief: raking light makes it out of nothing, and a sharper camera too. So it is
//! taken less what the untreated skin changed by, and only where the size of a pixel is known.
//!
//! Boxes are summed from running sums of the whole picture, so a large box costs what a small one does.

use rayon::prelude::*;

use super::{
    cells::{Cells, EDGE, Skin, channels},
    colour_math::ln,
    order::median,
    tiles::{Tile, Tiles, VALUES},
};
use crate::{
    Linear,
    number::{floor, long, short},
};

/// A size of unevenness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Band {
    /// From 0.2 to 0.5 mm.
    Fine,
    /// From 0.5 to 1 mm.
    Middle,
    /// From 1 to 3 mm.
    Coarse,
}

impl Band {
    /// All, the finest first, as they stand in a tile.
    pub(super) const ALL: [Self; 3] = [Self::Fine, Self::Middle, Self::Coarse];

    /// Its word in a report.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Fine => "texture_fine",
            Self::Middle => "texture_middle",
            Self::Coarse => "texture_coarse",
        }
    }

    fn mm(self) -> [f64; 2] {
        match self {
            Self::Fine => [0.2, 0.5],
            Self::Middle => [0.5, 1.0],
            Self::Coarse => [1.0, 3.0],
        }
    }

    /// The boxes of a band, in pixels; `None` where a pixel is too large to see it.
    fn boxes(self, mm_per_px: f64) -> Option<[usize; 2]> {
        let [small, large] = self.mm().map(|mm| floor(short((mm / mm_per_px).round())));
        (small >= 2 && large > small).then_some([small, large])
    }
}

/// The texture of a pair.
#[derive(Debug)]
pub(super) struct Texture {
    /// Of each tile what its spread changed by, the finest band first.
    pub(super) tiles: Tiles,
    /// The middle spread of the measured skin in BEFORE; `None` for a band that cannot be seen.
    pub(super) before: [Option<f64>; 3],
}

/// A picture as running sums of the logarithm of its lightness.
struct Sums {
    width: usize,
    height: usize,
    /// One row and one column more than the picture has: light, and pixels that are known.
    sums: Vec<(f64, u32)>,
}

impl Texture {
    /// The texture of the tiles that colour was measured on. `curve` is what the tone curve adds to a slope of one.
    pub(super) fn of(
        (before, after): (&Linear, &Linear),
        cells: &Cells,
        tiles: &Tiles,
        (mm_per_px, curve): (f64, f64),
        measured: Skin,
    ) -> Self {
        let spreads = |light: &Linear| {
            let sums = Sums::of(light, cells);
            let of = |tile: &Tile| {
                Band::ALL.map(|band| {
                    sums.spread(cells, (tile, tiles.edge * EDGE), band.boxes(mm_per_px)?)
                })
            };
            tiles.list.par_iter().map(of).collect::<Vec<_>>()
        };
        let (was, is) = (spreads(before), spreads(after));
        let middle = |band: usize| {
            let of = tiles.list.iter().zip(&was).filter(|(tile, _)| tile.skin == measured);
            let mut values: Vec<f64> =
                of.filter_map(|(_, spread)| spread.get(band).copied().flatten()).collect();
            median(&mut values)
        };
        let before = [middle(0), middle(1), middle(2)];
        let list = tiles.list.iter().zip(was.iter().zip(&is));
        let list = list.filter_map(|(tile, (was, is))| {
            let mut changes = [0.0; VALUES];
            for (change, ((was, is), seen)) in
                changes.iter_mut().zip(was.iter().zip(is).zip(before))
            {
                if seen.is_some() {
                    *change = (*is)? / (1.0 + curve) - (*was)?;
                }
            }
            Some(Tile { changes, ..tile.clone() })
        });
        Self { tiles: Tiles { edge: tiles.edge, list: list.collect() }, before }
    }
}

impl Sums {
    fn of(light: &Linear, cells: &Cells) -> Self {
        let (width, height) = (cells.columns * EDGE, cells.rows * EDGE);
        let mut sums = vec![(0.0, 0_u32); (width + 1) * (height + 1)];
        sums.par_chunks_exact_mut(width + 1).enumerate().skip(1).for_each(|(row, out)| {
            let y = row - 1;
            let [red, green, blue] = channels(light, y);
            let known = cells.list().get(y / EDGE * cells.columns..).unwrap_or_default();
            let known = known.iter().flat_map(|cell| [cell.skin != Skin::None; EDGE]);
            let pixels = red.iter().zip(green).zip(blue).zip(known);
            let mut sum = (0.0, 0);
            for (out, (((red, green), blue), known)) in out.iter_mut().skip(1).zip(pixels) {
                if known {
                    sum.0 += f64::from(ln(0.2126 * red + 0.7152 * green + 0.0722 * blue));
                    sum.1 += 1;
                }
                *out = sum;
            }
        });
        let mut above = vec![(0.0, 0_u32); width + 1];
        for row in sums.chunks_exact_mut(width + 1) {
            for (sum, above) in row.iter_mut().zip(&mut above) {
                *sum = (sum.0 + above.0, sum.1 + above.1);
                *above = *sum;
            }
        }
        Self { width, height, sums }
    }

    /// The mean of a box around a pixel; `None` where it leaves the picture or more than a tenth of it is not known.
    fn mean(&self, (x, y): (usize, usize), edge: usize) -> Option<f64> {
        let (left, top) = (x.checked_sub(edge / 2)?, y.checked_sub(edge / 2)?);
        let (right, bottom) = (left + edge, top + edge);
        if right > self.width || bottom > self.height {
            return None;
        }
        let at = |x: usize, y: usize| self.sums.get(y * (self.width + 1) + x).copied();
        let [a, b, c, d] = [at(left, top)?, at(right, top)?, at(left, bottom)?, at(right, bottom)?];
        let count = (d.1 - b.1) - (c.1 - a.1);
        let enough = 10.0 * f64::from(count) >= 9.0 * long(edge * edge);
        enough.then(|| (d.0 - b.0 - c.0 + a.0) / f64::from(count))
    }

    /// The spread of a band over a tile, in per cent.
    fn spread(
        &self,
        cells: &Cells,
        (tile, edge): (&Tile, usize),
        [small, large]: [usize; 2],
    ) -> Option<f64> {
        let step = (small / 2).max(1);
        let (mut count, mut sum, mut square) = (0, 0.0, 0.0);
        for y in (tile.row * edge..((tile.row + 1) * edge).min(self.height)).step_by(step) {
            for x in (tile.column * edge..((tile.column + 1) * edge).min(self.width)).step_by(step)
            {
                let cell = cells.list().get(y / EDGE * cells.columns + x / EDGE);
                if cell.is_none_or(|cell| cell.skin != tile.skin) {
                    continue;
                }
                let Some(left) = self
                    .mean((x, y), small)
                    .zip(self.mean((x, y), large))
                    .map(|(small, large)| small - large)
                else {
                    continue;
                };
                count += 1;
                sum += left;
                square += left * left;
            }
        }
        if count < 16 {
            return None;
        }
        let mean = sum / f64::from(count);
        Some(100.0 * (square / f64::from(count) - mean * mean).max(0.0).sqrt())
    }
}
