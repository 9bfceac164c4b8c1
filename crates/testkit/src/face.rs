//! An invented head: a surface around an axis, with nose, sockets, mouth and chin, nobody's; where its brows, lids, lips
//! and hair are; and how it is turned.
//!
//! The surface is a mesh: what is drawn and what is true are the same triangles, so a place on one photograph is known on
//! another as exactly as numbers go.

#![expect(
    clippy::indexing_slicing,
    reason = "vertices are counted in rows of a mesh whose size is fixed above"
)]

use crate::{
    noise::{Dice, swell},
    number::{index32, low, name, real, real32, single},
    skin::{Place, grainy},
};

/// Millimetres of skin to a radian around the axis.
pub(crate) const AROUND_MM: f32 = 85.0;

const COLUMNS: usize = 321;
const ROWS: usize = 257;
const U: [f32; 2] = [-192.0, 192.0];
const V: [f32; 2] = [-195.0, 112.0];

/// How a head is held, in degrees and millimetres, as the camera sees it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pose {
    /// Turned to the picture's right.
    pub yaw_deg: f64,
    /// Nodded down.
    pub pitch_deg: f64,
    /// Tilted clockwise.
    pub roll_deg: f64,
    /// Moved to the picture's right and up.
    pub moved_mm: [f64; 2],
}

/// A face that is not quite at rest: a smooth movement of the skin.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expression {
    /// How far the corners of the mouth are drawn up and out, in millimetres.
    pub smile_mm: f64,
    /// How far the cheeks are pushed up, in millimetres.
    pub cheeks_mm: f64,
    /// How far the brows are raised, in millimetres.
    pub brows_mm: f64,
}

/// What lies at a place of the head besides skin, each from 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Zone {
    pub(crate) hair: f32,
    pub(crate) cloth: f32,
    /// How dark a fold is.
    pub(crate) fold: f32,
    /// Whether this is skin that can be measured: neither lid, lip, brow, ear nor throat.
    pub(crate) open: bool,
    pub(crate) place: Place,
}

/// An invented head.
#[derive(Debug, Clone)]
pub struct Head {
    pub(crate) seed: u64,
    shape: Shape,
    /// Points of the surface, row by row from below.
    pub(crate) points: Vec<[f32; 3]>,
    /// How much light of all around reaches a point, from 0 to 1.
    pub(crate) open: Vec<f32>,
    pub(crate) triangles: Vec<[u32; 3]>,
    radius: Vec<f32>,
}

/// What differs between heads.
#[derive(Debug, Clone)]
struct Shape {
    width: f32,
    jaw: f32,
    nose_long: f32,
    nose_high: f32,
    nose_wide: f32,
    eyes_apart: f32,
    eyes_wide: f32,
    brow_at: f32,
    brow_thick: f32,
    mouth_at: f32,
    mouth_wide: f32,
    lips_full: f32,
    chin: f32,
    cheek: f32,
    hairline: f32,
    hair: [f32; 3],
}

impl Shape {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, 2);
        let mut about =
            |middle: f64, spread: f64| single(dice.between(middle - spread, middle + spread));
        Self {
            width: about(1.0, 0.05),
            jaw: about(1.0, 0.08),
            nose_long: about(46.0, 4.0),
            nose_high: about(21.0, 3.5),
            nose_wide: about(1.0, 0.18),
            eyes_apart: about(33.5, 2.0),
            eyes_wide: about(14.0, 1.2),
            brow_at: about(17.5, 2.0),
            brow_thick: about(1.0, 0.25),
            mouth_at: about(-73.0, 3.0),
            mouth_wide: about(25.0, 2.5),
            lips_full: about(1.0, 0.2),
            chin: about(6.0, 2.5),
            cheek: about(5.0, 2.0),
            hairline: about(64.0, 4.0),
            hair: {
                let (dark, warm) = (about(0.024, 0.015), about(0.75, 0.13));
                [dark, dark * warm, dark * warm * warm]
            },
        }
    }
}

/// A hill of height 1: nearly that of a normal distribution, and nothing from four deviations on.
fn bump(x: f32, y: f32) -> f32 {
    let near = (1.0 - (x * x + y * y) / 16.0).max(0.0);
    let square = near * near;
    square * square * square * square
}

fn step(from: f32, to: f32, at: f32) -> f32 {
    let t = ((at - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A smooth curve through points (height, value), straight beyond its ends.
fn curve(points: &[[f32; 2]], at: f32) -> f32 {
    let next = points.iter().position(|point| at < point[0]).unwrap_or(points.len() - 1).max(1);
    let (one, two) = (points[next - 1], points[next]);
    let slope = |before: [f32; 2], after: [f32; 2]| (after[1] - before[1]) / (after[0] - before[0]);
    let wide = two[0] - one[0];
    let rise = slope(points[next.saturating_sub(2)], two) * wide;
    let on = slope(one, points[(next + 1).min(points.len() - 1)]) * wide;
    let t = ((at - one[0]) / wide).clamp(0.0, 1.0);
    let (square, cube) = (t * t, t * t * t);
    one[1] * (2.0 * cube - 3.0 * square + 1.0)
        + rise * (cube - 2.0 * square + t)
        + two[1] * (3.0 * square - 2.0 * cube)
        + on * (cube - square)
}

impl Head {
    /// Of a seed.
    pub fn new(seed: u64) -> Self {
        let shape = Shape::new(seed);
        let radius: Vec<f32> = (0..ROWS * COLUMNS)
            .map(|k| radius(&shape, u_of(k % COLUMNS), v_of(k / COLUMNS)))
            .collect();
        let points = radius
            .iter()
            .enumerate()
            .map(|(k, radius)| {
                let (sine, cosine) = (u_of(k % COLUMNS) / AROUND_MM).sin_cos();
                [radius * sine, v_of(k / COLUMNS), radius * cosine]
            })
            .collect();
        let open = openness(&radius);
        Self { seed, shape, points, open, triangles: lattice(COLUMNS, ROWS), radius }
    }

    /// Where on the skin a point of the surface lies.
    pub(crate) fn skin_of(vertex: usize) -> [f32; 2] {
        [u_of(vertex % COLUMNS), v_of(vertex / COLUMNS)]
    }

    /// The neighbours of a point, right, left, above and below.
    pub(crate) fn around(vertex: usize) -> [usize; 4] {
        let (column, row) = (vertex % COLUMNS, vertex / COLUMNS);
        [
            row * COLUMNS + (column + 1).min(COLUMNS - 1),
            row * COLUMNS + column.saturating_sub(1),
            (row + 1).min(ROWS - 1) * COLUMNS + column,
            row.saturating_sub(1) * COLUMNS + column,
        ]
    }

    /// The point of the surface at a place of the skin.
    pub fn point(&self, u: f32, v: f32) -> [f32; 3] {
        let radius = self.radius_at(u, v);
        let (sine, cosine) = (u / AROUND_MM).sin_cos();
        [radius * sine, v, radius * cosine]
    }

    fn radius_at(&self, u: f32, v: f32) -> f32 {
        let x = ((u - U[0]) / (U[1] - U[0]) * real32(COLUMNS - 1)).clamp(0.0, real32(COLUMNS - 1));
        let y = ((v - V[0]) / (V[1] - V[0]) * real32(ROWS - 1)).clamp(0.0, real32(ROWS - 1));
        let (column, row) = (index32(x, COLUMNS - 2), index32(y, ROWS - 2));
        let (fx, fy) = (x - real32(column), y - real32(row));
        let at = row * COLUMNS + column;
        let across = |at: usize| self.radius[at] + (self.radius[at + 1] - self.radius[at]) * fx;
        let (below, above) = (across(at), across(at + COLUMNS));
        below + (above - below) * fy
    }

    /// How far a point lies beneath the surface; negative above it.
    fn depth(&self, point: [f32; 3]) -> f32 {
        let [x, y, z] = point;
        if !(V[0]..V[1]).contains(&y) {
            return -99.0;
        }
        let around = x.atan2(z) * AROUND_MM;
        if !(U[0]..=U[1]).contains(&around) {
            return -99.0;
        }
        self.radius_at(around, y) - (x * x + z * z).sqrt()
    }

    /// How much of a light reaches a point: 1 all, 0 none. The light is as broad as a window.
    pub(crate) fn lit(&self, from: [f32; 3], towards: [f32; 3]) -> f32 {
        let mut lit = 1.0_f32;
        let mut far = 3.0_f32;
        while far < 110.0 {
            let at = [0, 1, 2].map(|k| from[k] + towards[k] * far);
            lit = lit.min(0.5 - self.depth(at) / (0.22 * far));
            if lit <= 0.0 {
                return 0.0;
            }
            far *= 1.28;
        }
        lit.min(1.0)
    }

    /// How far a point has moved with an expression.
    pub(crate) fn moved(&self, skin: [f32; 2], expression: Expression) -> [f32; 3] {
        let [u, v] = skin;
        let shape = &self.shape;
        let (smile, cheeks, brows) = (
            single(expression.smile_mm),
            single(expression.cheeks_mm),
            single(expression.brows_mm),
        );
        let mut moved = [0.0; 3];
        for side in [-1.0_f32, 1.0] {
            let corner =
                bump((u - side * shape.mouth_wide) / 15.0, (v - shape.mouth_at) / 13.0) * smile;
            let cheek = bump((u - side * 40.0) / 20.0, (v + 35.0) / 18.0) * cheeks;
            let brow = bump((u - side * 32.0) / 20.0, (v - shape.brow_at) / 10.0) * brows;
            moved[0] += side * 0.8 * corner;
            moved[1] += 0.7 * corner + 0.8 * cheek + brow;
            moved[2] += 0.5 * cheek - 0.3 * corner;
        }
        moved
    }

    /// What lies at a place besides skin.
    pub(crate) fn zone(&self, u: f32, v: f32) -> Zone {
        let mut zone = Zone { open: true, ..Zone::default() };
        self.flush(u, v, &mut zone);
        for side in [-1.0, 1.0] {
            self.eye(side * u, v, &mut zone);
        }
        self.mouth(u, v, &mut zone);
        let nostril = u.abs() - 6.8 * self.shape.nose_wide;
        let under = v + self.shape.nose_long + 4.6;
        zone.fold += 0.85 * bump(nostril / 2.3, under / 1.25);
        let wing = bump((u.abs() - 16.5 * self.shape.nose_wide) / 1.3, (v + 43.0) / 5.0);
        zone.fold += 0.22 * wing;
        self.crown(u, v, &mut zone);
        let throat = v < jaw(u) + 6.0;
        zone.open &= !throat && u.abs() < 92.0 && v < self.shape.hairline - 5.0;
        zone
    }

    /// The colour of hair, in linear light.
    pub(crate) fn hair(&self, u: f32, v: f32) -> [f32; 3] {
        let strand = 1.0
            + 0.45 * swell(u * 1.6, v * 0.09, low(self.seed))
            + 0.3 * swell(u * 0.35, v * 0.03, low(self.seed));
        self.shape.hair.map(|part| part * strand.max(0.2))
    }

    /// Where the face is redder or browner than the rest of it.
    fn flush(&self, u: f32, v: f32, zone: &mut Zone) {
        let cheeks = bump((u.abs() - 44.0) / 17.0, (v + 32.0) / 16.0);
        let nose = bump(u / 11.0, (v + self.shape.nose_long - 4.0) / 10.0);
        let chin = bump(u / 16.0, (v + 98.0) / 10.0);
        zone.place.blood += 0.38 * cheeks + 0.42 * nose + 0.16 * chin;
        let socket = bump((u.abs() - self.shape.eyes_apart) / 14.0, (v + 5.0) / 9.0);
        zone.place.melanin += 0.22 * socket;
        zone.place.blood += 0.2 * socket;
    }

    /// A closed eye and its brow, of the side that `s` counts outwards from the nose.
    fn eye(&self, s: f32, v: f32, zone: &mut Zone) {
        let shape = &self.shape;
        if !(2.0..=75.0).contains(&s) || !(-32.0..=48.0).contains(&v) {
            return;
        }
        let t = (s - shape.eyes_apart) / shape.eyes_wide;
        let inside = step(1.15, 0.95, t.abs());
        let edge = -2.0 - 4.6 * (1.0 - t * t) + 1.2 * t;
        let lash = bump((v - edge) / 0.46, 0.0) * inside;
        zone.hair = zone.hair.max(0.9 * lash);
        let below = (edge - v).max(0.0);
        let strand = swell(s * 1.4 - 0.5 * below * t, 0.0, low(self.seed));
        let lashes = step(3.4, 0.0, below) * f32::from(u8::from(v < edge)) * inside;
        zone.hair = zone.hair.max(lashes * step(0.05, 0.4, strand) * 0.8);
        let crease = 4.6 - 4.0 * t * t;
        zone.fold += 0.3 * bump((v - crease) / 0.64, 0.0) * inside;
        zone.fold += 0.1 * bump((v - edge + 7.5) / 1.13, 0.0) * inside;
        if t.abs() < 1.35 && (-13.0..10.0).contains(&v) {
            zone.open = false;
        }
        self.brow(s, v, zone);
    }

    fn brow(&self, s: f32, v: f32, zone: &mut Zone) {
        let shape = &self.shape;
        let along = (s - 13.0) / 43.0;
        if !(-0.1..1.1).contains(&along) {
            return;
        }
        let middle = shape.brow_at + 5.5 * (along * 2.6).sin() - 4.0 * along * along;
        let thick = shape.brow_thick * (3.6 - 2.4 * along);
        let across = (v - middle) / thick;
        let body = step(1.25, 0.5, across.abs()) * step(-0.08, 0.1, along) * step(1.05, 0.8, along);
        // Strokes rise steeply near the nose and lie flat outside.
        let turned = 0.6 - 1.1 * along;
        let strand =
            swell((s - turned * (v - middle)) * 1.5, (v - middle) * 0.25, low(self.seed) ^ 5);
        zone.hair = zone.hair.max(body * (0.62 + 1.0 * strand).clamp(0.0, 0.95));
        zone.open &= across.abs() > 1.5;
    }

    fn mouth(&self, u: f32, v: f32, zone: &mut Zone) {
        let shape = &self.shape;
        let t = u / shape.mouth_wide;
        if t.abs() > 1.3 || (v - shape.mouth_at).abs() > 22.0 {
            return;
        }
        let inside = step(1.08, 0.9, t.abs());
        let line = shape.mouth_at + 1.4 * t * t - 0.7 * bump(u / 4.0, 0.0);
        let bow = 1.0 + 0.18 * (bump((u.abs() - 5.0) / 4.0, 0.0) - bump(u / 3.0, 0.0));
        let round = (1.0 - t * t).max(0.0).sqrt();
        let upper = line + 7.0 * shape.lips_full * round * bow;
        let lower = line - 9.0 * shape.lips_full * round;
        let lip = step(upper + 0.9, upper - 0.9, v) * step(lower - 1.2, lower + 1.2, v) * inside;
        zone.place.blood += 1.45 * lip;
        zone.place.melanin -= 0.25 * lip;
        zone.fold += 0.8 * bump((v - line) / 0.53, 0.0) * inside;
        let wrinkle = swell(u * 0.9, v * 0.12, low(self.seed) ^ 9);
        zone.fold += 0.09 * lip * step(0.1, 0.5, wrinkle);
        if t.abs() < 1.2 && v < upper + 3.0 && v > lower - 3.5 {
            zone.open = false;
        }
    }

    /// Hair, and the band that keeps it out of the face.
    fn crown(&self, u: f32, v: f32, zone: &mut Zone) {
        let line = self.line(u);
        zone.cloth = zone.cloth.max(step(line, line + 0.8, v) * step(line + 24.0, line + 23.0, v));
        let nape = step(143.0, 147.0, u.abs()) * step(-90.0, -80.0, v) * step(line + 1.0, line, v);
        let behind = step(line + 22.0, line + 24.0, v).max(nape);
        zone.hair = zone.hair.max(behind);
        let weave = grainy(u * 2.0, v * 2.0, 77);
        zone.fold += 0.02 * zone.cloth * weave;
        zone.open &= v < line - 3.0;
    }

    /// The height of the hairline.
    fn line(&self, u: f32) -> f32 {
        hairline(&self.shape, u)
    }
}

fn hairline(shape: &Shape, u: f32) -> f32 {
    shape.hairline - 4.0 * step(8.0, 45.0, u.abs()) - 44.0 * step(50.0, 118.0, u.abs())
}

fn u_of(column: usize) -> f32 {
    U[0] + (U[1] - U[0]) * real32(column) / real32(COLUMNS - 1)
}

fn v_of(row: usize) -> f32 {
    V[0] + (V[1] - V[0]) * real32(row) / real32(ROWS - 1)
}

/// How far from the axis the surface is.
fn radius(shape: &Shape, u: f32, v: f32) -> f32 {
    let jaw = jaw(u);
    let face = step(jaw - 13.0, jaw + 5.0, v);
    let round = oval(u, throat(v)) * (1.0 - face) + oval(u, skull(shape, u, v)) * face;
    let line = hairline(shape, u);
    let hair = 3.0 * step(line - 2.5, line + 2.5, v) + 5.0 * step(line + 20.0, line + 32.0, v);
    let tall = ((v + 14.0) / 23.0).powi(4);
    let ear = 15.0 * bump((u.abs() - 131.0) / 6.5, 0.0) * (-tall).exp();
    round + features(shape, u, v) * face + hair + ear
}

/// The radius of an oval of half so wide and deep.
fn oval(u: f32, [wide, deep]: [f32; 2]) -> f32 {
    let around = u / AROUND_MM;
    let (sine, cosine) = (around.sin().abs() / wide, around.cos().abs() / deep);
    1.0 / (sine.powf(2.25) + cosine.powf(2.25)).powf(1.0 / 2.25)
}

fn throat(v: f32) -> [f32; 2] {
    [curve(&[[-195.0, 63.0], [-165.0, 53.0], [-120.0, 51.0], [-40.0, 56.0]], v), 44.0]
}

fn skull(shape: &Shape, u: f32, v: f32) -> [f32; 2] {
    let wide = curve(
        &[
            [-125.0, 46.0 * shape.jaw],
            [-100.0, 54.0 * shape.jaw],
            [-65.0, 63.0 * shape.jaw],
            [-10.0, 70.0],
            [30.0, 73.0],
            [62.0, 68.0],
            [88.0, 51.0],
            [103.0, 28.0],
            [112.0, 3.0],
        ],
        v,
    ) * shape.width;
    let deep = if (u / AROUND_MM).cos() >= 0.0 {
        curve(
            &[
                [-125.0, 78.0],
                [-98.0, 84.0],
                [-60.0, 85.0],
                [0.0, 85.0],
                [30.0, 90.0],
                [58.0, 86.0],
                [88.0, 61.0],
                [103.0, 33.0],
                [112.0, 3.0],
            ],
            v,
        )
    } else {
        curve(&[[-125.0, 62.0], [0.0, 86.0], [55.0, 86.0], [88.0, 60.0], [112.0, 3.0]], v)
    };
    [wide, deep]
}

/// The height of the lower edge of the jaw.
fn jaw(u: f32) -> f32 {
    -114.0 + 10.0 * step(14.0, 45.0, u.abs()) + 46.0 * step(38.0, 118.0, u.abs())
}

fn features(shape: &Shape, u: f32, v: f32) -> f32 {
    let s = u.abs();
    let tip = -shape.nose_long;
    let down = ((v - 4.0) / (tip - 4.0)).clamp(0.0, 1.15);
    let ridge = shape.nose_high * (0.22 + 0.78 * down.powf(1.35));
    let spread = (5.5 + 4.8 * down * down) * shape.nose_wide;
    let nose = ridge * bump(u / spread, 0.0) * step(22.0, 0.0, v) * step(tip - 9.0, tip + 4.0, v);
    let wings = 8.5 * bump((s - 12.0 * shape.nose_wide) / 4.6, (v - tip - 1.0) / 5.2);
    let socket = -9.0 * bump((s - shape.eyes_apart + 1.0) / 14.0, (v - 3.0) / 9.5);
    let ball = 6.0 * bump((s - shape.eyes_apart) / 9.0, (v + 1.0) / 6.5);
    let ridge_of_brow = 3.6 * bump((s - 24.0) / 19.0, (v - shape.brow_at + 1.0) / 7.0);
    let cheek = shape.cheek * bump((s - 47.0) / 17.0, (v + 24.0) / 15.0);
    let groove = -1.7 * bump(u / 2.6, (v + 60.0) / 5.5);
    let at = shape.mouth_at;
    let (wide, full) = (shape.mouth_wide * 0.62, shape.lips_full);
    let lips = 4.4 * full * bump(u / wide, (v - at - 4.0) / 3.6)
        + 5.2 * full * bump(u / wide, (v - at + 5.5) / 4.2)
        - 2.6 * bump(u / (wide * 1.3), (v - at) / 1.7)
        - 2.2 * bump((s - shape.mouth_wide) / 4.5, (v - at) / 4.0);
    let beneath = -4.2 * bump(u / 17.0, (v + 89.0) / 4.6);
    let chin = shape.chin * bump(u / 14.0, (v + 101.0) / 8.5);
    // The fold from the wing of the nose to beside the mouth.
    let fold_at = 17.5 + 13.0 * ((-44.0 - v) / 28.0);
    let fold = -1.3 * bump((s - fold_at) / 2.6, (v + 56.0) / 13.0);
    nose + wings + socket + ball + ridge_of_brow + cheek + groove + lips + beneath + chin + fold
}

/// How much of the light from all around reaches each point: less in hollows, told from the surface around it.
fn openness(radius: &[f32]) -> Vec<f32> {
    let mut broad = radius.to_vec();
    for reach in [3_usize, 5, 8] {
        broad = smoothed(&broad, reach, 1, COLUMNS);
        broad = smoothed(&broad, reach, COLUMNS, ROWS);
    }
    radius
        .iter()
        .zip(&broad)
        .map(|(one, broad)| (1.0 - 0.075 * (broad - one).max(-2.0)).clamp(0.35, 1.08))
        .collect()
}

/// The mean over so many neighbours to both sides, along rows (`stride` 1) or columns.
fn smoothed(values: &[f32], reach: usize, stride: usize, length: usize) -> Vec<f32> {
    (0..values.len())
        .map(|k| {
            let place = (k / stride) % length;
            let first = k - place.min(reach) * stride;
            let count = place.min(reach) + 1 + reach.min(length - 1 - place);
            let sum: f64 = (0..count).map(|n| f64::from(values[first + n * stride])).sum();
            single(sum / real(count))
        })
        .collect()
}

/// The triangles of a mesh of so many columns and rows.
pub(crate) fn lattice(columns: usize, rows: usize) -> Vec<[u32; 3]> {
    let mut triangles = Vec::with_capacity(2 * (columns - 1) * (rows - 1));
    for row in 0..rows - 1 {
        for column in 0..columns - 1 {
            let at = row * columns + column;
            let [a, b, c, d] = [at, at + 1, at + columns, at + columns + 1].map(name);
            triangles.push([a, b, d]);
            triangles.push([a, d, c]);
        }
    }
    triangles
}
