//! Every rule once more for one visit, written apart from the search: it shares no index, no rows of bits and no ticks with it.
//!
//! It says what is wrong with a visit, in sentences. A visit that the search offers has nothing wrong; so tests hold the
//! search to it, and whoever books can ask it about a visit that came from elsewhere.

use crate::{
    model::{Clinic, Hold, Minute, Phase, Placed, Request, RoomNeed, Service, Site, Span, Visit},
    search::may_hold,
    zone::{self, DAY},
};

/// What is wrong with a visit for a request; nothing, when it is possible.
pub fn examine(clinic: &Clinic, request: &Request, visit: &Visit) -> Vec<String> {
    let Some(site) = clinic.sites.get(visit.site.0) else {
        return vec!["there is no such site".to_owned()];
    };
    let Some(service) = clinic.services.get(request.service.0) else {
        return vec!["there is no such service".to_owned()];
    };
    let mut wrong = Vec::new();
    if !request.sites.contains(&visit.site) {
        wrong.push(format!("`{}` was not asked for", site.id));
    }
    wrong.extend(of_time(site, request, visit.span()));
    wrong.extend(of_form(service, visit));
    for (at, (placed, phase)) in visit.phases.iter().zip(&service.phases).enumerate() {
        wrong.extend(of_needs((site, service), phase, placed));
        wrong.extend(of_person(site, (request, service), at, placed));
        for hold in placed.holds() {
            wrong.extend(of_hold(clinic, visit, (site, hold), placed.span));
        }
    }
    wrong
}

/// What a visit would hold that others hold already, whatever else may be wrong with it.
pub fn conflicts(clinic: &Clinic, visit: &Visit) -> Vec<String> {
    let Some(site) = clinic.sites.get(visit.site.0) else { return vec![] };
    (visit.phases.iter())
        .flat_map(|placed| placed.holds().map(|hold| (hold, placed.span)))
        .filter_map(|(hold, span)| of_hold(clinic, visit, (site, hold), span))
        .collect()
}

/// The date, the grid, opening hours, and the times of day that were asked for.
fn of_time(site: &Site, request: &Request, whole: Span) -> Vec<String> {
    let mut wrong = Vec::new();
    let date = site.zone.date(whole.from);
    if date < request.from || date > request.to {
        wrong.push(format!("{date} is outside the dates"));
    }
    let weekday = zone::weekday_of(zone::day_number(date));
    if !request.weekdays.is_empty() && !request.weekdays.contains(&weekday) {
        wrong.push(format!("{date} is on another weekday"));
    }
    if request.not_before.is_some_and(|least| {
        // When the clock of the place first shows it; what it jumps over counts from the jump.
        (least..least + 2 * DAY)
            .find_map(|civil| match site.zone.moments(civil) {
                zone::Moments::Missing => None,
                zone::Moments::Once(at) | zone::Moments::Twice(at, _) => Some(at),
            })
            .is_none_or(|first| whole.from < first)
    }) {
        wrong.push("it begins before `not_before`".to_owned());
    }
    let open = |minute: Minute| {
        let civil = site.zone.civil(minute);
        let (day, clock) = (civil.div_euclid(DAY), civil.rem_euclid(DAY));
        !site.closed.contains(&zone::date_of(day))
            && site.hours.iter().any(|hours| {
                hours.weekday == zone::weekday_of(day) && hours.open <= clock && clock < hours.close
            })
    };
    let within = |minute: Minute| {
        let clock = site.zone.civil(minute).rem_euclid(DAY);
        request.between.from <= clock && clock < request.between.to
    };
    if let Some(minute) = (whole.from..whole.to).find(|minute| !open(*minute)) {
        wrong.push(format!("the site is closed at {}", site.zone.write(minute)));
    }
    if (whole.from..whole.to).any(|minute| !within(minute)) {
        wrong.push("it is outside the times of day that were asked for".to_owned());
    }
    let day = site.zone.civil(whole.from).div_euclid(DAY);
    let first = (whole.from - 2 * DAY..=whole.from)
        .find(|minute| site.zone.civil(*minute).div_euclid(DAY) == day && open(*minute));
    if first.is_none_or(|first| (whole.from - first) % request.step != 0) {
        wrong.push("it does not begin on a step from the day's opening".to_owned());
    }
    wrong
}

/// The phases follow one another and have their lengths.
fn of_form(service: &Service, visit: &Visit) -> Vec<String> {
    let mut wrong = Vec::new();
    if visit.phases.len() != service.phases.len() {
        wrong.push("it has another number of phases than the service".to_owned());
    }
    for (placed, phase) in visit.phases.iter().zip(&service.phases) {
        let minutes = placed.span.to - placed.span.from;
        if minutes < phase.minutes_min || minutes > phase.minutes_max {
            wrong.push(format!("`{}` takes {minutes} minutes", phase.name));
        }
    }
    for (before, after) in visit.phases.iter().zip(visit.phases.iter().skip(1)) {
        if before.span.to != after.span.from {
            wrong.push("its phases do not follow one another".to_owned());
        }
    }
    for ((before, after), phase) in
        visit.phases.iter().zip(visit.phases.iter().skip(1)).zip(service.phases.iter().skip(1))
    {
        if phase.room == RoomNeed::Same && before.room != after.room {
            wrong.push(format!("`{}` is in another room than the phase before", phase.name));
        }
    }
    wrong
}

/// Each phase has what it needs, of the right kind, and nothing else.
fn of_needs((site, service): (&Site, &Service), phase: &Phase, placed: &Placed) -> Vec<String> {
    let mut wrong = Vec::new();
    let room = placed.room.and_then(|at| site.rooms.get(at.0));
    let room_fits = match (&phase.room, room) {
        (RoomNeed::Nowhere, None) | (RoomNeed::Same, Some(_)) => true,
        (RoomNeed::Kind(kind), Some(room)) => room.kind == *kind,
        (RoomNeed::Nowhere, Some(_)) | (RoomNeed::Same | RoomNeed::Kind(_), None) => false,
    };
    if !room_fits {
        wrong.push(format!("`{}` of `{}` is in the wrong room", phase.name, service.id));
    }
    let device = placed.device.and_then(|at| site.devices.get(at.0));
    match (&phase.device, device) {
        (None, None) => {}
        (Some(kind), Some(device)) => {
            let usable = match (&device.rooms, placed.room) {
                (None, _) => true,
                (Some(rooms), Some(room)) => rooms.contains(&room),
                (Some(_), None) => false,
            };
            if device.kind != *kind || !usable {
                wrong.push(format!("`{}` cannot be used in `{}`", device.id, phase.name));
            }
        }
        (Some(_), None) | (None, Some(_)) => {
            wrong.push(format!("`{}` has a device too many or too few", phase.name));
        }
    }
    wrong
}

/// Whoever holds a phase may, and was asked for.
fn of_person(
    site: &Site,
    (request, service): (&Request, &Service),
    phase: usize,
    placed: &Placed,
) -> Vec<String> {
    let needed = service.phases.get(phase).is_some_and(|phase| phase.staff.is_some());
    let Some(member) = placed.staff.and_then(|at| site.staff.get(at.0)) else {
        return if needed { vec![format!("nobody is there in phase {phase}")] } else { vec![] };
    };
    let mut wrong = Vec::new();
    if !needed || !may_hold(member, (request.service, service), phase, request.depth_um) {
        wrong.push(format!("`{}` may not hold phase {phase}", member.id));
    }
    if phase == service.lead() && !request.staff.is_empty() && !request.staff.contains(&member.id) {
        wrong.push(format!("`{}` was not asked for", member.id));
    }
    let works = |minute: Minute| {
        let inside = |spans: &[Span]| spans.iter().any(|s| s.from <= minute && minute < s.to);
        inside(&member.shifts) && !inside(&member.breaks)
    };
    if (placed.span.from..placed.span.to).any(|minute| !works(minute)) {
        wrong.push(format!("`{}` is not on shift throughout phase {phase}", member.id));
    }
    wrong
}

/// Nothing is held beyond what it can hold, minute by minute, turnover included.
fn of_hold(
    clinic: &Clinic,
    visit: &Visit,
    (site, hold): (&Site, Hold),
    span: Span,
) -> Option<String> {
    let id = site.name_of(hold);
    let (capacity, blocked): (usize, &[Span]) = match hold {
        Hold::Room(at) => {
            let room = site.rooms.get(at.0)?;
            (usize::from(room.capacity), &room.blocked)
        }
        Hold::Device(at) => (1, &site.devices.get(at.0)?.blocked),
        Hold::Staff(_) => (1, &[]),
    };
    let until = span.to + site.turnover(hold);
    let others: Vec<Vec<Span>> = (clinic.bookings.iter())
        .map(|booking| {
            (booking.phases.iter())
                .filter(|phase| {
                    phase.holds.iter().any(|held| match (held, hold) {
                        // A person is the same person at every site.
                        (Hold::Staff(_), Hold::Staff(_)) => (clinic.sites.get(booking.site.0))
                            .is_some_and(|site| site.name_of(*held) == id),
                        _ => booking.site == visit.site && *held == hold,
                    })
                })
                .map(|phase| Span { to: phase.span.to + site.turnover(hold), ..phase.span })
                .filter(|held| held.meets(Span { from: span.from, to: until }))
                .collect::<Vec<Span>>()
        })
        .filter(|held| !held.is_empty())
        .collect();
    (span.from..until).find_map(|minute| {
        let inside = |span: &Span| span.from <= minute && minute < span.to;
        let there = others.iter().filter(|held| held.iter().any(inside)).count();
        (there >= capacity || blocked.iter().any(inside))
            .then(|| format!("`{id}` is held by others at {}", site.zone.write(minute)))
    })
}
