//! Limits and times: depth by place, weeks between sessions, preparation, the days after, aftercare.

use maud::{Markup, html};
use percuta_clinical::{
    book::{Ceiling, Interval, Phase, Position},
    intake::{Modality, Setting},
};
use percuta_terminology::{Kind, RegionId, TermSet};

use super::{
    evidence::TRAIL,
    part,
    shell::{Head, Section},
};
use crate::{
    Site,
    catalogue::{CardKind, anchor},
    wording::{self, capital, range},
};

/// The page.
pub(super) fn page(site: &Site) -> (Head, Markup) {
    let about = "Depth limits by place, weeks between sessions, what to do before, and what to leave out afterwards.";
    let lead = html! {
        p.lead { (about) }
        nav aria-label="On this page" {
            ul.jump {
                li { a href="#depth" { "Depth limits" } }
                li { a href="#intervals" { "Sessions and weeks" } }
                li { a href="#before" { "Before" } }
                li { a href="#phases" { "The days after" } }
                li { a href="#aftercare" { "Aftercare" } }
            }
        }
    };
    let body = html! {
        section.part.part--wide aria-labelledby="depth" {
            h2 #depth { "Depth limits" }
            p.muted { "The most exact place and concern speaks. A device’s label, the law or your own permission may only lower it." }
            (part::scroll("Depth limits", &ceilings(site)))
        }
        section.part.part--wide aria-labelledby="intervals" {
            h2 #intervals { "Sessions and the weeks between" }
            (part::scroll("Sessions and the weeks between", &intervals(site)))
        }
        section.part aria-labelledby="before" { h2 #before { "Before a session" } (preparations(site)) }
        section.part aria-labelledby="phases" {
            h2 #phases { "The days and weeks after" }
            @for phase in &site.book().phases { (self::phase(site, phase)) }
        }
        section.part aria-labelledby="aftercare" { h2 #aftercare { "What to leave out afterwards" } (aftercare(site)) }
    };
    (
        Head::new("Limits and times", about, Section::Evidence),
        part::sheet(&[TRAIL], "Limits and times", &lead, &body),
    )
}

/// Sources of a row, one tap away.
fn sources(site: &Site, positions: &[Position], conflict: Option<&String>, about: &str) -> Markup {
    let cited = percuta_clinical::book::Cited {
        cites: positions.iter().map(|position| position.id.clone()).collect(),
        conflicts: conflict.into_iter().cloned().collect(),
    };
    part::chip(site, &cited, "", about)
}

fn places(site: &Site, regions: &[RegionId]) -> String {
    let names: Vec<&str> = regions
        .iter()
        .map(|region| site.book().vocabulary.regions.get(*region).title.as_str())
        .collect();
    if names.is_empty() { "Anywhere".to_owned() } else { names.join("; ") }
}

fn concerns(site: &Site, terms: &TermSet) -> String {
    let lexicon = site.book().vocabulary.of(Kind::Concern);
    terms
        .iter()
        .map(|id| lexicon.term(id))
        .filter(|term| !term.is_class_word)
        .map(|term| term.title.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

fn modalities(modalities: &[Modality]) -> String {
    if modalities.is_empty() {
        return "Any".to_owned();
    }
    let names: Vec<&str> = modalities.iter().map(|modality| modality.title()).collect();
    capital(&wording::list(&names, "or"))
}

fn ceilings(site: &Site) -> Markup {
    html! {
        table.table {
            caption.vh { "Depth limits" }
            thead { tr { th scope="col" { "Place" } th scope="col" { "With" } th.n scope="col" { "Limit" } th.n scope="col" { "With a prescriber" } th scope="col" { "Why" } th scope="col" { "Sources" } } }
            tbody { @for ceiling in &site.book().ceilings { (self::ceiling(site, ceiling)) } }
        }
    }
}

fn ceiling(site: &Site, ceiling: &Ceiling) -> Markup {
    let place = places(site, &ceiling.sites);
    let limit = if ceiling.limit_mm > 0.0 {
        wording::millimetres(ceiling.limit_mm)
    } else {
        "not needled".to_owned()
    };
    html! {
        tr id=(anchor(CardKind::Ceiling, &ceiling.id)) {
            th scope="row" {
                (place)
                @if let Some(of) = &ceiling.concerns { span.under { (concerns(site, of)) } }
            }
            td {
                (modalities(&ceiling.modalities))
                @match ceiling.setting {
                    Some(Setting::Home) => ", at home",
                    Some(Setting::Clinic) => ", in a clinic",
                    None => {},
                }
            }
            td.n { (limit) }
            td.n { @match ceiling.override_mm { Some(depth) => (wording::millimetres(depth)), None => "no" } }
            td { (ceiling.why) }
            td { (sources(site, &ceiling.sources, None, &place)) }
        }
    }
}

fn intervals(site: &Site) -> Markup {
    html! {
        table.table {
            caption.vh { "Sessions and the weeks between" }
            thead { tr { th scope="col" { "Concern" } th.n scope="col" { "Sessions" } th.n scope="col" { "Weeks between" } th.n scope="col" { "Depth" } th.n scope="col" { "Passes" } th scope="col" { "Until" } th scope="col" { "Sources" } } }
            tbody { @for interval in &site.book().intervals { (self::interval(site, interval)) } }
        }
    }
}

fn depths(low: f64, high: f64) -> String {
    let (low, high) = (wording::millimetres(low), wording::millimetres(high));
    if low == high { high } else { format!("{} to {high}", low.trim_end_matches(" mm")) }
}

fn interval(site: &Site, interval: &Interval) -> Markup {
    let title = concerns(site, &interval.concerns);
    let dash = html! { span.faint { "not given" } };
    html! {
        tr id=(anchor(CardKind::Interval, &interval.id)) {
            th scope="row" {
                (title)
                span.under { (modalities(&interval.modalities)) }
                @if !interval.note.is_empty() { span.under { (interval.note) } }
            }
            td.n { (range(interval.sessions.0, interval.sessions.1)) }
            td.n {
                (range(interval.weeks.0, interval.weeks.1))
                @if let Some((low, high, source)) = &interval.longer_weeks {
                    span.under { (range(*low, *high)) " by " a href={ "/evidence/sources/" (source) } { (part::source_name(site, source)) } }
                }
            }
            td.n { @match interval.depth_mm { Some((low, high)) => (depths(low, high)), None => (dash) } }
            td.n { @match interval.passes { Some((low, high)) => (range(low, high)), None => (dash) } }
            td { @if interval.endpoint.is_empty() { (dash) } @else { (capital(&interval.endpoint)) } }
            td { (sources(site, &interval.sources, None, &title)) }
        }
    }
}

fn preparations(site: &Site) -> Markup {
    html! {
        @for preparation in &site.book().preparations {
            div.entry id=(anchor(CardKind::Preparation, &preparation.id)) {
                h3 { (preparation.title) }
                p.small.muted {
                    @match preparation.days_before { 0 => "On the day", days => { (wording::count(usize::try_from(days).unwrap_or_default(), "day", "days")) " before" } }
                    @if !["", "always"].contains(&preparation.when.as_str()) { ", for: " (preparation.when.replace('-', " ")) }
                }
                p { (preparation.action) }
                (sources(site, &preparation.sources, preparation.conflict.as_ref(), &preparation.title))
            }
        }
    }
}

fn phase(site: &Site, phase: &Phase) -> Markup {
    let list = |title: &str, lines: &[String]| {
        html! { @if !lines.is_empty() { div { h4 { (title) } ul.plain-list { @for line in lines { li { (line) } } } } } }
    };
    html! {
        div.entry id=(anchor(CardKind::Phase, &phase.id)) {
            h3 { (phase.title) }
            p.small.muted {
                (wording::span(phase.span))
                @if let Some(modality) = phase.modality { ", " (modality.title()) }
            }
            div.thirds {
                (list("Expect", &phase.expect))
                (list("Do", &phase.actions))
                (list("Avoid", &phase.avoid))
            }
            (sources(site, &phase.sources, None, &phase.title))
        }
    }
}

fn aftercare(site: &Site) -> Markup {
    let hours = |hours: f64| {
        if hours > 72.0 { format!("{} days", hours / 24.0) } else { format!("{hours} hours") }
    };
    html! {
        @for item in &site.book().aftercare {
            div.entry id=(anchor(CardKind::Aftercare, &item.id)) {
                h3 { (item.title) }
                p.small.muted {
                    @match (item.avoid_hours, item.advise_hours) {
                        (Some(avoid), Some(advise)) => { "Not for " (hours(avoid)) "; better " (hours(advise)) },
                        (Some(avoid), None) => { "Not for " (hours(avoid)) },
                        (None, Some(advise)) => { "Better not for " (hours(advise)) },
                        (None, None) => "No waiting time",
                    }
                }
                p { (item.says) }
                (sources(site, &item.sources, item.conflict.as_ref(), &item.title))
            }
        }
    }
}
