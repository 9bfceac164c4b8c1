//! Taking appointments over from another program's table or calendar: read, looked at, booked, taken back.
//!
//! The codec reads the file, the use case judges and books each row; here words of the file are laid over what they are
//! called here. What was read goes along in the form, as a table with every column: nothing is kept of a file that was
//! only looked at.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{Multipart, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use percuta_calendar_codec::{
    Import, Options, Order, Row, State, Who, read_csv, read_ics, write_csv,
};
use percuta_chart::person::{Part, Standing, member_of};
use percuta_practice::{
    Act,
    visits::book::{Arriving, IMPORT_MAX, Judged, Take, Whom},
    zone_of,
};
use percuta_record::DocumentId;
use percuta_terminology::calendar::in_words;

use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            settings::import::{self as page, Looked, Mapping, Outcome},
        },
    },
    rooms::{Answered, Desk, Needs, Refused, after::upload, door::Doors, shown},
    wording,
};

/// No file reaches further ahead, in days.
const AHEAD_DAYS: i64 = 186;
/// What is pasted is at most so long, in characters: a form's field keeps no more.
const PASTED_MAX: usize = 20_000;
/// So many rows have fields for what is missing.
const ASKED_MAX: usize = 120;
/// The field of the file.
const FILE: &str = "file";

pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Needs::Member(Act::ManageSettings);
    let doors = doors.get("/settings/import", needs, begin);
    upload::door(doors, "/settings/import", needs, sent)
}

async fn begin(desk: Desk) -> Answered {
    let mut entry = Entry::default();
    entry.set("order", "shown");
    again(&desk, &entry, StatusCode::OK).await
}

async fn again(desk: &Desk, entry: &Entry, status: StatusCode) -> Answered {
    let frame = desk.frame(Some(Room::Settings), "Take appointments over").await?;
    Ok(shown(status, page::begin(desk.site(), &frame, entry)))
}

async fn sent(desk: Desk, form: Result<Multipart, MultipartRejection>) -> Answered {
    let upload::Sent { mut entry, file } = match upload::read_with(form, FILE).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unread.answer()),
    };
    if entry.get("do") == "undo" {
        return undo(&desk, &entry).await;
    }
    let pasted = entry.get("pasted").to_owned();
    if file.is_empty() && pasted.chars().count() >= PASTED_MAX {
        entry.refuse("pasted", "Paste less than 20,000 characters, or choose a file.");
        return again(&desk, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let bytes = if file.is_empty() { pasted.into_bytes() } else { file };
    let zone = zone_of(&*desk.practice().clinic().await?);
    let mut import = match read(&desk, &entry, (&bytes, &zone)) {
        Ok(import) => import,
        Err((field, says)) => {
            entry.refuse(field, says);
            return again(&desk, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    complete(&mut import.rows, &entry);
    let known = Known::gather(&desk, &import.rows).await?;
    let arriving: Vec<Arriving> =
        import.rows.iter().map(|row| known.arriving(row, &mut entry)).collect();
    match entry.get("do") {
        "download" => Ok(download(&import.rows, &zone)),
        "all" => book(&desk, (&import.rows, &arriving), Take::All, &zone).await,
        "fit" => book(&desk, (&import.rows, &arriving), Take::Fitting, &zone).await,
        _ => look(&desk, (&import, &arriving), (&known, &zone), &entry).await,
    }
}

/// What a file says; or in which field something is wrong with it.
fn read(
    desk: &Desk,
    entry: &Entry,
    (bytes, zone): (&[u8], &TimeZone),
) -> Result<Import, (&'static str, String)> {
    let field = if entry.get("pasted").is_empty() { FILE } else { "pasted" };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err((FILE, "Choose a file, or paste what is in it.".to_owned()));
    }
    let now = desk.practice().now();
    let ahead = now.saturating_add(SignedDuration::from_hours(24 * AHEAD_DAYS));
    let zones = |name: &str| TimeZone::get(name).ok();
    let options = Options {
        zone,
        from: now,
        until: ahead.unwrap_or(Timestamp::MAX),
        zones: &zones,
        order: match entry.get("order") {
            "day" => Order::DayFirst,
            "month" => Order::MonthFirst,
            _ => Order::AsShown,
        },
    };
    let start = bytes.iter().position(|byte| byte.is_ascii_alphabetic()).unwrap_or(0);
    let is_calendar = bytes
        .get(start..start + 15)
        .is_some_and(|first| first.eq_ignore_ascii_case(b"BEGIN:VCALENDAR"));
    let read = if is_calendar { read_ics(bytes, &options) } else { read_csv(bytes, &options) };
    read.map_err(|unusable| {
        let said: Vec<String> = unusable
            .problems
            .iter()
            .take(3)
            .map(|problem| wording::capital(&format!("{}: {}.", problem.path, problem.what)))
            .collect();
        (field, said.join(" "))
    })
}

/// Lays what was written beside a row over what the file lacks.
fn complete(rows: &mut [Row], entry: &Entry) {
    for (number, row) in rows.iter_mut().enumerate() {
        let name = entry.get(&format!("who-{number}")).to_owned();
        let born = entry.get(&format!("born-{number}")).parse().ok();
        if name.is_empty() && born.is_none() {
            continue;
        }
        let about = Arc::make_mut(&mut row.about);
        if about.who.is_empty() {
            about.who.push(Who::default());
        }
        if let Some(who) = about.who.first_mut() {
            who.name = who.name.take().or(Some(name).filter(|name| !name.is_empty()));
            who.born = who.born.or(born);
        }
    }
}

/// What words of the file may be here.
struct Known {
    services: Vec<(String, String)>,
    members: Vec<(String, String)>,
    rooms: Vec<(String, String)>,
    /// The words of the file, in their order.
    said: [Vec<String>; 3],
}

/// What a word stands for: the fields' beginning, and what is said where nothing is chosen.
const MEANS: [(&str, &str); 3] =
    [("service", "Choose a service"), ("with", "Anybody who may"), ("room", "Any room that fits")];

impl Known {
    async fn gather(desk: &Desk, rows: &[Row]) -> Result<Self, Refused> {
        let services = desk.practice().services().await?;
        let services = services.services.iter().filter(|service| service.is_offered);
        let services = services.map(|one| (one.code.clone(), one.title.clone())).collect();
        let may_treat = [Part::Practitioner, Part::MedicalLead];
        let members = desk.practice().members().await?;
        let members = members.iter().filter(|member| {
            matches!(member.standing, Standing::Active { .. })
                && may_treat.iter().any(|part| member.parts.contains(part))
        });
        let members =
            members.map(|one| (member_of(one.id).to_string(), one.name.clone())).collect();
        let rooms = desk.practice().rooms().await?;
        let rooms = rooms.iter().map(|room| (room.id.to_string(), room.name.clone())).collect();
        let words = |of: &dyn Fn(&Row) -> Option<String>| -> Vec<String> {
            rows.iter().filter_map(of).collect::<BTreeSet<String>>().into_iter().collect()
        };
        let said = [
            words(&|row| Some(row.about.service.clone().unwrap_or_default())),
            words(&|row| row.about.practitioner.clone()),
            words(&|row| row.about.room.clone()),
        ];
        Ok(Self { services, members, rooms, said })
    }

    fn choices(&self, of: usize) -> &[(String, String)] {
        match of {
            0 => &self.services,
            1 => &self.members,
            _ => &self.rooms,
        }
    }

    /// What was chosen for a word, or what is called alike.
    fn chosen(&self, of: usize, word: &str, entry: &mut Entry) -> Option<String> {
        let at = self.said.get(of)?.iter().position(|known| known == word)?;
        let (means, _) = MEANS.get(of)?;
        let field = format!("{means}-{at}");
        let is_asked = entry.pairs().any(|(name, _)| name == field);
        let choices = self.choices(of);
        if !is_asked {
            let like = |one: &&(String, String)| {
                let (here, there) = (one.1.to_lowercase(), word.trim().to_lowercase());
                !there.is_empty() && (here.contains(&there) || there.contains(&here))
            };
            let alike = choices.iter().find(like).map(|(value, _)| value.clone());
            entry.set(&field, alike.unwrap_or_default());
        }
        let given = entry.get(&field);
        choices.iter().find(|(value, _)| value == given).map(|(value, _)| value.clone())
    }

    fn arriving(&self, row: &Row, entry: &mut Entry) -> Arriving {
        let about = &row.about;
        let who = about.who.first().cloned().unwrap_or_default();
        let service = about.service.clone().unwrap_or_default();
        let mut chosen =
            |of: usize, word: Option<&str>| word.and_then(|word| self.chosen(of, word, entry));
        let service = chosen(0, Some(&service));
        let with = chosen(1, about.practitioner.as_deref());
        let room = chosen(2, about.room.as_deref());
        let notes: Vec<&str> =
            [&about.title, &about.notes].into_iter().filter_map(|text| text.as_deref()).collect();
        Arriving {
            at: row.from,
            is_off: row.state == State::Cancelled,
            name: who.name.unwrap_or_default(),
            born: who.born,
            telephone: who.phone.unwrap_or_default(),
            email: who.email.unwrap_or_default(),
            service,
            with: with.and_then(|with| with.parse().ok()),
            room: room.and_then(|room| room.parse().ok()),
            notes: notes.join("\n"),
        }
    }

    fn mappings(&self) -> Vec<Mapping> {
        let mut all = Vec::new();
        for (of, ((means, first), words)) in MEANS.iter().zip(&self.said).enumerate() {
            for (at, word) in words.iter().enumerate() {
                let label = match (of, word.as_str()) {
                    (0, "") => "Rows that name no service".to_owned(),
                    (_, word) => word.to_owned(),
                };
                all.push(Mapping {
                    name: format!("{means}-{at}"),
                    label,
                    first,
                    choices: self.choices(of).to_vec(),
                });
            }
        }
        all
    }
}

async fn look(
    desk: &Desk,
    (import, arriving): (&Import, &[Arriving]),
    (known, zone): (&Known, &TimeZone),
    entry: &Entry,
) -> Answered {
    let judged = desk.practice().look_at_import(&desk.actor, arriving).await?;
    let mut says = Vec::new();
    if import.outside > 0 {
        let outside = wording::count(import.outside, "appointment is", "appointments are");
        says.push(format!("{outside} over or further ahead than half a year, and left out."));
    }
    if import.rows.len() > IMPORT_MAX {
        says.push(format!("At most {IMPORT_MAX} rows are taken over at once."));
    }
    let said = import.problems.iter().chain(&import.remarks);
    let view = Looked {
        text: text(&import.rows, zone),
        mappings: known.mappings(),
        fit: judged.iter().filter(|one| one.becomes.is_ok()).count(),
        rows: rows(known, (&import.rows, arriving), &judged, zone),
        says,
        problems: said.map(|one| (one.path.clone(), one.what.clone())).collect(),
    };
    let frame = desk.frame(Some(Room::Settings), "Take appointments over").await?;
    Ok(shown(StatusCode::OK, page::looked(desk.site(), &frame, &view, entry)))
}

fn rows(
    known: &Known,
    (rows, arriving): (&[Row], &[Arriving]),
    judged: &[Judged],
    zone: &TimeZone,
) -> Vec<page::Row> {
    let mut asked = 0_usize;
    let mut shown = Vec::with_capacity(rows.len());
    for (number, ((row, one), judged)) in rows.iter().zip(arriving).zip(judged).enumerate() {
        let mut missing = Vec::new();
        if !one.is_off && asked < ASKED_MAX {
            if one.name.is_empty() {
                missing.push((format!("who-{number}"), "Name", "text"));
            }
            if one.born.is_none() {
                missing.push((format!("born-{number}"), "Born", "date"));
            }
            asked += usize::from(!missing.is_empty());
        }
        let until = clock(row.until, zone);
        let title = row.about.title.clone().unwrap_or_default();
        shown.push(page::Row {
            place: wording::capital(&row.place),
            when: format!("{}, {} to {until}", day(row.from, zone), clock(row.from, zone)),
            who: if one.name.is_empty() { title } else { one.name.clone() },
            known: match judged.who {
                Whom::Known(_) => "Known here",
                Whom::New => "Will be entered",
                Whom::Unclear => "",
            },
            missing,
            becomes: judged.becomes.clone().map(|start| {
                let service = known.services.iter().find(|(code, _)| *code == start.service);
                let service = service.map(|(_, title)| title.clone()).unwrap_or_default();
                let with = known.members.iter().find(|(id, _)| *id == start.with.to_string());
                let with = with.map(|(_, name)| format!(", {name}")).unwrap_or_default();
                format!("{service}, until {}{with}", clock(start.until, zone))
            }),
        });
    }
    shown
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    in_words(at.to_zoned(zone.clone()).date())
}

fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

fn text(rows: &[Row], zone: &TimeZone) -> String {
    String::from_utf8_lossy(&write_csv(rows, zone)).into_owned()
}

/// What was not taken, as a table. Its name says nothing of anybody.
fn download(rows: &[Row], zone: &TimeZone) -> Response {
    let mut response = write_csv(rows, zone).into_response();
    let headers = response.headers_mut();
    let csv = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, csv);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = HeaderValue::from_static("attachment; filename=\"appointments-not-taken.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}

async fn book(
    desk: &Desk,
    (rows, arriving): (&[Row], &[Arriving]),
    take: Take,
    zone: &TimeZone,
) -> Answered {
    let done = desk.practice().import_visits(&desk.actor, arriving, take).await?;
    let left: Vec<(&Row, &String)> = done
        .left
        .iter()
        .filter_map(|(number, says)| rows.get(*number).map(|row| (row, says)))
        .collect();
    let kept: Vec<Row> = left.iter().map(|(row, _)| (*row).clone()).collect();
    let booked = wording::count(done.visits.len(), "visit was booked", "visits were booked");
    let entered = wording::count(done.entered, "patient was entered", "patients were entered");
    let says = match (done.visits.len(), done.entered) {
        (0, _) => "Nothing was booked.".to_owned(),
        (_, 0) => format!("{booked}."),
        (_, _) => format!("{booked}; {entered}."),
    };
    let view = Outcome {
        says,
        visits: done.visits.iter().map(ToString::to_string).collect(),
        left: left
            .iter()
            .map(|(row, says)| {
                let place = wording::capital(&row.place);
                (format!("{place}, {}", day(row.from, zone)), (*says).clone())
            })
            .collect(),
        text: text(&kept, zone),
    };
    outcome(desk, &view).await
}

async fn undo(desk: &Desk, entry: &Entry) -> Answered {
    let visits: Vec<DocumentId> = entry.all("visit").filter_map(|id| id.parse().ok()).collect();
    let count = desk.practice().take_back_import(&desk.actor, &visits).await?;
    let view = Outcome {
        says: format!("{} taken back.", wording::count(count, "visit was", "visits were")),
        visits: Vec::new(),
        left: Vec::new(),
        text: String::new(),
    };
    outcome(desk, &view).await
}

async fn outcome(desk: &Desk, view: &Outcome) -> Answered {
    let frame = desk.frame(Some(Room::Settings), "Take appointments over").await?;
    Ok(shown(StatusCode::OK, page::outcome(desk.site(), &frame, view)))
}
