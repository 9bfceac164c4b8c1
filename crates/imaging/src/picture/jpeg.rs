//! A JPEG file, part by part: what it is, where it ends, and the same file of nothing but the picture.
//!
//! Kept are tables, frame, scans, the colour profile and what says how colours are coded. Left out is everything that
//! cameras and programs write beside it: place, time, serial numbers, small pictures, texts.

use super::{Unfit, Walked, exif};

/// How such a file begins.
pub(super) const START: [u8; 3] = [0xFF, 0xD8, 0xFF];

const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// No camera writes a picture in more scans than this. Each costs a pass over the whole of it.
const SCANS_MAX: u32 = 100;

/// Looks over the first picture of a file, whatever stands behind it.
pub(super) fn look(bytes: &[u8]) -> Result<Walked, Unfit> {
    picture(bytes).map(|(walked, _, _)| walked)
}

/// Walks over a file; gives what it found, and the file of nothing but the picture.
pub(super) fn walk(bytes: &[u8]) -> Result<(Walked, Vec<u8>), Unfit> {
    let (walked, parts, end) = picture(bytes)?;
    nothing_behind(bytes.get(end..).unwrap_or_default())?;
    let mut cleaned = START.get(..2).unwrap_or_default().to_vec();
    if let Some(jfif) = parts.iter().find_map(Part::jfif) {
        segment(&mut cleaned, APP0, &jfif);
    }
    if walked.orientation != 1 {
        segment(&mut cleaned, APP1, &exif::only_orientation(walked.orientation));
    }
    for part in parts {
        if part.is_of_the_picture() {
            segment(&mut cleaned, part.marker, part.holds);
            cleaned.extend_from_slice(part.scan);
        }
    }
    cleaned.extend_from_slice(&[0xFF, END]);
    Ok((walked, cleaned))
}

fn segment(to: &mut Vec<u8>, marker: u8, holds: &[u8]) {
    let length = u16::try_from(holds.len().saturating_add(2)).unwrap_or(u16::MAX);
    to.extend_from_slice(&[0xFF, marker]);
    to.extend_from_slice(&length.to_be_bytes());
    to.extend_from_slice(holds);
}

/// One part of a file.
struct Part<'b> {
    marker: u8,
    holds: &'b [u8],
    /// The coded picture, after the head of a scan.
    scan: &'b [u8],
}

impl Part<'_> {
    /// The head that says how many dots there are to an inch, without its small picture.
    fn jfif(&self) -> Option<Vec<u8>> {
        let is_head = self.marker == APP0 && self.holds.starts_with(b"JFIF\0");
        let head = self.holds.get(..12).filter(|_| is_head)?;
        Some([head, &[0, 0]].concat())
    }

    fn is_of_the_picture(&self) -> bool {
        match self.marker {
            // Tables of numbers, frames, restarts, scans.
            0xC0..=0xC2 | 0xC4 | 0xDB | 0xDD | SCAN => true,
            APP2 => self.holds.starts_with(b"ICC_PROFILE\0"),
            APP14 => self.holds.starts_with(b"Adobe") && self.holds.len() == 12,
            _ => false,
        }
    }
}

/// One picture from its start to its end.
fn picture(bytes: &[u8]) -> Result<(Walked, Vec<Part<'_>>, usize), Unfit> {
    let mut parts = Vec::new();
    let (mut size, mut said, mut scans) = (None, None, 0_u32);
    let mut at = 2_usize;
    loop {
        let (marker, after) = marker(bytes, at)?;
        if marker == END {
            break match size {
                Some((width, height)) if scans > 0 => {
                    let (orientation, focal_35mm) = said.unwrap_or((1, None));
                    Ok((Walked { width, height, orientation, focal_35mm }, parts, after))
                }
                Some(_) | None => Err(Unfit::Broken),
            };
        }
        let holds = held(bytes, after)?;
        at = after.saturating_add(2).saturating_add(holds.len());
        let mut scan: &[u8] = &[];
        match marker {
            0xC0..=0xC2 if size.is_none() => size = Some(frame(holds).ok_or(Unfit::Broken)?),
            // A second frame, a kind of coding that no camera writes, or a marker that has no place here.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xDC | 0xDE | 0xDF => {
                return Err(Unfit::Broken);
            }
            SCAN if size.is_some() && scans < SCANS_MAX => {
                let end = scan_end(bytes, at)?;
                scan = bytes.get(at..end).unwrap_or_default();
                (at, scans) = (end, scans.saturating_add(1));
            }
            SCAN | 0x00..=0xBF | 0xC8 | 0xD0..=0xD8 => return Err(Unfit::Broken),
            APP1 if said.is_none() => {
                let tiff = holds.strip_prefix(b"Exif\0\0");
                said = tiff.map(|tiff| (exif::orientation(tiff), exif::focal_35mm(tiff)));
            }
            _ => {}
        }
        parts.push(Part { marker, holds, scan });
    }
}

/// The marker that stands here, and where it ends. Any number of fill bytes may stand before it.
fn marker(bytes: &[u8], at: usize) -> Result<(u8, usize), Unfit> {
    if *bytes.get(at).ok_or(Unfit::Truncated)? != 0xFF {
        return Err(Unfit::Broken);
    }
    let mut at = at;
    loop {
        at = at.saturating_add(1);
        match bytes.get(at) {
            None => return Err(Unfit::Truncated),
            Some(0xFF) => {}
            Some(marker) => return Ok((*marker, at.saturating_add(1))),
        }
    }
}

fn held(bytes: &[u8], at: usize) -> Result<&[u8], Unfit> {
    let from = at.saturating_add(2);
    let length = bytes.get(at..from).and_then(|bytes| <[u8; 2]>::try_from(bytes).ok());
    let length = usize::from(u16::from_be_bytes(length.ok_or(Unfit::Truncated)?));
    let length = length.checked_sub(2).ok_or(Unfit::Broken)?;
    bytes.get(from..from.saturating_add(length)).ok_or(Unfit::Truncated)
}

/// Width and height.
fn frame(holds: &[u8]) -> Option<(u32, u32)> {
    let [_bits, height_1, height_0, width_1, width_0, ..] = holds else { return None };
    let height = u16::from_be_bytes([*height_1, *height_0]);
    let width = u16::from_be_bytes([*width_1, *width_0]);
    Some((u32::from(width), u32::from(height)))
}

/// Where the next marker stands that is neither a restart nor a byte of the coded picture.
fn scan_end(bytes: &[u8], from: usize) -> Result<usize, Unfit> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..).ok_or(Unfit::Truncated)?;
        let ahead = rest.iter().position(|byte| *byte == 0xFF).ok_or(Unfit::Truncated)?;
        let found = at.saturating_add(ahead);
        match bytes.get(found.saturating_add(1)) {
            None => return Err(Unfit::Truncated),
            Some(0x00 | 0xD0..=0xD7) => at = found.saturating_add(2),
            Some(_) => return Ok(found),
        }
    }
}

/// Behind the picture there is nothing, or what telephones are known to put there: filling, further pictures (a small
/// one, a map of brightness), or the list that ends with `SEFT`. None of it is kept.
fn nothing_behind(rest: &[u8]) -> Result<(), Unfit> {
    let mut rest = rest;
    loop {
        let filled = rest.iter().take_while(|byte| **byte == 0).count();
        rest = rest.get(filled..).unwrap_or_default();
        if rest.is_empty() || rest.ends_with(b"SEFT") {
            return Ok(());
        }
        if !rest.starts_with(&START) {
            return Err(Unfit::SomethingBehind);
        }
        let (_, _, end) = picture(rest).map_err(|_broken| Unfit::SomethingBehind)?;
        rest = rest.get(end..).unwrap_or_default();
    }
}
