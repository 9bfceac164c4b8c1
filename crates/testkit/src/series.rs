//! A course of treatment as its photographs tell it: one invented person from before the first session to months after,
//! each time held a little otherwise, as a careful practitioner manages it.
//!
//! It is what the demo shows. It promises nothing: that the redness fades here is a formula's doing.

use percuta_imaging::Photo;

use crate::{
    camera::Camera,
    face::{Expression, Head, Pose},
    noise::Dice,
    number::single,
    scene::{Card, Light, Scene},
    skin::{Skin, Spot, State},
};

/// An invented person who is photographed again and again.
#[derive(Debug)]
pub struct Subject {
    seed: u64,
    head: Head,
    skin: Skin,
    /// What there is before the first session: red spots, and brown ones.
    pub spots: Vec<Spot>,
}

/// When a photograph is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// Before the first session.
    Before,
    /// So many weeks after it.
    Weeks(f64),
}

impl When {
    /// How much of the redness there was before is left.
    fn red(self) -> f64 {
        match self {
            Self::Before => 1.0,
            Self::Weeks(weeks) => 0.15 + 0.85 * (-weeks / 6.0).exp(),
        }
    }

    /// How much of the brown; it fades later.
    fn brown(self) -> f64 {
        match self {
            Self::Before => 1.0,
            Self::Weeks(weeks) => 0.4 + 0.6 * (-weeks / 16.0).exp(),
        }
    }

    /// A number of its own, for the chance of that day.
    fn day(self) -> u64 {
        match self {
            Self::Before => 1,
            Self::Weeks(weeks) => weeks.to_bits(),
        }
    }
}

impl Subject {
    /// Of a seed, as light or dark as an individual typology angle says.
    pub fn new(seed: u64, ita_deg: f64) -> Self {
        let mut dice = Dice::new(seed, 20);
        let mut spots = Vec::new();
        for side in [-1.0, 1.0] {
            let at = [side * dice.between(36.0, 46.0), dice.between(-44.0, -32.0)];
            let (size, blood) = (dice.between(13.0, 18.0), dice.between(1.5, 1.9));
            spots.push(Spot::red(at.map(single), single(size), single(blood)));
            for _ in 0..9 {
                let at = [side * dice.between(24.0, 62.0), dice.between(-72.0, -14.0)];
                let (size, blood) = (dice.between(1.5, 4.5), dice.between(1.7, 3.2));
                spots.push(Spot::red(at.map(single), single(size), single(blood)));
            }
            for _ in 0..3 {
                let at = [side * dice.between(28.0, 62.0), dice.between(-66.0, -16.0)];
                let (size, melanin) = (dice.between(1.5, 3.5), dice.between(1.25, 1.6));
                spots.push(Spot::brown(at.map(single), single(size), single(melanin)));
            }
        }
        Self { seed, head: Head::new(seed), skin: Skin::new(seed, ita_deg), spots }
    }

    /// What there is of the spots at a time.
    pub fn state(&self, when: When) -> State {
        let spots = self
            .spots
            .iter()
            .map(|spot| Spot {
                blood: single(f64::from(spot.blood).powf(when.red())),
                melanin: single(f64::from(spot.melanin).powf(when.brown())),
                ..*spot
            })
            .collect();
        State::of(spots)
    }

    /// The scene of a photograph, turned so far to the picture's right (0, ±45 and ±90 are the usual views), 900 pixels wide
    /// and 1200 high.
    pub fn scene(&self, turned_deg: f64, when: When) -> Scene<'_> {
        let mut dice = Dice::new(self.seed ^ when.day() ^ turned_deg.to_bits(), 21);
        let mut about = |spread: f64| dice.between(-spread, spread);
        let mut camera = Camera::of(900, 1200);
        camera.distance_mm *= 1.0 + about(0.012);
        camera.exposure_ev = about(0.05);
        camera.white_balance = [1.0 + about(0.012), 1.0, 1.0 + about(0.012)];
        camera.seed = when.day();
        let pose = Pose {
            yaw_deg: turned_deg + about(0.8),
            pitch_deg: about(0.9),
            roll_deg: about(1.2),
            moved_mm: [about(5.0), about(5.0)],
        };
        let expression =
            Expression { smile_mm: about(0.5), cheeks_mm: about(0.4), brows_mm: about(0.5) };
        let mut scene = Scene::of(&self.head, &self.skin, camera);
        (scene.pose, scene.expression) = (pose, expression);
        (scene.light, scene.state) = (Light::clinic(), self.state(when));
        scene
    }

    /// The photograph.
    ///
    /// `None` never: the camera has pixels.
    pub fn photograph(&self, turned_deg: f64, when: When) -> Option<Photo> {
        self.scene(turned_deg, when).shoot()
    }

    /// The photograph with a colour card held beneath the chin.
    ///
    /// `None` never: the camera has pixels.
    pub fn with_card(&self, turned_deg: f64, when: When) -> Option<Photo> {
        let mut scene = self.scene(turned_deg, when);
        scene.card = Some(Card::beneath());
        scene.shoot()
    }
}
