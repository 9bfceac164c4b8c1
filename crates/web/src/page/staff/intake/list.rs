//! The lists of an intake and the fields of their entries, with words from the rulebook's vocabulary.

use percuta_terminology::Kind;

use crate::{Site, page::check};

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its key: `medicines`. The fields of row 1 are named `medicines-1-name`, and so on.
    pub key: String,
    /// Its name.
    pub title: String,
    /// What one entry is called.
    pub one: String,
    /// What to ask.
    pub asks: String,
    /// Words to choose from while writing; others may be written too.
    pub words: Vec<String>,
    /// The fields of an entry; the first one names it.
    pub fields: Vec<Field>,
    /// The kind of its words.
    pub(super) kind: Kind,
}

/// A field of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key in the intake: `last_dose`.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// What it takes.
    pub kind: FieldKind,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// A word of the vocabulary, or one that it does not hold.
    Word,
    /// Free text.
    Text,
    /// A day.
    Day,
    /// A number.
    Number,
    /// One of several.
    Choice(Vec<(String, String)>),
}

fn field(key: &str, label: &str, kind: FieldKind) -> Field {
    Field { key: key.to_owned(), label: label.to_owned(), kind }
}

fn choice(pairs: &[(&str, &str)]) -> FieldKind {
    FieldKind::Choice(
        pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect(),
    )
}

/// Every term of a kind: code and title, by title.
fn terms(site: &Site, kind: Kind) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = site
        .book()
        .vocabulary
        .of(kind)
        .terms()
        .filter(|(_, term)| !term.is_class_word)
        .map(|(_, term)| (term.code.clone(), term.title.clone()))
        .collect();
    all.sort_by(|left, right| left.1.cmp(&right.1));
    all
}

/// The lists, in the order in which they are asked.
pub fn lists(site: &Site) -> Vec<List> {
    let mut sites = vec![("request".to_owned(), "Where treatment is asked for".to_owned())];
    sites.extend(check::regions(site));
    let place = || field("site", "Where", FieldKind::Choice(sites.clone()));
    let list = |kind: Kind, title: &str, one: &str, asks: &str, fields: Vec<Field>| List {
        key: kind.list().rsplit('.').next().unwrap_or_default().to_owned(),
        title: title.to_owned(),
        one: one.to_owned(),
        asks: asks.to_owned(),
        words: if kind.is_closed() {
            Vec::new()
        } else {
            terms(site, kind).into_iter().map(|(_, title)| title).collect()
        },
        fields,
        kind,
    };
    let closed = |key: &str, label: &str, kind: Kind| {
        field(key, label, FieldKind::Choice(terms(site, kind)))
    };
    vec![
        list(
            Kind::Medicine,
            "Medicines",
            "Medicine",
            "Tablets, creams on the area, injections, supplements; stopped ones of the last year too.",
            medicine(),
        ),
        list(
            Kind::Condition,
            "Conditions",
            "Condition",
            "Illnesses now and before, the skin above all; keloids, bleeding, diabetes, immune disease, herpes.",
            condition(place()),
        ),
        list(
            Kind::Procedure,
            "Treatments had or planned",
            "Treatment",
            "Needling, lasers, peels, injections, surgery; planned ones count.",
            vec![
                field("name", "What", FieldKind::Word),
                field("date", "When", FieldKind::Day),
                place(),
                field("depth_mm", "Depth, mm", FieldKind::Number),
            ],
        ),
        list(
            Kind::Exposure,
            "Sun and the like",
            "Exposure",
            "Sunburn, tan, sunbeds, self-tan, waxing.",
            vec![
                closed("name", "What", Kind::Exposure),
                field("date", "When", FieldKind::Day),
                place(),
            ],
        ),
        list(
            Kind::Allergy,
            "Allergies",
            "Allergy",
            "Metals, anaesthetics, what is put on the skin.",
            vec![field("", "To what", FieldKind::Word)],
        ),
        list(
            Kind::Finding,
            "Skin today",
            "Finding",
            "Looked at, not asked: wounds, sores, infection, spots that change.",
            vec![closed("finding", "What", Kind::Finding), place()],
        ),
        list(
            Kind::Product,
            "Put on while needling",
            "Product",
            "What is meant to be put on the skin during treatment.",
            vec![field("", "What", FieldKind::Word)],
        ),
        list(
            Kind::Clearance,
            "Clearances",
            "Clearance",
            "A physician’s written word that treatment may go ahead.",
            vec![closed("by", "By", Kind::Clearance), field("date", "Of", FieldKind::Day)],
        ),
    ]
}

fn medicine() -> Vec<Field> {
    vec![
        field("name", "Name", FieldKind::Word),
        field("status", "Taken", choice(&[("current", "Now"), ("stopped", "Stopped")])),
        field("last_dose", "Last dose", FieldKind::Day),
        field("dose_mg_per_day", "Milligrams a day", FieldKind::Number),
        field("duration_days", "For how many days", FieldKind::Number),
        field("dose", "Dose, as said", FieldKind::Text),
    ]
}

fn condition(place: Field) -> Vec<Field> {
    let states = [
        ("active", "Active"),
        ("quiet", "There, and quiet"),
        ("past", "Over"),
        ("recurrent", "Comes and goes"),
        ("family", "In the family only"),
    ];
    vec![
        field("code", "Name", FieldKind::Word),
        field("status", "State", choice(&states)),
        place,
        field("last_episode", "Last episode", FieldKind::Day),
        field("last_change", "Last change", FieldKind::Day),
        field("hba1c_percent", "HbA1c, percent", FieldKind::Number),
        field("hba1c_date", "HbA1c of", FieldKind::Day),
    ]
}
