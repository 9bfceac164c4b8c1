//! The guide: its index and its pages, claim by claim, each claim with what it rests on.

use maud::{Markup, html};
use percuta_clinical::book::{Block, Cited, Page};

use super::{
    CHECK,
    icon::{Icon, icon},
    part,
    shell::{Head, Section},
};
use crate::{Site, catalogue::HOME};

/// The headings of the index, and the pages under each. A page that a clinic adds stands under the last one.
const GROUPS: [(&str, &[&str]); 4] = [
    (
        "Before you decide",
        &["what-it-is", "what-for", "who-should-not", "alternatives", "cost", "questions"],
    ),
    ("A session, from the week before to the weeks after", &["before", "the-visit", "after"]),
    ("Over months", &["how-many", "results", "long-term"]),
    ("Other kinds of needling", &["rf", "at-home"]),
];

fn grouped(site: &Site) -> Vec<(&'static str, Vec<&Page>)> {
    let pages: Vec<&Page> = site.book().pages.iter().filter(|page| page.id != HOME).collect();
    let mut groups: Vec<(&str, Vec<&Page>)> = GROUPS
        .iter()
        .map(|(title, slugs)| {
            let of =
                slugs.iter().filter_map(|slug| pages.iter().find(|page| page.id == *slug).copied());
            (*title, of.collect())
        })
        .collect();
    let known = |page: &&&Page| !GROUPS.iter().any(|(_, slugs)| slugs.contains(&page.id.as_str()));
    groups.push(("More", pages.iter().filter(known).copied().collect()));
    groups.retain(|(_, pages)| !pages.is_empty());
    groups
}

/// The index.
pub(super) fn index(site: &Site) -> (Head, Markup) {
    let about = "What microneedling is, a session step by step, the days after, results and costs, with a source for each claim.";
    let head = Head::new("What to expect", about, Section::Expect);
    let body = html! {
        @for (title, pages) in grouped(site) {
            section.part.part--wide {
                h2 { (title) }
                ul.tiles {
                    @for page in pages {
                        li { a href={ "/guide/" (page.id) } { b { (page.title) } span { (page.lead) } } }
                    }
                }
            }
        }
    };
    let lead = html! { p.lead { "Each claim has its sources one tap away. Where sources disagree, you see every position and the one we follow." } };
    (head, part::sheet(&[], "What to expect", &lead, &body))
}

/// One page.
pub(super) fn page(site: &Site, page: &Page) -> (Head, Markup) {
    let head = Head::new(&page.title, &page.lead, Section::Expect);
    let body = html! {
        div.wrap.sheet-page {
            header.head {
                (part::trail(&[("/guide", "What to expect")]))
                h1 { (page.title) }
                p.lead { (page.lead) }
                (part::chip(site, &page.lead_cited, "", "what this paragraph rests on"))
            }
            div.guide {
                div.guide__text {
                    @for (index, section) in page.sections.iter().enumerate() {
                        section.part aria-labelledby={ "s" (index + 1) } {
                            h2 id={ "s" (index + 1) } { (section.title) }
                            @for block in &section.blocks { (self::block(site, block, &section.title)) }
                        }
                    }
                    (onwards(site, page))
                }
                aside.guide__aside { (contents(page)) (siblings(site, page)) }
            }
        }
    };
    (head, body)
}

fn contents(page: &Page) -> Markup {
    html! {
        nav aria-labelledby="contents" {
            h2.minor #contents { "On this page" }
            ul.links {
                @for (index, section) in page.sections.iter().enumerate() {
                    li { a href={ "#s" (index + 1) } { (section.title) } }
                }
            }
        }
    }
}

fn siblings(site: &Site, page: &Page) -> Markup {
    html! {
        nav aria-labelledby="siblings" {
            h2.minor #siblings { "What to expect" }
            ul.links {
                @for other in site.book().pages.iter().filter(|other| other.id != HOME) {
                    @let current = (other.id == page.id).then_some("page");
                    li { a href={ "/guide/" (other.id) } aria-current=[current] { (other.nav) } }
                }
            }
        }
    }
}

fn onwards(site: &Site, page: &Page) -> Markup {
    let pages: Vec<&Page> = site.book().pages.iter().filter(|other| other.id != HOME).collect();
    let next = pages.iter().skip_while(|other| other.id != page.id).nth(1);
    html! {
        nav.onwards aria-label="Onwards" {
            @match next {
                Some(next) => a.btn href={ "/guide/" (next.id) } { (next.title) (icon(Icon::Onwards)) },
                None => a.btn href=(CHECK) { "Start the self-check" (icon(Icon::Onwards)) },
            }
        }
    }
}

/// A piece of a section.
pub(super) fn block(site: &Site, block: &Block, section: &str) -> Markup {
    match block {
        Block::Claim { heading, text, chip, cited } => html! {
            div.claim {
                @if !heading.is_empty() { h3 { (heading) } }
                p { (text) }
                (part::chip(site, cited, chip, heading))
            }
        },
        Block::Steps(steps) => self::steps(site, steps),
        Block::Table(head, rows) => table(site, section, head, rows),
        Block::Note(text, cited) => html! {
            div.note.note--caution {
                (icon(Icon::Caution))
                div.stack.stack--tight { p { (text) } (part::chip(site, cited, "", "this caution")) }
            }
        },
    }
}

fn steps(site: &Site, steps: &[(String, String, Cited)]) -> Markup {
    html! {
        ol.steps {
            @for (title, text, cited) in steps {
                li {
                    h3 { (title) }
                    @if !text.is_empty() { p { (text) } }
                    (part::chip(site, cited, "", title))
                }
            }
        }
    }
}

fn table(site: &Site, section: &str, head: &[String], rows: &[(Vec<String>, Cited)]) -> Markup {
    let table = html! {
        table.table {
            caption.vh { (section) }
            thead { tr { @for title in head { th scope="col" { (title) } } th scope="col" { "Sources" } } }
            tbody {
                @for (cells, cited) in rows {
                    tr {
                        @for (index, cell) in cells.iter().enumerate() {
                            @if index == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                        }
                        td { (part::chip(site, cited, "", cells.first().map_or("", String::as_str))) }
                    }
                }
            }
        }
    };
    part::scroll(section, &table)
}
