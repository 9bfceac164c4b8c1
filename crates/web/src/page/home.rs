//! The front page: what it is, what is known and how well, who should wait, ask or skip it, and where to start.

use maud::{Markup, html};
use percuta_clinical::{
    answer::Disposition,
    book::{Block, Page, Rule, WhenUnknown},
};

use super::{
    CHECK, guide,
    icon::{Icon, icon},
    part,
    shell::{Head, Section},
};
use crate::{Site, catalogue::HOME, wording};

/// So many rules of a disposition are shown before the rest is folded away.
const SHOWN: usize = 7;

/// The page.
pub(super) fn page(site: &Site) -> (Head, Markup) {
    let Some(page) = site.book().pages.iter().find(|page| page.id == HOME) else {
        return guide::index(site);
    };
    let head = Head::new(&page.title, &page.lead, Section::ForMe);
    let body = html! {
        (hero(site, page))
        @for section in &page.sections {
            section.band {
                div.wrap {
                    h2.band__title { (section.title) }
                    div.claims { @for block in &section.blocks { (claim(site, block)) } }
                }
            }
        }
        (who(site))
        (start(site))
    };
    (head, body)
}

fn claim(site: &Site, block: &Block) -> Markup {
    match block {
        Block::Claim { .. } => guide::block(site, block, "What is known"),
        Block::Note(..) | Block::Steps(_) | Block::Table(..) => {
            html! { div.claims__wide { (guide::block(site, block, "What is known")) } }
        }
    }
}

fn hero(site: &Site, page: &Page) -> Markup {
    html! {
        div.hero {
            div.wrap {
                div.hero__text {
                    h1 { (page.title) }
                    p.lead { (page.lead) }
                    (part::chip(site, &page.lead_cited, "", "what this paragraph rests on"))
                    div.row {
                        a.btn.btn--primary.btn--glove href=(CHECK) { "Start the self-check" }
                        span.small.muted { (wording::count(questions(site), "question", "questions")) ", no account." }
                    }
                }
                (skin())
            }
        }
    }
}

fn questions(site: &Site) -> usize {
    site.book().rules.iter().map(|rule| rule.asks.len()).sum()
}

/// A cross-section of skin with four needle depths, to one scale.
fn skin() -> Markup {
    html! {
        svg.skin viewBox="0 0 486 330" role="img" aria-labelledby="skin-title" {
            title #skin-title { "Cross-section of skin with needle channels at 0.25, 0.5, 1.0 and 1.5 millimetres against typical facial skin, about 1.1 to 1.4 millimetres thick" }
            path.skin__outer d="M20 66c60-10 110 8 170 0s120-10 210 2v18c-90-10-150-6-210 2s-110-10-170 0Z" {}
            path.skin__dermis d="M20 88c60-10 110 8 170 0s120-12 210-2v148c-80 10-140-6-210 4s-120 4-170-4Z" {}
            path.skin__fat d="M20 234c50 8 100 14 170 4s130 6 210-4v66H20Z" {}
            g.skin__cells {
                @for (x, y, r) in [(60, 272, 17), (102, 276, 20), (150, 270, 17), (196, 276, 20), (243, 270, 18), (290, 276, 19), (336, 270, 17), (376, 276, 18)] {
                    circle cx=(x) cy=(y) r=(r) {}
                }
            }
            path.skin__fibres d="M40 130q14-8 28 0t28 0M60 190q14-8 28 0t28 0M150 160q14-8 28 0t28 0M260 130q14-8 28 0t28 0M230 206q14-8 28 0t28 0M330 180q14-8 28 0t28 0" {}
            path.skin__needles d="M84 24V97M170 24V131M256 24V196M342 24V262" {}
            g text-anchor="middle" {
                @for (x, depth) in [(84, "0.25 mm"), (170, "0.5 mm"), (256, "1.0 mm"), (342, "1.5 mm")] {
                    text x=(x) y="16" { (depth) }
                }
            }
            text x="408" y="80" { "outer layer" }
            text x="408" y="166" { "dermis" }
            text x="408" y="274" { "fat" }
            text.skin__scale x="20" y="322" { "Drawn to the scale of facial skin 1.25 mm thick. Yours differs by place." }
        }
    }
}

/// How early a rule is named: sure evidence first, then what must not be left open.
fn weight(rule: &Rule) -> (u8, u8) {
    let confidence = match rule.confidence.as_str() {
        "high" => 0,
        "medium" => 1,
        _ => 2,
    };
    let unknown = match rule.unknown {
        WhenUnknown::Critical => 0,
        WhenUnknown::Elsewhere => 1,
        WhenUnknown::Caution => 2,
    };
    (confidence, unknown)
}

fn who(site: &Site) -> Markup {
    let steps = [Disposition::Defer, Disposition::ReferPhysician, Disposition::DoNotTreat];
    html! {
        section.band aria-labelledby="who" {
            div.wrap {
                h2.band__title #who { "Who should wait, ask or skip it" }
                div.who2 { @for step in steps { (column(site, step)) } }
                p.small.muted.who2__note {
                    "Keep taking what was prescribed to you, whatever this list says. "
                    a href="/guide/who-should-not" { "All reasons in full" }
                }
            }
        }
    }
}

fn column(site: &Site, step: Disposition) -> Markup {
    let mut rules: Vec<&Rule> = site
        .book()
        .rules
        .iter()
        // Rules about an answer that is missing say nothing about who somebody is.
        .filter(|rule| rule.withdrawn.is_none() && !rule.id.starts_with("info."))
        .filter(|rule| wording::worst(rule) == step)
        .collect();
    rules.sort_by_key(|rule| weight(rule));
    let (shown, folded) = rules.split_at_checked(SHOWN).unwrap_or((&rules, &[]));
    html! {
        div {
            (part::tag(step))
            (rule_links(shown))
            @if !folded.is_empty() {
                details.more {
                    summary { (folded.len()) " more" span.vh { ": " (wording::disposition(step)) } }
                    (rule_links(folded))
                }
            }
        }
    }
}

fn rule_links(rules: &[&Rule]) -> Markup {
    html! {
        ul { @for rule in rules { li { a.quiet href={ "/evidence/rules/" (rule.id) } { (rule.title) } } } }
    }
}

fn start(site: &Site) -> Markup {
    let groups = [
        ("you", "You"),
        ("medicines", "Medicines"),
        ("health", "Health"),
        ("skin", "Skin today"),
        ("treatments", "Earlier treatments"),
        ("allergies", "Allergies"),
    ];
    let count = |group: &str| {
        site.book()
            .rules
            .iter()
            .flat_map(|rule| &rule.asks)
            .filter(|asks| asks.group == group)
            .count()
    };
    html! {
        section.band #start aria-labelledby="start-title" {
            div.wrap.start {
                div.stack {
                    h2.band__title #start-title { "Start the self-check" }
                    p.lead.lead--small {
                        "“Not sure” is a fine answer: it means a person will ask you, not that you are turned away."
                    }
                    ul.list {
                        li { (icon(Icon::Lock)) span { "No account, and no name is asked." } }
                        li { (icon(Icon::Book)) span { "You see every reason and every source." } }
                        li { (icon(Icon::Refer)) span { "A clinician confirms. The check does not replace a visit." } }
                    }
                }
                div.card.stack {
                    h3 { "What it asks about" }
                    dl.tally {
                        @for (group, title) in groups {
                            div { dt { (title) } dd { (wording::count(count(group), "question", "questions")) } }
                        }
                    }
                    div.row { a.btn.btn--primary href=(CHECK) { "Start the self-check" } }
                    p.small.muted.plain { "Do not stop a prescribed medicine because of this page." }
                }
            }
        }
    }
}
