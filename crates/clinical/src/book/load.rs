//! From files to a [`Rulebook`]: parse, read every card, resolve every id, compile.

use std::collections::BTreeMap;

use percuta_terminology::{Kind, TermSet, Vocabulary};
use serde_json::{Map, Value as Json, json};

use super::{
    Aftercare, Asks, Block, CardAt, Case, Ceiling, Cited, Clause, Clearance, Conflict, Device,
    Expect, FactCard, File, Interval, Lead, Numbing, Page, Phase, Policy, Position, Preparation,
    Rule, Rulebook, Scale, ScaleAsk, ScaleAt, Section, Source, Span, TriageRule, WhenUnknown,
    digest, vocabulary,
};
use crate::{
    answer::{DISPOSITIONS, LEVELS, Level},
    card::{Reader, first, named, whole},
    engine::Engine,
    fault::{Fault, Place, did_you_mean},
    kdl::{self, Node, Value},
    language::{self, MODALITIES, SETTINGS, split},
    logic::Condition,
    triage,
};

const FILES_MAX: usize = 5_000;
const BYTES_MAX: usize = 32 << 20;

pub(super) fn load(mut files: Vec<File>) -> Result<Rulebook, Vec<Fault>> {
    files.sort();
    let mut faults = Vec::new();
    let size: usize = files.iter().map(|(_, text)| text.len()).sum();
    if files.len() > FILES_MAX || size > BYTES_MAX {
        let what = format!("a rulebook has at most {FILES_MAX} files and {BYTES_MAX} bytes");
        return Err(vec![Fault { file: String::from("."), at: Place::START, what }]);
    }
    let mut parsed = Vec::new();
    for (path, text) in &files {
        match kdl::read(text) {
            Ok(nodes) => parsed.push((path.clone(), nodes)),
            Err(malformed) => {
                faults.push(Fault { file: path.clone(), at: malformed.at, what: malformed.what })
            }
        }
    }
    let words = vocabulary::read(&parsed, &mut faults);
    let mut book = Rulebook {
        version: String::new(),
        released: String::new(),
        status: String::new(),
        digest: digest(&files),
        vocabulary: words,
        rules: Vec::new(),
        triage: Vec::new(),
        policies: BTreeMap::new(),
        sources: BTreeMap::new(),
        facts: BTreeMap::new(),
        conflicts: BTreeMap::new(),
        ceilings: Vec::new(),
        intervals: Vec::new(),
        phases: Vec::new(),
        preparations: Vec::new(),
        aftercare: Vec::new(),
        scales: Vec::new(),
        devices: Vec::new(),
        numbing: Vec::new(),
        pages: Vec::new(),
        gaps: Vec::new(),
        cards: BTreeMap::new(),
        files,
        engine: Engine::default(),
    };
    for (path, nodes) in &parsed {
        let mut reader = Reader::new(path, &mut faults);
        for node in nodes {
            read_card(&mut book, &mut reader, node);
        }
    }
    finish(&mut book, &mut faults);
    if faults.is_empty() {
        match Engine::compile(&book) {
            Ok(engine) => book.engine = engine,
            Err(what) => faults.push(Fault { file: String::from("rules"), at: Place::START, what }),
        }
    }
    if faults.is_empty() {
        Ok(book)
    } else {
        faults.sort();
        faults.dedup();
        Err(faults)
    }
}

fn read_card(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    match node.name.as_str() {
        "rulebook" => manifest(book, reader, node),
        "rule" => {
            if let Some(rule) = rule(book, reader, node) {
                book.rules.push(rule);
            }
        }
        "triage" => {
            if let Some(rule) = triage_rule(book, reader, node) {
                book.triage.push(rule);
            }
        }
        "policy" | "source" | "fact" | "conflict" | "gap" => knowledge(book, reader, node),
        "ceiling" | "interval" | "phase" | "preparation" | "aftercare" => {
            protocol(book, reader, node)
        }
        "scale" => {
            if let Some(scale) = scale(book, reader, node) {
                book.scales.push(scale);
            }
        }
        "device" => device(book, reader, node),
        "numbing" => numbing(book, reader, node),
        "page" => page(book, reader, node),
        "class" | "region" => {}
        name if Kind::ALL.into_iter().any(|kind| kind.word() == name) => {}
        name => {
            let known = [
                "rulebook",
                "rule",
                "triage",
                "policy",
                "source",
                "fact",
                "conflict",
                "gap",
                "ceiling",
                "interval",
                "phase",
                "preparation",
                "aftercare",
                "scale",
                "device",
                "numbing",
                "page",
                "class",
                "region",
            ];
            let kinds = Kind::ALL.into_iter().map(Kind::word);
            reader.unknown_word(node.at, "card", name, known.into_iter().chain(kinds));
        }
    }
}

/// Registers a card's id; `None` when the id stands twice.
fn register(
    book: &mut Rulebook,
    reader: &mut Reader<'_>,
    node: &Node,
    kind: &'static str,
) -> Option<(String, CardAt)> {
    let id = reader.text(node, 0);
    if id.is_empty() {
        return None;
    }
    let card = CardAt { kind, file: reader.file().to_owned(), at: node.at };
    let cards = book.cards.entry(id.clone()).or_default();
    if let Some(other) = cards.iter().find(|other| other.kind == kind) {
        let what = format!(
            "`{id}` already stands in {}:{}; to replace it, use the same file",
            other.file, other.at.line
        );
        reader.fault(node.at, what);
        return None;
    }
    cards.push(card.clone());
    Some((id, card))
}

fn manifest(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    reader.shape(node, 0..=0, &[], &["version", "released", "status", "drafted-from"]);
    if !book.version.is_empty() {
        reader.fault(node.at, "a rulebook has one `rulebook` card");
    }
    book.version = child_text(reader, node, "version");
    book.released = child_text(reader, node, "released");
    book.status = child_text(reader, node, "status");
}

/// The text of a child, required.
fn child_text(reader: &mut Reader<'_>, node: &Node, name: &str) -> String {
    match first(node, name) {
        Some(child) => reader.text(child, 0),
        None => {
            reader.fault(node.at, format!("`{}` lacks `{name}`", node.name));
            String::new()
        }
    }
}

/// The text of a child, or nothing.
fn child_text_or(reader: &mut Reader<'_>, node: &Node, name: &str) -> String {
    first(node, name).map_or_else(String::new, |child| reader.text(child, 0))
}

/// The texts of every child of a name.
fn child_texts(reader: &mut Reader<'_>, node: &Node, name: &str) -> Vec<String> {
    named(node, name).flat_map(|child| reader.texts(child)).collect()
}

/// `source "ID" "what it says"`, and the like.
fn positions(reader: &mut Reader<'_>, node: &Node, name: &str) -> Vec<Position> {
    named(node, name)
        .map(|child| {
            reader.shape(child, 1..=2, &[], &[]);
            let says =
                if child.arguments.len() > 1 { reader.text(child, 1) } else { String::new() };
            Position { id: reader.text(child, 0), says }
        })
        .collect()
}

fn rule(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) -> Option<Rule> {
    let parts = [
        "title",
        "asks",
        "unknown",
        "decide",
        "afterwards",
        "yields-to",
        "precaution",
        "why",
        "bring",
        "source",
        "against",
        "conflict",
        "override",
        "note",
        "confidence",
        "case",
        "withdrawn",
    ];
    reader.shape(node, 1..=1, &[], &parts);
    let (id, card) = register(book, reader, node, "rule")?;
    if !card.file.ends_with(&format!("{id}.kdl")) {
        reader.fault(node.at, format!("the rule `{id}` stands in a file of its own name"));
    }
    let unknown = match first(node, "unknown") {
        None => WhenUnknown::Caution,
        Some(child) => {
            let word = reader.text(child, 0);
            let choices = [
                ("critical", WhenUnknown::Critical),
                ("caution", WhenUnknown::Caution),
                ("elsewhere", WhenUnknown::Elsewhere),
            ];
            reader.choice(child.at, "answer to an unknown", &word, &choices)?
        }
    };
    let mut clauses = Vec::new();
    for child in
        node.children.iter().filter(|child| ["decide", "afterwards"].contains(&child.name.as_str()))
    {
        clauses.extend(clause(&book.vocabulary, reader, child));
    }
    let withdrawn = first(node, "withdrawn").map(|child| reader.text(child, 0));
    if named(node, "source").next().is_none() && withdrawn.is_none() {
        reader
            .fault(node.at, format!("the rule `{id}` has no source; no answer stands without one"));
    }
    if clauses.is_empty() && withdrawn.is_none() {
        reader.fault(node.at, format!("the rule `{id}` decides nothing"));
    }
    let over = first(node, "override");
    let override_by = over.map(|child| {
        reader.shape(child, 0..=0, &["by", "needs"], &[]);
        split(reader.property(child, "by"))
    });
    for role in override_by.iter().flatten() {
        let roles =
            ["dermatologist", "physician", "prescriber", "clinician"].map(|role| (role, ()));
        reader.choice(over.map_or(node.at, |child| child.at), "role that overrides", role, &roles);
    }
    let needs = over.and_then(|child| reader.property(child, "needs"));
    Some(Rule {
        title: child_text(reader, node, "title"),
        asks: named(node, "asks").map(|child| asks(reader, child)).collect(),
        unknown,
        clauses,
        yields_to: child_texts(reader, node, "yields-to"),
        precautions: child_texts(reader, node, "precaution"),
        why: child_text_or(reader, node, "why"),
        bring: child_texts(reader, node, "bring").join(" "),
        sources: positions(reader, node, "source"),
        against: positions(reader, node, "against"),
        conflicts: child_texts(reader, node, "conflict"),
        override_by: override_by.unwrap_or_default(),
        override_needs: needs.unwrap_or_else(|| "a reason".to_owned()),
        notes: child_texts(reader, node, "note"),
        confidence: child_text(reader, node, "confidence"),
        cases: named(node, "case").filter_map(|child| case(reader, child)).collect(),
        withdrawn,
        id,
        card,
    })
}

fn asks(reader: &mut Reader<'_>, node: &Node) -> Asks {
    reader.shape(node, 1..=1, &["about", "group"], &["hint"]);
    let group = reader.property(node, "group").unwrap_or_default();
    let groups =
        ["you", "medicines", "health", "skin", "treatments", "allergies"].map(|group| (group, ()));
    reader.choice(node.at, "group of questions", &group, &groups);
    let about = split(reader.property(node, "about"));
    if about.is_empty() {
        reader.fault(node.at, "`asks` says what it is about: about=\"medicines.isotretinoin\"");
    }
    let hint = child_text_or(reader, node, "hint");
    Asks { text: reader.text(node, 0), about, group, hint, at: node.at }
}

fn clause(words: &Vocabulary, reader: &mut Reader<'_>, node: &Node) -> Option<Clause> {
    reader.shape(node, 1..=1, &[], &["when", "ends", "because", "because-current"]);
    let word = reader.text(node, 0);
    let disposition = reader.choice(node.at, "disposition", &word, &DISPOSITIONS);
    let when = match first(node, "when") {
        Some(when) if !when.children.is_empty() => {
            language::conditions(reader, words, &when.children)
        }
        _ => {
            reader.fault(node.at, "a decision says `when`");
            return None;
        }
    };
    let ends = first(node, "ends").map(|child| reader.text(child, 0));
    let because_current = first(node, "because-current").map(|child| reader.text(child, 0));
    Some(Clause {
        disposition: disposition?,
        is_afterwards: node.name == "afterwards",
        when: Condition::All(when),
        ends,
        because: child_text(reader, node, "because"),
        because_current,
    })
}

/// A property or an argument as JSON.
fn json_of(value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::from(text.as_str()),
        Value::Number(number) => whole(*number).map_or_else(|| json!(number), |whole| json!(whole)),
        Value::Truth(truth) => Json::from(*truth),
        Value::Null => Json::Null,
    }
}

fn properties(node: &Node) -> Map<String, Json> {
    node.properties
        .iter()
        .map(|property| (property.name.clone(), json_of(&property.value)))
        .collect()
}

/// The healthy default that a case changes.
pub fn healthy() -> Json {
    json!({
        "as_of": "2026-03-02",
        "patient": { "birth_date": "1992-01-15", "sex": "female", "pregnancy": "no",
                     "breastfeeding": "no", "phototype": 2 },
        "request": { "modality": "pen", "setting": "clinic", "concern": "acne-scar",
                     "region": "cheek", "depth_mm": 1.0, "products": ["sterile-hyaluronate-gel"] },
        "conditions": [], "medicines": [], "procedures": [], "exposures": [], "allergies": [],
        "skin_today": [], "clearances": [], "unknown": []
    })
}

fn push(intake: &mut Json, list: &str, entry: Json) {
    if let Some(Json::Array(entries)) = intake.get_mut(list) {
        entries.push(entry);
    }
}

fn case(reader: &mut Reader<'_>, node: &Node) -> Option<Case> {
    let parts = [
        "patient",
        "request",
        "condition",
        "medicine",
        "procedure",
        "exposure",
        "allergy",
        "finding",
        "clearance",
        "unknown",
        "as_of",
        "expect",
    ];
    reader.shape(node, 1..=1, &[], &parts);
    let title = reader.text(node, 0);
    let mut intake = healthy();
    let mut expect = None;
    for child in &node.children {
        let mut entry = properties(child);
        let word = child.arguments.first().map(|argument| json_of(&argument.value));
        match (child.name.as_str(), word) {
            (part @ ("patient" | "request"), _) => {
                if let Some(Json::Object(object)) = intake.get_mut(part) {
                    for (key, value) in entry {
                        let value = match (key.as_str(), &value) {
                            ("products", Json::String(words)) => Json::from(
                                words.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
                            ),
                            _ => value,
                        };
                        object.insert(key, value);
                    }
                }
            }
            ("expect", _) => expect = self::expect(reader, child),
            ("as_of", Some(day)) => {
                if let Some(object) = intake.as_object_mut() {
                    object.insert("as_of".to_owned(), day);
                }
            }
            (list @ ("allergy" | "unknown"), Some(word)) => {
                push(&mut intake, if list == "allergy" { "allergies" } else { "unknown" }, word);
            }
            (kind, Some(word)) => {
                let (list, key) = match kind {
                    "condition" => ("conditions", "code"),
                    "medicine" => ("medicines", "name"),
                    "procedure" => ("procedures", "name"),
                    "exposure" => ("exposures", "name"),
                    "finding" => ("skin_today", "finding"),
                    _ => ("clearances", "by"),
                };
                entry.insert(key.to_owned(), word);
                push(&mut intake, list, Json::Object(entry));
            }
            (name, None) => reader.fault(child.at, format!("`{name}` lacks its word")),
        }
    }
    let Some(expect) = expect else {
        reader.fault(node.at, format!("the case `{title}` expects nothing"));
        return None;
    };
    Some(Case { title, intake, expect, at: node.at })
}

fn expect(reader: &mut Reader<'_>, node: &Node) -> Option<Expect> {
    reader.shape(node, 1..=1, &["until", "event"], &[]);
    let word = reader.text(node, 0);
    match word.as_str() {
        "none" => Some(Expect::None),
        "open" => Some(Expect::Open),
        _ => Some(Expect::Holds {
            disposition: reader.choice(node.at, "expectation", &word, &DISPOSITIONS)?,
            until: reader.property(node, "until"),
            is_event: reader.truth_property(node, "event"),
        }),
    }
}

fn triage_rule(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) -> Option<TriageRule> {
    let parts = [
        "title",
        "level",
        "when",
        "decide",
        "sign",
        "call",
        "because",
        "do",
        "source",
        "against",
        "confidence",
        "note",
        "case",
    ];
    reader.shape(node, 1..=1, &[], &parts);
    let (id, card) = register(book, reader, node, "triage")?;
    if !card.file.ends_with(&format!("{id}.kdl")) {
        reader.fault(node.at, format!("the rule `{id}` stands in a file of its own name"));
    }
    let mut clauses = Vec::new();
    let mut add = |reader: &mut Reader<'_>, level: &Node, when: Option<&Node>| {
        let word = reader.text(level, 0);
        let level = reader.choice(level.at, "level", &word, &LEVELS);
        let parts = when.map(|when| triage::conditions(reader, &book.vocabulary, &when.children));
        if let (Some(level), Some(parts)) = (level, parts.filter(|parts| !parts.is_empty())) {
            clauses.push((level, Condition::All(parts)));
        } else {
            reader.fault(node.at, "a triage rule has a level and says `when`");
        }
    };
    if let Some(level) = first(node, "level") {
        add(reader, level, first(node, "when"));
    }
    for decide in named(node, "decide") {
        add(reader, decide, first(decide, "when"));
    }
    if clauses.is_empty() {
        reader.fault(node.at, format!("the rule `{id}` decides nothing"));
    }
    let signs = child_texts(reader, node, "sign");
    if signs.is_empty() && clauses.iter().any(|(level, _)| *level == Level::Urgent) {
        let what = format!("the rule `{id}` can be urgent, so it names its sign for patients");
        reader.fault(node.at, what);
    }
    Some(TriageRule {
        title: child_text(reader, node, "title"),
        clauses,
        signs,
        calls: child_texts(reader, node, "call"),
        because: child_text(reader, node, "because"),
        actions: child_texts(reader, node, "do"),
        sources: positions(reader, node, "source"),
        against: positions(reader, node, "against"),
        confidence: child_text(reader, node, "confidence"),
        notes: child_texts(reader, node, "note"),
        cases: named(node, "case").filter_map(|child| triage_case(reader, child)).collect(),
        id,
        card,
    })
}

type TriageCase = (String, Json, Option<Level>, Place);

fn triage_case(reader: &mut Reader<'_>, node: &Node) -> Option<TriageCase> {
    let parts = [
        "day",
        "depth_mm",
        "modality",
        "region",
        "symptom",
        "temp_c",
        "history",
        "product",
        "numbing",
        "phototype",
        "expect",
    ];
    reader.shape(node, 1..=1, &[], &parts);
    let title = reader.text(node, 0);
    let (mut symptoms, mut context) = (Vec::new(), Map::new());
    let mut checkin = Map::new();
    for (key, value) in [
        ("day", json!(1)),
        ("depth_mm", json!(1.0)),
        ("modality", json!("pen")),
        ("region", json!("cheek")),
    ] {
        checkin.insert(key.to_owned(), value);
    }
    let mut expect = None;
    for child in &node.children {
        let words: Vec<Json> =
            child.arguments.iter().map(|argument| json_of(&argument.value)).collect();
        let word = words.first().cloned().unwrap_or(Json::Null);
        match child.name.as_str() {
            "symptom" => {
                let mut entry = properties(child);
                entry.insert("code".to_owned(), word);
                symptoms.push(Json::Object(entry));
            }
            "history" => {
                context.insert("history".to_owned(), Json::from(words));
            }
            key @ ("temp_c" | "product" | "numbing" | "phototype") => {
                context.insert(key.to_owned(), word);
            }
            "expect" => {
                let level = reader.text(child, 0);
                expect = Some(if level == "none" {
                    None
                } else {
                    Some(reader.choice(child.at, "level", &level, &LEVELS)?)
                });
            }
            key => {
                checkin.insert(key.to_owned(), word);
            }
        }
    }
    checkin.insert("symptoms".to_owned(), Json::from(symptoms));
    checkin.insert("context".to_owned(), Json::Object(context));
    match expect {
        Some(expect) => Some((title, Json::Object(checkin), expect, node.at)),
        None => {
            reader.fault(node.at, format!("the case `{title}` expects nothing"));
            None
        }
    }
}

fn knowledge(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    match node.name.as_str() {
        "gap" => {
            reader.shape(node, 1..=1, &[], &[]);
            book.gaps.push(reader.text(node, 0));
        }
        "policy" => {
            reader.shape(
                node,
                1..=1,
                &[],
                &["title", "says", "asks-for", "source", "note", "confidence"],
            );
            let Some((id, _)) = register(book, reader, node, "policy") else { return };
            let says = child_text(reader, node, "says");
            let policy = Policy {
                title: child_text(reader, node, "title"),
                itself: Some(Position { id: id.clone(), says: says.clone() }),
                says,
                sources: positions(reader, node, "source"),
            };
            book.policies.insert(id, policy);
        }
        "source" => {
            reader.shape(
                node,
                1..=1,
                &[],
                &["title", "who", "year", "where", "kind", "seen", "note"],
            );
            let Some((id, _)) = register(book, reader, node, "source") else { return };
            let source = Source {
                title: child_text(reader, node, "title"),
                who: child_text_or(reader, node, "who"),
                year: child_text_or(reader, node, "year"),
                place: child_text_or(reader, node, "where"),
                kind: child_text(reader, node, "kind"),
                seen: child_text(reader, node, "seen"),
                note: child_text_or(reader, node, "note"),
                id: id.clone(),
            };
            book.sources.insert(id, source);
        }
        "fact" => {
            let parts =
                ["says", "position", "source", "value", "provenance", "note", "best-source-kind"];
            reader.shape(node, 1..=1, &["topic"], &parts);
            let topic = reader.property(node, "topic").unwrap_or_default();
            let Some((id, _)) = register(book, reader, node, "fact") else { return };
            let fact = FactCard {
                topic,
                says: child_text(reader, node, "says"),
                positions: positions(reader, node, "position"),
                sources: child_texts(reader, node, "source"),
                value: child_text_or(reader, node, "value"),
                provenance: child_text_or(reader, node, "provenance"),
                note: child_text_or(reader, node, "note"),
                id: id.clone(),
            };
            book.facts.insert(id, fact);
        }
        _ => {
            let parts = ["topic", "position", "literature", "follow", "source", "note"];
            reader.shape(node, 1..=1, &["severity"], &parts);
            let severity = reader.property(node, "severity").unwrap_or_default();
            let Some((id, _)) = register(book, reader, node, "conflict") else { return };
            let conflict = Conflict {
                topic: child_text(reader, node, "topic"),
                severity,
                positions: positions(reader, node, "position"),
                literature: child_text_or(reader, node, "literature"),
                follow: child_text(reader, node, "follow"),
                sources: child_texts(reader, node, "source"),
                id: id.clone(),
            };
            book.conflicts.insert(id, conflict);
        }
    }
}

fn modalities(reader: &mut Reader<'_>, node: &Node) -> Vec<crate::intake::Modality> {
    let words: Vec<String> = child_texts(reader, node, "modality")
        .iter()
        .flat_map(|text| text.split_whitespace())
        .map(str::to_owned)
        .collect();
    words.iter().filter_map(|word| reader.choice(node.at, "modality", word, &MODALITIES)).collect()
}

fn child_number(reader: &mut Reader<'_>, node: &Node, name: &str) -> Option<f64> {
    first(node, name).map(|child| reader.number(child, 0))
}

fn child_range(reader: &mut Reader<'_>, node: &Node, name: &str) -> Option<(f64, f64)> {
    let child = first(node, name)?;
    let low = reader.number(child, 0);
    let high = if child.arguments.len() > 1 { reader.number(child, 1) } else { low };
    if low > high {
        reader.fault(child.at, format!("`{name}` runs backwards"));
    }
    Some((low, high))
}

fn whole_range(reader: &mut Reader<'_>, node: &Node, name: &str) -> Option<(i16, i16)> {
    let (low, high) = child_range(reader, node, name)?;
    let range = whole(low).zip(whole(high));
    if range.is_none() {
        reader.fault(node.at, format!("`{name}` takes whole numbers"));
    }
    range
}

fn child_terms(
    book: &Rulebook,
    reader: &mut Reader<'_>,
    node: &Node,
    kind: Kind,
) -> Option<TermSet> {
    let words: Vec<String> = child_texts(reader, node, kind.word())
        .iter()
        .flat_map(|text| text.split_whitespace())
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        return None;
    }
    Some(language::terms(reader, &book.vocabulary, node, kind, &words).1)
}

fn child_regions(
    book: &Rulebook,
    reader: &mut Reader<'_>,
    node: &Node,
    name: &str,
) -> Vec<percuta_terminology::RegionId> {
    let codes: Vec<String> = child_texts(reader, node, name)
        .iter()
        .flat_map(|text| text.split_whitespace())
        .map(str::to_owned)
        .collect();
    language::regions(reader, &book.vocabulary, node, codes)
}

fn conflict_of(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    first(node, "conflict").map(|child| reader.text(child, 0))
}

/// Whether a session waits for a preparation, by word.
const LEADS: [(&str, Lead); 3] =
    [("needed", Lead::Needed), ("answered", Lead::Answered), ("optional", Lead::Optional)];

fn protocol(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    match node.name.as_str() {
        "ceiling" => ceiling(book, reader, node),
        "interval" => interval(book, reader, node),
        "phase" => phase(book, reader, node),
        "preparation" => {
            let parts =
                ["title", "days-before", "do", "when", "lead", "for", "source", "note", "conflict"];
            reader.shape(node, 1..=1, &[], &parts);
            let Some((id, _)) = register(book, reader, node, "preparation") else { return };
            let lead = first(node, "lead").and_then(|child| {
                let word = reader.text(child, 0);
                reader.choice(child.at, "lead", &word, &LEADS)
            });
            let preparation = Preparation {
                id,
                title: child_text(reader, node, "title"),
                days_before: child_number(reader, node, "days-before").and_then(whole).unwrap_or(0),
                action: child_texts(reader, node, "do").join(" "),
                when: child_text_or(reader, node, "when"),
                lead: lead.unwrap_or(Lead::Needed),
                conflict: conflict_of(reader, node),
                sources: positions(reader, node, "source"),
            };
            book.preparations.push(preparation);
        }
        _ => {
            let parts =
                ["title", "avoid-hours", "advise-hours", "says", "conflict", "source", "note"];
            reader.shape(node, 1..=1, &[], &parts);
            let Some((id, _)) = register(book, reader, node, "aftercare") else { return };
            let aftercare = Aftercare {
                id,
                title: child_text(reader, node, "title"),
                avoid_hours: child_number(reader, node, "avoid-hours"),
                advise_hours: child_number(reader, node, "advise-hours"),
                says: child_text(reader, node, "says"),
                conflict: conflict_of(reader, node),
                sources: positions(reader, node, "source"),
            };
            book.aftercare.push(aftercare);
        }
    }
}

fn ceiling(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    let parts = [
        "site",
        "modality",
        "setting",
        "concern",
        "limit-mm",
        "override-mm",
        "why",
        "source",
        "note",
    ];
    reader.shape(node, 1..=1, &[], &parts);
    let Some((id, _)) = register(book, reader, node, "ceiling") else { return };
    let setting = first(node, "setting").and_then(|child| {
        let word = reader.text(child, 0);
        reader.choice(child.at, "setting", &word, &SETTINGS)
    });
    let Some(limit_mm) = child_number(reader, node, "limit-mm") else {
        reader.fault(node.at, "a ceiling has `limit-mm`");
        return;
    };
    let ceiling = Ceiling {
        id,
        sites: child_regions(book, reader, node, "site"),
        modalities: modalities(reader, node),
        setting,
        concerns: child_terms(book, reader, node, Kind::Concern),
        limit_mm,
        override_mm: child_number(reader, node, "override-mm"),
        why: child_text(reader, node, "why"),
        sources: positions(reader, node, "source"),
    };
    book.ceilings.push(ceiling);
}

fn interval(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    let parts = [
        "concern",
        "modality",
        "weeks",
        "sessions",
        "depth-mm",
        "passes",
        "endpoint",
        "longer-weeks",
        "note",
        "source",
        "region",
    ];
    reader.shape(node, 1..=1, &[], &parts);
    let Some((id, _)) = register(book, reader, node, "interval") else { return };
    let longer_weeks = first(node, "longer-weeks").and_then(|child| {
        let source = reader.property(child, "source").unwrap_or_default();
        let low = whole(reader.number(child, 0))?;
        let high = whole(reader.number(child, 1))?;
        Some((low, high, source))
    });
    let (Some(weeks), Some(sessions)) =
        (whole_range(reader, node, "weeks"), whole_range(reader, node, "sessions"))
    else {
        reader.fault(node.at, "an interval has `weeks` and `sessions`");
        return;
    };
    let interval = Interval {
        id,
        concerns: child_terms(book, reader, node, Kind::Concern).unwrap_or_default(),
        modalities: modalities(reader, node),
        regions: child_regions(book, reader, node, "region"),
        weeks,
        sessions,
        depth_mm: child_range(reader, node, "depth-mm"),
        passes: whole_range(reader, node, "passes"),
        endpoint: child_text_or(reader, node, "endpoint"),
        longer_weeks,
        note: child_texts(reader, node, "note").join(" "),
        sources: positions(reader, node, "source"),
    };
    book.intervals.push(interval);
}

fn phase(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    let parts = [
        "title", "hours", "days", "weeks", "months", "modality", "expect", "do", "avoid", "source",
        "note",
    ];
    reader.shape(node, 1..=1, &[], &parts);
    let Some((id, _)) = register(book, reader, node, "phase") else { return };
    let span = [
        child_range(reader, node, "hours").map(|(a, b)| Span::Hours(a, b)),
        child_range(reader, node, "days").map(|(a, b)| Span::Days(a, b)),
        child_range(reader, node, "weeks").map(|(a, b)| Span::Weeks(a, b)),
        child_range(reader, node, "months").map(|(a, b)| Span::Months(a, b)),
    ]
    .into_iter()
    .flatten()
    .next();
    let Some(span) = span else {
        reader.fault(node.at, "a phase says when: hours, days, weeks or months");
        return;
    };
    let phase = Phase {
        id,
        title: child_text(reader, node, "title"),
        span,
        modality: modalities(reader, node).first().copied(),
        expect: child_texts(reader, node, "expect"),
        actions: child_texts(reader, node, "do"),
        avoid: child_texts(reader, node, "avoid"),
        sources: positions(reader, node, "source"),
    };
    book.phases.push(phase);
}

fn scale(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) -> Option<Scale> {
    let parts = ["title", "scoring", "range", "licence", "source", "provenance", "note", "ask"];
    reader.shape(node, 1..=1, &[], &parts);
    let (id, _) = register(book, reader, node, "scale")?;
    let asks = named(node, "ask").filter_map(|child| scale_ask(book, reader, child)).collect();
    Some(Scale {
        asks,
        id,
        title: child_text(reader, node, "title"),
        scoring: child_text(reader, node, "scoring"),
        range: child_text(reader, node, "range"),
        licence: child_text(reader, node, "licence"),
        sources: positions(reader, node, "source"),
    })
}

fn scale_ask(book: &Rulebook, reader: &mut Reader<'_>, node: &Node) -> Option<ScaleAsk> {
    reader.shape(node, 1..=1, &["days", "weeks"], &["concern", "because", "source"]);
    let days = reader.whole_property(node, "days", 0..=14);
    let weeks = reader.whole_property(node, "weeks", 1..=52);
    let word = reader.text(node, 0);
    let choices = [
        ("baseline", ScaleAt::Baseline),
        ("session", ScaleAt::Session { days: days.unwrap_or(0) }),
        ("follow-up", ScaleAt::FollowUp { weeks: weeks.unwrap_or(4) }),
        ("result", ScaleAt::Result),
    ];
    let at = reader.choice(node.at, "time at which a scale is asked for", &word, &choices)?;
    let fits = match at {
        ScaleAt::Baseline | ScaleAt::Result => days.is_none() && weeks.is_none(),
        ScaleAt::Session { days: _ } => days.is_some() && weeks.is_none(),
        ScaleAt::FollowUp { weeks: _ } => weeks.is_some() && days.is_none(),
    };
    if !fits {
        reader
            .fault(node.at, "`session` takes `days`, `follow-up` takes `weeks`, and no other does");
    }
    let sources = positions(reader, node, "source");
    if sources.is_empty() {
        reader.fault(node.at, "asking for a scale has a `source`");
    }
    Some(ScaleAsk {
        concerns: child_terms(book, reader, node, Kind::Concern),
        at,
        because: child_text(reader, node, "because"),
        sources,
    })
}

/// Every line of a card that is neither structure nor source, for showing it.
fn lines(node: &Node, without: &[&str]) -> Vec<(String, String)> {
    node.children
        .iter()
        .filter(|child| !without.contains(&child.name.as_str()) && child.children.is_empty())
        .map(|child| {
            let mut words: Vec<String> =
                child.arguments.iter().map(|argument| plain(&argument.value)).collect();
            words.extend(
                child
                    .properties
                    .iter()
                    .map(|property| format!("{} {}", property.name, plain(&property.value))),
            );
            (child.name.replace('-', " "), words.join(" to "))
        })
        .collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::Null => String::from("not known"),
    }
}

fn device(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    let Some((id, _)) = register(book, reader, node, "device") else { return };
    let mut clearances = Vec::new();
    for child in named(node, "clearance") {
        reader.shape(
            child,
            1..=1,
            &[],
            &["concern", "region", "phototype", "age-from", "source", "note"],
        );
        let phototypes = whole_range(reader, child, "phototype").unwrap_or((1, 6));
        let bounds = (u8::try_from(phototypes.0), u8::try_from(phototypes.1));
        clearances.push(Clearance {
            number: reader.text(child, 0),
            concerns: child_terms(book, reader, child, Kind::Concern).unwrap_or_default(),
            regions: child_regions(book, reader, child, "region"),
            phototypes: (bounds.0.unwrap_or(1), bounds.1.unwrap_or(6)),
            age_from: child_number(reader, child, "age-from").and_then(whole).unwrap_or(0),
            sources: positions(reader, child, "source"),
        });
    }
    let device = Device {
        title: child_text(reader, node, "title"),
        maker: child_text_or(reader, node, "maker"),
        modalities: modalities(reader, node),
        depth_mm_max: child_number(reader, node, "depth-mm-max"),
        study_depth_mm_max: child_number(reader, node, "study-depth-mm-max"),
        clearances,
        notes: child_texts(reader, node, "note"),
        lines: lines(node, &["title", "source", "note", "clearance"]),
        sources: positions(reader, node, "source"),
        id,
    };
    book.devices.push(device);
}

fn numbing(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    let Some((id, _)) = register(book, reader, node, "numbing") else { return };
    let numbing = Numbing {
        title: child_text(reader, node, "title"),
        minutes: child_range(reader, node, "minutes"),
        lines: lines(node, &["title", "source", "note"]),
        notes: child_texts(reader, node, "note"),
        sources: positions(reader, node, "source"),
        id,
    };
    book.numbing.push(numbing);
}

fn cited(reader: &mut Reader<'_>, node: &Node) -> Cited {
    Cited {
        cites: child_texts(reader, node, "cite"),
        conflicts: child_texts(reader, node, "conflict"),
    }
}

fn page(book: &mut Rulebook, reader: &mut Reader<'_>, node: &Node) {
    reader.shape(node, 1..=1, &[], &["title", "nav", "order", "lead", "section"]);
    let Some((id, _)) = register(book, reader, node, "page") else { return };
    let lead = first(node, "lead");
    let mut sections = Vec::new();
    for child in named(node, "section") {
        reader.shape(child, 1..=1, &[], &["claim", "steps", "table", "note"]);
        let blocks = child.children.iter().map(|block| self::block(reader, block)).collect();
        sections.push(Section { title: reader.text(child, 0), blocks });
    }
    let page = Page {
        title: child_text(reader, node, "title"),
        nav: child_text(reader, node, "nav"),
        order: child_number(reader, node, "order").and_then(whole).unwrap_or(0),
        lead: lead.map_or_else(String::new, |lead| reader.text(lead, 0)),
        lead_cited: lead.map(|lead| cited(reader, lead)).unwrap_or_default(),
        sections,
        id,
    };
    book.pages.push(page);
}

fn block(reader: &mut Reader<'_>, node: &Node) -> Block {
    match node.name.as_str() {
        "steps" => Block::Steps(
            named(node, "step")
                .map(|step| {
                    let says =
                        if step.arguments.len() > 1 { reader.text(step, 1) } else { String::new() };
                    (reader.text(step, 0), says, cited(reader, step))
                })
                .collect(),
        ),
        "table" => {
            let head = first(node, "head").map(|head| reader.texts(head)).unwrap_or_default();
            let mut rows = Vec::new();
            for row in named(node, "row") {
                let cells = reader.texts(row);
                if cells.len() != head.len() {
                    reader.fault(
                        row.at,
                        format!("this row has {} cells and the head {}", cells.len(), head.len()),
                    );
                }
                rows.push((cells, cited(reader, row)));
            }
            Block::Table(head, rows)
        }
        "note" => Block::Note(reader.text(node, 0), cited(reader, node)),
        _ => {
            reader.shape(node, 1..=1, &[], &["heading", "chip", "cite", "conflict"]);
            Block::Claim {
                heading: child_text_or(reader, node, "heading"),
                text: reader.text(node, 0),
                chip: child_text_or(reader, node, "chip"),
                cited: cited(reader, node),
            }
        }
    }
}

/// Orders what was read and resolves every reference.
fn finish(book: &mut Rulebook, faults: &mut Vec<Fault>) {
    book.rules.sort_by(|left, right| left.id.cmp(&right.id));
    book.triage.sort_by(|left, right| left.id.cmp(&right.id));
    book.pages.sort_by_key(|page| page.order);
    if book.version.is_empty() {
        let what = String::from("the rulebook has no `rulebook` card with its version");
        faults.push(Fault { file: String::from("rulebook.kdl"), at: Place::START, what });
    }
    let mut missing = Vec::new();
    let mut source = |id: &str, card: &CardAt| {
        if !book.sources.contains_key(id) {
            let hint = did_you_mean(percuta_terminology::nearest(
                id,
                book.sources.keys().map(String::as_str),
            ));
            missing.push((card.clone(), format!("`{id}` is no source{hint}")));
        }
    };
    for rule in &book.rules {
        for position in rule.sources.iter().chain(&rule.against) {
            source(&position.id, &rule.card);
        }
    }
    for rule in &book.triage {
        for position in rule.sources.iter().chain(&rule.against) {
            source(&position.id, &rule.card);
        }
    }
    let card_of = |id: &str| book.cards.get(id).and_then(|cards| cards.first()).cloned();
    let mut loose: Vec<(String, Vec<&str>)> = Vec::new();
    for fact in book.facts.values() {
        let positions = fact.positions.iter().map(|position| position.id.as_str());
        loose.push((
            fact.id.clone(),
            fact.sources.iter().map(String::as_str).chain(positions).collect(),
        ));
    }
    for conflict in book.conflicts.values() {
        let positions = conflict.positions.iter().map(|position| position.id.as_str());
        loose.push((
            conflict.id.clone(),
            conflict.sources.iter().map(String::as_str).chain(positions).collect(),
        ));
    }
    let plain = |id: &str, positions: &'_ [Position]| -> (String, Vec<String>) {
        (id.to_owned(), positions.iter().map(|position| position.id.clone()).collect())
    };
    let mut owned: Vec<(String, Vec<String>)> = Vec::new();
    owned.extend(book.policies.iter().map(|(id, policy)| plain(id, &policy.sources)));
    owned.extend(book.ceilings.iter().map(|ceiling| plain(&ceiling.id, &ceiling.sources)));
    owned.extend(book.intervals.iter().map(|interval| plain(&interval.id, &interval.sources)));
    owned.extend(book.phases.iter().map(|phase| plain(&phase.id, &phase.sources)));
    owned.extend(
        book.preparations.iter().map(|preparation| plain(&preparation.id, &preparation.sources)),
    );
    owned.extend(book.aftercare.iter().map(|aftercare| plain(&aftercare.id, &aftercare.sources)));
    for scale in &book.scales {
        owned.push(plain(&scale.id, &scale.sources));
        owned.extend(scale.asks.iter().map(|ask| plain(&scale.id, &ask.sources)));
    }
    owned.extend(book.numbing.iter().map(|numbing| plain(&numbing.id, &numbing.sources)));
    for device in &book.devices {
        owned.push(plain(&device.id, &device.sources));
        owned.extend(
            device.clearances.iter().map(|clearance| plain(&device.id, &clearance.sources)),
        );
    }
    for (card, ids) in loose
        .iter()
        .map(|(card, ids)| (card, ids.clone()))
        .chain(owned.iter().map(|(card, ids)| (card, ids.iter().map(String::as_str).collect())))
    {
        for id in ids {
            if let Some(card) = card_of(card) {
                source(id, &card);
            }
        }
    }
    references(book, &mut missing);
    faults.extend(missing.into_iter().map(|(card, what)| Fault {
        file: card.file,
        at: card.at,
        what,
    }));
}

/// References between cards other than sources.
fn references(book: &Rulebook, missing: &mut Vec<(CardAt, String)>) {
    let mut conflict = |id: &str, card: &CardAt| {
        if !book.conflicts.contains_key(id) {
            let hint = did_you_mean(percuta_terminology::nearest(
                id,
                book.conflicts.keys().map(String::as_str),
            ));
            missing.push((card.clone(), format!("`{id}` is no conflict{hint}")));
        }
    };
    for rule in &book.rules {
        for id in &rule.conflicts {
            conflict(id, &rule.card);
        }
    }
    for (id, conflict_id) in
        book.preparations.iter().filter_map(|card| Some((&card.id, card.conflict.as_ref()?))).chain(
            book.aftercare.iter().filter_map(|card| Some((&card.id, card.conflict.as_ref()?))),
        )
    {
        if let Some(card) = book.card(id) {
            conflict(conflict_id, card);
        }
    }
    for page in &book.pages {
        let Some(card) = book.card(&page.id) else { continue };
        for cited in page_citations(page) {
            for id in &cited.conflicts {
                conflict(id, card);
            }
        }
    }
    for rule in &book.rules {
        for id in &rule.yields_to {
            if !book.rules.iter().any(|other| other.id == *id) {
                missing
                    .push((rule.card.clone(), format!("`{id}`, to which this yields, is no rule")));
            }
        }
    }
    for page in &book.pages {
        let Some(card) = book.card(&page.id) else { continue };
        for cited in page_citations(page) {
            if cited.cites.is_empty() && cited.conflicts.is_empty() {
                missing.push((card.clone(), String::from("a claim of this page cites nothing")));
            }
            for id in cited.cites.iter().filter(|id| !book.is_citable(id)) {
                let hint = did_you_mean(percuta_terminology::nearest(
                    id,
                    book.cards.keys().map(String::as_str),
                ));
                missing.push((card.clone(), format!("`{id}`, which is cited, is no card{hint}")));
            }
        }
    }
}

/// Everything a page rests on.
pub(crate) fn page_citations(page: &Page) -> Vec<&Cited> {
    let mut found = Vec::new();
    if !page.lead.is_empty() {
        found.push(&page.lead_cited);
    }
    for block in page.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Claim { cited, .. } | Block::Note(_, cited) => found.push(cited),
            Block::Steps(steps) => found.extend(steps.iter().map(|(_, _, cited)| cited)),
            Block::Table(_, rows) => found.extend(rows.iter().map(|(_, cited)| cited)),
        }
    }
    found
}
