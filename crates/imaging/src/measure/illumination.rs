//! What of the difference of two photographs is light and not skin.
//!
//! The light of AFTER against that of BEFORE is a smooth field a channel, and a tone curve:
//!
//! ```text
//! ln A = ln B + q_c(x, y) + g (ln B - its mean)        c red, green, blue; q at most quadratic; g one for all three
//! ```
//!
//! fitted robustly to skin that was not treated. A control patch decides what the light did: the rest of the region then
//! only says how the field bends, and may have changed as a whole, by an amount that is fitted with it and thrown away
//! (a difference of differences). Without one, a change of all that the field is fitted to cannot be told from light.
//!
//! INVARIANT (nothing from nothing): where AFTER equals BEFORE the correction is nought to the last bit.

use super::{
    cells::{Cells, EDGE, Skin},
    colour_math::ln,
    solve::{Normal, UNKNOWNS},
};
use crate::number::{floor, long, real, short};

/// Cells along a side of what the field is fitted to.
const BLOCK: usize = 4;
/// Cells of a block of which so many can be measured are a witness.
const WITNESSES: usize = 6;
/// How often the weights are found anew.
const ROUNDS: usize = 12;
/// From so many scales on a block has no weight.
const REJECTED_FROM: f64 = 3.5;
/// A scale is no smaller than this, in natural logarithms.
const SCALE_MIN: f64 = 1e-5;
/// What the tone curve is held to none with: a thousandth of a block's weight, so that a flat skin makes no curve.
const CURVE_HELD: f64 = 1e-3;

/// What the light was told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// Skin that was marked as unchanged.
    ControlPatch,
    /// The skin around what was treated.
    Untreated,
    /// All of it: nothing was marked.
    WholeRegion,
    /// A colour card on both photographs: it says what white is, and the skin only how light falls off.
    ColourCard,
}

impl Against {
    /// Its words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::ControlPatch => "control patch",
            Self::Untreated => "untreated skin",
            Self::WholeRegion => "whole region",
            Self::ColourCard => "colour card",
        }
    }
}

/// How much the field may bend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Degree {
    /// The same everywhere.
    Level,
    /// A slope.
    Slope,
    /// A slope and a bend.
    Bend,
}

impl Degree {
    /// How many factors a field has.
    pub(super) fn unknowns(self) -> usize {
        match self {
            Self::Level => 1,
            Self::Slope => 3,
            Self::Bend => 6,
        }
    }
}

/// Where the middle is and how wide: positions are taken from it so that all lie about between -1 and 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    middle: [f64; 2],
    half: f64,
}

impl Frame {
    /// A position in cells as one of the frame.
    pub(super) fn place(&self, column: f64, row: f64) -> [f64; 2] {
        let [x, y] = self.middle;
        [(column - x) / self.half, (row - y) / self.half]
    }
}

/// By what something common to a whole photograph was told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// By which skin.
    pub(super) against: Against,
    /// How much it may differ from place to place.
    pub(super) degree: Degree,
    /// From where places are taken.
    pub(super) frame: Frame,
}

/// What the light did between two photographs.
#[derive(Debug)]
pub(super) struct Light {
    /// What it was told by.
    pub(super) told: Told,
    /// A channel: the factors of 1, x, y, xx, xy, yy.
    field: [[f64; 6]; 3],
    /// What the tone curve adds to a slope of one.
    curve: f64,
    /// Where the curve has no effect, a channel, in logarithms.
    pivot: [f64; 3],
}

/// A block of cells as a witness.
struct Witness {
    place: [f64; 2],
    before: [f64; 3],
    change: [f64; 3],
    /// The skin around a control patch: its common change is not light.
    beside: bool,
}

/// The factors of a place.
pub(super) fn terms([x, y]: [f64; 2], degree: Degree) -> [f64; 6] {
    match degree {
        Degree::Level => [1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        Degree::Slope => [1.0, x, y, 0.0, 0.0, 0.0],
        Degree::Bend => [1.0, x, y, x * x, x * y, y * y],
    }
}

impl Light {
    /// What the light did; `None` where no skin can be measured. `reach_cells` are the cells of a centimetre.
    pub(super) fn of(cells: &Cells, reach_cells: f64, has_card: bool) -> Option<Self> {
        let against = against(cells, reach_cells);
        let frame = frame(cells, against)?;
        let near = near_treated(cells, against, reach_cells);
        let mut witnesses = witnesses(cells, against, frame, &near);
        if witnesses.is_empty() {
            return None;
        }
        let degree = degree(&witnesses, frame, reach_cells);
        let pivot = [0, 1, 2].map(|c: usize| {
            let sum: f64 =
                witnesses.iter().map(|one| one.before.get(c).copied().unwrap_or(0.0)).sum();
            sum / long(witnesses.len())
        });
        for one in &mut witnesses {
            for (value, pivot) in one.before.iter_mut().zip(pivot) {
                *value -= pivot;
            }
        }
        let (mut field, mut curve) = fit(&witnesses, degree);
        let mut against = against;
        // A control patch is nearer to the skin than a card; without one, what all of the skin did is not light.
        if has_card && against != Against::ControlPatch {
            against = Against::ColourCard;
            curve = 0.0;
            for [level, ..] in &mut field {
                *level = 0.0;
            }
        }
        Some(Self { told: Told { against, degree, frame }, field, curve, pivot })
    }

    /// The light of a cell of AFTER as it would have been under the light of BEFORE, whose field is known along its row.
    pub(super) fn undone(&self, column: usize, across: &[Across; 3], after: [f32; 3]) -> [f32; 3] {
        let x = short((long(column) - self.told.frame.middle[0]) / self.told.frame.half);
        let mut undone = after;
        for (value, channel) in undone.iter_mut().zip(across) {
            *value *= channel.factor(x, *value);
        }
        undone
    }

    /// What the tone curve adds to a slope of one.
    pub(super) fn curve(&self) -> f64 {
        self.curve
    }

    /// The field along a row of cells, as three parabolas in the position of the frame.
    pub(super) fn across(&self, row: f64) -> [Across; 3] {
        let [_, y] = self.told.frame.place(0.0, row);
        let slope = 1.0 + self.curve;
        let of = |[one, x, yy, xx, xy, y2]: [f64; 6], pivot: f64| Across {
            level: short((one + yy * y + y2 * y * y - self.curve * pivot) / slope),
            slope: short((x + xy * y) / slope),
            bend: short(xx / slope),
            curve: short(self.curve / slope),
        };
        let [red, green, blue] = self.field;
        let [pr, pg, pb] = self.pivot;
        [of(red, pr), of(green, pg), of(blue, pb)]
    }

    /// The position of the first pixel of a row in the frame, and the step to the next.
    pub(super) fn pixels(&self) -> (f32, f32) {
        let edge = long(EDGE);
        // The middle of cell 0 is at pixel 1.5.
        let first = (-0.5 * (edge - 1.0) / edge - self.told.frame.middle[0]) / self.told.frame.half;
        (short(first), short(1.0 / (edge * self.told.frame.half)))
    }
}

/// A channel's field along a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Across {
    level: f32,
    slope: f32,
    bend: f32,
    curve: f32,
}

impl Across {
    /// What a value of AFTER is to be multiplied with.
    #[inline(always)]
    pub(super) fn factor(&self, x: f32, value: f32) -> f32 {
        let field = self.level + x * (self.slope + x * self.bend);
        super::colour_math::exp(-(field + self.curve * ln(value)))
    }
}

/// Whether there is enough of what would be the best reference.
fn against(cells: &Cells, reach_cells: f64) -> Against {
    let count = |skin| long(cells.list().iter().filter(|cell| cell.skin == skin).count());
    let centimetre = reach_cells * reach_cells;
    if count(Skin::Control) >= 0.25 * centimetre.min(long(cells.list().len())) {
        Against::ControlPatch
    } else if count(Skin::Treated) > 0.0 && count(Skin::Untreated) >= centimetre {
        Against::Untreated
    } else {
        Against::WholeRegion
    }
}

/// Whether a cell witnesses the light, and whether it is beside a control patch.
pub(super) fn witness(skin: Skin, against: Against) -> Option<bool> {
    match (against, skin) {
        (_, Skin::None) => None,
        (Against::ControlPatch, Skin::Control) => Some(false),
        (Against::ControlPatch, Skin::Untreated) => Some(true),
        (Against::Untreated, Skin::Untreated | Skin::Control) => Some(false),
        (Against::ControlPatch | Against::Untreated, Skin::Treated) => None,
        (
            Against::WholeRegion | Against::ColourCard,
            Skin::Untreated | Skin::Control | Skin::Treated,
        ) => Some(false),
    }
}

fn frame(cells: &Cells, against: Against) -> Option<Frame> {
    let (mut left, mut top) = (usize::MAX, usize::MAX);
    let (mut right, mut bottom) = (0, 0);
    for (column, row, cell) in cells.placed() {
        if witness(cell.skin, against).is_some() {
            (left, right) = (left.min(column), right.max(column));
            (top, bottom) = (top.min(row), bottom.max(row));
        }
    }
    if left > right {
        return None;
    }
    let middle = [0.5 * long(left + right), 0.5 * long(top + bottom)];
    Some(Frame { middle, half: (0.5 * long((right - left).max(bottom - top))).max(1.0) })
}

/// The blocks within half a centimetre of what was treated: redness has no sharp edge, and would be taken for light.
fn near_treated(cells: &Cells, against: Against, reach_cells: f64) -> Vec<bool> {
    let (across, down) = (cells.columns.div_ceil(BLOCK), cells.rows.div_ceil(BLOCK));
    let mut near = vec![false; across * down];
    if against == Against::WholeRegion {
        return near;
    }
    let reach = floor(short(0.5 * reach_cells / long(BLOCK))).max(1);
    let mut treated = vec![false; across * down];
    for (column, row, cell) in cells.placed() {
        if cell.skin == Skin::Treated
            && let Some(one) = treated.get_mut(row / BLOCK * across + column / BLOCK)
        {
            *one = true;
        }
    }
    for at in treated.iter().enumerate().filter(|(_, one)| **one).map(|(at, _)| at) {
        let (column, row) = (at % across, at / across);
        for y in row.saturating_sub(reach)..(row + reach + 1).min(down) {
            let from = y * across + column.saturating_sub(reach);
            let to = y * across + (column + reach + 1).min(across);
            if let Some(part) = near.get_mut(from..to) {
                part.fill(true);
            }
        }
    }
    near
}

/// Blocks of cells, each one side of a control patch or the other.
fn witnesses(cells: &Cells, against: Against, frame: Frame, near: &[bool]) -> Vec<Witness> {
    let across = cells.columns.div_ceil(BLOCK);
    let mut sums = vec![[Sum::default(); 2]; across * cells.rows.div_ceil(BLOCK)];
    for (column, row, cell) in cells.placed() {
        let Some(beside) = witness(cell.skin, against) else { continue };
        let at = (row / BLOCK) * across + column / BLOCK;
        if near.get(at).copied().unwrap_or(false) {
            continue;
        }
        if let Some(sum) = sums.get_mut(at).and_then(|two| two.get_mut(usize::from(beside))) {
            sum.add(column, row, cell.before, cell.after);
        }
    }
    let whole = sums.iter().flat_map(|[at, beside]| [(at, false), (beside, true)]);
    whole
        .filter(|(sum, _)| sum.count >= WITNESSES)
        .map(|(sum, beside)| sum.witness(frame, beside))
        .collect()
}

#[derive(Clone, Copy, Default)]
struct Sum {
    count: usize,
    column: usize,
    row: usize,
    before: [f32; 3],
    change: [f32; 3],
}

impl Sum {
    fn add(&mut self, column: usize, row: usize, before: [f32; 3], after: [f32; 3]) {
        self.count += 1;
        self.column += column;
        self.row += row;
        for ((sum, before), (change, after)) in
            self.before.iter_mut().zip(before).zip(self.change.iter_mut().zip(after))
        {
            *sum += ln(before);
            *change += ln(after) - ln(before);
        }
    }

    fn witness(&self, frame: Frame, beside: bool) -> Witness {
        let mean = |sum: f32| f64::from(sum / real(self.count));
        let count = long(self.count);
        Witness {
            place: frame.place(long(self.column) / count, long(self.row) / count),
            before: self.before.map(mean),
            change: self.change.map(mean),
            beside,
        }
    }
}

/// How much the field may bend: by how many centimetres there are to tell, and not beyond a patch that lies apart.
fn degree(witnesses: &[Witness], frame: Frame, reach_cells: f64) -> Degree {
    let block = long(BLOCK);
    let centimetres = |beside: bool| {
        let count = witnesses.iter().filter(|one| one.beside == beside).count();
        long(count) * block * block / (reach_cells * reach_cells)
    };
    let (at, beside) = (centimetres(false), centimetres(true));
    let told = at.max(beside);
    let allowed = match () {
        () if told >= 20.0 => Degree::Bend,
        () if told >= 8.0 => Degree::Slope,
        () => Degree::Level,
    };
    if beside > at && is_apart(witnesses, reach_cells / frame.half) {
        allowed.min(Degree::Slope)
    } else {
        allowed
    }
}

/// Whether the patch lies outside of the box around the rest, by more than a centimetre.
fn is_apart(witnesses: &[Witness], centimetre: f64) -> bool {
    let mut ends = [[f64::INFINITY, f64::NEG_INFINITY]; 2];
    for one in witnesses.iter().filter(|one| one.beside) {
        for (end, at) in ends.iter_mut().zip(one.place) {
            *end = [end[0].min(at), end[1].max(at)];
        }
    }
    witnesses.iter().filter(|one| !one.beside).any(|one| {
        one.place
            .into_iter()
            .zip(ends)
            .any(|(at, [low, high])| at < low - centimetre || at > high + centimetre)
    })
}

/// The factors of a witness: those of its place, and one for lying beside the patch.
fn factors(one: &Witness, degree: Degree) -> [f64; UNKNOWNS] {
    let [a, b, c, d, e, f] = terms(one.place, degree);
    [a, b, c, d, e, f, if one.beside { 1.0 } else { 0.0 }]
}

/// The robust fit: each round weighs a block by how far it lies from the last one.
fn fit(witnesses: &[Witness], degree: Degree) -> ([[f64; 6]; 3], f64) {
    let mut weights = first_weights(witnesses);
    let (mut field, mut curve) = ([[0.0; UNKNOWNS]; 3], 0.0);
    for _ in 0..ROUNDS {
        (field, curve) = weighted(witnesses, &weights, degree);
        let left = residuals(witnesses, degree, &field, curve);
        weights = weigh(&left);
    }
    (field.map(|[a, b, c, d, e, f, _]| [a, b, c, d, e, f]), curve)
}

/// Weights by how far the change of a block is from the middle one.
fn first_weights(witnesses: &[Witness]) -> Vec<f64> {
    let middle = |beside: bool, channel: usize| {
        let mut all: Vec<f64> = witnesses
            .iter()
            .filter(|one| one.beside == beside)
            .filter_map(|one| one.change.get(channel).copied())
            .collect();
        super::order::median(&mut all).unwrap_or(0.0)
    };
    let middles = [false, true].map(|beside| [0, 1, 2].map(|channel| middle(beside, channel)));
    let left: Vec<[f64; 3]> = witnesses
        .iter()
        .map(|one| {
            let [at, beside] = middles;
            let [mr, mg, mb] = if one.beside { beside } else { at };
            let [r, g, b] = one.change;
            [r - mr, g - mg, b - mb]
        })
        .collect();
    weigh(&left)
}

/// Tukey's weights of what is left, the three channels of a block together.
fn weigh(left: &[[f64; 3]]) -> Vec<f64> {
    let scales = [0, 1, 2].map(|channel: usize| {
        let mut sizes: Vec<f64> =
            left.iter().filter_map(|one| one.get(channel)).map(|value| value.abs()).collect();
        (1.4826 * super::order::median(&mut sizes).unwrap_or(0.0)).max(SCALE_MIN)
    });
    left.iter()
        .map(|one| {
            let far: f64 =
                one.iter().zip(scales).map(|(value, scale)| (value / scale).powi(2)).sum();
            let share = far / (3.0 * REJECTED_FROM * REJECTED_FROM);
            if share < 1.0 { (1.0 - share).powi(2) } else { 0.0 }
        })
        .collect()
}

/// One weighted fit. The curve is common to the channels, so it is fitted to what the field leaves of both sides.
fn weighted(witnesses: &[Witness], weights: &[f64], degree: Degree) -> ([[f64; UNKNOWNS]; 3], f64) {
    let mut normal = Normal::default();
    for (one, weight) in witnesses.iter().zip(weights) {
        let [br, bg, bb] = one.before;
        let [cr, cg, cb] = one.change;
        normal.add(factors(one, degree), [cr, cg, cb, br, bg, bb], *weight);
    }
    let [cr, cg, cb, br, bg, bb] = normal.solve();
    let (changes, befores) = ([cr, cg, cb], [br, bg, bb]);
    let (mut both, mut square) = (0.0, CURVE_HELD * weights.iter().sum::<f64>());
    for (one, weight) in witnesses.iter().zip(weights) {
        let at = factors(one, degree);
        for ((change, before), (field, bent)) in
            one.change.iter().zip(one.before).zip(changes.iter().zip(&befores))
        {
            let rest = before - dot(&at, bent);
            both += weight * rest * (change - dot(&at, field));
            square += weight * rest * rest;
        }
    }
    let curve = if square > 0.0 { (both / square).clamp(-0.5, 0.5) } else { 0.0 };
    let mut field = changes;
    for (factors, bent) in field.iter_mut().zip(&befores) {
        for (factor, bent) in factors.iter_mut().zip(bent) {
            *factor -= curve * bent;
        }
    }
    (field, curve)
}

fn residuals(
    witnesses: &[Witness],
    degree: Degree,
    field: &[[f64; UNKNOWNS]; 3],
    curve: f64,
) -> Vec<[f64; 3]> {
    let of = |one: &Witness| {
        let at = factors(one, degree);
        let [red, green, blue] = field;
        let [cr, cg, cb] = one.change;
        let [br, bg, bb] = one.before;
        [
            cr - dot(&at, red) - curve * br,
            cg - dot(&at, green) - curve * bg,
            cb - dot(&at, blue) - curve * bb,
        ]
    };
    witnesses.iter().map(of).collect()
}

fn dot(factors: &[f64; UNKNOWNS], values: &[f64; UNKNOWNS]) -> f64 {
    factors.iter().zip(values).map(|(factor, value)| factor * value).sum()
}
