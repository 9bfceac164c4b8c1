//! Taking photographs as browsers see it: view after view, with a file or in parts, taken again, at home and in the
//! clinic; and what is refused.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use percuta_practice::account::Secret;
use serde_json::Value;

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;
#[path = "support/room.rs"]
mod room;

use clinic::{Page, cookie};
use room::{Room, action, jpeg};

/// A room whose patient allows photographs.
async fn allowed() -> Room {
    let room = Room::open().await;
    room.booked().await;
    room.signs_consent().await;
    room
}

fn policy(page: &Page) -> &str {
    page.headers["permissions-policy"].to_str().unwrap()
}

/// Where a link of a page leads whose address has these words.
fn link(page: &Page, words: &str) -> String {
    let mut all = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let found = all.find(|href| href.contains(words));
    found.unwrap_or_else(|| panic!("no link to {words}: {}", page.body)).replace("&amp;", "&")
}

#[tokio::test]
async fn only_the_page_that_takes_photographs_may_use_the_camera() {
    let room = allowed().await;
    let page = room.get(&room.path("/photographs/take?region=face")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(policy(&page).contains("camera=(self)"));
    assert!(policy(&page).contains("microphone=()") && policy(&page).contains("geolocation=()"));
    let own = room.clinic.get(&room.themselves, "/me/photos/take").await;
    assert!(policy(&own).contains("camera=(self)"));
    for other in [room.path("/photographs"), "/today".to_owned(), "/me".to_owned()] {
        assert!(policy(&room.get(&other).await).contains("camera=()"), "{other}");
    }
}

#[tokio::test]
async fn without_script_a_sequence_is_taken_file_by_file_in_its_order() {
    let room = allowed().await;
    let mut page = room.get(&room.path("/photographs/take?region=cheek")).await;
    assert!(page.body.contains("1 of 6: Front"), "{}", page.body);
    for (number, title) in [(1, "Front"), (2, "Right side, turned by half")] {
        assert!(page.body.contains(&format!("{number} of 6: {title}")), "{}", page.body);
        let form = action(&page.body, "/photographs/take?");
        let sent = room.upload(&room.nurse, &form, (&[("bare", "yes")], &jpeg())).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let taken = room.get(sent.location()).await;
        assert!(taken.body.contains(&format!("{number} of 6: {title}, taken")), "{}", taken.body);
        assert!(taken.body.contains(&format!("{number} of 6 taken")), "{}", taken.body);
        page = room.get(&link(&taken, &format!("step={}", number + 1))).await;
    }
    // One is skipped, and the end names what is missing.
    let skipped = room.get(&link(&page, "step=4")).await;
    assert!(skipped.body.contains("4 of 6: Right profile"));
    let over = room.get(&link(&skipped, "step=5").replace("step=5", "step=7")).await;
    assert!(over.body.contains("The last view is over"), "{}", over.body);
    assert!(over.body.contains("Not taken:") && over.body.contains("Close up"));
    let mut story = story(&room).await;
    story.sort_by_key(|one| one.step.unwrap().number);
    let steps: Vec<(u8, bool)> = story
        .iter()
        .map(|one| (one.step.unwrap().number, one.step.unwrap().sequence == story[0].id))
        .collect();
    assert_eq!(steps, [(1, true), (2, true)]);
    assert!(story.iter().all(|one| one.region.as_deref() == Some("face")));
}

async fn story(
    room: &Room,
) -> Vec<percuta_practice::Opened<percuta_chart::photograph::Photograph>> {
    let practice = &room.clinic.rooms.practice;
    let who = practice.who(&room.nurse).await.unwrap().unwrap();
    practice.story(&who, room.patient).await.unwrap().photographs
}

#[tokio::test]
async fn a_view_is_taken_again_and_repeated_and_the_earlier_one_is_its_ghost() {
    let room = allowed().await;
    room.photographed().await;
    let first = story(&room).await[0].id;
    let page = room.get(&room.path("/photographs/take?region=face")).await;
    assert!(page.body.contains(&format!("/photos/{first}/display")), "the ghost: {}", page.body);
    let form = action(&page.body, "/photographs/take?");
    let sent = room.upload(&room.nurse, &form, (&[], &jpeg())).await;
    let taken = room.get(sent.location()).await;
    let again = room.post(&action(&taken.body, "/again"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    assert_eq!(story(&room).await.len(), 1, "it is taken back");
    let anew = room.get(again.location()).await;
    assert!(anew.body.contains("1 of 6: Front"), "{}", anew.body);
    let form = action(&anew.body, "/photographs/take?");
    let sent = room.upload(&room.nurse, &form, (&[], &jpeg())).await;
    let taken = room.get(sent.location()).await;
    assert!(taken.body.contains("1 of 6 taken"), "the sequence goes on: {}", taken.body);
    let repeat = room.get(&link(&taken, "repeat=")).await;
    assert!(repeat.body.contains("pose anew"), "{}", repeat.body);
    let form = action(&repeat.body, "/photographs/take?");
    let sent = room.upload(&room.nurse, &form, (&[], &jpeg())).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    // What came of it is said, whatever came of it.
    let taken = room.get(sent.location()).await;
    let says = ["It is counted among", "It cannot be compared with the one that it repeats"];
    assert_eq!(says.iter().filter(|says| taken.body.contains(**says)).count(), 1, "{}", taken.body);
    let story = story(&room).await;
    let repeats: Vec<_> = story.iter().filter_map(|one| one.repeat_of).collect();
    assert_eq!(story.len(), 3);
    assert!(repeats.len() == 1 && repeats[0] != first, "{repeats:?}");
    assert!(story.iter().any(|one| one.id == repeats[0]));
}

#[tokio::test]
async fn the_fronts_of_two_regions_are_two_lists_and_no_pair() {
    let room = allowed().await;
    let taken = async |region: &str| {
        let page = room.get(&room.path(&format!("/photographs/take?region={region}"))).await;
        let form = action(&page.body, "/photographs/take?");
        let sent = room.upload(&room.nurse, &form, (&[], &jpeg())).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let mut story = story(&room).await;
        story.retain(|one| one.region.as_deref() == Some(region));
        story.last().unwrap().id
    };
    let (face, neck) = (taken("face").await, taken("neck").await);
    let compare = room.path("/compare");
    let page = room.get(&compare).await;
    for says in ["Choose two photographs", "label=\"Front, face\"", "label=\"Front, neck\""] {
        assert!(page.body.contains(says), "{says}: {}", page.body);
    }
    let two = room.get(&format!("{compare}?before={face}&after={neck}")).await;
    assert!(two.body.contains("They show different regions, so nothing is compared."));
    let fields = [("before", face.to_string()), ("after", neck.to_string())];
    let fields = fields.each_ref().map(|(name, id)| (*name, id.as_str()));
    let asked = room.post(&compare, &fields).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.body);
    // The patient's list has them apart too, and links no pair.
    let own = room.clinic.get(&room.themselves, "/me/photos").await;
    assert!(own.body.contains("Front, neck") && !own.body.contains("/me/photos/pair"));
    // One more of the neck is a pair with the first of the neck.
    let later = taken("neck").await;
    let page = room.get(&compare).await;
    assert!(page.body.contains("Front, neck: before"), "{}", page.body);
    for id in [neck, later] {
        assert!(page.body.contains(&format!("/photos/{id}/display")), "{}", page.body);
    }
}

#[tokio::test]
async fn what_is_no_picture_is_said_beneath_the_field_and_the_view_stays() {
    let room = allowed().await;
    let page = room.get(&room.path("/photographs/take?region=face&step=2")).await;
    let form = action(&page.body, "/photographs/take?");
    let sent = room.upload(&room.nurse, &form, (&[("bare", "yes")], b"GIF89a")).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sent.body.contains("2 of 6") && sent.body.contains("Error: take photographs"));
    assert!(sent.body.contains("checked"), "what was ticked stays: {}", sent.body);
}

#[tokio::test]
async fn without_permission_no_camera_is_offered() {
    let room = Room::open().await;
    room.booked().await;
    let page = room.get(&room.path("/photographs/take?region=face")).await;
    assert!(page.body.contains("has not allowed photographs"), "{}", page.body);
    assert!(!page.body.contains("data-capture"));
    for wrong in ["region=no-such", "region=face&about=document-00000000000000000000000000x"] {
        let page = room.get(&room.path(&format!("/photographs/take?{wrong}"))).await;
        assert!(page.status.is_client_error(), "{wrong}: {}", page.status);
    }
    let desk = room.clinic.get(&room.desk, &room.path("/photographs/take")).await;
    assert_eq!(desk.status, StatusCode::FORBIDDEN);
}

/// Sends a part.
async fn part(room: &Room, who: &Secret, (path, offset): (&str, u64), bytes: &[u8]) -> Page {
    let request = Request::patch(path)
        .header(header::COOKIE, cookie(who))
        .header(header::HOST, "clinic.example")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_LENGTH, bytes.len())
        .header("upload-offset", offset);
    room.clinic.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
}

fn json(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{} {}", page.status, page.body))
}

#[tokio::test]
async fn a_patient_sends_in_parts_from_home_and_goes_on_where_it_broke_off() {
    let room = allowed().await;
    // A picture of more than one part.
    let mut state = 1_u32;
    let noise = image::RgbImage::from_fn(900, 700, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        image::Rgb([a, b, c])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let bytes = bytes.into_inner();
    let me = &room.themselves;
    let length = bytes.len().to_string();
    let fields = [("view", "front"), ("bytes", length.as_str())];
    let begun = room.clinic.post(me, "/me/photos/uploads", &fields).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
    let begun = json(&begun);
    let (upload, long) = (begun["upload"].as_str().unwrap(), 1 << 20);
    assert_eq!((begun["offset"].as_u64(), begun["part"].as_u64()), (Some(0), Some(1 << 20)));
    let first = part(&room, me, (upload, 0), &bytes[..long]).await;
    assert_eq!(json(&first)["offset"].as_u64(), Some(1 << 20));
    // A part that does not begin where the upload is, one of somebody else, and one that says nothing.
    let wrong = part(&room, me, (upload, 5), &bytes[..long]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    assert_eq!(json(&wrong)["offset"].as_u64(), Some(1 << 20));
    let stranger = room.colleague().await;
    let theirs = upload.replace("/me/photos", &room.path("/photographs"));
    let refused = part(&room, &stranger, (&theirs, 1 << 20), &bytes[long..]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    // The line broke: how far was it?
    let far = room.clinic.get(me, upload).await;
    assert_eq!(json(&far)["offset"].as_u64(), Some(1 << 20));
    let rest = part(&room, me, (upload, 1 << 20), &bytes[long..]).await;
    assert_eq!(json(&rest)["offset"].as_u64(), u64::try_from(bytes.len()).ok());
    let query = "region=face&step=1";
    let fields = [("source", "page"), ("bare", "yes")];
    let done = room.clinic.post(me, &format!("{upload}/done?{query}"), &fields).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.body);
    let shown = room.clinic.get(me, json(&done)["onwards"].as_str().unwrap()).await;
    assert!(shown.body.contains("1 of 6: Front, taken"), "{}", shown.body);
    let picture = room.clinic.get(me, json(&done)["src"].as_str().unwrap()).await;
    assert_eq!(picture.status, StatusCode::OK);
    assert_eq!(room.clinic.get(me, upload).await.status, StatusCode::NOT_FOUND, "it is over");
}

#[tokio::test]
async fn hostile_uploads_are_refused_in_a_sentence() {
    let room = allowed().await;
    let begin = async |bytes: &str| {
        let fields = [("view", "front"), ("bytes", bytes)];
        room.clinic.post(&room.themselves, "/me/photos/uploads", &fields).await
    };
    for bytes in ["0", "26214401", "18446744073709551615"] {
        let page = begin(bytes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{bytes}");
        assert!(json(&page)["says"].as_str().unwrap().contains("25 MB"));
    }
    for bytes in ["-1", "many", "1e9"] {
        assert!(begin(bytes).await.status.is_client_error(), "{bytes}");
    }
    let begun = json(&begin("3000000").await);
    let upload = begun["upload"].as_str().unwrap();
    let long = vec![0; (1 << 20) + 1];
    let page = part(&room, &room.themselves, (upload, 0), &long).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let page = part(&room, &room.themselves, (upload, 0), &long[..99]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(json(&page)["says"].as_str().unwrap().contains("not as long"));
    let page = room.clinic.post(&room.themselves, &format!("{upload}/done?region=face"), &[]).await;
    assert!(json(&page)["says"].as_str().unwrap().contains("Not all"), "{}", page.body);
}

#[tokio::test]
async fn what_was_taken_is_checked_and_a_mark_is_drawn_without_script() {
    let room = allowed().await;
    let page = room.get(&room.path("/photographs/take?region=face")).await;
    let form = action(&page.body, "/photographs/take?");
    let sent = room.upload(&room.nurse, &form, (&[], &jpeg())).await;
    let first = room.get(sent.location()).await;
    assert!(first.body.contains("there is nothing yet to check it against"), "{}", first.body);
    let sent = room.upload(&room.nurse, &form, (&[], &jpeg())).await;
    let second = room.get(sent.location()).await;
    assert!(second.body.contains("The earlier one"), "{}", second.body);
    let is_judged = second.body.contains("Better taken again.")
        || second.body.contains("It can be compared with the earlier one.");
    assert!(is_judged, "{}", second.body);
    let there = link(&second, "/markup");
    let marks = room.get(&there).await;
    assert!(marks.body.contains("None yet."), "{}", marks.body);
    let add = action(&marks.body, "/markup?");
    let nothing = room.post(&add, &[("note", "Look here.")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("Look here."), "what was typed stays");
    let fields = [("place", "upper-left"), ("note", "Look <here>.")];
    assert_eq!(room.post(&add, &fields).await.status, StatusCode::SEE_OTHER);
    let again = room.post(&add, &[("drawn", "line 1,2 3,4")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "somebody drew in between");
    let marks = room.get(&there).await;
    assert!(marks.body.contains("Look &lt;here&gt;.") && marks.body.contains("<circle"));
    let gone = room.post(&action(&marks.body, "/markup/remove"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    assert!(room.get(&there).await.body.contains("None yet."));
}
