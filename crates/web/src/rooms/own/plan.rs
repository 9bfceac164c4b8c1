//! The plan that was offered: what it is, what it costs, what is known about its result, and the patient's yes.
//!
//! The words are those of the plan as it was made, kept in the course.

use axum::{extract::Path, http::StatusCode};
use jiff::{civil::Date, tz::TimeZone};
use percuta_chart::{
    check_in::Handling,
    course::{Course, CourseState},
    visit::{Purpose, Visit, VisitState},
};
use percuta_clinical::book::Cited;
use percuta_practice::{No, Opened, day_of, patients::Story, visits::stands, zone_of};
use percuta_record::DocumentId;
use percuta_terminology::Kind;
use serde_json::Value;

use super::{
    say,
    screening::{date, list, text},
};
use crate::{
    Site,
    page::{
        entry::Entry,
        mine::{
            plan::{self as page, Area, Asked, Expectation, State},
            today::{Moment, When},
        },
    },
    rooms::{
        Answered, Done, Mine, Needs,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/me/plan", Needs::Patient, newest)
        .get("/me/plan/{course}", Needs::Patient, one)
        .post("/me/plan/{course}/accept", Needs::Patient, accept)
        .post("/me/plan/{course}/ask", Needs::Patient, ask)
}

fn was_offered(course: &Opened<Course>) -> bool {
    match course.state {
        CourseState::Draft => false,
        CourseState::Offered { .. }
        | CourseState::Accepted { .. }
        | CourseState::Stopped { .. }
        | CourseState::Finished { .. } => true,
    }
}

/// An offer waits for its answer, so it goes first; then what goes on; then what was.
fn rank(course: &Opened<Course>) -> u8 {
    match course.state {
        CourseState::Draft => 0,
        CourseState::Stopped { .. } | CourseState::Finished { .. } => 1,
        CourseState::Accepted { .. } => 2,
        CourseState::Offered { .. } => 3,
    }
}

async fn newest(mine: Mine) -> Answered {
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let newest =
        story.courses.iter().filter(|course| was_offered(course)).max_by_key(|course| rank(course));
    match newest.map(|course| course.id) {
        Some(course) => show(mine, &story, course, &Entry::default(), StatusCode::OK).await,
        None => {
            let clinic = mine.practice().clinic().await?;
            let frame = mine.frame(&clinic, None, "Your plan");
            Ok(shown(StatusCode::OK, page::none(mine.site(), &frame)))
        }
    }
}

async fn one(mine: Mine, Path(course): Path<DocumentId>) -> Answered {
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    show(mine, &story, course, &Entry::default(), StatusCode::OK).await
}

async fn accept(mine: Mine, Path(course): Path<DocumentId>) -> Answered {
    let seen = mine.practice().course(&mine.actor, course).await?;
    mine.practice().accept_course(&mine.actor, &seen).await?;
    Ok(see_done(&format!("/me/plan/{course}"), Done::new("accepted")))
}

async fn ask(mine: Mine, Path(course): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = mine.practice().course(&mine.actor, course).await?;
    let about = format!("my plan, {}", seen.title);
    match super::ask(&mine, &about, entry.get("question")).await {
        Ok(()) => Ok(see_done(&format!("/me/plan/{course}"), Done::new("sent"))),
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            let story = mine.practice().story(&mine.actor, mine.patient).await?;
            show(mine, &story, course, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn show(
    mine: Mine,
    story: &Story,
    course: DocumentId,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let is_shown = |known: &&Opened<Course>| known.id == course && was_offered(known);
    let course = story.courses.iter().find(is_shown).ok_or(No::NotFound)?;
    let clinic = mine.practice().clinic().await?;
    let zone = zone_of(&clinic);
    let today = day_of(&clinic, mine.practice().now());
    let by = super::member_name(mine.practice(), course.by).await?;
    let view = view(mine.site(), story, course, (by, today, &zone));
    let frame =
        mine.frame(&clinic, None, if entry.is_fine() { "Your plan" } else { "Error: your plan" });
    Ok(shown(status, page::page(mine.site(), &frame, &view, entry)))
}

fn view(
    site: &Site,
    story: &Story,
    course: &Opened<Course>,
    (by, today, zone): (String, Date, &TimeZone),
) -> page::Plan {
    let plan: Value = serde_json::from_str(&course.plan).unwrap_or(Value::Null);
    let currency = &course.quote.currency;
    let price = course.quote.lines.iter().map(|line| {
        let each = say::money(line.each_minor, currency);
        let amount = say::money(line.each_minor.saturating_mul(line.times), currency);
        (format!("{}, {} at {each}", line.title, line.times), amount)
    });
    let price: Vec<(String, String)> = price.collect();
    let is_priced = !price.is_empty();
    page::Plan {
        title: course.title.clone(),
        by: format!("Made for you by {by}."),
        state: state(course, zone),
        sessions: sessions(story, course, &plan, (today, zone)),
        areas: areas(site, course, &plan),
        preparation: preparation(&plan),
        expectations: expectations(&plan),
        total: if is_priced {
            say::money(course.quote.total_minor(), currency)
        } else {
            "not given yet".to_owned()
        },
        price,
        price_note: if is_priced {
            "For the sessions of this plan. You pay for a session when it was given; ask before you accept if anything is unclear.".to_owned()
        } else {
            "The clinic’s list has no price for this. Ask for it before you accept.".to_owned()
        },
        asked: asked(story, zone),
        others: others(story, course),
    }
}

fn state(course: &Opened<Course>, zone: &TimeZone) -> State {
    let id = course.id;
    let ask = format!("/me/plan/{id}/ask");
    match &course.state {
        CourseState::Draft | CourseState::Offered { .. } => {
            State::Proposed { accept: format!("/me/plan/{id}/accept"), ask }
        }
        CourseState::Accepted { at, .. } => {
            State::Accepted { on: say::day_of(*at, zone), ask, consent: "/me/consents".to_owned() }
        }
        CourseState::Stopped { at, why } => State::Over {
            says: format!("This course was stopped on {}: {why}", say::day_of(*at, zone)),
        },
        CourseState::Finished { at } => State::Over {
            says: format!("All its sessions were given by {}.", say::day_of(*at, zone)),
        },
    }
}

fn others(story: &Story, course: &Opened<Course>) -> Vec<(String, String)> {
    let other = story.courses.iter().filter(|known| known.id != course.id && was_offered(known));
    other.map(|known| (known.title.clone(), format!("/me/plan/{}", known.id))).collect()
}

/// A day-window in words.
fn window(from: Date, to: Date) -> String {
    if from == to { say::day(from) } else { format!("{} to {}", say::day(from), say::day(to)) }
}

fn sessions(
    story: &Story,
    course: &Opened<Course>,
    plan: &Value,
    (today, zone): (Date, &TimeZone),
) -> Vec<Moment> {
    let planned = list(plan, "sessions");
    let of = course.sessions.len();
    course
        .sessions
        .iter()
        .enumerate()
        .map(|(index, session)| {
            let made = planned.get(index).unwrap_or(&Value::Null);
            let purpose = Purpose::Session { course: course.id, number: session.number };
            let visit = story.visits.iter().find(|visit| visit.purpose == purpose && stands(visit));
            let (when, time, link) = match (visit, session.window) {
                (Some(visit), _) => booked(visit, today, zone),
                (None, Some((from, to))) => (When::Later, window(from, to), None),
                (None, None) => (When::Later, weeks_after(made), None),
            };
            let says = made.get("numbing").map(|numbing| text(numbing, "because"));
            Moment {
                when,
                time,
                what: format!("Session {} of {of}", session.number),
                says: says.unwrap_or_default().to_owned(),
                link,
            }
        })
        .collect()
}

fn booked(
    visit: &Opened<Visit>,
    today: Date,
    zone: &TimeZone,
) -> (When, String, Option<(String, String)>) {
    let day = visit.from.to_zoned(zone.clone()).date();
    let when = match (&visit.state, day.cmp(&today)) {
        (VisitState::Done { .. }, _) | (_, std::cmp::Ordering::Less) => When::Past,
        (_, std::cmp::Ordering::Equal) => When::Today,
        (_, std::cmp::Ordering::Greater) => When::Later,
    };
    let link = ("See this visit".to_owned(), format!("/me/visits/{}", visit.id));
    (when, say::at(visit.from, zone), Some(link))
}

fn weeks_after(session: &Value) -> String {
    let window = session.get("window").unwrap_or(&Value::Null);
    let weeks: Vec<String> = list(window, "weeks")
        .iter()
        .filter_map(Value::as_i64)
        .map(|week| week.to_string())
        .collect();
    if weeks.is_empty() {
        return "When the skin has been looked at".to_owned();
    }
    format!("{} weeks after the go-ahead of a clinician", weeks.join(" to "))
}

/// Where, and how deep over the whole course.
fn areas(site: &Site, course: &Course, plan: &Value) -> Vec<Area> {
    let words = &site.book().vocabulary;
    let concerns = words.of(Kind::Concern);
    let mut codes: Vec<&str> = Vec::new();
    for zone in course.sessions.iter().flat_map(|session| &session.zones) {
        if !codes.contains(&zone.region.as_str()) {
            codes.push(&zone.region);
        }
    }
    let made = list(plan, "sessions").iter().flat_map(|session| list(session, "zones"));
    let made: Vec<&Value> = made.collect();
    let area = |code: &str| {
        let all = course.sessions.iter().flat_map(|session| &session.zones);
        let zones: Vec<_> = all.filter(|zone| zone.region == code).collect();
        let low = zones.iter().map(|zone| zone.depth_mm).fold(f64::INFINITY, f64::min);
        let high = zones.iter().map(|zone| zone.depth_mm).fold(0.0, f64::max);
        let limit = zones.iter().map(|zone| zone.ceiling_mm).fold(f64::INFINITY, f64::min);
        let concern = made.iter().find(|zone| text(zone, "region") == code);
        let concern = concern.and_then(|zone| concerns.entry(text(zone, "concern")));
        let found = words.regions.find(code);
        Area {
            region: found.map_or(code, |found| words.regions.get(found).title.as_str()).to_owned(),
            depth: format!("{} mm, limit {limit} mm", wording::range(low, high)),
            concern: concern.map(|term| concerns.term(term).title.clone()).unwrap_or_default(),
        }
    };
    codes.into_iter().map(area).collect()
}

fn preparation(plan: &Value) -> Vec<(String, String)> {
    let line = |prepared: &Value| {
        let days = prepared.get("days_before").and_then(Value::as_i64);
        let when = match (date(prepared.get("date")), days) {
            (Some(day), _) => format!("From {}", say::weekday(day)),
            (None, Some(days)) => {
                let days = usize::try_from(days).unwrap_or_default();
                format!("{} before", wording::count(days, "day", "days"))
            }
            (None, None) => "Before".to_owned(),
        };
        (when, text(prepared, "do").to_owned())
    };
    list(plan, "preparation").iter().map(line).collect()
}

fn cited(value: &Value) -> Cited {
    let ids = list(value, "sources").iter().map(|source| text(source, "id").to_owned());
    Cited { cites: ids.collect(), conflicts: Vec::new() }
}

fn expectations(plan: &Value) -> Vec<Expectation> {
    let of = |phase: &Value| Expectation {
        title: wording::capital(text(phase, "title")),
        says: wording::capital(text(phase, "what")),
        cited: cited(phase),
    };
    let mut all: Vec<Expectation> = list(plan, "expect").iter().map(of).collect();
    let notes = list(plan, "goals").iter().filter(|goal| !text(goal, "note").is_empty());
    all.extend(notes.map(|goal| Expectation {
        title: "What is known about it".to_owned(),
        says: text(goal, "note").to_owned(),
        cited: cited(goal),
    }));
    if let Some(judge) = plan.get("judge_at").filter(|judge| judge.is_object()) {
        let months = judge.get("months_after_last").and_then(Value::as_i64).unwrap_or_default();
        let months = wording::count(usize::try_from(months).unwrap_or_default(), "month", "months");
        let from = date(judge.get("from"));
        let from = from.map(|day| format!(", from {}", say::day(day))).unwrap_or_default();
        all.push(Expectation {
            title: "When it can be judged".to_owned(),
            says: format!(
                "{} after the last session{from}; not before.",
                wording::capital(&months)
            ),
            cited: Cited::default(),
        });
    }
    all
}

/// What was asked in words, and what was answered.
pub(super) fn asked(story: &Story, zone: &TimeZone) -> Vec<Asked> {
    let questions = story.check_ins.iter().filter(|one| one.json.is_null());
    questions
        .map(|question| Asked {
            question: question.words.clone(),
            when: say::at(question.at, zone),
            answer: match &question.handling {
                Handling::Expected | Handling::Open { .. } => None,
                Handling::Closed { name, at, says, .. } => {
                    Some((says.clone(), format!("{name}, {}", say::at(*at, zone))))
                }
            },
        })
        .collect()
}
