//! When a day turns out otherwise: somebody comes late, somebody is ill, a time becomes free.
//!
//! Everything here proposes; nothing is moved. A proposal uses the same search as a booking, so that whatever it names is
//! possible, also all of it together. A booking can be moved only if it says which service it is; what is moved keeps the
//! person who leads it where that is possible, and is never moved to an earlier day.

use jiff::civil::Date;

use crate::{
    model::{
        Booked, Booking, Clinic, Hold, Interval, Minute, Request, ServiceAt, SiteAt, Span, Visit,
    },
    reason::ALL_DAY,
    slots::Ready,
    zone::{self, DAY},
};

/// A booking, by its place in the clinic's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookingAt(pub usize);

/// A booking that is moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub booking: BookingAt,
    /// Where to; `None` when there is no place for it.
    pub to: Option<Visit>,
}

/// What can be done about a late arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The first start after the arrival for which nobody else moves.
    pub nobody_moves: Option<Visit>,
    /// The first start after the arrival if those who come later make room.
    pub others_move: Option<Making>,
}

/// A visit, and who makes room for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Making {
    /// The visit.
    pub visit: Visit,
    /// Who moves, in order of time; whoever is not named stays.
    pub moved: Vec<Moved>,
}

/// Somebody whose visit can be offered a time that became free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Who, by their place in the list of those who wait.
    pub waiting: usize,
    /// The visit.
    pub visit: Visit,
    /// Whether it stays possible when all earlier offers are taken.
    pub beside_the_others: bool,
}

/// What can be done when the patient of a booking arrives late: waiting phases are shortened, never below their minimum.
/// `None` when the booking does not say its service.
pub fn late(clinic: &Clinic, booking: BookingAt, arrives: Minute) -> Option<Late> {
    let late = clinic.bookings.get(booking.0)?;
    let site = clinic.sites.get(late.site.0)?;
    let day = site.zone.date(start_of(late)?);
    let without = Clinic {
        bookings: clinic.bookings.iter().filter(|other| other.id != late.id).cloned().collect(),
        ..clinic.clone()
    };
    let wanted = Wanted::of(clinic, late, (day, day))?;
    let after = |start: &Minute| *start >= arrives;
    let nobody_moves = wanted.nearest(&without, arrives, &after);
    // Those who have come already, and those nobody knows how to move, stay where they are.
    let later = |other: &Booking| {
        other.site == late.site
            && other.service.is_some()
            && start_of(other).is_some_and(|start| start >= arrives && site.zone.date(start) == day)
    };
    let mut fixed = without.clone();
    fixed.bookings.retain(|other| !later(other));
    let others_move = wanted.nearest(&fixed, arrives, &after).map(|visit| {
        fixed.bookings.push(booked(late, &visit));
        let mut others: Vec<BookingAt> = (0..clinic.bookings.len())
            .map(BookingAt)
            .filter(|at| *at != booking && clinic.bookings.get(at.0).is_some_and(later))
            .collect();
        others.sort_by_key(|at| clinic.bookings.get(at.0).and_then(start_of));
        Making { visit, moved: make_room(clinic, fixed, &others, day) }
    });
    Some(Late { nobody_moves, others_move })
}

/// Puts bookings back one after another: as they are where that is still possible, else as soon after as possible that day.
fn make_room(clinic: &Clinic, mut fixed: Clinic, others: &[BookingAt], day: Date) -> Vec<Moved> {
    let mut moved = Vec::new();
    for at in others {
        let Some(other) = clinic.bookings.get(at.0) else { continue };
        if is_free(&fixed, other) {
            fixed.bookings.push(other.clone());
            continue;
        }
        let Some(start) = start_of(other) else { continue };
        let Some(wanted) = Wanted::of(clinic, other, (day, day)) else { continue };
        let to = wanted.nearest(&fixed, start, &|next| *next >= start);
        if let Some(visit) = &to {
            fixed.bookings.push(booked(other, visit));
        }
        moved.push(Moved { booking: *at, to });
    }
    moved
}

/// What becomes of the visits of somebody who is away: at the same time with somebody else, else as near as possible on the
/// same day, else on one of so many days after. All proposals are possible together.
pub fn away(clinic: &Clinic, who: &str, when: Span, days_after: i64) -> Vec<Moved> {
    let is_affected = |booking: &Booking| {
        let Some(site) = clinic.sites.get(booking.site.0) else { return false };
        booking.phases.iter().any(|phase| {
            phase.span.meets(when)
                && phase
                    .holds
                    .iter()
                    .any(|hold| matches!(hold, Hold::Staff(_)) && site.name_of(*hold) == who)
        })
    };
    let mut affected: Vec<BookingAt> = (0..clinic.bookings.len())
        .map(BookingAt)
        .filter(|at| clinic.bookings.get(at.0).is_some_and(is_affected))
        .collect();
    affected.sort_by_key(|at| clinic.bookings.get(at.0).and_then(start_of));
    let mut left = clinic.clone();
    left.bookings.retain(|booking| !is_affected(booking));
    for member in left.sites.iter_mut().flat_map(|site| &mut site.staff) {
        if member.id == who {
            member.breaks.push(when);
        }
    }
    let mut moved = Vec::new();
    for at in affected {
        let Some(booking) = clinic.bookings.get(at.0) else { continue };
        let to = elsewhere(clinic, &left, booking, days_after);
        if let Some(visit) = &to {
            left.bookings.push(booked(booking, visit));
        }
        moved.push(Moved { booking: at, to });
    }
    moved
}

fn elsewhere(clinic: &Clinic, left: &Clinic, booking: &Booking, days_after: i64) -> Option<Visit> {
    let start = start_of(booking)?;
    let site = clinic.sites.get(booking.site.0)?;
    let day = site.zone.date(start);
    let last = zone::date_of(zone::day_number(day) + days_after.clamp(0, 366));
    let wanted = |days| Wanted::of(clinic, booking, days);
    let on_the_day = wanted((day, day))?;
    on_the_day
        .nearest(left, start, &|next| *next == start)
        .or_else(|| on_the_day.nearest(left, start, &|_| true))
        .or_else(|| wanted((day, last))?.nearest(left, start, &|next| *next > start))
}

/// Who of those who wait could have a time that became free, in the order in which they wait.
pub fn offers(clinic: &Clinic, site: SiteAt, freed: Span, waiting: &[Request]) -> Vec<Offer> {
    let mut offers = Vec::new();
    let mut taken = clinic.clone();
    for (at, request) in waiting.iter().enumerate() {
        if !request.sites.contains(&site) {
            continue;
        }
        let Some(visit) = using(clinic, site, freed, request) else { continue };
        let beside = using(&taken, site, freed, request);
        let beside_the_others = beside.is_some();
        if let Some(visit) = &beside {
            let id = format!("offer {at}");
            let (service, depth_um) = (Some(request.service), request.depth_um);
            let like = Booking { id, site, service, depth_um, phases: vec![] };
            taken.bookings.push(booked(&like, visit));
        }
        offers.push(Offer { waiting: at, visit: beside.unwrap_or(visit), beside_the_others });
    }
    offers
}

/// The first visit of a request that uses some of a time.
fn using(clinic: &Clinic, site: SiteAt, freed: Span, request: &Request) -> Option<Visit> {
    let here = clinic.sites.get(site.0)?;
    // A visit is no longer than two days.
    let from = request.from.max(here.zone.date(freed.from - 2 * DAY));
    let to = request.to.min(here.zone.date(freed.to));
    if from > to {
        return None;
    }
    let request = Request { from, to, sites: vec![site], ..request.clone() };
    let ready = Ready::new(clinic, site, &request)?;
    let search = ready.search();
    let starts = search.list(search.starts(&mut crate::search::Scratch::default()));
    starts
        .into_iter()
        .skip_while(|start| *start < freed.from - 2 * DAY)
        .take_while(|start| *start < freed.to)
        .filter_map(|start| search.visit(start))
        .find(|visit| visit.span().meets(freed))
}

/// A visit that is to be placed anew.
struct Wanted {
    service: ServiceAt,
    site: SiteAt,
    days: (Date, Date),
    depth_um: Option<u32>,
    /// Who leads it now, and should go on to.
    leads: Option<String>,
}

impl Wanted {
    /// What a booking needs on other days; `None` when it does not say its service.
    fn of(clinic: &Clinic, booking: &Booking, days: (Date, Date)) -> Option<Self> {
        Some(Self {
            service: booking.service?,
            site: booking.site,
            days,
            depth_um: booking.depth_um,
            leads: leader(clinic, booking),
        })
    }

    /// The possible visit nearest to a moment, with the same person if that is possible at all.
    fn nearest(
        &self,
        clinic: &Clinic,
        around: Minute,
        fits: &dyn Fn(&Minute) -> bool,
    ) -> Option<Visit> {
        let with = |staff: Vec<String>| {
            let request = Request {
                service: self.service,
                sites: vec![self.site],
                from: self.days.0,
                to: self.days.1,
                sessions: 1,
                interval: Interval { days_min: 1, days_max: 1 },
                staff,
                weekdays: vec![],
                between: ALL_DAY,
                // Whoever is late does not wait for the next round time.
                step: 1,
                not_before: None,
                depth_um: self.depth_um,
                limit: 1,
            };
            let ready = Ready::new(clinic, self.site, &request)?;
            let search = ready.search();
            let starts = search.list(search.starts(&mut crate::search::Scratch::default()));
            let start = starts
                .into_iter()
                .filter(fits)
                .min_by_key(|start| ((start - around).abs(), *start))?;
            search.visit(start)
        };
        self.leads.clone().and_then(|who| with(vec![who])).or_else(|| with(vec![]))
    }
}

fn start_of(booking: &Booking) -> Option<Minute> {
    booking.phases.iter().map(|phase| phase.span.from).min()
}

/// Who leads a booking: whoever is there in its leading phase.
fn leader(clinic: &Clinic, booking: &Booking) -> Option<String> {
    let service = clinic.services.get(booking.service?.0)?;
    let site = clinic.sites.get(booking.site.0)?;
    let lead = service.phases.get(service.lead())?;
    let by_name = booking.phases.iter().find(|phase| phase.name == lead.name);
    let phase = by_name.or_else(|| booking.phases.get(service.lead()))?;
    let who = phase.holds.iter().find(|hold| matches!(hold, Hold::Staff(_)))?;
    Some(site.name_of(*who).to_owned())
}

/// A booking as it would be after it was moved.
fn booked(booking: &Booking, visit: &Visit) -> Booking {
    let names = booking.phases.iter().map(|phase| phase.name.clone());
    let names = names.chain(std::iter::repeat(String::new()));
    let phases = (visit.phases.iter().zip(names))
        .map(|(phase, name)| Booked { name, span: phase.span, holds: phase.holds().collect() })
        .collect();
    Booking { site: visit.site, phases, ..booking.clone() }
}

/// Whether everything that a booking holds is still free for it.
fn is_free(clinic: &Clinic, booking: &Booking) -> bool {
    let visit =
        Visit { site: booking.site, phases: booking.phases.iter().flat_map(placed).collect() };
    crate::examine::conflicts(clinic, &visit).is_empty()
}

/// What a phase of a booking holds, one thing of each kind at a time.
fn placed(phase: &Booked) -> Vec<crate::model::Placed> {
    let one = |hold: &Hold| {
        let bare = crate::model::Placed { span: phase.span, room: None, staff: None, device: None };
        match hold {
            Hold::Room(at) => crate::model::Placed { room: Some(*at), ..bare },
            Hold::Staff(at) => crate::model::Placed { staff: Some(*at), ..bare },
            Hold::Device(at) => crate::model::Placed { device: Some(*at), ..bare },
        }
    };
    phase.holds.iter().map(one).collect()
}
