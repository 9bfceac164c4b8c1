//! Check-ins and questions: who has them, and what the patient is answered.

use axum::{extract::Path, http::StatusCode};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    check_in::{CheckIn, Handling, Reader},
    person::{Member, member_of},
};
use percuta_clinical::{Rulebook, book::Cited};
use percuta_practice::{
    Act, No, Opened,
    check_ins::{Item, Step},
    telling, zone_of,
};
use percuta_record::{DocumentId, PersonId};
use serde_json::Value;

use super::{
    id, path, place, read_place, refuse,
    today::{Asked, asked},
    when,
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            inbox::{self as page, Answer, Done as Did, DueBy, Inbox, May, Owner, Reason, Urgency},
            part::{Choice, Leaves, Link},
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording::{self, case},
};

/// A page of what is open holds so many.
const PAGE: usize = 25;

pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Needs::Member(Act::AnswerCheckIns);
    doors
        .get("/inbox", needs, show)
        .get("/inbox/{check_in}", needs, one)
        .post("/inbox/{check_in}/owner", needs, give)
        .post("/inbox/{check_in}/owner/undo", needs, release)
        .post("/inbox/{check_in}/close", needs, close)
        .post("/inbox/{check_in}/close/undo", needs, reopen)
        .post("/inbox/{check_in}/reopen", needs, reopen)
        .post("/inbox/{check_in}/note", needs, note)
        .post("/inbox/{check_in}/message", needs, write)
}

/// What time it is, where.
struct Clock {
    zone: TimeZone,
    today: Date,
    now: Timestamp,
}

impl Clock {
    async fn of(desk: &Desk) -> Result<Self, Refused> {
        let clinic = desk.practice().clinic().await?;
        let now = desk.practice().now();
        let today = percuta_practice::day_of(&clinic, now);
        Ok(Self { zone: zone_of(&clinic), today, now })
    }

    fn when(&self, at: Timestamp) -> String {
        when(at, &self.zone, self.today)
    }
}

async fn show(desk: Desk, query: Asked) -> Answered {
    let asked = asked(query);
    let clock = Clock::of(&desk).await?;
    let members = desk.practice().members().await?;
    let part = asked.get("part");
    let (mut items, mut leaves) = (Vec::new(), Leaves::default());
    let open = desk.practice().inbox(&desk.actor).await?;
    let overdue = open.iter().filter(|item| is_overdue(&item.check_in, clock.now)).count();
    if part == "closed" {
        let from = read_place(asked.get("before"));
        let from = from.map(|(at, document)| percuta_practice::Cursor { at, document });
        let (closed, older) = desk.practice().answered(&desk.actor, from).await?;
        items.extend(closed);
        leaves.newer = from.map(|_| "/inbox?part=closed".to_owned());
        leaves.older = older
            .map(|next| format!("/inbox?part=closed&before={}", place((next.at, next.document))));
    } else {
        let is_wanted =
            |item: &Item| part != "mine" || owner(&item.check_in) == Some(desk.actor.person);
        let all: Vec<Item> = open.into_iter().filter(is_wanted).collect();
        let number: usize = asked.get("page").parse().unwrap_or(1).max(1);
        let there = |number: usize| {
            format!("/inbox?part={}&page={number}", if part == "mine" { "mine" } else { "open" })
        };
        leaves.newer = (number > 1).then(|| there(number - 1));
        leaves.older = (all.len() > number.saturating_mul(PAGE)).then(|| there(number + 1));
        items.extend(all.into_iter().skip((number - 1).saturating_mul(PAGE)).take(PAGE));
    }
    let book = desk.site().book();
    let line = |item: &Item| page::Item {
        link: Link::new(format!("/inbox/{}", item.check_in.id), item.patient.name.clone()),
        says: shortly(&item.check_in, book),
        urgency: urgency(&item.check_in),
        came: clock.when(item.check_in.at),
        due: due(&item.check_in, &clock),
        owner: owner_of(&item.check_in, desk.actor.person, &members),
        take: (matches!(item.check_in.handling, Handling::Open { owner: None }))
            .then(|| format!("/inbox/{}/owner", item.check_in.id)),
    };
    let view =
        Inbox { choices: choices(part), items: items.iter().map(line).collect(), overdue, leaves };
    let frame = desk.frame(Some(Room::Inbox), "Inbox").await?;
    Ok(shown(StatusCode::OK, page::inbox(desk.site(), &frame, &view)))
}

fn choices(part: &str) -> Vec<Choice> {
    [("", "Open"), ("mine", "Mine"), ("closed", "Closed")]
        .into_iter()
        .map(|(value, says)| {
            let href =
                if value.is_empty() { "/inbox".to_owned() } else { format!("/inbox?part={value}") };
            let is_current = value == part || (value.is_empty() && part == "open");
            Choice { link: Link::new(href, says), is_current }
        })
        .collect()
}

fn is_overdue(check_in: &CheckIn, now: Timestamp) -> bool {
    matches!(check_in.handling, Handling::Open { owner: _ })
        && check_in.answer_by.is_some_and(|by| by < now)
}

fn owner(check_in: &CheckIn) -> Option<PersonId> {
    match check_in.handling {
        Handling::Open { owner } => owner,
        Handling::Expected | Handling::Closed { .. } => None,
    }
}

fn urgency(check_in: &CheckIn) -> Urgency {
    if check_in.answer.is_empty() {
        Urgency::Unread
    } else {
        Urgency::Triaged(telling::clinical(check_in.level))
    }
}

fn due(check_in: &CheckIn, clock: &Clock) -> DueBy {
    match (&check_in.handling, check_in.answer_by) {
        (Handling::Closed { at, .. }, _) => DueBy::Closed(format!("Closed {}", clock.when(*at))),
        (Handling::Expected, _) => DueBy::Closed("As expected".to_owned()),
        (Handling::Open { owner: _ }, None) => DueBy::Left("No time set".to_owned()),
        (Handling::Open { owner: _ }, Some(by)) if by < clock.now => {
            DueBy::Over(format!("{} over", lasting(clock.now.duration_since(by))))
        }
        (Handling::Open { owner: _ }, Some(by)) => {
            DueBy::Left(format!("{} left", lasting(by.duration_since(clock.now))))
        }
    }
}

/// How long, in the two largest units: "3 h 20 min", "2 days 4 h".
fn lasting(time: SignedDuration) -> String {
    let minutes = time.as_mins().max(0);
    match (minutes / 1_440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, hours, _) => format!("1 day {hours} h"),
        (days, hours, _) => format!("{days} days {hours} h"),
    }
}

fn name_of(person: PersonId, members: &[Opened<Member>]) -> String {
    let known = members.iter().find(|member| member_of(member.id) == person);
    known.map_or_else(|| "Somebody who has left".to_owned(), |member| member.name.clone())
}

fn owner_of(check_in: &CheckIn, me: PersonId, members: &[Opened<Member>]) -> Owner {
    let who = match &check_in.handling {
        Handling::Expected | Handling::Open { owner: None } => return Owner::Nobody,
        Handling::Open { owner: Some(owner) } => *owner,
        Handling::Closed { by, .. } => *by,
    };
    if who == me { Owner::You } else { Owner::Other(name_of(who, members)) }
}

/// Who has it, in words, for the day's page.
pub(super) fn owner_words(check_in: &CheckIn, members: &[Opened<Member>]) -> String {
    owner(check_in).map_or(String::new(), |owner| format!("{} has it", name_of(owner, members)))
}

/// What a check-in says, in one line.
pub(super) fn shortly(check_in: &CheckIn, book: &Rulebook) -> String {
    if check_in.json.is_object() {
        let said = case::check_in(book, &check_in.json);
        return said.into_iter().take(4).collect::<Vec<_>>().join(". ");
    }
    let words: String = check_in.words.chars().take(120).collect();
    if words.len() < check_in.words.len() { format!("{words}…") } else { words }
}

async fn one(desk: Desk, Path(check_in): Path<String>) -> Answered {
    again(&desk, id(&check_in)?, &Entry::default(), StatusCode::OK).await
}

async fn again(desk: &Desk, check_in: DocumentId, entry: &Entry, status: StatusCode) -> Answered {
    let (item, steps) = desk.practice().check_in(&desk.actor, check_in).await?;
    let clock = Clock::of(desk).await?;
    let members = desk.practice().members().await?;
    let me = desk.actor.person;
    let colleagues = desk.practice().who_answers().await?.into_iter();
    let colleagues = colleagues
        .filter(|member| member_of(member.id) != me)
        .map(|member| (member_of(member.id).to_string(), member.name.clone()));
    let at = format!("/inbox/{check_in}");
    let patient = percuta_chart::person::patient_of(item.patient.id);
    let may = match &item.check_in.handling {
        Handling::Open { owner: _ } => May {
            own: Some(format!("{at}/owner")),
            colleagues: colleagues.collect(),
            close: Some(format!("{at}/close")),
            reopen: None,
            note: Some(format!("{at}/note")),
            write: is_free_or(me, &item.check_in).then(|| format!("{at}/message")),
        },
        Handling::Closed { .. } => May {
            reopen: Some(format!("{at}/reopen")),
            note: Some(format!("{at}/note")),
            ..May::default()
        },
        Handling::Expected => May { note: Some(format!("{at}/note")), ..May::default() },
    };
    let sent = if desk.actor.may(Act::Photographs) {
        desk.practice().photographs_about(&desk.actor, patient, check_in).await?
    } else {
        Vec::new()
    };
    let answer: Value = serde_json::from_str(&item.check_in.answer).unwrap_or(Value::Null);
    let view = page::CheckIn {
        patient: Link::new(path::patient(patient), item.patient.name.clone()),
        title: title(&item.check_in),
        telephone: item.patient.telephone.as_ref().map(|shown| (shown.clone(), dialled(shown))),
        urgency: urgency(&item.check_in),
        came: clock.when(item.check_in.at),
        due: due(&item.check_in, &clock),
        owner: owner_of(&item.check_in, me, &members),
        told: told(&item.check_in).to_owned(),
        steps: texts(answer.get("do")),
        reasons: reasons(&answer, desk.site().book()),
        answers: answers(&item.check_in, desk.site().book()),
        words: item.check_in.words.clone(),
        pictures: sent
            .iter()
            .map(|one| {
                let alt = format!("{}, sent by the patient", one.view.title());
                (format!("/photos/{}/small", one.id), alt)
            })
            .collect(),
        photographs: photographs(&desk.actor, patient, &sent),
        done: done(&item.check_in, &steps, &clock, &members),
        may,
    };
    let frame = desk.frame(Some(Room::Inbox), item.patient.name.clone()).await?;
    Ok(shown(status, page::check_in(desk.site(), &frame, &view, entry)))
}

/// Whether nobody else has it.
fn is_free_or(me: PersonId, check_in: &CheckIn) -> bool {
    owner(check_in).is_none_or(|owner| owner == me)
}

/// The photographs of a check-in, one link each, and where the others are.
fn photographs(
    actor: &percuta_practice::Actor,
    patient: percuta_record::PatientId,
    sent: &[Opened<percuta_chart::photograph::Photograph>],
) -> Vec<Link> {
    let each = sent.iter().enumerate().map(|(number, one)| {
        Link::new(format!("/photos/{}/display", one.id), format!("Open photograph {}", number + 1))
    });
    let all = actor
        .may(Act::Photographs)
        .then(|| Link::new(path::photographs(patient), "All of their photographs"));
    each.chain(all).collect()
}

fn title(check_in: &CheckIn) -> String {
    match (check_in.json.get("day").and_then(Value::as_i64), check_in.json.is_object()) {
        (Some(day), _) => format!("Check-in on day {day}"),
        (None, true) => "Check-in".to_owned(),
        (None, false) => "Question".to_owned(),
    }
}

/// A number as it is dialled.
fn dialled(shown: &str) -> String {
    shown.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect()
}

fn told(check_in: &CheckIn) -> &'static str {
    if check_in.answer.is_empty() {
        return "";
    }
    wording::level_meaning(telling::clinical(check_in.level))
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let texts = list.and_then(Value::as_array).into_iter().flatten();
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn reasons(answer: &Value, book: &Rulebook) -> Vec<Reason> {
    let reasons = answer.get("reasons").and_then(Value::as_array).into_iter().flatten();
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let reason = |reason: &Value| {
        let id = text(reason, "id");
        let rule = book.triage.iter().find(|rule| rule.id == id);
        let sources = reason.get("sources").and_then(Value::as_array).into_iter().flatten();
        Reason {
            rule: Link::new(
                format!("/evidence/triage/{id}"),
                rule.map_or_else(|| id.clone(), |rule| rule.title.clone()),
            ),
            says: text(reason, "because"),
            cited: Cited {
                cites: sources.map(|source| text(source, "id")).collect(),
                conflicts: Vec::new(),
            },
        }
    };
    reasons.map(reason).collect()
}

/// What was asked and answered, and what the record knew of it then.
fn answers(check_in: &CheckIn, book: &Rulebook) -> Vec<Answer> {
    if !check_in.json.is_object() {
        return Vec::new();
    }
    let said = crate::rooms::after::check_in::said(book, check_in);
    // What they wrote stands on its own.
    let said = said.into_iter().filter(|(asked, _)| asked != "In your own words");
    let at = |pointer: &str| check_in.json.pointer(pointer).unwrap_or(&Value::Null);
    let region = at("/region").as_str().and_then(|code| book.vocabulary.regions.find(code));
    let known = [
        ("Days since the session", at("/day").as_i64().map(|day| day.to_string())),
        ("Where", region.map(|region| book.vocabulary.regions.get(region).title.clone())),
        ("Deepest", at("/depth_mm").as_f64().map(|depth| format!("{depth} mm"))),
        ("Phototype", at("/context/phototype").as_i64().map(|phototype| phototype.to_string())),
    ];
    let known =
        known.into_iter().filter_map(|(asked, says)| Some((format!("{asked} (record)"), says?)));
    known.chain(said).map(|(asked, says)| Answer { asked, says, matters: false }).collect()
}

fn done(check_in: &CheckIn, steps: &[Step], clock: &Clock, members: &[Opened<Member>]) -> Vec<Did> {
    let mut done: Vec<(Timestamp, Did)> = Vec::new();
    if !check_in.answer.is_empty() {
        let says =
            format!("The rules answered: {}.", wording::level(telling::clinical(check_in.level)));
        let did = Did { at: clock.when(check_in.at), by: "by itself".to_owned(), says };
        done.push((check_in.at, did));
    }
    let mut was_closed = false;
    for step in steps {
        let says = match &step.handling {
            Handling::Closed { says, .. } => format!("Answered: “{says}”"),
            Handling::Open { owner: Some(owner) } if was_closed && *owner != step.by => {
                format!("Opened it again. {} has it.", name_of(*owner, members))
            }
            Handling::Open { owner: _ } if was_closed => "Opened it again.".to_owned(),
            Handling::Open { owner: Some(owner) } if *owner == step.by => "Took it.".to_owned(),
            Handling::Open { owner: Some(owner) } => {
                format!("Handed it to {}.", name_of(*owner, members))
            }
            Handling::Open { owner: None } if done.len() > 1 => "Let it go.".to_owned(),
            Handling::Open { owner: None } | Handling::Expected => continue,
        };
        was_closed = matches!(step.handling, Handling::Closed { .. });
        let did = Did { at: clock.when(step.at), by: name_of(step.by, members), says };
        done.push((step.at, did));
    }
    for note in &check_in.notes {
        let says = match note.to {
            Reader::Clinic => format!("Noted: “{}”", note.says),
            Reader::Patient => format!("Wrote to the patient: “{}”", note.says),
            Reader::FromPatient => format!("The patient added: “{}”", note.says),
        };
        done.push((note.at, Did { at: clock.when(note.at), by: note.name.clone(), says }));
    }
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, did)| did).collect()
}

async fn note(desk: Desk, Path(check_in): Path<String>, form: Filled) -> Answered {
    let (entry, check_in) = (entry(form), id(&check_in)?);
    let noted = desk.practice().note_check_in(&desk.actor, check_in, entry.get("note")).await;
    said(&desk, check_in, (entry, noted), Done::new("noted")).await
}

async fn write(desk: Desk, Path(check_in): Path<String>, form: Filled) -> Answered {
    let (entry, check_in) = (entry(form), id(&check_in)?);
    let words = entry.get("message");
    let written = desk.practice().write_about_check_in(&desk.actor, check_in, words).await;
    said(&desk, check_in, (entry, written), Done::new("written")).await
}

/// The page with what was written, or the same form again.
async fn said(
    desk: &Desk,
    check_in: DocumentId,
    (mut entry, said): (Entry, Result<(), No>),
    done: Done,
) -> Answered {
    match said {
        Ok(()) => Ok(see_done(&format!("/inbox/{check_in}"), done)),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            again(desk, check_in, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

/// Takes a check-in or hands it over. Whoever takes it from the list goes on to it.
async fn give(desk: Desk, Path(check_in): Path<String>, form: Filled) -> Answered {
    let (mut entry, check_in) = (entry(form), id(&check_in)?);
    let to = match entry.get("owner") {
        "me" => Some(desk.actor.person),
        text => text.parse().ok(),
    };
    let given = match to {
        Some(to) => desk.practice().give_check_in(&desk.actor, check_in, to).await,
        None => Err(No::wrong("owner", "Choose to whom.")),
    };
    match given {
        Ok(()) => {
            let code = if to == Some(desk.actor.person) { "taken" } else { "handed-over" };
            let done = Done::new(code).undone_by(format!("/inbox/{check_in}/owner/undo"));
            Ok(see_done(&format!("/inbox/{check_in}"), done))
        }
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            again(&desk, check_in, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn release(desk: Desk, Path(check_in): Path<String>) -> Answered {
    let check_in = id(&check_in)?;
    desk.practice().release_check_in(&desk.actor, check_in).await?;
    Ok(see_done(&format!("/inbox/{check_in}"), Done::new("state-undone")))
}

async fn close(desk: Desk, Path(check_in): Path<String>, form: Filled) -> Answered {
    let (mut entry, check_in) = (entry(form), id(&check_in)?);
    match desk.practice().close_check_in(&desk.actor, check_in, entry.get("says")).await {
        Ok(()) => {
            let done = Done::new("closed").undone_by(format!("/inbox/{check_in}/close/undo"));
            Ok(see_done(&format!("/inbox/{check_in}"), done))
        }
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            again(&desk, check_in, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn reopen(desk: Desk, Path(check_in): Path<String>) -> Answered {
    let check_in = id(&check_in)?;
    desk.practice().reopen_check_in(&desk.actor, check_in).await?;
    Ok(see_done(&format!("/inbox/{check_in}"), Done::new("reopened")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_in_its_two_largest_units() {
        assert_eq!(lasting(SignedDuration::from_mins(25)), "25 min");
        assert_eq!(lasting(SignedDuration::from_mins(200)), "3 h 20 min");
        assert_eq!(lasting(SignedDuration::from_mins(3_100)), "2 days 3 h");
    }
}
