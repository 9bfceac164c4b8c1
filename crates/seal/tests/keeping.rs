//! Key files and recovery phrases: what was written reads, and what is wrong is named without telling a secret.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use percuta_seal::{
    Cost, DataKey, KeyFile, KeyFileError, KeyOwner, KeyRing, NoRandomness, PhraseError, Protection,
    RecoveryPhrase, SiteKey, key_file,
};
use proptest::prelude::*;

const QUICK: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };
const PASSPHRASE: &str = "a long walk by the sea";

fn site(byte: u8) -> SiteKey {
    SiteKey::generate(&mut filled(byte)).unwrap()
}

fn filled(byte: u8) -> impl FnMut(&mut [u8]) -> Result<(), NoRandomness> {
    move |bytes| {
        bytes.fill(byte);
        Ok(())
    }
}

fn ring() -> KeyRing {
    KeyRing::new(site(1)).rotated_to(site(2)).rotated_to(site(3))
}

fn protected() -> String {
    let protection = Protection::Passphrase { passphrase: PASSPHRASE, cost: QUICK };
    key_file::write(&ring(), &protection, &mut filled(5)).unwrap().to_string()
}

fn plain() -> String {
    key_file::write(&ring(), &Protection::None, &mut filled(5)).unwrap().to_string()
}

fn ids(ring: &KeyRing) -> Vec<String> {
    std::iter::once(ring.sealing()).chain(ring.opening()).map(|key| key.id().to_string()).collect()
}

#[test]
fn a_key_file_gives_back_the_ring() {
    for (text, passphrase) in [(plain(), None), (protected(), Some(PASSPHRASE))] {
        let file = KeyFile::read(&text.replace('\n', "\r\n")).unwrap();
        assert_eq!(file.needs_passphrase(), passphrase.is_some());
        let back = file.unlock(passphrase).unwrap();
        assert_eq!(ids(&back), ids(&ring()));
        assert!(file.names(ring().sealing().id()));
        // The keys themselves came back, not only their names.
        let key = DataKey::generate(&mut filled(9)).unwrap();
        let wrapped = ring().wrap(&key, &KeyOwner::Index, &mut filled(4)).unwrap();
        assert!(back.unwrap(&wrapped, &KeyOwner::Index).is_ok());
    }
}

#[test]
fn a_protected_file_holds_no_key_in_the_open() {
    let text = protected();
    for byte in ["01", "02", "03"] {
        assert!(!text.contains(&byte.repeat(32)));
        assert!(plain().contains(&byte.repeat(32)));
    }
    let shown = format!(
        "{:?} {:?}",
        KeyFile::read(&plain()).unwrap(),
        Protection::Passphrase { passphrase: PASSPHRASE, cost: QUICK }
    );
    assert!(!shown.contains("0101") && !shown.contains("walk"), "{shown}");
}

#[test]
fn a_wrong_or_missing_passphrase_is_refused() {
    let file = KeyFile::read(&protected()).unwrap();
    assert_eq!(file.unlock(None).err(), Some(KeyFileError::PassphraseNeeded));
    let error = file.unlock(Some("a long walk by the lake")).err();
    assert_eq!(error, Some(KeyFileError::Refused { line: 6 }));
}

#[test]
fn a_slip_in_a_plain_file_names_its_line() {
    let text = plain();
    let slip = text.replacen(&"02".repeat(32), &("02".repeat(31) + "03"), 1);
    let error = KeyFile::read(&slip).unwrap().unlock(None).err();
    assert_eq!(error, Some(KeyFileError::Damaged { line: 7 }));
    assert!(!error.unwrap().to_string().contains("0202"));
}

#[test]
fn every_changed_digit_of_a_protected_file_is_found() {
    let text = protected();
    let begins = text.find("protection").unwrap();
    for at in begins..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(changed).unwrap();
        let opened = KeyFile::read(&changed).and_then(|file| file.unlock(Some(PASSPHRASE)));
        assert!(opened.is_err(), "at {at}: {changed}");
    }
}

#[test]
fn lines_of_a_protected_file_do_not_change_roles() {
    let text = protected();
    let mut lines: Vec<&str> = text.lines().collect();
    let sealing = lines[5].replace("seals", "opens");
    let opening = lines[6].replace("opens", "seals");
    lines[5] = &opening;
    lines[6] = &sealing;
    let file = KeyFile::read(&lines.join("\n")).unwrap();
    assert_eq!(file.unlock(Some(PASSPHRASE)).err(), Some(KeyFileError::Refused { line: 6 }));
}

#[test]
fn what_is_wrong_with_a_file_is_named() {
    let key = format!("seals 0123456789abcdef {}", "00".repeat(32));
    let opens = key.replace("seals", "opens");
    let many = format!("{opens}\n").repeat(65);
    let salt = "00".repeat(16);
    let line = 2;
    for (text, expected) in [
        (String::new(), KeyFileError::Header),
        ("percuta-key-file 2\n".to_owned(), KeyFileError::Header),
        ("percuta-key-file 1\n".to_owned(), KeyFileError::NoKey),
        ("percuta-key-file 1\nprotection none".to_owned(), KeyFileError::NoKey),
        ("percuta-key-file 1\nprotection some".to_owned(), KeyFileError::Protection { line }),
        ("percuta-key-file 1\nprotection none x".to_owned(), KeyFileError::Protection { line }),
        ("percuta-key-file 1\nseals x".to_owned(), KeyFileError::Protection { line }),
        (
            format!("percuta-key-file 1\nprotection argon2id memory-kib=8 passes=1 salt={salt}"),
            KeyFileError::Protection { line },
        ),
        (format!("percuta-key-file 1\nprotection none\n{opens}"), KeyFileError::Order { line: 3 }),
        (
            format!("percuta-key-file 1\nprotection none\n{key}\n#\n{key}"),
            KeyFileError::Order { line: 5 },
        ),
        (
            format!("percuta-key-file 1\nprotection none\n{key}\n{many}"),
            KeyFileError::Order { line: 67 },
        ),
        (format!("percuta-key-file 1\nprotection none\n{key}00"), KeyFileError::Key { line: 3 }),
        ("percuta-key-file 1\nprotection none\nsecret".to_owned(), KeyFileError::Key { line: 3 }),
        ("#".repeat(70_000), KeyFileError::TooLong),
    ] {
        assert_eq!(KeyFile::read(&text).err(), Some(expected), "{text:.80}");
    }
}

#[test]
fn a_hostile_cost_is_refused_before_it_is_paid() {
    let text = protected();
    for (from, to) in [
        ("memory-kib=8 ", "memory-kib=4294967295 "),
        ("memory-kib=8 ", "memory-kib=7 "),
        ("passes=1 ", "passes=4000000000 "),
        ("passes=1 ", "passes=0 "),
        ("lanes=1 ", "lanes=17 "),
        ("lanes=1 ", "lanes=0 "),
    ] {
        let file = KeyFile::read(&text.replace(from, to)).unwrap();
        assert_eq!(file.unlock(Some(PASSPHRASE)).err(), Some(KeyFileError::Cost), "{to}");
    }
}

#[test]
fn a_short_passphrase_is_not_taken() {
    let protection = Protection::Passphrase { passphrase: "short", cost: QUICK };
    let error = key_file::write(&ring(), &protection, &mut filled(5)).err();
    assert_eq!(error, Some(KeyFileError::PassphraseShort));
}

#[test]
fn a_phrase_is_that_of_bip_39() {
    // The published test vectors for 256 bits.
    for (byte, phrase) in [
        (0x00, "abandon ".repeat(23) + "art"),
        (
            0x7f,
            "legal winner thank year wave sausage worth useful legal winner thank year wave \
             sausage worth useful legal winner thank year wave sausage worth title"
                .to_owned(),
        ),
        (
            0x80,
            "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd \
             amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless"
                .to_owned(),
        ),
        (0xff, "zoo ".repeat(23) + "vote"),
    ] {
        assert_eq!(RecoveryPhrase::of(&site(byte)).reveal(), phrase);
        assert_eq!(RecoveryPhrase::read(&phrase).unwrap().id(), site(byte).id());
    }
}

#[test]
fn a_phrase_reads_as_people_write_it() {
    let phrase = RecoveryPhrase::of(&site(0x7f)).reveal().to_owned();
    let numbered: String = phrase
        .split(' ')
        .enumerate()
        .map(|(place, word)| format!("{}. {}\n", place + 1, word.to_uppercase()))
        .collect();
    let cut: String =
        phrase.split(' ').map(|word| format!(" {}", word.get(..4).unwrap_or(word))).collect();
    for text in [phrase, numbered, cut] {
        assert_eq!(RecoveryPhrase::read(&text).unwrap().id(), site(0x7f).id(), "{text}");
    }
}

#[test]
fn a_wrong_phrase_is_refused_without_repeating_a_word() {
    let phrase = RecoveryPhrase::of(&site(0x7f)).reveal().to_owned();
    let words: Vec<&str> = phrase.split(' ').collect();
    let with = |place: usize, word: &'static str| {
        let mut changed: Vec<&str> = words.clone();
        changed[place] = word;
        changed.join(" ")
    };
    assert_eq!(RecoveryPhrase::read(&with(6, "wurth")).err(), Some(PhraseError::Word { place: 7 }));
    assert!(!PhraseError::Word { place: 7 }.to_string().contains("wurth"));
    assert_eq!(RecoveryPhrase::read(&with(23, "winner")).err(), Some(PhraseError::Check));
    let error = RecoveryPhrase::read("legal winner").err();
    assert_eq!(error, Some(PhraseError::Count { words: 2 }));
    assert_eq!(RecoveryPhrase::read("").err(), Some(PhraseError::Count { words: 0 }));
    assert_eq!(format!("{:?}", RecoveryPhrase::of(&site(1))), "RecoveryPhrase(…)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_phrase_and_a_file_give_back_any_key(bytes in any::<[u8; 32]>()) {
        let key = || SiteKey::generate(&mut |out: &mut [u8]| -> Result<(), NoRandomness> {
            out.copy_from_slice(&bytes);
            Ok(())
        }).unwrap();
        let back = RecoveryPhrase::read(RecoveryPhrase::of(&key()).reveal()).unwrap();
        prop_assert_eq!(back.id(), key().id());
        let text = key_file::write(&KeyRing::new(key()), &Protection::None, &mut filled(0)).unwrap();
        let back = KeyFile::read(&text).unwrap().unlock(None).unwrap();
        prop_assert_eq!(back.sealing().id(), key().id());
    }

    #[test]
    fn noise_is_no_file_and_no_phrase(noise in "\\PC{0,200}") {
        prop_assert!(KeyFile::read(&noise).is_err());
        let with_header = format!("percuta-key-file 1\nprotection none\n{noise}");
        prop_assert!(KeyFile::read(&with_header).is_err());
        prop_assert!(RecoveryPhrase::read(&noise).is_err());
    }
}
