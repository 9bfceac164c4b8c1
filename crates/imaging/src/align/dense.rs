//! The smooth flow that is left after the homography: Gauss-Newton on squares of the picture, coarse to fine.
//!
//! ```text
//! flow ─▶ AFTER laid on BEFORE ─▶ sums over squares of 8 pixels ─▶ bells over the squares ─▶ step ─▶ flow …
//! ```
//!
//! A step is smooth because its sums are taken over a bell that is wide against a square; the flow itself is not smoothed,
//! so what is bent is found in a few steps however wide the bell. Every square of a chequered pattern is held out: it
//! says what is left where nothing was fitted.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and squares are cut from one width, and positions are checked before they are read"
)]

use rayon::prelude::*;

use super::{field::Lattice, homography::Homography, matching::Match};
use crate::{
    equations::solved,
    number::{floor, long, real, short},
    raster::{Mask, Plane},
    smooth::{gaussian, half, square},
};

/// Pixels of the aligned size along a side of a square.
pub(crate) const SQUARE: usize = 8;
/// Squares along a side of a patch that is driven by, or held out.
const PATCH: usize = 3;
/// A difference, in deviations, that is believed half.
const BELIEVED: f32 = 0.8;
/// No step is longer, in pixels of its level.
const STEP_MAX: f32 = 2.0;

/// What is aligned: both planes flattened, and where BEFORE drives.
pub(crate) struct Scene<'a> {
    pub(crate) before: &'a Plane<f32>,
    pub(crate) after: &'a Plane<f32>,
    /// Where patches may lie at all: the region without what was treated.
    pub(crate) drives: &'a Mask,
}

/// One level of the scene.
struct Level {
    before: Plane<f32>,
    after: Plane<f32>,
    weight: Plane<f32>,
    /// Pixels of the aligned size along one of this level.
    factor: usize,
}

/// A plan of steps: the level, how often, and the width of the bell in squares.
const STEPS: [(usize, usize, f32); 3] = [(1, 4, 4.0), (0, 2, 2.6), (0, 2, 2.0)];

/// Whether the patch that a square lies in is held out.
fn is_held_out(column: usize, row: usize) -> bool {
    (column / PATCH) % 3 == 1 && (row / PATCH) % 3 == 1
}

/// The flow, in pixels of the aligned size at the middles of squares.
pub(crate) fn flow(scene: &Scene<'_>, homography: &Homography, inliers: &[Match]) -> Lattice {
    let columns = scene.before.width().div_ceil(SQUARE);
    let rows = scene.before.height().div_ceil(SQUARE);
    let weight = weights(scene, (columns, rows));
    let levels = [
        Level {
            before: scene.before.clone(),
            after: scene.after.clone(),
            weight: weight.clone(),
            factor: 1,
        },
        Level {
            before: half(scene.before),
            after: half(scene.after),
            weight: half(&weight),
            factor: 2,
        },
    ];
    let mut lattice = begun(homography, inliers, (columns, rows));
    let driven = driven(scene, &weight, (columns, rows));
    for (level, times, width) in STEPS {
        let level = &levels[level];
        for _ in 0..times {
            let sums = sums(level, homography, &lattice);
            advance(&mut lattice, &sums, width, real(level.factor));
        }
        carry_on(&mut lattice, &driven);
    }
    lattice
}

/// Squares around one that say how the flow goes on where nothing drives.
const AROUND: usize = 12;

/// Lets the flow go on straight beyond what drives: each knot there gets what the plane through the driven ones around
/// it says. Where there are none the flow ends in what it was.
fn carry_on(lattice: &mut Lattice, driven: &Plane<bool>) {
    let (columns, rows) = (driven.width(), driven.height());
    let bell: [f64; AROUND + 1] = std::array::from_fn(|by| (-long(by) * long(by) / 40.0).exp());
    let carried: Vec<Option<[f32; 2]>> = (0..columns * rows)
        .into_par_iter()
        .map(|at| if driven.values()[at] { None } else { carried(lattice, driven, (at, &bell)) })
        .collect();
    let knots = lattice.x.values_mut().iter_mut().zip(lattice.y.values_mut());
    for (knot, (x, y)) in carried.into_iter().zip(knots) {
        if let Some([right, below]) = knot {
            (*x, *y) = (right, below);
        }
    }
}

/// What the plane through the driven knots around one says; `None` where there are none.
fn carried(
    lattice: &Lattice,
    driven: &Plane<bool>,
    (at, bell): (usize, &[f64; AROUND + 1]),
) -> Option<[f32; 2]> {
    let (columns, rows) = (driven.width(), driven.height());
    let (column, row) = (at % columns, at / columns);
    let mut sums = [[0.0_f64; 5]; 3];
    for y in row.saturating_sub(AROUND)..(row + AROUND + 1).min(rows) {
        for x in column.saturating_sub(AROUND)..(column + AROUND + 1).min(columns) {
            let other = y * columns + x;
            if !driven.values()[other] {
                continue;
            }
            let (dx, dy) = (long(x) - long(column), long(y) - long(row));
            let weight = bell[x.abs_diff(column)] * bell[y.abs_diff(row)];
            let there = [lattice.x.values()[other], lattice.y.values()[other]].map(f64::from);
            let terms = [1.0, dx, dy, there[0], there[1]];
            for (sums, left) in sums.iter_mut().zip([1.0, dx, dy]) {
                for (sum, right) in sums.iter_mut().zip(terms) {
                    *sum += weight * left * right;
                }
            }
        }
    }
    plane_at(sums)
}

/// The height of two planes at the middle, of the sums of their normal equations; `None` where they say too little.
fn plane_at(mut sums: [[f64; 5]; 3]) -> Option<[f32; 2]> {
    if sums[0][0] < 1e-6 {
        return None;
    }
    // A little that keeps a plane through few points from being steep.
    let weight = sums[0][0];
    sums[1][1] += 0.5 * weight;
    sums[2][2] += 0.5 * weight;
    let [[.., right, below], ..] = solved(sums, 0.0)?;
    Some([short(right), short(below)])
}

/// The squares whose displacement is found and not carried on: those that drive, and those held out between them.
fn driven(scene: &Scene<'_>, weight: &Plane<f32>, (columns, rows): (usize, usize)) -> Plane<bool> {
    let is_driven = (0..columns * rows).map(|at| {
        let (column, row) = (at % columns, at / columns);
        let (x, y) = (column * SQUARE + SQUARE / 2, row * SQUARE + SQUARE / 2);
        let is_looked = scene.drives.get(x, y).is_some_and(|share| share > 127);
        weight.get(x, y).is_some_and(|share| share > 0.3) || (is_held_out(column, row) && is_looked)
    });
    let is_driven = is_driven.collect();
    Plane::of(columns, rows, is_driven).unwrap_or_else(|| Plane::filled(columns, rows, false))
}

/// How much each pixel drives. Along the edge of the region skin and background are mixed, and move apart; so what is
/// nearer to it than a fiftieth of the region's size drives less and less.
fn weights(scene: &Scene<'_>, (columns, rows): (usize, usize)) -> Plane<f32> {
    let drives = scene.drives.map(|share| f32::from(share) / 255.0);
    let area: f64 = drives.values().iter().map(|share| f64::from(*share)).sum();
    let reach = floor(short(0.02 * area.sqrt())).clamp(1, 16);
    let mut weight = square(&drives, reach);
    for (share, own) in weight.values_mut().iter_mut().zip(drives.values()) {
        *share = ((*share - 0.8) * 5.0).clamp(0.0, 1.0).powi(2) * own;
    }
    let width = weight.width();
    for (y, row) in weight.values_mut().chunks_exact_mut(width.max(1)).enumerate() {
        let band = (y / SQUARE).min(rows);
        for (x, value) in row.iter_mut().enumerate() {
            if is_held_out((x / SQUARE).min(columns), band) {
                *value = 0.0;
            }
        }
    }
    weight
}

/// What the features say of the flow, far smoothed.
fn begun(homography: &Homography, inliers: &[Match], (columns, rows): (usize, usize)) -> Lattice {
    let mut sums = [(); 3].map(|()| Plane::filled(columns, rows, 0.0_f32));
    if let Some(back) = homography.inverse() {
        for (from, to) in inliers {
            let there = back.place(*to);
            let square = long(SQUARE);
            let column = floor(short(from[0] / square)).min(columns - 1);
            let at = floor(short(from[1] / square)).min(rows - 1) * columns + column;
            sums[0].values_mut()[at] += 1.0;
            sums[1].values_mut()[at] += short(there[0] - from[0]);
            sums[2].values_mut()[at] += short(there[1] - from[1]);
        }
    }
    let [count, x, y] = sums.map(|plane| gaussian(&plane, 6.0));
    // A little that pulls to nought where there are few.
    let of = |sum: Plane<f32>| {
        let mut sum = sum;
        for (value, count) in sum.values_mut().iter_mut().zip(count.values()) {
            *value /= count + 0.02;
        }
        sum
    };
    Lattice { x: of(x), y: of(y) }
}

/// The sums of the normal equations of each square.
struct Sums([Plane<f32>; 5]);

/// How far the pixels of a square are from its first.
const ALONG: [f32; SQUARE] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

/// Displacements of a lattice along a row from a pixel on, linear between the middles of squares.
fn displaced(plane: &Plane<f32>, (y, factor): (usize, usize), from: usize, out: &mut [f32]) {
    let (columns, rows) = (plane.width(), plane.height());
    let side = SQUARE / factor;
    let down = (real(y) + 0.5) / real(side) - 0.5;
    let low = floor(down).min(rows - 1);
    let next = (low + 1).min(rows - 1);
    let t = (down - real(low)).clamp(0.0, 1.0);
    let (upper, lower) = (&plane.values()[low * columns..], &plane.values()[next * columns..]);
    let knot = |at: usize| {
        let at = at.min(columns - 1);
        upper[at] + t * (lower[at] - upper[at])
    };
    let (mut x, mut rest) = (from, out);
    while !rest.is_empty() {
        // The knot to the right, and how many pixels ago the one to the left was.
        let right = (x + side / 2) / side;
        let since = x + side / 2 - right * side;
        let until = (side - since).min(rest.len());
        let (run, further) = rest.split_at_mut(until);
        let start = knot(right.saturating_sub(1));
        let step = (knot(right) - start) / real(side);
        let first = start + step * (real(since) + 0.5);
        for (to, along) in run.iter_mut().zip(ALONG) {
            *to = first + step * along;
        }
        (x, rest) = (x + until, further);
    }
}

fn sums(level: &Level, homography: &Homography, lattice: &Lattice) -> Sums {
    let (columns, rows) = (lattice.x.width(), lattice.x.height());
    let side = SQUARE / level.factor;
    let (width, height) = (level.before.width(), level.before.height());
    let factor = real(level.factor);
    let homography = homography.enlarged(1.0 / f64::from(factor));
    let [a, b, c] = homography.0.map(|row| row.map(short));
    let before = level.before.values();
    let bands: Vec<Vec<[f32; 5]>> = (0..rows)
        .into_par_iter()
        .map_init(
            || (vec![0.0_f32; width], vec![0.0_f32; width]),
            |(right, below), band| {
                let mut cells = vec![[0.0_f32; 5]; columns];
                for y in (band * side).max(1)..((band + 1) * side).min(height.saturating_sub(1)) {
                    let weights = &level.weight.values()[y * width..][..width];
                    let drives = |weight: &f32| *weight > 0.0;
                    let ends =
                        weights.iter().position(drives).zip(weights.iter().rposition(drives));
                    let Some((first, last)) = ends else { continue };
                    displaced(&lattice.x, (y, level.factor), first, &mut right[first..=last]);
                    displaced(&lattice.y, (y, level.factor), first, &mut below[first..=last]);
                    let own = &before[y * width..][..width];
                    let over = &before[(y - 1) * width..][..width];
                    let under = &before[(y + 1) * width..][..width];
                    for x in first.max(1)..=last.min(width.saturating_sub(2)) {
                        let weight = weights[x];
                        if weight <= 0.0 {
                            continue;
                        }
                        let (u, v) = (real(x) + right[x] / factor, real(y) + below[x] / factor);
                        let share = 1.0 / (c[0] * u + c[1] * v + c[2]);
                        let place = [
                            (a[0] * u + a[1] * v + a[2]) * share,
                            (b[0] * u + b[1] * v + b[2]) * share,
                        ];
                        let Some(there) = sample(&level.after, place) else { continue };
                        let (dx, dy) =
                            (0.5 * (own[x + 1] - own[x - 1]), 0.5 * (under[x] - over[x]));
                        let off = own[x] - there;
                        let weight = weight / (1.0 + (off / BELIEVED) * (off / BELIEVED));
                        let cell = &mut cells[x / side];
                        cell[0] += weight * dx * dx;
                        cell[1] += weight * dx * dy;
                        cell[2] += weight * dy * dy;
                        cell[3] += weight * dx * off;
                        cell[4] += weight * dy * off;
                    }
                }
                cells
            },
        )
        .collect();
    let cells: Vec<[f32; 5]> = bands.into_iter().flatten().collect();
    Sums([0, 1, 2, 3, 4].map(|at| {
        let values = cells.iter().map(|cell| cell[at]).collect();
        Plane::of(columns, rows, values).unwrap_or_else(|| Plane::filled(columns, rows, 0.0))
    }))
}

/// A value between pixels, by a spline through sixteen of them; `None` outside.
#[inline(always)]
pub(crate) fn sample(plane: &Plane<f32>, [u, v]: [f32; 2]) -> Option<f32> {
    let (width, height) = (plane.width(), plane.height());
    if !(u >= 1.0 && v >= 1.0 && u < real(width) - 2.0 && v < real(height) - 2.0) {
        return None;
    }
    let (x, y) = (floor(u), floor(v));
    let (s, t) = (u - real(x), v - real(y));
    let start = (y - 1) * width + x - 1;
    let across = taps(s);
    let down = taps(t);
    let values = &plane.values()[start..][..3 * width + 4];
    // Down first, so that four columns are added up at once.
    let mut columns = [0.0_f32; 4];
    for (row, weight) in down.iter().enumerate() {
        for (sum, value) in columns.iter_mut().zip(&values[row * width..][..4]) {
            *sum += weight * value;
        }
    }
    let [a, b, c, d] = columns;
    Some((across[0] * a + across[1] * b) + (across[2] * c + across[3] * d))
}

/// The weights of Catmull and Rom's spline.
#[inline(always)]
fn taps(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

/// One step of the flow.
fn advance(lattice: &mut Lattice, sums: &Sums, width: f32, factor: f32) {
    // A wide bell with little weight says what the narrow one cannot: where there is no texture, and beyond the region.
    let near = sums.0.each_ref().map(|plane| gaussian(plane, width));
    let far = sums.0.each_ref().map(|plane| gaussian(plane, 4.0 * width));
    let trace: f64 =
        near[0].values().iter().zip(near[2].values()).map(|(a, b)| f64::from(a + b)).sum();
    let count = near[0].values().len().max(1);
    let least = short(1e-3 * trace / long(count)) + 1e-6;
    let knots = lattice.x.values_mut().iter_mut().zip(lattice.y.values_mut());
    for (at, (x, y)) in knots.enumerate() {
        let of = |index: usize| near[index].values()[at] + 0.05 * far[index].values()[at];
        let (a, b, c) = (of(0) + least, of(1), of(2) + least);
        let (d, e) = (of(3), of(4));
        let determinant = a * c - b * b;
        if determinant > 0.0 {
            let step = [(c * d - b * e) / determinant, (a * e - b * d) / determinant];
            let [right, below] = step.map(|by| by.clamp(-STEP_MAX, STEP_MAX) * factor);
            *x += right;
            *y += below;
        }
    }
}

/// A patch that moves by less, in pixels of the aligned size, has been found.
const SETTLED_PX: f64 = 0.01;

/// What is left between patches after all.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Left {
    /// The median displacement of patches that drove, in pixels of the aligned size.
    pub(crate) driving: f64,
    /// The same of patches that were held out.
    pub(crate) held_out: f64,
    /// How alike the held-out patches are, median of the normalised cross-correlation.
    pub(crate) alike: f64,
}

/// What is left with a homography and a flow.
pub(crate) fn left(scene: &Scene<'_>, homography: &Homography, lattice: Option<&Lattice>) -> Left {
    let side = PATCH * SQUARE;
    let (columns, rows) = (scene.before.width() / side, scene.before.height() / side);
    let looked: Vec<Vec<(bool, f64, f64)>> = (0..rows)
        .into_par_iter()
        .map(|row| {
            (0..columns)
                .filter_map(|column| {
                    let is_held = column % 3 == 1 && row % 3 == 1;
                    // As many patches that drove, the next ones along the diagonal.
                    let is_driving = column % 3 == 2 && row % 3 == 2;
                    if !(is_held || is_driving) {
                        return None;
                    }
                    let corner = (column * side, row * side);
                    let (by, alike) = patch_left(scene, homography, lattice, corner)?;
                    Some((is_held, by, alike))
                })
                .collect()
        })
        .collect();
    let all: Vec<(bool, f64, f64)> = looked.into_iter().flatten().collect();
    let of = |held: bool, pick: fn(&(bool, f64, f64)) -> f64| {
        let mut values: Vec<f64> = all.iter().filter(|one| one.0 == held).map(pick).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::INFINITY)
    };
    let alike = of(true, |one| one.2);
    Left {
        driving: of(false, |one| one.1),
        held_out: of(true, |one| one.1),
        alike: if alike.is_finite() { alike } else { 0.0 },
    }
}

/// How far a patch is off, and how alike it is where it is; `None` where the patch says nothing.
fn patch_left(
    scene: &Scene<'_>,
    homography: &Homography,
    lattice: Option<&Lattice>,
    (left, top): (usize, usize),
) -> Option<(f64, f64)> {
    let side = PATCH * SQUARE;
    let (width, height) = (scene.before.width(), scene.before.height());
    if left == 0 || top == 0 || left + side + 1 >= width || top + side + 1 >= height {
        return None;
    }
    let before = scene.before.values();
    let mut driven = 0_usize;
    let mut places = Vec::with_capacity(side * side);
    for y in top..top + side {
        let row = &scene.drives.values()[y * width + left..][..side];
        driven += row.iter().filter(|share| **share > 127).count();
    }
    if driven * 10 < side * side * 9 {
        return None;
    }
    let (mut right, mut below) = ([0.0_f32; PATCH * SQUARE], [0.0_f32; PATCH * SQUARE]);
    for y in top..top + side {
        if let Some(lattice) = lattice {
            displaced(&lattice.x, (y, 1), left, &mut right);
            displaced(&lattice.y, (y, 1), left, &mut below);
        }
        let by = right.iter().zip(&below).zip(left..);
        places.extend(by.map(|((right, below), x)| [real(x) + right, real(y) + below]));
    }
    let mut off = [0.0_f64; 2];
    let mut alike = 0.0;
    for _ in 0..4 {
        let mut sums = [0.0_f64; 5];
        let mut likeness = [0.0_f64; 5];
        for (index, [u, v]) in places.iter().enumerate() {
            let at = (top + index / side) * width + left + index % side;
            let place =
                homography.place([f64::from(*u) + off[0], f64::from(*v) + off[1]]).map(short);
            let there = f64::from(sample(scene.after, place)?);
            let own = f64::from(before[at]);
            let dx = 0.5 * f64::from(before[at + 1] - before[at - 1]);
            let dy = 0.5 * f64::from(before[at + width] - before[at - width]);
            let by = own - there;
            let terms = [dx * dx, dx * dy, dy * dy, dx * by, dy * by];
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += term;
            }
            let terms = [own, there, own * own, there * there, own * there];
            for (sum, term) in likeness.iter_mut().zip(terms) {
                *sum += term;
            }
        }
        alike = correlation(likeness, long(side * side));
        let [a, b, c, d, e] = sums;
        let determinant = a * c - b * b;
        // The smaller eigenvalue: a patch without texture says nothing of where it is.
        let half = 0.5 * (a + c);
        if half - (half * half - determinant).max(0.0).sqrt() < 0.01 * long(side * side) {
            return None;
        }
        let step = [(c * d - b * e) / determinant, (a * e - b * d) / determinant]
            .map(|by| by.clamp(-1.5, 1.5));
        off = [off[0] + step[0], off[1] + step[1]];
        if step[0].hypot(step[1]) < SETTLED_PX {
            break;
        }
    }
    Some((off[0].hypot(off[1]), alike))
}

/// Pearson's correlation of sums of two things, their squares and their product.
fn correlation([a, b, aa, bb, ab]: [f64; 5], count: f64) -> f64 {
    let (va, vb) = (aa - a * a / count, bb - b * b / count);
    if va <= 0.0 || vb <= 0.0 { 0.0 } else { (ab - a * b / count) / (va * vb).sqrt() }
}
