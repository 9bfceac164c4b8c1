//! What the clinic keeps about a patient, and who opened it.

use axum::{extract::RawQuery, http::StatusCode};
use percuta_practice::{
    audit::{Did, did},
    openings::{Opener, Opening},
    patients::Story,
    zone_of,
};

use super::say;
use crate::{
    page::mine::{
        Onwards,
        record::{self as page, Kept, Opened, Record},
    },
    rooms::{Answered, Done, Mine, Needs, door::Doors, see_done, shown},
    wording::count,
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors.get("/me/data", Needs::Patient, show).post("/me/data/copy", Needs::Patient, copy)
}

async fn show(mine: Mine, RawQuery(query): RawQuery) -> Answered {
    let practice = mine.practice();
    let clinic = practice.clinic().await?;
    let zone = zone_of(&clinic);
    let story = practice.story(&mine.actor, mine.patient).await?;
    let before = query.as_deref().and_then(|query| cursor::read(query.strip_prefix("before=")?));
    let openings = practice.own_openings(&mine.actor, before).await?;
    let view = Record {
        kept: kept(&story),
        opened: openings
            .list
            .iter()
            .map(|opening| Opened {
                when: say::at(opening.at, &zone),
                who: who(&opening.who),
                what: what(opening),
                why: String::new(),
            })
            .collect(),
        onwards: Onwards {
            newer: before.map(|_| "/me/data".to_owned()),
            older: openings.older.map(|older| format!("/me/data?before={}", cursor::write(older))),
        },
        kept_for: "Nothing is deleted by itself. How long records of treatment are kept is the law’s matter; the clinic tells you.".to_owned(),
        copy: "/me/data/copy".to_owned(),
        ask: "/me/messages".to_owned(),
    };
    let frame = mine.frame(&clinic, None, "My record");
    Ok(shown(StatusCode::OK, page::page(mine.site(), &frame, &view)))
}

async fn copy(mine: Mine) -> Answered {
    let practice = mine.practice();
    let once = practice.form_id()?;
    practice.ask_clinic(&mine.actor, once, "I ask for a copy of my whole record.").await?;
    Ok(see_done("/me/data", Done::new("sent")))
}

/// A place in the audit, in an address: it names nobody.
mod cursor {
    use percuta_practice::openings::AuditCursor;
    use percuta_record::Moment;

    pub(super) fn write(cursor: AuditCursor) -> String {
        format!("{}-{}-{}", cursor.at.0, cursor.chain, cursor.sequence)
    }

    pub(super) fn read(text: &str) -> Option<AuditCursor> {
        let mut parts = text.split('-');
        let at = Moment(parts.next()?.parse().ok()?);
        let chain = parts.next()?.parse().ok()?;
        let sequence = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(AuditCursor { at, chain, sequence })
    }
}

fn kept(story: &Story) -> Vec<Kept> {
    let line = |what: &str, number: usize, (one, many): (&str, &str), href: Option<&str>| Kept {
        what: what.to_owned(),
        count: count(number, one, many),
        href: href.filter(|_| number > 0).map(str::to_owned),
    };
    vec![
        line("Who you are and how to reach you", 1, ("sheet", "sheets"), None),
        line("Your answers", story.intakes.len(), ("form", "forms"), Some("/me/questions")),
        line(
            "What the rules say to them",
            story.screenings.len(),
            ("answer", "answers"),
            Some("/me/screening"),
        ),
        line("Plans", story.courses.len(), ("plan", "plans"), Some("/me/plan")),
        line("Visits", story.visits.len(), ("visit", "visits"), Some("/me/visits")),
        line("Consents", story.consents.len(), ("consent", "consents"), Some("/me/consents")),
        line("Sessions", story.sessions.len(), ("session", "sessions"), None),
        line(
            "Check-ins and questions",
            story.check_ins.len(),
            ("message", "messages"),
            Some("/me/messages"),
        ),
        line(
            "Photographs",
            story.photographs.len(),
            ("photograph", "photographs"),
            Some("/me/photos"),
        ),
        line("Scores", story.outcomes.len(), ("score", "scores"), Some("/me/scales")),
    ]
}

fn who(opener: &Opener) -> String {
    match opener {
        Opener::Oneself => "You".to_owned(),
        Opener::Member { name, parts } => format!("{name} ({parts})"),
        Opener::Nobody => "Somebody who was not signed in".to_owned(),
    }
}

/// What was done, by the kind of document and the verb of the audit's code.
fn what(opening: &Opening) -> String {
    let (about, verb) = opening.action.split_once('.').unwrap_or((&opening.action, ""));
    let thing = match about {
        "patient" => "your record",
        "intake" => "your answers",
        "self-check" => "your self-check",
        "screening" | "rulebook" => "the answer to your questions",
        "plan" | "course" => "your plan",
        "visit" => "a visit",
        "consent" | "consents" => "a consent",
        "session" => "a session",
        "check-in" | "question" => "a message or check-in",
        "photograph" | "photographs" => "photographs",
        "permission" => "what photographs may be used for",
        "publication" | "export" => "a copy of your photographs",
        "outcome" | "outcomes" | "scale" => "a score",
        "openings" => "this list",
        "link" => "your link",
        "feed" => "your calendar feed",
        _ => "something in your record",
    };
    let done = match verb {
        _ if did(&opening.action, "done") == Did::Opened => "opened",
        "sign" => "signed",
        "withdraw" => "withdrew",
        "accept" => "accepted",
        "offer" => "offered",
        "enter" | "keep" | "write" | "begin" | "propose" | "book" | "ask" | "send" | "add" => {
            "wrote"
        }
        _ => "changed",
    };
    let words = format!("{done} {thing}");
    if opening.is_done {
        crate::wording::capital(&words)
    } else {
        format!("Tried this and was not let: {words}")
    }
}
