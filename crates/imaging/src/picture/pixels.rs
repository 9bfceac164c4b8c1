//! The pixels of a file, as two photographs are compared by: upright, 8 bits, sRGB.
//!
//! The limits are those of taking a file in, and the file is looked over before anything is decoded. Two things are
//! milder, because nothing of the file is kept: how long it is, and what stands behind the picture.

use std::io::Cursor;

use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError,
    codecs::{jpeg::JpegDecoder, png::PngDecoder},
};
use rayon::prelude::*;

use super::{Unfit, Walked, few_pixels, heic, jpeg, limits, other, png, profile, turn, unfit};
use crate::{Mask, Photo};

/// Above this a pixel of a mask counts.
const MASK_ABOVE: u8 = 127;

/// Reads a photograph: JPEG, PNG or HEIC, turned as its file says, its profile followed into sRGB.
pub fn photo(bytes: &[u8]) -> Result<Photo, Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    let (walked, rgb, profile) = if bytes.starts_with(&jpeg::START) {
        let walked = jpeg::look(bytes)?;
        few_pixels(&walked)?;
        let (rgb, profile) = read(JpegDecoder::new(Cursor::new(bytes)), &walked)?;
        (walked, rgb, profile)
    } else if bytes.starts_with(&png::START) {
        let walked = png::look(bytes)?;
        few_pixels(&walked)?;
        let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits());
        let (rgb, profile) = read(decoder, &walked)?;
        (walked, rgb, profile)
    } else if heic::is_one(bytes) {
        let heic::Decoded { width, height, mut rgb, profile, focal_35mm } = heic::read(bytes)?;
        profile::into_srgb(&mut rgb, profile.as_deref());
        let mut photo = Photo::of(width, height, rgb).ok_or(Unfit::Broken)?;
        photo.focal_35mm = focal_35mm.map(f64::from);
        return Ok(photo);
    } else {
        return Err(other(bytes));
    };
    finished(&walked, rgb, profile.as_deref())
}

/// Brings pixels into sRGB and turns them.
fn finished(walked: &Walked, mut rgb: Vec<u8>, profile: Option<&[u8]>) -> Result<Photo, Unfit> {
    profile::into_srgb(&mut rgb, profile);
    let (rgb, width, height) = turn::upright(rgb, walked.size()?, walked.orientation);
    let mut photo = Photo::of(width, height, rgb).ok_or(Unfit::Broken)?;
    photo.focal_35mm = walked.focal_35mm.map(f64::from);
    Ok(photo)
}

/// Red, green and blue as they lie in the file, and the profile. A decoder that sees another size than the walk is not
/// believed.
fn read<D: ImageDecoder>(
    decoder: Result<D, ImageError>,
    walked: &Walked,
) -> Result<(Vec<u8>, Option<Vec<u8>>), Unfit> {
    let mut decoder = decoder.map_err(|error| unfit(&error))?;
    if decoder.dimensions() != (walked.width, walked.height) {
        return Err(Unfit::Broken);
    }
    decoder.set_limits(limits()).map_err(|error| unfit(&error))?;
    let profile = decoder.icc_profile().map_err(|error| unfit(&error))?;
    if decoder.color_type() != ColorType::Rgb8 {
        let image = DynamicImage::from_decoder(decoder).map_err(|error| unfit(&error))?;
        return Ok((over_white(image), profile));
    }
    // What nearly every photograph is: decoded to where it stays.
    let length = usize::try_from(decoder.total_bytes()).map_err(|_longer| Unfit::TooManyPixels)?;
    let mut rgb = vec![0; length];
    decoder.read_image(&mut rgb).map_err(|error| unfit(&error))?;
    Ok((rgb, profile))
}

/// Red, green and blue of any picture; what shines through shows white.
fn over_white(image: DynamicImage) -> Vec<u8> {
    if image.color().has_alpha() {
        laid_on_white(image.into_rgba8().as_raw())
    } else {
        image.into_rgb8().into_raw()
    }
}

/// Colours and how much they cover, laid on white.
pub(super) fn laid_on_white(rgba: &[u8]) -> Vec<u8> {
    on_white(rgba, |channel, alpha| {
        let (channel, alpha) = (u16::from(channel), u16::from(alpha));
        let sum = channel * alpha + 255 * (255 - alpha) + 127;
        u8::try_from(sum / 255).unwrap_or(u8::MAX)
    })
}

/// The same for colours that are already dimmed by how much they cover.
pub(super) fn added_to_white(rgba: &[u8]) -> Vec<u8> {
    on_white(rgba, |channel, alpha| channel.saturating_add(255 - alpha))
}

fn on_white(rgba: &[u8], laid: impl Fn(u8, u8) -> u8 + Sync) -> Vec<u8> {
    let mut rgb = vec![0; rgba.len() / 4 * 3];
    let (from, _) = rgba.as_chunks::<4>();
    let (to, _) = rgb.as_chunks_mut::<3>();
    to.par_iter_mut().zip(from).for_each(|(to, [red, green, blue, alpha])| {
        *to = [red, green, blue].map(|channel| laid(*channel, *alpha));
    });
    rgb
}

/// Why a mask is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MaskUnfit {
    /// It is no picture that can be read.
    #[error("cannot read the mask")]
    Picture(#[source] Unfit),
    /// It has another size than the photograph that it is for.
    #[error(
        "the mask is {} by {} pixels, the photograph {} by {}", is.0, is.1, wanted.0, wanted.1
    )]
    Size {
        /// Its width and height.
        is: (usize, usize),
        /// Those of the photograph, upright.
        wanted: (usize, usize),
    },
}

/// Reads a mask for a photograph of a width and height: a PNG of the same size, in which what is lighter than the middle
/// grey counts. What shines through does not count.
pub fn mask(bytes: &[u8], width: usize, height: usize) -> Result<Mask, MaskUnfit> {
    let (is, mut values) = grey(bytes).map_err(MaskUnfit::Picture)?;
    if is != (width, height) {
        return Err(MaskUnfit::Size { is, wanted: (width, height) });
    }
    for value in &mut values {
        *value = if *value > MASK_ABOVE { u8::MAX } else { 0 };
    }
    Mask::of(width, height, values).ok_or(MaskUnfit::Picture(Unfit::Broken))
}

/// The size of a PNG, and of each of its pixels the smaller of grey and opacity.
fn grey(bytes: &[u8]) -> Result<((usize, usize), Vec<u8>), Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    if !bytes.starts_with(&png::START) {
        return Err(Unfit::Another);
    }
    let walked = png::look(bytes)?;
    few_pixels(&walked)?;
    let mut decoder =
        PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(|error| unfit(&error))?;
    decoder.set_limits(limits()).map_err(|error| unfit(&error))?;
    let image = DynamicImage::from_decoder(decoder).map_err(|error| unfit(&error))?;
    if !image.color().has_alpha() {
        return Ok((walked.size()?, image.into_luma8().into_raw()));
    }
    let with_opacity = image.into_luma_alpha8().into_raw();
    let (pixels, _) = with_opacity.as_chunks::<2>();
    Ok((walked.size()?, pixels.iter().map(|[grey, opacity]| *grey.min(opacity)).collect()))
}

#[cfg(test)]
mod tests;
