//! Conditions of triage rules as plain English.

use percuta_clinical::{
    Rulebook,
    logic::Condition,
    triage::{Severity, SymptomAsk, Trend},
};
use percuta_terminology::Kind;

use super::{
    condition::{Said, Voice, modality, roman, said, titles},
    list,
};

/// A triage condition in words.
pub fn condition(book: &Rulebook, condition: &Condition<SymptomAsk>) -> Said {
    said(condition, Voice::Affirms, &|ask, voice| match voice {
        Voice::Affirms => statement(book, ask),
        Voice::Denies => denial(book, ask),
    })
}

fn denial(book: &Rulebook, ask: &SymptomAsk) -> String {
    match ask {
        SymptomAsk::Symptom { terms, severity, trend, on }
            if severity.is_empty() && trend.is_empty() && on.is_empty() =>
        {
            format!("no {}", titles(book, Kind::Symptom, terms))
        }
        SymptomAsk::Day { from: None, to: Some(to), after: None } => {
            format!("it is later than day {to} after the session")
        }
        SymptomAsk::Modality(each) => format!("the treatment was not with {}", modality(*each)),
        SymptomAsk::TemperatureFrom(degrees) => {
            format!("no measured temperature of {degrees} °C or more")
        }
        SymptomAsk::Symptom { .. }
        | SymptomAsk::Day { .. }
        | SymptomAsk::History(_)
        | SymptomAsk::Product
        | SymptomAsk::Numbing
        | SymptomAsk::PhototypeFrom(_)
        | SymptomAsk::TreatmentUnknown => format!("this does not hold: {}", statement(book, ask)),
    }
}

fn statement(book: &Rulebook, ask: &SymptomAsk) -> String {
    match ask {
        SymptomAsk::Symptom { terms, severity, trend, on } => {
            let mut words = titles(book, Kind::Symptom, terms);
            let strengths: Vec<&str> = severity.iter().map(|each| strength(*each)).collect();
            let courses: Vec<&str> = trend.iter().map(|each| course(*each)).collect();
            // Semicolons, because each part is itself a list: "swelling or heat; mild or moderate; fading".
            for said in [strengths, courses] {
                if !said.is_empty() {
                    words.push_str("; ");
                    words.push_str(&list(&said, "or"));
                }
            }
            if !on.is_empty() {
                let places: Vec<String> = on
                    .iter()
                    .map(|region| format!("“{}”", book.vocabulary.regions.get(*region).title))
                    .collect();
                words.push_str(&format!("; at {}", list(&places, "or")));
            }
            words
        }
        SymptomAsk::Day { from, to, after } => day(*from, *to, *after),
        SymptomAsk::Modality(each) => format!("the treatment was with {}", modality(*each)),
        SymptomAsk::TemperatureFrom(degrees) => {
            format!("a measured temperature of {degrees} °C or more")
        }
        SymptomAsk::History(terms) => {
            format!("the person has or had {}", titles(book, Kind::Condition, terms))
        }
        SymptomAsk::Product => "a product was put on the skin".to_owned(),
        SymptomAsk::Numbing => "a numbing product was used".to_owned(),
        SymptomAsk::PhototypeFrom(from) => {
            format!("the skin is of type {} or darker", roman(*from))
        }
        SymptomAsk::TreatmentUnknown => {
            "the day, the depth or the way of treatment is not known".to_owned()
        }
    }
}

fn day(from: Option<f64>, to: Option<f64>, after: Option<f64>) -> String {
    match (from, to, after) {
        (Some(from), Some(to), _) => format!("it is day {from} to {to} after the session"),
        (Some(from), None, _) => format!("it is day {from} after the session or later"),
        (None, Some(to), None) => format!("it is at most day {to} after the session"),
        (None, Some(to), Some(after)) => {
            format!("it is later than day {after} and at most day {to} after the session")
        }
        (None, None, Some(after)) => format!("it is later than day {after} after the session"),
        (None, None, None) => "the day is known".to_owned(),
    }
}

/// How strong, in words.
pub fn strength(severity: Severity) -> &'static str {
    match severity {
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Severe => "severe",
        Severity::Few => "a few",
        Severity::Sudden => "sudden",
    }
}

/// Where it is going, in words.
pub fn course(trend: Trend) -> &'static str {
    match trend {
        Trend::Stable => "staying the same",
        Trend::Fading => "fading",
        Trend::Increasing => "increasing",
        Trend::Spreading => "spreading",
        Trend::Stopped => "over",
        Trend::NotStopping => "not stopping after 15 minutes of firm pressure",
    }
}
