//! Ids that know what they are of.
//!
//! 128 random bits, written as a prefix and 26 letters of Crockford's alphabet (no i, l, o or u): `patient-0k3…`. One
//! id has exactly one text, in lower case, so texts can be compared. They carry no time and no order: an id in an
//! address or a log tells nothing about a person.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j',
    'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];
const LETTERS: usize = 26;

/// What an id is of.
pub trait Kind {
    /// What the text begins with, before the hyphen.
    const PREFIX: &'static str;
}

/// The id of one kind of thing.
pub struct Id<K> {
    bits: u128,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// An id from 16 bytes: random ones for a new id, stored ones for an old.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bits: u128::from_be_bytes(bytes), kind: PhantomData }
    }

    /// The bytes to store.
    pub fn bytes(self) -> [u8; 16] {
        self.bits.to_be_bytes()
    }
}

// Written by hand, because derived ones would ask the kind for what it has no need of.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bits.cmp(&other.bits)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-", K::PREFIX)?;
        for place in (0..LETTERS).rev() {
            let five = usize::try_from((self.bits >> (place * 5)) & 31).unwrap_or_default();
            write!(out, "{}", ALPHABET.get(five).copied().unwrap_or('0'))?;
        }
        Ok(())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let rest = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('-'))
            .ok_or(IdError::Prefix { expected: K::PREFIX })?;
        let letters = rest.chars().count();
        if letters != LETTERS {
            return Err(IdError::Length { expected: K::PREFIX, letters });
        }
        let mut bits: u128 = 0;
        for (place, letter) in rest.chars().enumerate() {
            let five = ALPHABET
                .iter()
                .position(|known| *known == letter)
                .and_then(|five| u128::try_from(five).ok())
                // 26 letters of five bits are 130: the first has three bits only.
                .filter(|five| place > 0 || *five < 8)
                .ok_or(IdError::Letter { expected: K::PREFIX, place: place + 1 })?;
            bits = (bits << 5) | five;
        }
        Ok(Self { bits, kind: PhantomData })
    }
}

impl<K: Kind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de, K: Kind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is no id of its kind. It does not repeat the text, which may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It begins otherwise.
    #[error("this is no {expected} id: it does not begin with `{expected}-`")]
    Prefix {
        /// The prefix of its kind.
        expected: &'static str,
    },
    /// It is too short or too long.
    #[error("this is no {expected} id: it has {letters} letters after the hyphen, not {LETTERS}")]
    Length {
        /// The prefix of its kind.
        expected: &'static str,
        /// How many it has.
        letters: usize,
    },
    /// A letter that is not in the alphabet, or not at that place.
    #[error("this is no {expected} id: letter {place} after the hyphen cannot stand there")]
    Letter {
        /// The prefix of its kind.
        expected: &'static str,
        /// Which letter, counted from one.
        place: usize,
    },
}

macro_rules! kinds {
    ($($name:ident $id:ident $prefix:literal $what:literal)*) => {$(
        #[doc = $what]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl Kind for $name {
            const PREFIX: &'static str = $prefix;
        }
        #[doc = concat!("The id of: ", $what)]
        pub type $id = Id<$name>;
    )*};
}

kinds! {
    OfDocument DocumentId "document" "A document."
    OfPatient PatientId "patient" "A patient."
    OfPerson PersonId "person" "A person who signs in or comes by a signed link."
    OfContribution ContributionId "contribution" "A contribution."
    OfJob JobId "job" "A job to be done after a contribution."
    OfBlob BlobId "blob" "A sealed photograph or file."
    OfChain ChainId "chain" "An audit chain."
}
