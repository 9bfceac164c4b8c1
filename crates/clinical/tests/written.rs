//! What was asked page by page is written as JSON of the public interface, and read again it is screened the same.

#![expect(clippy::indexing_slicing, reason = "JSON is indexed by name; a test fails by panicking")]

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use percuta_clinical::{
    Rulebook,
    answer::{Disposition, End},
    intake::{self, Intake, Modality, Setting, Sex},
    question::{Said, SelfCheck, questions},
    screen, wire,
};
use percuta_terminology::Kind;
use serde_json::Value;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const TODAY: Date = date(2026, 3, 2);

fn shipped() -> Result<Rulebook, String> {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Rulebook::load(files.collect())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

type Said3 = (Disposition, Vec<(String, End)>, Vec<String>);

fn said(book: &Rulebook, intake: &Intake) -> Said3 {
    let answer = screen(book, intake);
    let reasons =
        answer.reasons.iter().map(|reason| (reason.id.to_owned(), reason.end.clone())).collect();
    (
        answer.disposition,
        reasons,
        answer.missing.iter().map(|missing| missing.path.clone()).collect(),
    )
}

fn again(book: &Rulebook, intake: &Intake) -> Result<Intake, String> {
    intake::read(book, &wire::intake(book, intake), &[]).map_err(|error| error.to_string())
}

#[test]
fn every_worked_intake_is_screened_the_same_after_it_was_written() -> Outcome {
    let book = shipped()?;
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../../casebook/screening.json"))?;
    assert!(cases.len() > 50);
    for case in &cases {
        let intake = intake::read(&book, &case["intake"], &[])?;
        let written = again(&book, &intake).map_err(|error| format!("{}: {error}", case["id"]))?;
        assert_eq!(said(&book, &written), said(&book, &intake), "{}", case["id"]);
    }
    Ok(())
}

/// A small generator of its own: the same numbers on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % count.max(1)
    }
}

fn drawn(book: &Rulebook, draw: &mut Draw) -> Option<SelfCheck> {
    let mut said = BTreeMap::new();
    let mut details = BTreeMap::new();
    for question in questions(book) {
        let answer = match draw.below(6) {
            0 => Said::Yes,
            1 => Said::NotSure,
            _ => Said::No,
        };
        said.insert(question.key.to_owned(), answer);
        for path in question.about {
            for (field, values) in [
                ("status", ["current", "stopped", ""]),
                ("last_dose", ["2025-10-02", "2026-02-27", ""]),
                ("date", ["2026-02-20", "2024-01-31", ""]),
                ("state", ["active", "quiet", "past"]),
                ("place", ["here", "elsewhere", ""]),
                ("hba1c_percent", ["7.1", "8.4", ""]),
                ("hba1c_date", ["2026-01-10", "2025-02-01", ""]),
            ] {
                let value = values.get(draw.below(4)).copied().unwrap_or_default();
                if !value.is_empty() {
                    details.insert(format!("{path}.{field}"), value.to_owned());
                }
            }
        }
    }
    let concerns = book.vocabulary.of(Kind::Concern);
    // A class is no concern that a form offers.
    let offered: Vec<_> = concerns
        .terms()
        .filter_map(|(term, about)| (concerns.exact(&about.code) == Some(term)).then_some(term))
        .collect();
    let concern = offered.get(draw.below(offered.len()))?;
    let regions: Vec<_> = book.vocabulary.regions.all().collect();
    let (region, _) = regions.get(draw.below(regions.len()))?;
    Some(SelfCheck {
        birth_date: date(1960 + i16::try_from(draw.below(60)).ok()?, 5, 31),
        sex: [Sex::Female, Sex::Male, Sex::Intersex, Sex::Unknown][draw.below(4)],
        phototype: u8::try_from(draw.below(7)).ok().filter(|phototype| *phototype > 0),
        concern: *concern,
        region: *region,
        modality: [Modality::Pen, Modality::Roller, Modality::Rf, Modality::Patch][draw.below(4)],
        setting: [Setting::Clinic, Setting::Home][draw.below(2)],
        said,
        details,
        medicines: if draw.below(3) == 0 {
            vec!["Xarelto".to_owned(), "brightol".to_owned()]
        } else {
            Vec::new()
        },
    })
}

#[test]
fn every_drawn_self_check_is_screened_the_same_after_it_was_written() -> Outcome {
    let book = shipped()?;
    let mut draw = Draw(20_261_121);
    for round in 0..60 {
        let check = drawn(&book, &mut draw).ok_or("nothing could be drawn")?;
        let intake = check.intake(&book, TODAY);
        let written = again(&book, &intake).map_err(|error| format!("round {round}: {error}"))?;
        assert_eq!(said(&book, &written), said(&book, &intake), "round {round}");
    }
    Ok(())
}
