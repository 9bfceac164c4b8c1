//! What could not be done, and where to go from there. Nothing of the request is repeated.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{
    part,
    shell::{self, Head, Section},
};
use crate::Site;

/// The statuses that have a page.
pub(crate) const ALL: [StatusCode; 11] = [
    StatusCode::BAD_REQUEST,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::URI_TOO_LONG,
    StatusCode::CONFLICT,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::BAD_REQUEST => {
            ("This address cannot be read", "A part of it is not written as this site expects.")
        }
        StatusCode::FORBIDDEN => (
            "This is not open to you",
            "Your role here does not reach that far, or the form came from another site. Ask the owner of the clinic, or open the page again and send the form from there.",
        ),
        StatusCode::NOT_FOUND => (
            "There is no such page",
            "It may have been renamed. The search finds every page, rule and source.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("This page takes no such request", "It can be read, but nothing can be sent to it.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("This is too large", "A form of this site holds at most 64 kilobytes.")
        }
        StatusCode::CONFLICT => (
            "Somebody else was here in between",
            "What you saw has changed since. Nothing was overwritten. Go back, reload the page and look again.",
        ),
        StatusCode::UNPROCESSABLE_ENTITY => (
            "This cannot be taken as it is",
            "A part of it is missing or does not fit. Nothing was kept. Go back and check what you entered.",
        ),
        StatusCode::TOO_MANY_REQUESTS => ("Too many attempts", "Wait a few minutes and try again."),
        StatusCode::URI_TOO_LONG => ("This address is too long", "Search for fewer words."),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("This took too long", "Nothing was kept. Try again in a minute.")
        }
        _ => (
            "Something went wrong here",
            "It is our fault, not yours. Nothing was kept. Try again in a minute.",
        ),
    }
}

/// The page of a status.
pub(crate) fn page(site: &Site, status: StatusCode) -> Markup {
    let (head, body) = inside(status);
    shell::document(site, "", &head, &body)
}

/// The inside of a page whose card is gone.
pub(super) fn missing() -> (Head, Markup) {
    inside(StatusCode::NOT_FOUND)
}

fn inside(status: StatusCode) -> (Head, Markup) {
    let (title, text) = words(status);
    let lead = html! { p.lead { (text) } };
    let body = html! {
        div.row {
            a.btn.btn--primary href="/" { "Is it for me?" }
            a.btn href="/guide" { "What to expect" }
            a.btn href="/evidence" { "Evidence" }
            a.btn href="/search" { "Search" }
        }
        p.small.faint { "Status " (status.as_u16()) "." }
    };
    (Head::new(title, "", Section::Elsewhere), part::sheet(&[], title, &lead, &body))
}
