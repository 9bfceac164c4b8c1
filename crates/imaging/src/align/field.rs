//! Where in AFTER every pixel of BEFORE is.
//!
//! A position is first moved by the flow, a smooth displacement that is kept at the middles of squares, and then by the
//! homography. Between the middles the flow is a Catmull-Rom spline, so that it has no edges.
#![expect(
    clippy::indexing_slicing,
    reason = "knots are clamped to the lattice, and rows are cut from one width"
)]

use rayon::prelude::*;

use super::homography::Homography;
use crate::{
    number::{byte, floor, long, real, short},
    raster::{Linear, Mask, Photo, Plane},
    wanted::{SIDE, Wanted},
};

/// Displacements at the middles of squares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lattice {
    /// To the right.
    pub(crate) x: Plane<f32>,
    /// Down.
    pub(crate) y: Plane<f32>,
}

/// Where in AFTER every pixel of BEFORE is.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    homography: Homography,
    /// In pixels of BEFORE; `None` where the homography is all.
    flow: Option<Lattice>,
    /// Pixels of BEFORE along a side of a square.
    spacing: f64,
    before: (usize, usize),
    after: (usize, usize),
}

/// Pixels along which the flow is taken to be straight: within a square of the lattice it bends by less than a hundredth
/// of a pixel over so many. As many as are wanted or not together.
const RUN: usize = SIDE;

/// A row of displacements of a lattice, ready to be read along.
struct Across<'a> {
    knots: &'a [f32],
    scale: f32,
    start: f32,
}

impl Across<'_> {
    /// The displacement at a column.
    #[inline(always)]
    fn at(&self, x: f32) -> f32 {
        let place = (x * self.scale + self.start).max(1.0);
        let index = floor(place).min(self.knots.len() - 3);
        let t = place - real(index);
        let [a, b, c, d] = [
            self.knots[index - 1],
            self.knots[index],
            self.knots[index + 1],
            self.knots[index + 2],
        ];
        spline([a, b, c, d], t)
    }
}

/// Catmull and Rom's spline between its second and third knot.
#[inline(always)]
fn spline([a, b, c, d]: [f32; 4], t: f32) -> f32 {
    b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
}

/// The rows of a lattice at a height, padded by two knots on both sides that repeat its ends.
fn row_of(plane: &Plane<f32>, place: f64) -> Vec<f32> {
    let (width, height) = (plane.width(), plane.height());
    let low = place.floor();
    let t = short(place - low);
    let first = crate::number::nearest(low) - 1;
    let rows = [0, 1, 2, 3].map(|offset| {
        let y = usize::try_from(first + offset).unwrap_or(0).min(height - 1);
        &plane.values()[y * width..][..width]
    });
    let mut out = Vec::with_capacity(width + 4);
    out.resize(2, 0.0);
    out.extend((0..width).map(|x| spline(rows.map(|row| row[x]), t)));
    let (left, right) = (out[2], out[width + 1]);
    out[0] = left;
    out[1] = left;
    out.resize(width + 4, right);
    out
}

impl Field {
    /// A field of a homography and a flow, both in whole pixels of the photographs.
    pub(crate) fn new(
        homography: Homography,
        flow: Option<(Lattice, f64)>,
        before: (usize, usize),
        after: (usize, usize),
    ) -> Self {
        let (flow, spacing) = match flow {
            Some((lattice, spacing)) => (Some(lattice), spacing),
            None => (None, 1.0),
        };
        Self { homography, flow, spacing, before, after }
    }

    /// The homography alone.
    pub(crate) fn homography(&self) -> &Homography {
        &self.homography
    }

    /// Where in AFTER a pixel of BEFORE is; `None` outside.
    pub fn place(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (dx, dy) = match &self.flow {
            Some(flow) => {
                let down = (y + 0.5) / self.spacing - 0.5;
                let across = |plane| {
                    let knots = row_of(plane, down);
                    f64::from(self.across(&knots, 1.0).at(short(x)))
                };
                (across(&flow.x), across(&flow.y))
            }
            None => (0.0, 0.0),
        };
        let [u, v] = self.homography.place([x + dx, y + dy]);
        let (width, height) = (long(self.after.0), long(self.after.1));
        let is_inside = u >= -0.5 && v >= -0.5 && u <= width - 0.5 && v <= height - 0.5;
        is_inside.then_some((u, v))
    }

    fn across<'a>(&self, knots: &'a [f32], factor: f64) -> Across<'a> {
        // Column x of a grid that is smaller by a factor has its middle at factor·(x + ½) − ½.
        let scale = factor / self.spacing;
        Across { knots, scale: short(scale), start: short(0.5 * scale - 0.5 + 2.0) }
    }

    /// Where in AFTER the pixels of a row are, on grids that are smaller by a factor in both; of every run only where it is
    /// wanted, the others keep what they hold.
    fn row(
        &self,
        (y, factor): (usize, f64),
        homography: &Homography,
        is_wanted: impl Fn(usize) -> bool,
        out: &mut [[f32; 2]],
    ) {
        let [a, b, c] = homography.0.map(|row| row.map(short));
        let real_y = real(y);
        let place = |u: f32, v: f32| {
            let share = 1.0 / (c[0] * u + c[1] * v + c[2]);
            [(a[0] * u + a[1] * v + a[2]) * share, (b[0] * u + b[1] * v + b[2]) * share]
        };
        let runs = out.chunks_mut(RUN).enumerate().filter(|(index, _)| is_wanted(*index));
        let Some(flow) = &self.flow else {
            for (index, run) in runs {
                for (x, to) in run.iter_mut().enumerate() {
                    *to = place(real(index * RUN + x), real_y);
                }
            }
            return;
        };
        let down = ((long(y) + 0.5) * factor) / self.spacing - 0.5;
        let (right, below) = (row_of(&flow.x, down), row_of(&flow.y, down));
        let (right, below) = (self.across(&right, factor), self.across(&below, factor));
        let shift = short(1.0 / factor);
        let at = |x: usize| [right.at(real(x)) * shift, below.at(real(x)) * shift];
        for (index, run) in runs {
            let start = index * RUN;
            let (from, to) = (at(start), at(start + RUN));
            let step = [(to[0] - from[0]) / real(RUN), (to[1] - from[1]) / real(RUN)];
            for (offset, out) in run.iter_mut().enumerate() {
                let along = real(offset);
                let (u, v) = (from[0] + along * step[0], from[1] + along * step[1]);
                *out = place(real(start + offset) + u, real_y + v);
            }
        }
    }

    /// Where in AFTER the pixels of each row of BEFORE are, on grids that are smaller by a factor in both.
    pub(crate) fn each_row(&self, factor: usize, mut look: impl FnMut(usize, &[[f32; 2]])) {
        let wide = long(factor);
        let homography = self.homography.enlarged(1.0 / wide);
        let mut places = vec![[0.0_f32; 2]; self.before.0 / factor];
        for y in 0..self.before.1 / factor {
            self.row((y, wide), &homography, |_| true, &mut places);
            look(y, &places);
        }
    }

    /// How far the flow moves, root mean square over a region that is smaller by a factor.
    pub(crate) fn flow_rms(&self, region: &Mask, factor: usize) -> f64 {
        let Some(flow) = &self.flow else { return 0.0 };
        let columns = flow.x.width();
        let side = self.spacing / long(factor);
        let knots = flow.x.values().iter().zip(flow.y.values()).enumerate();
        let (mut sum, mut count) = (0.0, 0_usize);
        for (at, (x, y)) in knots {
            let [column, row] =
                [at % columns, at / columns].map(|at| floor(short((long(at) + 0.5) * side)));
            if region.get(column, row).is_some_and(|share| share > 127) {
                sum += f64::from(x * x + y * y);
                count += 1;
            }
        }
        (sum / long(count.max(1))).sqrt()
    }

    /// Whether nothing moves at all.
    fn is_still(&self) -> bool {
        self.homography == Homography::IDENTITY && self.flow.is_none() && self.before == self.after
    }

    /// AFTER on BEFORE's grid; black where AFTER shows nothing.
    pub fn lay(&self, after: &Photo) -> Photo {
        if self.is_still() {
            return after.clone();
        }
        let (width, height) = self.before;
        let stride = after.width() * 3;
        let source = after.rgb();
        let mut rgb = vec![0_u8; width * height * 3];
        let (right, below) = (real(after.width()) - 1.0, real(after.height()) - 1.0);
        rgb.par_chunks_exact_mut(width * 3).enumerate().for_each_init(
            || vec![[0.0_f32; 2]; width],
            |places, (y, row)| {
                self.row((y, 1.0), &self.homography, |_| true, places);
                for (to, [u, v]) in row.chunks_exact_mut(3).zip(places.iter()) {
                    if !(*u >= 0.0 && *v >= 0.0 && *u < right && *v < below) {
                        continue;
                    }
                    let (x, y) = (floor(*u), floor(*v));
                    let (s, t) = (u - real(x), v - real(y));
                    let upper = &source[y * stride + 3 * x..][..6];
                    let lower = &source[(y + 1) * stride + 3 * x..][..6];
                    let weights = [(1.0 - s) * (1.0 - t), s * (1.0 - t), (1.0 - s) * t, s * t];
                    for (at, to) in to.iter_mut().enumerate() {
                        *to = byte(
                            weights[0] * f32::from(upper[at])
                                + weights[1] * f32::from(upper[at + 3])
                                + weights[2] * f32::from(lower[at])
                                + weights[3] * f32::from(lower[at + 3]),
                        );
                    }
                }
            },
        );
        Photo::of(width, height, rgb).unwrap_or_else(|| after.clone())
    }

    /// AFTER in linear light on BEFORE's grid, both smaller by a factor, where it is wanted; and where it shows something.
    pub(crate) fn lay_linear(
        &self,
        after: &Linear,
        factor: usize,
        wanted: &Wanted,
    ) -> (Linear, Mask) {
        let (width, height) = (self.before.0 / factor, self.before.1 / factor);
        if self.is_still() {
            return (after.clone(), wanted.mask((width, height)));
        }
        let wide = long(factor);
        let homography = self.homography.enlarged(1.0 / wide);
        let mut planes = [(); 3].map(|()| vec![0.0_f32; width * height]);
        let mut valid = vec![0_u8; width * height];
        let sources = [after.red.values(), after.green.values(), after.blue.values()];
        let stride = after.width();
        let (right, below) = (real(after.width()) - 1.0, real(after.height()) - 1.0);
        let [red, green, blue] = &mut planes;
        red.par_chunks_exact_mut(width)
            .zip(green.par_chunks_exact_mut(width))
            .zip(blue.par_chunks_exact_mut(width))
            .zip(valid.par_chunks_exact_mut(width))
            .enumerate()
            .for_each_init(
                || vec![[0.0_f32; 2]; width],
                |places, (y, (((red, green), blue), valid))| {
                    places.fill([-1.0; 2]);
                    self.row((y, wide), &homography, |run| wanted.is(run, y), places);
                    let out = red.iter_mut().zip(green).zip(blue).zip(valid);
                    for ((((red, green), blue), valid), [u, v]) in out.zip(places.iter()) {
                        if !(*u >= 0.0 && *v >= 0.0 && *u < right && *v < below) {
                            continue;
                        }
                        let (x, y) = (floor(*u), floor(*v));
                        let (s, t) = (u - real(x), v - real(y));
                        let at = y * stride + x;
                        let [r, g, b] = sources.map(|from| {
                            let (upper, lower) = (&from[at..][..2], &from[at + stride..][..2]);
                            let top = upper[0] + s * (upper[1] - upper[0]);
                            let bottom = lower[0] + s * (lower[1] - lower[0]);
                            top + t * (bottom - top)
                        });
                        (*red, *green, *blue, *valid) = (r, g, b, 255);
                    }
                },
            );
        let planes = planes
            .map(|values| Plane::of(width, height, values).unwrap_or_else(|| after.red.clone()));
        let [red, green, blue] = planes;
        let valid =
            Mask::of(width, height, valid).unwrap_or_else(|| Mask::filled(width, height, 0));
        (Linear { red, green, blue }, valid)
    }

    /// Where in AFTER the pixels of a row of BEFORE are, as the file of the flow holds it: −1 outside.
    pub fn row_places(&self, y: usize) -> Vec<[f32; 2]> {
        let mut places = vec![[0.0_f32; 2]; self.before.0];
        if self.is_still() {
            for (x, place) in places.iter_mut().enumerate() {
                *place = [real(x), real(y)];
            }
            return places;
        }
        self.row((y, 1.0), &self.homography, |_| true, &mut places);
        let (right, below) = (real(self.after.0) - 0.5, real(self.after.1) - 0.5);
        for place in &mut places {
            let [u, v] = *place;
            if !(u >= -0.5 && v >= -0.5 && u <= right && v <= below) {
                *place = [-1.0, -1.0];
            }
        }
        places
    }
}
