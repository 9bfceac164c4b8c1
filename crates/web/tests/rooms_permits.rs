//! Permissions, copies and the take-down list as browsers see them: said by the patient, used by the clinic, withdrawn,
//! taken down; and who may not, also round the back.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use axum::http::{StatusCode, header};

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;
#[path = "support/room.rs"]
mod room;

use clinic::hidden;
use room::Room;

/// A patient with two photographs of one day, of which nothing is said yet: their ids.
async fn photographed() -> (Room, Vec<String>) {
    let room = Room::open().await;
    room.booked().await;
    room.signs_consent().await;
    for _ in 0..2 {
        assert_eq!(room.photographed().await.status, StatusCode::SEE_OTHER);
    }
    let page = room.clinic.get(&room.themselves, "/me/photos/permissions").await;
    let ids: Vec<String> = page
        .body
        .split("href=\"/me/photos/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.strip_suffix("/permission").map(str::to_owned))
        .collect();
    assert_eq!(ids.len(), 2, "{}", page.body);
    (room, ids)
}

const PUBLIC: [(&str, &str); 4] =
    [("record", "yes"), ("clinic", "no"), ("teaching", "no"), ("public", "yes")];

impl Room {
    async fn says(&self, photograph: &str, fields: &[(&str, &str)]) -> StatusCode {
        let there = format!("/me/photos/{photograph}/permission");
        self.clinic.post(&self.themselves, &there, fields).await.status
    }

    /// Makes a copy of a photograph that may be shown in public: what the browser gets.
    async fn exports(&self, photograph: &str) -> clinic::Page {
        let there = format!("/photos/{photograph}/export/confirm");
        let page = self.get(&format!("{there}?use=public")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let fields: Vec<(&str, String)> =
            ["use", "cover", "left", "right", "top", "bottom", "once"]
                .map(|name| (name, hidden(&page.body, name)))
                .to_vec();
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let unseen = self.post(&there, &fields).await;
        assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unseen.body);
        fields.push(("looked", "yes"));
        self.post(&there, &fields).await
    }
}

#[tokio::test]
async fn nothing_is_chosen_before_the_patient_chooses_and_every_question_is_answered() {
    let (room, ids) = photographed().await;
    let there = format!("/me/photos/{}/permission", ids[0]);
    let page = room.clinic.get(&room.themselves, &there).await;
    assert_eq!(page.body.matches("type=\"radio\"").count(), 8);
    assert!(!page.body.contains("checked"), "{}", page.body);
    let some = room.clinic.post(&room.themselves, &there, &[("record", "yes")]).await;
    assert_eq!(some.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(some.body.matches("Choose yes or no.").count(), 6, "each in the summary and below");
    let contrary = [("record", "no"), ("clinic", "no"), ("teaching", "no"), ("public", "yes")];
    assert_eq!(room.says(&ids[0], &contrary).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(room.says(&ids[0], &PUBLIC).await, StatusCode::SEE_OTHER);
    // What was said stands in words, and still nothing is chosen for the next time.
    let page = room.clinic.get(&room.themselves, &there).await;
    assert!(page.body.contains("Allowed today: in the record, in public."), "{}", page.body);
    assert!(!page.body.contains("checked"));
    let other = room.clinic.get(&room.themselves, "/me/photos/permissions").await;
    assert_eq!(other.body.matches("Allowed: in the record<").count(), 1);
}

#[tokio::test]
async fn all_of_a_day_are_said_at_once() {
    let (room, _) = photographed().await;
    let list = room.clinic.get(&room.themselves, "/me/photos/permissions").await;
    let there =
        list.body.split("href=\"").find(|rest| rest.starts_with("/me/photos/permissions/2"));
    let there = there.unwrap().split('"').next().unwrap();
    let said = room.clinic.post(&room.themselves, there, &PUBLIC).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let list = room.clinic.get(&room.themselves, "/me/photos/permissions").await;
    assert_eq!(list.body.matches("Allowed: in the record, in public<").count(), 2);
    for nowhere in ["/me/photos/permissions/2020-01-01", "/me/photos/permissions/soon"] {
        let page = room.clinic.get(&room.themselves, nowhere).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_copy_is_made_shown_withdrawn_and_seen_to_be_gone() {
    let (room, ids) = photographed().await;
    let photograph = &ids[0];
    let export = format!("/photos/{photograph}/export?use=public");
    let before = room.get(&export).await;
    assert!(before.body.contains("was not asked about this photograph"), "{}", before.body);
    assert!(!before.body.contains("/export/preview"));
    assert_eq!(room.says(photograph, &PUBLIC).await, StatusCode::SEE_OTHER);
    let ready = room.get(&export).await;
    let preview = ready.body.split("src=\"").find(|rest| rest.contains("/export/preview?"));
    let preview = preview.unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let picture = room.get(&preview).await;
    assert_eq!(picture.headers[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(picture.headers[header::CACHE_CONTROL], "no-store");

    let made = room.exports(photograph).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let name = made.headers[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    assert!(name.starts_with("attachment; filename=\"document-") && name.ends_with(".jpg\""));
    let id =
        name.strip_prefix("attachment; filename=\"").and_then(|name| name.strip_suffix(".jpg\""));
    let copy = format!("/publications/{}", id.unwrap());
    let page = room.get(&copy).await;
    assert!(page.body.contains("File made, not shown yet") && page.body.contains("SHA-256"));
    let place =
        [("channel", "web-site"), ("place", "clinic web site, before and after"), ("since", "")];
    let named = [("channel", "web-site"), ("place", "the page of Ada"), ("since", "")];
    let there = format!("{copy}/place");
    assert_eq!(room.post(&there, &named).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(room.post(&there, &place).await.status, StatusCode::SEE_OTHER);
    let seen = room.clinic.get(&room.themselves, "/me/photos/permissions").await;
    assert!(seen.body.contains("In public: web site, clinic web site, before and after"));

    // The patient takes it back for all; the list is on Today, and finishes.
    let today = room.get("/today").await;
    assert!(!today.body.contains("to be taken down"));
    let back = [("which", "all"), ("use", "public")];
    let withdrawn =
        room.clinic.post(&room.themselves, "/me/photos/permissions/withdraw", &back).await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER);
    for who in [&room.nurse, &room.clinic.owner] {
        let today = room.clinic.get(who, "/today").await;
        assert!(today.body.contains("1 copy of a photograph has to be taken down."));
    }
    let desk = room.clinic.get(&room.desk, "/today").await;
    assert!(!desk.body.contains("to be taken down"));
    assert!(!room.get(&export).await.body.contains("/export/preview"));
    let round = room.get(&preview).await;
    assert_eq!(round.status, StatusCode::UNPROCESSABLE_ENTITY);
    let due = room.get("/publications?state=due").await;
    assert!(due.body.contains(&copy), "{}", due.body);
    let empty = room.post(&format!("{copy}/gone"), &[("proof", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let gone = room.post(&format!("{copy}/gone"), &[("proof", "Loaded the page again.")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    let seen = room.clinic.get(&room.themselves, "/me/photos/permissions").await;
    assert!(
        seen.body.contains("Taken down, 21 November 2026") && seen.body.contains("Loaded the page")
    );
    assert!(!room.get("/today").await.body.contains("to be taken down"));
}

#[tokio::test]
async fn sending_the_confirmation_twice_makes_one_file() {
    let (room, ids) = photographed().await;
    room.says(&ids[0], &PUBLIC).await;
    let there = format!("/photos/{}/export/confirm", ids[0]);
    let page = room.get(&format!("{there}?use=public")).await;
    let once = hidden(&page.body, "once");
    let fields = [("use", "public"), ("once", once.as_str()), ("looked", "yes")];
    assert_eq!(room.post(&there, &fields).await.status, StatusCode::OK);
    let again = room.post(&there, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("made already"), "{}", again.body);
}

#[tokio::test]
async fn a_pair_of_which_nothing_is_known_does_not_leave() {
    let (room, ids) = photographed().await;
    for id in &ids {
        room.says(id, &PUBLIC).await;
    }
    // The list has the newest first.
    let path = format!("/photos/{}/export?with={}&use=public", ids[1], ids[0]);
    let page = room.get(&path).await;
    assert!(page.body.contains("were not compared yet"), "{}", page.body);
    let confirm = path.replace("/export?", "/export/confirm?");
    let page = room.get(&confirm).await;
    let once = hidden(&page.body, "once");
    let fields = [("with", ids[0].as_str()), ("use", "public"), ("once", &once), ("looked", "yes")];
    let there = format!("/photos/{}/export/confirm", ids[1]);
    let made = room.post(&there, &fields).await;
    assert_eq!(made.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(room.get("/publications").await.body.contains("No copy here"));
}

#[tokio::test]
async fn the_clinic_takes_away_and_a_face_is_covered() {
    let (room, ids) = photographed().await;
    room.says(&ids[0], &PUBLIC).await;
    let there = format!("/photos/{}/permission", ids[0]);
    let page = room.get(&there).await;
    assert_eq!(page.body.matches("Allowed</span>").count(), 2, "{}", page.body);
    let bare = format!("/photos/{}/export/preview?use=public&cover=nothing", ids[0]);
    assert_eq!(room.get(&bare).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let odd = format!("/photos/{}/export?use=public&left=60&right=40", ids[0]);
    assert_eq!(room.get(&odd).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nothing = room.post(&there, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(room.post(&there, &[("take", "public")]).await.status, StatusCode::SEE_OTHER);
    let page = room.get(&there).await;
    assert!(page.body.contains("The clinic has taken this away"), "{}", page.body);
}

#[tokio::test]
async fn a_copy_made_elsewhere_is_entered_and_has_to_go_where_it_is_not_allowed() {
    let (room, ids) = photographed().await;
    let there = format!("/photos/{}/copy", ids[0]);
    assert_eq!(room.get(&there).await.status, StatusCode::OK);
    let fields = [("channel", "print"), ("place", "leaflet of spring"), ("since", "2026-11-01")];
    assert_eq!(room.post(&there, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields =
        [("use", "public"), ("channel", "print"), ("place", "leaflet of spring"), ("since", "")];
    let entered = room.post(&there, &fields).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let page = room.get(entered.location()).await;
    assert!(page.body.contains("To be taken down"), "{}", page.body);
}

#[tokio::test]
async fn nobody_else_says_sees_or_makes_anything() {
    let (room, ids) = photographed().await;
    room.says(&ids[0], &PUBLIC).await;
    let photograph = &ids[0];
    let practice = &room.clinic.rooms.practice;
    let who = practice.who(&room.clinic.owner).await.unwrap().unwrap();
    let other = percuta_practice::patients::Entered {
        name: "Olaf Invented".to_owned(),
        born: "1980-01-01".to_owned(),
        ..Default::default()
    };
    let came_by = percuta_chart::person::CameBy::Clinic;
    let other = practice.enter_patient(&who, &other, came_by).await.unwrap();
    let link = practice.link_for(&who, other).await.unwrap();
    let olaf = practice.open_link(&link, jiff::civil::date(1980, 1, 1)).await.unwrap();
    for path in ["permission", "export", "export/preview", "export/confirm", "copy"] {
        let path = format!("/photos/{photograph}/{path}?use=public");
        assert_eq!(
            room.clinic.get(&room.desk, &path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        assert_eq!(room.clinic.get(&olaf, &path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/publications", "/publications?state=due"] {
        assert_eq!(room.clinic.get(&room.desk, path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(room.clinic.get(&room.themselves, path).await.status, StatusCode::NOT_FOUND);
    }
    let there = format!("/me/photos/{photograph}/permission");
    assert_eq!(room.clinic.get(&olaf, &there).await.status, StatusCode::NOT_FOUND);
    assert_eq!(room.clinic.post(&olaf, &there, &PUBLIC).await.status, StatusCode::NOT_FOUND);
    assert_eq!(room.clinic.post(&room.nurse, &there, &PUBLIC).await.status, StatusCode::NOT_FOUND);
    let back = [("which", photograph.as_str()), ("use", "public")];
    let path = "/me/photos/permissions/withdraw";
    assert_eq!(room.clinic.post(&olaf, path, &back).await.status, StatusCode::NOT_FOUND);
    let page = room.clinic.get(&room.themselves, &there).await;
    assert!(page.body.contains("Allowed today: in the record, in public."));
}

#[tokio::test]
async fn a_closed_photograph_opens_for_the_patient_only() {
    let (room, ids) = photographed().await;
    let closed = [("record", "no"), ("clinic", "no"), ("teaching", "no"), ("public", "no")];
    assert_eq!(room.says(&ids[0], &closed).await, StatusCode::SEE_OTHER);
    for path in ["small", "original", "permission", "export"] {
        let path = format!("/photos/{}/{path}", ids[0]);
        assert_eq!(room.get(&path).await.status, StatusCode::CONFLICT, "{path}");
    }
    let own = format!("/me/photos/{}/small", ids[0]);
    assert_eq!(room.clinic.get(&room.themselves, &own).await.status, StatusCode::OK);
    let page = room.get(&room.path("/photographs")).await;
    assert!(!page.body.contains(&ids[0]) && page.body.contains(&ids[1]));
}
