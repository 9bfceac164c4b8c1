//! Time spent, as the median of many rounds, and memory held.
//!
//! The processor's time comes from Linux; elsewhere the wall's stands for both. Nothing outside this folder reads a
//! clock to time itself, tests least of all.

use std::{fs, time::Instant};

/// Microseconds for one piece of work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// By the clock on the wall: the median round.
    pub(crate) wall: f64,
    /// Of the processor: all rounds together, since the system counts them only every few milliseconds; never more than
    /// the wall's, which a round that was not interrupted cannot exceed.
    pub(crate) processor: f64,
}

/// Works `rounds` times after a few rounds to warm up; a round does `pieces` pieces of work.
pub(crate) fn median(rounds: usize, pieces: usize, mut work: impl FnMut()) -> Spent {
    for _ in 0..rounds.div_ceil(10) {
        work();
    }
    let before = processor_seconds();
    let mut walls = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        work();
        walls.push(start.elapsed().as_secs_f64());
    }
    let after = processor_seconds();
    walls.sort_by(f64::total_cmp);
    let each = 1e6 / pieces as f64;
    let wall = walls[walls.len() / 2] * each;
    let processor = match (before, after) {
        (Some(before), Some(after)) => (after - before) / rounds as f64 * each,
        _ => wall,
    };
    Spent { wall, processor: processor.min(wall) }
}

/// What this process has had of the processor.
fn processor_seconds() -> Option<f64> {
    let nanoseconds: f64 =
        fs::read_to_string("/proc/self/schedstat").ok()?.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// What this process holds in memory.
pub(crate) fn resident_kilobytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
