//! The session in the room as browsers see it: begun when everything is there, charted zone by zone, signed, added to;
//! what is refused, what two do at once, and who may not.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use axum::http::StatusCode;

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;
#[path = "support/room.rs"]
mod room;

use house::PASSWORD;
use room::{Room, action};

#[tokio::test]
async fn a_photograph_is_kept_once_the_patient_allows_it_and_not_before() {
    let room = Room::open().await;
    room.booked().await;
    let refused = room.photographed().await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("has not allowed"), "{}", refused.body);
    room.signs_consent().await;
    assert_eq!(room.photographed().await.status, StatusCode::SEE_OTHER);
    let page = room.get(&room.path("/photographs")).await;
    assert!(page.body.contains("<img"), "{}", page.body);
    // The picture opens for who may see it, and for nobody else.
    let picture = page.body.split("src=\"/").find_map(|rest| {
        let path = rest.split('"').next()?;
        path.starts_with("photos/").then(|| format!("/{path}"))
    });
    let picture = picture.unwrap();
    assert_eq!(room.get(&picture).await.status, StatusCode::OK);
    assert_eq!(room.clinic.get(&room.desk, &picture).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn zones_stand_on_the_map_and_in_the_table_and_a_step_is_kept() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    let page = room.get(&session).await;
    let right = format!("{session}/zones/cheek.right");
    // Once on the map, once in the table, and the next zone of the footer.
    assert!(page.body.matches(&*format!("href=\"{right}#zone\"")).count() >= 3, "{}", page.body);
    assert!(page.body.contains("Right cheek: 1.0 millimetres, limit 1.5, 0 of 10 passes, planned"));
    let step = room.charts(&right, &[("depth", "1.25"), ("passes", "2")]).await;
    assert_eq!(step.location(), format!("{right}#zone"));
    let page = room.get(&right).await;
    assert!(page.body.contains("1.25 millimetres, limit 1.5, 2 of 10 passes, begun"));
    // The visit leads back to the session that was begun, and begins no second one.
    let again = room.post(&format!("{visit}/session"), &[]).await;
    assert_eq!(again.location(), session);
    assert!(room.get(&visit).await.body.contains("To the session"));
}

#[tokio::test]
async fn too_deep_is_refused_with_the_arithmetic_and_what_was_meant_stays() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    let right = format!("{session}/zones/cheek.right");
    let deep = [("depth", "2"), ("passes", "3"), ("endpoint", "redness")];
    let refused = room.charts(&right, &deep).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("2 mm is 0.5 mm over the limit"), "{}", refused.body);
    for part in ["the rulebook for this site 1.5 mm", "the plan 1.5 mm", "your permission 1.5 mm"] {
        assert!(refused.body.contains(part), "{part}");
    }
    assert!(refused.body.contains("name=\"passes\" value=\"3\""));
    assert!(refused.body.contains("name=\"endpoint\" value=\"redness\""));
    // The one step that is offered leads down to the limit.
    assert!(refused.body.contains("name=\"depth\" value=\"1.5\""));
    assert!(!refused.body.contains("name=\"depth\" value=\"2.25\""));
    let after = room.get(&right).await;
    assert!(after.body.contains("1.0 millimetres, limit 1.5, 0 of 10 passes, planned"));
    let odd = room.charts(&right, &[("depth", "deep"), ("passes", "1")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_zone_that_is_never_treated_has_no_way_in_and_takes_no_step() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    let eyelid = room.get(&format!("{session}/zones/eyelid.right")).await;
    assert!(eyelid.body.contains("Right eyelid"), "{}", eyelid.body);
    assert!(eyelid.body.contains("not treated in this session"));
    assert!(eyelid.body.contains("the rulebook for this site 0 mm"));
    assert!(!eyelid.body.contains(&*format!("action=\"{session}/zones/eyelid")));
    let page = room.get(&format!("{session}/zones/cheek.right")).await;
    let by_hand = action(&page.body, "/zones/").replace("cheek.right", "eyelid.right");
    let refused = room.post(&by_hand, &[("depth", "0.25"), ("passes", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let forehead = action(&page.body, "/zones/").replace("cheek.right", "forehead");
    let refused = room.post(&forehead, &[("depth", "0.25"), ("passes", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("not treated in this session"), "{}", refused.body);
}

#[tokio::test]
async fn numbing_with_its_product_its_start_and_its_end_stands_on_the_session() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    room.goes_to(at).await;
    room.post(&format!("{visit}/arrival"), &[]).await;
    let day = room.get(&visit).await;
    let none = room.post(&action(&day.body, "/numbing/on"), &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose what was put on."));
    let on = room.post(&action(&day.body, "/numbing/on"), &[("product", "lmx4")]).await;
    assert_eq!(on.status, StatusCode::SEE_OTHER);
    room.waits(20).await;
    let day = room.get(&visit).await;
    assert!(day.body.contains("20 minutes: too short"), "{}", day.body);
    room.waits(15).await;
    let day = room.get(&visit).await;
    let ahead = room.post(&action(&day.body, "/numbing/off"), &[("off", "23:30")]).await;
    assert_eq!(ahead.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(ahead.body.contains("value=\"23:30\""));
    let off = room.post(&action(&day.body, "/numbing/off"), &[]).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER);
    let day = room.get(&visit).await;
    assert!(day.body.contains("LMX4 cream put on") && day.body.contains("LMX4 cream wiped off"));
    let session = room.begun((&visit, house::now())).await;
    let page = room.get(&session).await;
    assert!(page.body.contains("LMX4 cream, 35 minutes, its card says 30 to 60"), "{}", page.body);
}

#[tokio::test]
async fn an_expired_lot_is_refused_and_several_lots_stand_with_their_zones() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    let enter = async |lot: &str, day: &str| {
        let page = room.get(&session).await;
        room.post(&action(&page.body, "/cartridge"), &[("lot", lot), ("expiry", day)]).await
    };
    let old = enter("A-0", "2026-11-20").await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(old.body.contains("Its last day was 20 November 2026. Take another one."));
    assert!(old.body.contains("value=\"A-0\"") && old.body.contains("value=\"2026-11-20\""));
    assert_eq!(enter("", "2027-08-31").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(enter("A-1", "soon").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(enter("A-1", "2027-08-31").await.status, StatusCode::SEE_OTHER);
    let right = format!("{session}/zones/cheek.right");
    room.charts(&right, &[("depth", "1"), ("passes", "1")]).await;
    assert_eq!(enter("B-2", "2027-09-30").await.status, StatusCode::SEE_OTHER);
    room.charts(&right, &[("depth", "1"), ("passes", "2")]).await;
    room.charts(&format!("{session}/zones/cheek.left"), &[("depth", "1"), ("passes", "1")]).await;
    let page = room.get(&right).await;
    assert!(page.body.contains("<td>A-1, B-2</td>") && page.body.contains("<td>B-2</td>"));
    assert!(page.body.contains("Right cheek, left cheek."), "{}", page.body);
    // It was the second alone after all: one tap on the first takes it out.
    let fewer = room.charts(&right, &[("depth", "1"), ("passes", "2"), ("with", "2")]).await;
    assert_eq!(fewer.status, StatusCode::SEE_OTHER);
    assert!(!room.get(&right).await.body.contains("A-1, B-2"));
    let none = room.charts(&right, &[("depth", "1"), ("passes", "2"), ("with", "9")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_last_step_is_taken_back_without_script() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    let right = format!("{session}/zones/cheek.right");
    assert!(!room.get(&session).await.body.contains("/undo"), "nothing was charted yet");
    room.charts(&right, &[("depth", "1"), ("passes", "1")]).await;
    room.charts(&right, &[("depth", "1"), ("passes", "2")]).await;
    let page = room.get(&session).await;
    assert!(page.body.contains(": right cheek"));
    let undo = action(&page.body, "/undo");
    let back = room.post(&undo, &[]).await;
    assert_eq!(back.location(), format!("{right}#zone"));
    assert!(room.get(&right).await.body.contains("1 of 10 passes, begun"));
    // The same press again takes nothing back that was not seen.
    let twice = room.post(&undo, &[]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(room.get(&right).await.body.contains("1 of 10 passes, begun"));
    let audit = room.clinic.get(&room.clinic.owner, "/audit").await;
    assert!(audit.body.contains("took the last step of a session back"), "{}", audit.body);
}

#[tokio::test]
async fn of_two_who_chart_at_once_the_second_sees_the_first_and_keeps_what_they_meant() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    let (right, left) =
        (format!("{session}/zones/cheek.right"), format!("{session}/zones/cheek.left"));
    let mine = action(&room.get(&left).await.body, "/zones/");
    let lot = action(&room.get(&session).await.body, "/cartridge");
    let olga = room.colleague().await;
    let theirs = room.clinic.get(&olga, &right).await;
    let step = [("depth", "1"), ("passes", "4"), ("endpoint", "redness")];
    let first = room.clinic.post(&olga, &action(&theirs.body, "/zones/"), &step).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);

    let second =
        room.post(&mine, &[("depth", "0.75"), ("passes", "1"), ("endpoint", "none")]).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert!(second.body.contains("Somebody else charted at the same time"));
    assert!(second.body.contains("4 of 10 passes, done"), "what the first wrote is shown");
    assert!(second.body.contains("Left cheek: 0.75 mm, 1 pass, none yet."), "{}", second.body);
    let fields = [("depth", "0.75"), ("passes", "1"), ("endpoint", "none"), ("with", "")];
    let kept = room.post(&action(&second.body, "/zones/cheek.left"), &fields).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let page = room.get(&left).await;
    assert!(page.body.contains("0.75 millimetres, limit 1.5, 1 of 10 passes"));
    assert!(page.body.contains("4 of 10 passes, done"));

    let late = room.post(&lot, &[("lot", "A-1"), ("expiry", "2027-08-31")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Lot A-1, last day 31 August 2027."), "{}", late.body);
    assert!(late.body.contains("name=\"lot\" value=\"A-1\""));
}

#[tokio::test]
async fn a_session_is_signed_under_ones_own_password_and_then_only_added_to() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    let end = format!("{session}/end");
    let early = room.get(&end).await;
    assert!(
        early.body.contains("No zone is finished") && !early.body.contains("type=\"password\"")
    );
    room.charted(&session).await;
    let page = room.get(&end).await;
    let sign = action(&page.body, "/end");
    let zone = action(&room.get(&format!("{session}/zones/cheek.right")).await.body, "/zones/");
    let wrong = [("note", "Well borne."), ("password", "not the password")];
    let wrong = room.post(&sign, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Well borne.") && !wrong.body.contains("not the password"));
    let signed = room.post(&sign, &[("note", "Well borne."), ("password", PASSWORD)]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    let page = room.get(&session).await;
    assert!(page.body.contains("Signed by Nell Invented") && page.body.contains("Well borne."));
    assert!(!page.body.contains("name=\"depth\"") && !page.body.contains("/undo"));
    assert!(room.get(&visit).await.body.contains("Done and signed."));

    // No step, no second signature, nothing taken back; an addendum stands with its name.
    assert_eq!(
        room.post(&zone, &[("depth", "1"), ("passes", "9")]).await.status,
        StatusCode::CONFLICT
    );
    let again = room.post(&sign, &[("note", ""), ("password", PASSWORD)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let held = room.post(&format!("{visit}/held/undo"), &[]).await;
    assert_eq!(held.status, StatusCode::CONFLICT);
    let empty = room.post(&action(&page.body, "/addenda"), &[("addendum", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = [("addendum", "The lot was A-2.")];
    let added = room.post(&action(&page.body, "/addenda"), &said).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let both = room.post(&action(&page.body, "/addenda"), &[("addendum", "So it was.")]).await;
    assert_eq!(both.status, StatusCode::CONFLICT);
    assert!(both.body.contains("So it was."));
    let page = room.get(&session).await;
    assert!(page.body.contains("The lot was A-2.") && page.body.contains("Well borne."));
}

#[tokio::test]
async fn who_signs_is_who_treats_and_others_may_read_or_nothing() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    room.charted(&session).await;
    let sign = action(&room.get(&format!("{session}/end")).await.body, "/end");
    let fields = [("note", ""), ("password", PASSWORD)];
    // Neither the desk nor the patient reaches it, with whatever password.
    for (who, refused) in
        [(&room.desk, StatusCode::FORBIDDEN), (&room.themselves, StatusCode::NOT_FOUND)]
    {
        assert_eq!(room.clinic.get(who, &session).await.status, refused);
        assert_eq!(room.clinic.post(who, &sign, &fields).await.status, refused);
    }
    // Nor does a medical lead who may not needle sign for a depth; another who may, signs in their own name.
    let lead = room.clinic.post(&room.clinic.owner, &sign, &fields).await;
    assert_eq!(lead.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(lead.body.contains("your permission is 0 mm. Whoever treated signs."), "{}", lead.body);
    let olga = room.colleague().await;
    let signed = room.clinic.post(&olga, &sign, &fields).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    let page = room.get(&session).await;
    assert!(page.body.contains("Signed by Olga Invented"), "{}", page.body);
}

#[tokio::test]
async fn the_next_session_begins_as_the_last_one_was_and_takes_its_passes_with_one_tap() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    room.charted(&session).await;
    let right = format!("{session}/zones/cheek.right");
    room.charts(&right, &[("depth", "0.75"), ("passes", "3"), ("endpoint", "pinpoint")]).await;
    let sign = action(&room.get(&format!("{session}/end")).await.body, "/end");
    room.post(&sign, &[("note", ""), ("password", PASSWORD)]).await;
    room.waits(26 * 24 * 60).await;
    let (visit, at) = room.book_next().await;
    let second = room.begun((&visit, at)).await;
    let right = format!("{second}/zones/cheek.right");
    let page = room.get(&right).await;
    assert!(page.body.contains("Right cheek: 0.75 millimetres"), "{}", page.body);
    assert!(page.body.contains("As last time: 0.75 mm, 3 passes"), "{}", page.body);
    room.charts(&right, &[("depth", "0.75"), ("passes", "3"), ("endpoint", "")]).await;
    let page = room.get(&right).await;
    assert!(page.body.contains("3 of 10 passes, begun"), "what is seen is not filled in");
    assert!(!page.body.contains("As last time:"));
}

#[tokio::test]
async fn a_check_in_after_a_signed_session_is_about_it() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    let session = room.begun((&visit, at)).await;
    room.charted(&session).await;
    let sign = action(&room.get(&format!("{session}/end")).await.body, "/end");
    room.post(&sign, &[("note", ""), ("password", PASSWORD)]).await;
    room.waits(24 * 60).await;
    let today = room.clinic.get(&room.themselves, "/me").await;
    assert!(today.body.contains("/me/check-in"), "{}", today.body);
    let form = room.clinic.get(&room.themselves, "/me/check-in/new").await;
    assert_eq!(form.status, StatusCode::OK);
    let once = clinic::hidden(&form.body, "once");
    let sent = room.sends_check_in(&[("once", &once), ("group.skin", "no")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let inbox = room.get(&format!("/inbox/{once}")).await;
    assert_eq!(inbox.status, StatusCode::OK);
    assert!(inbox.body.contains("Ada Invented: check-in on day 1"));
}

#[tokio::test]
async fn a_consultation_is_ended_with_a_note_and_that_is_taken_back() {
    let mut room = Room::open().await;
    let week = room.get(&room.path("/book?consultation")).await;
    let start = week.body.split("name=\"start\" value=\"").nth(1).unwrap();
    let start = start.split('"').next().unwrap().to_owned();
    let kept = room.post(&room.path("/book?consultation"), &[("start", &start)]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let booked = room.post(&room.path("/book/kept?consultation"), &[("start", &start)]).await;
    let visit = booked.location().to_owned();
    assert!(!room.get(&visit).await.body.contains("It was held"));
    let at: jiff::Timestamp = start.split('~').next().unwrap().parse().unwrap();
    room.goes_to(at).await;
    room.clinic.post(&room.desk, &format!("{visit}/arrival"), &[]).await;
    let desk = room.clinic.get(&room.desk, &visit).await;
    assert!(!desk.body.contains("It was held") && !desk.body.contains("name=\"note\""));
    let page = room.get(&visit).await;
    let hold = action(&page.body, "/held");
    assert_eq!(room.clinic.post(&room.desk, &hold, &[]).await.status, StatusCode::FORBIDDEN);
    let held = room.post(&hold, &[("note", "Waits until spring.")]).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER);
    let page = room.get(&visit).await;
    assert!(page.body.contains("It was held.") && page.body.contains("Waits until spring."));
    let desk = room.clinic.get(&room.desk, &visit).await;
    assert!(!desk.body.contains("Waits until spring."), "the note is clinical");
    let late = room.post(&hold, &[("note", "Another note.")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("It was held.") && late.body.contains("Waits until spring."));
    assert!(late.body.contains("What you wrote was not kept:"), "{}", late.body);
    assert!(late.body.contains("Another note."));
    let back = room.post(&action(&page.body, "/held/undo"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let page = room.get(&visit).await;
    assert!(
        page.body.contains("It was held</button>") && page.body.contains("Waits until spring.")
    );
}

#[tokio::test]
async fn an_unsigned_consent_is_said_when_the_patient_arrives() {
    let mut room = Room::open().await;
    let (visit, at) = room.booked().await;
    room.goes_to(at).await;
    let today = room.clinic.get(&room.desk, "/today").await;
    assert!(today.body.contains("Consent is not signed"), "{}", today.body);
    let arrived =
        room.clinic.post(&room.desk, &format!("{visit}/arrival"), &[("state", "arrived")]).await;
    let notice = arrived.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(notice.contains("arrived-without-consent"), "{notice}");
    let page = room.clinic.get(&room.desk, &visit).await;
    assert!(page.body.contains("Not signed, or not signed for everything"), "{}", page.body);
    assert!(page.body.contains("The patient’s link"));
    room.signs_consent().await;
    let page = room.clinic.get(&room.desk, &visit).await;
    assert!(!page.body.contains("Not signed, or not signed for everything"));
    // Taken back and noted again: nothing is flagged any more.
    room.clinic.post(&room.desk, &format!("{visit}/arrival/undo"), &[]).await;
    let arrived = room.clinic.post(&room.desk, &format!("{visit}/arrival"), &[]).await;
    let notice = arrived.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(!notice.contains("without-consent"), "{notice}");
}
