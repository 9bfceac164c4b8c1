//! Two photographs of one head, and what is true of them.

#![expect(
    clippy::indexing_slicing,
    reason = "every plane has the photograph's size, and places are bounded to it"
)]

use percuta_imaging::{Mask, Photo, Plane};
use rayon::prelude::*;

use crate::{
    number::{index, real, real32, single},
    pigment,
    scene::{Scene, Stage},
    skin::{Grain, Spot},
};

/// Two photographs, and what is true of them.
#[derive(Debug)]
pub struct Pair {
    /// The earlier one.
    pub before: Photo,
    /// The later one.
    pub after: Photo,
    /// What is true.
    pub truth: Truth,
}

/// What is true of two photographs, all of it on the grid of BEFORE.
///
/// The changes are those of the skin itself, evenly lit by daylight: AFTER minus BEFORE.
#[derive(Debug)]
pub struct Truth {
    /// Where in AFTER each pixel is; not a number where the skin is not shown there, or where it is not skin.
    pub place: Plane<[f32; 2]>,
    /// Where on the skin each pixel is, in millimetres to the right of and above the root of the nose.
    pub skin: Plane<[f32; 2]>,
    /// Skin that both show and that can be measured: neither lids, lips, brows nor hair.
    pub region: Mask,
    /// Change of the erythema index.
    pub erythema: Plane<f32>,
    /// Change of a*.
    pub a_star: Plane<f32>,
    /// Change of the melanin index.
    pub melanin: Plane<f32>,
}

impl Pair {
    /// Takes both. They may differ in everything; what is true is only so where they show one head.
    ///
    /// `None` where a camera has no pixels.
    pub fn take(before: &Scene<'_>, after: &Scene<'_>) -> Option<Self> {
        let (one, two) = (Stage::set(before), Stage::set(after));
        let later = two.draw(None);
        let earlier = one.draw(Some((&two, &later)));
        let photo_after = after.camera.expose(later.light)?;
        let (width, height) = (before.camera.width, before.camera.height);
        let focal = single(before.camera.focal_px());
        let changes: Vec<[f32; 3]> = earlier
            .skin
            .par_iter()
            .zip(&earlier.far)
            .map(|(skin, far)| {
                let grain = Grain { mm_per_px: far / focal };
                if skin[0].is_nan() {
                    return [0.0; 3];
                }
                match before.both(&after.state, *skin, grain) {
                    Some([one, two]) => [
                        single(pigment::erythema(two) - pigment::erythema(one)),
                        single(pigment::lab(two)[1] - pigment::lab(one)[1]),
                        single(pigment::melanin(two) - pigment::melanin(one)),
                    ],
                    None => [0.0; 3],
                }
            })
            .collect();
        let channel = |k: usize| {
            Plane::of(width, height, changes.iter().map(|change| change[k]).collect::<Vec<f32>>())
        };
        let region = earlier
            .open
            .iter()
            .zip(&earlier.place)
            .map(|(open, place)| if place[0].is_nan() { 0 } else { *open })
            .collect();
        Some(Self {
            after: photo_after,
            truth: Truth {
                erythema: channel(0)?,
                a_star: channel(1)?,
                melanin: channel(2)?,
                region: Plane::of(width, height, region)?,
                place: Plane::of(width, height, earlier.place)?,
                skin: Plane::of(width, height, earlier.skin)?,
            },
            before: before.camera.expose(earlier.light)?,
        })
    }
}

impl Truth {
    /// Where in AFTER a place of BEFORE is.
    pub fn at(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (width, height) = (self.place.width(), self.place.height());
        if x < 0.0 || y < 0.0 || x > real(width - 1) || y > real(height - 1) {
            return None;
        }
        let (column, row) = (index(x, width - 2), index(y, height - 2));
        let (fx, fy) = (single(x - real(column)), single(y - real(row)));
        let of = |dx: usize, dy: usize| self.place.values()[(row + dy) * width + column + dx];
        let corners = [of(0, 0), of(1, 0), of(0, 1), of(1, 1)];
        let mix = |k: usize| {
            let top = corners[0][k] + (corners[1][k] - corners[0][k]) * fx;
            let bottom = corners[2][k] + (corners[3][k] - corners[2][k]) * fx;
            top + (bottom - top) * fy
        };
        let (x, y) = (mix(0), mix(1));
        (!x.is_nan()).then(|| (f64::from(x), f64::from(y)))
    }

    /// The pixels whose skin is chosen, and which both photographs show.
    pub fn mask(&self, chosen: impl Fn(f32, f32) -> bool + Sync) -> Mask {
        let mut mask = self.region.clone();
        mask.values_mut().par_iter_mut().zip(self.skin.values()).for_each(|(to, [u, v])| {
            if *to > 0 && !chosen(*u, *v) {
                *to = 0;
            }
        });
        mask
    }

    /// Where spots are, with a margin of so many of their radii around.
    pub fn spots(&self, spots: &[Spot], margin: f32) -> Mask {
        self.mask(|u, v| {
            spots.iter().any(|spot| {
                let (x, y) = (u - spot.at[0], v - spot.at[1]);
                (x * x + y * y).sqrt() < (1.3 + margin) * spot.radius_mm
            })
        })
    }

    /// The pixel of BEFORE that is nearest to a place of the skin.
    pub fn find(&self, skin: [f32; 2]) -> Option<(f64, f64)> {
        let width = self.skin.width();
        let far = |[u, v]: [f32; 2]| (u - skin[0]).powi(2) + (v - skin[1]).powi(2);
        let (k, best) = self
            .skin
            .values()
            .iter()
            .enumerate()
            .filter(|(_, place)| !place[0].is_nan())
            .min_by(|one, two| far(*one.1).total_cmp(&far(*two.1)))?;
        (far(*best) < 1.0).then(|| (real(k % width), real(k / width)))
    }
}

/// The mean of a plane where a mask says so.
pub fn mean(plane: &Plane<f32>, mask: &Mask) -> f64 {
    let (mut sum, mut count) = (0.0_f64, 0.0_f64);
    for (value, share) in plane.values().iter().zip(mask.values()) {
        if *share > 127 {
            sum += f64::from(*value);
            count += 1.0;
        }
    }
    sum / count.max(1.0)
}

/// A mask at half of its size, as planes are measured.
pub fn halved(mask: &Mask) -> Option<Mask> {
    let (width, height) = (mask.width() / 2, mask.height() / 2);
    let of = |x: usize, y: usize| f32::from(mask.get(x, y).unwrap_or(0)) / 255.0;
    let mut values = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (x, y) = (2 * x, 2 * y);
            let share = of(x, y) + of(x + 1, y) + of(x, y + 1) + of(x + 1, y + 1);
            values.push(crate::number::byte(share / real32(4)));
        }
    }
    Plane::of(width, height, values)
}
