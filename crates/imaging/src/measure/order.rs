//! Middles: the median, and the median of weighted values.

/// The median; between the two middle ones of an even number. `None` of nothing.
pub(crate) fn median<T: Middle>(values: &mut [T]) -> Option<T> {
    let half = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, at, _) = values.select_nth_unstable_by(half, T::order);
    let at = *at;
    if !even {
        return Some(at);
    }
    let under = below.iter().copied().max_by(T::order)?;
    Some(T::between(under, at))
}

/// What has a middle.
pub(crate) trait Middle: Copy {
    /// Smaller first; what is no number last.
    fn order(&self, other: &Self) -> std::cmp::Ordering;
    /// Half-way.
    fn between(low: Self, high: Self) -> Self;
}

impl Middle for f32 {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.total_cmp(other)
    }

    fn between(low: Self, high: Self) -> Self {
        0.5 * (low + high)
    }
}

impl Middle for f64 {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.total_cmp(other)
    }

    fn between(low: Self, high: Self) -> Self {
        0.5 * (low + high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median::<f64>(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0_f32, 1.0, 3.0, 2.0]), Some(2.5));
    }
}
