//! The rulebook's own pages: what it is and how far it can be trusted, its scales, and what no source was found for.

use maud::{Markup, html};

use super::{
    icon::{Icon, icon},
    part,
    shell::{Head, Section},
};
use crate::{
    Site,
    catalogue::{CardKind, anchor},
    wording,
};

/// The trail of a page below the rulebook's.
pub(super) const TRAIL: (&str, &str) = ("/evidence", "Evidence");

/// What the rulebook is.
pub(super) fn index(site: &Site) -> (Head, Markup) {
    let book = site.book();
    let about = "The rulebook behind every answer: its version, its standing, every rule, fact, disagreement and source.";
    let lead = html! {
        p.lead { "Every answer here comes from one rulebook: plain cards with a source for each claim. Where sources disagree, the card shows every position, takes the careful side and says why." }
    };
    let body = html! {
        div.note.note--caution {
            (icon(Icon::Caution))
            div { p { b { "How far to trust it" } } p { (book.status) } }
        }
        dl.standing {
            div { dt { "Version" } dd { (book.version) } }
            div { dt { "Released" } dd { (wording::date_in_words(&book.released)) } }
            div { dt { "Digest" } dd { code { (book.digest) } } }
        }
        @for (title, tiles) in tiles(site) {
            section.part.part--wide {
                h2 { (title) }
                ul.tiles.tiles--counts {
                    @for (href, title, count, says) in tiles {
                        li { a href=(href) { span.tiles__n { (wording::grouped(count)) } b { (title) } span { (says) } } }
                    }
                }
            }
        }
    };
    (Head::new("Evidence", about, Section::Evidence), part::sheet(&[], "Evidence", &lead, &body))
}

type Tile = (&'static str, &'static str, usize, &'static str);

fn tiles(site: &Site) -> [(&'static str, Vec<Tile>); 3] {
    let book = site.book();
    let count = |kind| site.catalogue().count(kind);
    [
        (
            "What it decides",
            vec![
                (
                    "/evidence/rules",
                    "Screening rules",
                    count(CardKind::Rule),
                    "Who may be treated, who waits, who asks a doctor first.",
                ),
                (
                    "/evidence/triage",
                    "Rules for the days after",
                    count(CardKind::Triage),
                    "What is expected, and what needs the clinic or an emergency call.",
                ),
                (
                    "/evidence/protocol",
                    "Limits and times",
                    book.ceilings.len()
                        + book.intervals.len()
                        + book.phases.len()
                        + book.preparations.len()
                        + book.aftercare.len(),
                    "Depth by place, weeks between sessions, preparation, aftercare.",
                ),
            ],
        ),
        (
            "What it rests on",
            vec![
                (
                    "/evidence/facts",
                    "Facts",
                    count(CardKind::Fact),
                    "What the sources say, topic by topic.",
                ),
                (
                    "/evidence/conflicts",
                    "Disagreements",
                    count(CardKind::Conflict),
                    "Where sources differ, and which one is followed.",
                ),
                (
                    "/evidence/sources",
                    "Sources",
                    count(CardKind::Source),
                    "Each with how much of it was read, and what cites it.",
                ),
                ("/evidence/gaps", "Gaps", book.gaps.len(), "What was looked for and not found."),
            ],
        ),
        (
            "What it knows by name",
            vec![
                (
                    "/evidence/medicines",
                    "Medicines",
                    count(CardKind::Medicine),
                    "By group, with brand names, and the rules that speak of them.",
                ),
                ("/evidence/devices", "Devices", book.devices.len(), "What each is cleared for."),
                (
                    "/evidence/numbing",
                    "Numbing products",
                    book.numbing.len(),
                    "The limits on their labels.",
                ),
                ("/evidence/scales", "Scales", book.scales.len(), "How results are scored."),
            ],
        ),
    ]
}

/// Outcome scales.
pub(super) fn scales(site: &Site) -> (Head, Markup) {
    let about = "The scales by which results are scored, with their ranges and licences.";
    let lead = html! { p.lead { "How results are scored. A score says what was counted, not how you will feel about it." } };
    let body = html! {
        @for scale in &site.book().scales {
            section.entry id=(anchor(CardKind::Scale, &scale.id)) {
                h2 { (scale.title) }
                dl.src.src--wide {
                    dt { "Scoring" } dd { (scale.scoring) }
                    dt { "Range" } dd { (scale.range) }
                    dt { "Licence" } dd { (scale.licence) }
                }
                (part::source_list(site, scale.sources.iter().map(|source| source.id.as_str())))
                @for ask in &scale.asks {
                    div.stack.stack--tight {
                        p { b { (wording::asked_at(ask.at)) } @if let Some(concerns) = &ask.concerns { ", for " (wording::concerns(site.book(), concerns)) } }
                        p.small { (ask.because) }
                        (part::positions(site, &ask.sources, "named for asking"))
                    }
                }
            }
        }
    };
    (Head::new("Scales", about, Section::Evidence), part::sheet(&[TRAIL], "Scales", &lead, &body))
}

/// What no source was found for.
pub(super) fn gaps(site: &Site) -> (Head, Markup) {
    let about = "What was looked for and not found, so that nobody takes silence for an answer.";
    let lead = html! { p.lead { (about) } };
    let body = html! {
        ol.gaps { @for gap in &site.book().gaps { li { (gap) } } }
        p.muted { "A source that fills one of these is welcome. Until then the rules take the careful side and say so." }
    };
    (Head::new("Gaps", about, Section::Evidence), part::sheet(&[TRAIL], "Gaps", &lead, &body))
}
