//! What is wrong with an input, as sentences that name the place and the remedy.
//!
//! It knows no file format: a place is the path in whatever was read, such as `intake.medicines[2].last_dose`.

use std::fmt;

/// An input that cannot be used, with every place that is wrong.
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

/// A word of the input as it is quoted back: short, and on one line.
pub fn short(word: &str) -> String {
    let mut text: String = word.chars().take(40).flat_map(char::escape_default).collect();
    if word.chars().count() > 40 {
        text.push('…');
    }
    text
}

/// "; did you mean `x`?", or nothing.
pub fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}
