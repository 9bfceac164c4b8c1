//! Invented people and days for the gallery and the tests of the pages of the clinic's people.

use std::sync::Arc;

use maud::Markup;
use percuta_clinical::Rulebook;
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        staff::{
            Frame, Notice, Room,
            sign_in::{self, Attempt, DemoRole, Door, Invitation, Phrase, SetUp, SignIn},
        },
    },
};

#[path = "day.rs"]
mod day;
#[path = "house.rs"]
mod house;
#[path = "records.rs"]
mod records;

/// The site of the shipped rulebook.
pub(crate) fn site() -> Result<Site, String> {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let book = Rulebook::load(files.collect()).map_err(|faults| format!("{faults:?}"))?;
    Ok(Site::new(Arc::new(book), || jiff::civil::Date::constant(2026, 3, 2)))
}

/// Every page with its name, in every state.
pub(crate) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let mut all = Vec::new();
    all.extend(door_pages(site));
    all.extend(day::pages(site));
    all.extend(records::pages(site));
    all.extend(house::pages(site));
    all
}

fn text(words: &str) -> String {
    words.to_owned()
}

fn typed(pairs: &[(&str, &str)]) -> Entry {
    Entry::new(pairs.iter().map(|(name, value)| (text(name), text(value))))
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, words)| (text(value), text(words))).collect()
}

fn frame(title: &str, room: Room) -> Frame {
    Frame {
        title: text(title),
        room: Some(room),
        rooms: Room::ALL.to_vec(),
        who: text("Ruth Adler"),
        inbox: 3,
        is_demo: true,
        notice: None,
    }
}

fn noticed(frame: Frame, says: &str, undo: Option<&str>) -> Frame {
    Frame { notice: Some(Notice { says: text(says), undo: undo.map(text) }), ..frame }
}

const PASSWORD: &str = "At least 12 characters. Several words are easier to keep than signs.";

fn door_pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let door = |title: &str| Door {
        title: text(title),
        clinic: Some(text("Linden Skin Clinic")),
        is_demo: false,
    };
    let signing = |attempt| SignIn { attempt, roles: Vec::new(), patients: Some(text("/me")) };
    let entry = typed(&[("email", "ruth@linden.example")]);
    let demo = Door { is_demo: true, ..door("Sign in") };
    let set_up = SetUp {
        zones: pairs(&[("Europe/Berlin", "Europe, Berlin"), ("Europe/London", "Europe, London")]),
        roles: pairs(&[
            ("medical-lead", "Medical lead: a licensed clinician who answers for the rules"),
            ("practitioner", "Practitioner: somebody who treats"),
            ("front-desk", "Front desk"),
        ]),
        password_hint: text(PASSWORD),
    };
    let invitation = Invitation {
        action: text("/invitations/01JQ8Z3V5R"),
        by: text("Dr S. Amari"),
        email: text("l.fischer@linden.example"),
        roles: text("Practitioner and assistant"),
        until: text("9 March 2026"),
        password_hint: text(PASSWORD),
    };
    let mut refused =
        typed(&[("clinic", "Linden Skin Clinic"), ("telephone", "030"), ("role", "medical-lead")]);
    refused.refuse("telephone", "Give the whole number, with its area code.");
    refused.refuse("zone", "Choose the time zone of the clinic.");
    refused.refuse("again", "The two passwords differ. Type both again.");
    let mut unticked = Entry::default();
    unticked.refuse("written", "Write the words down, then tick this.");
    let words =
        "amber violin harbour seven lantern copper meadow tulip orbit canyon velvet sparrow";
    let phrase =
        Phrase { words: words.split(' ').chain(words.split(' ').rev()).map(text).collect() };
    vec![
        (
            "sign-in",
            sign_in::sign_in(site, &door("Sign in"), &signing(Attempt::First), &Entry::default()),
        ),
        (
            "sign-in-wrong",
            sign_in::sign_in(site, &door("Sign in"), &signing(Attempt::Wrong), &entry),
        ),
        (
            "sign-in-held",
            sign_in::sign_in(
                site,
                &door("Sign in"),
                &signing(Attempt::Held { until: text("10:42") }),
                &entry,
            ),
        ),
        (
            "sign-in-demo",
            sign_in::sign_in(
                site,
                &demo,
                &SignIn { roles: demo_roles(), ..signing(Attempt::SignedOut) },
                &Entry::default(),
            ),
        ),
        (
            "invitation",
            sign_in::invitation(site, &door("Invitation"), &invitation, &Entry::default()),
        ),
        ("invitation-over", sign_in::invitation_over(site, &door("Invitation"))),
        (
            "set-up",
            sign_in::set_up(
                site,
                &Door { clinic: None, ..door("Set up") },
                &set_up,
                &Entry::default(),
            ),
        ),
        (
            "set-up-wrong",
            sign_in::set_up(site, &Door { clinic: None, ..door("Set up") }, &set_up, &refused),
        ),
        ("phrase", sign_in::phrase(site, &door("Recovery phrase"), &phrase, &unticked)),
    ]
}

fn demo_roles() -> Vec<DemoRole> {
    [
        ("front-desk", "Front desk", "Ruth Adler", "The day, arrivals, bookings, what is missing."),
        (
            "practitioner",
            "Practitioner",
            "Lena Fischer",
            "Screening, plans, sessions by zone, check-ins.",
        ),
        ("medical-lead", "Medical lead", "Dr Samira Amari", "Overrides, the rulebook, reactions."),
        ("owner", "Owner", "Jonas Keller", "People, settings, audit."),
        ("patient", "Patient", "Daniel Okafor", "Today’s page, visits, photographs, a check-in."),
    ]
    .into_iter()
    .map(|(value, role, name, sees)| DemoRole {
        value: text(value),
        role: text(role),
        name: text(name),
        sees: text(sees),
    })
    .collect()
}
