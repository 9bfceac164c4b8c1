//! What may be done with photographs, and the copies that have left: the patient's word, what the clinic may do with it,
//! the register, and making a copy.
//!
//! | module | paths |
//! |---|---|
//! | `own` | `/me/photos/permissions`, `/me/photos/{photograph}/permission` |
//! | `desk` | `/photos/{photograph}/permission` |
//! | `export` | `/photos/{photograph}/export` and what follows |
//! | `register` | `/publications`, `/photos/{photograph}/copy` |
//!
//! What may be done is `practice::permissions::may`'s to say; here it is only worded.

use jiff::{civil::Date, tz::TimeZone};
use percuta_chart::{
    consent::PhotographUse,
    permission::{Purpose, Speaker},
    photograph::Photograph,
};
use percuta_practice::{
    permissions::{self, Uttered},
    publications::{self, Standing},
};

use super::{door::Doors, own::say};
use crate::page::copies as page;

mod desk;
mod export;
mod own;
mod register;

pub(super) use register::due_says;

/// The doors of permissions and copies.
pub(super) fn doors(doors: Doors) -> Doors {
    register::doors(export::doors(desk::doors(own::doors(doors))))
}

/// The word of a use in a form.
fn word(purpose: PhotographUse) -> &'static str {
    match purpose {
        PhotographUse::Record => "record",
        PhotographUse::Clinic => "clinic",
        PhotographUse::Teaching => "teaching",
        PhotographUse::Public => "public",
    }
}

/// The use of a word.
fn use_of(text: &str) -> Option<PhotographUse> {
    let all = permissions::QUESTIONS.into_iter().map(|(purpose, _, _)| purpose);
    all.into_iter().find(|purpose| word(*purpose) == text)
}

/// Uses in a row, or that there is none.
fn listed(uses: &std::collections::BTreeSet<PhotographUse>) -> String {
    if uses.is_empty() { "nothing".to_owned() } else { permissions::listed(uses) }
}

/// What a copy is for.
pub(super) fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Teaching => "In teaching",
        Purpose::Public => "In public",
    }
}

/// The purposes, to be chosen from.
fn purposes() -> Vec<(String, String)> {
    let one = |one: Purpose| (one.word().to_owned(), purpose(one).to_owned());
    Purpose::ALL.map(one).to_vec()
}

/// A copy in words. `href` is its page, for who keeps the register.
fn copy(copy: &publications::Copy, zone: &TimeZone, href: Option<String>) -> page::Copy {
    let publication = &copy.publication;
    let made = say::day_of(publication.at, zone);
    let (standing, says) = match &copy.standing {
        Standing::ToTakeDown { until, is_overdue } => {
            let standing = if *is_overdue { page::Standing::Overdue } else { page::Standing::Due };
            (standing, format!("To be taken down by {}.", say::day(*until)))
        }
        Standing::Exported => (page::Standing::Exported, format!("The file was made on {made}.")),
        Standing::Up { since } => (page::Standing::Up, format!("Since {}.", say::day(*since))),
        Standing::TakenDown { at, name, proof } => {
            let says = format!("Taken down, {}, by {name}. {proof}", say::at(*at, zone));
            (page::Standing::Gone, says)
        }
    };
    let place = publication
        .place
        .as_ref()
        .map(|place| format!("{}, {}", place.channel.title().to_lowercase(), place.words));
    let place = place.unwrap_or_else(|| "a file, not shown anywhere yet".to_owned());
    let title = format!("{}: {place}", purpose(publication.purpose));
    page::Copy { title, standing, says, href }
}

/// What was said, in words.
fn words(uttered: &[Uttered], zone: &TimeZone, patient: &str) -> Vec<page::Word> {
    let one = |one: &Uttered| {
        let who = match &one.word.by {
            Speaker::Patient => patient.to_owned(),
            Speaker::Clinic { by: _, name } => name.clone(),
        };
        page::Word {
            when: format!("{}, {who}", say::at(one.word.at, zone)),
            allowed: format!("allowed: {}", listed(&one.word.uses)),
            shown: one.word.shown.clone(),
        }
    };
    uttered.iter().map(one).collect()
}

/// What a photograph is called: its view and its day.
fn named(photograph: &Photograph, zone: &TimeZone) -> String {
    format!("{}, {}", photograph.view.title(), say::day(taken(photograph, zone)))
}

/// The day on which it was taken.
fn taken(photograph: &Photograph, zone: &TimeZone) -> Date {
    photograph.taken.to_zoned(zone.clone()).date()
}
