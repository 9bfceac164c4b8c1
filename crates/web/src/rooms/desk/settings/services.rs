//! What the clinic offers: each service as a chain of phases, tried out on an example day before it is saved.

use std::collections::BTreeSet;

use axum::{extract::Path, http::StatusCode};
use percuta_chart::{
    calendar::{RoomKind, RoomNeed, Service, ServiceFor, ServicePhase, Services, StaffNeed},
    visit::PhaseKind,
};
use percuta_practice::{
    Act, No, Opened,
    sites::{Example, ExampleRow, RowKind, Setting},
};
use percuta_terminology::calendar::in_words;
use serde_json::Value;

use super::{
    super::{refuse, same_version},
    devices, typed,
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::Link,
            settings::{
                example::{self, Held},
                places::{self, Listing, Row},
                services::{self as page, Numbing},
            },
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording,
};

/// The fact that says how long numbing takes.
const NUMBING: &str = "proc.numb.cream";
/// No form has more phases.
const PHASES_MAX: usize = 20;

pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Needs::Member(Act::ManageSettings);
    doors
        .get("/settings/services", needs, list)
        .post("/settings/services", needs, add)
        .get("/settings/services/new", needs, new)
        .post("/settings/services/{version}/undo", needs, undo)
        .get("/settings/service/{service}", needs, one)
        .post("/settings/service/{service}", needs, save)
}

fn place(code: &str) -> String {
    format!("/settings/service/{code}")
}

async fn list(desk: Desk) -> Answered {
    let services = desk.practice().services().await?;
    let mut rows = Vec::with_capacity(services.services.len());
    for service in &services.services {
        let caution = if service.is_offered {
            desk.practice().example_day(&desk.actor, service, None).await?.lacks
        } else {
            Vec::new()
        };
        rows.push(Row {
            link: Link::new(place(&service.code), service.title.clone()),
            says: says(service),
            caution,
        });
    }
    let view = Listing {
        title: "Services".to_owned(),
        lead: "What is booked: a visit goes through the phases of its service, and each holds what it needs."
            .to_owned(),
        rows,
        add: Some(Link::new("/settings/services/new", "Add a service")),
        empty: "Without a service nothing can be booked.".to_owned(),
    };
    let frame = desk.frame(Some(Room::Settings), "Services").await?;
    Ok(shown(StatusCode::OK, places::listing(desk.site(), &frame, &view)))
}

fn says(service: &Service) -> String {
    if !service.is_offered {
        return "Offered no more".to_owned();
    }
    let (fewest, most) = service.minutes();
    let phases = service.phases.iter().map(|phase| word(phase.kind).to_lowercase());
    let phases: Vec<String> = phases.collect();
    let minutes = if fewest == most { format!("{fewest}") } else { format!("{fewest} to {most}") };
    format!("{minutes} minutes: {}", phases.join(", "))
}

fn word(kind: PhaseKind) -> &'static str {
    match kind {
        PhaseKind::Talk => "Talk",
        PhaseKind::Cleanse => "Cleanse",
        PhaseKind::Numbing => "Numbing",
        PhaseKind::Treatment => "Treatment",
        PhaseKind::Aftercare => "Aftercare",
    }
}

fn purpose(purpose: &ServiceFor) -> &'static str {
    match purpose {
        ServiceFor::Consultation => "consultation",
        ServiceFor::Session { modalities: _ } => "session",
        ServiceFor::FollowUp => "follow-up",
    }
}

fn room(need: RoomNeed) -> &'static str {
    match need {
        RoomNeed::Nowhere => "nowhere",
        RoomNeed::Same => "same",
        RoomNeed::In(kind) => kind.word(),
    }
}

fn set(service: &Service) -> Entry {
    let mut entry = Entry::default();
    entry.set("name", service.title.clone());
    entry.set("for", purpose(&service.purpose));
    if let ServiceFor::Session { modalities } = &service.purpose {
        for modality in modalities {
            entry.set("modality", modality.clone());
        }
    }
    if service.is_offered {
        entry.set("offered", "yes");
    }
    set_phases(&mut entry, &service.phases);
    entry
}

fn set_phases(entry: &mut Entry, phases: &[ServicePhase]) {
    entry.set("phases", phases.len().to_string());
    for (phase, number) in phases.iter().zip(1_usize..) {
        for (name, value) in [
            ("kind", phase.kind.word()),
            ("fewest", &phase.minutes_min.to_string()),
            ("most", &phase.minutes_max.to_string()),
            ("room", room(phase.room)),
            ("who", phase.staff.map_or("nobody", StaffNeed::word)),
            ("device", phase.device.as_deref().unwrap_or_default()),
        ] {
            entry.set(&format!("phase-{number}-{name}"), value);
        }
    }
}

fn first_phase() -> ServicePhase {
    ServicePhase {
        kind: PhaseKind::Treatment,
        minutes_min: 30,
        minutes_max: 30,
        room: RoomNeed::In(RoomKind::Treatment),
        staff: Some(StaffNeed::Practitioner),
        device: None,
    }
}

async fn new(desk: Desk) -> Answered {
    let service = Service {
        code: String::new(),
        title: String::new(),
        purpose: ServiceFor::Session { modalities: BTreeSet::new() },
        phases: vec![first_phase()],
        is_offered: true,
    };
    let seen = desk.practice().services().await?;
    again(&desk, (&seen, None), (&set(&service), Some(&service)), StatusCode::OK).await
}

fn of<'s>(seen: &'s Opened<Services>, code: &str) -> Result<&'s Service, No> {
    seen.services.iter().find(|service| service.code == code).ok_or(No::NotFound)
}

async fn one(desk: Desk, Path(code): Path<String>) -> Answered {
    let seen = desk.practice().services().await?;
    let service = of(&seen, &code)?;
    again(&desk, (&seen, Some(service)), (&set(service), Some(service)), StatusCode::OK).await
}

/// The form with an example day of what is typed; none is drawn of what cannot be read.
async fn again(
    desk: &Desk,
    (seen, saved): (&Opened<Services>, Option<&Service>),
    (entry, typed): (&Entry, Option<&Service>),
    status: StatusCode,
) -> Answered {
    let title = saved.map_or("A new service", |service| service.title.as_str()).to_owned();
    let example = match typed {
        Some(service) => {
            let day = desk.practice().example_day(&desk.actor, service, None).await?;
            drawn(&day, cautions(desk, service))
        }
        None => example::Example {
            lacks: vec!["Say first what is missing in the form.".to_owned()],
            ..example::Example::default()
        },
    };
    let view = page::Service {
        title: title.clone(),
        action: saved.map_or_else(|| "/settings/services".to_owned(), |one| place(&one.code)),
        version: seen.version.number().to_string(),
        phases: count(entry),
        modalities: devices::modalities(),
        numbing: numbing(desk),
        example,
    };
    let frame = desk.frame(Some(Room::Settings), title).await?;
    Ok(shown(status, page::service(desk.site(), &frame, &view, entry)))
}

fn count(entry: &Entry) -> usize {
    entry.get("phases").parse().unwrap_or(1_usize).clamp(1, PHASES_MAX)
}

/// What the rulebook knows of the time that numbing takes: the fact, and each product.
fn numbing(desk: &Desk) -> Vec<Numbing> {
    let book = desk.practice().book();
    let mut known = Vec::new();
    if let Some((fewest, most)) = window(desk)
        && let Some(source) = book.facts.get(NUMBING)
        && let Some(source) = source.sources.first()
    {
        known.push(Numbing {
            says: format!("Cream is left to work for {fewest} to {most} minutes."),
            source: Link::new(format!("/evidence/sources/{source}"), format!("Guide {source}")),
        });
    }
    for product in &book.numbing {
        let Some((fewest, most)) = product.minutes else { continue };
        let Some(source) = product.sources.first() else { continue };
        known.push(Numbing {
            says: format!("{}: {fewest} to {most} minutes.", product.title),
            source: Link::new(format!("/evidence/sources/{}", source.id), "Label"),
        });
    }
    known
}

/// Fewest and most minutes of numbing, as the fact has them.
fn window(desk: &Desk) -> Option<(i64, i64)> {
    let fact = desk.practice().book().facts.get(NUMBING)?;
    let value: Value = serde_json::from_str(&fact.value).ok()?;
    let ranges = value.as_object()?.values().filter_map(Value::as_array);
    let mut pairs =
        ranges.filter_map(|range| Some((range.first()?.as_i64()?, range.get(1)?.as_i64()?)));
    pairs.next()
}

/// What somebody should look at: a clinic may set otherwise, and is told.
fn cautions(desk: &Desk, service: &Service) -> Vec<String> {
    let Some((fewest, most)) = window(desk) else { return Vec::new() };
    let short = service
        .phases
        .iter()
        .filter(|phase| phase.kind == PhaseKind::Numbing && phase.minutes_min < fewest);
    short
        .map(|phase| {
            format!(
                "Numbing of {} minutes is shorter than the {fewest} to {most} minutes that the sources give. \
                 Nobody is treated before the cream has worked: choose a product that takes less.",
                phase.minutes_min
            )
        })
        .collect()
}

/// An example day as it is drawn.
fn drawn(day: &Example, cautions: Vec<String>) -> example::Example {
    let groups =
        [(RowKind::Room, "Rooms"), (RowKind::Device, "Devices"), (RowKind::Person, "People")];
    let row = |row: &ExampleRow| example::Row {
        name: row.name.clone(),
        held: row
            .held
            .iter()
            .map(|held| Held {
                from: held.from,
                until: held.until,
                visit: held.visit,
                phase: drawn_as(held.phase),
            })
            .collect(),
    };
    let groups = groups.into_iter().filter_map(|(kind, words)| {
        let rows: Vec<_> = day.rows.iter().filter(|row| row.kind == kind).map(row).collect();
        (!rows.is_empty()).then(|| (words.to_owned(), rows))
    });
    let title = day.day.map(|day| format!("{} {}", day.strftime("%A"), in_words(day)));
    let (from, until) = day.open.map_or((9, 17), |(from, until)| {
        let last = until.hour() + i8::from(until.minute() > 0);
        (from.hour(), last)
    });
    example::Example {
        title: title.map(|title| format!("{title}, {}", day.site)).unwrap_or_default(),
        hours: (from, until),
        visits: day.visits.clone(),
        groups: groups.collect(),
        lacks: day.lacks.clone(),
        cautions,
    }
}

/// How the board colours it, and its word.
fn drawn_as(kind: PhaseKind) -> (&'static str, &'static str) {
    match kind {
        PhaseKind::Talk => ("treatment", word(kind)),
        PhaseKind::Cleanse | PhaseKind::Numbing | PhaseKind::Treatment | PhaseKind::Aftercare => {
            (kind.word(), word(kind))
        }
    }
}

/// What a form wants.
enum Wants {
    Save,
    Look,
    Phases(Vec<ServicePhase>),
}

async fn add(desk: Desk, form: Filled) -> Answered {
    change(desk, None, form).await
}

async fn save(desk: Desk, Path(code): Path<String>, form: Filled) -> Answered {
    change(desk, Some(code), form).await
}

async fn change(desk: Desk, code: Option<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = desk.practice().services().await?;
    let saved = code.as_deref().map(|code| of(&seen, code)).transpose()?;
    let service = read(&mut entry, saved, &seen);
    let wants = wants(&entry, service.as_ref());
    match (wants, service) {
        (Wants::Save, Some(service)) => {
            same_version(&entry, seen.version)?;
            store(desk, (&seen, saved), service, entry).await
        }
        (Wants::Phases(phases), Some(service)) => {
            let changed = Service { phases, ..service };
            again(&desk, (&seen, saved), (&set(&changed), Some(&changed)), StatusCode::OK).await
        }
        (Wants::Save | Wants::Phases(_), None) => {
            again(&desk, (&seen, saved), (&entry, None), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        (Wants::Look, service) => {
            let status =
                if service.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            again(&desk, (&seen, saved), (&entry, service.as_ref()), status).await
        }
    }
}

/// Which button was pressed, and what it makes of the phases.
fn wants(entry: &Entry, service: Option<&Service>) -> Wants {
    let mut phases = service.map(|service| service.phases.clone()).unwrap_or_default();
    let what = entry.get("do").to_owned();
    let (what, number) = what.split_once('-').unwrap_or((&what, ""));
    let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    match (what, at) {
        ("save", _) => return Wants::Save,
        ("add", _) => phases.push(ServicePhase { room: RoomNeed::Same, ..first_phase() }),
        ("remove", Some(at)) if at < phases.len() && phases.len() > 1 => drop(phases.remove(at)),
        ("up", Some(at)) if at > 0 && at < phases.len() => phases.swap(at, at - 1),
        ("down", Some(at)) if at + 1 < phases.len() => phases.swap(at, at + 1),
        _ => return Wants::Look,
    }
    Wants::Phases(phases)
}

/// The service as it is typed; `None` where a field says what is wrong.
fn read(entry: &mut Entry, saved: Option<&Service>, seen: &Services) -> Option<Service> {
    let modalities = entry.all("modality").map(str::to_owned).collect();
    let purpose = match entry.get("for") {
        "consultation" => ServiceFor::Consultation,
        "session" => ServiceFor::Session { modalities },
        "follow-up" => ServiceFor::FollowUp,
        _ => {
            entry.refuse("for", "Choose what it is for.");
            return None;
        }
    };
    let mut phases = Vec::new();
    for number in 1..=count(entry) {
        phases.extend(read_phase(entry, number));
    }
    let title = entry.get("name").to_owned();
    let code = saved.map_or_else(|| code_of(&title, seen), |saved| saved.code.clone());
    let is_offered = entry.has("offered", "yes");
    entry.is_fine().then_some(Service { code, title, purpose, phases, is_offered })
}

fn read_phase(entry: &mut Entry, number: usize) -> Option<ServicePhase> {
    let field = |name: &str| format!("phase-{number}-{name}");
    let given = entry.get(&field("kind")).to_owned();
    let kind = PhaseKind::ALL.into_iter().find(|kind| kind.word() == given);
    if kind.is_none() {
        entry.refuse(&field("kind"), "Choose what happens.");
    }
    let minutes_min = typed::number(entry, &field("fewest"), "Give minutes, from 1 to 480.");
    if entry.get(&field("most")).is_empty()
        && let Some(fewest) = minutes_min
    {
        entry.set(&field("most"), fewest.to_string());
    }
    let minutes_max = typed::number(entry, &field("most"), "Give minutes, from 1 to 480.");
    let room = match entry.get(&field("room")) {
        "same" => Some(RoomNeed::Same),
        "nowhere" => Some(RoomNeed::Nowhere),
        word => RoomKind::ALL.into_iter().find(|kind| kind.word() == word).map(RoomNeed::In),
    };
    if room.is_none() {
        entry.refuse(&field("room"), "Choose where it is.");
    }
    let staff = match entry.get(&field("who")) {
        "nobody" => Some(None),
        "assistant" => Some(Some(StaffNeed::Assistant)),
        "practitioner" => Some(Some(StaffNeed::Practitioner)),
        _ => None,
    };
    if staff.is_none() {
        entry.refuse(&field("who"), "Choose who is there, or nobody.");
    }
    let device = Some(entry.get(&field("device")).to_owned()).filter(|kind| !kind.is_empty());
    Some(ServicePhase {
        kind: kind?,
        minutes_min: minutes_min?,
        minutes_max: minutes_max?,
        room: room?,
        staff: staff?,
        device,
    })
}

/// A code for a new service, which no other has: visits keep it.
fn code_of(title: &str, seen: &Services) -> String {
    let plain: String = title
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .take(40)
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let base = if words.is_empty() { "service".to_owned() } else { words.join("-") };
    let is_taken = |code: &str| seen.services.iter().any(|known| known.code == code);
    let mut numbered = (2_u32..).map(|number| format!("{base}-{number}"));
    if is_taken(&base) { numbered.find(|code| !is_taken(code)).unwrap_or(base) } else { base }
}

async fn store(
    desk: Desk,
    (seen, saved): (&Opened<Services>, Option<&Service>),
    service: Service,
    mut entry: Entry,
) -> Answered {
    let mut services = seen.document.clone();
    match services.services.iter_mut().find(|known| known.code == service.code) {
        Some(known) => *known = service.clone(),
        None => services.services.push(service.clone()),
    }
    match desk.practice().save_services(&desk.actor, seen, &services).await {
        Ok(version) => {
            let undo = format!("/settings/services/{version}/undo");
            let code = if saved.is_some() { "saved" } else { "added" };
            Ok(see_done(&place(&service.code), Done::new(code).undone_by(undo)))
        }
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            again(&desk, (seen, saved), (&entry, Some(&service)), status).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn undo(
    desk: Desk,
    Path(version): Path<String>,
) -> Result<axum::response::Response, Refused> {
    let version = typed::version(&version)?;
    desk.practice().take_back_setting(&desk.actor, Setting::Services, version).await?;
    Ok(see_done("/settings/services", Done::new("taken-back")))
}

/// What of the services stands on the first page of the settings.
pub(super) fn summary(services: &Services) -> String {
    let offered = services.services.iter().filter(|service| service.is_offered);
    wording::count(offered.count(), "service", "services")
}
