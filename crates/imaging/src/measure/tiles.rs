//! Tiles of five millimetres: of each the middle change of what its cells measure.
//!
//! A tile is what counts once: the pixels of a tile resemble one another, and a thousand of them are no thousand witnesses.
//! Cells that gleam in either photograph are left out: brighter than their tile by three times its usual spread, and paler.

use rayon::prelude::*;

use super::{
    cells::{Cell, Cells, EDGE, Skin},
    colour_math::{Lab, erythema, melanin},
    illumination::Light,
    order::median,
};
use crate::number::{floor, long, real, short};

/// Millimetres along a side of a tile.
pub(super) const TILE_MM: f64 = 5.0;
/// A tile counts when this part of its cells does.
pub(super) const COUNTS_FROM: f32 = 0.3;
/// Cells that are fewer make no tile.
const CELLS_MIN: usize = 4;
/// Melanin shows in red light also as erythema; it does so by less than this on any skin.
const SHARE_MAX: f32 = 0.9;

/// A measure of colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// 100 log10(R / G).
    Erythema,
    /// The same, less what melanin does to it.
    Compensated,
    /// CIELAB's a*.
    AStar,
    /// 100 log10(1 / R).
    Melanin,
    /// The angle of the tone.
    Ita,
}

/// How many values a tile has at most.
pub(super) const VALUES: usize = 5;

impl Colour {
    /// All of them, in the order of a tile's values.
    pub(super) const ALL: [Self; VALUES] =
        [Self::Erythema, Self::Compensated, Self::AStar, Self::Melanin, Self::Ita];
}

/// What one tile says of one kind of skin.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    /// Whose skin.
    pub(super) skin: Skin,
    /// Its column.
    pub(super) column: usize,
    /// Its row.
    pub(super) row: usize,
    /// The changes: of colour in the order of [`Colour::ALL`], of texture from the finest band on; of lines one alone.
    pub(super) changes: [f64; VALUES],
    /// The tone of the skin in BEFORE, in degrees, as the camera saw it.
    pub(super) ita_before: f32,
}

/// The tiles of a pair.
#[derive(Debug)]
pub(super) struct Tiles {
    /// Cells along a side.
    pub(super) edge: usize,
    /// Those that count, row by row.
    pub(super) list: Vec<Tile>,
}

/// What a cell says.
struct Reading {
    erythema: f32,
    melanin: f32,
    change: Change,
    ita_before: f32,
}

struct Change {
    erythema: f32,
    melanin: f32,
    a_star: f32,
    ita: f32,
}

/// The readings of one kind of skin in one tile.
struct Group {
    skin: Skin,
    column: usize,
    row: usize,
    readings: Vec<Reading>,
}

/// How many cells are along a side of a tile.
pub(super) fn edge(mm_per_px: f64) -> usize {
    let cells = TILE_MM / (mm_per_px * long(EDGE));
    floor(short(cells.clamp(2.0, 4096.0).round()))
}

impl Tiles {
    /// The tiles of a pair, with light as it was in BEFORE.
    pub(super) fn of(cells: &Cells, light: &Light, mm_per_px: f64) -> Self {
        let edge = edge(mm_per_px);
        let across = cells.columns.div_ceil(edge);
        let count = across * cells.rows.div_ceil(edge);
        let groups: Vec<Vec<Group>> = (0..count)
            .into_par_iter()
            .map(|at| groups(cells, light, (at % across, at / across), edge))
            .collect();
        let groups: Vec<Group> = groups.into_iter().flatten().collect();
        let share = share_of_melanin(&groups);
        let list = groups.par_iter().map(|group| tile(group, share)).collect();
        Self { edge, list }
    }
}

/// What a tile's cells say, a group for each kind of skin. Untreated skin in a tile with treated skin is not listened
/// to: redness has no sharp edge.
fn groups(cells: &Cells, light: &Light, (column, row): (usize, usize), edge: usize) -> Vec<Group> {
    let mut by_skin: [Vec<(usize, usize, Cell)>; 3] = Default::default();
    let [treated, control, untreated] = &mut by_skin;
    for y in row * edge..((row + 1) * edge).min(cells.rows) {
        let from = y * cells.columns + column * edge;
        let to = y * cells.columns + ((column + 1) * edge).min(cells.columns);
        for (x, cell) in cells.list().get(from..to).unwrap_or_default().iter().enumerate() {
            let place = (column * edge + x, y, *cell);
            match cell.skin {
                Skin::Treated => treated.push(place),
                Skin::Control => control.push(place),
                Skin::Untreated => untreated.push(place),
                Skin::None => {}
            }
        }
    }
    if !treated.is_empty() {
        untreated.clear();
    }
    let enough = floor(COUNTS_FROM * real(edge * edge)).max(CELLS_MIN);
    [(Skin::Treated, treated), (Skin::Control, control), (Skin::Untreated, untreated)]
        .into_iter()
        .filter(|(_, places)| places.len() >= enough)
        .map(|(skin, places)| Group { skin, column, row, readings: readings(places, light) })
        .filter(|group| group.readings.len() >= CELLS_MIN)
        .collect()
}

/// A cell of a photograph under the light of BEFORE.
struct Seen {
    rgb: [f32; 3],
    lab: Lab,
}

impl Seen {
    fn of(rgb: [f32; 3]) -> Self {
        Self { rgb, lab: Lab::of(rgb) }
    }
}

fn readings(places: &[(usize, usize, Cell)], light: &Light) -> Vec<Reading> {
    // Row by row, as they come: what is the same along a row is found once.
    let rows = places.chunk_by(|one, other| one.1 == other.1);
    let lit: Vec<(Seen, Seen)> = rows
        .flat_map(|row| {
            let across = light.across(long(row.first().map_or(0, |one| one.1)));
            row.iter().map(move |(column, _, cell)| {
                let after = light.undone(*column, &across, cell.after);
                (Seen::of(cell.before), Seen::of(after))
            })
        })
        .collect();
    let was = gleam(lit.iter().map(|pair| &pair.0));
    let is = gleam(lit.iter().map(|pair| &pair.1));
    lit.iter()
        .filter(|(before, after)| !was.shows(before) && !is.shows(after))
        .map(|(before, after)| reading(before, after))
        .collect()
}

fn reading(before: &Seen, after: &Seen) -> Reading {
    let (was, is) = (before.lab, after.lab);
    let (before, after) = (before.rgb, after.rgb);
    let (erythema_was, melanin_was) = (erythema(before), melanin(before));
    let ita_before = was.ita();
    Reading {
        erythema: erythema_was,
        melanin: melanin_was,
        change: Change {
            erythema: erythema(after) - erythema_was,
            melanin: melanin(after) - melanin_was,
            a_star: is.a - was.a,
            ita: is.ita() - ita_before,
        },
        ita_before,
    }
}

/// What gleams in a tile.
struct Gleam {
    brighter_than: f32,
    paler_than: f32,
}

impl Gleam {
    fn shows(&self, seen: &Seen) -> bool {
        seen.lab.lightness > self.brighter_than && colourfulness(seen.rgb) < self.paler_than
    }
}

/// How far blue is from red: nought for grey.
fn colourfulness([red, _, blue]: [f32; 3]) -> f32 {
    1.0 - blue / red.max(f32::MIN_POSITIVE)
}

fn gleam<'a>(light: impl Iterator<Item = &'a Seen> + Clone) -> Gleam {
    let mut lightness: Vec<f32> = light.clone().map(|seen| seen.lab.lightness).collect();
    let middle = median(&mut lightness).unwrap_or(f32::INFINITY);
    for value in &mut lightness {
        *value = (*value - middle).abs();
    }
    let spread = median(&mut lightness).unwrap_or(0.0);
    let mut colours: Vec<f32> = light.map(|seen| colourfulness(seen.rgb)).collect();
    let colour = median(&mut colours).unwrap_or(0.0);
    Gleam { brighter_than: middle + 3.0 * spread, paler_than: 0.8 * colour }
}

/// By how much melanin shows as erythema on this skin: the slope of one on the other within a tile, in the middle of all
/// tiles of BEFORE that were not treated; of the treated ones where there are no others.
fn share_of_melanin(groups: &[Group]) -> f32 {
    let slopes = |treated: bool| {
        let of = groups.iter().filter(|group| (group.skin == Skin::Treated) == treated);
        let mut slopes: Vec<f32> = of.filter_map(slope).collect();
        (slopes.len() >= 3).then(|| median(&mut slopes)).flatten()
    };
    slopes(false).or_else(|| slopes(true)).unwrap_or(0.0).clamp(0.0, SHARE_MAX)
}

fn slope(group: &Group) -> Option<f32> {
    let count = real(group.readings.len());
    let mean = |of: fn(&Reading) -> f32| group.readings.iter().map(of).sum::<f32>() / count;
    let (erythema, melanin) = (mean(|one| one.erythema), mean(|one| one.melanin));
    let (mut both, mut square) = (0.0, 0.0);
    for one in &group.readings {
        let far = one.melanin - melanin;
        both += far * (one.erythema - erythema);
        square += far * far;
    }
    (square > 0.0).then(|| both / square)
}

fn tile(group: &Group, share: f32) -> Tile {
    let middle = |of: &dyn Fn(&Reading) -> f32| {
        let mut values: Vec<f32> = group.readings.iter().map(of).collect();
        median(&mut values).unwrap_or(0.0)
    };
    let changes = Colour::ALL.map(|colour| {
        f64::from(match colour {
            Colour::Erythema => middle(&|one| one.change.erythema),
            Colour::Compensated => middle(&|one| one.change.erythema - share * one.change.melanin),
            Colour::AStar => middle(&|one| one.change.a_star),
            Colour::Melanin => middle(&|one| one.change.melanin),
            Colour::Ita => middle(&|one| one.change.ita),
        })
    });
    let ita_before = middle(&|one| one.ita_before);
    Tile { skin: group.skin, column: group.column, row: group.row, changes, ita_before }
}
