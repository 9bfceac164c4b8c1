//! What is booked ahead and would be in the way of a change: a room taken out of use, a time blocked, a day closed.
//!
//! Visits stay where they are until somebody moves them. Who changes the calendar is told how many there are and when, and
//! either moves them first or says that they will.
//!
//! PRIVACY: times and nothing else; whose visits they are stands on the day's board.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::calendar::{Blocked, Site};
use percuta_record::{DocumentId, Moment};
use percuta_terminology::calendar::in_words;

use crate::{Practice, refusal::No, vault::Opened};

/// What is to become of visits that are booked where a change is in their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// While there are any, nothing is changed.
    MoveFirst,
    /// It is changed, and they are moved afterwards.
    MoveAfter,
}

/// So many of them are named; of the others, how many there are.
const NAMED: usize = 5;

/// A stretch of time in which something cannot be had any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone {
    from: Timestamp,
    until: Timestamp,
}

impl Gone {
    /// From a moment on, for good.
    pub(crate) fn for_good(from: Timestamp) -> Self {
        Self { from, until: Timestamp::MAX }
    }

    /// What is blocked now and was not before.
    pub(crate) fn newly(before: &[Blocked], after: &[Blocked]) -> Vec<Self> {
        let fresh = after.iter().filter(|one| !before.contains(one));
        fresh.map(|one| Self { from: one.from, until: one.until }).collect()
    }

    /// Days on which a site is closed now and was open before.
    pub(crate) fn days(before: &Site, after: &Site, zone: &TimeZone) -> Vec<Self> {
        let fresh = after.closed.keys().filter(|day| !before.closed.contains_key(day));
        fresh.filter_map(|day| Self::day(*day, zone)).collect()
    }

    fn day(day: Date, zone: &TimeZone) -> Option<Self> {
        let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        Some(Self { from: midnight(day)?, until: midnight(day.tomorrow().ok()?)? })
    }
}

impl Practice {
    /// When visits begin that hold any of these resources in any of these times, in their order.
    pub(crate) async fn booked_ahead(
        &self,
        resources: &[DocumentId],
        gone: &[Gone],
    ) -> Result<Vec<Timestamp>, No> {
        let now = self.now();
        let expired: Vec<DocumentId> =
            self.expired_holds().await?.into_iter().map(|held| held.id).collect();
        let moment = |at: Timestamp| Moment(at.as_microsecond());
        let mut visits: BTreeMap<DocumentId, i64> = BTreeMap::new();
        for resource in resources {
            for one in gone.iter().filter(|one| one.until > now) {
                let from = one.from.max(now);
                let reserved =
                    self.vault.store().reserved(moment(from), moment(one.until), Some(*resource));
                for held in reserved.await? {
                    if expired.contains(&held.document) {
                        continue;
                    }
                    let begins = visits.entry(held.document).or_insert(held.place.from.0);
                    *begins = held.place.from.0.min(*begins);
                }
            }
        }
        let mut begins: Vec<i64> = visits.into_values().collect();
        begins.sort_unstable();
        Ok(begins.into_iter().filter_map(|at| Timestamp::from_microsecond(at).ok()).collect())
    }

    /// Refuses what visits are in the way of, unless they are moved afterwards.
    pub(crate) async fn in_the_way(
        &self,
        field: &str,
        (resources, gone): (&[DocumentId], &[Gone]),
        (booked, zone): (Booked, &TimeZone),
    ) -> Result<(), No> {
        if booked == Booked::MoveAfter || gone.is_empty() {
            return Ok(());
        }
        let ahead = self.booked_ahead(resources, gone).await?;
        if ahead.is_empty() { Ok(()) } else { Err(No::wrong(field, said(&ahead, zone))) }
    }

    /// The clock of a site; the clinic's where it is not there.
    pub(crate) async fn zone_of_site(&self, site: DocumentId) -> Result<TimeZone, No> {
        let site: Option<Opened<Site>> = self.vault.own().await?.one(site)?;
        let zone = site.and_then(|site| TimeZone::get(&site.time_zone).ok());
        Ok(zone.unwrap_or(TimeZone::UTC))
    }
}

/// How many visits there are, and when.
fn said(ahead: &[Timestamp], zone: &TimeZone) -> String {
    let when = |at: &Timestamp| {
        let local = at.to_zoned(zone.clone());
        format!("{}, {}", in_words(local.date()), local.strftime("%H:%M"))
    };
    let named: Vec<String> = ahead.iter().take(NAMED).map(when).collect();
    let more = ahead.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    let visits =
        if ahead.len() == 1 { "1 visit is" } else { &format!("{} visits are", ahead.len()) };
    let them = if ahead.len() == 1 { "it" } else { "them" };
    format!(
        "{visits} booked then: {}{more}. Move {them} first, or tick that you move {them} afterwards.",
        named.join("; ")
    )
}
