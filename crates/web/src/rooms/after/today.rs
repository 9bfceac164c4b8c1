//! Today: where a patient stands, from the record; what is asked of them, what may be done and what not yet.

use axum::http::StatusCode;
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::Site,
    clinic::Clinic,
    course::{Course, CourseState},
    session::Session,
    visit::{Purpose, Visit, VisitState},
};
use percuta_clinical::book::{Cited, Phase, Position};
use percuta_practice::{
    Opened,
    aftercare::{NotYet, ended, not_yet, phases},
    day_of,
    measures::measures,
    next_step::{NextStep, judged_from, maintenance, next_step},
    patients::Story,
    telling::{at as part, clinical, last_session, same_day},
    zone_of,
};
use serde_json::Value;

use super::{brief, check_in::answered_by, day, emergency, hours, moment, scales::asked_own};
use crate::{
    page::{
        icon::Icon,
        mine::{
            Tab,
            today::{
                self as page, Advice, Day, LastCheckIn, Line, Moment, Photograph, Task, Today,
                Turn, When,
            },
        },
    },
    rooms::{Answered, Mine, Needs, door::Doors, shown},
    wording::capital,
};

/// So many days after a session have a place in the strip.
const STRIP_DAYS: i32 = 8;
/// A check-in is asked for so many days after a session.
const CHECK_IN_DAYS: i32 = 14;
/// So many photographs are shown.
const LATEST: usize = 3;

pub(super) fn doors(doors: Doors) -> Doors {
    doors.get("/me", Needs::Patient, today)
}

/// What every part of the page needs.
struct At<'a> {
    mine: &'a Mine,
    clinic: &'a Clinic,
    site: &'a Site,
    story: &'a Story,
    zone: TimeZone,
    now: Timestamp,
    today: Date,
}

async fn today(mine: Mine) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let site = mine.practice().first_site().await?;
    let now = mine.practice().now();
    let (zone, today) = (zone_of(&clinic), day_of(&clinic, now));
    let at = At { mine: &mine, clinic: &clinic, site: &site, story: &story, zone, now, today };
    let view = view(&at);
    let frame = mine.frame(&clinic, Some(Tab::Today), "Today");
    Ok(shown(StatusCode::OK, page::page(mine.site(), &frame, &view)))
}

fn view(at: &At<'_>) -> Today {
    let step = next_step(at.story, at.today);
    let recent = recent(at);
    let mut tasks = Vec::new();
    if recent.is_some_and(|(_, days)| days < CHECK_IN_DAYS) {
        tasks.push(task(
            "How is your skin today?",
            "Eight short questions. You get an answer at once, and the clinic sees it.",
            ("Check in", "/me/check-in/new".to_owned()),
        ));
    }
    tasks.extend(asked(at, &step));
    tasks.extend(scales(at));
    let (mut title, mut lead) = said(at, &step);
    let mut advice = Vec::new();
    if let Some((session, days)) = recent {
        let over = ended(at.story, session, &at.zone);
        let now = phases(at.mine.site().book(), session, over, (at.now, at.today));
        if let Some(phase) = now.first() {
            title = format!("Day {days} after session {}", session.number);
            lead = usual(phase);
        }
        advice.extend(after_session(at, &now, not_yet(at.mine.site().book(), over, at.now)));
    }
    if recent.is_some() {
        advice.extend(same_day_call(at));
    }
    // A talk before it has nothing that is to be prepared.
    let session = |visit: &&Opened<Visit>| matches!(visit.purpose, Purpose::Session { .. });
    let mut to_come = at.story.visits.iter().filter(|visit| is_to_come(visit, at.now));
    if let Some(visit) = to_come.find(session) {
        advice.extend(preparation(at, visit));
    }
    Today {
        eyebrow: day(at.today, at.today),
        title,
        lead,
        days: recent.map(|(session, _)| strip(session, at.today)).unwrap_or_default(),
        tasks,
        check_in: last_check_in(at),
        advice,
        emergency: emergency(at.mine.site().book(), at.clinic),
        moments: moments(at, &step),
        photographs: photographs(at),
        hours: hours(at.clinic, at.site),
    }
}

/// What is usual in a phase, in a sentence.
fn usual(phase: &Phase) -> String {
    let words: Vec<String> = phase.expect.iter().take(3).map(|what| lower(what)).collect();
    let words = if words.is_empty() { lower(&phase.title) } else { words.join("; ") };
    format!("Usual now: {words}. What to do and what to leave out stands below.")
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The last session while something is still waited for after it, with the days since.
fn recent<'s>(at: &At<'s>) -> Option<(&'s Opened<Session>, i32)> {
    let session = last_session(&at.story.sessions, at.today)?;
    let over = ended(at.story, session, &at.zone);
    let is_recent = !not_yet(at.mine.site().book(), over, at.now).is_empty();
    is_recent.then(|| (session, (at.today - session.on).get_days()))
}

fn strip(session: &Session, today: Date) -> Vec<Day> {
    let days = (0..STRIP_DAYS).filter_map(|number| {
        let day = session.on.checked_add(number.days()).ok()?;
        let weekday = day.strftime("%a").to_string();
        Some(Day { weekday, number: number.to_string(), is_today: day == today })
    });
    let days: Vec<Day> = days.collect();
    if days.iter().any(|day| day.is_today) { days } else { Vec::new() }
}

fn task(title: &str, says: &str, (action, href): (&str, String)) -> Task {
    Task { title: title.to_owned(), says: says.to_owned(), action: action.to_owned(), href }
}

/// What the next step asks of the patient; nothing where it is somebody else's turn.
fn asked(at: &At<'_>, step: &NextStep) -> Option<Task> {
    Some(match step {
        NextStep::Answer => task(
            "Answer the clinic's questions",
            "They tell whether treatment is for you, and from when. You can stop and go on later.",
            ("Go on", "/me/questions".to_owned()),
        ),
        NextStep::Decide { course: _ } => task(
            "The clinic has made you a plan",
            "Read what is meant for when, and what it costs.",
            ("Read the plan", "/me/plan".to_owned()),
        ),
        NextStep::Consent { course: _ } => task(
            "Read and sign the consent",
            "About ten minutes. You can ask first.",
            ("Read it", "/me/consents".to_owned()),
        ),
        NextStep::Book { course: _, number, window } => {
            let says = window.map_or_else(
                || "Choose a time that suits you.".to_owned(),
                |(from, until)| {
                    format!("Between {} and {}.", day(from, at.today), day(until, at.today))
                },
            );
            let title = format!("Book session {number}");
            task(&title, &says, ("Choose a time", "/me/book".to_owned()))
        }
        NextStep::Judge { course: _, from: _, is_due: true } => task(
            "Look at the result together",
            "It can be judged now. Book a visit for photographs in the same light as before.",
            ("Choose a time", "/me/book".to_owned()),
        ),
        NextStep::Wait { .. }
        | NextStep::AwaitPlan
        | NextStep::Come { .. }
        | NextStep::Judge { .. }
        | NextStep::Rest => return None,
    })
}

/// The scales that are due, each with its reason.
fn scales(at: &At<'_>) -> Vec<Task> {
    let measures = measures(at.mine.site().book(), at.story, at.today);
    let due = measures.iter().filter(|measure| measure.is_due() && measure.is_for_patient());
    due.map(|measure| {
        let asked = asked_own(measure, at.today);
        let when = if asked.when.is_empty() { String::new() } else { format!(" {}.", asked.when) };
        let says = format!("One question. {}{when}", asked.because);
        task(&asked.title, &says, ("Answer it", asked.href))
    })
    .collect()
}

/// The heading and what stands beneath it.
fn said(at: &At<'_>, step: &NextStep) -> (String, String) {
    let (title, lead) = match step {
        NextStep::Answer => ("First, a few questions", String::new()),
        NextStep::Wait { until } => (
            "Treatment waits for now",
            until.map_or_else(
                || {
                    "Your answer says why, and what would change it. The clinic can explain it."
                        .to_owned()
                },
                |until| format!("Not before {}. Your answer says why.", day(until, at.today)),
            ),
        ),
        NextStep::AwaitPlan => (
            "The clinic has your answers",
            "Somebody there makes a plan with you, or calls.".to_owned(),
        ),
        NextStep::Decide { .. } => ("Your plan is ready", String::new()),
        NextStep::Consent { .. } => ("One thing to read and sign", String::new()),
        NextStep::Come { visit } => {
            let visit = at.story.visits.iter().find(|one| one.id == *visit);
            let when = visit.map(|visit| moment(visit.from, &at.zone, at.today));
            ("Your next visit", when.map(|when| format!("{when}.")).unwrap_or_default())
        }
        NextStep::Book { .. } => ("The next session can be booked", String::new()),
        NextStep::Judge { is_due: true, .. } => ("The result can be judged now", kept_up(at)),
        NextStep::Judge { from, .. } => (
            "Give it time",
            format!(
                "The result is judged from {} on. Earlier photographs can mislead.",
                day(*from, at.today)
            ),
        ),
        NextStep::Rest => ("Nothing is open", kept_up(at)),
    };
    (title.to_owned(), lead)
}

/// What the plan says of keeping a result up.
fn kept_up(at: &At<'_>) -> String {
    let course = at.story.courses.last();
    course.and_then(|course| maintenance(course)).unwrap_or_default()
}

fn cited(sources: &[Position], conflict: Option<&String>) -> Cited {
    Cited {
        cites: sources.iter().map(|source| source.id.clone()).collect(),
        conflicts: conflict.into_iter().cloned().collect(),
    }
}

/// What to leave out, what to do, and what is usual.
fn after_session(at: &At<'_>, phases: &[&Phase], waits: Vec<NotYet<'_>>) -> Vec<Advice> {
    let waits = waits.into_iter().map(|wait| Line {
        sign: page::sign(&wait.card.id),
        what: wait.card.title.clone(),
        how: wait.card.says.clone(),
        until_word: if wait.is_advice { "better until" } else { "until" }.to_owned(),
        until: brief(wait.until, &at.zone, at.today),
        cited: cited(&wait.card.sources, wait.card.conflict.as_ref()),
    });
    let lines = |of: fn(&Phase) -> &[String], sign: fn() -> Icon| -> Vec<Line> {
        let lines = phases.iter().flat_map(|phase| of(phase).iter().map(|what| (what, *phase)));
        lines
            .map(|(what, phase)| Line {
                sign: sign(),
                what: what.clone(),
                how: String::new(),
                until_word: String::new(),
                until: String::new(),
                cited: cited(&phase.sources, None),
            })
            .collect()
    };
    let lists = [
        (Turn::NotYet, waits.collect()),
        (Turn::Do, lines(|phase| &phase.actions, || Icon::Tick)),
        (Turn::Usual, lines(|phase| &phase.expect, || Icon::Leaf)),
    ];
    let lists = lists.into_iter().filter(|(_, lines): &(Turn, Vec<Line>)| !lines.is_empty());
    lists.map(|(turn, lines)| Advice { turn, lines }).collect()
}

/// What the clinic wants to hear of on the same day, as far as the day and the treatment do not rule it out.
fn same_day_call(at: &At<'_>) -> Option<Advice> {
    let rules = same_day(at.mine.site().book(), at.story, at.today);
    let lines = rules.into_iter().flat_map(|rule| {
        rule.calls.iter().map(|call| Line {
            sign: Icon::Telephone,
            what: capital(call),
            how: String::new(),
            until_word: String::new(),
            until: String::new(),
            cited: cited(&rule.sources, None),
        })
    });
    let lines: Vec<Line> = lines.collect();
    (!lines.is_empty()).then_some(Advice { turn: Turn::Call, lines })
}

/// What to do before a session, from the plan of its course, counted back from the day that is booked.
fn preparation(at: &At<'_>, visit: &Opened<Visit>) -> Option<Advice> {
    let Purpose::Session { course, number: _ } = visit.purpose else { return None };
    let course = at.story.courses.iter().find(|one| one.id == course)?;
    let plan: Value = serde_json::from_str(&course.plan).ok()?;
    let on = day_of(at.clinic, visit.from);
    let mut items: Vec<(Date, Line)> = Vec::new();
    for item in part(&plan, "/preparation").as_array().into_iter().flatten() {
        let before = part(item, "/days_before").as_i64().unwrap_or_default();
        let from = on.checked_sub(before.days()).unwrap_or(on);
        let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let sources = part(item, "/sources").as_array().into_iter().flatten();
        let line = Line {
            sign: page::sign(&text("id")),
            what: text("title"),
            how: text("do"),
            until_word: "from".to_owned(),
            until: if from <= at.today { "now".to_owned() } else { day(from, at.today) },
            cited: Cited {
                cites: sources
                    .filter_map(|source| part(source, "/id").as_str())
                    .map(str::to_owned)
                    .collect(),
                conflicts: Vec::new(),
            },
        };
        items.push((from, line));
    }
    items.sort_by_key(|(from, _)| *from);
    let lines: Vec<Line> = items.into_iter().map(|(_, line)| line).collect();
    (!lines.is_empty()).then_some(Advice { turn: Turn::Prepare, lines })
}

fn last_check_in(at: &At<'_>) -> Option<LastCheckIn> {
    let last =
        at.story.check_ins.iter().filter(|one| !one.json.is_null()).max_by_key(|one| one.at)?;
    let sent = day_of(at.clinic, last.at);
    ((at.today - sent).get_days() <= CHECK_IN_DAYS).then(|| LastCheckIn {
        when: moment(last.at, &at.zone, at.today),
        level: clinical(last.level),
        href: format!("/me/check-in/{}", last.id),
        answered: answered_by(&last.handling),
    })
}

/// What was and what comes.
fn moments(at: &At<'_>, step: &NextStep) -> Vec<Moment> {
    let mut moments: Vec<(Date, Moment)> = Vec::new();
    for session in at.story.sessions.iter().rev().take(4) {
        let what = format!("Session {}", session.number);
        let when = if session.on == at.today { When::Today } else { When::Past };
        moments.push((session.on, point(when, day(session.on, at.today), what)));
    }
    for visit in at.story.visits.iter().filter(|visit| is_to_come(visit, at.now)) {
        let on = day_of(at.clinic, visit.from);
        let when = if on == at.today { When::Today } else { When::Later };
        let mut point = point(when, moment(visit.from, &at.zone, at.today), purpose(visit));
        point.link = Some(("Look at it".to_owned(), format!("/me/visits/{}", visit.id)));
        moments.push((on, point));
    }
    if let NextStep::Book { number, window: Some((from, until)), .. } = step {
        let time = format!("{} to {}", day(*from, at.today), day(*until, at.today));
        let point = point(When::Later, time, format!("Session {number} can be booked"));
        moments.push((*from, point));
    }
    let of_course = at.story.courses.last().filter(|course| is_going_on(course));
    if let Some(from) = of_course.and_then(|course| judged_from(at.story, course)) {
        let when = if from > at.today { When::Later } else { When::Past };
        let mut point =
            point(when, format!("From {}", day(from, at.today)), "Judge the result".to_owned());
        "If no further session is given. Earlier photographs can mislead."
            .clone_into(&mut point.says);
        moments.push((from, point));
    }
    moments.sort_by_key(|(on, _)| *on);
    moments.into_iter().map(|(_, moment)| moment).collect()
}

fn point(when: When, time: String, what: String) -> Moment {
    Moment { when, time, what, says: String::new(), link: None }
}

fn is_going_on(course: &Course) -> bool {
    match course.state {
        CourseState::Accepted { .. } | CourseState::Finished { .. } => true,
        CourseState::Draft | CourseState::Offered { .. } | CourseState::Stopped { .. } => false,
    }
}

fn is_to_come(visit: &Visit, now: Timestamp) -> bool {
    match visit.state {
        VisitState::Booked | VisitState::Arrived { .. } => visit.until > now,
        VisitState::Done { .. } | VisitState::Cancelled { .. } | VisitState::NoShow { .. } => false,
    }
}

fn purpose(visit: &Visit) -> String {
    match visit.purpose {
        Purpose::Consultation => "Consultation".to_owned(),
        Purpose::Session { course: _, number } => format!("Session {number}"),
        Purpose::FollowUp { course: _ } => "A look at the result".to_owned(),
    }
}

fn photographs(at: &At<'_>) -> Vec<Photograph> {
    let latest = at.story.photographs.iter().rev().take(LATEST);
    latest
        .map(|one| {
            let date = day(day_of(at.clinic, one.taken), at.today);
            Photograph {
                src: format!("/me/photos/{}/small", one.id),
                alt: format!("{}, {date}", one.view.title()),
                stage: one.view.title().to_owned(),
                date,
            }
        })
        .collect()
}
