//! Colours as numbers: sRGB and linear light, CIELAB under D65, how far two colours are apart, the individual typology
//! angle, optical density.
//!
//! Everything is relative to the sRGB white. None of it says that a photograph shows the colour that a skin has: that
//! takes a card in the frame, and even then only about (`card`).
//!
//! INVARIANT (grey is grey): the white of CIELAB is the white of sRGB to the last digit, so that grey has no a* and b*.

use std::sync::LazyLock;

use crate::number::short;

/// Linear red, green and blue into X, Y and Z (IEC 61966-2-1, more digits by B. Lindbloom).
const XYZ_FROM_RGB: [[f64; 3]; 3] = [
    [0.412_456_4, 0.357_576_1, 0.180_437_5],
    [0.212_672_9, 0.715_152_2, 0.072_175],
    [0.019_333_9, 0.119_192, 0.950_304_1],
];
/// X, Y and Z of red, green and blue that are all 1.
const WHITE: [f64; 3] = [0.950_47, 1.000_000_1, 1.088_83];
/// Where CIELAB's curve becomes straight, (6/29)³, and how steep it is there, (29/6)²/3.
const STRAIGHT_BELOW: f64 = 216.0 / 24_389.0;
const STEEP: f64 = 841.0 / 108.0;

static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|code| {
        let code = u8::try_from(code).unwrap_or(u8::MAX);
        short(linear_of(f64::from(code) / 255.0))
    })
});

/// The linear light of every sRGB number.
pub fn linear_table() -> &'static [f32; 256] {
    &LINEAR
}

/// The linear light of an sRGB number from 0 to 1.
pub fn linear_of(encoded: f64) -> f64 {
    if encoded <= 0.040_45 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
}

/// The sRGB number, from 0 to 1, of linear light. What no number stands for becomes the nearest.
pub fn encoded_of(linear: f64) -> f64 {
    let linear = linear.clamp(0.0, 1.0);
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

/// A colour in CIELAB under D65.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lab {
    /// Lightness, from 0 to 100.
    pub l: f64,
    /// From green to red.
    pub a: f64,
    /// From blue to yellow.
    pub b: f64,
}

impl Lab {
    /// Of linear red, green and blue. Light below none, which a matrix may make, has its place on the straight part.
    pub fn of_linear(rgb: [f64; 3]) -> Self {
        let of = |row: [f64; 3]| row.iter().zip(rgb).map(|(share, light)| share * light).sum();
        let xyz: [f64; 3] = XYZ_FROM_RGB.map(of);
        let [x, y, z] = [xyz[0] / WHITE[0], xyz[1] / WHITE[1], xyz[2] / WHITE[2]].map(|ratio| {
            if ratio > STRAIGHT_BELOW { ratio.cbrt() } else { STEEP * ratio + 4.0 / 29.0 }
        });
        Self { l: 116.0 * y - 16.0, a: 500.0 * (x - y), b: 200.0 * (y - z) }
    }

    /// Of sRGB numbers.
    pub fn of_srgb(rgb: [u8; 3]) -> Self {
        Self::of_linear(rgb.map(|code| linear_of(f64::from(code) / 255.0)))
    }

    /// The individual typology angle, in degrees: how light skin is, untouched by how much light of one colour fell on
    /// it. `atan2` and not the arctangent of a ratio, which leaps where b* passes through nought.
    ///
    /// CLINICAL: the light and the camera move it by more than ten degrees. It never sets a risk; the phototype that a
    /// clinician gave does.
    pub fn ita(self) -> f64 {
        (self.l - 50.0).atan2(self.b).to_degrees()
    }

    fn chroma(self) -> f64 {
        self.a.hypot(self.b)
    }
}

/// Classes of the individual typology angle (Chardon 1991, Del Bino 2013).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Above 55 degrees.
    VeryLight,
    /// Above 41, up to 55.
    Light,
    /// Above 28, up to 41.
    Intermediate,
    /// Above 10, up to 28.
    Tan,
    /// Above -30, up to 10.
    Brown,
    /// Up to -30.
    Dark,
}

impl Tone {
    /// Every class, from light to dark.
    pub const ALL: [Self; 6] =
        [Self::VeryLight, Self::Light, Self::Intermediate, Self::Tan, Self::Brown, Self::Dark];

    /// The class of an angle in degrees.
    pub fn of(ita: f64) -> Self {
        match ita {
            _ if ita > 55.0 => Self::VeryLight,
            _ if ita > 41.0 => Self::Light,
            _ if ita > 28.0 => Self::Intermediate,
            _ if ita > 10.0 => Self::Tan,
            _ if ita > -30.0 => Self::Brown,
            _ => Self::Dark,
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::VeryLight => "very light",
            Self::Light => "light",
            Self::Intermediate => "intermediate",
            Self::Tan => "tan",
            Self::Brown => "brown",
            Self::Dark => "dark",
        }
    }
}

/// How far two colours are apart, by CIEDE2000 (Sharma, Wu and Dalal 2005, with their corrections). Below about 1 nobody
/// sees it.
pub fn delta_e(one: Lab, other: Lab) -> f64 {
    let mean_chroma = (one.chroma() + other.chroma()) / 2.0;
    let grey = 0.5 * (1.0 - (seventh(mean_chroma)).sqrt());
    let (one, other) = (Turned::of(one, grey), Turned::of(other, grey));
    let hue = hue_between(one, other);
    let (d_light, d_chroma) = (other.l - one.l, other.chroma - one.chroma);
    let d_hue = 2.0 * (one.chroma * other.chroma).sqrt() * (hue.between / 2.0).to_radians().sin();
    let (light, chroma) = ((one.l + other.l) / 2.0, (one.chroma + other.chroma) / 2.0);
    let wave = |times: f64, from: f64| (times * hue.mean + from).to_radians().cos();
    let t = 1.0 - 0.17 * wave(1.0, -30.0) + 0.24 * wave(2.0, 0.0) + 0.32 * wave(3.0, 6.0)
        - 0.20 * wave(4.0, -63.0);
    let from_middle = (light - 50.0).powi(2);
    let s_light = 1.0 + 0.015 * from_middle / (20.0 + from_middle).sqrt();
    let (s_chroma, s_hue) = (1.0 + 0.045 * chroma, 1.0 + 0.015 * chroma * t);
    let blue = 30.0 * (-((hue.mean - 275.0) / 25.0).powi(2)).exp();
    let turn = -2.0 * seventh(chroma).sqrt() * (2.0 * blue).to_radians().sin();
    let (light, chroma, hue) = (d_light / s_light, d_chroma / s_chroma, d_hue / s_hue);
    (light * light + chroma * chroma + hue * hue + turn * chroma * hue).max(0.0).sqrt()
}

/// A seventh power beside that of 25, as CIEDE2000 has it twice.
fn seventh(chroma: f64) -> f64 {
    let power = chroma.powi(7);
    power / (power + 6_103_515_625.0)
}

/// A colour whose a* was stretched near grey.
#[derive(Clone, Copy)]
struct Turned {
    l: f64,
    chroma: f64,
    /// In degrees, from 0.
    hue: f64,
}

impl Turned {
    fn of(lab: Lab, grey: f64) -> Self {
        let a = lab.a * (1.0 + grey);
        let hue = lab.b.atan2(a).to_degrees().rem_euclid(360.0);
        Self { l: lab.l, chroma: a.hypot(lab.b), hue }
    }
}

struct Hue {
    between: f64,
    mean: f64,
}

/// The way from one hue to the other, the short way round, and the hue half way.
fn hue_between(one: Turned, other: Turned) -> Hue {
    let (straight, sum) = (other.hue - one.hue, one.hue + other.hue);
    if one.chroma * other.chroma <= 0.0 {
        return Hue { between: 0.0, mean: sum };
    }
    if straight.abs() <= 180.0 {
        return Hue { between: straight, mean: sum / 2.0 };
    }
    let between = straight - 360.0_f64.copysign(straight);
    let mean = if sum < 360.0 { sum + 360.0 } else { sum - 360.0 } / 2.0;
    Hue { between, mean }
}

/// Light below this, beside white, is taken for this: a camera says nothing about it, and the logarithm has no end.
const DARKEST: f32 = 1.0 / 4_096.0;

/// Optical density of linear light beside white: how many powers of ten less of it came back.
pub fn density(linear: f32, white: f32) -> f32 {
    -(linear / white.max(DARKEST)).max(DARKEST).log10()
}

/// a* of many pixels of linear light, within 0.01. Pixels that one of the four does not have are left as they are.
///
/// It has no branch and calls nothing, so that several pixels are done at once.
pub fn a_star(red: &[f32], green: &[f32], blue: &[f32], a_star: &mut [f32]) {
    let pixels = red.iter().zip(green).zip(blue);
    for (to, ((red, green), blue)) in a_star.iter_mut().zip(pixels) {
        let x = X_SHARES[0] * red + X_SHARES[1] * green + X_SHARES[2] * blue;
        let y = Y_SHARES[0] * red + Y_SHARES[1] * green + Y_SHARES[2] * blue;
        *to = 500.0 * (curve(x) - curve(y));
    }
}

/// The first two rows of the matrix, beside white.
pub(crate) const X_SHARES: [f32; 3] = [0.433_949_9, 0.376_209_77, 0.189_840_33];
pub(crate) const Y_SHARES: [f32; 3] = [0.212_672_88, 0.715_152_1, 0.072_174_99];

/// CIELAB's curve.
#[inline]
pub(crate) fn curve(ratio: f32) -> f32 {
    let straight = 7.787_037 * ratio + 0.137_931_04;
    let root = cube_root(ratio.max(0.008_856_452));
    if ratio > 0.008_856_452 { root } else { straight }
}

/// The cube root of a number that is not tiny: a guess by a third of its exponent, made good twice by Halley's step, each
/// of which triples the digits.
#[inline]
fn cube_root(value: f32) -> f32 {
    let guess = f32::from_bits((value.to_bits() / 3).wrapping_add(0x2A51_19F2));
    let better = |root: f32| {
        let cube = root * root * root;
        root * (cube + 2.0 * value) / (2.0 * cube + value)
    };
    better(better(guess))
}

#[cfg(test)]
mod tests;
