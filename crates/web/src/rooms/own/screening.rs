//! The answer of the last screening in the patient's words, with every reason, its end and its sources.
//!
//! It shows what was answered then, word for word from the record, and not what the rulebook of today would say.

use axum::http::StatusCode;
use jiff::civil::Date;
use percuta_chart::{clinic::Clinic, screening::Screening};
use percuta_clinical::{
    answer::{Disposition, End},
    book::Position,
};
use percuta_practice::{
    Opened, Practice, day_of,
    patients::Story,
    screenings::{clinical, last_sent},
    zone_of,
};
use serde_json::Value;

use super::say;
use crate::{
    Site,
    page::{
        check::{ABOUT_MISSING, open_words, verdict_of},
        mine::screening::{self as page, Decided, Reason},
    },
    rooms::{Answered, Mine, Needs, Refused, door::Doors, shown},
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors.get("/me/screening", Needs::Patient, show)
}

async fn show(mine: Mine) -> Answered {
    let practice = mine.practice();
    let clinic = practice.clinic().await?;
    let story = practice.story(&mine.actor, mine.patient).await?;
    let frame = mine.frame(&clinic, None, "Is it for me?");
    let Some(screening) = story.screenings.last() else {
        return Ok(shown(StatusCode::OK, page::none(mine.site(), &frame)));
    };
    let view = view(&mine, &clinic, &story, screening).await?;
    Ok(shown(StatusCode::OK, page::page(mine.site(), &frame, &view)))
}

async fn view(
    mine: &Mine,
    clinic: &Opened<Clinic>,
    story: &Story,
    screening: &Opened<Screening>,
) -> Result<page::Screening, Refused> {
    let site = mine.site();
    let practice = mine.practice();
    let answer: Value = serde_json::from_str(&screening.answer).unwrap_or(Value::Null);
    let disposition = clinical(screening.effective);
    let until = (screening.effective == screening.disposition)
        .then(|| end(answer.get("until")))
        .flatten()
        .or_else(|| screening.not_before.map(End::On));
    let (title, lead) = verdict_of(disposition, until.as_ref());
    let reasons: Vec<Reason> = list(&answer, "reasons")
        .iter()
        .filter_map(|reason| self::reason(site, reason, clinical(screening.disposition)))
        .collect();
    let missing: Vec<&str> = list(&answer, "missing").iter().filter_map(Value::as_str).collect();
    Ok(page::Screening {
        about: about(site, screening, story),
        disposition,
        title: title.to_owned(),
        lead,
        decided: decided(mine, clinic, story, screening).await?,
        precautions: list(&answer, "precautions")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        open: open_words(site, &missing),
        bring: bring(site, &reasons),
        reasons,
        expires: expires(screening, day_of(clinic, practice.now())),
        rules: rules(practice, clinic, screening),
    })
}

pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn date(value: Option<&Value>) -> Option<Date> {
    value.and_then(Value::as_str).and_then(|text| text.parse().ok())
}

fn end(value: Option<&Value>) -> Option<End> {
    let value = value?;
    if let Some(day) = date(value.get("date")) {
        return Some(End::On(day));
    }
    value.get("event").and_then(Value::as_str).map(|event| End::Event(event.to_owned()))
}

fn positions(reason: &Value, key: &str) -> Vec<Position> {
    let one = |position: &Value| Position {
        id: text(position, "id").to_owned(),
        says: text(position, "says").to_owned(),
    };
    list(reason, key).iter().map(one).collect()
}

fn disposition(word: &str) -> Option<Disposition> {
    Disposition::ALL.into_iter().find(|known| known.word() == word)
}

/// One reason; `None` for what was left out because it could no longer change the answer.
fn reason(site: &Site, reason: &Value, worst: Disposition) -> Option<Reason> {
    let rule = text(reason, "id");
    let decides = disposition(text(reason, "disposition"))?;
    let is_about_missing = ABOUT_MISSING.contains(&rule);
    if is_about_missing && decides != worst {
        return None;
    }
    let card = site.book().rule(rule);
    let policy = site.book().policies.get(rule).map(|policy| policy.title.as_str());
    let title = card.map(|card| card.title.as_str()).or(policy).unwrap_or(rule);
    let (mut until, mut ends) = (String::new(), String::new());
    match end(reason.get("until")) {
        Some(End::On(day)) => until = say::day(day),
        Some(End::Event(event)) => ends = event,
        Some(End::Never) | None => {}
    }
    let because = if is_about_missing {
        "Some answers are not known that could ask for more care. They are listed below."
    } else {
        text(reason, "because")
    };
    let by: Vec<&str> = reason
        .get("override")
        .map(|given| list(given, "by").iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let needs = reason.get("override").map(|given| text(given, "needs")).unwrap_or_default();
    let otherwise = if by.is_empty() {
        String::new()
    } else {
        format!("A named {} may decide otherwise, with {needs}.", wording::list(&by, "or"))
    };
    Some(Reason {
        rule: rule.to_owned(),
        title: title.to_owned(),
        disposition: decides,
        until,
        ends,
        because: because.to_owned(),
        why: card.map(|card| card.why.clone()).unwrap_or_default(),
        otherwise,
        sources: positions(reason, "sources"),
        against: positions(reason, "disagreement"),
    })
}

/// When, and for what.
fn about(site: &Site, screening: &Screening, story: &Story) -> String {
    let request = last_sent(&story.intakes).and_then(|intake| intake.json.get("request"));
    let words = &site.book().vocabulary;
    let concern = request.and_then(|request| {
        let lexicon = words.of(percuta_terminology::Kind::Concern);
        Some(lexicon.term(lexicon.entry(text(request, "concern"))?).title.to_lowercase())
    });
    let region = request.and_then(|request| {
        let found = words.regions.find(text(request, "region"))?;
        Some(words.regions.get(found).title.to_lowercase())
    });
    let parts = [Some(say::day(screening.on)), concern, region];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

async fn decided(
    mine: &Mine,
    clinic: &Opened<Clinic>,
    story: &Story,
    screening: &Opened<Screening>,
) -> Result<Decided, Refused> {
    let zone = zone_of(clinic);
    if let Some(last) = screening.overrides.last() {
        let mut names: Vec<&str> = Vec::new();
        for one in &screening.overrides {
            if !names.contains(&one.name.as_str()) {
                names.push(&one.name);
            }
        }
        let because: Vec<&str> =
            screening.overrides.iter().map(|one| one.reason.as_str()).collect();
        return Ok(Decided::Otherwise {
            by: format!("{}, {},", wording::list(&names, "and"), say::day_of(last.at, &zone)),
            instead_of: clinical(screening.disposition),
            because: because.join(" "),
        });
    }
    // Whoever offered a plan on this answer has looked at it.
    let planned = story.courses.iter().rev().find(|course| course.screening == screening.id);
    let Some(course) = planned else { return Ok(Decided::ByRules) };
    let by = super::member_name(mine.practice(), course.by).await?;
    Ok(Decided::Confirmed { by: format!("{by}, who planned for you on it") })
}

/// What to bring: what every consultation needs, and what the cards of the reasons name.
fn bring(site: &Site, reasons: &[Reason]) -> Vec<String> {
    let mut things =
        vec!["The names of your medicines, creams and supplements, with doses.".to_owned()];
    for reason in reasons {
        let named = site.book().rule(&reason.rule).map(|rule| rule.bring.as_str());
        if let Some(thing) = named.filter(|thing| !thing.is_empty())
            && !things.iter().any(|known| known == thing)
        {
            things.push(thing.to_owned());
        }
    }
    things
}

fn expires(screening: &Screening, today: Date) -> String {
    let last = say::day(screening.expires);
    if today > screening.expires {
        format!("This answer counted until {last}. The clinic asks again before anything is done.")
    } else {
        format!("What can have changed is asked again on the day, and everything after {last}.")
    }
}

/// By which rules, and whether a medical lead stands behind them.
fn rules(practice: &Practice, clinic: &Clinic, screening: &Screening) -> String {
    let book = practice.book();
    let version = &screening.rulebook_version;
    if screening.rulebook_digest != book.digest {
        return format!("version {version}, which the clinic has replaced since.");
    }
    match practice.sign_off_of(clinic) {
        Some(signed) => format!("version {version}, signed off here by {}.", signed.name),
        None => format!("version {version}. {}", book.status),
    }
}
