//! A measure over the visits of a course, and what a clinic's own repeats say of its error.
//!
//! A line through few points is easily led by one of them, so it is Theil and Sen's: the middle of the slopes of all pairs
//! of visits. Fewer than four visits have no line. A visit before day 28 after a session is shown and not counted.
//!
//! It foretells nothing: a trend ends with its last visit.

use super::order::median;
use crate::Repeat;

/// A visit of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// Days since the first one.
    pub day: u32,
    /// What was measured, or the change since the first one.
    pub value: f64,
    /// Whether it is a result already.
    pub counts: Counts,
}

/// Whether a visit counts in a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// It is an outcome.
    Outcome,
    /// It is too early after a session: healing, not an outcome.
    TooEarly,
}

/// Where a measure is going.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// The change a day.
    pub per_day: f64,
    /// In which 95 % of intervals made like this hold the true change a day.
    pub per_day_interval: [f64; 2],
    /// Half of the band that holds 95 % of single readings around the line.
    pub band: f64,
    /// The first and the last day that the line was drawn through.
    pub days: [u32; 2],
    start: f64,
}

impl Trend {
    /// Visits below which there is no line.
    pub const VISITS_MIN: usize = 4;

    /// The line on a day; `None` outside of the visits.
    pub fn on(&self, day: u32) -> Option<f64> {
        let [first, last] = self.days;
        (first..=last).contains(&day).then(|| self.start + self.per_day * f64::from(day))
    }
}

/// The trend of a series, in any order. `within_sd` is what one shot spreads by: no band is narrower than it allows.
pub fn series(visits: &[Visit], within_sd: f64) -> Option<Trend> {
    let mut counted: Vec<&Visit> =
        visits.iter().filter(|visit| visit.counts == Counts::Outcome).collect();
    counted.sort_by(|one, other| one.day.cmp(&other.day).then(one.value.total_cmp(&other.value)));
    let (first, last) = (counted.first()?.day, counted.last()?.day);
    if counted.len() < Trend::VISITS_MIN || first == last {
        return None;
    }
    let mut slopes = slopes(&counted);
    let per_day = median(&mut slopes)?;
    slopes.sort_by(f64::total_cmp);
    let mut starts: Vec<f64> =
        counted.iter().map(|visit| visit.value - per_day * f64::from(visit.day)).collect();
    let start = median(&mut starts)?;
    let mut left: Vec<f64> = starts.iter().map(|one| (one - start).abs()).collect();
    let spread = 1.4826 * median(&mut left)?;
    Some(Trend {
        per_day,
        per_day_interval: slope_interval(&slopes, counted.len())?,
        band: 1.96 * spread.max(within_sd),
        days: [first, last],
        start,
    })
}

/// The slopes of all pairs of visits on different days.
fn slopes(visits: &[&Visit]) -> Vec<f64> {
    let pairs = visits
        .iter()
        .enumerate()
        .flat_map(|(at, one)| visits.iter().skip(at + 1).map(move |other| (one, other)));
    pairs
        .filter(|(one, other)| one.day < other.day)
        .map(|(one, other)| (other.value - one.value) / f64::from(other.day - one.day))
        .collect()
}

/// Sen's interval: as many ordered slopes in from either end as Kendall's rank statistic may lie from nought. With so
/// few visits that no pair of slopes is far enough out, it is all of them.
fn slope_interval(ordered: &[f64], visits: usize) -> Option<[f64; 2]> {
    let n = crate::number::long(visits);
    let all = crate::number::long(ordered.len());
    let far = 1.96 * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    let skipped = crate::number::floor(crate::number::short((0.5 * (all - far)).max(0.0)));
    let low = ordered.get(skipped)?;
    let high = ordered.get(ordered.len().checked_sub(skipped + 1)?)?;
    Some([*low, *high])
}

/// What one shot spreads by, of the differences of pairs of shots of the same skin (Bland and Altman): the root of half
/// of their mean square. `None` without any.
pub fn repeat_of(differences: &[f64]) -> Option<Repeat> {
    let count = differences.len();
    let square: f64 = differences.iter().map(|one| one * one).sum();
    (count > 0)
        .then(|| Repeat { within_sd: (square / (2.0 * crate::number::long(count))).sqrt(), count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(day: u32, value: f64) -> Visit {
        Visit { day, value, counts: Counts::Outcome }
    }

    #[test]
    fn one_visit_that_is_off_does_not_lead_the_line() {
        let mut visits: Vec<Visit> =
            (0..6).map(|n| visit(n * 28, 20.0 - f64::from(n) * 0.7)).collect();
        visits.push(visit(70, 31.0));
        let trend = series(&visits, 0.5).unwrap();
        assert!((trend.per_day + 0.025).abs() < 0.002, "{}", trend.per_day);
        assert!((trend.on(0).unwrap() - 20.0).abs() < 0.3);
        assert!((trend.band - 0.98).abs() < 1e-9, "no band is narrower than one reading's");
        let [low, high] = trend.per_day_interval;
        assert!(low <= -0.025 && -0.025 <= high);
        assert_eq!(trend.on(141), None, "it foretells nothing");
    }

    #[test]
    fn three_visits_or_four_of_which_one_is_too_early_have_no_line() {
        let mut visits: Vec<Visit> = (0..4).map(|n| visit(n * 40, f64::from(n))).collect();
        assert!(series(&visits, 0.1).is_some());
        assert!(series(visits.get(..3).unwrap(), 0.1).is_none());
        visits.first_mut().unwrap().counts = Counts::TooEarly;
        assert!(series(&visits, 0.1).is_none());
        assert!(series(&[visit(3, 1.0); 5], 0.1).is_none(), "one day has no trend");
    }

    #[test]
    fn the_order_of_the_visits_does_not_matter() {
        let visits: Vec<Visit> = [(0, 3.0), (90, 1.0), (30, 2.5), (60, 2.6), (120, 0.4)]
            .map(|(day, value)| visit(day, value))
            .to_vec();
        let mut turned = visits.clone();
        turned.reverse();
        assert_eq!(series(&visits, 0.1), series(&turned, 0.1));
    }

    #[test]
    fn repeats_give_the_spread_of_one_shot() {
        let repeat = repeat_of(&[1.0, -1.0, 1.0, -1.0]).unwrap();
        assert!((repeat.within_sd - 0.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(repeat.count, 4);
        assert_eq!(repeat_of(&[]), None);
    }
}
