//! Two photographs with the card on both: their colours corrected by it, their scale taken from it, and refused where the
//! card itself comes out wrong.
//!
//! Where it is not on both, nothing is corrected: one corrected photograph beside one that is not would be a change.

use super::{Calibration, Card, Kind, Verdict, find, fit::LeftOut};
use crate::{
    Comparison, Ground, Photo, ScaleFrom, Shots,
    compare::sort,
    report::{Check, CheckName, Limit},
};

const REMEDY: &str = "Use one kind of white light, no filter and no portrait mode, and hold the card flat beside the skin without glare.";

/// Compares two photographs beside which a card was put. Masks are of BEFORE, as always; what they mark should not be
/// the card.
pub fn compare(shots: &Shots<'_>, ground: &Ground, kind: Kind) -> Comparison {
    let (before, after) = rayon::join(|| find(shots.before, kind), || find(shots.after, kind));
    let by_card = before.as_ref().map(|card| card.mm_per_px).filter(|_| ground.mm_per_px.is_none());
    let ground = Ground { mm_per_px: by_card.or(ground.mm_per_px), ..ground.clone() };
    let mut compared = match before.as_ref().zip(after.as_ref()) {
        None => crate::compare(shots, &ground),
        Some((before, after)) => match Corrected::of(shots, [before, after]) {
            Some(corrected) => corrected.compared(shots, &ground),
            None => refused(crate::compare(shots, &ground), &unknown()),
        },
    };
    if by_card.is_some() {
        compared.scale.from = ScaleFrom::Card;
    }
    compared
}

/// Both photographs as they would have looked under D65.
struct Corrected {
    before: Photo,
    after: Photo,
    left_out: [LeftOut; 2],
}

impl Corrected {
    /// `None` when a card says nothing, because there is too much light on it.
    fn of(shots: &Shots<'_>, cards: [&Card; 2]) -> Option<Self> {
        let [before, after] = cards.map(Card::calibration);
        let (before, after) = (before?, after?);
        let left_out = [before, after].map(left_out);
        let (before, after) =
            rayon::join(|| before.corrected(shots.before), || after.corrected(shots.after));
        Some(Self { before: before?, after: after?, left_out })
    }

    fn compared(&self, shots: &Shots<'_>, ground: &Ground) -> Comparison {
        let shots = Shots { before: &self.before, after: &self.after, ..*shots };
        let compared = crate::compare(&shots, ground);
        let worst = |of: fn(&LeftOut) -> f64| self.left_out.iter().map(of).fold(0.0, f64::max);
        let checks = [
            check("card patches in the mean", worst(|one| one.mean), LeftOut::MEAN_MAX),
            check("the worst card patch", worst(|one| one.max), LeftOut::WORST_MAX),
        ];
        if checks.iter().all(Check::is_ok) {
            with(compared, &checks)
        } else {
            refused(compared, &checks)
        }
    }
}

/// A grey card has no other patch that could be wrong.
fn left_out(calibration: Calibration) -> LeftOut {
    match calibration.verdict {
        Verdict::Comparable(left_out) | Verdict::NotComparable(left_out) => left_out,
        Verdict::WhiteOnly => LeftOut { mean: 0.0, max: 0.0 },
    }
}

fn check(of: &'static str, value: f64, most: f64) -> Check {
    let limit = Limit::AtMost(most);
    Check { name: CheckName::Colour, of, value, unit: "dE00", limit, remedy: REMEDY }
}

/// What is said of a card that is burnt out: what cannot be found does not hold.
fn unknown() -> [Check; 1] {
    [check("card patches in the mean", f64::NAN, LeftOut::MEAN_MAX)]
}

fn with(mut compared: Comparison, checks: &[Check]) -> Comparison {
    compared.report.checks.extend_from_slice(checks);
    sort(&mut compared.report.checks);
    compared
}

/// A comparison without a change, for its colours cannot be compared.
fn refused(compared: Comparison, checks: &[Check]) -> Comparison {
    let mut refused = with(compared, checks);
    refused.report.changes.clear();
    refused.report.not_measurable.clear();
    refused.delta_a_star = None;
    refused
}
