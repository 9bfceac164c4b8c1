//! Booking: the free starts of a week, one of them taken, moved, called off and taken back.
//!
//! Addresses name a course and a session by id, never a person by anything else. That a start is still free is decided
//! where it is booked; of two who press the same one, the other gets the week again with what is left.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use percuta_chart::{
    calendar::Site,
    clinic::Clinic,
    person::Patient,
    visit::{Purpose, Visit, VisitState},
};
use percuta_practice::{
    Act, No, Opened, day_of,
    patients::Story,
    today::next_to_book,
    visits::{FreeStarts, Start, Wish, book::Wanted},
};
use percuta_record::{DocumentId, PatientId, PersonId};
use percuta_terminology::calendar::in_words;

use super::{
    Answered, Desk, Needs, Refused, desk,
    door::Doors,
    entrance::{Filled, entry},
    notice::Done,
    see, see_done, shown, subject,
};
use crate::page::{
    entry::Entry,
    staff::{
        Room,
        booking::{self as page, Cancel, Day, View},
    },
};

/// So many days are looked through for the first free start.
const AHEAD_DAYS: i32 = 62;

/// The doors of booking.
pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/patients/{patient}/book", Needs::Member(Act::Book), show)
        .post("/patients/{patient}/book", Needs::Member(Act::Book), book)
        .get("/visits/{visit}/move", Needs::Member(Act::Book), show_move)
        .post("/visits/{visit}/move", Needs::Member(Act::Book), move_it)
        .get("/visits/{visit}/cancel", Needs::Member(Act::Book), ask_cancel)
        .post("/visits/{visit}/cancel", Needs::Member(Act::Book), cancel)
        .post("/visits/{visit}/cancel/undo", Needs::Member(Act::Book), restore)
}

/// What an address asks for: which visit, and from which day on.
struct Asked {
    purpose: Option<Purpose>,
    from: Option<Date>,
}

impl Asked {
    /// Reads `session=document-….2&from=2026-12-28`.
    fn read(query: Option<&str>) -> Self {
        let mut asked = Self { purpose: None, from: None };
        for pair in query.unwrap_or_default().split('&') {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("from", day) => asked.from = day.parse().ok(),
                ("consultation", _) => asked.purpose = Some(Purpose::Consultation),
                ("session", which) => {
                    asked.purpose = which.split_once('.').and_then(|(course, number)| {
                        let (course, number) = (course.parse().ok()?, number.parse().ok()?);
                        Some(Purpose::Session { course, number })
                    });
                }
                ("follow-up", course) => {
                    asked.purpose = course.parse().ok().map(|course| Purpose::FollowUp { course });
                }
                (_, _) => {}
            }
        }
        asked
    }
}

/// A purpose in an address.
pub(crate) fn query_of(purpose: Purpose) -> String {
    match purpose {
        Purpose::Consultation => "consultation".to_owned(),
        Purpose::Session { course, number } => format!("session={course}.{number}"),
        Purpose::FollowUp { course } => format!("follow-up={course}"),
    }
}

/// What a visit is for, in words: `session 2 of 4`.
pub(super) fn title_of(story: &Story, purpose: Purpose) -> String {
    match purpose {
        Purpose::Consultation => "consultation".to_owned(),
        Purpose::FollowUp { .. } => "a look at the result".to_owned(),
        Purpose::Session { course, number } => {
            let course = story.courses.iter().find(|known| known.id == course);
            course.map_or_else(
                || format!("session {number}"),
                |course| format!("session {number} of {}", course.sessions.len()),
            )
        }
    }
}

/// What is booked when the address names nothing: the next session of a course that was accepted, else a consultation.
fn usual(story: &Story) -> Purpose {
    story
        .courses
        .iter()
        .find_map(|course| {
            let number = next_to_book(course, &story.visits, course.id)?;
            Some(Purpose::Session { course: course.id, number })
        })
        .unwrap_or(Purpose::Consultation)
}

/// A week of one room, before it is worded.
struct Week<'a> {
    patient: &'a Opened<Patient>,
    title: String,
    action: String,
    /// The address of another week, without its day.
    path: String,
    from: Date,
    moves: Option<String>,
    /// The free starts of the week, or why there is none at all.
    free: FreeStarts,
    first: Option<Start>,
}

async fn show(desk: Desk, Path(patient): Path<String>, RawQuery(query): RawQuery) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let asked = Asked::read(query.as_deref());
    again(&desk, patient, asked, Entry::default(), StatusCode::OK).await
}

async fn again(
    desk: &Desk,
    patient: PatientId,
    asked: Asked,
    mut entry: Entry,
    status: StatusCode,
) -> Answered {
    let practice = desk.practice();
    let story = practice.story(&desk.actor, patient).await?;
    let clinic = practice.clinic().await?;
    let purpose = asked.purpose.unwrap_or_else(|| usual(&story));
    let today = day_of(&clinic, practice.now());
    let wish = Wish::default();
    let whole =
        practice.free_starts(&desk.actor, (patient, purpose), (today, AHEAD_DAYS), &wish).await;
    let whole = or_why(whole, &mut entry)?;
    let from = asked.from.unwrap_or_else(|| opens(&clinic, &whole, today));
    let free =
        practice.free_starts(&desk.actor, (patient, purpose), (monday(from), 7), &wish).await;
    let path = format!("/patients/{patient}/book?{}", query_of(purpose));
    let week = Week {
        patient: &story.patient,
        title: format!("book {}", title_of(&story, purpose)),
        action: path.clone(),
        path,
        from,
        moves: None,
        free: or_why(free, &mut entry)?,
        first: whole.starts.first().cloned(),
    };
    week_page(desk, &clinic, week, (&entry, status)).await
}

/// Free starts, or none with the sentence that says why there can be none.
fn or_why(free: Result<FreeStarts, No>, entry: &mut Entry) -> Result<FreeStarts, Refused> {
    match free {
        Ok(free) => Ok(free),
        Err(No::Closed(says)) => {
            entry.refuse("start", says);
            Ok(FreeStarts::default())
        }
        Err(no) => Err(no.into()),
    }
}

/// The day on which the page opens: the first that is free, else the first of the window.
fn opens(clinic: &Clinic, free: &FreeStarts, today: Date) -> Date {
    let window = free.window.map_or(today, |(from, _)| from.max(today));
    let first = free.starts.first().map(|start| day_of(clinic, start.at));
    first.map_or(window, |day| day.max(today))
}

fn monday(day: Date) -> Date {
    let back = i32::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(back.days()).unwrap_or(day)
}

async fn week_page(
    desk: &Desk,
    clinic: &Clinic,
    week: Week<'_>,
    (entry, status): (&Entry, StatusCode),
) -> Answered {
    let today = day_of(clinic, desk.practice().now());
    let monday = monday(week.from);
    let sunday = monday.checked_add(6.days()).unwrap_or(monday);
    let sites = desk.practice().sites().await?;
    let days = (0..7)
        .filter_map(|index| monday.checked_add(index.days()).ok())
        .map(|day| one_day((clinic, &sites), &week, day, today))
        .collect();
    let turn = |days: i32| {
        let day = monday.checked_add(days.days()).ok()?;
        Some(format!("{}&from={day}", week.path))
    };
    let window = match week.free.window {
        Some((from, to)) => format!("{} to {}", in_words(from), in_words(to)),
        None => "today on".to_owned(),
    };
    let minutes = week.first.as_ref().map(|first| first.until.duration_since(first.at).as_mins());
    let takes = match minutes {
        Some(minutes) => format!("{minutes} minutes"),
        None => String::new(),
    };
    let view = View {
        person: subject::about(week.patient, clinic, desk.practice().now()),
        title: week.title,
        window,
        because: match week.free.window {
            Some(_) => "It follows from the plan and from the session before it.".to_owned(),
            None => String::new(),
        },
        takes,
        moves: week.moves,
        week: format!("{} to {}", in_words(monday), in_words(sunday)),
        earlier: if monday > today { turn(-7) } else { None },
        later: turn(7),
        first_free: week
            .first
            .as_ref()
            .map(|first| format!("{}&from={}", week.path, day_of(clinic, first.at))),
        days,
        action: week.action,
    };
    let frame = desk.frame(Some(Room::Patients), "Book a visit").await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

fn one_day(
    (clinic, sites): (&Clinic, &[Opened<Site>]),
    week: &Week<'_>,
    day: Date,
    today: Date,
) -> Day {
    let here = |start: &&Start| day_of(clinic, start.at) == day;
    let is_quarter = |start: &Start| start.at.as_second().rem_euclid(900) == 0;
    let has_quarter = week.free.starts.iter().filter(here).any(is_quarter);
    let starts: Vec<page::Start> = week
        .free
        .starts
        .iter()
        // Quarters of an hour are said where there are any; the board fits somebody in between.
        .filter(|start| here(start) && (is_quarter(start) || !has_quarter))
        .map(|start| page::Start {
            value: format!("{}~{}", start.at, start.with),
            says: subject::time(clinic, start.at),
            ends: subject::time(clinic, start.until),
        })
        .collect();
    let is_inside = week.free.window.is_none_or(|(from, to)| day >= from && day <= to);
    let is_open = sites.iter().any(|site| site.hours_on(day).next().is_some());
    let why_not = if !starts.is_empty() {
        Vec::new()
    } else if day < today {
        vec!["over".to_owned()]
    } else if !is_open {
        vec!["closed".to_owned()]
    } else if let Some((from, _)) = week.free.window.filter(|(from, _)| day < *from) {
        vec![format!("too soon: from {}", in_words(from))]
    } else if week.free.why_not.is_empty() {
        vec!["nothing free".to_owned()]
    } else {
        week.free.why_not.clone()
    };
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    Day {
        name: names.get(index).copied().unwrap_or_default().to_owned(),
        date: day.strftime("%-d %B").to_string(),
        is_inside,
        starts,
        why_not,
    }
}

/// A start as its button says it.
fn start_in(entry: &Entry) -> Option<(Timestamp, PersonId)> {
    let (at, with) = entry.get("start").split_once('~')?;
    Some((at.parse().ok()?, with.parse().ok()?))
}

const TAKEN: &str = "Somebody took this start meanwhile. These are still free.";

async fn book(
    desk: Desk,
    Path(patient): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let mut asked = Asked::read(query.as_deref());
    let mut entry = entry(form);
    let Some(purpose) = asked.purpose else { return Err(No::NotFound.into()) };
    let Some((start, with)) = start_in(&entry) else {
        entry.refuse("start", "Choose a start.");
        return again(&desk, patient, asked, entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let clinic = desk.practice().clinic().await?;
    asked.from = Some(day_of(&clinic, start));
    let wanted = [Wanted::at(purpose, start, Some(with))];
    let booked = desk.practice().book_visits(&desk.actor, patient, &wanted).await;
    match booked.and_then(|booking| booking.done()?.into_iter().next().ok_or(No::Taken)) {
        Ok(visit) => {
            let done = Done::new("booked");
            Ok(see_done(&format!("/visits/{visit}"), done))
        }
        Err(No::Taken) => {
            entry.refuse("start", TAKEN);
            again(&desk, patient, asked, entry, StatusCode::CONFLICT).await
        }
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                entry.refuse("start", one.says);
            }
            again(&desk, patient, asked, entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Closed(says)) => {
            entry.refuse("start", says);
            again(&desk, patient, asked, entry, StatusCode::CONFLICT).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn opened(desk: &Desk, visit: &str) -> Result<(Opened<Visit>, Story), Refused> {
    let visit = desk.practice().visit(&desk.actor, subject::id(visit)?).await?;
    let patient = visit.patient().ok_or(No::NotFound)?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    Ok((visit, story))
}

async fn show_move(desk: Desk, Path(visit): Path<String>, RawQuery(query): RawQuery) -> Answered {
    let (visit, story) = opened(&desk, &visit).await?;
    let from = Asked::read(query.as_deref()).from;
    move_again(&desk, (&visit, &story), from, (Entry::default(), StatusCode::OK)).await
}

async fn move_again(
    desk: &Desk,
    (visit, story): (&Opened<Visit>, &Story),
    from: Option<Date>,
    (mut entry, status): (Entry, StatusCode),
) -> Answered {
    let practice = desk.practice();
    let clinic = practice.clinic().await?;
    let today = day_of(&clinic, practice.now());
    let from = from.unwrap_or_else(|| day_of(&clinic, visit.from).max(today));
    let wish = Wish { with: Some(visit.with), ..Wish::default() };
    let whole = practice.free_starts_to_move(&desk.actor, visit, (today, AHEAD_DAYS), &wish).await;
    let whole = or_why(whole, &mut entry)?;
    let free = practice.free_starts_to_move(&desk.actor, visit, (monday(from), 7), &wish).await;
    let action = format!("/visits/{}/move?seen={}", visit.id, visit.version.number());
    let week = Week {
        patient: &story.patient,
        title: format!("move {}", title_of(story, visit.purpose)),
        path: action.clone(),
        action,
        from,
        moves: Some(subject::when(&clinic, visit.from)),
        free: or_why(free, &mut entry)?,
        first: whole.starts.first().cloned(),
    };
    week_page(desk, &clinic, week, (&entry, status)).await
}

/// A visit at the version that a form was shown with.
pub(super) fn at_version(
    visit: &Opened<Visit>,
    query: Option<&str>,
) -> Result<Opened<Visit>, Refused> {
    let mut pairs = query.unwrap_or_default().split('&');
    let version = pairs.find_map(|pair| pair.strip_prefix("seen="));
    let version = version.and_then(subject::version).ok_or(No::Conflict)?;
    Ok(Opened { version, ..visit.clone() })
}

async fn move_it(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let (visit, story) = opened(&desk, &visit).await?;
    let seen = at_version(&visit, query.as_deref())?;
    let mut entry = entry(form);
    let Some((start, _)) = start_in(&entry) else {
        entry.refuse("start", "Choose a start.");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return move_again(&desk, (&visit, &story), None, (entry, status)).await;
    };
    let clinic = desk.practice().clinic().await?;
    let from = Some(day_of(&clinic, start));
    let to = Wanted::at(seen.purpose, start, Some(seen.with));
    let others = desk.practice().after_move(&desk.actor, &seen, &to).await?;
    if !others.is_empty() {
        return desk::takes_along(&desk, (&seen, &to), &others).await;
    }
    let moved = desk.practice().move_visit(&desk.actor, &seen, &to).await;
    let (says, status) = match moved.and_then(|booking| booking.done()) {
        Ok(()) => {
            let there = format!("/visits/{}", visit.id);
            let done = Done::new("moved").undone_by(format!("{there}/place/undo"));
            return Ok(see_done(&there, done));
        }
        Err(No::Taken) => (TAKEN.to_owned(), StatusCode::CONFLICT),
        Err(No::Wrong(wrong)) => {
            let says = wrong.into_iter().map(|one| one.says).collect::<Vec<_>>().join(" ");
            (says, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(no) => return Err(no.into()),
    };
    entry.refuse("start", says);
    move_again(&desk, (&visit, &story), from, (entry, status)).await
}

/// Why a visit is called off, by word.
const REASONS: [(&str, &str); 5] = [
    ("patient", "The patient asked"),
    ("unwell", "The patient is unwell"),
    ("screening", "Screening does not allow it"),
    ("clinic", "The clinic cannot"),
    ("other", "Something else"),
];

async fn ask_cancel(desk: Desk, Path(visit): Path<String>) -> Answered {
    let (visit, story) = opened(&desk, &visit).await?;
    match visit.state {
        VisitState::Booked => {}
        VisitState::Arrived { .. }
        | VisitState::Done { .. }
        | VisitState::Cancelled { .. }
        | VisitState::NoShow { .. } => return Ok(see(&format!("/visits/{}", visit.id))),
    }
    cancel_again(&desk, (&visit, &story), (&Entry::default(), StatusCode::OK)).await
}

async fn cancel_again(
    desk: &Desk,
    (visit, story): (&Opened<Visit>, &Story),
    (entry, status): (&Entry, StatusCode),
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let back = format!("/visits/{}", visit.id);
    let view = Cancel {
        person: subject::about(&story.patient, &clinic, desk.practice().now()),
        title: title_of(story, visit.purpose),
        when: subject::when(&clinic, visit.from),
        action: format!("{back}/cancel?seen={}", visit.version.number()),
        move_instead: format!("{back}/move"),
        back,
        reasons: REASONS
            .iter()
            .map(|(word, says)| ((*word).to_owned(), (*says).to_owned()))
            .collect(),
    };
    let frame = desk.frame(Some(Room::Patients), "Call off a visit").await?;
    Ok(shown(status, page::cancel(desk.site(), &frame, &view, entry)))
}

async fn cancel(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let (visit, story) = opened(&desk, &visit).await?;
    let seen = at_version(&visit, query.as_deref())?;
    let mut entry = entry(form);
    let said = REASONS.iter().find(|(word, _)| *word == entry.get("reason"));
    let Some((_, says)) = said else {
        entry.refuse("reason", "Choose why.");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return cancel_again(&desk, (&visit, &story), (&entry, status)).await;
    };
    let why = match entry.get("note") {
        "" => (*says).to_owned(),
        note => format!("{says}. {note}"),
    };
    desk.practice().cancel_visit(&desk.actor, &seen, &why).await?;
    let id: DocumentId = visit.id;
    let done = Done::new("cancelled").undone_by(format!("/visits/{id}/cancel/undo"));
    Ok(see_done(&format!("/visits/{id}"), done))
}

async fn restore(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit = desk.practice().visit(&desk.actor, subject::id(&visit)?).await?;
    desk.practice().uncancel_visit(&desk.actor, &visit).await?;
    Ok(see_done(&format!("/visits/{}", visit.id), Done::new("state-undone")))
}
