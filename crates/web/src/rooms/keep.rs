//! Keeping a self-check: from its answer to a record of one's own, signed in at once, with the link shown once.
//!
//! What was answered travels in the form until it is sent. Nothing is stored before that, and nothing of somebody whom
//! the rulebook calls too young.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use percuta_clinical::{answer::Answer, question::SelfCheck, screen};
use percuta_practice::{
    Actor, No,
    keeping::{Keeping as Came, Kept, ToKeep, TooYoung, Wish},
    patients::Entered,
    zone_of,
};

use super::{
    Answered, Needs, Rooms,
    door::{Doors, put_cookie},
    entrance::{Filled, Peer, entry},
    link::outside,
    own::say,
    see, shown,
};
use crate::{
    check::{self, Fields},
    page::{
        CHECK,
        check::Keeping,
        entry::Entry,
        mine::keep::{self as page, KEEP},
    },
};

/// The doors of keeping.
pub(super) fn doors(doors: Doors) -> Doors {
    doors.post(KEEP, Needs::Nothing, keep)
}

/// Tells the self-check whether somebody is there to keep it. A record that cannot be asked offers nothing.
pub(super) async fn offered(
    State(rooms): State<Arc<Rooms>>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.uri().path() == CHECK
        && let Ok(true) = rooms.practice.is_set_up().await
    {
        request.extensions_mut().insert(Keeping::Offered);
    }
    next.run(request).await
}

async fn keep(
    State(rooms): State<Arc<Rooms>>,
    asked: HeaderMap,
    peer: Option<Extension<Peer>>,
    known: Option<Extension<Actor>>,
    form: Filled,
) -> Answered {
    if !rooms.practice.is_set_up().await? {
        return Err(No::NotFound.into());
    }
    if known.is_some_and(|Extension(actor)| actor.patient().is_some()) {
        let frame = outside(&rooms, "You are signed in").await?;
        return Ok(shown(StatusCode::CONFLICT, page::signed_in(&rooms.site, &frame)));
    }
    let mut entry = entry(form);
    let pairs = entry.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let fields = Fields::new(pairs.collect());
    let today = rooms.site.today();
    // A form without the self-check's answers did not come from its last page.
    let Ok((given, _)) = check::read(rooms.site.book(), &fields, today) else {
        return Ok(see(CHECK));
    };
    let answers = given.intake(rooms.site.book(), today);
    if let Some(young) = rooms.practice.too_young(&answers) {
        return refuse(&rooms, young).await;
    }
    if entry.get(page::SENT).is_empty() {
        return again(&rooms, (&fields, &given), &Entry::default(), StatusCode::OK).await;
    }
    let wish = check_form(&mut entry);
    let Some(wish) = wish.filter(|_| entry.is_fine()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(&rooms, (&fields, &given), &entry, status).await;
    };
    let entered = Entered {
        name: entry.get("name").to_owned(),
        called: String::new(),
        born: entry.get("birth_date").to_owned(),
        telephone: entry.get("telephone").to_owned(),
        email: entry.get("email").to_owned(),
        alerts: String::new(),
    };
    let from = peer.map_or_else(|| "nowhere".to_owned(), |Extension(Peer(from))| from.to_string());
    let given_to = ToKeep { entered: &entered, form: fields.answers(), answers: &answers, wish };
    match rooms.practice.keep_self_check(given_to, &from).await {
        Ok(Came::Kept(kept)) => done(&rooms, &asked, &kept, wish).await,
        Ok(Came::TooYoung(young)) => refuse(&rooms, young).await,
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                let field = if one.field == "born" { "birth_date" } else { &one.field };
                entry.refuse(field, one.says);
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            again(&rooms, (&fields, &given), &entry, status).await
        }
        Err(No::Wait { seconds }) => {
            entry.refuse("name", wait(seconds));
            again(&rooms, (&fields, &given), &entry, StatusCode::TOO_MANY_REQUESTS).await
        }
        Err(no) => Err(no.into()),
    }
}

/// How long somebody has to wait, in a sentence.
pub(super) fn wait(seconds: u64) -> String {
    let minutes = usize::try_from(seconds.div_ceil(60)).unwrap_or(usize::MAX);
    let minutes = crate::wording::count(minutes, "minute", "minutes");
    format!("That was tried too often from here. Wait {minutes}, then try again.")
}

/// What the form itself asks for, beyond who somebody is.
fn check_form(entry: &mut Entry) -> Option<Wish> {
    let wish = match entry.get("wish") {
        "write" => Some(Wish::Write),
        "call" => Some(Wish::Call),
        "keep" => Some(Wish::Keep),
        _ => None,
    };
    if wish.is_none() {
        entry.refuse("wish", "Choose what the clinic shall do.");
    }
    if wish == Some(Wish::Write) && entry.get("email").is_empty() {
        entry.refuse("email", "Give an e-mail address to be written to, or choose to be called.");
    }
    if wish == Some(Wish::Call) && entry.get("telephone").is_empty() {
        entry.refuse(
            "telephone",
            "Give a telephone number to be called, or choose to be written to.",
        );
    }
    if !entry.has("consent", "yes") {
        entry.refuse("consent", "Nothing is kept without your agreement. Tick this if you agree.");
    }
    wish
}

async fn again(
    rooms: &Rooms,
    (fields, given): (&Fields, &SelfCheck),
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let site = &rooms.site;
    let answers = given.intake(site.book(), site.today());
    let answer: Answer<'_> = screen(site.book(), &answers);
    let view = page::Keep {
        about: crate::wording::capital(&crate::page::check::check_words(site, given)),
        answer: crate::page::check::verdict(&answer).0.to_owned(),
        carried: fields.answers(),
    };
    let frame =
        outside(rooms, if entry.is_fine() { "Keep this" } else { "Error: keep this" }).await?;
    Ok(shown(status, page::form(site, &frame, &view, entry)))
}

async fn refuse(rooms: &Rooms, young: TooYoung) -> Answered {
    let view = page::Minor {
        because: young.because,
        why: young.why,
        rule: young.rule,
        instead: "Speak to a doctor, together with a parent or guardian.".to_owned(),
    };
    let frame = outside(rooms, "We cannot take this on").await?;
    Ok(shown(StatusCode::UNPROCESSABLE_ENTITY, page::minor(&rooms.site, &frame, &view)))
}

/// The link, once. Whoever reloads the page is signed in by then, so that nothing is kept twice.
async fn done(rooms: &Rooms, asked: &HeaderMap, kept: &Kept, wish: Wish) -> Answered {
    let clinic = rooms.practice.clinic().await?;
    let next = match wish {
        Wish::Write => "Somebody there writes to you with free times.",
        Wish::Call => "Somebody there calls you about a time.",
        Wish::Keep => "Nothing is booked. Ask for an appointment whenever you like.",
    };
    let view = page::Kept {
        link: address(rooms, asked, &format!("/link/{}", kept.link.reveal())),
        until: say::weekday(kept.until.to_zoned(zone_of(&clinic)).date()),
        next: next.to_owned(),
    };
    let frame = outside(rooms, "The clinic has your answers").await?;
    let mut response = shown(StatusCode::OK, page::done(&rooms.site, &frame, &view));
    put_cookie(&mut response, &kept.cookie, rooms.settings.is_https);
    Ok(response)
}

/// A path as a whole address, as the browser that asks knows this house.
fn address(rooms: &Rooms, asked: &HeaderMap, path: &str) -> String {
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if rooms.settings.is_https { "https" } else { "http" };
    host.map_or_else(|| path.to_owned(), |host| format!("{scheme}://{host}{path}"))
}
