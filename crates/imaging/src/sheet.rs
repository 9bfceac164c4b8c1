//! A sheet that leaves the record: one photograph or two beside each other, what must not be seen covered by solid blocks,
//! and what must be read with it beneath.
//!
//! Blocks and words are pixels like all others: there is no layer that can be taken off, and what was beneath a block is
//! not in the sheet. Nothing is blurred, because what is blurred can be guessed.
//!
//! INVARIANT (covered): every pixel that a block touches has the block's colour, also where it touches only a part of it.

use crate::{
    letters::{ADVANCE, HIGH, LINE, columns, wrapped},
    raster::Photo,
};

/// A solid block over a photograph, in thousandths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Where it begins, from the left.
    pub left: u16,
    /// Where it begins, from the top.
    pub top: u16,
    /// Where it ends, from the left.
    pub right: u16,
    /// Where it ends, from the top.
    pub bottom: u16,
}

/// A whole side, in the unit of a block.
pub const WHOLE: u16 = 1_000;

/// What a block looks like: a dark grey that no skin has and that is not taken for a shadow.
const COVER: [u8; 3] = [38, 38, 38];
const PAPER: [u8; 3] = [255, 255, 255];
const INK: [u8; 3] = [20, 20, 20];
/// Rows by which copies of one size can differ.
const ROUNDED: usize = 1;
/// Pixels between two photographs, and around words.
const GAP: usize = 16;
/// A letter is drawn so large that about so many fit into a line.
const LETTERS_IN_LINE: usize = 50;

impl Block {
    /// A block that has an extent and lies on the photograph.
    pub fn new(left: u16, top: u16, right: u16, bottom: u16) -> Option<Self> {
        let fits = left < right && top < bottom && right <= WHOLE && bottom <= WHOLE;
        fits.then_some(Self { left, top, right, bottom })
    }

    /// The four blocks around an area, which leave only it.
    pub fn around(area: Self) -> Vec<Self> {
        let Self { left, top, right, bottom } = area;
        let all = [
            Self::new(0, 0, WHOLE, top),
            Self::new(0, bottom, WHOLE, WHOLE),
            Self::new(0, top, left, bottom),
            Self::new(right, top, WHOLE, bottom),
        ];
        all.into_iter().flatten().collect()
    }

    /// From which to before which pixel it reaches on a side, its edges moved outwards to whole pixels.
    fn span(from: u16, until: u16, side: usize) -> std::ops::Range<usize> {
        let whole = usize::from(WHOLE);
        let from = side.saturating_mul(usize::from(from)) / whole;
        let until = side.saturating_mul(usize::from(until)).div_ceil(whole);
        from..until.min(side)
    }
}

/// A photograph with blocks over it. It is of the same size, so that it is always there.
pub fn covered(photo: &Photo, blocks: &[Block]) -> Option<Photo> {
    let (width, height) = (photo.width(), photo.height());
    let mut rgb = photo.rgb().to_vec();
    for block in blocks {
        let columns = Block::span(block.left, block.right, width);
        for y in Block::span(block.top, block.bottom, height) {
            let start = y.saturating_mul(width);
            let from = start.saturating_add(columns.start).saturating_mul(3);
            let until = start.saturating_add(columns.end).saturating_mul(3);
            for pixel in rgb.get_mut(from..until)?.chunks_exact_mut(3) {
                pixel.copy_from_slice(&COVER);
            }
        }
    }
    Photo::of(width, height, rgb)
}

/// A sheet of one photograph or several of one height, left to right, with words beneath. Copies of one size can differ
/// by a row that was rounded away; more is another height. `None` where there is no photograph, or of another height.
pub fn sheet(photos: &[Photo], words: &str) -> Option<Photo> {
    let height = photos.iter().map(Photo::height).min()?;
    if photos.iter().any(|photo| photo.height() - height > ROUNDED) {
        return None;
    }
    let widths: usize = photos.iter().map(Photo::width).sum();
    let width = widths.checked_add(GAP.checked_mul(photos.len().checked_sub(1)?)?)?;
    let scale = (width / ADVANCE.saturating_mul(LETTERS_IN_LINE)).max(1);
    let in_line = (width.saturating_sub(2 * GAP) / (ADVANCE * scale)).max(1);
    let lines: Vec<String> = words.lines().flat_map(|line| wrapped(line, in_line)).collect();
    let beneath = 2 * GAP + lines.len().saturating_mul(LINE * scale);
    let whole = height.checked_add(beneath)?;
    let mut rgb = Vec::with_capacity(width.checked_mul(whole)?.checked_mul(3)?);
    for y in 0..height {
        for (nth, photo) in photos.iter().enumerate() {
            if nth > 0 {
                rgb.extend(PAPER.iter().copied().cycle().take(3 * GAP));
            }
            let row = photo.width().checked_mul(3)?;
            let from = y.checked_mul(row)?;
            rgb.extend_from_slice(photo.rgb().get(from..from.checked_add(row)?)?);
        }
    }
    for y in 0..beneath {
        let line = y.checked_sub(GAP).map(|y| (y / (LINE * scale), y % (LINE * scale) / scale));
        let text = line.and_then(|(nth, row)| Some((lines.get(nth)?, row)));
        rgb.extend(row_of(text, scale, width).into_iter().flatten());
    }
    Photo::of(width, whole, rgb)
}

/// One row of pixels of a line of words; paper where there is none.
fn row_of(text: Option<(&String, usize)>, scale: usize, width: usize) -> Vec<[u8; 3]> {
    let mut row = vec![PAPER; width];
    let Some((text, y)) = text.filter(|(_, y)| *y < HIGH) else { return row };
    for (nth, letter) in text.chars().enumerate() {
        for (x, column) in columns(letter).into_iter().enumerate() {
            if column >> y & 1 == 0 {
                continue;
            }
            let from = GAP + (nth * ADVANCE + x) * scale;
            if let Some(points) = row.get_mut(from..(from + scale).min(width)) {
                points.fill(INK);
            }
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(width: usize, height: usize) -> Photo {
        let value = |at: usize| u8::try_from(at % 200).unwrap() + 50;
        let rgb = (0..width * height * 3).map(value).collect();
        Photo::of(width, height, rgb).unwrap()
    }

    fn pixel(photo: &Photo, x: usize, y: usize) -> [u8; 3] {
        let at = (y * photo.width() + x) * 3;
        photo.rgb()[at..at + 3].try_into().unwrap()
    }

    #[test]
    fn nothing_beneath_a_block_is_left_and_nothing_beside_it_is_touched() {
        // 0.25 to 0.5 of 10 pixels reaches into the third and the fifth: both are covered whole.
        let (before, block) = (photo(10, 8), Block::new(250, 0, 501, 500).unwrap());
        let after = covered(&before, &[block]).unwrap();
        for y in 0..8 {
            for x in 0..10 {
                let inside = (2..6).contains(&x) && y < 4;
                let expected = if inside { COVER } else { pixel(&before, x, y) };
                assert_eq!(pixel(&after, x, y), expected, "{x}, {y}");
            }
        }
    }

    #[test]
    fn around_an_area_everything_is_covered_and_the_area_is_not() {
        let before = photo(100, 100);
        let area = Block::new(300, 400, 600, 700).unwrap();
        let after = covered(&before, &Block::around(area)).unwrap();
        for y in 0..100 {
            for x in 0..100 {
                let inside = (30..60).contains(&x) && (40..70).contains(&y);
                let expected = if inside { pixel(&before, x, y) } else { COVER };
                assert_eq!(pixel(&after, x, y), expected, "{x}, {y}");
            }
        }
    }

    #[test]
    fn a_block_has_an_extent_and_lies_on_the_photograph() {
        assert!(Block::new(0, 0, 1_000, 1_000).is_some());
        for (left, top, right, bottom) in [(10, 0, 10, 5), (0, 9, 5, 3), (0, 0, 1_001, 5)] {
            assert!(Block::new(left, top, right, bottom).is_none());
        }
    }

    #[test]
    fn a_sheet_holds_its_photographs_as_they_are_and_its_words_beneath() {
        let (left, right) = (photo(700, 40), photo(500, 40));
        let whole = sheet(&[left.clone(), right.clone()], "Results vary.\nL").unwrap();
        assert_eq!(whole.width(), 700 + GAP + 500);
        for (x, y) in [(0, 0), (699, 39)] {
            assert_eq!(pixel(&whole, x, y), pixel(&left, x, y));
        }
        for (x, y) in [(0, 0), (499, 39)] {
            assert_eq!(pixel(&whole, 716 + x, y), pixel(&right, x, y));
        }
        assert_eq!(pixel(&whole, 705, 20), PAPER);
        let inked = |from: usize, until: usize| {
            (from..until).any(|y| (0..whole.width()).any(|x| pixel(&whole, x, y) == INK))
        };
        let scale = 1_216 / (ADVANCE * LETTERS_IN_LINE);
        let second = 40 + GAP + LINE * scale;
        assert!(inked(40 + GAP, second) && inked(second, second + LINE * scale));
        // The second line is an "L": its first column is ink from top to bottom.
        for y in second..second + 7 * scale {
            assert_eq!(pixel(&whole, GAP, y), INK);
        }
        assert_eq!(whole.height(), second + LINE * scale + GAP);
    }

    #[test]
    fn photographs_of_other_heights_make_no_sheet() {
        assert!(sheet(&[photo(10, 10), photo(10, 12)], "").is_none());
        assert!(sheet(&[photo(10, 10), photo(10, 11)], "").is_some());
        assert!(sheet(&[], "").is_none());
    }
}
