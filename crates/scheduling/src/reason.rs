//! Why there is no start at all: what is missing first, then when, then what is booked.
//!
//! Each reason is found by asking the search again for less: for one phase alone, on a calendar without bookings, without the
//! limits of the request. It names what a person could change.

use crate::{
    bits,
    model::{Clinic, Phase, Request, RoomNeed, Service, Site, SiteAt, Span},
    opening,
    search::{Chain, Needs, Scratch, Search, may_hold},
    slots::Ready,
    zone::DAY,
};

/// What kind of reason it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nobody could hold the phase.
    NoStaff,
    /// No room could hold it.
    NoRoom,
    /// No device could be used.
    NoDevice,
    /// The dates, weekdays or times of day that were asked for leave no opening.
    NeverOpen,
    /// No opening is long enough.
    TooLong,
    /// What is needed is never there at once, whatever is booked.
    NeverTogether,
    /// It is booked.
    Booked,
    /// Starts there are, but not the whole course.
    NoCourse,
}

impl Kind {
    /// Its word in an answer.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoStaff => "no-staff",
            Self::NoRoom => "no-room",
            Self::NoDevice => "no-device",
            Self::NeverOpen => "never-open",
            Self::TooLong => "too-long",
            Self::NeverTogether => "never-together",
            Self::Booked => "booked",
            Self::NoCourse => "no-course",
        }
    }
}

/// A reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Where; `None` for all sites.
    pub site: Option<SiteAt>,
    /// The phase, where there is one.
    pub phase: Option<String>,
    /// What kind of reason it is.
    pub kind: Kind,
    /// A sentence without a full stop.
    pub says: String,
}

/// Starts there are, but no series.
pub(crate) fn no_course(request: &Request, counted: u64) -> Reason {
    let interval = request.interval;
    let says = format!(
        "{counted} first starts are possible, but no {} sessions {} to {} days apart between {} and {}",
        request.sessions, interval.days_min, interval.days_max, request.from, request.to
    );
    Reason { site: None, phase: None, kind: Kind::NoCourse, says }
}

/// Why a site has no start.
pub(crate) fn none(clinic: &Clinic, at: SiteAt, request: &Request) -> Vec<Reason> {
    let (Some(site), Some(service)) =
        (clinic.sites.get(at.0), clinic.services.get(request.service.0))
    else {
        return vec![];
    };
    let lacking = lacking((at, site), service, request);
    if !lacking.is_empty() {
        return lacking;
    }
    let bare = |kind: Kind, says: String| Reason { site: Some(at), phase: None, kind, says };
    let ranges = opening::ranges(site, request);
    if ranges.is_empty() {
        let says = format!(
            "`{}` has no opening on these dates, weekdays and times of day{}",
            site.id,
            if request.not_before.is_some() { " that is not before `not_before`" } else { "" }
        );
        return vec![bare(Kind::NeverOpen, says)];
    }
    let shortest: i64 = service.phases.iter().map(|phase| phase.minutes_min).sum();
    let longest = ranges.iter().map(|range| range.until - range.from).max().unwrap_or(0);
    if longest < shortest {
        let says = format!(
            "the visit takes at least {shortest} minutes, and the longest time left in the openings that were asked \
             for is {longest}"
        );
        return vec![bare(Kind::TooLong, says)];
    }
    let empty = Clinic { bookings: vec![], ..clinic.clone() };
    for (on, kind) in [(&empty, Kind::NeverTogether), (clinic, Kind::Booked)] {
        let Some(ready) = Ready::new(on, at, request) else { continue };
        if has_starts(&ready, &ready.needs) {
            continue;
        }
        let alone = alone(&ready, service, kind);
        if !alone.is_empty() {
            return alone;
        }
        let says = match kind {
            Kind::Booked => "each phase has free times of its own, but never one after the other",
            Kind::NoStaff
            | Kind::NoRoom
            | Kind::NoDevice
            | Kind::NeverOpen
            | Kind::TooLong
            | Kind::NeverTogether
            | Kind::NoCourse => {
                "rooms, devices and people are there for each phase, but never one after the other"
            }
        };
        return vec![bare(kind, says.to_owned())];
    }
    vec![]
}

fn has_starts(ready: &Ready<'_>, needs: &Needs) -> bool {
    let search = Search { needs, ..ready.search() };
    bits::count(search.starts(&mut Scratch::default())) > 0
}

/// What a site lacks for a service, whatever the time.
fn lacking((at, site): (SiteAt, &Site), service: &Service, request: &Request) -> Vec<Reason> {
    let mut all = Vec::new();
    let mut room: Option<&str> = None;
    for (index, phase) in service.phases.iter().enumerate() {
        room = match &phase.room {
            RoomNeed::Nowhere => None,
            RoomNeed::Same => room,
            RoomNeed::Kind(kind) => Some(kind),
        };
        let mut add = |kind: Kind, says: String| {
            all.push(Reason { site: Some(at), phase: Some(phase.name.clone()), kind, says });
        };
        if let Some(says) = nobody(site, (service, index), request) {
            add(Kind::NoStaff, says);
        }
        if let Some(kind) = room
            && phase.room != RoomNeed::Same
            && !site.rooms.iter().any(|room| room.kind == *kind)
        {
            add(Kind::NoRoom, format!("`{}` has no room of the kind `{kind}`", site.id));
            continue;
        }
        if let Some(says) = nothing(site, phase, room) {
            add(Kind::NoDevice, says);
        }
    }
    // A chain of phases may need devices that no single room takes.
    if all.is_empty() && hopeless_chain(site, service) {
        let says = "no single room takes every device that its phases need".to_owned();
        all.push(Reason { site: Some(at), phase: None, kind: Kind::NoRoom, says });
    }
    all
}

fn hopeless_chain(site: &Site, service: &Service) -> bool {
    crate::search::chains(service, site).iter().any(|chain: &Chain| chain.choices.is_empty())
}

fn nobody(site: &Site, (service, index): (&Service, usize), request: &Request) -> Option<String> {
    let phase = service.phases.get(index)?;
    let role = phase.staff.as_ref()?;
    let leads = index == service.lead();
    let of_role = || site.staff.iter().filter(|member| member.roles.contains(role));
    let may = |depth| {
        of_role().filter(move |who| may_hold(who, (request.service, service), index, depth))
    };
    if of_role().next().is_none() {
        return Some(format!("nobody at `{}` has the role `{role}`", site.id));
    }
    if may(None).next().is_none() {
        return Some(format!("no `{role}` at `{}` may give `{}`", site.id, service.id));
    }
    if may(request.depth_um).next().is_none() {
        let depth = f64::from(request.depth_um.unwrap_or(0)) / 1_000.0;
        return Some(format!("no `{role}` at `{}` may needle {depth} mm deep", site.id));
    }
    let named = |id: &String| request.staff.is_empty() || request.staff.contains(id);
    if leads && !may(request.depth_um).any(|who| named(&who.id)) {
        return Some(format!(
            "none of those who were asked for ({}) may give `{}` at `{}`",
            request.staff.join(", "),
            service.id,
            site.id
        ));
    }
    None
}

fn nothing(site: &Site, phase: &Phase, room: Option<&str>) -> Option<String> {
    let kind = phase.device.as_ref()?;
    let of_kind = || site.devices.iter().filter(|device| device.kind == *kind);
    if of_kind().next().is_none() {
        return Some(format!("`{}` has no device of the kind `{kind}`", site.id));
    }
    let fits = of_kind().any(|device| match (&device.rooms, room) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(rooms), Some(wanted)) => {
            rooms.iter().any(|at| site.rooms.get(at.0).is_some_and(|room| room.kind == wanted))
        }
    });
    (!fits).then(|| match room {
        Some(room) => {
            format!("no `{kind}` at `{}` can be used in a room of the kind `{room}`", site.id)
        }
        None => {
            format!("every `{kind}` at `{}` is bound to a room, and the phase has none", site.id)
        }
    })
}

/// The phases that are impossible by themselves.
fn alone(ready: &Ready<'_>, service: &Service, kind: Kind) -> Vec<Reason> {
    let mut all = Vec::new();
    let at = Some(ready.index.site);
    let why = match kind {
        Kind::Booked => "is booked at every time at which the visit could be",
        Kind::NoStaff
        | Kind::NoRoom
        | Kind::NoDevice
        | Kind::NeverOpen
        | Kind::TooLong
        | Kind::NeverTogether
        | Kind::NoCourse => "is never there for long enough at a time at which the visit could be",
    };
    for (index, phase) in service.phases.iter().enumerate() {
        let mut needs = ready.needs.clone();
        needs.chains.clear();
        for (other, staff) in needs.staff.iter_mut().enumerate() {
            if other != index {
                *staff = None;
            }
        }
        if let Some(role) = &phase.staff
            && !has_starts(ready, &needs)
        {
            let says = format!("everybody with the role `{role}` who could do it {why}")
                .replace("is booked", "is booked or off shift");
            all.push(Reason { site: at, phase: Some(phase.name.clone()), kind, says });
        }
    }
    for chain in &ready.needs.chains {
        let mut needs = ready.needs.clone();
        needs.chains = vec![chain.clone()];
        needs.staff.iter_mut().for_each(|staff| *staff = None);
        if !has_starts(ready, &needs) {
            let phase = service.phases.get(chain.first);
            let room = phase.map_or(&RoomNeed::Nowhere, |phase| &phase.room);
            let what = match room {
                RoomNeed::Kind(kind) => {
                    format!("every room of the kind `{kind}`, with what it takes,")
                }
                RoomNeed::Nowhere | RoomNeed::Same => "every device".to_owned(),
            };
            let says = format!("{what} {why}");
            all.push(Reason { site: at, phase: phase.map(|phase| phase.name.clone()), kind, says });
        }
    }
    all
}

/// The whole day, for those who ask without limits.
pub(crate) const ALL_DAY: Span = Span { from: 0, to: DAY };
