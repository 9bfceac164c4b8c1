//! Disagreements between sources: every position, what literature says, what is followed.

use maud::{Markup, html};
use percuta_clinical::book::Conflict;

use super::{
    evidence::TRAIL,
    icon::{Icon, icon},
    part,
    shell::{Head, Section},
};
use crate::Site;

const SEVERITIES: [(&str, &str); 3] = [
    ("high", "A wrong choice could harm somebody"),
    ("medium", "A wrong choice could cost somebody a result, or a scare"),
    ("low", "A matter of words or small details"),
];

/// The list.
pub(super) fn index(site: &Site) -> (Head, Markup) {
    let about = "Where sources differ, what each says, and which one is followed.";
    let lead = html! { p.lead { (about) } };
    let conflicts = &site.book().conflicts;
    let body = html! {
        @for (severity, title) in SEVERITIES {
            @let group: Vec<&Conflict> = conflicts.values().filter(|conflict| conflict.severity == severity).collect();
            @if !group.is_empty() { (self::group(title, &group)) }
        }
        @let rest: Vec<&Conflict> = conflicts.values().filter(|conflict| !SEVERITIES.iter().any(|(known, _)| *known == conflict.severity)).collect();
        @if !rest.is_empty() { (group("Not weighed yet", &rest)) }
    };
    (
        Head::new("Disagreements", about, Section::Evidence),
        part::sheet(&[TRAIL], "Disagreements", &lead, &body),
    )
}

fn group(title: &str, conflicts: &[&Conflict]) -> Markup {
    html! {
        section.part {
            h2 { (title) }
            @for conflict in conflicts {
                div.entry {
                    h3 { a href={ "/evidence/conflicts/" (conflict.id) } { (conflict.topic) } }
                    p { b { "We follow: " } (conflict.follow) }
                }
            }
        }
    }
}

/// One card.
pub(super) fn page(site: &Site, conflict: &Conflict) -> (Head, Markup) {
    let head = Head::new(&conflict.topic, &conflict.follow, Section::Evidence);
    let body = html! {
        div.note.note--caution {
            (icon(Icon::Fork))
            div { p { b { "We follow" } } p { (conflict.follow) } }
        }
        section.part aria-labelledby="positions" {
            h2 #positions { "What each guide says" }
            (part::positions(site, &conflict.positions, "takes part"))
        }
        @if !conflict.literature.is_empty() {
            section.part aria-labelledby="literature" {
                h2 #literature { "What literature and regulators say" }
                p { (conflict.literature) }
            }
        }
        section.part aria-labelledby="sources" {
            h2 #sources { "Sources" }
            (part::source_list(site, conflict.sources.iter().map(String::as_str)))
        }
        (part::cited_by(site, &conflict.id))
    };
    let steps = [TRAIL, ("/evidence/conflicts", "Disagreements")];
    let lead = html! { p.small.muted { "Disagreement " code { (conflict.id) } } };
    (head, part::sheet(&steps, &conflict.topic, &lead, &body))
}
