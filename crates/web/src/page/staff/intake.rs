//! The clinic's form for an intake: what is asked for, and everything that is known of a person's health, with dates.
//!
//! **Not asked is not no.** Each list asks whether it was asked in full; nothing is chosen unasked, and a list that was
//! not asked becomes unknown as a whole. [`lists`] says which lists and fields there are, [`json`] makes the intake that
//! screening reads, [`filled`] brings an intake back into the form, and [`field_of`] finds the field of a mistake.

use maud::{Markup, html};

use super::{
    Frame,
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        check,
        entry::{self, Entry, Line},
        icon::{Icon, icon},
    },
};

mod list;
mod write;

pub use list::{Field, FieldKind, List, lists};
pub use write::{Given, field_of, filled, json, refuse};

/// The form of an intake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whom it is about.
    pub person: Person,
    /// Where it goes.
    pub action: String,
    /// The lists, from [`lists`].
    pub lists: Vec<List>,
    /// How many rows each list shows, in the order of the lists.
    pub rows: Vec<usize>,
    /// What the patient answered already, in a sentence; empty where nothing is there.
    pub begun: String,
    /// Whether an intake is there that this one follows; it stays in the record.
    pub amends: bool,
}

/// The form. A button that adds a row posts everything and gets it back with one row more.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let title = if view.amends { "amend the intake" } else { "intake" };
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, title, &html! {}))
            (entry::summary(entry))
            @if !view.begun.is_empty() { div.note { (icon(Icon::Note)) p { (view.begun) } } }
            form.stack.stack--20.intake action=(view.action) method="post" {
                @for path in entry.all("unknown") { (entry::hidden("unknown", path)) }
                (request(site, entry))
                (patient(entry))
                @for (index, list) in view.lists.iter().enumerate() {
                    (one_list(list, view.rows.get(index).copied().unwrap_or(1), entry))
                }
                div.form__end {
                    button.btn.btn--primary.btn--glove type="submit" name="step" value="screen" { "Keep and screen" }
                    button.btn.btn--glove type="submit" name="step" value="later" { "Keep for later" }
                    span.why { "What was not asked stays unknown, and the careful side holds." }
                }
            }
        }
    };
    super::document(site, frame, &body)
}

fn line<'a>(name: &'a str, label: &'a str, hint: &'a str, kind: &'a str) -> Line<'a> {
    Line { name, label, hint, kind, autocomplete: "off" }
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

fn request(site: &Site, entry: &Entry) -> Markup {
    let modalities = named(&[
        ("pen", "Electric pen"),
        ("roller", "Roller"),
        ("rf", "Radiofrequency needles"),
        ("patch", "Patch"),
    ]);
    let devices: Vec<(String, String)> = site
        .book()
        .devices
        .iter()
        .map(|device| (device.id.clone(), device.title.clone()))
        .collect();
    html! {
        section.card.stack aria-labelledby="asked-for" {
            h2 #asked-for { "What is asked for" }
            div.pair-fields {
                (entry::select(entry, "concern", "What to treat", &check::concerns(site)))
                (entry::select(entry, "region", "Where", &check::regions(site)))
                (entry::select(entry, "modality", "By", &modalities))
                (entry::select(entry, "device", "Device", &devices))
                (entry::line(entry, line("depth_mm", "Depth, mm", "Leave it empty where none is asked for.", "text")))
                (entry::line(entry, line("onset", "When the scar or mark arose", "Only for scars and marks.", "date")))
            }
        }
    }
}

fn patient(entry: &Entry) -> Markup {
    let sexes = named(&[
        ("female", "Female"),
        ("male", "Male"),
        ("intersex", "Intersex"),
        ("unknown", "Not known"),
    ]);
    let answers = named(&[
        ("yes", "Yes"),
        ("no", "No"),
        ("unknown", "Not sure, or not asked"),
        ("not-applicable", "Does not arise"),
    ]);
    let mut types = check::phototypes();
    types.push(("unknown".to_owned(), "Not assessed: treated as IV to VI".to_owned()));
    html! {
        section.card.stack aria-labelledby="the-person" {
            h2 #the-person { "The person" }
            div.pair-fields {
                (entry::select(entry, "sex", "Recorded sex", &sexes))
                (entry::select(entry, "phototype", "Skin type", &types))
                (entry::options(entry, entry::Options::One, "pregnancy", "Pregnant, or might be?", &answers))
                (entry::options(entry, entry::Options::One, "breastfeeding", "Breast-feeding?", &answers))
                (entry::line(entry, line("weight_kg", "Weight, kg", "Only where it matters for numbing.", "text")))
            }
        }
    }
}

fn one_list(list: &List, rows: usize, entry: &Entry) -> Markup {
    let asked = named(&[
        ("all", "Asked: everything is listed here, or there is nothing"),
        ("not", "Not asked, or not sure of the rest"),
    ]);
    let heading = format!("{}-list", list.key);
    let words = format!("{}-words", list.key);
    html! {
        section.card.stack aria-labelledby=(heading) {
            div { h2 id=(heading) { (list.title) } p.small.muted { (list.asks) } }
            (entry::options(entry, entry::Options::One, &format!("{}-asked", list.key), "Was it asked?", &asked))
            @if !list.words.is_empty() { datalist id=(words) { @for word in &list.words { option value=(word) {} } } }
            @for row in 1..=rows {
                fieldset.intake__row {
                    legend.small.muted { (list.one) " " (row) }
                    @for field in &list.fields { (one_field(list, field, row, &words, entry)) }
                }
            }
            (entry::line(entry, line(&format!("{}-unknown", list.key), "Asked, and not known", "Words of the rulebook, with commas between; a detail after a dot: herpes-labialis, isotretinoin.last_dose.", "text")))
            div { button.btn type="submit" name="add" value=(list.key) formnovalidate { (icon(Icon::Plus)) "Another " (list.one.to_lowercase()) } }
        }
    }
}

fn one_field(list: &List, field: &Field, row: usize, words: &str, entry: &Entry) -> Markup {
    let name = format!("{}-{row}-{}", list.key, field.key);
    match &field.kind {
        FieldKind::Word => entry::word(entry, line(&name, &field.label, "", "text"), words),
        FieldKind::Text => entry::line(entry, line(&name, &field.label, "", "text")),
        FieldKind::Day => entry::line(entry, line(&name, &field.label, "", "date")),
        FieldKind::Number => entry::line(entry, line(&name, &field.label, "", "text")),
        FieldKind::Choice(choices) => entry::select(entry, &name, &field.label, choices),
    }
}
