//! From what the patches look like to what they are: white first, then a matrix that leaves white alone, and how wrong it
//! is on patches that it was not made of.

use super::{PATCHES, Patch, reference};
use crate::{
    colour::{Lab, delta_e},
    number::long,
};

/// What a card says about the colours of its photograph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// From linear light of the photograph to that under D65.
    pub matrix: [[f64; 3]; 3],
    /// By how much red, green and blue were multiplied to make grey grey, and as bright as it is. Part of the matrix.
    pub white: [f64; 3],
    /// How far patches are from what they are when each is left out of the fit once.
    pub verdict: Verdict,
}

/// Whether colours can be compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Patches that were left out are where they should be.
    Comparable(LeftOut),
    /// They are not: the light, or what the camera made of it, is beyond a matrix.
    NotComparable(LeftOut),
    /// A grey card: the white is known, the colours are not.
    WhiteOnly,
}

/// How far patches are from what they are, by CIEDE2000, each left out of the fit once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeftOut {
    /// In the mean.
    pub mean: f64,
    /// The worst.
    pub max: f64,
}

impl LeftOut {
    /// The mean up to which colours can be compared.
    pub const MEAN_MAX: f64 = 5.0;
    /// The worst up to which they can.
    pub const WORST_MAX: f64 = 10.0;
}

/// Fewer patches that are not clipped say nothing.
const PATCHES_MIN: usize = 18;
/// The two patches of the colour of skin count so many times.
const SKIN_WEIGHT: f64 = 8.0;
const SKIN: [usize; 2] = [0, 1];
/// The grey patches, without black, in which stray light counts too much.
const GREYS: std::ops::Range<usize> = 18..23;

/// A patch beside what it is.
#[derive(Clone, Copy)]
struct Seen {
    place: usize,
    rgb: [f64; 3],
    is: [f64; 3],
    lab: Lab,
}

/// Of a chart.
pub(super) fn chart(patches: &[Patch]) -> Option<Calibration> {
    let seen: Vec<Seen> = seen(patches);
    if patches.len() != PATCHES || seen.len() < PATCHES_MIN {
        return None;
    }
    let (matrix, white) = fitted(&seen)?;
    let left_out = left_out(&seen)?;
    let is_near = left_out.mean <= LeftOut::MEAN_MAX && left_out.max <= LeftOut::WORST_MAX;
    let verdict =
        if is_near { Verdict::Comparable(left_out) } else { Verdict::NotComparable(left_out) };
    Some(Calibration { matrix, white, verdict })
}

/// Of a grey card.
pub(super) fn grey(patch: &Patch, reflectance: f64) -> Option<Calibration> {
    let is_known = !patch.is_clipped && patch.rgb.iter().all(|light| *light > 0.0);
    let white = patch.rgb.map(|light| reflectance / light);
    let [red, green, blue] = white;
    let matrix = [[red, 0.0, 0.0], [0.0, green, 0.0], [0.0, 0.0, blue]];
    is_known.then_some(Calibration { matrix, white, verdict: Verdict::WhiteOnly })
}

/// How far the patches of a chart are from what they are after a fit of them all; what a card is known by.
pub(super) fn misfit(patches: &[Patch]) -> Option<f64> {
    let seen = seen(patches);
    let (matrix, _) = (seen.len() >= PATCHES_MIN).then(|| fitted(&seen))??;
    let sum: f64 = seen.iter().map(|patch| off(&matrix, patch)).sum();
    Some(sum / long(seen.len()))
}

fn seen(patches: &[Patch]) -> Vec<Seen> {
    let of = |(place, patch): (usize, &Patch)| {
        let (is, lab) = reference(place).filter(|_| !patch.is_clipped)?;
        Some(Seen { place, rgb: patch.rgb, is, lab })
    };
    patches.iter().enumerate().filter_map(of).collect()
}

fn left_out(seen: &[Seen]) -> Option<LeftOut> {
    let mut apart = Vec::with_capacity(seen.len());
    for one in seen {
        let others: Vec<Seen> =
            seen.iter().filter(|other| other.place != one.place).copied().collect();
        let (matrix, _) = fitted(&others)?;
        apart.push(off(&matrix, one));
    }
    let mean = apart.iter().sum::<f64>() / long(apart.len());
    Some(LeftOut { mean, max: apart.into_iter().fold(0.0, f64::max) })
}

fn off(matrix: &[[f64; 3]; 3], patch: &Seen) -> f64 {
    delta_e(Lab::of_linear(matrix.map(|row| dot(row, patch.rgb))), patch.lab)
}

fn dot(row: [f64; 3], rgb: [f64; 3]) -> f64 {
    row.iter().zip(rgb).map(|(share, light)| share * light).sum()
}

/// The matrix by least squares in linear light, and the white before it.
fn fitted(seen: &[Seen]) -> Option<([[f64; 3]; 3], [f64; 3])> {
    let white = white(seen)?;
    let balanced: Vec<(f64, [f64; 3], [f64; 3])> = seen
        .iter()
        .map(|patch| {
            let weight = if SKIN.contains(&patch.place) { SKIN_WEIGHT } else { 1.0 };
            let [red, green, blue] = patch.rgb;
            (weight, [red * white[0], green * white[1], blue * white[2]], patch.is)
        })
        .collect();
    let row = |channel: fn([f64; 3]) -> f64| {
        preserving(balanced.iter().map(|(weight, rgb, is)| (*weight, *rgb, channel(*is))))
    };
    let rows = [row(|[red, _, _]| red)?, row(|[_, green, _]| green)?, row(|[_, _, blue]| blue)?];
    let matrix = rows.map(|[red, green, blue]| [red * white[0], green * white[1], blue * white[2]]);
    Some((matrix, white))
}

/// What makes the grey patches grey, each channel by least squares. `None` without two of them.
fn white(seen: &[Seen]) -> Option<[f64; 3]> {
    let greys: Vec<&Seen> = seen.iter().filter(|patch| GREYS.contains(&patch.place)).collect();
    let gain = |channel: fn([f64; 3]) -> f64| {
        let sum = |of: &dyn Fn(&Seen) -> f64| greys.iter().map(|patch| of(patch)).sum::<f64>();
        let seen = |patch: &Seen| channel(patch.rgb);
        let (both, own) = (sum(&|p| seen(p) * channel(p.is)), sum(&|p| seen(p) * seen(p)));
        (own > 0.0 && both > 0.0).then(|| both / own)
    };
    if greys.len() < 2 {
        return None;
    }
    Some([gain(|[red, _, _]| red)?, gain(|[_, green, _]| green)?, gain(|[_, _, blue]| blue)?])
}

/// One row of the matrix, of which the shares sum to 1: two are free, the third is what they leave.
fn preserving(patches: impl Iterator<Item = (f64, [f64; 3], f64)>) -> Option<[f64; 3]> {
    let (mut xx, mut xy, mut yy, mut xz, mut yz) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (weight, [red, green, blue], is) in patches {
        let (x, y, z) = (red - blue, green - blue, is - blue);
        xx += weight * x * x;
        xy += weight * x * y;
        yy += weight * y * y;
        xz += weight * x * z;
        yz += weight * y * z;
    }
    let below = xx * yy - xy * xy;
    if below <= 1e-12 * xx * yy || below.is_nan() {
        return None;
    }
    let (red, green) = ((xz * yy - yz * xy) / below, (yz * xx - xz * xy) / below);
    Some([red, green, 1.0 - red - green])
}
