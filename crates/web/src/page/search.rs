//! Search: what was found, by kind of card, with the words marked; what to try when nothing was.

use maud::{Markup, html};
use percuta_clinical::Rulebook;
use percuta_terminology::{Kind, vocabulary::fold};

use super::{
    icon::{Icon, icon},
    part,
    shell::{self, Head, Section},
};
use crate::{
    Site,
    catalogue::CardKind,
    find::{Hit, words},
    wording,
};

/// No query is longer.
pub(crate) const WORDS_MAX: usize = 100;
const PAGE_SIZE: usize = 25;
/// So many of a kind are shown before the rest has a page of its own.
const OF_KIND: usize = 5;
/// So many words of a text are shown.
const EXCERPT_WORDS: usize = 32;

/// The page of some words, a kind of card (empty for every one) and a page number.
pub(crate) fn page(site: &Site, query: &str, kind: &str, page: usize) -> Markup {
    let asked = words(query);
    let hits = site.index().find(&asked);
    let kind = CardKind::ALL.into_iter().find(|known| known.stem() == kind);
    let lead = html! {
        form.search action="/search" method="get" role="search" {
            label.vh for="q" { "Words to search for" }
            input.input #q type="search" name="q" value=(query) maxlength=(WORDS_MAX) autocomplete="off";
            button.btn.btn--primary type="submit" { (icon(Icon::Search)) "Search" }
        }
        @if !asked.is_empty() {
            p.muted role="status" { (wording::count(hits.len(), "result", "results")) }
        }
    };
    let body = html! {
        @if asked.is_empty() {
            p.muted { "Searches the guide, every rule, fact, disagreement and source, and medicines by name or brand. Do not type a person’s name." }
        } @else if hits.is_empty() {
            (empty(site.book(), query))
        } @else if let Some(kind) = kind {
            (one_kind(site, &hits, kind, query, page))
        } @else {
            @for group in hits.chunk_by(|left, right| left.kind == right.kind) { (overview(site, group, query)) }
        }
    };
    let head = Head::new("Search", "", Section::Elsewhere);
    shell::document(site, "/search", &head, &part::sheet(&[], "Search", &lead, &body))
}

/// The best few of a kind.
fn overview(site: &Site, group: &[Hit<'_>], query: &str) -> Markup {
    let Some(first) = group.first() else { return html! {} };
    let href = format!("/search?q={}&kind={}", part::query_value(query), first.kind.stem());
    html! {
        section.part {
            h2 { (first.kind.many()) " " span.faint.small { (group.len()) } }
            (list(site, group.iter().take(OF_KIND), query))
            @if group.len() > OF_KIND { p { a.tap href=(href) { "All " (group.len()) " in " (first.kind.many()) } } }
        }
    }
}

/// Everything of one kind, page by page.
fn one_kind(site: &Site, hits: &[Hit<'_>], kind: CardKind, query: &str, page: usize) -> Markup {
    let of: Vec<&Hit<'_>> = hits.iter().filter(|hit| hit.kind == kind).collect();
    let pages = of.len().div_ceil(PAGE_SIZE).max(1);
    let page = page.min(pages);
    let words = part::query_value(query);
    let href = |page: usize| format!("/search?q={words}&kind={}&page={page}", kind.stem());
    html! {
        section.part {
            h2 { (kind.many()) " " span.faint.small { (of.len()) } }
            (list(site, of.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).copied(), query))
            p { a.tap href={ "/search?q=" (words) } { "Results of every kind" } }
            (part::pager(page, pages, &href))
        }
    }
}

fn list<'h>(site: &Site, hits: impl Iterator<Item = &'h Hit<'h>>, query: &str) -> Markup {
    let asked = words(query);
    html! {
        ul.hits {
            @for hit in hits {
                @if let Some(card) = site.catalogue().cards().get(hit.card) {
                    li {
                        a href=(card.href) { (marked(&wording::capital(&card.title), &asked)) }
                        p.small.muted { (excerpt(hit.text, &asked)) }
                    }
                }
            }
        }
    }
}

/// The nearest word that some list of the rulebook knows.
fn near<'b>(book: &'b Rulebook, query: &str) -> Option<&'b str> {
    Kind::ALL.into_iter().find_map(|kind| {
        let lexicon = book.vocabulary.of(kind);
        let code = lexicon.suggest(query)?;
        lexicon.entry(code).map(|term| lexicon.term(term).title.as_str())
    })
}

fn empty(book: &Rulebook, query: &str) -> Markup {
    html! {
        div.empty {
            h2 { "Nothing was found" }
            p.muted { "Every word must occur. Try fewer words, or one that a packet or a doctor’s letter uses." }
            @if let Some(near) = near(book, query) {
                a.btn href={ "/search?q=" (part::query_value(near)) } { "Search for “" (near) "”" }
            } @else {
                a.btn href="/guide" { "Read the guide" }
            }
        }
    }
}

fn is_match(word: &str, asked: &[String]) -> bool {
    let folded = format!("-{}", fold(word));
    asked.iter().any(|asked| folded.contains(&format!("-{asked}")))
}

/// A text with the words that match marked.
fn marked(text: &str, asked: &[String]) -> Markup {
    html! {
        @for piece in text.split_inclusive(char::is_whitespace) {
            @if is_match(piece, asked) { mark { (piece.trim_end()) } @if piece.ends_with(char::is_whitespace) { " " } }
            @else { (piece) }
        }
    }
}

/// The part of a text around the first word that matches.
fn excerpt(text: &str, asked: &[String]) -> Markup {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let first = pieces.iter().position(|piece| is_match(piece, asked)).unwrap_or(0);
    let start = first.saturating_sub(EXCERPT_WORDS / 4);
    let part: Vec<&str> = pieces.iter().skip(start).take(EXCERPT_WORDS).copied().collect();
    html! {
        @if start > 0 { "… " }
        (marked(&part.join(" "), asked))
        @if start + part.len() < pieces.len() { " …" }
    }
}
