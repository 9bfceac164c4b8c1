//! Bytes as lower-case hexadecimal, for key files and golden files.
//!
//! Reading looks digits up by comparison, not in a table, so it is short; it takes either case and nothing else.

use zeroize::Zeroizing;

/// The bytes as lower-case digits.
pub fn write(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

/// The bytes of a text, or `None` when it is no hexadecimal of whole bytes. What was read is wiped when dropped.
pub fn read(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    for pair in digits.chunks_exact(2) {
        let mut byte = 0_u8;
        for digit in pair {
            let value = char::from(*digit).to_digit(16)?;
            byte = (byte << 4) | u8::try_from(value).ok()?;
        }
        bytes.push(byte);
    }
    Some(bytes)
}

/// An array of bytes, or `None` when the text is not exactly that long.
pub fn read_array<const LENGTH: usize>(text: &str) -> Option<Zeroizing<[u8; LENGTH]>> {
    let bytes = read(text)?;
    let array: [u8; LENGTH] = bytes.as_slice().try_into().ok()?;
    Some(Zeroizing::new(array))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_what_it_wrote_and_nothing_else() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(*read(&write(&bytes)).unwrap(), bytes);
        assert_eq!(*read("Ff00").unwrap(), [255, 0]);
        for bad in ["0", "0g", " 00", "é", "0x00"] {
            assert!(read(bad).is_none(), "{bad}");
        }
        assert!(read_array::<2>("00").is_none());
    }
}
