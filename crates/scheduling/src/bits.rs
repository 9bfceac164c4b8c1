//! Rows of bits, a bit a tick of time, and the few things that are asked of them.
//!
//! A [`Lane`] says when something is free, and holds beside it from where it is free for 2, 4, 8 … ticks: a run of any
//! length then costs two readings. Reading beyond the end reads nothing.

/// From where something is free, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lane {
    /// For each power of two, the ticks from which so many are free. Every row ends with words that are empty.
    levels: Vec<Vec<u64>>,
}

/// The words that `words` words of bits take from a bit on, each moved into place.
fn shifted(row: &[u64], at: usize, words: usize) -> impl Iterator<Item = u64> + '_ {
    let shift = at % 64;
    let row = row.get(at / 64..).unwrap_or_default();
    let row = row.get(..=words).unwrap_or(row);
    let next = row.get(1..).unwrap_or_default();
    // Two steps, since a shift by 64 is none.
    row.iter().zip(next).map(move |(low, high)| (low >> shift) | ((high << 1) << (63 - shift)))
}

impl Lane {
    /// A lane of free ticks; `longest` is the longest run that will be asked for.
    pub(crate) fn new(free: Vec<u64>, longest: usize) -> Self {
        let mut levels = vec![free];
        let mut run = 1;
        while run * 2 <= longest.max(1) {
            let Some(last) = levels.last() else { break };
            let words = last.len().saturating_sub(1);
            let mut row: Vec<u64> = last
                .iter()
                .zip(shifted(last, run, words))
                .map(|(from, after)| from & after)
                .collect();
            row.resize(last.len(), 0);
            levels.push(row);
            run *= 2;
        }
        Self { levels }
    }

    /// When it is free, tick by tick.
    pub(crate) fn row(&self) -> &[u64] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// The row of the greatest power of two within a run, and how far its second reading lies behind the first.
    fn level(&self, run: usize) -> (&[u64], usize) {
        let level = usize::try_from(run.max(1).ilog2()).unwrap_or(0).min(self.levels.len() - 1);
        let row = self.levels.get(level).map_or(&[][..], Vec::as_slice);
        (row, run.saturating_sub(1 << level))
    }

    /// Whether it is free for so many ticks from one on.
    pub(crate) fn is_free(&self, at: usize, run: usize) -> bool {
        let (row, behind) = self.level(run);
        bit(row, at) && bit(row, at + behind)
    }

    /// Adds to `out` from where it is free for a run, read from a tick on.
    pub(crate) fn add_runs(&self, at: usize, run: usize, out: &mut [u64]) {
        let (row, behind) = self.level(run);
        let words = out.len();
        let runs = shifted(row, at, words).zip(shifted(row, at + behind, words));
        for (out, (from, after)) in out.iter_mut().zip(runs) {
            *out |= from & after;
        }
    }

    /// Writes into `out` from where it is free for a run, read from a tick on.
    pub(crate) fn write_runs(&self, at: usize, run: usize, out: &mut [u64]) {
        let (row, behind) = self.level(run);
        let words = out.len();
        let runs = shifted(row, at, words).zip(shifted(row, at + behind, words));
        for (out, (from, after)) in out.iter_mut().zip(runs) {
            *out = from & after;
        }
    }
}

/// Whether a bit is set.
pub(crate) fn bit(row: &[u64], at: usize) -> bool {
    row.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// `out &= row`.
pub(crate) fn keep(out: &mut [u64], row: &[u64]) {
    for (out, word) in out.iter_mut().zip(row) {
        *out &= word;
    }
}

/// `out |= row`.
pub(crate) fn add(out: &mut [u64], row: &[u64]) {
    for (out, word) in out.iter_mut().zip(row) {
        *out |= word;
    }
}

/// `out |= left & right`.
pub(crate) fn add_both(out: &mut [u64], left: &[u64], right: &[u64]) {
    for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
        *out |= left & right;
    }
}

/// Sets or clears the bits from one to before another.
pub(crate) fn fill(row: &mut [u64], from: usize, to: usize, value: bool) {
    if from >= to {
        return;
    }
    let (first, last) = (from / 64, (to - 1) / 64);
    let head = u64::MAX << (from % 64);
    let tail = u64::MAX >> (63 - (to - 1) % 64);
    let words = last.saturating_sub(first) + 1;
    for (index, word) in row.iter_mut().skip(first).take(words).enumerate() {
        let mut mask = u64::MAX;
        if index == 0 {
            mask &= head;
        }
        if index + 1 == words {
            mask &= tail;
        }
        if value {
            *word |= mask;
        } else {
            *word &= !mask;
        }
    }
}

/// The bits that are set, in order.
pub(crate) fn ones(row: &[u64]) -> impl Iterator<Item = usize> + '_ {
    row.iter().enumerate().flat_map(|(index, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let at = usize::try_from(left.trailing_zeros()).unwrap_or(0);
            left &= left - 1;
            Some(index * 64 + at)
        })
    })
}

/// How many bits are set.
pub(crate) fn count(row: &[u64]) -> u64 {
    row.iter().map(|word| u64::from(word.count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_where_every_tick_of_it_is_free() {
        let mut row = vec![0; 5];
        fill(&mut row, 3, 40, true);
        fill(&mut row, 60, 170, true);
        let lane = Lane::new(row.clone(), 64);
        for run in 1..=64 {
            for at in 0..190 {
                let plain = (at..at + run).all(|tick| bit(&row, tick));
                assert_eq!(lane.is_free(at, run), plain, "{run} from {at}");
                let mut out = [0; 1];
                lane.add_runs(at, run, &mut out);
                assert_eq!(out[0] & 1 == 1, plain, "{run} from {at}, as a row");
            }
        }
    }

    #[test]
    fn filling_touches_only_what_lies_between() {
        for (from, to) in [(0, 64), (1, 2), (63, 65), (10, 190), (5, 5), (128, 192)] {
            let mut row = vec![0; 3];
            fill(&mut row, from, to, true);
            assert_eq!(ones(&row).collect::<Vec<_>>(), (from..to).collect::<Vec<_>>());
            let mut row = vec![u64::MAX; 3];
            fill(&mut row, from, to, false);
            assert_eq!(count(&row), 192 - u64::try_from(to - from).unwrap());
        }
    }
}
