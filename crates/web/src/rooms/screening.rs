//! Screenings: every reason as it was given, what a clinician decided otherwise, what is asked again on the day, and
//! whose answer a new rulebook changes.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use percuta_chart::{
    clinic::Clinic,
    screening::{Occasion, Screening},
};
use percuta_clinical::question::Said;
use percuta_practice::{
    Act, No, Opened, Who, day_of,
    patients::Story,
    screenings::{Screened, allows, clinical, is_open},
};
use percuta_record::{DocumentId, PatientId};
use percuta_terminology::calendar::in_words;
use zeroize::Zeroizing;

use super::{
    Answered, Desk, Needs, Refused,
    door::Doors,
    entrance::{Filled, entry},
    notice::Done,
    see, see_done, shown, subject,
};
use crate::page::{
    entry::Entry,
    staff::{
        Room,
        screening::{
            self as page, Again, ChangedRow, Overridden, OverrideForm, Repeat, Signer, Standing,
            Step, View,
        },
        verdict,
    },
};

mod word;

/// The doors of screening.
pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/patients/{patient}/screening", Needs::Member(Act::OpenChart), latest)
        .get("/patients/{patient}/screening/today", Needs::Member(Act::Screen), ask)
        .post("/patients/{patient}/screening/today", Needs::Member(Act::Screen), answer)
        .get("/screenings/{screening}", Needs::Member(Act::OpenChart), show)
        .post("/screenings/{screening}/override", Needs::Member(Act::Screen), decide)
        .get("/rulebook/changes", Needs::Member(Act::OpenChart), changes)
}

async fn latest(desk: Desk, Path(patient): Path<String>) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    if let Some(last) = story.screenings.last() {
        return Ok(see(&format!("/screenings/{}", last.id)));
    }
    let clinic = desk.practice().clinic().await?;
    let person = subject::about(&story.patient, &clinic, desk.practice().now());
    let label = if story.intakes.is_empty() { "Begin the intake" } else { "Go on with the intake" };
    let begin = Step { label: label.to_owned(), href: format!("{}/intake", person.href) };
    let frame = desk.frame(Some(Room::Patients), "Screening").await?;
    Ok(shown(StatusCode::OK, page::empty(desk.site(), &frame, &person, &begin)))
}

async fn show(desk: Desk, Path(screening): Path<String>) -> Answered {
    let id: DocumentId = subject::id(&screening)?;
    let screened = desk.practice().screening(&desk.actor, id).await?;
    again(&desk, &screened, &Entry::default(), StatusCode::OK).await
}

async fn again(desk: &Desk, screened: &Screened, entry: &Entry, status: StatusCode) -> Answered {
    let patient = screened.screening.patient().ok_or(No::NotFound)?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let clinic = desk.practice().clinic().await?;
    let view = view(desk, &clinic, (screened, &story)).await?;
    let frame = desk.frame(Some(Room::Patients), "Screening").await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

async fn view(
    desk: &Desk,
    clinic: &Opened<Clinic>,
    (screened, story): (&Screened, &Story),
) -> Result<View, Refused> {
    let (practice, site, screening) = (desk.practice(), desk.site(), &screened.screening);
    let person = subject::about(&story.patient, clinic, practice.now());
    let today = day_of(clinic, practice.now());
    let answer = practice.answer_of(screened);
    let worded = word::Worded::of(site, screening, answer.as_ref(), today);
    let is_last = story.screenings.last().is_some_and(|last| last.id == screening.id);
    let form = match answer.as_ref().filter(|_| is_last) {
        Some(answer) => override_form(desk, screening, answer).await?,
        None => None,
    };
    let has_course = story.courses.iter().any(|course| is_open(course));
    let may_plan = desk.actor.may(Act::Plan) && is_last && allows(screening, today) && !has_course;
    let next = may_plan
        .then(|| Step { label: "Plan a course".to_owned(), href: format!("{}/plan", person.href) });
    Ok(View {
        standing: standing(desk, (screening, story), &person.href, today),
        made: made(desk, clinic, screening).await?,
        rules: format!("version {}", screening.rulebook_version),
        unreviewed: match practice.sign_off_of(clinic) {
            Some(_) => String::new(),
            None => site.book().status.clone(),
        },
        verdict: worded.verdict,
        clear: site.book().rules.len().saturating_sub(worded.reasons.len()),
        reasons: worded.reasons,
        precautions: worded.precautions,
        missing: worded.missing,
        ask: Some(format!("{}/intake#the-person", person.href)),
        unrecognised: worded.unrecognised,
        moments: worded.moments,
        changes: word::changes(site, screening, story),
        overridden: overridden(desk, clinic, screening),
        form,
        next,
        answers: format!("{}/intake", person.href),
        person,
    })
}

fn standing(
    desk: &Desk,
    (screening, story): (&Opened<Screening>, &Story),
    href: &str,
    today: jiff::civil::Date,
) -> Standing {
    let repeat = format!("{href}/screening/today");
    let book = desk.site().book();
    match story.screenings.last() {
        Some(last) if last.id != screening.id => {
            Standing::Replaced { by: format!("/screenings/{}", last.id) }
        }
        Some(_) | None if today > screening.expires => {
            Standing::Expired { since: in_words(screening.expires), repeat }
        }
        Some(_) | None if screening.rulebook_digest != book.digest => {
            let says = format!(
                "This answer is from version {}; today version {} counts.",
                screening.rulebook_version, book.version
            );
            Standing::RulesChanged { says, repeat }
        }
        Some(_) | None => Standing::Current { until: in_words(screening.expires) },
    }
}

/// When and by whom. A decision writes a version of its own, so that its author is not who screened.
async fn made(
    desk: &Desk,
    clinic: &Clinic,
    screening: &Opened<Screening>,
) -> Result<String, Refused> {
    let occasion = match screening.occasion {
        Occasion::Intake => "",
        Occasion::DayOfVisit => ", asked again on the day",
        Occasion::NewRulebook => ", by a new rulebook",
        Occasion::Expired => ", because the one before had expired",
    };
    if !screening.overrides.is_empty() {
        return Ok(format!("{}{occasion}", in_words(screening.on)));
    }
    let at = subject::when(clinic, subject::stamp(screening.contribution.at));
    let members = desk.practice().members().await?;
    let by = percuta_chart::person::document_of_member(screening.contribution.by);
    let by = members.iter().find(|member| member.id == by);
    let by = by.map_or("the patient", |member| member.name.as_str());
    Ok(format!("{at}, by {by}{occasion}"))
}

fn overridden(desk: &Desk, clinic: &Clinic, screening: &Screening) -> Vec<Overridden> {
    screening
        .overrides
        .iter()
        .map(|one| Overridden {
            reason: word::title(desk.site(), &one.rule),
            by: format!(
                "{}, as {}, {}",
                one.name,
                one.qualification,
                subject::when(clinic, one.at)
            ),
            why: one.reason.clone(),
        })
        .collect()
}

/// The form for deciding otherwise: for who is qualified here and now, else for somebody else of the clinic who is.
async fn override_form(
    desk: &Desk,
    screening: &Opened<Screening>,
    answer: &percuta_clinical::answer::Answer<'_>,
) -> Result<Option<OverrideForm>, Refused> {
    let open: Vec<_> = answer
        .reasons
        .iter()
        .filter(|reason| {
            !reason.override_by.is_empty()
                && !screening.overrides.iter().any(|one| one.rule == reason.id)
        })
        .collect();
    if open.is_empty() || !desk.actor.may(Act::Screen) {
        return Ok(None);
    }
    let mine = match &desk.actor.who {
        Who::Member { qualifications, .. } if desk.actor.may(Act::Override) => open
            .iter()
            .copied()
            .filter(|reason| reason.override_by.iter().any(|by| qualifications.contains(by)))
            .collect(),
        Who::Member { .. } | Who::Patient(_) => Vec::new(),
    };
    let (reasons, signer) = if mine.is_empty() {
        let members = desk.practice().members().await?;
        let named = members
            .iter()
            .filter(|member| {
                open.iter().any(|reason| {
                    reason.override_by.iter().any(|by| member.qualifications.contains(by))
                })
            })
            .map(|member| (member.email.clone(), member.name.clone()))
            .collect();
        (open, Signer::Another(named))
    } else {
        (mine, Signer::Here { name: desk.actor.name.clone() })
    };
    Ok(Some(OverrideForm {
        action: format!(
            "/screenings/{}/override?seen={}",
            screening.id,
            screening.version.number()
        ),
        reasons: reasons
            .iter()
            .map(|reason| (reason.id.to_owned(), word::title(desk.site(), reason.id)))
            .collect(),
        remains: "Every other reason stays and keeps its date.".to_owned(),
        signer,
    }))
}

async fn decide(
    desk: Desk,
    Path(screening): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let id: DocumentId = subject::id(&screening)?;
    let mut entry = entry(form);
    let screened = desk.practice().screening(&desk.actor, id).await?;
    let version = query.as_deref().and_then(|query| query.strip_prefix("seen="));
    let version = version.and_then(subject::version).ok_or(No::Conflict)?;
    let seen = Opened { version, ..screened.screening.clone() };
    let rules: Vec<String> = entry.all("reason").map(str::to_owned).collect();
    let what = (rules.as_slice(), entry.get("because"));
    let password = Zeroizing::new(entry.get("password").to_owned());
    let email = entry.get("email").to_owned();
    let decided = if email.is_empty() {
        desk.practice().override_rules(&desk.actor, &seen, what, password).await
    } else {
        desk.practice().override_by_another(&desk.actor, &seen, what, (&email, password)).await
    };
    match decided {
        Ok(()) => Ok(see_done(&format!("/screenings/{id}"), Done::new("overridden"))),
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            again(&desk, &screened, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn ask(desk: Desk, Path(patient): Path<String>, RawQuery(query): RawQuery) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let visit = visit_in(query.as_deref());
    ask_again(&desk, patient, visit, &Entry::default(), StatusCode::OK).await
}

/// The visit for which is asked, where there is one: the way back.
fn visit_in(query: Option<&str>) -> Option<DocumentId> {
    query?.strip_prefix("visit=")?.parse().ok()
}

async fn ask_again(
    desk: &Desk,
    patient: PatientId,
    visit: Option<DocumentId>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let practice = desk.practice();
    let known = practice.patient(&desk.actor, patient).await?;
    let clinic = practice.clinic().await?;
    let person = subject::about(&known, &clinic, practice.now());
    let asked = match practice.asked_today(&desk.actor, patient).await {
        Ok(asked) => asked,
        // There is nothing to ask again: the intake comes first.
        Err(No::Closed(_)) => return Ok(see(&format!("{}/intake", person.href))),
        Err(no) => return Err(no.into()),
    };
    let day = in_words(asked.before);
    let before = |said: Option<Said>| match said {
        Some(Said::Yes) => format!("Yes, {day}"),
        Some(Said::No) => format!("No, {day}"),
        Some(Said::NotSure) => format!("Not sure, {day}"),
        None => String::new(),
    };
    let questions = asked.questions.into_iter().map(|question| Again {
        before: before(question.before),
        name: question.key,
        asks: question.asks,
    });
    let back = visit.map_or_else(String::new, |visit| format!("?visit={visit}"));
    let view = Repeat {
        action: format!("{}/screening/today{back}", person.href),
        person,
        before: day.clone(),
        questions: questions.collect(),
    };
    let frame = desk.frame(Some(Room::Patients), "Screening today").await?;
    Ok(shown(status, page::repeat(desk.site(), &frame, &view, entry)))
}

async fn answer(
    desk: Desk,
    Path(patient): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let visit = visit_in(query.as_deref());
    let mut entry = entry(form);
    let said: BTreeMap<String, Said> = entry
        .pairs()
        .filter_map(|(name, value)| match value {
            "yes" => Some((name.to_owned(), Said::Yes)),
            "no" => Some((name.to_owned(), Said::No)),
            "not-sure" => Some((name.to_owned(), Said::NotSure)),
            _ => None,
        })
        .collect();
    let answers = (&said, entry.get("other"));
    match desk.practice().screen_on_the_day(&desk.actor, patient, answers).await {
        Ok(screening) => {
            let path = match visit {
                Some(visit) => format!("/visits/{visit}"),
                None => format!("/screenings/{screening}"),
            };
            Ok(see_done(&path, Done::new("screened")))
        }
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            ask_again(&desk, patient, visit, &entry, status).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn changes(desk: Desk) -> Answered {
    let changed = desk.practice().changed_by_rulebook(&desk.actor).await?;
    let rows: Vec<ChangedRow> = changed
        .iter()
        .map(|one| {
            let patient = percuta_chart::person::patient_of(one.patient.id);
            ChangedRow {
                name: one.patient.name.clone(),
                href: format!("/patients/{patient}"),
                before: verdict::word(clinical(one.before.effective)).to_owned(),
                by: one.before.rulebook_version.clone(),
                now: clinical(one.now),
                repeat: format!("/patients/{patient}/screening/today"),
            }
        })
        .collect();
    let frame = desk.frame(Some(Room::Patients), "Changed by the rulebook").await?;
    let version = desk.site().book().version.clone();
    Ok(shown(StatusCode::OK, page::changed(desk.site(), &frame, &version, &rows)))
}
