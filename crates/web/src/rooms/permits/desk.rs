//! One photograph at the clinic: what may be done with it, where it is used, and taking something away.

use std::collections::BTreeSet;

use axum::{extract::Path, http::StatusCode};
use percuta_chart::{consent::PhotographUse, photograph::Photograph};
use percuta_practice::{
    Act, No, Opened,
    comparisons::{Pair, newest},
    patients::Story,
    permissions::{May, QUESTIONS, may, title, uses},
    zone_of,
};
use percuta_record::{DocumentId, PatientId};

use super::{copy, named, use_of, word, words};
use crate::{
    page::{
        entry::Entry,
        staff::{Room, part::Link, permission as page},
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        refuse, see_done, shown, subject,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Photographs);
    doors.get("/photos/{photograph}/permission", staff, open).post(
        "/photos/{photograph}/permission",
        staff,
        lower,
    )
}

/// A photograph with the story that it is part of.
pub(super) struct Found {
    pub(super) patient: PatientId,
    pub(super) story: Story,
    pub(super) shot: Opened<Photograph>,
}

/// Finds a photograph. What the patient closed is not among them.
pub(super) async fn find(desk: &Desk, photograph: DocumentId) -> Result<Found, Refused> {
    let patient = desk.practice().photograph_owner(&desk.actor, photograph).await?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let shot = story.photographs.iter().find(|one| one.id == photograph).cloned();
    Ok(Found { patient, shot: shot.ok_or(No::NotFound)?, story })
}

async fn open(desk: Desk, Path(photograph): Path<DocumentId>) -> Answered {
    show(&desk, photograph, &Entry::default(), StatusCode::OK).await
}

async fn show(desk: &Desk, photograph: DocumentId, entry: &Entry, status: StatusCode) -> Answered {
    let practice = desk.practice();
    let clinic = practice.clinic().await?;
    let zone = zone_of(&clinic);
    let Found { patient, story, shot } = find(desk, photograph).await?;
    let standings = practice.photograph_standings(&desk.actor, patient).await?;
    let said = practice.photograph_words(&desk.actor, photograph).await?;
    let allowed = uses(&standings.said, photograph);
    let keeps = desk.actor.may(Act::Publish);
    let of_it =
        standings.copies.iter().filter(|copy| copy.publication.photographs.contains(&photograph));
    let use_line = |(purpose, _, _): (PhotographUse, &str, &str)| {
        let why = match may(&standings.said, photograph, purpose) {
            May::Yes => None,
            May::No(why) => Some(why.says().to_owned()),
        };
        (wording::capital(title(purpose)), why)
    };
    let lower = allowed.iter().filter(|purpose| **purpose != PhotographUse::Record);
    let view = page::View {
        person: subject::about(&story.patient, &clinic, practice.now()),
        title: named(&shot, &zone),
        src: format!("/photos/{photograph}/display"),
        uses: QUESTIONS.map(use_line).to_vec(),
        lower: lower
            .map(|purpose| (word(*purpose).to_owned(), wording::capital(title(*purpose))))
            .collect(),
        action: format!("/photos/{photograph}/permission"),
        copies: of_it
            .map(|one| {
                copy(one, &zone, keeps.then(|| format!("/publications/{}", one.publication.id)))
            })
            .collect(),
        words: words(&said, &zone, "the patient"),
        make: keeps.then(|| {
            (format!("/photos/{photograph}/export"), format!("/photos/{photograph}/copy"))
        }),
        pairs: if keeps { pairs(desk, (patient, &story), photograph).await? } else { Vec::new() },
        hand_over: format!("/patients/{patient}"),
        all: format!("/patients/{patient}/photographs"),
    };
    let title = if entry.is_fine() { "Photograph" } else { "Error: photograph" };
    let frame = desk.frame(Some(Room::Patients), title).await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

/// With which others it was found comparable, each once.
async fn pairs(
    desk: &Desk,
    (patient, story): (PatientId, &Story),
    photograph: DocumentId,
) -> Result<Vec<Link>, Refused> {
    let zone = zone_of(&*desk.practice().clinic().await?);
    let all = desk.practice().comparisons(&desk.actor, patient).await?;
    let is_of_it = |pair: &Pair| pair.before == photograph || pair.after == photograph;
    let found: BTreeSet<Pair> = all
        .iter()
        .map(|one| Pair { before: one.before, after: one.after })
        .filter(|pair| is_of_it(pair))
        .filter(|pair| newest(&all, *pair).is_some_and(|one| one.is_comparable()))
        .collect();
    let link = |pair: Pair| {
        let other = if pair.before == photograph { pair.after } else { pair.before };
        let other = story.photographs.iter().find(|one| one.id == other)?;
        let href = format!("/photos/{}/export?with={}", pair.before, pair.after);
        Some(Link::new(href, named(other, &zone)))
    };
    Ok(found.into_iter().filter_map(link).collect())
}

async fn lower(desk: Desk, Path(photograph): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let taken: BTreeSet<PhotographUse> = entry.all("take").filter_map(use_of).collect();
    let Found { patient, .. } = find(&desk, photograph).await?;
    let said = desk.practice().photograph_standings(&desk.actor, patient).await?.said;
    let left = uses(&said, photograph).difference(&taken).copied().collect();
    match desk.practice().lower_permission(&desk.actor, photograph, &left).await {
        Ok(_patient) => {
            let here = format!("/photos/{photograph}/permission");
            Ok(see_done(&here, Done::new("permission-lowered")))
        }
        Err(No::Wrong(mut wrong)) => {
            wrong.iter_mut().for_each(|one| "take".clone_into(&mut one.field));
            refuse(&mut entry, wrong);
            show(&desk, photograph, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}
