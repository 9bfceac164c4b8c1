//! Whether two photographs can be compared, each reason with its number, its limit and its remedy.
//!
//! The limits are of the science of capture: 5° of turning, a sharpness of 60 %. Where nothing in the picture is known to
//! have stayed as it was, light is allowed to differ by what can be taken out again, and no more.
//!
//! INVARIANT: a limit is a number here and nowhere else; nothing is compared that fails one.
#![expect(
    clippy::indexing_slicing,
    reason = "indices are of planes of one size, or of fixed arrays"
)]

use crate::{
    align::{AGREE_LEAST, Laid, field::Field},
    equations::solved,
    number::{long, real},
    raster::{Linear, Mask, Plane},
    report::{Check, CheckName, Limit},
    skin::{quantile, share},
    smooth::{gaussian, half},
};

/// What the checks look at.
pub(crate) struct Looked<'a> {
    /// Green of BEFORE and AFTER at the aligned size, each on its own grid.
    pub(crate) green: [&'a Plane<f32>; 2],
    /// The region at the aligned size.
    pub(crate) region: &'a Mask,
    /// Pixels of a photograph along one of the aligned size.
    pub(crate) factor: usize,
    /// Longer sides of the photographs.
    pub(crate) longer: [usize; 2],
    /// Focal length for 36 mm wide film, where it is known.
    pub(crate) focal_35mm: Option<f64>,
}

/// What light did, of both on one grid.
pub(crate) struct Lit<'a> {
    /// BEFORE.
    pub(crate) before: &'a Linear,
    /// AFTER, laid on BEFORE.
    pub(crate) after: &'a Linear,
    /// Where both are known and are looked at.
    pub(crate) looked: &'a Mask,
    /// Where BEFORE is looked at.
    pub(crate) region: &'a Mask,
}

fn check(
    name: CheckName,
    of: &'static str,
    (value, unit): (f64, &'static str),
    limit: Limit,
    remedy: &'static str,
) -> Check {
    // What cannot be found fails: no number compares with it.
    Check { name, of, value, unit, limit, remedy }
}

/// How alike held-out patches have to be.
const ALIKE_LEAST: f64 = 0.3;
/// Of the region, how much both have to show, in per cent.
const OVERLAP_LEAST: f64 = 80.0;
/// Turned and nodded, in degrees.
const TURNED_MOST: f64 = 5.0;
/// Tilted in the picture, which is undone without loss, in degrees.
const TILTED_MOST: f64 = 15.0;
/// Nearer or farther, in per cent.
const SCALE_MOST: f64 = 15.0;
/// The sharpness of one against the other, in per cent.
const FOCUS_LEAST: f64 = 60.0;
/// Left between held-out patches, in pixels of the aligned size.
const LEFT_MOST: f64 = 0.5;

/// That both show the same skin, as far as features say.
pub(crate) fn same_skin(inliers: usize) -> Check {
    check(
        CheckName::SameSkin,
        "spots that are on both",
        (long(inliers), "features"),
        Limit::AtLeast(long(AGREE_LEAST)),
        "Choose two photographs of the same person and the same part of the skin, without make-up.",
    )
}

/// That the patches nothing was fitted to are alike, and lie on one another.
pub(crate) fn alike(laid: &Laid, factor: usize) -> [Check; 2] {
    [
        check(
            CheckName::SameSkin,
            "likeness of patches that were held out",
            (laid.left.alike, "r"),
            Limit::AtLeast(ALIKE_LEAST),
            "Choose two photographs of the same person and the same part of the skin, without make-up.",
        ),
        check(
            CheckName::Alignment,
            "left between patches that were held out",
            (laid.left.held_out * long(factor), "px"),
            Limit::AtMost(LEFT_MOST * long(factor)),
            "The skin moved in a way that cannot be undone: take the photograph again with the face at rest.",
        ),
    ]
}

/// How the head is held, how far the camera is, and how much both show.
pub(crate) fn pose(looked: &Looked<'_>, field: &Field) -> Vec<Check> {
    let (turned, nodded) = turns(looked, field).unwrap_or((f64::NAN, f64::NAN));
    let middle = middle_of(looked.region).map(|at| (at + 0.5) * long(looked.factor) - 0.5);
    let (scale, tilt) = field.homography().similarity_at(middle);
    // A camera with more pixels is not nearer.
    let scale = scale * long(looked.longer[0]) / long(looked.longer[1]).max(1.0);
    let most = Limit::AtMost;
    let deg = "deg";
    let pose = CheckName::Pose;
    vec![
        check(
            pose,
            "turned to the side",
            (turned, deg),
            most(TURNED_MOST),
            "Turn the head as on the earlier photograph; its ghost over the camera's picture helps.",
        ),
        check(
            pose,
            "nodded",
            (nodded, deg),
            most(TURNED_MOST),
            "Hold the chin as on the earlier photograph; its ghost over the camera's picture helps.",
        ),
        check(
            pose,
            "tilted in the picture",
            (tilt.to_degrees().abs(), deg),
            most(TILTED_MOST),
            "Hold the camera and the head upright, as on the earlier photograph.",
        ),
        check(
            CheckName::Scale,
            "nearer or farther",
            ((scale - 1.0).abs() * 100.0, "%"),
            most(SCALE_MOST),
            "Take it from the same distance as the earlier one.",
        ),
        check(
            CheckName::Overlap,
            "of the region is on both",
            (100.0 * overlap(looked, field), "%"),
            Limit::AtLeast(OVERLAP_LEAST),
            "Frame the photograph so that all of the region is on it.",
        ),
    ]
}

fn middle_of(region: &Mask) -> [f64; 2] {
    let mut sums = [0.0_f64; 3];
    for (y, row) in region.rows().enumerate() {
        for (x, share) in row.iter().enumerate() {
            if *share > 127 {
                sums[0] += 1.0;
                sums[1] += long(x);
                sums[2] += long(y);
            }
        }
    }
    let count = sums[0].max(1.0);
    [sums[1] / count, sums[2] / count]
}

/// The places of a coarse grid over the region, in pixels of BEFORE.
fn places(looked: &Looked<'_>) -> Vec<[f64; 2]> {
    let (width, height) = (looked.region.width(), looked.region.height());
    let step = (width.max(height) / 40).max(1);
    let mut places = Vec::new();
    for y in (step / 2..height).step_by(step) {
        for x in (step / 2..width).step_by(step) {
            if looked.region.get(x, y).is_some_and(|share| share > 127) {
                places.push([x, y].map(|at| (long(at) + 0.5) * long(looked.factor) - 0.5));
            }
        }
    }
    places
}

fn overlap(looked: &Looked<'_>, field: &Field) -> f64 {
    let places = places(looked);
    let both = places.iter().filter(|[x, y]| field.place(*x, *y).is_some()).count();
    share(both, places.len())
}

/// How far a head is turned and nodded between two photographs, in degrees; `None` where the region says too little.
///
/// A turned head moves its middle against its sides, by the square of how far they are from it: the nearer side grows, and
/// because a face is round, the far side goes behind. A flat skin that is turned only shrinks: that is looked at too, but
/// believed only beyond one and a half per cent, since skin that moves does as much.
fn turns(looked: &Looked<'_>, field: &Field) -> Option<(f64, f64)> {
    let places = places(looked);
    let [cx, cy] = middle_of(looked.region).map(|at| (at + 0.5) * long(looked.factor) - 0.5);
    let size = places.iter().map(|[x, y]| (x - cx).abs().max((y - cy).abs())).fold(1.0, f64::max);
    let mut rows = [[0.0_f64; 8]; 6];
    let mut found = 0;
    for [x, y] in &places {
        let Some((u, v)) = field.place(*x, *y) else { continue };
        let (x, y) = ((x - cx) / size, (y - cy) / size);
        let terms = [1.0, x, y, x * x, x * y, y * y, (u - cx) / size, (v - cy) / size];
        for (row, left) in rows.iter_mut().zip(terms) {
            for (cell, right) in row.iter_mut().zip(terms) {
                *cell += left * right;
            }
        }
        found += 1;
    }
    if found < 30 {
        return None;
    }
    let rows = solved(rows, 1e-9)?;
    let [across, down] = [6, 7].map(|side| rows.map(|row| row[side]));
    // Along the axes of the earlier photograph: the turning within the picture is undone first.
    let (a, b, c, d) = (across[1], across[2], down[1], down[2]);
    let scale = (a * d - b * c).abs().sqrt().max(1e-6);
    let turn = (c - b).atan2(a + d);
    let (sin, cos) = turn.sin_cos();
    let back = |u: f64, v: f64| ((cos * u + sin * v) / scale, (cos * v - sin * u) / scale);
    let (bent_x, _) = back(across[3], down[3]);
    let (_, bent_y) = back(across[5], down[5]);
    let focal = looked.focal_35mm.map_or(1.0, |mm| mm / 36.0) * long(looked.longer[0]);
    // Across, a face is as round as a head; down, it is nearly flat. So what turning bends is much, and what nodding bends
    // is little: a nod is seen by the perspective alone, and told too small with a lens that is longer than assumed.
    let half = places.iter().fold([1.0_f64, 1.0], |half, [x, y]| {
        [half[0].max((x - cx).abs()), half[1].max((y - cy).abs())]
    });
    let round = |radius: f64| size * (1.0 / focal + 0.5 / radius);
    let bent = |by: f64, radius: f64| (by / round(radius)).atan().to_degrees().abs();
    let (turned, nodded) = (bent(bent_x, half[0]), bent(bent_y, 10.0 * half[1]));
    let (xx, xy) = back(a, c);
    let (yx, yy) = back(b, d);
    let shrunk = |own: f64, other: f64| {
        let ratio = own / other + 0.015;
        if ratio < 1.0 { ratio.max(0.0).acos().to_degrees() } else { 0.0 }
    };
    let (wide, high) = (xx.hypot(xy), yx.hypot(yy));
    Some((turned.max(shrunk(wide, high)), nodded.max(shrunk(high, wide))))
}

/// How much detail a plane has: the finest that skin shows at every pixel, and a coarser one to hold it against, which
/// is as well told at half the size.
fn detail(green: &Plane<f32>) -> [Plane<f32>; 2] {
    let smooth = gaussian(green, 0.8);
    let broad = gaussian(green, 1.4);
    let less = half(green);
    let broader = gaussian(&less, 1.25);
    let broadest = gaussian(&less, 3.0);
    let squared = |one: &Plane<f32>, other: &Plane<f32>| {
        let mut difference = one.clone();
        for (value, other) in difference.values_mut().iter_mut().zip(other.values()) {
            *value = (*value - other) * (*value - other);
        }
        difference
    };
    [squared(&smooth, &broad), squared(&broader, &broadest)]
}

/// The sharpness of AFTER against BEFORE, 1 where they are alike: over everything, where there is much detail, and where
/// there is little.
#[derive(Debug, Clone, Copy)]
struct Sharpness {
    all: f64,
    edges: f64,
    texture: f64,
}

/// How sharp both are, tile by tile, on BEFORE's grid; `after` is AFTER as it lies there.
fn sharpness(before: &Plane<f32>, after: &Plane<f32>, region: &Mask) -> Option<Sharpness> {
    const TILE: usize = 16;
    let (one, other) = rayon::join(|| detail(before), || detail(after));
    let (columns, rows) = (before.width() / TILE, before.height() / TILE);
    let mut tiles: Vec<[f64; 4]> = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let inside = (row * TILE..(row + 1) * TILE)
                .map(|y| {
                    let within = &region.values()[y * region.width() + column * TILE..][..TILE];
                    within.iter().filter(|share| **share > 127).count()
                })
                .sum::<usize>();
            if inside * 2 > TILE * TILE {
                let fine = |plane| tile_sum(plane, (column, row), TILE);
                // A quarter of the pixels, each for four.
                let coarse = |plane| 4.0 * tile_sum(plane, (column, row), TILE / 2);
                tiles.push([fine(&one[0]), coarse(&one[1]), fine(&other[0]), coarse(&other[1])]);
            }
        }
    }
    if tiles.len() < 6 {
        return None;
    }
    tiles.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let ratio = |tiles: &[[f64; 4]]| {
        let mut ratios: Vec<f64> = tiles
            .iter()
            .map(|[fine, coarse, other_fine, other_coarse]| {
                // Against the coarse detail of the same tile, so that contrast and light do not count.
                (other_fine / (other_coarse + 1.0)) / (fine / (coarse + 1.0)).max(1e-9)
            })
            .collect();
        quantile(&mut ratios, 0.5).unwrap_or(f64::NAN)
    };
    let (half, tenth) = (tiles.len() / 2, tiles.len() - tiles.len() / 10 - 1);
    Some(Sharpness {
        all: ratio(&tiles),
        edges: ratio(&tiles[tenth..]),
        texture: ratio(&tiles[..half]),
    })
}

/// The sum over a tile of a side.
fn tile_sum(plane: &Plane<f32>, (column, row): (usize, usize), side: usize) -> f64 {
    let rows = (row * side..(row + 1) * side)
        .map(|y| &plane.values()[y * plane.width() + column * side..][..side]);
    rows.map(|row| f64::from(row.iter().sum::<f32>())).sum()
}

/// That neither is blurred against the other; and that neither lost its texture where its edges stayed.
pub(crate) fn focus(looked: &Looked<'_>, field: Option<&Field>) -> Vec<Check> {
    let [before, after] = looked.green;
    let laid = field.map(|field| laid_green(looked, after, field));
    let found = match &laid {
        Some(laid) => sharpness(before, laid, looked.region),
        // Each on its own grid: what is typical of one against what is typical of the other.
        None => apart(before, after, looked.region),
    };
    let Some(found) = found else {
        return vec![focus_check(f64::NAN, true)];
    };
    let less = |ratio: f64| 100.0 * ratio.min(1.0 / ratio);
    // A filter that smooths, or make-up, takes texture and leaves edges.
    let is_smoothed = less(found.edges) >= 80.0 && less(found.texture) < 45.0;
    let focus = if is_smoothed { found.edges } else { found.all };
    let mut checks = vec![focus_check(less(focus), focus < 1.0)];
    if field.is_some() {
        checks.push(check(
            CheckName::Texture,
            "fine texture of one against the other, where edges are as sharp",
            (if is_smoothed { less(found.texture) } else { 100.0 }, "%"),
            Limit::AtLeast(45.0),
            "One of them shows make-up or was smoothed by the telephone: take it on clean skin, with beauty and portrait modes off.",
        ));
    }
    checks
}

fn focus_check(value: f64, is_after: bool) -> Check {
    check(
        CheckName::Focus,
        if is_after {
            "sharpness of the later one against the earlier one"
        } else {
            "sharpness of the earlier one against the later one"
        },
        (value, "%"),
        Limit::AtLeast(FOCUS_LEAST),
        "Take it again: touch the skin on the screen to focus, and hold still.",
    )
}

/// The sharpness where the two could not be laid over one another.
fn apart(before: &Plane<f32>, after: &Plane<f32>, region: &Mask) -> Option<Sharpness> {
    let index = |green: &Plane<f32>, region: Option<&Mask>| {
        let [fine, coarse] = detail(green);
        let mut ratios: Vec<f64> = Vec::new();
        for y in (8..green.height().saturating_sub(8)).step_by(4) {
            for x in (8..green.width().saturating_sub(8)).step_by(4) {
                let is_looked = region.is_none_or(|mask| mask.get(x, y).is_some_and(|it| it > 127));
                let coarse = f64::from(coarse.get(x / 2, y / 2).unwrap_or(0.0));
                if is_looked && coarse > 0.5 {
                    ratios.push(f64::from(fine.values()[y * green.width() + x]) / coarse);
                }
            }
        }
        // The middle part: a quarter of each end is left out.
        ratios.sort_by(f64::total_cmp);
        let part = &ratios[ratios.len() / 4..ratios.len() - ratios.len() / 4];
        (part.len() > 40).then(|| part.iter().sum::<f64>() / long(part.len()))
    };
    let all = index(after, None)? / index(before, Some(region))?.max(1e-9);
    Some(Sharpness { all, edges: all, texture: all })
}

/// AFTER's green on BEFORE's grid, at the aligned size.
fn laid_green(looked: &Looked<'_>, after: &Plane<f32>, field: &Field) -> Plane<f32> {
    let factor = looked.factor;
    let mut out = looked.green[0].clone();
    let width = out.width();
    field.each_row(factor, |y, places| {
        let own = &mut out.values_mut()[y * width..][..width];
        for (to, place) in own.iter_mut().zip(places) {
            if let Some(value) = crate::align::dense::sample(after, *place) {
                *to = value;
            }
        }
    });
    out
}

/// What holds no colour any more.
const OF_BURNT: &str = "of the skin black or burnt out";

/// That light is as it was: how much of it, of which colour, and from which side.
pub(crate) fn light(lit: &Lit<'_>) -> Vec<Check> {
    let burnt = [clipped(lit.before, lit.region), clipped(lit.after, lit.looked)];
    let mut checks = vec![check(
        CheckName::Exposure,
        OF_BURNT,
        (100.0 * burnt[0].max(burnt[1]), "%"),
        Limit::AtMost(10.0),
        "Take it again with less light on the skin, or more, and without flash.",
    )];
    let tiles = tiles(lit);
    let middle = |at: usize| {
        let mut values: Vec<f64> = tiles.iter().map(|tile| tile[at]).collect();
        quantile(&mut values, 0.5).unwrap_or(f64::NAN)
    };
    checks.push(check(
        CheckName::Exposure,
        "lighter or darker",
        (middle(0).abs(), "EV"),
        Limit::AtMost(0.7),
        "Use the same light and the same exposure as before; lock them on the camera.",
    ));
    checks.push(check(
        CheckName::Colour,
        "colour of the light",
        (middle(1).abs().max(middle(2).abs()), "EV"),
        Limit::AtMost(0.75),
        "Use the same lamps as before and lock the white balance, or put the colour card on the photograph.",
    ));
    // What is black or burnt out on one of them, or nearly, says nothing of sides.
    if checks.iter().any(|one| one.of == OF_BURNT && !one.is_ok()) || middle(0).abs() > 2.0 {
        return checks;
    }
    let mut values: Vec<f64> = tiles.iter().map(|tile| tile[0]).collect();
    let ends = quantile(&mut values, 0.95).zip(quantile(&mut values, 0.05));
    checks.push(check(
        CheckName::Lighting,
        "more light from another side",
        (ends.map_or(f64::NAN, |(most, least)| most - least), "EV"),
        Limit::AtMost(0.85),
        "Put the light where it was: as far from both cheeks, and no window on one side.",
    ));
    checks
}

/// How much of the skin holds no colour any more.
fn clipped(linear: &Linear, looked: &Mask) -> f64 {
    let planes = [&linear.red, &linear.green, &linear.blue];
    let (mut count, mut lost) = (0, 0);
    for (at, share) in looked.values().iter().enumerate().step_by(3) {
        if *share > 127 {
            count += 1;
            let [r, g, b] = planes.map(|plane| plane.values()[at]);
            let dark = r.max(g).max(b) < 0.008;
            lost += usize::from(dark || r.min(g).min(b) > 0.97);
        }
    }
    share(lost, count)
}

/// For each tile: how much lighter AFTER is, and how much redder and bluer than it is greener, in doublings.
fn tiles(lit: &Lit<'_>) -> Vec<[f64; 3]> {
    let (width, height) = (lit.before.width(), lit.before.height());
    let tile = (width.max(height) / 40).max(4);
    let mut found = Vec::new();
    for top in (0..height.saturating_sub(tile - 1)).step_by(tile) {
        for left in (0..width.saturating_sub(tile - 1)).step_by(tile) {
            let mut sums = [0.0_f64; 6];
            let mut count = 0;
            for y in (top..top + tile).step_by(2) {
                for x in (left..left + tile).step_by(2) {
                    let at = y * width + x;
                    if lit.looked.values()[at] <= 127 {
                        continue;
                    }
                    count += 1;
                    let planes = [
                        &lit.before.red,
                        &lit.before.green,
                        &lit.before.blue,
                        &lit.after.red,
                        &lit.after.green,
                        &lit.after.blue,
                    ];
                    for (sum, plane) in sums.iter_mut().zip(planes) {
                        *sum += f64::from(plane.values()[at]);
                    }
                }
            }
            if count * 8 > tile * tile {
                let [r, g, b, r2, g2, b2] = sums.map(|sum| sum.max(1e-6));
                let luminance = |r: f64, g: f64, b: f64| 0.2126 * r + 0.7152 * g + 0.0722 * b;
                let lighter = luminance(r2, g2, b2) / luminance(r, g, b);
                found.push([lighter, (r2 / g2) / (r / g), (b2 / g2) / (b / g)].map(f64::log2));
            }
        }
    }
    found
}

/// What the check of a colour card looks at: it stands in every report that was asked for with one, and in no other.
pub const OF_CARD: &str = "patches of the colour card from what they are";

/// That the card on both says what the colours are: how far its patches are from where they should be, by CIEDE2000.
pub(crate) fn card(left: f64) -> Check {
    check(
        CheckName::Colour,
        OF_CARD,
        (left, "dE00"),
        Limit::AtMost(5.0),
        "Put the whole card beside the skin, in the same light, without glare; or compare without it.",
    )
}

/// How far a photograph is too small to be looked at: its longer side in pixels.
pub(crate) fn size(longer: usize) -> Check {
    check(
        CheckName::Scale,
        "longer side of the smaller photograph",
        (f64::from(real(longer)), "px"),
        Limit::AtLeast(400.0),
        "Use the photographs as they came from the camera, not copies made small.",
    )
}
