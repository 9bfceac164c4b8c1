//! Where the demo's clinic works, with what and when: its rooms, its devices, who works on which days, and its services
//! in phases.

use std::collections::BTreeSet;

use jiff::{SignedDuration, civil::time, tz::TimeZone};
use percuta_chart::{
    calendar::{
        Blocked, Device, Hours, Room, RoomKind, RoomNeed, Roster, Service, ServiceFor,
        ServicePhase, Services, Shift, StaffNeed, document_of_first_site,
    },
    visit::PhaseKind,
};
use percuta_practice::{
    Actor, No, Practice,
    sites::{Booked, FirstCalendar},
};
use percuta_record::DocumentId;

use super::people::Staff;

/// Opening hours, seven days a week, so that there is a day to look at whenever the demo is started.
const OPEN: (i8, i8) = (9, 18);
/// The room in which alone the radiofrequency device is used.
const RF_ROOM: &str = "Room 2";

/// What the clinic begins with: the room of before is its first treatment room.
pub(crate) fn first(calendar: FirstCalendar) -> FirstCalendar {
    let FirstCalendar { mut site, room, services: _ } = calendar;
    site.hours = (1..=7).map(|weekday| hours(weekday, (OPEN.0, 0), (OPEN.1, 0))).collect();
    let room = Room { name: "Room 1".to_owned(), turnover_min: 10, ..room };
    FirstCalendar { site, room, services: services() }
}

fn hours(weekday: i8, from: (i8, i8), until: (i8, i8)) -> Hours {
    Hours { weekday, from: time(from.0, from.1, 0, 0), until: time(until.0, until.1, 0, 0) }
}

/// Adds the other rooms, the devices, and when everybody works.
pub(crate) async fn furnish(practice: &Practice, staff: &Staff) -> Result<(), No> {
    let olu = &staff.olu;
    let zone = percuta_practice::zone_of(&*practice.clinic().await?);
    practice.add_room(olu, &room("Numbing bay", RoomKind::Numbing, 2, 5)).await?;
    practice.add_room(olu, &room("Consulting room", RoomKind::Consultation, 1, 0)).await?;
    let second = practice.add_room(olu, &room(RF_ROOM, RoomKind::Treatment, 1, 10)).await?;
    practice.add_device(olu, &device("Pen 1", "PN-20417", "pen", BTreeSet::new())).await?;
    practice.add_device(olu, &device("Pen 2", "PN-20533", "pen", BTreeSet::new())).await?;
    let checked = in_days(&zone, 3, 4, "Yearly check by the manufacturer");
    let rf = device("RF device", "RF-0093", "rf", BTreeSet::from([second]));
    practice.add_device(olu, &Device { blocked: vec![checked], ..rf }).await?;
    let congress = in_days(&zone, 2, 9, "Congress");
    let ada = Roster { away: vec![congress], ..lunch((12, 0), (12, 45)) };
    // Three days a week.
    let week = [2_i8, 4, 6].map(|weekday| Shift {
        site: document_of_first_site(),
        hours: hours(weekday, (10, 0), (OPEN.1, 0)),
    });
    let eva = Roster { week: Some(week.to_vec()), ..lunch((13, 30), (14, 15)) };
    let rosters: [(&Actor, Roster); 4] = [
        (&staff.ada, ada),
        (&staff.ben, lunch((12, 45), (13, 30))),
        (&staff.eva, eva),
        (&staff.cy, lunch((13, 0), (13, 30))),
    ];
    for (member, roster) in rosters {
        practice.save_roster(olu, (member.person, None), (&roster, Booked::MoveFirst)).await?;
    }
    Ok(())
}

fn room(name: &str, kind: RoomKind, capacity: u16, turnover_min: i64) -> Room {
    Room {
        name: name.to_owned(),
        site: document_of_first_site(),
        kind,
        capacity,
        turnover_min,
        blocked: Vec::new(),
        is_used: true,
    }
}

fn device(name: &str, serial: &str, modality: &str, rooms: BTreeSet<DocumentId>) -> Device {
    Device {
        name: name.to_owned(),
        serial: serial.to_owned(),
        site: document_of_first_site(),
        modality: modality.to_owned(),
        rooms,
        turnover_min: 0,
        blocked: Vec::new(),
        is_used: true,
    }
}

/// Some hours from the opening of a day, so many days after the demo is started.
fn in_days(zone: &TimeZone, days: i64, hours: i64, why: &str) -> Blocked {
    let today = crate::serve::now();
    let there = today.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(today);
    let opens = there.to_zoned(zone.clone()).date().at(OPEN.0, 0, 0, 0);
    let from = opens.to_zoned(zone.clone()).map_or(there, |opens| opens.timestamp());
    let until = from.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(from);
    Blocked { from, until, why: why.to_owned() }
}

/// Whenever the clinic is open, with a break at noon.
fn lunch(from: (i8, i8), until: (i8, i8)) -> Roster {
    let breaks = (1..=7).map(|weekday| hours(weekday, from, until)).collect();
    Roster { breaks, ..Roster::default() }
}

/// A visit in phases: numbing in the bay, where nobody has to sit beside it.
fn services() -> Services {
    let talk = |title: &str, code: &str, purpose, minutes| Service {
        code: code.to_owned(),
        title: title.to_owned(),
        purpose,
        phases: vec![ServicePhase {
            kind: PhaseKind::Talk,
            minutes_min: minutes,
            minutes_max: minutes,
            room: RoomNeed::In(RoomKind::Consultation),
            staff: Some(StaffNeed::Practitioner),
            device: None,
        }],
        is_offered: true,
    };
    Services {
        services: vec![
            talk("Consultation", "consultation", ServiceFor::Consultation, 30),
            session("Pen session", ("session", "pen"), (30, 45), 35),
            session("RF session", ("rf-session", "rf"), (45, 60), 45),
            talk("Look at the result", "follow-up", ServiceFor::FollowUp, 20),
        ],
    }
}

fn session(
    title: &str,
    (code, modality): (&str, &str),
    numbing: (i64, i64),
    treatment: i64,
) -> Service {
    let phase = |kind, (minutes_min, minutes_max), room, staff| ServicePhase {
        kind,
        minutes_min,
        minutes_max,
        room,
        staff,
        device: None,
    };
    let (bay, treat) = (RoomNeed::In(RoomKind::Numbing), RoomNeed::In(RoomKind::Treatment));
    let (lead, help) = (Some(StaffNeed::Practitioner), Some(StaffNeed::Assistant));
    let treated = phase(PhaseKind::Treatment, (treatment, treatment), treat, lead);
    let modalities = BTreeSet::from([modality.to_owned()]);
    Service {
        code: code.to_owned(),
        title: title.to_owned(),
        purpose: ServiceFor::Session { modalities },
        phases: vec![
            phase(PhaseKind::Cleanse, (5, 5), bay, help),
            phase(PhaseKind::Numbing, numbing, RoomNeed::Same, None),
            ServicePhase { device: Some(modality.to_owned()), ..treated },
            phase(PhaseKind::Aftercare, (10, 10), RoomNeed::Same, help),
        ],
        is_offered: true,
    }
}
