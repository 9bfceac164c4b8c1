//! Where and how deep: the parts of a goal's region, each with its own limit and a depth in steps of 0.25 mm.
//!
//! CLINICAL: a region that holds others is never planned as one; each part keeps its own ceiling.

use percuta_terminology::{Kind, RegionId};

use super::{Goal, LimitBy, PlanRequest, Zone, once};
use crate::{
    book::{Interval, Position, Rulebook},
    depth,
    intake::Setting,
};

/// Depths are planned in these steps, in millimetres; none is lower.
pub(super) const STEP_MM: f64 = 0.25;

/// Never part of a treated region, whatever a rulebook's ceilings say.
const NEVER: [&str; 2] = ["eyelid", "vermilion"];

/// The zones of a goal; none where no part may be needled at least one step deep.
pub(super) fn zones<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    goal: Goal,
    interval: &'b Interval,
) -> Vec<Zone<'b>> {
    let mut parts = Vec::new();
    leaves(book, goal.region, &mut parts);
    parts.into_iter().filter_map(|part| zone(book, request, (goal, part), interval)).collect()
}

/// The parts of a region that hold no others.
fn leaves(book: &Rulebook, region: RegionId, parts: &mut Vec<RegionId>) {
    let regions = &book.vocabulary.regions;
    if NEVER.contains(&regions.get(region).code.as_str()) {
        return;
    }
    let mut is_leaf = true;
    for part in regions.parts(region) {
        is_leaf = false;
        leaves(book, part, parts);
    }
    if is_leaf {
        parts.push(region);
    }
}

/// The largest multiple of a step that is not over a depth.
fn down_to_step(depth_mm: f64) -> f64 {
    // The smallest part of a millimetre guards against 0.7499… for 0.75.
    ((depth_mm + 1e-9) / STEP_MM).floor() * STEP_MM
}

fn zone<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    (goal, region): (Goal, RegionId),
    interval: &'b Interval,
) -> Option<Zone<'b>> {
    let limit = limit(book, request, goal, region)?;
    let cap = down_to_step(limit.mm);
    if cap < STEP_MM {
        return None;
    }
    let range = interval.depth_mm.unwrap_or((STEP_MM, STEP_MM));
    let lower = down_to_step(range.0).max(STEP_MM).min(cap);
    let top = down_to_step(range.1).max(lower).min(cap);
    let depth_mm = if starts_lower(request) { (lower - STEP_MM).max(STEP_MM) } else { lower };
    // The passes and end points are those of studies in clinics; they are no guide for a roller at home.
    let is_clinic = request.intake.request.setting == Setting::Clinic;
    Some(Zone {
        region,
        concern: goal.concern,
        also_for: Vec::new(),
        grade: goal.grade,
        depth_mm,
        rises_to_mm: depth_mm,
        top_mm: top,
        limit_mm: limit.mm,
        limit_by: limit.by,
        passes: interval.passes.filter(|_| is_clinic),
        endpoint: Some(interval.endpoint.as_str()).filter(|text| is_clinic && !text.is_empty()),
        sources: once(interval.sources.iter().chain(limit.sources)),
    })
}

/// CLINICAL: a phototype of IV to VI, or one that nobody has assessed, starts one step lower.
pub(super) fn starts_lower(request: &PlanRequest) -> bool {
    request.intake.patient.phototype.is_none_or(|phototype| phototype >= 4)
}

struct Limit<'b> {
    mm: f64,
    by: LimitBy,
    sources: &'b [Position],
}

/// The lowest of the site's ceiling for the concern, the device and the practitioner.
fn limit<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    goal: Goal,
    region: RegionId,
) -> Option<Limit<'b>> {
    let asked = &request.intake.request;
    let used = depth::Use {
        modality: asked.modality,
        setting: asked.setting,
        concern: goal.concern,
        device: None,
    };
    let site = depth::limit(book, used, region)?;
    let card = match site.by {
        depth::LimitBy::Ceiling(id) => book.ceilings.iter().find(|ceiling| ceiling.id == id),
        depth::LimitBy::Device(_) => None,
    };
    let is_home = card.is_some_and(|card| card.setting == Some(Setting::Home));
    let mut limit = Limit {
        mm: site.ordinary_mm,
        by: if is_home { LimitBy::Home } else { LimitBy::Site },
        sources: card.map_or(&[], |card| &card.sources),
    };
    if let Some(device) = depth::device(book, asked) {
        // A label that equals the site's limit is named: it is the one that no prescriber may pass.
        if let Some(mm) = device.depth_mm_max.filter(|mm| *mm <= limit.mm) {
            limit = Limit { mm, by: LimitBy::DeviceLabel, ..limit };
        }
        if let Some(mm) = device.study_depth_mm_max.filter(|mm| *mm < limit.mm) {
            limit = Limit { mm, by: LimitBy::DeviceStudy, ..limit };
        }
    }
    let permitted =
        request.practitioner.as_ref().and_then(|practitioner| practitioner.depth_mm_max);
    if let Some(mm) = permitted.filter(|mm| *mm < limit.mm) {
        limit = Limit { mm, by: LimitBy::Practitioner, ..limit };
    }
    Some(limit)
}

/// Why a goal has no zone, in words.
pub(super) fn why_none(book: &Rulebook, request: &PlanRequest, goal: Goal) -> String {
    let region = book.vocabulary.regions.get(goal.region);
    if NEVER.contains(&region.code.as_str()) {
        return format!("{} is never needled.", region.title);
    }
    let concern = &book.vocabulary.of(Kind::Concern).term(goal.concern).title;
    match limit(book, request, goal, goal.region) {
        Some(limit) => format!(
            "{concern}, {}: no depth of at least {STEP_MM} mm is allowed; the {} is {} mm.",
            region.title.to_lowercase(),
            limit.by.word(),
            limit.mm
        ),
        None => format!(
            "{concern}, {}: the rulebook has no depth limit for it, so no depth is planned.",
            region.title.to_lowercase()
        ),
    }
}

/// The zones of one session: each region once, however many goals it serves.
///
/// CLINICAL: skin is needled once a session. Where goals meet on the same skin the shallower one decides.
pub(super) fn in_session<'b>(goals: &[Vec<Zone<'b>>], number: i16) -> Vec<Zone<'b>> {
    let mut session: Vec<Zone<'b>> = Vec::new();
    for zone in goals.iter().flatten() {
        match session.iter_mut().find(|known| known.region == zone.region) {
            Some(known) => meet(known, zone),
            None => session.push(zone.clone()),
        }
    }
    let steps = f64::from(number.saturating_sub(1)) * STEP_MM;
    for zone in &mut session {
        zone.rises_to_mm = (zone.depth_mm + steps).min(zone.top_mm.max(zone.depth_mm));
    }
    session
}

fn meet<'b>(known: &mut Zone<'b>, other: &Zone<'b>) {
    let is_shallower = (other.top_mm, other.depth_mm) < (known.top_mm, known.depth_mm);
    let mut also_for = std::mem::take(&mut known.also_for);
    let (top_mm, depth_mm) = (known.top_mm.min(other.top_mm), known.depth_mm.min(other.depth_mm));
    let sources = once(known.sources.iter().chain(&other.sources).copied());
    let (limit_mm, limit_by) = if other.limit_mm < known.limit_mm {
        (other.limit_mm, other.limit_by)
    } else {
        (known.limit_mm, known.limit_by)
    };
    if is_shallower {
        also_for.insert(0, known.concern);
        *known = other.clone();
    } else {
        also_for.push(other.concern);
    }
    *known = Zone {
        also_for,
        depth_mm,
        top_mm: top_mm.max(depth_mm),
        limit_mm,
        limit_by,
        sources,
        ..known.clone()
    };
}
