//! regorus, an engine for Rego: the 80 rules as one policy, asked for the array of all their values.
//!
//! Runs in the folder that `gen.py` filled; the version to print is the first argument. The input is parsed before the
//! clock starts. Prints one line of JSON; it compares nothing.

use std::{env, error::Error, fs, time::Instant};

use regorus::{Engine, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let version = env::args().nth(1).unwrap_or_default();
    let intakes: Vec<serde_json::Value> =
        serde_json::from_str(&fs::read_to_string("intakes.json")?)?;
    let inputs: Vec<Value> = intakes
        .iter()
        .map(|intake| Value::from_json_str(&intake.to_string()))
        .collect::<Result<_, _>>()?;
    let mut engine = Engine::new();
    engine.add_policy("rules.rego".to_owned(), fs::read_to_string("rules.rego")?)?;
    let mut rounds = Vec::new();
    let mut counts = [0_u32; 3];
    for _ in 0..3 {
        counts = [0; 3];
        let start = Instant::now();
        for input in &inputs {
            engine.set_input(input.clone());
            let values = engine.eval_rule("data.s.out".to_owned())?;
            for value in values.as_array()?.iter() {
                let place = value.as_u32()?;
                counts[usize::try_from(place)?] += 1;
            }
        }
        rounds.push(start.elapsed().as_secs_f64() / inputs.len() as f64 * 1e6);
    }
    rounds.sort_by(f64::total_cmp);
    let [no, open, yes] = counts;
    println!(
        "{}",
        serde_json::json!({
            "program": "regorus", "version": version, "microseconds": rounds[1], "T": yes, "F": no, "U": open,
        })
    );
    Ok(())
}
