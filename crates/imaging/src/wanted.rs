//! Where of a photograph something is looked at, in squares, so that what is nowhere looked at is not worked on.
#![expect(
    clippy::indexing_slicing,
    reason = "a row of squares is cut from the squares of its own plane"
)]

use crate::raster::{Mask, Plane};

/// Pixels along a side of a square.
pub(crate) const SIDE: usize = 8;

/// The squares of a grid, [`SIDE`] pixels a side, in which something is looked at.
#[derive(Debug)]
pub(crate) struct Wanted(Plane<bool>);

impl Wanted {
    /// The squares in which one of some masks of one size holds anything.
    pub(crate) fn of<'a>(first: &'a Mask, others: impl IntoIterator<Item = &'a Mask>) -> Self {
        let (columns, rows) = (first.width().div_ceil(SIDE), first.height().div_ceil(SIDE));
        let mut wanted = Plane::filled(columns, rows, false);
        for mask in std::iter::once(first).chain(others) {
            for (y, row) in mask.rows().enumerate() {
                let squares = &mut wanted.values_mut()[y / SIDE * columns..][..columns];
                for (square, run) in squares.iter_mut().zip(row.chunks(SIDE)) {
                    *square |= run.iter().any(|share| *share > 0);
                }
            }
        }
        Self(wanted)
    }

    /// All of these squares, on their grid.
    pub(crate) fn mask(&self, (width, height): (usize, usize)) -> Mask {
        let share = |at: usize| if self.is(at % width / SIDE, at / width) { 255 } else { 0 };
        let values = (0..width * height).map(share).collect();
        Mask::of(width, height, values).unwrap_or_else(|| Mask::filled(width, height, 0))
    }

    /// Whether a run of a row is wanted.
    pub(crate) fn is(&self, run: usize, y: usize) -> bool {
        self.0.get(run, y / SIDE).unwrap_or(false)
    }
}
