//! A photograph as a file again: made smaller for the screen, or whole. What is written holds pixels and nothing else.

use image::{
    ExtendedColorType, ImageEncoder as _, RgbImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType as Filter, PngEncoder},
    },
    imageops::{self, FilterType},
};

use crate::raster::Photo;

/// How well a JPEG is written: below 90, what it leaves out is seen in the skin.
const QUALITY: u8 = 90;

/// A copy whose longer side is at most so long, as JPEG. A photograph is never made larger. `None` where its size is
/// more than the format can say.
pub fn jpeg(photo: &Photo, longest: u32) -> Option<Vec<u8>> {
    let (width, height) = (side(photo.width())?, side(photo.height())?);
    let whole = RgbImage::from_raw(width, height, photo.rgb().to_vec())?;
    let image = if width.max(height) > longest {
        let shrunk = |side: u32| {
            let long = u64::from(side).saturating_mul(u64::from(longest));
            let short = long.checked_div(u64::from(width.max(height)))?;
            u32::try_from(short.max(1)).ok()
        };
        imageops::resize(&whole, shrunk(width)?, shrunk(height)?, FilterType::Triangle)
    } else {
        whole
    };
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    let (width, height) = image.dimensions();
    encoder.write_image(&image, width, height, ExtendedColorType::Rgb8).ok()?;
    Some(bytes)
}

/// The photograph as it is, as PNG. `None` where its size is more than the format can say.
pub fn png(photo: &Photo) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, Filter::Adaptive);
    let (width, height) = (side(photo.width())?, side(photo.height())?);
    encoder.write_image(photo.rgb(), width, height, ExtendedColorType::Rgb8).ok()?;
    Some(bytes)
}

fn side(pixels: usize) -> Option<u32> {
    u32::try_from(pixels).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_its_proportions_and_is_never_larger() {
        let photo = Photo::of(400, 100, vec![120; 400 * 100 * 3]).unwrap();
        let size = |bytes: &[u8]| {
            let image = image::load_from_memory(bytes).unwrap();
            (image.width(), image.height())
        };
        assert_eq!(size(&jpeg(&photo, 200).unwrap()), (200, 50));
        assert_eq!(size(&jpeg(&photo, 900).unwrap()), (400, 100));
        assert_eq!(size(&png(&photo).unwrap()), (400, 100));
    }
}
