//! The clinic's rooms: what they are for, how many visits each holds, and when it cannot be used.

use axum::{extract::Path, http::StatusCode};
use percuta_chart::calendar::{Room as RoomOf, RoomKind, document_of_first_site};
use percuta_practice::{Act, No, Opened, sites::Setting};
use percuta_record::DocumentId;

use super::{
    super::{id, same_version},
    saved_at, typed, unless_wrong,
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::Link,
            settings::places::{self as page, Blocked, BlockedBy, Form, Listing, Row},
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
        .get("/settings/rooms", needs, list)
        .post("/settings/rooms", needs, add)
        .get("/settings/rooms/new", needs, new)
        .get("/settings/rooms/{room}", needs, one)
        .post("/settings/rooms/{room}", needs, save)
        .post("/settings/rooms/{room}/blocked", needs, blocked)
        .post("/settings/rooms/{room}/{version}/undo", needs, undo)
}

fn place(room: DocumentId) -> String {
    format!("/settings/rooms/{room}")
}

/// The sites that are worked at, as a form offers them.
pub(super) async fn sites(desk: &Desk) -> Result<Vec<(String, String)>, Refused> {
    let sites = desk.practice().sites().await?;
    Ok(sites.iter().map(|site| (site.id.to_string(), site.name.clone())).collect())
}

/// The site of a form: the only one where there is no choice.
pub(super) fn site_of(entry: &Entry) -> DocumentId {
    entry.get("site").parse().unwrap_or_else(|_only_one| document_of_first_site())
}

/// What a room is for, in words.
pub(super) fn kind(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Consultation => "Talks",
        RoomKind::Numbing => "Numbing",
        RoomKind::Treatment => "Treatment",
    }
}

async fn list(desk: Desk) -> Answered {
    let rooms = desk.practice().every_room().await?;
    let sites = sites(&desk).await?;
    let row = |room: &Opened<RoomOf>| {
        let site = sites.iter().find(|(id, _)| *id == room.site.to_string());
        let site = site.filter(|_| sites.len() > 1).map(|(_, name)| format!("{name}. "));
        let seats = wording::count(usize::from(room.capacity), "visit at once", "visits at once");
        let says = format!("{}{}, {seats}", site.unwrap_or_default(), kind(room.kind));
        let clean = format!(", {} minutes to clean up", room.turnover_min);
        Row {
            link: Link::new(place(room.id), room.name.clone()),
            says: match (room.is_used, room.turnover_min) {
                (false, _) => "Used no more".to_owned(),
                (true, 0) => says,
                (true, _) => says + &clean,
            },
            caution: Vec::new(),
        }
    };
    let view = Listing {
        title: "Rooms".to_owned(),
        lead: "A phase of a visit holds a room or a seat in one, and nothing else of the clinic."
            .to_owned(),
        rows: rooms.iter().map(row).collect(),
        add: Some(Link::new("/settings/rooms/new", "Add a room")),
        empty: "Without a room nothing can be booked.".to_owned(),
    };
    let frame = desk.frame(Some(Room::Settings), "Rooms").await?;
    Ok(shown(StatusCode::OK, page::listing(desk.site(), &frame, &view)))
}

async fn of(desk: &Desk, room: &str) -> Result<Opened<RoomOf>, Refused> {
    let room: DocumentId = id(room)?;
    let rooms = desk.practice().every_room().await?;
    rooms.into_iter().find(|known| known.id == room).ok_or_else(|| No::NotFound.into())
}

fn set(room: &RoomOf) -> Entry {
    let mut entry = Entry::default();
    entry.set("name", room.name.clone());
    entry.set("site", room.site.to_string());
    entry.set("kind", room.kind.word());
    entry.set("seats", room.capacity.to_string());
    entry.set("turnover", room.turnover_min.to_string());
    if room.is_used {
        entry.set("used", "yes");
    }
    entry
}

async fn new(desk: Desk) -> Answered {
    let mut entry = Entry::default();
    entry.set("seats", "1");
    entry.set("turnover", "10");
    again(&desk, None, &entry, StatusCode::OK).await
}

async fn one(desk: Desk, Path(room): Path<String>) -> Answered {
    let seen = of(&desk, &room).await?;
    again(&desk, Some(&seen), &set(&seen), StatusCode::OK).await
}

async fn again(
    desk: &Desk,
    seen: Option<&Opened<RoomOf>>,
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
    let title = seen.map_or_else(|| "A new room".to_owned(), |seen| seen.name.clone());
    let view = Form {
        list: Link::new("/settings/rooms", "Rooms"),
        title: title.clone(),
        lead: String::new(),
        action: seen.map_or_else(|| "/settings/rooms".to_owned(), |seen| place(seen.id)),
        version: seen.map(|seen| seen.version.number().to_string()),
        blocked,
    };
    let frame = desk.frame(Some(Room::Settings), title).await?;
    let sites = sites(desk).await?;
    Ok(shown(status, page::room(desk.site(), &frame, (&view, &sites), entry)))
}

/// The room as it was entered; `None` where a field says what is wrong.
fn read(entry: &mut Entry) -> Option<RoomOf> {
    let seats =
        typed::number(entry, "seats", "Give how many visits it holds at once, from 1 to 50.");
    let turnover = typed::number(entry, "turnover", "Give minutes, from 0 to 240.");
    let chosen = RoomKind::ALL.into_iter().find(|kind| entry.get("kind") == kind.word());
    if chosen.is_none() {
        entry.refuse("kind", "Choose what the room is for.");
    }
    Some(RoomOf {
        name: entry.get("name").to_owned(),
        site: site_of(entry),
        kind: chosen?,
        // What does not fit is refused as too many.
        capacity: u16::try_from(seats?.max(0)).unwrap_or(u16::MAX),
        turnover_min: turnover?,
        blocked: Vec::new(),
        is_used: true,
    })
}

async fn add(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let added = match read(&mut entry).filter(|_| entry.is_fine()) {
        Some(room) => desk.practice().add_room(&desk.actor, &room).await,
        None => Err(No::Wrong(Vec::new())),
    };
    let added = added.map(|id| see_done(&place(id), Done::new("added")));
    match unless_wrong(added, &mut entry)? {
        Some(there) => Ok(there),
        None => again(&desk, None, &entry, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn save(desk: Desk, Path(room): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = of(&desk, &room).await?;
    same_version(&entry, seen.version)?;
    if entry.get("site").is_empty() {
        entry.set("site", seen.site.to_string());
    }
    let is_used = entry.has("used", "yes");
    let changed = read(&mut entry);
    let changed = changed.map(|room| RoomOf { blocked: seen.blocked.clone(), is_used, ..room });
    write(desk, &seen, (changed, "saved"), entry).await
}

async fn blocked(desk: Desk, Path(room): Path<String>, form: Filled) -> Answered {
    let given = entry(form);
    let seen = of(&desk, &room).await?;
    same_version(&given, seen.version)?;
    let mut entry = set(&seen);
    for (name, value) in given.pairs() {
        entry.set(name, value);
    }
    let zone = super::zone_at(&desk, seen.site).await?;
    let code = if entry.get("remove").is_empty() { "saved" } else { "removed" };
    let blocked = typed::blocked(&mut entry, &zone, &seen.blocked);
    let changed = blocked.map(|blocked| RoomOf { blocked, ..seen.document.clone() });
    write(desk, &seen, (changed, code), entry).await
}

async fn write(
    desk: Desk,
    seen: &Opened<RoomOf>,
    (changed, code): (Option<RoomOf>, &'static str),
    mut entry: Entry,
) -> Answered {
    let saved = match changed.filter(|_| entry.is_fine()) {
        Some(changed) => {
            let changed = (&changed, typed::booked(&entry));
            desk.practice().save_room(&desk.actor, seen, changed).await
        }
        None => Err(No::Wrong(Vec::new())),
    };
    match saved_at(saved, (&place(seen.id), code), &mut entry)? {
        Some(there) => Ok(there),
        None => again(&desk, Some(seen), &entry, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn undo(desk: Desk, Path((room, version)): Path<(String, String)>) -> Answered {
    let (room, version) = (id(&room)?, typed::version(&version)?);
    desk.practice().take_back_setting(&desk.actor, Setting::Room(room), version).await?;
    Ok(see_done(&place(room), Done::new("taken-back")))
}
