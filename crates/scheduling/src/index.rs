//! A site's time as rows of bits: when each room, device and person is free.
//!
//! Only opening hours and the longest turnover after them take ticks; nights and closed days take none. A tick is the greatest
//! length that divides everything a start or a phase can depend on, so that counting in ticks loses nothing:
//!
//! - starts, fixed phases and turnovers begin and end on ticks; what is held by others is rounded outwards, and a visit could
//!   not use the rest of such a tick anyway;
//! - a phase with a range ends when something becomes free: then those moments count too.
//!
//! INVARIANT (segments): they lie in order and apart, and no visit that ends before closing holds anything outside its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    bits::{self, Lane},
    model::{
        Booked, Booking, Clinic, Hold, Minute, Request, Service, ServiceAt, Site, SiteAt, Span,
    },
    opening::{self, Opening},
    search::Needs,
    zone::{self, DAY},
};

/// What an index is to answer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Numbers of the first and the last date on which a visit may start.
    pub days: (i64, i64),
    /// Minutes from one start to the next.
    pub step: Minute,
    /// The services that will be asked for.
    pub services: Vec<ServiceAt>,
}

/// A stretch of time that has ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    from: Minute,
    to: Minute,
    /// Its first tick.
    at: usize,
}

/// When everything of a site is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub(crate) site: SiteAt,
    pub(crate) tick: Minute,
    segments: Vec<Segment>,
    openings: Vec<Opening>,
    /// For each service that will be asked for, what it needs.
    needs: Vec<(ServiceAt, Needs)>,
    /// Words that hold every tick; each row has some empty ones behind.
    pub(crate) words: usize,
    pub(crate) rooms: Vec<Lane>,
    /// For each room that holds several visits: how many further ones each tick takes.
    left: Vec<Vec<u16>>,
    pub(crate) devices: Vec<Lane>,
    pub(crate) staff: Vec<Lane>,
}

impl Index {
    /// The index of a site.
    pub fn build(clinic: &Clinic, at: SiteAt, scope: &Scope) -> Option<Self> {
        let site = clinic.sites.get(at.0)?;
        let all_day = Span { from: 0, to: DAY };
        let openings = opening::openings(site, (scope.days.0, scope.days.1 + 2), all_day);
        let services: Vec<&Service> =
            scope.services.iter().filter_map(|at| clinic.services.get(at.0)).collect();
        let (Some(first), Some(last)) = (openings.first(), openings.last()) else {
            return Some(Self::empty(at));
        };
        let tail = longest_turnover(site);
        let around = Span { from: first.span.from, to: last.span.to + tail };
        let held = held(clinic, at, around);
        let tick = tick(site, (scope.step, &services), (&openings, around), &held);
        let segments = segments(&openings, tail, tick);
        let ticks = segments.last().map_or(0, |last| last.at + ticks_of(last, tick));
        let longest = services
            .iter()
            .map(|service| service.phases.iter().map(|phase| phase.minutes_max).sum::<Minute>())
            .max()
            .unwrap_or(1)
            + tail;
        let longest = usize::try_from(longest.div_euclid(tick) + 2).unwrap_or(1);
        let words = ticks.div_ceil(64);
        let mut index = Self { tick, segments, words, ..Self::empty(at) };
        let row = words + longest.div_ceil(64) + 2;
        index.fill(site, &held, (row, longest));
        index.openings = openings;
        index.needs = (scope.services.iter())
            .map(|at| (*at, Needs::of_service(clinic, site, *at, tick)))
            .collect();
        index.needs.sort_by_key(|(at, _)| *at);
        Some(index)
    }

    fn empty(site: SiteAt) -> Self {
        let (rooms, devices, staff) = (vec![], vec![], vec![]);
        let (segments, openings, needs, left) = (vec![], vec![], vec![], vec![]);
        Self { site, tick: 1, segments, openings, needs, words: 0, rooms, left, devices, staff }
    }

    fn fill(&mut self, site: &Site, held: &Held, (row, longest): (usize, usize)) {
        let everything = |index: &Self| {
            let mut free = vec![0; row];
            for segment in &index.segments {
                let to = segment.at + ticks_of(segment, index.tick);
                bits::fill(&mut free, segment.at, to, true);
            }
            free
        };
        let open = everything(self);
        self.rooms = (site.rooms.iter().enumerate())
            .map(|(at, room)| {
                let full = full(held.rooms.get(at), room.capacity);
                let mut free = open.clone();
                self.clear(&mut free, full.iter().chain(&room.blocked));
                Lane::new(free, longest)
            })
            .collect();
        self.left = (site.rooms.iter().enumerate())
            .map(|(at, room)| match room.capacity {
                0 | 1 => vec![],
                capacity => {
                    let mut left = vec![capacity; self.words * 64];
                    for (span, there) in levels(held.rooms.get(at)) {
                        self.lower(&mut left, span, capacity.saturating_sub(there));
                    }
                    for span in &room.blocked {
                        self.lower(&mut left, *span, 0);
                    }
                    left
                }
            })
            .collect();
        self.devices = (site.devices.iter().enumerate())
            .map(|(at, device)| {
                let full = full(held.devices.get(at), 1);
                let mut free = open.clone();
                self.clear(&mut free, full.iter().chain(&device.blocked));
                Lane::new(free, longest)
            })
            .collect();
        self.staff = (site.staff.iter().enumerate())
            .map(|(at, member)| {
                let full = full(held.staff.get(at), 1);
                let mut free = vec![0; row];
                for shift in joined(member.shifts.clone()) {
                    self.each(shift, Round::In, &mut |from, to| {
                        bits::fill(&mut free, from, to, true);
                    });
                }
                self.clear(&mut free, full.iter().chain(&member.breaks));
                Lane::new(free, longest)
            })
            .collect();
    }

    fn clear<'s>(&self, free: &mut [u64], spans: impl Iterator<Item = &'s Span>) {
        for span in spans {
            self.each(*span, Round::Out, &mut |from, to| bits::fill(free, from, to, false));
        }
    }

    /// How many further visits each tick takes of a room that holds several; empty for a room that holds one.
    pub(crate) fn room_left(&self, at: usize) -> Vec<u16> {
        self.left.get(at).cloned().unwrap_or_default()
    }

    fn lower(&self, left: &mut [u16], span: Span, to: u16) {
        self.each(span, Round::Out, &mut |from, end| {
            left.iter_mut().take(end).skip(from).for_each(|left| *left = to.min(*left));
        });
    }

    /// The minute with which a tick begins.
    pub(crate) fn minute(&self, at: usize) -> Minute {
        self.minutes(std::iter::once(at)).next().unwrap_or(0)
    }

    /// The ticks of a stretch of time, segment by segment.
    fn each(&self, span: Span, round: Round, run: &mut dyn FnMut(usize, usize)) {
        let first = self.segments.partition_point(|segment| segment.to <= span.from);
        for segment in self.segments.get(first..).unwrap_or_default() {
            if segment.from >= span.to {
                break;
            }
            let from = (span.from - segment.from).max(0);
            let to = span.to.min(segment.to) - segment.from;
            let (from, to) = match round {
                Round::Out => (from.div_euclid(self.tick), ceil(to, self.tick)),
                Round::In => (ceil(from, self.tick), to.div_euclid(self.tick)),
            };
            let place = |ticks: Minute| segment.at + usize::try_from(ticks).unwrap_or(0);
            run(place(from), place(to));
        }
    }

    /// The tick that begins with a minute, if one does.
    pub(crate) fn at(&self, minute: Minute) -> Option<usize> {
        let after = self.segments.partition_point(|segment| segment.from <= minute);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let into = minute - segment.from;
        (minute < segment.to && into % self.tick == 0)
            .then(|| segment.at + usize::try_from(into / self.tick).unwrap_or(0))
    }

    /// What a service needs here, if the index was built for it.
    pub(crate) fn needs(&self, service: ServiceAt) -> Option<&Needs> {
        let at = self.needs.binary_search_by_key(&service, |(at, _)| *at).ok()?;
        self.needs.get(at).map(|(_, needs)| needs)
    }

    /// For ticks asked for in order: up to which tick time goes on without a gap, and the minute that tick nought would
    /// be if it had always done so.
    pub(crate) fn lines(&self) -> impl FnMut(usize) -> (usize, Minute) + '_ {
        let mut segments = self.segments.iter().peekable();
        let mut current = Segment { from: 0, to: 0, at: 0 };
        move |at| {
            while let Some(next) = segments.next_if(|next| next.at <= at) {
                current = *next;
            }
            let first = Minute::try_from(current.at).unwrap_or(0) * self.tick;
            (current.at + ticks_of(&current, self.tick), current.from - first)
        }
    }

    /// The openings on which a request's visits may lie.
    pub(crate) fn openings(&self, request: &Request) -> &[Opening] {
        let (first, last) = (zone::day_number(request.from), zone::day_number(request.to));
        let from = self.openings.partition_point(|opening| opening.day < first);
        let to = self.openings.partition_point(|opening| opening.day <= last + 2);
        self.openings.get(from..to).unwrap_or_default()
    }

    /// The ticks that begin with some minutes, asked for in order.
    pub(crate) fn places(&self) -> impl FnMut(Minute) -> Option<usize> + '_ {
        let mut segments = self.segments.iter().peekable();
        move |minute| {
            while segments.next_if(|segment| segment.to <= minute).is_some() {}
            let segment = segments.peek()?;
            let into = minute - segment.from;
            (into >= 0 && into % self.tick == 0)
                .then(|| segment.at + usize::try_from(into / self.tick).unwrap_or(0))
        }
    }

    /// The minutes with which ticks begin, for ticks in order.
    pub(crate) fn minutes(
        &self,
        ticks: impl Iterator<Item = usize>,
    ) -> impl Iterator<Item = Minute> {
        let mut segments = self.segments.iter().peekable();
        let mut current = Segment { from: 0, to: 0, at: 0 };
        ticks.map(move |at| {
            while let Some(next) = segments.next_if(|next| next.at <= at) {
                current = *next;
            }
            current.from + Minute::try_from(at.saturating_sub(current.at)).unwrap_or(0) * self.tick
        })
    }

    /// Minutes as ticks, of which they are a multiple.
    pub(crate) fn ticks(&self, minutes: Minute) -> usize {
        usize::try_from(minutes.div_euclid(self.tick)).unwrap_or(0)
    }
}

#[derive(Debug, Clone, Copy)]
enum Round {
    Out,
    In,
}

fn ceil(minutes: Minute, tick: Minute) -> Minute {
    (minutes + tick - 1).div_euclid(tick)
}

fn ticks_of(segment: &Segment, tick: Minute) -> usize {
    usize::try_from((segment.to - segment.from).div_euclid(tick)).unwrap_or(0)
}

fn longest_turnover(site: &Site) -> Minute {
    let rooms = site.rooms.iter().map(|room| room.turnover);
    rooms.chain(site.devices.iter().map(|device| device.turnover)).max().unwrap_or(0)
}

/// Openings with what turnover needs behind them, joined where they touch.
fn segments(openings: &[Opening], tail: Minute, tick: Minute) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for opening in openings {
        let from = opening.span.from.div_euclid(tick) * tick;
        let to = ceil(opening.span.to + tail, tick) * tick;
        match segments.last_mut() {
            Some(last) if from <= last.to => last.to = last.to.max(to),
            last => {
                let at = last.map_or(0, |last| last.at + ticks_of(last, tick));
                segments.push(Segment { from, to, at });
            }
        }
    }
    segments
}

/// Stretches of time joined where they touch or overlap, in order.
pub(crate) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => joined.push(span),
        }
    }
    joined
}

/// What bookings hold at a site, turnover included: for each thing, the stretches of each visit.
#[derive(Debug, Default)]
struct Held {
    rooms: Vec<Vec<Span>>,
    devices: Vec<Vec<Span>>,
    staff: Vec<Vec<Span>>,
}

/// What bookings hold within a stretch of time. A visit's own stretches are joined, so that it counts once.
fn held(clinic: &Clinic, at: SiteAt, around: Span) -> Held {
    let mut held = Held::default();
    let Some(site) = clinic.sites.get(at.0) else { return held };
    held.rooms.resize(site.rooms.len(), vec![]);
    held.devices.resize(site.devices.len(), vec![]);
    held.staff.resize(site.staff.len(), vec![]);
    let ids: BTreeMap<&str, usize> =
        site.staff.iter().enumerate().map(|(at, member)| (member.id.as_str(), at)).collect();
    let elsewhere: BTreeSet<usize> = (clinic.sites.iter().enumerate())
        .filter(|(other, site)| {
            *other != at.0 && site.staff.iter().any(|member| ids.contains_key(member.id.as_str()))
        })
        .map(|(other, _)| other)
        .collect();
    for booking in &clinic.bookings {
        if booking.site == at {
            hold(site, booking, around, &mut held);
        } else if elsewhere.contains(&booking.site.0)
            && let Some(other) = clinic.sites.get(booking.site.0)
        {
            for phase in &booking.phases {
                for hold in phase.holds.iter().filter(|hold| matches!(hold, Hold::Staff(_))) {
                    let here = ids.get(other.name_of(*hold)).and_then(|at| held.staff.get_mut(*at));
                    if let Some(spans) = here.filter(|_| phase.span.meets(around)) {
                        spans.push(phase.span);
                    }
                }
            }
        }
    }
    held
}

fn hold(site: &Site, booking: &Booking, around: Span, held: &mut Held) {
    let mut own: BTreeMap<Hold, Vec<Span>> = BTreeMap::new();
    for Booked { span, holds, .. } in &booking.phases {
        for hold in holds {
            let span = Span { from: span.from, to: span.to + site.turnover(*hold) };
            if span.meets(around) {
                own.entry(*hold).or_default().push(span);
            }
        }
    }
    for (hold, spans) in own {
        let list = match hold {
            Hold::Room(at) => held.rooms.get_mut(at.0),
            Hold::Staff(at) => held.staff.get_mut(at.0),
            Hold::Device(at) => held.devices.get_mut(at.0),
        };
        list.into_iter().for_each(|list| list.extend(joined(spans.clone())));
    }
}

/// How many visits are there, stretch by stretch; nobody is there in between.
fn levels(held: Option<&Vec<Span>>) -> Vec<(Span, u16)> {
    let mut events: Vec<(Minute, i32)> =
        held.into_iter().flatten().flat_map(|span| [(span.from, 1), (span.to, -1)]).collect();
    events.sort_unstable();
    let (mut there, mut since, mut levels) = (0_i32, 0, Vec::new());
    for (at, change) in events {
        if there > 0 && since < at {
            let there = u16::try_from(there).unwrap_or(u16::MAX);
            levels.push((Span { from: since, to: at }, there));
        }
        there += change;
        since = at;
    }
    levels
}

/// When so many visits are there that no further one fits.
fn full(held: Option<&Vec<Span>>, capacity: u16) -> Vec<Span> {
    if capacity <= 1 {
        return held.cloned().unwrap_or_default();
    }
    let levels = levels(held).into_iter();
    levels.filter(|(_, there)| *there >= capacity).map(|(span, _)| span).collect()
}

/// The greatest length that divides everything that a start or a phase can depend on.
fn tick(
    site: &Site,
    (step, services): (Minute, &[&Service]),
    (openings, around): (&[Opening], Span),
    held: &Held,
) -> Minute {
    let phases = || services.iter().flat_map(|service| &service.phases);
    let rooms = site.rooms.iter().map(|room| room.turnover);
    let fixed = phases()
        .flat_map(|phase| [phase.minutes_min, phase.minutes_max])
        .chain(rooms)
        .chain(site.devices.iter().map(|device| device.turnover))
        .chain(openings.iter().map(|opening| opening.anchor));
    let mut tick = fixed.fold(step, greatest_common_divisor);
    if phases().all(|phase| phase.minutes_min == phase.minutes_max) {
        return tick;
    }
    // When something becomes free, a phase that waits can end.
    let bookings = held.rooms.iter().chain(&held.devices).chain(&held.staff).flatten();
    let blocked = site.rooms.iter().flat_map(|room| &room.blocked);
    let blocked = blocked.chain(site.devices.iter().flat_map(|device| &device.blocked));
    let blocked = blocked.chain(site.staff.iter().flat_map(|member| &member.breaks));
    let ends = bookings.chain(blocked).map(|span| span.to);
    let shifts = site.staff.iter().flat_map(|member| &member.shifts).map(|shift| shift.from);
    for minute in ends.chain(shifts) {
        if tick == 1 {
            break;
        }
        if around.from <= minute && minute <= around.to {
            tick = greatest_common_divisor(tick, minute);
        }
    }
    tick
}

fn greatest_common_divisor(left: Minute, right: Minute) -> Minute {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}
