//! The one thing that is read from what a camera wrote about a picture: which way is up.

/// The way a picture is turned, from 1 (upright) to 8; 1 where nothing is said that can be understood.
pub(super) fn orientation(tiff: &[u8]) -> u8 {
    read(tiff).filter(|turned| (1..=8).contains(turned)).unwrap_or(1)
}

const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

fn read(tiff: &[u8]) -> Option<u8> {
    let is_little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| -> Option<usize> {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(number).ok()
    };
    let first = long(4)?;
    let entries = usize::from(short(first)?);
    (0..entries)
        .find_map(|entry| {
            let at = first.checked_add(2)?.checked_add(entry.checked_mul(12)?)?;
            let is_it = short(at)? == ORIENTATION && short(at.checked_add(2)?)? == SHORT;
            is_it.then(|| short(at.checked_add(8)?)).flatten()
        })
        .and_then(|turned| u8::try_from(turned).ok())
}

/// A tag that says which way is up, and nothing else.
pub(super) fn only_orientation(turned: u8) -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.push(turned);
    tiff.extend_from_slice(&[0; 6]);
    tiff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for turned in 1..=8 {
            let written = only_orientation(turned);
            assert_eq!(orientation(written.get(6..).unwrap()), turned);
        }
    }

    #[test]
    fn what_cannot_be_understood_is_upright() {
        assert_eq!(orientation(b""), 1);
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), 1);
        assert_eq!(orientation(only_orientation(9).get(6..).unwrap()), 1);
    }
}
