//! From JSON to an [`Intake`], with every mistake and its place.

use jiff::civil::Date;
use percuta_terminology::{
    Kind, RegionId, TermId, TermSet, Vocabulary, input::short, nearest, vocabulary::fold,
};
use serde_json::{Map, Value};

use super::{
    Answer, Depth, Field, Intake, Item, Modality, Patient, Placed, Request, Setting, Sex, Taking,
    UnknownWord, Unrecognised,
};
use crate::{
    book::Rulebook,
    fault::{Problem, Unusable, did_you_mean},
    language::{ANSWERS, MODALITIES, SETTINGS, SEXES, STATUSES},
};

/// No list of an intake is longer.
pub const LIMIT_ITEMS: usize = 500;
const LIMIT_TEXT: usize = 500;

const KEYS: [&str; 11] = [
    "as_of",
    "patient",
    "request",
    "conditions",
    "medicines",
    "procedures",
    "exposures",
    "allergies",
    "skin_today",
    "clearances",
    "unknown",
];

/// Reads an intake; `also` names keys that may stand beside the intake's own (a plan's `goals`).
pub fn read(book: &Rulebook, json: &Value, also: &[&str]) -> Result<Intake, Unusable> {
    let mut reader = Reader::new(book);
    let intake = reader.intake(json, also);
    match intake {
        Some(intake) if reader.problems.is_empty() => Ok(intake),
        _ => Err(Unusable { problems: reader.problems }),
    }
}

/// Reads values and keeps every problem with its place. A plan's own keys are read with it too.
pub(crate) struct Reader<'a> {
    book: &'a Rulebook,
    words: &'a Vocabulary,
    pub(crate) problems: Vec<Problem>,
    /// The day the answer is for; the calendar's last day until it is read.
    pub(crate) today: Date,
}

/// The key that names an entry, the word it has, and the entry where it is an object.
type Entry<'v> = (&'static str, &'v str, Option<&'v Map<String, Value>>);

/// What `unknown` names, before it is laid over the rest.
#[derive(Default)]
struct Unknowns {
    /// `patient.x` and `request.x` fields.
    fields: Vec<String>,
    /// Words of lists.
    words: Vec<UnknownWord>,
    /// One field of the items of a word.
    item_fields: Vec<(Kind, TermSet, Option<TermId>, Field)>,
    /// Words that the vocabulary does not hold.
    unrecognised: Vec<Unrecognised>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(book: &'a Rulebook) -> Self {
        Self { book, words: &book.vocabulary, problems: Vec::new(), today: Date::MAX }
    }

    pub(crate) fn problem(&mut self, path: impl Into<String>, what: impl Into<String>) {
        if self.problems.len() < 100 {
            self.problems.push(Problem { path: path.into(), what: what.into() });
        }
    }

    pub(crate) fn object<'v>(
        &mut self,
        path: &str,
        value: &'v Value,
        keys: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(object) = value.as_object() else {
            self.problem(path, format!("an object is expected, not {}", kind_of(value)));
            return None;
        };
        for key in object.keys() {
            if !keys.contains(&key.as_str()) {
                let hint = did_you_mean(nearest(key, keys.iter().copied()));
                self.problem(
                    format!("{path}.{}", short(key)),
                    format!("this key is not known{hint}"),
                );
            }
        }
        Some(object)
    }

    pub(crate) fn text<'v>(&mut self, path: &str, value: &'v Value) -> Option<&'v str> {
        match value {
            Value::String(text) if text.len() > LIMIT_TEXT => {
                self.problem(path, format!("the text is longer than {LIMIT_TEXT} bytes"));
                None
            }
            Value::String(text) if text.trim().is_empty() => {
                self.problem(path, "the text is empty");
                None
            }
            Value::String(text) => Some(text),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                self.problem(path, format!("a text is expected, not {}", kind_of(value)));
                None
            }
        }
    }

    pub(crate) fn choice<T: Copy>(
        &mut self,
        path: &str,
        value: &Value,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let word = self.text(path, value)?;
        let found = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let hint = did_you_mean(nearest(word, choices.iter().map(|(name, _)| *name)));
            let all: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let what = format!("`{}` is not one of {}{hint}", short(word), all.join(", "));
            self.problem(path, what);
        }
        found
    }

    pub(crate) fn number(&mut self, path: &str, value: &Value, bounds: (f64, f64)) -> Option<f64> {
        match value.as_f64() {
            Some(number) if number >= bounds.0 && number <= bounds.1 => Some(number),
            Some(_) => {
                self.problem(
                    path,
                    format!("the number is not between {} and {}", bounds.0, bounds.1),
                );
                None
            }
            None => {
                self.problem(path, format!("a number is expected, not {}", kind_of(value)));
                None
            }
        }
    }

    pub(crate) fn day(&mut self, path: &str, value: &Value) -> Option<Date> {
        let text = self.text(path, value)?;
        let day = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
        if day.is_none() {
            let what = format!("`{}` is no date: write it as 2026-03-02", short(text));
            self.problem(path, what);
        }
        day
    }

    /// A date that must not lie after `as_of`.
    pub(crate) fn past_day(&mut self, path: &str, value: &Value) -> Option<Date> {
        let day = self.day(path, value)?;
        if day > self.today {
            self.problem(path, format!("{day} lies after as_of ({})", self.today));
            return None;
        }
        Some(day)
    }

    fn intake(&mut self, json: &Value, also: &[&str]) -> Option<Intake> {
        let keys: Vec<&str> = KEYS.iter().chain(also).copied().collect();
        let object = self.object("intake", json, &keys)?;
        match object.get("as_of") {
            None => self.problem("intake.as_of", "this is required: the day the answer is for"),
            Some(value) => self.today = self.day("intake.as_of", value)?,
        }
        let mut unknowns = self.unknowns(object.get("unknown"));
        for kind in Kind::ALL {
            let pointer = format!("/{}", kind.list().replace('.', "/"));
            let is_list = !matches!(kind, Kind::Concern | Kind::Symptom);
            if is_list && json.pointer(&pointer).is_some_and(Value::is_null) {
                unknowns.words.push(self.whole_list(kind));
            }
        }
        let patient = self.patient(object.get("patient"), &unknowns);
        let (request, products) = self.request(object.get("request"), &unknowns);
        let mut items = products.0;
        let mut unrecognised = products.1;
        for kind in [
            Kind::Condition,
            Kind::Medicine,
            Kind::Procedure,
            Kind::Exposure,
            Kind::Allergy,
            Kind::Finding,
            Kind::Clearance,
        ] {
            self.list(object.get(kind.list()), kind, &mut items, &mut unrecognised);
        }
        unrecognised.extend(unknowns.unrecognised);
        self.lay_unknown_fields(&mut items, &unknowns.item_fields);
        Some(Intake {
            as_of: self.today,
            patient: patient?,
            request: request?,
            items,
            unknown: unknowns.words,
            unrecognised,
        })
    }

    fn patient(&mut self, value: Option<&Value>, unknowns: &Unknowns) -> Option<Patient> {
        let path = "intake.patient";
        let Some(value) = value else {
            self.problem(path, "this is required, with birth_date and sex");
            return None;
        };
        let keys = ["birth_date", "sex", "pregnancy", "breastfeeding", "phototype", "weight_kg"];
        let object = self.object(path, value, &keys)?;
        let given = |key: &str| object.get(key).filter(|value| !value.is_null());
        // A value that is also named in `unknown` is held to its form, and then unknown.
        let is_unknown = |key: &str| {
            unknowns.fields.iter().any(|field| field.strip_prefix("patient.") == Some(key))
        };
        let birth_date = match given("birth_date") {
            Some(value) => self.past_day("intake.patient.birth_date", value),
            None => {
                self.problem("intake.patient.birth_date", "this is required");
                None
            }
        };
        if birth_date.is_some_and(|day| self.today.year() - day.year() > 130) {
            self.problem("intake.patient.birth_date", "this is more than 130 years ago");
        }
        let sex = match object.get("sex") {
            Some(value) => self.choice("intake.patient.sex", value, &SEXES),
            None => {
                self.problem(
                    "intake.patient.sex",
                    "this is required: female, male, intersex or unknown",
                );
                None
            }
        };
        let pregnancy = given("pregnancy").map_or(Some(Answer::Unknown), |v| {
            self.choice("intake.patient.pregnancy", v, &ANSWERS)
        });
        let breastfeeding = given("breastfeeding").map_or(Some(Answer::Unknown), |v| {
            self.choice("intake.patient.breastfeeding", v, &ANSWERS)
        });
        let phototype = match given("phototype") {
            None => None,
            Some(value) => match value.as_u64() {
                Some(number @ 1..=6) => u8::try_from(number).ok(),
                _ => {
                    self.problem(
                        "intake.patient.phototype",
                        "a whole number from 1 to 6 is expected, or null",
                    );
                    None
                }
            },
        };
        let weight_kg = given("weight_kg")
            .and_then(|v| self.number("intake.patient.weight_kg", v, (1.0, 500.0)));
        let sex = sex?;
        let settle = |answer: Answer| match (sex, answer) {
            // CLINICAL: the question does not arise for a person recorded as male, unless it was answered yes.
            (Sex::Male, Answer::Unknown) => Answer::NotApplicable,
            (_, answer) => answer,
        };
        let said =
            |key: &str, answer: Answer| if is_unknown(key) { Answer::Unknown } else { answer };
        Some(Patient {
            birth_date: birth_date?,
            sex,
            pregnancy: settle(said("pregnancy", pregnancy?)),
            breastfeeding: settle(said("breastfeeding", breastfeeding?)),
            phototype: phototype.filter(|_| !is_unknown("phototype")),
            weight_kg: weight_kg.filter(|_| !is_unknown("weight_kg")),
        })
    }

    fn request(
        &mut self,
        value: Option<&Value>,
        unknowns: &Unknowns,
    ) -> (Option<Request>, (Vec<Item>, Vec<Unrecognised>)) {
        let (mut items, mut unrecognised) = (Vec::new(), Vec::new());
        let path = "intake.request";
        let Some(value) = value else {
            self.problem(path, "this is required, with modality, concern and region");
            return (None, (items, unrecognised));
        };
        let keys =
            ["modality", "setting", "concern", "region", "depth_mm", "products", "device", "onset"];
        let Some(object) = self.object(path, value, &keys) else {
            return (None, (items, unrecognised));
        };
        let is_unknown = |key: &str| {
            unknowns.fields.iter().any(|field| field.strip_prefix("request.") == Some(key))
        };
        for key in ["modality", "concern", "region"] {
            if object.get(key).is_none_or(Value::is_null) {
                self.problem(format!("{path}.{key}"), "this is required");
            }
        }
        let at = |key: &str| object.get(key).filter(|value| !value.is_null());
        let modality =
            at("modality").and_then(|v| self.choice("intake.request.modality", v, &MODALITIES));
        let setting = at("setting")
            .map_or(Some(Setting::Clinic), |v| self.choice("intake.request.setting", v, &SETTINGS));
        let concern =
            at("concern").and_then(|v| self.closed("intake.request.concern", v, Kind::Concern));
        let region = at("region").and_then(|v| self.region("intake.request.region", v));
        let depth = match object.get("depth_mm") {
            None if is_unknown("depth_mm") => Some(Depth::Unknown),
            None => Some(Depth::NotAsked),
            Some(Value::Null) => Some(Depth::Unknown),
            Some(value) => {
                let depth = self.number("intake.request.depth_mm", value, (0.0, 10.0));
                let is_unknown = is_unknown("depth_mm");
                depth.map(
                    |depth| if is_unknown { Depth::Unknown } else { Depth::Millimetres(depth) },
                )
            }
        };
        let device = at("device").and_then(|v| self.device("intake.request.device", v, modality));
        let onset = at("onset")
            .and_then(|v| self.past_day("intake.request.onset", v))
            .filter(|_| !is_unknown("onset"));
        self.list(object.get("products"), Kind::Product, &mut items, &mut unrecognised);
        let request = (|| {
            Some(Request {
                modality: modality?,
                setting: setting?,
                concern: concern?,
                region: region?,
                depth: depth?,
                device,
                onset,
            })
        })();
        (request, (items, unrecognised))
    }

    pub(crate) fn device(
        &mut self,
        path: &str,
        value: &Value,
        modality: Option<Modality>,
    ) -> Option<String> {
        let id = self.text(path, value)?;
        let Some(device) = self.book.devices.iter().find(|device| device.id == id) else {
            let known = self.book.devices.iter().map(|device| device.id.as_str());
            let hint = did_you_mean(nearest(id, known));
            self.problem(path, format!("`{}` is no device of the rulebook{hint}", short(id)));
            return None;
        };
        if let Some(modality) = modality
            && !device.modalities.contains(&modality)
        {
            let what = format!("`{id}` is not used as {}", modality.word());
            self.problem(path, what);
            return None;
        }
        Some(id.to_owned())
    }

    /// A word of a closed vocabulary.
    pub(crate) fn closed(&mut self, path: &str, value: &Value, kind: Kind) -> Option<TermId> {
        let word = self.text(path, value)?;
        let lexicon = self.words.of(kind);
        let found = lexicon.exact(word);
        if found.is_none() {
            let hint = did_you_mean(lexicon.suggest(word));
            self.problem(
                path,
                format!("`{}` is no {} that is known{hint}", short(word), kind.word()),
            );
        }
        found
    }

    pub(crate) fn region(&mut self, path: &str, value: &Value) -> Option<RegionId> {
        let word = self.text(path, value)?;
        let found = self.words.regions.find(word);
        if found.is_none() {
            let known = self.words.regions.all().map(|(_, region)| region.code.as_str());
            let hint = did_you_mean(nearest(word, known));
            self.problem(path, format!("`{}` is no region that is known{hint}", short(word)));
        }
        found
    }

    fn list(
        &mut self,
        value: Option<&Value>,
        kind: Kind,
        items: &mut Vec<Item>,
        unrecognised: &mut Vec<Unrecognised>,
    ) {
        let list = kind.list();
        let entries = match value {
            // A list that is null was not asked: `unknowns` holds it.
            None | Some(Value::Null) => return,
            Some(Value::Array(entries)) => entries,
            Some(other) => {
                let what = format!("a list is expected, not {}", kind_of(other));
                self.problem(format!("intake.{list}"), what);
                return;
            }
        };
        if entries.len() > LIMIT_ITEMS {
            let what = format!("the list holds more than {LIMIT_ITEMS} entries");
            self.problem(format!("intake.{list}"), what);
            return;
        }
        for (index, entry) in entries.iter().enumerate() {
            let place = format!("{list}[{index}]");
            let path = format!("intake.{place}");
            let Some((key, word, object)) = self.entry(&path, entry, kind) else { continue };
            let lexicon = self.words.of(kind);
            // A class stands for its members when that is all that is known: `viral-skin-lesion`.
            let class = || lexicon.class(word).and_then(|class| lexicon.class_word(class));
            let found = if kind.is_closed() {
                lexicon.exact(word).or_else(class)
            } else {
                lexicon.entry(word)
            };
            match found {
                Some(term) => {
                    let item = match object {
                        Some(object) => self.item(&path, object, kind, term, index),
                        None => Item::bare(kind, term, index),
                    };
                    items.push(item);
                }
                _ if kind.is_closed() => {
                    let hint = did_you_mean(lexicon.suggest(word));
                    let at = if key.is_empty() { path } else { format!("{path}.{key}") };
                    self.problem(
                        at,
                        format!("`{}` is no {} that is known{hint}", short(word), kind.word()),
                    );
                }
                _ => {
                    if let Some(object) = object {
                        // The fields are still held to their form: a mistake in them is not hidden.
                        self.check_fields(&path, object, kind);
                    }
                    unrecognised.push(Unrecognised { kind, word: word.to_owned(), path: place });
                }
            }
        }
    }

    /// The naming key, the word, and the object of an entry.
    fn entry<'v>(&mut self, path: &str, entry: &'v Value, kind: Kind) -> Option<Entry<'v>> {
        let (name, keys): (&str, &[&str]) = match kind {
            Kind::Condition => (
                "code",
                &[
                    "code",
                    "status",
                    "site",
                    "onset",
                    "last_episode",
                    "last_change",
                    "subtype",
                    "hba1c_percent",
                    "hba1c_date",
                ],
            ),
            Kind::Medicine => (
                "name",
                &[
                    "name",
                    "status",
                    "started",
                    "last_dose",
                    "dose",
                    "dose_mg_per_day",
                    "duration_days",
                    "inr",
                    "inr_date",
                    "indication",
                ],
            ),
            Kind::Procedure => ("name", &["name", "date", "site", "depth_mm"]),
            Kind::Exposure => ("name", &["name", "date", "site"]),
            Kind::Finding => ("finding", &["finding", "site"]),
            Kind::Clearance => ("by", &["by", "date"]),
            Kind::Allergy | Kind::Product | Kind::Concern | Kind::Symptom => {
                return self.text(path, entry).map(|word| ("", word, None));
            }
        };
        let object = self.object(path, entry, keys)?;
        match object.get(name) {
            None | Some(Value::Null) => {
                self.problem(format!("{path}.{name}"), "this is required");
                None
            }
            Some(value) => {
                let word = self.text(&format!("{path}.{name}"), value)?;
                Some((name, word, Some(object)))
            }
        }
    }

    fn check_fields(&mut self, path: &str, object: &Map<String, Value>, kind: Kind) {
        let lexicon = self.words.of(kind);
        if let Some((term, _)) = lexicon.terms().next() {
            let _checked = self.item(path, object, kind, term, 0);
        }
    }

    fn item(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        kind: Kind,
        term: TermId,
        index: usize,
    ) -> Item {
        let mut item = Item::bare(kind, term, index);
        let mut hba1c = (None, None);
        for (key, value) in object {
            if value.is_null() {
                continue;
            }
            let at = format!("{path}.{key}");
            match key.as_str() {
                "status" if kind == Kind::Medicine => {
                    let choices = [("current", Taking::Current), ("stopped", Taking::Stopped)];
                    item.taking = self.choice(&at, value, &choices).unwrap_or(Taking::Unknown);
                }
                "status" => item.status = self.choice(&at, value, &STATUSES),
                "site" if value.as_str() == Some("request") => item.placed = Placed::Request,
                "site" if value.as_str() == Some("elsewhere") => item.placed = Placed::Elsewhere,
                "site" => {
                    item.placed = self.region(&at, value).map_or(Placed::Nowhere, Placed::Region);
                }
                "date" if kind == Kind::Procedure => item.date = self.day(&at, value),
                "date" | "last_dose" => item.date = self.past_day(&at, value),
                "onset" => item.onset = self.past_day(&at, value),
                "last_change" => item.last_change = self.past_day(&at, value),
                "started" | "last_episode" | "inr_date" => {
                    self.past_day(&at, value);
                }
                "hba1c_date" => hba1c.1 = self.past_day(&at, value),
                "hba1c_percent" => hba1c.0 = self.number(&at, value, (2.0, 25.0)),
                "dose_mg_per_day" => {
                    item.dose_mg_per_day = self.number(&at, value, (0.0, 100_000.0));
                }
                "duration_days" => item.duration_days = self.number(&at, value, (0.0, 40_000.0)),
                "depth_mm" => item.depth_mm = self.number(&at, value, (0.0, 10.0)),
                "inr" => {
                    self.number(&at, value, (0.5, 20.0));
                }
                "subtype" => item.subtype = self.text(&at, value).map(fold),
                "dose" | "indication" => {
                    self.text(&at, value);
                }
                // The naming key was read already; keys that are not known were reported.
                _ => {}
            }
        }
        item.hba1c = hba1c.0.zip(hba1c.1);
        item
    }

    fn unknowns(&mut self, value: Option<&Value>) -> Unknowns {
        let mut unknowns = Unknowns::default();
        let entries = match value {
            None | Some(Value::Null) => return unknowns,
            Some(Value::Array(entries)) if entries.len() <= LIMIT_ITEMS => entries,
            Some(Value::Array(_)) => {
                self.problem(
                    "intake.unknown",
                    format!("the list holds more than {LIMIT_ITEMS} entries"),
                );
                return unknowns;
            }
            Some(other) => {
                self.problem(
                    "intake.unknown",
                    format!("a list is expected, not {}", kind_of(other)),
                );
                return unknowns;
            }
        };
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("intake.unknown[{index}]");
            if let Some(text) = self.text(&path, entry) {
                self.unknown(&path, text, &mut unknowns);
            }
        }
        unknowns
    }

    fn whole_list(&self, kind: Kind) -> UnknownWord {
        let mut terms = TermSet::default();
        for (term, _) in self.words.of(kind).terms() {
            terms.insert(term);
        }
        UnknownWord { kind, terms, path: kind.list().to_owned() }
    }

    fn unknown(&mut self, path: &str, text: &str, unknowns: &mut Unknowns) {
        const FIELDS: [&str; 7] = [
            "patient.pregnancy",
            "patient.breastfeeding",
            "patient.phototype",
            "patient.weight_kg",
            "request.depth_mm",
            "request.onset",
            "request.device",
        ];
        if FIELDS.contains(&text) {
            unknowns.fields.push(text.to_owned());
            return;
        }
        if text.starts_with("patient.")
            || (text.starts_with("request.") && !text.starts_with("request.products"))
        {
            let hint = did_you_mean(nearest(text, FIELDS));
            self.problem(path, format!("`{}` cannot be unknown{hint}", short(text)));
            return;
        }
        let listed = Kind::ALL
            .into_iter()
            .filter(|kind| !matches!(kind, Kind::Concern | Kind::Symptom))
            .find_map(|kind| {
                let rest = text.strip_prefix(kind.list())?;
                (rest.is_empty() || rest.starts_with('.'))
                    .then(|| (kind, rest.trim_start_matches('.')))
            });
        let Some((kind, rest)) = listed else {
            let known = Kind::ALL
                .into_iter()
                .map(Kind::list)
                .chain(["patient.pregnancy", "patient.phototype"]);
            let head = text.split('.').next().unwrap_or(text);
            let hint = did_you_mean(nearest(head, known));
            self.problem(path, format!("`{}` names no field and no list{hint}", short(text)));
            return;
        };
        let lexicon = self.words.of(kind);
        if rest.is_empty() {
            unknowns.words.push(self.whole_list(kind));
            return;
        }
        let (word, field) = match rest.split_once('.') {
            Some((word, field)) => (word, Some(field)),
            None => (rest, None),
        };
        let found = lexicon
            .word(word)
            .or_else(|| lexicon.entry(word).map(percuta_terminology::WordId::Term));
        let Some(found) = found else {
            if kind.is_closed() {
                let hint = did_you_mean(lexicon.suggest(word));
                self.problem(
                    path,
                    format!("`{}` is no {} that is known{hint}", short(word), kind.word()),
                );
            } else {
                let place = path.trim_start_matches("intake.").to_owned();
                unknowns.unrecognised.push(Unrecognised {
                    kind,
                    word: word.to_owned(),
                    path: place,
                });
            }
            return;
        };
        let terms = lexicon.terms_of(found);
        let Some(field) = field else {
            unknowns.words.push(UnknownWord { kind, terms, path: text.to_owned() });
            return;
        };
        match Field::ALL.into_iter().find(|known| known.key() == field) {
            Some(field) => {
                let term = match found {
                    percuta_terminology::WordId::Term(term) => Some(term),
                    percuta_terminology::WordId::Class(class) => lexicon.class_word(class),
                };
                unknowns.item_fields.push((kind, terms, term, field));
            }
            None => {
                let hint = did_you_mean(nearest(field, Field::ALL.into_iter().map(Field::key)));
                self.problem(
                    path,
                    format!("`{}` is no field of {}{hint}", short(field), kind.list()),
                );
            }
        }
    }

    /// A value that is also named in `unknown` is unknown; a field of something not listed says that it is there.
    fn lay_unknown_fields(
        &mut self,
        items: &mut Vec<Item>,
        fields: &[(Kind, TermSet, Option<TermId>, Field)],
    ) {
        for (kind, terms, term, field) in fields {
            let mut found = false;
            for item in
                items.iter_mut().filter(|item| item.kind == *kind && terms.contains(item.term))
            {
                forget(item, *field);
                found = true;
            }
            if !found && let Some(term) = term {
                let mut item = Item::bare(*kind, *term, usize::MAX);
                item.taking = Taking::Stopped;
                items.push(item);
            }
        }
    }
}

fn forget(item: &mut Item, field: Field) {
    match field {
        Field::Status => {
            item.status = None;
            item.taking = Taking::Unknown;
        }
        Field::LastDose | Field::Date => item.date = None,
        Field::DoseMgPerDay => item.dose_mg_per_day = None,
        Field::DurationDays => item.duration_days = None,
        Field::DepthMm => item.depth_mm = None,
        Field::Hba1cPercent | Field::Hba1cDate => item.hba1c = None,
        Field::LastChange => item.last_change = None,
        Field::Onset => item.onset = None,
        Field::Site => item.placed = Placed::Nowhere,
        Field::Subtype => item.subtype = None,
        Field::Started
        | Field::Dose
        | Field::Inr
        | Field::InrDate
        | Field::Indication
        | Field::LastEpisode => {}
    }
}

/// What a value is, in words.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
