//! A photograph at the sizes at which it is worked with.
//!
//! ```text
//! Photo ──1/m──▶ linear light, where skin is measured (longer side up to 2,200 pixels)
//!                    └──1/a──▶ green as it is coded, where photographs are aligned (longer side up to 1,100)
//! ```
//!
//! Green carries most of what tells one piece of skin from another, whatever its tone. Means are taken of the coded
//! values and made linear afterwards: within four pixels of skin the difference is below a thousandth, and it is the same
//! in both photographs.
#![expect(
    clippy::indexing_slicing,
    reason = "chunks of a length that is given right before are indexed below that length"
)]

use rayon::prelude::*;

use crate::{
    colour::linear_of,
    number::{floor, long, real, short},
    raster::{Linear, Mask, Photo, Plane},
    smooth::half,
    wanted::{SIDE, Wanted},
};

/// The longer side at which skin is measured.
const MEASURED_PX: usize = 2_200;
/// The longer side at which photographs are aligned.
const ALIGNED_PX: usize = 1_100;

/// A photograph at its two smaller sizes.
#[derive(Debug)]
pub(crate) struct Reduced {
    /// Pixels of the photograph along one of the measured size.
    pub(crate) measured: usize,
    /// Pixels of the photograph along one of the aligned size.
    pub(crate) aligned: usize,
    /// At the measured size.
    pub(crate) linear: Linear,
    /// Green from 0 to 255, at the aligned size.
    pub(crate) green: Plane<f32>,
}

/// By how much a photograph of such a longer side is made smaller to be measured, and to be aligned.
pub(crate) fn factors(longer: usize) -> (usize, usize) {
    let mut measured = 1;
    while longer / measured > MEASURED_PX {
        measured *= 2;
    }
    let aligned = if longer / measured > ALIGNED_PX { measured * 2 } else { measured };
    (measured, aligned)
}

/// Makes it smaller by factors that were chosen for the earlier one of two, so that both are seen alike; linear light only
/// where it is wanted, if that is known.
pub(crate) fn reduce(
    photo: &Photo,
    (measured, aligned): (usize, usize),
    wanted: Option<&Wanted>,
) -> Reduced {
    let (width, height) = (photo.width() / measured, photo.height() / measured);
    let table = linear_of_sums(measured * measured);
    let mut planes = [(); 3].map(|()| vec![0.0_f32; width * height]);
    let mut coded = vec![0.0_f32; width * height];
    let share = 1.0 / real(measured * measured);
    let (stride, used) = (photo.width() * 3, width * measured * 3);
    let [red, green, blue] = &mut planes;
    if width > 0 {
        red.par_chunks_exact_mut(width)
            .zip(green.par_chunks_exact_mut(width))
            .zip(blue.par_chunks_exact_mut(width))
            .zip(coded.par_chunks_exact_mut(width))
            .zip(photo.rgb().par_chunks_exact(stride * measured))
            .enumerate()
            .for_each_init(
                || vec![0_u16; used],
                |sums, (y, ((((red, green), blue), coded), rows))| {
                    sum_rows(rows, (stride, used), sums);
                    for (to, pixel) in coded.iter_mut().zip(sums.chunks_exact(3 * measured)) {
                        let [_, g, _] = sum_pixel(pixel);
                        *to = real(g) * share;
                    }
                    let runs = sums.chunks(3 * measured * SIDE);
                    let out = red.chunks_mut(SIDE).zip(green.chunks_mut(SIDE));
                    let out = out.zip(blue.chunks_mut(SIDE)).zip(runs).enumerate();
                    for (run, (((red, green), blue), pixels)) in out {
                        if wanted.is_some_and(|wanted| !wanted.is(run, y)) {
                            continue;
                        }
                        let out = red.iter_mut().zip(green).zip(blue);
                        for (((red, green), blue), pixel) in
                            out.zip(pixels.chunks_exact(3 * measured))
                        {
                            let [r, g, b] = sum_pixel(pixel);
                            (*red, *green, *blue) = (table[r], table[g], table[b]);
                        }
                    }
                },
            );
    }
    let plane = |values| {
        Plane::of(width, height, values).unwrap_or_else(|| Plane::filled(width, height, 0.0))
    };
    let [red, green, blue] = planes.map(plane);
    let linear = Linear { red, green, blue };
    let mut green = plane(coded);
    let mut at = measured;
    while at < aligned {
        green = half(&green);
        at *= 2;
    }
    Reduced { measured, aligned, linear, green }
}

/// Adds rows up, channel by channel. Eight rows of bytes are far below what a `u16` holds.
fn sum_rows(rows: &[u8], (stride, used): (usize, usize), sums: &mut [u16]) {
    sums.fill(0);
    for row in rows.chunks_exact(stride) {
        for (sum, value) in sums.iter_mut().zip(&row[..used]) {
            *sum = sum.wrapping_add(u16::from(*value));
        }
    }
}

/// Adds the pixels beside one another up.
#[inline(always)]
fn sum_pixel(pixel: &[u16]) -> [usize; 3] {
    if let [r, g, b, r2, g2, b2] = pixel {
        return [r.wrapping_add(*r2), g.wrapping_add(*g2), b.wrapping_add(*b2)].map(usize::from);
    }
    let mut sum = [0_usize; 3];
    for one in pixel.chunks_exact(3) {
        for (sum, value) in sum.iter_mut().zip(one) {
            *sum = sum.wrapping_add(usize::from(*value));
        }
    }
    sum
}

/// Linear light of every sum of so many bytes.
fn linear_of_sums(count: usize) -> Vec<f32> {
    let most = long(count * 255);
    (0..=count * 255).map(|sum| short(linear_of(long(sum) / most))).collect()
}

/// A mask made smaller: how much of each pixel belongs to it.
pub(crate) fn reduce_mask(mask: &Mask, factor: usize) -> Mask {
    let (width, height) = (mask.width() / factor, mask.height() / factor);
    if factor == 1 || width == 0 {
        return mask.clone();
    }
    let share = 1.0 / real(factor * factor);
    let mut out = vec![0_u8; width * height];
    out.par_chunks_exact_mut(width)
        .zip(mask.values().par_chunks_exact(mask.width() * factor))
        .for_each_init(
            || vec![0_u16; width * factor],
            |sums, (to, rows)| {
                sum_rows(rows, (mask.width(), width * factor), sums);
                for (to, cells) in to.iter_mut().zip(sums.chunks_exact(factor)) {
                    let sum: usize = cells.iter().map(|cell| usize::from(*cell)).sum();
                    *to = u8::try_from(floor(real(sum) * share + 0.5)).unwrap_or(u8::MAX);
                }
            },
        );
    Mask::of(width, height, out).unwrap_or_else(|| mask.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_the_longer_side() {
        assert_eq!(factors(4_000), (2, 4));
        assert_eq!(factors(1_200), (1, 2));
        assert_eq!(factors(900), (1, 1));
        assert_eq!(factors(8_660), (4, 8));
    }

    #[test]
    fn means_are_of_every_pixel_and_linear() {
        let rgb: Vec<u8> = (0..4_u8 * 4).flat_map(|at| [at, 2 * at, 200]).collect();
        let photo = Photo::of(4, 4, rgb).unwrap();
        for factor in [1, 2, 4] {
            let small = reduce(&photo, (factor, factor), None);
            assert_eq!(small.linear.width(), 4 / factor);
            let blue = small.linear.blue.values();
            assert!(
                blue.iter().all(|value| (value - short(linear_of(200.0 / 255.0))).abs() < 1e-6)
            );
        }
        let small = reduce(&photo, (2, 4), None);
        assert!((small.linear.red.values()[0] - short(linear_of(2.5 / 255.0))).abs() < 1e-6);
        assert_eq!(small.green.values(), [15.0]);
    }
}
