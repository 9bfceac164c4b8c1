//! How deep at most: the ceiling of a site for a concern, a modality, a setting and a device.
//!
//! The most exact ceiling of the rulebook speaks (site before concern before setting); a region that holds others
//! takes the highest of its parts, because each part keeps its own. A device's label and the home limit only lower.

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
        let home = book.ceilings.iter().filter(|ceiling| {
            ceiling.setting == Some(Setting::Home) && fits(ceiling, asked)
        });
        for ceiling in home {
            lower(&mut best, ceiling.limit_mm, LimitBy::Ceiling(&ceiling.id));
            best.override_mm = ceiling.override_mm;
        }
    }
    if let Some(device) = asked.device.and_then(|id| book.devices.iter().find(|device| device.id == id)) {
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
    let parts: Vec<RegionId> = book.vocabulary.regions.parts(region).collect();
    if parts.is_empty() {
        let ceiling = exact(book, asked, region)?;
        return Some(Limit {
            ordinary_mm: ceiling.limit_mm,
            override_mm: ceiling.override_mm,
            by: LimitBy::Ceiling(&ceiling.id),
        });
    }
    parts
        .into_iter()
        .filter_map(|part| site_limit(book, asked, part))
        .max_by(|left, right| left.ordinary_mm.total_cmp(&right.ordinary_mm))
}

fn fits(ceiling: &Ceiling, asked: Use<'_>) -> bool {
    (ceiling.modalities.is_empty() || ceiling.modalities.contains(&asked.modality))
        && ceiling.concerns.as_ref().is_none_or(|concerns| concerns.contains(asked.concern))
}

/// The most exact ceiling of the rulebook for a part that holds no others.
fn exact<'b>(book: &'b Rulebook, asked: Use<'_>, region: RegionId) -> Option<&'b Ceiling> {
    let regions = &book.vocabulary.regions;
    let exactness = |ceiling: &Ceiling| -> Option<(usize, bool)> {
        if !fits(ceiling, asked) || ceiling.setting.is_some_and(|setting| setting != asked.setting || setting == Setting::Home) {
            return None;
        }
        let site = if ceiling.sites.is_empty() {
            0
        } else {
            let mut distance = 0;
            let mut here = Some(region);
            loop {
                let at = here?;
                if ceiling.sites.contains(&at) {
                    break RegionIdDepth::MAX - distance;
                }
                distance += 1;
                here = regions.get(at).parent;
            }
        };
        Some((site, ceiling.concerns.is_some()))
    };
    book.ceilings
        .iter()
        .filter_map(|ceiling| Some((exactness(ceiling)?, ceiling)))
        .max_by_key(|(exactness, _)| *exactness)
        .map(|(_, ceiling)| ceiling)
}

/// More than the tree is deep.
struct RegionIdDepth;

impl RegionIdDepth {
    const MAX: usize = 64;
}
