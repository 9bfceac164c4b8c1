//! What a file says that it holds: items, the heads of their coding, how long each is, and which are tiles of which.
//!
//! It is read only to see that none of it is more than a photograph needs. What is said twice is refused, for the decoder
//! might believe the other of the two.

use std::collections::BTreeMap;

use super::{
    Unfit,
    boxes::{Boxes, Numbers},
    coded,
};
use crate::picture::PIXELS_MAX;

/// Pixels of all tiles of one picture, with what hangs over its edges.
pub(super) const CODED_PIXELS_MAX: u64 = PIXELS_MAX + PIXELS_MAX / 8;
/// No list of what a file holds is longer.
const META_BYTES_MAX: usize = 1 << 20;
/// No head of a coded item is longer.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// No picture is put together from more tiles.
const TILES_MAX: usize = 1_024;

/// The items of a file, by their numbers.
#[derive(Default)]
pub(super) struct Held {
    /// The properties in their order: the pixels that a head of coding declares, nothing for others.
    properties: Option<Vec<u64>>,
    /// Which properties an item has, counted from 1.
    has: Option<BTreeMap<u64, Vec<u64>>>,
    /// Bytes of an item.
    bytes: Option<BTreeMap<u64, u64>>,
    /// What is put together from other items.
    tiles: Option<Vec<Vec<u64>>>,
}

impl Held {
    pub(super) fn of(meta: &[u8]) -> Result<Self, Unfit> {
        if meta.len() > META_BYTES_MAX {
            return Err(Unfit::Heic);
        }
        let mut held = Self::default();
        let mut numbers = Numbers(meta);
        numbers.version().ok_or(Unfit::Broken)?;
        each(numbers, |kind, holds| match kind {
            b"iprp" => each(Numbers(holds), |kind, holds| match kind {
                b"ipco" => once(&mut held.properties, properties(holds)?),
                b"ipma" => once(&mut held.has, associations(holds).ok_or(Unfit::Broken)?),
                _ => Ok(()),
            }),
            b"iloc" => once(&mut held.bytes, lengths(holds).ok_or(Unfit::Broken)?),
            b"iref" => once(&mut held.tiles, references(holds)?),
            _ => Ok(()),
        })?;
        Ok(held)
    }

    /// Whether everything can be decoded without harm.
    pub(super) fn is_bounded(&self, file: usize) -> Result<(), Unfit> {
        let file = u64::try_from(file).unwrap_or(u64::MAX);
        let length = |item: &u64| self.bytes.as_ref().and_then(|bytes| bytes.get(item)).copied();
        if self.bytes.iter().flat_map(BTreeMap::values).any(|length| *length > file) {
            return Err(Unfit::Truncated);
        }
        let items = self.has.iter().flat_map(BTreeMap::keys);
        if items.into_iter().any(|item| self.pixels(*item) > CODED_PIXELS_MAX) {
            return Err(Unfit::TooManyPixels);
        }
        for tiles in self.tiles.iter().flatten() {
            let bytes = tiles.iter().filter_map(length).fold(0, u64::saturating_add);
            let pixels = tiles.iter().map(|tile| self.pixels(*tile)).fold(0, u64::saturating_add);
            if tiles.len() > TILES_MAX || bytes > file {
                return Err(Unfit::Heic);
            }
            if pixels > CODED_PIXELS_MAX {
                return Err(Unfit::TooManyPixels);
            }
        }
        Ok(())
    }

    /// The pixels of an item that is coded; 0 for one that is not.
    fn pixels(&self, item: u64) -> u64 {
        let properties = self.properties.as_deref().unwrap_or_default();
        let of = |place: &u64| {
            let place = usize::try_from(place.checked_sub(1)?).ok()?;
            properties.get(place).copied()
        };
        let has = self.has.as_ref().and_then(|has| has.get(&item));
        has.into_iter().flatten().filter_map(of).max().unwrap_or(0)
    }
}

/// Keeps what is said; nothing is said twice.
fn once<T>(place: &mut Option<T>, said: T) -> Result<(), Unfit> {
    if place.replace(said).is_some() { Err(Unfit::Broken) } else { Ok(()) }
}

fn each<'b>(
    numbers: Numbers<'b>,
    mut look: impl FnMut(&[u8; 4], &'b [u8]) -> Result<(), Unfit>,
) -> Result<(), Unfit> {
    let mut boxes = Boxes::of(numbers.0);
    while !boxes.rest().is_empty() {
        let (kind, holds) = boxes.next_box().ok_or(Unfit::Broken)?;
        look(&kind, holds)?;
    }
    Ok(())
}

fn properties(holds: &[u8]) -> Result<Vec<u64>, Unfit> {
    let mut properties = Vec::new();
    each(Numbers(holds), |kind, holds| {
        properties.push(match kind {
            b"hvcC" if holds.len() > HEAD_BYTES_MAX => return Err(Unfit::Heic),
            b"hvcC" => coded::pixels(holds)?,
            _ => 0,
        });
        Ok(())
    })?;
    Ok(properties)
}

fn associations(holds: &[u8]) -> Option<BTreeMap<u64, Vec<u64>>> {
    let mut numbers = Numbers(holds);
    let (version, marks) = numbers.version()?;
    let entries = numbers.number(4)?;
    let (id, place) = (if version < 1 { 2 } else { 4 }, if marks & 1 == 1 { 2 } else { 1 });
    // The highest bit says whether a reader must understand the property.
    let bits = if marks & 1 == 1 { 0x7FFF } else { 0x7F };
    let mut has = BTreeMap::new();
    for _ in 0..entries {
        let item = numbers.number(id)?;
        let count = numbers.number(1)?;
        let places =
            (0..count).map(|_| Some(numbers.number(place)? & bits)).collect::<Option<_>>()?;
        if has.insert(item, places).is_some() {
            return None;
        }
    }
    Some(has)
}

fn lengths(holds: &[u8]) -> Option<BTreeMap<u64, u64>> {
    let mut numbers = Numbers(holds);
    let (version, _) = numbers.version()?;
    let sizes = numbers.number(2)?;
    let size = |shift: u32| usize::try_from((sizes >> shift) & 15).ok();
    let (offset, length, base) = (size(12)?, size(8)?, size(4)?);
    let index = if version == 0 { 0 } else { size(0)? };
    let id = if version < 2 { 2 } else { 4 };
    let items = numbers.number(id)?;
    let mut bytes = BTreeMap::new();
    for _ in 0..items {
        let item = numbers.number(id)?;
        numbers.take(if version == 0 { 2 } else { 4 })?;
        numbers.take(base)?;
        let parts = numbers.number(2)?;
        let mut whole = 0_u64;
        for _ in 0..parts {
            numbers.take(index)?;
            numbers.take(offset)?;
            whole = whole.checked_add(numbers.number(length)?)?;
        }
        if bytes.insert(item, whole).is_some() {
            return None;
        }
    }
    Some(bytes)
}

/// The lists of items that others are made of. A picture that needs another one to be decoded first is not taken.
fn references(holds: &[u8]) -> Result<Vec<Vec<u64>>, Unfit> {
    let mut numbers = Numbers(holds);
    let (version, _) = numbers.version().ok_or(Unfit::Broken)?;
    let id = if version == 0 { 2 } else { 4 };
    let mut tiles = Vec::new();
    each(numbers, |kind, holds| {
        if kind == b"pred" {
            return Err(Unfit::Heic);
        }
        let mut numbers = Numbers(holds);
        while !numbers.0.is_empty() {
            let list = list(&mut numbers, id).ok_or(Unfit::Broken)?;
            if kind == b"dimg" {
                tiles.push(list);
            }
        }
        Ok(())
    })?;
    Ok(tiles)
}

fn list(numbers: &mut Numbers<'_>, id: usize) -> Option<Vec<u64>> {
    let _from = numbers.number(id)?;
    let count = numbers.number(2)?;
    (0..count).map(|_| numbers.number(id)).collect()
}
