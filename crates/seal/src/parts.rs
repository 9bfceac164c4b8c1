//! Lists of parts as bytes, each preceded by its length, so that no two different lists are the same bytes; and the
//! two primitives that everything here is made of: making a key from a key, and sealing with a nonce.
//!
//! Nothing here is public: the forms say what their parts are.

use chacha20poly1305::{
    Key, KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The length of a nonce.
pub(crate) const NONCE_BYTES: usize = 24;
/// The length of a tag.
pub(crate) const TAG_BYTES: usize = 16;
/// XChaCha20-Poly1305.
pub(crate) const SUITE: u8 = 1;

/// A list of parts, each preceded by its length in four bytes.
#[derive(Debug, Default)]
pub(crate) struct Parts(Vec<u8>);

impl Parts {
    /// A list that begins with what it is for.
    pub(crate) fn of(label: &str) -> Self {
        Self::default().with(label.as_bytes())
    }

    /// Adds a part.
    pub(crate) fn with(mut self, part: &[u8]) -> Self {
        // No part is near four gibibytes: the longest are names that we wrote ourselves, and bodies are not parts.
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Reads bytes from the front; `None` when there are too few.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next so many bytes.
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next so many bytes as an array.
    pub(crate) fn array<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        self.take(LENGTH)?.try_into().ok()
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }
}

/// A key made from a key for one purpose.
#[expect(
    clippy::expect_used,
    reason = "HKDF-SHA-256 refuses only more than 8160 bytes; going on with a key of zeros would be worse than stopping"
)]
pub(crate) fn subkey(key: &[u8; 32], purpose: &Parts) -> Zeroizing<[u8; 32]> {
    let mut made = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key)
        .expand(purpose.bytes(), made.as_mut())
        .expect("32 bytes are within what HKDF can give");
    made
}

/// Ciphertext and tag; `None` only for lengths that the cipher cannot count.
pub(crate) fn encrypt(
    key: &[u8; 32],
    nonce: &[u8; NONCE_BYTES],
    bound: &Parts,
    plain: &[u8],
) -> Option<Vec<u8>> {
    XChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: bound.bytes() })
        .ok()
}

/// The plain bytes; `None` when key, nonce, what is bound, or a byte is another.
pub(crate) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; NONCE_BYTES],
    bound: &Parts,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound.bytes() })
        .ok()
        .map(Zeroizing::new)
}
