//! A patient's word on their photographs: for one, for all of a day, and taking it back for one or for all.

use std::collections::BTreeSet;

use axum::{extract::Path, http::StatusCode};
use jiff::{civil::Date, tz::TimeZone};
use percuta_chart::{consent::PhotographUse, photograph::Photograph};
use percuta_practice::{
    No, Opened,
    patients::Story,
    permissions::{QUESTIONS, Which, title, uses},
    zone_of,
};
use percuta_record::DocumentId;

use super::{copy, listed, named, taken, use_of, word, words};
use crate::{
    page::{
        copies::Question,
        entry::Entry,
        mine::{Tab, permission as page},
    },
    rooms::{
        Answered, Done, Mine, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        own::say,
        refuse, see_done, shown,
    },
};

const ALL: &str = "/me/photos/permissions";

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get(ALL, Needs::Patient, list)
        .post(page::WITHDRAW, Needs::Patient, withdraw)
        .get("/me/photos/permissions/{day}", Needs::Patient, ask_day)
        .post("/me/photos/permissions/{day}", Needs::Patient, say_day)
        .get("/me/photos/{photograph}/permission", Needs::Patient, ask_one)
        .post("/me/photos/{photograph}/permission", Needs::Patient, say_one)
}

/// What can be taken back where these are allowed: value and words.
fn withdrawals(allowed: &BTreeSet<PhotographUse>) -> Vec<(String, String)> {
    let beyond = allowed.iter().filter(|purpose| **purpose != PhotographUse::Record);
    let one = |purpose: &PhotographUse| {
        (word(*purpose).to_owned(), format!("Not {} any more", title(*purpose)))
    };
    beyond.map(one).collect()
}

async fn list(mine: Mine) -> Answered {
    let practice = mine.practice();
    let clinic = practice.clinic().await?;
    let zone = zone_of(&clinic);
    let story = practice.story(&mine.actor, mine.patient).await?;
    let standings = practice.photograph_standings(&mine.actor, mine.patient).await?;
    let mut days: Vec<(Date, page::Day)> = Vec::new();
    for one in story.photographs.iter().rev() {
        let on = taken(one, &zone);
        let shot = page::Shot {
            small: format!("/me/photos/{}/small", one.id),
            alt: named(one, &zone),
            view: one.view.title().to_owned(),
            allowed: listed(&uses(&standings.said, one.id)),
            href: format!("/me/photos/{}/permission", one.id),
        };
        match days.last_mut().filter(|(day, _)| *day == on) {
            Some((_, day)) => {
                day.shots.push(shot);
                day.all = Some(format!("{ALL}/{on}"));
            }
            None => {
                days.push((on, page::Day { title: say::day(on), all: None, shots: vec![shot] }));
            }
        }
    }
    let everywhere = story.photographs.iter().flat_map(|one| uses(&standings.said, one.id));
    let view = page::All {
        days: days.into_iter().map(|(_, day)| day).collect(),
        withdraw: withdrawals(&everywhere.collect()),
        copies: standings.copies.iter().map(|one| copy(one, &zone, None)).collect(),
    };
    let frame = mine.frame(&clinic, Some(Tab::Photographs), "What may be done with your photos");
    Ok(shown(StatusCode::OK, page::all(mine.site(), &frame, &view)))
}

/// What a word is said of.
enum About {
    One(DocumentId),
    Day(Date),
}

impl About {
    fn action(&self) -> String {
        match self {
            Self::One(photograph) => format!("/me/photos/{photograph}/permission"),
            Self::Day(day) => format!("{ALL}/{day}"),
        }
    }

    /// The photographs; none leads nowhere.
    fn of<'s>(&self, story: &'s Story, zone: &TimeZone) -> Result<Vec<&'s Opened<Photograph>>, No> {
        let is_meant = |one: &&Opened<Photograph>| match self {
            Self::One(photograph) => one.id == *photograph,
            Self::Day(day) => taken(one, zone) == *day,
        };
        let found: Vec<_> = story.photographs.iter().filter(is_meant).collect();
        if found.is_empty() { Err(No::NotFound) } else { Ok(found) }
    }
}

async fn ask_one(mine: Mine, Path(photograph): Path<DocumentId>) -> Answered {
    ask(&mine, &About::One(photograph), &Entry::default(), StatusCode::OK).await
}

async fn ask_day(mine: Mine, Path(day): Path<String>) -> Answered {
    ask(&mine, &About::Day(read_day(&day)?), &Entry::default(), StatusCode::OK).await
}

fn read_day(text: &str) -> Result<Date, Refused> {
    text.parse().map_err(|_no_day| No::NotFound.into())
}

async fn ask(mine: &Mine, about: &About, entry: &Entry, status: StatusCode) -> Answered {
    let practice = mine.practice();
    let clinic = practice.clinic().await?;
    let zone = zone_of(&clinic);
    let story = practice.story(&mine.actor, mine.patient).await?;
    let meant = about.of(&story, &zone)?;
    let standings = practice.photograph_standings(&mine.actor, mine.patient).await?;
    let allowed: Vec<BTreeSet<PhotographUse>> =
        meant.iter().map(|one| uses(&standings.said, one.id)).collect();
    let standing = match allowed.as_slice() {
        [one] => format!("Allowed today: {}.", listed(one)),
        [first, rest @ ..] if rest.iter().all(|one| one == first) => {
            format!("Allowed today for each of them: {}.", listed(first))
        }
        _ => "What is allowed differs among them today.".to_owned(),
    };
    let (title, one, said) = match (about, meant.as_slice()) {
        (About::One(photograph), [shot]) => {
            let back = withdrawals(allowed.first().ok_or(No::NotFound)?);
            let said = practice.photograph_words(&mine.actor, *photograph).await?;
            (named(shot, &zone), Some((photograph.to_string(), back)), said)
        }
        (About::One(_) | About::Day(_), all) => {
            let first = all.first().ok_or(No::NotFound)?;
            (format!("All photos of {}", say::day(taken(first, &zone))), None, Vec::new())
        }
    };
    let is_meant = |id: &DocumentId| meant.iter().any(|one| one.id == *id);
    let of_them =
        standings.copies.iter().filter(|copy| copy.publication.photographs.iter().any(is_meant));
    let view = page::Ask {
        title,
        pictures: meant
            .iter()
            .map(|one| (format!("/me/photos/{}/small", one.id), named(one, &zone)))
            .collect(),
        standing,
        questions: questions(),
        action: about.action(),
        one,
        copies: of_them.map(|one| copy(one, &zone, None)).collect(),
        words: words(&said, &zone, "you"),
    };
    let title = if entry.is_fine() { "What may be done with a photo" } else { "Error: photo" };
    let frame = mine.frame(&clinic, Some(Tab::Photographs), title);
    Ok(shown(status, page::ask(mine.site(), &frame, &view, entry)))
}

fn questions() -> Vec<Question> {
    let one = |(purpose, asks, says): (PhotographUse, &str, &str)| Question {
        name: word(purpose).to_owned(),
        asks: asks.to_owned(),
        says: says.to_owned(),
    };
    QUESTIONS.map(one).to_vec()
}

async fn say_one(mine: Mine, Path(photograph): Path<DocumentId>, form: Filled) -> Answered {
    said(&mine, &About::One(photograph), entry(form)).await
}

async fn say_day(mine: Mine, Path(day): Path<String>, form: Filled) -> Answered {
    said(&mine, &About::Day(read_day(&day)?), entry(form)).await
}

async fn said(mine: &Mine, about: &About, mut entry: Entry) -> Answered {
    let mut allowed = BTreeSet::new();
    for (purpose, asks, _) in QUESTIONS {
        match entry.get(word(purpose)) {
            "yes" => {
                allowed.insert(purpose);
            }
            "no" => {}
            // With the question, because the summary at the top names all four beneath one another.
            _ => entry.refuse(word(purpose), format!("{asks} Choose yes or no.")),
        }
    }
    if entry.is_fine() {
        let which = which(mine, about).await?;
        match mine.practice().permit_photographs(&mine.actor, &which, &allowed).await {
            Ok(()) => return Ok(see_done(ALL, Done::new("permitted"))),
            Err(No::Wrong(wrong)) => refuse(&mut entry, wrong),
            Err(no) => return Err(no.into()),
        }
    }
    ask(mine, about, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn which(mine: &Mine, about: &About) -> Result<Which, Refused> {
    let day = match about {
        About::One(photograph) => return Ok(Which::These(vec![*photograph])),
        About::Day(day) => About::Day(*day),
    };
    let zone = zone_of(&*mine.practice().clinic().await?);
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    Ok(Which::These(day.of(&story, &zone)?.into_iter().map(|one| one.id).collect()))
}

async fn withdraw(mine: Mine, form: Filled) -> Answered {
    let entry = entry(form);
    let from: BTreeSet<PhotographUse> = entry.all("use").filter_map(use_of).collect();
    if from.is_empty() {
        return Err(No::NotFound.into());
    }
    let (which, back) = match entry.get("which") {
        "all" => (Which::All, ALL.to_owned()),
        one => {
            let photograph: DocumentId = one.parse().map_err(|_no_id| No::NotFound)?;
            (Which::These(vec![photograph]), format!("/me/photos/{photograph}/permission"))
        }
    };
    mine.practice().withdraw_permission(&mine.actor, &which, &from).await?;
    Ok(see_done(&back, Done::new("permission-withdrawn")))
}
