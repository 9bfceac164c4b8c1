//! What answers which path. Handlers only read the request and hand over: words are in `page`, finding in `find`.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::civil::Date;
use maud::Markup;
use percuta_clinical::{
    question::{self, Next, SelfCheck},
    screen,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Site,
    check::{self, Fields, Wrong},
    page::{self, check::Keeping},
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

/// The self-check's first page.
pub(crate) async fn check_start(State(site): Ours, asked: HeaderMap) -> Response {
    let page = page::check::start(&site, &Fields::default(), &[], site.today());
    ready(page).answer(&asked, StatusCode::OK, Keep::Never)
}

type FormOrNot = Result<Form<Vec<(String, String)>>, FormRejection>;

/// The self-check's next page. PRIVACY: nothing of the form is kept, logged or put into an address.
pub(crate) async fn check(
    State(site): Ours,
    asked: HeaderMap,
    keeping: Option<Extension<Keeping>>,
    form: FormOrNot,
) -> Response {
    let Ok(Form(pairs)) = form else { return site.status(&asked, StatusCode::BAD_REQUEST) };
    let fields = Fields::new(pairs);
    let today = site.today();
    let keeping = keeping.map_or(Keeping::NotOffered, |Extension(keeping)| keeping);
    let page = match check::read(site.book(), &fields, today) {
        Err(wrong) => page::check::start(&site, &fields, &wrong, today),
        Ok(_) if fields.get("step") == "change" => page::check::start(&site, &fields, &[], today),
        Ok((check, wrong)) => check_next(&site, &fields, &check, (&wrong, today), keeping),
    };
    ready(page).answer(&asked, StatusCode::OK, Keep::Never)
}

fn check_next(
    site: &Site,
    fields: &Fields,
    check: &SelfCheck,
    (wrong, today): (&[Wrong], Date),
    keeping: Keeping,
) -> Markup {
    match question::next(site.book(), check, today) {
        Next::Questions(group, asked) => page::check::ask(site, fields, check, group, &asked),
        Next::Details(asked) => page::check::details(site, fields, check, &asked, wrong, today),
        Next::Answer => {
            let intake = check.intake(site.book(), today);
            let answer = screen(site.book(), &intake);
            page::check::answer(site, fields, check, (&answer, today), keeping)
        }
    }
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
