//! Envelopes: a version's body, sealed under a data key and bound to its place.
//!
//! ```text
//! 0        1        2                26                      n
//! ┌────────┬────────┬────────────────┬──────────────┬────────┐
//! │ form 1 │ suite  │ nonce          │ ciphertext   │ tag 16 │
//! └────────┴────────┴────────────────┴──────────────┴────────┘
//! bound to it: "percuta envelope", form and suite, kind, document id (16), version (8), body's form (2)
//! ```
//!
//! INVARIANT (place): an envelope opens only where it was sealed: under its key, as its kind, for its document, at its
//! version, in its form. A row swapped with another, or an older version put in a newer one's place, does not open.
//! It does not know what a body is, and never compresses one (a length would tell what is inside).

use zeroize::Zeroizing;

use crate::{
    key::DataKey,
    parts::{NONCE_BYTES, Parts, Reader, SUITE, TAG_BYTES, decrypt, encrypt},
    random::{NoRandomness, Randomness, draw},
};

const FORM: u8 = 1;

/// How much longer an envelope is than its body.
pub const OVERHEAD_BYTES: usize = 2 + NONCE_BYTES + TAG_BYTES;

/// The longest body: 64 MiB, a photograph and more. Longer things are sealed in pieces, each with its own place.
pub const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Where an envelope belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The kind of document, such as `intake`.
    pub kind: &'a str,
    /// The document.
    pub document: [u8; 16],
    /// The version of the document.
    pub version: u64,
    /// The version of the body's stored form.
    pub form: u16,
}

impl Place<'_> {
    fn bound(&self) -> Parts {
        Parts::of("percuta envelope")
            .with(&[FORM, SUITE])
            .with(self.kind.as_bytes())
            .with(&self.document)
            .with(&self.version.to_be_bytes())
            .with(&self.form.to_be_bytes())
    }
}

/// Seals a body in its place.
pub fn seal(
    key: &DataKey,
    place: &Place<'_>,
    body: &[u8],
    random: &mut impl Randomness,
) -> Result<Vec<u8>, SealError> {
    if body.len() > BODY_BYTES_MAX {
        return Err(SealError::TooLong);
    }
    let nonce: [u8; NONCE_BYTES] = draw(random)?;
    let sealed = encrypt(key.envelope(), &nonce, &place.bound(), body).ok_or(SealError::TooLong)?;
    let mut envelope = Vec::with_capacity(2 + NONCE_BYTES + sealed.len());
    envelope.extend_from_slice(&[FORM, SUITE]);
    envelope.extend_from_slice(&nonce);
    envelope.extend_from_slice(&sealed);
    Ok(envelope)
}

/// Opens an envelope where it belongs. The body is wiped when it is dropped.
pub fn open(
    key: &DataKey,
    place: &Place<'_>,
    envelope: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    if envelope.len() < OVERHEAD_BYTES {
        return Err(OpenError::Short { bytes: envelope.len() });
    }
    if envelope.len() > BODY_BYTES_MAX + OVERHEAD_BYTES {
        return Err(OpenError::Long { bytes: envelope.len() });
    }
    let mut reader = Reader(envelope);
    let short = OpenError::Short { bytes: envelope.len() };
    let form = reader.byte().ok_or(short)?;
    let suite = reader.byte().ok_or(short)?;
    if (form, suite) != (FORM, SUITE) {
        return Err(OpenError::UnknownForm { form, suite });
    }
    let nonce: [u8; NONCE_BYTES] = reader.array().ok_or(short)?;
    decrypt(key.envelope(), &nonce, &place.bound(), reader.0).ok_or(OpenError::Refused)
}

/// Why a body was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The body is longer than [`BODY_BYTES_MAX`].
    #[error("cannot seal more than {BODY_BYTES_MAX} bytes at once")]
    TooLong,
    /// The source of randomness failed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// Why an envelope did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Part of it is missing.
    #[error("cannot open an envelope of {bytes} bytes: the shortest has {OVERHEAD_BYTES}")]
    Short {
        /// Its length.
        bytes: usize,
    },
    /// It is longer than any that was sealed.
    #[error("cannot open an envelope of {bytes} bytes: none is sealed that long")]
    Long {
        /// Its length.
        bytes: usize,
    },
    /// It was written by a newer version, or is no envelope.
    #[error(
        "cannot open an envelope of form `{form}` and suite `{suite}`: this version knows form 1 and suite 1"
    )]
    UnknownForm {
        /// The first byte.
        form: u8,
        /// The second byte.
        suite: u8,
    },
    /// The key is another, or a byte was changed, or it was put in another place.
    #[error(
        "cannot open an envelope: its key is another, or it was changed, or it was sealed for another place"
    )]
    Refused,
}
