//! The peers' instance as a clinic of ours: the same rooms, people, devices, openings and bookings.
//!
//! A day of the instance is a date from Monday, 1 January 2001 on, in UTC; a tick is five minutes. What the peers know as a
//! visit's lengths, device class and qualification is a service of ours.

use std::collections::BTreeSet;

use percuta_scheduling::{
    Minute, Request, Span,
    model::{
        Booked, Booking, Clinic, Device, DeviceAt, Hold, Hours, Interval, May, Phase, Room, RoomAt,
        RoomNeed, Service, ServiceAt, Site, SiteAt, Staff, StaffAt,
    },
    zone::{self, DAY, Zone},
};
use serde_json::Value;

pub(crate) const DAY_ZERO: i64 = 11_323;
const LENGTHS: [i64; 4] = [6, 7, 8, 9];
const TREATMENTS: [i64; 6] = [4, 6, 8, 9, 12, 18];

pub(crate) fn whole(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn at(value: &Value) -> usize {
    usize::try_from(whole(value)).unwrap_or(0)
}

/// The service of some lengths, a device class (0 or 1) and a qualification (1 or 2).
pub(crate) fn service(n: i64, t: i64, class: i64, qualification: i64) -> ServiceAt {
    let n = LENGTHS.iter().position(|length| *length == n).unwrap_or(0);
    let t = TREATMENTS.iter().position(|length| *length == t).unwrap_or(0);
    let (class, qualification) = (class as usize, qualification as usize - 1);
    ServiceAt(((n * 6 + t) * 2 + class) * 2 + qualification)
}

fn services() -> Vec<Service> {
    let mut all = Vec::new();
    for n in LENGTHS {
        for t in TREATMENTS {
            for class in 0..2 {
                for qualification in 1..=2 {
                    all.push(Service {
                        id: format!("{n}-{t}-{class}-{qualification}"),
                        phases: phases(n, t, class),
                    });
                }
            }
        }
    }
    // The same four phases with numbing for 30 to 45 minutes: what no peer can be asked.
    for t in TREATMENTS {
        for class in 0..2 {
            let mut phases = phases(6, t, class);
            phases[1].minutes_max = 45;
            all.push(Service { id: format!("range-{t}-{class}"), phases });
        }
    }
    // And with numbing in a room of its own.
    for t in TREATMENTS {
        for class in 0..2 {
            let mut phases = phases(6, t, class);
            phases[1].minutes_max = 45;
            phases[2].room = RoomNeed::Kind("room".to_owned());
            all.push(Service { id: format!("rooms-{t}-{class}"), phases });
        }
    }
    all
}

fn phases(n: i64, t: i64, class: i64) -> Vec<Phase> {
    let phase = |name: &str, ticks: i64, room, staff: Option<&str>, device| Phase {
        name: name.to_owned(),
        minutes_min: ticks * 5,
        minutes_max: ticks * 5,
        room,
        staff: staff.map(str::to_owned),
        device,
    };
    vec![
        phase("cleanse", 1, RoomNeed::Kind("room".to_owned()), Some("assistant"), None),
        phase("numbing", n, RoomNeed::Same, None, None),
        phase("treatment", t, RoomNeed::Same, Some("practitioner"), Some(format!("class{class}"))),
        phase("aftercare", 2, RoomNeed::Same, Some("assistant"), None),
    ]
}

/// May somebody with these qualifications give the service at this place?
fn may(qualifications: i64) -> Vec<May> {
    let fits = |at: usize| at >= 96 || qualifications & (at as i64 % 2 + 1) == at as i64 % 2 + 1;
    (0..120)
        .filter(|at| fits(*at))
        .map(|at| May { service: ServiceAt(at), depth_um_max: None, devices: None })
        .collect()
}

/// The instance as a clinic.
pub(crate) fn clinic(json: &Value) -> Clinic {
    let days = whole(&json["days"]);
    let sites = list(&json["sites"]).iter().map(|site| self::site(site, days)).collect();
    let mut bookings = Vec::new();
    for (place, site) in list(&json["sites"]).iter().enumerate() {
        for (number, booking) in list(&site["book"]).iter().enumerate() {
            bookings.push(self::booking(place, number, booking));
        }
    }
    Clinic { sites, services: services(), bookings }
}

fn moment(day: i64, tick: i64) -> Minute {
    (DAY_ZERO + day) * DAY + tick * 5
}

fn booking(place: usize, number: usize, booking: &Value) -> Booking {
    let get = |index: usize| whole(&booking[index]);
    let (start, n, t) = (moment(get(0), get(1)), get(2), get(3));
    let (room, who, device) = (at(&booking[4]), at(&booking[5]), at(&booking[6]));
    // Assistants stand behind the practitioners in the list.
    let first = |assistant: usize| Hold::Staff(StaffAt(1_000 + assistant));
    let (room, device) = (Hold::Room(RoomAt(room)), Hold::Device(DeviceAt(device)));
    let mut from = start;
    let mut phase = |ticks: i64, holds: Vec<Hold>| {
        let span = Span { from, to: from + ticks * 5 };
        from = span.to;
        Booked { name: String::new(), span, holds }
    };
    let phases = vec![
        phase(1, vec![room, first(at(&booking[7]))]),
        phase(n, vec![room]),
        phase(t, vec![room, Hold::Staff(StaffAt(who)), device]),
        phase(2, vec![room, first(at(&booking[8]))]),
    ];
    Booking { id: format!("{place}-{number}"), site: SiteAt(place), service: None, depth_um: None, phases }
}

fn site(json: &Value, days: i64) -> Site {
    let id = whole(&json["id"]);
    let mut hours = Vec::new();
    for (weekday, open) in list(&json["open"]).iter().enumerate() {
        for open in list(open) {
            let (open, close) = (whole(&open[0]) * 5, whole(&open[1]) * 5);
            hours.push(Hours { weekday: weekday as u8, open, close });
        }
    }
    let on = |day: i64| Span { from: moment(day, 0), to: moment(day + 1, 0) };
    let mut staff: Vec<Staff> = list(&json["pract"])
        .iter()
        .map(|who| {
            let weekdays: BTreeSet<i64> = list(&who["days"]).iter().map(whole).collect();
            Staff {
                id: format!("{id}-p{}", whole(&who["id"])),
                roles: vec!["practitioner".to_owned()],
                may: Some(may(whole(&who["qual"]))),
                shifts: (0..days).filter(|day| weekdays.contains(&(day % 7))).map(on).collect(),
                breaks: vec![],
            }
        })
        .collect();
    staff.extend(list(&json["asst"]).iter().map(|who| Staff {
        id: format!("{id}-a{}", whole(&who["id"])),
        roles: vec!["assistant".to_owned()],
        may: None,
        shifts: (0..days).map(on).collect(),
        breaks: vec![],
    }));
    Site {
        id: id.to_string(),
        zone: Zone::utc(),
        hours,
        closed: BTreeSet::new(),
        rooms: list(&json["rooms"])
            .iter()
            .map(|room| Room {
                id: format!("r{}", whole(&room["id"])),
                kind: "room".to_owned(),
                capacity: 1,
                turnover: 0,
                blocked: vec![],
            })
            .collect(),
        devices: list(&json["dev"])
            .iter()
            .map(|device| Device {
                id: format!("d{}", whole(&device["id"])),
                kind: format!("class{}", whole(&device["cls"])),
                rooms: Some(list(&device["rooms"]).iter().map(|room| RoomAt(at(room))).collect()),
                turnover: 0,
                blocked: vec![],
            })
            .collect(),
        staff,
    }
}

/// Puts the assistants of bookings where they stand in each site's list.
pub(crate) fn settle(clinic: &mut Clinic) {
    for booking in &mut clinic.bookings {
        let staff = &clinic.sites[booking.site.0].staff;
        let practitioners = staff.iter().filter(|who| who.may.is_some()).count();
        for hold in booking.phases.iter_mut().flat_map(|phase| &mut phase.holds) {
            if let Hold::Staff(StaffAt(at)) = hold
                && *at >= 1_000
            {
                *at = *at - 1_000 + practitioners;
            }
        }
    }
}

/// A query as a request.
pub(crate) fn request(query: &Value, days: i64, service: ServiceAt) -> Request {
    let first = whole(&query["day0"]);
    let last = (first + 90).min(days) - 1;
    let place = at(&query["site"]);
    let staff = match whole(&query["pract"]) {
        -1 => vec![],
        who => vec![format!("{place}-p{who}")],
    };
    Request {
        service,
        sites: vec![SiteAt(place)],
        from: zone::date_of(DAY_ZERO + first),
        to: zone::date_of(DAY_ZERO + last),
        sessions: 1,
        interval: Interval { days_min: 28, days_max: 42 },
        staff,
        weekdays: vec![],
        between: Span { from: 0, to: DAY },
        step: 5,
        not_before: None,
        depth_um: None,
        limit: 1_000,
    }
}
