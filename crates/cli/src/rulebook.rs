//! `rulebook show`, `list`, `check`, and `schema`.

use std::fmt::Write as _;

use indicatif::ProgressBar;
use percuta_clinical::{check, fault::did_you_mean, schema as schemas};
use percuta_scheduling::schema as calendar;
use serde_json::{Value, json};

use crate::{Failure, RulebookCommand, input};

/// Runs one of the rulebook's commands.
pub(crate) fn run(command: RulebookCommand) -> Result<(), Failure> {
    match command {
        RulebookCommand::Show { id, json, rulebook } => show(&id, json, rulebook.as_deref()),
        RulebookCommand::List { kind, json, rulebook } => {
            list(kind.as_deref(), json, rulebook.as_deref())
        }
        RulebookCommand::Check { dir, json } => check(dir.as_deref(), json),
    }
}

fn show(id: &str, as_json: bool, over: Option<&str>) -> Result<(), Failure> {
    let book = input::rulebook(over)?;
    let card = book.card(id).and_then(|card| Some((card, book.card_text(card)?)));
    let Some((card, text)) = card else {
        let hint = did_you_mean(nearest_id(id, &book));
        return Err(Failure::unusable(format!("no card has the id `{id}`{hint}")));
    };
    if as_json {
        let json = json!({
            "interface": 1, "id": id, "kind": card.kind, "file": card.file, "line": card.at.line,
            "card": text, "rulebook": percuta_clinical::wire::rulebook(&book),
        });
        return pretty(&json);
    }
    input::say(&format!("// rulebook {}, {}:{}\n{text}\n", book.version, card.file, card.at.line))
}

fn nearest_id<'b>(id: &str, book: &'b percuta_clinical::Rulebook) -> Option<&'b str> {
    percuta_clinical::fault::nearest(id, book.ids())
}

fn list(kind: Option<&str>, as_json: bool, over: Option<&str>) -> Result<(), Failure> {
    let book = input::rulebook(over)?;
    let mut cards: Vec<(&str, &str)> = book
        .cards
        .iter()
        .flat_map(|(id, cards)| cards.iter().map(move |card| (card.kind, id.as_str())))
        .filter(|(of, _)| kind.is_none_or(|kind| kind == *of))
        .collect();
    cards.sort_unstable();
    if cards.is_empty() {
        let kinds: std::collections::BTreeSet<&str> =
            book.cards.values().flatten().map(|card| card.kind).collect();
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let kind = kind.unwrap_or_default();
        return Err(Failure::unusable(format!(
            "no card is a `{kind}`; there are {}",
            kinds.join(", ")
        )));
    }
    if as_json {
        let cards: Vec<Value> =
            cards.iter().map(|(kind, id)| json!({ "kind": kind, "id": id })).collect();
        return pretty(&json!({ "interface": 1, "cards": cards }));
    }
    let mut text = String::new();
    for (kind, id) in cards {
        if writeln!(text, "{kind:<12} {id}").is_err() {}
    }
    input::say(&text)
}

fn check(dir: Option<&str>, as_json: bool) -> Result<(), Failure> {
    let book = input::rulebook(dir)?;
    let bar = if input::is_watched() { ProgressBar::new(1_000) } else { ProgressBar::hidden() };
    let report = check::check(&book, &mut |done| bar.set_position(permille(done)));
    bar.finish_and_clear();
    if as_json {
        pretty(&report.json(&book))?;
    } else {
        input::say(&words(&book, &report))?;
    }
    if report.faults.is_empty() { Ok(()) } else { Err(Failure::failed(String::new())) }
}

fn permille(done: f64) -> u64 {
    format!("{:.0}", (done * 1_000.0).clamp(0.0, 1_000.0)).parse().unwrap_or(0)
}

fn words(book: &percuta_clinical::Rulebook, report: &check::Report) -> String {
    let mut text = format!("Rulebook {} {}\n{}\n\n", book.version, book.digest, book.status);
    for fault in &report.faults {
        text.push_str(&format!("{fault}\n"));
    }
    let cards: Vec<String> =
        report.cards.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    text.push_str(&format!("Cards: {}\n", cards.join(", ")));
    text.push_str(&format!(
        "Worked cases of cards: {}\n\nGroups of rules that share facts\n",
        report.cases
    ));
    let (mut exhaustive, mut generated) = (0_u64, 0_u64);
    for group in &report.groups {
        let how = if group.is_exhaustive {
            "every one of".to_owned()
        } else {
            format!("every pair of facts ({} intakes), and generated", group.pairs)
        };
        if group.is_exhaustive {
            exhaustive += group.intakes;
        } else {
            generated += group.intakes;
            exhaustive += group.pairs;
        }
        text.push_str(&format!(
            "  {how} {} intakes of {} facts: {}\n",
            group.intakes,
            group.facts.len(),
            group.rules.join(", ")
        ));
    }
    text.push_str(&format!(
        "\nCovered exhaustively: {exhaustive} intakes; by generation within groups: {generated}, across groups: {}\n",
        report.across
    ));
    text.push_str(&format!(
        "Compared with the tiny evaluator: {}\n\nLaws, and how often each was put to the test\n",
        report.compared
    ));
    for (law, count) in &report.laws {
        text.push_str(&format!("  {count:>9}  {law}\n"));
    }
    let verdict = match report.faults.len() {
        0 => "\nEverything holds.\n".to_owned(),
        1 => "\n1 fault.\n".to_owned(),
        count => format!("\n{count} faults.\n"),
    };
    text.push_str(&verdict);
    text
}

/// Prints a JSON Schema, or the names.
pub(crate) fn schema(name: Option<&str>) -> Result<(), Failure> {
    let names = [&schemas::NAMES[..], &calendar::NAMES[..]].concat();
    let Some(name) = name else {
        return input::say(&format!("{}\n", names.join("\n")));
    };
    match schemas::schema(name).or_else(|| calendar::schema(name)) {
        Some(text) => input::say(text),
        None => {
            let hint = did_you_mean(percuta_clinical::fault::nearest(name, names.iter().copied()));
            let names = names.join(", ");
            Err(Failure::unusable(format!("no schema is called `{name}`{hint}; there are {names}")))
        }
    }
}

fn pretty(json: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(json)
        .map_err(|error| Failure::unusable(format!("cannot write the answer: {error}")))?;
    input::say(&format!("{text}\n"))
}
