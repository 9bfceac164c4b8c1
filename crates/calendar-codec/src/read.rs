//! From another program's calendar to rows that can be looked at, with everything that was not understood by its place.
//!
//! Nothing is passed over in silence: an appointment is a row, is counted as outside the time that was asked for, or is
//! named among the problems with its place and the remedy. What was read in a way that somebody should look at is among
//! the remarks. Sizes are bounded, so that no file takes long.
//!
//! PRIVACY: a sentence quotes dates, times, headings and words of the format, never a name, an address or a note.

mod cell;
mod columns;
mod content;
mod csv;
mod ics;
mod series;
mod windows;
mod zone;

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_terminology::input::{Problem, Unusable};

use crate::event::State;

pub(crate) use columns::Column;
pub use csv::read_csv;
pub use ics::read_ics;

/// Bytes of a file at most.
pub const LIMIT_BYTES: usize = 16 * 1_024 * 1_024;
/// Appointments of a file at most, and rows that come of it.
pub const LIMIT_EVENTS: usize = 50_000;
/// Problems that are named at most, and remarks.
pub const LIMIT_PROBLEMS: usize = 50;
/// Bytes of one text at most; what is longer is cut, and named.
pub const LIMIT_TEXT: usize = 4_000;
/// So much work the rules of a file may be at most, in days that are looked at: a second or two.
const LIMIT_WORK: u64 = 30_000_000;

/// The rules of a zone by its name; `None` for a name that is not known.
pub type Zones<'z> = &'z dyn Fn(&str) -> Option<TimeZone>;

/// How a file is to be read.
#[derive(Clone, Copy)]
pub struct Options<'o> {
    /// The clock of the clinic: times that name no zone are on it.
    pub zone: &'o TimeZone,
    /// Appointments that are over before this are counted only.
    pub from: Timestamp,
    /// Appointments that begin at this or later are counted only.
    pub until: Timestamp,
    /// The zones that are known.
    pub zones: Zones<'o>,
    /// How 02/03/2026 is meant.
    pub order: Order,
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Options")
            .field("zone", self.zone)
            .field("from", &self.from)
            .field("until", &self.until)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// How a date of three numbers is meant that ends with its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the whole file shows; a file that leaves it open is refused.
    AsShown,
    /// 02/03/2026 is the second of March.
    DayFirst,
    /// 02/03/2026 is the third of February.
    MonthFirst,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The appointments, by their beginning.
    pub rows: Vec<Row>,
    /// So many lie outside the time that was asked for; of a series each occurrence that was worked out.
    pub outside: usize,
    /// What was not read, or not whole: [`LIMIT_PROBLEMS`] at most, then how many more.
    pub problems: Vec<Problem>,
    /// What was read and should be looked at.
    pub remarks: Vec<Problem>,
}

/// One appointment.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where it stands: `line 12` of an iCalendar file, `row 3` of a table.
    pub place: String,
    /// When it begins.
    pub from: Timestamp,
    /// When it is over.
    pub until: Timestamp,
    /// Whether it takes place.
    pub state: State,
    /// Of a series: when its rule says that this occurrence begins. With the `uid` it names the occurrence.
    pub occurrence: Option<Timestamp>,
    /// All else; the occurrences of a series share it.
    pub about: Arc<About>,
}

/// What an appointment is about. A text that was not said is `None`, never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What the other program knows it by.
    pub uid: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// What else was written about it.
    pub notes: Option<String>,
    /// What is done.
    pub service: Option<String>,
    /// By whom.
    pub practitioner: Option<String>,
    /// In which room.
    pub room: Option<String>,
    /// Who comes, as far as it was said; of an iCalendar file all who were invited, the organizer left out.
    pub who: Vec<Who>,
}

/// Somebody who comes, as far as it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// Their name.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// When they were born.
    pub born: Option<Date>,
}

/// Collects what is said about a file while it is read.
#[derive(Debug, Default)]
struct Said {
    named: Vec<Problem>,
    more: usize,
}

impl Said {
    fn say(&mut self, path: impl Into<String>, what: impl Into<String>) {
        if self.named.len() < LIMIT_PROBLEMS {
            self.named.push(Problem { path: path.into(), what: what.into() });
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Vec<Problem> {
        if self.more > 0 {
            let what = format!("and {} more places", self.more);
            self.named.push(Problem { path: "file".to_owned(), what });
        }
        self.named
    }
}

/// The rows that were found, in the time that was asked for.
#[derive(Debug, Default)]
struct Found {
    rows: Vec<Row>,
    outside: usize,
    problems: Said,
    remarks: Said,
}

impl Found {
    /// Keeps a row, or counts it.
    fn add(&mut self, row: Row, options: &Options<'_>) {
        if row.until <= options.from || row.from >= options.until {
            self.outside += 1;
        } else {
            self.rows.push(row);
        }
    }

    fn finish(mut self) -> Import {
        self.rows.sort_by_key(|row| (row.from, row.until));
        Import {
            rows: self.rows,
            outside: self.outside,
            problems: self.problems.finish(),
            remarks: self.remarks.finish(),
        }
    }

    /// A text that was said, within its limit.
    fn text(&mut self, place: &str, words: &str) -> Option<String> {
        let words = words.trim();
        if words.len() > LIMIT_TEXT {
            self.problems
                .say(place, format!("a text is longer than {LIMIT_TEXT} bytes and was cut"));
        }
        let end = words.floor_char_boundary(LIMIT_TEXT);
        words.get(..end).filter(|words| !words.is_empty()).map(str::to_owned)
    }
}

/// The whole file cannot be used.
fn unusable(path: impl Into<String>, what: impl Into<String>) -> Unusable {
    Unusable { problems: vec![Problem { path: path.into(), what: what.into() }] }
}

fn admit(bytes: &[u8]) -> Result<(), Unusable> {
    if bytes.len() > LIMIT_BYTES {
        let what = format!(
            "it has {} bytes, and no more than {LIMIT_BYTES} are read: export a shorter time",
            bytes.len()
        );
        return Err(unusable("file", what));
    }
    Ok(())
}

fn too_many() -> Unusable {
    let what =
        format!("it holds more than {LIMIT_EVENTS} appointments: export or ask for a shorter time");
    unusable("file", what)
}
