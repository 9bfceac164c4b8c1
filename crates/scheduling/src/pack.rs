//! Packs a day: of the visits wanted at one site, an order that serves the most, and a number that no order exceeds.
//!
//! What is booked stays. Among orders that serve as many, the one with the most minutes of leading phases is better. The search
//! takes some visits out, puts in what fits, and keeps what is not worse: it proves nothing. The proof is `bound`, which asks
//! what rooms, people and devices could take at most, whatever the order; where it equals what is served, nothing better
//! exists.
//!
//! The draws come from a fixed seed, and the work is counted, not timed: the same day is packed alike everywhere.

mod bound;
mod rows;

use jiff::civil::Date;

use crate::{
    bits,
    index::{Index, Scope},
    model::{
        Clinic, Interval, Minute, Placed, Request, Service, ServiceAt, Site, SiteAt, Span, Visit,
    },
    search::{Grid, Needs, Scratch, Search},
    zone,
};
use rows::Rows;

/// The visits wanted on a day at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where.
    pub site: SiteAt,
    /// Minutes from one start to the next.
    pub step: Minute,
    /// The visits.
    pub visits: Vec<Wish>,
}

/// A visit that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its id.
    pub id: String,
    /// The service.
    pub service: ServiceAt,
    /// The civil times of day that hold the whole visit.
    pub between: Span,
    /// Who may hold the leading phase; empty for whoever can.
    pub staff: Vec<String>,
    /// How deep, in micrometres, where it was said.
    pub depth_um: Option<u32>,
}

/// A packed day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Who is served, by their place among the wishes, in order of time.
    pub served: Vec<(usize, Visit)>,
    /// Who is not.
    pub left_out: Vec<LeftOut>,
    /// No order serves more.
    pub bound: usize,
}

/// A wish that is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Its place among the wishes.
    pub wish: usize,
    /// Why.
    pub because: Because,
}

/// Why a wish is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is not possible that day, even with nobody else.
    NotPossible,
    /// There was no place left for it.
    NoPlaceLeft,
}

/// How much work is put in: attempts to place a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort(pub u64);

impl Default for Effort {
    /// Less than a second for sixty visits.
    fn default() -> Self {
        Self(400_000)
    }
}

/// A wish, resolved.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Its place among the wishes.
    wish: usize,
    needs: Needs,
    /// For each combination of lengths, where it may start if nothing were held.
    allowed: Vec<Vec<u64>>,
    /// Minutes of its leading phase.
    worth: Minute,
    /// Ticks of its shortest whole.
    length: usize,
    /// The first and the last start that are possible with nobody else.
    starts: Span,
}

/// A visit in the day that is being packed: its first tick and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Set {
    at: usize,
    phases: Vec<Placed>,
}

/// Packs a day.
pub fn pack(clinic: &Clinic, wanted: &Wanted, date: Date, effort: Effort) -> Packed {
    let everyone =
        || (0..wanted.visits.len()).map(|wish| LeftOut { wish, because: Because::NotPossible });
    let nothing = || Packed { served: vec![], left_out: everyone().collect(), bound: 0 };
    let Some(site) = clinic.sites.get(wanted.site.0) else { return nothing() };
    let day = zone::day_number(date);
    let mut services: Vec<ServiceAt> = wanted.visits.iter().map(|wish| wish.service).collect();
    services.sort_unstable();
    services.dedup();
    let scope = Scope { days: (day, day), step: wanted.step, services };
    let Some(index) = Index::build(clinic, wanted.site, &scope) else { return nothing() };
    let mut asks: Vec<Ask> = (wanted.visits.iter().enumerate())
        .filter_map(|(at, wish)| ask(clinic, (site, &index), (wanted, at, wish), date))
        .collect();
    let bound = bound::bound(site, &index, &asks);
    rows::least_wanted_first(&mut asks);
    let mut packing = Packing::new(site, &index, &asks);
    packing.search(effort, bound);
    let mut served: Vec<(usize, Visit)> = Vec::new();
    let mut left_out: Vec<LeftOut> = Vec::new();
    for (ask, set) in asks.iter().zip(&packing.best) {
        match set {
            Some(set) => {
                let visit = Visit { site: wanted.site, phases: set.phases.clone() };
                served.push((ask.wish, visit));
            }
            None => left_out.push(LeftOut { wish: ask.wish, because: Because::NoPlaceLeft }),
        }
    }
    let known: Vec<usize> = asks.iter().map(|ask| ask.wish).collect();
    left_out.extend(everyone().filter(|out| !known.contains(&out.wish)));
    left_out.sort_by_key(|out| out.wish);
    served.sort_by_key(|(wish, visit)| (visit.span().from, *wish));
    Packed { served, left_out, bound }
}

/// A wish on its day; `None` when it is not possible even alone.
fn ask(
    clinic: &Clinic,
    (site, index): (&Site, &Index),
    (wanted, at, wish): (&Wanted, usize, &Wish),
    date: Date,
) -> Option<Ask> {
    let request = request(wanted, wish, date);
    let service: &Service = clinic.services.get(wish.service.0)?;
    let needs = Needs::of_request(clinic, index, site, &request).into_owned();
    let grid = Grid::new(index, site, &request);
    let search = Search { index, site, needs: &needs, grid: &grid };
    let mut scratch = Scratch::default();
    let moments = search.list(search.starts(&mut scratch));
    let starts = Span { from: *moments.first()?, to: *moments.last()? };
    let length = |timing: &Vec<Minute>| timing.last().map_or(0, |end| index.ticks(*end));
    let allowed = needs.timings.iter().map(|timing| grid.row(length(timing), index.words));
    let allowed = allowed.collect();
    let shortest = needs.timings.iter().map(length).min()?;
    let worth = service.phases.get(service.lead()).map_or(0, |phase| phase.minutes_min);
    Some(Ask { wish: at, needs, allowed, worth, length: shortest, starts })
}

/// A wish as a request for one day, so that the same rules hold for both.
pub fn request(wanted: &Wanted, wish: &Wish, date: Date) -> Request {
    Request {
        service: wish.service,
        sites: vec![wanted.site],
        from: date,
        to: date,
        sessions: 1,
        interval: Interval { days_min: 1, days_max: 1 },
        staff: wish.staff.clone(),
        weekdays: vec![],
        between: wish.between,
        step: wanted.step,
        not_before: None,
        depth_um: wish.depth_um,
        limit: 1,
    }
}

/// Numbers from a seed (splitmix64).
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}

/// A day while it is packed.
struct Packing<'a> {
    site: &'a Site,
    index: &'a Index,
    asks: &'a [Ask],
    rows: Rows,
    now: Vec<Option<Set>>,
    best: Vec<Option<Set>>,
    best_is: (usize, Minute),
    draw: Draw,
    spent: u64,
}

impl<'a> Packing<'a> {
    fn new(site: &'a Site, index: &'a Index, asks: &'a [Ask]) -> Self {
        Self {
            site,
            index,
            asks,
            rows: Rows::new(site, index),
            now: vec![None; asks.len()],
            best: vec![None; asks.len()],
            best_is: (0, 0),
            draw: Draw(0x5eed),
            spent: 0,
        }
    }

    fn served(&self) -> usize {
        self.now.iter().flatten().count()
    }

    /// Ticks that the served visits take: with fewer, more is left for others.
    fn taken(&self) -> usize {
        let both = self.now.iter().zip(self.asks);
        both.filter(|(set, _)| set.is_some()).map(|(_, ask)| ask.length).sum()
    }

    fn worth(&self) -> Minute {
        let both = self.now.iter().zip(self.asks);
        both.filter(|(set, _)| set.is_some()).map(|(_, ask)| ask.worth).sum()
    }

    /// Takes some out, puts in what fits, and keeps what is not worse, until the work is done or nothing better exists.
    fn search(&mut self, effort: Effort, bound: usize) {
        let all: Vec<usize> = (0..self.asks.len()).collect();
        self.put_in(all);
        self.note();
        let (mut is, mut stale) = ((self.served(), self.taken()), 0_u32);
        let most = self.asks.iter().map(|ask| ask.worth).sum::<Minute>();
        while self.spent < effort.0
            && self.best_is.0 < bound.max(1)
            && self.best_is != (bound, most)
        {
            let out = self.take_out();
            let mut candidates: Vec<usize> = out.iter().map(|(at, _)| *at).collect();
            candidates.extend(
                (self.now.iter().enumerate())
                    .filter(|(at, set)| set.is_none() && !out.iter().any(|(other, _)| other == at))
                    .map(|(at, _)| at),
            );
            let tried = self.put_in(candidates);
            self.note();
            let next = (self.served(), self.taken());
            // Now and then a step back, so that the search does not stay where it stands.
            let noise = self.draw.below(1_000);
            let slack = if noise < 100 { self.draw.below(8) } else { 0 };
            let keeps = next.0 > is.0
                || next.0 == is.0 && next.1 <= is.1 + slack
                || next.0 + 1 == is.0 && noise < 3;
            if keeps {
                stale = if next.0 > is.0 { 0 } else { stale + 1 };
                is = next;
            } else {
                stale += 1;
                self.undo(&tried, out);
            }
            if stale > 20_000 {
                let best = self.best.clone();
                self.become_like(best);
                is = (self.served(), self.taken());
                stale = 0;
            }
        }
    }

    /// Remembers what stands if it is the best so far.
    fn note(&mut self) {
        let is = (self.served(), self.worth());
        if is > self.best_is {
            self.best_is = is;
            self.best.clone_from(&self.now);
        }
    }

    /// Takes a few visits out: any, those of a stretch of time, or those of one room.
    fn take_out(&mut self) -> Vec<(usize, Set)> {
        let placed: Vec<usize> = (0..self.now.len())
            .filter(|at| self.now.get(*at).is_some_and(Option::is_some))
            .collect();
        let Some(first) = placed.get(self.draw.below(placed.len())).copied() else { return vec![] };
        let count = 1 + self.draw.below(5);
        let near = self.draw.below(3);
        let mut chosen = vec![first];
        let around = self.near(first, near);
        for _ in 1..count {
            let from = if around.len() > 1 && near > 0 { &around } else { &placed };
            if let Some(other) = from.get(self.draw.below(from.len()))
                && !chosen.contains(other)
            {
                chosen.push(*other);
            }
        }
        let mut out = Vec::new();
        for at in chosen {
            if let Some(set) = self.now.get_mut(at).and_then(Option::take) {
                self.rows.release(self.index, self.site, &set);
                out.push((at, set));
            }
        }
        out
    }

    /// The visits that share a room with one, or that are there at the same time.
    fn near(&self, first: usize, how: usize) -> Vec<usize> {
        let set_of = |at: usize| self.now.get(at).and_then(Option::as_ref);
        let Some(set) = set_of(first) else { return vec![] };
        let span = |set: &Set| {
            let from = set.phases.first().map_or(0, |phase| phase.span.from);
            Span { from, to: set.phases.last().map_or(from, |phase| phase.span.to) }
        };
        let rooms = |set: &Set| set.phases.iter().filter_map(|p| p.room).collect::<Vec<_>>();
        let (own, own_rooms) = (span(set), rooms(set));
        (0..self.now.len())
            .filter(|at| {
                set_of(*at).is_some_and(|other| match how {
                    1 => span(other).meets(own),
                    _ => rooms(other).iter().any(|room| own_rooms.contains(room)),
                })
            })
            .collect()
    }

    /// Tries to place some visits, in an order drawn with the shorter ones in favour; says which were placed.
    fn put_in(&mut self, candidates: Vec<usize>) -> Vec<usize> {
        let mut order: Vec<(usize, usize)> = candidates
            .into_iter()
            .filter_map(|at| {
                let length = self.asks.get(at)?.length;
                Some((length * (60 + self.draw.below(80)), at))
            })
            .collect();
        order.sort_unstable();
        let mut placed = Vec::new();
        for (_, at) in order {
            let Some(ask) = self.asks.get(at) else { continue };
            // Each combination of lengths is tried, over each word of the day.
            let tries = ask.needs.timings.len() * self.index.words.div_ceil(4).max(1);
            self.spent += u64::try_from(tries).unwrap_or(1);
            let how = self.draw.next();
            if let Some(set) = self.rows.place(self.index, self.site, ask, how) {
                self.rows.occupy(self.index, self.site, &set);
                if let Some(now) = self.now.get_mut(at) {
                    *now = Some(set);
                }
                placed.push(at);
            }
        }
        placed
    }

    fn undo(&mut self, placed: &[usize], out: Vec<(usize, Set)>) {
        for at in placed {
            if let Some(set) = self.now.get_mut(*at).and_then(Option::take) {
                self.rows.release(self.index, self.site, &set);
            }
        }
        for (at, set) in out {
            self.rows.occupy(self.index, self.site, &set);
            if let Some(now) = self.now.get_mut(at) {
                *now = Some(set);
            }
        }
    }

    fn become_like(&mut self, sets: Vec<Option<Set>>) {
        self.rows = Rows::new(self.site, self.index);
        for set in sets.iter().flatten() {
            self.rows.occupy(self.index, self.site, set);
        }
        self.now = sets;
    }
}

impl Grid {
    /// The starts of visits of a length, as a row from tick nought on.
    fn row(&self, length: usize, words: usize) -> Vec<u64> {
        let mut own = vec![0; words];
        self.add_starts(length, &mut own);
        let origin = self.origin();
        let mut row = vec![0; words];
        for at in bits::ones(&own) {
            bits::fill(&mut row, origin + at, origin + at + 1, true);
        }
        row
    }
}
