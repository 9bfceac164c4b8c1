//! Blind tokens: finding people by part of a name, a phone or a birth date without readable names at rest.
//!
//! A token is the first 16 bytes of an HMAC-SHA-256 of a folded piece of text. Its key is made from the index key, one
//! for each field, so that a name and a street never share a token. The message is a list of parts: what the piece is
//! (`exact`, `prefix`, `phone`, …), and the piece.
//!
//! **What the tokens reveal.** Whoever has the database and not the keys sees which documents share a token, and so
//! that two people's names begin alike or that they were born in the same year; how many tokens a document has, and so
//! about how many words and letters a name has; and, knowing how common names are, may guess the most common ones.
//! They cannot try a list of names, which would need the index key. A token is therefore personal: it is deleted with
//! the patient's key, and this paragraph belongs in what the clinic reads about privacy. Do not make tokens of health
//! facts: a field with three possible values has no secret left.
//!
//! **Tokens find candidates.** A long word is looked up by its first eight letters, so the caller opens what was found
//! and compares once more.
//!
//! INVARIANT (found): whatever was stored for a name is found by the beginning, of two letters or more, of any of its
//! words, in any order; the folding of tokens version 1 never changes, for it is in every stored token.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{hex, key::DataKey, parts::Parts};

/// The shortest beginning of a longer word that can be sought, in letters.
pub const PREFIX_LETTERS_MIN: usize = 2;
/// The longest beginning that has a token of its own.
pub const PREFIX_LETTERS_MAX: usize = 8;
/// Words of a name that are stored; those after it are not found.
pub const WORDS_MAX: usize = 16;
/// The shortest beginning of a phone number that can be sought, in digits.
pub const PHONE_DIGITS_MIN: usize = 3;
/// The longest beginning of a phone number that has a token of its own.
pub const PHONE_DIGITS_MAX: usize = 12;

/// A field that has tokens of its own, such as `name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field(pub &'static str);

/// A blind token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token([u8; 16]);

impl Token {
    /// A token as it was stored.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Token({})", hex::write(&self.0))
    }
}

/// A phone number as it was typed, and how the clinic's own country is called from abroad.
#[derive(Debug, Clone, Copy)]
pub struct Phone<'a> {
    /// As it was typed: `+44 7700 900123`, `(07700) 900 123`.
    pub number: &'a str,
    /// Digits of the clinic's own calling code, such as `44`. Numbers stored under another setting are found by
    /// beginning only after their tokens were made anew.
    pub calling_code: &'a str,
}

/// A day of birth, or the part of it that is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    /// The whole date.
    Day {
        /// The year.
        year: u16,
        /// The month.
        month: u8,
        /// The day of the month.
        day: u8,
    },
    /// A month of a year.
    Month {
        /// The year.
        year: u16,
        /// The month.
        month: u8,
    },
    /// A year.
    Year(u16),
    /// A birthday of any year.
    Birthday {
        /// The month.
        month: u8,
        /// The day of the month.
        day: u8,
    },
}

/// Makes the tokens of one field.
#[derive(Clone)]
pub struct Tokens {
    keyed: Hmac<Sha256>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Tokens(…)")
    }
}

impl Tokens {
    /// The tokens of a field, under the index key.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub fn new(index: &DataKey, field: Field) -> Self {
        let key = index.purpose(&Parts::of("percuta token key 1").with(field.0.as_bytes()));
        let keyed = Hmac::new_from_slice(key.as_ref()).expect("HMAC takes a key of any length");
        Self { keyed }
    }

    fn token(&self, shape: &str, piece: &str) -> Token {
        let mut keyed = self.keyed.clone();
        keyed.update(Parts::of(shape).with(piece.as_bytes()).bytes());
        let mut token = [0; 16];
        for (to, from) in token.iter_mut().zip(keyed.finalize().into_bytes()) {
            *to = from;
        }
        Token(token)
    }

    /// The token of a whole text, its case and the blanks around it left out: for an address of electronic mail or a
    /// sign-in name. `None` for an empty text.
    pub fn exact(&self, text: &str) -> Option<Token> {
        let text = text.trim().to_lowercase();
        if text.is_empty() { None } else { Some(self.token("exact", &text)) }
    }

    /// What to store for a name: every beginning of every word, and of words that are written with a hyphen or an
    /// apostrophe also as one.
    pub fn name(&self, name: &str) -> BTreeSet<Token> {
        let mut tokens = BTreeSet::new();
        for chunk in name.split_whitespace().take(WORDS_MAX) {
            let mut words = words(chunk);
            words.truncate(WORDS_MAX);
            if words.len() > 1 {
                words.push(words.concat());
            }
            for word in words {
                tokens.extend(beginnings(&word).map(|beginning| self.token("prefix", beginning)));
            }
        }
        tokens
    }

    /// What a name must have, all of them, to be a candidate. Empty when there is too little to seek: no letter or
    /// digit at all. A single letter finds only words that are that letter.
    pub fn name_sought(&self, text: &str) -> BTreeSet<Token> {
        words(text)
            .iter()
            .take(WORDS_MAX)
            .map(|word| self.token("prefix", first(word, PREFIX_LETTERS_MAX)))
            .collect()
    }

    /// What to store for a phone number: its beginnings, and its last four digits.
    pub fn phone(&self, phone: Phone<'_>) -> BTreeSet<Token> {
        let digits = fold_phone(phone);
        let mut tokens: BTreeSet<Token> = (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX)
            .filter(|length| *length <= digits.len())
            .map(|length| self.token("phone", first(&digits, length)))
            .collect();
        tokens.extend(self.phone_ending(&digits));
        tokens
    }

    /// What a phone number must have to begin so; `None` for fewer than three digits.
    pub fn phone_sought(&self, phone: Phone<'_>) -> Option<Token> {
        let digits = fold_phone(phone);
        (digits.len() >= PHONE_DIGITS_MIN)
            .then(|| self.token("phone", first(&digits, PHONE_DIGITS_MAX)))
    }

    /// What a phone number must have to end so; `None` for fewer than four digits.
    pub fn phone_ending(&self, text: &str) -> Option<Token> {
        let digits: String = digits(text).collect();
        let ending = digits.get(digits.len().checked_sub(4)?..)?;
        Some(self.token("phone ending", ending))
    }

    /// What to store for a date of birth, by its whole and its parts.
    pub fn birth(&self, birth: Birth) -> BTreeSet<Token> {
        let parts = match birth {
            Birth::Day { year, month, day } => vec![
                birth,
                Birth::Month { year, month },
                Birth::Year(year),
                Birth::Birthday { month, day },
            ],
            Birth::Month { year, month: _ } => vec![birth, Birth::Year(year)],
            Birth::Year(_) | Birth::Birthday { .. } => vec![birth],
        };
        parts.into_iter().map(|part| self.birth_sought(part)).collect()
    }

    /// What a date of birth must have.
    pub fn birth_sought(&self, birth: Birth) -> Token {
        match birth {
            Birth::Day { year, month, day } => {
                self.token("birth", &format!("{year:04}-{month:02}-{day:02}"))
            }
            Birth::Month { year, month } => self.token("birth", &format!("{year:04}-{month:02}")),
            Birth::Year(year) => self.token("birth", &format!("{year:04}")),
            Birth::Birthday { month, day } => {
                self.token("birth", &format!("--{month:02}-{day:02}"))
            }
        }
    }
}

/// The beginnings of a word that are stored: two to eight letters, or the whole word when it is one letter.
fn beginnings(word: &str) -> impl Iterator<Item = &str> {
    let letters = word.chars().count();
    let shortest = PREFIX_LETTERS_MIN.min(letters);
    (shortest..=PREFIX_LETTERS_MAX.min(letters)).map(move |length| first(word, length))
}

/// The first so many letters.
fn first(word: &str, letters: usize) -> &str {
    word.char_indices().nth(letters).and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

/// A phone number without what differs between ways of writing it: the national number at home, with its calling code
/// abroad.
pub fn fold_phone(phone: Phone<'_>) -> String {
    let all: String = digits(phone.number).collect();
    let is_written_with_plus = phone.number.trim_start().starts_with('+');
    let after_zeros = all.strip_prefix("00");
    let international = if is_written_with_plus { Some(all.as_str()) } else { after_zeros };
    let own: String = digits(phone.calling_code).collect();
    let national = match international {
        // `+44 (0) 7700` is often written, so the zero goes either way.
        Some(number) => number.strip_prefix(&own).filter(|_| !own.is_empty()).unwrap_or(number),
        None => &all,
    };
    national.trim_start_matches('0').to_owned()
}

/// The words of a text as they are compared: lower case, without the accents of Latin letters, parted by anything that
/// is neither letter nor digit. As the vocabulary folds, and further: names have letters that medicines have not.
/// `ü` folds to `u`, not to `ue`: Müller is not found as Mueller.
pub fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in text.chars().flat_map(char::to_lowercase) {
        // A combining accent belongs to the letter before it, wherever the text was composed.
        if ('\u{300}'..='\u{36f}').contains(&letter) {
            continue;
        }
        let plain = without_accent(letter);
        for letter in plain.map_or(letter.to_string(), str::to_owned).chars() {
            match words.last_mut() {
                Some(word) if letter.is_alphanumeric() => word.push(letter),
                Some(word) if word.is_empty() => {}
                _ => words.push(String::new()),
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The plain letters of an accented Latin one.
fn without_accent(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å'
        | 'ā'
        | 'ă'
        | 'ą'
        | 'ǎ'
        | 'ạ'
        | 'ả'
        | 'ấ'
        | 'ầ'
        | 'ẩ'
        | 'ẫ'
        | 'ậ'
        | 'ắ'
        | 'ằ'
        | 'ẳ'
        | 'ẵ'
        | 'ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
            "e"
        }
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ỉ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö'
        | 'ø'
        | 'ō'
        | 'ŏ'
        | 'ő'
        | 'ơ'
        | 'ǒ'
        | 'ọ'
        | 'ỏ'
        | 'ố'
        | 'ồ'
        | 'ổ'
        | 'ỗ'
        | 'ộ'
        | 'ớ'
        | 'ờ'
        | 'ở'
        | 'ỡ'
        | 'ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü'
        | 'ũ'
        | 'ū'
        | 'ŭ'
        | 'ů'
        | 'ű'
        | 'ų'
        | 'ư'
        | 'ǔ'
        | 'ụ'
        | 'ủ'
        | 'ứ'
        | 'ừ'
        | 'ử'
        | 'ữ'
        | 'ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}
