//! An HEIC file, as iPhones write them: looked over, and decoded.
//!
//! A picture lies in it as items: the coded tiles, what they are tiles of, small copies, depth, what the camera wrote.
//! Which way is up is said by the items; what the camera says about it besides is not followed, or the picture would be
//! turned twice. Such a file is not easily written anew, so nothing of it but the decoded pixels and the profile is ever
//! kept.
//!
//! The decoder is young. It has the pixels that a file declares of itself only in part before it makes room for them, so
//! the boxes are walked here first; and what it should stumble over is caught.
//!
//! INVARIANT (bounded): before anything is decoded, no coded item and no list of tiles has more than
//! [`held::CODED_PIXELS_MAX`], none needs more bytes than the file has, and a head is short enough to be copied for each tile.

use std::panic::{AssertUnwindSafe, catch_unwind};

use heic_decoder::{ColorInfo, DecodedImage, HeifError, ImageInfo, RgbOptions};

use super::{FILE_BYTES_MAX, PIXELS_MAX, Unfit, exif, profile};

mod boxes;
mod coded;
mod held;

use boxes::Boxes;
use held::Held;

/// A picture as it was decoded: upright.
pub(super) struct Decoded {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) focal_35mm: Option<u16>,
}

/// Whether a file begins as one of these.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let at = |from: usize, until: usize| bytes.get(from..until).unwrap_or_default();
    let brands: [&[u8]; 8] =
        [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"];
    at(4, 8) == b"ftyp" && brands.contains(&at(8, 12))
}

/// Decodes the picture of a file.
pub(super) fn read(bytes: &[u8]) -> Result<Decoded, Unfit> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Unfit::TooLong);
    }
    // What stands behind the picture is not even shown to the decoder.
    let bytes = look(bytes)?;
    let info = guarded(|| heic_decoder::probe(bytes))?;
    few_pixels(&info)?;
    let mut image = guarded(|| heic_decoder::decode(bytes))?;
    if (image.width, image.height) != (info.width, info.height) {
        return Err(Unfit::Broken);
    }
    let profile = colours(&mut image)?;
    let focal_35mm = image.metadata.exif.as_deref().and_then(exif::focal_35mm);
    let (width, height) = (image.width, image.height);
    Ok(Decoded { width, height, rgb: rgb(image)?, profile, focal_35mm })
}

/// The decoder's answer. It is built with checked sums, so that a number of a spoilt file may stop it.
fn guarded<T>(decode: impl FnOnce() -> Result<T, HeifError>) -> Result<T, Unfit> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(answer) => answer.map_err(|error| unfit(&error)),
        Err(_stumbled) => Err(Unfit::Broken),
    }
}

fn unfit(error: &HeifError) -> Unfit {
    match error {
        HeifError::Truncated { .. } => Unfit::Truncated,
        HeifError::NotHeif(_) | HeifError::Unsupported(_) => Unfit::Heic,
        HeifError::LimitExceeded(_) => Unfit::TooManyPixels,
        HeifError::MalformedBox(_) | HeifError::MalformedHevc(_) | HeifError::CabacDesync(_) => {
            Unfit::Broken
        }
    }
}

fn few_pixels(info: &ImageInfo) -> Result<(), Unfit> {
    let pixels = |width: usize, height: usize| {
        let side = |side: usize| u64::try_from(side).unwrap_or(u64::MAX);
        side(width).saturating_mul(side(height))
    };
    let most = pixels(info.width, info.height).max(pixels(info.coded_width, info.coded_height));
    match most {
        0 => Err(Unfit::Broken),
        1..=PIXELS_MAX => Ok(()),
        _ => Err(Unfit::TooManyPixels),
    }
}

/// What the numbers of the picture mean: the profile of the file, or one made of its code for colours.
fn colours(image: &mut DecodedImage) -> Result<Option<Vec<u8>>, Unfit> {
    if let Some(profile) =
        image.metadata.icc_profile.take().filter(|profile| profile::fits(profile))
    {
        return Ok(Some(profile));
    }
    let Some(ColorInfo { color_primaries, transfer_characteristics, .. }) = image.color_info else {
        return Ok(None);
    };
    match (color_primaries, transfer_characteristics) {
        // Brightness beyond white, which no 8 bits of sRGB hold.
        (_, 16 | 18) => Err(Unfit::Heic),
        (11 | 12, _) => Ok(profile::display_p3()),
        (9, _) => Ok(profile::wide()),
        (_, _) => Ok(None),
    }
}

/// How brightness and colours were coded. What a file does not say is what the standard of such files (ISO/IEC 23000-22)
/// says for it, and not what the decoder would take, which is the way of films.
fn coding(said: Option<ColorInfo>) -> ColorInfo {
    let Some(said) = said else {
        return ColorInfo { matrix_coefficients: MATRIX, full_range: true, ..ColorInfo::default() };
    };
    match said.matrix_coefficients {
        UNSPECIFIED => ColorInfo { matrix_coefficients: MATRIX, ..said },
        _ => said,
    }
}

/// "Not said", in the code for colours.
const UNSPECIFIED: u16 = 2;
/// The matrix of BT.601.
const MATRIX: u16 = 6;

/// Red, green and blue; what shines through shows white.
fn rgb(image: DecodedImage) -> Result<Vec<u8>, Unfit> {
    let options = RgbOptions { color: Some(coding(image.color_info)), ..RgbOptions::default() };
    if image.alpha.is_none() {
        return Ok(guarded(|| image.to_rgb8_with_options(&options))?.data);
    }
    let through = guarded(|| image.to_rgba8_with_options(&options))?;
    let laid = if through.premultiplied {
        super::pixels::added_to_white
    } else {
        super::pixels::laid_on_white
    };
    Ok(laid(&through.data))
}

/// Looks over a file; gives it up to the end of its picture.
fn look(bytes: &[u8]) -> Result<&[u8], Unfit> {
    let mut boxes = Boxes::of(bytes);
    let (mut meta, mut film, mut coded) = (None, None, None);
    // The head, by which the file was known.
    boxes.next_box().ok_or(Unfit::Truncated)?;
    while !boxes.rest().is_empty() {
        let rest = boxes.rest();
        let named = rest.get(4..8).ok_or(Unfit::SomethingBehind)?;
        // A telephone may put a film behind the picture, or a list of its own that ends with `SEFT`.
        if meta.is_some() && coded.is_some() && (named == b"ftyp" || rest.ends_with(b"SEFT")) {
            break;
        }
        if !named.iter().all(u8::is_ascii_alphanumeric) {
            return Err(Unfit::SomethingBehind);
        }
        let (kind, holds) = boxes.next_box().ok_or(Unfit::Truncated)?;
        match (&kind, meta) {
            (b"ftyp", _) | (b"meta", Some(_)) => return Err(Unfit::Broken),
            (b"meta", None) => meta = Some(holds),
            (b"moov", _) => film = Some(()),
            (b"mdat", _) => coded = Some(()),
            (_, _) => {}
        }
    }
    let bytes = bytes.get(..boxes.at()).ok_or(Unfit::Broken)?;
    let nothing = if film.is_some() { Unfit::Animated } else { Unfit::Truncated };
    Held::of(meta.ok_or(nothing)?)?.is_bounded(bytes.len())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
