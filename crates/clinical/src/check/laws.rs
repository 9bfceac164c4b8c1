//! The laws of screening, checked on intakes.

use serde_json::Value;

use std::collections::BTreeMap;

use super::{
    Coverage, EXHAUSTIVE_MAX, Progress, Report, reference,
    states::{Fact, Group, Sort, State, build, groups},
};
use crate::{
    answer::Disposition,
    book::{Rulebook, WhenUnknown},
    engine::Engine,
    fault::{Fault, Place},
    intake,
    screen::screen,
};
use percuta_terminology::Polarity;

const ABSOLUTE: &str = "an absolute contraindication decides whatever else holds";
const CRITICAL: &str = "proceed needs every critical answer";
const RISK: &str = "adding a risk never makes the answer more permissive, nor a mitigation less";
const UNKNOWN: &str = "replacing an unknown by any answer never makes a proceed worse";
const ORDER: &str = "the order of lists does not matter";
const OPEN: &str = "a rule that cannot be evaluated never makes the answer more permissive";
const NAMED: &str = "every reason names a rule, a fact and a source";
const AGREES: &str = "the engine and the tiny evaluator agree";

/// No law is reported broken more often.
const REPORTED_MAX: usize = 5;
const GENERATED: u64 = 20_000;
const ACROSS: u64 = 20_000;

/// A small generator of chance, seeded, so that a check always checks the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let limit = u64::try_from(limit.max(1)).unwrap_or(1);
        usize::try_from(z % limit).unwrap_or(0)
    }
}

struct Court<'b, 'r> {
    book: &'b Rulebook,
    report: &'r mut Report,
    counts: [(&'static str, u64); 8],
    reached: Vec<bool>,
    broken: BTreeMap<&'static str, usize>,
}

pub(super) fn check(book: &Rulebook, report: &mut Report, progress: Progress<'_>) {
    let groups = groups(book);
    let counts =
        [ABSOLUTE, CRITICAL, RISK, UNKNOWN, ORDER, OPEN, NAMED, AGREES].map(|law| (law, 0));
    let mut court = Court {
        book,
        report,
        counts,
        reached: vec![false; book.engine.rules.len()],
        broken: BTreeMap::new(),
    };
    let total: f64 = groups.iter().map(weight).sum::<f64>() + 20_000.0;
    let mut done = 0.0;
    for group in &groups {
        court.group(group);
        done += weight(group);
        progress(0.02 + 0.98 * done / total);
    }
    court.across(&groups);
    court.unreachable();
    let Court { counts, report, .. } = court;
    report.laws = counts.to_vec();
    progress(1.0);
}

fn weight(group: &Group) -> f64 {
    let size = group.size().min(EXHAUSTIVE_MAX);
    u32::try_from(size).map_or(60_000.0, f64::from)
}

impl Court<'_, '_> {
    fn count(&mut self, law: &'static str) {
        if let Some((_, count)) = self.counts.iter_mut().find(|(known, _)| *known == law) {
            *count += 1;
        }
    }

    fn break_law(&mut self, law: &'static str, rules: &[usize], what: &str, intake: &Value) {
        let broken = self.broken.entry(law).or_insert(0);
        *broken += 1;
        if *broken > REPORTED_MAX {
            return;
        }
        let card = rules
            .first()
            .and_then(|rule| self.book.engine.rules.get(*rule))
            .and_then(|rule| self.book.rules.get(rule.index))
            .map(|rule| rule.card.clone());
        let (file, at) =
            card.map_or(("rules".to_owned(), Place::START), |card| (card.file, card.at));
        let what = format!("the law is broken that {law}: {what}, on {}", brief(intake));
        self.report.faults.push(Fault { file, at, what });
    }

    /// What may be done, after the laws that one intake shows.
    fn judge(&mut self, rules: &[usize], json: &Value, is_full: bool) -> Option<Disposition> {
        let intake = match intake::read(self.book, json, &[]) {
            Ok(intake) => intake,
            Err(unusable) => {
                self.break_law(
                    AGREES,
                    rules,
                    &format!("a generated intake is refused ({unusable})"),
                    json,
                );
                return None;
            }
        };
        let disposition = self.book.engine.disposition(self.book, &intake);
        let truth = self.book.engine.truth(self.book, &intake);
        let mut is_absolute = false;
        let mut is_critical_open = false;
        for (place, rule) in self.book.engine.rules.iter().enumerate() {
            let verdict = Engine::verdict(rule, &truth);
            if verdict.holds.is_some()
                && let Some(reached) = self.reached.get_mut(place)
            {
                *reached = true;
            }
            is_absolute |= verdict.holds == Some(Disposition::DoNotTreat);
            is_critical_open |= rule.unknown == WhenUnknown::Critical && verdict.open.is_some();
        }
        if is_absolute {
            self.count(ABSOLUTE);
            if disposition != Disposition::DoNotTreat {
                self.break_law(ABSOLUTE, rules, "it does not", json);
            }
        }
        if is_critical_open {
            self.count(CRITICAL);
            if disposition == Disposition::Proceed {
                self.break_law(CRITICAL, rules, "one is open and the answer is proceed", json);
            }
        }
        self.count(AGREES);
        self.report.compared += 1;
        let tiny = reference::disposition(self.book, json);
        if tiny != disposition {
            let what = format!("{} and {}", disposition.word(), tiny.word());
            self.break_law(AGREES, rules, &what, json);
        }
        if is_full {
            self.full(rules, json, &intake, disposition);
        }
        Some(disposition)
    }

    /// The laws that need every reason.
    fn full(&mut self, rules: &[usize], json: &Value, intake: &intake::Intake, fast: Disposition) {
        let answer = screen(self.book, intake);
        self.count(NAMED);
        if answer.disposition != fast {
            self.break_law(AGREES, rules, "the full answer differs from the fast one", json);
        }
        for reason in &answer.reasons {
            let is_known =
                self.book.rule(reason.id).is_some() || self.book.policies.contains_key(reason.id);
            if !is_known || reason.facts.is_empty() || reason.sources.is_empty() {
                self.break_law(NAMED, rules, &format!("`{}` does not", reason.id), json);
            }
        }
        self.count(ORDER);
        let mut turned = intake.clone();
        turned.items.reverse();
        turned.unknown.reverse();
        let other = screen(self.book, &turned);
        let ids = |answer: &crate::answer::Answer<'_>| -> Vec<(String, Disposition)> {
            answer.reasons.iter().map(|reason| (reason.id.to_owned(), reason.disposition)).collect()
        };
        if ids(&other) != ids(&answer)
            || other.until != answer.until
            || other.missing != answer.missing
        {
            self.break_law(ORDER, rules, "it does", json);
        }
    }

    fn group(&mut self, group: &Group) {
        let is_exhaustive = group.size() <= EXHAUSTIVE_MAX;
        let (intakes, pairs) = if is_exhaustive {
            (self.exhaust(group), 0)
        } else {
            (self.generate(group), self.pairs(group))
        };
        let names = |rule: &usize| {
            let rule = self.book.engine.rules.get(*rule)?;
            self.book.rules.get(rule.index).map(|rule| rule.id.clone())
        };
        let coverage = Coverage {
            rules: group.rules.iter().filter_map(names).collect(),
            facts: group.facts.iter().map(|fact| fact.name.clone()).collect(),
            intakes,
            pairs,
            is_exhaustive,
        };
        self.report.groups.push(coverage);
    }

    /// Every intake in which two facts of a large group meet, the rest being healthy.
    fn pairs(&mut self, group: &Group) -> u64 {
        let mut intakes = 0;
        for (place, left) in group.facts.iter().enumerate() {
            for right in group.facts.iter().skip(place + 1) {
                let facts = vec![left.clone(), right.clone()];
                intakes += self.exhaust(&Group { rules: group.rules.clone(), facts });
            }
        }
        intakes
    }

    /// Every intake of a group, and every pair that differs in one fact.
    fn exhaust(&mut self, group: &Group) -> u64 {
        let mut choice = vec![0; group.facts.len()];
        let mut answers = Vec::new();
        loop {
            let json = group.intake(&choice);
            let is_full = answers.len() % 7 == 0;
            answers.push(self.judge(&group.rules, &json, is_full));
            if !advance(&mut choice, group) {
                break;
            }
        }
        let mut stride = answers.len();
        for fact in &group.facts {
            let states = fact.states.len();
            stride /= states.max(1);
            for start in (0..answers.len()).filter(|index| (index / stride.max(1)) % states == 0) {
                let row: Vec<Option<Disposition>> = (0..states)
                    .map(|state| answers.get(start + state * stride).copied().flatten())
                    .collect();
                let at = |state: usize| group.intake(&decode(group, start + state * stride));
                self.compare(&group.rules, fact, &row, &at);
            }
        }
        u64::try_from(answers.len()).unwrap_or(u64::MAX)
    }

    /// The laws between intakes that differ in one fact.
    fn compare(
        &mut self,
        rules: &[usize],
        fact: &Fact,
        row: &[Option<Disposition>],
        intake: &dyn Fn(usize) -> Value,
    ) {
        let of = |sort: Sort| {
            fact.states
                .iter()
                .enumerate()
                .filter(move |(_, state)| state.sort == sort)
                .map(|(index, _)| index)
        };
        let get = |index: usize| row.get(index).copied().flatten();
        if let Some(absent) = of(Sort::Absent).next().and_then(get) {
            for index in of(Sort::Present) {
                let Some(present) = get(index) else { continue };
                if fact.dates_the_scar && intake(index).pointer("/request/onset").is_none() {
                    continue;
                }
                let is_broken = match fact.polarity {
                    Some(Polarity::Risk) => present < absent,
                    Some(Polarity::Mitigation) => present > absent,
                    None => continue,
                };
                self.count(RISK);
                if is_broken {
                    let what =
                        format!("`{}` turns {} into {}", fact.name, absent.word(), present.word());
                    self.break_law(RISK, rules, &what, &intake(index));
                }
            }
        }
        if fact.polarity.is_none() {
            return;
        }
        for index in of(Sort::Unknown) {
            let Some(unknown) = get(index) else { continue };
            let known = of(Sort::Absent).chain(of(Sort::Present)).filter_map(get);
            let (mut least, mut most) = (Disposition::DoNotTreat, Disposition::Proceed);
            for disposition in known {
                least = least.min(disposition);
                most = most.max(disposition);
            }
            self.count(OPEN);
            if unknown < least {
                let what = format!(
                    "`{}` unknown gives {}, known at best {}",
                    fact.name,
                    unknown.word(),
                    least.word()
                );
                self.break_law(OPEN, rules, &what, &intake(index));
            }
            if unknown == Disposition::Proceed {
                self.count(UNKNOWN);
                if most > Disposition::Proceed {
                    let what = format!("`{}` can bring {}", fact.name, most.word());
                    self.break_law(UNKNOWN, rules, &what, &intake(index));
                }
            }
        }
    }

    /// Generated intakes of a group that is too large.
    fn generate(&mut self, group: &Group) -> u64 {
        let seed = group.rules.first().copied().unwrap_or(0);
        let mut chance = Chance(u64::try_from(seed).unwrap_or(0));
        let mut intakes = 0;
        while intakes < GENERATED {
            let mut choice: Vec<usize> = group
                .facts
                .iter()
                .map(|fact| {
                    if chance.below(3) == 0 || fact.polarity.is_none() {
                        chance.below(fact.states.len())
                    } else {
                        0
                    }
                })
                .collect();
            // All states of one fact, everything else being equal.
            let place = chance.below(group.facts.len());
            let Some(fact) = group.facts.get(place) else { break };
            let mut row = Vec::new();
            let mut intakes_of_row = Vec::new();
            for state in 0..fact.states.len() {
                if let Some(chosen) = choice.get_mut(place) {
                    *chosen = state;
                }
                let json = group.intake(&choice);
                row.push(self.judge(&group.rules, &json, state == 0));
                intakes_of_row.push(json);
                intakes += 1;
            }
            let at = |state: usize| intakes_of_row.get(state).cloned().unwrap_or_default();
            self.compare(&group.rules, fact, &row, &at);
        }
        intakes
    }

    /// Generated intakes with facts of several groups.
    fn across(&mut self, groups: &[Group]) {
        let mut chance = Chance(2026);
        let facts: Vec<&Fact> = groups.iter().flat_map(|group| &group.facts).collect();
        while self.report.across < ACROSS {
            let mut chosen: Vec<(&Fact, &State)> = Vec::new();
            for _ in 0..=chance.below(6) {
                let Some(fact) = facts.get(chance.below(facts.len())) else { continue };
                let is_new = chosen.iter().all(|(known, _)| known.name != fact.name);
                if let Some(state) = fact.states.get(chance.below(fact.states.len()))
                    && is_new
                {
                    chosen.push((fact, state));
                }
            }
            let Some(varied) = facts.get(chance.below(facts.len())) else { break };
            if chosen.iter().any(|(known, _)| known.name == varied.name) {
                continue;
            }
            let mut row = Vec::new();
            let mut intakes = Vec::new();
            for state in &varied.states {
                let json = build(chosen.iter().map(|(_, state)| *state).chain([state]));
                row.push(self.judge(&[], &json, row.is_empty()));
                intakes.push(json);
                self.report.across += 1;
            }
            let at = |state: usize| intakes.get(state).cloned().unwrap_or_default();
            self.compare(&[], varied, &row, &at);
        }
    }

    /// A rule that held in no intake.
    fn unreachable(&mut self) {
        for (place, rule) in self.book.engine.rules.iter().enumerate() {
            if self.reached.get(place) == Some(&false)
                && let Some(rule) = self.book.rules.get(rule.index)
            {
                let what = format!(
                    "`{}` is unreachable: it held in no intake that its own facts make",
                    rule.id
                );
                self.report.faults.push(Fault {
                    file: rule.card.file.clone(),
                    at: rule.card.at,
                    what,
                });
            }
        }
    }
}

/// The next choice of states, the last fact first; `false` after the last.
fn advance(choice: &mut [usize], group: &Group) -> bool {
    for (chosen, fact) in choice.iter_mut().zip(&group.facts).rev() {
        *chosen += 1;
        if *chosen < fact.states.len() {
            return true;
        }
        *chosen = 0;
    }
    false
}

/// The choice of a place in the order of [`advance`].
fn decode(group: &Group, index: usize) -> Vec<usize> {
    let mut rest = index;
    let mut choice: Vec<usize> = group
        .facts
        .iter()
        .rev()
        .map(|fact| {
            let states = fact.states.len().max(1);
            let chosen = rest % states;
            rest /= states;
            chosen
        })
        .collect();
    choice.reverse();
    choice
}

/// What differs from the healthy intake.
fn brief(intake: &Value) -> String {
    let healthy = crate::book::healthy();
    let mut parts = Vec::new();
    for (key, value) in intake.as_object().into_iter().flatten() {
        match (value, healthy.get(key)) {
            (Value::Object(object), Some(Value::Object(known))) => {
                for (key, value) in
                    object.iter().filter(|(key, value)| known.get(*key) != Some(value))
                {
                    parts.push(format!("{key}={value}"));
                }
            }
            (value, Some(known)) if value != known => parts.push(format!("{key}={value}")),
            _ => {}
        }
    }
    parts.join(" ")
}
