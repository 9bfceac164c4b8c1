//! What is wrong with a rulebook file, as sentences that name the place and the remedy; what is wrong with an input is
//! said by `percuta_terminology::input`.

use std::fmt;

/// A line and a column, both counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

impl Place {
    /// The beginning of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// One thing that is wrong with a rulebook file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, relative to the rulebook's folder.
    pub file: String,
    /// Where in it.
    pub at: Place,
    /// What is wrong, as a sentence.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: {}", self.file, self.at.line, self.at.column, self.what)
    }
}

pub use percuta_terminology::{
    input::{Problem, Unusable, did_you_mean},
    nearest,
};
