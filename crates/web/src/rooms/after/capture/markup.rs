//! Drawing over a photograph, in the clinic.

use axum::{
    extract::{Form, Path, Query},
    http::StatusCode,
};
use percuta_chart::photograph::{Point, Shape};
use percuta_practice::{Act, No, photographs::markup::Marked};
use percuta_record::DocumentId;
use serde::Deserialize;

use super::super::{moment, photographs::person};
use crate::{
    page::{
        capture::markup::{self as page, PLACES},
        entry::Entry,
        staff,
    },
    rooms::{Answered, Desk, Done, Needs, door::Doors, see_done, shown},
};

/// How large a ring is that is not drawn but placed.
const RADIUS: u16 = 1_200;

pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Photographs);
    doors
        .get("/photos/{photograph}/markup", staff, open)
        .post("/photos/{photograph}/markup", staff, add)
        .post("/photos/{photograph}/markup/remove", staff, remove)
}

/// Which version was looked at, and which mark is meant.
#[derive(Debug, Deserialize)]
struct Seen {
    #[serde(default)]
    seen: u32,
    #[serde(default)]
    mark: usize,
}

async fn open(desk: Desk, Path(photograph): Path<DocumentId>) -> Answered {
    let marked = desk.practice().marked(&desk.actor, photograph).await?;
    show(&desk, &marked, (&Entry::default(), StatusCode::OK)).await
}

async fn show(desk: &Desk, marked: &Marked, (entry, status): (&Entry, StatusCode)) -> Answered {
    let photograph = &marked.photograph;
    let patient = photograph.patient().ok_or(No::NotFound)?;
    let clinic = desk.practice().clinic().await?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let (zone, now) = (percuta_practice::zone_of(&clinic), desk.practice().now());
    let today = percuta_practice::day_of(&clinic, now);
    let (id, seen) = (photograph.id, marked.version());
    let mark = |(number, mark): (usize, &percuta_chart::photograph::Mark)| page::Mark {
        shape: mark.shape.clone(),
        note: mark.note.clone(),
        when: moment(mark.at, &zone, today),
        remove: format!("/photos/{id}/markup/remove?seen={seen}&mark={number}"),
    };
    let view = page::Marked {
        src: format!("/photos/{id}/display"),
        alt: photograph.view.title().to_owned(),
        size: (photograph.width, photograph.height),
        marks: marked.marks().iter().enumerate().map(mark).collect(),
        action: format!("/photos/{id}/markup?seen={seen}"),
        back: format!("/patients/{patient}/photographs"),
    };
    let who = person(&story, patient, today);
    let title = if entry.is_fine() { "Marks" } else { "Error: marks" };
    let frame = desk.frame(Some(staff::Room::Patients), title).await?;
    Ok(shown(status, page::page(desk.site(), &frame, (&who, &view), entry)))
}

async fn add(
    desk: Desk,
    Path(photograph): Path<DocumentId>,
    Query(seen): Query<Seen>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answered {
    let mut entry = Entry::new(pairs);
    let shape = drawn(entry.get("drawn")).or_else(|| placed(entry.get("place")));
    let note = entry.get("note").to_owned();
    match shape {
        Some(shape) => {
            let on = (photograph, seen.seen);
            match desk.practice().mark_photograph(&desk.actor, on, shape, &note).await {
                Ok(()) => {
                    let here = format!("/photos/{photograph}/markup");
                    return Ok(see_done(&here, Done::new("added")));
                }
                Err(No::Wrong(wrong)) => crate::rooms::refuse(&mut entry, wrong),
                Err(no) => return Err(no.into()),
            }
        }
        None => entry.refuse("place", "Choose where, or draw within the picture."),
    }
    let marked = desk.practice().marked(&desk.actor, photograph).await?;
    show(&desk, &marked, (&entry, StatusCode::UNPROCESSABLE_ENTITY)).await
}

async fn remove(
    desk: Desk,
    Path(photograph): Path<DocumentId>,
    Query(seen): Query<Seen>,
) -> Answered {
    let on = (photograph, seen.seen);
    desk.practice().unmark_photograph(&desk.actor, on, seen.mark).await?;
    Ok(see_done(&format!("/photos/{photograph}/markup"), Done::new("removed")))
}

/// A ring at one of the nine places.
fn placed(word: &str) -> Option<Shape> {
    let (_, _, middle) = PLACES.into_iter().find(|(known, _, _)| *known == word)?;
    Some(Shape::Ring { middle, radius: RADIUS })
}

/// What a script drew: a word, and points as `x,y` in ten-thousandths; a ring's second point lies on its line.
fn drawn(text: &str) -> Option<Shape> {
    let mut words = text.split_whitespace();
    let kind = words.next()?;
    let point = |word: &str| -> Option<Point> {
        let (x, y) = word.split_once(',')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    let points: Vec<Point> = words.map(point).collect::<Option<_>>()?;
    match (kind, points.as_slice()) {
        // The length of a ring's radius is sent with it, along the picture's width.
        ("ring", [middle, (radius, _)]) => Some(Shape::Ring { middle: *middle, radius: *radius }),
        ("arrow", [from, to]) => Some(Shape::Arrow { from: *from, to: *to }),
        ("line", [_, _, ..]) => Some(Shape::Line { points }),
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_is_read_and_what_is_none_is_not() {
        assert_eq!(
            drawn("ring 5000,4000 900,0"),
            Some(Shape::Ring { middle: (5_000, 4_000), radius: 900 })
        );
        assert_eq!(drawn("arrow 1,2 3,4"), Some(Shape::Arrow { from: (1, 2), to: (3, 4) }));
        assert_eq!(drawn("line 1,2 3,4"), Some(Shape::Line { points: vec![(1, 2), (3, 4)] }));
        for wrong in
            ["", "ring", "ring 1,2", "line 1,2", "arrow 1,2 3", "line -1,2 3,4", "bow 1,2 3,4"]
        {
            assert_eq!(drawn(wrong), None, "{wrong}");
        }
        assert_eq!(placed("nowhere"), None);
        assert!(placed("middle").is_some());
    }
}
