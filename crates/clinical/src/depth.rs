//! How deep at most: the ceiling of a site for a concern, a modality, a setting and a device.
//!
//! The most exact ceiling of the rulebook speaks (site before concern before setting); a region that holds others
//! takes the highest of its parts, because each part keeps its own. A device's label and the home limit only lower.

use std::cmp::Reverse;

use percuta_terminology::{RegionId, TermId};

use crate::{
    book::{Ceiling, Device, Rulebook},
    intake::{Modality, Request, Setting},
};

/// The limits that hold for one region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit<'b> {
    /// The ordinary limit in millimetres.
    pub ordinary_mm: f64,
    /// What a prescriber may allow, where the rulebook says so.
    pub override_mm: Option<f64>,
    /// What sets the ordinary limit.
    pub by: LimitBy<'b>,
}

/// What sets a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LimitBy<'b> {
    /// A ceiling card.
    Ceiling(&'b str),
    /// A device's label or study.
    Device(&'b str),
}

/// What is asked of [`limit`].
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// How.
    pub modality: Modality,
    /// Where it is done.
    pub setting: Setting,
    /// What for.
    pub concern: TermId,
    /// With which device.
    pub device: Option<&'a str>,
}

impl<'a> Use<'a> {
    /// The use that a request is.
    pub fn of(request: &'a Request) -> Self {
        Self {
            modality: request.modality,
            setting: request.setting,
            concern: request.concern,
            device: request.device.as_deref(),
        }
    }
}

/// The limits for a region, or `None` where no ceiling is known for the modality.
pub fn limit<'b>(book: &'b Rulebook, asked: Use<'_>, region: RegionId) -> Option<Limit<'b>> {
    let mut best = site_limit(book, asked, region)?;
    if asked.setting == Setting::Home {
        let home = book
            .ceilings
            .iter()
            .filter(|ceiling| ceiling.setting == Some(Setting::Home) && fits(ceiling, asked));
        for ceiling in home {
            lower(&mut best, ceiling.limit_mm, LimitBy::Ceiling(&ceiling.id));
            best.override_mm = ceiling.override_mm;
        }
    }
    if let Some(device) =
        asked.device.and_then(|id| book.devices.iter().find(|device| device.id == id))
    {
        for limit in [device.depth_mm_max, device.study_depth_mm_max].into_iter().flatten() {
            lower(&mut best, limit, LimitBy::Device(&device.id));
        }
        if let Some(limit) = device.depth_mm_max {
            best.override_mm = Some(best.override_mm.map_or(limit, |allowed| allowed.min(limit)));
        }
    }
    Some(best)
}

/// The device a request names.
pub fn device<'b>(book: &'b Rulebook, request: &Request) -> Option<&'b Device> {
    let id = request.device.as_deref()?;
    book.devices.iter().find(|device| device.id == id)
}

fn lower<'b>(best: &mut Limit<'b>, limit_mm: f64, by: LimitBy<'b>) {
    if limit_mm < best.ordinary_mm {
        best.ordinary_mm = limit_mm;
        best.by = by;
    }
}

fn site_limit<'b>(book: &'b Rulebook, asked: Use<'_>, region: RegionId) -> Option<Limit<'b>> {
    let parts = book.engine.ceilings.parts.get(region.index())?;
    parts
        .iter()
        .filter_map(|part| {
            let ceiling = exact(book, asked, *part)?;
            Some(Limit {
                ordinary_mm: ceiling.limit_mm,
                override_mm: ceiling.override_mm,
                by: LimitBy::Ceiling(&ceiling.id),
            })
        })
        .max_by(|left, right| left.ordinary_mm.total_cmp(&right.ordinary_mm))
}

fn fits(ceiling: &Ceiling, asked: Use<'_>) -> bool {
    (ceiling.modalities.is_empty() || ceiling.modalities.contains(&asked.modality))
        && ceiling.concerns.as_ref().is_none_or(|concerns| concerns.contains(asked.concern))
}

/// The most exact ceiling of the rulebook for a part that holds no others.
fn exact<'b>(book: &'b Rulebook, asked: Use<'_>, region: RegionId) -> Option<&'b Ceiling> {
    let candidates = book.engine.ceilings.candidates.get(region.index())?;
    candidates.iter().filter_map(|index| book.ceilings.get(*index)).find(|ceiling| {
        fits(ceiling, asked) && ceiling.setting.is_none_or(|setting| setting == asked.setting)
    })
}

/// What does not depend on the request, worked out once: a limit is asked for on every screening.
#[derive(Debug, Default)]
pub(crate) struct Ceilings {
    /// For each region, the parts in it that hold no others: itself, if it holds none.
    parts: Vec<Vec<RegionId>>,
    /// For each region, the places of the ceilings that may speak for it, the most exact first, the later of two that
    /// are equally exact before the earlier. Home limits are not among them: they only lower.
    candidates: Vec<Vec<usize>>,
}

impl Ceilings {
    pub(crate) fn of(book: &Rulebook) -> Self {
        let regions = || book.vocabulary.regions.all().map(|(region, _)| region);
        Self {
            parts: regions().map(|region| innermost(book, region)).collect(),
            candidates: regions().map(|region| candidates(book, region)).collect(),
        }
    }
}

fn innermost(book: &Rulebook, region: RegionId) -> Vec<RegionId> {
    let inner: Vec<RegionId> =
        book.vocabulary.regions.parts(region).flat_map(|part| innermost(book, part)).collect();
    if inner.is_empty() { vec![region] } else { inner }
}

fn candidates(book: &Rulebook, region: RegionId) -> Vec<usize> {
    let mut found: Vec<_> = (book.ceilings.iter().enumerate())
        .filter(|(_, ceiling)| ceiling.setting != Some(Setting::Home))
        .filter_map(|(index, ceiling)| {
            Some((
                (site_exactness(book, ceiling, region)?, ceiling.concerns.is_some(), index),
                index,
            ))
        })
        .collect();
    found.sort_by_key(|(exactness, _)| Reverse(*exactness));
    found.into_iter().map(|(_, index)| index).collect()
}

/// How exactly a ceiling's sites name a region; `None` when they do not.
fn site_exactness(book: &Rulebook, ceiling: &Ceiling, region: RegionId) -> Option<usize> {
    if ceiling.sites.is_empty() {
        return Some(0);
    }
    let mut distance = 0;
    let mut here = Some(region);
    loop {
        let at = here?;
        if ceiling.sites.contains(&at) {
            return Some(RegionIdDepth::MAX - distance);
        }
        distance += 1;
        here = book.vocabulary.regions.get(at).parent;
    }
}

/// More than the tree is deep.
struct RegionIdDepth;

impl RegionIdDepth {
    const MAX: usize = 64;
}
