//! Pictures as they come from a phone or a camera: told by their bytes, read within limits, cleaned, and made smaller.
//!
//! ```text
//! bytes ── sniff ── walk (jpeg, png, heic) ── size? ── decode ── upright ──┬── original  (no place, camera or text)
//!                                                                           ├── display   (1600 px, JPEG)
//!                                                                           └── thumbnail (320 px, JPEG)
//! ```
//!
//! Nothing of what came is kept as it came: a JPEG is put together again from the parts that make the picture, a PNG is
//! written anew, and of an HEIC a JPEG is made that every browser shows. What stands behind the end of a picture is refused, or cut off where telephones are known to put it.
//! A colour profile is kept, because redness in another colour space is another redness.
//!
//! Pure: bytes in, bytes out. It looks at no skin.
//!
//! INVARIANT (bounded): the size in pixels is read and checked before anything is decoded, and the decoder has a limit
//! of its own.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder as _, ImageError, Limits, RgbImage,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::{CompressionType, FilterType as Filter, PngDecoder, PngEncoder},
    },
    imageops::FilterType,
    metadata::Orientation,
};

mod exif;
mod heic;
mod jpeg;
mod pixels;
mod png;
mod profile;
mod turn;

pub use pixels::{MaskUnfit, mask, photo};

/// No file is longer.
pub const FILE_BYTES_MAX: usize = 25 << 20;
/// No picture has more pixels.
const PIXELS_MAX: u64 = 50_000_000;
/// The longer side of the copy for the screen.
const DISPLAY_PX: u32 = 1_600;
/// The longer side of the copy for lists.
const THUMBNAIL_PX: u32 = 320;
/// Quality of an original that had to be coded anew: errors below those of any camera's own coding.
const ORIGINAL_QUALITY: u8 = 97;
/// What a decoder may take: eight bytes for each of the most pixels, and some to work with.
const DECODER_BYTES_MAX: u64 = 450_000_000;

/// A picture, cleaned.
#[derive(Debug)]
pub struct Picture {
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// What the original is.
    pub media_type: &'static str,
    /// The whole picture.
    pub original: Vec<u8>,
    /// A copy for the screen, JPEG.
    pub display: Vec<u8>,
    /// A copy for lists, JPEG.
    pub thumbnail: Vec<u8>,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is nothing in it.
    #[error("there is nothing in the file")]
    Empty,
    /// It is longer than [`FILE_BYTES_MAX`].
    #[error("the file is longer than 25 MB")]
    TooLong,
    /// It has more pixels than [`PIXELS_MAX`].
    #[error("the picture has more than 50 megapixels")]
    TooManyPixels,
    /// A kind of HEIC that cannot be read.
    #[error("this kind of HEIC picture cannot be read; send it as JPEG")]
    Heic,
    /// The format of the web.
    #[error("this is a WebP picture; send it as JPEG or PNG")]
    WebP,
    /// It moves.
    #[error("the picture moves; one still picture is needed")]
    Animated,
    /// It is no picture of a kind that is taken.
    #[error("this is no JPEG, PNG or HEIC picture")]
    Another,
    /// Its end is missing.
    #[error("the end of the file is missing")]
    Truncated,
    /// Something else stands behind the picture.
    #[error("something else stands behind the picture")]
    SomethingBehind,
    /// Its parts do not fit together.
    #[error("the file cannot be read as a picture")]
    Broken,
}

impl Unfit {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Empty,
        Self::TooLong,
        Self::TooManyPixels,
        Self::Heic,
        Self::WebP,
        Self::Animated,
        Self::Another,
        Self::Truncated,
        Self::SomethingBehind,
        Self::Broken,
    ];

    /// A word for it, for an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::TooManyPixels => "too-many-pixels",
            Self::Heic => "heic",
            Self::WebP => "webp",
            Self::Animated => "animated",
            Self::Another => "another",
            Self::Truncated => "truncated",
            Self::SomethingBehind => "something-behind",
            Self::Broken => "broken",
        }
    }

    /// The sentence beneath the field, which names the remedy.
    pub fn says(self) -> &'static str {
        match self {
            Self::Empty => "Choose a photograph: a JPEG, HEIC or PNG file.",
            Self::TooLong => "This file is larger than 25 MB. Send a smaller copy.",
            Self::TooManyPixels => {
                "This picture has more than 50 megapixels. Send a smaller copy, such as 4000 by 3000 pixels."
            }
            Self::Heic => {
                "This kind of HEIC picture cannot be read. On an iPhone choose Settings, Camera, Formats, Most Compatible, or send the picture as JPEG."
            }
            Self::WebP => "This is a WebP picture. Send it as JPEG or PNG.",
            Self::Animated => "This picture moves. Send one still picture, as JPEG or PNG.",
            Self::Another => {
                "This is no JPEG, HEIC or PNG picture, whatever its name says. Send it as JPEG."
            }
            Self::Truncated => "The end of this file is missing. Send it once more.",
            Self::SomethingBehind => {
                "This file holds something else behind the picture. Open it, save it as a new JPEG, and send that."
            }
            Self::Broken => {
                "This file cannot be read as a picture. Open it, save it as a new JPEG, and send that."
            }
        }
    }
}

/// What the walk over a file found, before anything was decoded.
struct Walked {
    width: u32,
    height: u32,
    /// As it stands in the file's own tag, from 1 to 8.
    orientation: u8,
    /// For film of 36 mm, in mm.
    focal_35mm: Option<u16>,
}

impl Walked {
    /// Width and height as they lie in the file.
    fn size(&self) -> Result<(usize, usize), Unfit> {
        let of = |side: u32| usize::try_from(side).map_err(|_longer| Unfit::TooManyPixels);
        Ok((of(self.width)?, of(self.height)?))
    }
}

/// Reads a file that is to be kept, and cleans it.
pub fn read(bytes: &[u8]) -> Result<Picture, Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Unfit::TooLong);
    }
    if bytes.starts_with(&jpeg::START) {
        let (walked, cleaned) = jpeg::walk(bytes)?;
        few_pixels(&walked)?;
        let (image, profile) = decoded(JpegDecoder::new(Cursor::new(&cleaned)), &walked)?;
        return finished(image, profile, "image/jpeg", Some(cleaned));
    }
    if bytes.starts_with(&png::START) {
        let walked = png::walk(bytes)?;
        few_pixels(&walked)?;
        let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits());
        let (image, profile) = decoded(decoder, &walked)?;
        return finished(image, profile, "image/png", None);
    }
    if heic::is_one(bytes) {
        let heic::Decoded { width, height, rgb, profile, .. } = heic::read(bytes)?;
        let side = |side: usize| u32::try_from(side).map_err(|_longer| Unfit::TooManyPixels);
        let image = RgbImage::from_raw(side(width)?, side(height)?, rgb).ok_or(Unfit::Broken)?;
        // Nothing of the file itself is kept: what it holds beside the picture could not be told from it.
        let original = jpeg_of(&image, ORIGINAL_QUALITY, profile.as_deref())?;
        return finished(image.into(), profile, "image/jpeg", Some(original));
    }
    Err(other(bytes))
}

/// What a file is that is not taken.
fn other(bytes: &[u8]) -> Unfit {
    let at = |from: usize, until: usize| bytes.get(from..until).unwrap_or_default();
    if at(0, 4) == b"RIFF" && at(8, 12) == b"WEBP" { Unfit::WebP } else { Unfit::Another }
}

fn few_pixels(walked: &Walked) -> Result<(), Unfit> {
    if walked.width == 0 || walked.height == 0 {
        return Err(Unfit::Broken);
    }
    let pixels = u64::from(walked.width).saturating_mul(u64::from(walked.height));
    if pixels > PIXELS_MAX { Err(Unfit::TooManyPixels) } else { Ok(()) }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    limits
}

fn unfit(error: &ImageError) -> Unfit {
    match error {
        ImageError::Limits(_) => Unfit::TooManyPixels,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => Unfit::Broken,
    }
}

/// The picture upright, and its colour profile. A decoder that sees another size than the walk is not believed.
fn decoded<D: ImageDecoder>(
    decoder: Result<D, ImageError>,
    walked: &Walked,
) -> Result<(DynamicImage, Option<Vec<u8>>), Unfit> {
    let mut decoder = decoder.map_err(|error| unfit(&error))?;
    if decoder.dimensions() != (walked.width, walked.height) {
        return Err(Unfit::Broken);
    }
    decoder.set_limits(limits()).map_err(|error| unfit(&error))?;
    let profile = decoder.icc_profile().map_err(|error| unfit(&error))?;
    // Only a profile of red, green and blue fits the copies, which are always that.
    let profile = profile.filter(|profile| profile::fits(profile));
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| unfit(&error))?;
    if let Some(orientation) = Orientation::from_exif(walked.orientation) {
        image.apply_orientation(orientation);
    }
    Ok((image, profile))
}

/// Makes the copies, and the original where it has to be written anew.
fn finished(
    image: DynamicImage,
    profile: Option<Vec<u8>>,
    media_type: &'static str,
    original: Option<Vec<u8>>,
) -> Result<Picture, Unfit> {
    let (width, height) = (image.width(), image.height());
    let original = match original {
        Some(original) => original,
        None => png_of(&image, profile.as_deref())?,
    };
    if original.len() > 2 * FILE_BYTES_MAX {
        return Err(Unfit::TooLong);
    }
    let display = smaller(image, DISPLAY_PX);
    let thumbnail = smaller(display.clone(), THUMBNAIL_PX);
    let display = jpeg_of(&display.into_rgb8(), 85, profile.as_deref())?;
    let thumbnail = jpeg_of(&thumbnail.into_rgb8(), 80, profile.as_deref())?;
    Ok(Picture { width, height, media_type, original, display, thumbnail })
}

/// A copy whose longer side is at most so long. A picture is never made larger.
fn smaller(image: DynamicImage, longest: u32) -> DynamicImage {
    let is_longer = |image: &DynamicImage, than: u32| image.width().max(image.height()) > than;
    // Averaging whole pixels first is quick, and needs no room for all of them as fractions. What is left to do by a curve
    // is a quarter, which it does without a seam and in little time.
    let nearly = longest.saturating_add(longest / 4);
    let is_far = is_longer(&image, longest.saturating_mul(2));
    let image = if is_far { image.thumbnail(nearly, nearly) } else { image };
    if is_longer(&image, longest) {
        image.resize(longest, longest, FilterType::CatmullRom)
    } else {
        image
    }
}

/// Written without halving the resolution of colours, which is where redness is.
fn jpeg_of(image: &RgbImage, quality: u8, profile: Option<&[u8]>) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).map_err(|_unsupported| Unfit::Broken)?;
    }
    encoder.encode_image(image).map_err(|error| unfit(&error))?;
    Ok(bytes)
}

fn png_of(image: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::new();
    let mut encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, Filter::Adaptive);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).map_err(|_unsupported| Unfit::Broken)?;
    }
    image.write_with_encoder(encoder).map_err(|error| unfit(&error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
