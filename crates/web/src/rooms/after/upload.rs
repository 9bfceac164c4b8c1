//! Forms with a file: the fields as any form has them, and the file's bytes beside them.
//!
//! The file's name and the type that the sender gives it are not read: what a file is, its bytes tell. A file that is too
//! long is read to its end and let go, so that the form can be shown again with everything that was typed.

use axum::{
    extract::{DefaultBodyLimit, Multipart, multipart::MultipartRejection},
    handler::Handler,
    http::{Method, StatusCode},
    response::IntoResponse as _,
    routing::{self, MethodRouter},
};
use percuta_practice::photographs::FILE_BYTES_MAX;
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

/// No field beside the file is longer; what is beyond is not read.
const TEXT_BYTES_MAX: usize = 64 << 10;

/// The field of a photograph.
const FILE: &str = "photograph";

/// A form whose body may hold a file.
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
    /// The file; empty when none was chosen. Of one that is too long there is as much as shows that it is.
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

/// Reads a form with a photograph.
pub(in crate::rooms) async fn read(
    form: Result<Multipart, MultipartRejection>,
) -> Result<Sent, Unread> {
    read_with(form, FILE).await
}

/// Reads a form whose file is in a field of this name.
pub(in crate::rooms) async fn read_with(
    form: Result<Multipart, MultipartRejection>,
    file_name: &str,
) -> Result<Sent, Unread> {
    let mut form = form.map_err(|_no_such_form| Unread(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
    let (mut pairs, mut file) = (Vec::new(), Vec::<u8>::new());
    for _ in 0..PARTS_MAX {
        let part = form.next_field().await.map_err(|cause| Unread(cause.status()))?;
        let Some(mut part) = part else {
            return Ok(Sent { entry: Entry::new(pairs), file });
        };
        let name = part.name().unwrap_or_default().to_owned();
        if name == file_name {
            file.clear();
        }
        let mut text = Vec::new();
        while let Some(bytes) = part.chunk().await.map_err(|cause| Unread(cause.status()))? {
            let (into, most) = if name == file_name {
                (&mut file, FILE_BYTES_MAX + 1)
            } else {
                (&mut text, TEXT_BYTES_MAX)
            };
            into.extend(bytes.iter().take(most.saturating_sub(into.len())));
        }
        if name != file_name {
            pairs.push((name, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    Err(Unread(StatusCode::PAYLOAD_TOO_LARGE))
}
