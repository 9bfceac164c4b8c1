//! Why not at this time: the first phase that cannot be held, what is in its way, until when, and the nearest times.
//!
//! The phases are added one by one until the visit is no longer possible. What is then named is everything that could have
//! served that phase and cannot, with when it can: a person at the desk sees what to move.

use crate::{
    index::joined,
    model::{
        Clinic, DeviceAt, Hold, Minute, Request, RoomNeed, Service, Site, SiteAt, Span, Visit,
    },
    opening,
    reason::ALL_DAY,
    search::{Choice, Scratch, Search},
    slots::Ready,
    zone::{self, DAY},
};

/// What is to be said about a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Where.
    pub site: SiteAt,
    /// When.
    pub at: Minute,
    /// The visit, where it is possible.
    pub visit: Option<Visit>,
    /// What is in its way, where it is not.
    pub blocks: Vec<Block>,
    /// The nearest start before.
    pub before: Option<Visit>,
    /// The nearest start after.
    pub after: Option<Visit>,
}

/// One thing that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The phase, where it is one.
    pub phase: Option<String>,
    /// What would be needed and cannot be held.
    pub resource: Option<Hold>,
    /// A sentence without a full stop.
    pub says: String,
    /// From when it would do, on the same day.
    pub until: Option<Minute>,
}

/// What is in the way of a start at a site.
pub fn why(clinic: &Clinic, request: &Request, site: SiteAt, at: Minute) -> Option<Why> {
    let here = clinic.sites.get(site.0)?;
    let service = clinic.services.get(request.service.0)?;
    let (before, visit, after) = nearest(clinic, request, site, at)?;
    let mut blocks = Vec::new();
    if visit.is_none() {
        blocks = of_time(here, (service, request), at);
        if blocks.is_empty() {
            blocks = of_phase(clinic, (site, here), (service, request), at);
        }
    }
    Some(Why { site, at, visit, blocks, before, after })
}

/// The visit at a moment, and those nearest to it.
fn nearest(
    clinic: &Clinic,
    request: &Request,
    site: SiteAt,
    at: Minute,
) -> Option<(Option<Visit>, Option<Visit>, Option<Visit>)> {
    let ready = Ready::new(clinic, site, request)?;
    let search = ready.search();
    let mut scratch = Scratch::default();
    let starts = search.starts(&mut scratch);
    let (mut before, mut visit, mut after) = (None, None, None);
    for start in search.moments(starts) {
        if start < at {
            before = Some(start);
        } else if start == at {
            visit = Some(start);
        } else {
            after = Some(start);
            break;
        }
    }
    let of = |start: Option<Minute>| start.and_then(|start| search.visit(start));
    Some((of(before), of(visit), of(after)))
}

fn bare(says: impl Into<String>, until: Option<Minute>) -> Block {
    Block { phase: None, resource: None, says: says.into(), until }
}

/// What the calendar and the request say against a start.
fn of_time(site: &Site, (service, request): (&Service, &Request), at: Minute) -> Vec<Block> {
    let mut blocks = Vec::new();
    let date = site.zone.date(at);
    let day = zone::day_number(date);
    if date < request.from || date > request.to {
        blocks
            .push(bare(format!("{date} is not between {} and {}", request.from, request.to), None));
    }
    let weekday = usize::from(zone::weekday_of(day));
    if !request.weekdays.is_empty() && !request.weekdays.contains(&zone::weekday_of(day)) {
        let name = zone::WEEKDAYS.get(weekday).copied().unwrap_or_default();
        blocks.push(bare(format!("{date} is a {name}, which was not asked for"), None));
    }
    if let Some(civil) = request.not_before {
        let first = site.zone.within(civil, civil + 2 * DAY).first().map(|span| span.from);
        if first.is_none_or(|first| at < first) {
            let says = format!("nothing is wanted before {}", zone::write_civil(civil));
            blocks.push(bare(says, first));
        }
    }
    if site.closed.contains(&date) {
        blocks.push(bare(format!("`{}` is closed on {date}", site.id), None));
        return blocks;
    }
    let shortest: Minute = service.phases.iter().map(|phase| phase.minutes_min).sum();
    let whole = Span { from: at, to: at + shortest };
    blocks.extend(of_opening(site, request, (day, whole)));
    blocks
}

fn of_opening(site: &Site, request: &Request, (day, whole): (i64, Span)) -> Option<Block> {
    let open = opening::openings(site, (day - 1, day + 2), ALL_DAY);
    let runs = joined(open.iter().map(|opening| opening.span).collect());
    let next = || runs.iter().map(|run| run.from).find(|from| *from > whole.from);
    let Some(run) = runs.iter().find(|run| run.from <= whole.from && whole.from < run.to) else {
        return Some(bare(format!("`{}` is closed then", site.id), next()));
    };
    if whole.to > run.to {
        let says = format!(
            "the visit takes at least {} minutes, and `{}` closes at {}",
            whole.to - whole.from,
            site.id,
            site.zone.write(run.to)
        );
        return Some(bare(says, next()));
    }
    let wanted = opening::openings(site, (day - 1, day + 2), request.between);
    let wanted = joined(wanted.iter().map(|opening| opening.span).collect());
    if !wanted.iter().any(|run| run.holds(whole)) {
        let clock = |minute: Minute| format!("{:02}:{:02}", minute / 60, minute % 60);
        let Span { from, to } = request.between;
        let says = format!("the whole visit is wanted between {} and {}", clock(from), clock(to));
        return Some(bare(says, None));
    }
    let anchor = open.iter().find(|opening| opening.day == day)?.anchor;
    let over = (whole.from - anchor).rem_euclid(request.step);
    (over != 0).then(|| {
        let says =
            format!("starts are every {} minutes from {}", request.step, site.zone.write(anchor));
        bare(says, Some(whole.from - over + request.step))
    })
}

/// The first phase that makes the visit impossible, and everything that could have served it.
fn of_phase(
    clinic: &Clinic,
    (at, site): (SiteAt, &Site),
    (service, request): (&Service, &Request),
    start: Minute,
) -> Vec<Block> {
    for count in 1..=service.phases.len() {
        let phases = service.phases.iter().take(count).cloned().collect();
        let part = Service { id: service.id.clone(), phases };
        let Some(ready) = part_ready(clinic, at, (service, request), &part, start) else {
            return vec![];
        };
        if ready.search().visit(start).is_none() {
            return candidates((clinic, site), &ready, service, count - 1, start);
        }
    }
    vec![]
}

/// The first phases of a service on one day, with the people that the whole service asks for.
fn part_ready<'c>(
    clinic: &'c Clinic,
    at: SiteAt,
    (service, request): (&Service, &Request),
    part: &Service,
    start: Minute,
) -> Option<Ready<'c>> {
    let site = clinic.sites.get(at.0)?;
    let date = site.zone.date(start);
    let request = Request { from: date, to: date, ..request.clone() };
    let mut ready = Ready::new(clinic, at, &request)?;
    let count = part.phases.len();
    let tick = ready.index.tick;
    ready.needs.staff.truncate(count);
    ready.needs.chains = crate::search::chains(part, site);
    // The lengths of the whole, cut off: so the visit still fits before closing.
    let whole = crate::search::timings(service, tick);
    let longest =
        whole.iter().map(|timing| timing.iter().take(count + 1).copied().collect::<Vec<Minute>>());
    let mut timings: Vec<Vec<Minute>> = longest.collect();
    timings.dedup();
    ready.needs.timings = timings;
    Some(ready)
}

/// Everything that could have served a phase, with when it could.
fn candidates(
    (clinic, site): (&Clinic, &Site),
    ready: &Ready<'_>,
    service: &Service,
    phase: usize,
    start: Minute,
) -> Vec<Block> {
    let name = service.phases.get(phase).map(|phase| phase.name.clone());
    let bounds = |at: usize| ready.needs.timings.iter().filter_map(move |t| t.get(at).copied());
    let latest = start + bounds(phase).max().unwrap_or(0);
    let earliest = start + bounds(phase).min().unwrap_or(0);
    let length = service.phases.get(phase).map_or(0, |phase| phase.minutes_min);
    let mut blocks = Vec::new();
    let mut ask = |hold: Hold, from: Minute, length: Minute| {
        let busy = Busy::new(clinic, (ready.index.site, site), hold);
        let run = length + site.turnover(hold);
        let until = busy.free_from(from, run, from + DAY);
        // What becomes free within the range of the phase before is not in the way.
        if until.is_none_or(|until| until > latest.max(from)) {
            let says = busy.says(site, from, run, until);
            blocks.push(Block { phase: name.clone(), resource: Some(hold), says, until });
        }
    };
    for who in ready.needs.staff.get(phase).cloned().flatten().into_iter().flatten() {
        ask(Hold::Staff(who), earliest, length);
    }
    let chain = ready.needs.chains.iter().find(|chain| chain.first <= phase && phase <= chain.last);
    if let Some(chain) = chain {
        let from = start + bounds(chain.first).min().unwrap_or(0);
        let mut devices: Vec<DeviceAt> = Vec::new();
        for Choice { room, devices: inside } in &chain.choices {
            if let Some(room) = room {
                ask(Hold::Room(*room), from, earliest + length - from);
            }
            devices.extend(inside.iter().filter(|(at, _)| *at == phase).flat_map(|(_, all)| all));
        }
        devices.sort_unstable();
        devices.dedup();
        for device in devices {
            ask(Hold::Device(device), earliest, length);
        }
    }
    if blocks.is_empty() {
        blocks.push(Block {
            phase: name,
            resource: None,
            says: together(service, phase),
            until: None,
        });
    }
    blocks
}

fn together(service: &Service, phase: usize) -> String {
    let phase = service.phases.get(phase);
    let parts: Vec<&str> = [
        phase.is_some_and(|phase| phase.room != RoomNeed::Nowhere).then_some("a room"),
        phase.is_some_and(|phase| phase.staff.is_some()).then_some("somebody"),
        phase.is_some_and(|phase| phase.device.is_some()).then_some("a device"),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{} would be free, but not all at the same time", parts.join(", "))
}

/// When something cannot be held, and why.
struct Busy {
    spans: Vec<(Span, String)>,
}

impl Busy {
    fn new(clinic: &Clinic, (at, site): (SiteAt, &Site), hold: Hold) -> Self {
        let id = site.name_of(hold);
        let turnover = site.turnover(hold);
        let mut spans: Vec<(Span, String)> = Vec::new();
        for booking in &clinic.bookings {
            let there = clinic.sites.get(booking.site.0);
            for phase in &booking.phases {
                let holds = phase.holds.iter().any(|held| match (held, hold) {
                    (Hold::Staff(_), Hold::Staff(_)) => {
                        there.is_some_and(|there| there.name_of(*held) == id)
                    }
                    _ => booking.site == at && *held == hold,
                });
                if holds {
                    let after = Span { from: phase.span.to, to: phase.span.to + turnover };
                    spans.push((phase.span, format!("booked (`{}`)", booking.id)));
                    spans.push((after, format!("being made ready after `{}`", booking.id)));
                }
            }
        }
        let blocked = |blocked: &[Span], says: &str| {
            blocked.iter().map(|span| (*span, says.to_owned())).collect::<Vec<_>>()
        };
        match hold {
            Hold::Room(at) => {
                let room = site.rooms.get(at.0);
                if room.is_some_and(|room| room.capacity > 1) {
                    spans = crowded(&spans, room.map_or(1, |room| usize::from(room.capacity)));
                }
                spans.extend(blocked(room.map_or(&[], |room| &room.blocked), "blocked"));
            }
            Hold::Device(at) => {
                let device = site.devices.get(at.0);
                spans.extend(blocked(device.map_or(&[], |device| &device.blocked), "blocked"));
            }
            Hold::Staff(at) => {
                if let Some(member) = site.staff.get(at.0) {
                    spans.extend(blocked(&member.breaks, "on a break"));
                    let mut from = Minute::MIN / 2;
                    for shift in joined(member.shifts.clone()) {
                        spans.push((Span { from, to: shift.from }, "off shift".to_owned()));
                        from = shift.to;
                    }
                    spans.push((Span { from, to: Minute::MAX / 2 }, "off shift".to_owned()));
                }
            }
        }
        spans.retain(|(span, _)| span.from < span.to);
        spans.sort_by_key(|(span, _)| *span);
        Self { spans }
    }

    /// The first minute from which it is free for a run.
    fn free_from(&self, from: Minute, run: Minute, limit: Minute) -> Option<Minute> {
        let mut free = from;
        for (span, _) in &self.spans {
            if span.meets(Span { from: free, to: free + run }) {
                free = span.to;
            }
        }
        (free < limit).then_some(free)
    }

    fn says(&self, site: &Site, from: Minute, run: Minute, until: Option<Minute>) -> String {
        let wanted = Span { from, to: from + run };
        let first = self.spans.iter().find(|(span, _)| span.meets(wanted));
        let what = first.map_or("not free for long enough", |(_, says)| says.as_str());
        match (first, until) {
            (Some((span, _)), Some(_)) if span.from > from => {
                format!("{what} from {}", site.zone.write(span.from))
            }
            (Some(_), None) => format!("{what}, and not free again for long enough that day"),
            (Some(_) | None, _) => what.to_owned(),
        }
    }
}

/// When so many visits are in a room that no further one fits.
fn crowded(spans: &[(Span, String)], capacity: usize) -> Vec<(Span, String)> {
    let mut marks: Vec<Minute> = spans.iter().flat_map(|(span, _)| [span.from, span.to]).collect();
    marks.sort_unstable();
    marks.dedup();
    let mut full = Vec::new();
    for pair in marks.windows(2) {
        let [from, to] = pair else { continue };
        let here = Span { from: *from, to: *to };
        let mut visits: Vec<&str> = spans
            .iter()
            .filter(|(span, _)| span.meets(here))
            .map(|(_, says)| says.split('`').nth(1).unwrap_or_default())
            .collect();
        visits.sort_unstable();
        visits.dedup();
        if visits.len() >= capacity {
            full.push((here, format!("full (`{}`)", visits.join("`, `"))));
        }
    }
    full
}

impl Search<'_> {}
