//! Who works when: the week, breaks, extra days and absences of each member, and what they give.

use std::collections::BTreeSet;

use axum::{extract::Path, http::StatusCode};
use jiff::civil::Date;
use percuta_chart::{
    calendar::{Blocked as Away, Extra, Hours, Roster, Shift},
    person::{Member, Part, Standing, member_of},
};
use percuta_practice::{Act, No, Opened, sites::Setting};
use percuta_record::{DocumentId, PersonId, Version};
use percuta_terminology::calendar::in_words;

use super::{
    super::{id, refuse},
    devices, rooms, typed,
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::Link,
            settings::{
                places::{self, Blocked, BlockedBy, Listing, Row, WEEK},
                shifts::{self as page, Shifts},
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
    let (look, change) = (Needs::Member(Act::ManageSettings), Needs::Member(Act::ManagePeople));
    doors
        .get("/settings/shifts", look, list)
        .get("/settings/shifts/{member}", look, one)
        .post("/settings/shifts/{member}", change, save)
        .post("/settings/shifts/{member}/away", change, away)
        .post("/settings/shifts/{member}/extra", change, extra)
        .post("/settings/shifts/{member}/{version}/undo", change, undo)
}

fn place(member: DocumentId) -> String {
    format!("/settings/shifts/{member}")
}

/// Whether somebody takes part in visits.
fn takes_part(member: &Member) -> bool {
    let parts = [Part::Practitioner, Part::MedicalLead, Part::Assistant];
    matches!(member.standing, Standing::Active { .. })
        && parts.iter().any(|part| member.parts.contains(part))
}

async fn list(desk: Desk) -> Answered {
    let mut members = desk.practice().members().await?;
    members.retain(|member| takes_part(member));
    let mut rows = Vec::with_capacity(members.len());
    for member in &members {
        let roster = desk.practice().roster(member_of(member.id)).await?;
        rows.push(Row {
            link: Link::new(place(member.id), member.name.clone()),
            says: says(roster.as_ref().map(|roster| &roster.document)),
            caution: Vec::new(),
        });
    }
    let view = Listing {
        title: "Shifts".to_owned(),
        lead: "When people work, and what they give. Visits are booked with nobody outside of it."
            .to_owned(),
        rows,
        add: None,
        empty: "Invite somebody who treats or assists first.".to_owned(),
    };
    let frame = desk.frame(Some(Room::Settings), "Shifts").await?;
    Ok(shown(StatusCode::OK, places::listing(desk.site(), &frame, &view)))
}

/// How somebody works, in a line.
fn says(roster: Option<&Roster>) -> String {
    let week = roster.and_then(|roster| roster.week.as_ref());
    let works = match week {
        None => "Whenever a site is open".to_owned(),
        Some(week) => {
            let on = |number: i8| week.iter().any(|shift| shift.hours.weekday == number);
            let days: Vec<&str> =
                WEEK.iter().filter(|(number, _)| on(*number)).map(|(_, words)| *words).collect();
            if days.is_empty() { "On no day".to_owned() } else { wording::list(&days, "and") }
        }
    };
    let away = roster.map_or(0, |roster| roster.away.len());
    match away {
        0 => works,
        away => format!("{works}; {} noted", wording::count(away, "absence", "absences")),
    }
}

/// A member and their roster.
struct Seen {
    member: Opened<Member>,
    roster: Option<Opened<Roster>>,
}

impl Seen {
    fn person(&self) -> PersonId {
        member_of(self.member.id)
    }

    fn version(&self) -> String {
        self.roster.as_ref().map_or(0, |roster| roster.version.number()).to_string()
    }

    fn roster(&self) -> Roster {
        self.roster.as_ref().map(|roster| roster.document.clone()).unwrap_or_default()
    }
}

async fn of(desk: &Desk, member: &str) -> Result<Seen, Refused> {
    let member: DocumentId = id(member)?;
    let members = desk.practice().members().await?;
    let member = members.into_iter().find(|known| known.id == member).ok_or(No::NotFound)?;
    let roster = desk.practice().roster(member_of(member.id)).await?;
    Ok(Seen { member, roster })
}

fn same(entry: &Entry, seen: &Seen) -> Result<(), No> {
    if entry.get("version") == seen.version() { Ok(()) } else { Err(No::Conflict) }
}

fn set(roster: &Roster) -> Entry {
    let mut entry = Entry::default();
    entry.set("works", if roster.week.is_some() { "week" } else { "open" });
    let mut week: Vec<Shift> = roster.week.iter().flatten().copied().collect();
    week.sort_by_key(|shift| shift.hours);
    let hours: Vec<Hours> = week.iter().map(|shift| shift.hours).collect();
    typed::set_week(&mut entry, "shift", &hours);
    for (number, _) in WEEK {
        let of = week.iter().filter(|shift| shift.hours.weekday == number);
        for (shift, place) in of.zip(1_usize..) {
            entry.set(&format!("shift-{number}-{place}-site"), shift.site.to_string());
        }
    }
    typed::set_week(&mut entry, "break", &roster.breaks);
    for (name, list, given) in
        [("gives", "services", &roster.services), ("uses", "devices", &roster.devices)]
    {
        entry.set(name, if given.is_some() { "some" } else { "all" });
        for one in given.iter().flatten() {
            entry.set(list, one.clone());
        }
    }
    entry
}

async fn one(desk: Desk, Path(member): Path<String>) -> Answered {
    let seen = of(&desk, &member).await?;
    again(&desk, &seen, &set(&seen.roster()), StatusCode::OK).await
}

async fn again(desk: &Desk, seen: &Seen, entry: &Entry, status: StatusCode) -> Answered {
    let sites = desk.practice().sites().await?;
    let first = sites.first().ok_or(No::NotFound)?;
    let zone = super::zone_at(desk, first.id).await?;
    let (now, today) = (desk.practice().now(), desk.practice().today().await?);
    let roster = seen.roster();
    let services = desk.practice().services().await?;
    let services = services.services.iter().filter(|service| service.is_offered);
    let kinds: BTreeSet<String> =
        desk.practice().devices().await?.iter().map(|device| device.modality.clone()).collect();
    let site = |id: DocumentId| {
        let site = sites.iter().find(|site| sites.len() > 1 && site.id == id);
        site.map(|site| format!(", {}", site.name)).unwrap_or_default()
    };
    let extra = roster.extra.iter().filter(|one| one.day >= today).map(|one| {
        let (from, until) = (typed::clock(one.from), typed::clock(one.until));
        let words = format!("{}, {from} to {until}{}", in_words(one.day), site(one.site));
        (value(one), words)
    });
    let action = place(seen.member.id);
    let view = Shifts {
        name: seen.member.name.clone(),
        says: says(Some(&roster)),
        action: desk.actor.may(Act::ManagePeople).then(|| action.clone()),
        version: seen.version(),
        sites: rooms::sites(desk).await?,
        services: services.map(|one| (one.code.clone(), one.title.clone())).collect(),
        devices: devices::modalities()
            .into_iter()
            .filter(|(kind, _)| kinds.contains(kind))
            .collect(),
        away: Blocked {
            action: format!("{action}/away"),
            version: seen.version(),
            title: "Away".to_owned(),
            times: typed::times(&roster.away, &zone, now),
            by: BlockedBy::Times,
        },
        extra: extra.collect(),
    };
    let frame = desk.frame(Some(Room::Settings), seen.member.name.clone()).await?;
    Ok(shown(status, page::shifts(desk.site(), &frame, &view, entry)))
}

fn value(one: &Extra) -> String {
    format!("{}.{}", one.day, typed::clock(one.from))
}

async fn save(desk: Desk, Path(member): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = of(&desk, &member).await?;
    same(&entry, &seen)?;
    let changed = read(&mut entry, &seen.roster());
    write(desk, &seen, (&changed, "saved"), entry).await
}

fn read(entry: &mut Entry, before: &Roster) -> Roster {
    let week = match entry.get("works") {
        "open" => None,
        "week" => {
            let shifts = typed::read_week(entry, "shift");
            let shift = |(place, hours): (usize, Hours)| {
                let name = format!("shift-{}-{place}-site", hours.weekday);
                let site = entry.get(&name).parse();
                Shift {
                    site: site.unwrap_or_else(|_first| rooms::site_of(&Entry::default())),
                    hours,
                }
            };
            Some(shifts.into_iter().map(shift).collect())
        }
        _ => {
            entry.refuse("works", "Choose when they work.");
            None
        }
    };
    let breaks = typed::read_week(entry, "break").into_iter().map(|(_, hours)| hours).collect();
    let some = |choice: &str, list: &str| {
        (entry.get(choice) == "some").then(|| entry.all(list).map(str::to_owned).collect())
    };
    Roster {
        week,
        breaks,
        services: some("gives", "services"),
        devices: some("uses", "devices"),
        extra: before.extra.clone(),
        away: before.away.clone(),
    }
}

/// The fields as they stand, with what was typed in one of the small forms.
fn beside(seen: &Seen, given: &Entry) -> Entry {
    let mut entry = set(&seen.roster());
    for (name, value) in given.pairs() {
        entry.set(name, value);
    }
    entry
}

async fn away(desk: Desk, Path(member): Path<String>, form: Filled) -> Answered {
    let given = entry(form);
    let seen = of(&desk, &member).await?;
    same(&given, &seen)?;
    let mut entry = beside(&seen, &given);
    let first = desk.practice().first_site().await?.id;
    let zone = super::zone_at(&desk, first).await?;
    let before = seen.roster();
    let code = if entry.get("remove").is_empty() { "saved" } else { "removed" };
    let away: Option<Vec<Away>> = typed::blocked(&mut entry, &zone, &before.away);
    let changed = Roster { away: away.unwrap_or_default(), ..before };
    write(desk, &seen, (&changed, code), entry).await
}

async fn extra(desk: Desk, Path(member): Path<String>, form: Filled) -> Answered {
    let given = entry(form);
    let seen = of(&desk, &member).await?;
    same(&given, &seen)?;
    let mut entry = beside(&seen, &given);
    let mut changed = seen.roster();
    let gone = entry.get("remove").to_owned();
    let code = if gone.is_empty() { "saved" } else { "removed" };
    if gone.is_empty() {
        let day: Option<Date> = entry.get("extra-day").parse().ok();
        if day.is_none() {
            entry.refuse("extra-day", "Choose a day.");
        }
        let times = typed::stretch(&mut entry, "extra", "The shift");
        if times.is_none() && entry.get("extra-from").is_empty() {
            entry.refuse("extra-from", "Give when it begins, as 09:00.");
        }
        let site = entry.get("extra-site").parse();
        let site = site.unwrap_or_else(|_first| rooms::site_of(&Entry::default()));
        if let (Some(day), Some((from, until))) = (day, times) {
            changed.extra.push(Extra { site, day, from, until });
            changed.extra.sort_unstable();
        }
    } else {
        changed.extra.retain(|one| value(one) != gone);
    }
    write(desk, &seen, (&changed, code), entry).await
}

async fn write(
    desk: Desk,
    seen: &Seen,
    (changed, code): (&Roster, &'static str),
    mut entry: Entry,
) -> Answered {
    let saved = match entry.is_fine() {
        true => {
            let of = (seen.person(), seen.roster.as_ref());
            let changed = (changed, typed::booked(&entry));
            desk.practice().save_roster(&desk.actor, of, changed).await
        }
        false => Err(No::Wrong(Vec::new())),
    };
    let there = place(seen.member.id);
    match saved {
        Ok(version) if version > Version::FIRST => {
            Ok(see_done(&there, Done::new(code).undone_by(format!("{there}/{version}/undo"))))
        }
        Ok(_) => Ok(see_done(&there, Done::new(code))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            again(&desk, seen, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn undo(desk: Desk, Path((member, version)): Path<(String, String)>) -> Answered {
    let (member, version): (DocumentId, Version) = (id(&member)?, typed::version(&version)?);
    let setting = Setting::Roster(member_of(member));
    desk.practice().take_back_setting(&desk.actor, setting, version).await?;
    Ok(see_done(&place(member), Done::new("taken-back")))
}
