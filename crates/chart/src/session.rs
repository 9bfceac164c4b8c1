//! A session: what was done, zone by zone. Signed, it is only added to.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use percuta_record::{DocumentId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    form::v1,
    stored::{hold, stored},
    visit::NumbingTimes,
};

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The visit.
    pub visit: DocumentId,
    /// The course.
    pub course: DocumentId,
    /// Which session of it.
    pub number: i16,
    /// The day, on the clinic's calendar.
    pub on: Date,
    /// Who treated.
    pub by: PersonId,
    /// `pen`, `roller`, `rf` or `patch`.
    pub modality: String,
    /// An id of the rulebook's devices.
    pub device: Option<String>,
    /// The zones.
    pub zones: Vec<TreatedZone>,
    /// The cartridges, tips or rollers, in the order in which they were taken. Zones name them by their number, from 1.
    pub cartridges: Vec<Cartridge>,
    /// Numbing.
    pub numbing: Option<NumbingTimes>,
    /// What was confirmed at the end, by code.
    pub confirmed: Vec<String>,
    /// Anything else, in words.
    pub note: String,
    /// What was added after signing, the oldest first.
    pub addenda: Vec<Addendum>,
}

/// A zone as it was treated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatedZone {
    /// The region's code.
    pub region: String,
    /// The side; `None` where the region has none or both were treated alike.
    pub side: Option<Side>,
    /// How deep, in millimetres.
    pub depth_mm: f64,
    /// The limit that held, in millimetres.
    pub ceiling_mm: f64,
    /// What set it, in words.
    pub ceiling_by: String,
    /// Passes done.
    pub passes: i16,
    /// The endpoint that was seen.
    pub endpoint: Option<Endpoint>,
    /// With which of the session's cartridges, by number from 1; none where it was not said.
    pub cartridges: BTreeSet<i16>,
    /// When it was finished.
    pub done: Option<Timestamp>,
}

/// A side, the patient's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The patient's right.
    Right,
    /// The patient's left.
    Left,
}

/// What was seen on the skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// Nothing yet.
    None,
    /// Even redness.
    EvenRedness,
    /// Pinpoint bleeding.
    PinpointBleeding,
    /// More than that: stop.
    MoreThanPinpoint,
}

/// A cartridge, tip, roller or patch: one piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cartridge {
    /// Its lot.
    pub lot: String,
    /// The last day on which it may be used.
    pub expires: Date,
}

/// Something added after signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addendum {
    /// Who.
    pub by: PersonId,
    /// Their name then.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub says: String,
}

stored!(Session, "session", 2, [1: v1::Session], |it| {
    hold(
        it.zones.iter().all(|zone| zone.depth_mm > 0.0 && zone.depth_mm <= zone.ceiling_mm),
        "no zone is treated deeper than its limit",
    )?;
    hold(it.zones.iter().all(|zone| (0..=20).contains(&zone.passes)), "passes are from 0 to 20")?;
    hold(
        it.cartridges.iter().all(|cartridge| it.on <= cartridge.expires),
        "no cartridge is used after its last day",
    )?;
    let is_listed = |number: &i16| {
        number.checked_sub(1).and_then(|at| usize::try_from(at).ok()).is_some_and(|at| at < it.cartridges.len())
    };
    hold(
        it.zones.iter().all(|zone| zone.cartridges.iter().all(is_listed)),
        "a zone names cartridges of its own session",
    )
});
