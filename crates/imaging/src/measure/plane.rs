//! The change of redness of every pixel, for the map: a* of AFTER in the light of BEFORE, less that of BEFORE.
//!
//! A channel that is burnt out in either photograph tells nothing, and in a bright face it is red that burns first. There
//! the map goes by the channels that are left, the burnt one being taken as unchanged. The numbers leave such pixels out.

use rayon::prelude::*;

use super::{
    cells::{BURNT, EDGE, channels, row},
    colour_math::a_star,
    illumination::{Across, Light},
};
use crate::{
    Pair, Plane,
    number::{long, real},
};

/// From here on a channel tells less and less, until it is burnt out.
const GLARING: f32 = 0.9;
/// Pixels that are looked at together: where none is of the region, none is calculated.
const RUN: usize = 16;

/// The change of a* of every pixel that is known and looked at; nought elsewhere.
pub(super) fn delta_a_star(pair: &Pair, light: &Light) -> Plane<f32> {
    let width = pair.before.width();
    let mut delta = Plane::filled(width, pair.before.height(), 0.0_f32);
    let (first, step) = light.pixels();
    delta.values_mut().par_chunks_mut(width.max(1)).enumerate().for_each(|(y, out)| {
        let across = light.across((long(y) - 0.5 * long(EDGE - 1)) / long(EDGE));
        let before = channels(&pair.before, y);
        let after = channels(&pair.after, y);
        let region = row(&pair.region, y);
        let valid = row(&pair.valid, y);
        for (run, out) in out.chunks_mut(RUN).enumerate() {
            let from = run * RUN;
            if part(region, from).iter().any(|value| *value > 127) {
                let x = first + step * real(from);
                let [before, after] = [before, after].map(|of| of.map(|row| part(row, from)));
                changes(out, before, after, Along { across, x, step });
                for (value, known) in out.iter_mut().zip(part(valid, from)) {
                    *value = if *known > 127 { *value } else { 0.0 };
                }
            }
        }
    });
    delta
}

/// Where a run lies in the field.
#[derive(Clone, Copy)]
struct Along {
    across: [Across; 3],
    x: f32,
    step: f32,
}

fn part<T>(row: &[T], from: usize) -> &[T] {
    let rest = row.get(from..).unwrap_or_default();
    rest.get(..RUN).unwrap_or(rest)
}

/// The changes of a run of pixels.
fn changes(out: &mut [f32], before: [&[f32]; 3], after: [&[f32]; 3], along: Along) {
    let mut light = [[0.0_f32; RUN]; 3];
    for (((undone, before), after), across) in
        light.iter_mut().zip(before).zip(after).zip(along.across)
    {
        for (at, ((undone, before), after)) in undone.iter_mut().zip(before).zip(after).enumerate()
        {
            let value = after * across.factor(along.x + along.step * real(at), *after);
            let burnt = ((before.max(*after) - GLARING) / (BURNT - GLARING)).clamp(0.0, 1.0);
            // Written so that what is equal stays equal.
            *undone = value + (before - value) * burnt;
        }
    }
    let [red, green, blue] = before;
    let [ur, ug, ub] = light;
    let was = red.iter().zip(green).zip(blue);
    let is = ur.into_iter().zip(ug).zip(ub);
    for ((out, ((r, g), b)), ((ur, ug), ub)) in out.iter_mut().zip(was).zip(is) {
        *out = a_star([ur, ug, ub]) - a_star([*r, *g, *b]);
    }
}
