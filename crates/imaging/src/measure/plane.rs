//! The change of redness of every pixel, for the map: a* of AFTER in the light of BEFORE, less that of BEFORE.
//!
//! A channel that is burnt out in either photograph tells nothing, and in a bright face it is red that burns first. There
//! the map goes by the channels that are left, the burnt one being taken as unchanged. The numbers leave such pixels out.

use rayon::prelude::*;

use super::{
    cells::{BURNT, EDGE, channels, row},
    illumination::{Across, Light},
};
use crate::{
    Pair, Plane,
    colour::a_star,
    number::{long, real},
};

/// From here on a channel tells less and less, until it is burnt out.
const GLARING: f32 = 0.9;
/// One over how far that is.
const GLARING_RANGE: f32 = 1.0 / (BURNT - GLARING);
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
                let [before, after] = [before, after].map(|of| of.map(|row| padded(row, from)));
                let found = changes(&before, &after, &Along { across, x, step });
                for ((value, found), known) in out.iter_mut().zip(found).zip(part(valid, from)) {
                    *value = if *known > 127 { found } else { 0.0 };
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

/// A run of a row; what is missing at its end is grey.
fn padded(row: &[f32], from: usize) -> [f32; RUN] {
    let rest = row.get(from..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut run = [0.5; RUN];
        for (value, known) in run.iter_mut().zip(rest) {
            *value = *known;
        }
        run
    })
}

/// The changes of a run of pixels.
fn changes(before: &[[f32; RUN]; 3], after: &[[f32; RUN]; 3], along: &Along) -> [f32; RUN] {
    let mut places = [0.0_f32; RUN];
    for (at, place) in places.iter_mut().enumerate() {
        *place = along.x + along.step * real(at);
    }
    let mut light = [[0.0_f32; RUN]; 3];
    for (((light, before), after), across) in
        light.iter_mut().zip(before).zip(after).zip(&along.across)
    {
        for (((light, before), after), x) in light.iter_mut().zip(before).zip(after).zip(&places) {
            let value = after * across.factor(*x, *after);
            let burnt = ((before.max(*after) - GLARING) * GLARING_RANGE).clamp(0.0, 1.0);
            // Written so that what is equal stays equal.
            *light = value + (before - value) * burnt;
        }
    }
    let (mut was, mut changes) = ([0.0; RUN], [0.0; RUN]);
    let [red, green, blue] = before;
    a_star(red, green, blue, &mut was);
    let [red, green, blue] = &light;
    a_star(red, green, blue, &mut changes);
    for (change, was) in changes.iter_mut().zip(was) {
        *change -= was;
    }
    changes
}
