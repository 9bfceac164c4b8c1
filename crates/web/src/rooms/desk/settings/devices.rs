//! The clinic's devices: what they do, in which rooms, and when they cannot be used.

use axum::{extract::Path, http::StatusCode};
use percuta_chart::calendar::{Device, Room as RoomOf, RoomKind};
use percuta_practice::{Act, No, Opened, sites::Setting};
use percuta_record::DocumentId;

use super::{
    super::{id, same_version},
    rooms, saved_at, typed, unless_wrong,
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::Link,
            settings::places::{
                self as page, Blocked, BlockedBy, DeviceChoices, Form, Listing, Row,
            },
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Needs::Member(Act::ManageSettings);
    doors
        .get("/settings/devices", needs, list)
        .post("/settings/devices", needs, add)
        .get("/settings/devices/new", needs, new)
        .get("/settings/devices/{device}", needs, one)
        .post("/settings/devices/{device}", needs, save)
        .post("/settings/devices/{device}/blocked", needs, blocked)
        .post("/settings/devices/{device}/{version}/undo", needs, undo)
}

fn place(device: DocumentId) -> String {
    format!("/settings/devices/{device}")
}

/// What devices do, as plans say it.
pub(super) fn modalities() -> Vec<(String, String)> {
    [("pen", "Pen"), ("roller", "Roller"), ("rf", "Radiofrequency"), ("patch", "Patch")]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec()
}

async fn list(desk: Desk) -> Answered {
    let devices = desk.practice().every_device().await?;
    let rooms = desk.practice().every_room().await?;
    let does = modalities();
    let row = |device: &Opened<Device>| {
        let does = does.iter().find(|(value, _)| *value == device.modality);
        let does = does.map_or(device.modality.clone(), |(_, words)| words.clone());
        let of = rooms.iter().filter(|room| device.rooms.contains(&room.id));
        let of: Vec<&str> = of.map(|room| room.name.as_str()).collect();
        let only = if of.is_empty() {
            String::new()
        } else {
            format!(", only in {}", wording::list(&of, "and"))
        };
        let serial =
            if device.serial.is_empty() { String::new() } else { format!(", {}", device.serial) };
        Row {
            link: Link::new(place(device.id), device.name.clone()),
            says: if device.is_used {
                format!("{does}{serial}{only}")
            } else {
                "Used no more".to_owned()
            },
            caution: Vec::new(),
        }
    };
    let view = Listing {
        title: "Devices".to_owned(),
        lead: "A phase that needs a device holds one piece of it.".to_owned(),
        rows: devices.iter().map(row).collect(),
        add: Some(Link::new("/settings/devices/new", "Add a device")),
        empty: "A service needs one only where its phases say so.".to_owned(),
    };
    let frame = desk.frame(Some(Room::Settings), "Devices").await?;
    Ok(shown(StatusCode::OK, page::listing(desk.site(), &frame, &view)))
}

async fn of(desk: &Desk, device: &str) -> Result<Opened<Device>, Refused> {
    let device: DocumentId = id(device)?;
    let devices = desk.practice().every_device().await?;
    devices.into_iter().find(|known| known.id == device).ok_or_else(|| No::NotFound.into())
}

fn set(device: &Device) -> Entry {
    let mut entry = Entry::default();
    for (name, value) in
        [("name", &device.name), ("modality", &device.modality), ("serial", &device.serial)]
    {
        entry.set(name, value.clone());
    }
    entry.set("site", device.site.to_string());
    entry.set("turnover", device.turnover_min.to_string());
    for room in &device.rooms {
        entry.set("room", room.to_string());
    }
    if device.is_used {
        entry.set("used", "yes");
    }
    entry
}

async fn new(desk: Desk) -> Answered {
    let mut entry = Entry::default();
    entry.set("turnover", "0");
    again(&desk, None, &entry, StatusCode::OK).await
}

async fn one(desk: Desk, Path(device): Path<String>) -> Answered {
    let seen = of(&desk, &device).await?;
    again(&desk, Some(&seen), &set(&seen), StatusCode::OK).await
}

async fn again(
    desk: &Desk,
    seen: Option<&Opened<Device>>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let blocked = match seen {
        Some(seen) => {
            let zone = super::zone_at(desk, seen.site).await?;
            Some(Blocked {
                action: format!("{}/blocked", place(seen.id)),
                version: seen.version.number().to_string(),
                title: "When it cannot be used".to_owned(),
                times: typed::times(&seen.blocked, &zone, desk.practice().now()),
                by: BlockedBy::Times,
            })
        }
        None => None,
    };
    let title = seen.map_or_else(|| "A new device".to_owned(), |seen| seen.name.clone());
    let view = Form {
        list: Link::new("/settings/devices", "Devices"),
        title: title.clone(),
        lead: String::new(),
        action: seen.map_or_else(|| "/settings/devices".to_owned(), |seen| place(seen.id)),
        version: seen.map(|seen| seen.version.number().to_string()),
        blocked,
    };
    let frame = desk.frame(Some(Room::Settings), title).await?;
    let sites = rooms::sites(desk).await?;
    let rooms = desk.practice().rooms().await?;
    let room = |room: &Opened<RoomOf>| {
        let site = sites.iter().find(|(id, _)| sites.len() > 1 && *id == room.site.to_string());
        let words = site.map_or(room.name.clone(), |(_, site)| format!("{site}: {}", room.name));
        (room.id.to_string(), words)
    };
    let of = DeviceChoices {
        rooms: rooms.iter().filter(|room| room.kind != RoomKind::Consultation).map(room).collect(),
        sites,
        modalities: modalities(),
    };
    Ok(shown(status, page::device(desk.site(), &frame, (&view, &of), entry)))
}

/// The device as it was entered; `None` where a field says what is wrong.
fn read(entry: &mut Entry) -> Option<Device> {
    let turnover = typed::number(entry, "turnover", "Give minutes, from 0 to 240.");
    let mut bound = std::collections::BTreeSet::new();
    for room in entry.all("room") {
        bound.extend(room.parse::<DocumentId>());
    }
    let modality = entry.get("modality").to_owned();
    if !modalities().iter().any(|(value, _)| *value == modality) {
        entry.refuse("modality", "Choose what it does.");
    }
    Some(Device {
        name: entry.get("name").to_owned(),
        serial: entry.get("serial").to_owned(),
        site: rooms::site_of(entry),
        modality,
        rooms: bound,
        turnover_min: turnover?,
        blocked: Vec::new(),
        is_used: true,
    })
}

async fn add(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let added = match read(&mut entry).filter(|_| entry.is_fine()) {
        Some(device) => desk.practice().add_device(&desk.actor, &device).await,
        None => Err(No::Wrong(Vec::new())),
    };
    let added = added.map(|id| see_done(&place(id), Done::new("added")));
    match unless_wrong(added, &mut entry)? {
        Some(there) => Ok(there),
        None => again(&desk, None, &entry, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn save(desk: Desk, Path(device): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = of(&desk, &device).await?;
    same_version(&entry, seen.version)?;
    if entry.get("site").is_empty() {
        entry.set("site", seen.site.to_string());
    }
    let is_used = entry.has("used", "yes");
    let changed = read(&mut entry);
    let changed = changed.map(|device| Device { blocked: seen.blocked.clone(), is_used, ..device });
    write(desk, &seen, (changed, "saved"), entry).await
}

async fn blocked(desk: Desk, Path(device): Path<String>, form: Filled) -> Answered {
    let given = entry(form);
    let seen = of(&desk, &device).await?;
    same_version(&given, seen.version)?;
    let mut entry = set(&seen);
    for (name, value) in given.pairs() {
        entry.set(name, value);
    }
    let zone = super::zone_at(&desk, seen.site).await?;
    let code = if entry.get("remove").is_empty() { "saved" } else { "removed" };
    let blocked = typed::blocked(&mut entry, &zone, &seen.blocked);
    let changed = blocked.map(|blocked| Device { blocked, ..seen.document.clone() });
    write(desk, &seen, (changed, code), entry).await
}

async fn write(
    desk: Desk,
    seen: &Opened<Device>,
    (changed, code): (Option<Device>, &'static str),
    mut entry: Entry,
) -> Answered {
    let saved = match changed.filter(|_| entry.is_fine()) {
        Some(changed) => {
            let changed = (&changed, typed::booked(&entry));
            desk.practice().save_device(&desk.actor, seen, changed).await
        }
        None => Err(No::Wrong(Vec::new())),
    };
    match saved_at(saved, (&place(seen.id), code), &mut entry)? {
        Some(there) => Ok(there),
        None => again(&desk, Some(seen), &entry, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn undo(desk: Desk, Path((device, version)): Path<(String, String)>) -> Answered {
    let (device, version) = (id(&device)?, typed::version(&version)?);
    desk.practice().take_back_setting(&desk.actor, Setting::Device(device), version).await?;
    Ok(see_done(&place(device), Done::new("taken-back")))
}
