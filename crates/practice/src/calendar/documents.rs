//! The clinic's documents as the engine's clinic.

use std::collections::BTreeSet;

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use percuta_chart::{
    calendar::{
        self, Blocked, Device, Hours, Room, RoomNeed, Roster, Service, Services, Site, StaffNeed,
    },
    person::{self, Member, Part, Standing},
};
use percuta_record::{DocumentId, PersonId};
use percuta_scheduling::{
    Minute,
    model::{self, Span},
    zone::{self, DAY, Zone},
};

use super::{Calendar, Days, Place, minute, missing};
use crate::{
    refusal::No,
    vault::{Folder, Opened},
};

/// What a room or a device that is used no more is called, which no phase asks for.
const UNUSED: &str = "";

/// The calendar without what is booked.
pub(super) fn calendar(own: &Folder, days: Days) -> Result<Calendar, No> {
    calendar_offering(own, days, None)
}

/// The same with other services than those that are kept: what somebody tries out.
pub(crate) fn calendar_offering(
    own: &Folder,
    days: Days,
    tried: Option<Services>,
) -> Result<Calendar, No> {
    let mut services = own
        .one::<Services>(calendar::document_of_services())?
        .ok_or_else(|| missing("list of services"))?;
    if let Some(tried) = tried {
        services.document = tried;
    }
    let mut sites = own.all::<Site>()?;
    let first = calendar::document_of_first_site();
    sites.sort_by(|one, other| {
        let key = |site: &Opened<Site>| (site.id != first, site.name.clone(), site.id);
        key(one).cmp(&key(other))
    });
    let (rooms, devices) = (own.all::<Room>()?, own.all::<Device>()?);
    let people = people(own)?;
    let mut places = Vec::with_capacity(sites.len());
    let mut modelled = Vec::with_capacity(sites.len());
    for site in sites {
        let here = |of: DocumentId| of == site.id;
        let rooms = named(rooms.iter().filter(|room| here(room.site)).cloned(), |room| &room.name);
        let devices = named(devices.iter().filter(|one| here(one.site)).cloned(), |one| &one.name);
        let zone = TimeZone::get(&site.time_zone).unwrap_or(TimeZone::UTC);
        let place = Place {
            zone,
            rooms,
            devices,
            staff: people.iter().map(|person| person.id).collect(),
            site,
        };
        modelled.push(model_site(&place, &people, &services, days));
        places.push(place);
    }
    let model = model::Clinic {
        sites: modelled,
        services: services.services.iter().map(model_service).collect(),
        bookings: Vec::new(),
    };
    Ok(Calendar { model, sites: places, services, reserved: Vec::new() })
}

/// Sorted by name, so that of several that would do the first is the same every time.
fn named<D>(
    found: impl Iterator<Item = Opened<D>>,
    name: impl Fn(&Opened<D>) -> &String,
) -> Vec<Opened<D>> {
    let mut found: Vec<Opened<D>> = found.collect();
    found.sort_by(|one, other| (name(one), one.id).cmp(&(name(other), other.id)));
    found
}

/// Somebody who takes part in visits.
struct Person {
    id: PersonId,
    name: String,
    roles: Vec<StaffNeed>,
    depth_um_max: u32,
    roster: Roster,
}

/// Who takes part in visits: assistants first, so that whoever may treat is kept for treating.
fn people(own: &Folder) -> Result<Vec<Person>, No> {
    let mut people = Vec::new();
    for member in own.all::<Member>()? {
        let roles = roles(&member);
        if roles.is_empty() || !matches!(member.standing, Standing::Active { .. }) {
            continue;
        }
        let id = person::member_of(member.id);
        let roster = own.one::<Roster>(calendar::document_of_roster(id))?;
        people.push(Person {
            id,
            name: member.name.clone(),
            roles,
            depth_um_max: micrometres(member.depth_mm_max.unwrap_or(0.0)),
            roster: roster.map(|roster| roster.document).unwrap_or_default(),
        });
    }
    people.sort_by(|one, other| {
        let key = |person: &Person| (person.roles.len(), person.name.clone(), person.id);
        key(one).cmp(&key(other))
    });
    Ok(people)
}

fn roles(member: &Member) -> Vec<StaffNeed> {
    let plays = |part| member.parts.contains(&part);
    if plays(Part::Practitioner) || plays(Part::MedicalLead) {
        vec![StaffNeed::Practitioner, StaffNeed::Assistant]
    } else if plays(Part::Assistant) {
        vec![StaffNeed::Assistant]
    } else {
        Vec::new()
    }
}

/// A depth in micrometres; nothing is finer than that.
pub(crate) fn micrometres(depth_mm: f64) -> u32 {
    // A depth is from 0 to 5 mm, so that nothing is cut off.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 5,000"
    )]
    let micrometres = (depth_mm.clamp(0.0, 5.0) * 1_000.0).round() as u32;
    micrometres
}

fn model_service(service: &Service) -> model::Service {
    let phases = service.phases.iter().map(|phase| model::Phase {
        name: phase.kind.word().to_owned(),
        minutes_min: phase.minutes_min,
        minutes_max: phase.minutes_max,
        room: match phase.room {
            RoomNeed::Nowhere => model::RoomNeed::Nowhere,
            RoomNeed::Same => model::RoomNeed::Same,
            RoomNeed::In(kind) => model::RoomNeed::Kind(kind.word().to_owned()),
        },
        staff: phase.staff.map(|need| need.word().to_owned()),
        device: phase.device.clone(),
    });
    model::Service { id: service.title.clone(), phases: phases.collect() }
}

fn model_site(place: &Place, people: &[Person], services: &Services, days: Days) -> model::Site {
    let zone = Zone::new(&place.site.time_zone, &place.zone);
    let rooms = labels(place.rooms.iter().map(|room| room.name.as_str()));
    let devices = labels(place.devices.iter().map(|device| device.name.as_str()));
    let staff = labels(people.iter().map(|person| person.name.as_str()));
    let room = |(room, id): (&Opened<Room>, String)| model::Room {
        id,
        kind: if room.is_used { room.kind.word() } else { UNUSED }.to_owned(),
        capacity: room.capacity,
        turnover: room.turnover_min,
        blocked: spans(&room.blocked),
    };
    let device = |(device, id): (&Opened<Device>, String)| model::Device {
        id,
        kind: if device.is_used { device.modality.as_str() } else { UNUSED }.to_owned(),
        rooms: (!device.rooms.is_empty()).then(|| {
            let at = |id: &DocumentId| place.rooms.iter().position(|room| room.id == *id);
            device.rooms.iter().filter_map(at).map(model::RoomAt).collect()
        }),
        turnover: device.turnover_min,
        blocked: spans(&device.blocked),
    };
    let member = |(person, id): (&Person, String)| model::Staff {
        id,
        roles: person.roles.iter().map(|role| role.word().to_owned()).collect(),
        may: Some(may(person, services)),
        shifts: shifts(person, place, &zone, days),
        breaks: breaks(person, &zone, days),
    };
    let is_open = place.site.is_open;
    model::Site {
        id: place.site.name.clone(),
        hours: place.site.hours.iter().filter(|_| is_open).map(hours).collect(),
        closed: place.site.closed.keys().copied().collect(),
        rooms: place.rooms.iter().zip(rooms).map(room).collect(),
        devices: place.devices.iter().zip(devices).map(device).collect(),
        staff: people.iter().zip(staff).map(member).collect(),
        zone,
    }
}

/// Names that differ: the second of a name is called so.
fn labels<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    names
        .map(|name| {
            let mut label = name.to_owned();
            let mut number = 1_u32;
            while !taken.insert(label.clone()) {
                number = number.saturating_add(1);
                label = format!("{name} ({number})");
            }
            label
        })
        .collect()
}

fn hours(hours: &Hours) -> model::Hours {
    model::Hours {
        weekday: u8::try_from(hours.weekday.saturating_sub(1)).unwrap_or(0),
        open: clock(hours.from),
        close: end(hours.until),
    }
}

fn clock(time: Time) -> Minute {
    Minute::from(time.hour()) * 60 + Minute::from(time.minute())
}

/// An end at the last minute of a day is midnight, which no clock time says.
fn end(time: Time) -> Minute {
    if clock(time) == DAY - 1 { DAY } else { clock(time) }
}

fn spans(blocked: &[Blocked]) -> Vec<Span> {
    let span = |block: &Blocked| Span {
        from: minute(block.from),
        to: block.until.as_second().saturating_add(59).div_euclid(60),
    };
    joined(blocked.iter().map(span).collect())
}

/// In order and apart.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| span.from < span.to);
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => joined.push(span),
        }
    }
    joined
}

/// What somebody may give: the services that their roster names, to the depth that they may needle.
fn may(person: &Person, services: &Services) -> Vec<model::May> {
    let gives = |service: &Service| {
        person.roster.services.as_ref().is_none_or(|given| given.contains(&service.code))
    };
    let of = services.services.iter().enumerate().filter(|(_, service)| gives(service));
    of.map(|(at, _)| model::May {
        service: model::ServiceAt(at),
        depth_um_max: Some(person.depth_um_max),
        devices: person.roster.devices.as_ref().map(|kinds| kinds.iter().cloned().collect()),
    })
    .collect()
}

/// When somebody works at a site: the week of their roster, or whenever it is open, and the days beside it.
fn shifts(person: &Person, place: &Place, zone: &Zone, days: Days) -> Vec<Span> {
    let mut spans = Vec::new();
    let roster = &person.roster;
    for number in numbers(days) {
        let day = zone::date_of(number);
        let midnight = number * DAY;
        let mut works = |from: Time, until: Time| {
            spans.extend(zone.within(midnight + clock(from), midnight + end(until)));
        };
        match &roster.week {
            None => place.site.hours_on(day).for_each(|hours| works(hours.from, hours.until)),
            Some(week) => {
                let weekday = day.weekday().to_monday_one_offset();
                let here = week
                    .iter()
                    .filter(|shift| shift.site == place.site.id && shift.hours.weekday == weekday);
                here.for_each(|shift| works(shift.hours.from, shift.hours.until));
            }
        }
        let extra = roster.extra.iter().filter(|one| one.site == place.site.id && one.day == day);
        extra.for_each(|one| works(one.from, one.until));
    }
    joined(spans)
}

fn breaks(person: &Person, zone: &Zone, days: Days) -> Vec<Span> {
    let mut breaks = spans(&person.roster.away);
    for number in numbers(days) {
        let weekday = zone::date_of(number).weekday().to_monday_one_offset();
        let midnight = number * DAY;
        for hours in person.roster.breaks.iter().filter(|hours| hours.weekday == weekday) {
            breaks.extend(zone.within(midnight + clock(hours.from), midnight + end(hours.until)));
        }
    }
    joined(breaks)
}

/// The days, with one before and two after: a visit may lie over midnight.
fn numbers(days: Days) -> std::ops::RangeInclusive<i64> {
    let number = |day: Date| zone::day_number(day);
    number(days.from) - 1..=number(days.to) + 2
}
