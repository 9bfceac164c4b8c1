//! Chance that is none: numbers that follow from a seed, and smooth noise that follows from a place and a seed, the same on
//! every machine and every number of threads.

#![expect(
    clippy::indexing_slicing,
    reason = "the only index is masked with 15 into an array of 16"
)]

use crate::number::{bits, low, split};

/// Numbers drawn from a seed (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// From a seed, and what is drawn for, so that two uses of one seed draw apart.
    pub fn new(seed: u64, purpose: u64) -> Self {
        Self(stir(seed ^ stir(purpose.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        stir(self.0)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        f64::from(low(self.bits() >> 32)) / 4_294_967_296.0
    }

    /// Evenly between two numbers.
    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.unit()
    }

    /// Normally, with a mean of 0 and a deviation of 1.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// Every bit of the answer depends on every bit of the question.
fn stir(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The bits of a cell.
pub(crate) fn cell(x: i32, y: i32, seed: u32) -> u32 {
    let mut hash = bits(x).wrapping_mul(0x8da6_b343)
        ^ bits(y).wrapping_mul(0xd816_3841)
        ^ seed.wrapping_mul(0xcb1a_b31f);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d);
    hash ^ (hash >> 15)
}

/// Bits as a number from 0 to 1, of one byte of them.
pub(crate) fn part(hash: u32, byte: u32) -> f32 {
    f32::from(u8::try_from((hash >> (8 * byte)) & 255).unwrap_or(0)) / 255.0
}

/// Nearly normal noise of bits: the sum of four bytes, with a deviation of 1.
pub(crate) fn bell(hash: u32) -> f32 {
    let sum = part(hash, 0) + part(hash, 1) + part(hash, 2) + part(hash, 3);
    (sum - 2.0) * 1.725
}

/// A smooth noise's value, and how fast it grows along x and y.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wave {
    pub(crate) value: f32,
    pub(crate) slope: [f32; 2],
}

const DIRECTIONS: [[f32; 2]; 16] = [
    [1.0, 0.0],
    [0.924, 0.383],
    [0.707, 0.707],
    [0.383, 0.924],
    [0.0, 1.0],
    [-0.383, 0.924],
    [-0.707, 0.707],
    [-0.924, 0.383],
    [-1.0, 0.0],
    [-0.924, -0.383],
    [-0.707, -0.707],
    [-0.383, -0.924],
    [0.0, -1.0],
    [0.383, -0.924],
    [0.707, -0.707],
    [0.924, -0.383],
];

fn direction(x: i32, y: i32, seed: u32) -> [f32; 2] {
    DIRECTIONS[(cell(x, y, seed) & 15) as usize]
}

/// Gradient noise with a wavelength of 1: deviation about 0.35, never beyond 1.
#[inline]
pub(crate) fn wave(x: f32, y: f32, seed: u32) -> Wave {
    let ((column, fx), (row, fy)) = (split(x), split(y));
    let fade = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let growth = |t: f32| 30.0 * t * t * (t * (t - 2.0) + 1.0);
    let (wx, wy) = (fade(fx), fade(fy));
    let (gx, gy) = (growth(fx), growth(fy));
    let g00 = direction(column, row, seed);
    let g10 = direction(column.wrapping_add(1), row, seed);
    let g01 = direction(column, row.wrapping_add(1), seed);
    let g11 = direction(column.wrapping_add(1), row.wrapping_add(1), seed);
    let v00 = g00[0] * fx + g00[1] * fy;
    let v10 = g10[0] * (fx - 1.0) + g10[1] * fy;
    let v01 = g01[0] * fx + g01[1] * (fy - 1.0);
    let v11 = g11[0] * (fx - 1.0) + g11[1] * (fy - 1.0);
    let lerp = |a: f32, b: f32, w: f32| a + (b - a) * w;
    let (top, bottom) = (lerp(v00, v10, wx), lerp(v01, v11, wx));
    let along = |k: usize| lerp(lerp(g00[k], g10[k], wx), lerp(g01[k], g11[k], wx), wy);
    Wave {
        value: lerp(top, bottom, wy) * 1.4,
        slope: [
            (along(0) + gx * lerp(v10 - v00, v11 - v01, wy)) * 1.4,
            (along(1) + gy * (bottom - top)) * 1.4,
        ],
    }
}

/// The value of [`wave`] alone.
#[inline]
pub(crate) fn swell(x: f32, y: f32, seed: u32) -> f32 {
    let ((column, fx), (row, fy)) = (split(x), split(y));
    let fade = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (wx, wy) = (fade(fx), fade(fy));
    let corner = |dx: i32, dy: i32, fx: f32, fy: f32| {
        let towards = direction(column.wrapping_add(dx), row.wrapping_add(dy), seed);
        towards[0] * fx + towards[1] * fy
    };
    let (v00, v10) = (corner(0, 0, fx, fy), corner(1, 0, fx - 1.0, fy));
    let (v01, v11) = (corner(0, 1, fx, fy - 1.0), corner(1, 1, fx - 1.0, fy - 1.0));
    let (top, bottom) = (v00 + (v10 - v00) * wx, v01 + (v11 - v01) * wx);
    (top + (bottom - top) * wy) * 1.4
}

/// How far from the border between two cells of an irregular mesh of size 1, and where to the border grows away.
pub(crate) fn mesh(x: f32, y: f32, seed: u32) -> Wave {
    let ((column, fx), (row, fy)) = (split(x), split(y));
    let mut nearest = (9.0_f32, [0.0_f32; 2]);
    let mut second = nearest;
    for dy in -1_i8..=1 {
        for dx in -1_i8..=1 {
            let hash =
                cell(column.wrapping_add(i32::from(dx)), row.wrapping_add(i32::from(dy)), seed);
            let away = [
                fx - f32::from(dx) - 0.1 - 0.8 * part(hash, 0),
                fy - f32::from(dy) - 0.1 - 0.8 * part(hash, 1),
            ];
            let far = away[0] * away[0] + away[1] * away[1];
            if far < nearest.0 {
                second = nearest;
                nearest = (far, away);
            } else if far < second.0 {
                second = (far, away);
            }
        }
    }
    let (one, two) = (nearest.0.sqrt().max(1e-4), second.0.sqrt().max(1e-4));
    Wave {
        value: two - one,
        slope: [second.1[0] / two - nearest.1[0] / one, second.1[1] / two - nearest.1[1] / one],
    }
}
