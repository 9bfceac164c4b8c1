//! What answers which path. Handlers only read the request and hand over: words are in `page`, finding in `find`.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Site, page,
    reply::{Keep, Ready},
    site::ready,
};

type Ours = State<Arc<Site>>;

/// A page that depends on nothing but its path.
pub(crate) async fn kept(State(site): Ours, asked: HeaderMap, uri: Uri) -> Response {
    match site.kept(uri.path()) {
        Some(page) => page.answer(&asked, StatusCode::OK, Keep::AskAgain),
        None => site.status(&asked, StatusCode::NOT_FOUND),
    }
}

/// The first question of every visitor has a name of its own, and one page.
pub(crate) async fn is_it_for_me() -> Redirect {
    Redirect::permanent("/")
}

pub(crate) async fn not_found(State(site): Ours, asked: HeaderMap) -> Response {
    site.status(&asked, StatusCode::NOT_FOUND)
}

pub(crate) async fn method_not_allowed(State(site): Ours, asked: HeaderMap) -> Response {
    site.status(&asked, StatusCode::METHOD_NOT_ALLOWED)
}

/// What can be asked of a list: words, a class of medicines, a kind of card, a page. A page that is no number is the first.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    class: String,
    kind: String,
    page: String,
}

impl Asked {
    fn words(&self) -> String {
        self.q.trim().chars().take(page::search::WORDS_MAX).collect()
    }

    fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, 1_000)
    }
}

type AskedOrNot = Result<Query<Asked>, QueryRejection>;

pub(crate) async fn search(State(site): Ours, headers: HeaderMap, asked: AskedOrNot) -> Response {
    let Ok(Query(asked)) = asked else { return site.status(&headers, StatusCode::BAD_REQUEST) };
    let page = page::search::page(&site, &asked.words(), &asked.kind, asked.page());
    ready(page).answer(&headers, StatusCode::OK, Keep::AskAgain)
}

pub(crate) async fn medicines(
    State(site): Ours,
    headers: HeaderMap,
    asked: AskedOrNot,
) -> Response {
    let Ok(Query(asked)) = asked else { return site.status(&headers, StatusCode::BAD_REQUEST) };
    let page = page::medicine::page(&site, &asked.class, &asked.words(), asked.page());
    ready(page).answer(&headers, StatusCode::OK, Keep::AskAgain)
}

/// For whoever watches the process: that it answers, and by which rulebook.
pub(crate) async fn health(State(site): Ours, asked: HeaderMap) -> Response {
    let book = site.book();
    let rulebook = json!({ "version": book.version, "digest": book.digest });
    let text = json!({ "status": "ok", "rulebook": rulebook }).to_string();
    Ready::new(text, "application/json").answer(&asked, StatusCode::OK, Keep::Never)
}

pub(crate) async fn asset(
    State(site): Ours,
    asked: HeaderMap,
    Path(name): Path<String>,
) -> Response {
    match site.assets().find(&name) {
        Some(asset) => asset.answer(&asked, StatusCode::OK, Keep::Forever),
        None => site.status(&asked, StatusCode::NOT_FOUND),
    }
}

pub(crate) async fn favicon(State(site): Ours, asked: HeaderMap) -> Response {
    site.assets().mark().answer(&asked, StatusCode::OK, Keep::AskAgain)
}

/// Robots may read everything but searches.
pub(crate) async fn robots() -> Response {
    let text = "User-agent: *\nDisallow: /search\nDisallow: /is-it-for-me/check\n";
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
