//! The clinic's settings: what it is, when it is open, what it costs, what patients sign, and the rules' sign-off.

use axum::{extract::Path, http::StatusCode, response::Response};
use jiff::tz::TimeZone;
use percuta_chart::{
    calendar::Site,
    clinic::{Clinic, ConsentForm, Price, PriceList},
    person::{Standing, member_of},
};
use percuta_practice::{
    Act, No, Opened,
    settings::{read_consent, write_consent},
    zone_of,
};
use percuta_record::DocumentId;
use zeroize::Zeroizing;

use super::{day, refuse, same_version, time_of};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::Link,
            settings::{self as page, SignOff, Version, places::WEEK},
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry, zones},
        money, see_done, shown,
    },
    wording,
};

mod devices;
mod import;
mod letters;
mod rooms;
mod services;
mod shifts;
mod sites;
mod typed;

/// What plans quote a price for: the word of the record, and words.
const SERVICES: [(&str, &str); 6] = [
    ("consultation", "Consultation"),
    ("pen", "Session with a pen"),
    ("roller", "Session with a roller"),
    ("rf", "Session with radiofrequency"),
    ("patch", "Session with a patch"),
    ("other", "Something else, which plans do not quote"),
];

pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Needs::Member(Act::ManageSettings);
    let doors = shifts::doors(devices::doors(rooms::doors(sites::doors(doors))));
    letters::doors(import::doors(services::doors(doors)))
        .get("/settings", needs, show)
        .get("/settings/clinic", needs, clinic_page)
        .post("/settings/clinic", needs, save_clinic)
        .get("/settings/prices", needs, prices_page)
        .post("/settings/prices", needs, save_prices)
        .post("/settings/prices/{version}/undo", needs, restore_prices)
        .get("/settings/consent", needs, consent_page)
        .post("/settings/consent", needs, save_consent)
        .get("/settings/consent/{version}", needs, consent_version)
        .get("/settings/rules", needs, rules_page)
        .post("/settings/rules/sign-off", Needs::Member(Act::SignOff), sign_off)
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

async fn show(desk: Desk) -> Answered {
    let practice = desk.practice();
    let clinic = practice.clinic().await?;
    let (prices, consent) = (practice.prices().await?, practice.consent_form().await?);
    let members = practice.members().await?;
    let here = members.iter().filter(|one| matches!(one.standing, Standing::Active { .. }));
    let invited = members.iter().filter(|one| matches!(one.standing, Standing::Invited { .. }));
    let people = format!(
        "{}, {} invited",
        wording::count(here.count(), "person", "people"),
        invited.count()
    );
    let sign_off = standing(&desk, &clinic);
    let rules = match &sign_off {
        SignOff::Nobody => "Signed off by nobody".to_owned(),
        SignOff::Another { says: _ } => "Changed since they were signed off".to_owned(),
        SignOff::Signed { by, on } => format!("Signed off by {by}, {on}"),
    };
    let zone = zone_of(&clinic);
    let since = day(time_of(consent.contribution.at), &zone);
    let sites = practice.sites().await?;
    let at = match &sites[..] {
        [only] => week_in_words(only),
        several => wording::count(several.len(), "site", "sites"),
    };
    let (rooms, devices) = (practice.rooms().await?.len(), practice.devices().await?.len());
    let parts = vec![
        (Link::new("/settings/clinic", "The clinic"), clinic.name.clone()),
        (Link::new("/settings/sites", "Sites and hours"), at),
        (Link::new("/settings/rooms", "Rooms"), wording::count(rooms, "room", "rooms")),
        (Link::new("/settings/devices", "Devices"), wording::count(devices, "device", "devices")),
        (Link::new("/settings/shifts", "Shifts"), "Who works when".to_owned()),
        (
            Link::new("/settings/services", "Services"),
            services::summary(&*practice.services().await?),
        ),
        (
            Link::new("/settings/import", "Take appointments over"),
            "From another program's table or calendar".to_owned(),
        ),
        (Link::new("/settings/people", "People"), people),
        (
            Link::new("/settings/prices", "Prices"),
            wording::count(prices.prices.len(), "price", "prices"),
        ),
        (Link::new("/settings/letters", "Letters"), letters::summary(&desk, &clinic)),
        (
            Link::new("/settings/consent", "Consent text"),
            format!("Version {}, since {since}", consent.version),
        ),
        (Link::new("/settings/rules", "Rules"), rules),
    ];
    let frame = desk.frame(Some(Room::Settings), "Settings").await?;
    let view = page::Settings { parts, sign_off };
    Ok(shown(StatusCode::OK, page::settings(desk.site(), &frame, &view)))
}

fn week_in_words(site: &Site) -> String {
    let is_open = |number: i8| site.hours.iter().any(|hours| hours.weekday == number);
    let days = WEEK.iter().filter(|(number, _)| is_open(*number));
    let names: Vec<&str> = days.map(|(_, words)| *words).collect();
    match names.len() {
        0 => "Closed all week".to_owned(),
        7 => "Every day".to_owned(),
        _ => wording::list(&names, "and"),
    }
}

/// How the rules stand in a clinic.
fn standing(desk: &Desk, clinic: &Clinic) -> SignOff {
    let zone = zone_of(clinic);
    match (desk.practice().sign_off_of(clinic), &clinic.sign_off) {
        (Some(signed), _) => SignOff::Signed { by: signed.name.clone(), on: day(signed.at, &zone) },
        (None, Some(other)) => SignOff::Another {
            says: format!(
                "{} signed version {} on {}",
                other.name,
                other.version,
                day(other.at, &zone)
            ),
        },
        (None, None) => SignOff::Nobody,
    }
}

async fn clinic_page(desk: Desk) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let mut entry = Entry::default();
    for (name, value) in [
        ("clinic", &clinic.name),
        ("telephone", &clinic.telephone),
        ("emergency", &clinic.emergency_number),
        ("calling", &clinic.calling_code),
        ("closed-says", &clinic.out_of_hours),
        ("address", &clinic.address),
        ("zone", &clinic.time_zone),
        ("currency", &clinic.currency),
    ] {
        entry.set(name, value.clone());
    }
    entry.set("card", clinic.card_pitch_mm.map(|mm| mm.to_string()).unwrap_or_default());
    clinic_again(&desk, &clinic, &entry, StatusCode::OK).await
}

async fn clinic_again(
    desk: &Desk,
    seen: &Opened<Clinic>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let view = page::Clinic { version: seen.version.number().to_string(), zones: zones() };
    let frame = desk.frame(Some(Room::Settings), "The clinic").await?;
    Ok(shown(status, page::clinic(desk.site(), &frame, &view, entry)))
}

async fn save_clinic(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = desk.practice().clinic().await?;
    same_version(&entry, seen.version)?;
    let clinic = read_clinic(&mut entry, &seen);
    let saved = match clinic {
        Some(clinic) => desk.practice().save_clinic(&desk.actor, &seen, &clinic).await,
        None => Err(No::Wrong(Vec::new())),
    };
    match saved {
        Ok(()) => Ok(see_done("/settings/clinic", Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            clinic_again(&desk, &seen, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

/// The clinic as it was entered; `None` when a field says what is wrong.
fn read_clinic(entry: &mut Entry, seen: &Clinic) -> Option<Clinic> {
    let text = |entry: &Entry, name: &str| entry.get(name).to_owned();
    let currency = entry.get("currency").to_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        entry.refuse("currency", "Give the three letters of the currency, such as GBP.");
    }
    let calling = entry.get("calling").trim_start_matches('+').to_owned();
    if !(1..=4).contains(&calling.len()) || !calling.bytes().all(|byte| byte.is_ascii_digit()) {
        entry.refuse("calling", "Give the digits of the calling code, such as 44.");
    }
    for (name, says) in [
        ("telephone", "Give the telephone that patients call."),
        ("emergency", "Give the number that patients call in an emergency."),
    ] {
        if entry.get(name).is_empty() {
            entry.refuse(name, says);
        }
    }
    let card = entry.get("card").trim().replace(',', ".");
    let card_pitch_mm = card.parse().ok();
    if card_pitch_mm.is_none() && !card.is_empty() {
        entry.refuse("card", "Give a number of millimetres, such as 12.5, or leave it empty.");
    }
    entry.is_fine().then(|| Clinic {
        card_pitch_mm,
        name: text(entry, "clinic"),
        address: text(entry, "address"),
        telephone: text(entry, "telephone"),
        out_of_hours: text(entry, "closed-says"),
        emergency_number: text(entry, "emergency"),
        calling_code: calling,
        time_zone: text(entry, "zone"),
        currency,
        ..seen.clone()
    })
}

/// The clock of a site.
async fn zone_at(desk: &Desk, site: DocumentId) -> Result<TimeZone, Refused> {
    let sites = desk.practice().every_site().await?;
    let site = sites.iter().find(|known| known.id == site);
    let zone = site.and_then(|site| TimeZone::get(&site.time_zone).ok());
    Ok(zone.unwrap_or(TimeZone::UTC))
}

/// Where a setting that was saved leads, with its undo; `None` where fields say what is wrong.
fn saved_at(
    saved: Result<percuta_record::Version, No>,
    (there, code): (&str, &'static str),
    entry: &mut Entry,
) -> Result<Option<Response>, Refused> {
    let undone_by = |version| Done::new(code).undone_by(format!("{there}/{version}/undo"));
    unless_wrong(saved.map(|version| see_done(there, undone_by(version))), entry)
}

/// What was answered; `None` where fields say what is wrong, so that the form is shown again.
fn unless_wrong(
    answered: Result<Response, No>,
    entry: &mut Entry,
) -> Result<Option<Response>, Refused> {
    match answered {
        Ok(answer) => Ok(Some(answer)),
        Err(No::Wrong(wrong)) => {
            refuse(entry, wrong);
            Ok(None)
        }
        Err(no) => Err(no.into()),
    }
}

async fn prices_page(desk: Desk) -> Answered {
    let prices = desk.practice().prices().await?;
    prices_again(&desk, &prices, &Entry::default(), StatusCode::OK).await
}

async fn prices_again(
    desk: &Desk,
    seen: &Opened<PriceList>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let service = |word: &str| {
        let known = SERVICES.iter().find(|(known, _)| *known == word);
        known.map_or(word, |(_, words)| words).to_owned()
    };
    let row = |price: &Price| page::Price {
        id: price.title.clone(),
        says: price.title.clone(),
        costs: money::write(price.minor, &seen.currency),
        service: service(&price.service),
    };
    let view = page::Prices {
        currency: seen.currency.clone(),
        rows: seen.prices.iter().map(row).collect(),
        version: seen.version.number().to_string(),
        services: owned(&SERVICES),
        action: Some("/settings/prices".to_owned()),
    };
    let frame = desk.frame(Some(Room::Settings), "Prices").await?;
    Ok(shown(status, page::prices(desk.site(), &frame, &view, entry)))
}

/// Adds, changes or withdraws a price. Withdrawing names the very line, so that it needs no version.
async fn save_prices(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = desk.practice().prices().await?;
    let mut list = seen.document.clone();
    let gone = entry.get("withdraw").to_owned();
    if gone.is_empty() {
        same_version(&entry, seen.version)?;
        let clinic = desk.practice().clinic().await?;
        if list.prices.is_empty() {
            // A list without prices takes on the clinic's currency.
            list.currency = clinic.currency.clone();
        }
        let Some(price) = read_price(&mut entry, &list.currency) else {
            return prices_again(&desk, &seen, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        match list.prices.iter_mut().find(|known| known.title == price.title) {
            Some(known) => *known = price,
            None => list.prices.push(price),
        }
    } else {
        list.prices.retain(|price| price.title != gone);
    }
    let code = if gone.is_empty() { "saved" } else { "removed" };
    let written = desk.practice().save_prices(&desk.actor, &seen, &list).await?;
    let undo = format!("/settings/prices/{}/undo", written.number());
    Ok(see_done("/settings/prices", Done::new(code).undone_by(undo)))
}

async fn restore_prices(desk: Desk, Path(version): Path<String>) -> Answered {
    let written =
        version.parse().ok().and_then(percuta_record::Version::new).ok_or(No::NotFound)?;
    desk.practice().restore_prices(&desk.actor, written).await?;
    Ok(see_done("/settings/prices", Done::new("taken-back")))
}

fn read_price(entry: &mut Entry, currency: &str) -> Option<Price> {
    let title = entry.get("what").to_owned();
    if title.is_empty() {
        entry.refuse("what", "Say what the price is for.");
    }
    let service = entry.get("service").to_owned();
    if !SERVICES.iter().any(|(known, _)| *known == service) {
        entry.refuse("service", "Choose for which service plans quote it.");
    }
    let minor = money::read(entry.get("price"), currency);
    if minor.is_none() {
        entry.refuse("price", "Give an amount, such as 180 or 180.50.");
    }
    minor.filter(|_| entry.is_fine()).map(|minor| Price { service, title, minor })
}

async fn consent_page(desk: Desk) -> Answered {
    let form = desk.practice().consent_form().await?;
    let mut entry = Entry::default();
    entry.set("text", write_consent(&form));
    consent_again(&desk, &entry, StatusCode::OK).await
}

/// A version of the text as the page names it.
async fn version_of(desk: &Desk, form: &Opened<ConsentForm>) -> Result<Version, Refused> {
    let clinic = desk.practice().clinic().await?;
    let members = desk.practice().members().await?;
    let by = members.iter().find(|one| member_of(one.id) == form.contribution.by);
    let by = by.map_or("Somebody who has left".to_owned(), |one| one.name.clone());
    let on = day(time_of(form.contribution.at), &zone_of(&clinic));
    let digest = percuta_practice::consent_digest(form);
    Ok(Version {
        name: format!("Version {}", form.version),
        says: format!("{by}, {on}"),
        digest: digest.chars().take(12).collect(),
    })
}

/// The paragraphs of a text as they are shown.
fn paragraphs(form: &ConsentForm) -> Vec<String> {
    let sections = form.sections.iter().flat_map(|section| {
        let heading = Some(section.heading.clone()).filter(|heading| !heading.is_empty());
        heading.into_iter().chain(section.paragraphs.iter().cloned())
    });
    std::iter::once(form.title.clone()).chain(sections).collect()
}

async fn consent_again(desk: &Desk, entry: &Entry, status: StatusCode) -> Answered {
    let forms = desk.practice().consent_forms(&desk.actor).await?;
    let mut earlier = Vec::new();
    let (mut current, mut text, mut version) = (None, Vec::new(), String::new());
    for (index, form) in forms.iter().rev().enumerate() {
        let named = version_of(desk, form).await?;
        if index == 0 {
            text = paragraphs(form);
            version = form.version.number().to_string();
            current = Some(named);
        } else {
            let href = format!("/settings/consent/{}", form.version);
            earlier.push((Link::new(href, named.name.clone()), named));
        }
    }
    let action = Some("/settings/consent".to_owned());
    let view = page::Consent { current, text, earlier, version, action };
    let frame = desk.frame(Some(Room::Settings), "Consent text").await?;
    Ok(shown(status, page::consent(desk.site(), &frame, &view, entry)))
}

async fn save_consent(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = desk.practice().consent_form().await?;
    same_version(&entry, seen.version)?;
    let new = match read_consent(entry.get("text")) {
        Ok(new) if new == seen.document => {
            Err(No::wrong("text", "This is the text that is signed now. Change it first."))
        }
        read => read,
    };
    let saved = match new {
        Ok(new) => desk.practice().save_consent_form(&desk.actor, &seen, &new).await,
        Err(no) => Err(no),
    };
    match saved {
        Ok(()) => Ok(see_done("/settings/consent", Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            consent_again(&desk, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn consent_version(desk: Desk, Path(version): Path<String>) -> Answered {
    let forms = desk.practice().consent_forms(&desk.actor).await?;
    let form = forms.iter().find(|form| form.version.number().to_string() == version);
    let form = form.ok_or(No::NotFound)?;
    let named = version_of(&desk, form).await?;
    let frame = desk.frame(Some(Room::Settings), "Consent text").await?;
    let text = paragraphs(form);
    let page = page::consent_version(desk.site(), &frame, (&named, &text));
    Ok(shown(StatusCode::OK, page))
}

async fn rules_page(desk: Desk) -> Answered {
    rules_again(&desk, &Entry::default(), StatusCode::OK).await
}

async fn rules_again(desk: &Desk, entry: &Entry, status: StatusCode) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let book = desk.practice().book();
    let zone = zone_of(&clinic);
    let standing = standing(desk, &clinic);
    let now = clinic.sign_off.as_ref().filter(|_| matches!(standing, SignOff::Signed { .. }));
    let signed = desk.practice().sign_offs(&desk.actor).await?;
    let earlier = signed.iter().rev().filter(|one| Some(*one) != now).map(|one| {
        let who = format!("{}, {}", one.name, day(one.at, &zone));
        (who, format!("Rulebook {}", one.version))
    });
    let may_sign = desk.actor.may(Act::SignOff);
    let view = page::Rules {
        version: book.version.clone(),
        digest: book.digest.clone(),
        status: book.status.clone(),
        counts: vec![
            (
                Link::new("/evidence/rules", "Rules"),
                wording::count(book.rules.len(), "rule", "rules"),
            ),
            (
                Link::new("/evidence/conflicts", "Disagreements"),
                wording::count(
                    book.conflicts.len(),
                    "place where sources disagree",
                    "places where sources disagree",
                ),
            ),
        ],
        sign_off: standing,
        earlier: earlier.collect(),
        action: may_sign.then(|| "/settings/rules/sign-off".to_owned()),
    };
    let frame = desk.frame(Some(Room::Settings), "Rules").await?;
    Ok(shown(status, page::rules(desk.site(), &frame, &view, entry)))
}

async fn sign_off(desk: Desk, form: Filled) -> Answered {
    let mut entry = entry(form);
    for (name, says) in [
        ("read", "Read them first, then say so here."),
        ("answer", "Whoever signs answers for their use here."),
    ] {
        if !entry.has(name, "yes") {
            entry.refuse(name, says);
        }
    }
    if !entry.is_fine() {
        return rules_again(&desk, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let password = Zeroizing::new(entry.get("password").to_owned());
    match desk.practice().sign_off(&desk.actor, entry.get("digest"), password).await {
        Ok(()) => Ok(see_done("/settings/rules", Done::new("signed-off"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            rules_again(&desk, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

#[cfg(test)]
mod tests {
    use percuta_practice::settings::default_clinic;

    use super::*;

    #[test]
    fn how_large_the_colour_card_is_may_be_left_open_and_is_a_number() {
        let seen = default_clinic("Invented Skin", "020 7946 0000", "Europe/London");
        let read = |card: &str| {
            let typed = [
                ("clinic", "Invented Skin"),
                ("telephone", "020 7946 0000"),
                ("emergency", "112"),
                ("calling", "44"),
                ("zone", "Europe/London"),
                ("currency", "GBP"),
                ("card", card),
            ];
            let mut entry = Entry::new(owned(&typed));
            let clinic = read_clinic(&mut entry, &seen);
            (clinic.map(|clinic| clinic.card_pitch_mm), entry.wrong("card").is_some())
        };
        assert_eq!(read(" 12,5 "), (Some(Some(12.5)), false));
        assert_eq!(read(""), (Some(None), false));
        assert_eq!(read("as a hand"), (None, true));
    }
}
