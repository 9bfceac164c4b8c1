//! An invented person's skin as it is spread out: how much melanin and blood there is at a place in millimetres, and how
//! its surface leans. What belongs to the skin stays (moles, freckles, pores, hairs); what a [`State`] adds comes and goes,
//! by known factors in known places.
//!
//! INVARIANT (nothing moves): everything permanent follows from the seed alone, so one skin in two states differs in the
//! states' spots and nowhere else, to the last bit.

#![expect(
    clippy::indexing_slicing,
    reason = "a place is bounded to the grid before its cell is taken, and cells hold only indices of spots that were laid"
)]

use crate::{
    noise::{Dice, bell, cell, mesh, part, swell, wave},
    number::{index32, low, single, split},
    pigment::{self, Illuminant, Palette},
};

/// A patch of skin with more or less of something, fading towards its edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Where its middle is, in millimetres to the right of and above the root of the nose, along the skin.
    pub at: [f32; 2],
    /// Half of its width, in millimetres.
    pub radius_mm: f32,
    /// How many times the blood there is in its middle.
    pub blood: f32,
    /// How many times the melanin.
    pub melanin: f32,
    /// How softly it ends: 1 fades from 0.4 radii to 1.3 of them, 0 is cut out.
    pub soft: f32,
}

impl Spot {
    /// A red one.
    pub fn red(at: [f32; 2], radius_mm: f32, blood: f32) -> Self {
        Self { at, radius_mm, blood, melanin: 1.0, soft: 1.0 }
    }

    /// A brown one.
    pub fn brown(at: [f32; 2], radius_mm: f32, melanin: f32) -> Self {
        Self { at, radius_mm, blood: 1.0, melanin, soft: 1.0 }
    }

    /// The same all over, and nearly cut out.
    #[must_use]
    pub fn even(self) -> Self {
        Self { soft: 0.1, ..self }
    }

    /// How much of it there is at a place: 1 in the middle, 0 beyond its edge.
    pub fn share(&self, u: f32, v: f32) -> f32 {
        let (x, y) = (u - self.at[0], v - self.at[1]);
        let far = (x * x + y * y).sqrt() / self.radius_mm;
        let soft = self.soft.max(0.01);
        let t = ((far - 1.0 + 0.6 * soft) / (0.9 * soft)).clamp(0.0, 1.0);
        1.0 - t * t * (3.0 - 2.0 * t)
    }
}

/// What comes and goes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The spots; where they overlap, their factors multiply.
    pub spots: Vec<Spot>,
    /// How far make-up has covered the skin's own unevenness and fine relief: 0 not, 1 wholly.
    pub make_up: f32,
}

impl State {
    /// Of spots, without make-up.
    pub fn of(spots: Vec<Spot>) -> Self {
        Self { spots, make_up: 0.0 }
    }

    /// What it adds at a place, to the natural logarithms of melanin and blood.
    fn adds(&self, u: f32, v: f32) -> [f32; 2] {
        let mut adds = [0.0, 0.0];
        for spot in &self.spots {
            // Far spots are passed over without a root.
            let (x, y) = (u - spot.at[0], v - spot.at[1]);
            if x * x + y * y < 1.7 * spot.radius_mm * spot.radius_mm {
                let share = spot.share(u, v);
                adds[0] += share * spot.melanin.ln();
                adds[1] += share * spot.blood.ln();
            }
        }
        adds
    }
}

/// A hair that lies on the skin.
#[derive(Debug, Clone, Copy)]
struct Hair {
    from: [f32; 2],
    to: [f32; 2],
}

/// What there is of an invented skin at a place.
#[derive(Debug, Clone, Copy)]
pub struct Touch {
    /// Natural logarithm of the melanin, by volume.
    pub ln_melanin: f32,
    /// Natural logarithm of the blood, by volume.
    pub ln_blood: f32,
    /// How the surface rises along both directions: millimetres a millimetre.
    pub slope: [f32; 2],
    /// How much is hidden by a hair, or dark in a pore.
    pub shade: f32,
}

/// What a part of the face has more or less of, as factors' natural logarithms.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    /// Of melanin.
    pub melanin: f32,
    /// Of blood.
    pub blood: f32,
}

/// How finely a place is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Grain {
    /// Millimetres of skin to a pixel: finer texture than two pixels is left out, as a lens and sensor would.
    pub mm_per_px: f32,
}

impl Grain {
    /// How much is seen of a pattern of this wavelength.
    fn sees(self, wavelength_mm: f32) -> f32 {
        let t = ((wavelength_mm / self.mm_per_px.max(1e-4) - 2.0) / 3.0).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    }
}

const COLUMNS: usize = 104;
const ROWS: usize = 84;
const CELL_MM: f32 = 4.0;
const CORNER: [f32; 2] = [-208.0, -206.0];

/// Which spots and hairs reach into a cell.
#[derive(Debug, Clone, Default)]
struct Cell {
    spots: Vec<u16>,
    hairs: Vec<u16>,
}

/// An invented person's skin.
#[derive(Debug, Clone)]
pub struct Skin {
    /// Its seed.
    pub seed: u64,
    ln_melanin: f32,
    ln_blood: f32,
    spots: Vec<Spot>,
    hairs: Vec<Hair>,
    cells: Vec<Cell>,
    day: Palette,
}

/// Blood by volume where nothing is red.
const BLOOD: f64 = 0.0105;

impl Skin {
    /// Of a seed, as light or dark as an individual typology angle says (from about 60 to -50 degrees).
    pub fn new(seed: u64, ita_deg: f64) -> Self {
        let day = Palette::under(Illuminant::Daylight);
        let mut dice = Dice::new(seed, 1);
        let ln_blood = single((BLOOD * dice.between(0.9, 1.1)).ln());
        let mut skin = Self {
            seed,
            ln_melanin: pigment::melanin_of_ita(&day, ita_deg, ln_blood),
            ln_blood,
            spots: Vec::new(),
            hairs: Vec::new(),
            cells: vec![Cell::default(); COLUMNS * ROWS],
            day,
        };
        skin.lay_spots(&mut dice, ita_deg);
        skin.lay_hairs(&mut dice);
        skin
    }

    /// What it looks like in daylight, evenly lit, without its texture's shading.
    pub fn colour(&self, touch: &Touch) -> [f32; 3] {
        self.day.skin(touch.ln_melanin, touch.ln_blood)
    }

    /// The middles of its moles.
    pub fn moles(&self) -> impl Iterator<Item = [f32; 2]> + '_ {
        self.spots.iter().take(MOLES).map(|spot| spot.at)
    }

    /// What there is at a place.
    pub fn at(&self, place: [f32; 2], grain: Grain, state: &State, part: Place) -> Touch {
        let [u, v] = place;
        let bare = 1.0 - state.make_up;
        let mut touch = self.base(u, v, grain);
        for (to, from) in
            [(&mut touch.ln_melanin, self.ln_melanin), (&mut touch.ln_blood, self.ln_blood)]
        {
            *to = from + (*to - from) * bare;
        }
        let [melanin, blood] = state.adds(u, v);
        touch.ln_melanin += part.melanin + melanin * bare;
        touch.ln_blood += part.blood + blood * bare;
        touch.slope = touch.slope.map(|slope| slope * (0.15 + 0.85 * bare));
        touch.shade *= bare;
        touch
    }

    /// Without a state.
    fn base(&self, u: f32, v: f32, grain: Grain) -> Touch {
        let seed = low(self.seed).wrapping_mul(64);
        let mut touch = Touch {
            ln_melanin: self.ln_melanin,
            ln_blood: self.ln_blood,
            slope: [0.0; 2],
            shade: 0.0,
        };
        for (k, (wavelength, melanin, blood)) in MOTTLE.into_iter().enumerate() {
            let seen = grain.sees(wavelength);
            if seen > 0.0 {
                let layer = seed.wrapping_add(u32::try_from(k).unwrap_or(0));
                let (x, y) = (u / wavelength, v / wavelength);
                touch.ln_melanin += seen * melanin * swell(x, y, layer);
                let across = swell(x + 31.4, y - 17.9, layer.wrapping_add(16));
                touch.ln_blood += seen * blood * across;
            }
        }
        self.relief(u, v, grain, &mut touch);
        self.marks(u, v, grain, &mut touch);
        touch
    }

    /// Furrows, bumps and pores.
    fn relief(&self, u: f32, v: f32, grain: Grain, touch: &mut Touch) {
        let seed = low(self.seed).wrapping_mul(64).wrapping_add(40);
        for (k, (wavelength, height)) in [(2.3, 0.035), (0.9, 0.016)].into_iter().enumerate() {
            let layer = seed.wrapping_add(u32::try_from(k).unwrap_or(0));
            let bump = wave(u / wavelength, v / wavelength, layer);
            let steep = grain.sees(wavelength) * height * 2.2 / wavelength;
            touch.slope = [0, 1].map(|k| touch.slope[k] + steep * bump.slope[k]);
        }
        let seen = grain.sees(0.55);
        if seen > 0.0 {
            let size = 0.62;
            let border = mesh(u / size, v / (size * 1.25), seed.wrapping_add(7));
            let width = 0.16;
            let furrow = (-(border.value / width).powi(2)).exp();
            let steep = seen * 0.014 * 2.0 * border.value * furrow / (width * width * size);
            touch.slope = [0, 1].map(|k| touch.slope[k] + steep * border.slope[k]);
            touch.shade += seen * 0.05 * furrow;
        }
        for (k, pitch) in [1.35_f32, 0.93].into_iter().enumerate() {
            let layer = seed.wrapping_add(11 + u32::try_from(k).unwrap_or(0));
            pore(u, v, pitch, layer, grain, touch);
        }
    }

    /// Moles, freckles and hairs.
    fn marks(&self, u: f32, v: f32, grain: Grain, touch: &mut Touch) {
        let Some(cell) = cell_of(u, v) else { return };
        let Some(cell) = self.cells.get(cell) else { return };
        if !cell.spots.is_empty() {
            // Uneven edges, so that no two moles look alike.
            let uneven = swell(u / 1.7, v / 1.7, low(self.seed)) * 0.25;
            for spot in cell.spots.iter().map(|spot| &self.spots[usize::from(*spot)]) {
                let edge = uneven * spot.radius_mm;
                let share = spot.share(u + edge, v - edge);
                if share > 0.0 {
                    touch.ln_melanin += share * spot.melanin.ln();
                    touch.ln_blood += share * spot.blood.ln();
                }
            }
        }
        let width = 0.045_f32.max(0.35 * grain.mm_per_px);
        for hair in cell.hairs.iter().map(|hair| self.hairs[usize::from(*hair)]) {
            let far = distance(hair, u, v) / width;
            if far < 2.5 {
                touch.shade += 0.4 * (0.045 / width) * (-far * far).exp();
            }
        }
    }

    fn lay_spots(&mut self, dice: &mut Dice, ita_deg: f64) {
        let shown = if ita_deg > 10.0 { 1.0 } else { 0.6 };
        for k in 0..MOLES + FRECKLES {
            let at = [single(dice.between(-110.0, 110.0)), single(dice.between(-140.0, 75.0))];
            let (radius, more) = if k < MOLES {
                (dice.between(0.6, 1.7), dice.between(2.0, 5.0))
            } else {
                (dice.between(0.35, 1.0), dice.between(1.1, 1.55))
            };
            let melanin = single(1.0 + (more - 1.0) * shown);
            let blood = single(dice.between(0.9, 1.3));
            self.spots.push(Spot { at, radius_mm: single(radius), blood, melanin, soft: 1.0 });
        }
        for (k, spot) in self.spots.iter().enumerate() {
            let reach = 1.7 * spot.radius_mm;
            for cell in reached(spot.at, spot.at, reach) {
                self.cells[cell].spots.push(u16::try_from(k).unwrap_or(0));
            }
        }
    }

    fn lay_hairs(&mut self, dice: &mut Dice) {
        for _ in 0..HAIRS {
            let at = [dice.between(-95.0, 95.0), dice.between(-120.0, 60.0)];
            let (long, turned) = (dice.between(1.5, 5.0), dice.between(-2.4, -0.7));
            let from = at.map(single);
            let to = [at[0] + long * turned.cos(), at[1] + long * turned.sin()].map(single);
            self.hairs.push(Hair { from, to });
        }
        for (k, hair) in self.hairs.iter().enumerate() {
            for cell in reached(hair.from, hair.to, 0.6) {
                self.cells[cell].hairs.push(u16::try_from(k).unwrap_or(0));
            }
        }
    }
}

const MOLES: usize = 28;
const FRECKLES: usize = 520;
const HAIRS: usize = 150;

/// Wavelength in millimetres, and how much of melanin's and blood's logarithm swings with it.
const MOTTLE: [(f32, f32, f32); 6] = [
    (34.0, 0.16, 0.30),
    (11.0, 0.10, 0.26),
    (4.1, 0.09, 0.26),
    (1.7, 0.09, 0.26),
    (0.8, 0.08, 0.20),
    (0.37, 0.06, 0.12),
];

fn pore(u: f32, v: f32, pitch: f32, seed: u32, grain: Grain, touch: &mut Touch) {
    let seen = grain.sees(0.45);
    if seen <= 0.0 {
        return;
    }
    // Each layer lies askew, so that no rows of pores are seen.
    let (x, y) = ((0.86 * u + 0.51 * v) / pitch, (0.86 * v - 0.51 * u) / pitch);
    let ((column, fx), (row, fy)) = (split(x), split(y));
    let hash = cell(column, row, seed);
    let (dx, dy) =
        ((fx - 0.25 - 0.5 * part(hash, 0)) * pitch, (fy - 0.25 - 0.5 * part(hash, 1)) * pitch);
    let radius = 0.07 + 0.1 * part(hash, 2) * part(hash, 2);
    let hole = (-(dx * dx + dy * dy) / (2.0 * radius * radius)).exp() * part(hash, 3);
    let steep = seen * 0.03 * hole / (radius * radius);
    touch.slope[0] += steep * (0.86 * dx - 0.51 * dy);
    touch.slope[1] += steep * (0.51 * dx + 0.86 * dy);
    touch.shade += seen * 0.22 * hole;
}

fn cell_of(u: f32, v: f32) -> Option<usize> {
    let (x, y) = ((u - CORNER[0]) / CELL_MM, (v - CORNER[1]) / CELL_MM);
    (x >= 0.0 && y >= 0.0).then_some(())?;
    let (column, row) = (index32(x, COLUMNS), index32(y, ROWS));
    (column < COLUMNS && row < ROWS).then_some(row * COLUMNS + column)
}

/// The cells that something between two places reaches into.
fn reached(from: [f32; 2], to: [f32; 2], reach: f32) -> Vec<usize> {
    let bound = |k: usize| (from[k].min(to[k]) - reach, from[k].max(to[k]) + reach);
    let ((left, right), (bottom, top)) = (bound(0), bound(1));
    let mut cells = Vec::new();
    let mut v = bottom;
    while v < top + CELL_MM {
        let mut u = left;
        while u < right + CELL_MM {
            cells.extend(cell_of(u.min(right), v.min(top)));
            u += CELL_MM;
        }
        v += CELL_MM;
    }
    cells.sort_unstable();
    cells.dedup();
    cells
}

fn distance(hair: Hair, u: f32, v: f32) -> f32 {
    let along = [hair.to[0] - hair.from[0], hair.to[1] - hair.from[1]];
    let to = [u - hair.from[0], v - hair.from[1]];
    let length = along[0] * along[0] + along[1] * along[1];
    let t = ((along[0] * to[0] + along[1] * to[1]) / length.max(1e-6)).clamp(0.0, 1.0);
    let (x, y) = (to[0] - t * along[0], to[1] - t * along[1]);
    (x * x + y * y).sqrt()
}

/// How grainy hair and cloth are at a place: about 0, with a deviation of about 1.
pub(crate) fn grainy(x: f32, y: f32, seed: u32) -> f32 {
    let ((column, _), (row, _)) = (split(x), split(y));
    bell(cell(column, row, seed))
}
