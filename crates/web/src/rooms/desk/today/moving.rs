//! A visit that is carried over the board: where it may be put down, why not elsewhere, putting it down, and taking that
//! back.
//!
//! What is put down somewhere is moved by the same use case as from the page of times, on the version that was seen. What
//! cannot be had any more, or draws other sessions along, is said on a page with the next best.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date};
use percuta_chart::{calendar::Room as RoomOf, visit::Visit};
use percuta_practice::{
    Act, No, Opened,
    visits::{
        Start,
        again::Proposed,
        book::{Booking, Move, Moving, Wanted},
        room_of,
    },
};
use percuta_record::{DocumentId, PersonId};

use super::{Asked, asked, day_place, replan::Told};
use crate::{
    page::{
        entry::Entry,
        staff::today::{
            self as page, Spot, Spots,
            replan::{Action, Plan},
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        booking::at_version,
        desk::{id, path},
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/visits/{visit}/possible", Needs::Member(Act::Book), possible)
        .post("/visits/{visit}/place", Needs::Member(Act::Book), place)
        .post("/visits/{visit}/place/all", Needs::Member(Act::Book), place_all)
        .post("/visits/{visit}/place/undo", Needs::Member(Act::Book), undo)
}

/// The places of a day, or why a visit cannot be put down in one of them.
async fn possible(desk: Desk, Path(visit): Path<String>, query: Asked) -> Answered {
    let asked = asked(query);
    let seen = desk.practice().visit(&desk.actor, id(&visit)?).await?;
    let date: Date = asked.get("date").parse().map_err(|_no_day| No::NotFound)?;
    if !asked.get("at").is_empty() {
        return why_not(&desk, &seen, date, &asked).await;
    }
    let rooms = desk.practice().rooms().await?;
    let told = Told::new(&desk).await?;
    let found = desk.practice().spots(&desk.actor, &seen, date).await?;
    let spots: Vec<Spot> = found
        .spots
        .iter()
        .filter_map(|spot| one_spot(&told, &rooms, (spot.room, &spot.start)))
        .collect();
    let count = wording::count(spots.len(), "place", "places");
    let view = Spots {
        action: format!("{}/place?seen={}", path::visit(seen.id), seen.version.number()),
        says: match spots.is_empty() {
            true => format!("No other place on this day. {}", found.why_not.join(" ")),
            false => format!("{count} light up."),
        },
        spots,
        why_not: found.why_not,
    };
    Ok(shown(StatusCode::OK, page::spots(&view)))
}

fn one_spot(
    told: &Told,
    rooms: &[Opened<RoomOf>],
    (room, start): (DocumentId, &Start),
) -> Option<Spot> {
    let zone = told.zone(start.site);
    let mut phases = start.phases.iter().filter(|phase| phase.room == Some(room));
    let (first, last) = (phases.clone().next()?, phases.next_back()?);
    let enters = first.from.to_zoned(zone.clone()).time();
    let minutes = last.until.duration_since(first.from).as_mins();
    let name = rooms.iter().find(|one| one.id == room)?.name.clone();
    let begins = start.at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    let ends = start.until.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    Some(Spot {
        room: room.to_string(),
        start: enters,
        minutes: i16::try_from(minutes).unwrap_or(i16::MAX),
        value: place_of(start.at, room, start.with),
        says: format!("{begins} to {ends}, {name}, with {}", told.member(start.with)),
        begins,
    })
}

async fn why_not(desk: &Desk, seen: &Opened<Visit>, date: Date, asked: &Entry) -> Answered {
    let room: DocumentId = id(asked.get("room"))?;
    let rooms = desk.practice().rooms().await?;
    let room = rooms.iter().find(|one| one.id == room).ok_or(No::NotFound)?;
    let told = Told::new(desk).await?;
    let time: jiff::civil::Time = asked.get("at").parse().map_err(|_no_time| No::NotFound)?;
    let at =
        date.to_datetime(time).to_zoned(told.zone(room.site)).map_err(|_no_time| No::NotFound)?;
    let there = (room.site, room.id);
    let because = desk.practice().why_not_there(&desk.actor, seen, there, at.timestamp()).await?;
    Ok(shown(StatusCode::OK, page::why_not(&because)))
}

/// A place as its button says it: the start, the room, and with whom.
fn place_of(at: Timestamp, room: DocumentId, with: PersonId) -> String {
    format!("{at}~{room}~{with}")
}

/// A place out of a form; one without a room is in any.
fn read_place(text: &str) -> Option<(Timestamp, Option<DocumentId>, PersonId)> {
    let (at, rest) = text.split_once('~')?;
    let (room, with) = rest.split_once('~')?;
    let room = if room.is_empty() { None } else { Some(room.parse().ok()?) };
    Some((at.parse().ok()?, room, with.parse().ok()?))
}

async fn wanted(desk: &Desk, seen: &Opened<Visit>, entry: &Entry) -> Result<Wanted, Refused> {
    let (at, room, with) = read_place(entry.get("to")).ok_or(No::NotFound)?;
    let with = Some(with);
    let Some(room) = room else { return Ok(Wanted::at(seen.purpose, at, with)) };
    let rooms = desk.practice().rooms().await?;
    let site = rooms.iter().find(|one| one.id == room).ok_or(No::NotFound)?.site;
    let (site, room) = (Some(site), Some(room));
    Ok(Wanted { purpose: seen.purpose, at, site, with, room })
}

async fn place(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let entry = entry(form);
    let visit = desk.practice().visit(&desk.actor, id(&visit)?).await?;
    let seen = at_version(&visit, query.as_deref())?;
    let to = wanted(&desk, &seen, &entry).await?;
    let others = match desk.practice().after_move(&desk.actor, &seen, &to).await {
        Ok(others) => others,
        // Somebody began or called it off meanwhile.
        Err(No::Closed(says)) => return changed(&desk, &visit, says).await,
        Err(no) => return Err(no.into()),
    };
    if !others.is_empty() {
        return rest(&desk, (&seen, &to), &others, (entry.get("to"), "")).await;
    }
    let moves = [Move { seen: seen.clone(), to: to.clone() }];
    moved(&desk, Moving::Asked, &moves, &visit).await
}

/// The same for a visit that is moved from the page of times.
pub(in crate::rooms) async fn takes_along(
    desk: &Desk,
    (seen, to): (&Opened<Visit>, &Wanted),
    others: &[Proposed],
) -> Answered {
    let place = format!("{}~~{}", to.at, to.with.unwrap_or(seen.with));
    rest(desk, (seen, to), others, (&place, "")).await
}

/// The sessions that no longer fit, each with the time that is proposed for it.
async fn rest(
    desk: &Desk,
    (seen, to): (&Opened<Visit>, &Wanted),
    others: &[Proposed],
    (place, wrong): (&str, &str),
) -> Answered {
    let told = Told::new(desk).await?;
    let all = others.iter().all(|one| one.to.is_some());
    let mut fields = vec![("to".to_owned(), place.to_owned())];
    fields.extend(others.iter().filter_map(|one| Some(("other".to_owned(), key(one)?))));
    let action = Action {
        path: format!("{}/place/all?seen={}", path::visit(seen.id), seen.version.number()),
        fields,
        says: "Move all of them".to_owned(),
        is_primary: true,
    };
    let when = told.when(to.at, to.site.unwrap_or(seen.site));
    let plan = Plan {
        title: wording::count(others.len(), "later session has", "later sessions have")
            + " to move as well",
        says: if all {
            "All of them move in one go, or none.".to_owned()
        } else {
            "One of them has no place within the days that the plan leaves. Choose another day for \
             this visit, or call the patient."
                .to_owned()
        },
        rows: others.iter().map(|one| told.row(one)).collect(),
        action: all.then_some(action),
    };
    let lead = format!("The visit would be on {when}. Nothing is moved yet. {wrong}");
    told.page(desk, ("Move this visit", lead.trim()), seen, (vec![plan], StatusCode::OK)).await
}

/// Which visit goes where, as a form says it: so that exactly what was shown is what is moved.
pub(super) fn key(one: &Proposed) -> Option<String> {
    let to = one.to.as_ref()?;
    Some(format!("{}~{}~{}", one.visit.id, one.visit.version.number(), to.at))
}

async fn place_all(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let entry = entry(form);
    let visit = desk.practice().visit(&desk.actor, id(&visit)?).await?;
    let seen = at_version(&visit, query.as_deref())?;
    let to = wanted(&desk, &seen, &entry).await?;
    let others = desk.practice().after_move(&desk.actor, &seen, &to).await?;
    if !is_as_shown(&entry, &others) {
        let wrong = "What is free changed meanwhile. This is what is possible now.";
        return rest(&desk, (&seen, &to), &others, (entry.get("to"), wrong)).await;
    }
    let mut moves = vec![Move { seen: seen.clone(), to: to.clone() }];
    moves.extend(others.iter().filter_map(Proposed::accepted));
    moved(&desk, Moving::Asked, &moves, &visit).await
}

/// Whether what is proposed now is what the form was shown with.
pub(super) fn is_as_shown(entry: &Entry, proposed: &[Proposed]) -> bool {
    let now: Vec<String> = proposed.iter().filter_map(key).collect();
    entry.all("other").eq(now.iter().map(String::as_str))
}

/// Moves, and says what came of it.
pub(super) async fn moved(
    desk: &Desk,
    because: Moving,
    moves: &[Move],
    visit: &Opened<Visit>,
) -> Answered {
    let Some(first) = moves.first() else { return Err(No::NotFound.into()) };
    match desk.practice().move_visits(&desk.actor, because, moves).await {
        Ok(Booking::Done(())) => {
            let there = format!("{}#at-{}", day_place(desk, first.to.at).await?, visit.id);
            let code = if moves.len() > 1 { "moved-all" } else { "moved" };
            let done = Done::new(code).undone_by(format!("{}/place/undo", path::visit(visit.id)));
            Ok(see_done(&there, done))
        }
        Ok(Booking::Taken { purpose: _, next }) => taken(desk, &first.seen, &next).await,
        Err(No::Conflict) => {
            let says = "Somebody changed it at the same time.";
            changed(desk, visit, says).await
        }
        Err(No::Closed(says)) => changed(desk, visit, says).await,
        Err(No::Wrong(wrong)) => {
            let says: Vec<&str> = wrong.iter().map(|one| one.says.as_str()).collect();
            changed(desk, visit, &says.join(" ")).await
        }
        Err(no) => Err(no.into()),
    }
}

/// The place is gone: the next best.
async fn taken(desk: &Desk, seen: &Opened<Visit>, next: &[Start]) -> Answered {
    let told = Told::new(desk).await?;
    let mut plans = Vec::new();
    for (index, start) in next.iter().enumerate() {
        let Some(room) = room_of(&start.phases) else { continue };
        let path = format!("{}/place?seen={}", path::visit(seen.id), seen.version.number());
        plans.push(Plan {
            title: format!("{}, with {}", told.when(start.at, start.site), told.member(start.with)),
            says: String::new(),
            rows: Vec::new(),
            action: Some(Action {
                path,
                fields: vec![("to".to_owned(), place_of(start.at, room, start.with))],
                says: "Move it there".to_owned(),
                is_primary: index == 0,
            }),
        });
    }
    let lead = if plans.is_empty() {
        "Somebody took this place meanwhile, and there is none near it. The visit stays where it was."
    } else {
        "Somebody took this place meanwhile. The visit stays where it was. These are the nearest \
         places that are free."
    };
    told.page(desk, ("Taken meanwhile", lead), seen, (plans, StatusCode::CONFLICT)).await
}

/// The visit is not what it was: what it is now.
async fn changed(desk: &Desk, visit: &Opened<Visit>, says: &str) -> Answered {
    let told = Told::new(desk).await?;
    let now = desk.practice().visit(&desk.actor, visit.id).await?;
    let lead = format!("{says} The visit is on {} now.", told.when(now.from, now.site));
    let page = ("It was not moved", lead.as_str());
    told.page(desk, page, &now, (Vec::new(), StatusCode::CONFLICT)).await
}

/// Takes the last move back.
async fn undo(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit = desk.practice().visit(&desk.actor, id(&visit)?).await?;
    match desk.practice().move_back(&desk.actor, visit.id).await {
        Ok(Booking::Done(())) => {
            let now = desk.practice().visit(&desk.actor, visit.id).await?;
            let there = format!("{}#at-{}", day_place(&desk, now.from).await?, visit.id);
            Ok(see_done(&there, Done::new("moved-back")))
        }
        Ok(Booking::Taken { purpose: _, next }) => taken(&desk, &visit, &next).await,
        Err(No::Conflict) => {
            changed(&desk, &visit, "It was changed again, so that this cannot be taken back.").await
        }
        Err(No::Closed(says)) => changed(&desk, &visit, says).await,
        Err(No::Wrong(wrong)) => {
            let says: Vec<&str> = wrong.iter().map(|one| one.says.as_str()).collect();
            changed(&desk, &visit, &says.join(" ")).await
        }
        Err(no) => Err(no.into()),
    }
}
