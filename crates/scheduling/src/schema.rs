//! The JSON Schemas of what is read and answered here, for other programs.
//!
//! Plain text and nothing more: the program itself reads its input with [`crate::read`], which names every mistake with its
//! place. `tests/schema.rs` holds the texts to that reader and to the answers.

/// The names of the schemas.
pub const NAMES: [&str; 4] = ["slots-request", "slots", "slots-why", "slots-day"];

/// The schema of that name, as JSON text (draft 2020-12).
pub fn schema(name: &str) -> Option<&'static str> {
    match name {
        "slots-request" => Some(include_str!("../schema/slots-request.json")),
        "slots" => Some(include_str!("../schema/slots.json")),
        "slots-why" => Some(include_str!("../schema/slots-why.json")),
        "slots-day" => Some(include_str!("../schema/slots-day.json")),
        _ => None,
    }
}
