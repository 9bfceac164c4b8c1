//! Lays a later photograph over an earlier one.
//!
//! ```text
//! green ── flatten ──┬─ features ── matches ── similarity ── homography ─┐
//!                    └───────────────────────────────────────────────────┴─ flow ── Field
//! ```
//!
//! 1. [`flatten`] takes light and contrast out, so that a lamp or another exposure moves nothing.
//! 2. [`feature`] finds corners of the skin and describes what is around them; [`matching`] pairs them and keeps those
//!    that agree on one homography. No landmark of a face is looked for, and nothing is kept that would know one again.
//! 3. [`dense`] refines what is left with a smooth flow, coarse to fine. Patches that were held out say whether the flow
//!    is better than the homography alone; the simpler one stays where it is not.
//!
//! INVARIANT: what was treated gives no feature and no patch, so real change is never warped away.

pub(crate) mod dense;
pub(crate) mod feature;
pub(crate) mod field;
pub(crate) mod homography;
pub(crate) mod matching;

use crate::{
    raster::Plane,
    smooth::{gaussian, square},
};

/// How far around a pixel its light and contrast are looked at. A redness that fades is wider than this, so it leaves the
/// fine texture beside it as it was; wider squares let it pull the flow.
const REACH: usize = 7;

/// A plane without its light and its contrast: how far each value is from the mean around it, in deviations.
///
/// The addend keeps noise of an even surface from becoming a pattern: it is about twice what a sensor leaves at this
/// size.
pub(crate) fn flatten(green: &Plane<f32>) -> Plane<f32> {
    let smoothed = gaussian(green, 0.8);
    let mean = square(&smoothed, REACH);
    let mut flat = smoothed;
    for (value, mean) in flat.values_mut().iter_mut().zip(mean.values()) {
        *value -= mean;
    }
    let variance = square(&flat.map(|value| value * value), REACH);
    for (value, variance) in flat.values_mut().iter_mut().zip(variance.values()) {
        *value = (*value / (variance.max(0.0).sqrt() + 1.2)).clamp(-3.0, 3.0);
    }
    flat
}

use crate::raster::Mask;
use dense::{Left, Scene};
use feature::{Feature, features};
use field::{Field, Lattice};
use homography::Homography;
use matching::{Agreed, Match, agree, matches};

/// Corners that are looked for in BEFORE, and in AFTER, which shows more than the region.
const CORNERS: (usize, usize) = (1_600, 2_400);
/// Fewer inliers are looked for again at other sizes.
const FEW: usize = 60;
/// By how much AFTER is made another size, where it seems to be one.
const OTHER_SIZES: [f64; 4] = [0.8, 1.25, 0.64, 1.5625];

/// What is laid over one another, at the aligned size.
pub(crate) struct Two<'a> {
    /// Green of BEFORE.
    pub(crate) before: &'a Plane<f32>,
    /// Green of AFTER.
    pub(crate) after: &'a Plane<f32>,
    /// Where BEFORE may drive: the region without what was treated.
    pub(crate) drives: &'a Mask,
    /// Pixels of a photograph along one of these.
    pub(crate) factor: usize,
    /// Sizes of the photographs.
    pub(crate) sizes: [(usize, usize); 2],
}

/// How AFTER lies over BEFORE.
#[derive(Debug)]
pub(crate) struct Laid {
    /// Where every pixel is.
    pub(crate) field: Field,
    /// Features that agree.
    pub(crate) inliers: usize,
    /// What is left, in pixels of the aligned size.
    pub(crate) left: Left,
    /// Whether the flow was worth it.
    pub(crate) has_flow: bool,
}

/// Why one photograph cannot be laid over another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Apart {
    /// Features that agree.
    pub(crate) inliers: usize,
    /// Whether more agree once the sharper one is blurred: the same skin, then, and a blurred photograph.
    pub(crate) is_blurred: bool,
    /// What those say that agree, where they are too many for chance: the same skin, perhaps, in another light.
    pub(crate) field: Option<Box<Field>>,
}

/// So many agree by chance at the most, with a margin: five were seen between other people.
const CHANCE_MOST: usize = 12;

/// Fewer that agree are chance.
pub(crate) const AGREE_LEAST: usize = 40;

/// The features that agree; what is known where too few do.
fn found(two: &Two<'_>, (before, after): (&Plane<f32>, &Plane<f32>)) -> Result<Agreed, Apart> {
    let own = features(before, Some(two.drives), CORNERS.0);
    let found = agreed(&own, (two.after, after));
    let inliers = found.as_ref().map_or(0, |found| found.inliers.len());
    let weak = found.as_ref().map(|found| found.homography);
    match found.filter(|_| inliers >= AGREE_LEAST) {
        Some(found) => Ok(found),
        None => {
            let field = weak.filter(|_| inliers >= CHANCE_MOST).map(|homography| {
                let [before, after] = two.sizes;
                let factor = crate::number::long(two.factor);
                Box::new(Field::new(homography.enlarged(factor), None, before, after))
            });
            Err(Apart { inliers, is_blurred: agree_blurred(two), field })
        }
    }
}

/// Whether enough features agree once one of the two is blurred.
fn agree_blurred(two: &Two<'_>) -> bool {
    let blurred = |green: &Plane<f32>, by: f32| flatten(&gaussian(green, by));
    [2.0, 4.0, 7.0].into_iter().any(|by| {
        [(by, 1.0), (1.0, by)].into_iter().any(|(one, other)| {
            let own = features(&blurred(two.before, one), Some(two.drives), CORNERS.0);
            let theirs = features(&blurred(two.after, other), None, CORNERS.1);
            let agreed = agree(&matches(&own, &theirs));
            agreed.is_some_and(|agreed| agreed.inliers.len() >= AGREE_LEAST)
        })
    })
}

/// Lays AFTER over BEFORE; says how many features agree where it cannot.
pub(crate) fn lay(two: &Two<'_>) -> Result<Laid, Apart> {
    let (before, after) = rayon::join(|| flatten(two.before), || flatten(two.after));
    let found = found(two, (&before, &after))?;
    let scene = Scene { before: &before, after: &after, drives: two.drives };
    let lattice = dense::flow(&scene, &found.homography, &found.inliers);
    let plane = replaned(&scene, &found.homography, &lattice);
    let (homography, lattice) = match plane {
        Some((homography, rest)) => (homography, rest),
        None => (found.homography, lattice),
    };
    let (stiff, bent) = rayon::join(
        || dense::left(&scene, &homography, None),
        || dense::left(&scene, &homography, Some(&lattice)),
    );
    let has_flow = bent.held_out < stiff.held_out * 0.95;
    let factor = crate::number::long(two.factor);
    let flow = has_flow.then(|| {
        let enlarge = |plane: &Plane<f32>| plane.map(|by| by * crate::number::short(factor));
        let lattice = Lattice { x: enlarge(&lattice.x), y: enlarge(&lattice.y) };
        (lattice, crate::number::long(dense::SQUARE) * factor)
    });
    let [before, after] = two.sizes;
    Ok(Laid {
        field: Field::new(homography.enlarged(factor), flow, before, after),
        inliers: found.inliers.len(),
        left: if has_flow { bent } else { stiff },
        has_flow,
    })
}

/// What is laid where nothing moved, because both are the same to the last byte.
pub(crate) fn still(two: &Two<'_>) -> Laid {
    let own = features(&flatten(two.before), Some(two.drives), CORNERS.0);
    let [before, after] = two.sizes;
    Laid {
        field: Field::new(Homography::IDENTITY, None, before, after),
        inliers: own.len(),
        left: Left { driving: 0.0, held_out: 0.0, alike: 1.0 },
        has_flow: false,
    }
}

/// The homography alone; says how many features agree where there is none.
pub(crate) fn lay_plane(two: &Two<'_>) -> Result<(Field, usize), Apart> {
    let (before, after) = rayon::join(|| flatten(two.before), || flatten(two.after));
    let found = found(two, (&before, &after))?;
    let [before, after] = two.sizes;
    let homography = found.homography.enlarged(crate::number::long(two.factor));
    Ok((Field::new(homography, None, before, after), found.inliers.len()))
}

/// What the features agree on, at other sizes as well where they do not at their own.
fn agreed(own: &[Feature], (green, flat): (&Plane<f32>, &Plane<f32>)) -> Option<Agreed> {
    let at_own = agree(&matches(own, &features(flat, None, CORNERS.1)));
    if at_own.as_ref().is_some_and(|found| found.inliers.len() >= FEW) {
        return at_own;
    }
    let others = OTHER_SIZES.iter().filter_map(|size| {
        let other = flatten(&resized(green, *size));
        let theirs = features(&other, None, CORNERS.1);
        let back = |at: f64| (at + 0.5) / size - 0.5;
        let pairs: Vec<Match> =
            matches(own, &theirs).into_iter().map(|(from, to)| (from, to.map(back))).collect();
        agree(&pairs)
    });
    at_own.into_iter().chain(others).max_by_key(|found| found.inliers.len())
}

/// A plane at another size. Smoothed first where it becomes smaller, so that nothing appears that is not there.
fn resized(plane: &Plane<f32>, size: f64) -> Plane<f32> {
    use crate::number::{floor, long, real, short};
    let smooth = if size < 1.0 { gaussian(plane, short(0.5 / size)) } else { plane.clone() };
    let (width, height) =
        (floor(short(long(plane.width()) * size)), { floor(short(long(plane.height()) * size)) });
    let back = |at: usize, most: usize| {
        let place = ((real(at) + 0.5) / short(size) - 0.5).max(0.0);
        let low = floor(place).min(most.saturating_sub(1));
        (low, (low + 1).min(most.saturating_sub(1)), (place - real(low)).clamp(0.0, 1.0))
    };
    let columns: Vec<_> = (0..width).map(|x| back(x, plane.width())).collect();
    let value = |x: usize, y: usize| smooth.get(x, y).unwrap_or_default();
    let values = (0..height).flat_map(|y| {
        let (above, below, t) = back(y, plane.height());
        columns.iter().map(move |(left, right, s)| {
            let upper = value(*left, above) * (1.0 - s) + value(*right, above) * s;
            let lower = value(*left, below) * (1.0 - s) + value(*right, below) * s;
            upper * (1.0 - t) + lower * t
        })
    });
    Plane::of(width, height, values.collect()).unwrap_or_else(|| plane.clone())
}

/// The homography that is nearest to both together, and the flow that is left then; `None` where it cannot be told.
fn replaned(
    scene: &Scene<'_>,
    homography: &Homography,
    lattice: &Lattice,
) -> Option<(Homography, Lattice)> {
    use crate::number::{long, short};
    let (columns, side) = (lattice.x.width(), long(dense::SQUARE));
    let middle = |at: usize| {
        let (column, row) = (at % columns, at / columns);
        [(long(column) + 0.5) * side - 0.5, (long(row) + 0.5) * side - 0.5]
    };
    let knots = lattice.x.values().iter().zip(lattice.y.values()).enumerate();
    let pairs: Vec<_> = knots
        .clone()
        .filter(|(at, _)| {
            let [x, y] = middle(*at).map(|at| crate::number::floor(short(at)));
            scene.drives.get(x, y).is_some_and(|share| share > 127)
        })
        .map(|(at, (dx, dy))| {
            let [x, y] = middle(at);
            let to = homography.place([x + f64::from(*dx), y + f64::from(*dy)]);
            ([x, y], to, 1.0)
        })
        .collect();
    let better = homography::fit(&pairs)?;
    let back = better.inverse()?.after(homography);
    let rest = knots.map(|(at, (dx, dy))| {
        let [x, y] = middle(at);
        let [u, v] = back.place([x + f64::from(*dx), y + f64::from(*dy)]);
        (short(u - x), short(v - y))
    });
    let (x, y): (Vec<f32>, Vec<f32>) = rest.unzip();
    let plane = |values| Plane::of(columns, lattice.x.height(), values);
    Some((better, Lattice { x: plane(x)?, y: plane(y)? }))
}
