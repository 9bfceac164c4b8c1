//! What light comes back from skin: melanin in a thin layer above, blood in a scattering one beneath, wavelength by
//! wavelength, and as a camera of sRGB sees it.
//!
//! EVIDENCE: the baseline and scattering formulas are Jacques's (skin optics, 1998), and so is melanin at 500 nm, with a
//! gentler slope; haemoglobin is Prahl's table; the colour-matching functions are the fit of Wyman, Sloan and Shirley (2013). All were written down from
//! memory: good enough for invented skin, which only has to move as skin does, and no measurement of anybody's.

#![expect(
    clippy::indexing_slicing,
    reason = "indices run over arrays of 31 wavelengths, or were bounded to the table's size"
)]

use crate::number::{index32, real, real32, single};

/// Wavelengths, from 400 nm, 10 nm apart.
const BANDS: usize = 31;

/// Oxygenated haemoglobin, per cm and mole a litre.
const OXY: [f64; BANDS] = [
    266_232.0, 466_840.0, 480_360.0, 246_072.0, 102_580.0, 62_816.0, 44_480.0, 33_209.2, 26_629.2,
    23_684.4, 20_932.8, 20_035.2, 24_202.4, 39_956.8, 53_236.0, 43_016.0, 32_613.2, 44_496.0,
    50_104.0, 14_400.8, 3_200.0, 1_506.0, 942.0, 610.0, 442.0, 368.0, 319.6, 294.0, 277.6, 276.0,
    290.0,
];

/// Deoxygenated haemoglobin, per cm and mole a litre.
const DEOXY: [f64; BANDS] = [
    223_296.0, 303_956.0, 407_560.0, 528_600.0, 413_280.0, 103_292.0, 23_388.8, 16_156.4, 14_550.0,
    16_684.0, 20_862.0, 25_773.6, 31_589.6, 39_036.4, 46_592.0, 53_412.0, 53_788.0, 45_072.0,
    37_020.0, 28_324.4, 14_677.2, 9_443.6, 6_509.6, 5_148.8, 4_345.2, 3_750.1, 3_226.6, 2_795.1,
    2_407.9, 2_052.0, 1_794.3,
];

/// Daylight (D65).
const DAYLIGHT: [f64; BANDS] = [
    82.75, 91.49, 93.43, 86.68, 104.87, 117.01, 117.81, 114.86, 115.92, 108.81, 109.35, 107.80,
    104.79, 107.69, 104.41, 104.05, 100.0, 96.33, 95.79, 88.69, 90.01, 89.60, 87.70, 83.29, 83.70,
    80.03, 80.21, 82.28, 78.28, 69.72, 71.61,
];

/// Light of one colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Illuminant {
    /// Daylight, for which sRGB is made.
    Daylight,
    /// A glowing body of so many kelvin: 2856 is a light bulb.
    Glowing(f64),
}

impl Illuminant {
    fn power(self, band: usize) -> f64 {
        match self {
            Self::Daylight => DAYLIGHT[band],
            Self::Glowing(kelvin) => {
                let metres = nanometres(band) * 1e-9;
                100.0 * (metres / 560e-9).powi(-5) * ((1.4388e-2 / (560e-9 * kelvin)).exp() - 1.0)
                    / ((1.4388e-2 / (metres * kelvin)).exp() - 1.0)
            }
        }
    }
}

fn nanometres(band: usize) -> f64 {
    400.0 + 10.0 * real(band)
}

/// How the eye's three curves weigh a wavelength.
fn observer(band: usize) -> [f64; 3] {
    let nm = nanometres(band);
    let lobe = |weight: f64, mean: f64, below: f64, above: f64| {
        let spread = if nm < mean { below } else { above };
        weight * (-0.5 * ((nm - mean) / spread).powi(2)).exp()
    };
    [
        lobe(1.056, 599.8, 37.9, 31.0)
            + lobe(0.362, 442.0, 16.0, 26.7)
            + lobe(-0.065, 501.1, 20.4, 26.2),
        lobe(0.821, 568.8, 46.9, 40.5) + lobe(0.286, 530.9, 16.3, 31.1),
        lobe(1.217, 437.0, 11.8, 36.0) + lobe(0.681, 459.0, 26.0, 13.8),
    ]
}

/// Linear sRGB of XYZ.
fn rgb_of(xyz: [f64; 3]) -> [f64; 3] {
    let [x, y, z] = xyz;
    [
        3.240_454_2 * x - 1.537_138_5 * y - 0.498_531_4 * z,
        -0.969_266_0 * x + 1.876_010_8 * y + 0.041_556_0 * z,
        0.055_643_4 * x - 0.204_025_9 * y + 1.057_225_2 * z,
    ]
}

/// What a wavelength meets in skin.
#[derive(Debug, Clone, Copy)]
struct Band {
    /// Absorbed by all that is neither melanin nor blood, per cm.
    base: f64,
    melanin: f64,
    blood: f64,
    scattered: f64,
}

impl Band {
    fn of(band: usize) -> Self {
        let nm = nanometres(band);
        Self {
            base: 0.244 + 85.3 * (-(nm - 154.0) / 66.2).exp(),
            melanin: 680.0 * (nm / 500.0).powf(-2.6),
            blood: (0.7 * OXY[band] + 0.3 * DEOXY[band]) * 2.303 * 150.0 / 64_500.0,
            scattered: 0.75 * (2e5 * nm.powf(-1.5) + 2e12 * nm.powi(-4)),
        }
    }

    /// How much comes back from skin with so much melanin above and blood beneath, by volume.
    fn reflectance(&self, melanin: f64, blood: f64) -> f64 {
        let above = melanin * self.melanin + (1.0 - melanin) * self.base;
        // There and back, and aslant, through 55 micrometres.
        let through = (-2.0 * 1.2 * 0.0055 * above).exp();
        let absorbed = 2.0 * (blood * self.blood + (1.0 - blood) * self.base);
        let ratio = absorbed / self.scattered;
        // A little comes back from above the pigment: without it the darkest skin would be as colourful as glass.
        0.009 + through * (1.0 + ratio - (ratio * ratio + 2.0 * ratio).sqrt())
    }
}

const SIDE: usize = 96;
const MELANIN: [f64; 2] = [0.003, 0.95];
const BLOOD: [f64; 2] = [0.0006, 0.5];

/// What every skin looks like in one light: a table over melanin and blood.
#[derive(Debug, Clone)]
pub struct Palette {
    skin: Vec<[f32; 3]>,
    /// What a white thing looks like in it.
    pub white: [f32; 3],
}

impl Palette {
    /// In a light.
    pub fn under(light: Illuminant) -> Self {
        let weights: Vec<[f64; 3]> =
            (0..BANDS).map(|band| observer(band).map(|eye| eye * light.power(band))).collect();
        let day: [f64; 3] = rgb_of(sum(|band| observer(band).map(|eye| eye * DAYLIGHT[band])));
        let level = sum(|band| observer(band).map(|eye| eye * DAYLIGHT[band]))[1]
            / sum(|band| weights[band])[1];
        // In daylight a white thing is exactly white.
        let seen = |xyz: [f64; 3]| {
            let rgb = rgb_of(xyz);
            [0, 1, 2].map(|k| single((rgb[k] * level / day[k]).max(1e-5)))
        };
        let bands: Vec<Band> = (0..BANDS).map(Band::of).collect();
        let mut skin = Vec::with_capacity(SIDE * SIDE);
        for row in 0..SIDE {
            for column in 0..SIDE {
                let at = |range: [f64; 2], step: usize| {
                    range[0] * (range[1] / range[0]).powf(real(step) / real(SIDE - 1))
                };
                let (melanin, blood) = (at(MELANIN, column), at(BLOOD, row));
                skin.push(seen(sum(|band| {
                    let back = bands[band].reflectance(melanin, blood);
                    weights[band].map(|weight| weight * back)
                })));
            }
        }
        Self { skin, white: seen(sum(|band| weights[band])) }
    }

    /// Skin with so much melanin and blood, given as their natural logarithms, in linear light.
    pub fn skin(&self, ln_melanin: f32, ln_blood: f32) -> [f32; 3] {
        let place = |ln: f32, range: [f64; 2]| {
            let (least, most) = (single(range[0].ln()), single(range[1].ln()));
            ((ln - least) / (most - least)).clamp(0.0, 1.0) * real32(SIDE - 1)
        };
        let (x, y) = (place(ln_melanin, MELANIN), place(ln_blood, BLOOD));
        let (column, row) = (index32(x, SIDE - 2), index32(y, SIDE - 2));
        let (fx, fy) = (x - real32(column), y - real32(row));
        let at = row * SIDE + column;
        let corners =
            [self.skin[at], self.skin[at + 1], self.skin[at + SIDE], self.skin[at + SIDE + 1]];
        [0, 1, 2].map(|k| {
            let top = corners[0][k] + (corners[1][k] - corners[0][k]) * fx;
            let bottom = corners[2][k] + (corners[3][k] - corners[2][k]) * fx;
            top + (bottom - top) * fy
        })
    }
}

fn sum(of: impl Fn(usize) -> [f64; 3]) -> [f64; 3] {
    let mut total = [0.0; 3];
    for band in 0..BANDS {
        for (to, value) in total.iter_mut().zip(of(band)) {
            *to += value;
        }
    }
    total
}

/// L*, a* and b* of linear sRGB.
pub fn lab(rgb: [f32; 3]) -> [f64; 3] {
    let [r, g, b] = rgb.map(f64::from);
    let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b;
    let z = (0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b) / 1.088_83;
    let root = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { t * 841.0 / 108.0 + 4.0 / 29.0 };
    let (fx, fy, fz) = (root(x), root(y), root(z));
    [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
}

/// The individual typology angle of linear sRGB, in degrees: large for light skin.
pub fn ita(rgb: [f32; 3]) -> f64 {
    let [lightness, _, yellow] = lab(rgb);
    (lightness - 50.0).atan2(yellow).to_degrees()
}

/// The erythema index of linear sRGB.
pub fn erythema(rgb: [f32; 3]) -> f64 {
    100.0 * (f64::from(rgb[0]) / f64::from(rgb[1])).log10()
}

/// The melanin index of linear sRGB.
pub fn melanin(rgb: [f32; 3]) -> f64 {
    -100.0 * f64::from(rgb[0]).log10()
}

/// The natural logarithm of as much melanin as gives this angle with so much blood; the nearest where none does.
pub(crate) fn melanin_of_ita(palette: &Palette, ita_deg: f64, ln_blood: f32) -> f32 {
    let (mut least, mut most) = (single(MELANIN[0].ln()), single(MELANIN[1].ln()));
    for _ in 0..40 {
        let middle = f32::midpoint(least, most);
        if ita(palette.skin(middle, ln_blood)) > ita_deg {
            least = middle;
        } else {
            most = middle;
        }
    }
    f32::midpoint(least, most)
}
