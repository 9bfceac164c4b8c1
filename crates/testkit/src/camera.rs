//! The camera: where it stands, how it sees colour, and what it does wrong: blur, noise, a wrong white, a curve of its
//! own, reflexes, and JPEG.

#![expect(
    clippy::indexing_slicing,
    reason = "rows are chunks of the picture's own width, and the curve's table is longer than any index into it"
)]

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder as _, codecs::jpeg::JpegEncoder};
use percuta_imaging::Photo;
use rayon::prelude::*;

use crate::{
    noise::{Dice, bell, cell},
    number::{byte, index32, low, real, real32, single},
};

/// A camera and what it does to a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Camera {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Focal length as for film 36 mm long.
    pub focal_35mm: f64,
    /// From the axis of the head, in millimetres.
    pub distance_mm: f64,
    /// Moved to the right and up, in millimetres, looking the same way.
    pub moved_mm: [f64; 2],
    /// What is seen lies so many pixels to the right of and below where it would: another cut-out of the same view.
    pub framed_px: [f64; 2],
    /// More or less light, in steps of two.
    pub exposure_ev: f64,
    /// How much each channel is raised.
    pub white_balance: [f64; 3],
    /// A curve over the whole picture; 1 leaves it alone.
    pub gamma: f64,
    /// How much brighter one side is than the other, as a part of the mean.
    pub ramp: f64,
    /// Towards where the ramp rises, from the right counter-clockwise.
    pub ramp_deg: f64,
    /// Noise of a pixel of full light, as a part of it.
    pub noise: f64,
    /// Standard deviation of the blur, in pixels.
    pub blur_px: f64,
    /// Bright reflexes that lie on the picture, of chance.
    pub glints: usize,
    /// For noise and reflexes.
    pub seed: u64,
}

impl Camera {
    /// A good one of this size, 90 cm away with a portrait lens.
    pub fn of(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            focal_35mm: 100.0,
            distance_mm: 900.0,
            moved_mm: [0.0, -10.0],
            framed_px: [0.0; 2],
            exposure_ev: 0.0,
            white_balance: [1.0; 3],
            gamma: 1.0,
            ramp: 0.0,
            ramp_deg: 0.0,
            noise: 0.006,
            blur_px: 0.0,
            glints: 0,
            seed: 1,
        }
    }

    /// Pixels to a millimetre, at a millimetre away.
    pub(crate) fn focal_px(&self) -> f64 {
        self.focal_35mm / 36.0 * real(self.width.max(self.height))
    }

    /// Millimetres of a face to a pixel.
    pub fn mm_per_px(&self) -> f64 {
        (self.distance_mm - 85.0) / self.focal_px()
    }

    /// Where the axis of the lens meets the picture.
    fn middle(&self) -> [f64; 2] {
        [
            real(self.width - 1) / 2.0 + self.framed_px[0],
            real(self.height - 1) / 2.0 + self.framed_px[1],
        ]
    }

    /// Where a point stands on the picture, and how far before the camera; `None` behind it.
    pub(crate) fn project(&self, point: [f64; 3]) -> [f64; 3] {
        let far = (self.distance_mm - point[2]).max(1.0);
        let scale = self.focal_px() / far;
        [
            self.middle()[0] + scale * (point[0] - self.moved_mm[0]),
            self.middle()[1] - scale * (point[1] - self.moved_mm[1]),
            far,
        ]
    }

    /// The point of a plane, parallel to the picture, that a pixel shows.
    pub(crate) fn on_plane(&self, x: f64, y: f64, depth: f64) -> [f64; 2] {
        let scale = (self.distance_mm - depth) / self.focal_px();
        [
            (x - self.middle()[0]) * scale + self.moved_mm[0],
            (self.middle()[1] - y) * scale + self.moved_mm[1],
        ]
    }

    /// The photograph of what came through the lens, in linear light.
    pub(crate) fn expose(&self, light: Vec<[f32; 3]>) -> Option<Photo> {
        let mut light = light;
        if self.blur_px > 0.01 {
            light = blurred(&light, self.width, self.height, self.blur_px);
        }
        self.lay_glints(&mut light);
        let curve = self.curve();
        let gain = self.white_balance.map(|part| single(part * self.exposure_ev.exp2()));
        let (sine, cosine) = self.ramp_deg.to_radians().sin_cos();
        let (right, up) = (single(cosine * self.ramp), single(sine * self.ramp));
        let (width, height) = (self.width, self.height);
        let mut rgb = vec![0_u8; width * height * 3];
        rgb.par_chunks_exact_mut(width * 3)
            .zip(light.par_chunks_exact(width))
            .enumerate()
            .for_each(|(y, (to, row))| {
                let rise = up * (0.5 - real32(y) / real32(height));
                for (x, (to, light)) in to.chunks_exact_mut(3).zip(row).enumerate() {
                    let ramp = 1.0 + rise + right * (real32(x) / real32(width) - 0.5);
                    for (k, to) in to.iter_mut().enumerate() {
                        let clean = light[k] * gain[k] * ramp;
                        *to = curve_at(&curve, clean + self.grain(x, y, k, clean));
                    }
                }
            });
        let mut photo = Photo::of(width, height, rgb)?;
        photo.focal_35mm = Some(self.focal_35mm);
        Some(photo)
    }

    fn grain(&self, x: usize, y: usize, channel: usize, clean: f32) -> f32 {
        let place = |value: usize| i32::try_from(value).unwrap_or(0);
        let hash =
            cell(place(x * 3 + channel), place(y), low(self.seed ^ (self.seed >> 32)) ^ 0x5eed);
        bell(hash) * single(self.noise) * (clean.max(0.0) + 0.01).sqrt()
    }

    /// What the camera makes of light, by the root of the light.
    fn curve(&self) -> Vec<f32> {
        (0..=CURVE)
            .map(|k| {
                let light = (real(k) / real(CURVE)).powi(2);
                single(encoded(light).powf(self.gamma))
            })
            .collect()
    }

    fn lay_glints(&self, light: &mut [[f32; 3]]) {
        let mut dice = Dice::new(self.seed, 9);
        for _ in 0..self.glints {
            let (x, y) = (dice.unit() * real(self.width), dice.unit() * real(self.height));
            let radius = dice.between(0.002, 0.006) * real(self.width);
            let strength = single(dice.between(0.1, 0.5));
            let (left, top) = (index32(single(x - 3.0 * radius), self.width), y - 3.0 * radius);
            let (right, bottom) = (x + 3.0 * radius, y + 3.0 * radius);
            let rows = index32(single(top), self.height)..index32(single(bottom), self.height);
            for row in rows {
                for column in left..index32(single(right), self.width) {
                    let far = (real(column) - x).powi(2) + (real(row) - y).powi(2);
                    let bright = single((-far / (2.0 * radius * radius)).exp()) * strength;
                    let pixel = &mut light[row * self.width + column];
                    *pixel = pixel.map(|part| part + bright);
                }
            }
        }
    }
}

const CURVE: usize = 8192;

fn curve_at(curve: &[f32], light: f32) -> u8 {
    let at = light.clamp(0.0, 1.0).sqrt() * real32(CURVE);
    let k = index32(at, CURVE - 1);
    byte(curve[k] + (curve[k + 1] - curve[k]) * (at - real32(k)))
}

/// The sRGB curve.
fn encoded(light: f64) -> f64 {
    if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// The sRGB curve backwards, of a byte.
pub fn linear(byte: u8) -> f32 {
    let part = f64::from(byte) / 255.0;
    single(if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) })
}

fn blurred(light: &[[f32; 3]], width: usize, height: usize, sigma: f64) -> Vec<[f32; 3]> {
    let reach = index32(single(3.0 * sigma) + 1.0, 200);
    let weights: Vec<f64> = (0..=2 * reach)
        .map(|k| (-(real(k) - real(reach)).powi(2) / (2.0 * sigma * sigma)).exp())
        .collect();
    let total: f64 = weights.iter().sum();
    let weights: Vec<f32> = weights.iter().map(|weight| single(weight / total)).collect();
    let mut across = vec![[0.0_f32; 3]; light.len()];
    across.par_chunks_exact_mut(width).zip(light.par_chunks_exact(width)).for_each(|(to, row)| {
        for (x, to) in to.iter_mut().enumerate() {
            for (k, weight) in weights.iter().enumerate() {
                let from = row[(x + k).saturating_sub(reach).min(width - 1)];
                *to = [0, 1, 2].map(|c| to[c] + weight * from[c]);
            }
        }
    });
    let mut down = vec![[0.0_f32; 3]; light.len()];
    down.par_chunks_exact_mut(width).enumerate().for_each(|(y, to)| {
        for (k, weight) in weights.iter().enumerate() {
            let row = (y + k).saturating_sub(reach).min(height - 1) * width;
            for (to, from) in to.iter_mut().zip(&across[row..row + width]) {
                *to = [0, 1, 2].map(|c| to[c] + weight * from[c]);
            }
        }
    });
    down
}

/// A photograph as a JPEG file.
///
/// # Errors
///
/// Where the encoder refuses it.
pub fn jpeg(photo: &Photo, quality: u8) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = Vec::new();
    let (width, height) = (side(photo.width()), side(photo.height()));
    JpegEncoder::new_with_quality(&mut bytes, quality).write_image(
        photo.rgb(),
        width,
        height,
        ExtendedColorType::Rgb8,
    )?;
    Ok(bytes)
}

/// A photograph as a PNG file.
///
/// # Errors
///
/// Where the encoder refuses it.
pub fn png(photo: &Photo) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes).write_image(
        photo.rgb(),
        side(photo.width()),
        side(photo.height()),
        ExtendedColorType::Rgb8,
    )?;
    Ok(bytes)
}

/// A photograph as it is after it was kept as a JPEG file.
///
/// # Errors
///
/// Where the encoder refuses it.
pub fn through_jpeg(photo: &Photo, quality: u8) -> Result<Photo, image::ImageError> {
    let bytes = jpeg(photo, quality)?;
    let mut reader = image::ImageReader::new(Cursor::new(bytes));
    reader.set_format(image::ImageFormat::Jpeg);
    let picture = reader.decode()?.into_rgb8();
    let mut kept = photo.clone();
    if let Some(mut other) = Photo::of(photo.width(), photo.height(), picture.into_raw()) {
        other.focal_35mm = photo.focal_35mm;
        kept = other;
    }
    Ok(kept)
}

fn side(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
