//! One view over every visit: each photograph against the first.
//!
//! CLINICAL: after a session skin is redder and swollen, so that colour is not judged before day 28: such a visit is shown
//! open, and said to be too early.

use percuta_chart::{comparison::Comparison, photograph::Photograph};
use percuta_practice::{
    Opened,
    comparisons::{Counts, OUTCOME_FROM_DAY, Pair, Part, Trend, Visit, newest, series as trend_of},
};

use super::{Places, pair_of, word};
use crate::{
    page::comparator::{Point, Series, signed},
    rooms::after::photographs::{At, stage},
};

/// What is followed over the visits.
const FOLLOWED: &str = "erythema";
/// Fewer visits are a pair.
const VISITS_MIN: usize = 3;

/// The series of a view of a region; `None` where there are too few visits. A shot that repeats another is no visit.
pub(super) fn of(
    part: &Part,
    (at, all): (&At<'_>, &[Opened<Comparison>]),
    places: &Places,
) -> Option<Series> {
    let of_part = at.of_part(part).into_iter();
    let of_view: Vec<&Opened<Photograph>> = of_part.filter(|one| one.repeat_of.is_none()).collect();
    if of_view.len() < VISITS_MIN {
        return None;
    }
    let first = *of_view.first()?;
    let points: Vec<Point> = of_view
        .iter()
        .map(|one| {
            let said = newest(all, pair_of((first, one)));
            point((first, one), (at, said), places)
        })
        .collect();
    let unit = all.iter().find_map(|one| one.change(FOLLOWED));
    let unit = unit.map_or("EI", |change| change.unit.as_str());
    let trend = drawn(first, &of_view, (at, all));
    Some(Series {
        title: "Redness over the course".to_owned(),
        trend: said_of(trend.as_ref(), unit),
        unit: unit.to_owned(),
        line: trend.as_ref().map(line).unwrap_or_default(),
        points,
    })
}

/// The line through what can be judged; `None` of fewer than four visits. No band is narrower than one shot allows.
fn drawn(
    first: &Opened<Photograph>,
    of_view: &[&Opened<Photograph>],
    (at, all): (&At<'_>, &[Opened<Comparison>]),
) -> Option<Trend> {
    let start = at.taken(first);
    let mut spread = 0.0_f64;
    let visits = of_view.iter().filter_map(|one| {
        let day = u32::try_from((at.taken(one) - start).get_days()).ok()?;
        if one.id == first.id {
            return Some(Visit { day, value: 0.0, counts: Counts::Outcome });
        }
        let said = newest(all, pair_of((first, one)))?;
        let change = said.change(FOLLOWED)?;
        // The smallest detectable change is 1.96 times the root of two of what one shot spreads by.
        spread = spread.max(change.smallest_detectable / (1.96 * std::f64::consts::SQRT_2));
        let is_late = said.days_after_session.is_some_and(|days| days >= OUTCOME_FROM_DAY);
        let counts = if is_late { Counts::Outcome } else { Counts::TooEarly };
        Some(Visit { day, value: change.value, counts })
    });
    let visits: Vec<Visit> = visits.collect();
    trend_of(&visits, spread)
}

/// The line on the days that it was drawn through, with its band.
fn line(trend: &Trend) -> Vec<(f64, [f64; 3])> {
    let on = |day: u32| {
        let middle = trend.on(day)?;
        Some((f64::from(day), [middle - trend.band, middle, middle + trend.band]))
    };
    trend.days.into_iter().filter_map(on).collect()
}

/// What the line says.
fn said_of(trend: Option<&Trend>, unit: &str) -> String {
    let Some(trend) = trend else {
        return "A line is drawn from four visits on that can be judged.".to_owned();
    };
    let four_weeks = |a_day: f64| signed(a_day * 28.0);
    let [low, high] = trend.per_day_interval;
    format!(
        "Over these visits {} {unit} in four weeks (95% interval {} to {}). It foretells nothing.",
        four_weeks(trend.per_day),
        four_weeks(low),
        four_weeks(high)
    )
}

fn point(
    (first, one): (&Opened<Photograph>, &Opened<Photograph>),
    (at, said): (&At<'_>, Option<&Opened<Comparison>>),
    places: &Places,
) -> Point {
    let taken = at.taken(one);
    let pair = Pair { before: first.id, after: one.id };
    let is_early =
        said.and_then(|said| said.days_after_session).is_some_and(|days| days < OUTCOME_FROM_DAY);
    let change = said.and_then(|said| said.change(FOLLOWED));
    let point = Point {
        day: f64::from((taken - at.taken(first)).get_days()),
        date: taken.strftime("%-d %b").to_string(),
        stage: stage(at.story, one.taken, &at.zone),
        ..Point::default()
    };
    if first.id == one.id {
        let says = "what the others are compared with".to_owned();
        return Point { value: Some((0.0, [0.0, 0.0])), says, ..point };
    }
    let point = Point { is_early, href: Some(places.pair(pair)), ..point };
    match (said, change) {
        (None, _) => Point {
            says: "not compared yet".to_owned(),
            ask: Some((pair.before.to_string(), pair.after.to_string())),
            href: None,
            ..point
        },
        (Some(said), _) if !said.is_comparable() => {
            Point { says: format!("cannot be compared: {}", word::failing(said)), ..point }
        }
        (Some(_), Some(change)) => {
            let early = if is_early { ", too early to judge" } else { "" };
            Point {
                says: format!("{}{early}", word::change(change)),
                value: Some((change.value, change.interval)),
                ..point
            }
        }
        (Some(_), None) => {
            let says =
                if is_early { "too early to judge colour" } else { "redness was not measured" };
            Point { says: says.to_owned(), ..point }
        }
    }
}
