//! Every start of a visit at one site, and for a start what it would hold.
//!
//! For fixed lengths of the phases, who is there, with what and in which room can be chosen phase by phase, but for two ties:
//! `same` keeps a room over several phases, and a device can be bound to rooms. So a start is possible when somebody is free
//! in each phase, and when for each chain of phases in one room there is a room that is free throughout and, for each of its
//! phases that needs one, a free device that can be used there. That is a few operations on rows of bits for all starts of a
//! year at once. Phases with a range are tried in each combination of lengths, the earliest treatment first.
//!
//! INVARIANT (first): the assignment of a start is the first one in this order: the leading phase earliest, then each phase
//! earliest in turn, then phase by phase the first room, person and device in the clinic's order. Since the choices are
//! independent but for the ties above, choosing greedily finds it.

use std::borrow::Cow;

use crate::{
    bits::{self, Lane},
    index::Index,
    model::{
        Clinic, DeviceAt, Minute, Placed, Request, RoomAt, RoomNeed, Service, ServiceAt, Site,
        Span, Staff, StaffAt, Visit,
    },
    opening::{self, Range},
    zone::DAY,
};

/// A service at a site, resolved: who and what could serve each phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// Minutes from the visit's start to each phase's start, and to its end; the preferred combination first.
    pub(crate) timings: Vec<Vec<Minute>>,
    /// For each phase that needs somebody, who can.
    pub(crate) staff: Vec<Option<Vec<StaffAt>>>,
    /// The chains of phases that share a room, or are in none.
    pub(crate) chains: Vec<Chain>,
}

/// Consecutive phases in one room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The first phase.
    pub(crate) first: usize,
    /// The last phase.
    pub(crate) last: usize,
    /// What there is to choose from, in order.
    pub(crate) choices: Vec<Choice>,
}

/// A room, or none, and what can be used in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) room: Option<RoomAt>,
    /// For each phase of the chain that needs a device, the devices that can be used here.
    pub(crate) devices: Vec<(usize, Vec<DeviceAt>)>,
}

/// What of a request decides who could do it.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    service: ServiceAt,
    staff: &'a [String],
    depth_um: Option<u32>,
}

/// Whether somebody may hold a phase of a service: the role, and what they may do.
pub fn may_hold(
    member: &Staff,
    (at, service): (ServiceAt, &Service),
    phase: usize,
    depth_um: Option<u32>,
) -> bool {
    let Some(needed) = service.phases.get(phase) else { return false };
    let Some(role) = &needed.staff else { return false };
    if !member.roles.contains(role) {
        return false;
    }
    // Absent means that the role decides; an empty list means nothing.
    let Some(may) = &member.may else { return true };
    let needles = phase == service.lead() || needed.device.is_some();
    may.iter().filter(|may| may.service == at).any(|may| {
        let deep_enough = match (may.depth_um_max, depth_um) {
            (Some(most), Some(depth)) => !needles || depth <= most,
            (None, _) | (_, None) => true,
        };
        let can_use = match (&may.devices, &needed.device) {
            (Some(kinds), Some(kind)) => kinds.contains(kind),
            (None, _) | (_, None) => true,
        };
        deep_enough && can_use
    })
}

impl Needs {
    /// What a service needs at a site, whoever is asked for and however deep, with lengths in steps of a tick.
    pub(crate) fn of_service(
        clinic: &Clinic,
        site: &Site,
        service: ServiceAt,
        tick: Minute,
    ) -> Self {
        let whoever = Asked { service, staff: &[], depth_um: None };
        Self::new(clinic, site, &whoever, tick)
    }

    /// What a request needs at a site, whose index was built for its service.
    pub fn of_request<'i>(
        clinic: &Clinic,
        index: &'i Index,
        site: &Site,
        request: &Request,
    ) -> Cow<'i, Self> {
        let asked =
            Asked { service: request.service, staff: &request.staff, depth_um: request.depth_um };
        match index.needs(request.service) {
            Some(known) if request.depth_um.is_none() && request.staff.is_empty() => {
                Cow::Borrowed(known)
            }
            Some(known) if request.depth_um.is_none() => {
                let lead = clinic.services.get(request.service.0).map_or(0, Service::lead);
                let mut needs = known.clone();
                if let Some(Some(staff)) = needs.staff.get_mut(lead) {
                    staff.retain(|who| {
                        site.staff.get(who.0).is_some_and(|who| request.staff.contains(&who.id))
                    });
                }
                Cow::Owned(needs)
            }
            _ => Cow::Owned(Self::new(clinic, site, &asked, index.tick)),
        }
    }

    fn new(clinic: &Clinic, site: &Site, request: &Asked<'_>, tick: Minute) -> Self {
        let Some(service) = clinic.services.get(request.service.0) else {
            return Self { timings: vec![], staff: vec![], chains: vec![] };
        };
        let lead = service.lead();
        let staff = service.phases.iter().enumerate().map(|(phase, needed)| {
            needed.staff.as_ref().map(|_role| {
                (site.staff.iter().enumerate())
                    .filter(|(_, member)| {
                        let named = request.staff.is_empty() || request.staff.contains(&member.id);
                        (phase != lead || named)
                            && may_hold(member, (request.service, service), phase, request.depth_um)
                    })
                    .map(|(at, _)| StaffAt(at))
                    .collect()
            })
        });
        Self {
            timings: timings(service, tick),
            staff: staff.collect(),
            chains: chains(service, site),
        }
    }

    /// The same, with one person for a phase.
    pub(crate) fn led_by(&self, phase: usize, member: StaffAt) -> Self {
        let mut needs = self.clone();
        if let Some(staff) = needs.staff.get_mut(phase) {
            *staff = Some(vec![member]);
        }
        needs
    }

    /// The same, with one combination of lengths.
    pub(crate) fn only(mut self, timing: &[Minute]) -> Self {
        self.timings = vec![timing.to_vec()];
        self
    }

    /// Whether some phase finds nobody or nothing, whatever the time.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.staff.iter().flatten().any(Vec::is_empty)
            || self.chains.iter().any(|chain| chain.choices.is_empty())
            || self.staff.is_empty()
    }
}

/// The chains of a service's phases, with what a site has for each.
pub(crate) fn chains(service: &Service, site: &Site) -> Vec<Chain> {
    let mut bounds: Vec<(usize, usize)> = Vec::new();
    for (phase, needed) in service.phases.iter().enumerate() {
        match (&needed.room, bounds.last_mut()) {
            (RoomNeed::Same, Some((_, last))) => *last = phase,
            _ => bounds.push((phase, phase)),
        }
    }
    let mut chains = Vec::new();
    for (first, last) in bounds {
        let phases = || service.phases.iter().enumerate().take(last + 1).skip(first);
        let choice = |room: Option<RoomAt>| {
            let devices: Vec<(usize, Vec<DeviceAt>)> = phases()
                .filter_map(|(phase, needed)| Some((phase, needed.device.as_ref()?)))
                .map(|(phase, kind)| (phase, devices_in(site, kind, room)))
                .collect();
            let has_all = devices.iter().all(|(_, devices)| !devices.is_empty());
            has_all.then_some(Choice { room, devices })
        };
        let choices: Vec<Choice> = match service.phases.get(first).map(|needed| &needed.room) {
            Some(RoomNeed::Kind(kind)) => (site.rooms.iter().enumerate())
                .filter(|(_, room)| room.kind == *kind)
                .filter_map(|(at, _)| choice(Some(RoomAt(at))))
                .collect(),
            Some(RoomNeed::Nowhere | RoomNeed::Same) | None => {
                // Nothing at all is needed: then there is nothing to choose.
                if phases().all(|(_, needed)| needed.device.is_none()) {
                    continue;
                }
                choice(None).into_iter().collect()
            }
        };
        chains.push(Chain { first, last, choices });
    }
    chains
}

/// The devices of a kind that can be used in a room; outside rooms only those that are bound to none.
fn devices_in(site: &Site, kind: &str, room: Option<RoomAt>) -> Vec<DeviceAt> {
    (site.devices.iter().enumerate())
        .filter(|(_, device)| {
            device.kind == kind
                && match (&device.rooms, room) {
                    (None, _) => true,
                    (Some(rooms), Some(room)) => rooms.contains(&room),
                    (Some(_), None) => false,
                }
        })
        .map(|(at, _)| DeviceAt(at))
        .collect()
}

/// Every combination of lengths in steps of a tick: the leading phase earliest first, then each phase in turn.
pub(crate) fn timings(service: &Service, tick: Minute) -> Vec<Vec<Minute>> {
    let mut all: Vec<Vec<Minute>> = vec![vec![0]];
    for phase in &service.phases {
        let mut longer = Vec::new();
        for starts in &all {
            let from = starts.last().copied().unwrap_or(0);
            let mut minutes = phase.minutes_min;
            while minutes <= phase.minutes_max {
                let mut next = starts.clone();
                next.push(from + minutes);
                longer.push(next);
                minutes += tick.max(1);
            }
        }
        all = longer;
    }
    let lead = service.lead();
    all.sort_by(|left, right| left.get(lead).cmp(&right.get(lead)).then_with(|| left.cmp(right)));
    all
}

/// The ticks of an index on which starts of a request may lie, before anything is asked about what is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// For each range: its first tick, the tick that no start reaches, and the tick by which the visit has ended.
    ranges: Vec<(usize, usize, usize)>,
    step: usize,
    /// The first word that has a start, and how many words there are up to the last.
    first: usize,
    words: usize,
}

impl Grid {
    /// The grid of a request whose dates are among the index's.
    pub fn new(index: &Index, site: &Site, request: &Request) -> Self {
        let ranges = if request.between.from <= 0 && request.between.to >= DAY {
            opening::ranges_in(index.openings(request), site, request)
        } else {
            opening::ranges(site, request)
        };
        let mut place = index.places();
        let ranges: Vec<(usize, usize, usize)> = (ranges.iter())
            .filter_map(|range: &Range| {
                let from = place(range.from)?;
                let starts = (range.to - range.from + index.tick - 1).div_euclid(index.tick);
                let to = from + usize::try_from(starts).unwrap_or(0);
                Some((from, to, from + index.ticks(range.until - range.from)))
            })
            .collect();
        let first = ranges.first().map_or(0, |(from, _, _)| from / 64);
        let last = ranges.last().map_or(0, |(_, to, _)| to.div_ceil(64));
        let step = index.ticks(request.step).max(1);
        Self { ranges, step, first, words: last.saturating_sub(first) }
    }

    /// The tick of the first bit.
    pub(crate) fn origin(&self) -> usize {
        self.first * 64
    }

    /// Adds the starts of visits of a length.
    pub(crate) fn add_starts(&self, length: usize, out: &mut [u64]) {
        let origin = self.origin();
        for (from, to, until) in &self.ranges {
            let Some(last) = until.checked_sub(length) else { continue };
            let (from, to) =
                (from.saturating_sub(origin), (*to).min(last + 1).saturating_sub(origin));
            if self.step == 1 {
                bits::fill(out, from, to, true);
            } else {
                for at in (from..to).step_by(self.step) {
                    bits::fill(out, at, at + 1, true);
                }
            }
        }
    }

    /// Whether a visit of a length may start on a tick, if everything were free.
    pub(crate) fn admits(&self, at: usize, length: usize) -> bool {
        self.ranges.iter().any(|(from, to, until)| {
            (*from..*to).contains(&at)
                && (at - from).is_multiple_of(self.step)
                && at + length <= *until
        })
    }
}

/// Rows that are used again and again, so that a search allocates nothing after its first.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    all: Vec<u64>,
    starts: Vec<u64>,
    union: Vec<u64>,
    room: Vec<u64>,
    some_room: Vec<u64>,
    /// For each device of the site, from where it is free for the phase at hand.
    devices: Vec<Vec<u64>>,
    /// Which of them were worked out, for which phase.
    known: Vec<Option<usize>>,
}

fn reset(row: &mut Vec<u64>, words: usize) {
    row.clear();
    row.resize(words, 0);
}

/// A request at a site, ready to be searched.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// When everything is free.
    pub index: &'a Index,
    /// The site.
    pub site: &'a Site,
    /// What is needed.
    pub needs: &'a Needs,
    /// Where starts may lie.
    pub grid: &'a Grid,
}

impl Search<'_> {
    /// Every start that is possible, as bits from the grid's origin on.
    pub fn starts<'s>(&self, scratch: &'s mut Scratch) -> &'s [u64] {
        let words = self.grid.words;
        reset(&mut scratch.all, words);
        if self.needs.is_hopeless() {
            return &scratch.all;
        }
        for row in
            [&mut scratch.starts, &mut scratch.union, &mut scratch.room, &mut scratch.some_room]
        {
            reset(row, words);
        }
        if scratch.devices.len() < self.index.devices.len() {
            scratch.devices.resize(self.index.devices.len(), vec![]);
        }
        for timing in &self.needs.timings {
            self.starts_of(timing, scratch);
            bits::add(&mut scratch.all, &scratch.starts);
        }
        &scratch.all
    }

    /// For each combination of lengths, the starts that prefer it: those that no earlier combination serves.
    pub(crate) fn preferred(&self, scratch: &mut Scratch) -> Vec<(Vec<Minute>, Vec<u64>)> {
        let mut served = vec![0; self.grid.words];
        let mut all = Vec::new();
        for timing in &self.needs.timings {
            let needs = self.needs.clone().only(timing);
            let mut starts = Search { needs: &needs, ..*self }.starts(scratch).to_vec();
            for (start, served) in starts.iter_mut().zip(&mut served) {
                *start &= !*served;
                *served |= *start;
            }
            if bits::count(&starts) > 0 {
                all.push((timing.clone(), starts));
            }
        }
        all
    }

    /// The starts for fixed lengths, into `scratch.starts`.
    fn starts_of(&self, timing: &[Minute], scratch: &mut Scratch) {
        let ticks = |minutes: Minute| self.index.ticks(minutes);
        scratch.starts.fill(0);
        let length = timing.last().map_or(0, |end| ticks(*end));
        self.grid.add_starts(length, &mut scratch.starts);
        let origin = self.grid.origin();
        let phases = timing.iter().zip(timing.iter().skip(1)).zip(&self.needs.staff);
        for ((from, to), staff) in phases {
            let Some(staff) = staff else { continue };
            scratch.union.fill(0);
            for at in staff {
                if let Some(lane) = self.index.staff.get(at.0) {
                    lane.add_runs(origin + ticks(*from), ticks(to - from), &mut scratch.union);
                }
            }
            bits::keep(&mut scratch.starts, &scratch.union);
        }
        for chain in &self.needs.chains {
            self.keep_chain(chain, timing, scratch);
        }
    }

    /// Keeps the starts at which a chain finds a room and its devices.
    fn keep_chain(&self, chain: &Chain, timing: &[Minute], scratch: &mut Scratch) {
        let ticks = |minutes: Minute| self.index.ticks(minutes);
        let origin = self.grid.origin();
        let (Some(from), Some(to)) = (timing.get(chain.first), timing.get(chain.last + 1)) else {
            return;
        };
        scratch.some_room.fill(0);
        scratch.known.clear();
        scratch.known.resize(self.index.devices.len(), None);
        for choice in &chain.choices {
            match choice
                .room
                .and_then(|at| Some((self.index.rooms.get(at.0)?, self.site.rooms.get(at.0)?)))
            {
                Some((lane, room)) => {
                    let run = ticks(to - from + room.turnover);
                    lane.write_runs(origin + ticks(*from), run, &mut scratch.room);
                }
                None => scratch.room.fill(u64::MAX),
            }
            let mut last = None;
            for (phase, devices) in &choice.devices {
                if last.is_some() {
                    bits::keep(&mut scratch.room, &scratch.union);
                }
                self.union_of(devices, (*phase, timing), scratch);
                last = Some(phase);
            }
            match last {
                Some(_) => bits::add_both(&mut scratch.some_room, &scratch.room, &scratch.union),
                None => bits::add(&mut scratch.some_room, &scratch.room),
            }
        }
        bits::keep(&mut scratch.starts, &scratch.some_room);
    }

    /// From where one of some devices is free for a phase, into `scratch.union`.
    fn union_of(
        &self,
        devices: &[DeviceAt],
        (phase, timing): (usize, &[Minute]),
        scratch: &mut Scratch,
    ) {
        scratch.union.fill(0);
        let (Some(from), Some(to)) = (timing.get(phase), timing.get(phase + 1)) else { return };
        for at in devices {
            let (Some(row), Some(known)) =
                (scratch.devices.get_mut(at.0), scratch.known.get_mut(at.0))
            else {
                continue;
            };
            if *known != Some(phase) {
                let turnover = self.site.devices.get(at.0).map_or(0, |device| device.turnover);
                let (from, run) = (self.index.ticks(*from), self.index.ticks(to - from + turnover));
                reset(row, self.grid.words);
                if let Some(lane) = self.index.devices.get(at.0) {
                    lane.write_runs(self.grid.origin() + from, run, row);
                }
                *known = Some(phase);
            }
            bits::add(&mut scratch.union, row);
        }
    }

    /// The moments of starts that were found, in order.
    pub fn moments<'b>(&'b self, starts: &'b [u64]) -> impl Iterator<Item = Minute> + 'b {
        let origin = self.grid.origin();
        self.index.minutes(bits::ones(starts).map(move |at| origin + at))
    }

    /// The moments of starts that were found, all at once.
    pub fn list(&self, starts: &[u64]) -> Vec<Minute> {
        let mut all = Vec::with_capacity(usize::try_from(bits::count(starts)).unwrap_or(0));
        let mut first = self.grid.origin();
        let mut places = self.index.lines();
        let (mut end, mut from) = (0, 0);
        for word in starts {
            let mut left = *word;
            while left != 0 {
                let at = first + usize::try_from(left.trailing_zeros()).unwrap_or(0);
                if at >= end {
                    (end, from) = places(at);
                }
                all.push(from + Minute::try_from(at).unwrap_or(0) * self.index.tick);
                left &= left - 1;
            }
            first += 64;
        }
        all
    }

    /// The visit that starts at a moment, with everything it holds; `None` when none is possible.
    pub fn visit(&self, start: Minute) -> Option<Visit> {
        let at = self.index.at(start)?;
        self.needs.timings.iter().find_map(|timing| self.visit_with(at, start, timing))
    }

    fn visit_with(&self, at: usize, start: Minute, timing: &[Minute]) -> Option<Visit> {
        let ticks = |minutes: Minute| self.index.ticks(minutes);
        let length = ticks(*timing.last()?);
        if !self.grid.admits(at, length) {
            return None;
        }
        let is_free = |lane: Option<&Lane>, from: Minute, run: Minute| {
            lane.is_some_and(|lane| lane.is_free(at + ticks(from), ticks(run)))
        };
        let mut phases = Vec::with_capacity(self.needs.staff.len());
        let bounds = timing.iter().zip(timing.iter().skip(1));
        for ((from, to), staff) in bounds.zip(&self.needs.staff) {
            let staff = match staff {
                None => None,
                Some(staff) => Some(
                    *staff
                        .iter()
                        .find(|who| is_free(self.index.staff.get(who.0), *from, to - from))?,
                ),
            };
            let span = Span { from: start + from, to: start + to };
            phases.push(Placed { span, room: None, staff, device: None });
        }
        for chain in &self.needs.chains {
            let (from, to) = (timing.get(chain.first)?, timing.get(chain.last + 1)?);
            let devices = |choice: &Choice| -> Option<Vec<(usize, DeviceAt)>> {
                if let Some(room) = choice.room {
                    let run = to - from + self.site.rooms.get(room.0)?.turnover;
                    is_free(self.index.rooms.get(room.0), *from, run).then_some(())?;
                }
                let mut chosen = Vec::with_capacity(choice.devices.len());
                for (phase, devices) in &choice.devices {
                    let (from, to) = (timing.get(*phase)?, timing.get(phase + 1)?);
                    let device = devices.iter().find(|device| {
                        let turnover =
                            self.site.devices.get(device.0).map_or(0, |device| device.turnover);
                        is_free(self.index.devices.get(device.0), *from, to - from + turnover)
                    })?;
                    chosen.push((*phase, *device));
                }
                Some(chosen)
            };
            let (choice, chosen) =
                chain.choices.iter().find_map(|choice| Some((choice, devices(choice)?)))?;
            for placed in phases.iter_mut().take(chain.last + 1).skip(chain.first) {
                placed.room = choice.room;
            }
            for (phase, device) in chosen {
                phases.get_mut(phase)?.device = Some(device);
            }
        }
        Some(Visit { site: self.index.site, phases })
    }
}
