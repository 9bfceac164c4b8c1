//! The waiting list: putting somebody on it, who waits, who could have a time that was given back, and booking it for them.

use axum::{extract::Path, http::StatusCode};
use jiff::civil::Date;
use percuta_chart::{calendar::Waiting, person::Patient};
use percuta_practice::{
    Act, No, Opened, day_of,
    visits::{Start, book::Booking},
    waiting::WaitWish,
};
use percuta_record::{DocumentId, PatientId};
use percuta_terminology::calendar::in_words;

use super::{
    Answered, Desk, Needs, Refused,
    booking::{Seek, query_of, title_of},
    choosing::{self, Asked, Choice, Narrow, Sites, WEEKDAYS},
    door::Doors,
    entrance::{Filled, entry},
    notice::Done,
    see_done, shown, subject,
};
use crate::page::{
    entry::Entry,
    staff::{
        Room,
        waiting::{self as page, Row, View},
    },
};

/// The doors of the waiting list.
pub(super) fn doors(doors: Doors) -> Doors {
    let book = Needs::Member(Act::Book);
    doors
        .get("/waiting", book, list)
        .get("/visits/{visit}/offers", book, offers)
        .post("/patients/{patient}/wait", book, wait)
        .post("/waiting/{waiting}/book", book, book_for)
        .post("/waiting/{waiting}/end", book, end)
        .post("/waiting/{waiting}/end/undo", book, again)
}

async fn wait(desk: Desk, Path(patient): Path<String>, query: Asked, form: Filled) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let mut entry = entry(form);
    let seek = Seek::new(&desk, patient, choosing::asked(query)).await?;
    let day = |name: &str| entry.get(name).parse::<Date>();
    let (Ok(from), Ok(until)) = (day("wait-from"), day("wait-until")) else {
        let missing = if day("wait-from").is_err() { "wait-from" } else { "wait-until" };
        entry.refuse(missing, "Give the day as year-month-day.");
        return seek.page(entry, StatusCode::UNPROCESSABLE_ENTITY, &[]).await;
    };
    let wished = entry.pairs().filter_map(|(name, value)| {
        let name = name.strip_prefix("wait-")?;
        Some((name.to_owned(), value.to_owned()))
    });
    let narrow = Narrow::read(&Entry::new(wished.collect::<Vec<_>>()));
    let wish = WaitWish {
        purpose: seek.purpose(),
        days: (from, until),
        between: narrow.between(),
        weekdays: narrow.weekdays,
        note: entry.get("wait-note").to_owned(),
    };
    match desk.practice().wait(&desk.actor, patient, wish).await {
        Ok(_waiting) => Ok(see_done("/waiting", Done::new("waits"))),
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                entry.refuse(&format!("wait-{}", one.field), one.says);
            }
            seek.page(entry, StatusCode::UNPROCESSABLE_ENTITY, &[]).await
        }
        Err(No::Closed(says)) => {
            entry.refuse("wait-from", says);
            seek.page(entry, StatusCode::CONFLICT, &[]).await
        }
        Err(no) => Err(no.into()),
    }
}

/// A row, before what can be had is known.
async fn row(
    desk: &Desk,
    (waiting, patient): (&Opened<Waiting>, &Opened<Patient>),
) -> Result<Row, Refused> {
    let clinic = desk.practice().clinic().await?;
    let id = waiting.patient().ok_or(No::NotFound)?;
    let story = desk.practice().story(&desk.actor, id).await?;
    let mut when = format!("from {} to {}", in_words(waiting.from), in_words(waiting.until));
    let days: Vec<&str> = waiting
        .weekdays
        .iter()
        .filter_map(|day| WEEKDAYS.get(usize::try_from(day.checked_sub(1)?).ok()?).copied())
        .collect();
    if !days.is_empty() {
        when.push_str(&format!(", on {}", days.join(", ")));
    }
    if let Some((from, until)) = waiting.between {
        let (from, until) = (from.strftime("%H:%M"), until.strftime("%H:%M"));
        when.push_str(&format!(", between {from} and {until}"));
    }
    Ok(Row {
        name: patient.name.clone(),
        href: format!("/patients/{id}/book?{}", query_of(waiting.purpose)),
        telephone: patient.telephone.clone().unwrap_or_default(),
        what: title_of(&story, waiting.purpose),
        when,
        since: in_words(day_of(&clinic, waiting.since)),
        note: waiting.note.clone(),
        start: None,
        says: Vec::new(),
        book: format!("/waiting/{}/book", waiting.id),
        end: format!("/waiting/{}/end", waiting.id),
    })
}

async fn start_of(
    desk: &Desk,
    waiting: &Opened<Waiting>,
    start: &Start,
) -> Result<(String, String), Refused> {
    let clinic = desk.practice().clinic().await?;
    let sites = Sites::of(desk.practice(), &clinic).await?;
    let at = start.at.to_zoned(sites.zone(start.site).clone());
    let place = sites.name(start.site);
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    let words = format!("{}{place}", at.strftime("%A %-d %B, %H:%M"));
    Ok((words, Choice::of(waiting.purpose, start).write()))
}

async fn list(desk: Desk) -> Answered {
    list_again(&desk, None).await
}

async fn list_again(desk: &Desk, wrong: Option<&str>) -> Answered {
    let mut rows = Vec::new();
    for waits in desk.practice().waiting(&desk.actor).await? {
        let mut row = row(desk, (&waits.waiting, &waits.patient)).await?;
        match &waits.first {
            Some(start) => row.start = Some(start_of(desk, &waits.waiting, start).await?),
            None if waits.why_not.is_empty() => {
                row.says.push("Nothing is free in these days.".to_owned());
            }
            None => row.says = waits.why_not,
        }
        rows.push(row);
    }
    let view = View {
        title: "Waiting list".to_owned(),
        lead: "Who waits longest stands first, each with the first time that they could have now."
            .to_owned(),
        rows,
        wrong: wrong.map(str::to_owned),
        back: None,
    };
    let frame = desk.frame(Some(Room::Patients), "Waiting list").await?;
    let status = if wrong.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(shown(status, page::page(desk.site(), &frame, &view)))
}

/// Who of those who wait could have the time of a visit that was called off.
async fn offers(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit = desk.practice().visit(&desk.actor, subject::id(&visit)?).await?;
    let mut rows = Vec::new();
    for offer in desk.practice().offers(&desk.actor, &visit).await? {
        let mut row = row(&desk, (&offer.waiting, &offer.patient)).await?;
        row.start = Some(start_of(&desk, &offer.waiting, &offer.start).await?);
        if !offer.beside_the_others {
            row.says.push("Only if nobody named before takes the time.".to_owned());
        }
        rows.push(row);
    }
    let clinic = desk.practice().clinic().await?;
    let view = View {
        title: "Who could have this time".to_owned(),
        lead: format!("A time on {} was given back.", subject::when(&clinic, visit.from)),
        rows,
        wrong: None,
        back: Some((format!("/visits/{}", visit.id), "To the visit".to_owned())),
    };
    let frame = desk.frame(Some(Room::Patients), "Who could have this time").await?;
    Ok(shown(StatusCode::OK, page::page(desk.site(), &frame, &view)))
}

async fn book_for(desk: Desk, Path(waiting): Path<String>, form: Filled) -> Answered {
    let waiting: DocumentId = subject::id(&waiting)?;
    let Some(choice) = Choice::read(entry(form).get("start")) else {
        return Err(No::NotFound.into());
    };
    match desk.practice().book_waiting(&desk.actor, waiting, &choice.start()).await {
        Ok(Booking::Done(visit)) => Ok(see_done(&format!("/visits/{visit}"), Done::new("booked"))),
        Ok(Booking::Taken { .. }) => {
            let says = "Somebody took this time meanwhile. What is free now stands below.";
            list_again(&desk, Some(says)).await
        }
        Err(No::Wrong(wrong)) => {
            let says: Vec<String> = wrong.into_iter().map(|one| one.says).collect();
            list_again(&desk, Some(&says.join(" "))).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn end(desk: Desk, Path(waiting): Path<String>) -> Answered {
    let waiting: DocumentId = subject::id(&waiting)?;
    desk.practice().end_waiting(&desk.actor, waiting).await?;
    let done = Done::new("waits-no-more").undone_by(format!("/waiting/{waiting}/end/undo"));
    Ok(see_done("/waiting", done))
}

async fn again(desk: Desk, Path(waiting): Path<String>) -> Answered {
    desk.practice().wait_again(&desk.actor, subject::id(&waiting)?).await?;
    Ok(see_done("/waiting", Done::new("state-undone")))
}
