//! The register of copies: all of them, one of them, where it is shown, that it is gone; and one that was made elsewhere.

use axum::{extract::Path, http::StatusCode};
use jiff::civil::Date;
use percuta_chart::permission::{Channel, Place, Purpose};
use percuta_practice::{
    Act, No, day_of,
    publications::{Entered, Listed, Standing, channels},
    zone_of,
};
use percuta_record::DocumentId;

use super::{
    copy,
    desk::{Found, find},
    named, purposes,
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            part::{Choice, Link},
            permission as page,
        },
    },
    rooms::{
        Answered, Desk, Done, Needs,
        choosing::{Asked, asked},
        door::Doors,
        entrance::{Filled, entry},
        refuse, see_done, shown, subject,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    let keeps = Needs::Member(Act::Publish);
    doors
        .get("/publications", keeps, list)
        .get("/publications/{publication}", keeps, open)
        .post("/publications/{publication}/place", keeps, put_up)
        .post("/publications/{publication}/gone", keeps, gone)
        .get("/photos/{photograph}/copy", keeps, elsewhere)
        .post("/photos/{photograph}/copy", keeps, enter)
}

/// What of the register is shown: its word and what it is called.
const FILTERS: [(&str, &str); 4] =
    [("", "All"), ("due", "To be taken down"), ("out", "Out"), ("gone", "Taken down")];

fn fits(filter: &str, standing: &Standing) -> bool {
    match (filter, standing) {
        ("due", Standing::ToTakeDown { .. })
        | ("out", Standing::Exported | Standing::Up { .. })
        | ("gone", Standing::TakenDown { .. })
        | ("", _) => true,
        (_, _) => false,
    }
}

fn whose(listed: &Listed) -> Option<Link> {
    let of = listed.copy.publication.of;
    listed.name.as_ref().map(|name| Link::new(format!("/patients/{of}"), name.clone()))
}

async fn list(desk: Desk, query: Asked) -> Answered {
    let asked = asked(query);
    let chosen =
        FILTERS.iter().find(|(word, _)| *word == asked.get("state")).map_or("", |(word, _)| word);
    let clinic = desk.practice().clinic().await?;
    let zone = zone_of(&clinic);
    let all = desk.practice().publications(&desk.actor).await?;
    let overdue =
        |one: &&Listed| matches!(one.copy.standing, Standing::ToTakeDown { is_overdue: true, .. });
    let due = all.iter().filter(|one| fits("due", &one.copy.standing)).count();
    let filter = |(word, says): &(&str, &str)| Choice {
        link: Link::new(
            if word.is_empty() {
                "/publications".to_owned()
            } else {
                format!("/publications?state={word}")
            },
            *says,
        ),
        is_current: *word == chosen,
    };
    let row = |one: &Listed| {
        let href = format!("/publications/{}", one.copy.publication.id);
        (whose(one), copy(&one.copy, &zone, Some(href)))
    };
    let view = page::Register {
        filters: FILTERS.iter().map(filter).collect(),
        rows: all.iter().filter(|one| fits(chosen, &one.copy.standing)).map(row).collect(),
        due: due_says(due, all.iter().filter(overdue).count()),
    };
    let frame = desk.frame(None, "Copies of photographs").await?;
    Ok(shown(StatusCode::OK, page::register(desk.site(), &frame, &view)))
}

/// How many copies have to be taken down, in a sentence; nothing where none has.
pub(in crate::rooms) fn due_says(due: usize, overdue: usize) -> Option<String> {
    let copies = wording::count(due, "copy of a photograph has", "copies of photographs have");
    let late = if overdue > 0 { format!(", {overdue} of them overdue") } else { String::new() };
    (due > 0).then(|| format!("{copies} to be taken down{late}."))
}

async fn open(desk: Desk, Path(publication): Path<DocumentId>) -> Answered {
    show(&desk, publication, &Entry::default(), StatusCode::OK).await
}

async fn show(desk: &Desk, id: DocumentId, entry: &Entry, status: StatusCode) -> Answered {
    let practice = desk.practice();
    let clinic = practice.clinic().await?;
    let zone = zone_of(&clinic);
    let listed = practice.publication(&desk.actor, id).await?;
    let publication = &listed.copy.publication;
    let sees = desk.actor.may(Act::Photographs) && listed.name.is_some();
    let photographs = publication.photographs.iter().enumerate().filter(|_| sees);
    let view = page::One {
        copy: copy(&listed.copy, &zone, None),
        whose: whose(&listed),
        photographs: photographs
            .map(|(nth, photograph)| {
                let says = match (publication.photographs.len(), nth) {
                    (1, _) => "The photograph",
                    (_, 0) => "The earlier photograph",
                    (_, _) => "The later photograph",
                };
                Link::new(format!("/photos/{photograph}/permission"), says)
            })
            .collect(),
        hash: publication.file_sha256.clone(),
        put_up: match listed.copy.standing {
            Standing::Exported => Some(format!("/publications/{id}/place")),
            Standing::Up { .. } | Standing::ToTakeDown { .. } | Standing::TakenDown { .. } => None,
        },
        take_down: match listed.copy.standing {
            Standing::TakenDown { .. } => None,
            Standing::Exported | Standing::Up { .. } | Standing::ToTakeDown { .. } => {
                Some(format!("/publications/{id}/gone"))
            }
        },
        channels: channel_choices(),
    };
    let title = if entry.is_fine() { "A copy" } else { "Error: a copy" };
    let frame = desk.frame(None, title).await?;
    Ok(shown(status, page::one(desk.site(), &frame, &view, entry)))
}

fn channel_choices() -> Vec<(String, String)> {
    channels().map(|(word, title)| (word.to_owned(), title.to_owned())).collect()
}

/// The place and the day of a form.
fn read_place(entry: &mut Entry, today: Date) -> Option<(Place, Date)> {
    let channel = Channel::of(entry.get("channel"));
    if channel.is_none() {
        entry.refuse("channel", "Choose through what it is shown.");
    }
    let typed = entry.get("since").to_owned();
    let since = if typed.is_empty() { Some(today) } else { typed.parse().ok() };
    if since.is_none() {
        entry.refuse("since", "Write the day as 2026-05-31, or leave it empty for today.");
    }
    let words = entry.get("place").to_owned();
    Some((Place { channel: channel?, words }, since?))
}

async fn put_up(desk: Desk, Path(id): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let today = day_of(&*desk.practice().clinic().await?, desk.practice().now());
    if let Some(place) = read_place(&mut entry, today) {
        match desk.practice().put_up(&desk.actor, id, place).await {
            Ok(()) => return Ok(see_done(&format!("/publications/{id}"), Done::new("saved"))),
            Err(No::Wrong(wrong)) => refuse(&mut entry, wrong),
            Err(no) => return Err(no.into()),
        }
    }
    show(&desk, id, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn gone(desk: Desk, Path(id): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    match desk.practice().take_down(&desk.actor, id, entry.get("proof")).await {
        Ok(()) => Ok(see_done("/publications", Done::new("copy-gone"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            show(&desk, id, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn elsewhere(desk: Desk, Path(photograph): Path<DocumentId>) -> Answered {
    enter_page(&desk, photograph, &Entry::default(), StatusCode::OK).await
}

async fn enter_page(
    desk: &Desk,
    photograph: DocumentId,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let Found { story, shot, .. } = find(desk, photograph).await?;
    let view = page::Enter {
        person: subject::about(&story.patient, &clinic, desk.practice().now()),
        title: named(&shot, &zone_of(&clinic)),
        action: format!("/photos/{photograph}/copy"),
        purposes: purposes(),
        channels: channel_choices(),
        back: format!("/photos/{photograph}/permission"),
    };
    let title = if entry.is_fine() { "A copy made elsewhere" } else { "Error: a copy" };
    let frame = desk.frame(None, title).await?;
    Ok(shown(status, page::enter(desk.site(), &frame, &view, entry)))
}

async fn enter(desk: Desk, Path(photograph): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let today = day_of(&*desk.practice().clinic().await?, desk.practice().now());
    let purpose = Purpose::of(entry.get("use"));
    if purpose.is_none() {
        entry.refuse("use", "Choose what it is for.");
    }
    if let (Some((place, since)), Some(purpose)) = (read_place(&mut entry, today), purpose) {
        let entered = Entered { photographs: vec![photograph], purpose, place, since };
        match desk.practice().register_publication(&desk.actor, entered).await {
            Ok(id) => return Ok(see_done(&format!("/publications/{id}"), Done::new("saved"))),
            Err(No::Wrong(wrong)) => refuse(&mut entry, wrong),
            Err(no) => return Err(no.into()),
        }
    }
    enter_page(&desk, photograph, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
}
