//! Where a card is: even squares are looked for in a small copy, rows of them are put together, and of all ways in which
//! they could lie the one whose colours are those of the card.
//!
//! A lattice of squares is not yet a card, for tiles and shirts have them too: the grey patches have to fall off in their
//! order, and a matrix has to bring all colours near to what they are.
#![expect(
    clippy::indexing_slicing,
    reason = "`Small` has as many pixels as its sides say, and only those within it are looked at; squares are named by their place in the list that they come from"
)]

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{COLUMNS, Card, Kind, PATCHES, Patch, ROWS, fit};
use crate::{
    colour::linear_table,
    number::{floor, long, short},
    raster::Photo,
};

mod plane;

use plane::Perspective;

/// The longer side of the small copy, at most.
const SMALL: usize = 1_000;
/// What a flat pixel may differ by from the one after the next.
const FLAT: u8 = 7;
/// The fewest pixels of a patch in the small copy.
const AREA_MIN: usize = 20;
/// More even squares than this are no card but a wall.
const SQUARES_MAX: usize = 800;
/// The fewest squares of a lattice that are seen themselves; the others are where these say.
const SEEN_MIN: usize = 10;
/// How far, in the mean and after the best matrix, the colours of a card may be from what they are to be known.
const MISFIT_MAX: f64 = 12.0;
/// From this on a number of a file says nothing.
const CLIPPED: u8 = 253;

/// Finds a card of 24 patches.
pub(super) fn chart(photo: &Photo, pitch_mm: Option<f64>) -> Option<Card> {
    let small = Small::of(photo)?;
    let squares = small.parts(|part| Square::of(&small, part).filter(Square::may_be_patch));
    if squares.len() > SQUARES_MAX {
        return None;
    }
    let mut is_tried = vec![false; squares.len()];
    let mut best: Option<Found> = None;
    for seed in 0..squares.len() {
        if is_tried[seed] {
            continue;
        }
        let lattice = lattice(&squares, seed);
        if lattice.len() < SEEN_MIN {
            continue;
        }
        lattice.values().for_each(|square| is_tried[*square] = true);
        for found in placed(photo, &small, &squares, &lattice) {
            if best.as_ref().is_none_or(|best| found.misfit < best.misfit) {
                best = Some(found);
            }
        }
    }
    let found = best?;
    let (right, below) = (long(COLUMNS) - 0.5, long(ROWS) - 0.5);
    let corners = [(-0.5, -0.5), (right, -0.5), (right, below), (-0.5, below)];
    let middle = ((right - 0.5) / 2.0, (below - 0.5) / 2.0);
    Some(Card {
        kind: Kind::Chart { pitch_mm },
        corners: corners.map(|corner| small.in_photo(found.lies.of(corner))),
        patches: found.patches,
        mm_per_px: pitch_mm.map(|pitch| pitch / (found.lies.step(middle) * small.factor_px())),
    })
}

/// Finds a grey sheet.
pub(super) fn grey(photo: &Photo, length_mm: f64, reflectance: f64) -> Option<Card> {
    let small = Small::of(photo)?;
    let all = long(small.pixels.len());
    let mut sheets = small.parts(|part| {
        let is_large = (0.01..0.6).contains(&(long(part.len()) / all));
        let square = Square::of(&small, part).filter(|square| is_large && square.is_grey())?;
        let corners = corners(part, (square.x, square.y));
        let is_whole = (0.9..1.12).contains(&(square.area / enclosed(&corners)));
        let is_inside = corners.iter().all(|corner| small.is_inside(*corner));
        (is_whole && is_inside).then_some((square, corners))
    });
    sheets.sort_by(|(one, _), (other, _)| other.area.total_cmp(&one.area));
    let (sheet, corners) = sheets.first()?;
    // Two that are alike: which of them is the card cannot be told.
    if sheets.get(1).is_some_and(|(next, _)| next.area * 2.0 > sheet.area) {
        return None;
    }
    let side = |one: usize| {
        let (from, to) = (corners[one], corners[(one + 1) % 4]);
        (to.0 - from.0).hypot(to.1 - from.1)
    };
    // Flatness ends a pixel and a half before an edge does.
    let length = ((side(0) + side(2)) / 2.0).max((side(1) + side(3)) / 2.0) + 3.0;
    let inwards = |share: f64, one: f64, other: f64| one + share * (other - one);
    let middle = (sheet.x, sheet.y);
    let places = (0..400).map(|place| {
        let (corner, share) = (place % 4, 0.2 + 0.6 * long(place / 4) / 99.0);
        let (x, y) = corners[corner];
        small.in_photo((inwards(share, x, middle.0), inwards(share, y, middle.1)))
    });
    Some(Card {
        kind: Kind::Grey { length_mm, reflectance },
        corners: corners.map(|corner| small.in_photo(corner)),
        patches: vec![sampled(photo, places)?],
        mm_per_px: Some(length_mm / (length * small.factor_px())),
    })
}

/// A way in which a card may lie.
struct Found {
    lies: Perspective,
    patches: Vec<Patch>,
    misfit: f64,
}

/// A small copy of a photograph, smoothed.
struct Small {
    width: usize,
    height: usize,
    factor: usize,
    pixels: Vec<[u8; 3]>,
}

impl Small {
    fn of(photo: &Photo) -> Option<Self> {
        let factor = photo.width().max(photo.height()).div_ceil(SMALL).max(1);
        let (width, height) = (photo.width() / factor, photo.height() / factor);
        if width < 32 || height < 32 {
            return None;
        }
        let (from, _) = photo.rgb().as_chunks::<3>();
        let mean = |sums: [u32; 3], count: usize| {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            sums.map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX))
        };
        let add = |sums: &mut [u32; 3], pixel: [u8; 3]| {
            sums.iter_mut().zip(pixel).for_each(|(sum, code)| *sum += u32::from(code));
        };
        let mut reduced = vec![[0; 3]; width * height];
        reduced.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
            let mut sums = vec![[0_u32; 3]; width];
            for line in from.chunks_exact(photo.width()).skip(y * factor).take(factor) {
                for (sums, pixels) in sums.iter_mut().zip(line.chunks_exact(factor)) {
                    pixels.iter().for_each(|pixel| add(sums, *pixel));
                }
            }
            row.iter_mut().zip(sums).for_each(|(to, sums)| *to = mean(sums, factor * factor));
        });
        // Noise of a dark patch would tear it apart.
        let mut pixels = reduced.clone();
        pixels.par_chunks_mut(width).enumerate().skip(1).take(height - 2).for_each(|(y, row)| {
            for (x, to) in row.iter_mut().enumerate().skip(1).take(width - 2) {
                let mut sums = [0; 3];
                for line in reduced.chunks_exact(width).skip(y - 1).take(3) {
                    line[x - 1..=x + 1].iter().for_each(|pixel| add(&mut sums, *pixel));
                }
                *to = mean(sums, 9);
            }
        });
        Some(Self { width, height, factor, pixels })
    }

    fn factor_px(&self) -> f64 {
        long(self.factor)
    }

    /// Where a place of the copy is in the photograph.
    fn in_photo(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let of = |place: f64| (place + 0.5) * self.factor_px() - 0.5;
        (of(x), of(y))
    }

    /// Whether a place is off the edge, so that what ends there ends by itself.
    fn is_inside(&self, (x, y): (f64, f64)) -> bool {
        let off = |place: f64, length: usize| place > 3.0 && place < long(length) - 4.0;
        off(x, self.width) && off(y, self.height)
    }

    /// Pixels around which nothing changes.
    fn flat(&self) -> Vec<bool> {
        let mut flat = vec![false; self.pixels.len()];
        let rows = flat.par_chunks_mut(self.width).enumerate();
        rows.skip(1).take(self.height - 2).for_each(|(y, row)| {
            for (x, to) in row.iter_mut().enumerate().skip(1).take(self.width - 2) {
                let at = y * self.width + x;
                let differ = |one: usize, other: usize| {
                    let pairs = self.pixels[one].into_iter().zip(self.pixels[other]);
                    pairs.map(|(one, other)| one.abs_diff(other)).max().unwrap_or(0)
                };
                *to = differ(at - 1, at + 1) <= FLAT
                    && differ(at - self.width, at + self.width) <= FLAT;
            }
        });
        flat
    }

    /// What is made of the even parts that are large enough to be a patch.
    fn parts<T>(&self, make: impl Fn(&[(usize, usize)]) -> Option<T>) -> Vec<T> {
        let mut free = self.flat();
        let mut made = Vec::new();
        for start in 0..free.len() {
            if !free[start] {
                continue;
            }
            let part = self.part(start, &mut free);
            if part.len() >= AREA_MIN {
                made.extend(make(&part));
            }
        }
        made
    }

    /// All free pixels that hang together with this one; they are free no longer.
    fn part(&self, start: usize, free: &mut [bool]) -> Vec<(usize, usize)> {
        let mut part = Vec::new();
        let mut open = vec![start];
        free[start] = false;
        while let Some(at) = open.pop() {
            part.push((at % self.width, at / self.width));
            // The outermost pixels are never flat, so that every one of these has four others.
            for next in [at - 1, at + 1, at - self.width, at + self.width] {
                if free[next] {
                    free[next] = false;
                    open.push(next);
                }
            }
        }
        part
    }
}

/// An even part of the small copy that is as full as a parallelogram.
struct Square {
    x: f64,
    y: f64,
    area: f64,
    /// How much longer than wide.
    aspect: f64,
    colour: [f64; 3],
}

impl Square {
    fn of(small: &Small, part: &[(usize, usize)]) -> Option<Self> {
        let area = long(part.len());
        let from = part.first().map(|(x, y)| (long(*x), long(*y)))?;
        let (mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (across, down) in part {
            let (across, down) = (long(*across) - from.0, long(*down) - from.1);
            x += across;
            y += down;
            xx += across * across;
            yy += down * down;
            xy += across * down;
        }
        let (x, y) = (x / area, y / area);
        let (xx, yy, xy) = (xx / area - x * x, yy / area - y * y, xy / area - x * y);
        let (x, y) = (x + from.0, y + from.1);
        // A parallelogram has a twelfth of its area here however it lies; what is ragged, or has holes, has less.
        let spread = (xx * yy - xy * xy).max(0.0).sqrt();
        let fullness = area / (12.0 * spread);
        if !(0.86..1.15).contains(&fullness) {
            return None;
        }
        let (sum, apart) = (xx + yy, (xx - yy).hypot(2.0 * xy));
        let aspect = ((sum + apart) / (sum - apart).max(1e-9)).sqrt();
        let mut light = [0.0; 3];
        for (x, y) in part {
            let pixel = small.pixels[y * small.width + x];
            for (light, code) in light.iter_mut().zip(pixel) {
                *light += f64::from(linear_table()[usize::from(code)]) / area;
            }
        }
        Some(Self { x, y, area, aspect, colour: light })
    }

    fn may_be_patch(&self) -> bool {
        self.aspect < 2.2 && self.area < 40_000.0
    }

    /// Whether it may be a grey sheet under any light that a camera lets pass for white.
    fn is_grey(&self) -> bool {
        let [red, green, blue] = self.colour;
        let is_near = |one: f64| (0.55..1.8).contains(&(one / green));
        (0.03..0.7).contains(&green) && is_near(red) && is_near(blue) && self.aspect < 2.5
    }

    fn apart(&self, (x, y): (f64, f64)) -> f64 {
        (self.x - x).hypot(self.y - y)
    }
}

/// The two ends of the longest way across, and the farthest on each side of it.
fn corners(part: &[(usize, usize)], from: (f64, f64)) -> [(f64, f64); 4] {
    let farthest = |of: &dyn Fn((f64, f64)) -> f64| {
        let places = part.iter().map(|(x, y)| (long(*x), long(*y)));
        places.max_by(|one, other| of(*one).total_cmp(&of(*other))).unwrap_or(from)
    };
    let one = farthest(&|(x, y)| (x - from.0).powi(2) + (y - from.1).powi(2));
    let across = farthest(&|(x, y)| (x - one.0).powi(2) + (y - one.1).powi(2));
    let side =
        |(x, y): (f64, f64)| (across.0 - one.0) * (y - one.1) - (across.1 - one.1) * (x - one.0);
    [one, farthest(&side), across, farthest(&|place| -side(place))]
}

/// The area within four corners.
fn enclosed(corners: &[(f64, f64); 4]) -> f64 {
    let next = corners.iter().cycle().skip(1);
    let twice: f64 = corners.iter().zip(next).map(|(one, two)| one.0 * two.1 - two.0 * one.1).sum();
    (twice / 2.0).abs()
}

/// Squares by column and row of a lattice whose origin is a square of it.
type Lattice = BTreeMap<Cell, usize>;
/// A column and a row.
type Cell = (i32, i32);

/// The largest lattice that two neighbours of a square begin.
fn lattice(squares: &[Square], seed: usize) -> Lattice {
    let origin = &squares[seed];
    let side = origin.area.sqrt();
    let alike: Vec<usize> = (0..squares.len())
        .filter(|other| {
            let other = &squares[*other];
            (0.4..2.5).contains(&(other.area / origin.area))
                && other.apart((origin.x, origin.y)) < 16.0 * side
        })
        .collect();
    let near: Vec<(f64, f64)> = alike
        .iter()
        .map(|other| &squares[*other])
        .map(|other| (other.x - origin.x, other.y - origin.y))
        .filter(|(x, y)| (1.0..2.4).contains(&(x.hypot(*y) / side)))
        .take(16)
        .collect();
    let mut best = Lattice::new();
    for right in &near {
        for down in &near {
            let (long_right, long_down) = (right.0.hypot(right.1), down.0.hypot(down.1));
            let turned = (right.0 * down.1 - right.1 * down.0) / (long_right * long_down);
            if turned < 0.8 || !(0.6..1.7).contains(&(long_right / long_down)) {
                continue;
            }
            let grown = grown(squares, &alike, seed, [*right, *down]);
            if grown.len() > best.len() {
                best = grown;
            }
        }
    }
    best
}

/// A lattice from a square on, each step as long as the one before it.
fn grown(squares: &[Square], alike: &[usize], seed: usize, steps: [(f64, f64); 2]) -> Lattice {
    let mut lattice = Lattice::from([((0, 0), seed)]);
    let mut open = vec![((0, 0), seed, steps)];
    while let Some((cell, at, steps)) = open.pop() {
        for (axis, sign) in [(0, 1), (0, -1), (1, 1), (1, -1)] {
            let next: (i32, i32) =
                if axis == 0 { (cell.0 + sign, cell.1) } else { (cell.0, cell.1 + sign) };
            if lattice.contains_key(&next) || next.0.abs() > 6 || next.1.abs() > 6 {
                continue;
            }
            let (step, here) = (steps[axis], &squares[at]);
            let sign = f64::from(sign);
            let wanted = (here.x + sign * step.0, here.y + sign * step.1);
            let nearest = alike.iter().copied().min_by(|one, two| {
                squares[*one].apart(wanted).total_cmp(&squares[*two].apart(wanted))
            });
            let Some(found) = nearest else { continue };
            let is_near = squares[found].apart(wanted) < 0.25 * step.0.hypot(step.1);
            if !is_near || lattice.values().any(|other| *other == found) {
                continue;
            }
            let mut further = steps;
            further[axis] =
                (sign * (squares[found].x - here.x), sign * (squares[found].y - here.y));
            lattice.insert(next, found);
            open.push((next, found, further));
        }
    }
    lattice
}

/// Every way in which the card may lie on a lattice and look like itself.
fn placed(photo: &Photo, small: &Small, squares: &[Square], lattice: &Lattice) -> Vec<Found> {
    // Four quarter turns, and the same seen in a mirror, as front cameras save it.
    let turns: [fn(Cell) -> Cell; 8] = [
        |(x, y)| (x, y),
        |(x, y)| (-y, x),
        |(x, y)| (-x, -y),
        |(x, y)| (y, -x),
        |(x, y)| (-x, y),
        |(x, y)| (x, -y),
        |(x, y)| (y, x),
        |(x, y)| (-y, -x),
    ];
    let mut found = Vec::new();
    for turn in turns {
        let cells: Vec<((i32, i32), usize)> =
            lattice.iter().map(|(cell, square)| (turn(*cell), *square)).collect();
        let columns = offsets(cells.iter().map(|((x, _), _)| *x), 6);
        for (left, above) in columns
            .flat_map(|left| offsets(cells.iter().map(|((_, y), _)| *y), 4).map(move |y| (left, y)))
        {
            let on_card: Vec<((f64, f64), usize)> = cells
                .iter()
                .map(|((x, y), square)| ((x - left, y - above), *square))
                .filter(|((x, y), _)| (0..6).contains(x) && (0..4).contains(y))
                .map(|((x, y), square)| ((f64::from(x), f64::from(y)), square))
                .collect();
            if on_card.len() >= SEEN_MIN {
                found.extend(lying(photo, small, squares, &on_card));
            }
        }
    }
    found
}

/// Where the first column or row may be, so that as much as can be lies on the card.
fn offsets(cells: impl Iterator<Item = i32> + Clone, count: i32) -> std::ops::RangeInclusive<i32> {
    let (first, last) = (cells.clone().min().unwrap_or(0), cells.max().unwrap_or(0));
    let other = last - count + 1;
    first.min(other)..=first.max(other)
}

/// A card that lies so, if it looks like one.
fn lying(
    photo: &Photo,
    small: &Small,
    squares: &[Square],
    cells: &[((f64, f64), usize)],
) -> Option<Found> {
    let place = |square: usize| (squares[square].x, squares[square].y);
    let pairs: Vec<_> = cells.iter().map(|(cell, square)| (*cell, place(*square))).collect();
    let lies = Perspective::through(&pairs)?;
    let patches: Vec<Patch> =
        (0..PATCHES).map(|patch| patch_at(photo, small, &lies, patch)).collect::<Option<_>>()?;
    if !falls_off(&patches) {
        return None;
    }
    let misfit = fit::misfit(&patches).filter(|misfit| *misfit < MISFIT_MAX)?;
    Some(Found { lies, patches, misfit })
}

/// The middle of a patch.
fn patch_at(photo: &Photo, small: &Small, lies: &Perspective, patch: usize) -> Option<Patch> {
    let (column, row) = (long(patch % COLUMNS), long(patch / COLUMNS));
    let inner = |step: usize| (long(step) - 7.0) / 7.0 * 0.25;
    let places = (0..225)
        .map(|step| small.in_photo(lies.of((column + inner(step % 15), row + inner(step / 15)))));
    sampled(photo, places)
}

/// The mean light at some places. `None` when one of them is outside.
fn sampled(photo: &Photo, places: impl Iterator<Item = (f64, f64)>) -> Option<Patch> {
    let (mut sums, mut count, mut clipped) = ([0.0; 3], 0_usize, 0_usize);
    for (x, y) in places {
        if x < 0.0 || y < 0.0 {
            return None;
        }
        let (x, y) = (floor(short(x + 0.5)), floor(short(y + 0.5)));
        let at = (x < photo.width() && y < photo.height()).then(|| (y * photo.width() + x) * 3)?;
        let pixel = photo.rgb().get(at..at + 3)?;
        for (sum, code) in sums.iter_mut().zip(pixel) {
            *sum += f64::from(linear_table()[usize::from(*code)]);
        }
        count += 1;
        clipped += usize::from(pixel.iter().any(|code| *code >= CLIPPED));
    }
    let rgb = sums.map(|sum| sum / long(count.max(1)));
    (count > 0).then_some(Patch { rgb, is_clipped: clipped * 10 > count })
}

/// Whether the last row becomes darker from patch to patch, as greys do.
fn falls_off(patches: &[Patch]) -> bool {
    let light: Vec<f64> =
        patches.iter().skip(PATCHES - COLUMNS).map(|patch| patch.rgb.iter().sum()).collect();
    let steps = light.windows(2).all(|two| two[0] > 1.1 * two[1]);
    steps && light.first().zip(light.last()).is_some_and(|(white, black)| *white > 4.0 * black)
}
