//! Calendars of people: the feed that a calendar reads, the page on which it is made, and a visit as a file.
//!
//! PRIVACY: the secret in a feed's address names nobody. Who knows it needs no cookie, so that the answer is the same to
//! everybody who has it; it may be kept by the calendar that asked, and by nothing in between.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use percuta_chart::feed::FeedTitle;
use percuta_practice::{
    Act, Actor, Failure, No,
    feeds::{FeedStanding, Listed},
    invitations::Says,
    zone_of,
};
use percuta_record::DocumentId;

use super::{
    Answered, Desk, Mine, Needs, Refused, Rooms,
    door::Doors,
    entrance::{Filled, Peer, entry},
    notice::Done,
    see_done, shown, subject, whole_address,
};
use crate::{
    page::{
        entry::Entry,
        feed::{self as page, Feed, Reader, Standing},
        mine::Tab,
    },
    reply::{Keep, Ready},
};

/// iCalendar in UTF-8.
const CALENDAR: &str = "text/calendar; charset=utf-8";

/// The doors of calendars.
pub(super) fn doors(doors: Doors) -> Doors {
    let member = Needs::Member(Act::SeeDay);
    doors
        .get("/calendar/{secret}", Needs::Nothing, read)
        .get("/calendar", member, member_page)
        .post("/calendar", member, member_begin)
        .post("/calendar/title", member, member_title)
        .post("/calendar/end", member, member_end)
        .get("/me/calendar", Needs::Patient, own_page)
        .post("/me/calendar", Needs::Patient, own_begin)
        .post("/me/calendar/title", Needs::Patient, own_title)
        .post("/me/calendar/end", Needs::Patient, own_end)
        .get("/me/visits/{visit}/appointment.ics", Needs::Patient, own_file)
        .get("/visits/{visit}/appointment.ics", Needs::Member(Act::Book), desk_file)
}

/// A feed, for a calendar.
async fn read(
    State(rooms): State<Arc<Rooms>>,
    Path(secret): Path<String>,
    asked: HeaderMap,
    peer: Option<Extension<Peer>>,
) -> Answered {
    let from = peer.map_or_else(|| "nowhere".to_owned(), |Extension(Peer(from))| from.to_string());
    // Some calendars ask for a name that looks like a file's.
    let secret = secret.strip_suffix(".ics").unwrap_or(&secret);
    answer(rooms.practice.read_feed(secret, &from).await?, &asked)
}

/// Only the tag decides whether a calendar has it already: a list can lose an appointment without anything in it being
/// newer than before.
fn answer(listed: Listed, asked: &HeaderMap) -> Answered {
    let text = String::from_utf8(listed.bytes)
        .map_err(|_not_text| No::Failed(Failure::Missing { what: "text in a feed" }))?;
    let mut response = Ready::new(text, CALENDAR).answer(asked, StatusCode::OK, Keep::Own);
    let changed = listed.changed.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(changed) = HeaderValue::from_str(&changed) {
        response.headers_mut().insert(header::LAST_MODIFIED, changed);
    }
    Ok(response)
}

async fn own_file(
    mine: Mine,
    Path(visit): Path<DocumentId>,
    RawQuery(query): RawQuery,
) -> Answered {
    let practice = mine.practice();
    Ok(file(practice.appointment(&mine.actor, visit, said(query.as_deref())).await?))
}

async fn desk_file(desk: Desk, Path(visit): Path<String>, RawQuery(query): RawQuery) -> Answered {
    let visit = subject::id(&visit)?;
    let practice = desk.practice();
    Ok(file(practice.appointment(&desk.actor, visit, said(query.as_deref())).await?))
}

fn said(query: Option<&str>) -> Says {
    match query {
        Some("title=private") => Says::Nothing,
        Some(_) | None => Says::Everything,
    }
}

/// A visit as a file, which a telephone or a computer opens with its calendar.
fn file(bytes: Vec<u8>) -> Response {
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CALENDAR));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"appointment.ics\""),
    );
    response
}

/// What was chosen; nothing of both is no choice.
fn title(entry: &mut Entry) -> Option<FeedTitle> {
    match entry.get("title") {
        "private" => Some(FeedTitle::Private),
        "says" => Some(FeedTitle::Says),
        _ => {
            entry.refuse("title", "Choose what your calendar shows.");
            None
        }
    }
}

fn word(title: FeedTitle) -> &'static str {
    match title {
        FeedTitle::Private => "private",
        FeedTitle::Says => "says",
    }
}

/// How a feed stands, with what it says in the form.
async fn standing(rooms: &Rooms, actor: &Actor, entry: &mut Entry) -> Result<Standing, Refused> {
    let zone = zone_of(&*rooms.practice.clinic().await?);
    let (standing, chosen) = match rooms.practice.own_feed(actor).await? {
        FeedStanding::None => (Standing::None, FeedTitle::Private),
        FeedStanding::Open { title, since } => {
            let day = since.to_zoned(zone).date();
            (Standing::Open { since: percuta_terminology::calendar::in_words(day) }, title)
        }
    };
    if entry.get("title").is_empty() {
        entry.set("title", word(chosen));
    }
    Ok(standing)
}

async fn own_page(mine: Mine) -> Answered {
    own_shown(&mine, Entry::default(), None).await
}

async fn own_shown(mine: &Mine, mut entry: Entry, made: Option<String>) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let standing = standing(&mine.rooms, &mine.actor, &mut entry).await?;
    let standing = made.map_or(standing, |address| Standing::Made { address });
    let view = Feed { reader: Reader::Patient, standing };
    let (status, heading) = worded(&entry);
    let frame = mine.frame(&clinic, Some(Tab::Visits), heading);
    Ok(shown(status, page::own(mine.site(), &frame, &view, &entry)))
}

fn worded(entry: &Entry) -> (StatusCode, &'static str) {
    if entry.is_fine() {
        (StatusCode::OK, "My calendar")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: my calendar")
    }
}

/// Makes a feed, or gives it a new address. It is shown on this answer and nowhere else, so that nothing of it stays.
async fn own_begin(mine: Mine, asked: HeaderMap, form: Filled) -> Answered {
    let mut entry = entry(form);
    let made = match title(&mut entry) {
        Some(title) => Some(begun(&mine.rooms, &mine.actor, title, &asked).await?),
        None => None,
    };
    own_shown(&mine, entry, made).await
}

async fn begun(
    rooms: &Rooms,
    actor: &Actor,
    title: FeedTitle,
    asked: &HeaderMap,
) -> Result<String, Refused> {
    let secret = rooms.practice.begin_feed(actor, title).await?;
    Ok(whole_address(rooms, asked, &format!("/calendar/{}.ics", secret.reveal())))
}

async fn own_title(mine: Mine, form: Filled) -> Answered {
    let mut entry = entry(form);
    let Some(title) = title(&mut entry) else { return own_shown(&mine, entry, None).await };
    mine.practice().entitle_feed(&mine.actor, title).await?;
    Ok(see_done(Reader::Patient.path(), Done::new("saved")))
}

async fn own_end(mine: Mine) -> Answered {
    mine.practice().end_feed(&mine.actor).await?;
    Ok(see_done(Reader::Patient.path(), Done::new("feed-ended")))
}

async fn member_page(desk: Desk) -> Answered {
    member_shown(&desk, Entry::default(), None).await
}

async fn member_shown(desk: &Desk, mut entry: Entry, made: Option<String>) -> Answered {
    let standing = standing(&desk.rooms, &desk.actor, &mut entry).await?;
    let standing = made.map_or(standing, |address| Standing::Made { address });
    let view = Feed { reader: Reader::Member, standing };
    let (status, heading) = worded(&entry);
    let frame = desk.frame(None, heading).await?;
    Ok(shown(status, page::member(desk.site(), &frame, &view, &entry)))
}

async fn member_begin(desk: Desk, asked: HeaderMap, form: Filled) -> Answered {
    let mut entry = entry(form);
    let made = match title(&mut entry) {
        Some(title) => Some(begun(&desk.rooms, &desk.actor, title, &asked).await?),
        None => None,
    };
    member_shown(&desk, entry, made).await
}

async fn member_title(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let Some(title) = title(&mut entry) else { return member_shown(&desk, entry, None).await };
    desk.practice().entitle_feed(&desk.actor, title).await?;
    Ok(see_done(Reader::Member.path(), Done::new("saved")))
}

async fn member_end(desk: Desk) -> Answered {
    desk.practice().end_feed(&desk.actor).await?;
    Ok(see_done(Reader::Member.path(), Done::new("feed-ended")))
}
