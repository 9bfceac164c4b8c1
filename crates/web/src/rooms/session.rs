//! The session in the room: a zone at a time, the cartridge, what is confirmed, the signature, and what is added after it.
//!
//! Every step posts the whole state of what it changes and the version that it was shown with. When somebody else
//! charted in between, theirs is shown and what was meant here stands above it, to be kept as well with one press: nothing
//! is lost and nothing overwritten.

use std::collections::BTreeSet;

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
    sessions::{CONFIRMED, Charted, Confirm, Place, STEP_MM, SessionOf, Step, With as DoneWith},
};
use percuta_record::DocumentId;
use percuta_terminology::calendar::in_words;
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

use view::{ENDPOINTS, endpoint_code, place_word};

/// The doors of sessions.
pub(super) fn doors(doors: Doors) -> Doors {
    let treat = Needs::Member(Act::Treat);
    doors
        .get("/sessions/{session}", Needs::Member(Act::OpenChart), show)
        .get("/sessions/{session}/zones/{zone}", treat, show_zone)
        .post("/sessions/{session}/zones/{zone}", treat, chart)
        .post("/sessions/{session}/cartridge", treat, cartridge)
        .post("/sessions/{session}/confirm", treat, confirm)
        .post("/sessions/{session}/undo", treat, undo)
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
    meant: Option<Charted>,
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
    let last = match desk.actor.may(Act::Treat) {
        true => desk.practice().last_step(&of.session).await?,
        false => None,
    };
    let open =
        view::Shown { open: with.zone.as_ref(), meant: with.meant.as_ref(), last: last.as_ref() };
    let mut view = view::session(desk, &clinic, of, open);
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
    let Some(with) = done_with(&entry) else { return Err(No::NotFound.into()) };
    let wanted = Charted { depth_mm, passes, endpoint, with };
    match desk.practice().chart_zone(&desk.actor, &seen, (&place, &wanted)).await {
        Ok(()) => Ok(see_done(&view::zone_path(&seen, &place), Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            let says = wrong.into_iter().map(|one| one.says).collect::<Vec<_>>().join(" ");
            let (zone, meant, refused) = (Some(place), Some(wanted), Some(says));
            let with = With { zone, meant, refused, ..With::default() };
            again(&desk, &of, with, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Conflict) => chart_clashed(&desk, &session, (place, &wanted), &entry).await,
        Err(no) => Err(no.into()),
    }
}

/// With what a zone was done, out of a form: nothing was said, `none`, or numbers with spaces between them.
fn done_with(entry: &Entry) -> Option<DoneWith> {
    match entry.get("with") {
        "" => Some(DoneWith::InUse),
        "none" => Some(DoneWith::These(BTreeSet::new())),
        numbers => {
            let numbers: Result<BTreeSet<i16>, _> =
                numbers.split(' ').map(str::parse::<i16>).collect();
            numbers.ok().map(DoneWith::These)
        }
    }
}

async fn chart_clashed(
    desk: &Desk,
    session: &str,
    (place, meant): (Place, &Charted),
    entry: &Entry,
) -> Answered {
    let seen = ENDPOINTS.iter().find(|(one, ..)| Some(*one) == meant.endpoint);
    let seen = seen.map_or("nothing seen yet", |(_, _, says)| *says);
    let mine = format!(
        "{}: {} mm, {}, {}.",
        view::name_of(desk, &place),
        meant.depth_mm,
        crate::wording::count(usize::try_from(meant.passes).unwrap_or(0), "pass", "passes"),
        crate::wording::within_sentence(seen)
    );
    let field = |name: &str, value: String| (name.to_owned(), value);
    let fields = vec![
        field("depth", meant.depth_mm.to_string()),
        field("passes", meant.passes.to_string()),
        field("endpoint", endpoint_code(meant.endpoint).to_owned()),
        field("with", entry.get("with").to_owned()),
    ];
    let there = format!("zones/{}", place_word(&place));
    let with = With { zone: Some(place), ..With::default() };
    clashed(desk, session, with, (mine, &there, fields)).await
}

/// Theirs, and above it what was meant here, with the form that keeps it on top of theirs.
async fn clashed(
    desk: &Desk,
    session: &str,
    with: With,
    (mine, there, fields): (String, &str, Vec<(String, String)>),
) -> Answered {
    let of = opened(desk, session).await?;
    let is_open = !is_signed(&of.session.record_state);
    let action =
        format!("/sessions/{}/{there}?seen={}", of.session.id, of.session.version.number());
    let clash = Clash { mine, again: is_open.then_some((action, fields)) };
    let with = With { clash: Some(clash), ..with };
    again(desk, &of, with, StatusCode::CONFLICT).await
}

async fn undo(desk: Desk, Path(session): Path<String>, RawQuery(query): RawQuery) -> Answered {
    let of = opened(&desk, &session).await?;
    let seen = at_version(&of, query.as_deref())?;
    match desk.practice().undo_step(&desk.actor, &seen).await {
        Ok(Step::Zone(place)) => {
            Ok(see_done(&view::zone_path(&seen, &place), Done::new("taken-back")))
        }
        Ok(Step::Cartridge | Step::Confirmed) => {
            Ok(see_done(&format!("/sessions/{}", seen.id), Done::new("taken-back")))
        }
        Err(No::Conflict) => {
            // What would be taken back now is another step, and it may be another's: it is shown before it is pressed.
            let of = opened(&desk, &session).await?;
            let clash = Clash { mine: "The last step was not taken back.".to_owned(), again: None };
            let with = With { clash: Some(clash), ..With::default() };
            again(&desk, &of, with, StatusCode::CONFLICT).await
        }
        Err(no) => after(&desk, &of, Entry::default(), Err(no)).await,
    }
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
        let mine = format!("Lot {}, last day {}.", entry.get("lot"), in_words(expires));
        let fields = ["lot", "expiry"].map(|name| (name.to_owned(), entry.get(name).to_owned()));
        let with = With { entry, ..With::default() };
        return clashed(&desk, &session, with, (mine, "cartridge", fields.to_vec())).await;
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
        let name = if what.1 == Confirm::Said { "done" } else { "take-back" };
        let says = CONFIRMED.iter().find(|(code, _)| *code == what.0).map_or("", |(_, says)| says);
        let mine = match what.1 {
            Confirm::Said => format!("{says}: done."),
            Confirm::TakenBack => format!("{says}: taken back."),
        };
        let fields = vec![(name.to_owned(), what.0.to_owned())];
        return clashed(&desk, &session, With::default(), (mine, "confirm", fields)).await;
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
