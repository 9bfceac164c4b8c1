//! A photograph in parts, for a script: begin, send part after part, ask how far it came, end. Answers are small JSON.
//!
//! | request | answer |
//! |---|---|
//! | `POST …/uploads` with `view`, `bytes`, `sha256`, `about` | where its parts go, and how long a part is |
//! | `PATCH …/uploads/{upload}` with `upload-offset` | how far it is; 409 where the part does not begin there |
//! | `GET …/uploads/{upload}` | how far it is |
//! | `POST …/uploads/{upload}/done?region=…` | where the photograph is looked at |
//!
//! What is wrong is said as a sentence in `says`, and nothing of the person.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Form, Path, Query},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing,
};
use percuta_chart::photograph::View;
use percuta_practice::{
    Act, No,
    photographs::uploads::{Announced, Came, PART_BYTES, Progress},
};
use percuta_record::{DocumentId, PatientId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Side, Take, after, shot_of};
use crate::{
    page::entry::Entry,
    rooms::{Answered, Desk, Mine, Needs, door::Doors},
};

/// Where the parts of the clinic's uploads go.
const CLINIC: &str = "/patients/{patient}/photographs/uploads/{upload}";
/// Where those of a patient's own go.
const HOME: &str = "/me/photos/uploads/{upload}";

pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Photographs);
    let length = usize::try_from(PART_BYTES).unwrap_or_default();
    let limit = || DefaultBodyLimit::max(length);
    doors
        .get(HOME, Needs::Patient, far_at_home)
        .get(CLINIC, staff, far)
        .lay(Method::PATCH, HOME, Needs::Patient, routing::patch(part_at_home).layer(limit()))
        .lay(Method::PATCH, CLINIC, staff, routing::patch(part).layer(limit()))
        .post("/me/photos/uploads", Needs::Patient, begin_at_home)
        .post("/patients/{patient}/photographs/uploads", staff, begin)
        .post("/me/photos/uploads/{upload}/done", Needs::Patient, done_at_home)
        .post("/patients/{patient}/photographs/uploads/{upload}/done", staff, done)
}

/// What is announced.
#[derive(Deserialize)]
struct Wanted {
    view: String,
    bytes: u64,
    sha256: Option<String>,
    about: Option<DocumentId>,
}

fn said(status: StatusCode, says: &Value) -> Response {
    let mut response = (status, says.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What is wrong as a sentence; any other refusal is a page's.
fn refused(no: No) -> Answered {
    let No::Wrong(wrong) = no else { return Err(no.into()) };
    let says: Vec<String> = wrong.into_iter().map(|one| one.says).collect();
    Ok(said(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "says": says.join(" ") })))
}

fn how_far(side: &Side<'_>, status: StatusCode, at: Progress) -> Response {
    let href = format!("{}/uploads/{}", side.base(), at.id);
    said(
        status,
        &json!({ "upload": href, "offset": at.offset, "bytes": at.bytes, "part": at.part }),
    )
}

async fn begun(side: &Side<'_>, wanted: Wanted) -> Answered {
    let Some(view) = View::of(&wanted.view) else { return Err(No::NotFound.into()) };
    let sha256 = wanted.sha256.filter(|text| !text.is_empty());
    let announced = Announced { view, about: wanted.about, bytes: wanted.bytes, sha256 };
    match side.practice.begin_upload(side.actor, side.patient, announced).await {
        Ok(at) => Ok(how_far(side, StatusCode::CREATED, at)),
        Err(no) => refused(no),
    }
}

async fn begin(desk: Desk, Path(patient): Path<PatientId>, Form(wanted): Form<Wanted>) -> Answered {
    begun(&Side::clinic(&desk, patient), wanted).await
}

async fn begin_at_home(mine: Mine, Form(wanted): Form<Wanted>) -> Answered {
    begun(&Side::home(&mine), wanted).await
}

async fn kept(
    side: &Side<'_>,
    upload: DocumentId,
    (headers, body): (&HeaderMap, &Bytes),
) -> Answered {
    let offset = headers.get("upload-offset").and_then(|text| text.to_str().ok()?.parse().ok());
    let Some(offset) = offset else {
        let says = json!({ "says": "Say where this part begins." });
        return Ok(said(StatusCode::UNPROCESSABLE_ENTITY, &says));
    };
    match side.practice.put_part(side.actor, (upload, offset), body).await {
        Ok(Came::Kept(at)) => Ok(how_far(side, StatusCode::OK, at)),
        Ok(Came::Elsewhere(at)) => Ok(how_far(side, StatusCode::CONFLICT, at)),
        Err(no) => refused(no),
    }
}

async fn part(
    desk: Desk,
    Path((patient, upload)): Path<(PatientId, DocumentId)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answered {
    kept(&Side::clinic(&desk, patient), upload, (&headers, &body)).await
}

async fn part_at_home(
    mine: Mine,
    Path(upload): Path<DocumentId>,
    headers: HeaderMap,
    body: Bytes,
) -> Answered {
    kept(&Side::home(&mine), upload, (&headers, &body)).await
}

async fn far(desk: Desk, Path((patient, upload)): Path<(PatientId, DocumentId)>) -> Answered {
    let at = desk.practice().upload(&desk.actor, upload).await?;
    Ok(how_far(&Side::clinic(&desk, patient), StatusCode::OK, at))
}

async fn far_at_home(mine: Mine, Path(upload): Path<DocumentId>) -> Answered {
    let at = mine.practice().upload(&mine.actor, upload).await?;
    Ok(how_far(&Side::home(&mine), StatusCode::OK, at))
}

async fn ended(side: &Side<'_>, upload: DocumentId, (take, entry): (Take, Entry)) -> Answered {
    let (take, shot, how) = shot_of(side, take, &entry).await?;
    match side.practice.finish_upload(side.actor, upload, shot, how).await {
        Ok(photograph) => {
            let src = format!("{}/display", side.of(photograph));
            let onwards = after(side, &take, photograph);
            Ok(said(StatusCode::CREATED, &json!({ "src": src, "onwards": onwards })))
        }
        Err(no) => refused(no),
    }
}

async fn done(
    desk: Desk,
    Path((patient, upload)): Path<(PatientId, DocumentId)>,
    Query(take): Query<Take>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answered {
    ended(&Side::clinic(&desk, patient), upload, (take, Entry::new(pairs))).await
}

async fn done_at_home(
    mine: Mine,
    Path(upload): Path<DocumentId>,
    Query(take): Query<Take>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answered {
    ended(&Side::home(&mine), upload, (take, Entry::new(pairs))).await
}
