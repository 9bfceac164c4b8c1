//! The room's pages as browsers of several roles see them: intake, screening, plan, booking, the visit's day.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use axum::http::StatusCode;
use percuta_record::PatientId;

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;
#[path = "support/room.rs"]
mod room;

use house::{PASSWORD, pass};
use room::{Room, action, clear};

#[tokio::test]
async fn an_intake_is_kept_amended_and_screened() {
    let room = Room::open().await;
    let empty = room.get(&room.path("/screening")).await;
    assert!(empty.body.contains("Not screened yet"), "{}", empty.body);

    // A mistake keeps what was typed, on its field.
    let wrong = room
        .asked(&[("medicines-1-name", "isotretinoin"), ("medicines-1-last_dose", "2031-01-01")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("value=\"isotretinoin\"")
            && wrong.body.contains("medicines-1-last_dose-wrong")
    );
    // Another row keeps everything as well.
    let row = room.asked(&[("add", "medicines"), ("medicines-1-name", "zinc")]).await;
    assert_eq!(row.status, StatusCode::OK);
    assert!(row.body.contains("value=\"zinc\"") && row.body.contains("medicines-3-name"));

    let later = room.asked(&[("step", "later"), ("weight_kg", "71")]).await;
    assert_eq!(later.status, StatusCode::SEE_OTHER);
    let form = room.get(&room.path("/intake")).await;
    assert!(form.body.contains("Kept on 21 November 2026") && form.body.contains("value=\"71\""));

    let sent = room.asked(&[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let screening = room.get(sent.location()).await;
    assert_eq!(screening.status, StatusCode::OK);
    assert!(screening.body.contains("Ada Invented") && screening.body.contains("Counts until"));
    assert!(screening.body.contains("by Nell Invented"));

    // Two who go on from the same intake: the second is told.
    let old = room.get(&room.path("/intake")).await;
    let twice = action(&old.body, "/intake");
    pass(jiff::SignedDuration::from_mins(1));
    assert_eq!(room.post(&twice, &clear()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(room.post(&twice, &clear()).await.status, StatusCode::CONFLICT);
    let before = room.get(sent.location()).await;
    assert!(before.body.contains("A later screening counts"));
    let now = room.get(&room.path("/screening")).await;
    let now = room.get(now.location()).await;
    assert!(now.body.contains("Since last time"));
}

#[tokio::test]
async fn another_clinician_decides_on_the_device_of_who_asks() {
    let room = Room::open().await;
    let stopped = [("medicines-1-name", "apixaban"), ("medicines-1-status", "current")];
    let sent = room.asked(&stopped).await;
    let page = room.get(sent.location()).await;
    assert!(page.body.contains("Decide otherwise") && page.body.contains("The clinician’s e-mail"));
    let there = action(&page.body, "/override");
    let reason = "contra.anticoagulant";
    let because = "Superficial only, healed well after two earlier courses, agreed.";
    let mut fields = vec![
        ("reason", reason),
        ("because", because),
        ("email", "nell@clinic.example"),
        ("password", PASSWORD),
    ];
    let refused = room.post(&there, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("qualification") && refused.body.contains(because));
    assert!(!refused.body.contains(PASSWORD));
    fields.retain(|(name, _)| *name != "email");
    fields.push(("email", "ines@clinic.example"));
    let decided = room.post(&there, &fields).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
    let page = room.get(decided.location()).await;
    assert!(page.body.contains("Decided otherwise") && page.body.contains("Ines Invented, MD"));
    assert!(page.body.contains("Nell Invented"));
}

#[tokio::test]
async fn a_course_is_planned_offered_accepted_booked_moved_and_called_off() {
    let room = Room::open().await;
    let none = room.get(&room.path("/plan")).await;
    assert_eq!(none.location(), room.path("/intake"));
    room.asked(&[]).await;
    let form = room.get(&room.path("/plan")).await;
    assert!(form.body.contains("See the plan"));
    let wish = [("concern-1", "acne-scar"), ("region-1", "cheek")];
    let wrong =
        room.post(&room.path("/plan"), &[("concern-1", "acne-scar"), ("sessions", "many")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Choose where.") && wrong.body.contains("value=\"many\""));
    let mut draft = wish.to_vec();
    draft.push(("step", "draft"));
    let draft = room.post(&room.path("/plan"), &draft).await;
    assert_eq!(draft.status, StatusCode::OK);
    assert!(draft.body.contains("Nothing is kept yet") && draft.body.contains("Zones and depth"));

    let kept = room.post(&room.path("/plan"), &wish).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let course = kept.location().to_owned();
    let page = room.get(&course).await;
    assert!(page.body.contains("Nobody but the clinic has seen it"));
    let change = room.get(&format!("{course}/change")).await;
    assert!(change.body.contains("<option value=\"acne-scar\" selected"));
    let offer = action(&page.body, "/offer");
    let sure = room.post(&offer, &[]).await;
    assert!(sure.body.contains("until it is answered"));
    let offered = room.post(&action(&sure.body, "/offer"), &[("sure", "yes")]).await;
    assert_eq!(offered.status, StatusCode::SEE_OTHER);
    let page = room.get(&course).await;
    assert!(page.body.contains("waits for the patient"));
    let accepted = room.post(&action(&page.body, "/accept"), &[]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER);

    let week = room.get(&room.path("/book")).await;
    assert!(week.body.contains("book session 1 of"), "{}", week.body);
    let start =
        week.body.split("name=\"start\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let there = action(&week.body, "/book?session");
    assert_eq!(
        room.post(&there, &[("start", "later")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let kept = room.post(&there, &[("start", start)]).await;
    assert!(kept.location().ends_with("#kept"), "{}", kept.body);
    let page = room.get(kept.location().split('#').next().unwrap()).await;
    assert!(page.body.contains("Kept until") && page.body.contains("It is not booked yet"));
    let book = action(&page.body, "/book/kept");
    let booked = room.post(&book, &[("start", start)]).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
    let visit = booked.location().to_owned();
    let again = room.post(&there, &[("start", start)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let day = room.get(&visit).await;
    assert!(day.body.contains("session 1 of") && day.body.contains("in the way"));

    // A consultation at the same time for anybody is taken, and the week is shown with what is left.
    let talk = room.path("/book?consultation");
    let (when, _) = start.rsplit_once('~').unwrap();
    let same = format!("{when}~consultation");
    let taken = room.post(&talk, &[("start", same.as_str())]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.body);
    assert!(taken.body.contains("The next best"));
    assert!(
        taken.body.contains("Somebody took this start meanwhile")
            && taken.body.contains("name=\"start\"")
    );

    let moving = room.get(&format!("{visit}/move")).await;
    let other =
        moving.body.rsplit("name=\"start\" value=\"").next().unwrap().split('"').next().unwrap();
    let moved = room.post(&action(&moving.body, "/move?seen"), &[("start", other)]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    let ask = room.get(&format!("{visit}/cancel")).await;
    let cancel = action(&ask.body, "/cancel");
    assert_eq!(
        room.post(&cancel, &[("note", "call back")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let off = room.post(&cancel, &[("reason", "patient")]).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER);
    assert!(room.get(&visit).await.body.contains("Called off."));
    let back = room.post(&format!("{visit}/cancel/undo"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);

    // What is in the way stands on the page when somebody presses anyway.
    let arrived = room.post(&format!("{visit}/arrival"), &[]).await;
    assert_eq!(arrived.status, StatusCode::SEE_OTHER, "{}", arrived.body);
    let begun = room.post(&format!("{visit}/session"), &[]).await;
    assert_eq!(begun.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(begun.body.contains("No consent was signed for this course"));
    let day = room.get(&visit).await;
    let tick = action(&day.body, "/check/identity");
    assert_eq!(room.post(&tick, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(room.post(&tick, &[]).await.status, StatusCode::CONFLICT);
    let day = room.get(&visit).await;
    let numb = action(&day.body, "/numbing/on");
    let none = room.post(&numb, &[("on", "25:99"), ("product", "lmx4")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let strong = room.post(&numb, &[("product", "compounded-or-stronger")]).await;
    assert!(strong.body.contains("prescriber only"));
}

/// Another patient.
async fn another(room: &Room, name: &str) -> PatientId {
    let practice = &room.clinic.rooms.practice;
    let who = practice.who(&room.clinic.owner).await.unwrap().unwrap();
    let entered = house::entered(name, "1990-05-31", "020 7946 0998");
    let by = percuta_chart::person::CameBy::Clinic;
    practice.enter_patient(&who, &entered, by).await.unwrap()
}

/// What stands in the first field of a name.
fn value<'p>(body: &'p str, name: &str) -> &'p str {
    let rest = body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn what_the_desk_keeps_nobody_else_gets_until_it_is_let_go() {
    let room = Room::open().await;
    room.planned().await;
    let week = room.get(&room.path("/book")).await;
    let start = value(&week.body, "start").to_owned();
    let there = action(&week.body, "/book?");
    assert_eq!(room.post(&there, &[("start", &start)]).await.status, StatusCode::SEE_OTHER);
    // Another patient's consultation with the same person at the same time finds it taken, and reads no name.
    let other = another(&room, "Bo Invented").await;
    let (when, _) = start.rsplit_once('~').unwrap();
    let same = format!("{when}~consultation");
    let talk = format!("/patients/{other}/book?consultation");
    let taken = room.post(&talk, &[("start", &same)]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert!(taken.body.contains("The next best") && !taken.body.contains("Ada Invented"));
    let go = room.post(&action(&there_kept(&room, &there).await, "/book/let-go"), &[]).await;
    assert_eq!(go.status, StatusCode::SEE_OTHER);
    let kept = room.post(&talk, &[("start", &same)]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
}

async fn there_kept(room: &Room, there: &str) -> String {
    let page = room.get(there).await;
    assert!(page.body.contains("Kept until"), "{}", page.body);
    page.body
}

#[tokio::test]
async fn the_desk_books_a_whole_course_and_reads_why_a_time_is_not_possible() {
    let room = Room::open().await;
    room.planned().await;
    let page = room.get(&room.path("/book?whole=yes")).await;
    assert!(page.body.contains("Ends first") && page.body.contains("Keep this course"));
    let whole = value(&page.body, "start").to_owned();
    let sessions = whole.split(' ').count();
    assert!(sessions > 1, "{whole}");
    let there = action(&page.body, "/book?");
    let kept = room.post(&there, &[("start", &whole)]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let page = there_kept(&room, &there).await;
    let booked = room.post(&action(&page, "/book/kept"), &[("start", &whole)]).await;
    assert_eq!(booked.location(), room.path(""), "{}", booked.body);

    // Where the first session is, no consultation can be; the day after the clinic's last hour nothing can.
    let (day, time) = whole.split('~').next().unwrap().split_once('T').unwrap();
    let time = time.get(..5).unwrap();
    let ask = room.path(&format!("/book?consultation&why-day={day}&why-time={time}"));
    let why = room.get(&ask).await;
    assert!(why.body.contains("is not possible:"), "{}", why.body);
    assert!(why.body.contains("Nearest after"));
    let night = room.path(&format!("/book?consultation&why-day={day}&why-time=23:30"));
    assert!(room.get(&night).await.body.contains("is not possible:"));
    let wrong = room.path("/book?consultation&why-day=soon&why-time=14:00");
    assert!(room.get(&wrong).await.body.contains("Give a day and a time of it"));
}

#[tokio::test]
async fn who_finds_no_time_waits_and_is_named_when_one_is_given_back() {
    let room = Room::open().await;
    let (visit, at) = room.booked().await;
    let other = another(&room, "Bo Invented").await;
    let path = format!("/patients/{other}/wait?consultation");
    let day = at.to_string().get(..10).unwrap().to_owned();
    let wrong = room.post(&path, &[("wait-from", &day), ("wait-until", "soon")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"wait-until-wrong\""), "{}", wrong.body);
    let fields = [("wait-from", day.as_str()), ("wait-until", &day), ("wait-note", "lives near")];
    assert_eq!(room.post(&path, &fields).await.location(), "/waiting");
    let list = room.get("/waiting").await;
    assert!(list.body.contains("Bo Invented") && list.body.contains("lives near"));
    let ask = room.get(&format!("{visit}/cancel")).await;
    let off = room.post(&action(&ask.body, "/cancel"), &[("reason", "patient")]).await;
    assert_eq!(off.location(), format!("{visit}/offers"), "{}", off.body);
    let offers = room.get(off.location()).await;
    assert!(offers.body.contains("Bo Invented"), "{}", offers.body);
    let start = value(&offers.body, "start").to_owned();
    let booked = room.post(&action(&offers.body, "/book"), &[("start", &start)]).await;
    assert!(booked.location().starts_with("/visits/"), "{}", booked.body);
    assert!(room.get("/waiting").await.body.contains("Nobody waits"));
}

#[tokio::test]
async fn who_may_not_is_refused_and_a_strangers_id_leads_nowhere() {
    let room = Room::open().await;
    let sent = room.asked(&[]).await;
    let screening = sent.location().to_owned();
    for path in [
        room.path("/intake"),
        room.path("/plan"),
        screening.clone(),
        "/rulebook/changes".to_owned(),
    ] {
        assert_eq!(
            room.clinic.get(&room.desk, &path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        assert_eq!(
            room.clinic.get(&room.themselves, &path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let nobody = PatientId::from_bytes([7; 16]);
    let nothing = percuta_record::DocumentId::from_bytes([7; 16]);
    for path in [
        format!("/patients/{nobody}/intake"),
        format!("/patients/{nobody}/book"),
        "/patients/ada/plan".to_owned(),
        format!("/screenings/{nothing}"),
        format!("/courses/{nothing}"),
        format!("/visits/{nothing}"),
        format!("/sessions/{nothing}"),
        // A document of another kind is none of this one.
        screening.replace("screenings", "sessions"),
    ] {
        assert_eq!(room.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let changes = room.get("/rulebook/changes").await;
    assert!(changes.body.contains("Nobody’s answer changed"));
    let today = room.get(&room.path("/screening/today")).await;
    assert!(today.body.contains("Have you had sunburn"));
    let open = room.post(&room.path("/screening/today"), &[("exposures.sun", "yes")]).await;
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(open.body.contains("nothing is filled in for you"));
}
