//! Routes, forms and pages: the public site over one rulebook.
//!
//! ```text
//! request ── guard ── route ──┬── site (pages kept ready) ── page (plain values → HTML) ── wording
//!                             ├── find (search)            │
//!                             └── assets                   └── catalogue (what cites what)
//! ```
//!
//! It reads no disk and no clock, knows no person, and decides nothing clinical: what a page says is on a card of the
//! rulebook. Pages hold no inline style or script, so that the content security policy can forbid both.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};

pub use site::Site;

mod assets;
pub mod catalogue;
mod check;
mod find;
mod guard;
pub mod page;
pub mod reply;
pub mod rooms;
mod route;
mod site;
pub mod wording;

/// No form of the public site is larger.
pub const BODY_BYTES_MAX: usize = 64 << 10;
/// No form with a photograph is larger: 25 MB and what stands around it.
pub const UPLOAD_BYTES_MAX: usize = 96 << 20;
/// No query string of the public site is longer.
pub const QUERY_BYTES_MAX: usize = 1 << 10;

/// The whole public site.
pub fn app(site: Arc<Site>) -> Router {
    guarded(site, routes())
}

/// The routes without their guards, for merging with others under one set of guards.
pub fn routes() -> Router<Arc<Site>> {
    let kept = get(route::kept);
    Router::new()
        .route("/", kept.clone())
        .route("/is-it-for-me", get(route::is_it_for_me))
        .route("/is-it-for-me/check", get(route::check_start).post(route::check))
        .route("/guide", kept.clone())
        .route("/guide/{slug}", kept.clone())
        .route("/evidence", kept.clone())
        .route("/evidence/rules", kept.clone())
        .route("/evidence/rules/{id}", kept.clone())
        .route("/evidence/triage", kept.clone())
        .route("/evidence/triage/{id}", kept.clone())
        .route("/evidence/conflicts", kept.clone())
        .route("/evidence/conflicts/{id}", kept.clone())
        .route("/evidence/facts", kept.clone())
        .route("/evidence/facts/{id}", kept.clone())
        .route("/evidence/sources", kept.clone())
        .route("/evidence/sources/{id}", kept.clone())
        .route("/evidence/scales", kept.clone())
        .route("/evidence/protocol", kept.clone())
        .route("/evidence/devices", kept.clone())
        .route("/evidence/numbing", kept.clone())
        .route("/evidence/gaps", kept)
        .route("/evidence/medicines", get(route::medicines))
        .route("/search", get(route::search))
        .route("/health", get(route::health))
        .route("/assets/{name}", get(route::asset))
        .route("/favicon.svg", get(route::favicon))
        .route("/robots.txt", get(route::robots))
}

/// Lays the guards of every answer around some routes: headers, limits, time, and who may post.
pub fn guarded(site: Arc<Site>, routes: Router<Arc<Site>>) -> Router {
    routes
        .fallback(route::not_found)
        .method_not_allowed_fallback(route::method_not_allowed)
        .with_state(Arc::clone(&site))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(site, guard::admit))
        .layer(from_fn(guard::headers))
}
