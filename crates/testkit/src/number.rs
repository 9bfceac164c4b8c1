//! The conversions between numbers that drawing needs, each with its bound, so that no `as` stands elsewhere.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "every function bounds its argument first, or loses only digits below those that a picture shows"
)]

/// To single precision.
pub(crate) fn single(value: f64) -> f32 {
    value as f32
}

/// A size or place as a number.
pub(crate) fn real(value: usize) -> f64 {
    value as f64
}

/// A size or place as a number of single precision; exact below 16 million.
pub(crate) fn real32(value: usize) -> f32 {
    value as f32
}

/// The whole number below, as an index: nought below nought, and at most `last`.
pub(crate) fn index(value: f64, last: usize) -> usize {
    // What is not a number or below nought becomes nought: what `as` does.
    (value as usize).min(last)
}

/// The whole number below, as an index: nought below nought, and at most `last`.
pub(crate) fn index32(value: f32, last: usize) -> usize {
    (value as usize).min(last)
}

/// The whole number below, and what is left.
#[inline]
pub(crate) fn split(value: f32) -> (i32, f32) {
    // Towards nought, then one less below it: many machines have no instruction for `floor`.
    let whole = value as i32;
    let whole = whole - i32::from(value < whole as f32);
    (whole, value - whole as f32)
}

/// A cell's number as bits to be mixed.
pub(crate) fn bits(value: i32) -> u32 {
    value as u32
}

/// The lower half.
pub(crate) fn low(value: u64) -> u32 {
    (value & 0xffff_ffff) as u32
}

/// Where a vertex or triangle stands, as it is kept; a mesh has far fewer than four thousand million.
pub(crate) fn name(value: usize) -> u32 {
    value.min(u32::MAX as usize) as u32
}

/// A value from 0 to 1 as a byte, rounded.
pub(crate) fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}
