//! How many pixels a coded item really has: read from the head of its coding, which is what the decoder makes room for.

use super::{Unfit, boxes::Numbers};

/// The kind of a unit of coding that says how large the picture is.
const SIZE_UNIT: u8 = 33;

/// The most pixels that the head of a coded item declares; 0 where it declares none.
pub(super) fn pixels(head: &[u8]) -> Result<u64, Unfit> {
    let mut numbers = Numbers(head);
    let fixed = numbers.take(22).ok_or(Unfit::Broken)?;
    // Lengths of four bytes are what every writer writes; shorter ones would let a file be of nothing but lengths.
    if fixed.last().is_none_or(|last| last & 3 != 3) {
        return Err(Unfit::Heic);
    }
    let lists = numbers.number(1).ok_or(Unfit::Broken)?;
    let mut most = 0;
    for _ in 0..lists {
        let kind = numbers.number(1).ok_or(Unfit::Broken)? & 0x3F;
        let units = numbers.number(2).ok_or(Unfit::Broken)?;
        for _ in 0..units {
            let unit = numbers.number(2).and_then(|length| usize::try_from(length).ok());
            let unit = unit.and_then(|length| numbers.take(length)).ok_or(Unfit::Broken)?;
            if kind == u64::from(SIZE_UNIT) && is_of_size(unit) {
                most = most.max(size(unit).ok_or(Unfit::Heic)?);
            }
        }
    }
    Ok(most)
}

/// Whether a unit says the size of the lowest layer, which alone is decoded.
fn is_of_size(unit: &[u8]) -> bool {
    let [first, second, ..] = unit else { return false };
    let layer = (u16::from(*first & 1) << 5) | u16::from(*second >> 3);
    (first >> 1) & 0x3F == SIZE_UNIT && layer == 0
}

/// Width times height of a unit.
fn size(unit: &[u8]) -> Option<u64> {
    let plain = without_guards(unit.get(2..)?);
    let mut bits = Bits { bytes: &plain, at: 0 };
    // Its number, how many layers in time, and whether they lie within one another; then what devices can decode it.
    bits.skip(4);
    if bits.number(3)? != 0 {
        return None;
    }
    bits.skip(1 + 96);
    let _its_number = bits.counted()?;
    if bits.counted()? == 3 {
        bits.skip(1);
    }
    bits.counted()?.checked_mul(bits.counted()?)
}

/// The first bytes of a unit without the ones that guard against a false start.
fn without_guards(unit: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut zeros = 0_u8;
    for byte in unit.iter().take(64) {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros.saturating_add(1) } else { 0 };
        plain.push(*byte);
    }
    plain
}

/// Bits one after the other, the highest of a byte first.
struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Bits<'_> {
    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    fn bit(&mut self) -> Option<u64> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = (byte >> (7 - self.at % 8)) & 1;
        self.skip(1);
        Some(u64::from(bit))
    }

    fn number(&mut self, bits: u32) -> Option<u64> {
        (0..bits).try_fold(0, |number, _| Some((number << 1) | self.bit()?))
    }

    /// A number behind as many zeros as it has bits, less one.
    fn counted(&mut self) -> Option<u64> {
        let mut zeros = 0_u32;
        while self.bit()? == 0 {
            zeros = zeros.checked_add(1).filter(|zeros| *zeros <= 32)?;
        }
        let rest = self.number(zeros)?;
        Some((1_u64 << zeros) - 1 + rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_numbers_are_those_of_the_standard() {
        // 1, 010, 011, 00100, 00111: 0, 1, 2, 3, 6.
        let bytes = [0b1010_0110, 0b0100_0011, 0b1000_0000];
        let mut bits = Bits { bytes: &bytes, at: 0 };
        let numbers: Vec<_> = std::iter::from_fn(|| bits.counted()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 6]);
        assert_eq!(Bits { bytes: &[0; 9], at: 0 }.counted(), None);
    }

    #[test]
    fn guards_are_left_out() {
        assert_eq!(without_guards(&[1, 0, 0, 3, 1, 0, 0, 3, 3]), [1, 0, 0, 1, 0, 0, 3]);
    }
}
