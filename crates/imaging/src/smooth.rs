//! Smoothing of planes: by a bell of a given width, and by a square.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is below a length that is taken from the same plane or row"
)]

use rayon::prelude::*;

use crate::{number::real, raster::Plane};

/// Weights of a bell, from its middle outwards, which add up to one on both sides together.
fn bell(sigma: f32) -> Vec<f32> {
    let reach = crate::number::floor((3.0 * sigma).ceil()).max(1);
    let mut weights: Vec<f32> =
        (0..=reach).map(|at| (-0.5 * (real(at) / sigma).powi(2)).exp()).collect();
    let sum = weights[0] + 2.0 * weights[1..].iter().sum::<f32>();
    for weight in &mut weights {
        *weight /= sum;
    }
    weights
}

/// A plane smoothed by a bell; beyond its edges its outermost values go on.
pub(crate) fn gaussian(plane: &Plane<f32>, sigma: f32) -> Plane<f32> {
    let weights = bell(sigma);
    let (width, height) = (plane.width(), plane.height());
    if width == 0 || height == 0 {
        return plane.clone();
    }
    let reach = weights.len() - 1;
    let source = plane.values();
    let mut out = vec![0.0_f32; width * height];
    out.par_chunks_exact_mut(width).enumerate().for_each(|(y, row)| {
        // Down first, into a row that is padded on both sides, then across.
        let mut padded = vec![0.0_f32; width + 2 * reach];
        let down = &mut padded[reach..reach + width];
        let own = &source[y * width..][..width];
        for (to, from) in down.iter_mut().zip(own) {
            *to = weights[0] * from;
        }
        for (at, weight) in weights.iter().enumerate().skip(1) {
            let above = &source[y.saturating_sub(at) * width..][..width];
            let below = &source[(y + at).min(height - 1) * width..][..width];
            for ((to, a), b) in down.iter_mut().zip(above).zip(below) {
                *to += weight * (a + b);
            }
        }
        let (first, last) = (padded[reach], padded[reach + width - 1]);
        padded[..reach].fill(first);
        padded[reach + width..].fill(last);
        for (to, from) in row.iter_mut().zip(&padded[reach..]) {
            *to = weights[0] * from;
        }
        for (at, weight) in weights.iter().enumerate().skip(1) {
            let (left, right) = (&padded[reach - at..], &padded[reach + at..]);
            for ((to, a), b) in row.iter_mut().zip(left).zip(right) {
                *to += weight * (a + b);
            }
        }
    });
    Plane::of(width, height, out).unwrap_or_else(|| plane.clone())
}

/// The mean over a square of `2 · reach + 1` pixels a side; beyond the edges only what is there counts.
pub(crate) fn square(plane: &Plane<f32>, reach: usize) -> Plane<f32> {
    let (width, height) = (plane.width(), plane.height());
    if width == 0 || height == 0 {
        return plane.clone();
    }
    let source = plane.values();
    let mut across = vec![0.0_f32; width * height];
    across.par_chunks_exact_mut(width).zip(source.par_chunks_exact(width)).for_each_init(
        || [(); 2].map(|()| Vec::new()),
        |room, (row, from)| {
            means(from, reach, row, room);
        },
    );
    // Down: bands of rows, each with sums of its own, so that no band waits for another.
    let band = 32;
    let mut out = vec![0.0_f32; width * height];
    out.par_chunks_mut(width * band).enumerate().for_each(|(index, rows)| {
        let start = index * band;
        let mut sum = vec![0.0_f32; width];
        let mut inside = start.saturating_sub(reach)..start.saturating_sub(reach);
        for (offset, row) in rows.chunks_exact_mut(width).enumerate() {
            let y = start + offset;
            let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(height));
            while inside.end < bottom {
                for (to, from) in sum.iter_mut().zip(&across[inside.end * width..][..width]) {
                    *to += from;
                }
                inside.end += 1;
            }
            while inside.start < top {
                for (to, from) in sum.iter_mut().zip(&across[inside.start * width..][..width]) {
                    *to -= from;
                }
                inside.start += 1;
            }
            let share = 1.0 / real(bottom - top);
            for (to, from) in row.iter_mut().zip(&sum) {
                *to = from * share;
            }
        }
    });
    Plane::of(width, height, out).unwrap_or_else(|| plane.clone())
}

/// The mean of each value of a row and of so many on either side of it; beyond the ends only what is there counts.
///
/// A window is put together of windows of one, two, four values and so on, each made of two of the last: so many values
/// are added at once, and no sum runs along the row.
fn means(from: &[f32], reach: usize, out: &mut [f32], [powers, sums]: &mut [Vec<f32>; 2]) {
    let (length, window) = (from.len(), 2 * reach + 1);
    // Nothing on either side, and behind that what the longest window reads and does not need.
    powers.clear();
    powers.resize(reach, 0.0);
    powers.extend_from_slice(from);
    powers.resize(length + 2 * window, 0.0);
    sums.clear();
    sums.resize(length, 0.0);
    let (mut size, mut covered) = (1, 0);
    loop {
        if window & size != 0 {
            for (sum, value) in sums.iter_mut().zip(&powers[covered..]) {
                *sum += value;
            }
            covered += size;
        }
        if covered == window {
            break;
        }
        for at in 0..powers.len() - size {
            powers[at] += powers[at + size];
        }
        size *= 2;
    }
    for (x, (to, sum)) in out.iter_mut().zip(sums.iter()).enumerate() {
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(length));
        *to = sum / real(right - left);
    }
}

/// A plane of half the size: each value the mean of four.
pub(crate) fn half(plane: &Plane<f32>) -> Plane<f32> {
    let (width, height) = (plane.width() / 2, plane.height() / 2);
    let source = plane.values();
    let mut out = vec![0.0_f32; width * height];
    if width > 0 {
        out.par_chunks_exact_mut(width).enumerate().for_each(|(y, row)| {
            let upper = &source[2 * y * plane.width()..][..2 * width];
            let lower = &source[(2 * y + 1) * plane.width()..][..2 * width];
            for ((to, a), b) in row.iter_mut().zip(upper.chunks_exact(2)).zip(lower.chunks_exact(2))
            {
                *to = 0.25 * ((a[0] + a[1]) + (b[0] + b[1]));
            }
        });
    }
    Plane::of(width, height, out).unwrap_or_else(|| plane.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_keeps_what_is_even_and_spreads_what_is_not() {
        let even = Plane::filled(40, 30, 7.0_f32);
        for smoothed in [gaussian(&even, 2.0), square(&even, 5)] {
            assert!(smoothed.values().iter().all(|value| (value - 7.0).abs() < 1e-4));
        }
        let mut dot = Plane::filled(41, 41, 0.0_f32);
        dot.values_mut()[20 * 41 + 20] = 100.0;
        let spread = gaussian(&dot, 2.0);
        let sum: f32 = spread.values().iter().sum();
        assert!((sum - 100.0).abs() < 0.01, "{sum}");
        let peak = 100.0 / (2.0 * std::f32::consts::PI * 4.0);
        assert!((spread.values()[20 * 41 + 20] - peak).abs() < 0.05 * peak);
        let box_of = square(&dot, 2);
        assert!((box_of.values()[18 * 41 + 18] - 4.0).abs() < 1e-4);
        assert!(box_of.values()[17 * 41 + 18].abs() < 1e-4);
    }

    #[test]
    fn halving_takes_the_mean_of_four_and_leaves_an_odd_edge() {
        let plane = Plane::of(3, 2, vec![1.0, 2.0, 9.0, 3.0, 4.0, 9.0]).unwrap();
        assert_eq!(half(&plane), Plane::of(1, 1, vec![2.5]).unwrap());
    }
}
