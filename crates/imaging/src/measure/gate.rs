//! What is not said, or not yet, and why.
//!
//! CLINICAL: needled skin is red for days and swollen for up to two weeks. Swelling smooths its texture, and redness alone
//! moves the angle of its tone by 5 to 12 degrees: both would look like a result. So pigment and texture wait for day 28,
//! pigment also for the redness to be as it was; and a redness that is measured earlier is healing, not an outcome.

use super::illumination::Against;
use crate::{NotMeasurable, ScaleFrom};

/// The first day on which a result is a result.
pub const OUTCOME_FROM_DAY: u32 = 28;

/// How long after the last session AFTER was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// Nobody said. That is not long ago.
    Unknown,
    /// Before day 28.
    Early(u32),
    /// From day 28 on.
    Late,
}

impl Time {
    /// Of the days, where they are known.
    pub(super) fn of(days: Option<u32>) -> Self {
        match days {
            None => Self::Unknown,
            Some(days) if days < OUTCOME_FROM_DAY => Self::Early(days),
            Some(_) => Self::Late,
        }
    }

    /// Why something has to wait; `None` from day 28 on.
    fn wait(self, because: &str) -> Option<String> {
        match self {
            Self::Unknown => Some(format!(
                "the days since the last session are not known, and before day {OUTCOME_FROM_DAY} {because}"
            )),
            Self::Early(days) => Some(format!(
                "this is day {days} after the last session, and before day {OUTCOME_FROM_DAY} {because}"
            )),
            Self::Late => None,
        }
    }
}

/// Why colour is no outcome yet.
pub(super) fn colour_outcome(time: Time) -> Option<NotMeasurable> {
    let why = time.wait("redness is healing and no result")?;
    Some(NotMeasurable { what: "colour as an outcome", why })
}

/// Why texture or lines are not measured, or not yet.
pub(super) fn relief(what: &'static str, time: Time, scale: ScaleFrom) -> Option<NotMeasurable> {
    if let Some(why) = time.wait("swelling smooths the skin") {
        return Some(NotMeasurable { what, why });
    }
    match scale {
        ScaleFrom::Card | ScaleFrom::Given => None,
        ScaleFrom::Assumed => Some(NotMeasurable {
            what,
            why: "how large a pixel is on the skin is not known".to_owned(),
        }),
    }
}

/// Why pigment is not measured, or not yet. `redness` is the change of erythema and the smallest that can be told.
pub(super) fn pigment(time: Time, redness: (f64, f64)) -> Option<NotMeasurable> {
    let what = "pigment";
    if let Some(why) = time.wait("redness is read as pigment") {
        return Some(NotMeasurable { what, why });
    }
    let (change, smallest) = redness;
    (change.abs() > smallest).then(|| NotMeasurable {
        what,
        why: "redness changed by more than its error, and redness alone moves the tone of the skin"
            .to_owned(),
    })
}

/// What no photograph of this kind tells, whatever it shows.
pub(crate) fn never(has_card: bool) -> impl Iterator<Item = NotMeasurable> {
    const RELIEF: &str = "one flat photograph holds no relief";
    [
        ("scar depth in mm", RELIEF),
        ("wrinkle depth in mm", RELIEF),
        ("volume", RELIEF),
        ("pores by number", "they are not counted by this version"),
        ("collagen in %", "a photograph shows the surface, and collagen lies below it"),
        ("skin age", "there is no reference population that it could be compared with"),
        (
            "tone of the skin as an absolute angle (ITA)",
            if has_card {
                "a card tells the light where it lies, and a face is not lit evenly"
            } else {
                "without a colour card the light moves it by more than a whole class"
            },
        ),
    ]
    .into_iter()
    .map(|(what, why)| NotMeasurable { what, why: why.to_owned() })
}

/// What must be known to read a change of redness.
pub(super) fn note_on_redness(against: Against, time: Time) -> Option<&'static str> {
    match (against, time) {
        (Against::WholeRegion, Time::Late) => {
            Some("a change of the whole region at once cannot be told from a change of light")
        }
        (Against::WholeRegion, Time::Early(_) | Time::Unknown) => Some(
            "a change of the whole region at once cannot be told from a change of light; \
             before day 28 redness is healing, not an outcome",
        ),
        (
            Against::ControlPatch | Against::Untreated | Against::ColourCard,
            Time::Early(_) | Time::Unknown,
        ) => Some("before day 28 redness is healing, not an outcome"),
        (Against::ControlPatch | Against::Untreated | Against::ColourCard, Time::Late) => None,
    }
}

/// What must be known to read a change of texture.
pub(super) fn note_on_texture(against: Against) -> &'static str {
    match against {
        Against::ControlPatch | Against::Untreated => "contrast under this light, not a depth",
        Against::WholeRegion | Against::ColourCard => {
            "contrast under this light, not a depth; a sharper photograph changes it too"
        }
    }
}

/// What must be known to read a change of lines.
pub(super) const NOTE_ON_LINES: &str = "dark lines under this light, not their depth; those finer than 0.3 mm, shorter \
     than 5 mm or fainter than 6 % are missed, and hairs and the creases of a grimace count like others";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pigment_waits_for_day_28_and_for_the_redness() {
        let waits = |days, change| pigment(Time::of(days), (change, 2.8)).is_some();
        assert!(waits(None, 0.0), "not known is not long ago");
        assert!(waits(Some(27), 0.0));
        assert!(!waits(Some(28), 0.0));
        assert!(waits(Some(40), 3.0), "redder");
        assert!(waits(Some(40), -3.0), "less red moves the tone as well");
    }

    #[test]
    fn the_day_is_said() {
        let scale = ScaleFrom::Given;
        let why =
            relief("texture", Time::of(Some(3)), scale).map(|one| one.why).unwrap_or_default();
        assert!(why.contains("day 3 "), "{why}");
        assert_eq!(relief("lines", Time::of(Some(28)), scale), None);
        assert!(relief("lines", Time::of(Some(28)), ScaleFrom::Assumed).is_some());
    }
}
