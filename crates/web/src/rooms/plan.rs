//! Courses: planned while the wish changes, kept as a draft, offered, taken back, accepted, stopped.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use jiff::civil::Date;
use percuta_chart::{
    clinic::Clinic,
    course::{Course, CourseState},
};
use percuta_practice::{
    Act, No, Opened, consents,
    courses::{GoalWish, PlanWish},
    patients::Story,
    screenings::last_sent,
};
use percuta_record::{DocumentId, PatientId};
use percuta_terminology::Kind;
use serde_json::Value;

use super::{
    Answered, Desk, Needs, Refused,
    door::Doors,
    entrance::{Filled, entry},
    money,
    notice::Done,
    see, see_done, shown, subject,
};
use crate::{
    page::{
        check,
        entry::Entry,
        staff::{
            Room,
            plan::{self as page, Ask, Form, Goal, Price, PriceItem, Proposal, State, View},
        },
    },
    wording,
};

/// So many goals have room in the form.
const GOALS: usize = 3;

/// The doors of plans.
pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/patients/{patient}/plan", Needs::Member(Act::Plan), new)
        .post("/patients/{patient}/plan", Needs::Member(Act::Plan), propose_new)
        .get("/courses/{course}", Needs::Member(Act::OpenChart), show)
        .get("/courses/{course}/change", Needs::Member(Act::Plan), change)
        .post("/courses/{course}/change", Needs::Member(Act::Plan), propose_change)
        .post("/courses/{course}/offer", Needs::Member(Act::Plan), offer)
        .post("/courses/{course}/offer/undo", Needs::Member(Act::Plan), withdraw)
        .post("/courses/{course}/accept", Needs::Member(Act::Plan), accept)
        .get("/courses/{course}/stop", Needs::Member(Act::Plan), ask_stop)
        .post("/courses/{course}/stop", Needs::Member(Act::Plan), stop)
}

async fn opened(desk: &Desk, course: &str) -> Result<(Opened<Course>, PatientId), Refused> {
    let course = desk.practice().course(&desk.actor, subject::id(course)?).await?;
    let patient = course.patient().ok_or(No::NotFound)?;
    Ok((course, patient))
}

async fn show(desk: Desk, Path(course): Path<String>) -> Answered {
    let (course, patient) = opened(&desk, &course).await?;
    let practice = desk.practice();
    let clinic = practice.clinic().await?;
    let story = practice.story(&desk.actor, patient).await?;
    let request = practice.request_of(&course).await?;
    let plan =
        request.as_ref().map(|request| percuta_clinical::plan::plan(desk.site().book(), request));
    let proposal = match &plan {
        Some(plan) => Proposal::of(desk.site(), plan, ""),
        None => Proposal::as_kept(desk.site(), &course),
    };
    let may = desk.actor.may(Act::Plan);
    let view = View {
        person: subject::about(&story.patient, &clinic, practice.now()),
        title: wording::within_sentence(&course.title),
        state: state(&clinic, &course, patient, proposal.sessions.is_empty()),
        goals: goals(&desk, &course),
        price: price(&course),
        consent: consent(&desk, &story),
        edit: (may && course.state == CourseState::Draft)
            .then(|| format!("/courses/{}/change", course.id)),
        stop: match course.state {
            CourseState::Draft | CourseState::Offered { .. } | CourseState::Accepted { .. } => {
                may.then(|| format!("/courses/{}/stop", course.id))
            }
            CourseState::Stopped { .. } | CourseState::Finished { .. } => None,
        },
        proposal,
    };
    let frame = desk.frame(Some(Room::Patients), "Plan").await?;
    Ok(shown(StatusCode::OK, page::page(desk.site(), &frame, &view)))
}

fn state(clinic: &Clinic, course: &Opened<Course>, patient: PatientId, is_empty: bool) -> State {
    let at = |at| subject::when(clinic, at);
    match &course.state {
        CourseState::Draft => State::Draft {
            saved: format!("saved {}", at(subject::stamp(course.contribution.at))),
            offer: (!is_empty).then(|| seen_path(course, "offer")),
        },
        CourseState::Offered { at: offered } => State::Offered {
            on: at(*offered),
            withdraw: format!("/courses/{}/offer/undo", course.id),
            accept: seen_path(course, "accept"),
        },
        CourseState::Accepted { at: accepted, .. } => {
            State::Accepted { on: at(*accepted), book: Some(format!("/patients/{patient}/book")) }
        }
        CourseState::Stopped { at: stopped, why } => {
            State::Stopped { on: at(*stopped), why: why.clone() }
        }
        CourseState::Finished { at: finished } => State::Finished { on: at(*finished) },
    }
}

/// The path of a step, with the version that was seen.
fn seen_path(course: &Opened<Course>, step: &str) -> String {
    format!("/courses/{}/{step}?seen={}", course.id, course.version.number())
}

/// A course at the version that a form was shown with.
fn at_version(course: Opened<Course>, query: Option<&str>) -> Result<Opened<Course>, Refused> {
    let version = query.and_then(|query| query.strip_prefix("seen="));
    let version = version.and_then(subject::version).ok_or(No::Conflict)?;
    Ok(Opened { version, ..course })
}

fn goals(desk: &Desk, course: &Course) -> Vec<Goal> {
    let words = &desk.site().book().vocabulary;
    let text = |goal: &Value, key: &str| {
        goal.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let goals = course.request.get("goals").and_then(Value::as_array).map(Vec::as_slice);
    goals
        .unwrap_or_default()
        .iter()
        .map(|goal| {
            let (concern, region) = (text(goal, "concern"), text(goal, "region"));
            let lexicon = words.of(Kind::Concern);
            let concern =
                lexicon.exact(&concern).map_or(concern, |id| lexicon.term(id).title.clone());
            let region = words
                .regions
                .find(&region)
                .map_or(region, |id| words.regions.get(id).title.to_lowercase());
            Goal {
                said: String::new(),
                what: format!("{concern}, {region}"),
                judged_by: String::new(),
            }
        })
        .collect()
}

fn price(course: &Course) -> Option<Price> {
    let quote = &course.quote;
    if quote.lines.is_empty() {
        return None;
    }
    let money = |minor| money::write(minor, &quote.currency);
    let items = quote.lines.iter().map(|line| PriceItem {
        says: format!("{}, {}", line.title, line.times),
        each: money(line.each_minor),
        total: money(line.each_minor.saturating_mul(line.times)),
    });
    Some(Price {
        items: items.collect(),
        total: money(quote.total_minor()),
        tax: "by the clinic’s list".to_owned(),
        terms: "As it was on the list when the plan was made.".to_owned(),
    })
}

/// What consent will name for this person.
fn consent(desk: &Desk, story: &Story) -> Vec<String> {
    let (Some(screening), Some(intake)) = (story.screenings.last(), last_sent(&story.intakes))
    else {
        return Vec::new();
    };
    let named = consents::named(desk.site().book(), screening, &intake.json);
    named.into_iter().map(|one| one.says).collect()
}

async fn new(desk: Desk, Path(patient): Path<String>) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let Some(intake) = last_sent(&story.intakes) else {
        // A plan is made from what was asked: that comes first.
        return Ok(see(&format!("/patients/{patient}/intake")));
    };
    let mut entry = Entry::default();
    if let Some(request) = intake.json.get("request") {
        for key in ["concern", "region", "onset"] {
            let said = request.get(key).and_then(Value::as_str).unwrap_or_default();
            entry.set(&format!("{key}-1"), said);
        }
        entry.set("device", request.get("device").and_then(Value::as_str).unwrap_or_default());
    }
    let action = format!("/patients/{patient}/plan");
    form(&desk, (patient, action), &entry, (None, StatusCode::OK)).await
}

async fn form(
    desk: &Desk,
    (patient, action): (PatientId, String),
    entry: &Entry,
    (preview, status): (Option<Proposal>, StatusCode),
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let known = desk.practice().patient(&desk.actor, patient).await?;
    let book = desk.site().book();
    let view = Form {
        person: subject::about(&known, &clinic, desk.practice().now()),
        action,
        goals: GOALS,
        concerns: check::concerns(desk.site()),
        regions: check::regions(desk.site()),
        devices: book.devices.iter().map(|one| (one.id.clone(), one.title.clone())).collect(),
        numbing: book.numbing.iter().map(|one| (one.id.clone(), one.title.clone())).collect(),
        preview,
    };
    let frame = desk.frame(Some(Room::Patients), "Plan").await?;
    Ok(shown(status, page::form(desk.site(), &frame, &view, entry)))
}

async fn propose_new(desk: Desk, Path(patient): Path<String>, form: Filled) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let action = format!("/patients/{patient}/plan");
    propose(&desk, (patient, action), None, entry(form)).await
}

async fn propose_change(
    desk: Desk,
    Path(course): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let (course, patient) = opened(&desk, &course).await?;
    let seen = at_version(course, query.as_deref())?;
    let action = seen_path(&seen, "change");
    propose(&desk, (patient, action), Some(&seen), entry(form)).await
}

async fn propose(
    desk: &Desk,
    (patient, action): (PatientId, String),
    seen: Option<&Opened<Course>>,
    mut entry: Entry,
) -> Answered {
    let Some(wish) = wish(&mut entry) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return form(desk, (patient, action), &entry, (None, status)).await;
    };
    let wrong = if entry.get("step") == "draft" {
        match desk.practice().draft_plan(&desk.actor, patient, &wish).await {
            Ok(drafted) => {
                let plan = drafted.plan(desk.site().book());
                let preview = Some(Proposal::of(desk.site(), &plan, ""));
                return form(desk, (patient, action), &entry, (preview, StatusCode::OK)).await;
            }
            Err(No::Wrong(wrong)) => wrong,
            Err(no) => return Err(no.into()),
        }
    } else {
        match desk.practice().propose(&desk.actor, patient, seen, &wish).await {
            Ok(course) => return Ok(see_done(&format!("/courses/{course}"), Done::new("saved"))),
            Err(No::Wrong(wrong)) => wrong,
            Err(no) => return Err(no.into()),
        }
    };
    for one in wrong {
        entry.refuse(&field_of(&one.field), wording::capital(&one.says));
    }
    // Where nothing can be planned, the reasons are shown with it.
    let drafted = desk.practice().draft_plan(&desk.actor, patient, &wish).await.ok();
    let preview =
        drafted.map(|drafted| Proposal::of(desk.site(), &drafted.plan(desk.site().book()), ""));
    form(desk, (patient, action), &entry, (preview, StatusCode::UNPROCESSABLE_ENTITY)).await
}

/// The field of the form in which the planner found a mistake: `plan.goals[0].region` is `region-1`.
fn field_of(path: &str) -> String {
    let path = path.strip_prefix("plan.").unwrap_or(path);
    if let Some((index, key)) = path.strip_prefix("goals[").and_then(|rest| rest.split_once(']')) {
        let number = index.parse::<usize>().unwrap_or(0).saturating_add(1);
        let key = match key.trim_start_matches('.') {
            "" => "concern",
            key => key,
        };
        return format!("{key}-{number}");
    }
    let key = path.split(['[', '.']).next().unwrap_or(path);
    match key {
        "goals" => "concern-1".to_owned(),
        "start_after" => "start-after".to_owned(),
        "blocked_dates" => "blocked".to_owned(),
        "protocol" => "weeks".to_owned(),
        key => key.to_owned(),
    }
}

/// The wish that a form says; `None` where a field cannot be read.
fn wish(entry: &mut Entry) -> Option<PlanWish> {
    let mut goals = Vec::new();
    for number in 1..=GOALS {
        let at = |key: &str| entry.get(&format!("{key}-{number}")).to_owned();
        let (concern, region, onset) = (at("concern"), at("region"), at("onset"));
        if concern.is_empty() && region.is_empty() {
            continue;
        }
        if concern.is_empty() {
            entry.refuse(&format!("concern-{number}"), "Choose what to treat there.");
        }
        if region.is_empty() {
            entry.refuse(&format!("region-{number}"), "Choose where.");
        }
        let onset = day(entry, &format!("onset-{number}"), &onset);
        goals.push(GoalWish { concern, region, grade: None, onset });
    }
    if goals.is_empty() {
        entry.refuse("concern-1", "Choose what to treat.");
    }
    let text = |entry: &Entry, name: &str| {
        Some(entry.get(name).to_owned()).filter(|text| !text.is_empty())
    };
    let start = entry.get("start-after").to_owned();
    let event = entry.get("event").to_owned();
    let wish = PlanWish {
        goals,
        modality: None,
        device: text(entry, "device"),
        sessions: whole(entry, "sessions"),
        weeks: whole(entry, "weeks"),
        start_after: day(entry, "start-after", &start),
        event: day(entry, "event", &event),
        blocked: blocked(entry),
        numbing: text(entry, "numbing"),
    };
    entry.is_fine().then_some(wish)
}

fn day(entry: &mut Entry, name: &str, written: &str) -> Option<Date> {
    let day = written.parse().ok();
    if day.is_none() && !written.is_empty() {
        entry.refuse(name, "Write the day as 2026-12-24.");
    }
    day
}

fn whole(entry: &mut Entry, name: &str) -> Option<i16> {
    let written = entry.get(name).to_owned();
    let number = written.parse().ok();
    if number.is_none() && !written.is_empty() {
        entry.refuse(name, "Write a whole number, or leave it empty.");
    }
    number
}

fn blocked(entry: &mut Entry) -> Vec<(Date, Date)> {
    let written = entry.get("blocked").to_owned();
    let mut runs = Vec::new();
    for line in written.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (from, to) = line.split_once(" to ").unwrap_or((line, line));
        match (from.trim().parse::<Date>(), to.trim().parse::<Date>()) {
            (Ok(from), Ok(to)) if from <= to => runs.push((from, to)),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => {
                entry.refuse("blocked", "Write each run as 2026-12-24 to 2027-01-03, one a line.");
            }
        }
    }
    runs
}

async fn change(desk: Desk, Path(course): Path<String>) -> Answered {
    let (course, patient) = opened(&desk, &course).await?;
    let mut entry = Entry::default();
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => {
            String::new()
        }
    };
    let request = &course.request;
    let goals = request.get("goals").and_then(Value::as_array).map(Vec::as_slice);
    for (number, goal) in (1..).zip(goals.unwrap_or_default()) {
        for key in ["concern", "region", "onset"] {
            entry.set(&format!("{key}-{number}"), text(goal.get(key)));
        }
    }
    for (key, name) in [
        ("device", "device"),
        ("numbing", "numbing"),
        ("sessions", "sessions"),
        ("start_after", "start-after"),
        ("event", "event"),
    ] {
        entry.set(name, text(request.get(key)));
    }
    entry.set("weeks", text(request.get("protocol").and_then(|one| one.get("weeks"))));
    let runs = request.get("blocked_dates").and_then(Value::as_array).map(Vec::as_slice);
    let lines: Vec<String> = runs
        .unwrap_or_default()
        .iter()
        .map(|run| format!("{} to {}", text(run.get("from")), text(run.get("to"))))
        .collect();
    entry.set("blocked", lines.join("\n"));
    let action = seen_path(&course, "change");
    form(&desk, (patient, action), &entry, (None, StatusCode::OK)).await
}

async fn ask(
    desk: &Desk,
    course: &Opened<Course>,
    (title, says, label): (&str, &str, &str),
    (step, why): (&str, Option<&str>),
    (entry, status): (&Entry, StatusCode),
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let patient = course.patient().ok_or(No::NotFound)?;
    let known = desk.practice().patient(&desk.actor, patient).await?;
    let view = Ask {
        person: subject::about(&known, &clinic, desk.practice().now()),
        title: title.to_owned(),
        says: says.to_owned(),
        action: seen_path(course, step),
        label: label.to_owned(),
        back: format!("/courses/{}", course.id),
        why: why.map(str::to_owned),
    };
    let frame = desk.frame(Some(Room::Patients), "Plan").await?;
    Ok(shown(status, page::ask(desk.site(), &frame, &view, entry)))
}

/// Offering is a message to the patient, so it is asked once; until it is answered it can be taken back.
async fn offer(
    desk: Desk,
    Path(course): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let (course, _) = opened(&desk, &course).await?;
    let seen = at_version(course, query.as_deref())?;
    let entry = entry(form);
    if entry.get("sure") != "yes" {
        let says = "The patient can read the plan with its dates and its price on their page, and accept it. \
                    It cannot be changed meanwhile; it can be taken back until it is answered.";
        let words = ("offer the plan", says, "Offer it");
        return ask(&desk, &seen, words, ("offer", None), (&entry, StatusCode::OK)).await;
    }
    desk.practice().offer(&desk.actor, &seen).await?;
    let done = Done::new("offered").undone_by(format!("/courses/{}/offer/undo", seen.id));
    Ok(see_done(&format!("/courses/{}", seen.id), done))
}

async fn withdraw(desk: Desk, Path(course): Path<String>) -> Answered {
    let (course, _) = opened(&desk, &course).await?;
    desk.practice().withdraw_offer(&desk.actor, &course).await?;
    Ok(see_done(&format!("/courses/{}", course.id), Done::new("state-undone")))
}

async fn accept(desk: Desk, Path(course): Path<String>, RawQuery(query): RawQuery) -> Answered {
    let (course, _) = opened(&desk, &course).await?;
    let seen = at_version(course, query.as_deref())?;
    desk.practice().accept_course(&desk.actor, &seen).await?;
    Ok(see_done(&format!("/courses/{}", seen.id), Done::new("accepted")))
}

const STOP: (&str, &str, &str) = (
    "stop the course",
    "No further session of this course can be booked. Visits that stand have to be called off by themselves.",
    "Stop it",
);

async fn ask_stop(desk: Desk, Path(course): Path<String>) -> Answered {
    let (course, _) = opened(&desk, &course).await?;
    let blank = Entry::default();
    ask(&desk, &course, STOP, ("stop", Some("Why")), (&blank, StatusCode::OK)).await
}

async fn stop(
    desk: Desk,
    Path(course): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let (course, _) = opened(&desk, &course).await?;
    let seen = at_version(course, query.as_deref())?;
    let mut entry = entry(form);
    let id: DocumentId = seen.id;
    match desk.practice().stop_course(&desk.actor, &seen, entry.get("why")).await {
        Ok(()) => Ok(see_done(&format!("/courses/{id}"), Done::new("stopped"))),
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            ask(&desk, &seen, STOP, ("stop", Some("Why")), (&entry, status)).await
        }
        Err(no) => Err(no.into()),
    }
}
