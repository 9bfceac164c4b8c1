//! A PNG file, chunk by chunk: its size, which way is up, that it does not move, and that it ends where it ends.
//!
//! The picture is written anew afterwards, so that nothing else of the file is kept.

use super::{Unfit, Walked, exif};

/// How such a file begins.
pub(super) const START: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Walks over a file that is to be nothing but a picture.
pub(super) fn walk(bytes: &[u8]) -> Result<Walked, Unfit> {
    let (walked, end) = picture(bytes)?;
    let is_all = bytes.len() == end;
    if is_all { Ok(walked) } else { Err(Unfit::SomethingBehind) }
}

/// Looks over a picture, whatever stands behind it.
pub(super) fn look(bytes: &[u8]) -> Result<Walked, Unfit> {
    picture(bytes).map(|(walked, _)| walked)
}

/// What a picture is, and where it ends.
fn picture(bytes: &[u8]) -> Result<(Walked, usize), Unfit> {
    let (mut size, mut said, mut has_pixels) = (None, (1, None), false);
    let mut at = START.len();
    loop {
        let (kind, holds, after) = chunk(bytes, at)?;
        at = after;
        match (kind, size) {
            (b"IHDR", None) => size = Some(head(holds).ok_or(Unfit::Broken)?),
            (b"IHDR", Some(_)) | (_, None) => return Err(Unfit::Broken),
            (b"acTL" | b"fcTL" | b"fdAT", _) => return Err(Unfit::Animated),
            (b"eXIf", _) => said = (exif::orientation(holds), exif::focal_35mm(holds)),
            (b"IDAT", _) => has_pixels = true,
            (b"IEND", Some((width, height))) => {
                let (orientation, focal_35mm) = said;
                let walked = Walked { width, height, orientation, focal_35mm };
                let is_whole = holds.is_empty() && has_pixels;
                return if is_whole { Ok((walked, at)) } else { Err(Unfit::Broken) };
            }
            (_, Some(_)) => {}
        }
    }
}

/// The kind of a chunk, what it holds, and where the next one begins.
fn chunk(bytes: &[u8], at: usize) -> Result<(&[u8; 4], &[u8], usize), Unfit> {
    let from = at.saturating_add(8);
    let length =
        bytes.get(at..at.saturating_add(4)).and_then(|four| <[u8; 4]>::try_from(four).ok());
    let length = u32::from_be_bytes(length.ok_or(Unfit::Truncated)?);
    let length = usize::try_from(length).map_err(|_larger_than_memory| Unfit::Broken)?;
    let kind =
        bytes.get(at.saturating_add(4)..from).and_then(|kind| <&[u8; 4]>::try_from(kind).ok());
    let kind = kind.ok_or(Unfit::Truncated)?;
    let until = from.saturating_add(length);
    let holds = bytes.get(from..until).ok_or(Unfit::Truncated)?;
    let after = until.saturating_add(4);
    // Four bytes that the decoder compares with what stands before them.
    bytes.get(until..after).ok_or(Unfit::Truncated)?;
    Ok((kind, holds, after))
}

/// Width and height.
fn head(holds: &[u8]) -> Option<(u32, u32)> {
    let number = |from: usize| {
        let four: [u8; 4] = holds.get(from..from.saturating_add(4))?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    (holds.len() == 13).then_some(())?;
    Some((number(0)?, number(4)?))
}
