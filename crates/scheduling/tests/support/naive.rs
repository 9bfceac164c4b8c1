//! The same question answered minute by minute: slow, short, and written without a look at the index.
//!
//! Every minute of every date is tried as a start; every combination of lengths, in minutes, in order of preference; every room,
//! person and device in the clinic's order, one within the other, until the first that works. Free means: free in every
//! single minute.

use percuta_scheduling::{
    Minute, Span, Visit,
    model::{
        Clinic, DeviceAt, Hold, Phase, Placed, Request, RoomAt, RoomNeed, Site, SiteAt, StaffAt,
    },
    zone,
};

const DAY: Minute = 1_440;

/// Every start of a request, in order of time and site, with the first assignment of each.
pub(crate) fn all(clinic: &Clinic, request: &Request) -> Vec<Visit> {
    let mut found = Vec::new();
    for at in &request.sites {
        found.extend(At::new(clinic, request, *at).all());
    }
    found.sort_by_key(|visit| (visit.span().from, visit.site));
    found
}

/// Every combination of lengths, the leading phase earliest first, then each phase in turn; and which phase leads.
fn lengths(phases: &[Phase]) -> (Vec<Vec<Minute>>, usize) {
    let mut lengths: Vec<Vec<Minute>> = vec![vec![]];
    for phase in phases {
        lengths = (lengths.iter())
            .flat_map(|known| {
                (phase.minutes_min..=phase.minutes_max).map(move |minutes| {
                    let mut longer = known.clone();
                    longer.push(minutes);
                    longer
                })
            })
            .collect();
    }
    let lead = phases
        .iter()
        .position(|phase| phase.name == "treatment")
        .or_else(|| phases.iter().position(|phase| phase.device.is_some()));
    let lead = lead.or_else(|| phases.iter().position(|phase| phase.staff.is_some()));
    let lead = lead.unwrap_or(0);
    lengths.sort_by_key(|lengths| (lengths[..lead].iter().sum::<Minute>(), lengths.clone()));
    (lengths, lead)
}

/// One site, with what is free in each minute.
struct At<'c> {
    clinic: &'c Clinic,
    request: &'c Request,
    at: SiteAt,
    site: &'c Site,
    phases: &'c [Phase],
    first: Minute,
    last: Minute,
    lengths: Vec<Vec<Minute>>,
    lead: usize,
    open: Vec<bool>,
    rooms: Vec<Vec<bool>>,
    devices: Vec<Vec<bool>>,
    staff: Vec<Vec<bool>>,
}

impl<'c> At<'c> {
    fn new(clinic: &'c Clinic, request: &'c Request, at: SiteAt) -> Self {
        let site = &clinic.sites[at.0];
        let phases = &clinic.services[request.service.0].phases;
        let (first, last) =
            (zone::midnight(request.from) - 2 * DAY, zone::midnight(request.to) + 5 * DAY);
        let mut this = At {
            clinic,
            request,
            at,
            site,
            phases,
            first,
            last,
            lengths: lengths(phases).0,
            lead: lengths(phases).1,
            open: vec![],
            rooms: vec![],
            devices: vec![],
            staff: vec![],
        };
        let every = |test: &dyn Fn(Minute) -> bool| (first..last).map(test).collect::<Vec<bool>>();
        this.open = every(&|minute| this.is_open(minute));
        let inside =
            |spans: &[Span], minute| spans.iter().any(|s| s.from <= minute && minute < s.to);
        let rooms = site.rooms.iter().enumerate().map(|(at, room)| {
            let held = this.held(Hold::Room(RoomAt(at)));
            every(&|minute| {
                let visits = held.iter().filter(|spans| inside(spans, minute)).count();
                visits < usize::from(room.capacity) && !inside(&room.blocked, minute)
            })
        });
        let rooms = rooms.collect();
        let devices = site.devices.iter().enumerate().map(|(at, device)| {
            let held = this.held(Hold::Device(DeviceAt(at)));
            every(&|minute| {
                !held.iter().any(|spans| inside(spans, minute)) && !inside(&device.blocked, minute)
            })
        });
        let devices = devices.collect();
        let staff = site.staff.iter().enumerate().map(|(at, member)| {
            let held = this.held(Hold::Staff(StaffAt(at)));
            every(&|minute| {
                inside(&member.shifts, minute)
                    && !inside(&member.breaks, minute)
                    && !held.iter().any(|spans| inside(spans, minute))
            })
        });
        let staff = staff.collect();
        At { rooms, devices, staff, ..this }
    }

    /// For each booking that holds something, when.
    fn held(&self, what: Hold) -> Vec<Vec<Span>> {
        let mut all = Vec::new();
        for booking in &self.clinic.bookings {
            let there = &self.clinic.sites[booking.site.0];
            let mut spans = Vec::new();
            for phase in &booking.phases {
                for hold in &phase.holds {
                    let is_it = match (hold, what) {
                        (Hold::Staff(other), Hold::Staff(own)) => {
                            there.staff[other.0].id == self.site.staff[own.0].id
                        }
                        _ => booking.site == self.at && *hold == what,
                    };
                    if is_it {
                        spans.push(Span {
                            from: phase.span.from,
                            to: phase.span.to + self.site.turnover(what),
                        });
                    }
                }
            }
            all.push(spans);
        }
        all
    }

    fn is_open(&self, minute: Minute) -> bool {
        let civil = self.site.zone.civil(minute);
        let (day, clock) = (civil.div_euclid(DAY), civil.rem_euclid(DAY));
        let weekday = zone::weekday_of(day);
        !self.site.closed.contains(&zone::date_of(day))
            && (self.site.hours.iter())
                .any(|hours| hours.weekday == weekday && hours.open <= clock && clock < hours.close)
    }

    fn index(&self, minute: Minute) -> usize {
        usize::try_from(minute - self.first).unwrap()
    }

    fn free(&self, row: &[bool], from: Minute, to: Minute) -> bool {
        row[self.index(from)..self.index(to)].iter().all(|free| *free)
    }

    fn all(&self) -> Vec<Visit> {
        let mut found = Vec::new();
        let mut day = Minute::MIN;
        let mut anchor = None;
        let not_before = self.not_before();
        for minute in self.first + DAY..self.last - 3 * DAY {
            let civil = self.site.zone.civil(minute);
            if civil.div_euclid(DAY) != day {
                day = civil.div_euclid(DAY);
                anchor = None;
            }
            if anchor.is_none() && self.open[self.index(minute)] {
                anchor = Some(minute);
            }
            let date = zone::date_of(day);
            let Some(anchor) = anchor else { continue };
            if date < self.request.from
                || date > self.request.to
                || (minute - anchor) % self.request.step != 0
                || !(self.request.weekdays.is_empty()
                    || self.request.weekdays.contains(&zone::weekday_of(day)))
                || minute < not_before
            {
                continue;
            }
            found.extend(self.visit(minute));
        }
        found
    }

    /// The first minute in which the clock shows `not_before` or, where the clocks jump over it, what comes next.
    fn not_before(&self) -> Minute {
        let Some(least) = self.request.not_before else { return self.first };
        let shows = |minute: &Minute| (least..least + DAY).contains(&self.site.zone.civil(*minute));
        (self.first..self.last).find(shows).unwrap()
    }

    /// The first assignment of a visit that starts in a minute.
    fn visit(&self, start: Minute) -> Option<Visit> {
        for lengths in &self.lengths {
            let end = start + lengths.iter().sum::<Minute>();
            let clock = |minute| self.site.zone.civil(minute).rem_euclid(DAY);
            let between = self.request.between;
            let fits = (start..end).all(|minute| {
                self.open[self.index(minute)]
                    && between.from <= clock(minute)
                    && clock(minute) < between.to
            });
            if !fits {
                continue;
            }
            let mut phases = Vec::new();
            if self.assign(start, lengths, &mut phases) {
                return Some(Visit { site: self.at, phases });
            }
        }
        None
    }

    /// Tries everything for the next phase, in order, and goes on with the one after.
    fn assign(&self, from: Minute, lengths: &[Minute], phases: &mut Vec<Placed>) -> bool {
        let at = phases.len();
        let Some(phase) = self.phases.get(at) else { return true };
        let span = Span { from, to: from + lengths[at] };
        let rooms: Vec<Option<RoomAt>> = match &phase.room {
            RoomNeed::Nowhere => vec![None],
            RoomNeed::Same => vec![phases[at - 1].room],
            RoomNeed::Kind(kind) => (0..self.site.rooms.len())
                .filter(|room| self.site.rooms[*room].kind == *kind)
                .map(|room| Some(RoomAt(room)))
                .collect(),
        };
        for room in rooms {
            if let Some(room) = room {
                let to = span.to + self.site.rooms[room.0].turnover;
                if !self.free(&self.rooms[room.0], span.from, to) {
                    continue;
                }
            }
            for staff in self.people(phase, at == self.lead) {
                if staff.is_some_and(|who| !self.free(&self.staff[who.0], span.from, span.to)) {
                    continue;
                }
                for device in self.tools(phase, room) {
                    if let Some(device) = device {
                        let to = span.to + self.site.devices[device.0].turnover;
                        if !self.free(&self.devices[device.0], span.from, to) {
                            continue;
                        }
                    }
                    phases.push(Placed { span, room, staff, device });
                    if self.assign(span.to, lengths, phases) {
                        return true;
                    }
                    phases.pop();
                }
            }
        }
        false
    }

    fn people(&self, phase: &Phase, leads: bool) -> Vec<Option<StaffAt>> {
        let Some(role) = &phase.staff else { return vec![None] };
        let may = |who: usize| {
            let member = &self.site.staff[who];
            let named = self.request.staff.is_empty() || self.request.staff.contains(&member.id);
            let listed = member.may.as_ref().is_none_or(|may| {
                may.iter().any(|may| {
                    let deep = (may.depth_um_max).zip(self.request.depth_um);
                    let tools = may.devices.as_ref().zip(phase.device.as_ref());
                    may.service == self.request.service
                        && (!(leads || phase.device.is_some())
                            || deep.is_none_or(|(most, depth)| depth <= most))
                        && tools.is_none_or(|(kinds, kind)| kinds.contains(kind))
                })
            });
            member.roles.contains(role) && listed && (!leads || named)
        };
        (0..self.site.staff.len()).filter(|who| may(*who)).map(|who| Some(StaffAt(who))).collect()
    }

    fn tools(&self, phase: &Phase, room: Option<RoomAt>) -> Vec<Option<DeviceAt>> {
        let Some(kind) = &phase.device else { return vec![None] };
        let fits = |at: usize| {
            let device = &self.site.devices[at];
            let here = device
                .rooms
                .as_ref()
                .is_none_or(|rooms| room.is_some_and(|room| rooms.contains(&room)));
            device.kind == *kind && here
        };
        (0..self.site.devices.len()).filter(|at| fits(*at)).map(|at| Some(DeviceAt(at))).collect()
    }
}
