//! Passwords: Argon2id, as PHC strings that carry their own parameters.
//!
//! Hashing is made dear on purpose, so it runs beside the threads that answer requests. A sign-in with an unknown
//! address costs as much as one with a wrong password.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use zeroize::Zeroizing;

use crate::refusal::Failure;

/// The shortest password, in characters. Length is the only demand: NIST SP 800-63B.
pub(crate) const LETTERS_MIN: usize = 12;
/// The longest.
pub(crate) const LETTERS_MAX: usize = 256;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// 19 MiB and two passes, the least that OWASP's cheat sheet on password storage names for Argon2id.
    pub const RECOMMENDED: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// For tests and demos, where the password is public.
    pub const CHEAP: Self = Self { memory_kib: 64, passes: 1 };
}

fn hasher(cost: Cost) -> Result<Argon2<'static>, Failure> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None)
        .map_err(|_out_of_bounds| Failure::Password)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password.
pub(crate) async fn hash(
    password: Zeroizing<String>,
    salt: [u8; 16],
    cost: Cost,
) -> Result<String, Failure> {
    let made = tokio::task::spawn_blocking(move || {
        let hash = hasher(cost)?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|_refused| Failure::Password)?;
        Ok(hash.to_string())
    });
    made.await.map_err(|_stopped| Failure::Password)?
}

/// Whether a password is the one of a hash. Without a hash the same work is done, and the answer is no.
pub(crate) async fn is_right(
    password: Zeroizing<String>,
    known: Option<String>,
    cost: Cost,
) -> Result<bool, Failure> {
    let compared = tokio::task::spawn_blocking(move || {
        let Some(known) = known else {
            let _spent =
                hasher(cost)?.hash_password_with_salt(password.as_bytes(), &[7; 16]).is_ok();
            return Ok(false);
        };
        let known = PasswordHash::new(&known).map_err(|_damaged| Failure::Password)?;
        Ok(hasher(cost)?.verify_password(password.as_bytes(), &known).is_ok())
    });
    compared.await.map_err(|_stopped| Failure::Password)?
}
