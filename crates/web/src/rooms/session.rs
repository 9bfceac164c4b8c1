//! The session in the room: a zone at a time, the cartridge, what is confirmed, the signature, and what is added after it.
//!
//! Every step posts the whole state of what it changes and the version that it was shown with. When somebody else
//! charted in between, theirs is shown and what was meant here stands above it: nothing is lost and nothing overwritten.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use percuta_chart::{
    clinic::Clinic,
    session::{Endpoint, Session},
};
use percuta_practice::{
    Act, No, Opened,
    sessions::{Charted, Confirm, Place, STEP_MM, SessionOf},
};
use percuta_record::DocumentId;
use zeroize::Zeroizing;

use super::{
    Answered, Desk, Needs, Refused,
    door::Doors,
    entrance::{Filled, entry},
    notice::Done,
    see_done, shown, subject,
    visit::is_signed,
};
use crate::page::{
    entry::Entry,
    staff::{
        Room,
        plan::{self as plan_page, Ask},
        session::{self as page, Clash},
    },
};

mod view;

use view::{ENDPOINTS, place_word};

/// The doors of sessions.
pub(super) fn doors(doors: Doors) -> Doors {
    let treat = Needs::Member(Act::Treat);
    doors
        .get("/sessions/{session}", Needs::Member(Act::OpenChart), show)
        .get("/sessions/{session}/zones/{zone}", treat, show_zone)
        .post("/sessions/{session}/zones/{zone}", treat, chart)
        .post("/sessions/{session}/cartridge", treat, cartridge)
        .post("/sessions/{session}/confirm", treat, confirm)
        .get("/sessions/{session}/reaction", treat, ask_reaction)
        .post("/sessions/{session}/reaction", treat, reaction)
        .get("/sessions/{session}/end", treat, end)
        .post("/sessions/{session}/end", treat, sign)
        .post("/sessions/{session}/addenda", treat, addend)
}

async fn opened(desk: &Desk, session: &str) -> Result<SessionOf, Refused> {
    Ok(desk.practice().session(&desk.actor, subject::id(session)?).await?)
}

/// What the page is shown with besides the record.
#[derive(Default)]
struct With {
    zone: Option<Place>,
    entry: Entry,
    refused: Option<String>,
    clash: Option<Clash>,
}

async fn show(desk: Desk, Path(session): Path<String>) -> Answered {
    let of = opened(&desk, &session).await?;
    again(&desk, &of, With::default(), StatusCode::OK).await
}

async fn show_zone(desk: Desk, Path((session, zone)): Path<(String, String)>) -> Answered {
    let of = opened(&desk, &session).await?;
    let with = With { zone: Some(view::place_of(&zone)), ..With::default() };
    again(&desk, &of, with, StatusCode::OK).await
}

async fn again(desk: &Desk, of: &SessionOf, with: With, status: StatusCode) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let frame = desk.frame(Some(Room::Today), "Session").await?;
    if is_signed(&of.session.record_state) {
        let view = view::signed(desk, &clinic, of).await?;
        return Ok(shown(status, page::signed(desk.site(), &frame, &view, &with.entry)));
    }
    let mut view = view::session(desk, &clinic, of, with.zone.as_ref());
    if let Some(open) = &mut view.open {
        open.refused = with.refused;
    }
    view.clash = with.clash;
    Ok(shown(status, page::page(desk.site(), &frame, &view, &with.entry)))
}

/// The session at the version that a form was shown with.
fn at_version(of: &SessionOf, query: Option<&str>) -> Result<Opened<Session>, Refused> {
    let version = query.and_then(|query| query.strip_prefix("seen="));
    let version = version.and_then(subject::version).ok_or(No::Conflict)?;
    Ok(Opened { version, ..of.session.clone() })
}

async fn chart(
    desk: Desk,
    Path((session, zone)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let of = opened(&desk, &session).await?;
    let seen = at_version(&of, query.as_deref())?;
    let entry = entry(form);
    let place = view::place_of(&zone);
    let endpoint = ENDPOINTS.iter().find(|(_, word, _)| *word == entry.get("endpoint"));
    let endpoint: Option<Endpoint> = endpoint.map(|(endpoint, ..)| *endpoint);
    let depth = entry.get("depth").replace(',', ".").parse::<f64>();
    let (Ok(depth_mm), Ok(passes)) = (depth, entry.get("passes").parse::<i16>()) else {
        let refused =
            Some(format!("Depths are numbers in steps of {STEP_MM} mm, passes are counted."));
        let with = With { zone: Some(place), refused, ..With::default() };
        return again(&desk, &of, with, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let wanted = Charted { depth_mm, passes, endpoint };
    match desk.practice().chart_zone(&desk.actor, &seen, (&place, wanted)).await {
        Ok(()) => Ok(see_done(
            &format!("/sessions/{}/zones/{}", seen.id, place_word(&place)),
            Done::new("saved"),
        )),
        Err(No::Wrong(wrong)) => {
            let says = wrong.into_iter().map(|one| one.says).collect::<Vec<_>>().join(" ");
            let with = With { zone: Some(place), refused: Some(says), ..With::default() };
            again(&desk, &of, with, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Conflict) => {
            let seen_words = ENDPOINTS.iter().find(|(one, ..)| Some(*one) == endpoint);
            let mine = format!(
                "{}: {depth_mm} mm, {passes} passes, {}.",
                view::name_of(&desk, &place),
                seen_words.map_or("nothing seen yet", |(_, _, says)| *says)
            );
            clashed(&desk, &session, Some(place), mine).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn clashed(desk: &Desk, session: &str, zone: Option<Place>, mine: String) -> Answered {
    let of = opened(desk, session).await?;
    let with = With { zone, clash: Some(Clash { mine }), ..With::default() };
    again(desk, &of, with, StatusCode::CONFLICT).await
}

async fn cartridge(
    desk: Desk,
    Path(session): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let of = opened(&desk, &session).await?;
    let seen = at_version(&of, query.as_deref())?;
    let mut entry = entry(form);
    let Ok(expires) = entry.get("expiry").parse() else {
        entry.refuse("expiry", "Write the last day as 2027-08-31.");
        let with = With { entry, ..With::default() };
        return again(&desk, &of, with, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let used = (entry.get("lot"), expires);
    let done = desk.practice().use_cartridge(&desk.actor, &seen, used).await;
    if let Err(No::Conflict) = done {
        let mine = format!("Cartridge, lot {}, last day {expires}.", entry.get("lot"));
        return clashed(&desk, &session, None, mine).await;
    }
    after(&desk, &of, entry, done).await
}

/// Back to the session, or the same page with what is wrong.
async fn after(desk: &Desk, of: &SessionOf, mut entry: Entry, done: Result<(), No>) -> Answered {
    match done {
        Ok(()) => Ok(see_done(&format!("/sessions/{}", of.session.id), Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            let with = With { entry, ..With::default() };
            again(desk, of, with, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn confirm(
    desk: Desk,
    Path(session): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let of = opened(&desk, &session).await?;
    let seen = at_version(&of, query.as_deref())?;
    let entry = entry(form);
    let what = match (entry.get("done"), entry.get("take-back")) {
        ("", code) => (code, Confirm::TakenBack),
        (code, _) => (code, Confirm::Said),
    };
    let done = desk.practice().confirm_in_session(&desk.actor, &seen, what).await;
    if let Err(No::Conflict) = done {
        let mine = "What was ticked before the end.".to_owned();
        return clashed(&desk, &session, None, mine).await;
    }
    after(&desk, &of, Entry::default(), done).await
}

async fn ask_reaction(desk: Desk, Path(session): Path<String>) -> Answered {
    let of = opened(&desk, &session).await?;
    reaction_again(&desk, &of, &Entry::default(), StatusCode::OK).await
}

async fn reaction_again(
    desk: &Desk,
    of: &SessionOf,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let clinic: Opened<Clinic> = desk.practice().clinic().await?;
    let back = format!("/sessions/{}", of.session.id);
    let view = Ask {
        person: subject::about(&of.story.patient, &clinic, desk.practice().now()),
        title: "a reaction".to_owned(),
        says: format!(
            "If somebody cannot breathe, is confused, or collapses: stop, and call {}.",
            clinic.emergency_number
        ),
        action: format!("{back}/reaction?seen={}", of.session.version.number()),
        label: "Write it down".to_owned(),
        back,
        why: Some("What happened, and what was done".to_owned()),
    };
    let frame = desk.frame(Some(Room::Today), "Reaction").await?;
    Ok(shown(status, plan_page::ask(desk.site(), &frame, &view, entry)))
}

async fn reaction(
    desk: Desk,
    Path(session): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let of = opened(&desk, &session).await?;
    let seen = at_version(&of, query.as_deref())?;
    let mut entry = entry(form);
    match desk.practice().note_reaction(&desk.actor, &seen, entry.get("why")).await {
        Ok(()) => Ok(see_done(&format!("/sessions/{}", seen.id), Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            reaction_again(&desk, &of, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Conflict) => {
            let of = opened(&desk, &session).await?;
            entry.refuse("why", "Somebody else charted at the same time. Send it again.");
            reaction_again(&desk, &of, &entry, StatusCode::CONFLICT).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn end(desk: Desk, Path(session): Path<String>) -> Answered {
    let of = opened(&desk, &session).await?;
    let mut entry = Entry::default();
    entry.set("note", of.session.note.clone());
    end_again(&desk, &of, &entry, StatusCode::OK).await
}

async fn end_again(desk: &Desk, of: &SessionOf, entry: &Entry, status: StatusCode) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let frame = desk.frame(Some(Room::Today), "End of the session").await?;
    if is_signed(&of.session.record_state) {
        let view = view::signed(desk, &clinic, of).await?;
        return Ok(shown(status, page::signed(desk.site(), &frame, &view, entry)));
    }
    let view = view::end(desk, &clinic, of);
    Ok(shown(status, page::end(desk.site(), &frame, &view, entry)))
}

async fn sign(
    desk: Desk,
    Path(session): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let of = opened(&desk, &session).await?;
    let seen = at_version(&of, query.as_deref())?;
    let mut entry = entry(form);
    let password = Zeroizing::new(entry.get("password").to_owned());
    match desk.practice().sign_session(&desk.actor, &seen, entry.get("note"), password).await {
        Ok(()) => Ok(see_done(&format!("/sessions/{}", seen.id), Done::new("signed"))),
        Err(No::Wrong(wrong)) => {
            super::refuse(&mut entry, wrong);
            end_again(&desk, &of, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Conflict) => {
            let of = opened(&desk, &session).await?;
            entry.refuse(
                "password",
                "Somebody else charted at the same time. Look again, and sign what stands.",
            );
            end_again(&desk, &of, &entry, StatusCode::CONFLICT).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn addend(
    desk: Desk,
    Path(session): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let of = opened(&desk, &session).await?;
    let seen = at_version(&of, query.as_deref())?;
    let mut entry = entry(form);
    let id: DocumentId = seen.id;
    match desk.practice().addend_session(&desk.actor, &seen, entry.get("addendum")).await {
        Ok(()) => Ok(see_done(&format!("/sessions/{id}"), Done::new("added"))),
        Err(No::Conflict) => {
            let of = opened(&desk, &session).await?;
            entry.refuse(
                "addendum",
                "Somebody else added a note at the same time. Send yours again.",
            );
            let with = With { entry, ..With::default() };
            again(&desk, &of, with, StatusCode::CONFLICT).await
        }
        done => after(&desk, &of, entry, done).await,
    }
}
