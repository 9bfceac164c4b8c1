//! Lines of the skin: how long the dark ones are for each square centimetre, and how dark.
//!
//! A line is a valley of lightness: along it nothing changes, across it lightness bends upwards. The bending is taken
//! from the second derivatives of the logarithm of lightness under bells of three widths, and what looks like a valley is
//! told from a spot by Frangi's measure of the two bendings. Of a valley only its floor counts, and of floors only those
//! that go on for five millimetres: mottled skin is full of shorter ones.
//!
//! How dark a line is, is asked of both photographs at the same places, those of the lines of either, along the same
//! direction and under the same bell. Who asks each photograph about its own lines compares those that are left.
//!
//! It is contrast under one light and no depth. Lines finer than about 0.3 mm are missed, hairs and creases of a grimace
//! count like any other dark line.
//!
//! INVARIANT (one ruler): what counts as a line hangs on nothing in the picture. Frangi measures bending against half of
//! the greatest in the picture; one hair would then hide the wrinkles of one photograph and not of the other.
//!
//! Worked out in windows of some tiles with a rim around them, so that it needs little room; the rim is as wide as the
//! widest bell reaches and the shortest line is long, so no window changes what is found.
//!
//! EVIDENCE: science A.3.10 (Frangi 1998); what it misses: Ng 2015, Elbashir and Yap 2020.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    cells::{Cells, EDGE, Skin, channels, row},
    colour_math::ln,
    tiles::{COUNTS_FROM, Tile, Tiles, VALUES},
};
use crate::{
    Linear, Plane,
    number::{floor, long, real, short},
    smooth::{self, gaussian},
};

/// Widths of the bells, in millimetres. A bell answers most to a line whose own bell is narrower by the root of two: these
/// to lines of 0.5, 0.8 and 1.5 mm from where they begin to where they end to be dark.
const BELLS_MM: [f64; 3] = [0.3, 0.5, 0.9];
/// The narrowest bell in pixels below which no bending is told.
const BELL_FROM_PX: f64 = 1.1;
/// The widest in pixels above which it is no photograph of a face any more, and would take minutes.
const BELL_TO_PX: f64 = 60.0;
/// From the greatest bending, times the square of its bell, to the depth of a line that is a bell across: 3 √3 / 2.
const DEPTH: f32 = 2.598_076;
/// How far bendings of a spot may resemble one another.
const BETA: f32 = 0.5;
/// A line between the widths of two bells answers up to 5 % too little.
pub(super) const SHARE_ERROR: f64 = 0.06;
/// The contrast of a line of which it may be doubted that it is one.
const FAINT: f32 = 0.06;
/// Frangi's measure from which on it is a line: that of a straight one of this contrast.
const LINE_FROM: f32 = 0.393;
/// The shortest line, in millimetres.
const SHORTEST_MM: f64 = 5.0;
/// Tiles along a side of a window.
const WINDOW: usize = 8;
/// Part of a pixel's surroundings that must be known.
const KNOWN_FROM: f32 = 0.98;

/// A measure of lines, as it stands in a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Their length for each square centimetre.
    Density,
    /// How much darker than the skin beside them they are.
    Contrast,
}

impl Measure {
    /// Its word in a report.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Density => "line_density",
            Self::Contrast => "line_contrast",
        }
    }

    /// Its unit.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Density => "mm/cm2",
            Self::Contrast => "% contrast",
        }
    }
}

/// One measure of the lines of a pair. The change of a tile is its first value.
#[derive(Debug)]
pub(super) struct Lined {
    pub(super) tiles: Tiles,
    /// What was measured of the measured skin in BEFORE.
    pub(super) before: f64,
}

/// The lines of a pair.
#[derive(Debug)]
pub(super) struct Lines {
    /// Millimetres a square centimetre.
    pub(super) density: Lined,
    /// In per cent, of tiles in which either photograph shows a line.
    pub(super) contrast: Lined,
}

/// The grid that lines are sought on: pixels of the pair, or squares of them.
#[derive(Debug, Clone, Copy)]
struct Grid {
    /// Pixels of the pair along a side of one of the grid.
    step: usize,
    /// Millimetres of one of the grid.
    mm: f64,
}

impl Grid {
    /// The coarsest on which the narrowest bell can be told; `None` where the pair itself is coarser, or far finer.
    fn of(mm_per_px: f64) -> Option<Self> {
        let fits = |step: &usize| BELLS_MM[0] >= BELL_FROM_PX * mm_per_px * long(*step);
        let step = [4, 2, 1].into_iter().find(fits)?;
        let mm = mm_per_px * long(step);
        (BELLS_MM[2] <= BELL_TO_PX * mm).then_some(Self { step, mm })
    }

    /// Millimetres in pixels of the grid, no fewer.
    fn reach(self, mm: f64) -> usize {
        floor(short((mm / self.mm).ceil()))
    }
}

/// What a tile says of both photographs.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// Known pixels of its skin.
    pixels: usize,
    /// Length of the lines of each, in millimetres.
    length: [f64; 2],
    /// Depth along the lines of either, by their length.
    depth: [f64; 2],
}

impl Seen {
    fn lines(&self) -> f64 {
        self.length.iter().sum()
    }
}

impl Lines {
    /// The lines of the tiles that colour was measured on; `None` where a pixel is too large to see one. `curve` is what
    /// the tone curve of AFTER adds to a slope of one.
    pub(super) fn of(
        lights: (&Linear, &Linear),
        cells: &Cells,
        tiles: &Tiles,
        (mm_per_px, curve): (f64, f64),
        measured: Skin,
    ) -> Option<Self> {
        let grid = Grid::of(mm_per_px)?;
        let mut windows: BTreeMap<(usize, usize), Vec<&Tile>> = BTreeMap::new();
        for tile in &tiles.list {
            windows.entry((tile.row / WINDOW, tile.column / WINDOW)).or_default().push(tile);
        }
        let slopes = [1.0, short(1.0 / (1.0 + curve))];
        let seen: Vec<Vec<(&Tile, Seen)>> = windows
            .into_par_iter()
            .map(|(at, within)| {
                let window = Window::of(grid, cells, tiles.edge, at);
                let valleys = [(lights.0, slopes[0]), (lights.1, slopes[1])]
                    .map(|(light, slope)| window.valleys(light, slope));
                within.into_iter().map(|tile| (tile, window.seen(tile, &valleys))).collect()
            })
            .collect();
        let whole = real(tiles.edge * EDGE / grid.step).powi(2);
        let seen: Vec<(&Tile, Seen)> = seen
            .into_iter()
            .flatten()
            .filter(|(_, seen)| real(seen.pixels) >= COUNTS_FROM * whole)
            .collect();
        let area = |seen: &Seen| long(seen.pixels) * grid.mm * grid.mm / 100.0;
        let density = lined(tiles.edge, &seen, measured, |seen| Some((seen.length, area(seen))));
        let contrast = lined(tiles.edge, &seen, measured, |seen| {
            (seen.lines() > 0.0).then(|| (seen.depth.map(|depth| 100.0 * depth), seen.lines()))
        });
        Some(Self { density, contrast })
    }
}

/// One measure, of amounts on both photographs and what they are for each of.
fn lined(
    edge: usize,
    seen: &[(&Tile, Seen)],
    measured: Skin,
    of: impl Fn(&Seen) -> Option<([f64; 2], f64)>,
) -> Lined {
    let (mut amount, mut each) = (0.0, 0.0);
    let mut list = Vec::new();
    for (tile, seen) in seen {
        let Some(([was, is], of)) = of(seen) else { continue };
        if tile.skin == measured {
            amount += was;
            each += of;
        }
        let mut changes = [0.0; VALUES];
        changes[0] = (is - was) / of;
        list.push(Tile { changes, ..(*tile).clone() });
    }
    Lined { tiles: Tiles { edge, list }, before: if each > 0.0 { amount / each } else { 0.0 } }
}

/// A part of the grid: some tiles and a rim around them.
struct Window<'a> {
    grid: Grid,
    cells: &'a Cells,
    /// Pixels of the grid along a side of a tile.
    tile: usize,
    /// The first column and row of the grid.
    from: (usize, usize),
    size: (usize, usize),
    /// Whether what is at a pixel is skin that can be measured: 1 or 0.
    is_skin: Plane<f32>,
    /// Whether everything around it is.
    known: Vec<bool>,
}

/// What one photograph shows in a window.
struct Valleys {
    /// The logarithm of lightness under each bell.
    under: [Plane<f32>; BELLS_MM.len()],
    valleys: Vec<Valley>,
    /// Millimetres of a line's floor at each pixel; nought beside it.
    length: Vec<f32>,
}

/// How lightness bends at a pixel.
struct Bent {
    /// Half the sum of the bendings across and down.
    mean: f32,
    /// Half their difference.
    half: f32,
    /// What they have in common.
    both: f32,
}

/// A valley at one pixel, under the bell to which it answers most.
#[derive(Debug, Clone, Copy, Default)]
struct Valley {
    depth: f32,
    /// The square of one bending by the other: nought for a line, one for a round spot.
    round: f32,
    /// Cosine and sine of twice the angle of what lies across it: one and nought where the line runs down.
    across: [f32; 2],
    /// Which bell.
    bell: u8,
}

impl<'a> Window<'a> {
    fn of(grid: Grid, cells: &'a Cells, edge: usize, (row, column): (usize, usize)) -> Self {
        let tile = edge * EDGE / grid.step;
        let whole = (cells.columns * EDGE / grid.step, cells.rows * EDGE / grid.step);
        let widest = BELLS_MM.into_iter().fold(0.0, f64::max);
        let rim = grid.reach(SHORTEST_MM) + grid.reach(3.0 * widest) + 2;
        let span = |at: usize, whole: usize| {
            let (from, to) = (at * WINDOW * tile, (at + 1) * WINDOW * tile);
            (from.saturating_sub(rim), (to + rim).min(whole))
        };
        let ((left, right), (top, bottom)) = (span(column, whole.0), span(row, whole.1));
        let size = (right - left, bottom - top);
        let mut values = Vec::with_capacity(size.0 * size.1);
        for y in top..bottom {
            for x in left..right {
                values.push(f32::from(u8::from(skin(grid, cells, (x, y)) != Skin::None)));
            }
        }
        let is_skin =
            Plane::of(size.0, size.1, values).unwrap_or_else(|| Plane::filled(size.0, size.1, 0.0));
        let around = smooth::square(&is_skin, grid.reach(widest));
        let known = around.values().iter().map(|share| *share >= KNOWN_FROM).collect();
        Self { grid, cells, tile, from: (left, top), size, is_skin, known }
    }

    fn valleys(&self, light: &Linear, slope: f32) -> Valleys {
        let light = self.light(light, slope);
        let mut valleys = vec![Valley::default(); self.size.0 * self.size.1];
        let under = BELLS_MM.map(|bell| gaussian(&light, self.bell(bell)));
        for (bell, under) in (0..).zip(&under) {
            self.bend(under, bell, &mut valleys);
        }
        let length = self.floors(&valleys);
        Valleys { under, valleys, length }
    }

    /// The width of a bell in pixels.
    fn bell(&self, mm: f64) -> f32 {
        short(mm / self.grid.mm)
    }

    /// From a bending under a bell to the depth of a line. Pixels see less of a bending, by a sixth of one in the square of
    /// the bell: their differences are not derivatives.
    fn depth_under(&self, bell: u8) -> f32 {
        let square = BELLS_MM.get(usize::from(bell)).map_or(0.0, |mm| self.bell(*mm).powi(2));
        DEPTH * square / (1.0 - 1.0 / (6.0 * square))
    }

    /// The logarithm of lightness; where it is not known, that of what is known in the same row.
    fn light(&self, light: &Linear, slope: f32) -> Plane<f32> {
        let (width, height) = self.size;
        let step = self.grid.step;
        let mut out = Plane::filled(width, height, 0.0);
        let share = 1.0 / real(step * step);
        let rows = out.values_mut().chunks_exact_mut(width.max(1));
        for ((y, row), skin) in rows.enumerate().zip(self.is_skin.rows()) {
            for below in 0..step {
                let bands = channels(light, (self.from.1 + y) * step + below);
                for (band, weight) in bands.into_iter().zip([0.2126, 0.7152, 0.0722]) {
                    let band = band.get(self.from.0 * step..).unwrap_or_default();
                    for (sum, pixels) in row.iter_mut().zip(band.chunks_exact(step)) {
                        *sum += share * weight * pixels.iter().sum::<f32>();
                    }
                }
            }
            let first = row.iter().zip(skin).find(|(_, skin)| **skin > 0.0);
            let mut last = first.map_or(0.0, |(light, _)| slope * ln(*light));
            for (light, skin) in row.iter_mut().zip(skin) {
                if *skin > 0.0 {
                    last = slope * ln(*light);
                }
                *light = last;
            }
        }
        out
    }

    /// Takes over where a smoothed picture bends more than under the bells before.
    fn bend(&self, under: &Plane<f32>, bell: u8, valleys: &mut [Valley]) {
        let width = self.size.0;
        let scale = self.depth_under(bell);
        for (y, out) in valleys.chunks_exact_mut(width.max(1)).enumerate() {
            let [above, here, below] = rows(under, y).map(|row| row.array_windows::<3>());
            let inner = out.iter_mut().skip(1);
            for (valley, ((above, here), below)) in inner.zip(above.zip(here).zip(below)) {
                let bent = Bent::of([above, here, below]);
                let apart = (bent.half * bent.half + bent.both * bent.both).sqrt();
                let depth = scale * (bent.mean + apart);
                // The larger bending must be upwards: that is where the mean is.
                if bent.mean > 0.0 && depth > valley.depth {
                    let share = |part: f32| if apart > 0.0 { part / apart } else { 0.0 };
                    *valley = Valley {
                        depth,
                        round: ((bent.mean - apart) / (bent.mean + apart)).powi(2),
                        across: [share(bent.half), share(bent.both)],
                        bell,
                    };
                }
            }
        }
    }

    /// The floors of lines that go on for long enough, in millimetres at each pixel.
    fn floors(&self, valleys: &[Valley]) -> Vec<f32> {
        let width = self.size.0;
        let depth =
            |at: Option<usize>| at.and_then(|at| valleys.get(at)).map_or(0.0, |one| one.depth);
        let floor_at = |at: usize, one: &Valley| {
            let [along_rows, _] = one.across;
            let beside = if along_rows >= 0.0 { 1 } else { width };
            let is_floor = one.depth > depth(at.checked_sub(beside))
                && one.depth >= depth(at.checked_add(beside))
                && self.known.get(at).copied().unwrap_or(false)
                && is_line(*one);
            // A pixel of a slanted line is longer than one of a straight one.
            is_floor.then(|| short(self.grid.mm) / (0.5 * (1.0 + along_rows.abs())).sqrt())
        };
        let length = valleys.iter().enumerate().map(|(at, one)| floor_at(at, one).unwrap_or(0.0));
        let mut length: Vec<f32> = length.collect();
        let mut is_met = vec![false; length.len()];
        for start in 0..length.len() {
            let line = self.line(start, &length, &mut is_met);
            let whole: f32 = line.iter().filter_map(|at| length.get(*at)).sum();
            if whole < short(SHORTEST_MM) {
                for at in line {
                    if let Some(length) = length.get_mut(at) {
                        *length = 0.0;
                    }
                }
            }
        }
        length
    }

    /// The pixels of a floor that touch one another, from one that was not met yet.
    fn line(&self, start: usize, length: &[f32], is_met: &mut [bool]) -> Vec<usize> {
        let (width, height) = self.size;
        let mut meet = |at: usize| {
            let is_new = length.get(at).is_some_and(|length| *length > 0.0);
            let Some(met) = is_met.get_mut(at).filter(|met| is_new && !**met) else { return false };
            *met = true;
            true
        };
        let mut line = Vec::new();
        if meet(start) {
            line.push(start);
        }
        let mut next = 0;
        while let Some(at) = line.get(next).copied() {
            next += 1;
            let (x, y) = (at % width, at / width);
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    if meet(y * width + x) {
                        line.push(y * width + x);
                    }
                }
            }
        }
        line
    }

    /// What a tile of the window says.
    fn seen(&self, tile: &Tile, both: &[Valleys; 2]) -> Seen {
        let mut seen = Seen::default();
        let (left, top) = (tile.column * self.tile, tile.row * self.tile);
        for y in top..top + self.tile {
            for x in left..left + self.tile {
                let (Some(column), Some(row)) =
                    (x.checked_sub(self.from.0), y.checked_sub(self.from.1))
                else {
                    continue;
                };
                let at = row * self.size.0 + column;
                let is_here = column < self.size.0 && row < self.size.1;
                if !is_here
                    || !self.known.get(at).copied().unwrap_or(false)
                    || skin(self.grid, self.cells, (x, y)) != tile.skin
                {
                    continue;
                }
                seen.pixels += 1;
                for (sum, one) in seen.length.iter_mut().zip(both) {
                    let length = one.length.get(at).copied().unwrap_or(0.0);
                    let Some(valley) = one.valleys.get(at).filter(|_| length > 0.0) else {
                        continue;
                    };
                    *sum += f64::from(length);
                    for (sum, one) in seen.depth.iter_mut().zip(both) {
                        *sum += f64::from(length * self.depth(one, *valley, (column, row)));
                    }
                }
            }
        }
        seen
    }

    /// The depth at a place along the direction and under the bell of a valley; below nought on a ridge.
    fn depth(&self, of: &Valleys, like: Valley, (column, row): (usize, usize)) -> f32 {
        let Some(under) = of.under.get(usize::from(like.bell)) else { return 0.0 };
        let around = rows(under, row).map(|row| {
            let from = column.checked_sub(1)?;
            row.get(from..)?.first_chunk::<3>()
        });
        let [Some(above), Some(here), Some(below)] = around else { return 0.0 };
        let bent = Bent::of([above, here, below]);
        let [cosine, sine] = like.across;
        self.depth_under(like.bell) * (bent.mean + bent.half * cosine + bent.both * sine)
    }
}

impl Bent {
    #[inline(always)]
    fn of([above, here, below]: [&[f32; 3]; 3]) -> Self {
        let ([al, a, ar], [l, h, r], [bl, b, br]) = (above, here, below);
        let (xx, yy) = (l - 2.0 * h + r, a - 2.0 * h + b);
        Self { mean: 0.5 * (xx + yy), half: 0.5 * (xx - yy), both: 0.25 * (al - ar - bl + br) }
    }
}

/// A row with those above and below it; empty beyond the edges.
fn rows(plane: &Plane<f32>, y: usize) -> [&[f32]; 3] {
    [y.checked_sub(1), Some(y), y.checked_add(1)]
        .map(|y| y.map(|y| row(plane, y)).unwrap_or_default())
}

/// Whose skin a pixel of the grid is.
fn skin(grid: Grid, cells: &Cells, (x, y): (usize, usize)) -> Skin {
    let (column, row) = (x * grid.step / EDGE, y * grid.step / EDGE);
    if column >= cells.columns {
        return Skin::None;
    }
    cells.list().get(row * cells.columns + column).map_or(Skin::None, |cell| cell.skin)
}

/// Frangi's measure: long rather than round, and dark enough.
fn is_line(valley: Valley) -> bool {
    let bent = valley.depth * valley.depth * (1.0 + valley.round);
    let long = (-valley.round / (2.0 * BETA * BETA)).exp();
    let dark = 1.0 - (-bent / (2.0 * FAINT * FAINT)).exp();
    long * dark >= LINE_FROM
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valley(contrast: f32, round: f32) -> Valley {
        Valley { depth: contrast, round, across: [1.0, 0.0], bell: 0 }
    }

    #[test]
    fn a_line_is_dark_and_a_spot_is_none() {
        assert!(is_line(valley(0.07, 0.0)));
        assert!(!is_line(valley(0.05, 0.0)), "too faint");
        assert!(!is_line(valley(0.30, 1.0)), "as round as it is dark");
        assert!(!is_line(valley(0.0, 0.0)));
    }

    #[test]
    fn the_grid_is_as_coarse_as_the_narrowest_bell_allows() {
        let step = |mm_per_px| Grid::of(mm_per_px).map(|grid| grid.step);
        assert_eq!(
            [0.3, 0.2, 0.12, 0.06, 0.01, 0.001].map(step),
            [None, Some(1), Some(2), Some(4), Some(4), None]
        );
    }
}
