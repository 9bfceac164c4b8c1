//! `rulebook check`: every card's cases, the references between cards, and the laws that hold for every intake.
//!
//! Laws are checked exhaustively over the facts of each group of rules that share facts, where those make at most
//! [`EXHAUSTIVE_MAX`] intakes, and otherwise over every pair of its facts and on generated intakes; across groups on
//! generated ones. Every answer is
//! compared with the tiny evaluator of `reference`. The report says what was covered how.

use std::collections::BTreeSet;

use percuta_terminology::{ClassId, Kind};
use serde_json::{Value, json};

use crate::{
    answer::{Disposition, End},
    book::{Expect, Rule, Rulebook},
    fault::{Fault, Place},
    intake,
    language::Ask,
    logic::{Sign, Trit},
    screen, triage,
};

mod laws;
mod reference;
mod states;

/// A group of rules whose facts make more intakes than this is checked on generated ones.
pub const EXHAUSTIVE_MAX: u128 = 60_000;

/// What was checked, and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Worked cases of cards.
    pub cases: usize,
    /// What each group of rules was checked on.
    pub groups: Vec<Coverage>,
    /// Intakes generated across groups.
    pub across: u64,
    /// Intakes compared with the tiny evaluator.
    pub compared: u64,
    /// For each law, in how many instances it was checked.
    pub laws: Vec<(&'static str, u64)>,
    /// Card counts by kind.
    pub cards: Vec<(&'static str, usize)>,
}

/// What one group of rules was checked on.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The rules.
    pub rules: Vec<String>,
    /// The facts they share.
    pub facts: Vec<String>,
    /// The intakes.
    pub intakes: u64,
    /// Of a group too large for all of them: the intakes in which any two of its facts meet, all of them.
    pub pairs: u64,
    /// Whether that is all of them.
    pub is_exhaustive: bool,
}

/// How far a check has come: the part done, from 0 to 1.
pub type Progress<'a> = &'a mut dyn FnMut(f64);

/// Checks a rulebook.
pub fn check(book: &Rulebook, progress: Progress<'_>) -> Report {
    let mut report = Report { cards: counts(book), ..Report::default() };
    structure(book, &mut report.faults);
    questions(book, &mut report.faults);
    classes(book, &mut report.faults);
    report.cases = cases(book, &mut report.faults) + triage_cases(book, &mut report.faults);
    progress(0.02);
    laws::check(book, &mut report, progress);
    report.faults.sort();
    report.faults.dedup();
    report
}

impl Report {
    /// The report as JSON.
    pub fn json(&self, book: &Rulebook) -> Value {
        let faults: Vec<Value> = self
            .faults
            .iter()
            .map(|fault| json!({ "file": fault.file, "line": fault.at.line, "column": fault.at.column, "what": fault.what }))
            .collect();
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|group| {
                json!({
                    "rules": group.rules, "facts": group.facts, "intakes": group.intakes,
                    "pairs": group.pairs,
                    "covered": if group.is_exhaustive { "exhaustively" } else { "every pair of facts, and by generation" },
                })
            })
            .collect();
        let laws: serde_json::Map<String, Value> =
            self.laws.iter().map(|(law, count)| ((*law).to_owned(), json!(count))).collect();
        let cards: serde_json::Map<String, Value> =
            self.cards.iter().map(|(kind, count)| ((*kind).to_owned(), json!(count))).collect();
        json!({
            "interface": crate::wire::INTERFACE,
            "ok": self.faults.is_empty(),
            "faults": faults,
            "cards": cards,
            "cases": self.cases,
            "groups": groups,
            "generated_across_groups": self.across,
            "compared_with_reference": self.compared,
            "laws": laws,
            "rulebook": crate::wire::rulebook(book),
        })
    }
}

fn counts(book: &Rulebook) -> Vec<(&'static str, usize)> {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for card in book.cards.values().flatten() {
        match counts.iter_mut().find(|(kind, _)| *kind == card.kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((card.kind, 1)),
        }
    }
    for kind in Kind::ALL {
        let terms =
            book.vocabulary.of(kind).terms().filter(|(_, term)| !term.is_class_word).count();
        counts.push((kind.word(), terms));
    }
    counts.push(("region", book.vocabulary.regions.all().count()));
    counts.sort_unstable();
    counts
}

fn fault(rule: &Rule, at: Place, what: String) -> Fault {
    Fault { file: rule.card.file.clone(), at, what }
}

/// What every rule must have.
fn structure(book: &Rulebook, faults: &mut Vec<Fault>) {
    for rule in book.rules.iter().filter(|rule| rule.withdrawn.is_none()) {
        let mut say = |what: String| faults.push(fault(rule, rule.card.at, what));
        if rule.why.is_empty() {
            say(format!("`{}` does not say why", rule.id));
        }
        let holds = rule.cases.iter().any(|case| matches!(case.expect, Expect::Holds { .. }));
        let fails = rule.cases.iter().any(|case| case.expect == Expect::None);
        if !holds || !fails {
            say(format!(
                "`{}` needs a case in which it holds and one in which it does not",
                rule.id
            ));
        }
        let worst = rule.clauses.iter().map(|clause| clause.disposition).max();
        for other in rule.yields_to.iter().filter_map(|id| book.rule(id)) {
            let least = other.clauses.iter().map(|clause| clause.disposition).max();
            if least < worst {
                say(format!("`{}` yields to `{}`, which is never as severe", rule.id, other.id));
            }
        }
        for clause in &rule.clauses {
            for text in
                [Some(&clause.because), clause.because_current.as_ref()].into_iter().flatten()
            {
                for place in screen::places(text) {
                    if !screen::PLACES.contains(&place) {
                        say(format!("`{{{place}}}` is no place that a text can leave"));
                    }
                }
            }
            let mut is_dated = false;
            clause.when.visit(Sign::For, &mut |ask, _| {
                is_dated |= matches!(ask, Ask::ScarAge { .. } | Ask::Age { under: Some(_), .. })
                    || matches!(ask, Ask::Item(item) if matches!(item.time, crate::language::Time::Within(_)));
            });
            if clause.disposition == Disposition::Defer && clause.ends.is_none() && !is_dated {
                say(format!("a deferral of `{}` does not say when it ends", rule.id));
            }
        }
    }
    for rule in &book.triage {
        let at = rule.card.at;
        let mut say = |what: String| faults.push(Fault { file: rule.card.file.clone(), at, what });
        if rule.sources.is_empty() {
            say(format!("`{}` has no source", rule.id));
        }
        if rule.actions.is_empty() {
            say(format!("`{}` says nothing to do", rule.id));
        }
        let holds = rule.cases.iter().any(|(_, _, expect, _)| expect.is_some());
        let fails = rule.cases.iter().any(|(_, _, expect, _)| expect.is_none());
        if !holds || !fails {
            say(format!(
                "`{}` needs a case in which it holds and one in which it does not",
                rule.id
            ));
        }
    }
    for required in ["info.unrecognised", "info.missing_critical", "info.missing_answer"] {
        if !book.policies.contains_key(required) {
            let what = format!("the policy `{required}` is missing; answers rest on it");
            faults.push(Fault { file: "policies".to_owned(), at: Place::START, what });
        }
    }
    for fact in
        book.facts.values().filter(|fact| fact.sources.is_empty() && fact.positions.is_empty())
    {
        if let Some(card) =
            book.cards.get(&fact.id).and_then(|cards| cards.iter().find(|card| card.kind == "fact"))
        {
            faults.push(Fault {
                file: card.file.clone(),
                at: card.at,
                what: format!("the fact `{}` has no source", fact.id),
            });
        }
    }
}

/// Every question is about something that a rule reads, and no path is asked twice.
fn questions(book: &Rulebook, faults: &mut Vec<Fault>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for rule in &book.rules {
        for asks in &rule.asks {
            for path in &asks.about {
                if !seen.insert(path) {
                    faults.push(fault(rule, asks.at, format!("`{path}` is asked about twice")));
                }
                if !is_read(book, path) {
                    faults.push(fault(
                        rule,
                        asks.at,
                        format!("the question is about `{path}`, which no rule reads"),
                    ));
                }
            }
        }
    }
}

/// Whether a rule reads what a path names.
pub(crate) fn is_read(book: &Rulebook, path: &str) -> bool {
    let named = Kind::ALL.into_iter().find_map(|kind| {
        let word = path.strip_prefix(kind.list())?.strip_prefix('.')?;
        Some((kind, book.vocabulary.of(kind).word(word)?))
    });
    book.engine.atoms.iter().any(|ask| match (ask, named) {
        (Ask::Item(item), Some((kind, word))) => {
            item.kind == kind && item.terms.overlaps(&book.vocabulary.of(kind).terms_of(word))
        }
        (Ask::Pregnancy(_), None) => path == "patient.pregnancy",
        (Ask::Breastfeeding(_), None) => path == "patient.breastfeeding",
        (Ask::PhototypeFrom(_), None) => path == "patient.phototype",
        _ => false,
    })
}

/// Every class is named by some rule, ceiling or interval.
fn classes(book: &Rulebook, faults: &mut Vec<Fault>) {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (path, text) in &book.files {
        if ["medicines/", "vocabulary/"].iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        for quoted in text.split('"').skip(1).step_by(2) {
            named.extend(quoted.split_whitespace().map(str::to_owned));
        }
    }
    for kind in Kind::ALL {
        let lexicon = book.vocabulary.of(kind);
        for (id, class) in lexicon.classes() {
            let mut here: Option<ClassId> = Some(id);
            let mut is_used = false;
            while let Some(class) = here {
                is_used |= named.contains(&lexicon.class_of(class).code);
                here = lexicon.class_of(class).parent;
            }
            let needle = format!("class \"{}\"", class.code);
            let file = book.files.iter().find(|(_, text)| text.contains(&needle));
            let (path, line) = file.map_or(("vocabulary", 1), |(path, text)| {
                let before = text.split(&needle).next().unwrap_or_default();
                (path.as_str(), before.matches('\n').count() + 1)
            });
            let at = Place { line: u32::try_from(line).unwrap_or(1), column: 1 };
            if !is_used {
                let what = format!("nothing uses the class `{}` of {}s", class.code, kind.word());
                faults.push(Fault { file: path.to_owned(), at, what });
            }
            if !lexicon.terms().any(|(_, term)| !term.is_class_word && term.classes.contains(&id))
                && !lexicon.classes().any(|(_, other)| other.parent == Some(id))
            {
                let what = format!("the class `{}` holds nothing", class.code);
                faults.push(Fault { file: path.to_owned(), at, what });
            }
        }
    }
}

/// Runs every case of every screening rule.
fn cases(book: &Rulebook, faults: &mut Vec<Fault>) -> usize {
    let mut count = 0;
    for (place, compiled) in book.engine.rules.iter().enumerate() {
        let Some(rule) = book.rules.get(compiled.index) else { continue };
        for case in &rule.cases {
            count += 1;
            let intake = match intake::read(book, &case.intake, &[]) {
                Ok(intake) => intake,
                Err(unusable) => {
                    faults.push(fault(
                        rule,
                        case.at,
                        format!("the case `{}` is no intake: {unusable}", case.title),
                    ));
                    continue;
                }
            };
            let (verdict, reason) = screen::alone(book, &intake, place);
            let (expected, given) = (
                &case.expect,
                describe(verdict.holds, verdict.open, reason.as_ref().map(|reason| &reason.end)),
            );
            let holds = match expected {
                Expect::None => verdict.holds.is_none() && verdict.open.is_none(),
                Expect::Open => verdict.holds.is_none() && verdict.open.is_some(),
                Expect::Holds { disposition, until, is_event } => {
                    verdict.holds == Some(*disposition)
                        && reason.is_some_and(|reason| match (&reason.end, until) {
                            (End::On(date), Some(until)) => date.to_string() == *until && !is_event,
                            (End::Event(_), None) => *is_event,
                            (End::Never, None) => !is_event,
                            _ => false,
                        })
                }
            };
            if !holds {
                let expected = match expected {
                    Expect::None => "none".to_owned(),
                    Expect::Open => "open".to_owned(),
                    Expect::Holds { disposition, until, is_event } => {
                        let end = until.clone().unwrap_or_else(|| {
                            if *is_event { "an event" } else { "no end" }.to_owned()
                        });
                        format!("{} until {end}", disposition.word())
                    }
                };
                faults.push(fault(
                    rule,
                    case.at,
                    format!("the case `{}` expects {expected} and is given {given}", case.title),
                ));
            }
        }
    }
    count
}

fn describe(holds: Option<Disposition>, open: Option<Disposition>, end: Option<&End>) -> String {
    match (holds, open) {
        (Some(holds), _) => {
            let end = match end {
                Some(End::On(date)) => date.to_string(),
                Some(End::Event(_)) => "an event".to_owned(),
                Some(End::Never) | None => "no end".to_owned(),
            };
            format!("{} until {end}", holds.word())
        }
        (None, Some(_)) => "open".to_owned(),
        (None, None) => "none".to_owned(),
    }
}

/// Runs every case of every triage rule.
fn triage_cases(book: &Rulebook, faults: &mut Vec<Fault>) -> usize {
    let mut count = 0;
    for rule in &book.triage {
        for (title, checkin, expect, at) in &rule.cases {
            count += 1;
            let mut say =
                |what: String| faults.push(Fault { file: rule.card.file.clone(), at: *at, what });
            match triage::read(book, checkin) {
                Err(unusable) => say(format!("the case `{title}` is no check-in: {unusable}")),
                Ok(checkin) => {
                    let (level, value) = triage::alone(book, rule, &checkin);
                    let given = level.filter(|_| value == Trit::True);
                    if given != *expect {
                        let word = |level: Option<crate::answer::Level>| {
                            level.map_or("none", crate::answer::Level::word)
                        };
                        say(format!(
                            "the case `{title}` expects {} and is given {}",
                            word(*expect),
                            word(given)
                        ));
                    }
                }
            }
        }
    }
    count
}
