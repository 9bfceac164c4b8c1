//! Sources: the list by kind, and each with how it was read and everything that cites it.

use maud::{Markup, html};
use percuta_clinical::book::Source;

use super::{
    evidence::TRAIL,
    icon::{Icon, icon},
    part,
    shell::{Head, Section},
};
use crate::{Site, wording};

/// Kinds in the order of their weight.
const KINDS: [(&str, &str); 9] = [
    ("regulator", "Regulators"),
    ("guidance", "Guidance"),
    ("label", "Product labels"),
    ("ifu", "Device manuals"),
    ("peer", "Journal articles"),
    ("trialreg", "Trial registers"),
    ("seed", "The guides the project starts from"),
    ("clinic", "Clinics’ and makers’ pages"),
    ("secondary", "Second-hand accounts"),
];

/// The list.
pub(super) fn index(site: &Site) -> (Head, Markup) {
    let sources = &site.book().sources;
    let read = |seen: &str| sources.values().filter(|source| source.seen == seen).count();
    let about = "Every source, with how much of it was read and what cites it.";
    let lead = html! {
        p.lead { (about) }
        p.muted {
            (wording::count(sources.len(), "source", "sources")) ": " (read("full")) " read in full, " (read("excerpt")) " as excerpts, "
            (read("from-memory")) " from memory and not yet checked. Heavier kinds come first."
        }
    };
    let body = html! {
        @for (kind, title) in KINDS {
            (group(title, &sources.values().filter(|source| source.kind == kind).collect::<Vec<_>>()))
        }
        (group("Other", &sources.values().filter(|source| !KINDS.iter().any(|(kind, _)| *kind == source.kind)).collect::<Vec<_>>()))
    };
    (Head::new("Sources", about, Section::Evidence), part::sheet(&[TRAIL], "Sources", &lead, &body))
}

fn group(title: &str, sources: &[&Source]) -> Markup {
    html! {
        @if !sources.is_empty() {
            section.part {
                h2 { (title) }
                ul.links.links--sources { @for source in sources { li { (part::source_line(source)) } } }
            }
        }
    }
}

/// One source.
pub(super) fn page(site: &Site, source: &Source) -> (Head, Markup) {
    let head = Head::new(&source.title, "", Section::Evidence);
    let lead = html! { p.small.muted { (wording::source_kind(&source.kind)) " · source " code { (source.id) } } };
    let body = html! {
        @if source.seen == "from-memory" {
            div.note.note--caution { (icon(Icon::Caution)) p { "Known from memory and not retrieved. It is to be checked before anybody relies on it." } }
        }
        dl.src.src--wide {
            dt { "By" } dd { (wording::source_by(source)) }
            dt { "Read" } dd { (wording::capital(wording::source_seen(&source.seen))) }
            @if !places(&source.place).is_empty() {
                dt { "Where" }
                dd.breakable { @for (index, place) in places(&source.place).iter().enumerate() { @if index > 0 { br; } (place) } }
            }
            @if !source.note.is_empty() { dt { "Note" } dd { (source.note) } }
        }
        (part::cited_by(site, &source.id))
    };
    let steps = [TRAIL, ("/evidence/sources", "Sources")];
    (head, part::sheet(&steps, &source.title, &lead, &body))
}

/// Where a source can be found: addresses, DOIs and PubMed numbers as links. A bare file name is of no use to a reader.
fn places(place: &str) -> Vec<Markup> {
    place
        .split(" ; ")
        .map(str::trim)
        .filter(|place| !place.is_empty() && !place.ends_with(".txt"))
        .map(|place| {
            let number = place
                .strip_prefix("PMID ")
                .filter(|number| number.chars().all(|digit| digit.is_ascii_digit()));
            let href = if place.starts_with("https://") || place.starts_with("http://") {
                Some(place.to_owned())
            } else if let Some(doi) = place.strip_prefix("doi:") {
                Some(format!("https://doi.org/{doi}"))
            } else {
                number.map(|number| format!("https://pubmed.ncbi.nlm.nih.gov/{number}/"))
            };
            match href {
                Some(href) if !href.contains(char::is_whitespace) => {
                    html! { a href=(href) rel="external noopener noreferrer" { (place) } }
                }
                Some(_) | None => html! { (place) },
            }
        })
        .collect()
}
