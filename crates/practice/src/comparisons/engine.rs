//! From two files and what was marked to what is kept of their comparison: the one place that calls the engine.
//!
//! It runs on a thread of its own and takes its memory there; what it gives back is plain and small. It knows no person,
//! no store and no key.

use percuta_chart::comparison::{
    Alignment, Bound, Change, Check, Mark, MarkKind, NotMeasurable, Reading, Shape, Tile, Tiles,
};
use percuta_imaging::{Ground, Limit, Mask, Plane, Repeats, Report, Shots, card, map, written};

/// The engine whose words these are. Another number asks the engine again.
pub(crate) const ENGINE: &str = "2";

/// The engine as a comparison names it: with the size of the card, where it had one, since lengths hang on that.
pub(super) fn name(card: Option<card::Kind>) -> String {
    match card {
        Some(card::Kind::Chart { pitch_mm: Some(mm) }) => format!("{ENGINE}, card of {mm} mm"),
        Some(card::Kind::Chart { pitch_mm: None } | card::Kind::Grey { .. }) | None => {
            ENGINE.to_owned()
        }
    }
}

/// Whether a name is of the engine of today, whatever card it had.
pub(super) fn is_of_today(name: &str) -> bool {
    name.split(',').next() == Some(ENGINE)
}

/// The longer side of the copy for the screen, as of every photograph.
const DISPLAY_PX: u32 = 1_600;
/// What the engine said, ready to be kept.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) engine: String,
    pub(super) checks: Vec<Check>,
    pub(super) alignment: Option<Alignment>,
    pub(super) changes: Vec<Change>,
    pub(super) not_measurable: Vec<NotMeasurable>,
    pub(super) map: Option<Tiles>,
    pub(super) aligned: Option<Vec<u8>>,
    pub(super) map_picture: Option<Vec<u8>>,
}

/// Reads two files and compares them. `None` where one cannot be read.
pub(super) fn compare(
    (before, after): (&[u8], &[u8]),
    marks: &[Mark],
    ground: &Ground,
) -> Option<Said> {
    let before = percuta_imaging::read(before).ok()?;
    let after = percuta_imaging::read(after).ok()?;
    let size = (before.width(), before.height());
    let (treated, control) =
        (mask(marks, MarkKind::Treated, size), mask(marks, MarkKind::Control, size));
    let shots = Shots {
        before: &before,
        after: &after,
        region: None,
        treated: treated.as_ref(),
        control: control.as_ref(),
    };
    let found = percuta_imaging::compare(&shots, ground);
    let said = Said { engine: name(ground.card), ..Said::of(&found.report) };
    if !found.report.is_comparable() {
        return Some(said);
    }
    let aligned = found.field.as_ref().map(|field| field.lay(&after));
    let map = found.map(&before);
    Some(Said {
        aligned: aligned.and_then(|aligned| written::jpeg(&aligned, DISPLAY_PX)),
        map: map.as_ref().and_then(|map| tiles(&map.tiles(), found.factor)),
        map_picture: map.as_ref().and_then(|map| written::png(&map.with_legend())),
        ..said
    })
}

/// The squares of a map as they are kept; `None` where there are more than can be kept, which no photograph has.
fn tiles(of: &map::Tiles, factor: usize) -> Option<Tiles> {
    let tile = |tile: &map::Tile| {
        let (column, row) = tile.at;
        Some(Tile {
            column: u16::try_from(column).ok()?,
            row: u16::try_from(row).ok()?,
            // Hundredths are finer than anything that is shown, and keep the document small.
            change: (tile.delta * 100.0).round() / 100.0 + 0.0,
            reading: match tile.reading {
                map::Reading::LessRed => Reading::Less,
                map::Reading::NoChange => Reading::None,
                map::Reading::MoreRed => Reading::More,
            },
        })
    };
    Some(Tiles {
        edge_px: u32::try_from(of.edge.checked_mul(factor)?).ok()?,
        threshold: of.smallest_detectable,
        area_cm2: of.area_cm2,
        list: of.list.iter().map(tile).collect::<Option<Vec<Tile>>>()?,
    })
}

impl Said {
    /// What a report says, in the words that are kept.
    pub(super) fn of(report: &Report) -> Self {
        let is_comparable = report.is_comparable();
        Self {
            engine: ENGINE.to_owned(),
            checks: report.checks.iter().map(check).collect(),
            alignment: report.alignment.as_ref().map(alignment),
            // INVARIANT: what is not comparable has no change.
            changes: report
                .changes
                .iter()
                .filter(|change| is_comparable && is_number(change))
                .map(change)
                .collect(),
            not_measurable: report.not_measurable.iter().map(not_measurable).collect(),
            map: None,
            aligned: None,
            map_picture: None,
        }
    }
}

fn is_number(one: &percuta_imaging::Change) -> bool {
    one.value.is_finite() && one.interval.iter().all(|end| end.is_finite())
}

fn check(one: &percuta_imaging::Check) -> Check {
    let (bound, limit) = match one.limit {
        Limit::AtMost(limit) => (Bound::AtMost, limit),
        Limit::AtLeast(limit) => (Bound::AtLeast, limit),
    };
    Check {
        name: one.name.word().to_owned(),
        of: one.of.to_owned(),
        value: one.value.is_finite().then_some(one.value),
        unit: one.unit.to_owned(),
        bound,
        limit,
        is_ok: one.is_ok(),
        remedy: one.remedy.to_owned(),
    }
}

fn alignment(one: &percuta_imaging::Alignment) -> Alignment {
    Alignment {
        model: one.model.word().to_owned(),
        inliers: u32::try_from(one.inliers).unwrap_or(u32::MAX),
        residual_px: one.residual_px,
        residual_px_heldout: one.residual_px_heldout,
    }
}

fn change(one: &percuta_imaging::Change) -> Change {
    let learned_from = match one.repeats {
        Repeats::Assumed => None,
        Repeats::Learned(count) => Some(u32::try_from(count).unwrap_or(u32::MAX)),
    };
    Change {
        what: one.what.to_owned(),
        value: one.value,
        unit: one.unit.to_owned(),
        interval: one.interval,
        against: one.against.to_owned(),
        smallest_detectable: one.smallest_detectable,
        learned_from,
        note: one.note.map(str::to_owned),
    }
}

fn not_measurable(one: &percuta_imaging::NotMeasurable) -> NotMeasurable {
    NotMeasurable { what: one.what.to_owned(), why: one.why.clone() }
}

/// The areas of a kind on a photograph of a size; `None` where none was marked.
pub(super) fn mask(
    marks: &[Mark],
    kind: MarkKind,
    (width, height): (usize, usize),
) -> Option<Mask> {
    let marks: Vec<&Mark> = marks.iter().filter(|mark| mark.kind == kind).collect();
    if marks.is_empty() {
        return None;
    }
    let mut mask = Plane::filled(width, height, 0_u8);
    let rows = mask.values_mut().chunks_exact_mut(width.max(1));
    for (y, row) in rows.enumerate() {
        for mark in &marks {
            if let Some((from, until)) = span(mark, y, (width, height))
                && let Some(inside) = row.get_mut(from..until)
            {
                inside.fill(255);
            }
        }
    }
    Some(mask)
}

/// From which to before which pixel a mark covers a row. Lengths are in thousandths of a pixel, so that nothing is
/// rounded before the end.
fn span(mark: &Mark, y: usize, (width, height): (usize, usize)) -> Option<(usize, usize)> {
    let long = |part: u16, side: usize| i64::try_from(usize::from(part).checked_mul(side)?).ok();
    let (left, top) = (long(mark.left, width)?, long(mark.top, height)?);
    let (wide, high) = (long(mark.width, width)?, long(mark.height, height)?);
    let middle_of_row = i64::try_from(y).ok()?.checked_mul(1_000)?.checked_add(500)?;
    // Twice how far the row is from the middle of the mark.
    let off = (middle_of_row - top) * 2 - high;
    if off < -high || off >= high {
        return None;
    }
    let half = match mark.shape {
        Shape::Box => wide / 2,
        Shape::Ellipse => {
            let chord = (high.checked_mul(high)? - off.checked_mul(off)?).isqrt();
            (wide / 2).checked_mul(chord)?.checked_div(high)?
        }
    };
    let middle = left + wide / 2;
    let pixel = |at: i64| usize::try_from((at + 500) / 1_000).ok();
    let (from, until) = (pixel(middle - half)?, pixel(middle + half)?.min(width));
    (from < until).then_some((from, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_covers_its_shape_and_nothing_beside_it() {
        let mark = |shape| Mark {
            kind: MarkKind::Treated,
            shape,
            left: 200,
            top: 400,
            width: 600,
            height: 200,
        };
        let covered = |shape| {
            let mask = mask(&[mark(shape)], MarkKind::Treated, (100, 50)).unwrap();
            let count = mask.values().iter().filter(|value| **value == 255).count();
            let corner = mask.get(21, 20) == Some(255);
            (count, corner, mask.get(50, 25), mask.get(50, 19), mask.get(19, 25))
        };
        assert_eq!(covered(Shape::Box), (600, true, Some(255), Some(0), Some(0)));
        let (count, corner, middle, above, beside) = covered(Shape::Ellipse);
        // An ellipse has a quarter of pi of its box.
        assert!((455..=485).contains(&count), "{count}");
        assert_eq!((corner, middle, above, beside), (false, Some(255), Some(0), Some(0)));
        assert_eq!(mask(&[mark(Shape::Box)], MarkKind::Control, (100, 50)), None);
    }
}
