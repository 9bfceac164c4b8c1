//! The smallest change that can be told from two shots of the same skin: 1.96 times the root of two times the standard
//! deviation of one shot.
//!
//! A clinic's own repeats give it, from ten on. Before that it is assumed.
//!
//! EVIDENCE: fixed rigs repeat within 2 to 6 % of a feature's own level; twice that is assumed for a phone. For colour,
//! where nought means nothing and a share of the level neither, it is a fixed number: half a unit of erythema on a rig,
//! doubled, gives 2.8, which is also what a control patch left of a change of lamp in simulation (1.2 to 1.7 of a
//! difference, times 1.96).

use super::tiles::Colour;
use crate::{Ground, Repeatability, Repeats};

/// From the standard deviation of one shot to the smallest change: 1.96 times the root of two.
const SMALLEST: f64 = 2.771_859;

/// The smallest detectable change of a measure, learned where the clinic has repeats enough.
pub(super) fn smallest(ground: &Ground, word: &str, assumed_sd: f64) -> (f64, Repeats) {
    match ground.repeats.0.get(word) {
        Some(repeat) if repeat.count >= Repeatability::ENOUGH => {
            (SMALLEST * repeat.within_sd, Repeats::Learned(repeat.count))
        }
        Some(_) | None => (SMALLEST * assumed_sd, Repeats::Assumed),
    }
}

/// What the contrast of one shot spreads by, of itself: 2 % on a rig, doubled.
pub(super) const TEXTURE_SHARE: f64 = 0.04;

/// What one shot's lines spread by, of themselves: 6 % on a rig, doubled.
pub(super) const LINES_SHARE: f64 = 0.12;

impl Colour {
    /// What one shot with a phone is assumed to spread by.
    pub(super) fn assumed_sd(self) -> f64 {
        match self {
            Self::Erythema => 1.0,
            Self::Compensated => 1.2,
            Self::AStar => 0.5,
            Self::Melanin | Self::Ita => 1.5,
        }
    }
}

/// The smallest change of a* that is marked on a map, before a clinic has repeats of its own.
pub const SMALLEST_A_STAR: f64 = SMALLEST * 0.5;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Repeat;

    #[test]
    fn ten_repeats_of_the_clinic_replace_what_is_assumed_and_nine_do_not() {
        let with = |count| Ground {
            repeats: Repeatability(BTreeMap::from([(
                "erythema".to_owned(),
                Repeat { within_sd: 0.4, count },
            )])),
            ..Ground::default()
        };
        assert_eq!(smallest(&with(9), "erythema", 1.0), (SMALLEST, Repeats::Assumed));
        let (learned, from) = smallest(&with(10), "erythema", 1.0);
        assert!((learned - 1.108_74).abs() < 1e-4);
        assert_eq!(from, Repeats::Learned(10));
    }
}
