//! Where skin is, when nobody said so: what has the colour of the middle of the picture.
//!
//! A patient stands in the middle of their own photograph. The colour of the middle, as two ratios that light does not
//! change, and how far it spreads, says what else is of that colour; the largest piece of it that holds together is taken.
//! It is a guess of where to look, not a finding: whoever knows better gives a region.
#![expect(clippy::indexing_slicing, reason = "indices are of one plane's own pixels")]

use crate::{
    number::{floor, real},
    raster::{Linear, Mask, Plane},
};

/// Pixels of the measured size along one of the coarse size at which is looked.
const COARSE: usize = 8;
/// So many deviations from the colour of the middle still count.
const REACH: f32 = 3.5;

/// The region of what looks like skin, at the measured size.
pub(crate) fn region(linear: &Linear) -> Mask {
    let (width, height) = (linear.width(), linear.height());
    let (columns, rows) = (width / COARSE, height / COARSE);
    let all = Mask::filled(width, height, 255);
    if columns < 8 || rows < 8 {
        return all;
    }
    let pixel = |column: usize, row: usize| {
        let (x, y) = (column * COARSE + COARSE / 2, row * COARSE + COARSE / 2);
        let at = y * width + x;
        [&linear.red, &linear.green, &linear.blue].map(|plane| plane.values()[at].max(1e-4))
    };
    let ratios = |[r, g, b]: [f32; 3]| [(r / g).ln(), (g / b).ln(), g.ln()];
    let mut middle: Vec<[f32; 3]> = Vec::new();
    for row in rows * 3 / 10..rows * 7 / 10 {
        for column in columns * 3 / 10..columns * 7 / 10 {
            middle.push(ratios(pixel(column, row)));
        }
    }
    let typical = [0, 1, 2].map(|at| spread(middle.iter().map(|one| one[at]).collect()));
    let mut is_skin = Plane::filled(columns, rows, false);
    for (at, is) in is_skin.values_mut().iter_mut().enumerate() {
        let here = ratios(pixel(at % columns, at / columns));
        let off = |index: usize| (here[index] - typical[index].0).abs() / typical[index].1;
        // Light may differ by far more than colour does.
        *is = off(0) < REACH && off(1) < REACH && off(2) < 2.0 * REACH;
    }
    let piece = largest(&is_skin);
    let count = piece.values().iter().filter(|is| **is).count();
    if count * 12 < columns * rows {
        return all;
    }
    let values = (0..width * height).map(|at| {
        let (x, y) = ((at % width) / COARSE, (at / width) / COARSE);
        if piece.get(x, y).unwrap_or(false) { 255 } else { 0 }
    });
    Mask::of(width, height, values.collect()).unwrap_or(all)
}

/// The middle value, and the deviation that goes with the middle distance from it.
fn spread(mut values: Vec<f32>) -> (f32, f32) {
    values.sort_by(f32::total_cmp);
    let middle = values.get(values.len() / 2).copied().unwrap_or_default();
    let mut off: Vec<f32> = values.iter().map(|value| (value - middle).abs()).collect();
    off.sort_by(f32::total_cmp);
    let typical = off.get(off.len() / 2).copied().unwrap_or_default();
    (middle, (1.4826 * typical).max(0.05))
}

/// The largest piece that holds together over its sides.
fn largest(is: &Plane<bool>) -> Plane<bool> {
    let (width, height) = (is.width(), is.height());
    let mut piece = vec![0_usize; width * height];
    let (mut best, mut best_count, mut pieces) = (0, 0, 0);
    for start in 0..width * height {
        if !is.values()[start] || piece[start] != 0 {
            continue;
        }
        pieces += 1;
        let mut count = 0;
        let mut open = vec![start];
        piece[start] = pieces;
        while let Some(at) = open.pop() {
            count += 1;
            let (x, y) = (at % width, at / width);
            let beside = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then(|| at + 1),
                (y > 0).then(|| at - width),
                (y + 1 < height).then(|| at + width),
            ];
            for next in beside.into_iter().flatten() {
                if is.values()[next] && piece[next] == 0 {
                    piece[next] = pieces;
                    open.push(next);
                }
            }
        }
        if count > best_count {
            (best, best_count) = (pieces, count);
        }
    }
    let values = piece.iter().map(|of| *of == best && best != 0).collect();
    Plane::of(width, height, values).unwrap_or_else(|| is.clone())
}

/// Millimetres to a pixel where nothing says so: a face is about 140 mm wide between the ears.
pub(crate) fn assumed_mm_per_px(region: &Mask) -> f64 {
    const FACE_MM: f64 = 140.0;
    let mut columns = vec![false; region.width()];
    for row in region.rows() {
        for (column, share) in columns.iter_mut().zip(row) {
            *column |= *share > 127;
        }
    }
    let first = columns.iter().position(|is| *is).unwrap_or(0);
    let last = columns.iter().rposition(|is| *is).unwrap_or(0);
    FACE_MM / f64::from(real((last + 1 - first).max(1)))
}

/// A share of a count, from nought to one.
pub(crate) fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { crate::number::long(part) / crate::number::long(of) }
}

/// The value below which a share of them lies.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let place = crate::number::short(share * crate::number::long(last)) + 0.5;
    values.get(floor(place).min(last)).copied()
}
