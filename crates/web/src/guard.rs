//! What holds for every request and every answer: security headers, limits, time, and who may post.
//!
//! It logs nothing and repeats nothing of a request. Strict-Transport-Security is left to whoever ends the
//! encryption: this program does not know whether it stands behind HTTPS.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

use crate::{BODY_BYTES_MAX, QUERY_BYTES_MAX, Site, UPLOAD_BYTES_MAX};

/// No answer takes longer.
const TIME_MAX: Duration = Duration::from_secs(10);
/// A photograph from a telephone may take longer.
const UPLOAD_TIME_MAX: Duration = Duration::from_secs(180);

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; font-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), \
         usb=(), browsing-topics=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Put on an answer whose page may use the camera and the sensors that tell which way is down; no other may.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WithCamera;

const WITH_CAMERA: &str = "accelerometer=(self), camera=(self), display-capture=(), geolocation=(), gyroscope=(self), \
                           magnetometer=(self), microphone=(), payment=(), usb=(), browsing-topics=()";

/// Puts the security headers on every answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let has_camera = response.extensions().get::<WithCamera>().is_some();
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if has_camera {
        let name = HeaderName::from_static("permissions-policy");
        response.headers_mut().insert(name, HeaderValue::from_static(WITH_CAMERA));
    }
    response
}

/// Refuses what is too large, too long or sent from elsewhere, and answers when nothing else does.
pub(crate) async fn admit(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let asked = request.headers().clone();
    let refused = |status| site.status(&asked, status);
    if request.uri().query().is_some_and(|query| query.len() > QUERY_BYTES_MAX) {
        return refused(StatusCode::URI_TOO_LONG);
    }
    let (method, path) = (request.method(), request.uri().path());
    let is_upload = is_upload(method, path);
    let bytes_max = if is_upload { UPLOAD_BYTES_MAX } else { BODY_BYTES_MAX };
    let time_max = if is_upload || is_reading(method, path) { UPLOAD_TIME_MAX } else { TIME_MAX };
    if declared_length(&asked).is_some_and(|length| length > bytes_max) {
        return refused(StatusCode::PAYLOAD_TOO_LARGE);
    }
    if !is_safe(request.method()) && !is_from_here(&asked) {
        return refused(StatusCode::FORBIDDEN);
    }
    match tokio::time::timeout(time_max, contained(next.run(request))).await {
        Ok(Some(response)) => response,
        Ok(None) => refused(StatusCode::INTERNAL_SERVER_ERROR),
        Err(_elapsed) => refused(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Whether a request may hold a file or a part of one. These are exactly the routes whose own limit lets it in.
fn is_upload(method: &Method, path: &str) -> bool {
    let one = |start: &str, end: &str| {
        path.strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end))
            .is_some_and(|id| !id.is_empty() && !id.contains('/'))
    };
    if *method == Method::PATCH {
        let is_clinics = path.strip_prefix("/patients/").is_some_and(|rest| {
            let mut parts = rest.split('/').skip(1);
            [parts.next(), parts.next()] == [Some("photographs"), Some("uploads")]
                && parts.next().is_some_and(|id| !id.is_empty())
                && parts.next().is_none()
        });
        return is_clinics || one("/me/photos/uploads/", "");
    }
    let is_staff = one("/patients/", "/photographs") || one("/patients/", "/photographs/take");
    let is_about_check_in = one("/me/check-in/", "/photograph");
    let is_own = ["/me/check-in", "/me/photos", "/me/photos/take"].contains(&path);
    let is_calendar = path == "/settings/import";
    *method == Method::POST && (is_own || is_about_check_in || is_staff || is_calendar)
}

/// Whether a whole photograph is read for a request that holds none: at the end of its parts, and when it is checked.
fn is_reading(method: &Method, path: &str) -> bool {
    let is_done = path.contains("/uploads/") && path.ends_with("/done");
    let is_check = path.contains("/photos/") && path.ends_with("/check");
    *method == Method::POST && (is_done || is_check)
}

fn declared_length(asked: &HeaderMap) -> Option<usize> {
    asked.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// Whether a form was sent from this site. Browsers say so in `Sec-Fetch-Site`, or at least in `Origin`; who sends
/// neither is no browser, and carries nobody's session.
fn is_from_here(asked: &HeaderMap) -> bool {
    let text = |name: &str| asked.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (text("origin"), text("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
}

/// Runs to the end, or to `None` if it panicked: one broken page must not close the connection without a word.
async fn contained<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(Poll::Ready(value)) => Poll::Ready(Some(value)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_panic) => Poll::Ready(None),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        pairs.collect()
    }

    #[test]
    fn a_form_from_elsewhere_is_refused() {
        assert!(!is_from_here(&asked(&[("sec-fetch-site", "cross-site")])));
        assert!(!is_from_here(&asked(&[("sec-fetch-site", "same-site")])));
        assert!(!is_from_here(&asked(&[
            ("origin", "https://else.example"),
            ("host", "percuta.example")
        ])));
        assert!(!is_from_here(&asked(&[("origin", "null"), ("host", "percuta.example")])));
    }

    #[test]
    fn only_the_routes_of_photographs_take_one() {
        assert!(is_upload(&Method::POST, "/me/check-in"));
        assert!(is_upload(&Method::POST, "/me/photos"));
        assert!(is_upload(&Method::POST, "/patients/patient-0/photographs"));
        assert!(is_upload(&Method::POST, "/me/photos/take"));
        assert!(is_upload(&Method::POST, "/patients/patient-0/photographs/take"));
        assert!(is_upload(&Method::PATCH, "/me/photos/uploads/document-0"));
        assert!(is_upload(&Method::PATCH, "/patients/patient-0/photographs/uploads/document-0"));
        assert!(!is_upload(&Method::PATCH, "/patients/patient-0/photographs/uploads/a/b"));
        assert!(!is_upload(&Method::PATCH, "/patients/patient-0/more/uploads/document-0"));
        assert!(!is_upload(&Method::POST, "/patients/patient-0/photographs/uploads"));
        assert!(!is_upload(&Method::GET, "/me/photos"));
        assert!(!is_upload(&Method::POST, "/patients/patient-0/photographs/more/photographs"));
        assert!(!is_upload(&Method::POST, "/sign-in"));
        assert!(is_reading(&Method::POST, "/me/photos/uploads/document-0/done"));
        assert!(is_reading(&Method::POST, "/photos/document-0/check"));
        assert!(!is_reading(&Method::POST, "/visits/document-0/check/identity"));
    }

    #[test]
    fn a_form_from_here_is_taken() {
        assert!(is_from_here(&asked(&[("sec-fetch-site", "same-origin")])));
        assert!(is_from_here(&asked(&[
            ("origin", "https://percuta.example"),
            ("host", "percuta.example")
        ])));
        assert!(is_from_here(&asked(&[])));
    }

    #[tokio::test]
    async fn a_panic_is_contained() {
        assert_eq!(contained(async { panic!("broken page") as u8 }).await, None);
        assert_eq!(contained(async { 7_u8 }).await, Some(7));
    }
}
