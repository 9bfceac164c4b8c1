//! The middle change of the measured tiles, and the interval that holds the true one 95 times of a hundred.
//!
//! Tiles beside one another resemble one another, so they are drawn in blocks of a centimetre (a block bootstrap), and a
//! block counts as one witness. Three errors make the interval: that of the middle of the measured blocks; that of the
//! light, which was told by other blocks and is carried over to where the measured ones lie; and a part
//! of the change itself, for what a camera makes of it. Where neighbouring blocks still resemble one another, so many are worth fewer, and the first
//! two grow. With few blocks the first two are poorly known; the interval is Student's and widens.
//!
//! Drawn by a counter, so the same tiles give the same interval.

use super::{
    cells::Skin,
    illumination::{Against, Told, terms, witness},
    solve::{Normal, UNKNOWNS},
    tiles::{Tile, Tiles, VALUES},
};
use crate::{
    chance,
    number::{floor, long, short},
};

/// How often blocks are drawn.
const DRAWS: usize = 1_000;
/// Tiles along a side of a block.
const BLOCK: usize = 2;
/// Measured blocks below which their own spread is not trusted alone.
const OWN_SPREAD_FROM: usize = 6;
/// A robust fit needs so many times the witnesses of a plain one (by simulation: see the test of coverage).
const ROBUST_COSTS: f64 = 1.4;
/// The middle of blocks spreads wider than their mean, by the root of half of pi.
const MIDDLE_COSTS: f64 = 1.2533;
/// A camera's tone curve is no power, colour is stored at half the size, and redness has soft edges: what is found of a
/// change is wrong by about this part of it. On invented pairs with known blood it was 4 to 5 % too small, of which a third
/// was in the files.
pub(super) const SHARE_ERROR: f64 = 0.04;
/// How many blocks beside a block make it worse when they resemble it: four, less at the edges, and the diagonal ones.
const NEIGHBOURS: f64 = 3.5;
/// Degrees of freedom of what is known as well as it ever will be.
const KNOWN: f64 = 1e6;
/// Where the counter starts.
const SEED: u64 = 0x5eed_0f5c_1e4c_e005;

/// A middle and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Middle {
    /// The middle change.
    pub(super) value: f64,
    /// What holds the true one 95 times of a hundred.
    pub(super) interval: [f64; 2],
}

/// What stands for many tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Centre {
    /// As many are above as below: a hair or a spot in one tile does not move it.
    Median,
    /// For what most tiles have none of.
    Mean,
}

/// Tiles in blocks, those measured and those that told the light.
#[derive(Debug)]
pub(super) struct Sample<'a> {
    measured: Vec<&'a Tile>,
    /// The block of each measured tile.
    block_of: Vec<usize>,
    blocks: usize,
    /// How often each block is in each draw, a draw after another.
    draws: Vec<u8>,
    reference: Reference,
}

/// A block that told the light.
#[derive(Debug)]
struct Block {
    /// Its row and column.
    name: (usize, usize),
    /// Whether it lies beside a control patch.
    beside: bool,
    /// What part of its tiles told.
    weight: f64,
    /// Its mean changes.
    changes: [f64; VALUES],
}

/// What the light was told by, in blocks.
#[derive(Debug)]
struct Reference {
    /// In order of their names.
    blocks: Vec<Block>,
    /// Blocks more than unknowns.
    spare: f64,
    /// Whether it is the measured skin itself.
    is_own: bool,
    /// How much of a block's squared error the light at the measured tiles carries.
    leverage: f64,
}

impl<'a> Sample<'a> {
    /// The tiles of a pair; `None` where there are too few blocks to know an error at all.
    pub(super) fn of(tiles: &'a Tiles, told: Told, skin: Skin) -> Option<Self> {
        let measured: Vec<&Tile> = tiles.list.iter().filter(|tile| tile.skin == skin).collect();
        let mut names: Vec<(usize, usize)> = measured.iter().map(|tile| block(tile)).collect();
        names.sort_unstable();
        names.dedup();
        let block_of =
            measured.iter().filter_map(|tile| names.binary_search(&block(tile)).ok()).collect();
        let reference = Reference::of(tiles, told, &measured);
        let enough = names.len() >= 3 || (!names.is_empty() && reference.spare >= 3.0);
        let draws = draws(names.len());
        enough.then_some(Self { measured, block_of, blocks: names.len(), draws, reference })
    }

    /// The tone of the measured skin in BEFORE, in degrees.
    pub(super) fn ita_before(&self) -> f32 {
        let mut tones: Vec<f32> = self.measured.iter().map(|tile| tile.ita_before).collect();
        super::order::median(&mut tones).unwrap_or(0.0)
    }

    /// The middle of one value of the measured tiles, with its interval.
    pub(super) fn middle(&self, colour: usize) -> Middle {
        self.centre(colour, Centre::Median, SHARE_ERROR)
    }

    fn centre(&self, colour: usize, centre: Centre, share_error: f64) -> Middle {
        let value_of = |tile: &Tile| tile.changes.get(colour).copied().unwrap_or(0.0);
        let mut ordered: Vec<(f64, usize)> = self
            .measured
            .iter()
            .zip(&self.block_of)
            .map(|(tile, block)| (value_of(tile), *block))
            .collect();
        ordered.sort_by(|one, other| one.0.total_cmp(&other.0));
        let value = centre.of(&ordered, |_| 1);
        let drawn = self.drawn_spread(&ordered, (value, centre));
        let Spread { sd, freedom, crowding } = self.reference.spread(colour);
        let crowded = crowding.sqrt();
        let own_freedom = long(self.blocks) - 1.0;
        let pooled = centre.costs() * sd / long(self.blocks).sqrt();
        let (own, own_freedom) = if self.blocks < OWN_SPREAD_FROM && pooled > drawn {
            (pooled, freedom)
        } else {
            (drawn, own_freedom)
        };
        let light = sd * self.reference.leverage.sqrt();
        let far = half_width([
            (crowded * own, own_freedom),
            (crowded * light, freedom),
            (share_error * value, KNOWN),
        ]);
        Middle { value, interval: [value - far, value + far] }
    }

    /// The same, less what the reference changed by: for what no field of light was taken out of. `share_error` is the part
    /// of a change that it may be wrong by.
    pub(super) fn difference(&self, of: usize, centre: Centre, share_error: f64) -> Middle {
        let Middle { value, interval: [low, high] } = self.centre(of, centre, share_error);
        let common = self.reference.mean(of);
        Middle { value: value - common, interval: [low - common, high - common] }
    }

    /// The spread of the middle over draws of blocks, made larger for what few blocks hide.
    fn drawn_spread(&self, ordered: &[(f64, usize)], (value, centre): (f64, Centre)) -> f64 {
        if self.blocks < 2 {
            return 0.0;
        }
        let mut square = 0.0;
        for draw in self.draws.chunks_exact(self.blocks) {
            let often = |block: usize| usize::from(draw.get(block).copied().unwrap_or(0));
            square += (centre.of(ordered, often) - value).powi(2);
        }
        let count = long(self.blocks);
        (square / long(DRAWS) * count / (count - 1.0)).sqrt()
    }
}

impl Reference {
    fn of(tiles: &Tiles, told_by: Told, measured: &[&Tile]) -> Self {
        let is_own = told_by.against == Against::WholeRegion;
        let mut told: Vec<((usize, usize), bool, &Tile)> = tiles
            .list
            .iter()
            .filter_map(|tile| {
                let beside = witness(tile.skin, told_by.against)?;
                Some((block(tile), beside, tile))
            })
            .collect();
        told.sort_by_key(|(block, beside, tile)| (*block, *beside, tile.row, tile.column));
        let mut normal = Normal::default();
        let mut blocks = Vec::new();
        for group in told.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            let members: Vec<&Tile> = group.iter().map(|(_, _, tile)| *tile).collect();
            let beside = group.first().is_some_and(|(_, beside, _)| *beside);
            let place = mean_terms(&members, tiles.edge, told_by, beside);
            let weight = long(members.len()) / long(BLOCK * BLOCK);
            normal.add(place, [0.0; 6], weight);
            let sum = |at: usize| -> f64 {
                members.iter().filter_map(|tile| tile.changes.get(at)).sum::<f64>()
            };
            let mut changes = [0.0; VALUES];
            for (at, change) in changes.iter_mut().enumerate() {
                *change = sum(at) / long(members.len());
            }
            let name = group.first().map_or((0, 0), |(name, _, _)| *name);
            blocks.push(Block { name, beside, weight, changes });
        }
        let unknowns = told_by.degree.unknowns() + usize::from(blocks.iter().any(|one| one.beside));
        let at = mean_terms(measured, tiles.edge, told_by, false);
        let leverage = if is_own { 0.0 } else { ROBUST_COSTS * normal.leverage(at) };
        let whole: f64 = blocks.iter().map(|one| one.weight).sum();
        Self { spare: whole - long(unknowns), is_own, leverage, blocks }
    }

    /// The mean change of what tells; nought where that is what is measured.
    fn mean(&self, colour: usize) -> f64 {
        let value = |one: &Block| one.changes.get(colour).copied().unwrap_or(0.0);
        let of = self.blocks.iter().filter(|one| !one.beside && !self.is_own);
        let (all, sum) = of
            .fold((0.0, 0.0), |(all, sum), one| (all + one.weight, sum + one.weight * value(one)));
        if all > 0.0 { sum / all } else { 0.0 }
    }

    /// The spread of one block's change around those like it, how well it is known, and by how much neighbours that
    /// resemble one another make a mean of them worse than it looks.
    fn spread(&self, colour: usize) -> Spread {
        let value = |one: &Block| one.changes.get(colour).copied().unwrap_or(0.0);
        let means = [false, true].map(|beside| {
            let of = self.blocks.iter().filter(|one| one.beside == beside);
            let (all, sum) = of.fold((0.0, 0.0), |(all, sum), one| {
                (all + one.weight, sum + one.weight * value(one))
            });
            if all > 0.0 { sum / all } else { 0.0 }
        });
        let left = |one: &Block| value(one) - if one.beside { means[1] } else { means[0] };
        let square: f64 = self.blocks.iter().map(|one| one.weight * left(one).powi(2)).sum();
        let (mut together, mut pairs) = (0.0, 0.0);
        for one in &self.blocks {
            let (row, column) = one.name;
            for name in [(row, column + 1), (row + 1, column)] {
                for next in self.named(name).filter(|next| next.beside == one.beside) {
                    let weight = one.weight * next.weight;
                    together += weight * left(one) * left(next);
                    pairs += weight;
                }
            }
        }
        let freedom = self.spare.max(1.0);
        let whole: f64 = self.blocks.iter().map(|one| one.weight).sum();
        let alike = if square > 0.0 && pairs >= 8.0 {
            (together / pairs * whole / square).clamp(0.0, 0.6)
        } else {
            0.0
        };
        Spread { sd: (square / freedom).sqrt(), freedom, crowding: 1.0 + NEIGHBOURS * alike }
    }

    /// The blocks of a place.
    fn named(&self, name: (usize, usize)) -> impl Iterator<Item = &Block> {
        let from = self.blocks.partition_point(|one| one.name < name);
        self.blocks.iter().skip(from).take_while(move |one| one.name == name)
    }
}

/// How blocks spread.
struct Spread {
    sd: f64,
    freedom: f64,
    /// What the square of an error of many is to be multiplied with.
    crowding: f64,
}

fn block(tile: &Tile) -> (usize, usize) {
    (tile.row / BLOCK, tile.column / BLOCK)
}

/// The factors of the middle of several tiles in the field of the light.
fn mean_terms(tiles: &[&Tile], edge: usize, told: Told, beside: bool) -> [f64; UNKNOWNS] {
    let mut mean = [0.0; UNKNOWNS];
    for tile in tiles {
        let middle = |at: usize| long(at * edge) + 0.5 * long(edge);
        let place = told.frame.place(middle(tile.column), middle(tile.row));
        for (sum, term) in mean.iter_mut().zip(terms(place, told.degree)) {
            *sum += term / long(tiles.len());
        }
    }
    if let Some(last) = mean.last_mut() {
        *last = if beside { 1.0 } else { 0.0 };
    }
    mean
}

impl Centre {
    /// Of ordered values, each as often as its block is drawn.
    fn of(self, ordered: &[(f64, usize)], often: impl Fn(usize) -> usize) -> f64 {
        match self {
            Self::Median => weighted_median(ordered, often),
            Self::Mean => weighted_mean(ordered, often),
        }
    }

    /// By how much it spreads wider than the mean.
    fn costs(self) -> f64 {
        match self {
            Self::Median => MIDDLE_COSTS,
            Self::Mean => 1.0,
        }
    }
}

/// How often each of so many blocks is drawn, for every draw.
fn draws(blocks: usize) -> Vec<u8> {
    let mut draws = vec![0_u8; blocks * DRAWS];
    let mut counter = SEED;
    for draw in draws.chunks_exact_mut(blocks.max(1)) {
        for _ in 0..blocks {
            let which = below(chance::next(&mut counter), blocks);
            if let Some(often) = draw.get_mut(which) {
                *often = often.saturating_add(1);
            }
        }
    }
    draws
}

/// Mixed bits as a number below a bound.
fn below(bits: u64, bound: usize) -> usize {
    let share = f64::from(u32::try_from(bits >> 40).unwrap_or(0)) / f64::from(1_u32 << 24);
    floor(short(share * long(bound))).min(bound.saturating_sub(1))
}

/// The median of ordered values, each as often as its block is drawn.
fn weighted_median(ordered: &[(f64, usize)], often: impl Fn(usize) -> usize) -> f64 {
    let all: usize = ordered.iter().map(|(_, block)| often(*block)).sum();
    let (mut seen, mut lower) = (0, None);
    for (value, block) in ordered {
        let count = often(*block);
        if count == 0 {
            continue;
        }
        if let Some(lower) = lower {
            return 0.5 * (lower + value);
        }
        seen += count;
        if 2 * seen > all {
            return *value;
        }
        if 2 * seen == all {
            lower = Some(*value);
        }
    }
    lower.unwrap_or(0.0)
}

/// The mean of values, each as often as its block is drawn.
fn weighted_mean(values: &[(f64, usize)], often: impl Fn(usize) -> usize) -> f64 {
    let (count, sum) = values.iter().fold((0.0, 0.0), |(count, sum), (value, block)| {
        let times = long(often(*block));
        (count + times, sum + times * value)
    });
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Half of the interval of independent errors, each with how well it is known (Welch and Satterthwaite).
fn half_width(errors: [(f64, f64); 3]) -> f64 {
    let square: f64 = errors.iter().map(|(sd, _)| sd * sd).sum();
    if square <= 0.0 {
        return 0.0;
    }
    let doubt: f64 = errors.iter().map(|(sd, freedom)| sd.powi(4) / freedom.max(1.0)).sum();
    student(square * square / doubt) * square.sqrt()
}

/// Student's two-sided 95 % point: a series around the normal one, as good as a thousandth from three degrees on.
fn student(freedom: f64) -> f64 {
    let n = freedom.max(1.0);
    if n < 3.0 {
        // Between the exact 12.706 of one, 4.303 of two and 3.182 of three, along 1/n.
        let points = [(1.0, 12.706), (2.0, 4.303), (3.0, 3.182)];
        let [one, two, three] = points;
        let (low, high) = if n < 2.0 { (one, two) } else { (two, three) };
        let share = (1.0 / low.0 - 1.0 / n) / (1.0 / low.0 - 1.0 / high.0);
        return low.1 + share * (high.1 - low.1);
    }
    let z: f64 = 1.959_964;
    let (z3, z5, z7, z9) = (z.powi(3), z.powi(5), z.powi(7), z.powi(9));
    z + (z3 + z) / (4.0 * n)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * n.powi(3))
        + (79.0 * z9 + 776.0 * z7 + 1482.0 * z5 - 1920.0 * z3 - 945.0 * z) / (92_160.0 * n.powi(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_points_are_those_of_the_tables() {
        for (freedom, known) in
            [(1.0, 12.706), (2.0, 4.303), (3.0, 3.182), (5.0, 2.571), (10.0, 2.228), (60.0, 2.000)]
        {
            assert!((student(freedom) - known).abs() < 0.005, "{freedom}: {}", student(freedom));
        }
    }

    #[test]
    fn a_weighted_median_counts_a_value_as_often_as_it_is_drawn() {
        let ordered = [(1.0, 0), (2.0, 1), (3.0, 2), (9.0, 3)];
        assert_eq!(weighted_median(&ordered, |_| 1).to_bits(), 2.5_f64.to_bits());
        let often = |block: usize| if block == 3 { 4 } else { 1 };
        assert_eq!(weighted_median(&ordered, often).to_bits(), 9.0_f64.to_bits());
    }

    #[test]
    fn the_same_blocks_are_drawn_again_and_each_as_often_as_another() {
        let drawn = draws(20);
        assert_eq!(drawn, draws(20));
        for block in 0..20 {
            let often: usize = drawn
                .chunks_exact(20)
                .filter_map(|draw| draw.get(block))
                .map(|n| usize::from(*n))
                .sum();
            assert!((850..1150).contains(&often), "block {block} was drawn {often} times");
        }
    }
}
