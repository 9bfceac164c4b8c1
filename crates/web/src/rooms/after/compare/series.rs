//! One view over every visit: each photograph against the first.
//!
//! CLINICAL: after a session skin is redder and swollen, so that colour is not judged before day 28: such a visit is shown
//! open, and said to be too early.

use percuta_chart::{
    comparison::Comparison,
    photograph::{Photograph, View},
};
use percuta_practice::{
    Opened,
    comparisons::{Pair, newest},
};

use super::{Places, pair_of, word};
use crate::{
    page::comparator::{Point, Series},
    rooms::after::photographs::{At, stage},
};

/// Colour is not judged before this day after a session (science note, A.7).
const COLOUR_DAYS: u32 = 28;
/// What is followed over the visits.
const FOLLOWED: &str = "erythema";
/// Fewer visits are a pair.
const VISITS_MIN: usize = 3;

/// The series of a view; `None` where there are too few photographs.
pub(super) fn of(
    view: View,
    (at, all): (&At<'_>, &[Opened<Comparison>]),
    places: &Places,
) -> Option<Series> {
    let mut of_view: Vec<&Opened<Photograph>> =
        at.story.photographs.iter().filter(|one| one.view == view).collect();
    of_view.sort_by_key(|one| (one.taken, one.id));
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
    let unit = all.iter().find_map(|one| one.change(FOLLOWED)).map(|change| change.unit.clone());
    Some(Series {
        title: "Redness over the course".to_owned(),
        unit: unit.unwrap_or_else(|| "EI".to_owned()),
        points,
        trend: String::new(),
        line: Vec::new(),
    })
}

fn point(
    (first, one): (&Opened<Photograph>, &Opened<Photograph>),
    (at, said): (&At<'_>, Option<&Opened<Comparison>>),
    places: &Places,
) -> Point {
    let taken = at.taken(one);
    let pair = Pair { before: first.id, after: one.id };
    let is_early =
        said.and_then(|said| said.days_after_session).is_some_and(|days| days < COLOUR_DAYS);
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
