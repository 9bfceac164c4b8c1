//! Slowing down who guesses: after a few failures on one thing, each further try has to wait longer.
//!
//! What is counted is kept in memory and by hash, so nothing about a person is written anywhere. Several processes count
//! apart, so that a guesser has at most as many tries more as there are processes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// So many failures are free.
const FREE: u32 = 5;
/// The longest wait, in seconds.
const WAIT_MAX: u64 = 900;
/// So many things are counted; the oldest are forgotten first.
const COUNTED_MAX: usize = 100_000;

/// Failures by what was guessed at.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<BTreeMap<[u8; 32], (u32, i64)>>);

fn key(what: &str) -> [u8; 32] {
    Sha256::digest(what.as_bytes()).into()
}

fn wait_after(failures: u32) -> u64 {
    failures
        .checked_sub(FREE)
        .map_or(0, |over| 15_u64.checked_shl(over.min(16)).unwrap_or(WAIT_MAX).min(WAIT_MAX))
}

impl Attempts {
    /// How long this has to wait, in seconds, if at all.
    pub(crate) fn wait(&self, what: &str, now: Timestamp) -> Option<u64> {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (failures, last) = counted.get(&key(what))?;
        let since = u64::try_from(now.as_second().saturating_sub(*last)).unwrap_or(0);
        let left = wait_after(*failures).saturating_sub(since);
        (left > 0).then_some(left)
    }

    /// Counts a failure.
    pub(crate) fn failed(&self, what: &str, now: Timestamp) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= COUNTED_MAX {
            let hour_ago = now.as_second().saturating_sub(3_600);
            counted.retain(|_, (_, last)| *last > hour_ago);
            if counted.len() >= COUNTED_MAX {
                counted.clear();
            }
        }
        let entry = counted.entry(key(what)).or_insert((0, 0));
        // After an hour without a try, counting begins anew.
        if now.as_second().saturating_sub(entry.1) > 3_600 {
            entry.0 = 0;
        }
        *entry = (entry.0.saturating_add(1), now.as_second());
    }

    /// Forgets failures after a success.
    pub(crate) fn succeeded(&self, what: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_five_failures_each_try_waits_longer_and_an_hour_forgives() {
        let (attempts, start) = (Attempts::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..5 {
            assert_eq!(attempts.wait("ada", start), None);
            attempts.failed("ada", start);
        }
        assert_eq!(attempts.wait("ada", start), Some(15));
        attempts.failed("ada", start);
        assert_eq!(attempts.wait("ada", start), Some(30));
        assert_eq!(attempts.wait("ben", start), None);
        let later = Timestamp::from_second(4_000).unwrap();
        assert_eq!(attempts.wait("ada", later), None);
        attempts.failed("ada", later);
        assert_eq!(attempts.wait("ada", later), None);
    }
}
