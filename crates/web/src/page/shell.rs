//! The frame of every page: skip link, navigation, footer with the rulebook's version and standing.

use maud::{DOCTYPE, Markup, html};

use super::icon::{Icon, icon};
use crate::{Site, page::search::WORDS_MAX};

/// The parts of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Is it for me?
    ForMe,
    /// What to expect.
    Expect,
    /// Evidence.
    Evidence,
    /// None of them.
    Elsewhere,
}

/// What a page says of itself.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its title, without the name of the program.
    pub title: String,
    /// One sentence for search engines and previews.
    pub about: String,
    /// Where it stands in the navigation.
    pub section: Section,
}

impl Head {
    /// A head.
    pub fn new(title: impl Into<String>, about: impl Into<String>, section: Section) -> Self {
        Self { title: title.into(), about: about.into(), section }
    }
}

const NAVIGATION: [(Section, &str, &str); 3] = [
    (Section::ForMe, "/", "Is it for me?"),
    (Section::Expect, "/guide", "What to expect"),
    (Section::Evidence, "/evidence", "Evidence"),
];

/// A whole document. `path` is the page's own path; `body` brings the one `h1`.
pub fn document(site: &Site, path: &str, head: &Head, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (metadata(site, &head.title, &head.about))
            body {
                a.skip href="#main" { "Skip to content" }
                (top(path, head.section))
                main #main tabindex="-1" { (body) }
                (foot(site))
            }
        }
    }
}

fn metadata(site: &Site, title: &str, about: &str) -> Markup {
    let assets = site.assets();
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · Percuta" }
            @if !about.is_empty() { meta name="description" content=(about); }
            link rel="icon" href=(assets.mark_href()) type="image/svg+xml";
            link rel="stylesheet" href=(assets.style_href());
            script type="module" src=(assets.script_href()) {}
        }
    }
}

/// The head of a page behind the sign-in.
pub(crate) fn head(site: &Site, title: &str) -> Markup {
    metadata(site, title, "")
}

/// By which rules the page speaks, and how far they were reviewed.
pub(crate) fn standing(site: &Site) -> Markup {
    let book = site.book();
    html! { "Information, not a diagnosis. " a href="/evidence" { "Rules " (book.version) } ". " (first_sentence(&book.status)) }
}

fn top(path: &str, section: Section) -> Markup {
    html! {
        header.top.pub {
            a.brand href="/" { (mark()) "Percuta" }
            nav aria-label="Main" {
                ul {
                    @for (part, href, title) in NAVIGATION {
                        @let current = if href == path { Some("page") } else { (part == section).then_some("true") };
                        li { a href=(href) aria-current=[current] { (title) } }
                    }
                }
            }
            div.top__end {
                form.find role="search" action="/search" method="get" {
                    label.vh for="find" { "Search the guide and the evidence" }
                    input.input #find type="search" name="q" maxlength=(WORDS_MAX) placeholder="Search" autocomplete="off";
                    button.btn.btn--icon type="submit" { (icon(Icon::Search)) span.vh { "Search" } }
                }
                a.btn.btn--icon.find__link href="/search" { (icon(Icon::Search)) span.vh { "Search" } }
            }
        }
    }
}

/// The mark, drawn in the colours of the page.
pub(crate) fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 28 28" aria-hidden="true" {
            rect.mark__ground width="28" height="28" rx="8" {}
            path.mark__line d="M5.5 12.5c3-1.8 5.500-1.8 8.5 0s5.500 1.8 8.5 0M9 15.5v3M14 16.5v5.500M19 15.5v3" {}
        }
    }
}

/// The first sentence of a text.
pub(crate) fn first_sentence(text: &str) -> &str {
    text.find(". ").and_then(|end| text.get(..=end)).unwrap_or(text)
}

fn foot(site: &Site) -> Markup {
    html! {
        footer.foot {
            div.wrap.row.small.muted {
                p { (standing(site)) }
                a.push.tap href="/evidence/sources" { "All sources" }
            }
        }
    }
}
