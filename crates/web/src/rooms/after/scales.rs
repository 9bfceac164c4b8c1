//! Scales: filled in by a clinician or, where they are for both, by the patient; and the scores over the course.

use axum::{extract::Path, http::StatusCode};
use jiff::civil::Date;
use percuta_chart::check_in::{Outcome, Scorer};
use percuta_clinical::{
    book::{Cited, Position},
    scale::{self as scales, Grader, Grades, SCALES, Scored},
};
use percuta_practice::{
    Act, No, Opened, day_of,
    measures::{Measure, Stands, measures},
    next_step::judged_from,
    patients::Story,
};
use percuta_record::PatientId;

use super::{day, photographs::person};
use crate::{
    page::{
        entry::Entry,
        mine::scale as own,
        staff::{self, outcome as page},
    },
    rooms::{
        Answered, Desk, Done, Mine, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Score);
    doors
        .get("/patients/{patient}/outcomes", staff, list)
        .get("/patients/{patient}/outcomes/{scale}", staff, form)
        .post("/patients/{patient}/outcomes/{scale}", staff, send)
        .get("/me/scales", Needs::Patient, own_list)
        .get("/me/scales/{scale}", Needs::Patient, own_form)
        .get("/me/scales/{scale}/course", Needs::Patient, own_course)
        .post("/me/scales/{scale}", Needs::Patient, own_send)
}

/// The fields as a use case takes them.
fn given(entry: &Entry) -> Vec<(String, String)> {
    entry.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A score in words: the words of its grade, where the scale is one grade.
fn in_words(scored: &Scored, outcome: &Outcome) -> String {
    let grade = match scored.items {
        [only] => match only.grades {
            Grades::Words(words) => words
                .iter()
                .find(|(grade, _)| outcome.score.to_string() == grade.to_string())
                .map(|(_, words)| (*words).to_owned()),
            Grades::UpTo(_) => None,
        },
        _ => None,
    };
    grade.unwrap_or_else(|| format!("{} of {}", outcome.score, scored.high))
}

fn choices(grades: Grades) -> Vec<(String, String)> {
    match grades {
        Grades::Words(words) => {
            words.iter().map(|(grade, words)| (grade.to_string(), (*words).to_owned())).collect()
        }
        // A few steps are chosen, many are written.
        Grades::UpTo(most) if most <= 10 => {
            (0..=most).map(|grade| (grade.to_string(), grade.to_string())).collect()
        }
        Grades::UpTo(_) => Vec::new(),
    }
}

async fn list(desk: Desk, Path(patient): Path<PatientId>) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let today = day_of(&clinic, desk.practice().now());
    let here = format!("/patients/{patient}/outcomes");
    let mut trends = Vec::new();
    for scored in SCALES {
        if let Some((_, card)) = scales::scale(desk.site().book(), scored.id) {
            let add = format!("{here}/{}", scored.id);
            let head = (card.title.clone(), card.range.clone(), add);
            trends.extend(trend(&desk, &story, (scored, today), head).await?);
        }
    }
    let judged = story.courses.last().and_then(|course| judged_from(&story, course));
    let forms = SCALES.iter().filter_map(|scored| {
        let (_, card) = scales::scale(desk.site().book(), scored.id)?;
        Some((card.title.clone(), format!("{here}/{}", scored.id)))
    });
    let view = page::View {
        person: person(&story, patient, today),
        asked: measures(desk.site().book(), &story, today)
            .iter()
            .map(|measure| asked(measure, (&here, today)))
            .collect(),
        trends,
        scales: forms.collect(),
        judge: judged
            .filter(|from| *from > today)
            .map(|from| format!("By the plan, the result is judged from {} on.", day(from, today)))
            .unwrap_or_default(),
    };
    let frame = desk.frame(Some(staff::Room::Patients), "Outcomes").await?;
    Ok(shown(StatusCode::OK, page::page(desk.site(), &frame, &view)))
}

/// Sources as a chip shows them.
fn cited(sources: &[Position]) -> Cited {
    let cites = sources.iter().map(|source| source.id.clone()).collect();
    Cited { cites, conflicts: Vec::new() }
}

/// A scale that is asked for, as the clinic reads it.
fn asked(measure: &Measure<'_>, (here, today): (&str, Date)) -> page::Asked {
    let (stands, says) = match measure.stands {
        Stands::Done { on, outcome: _ } => (page::Stands::Done, day(on, today)),
        Stands::Due { until: None } => (page::Stands::Due, String::new()),
        Stands::Due { until: Some(until) } => {
            (page::Stands::Due, format!("until {}", day(until, today)))
        }
        Stands::Later { from } => (page::Stands::Later, format!("from {}", day(from, today))),
        Stands::Missing => (page::Stands::Missing, "its time went by".to_owned()),
        Stands::Elsewhere => {
            let says = "its pictures or words are not shipped; see its licence".to_owned();
            (page::Stands::Elsewhere, says)
        }
    };
    let by = if measure.is_for_patient() { "by the patient, or asked by you" } else { "" };
    page::Asked {
        title: measure.scale.title.clone(),
        when: wording::asked_of(measure.ask.at, measure.session),
        stands,
        says,
        by: by.to_owned(),
        because: measure.ask.because.clone(),
        cited: cited(&measure.ask.sources),
        href: measure.is_due().then(|| format!("{here}/{}", measure.scale.id)),
    }
}

/// The scores of one scale; `None` while there are none.
async fn trend(
    desk: &Desk,
    story: &Story,
    (scored, today): (&Scored, Date),
    (title, range, add): (String, String, String),
) -> Result<Option<page::Trend>, Refused> {
    let of_it: Vec<&Opened<Outcome>> =
        story.outcomes.iter().filter(|one| one.scale == scored.id).collect();
    let Some(first) = of_it.first().map(|first| first.on) else { return Ok(None) };
    let since = |day: Date| (day - first).get_days();
    let mut points = Vec::with_capacity(of_it.len());
    for one in of_it {
        let by = match one.by {
            Scorer::Patient => "the patient".to_owned(),
            Scorer::Member(member) => desk.practice().member_name(member).await?,
        };
        let before = story.sessions.iter().rev().find(|session| session.on <= one.on);
        points.push(page::Point {
            day: since(one.on),
            date: day(one.on, today),
            value: one.score,
            says: in_words(scored, one),
            by,
            when: before.map_or_else(
                || "before treatment".to_owned(),
                |session| {
                    let days = (one.on - session.on).get_days();
                    format!("day {days} after session {}", session.number)
                },
            ),
        });
    }
    let sessions = story.sessions.iter().map(|session| since(session.on)).filter(|day| *day >= 0);
    let judged = story.courses.last().and_then(|course| judged_from(story, course));
    Ok(Some(page::Trend {
        id: format!("scale-{}", scored.id),
        title,
        range,
        low: f64::from(scored.low),
        high: f64::from(scored.high),
        points,
        sessions: sessions.collect(),
        judge: judged.map(since),
        add,
    }))
}

async fn form(desk: Desk, Path((patient, scale)): Path<(PatientId, String)>) -> Answered {
    show(&desk, (patient, &scale), (&Entry::default(), None), StatusCode::OK).await
}

async fn show(
    desk: &Desk,
    (patient, scale): (PatientId, &str),
    (entry, score): (&Entry, Option<scales::Score>),
    status: StatusCode,
) -> Answered {
    let (scored, card) = scales::scale(desk.site().book(), scale).ok_or(No::NotFound)?;
    let clinic = desk.practice().clinic().await?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let here = format!("/patients/{patient}/outcomes");
    let items = scored.items.iter().map(|item| page::Item {
        name: item.name.to_owned(),
        asks: item.asks.to_owned(),
        choices: choices(item.grades),
        range: match item.grades {
            Grades::UpTo(most) => format!("A whole number from 0 to {most}."),
            Grades::Words(_) => String::new(),
        },
    });
    let source = card.sources.first().map(|source| format!("/evidence/sources/{}", source.id));
    let view = page::Form {
        person: person(&story, patient, day_of(&clinic, desk.practice().now())),
        title: card.title.clone(),
        scoring: card.scoring.clone(),
        licence: card.licence.clone(),
        source: source.unwrap_or_else(|| "/evidence/scales".to_owned()),
        items: items.collect(),
        scored: score.map(|score| page::Scored {
            total: format!("{} of {}", score.value, scored.high),
            sum: score.sum,
        }),
        action: format!("{here}/{scale}"),
        back: here,
    };
    let title = if entry.is_fine() { "Score" } else { "Error: score" };
    let frame = desk.frame(Some(staff::Room::Patients), title).await?;
    Ok(shown(status, page::form(desk.site(), &frame, &view, entry)))
}

async fn send(
    desk: Desk,
    Path((patient, scale)): Path<(PatientId, String)>,
    form: Filled,
) -> Answered {
    let mut entry = entry(form);
    let given = given(&entry);
    let practice = desk.practice();
    let kept = match practice.score(&scale, &given) {
        Ok(_) if entry.get("step") == "keep" => {
            practice.keep_score(&desk.actor, patient, &scale, &given).await.map(|_| None)
        }
        Ok(score) => Ok(Some(score)),
        Err(no) => Err(no),
    };
    match kept {
        Ok(None) => Ok(see_done(&format!("/patients/{patient}/outcomes"), Done::new("scored"))),
        Ok(Some(score)) => {
            show(&desk, (patient, &scale), (&entry, Some(score)), StatusCode::OK).await
        }
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&desk, (patient, &scale), (&entry, None), status).await
        }
        Err(no) => Err(no.into()),
    }
}

/// A scale that is for patients too.
fn for_patients(scale: &str) -> Result<&'static Scored, No> {
    let scored = SCALES.iter().find(|scored| scored.id == scale);
    scored.filter(|scored| scored.by == Grader::Anybody).ok_or(No::NotFound)
}

/// A scale that is asked for, as the patient reads it.
pub(super) fn asked_own(measure: &Measure<'_>, today: Date) -> own::Asked {
    let when = match measure.stands {
        Stands::Due { until: Some(until) } => format!("Until {}", day(until, today)),
        Stands::Later { from } => format!("From {}", day(from, today)),
        Stands::Due { until: None } | Stands::Done { .. } | Stands::Missing | Stands::Elsewhere => {
            String::new()
        }
    };
    own::Asked {
        title: own_title(&measure.scale.id, &measure.scale.title).to_owned(),
        when,
        because: measure.ask.because.clone(),
        cited: cited(&measure.ask.sources),
        href: format!("/me/scales/{}", measure.scale.id),
    }
}

/// What a scale is called where patients read it; its own title where it has no other.
fn own_title<'t>(scale: &str, title: &'t str) -> &'t str {
    match scale {
        "gais" => "How much better does it look to you?",
        "vas" => "How much did it hurt?",
        _ => title,
    }
}

async fn own_list(mine: Mine) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let today = day_of(&clinic, mine.practice().now());
    let book = mine.site().book();
    let measures: Vec<Measure<'_>> =
        measures(book, &story, today).into_iter().filter(Measure::is_for_patient).collect();
    let is_later = |measure: &&Measure<'_>| matches!(measure.stands, Stands::Later { from: _ });
    let done = SCALES.iter().filter(|scored| scored.by == Grader::Anybody).filter_map(|scored| {
        let (_, card) = scales::scale(book, scored.id)?;
        let mut of_it = story.outcomes.iter().filter(|one| one.scale == scored.id);
        let last = of_it.rfind(|one| one.by == Scorer::Patient)?;
        let title = own_title(scored.id, &card.title).to_owned();
        let says = format!("{}, {}", in_words(scored, last), day(last.on, today));
        Some((title, says, format!("/me/scales/{}/course", scored.id)))
    });
    let view = own::Scales {
        due: measures
            .iter()
            .filter(|measure| measure.is_due())
            .map(|measure| asked_own(measure, today))
            .collect(),
        later: measures.iter().filter(is_later).map(|measure| asked_own(measure, today)).collect(),
        done: done.collect(),
    };
    let frame = mine.frame(&clinic, None, "How you judge it");
    Ok(shown(StatusCode::OK, own::list(mine.site(), &frame, &view)))
}

async fn own_form(mine: Mine, Path(scale): Path<String>) -> Answered {
    show_own(&mine, &scale, &Entry::default(), StatusCode::OK).await
}

async fn show_own(mine: &Mine, scale: &str, entry: &Entry, status: StatusCode) -> Answered {
    let scored = for_patients(scale)?;
    let (_, card) = scales::scale(mine.site().book(), scale).ok_or(No::NotFound)?;
    let clinic = mine.practice().clinic().await?;
    let items = scored.items.iter().map(|item| own::Item {
        name: item.name.to_owned(),
        asks: item.asks.to_owned(),
        choices: choices(item.grades),
    });
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let today = day_of(&clinic, mine.practice().now());
    let asked = measures(mine.site().book(), &story, today);
    let asked = asked.iter().find(|measure| measure.scale.id == scale && measure.is_due());
    let title = own_title(scale, &card.title);
    let view = own::Scale {
        title: title.to_owned(),
        says: asked.map(|measure| measure.ask.because.clone()).unwrap_or_default(),
        items: items.collect(),
        rights: card.licence.clone(),
        action: format!("/me/scales/{scale}"),
    };
    let title = if entry.is_fine() { title.to_owned() } else { format!("Error: {title}") };
    let frame = mine.frame(&clinic, None, title);
    Ok(shown(status, own::page(mine.site(), &frame, &view, entry)))
}

async fn own_send(mine: Mine, Path(scale): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let given = given(&entry);
    match mine.practice().keep_score(&mine.actor, mine.patient, &scale, &given).await {
        Ok(_) => Ok(see_done(&format!("/me/scales/{scale}/course"), Done::new("scored"))),
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            show_own(&mine, &scale, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn own_course(mine: Mine, Path(scale): Path<String>) -> Answered {
    let scored = for_patients(&scale)?;
    let (_, card) = scales::scale(mine.site().book(), &scale).ok_or(No::NotFound)?;
    let clinic = mine.practice().clinic().await?;
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let today = day_of(&clinic, mine.practice().now());
    let of_it = story.outcomes.iter().filter(|one| one.scale == scored.id);
    let of_it = of_it.filter(|one| one.by == Scorer::Patient);
    let course: Vec<own::Score> = of_it
        .map(|one| own::Score {
            when: day(one.on, today),
            words: in_words(scored, one),
            percent: percent(scored, one.score),
        })
        .collect();
    let last = course.last().ok_or(No::NotFound)?;
    let title = own_title(&scale, &card.title).to_owned();
    let view = own::Scored {
        title: title.clone(),
        score: last.words.clone(),
        says: format!("The scale goes from {} to {}.", scored.low, scored.high),
        course,
    };
    let frame = mine.frame(&clinic, None, title);
    Ok(shown(StatusCode::OK, own::scored(mine.site(), &frame, &view)))
}

/// Where a score stands between the lowest and the highest.
fn percent(scored: &Scored, score: f64) -> u8 {
    let span = f64::from(scored.high.saturating_sub(scored.low).max(1));
    let part = (score - f64::from(scored.low)) * 100.0 / span;
    (0..=100_u8).rev().find(|percent| f64::from(*percent) <= part).unwrap_or_default()
}
