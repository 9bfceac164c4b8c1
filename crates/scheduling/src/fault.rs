//! What is wrong with an input, as sentences that name the place and the remedy.

use std::fmt;

/// An input that cannot be used, with every place that is wrong (`clinic.sites[0].rooms[1].capacity`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Unusable {
    /// What is wrong, in the order of the input.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place in the input.
    pub path: String,
    /// What is wrong, as a sentence.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.what)
    }
}
