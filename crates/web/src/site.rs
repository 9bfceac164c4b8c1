//! The site: one rulebook, the pages that depend on nothing else, and what is needed for those that do.
//!
//! A page is rendered when it is first asked for and kept; the number of pages is the number of cards, so what is kept
//! is bounded. A new rulebook is a new `Site`.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use maud::Markup;
use percuta_clinical::Rulebook;

use crate::{
    assets::Assets,
    catalogue::Catalogue,
    find::Index,
    page::{self, Kept},
    reply::{HTML, Keep, Ready},
};

/// Everything the pages need.
#[derive(Debug)]
pub struct Site {
    book: Arc<Rulebook>,
    catalogue: Catalogue,
    assets: Assets,
    kept: BTreeMap<String, (Kept, OnceLock<Ready>)>,
    statuses: BTreeMap<u16, Ready>,
    index: OnceLock<Index>,
}

impl Site {
    /// The site of a rulebook.
    pub fn new(book: Arc<Rulebook>) -> Self {
        let catalogue = Catalogue::new(&book);
        let kept = Kept::all(&book)
            .into_iter()
            .map(|(path, which)| (path, (which, OnceLock::new())))
            .collect();
        let (assets, statuses, index) = (Assets::new(), BTreeMap::new(), OnceLock::new());
        let mut site = Self { book, catalogue, assets, kept, statuses, index };
        site.statuses = page::status::ALL
            .iter()
            .map(|status| (status.as_u16(), ready(page::status::page(&site, *status))))
            .collect();
        site
    }

    /// The rulebook.
    pub fn book(&self) -> &Rulebook {
        &self.book
    }

    /// Every card with its title and link, and what cites what.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.book, &self.catalogue))
    }

    /// The kept page of a path.
    pub(crate) fn kept(&self, path: &str) -> Option<&Ready> {
        let (which, kept) = self.kept.get(path)?;
        Some(kept.get_or_init(|| ready(page::render(self, path, which))))
    }

    /// The paths of every kept page.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.kept.keys().map(String::as_str)
    }

    /// The page that says that something could not be done. It repeats nothing of the request.
    pub fn status(&self, asked: &HeaderMap, status: StatusCode) -> Response {
        let page = self.statuses.get(&status.as_u16());
        let page = page.or_else(|| self.statuses.get(&StatusCode::INTERNAL_SERVER_ERROR.as_u16()));
        match page {
            Some(page) => page.answer(asked, status, Keep::Never),
            None => ready(maud::html! { p { "This could not be done." } }).answer(
                asked,
                status,
                Keep::Never,
            ),
        }
    }
}

/// A page ready to be sent.
pub(crate) fn ready(page: Markup) -> Ready {
    Ready::new(page.into_string(), HTML)
}
