//! One's own visits: which there are, how long they take, what to do before, and moving or calling them off.

use axum::{extract::Path, http::StatusCode};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    clinic::Clinic,
    visit::{PhaseKind, Purpose, Visit, VisitState},
};
use percuta_clinical::Rulebook;
use percuta_practice::{No, Opened, consents::is_due, patients::Story, visits::stands, zone_of};
use percuta_record::DocumentId;
use serde_json::Value;

use super::{
    say,
    screening::{list, text},
};
use crate::{
    page::{
        entry::Entry,
        mine::{
            Onwards, Tab,
            visits::{self as page, Change, One, Phase, PhaseKind as Part, Standing, Visits},
        },
    },
    rooms::{
        Answered, Done, Mine, Needs,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/me/visits", Needs::Patient, all)
        .get("/me/visits/{visit}", Needs::Patient, one)
        .post("/me/visits/{visit}/cancel", Needs::Patient, cancel)
        .post("/me/visits/{visit}/undo", Needs::Patient, undo)
}

async fn all(mine: Mine) -> Answered {
    let practice = mine.practice();
    let clinic = practice.clinic().await?;
    let story = practice.story(&mine.actor, mine.patient).await?;
    let now = practice.now();
    let (coming, mut past): (Vec<_>, Vec<_>) =
        story.visits.iter().partition(|visit| stands(visit) && visit.until > now);
    past.reverse();
    let zone = zone_of(&clinic);
    let rows = |visits: Vec<&Opened<Visit>>| -> Vec<One> {
        visits.into_iter().map(|visit| row((practice.book(), &story), visit, &zone)).collect()
    };
    // A course has a few visits, so that all of them are one page.
    let view = Visits { coming: rows(coming), past: rows(past), onwards: Onwards::default() };
    let frame = mine.frame(&clinic, Some(Tab::Visits), "Visits");
    Ok(shown(StatusCode::OK, page::list(mine.site(), &frame, &view)))
}

fn row((book, story): (&Rulebook, &Story), visit: &Opened<Visit>, zone: &TimeZone) -> One {
    let (from, until) = (visit.from.to_zoned(zone.clone()), visit.until.to_zoned(zone.clone()));
    One {
        day: from.strftime("%a %-d %b %Y").to_string(),
        time: format!("{} to about {}", from.strftime("%H:%M"), until.strftime("%H:%M")),
        what: what(story, visit.purpose),
        standing: standing(book, story, visit),
        href: format!("/me/visits/{}", visit.id),
    }
}

/// Until when a visit can be changed, in a sentence.
pub(super) const RULE: &str = "You can move or cancel it here until it begins. The earlier you do, the sooner somebody else can have the time.";

/// What a visit is for, in words.
pub(super) fn what(story: &Story, purpose: Purpose) -> String {
    let course = |id: DocumentId| story.courses.iter().find(|course| course.id == id);
    match purpose {
        Purpose::Consultation => "Consultation".to_owned(),
        Purpose::Session { course: id, number } => match course(id) {
            Some(course) => {
                format!("Session {number} of {}, {}", course.sessions.len(), course.title)
            }
            None => format!("Session {number}"),
        },
        Purpose::FollowUp { course: id } => match course(id) {
            Some(course) => format!("A look at the result, {}", course.title),
            None => "A look at the result".to_owned(),
        },
    }
}

fn standing(book: &Rulebook, story: &Story, visit: &Visit) -> Standing {
    match visit.state {
        VisitState::Booked if missing(book, story, visit).is_empty() => Standing::Booked,
        VisitState::Booked => Standing::Waiting,
        VisitState::Arrived { .. } => Standing::Booked,
        VisitState::Done { .. } => Standing::Done,
        VisitState::Cancelled { .. } => Standing::Cancelled,
        VisitState::NoShow { .. } => Standing::Missed,
    }
}

/// What is to be done before a visit that is booked, each with its link.
fn missing(book: &Rulebook, story: &Story, visit: &Visit) -> Vec<(String, String)> {
    let Purpose::Session { course, .. } = visit.purpose else { return Vec::new() };
    let mut missing = Vec::new();
    if is_due(book, story, course) {
        let href = format!("/me/consents/for/{course}");
        missing.push(("Read and sign the consent".to_owned(), href));
    }
    missing
}

async fn one(mine: Mine, Path(visit): Path<DocumentId>) -> Answered {
    show(mine, visit, &Entry::default(), StatusCode::OK).await
}

async fn show(mine: Mine, visit: DocumentId, entry: &Entry, status: StatusCode) -> Answered {
    let practice = mine.practice();
    let visit = practice.visit(&mine.actor, visit).await?;
    let clinic = practice.clinic().await?;
    let story = practice.story(&mine.actor, mine.patient).await?;
    let zone = zone_of(&clinic);
    let (from, until) = (visit.from.to_zoned(zone.clone()), visit.until.to_zoned(zone.clone()));
    let with = super::member_name(practice, visit.with).await?;
    let is_open = visit.state == VisitState::Booked && visit.from > practice.now();
    let view = page::Visit {
        when: format!("{}, {}", say::weekday(from.date()), from.strftime("%H:%M")),
        what: what(&story, visit.purpose),
        standing: standing(practice.book(), &story, &visit),
        phases: phases(&visit),
        ends: format!(
            "Plan to leave at about {}. {}",
            until.strftime("%H:%M"),
            zone_words(&clinic)
        ),
        who: format!("With {with}. {}.", practice.where_of(&visit).await?.place),
        address: clinic.address.lines().map(str::to_owned).collect(),
        home: String::new(),
        preparation: if is_open { preparation(&story, &visit, from.date()) } else { Vec::new() },
        missing: if is_open { missing(practice.book(), &story, &visit) } else { Vec::new() },
        change: is_open.then(|| Change {
            move_href: format!("/me/visits/{}/move", visit.id),
            cancel: format!("/me/visits/{}/cancel", visit.id),
            rule: RULE.to_owned(),
        }),
        calendar: is_open.then(|| format!("/me/visits/{}/appointment.ics", visit.id)),
    };
    let title = if entry.is_fine() { "Visit" } else { "Error: visit" };
    let frame = mine.frame(&clinic, Some(Tab::Visits), title);
    Ok(shown(status, page::page(mine.site(), &frame, &view, entry)))
}

/// In which zone times are said.
pub(super) fn zone_words(clinic: &Clinic) -> String {
    format!("Times are those of the clinic ({}).", clinic.time_zone.replace('_', " "))
}

fn phases(visit: &Visit) -> Vec<Phase> {
    let of = |phase: &percuta_chart::visit::Phase| Phase {
        kind: match phase.kind {
            PhaseKind::Talk => Part::Talk,
            PhaseKind::Cleanse => Part::Cleanse,
            PhaseKind::Numbing => Part::Numbing,
            PhaseKind::Treatment => Part::Treatment,
            PhaseKind::Aftercare => Part::Aftercare,
        },
        minutes: u16::try_from(phase.until.duration_since(phase.from).as_mins())
            .unwrap_or_default(),
        says: String::new(),
    };
    visit.phases.iter().map(of).collect()
}

/// What to do before a session, with the days counted back from it.
pub(super) fn preparation(story: &Story, visit: &Visit, day: Date) -> Vec<(String, String)> {
    let Purpose::Session { course, .. } = visit.purpose else { return Vec::new() };
    let course = story.courses.iter().find(|known| known.id == course);
    let plan = course.and_then(|course| serde_json::from_str::<Value>(&course.plan).ok());
    let Some(plan) = plan else { return Vec::new() };
    let line = |prepared: &Value| {
        let days = prepared.get("days_before").and_then(Value::as_i64);
        let by = days.and_then(|days| day.checked_sub(days.days()).ok());
        let when =
            by.map_or_else(|| "Before".to_owned(), |by| format!("From {}", say::weekday(by)));
        (when, text(prepared, "do").to_owned())
    };
    list(&plan, "preparation").iter().map(line).collect()
}

async fn cancel(mine: Mine, Path(visit): Path<DocumentId>, form: Filled) -> Answered {
    let entry = entry(form);
    let seen = mine.practice().visit(&mine.actor, visit).await?;
    if seen.from <= mine.practice().now() {
        return Err(No::Closed("This visit has begun. Call the clinic.").into());
    }
    mine.practice().cancel_visit(&mine.actor, &seen, entry.get("reason")).await?;
    let done = Done::new("cancelled").undone_by(format!("/me/visits/{visit}/undo"));
    Ok(see_done(&format!("/me/visits/{visit}"), done))
}

async fn undo(mine: Mine, Path(visit): Path<DocumentId>) -> Answered {
    let seen = mine.practice().visit(&mine.actor, visit).await?;
    mine.practice().uncancel_visit(&mine.actor, &seen).await?;
    Ok(see_done(&format!("/me/visits/{visit}"), Done::new("state-undone")))
}
