//! The recovery phrase: the site key as 24 English words, to be written down once and kept where the computer is not.
//!
//! The words and the check are those of BIP-39, so that the list can be looked up anywhere: 256 bits of key and the
//! first eight bits of their SHA-256, eleven bits a word. The phrase *is* the key, not a seed of it: nothing is derived
//! with a passphrase.
//!
//! PRIVACY: an error says the place of a wrong word and never the word, which is most of a secret.

use std::fmt;

use bip39::Language;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::key::SiteKey;

/// The number of words.
pub const WORDS: usize = 24;

/// A phrase to show once. Wiped when dropped; `Debug` does not show it.
pub struct RecoveryPhrase(Zeroizing<String>);

impl RecoveryPhrase {
    /// The phrase of a key.
    pub fn of(key: &SiteKey) -> Self {
        let list = Language::English.word_list();
        let check = check(key.bytes());
        let mut phrase = Zeroizing::new(String::with_capacity(WORDS * 9));
        let mut index: usize = 0;
        let mut bits = 0;
        for byte in key.bytes().iter().chain([&check]) {
            for place in (0..8).rev() {
                index = (index << 1) | usize::from((byte >> place) & 1);
                bits += 1;
                if bits == 11 {
                    if !phrase.is_empty() {
                        phrase.push(' ');
                    }
                    // Eleven bits count to 2047, and the list has 2048 words.
                    phrase.push_str(list.get(index).copied().unwrap_or_default());
                    (index, bits) = (0, 0);
                }
            }
        }
        Self(phrase)
    }

    /// The words, parted by single blanks.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The key of a phrase as it was typed: any case, any blanks, numbers and dots before the words, and words cut
    /// after four letters, which tell every word of the list apart.
    pub fn read(text: &str) -> Result<SiteKey, PhraseError> {
        let typed = Zeroizing::new(text.to_lowercase());
        let words: Vec<&str> = typed
            .split(|letter: char| !letter.is_alphabetic())
            .filter(|word| !word.is_empty())
            .collect();
        if words.len() != WORDS {
            return Err(PhraseError::Count { words: words.len() });
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(33));
        let mut byte = 0_u8;
        let mut bits = 0;
        for (place, word) in words.iter().enumerate() {
            let index = find(word).ok_or(PhraseError::Word { place: place + 1 })?;
            for bit in (0..11).rev() {
                byte = (byte << 1) | u8::from((index >> bit) & 1 == 1);
                bits += 1;
                if bits == 8 {
                    bytes.push(byte);
                    (byte, bits) = (0, 0);
                }
            }
        }
        let (key, rest) = bytes.split_first_chunk::<32>().ok_or(PhraseError::Check)?;
        let key = Zeroizing::new(*key);
        if rest != [check(&key)] {
            return Err(PhraseError::Check);
        }
        Ok(SiteKey::from_bytes(key))
    }
}

impl fmt::Debug for RecoveryPhrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RecoveryPhrase(…)")
    }
}

/// The eight bits that tell a slip of the pen.
fn check(key: &[u8; 32]) -> u8 {
    Sha256::digest(key).first().copied().unwrap_or_default()
}

fn find(word: &str) -> Option<u16> {
    let whole = Language::English.find_word(word);
    if whole.is_some() || word.len() < 4 {
        return whole;
    }
    let mut beginning = Language::English.words_by_prefix_iter(word);
    let only = beginning.next()?;
    if beginning.next().is_some() { None } else { Language::English.find_word(only) }
}

/// Why a phrase gave no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Too few or too many words.
    #[error("cannot read a recovery phrase of {words} words: it has {WORDS}")]
    Count {
        /// How many there were.
        words: usize,
    },
    /// A word is not in the list.
    #[error("cannot read the recovery phrase: word {place} is not one of the list")]
    Word {
        /// Which word, counted from one.
        place: usize,
    },
    /// Every word is in the list, but they do not belong together.
    #[error("cannot read the recovery phrase: a word is wrong, or two were exchanged")]
    Check,
}
