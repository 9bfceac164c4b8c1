//! Numbers from one kind to another, where what is lost is meant to be lost. Every such step of this crate is here.

/// The nearest byte; what lies outside becomes the end that it lies behind, and what is no number becomes nought.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast to a byte saturates, which is what is wanted"
)]
#[inline(always)]
pub(crate) fn byte(value: f32) -> u8 {
    (value + 0.5) as u8
}

/// The whole number below, as an index: nought where it is below nought or no number.
///
/// By way of 32 bits, because every processor has an instruction for that, and none for an index.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast to a whole number saturates, and every user bounds it from above"
)]
#[inline(always)]
pub(crate) fn floor(value: f32) -> usize {
    (value as i32).max(0) as usize
}

/// The nearest whole number.
#[expect(clippy::cast_possible_truncation, reason = "positions are far below the limit")]
pub(crate) fn nearest(value: f64) -> i32 {
    value.round() as i32
}

/// A count as a number to calculate with. Counts of pixels along a side are far below what an `f32` holds exactly.
#[expect(clippy::cast_precision_loss, reason = "no side of a picture has 16 million pixels")]
#[inline(always)]
pub(crate) fn real(count: usize) -> f32 {
    count as f32
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "no picture has 2^53 pixels")]
pub(crate) fn long(count: usize) -> f64 {
    count as f64
}

/// A number with half of its digits.
#[expect(clippy::cast_possible_truncation, reason = "half of the digits are enough for a pixel")]
#[inline(always)]
pub(crate) fn short(value: f64) -> f32 {
    value as f32
}
