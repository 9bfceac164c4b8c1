//! Forms with a file: the fields as any form has them, and the file's bytes beside them.
//!
//! The file's name and the type that the sender gives it are not read: what a file is, its bytes tell.

use axum::{
    extract::{DefaultBodyLimit, Multipart, multipart::MultipartRejection},
    handler::Handler,
    http::{Method, StatusCode},
    response::IntoResponse as _,
    routing::{self, MethodRouter},
};
use std::sync::Arc;

use crate::{
    UPLOAD_BYTES_MAX,
    page::entry::Entry,
    rooms::{
        Rooms,
        door::{Doors, Needs},
    },
};

/// No form has more parts.
const PARTS_MAX: usize = 400;

/// The field of every file.
const FILE: &str = "photograph";

/// A form whose body may hold a photograph.
pub(in crate::rooms) fn door<H, T>(
    doors: Doors,
    path: &'static str,
    needs: Needs,
    handler: H,
) -> Doors
where
    H: Handler<T, Arc<Rooms>>,
    T: 'static,
{
    let route: MethodRouter<Arc<Rooms>> = routing::post(handler);
    doors.lay(Method::POST, path, needs, route.layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)))
}

/// What was sent.
pub(in crate::rooms) struct Sent {
    /// The fields.
    pub(in crate::rooms) entry: Entry,
    /// The file; empty when none was chosen.
    pub(in crate::rooms) file: Vec<u8>,
}

/// Why a form was not read.
#[derive(Debug)]
pub(in crate::rooms) struct Unread(StatusCode);

impl Unread {
    /// As an answer; the guards lay the page of the status over it.
    pub(in crate::rooms) fn answer(&self) -> axum::response::Response {
        self.0.into_response()
    }
}

/// Reads a form.
pub(in crate::rooms) async fn read(
    form: Result<Multipart, MultipartRejection>,
) -> Result<Sent, Unread> {
    let mut form = form.map_err(|_no_such_form| Unread(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
    let (mut pairs, mut file) = (Vec::new(), Vec::new());
    for _ in 0..PARTS_MAX {
        let part = form.next_field().await.map_err(|cause| Unread(cause.status()))?;
        let Some(part) = part else {
            return Ok(Sent { entry: Entry::new(pairs), file });
        };
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|cause| Unread(cause.status()))?;
        if name == FILE {
            file = bytes.to_vec();
        } else {
            pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Err(Unread(StatusCode::PAYLOAD_TOO_LARGE))
}
