//! The JSON Schemas of the public interface: what each input takes and each answer holds, for other programs.
//!
//! Plain text and nothing more: the program itself reads its inputs with `intake` and `triage`, which name every
//! mistake with its place. `tests/schema.rs` holds the texts to those readers and to the rulebook's words, so that
//! neither side drifts. Inputs are strict; answers are open, because the interface is only ever added to.

/// The names of the schemas: inputs and answers in turn.
pub const NAMES: [&str; 6] = ["intake", "screening", "checkin", "triage", "plan-request", "plan"];

/// The schema of that name, as JSON text (draft 2020-12).
pub fn schema(name: &str) -> Option<&'static str> {
    match name {
        "intake" => Some(include_str!("../schema/intake.json")),
        "screening" => Some(include_str!("../schema/screening.json")),
        "checkin" => Some(include_str!("../schema/checkin.json")),
        "triage" => Some(include_str!("../schema/triage.json")),
        "plan-request" => Some(include_str!("../schema/plan-request.json")),
        "plan" => Some(include_str!("../schema/plan.json")),
        _ => None,
    }
}
