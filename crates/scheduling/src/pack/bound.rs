//! A number of visits that no order of a day exceeds.
//!
//! Take some rooms, people or devices, and a stretch of the day. Each visit that can only be served by some of these takes at
//! least so many ticks of that stretch, wherever it starts; all of them together have only so many free. Each such pair is a
//! limit on what can be served at once. For any weights on these limits, serving as many visits as possible when each pays for
//! what it takes gives a number that no order exceeds (the weak side of linear programming's duality), so that the
//! weights need no proof: they are found by lowering the number, one weight after another.

use std::collections::BTreeSet;

use crate::{
    bits,
    index::Index,
    model::{DeviceAt, Hold, Minute, RoomAt, Site, StaffAt},
    pack::Ask,
};

/// Stretches of the day begin and end at so many different ticks at most.
const LIMIT_EDGES: usize = 14;
/// Sets of things that are looked at, at most.
const LIMIT_SETS: usize = 40;
/// Rounds over all weights.
const ROUNDS: usize = 40;

/// Something that a visit takes for sure: one of these things, for so long, starting within a stretch.
#[derive(Debug, Clone)]
struct Part {
    of: BTreeSet<Hold>,
    ticks: usize,
    first: usize,
    last: usize,
}

/// What each visit takes of a set of things in a stretch of the day, and how much there is.
#[derive(Debug)]
struct Limit {
    takes: Vec<f64>,
    free: f64,
    weight: f64,
}

/// The bound of a day.
pub(super) fn bound(site: &Site, index: &Index, asks: &[Ask]) -> usize {
    let parts: Vec<Vec<Part>> = asks.iter().map(|ask| parts(site, index, ask)).collect();
    let mut limits = limits(index, &parts);
    let mut left: Vec<f64> = vec![1.0; asks.len()];
    for _ in 0..ROUNDS {
        for limit in &mut limits {
            lower(limit, &mut left);
        }
    }
    let paid: f64 = limits.iter().map(|limit| limit.weight * limit.free).sum();
    let kept: f64 = left.iter().map(|left| left.max(0.0)).sum();
    // What is lost in the last digits must not lower a bound.
    let bound = (paid + kept + 1e-6).floor().max(0.0);
    format!("{bound:.0}").parse().map_or(asks.len(), |bound: usize| bound.min(asks.len()))
}

/// Sets a limit's weight so that the bound is least, the others' being given.
fn lower(limit: &mut Limit, left: &mut [f64]) {
    for (left, takes) in left.iter_mut().zip(&limit.takes) {
        *left += limit.weight * takes;
    }
    let mut ratios: Vec<(f64, f64)> = left
        .iter()
        .zip(&limit.takes)
        .filter(|(left, takes)| **takes > 0.0 && **left > 0.0)
        .map(|(left, takes)| (left / takes, *takes))
        .collect();
    ratios.sort_by(|one, other| other.0.total_cmp(&one.0));
    limit.weight = 0.0;
    let mut taken = 0.0;
    for (ratio, takes) in ratios {
        taken += takes;
        if taken > limit.free {
            limit.weight = ratio;
            break;
        }
    }
    for (left, takes) in left.iter_mut().zip(&limit.takes) {
        *left -= limit.weight * takes;
    }
}

/// What a visit takes for sure.
fn parts(site: &Site, index: &Index, ask: &Ask) -> Vec<Part> {
    let bounds = |phase: usize| {
        let all = ask.needs.timings.iter().filter_map(move |timing| timing.get(phase).copied());
        (all.clone().min().unwrap_or(0), all.max().unwrap_or(0))
    };
    let place = |from: usize, to: usize, of: BTreeSet<Hold>| {
        let lengths = ask
            .needs
            .timings
            .iter()
            .filter_map(|timing| Some(index.ticks(timing.get(to)? - timing.get(from)?)));
        let (least, most) = bounds(from);
        let tick = |start: Minute, more: Minute| index.at(start).unwrap_or(0) + index.ticks(more);
        Part {
            of,
            ticks: lengths.min().unwrap_or(0),
            first: tick(ask.starts.from, least),
            last: tick(ask.starts.to, most),
        }
    };
    let mut parts = Vec::new();
    for (phase, staff) in ask.needs.staff.iter().enumerate() {
        if let Some(staff) = staff {
            let of = staff.iter().map(|who| Hold::Staff(*who)).collect();
            parts.push(place(phase, phase + 1, of));
        }
    }
    for chain in &ask.needs.chains {
        let rooms: BTreeSet<Hold> =
            chain.choices.iter().filter_map(|choice| choice.room).map(Hold::Room).collect();
        if !rooms.is_empty() {
            parts.push(place(chain.first, chain.last + 1, rooms));
        }
        for phase in chain.first..=chain.last {
            let devices: BTreeSet<Hold> = (chain.choices.iter())
                .flat_map(|choice| &choice.devices)
                .filter(|(at, _)| *at == phase)
                .flat_map(|(_, devices)| devices)
                .map(|device| Hold::Device(*device))
                .collect();
            if !devices.is_empty() {
                parts.push(place(phase, phase + 1, devices));
            }
        }
    }
    add_turnover(site, index, &mut parts);
    parts
}

/// A thing that a visit holds twice has one turnover at least, so only the last part of each set gets one.
fn add_turnover(site: &Site, index: &Index, parts: &mut [Part]) {
    let mut seen: Vec<BTreeSet<Hold>> = Vec::new();
    for part in parts.iter_mut().rev() {
        if seen.iter().all(|set| set.is_disjoint(&part.of)) {
            let least = part.of.iter().map(|hold| index.ticks(site.turnover(*hold))).min();
            part.ticks += least.unwrap_or(0);
        }
        seen.push(part.of.clone());
    }
}

/// Ticks of a part that lie in a stretch, wherever the visit starts.
fn within(part: &Part, from: usize, to: usize) -> usize {
    let overlap = |start: usize| (start + part.ticks).min(to).saturating_sub(start.max(from));
    // It grows, stays and shrinks as the start moves on: the least is at one of the ends.
    overlap(part.first).min(overlap(part.last))
}

/// The limits that could matter.
fn limits(index: &Index, parts: &[Vec<Part>]) -> Vec<Limit> {
    let all = || parts.iter().flatten();
    let mut sets: BTreeSet<BTreeSet<Hold>> = all().map(|part| part.of.clone()).collect();
    // Each kind of thing as a whole as well.
    for kind in 0..3 {
        let is = |hold: &Hold| match hold {
            Hold::Room(_) => kind == 0,
            Hold::Staff(_) => kind == 1,
            Hold::Device(_) => kind == 2,
        };
        let whole = all().flat_map(|part| &part.of).filter(|hold| is(hold)).copied();
        sets.insert(whole.collect());
    }
    // Two sets together may be scarce where neither is.
    let plain: Vec<BTreeSet<Hold>> = sets.iter().cloned().collect();
    for (at, one) in plain.iter().enumerate() {
        for other in plain.iter().skip(at + 1) {
            if sets.len() < LIMIT_SETS && !one.is_disjoint(other) {
                sets.insert(one.union(other).copied().collect());
            }
        }
    }
    let firsts = some_of(all().map(|part| part.first).collect());
    let lasts = some_of(all().map(|part| part.last + part.ticks).collect());
    let mut limits = Vec::new();
    for set in sets.iter().take(LIMIT_SETS).filter(|set| !set.is_empty()) {
        for from in &firsts {
            for to in lasts.iter().filter(|to| *to > from) {
                let takes: Vec<usize> = parts
                    .iter()
                    .map(|parts| {
                        let inside = parts.iter().filter(|part| part.of.is_subset(set));
                        inside.map(|part| within(part, *from, *to)).sum()
                    })
                    .collect();
                let free: usize = set.iter().map(|hold| free(index, *hold, *from, *to)).sum();
                if takes.iter().sum::<usize>() > free {
                    let takes = takes.into_iter().map(exact).collect();
                    limits.push(Limit { takes, free: exact(free), weight: 0.0 });
                }
            }
        }
    }
    limits
}

/// Ticks as a number; a year has fewer than half a million.
fn exact(ticks: usize) -> f64 {
    f64::from(u32::try_from(ticks).unwrap_or(u32::MAX))
}

/// Evenly, some of the different numbers.
fn some_of(mut all: Vec<usize>) -> Vec<usize> {
    all.sort_unstable();
    all.dedup();
    if all.len() <= LIMIT_EDGES {
        return all;
    }
    let last = all.len() - 1;
    (0..LIMIT_EDGES).filter_map(|at| all.get(at * last / (LIMIT_EDGES - 1)).copied()).collect()
}

/// Free ticks of a thing in a stretch; a room counts each place in it.
fn free(index: &Index, hold: Hold, from: usize, to: usize) -> usize {
    let lane = match hold {
        Hold::Room(RoomAt(at)) => {
            let left = index.room_left(at);
            if !left.is_empty() {
                return left.iter().take(to).skip(from).map(|left| usize::from(*left)).sum();
            }
            index.rooms.get(at)
        }
        Hold::Staff(StaffAt(at)) => index.staff.get(at),
        Hold::Device(DeviceAt(at)) => index.devices.get(at),
    };
    lane.map_or(0, |lane| (from..to).filter(|tick| bits::bit(lane.row(), *tick)).count())
}
