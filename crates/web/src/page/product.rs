//! Devices with what each is cleared for, and numbing products with the limits on their labels.

use maud::{Markup, html};
use percuta_clinical::book::{Clearance, Device, Numbing};
use percuta_terminology::Kind;

use super::{
    evidence::TRAIL,
    part,
    shell::{Head, Section},
};
use crate::{
    Site,
    catalogue::{CardKind, anchor},
    wording::{self, capital, condition::roman},
};

/// Devices.
pub(super) fn devices(site: &Site) -> (Head, Markup) {
    let about = "Devices, how deep they go, and what each is cleared for.";
    let lead = html! { p.lead { (about) } p.muted { "A clearance is for the use on its label. Another use is said to be outside it." } };
    let body = html! { @for device in &site.book().devices { (self::device(site, device)) } };
    (Head::new("Devices", about, Section::Evidence), part::sheet(&[TRAIL], "Devices", &lead, &body))
}

fn device(site: &Site, device: &Device) -> Markup {
    let millimetres =
        |depth: Option<f64>| depth.map_or_else(|| "not known".to_owned(), wording::millimetres);
    let shown = ["maker", "modality", "depth mm max", "study depth mm max"];
    html! {
        section.entry id=(anchor(CardKind::Device, &device.id)) {
            h2 { (device.title) }
            dl.src.src--wide {
                @if !device.maker.is_empty() { dt { "Maker" } dd { (device.maker) } }
                dt { "Kind" } dd { @for (index, modality) in device.modalities.iter().enumerate() { @if index > 0 { ", " } (capital(modality.title())) } }
                dt { "Deepest setting" } dd { (millimetres(device.depth_mm_max)) }
                dt { "Deepest in its study" } dd { (millimetres(device.study_depth_mm_max)) }
                @for (name, text) in device.lines.iter().filter(|(name, _)| !shown.contains(&name.as_str())) { dt { (capital(name)) } dd { (text) } }
            }
            @if device.clearances.is_empty() {
                p { b { "No clearance was found." } }
            } @else {
                (part::scroll(&format!("Clearances of {}", device.title), &clearances(site, &device.clearances)))
            }
            @for note in &device.notes { p.small.muted { (note) } }
            (part::source_list(site, device.sources.iter().map(|source| source.id.as_str())))
        }
    }
}

fn clearances(site: &Site, clearances: &[Clearance]) -> Markup {
    let words = &site.book().vocabulary;
    html! {
        table.table {
            caption.vh { "Clearances" }
            thead { tr { th scope="col" { "Number" } th scope="col" { "For" } th scope="col" { "Where" } th scope="col" { "Skin types" } th scope="col" { "Age" } th scope="col" { "Source" } } }
            tbody {
                @for clearance in clearances {
                    tr {
                        th scope="row" { (clearance.number) }
                        td { @for (index, concern) in clearance.concerns.iter().enumerate() { @if index > 0 { ", " } (words.of(Kind::Concern).term(concern).title) } }
                        td { @for (index, region) in clearance.regions.iter().enumerate() { @if index > 0 { ", " } (words.regions.get(*region).title) } }
                        td { (skin_types(clearance.phototypes)) }
                        td { @if clearance.age_from > 0 { (clearance.age_from) " and over" } @else { "not given" } }
                        td { @for position in &clearance.sources { a href={ "/evidence/sources/" (position.id) } { (part::source_name(site, &position.id)) } } }
                    }
                }
            }
        }
    }
}

/// A card without a range is read as every type, so that the two cannot be told apart here.
fn skin_types((from, to): (u8, u8)) -> String {
    if (from, to) == (1, 6) {
        "every type, or not given".to_owned()
    } else {
        format!("{} to {}", roman(from), roman(to))
    }
}

/// Numbing products.
pub(super) fn numbing(site: &Site) -> (Head, Markup) {
    let about = "Numbing products and the limits on their labels.";
    let lead = html! { p.lead { (about) } p.muted { "Numb in the clinic, not at home. Every product is wiped off before the first needle." } };
    let body = html! { @for product in &site.book().numbing { (self::product(site, product)) } };
    (
        Head::new("Numbing products", about, Section::Evidence),
        part::sheet(&[TRAIL], "Numbing products", &lead, &body),
    )
}

/// "area cm2 max" as "Area, at most (cm²)".
fn name_of_line(name: &str) -> String {
    let (name, most) = match name.strip_suffix(" max") {
        Some(name) => (name, ", at most"),
        None => (name, ""),
    };
    let (name, least) = match name.strip_suffix(" from") {
        Some(name) => (name, ", from"),
        None => (name, ""),
    };
    let (name, unit) = match name {
        "area cm2" => ("area", " (cm²)"),
        "grams" => ("amount", " (g)"),
        "grams per 10 cm2" => ("amount for each 10 cm²", " (g)"),
        "minutes" => ("time on the skin", " (minutes)"),
        "age" => ("age", " (years)"),
        other => (other, ""),
    };
    format!("{}{most}{least}{unit}", capital(name))
}

fn line(name: &str, text: &str) -> String {
    match (name, text.split_once(" to percent "), text) {
        ("active", Some((active, percent)), _) => format!("{} {percent}%", capital(active)),
        (_, _, "true") => "Yes".to_owned(),
        (_, _, "false") => "No".to_owned(),
        (_, _, text) => capital(text),
    }
}

fn product(site: &Site, product: &Numbing) -> Markup {
    html! {
        section.entry id=(anchor(CardKind::Numbing, &product.id)) {
            h2 { (product.title) }
            dl.src.src--wide {
                @for lines in product.lines.chunk_by(|(left, _), (right, _)| left == right) {
                    @for (index, (name, text)) in lines.iter().enumerate() {
                        @if index == 0 { dt { (name_of_line(name)) } }
                        dd { (line(name, text)) }
                    }
                }
            }
            @for note in &product.notes { p.small.muted { (note) } }
            (part::positions(site, &product.sources, "named in support"))
        }
    }
}
