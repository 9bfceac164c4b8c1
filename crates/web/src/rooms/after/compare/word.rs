//! What a comparison says, in words: checks with their limits, changes with their intervals, and readings of them.
//!
//! The measures' own words come from `imaging`; one that is not known here is said as it is, so that none is dropped.

use percuta_chart::comparison::{Bound, Change, Check, Comparison, NotMeasurable};

use percuta_practice::comparisons::is_by_card;

use crate::page::{
    comparator::{CheckLine, Interval, signed},
    staff::compare::Measure,
};

/// How a measure is called, and what its fall and its rise are.
struct Called {
    what: &'static str,
    title: &'static str,
    under: &'static str,
    less: &'static str,
    more: &'static str,
}

const CALLED: [Called; 10] = [
    Called {
        what: "erythema",
        title: "Redness",
        under: "erythema index",
        less: "Less red",
        more: "More red",
    },
    Called {
        what: "erythema_compensated",
        title: "Redness without pigment",
        under: "erythema index, freed of melanin",
        less: "Less red",
        more: "More red",
    },
    Called {
        what: "a_star",
        title: "Redness, a*",
        under: "CIELAB a*",
        less: "Less red",
        more: "More red",
    },
    Called {
        what: "melanin",
        title: "Pigment",
        under: "melanin index",
        less: "Less pigment",
        more: "More pigment",
    },
    Called {
        what: "ita",
        title: "Skin tone",
        under: "individual typology angle",
        less: "Darker",
        more: "Lighter",
    },
    Called {
        what: "texture_fine",
        title: "Texture, fine",
        under: "contrast, 0.2 to 0.5 mm",
        less: "Less contrast",
        more: "More contrast",
    },
    Called {
        what: "texture_middle",
        title: "Texture, medium",
        under: "contrast, 0.5 to 1 mm",
        less: "Less contrast",
        more: "More contrast",
    },
    Called {
        what: "texture_coarse",
        title: "Texture, coarse",
        under: "contrast, 1 to 3 mm",
        less: "Less contrast",
        more: "More contrast",
    },
    Called {
        what: "line_density",
        title: "Lines",
        under: "length of the dark ones for each cm²",
        less: "Fewer lines",
        more: "More lines",
    },
    Called {
        what: "line_contrast",
        title: "Contrast of lines",
        under: "not their depth",
        less: "Less contrast",
        more: "More contrast",
    },
];

fn called(what: &str) -> Option<&'static Called> {
    CALLED.iter().find(|known| known.what == what)
}

/// A word of the engine's as it is read.
fn plain(word: &str) -> String {
    let spaced = word.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A number without decimals that say nothing.
fn number(value: f64) -> String {
    let text = match value.abs() {
        size if size < 1.0 => format!("{value:.2}"),
        size if size < 10.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    };
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.replace('-', "−") }
}

/// A number with its unit.
fn with_unit(value: &str, unit: &str) -> String {
    match unit {
        "deg" => format!("{value}°"),
        "%" => format!("{value} %"),
        "" => value.to_owned(),
        "mm/cm2" => format!("{value} mm/cm²"),
        unit => format!("{value} {unit}"),
    }
}

/// A check as a line.
pub(in crate::rooms::after) fn check(check: &Check) -> CheckLine {
    // What is counted, or is a share of one, says itself by its name.
    let unit = if ["features", "r"].contains(&check.unit.as_str()) { "" } else { &check.unit };
    let limit = with_unit(&number(check.limit), unit);
    let limit = match check.bound {
        Bound::AtMost => format!("limit {limit}"),
        Bound::AtLeast => format!("at least {limit}"),
    };
    let found = match check.value {
        Some(value) => format!("{}, {limit}", with_unit(&number(value), unit)),
        None => format!("not found, {limit}"),
    };
    CheckLine {
        is_ok: check.is_ok,
        says: plain(&check.name),
        of: check.of.replace('_', " "),
        found,
        remedy: check.remedy.clone(),
    }
}

/// What a check is called where it fails: "pose".
pub(super) fn failing(of: &Comparison) -> String {
    let failing = of.checks.iter().find(|check| !check.is_ok);
    failing.map(|check| plain(&check.name).to_lowercase()).unwrap_or_default()
}

/// A change with its interval: "−3.1 EI (−4.0 to −2.2)".
pub(in crate::rooms::after) fn change(of: &Change) -> String {
    let [low, high] = of.interval;
    format!("{} ({} to {})", with_unit(&signed(of.value), &of.unit), signed(low), signed(high))
}

/// Whether a change can be told: beyond what two shots differ by, with an interval on one side of nought.
fn is_told(of: &Change) -> bool {
    let [low, high] = of.interval;
    of.is_beyond_error() && (low > 0.0 || high < 0.0)
}

/// What a change says.
fn reading(of: &Change) -> String {
    let [low, high] = of.interval;
    if is_told(of) {
        let (less, more) = called(&of.what).map_or(("Lower", "Higher"), |it| (it.less, it.more));
        return if of.value < 0.0 { less } else { more }.to_owned();
    }
    if low <= 0.0 && high >= 0.0 { "Cannot tell" } else { "No change beyond measurement error" }
        .to_owned()
}

/// A change as a row.
pub(super) fn measure(of: &Change) -> Measure {
    let known = called(&of.what);
    let under = known.map_or(String::new(), |it| format!("{}, ", it.under));
    let detectable = with_unit(&number(of.smallest_detectable), &of.unit);
    let from = match of.learned_from {
        Some(count) => format!("learned from {count} of the clinic’s repeats"),
        None => "assumed until the clinic has ten repeats".to_owned(),
    };
    Measure {
        title: known.map_or_else(|| plain(&of.what), |it| it.title.to_owned()),
        under: format!("{under}against the {}", of.against),
        interval: Interval {
            value: of.value,
            ends: of.interval,
            detectable: of.smallest_detectable,
            is_told: is_told(of),
        },
        says: change(of),
        reading: reading(of),
        detectable: format!("{detectable}, {from}"),
        note: of.note.clone().unwrap_or_default(),
    }
}

/// What is not measured, as it is read.
pub(super) fn not_measurable(of: &NotMeasurable) -> (String, String) {
    let what = called(&of.what).map_or_else(|| plain(&of.what), |it| it.title.to_owned());
    let mut why = plain(&of.why);
    if !why.ends_with('.') {
        why.push('.');
    }
    (what, why)
}

/// How the two lie over one another.
pub(super) fn alignment(of: &Comparison) -> Vec<(String, String)> {
    let Some(alignment) = &of.alignment else { return Vec::new() };
    let laid = format!(
        "{} features agree; patches that it was not fitted to lie within {} pixels (median). The treated areas did not steer it.",
        alignment.inliers,
        number(alignment.residual_px_heldout)
    );
    vec![("Alignment".to_owned(), laid)]
}

/// By what colours were told.
pub(super) fn colour(of: &Comparison) -> &'static str {
    if is_by_card(of) {
        "Colours were corrected by the card on both photographs before they were measured. The pictures are shown as they were taken."
    } else {
        "No colour card was read on both photographs, so the skin itself tells the light apart. With a card, colours can be compared between cameras."
    }
}

/// What a patient reads of the change of redness: no number, and no promise.
pub(super) fn for_patient(of: &Comparison) -> String {
    let Some(change) = of.change("erythema") else {
        let why = of
            .not_measurable
            .iter()
            .find(|one| ["erythema", "redness"].contains(&one.what.as_str()));
        return why.map_or_else(
            || "Redness could not be measured on these two.".to_owned(),
            |why| format!("Redness is not judged on these two: {}", plain(&why.why)),
        );
    };
    if let Some(early) = of.not_measurable.iter().find(|one| one.what == "colour as an outcome") {
        return format!("It is too early to judge redness: {}.", early.why);
    }
    match (is_told(change), change.value < 0.0) {
        (true, true) => "The skin is less red on the later photograph, by more than two photographs of the same day differ.",
        (true, false) => "The skin is redder on the later photograph, by more than two photographs of the same day differ.",
        (false, _) => "No difference in redness that photographs like these could show. That is not the same as no change.",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64, interval: [f64; 2]) -> Change {
        Change {
            what: "erythema".to_owned(),
            value,
            unit: "EI".to_owned(),
            interval,
            against: "control patch".to_owned(),
            smallest_detectable: 2.0,
            learned_from: None,
            note: None,
        }
    }

    #[test]
    fn only_a_change_beyond_repeats_and_on_one_side_of_nought_is_read() {
        assert_eq!(reading(&of(-3.1, [-4.0, -2.2])), "Less red");
        assert_eq!(reading(&of(3.1, [2.2, 4.0])), "More red");
        assert_eq!(reading(&of(-1.5, [-1.9, -1.1])), "No change beyond measurement error");
        assert_eq!(reading(&of(-2.5, [-5.5, 0.5])), "Cannot tell");
        assert_eq!(change(&of(-3.1, [-4.0, 0.04])), "−3.1 EI (−4.0 to 0)");
    }

    #[test]
    fn a_check_says_what_was_found_and_what_is_allowed() {
        let mut one = Check {
            name: "pose".to_owned(),
            of: "turned to the side".to_owned(),
            value: Some(1.84),
            unit: "deg".to_owned(),
            bound: Bound::AtMost,
            limit: 5.0,
            is_ok: true,
            remedy: String::new(),
        };
        assert_eq!(check(&one).found, "1.8°, limit 5°");
        one.value = None;
        one.bound = Bound::AtLeast;
        assert_eq!(check(&one).found, "not found, at least 5°");
        assert_eq!(
            (check(&one).says.as_str(), check(&one).of.as_str()),
            ("Pose", "turned to the side")
        );
    }
}
