//! Pixels turned upright, as the file says that they are to be.
//!
//! A quarter turn reads across the rows of what it is made of. It is done in small squares, so that the rows that a
//! square needs are still near when the next pixel of each is wanted.
#![expect(
    clippy::indexing_slicing,
    reason = "`upright` looks once whether there are three bytes for every pixel; every place is then of a column below the width and a row below the height"
)]

use rayon::prelude::*;

/// Bytes of a pixel.
const PIXEL: usize = 3;
/// The side of a square, in pixels.
const SQUARE: usize = 32;

/// What is done to a picture so that it stands upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn {
    axes: Axes,
    columns: Order,
    rows: Order,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axes {
    Kept,
    Swapped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Kept,
    Reversed,
}

impl Order {
    /// Which of so many comes at this place.
    fn of(self, place: usize, count: usize) -> usize {
        match self {
            Self::Kept => place,
            Self::Reversed => count - 1 - place,
        }
    }
}

impl Turn {
    /// What the number from 1 to 8 in a file means. Columns and rows are those of the picture as it lies in the file.
    fn of(orientation: u8) -> Option<Self> {
        use Order::{Kept, Reversed};
        let (axes, columns, rows) = match orientation {
            2 => (Axes::Kept, Reversed, Kept),
            3 => (Axes::Kept, Reversed, Reversed),
            4 => (Axes::Kept, Kept, Reversed),
            5 => (Axes::Swapped, Kept, Kept),
            6 => (Axes::Swapped, Kept, Reversed),
            7 => (Axes::Swapped, Reversed, Reversed),
            8 => (Axes::Swapped, Reversed, Kept),
            _ => return None,
        };
        Some(Self { axes, columns, rows })
    }
}

/// Red, green and blue of a picture and its size, upright. What does not have three bytes for every pixel is given back
/// as it came.
pub(super) fn upright(
    rgb: Vec<u8>,
    size: (usize, usize),
    orientation: u8,
) -> (Vec<u8>, usize, usize) {
    let (width, height) = size;
    let is_whole = width.checked_mul(height).and_then(|n| n.checked_mul(PIXEL)) == Some(rgb.len());
    let Some(turn) = Turn::of(orientation).filter(|_| is_whole && !rgb.is_empty()) else {
        return (rgb, width, height);
    };
    match turn.axes {
        Axes::Kept => (mirrored(rgb, width, turn), width, height),
        Axes::Swapped => (swapped(&rgb, size, turn), height, width),
    }
}

/// The same rows and columns in another order.
fn mirrored(mut rgb: Vec<u8>, width: usize, turn: Turn) -> Vec<u8> {
    let row = width * PIXEL;
    if turn.columns == Order::Reversed {
        rgb.par_chunks_exact_mut(row).for_each(|pixels| {
            let (pixels, _) = pixels.as_chunks_mut::<PIXEL>();
            pixels.reverse();
        });
    }
    if turn.rows == Order::Reversed {
        let rows = rgb.len() / row;
        let (above, below) = rgb.split_at_mut(rows / 2 * row);
        let below = below.chunks_exact_mut(row).rev();
        above.chunks_exact_mut(row).zip(below).for_each(|(one, other)| one.swap_with_slice(other));
    }
    rgb
}

/// Rows become columns.
fn swapped(rgb: &[u8], (width, height): (usize, usize), turn: Turn) -> Vec<u8> {
    let mut turned = vec![0; rgb.len()];
    // A row of the turned picture has as many pixels as the other has rows.
    let row = height * PIXEL;
    turned.par_chunks_mut(row * SQUARE).enumerate().for_each(|(band, rows)| {
        for from in (0..height).step_by(SQUARE) {
            let until = (from + SQUARE).min(height);
            for (below, pixels) in rows.chunks_exact_mut(row).enumerate() {
                let column = turn.columns.of(band * SQUARE + below, width);
                let (pixels, _) = pixels[from * PIXEL..until * PIXEL].as_chunks_mut::<PIXEL>();
                for (pixel, place) in pixels.iter_mut().zip(from..until) {
                    let at = (turn.rows.of(place, height) * width + column) * PIXEL;
                    pixel.copy_from_slice(&rgb[at..at + PIXEL]);
                }
            }
        }
    });
    turned
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage, metadata::Orientation};

    use super::*;

    #[test]
    fn every_turn_is_the_one_that_the_image_crate_makes() {
        for (width, height) in [(1, 1), (5, 3), (70, 33), (33, 100)] {
            let image = RgbImage::from_fn(width, height, |x, y| {
                let low = |n: u32| u8::try_from(n % 256).unwrap();
                image::Rgb([low(x * 7), low(y * 11), low(x + y * 3)])
            });
            for orientation in 0..=9 {
                let mut expected = DynamicImage::from(image.clone());
                if let Some(orientation) = Orientation::from_exif(orientation) {
                    expected.apply_orientation(orientation);
                }
                let size = (usize::try_from(width).unwrap(), usize::try_from(height).unwrap());
                let (rgb, wide, high) = upright(image.clone().into_raw(), size, orientation);
                assert_eq!((wide, high), {
                    let size = (expected.width(), expected.height());
                    (usize::try_from(size.0).unwrap(), usize::try_from(size.1).unwrap())
                });
                assert_eq!(rgb, expected.into_rgb8().into_raw(), "orientation {orientation}");
            }
        }
    }

    #[test]
    fn what_is_not_whole_stays_as_it_is() {
        assert_eq!(upright(vec![1, 2, 3, 4], (1, 2), 6), (vec![1, 2, 3, 4], 1, 2));
        assert_eq!(upright(Vec::new(), (0, 0), 3), (Vec::new(), 0, 0));
    }
}
