//! The desk: the day, patients and their stories, the inbox, the audit, the clinic's people and settings.
//!
//! What the handlers here share: ids and cursors out of addresses, versions out of forms, and where other pages are.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_practice::No;
use percuta_record::{DocumentId, Id, Moment, PatientId, Version, id::Kind};
use percuta_terminology::calendar::in_words;

use super::{Refused, door::Doors, refuse};
use crate::page::entry::Entry;

mod audit;
mod inbox;
mod patients;
mod people;
mod settings;
mod story;
mod today;

pub(super) use today::takes_along;

/// The doors of the desk.
pub(super) fn doors(doors: Doors) -> Doors {
    let doors = patients::doors(today::doors(doors));
    let doors = inbox::doors(story::doors(doors));
    settings::doors(people::doors(audit::doors(doors)))
}

/// An id of an address. What is none leads nowhere.
fn id<K: Kind>(text: &str) -> Result<Id<K>, Refused> {
    text.parse().map_err(|_no_id| No::NotFound.into())
}

/// Whether a form changes the version that is the head: somebody may have written in between.
fn same_version(entry: &Entry, head: Version) -> Result<(), No> {
    if entry.get("version") == head.number().to_string() { Ok(()) } else { Err(No::Conflict) }
}

/// A place in a list as it stands in an address. It names a document by its id and says nothing else.
fn place((at, document): (Moment, DocumentId)) -> String {
    format!("{}.{document}", at.0)
}

/// A place out of an address.
fn read_place(text: &str) -> Option<(Moment, DocumentId)> {
    let (at, document) = text.split_once('.')?;
    Some((Moment(at.parse().ok()?), document.parse().ok()?))
}

/// A moment of the record as a time.
fn time_of(at: Moment) -> Timestamp {
    Timestamp::from_microsecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A time of the day: "14:05".
fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// A day: "27 November 2026".
fn day(at: Timestamp, zone: &TimeZone) -> String {
    in_words(at.to_zoned(zone.clone()).date())
}

/// When something was or will be, seen from a day: "today, 14:05", "27 November, 14:05", "27 November 2025, 14:05".
fn when(at: Timestamp, zone: &TimeZone, today: Date) -> String {
    let local = at.to_zoned(zone.clone());
    let time = local.strftime("%H:%M");
    format!("{}, {time}", day_from(local.date(), today))
}

/// A day seen from another: "today", "yesterday", "27 November", "27 November 2025".
fn day_from(day: Date, today: Date) -> String {
    match day {
        _ if day == today => "today".to_owned(),
        _ if today.yesterday().is_ok_and(|before| day == before) => "yesterday".to_owned(),
        _ if today.tomorrow().is_ok_and(|after| day == after) => "tomorrow".to_owned(),
        _ if day.year() == today.year() => day.strftime("%-d %B").to_string(),
        _ => in_words(day),
    }
}

/// Where pages of others are.
mod path {
    use super::{DocumentId, PatientId};

    pub(super) fn patient(patient: PatientId) -> String {
        format!("/patients/{patient}")
    }

    pub(super) fn visit(visit: DocumentId) -> String {
        format!("/visits/{visit}")
    }

    pub(super) fn course(course: DocumentId) -> String {
        format!("/courses/{course}")
    }

    pub(super) fn screening(screening: DocumentId) -> String {
        format!("/screenings/{screening}")
    }

    pub(super) fn session(session: DocumentId) -> String {
        format!("/sessions/{session}")
    }

    pub(super) fn plan(patient: PatientId) -> String {
        format!("/patients/{patient}/plan")
    }

    pub(super) fn latest_screening(patient: PatientId) -> String {
        format!("/patients/{patient}/screening")
    }

    pub(super) fn questions_of_the_day(patient: PatientId) -> String {
        format!("/patients/{patient}/screening/today")
    }

    pub(super) fn intake(patient: PatientId) -> String {
        format!("/patients/{patient}/intake")
    }

    pub(super) fn photographs(patient: PatientId) -> String {
        format!("/patients/{patient}/photographs")
    }

    pub(super) fn outcomes(patient: PatientId) -> String {
        format!("/patients/{patient}/outcomes")
    }

    pub(super) fn book(patient: PatientId) -> String {
        format!("/patients/{patient}/book")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_said_as_they_are_seen_from_today() {
        let today = date(2026, 11, 21);
        assert_eq!(day_from(date(2026, 11, 21), today), "today");
        assert_eq!(day_from(date(2026, 11, 20), today), "yesterday");
        assert_eq!(day_from(date(2026, 3, 2), today), "2 March");
        assert_eq!(day_from(date(2025, 3, 2), today), "2 March 2025");
    }

    #[test]
    fn a_place_that_is_none_is_not_read() {
        let there = (Moment(-5), DocumentId::from_bytes([7; 16]));
        assert_eq!(read_place(&place(there)), Some(there));
        for text in ["", ".", "5", "5.patient-1", "x.document-1"] {
            assert_eq!(read_place(text), None, "{text}");
        }
    }
}
