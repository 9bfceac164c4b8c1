//! The clinic: sites, services, bookings.

use std::collections::{BTreeMap, BTreeSet};

use percuta_terminology::input::short;
use serde_json::{Map, Value};

use super::{
    LIMIT_BOOKINGS, LIMIT_ENTRIES, LIMIT_PHASES, LIMIT_RESOURCES, LIMIT_TIMINGS, Reader, Zones,
    reader::{given, hint},
};
use crate::{
    model::{
        Booked, Booking, Clinic, Device, DeviceAt, Hold, Hours, May, Phase, Room, RoomAt, RoomNeed,
        Service, ServiceAt, Site, SiteAt, Span, Staff, StaffAt,
    },
    zone::{DAY, WEEKDAYS, Zone},
};

/// What a hold is called in an input and an answer: the id of what is held.
pub fn write_hold(site: &Site, hold: Hold) -> String {
    site.name_of(hold).to_owned()
}

/// The zones that were looked up already.
type Known = BTreeMap<String, Zone>;

impl Reader {
    pub(super) fn clinic(&mut self, value: Option<&Value>, zones: Zones<'_>) -> Option<Clinic> {
        let Some(value) = value else {
            self.problem("clinic", "this is required, with sites and services");
            return None;
        };
        let object = self.object("clinic", value, &["sites", "services", "bookings"])?;
        let services = self.services(object.get("services"))?;
        let sites = self.sites(object.get("sites"), &services, zones)?;
        let mut clinic = Clinic { sites, services, bookings: Vec::new() };
        clinic.bookings = self.bookings(object.get("bookings"), &clinic);
        Some(clinic)
    }

    fn services(&mut self, value: Option<&Value>) -> Option<Vec<Service>> {
        let entries = self.list("clinic.services", value, LIMIT_ENTRIES);
        if entries.is_empty() {
            self.problem("clinic.services", "there is no service: name at least one");
        }
        let mut ids = BTreeSet::new();
        let mut services = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("clinic.services[{index}]");
            let object = self.object(&path, entry, &["id", "phases"])?;
            let id = self.id(&path, object, &mut ids)?;
            let mut phases = Vec::new();
            let list = format!("{path}.phases");
            let given = self.list(&list, object.get("phases"), LIMIT_PHASES);
            if given.is_empty() {
                self.problem(&list, "a service has at least one phase");
            }
            for (index, entry) in given.iter().enumerate() {
                let before = phases.last().map(|phase: &Phase| phase.room.clone());
                phases.push(self.phase(&format!("{list}[{index}]"), entry, before)?);
            }
            self.lengths(&list, &phases);
            services.push(Service { id, phases });
        }
        Some(services)
    }

    fn phase(&mut self, path: &str, entry: &Value, before: Option<RoomNeed>) -> Option<Phase> {
        let keys = ["name", "minutes", "room", "staff", "device"];
        let object = self.object(path, entry, &keys)?;
        let name = self.word(path, object, "name")?;
        let minutes = self.required(path, object, "minutes")?;
        let (minutes_min, minutes_max) = self.minutes(&format!("{path}.minutes"), minutes)?;
        let optional = |reader: &mut Self, key: &str| {
            given(object, key)
                .and_then(|value| reader.text(&format!("{path}.{key}"), value))
                .map(str::to_owned)
        };
        let room = match optional(self, "room").as_deref() {
            None => RoomNeed::Nowhere,
            Some("same") => {
                if before.is_none_or(|before| before == RoomNeed::Nowhere) {
                    let what =
                        "there is no room before this phase to stay in: name the kind of room";
                    self.problem(format!("{path}.room"), what);
                }
                RoomNeed::Same
            }
            Some(kind) => RoomNeed::Kind(kind.to_owned()),
        };
        let (staff, device) = (optional(self, "staff"), optional(self, "device"));
        Some(Phase { name, minutes_min, minutes_max, room, staff, device })
    }

    fn minutes(&mut self, path: &str, value: &Value) -> Option<(i64, i64)> {
        if !value.is_object() {
            let minutes = self.whole(path, value, (1, DAY))?;
            return Some((minutes, minutes));
        }
        let object = self.object(path, value, &["min", "max"])?;
        let least = self.required(path, object, "min");
        let most = self.required(path, object, "max");
        let least = least.and_then(|value| self.whole(&format!("{path}.min"), value, (1, DAY)));
        let most = most.and_then(|value| self.whole(&format!("{path}.max"), value, (1, DAY)));
        let (least, most) = (least?, most?);
        if least > most {
            self.problem(
                path,
                format!("the shortest ({least}) is longer than the longest ({most})"),
            );
            return None;
        }
        Some((least, most))
    }

    /// A visit fits into a day, and its phases can be combined in a bounded number of ways.
    fn lengths(&mut self, path: &str, phases: &[Phase]) {
        let shortest: i64 = phases.iter().map(|phase| phase.minutes_min).sum();
        let longest: i64 = phases.iter().map(|phase| phase.minutes_max).sum();
        if shortest > DAY {
            let what = format!("the visit takes at least {shortest} minutes, longer than a day");
            self.problem(path, what);
        } else if longest > 2 * DAY {
            let what = format!("the visit may take {longest} minutes, longer than two days");
            self.problem(path, what);
        }
        let limit = i64::try_from(LIMIT_TIMINGS).unwrap_or(i64::MAX);
        let ways = phases.iter().try_fold(1_i64, |ways, phase| {
            ways.checked_mul(phase.minutes_max - phase.minutes_min + 1)
        });
        if ways.is_none_or(|ways| ways > limit) {
            let what = format!(
                "the lengths of these phases can be combined in more than {limit} ways: narrow their ranges"
            );
            self.problem(path, what);
        }
    }

    fn sites(
        &mut self,
        value: Option<&Value>,
        services: &[Service],
        zones: Zones<'_>,
    ) -> Option<Vec<Site>> {
        let entries = self.list("clinic.sites", value, LIMIT_ENTRIES);
        if entries.is_empty() {
            self.problem("clinic.sites", "there is no site: name at least one");
        }
        let (mut ids, mut known) = (BTreeSet::new(), Known::new());
        let mut sites = Vec::new();
        let mut resources = 0;
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("clinic.sites[{index}]");
            let keys = ["id", "time_zone", "hours", "closed", "rooms", "devices", "staff"];
            let object = self.object(&path, entry, &keys)?;
            let id = self.id(&path, object, &mut ids)?;
            let zone = self.zone(&path, object, zones, &mut known)?;
            let hours = self.hours(&format!("{path}.hours"), object.get("hours"));
            let list = format!("{path}.closed");
            let mut closed = BTreeSet::new();
            for (index, entry) in
                self.list(&list, object.get("closed"), LIMIT_ENTRIES).iter().enumerate()
            {
                closed.extend(self.date(&format!("{list}[{index}]"), entry));
            }
            let mut site =
                Site { id, zone, hours, closed, rooms: vec![], devices: vec![], staff: vec![] };
            // What a booking holds is named by its id alone, so that no two things of a site share one.
            let mut inside = BTreeSet::new();
            self.rooms(&path, object, &mut site, &mut inside);
            self.devices(&path, object, &mut site, &mut inside);
            self.staff(&path, object, (&mut site, services), &mut inside);
            resources += site.rooms.len() + site.devices.len() + site.staff.len();
            sites.push(site);
        }
        if resources > LIMIT_RESOURCES {
            let what =
                format!("{resources} rooms, devices and staff are more than {LIMIT_RESOURCES}");
            self.problem("clinic.sites", what);
            return None;
        }
        Some(sites)
    }

    pub(super) fn id(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        ids: &mut BTreeSet<String>,
    ) -> Option<String> {
        let id = self.word(path, object, "id")?;
        if !ids.insert(id.clone()) {
            let what = format!("`{}` is the id of another one already: ids differ", short(&id));
            self.problem(format!("{path}.id"), what);
        }
        Some(id)
    }

    fn zone(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        zones: Zones<'_>,
        known: &mut Known,
    ) -> Option<Zone> {
        let name = self.word(path, object, "time_zone")?;
        if let Some(zone) = known.get(&name) {
            return Some(zone.clone());
        }
        let Some(rules) = zones(&name) else {
            let what = format!(
                "`{}` is no time zone that is known: write one such as Europe/London",
                short(&name)
            );
            self.problem(format!("{path}.time_zone"), what);
            return None;
        };
        let zone = Zone::new(&name, &rules);
        known.insert(name, zone.clone());
        Some(zone)
    }

    pub(super) fn weekday(&mut self, path: &str, value: &Value) -> Option<u8> {
        let word = self.text(path, value)?;
        let found = (0_u8..).zip(WEEKDAYS).find(|(_, name)| *name == word).map(|(at, _)| at);
        if found.is_none() {
            let hint = hint(word, WEEKDAYS);
            self.problem(path, format!("`{}` is no weekday{hint}", short(word)));
        }
        found
    }

    fn hours(&mut self, path: &str, value: Option<&Value>) -> Vec<Hours> {
        let mut hours: Vec<Hours> = Vec::new();
        for (index, entry) in self.list(path, value, 100).iter().enumerate() {
            let path = format!("{path}[{index}]");
            let Some(object) = self.object(&path, entry, &["weekday", "open", "close"]) else {
                continue;
            };
            let weekday = self.required(&path, object, "weekday");
            let weekday = weekday.and_then(|value| self.weekday(&format!("{path}.weekday"), value));
            let open = self.required(&path, object, "open");
            let open = open.and_then(|value| self.clock(&format!("{path}.open"), value));
            let close = self.required(&path, object, "close");
            let close = close.and_then(|value| self.clock(&format!("{path}.close"), value));
            let (Some(weekday), Some(open), Some(close)) = (weekday, open, close) else { continue };
            if open >= close {
                let what = "it closes before it opens; hours over midnight are two entries, the first up to 24:00";
                self.problem(format!("{path}.close"), what);
                continue;
            }
            let other = hours.iter().position(|other| {
                other.weekday == weekday && other.open < close && open < other.close
            });
            if other.is_some() {
                self.problem(&path, "these hours overlap others of the same weekday: join them");
                continue;
            }
            hours.push(Hours { weekday, open, close });
        }
        hours
    }

    fn rooms(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        site: &mut Site,
        ids: &mut BTreeSet<String>,
    ) {
        let list = format!("{path}.rooms");
        for (index, entry) in
            self.list(&list, object.get("rooms"), LIMIT_RESOURCES).iter().enumerate()
        {
            let path = format!("{list}[{index}]");
            let keys = ["id", "kind", "capacity", "turnover_minutes", "blocked"];
            let Some(object) = self.object(&path, entry, &keys) else { continue };
            let id = self.id(&path, object, ids);
            let kind = self.word(&path, object, "kind");
            let capacity = self.whole_or((&path, object, "capacity"), (1, 1_000), 1);
            let turnover = self.whole_or((&path, object, "turnover_minutes"), (0, DAY), 0);
            let blocked = self.spans(&format!("{path}.blocked"), object.get("blocked"), &site.zone);
            let (Some(id), Some(kind), Some(capacity), Some(turnover)) =
                (id, kind, capacity, turnover)
            else {
                continue;
            };
            if kind == "same" {
                let what = "`same` means the room of the phase before, and is no kind of room";
                self.problem(format!("{path}.kind"), what);
            }
            let capacity = u16::try_from(capacity).unwrap_or(1);
            let blocked = blocked.into_iter().map(|(_, span)| span).collect();
            site.rooms.push(Room { id, kind, capacity, turnover, blocked });
        }
    }

    fn devices(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        site: &mut Site,
        ids: &mut BTreeSet<String>,
    ) {
        let list = format!("{path}.devices");
        for (index, entry) in
            self.list(&list, object.get("devices"), LIMIT_RESOURCES).iter().enumerate()
        {
            let path = format!("{list}[{index}]");
            let keys = ["id", "kind", "rooms", "turnover_minutes", "blocked"];
            let Some(object) = self.object(&path, entry, &keys) else { continue };
            let id = self.id(&path, object, ids);
            let kind = self.word(&path, object, "kind");
            let turnover = self.whole_or((&path, object, "turnover_minutes"), (0, DAY), 0);
            let blocked = self.spans(&format!("{path}.blocked"), object.get("blocked"), &site.zone);
            let rooms = given(object, "rooms").map(|value| {
                let list = format!("{path}.rooms");
                let entries = self.list(&list, Some(value), LIMIT_RESOURCES);
                let mut rooms = Vec::new();
                for (index, entry) in entries.iter().enumerate() {
                    let path = format!("{list}[{index}]");
                    let Some(name) = self.text(&path, entry) else { continue };
                    match site.rooms.iter().position(|room| room.id == name) {
                        Some(at) => rooms.push(RoomAt(at)),
                        None => {
                            let known = site.rooms.iter().map(|room| room.id.as_str());
                            let hint = hint(name, known);
                            let what = format!("`{}` is no room of this site{hint}", short(name));
                            self.problem(path, what);
                        }
                    }
                }
                rooms
            });
            let (Some(id), Some(kind), Some(turnover)) = (id, kind, turnover) else { continue };
            let blocked = blocked.into_iter().map(|(_, span)| span).collect();
            site.devices.push(Device { id, kind, rooms, turnover, blocked });
        }
    }

    fn staff(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        (site, services): (&mut Site, &[Service]),
        ids: &mut BTreeSet<String>,
    ) {
        let list = format!("{path}.staff");
        for (index, entry) in
            self.list(&list, object.get("staff"), LIMIT_RESOURCES).iter().enumerate()
        {
            let path = format!("{list}[{index}]");
            let keys = ["id", "roles", "may", "shifts", "breaks"];
            let Some(object) = self.object(&path, entry, &keys) else { continue };
            let id = self.id(&path, object, ids);
            let roles = self.words(&format!("{path}.roles"), object.get("roles"));
            let may = given(object, "may").map(|value| self.may(&path, value, services));
            let list = format!("{path}.shifts");
            let shifts = self.spans(&list, object.get("shifts"), &site.zone);
            for pair in shifts.windows(2) {
                if let [(first, before), (second, after)] = pair
                    && before.meets(*after)
                {
                    let (first, second) = (first.min(second), first.max(second));
                    let what = format!("this shift overlaps {list}[{first}]: join them or cut one");
                    self.problem(format!("{list}[{second}]"), what);
                }
            }
            let breaks = self.spans(&format!("{path}.breaks"), object.get("breaks"), &site.zone);
            let Some(id) = id else { continue };
            let bare = |spans: Vec<(usize, Span)>| spans.into_iter().map(|(_, span)| span);
            let (shifts, breaks) = (bare(shifts).collect(), bare(breaks).collect());
            site.staff.push(Staff { id, roles, may, shifts, breaks });
        }
    }

    pub(super) fn words(&mut self, path: &str, value: Option<&Value>) -> Vec<String> {
        let entries = self.list(path, value, LIMIT_ENTRIES);
        (entries.iter().enumerate())
            .filter_map(|(index, entry)| self.text(&format!("{path}[{index}]"), entry))
            .map(str::to_owned)
            .collect()
    }

    fn may(&mut self, path: &str, value: &Value, services: &[Service]) -> Vec<May> {
        let list = format!("{path}.may");
        let mut may = Vec::new();
        for (index, entry) in self.list(&list, Some(value), LIMIT_ENTRIES).iter().enumerate() {
            let path = format!("{list}[{index}]");
            if !entry.is_object() {
                let service = self.service(&path, entry, services);
                may.extend(service.map(|service| May {
                    service,
                    depth_um_max: None,
                    devices: None,
                }));
                continue;
            }
            let Some(object) = self.object(&path, entry, &["service", "depth_mm_max", "devices"])
            else {
                continue;
            };
            let service = self.required(&path, object, "service");
            let service =
                service.and_then(|value| self.service(&format!("{path}.service"), value, services));
            let depth = given(object, "depth_mm_max");
            let depth_um_max =
                depth.and_then(|value| self.depth(&format!("{path}.depth_mm_max"), value));
            let devices = given(object, "devices")
                .map(|value| self.words(&format!("{path}.devices"), Some(value)));
            may.extend(service.map(|service| May { service, depth_um_max, devices }));
        }
        may
    }

    pub(super) fn service(
        &mut self,
        path: &str,
        value: &Value,
        services: &[Service],
    ) -> Option<ServiceAt> {
        let word = self.text(path, value)?;
        let found = services.iter().position(|service| service.id == word).map(ServiceAt);
        if found.is_none() {
            let hint = hint(word, services.iter().map(|service| service.id.as_str()));
            self.problem(path, format!("`{}` is no service of this clinic{hint}", short(word)));
        }
        found
    }

    pub(super) fn site(&mut self, path: &str, value: &Value, sites: &[Site]) -> Option<SiteAt> {
        let word = self.text(path, value)?;
        let found = sites.iter().position(|site| site.id == word).map(SiteAt);
        if found.is_none() {
            let hint = hint(word, sites.iter().map(|site| site.id.as_str()));
            self.problem(path, format!("`{}` is no site of this clinic{hint}", short(word)));
        }
        found
    }

    fn bookings(&mut self, value: Option<&Value>, clinic: &Clinic) -> Vec<Booking> {
        let named = clinic.sites.iter().map(names).collect::<Vec<_>>();
        let mut ids = BTreeSet::new();
        let mut bookings = Vec::new();
        for (index, entry) in self.list("clinic.bookings", value, LIMIT_BOOKINGS).iter().enumerate()
        {
            let path = format!("clinic.bookings[{index}]");
            let keys = ["id", "site", "service", "depth_mm", "phases"];
            let Some(object) = self.object(&path, entry, &keys) else { continue };
            let id = self.id(&path, object, &mut ids);
            let site = self.required(&path, object, "site");
            let site =
                site.and_then(|value| self.site(&format!("{path}.site"), value, &clinic.sites));
            let service = given(object, "service").and_then(|value| {
                self.service(&format!("{path}.service"), value, &clinic.services)
            });
            let depth = given(object, "depth_mm");
            let depth_um = depth.and_then(|value| self.depth(&format!("{path}.depth_mm"), value));
            let (Some(id), Some(site)) = (id, site) else { continue };
            let known = (clinic.sites.get(site.0)).zip(named.get(site.0));
            let Some((at, names)) = known else { continue };
            let list = format!("{path}.phases");
            let entries = self.list(&list, object.get("phases"), LIMIT_PHASES);
            if entries.is_empty() {
                self.problem(&list, "a booking has at least one phase");
            }
            let phases = (entries.iter().enumerate())
                .filter_map(|(index, entry)| {
                    self.booked(&format!("{list}[{index}]"), entry, at, names)
                })
                .collect();
            bookings.push(Booking { id, site, service, depth_um, phases });
        }
        bookings
    }

    fn booked(
        &mut self,
        path: &str,
        entry: &Value,
        site: &Site,
        names: &BTreeMap<&str, Hold>,
    ) -> Option<Booked> {
        let object = self.object(path, entry, &["name", "start", "end", "holds"])?;
        let name = match given(object, "name") {
            Some(value) => self.text(&format!("{path}.name"), value)?.to_owned(),
            None => String::new(),
        };
        let span = self.span(path, object, &site.zone);
        let list = format!("{path}.holds");
        let mut holds = Vec::new();
        for (index, entry) in self.list(&list, object.get("holds"), 100).iter().enumerate() {
            let path = format!("{list}[{index}]");
            let Some(name) = self.text(&path, entry) else { continue };
            match names.get(name) {
                Some(hold) if holds.contains(hold) => {
                    self.problem(path, format!("`{}` is held twice by one phase", short(name)));
                }
                Some(hold) => holds.push(*hold),
                None => {
                    let hint = hint(name, names.keys().copied());
                    let what = format!(
                        "`{}` is no room, device or member of staff of `{}`{hint}",
                        short(name),
                        short(&site.id)
                    );
                    self.problem(path, what);
                }
            }
        }
        Some(Booked { name, span: span?, holds })
    }
}

/// Everything of a site that can be held, by its id.
fn names(site: &Site) -> BTreeMap<&str, Hold> {
    let rooms = site.rooms.iter().enumerate();
    let rooms = rooms.map(|(at, room)| (room.id.as_str(), Hold::Room(RoomAt(at))));
    let devices = site.devices.iter().enumerate();
    let devices = devices.map(|(at, device)| (device.id.as_str(), Hold::Device(DeviceAt(at))));
    let staff = site.staff.iter().enumerate();
    let staff = staff.map(|(at, member)| (member.id.as_str(), Hold::Staff(StaffAt(at))));
    rooms.chain(devices).chain(staff).collect()
}
