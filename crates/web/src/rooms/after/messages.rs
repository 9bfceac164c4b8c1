//! Messages: questions in words, and what the clinic answered.

use axum::{extract::Query, http::StatusCode, response::IntoResponse as _};
use percuta_chart::check_in::{CheckIn, Handling, Reader};
use percuta_practice::{No, Opened, day_of, zone_of};
use percuta_record::DocumentId;

use super::{
    emergency, hours, moment,
    photographs::{Leaf, leaf},
};
use crate::{
    page::{
        entry::Entry,
        mine::{
            Onwards, Tab,
            messages::{self as page, Author, Message, Messages},
        },
    },
    rooms::{
        Answered, Done, Mine, Needs,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
};

/// A page holds so many.
const PAGE: usize = 30;

pub(super) fn doors(doors: Doors) -> Doors {
    doors.get("/me/messages", Needs::Patient, list).post("/me/messages", Needs::Patient, send)
}

async fn list(mine: Mine, Query(leaf): Query<Leaf>) -> Answered {
    show(&mine, &Entry::default(), (StatusCode::OK, leaf.page)).await
}

async fn show(mine: &Mine, entry: &Entry, (status, page): (StatusCode, Option<usize>)) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let (zone, today) = (zone_of(&clinic), day_of(&clinic, mine.practice().now()));
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let mut said: Vec<(jiff::Timestamp, Message)> = Vec::new();
    for one in &story.check_ins {
        let about = about(one);
        let mut say = |from: Author, at: jiff::Timestamp, words: &str| {
            let message = Message {
                from,
                when: moment(at, &zone, today),
                words: words.to_owned(),
                about: about.clone(),
            };
            said.push((at, message));
        };
        if !one.words.is_empty() {
            say(Author::Me, one.at, &one.words);
        }
        for note in &one.notes {
            match note.to {
                Reader::Patient => say(Author::Clinic(note.name.clone()), note.at, &note.says),
                Reader::FromPatient => say(Author::Me, note.at, &note.says),
                Reader::Clinic => {}
            }
        }
        if let Handling::Closed { name, at, says, by: _ } = &one.handling {
            say(Author::Clinic(name.clone()), *at, says);
        }
    }
    // The page with the newest comes first; within a page they are read from the top.
    said.sort_by_key(|(at, _)| *at);
    said.reverse();
    let (of_page, newer, older) = leaf(&said, page, PAGE);
    let there = |page: usize| format!("/me/messages?page={page}");
    let once = match entry.get("once") {
        "" => mine.practice().form_id()?.to_string(),
        once => once.to_owned(),
    };
    let view = Messages {
        items: of_page.iter().rev().map(|(_, message)| message.clone()).collect(),
        hours: hours(&clinic, &*mine.practice().first_site().await?),
        emergency: emergency(mine.site().book(), &clinic),
        onwards: Onwards { newer: newer.map(there), older: older.map(there) },
        once,
    };
    let title = if entry.is_fine() { "Messages" } else { "Error: messages" };
    let frame = mine.frame(&clinic, Some(Tab::Messages), title);
    Ok(shown(status, page::page(mine.site(), &frame, &view, entry)))
}

/// The check-in that words belong to.
fn about(one: &Opened<CheckIn>) -> Option<(String, String)> {
    let is_question = one.json.is_null();
    (!is_question).then(|| ("About a check-in".to_owned(), format!("/me/check-in/{}", one.id)))
}

async fn send(mine: Mine, form: Filled) -> Answered {
    let mut entry = entry(form);
    let Ok(once) = entry.get("once").parse::<DocumentId>() else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    match mine.practice().ask_clinic(&mine.actor, once, entry.get("words")).await {
        Ok(_) => Ok(see_done("/me/messages", Done::new("sent"))),
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            show(&mine, &entry, (StatusCode::UNPROCESSABLE_ENTITY, None)).await
        }
        Err(no) => Err(no.into()),
    }
}
