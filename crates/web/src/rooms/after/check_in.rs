//! Check-ins: the questions, the answer at once, and the earlier ones.

use axum::{
    extract::{Multipart, Path, Query, multipart::MultipartRejection},
    http::StatusCode,
    response::IntoResponse as _,
};
use jiff::{civil::Date, tz::TimeZone};
use percuta_chart::{
    check_in::{CheckIn, Handling, Reader},
    clinic::Clinic,
    photograph::View,
};
use percuta_clinical::{Rulebook, answer::Level, book::Position};
use percuta_practice::{
    No, Opened, day_of,
    patients::Story,
    photographs::{Shot, may_keep, refusals},
    telling::{Given, GivenSymptom, at, clinical, last_session},
    zone_of,
};
use percuta_record::DocumentId;
use serde::Deserialize;
use serde_json::Value;

use super::{emergency, hours, moment, upload};
use crate::{
    page::{
        entry::Entry,
        mine::{
            Onwards, Tab,
            check_in::{
                self as page, Answered as Answer, Earlier, Form, Group, One, Reason, Reply,
            },
            messages::{Author, Message},
        },
    },
    rooms::{
        Answered, Done, Mine, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry as entered},
        see, see_done, shown,
    },
};

/// A page of the list holds so many.
const PAGE: usize = 20;

pub(super) fn doors(doors: Doors) -> Doors {
    let doors = doors
        .get("/me/check-in", Needs::Patient, list)
        .get("/me/check-in/new", Needs::Patient, new)
        .get("/me/check-in/{check_in}", Needs::Patient, one)
        .post("/me/check-in/{check_in}/add", Needs::Patient, add);
    let doors = upload::door(doors, "/me/check-in", Needs::Patient, send);
    upload::door(doors, "/me/check-in/{check_in}/photograph", Needs::Patient, add_photograph)
}

/// The last session and the day after it, in words.
fn after(story: &Story, today: Date) -> String {
    match last_session(&story.sessions, today) {
        Some(session) => {
            let days = (today - session.on).get_days();
            format!("Day {days} after session {}", session.number)
        }
        None => {
            "No session is in your record yet, so somebody at the clinic looks at your answers."
                .to_owned()
        }
    }
}

#[derive(Deserialize)]
struct Again {
    again: Option<DocumentId>,
}

async fn new(mine: Mine, Query(asked): Query<Again>) -> Answered {
    let mut entry = Entry::default();
    if let Some(before) = asked.again {
        let before = mine.practice().own_check_in(&mine.actor, before).await?;
        fill(&mut entry, &before, mine.site().book());
    }
    form(&mine, &entry, StatusCode::OK).await
}

/// The answers of an earlier check-in, to be corrected. What was left open stays open.
fn fill(entry: &mut Entry, before: &CheckIn, book: &Rulebook) {
    let empty = Vec::new();
    let symptoms = at(&before.json, "/symptoms").as_array().unwrap_or(&empty);
    let unanswered = at(&before.json, "/unanswered").as_array().unwrap_or(&empty);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for symptom in symptoms {
        let code = text(at(symptom, "/code"));
        entry.set("symptom", code.clone());
        entry.set(&format!("severity.{code}"), text(at(symptom, "/severity")));
        entry.set(&format!("trend.{code}"), text(at(symptom, "/trend")));
    }
    for group in page::groups(book) {
        let has = |code: &str| symptoms.iter().any(|symptom| at(symptom, "/code") == code);
        let is_open = unanswered.iter().any(|asked| *asked == group.asks.as_str());
        let given = if group.symptoms.iter().any(|(code, _)| has(code)) {
            "yes"
        } else if is_open {
            "unsure"
        } else {
            "no"
        };
        entry.set(&format!("group.{}", group.key), given);
    }
    if let Some(degrees) = at(&before.json, "/context/temp_c").as_f64() {
        entry.set("temperature", degrees.to_string());
    }
    entry.set("product", text(at(&before.json, "/context/product")));
    entry.set("words", before.words.clone());
}

async fn form(mine: &Mine, entry: &Entry, status: StatusCode) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let today = day_of(&clinic, mine.practice().now());
    let once = match entry.get("once") {
        "" => mine.practice().form_id()?.to_string(),
        once => once.to_owned(),
    };
    let view = Form {
        day: after(&story, today),
        groups: page::groups(mine.site().book()),
        emergency: emergency(mine.site().book(), &clinic),
        once,
        may_photograph: may_keep(&story.consents),
    };
    let title = if entry.is_fine() { "Check in" } else { "Error: check in" };
    let frame = mine.frame(&clinic, None, title);
    Ok(shown(status, page::form(mine.site(), &frame, &view, entry)))
}

/// Reads the form. What was ticked counts whatever its question says; a question that was left open, answered with not
/// sure, or with yes and nothing ticked, is passed on as not answered.
fn given(groups: &[Group], entry: &Entry) -> Given {
    let symptoms: Vec<GivenSymptom> = entry
        .all("symptom")
        .map(|code| GivenSymptom {
            code: code.to_owned(),
            severity: entry.get(&format!("severity.{code}")).to_owned(),
            trend: entry.get(&format!("trend.{code}")).to_owned(),
        })
        .collect();
    let is_ticked = |group: &Group| {
        group.symptoms.iter().any(|(code, _)| symptoms.iter().any(|symptom| symptom.code == *code))
    };
    let unanswered = groups
        .iter()
        .filter(|group| match entry.get(&format!("group.{}", group.key)) {
            "no" => false,
            "yes" => !is_ticked(group),
            _ => true,
        })
        .map(|group| group.asks.clone())
        .collect();
    Given {
        symptoms,
        unanswered,
        temperature: entry.get("temperature").to_owned(),
        product: entry.get("product").to_owned(),
        words: entry.get("words").to_owned(),
    }
}

async fn send(mine: Mine, form_sent: Result<Multipart, MultipartRejection>) -> Answered {
    let upload::Sent { mut entry, file } = match upload::read(form_sent).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unread.answer()),
    };
    let groups = page::groups(mine.site().book());
    let Ok(once) = entry.get("once").parse::<DocumentId>() else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let sent = mine.practice().send_check_in(&mine.actor, once, &given(&groups, &entry)).await;
    match sent {
        Ok(check_in) => with_photograph(&mine, check_in, file).await,
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                let is_field = ["temperature", "words"].contains(&one.field.as_str());
                entry.refuse(if is_field { &one.field } else { "words" }, one.says);
            }
            form(&mine, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

/// The answer comes first: a photograph that cannot be kept does not hold it up. Its page says why, and takes another.
async fn with_photograph(mine: &Mine, check_in: DocumentId, file: Vec<u8>) -> Answered {
    let path = format!("/me/check-in/{check_in}");
    if file.is_empty() {
        return Ok(see(&path));
    }
    match mine.practice().add_photograph(&mine.actor, mine.patient, close_up(check_in, file)).await
    {
        Ok(_) => Ok(see_done(&path, Done::new("sent"))),
        Err(No::Wrong(wrong)) => {
            let why = refusals().find(|(_, says)| wrong.iter().any(|one| one.says == *says));
            let path = why.map_or(path.clone(), |(word, _)| format!("{path}?photograph={word}"));
            Ok(see_done(&path, Done::new("sent-without-photograph")))
        }
        Err(no) => Err(no.into()),
    }
}

fn close_up(check_in: DocumentId, bytes: Vec<u8>) -> Shot {
    Shot {
        about: Some(check_in),
        view: View::Close,
        taken: None,
        noted: std::collections::BTreeSet::new(),
        bytes,
    }
}

/// Why the photograph that came with a check-in was not kept, as a word of ours.
#[derive(Deserialize)]
struct Told {
    photograph: Option<String>,
}

async fn one(mine: Mine, Path(check_in): Path<DocumentId>, Query(told): Query<Told>) -> Answered {
    let mut entry = Entry::default();
    let why = refusals().find(|(word, _)| told.photograph.as_deref() == Some(*word));
    if let Some((_, says)) = why {
        entry.refuse("photograph", says);
    }
    show_one(&mine, check_in, &entry, StatusCode::OK).await
}

async fn show_one(
    mine: &Mine,
    check_in: DocumentId,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let found = mine.practice().own_check_in(&mine.actor, check_in).await?;
    if found.json.is_null() {
        return Ok(see("/me/messages"));
    }
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let view = answered(mine, &clinic, &story, &found).await?;
    let title = if entry.is_fine() { "Your check-in" } else { "Error: your check-in" };
    let frame = mine.frame(&clinic, None, title);
    Ok(shown(status, page::answer(mine.site(), &frame, &view, entry)))
}

/// Adds words to a check-in that was sent; what was sent itself is never changed.
async fn add(mine: Mine, Path(check_in): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entered(form);
    match mine.practice().add_to_check_in(&mine.actor, check_in, entry.get("words")).await {
        Ok(()) => Ok(see_done(&format!("/me/check-in/{check_in}"), Done::new("added-words"))),
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            show_one(&mine, check_in, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

/// Adds a photograph to a check-in that was sent.
async fn add_photograph(
    mine: Mine,
    Path(check_in): Path<DocumentId>,
    sent: Result<Multipart, MultipartRejection>,
) -> Answered {
    let upload::Sent { mut entry, file } = match upload::read(sent).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unread.answer()),
    };
    let shot = close_up(check_in, file);
    match mine.practice().add_photograph(&mine.actor, mine.patient, shot).await {
        Ok(_) => Ok(see_done(&format!("/me/check-in/{check_in}"), Done::new("uploaded"))),
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            show_one(&mine, check_in, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn answered(
    mine: &Mine,
    clinic: &Clinic,
    story: &Story,
    found: &Opened<CheckIn>,
) -> Result<Answer, Refused> {
    let (zone, today) = (zone_of(clinic), day_of(clinic, mine.practice().now()));
    let book = mine.site().book();
    let answer: Value = serde_json::from_str(&found.answer).unwrap_or(Value::Null);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let reasons = list(at(&answer, "/reasons")).into_iter().map(|reason| Reason {
        rule: text(at(&reason, "/id")),
        level: level_of(at(&reason, "/level")).unwrap_or(clinical(found.level)),
        because: text(at(&reason, "/because")),
        sources: list(at(&reason, "/sources"))
            .iter()
            .map(|source| Position { id: text(at(source, "/id")), says: text(at(source, "/says")) })
            .collect(),
    });
    let of_it = story.photographs.iter().filter(|one| one.about == Some(found.id));
    let photographs = of_it
        .map(|one| (format!("/me/photos/{}/small", one.id), "Photograph that you sent".to_owned()));
    let day =
        at(&found.json, "/day").as_i64().map(|day| format!(", day {day}")).unwrap_or_default();
    Ok(Answer {
        when: format!("{}{day}", moment(found.at, &zone, today)),
        level: clinical(found.level),
        reasons: reasons.collect(),
        actions: list(at(&answer, "/do")).iter().map(text).collect(),
        telephone: clinic.telephone.clone(),
        hours: hours(clinic, &*mine.practice().first_site().await?),
        reply: reply(mine, found, (&zone, today)).await?,
        emergency: emergency(book, clinic),
        said: said(book, found),
        photographs: photographs.collect(),
        talk: talk(found, &zone, today),
        add: format!("/me/check-in/{}/add", found.id),
        photograph: may_keep(&story.consents)
            .then(|| format!("/me/check-in/{}/photograph", found.id)),
        take: may_keep(&story.consents).then(|| format!("/me/photos/take?about={}", found.id)),
        again: format!("/me/check-in/new?again={}", found.id),
        rules: format!("version {}", text(at(&answer, "/rulebook/version"))),
    })
}

/// What was written about a check-in since, between the patient and the clinic.
pub(super) fn talk(found: &CheckIn, zone: &TimeZone, today: Date) -> Vec<Message> {
    let notes = found.notes.iter().filter_map(|note| {
        let from = match note.to {
            Reader::Patient => Author::Clinic(note.name.clone()),
            Reader::FromPatient => Author::Me,
            Reader::Clinic => return None,
        };
        let when = moment(note.at, zone, today);
        Some(Message { from, when, words: note.says.clone(), about: None })
    });
    notes.collect()
}

async fn reply(
    mine: &Mine,
    found: &Opened<CheckIn>,
    (zone, today): (&TimeZone, Date),
) -> Result<Reply, Refused> {
    Ok(match &found.handling {
        Handling::Expected => Reply::NotNeeded,
        Handling::Open { owner: None } => {
            let by = found.answer_by.map(|by| moment(by, zone, today));
            Reply::Waiting(by.map_or_else(
                || "Somebody looks at them.".to_owned(),
                |by| format!("Somebody looks at them by {by}."),
            ))
        }
        Handling::Open { owner: Some(owner) } => {
            let at = jiff::Timestamp::from_microsecond(found.contribution.at.0).unwrap_or(found.at);
            Reply::Taken {
                by: mine.practice().member_name(*owner).await?,
                at: moment(at, zone, today),
            }
        }
        Handling::Closed { name, at, says, by: _ } => {
            Reply::Given { by: name.clone(), at: moment(*at, zone, today), words: says.clone() }
        }
    })
}

/// The level of a word of the public interface.
fn level_of(word: &Value) -> Option<Level> {
    let levels = [Level::Normal, Level::SelfCare, Level::ContactClinic, Level::Urgent];
    levels.into_iter().find(|level| *word == level.word())
}

/// Question and answer, as they were given.
pub(in crate::rooms) fn said(book: &Rulebook, found: &CheckIn) -> Vec<(String, String)> {
    let empty = Vec::new();
    let symptoms = at(&found.json, "/symptoms").as_array().unwrap_or(&empty);
    let unanswered = at(&found.json, "/unanswered").as_array().unwrap_or(&empty);
    let mut said = Vec::new();
    for group in page::groups(book) {
        let of_group = |code: &str| group.symptoms.iter().find(|(known, _)| known == code);
        let words: Vec<String> = symptoms
            .iter()
            .filter_map(|symptom| {
                let (_, title) = of_group(at(symptom, "/code").as_str()?)?;
                let more = ["severity", "trend"].map(|key| {
                    let word = symptom[key].as_str()?;
                    Some(page::word(word).to_lowercase())
                });
                let more: Vec<String> = more.into_iter().flatten().collect();
                Some(if more.is_empty() {
                    title.clone()
                } else {
                    format!("{title} ({})", more.join(", "))
                })
            })
            .collect();
        let answer = if !words.is_empty() {
            words.join("; ")
        } else if unanswered.iter().any(|asked| *asked == group.asks.as_str()) {
            "Not sure, or not answered".to_owned()
        } else {
            "No".to_owned()
        };
        said.push((group.asks, answer));
    }
    let context = at(&found.json, "/context");
    if let Some(degrees) = at(context, "/temp_c").as_f64() {
        said.push(("Temperature".to_owned(), format!("{degrees} °C")));
    }
    if let Some(product) = at(context, "/product").as_str() {
        said.push(("On the skin".to_owned(), product.to_owned()));
    }
    if !found.words.is_empty() {
        said.push(("In your own words".to_owned(), found.words.clone()));
    }
    said
}

#[derive(Deserialize)]
struct Leaf {
    page: Option<usize>,
}

async fn list(mine: Mine, Query(asked): Query<Leaf>) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let (zone, today) = (zone_of(&clinic), day_of(&clinic, mine.practice().now()));
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let mut sent: Vec<&Opened<CheckIn>> =
        story.check_ins.iter().filter(|one| !one.json.is_null()).collect();
    sent.sort_by_key(|one| std::cmp::Reverse(one.at));
    let number = asked.page.unwrap_or(0).min(sent.len());
    let items = sent.iter().skip(number.saturating_mul(PAGE)).take(PAGE);
    let items = items.map(|one| One {
        when: moment(one.at, &zone, today),
        day: at(&one.json, "/day")
            .as_i64()
            .map_or_else(|| "Day not known".to_owned(), |day| format!("Day {day} after a session")),
        level: clinical(one.level),
        answered: answered_by(&one.handling),
        href: format!("/me/check-in/{}", one.id),
    });
    let link = |number: usize| format!("/me/check-in?page={number}");
    let view = Earlier {
        items: items.collect(),
        onwards: Onwards {
            newer: number.checked_sub(1).map(link),
            older: (number.saturating_add(1).saturating_mul(PAGE) < sent.len())
                .then(|| link(number.saturating_add(1))),
        },
    };
    let frame = mine.frame(&clinic, Some(Tab::Messages), "Check-ins");
    Ok(shown(StatusCode::OK, page::list(mine.site(), &frame, &view)))
}

/// Whether and by whom a check-in was answered.
pub(super) fn answered_by(handling: &Handling) -> String {
    match handling {
        Handling::Expected => "Nothing was needed".to_owned(),
        Handling::Open { owner: _ } => "The clinic has it".to_owned(),
        Handling::Closed { name, .. } => format!("Answered by {name}"),
    }
}
