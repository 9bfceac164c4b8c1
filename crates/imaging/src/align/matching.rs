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
use crate::{
    chance,
    number::{floor, long, short},
};

/// A description is taken for another only if the next one is so much worse.
const RATIO: f64 = 0.86;
/// Two descriptions of the same spot never differ in more bits.
const FARTHEST: u32 = 84;
/// How often two pairs are drawn at the most.
const DRAWS: usize = 3_000;
/// How often at the least.
const DRAWS_LEAST: usize = 300;
/// The chance that two that agree are never drawn together, at which drawing ends.
const MISSED: f64 = 1e-6;
/// How far a pair may lie from what a similarity says: skin is no plane, and it moves.
const LOOSE_PX: f64 = 9.0;
/// How far it may lie from the homography.
const TIGHT_PX: f64 = 4.0;

/// Where a spot is in both.
pub(crate) type Match = (Point, Point);

/// The spots that are each other's best.
pub(crate) fn matches(before: &[Feature], after: &[Feature]) -> Vec<Match> {
    let (there, back) = best(before, after);
    let mutual = there.iter().enumerate().filter_map(|(index, found)| {
        let (other, near, next) = (*found)?;
        let is_mutual = back.get(other).is_some_and(|back| back.1 == index);
        let is_clear = f64::from(near) <= RATIO * f64::from(next) && near <= FARTHEST;
        (is_mutual && is_clear).then(|| (before[index].at, after[other].at))
    });
    mutual.collect()
}

/// The best of one among others: which, how far, and how far the next best is.
type Best = Option<(usize, u32, u32)>;
/// How far the best of one is, and which.
type Nearest = (u32, usize);

/// For each of BEFORE its best among AFTER; and for each of AFTER how far its best is, and which. Of equal ones the first
/// is the best, so it does not matter how the work is shared out.
fn best(before: &[Feature], after: &[Feature]) -> (Vec<Best>, Vec<Nearest>) {
    /// Features that are looked at together.
    const TOGETHER: usize = 64;
    let bits: [Vec<u64>; 4] =
        std::array::from_fn(|word| after.iter().map(|one| one.bits()[word]).collect());
    let looked: Vec<(Vec<Best>, Vec<Nearest>)> = before
        .par_chunks(TOGETHER)
        .enumerate()
        .map(|(chunk, ones)| {
            let mut back = vec![(u32::MAX, usize::MAX); after.len()];
            let mut distances = vec![0_u32; after.len()];
            let found = ones.iter().zip(chunk * TOGETHER..).map(|(one, own)| {
                differing(one.bits(), &bits, &mut distances);
                let (mut index, mut near, mut next) = (None, u32::MAX, u32::MAX);
                let others = distances.iter().zip(&mut back).enumerate();
                for (at, (distance, back)) in others {
                    if *distance < next {
                        if *distance < near {
                            (index, next, near) = (Some(at), near, *distance);
                        } else {
                            next = *distance;
                        }
                    }
                    if *distance < back.0 {
                        *back = (*distance, own);
                    }
                }
                index.map(|index| (index, near, next))
            });
            (found.collect(), back)
        })
        .collect();
    let mut there = Vec::with_capacity(before.len());
    let mut back = vec![(u32::MAX, usize::MAX); after.len()];
    for (found, nearer) in looked {
        there.extend(found);
        for (back, nearer) in back.iter_mut().zip(nearer) {
            *back = (*back).min(nearer);
        }
    }
    (there, back)
}

/// In how many bits a description differs from others, whose words lie apart so that several are counted at once.
fn differing(own: &[u64; 4], [a, b, c, d]: &[Vec<u64>; 4], out: &mut [u32]) {
    let others = a.iter().zip(b).zip(c.iter().zip(d));
    for (to, ((a, b), (c, d))) in out.iter_mut().zip(others) {
        *to = ((a ^ own[0]).count_ones() + (b ^ own[1]).count_ones())
            + ((c ^ own[2]).count_ones() + (d ^ own[3]).count_ones());
    }
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
    let mut enough = DRAWS;
    for turn in 0..DRAWS {
        if turn >= enough {
            break;
        }
        let one = chance::below(&mut state, matches.len());
        let other = chance::below(&mut state, matches.len());
        let Some(drawn) = similarity(matches[one], matches[other]) else { continue };
        let count =
            matches.iter().filter(|pair| distance(&drawn, pair) < LOOSE_PX * LOOSE_PX).count();
        if count > most.0 {
            most = (count, Some(drawn));
            enough = draws(long(count) / long(matches.len()));
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

/// How often two pairs are to be drawn where a share of them agrees (after Fischler and Bolles 1981).
fn draws(share: f64) -> usize {
    let both = (share * share).clamp(1e-9, 1.0 - 1e-9);
    let enough = floor(short((MISSED.ln() / (1.0 - both).ln()).min(long(DRAWS))));
    enough.clamp(DRAWS_LEAST, DRAWS)
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
