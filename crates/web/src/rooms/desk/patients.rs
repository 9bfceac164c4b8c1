//! Patients: the list, the search, a new one, and how to reach them.
//!
//! PRIVACY: a search is posted and answered on the spot, so that no name, number or birth date is in an address.

use axum::{extract::Path, http::StatusCode};
use jiff::{civil::Date, tz::TimeZone};
use percuta_chart::person::{CameBy, Patient, patient_of};
use percuta_practice::{
    Act, Cursor, No, Opened,
    patients::{Entered, Sought, Stands},
    zone_of,
};
use percuta_record::PatientId;
use percuta_terminology::calendar::in_words;

use super::{
    day_from, id, path, place, read_place, refuse, same_version, time_of,
    today::{Asked, asked},
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::{Leaves, Link},
            patients::{self as page, Alerts, Amend, NewPatient, Patients, Row, Shown},
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
};

/// A search shows so many; for fewer one types more.
const FOUND_SHOWN: usize = 50;

pub(super) fn doors(doors: Doors) -> Doors {
    let (find, enter) = (Needs::Member(Act::FindPatients), Needs::Member(Act::EnterPatient));
    doors
        .get("/patients", find, show)
        .post("/patients", enter, add)
        .post("/patients/search", find, search)
        .get("/patients/new", enter, new)
        .get("/patients/{patient}/person", enter, person)
        .post("/patients/{patient}/person", enter, amend)
}

async fn show(desk: Desk, query: Asked) -> Answered {
    let asked = asked(query);
    let from = read_place(asked.get("before")).map(|(at, document)| Cursor { at, document });
    let found = desk.practice().patients(&desk.actor, from).await?;
    let leaves = Leaves {
        newer: from.map(|_| "/patients".to_owned()),
        older: found
            .older
            .map(|next| format!("/patients?before={}", place((next.at, next.document)))),
    };
    let count = usize::try_from(found.total).unwrap_or(usize::MAX);
    let rows = rows(&desk, &found.patients).await?;
    list(&desk, Shown::All { count, leaves }, rows, &Entry::default(), StatusCode::OK).await
}

async fn list(
    desk: &Desk,
    shown_as: Shown,
    rows: Vec<Row>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let add = desk.actor.may(Act::EnterPatient).then(|| "/patients/new".to_owned());
    let view = Patients { shown: shown_as, rows, add };
    let frame = desk.frame(Some(Room::Patients), "Patients").await?;
    Ok(shown(status, page::patients(desk.site(), &frame, &view, entry)))
}

async fn rows(desk: &Desk, patients: &[Opened<Patient>]) -> Result<Vec<Row>, Refused> {
    let clinic = desk.practice().clinic().await?;
    let (zone, today) = (zone_of(&clinic), desk.practice().today().await?);
    let ids: Vec<PatientId> = patients.iter().map(|one| patient_of(one.id)).collect();
    let stands = desk.practice().stands(&desk.actor, &ids).await?;
    let both = patients.iter().zip(stands);
    Ok(both.map(|(patient, stands)| row(patient, stands, &zone, today)).collect())
}

fn row(patient: &Opened<Patient>, stands: Option<Stands>, zone: &TimeZone, today: Date) -> Row {
    let changed = time_of(patient.contribution.at).to_zoned(zone.clone()).date();
    Row {
        link: Link::new(path::patient(patient_of(patient.id)), patient.name.clone()),
        born: in_words(patient.birth_date),
        telephone: patient.telephone.clone().unwrap_or_default(),
        stands: stands.map_or("No course yet".to_owned(), |stands| {
            format!("{}, {} of {}", stands.title, stands.done, stands.planned)
        }),
        alert: patient.alerts.first().cloned().unwrap_or_default(),
        changed: day_from(changed, today),
    }
}

/// What a single field seeks, by its shape: a birth date or a year, a telephone number, else a name.
fn sought(text: &str) -> Sought {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = digits > 0 && text.chars().all(|letter| !letter.is_alphabetic());
    let is_year =
        text.len() == 4 && digits == 4 && (text.starts_with("19") || text.starts_with("20"));
    let text = text.to_owned();
    if text.parse::<Date>().is_ok() || is_year {
        Sought { born: text, ..Sought::default() }
    } else if is_number {
        Sought { telephone: text, ..Sought::default() }
    } else {
        Sought { name: text, ..Sought::default() }
    }
}

async fn search(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let found = desk.practice().search(&desk.actor, &sought(entry.get("find"))).await;
    match found {
        Ok(mut found) => {
            let has_more = found.len() > FOUND_SHOWN;
            found.truncate(FOUND_SHOWN);
            let rows = rows(&desk, &found).await?;
            list(&desk, Shown::Found { has_more }, rows, &entry, StatusCode::OK).await
        }
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                entry.refuse("find", one.says);
            }
            let none = Shown::Found { has_more: false };
            list(&desk, none, Vec::new(), &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

fn alerts(desk: &Desk) -> Alerts {
    if desk.actor.may(Act::OpenChart) { Alerts::Asked } else { Alerts::Hidden }
}

fn entered(entry: &Entry) -> Entered {
    Entered {
        name: entry.get("name").to_owned(),
        called: entry.get("called").to_owned(),
        born: entry.get("born").to_owned(),
        telephone: entry.get("telephone").to_owned(),
        email: entry.get("email").to_owned(),
        alerts: entry.get("alerts").to_owned(),
    }
}

async fn new(desk: Desk) -> Answered {
    new_again(&desk, Vec::new(), &Entry::default(), StatusCode::OK).await
}

async fn new_again(desk: &Desk, alike: Vec<Row>, entry: &Entry, status: StatusCode) -> Answered {
    let view = NewPatient { alike, alerts: alerts(desk) };
    let frame = desk.frame(Some(Room::Patients), "New patient").await?;
    Ok(shown(status, page::new_patient(desk.site(), &frame, &view, entry)))
}

async fn add(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let given = entered(&entry);
    let alike = if entry.has("another", "yes") {
        Vec::new()
    } else {
        match desk.practice().alike(&desk.actor, &given).await {
            Ok(alike) => alike,
            // What cannot be sought cannot be entered either: the sentences come from entering it.
            Err(No::Wrong(_)) => Vec::new(),
            Err(no) => return Err(no.into()),
        }
    };
    if !alike.is_empty() {
        entry.refuse(
            "another",
            "Open the record that is there, or say that this is another person.",
        );
        let rows = rows(&desk, &alike).await?;
        return new_again(&desk, rows, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match desk.practice().enter_patient(&desk.actor, &given, CameBy::Clinic).await {
        Ok(patient) => Ok(see_done(&path::patient(patient), Done::new("entered"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            new_again(&desk, Vec::new(), &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn person(desk: Desk, Path(patient): Path<String>) -> Answered {
    let seen = desk.practice().patient(&desk.actor, id(&patient)?).await?;
    let mut entry = Entry::default();
    entry.set("name", seen.name.clone());
    entry.set("called", seen.called.clone().unwrap_or_default());
    entry.set("born", seen.birth_date.to_string());
    entry.set("telephone", seen.telephone.clone().unwrap_or_default());
    entry.set("email", seen.email.clone().unwrap_or_default());
    entry.set("alerts", seen.alerts.join("\n"));
    person_again(&desk, &seen, &entry, StatusCode::OK).await
}

async fn person_again(
    desk: &Desk,
    seen: &Opened<Patient>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let view = Amend {
        patient: Link::new(path::patient(patient_of(seen.id)), seen.name.clone()),
        version: seen.version.number().to_string(),
        alerts: alerts(desk),
    };
    let frame = desk.frame(Some(Room::Patients), seen.name.clone()).await?;
    Ok(shown(status, page::amend(desk.site(), &frame, &view, entry)))
}

async fn amend(desk: Desk, Path(patient): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let patient: PatientId = id(&patient)?;
    let seen = desk.practice().patient(&desk.actor, patient).await?;
    same_version(&entry, seen.version)?;
    match desk.practice().amend_patient(&desk.actor, &seen, &entered(&entry)).await {
        Ok(()) => Ok(see_done(&path::patient(patient), Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            person_again(&desk, &seen, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_field_seeks_by_the_shape_of_what_was_typed() {
        assert_eq!(sought("1990-04-12").born, "1990-04-12");
        assert_eq!(sought(" 1990 ").born, "1990");
        assert_eq!(sought("+44 20 7946 0142").telephone, "+44 20 7946 0142");
        assert_eq!(sought("0142").telephone, "0142");
        assert_eq!(sought("Oka").name, "Oka");
        assert_eq!(sought("").name, "");
    }
}
