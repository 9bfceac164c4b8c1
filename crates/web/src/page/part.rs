//! Pieces that several pages share: tags, trails, source panels, lists of cards, conditions as lists.

use std::collections::BTreeSet;

use maud::{Markup, html};
use percuta_clinical::{
    answer::{Disposition, Level},
    book::{Cited, Conflict, Position, Source},
};

use super::icon::{Icon, icon, small};
use crate::{
    Site,
    catalogue::{Card, CardKind},
    wording::{self, Said},
};

/// A disposition as icon, word and colour.
pub fn tag(disposition: Disposition) -> Markup {
    let (step, sign) = match disposition {
        Disposition::Proceed => (None, Icon::Note),
        Disposition::ProceedWithPrecautions => (Some("caution"), Icon::Caution),
        Disposition::Defer => (Some("defer"), Icon::Wait),
        Disposition::ReferPhysician => (Some("refer"), Icon::Refer),
        Disposition::DoNotTreat => (Some("stop"), Icon::Stop),
    };
    html! { span.tag data-step=[step] { (icon(sign)) (wording::disposition(disposition)) } }
}

/// A level of urgency as icon, word and colour.
pub fn level_tag(level: Level) -> Markup {
    let (step, sign) = match level {
        Level::Normal => ("1", Icon::Leaf),
        Level::SelfCare => ("2", Icon::Heart),
        Level::ContactClinic => ("3", Icon::Telephone),
        Level::Urgent => ("4", Icon::Bell),
    };
    html! { span.tag data-triage=(step) { (icon(sign)) (wording::level(level)) } }
}

/// The way back to what holds a page.
pub fn trail(steps: &[(&str, &str)]) -> Markup {
    html! {
        nav.crumbs aria-label="Trail" {
            @for (index, (href, title)) in steps.iter().enumerate() {
                @if index > 0 { span aria-hidden="true" { "›" } }
                a href=(href) { (title) }
            }
        }
    }
}

/// A page of one column with its head.
pub fn sheet(steps: &[(&str, &str)], title: &str, lead: &Markup, body: &Markup) -> Markup {
    html! {
        div.wrap.sheet-page {
            header.head {
                @if !steps.is_empty() { (trail(steps)) }
                h1 { (title) }
                (lead)
            }
            (body)
        }
    }
}

/// A region that scrolls sideways by itself, reachable by keyboard and named.
pub fn scroll(name: &str, table: &Markup) -> Markup {
    html! { div.scroll-x role="region" aria-label=(name) tabindex="0" { (table) } }
}

/// Who a source is, in a word or two.
pub fn source_name(site: &Site, id: &str) -> String {
    let Some(source) = site.book().sources.get(id) else { return id.to_owned() };
    if source.kind == "seed" {
        return format!("Guide {id}");
    }
    if source.who.starts_with("clinic/") {
        let host = source.place.split_once("://").and_then(|(_, rest)| rest.split('/').next());
        return host.map_or_else(
            || "Clinic page".to_owned(),
            |host| host.trim_start_matches("www.").to_owned(),
        );
    }
    let who = source.who.split([',', ';', '(']).next().unwrap_or_default().trim();
    let who: String = who.trim_end_matches(" et al.").chars().take(34).collect();
    match (who.is_empty(), source.year.as_str()) {
        (true, _) => id.to_owned(),
        (false, "" | "unknown") => who,
        (false, year) => format!("{who} {year}"),
    }
}

/// Positions of sources, each with its link.
pub fn positions(site: &Site, positions: &[Position], silent: &str) -> Markup {
    html! {
        dl.src {
            @for position in positions {
                dt { a href={ "/evidence/sources/" (position.id) } { (source_name(site, &position.id)) } }
                dd { @if position.says.is_empty() { (silent) } @else { (position.says) } }
            }
        }
    }
}

/// One line about a source: title, who, year, kind, how it was read.
pub fn source_line(source: &Source) -> Markup {
    html! {
        a href={ "/evidence/sources/" (source.id) } { (source.title) }
        " "
        span.by {
            (wording::source_by(source)) ". " (wording::source_kind(&source.kind)) ", " (wording::source_seen(&source.seen)) "."
        }
    }
}

/// Sources by id, each with its line.
pub fn source_list<'i>(site: &Site, ids: impl IntoIterator<Item = &'i str>) -> Markup {
    let mut seen = BTreeSet::new();
    let sources: Vec<&Source> = ids
        .into_iter()
        .filter(|id| seen.insert((*id).to_owned()))
        .filter_map(|id| site.book().sources.get(id))
        .collect();
    html! {
        @if !sources.is_empty() {
            ul.cite__list { @for source in sources { li { (source_line(source)) } } }
        }
    }
}

/// A disagreement with every position, and what is followed.
pub fn disagreement(site: &Site, conflict: &Conflict) -> Markup {
    html! {
        div.cite__split {
            p.cite__title { (conflict.topic) }
            dl.src {
                @for position in &conflict.positions {
                    dt { a href={ "/evidence/sources/" (position.id) } { (source_name(site, &position.id)) } }
                    dd { (position.says) }
                }
                @if !conflict.literature.is_empty() { dt { "Literature" } dd { (conflict.literature) } }
                dt { b { "We follow" } }
                dd { b { (conflict.follow) } }
            }
            a.tap href={ "/evidence/conflicts/" (conflict.id) } { "All positions and sources" }
        }
    }
}

/// What a claim rests on, one tap away. `about` names the claim for those who do not see it beside the chip.
pub fn chip(site: &Site, cited: &Cited, label: &str, about: &str) -> Markup {
    let conflicts: Vec<&Conflict> =
        cited.conflicts.iter().filter_map(|id| site.book().conflicts.get(id)).collect();
    let cards: Vec<&Card> = cited.cites.iter().flat_map(|id| site.catalogue().find(id)).collect();
    let sources = sources_behind(site, &cards);
    if conflicts.is_empty() && cards.is_empty() {
        return html! {};
    }
    let is_split = !conflicts.is_empty();
    let label = match (label, is_split, sources.len()) {
        ("", true, _) => "Sources disagree".to_owned(),
        ("", false, 0) => "Why".to_owned(),
        ("", false, number) => wording::count(number, "source", "sources"),
        (label, _, _) => label.to_owned(),
    };
    html! {
        details.cite.cite--split[is_split] name="cite" {
            summary {
                (small(if is_split { Icon::Fork } else { Icon::Book }))
                (label)
                @if !about.is_empty() { span.vh { ": " (about) } }
            }
            div.cite__pop {
                @for conflict in &conflicts { (disagreement(site, conflict)) }
                (card_lines(&cards))
                @if !sources.is_empty() {
                    p.cite__title { "Sources" }
                    (source_list(site, sources.iter().map(String::as_str)))
                }
            }
        }
    }
}

/// The sources behind some cards, once each, in order of appearance.
fn sources_behind(site: &Site, cards: &[&Card]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for card in cards {
        let own = (card.kind == CardKind::Source).then_some(&card.id);
        for id in own.into_iter().chain(&card.cites) {
            if site.book().sources.contains_key(id) && !found.contains(id) {
                found.push(id.clone());
            }
        }
    }
    found
}

/// The cards that are no source, each by its words.
fn card_lines(cards: &[&Card]) -> Markup {
    let cards: Vec<&&Card> = cards.iter().filter(|card| card.kind != CardKind::Source).collect();
    html! {
        @if !cards.is_empty() {
            ul.cite__list {
                @for card in cards {
                    li { span.faint { (card.kind.one()) ": " } a href=(card.href) { (card.title) } }
                }
            }
        }
    }
}

/// What cites a card, by kind.
pub fn cited_by(site: &Site, id: &str) -> Markup {
    let cards = site.catalogue().citing(id);
    html! {
        @if !cards.is_empty() {
            section.part aria-labelledby="cited-by" {
                h2 #cited-by { "Where it is used" }
                @for kind in CardKind::ALL {
                    @let group: Vec<&&Card> = cards.iter().filter(|card| card.kind == kind).collect();
                    @if !group.is_empty() {
                        h3.minor { (kind.many()) }
                        ul.links.links--two { @for card in group { li { a href=(card.href) { (card.title) } } } }
                    }
                }
            }
        }
    }
}

/// A condition as nested lists.
pub fn said(said: &Said) -> Markup {
    match said {
        Said::One(words) => html! { p { (wording::capital(words)) "." } },
        Said::All(parts) => group("All of these hold:", parts),
        Said::Any(parts) => group("At least one of these holds:", parts),
    }
}

fn group(lead: &str, parts: &[Said]) -> Markup {
    html! {
        p { (lead) }
        ul.cond {
            @for part in parts {
                li {
                    @match part {
                        Said::One(words) => (words),
                        Said::All(_) | Said::Any(_) => (said(part)),
                    }
                }
            }
        }
    }
}

/// A text with places, the places marked.
pub fn with_places(text: &str) -> Markup {
    html! {
        @for (is_place, piece) in wording::places(text) {
            @if is_place { span.slot { (piece) } } @else { (piece) }
        }
    }
}

/// The card as the rulebook's file has it.
pub fn as_written(site: &Site, card: &percuta_clinical::book::CardAt) -> Markup {
    let Some(text) = site.book().card_text(card) else { return html! {} };
    html! {
        details.raw {
            summary { "The card as it is written" }
            pre role="region" aria-label="The card as it is written" tabindex="0" { code { (text) } }
        }
    }
}

/// Links to the pages of a long list. `href` makes the link of a page.
pub fn pager(page: usize, pages: usize, href: &dyn Fn(usize) -> String) -> Markup {
    html! {
        @if pages > 1 {
            nav.pager aria-label="Pages" {
                @if page > 1 { a.btn rel="prev" href=(href(page - 1)) { "Previous" } }
                span.muted { "Page " (page) " of " (pages) }
                @if page < pages { a.btn rel="next" href=(href(page + 1)) { "Next" } }
            }
        }
    }
}

/// A value for a query string.
pub fn query_value(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            b' ' => "+".to_owned(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
