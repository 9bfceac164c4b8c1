//! Photographs and planes as files again: made smaller for the screen, or whole. What is written holds pixels and nothing
//! else. A PNG is written quickly, since it is looked at once and made again when it is needed.
//!
//! Each is `None` where its size is more than the format can say; no picture that was read is that large.

use image::{
    ExtendedColorType, ImageEncoder as _, RgbImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
    imageops,
};
use rayon::prelude::*;

use crate::{
    number::{byte, floor, real},
    raster::{Photo, Plane},
};

/// How well a JPEG is written: below 90, what it leaves out is seen in the skin.
const QUALITY: u8 = 90;

/// A copy whose longer side is at most so long, as JPEG. A photograph is never made larger.
pub fn jpeg(photo: &Photo, longest: u32) -> Option<Vec<u8>> {
    let (width, height) = (side(photo.width())?, side(photo.height())?);
    let whole = RgbImage::from_raw(width, height, photo.rgb().to_vec())?;
    let image = if width.max(height) > longest {
        let shrunk = |side: u32| {
            let long = u64::from(side).saturating_mul(u64::from(longest));
            let short = long.checked_div(u64::from(width.max(height)))?;
            u32::try_from(short.max(1)).ok()
        };
        imageops::resize(&whole, shrunk(width)?, shrunk(height)?, imageops::FilterType::Triangle)
    } else {
        whole
    };
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    let (width, height) = image.dimensions();
    encoder.write_image(&image, width, height, ExtendedColorType::Rgb8).ok()?;
    Some(bytes)
}

/// A photograph as a PNG file.
pub fn png(photo: &Photo) -> Option<Vec<u8>> {
    encoded(photo.rgb(), (photo.width(), photo.height()), ExtendedColorType::Rgb8)
}

/// A plane of bytes as a grey PNG file.
pub fn grey_png(plane: &Plane<u8>) -> Option<Vec<u8>> {
    encoded(plane.values(), (plane.width(), plane.height()), ExtendedColorType::L8)
}

fn encoded(
    bytes: &[u8],
    (width, height): (usize, usize),
    kind: ExtendedColorType,
) -> Option<Vec<u8>> {
    let mut file = Vec::with_capacity(bytes.len() / 2);
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Up);
    encoder.write_image(bytes, side(width)?, side(height)?, kind).ok()?;
    Some(file)
}

fn side(pixels: usize) -> Option<u32> {
    u32::try_from(pixels).ok()
}

/// How a* changed as bytes, 128 and four for each unit, on a grid of a given size that is larger by a factor.
pub fn a_star_bytes(
    delta: &Plane<f32>,
    factor: usize,
    (width, height): (usize, usize),
) -> Plane<u8> {
    let mut bytes = vec![0_u8; width * height];
    let (columns, rows) = (delta.width(), delta.height());
    if columns == 0 || rows == 0 || width == 0 {
        return Plane::filled(width, height, 128);
    }
    // Which two of a line of pixels a finer one lies between, and how far.
    let between = |at: usize, most: usize| {
        let place = ((real(at) + 0.5) / real(factor) - 0.5).max(0.0);
        let low = floor(place).min(most - 1);
        (low, (low + 1).min(most - 1), (place - real(low)).min(1.0))
    };
    let across: Vec<_> = (0..width).map(|x| between(x, columns)).collect();
    bytes.par_chunks_exact_mut(width).enumerate().for_each_init(
        || vec![0.0_f32; columns],
        |line, (y, row)| {
            let (low, next, t) = between(y, rows);
            let of = |row: usize| delta.values().iter().skip(row * columns);
            for ((to, upper), lower) in line.iter_mut().zip(of(low)).zip(of(next)) {
                *to = upper + t * (lower - upper);
            }
            for (to, (left, right, s)) in row.iter_mut().zip(&across) {
                let ends = line.get(*left).zip(line.get(*right));
                let (left, right) = ends.map_or((0.0, 0.0), |(left, right)| (*left, *right));
                *to = byte(128.0 + 4.0 * (left + s * (right - left)));
            }
        },
    );
    Plane::of(width, height, bytes).unwrap_or_else(|| Plane::filled(width, height, 128))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_written_in_quarters_and_ends_at_the_ends() {
        let delta = Plane::of(2, 1, vec![0.0, 40.0]).unwrap();
        let bytes = a_star_bytes(&delta, 2, (4, 2));
        assert_eq!(bytes.values(), [128, 168, 248, 255, 128, 168, 248, 255]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let rgb: Vec<u8> = (0..30 * 20 * 3_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let photo = Photo::of(30, 20, rgb).unwrap();
        assert_eq!(crate::read(&png(&photo).unwrap()).unwrap(), photo);
    }

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
