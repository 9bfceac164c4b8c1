//! What screening costs: the synthetic rules that the peers are given, the shipped rulebook, and its loading.
//!
//! Runs in the folder that `gen.py` filled; the casebook's file is the first argument. A second one names what alone is
//! to be measured (`disposition, generated`), for a profiler. Answers are compared before anything is timed. Prints one line of JSON for each measurement, with the microseconds of the processor an intake
//! (or a load) took. It does not judge the figures; `table.py` lays them beside the peers'.

use std::{env, error::Error, fs, hint::black_box};

use percuta_clinical::{Rulebook, intake, intake::Intake, screen, wire};
use serde_json::{Value, json};

mod clock;
mod generated;
mod synthetic;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How many intakes are made from the vocabulary.
const GENERATED: usize = 10_000;

fn main() -> Outcome<()> {
    let casebook = env::args().nth(1).ok_or("the casebook's file is the first argument")?;
    let only = env::args().nth(2).unwrap_or_default();
    let wants = |name: &str| name.contains(&only);
    if wants("80 rules") {
        synthetic::measure()?;
    }
    let book = load(&wants)?;
    let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(casebook)?)?;
    let cases: Vec<Value> = cases.iter().map(|case| case["intake"].clone()).collect();
    shipped(&book, "the casebook", &cases, &wants)?;
    shipped(&book, "generated", &generated::intakes(&book, GENERATED), &wants)
}

/// Loads the shipped rulebook, and says how long that takes and how large it is.
fn load(wants: &dyn Fn(&str) -> bool) -> Outcome<Rulebook> {
    let files: Vec<(String, String)> = percuta_rulebook::FILES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let read = || {
        Rulebook::load(files.clone())
            .map_err(|faults| format!("the rulebook has {} faults", faults.len()))
    };
    let resident = clock::resident_kilobytes();
    let book = read()?;
    let holds = clock::resident_kilobytes()
        .zip(resident)
        .map(|(after, before)| after.saturating_sub(before));
    if !wants("load the rulebook") {
        return Ok(book);
    }
    let spent = clock::median(21, 1, || drop(black_box(read())));
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!(
        "{}",
        json!({
            "program": "ours: load the rulebook",
            "microseconds": spent.processor,
            "wall": spent.wall,
            "files": files.len(),
            "bytes": bytes,
            "rules": book.rules.len(),
            "resident_kilobytes": holds,
        })
    );
    Ok(book)
}

/// Reads, decides and explains intakes with the shipped rulebook.
fn shipped(
    book: &Rulebook,
    name: &str,
    texts: &[Value],
    wants: &dyn Fn(&str) -> bool,
) -> Outcome<()> {
    let intakes: Vec<Intake> = texts
        .iter()
        .map(|text| intake::read(book, text, &[]).map_err(|cause| format!("{text}: {cause}")))
        .collect::<Result<_, _>>()?;
    let (mut reasons, mut mark) = (0, 0xcbf2_9ce4_8422_2325_u64);
    for intake in &intakes {
        let answer = screen(book, intake);
        if book.engine.disposition(book, intake) != answer.disposition {
            return Err(format!("the fast answer differs from the full one: {intake:?}").into());
        }
        reasons += answer.reasons.len();
        // The same answers give the same mark: a change meant to be only quicker keeps it.
        let mut words = wire::screening(book, &answer);
        words["rulebook"] = Value::Null;
        for byte in words.to_string().bytes() {
            mark = (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let rounds = 2_000_000 / intakes.len().max(1);
    let count = intakes.len();
    let measure = |what: &str, rounds: usize, work: &mut dyn FnMut(usize)| {
        let program = format!("ours: {what}, {name}");
        if !wants(&program) {
            return;
        }
        let spent = clock::median(rounds, count, || (0..count).for_each(&mut *work));
        println!(
            "{}",
            json!({
                "program": program,
                "microseconds": spent.processor,
                "wall": spent.wall,
                "intakes": count,
                "reasons_each": reasons as f64 / count as f64,
                "mark": format!("{mark:016x}"),
            })
        );
    };
    measure("disposition", rounds.max(25), &mut |index| {
        black_box(book.engine.disposition(book, black_box(&intakes[index])));
    });
    measure("every reason", rounds.div_ceil(5).max(15), &mut |index| {
        black_box(screen(book, black_box(&intakes[index])));
    });
    measure("reading the JSON tree", rounds.div_ceil(5).max(9), &mut |index| {
        let _read = black_box(intake::read(book, black_box(&texts[index]), &[]));
    });
    Ok(())
}
