//! From JSON to a clinic and to what is asked of it, with every mistake named by its place.
//!
//! The form is described in `docs/interface/scheduling.md`. Keys that are not known are mistakes: a misspelt `closed` must
//! not open a clinic. Sizes are bounded, so that no input takes long, and at most [`LIMIT_PROBLEMS`] mistakes are named.

mod clinic;
mod reader;
mod request;
mod wanted;

use jiff::{civil::Date, tz::TimeZone};
use percuta_terminology::input::Unusable;
use serde_json::Value;

use crate::{
    model::{Clinic, Request, Service, SiteAt},
    pack::Wanted,
};

pub use clinic::write_hold;
pub(crate) use reader::Reader;

/// Mistakes that are named at most.
pub const LIMIT_PROBLEMS: usize = 50;
/// Bookings at most.
pub const LIMIT_BOOKINGS: usize = 200_000;
/// Rooms, devices and staff of all sites together at most.
pub const LIMIT_RESOURCES: usize = 2_000;
/// Entries of any other list at most.
pub const LIMIT_ENTRIES: usize = 2_000;
/// Shifts and breaks of one person, or blocked times of one thing, at most.
pub const LIMIT_SHIFTS: usize = 5_000;
/// Phases of a service at most.
pub const LIMIT_PHASES: usize = 20;
/// In so many ways the lengths of a service's phases can be combined at most.
pub const LIMIT_TIMINGS: usize = 2_000;
/// Days that are searched at most.
pub const LIMIT_DAYS: i64 = 366;
/// So much work a search may be at most, in words of bits that are looked at: a second or two.
pub const LIMIT_WORK: u64 = 2_000_000_000;
/// Visits wanted on a day at most.
pub const LIMIT_WANTED: usize = 200;
/// Sessions of a course at most.
pub const LIMIT_SESSIONS: usize = 24;
/// Starts and courses that are answered at most.
pub const LIMIT_ANSWERS: usize = 1_000;

/// The rules of a zone by its name; `None` for a name that is not known.
pub type Zones<'z> = &'z dyn Fn(&str) -> Option<TimeZone>;

/// The keys that stand at the top of a file; each command reads those that it needs.
const TOP: [&str; 3] = ["clinic", "request", "wanted"];

/// Reads a clinic and a request.
pub fn request(json: &Value, zones: Zones<'_>) -> Result<(Clinic, Request), Unusable> {
    let mut reader = Reader::default();
    let read = reader.object("input", json, &TOP).and_then(|top| {
        let clinic = reader.clinic(top.get("clinic"), zones)?;
        let request = reader.request(top.get("request"), &clinic);
        Some((clinic, request?))
    });
    reader.finish(read)
}

/// Reads a clinic and the visits wanted on a day.
pub fn wanted(json: &Value, zones: Zones<'_>) -> Result<(Clinic, Wanted), Unusable> {
    let mut reader = Reader::default();
    let read = reader.object("input", json, &TOP).and_then(|top| {
        let clinic = reader.clinic(top.get("clinic"), zones)?;
        let wanted = reader.wanted(top.get("wanted"), &clinic);
        Some((clinic, wanted?))
    });
    reader.finish(read)
}

/// Reads a date, as it is given beside a file; says what is wrong with it.
pub fn date(text: &str) -> Result<Date, String> {
    let mut reader = Reader::default();
    let read = reader.date("", &Value::String(text.to_owned()));
    reader.finish(read).map_err(|error| {
        error.problems.into_iter().next().map_or_else(String::new, |problem| problem.what)
    })
}

/// Reads a clinic alone.
pub fn clinic(json: &Value, zones: Zones<'_>) -> Result<Clinic, Unusable> {
    let mut reader = Reader::default();
    let read =
        reader.object("input", json, &TOP).and_then(|top| reader.clinic(top.get("clinic"), zones));
    reader.finish(read)
}

/// The words of bits that a search for a service looks at, at most: every way to combine lengths, everything that could be held,
/// every minute of the days.
fn work(clinic: &Clinic, service: &Service, sites: &[SiteAt], days: i64) -> u64 {
    let ways = service.phases.iter().fold(1_u64, |ways, phase| {
        let lengths = u64::try_from(phase.minutes_max - phase.minutes_min + 1).unwrap_or(1);
        ways.saturating_mul(lengths)
    });
    let held: usize = (sites.iter().filter_map(|at| clinic.sites.get(at.0)))
        .map(|site| 1 + site.rooms.len() + site.devices.len() + site.staff.len())
        .sum();
    let words = u64::try_from((days + 2) * 1_440 / 64).unwrap_or(u64::MAX);
    ways.saturating_mul(u64::try_from(held).unwrap_or(u64::MAX)).saturating_mul(words)
}

/// Reads one time on the clock of a place; says what is wrong with it.
pub fn moment(text: &str, zone: &crate::zone::Zone) -> Result<crate::Minute, String> {
    let Some((civil, offset)) = reader::civil(text) else {
        let text = percuta_terminology::input::short(text);
        return Err(format!("`{text}` is no time: write it as 2026-03-02T09:00"));
    };
    reader::resolve(civil, offset, zone)
}
