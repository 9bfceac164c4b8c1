//! A patient's signed link: nothing is shown before the birth date was given, and nothing is told of whose a link is.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::civil::Date;
use percuta_practice::{
    Actor, No,
    account::{LinkStanding, Secret},
};

use super::{
    Answered, Needs, Refused, Rooms,
    door::Doors,
    entrance::{Filled, come_in, entry},
    keep::wait,
    see, shown,
};
use crate::page::{
    entry::Entry,
    mine::{
        self,
        link::{self as page, Confirm, Refused as Shut},
    },
};

/// The doors of links.
pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/link", Needs::Nothing, ask)
        .get("/link/{secret}", Needs::Nothing, confirm)
        .post("/link/{secret}", Needs::Nothing, open)
        .get("/signed-out", Needs::Nothing, signed_out)
}

type Ours = State<Arc<Rooms>>;

/// The frame of a page of the patient's that stands before the sign-in.
pub(super) async fn outside(rooms: &Rooms, title: &str) -> Result<mine::Frame, Refused> {
    let clinic = rooms.practice.clinic().await?;
    Ok(mine::Frame {
        title: title.to_owned(),
        tab: None,
        clinic: clinic.name.clone(),
        telephone: clinic.telephone.clone(),
        is_demo: rooms.settings.demo.is_some(),
        notice: None,
    })
}

async fn ask(State(rooms): Ours, known: Option<Extension<Actor>>) -> Answered {
    if !rooms.practice.is_set_up().await? {
        return Ok(see("/set-up"));
    }
    if known.is_some_and(|Extension(actor)| actor.patient().is_some()) {
        return Ok(see("/me"));
    }
    let frame = outside(&rooms, "Your own pages").await?;
    Ok(shown(StatusCode::OK, page::ask(&rooms.site, &frame)))
}

async fn signed_out(State(rooms): Ours) -> Answered {
    if !rooms.practice.is_set_up().await? {
        return Ok(see("/set-up"));
    }
    let frame = outside(&rooms, "Signed out").await?;
    Ok(shown(StatusCode::OK, page::signed_out(&rooms.site, &frame)))
}

async fn confirm(
    State(rooms): Ours,
    Path(secret): Path<String>,
    known: Option<Extension<Actor>>,
) -> Answered {
    if is_member(known.as_ref()) {
        return shut(&rooms, Shut::Member).await;
    }
    match read(&rooms, &secret).await? {
        Ok(_) => again(&rooms, &secret, &Entry::default(), StatusCode::OK).await,
        Err(why) => shut(&rooms, why).await,
    }
}

async fn open(
    State(rooms): Ours,
    Path(secret): Path<String>,
    known: Option<Extension<Actor>>,
    form: Filled,
) -> Answered {
    if is_member(known.as_ref()) {
        return shut(&rooms, Shut::Member).await;
    }
    let link = match read(&rooms, &secret).await? {
        Ok(link) => link,
        Err(why) => return shut(&rooms, why).await,
    };
    let mut entry = entry(form);
    let Ok(born) = entry.get("birth_date").parse::<Date>() else {
        entry
            .refuse("birth_date", "Give your date of birth as year-month-day, such as 1990-05-31.");
        return again(&rooms, &secret, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match rooms.practice.open_link(&link, born).await {
        Ok(cookie) => Ok(come_in(&rooms, &cookie, "/me")),
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                entry.refuse("birth_date", one.says);
            }
            again(&rooms, &secret, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Wait { seconds }) => {
            entry.refuse("birth_date", wait(seconds));
            again(&rooms, &secret, &entry, StatusCode::TOO_MANY_REQUESTS).await
        }
        Err(No::NotFound) => shut(&rooms, Shut::Unknown).await,
        Err(no) => Err(no.into()),
    }
}

fn is_member(known: Option<&Extension<Actor>>) -> bool {
    known.is_some_and(|Extension(actor)| actor.patient().is_none())
}

/// The link, or why it does not open.
async fn read(rooms: &Rooms, secret: &str) -> Result<Result<Secret, Shut>, Refused> {
    let Some(link) = Secret::read(secret) else { return Ok(Err(Shut::Unknown)) };
    Ok(match rooms.practice.link_standing(&link).await? {
        LinkStanding::Open => Ok(link),
        LinkStanding::Expired => Err(Shut::Expired),
        LinkStanding::Unknown => Err(Shut::Unknown),
    })
}

async fn again(rooms: &Rooms, secret: &str, entry: &Entry, status: StatusCode) -> Answered {
    let frame =
        outside(rooms, if entry.is_fine() { "Is it you?" } else { "Error: is it you?" }).await?;
    let view = Confirm { action: format!("/link/{secret}") };
    Ok(shown(status, page::confirm(&rooms.site, &frame, &view, entry)))
}

async fn shut(rooms: &Rooms, why: Shut) -> Answered {
    if !rooms.practice.is_set_up().await? {
        return Ok(see("/set-up"));
    }
    let status = match why {
        Shut::Expired => StatusCode::GONE,
        Shut::Unknown => StatusCode::NOT_FOUND,
        Shut::Member => StatusCode::CONFLICT,
    };
    let frame = outside(rooms, "This link does not open").await?;
    Ok(shown(status, page::closed(&rooms.site, &frame, why)))
}
