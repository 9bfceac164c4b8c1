//! What is free on the day that is being packed, and where a visit fits into it.

use crate::{
    bits,
    index::Index,
    model::{DeviceAt, Hold, Minute, Placed, RoomAt, Site, Span, StaffAt},
    pack::{Ask, Set},
    search::{Chain, Choice},
};

/// Rows of free ticks, which change as visits are placed.
#[derive(Debug)]
pub(super) struct Rows {
    words: usize,
    rooms: Vec<Vec<u64>>,
    /// For rooms that hold several visits: how many further ones each tick takes.
    left: Vec<Vec<u16>>,
    devices: Vec<Vec<u64>>,
    staff: Vec<Vec<u64>>,
    scratch: [Vec<u64>; 5],
}

/// A room, and a device for each phase in it that needs one.
type Chosen = (Option<RoomAt>, Vec<(usize, DeviceAt)>);

/// Whoever and whatever fewer wishes could use comes first, so that the rest stays free for those.
pub(super) fn least_wanted_first(asks: &mut [Ask]) {
    let mut staff: Vec<StaffAt> = Vec::new();
    let mut devices: Vec<DeviceAt> = Vec::new();
    for ask in asks.iter() {
        staff.extend(ask.needs.staff.iter().flatten().flatten());
        let choices = ask.needs.chains.iter().flat_map(|chain| &chain.choices);
        devices.extend(choices.flat_map(|choice| &choice.devices).flat_map(|(_, all)| all));
    }
    let wanted = |who: &StaffAt| staff.iter().filter(|other| *other == who).count();
    let used = |what: &DeviceAt| devices.iter().filter(|other| *other == what).count();
    for ask in asks.iter_mut() {
        for list in ask.needs.staff.iter_mut().flatten() {
            list.sort_by_cached_key(wanted);
        }
        for choice in ask.needs.chains.iter_mut().flat_map(|chain| &mut chain.choices) {
            for (_, list) in &mut choice.devices {
                list.sort_by_cached_key(used);
            }
        }
    }
}

/// Keeps in `row` the ticks from which a run of that length is set.
fn erode(row: &mut [u64], run: usize) {
    let mut have = 1;
    while have < run {
        // Up to 63 at a time, so that a word needs its neighbour only.
        let by = have.min(run - have).min(63);
        let mut after = 0;
        for word in row.iter_mut().rev() {
            let own = *word;
            *word = own & ((own >> by) | ((after << 1) << (63 - by)));
            after = own;
        }
        have += by;
    }
}

/// `out |= row` or, for `Join::Both`, `out &= row`, the row read from a tick on.
fn join(out: &mut [u64], row: &[u64], at: usize, how: Join) {
    let (skip, shift) = (at / 64, at % 64);
    let words = out.len();
    let row = row.get(skip.min(row.len())..).unwrap_or_default();
    let nothing = std::iter::repeat_n(&0, words.saturating_sub(row.len()));
    let mut after = row.get(words).copied().unwrap_or(0);
    let own = nothing.chain(row.iter().take(words).rev());
    for (out, own) in out.iter_mut().rev().zip(own) {
        let moved = (own >> shift) | ((after << 1) << (63 - shift));
        match how {
            Join::Either => *out |= moved,
            Join::Both => *out &= moved,
        }
        after = *own;
    }
}

#[derive(Debug, Clone, Copy)]
enum Join {
    Either,
    Both,
}

fn is_free(row: &[u64], at: usize, run: usize) -> bool {
    let (mut from, to) = (at, at + run);
    while from < to {
        let (word, shift) = (from / 64, from % 64);
        let count = (64 - shift).min(to - from);
        let mask = (u64::MAX >> (64 - count)) << shift;
        if row.get(word).is_none_or(|word| word & mask != mask) {
            return false;
        }
        from += count;
    }
    true
}

impl Rows {
    pub(super) fn new(site: &Site, index: &Index) -> Self {
        let plain = |lanes: &[bits::Lane]| lanes.iter().map(|lane| lane.row().to_vec()).collect();
        let mut left = Vec::new();
        for (at, room) in site.rooms.iter().enumerate() {
            left.push(if room.capacity > 1 { index.room_left(at) } else { vec![] });
        }
        Self {
            words: index.words,
            rooms: plain(&index.rooms),
            left,
            devices: plain(&index.devices),
            staff: plain(&index.staff),
            scratch: Default::default(),
        }
    }

    /// A place for a visit, if there is one. `how` decides between the places.
    pub(super) fn place(&mut self, index: &Index, site: &Site, ask: &Ask, how: u64) -> Option<Set> {
        for (timing, allowed) in ask.needs.timings.iter().zip(&ask.allowed) {
            let ticks: Vec<usize> = timing.iter().map(|minutes| index.ticks(*minutes)).collect();
            let mut scratch = std::mem::take(&mut self.scratch);
            let found = self.starts((index, site), ask, (&ticks, allowed), &mut scratch);
            let [starts, ..] = &scratch;
            let at = if found { choose(starts, how) } else { None };
            self.scratch = scratch;
            if let Some(at) = at {
                return self.set((index, site), ask, (timing, &ticks, at), how);
            }
        }
        None
    }

    /// The starts for fixed lengths, into the first row of the scratch; whether there is one.
    fn starts(
        &self,
        (index, site): (&Index, &Site),
        ask: &Ask,
        (ticks, allowed): (&[usize], &[u64]),
        scratch: &mut [Vec<u64>; 5],
    ) -> bool {
        let [starts, union, row, some, inside] = scratch;
        starts.clear();
        starts.extend_from_slice(allowed);
        // Rooms first: they are what most often has no place left.
        for chain in &ask.needs.chains {
            let (Some(from), Some(to)) = (ticks.get(chain.first), ticks.get(chain.last + 1)) else {
                return false;
            };
            some.clear();
            some.resize(self.words, 0);
            for choice in &chain.choices {
                union.clear();
                union.resize(self.words, u64::MAX);
                if let Some((lane, room)) =
                    choice.room.and_then(|at| Some((self.rooms.get(at.0)?, site.rooms.get(at.0)?)))
                {
                    row.clone_from(lane);
                    erode(row, to - from + index.ticks(room.turnover));
                    join(union, row, *from, Join::Both);
                }
                for (phase, devices) in &choice.devices {
                    let (Some(from), Some(to)) = (ticks.get(*phase), ticks.get(phase + 1)) else {
                        return false;
                    };
                    inside.clear();
                    inside.resize(self.words, 0);
                    for device in devices {
                        let Some(lane) = self.devices.get(device.0) else { continue };
                        row.clone_from(lane);
                        erode(row, to - from + turnover(index, site, Hold::Device(*device)));
                        join(inside, row, *from, Join::Either);
                    }
                    bits::keep(union, inside);
                }
                bits::add(some, union);
            }
            bits::keep(starts, some);
            if starts.iter().all(|word| *word == 0) {
                return false;
            }
        }
        let bounds = ticks.iter().zip(ticks.iter().skip(1)).zip(&ask.needs.staff);
        for ((from, to), staff) in bounds {
            let Some(staff) = staff else { continue };
            union.clear();
            union.resize(self.words, 0);
            for who in staff {
                let Some(lane) = self.staff.get(who.0) else { continue };
                row.clone_from(lane);
                erode(row, to - from);
                join(union, row, *from, Join::Either);
            }
            bits::keep(starts, union);
            if starts.iter().all(|word| *word == 0) {
                return false;
            }
        }
        starts.iter().any(|word| *word != 0)
    }

    /// Who and what a visit takes at a start that is possible.
    fn set(
        &self,
        (index, site): (&Index, &Site),
        ask: &Ask,
        (timing, ticks, at): (&[Minute], &[usize], usize),
        how: u64,
    ) -> Option<Set> {
        let start = index.minute(at);
        let mut phases = Vec::with_capacity(ask.needs.staff.len());
        for (phase, staff) in ask.needs.staff.iter().enumerate() {
            let (from, to) = (*ticks.get(phase)?, *ticks.get(phase + 1)?);
            let staff = match staff {
                None => None,
                Some(staff) => Some(*staff.iter().find(|who| {
                    self.staff.get(who.0).is_some_and(|row| is_free(row, at + from, to - from))
                })?),
            };
            let span =
                Span { from: start + timing.get(phase)?, to: start + timing.get(phase + 1)? };
            phases.push(Placed { span, room: None, staff, device: None });
        }
        for chain in &ask.needs.chains {
            let (room, devices) = self.choose((index, site), chain, (ticks, at), how)?;
            for placed in phases.iter_mut().take(chain.last + 1).skip(chain.first) {
                placed.room = room;
            }
            for (phase, device) in devices {
                phases.get_mut(phase)?.device = Some(device);
            }
        }
        Some(Set { at, phases })
    }

    /// A room and its devices: where a visit follows another without a gap, if there is such a room.
    fn choose(
        &self,
        (index, site): (&Index, &Site),
        chain: &Chain,
        (ticks, at): (&[usize], usize),
        how: u64,
    ) -> Option<Chosen> {
        let (from, to) = (*ticks.get(chain.first)?, *ticks.get(chain.last + 1)?);
        let mut best: Option<(usize, Chosen)> = None;
        for Choice { room, devices } in &chain.choices {
            let mut gaps = 0;
            if let Some(room) = room {
                let row = self.rooms.get(room.0)?;
                let run = to - from + turnover(index, site, Hold::Room(*room));
                if !is_free(row, at + from, run) {
                    continue;
                }
                let before = (at + from).checked_sub(1).is_some_and(|tick| bits::bit(row, tick));
                gaps = usize::from(before) + usize::from(bits::bit(row, at + from + run));
            }
            let mut chosen = Vec::with_capacity(devices.len());
            for (phase, devices) in devices {
                let (from, to) = (*ticks.get(*phase)?, *ticks.get(phase + 1)?);
                let free = devices.iter().find(|device| {
                    let run = to - from + turnover(index, site, Hold::Device(**device));
                    self.devices.get(device.0).is_some_and(|row| is_free(row, at + from, run))
                });
                chosen.extend(free.map(|device| (*phase, *device)));
            }
            let is_better = best.as_ref().is_none_or(|(least, _)| {
                gaps < *least || gaps == *least && how.rotate_left(7).is_multiple_of(3)
            });
            if chosen.len() == devices.len() && is_better {
                best = Some((gaps, (*room, chosen)));
            }
        }
        best.map(|(_, chosen)| chosen)
    }

    pub(super) fn occupy(&mut self, index: &Index, site: &Site, set: &Set) {
        for (hold, from, to) in held(index, site, set) {
            self.change(hold, from, to, false);
        }
    }

    pub(super) fn release(&mut self, index: &Index, site: &Site, set: &Set) {
        for (hold, from, to) in held(index, site, set) {
            self.change(hold, from, to, true);
        }
    }

    fn change(&mut self, hold: Hold, from: usize, to: usize, is_free: bool) {
        let row = match hold {
            Hold::Room(at) => {
                let left = self.left.get_mut(at.0).filter(|left| !left.is_empty());
                if let (Some(left), Some(row)) = (left, self.rooms.get_mut(at.0)) {
                    for (tick, left) in left.iter_mut().enumerate().take(to).skip(from) {
                        *left = if is_free { *left + 1 } else { left.saturating_sub(1) };
                        bits::fill(row, tick, tick + 1, *left > 0);
                    }
                    return;
                }
                self.rooms.get_mut(at.0)
            }
            Hold::Staff(at) => self.staff.get_mut(at.0),
            Hold::Device(at) => self.devices.get_mut(at.0),
        };
        if let Some(row) = row {
            bits::fill(row, from, to, is_free);
        }
    }
}

/// The first start, the last one, or any.
fn choose(starts: &[u64], how: u64) -> Option<usize> {
    match how % 8 {
        0..=3 => bits::ones(starts).next(),
        4..=5 => bits::ones(starts).last(),
        _ => {
            let count = bits::count(starts).max(1);
            let nth = usize::try_from((how >> 8) % count).unwrap_or(0);
            bits::ones(starts).nth(nth)
        }
    }
}

fn turnover(index: &Index, site: &Site, hold: Hold) -> usize {
    index.ticks(site.turnover(hold))
}

/// The ticks that a visit holds, each thing once: what it holds twice is joined.
fn held(index: &Index, site: &Site, set: &Set) -> Vec<(Hold, usize, usize)> {
    let start = set.phases.first().map_or(0, |phase| phase.span.from);
    let mut all: Vec<(Hold, usize, usize)> = Vec::with_capacity(set.phases.len() * 2);
    for phase in &set.phases {
        for hold in phase.holds() {
            let from = set.at + index.ticks(phase.span.from - start);
            let to = set.at + index.ticks(phase.span.to - start) + turnover(index, site, hold);
            all.push((hold, from, to));
        }
    }
    all.sort_unstable();
    let mut joined: Vec<(Hold, usize, usize)> = Vec::with_capacity(all.len());
    for (hold, from, to) in all {
        match joined.last_mut() {
            Some((last, _, end)) if *last == hold && from <= *end => *end = (*end).max(to),
            _ => joined.push((hold, from, to)),
        }
    }
    joined
}
