//! Boxes within boxes, and the numbers in them: the way in which such files hold everything.

/// Boxes one after the other.
pub(super) struct Boxes<'b> {
    numbers: Numbers<'b>,
    length: usize,
}

impl<'b> Boxes<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { numbers: Numbers(bytes), length: bytes.len() }
    }

    /// Where the next box begins.
    pub(super) fn at(&self) -> usize {
        self.length.saturating_sub(self.numbers.0.len())
    }

    /// What was not walked over yet.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.numbers.0
    }

    /// The next box: its kind, and what it holds. `None` when it does not end where the bytes do, or before.
    pub(super) fn next_box(&mut self) -> Option<([u8; 4], &'b [u8])> {
        let short = self.numbers.number(4)?;
        let kind = self.numbers.take(4)?.try_into().ok()?;
        let length = match short {
            0 => Some(self.numbers.0.len()),
            1 => usize::try_from(self.numbers.number(8)?.checked_sub(16)?).ok(),
            _ => usize::try_from(short.checked_sub(8)?).ok(),
        };
        Some((kind, self.numbers.take(length?)?))
    }
}

/// Numbers one after the other, each with its highest byte first.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'b>(pub(super) &'b [u8]);

impl<'b> Numbers<'b> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many bytes, at most eight. One of none is 0.
    pub(super) fn number(&mut self, bytes: usize) -> Option<u64> {
        let taken = self.take(bytes).filter(|_| bytes <= 8)?;
        Some(taken.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// What every box begins with that has versions: the version, and marks.
    pub(super) fn version(&mut self) -> Option<(u64, u64)> {
        Some((self.number(1)?, self.number(3)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_walked_to_the_end_of_the_bytes() {
        let bytes = b"\0\0\0\x0aabcdXY\0\0\0\x01efgh\0\0\0\0\0\0\0\x11Z\0\0\0\0ijklrest";
        let mut boxes = Boxes::of(bytes);
        assert_eq!(boxes.next_box(), Some((*b"abcd", b"XY".as_slice())));
        assert_eq!(boxes.at(), 10);
        assert_eq!(boxes.next_box(), Some((*b"efgh", b"Z".as_slice())));
        assert_eq!(boxes.next_box(), Some((*b"ijkl", b"rest".as_slice())));
        assert!(boxes.rest().is_empty() && boxes.next_box().is_none());
    }

    #[test]
    fn a_box_that_does_not_fit_is_none() {
        for bytes in [b"\0\0\0\x0babcdXY".as_slice(), b"\0\0\0\x07abcd", b"\0\0\0\x01abcd\0\0"] {
            assert_eq!(Boxes::of(bytes).next_box(), None);
        }
        let endless = b"\0\0\0\x01abcd\xff\xff\xff\xff\xff\xff\xff\xffXY";
        assert_eq!(Boxes::of(endless).next_box(), None);
    }
}
