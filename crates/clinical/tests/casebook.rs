//! The worked cases of `casebook/`: the shipped rulebook gives the expected answer to every one.

#![expect(clippy::indexing_slicing, reason = "JSON is indexed by name; a test fails by panicking")]

use percuta_clinical::{Rulebook, intake, screen, triage, wire};
use serde_json::Value;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn shipped() -> Result<Rulebook, String> {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Rulebook::load(files.collect())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn has_reasons(case: &Value, answer: &Value) -> bool {
    let given: Vec<&Value> =
        answer["reasons"].as_array().into_iter().flatten().map(|r| &r["id"]).collect();
    case["expected"]["reasons"]
        .as_array()
        .into_iter()
        .flatten()
        // It says that several rules meet; it is no rule of its own.
        .filter(|id| *id != "multi.worst_wins")
        .all(|id| given.contains(&id))
}

#[test]
fn every_worked_screening_has_its_expected_answer() -> Outcome {
    let book = shipped()?;
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../../casebook/screening.json"))?;
    let mut wrong = Vec::new();
    for case in &cases {
        let intake = intake::read(&book, &case["intake"], &[])
            .map_err(|e| format!("{}: {e}", case["id"]))?;
        let answer = wire::screening(&book, &screen(&book, &intake));
        let expected = &case["expected"]["until"];
        let until = if expected["event"].is_boolean() {
            answer["until"]["event"].is_string()
        } else {
            answer["until"] == *expected
        };
        let same = answer["disposition"] == case["expected"]["disposition"];
        if !same || !until || !has_reasons(case, &answer) {
            let given: Vec<String> = answer["reasons"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|r| format!("{}={}", r["id"], r["disposition"]))
                .collect();
            wrong.push(format!(
                "{} {}: expected {}, given {} until {} because {}",
                case["id"],
                case["title"],
                case["expected"],
                answer["disposition"],
                answer["until"],
                given.join(" ")
            ));
        }
        if book.engine.disposition(&book, &intake).word() != answer["disposition"] {
            wrong.push(format!("{}: the fast answer differs", case["id"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn every_worked_checkin_has_its_expected_level() -> Outcome {
    let book = shipped()?;
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../../casebook/checkins.json"))?;
    let mut wrong = Vec::new();
    for case in &cases {
        let checkin =
            triage::read(&book, &case["checkin"]).map_err(|e| format!("{}: {e}", case["id"]))?;
        let answer = wire::triage(&book, &triage::triage(&book, &checkin));
        if answer["level"] != case["expected"]["level"] || !has_reasons(case, &answer) {
            wrong.push(format!("{}: expected {}, given {}", case["id"], case["expected"], answer));
        }
    }
    assert!(wrong.is_empty(), "{} of {} check-ins\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    Ok(())
}
