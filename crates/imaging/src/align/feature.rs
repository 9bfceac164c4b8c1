//! Corners of the skin, each with the turning of what is around it and 256 bits that describe it.
//!
//! Corners are where the smaller eigenvalue of the gradients is largest (Shi and Tomasi 1994), spread evenly over the
//! picture. The description compares pairs of points around a corner, turned with it (after Rublee et al. 2011); the
//! pairs are drawn once from a fixed seed. A description lives as long as one comparison.
#![expect(
    clippy::indexing_slicing,
    reason = "corners keep a border as wide as a description reaches, and rows are cut from one width"
)]

use rayon::prelude::*;

use crate::{
    number::{floor, nearest, real, short},
    raster::{Mask, Plane},
    smooth::gaussian,
};

/// How far a description reaches, with a pixel to spare for its turning.
const BORDER: usize = 18;
/// The radius in which the turning is looked for.
const DISC: i32 = 13;
/// Pixels a side of a square that gives only so many corners.
const CELL: usize = 24;
/// Turnings that are told apart.
const TURNS: usize = 36;
/// Pairs of points in a description.
const PAIRS: usize = 256;

/// A corner.
#[derive(Debug, Clone)]
pub(crate) struct Feature {
    /// Where.
    pub(crate) at: [f64; 2],
    /// What is around it.
    bits: [u64; PAIRS / 64],
}

impl Feature {
    /// What is around it.
    pub(crate) fn bits(&self) -> &[u64; PAIRS / 64] {
        &self.bits
    }
}

/// The corners of a flattened plane, where a mask allows them; at most so many.
pub(crate) fn features(flat: &Plane<f32>, mask: Option<&Mask>, most: usize) -> Vec<Feature> {
    let (width, height) = (flat.width(), flat.height());
    if width <= 2 * BORDER || height <= 2 * BORDER {
        return Vec::new();
    }
    let smooth = gaussian(flat, 1.5);
    let strength = corners(&smooth);
    let pairs = pairs();
    let cells = (width / CELL).max(1) * (height / CELL).max(1);
    let each = most.div_ceil(cells).max(1);
    let bands: Vec<Vec<(f32, usize, usize)>> = (0..height.div_ceil(CELL))
        .into_par_iter()
        .map(|band| picked(&strength, mask, (band, each)))
        .collect();
    let mut picked: Vec<(f32, usize, usize)> = bands.into_iter().flatten().collect();
    // The strongest first; places settle what is equally strong.
    picked.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.2, a.1).cmp(&(b.2, b.1))));
    picked.truncate(most);
    picked.par_iter().map(|(_, x, y)| described(&smooth, (*x, *y), &pairs)).collect()
}

/// How much of a corner each pixel is.
fn corners(smooth: &Plane<f32>) -> Plane<f32> {
    let (width, height) = (smooth.width(), smooth.height());
    let source = smooth.values();
    let mut products = [(); 3].map(|()| vec![0.0_f32; width * height]);
    let [xx, xy, yy] = &mut products;
    xx.par_chunks_exact_mut(width)
        .zip(xy.par_chunks_exact_mut(width))
        .zip(yy.par_chunks_exact_mut(width))
        .enumerate()
        .for_each(|(y, ((xx, xy), yy))| {
            if y == 0 || y + 1 >= height {
                return;
            }
            let row = &source[y * width..][..width];
            let (above, below) =
                (&source[(y - 1) * width..][..width], &source[(y + 1) * width..][..width]);
            for x in 1..width - 1 {
                let (dx, dy) = (row[x + 1] - row[x - 1], below[x] - above[x]);
                (xx[x], xy[x], yy[x]) = (dx * dx, dx * dy, dy * dy);
            }
        });
    let [xx, xy, yy] = products.map(|values| {
        let plane = Plane::of(width, height, values);
        gaussian(&plane.unwrap_or_else(|| smooth.clone()), 2.0)
    });
    let mut strength = xx;
    for ((a, b), c) in strength.values_mut().iter_mut().zip(xy.values()).zip(yy.values()) {
        let half = 0.5 * (*a + c);
        *a = half - (half * half - (*a * c - b * b)).max(0.0).sqrt();
    }
    strength
}

/// The strongest corners of each square of a band.
fn picked(
    strength: &Plane<f32>,
    mask: Option<&Mask>,
    (band, each): (usize, usize),
) -> Vec<(f32, usize, usize)> {
    let (width, height) = (strength.width(), strength.height());
    let values = strength.values();
    let (top, bottom) = (band * CELL, ((band + 1) * CELL).min(height));
    let rows = top.max(BORDER)..bottom.min(height - BORDER);
    let mut found = Vec::new();
    for left in (0..width).step_by(CELL) {
        let mut here: Vec<(f32, usize, usize)> = Vec::new();
        for y in rows.clone() {
            for x in left.max(BORDER)..(left + CELL).min(width - BORDER) {
                let value = values[y * width + x];
                let is_allowed =
                    mask.is_none_or(|mask| mask.get(x, y).is_some_and(|share| share > 127));
                if value > 1e-3 && is_allowed && is_peak(values, (x, y, width)) {
                    here.push((value, x, y));
                }
            }
        }
        here.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.2, a.1).cmp(&(b.2, b.1))));
        here.truncate(each);
        found.append(&mut here);
    }
    found
}

/// Whether no value beside it is larger; of equal ones the first is the peak.
fn is_peak(values: &[f32], (x, y, width): (usize, usize, usize)) -> bool {
    let at = y * width + x;
    let value = values[at];
    let (up, down) = (at - width, at + width);
    let before = [up - 1, up, up + 1, at - 1];
    let behind = [at + 1, down - 1, down, down + 1];
    before.iter().all(|other| values[*other] < value)
        && behind.iter().all(|other| values[*other] <= value)
}

/// The pairs of every turning, as steps from the corner.
fn pairs() -> Vec<[[i32; 4]; PAIRS]> {
    let mut state = 0x5eed_u64;
    let mut normal = || {
        let sum: f64 = (0..6).map(|_| crate::chance::unit(&mut state)).sum();
        (sum - 3.0) / 0.5_f64.sqrt()
    };
    let drawn: Vec<[f64; 4]> =
        (0..PAIRS).map(|_| [(); 4].map(|()| (normal() * 5.6).clamp(-11.0, 11.0))).collect();
    (0..TURNS)
        .map(|turn| {
            let angle = std::f64::consts::TAU * f64::from(real(turn)) / f64::from(real(TURNS));
            let (sin, cos) = angle.sin_cos();
            let turned = |x: f64, y: f64| [nearest(cos * x - sin * y), nearest(sin * x + cos * y)];
            let mut pairs = [[0; 4]; PAIRS];
            for (pair, [x, y, u, v]) in pairs.iter_mut().zip(&drawn) {
                let ([x, y], [u, v]) = (turned(*x, *y), turned(*u, *v));
                *pair = [x, y, u, v];
            }
            pairs
        })
        .collect()
}

/// Describes a corner.
fn described(smooth: &Plane<f32>, (x, y): (usize, usize), pairs: &[[[i32; 4]; PAIRS]]) -> Feature {
    let width = smooth.width();
    let values = smooth.values();
    let at = |dx: i32, dy: i32| {
        values[y.wrapping_add_signed(step(dy)) * width + x.wrapping_add_signed(step(dx))]
    };
    let (mut across, mut down) = (0.0_f32, 0.0_f32);
    for dy in -DISC..=DISC {
        for dx in -DISC..=DISC {
            if dx * dx + dy * dy <= DISC * DISC {
                let value = at(dx, dy);
                across += value * short(f64::from(dx));
                down += value * short(f64::from(dy));
            }
        }
    }
    let share = down.atan2(across) / std::f32::consts::TAU;
    let turn = floor((share + 1.0) * real(TURNS) + 0.5) % TURNS;
    let mut bits = [0_u64; PAIRS / 64];
    for (word, pairs) in bits.iter_mut().zip(pairs[turn].chunks_exact(64)) {
        for (bit, [a, b, c, d]) in pairs.iter().enumerate() {
            *word |= u64::from(at(*a, *b) < at(*c, *d)) << bit;
        }
    }
    Feature { at: [f64::from(real(x)), f64::from(real(y))], bits }
}

/// A small step as one of an index.
fn step(by: i32) -> isize {
    isize::try_from(by).unwrap_or_default()
}
