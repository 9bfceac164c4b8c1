//! Keys: the site key, the ring that holds it through a rotation, and the data keys wrapped under it.
//!
//! A data key is drawn for every patient, one for what belongs to the clinic, and one for the search index and the
//! audit marks. The database holds them wrapped, 82 bytes each; to erase a patient is to delete that row, here and in
//! the backups. To rotate the site key is to wrap each of them again ([`KeyRing::rewrap`]): no body and no token is
//! touched.
//!
//! ```text
//! 0        1        2              10       34             66       82
//! ┌────────┬────────┬──────────────┬────────┬──────────────┬────────┐
//! │ form 1 │ suite  │ site key id  │ nonce  │ ciphertext   │ tag    │
//! └────────┴────────┴──────────────┴────────┴──────────────┴────────┘
//! bound to it: "percuta wrapped key", form and suite, site key id, owner's letter, owner's id (16, or none)
//! ```
//!
//! PRIVACY: no key prints itself: `Debug` shows a site key's id, which is made from it one way, and nothing else.
//! Nothing here compares keys or copies them out; the only way out is a key file or a recovery phrase.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    hex,
    parts::{NONCE_BYTES, Parts, Reader, SUITE, TAG_BYTES, decrypt, encrypt, subkey},
    random::{NoRandomness, Randomness, draw},
};

const FORM: u8 = 1;

/// The length of a wrapped data key.
pub const WRAPPED_BYTES: usize = 2 + 8 + NONCE_BYTES + 32 + TAG_BYTES;

/// Which site key it is, without telling the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// The bytes.
    pub fn bytes(self) -> [u8; 8] {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::write(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "KeyId({self})")
    }
}

/// The clinic's key, from which everything opens. Wiped when dropped.
pub struct SiteKey {
    id: KeyId,
    bytes: Zeroizing<[u8; 32]>,
    wrapping: Zeroizing<[u8; 32]>,
}

impl SiteKey {
    /// A new key.
    pub fn generate(random: &mut impl Randomness) -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut())?;
        Ok(Self::from_bytes(bytes))
    }

    pub(crate) fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = *subkey(&bytes, &Parts::of("percuta site key id"));
        let wrapping = subkey(&bytes, &Parts::of("percuta wrapping key"));
        Self { id: KeyId([a, b, c, d, e, f, g, h]), bytes, wrapping }
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Which key it is.
    pub fn id(&self) -> KeyId {
        self.id
    }
}

impl fmt::Debug for SiteKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SiteKey({})", self.id)
    }
}

/// Whose data key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyOwner {
    /// One patient, by id.
    Patient([u8; 16]),
    /// What belongs to no patient: settings, staff, stock.
    Clinic,
    /// The search index and the marks on the audit chains.
    Index,
}

impl KeyOwner {
    fn bound(&self, site: KeyId) -> Parts {
        let parts = Parts::of("percuta wrapped key").with(&[FORM, SUITE]).with(&site.0);
        match self {
            Self::Patient(id) => parts.with(b"P").with(id),
            Self::Clinic => parts.with(b"C").with(&[]),
            Self::Index => parts.with(b"I").with(&[]),
        }
    }
}

/// A key for one owner's data. Wiped when dropped.
pub struct DataKey {
    bytes: Zeroizing<[u8; 32]>,
    envelope: Zeroizing<[u8; 32]>,
}

impl DataKey {
    /// A new key.
    pub fn generate(random: &mut impl Randomness) -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut())?;
        Ok(Self::from_bytes(bytes))
    }

    fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        let envelope = subkey(&bytes, &Parts::of("percuta envelope key"));
        Self { bytes, envelope }
    }

    /// The key that seals bodies.
    pub(crate) fn envelope(&self) -> &[u8; 32] {
        &self.envelope
    }

    /// A key for another purpose.
    pub(crate) fn purpose(&self, purpose: &Parts) -> Zeroizing<[u8; 32]> {
        subkey(&self.bytes, purpose)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DataKey(…)")
    }
}

/// The site key that seals, and older ones that still open.
#[derive(Debug)]
pub struct KeyRing {
    seals: SiteKey,
    opens: Vec<SiteKey>,
}

impl KeyRing {
    /// A ring of one key.
    pub fn new(seals: SiteKey) -> Self {
        Self { seals, opens: Vec::new() }
    }

    /// The same ring with a key that only opens. A key that is in the ring already changes nothing.
    #[must_use]
    pub fn also_opening(mut self, key: SiteKey) -> Self {
        if self.find(key.id()).is_none() {
            self.opens.push(key);
        }
        self
    }

    /// Rotation: a new key seals from now on, and those before it only open.
    #[must_use]
    pub fn rotated_to(self, seals: SiteKey) -> Self {
        let mut ring = Self::new(seals).also_opening(self.seals);
        for key in self.opens {
            ring = ring.also_opening(key);
        }
        ring
    }

    /// Drops the keys that only open: the end of a rotation, when [`Self::is_current`] holds of every wrapped key.
    #[must_use]
    pub fn settled(self) -> Self {
        Self::new(self.seals)
    }

    /// The key that seals.
    pub fn sealing(&self) -> &SiteKey {
        &self.seals
    }

    /// The keys that only open, in the order in which they were added.
    pub fn opening(&self) -> impl Iterator<Item = &SiteKey> {
        self.opens.iter()
    }

    fn find(&self, id: KeyId) -> Option<&SiteKey> {
        std::iter::once(&self.seals).chain(&self.opens).find(|key| key.id == id)
    }

    /// Wraps a data key for its owner.
    #[expect(
        clippy::expect_used,
        reason = "the cipher refuses only lengths of gibibytes, and a key has 32 bytes"
    )]
    pub fn wrap(
        &self,
        key: &DataKey,
        owner: &KeyOwner,
        random: &mut impl Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let nonce: [u8; NONCE_BYTES] = draw(random)?;
        let site = &self.seals;
        let sealed = encrypt(&site.wrapping, &nonce, &owner.bound(site.id), key.bytes.as_ref())
            .expect("32 bytes are within what the cipher can count");
        let mut wrapped = Vec::with_capacity(WRAPPED_BYTES);
        wrapped.extend_from_slice(&[FORM, SUITE]);
        wrapped.extend_from_slice(&site.id.0);
        wrapped.extend_from_slice(&nonce);
        wrapped.extend_from_slice(&sealed);
        Ok(wrapped)
    }

    /// The data key of an owner.
    pub fn unwrap(&self, wrapped: &[u8], owner: &KeyOwner) -> Result<DataKey, UnwrapError> {
        let header = Header::read(wrapped)?;
        let site = self.find(header.site).ok_or(UnwrapError::UnknownSiteKey { id: header.site })?;
        let plain = decrypt(&site.wrapping, &header.nonce, &owner.bound(site.id), header.sealed)
            .ok_or(UnwrapError::Refused)?;
        let mut bytes = Zeroizing::new([0; 32]);
        if plain.len() != bytes.len() {
            return Err(UnwrapError::Refused);
        }
        bytes.copy_from_slice(&plain);
        Ok(DataKey::from_bytes(bytes))
    }

    /// Whether a wrapped key is under the key that seals.
    pub fn is_current(&self, wrapped: &[u8]) -> Result<bool, UnwrapError> {
        Ok(Header::read(wrapped)?.site == self.seals.id)
    }

    /// The same data key, wrapped under the key that seals.
    pub fn rewrap(
        &self,
        wrapped: &[u8],
        owner: &KeyOwner,
        random: &mut impl Randomness,
    ) -> Result<Vec<u8>, UnwrapError> {
        let key = self.unwrap(wrapped, owner)?;
        Ok(self.wrap(&key, owner, random)?)
    }
}

/// A wrapped key before it is opened.
struct Header<'a> {
    site: KeyId,
    nonce: [u8; NONCE_BYTES],
    sealed: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(wrapped: &'a [u8]) -> Result<Self, UnwrapError> {
        let wrong = UnwrapError::Length { bytes: wrapped.len() };
        if wrapped.len() != WRAPPED_BYTES {
            return Err(wrong);
        }
        let mut reader = Reader(wrapped);
        let form = reader.byte().ok_or(wrong)?;
        let suite = reader.byte().ok_or(wrong)?;
        if (form, suite) != (FORM, SUITE) {
            return Err(UnwrapError::UnknownForm { form, suite });
        }
        let site = KeyId(reader.array().ok_or(wrong)?);
        let nonce = reader.array().ok_or(wrong)?;
        Ok(Self { site, nonce, sealed: reader.0 })
    }
}

/// Why a wrapped key did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// It is not as long as a wrapped key.
    #[error("cannot open a wrapped key of {bytes} bytes: one has {WRAPPED_BYTES}")]
    Length {
        /// Its length.
        bytes: usize,
    },
    /// It was written by a newer version, or is no wrapped key.
    #[error(
        "cannot open a wrapped key of form `{form}` and suite `{suite}`: this version knows form 1 and suite 1"
    )]
    UnknownForm {
        /// The first byte.
        form: u8,
        /// The second byte.
        suite: u8,
    },
    /// It is under a site key that is not in the ring.
    #[error(
        "cannot open a wrapped key: it needs the site key `{id}`, which the key file does not hold"
    )]
    UnknownSiteKey {
        /// The key that is needed.
        id: KeyId,
    },
    /// It was changed, or belongs to another owner.
    #[error("cannot open a wrapped key: it was changed, or it belongs to another owner")]
    Refused,
    /// The source of randomness failed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}
