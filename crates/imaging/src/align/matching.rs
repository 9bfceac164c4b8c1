//! Pairs corners of two photographs, and finds the homography on which most of them agree.
#![expect(
    clippy::indexing_slicing,
    reason = "indices are drawn below the length of the list they index"
)]

use rayon::prelude::*;

use super::{
    feature::Feature,
    homography::{Homography, Point, fit},
};
use crate::chance;

/// A description is taken for another only if the next one is so much worse.
const RATIO: f64 = 0.86;
/// Two descriptions of the same spot never differ in more bits.
const FARTHEST: u32 = 84;
/// How often two pairs are drawn.
const DRAWS: usize = 3_000;
/// How far a pair may lie from what a similarity says: skin is no plane, and it moves.
const LOOSE_PX: f64 = 9.0;
/// How far it may lie from the homography.
const TIGHT_PX: f64 = 4.0;

/// Where a spot is in both.
pub(crate) type Match = (Point, Point);

/// The spots that are each other's best.
pub(crate) fn matches(before: &[Feature], after: &[Feature]) -> Vec<Match> {
    let there = best(before, after);
    let back = best(after, before);
    let mutual = there.iter().enumerate().filter_map(|(index, found)| {
        let (other, near, next) = (*found)?;
        let is_mutual = back.get(other).copied().flatten().is_some_and(|back| back.0 == index);
        let is_clear = f64::from(near) <= RATIO * f64::from(next) && near <= FARTHEST;
        (is_mutual && is_clear).then(|| (before[index].at, after[other].at))
    });
    mutual.collect()
}

/// For each its best: which, how far, and how far the next best is.
fn best(of: &[Feature], among: &[Feature]) -> Vec<Option<(usize, u32, u32)>> {
    of.par_iter()
        .map(|one| {
            let (mut index, mut near, mut next) = (None, u32::MAX, u32::MAX);
            for (at, other) in among.iter().enumerate() {
                let distance = one.distance(other);
                if distance < near {
                    (index, next, near) = (Some(at), near, distance);
                } else if distance < next {
                    next = distance;
                }
            }
            index.map(|index| (index, near, next))
        })
        .collect()
}

/// What most pairs agree on.
#[derive(Debug, Clone)]
pub(crate) struct Agreed {
    /// How the skin moved as a plane.
    pub(crate) homography: Homography,
    /// The pairs that agree.
    pub(crate) inliers: Vec<Match>,
}

/// The homography on which most agree; `None` where fewer than four do.
pub(crate) fn agree(matches: &[Match]) -> Option<Agreed> {
    if matches.len() < 4 {
        return None;
    }
    let mut state = 0x000a_97ee_u64;
    let mut most: (usize, Option<[f64; 4]>) = (0, None);
    for _ in 0..DRAWS {
        let one = chance::below(&mut state, matches.len());
        let other = chance::below(&mut state, matches.len());
        let Some(drawn) = similarity(matches[one], matches[other]) else { continue };
        let count =
            matches.iter().filter(|pair| distance(&drawn, pair) < LOOSE_PX * LOOSE_PX).count();
        if count > most.0 {
            most = (count, Some(drawn));
        }
    }
    let drawn = most.1?;
    let near: Vec<Match> = matches
        .iter()
        .filter(|pair| distance(&drawn, pair) < (1.6 * LOOSE_PX).powi(2))
        .copied()
        .collect();
    let mut homography = fit(&near.iter().map(|pair| (pair.0, pair.1, 1.0)).collect::<Vec<_>>())?;
    for softness in [6.0_f64, 4.0, 3.0, 3.0, 3.0] {
        let weighed: Vec<_> = matches
            .iter()
            .map(|(from, to)| {
                let off = apart(homography.place(*from), *to) / softness;
                // Tukey's: what is farther than three times the softness has no say.
                let share = (1.0 - (off / 3.0).powi(2)).max(0.0);
                (*from, *to, share * share)
            })
            .filter(|pair| pair.2 > 0.0)
            .collect();
        if weighed.len() < 4 {
            break;
        }
        let Some(better) = fit(&weighed) else { break };
        homography = better;
    }
    let inliers: Vec<Match> = matches
        .iter()
        .filter(|(from, to)| apart(homography.place(*from), *to) < TIGHT_PX)
        .copied()
        .collect();
    (inliers.len() >= 4).then_some(Agreed { homography, inliers })
}

/// Scale and turning of two pairs, and where they put the origin; `None` for pairs that lie together, or of another
/// size by far.
fn similarity((p, q): Match, (r, s): Match) -> Option<[f64; 4]> {
    let (x, y) = (r[0] - p[0], r[1] - p[1]);
    let (u, v) = (s[0] - q[0], s[1] - q[1]);
    let length = x * x + y * y;
    if length < 900.0 {
        return None;
    }
    let (a, b) = ((u * x + v * y) / length, (v * x - u * y) / length);
    let scale = a.hypot(b);
    (scale > 0.4 && scale < 2.5)
        .then(|| [a, b, q[0] - a * p[0] + b * p[1], q[1] - b * p[0] - a * p[1]])
}

/// How far a pair is from what a similarity says, squared.
fn distance([a, b, u, v]: &[f64; 4], (from, to): &Match) -> f64 {
    let there = [a * from[0] - b * from[1] + u, b * from[0] + a * from[1] + v];
    (there[0] - to[0]).powi(2) + (there[1] - to[1]).powi(2)
}

fn apart(one: Point, other: Point) -> f64 {
    (one[0] - other[0]).hypot(one[1] - other[1])
}
