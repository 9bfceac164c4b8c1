//! Letters about visits: from which address they come, when they remind, and whether they say what a visit is for.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use percuta_chart::clinic::{Clinic, LetterTitle, Letters};
use percuta_practice::{Act, No, Opened};

use super::super::{refuse, same_version};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            settings::letters::{self as page, Post},
        },
    },
    rooms::{
        Answered, Desk, Done, Needs,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
};

/// Hours that have a box of their own.
const USUAL: [u16; 2] = [48, 24];
/// No reminder goes out earlier, in hours.
const HOURS_MAX: u16 = 720;
/// Nobody is reminded of one visit more often.
const REMINDERS_MAX: usize = 5;

pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Needs::Member(Act::ManageSettings);
    doors.get("/settings/letters", needs, show).post("/settings/letters", needs, save)
}

/// How letters stand, in a few words.
pub(super) fn summary(desk: &Desk, clinic: &Clinic) -> String {
    match (&clinic.letters.from, desk.practice().sends_letters()) {
        (_, false) => "No mail server is set, so that none go out".to_owned(),
        (None, true) => "None go out".to_owned(),
        (Some(from), true) => format!("From {from}"),
    }
}

async fn show(desk: Desk) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let letters = &clinic.letters;
    let (usual, own): (Vec<u16>, Vec<u16>) =
        letters.remind_hours.iter().rev().partition(|hours| USUAL.contains(hours));
    let own: Vec<String> = own.iter().map(u16::to_string).collect();
    let mut pairs = vec![
        ("from".to_owned(), letters.from.clone().unwrap_or_default()),
        ("own".to_owned(), own.join(", ")),
        ("title".to_owned(), word(letters.title).to_owned()),
    ];
    pairs.extend(usual.iter().map(|hours| ("remind".to_owned(), hours.to_string())));
    again(&desk, &clinic, &Entry::new(pairs), StatusCode::OK).await
}

fn word(title: LetterTitle) -> &'static str {
    match title {
        LetterTitle::Private => "private",
        LetterTitle::Says => "says",
    }
}

async fn again(desk: &Desk, seen: &Opened<Clinic>, entry: &Entry, status: StatusCode) -> Answered {
    let post = if desk.practice().sends_letters() { Post::Set } else { Post::Missing };
    let view = page::Letters { version: seen.version.number().to_string(), post };
    let frame = desk.frame(Some(Room::Settings), "Letters").await?;
    Ok(shown(status, page::letters(desk.site(), &frame, &view, entry)))
}

async fn save(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = desk.practice().clinic().await?;
    same_version(&entry, seen.version)?;
    let saved = match read(&mut entry) {
        Some(letters) => {
            let clinic = Clinic { letters, ..seen.document.clone() };
            desk.practice().save_clinic(&desk.actor, &seen, &clinic).await
        }
        None => Err(No::Wrong(Vec::new())),
    };
    match saved {
        Ok(()) => Ok(see_done("/settings/letters", Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            again(&desk, &seen, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

/// The letters as they were entered; `None` when a field says what is wrong.
fn read(entry: &mut Entry) -> Option<Letters> {
    let from = entry.get("from").trim().to_owned();
    if !from.is_empty() && !is_address(&from) {
        entry.refuse("from", "Give an address such as desk@clinic.example, or leave it empty.");
    }
    let ticked = entry.all("remind").filter_map(|hours| hours.parse().ok());
    let mut remind_hours: BTreeSet<u16> = ticked.filter(|hours| USUAL.contains(hours)).collect();
    match hours(entry.get("own")) {
        Some(own) => remind_hours.extend(own),
        None => entry.refuse("own", "Give hours from 1 to 720, apart by commas, such as 72, 6."),
    }
    if remind_hours.len() > REMINDERS_MAX {
        entry.refuse("own", "Remind at most five times of one visit.");
    }
    let title = match entry.get("title") {
        "private" => LetterTitle::Private,
        "says" => LetterTitle::Says,
        _ => {
            entry.refuse("title", "Choose what letters say.");
            LetterTitle::Private
        }
    };
    let from = (!from.is_empty()).then_some(from);
    entry.is_fine().then_some(Letters { from, remind_hours, title })
}

/// Hours as they are typed; `None` where one is none.
fn hours(typed: &str) -> Option<Vec<u16>> {
    let words = typed.split([',', ' ', ';']).filter(|word| !word.is_empty());
    words.map(|word| word.parse().ok().filter(|hours| (1..=HOURS_MAX).contains(hours))).collect()
}

/// Whether a letter can come from there. What would end a line of its head is no address.
fn is_address(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_graphic() && !"<>(),;:[]".contains(letter);
    let parts = text.split_once('@');
    text.chars().all(is_plain)
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@') && !host.starts_with('.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Entry {
        Entry::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn letters_are_read_as_they_were_typed() {
        let mut entry = typed(&[
            ("from", " desk@clinic.example "),
            ("remind", "48"),
            ("own", "72, 6"),
            ("title", "private"),
        ]);
        let letters = read(&mut entry).unwrap();
        assert_eq!(letters.from.as_deref(), Some("desk@clinic.example"));
        assert_eq!(letters.remind_hours, BTreeSet::from([6, 48, 72]));
        assert_eq!(letters.title, LetterTitle::Private);
    }

    #[test]
    fn without_an_address_none_go_out() {
        let letters = read(&mut typed(&[("title", "says")])).unwrap();
        assert_eq!((letters.from, letters.remind_hours.len()), (None, 0));
    }

    #[test]
    fn what_cannot_stand_is_said_beneath_its_field() {
        for (name, value) in [
            ("from", "desk"),
            ("from", "desk@clinic"),
            ("from", "a@b.example, c@d.example"),
            ("from", "desk@clinic.example\r\nBcc: x@y.example"),
            ("own", "0"),
            ("own", "721"),
            ("own", "soon"),
            ("own", "1 2 3 4 5 6"),
            ("title", "all"),
        ] {
            let mut pairs = vec![("from", ""), ("own", ""), ("title", "private")];
            pairs.retain(|(known, _)| *known != name);
            pairs.push((name, value));
            let mut entry = typed(&pairs);
            assert!(read(&mut entry).is_none(), "{value}");
            assert!(entry.wrong(name).is_some(), "{value}");
        }
    }
}
