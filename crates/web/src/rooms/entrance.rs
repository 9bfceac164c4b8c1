//! The entrance: signing in and out, invitations, and the first start of an empty record.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension, Form,
    extract::{Path, RawQuery, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use jiff::ToSpan as _;
use percuta_chart::person::{Part, Standing};
use percuta_practice::{
    Actor, No,
    account::{Secret, SetUp},
    settings::{default_clinic, default_consent_form, default_prices},
    sites::first_calendar,
    zone_of,
};
use zeroize::Zeroizing;

use super::{
    Answered, Needs, Refused, Rooms,
    demo::{Demo, Way},
    door::{Doors, cookie, put_cookie, take_cookie},
    see, shown,
};
use crate::page::{
    entry::Entry,
    staff::sign_in::{self as page, Attempt, Door, Invitation, SignIn},
};

/// Where a request came from, for counting attempts only. It is never kept or logged.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The recovery phrase, until it was written down.
#[derive(Clone, Default)]
pub struct Phrase(Arc<Mutex<Option<Zeroizing<String>>>>);

impl std::fmt::Debug for Phrase {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Phrase(…)")
    }
}

impl Phrase {
    /// A phrase that was not shown yet.
    pub fn new(words: Zeroizing<String>) -> Self {
        Self(Arc::new(Mutex::new(Some(words))))
    }

    fn words(&self) -> Option<Vec<String>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Some(held.as_ref()?.split(' ').map(str::to_owned).collect())
    }

    fn written(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The doors of the entrance.
pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/sign-in", Needs::Nothing, sign_in_page)
        .post("/sign-in", Needs::Nothing, sign_in)
        .post("/sign-in/demo", Needs::Nothing, sign_in_demo)
        .post("/sign-out", Needs::Nothing, sign_out)
        .get("/set-up", Needs::Nothing, set_up_page)
        .post("/set-up", Needs::Nothing, set_up)
        .get("/set-up/phrase", Needs::Member(percuta_practice::Act::ManageSettings), phrase_page)
        .post("/set-up/phrase", Needs::Member(percuta_practice::Act::ManageSettings), phrase)
        .get("/invitation/{secret}", Needs::Nothing, invitation_page)
        .post("/invitation/{secret}", Needs::Nothing, accept)
}

type Ours = State<Arc<Rooms>>;
pub(super) type Filled = Result<Form<Vec<(String, String)>>, FormRejection>;

/// The fields of a form; one that cannot be read has none.
pub(super) fn entry(form: Filled) -> Entry {
    form.map_or_else(|_unreadable| Entry::default(), |Form(pairs)| Entry::new(pairs))
}

async fn outside(rooms: &Rooms, title: &str) -> Result<Door, Refused> {
    let clinic = if rooms.practice.is_set_up().await? {
        Some(rooms.practice.clinic().await?.name.clone())
    } else {
        None
    };
    Ok(Door { title: title.to_owned(), clinic, is_demo: rooms.settings.demo.is_some() })
}

/// Where somebody goes who has just come in.
pub(super) fn home(actor: &Actor) -> &'static str {
    if actor.patient().is_some() { "/me" } else { "/today" }
}

async fn sign_in_page(
    State(rooms): Ours,
    asked: HeaderMap,
    RawQuery(query): RawQuery,
    known: Option<Extension<Actor>>,
) -> Answered {
    if let Some(Extension(actor)) = known {
        return Ok(see(home(&actor)));
    }
    if !rooms.practice.is_set_up().await? {
        return Ok(see("/set-up"));
    }
    let attempt = match query.as_deref() {
        Some("ended") => Attempt::Ended,
        Some("out") => Attempt::SignedOut,
        Some(_) | None => Attempt::First,
    };
    let mut response = sign_in_again(&rooms, attempt, &Entry::default(), StatusCode::OK).await?;
    if cookie(&asked, rooms.settings.is_https).is_some() {
        take_cookie(&mut response, rooms.settings.is_https);
    }
    Ok(response)
}

async fn sign_in_again(
    rooms: &Rooms,
    attempt: Attempt,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let roles = rooms.settings.demo.as_ref().map(Demo::roles).unwrap_or_default();
    let view = SignIn { attempt, roles, patients: Some("/link".to_owned()) };
    let door = outside(rooms, "Sign in").await?;
    Ok(shown(status, page::sign_in(&rooms.site, &door, &view, entry)))
}

async fn sign_in(State(rooms): Ours, peer: Option<Extension<Peer>>, form: Filled) -> Answered {
    let entry = entry(form);
    let from = peer.map_or_else(|| "nowhere".to_owned(), |Extension(Peer(from))| from.to_string());
    let password = Zeroizing::new(entry.get("password").to_owned());
    match rooms.practice.sign_in(entry.get("email"), password, &from).await {
        Ok(secret) => Ok(come_in(&rooms, &secret, "/today")),
        Err(No::Wrong(_)) => {
            sign_in_again(&rooms, Attempt::Wrong, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Wait { seconds }) => {
            let until = at_the_clinic(&rooms, seconds).await?;
            let attempt = Attempt::Held { until };
            sign_in_again(&rooms, attempt, &entry, StatusCode::TOO_MANY_REQUESTS).await
        }
        Err(no) => Err(no.into()),
    }
}

/// The time in so many seconds, as the clinic's clock shows it, rounded up to the minute.
async fn at_the_clinic(rooms: &Rooms, seconds: u64) -> Result<String, Refused> {
    let clinic = rooms.practice.clinic().await?;
    let zone = zone_of(&clinic);
    let seconds = i64::try_from(seconds).unwrap_or(3_600).saturating_add(59);
    let at = rooms.practice.now().checked_add(seconds.seconds()).unwrap_or(rooms.practice.now());
    Ok(at.to_zoned(zone).strftime("%H:%M").to_string())
}

async fn sign_in_demo(State(rooms): Ours, form: Filled) -> Answered {
    let entry = entry(form);
    let Some(Demo { people, clock: _ }) = &rooms.settings.demo else {
        return Err(No::NotFound.into());
    };
    let chosen = people.iter().find(|person| person.value == entry.get("role"));
    match chosen.map(|person| &person.way) {
        Some(Way::Password { email, password }) => {
            let password = Zeroizing::new(password.clone());
            let secret = rooms.practice.sign_in(email, password, "demo").await?;
            Ok(come_in(&rooms, &secret, "/today"))
        }
        Some(Way::Patient(patient)) => {
            let secret = rooms.practice.begin_demo_patient(*patient).await?;
            Ok(come_in(&rooms, &secret, "/me"))
        }
        None => Err(No::NotFound.into()),
    }
}

/// To a page, with the cookie of a sign-in.
pub(super) fn come_in(rooms: &Rooms, secret: &Secret, path: &str) -> Response {
    let mut response = see(path);
    put_cookie(&mut response, secret, rooms.settings.is_https);
    response
}

async fn sign_out(
    State(rooms): Ours,
    asked: HeaderMap,
    known: Option<Extension<Actor>>,
) -> Answered {
    let is_https = rooms.settings.is_https;
    if let Some(secret) = cookie(&asked, is_https) {
        rooms.practice.sign_out(&secret).await?;
    }
    let is_patient = known.is_some_and(|Extension(actor)| actor.patient().is_some());
    let mut response = see(if is_patient { "/signed-out" } else { "/sign-in?out" });
    take_cookie(&mut response, is_https);
    Ok(response)
}

async fn set_up_page(State(rooms): Ours) -> Answered {
    if rooms.practice.is_set_up().await? {
        return Ok(see("/sign-in"));
    }
    set_up_again(&rooms, &Entry::default(), StatusCode::OK).await
}

async fn set_up_again(rooms: &Rooms, entry: &Entry, status: StatusCode) -> Answered {
    let zones = zones();
    let roles = [Part::MedicalLead, Part::Practitioner, Part::Assistant, Part::FrontDesk]
        .map(|part| (part.word().to_owned(), part.title().to_owned()));
    let view = page::SetUp { zones, roles: roles.to_vec(), password_hint: password_hint() };
    let door = outside(rooms, "Set up").await?;
    Ok(shown(status, page::set_up(&rooms.site, &door, &view, entry)))
}

/// Time zones to choose from: value and words.
pub(super) fn zones() -> Vec<(String, String)> {
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let mut names: Vec<String> = names
        .filter(|name| {
            name.contains('/') && !name.starts_with("Etc/") && !name.starts_with("posix")
        })
        .collect();
    names.sort();
    names.push("UTC".to_owned());
    names.into_iter().map(|name| (name.clone(), name.replace('_', " "))).collect()
}

pub(super) fn password_hint() -> String {
    "At least 12 characters. Several words that do not belong together are good.".to_owned()
}

/// The parts that were ticked.
pub(super) fn parts(entry: &Entry, name: &str) -> std::collections::BTreeSet<Part> {
    Part::ALL.into_iter().filter(|part| entry.has(name, part.word())).collect()
}

async fn set_up(State(rooms): Ours, form: Filled) -> Answered {
    let mut entry = entry(form);
    if entry.get("password") != entry.get("again") {
        entry.refuse("again", "Type the same password twice.");
        return set_up_again(&rooms, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let given = SetUp {
        clinic: default_clinic(entry.get("clinic"), entry.get("telephone"), entry.get("zone")),
        calendar: first_calendar(entry.get("clinic"), entry.get("zone")),
        prices: default_prices(),
        consent_form: default_consent_form(),
        name: entry.get("name").to_owned(),
        credentials: String::new(),
        email: entry.get("email").to_owned(),
        parts: parts(&entry, "role"),
        qualifications: std::collections::BTreeSet::new(),
        password: Zeroizing::new(entry.get("password").to_owned()),
    };
    match rooms.practice.set_up(given).await {
        Ok((_, secret)) => Ok(come_in(&rooms, &secret, "/set-up/phrase")),
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                let field = if one.field == "time_zone" { "zone" } else { &one.field };
                entry.refuse(field, one.says);
            }
            set_up_again(&rooms, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn phrase_page(State(rooms): Ours) -> Answered {
    phrase_again(&rooms, &Entry::default(), StatusCode::OK).await
}

async fn phrase_again(rooms: &Rooms, entry: &Entry, status: StatusCode) -> Answered {
    // Shown before, or made before this start: whoever holds the key file can print it with `percuta key phrase`.
    let Some(words) = rooms.settings.phrase.words() else { return Ok(see("/today")) };
    let door = outside(rooms, "Recovery phrase").await?;
    let view = page::Phrase { words };
    Ok(shown(status, page::phrase(&rooms.site, &door, &view, entry)))
}

async fn phrase(State(rooms): Ours, form: Filled) -> Answered {
    let mut entry = entry(form);
    if entry.get("written").is_empty() {
        entry.refuse("written", "Write the words down first, then say so here.");
        return phrase_again(&rooms, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    rooms.settings.phrase.written();
    Ok(see("/today"))
}

async fn invitation_page(State(rooms): Ours, Path(secret): Path<String>) -> Answered {
    invitation_again(&rooms, &secret, &Entry::default(), StatusCode::OK).await
}

async fn invitation_again(
    rooms: &Rooms,
    secret: &str,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let door = outside(rooms, "Join").await?;
    let invited = match Secret::read(secret) {
        Some(link) => rooms.practice.invited(&link).await,
        None => Err(No::NotFound),
    };
    let member = match invited {
        Ok(member) => member,
        Err(No::NotFound) => {
            return Ok(shown(StatusCode::NOT_FOUND, page::invitation_over(&rooms.site, &door)));
        }
        Err(no) => return Err(no.into()),
    };
    let Standing::Invited { until } = &member.standing else { return Err(No::NotFound.into()) };
    let clinic = rooms.practice.clinic().await?;
    let zone = zone_of(&clinic);
    let view = Invitation {
        action: format!("/invitation/{secret}"),
        by: rooms.practice.invited_by(&member).await?,
        email: member.email.clone(),
        roles: member.parts.iter().map(|part| part.title()).collect::<Vec<_>>().join(", "),
        until: until.to_zoned(zone).strftime("%-d %B %Y, %H:%M").to_string(),
        password_hint: password_hint(),
    };
    let mut entry = entry.clone();
    if entry.pairs().next().is_none() {
        entry.set("name", member.name.clone());
    }
    Ok(shown(status, page::invitation(&rooms.site, &door, &view, &entry)))
}

async fn accept(State(rooms): Ours, Path(secret): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    if entry.get("password") != entry.get("again") {
        entry.refuse("again", "Type the same password twice.");
        return invitation_again(&rooms, &secret, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let link = Secret::read(&secret).ok_or(No::NotFound)?;
    let password = Zeroizing::new(entry.get("password").to_owned());
    match rooms.practice.accept(&link, entry.get("name"), password).await {
        Ok(cookie) => Ok(come_in(&rooms, &cookie, "/today")),
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            invitation_again(&rooms, &secret, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::NotFound) => invitation_again(&rooms, &secret, &entry, StatusCode::NOT_FOUND).await,
        Err(no) => Err(no.into()),
    }
}
