//! The synthetic rules of `gen.py` through the engine's own logic: each question asked once an intake, then each rule.
//!
//! This measures the logic, not the rulebook: no medicine, region or date is looked up.

use std::{fs, hint::black_box};

use percuta_clinical::logic::{Condition, Formula, Trit, Truth};
use serde_json::{Value, json};

use crate::{Outcome, clock};

/// One intake: 60 fields, each a number (a truth is 0 or 1) or not known.
type Row = [Option<f64>; 60];

/// One question of a rule: does the field lie between these, both included?
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ask {
    field: usize,
    least: f64,
    most: f64,
}

impl Ask {
    /// The answer of a row in which what is not known is no number: without branches, since it cannot be foreseen.
    fn of(self, row: &[f64; 60]) -> Trit {
        let held = row[self.field];
        let holds = Trit::known((held >= self.least) & (held <= self.most));
        holds.or(Trit::known(held.is_nan()).and(Trit::Unknown))
    }
}

/// Compiles, compares with the plain evaluator's counts, then measures.
pub(crate) fn measure() -> Outcome<()> {
    let read =
        |path: &str| -> Outcome<Value> { Ok(serde_json::from_str(&fs::read_to_string(path)?)?) };
    let (rules, intakes, truth) = (read("rules.json")?, read("intakes.json")?, read("truth.json")?);
    let mut asks = Vec::new();
    let formulas = rules
        .as_array()
        .into_iter()
        .flatten()
        .map(|rule| condition(rule, &mut asks).map(|condition| Formula::compile(&condition)));
    let formulas: Vec<Formula> = formulas.collect::<Outcome<_>>()?;
    let rows: Vec<Row> =
        intakes.as_array().into_iter().flatten().map(row).collect::<Outcome<_>>()?;
    let mut counts = [0_u64; 3];
    for row in &rows {
        count(&asks, &formulas, row, &mut counts);
    }
    let [no, open, yes] = counts;
    let found = json!({ "T": yes, "F": no, "U": open });
    if found != truth {
        return Err(format!("the counts are {found} and should be {truth}").into());
    }
    let spent = clock::median(1_000, rows.len(), || {
        let mut counts = [0; 3];
        for row in &rows {
            count(&asks, &formulas, black_box(row), &mut counts);
        }
        black_box(counts);
    });
    println!(
        "{}",
        json!({
            "program": "ours: 80 rules", "version": env!("CARGO_PKG_VERSION"),
            "microseconds": spent.processor, "wall": spent.wall,
            "T": yes, "F": no, "U": open, "questions": asks.len(),
        })
    );
    Ok(())
}

fn count(asks: &[Ask], formulas: &[Formula], row: &Row, counts: &mut [u64; 3]) {
    let row = row.map(|held| held.unwrap_or(f64::NAN));
    let mut truth = Truth::default();
    for (atom, ask) in (0..).zip(asks) {
        truth.set(atom, ask.of(&row));
    }
    for formula in formulas {
        counts[match formula.evaluate(&truth) {
            Trit::False => 0,
            Trit::Unknown => 1,
            Trit::True => 2,
        }] += 1;
    }
}

/// A rule over numbered questions; questions that are not yet known are added.
fn condition(node: &Value, asks: &mut Vec<Ask>) -> Outcome<Condition<u16>> {
    let [word, rest @ ..] = node.as_array().map(Vec::as_slice).unwrap_or_default() else {
        return Err(format!("{node} is no rule").into());
    };
    let mut parts = || rest.iter().map(|part| condition(part, asks)).collect::<Outcome<Vec<_>>>();
    match word.as_str() {
        Some("and") => return Ok(Condition::All(parts()?)),
        Some("or") => return Ok(Condition::Any(parts()?)),
        _ => {}
    }
    let [field, with] = rest else { return Err(format!("{node} is no question").into()) };
    let (field, with) = (place(field.as_str().unwrap_or_default())?, number(with)?);
    let (least, most) = match word.as_str() {
        Some("is") => (with, with),
        Some("lt") => (f64::NEG_INFINITY, with.next_down()),
        Some("ge") => (with, f64::INFINITY),
        _ => return Err(format!("{word} is no question").into()),
    };
    let ask = Ask { field, least, most };
    let known = asks.iter().position(|known| *known == ask).unwrap_or_else(|| {
        asks.push(ask);
        asks.len() - 1
    });
    Ok(Condition::Ask(u16::try_from(known)?))
}

fn row(intake: &Value) -> Outcome<Row> {
    let mut row = [None; 60];
    for (name, value) in intake.as_object().ok_or("an intake is no object")? {
        row[place(name)?] = Some(number(value)?);
    }
    Ok(row)
}

fn place(field: &str) -> Outcome<usize> {
    Ok(field.trim_start_matches('f').parse()?)
}

fn number(value: &Value) -> Outcome<f64> {
    let number = value.as_f64().or_else(|| value.as_bool().map(|truth| f64::from(u8::from(truth))));
    Ok(number.ok_or_else(|| format!("{value} is neither number nor truth"))?)
}
