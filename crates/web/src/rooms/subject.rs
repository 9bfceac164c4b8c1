//! Whom a page of the clinic is about, when things happened in words, and ids out of addresses.

use jiff::Timestamp;
use percuta_chart::{
    clinic::Clinic,
    person::{self, Patient},
};
use percuta_practice::{No, Opened, day_of, zone_of};
use percuta_record::{Id, Moment, id::Kind};
use percuta_terminology::calendar::in_words;

use super::Refused;
use crate::page::staff::person::Person;

/// The head of a patient's page.
pub(super) fn about(patient: &Opened<Patient>, clinic: &Clinic, now: Timestamp) -> Person {
    let age = patient.age_on(day_of(clinic, now));
    let mut facts = vec![
        ("Age".to_owned(), age.to_string()),
        ("Born".to_owned(), in_words(patient.birth_date)),
    ];
    facts.extend(patient.alerts.iter().map(|alert| ("Alert".to_owned(), alert.clone())));
    Person {
        name: patient.name.clone(),
        href: format!("/patients/{}", person::patient_of(patient.id)),
        facts,
    }
}

/// An id of an address; whatever is none leads nowhere.
pub(super) fn id<K: Kind>(text: &str) -> Result<Id<K>, Refused> {
    text.parse().map_err(|_no_id| No::NotFound.into())
}

/// A day and a time on the clinic's clock: `21 November 2026, 09:40`.
pub(super) fn when(clinic: &Clinic, at: Timestamp) -> String {
    format!("{}, {}", in_words(day_of(clinic, at)), time(clinic, at))
}

/// A time on the clinic's clock: `09:40`.
pub(super) fn time(clinic: &Clinic, at: Timestamp) -> String {
    at.to_zoned(zone_of(clinic)).strftime("%H:%M").to_string()
}

/// A moment of the record as a time.
pub(super) fn stamp(moment: Moment) -> Timestamp {
    Timestamp::from_microsecond(moment.0).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A version of an address, where it has one: forms say which version they change.
pub(super) fn version(text: &str) -> Option<percuta_record::Version> {
    percuta_record::Version::new(text.parse().ok()?)
}
