//! The intake at the clinic: the form, kept for later or sent and screened at once.
//!
//! What a patient answered on their own is filled in. The form says which version it was filled from; when somebody
//! else wrote in between, nothing is overwritten.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use percuta_chart::intake::{Intake, Progress, Teller};
use percuta_clinical::{intake as clinical_intake, wire};
use percuta_practice::{Act, No, Opened, day_of, patients::Story};
use percuta_record::PatientId;
use percuta_terminology::calendar::in_words;
use serde_json::Value;

use super::{
    Answered, Desk, Needs, Refused,
    door::Doors,
    entrance::{Filled, entry},
    notice::Done,
    see_done, shown, subject,
};
use crate::{
    check::{self, Fields},
    page::{
        entry::Entry,
        staff::{
            Room,
            intake::{self as page, Given, List, View},
        },
    },
    wording,
};

/// The doors of the intake.
pub(super) fn doors(doors: Doors) -> Doors {
    doors.get("/patients/{patient}/intake", Needs::Member(Act::Screen), show).post(
        "/patients/{patient}/intake",
        Needs::Member(Act::Screen),
        send,
    )
}

/// Which intake a form goes on from: `document-….3`; nothing where it is the first.
fn seen_of(story: &Story) -> String {
    story
        .intakes
        .last()
        .map_or_else(String::new, |last| format!("{}.{}", last.id, last.version.number()))
}

/// The intake that a form was filled from, at the version that it was. Another one since is a conflict.
fn seen<'s>(story: &'s Story, from: &str) -> Result<Option<Opened<Intake>>, Refused> {
    let last: Option<&'s Opened<Intake>> = story.intakes.last();
    let said = from.strip_prefix("from=").unwrap_or_default();
    match (last, said.split_once('.')) {
        (None, None) => Ok(None),
        (Some(last), Some((id, version))) if id == last.id.to_string() => {
            let version = subject::version(version).ok_or(No::Conflict)?;
            Ok(Some(Opened { version, ..last.clone() }))
        }
        (Some(_), _) | (None, Some(_)) => Err(No::Conflict.into()),
    }
}

/// What is there already, in the form; how many rows each list needs; and a sentence on it.
fn begun(desk: &Desk, story: &Story, lists: &[List]) -> (Entry, Vec<usize>, String) {
    let none = || (Entry::default(), vec![1; lists.len()], String::new());
    let Some(last) = story.intakes.last() else { return none() };
    let day = in_words(last.as_of);
    match (last.progress, last.by) {
        (Progress::Sent, by) => {
            let (entry, rows) = page::filled(&last.json, lists);
            let who = match by {
                Teller::Patient => "The patient answered on their own",
                Teller::Member(_) => "It was entered here",
            };
            (entry, rows, format!("{who} on {day}; the answers are filled in."))
        }
        (Progress::Asking, Teller::Member(_)) => {
            let entry = Entry::new(last.form.iter().cloned());
            let rows = rows_in(&entry, lists);
            (entry, rows, format!("Kept on {day}, and not screened yet."))
        }
        (Progress::Asking, Teller::Patient) => {
            let book = desk.site().book();
            let fields = Fields::new(last.form.clone());
            let Ok((given, _)) = check::read(book, &fields, last.as_of) else { return none() };
            let json = wire::intake(book, &given.intake(book, last.as_of));
            let (entry, rows) = page::filled(&json, lists);
            let says = format!(
                "The patient has answered {} on their own, last on {day}; they are filled in.",
                wording::count(given.said.len(), "question", "questions")
            );
            (entry, rows, says)
        }
    }
}

/// How many rows each list shows: those in which something was written, and one more.
fn rows_in(entry: &Entry, lists: &[List]) -> Vec<usize> {
    lists
        .iter()
        .map(|list| {
            let prefix = format!("{}-", list.key);
            entry
                .pairs()
                .filter(|(_, value)| !value.trim().is_empty())
                .filter_map(|(name, _)| name.strip_prefix(&prefix)?.split('-').next()?.parse().ok())
                .max()
                .unwrap_or(0)
                + 1
        })
        .collect()
}

async fn show(desk: Desk, Path(patient): Path<String>) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let lists = page::lists(desk.site());
    let (entry, rows, says) = begun(&desk, &story, &lists);
    again(&desk, (&story, &seen_of(&story)), (lists, rows, says), &entry, StatusCode::OK).await
}

async fn again(
    desk: &Desk,
    (story, from): (&Story, &str),
    (lists, rows, begun): (Vec<List>, Vec<usize>, String),
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let person = subject::about(&story.patient, &clinic, desk.practice().now());
    let view = View {
        action: format!("{}/intake?from={from}", person.href),
        person,
        lists,
        rows,
        begun,
        amends: story.intakes.iter().any(|intake| intake.progress == Progress::Sent),
    };
    let frame = desk.frame(Some(Room::Patients), "Intake").await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

async fn send(
    desk: Desk,
    Path(patient): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let mut entry = entry(form);
    let story = desk.practice().story(&desk.actor, patient).await?;
    let lists = page::lists(desk.site());
    let from = query.unwrap_or_default();
    let said = from.strip_prefix("from=").unwrap_or_default().to_owned();
    let mut rows = rows_in(&entry, &lists);
    if !entry.get("add").is_empty() {
        for (list, row) in lists.iter().zip(&mut rows) {
            *row += usize::from(list.key == entry.get("add"));
        }
        let parts = (lists, rows, String::new());
        return again(&desk, (&story, &said), parts, &entry, StatusCode::OK).await;
    }
    let seen = seen(&story, &from)?;
    let pairs: Vec<(String, String)> =
        entry.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if entry.get("step") == "later" {
        desk.practice().keep_intake(&desk.actor, patient, seen.as_ref(), pairs).await?;
        return Ok(see_done(&format!("/patients/{patient}"), Done::new("saved")));
    }
    let json = written(&desk, &story, (&mut entry, &lists)).await?;
    let Some(json) = json else {
        let parts = (lists, rows, String::new());
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(&desk, (&story, &said), parts, &entry, status).await;
    };
    let screening =
        desk.practice().send_intake(&desk.actor, patient, (seen.as_ref(), pairs), json).await?;
    Ok(see_done(&format!("/screenings/{screening}"), Done::new("sent")))
}

/// The intake that the form says, or `None` with every mistake laid on its field.
async fn written(
    desk: &Desk,
    story: &Story,
    (entry, lists): (&mut Entry, &[List]),
) -> Result<Option<Value>, Refused> {
    let clinic = desk.practice().clinic().await?;
    let given = Given {
        as_of: day_of(&clinic, desk.practice().now()).to_string(),
        birth_date: story.patient.birth_date.to_string(),
    };
    let json = page::json(entry, lists, &given);
    match clinical_intake::read(desk.site().book(), &json, &[]) {
        Ok(_) => Ok(Some(json)),
        Err(unusable) => {
            page::refuse(entry, lists, &unusable.problems);
            Ok(None)
        }
    }
}
