//! The pixels in cells of four by four: the mean light of what can be measured of a cell, before and after, and whose skin
//! it is. One pass over the pixels; everything but the map is made of these.
//!
//! A cell is averaged in linear light *before* any logarithm is taken: noise in dark skin would else look like a colour.
//!
//! INVARIANT (whole cells): a cell in which anything is burnt out or lost in the dark does not count at all. To leave out
//! the burnt pixels only would leave the darker ones of a bright cell, and so invent a change.

use rayon::prelude::*;

use crate::{Linear, Mask, Pair, Plane};

/// Pixels along a side of a cell.
pub(super) const EDGE: usize = 4;
/// Pixels of a cell that must lie within a region for the cell to be of it, of sixteen.
const WITHIN: u8 = 12;
/// A channel that is brighter was burnt out.
pub(super) const BURNT: f32 = 0.98;
/// Red or green that is darker is lost in the noise.
const LOST: f32 = 0.02;
/// Blue that is darker is. Deep brown skin reflects so little blue that the limit of the others would leave it out.
const LOST_BLUE: f32 = 0.004;

/// Whose skin a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Skin {
    /// Not looked at, or nothing that can be measured.
    #[default]
    None,
    /// Of the region, and not touched by what was treated.
    Untreated,
    /// What was treated.
    Treated,
    /// What was marked as not treated and not changed.
    Control,
}

/// What can be measured of a cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    /// Mean red, green and blue of BEFORE, in linear light.
    pub(super) before: [f32; 3],
    /// Those of AFTER, as it was taken.
    pub(super) after: [f32; 3],
    /// Whose it is.
    pub(super) skin: Skin,
}

/// The cells, row by row.
#[derive(Debug)]
pub(super) struct Cells {
    /// In a row.
    pub(super) columns: usize,
    /// Rows of them.
    pub(super) rows: usize,
    list: Vec<Cell>,
}

impl Cells {
    /// The cells of a pair; what is left at the right and at the bottom is not looked at.
    pub(super) fn of(pair: &Pair) -> Self {
        let columns = pair.before.width() / EDGE;
        let rows = pair.before.height() / EDGE;
        let mut list = vec![Cell::default(); columns * rows];
        list.par_chunks_mut(columns.max(1)).enumerate().for_each(|(row, cells)| {
            let mut band = Band::of(cells.len());
            for y in row * EDGE..(row + 1) * EDGE {
                band.add(pair, y);
            }
            band.finish(cells, pair.treated.is_some());
        });
        Self { columns, rows, list }
    }

    /// Every cell, row by row.
    pub(super) fn list(&self) -> &[Cell] {
        &self.list
    }

    /// Every cell with its column and row.
    pub(super) fn placed(&self) -> impl Iterator<Item = (usize, usize, &Cell)> {
        let columns = self.columns.max(1);
        self.list.iter().enumerate().map(move |(at, cell)| (at % columns, at / columns, cell))
    }
}

/// A row of cells while its pixels are added up.
struct Band {
    sums: Vec<[f32; 6]>,
    counts: Vec<[u8; 4]>,
}

/// Which of the four counts is which.
const GOOD: usize = 0;
const REGION: usize = 1;
const TREATED: usize = 2;
const CONTROL: usize = 3;

impl Band {
    fn of(columns: usize) -> Self {
        Self { sums: vec![[0.0; 6]; columns], counts: vec![[0; 4]; columns] }
    }

    /// Adds one row of pixels.
    fn add(&mut self, pair: &Pair, y: usize) {
        let [br, bg, bb] = channels(&pair.before, y).map(fours);
        let [ar, ag, ab] = channels(&pair.after, y).map(fours);
        let before = br.iter().zip(bg).zip(bb);
        let after = ar.iter().zip(ag).zip(ab);
        let valid = fours(row(&pair.valid, y));
        let lights = before.zip(after).zip(valid);
        for ((sums, counts), ((((br, bg), bb), ((ar, ag), ab)), valid)) in
            self.sums.iter_mut().zip(&mut self.counts).zip(lights)
        {
            let light = [br, bg, bb, ar, ag, ab];
            for (sum, four) in sums.iter_mut().zip(light) {
                let [a, b, c, d] = four;
                *sum += (a + b) + (c + d);
            }
            *counts = count(*counts, GOOD, good(light, valid));
        }
        self.mark(Some(&pair.region), y, REGION);
        self.mark(pair.treated.as_ref(), y, TREATED);
        self.mark(pair.control.as_ref(), y, CONTROL);
    }

    fn mark(&mut self, mask: Option<&Mask>, y: usize, which: usize) {
        let Some(mask) = mask else { return };
        for (counts, [a, b, c, d]) in self.counts.iter_mut().zip(fours(row(mask, y))) {
            let marked = (a >> 7).wrapping_add(b >> 7).wrapping_add(c >> 7).wrapping_add(d >> 7);
            *counts = count(*counts, which, marked);
        }
    }

    /// The cells of the band.
    fn finish(self, cells: &mut [Cell], treated_known: bool) {
        let sixteenth = |sum: f32| sum * 0.0625;
        for ((cell, sums), counts) in cells.iter_mut().zip(self.sums).zip(self.counts) {
            let [br, bg, bb, ar, ag, ab] = sums.map(sixteenth);
            let [good, region, treated, control] = counts;
            cell.before = [br, bg, bb];
            cell.after = [ar, ag, ab];
            cell.skin = match () {
                () if good < 16 => Skin::None,
                () if control >= WITHIN && treated == 0 => Skin::Control,
                () if treated >= WITHIN => Skin::Treated,
                () if region >= WITHIN && (!treated_known || treated == 0) => Skin::Untreated,
                () => Skin::None,
            };
        }
    }
}

/// A count of a cell raised; none is above sixteen.
fn count(mut counts: [u8; 4], which: usize, by: u8) -> [u8; 4] {
    if let Some(count) = counts.get_mut(which) {
        *count = count.wrapping_add(by);
    }
    counts
}

/// How many of four pixels can be measured.
#[inline(always)]
fn good([br, bg, bb, ar, ag, ab]: [&[f32; 4]; 6], valid: &[u8; 4]) -> u8 {
    let larger = |one: f32, other: f32| if one > other { one } else { other };
    let smaller = |one: f32, other: f32| if one < other { one } else { other };
    let mut all = [0_u8; 4];
    let pixels = br.iter().zip(bg).zip(bb).zip(ar.iter().zip(ag).zip(ab)).zip(valid);
    for (good, ((((br, bg), bb), ((ar, ag), ab)), valid)) in all.iter_mut().zip(pixels) {
        let bright = larger(larger(larger(*br, *bg), larger(*bb, *ar)), larger(*ag, *ab));
        let dark = smaller(smaller(*br, *bg), smaller(*ar, *ag));
        let blue = smaller(*bb, *ab);
        let seen = (bright <= BURNT) & (dark >= LOST) & (blue >= LOST_BLUE);
        *good = u8::from(seen) & (valid >> 7);
    }
    let [a, b, c, d] = all;
    a.wrapping_add(b).wrapping_add(c).wrapping_add(d)
}

/// A row, four by four.
fn fours<T>(row: &[T]) -> &[[T; EDGE]] {
    row.as_chunks().0
}

/// The three channels of a row.
pub(super) fn channels(light: &Linear, y: usize) -> [&[f32]; 3] {
    [&light.red, &light.green, &light.blue].map(|plane| row(plane, y))
}

/// A row of a plane; empty below its end.
pub(super) fn row<T: Copy>(plane: &Plane<T>, y: usize) -> &[T] {
    let width = plane.width();
    plane.values().get(y * width..(y + 1) * width).unwrap_or_default()
}
