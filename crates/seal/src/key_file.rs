//! The key file: the site keys as text, kept outside the data folder, with or without a passphrase.
//!
//! ```text
//! # Percuta site key. …                                      lines with # and empty lines say nothing
//! percuta-key-file 1
//! protection argon2id memory-kib=65536 passes=3 lanes=1 salt=<32 digits>     or: protection none
//! seals <key id> <digits>                                    first and once
//! opens <key id> <digits>                                    any number, oldest last
//! ```
//!
//! Without a passphrase the digits are the 32 bytes of the key, and the id, which is made from the key one way, tells
//! a slip. With one they are nonce (24), ciphertext (32) and tag (16) under a key of Argon2id, bound to the protection
//! line, to `seals` or `opens`, and to the id; so a file whose lines were mixed from two does not open.
//!
//! It reads and writes text and never a disk. The parameters of Argon2id stand in the file, within bounds, so that a
//! hostile file cannot make the program take all memory, and a later version can choose others.

use zeroize::Zeroizing;

use argon2::{Algorithm, Argon2, Params, Version};

use crate::{
    hex,
    key::{KeyId, KeyRing, SiteKey},
    parts::{NONCE_BYTES, Parts, Reader, decrypt, encrypt},
    random::{NoRandomness, Randomness, draw},
};

const HEADER: &str = "percuta-key-file 1";
const COMMENT: &str = "# Percuta site key. Whoever has this file can read every record of the clinic.\n\
                       # Keep it outside the data folder and out of its backups; without it, and without the\n\
                       # recovery phrase, nothing can be read again.\n";

/// The longest key file that is read.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// The most keys in a file.
pub const KEYS_MAX: usize = 64;
/// The shortest passphrase that is taken for a new file, in characters.
pub const PASSPHRASE_LETTERS_MIN: usize = 12;

/// What Argon2id costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB: at least 8 a lane, at most 1 GiB.
    pub memory_kib: u32,
    /// Passes over it: 1 to 32.
    pub passes: u32,
    /// Lanes: 1 to 16.
    pub lanes: u32,
}

impl Cost {
    /// 64 MiB and three passes, as RFC 9106 recommends where memory is scarce, in one lane.
    pub const RECOMMENDED: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

    fn is_within_bounds(self) -> bool {
        (1..=16).contains(&self.lanes)
            && (1..=32).contains(&self.passes)
            && (8 * self.lanes..=1024 * 1024).contains(&self.memory_kib)
    }
}

/// How a new key file is protected.
#[derive(Clone, Copy)]
pub enum Protection<'a> {
    /// By the file's place and its permissions only.
    None,
    /// By a passphrase as well.
    Passphrase {
        /// The passphrase, as it was typed.
        passphrase: &'a str,
        /// What opening it costs.
        cost: Cost,
    },
}

impl std::fmt::Debug for Protection<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => out.write_str("None"),
            Self::Passphrase { passphrase: _, cost } => write!(out, "Passphrase(…, {cost:?})"),
        }
    }
}

/// Whether a key seals or only opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Seals,
    Opens,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Seals => "seals",
            Self::Opens => "opens",
        }
    }
}

/// How a file that was read is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Guard {
    None,
    Argon2id { cost: Cost, salt: [u8; 16] },
}

impl Guard {
    fn line(&self) -> String {
        match self {
            Self::None => "protection none".to_owned(),
            Self::Argon2id { cost, salt } => format!(
                "protection argon2id memory-kib={} passes={} lanes={} salt={}",
                cost.memory_kib,
                cost.passes,
                cost.lanes,
                hex::write(salt)
            ),
        }
    }

    fn bound(&self, role: Role, id: &str) -> Parts {
        Parts::of("percuta key file")
            .with(HEADER.as_bytes())
            .with(self.line().as_bytes())
            .with(role.word().as_bytes())
            .with(id.as_bytes())
    }
}

struct Line {
    number: usize,
    role: Role,
    id: String,
    digits: Zeroizing<Vec<u8>>,
}

/// A key file that was read and not yet unlocked.
pub struct KeyFile {
    guard: Guard,
    lines: Vec<Line>,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "KeyFile({} keys, protected: {})", self.lines.len(), self.needs_passphrase())
    }
}

impl KeyFile {
    /// Reads the text of a key file.
    pub fn read(text: &str) -> Result<Self, KeyFileError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(KeyFileError::TooLong);
        }
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        if lines.next().is_none_or(|(_, line)| line != HEADER) {
            return Err(KeyFileError::Header);
        }
        let guard = match lines.next() {
            Some((number, line)) => {
                read_guard(line).ok_or(KeyFileError::Protection { line: number })?
            }
            None => return Err(KeyFileError::NoKey),
        };
        let length = if guard == Guard::None { 32 } else { NONCE_BYTES + 32 + 16 };
        let mut keys = Vec::new();
        for (number, line) in lines {
            let key = read_key(number, line, length).ok_or(KeyFileError::Key { line: number })?;
            let expected = if keys.is_empty() { Role::Seals } else { Role::Opens };
            if key.role != expected || keys.len() >= KEYS_MAX {
                return Err(KeyFileError::Order { line: number });
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeyFileError::NoKey) } else { Ok(Self { guard, lines: keys }) }
    }

    /// Whether a passphrase is needed.
    pub fn needs_passphrase(&self) -> bool {
        self.guard != Guard::None
    }

    /// The keys. A passphrase that is not needed is not looked at.
    pub fn unlock(&self, passphrase: Option<&str>) -> Result<KeyRing, KeyFileError> {
        let key = match &self.guard {
            Guard::None => None,
            Guard::Argon2id { cost, salt } => {
                Some(stretch(passphrase.ok_or(KeyFileError::PassphraseNeeded)?, *cost, salt)?)
            }
        };
        let mut ring: Option<KeyRing> = None;
        for line in &self.lines {
            let site = self.unlock_line(line, key.as_deref())?;
            ring = Some(match ring {
                None => KeyRing::new(site),
                Some(ring) => ring.also_opening(site),
            });
        }
        ring.ok_or(KeyFileError::NoKey)
    }

    fn unlock_line(&self, line: &Line, key: Option<&[u8; 32]>) -> Result<SiteKey, KeyFileError> {
        let damaged = KeyFileError::Damaged { line: line.number };
        let plain = match key {
            None => line.digits.clone(),
            Some(key) => {
                let mut reader = Reader(&line.digits);
                let nonce = reader.array().ok_or(damaged)?;
                decrypt(key, &nonce, &self.guard.bound(line.role, &line.id), reader.0)
                    .ok_or(KeyFileError::Refused { line: line.number })?
            }
        };
        let mut bytes = Zeroizing::new([0; 32]);
        if plain.len() != bytes.len() {
            return Err(damaged);
        }
        bytes.copy_from_slice(&plain);
        let site = SiteKey::from_bytes(bytes);
        if site.id().to_string() == line.id { Ok(site) } else { Err(damaged) }
    }
}

/// The text of a key file. Wiped when dropped.
pub fn write(
    ring: &KeyRing,
    protection: &Protection<'_>,
    random: &mut impl Randomness,
) -> Result<Zeroizing<String>, KeyFileError> {
    let (guard, key) = match protection {
        Protection::None => (Guard::None, None),
        Protection::Passphrase { passphrase, cost } => {
            if passphrase.chars().count() < PASSPHRASE_LETTERS_MIN {
                return Err(KeyFileError::PassphraseShort);
            }
            let salt = draw(random)?;
            let key = stretch(passphrase, *cost, &salt)?;
            (Guard::Argon2id { cost: *cost, salt }, Some(key))
        }
    };
    // Room for all of it from the start: a text that grows leaves copies behind that are not wiped.
    let room = COMMENT.len() + 256 + (2 + ring.opening().count()) * 256;
    let mut text = Zeroizing::new(String::with_capacity(room));
    for piece in [COMMENT, HEADER, "\n", &guard.line(), "\n"] {
        text.push_str(piece);
    }
    let keys = std::iter::once((Role::Seals, ring.sealing()))
        .chain(ring.opening().map(|site| (Role::Opens, site)));
    for (role, site) in keys {
        let id = site.id().to_string();
        let digits = match &key {
            None => Zeroizing::new(hex::write(site.bytes())),
            Some(key) => {
                let nonce: [u8; NONCE_BYTES] = draw(random)?;
                let sealed = encrypt(key, &nonce, &guard.bound(role, &id), site.bytes())
                    .ok_or(KeyFileError::TooLong)?;
                Zeroizing::new(hex::write(&nonce) + &hex::write(&sealed))
            }
        };
        for piece in [role.word(), " ", &id, " ", &digits, "\n"] {
            text.push_str(piece);
        }
    }
    Ok(text)
}

fn read_guard(line: &str) -> Option<Guard> {
    let mut words = line.split_whitespace();
    if words.next()? != "protection" {
        return None;
    }
    let guard = match words.next()? {
        "none" => Guard::None,
        "argon2id" => {
            let mut value = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix('=');
            let cost = Cost {
                memory_kib: value("memory-kib")?.parse().ok()?,
                passes: value("passes")?.parse().ok()?,
                lanes: value("lanes")?.parse().ok()?,
            };
            Guard::Argon2id { cost, salt: *hex::read_array(value("salt")?)? }
        }
        _ => return None,
    };
    if words.next().is_some() { None } else { Some(guard) }
}

fn read_key(number: usize, line: &str, length: usize) -> Option<Line> {
    let mut words = line.split_whitespace();
    let role = match words.next()? {
        "seals" => Role::Seals,
        "opens" => Role::Opens,
        _ => return None,
    };
    let id = words.next()?.to_owned();
    let digits = hex::read(words.next()?)?;
    let is_whole = id.len() == 16 && digits.len() == length && words.next().is_none();
    is_whole.then_some(Line { number, role, id, digits })
}

/// The key of a passphrase.
fn stretch(
    passphrase: &str,
    cost: Cost,
    salt: &[u8; 16],
) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
    if !cost.is_within_bounds() {
        return Err(KeyFileError::Cost);
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .map_err(|_cause| KeyFileError::Cost)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut())
        .map_err(|_cause| KeyFileError::Cost)?;
    Ok(key)
}

// What a file names without being unlocked: to tell which file a database needs.
impl KeyFile {
    /// The ids of the keys as the file names them, the one that seals first. They are proved only by unlocking.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.id.as_str())
    }

    /// Whether the file names a key.
    pub fn names(&self, id: KeyId) -> bool {
        let id = id.to_string();
        self.named().any(|named| named == id)
    }
}

/// Why a key file gave no keys, or was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// It is longer than any key file.
    #[error("cannot read the key file: it is longer than {TEXT_BYTES_MAX} bytes")]
    TooLong,
    /// It does not begin as a key file.
    #[error("cannot read the key file: its first line is not `{HEADER}`")]
    Header,
    /// The line that says how it is protected.
    #[error("cannot read the key file: line {line} says no protection that this version knows")]
    Protection {
        /// The line.
        line: usize,
    },
    /// A line that should hold a key.
    #[error("cannot read the key file: line {line} is not `seals` or `opens`, an id and a key")]
    Key {
        /// The line.
        line: usize,
    },
    /// The first key seals, and all others open.
    #[error(
        "cannot read the key file: at line {line}, the first key must be `seals`, all others `opens`, {KEYS_MAX} at most"
    )]
    Order {
        /// The line.
        line: usize,
    },
    /// It ends before a key.
    #[error("cannot read the key file: it holds no key")]
    NoKey,
    /// The key is not the one that the line names.
    #[error(
        "cannot use the key file: the key on line {line} is not the one its id names, so a digit is wrong"
    )]
    Damaged {
        /// The line.
        line: usize,
    },
    /// It is protected, and no passphrase was given.
    #[error("cannot use the key file: it needs its passphrase")]
    PassphraseNeeded,
    /// The passphrase is another, or the line was changed.
    #[error("cannot use the key file: the passphrase is another, or line {line} was changed")]
    Refused {
        /// The line.
        line: usize,
    },
    /// A new passphrase that is too short.
    #[error(
        "cannot protect the key file: the passphrase needs {PASSPHRASE_LETTERS_MIN} characters or more"
    )]
    PassphraseShort,
    /// The parameters of Argon2id.
    #[error(
        "cannot use the key file: argon2id needs 1 to 16 lanes, 1 to 32 passes, and memory from 8 KiB a lane to 1 GiB"
    )]
    Cost,
    /// The source of randomness failed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}
