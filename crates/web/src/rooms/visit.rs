//! A visit on its day: what has to be there, ticked or shown, numbing put on and wiped off, and the way into the session.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Time};
use percuta_chart::{
    clinic::Clinic,
    visit::{Purpose, Visit, VisitState},
};
use percuta_practice::{
    Act, No, Opened, day_of,
    visit_day::{DayOfVisit, Needed, Stands, Tick, What},
    zone_of,
};
use percuta_record::{DocumentId, State};

use super::{
    Answered, Desk, Needs, Refused,
    booking::{at_version, query_of, title_of},
    door::Doors,
    entrance::{Filled, entry},
    notice::Done,
    see_done, shown, subject,
};
use crate::page::{
    entry::Entry,
    staff::{
        Room,
        visit::{self as page, Item, ItemState, Remedy, Stage, Talk, View},
    },
};

/// The doors of a visit's day.
pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/visits/{visit}", Needs::Member(Act::Book), show)
        .post("/visits/{visit}/check/{what}", Needs::Member(Act::Prepare), tick)
        .post("/visits/{visit}/check/{what}/undo", Needs::Member(Act::Prepare), untick)
        .post("/visits/{visit}/numbing/on", Needs::Member(Act::Prepare), numb)
        .post("/visits/{visit}/numbing/off", Needs::Member(Act::Prepare), wipe_off)
        .post("/visits/{visit}/session", Needs::Member(Act::Treat), begin)
        .post("/visits/{visit}/held", Needs::Member(Act::Treat), hold)
        .post("/visits/{visit}/held/undo", Needs::Member(Act::Treat), reopen)
}

async fn show(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit: DocumentId = subject::id(&visit)?;
    again(&desk, visit, &Entry::default(), StatusCode::OK).await
}

async fn again(desk: &Desk, visit: DocumentId, entry: &Entry, status: StatusCode) -> Answered {
    let practice = desk.practice();
    let day = if desk.actor.may(Act::OpenChart) {
        practice.visit_day(&desk.actor, visit).await?
    } else {
        practice.visit_at_desk(&desk.actor, visit).await?
    };
    let clinic = practice.clinic().await?;
    let view = view(desk, &clinic, &day).await?;
    let frame = desk.frame(Some(Room::Today), "Visit").await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

async fn view(desk: &Desk, clinic: &Clinic, day: &DayOfVisit) -> Result<View, Refused> {
    let (visit, practice) = (&day.visit, desk.practice());
    let members = practice.members().await?;
    let with = percuta_chart::person::document_of_member(visit.with);
    let with = members.iter().find(|member| member.id == with);
    let with = with.map_or("somebody who has left", |member| member.name.as_str());
    let is_booked = visit.state == VisitState::Booked;
    let path = format!("/visits/{}", visit.id);
    Ok(View {
        person: subject::about(&day.story.patient, clinic, practice.now()),
        title: title_of(&day.story, visit.purpose),
        when: format!(
            "{} to {}, {with}, {}",
            subject::when(clinic, visit.from),
            subject::time(clinic, visit.until),
            practice.where_of(visit).await?.place
        ),
        stage: stage(desk, clinic, day),
        items: day.needed.iter().map(|needed| item(desk, day, needed)).collect(),
        talk: talk(desk, day),
        log: log(desk, clinic, visit),
        moves: is_booked.then(|| format!("{path}/move")),
        late: (can_be_late(visit) && day_of(clinic, visit.from) == day_of(clinic, practice.now()))
            .then(|| format!("{path}/late")),
        cancel: is_booked.then(|| format!("{path}/cancel")),
        calendar: is_booked.then(|| format!("{path}/appointment.ics")),
    })
}

/// Whether it can still begin later than it was booked: also when the patient is here by now.
fn can_be_late(visit: &Visit) -> bool {
    match visit.state {
        VisitState::Booked => true,
        VisitState::Arrived { at: _ } => visit.numbing.is_none(),
        VisitState::Done { .. } | VisitState::Cancelled { .. } | VisitState::NoShow { .. } => false,
    }
}

fn stage(desk: &Desk, clinic: &Clinic, day: &DayOfVisit) -> Stage {
    let visit = &day.visit;
    let patient = &day.story.patient;
    let book = format!("/patients/{}/book", percuta_chart::person::patient_of(patient.id));
    let may_open = desk.actor.may(Act::OpenChart);
    let session = day.session.map(|session| may_open.then(|| format!("/sessions/{session}")));
    let may_treat = desk.actor.may(Act::Treat);
    let is_today = day_of(clinic, visit.from) == day_of(clinic, desk.practice().now());
    match (&visit.state, session) {
        (VisitState::Booked, _) => {
            Stage::Expected { arrive: format!("/visits/{}/arrival", visit.id) }
        }
        (VisitState::NoShow { at }, _) => Stage::Cancelled {
            says: format!("The patient did not come; noted {}.", subject::when(clinic, *at)),
            again: format!("{book}?{}", query_of(visit.purpose)),
        },
        (VisitState::Cancelled { at, why }, _) => Stage::Cancelled {
            says: format!("{}: {why}", subject::when(clinic, *at)),
            again: format!("{book}?{}", query_of(visit.purpose)),
        },
        (VisitState::Arrived { .. }, Some(session)) => Stage::InSession { session },
        (VisitState::Arrived { .. }, None) => match visit.purpose {
            Purpose::Session { .. } if day.blocks().is_empty() && may_treat && is_today => {
                Stage::Ready { start: format!("/visits/{}/session", visit.id) }
            }
            Purpose::Session { .. } => Stage::Preparing,
            Purpose::Consultation | Purpose::FollowUp { .. } => {
                Stage::Talking { can_hold: may_treat }
            }
        },
        (VisitState::Done { .. }, session) => {
            let next = Some(("Book the next visit".to_owned(), book));
            match session {
                Some(session) => Stage::Done { session, next },
                None => Stage::Held {
                    undo: may_treat.then(|| {
                        format!("/visits/{}/held/undo?seen={}", visit.id, visit.version.number())
                    }),
                    next,
                },
            }
        }
    }
}

/// A talk: where what it is about is written, and its note, for who may open the chart.
fn talk(desk: &Desk, day: &DayOfVisit) -> Option<Talk> {
    let visit = &day.visit;
    let follows = match visit.purpose {
        Purpose::Session { .. } => return None,
        Purpose::Consultation => None,
        Purpose::FollowUp { course } => Some(course),
    };
    if !desk.actor.may(Act::OpenChart) {
        return Some(Talk { links: Vec::new(), note: String::new(), action: None });
    }
    let patient = percuta_chart::person::patient_of(day.story.patient.id);
    let page = |label: &str, rest: &str| (label.to_owned(), format!("/patients/{patient}{rest}"));
    let mut links = match follows {
        None => vec![page("Intake", "/intake"), page("Screening", "/screening")],
        Some(course) => vec![("The course".to_owned(), format!("/courses/{course}"))],
    };
    if follows.is_none() && desk.actor.may(Act::Plan) {
        links.push(page("Plan a course", "/plan"));
    }
    links.push(page("Photographs", "/photographs"));
    if desk.actor.may(Act::Score) {
        links.push(page("Scores", "/outcomes"));
    }
    let is_here = matches!(visit.state, VisitState::Arrived { .. });
    let action = (is_here && desk.actor.may(Act::Treat))
        .then(|| format!("/visits/{}/held?seen={}", visit.id, visit.version.number()));
    Some(Talk { links, note: visit.note.clone(), action })
}

fn title(what: What) -> &'static str {
    match what {
        What::Identity => "It is this patient",
        What::Interval => "Long enough since the last session",
        What::Screening => "Screened today",
        What::Consent => "Consent signed for this course",
        What::Photographs => "Photographs of before",
        What::Preparation => "Preparation was kept",
        What::Precautions => "Precautions are taken",
        What::Numbing => "Numbing",
    }
}

fn item(desk: &Desk, day: &DayOfVisit, needed: &Needed) -> Item {
    let state = match needed.stands {
        Stands::Done => ItemState::Done,
        Stands::Blocks => ItemState::Blocks,
        Stands::Open => ItemState::Open,
        Stands::NotNeeded => ItemState::NotNeeded,
    };
    let may = desk.actor.may(Act::Prepare)
        || matches!(needed.what, What::Consent | What::Interval) && desk.actor.may(Act::Book);
    Item {
        title: title(needed.what).to_owned(),
        state,
        says: needed.says.clone(),
        points: needed.points.clone(),
        remedy: if may { remedy(desk, day, needed) } else { Remedy::None },
    }
}

fn remedy(desk: &Desk, day: &DayOfVisit, needed: &Needed) -> Remedy {
    let visit = &day.visit;
    let path = format!("/visits/{}", visit.id);
    let seen = format!("?seen={}", visit.version.number());
    let patient = percuta_chart::person::patient_of(day.story.patient.id);
    let is_here = matches!(visit.state, VisitState::Arrived { .. }) && day.session.is_none();
    match (needed.what, needed.stands) {
        (What::Identity | What::Preparation | What::Precautions, Stands::Done) if is_here => {
            let code = needed.what.code().unwrap_or_default();
            Remedy::Press("Take back".to_owned(), format!("{path}/check/{code}/undo{seen}"))
        }
        (What::Identity | What::Preparation | What::Precautions, _) if is_here => {
            let code = needed.what.code().unwrap_or_default();
            Remedy::Press("It is so".to_owned(), format!("{path}/check/{code}{seen}"))
        }
        (What::Numbing, _) if is_here => match &visit.numbing {
            None => {
                let products = &desk.site().book().numbing;
                let products = products.iter().map(|one| (one.id.clone(), one.title.clone()));
                Remedy::Numb(products.collect(), format!("{path}/numbing/on{seen}"))
            }
            Some(numbing) if numbing.off.is_none() => Remedy::At(
                "Wiped off".to_owned(),
                format!("{path}/numbing/off{seen}"),
                "off".to_owned(),
            ),
            Some(_) => Remedy::None,
        },
        (What::Screening, Stands::Blocks) => match day.story.intakes.is_empty() {
            true => {
                Remedy::Page("Enter an intake".to_owned(), format!("/patients/{patient}/intake"))
            }
            false => Remedy::Page(
                "Ask again".to_owned(),
                format!("/patients/{patient}/screening/today?visit={}", visit.id),
            ),
        },
        (What::Screening, _) => {
            Remedy::Page("Open it".to_owned(), format!("/patients/{patient}/screening"))
        }
        (What::Consent, Stands::Blocks) => {
            Remedy::Page("The patient’s link".to_owned(), format!("/patients/{patient}"))
        }
        (What::Photographs, Stands::Blocks) => {
            let take = format!("/patients/{patient}/photographs/take?about={}", visit.id);
            Remedy::Page("Take photographs".to_owned(), take)
        }
        (What::Interval, Stands::Blocks) => {
            Remedy::Page("Move the visit".to_owned(), format!("{path}/move"))
        }
        (
            What::Identity
            | What::Interval
            | What::Consent
            | What::Photographs
            | What::Preparation
            | What::Precautions
            | What::Numbing,
            _,
        ) => Remedy::None,
    }
}

fn log(desk: &Desk, clinic: &Clinic, visit: &Opened<Visit>) -> Vec<(String, String)> {
    let mut log: Vec<(Timestamp, String)> = Vec::new();
    match &visit.state {
        VisitState::Arrived { at } => log.push((*at, "The patient is here.".to_owned())),
        VisitState::Done { at } => log.push((*at, "Done.".to_owned())),
        VisitState::NoShow { at } => log.push((*at, "The patient did not come.".to_owned())),
        VisitState::Cancelled { at, .. } => log.push((*at, "Called off.".to_owned())),
        VisitState::Booked => {}
    }
    for what in What::SAID {
        if let Some((_, at)) = what.code().and_then(|code| visit.checked.get(code)) {
            log.push((*at, format!("{}.", title(what))));
        }
    }
    if let Some(numbing) = &visit.numbing {
        let book = desk.site().book();
        let card = book.numbing.iter().find(|card| card.id == numbing.product);
        let name = card.map_or(numbing.product.as_str(), |card| card.title.as_str());
        log.push((numbing.on, format!("{name} put on.")));
        log.extend(numbing.off.map(|off| (off, format!("{name} wiped off."))));
    }
    log.sort();
    log.into_iter().map(|(at, says)| (subject::time(clinic, at), says)).collect()
}

/// The visit at the version that a form was shown with.
async fn seen(desk: &Desk, visit: &str, query: Option<&str>) -> Result<Opened<Visit>, Refused> {
    let visit = desk.practice().visit(&desk.actor, subject::id(visit)?).await?;
    at_version(&visit, query)
}

/// The word of what a person says.
fn said(word: &str) -> Result<What, Refused> {
    let found = What::SAID.into_iter().find(|what| what.code() == Some(word));
    found.ok_or_else(|| No::NotFound.into())
}

async fn tick(
    desk: Desk,
    Path((visit, what)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answered {
    let seen = seen(&desk, &visit, query.as_deref()).await?;
    let what = (said(&what)?, Tick::Said);
    desk.practice().tick_visit(&desk.actor, &seen, what).await?;
    Ok(see_done(&format!("/visits/{}", seen.id), Done::new("saved")))
}

async fn untick(
    desk: Desk,
    Path((visit, what)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answered {
    let seen = seen(&desk, &visit, query.as_deref()).await?;
    let what = (said(&what)?, Tick::TakenBack);
    desk.practice().tick_visit(&desk.actor, &seen, what).await?;
    Ok(see_done(&format!("/visits/{}", seen.id), Done::new("taken-back")))
}

/// A time of today as it was typed; now where nothing was.
fn time_in(desk: &Desk, clinic: &Clinic, entry: &mut Entry, name: &str) -> Option<Timestamp> {
    let written = entry.get(name).to_owned();
    let now = desk.practice().now();
    if written.is_empty() {
        return Some(now);
    }
    let time = written.parse::<Time>().ok();
    let at = time.and_then(|time| {
        let day = day_of(clinic, now).to_datetime(time);
        day.to_zoned(zone_of(clinic)).ok().map(|zoned| zoned.timestamp())
    });
    if at.is_none() {
        entry.refuse(name, "Write the time as 10:40, or leave it empty for now.");
    }
    at
}

async fn numb(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let seen = seen(&desk, &visit, query.as_deref()).await?;
    let clinic = desk.practice().clinic().await?;
    let mut entry = entry(form);
    let Some(at) = time_in(&desk, &clinic, &mut entry, "on") else {
        return again(&desk, seen.id, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let what = (entry.get("product"), at);
    let done = desk.practice().numb(&desk.actor, &seen, what).await;
    after(&desk, &seen, entry, done).await
}

async fn wipe_off(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let seen = seen(&desk, &visit, query.as_deref()).await?;
    let clinic = desk.practice().clinic().await?;
    let mut entry = entry(form);
    let Some(at) = time_in(&desk, &clinic, &mut entry, "off") else {
        return again(&desk, seen.id, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let done = desk.practice().wipe_off(&desk.actor, &seen, at).await;
    after(&desk, &seen, entry, done).await
}

async fn after(
    desk: &Desk,
    seen: &Opened<Visit>,
    mut entry: Entry,
    done: Result<(), No>,
) -> Answered {
    match done {
        Ok(()) => Ok(see_done(&format!("/visits/{}", seen.id), Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            again(desk, seen.id, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn hold(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let seen = seen(&desk, &visit, query.as_deref()).await?;
    let mut entry = entry(form);
    match desk.practice().hold_visit(&desk.actor, &seen, entry.get("note")).await {
        Ok(()) => {
            let there = format!("/visits/{}", seen.id);
            let done = Done::new("held").undone_by(format!("{there}/held/undo"));
            Ok(see_done(&there, done))
        }
        Err(No::Conflict) => {
            entry.refuse(
                "note",
                "Somebody else changed this visit at the same time. Send it again.",
            );
            again(&desk, seen.id, &entry, StatusCode::CONFLICT).await
        }
        // Somebody ended it: what stands is shown, and above it what was written here.
        Err(No::Closed(_)) => again(&desk, seen.id, &entry, StatusCode::CONFLICT).await,
        Err(no) => Err(no.into()),
    }
}

/// Taken back from the page, or from the notice that said that it was done, which knows no version.
async fn reopen(desk: Desk, Path(visit): Path<String>, RawQuery(query): RawQuery) -> Answered {
    let visit = desk.practice().visit(&desk.actor, subject::id(&visit)?).await?;
    let seen = if query.is_some() { at_version(&visit, query.as_deref())? } else { visit };
    desk.practice().reopen_visit(&desk.actor, &seen).await?;
    Ok(see_done(&format!("/visits/{}", seen.id), Done::new("taken-back")))
}

async fn begin(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit: DocumentId = subject::id(&visit)?;
    match desk.practice().begin_session(&desk.actor, visit).await {
        Ok(session) => Ok(see_done(&format!("/sessions/{session}"), Done::new("begun"))),
        // What is in the way stands on the page, each with its remedy.
        Err(No::Wrong(_)) => {
            again(&desk, visit, &Entry::default(), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

/// Whether a document of the record is signed.
pub(super) fn is_signed(state: &State) -> bool {
    match state {
        State::Signed { .. } => true,
        State::Draft | State::Withdrawn { .. } => false,
    }
}
