//! Chance that is the same every time: numbers from a seed (splitmix64, Steele et al. 2014).

/// The next number, and the state after it.
pub(crate) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The next number from 0 up to 1.
pub(crate) fn unit(state: &mut u64) -> f64 {
    let top = u32::try_from(next(state) >> 32).unwrap_or(u32::MAX);
    f64::from(top) / 4_294_967_296.0
}

/// The next index below a count; nought where there is nothing to choose from.
pub(crate) fn below(state: &mut u64, count: usize) -> usize {
    let wide = u128::from(next(state)).wrapping_mul(u128::try_from(count).unwrap_or_default());
    usize::try_from(wide >> 64).unwrap_or_default()
}
