//! What a colour of skin is worth: lightness, redness and the indices of melanin and erythema, of linear light.
//!
//! Written with additions, multiplications and one division a step, so that several pixels are done at once and every
//! machine gives the same bits; the standard library's logarithm is another one on every system. Whole numbers wrap where
//! they cannot overflow anyway: a check would undo the first.

use crate::colour::{X_SHARES, Y_SHARES, curve};

/// 100 / ln 10: from a natural logarithm to a hundredth of an optical density.
const HUNDREDTHS: f32 = 43.429_447;
/// Below this part of the white a pixel's logarithm is not taken.
const DARKEST: f32 = 1e-4;

/// A colour as it is seen, under the light that sRGB is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lab {
    /// From black, 0, to white, 100.
    pub(super) lightness: f32,
    /// From green to red.
    pub(super) a: f32,
    /// From blue to yellow.
    pub(super) b: f32,
}

impl Lab {
    /// Of linear light.
    pub(super) fn of(rgb: [f32; 3]) -> Self {
        let [x, y, z] = roots(rgb);
        Self { lightness: 116.0 * y - 16.0, a: 500.0 * (x - y), b: 200.0 * (y - z) }
    }

    /// The angle of the skin's tone, in degrees: from above 55, very light, to below -30, dark.
    pub(super) fn ita(self) -> f32 {
        // An arc tangent of two arguments, because b* may be nought; taken of a few thousand values only.
        (self.lightness - 50.0).atan2(self.b).to_degrees()
    }
}

/// The index of erythema: 100 log10(R / G).
pub(super) fn erythema([red, green, _]: [f32; 3]) -> f32 {
    HUNDREDTHS * (ln(red) - ln(green))
}

/// The index of melanin: 100 log10(1 / R).
pub(super) fn melanin([red, _, _]: [f32; 3]) -> f32 {
    -HUNDREDTHS * ln(red)
}

/// The shares of red, green and blue in the third value, beside white.
const Z_SHARES: [f32; 3] = [0.017_757, 0.109_468, 0.872_775];

fn roots(rgb: [f32; 3]) -> [f32; 3] {
    let sum = |shares: [f32; 3]| shares.iter().zip(rgb).map(|(share, value)| share * value).sum();
    [X_SHARES, Y_SHARES, Z_SHARES].map(|shares| curve(sum(shares)))
}

/// The natural logarithm, of nothing darker than a ten-thousandth.
#[inline(always)]
pub(super) fn ln(value: f32) -> f32 {
    let bits = value.max(DARKEST).to_bits().cast_signed();
    // What is left of the number lies between the roots of a half and of two.
    let exponent = bits.wrapping_sub(0x3f35_04f3) >> 23;
    let rest = f32::from_bits(bits.wrapping_sub(exponent << 23).cast_unsigned());
    let s = (rest - 1.0) / (rest + 1.0);
    let q = s * s;
    let series = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q / 9.0))));
    series + (exponent as f32) * std::f32::consts::LN_2
}

/// The exponential of what is at most 2 from nought; of nought it is one, exactly.
#[inline(always)]
pub(super) fn exp(value: f32) -> f32 {
    let v = value.clamp(-2.0, 2.0) * 0.25;
    let series = 1.0
        + v * (1.0
            + v * (0.5
                + v * (1.0 / 6.0 + v * (1.0 / 24.0 + v * (1.0 / 120.0 + v * (1.0 / 720.0))))));
    let squared = series * series;
    squared * squared
}

#[cfg(test)]
mod tests {
    use super::*;

    /// sRGB's byte in linear light.
    fn linear(byte: u8) -> f32 {
        let c = f32::from(byte) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    }

    #[test]
    fn colours_of_skin_are_those_of_the_definition() {
        // Computed apart in double precision, of the matrix of sRGB and the definition of CIELAB.
        for (rgb, lab) in [
            ([190, 140, 118], [62.519, 16.090, 19.208]),
            ([92, 58, 42], [28.032, 13.040, 16.110]),
            ([255, 255, 255], [100.0, 0.0, 0.0]),
            ([7, 3, 2], [1.036, 0.907, 0.747]),
        ] {
            let found = Lab::of(rgb.map(linear));
            for (found, known) in [found.lightness, found.a, found.b].into_iter().zip(lab) {
                assert!((found - known).abs() < 0.02, "{rgb:?}: {found} is not {known}");
            }
        }
    }

    #[test]
    fn a_logarithm_and_its_exponential_are_the_standard_librarys() {
        for step in 1_u16..=10_000 {
            let value = f32::from(step) / 10_000.0;
            assert!((ln(value) - value.ln()).abs() < 2e-6, "ln {value}");
            let small = f32::from(step) / 5_000.0 - 1.0;
            assert!((exp(small) / small.exp() - 1.0).abs() < 2e-6, "exp {small}");
        }
        assert_eq!(
            exp(0.0).to_bits(),
            1.0_f32.to_bits(),
            "what needs no correction is not changed"
        );
    }

    #[test]
    fn the_tone_of_skin_is_an_angle() {
        let tone = |lightness, b| Lab { lightness, a: 0.0, b }.ita();
        assert!((tone(70.0, 20.0) - 45.0).abs() < 1e-4);
        assert!((tone(50.0, 0.0)).abs() < 1e-4, "no division by nought");
        assert!((tone(30.0, 20.0) + 45.0).abs() < 1e-4);
    }
}
