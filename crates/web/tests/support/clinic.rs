//! A clinic's rooms as a browser sees them: requests with a cookie, answers with a status and a body.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use percuta_practice::account::Secret;
use percuta_web::{
    Site,
    rooms::{Rooms, Settings, app},
};
use tower::ServiceExt as _;

use crate::house::{BOOK, House};

/// A clinic with its rooms.
pub(crate) struct Clinic {
    pub(crate) rooms: Arc<Rooms>,
    pub(crate) owner: Secret,
    router: Router,
    _folder: tempfile::TempDir,
}

/// An answer.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Page {
    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |place| place.to_str().unwrap())
    }
}

impl Clinic {
    /// Opens the rooms of a house.
    pub(crate) fn of(house: House) -> Self {
        Self::run_as(house, Settings::default())
    }

    /// Opens the rooms of a house, run in some way.
    pub(crate) fn run_as(house: House, settings: Settings) -> Self {
        let House { practice, owner: _, cookie, folder } = house;
        let site = Arc::new(Site::new(Arc::clone(&BOOK), || jiff::civil::date(2026, 11, 21)));
        let rooms = Arc::new(Rooms { site, practice, settings });
        Self { router: app(&rooms), rooms, owner: cookie, _folder: folder }
    }

    /// Sends whatever it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 8 << 20).await.unwrap();
        Page { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Asks for a page as somebody.
    pub(crate) async fn get(&self, who: &Secret, path: &str) -> Page {
        let request = Request::get(path).header(header::COOKIE, cookie(who));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as somebody.
    pub(crate) async fn post(&self, who: &Secret, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = form(path, fields).header(header::COOKIE, cookie(who));
        self.send(request.body(Body::from(encoded(fields))).unwrap()).await
    }
}

/// The cookie of a sign-in, as a browser sends it.
pub(crate) fn cookie(who: &Secret) -> String {
    format!("percuta={}", who.reveal())
}

/// The head of a form.
pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> axum::http::request::Builder {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::HOST, "clinic.example")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_LENGTH, encoded(fields).len())
}

/// Fields as a browser writes them.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let plain = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", plain(name), plain(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The value of a hidden field of a page.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
