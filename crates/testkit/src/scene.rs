//! A scene: a head with its skin, held some way, in some light, before a camera; and how it is drawn.
//!
//! The mesh of the head is laid on the picture triangle by triangle, in bands of rows; each pixel then looks up what its
//! skin is. The wall behind and the shoulders beneath stay where they are when the head turns, as they do in a clinic: who
//! lays two pictures over one another by what is easiest to see lays walls over walls.

#![expect(
    clippy::indexing_slicing,
    reason = "triangles name vertices of the list that they were made with, and pixels are counted in rows of the picture's width"
)]

use std::ops::Range;

use percuta_imaging::Photo;
use rayon::prelude::*;

use crate::{
    camera::{Camera, linear},
    face::{Expression, Head, Pose, Zone, lattice},
    noise::swell,
    number::{index, low, name, real, real32, single},
    pigment::{Illuminant, Palette},
    skin::{Grain, Skin, State, grainy},
};

/// The light in the room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Its colour.
    pub illuminant: Illuminant,
    /// From where the main lamp shines: degrees to the picture's right.
    pub azimuth_deg: f64,
    /// Degrees above.
    pub elevation_deg: f64,
    /// How strong it is.
    pub key: f64,
    /// How strong the lamp across from it is.
    pub fill: f64,
    /// How strong the light from all around is.
    pub around: f64,
    /// How much the skin shines.
    pub shine: f64,
}

impl Light {
    /// Two soft lamps and a bright room.
    pub fn clinic() -> Self {
        Self {
            illuminant: Illuminant::Daylight,
            azimuth_deg: -32.0,
            elevation_deg: 34.0,
            key: 0.5,
            fill: 0.3,
            around: 0.4,
            shine: 0.06,
        }
    }

    /// One hard lamp from the side: every pore throws a shadow.
    pub fn raking() -> Self {
        Self {
            azimuth_deg: 82.0,
            elevation_deg: 12.0,
            key: 1.25,
            fill: 0.0,
            around: 0.12,
            ..Self::clinic()
        }
    }

    /// Mostly from a window at the side.
    pub fn window() -> Self {
        Self {
            azimuth_deg: 62.0,
            elevation_deg: 15.0,
            key: 0.85,
            fill: 0.05,
            around: 0.3,
            ..Self::clinic()
        }
    }

    /// As in the clinic, of light bulbs, with a camera that does not know it.
    pub fn tungsten() -> Self {
        Self { illuminant: Illuminant::Glowing(2856.0), ..Self::clinic() }
    }

    fn towards(self) -> [f32; 3] {
        towards(self.azimuth_deg, self.elevation_deg)
    }

    /// How bright a surface is; `open` is how much of the surroundings it sees, `lit` how much of the main lamp.
    fn on(self, lamps: &Lamps, normal: [f32; 3], open: f32, lit: f32) -> f32 {
        let around = lamps.around * open * (0.85 + 0.15 * normal[1]);
        let key = lamps.key * lit * dot(normal, lamps.towards).max(0.0);
        let fill = lamps.fill * open * dot(normal, lamps.across).max(0.0);
        around + key + fill
    }
}

fn towards(azimuth_deg: f64, elevation_deg: f64) -> [f32; 3] {
    let (azimuth, elevation) = (azimuth_deg.to_radians(), elevation_deg.to_radians());
    [elevation.cos() * azimuth.sin(), elevation.sin(), elevation.cos() * azimuth.cos()].map(single)
}

/// A light's numbers as they are needed at every pixel.
#[derive(Debug)]
struct Lamps {
    towards: [f32; 3],
    across: [f32; 3],
    half: [f32; 3],
    key: f32,
    fill: f32,
    around: f32,
    shine: f32,
}

/// A card of 24 known colours, held before the chest, facing the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Card {
    /// Where its middle is, in millimetres from the axis of the head.
    pub at_mm: [f64; 2],
    /// How wide it is.
    pub width_mm: f64,
    /// Turned clockwise.
    pub turned_deg: f64,
}

impl Card {
    /// Held beneath the chin.
    pub fn beneath() -> Self {
        Self { at_mm: [62.0, -138.0], width_mm: 64.0, turned_deg: 4.0 }
    }

    /// Its 24 colours in sRGB, row by row.
    pub const COLOURS: [[u8; 3]; 24] = [
        [115, 82, 68],
        [194, 150, 130],
        [98, 122, 157],
        [87, 108, 67],
        [133, 128, 177],
        [103, 189, 170],
        [214, 126, 44],
        [80, 91, 166],
        [193, 90, 99],
        [94, 60, 108],
        [157, 188, 64],
        [224, 163, 46],
        [56, 61, 150],
        [70, 148, 73],
        [175, 54, 60],
        [231, 199, 31],
        [187, 86, 149],
        [8, 133, 161],
        [243, 243, 242],
        [200, 200, 200],
        [160, 160, 160],
        [122, 122, 121],
        [85, 85, 85],
        [52, 52, 52],
    ];

    const DEPTH_MM: f64 = 70.0;

    /// The colour of the card at a place, in linear light; `None` beside it.
    fn at(&self, x: f64, y: f64) -> Option<[f32; 3]> {
        let (sine, cosine) = self.turned_deg.to_radians().sin_cos();
        let (x, y) = (x - self.at_mm[0], y - self.at_mm[1]);
        let (right, down) = (cosine * x - sine * y, -(sine * x + cosine * y));
        // Six columns and four rows, a border of a third of a patch.
        let patch = self.width_mm / 6.66;
        let (column, row) = (right / patch + 3.0, down / patch + 2.0);
        if !(-0.33..6.33).contains(&column) || !(-0.33..4.33).contains(&row) {
            return None;
        }
        let gap = |at: f64| (at - at.floor() - 0.5).abs() > 0.43;
        let inside = (0.0..6.0).contains(&column) && (0.0..4.0).contains(&row);
        if !inside || gap(column) || gap(row) {
            return Some([0.03; 3]);
        }
        let colour = Self::COLOURS.get(index(row, 3) * 6 + index(column, 5))?;
        Some(colour.map(linear))
    }
}

/// Everything that a photograph is taken of.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// Whose head.
    pub head: &'a Head,
    /// Whose skin.
    pub skin: &'a Skin,
    /// What comes and goes on it.
    pub state: State,
    /// How the head is held.
    pub pose: Pose,
    /// The face, not quite at rest.
    pub expression: Expression,
    /// The light.
    pub light: Light,
    /// The camera.
    pub camera: Camera,
    /// A colour card.
    pub card: Option<Card>,
}

impl<'a> Scene<'a> {
    /// A head and its skin at rest in the clinic's light.
    pub fn of(head: &'a Head, skin: &'a Skin, camera: Camera) -> Self {
        Self {
            head,
            skin,
            state: State::default(),
            pose: Pose::default(),
            expression: Expression::default(),
            light: Light::clinic(),
            camera,
            card: None,
        }
    }

    /// The photograph of it.
    ///
    /// `None` where the camera has no pixels.
    pub fn shoot(&self) -> Option<Photo> {
        let stage = Stage::set(self);
        self.camera.expose(stage.draw(None).light)
    }

    /// What a pixel of skin is coloured like in daylight, evenly lit, before and after.
    pub(crate) fn both(
        &self,
        after: &State,
        skin: [f32; 2],
        grain: Grain,
    ) -> Option<[[f32; 3]; 2]> {
        let place = self.head.zone(skin[0], skin[1]).place;
        let one = self.skin.at(skin, grain, &self.state, place);
        let two = self.skin.at(skin, grain, after, place);
        let differ = (one.ln_blood - two.ln_blood).abs() + (one.ln_melanin - two.ln_melanin).abs();
        (differ > 0.0).then(|| [self.skin.colour(&one), self.skin.colour(&two)])
    }

    fn turn(&self) -> [[f64; 3]; 3] {
        let (sy, cy) = self.pose.yaw_deg.to_radians().sin_cos();
        let (sp, cp) = self.pose.pitch_deg.to_radians().sin_cos();
        let (sr, cr) = (-self.pose.roll_deg).to_radians().sin_cos();
        let yaw = [[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]];
        let pitch = [[1.0, 0.0, 0.0], [0.0, cp, -sp], [0.0, sp, cp]];
        let roll = [[cr, -sr, 0.0], [sr, cr, 0.0], [0.0, 0.0, 1.0]];
        product(roll, product(pitch, yaw))
    }
}

fn product(one: [[f64; 3]; 3], two: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    one.map(|row| [0, 1, 2].map(|k| row[0] * two[0][k] + row[1] * two[1][k] + row[2] * two[2][k]))
}

fn turned(by: &[[f64; 3]; 3], point: [f64; 3]) -> [f64; 3] {
    by.map(|row| row[0] * point[0] + row[1] * point[1] + row[2] * point[2])
}

fn dot(one: [f32; 3], two: [f32; 3]) -> f32 {
    one[0] * two[0] + one[1] * two[1] + one[2] * two[2]
}

fn unit(of: [f32; 3]) -> [f32; 3] {
    let length = dot(of, of).sqrt().max(1e-9);
    of.map(|part| part / length)
}

fn cross(one: [f32; 3], two: [f32; 3]) -> [f32; 3] {
    [
        one[1] * two[2] - one[2] * two[1],
        one[2] * two[0] - one[0] * two[2],
        one[0] * two[1] - one[1] * two[0],
    ]
}

/// A point of a mesh as the camera sees it.
#[derive(Debug, Clone, Copy)]
struct Vertex {
    /// Column, row, and distance before the camera.
    seen: [f64; 3],
    normal: [f32; 3],
    skin: [f32; 2],
    open: f32,
    lit: f32,
}

/// A scene with everything in its place.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    scene: &'a Scene<'a>,
    vertices: Vec<Vertex>,
    triangles: Vec<[u32; 3]>,
    /// From this triangle on it is the shoulders.
    body_from: u32,
    up: [f32; 3],
    lamps: Lamps,
    palette: Palette,
}

/// What was drawn.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Linear light.
    pub(crate) light: Vec<[f32; 3]>,
    /// Where on the skin each pixel is; not a number where it shows none.
    pub(crate) skin: Vec<[f32; 2]>,
    /// How far before the camera; 0 where there is only the wall.
    pub(crate) far: Vec<f32>,
    /// Where on the other photograph the same skin is; not a number where that is not known.
    pub(crate) place: Vec<[f32; 2]>,
    /// 255 where there is skin that can be measured.
    pub(crate) open: Vec<u8>,
}

const BAND: usize = 24;
const BODY_COLUMNS: usize = 121;
const BODY_ROWS: usize = 61;

impl<'a> Stage<'a> {
    /// Puts everything where it is.
    pub(crate) fn set(scene: &'a Scene<'a>) -> Self {
        let turn = scene.turn();
        let light = scene.light;
        let (key, across) = (light.towards(), towards(-light.azimuth_deg + 8.0, 12.0));
        let lamps = Lamps {
            towards: key,
            across,
            half: unit([key[0], key[1], key[2] + 1.0]),
            key: single(light.key),
            fill: single(light.fill),
            around: single(light.around),
            shine: single(light.shine),
        };
        let mut stage = Self {
            scene,
            vertices: head(scene, &turn, key),
            triangles: scene.head.triangles.clone(),
            body_from: name(scene.head.triangles.len()),
            up: turned(&turn, [0.0, 1.0, 0.0]).map(single),
            lamps,
            palette: Palette::under(light.illuminant),
        };
        let first = name(stage.vertices.len());
        stage.vertices.extend(body(scene));
        stage.triangles.extend(
            lattice(BODY_COLUMNS, BODY_ROWS)
                .into_iter()
                .map(|one| one.map(|vertex| vertex + first)),
        );
        stage
    }

    /// Draws it; with another stage of the same head, every pixel learns where it is there.
    pub(crate) fn draw(&self, other: Option<(&Stage<'_>, &Frame)>) -> Frame {
        let (width, height) = (self.scene.camera.width, self.scene.camera.height);
        let pixels = width * height;
        let mut frame = Frame {
            light: vec![[0.0; 3]; pixels],
            skin: vec![[f32::NAN; 2]; pixels],
            far: vec![0.0; pixels],
            place: vec![[f32::NAN; 2]; if other.is_some() { pixels } else { 0 }],
            open: vec![0; pixels],
        };
        let bands = self.bands(height);
        let rows = width * BAND;
        let mut places: Vec<&mut [[f32; 2]]> = frame.place.chunks_mut(rows).collect();
        places.resize_with(bands.len(), Default::default);
        frame
            .light
            .par_chunks_mut(rows)
            .zip(frame.skin.par_chunks_mut(rows))
            .zip(frame.far.par_chunks_mut(rows))
            .zip(frame.open.par_chunks_mut(rows))
            .zip(places)
            .zip(bands)
            .enumerate()
            .for_each(|(band, (((((light, skin), far), open), place), triangles))| {
                let top = band * BAND;
                let held = self.lay(&triangles, top..(top + light.len() / width.max(1)));
                for (k, triangle) in held.iter().enumerate() {
                    let (x, y) = (k % width, top + k / width);
                    let pixel = self.pixel(x, y, *triangle);
                    (light[k], skin[k], far[k]) = (pixel.light, pixel.skin, pixel.far);
                    open[k] = if pixel.open { 255 } else { 0 };
                    if let (Some(to), Some((stage, frame))) = (place.get_mut(k), other) {
                        *to = stage.place(pixel, frame).unwrap_or([f32::NAN; 2]);
                    }
                }
            });
        frame
    }

    /// Which triangles reach into which band of rows.
    fn bands(&self, height: usize) -> Vec<Vec<u32>> {
        let count = height.div_ceil(BAND);
        let mut bands = vec![Vec::new(); count];
        for (k, triangle) in self.triangles.iter().enumerate() {
            let rows = triangle.map(|vertex| self.vertices[vertex as usize].seen[1]);
            let (top, bottom) =
                (rows[0].min(rows[1]).min(rows[2]), rows[0].max(rows[1]).max(rows[2]));
            if bottom < 0.0 || top > real(height) {
                continue;
            }
            let of = |row: f64| index(row / real(BAND), count - 1);
            for band in &mut bands[of(top)..=of(bottom)] {
                band.push(name(k));
            }
        }
        bands
    }

    /// Which triangle each pixel of a band shows; `u32::MAX` for the wall.
    fn lay(&self, triangles: &[u32], rows: Range<usize>) -> Vec<u32> {
        let width = self.scene.camera.width;
        let mut near = vec![0.0_f64; width * rows.len()];
        let mut held = vec![u32::MAX; width * rows.len()];
        for &name in triangles {
            let corners =
                self.triangles[name as usize].map(|vertex| self.vertices[vertex as usize].seen);
            let Some(shape) = Triangle::of(corners) else { continue };
            let bound = |k: usize| {
                let of = corners.map(|corner| corner[k]);
                (of[0].min(of[1]).min(of[2]).ceil(), of[0].max(of[1]).max(of[2]).floor())
            };
            let ((left, right), (top, bottom)) = (bound(0), bound(1));
            if right < 0.0 || bottom < real(rows.start) {
                continue;
            }
            for y in
                index(top, rows.end).max(rows.start)..(index(bottom, rows.end) + 1).min(rows.end)
            {
                for x in index(left, width)..(index(right, width) + 1).min(width) {
                    let Some(shares) = shape.shares(real(x), real(y)) else { continue };
                    let closeness = shape.closeness(shares);
                    let at = (y - rows.start) * width + x;
                    if closeness > near[at] {
                        (near[at], held[at]) = (closeness, name);
                    }
                }
            }
        }
        held
    }

    fn pixel(&self, x: usize, y: usize, triangle: u32) -> Pixel {
        if let Some(card) = self.card(x, y) {
            return Pixel { light: card, ..Pixel::nothing() };
        }
        let Some(corners) = self.triangles.get(triangle as usize) else {
            return Pixel { light: self.wall(x, y), ..Pixel::nothing() };
        };
        let corners = corners.map(|vertex| &self.vertices[vertex as usize]);
        let Some(shape) = Triangle::of(corners.map(|corner| corner.seen)) else {
            return Pixel::nothing();
        };
        let shares = shape.on_surface(real(x), real(y));
        let share = shares.map(single);
        let mix = |of: [f32; 3]| share[0] * of[0] + share[1] * of[1] + share[2] * of[2];
        let normal = unit([0, 1, 2].map(|k| mix(corners.map(|corner| corner.normal[k]))));
        let far = mix(corners.map(|corner| single(corner.seen[2])));
        let (open, lit) = (mix(corners.map(|one| one.open)), mix(corners.map(|one| one.lit)));
        let skin = [0, 1].map(|k| mix(corners.map(|corner| corner.skin[k])));
        let ground = Ground { normal, open, lit, far };
        if triangle >= self.body_from {
            return Pixel { light: self.gown(skin, &ground), far, ..Pixel::nothing() };
        }
        let zone = self.scene.head.zone(skin[0], skin[1]);
        let light = self.face(skin, &ground, &zone);
        Pixel { light, skin, far, open: zone.open, triangle, shares }
    }

    /// Where a pixel of another photograph of the same head is on this one.
    fn place(&self, pixel: Pixel, frame: &Frame) -> Option<[f32; 2]> {
        if pixel.triangle == u32::MAX {
            return None;
        }
        let corners = self.triangles[pixel.triangle as usize];
        let corners = corners.map(|vertex| self.vertices[vertex as usize].seen);
        // Shares of a point of the flat triangle; on the picture the nearer corners weigh more.
        let weights = [0, 1, 2].map(|k| pixel.shares[k] / corners[k][2]);
        let total = weights[0] + weights[1] + weights[2];
        let at = [0, 1]
            .map(|axis: usize| (0..3).map(|k| weights[k] * corners[k][axis]).sum::<f64>() / total);
        let far = 1.0 / total;
        let camera = &self.scene.camera;
        let inside = (0.0..=real(camera.width - 1)).contains(&at[0])
            && (0.0..=real(camera.height - 1)).contains(&at[1]);
        if !inside {
            return None;
        }
        let nearest = index(at[1] + 0.5, camera.height - 1) * camera.width
            + index(at[0] + 0.5, camera.width - 1);
        let shown = f64::from(frame.far[nearest]);
        (shown > 0.0 && far < shown + 1.5 && !frame.skin[nearest][0].is_nan())
            .then(|| at.map(single))
    }

    fn face(&self, skin: [f32; 2], ground: &Ground, zone: &Zone) -> [f32; 3] {
        let scene = self.scene;
        let [u, v] = skin;
        let facing = ground.normal[2].max(0.15);
        let grain =
            Grain { mm_per_px: ground.far / (single(scene.camera.focal_px()) * facing.sqrt()) };
        let covered = zone.hair.max(zone.cloth);
        if covered >= 1.0 {
            let shade = self.shade(ground.normal, ground) * (1.0 - zone.fold).max(0.05);
            return self.cover(skin, zone).map(|part| part * shade);
        }
        let touch = scene.skin.at(skin, grain, &scene.state, zone.place);
        let right = unit(cross(self.up, ground.normal));
        let above = cross(ground.normal, right);
        let normal = unit(
            [0, 1, 2]
                .map(|k| ground.normal[k] - touch.slope[0] * right[k] - touch.slope[1] * above[k]),
        );
        let shade =
            self.shade(normal, ground) * (1.0 - touch.shade.min(0.8)) * (1.0 - zone.fold).max(0.05);
        let bare = self.palette.skin(touch.ln_melanin, touch.ln_blood);
        let cover = self.cover(skin, zone);
        let oil = 0.6 + 0.8 * swell(u / 7.0, v / 7.0, low(scene.skin.seed));
        let glance = dot(normal, self.lamps.half).max(0.0).powi(28)
            + 0.25 * dot(normal, self.lamps.half).max(0.0).powi(6);
        let shine = self.lamps.shine * glance * oil.max(0.1) * ground.lit * (1.0 - covered);
        [0, 1, 2].map(|k| {
            let colour = bare[k] + (cover[k] - bare[k]) * covered;
            colour * shade + shine * self.palette.white[k]
        })
    }

    fn shade(&self, normal: [f32; 3], ground: &Ground) -> f32 {
        self.scene.light.on(&self.lamps, normal, ground.open, ground.lit)
    }

    /// Hair or cloth.
    fn cover(&self, skin: [f32; 2], zone: &Zone) -> [f32; 3] {
        let colour = if zone.hair > zone.cloth {
            self.scene.head.hair(skin[0], skin[1])
        } else {
            [0.72, 0.74, 0.75]
        };
        [0, 1, 2].map(|k| colour[k] * self.palette.white[k])
    }

    fn gown(&self, at: [f32; 2], ground: &Ground) -> [f32; 3] {
        let [u, v] = at;
        let fold = 1.0 + 0.22 * swell(u / 38.0, v / 70.0, 3) + 0.1 * swell(u / 11.0, v / 30.0, 4);
        let weave = 1.0 + 0.02 * grainy(u * 1.5, v * 1.5, 5);
        let shade = self.shade(ground.normal, ground) * fold * weave;
        let colour = [0.20, 0.30, 0.33];
        [0, 1, 2].map(|k| colour[k] * self.palette.white[k] * shade)
    }

    fn card(&self, x: usize, y: usize) -> Option<[f32; 3]> {
        let card = self.scene.card?;
        let [right, up] = self.scene.camera.on_plane(real(x), real(y), Card::DEPTH_MM);
        let colour = card.at(right, up)?;
        let shade = self.scene.light.on(&self.lamps, [0.0, 0.0, 1.0], 1.0, 1.0);
        Some([0, 1, 2].map(|k| colour[k] * self.palette.white[k] * shade))
    }

    /// A plain wall with a door's edge and a small picture, half a metre behind.
    fn wall(&self, x: usize, y: usize) -> [f32; 3] {
        let [right, up] = self.scene.camera.on_plane(real(x), real(y), -520.0).map(single);
        let mut bright = 0.42 + 0.0004 * up + 0.03 * swell(right / 210.0, up / 260.0, 8);
        if (214.0..226.0).contains(&right) {
            bright *= 0.78;
        }
        if (-265.0..-185.0).contains(&right) && (20.0..130.0).contains(&up) {
            let frame = right > -190.0 || !(26.0..124.0).contains(&up);
            bright *= if frame { 0.45 } else { 1.05 + 0.25 * swell(right / 40.0, up / 14.0, 6) };
        }
        let colour = [0.93, 0.98, 1.02];
        [0, 1, 2].map(|k| colour[k] * bright * self.palette.white[k])
    }
}

/// How a place of a surface lies to the light.
#[derive(Debug)]
struct Ground {
    normal: [f32; 3],
    open: f32,
    lit: f32,
    far: f32,
}

/// A pixel as it was drawn.
#[derive(Debug, Clone, Copy)]
struct Pixel {
    light: [f32; 3],
    skin: [f32; 2],
    far: f32,
    open: bool,
    triangle: u32,
    shares: [f64; 3],
}

impl Pixel {
    fn nothing() -> Self {
        Self {
            light: [0.0; 3],
            skin: [f32::NAN; 2],
            far: 0.0,
            open: false,
            triangle: u32::MAX,
            shares: [0.0; 3],
        }
    }
}

/// A triangle on the picture, facing the camera.
#[derive(Debug)]
struct Triangle {
    corners: [[f64; 3]; 3],
    area: f64,
}

impl Triangle {
    /// `None` where it faces away or is seen from the edge.
    fn of(corners: [[f64; 3]; 3]) -> Option<Self> {
        let area = twice_area(corners[0], corners[1], corners[2][0], corners[2][1]);
        (area < -1e-12).then_some(Self { corners, area })
    }

    /// How much of each corner is in a pixel, on the picture; `None` outside.
    fn shares(&self, x: f64, y: f64) -> Option<[f64; 3]> {
        let [a, b, c] = self.corners;
        let of_c = twice_area(a, b, x, y) / self.area;
        let of_a = twice_area(b, c, x, y) / self.area;
        let of_b = twice_area(c, a, x, y) / self.area;
        (of_a >= 0.0 && of_b >= 0.0 && of_c >= 0.0).then_some([of_a, of_b, of_c])
    }

    fn closeness(&self, shares: [f64; 3]) -> f64 {
        shares[0] / self.corners[0][2]
            + shares[1] / self.corners[1][2]
            + shares[2] / self.corners[2][2]
    }

    /// How much of each corner is in the point of the surface that a pixel shows.
    fn on_surface(&self, x: f64, y: f64) -> [f64; 3] {
        let [a, b, c] = self.corners;
        let shares = [
            twice_area(b, c, x, y) / self.area / a[2],
            twice_area(c, a, x, y) / self.area / b[2],
            twice_area(a, b, x, y) / self.area / c[2],
        ];
        let total = shares[0] + shares[1] + shares[2];
        shares.map(|share| share / total)
    }
}

fn twice_area(a: [f64; 3], b: [f64; 3], x: f64, y: f64) -> f64 {
    (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
}

fn head(scene: &Scene<'_>, turn: &[[f64; 3]; 3], key: [f32; 3]) -> Vec<Vertex> {
    let head = scene.head;
    // The light as the head sees it: turned the other way.
    let key = key.map(f64::from);
    let inwards =
        [0, 1, 2].map(|k| single(turn[0][k] * key[0] + turn[1][k] * key[1] + turn[2][k] * key[2]));
    let points: Vec<[f32; 3]> = head
        .points
        .par_iter()
        .enumerate()
        .map(|(k, point)| {
            let moved = head.moved(Head::skin_of(k), scene.expression);
            [0, 1, 2].map(|k| point[k] + moved[k])
        })
        .collect();
    (0..points.len())
        .into_par_iter()
        .map(|k| {
            let [right, left, above, below] = Head::around(k).map(|k| points[k]);
            let across = [0, 1, 2].map(|k| right[k] - left[k]);
            let upwards = [0, 1, 2].map(|k| above[k] - below[k]);
            let inner = unit(cross(across, upwards));
            let normal = turned(turn, inner.map(f64::from)).map(single);
            let mut place = turned(turn, points[k].map(f64::from));
            place[0] += scene.pose.moved_mm[0];
            place[1] += scene.pose.moved_mm[1];
            let faces = normal[2] > -0.15 && dot(inner, inwards) > 0.0;
            let lit = if faces { head.lit(head.points[k], inwards) } else { 0.0 };
            Vertex {
                seen: scene.camera.project(place),
                normal,
                skin: Head::skin_of(k),
                open: head.open[k],
                lit,
            }
        })
        .collect()
}

/// The shoulders, which stay where they are.
fn body(scene: &Scene<'_>) -> Vec<Vertex> {
    let point = |column: f32, row: f32| -> [f32; 3] {
        let around = (column / real32(BODY_COLUMNS - 1) - 0.5) * 3.6;
        let down = row / real32(BODY_ROWS - 1);
        let height = -350.0 + 205.0 * down;
        let wide = 47.0 + 171.0 * (1.0 - down).powf(0.42) - 40.0 * (1.0 - down);
        let deep = 50.0 + 62.0 * (1.0 - down).powf(0.7);
        [wide * around.sin(), height, deep * around.cos() - 22.0]
    };
    (0..BODY_COLUMNS * BODY_ROWS)
        .map(|k| {
            let (column, row) = (real32(k % BODY_COLUMNS), real32(k / BODY_COLUMNS));
            let at = point(column, row);
            let (one, two) = (point(column + 0.5, row), point(column - 0.5, row));
            let (three, four) =
                (point(column, (row + 0.5).min(real32(BODY_ROWS - 1))), point(column, row - 0.5));
            let across = [0, 1, 2].map(|k| one[k] - two[k]);
            let upwards = [0, 1, 2].map(|k| three[k] - four[k]);
            let normal = unit(cross(across, upwards));
            let open = 1.0 - 0.55 * (1.0 + (at[1] + 175.0) / 45.0).clamp(0.0, 1.0) * 0.8;
            Vertex {
                seen: scene.camera.project(at.map(f64::from)),
                normal,
                skin: [at[0], at[1]],
                open,
                lit: 0.9 * open,
            }
        })
        .collect()
}
