//! The two things that are read from what a camera wrote about a picture: which way is up, and how long its lens was.
//!
//! Where it was taken, by whom and with which camera stands beside them. None of that is looked at.

/// The way a picture is turned, from 1 (upright) to 8; 1 where nothing is said that can be understood.
pub(super) fn orientation(tiff: &[u8]) -> u8 {
    read(tiff).filter(|turned| (1..=8).contains(turned)).unwrap_or(1)
}

/// The focal length that a camera of 36 mm wide film would have needed, in mm, where that is said.
pub(super) fn focal_35mm(tiff: &[u8]) -> Option<u16> {
    let tiff = Tiff::of(tiff)?;
    let first = tiff.long(4)?;
    let further = tiff.long(tiff.entry(first, FURTHER, LONG)?)?;
    // 0 stands for "unknown".
    tiff.short(tiff.entry(further, FOCAL_LENGTH_35MM, SHORT)?).filter(|length| *length > 0)
}

const ORIENTATION: u16 = 0x0112;
/// Where the list of what the camera says of itself begins.
const FURTHER: u16 = 0x8769;
const FOCAL_LENGTH_35MM: u16 = 0xA405;
const SHORT: u16 = 3;
const LONG: u16 = 4;

fn read(tiff: &[u8]) -> Option<u8> {
    let tiff = Tiff::of(tiff)?;
    let first = tiff.long(4)?;
    tiff.entry(first, ORIENTATION, SHORT)
        .and_then(|at| tiff.short(at))
        .and_then(|turned| u8::try_from(turned).ok())
}

/// Lists of numbered entries, in one of two orders of bytes.
struct Tiff<'b> {
    bytes: &'b [u8],
    order: Order,
}

#[derive(Clone, Copy)]
enum Order {
    LowFirst,
    HighFirst,
}

impl<'b> Tiff<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let order = match bytes.get(..4)? {
            [b'I', b'I', 42, 0] => Order::LowFirst,
            [b'M', b'M', 0, 42] => Order::HighFirst,
            _ => return None,
        };
        Some(Self { bytes, order })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self.order {
            Order::LowFirst => u16::from_le_bytes(bytes),
            Order::HighFirst => u16::from_be_bytes(bytes),
        })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = match self.order {
            Order::LowFirst => u32::from_le_bytes(bytes),
            Order::HighFirst => u32::from_be_bytes(bytes),
        };
        usize::try_from(number).ok()
    }

    /// Where the value of the first such entry of a list stands.
    fn entry(&self, list: usize, number: u16, kind: u16) -> Option<usize> {
        let entries = usize::from(self.short(list)?);
        (0..entries).find_map(|entry| {
            let at = list.checked_add(2)?.checked_add(entry.checked_mul(12)?)?;
            let is_it = self.short(at)? == number && self.short(at.checked_add(2)?)? == kind;
            is_it.then(|| at.checked_add(8)).flatten()
        })
    }
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

    /// A list that leads to a second one, in which a focal length stands.
    fn with_focal_length(number: u16) -> Vec<u8> {
        let mut tiff = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
        tiff.extend_from_slice(b"\x69\x87\x04\0\x01\0\0\0\x26\0\0\0");
        tiff.extend_from_slice(b"\0\0\0\0\x01\0\x05\xa4\x03\0\x01\0\0\0");
        tiff.extend_from_slice(&number.to_le_bytes());
        tiff.extend_from_slice(&[0; 6]);
        tiff
    }

    #[test]
    fn a_focal_length_is_read_beside_the_orientation() {
        let tiff = with_focal_length(52);
        assert_eq!((orientation(&tiff), focal_35mm(&tiff)), (6, Some(52)));
        assert_eq!(focal_35mm(&with_focal_length(0)), None);
        assert_eq!(focal_35mm(only_orientation(3).get(6..).unwrap()), None);
        for end in 0..tiff.len() - 8 {
            assert_eq!(focal_35mm(tiff.get(..end).unwrap()), None, "cut at {end}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_upright() {
        assert_eq!(orientation(b""), 1);
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), 1);
        assert_eq!(orientation(only_orientation(9).get(6..).unwrap()), 1);
    }
}
