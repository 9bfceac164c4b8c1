//! The map as a picture: BEFORE in grey, blue stripes and orange dots over it, and a legend that says what it shows.

use rayon::prelude::*;

use super::{
    Map,
    tiles::{Reading, Tiles},
};
use crate::{
    Photo,
    letters::{ADVANCE, LINE, dots, wrapped},
    number::{floor, real},
};

const LESS_RED: [u8; 3] = [0x2f, 0x6f, 0xb0];
const MORE_RED: [u8; 3] = [0xc2, 0x56, 0x1a];
const WHITE: [u8; 3] = [255, 255, 255];
const BLACK: [u8; 3] = [0x1a, 0x25, 0x27];
const PLAIN: [u8; 3] = [0xb9, 0xb2, 0xab];

/// What a pixel of the map is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Not looked at, or not known.
    Unseen,
    Same,
    Less,
    More,
}

/// A colour, and how much of what is beneath it covers, of 256.
#[derive(Clone, Copy)]
struct Ink {
    rgb: [u8; 3],
    cover: u16,
}

/// The map on the grid of the change.
pub(super) fn picture(map: &Map<'_>, tiles: &Tiles) -> Photo {
    let (width, height) = (map.delta_a_star.width(), map.delta_a_star.height());
    let marks = marks(map, tiles);
    let pattern = Pattern::of(width);
    let row_of = |y: Option<usize>| {
        let from = y.filter(|y| *y < height).map_or(marks.len(), |y| y * width);
        marks.get(from..from + width).unwrap_or_default()
    };
    let mut rgb = vec![0_u8; width * height * 3];
    rgb.par_chunks_exact_mut((3 * width).max(1)).enumerate().for_each(|(y, row)| {
        let pixels = row.as_chunks_mut().0;
        beneath(map.before, y, (width, height), pixels);
        let around = Around {
            own: row_of(Some(y)),
            above: row_of(y.checked_sub(pattern.line)),
            below: row_of(Some(y + pattern.line)),
            reach: pattern.line,
        };
        for (run, pixels) in pixels.chunks_mut(RUN).enumerate() {
            if around.is_bare(run * RUN) {
                continue;
            }
            for (at, pixel) in pixels.iter_mut().enumerate() {
                let x = run * RUN + at;
                let mark = around.own.get(x).copied().unwrap_or(Mark::Unseen);
                if let Some(ink) = pattern.ink(mark, (x, y), around.edge(x, mark)) {
                    *pixel = inked(*pixel, ink);
                }
            }
        }
    });
    Photo::of(width, height, rgb).unwrap_or_else(|| map.before.clone())
}

/// Pixels that are looked at together.
const RUN: usize = 32;

/// What pixels of a row are, and what lies around them.
struct Around<'a> {
    own: &'a [Mark],
    above: &'a [Mark],
    below: &'a [Mark],
    reach: usize,
}

/// What lies on the other side of an edge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    None,
    /// Skin that says something else.
    Inner,
    /// What was not measured.
    Outer,
}

impl Around<'_> {
    /// Whether nothing is drawn on a run: no change in it, and no edge near it.
    fn is_bare(&self, from: usize) -> bool {
        let Some(mark) = self.own.get(from).filter(|one| !matches!(one, Mark::Less | Mark::More))
        else {
            return false;
        };
        let is_all = |row: &[Mark], from: usize, to: usize| {
            row.get(from..to).is_some_and(|part| part.iter().all(|one| one == mark))
        };
        from >= self.reach
            && is_all(self.own, from - self.reach, from + RUN + self.reach)
            && is_all(self.above, from, from + RUN)
            && is_all(self.below, from, from + RUN)
    }

    fn edge(&self, x: usize, mark: Mark) -> Edge {
        if mark == Mark::Unseen {
            return Edge::None;
        }
        let around = [
            self.own.get(x.wrapping_sub(self.reach)),
            self.own.get(x + self.reach),
            self.above.get(x),
            self.below.get(x),
        ];
        let mut edge = Edge::None;
        for other in around {
            match other {
                None | Some(Mark::Unseen) => return Edge::Outer,
                Some(other) if *other != mark => edge = Edge::Inner,
                Some(_) => {}
            }
        }
        edge
    }
}

/// The row of a photograph that lies beneath a row of a grid of this size, in grey and light enough to draw on.
fn beneath(photo: &Photo, y: usize, (width, height): (usize, usize), out: &mut [[u8; 3]]) {
    let from = (y * photo.height() / height.max(1)) * photo.width() * 3;
    let row: &[[u8; 3]] =
        photo.rgb().get(from..from + photo.width() * 3).unwrap_or_default().as_chunks().0;
    // From 86 for black to 214 for white.
    let light = |two: u16| [u8::try_from(86 + two / 4).unwrap_or(u8::MAX); 3];
    if photo.width() / 2 == width {
        for (pixel, [one, next]) in out.iter_mut().zip(row.as_chunks().0) {
            *pixel = light(luma(*one) + luma(*next));
        }
        return;
    }
    for (x, pixel) in out.iter_mut().enumerate() {
        let one = row.get(x * photo.width() / width.max(1)).copied().unwrap_or(WHITE);
        *pixel = light(2 * luma(one));
    }
}

/// How bright a colour is, about, of 255.
fn luma([red, green, blue]: [u8; 3]) -> u16 {
    (u16::from(red) * 2 + u16::from(green) * 5 + u16::from(blue)) / 8
}

fn inked([beneath, ..]: [u8; 3], ink: Ink) -> [u8; 3] {
    let left = u16::from(beneath) * (256 - ink.cover);
    ink.rgb.map(|value| {
        let sum = u16::from(value).wrapping_mul(ink.cover).wrapping_add(left);
        u8::try_from(sum >> 8).unwrap_or(u8::MAX)
    })
}

/// Stripes, dots and lines, as wide as the picture asks for.
#[derive(Clone, Copy)]
struct Pattern {
    /// From one stripe, and from one dot, to the next.
    period: usize,
    /// How thick lines are.
    line: usize,
}

impl Pattern {
    fn of(width: usize) -> Self {
        Self { period: (width / 44).max(6), line: (width / 260).max(1) }
    }

    /// What is drawn on a pixel.
    fn ink(&self, mark: Mark, (x, y): (usize, usize), edge: Edge) -> Option<Ink> {
        let period = self.period;
        match (mark, edge) {
            // The measured skin is framed with dashes.
            (Mark::Same, Edge::Outer) => (x / period + y / period)
                .is_multiple_of(2)
                .then_some(Ink { rgb: BLACK, cover: 230 }),
            (Mark::Unseen, _) | (Mark::Same, Edge::Inner | Edge::None) => None,
            (Mark::Less, Edge::Inner | Edge::Outer) => Some(Ink { rgb: LESS_RED, cover: 256 }),
            (Mark::More, Edge::Inner | Edge::Outer) => Some(Ink { rgb: MORE_RED, cover: 256 }),
            (Mark::Less, Edge::None) if (x + y) % period < self.stripe() => {
                Some(Ink { rgb: WHITE, cover: 220 })
            }
            (Mark::Less, Edge::None) => Some(Ink { rgb: LESS_RED, cover: 175 }),
            (Mark::More, Edge::None) if self.is_dot(x, y) => Some(Ink { rgb: WHITE, cover: 245 }),
            (Mark::More, Edge::None) => Some(Ink { rgb: MORE_RED, cover: 190 }),
        }
    }

    fn stripe(&self) -> usize {
        (self.period / 5).max(1)
    }

    fn is_dot(&self, x: usize, y: usize) -> bool {
        let from_middle = |at: usize| (at % self.period).abs_diff(self.period / 2);
        let (across, down) = (from_middle(x), from_middle(y));
        let radius = (self.period / 5).max(1);
        across * across + down * down <= radius * radius
    }
}

/// What every pixel is. Between the middles of tiles the change is taken to be even, so that an area has a round edge; a
/// tile that is not marked keeps below what is.
fn marks(map: &Map<'_>, tiles: &Tiles) -> Vec<Mark> {
    let (width, height) = (map.delta_a_star.width(), map.delta_a_star.height());
    let edge = tiles.edge.max(1);
    let (columns, rows) = (width.div_ceil(edge), height.div_ceil(edge));
    let smallest = tiles.smallest_detectable;
    let mut heights: Vec<Option<f32>> = vec![None; columns * rows];
    for tile in &tiles.list {
        if let Some(height) = heights.get_mut(tile.at.1 * columns + tile.at.0) {
            *height = Some(crate::number::short(match tile.reading {
                Reading::NoChange => tile.delta.clamp(-0.9 * smallest, 0.9 * smallest),
                Reading::LessRed | Reading::MoreRed => tile.delta,
            }));
        }
    }
    let limit = crate::number::short(smallest);
    let mut marks = vec![Mark::Unseen; width * height];
    marks.par_chunks_exact_mut(width.max(1)).enumerate().for_each(|(y, row)| {
        let between = between(&heights, columns, rows, (y, edge));
        let seen = map.seen.values().get(y * width..(y + 1) * width).unwrap_or_default();
        for ((x, mark), seen) in row.iter_mut().enumerate().zip(seen) {
            if *seen < 128 {
                continue;
            }
            let (left, part) = step(x, edge);
            let sum = |at: usize| {
                let one = between.get(at).copied().unwrap_or_default();
                let next = between.get(at + 1).copied().unwrap_or_default();
                [one, next]
            };
            let [one, next] = sum(left);
            let weight = one.1 * (1.0 - part) + next.1 * part;
            let change = one.0 * (1.0 - part) + next.0 * part;
            *mark = match () {
                () if change < -limit * weight => Mark::Less,
                () if change > limit * weight => Mark::More,
                () => Mark::Same,
            };
        }
    });
    marks
}

/// The tile whose middle is left of a place (one more than its column: before the first there is one), and how far on.
fn step(at: usize, edge: usize) -> (usize, f32) {
    let place = (real(at) + 0.5) / real(edge) + 0.5;
    let left = floor(place);
    (left, place - real(left))
}

/// A row between two rows of tiles: of each column the change times its weight, and the weight. A column is added on
/// either side.
fn between(
    heights: &[Option<f32>],
    columns: usize,
    rows: usize,
    (y, edge): (usize, usize),
) -> Vec<(f32, f32)> {
    let (above, part) = step(y, edge);
    let height = |row: Option<usize>, column: Option<usize>| {
        let at = row.filter(|row| *row < rows)? * columns + column.filter(|at| *at < columns)?;
        heights.get(at).copied().flatten()
    };
    (0..columns + 2)
        .map(|column| {
            let column = column.checked_sub(1);
            let upper = height(above.checked_sub(1), column).map(|value| (value, 1.0 - part));
            let lower = height(Some(above), column).map(|value| (value, part));
            [upper, lower]
                .into_iter()
                .flatten()
                .fold((0.0, 0.0), |sum, (value, weight)| (sum.0 + value * weight, sum.1 + weight))
        })
        .collect()
}

/// The map with what it shows below it.
pub(super) fn with_legend(map: &Photo, tiles: &Tiles) -> Photo {
    let width = map.width();
    let dot = (width / 480).max(1);
    let entries = entries(tiles, width / (ADVANCE * dot));
    let lines: usize = entries.iter().map(|entry| entry.lines.len()).sum();
    let margin = LINE * dot;
    let height = (lines + entries.len() / 2) * LINE * dot + 2 * margin;
    let mut paper = Paper { width, dot, rgb: vec![[255; 3]; width * height] };
    let mut y = margin;
    for entry in &entries {
        if let Some(mark) = entry.mark {
            paper.swatch(mark, y);
        }
        for line in &entry.lines {
            paper.write(line, entry.indent * ADVANCE * dot, y);
            y += LINE * dot;
        }
        y += LINE * dot / 2;
    }
    let mut rgb = map.rgb().to_vec();
    rgb.extend(paper.rgb.iter().flatten());
    Photo::of(width, map.height() + height, rgb).unwrap_or_else(|| map.clone())
}

/// A line of the legend, with its swatch.
struct Entry {
    mark: Option<Mark>,
    indent: usize,
    lines: Vec<String>,
}

/// Letters that a swatch and what is around it take.
const INDENT: usize = 9;

fn entries(tiles: &Tiles, letters: usize) -> Vec<Entry> {
    let percent = |reading| format!("{:.0} %", 100.0 * tiles.share(reading));
    let smallest = tiles.smallest_detectable;
    let swatches = [
        (Mark::Less, Reading::LessRed, format!("less red, by more than {smallest:.1} a*")),
        (Mark::More, Reading::MoreRed, format!("more red, by more than {smallest:.1} a*")),
        (Mark::Same, Reading::NoChange, "no change that can be told from error".to_owned()),
    ];
    let area = tiles.area_cm2.map_or_else(
        || "Its size is not known: the scale is assumed.".to_owned(),
        |area| format!("The skin measured is {area:.0} cm2."),
    );
    let words = [
        format!("Redness (CIELAB a*), AFTER less BEFORE, in tiles of 5 mm. {area}"),
        "Not shown: smaller changes, spots smaller than a tile, pigment, texture, depth. \
         Grey without a dashed frame was not measured."
            .to_owned(),
    ];
    let wide = letters.saturating_sub(INDENT + 2).max(12);
    let swatches = swatches.into_iter().map(|(mark, reading, text)| Entry {
        mark: Some(mark),
        indent: INDENT,
        lines: wrapped(&format!("{text}: {} of the skin measured", percent(reading)), wide),
    });
    let words = words.into_iter().map(|text| Entry {
        mark: None,
        indent: 2,
        lines: wrapped(&text, letters.saturating_sub(4).max(12)),
    });
    swatches.chain(words).collect()
}

/// White paper to write on.
struct Paper {
    width: usize,
    dot: usize,
    rgb: Vec<[u8; 3]>,
}

impl Paper {
    fn set(&mut self, x: usize, y: usize, rgb: [u8; 3]) {
        if x < self.width
            && let Some(pixel) = self.rgb.get_mut(y * self.width + x)
        {
            *pixel = rgb;
        }
    }

    fn write(&mut self, text: &str, x: usize, y: usize) {
        for (at, letter) in text.chars().enumerate() {
            for (across, down) in dots(letter) {
                let (left, top) = (x + (at * ADVANCE + across) * self.dot, y + down * self.dot);
                for pixel in 0..self.dot * self.dot {
                    self.set(left + pixel % self.dot, top + pixel / self.dot, BLACK);
                }
            }
        }
    }

    /// A piece of the pattern, as it is on the map.
    fn swatch(&mut self, mark: Mark, y: usize) {
        let pattern = Pattern::of(self.width);
        let (left, wide, high) =
            (2 * ADVANCE * self.dot, 6 * ADVANCE * self.dot, (LINE - 1) * self.dot);
        let top = y.saturating_sub(self.dot);
        for down in 0..high {
            for across in 0..wide {
                let far = across.min(wide - 1 - across).min(down).min(high - 1 - down);
                let near = far < pattern.line.min(self.dot);
                let edge = if near { Edge::Outer } else { Edge::None };
                let ink = pattern.ink(mark, (across, down), edge);
                let rgb = ink.map_or(PLAIN, |ink| inked(PLAIN, ink));
                self.set(left + across, top + down, rgb);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_between_tiles_is_counted_from_their_middles() {
        assert_eq!(step(0, 10), (0, 0.55));
        let (left, part) = step(5, 10);
        assert!(left == 1 && (part - 0.05).abs() < 1e-6);
    }
}
