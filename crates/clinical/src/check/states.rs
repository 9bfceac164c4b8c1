//! What the laws vary: for each group of rules that share facts, the facts it reads and every state of each that
//! the rules can tell apart.
//!
//! A state is a small change of the healthy intake. Two states that no rule of the group can tell apart are one.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use percuta_terminology::{Kind, Polarity, TermId, Window};
use serde_json::{Map, Value, json};

use crate::{
    book::{Rulebook, STOPPED_COUNTS},
    intake::Modality,
    language::{Ask, DepthLimit, ItemAsk, Site, Time},
    logic::Sign,
};

/// The day of every generated intake.
const TODAY: Date = Date::constant(2026, 3, 2);

/// What a state of a fact is, for the laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// The fact is not there.
    Absent,
    /// It is there.
    Present,
    /// It is there, and something about it is not known.
    Partial,
    /// It is not known whether it is there.
    Unknown,
}

/// One state: entries to add, and fields to set.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) sort: Sort,
    /// `(list, entry)` to add.
    pub(super) entries: Vec<(&'static str, Value)>,
    /// `(part, key, value)` to set.
    pub(super) fields: Vec<(&'static str, &'static str, Value)>,
}

/// One fact with its states.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) name: String,
    /// Whether the laws of risk apply, and which way; the request has none.
    pub(super) polarity: Option<Polarity>,
    /// Its date answers when the scar arose, so that beside an unknown onset it is an answer and not only a risk.
    pub(super) dates_the_scar: bool,
    pub(super) states: Vec<State>,
}

/// Rules that share facts.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Places among the compiled rules.
    pub(super) rules: Vec<usize>,
    pub(super) facts: Vec<Fact>,
}

impl Group {
    /// How many intakes its facts make.
    pub(super) fn size(&self) -> u128 {
        self.facts.iter().map(|fact| u128::try_from(fact.states.len()).unwrap_or(1)).product()
    }

    /// The intake of one choice of states.
    pub(super) fn intake(&self, choice: &[usize]) -> Value {
        let states =
            self.facts.iter().zip(choice).filter_map(|(fact, index)| fact.states.get(*index));
        build(states)
    }
}

/// The healthy intake with some states laid over it.
pub(super) fn build<'s>(states: impl Iterator<Item = &'s State>) -> Value {
    let mut intake = crate::book::healthy();
    for state in states {
        for (part, key, value) in &state.fields {
            let object = if part.is_empty() { Some(&mut intake) } else { intake.get_mut(*part) };
            if let Some(Value::Object(object)) = object {
                if value == "remove" {
                    object.remove(*key);
                } else {
                    object.insert((*key).to_owned(), value.clone());
                }
            }
        }
        for (list, entry) in &state.entries {
            let entries = match list.split_once('.') {
                Some((part, key)) => intake.get_mut(part).and_then(|part| part.get_mut(key)),
                None => intake.get_mut(*list),
            };
            if let Some(Value::Array(entries)) = entries {
                entries.push(entry.clone());
            }
        }
    }
    intake
}

/// Groups the rules that share facts, with the facts of each.
pub(super) fn groups(book: &Rulebook) -> Vec<Group> {
    let rules = &book.engine.rules;
    let asks: Vec<Vec<&Ask>> = rules
        .iter()
        .map(|rule| {
            let mut found = Vec::new();
            for clause in &rule.clauses {
                clause.numbered.visit(Sign::For, &mut |atom, _| {
                    found.extend(book.engine.atoms.get(usize::from(*atom)));
                });
            }
            found
        })
        .collect();
    let mut group_of: Vec<usize> = (0..rules.len()).collect();
    for left in 0..rules.len() {
        for right in 0..left {
            let share = asks.get(left).zip(asks.get(right)).is_some_and(|(a, b)| shares(a, b));
            let (from, to) = (group_of.get(left).copied(), group_of.get(right).copied());
            if let (true, Some(from), Some(to)) = (share, from, to) {
                for group in group_of.iter_mut().filter(|group| **group == from) {
                    *group = to;
                }
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (rule, group) in group_of.iter().enumerate() {
        members.entry(*group).or_default().push(rule);
    }
    members
        .into_values()
        .map(|rules| {
            let asks: Vec<&Ask> =
                rules.iter().filter_map(|rule| asks.get(*rule)).flatten().copied().collect();
            Group { facts: facts(book, &asks), rules }
        })
        .collect()
}

/// Whether two rules read the same facts about a person; the request alone joins no rules.
fn shares(left: &[&Ask], right: &[&Ask]) -> bool {
    left.iter().any(|a| {
        right.iter().any(|b| match (a, b) {
            (Ask::Item(a), Ask::Item(b)) => {
                let cleared = |x: &ItemAsk, y: &ItemAsk| {
                    y.kind == Kind::Clearance
                        && x.uncleared_by.as_ref().is_some_and(|by| by.overlaps(&y.terms))
                };
                let both = a.uncleared_by.as_ref().zip(b.uncleared_by.as_ref());
                (a.kind == b.kind && a.terms.overlaps(&b.terms))
                    || cleared(a, b)
                    || cleared(b, a)
                    || both.is_some_and(|(a, b)| a.overlaps(b))
            }
            (Ask::Pregnancy(_), Ask::Pregnancy(_) | Ask::Missing(_))
            | (Ask::PhototypeFrom(_), Ask::PhototypeFrom(_) | Ask::Missing(_))
            | (Ask::Missing(_), Ask::Pregnancy(_) | Ask::PhototypeFrom(_))
            | (Ask::Breastfeeding(_), Ask::Breastfeeding(_))
            | (Ask::Age { .. }, Ask::Age { .. })
            | (Ask::ScarAge { .. }, Ask::ScarAge { .. })
            | (Ask::DepthOver(_), Ask::DepthOver(_)) => true,
            (Ask::ScarAge { procedures, .. }, Ask::Item(item))
            | (Ask::Item(item), Ask::ScarAge { procedures, .. }) => {
                item.kind == Kind::Procedure && item.terms.overlaps(procedures)
            }
            _ => false,
        })
    })
}

fn facts(book: &Rulebook, asks: &[&Ask]) -> Vec<Fact> {
    let mut facts = Vec::new();
    let items: Vec<&ItemAsk> = asks
        .iter()
        .filter_map(|ask| if let Ask::Item(item) = ask { Some(item) } else { None })
        .collect();
    for kind in Kind::ALL {
        let of_kind: Vec<&ItemAsk> =
            items.iter().filter(|item| item.kind == kind).copied().collect();
        facts.extend(item_facts(book, kind, &of_kind, &items));
    }
    for ask in asks {
        if let Ask::ScarAge { procedures, .. } = ask {
            let lexicon = book.vocabulary.of(Kind::Procedure);
            for term in procedures.iter() {
                let name = format!("procedures.{}", lexicon.term(term).code);
                for fact in facts.iter_mut().filter(|fact| fact.name == name) {
                    fact.dates_the_scar = true;
                }
            }
        }
    }
    facts.extend(person_facts(asks));
    facts.extend(request_facts(book, asks, &items));
    facts
}

/// One fact for each set of terms that the questions can tell apart, by one term of it.
fn item_facts(book: &Rulebook, kind: Kind, asks: &[&ItemAsk], all: &[&ItemAsk]) -> Vec<Fact> {
    let lexicon = book.vocabulary.of(kind);
    let mut seen: Vec<Vec<usize>> = Vec::new();
    let mut facts = Vec::new();
    for (term, words) in lexicon.terms().filter(|(_, words)| !words.is_class_word) {
        let signature: Vec<usize> = asks
            .iter()
            .enumerate()
            .filter(|(_, ask)| ask.terms.contains(term))
            .map(|(index, _)| index)
            .chain(
                all.iter()
                    .enumerate()
                    .filter(|(_, ask)| {
                        kind == Kind::Clearance
                            && ask.uncleared_by.as_ref().is_some_and(|by| by.contains(term))
                    })
                    .map(|(index, _)| index + 1_000),
            )
            .collect();
        let by_dose = usize::from(words.is_by_last_dose) * 10_000;
        let mut key = signature.clone();
        key.push(by_dose);
        if signature.is_empty() || seen.contains(&key) {
            continue;
        }
        let reading: Vec<&ItemAsk> =
            asks.iter().filter(|ask| ask.terms.contains(term)).copied().collect();
        seen.push(key);
        facts.push(item_fact(book, kind, term, &reading));
        // Two different members meet a question that counts.
        if asks.iter().any(|ask| ask.count > 1 && ask.terms.contains(term)) {
            let second = lexicon.terms().find(|(other, words)| {
                *other > term
                    && !words.is_class_word
                    && asks.iter().all(|ask| ask.terms.contains(*other) == ask.terms.contains(term))
            });
            if let Some((second, _)) = second {
                facts.push(item_fact(book, kind, second, &reading));
            }
        }
    }
    facts
}

fn item_fact(book: &Rulebook, kind: Kind, term: TermId, asks: &[&ItemAsk]) -> Fact {
    let lexicon = book.vocabulary.of(kind);
    let words = lexicon.term(term);
    let is_mitigation =
        words.classes.iter().any(|class| lexicon.class_of(*class).polarity == Polarity::Mitigation)
            || kind == Kind::Clearance;
    let code = words.code.as_str();
    let list = kind.list();
    let mut states = vec![State { sort: Sort::Absent, entries: Vec::new(), fields: Vec::new() }];
    let unknown = json!(format!("{list}.{code}"));
    states.push(State {
        sort: Sort::Unknown,
        entries: vec![("unknown", unknown)],
        fields: Vec::new(),
    });
    let key = match kind {
        Kind::Condition => "code",
        Kind::Finding => "finding",
        Kind::Clearance => "by",
        Kind::Allergy | Kind::Product => "",
        Kind::Medicine | Kind::Procedure | Kind::Exposure | Kind::Concern | Kind::Symptom => "name",
    };
    if key.is_empty() {
        states.push(State {
            sort: Sort::Present,
            entries: vec![(list, json!(code))],
            fields: Vec::new(),
        });
    } else {
        for (sort, fields) in variants(kind, words.is_by_last_dose, asks) {
            let mut entry = Map::new();
            entry.insert(key.to_owned(), json!(code));
            entry.extend(fields);
            states.push(State {
                sort,
                entries: vec![(list, Value::Object(entry))],
                fields: Vec::new(),
            });
        }
    }
    let polarity = Some(if is_mitigation { Polarity::Mitigation } else { Polarity::Risk });
    Fact { name: format!("{list}.{code}"), polarity, dates_the_scar: false, states }
}

type Fields = Map<String, Value>;

/// Every combination of what the questions ask about an item.
fn variants(kind: Kind, is_by_last_dose: bool, asks: &[&ItemAsk]) -> Vec<(Sort, Fields)> {
    let mut axes: Vec<Vec<(Sort, Fields)>> = Vec::new();
    match kind {
        Kind::Medicine => axes.push(doses(is_by_last_dose, asks)),
        Kind::Procedure | Kind::Exposure => axes.push(events(kind, asks)),
        Kind::Clearance => axes.push(vec![
            (Sort::Present, fields(&[("date", json!(TODAY.to_string()))])),
            (Sort::Present, fields(&[("date", json!("2000-01-01"))])),
            (Sort::Partial, Fields::new()),
        ]),
        Kind::Condition => axes.push(statuses(asks)),
        Kind::Finding | Kind::Allergy | Kind::Product | Kind::Concern | Kind::Symptom => {}
    }
    if asks.iter().any(|ask| ask.site != Site::Any) {
        let mut sites = vec![
            fields(&[]),
            fields(&[("site", json!("request"))]),
            fields(&[("site", json!("knee"))]),
        ];
        if asks.iter().any(|ask| matches!(ask.site, Site::On(_))) {
            sites.push(fields(&[("site", json!("lower-lip"))]));
        }
        axes.push(sites.into_iter().map(|fields| (Sort::Present, fields)).collect());
    }
    if asks.iter().any(|ask| ask.dose_from.is_some()) {
        axes.push(numbers("dose_mg_per_day", asks.iter().filter_map(|ask| ask.dose_from)));
    }
    if asks.iter().any(|ask| ask.days_from.is_some()) {
        axes.push(numbers("duration_days", asks.iter().filter_map(|ask| ask.days_from)));
    }
    if asks.iter().any(|ask| ask.depth_from.is_some()) {
        axes.push(numbers("depth_mm", asks.iter().filter_map(|ask| ask.depth_from)));
    }
    if asks.iter().any(|ask| ask.hba1c.is_some()) {
        axes.push(vec![
            (
                Sort::Present,
                fields(&[("hba1c_percent", json!(6.5)), ("hba1c_date", json!("2026-01-20"))]),
            ),
            (
                Sort::Present,
                fields(&[("hba1c_percent", json!(8.0)), ("hba1c_date", json!("2025-09-02"))]),
            ),
            (
                Sort::Partial,
                fields(&[("hba1c_percent", json!(6.5)), ("hba1c_date", json!("2025-09-01"))]),
            ),
            (Sort::Partial, Fields::new()),
        ]);
    }
    if asks.iter().any(|ask| ask.change.is_some()) {
        axes.push(vec![
            (Sort::Present, fields(&[("last_change", json!("2026-01-15"))])),
            (Sort::Present, fields(&[("last_change", json!("2024-01-15"))])),
            (Sort::Partial, Fields::new()),
        ]);
    }
    let mut all = vec![(Sort::Present, Fields::new())];
    for axis in axes {
        all = all
            .into_iter()
            .flat_map(|(sort, start)| {
                axis.iter().map(move |(other, more)| {
                    let mut together = start.clone();
                    together.extend(more.clone());
                    let sort = if *other == Sort::Partial { Sort::Partial } else { sort };
                    (sort, together)
                })
            })
            .collect();
    }
    all
}

fn fields(pairs: &[(&str, Value)]) -> Fields {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

fn numbers(key: &str, limits: impl Iterator<Item = f64>) -> Vec<(Sort, Fields)> {
    let mut states = vec![(Sort::Partial, Fields::new())];
    for limit in limits {
        states.push((Sort::Present, fields(&[(key, json!(limit))])));
        states.push((Sort::Present, fields(&[(key, json!(limit / 2.0))])));
    }
    states.dedup();
    states
}

/// The last day inside a window, and the first day after it.
fn edges(window: Window) -> [Date; 2] {
    let back = match window {
        Window::Days(days) => TODAY.checked_sub(days.days()),
        Window::Months(months) => TODAY.checked_sub(months.months()),
    };
    let first_after = back.unwrap_or(Date::MIN);
    [first_after.tomorrow().unwrap_or(first_after), first_after]
}

fn windows(asks: &[&ItemAsk]) -> Vec<Window> {
    let mut windows: Vec<Window> = asks
        .iter()
        .filter_map(|ask| match ask.time {
            Time::Within(window) | Time::Beyond(window) => Some(window),
            Time::Taken => Some(STOPPED_COUNTS),
            Time::Any | Time::Current | Time::DateUnknown | Time::Past | Time::Planned => None,
        })
        .collect();
    windows.sort_unstable();
    windows.dedup();
    windows
}

fn doses(is_by_last_dose: bool, asks: &[&ItemAsk]) -> Vec<(Sort, Fields)> {
    let mut states = vec![
        (Sort::Present, fields(&[("status", json!("current"))])),
        (Sort::Partial, fields(&[("status", json!("stopped"))])),
        (Sort::Partial, Fields::new()),
    ];
    for date in windows(asks).into_iter().flat_map(edges) {
        let date = json!(date.to_string());
        states.push((
            Sort::Present,
            fields(&[("status", json!("stopped")), ("last_dose", date.clone())]),
        ));
        states.push((Sort::Partial, fields(&[("last_dose", date.clone())])));
        if is_by_last_dose {
            states.push((
                Sort::Present,
                fields(&[("status", json!("current")), ("last_dose", date)]),
            ));
        }
    }
    states
}

fn events(kind: Kind, asks: &[&ItemAsk]) -> Vec<(Sort, Fields)> {
    let mut states = vec![(Sort::Partial, Fields::new())];
    let mut dates: Vec<Date> = windows(asks).into_iter().flat_map(edges).collect();
    dates.push(Date::constant(2010, 1, 1));
    if kind == Kind::Procedure {
        dates.push(Date::constant(2026, 4, 1));
    }
    for date in dates {
        states.push((Sort::Present, fields(&[("date", json!(date.to_string()))])));
    }
    states
}

fn statuses(asks: &[&ItemAsk]) -> Vec<(Sort, Fields)> {
    let words: &[&str] = if asks.iter().all(|ask| ask.status.is_empty()) {
        &["active", "family"]
    } else {
        &["active", "quiet", "past", "recurrent", "family"]
    };
    let mut states: Vec<(Sort, Fields)> =
        words.iter().map(|word| (Sort::Present, fields(&[("status", json!(word))]))).collect();
    states.push((Sort::Partial, Fields::new()));
    states
}

fn person(
    name: &str,
    polarity: Option<Polarity>,
    part: &'static str,
    key: &'static str,
    values: Vec<(Sort, Value)>,
) -> Fact {
    let states = values
        .into_iter()
        .map(|(sort, value)| State { sort, entries: Vec::new(), fields: vec![(part, key, value)] })
        .collect();
    Fact { name: name.to_owned(), polarity, dates_the_scar: false, states }
}

fn person_facts(asks: &[&Ask]) -> Vec<Fact> {
    let mut facts = Vec::new();
    let risk = Some(Polarity::Risk);
    let has = |test: fn(&Ask) -> bool| asks.iter().any(|ask| test(ask));
    let yes_no = || {
        vec![
            (Sort::Absent, json!("no")),
            (Sort::Present, json!("yes")),
            (Sort::Unknown, json!("unknown")),
        ]
    };
    if has(|ask| matches!(ask, Ask::Pregnancy(_))) {
        facts.push(person("patient.pregnancy", risk, "patient", "pregnancy", yes_no()));
    }
    if has(|ask| matches!(ask, Ask::Breastfeeding(_))) {
        facts.push(person("patient.breastfeeding", risk, "patient", "breastfeeding", yes_no()));
    }
    if has(|ask| matches!(ask, Ask::PhototypeFrom(_))) {
        let values = vec![
            (Sort::Absent, json!(2)),
            (Sort::Present, json!(4)),
            (Sort::Present, json!(6)),
            (Sort::Unknown, Value::Null),
        ];
        facts.push(person("patient.phototype", risk, "patient", "phototype", values));
    }
    if has(|ask| matches!(ask, Ask::Age { .. })) {
        let born =
            ["1992-01-15", "2008-03-02", "2008-03-03", "2004-03-02", "2004-03-03", "2004-02-29"];
        let values = born.iter().map(|day| (Sort::Present, json!(day))).collect();
        facts.push(person("patient.birth_date", None, "patient", "birth_date", values));
    }
    facts
}

fn request_facts(book: &Rulebook, asks: &[&Ask], items: &[&ItemAsk]) -> Vec<Fact> {
    let mut facts = Vec::new();
    let requests: Vec<_> = asks
        .iter()
        .filter_map(|ask| if let Ask::Request(request) = ask { Some(request) } else { None })
        .collect();
    let has = |test: fn(&Ask) -> bool| asks.iter().any(|ask| test(ask));
    let depth = has(|ask| matches!(ask, Ask::DepthOver(_)));
    if depth || requests.iter().any(|request| !request.modalities.is_empty()) {
        let words =
            [Modality::Pen, Modality::Roller, Modality::Rf, Modality::Patch].map(Modality::word);
        let values = words.iter().map(|word| (Sort::Present, json!(word))).collect();
        facts.push(person("request.modality", None, "request", "modality", values));
    }
    if requests.iter().any(|request| request.setting.is_some()) || depth {
        let values = ["clinic", "home"].iter().map(|word| (Sort::Present, json!(word))).collect();
        facts.push(person("request.setting", None, "request", "setting", values));
    }
    if requests.iter().any(|request| request.concerns.is_some()) {
        let lexicon = book.vocabulary.of(Kind::Concern);
        let mut seen: Vec<Vec<bool>> = Vec::new();
        let mut values = Vec::new();
        for (term, words) in lexicon.terms().filter(|(_, words)| !words.is_class_word) {
            let signature: Vec<bool> = requests
                .iter()
                .filter_map(|request| request.concerns.as_ref())
                .map(|concerns| concerns.contains(term))
                .collect();
            if !seen.contains(&signature) {
                seen.push(signature);
                values.push((Sort::Present, json!(words.code)));
            }
        }
        facts.push(person("request.concern", None, "request", "concern", values));
    }
    let regions = regions(book, asks, items);
    if regions.len() > 1 {
        let values = regions.iter().map(|code| (Sort::Present, json!(code))).collect();
        facts.push(person("request.region", None, "request", "region", values));
    }
    if depth {
        let mut values = vec![(Sort::Present, json!("remove")), (Sort::Unknown, Value::Null)];
        let limits = asks.iter().filter_map(|ask| match ask {
            Ask::DepthOver(DepthLimit::Millimetres(limit)) => Some(*limit),
            _ => None,
        });
        for limit in limits.chain([0.5, 1.0, 1.5, 2.5, 3.5, 9.0]) {
            values.push((Sort::Present, json!(limit)));
        }
        values.push((Sort::Present, json!(0.31)));
        facts.push(person("request.depth_mm", None, "request", "depth_mm", values));
    }
    if has(|ask| matches!(ask, Ask::ScarAge { .. })) {
        let mut values = vec![(Sort::Unknown, json!("remove"))];
        for ask in asks {
            if let Ask::ScarAge { under, .. } = ask {
                values.extend(edges(*under).map(|date| (Sort::Present, json!(date.to_string()))));
            }
        }
        values.dedup();
        facts.push(person("request.onset", None, "request", "onset", values));
        let repair = |date: Option<&str>, site: &str| {
            let mut entry = json!({ "name": "laceration-repair", "site": site });
            if let (Some(date), Some(object)) = (date, entry.as_object_mut()) {
                object.insert("date".to_owned(), json!(date));
            }
            State { sort: Sort::Present, entries: vec![("procedures", entry)], fields: Vec::new() }
        };
        let none = State { sort: Sort::Absent, entries: Vec::new(), fields: Vec::new() };
        let states = vec![
            none,
            repair(Some("2025-11-02"), "request"),
            repair(Some("2025-05-02"), "request"),
            repair(None, "request"),
            repair(Some("2026-02-02"), "knee"),
        ];
        let name = "procedures.laceration-repair".to_owned();
        facts.push(Fact { name, polarity: None, dates_the_scar: true, states });
    }
    facts
}

/// One region for each way in which the questions can tell regions apart.
fn regions(book: &Rulebook, asks: &[&Ask], items: &[&ItemAsk]) -> Vec<String> {
    let tree = &book.vocabulary.regions;
    let mut seen: Vec<Vec<bool>> = Vec::new();
    let mut found = Vec::new();
    let depth = asks.iter().any(|ask| matches!(ask, Ask::DepthOver(_)));
    let cheek = tree.find("cheek");
    let order = cheek.into_iter().chain(tree.all().map(|(id, _)| id));
    for region in order {
        let mut signature: Vec<bool> = Vec::new();
        for ask in asks {
            if let Ask::Request(request) = ask {
                signature.push(request.inside.iter().any(|outer| tree.is_inside(region, *outer)));
                signature.push(request.meets.iter().any(|other| tree.meets(region, *other)));
            }
        }
        for item in items {
            if let Site::On(lower) = item.site {
                signature.push(tree.is_on(region, lower) || tree.meets(region, lower));
            }
        }
        if depth {
            // Every region has its own ceiling.
            for bit in 0..6 {
                signature.push(region.index() & (1 << bit) != 0);
            }
        }
        if !seen.contains(&signature) {
            seen.push(signature);
            found.push(tree.get(region).code.clone());
        }
    }
    found
}
