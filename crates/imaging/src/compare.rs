//! From two photographs to a report.

use crate::{
    CheckName, Pair, Scale, ScaleFrom,
    align::{self, Apart, Laid, Two, field::Field},
    ask::{Ground, Shots},
    card::{self, Calibration, Verdict},
    check::{self, Lit, Looked},
    map::Map,
    measure,
    number::long,
    raster::{Linear, Mask, Photo, Plane},
    reduce::{Reduced, factors, reduce, reduce_mask},
    report::{Alignment, Check, Model, Report},
    skin,
    wanted::Wanted,
};

/// What a comparison comes to.
#[derive(Debug)]
pub struct Comparison {
    /// What it says.
    pub report: Report,
    /// Where in AFTER each pixel of BEFORE is; `None` where that could not be found.
    pub field: Option<Field>,
    /// How a* changed, on BEFORE's grid at the measured size; `None` where the two cannot be compared.
    pub delta_a_star: Option<Plane<f32>>,
    /// What was looked at and is known on both, at the measured size.
    pub seen: Mask,
    /// How large a pixel of the measured size is.
    pub scale: Scale,
    /// Pixels of BEFORE along one of the measured size.
    pub factor: usize,
}

impl Comparison {
    /// The map of where redness changed, over BEFORE; `None` where the two cannot be compared.
    pub fn map<'a>(&'a self, before: &'a Photo) -> Option<Map<'a>> {
        let of_a_star = self.report.changes.iter().find(|change| change.what == "a_star");
        Some(Map {
            before,
            delta_a_star: self.delta_a_star.as_ref()?,
            seen: &self.seen,
            scale: self.scale,
            smallest_detectable: of_a_star
                .map_or(measure::SMALLEST_A_STAR, |change| change.smallest_detectable),
        })
    }
}

/// What is known of two photographs before light and colour are looked at.
struct Seen {
    before: Reduced,
    after: Reduced,
    /// At the measured size.
    region: Mask,
    /// What was treated, and what was not, at the measured size.
    marked: [Option<Mask>; 2],
    /// Where linear light of BEFORE is known, at the measured size.
    wanted: Wanted,
    /// What BEFORE is driven by, at the aligned size.
    drives: Mask,
    /// At the aligned size.
    looked: Mask,
    longer: [usize; 2],
    sizes: [(usize, usize); 2],
    focal_35mm: Option<f64>,
}

impl Seen {
    fn looked(&self) -> Looked<'_> {
        Looked {
            green: [&self.before.green, &self.after.green],
            region: &self.looked,
            factor: self.before.aligned,
            longer: self.longer,
            focal_35mm: self.focal_35mm,
        }
    }

    /// AFTER on BEFORE's grid, wherever something of it is asked for.
    fn lay(&self, field: &Field) -> Lying {
        let factor = self.before.measured;
        let (linear, valid) = field.lay_linear(&self.after.linear, factor, &self.wanted);
        let mut looked = self.region.clone();
        for (region, valid) in looked.values_mut().iter_mut().zip(valid.values()) {
            *region = (*region).min(*valid);
        }
        Lying { linear, valid, looked }
    }

    fn lit<'a>(&'a self, after: &'a Lying) -> Lit<'a> {
        Lit {
            before: &self.before.linear,
            after: &after.linear,
            looked: &after.looked,
            region: &self.region,
        }
    }

    fn two(&self) -> Two<'_> {
        Two {
            before: &self.before.green,
            after: &self.after.green,
            drives: &self.drives,
            factor: self.before.aligned,
            sizes: self.sizes,
        }
    }
}

/// AFTER as it lies on BEFORE's grid, at the measured size.
struct Lying {
    linear: Linear,
    /// Where it shows something.
    valid: Mask,
    /// What of the region it shows.
    looked: Mask,
}

fn longer(photo: &Photo) -> usize {
    photo.width().max(photo.height())
}

/// What cards on both photographs say.
struct Cards {
    calibrations: [Calibration; 2],
    /// Millimetres to a pixel of BEFORE, of a card of known size.
    mm_per_px: Option<f64>,
}

/// The card on both photographs, and the check that goes with it; nothing where it was not asked for, or not found.
fn cards(shots: &Shots<'_>, ground: &Ground) -> (Option<Cards>, Option<Check>) {
    let Some(kind) = ground.card else { return (None, None) };
    let (before, after) =
        rayon::join(|| card::find(shots.before, kind), || card::find(shots.after, kind));
    let (Some(before), Some(after)) = (before, after) else {
        return (None, Some(check::card(f64::NAN)));
    };
    let (Some(one), Some(other)) = (before.calibration(), after.calibration()) else {
        return (None, Some(check::card(f64::NAN)));
    };
    let left = [&one, &other].map(|calibration| match calibration.verdict {
        // The worst patch is allowed twice the mean: this tells both by one number.
        Verdict::Comparable(left) | Verdict::NotComparable(left) => left.mean.max(left.max / 2.0),
        Verdict::WhiteOnly => 0.0,
    });
    let check = check::card(left[0].max(left[1]));
    (Some(Cards { calibrations: [one, other], mm_per_px: before.mm_per_px }), Some(check))
}

fn see(shots: &Shots<'_>, cards: Option<&Cards>) -> Seen {
    let sizes = [shots.before, shots.after].map(|photo| (photo.width(), photo.height()));
    // Both at the factors of the larger one, so that neither is blurred by being made larger.
    let longer = [longer(shots.before), longer(shots.after)];
    let by = factors(longer[0].max(longer[1]));
    let given = shots.region.map(|region| reduce_mask(region, by.0));
    let marked =
        [shots.treated, shots.control].map(|mask| mask.map(|mask| reduce_mask(mask, by.0)));
    let wanted = given.as_ref().map(|region| Wanted::of(region, marked.iter().flatten()));
    let (mut before, mut after) =
        rayon::join(|| reduce(shots.before, by, wanted.as_ref()), || reduce(shots.after, by, None));
    if let Some(cards) = cards {
        for (calibration, one) in cards.calibrations.iter().zip([&mut before, &mut after]) {
            calibration.correct(&mut one.linear);
        }
    }
    let region = given.unwrap_or_else(|| skin::region(&before.linear));
    let wanted = wanted.unwrap_or_else(|| Wanted::of(&region, marked.iter().flatten()));
    let looked = reduce_mask(&region, by.1 / by.0);
    let mut drives = looked.clone();
    if let Some(treated) = shots.treated {
        let treated = reduce_mask(treated, by.1);
        for (drives, treated) in drives.values_mut().iter_mut().zip(treated.values()) {
            // A pixel that is treated in part is treated.
            *drives = if *treated > 0 { 0 } else { *drives };
        }
    }
    Seen {
        before,
        after,
        region,
        marked,
        wanted,
        drives,
        looked,
        longer,
        sizes,
        focal_35mm: shots.before.focal_35mm,
    }
}

/// Compares two photographs.
///
/// # Units
/// Lengths are pixels of BEFORE, angles degrees, light doublings (EV); what changed says its own.
#[must_use]
pub fn compare(shots: &Shots<'_>, ground: &Ground) -> Comparison {
    let is_same = shots.before.rgb() == shots.after.rgb()
        && (shots.before.width(), shots.before.height())
            == (shots.after.width(), shots.after.height());
    let (cards, card_check) = cards(shots, ground);
    let mut seen = see(shots, cards.as_ref());
    let laid = if is_same { Ok(align::still(&seen.two())) } else { align::lay(&seen.two()) };
    let mut checks = vec![check::size(seen.longer[0].min(seen.longer[1]))];
    checks.extend(card_check);
    let laid = match laid {
        Ok(laid) => laid,
        Err(apart) => {
            checks.extend(apart_checks(&seen, &apart));
            return without(seen, ground, (checks, None));
        }
    };
    checks.extend(skin_checks(&seen, &laid));
    let factor = seen.before.measured;
    let after = seen.lay(&laid.field);
    // It is large, and what was laid stands for it from here on.
    seen.after.linear = Linear::none();
    let lit = seen.lit(&after);
    let is_same_skin = is_same_skin(&checks);
    if is_same_skin {
        checks.extend(check::light(&lit));
    }
    let alignment = alignment(&laid, &seen);
    sort(&mut checks);
    if !checks.iter().all(Check::is_ok) {
        let field = is_same_skin.then_some(laid.field);
        return Comparison { field, ..without(seen, ground, (checks, Some(alignment))) };
    }
    let scale = scale(&seen.region, (ground, cards.as_ref(), factor));
    let [treated, control] = seen.marked;
    let pair = Pair {
        has_card: cards.is_some(),
        before: seen.before.linear,
        after: after.linear,
        valid: after.valid,
        region: seen.region,
        treated,
        control,
        scale,
    };
    let measured = measure::measure(&pair, ground);
    let report = Report {
        checks,
        alignment: Some(alignment),
        changes: measured.changes,
        not_measurable: measured.not_measurable,
    };
    Comparison {
        report,
        field: Some(laid.field),
        delta_a_star: Some(measured.delta_a_star),
        seen: after.looked,
        scale,
        factor,
    }
}

/// What is said of two that could not be laid over one another.
///
/// Of another skin nobody says that it is blurred, or lit from another side. Where more agrees than chance would have,
/// the reason for there not being more is looked for, and stands before it.
fn apart_checks(seen: &Seen, apart: &Apart) -> Vec<Check> {
    let mut reasons = match &apart.field {
        Some(field) => lit_checks(seen, field),
        None => Vec::new(),
    };
    if apart.is_blurred {
        reasons.extend(check::focus(&seen.looked(), None));
    }
    sort(&mut reasons);
    reasons.retain(|check| !check.is_ok());
    reasons.push(check::same_skin(apart.inliers));
    reasons
}

/// Whether no check denies that both show the same skin.
fn is_same_skin(checks: &[Check]) -> bool {
    checks.iter().all(|one| one.name != CheckName::SameSkin || one.is_ok())
}

/// The checks of how skin, head and camera lie, and of sharpness.
fn skin_checks(seen: &Seen, laid: &Laid) -> Vec<Check> {
    let looked = seen.looked();
    let mut checks = vec![check::same_skin(laid.inliers)];
    let is_found = checks.iter().all(Check::is_ok);
    if is_found {
        checks.extend(check::alike(laid, looked.factor));
    }
    // Where a field is of chance, what it says of the pose is as well. Where it is of this skin and leaves much, the pose
    // may be why; only sharpness cannot be looked at through it.
    let is_same_skin = is_same_skin(&checks);
    let is_close = checks.iter().all(Check::is_ok);
    checks.extend(check::focus(&looked, is_close.then_some(&laid.field)));
    if is_same_skin {
        checks.extend(check::pose(&looked, &laid.field));
    }
    checks
}

/// A comparison without a change.
fn without(
    seen: Seen,
    ground: &Ground,
    (mut checks, alignment): (Vec<Check>, Option<Alignment>),
) -> Comparison {
    // Failing ones keep their order: for two that lie apart it says the reason first.
    checks.sort_by_key(Check::is_ok);
    let factor = seen.before.measured;
    let scale = scale(&seen.region, (ground, None, factor));
    Comparison {
        report: Report {
            checks,
            alignment,
            changes: Vec::new(),
            not_measurable: measure::never(false).collect(),
        },
        field: None,
        delta_a_star: None,
        seen: seen.region,
        scale,
        factor,
    }
}

/// What fails first, each part in the order in which it is told.
fn sort(checks: &mut [Check]) {
    checks.sort_by_key(|check| (check.is_ok(), check.name));
}

fn alignment(laid: &Laid, seen: &Seen) -> Alignment {
    let factor = long(seen.before.aligned);
    // What could not be looked at is not finite, and JSON has no word for that.
    let px = |left: f64| if left.is_finite() { left * factor } else { -1.0 };
    Alignment {
        model: if laid.has_flow { Model::HomographyAndFlow } else { Model::Homography },
        before_from_after: laid.field.homography().0,
        inliers: laid.inliers,
        residual_px: px(laid.left.driving),
        residual_px_heldout: px(laid.left.held_out),
        flow_rms_px: laid.field.flow_rms(&seen.looked, seen.before.aligned),
    }
}

fn scale(region: &Mask, (ground, cards, factor): (&Ground, Option<&Cards>, usize)) -> Scale {
    let (mm, from) = match (ground.mm_per_px, cards.and_then(|cards| cards.mm_per_px)) {
        (Some(mm), _) => (mm, ScaleFrom::Given),
        (None, Some(mm)) => (mm, ScaleFrom::Card),
        (None, None) => {
            let mm_per_px = skin::assumed_mm_per_px(region);
            return Scale { mm_per_px, from: ScaleFrom::Assumed };
        }
    };
    Scale { mm_per_px: mm * long(factor), from }
}

/// The checks alone, soon enough for whoever still holds the camera: without the flow, and without a measure.
#[must_use]
pub fn quick(before: &Photo, after: &Photo) -> Vec<Check> {
    let shots = Shots { before, after, region: None, treated: None, control: None };
    let seen = see(&shots, None);
    let mut checks = vec![check::size(seen.longer[0].min(seen.longer[1]))];
    match align::lay_plane(&seen.two()) {
        Ok((field, inliers)) => {
            let looked = seen.looked();
            checks.push(check::same_skin(inliers));
            let is_same = checks.iter().all(Check::is_ok);
            checks.extend(check::focus(&looked, is_same.then_some(&field)));
            if is_same {
                checks.extend(check::pose(&looked, &field));
                checks.extend(lit_checks(&seen, &field));
            }
            sort(&mut checks);
        }
        Err(apart) => checks.extend(apart_checks(&seen, &apart)),
    }
    checks.sort_by_key(Check::is_ok);
    checks
}

fn lit_checks(seen: &Seen, field: &Field) -> Vec<Check> {
    let after = seen.lay(field);
    check::light(&seen.lit(&after))
}
