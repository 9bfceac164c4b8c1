//! Consents: what waits to be read and signed, what was signed as it was read, and taking it back.

use std::collections::BTreeSet;

use axum::{extract::Path, http::StatusCode};
use percuta_chart::{
    clinic::ConsentForm,
    consent::{Named, PhotographUse},
    course::CourseState,
};
use percuta_clinical::book::Cited;
use percuta_practice::{
    No, Opened,
    consents::{Signature, is_due, standing_in},
    zone_of,
};
use percuta_record::{DocumentId, State};

use super::{plan::asked, say};
use crate::{
    page::{
        entry::Entry,
        mine::consent::{self as page, Consent, One, Permission, Risk, Signed, Text},
    },
    rooms::{
        Answered, Done, Mine, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/me/consents", Needs::Patient, list)
        .get("/me/consents/{consent}", Needs::Patient, signed)
        .post("/me/consents/{consent}/withdraw", Needs::Patient, withdraw)
        .get("/me/consents/for/{course}", Needs::Patient, read)
        .post("/me/consents/for/{course}", Needs::Patient, sign)
        .post("/me/consents/for/{course}/ask", Needs::Patient, ask)
}

/// What photographs may be used for: the field, the use, the question, and what it means.
const PHOTOGRAPHS: [(&str, PhotographUse, &str, &str); 4] = [
    (
        "photo-record",
        PhotographUse::Record,
        "May photographs of the treated skin be kept in your record?",
        "They show whether it works. With a no you are treated all the same, without pictures to compare.",
    ),
    (
        "photo-clinic",
        PhotographUse::Clinic,
        "May they be shown to others within this clinic?",
        "To colleagues who learn or give a second opinion. None is, before you say so for the photograph itself. A no changes nothing for you.",
    ),
    (
        "photo-teaching",
        PhotographUse::Teaching,
        "May they be used in teaching outside this clinic?",
        "Without your name; a face can still be recognised. None is, before you say so for the photograph itself. A no changes nothing for you.",
    ),
    (
        "photo-public",
        PhotographUse::Public,
        "May they be shown in public, such as on a website?",
        "What was public cannot be taken back for good. None is, before you say so for the photograph itself. A no changes nothing for you.",
    ),
];

async fn list(mine: Mine) -> Answered {
    let practice = mine.practice();
    let clinic = practice.clinic().await?;
    let zone = zone_of(&clinic);
    let story = practice.story(&mine.actor, mine.patient).await?;
    let consents = practice.own_consents(&mine.actor).await?;
    let title_of = |course: DocumentId| {
        let found = story.courses.iter().find(|known| known.id == course);
        found.map_or_else(|| "A course of treatment".to_owned(), |course| course.title.clone())
    };
    let accepted = story.courses.iter().filter(|course| {
        matches!(course.state, CourseState::Accepted { .. })
            && is_due(practice.book(), &story, course.id)
    });
    let mut all: Vec<One> = accepted
        .map(|course| One {
            title: course.title.clone(),
            says: if standing_in(&story, course.id).is_some() {
                "Something was added for you since you signed. Read and sign it again."
            } else {
                "Read it in peace before your first session."
            }
            .to_owned(),
            standing: page::Standing::Open,
            href: format!("/me/consents/for/{}", course.id),
        })
        .collect();
    all.extend(consents.iter().map(|consent| {
        let standing = match consent.record_state {
            State::Withdrawn { .. } => page::Standing::Withdrawn,
            State::Draft | State::Signed { .. } => page::Standing::Signed,
        };
        One {
            title: title_of(consent.course),
            says: format!("Signed on {}", say::at(consent.at, &zone)),
            standing,
            href: format!("/me/consents/{}", consent.id),
        }
    }));
    let frame = mine.frame(&clinic, None, "Consents");
    Ok(shown(StatusCode::OK, page::list(mine.site(), &frame, &all)))
}

async fn read(mine: Mine, Path(course): Path<DocumentId>) -> Answered {
    again(mine, course, &Entry::default(), StatusCode::OK).await
}

async fn again(mine: Mine, course: DocumentId, entry: &Entry, status: StatusCode) -> Answered {
    let practice = mine.practice();
    let to_sign = practice.consent_to_sign(&mine.actor, course).await?;
    let clinic = practice.clinic().await?;
    let story = practice.story(&mine.actor, mine.patient).await?;
    let about = format!("For your course: {}", to_sign.course.title);
    let view = Consent {
        text: text(&to_sign.form, &to_sign.named, to_sign.digest, about),
        asked: asked(&story, &zone_of(&clinic)),
        photographs: PHOTOGRAPHS
            .iter()
            .map(|(name, _, asks, says)| Permission {
                name: (*name).to_owned(),
                asks: (*asks).to_owned(),
                says: (*says).to_owned(),
            })
            .collect(),
        name: to_sign.name,
        sign: format!("/me/consents/for/{course}"),
        ask: format!("/me/consents/for/{course}/ask"),
    };
    let title = if entry.is_fine() { "Consent" } else { "Error: consent" };
    let frame = mine.frame(&clinic, None, title);
    Ok(shown(status, page::page(mine.site(), &frame, &view, entry)))
}

fn text(form: &Opened<ConsentForm>, named: &[Named], digest: String, about: String) -> Text {
    Text {
        title: form.title.clone(),
        about,
        own: named.iter().map(risk).collect(),
        parts: form
            .sections
            .iter()
            .map(|section| (section.heading.clone(), section.paragraphs.clone()))
            .collect(),
        version: format!("Version {}", form.version),
        digest,
    }
}

fn risk(named: &Named) -> Risk {
    let title = match named.code.as_str() {
        "pigment" => "Darker or lighter patches",
        "off-label" => "Outside what the device is cleared for",
        "decided-otherwise" => "A clinician decided otherwise than the rules",
        _ => "What needs care with you",
    };
    Risk {
        title: title.to_owned(),
        says: named.says.clone(),
        cited: Cited { cites: named.sources.clone(), conflicts: Vec::new() },
    }
}

async fn ask(mine: Mine, Path(course): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let seen = mine.practice().course(&mine.actor, course).await?;
    let about = format!("the consent for {}", seen.title);
    match super::ask(&mine, &about, entry.get("question")).await {
        Ok(()) => Ok(see_done(&format!("/me/consents/for/{course}"), Done::new("sent"))),
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            again(mine, course, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn sign(mine: Mine, Path(course): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let mut photographs = BTreeSet::new();
    for (name, purpose, asked, _) in PHOTOGRAPHS {
        match entry.get(name) {
            "yes" => {
                photographs.insert(purpose);
            }
            "no" => {}
            // With the question, because the summary at the top names all four beneath one another.
            _ => entry.refuse(name, format!("{asked} Choose yes or no.")),
        }
    }
    if !entry.has("read", "yes") {
        entry.refuse("read", "Tick this when you have read the text to its end and agree.");
    }
    if entry.get("signature").is_empty() {
        entry.refuse("signature", "Type your full name.");
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if !entry.is_fine() {
        return again(mine, course, &entry, status).await;
    }
    let digest = entry.get("digest").to_owned();
    let name = entry.get("signature").to_owned();
    let signature = Signature { digest, name, photographs };
    match mine.practice().sign_consent(&mine.actor, course, signature).await {
        Ok(consent) => {
            Ok(see_done(&format!("/me/consents/{consent}"), Done::new("consent-signed")))
        }
        Err(No::Wrong(wrong)) => {
            crate::rooms::refuse(&mut entry, wrong);
            again(mine, course, &entry, status).await
        }
        Err(No::Conflict) => {
            // What was ticked was ticked for another text.
            let kept = entry.pairs().filter(|(name, _)| !["read", "digest"].contains(name));
            let mut kept =
                Entry::new(kept.map(|(name, value)| (name.to_owned(), value.to_owned())));
            kept.refuse(
                "read",
                "This text has changed since you opened it. Read it again, then sign.",
            );
            again(mine, course, &kept, StatusCode::CONFLICT).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn signed(mine: Mine, Path(consent): Path<DocumentId>) -> Answered {
    let practice = mine.practice();
    let signed = practice.own_consent(&mine.actor, consent).await?;
    let clinic = practice.clinic().await?;
    let zone = zone_of(&clinic);
    let consent = &signed.consent;
    let allowed = |purpose| if consent.photographs.contains(&purpose) { "Yes" } else { "No" };
    let withdrawn = match consent.record_state {
        State::Withdrawn { .. } => Some(consent.contribution.at),
        State::Draft | State::Signed { .. } => None,
    };
    let withdrawn = withdrawn
        .and_then(|at| jiff::Timestamp::from_microsecond(at.0).ok())
        .map(|at| say::at(at, &zone));
    let about = format!("For your course: {}", signed.course.title);
    let view = Signed {
        text: text(&signed.form, &consent.named, consent.text_sha256.clone(), about),
        is_as_signed: signed.is_as_signed,
        signature: consent.signed_as.clone(),
        when: say::at(consent.at, &zone),
        photographs: PHOTOGRAPHS
            .iter()
            .map(|(_, purpose, asks, _)| ((*asks).to_owned(), allowed(*purpose).to_owned()))
            .collect(),
        withdrawn,
        withdraw: format!("/me/consents/{}/withdraw", consent.id),
    };
    let frame = mine.frame(&clinic, None, "Consent");
    Ok(shown(StatusCode::OK, page::signed(mine.site(), &frame, &view)))
}

async fn withdraw(mine: Mine, Path(consent): Path<DocumentId>) -> Answered {
    let done: Result<(), Refused> =
        mine.practice().withdraw_consent(&mine.actor, consent).await.map_err(Refused);
    done?;
    Ok(see_done(&format!("/me/consents/{consent}"), Done::new("withdrawn")))
}
