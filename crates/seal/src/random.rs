//! Where random bytes come from: an argument.
//!
//! The binary passes the operating system's source; tests pass a counter. A source that fails must say so, because a
//! nonce or a key of zeros would be worse than no answer.

/// A source of unpredictable bytes.
pub trait Randomness {
    /// Fills the whole slice, or says that it could not.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

impl<Source: FnMut(&mut [u8]) -> Result<(), NoRandomness>> Randomness for Source {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self(bytes)
    }
}

/// The source of randomness failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes, so nothing was sealed")]
pub struct NoRandomness;

/// So many random bytes.
pub(crate) fn draw<const LENGTH: usize>(
    random: &mut impl Randomness,
) -> Result<[u8; LENGTH], NoRandomness> {
    let mut bytes = [0; LENGTH];
    random.fill(&mut bytes)?;
    Ok(bytes)
}
