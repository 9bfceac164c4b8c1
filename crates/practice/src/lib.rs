//! Use cases: what people do with the record. Each gathers, lets a pure function decide, and commits once.
//!
//! ```text
//! web::route ── Actor ──▶ use case ──┬── authorize (actor::Act)
//!                                    ├── gather: store → vault (opens) → chart
//!                                    ├── decide: clinical, or a pure function beside the use case
//!                                    └── commit: chart → vault (seals) → store, one contribution, one audit entry
//! ```
//!
//! It reads no clock and draws no chance by itself: both are in [`Ports`]. What it gives back is plain data, already
//! permitted. A refusal is a variant of [`No`] that the page can word; only [`No::Failed`] means that something is
//! broken.
//!
//! INVARIANT (audited): every use case that opens or writes something about a person leaves one audit entry, and a
//! refusal leaves one too.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::clinic::Clinic;
use percuta_clinical::Rulebook;
use percuta_record::Moment;
use percuta_seal::{KeyRing, NoRandomness};
use percuta_store::Store;

pub mod account;
pub mod actor;
pub mod aftercare;
pub mod asking;
pub mod audit;
mod calendar;
pub mod check_ins;
pub mod comparisons;
pub mod consents;
pub mod courses;
pub mod exports;
pub mod feeds;
pub mod invitations;
pub mod keeping;
pub mod letters;
mod limit;
pub mod measures;
pub mod members;
pub mod next_step;
mod noting;
mod open_courses;
pub mod openings;
pub mod outcomes;
mod password;
pub mod patients;
pub mod permissions;
pub mod photographs;
pub mod publications;
pub mod refusal;
pub mod screenings;
pub mod sessions;
pub mod settings;
pub mod sites;
pub mod telling;
#[cfg(test)]
mod testing;
pub mod today;
mod vault;
pub mod visit_day;
pub mod visits;
pub mod waiting;
pub mod whole;
mod writing;

pub use actor::{Act, Actor, Who};
pub use password::Cost;
pub use percuta_store::{AuditCursor, Cursor};
pub use refusal::{Failure, No, Wrong};
pub use settings::consent_digest;
pub use vault::{Opened, key_owner};

/// What the use cases need from outside.
#[derive(Debug)]
pub struct Ports {
    /// Where sealed documents are.
    pub store: Store,
    /// The site key.
    pub keys: KeyRing,
    /// The rulebook.
    pub book: Arc<Rulebook>,
    /// What time it is.
    pub now: fn() -> Timestamp,
    /// The system's random bytes.
    pub random: fn(&mut [u8]) -> Result<(), NoRandomness>,
    /// What a password's hash costs.
    pub password_cost: Cost,
    /// Whether everything in the record is invented, so that its people may be tried on.
    pub is_demo: bool,
}

/// The use cases of one clinic.
#[derive(Debug)]
pub struct Practice {
    vault: vault::Vault,
    book: Arc<Rulebook>,
    now: fn() -> Timestamp,
    password_cost: Cost,
    attempts: limit::Attempts,
    reads: feeds::Reads,
    checked: audit::LastCheck,
    /// One picture is read at a time.
    pictures: tokio::sync::Semaphore,
    is_demo: bool,
    /// Whether there is somebody who sends letters.
    has_post: bool,
}

impl Practice {
    /// Opens the record: fetches the clinic's keys, or makes them in an empty store.
    pub async fn open(ports: Ports) -> Result<Self, Failure> {
        let Ports { store, keys, book, now, random, password_cost, is_demo } = ports;
        let vault = vault::Vault::open(store, keys, random).await?;
        let (attempts, checked) = (limit::Attempts::default(), audit::LastCheck::default());
        let pictures = tokio::sync::Semaphore::new(1);
        let practice = Self {
            vault,
            book,
            now,
            password_cost,
            attempts,
            reads: feeds::Reads::default(),
            checked,
            pictures,
            is_demo,
            has_post: false,
        };
        // Refused when somebody else writes meanwhile; then the next start does it.
        for upgraded in [practice.mark_open_courses().await, practice.make_sites().await] {
            if let Err(No::Failed(failure)) = upgraded {
                return Err(failure);
            }
        }
        Ok(practice)
    }

    /// The rulebook by which answers are given.
    pub fn book(&self) -> &Arc<Rulebook> {
        &self.book
    }

    /// The store, for those who watch over it: `percuta verify`, and closing it.
    pub fn store(&self) -> &Store {
        self.vault.store()
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment(self.now().as_microsecond())
    }
}

/// The clinic's time zone. One that this machine does not know is UTC, and pages say so.
pub fn zone_of(clinic: &Clinic) -> TimeZone {
    TimeZone::get(&clinic.time_zone).unwrap_or(TimeZone::UTC)
}

/// The day on the clinic's calendar.
///
/// CLINICAL: windows and days after a session are counted on the clinic's calendar, not in hours.
pub fn day_of(clinic: &Clinic, at: Timestamp) -> Date {
    at.to_zoned(zone_of(clinic)).date()
}
