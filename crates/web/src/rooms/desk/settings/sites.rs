//! The clinic's sites: where they are, when they are open, and on which days they are closed out of turn.

use std::collections::BTreeMap;

use axum::{extract::Path, http::StatusCode};
use percuta_chart::calendar::Site;
use percuta_practice::{
    Act, No, Opened,
    sites::{Setting, default_site},
};
use percuta_record::DocumentId;
use percuta_terminology::calendar::in_words;

use super::{
    super::{id, same_version},
    saved_at, typed, unless_wrong, week_in_words,
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
        Answered, Desk, Done, Needs,
        door::Doors,
        entrance::{Filled, entry, zones},
        see_done, shown,
    },
};

pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Needs::Member(Act::ManageSettings);
    doors
        .get("/settings/sites", needs, list)
        .post("/settings/sites", needs, add)
        .get("/settings/sites/new", needs, new)
        .get("/settings/sites/{site}", needs, one)
        .post("/settings/sites/{site}", needs, save)
        .post("/settings/sites/{site}/closed", needs, closed)
        .post("/settings/sites/{site}/{version}/undo", needs, undo)
}

fn place(site: DocumentId) -> String {
    format!("/settings/sites/{site}")
}

async fn list(desk: Desk) -> Answered {
    let sites = desk.practice().every_site().await?;
    let row = |site: &Opened<Site>| Row {
        link: Link::new(place(site.id), site.name.clone()),
        says: if site.is_open { week_in_words(site) } else { "Worked at no more".to_owned() },
        caution: Vec::new(),
    };
    let view = Listing {
        title: "Sites and hours".to_owned(),
        lead: "Where the clinic works, and when visits can be booked there.".to_owned(),
        rows: sites.iter().map(row).collect(),
        add: Some(Link::new("/settings/sites/new", "Add a site")),
        empty: String::new(),
    };
    let frame = desk.frame(Some(Room::Settings), "Sites and hours").await?;
    Ok(shown(StatusCode::OK, page::listing(desk.site(), &frame, &view)))
}

async fn of(desk: &Desk, site: &str) -> Result<Opened<Site>, crate::rooms::Refused> {
    let site: DocumentId = id(site)?;
    let sites = desk.practice().every_site().await?;
    sites.into_iter().find(|known| known.id == site).ok_or_else(|| No::NotFound.into())
}

fn set(site: &Site) -> Entry {
    let mut entry = Entry::default();
    for (name, value) in
        [("name", &site.name), ("address", &site.address), ("zone", &site.time_zone)]
    {
        entry.set(name, value.clone());
    }
    if site.is_open {
        entry.set("used", "yes");
    }
    typed::set_week(&mut entry, "hours", &site.hours);
    entry
}

async fn new(desk: Desk) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let site = default_site("", &clinic.time_zone);
    again(&desk, None, &set(&site), StatusCode::OK).await
}

async fn one(desk: Desk, Path(site): Path<String>) -> Answered {
    let seen = of(&desk, &site).await?;
    again(&desk, Some(&seen), &set(&seen), StatusCode::OK).await
}

async fn again(
    desk: &Desk,
    seen: Option<&Opened<Site>>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let today = desk.practice().today().await?;
    let closed = |seen: &Opened<Site>| Blocked {
        action: format!("{}/closed", place(seen.id)),
        version: seen.version.number().to_string(),
        title: "Closed days".to_owned(),
        times: seen
            .closed
            .iter()
            .filter(|(day, _)| **day >= today)
            .map(|(day, why)| {
                let words = format!("{} {}", day.strftime("%A"), in_words(*day));
                (day.to_string(), words, why.clone())
            })
            .collect(),
        by: BlockedBy::Day,
    };
    let title = seen.map_or_else(|| "A new site".to_owned(), |seen| seen.name.clone());
    let view = Form {
        list: Link::new("/settings/sites", "Sites and hours"),
        title: title.clone(),
        lead: String::new(),
        action: seen.map_or_else(|| "/settings/sites".to_owned(), |seen| place(seen.id)),
        version: seen.map(|seen| seen.version.number().to_string()),
        blocked: seen.map(closed),
    };
    let frame = desk.frame(Some(Room::Settings), title).await?;
    Ok(shown(status, page::site(desk.site(), &frame, (&view, &zones()), entry)))
}

/// The site as it was entered; what is wrong with a time is said beneath it.
fn read(entry: &mut Entry, closed: BTreeMap<jiff::civil::Date, String>, is_open: bool) -> Site {
    let hours = typed::read_week(entry, "hours");
    Site {
        name: entry.get("name").to_owned(),
        address: entry.get("address").to_owned(),
        time_zone: entry.get("zone").to_owned(),
        hours: hours.into_iter().map(|(_, hours)| hours).collect(),
        closed,
        is_open,
    }
}

async fn add(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let site = read(&mut entry, BTreeMap::new(), true);
    let added = match entry.is_fine() {
        true => desk.practice().add_site(&desk.actor, &site).await,
        false => Err(No::Wrong(Vec::new())),
    };
    let added = added.map(|id| see_done(&place(id), Done::new("added")));
    match unless_wrong(added, &mut entry)? {
        Some(there) => Ok(there),
        None => again(&desk, None, &entry, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn save(desk: Desk, Path(site): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = of(&desk, &site).await?;
    same_version(&entry, seen.version)?;
    let is_open = entry.has("used", "yes");
    let changed = read(&mut entry, seen.closed.clone(), is_open);
    write(desk, &seen, (&changed, "saved"), entry).await
}

async fn closed(desk: Desk, Path(site): Path<String>, form: Filled) -> Answered {
    let typed = entry(form);
    let seen = of(&desk, &site).await?;
    same_version(&typed, seen.version)?;
    let mut entry = set(&seen);
    for (name, value) in typed.pairs() {
        entry.set(name, value);
    }
    let mut changed = seen.document.clone();
    let (field, code) = if entry.get("remove").is_empty() {
        ("closed-day", "saved")
    } else {
        ("remove", "removed")
    };
    match entry.get(field).parse() {
        Ok(day) if field == "remove" => drop(changed.closed.remove(&day)),
        Ok(day) => drop(changed.closed.insert(day, entry.get("blocked-why").to_owned())),
        Err(_no_day) => entry.refuse("closed-day", "Choose a day."),
    }
    write(desk, &seen, (&changed, code), entry).await
}

async fn write(
    desk: Desk,
    seen: &Opened<Site>,
    (changed, code): (&Site, &'static str),
    mut entry: Entry,
) -> Answered {
    let saved = match entry.is_fine() {
        true => {
            let changed = (changed, typed::booked(&entry));
            desk.practice().save_site(&desk.actor, seen, changed).await
        }
        false => Err(No::Wrong(Vec::new())),
    };
    match saved_at(saved, (&place(seen.id), code), &mut entry)? {
        Some(there) => Ok(there),
        None => again(&desk, Some(seen), &entry, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn undo(desk: Desk, Path((site, version)): Path<(String, String)>) -> Answered {
    let (site, version) = (id(&site)?, typed::version(&version)?);
    desk.practice().take_back_setting(&desk.actor, Setting::Site(site), version).await?;
    Ok(see_done(&place(site), Done::new("taken-back")))
}
