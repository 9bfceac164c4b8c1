//! Whole courses: one visit a session, each so many days after the one before, none of which clashes.
//!
//! A series stays at one site. Days are counted on the calendar of the place, not in hours. The order is: the earliest end of
//! the last session; then the fewest sessions on another weekday or at another time of day than the last one's; then
//! one person leading all of them; then the earliest sessions, the first one first.
//!
//! Which days can follow one another is worked out once for each last session, so that no way is tried that leads nowhere.

use std::collections::BTreeMap;

use crate::{
    bits,
    model::{Interval, Minute, Request, Service, StaffAt, Visit},
    search::Scratch,
    slots::Ready,
    zone::{self, DAY},
};

/// A start that is possible, as courses see it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Start {
    at: Minute,
    end: Minute,
    day: i64,
    /// The weekday and the time of day, as minutes of the week.
    habit: Minute,
    /// Who could lead it without moving any phase.
    leads: Vec<StaffAt>,
}

/// A site's starts.
#[derive(Debug)]
struct Starts<'r, 'c> {
    ready: &'r Ready<'c>,
    lead: usize,
    /// Whether anybody leads at all.
    is_led: bool,
    all: Vec<Start>,
    /// For each day that has starts, where they stand in `all`.
    days: BTreeMap<i64, (usize, usize)>,
}

/// The best courses of a request, at most `limit`.
pub(crate) fn courses(
    sites: &[Ready<'_>],
    service: &Service,
    request: &Request,
) -> Vec<Vec<Visit>> {
    if request.sessions < 2 {
        return vec![];
    }
    let sites: Vec<Starts<'_, '_>> =
        sites.iter().map(|ready| Starts::new(ready, service)).collect();
    let mut lasts: Vec<(Minute, usize, usize)> = Vec::new();
    for (site, starts) in sites.iter().enumerate() {
        let reached = starts.reached(request);
        let ends = starts.all.iter().enumerate().filter(|(_, start)| reached.contains(&start.day));
        lasts.extend(ends.map(|(at, start)| (start.end, site, at)));
    }
    lasts.sort_unstable();
    let mut found: Vec<Vec<Visit>> = Vec::new();
    for group in lasts.chunk_by(|left, right| left.0 == right.0) {
        let ways = Ways { sites: &sites, request, group };
        found.extend(ways.best(request.limit - found.len()));
        if found.len() >= request.limit {
            break;
        }
    }
    found
}

impl<'r, 'c> Starts<'r, 'c> {
    fn new(ready: &'r Ready<'c>, service: &Service) -> Self {
        let lead = service.lead();
        let leaders = ready.needs.staff.get(lead).cloned().flatten();
        let mut all = Vec::new();
        let (mut scratch, mut led) = (Scratch::default(), Scratch::default());
        let search = ready.search();
        for (timing, starts) in search.preferred(&mut scratch) {
            let length = timing.last().copied().unwrap_or(0);
            let first = all.len();
            all.extend(search.moments(&starts).map(|at| {
                let civil = ready.site.zone.civil(at);
                let day = civil.div_euclid(DAY);
                let habit = Minute::from(zone::weekday_of(day)) * DAY + civil.rem_euclid(DAY);
                Start { at, end: at + length, day, habit, leads: vec![] }
            }));
            for who in leaders.iter().flatten() {
                let needs = ready.needs.led_by(lead, *who).only(&timing);
                let theirs = crate::search::Search { needs: &needs, ..search };
                let mut can = theirs.starts(&mut led).to_vec();
                bits::keep(&mut can, &starts);
                let mut rest = all.iter_mut().skip(first);
                for at in search.moments(&can) {
                    if let Some(start) = rest.find(|start| start.at == at) {
                        start.leads.push(*who);
                    }
                }
            }
        }
        all.sort_by_key(|start| start.at);
        let mut days: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
        for (at, start) in all.iter().enumerate() {
            days.entry(start.day).or_insert((at, at)).1 = at + 1;
        }
        Self { ready, lead, is_led: leaders.is_some(), all, days }
    }

    fn on(&self, day: i64) -> &[Start] {
        self.days.get(&day).and_then(|(from, to)| self.all.get(*from..*to)).unwrap_or_default()
    }

    /// The days on which the last session can be.
    fn reached(&self, request: &Request) -> Vec<i64> {
        let mut reached: Vec<i64> = self.days.keys().copied().collect();
        for _ in 1..request.sessions {
            let Interval { days_min, days_max } = request.interval;
            let last = std::mem::take(&mut reached);
            reached.extend(self.days.keys().filter(|day| {
                let first = last.partition_point(|before| *before < *day - days_max);
                last.get(first).is_some_and(|before| *before <= *day - days_min)
            }));
        }
        reached
    }
}

/// The ways to some last sessions that end at the same time.
struct Ways<'s, 'r, 'c> {
    sites: &'s [Starts<'r, 'c>],
    request: &'s Request,
    group: &'s [(Minute, usize, usize)],
}

/// A series as places in its site's starts, before its visits are made.
type Series<'s> = (Vec<&'s Start>, usize, Option<StaffAt>);

impl<'s> Ways<'s, '_, '_> {
    fn best(&self, limit: usize) -> Vec<Vec<Visit>> {
        let mut found: Vec<Series<'s>> = Vec::new();
        for changes in 0..self.request.sessions {
            for one_leads in [true, false] {
                let mut alike: Vec<Series<'s>> = Vec::new();
                let left = limit - found.len();
                for (_, site, last) in self.group {
                    if left > 0 {
                        self.add((*site, *last), (changes, one_leads), left, &mut alike);
                    }
                }
                let key = |(series, site, who): &Series<'s>| {
                    (series.iter().map(|start| start.at).collect::<Vec<_>>(), *site, *who)
                };
                alike.sort_by_cached_key(key);
                // Where several people could lead it all, the first in the clinic's order does.
                alike.dedup_by(|later, earlier| (&later.0, later.1) == (&earlier.0, earlier.1));
                alike.truncate(left);
                found.extend(alike);
            }
        }
        found.iter().filter_map(|series| self.visits(series)).collect()
    }

    /// Adds the first series to one last session with so many changes of habit.
    fn add(
        &self,
        (site, last): (usize, usize),
        (changes, one_leads): (usize, bool),
        left: usize,
        into: &mut Vec<Series<'s>>,
    ) {
        let Some(starts) = self.sites.get(site) else { return };
        let Some(last) = starts.all.get(last) else { return };
        if !one_leads {
            let way = Way::new(starts, self.request, last, None);
            let mut found = Vec::new();
            let keep = |series: &[&Start]| common(starts.is_led, series).is_none();
            way.walk(changes, &mut vec![], left, (&mut found, &keep));
            into.extend(found.into_iter().map(|series| (series, site, None)));
            return;
        }
        if !starts.is_led {
            let mut found = Vec::new();
            let way = Way::new(starts, self.request, last, None);
            way.walk(changes, &mut vec![], left, (&mut found, &|_| true));
            into.extend(found.into_iter().map(|series| (series, site, None)));
            return;
        }
        for who in &last.leads {
            let mut found = Vec::new();
            let way = Way::new(starts, self.request, last, Some(*who));
            way.walk(changes, &mut vec![], left, (&mut found, &|_| true));
            into.extend(found.into_iter().map(|series| (series, site, Some(*who))));
        }
    }

    fn visits(&self, (series, site, who): &Series<'_>) -> Option<Vec<Visit>> {
        let starts = self.sites.get(*site)?;
        let search = starts.ready.search();
        let needs = match who {
            Some(who) => starts.ready.needs.led_by(starts.lead, *who),
            None => starts.ready.needs.clone(),
        };
        let search = crate::search::Search { needs: &needs, ..search };
        series.iter().map(|start| search.visit(start.at)).collect()
    }
}

/// Whether a series is wanted.
type Keep<'k> = &'k dyn Fn(&[&Start]) -> bool;

/// The first person who could lead every session; `Some(None)` where nobody leads at all.
fn common(is_led: bool, series: &[&Start]) -> Option<Option<StaffAt>> {
    if !is_led {
        return Some(None);
    }
    let (first, rest) = series.split_first()?;
    first
        .leads
        .iter()
        .find(|who| rest.iter().all(|start| start.leads.contains(who)))
        .map(|who| Some(*who))
}

/// The ways to one last session, perhaps under one person throughout.
struct Way<'s> {
    starts: &'s Starts<'s, 's>,
    last: &'s Start,
    who: Option<StaffAt>,
    interval: Interval,
    sessions: usize,
    /// For each session and each number of changes from there on: the days from which the last can be reached.
    ways: Vec<Vec<Vec<i64>>>,
}

impl<'s> Way<'s> {
    fn new(
        starts: &'s Starts<'_, '_>,
        request: &Request,
        last: &'s Start,
        who: Option<StaffAt>,
    ) -> Self {
        let sessions = request.sessions;
        let interval = request.interval;
        let mut way = Self { starts, last, who, interval, sessions, ways: vec![] };
        let mut ways = vec![vec![vec![]; sessions]; sessions];
        if let Some(days) = ways.last_mut().and_then(|changes| changes.first_mut()) {
            days.push(last.day);
        }
        way.ways = ways;
        // Whether a day has starts that keep the habit, and that change it.
        let days: Vec<(i64, [bool; 2])> = starts
            .days
            .keys()
            .map(|day| {
                let of = |keeps: bool| {
                    starts.on(*day).iter().any(|start| way.can(start) && way.keeps(start) == keeps)
                };
                (*day, [of(true), of(false)])
            })
            .collect();
        for session in (0..sessions.saturating_sub(1)).rev() {
            for changes in 0..sessions {
                let reach = |day: i64, changes: usize| way.leads_on(session + 1, changes, day);
                let from: Vec<i64> = (days.iter())
                    .filter(|(day, [keeps, differs])| {
                        *keeps && reach(*day, changes)
                            || *differs && changes > 0 && reach(*day, changes - 1)
                    })
                    .map(|(day, _)| *day)
                    .collect();
                if let Some(days) = way.ways.get_mut(session).and_then(|at| at.get_mut(changes)) {
                    *days = from;
                }
            }
        }
        way
    }

    fn can(&self, start: &Start) -> bool {
        self.who.is_none_or(|who| start.leads.contains(&who))
    }

    fn keeps(&self, start: &Start) -> bool {
        start.habit == self.last.habit
    }

    /// The days of a session that follow a day.
    fn following(&self, session: usize, changes: usize, day: i64) -> &[i64] {
        let days = self.ways.get(session).and_then(|at| at.get(changes));
        let days = days.map_or(&[][..], Vec::as_slice);
        let from = days.partition_point(|next| *next < day + self.interval.days_min);
        let to = days.partition_point(|next| *next <= day + self.interval.days_max);
        days.get(from..to).unwrap_or_default()
    }

    fn leads_on(&self, session: usize, changes: usize, day: i64) -> bool {
        !self.following(session, changes, day).is_empty()
    }

    /// Goes on from what was chosen, the earliest start first, until enough series were kept.
    fn walk(
        &self,
        changes: usize,
        chosen: &mut Vec<&'s Start>,
        limit: usize,
        (found, keep): (&mut Vec<Vec<&'s Start>>, Keep<'_>),
    ) {
        let session = chosen.len();
        if session + 1 == self.sessions {
            if chosen.last().is_some_and(|before| before.end <= self.last.at) {
                chosen.push(self.last);
                if keep(chosen) {
                    found.push(chosen.clone());
                }
                chosen.pop();
            }
            return;
        }
        let days = match chosen.last() {
            None => self.ways.first().and_then(|at| at.get(changes)).map_or(&[][..], Vec::as_slice),
            Some(before) => self.following(session, changes, before.day),
        };
        let after = chosen.last().map_or(Minute::MIN, |before| before.end);
        for day in days {
            for start in self.starts.on(*day) {
                if found.len() >= limit {
                    return;
                }
                let Some(left) = changes.checked_sub(usize::from(!self.keeps(start))) else {
                    continue;
                };
                if self.can(start) && start.at >= after && self.leads_on(session + 1, left, *day) {
                    chosen.push(start);
                    self.walk(left, chosen, limit, (found, keep));
                    chosen.pop();
                }
            }
        }
    }
}
