//! Triage: how urgent a check-in after treatment is, why, and what to do.
//!
//! CLINICAL: under-triage of an urgent case is the one unforgivable error. So a symptom that no rule places is at
//! least `contact_clinic`, and so is a rule of that level or above that cannot be ruled out.

use percuta_terminology::{Kind, RegionId, TermId, TermSet, Vocabulary, nearest};
use serde_json::Value;

use crate::{
    answer::Level,
    book::{Position, Rulebook, TriageRule},
    card::Reader,
    fault::{Problem, Unusable, did_you_mean},
    intake::Modality,
    kdl::Node,
    language::{self, MODALITIES, split},
    logic::{Condition, Trit},
};

/// How strong a symptom is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Mild.
    Mild,
    /// Moderate.
    Moderate,
    /// Severe.
    Severe,
    /// A few of them.
    Few,
    /// All of a sudden.
    Sudden,
}

/// Where a symptom is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// The same.
    Stable,
    /// Less.
    Fading,
    /// More.
    Increasing,
    /// Wider.
    Spreading,
    /// Over.
    Stopped,
    /// Bleeding that fifteen minutes of firm pressure do not stop.
    NotStopping,
}

const SEVERITIES: [(&str, Severity); 5] = [
    ("mild", Severity::Mild),
    ("moderate", Severity::Moderate),
    ("severe", Severity::Severe),
    ("few", Severity::Few),
    ("sudden", Severity::Sudden),
];
const TRENDS: [(&str, Trend); 6] = [
    ("stable", Trend::Stable),
    ("fading", Trend::Fading),
    ("increasing", Trend::Increasing),
    ("spreading", Trend::Spreading),
    ("stopped", Trend::Stopped),
    ("not_stopping_15min_pressure", Trend::NotStopping),
];

/// One question of a triage card.
#[derive(Debug, Clone, PartialEq)]
pub enum SymptomAsk {
    /// One of these symptoms.
    Symptom {
        /// Which.
        terms: TermSet,
        /// So strong; empty for any.
        severity: Vec<Severity>,
        /// Going there; empty for any.
        trend: Vec<Trend>,
        /// On one of these regions; empty for any.
        on: Vec<RegionId>,
    },
    /// Days after the session.
    Day {
        /// From this one on.
        from: Option<f64>,
        /// Up to and including this one.
        to: Option<f64>,
        /// Later than this one.
        after: Option<f64>,
    },
    /// How it was treated.
    Modality(Modality),
    /// Measured temperature at least this, in degrees Celsius.
    TemperatureFrom(f64),
    /// One of these conditions.
    History(TermSet),
    /// Something was said of a product.
    Product,
    /// Something was said of numbing.
    Numbing,
    /// Phototype at least this.
    PhototypeFrom(u8),
    /// The day, the depth or the modality is not known.
    TreatmentUnknown,
}

/// A check-in.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckIn {
    /// Days since the session.
    pub day: Option<f64>,
    /// Depth of the session.
    pub depth_mm: Option<f64>,
    /// How it was treated.
    pub modality: Option<Modality>,
    /// Where.
    pub region: Option<RegionId>,
    /// What is felt or seen.
    pub symptoms: Vec<Symptom>,
    /// Questions that were asked and not answered, or answered with not sure, in their words.
    pub unanswered: Vec<String>,
    /// Temperature in degrees Celsius.
    pub temperature_c: Option<f64>,
    /// Conditions.
    pub history: Vec<TermId>,
    /// Conditions that the vocabulary does not hold.
    pub unrecognised: Vec<String>,
    /// What was said of a product.
    pub product: Option<String>,
    /// What was said of numbing.
    pub numbing: Option<String>,
    /// Phototype.
    pub phototype: Option<u8>,
}

/// One symptom.
#[derive(Debug, Clone, PartialEq)]
pub struct Symptom {
    /// Which.
    pub term: TermId,
    /// How strong.
    pub severity: Option<Severity>,
    /// Where it is going.
    pub trend: Option<Trend>,
    /// Where it is.
    pub site: Option<RegionId>,
}

/// A triage answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Triage<'b> {
    /// The worst level.
    pub level: Level,
    /// Every reason, worst first.
    pub reasons: Vec<TriageReason<'b>>,
    /// What to do, worst first.
    pub actions: Vec<&'b str>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq)]
pub struct TriageReason<'b> {
    /// The rule.
    pub id: &'b str,
    /// Its level.
    pub level: Level,
    /// Why, in words.
    pub because: String,
    /// Sources for it.
    pub sources: Vec<&'b Position>,
}

/// The rule that speaks for what cannot be placed.
const UNPLACED: &str = "tri.unknown_day";

/// Answers a check-in.
pub fn triage<'b>(book: &'b Rulebook, checkin: &CheckIn) -> Triage<'b> {
    let mut reasons: Vec<TriageReason<'b>> = Vec::new();
    let mut placed = vec![false; checkin.symptoms.len()];
    let mut actions: Vec<(Level, &'b str)> = Vec::new();
    for rule in &book.triage {
        let mut level: Option<(Level, Trit)> = None;
        for (clause_level, when) in &rule.clauses {
            match when.evaluate(&mut |ask| asked(book, checkin, ask)) {
                Trit::False => {}
                Trit::True => {
                    mark(book, checkin, when, &mut placed);
                    level = level.max(Some((*clause_level, Trit::True)));
                }
                Trit::Unknown if *clause_level >= Level::ContactClinic => {
                    level = level.max(Some((Level::ContactClinic, Trit::Unknown)));
                }
                Trit::Unknown => {}
            }
        }
        if let Some((level, value)) = level {
            let because = match value {
                Trit::True => rule.because.clone(),
                Trit::Unknown | Trit::False => {
                    format!("This cannot be ruled out from what is known. {}", rule.because)
                }
            };
            reasons.push(TriageReason {
                id: &rule.id,
                level,
                because,
                sources: rule.sources.iter().collect(),
            });
            actions.extend(rule.actions.iter().map(|action| (level, action.as_str())));
        }
    }
    unplaced(book, checkin, &placed, &mut reasons, &mut actions);
    reasons.sort_by(|left, right| right.level.cmp(&left.level).then(left.id.cmp(right.id)));
    let level = reasons.iter().map(|reason| reason.level).max().unwrap_or(Level::Normal);
    actions.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    let mut what: Vec<&'b str> = Vec::new();
    for (of, action) in actions {
        // A person in an emergency is not told to keep to the aftercare sheet.
        if !what.contains(&action) && (of == level || level < Level::ContactClinic) {
            what.push(action);
        }
    }
    Triage { level, reasons, actions: what }
}

/// The level of one rule alone, and whether it holds or only cannot be ruled out.
pub(crate) fn alone(
    book: &Rulebook,
    rule: &TriageRule,
    checkin: &CheckIn,
) -> (Option<Level>, Trit) {
    let mut found: (Option<Level>, Trit) = (None, Trit::False);
    for (level, when) in &rule.clauses {
        let value = when.evaluate(&mut |ask| asked(book, checkin, ask));
        if value > found.1 || (value == found.1 && value != Trit::False && Some(*level) > found.0) {
            found = (Some(*level), value);
        }
    }
    found
}

fn unplaced<'b>(
    book: &'b Rulebook,
    checkin: &CheckIn,
    placed: &[bool],
    reasons: &mut Vec<TriageReason<'b>>,
    actions: &mut Vec<(Level, &'b str)>,
) {
    let symptoms = book.vocabulary.of(Kind::Symptom);
    let mut names: Vec<String> = checkin
        .symptoms
        .iter()
        .zip(placed)
        .filter(|(_, placed)| !**placed)
        .map(|(symptom, _)| symptoms.term(symptom.term).title.to_lowercase())
        .collect();
    names.extend(checkin.unrecognised.iter().map(|word| format!("“{word}”")));
    let mut because: Vec<String> = Vec::new();
    if !names.is_empty() {
        because.push(format!(
            "No rule expects this on that day, at that strength and with that course: {}.",
            names.join(", ")
        ));
    }
    if !checkin.unanswered.is_empty() {
        // CLINICAL: not sure is not no. What was asked and stayed open may be what is worst.
        let asked: Vec<String> =
            checkin.unanswered.iter().map(|question| format!("“{question}”")).collect();
        because.push(format!("This was asked, and the answer is not known: {}.", asked.join(" ")));
    }
    if because.is_empty() {
        return;
    }
    let because = because.join(" ");
    let Some(rule) = book.triage.iter().find(|rule| rule.id == UNPLACED) else { return };
    match reasons.iter_mut().find(|reason| reason.id == UNPLACED) {
        Some(reason) => {
            reason.because = format!("{} {because}", reason.because);
            reason.level = reason.level.max(Level::ContactClinic);
        }
        None => {
            let sources = rule.sources.iter().collect();
            reasons.push(TriageReason {
                id: &rule.id,
                level: Level::ContactClinic,
                because,
                sources,
            });
            actions
                .extend(rule.actions.iter().map(|action| (Level::ContactClinic, action.as_str())));
        }
    }
}

/// Marks the symptoms that a condition that holds rests on.
fn mark(book: &Rulebook, checkin: &CheckIn, when: &Condition<SymptomAsk>, placed: &mut [bool]) {
    match when {
        Condition::All(parts) => {
            for part in parts {
                mark(book, checkin, part, placed);
            }
        }
        Condition::Any(parts) => {
            for part in parts {
                if part.evaluate(&mut |ask| asked(book, checkin, ask)) == Trit::True {
                    mark(book, checkin, part, placed);
                }
            }
        }
        Condition::Not(_) => {}
        Condition::Ask(ask) => {
            for (symptom, placed) in checkin.symptoms.iter().zip(placed.iter_mut()) {
                if symptom_matches(book, checkin, ask, symptom) == Trit::True {
                    *placed = true;
                }
            }
        }
    }
}

fn symptom_matches(
    book: &Rulebook,
    checkin: &CheckIn,
    ask: &SymptomAsk,
    symptom: &Symptom,
) -> Trit {
    let SymptomAsk::Symptom { terms, severity, trend, on } = ask else { return Trit::False };
    if !terms.contains(symptom.term) {
        return Trit::False;
    }
    let one_of = |known: Option<bool>| known.map_or(Trit::Unknown, Trit::known);
    let mut value = Trit::True;
    if !severity.is_empty() {
        value = value.and(one_of(symptom.severity.map(|given| severity.contains(&given))));
    }
    if !trend.is_empty() {
        value = value.and(one_of(symptom.trend.map(|given| trend.contains(&given))));
    }
    if !on.is_empty() {
        let regions = &book.vocabulary.regions;
        let site = symptom.site.or(checkin.region);
        value = value
            .and(one_of(site.map(|site| on.iter().any(|region| regions.meets(site, *region)))));
    }
    value
}

/// The rules that could ask somebody to speak to the clinic on this day, whatever they feel or see: what of them is known
/// (the day, the treatment, what they had before) does not rule them out. Only rules that say so in a patient's words.
pub fn same_day<'b>(book: &'b Rulebook, known: &CheckIn) -> Vec<&'b TriageRule> {
    let can_hold = |when: &Condition<SymptomAsk>| {
        let value = when.evaluate(&mut |ask| match ask {
            SymptomAsk::Symptom { .. }
            | SymptomAsk::TemperatureFrom(_)
            | SymptomAsk::Product
            | SymptomAsk::Numbing => Trit::Unknown,
            SymptomAsk::Day { .. }
            | SymptomAsk::Modality(_)
            | SymptomAsk::History(_)
            | SymptomAsk::PhototypeFrom(_)
            | SymptomAsk::TreatmentUnknown => asked(book, known, ask),
        });
        value != Trit::False
    };
    let says = |rule: &&TriageRule| {
        let mut asks = rule.clauses.iter().filter(|(level, _)| *level == Level::ContactClinic);
        !rule.calls.is_empty() && asks.any(|(_, when)| can_hold(when))
    };
    book.triage.iter().filter(says).collect()
}

fn asked(book: &Rulebook, checkin: &CheckIn, ask: &SymptomAsk) -> Trit {
    match ask {
        SymptomAsk::Symptom { .. } => {
            let mut value = Trit::False;
            for symptom in &checkin.symptoms {
                value = value.or(symptom_matches(book, checkin, ask, symptom));
            }
            value
        }
        SymptomAsk::Day { from, to, after } => checkin.day.map_or(Trit::Unknown, |day| {
            Trit::known(
                from.is_none_or(|from| day >= from)
                    && to.is_none_or(|to| day <= to)
                    && after.is_none_or(|after| day > after),
            )
        }),
        SymptomAsk::Modality(modality) => {
            checkin.modality.map_or(Trit::Unknown, |given| Trit::known(given == *modality))
        }
        SymptomAsk::TemperatureFrom(least) => {
            Trit::known(checkin.temperature_c.is_some_and(|temperature| temperature >= *least))
        }
        SymptomAsk::History(terms) => {
            Trit::known(checkin.history.iter().any(|term| terms.contains(*term)))
        }
        SymptomAsk::Product => Trit::known(checkin.product.is_some()),
        SymptomAsk::Numbing => Trit::known(checkin.numbing.is_some()),
        SymptomAsk::PhototypeFrom(least) => {
            checkin.phototype.map_or(Trit::Unknown, |phototype| Trit::known(phototype >= *least))
        }
        SymptomAsk::TreatmentUnknown => Trit::known(
            checkin.day.is_none() || checkin.depth_mm.is_none() || checkin.modality.is_none(),
        ),
    }
}

/// Reads the children of a triage card's `when`.
pub(crate) fn conditions(
    reader: &mut Reader<'_>,
    words: &Vocabulary,
    nodes: &[Node],
) -> Vec<Condition<SymptomAsk>> {
    nodes.iter().filter_map(|node| condition(reader, words, node)).collect()
}

fn condition(
    reader: &mut Reader<'_>,
    words: &Vocabulary,
    node: &Node,
) -> Option<Condition<SymptomAsk>> {
    let combined =
        language::combine(reader, node, |reader, nodes| conditions(reader, words, nodes));
    if combined.is_some() {
        return combined;
    }
    let ask = match node.name.as_str() {
        "symptom" => symptom(reader, words, node),
        "day" => {
            reader.shape(node, 0..=0, &["from", "to", "after"], &[]);
            SymptomAsk::Day {
                from: reader.number_property(node, "from"),
                to: reader.number_property(node, "to"),
                after: reader.number_property(node, "after"),
            }
        }
        "modality" => {
            reader.shape(node, 1..=1, &[], &[]);
            let word = reader.text(node, 0);
            SymptomAsk::Modality(reader.choice(node.at, "modality", &word, &MODALITIES)?)
        }
        "temperature" => {
            reader.shape(node, 0..=0, &["from"], &[]);
            SymptomAsk::TemperatureFrom(reader.number_property(node, "from")?)
        }
        "history" => {
            reader.shape(node, 1..=12, &[], &[]);
            let codes = reader.texts(node);
            SymptomAsk::History(language::terms(reader, words, node, Kind::Condition, &codes).1)
        }
        "context" => {
            reader.shape(node, 1..=1, &[], &[]);
            let word = reader.text(node, 0);
            let choices = [("product", true), ("numbing", false)];
            if reader.choice(node.at, "part of the context", &word, &choices)? {
                SymptomAsk::Product
            } else {
                SymptomAsk::Numbing
            }
        }
        "phototype" => {
            reader.shape(node, 0..=0, &["from"], &[]);
            let from = reader.whole_property(node, "from", 1..=6)?;
            SymptomAsk::PhototypeFrom(u8::try_from(from).ok()?)
        }
        "treatment" => {
            reader.shape(node, 1..=1, &[], &[]);
            let word = reader.text(node, 0);
            reader.choice(node.at, "answer about the treatment", &word, &[("unknown", ())])?;
            SymptomAsk::TreatmentUnknown
        }
        other => {
            let known = [
                "all",
                "any",
                "not",
                "symptom",
                "day",
                "modality",
                "temperature",
                "history",
                "context",
                "phototype",
                "treatment",
            ];
            reader.unknown_word(node.at, "condition of a triage card", other, known);
            return None;
        }
    };
    Some(Condition::Ask(ask))
}

fn symptom(reader: &mut Reader<'_>, words: &Vocabulary, node: &Node) -> SymptomAsk {
    reader.shape(node, 1..=24, &["severity", "trend", "site-on"], &[]);
    let codes = reader.texts(node);
    let severity = split(reader.property(node, "severity"));
    let trend = split(reader.property(node, "trend"));
    let on = split(reader.property(node, "site-on"));
    SymptomAsk::Symptom {
        terms: language::terms(reader, words, node, Kind::Symptom, &codes).1,
        severity: severity
            .iter()
            .filter_map(|word| reader.choice(node.at, "severity", word, &SEVERITIES))
            .collect(),
        trend: trend
            .iter()
            .filter_map(|word| reader.choice(node.at, "trend", word, &TRENDS))
            .collect(),
        on: language::regions(reader, words, node, on),
    }
}

/// Reads a check-in from JSON.
pub fn read(book: &Rulebook, json: &Value) -> Result<CheckIn, Unusable> {
    let mut reader = CheckInReader { book, problems: Vec::new() };
    let checkin = reader.checkin(json);
    match checkin {
        Some(checkin) if reader.problems.is_empty() => Ok(checkin),
        _ => Err(Unusable { problems: reader.problems }),
    }
}

struct CheckInReader<'a> {
    book: &'a Rulebook,
    problems: Vec<Problem>,
}

impl CheckInReader<'_> {
    fn problem(&mut self, path: impl Into<String>, what: impl Into<String>) {
        if self.problems.len() < 100 {
            self.problems.push(Problem { path: path.into(), what: what.into() });
        }
    }

    fn keys(&mut self, path: &str, value: &Value, known: &[&str]) -> bool {
        let Some(object) = value.as_object() else {
            self.problem(path, "an object is expected");
            return false;
        };
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let hint = did_you_mean(nearest(key, known.iter().copied()));
            let key: String = key.chars().take(40).flat_map(char::escape_default).collect();
            self.problem(format!("{path}.{key}"), format!("this key is not known{hint}"));
        }
        true
    }

    fn number(&mut self, path: &str, value: Option<&Value>, bounds: (f64, f64)) -> Option<f64> {
        let value = value.filter(|value| !value.is_null())?;
        let number = value.as_f64().filter(|number| *number >= bounds.0 && *number <= bounds.1);
        if number.is_none() {
            let what =
                format!("a number between {} and {} is expected, or null", bounds.0, bounds.1);
            self.problem(path, what);
        }
        number
    }

    fn text<'v>(&mut self, path: &str, value: Option<&'v Value>) -> Option<&'v str> {
        let value = value.filter(|value| !value.is_null())?;
        let text = value.as_str().filter(|text| text.len() <= 2_000);
        if text.is_none() {
            self.problem(path, "a text of at most 2000 bytes is expected, or null");
        }
        text
    }

    fn choice<T: Copy>(
        &mut self,
        path: &str,
        value: Option<&Value>,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let word = self.text(path, value)?;
        let found = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let hint = did_you_mean(nearest(word, choices.iter().map(|(name, _)| *name)));
            let word: String = word.chars().take(40).flat_map(char::escape_default).collect();
            self.problem(path, format!("`{word}` is not known here{hint}"));
        }
        found
    }

    fn region(&mut self, path: &str, value: Option<&Value>) -> Option<RegionId> {
        let regions = &self.book.vocabulary.regions;
        let codes: Vec<(&str, RegionId)> =
            regions.all().map(|(id, region)| (region.code.as_str(), id)).collect();
        self.choice(path, value, &codes)
    }

    fn checkin(&mut self, json: &Value) -> Option<CheckIn> {
        let known = ["day", "depth_mm", "modality", "region", "symptoms", "unanswered", "context"];
        if !self.keys("checkin", json, &known) {
            return None;
        }
        let empty = Value::Object(serde_json::Map::new());
        let context = json.get("context").filter(|context| !context.is_null()).unwrap_or(&empty);
        let known = ["temp_c", "product", "numbing", "phototype", "history"];
        self.keys("checkin.context", context, &known);
        let path = "checkin.context.phototype";
        let phototype = self.number(path, context.get("phototype"), (1.0, 6.0));
        if phototype.is_some_and(|phototype| phototype.fract() != 0.0) {
            self.problem(path, "a whole number from 1 to 6 is expected, or null");
        }
        let (history, unrecognised) = self.history(context.get("history"));
        let said = |text: Option<&str>| {
            text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Some(CheckIn {
            day: self.number("checkin.day", json.get("day"), (0.0, 4_000.0)),
            depth_mm: self.number("checkin.depth_mm", json.get("depth_mm"), (0.0, 10.0)),
            modality: self.choice("checkin.modality", json.get("modality"), &MODALITIES),
            region: self.region("checkin.region", json.get("region")),
            symptoms: self.symptoms(json.get("symptoms")),
            unanswered: self.unanswered(json.get("unanswered")),
            temperature_c: self.number(
                "checkin.context.temp_c",
                context.get("temp_c"),
                (25.0, 45.0),
            ),
            history,
            unrecognised,
            product: said(self.text("checkin.context.product", context.get("product"))),
            numbing: said(self.text("checkin.context.numbing", context.get("numbing"))),
            phototype: phototype
                .and_then(crate::card::whole)
                .and_then(|value| u8::try_from(value).ok()),
        })
    }

    fn unanswered(&mut self, value: Option<&Value>) -> Vec<String> {
        let Some(value) = value.filter(|value| !value.is_null()) else { return Vec::new() };
        let Some(entries) = value.as_array().filter(|entries| entries.len() <= 50) else {
            self.problem("checkin.unanswered", "a list of at most 50 questions is expected");
            return Vec::new();
        };
        let mut questions = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("checkin.unanswered[{index}]");
            match self.text(&path, Some(entry)) {
                Some(question) => questions.push(question.to_owned()),
                None if entry.is_null() => self.problem(path, "a question is expected, not null"),
                None => {}
            }
        }
        questions
    }

    fn history(&mut self, value: Option<&Value>) -> (Vec<TermId>, Vec<String>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        let Some(value) = value.filter(|value| !value.is_null()) else { return (known, unknown) };
        let Some(entries) = value.as_array().filter(|entries| entries.len() <= 200) else {
            self.problem("checkin.context.history", "a list of at most 200 codes is expected");
            return (known, unknown);
        };
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("checkin.context.history[{index}]");
            if let Some(word) = self.text(&path, Some(entry)) {
                match self.book.vocabulary.of(Kind::Condition).entry(word) {
                    Some(term) => known.push(term),
                    None => unknown.push(word.chars().take(60).collect()),
                }
            } else if entry.is_null() {
                self.problem(path, "a code is expected, not null");
            }
        }
        (known, unknown)
    }

    fn symptoms(&mut self, value: Option<&Value>) -> Vec<Symptom> {
        let mut found = Vec::new();
        let entries = value.and_then(Value::as_array).filter(|entries| entries.len() <= 200);
        let Some(entries) = entries else {
            self.problem("checkin.symptoms", "a list of at most 200 symptoms is required");
            return found;
        };
        let lexicon = self.book.vocabulary.of(Kind::Symptom);
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("checkin.symptoms[{index}]");
            if !self.keys(&path, entry, &["code", "severity", "trend", "site"]) {
                continue;
            }
            let at = format!("{path}.code");
            let Some(code) = self.text(&at, entry.get("code")) else {
                self.problem(at, "this is required");
                continue;
            };
            let Some(term) = lexicon.exact(code) else {
                let hint = did_you_mean(lexicon.suggest(code));
                let code: String = code.chars().take(40).flat_map(char::escape_default).collect();
                self.problem(at, format!("`{code}` is no symptom that is known{hint}"));
                continue;
            };
            found.push(Symptom {
                term,
                severity: self.choice(
                    &format!("{path}.severity"),
                    entry.get("severity"),
                    &SEVERITIES,
                ),
                trend: self.choice(&format!("{path}.trend"), entry.get("trend"), &TRENDS),
                site: self.region(&format!("{path}.site"), entry.get("site")),
            });
        }
        found
    }
}
