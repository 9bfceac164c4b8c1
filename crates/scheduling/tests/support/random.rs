//! Invented clinics, drawn from a seed: small, crooked, and near the days on which clocks change.

use std::collections::BTreeSet;

use jiff::{civil::Date, tz::TimeZone};
use percuta_scheduling::{
    Minute, Span,
    model::{
        Booked, Booking, Clinic, Device, DeviceAt, Hold, Hours, Interval, May, Phase, Request,
        Room, RoomAt, RoomNeed, Service, ServiceAt, Site, SiteAt, Staff, StaffAt,
    },
    zone::{self, Zone},
};

const DAY: Minute = 1_440;

/// A stream of numbers (splitmix64).
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + i64::try_from(self.below(u64::try_from(most - least + 1).unwrap())).unwrap()
    }

    pub(crate) fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let count = u64::try_from(from.len()).unwrap();
        &from[usize::try_from(self.below(count)).unwrap()]
    }
}

/// A clinic and a request, with the same for the same seed.
pub(crate) fn clinic(seed: u64) -> (Clinic, Request) {
    let mut draw = Draw(seed.wrapping_mul(0x5851_f42d_4c95_7f2d) + 1);
    let places = [
        ("Europe/London", ["2026-03-29", "2026-10-25", "2026-03-02"]),
        ("America/New_York", ["2026-03-08", "2026-11-01", "2026-06-10"]),
        ("Australia/Lord_Howe", ["2026-04-05", "2026-10-04", "2026-12-31"]),
    ];
    let (name, dates) = *draw.pick(&places);
    let middle: Date = draw.pick(&dates).parse().unwrap();
    let day = zone::day_number(middle) - draw.between(0, 2);
    let (from, to) = (day, day + draw.between(0, 3));
    // Whether everything lies on five minutes.
    let grain = if draw.one_in(2) { 5 } else { 1 };
    let count = draw.between(1, 2);
    let services: Vec<Service> = (0..2).map(|at| service(&mut draw, at, grain)).collect();
    let mut sites = Vec::new();
    for at in 0..count {
        let name = if draw.one_in(4) { draw.pick(&places).0 } else { name };
        let zone = Zone::new(name, &TimeZone::get(name).unwrap());
        sites.push(site(&mut draw, at, zone, (from, to), grain));
    }
    let mut clinic = Clinic { sites, services, bookings: vec![] };
    for at in 0..draw.between(0, 14) {
        let booking = booking(&mut draw, at, &clinic, (from, to), grain);
        clinic.bookings.push(booking);
    }
    let request = request(&mut draw, &clinic, (from, to), grain);
    (clinic, request)
}

fn service(draw: &mut Draw, at: i64, grain: i64) -> Service {
    let mut phases: Vec<Phase> = Vec::new();
    let mut ranges = 0;
    for index in 0..draw.between(1, 4) {
        let least = draw.between(1, 9) * if grain == 5 { 5 } else { draw.between(1, 5) };
        let range = ranges < 2 && draw.one_in(3);
        ranges += i64::from(range);
        let more = if range { draw.between(1, 4) * if draw.one_in(3) { 3 } else { 5 } } else { 0 };
        let has_room = phases.last().is_some_and(|before| before.room != RoomNeed::Nowhere);
        let room = match draw.below(5) {
            0 => RoomNeed::Nowhere,
            1 | 2 if has_room => RoomNeed::Same,
            3 => RoomNeed::Kind("seat".to_owned()),
            _ => RoomNeed::Kind("treatment".to_owned()),
        };
        let name = if draw.one_in(4) { "treatment".to_owned() } else { format!("phase{index}") };
        let staff = match draw.below(3) {
            0 => None,
            1 => Some("practitioner".to_owned()),
            _ => Some("assistant".to_owned()),
        };
        let device = draw.one_in(3).then(|| "pen".to_owned());
        phases.push(Phase {
            name,
            minutes_min: least,
            minutes_max: least + more,
            room,
            staff,
            device,
        });
    }
    Service { id: format!("service{at}"), phases }
}

fn spans(draw: &mut Draw, (from, to): (i64, i64), count: i64, grain: i64) -> Vec<Span> {
    (0..count)
        .map(|_| {
            let start = draw.between(from * DAY / grain, (to + 1) * DAY / grain) * grain;
            Span { from: start, to: start + draw.between(1, 120 / grain) * grain }
        })
        .collect()
}

fn site(draw: &mut Draw, at: i64, zone: Zone, days: (i64, i64), grain: i64) -> Site {
    let mut hours = Vec::new();
    for weekday in 0..7 {
        // Some clinics work through the night, so that they live through the change of clocks.
        match draw.below(5) {
            0 => hours.push(Hours { weekday, open: 0, close: 1_440 }),
            1 => hours.push(Hours { weekday, open: 0, close: draw.between(60, 300) }),
            2 => {
                let open = draw.between(6, 9) * 60 + draw.between(0, 3) * 5;
                hours.push(Hours { weekday, open, close: open + 200 });
                let again = open + 200 + draw.between(0, 12) * 5;
                hours.push(Hours { weekday, open: again, close: again + 180 });
            }
            3 if draw.one_in(3) => {}
            _ => hours.push(Hours { weekday, open: 540, close: 540 + draw.between(100, 400) }),
        }
    }
    let closed: BTreeSet<Date> =
        draw.one_in(5).then(|| zone::date_of(draw.between(days.0, days.1))).into_iter().collect();
    let pair =
        |draw: &mut Draw| if grain == 5 { draw.between(0, 3) * 5 } else { draw.between(0, 12) };
    let rooms: Vec<Room> = (0..draw.between(1, 4))
        .map(|room| Room {
            id: format!("R{room}"),
            kind: draw.pick(&["seat", "treatment", "treatment"]).to_string(),
            capacity: u16::try_from(*draw.pick(&[1, 1, 2, 3])).unwrap(),
            turnover: pair(draw),
            blocked: if draw.one_in(4) { spans(draw, days, 1, grain) } else { vec![] },
        })
        .collect();
    let devices = (0..draw.between(0, 3))
        .map(|device| Device {
            id: format!("D{device}"),
            kind: draw.pick(&["pen", "pen", "laser"]).to_string(),
            rooms: draw
                .one_in(2)
                .then(|| (0..rooms.len()).filter(|_| draw.one_in(2)).map(RoomAt).collect()),
            turnover: pair(draw),
            blocked: if draw.one_in(4) { spans(draw, days, 1, grain) } else { vec![] },
        })
        .collect();
    let staff = (0..draw.between(1, 4)).map(|who| member(draw, who, at, days, grain)).collect();
    Site { id: format!("site{at}"), zone, hours, closed, rooms, devices, staff }
}

fn member(draw: &mut Draw, who: i64, site: i64, (from, to): (i64, i64), grain: i64) -> Staff {
    let mut shifts = Vec::new();
    for day in from - 1..=to + 1 {
        let start = day * DAY + draw.between(0, 8 * 60 / grain) * grain;
        let end = start + draw.between(6 * 60 / grain, 15 * 60 / grain) * grain;
        if draw.one_in(4) {
            // Two shifts that touch are one.
            let middle = (start + end) / 2;
            shifts.extend([Span { from: start, to: middle }, Span { from: middle, to: end }]);
        } else {
            shifts.push(Span { from: start, to: end });
        }
    }
    // Some people work at both sites.
    let id = if draw.one_in(2) { format!("shared{who}") } else { format!("{site}-{who}") };
    let sets = [&["practitioner"][..], &["assistant"][..], &["practitioner", "assistant"][..]];
    let roles = *draw.pick(&sets);
    let may = draw.one_in(2).then(|| {
        (0..draw.between(0, 2))
            .map(|_| May {
                service: ServiceAt(usize::try_from(draw.below(2)).unwrap()),
                depth_um_max: draw.one_in(2).then_some(1_000),
                devices: draw.one_in(4).then(|| vec![draw.pick(&["pen", "laser"]).to_string()]),
            })
            .collect()
    });
    Staff {
        id,
        roles: roles.iter().map(ToString::to_string).collect(),
        may,
        shifts,
        breaks: if draw.one_in(2) { spans(draw, (from, to), 2, grain) } else { vec![] },
    }
}

fn booking(draw: &mut Draw, at: i64, clinic: &Clinic, days: (i64, i64), grain: i64) -> Booking {
    let place = usize::try_from(draw.below(u64::try_from(clinic.sites.len()).unwrap())).unwrap();
    let site = &clinic.sites[place];
    let mut start = draw.between(days.0 * DAY / grain, (days.1 + 1) * DAY / grain) * grain;
    let mut phases = Vec::new();
    for index in 0..draw.between(1, 3) {
        let end = start + draw.between(1, 60 / grain) * grain;
        let mut holds = Vec::new();
        let mut some = |draw: &mut Draw, count: usize, make: &dyn Fn(usize) -> Hold| {
            if count > 0 && !draw.one_in(3) {
                holds.push(make(
                    usize::try_from(draw.below(u64::try_from(count).unwrap())).unwrap(),
                ));
            }
        };
        some(draw, site.rooms.len(), &|at| Hold::Room(RoomAt(at)));
        some(draw, site.staff.len(), &|at| Hold::Staff(StaffAt(at)));
        some(draw, site.devices.len(), &|at| Hold::Device(DeviceAt(at)));
        phases.push(Booked {
            name: format!("{index}"),
            span: Span { from: start, to: end },
            holds,
        });
        start = end;
    }
    Booking { id: format!("b{at}"), site: SiteAt(place), service: None, depth_um: None, phases }
}

fn request(draw: &mut Draw, clinic: &Clinic, (from, to): (i64, i64), grain: i64) -> Request {
    let step = if grain == 5 { *draw.pick(&[5, 10, 15, 30]) } else { *draw.pick(&[3, 5, 7, 15]) };
    let staff = if draw.one_in(4) {
        clinic.sites.iter().flat_map(|site| site.staff.first()).map(|who| who.id.clone()).collect()
    } else {
        vec![]
    };
    let between = if draw.one_in(3) {
        let open = draw.between(0, 10) * 60 + draw.between(0, 5);
        Span { from: open, to: open + draw.between(2, 10) * 60 }
    } else {
        Span { from: 0, to: DAY }
    };
    Request {
        service: ServiceAt(usize::try_from(draw.below(2)).unwrap()),
        sites: (0..clinic.sites.len()).map(SiteAt).collect(),
        from: zone::date_of(from),
        to: zone::date_of(to),
        sessions: 1,
        interval: Interval { days_min: 1, days_max: 2 },
        staff,
        weekdays: if draw.one_in(4) { vec![0, 2, 3, 6] } else { vec![] },
        between,
        step,
        not_before: draw.one_in(4).then(|| from * DAY + draw.between(0, 2 * DAY)),
        depth_um: draw.one_in(2).then(|| *draw.pick(&[500, 1_500])),
        limit: 1_000_000,
    }
}
