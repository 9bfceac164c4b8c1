//! What keeps the record unread and unchanged by anyone but the clinic: keys, envelopes, blind tokens, the audit chain.
//!
//! ```text
//! recovery phrase ─┐
//! key file ────────┴─ KeyRing ── wraps ── DataKey (one a patient, one for the clinic, one for the index)
//!                                           ├── envelope: a version's body, bound to its place
//!                                           ├── Tokens: search without readable names at rest
//!                                           └── AuditSeal: a mark on an audit chain's head
//! ```
//!
//! Pure: no clock (the time is an argument), no chance ([`Randomness`] is an argument), no disk. It knows no medicine,
//! no database and no other crate of ours. Errors are sentences and never carry a key, a passphrase, a word of a
//! phrase or a byte of a body.
//!
//! # What is stored, byte by byte
//!
//! Every form begins with its version and is frozen once released: a change is a new version beside the old one. Each
//! has a file in the folder `golden`, and a test that it still opens. Numbers are big-endian.
//!
//! | form | layout |
//! |---|---|
//! | envelope 1 | `01`, suite `01`, nonce (24), ciphertext, tag (16) |
//! | wrapped key 1 | `01`, suite `01`, site key id (8), nonce (24), ciphertext (32), tag (16): 82 bytes |
//! | token 1 | the first 16 bytes of HMAC-SHA-256 |
//! | audit entry 1 | `01`, then as [`chain`] says; its hash is SHA-256 |
//! | key file 1 | text, as [`key_file`] says |
//! | recovery phrase | 24 English words of BIP-39 |
//!
//! Suite `01` is XChaCha20-Poly1305: its nonce is long enough to be drawn at random for ever. Whatever is bound to a
//! ciphertext without being in it (its place, its owner) is a list of parts, each preceded by its length in four
//! bytes, so that no two different lists are the same bytes. Keys are made from keys by HKDF-SHA-256, with a label for
//! each purpose, so that a key is used for one thing only.
//!
//! # What this does not give
//!
//! - **No protection from who has the site key**, or from a running server that was taken over.
//! - **No hiding of sizes and times**: the length of a body, the number of versions and when they were written show.
//! - **No protection from putting the whole database back to an older day**, except that the audit chain's head, when
//!   it was written down elsewhere, no longer fits ([`chain::Verifier`]).
//! - **No memory locking**: keys are wiped when they are dropped, but pages may have been swapped before.
//!
//! # Guests
//!
//! The ciphers and hashes are RustCrypto's: pure Rust and, they say, constant time. `argon2` is there for the
//! passphrase of a key file only; it brings `blake2` and `base64ct`. `bip39` is there for its list of 2048 words, which
//! is the one that people can look up and that other tools know; a list pasted here would have to be checked by every
//! reader. Without features it brings `bitcoin_hashes`, `hex-conservative` and `arrayvec`, of which
//! we call nothing; its own `Mnemonic` is not used, because it neither wipes itself nor says which word is wrong.

pub mod chain;
pub mod envelope;
pub mod hex;
pub mod key;
pub mod key_file;
mod parts;
pub mod phrase;
pub mod random;
pub mod token;

pub use envelope::{OpenError, Place, SealError};
pub use key::{DataKey, KeyId, KeyOwner, KeyRing, SiteKey, UnwrapError};
pub use key_file::{Cost, KeyFile, KeyFileError, Protection};
pub use phrase::{PhraseError, RecoveryPhrase};
pub use random::{NoRandomness, Randomness};
pub use token::{Field, Token, Tokens};
