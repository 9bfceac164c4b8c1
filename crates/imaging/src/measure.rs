//! What changed between two photographs that lie on one grid: redness, pigment, texture and lines, each with its error,
//! and what cannot be said.
//!
//! ```text
//! Pair ── cells ── illumination ──┬── tiles ── interval ── gate ── Change, NotMeasurable
//!                                 └── plane ── the map of the change of a*
//! ```
//!
//! It judges no skin and no treatment: it says by how much two photographs differ, and beside it by how much two of the
//! same skin do. It does not decide whether a pair may be compared; that was done before.
//!
//! INVARIANT (nothing from nothing): a photograph compared with itself changed by nought, between nought and nought.

mod cells;
mod colour_math;
mod error;
mod gate;
mod illumination;
mod interval;
mod lines;
mod order;
mod plane;
mod solve;
mod texture;
mod tiles;
mod trend;

pub use error::SMALLEST_A_STAR;
pub use gate::OUTCOME_FROM_DAY;
pub(crate) use gate::never;
pub use trend::{Counts, Trend, Visit, repeat_of, series};

pub(crate) use order::median;

use cells::{Cells, Skin};
use gate::Time;
use illumination::{Against, Degree, Light, Told};
use interval::{Centre, Middle, Sample};
use lines::{Lined, Lines, Measure};
use texture::{Band, Texture};
use tiles::{Colour, Tiles};

use crate::{Change, Ground, NotMeasurable, Pair, Plane, Scale};

/// Skin of this tone and darker shows little of its redness in a*.
const DARK_ITA: f32 = -20.0;

/// What a pair says.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What changed.
    pub changes: Vec<Change>,
    /// What is not measured, and why.
    pub not_measurable: Vec<NotMeasurable>,
    /// The change of a*, pixel by pixel of the pair's grid; nought where nothing is known.
    pub delta_a_star: Plane<f32>,
}

/// Measures a pair.
pub fn measure(pair: &Pair, ground: &Ground) -> Measured {
    let (width, height) = (pair.before.width(), pair.before.height());
    let cells = Cells::of(pair);
    let Some(light) = Light::of(&cells, centimetre_cells(pair.scale), pair.has_card) else {
        let delta_a_star = Plane::filled(width, height, 0.0);
        return Measured {
            changes: Vec::new(),
            not_measurable: too_little(pair.has_card),
            delta_a_star,
        };
    };
    let delta_a_star = plane::delta_a_star(pair, &light);
    let tiles = Tiles::of(&cells, &light, pair.scale.mm_per_px);
    let measured = if pair.treated.is_some() { Skin::Treated } else { Skin::Untreated };
    match Sample::of(&tiles, light.told, measured) {
        None => Measured {
            changes: Vec::new(),
            not_measurable: too_little(pair.has_card),
            delta_a_star,
        },
        Some(sample) => {
            let (mut changes, mut not_measurable) = colours(&sample, light.told.against, ground);
            for relief in [seen_texture, seen_lines] {
                match relief(pair, (&cells, &tiles), (&light, measured), ground) {
                    Ok(found) => changes.extend(found),
                    Err(why) => not_measurable.push(why),
                }
            }
            not_measurable.extend(never(pair.has_card));
            Measured { changes, not_measurable, delta_a_star }
        }
    }
}

/// How many cells a centimetre is long.
fn centimetre_cells(scale: Scale) -> f64 {
    10.0 / (scale.mm_per_px.max(1e-4) * crate::number::long(cells::EDGE))
}

/// Why there are no numbers at all.
fn too_little(has_card: bool) -> Vec<NotMeasurable> {
    let nothing = NotMeasurable {
        what: "colour",
        why: "too little skin can be measured on both photographs to know an error".to_owned(),
    };
    std::iter::once(nothing).chain(never(has_card)).collect()
}

/// The changes of colour that may be said, and what may not.
fn colours(
    sample: &Sample<'_>,
    against: Against,
    ground: &Ground,
) -> (Vec<Change>, Vec<NotMeasurable>) {
    let time = Time::of(ground.days_after_session);
    let change = |colour: Colour| change(sample, colour, (against, time), ground);
    let redness = [Colour::Erythema, Colour::Compensated, Colour::AStar].map(change);
    // Pigment alone moves the plain index, and the other one only as far as its share was missed: the smaller counts.
    let still = redness
        .iter()
        .take(2)
        .map(|one| (one.value, one.smallest_detectable))
        .min_by(|one, other| one.0.abs().total_cmp(&other.0.abs()))
        .unwrap_or((f64::INFINITY, 0.0));
    let mut changes = Vec::from(redness);
    let mut not: Vec<NotMeasurable> = gate::colour_outcome(time).into_iter().collect();
    match gate::pigment(time, still) {
        Some(why) => not.push(why),
        None => changes.extend([Colour::Melanin, Colour::Ita].map(change)),
    }
    (changes, not)
}

/// The changes of texture, or why there are none.
fn seen_texture(
    pair: &Pair,
    (cells, tiles): (&Cells, &Tiles),
    (light, measured): (&Light, Skin),
    ground: &Ground,
) -> Result<Vec<Change>, NotMeasurable> {
    if let Some(why) = gate::relief("texture", Time::of(ground.days_after_session), pair.scale.from)
    {
        return Err(why);
    }
    let seen = (pair.scale.mm_per_px, light.curve());
    let texture = Texture::of((&pair.before, &pair.after), cells, tiles, seen, measured);
    let too_coarse = || NotMeasurable {
        what: "texture",
        why: "the photographs show too little of the skin, or too small, for its texture"
            .to_owned(),
    };
    let told = level(light);
    let sample = Sample::of(&texture.tiles, told, measured).ok_or_else(too_coarse)?;
    let bands = Band::ALL.into_iter().zip(texture.before).enumerate();
    let changes: Vec<Change> = bands
        .filter_map(|(at, (band, before))| {
            let middle = sample.difference(at, Centre::Median, interval::SHARE_ERROR);
            let (smallest_detectable, repeats) =
                error::smallest(ground, band.word(), error::TEXTURE_SHARE * before?);
            Some(Change {
                what: band.word(),
                value: middle.value,
                unit: "% contrast",
                interval: middle.interval,
                against: told.against.words(),
                smallest_detectable,
                repeats,
                note: Some(gate::note_on_texture(told.against)),
            })
        })
        .collect();
    if changes.is_empty() { Err(too_coarse()) } else { Ok(changes) }
}

/// The light as it is taken out of what is no colour: by its level alone.
fn level(light: &Light) -> Told {
    Told { degree: Degree::Level, ..light.told }
}

/// The changes of lines, or why there are none.
fn seen_lines(
    pair: &Pair,
    (cells, tiles): (&Cells, &Tiles),
    (light, measured): (&Light, Skin),
    ground: &Ground,
) -> Result<Vec<Change>, NotMeasurable> {
    let what = "lines";
    if let Some(why) = gate::relief(what, Time::of(ground.days_after_session), pair.scale.from) {
        return Err(why);
    }
    let not = |why: &str| NotMeasurable { what, why: why.to_owned() };
    let seen = (pair.scale.mm_per_px, light.curve());
    let lines = Lines::of((&pair.before, &pair.after), cells, tiles, seen, measured)
        .ok_or_else(|| not("a pixel is too large on the skin to show a line, or too small"))?;
    let told = level(light);
    let change = |measure: Measure, lined: &Lined, centre: Centre| {
        let Middle { value, interval } =
            Sample::of(&lined.tiles, told, measured)?.difference(0, centre, lines::SHARE_ERROR);
        let (smallest_detectable, repeats) =
            error::smallest(ground, measure.word(), error::LINES_SHARE * lined.before);
        Some(Change {
            what: measure.word(),
            value,
            unit: measure.unit(),
            interval,
            against: told.against.words(),
            smallest_detectable,
            repeats,
            note: Some(gate::NOTE_ON_LINES),
        })
    };
    if !lines.contrast.tiles.list.iter().any(|tile| tile.skin == measured) {
        return Err(not("no line that is dark enough is seen on either photograph"));
    }
    let changes = [
        change(Measure::Density, &lines.density, Centre::Mean),
        change(Measure::Contrast, &lines.contrast, Centre::Median),
    ];
    let changes: Vec<Change> = changes.into_iter().flatten().collect();
    if changes.is_empty() {
        Err(not("too little skin is seen to know an error"))
    } else {
        Ok(changes)
    }
}

fn change(
    sample: &Sample<'_>,
    colour: Colour,
    (against, time): (Against, Time),
    ground: &Ground,
) -> Change {
    let middle = sample.middle(colour.at());
    let (smallest_detectable, repeats) =
        error::smallest(ground, colour.word(), colour.assumed_sd());
    Change {
        what: colour.word(),
        value: middle.value,
        unit: colour.unit(),
        interval: middle.interval,
        against: against.words(),
        smallest_detectable,
        repeats,
        note: match colour {
            Colour::AStar if sample.ita_before() < DARK_ITA => {
                Some("on dark skin a* shows little of a change of redness: read erythema instead")
            }
            Colour::Compensated => Some(
                "the share of melanin was fitted to the patient's own skin on the earlier photograph",
            ),
            Colour::Erythema | Colour::AStar => gate::note_on_redness(against, time),
            Colour::Melanin | Colour::Ita => match against {
                Against::WholeRegion => gate::note_on_redness(against, time),
                Against::ControlPatch | Against::Untreated | Against::ColourCard => {
                    Some("pigment as the camera sees it: tan, sunscreen and make-up change it too")
                }
            },
        },
    }
}

impl Colour {
    /// Its word in a report.
    fn word(self) -> &'static str {
        match self {
            Self::Erythema => "erythema",
            Self::Compensated => "erythema_compensated",
            Self::AStar => "a_star",
            Self::Melanin => "melanin",
            Self::Ita => "ita",
        }
    }

    /// Its unit.
    fn unit(self) -> &'static str {
        match self {
            Self::Erythema | Self::Compensated => "EI",
            Self::AStar => "a*",
            Self::Melanin => "MI",
            Self::Ita => "deg",
        }
    }

    /// Where it stands in a tile.
    fn at(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(0)
    }
}
