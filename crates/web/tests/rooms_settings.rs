//! The pages of the calendar's settings, as a browser sees them: places, shifts, services with their example day, and
//! taking appointments over.
#![expect(clippy::unwrap_used, reason = "a test says by its panic what does not hold")]
#![expect(dead_code, reason = "the house serves other tests as well")]

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use percuta_chart::person::{Part, document_of_member};

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;

use clinic::{Clinic, Page, cookie, hidden};
use house::House;

/// Sends a form with a file, as a browser does.
async fn send(clinic: &Clinic, fields: &[(&str, &str)]) -> Page {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str("--part\r\nContent-Disposition: form-data; name=\"");
        body.push_str(name);
        body.push_str("\"\r\n\r\n");
        body.push_str(value);
        body.push_str("\r\n");
    }
    body.push_str("--part--\r\n");
    let request = Request::post("/settings/import")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
        .header(header::HOST, "clinic.example")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie(&clinic.owner));
    clinic.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_room_is_added_blocked_and_opened_again() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let bay = [("name", "Numbing bay"), ("kind", "numbing"), ("seats", "2"), ("turnover", "5")];
    let added = clinic.post(owner, "/settings/rooms", &bay).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let there = added.location().to_owned();
    let twice = clinic.post(owner, "/settings/rooms", &bay).await;
    assert!(twice.body.contains("There is one of this name"));
    let none = clinic.post(owner, "/settings/rooms", &[("name", "X"), ("seats", "-1")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose what the room is for."));
    assert!(clinic.get(owner, "/settings/rooms").await.body.contains("Numbing, 2 visits at once"));
    let version = hidden(&clinic.get(owner, &there).await.body, "version");
    let upside_down = [
        ("version", version.as_str()),
        ("blocked-from", "2026-11-24T12:00"),
        ("blocked-until", "2026-11-24T09:00"),
        ("blocked-why", ""),
    ];
    let blocked = format!("{there}/blocked");
    let refused = clinic.post(owner, &blocked, &upside_down).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Give an end after the beginning."));
    assert!(refused.body.contains("Say why, so that others know."));
    let painted = [
        ("version", version.as_str()),
        ("blocked-from", "2026-11-24T09:00"),
        ("blocked-until", "2026-11-24T12:00"),
        ("blocked-why", "Painted"),
    ];
    assert_eq!(clinic.post(owner, &blocked, &painted).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clinic.post(owner, &blocked, &painted).await.status, StatusCode::CONFLICT);
    let page = clinic.get(owner, &there).await.body;
    assert!(page.contains("24 November 2026, 09:00 to 12:00") && page.contains("Painted"));
    let undone = clinic.post(owner, &format!("{there}/2/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    assert!(!clinic.get(owner, &there).await.body.contains("Painted"));
}

#[tokio::test]
async fn a_device_is_bound_to_its_rooms() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let room = clinic.rooms.practice.rooms().await.unwrap().first().unwrap().id.to_string();
    let pen = [("name", "Pen 1"), ("modality", "pen"), ("room", room.as_str()), ("turnover", "0")];
    let added = clinic.post(owner, "/settings/devices", &pen).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let page = clinic.get(owner, added.location()).await.body;
    assert!(page.contains(&format!("value=\"{room}\" checked")));
    let list = clinic.get(owner, "/settings/devices").await.body;
    assert!(list.contains("Pen, only in Treatment room"));
    let none = [("name", "Pen 2"), ("modality", "hammer"), ("turnover", "0")];
    let refused = clinic.post(owner, "/settings/devices", &none).await;
    assert!(refused.body.contains("Choose what it does."));
}

#[tokio::test]
async fn shifts_are_set_for_a_week_and_for_days() {
    let house = House::open().await;
    let me = document_of_member(house.owner.person);
    let (_, lead) = house.member(Part::MedicalLead).await;
    let clinic = Clinic::of(house);
    let owner = &clinic.owner;
    let there = format!("/settings/shifts/{me}");
    let week = [
        ("version", "0"),
        ("works", "week"),
        ("shift-1-1-from", "09:00"),
        ("shift-1-1-until", "13:00"),
        ("shift-3-1-from", "12:00"),
        ("shift-3-1-until", "18:00"),
        ("break-3-1-from", "15:00"),
        ("break-3-1-until", "15:30"),
        ("gives", "all"),
    ];
    assert_eq!(clinic.post(owner, &there, &week).await.status, StatusCode::SEE_OTHER);
    let list = clinic.get(owner, "/settings/shifts").await.body;
    assert!(list.contains("Monday and Wednesday"));
    let page = clinic.get(owner, &there).await.body;
    assert!(
        page.contains(
            "id=\"break-3-1-from\" name=\"break-3-1-from\" type=\"time\" value=\"15:00\""
        )
    );
    let extra = [
        ("version", "1"),
        ("extra-day", "2026-11-28"),
        ("extra-from", "10:00"),
        ("extra-until", "14:00"),
    ];
    let added = clinic.post(owner, &format!("{there}/extra"), &extra).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let page = clinic.get(owner, &there).await.body;
    assert!(page.contains("28 November 2026, 10:00 to 14:00"));
    assert!(page.contains("Monday and Wednesday"), "the week stands");
    let back = clinic.post(owner, &format!("{there}/2/undo"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert!(!clinic.get(owner, &there).await.body.contains("28 November 2026"));
    // The medical lead reads them and does not change them.
    assert!(clinic.get(&lead, &there).await.body.contains("An owner changes when people work."));
    assert_eq!(clinic.post(&lead, &there, &week).await.status, StatusCode::FORBIDDEN);
}

/// The fields of a service's form as its page shows them.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("data-example").nth(1).unwrap().split("</form>").next().unwrap();
    let value = |text: &str, name: &str| {
        let rest = text.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let mut all = Vec::new();
    for tag in form.split('<').filter_map(|tag| tag.split('>').next()) {
        let is_off = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        if tag.starts_with("input") && (!is_off || tag.contains(" checked")) {
            all.extend(value(tag, " name").zip(value(tag, " value")));
        }
    }
    for list in form.split("<select").skip(1) {
        let list = list.split("</select>").next().unwrap();
        let chosen = list.split("<option").find(|option| option.contains(" selected"));
        all.extend(value(list, " name").zip(chosen.and_then(|option| value(option, " value"))));
    }
    all
}

fn with<'f>(
    fields: &'f [(String, String)],
    more: &[(&'f str, &'f str)],
) -> Vec<(&'f str, &'f str)> {
    let mut all: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend(more);
    all
}

#[tokio::test]
async fn a_service_is_tried_out_before_it_is_saved() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let there = "/settings/service/session";
    let page = clinic.get(owner, there).await.body;
    assert!(page.contains("Monday 23 November 2026, Invented Skin") && page.contains("Guide S1"));
    let shown = fields(&page);
    assert!(shown.contains(&("phase-2-kind".to_owned(), "numbing".to_owned())), "{shown:?}");
    // A shorter day's treatment: more visits fit, and nothing is saved.
    let short =
        with(&shown, &[("phase-3-fewest", "10"), ("phase-3-most", "10"), ("do", "example")]);
    let tried = clinic.post(owner, there, &short).await;
    assert_eq!(tried.status, StatusCode::OK);
    let visits = |page: &str| {
        let said = page.split("without any other visit: <b>").nth(1).unwrap();
        said.split(' ').next().unwrap().parse::<usize>().unwrap()
    };
    assert!(visits(&tried.body) > visits(&page));
    assert!(tried.body.contains("name=\"phase-3-fewest\" type=\"number\" value=\"10\""));
    assert!(
        !clinic
            .get(owner, there)
            .await
            .body
            .contains("value=\"10\" autocomplete=\"off\" aria-invalid")
    );
    // Numbing that is shorter than the sources say is said, and not forbidden.
    let quick = with(&shown, &[("phase-2-fewest", "15"), ("do", "example")]);
    let tried = clinic.post(owner, there, &quick).await;
    assert!(tried.body.contains("Numbing of 15 minutes is shorter than the 30 to 45 minutes"));
    // Phases move, go and come.
    let moved = clinic.post(owner, there, &with(&shown, &[("do", "down-2")])).await.body;
    assert!(fields(&moved).contains(&("phase-3-kind".to_owned(), "numbing".to_owned())));
    let gone = clinic.post(owner, there, &with(&shown, &[("do", "remove-4")])).await.body;
    assert!(fields(&gone).contains(&("phases".to_owned(), "3".to_owned())));
    let more = clinic.post(owner, there, &with(&shown, &[("do", "add")])).await.body;
    assert!(fields(&more).contains(&("phases".to_owned(), "5".to_owned())));
    let saved = with(&shown, &[("phase-3-fewest", "40"), ("phase-3-most", "40"), ("do", "save")]);
    assert_eq!(clinic.post(owner, there, &saved).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clinic.post(owner, there, &saved).await.status, StatusCode::CONFLICT);
    let undone = clinic.post(owner, "/settings/services/2/undo", &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    assert_eq!(fields(&clinic.get(owner, there).await.body).len(), shown.len());
}

#[tokio::test]
async fn a_service_that_nobody_could_book_is_not_saved() {
    let clinic = Clinic::of(House::open().await);
    let owner = &clinic.owner;
    let there = "/settings/service/session";
    let shown = fields(&clinic.get(owner, there).await.body);
    let rf = with(&shown, &[("phase-3-device", "rf"), ("do", "save")]);
    let refused = clinic.post(owner, there, &rf).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("has no device of the kind rf"));
    assert!(refused.body.contains("Not one visit is possible in the next two weeks."));
    let odd = with(&shown, &[("phase-2-most", "soon"), ("phase-9-kind", "x"), ("do", "save")]);
    let refused = clinic.post(owner, there, &odd).await;
    assert!(refused.body.contains("Give minutes, from 1 to 480."));
    assert_eq!(clinic.get(owner, "/settings/service/none").await.status, StatusCode::NOT_FOUND);
}

const TABLE: &str = "date,start,minutes,name,birth date,service,practitioner\n\
    2026-11-23,09:00,30,Bea Invented,1990-05-31,Consultation,Ines Invented\n\
    2026-11-23,09:10,30,Cyd Invented,1991-06-30,Consultation,\n\
    2026-11-24,11:00,30,Dan Invented,,Talk,\n\
    2026-11-24,soon,30,Eve Invented,1992-01-01,Talk,\n";

#[tokio::test]
async fn a_table_is_looked_at_taken_over_and_taken_back() {
    let clinic = Clinic::of(House::open().await);
    let looked = send(&clinic, &[("pasted", TABLE), ("order", "shown"), ("do", "look")]).await;
    assert_eq!(looked.status, StatusCode::OK);
    let page = &looked.body;
    assert!(page.contains("1 row fits"), "{page}");
    assert!(page.contains("Will be entered") && page.contains("Consultation, until 09:30"));
    assert!(page.contains("Without a date of birth") && page.contains("born-2"));
    assert!(page.contains("Not understood") && page.contains("row 5"));
    // What is missing is written beside the row, and the unknown word is chosen.
    let whole = [
        ("file", TABLE),
        ("born-2", "1970-01-02"),
        ("service-1", "consultation"),
        ("service-0", "consultation"),
    ];
    let mut again = whole.to_vec();
    again.push(("do", "look"));
    assert!(send(&clinic, &again).await.body.contains("2 rows fit"));
    let mut book = whole.to_vec();
    book.push(("do", "all"));
    let none = send(&clinic, &book).await;
    assert!(none.body.contains("Nothing was booked.") && none.body.contains("1 row was not taken"));
    book.push(("do", "fit"));
    let done = send(&clinic, &book).await;
    assert!(done.body.contains("2 visits were booked; 2 patients were entered."));
    let visits: Vec<&str> = done
        .body
        .split("name=\"visit\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(visits.len(), 2);
    let kept = send(&clinic, &[("file", TABLE), ("do", "download")]).await;
    assert_eq!(kept.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(kept.body.contains("Cyd Invented"));
    let mut undo: Vec<(&str, &str)> = visits.iter().map(|visit| ("visit", *visit)).collect();
    undo.push(("do", "undo"));
    assert!(send(&clinic, &undo).await.body.contains("2 visits were taken back."));
}

#[tokio::test]
async fn hostile_files_are_refused_with_a_sentence() {
    let clinic = Clinic::of(House::open().await);
    let none = send(&clinic, &[("pasted", ""), ("do", "look")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose a file, or paste what is in it."));
    let words = send(&clinic, &[("pasted", "Dear clinic, please book me"), ("do", "look")]).await;
    assert_eq!(words.status, StatusCode::UNPROCESSABLE_ENTITY);
    let long = "x".repeat(30_000);
    let long = send(&clinic, &[("pasted", &long), ("do", "look")]).await;
    assert!(long.body.contains("Paste less than 20,000 characters"));
    let script = "date,start,minutes,name,birth date,service\n\
        2026-11-23,09:00,30,<script>alert(1)</script>,1990-05-31,</textarea><script>\n";
    let shown = send(&clinic, &[("file", script), ("do", "look")]).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(!shown.body.contains("<script>alert") && !shown.body.contains("</textarea><script>"));
    let many: String = (0..300)
        .fold("date,start,minutes,name,birth date,service\n".to_owned(), |table, _| {
            table + "2026-11-23,09:00,30,Bea Invented,1990-05-31,Consultation\n"
        });
    let many = send(&clinic, &[("file", &many), ("do", "look")]).await;
    assert!(many.body.contains("At most 200 rows are taken over at once."));
    let ids = send(&clinic, &[("visit", "not-an-id"), ("do", "undo")]).await;
    assert!(ids.body.contains("0 visits were taken back."));
}
