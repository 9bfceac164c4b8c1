//! A colour card in the frame: where it is, what its patches look like, what that makes of the colours of the photograph,
//! and whether they can be compared at all.
//!
//! ```text
//! Photo ── seek (flat squares in rows) ── Card ── fit (white, matrix, each patch left out once) ── Calibration ── correct
//! ```
//!
//! The card is the one of 24 patches in six columns and four rows that every maker copies, or a plain grey one. Its
//! colours were measured by its maker (below); a card that was printed at home has others, and would make every
//! photograph wrong in the same way, so none is offered.
//!
//! INVARIANT (white stays white): the matrix maps grey to grey, so that a mistake in colours never becomes one in
//! brightness.

use std::sync::LazyLock;

use rayon::prelude::*;

use crate::{
    colour::{Lab, encoded_of, linear_table},
    number::{byte, floor, short},
    raster::{Linear, Photo},
};

mod fit;
mod seek;

pub use fit::{Calibration, LeftOut, Verdict};

/// Columns of patches.
const COLUMNS: usize = 6;
/// Rows of patches.
const ROWS: usize = 4;
/// Patches.
pub const PATCHES: usize = COLUMNS * ROWS;

/// The patches in linear light of sRGB under D65, row by row from the dark skin on. They are the maker's for cards made
/// since November 2014, from colour-science 0.4.7 ("ColorChecker24 - After November 2014", under D50), brought to D65 by
/// the Bradford transform. No screen shows the cyan one.
const REFERENCE: [[f64; 3]; PATCHES] = [
    [0.173_68, 0.078_79, 0.052_86],
    [0.559_78, 0.277_45, 0.210_89],
    [0.104_20, 0.188_92, 0.328_93],
    [0.105_74, 0.150_75, 0.050_84],
    [0.227_44, 0.212_41, 0.426_45],
    [0.115_29, 0.507_44, 0.411_13],
    [0.745_90, 0.202_14, 0.029_87],
    [0.058_74, 0.101_18, 0.387_75],
    [0.560_13, 0.080_15, 0.114_59],
    [0.109_17, 0.042_00, 0.138_14],
    [0.332_75, 0.497_39, 0.042_60],
    [0.771_04, 0.357_92, 0.020_45],
    [0.020_96, 0.047_53, 0.284_13],
    [0.046_06, 0.292_05, 0.061_48],
    [0.446_17, 0.036_41, 0.040_55],
    [0.841_68, 0.574_41, 0.004_66],
    [0.522_34, 0.077_82, 0.289_31],
    [-0.043_92, 0.233_66, 0.377_19],
    [0.879_53, 0.885_03, 0.834_25],
    [0.584_49, 0.592_17, 0.584_48],
    [0.357_69, 0.367_08, 0.365_27],
    [0.190_09, 0.190_87, 0.189_81],
    [0.085_93, 0.088_74, 0.089_80],
    [0.031_35, 0.031_50, 0.032_32],
];

/// A card that a clinic puts into the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Twenty-four patches.
    Chart {
        /// Millimetres from the middle of a patch to that of the next; `None` where nobody measured it, and then it says
        /// what colours are and not how large anything is.
        pitch_mm: Option<f64>,
    },
    /// One grey sheet.
    Grey {
        /// Its longer side, in millimetres.
        length_mm: f64,
        /// How much light it gives back, from 0 to 1; 0.18 for the usual one.
        reflectance: f64,
    },
}

/// A card that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Which it is.
    pub kind: Kind,
    /// Its corners in pixels of the photograph, the way round from the first patch. Of a chart they are those of the
    /// patches, with half of the gap between two.
    pub corners: [(f64, f64); 4],
    /// What the patches look like, in linear light; one for a grey card.
    pub patches: Vec<Patch>,
    /// Millimetres to a pixel, in the middle of the card and in its plane; `None` of a card of unknown size.
    pub mm_per_px: Option<f64>,
}

/// What a patch looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patch {
    /// The mean in linear light.
    pub rgb: [f64; 3],
    /// Whether so much of it is at the end of what the file can hold that it says nothing.
    pub is_clipped: bool,
}

/// Looks for a card. `None` where there is none to be sure of.
pub fn find(photo: &Photo, kind: Kind) -> Option<Card> {
    match kind {
        Kind::Chart { pitch_mm } => seek::chart(photo, pitch_mm),
        Kind::Grey { length_mm, reflectance } => seek::grey(photo, length_mm, reflectance),
    }
}

impl Card {
    /// What it makes of the colours of its photograph. `None` when too many patches are clipped to say anything.
    pub fn calibration(&self) -> Option<Calibration> {
        match self.kind {
            Kind::Chart { .. } => fit::chart(&self.patches),
            Kind::Grey { reflectance, .. } => fit::grey(self.patches.first()?, reflectance),
        }
    }
}

impl Calibration {
    /// The colour that some light would have had under D65. There is no light below none.
    pub fn of(&self, rgb: [f64; 3]) -> [f64; 3] {
        self.matrix
            .map(|row| row.iter().zip(rgb).map(|(share, light)| share * light).sum::<f64>())
            .map(|light| light.max(0.0))
    }

    /// Corrects a photograph in linear light.
    pub fn correct(&self, light: &mut Linear) {
        let matrix = self.matrix.map(|row| row.map(short));
        let (red, green) = (light.red.values_mut(), light.green.values_mut());
        let pixels = red.par_iter_mut().zip(green.par_iter_mut());
        pixels.zip(light.blue.values_mut().par_iter_mut()).with_min_len(1 << 14).for_each(
            |((red, green), blue)| {
                let was = [*red, *green, *blue];
                let of =
                    |row: [f32; 3]| (row[0] * was[0] + row[1] * was[1] + row[2] * was[2]).max(0.0);
                [*red, *green, *blue] = matrix.map(of);
            },
        );
    }

    /// A photograph as it would have looked under D65, for the eye.
    pub fn corrected(&self, photo: &Photo) -> Option<Photo> {
        let matrix = self.matrix.map(|row| row.map(short));
        let table = linear_table();
        let mut rgb = photo.rgb().to_vec();
        let (pixels, _) = rgb.as_chunks_mut::<3>();
        pixels.par_iter_mut().with_min_len(1 << 14).for_each(|pixel| {
            let was = pixel.map(|code| table.get(usize::from(code)).copied().unwrap_or(0.0));
            *pixel = matrix.map(|row| encoded(row[0] * was[0] + row[1] * was[1] + row[2] * was[2]));
        });
        let mut corrected = Photo::of(photo.width(), photo.height(), rgb)?;
        corrected.focal_35mm = photo.focal_35mm;
        Some(corrected)
    }
}

/// Steps of linear light for which the sRGB number is kept: near black, where it rises fastest, four to a number.
const STEPS: usize = 1 << 14;

static ENCODED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let step = |step: u32| f64::from(step) / f64::from(1_u32 << 14);
    (0..=1_u32 << 14).map(|at| byte(short(encoded_of(step(at)) * 255.0))).collect()
});

fn encoded(light: f32) -> u8 {
    let at = floor(light.clamp(0.0, 1.0) * 16_384.0 + 0.5);
    ENCODED.get(at.min(STEPS)).copied().unwrap_or(u8::MAX)
}

/// The reference colour of a patch.
fn reference(patch: usize) -> Option<([f64; 3], Lab)> {
    let rgb = *REFERENCE.get(patch)?;
    Some((rgb, Lab::of_linear(rgb)))
}

#[cfg(test)]
mod tests;
