//! The default rulebook, embedded: every file of `rulebook/` as text, sorted by path.
//!
//! It deliberately parses nothing. Whoever needs the rulebook hands these files to `percuta-clinical`.

/// `(path inside rulebook/, text)`, sorted by path.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));
