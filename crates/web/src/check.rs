//! The self-check's form: text in, a [`SelfCheck`] or the same form again with its errors.
//!
//! PRIVACY: every answer travels in the form itself. Nothing is kept, logged or put into an address.

use std::collections::BTreeMap;

use jiff::civil::Date;
use percuta_clinical::{
    Rulebook,
    intake::{Modality, Setting, Sex},
    question::{Asked, Said, SelfCheck},
};
use percuta_terminology::Kind;

/// No text of the form is longer.
const LIMIT_TEXT: usize = 200;
/// No list of medicines is longer.
const LIMIT_MEDICINES: usize = 40;

/// The fields of the form as they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The last of equal names counts; what is too long is cut.
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        let mut fields = BTreeMap::new();
        for (name, value) in pairs.into_iter().take(400) {
            if name.len() > LIMIT_TEXT {
                continue;
            }
            let limit = if name == "medicines" { 4_000 } else { LIMIT_TEXT };
            fields.insert(name, value.chars().take(limit).collect());
        }
        Self(fields)
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// What the next page carries on: everything but the medicines, which their own page shows again.
    pub(crate) fn carried(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| *name != "step")
            .map(|(name, value)| (name.as_str(), value.trim()))
    }

    /// What was answered, without what a form around it added: what a record keeps.
    pub(crate) fn answers(&self) -> Vec<(String, String)> {
        self.carried()
            .filter(|(name, _)| is_answer(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// The names that begin with a mark, without it, and their values.
    fn marked<'f>(&'f self, mark: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        self.0
            .iter()
            .filter_map(move |(name, value)| Some((name.strip_prefix(mark)?, value.trim())))
    }
}

/// Whether a field is one of the self-check's.
fn is_answer(name: &str) -> bool {
    ["concern", "region", "way", "born", "sex", "phototype", "medicines"].contains(&name)
        || ["a.", "d.", "shown."].iter().any(|mark| name.starts_with(mark))
}

/// One thing that is wrong with the form: the field, and the sentence beneath it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) says: String,
}

/// How treatment may be given, as the form has it.
pub(crate) const WAYS: [(&str, &str, Modality, Setting); 6] = [
    ("unsure", "Not sure yet", Modality::Pen, Setting::Clinic),
    ("pen", "With an electric pen, in a clinic", Modality::Pen, Setting::Clinic),
    ("roller", "With a roller, in a clinic", Modality::Roller, Setting::Clinic),
    ("rf", "With radiofrequency (RF) needles, in a clinic", Modality::Rf, Setting::Clinic),
    ("home-roller", "With a roller, at home", Modality::Roller, Setting::Home),
    ("patch", "With a patch that holds a medicine or vaccine", Modality::Patch, Setting::Clinic),
];

/// Recorded sex, as the form has it.
pub(crate) const SEXES: [(&str, &str, Sex); 4] = [
    ("female", "Female", Sex::Female),
    ("male", "Male", Sex::Male),
    ("intersex", "Intersex", Sex::Intersex),
    ("unknown", "Rather not say", Sex::Unknown),
];

/// Reads the form. `Err` holds what is wrong with its first page; wrong details are given beside the check.
pub(crate) fn read(
    book: &Rulebook,
    fields: &Fields,
    today: Date,
) -> Result<(SelfCheck, Vec<Wrong>), Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut say = |field: &str, says: &str| {
        wrong.push(Wrong { field: field.to_owned(), says: says.to_owned() })
    };
    let concern = book.vocabulary.of(Kind::Concern).exact(fields.get("concern"));
    if concern.is_none() {
        say("concern", "Choose what you would like treated.");
    }
    let region = book.vocabulary.regions.find(fields.get("region"));
    if region.is_none() {
        say("region", "Choose where.");
    }
    let born =
        fields.get("born").parse::<Date>().ok().filter(|born| {
            *born <= today && i32::from(today.year()) - i32::from(born.year()) <= 130
        });
    if born.is_none() {
        say(
            "born",
            "Give your date of birth. It decides whether you are old enough, and is not kept.",
        );
    }
    let way = WAYS.iter().find(|(word, ..)| *word == fields.get("way"));
    if way.is_none() {
        say("way", "Choose how, or “Not sure yet”.");
    }
    let sex = SEXES.iter().find(|(word, ..)| *word == fields.get("sex"));
    if sex.is_none() {
        say("sex", "Choose one. It decides whether pregnancy is asked about.");
    }
    let phototype =
        fields.get("phototype").parse::<u8>().ok().filter(|number| (1..=6).contains(number));
    let (Some(concern), Some(region), Some(birth_date), Some(way), Some(sex)) =
        (concern, region, born, way, sex)
    else {
        return Err(wrong);
    };
    let mut check = SelfCheck {
        birth_date,
        sex: sex.2,
        phototype,
        concern,
        region,
        modality: way.2,
        setting: way.3,
        said: said(fields),
        details: BTreeMap::new(),
        medicines: medicines(fields),
    };
    let mut wrong = Vec::new();
    for (key, value) in fields.marked("d.") {
        match detail_fault(key, value, today) {
            None => {
                check.details.insert(key.to_owned(), value.to_owned());
            }
            Some(says) => wrong.push(Wrong { field: key.to_owned(), says }),
        }
    }
    Ok((check, wrong))
}

/// The answers so far. A question that was shown and left open is *not sure*.
fn said(fields: &Fields) -> BTreeMap<String, Said> {
    let mut said: BTreeMap<String, Said> =
        fields.marked("shown.").map(|(key, _)| (key.to_owned(), Said::NotSure)).collect();
    for (key, value) in fields.marked("a.") {
        let answer = match value {
            "yes" => Said::Yes,
            "no" => Said::No,
            _ => Said::NotSure,
        };
        said.insert(key.to_owned(), answer);
    }
    said
}

/// The medicines as written, one a line or between commas.
fn medicines(fields: &Fields) -> Vec<String> {
    fields
        .get("medicines")
        .split(['\n', ',', ';'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .take(LIMIT_MEDICINES)
        .map(|name| name.chars().take(80).collect())
        .collect()
}

/// What is wrong with a detail; an empty one is *not sure*.
fn detail_fault(key: &str, value: &str, today: Date) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    let field = key.rsplit('.').next().unwrap_or(key);
    match field {
        "last_dose" | "date" | "last_change" | "hba1c_date" | "onset" => {
            match value.parse::<Date>() {
                Err(_unreadable) => Some(
                    "Write the date as year-month-day, such as 2026-03-02, or leave it empty."
                        .to_owned(),
                ),
                Ok(day) if day > today && !(field == "date" && key.starts_with("procedures.")) => {
                    Some(
                        "This day lies ahead. Give a day up to today, or leave it empty."
                            .to_owned(),
                    )
                }
                Ok(_) => None,
            }
        }
        "hba1c_percent" => number_fault(value, 2.0, 25.0, "percent"),
        "depth_mm" => number_fault(value, 0.0, 10.0, "millimetres"),
        _ => None,
    }
}

fn number_fault(value: &str, low: f64, high: f64, unit: &str) -> Option<String> {
    let number = value.replace(',', ".").parse::<f64>().ok();
    match number {
        Some(number) if (low..=high).contains(&number) => None,
        _ => Some(format!("Give a number from {low} to {high} {unit}, or leave it empty.")),
    }
}

/// How a detail is put into words: its question, and the choices where it has them.
pub(crate) fn wording(
    asked: Asked,
    item: &str,
) -> (String, &'static [(&'static str, &'static str)]) {
    let name = item.to_lowercase();
    let mut letters = item.chars();
    let item: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    match asked {
        Asked::Taking => (
            format!("{item}: are you taking it now?"),
            &[("current", "Yes, now"), ("stopped", "No, stopped"), ("", "Not sure")],
        ),
        Asked::LastDose => (format!("{item}: when was the last dose?"), &[]),
        Asked::Day => (format!("{item}: when?"), &[]),
        Asked::State => (
            format!("{item}: how is it now?"),
            &[
                ("active", "There now"),
                ("quiet", "Quiet"),
                ("past", "Over"),
                ("recurrent", "Comes and goes"),
                ("", "Not sure"),
            ],
        ),
        Asked::Place => (
            format!("{item}: is it where you want treatment?"),
            &[("here", "Yes"), ("elsewhere", "No, elsewhere"), ("", "Not sure")],
        ),
        Asked::Hba1c => ("Your last HbA1c value".to_owned(), &[]),
        Asked::Hba1cDay => ("When was HbA1c measured?".to_owned(), &[]),
        Asked::LastChange => (format!("{item}: when did it last change?"), &[]),
        Asked::Depth if name == "the needles" => ("How long are the needles?".to_owned(), &[]),
        Asked::Depth => (format!("{item}: how deep was it?"), &[]),
    }
}
