//! Everything that was ever stored still opens: one file for each released form, written once and never changed.
//!
//! `…_still_open` reads the files; `…_are_still_written_so` writes the same with the same randomness and compares. When
//! a new form is released, the second kind moves on to the new form's file, and the first stays.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::collections::BTreeMap;

use percuta_seal::{
    Cost, DataKey, Field, KeyFile, KeyOwner, KeyRing, NoRandomness, Place, Protection,
    RecoveryPhrase, SiteKey, Tokens,
    chain::{Actor, AuditSeal, ChainId, Event, Hash, Head, Outcome, Stored, Subject, verify},
    envelope, hex, key_file,
    token::{Birth, Phone},
};

const ENVELOPE: &str = include_str!("../golden/envelope-1.hex");
const WRAPPED: &str = include_str!("../golden/wrapped-key-1.hex");
const CHAINS: &str = include_str!("../golden/audit-chain-1.hex");
const MARK: &str = include_str!("../golden/audit-mark-1.hex");
const TOKENS: &str = include_str!("../golden/tokens-1.hex");
const PLAIN_FILE: &str = include_str!("../golden/key-file-1.txt");
const PROTECTED_FILE: &str = include_str!("../golden/key-file-1-passphrase.txt");
const PHRASE: &str = include_str!("../golden/recovery-phrase-1.txt");

const PASSPHRASE: &str = "nobody's real passphrase";
const BODY: &[u8] = b"{\"invented\": true}";
const PLACE: Place<'_> = Place { kind: "intake", document: [0x11; 16], version: 3, form: 1 };
const OWNER: KeyOwner = KeyOwner::Patient([0x22; 16]);

fn counter(seed: u8) -> impl FnMut(&mut [u8]) -> Result<(), NoRandomness> {
    let mut next = seed;
    move |bytes| {
        for byte in bytes {
            *byte = next;
            next = next.wrapping_mul(5).wrapping_add(17);
        }
        Ok(())
    }
}

fn ring() -> KeyRing {
    KeyRing::new(SiteKey::generate(&mut counter(1)).unwrap())
        .rotated_to(SiteKey::generate(&mut counter(2)).unwrap())
}

fn data_key() -> DataKey {
    DataKey::generate(&mut counter(3)).unwrap()
}

/// Compares with a golden file; what differs is printed whole, so that a new form's file can be made from it.
fn same(name: &str, golden: &str, written: &str) {
    assert!(golden.trim_end() == written.trim_end(), "`{name}` would now be:\n{written}\n");
}

fn bytes(golden: &str) -> Vec<u8> {
    hex::read(golden.trim()).unwrap().to_vec()
}

#[test]
fn old_envelopes_and_wrapped_keys_still_open() {
    let key = ring().unwrap(&bytes(WRAPPED), &OWNER).unwrap();
    let body = envelope::open(&key, &PLACE, &bytes(ENVELOPE)).unwrap();
    assert_eq!(body.as_slice(), BODY);
}

#[test]
fn envelopes_and_wrapped_keys_are_still_written_so() {
    let sealed = envelope::seal(&data_key(), &PLACE, BODY, &mut counter(4)).unwrap();
    same("envelope-1.hex", ENVELOPE, &hex::write(&sealed));
    let wrapped = ring().wrap(&data_key(), &OWNER, &mut counter(5)).unwrap();
    same("wrapped-key-1.hex", WRAPPED, &hex::write(&wrapped));
}

#[test]
fn old_key_files_and_phrases_still_open() {
    let expected = ring();
    let rings = [
        KeyFile::read(PLAIN_FILE).unwrap().unlock(None).unwrap(),
        KeyFile::read(PROTECTED_FILE).unwrap().unlock(Some(PASSPHRASE)).unwrap(),
    ];
    for ring in rings {
        assert_eq!(ring.sealing().id(), expected.sealing().id());
        assert!(ring.opening().map(SiteKey::id).eq(expected.opening().map(SiteKey::id)));
    }
    assert_eq!(RecoveryPhrase::read(PHRASE).unwrap().id(), expected.sealing().id());
}

#[test]
fn key_files_and_phrases_are_still_written_so() {
    let plain = key_file::write(&ring(), &Protection::None, &mut counter(6)).unwrap();
    same("key-file-1.txt", PLAIN_FILE, &plain);
    let protection = Protection::Passphrase {
        passphrase: PASSPHRASE,
        cost: Cost { memory_kib: 64, passes: 2, lanes: 2 },
    };
    let protected = key_file::write(&ring(), &protection, &mut counter(7)).unwrap();
    same("key-file-1-passphrase.txt", PROTECTED_FILE, &protected);
    same("recovery-phrase-1.txt", PHRASE, RecoveryPhrase::of(ring().sealing()).reveal());
}

fn chains() -> (BTreeMap<ChainId, Vec<Stored>>, Head) {
    let (first, second) = (ChainId([0x33; 16]), ChainId([0x44; 16]));
    let act = |actor, action: &str, subject, outcome| Event::Act {
        actor,
        action: action.to_owned(),
        subject,
        outcome,
    };
    let subject = Subject { id: [0x11; 16], version: 3 };
    let person = Actor::Person([0x55; 16]);
    let events = [
        act(Actor::System, "clinic.begin", None, Outcome::Done),
        act(person, "patient.open", Some(subject), Outcome::Done),
        act(Actor::Nobody, "patient.open", Some(subject), Outcome::Refused),
        act(person, "patient.write", Some(subject), Outcome::Conflict),
        act(person, "patient.open", Some(subject), Outcome::NotFound),
        act(Actor::System, "reminder.send", None, Outcome::Failed),
    ];
    let mut head = Head::empty(first);
    let mut entries = Vec::new();
    for (at, event) in (1_790_000_000_000_000_i64..).step_by(1_000_001).zip(events) {
        let (stored, next) = head.append(at, event);
        entries.push(stored);
        head = next;
    }
    let (anchor, _) = Head::empty(second).append(-1, Event::Anchor(head));
    (BTreeMap::from([(first, entries), (second, vec![anchor])]), head)
}

fn chains_as_text() -> String {
    let (chains, _) = chains();
    let mut text = String::new();
    for (chain, entries) in &chains {
        for stored in entries {
            let hash = hex::write(&stored.hash.0);
            text.push_str(&format!("{chain} {hash} {}\n", hex::write(&stored.bytes)));
        }
    }
    text
}

#[test]
fn old_audit_chains_still_verify() {
    let mut stored: BTreeMap<ChainId, Vec<Stored>> = BTreeMap::new();
    for line in CHAINS.lines() {
        let mut words = line.split(' ');
        let chain = ChainId(*hex::read_array(words.next().unwrap()).unwrap());
        let hash = Hash(*hex::read_array(words.next().unwrap()).unwrap());
        let bytes = hex::read(words.next().unwrap()).unwrap().to_vec();
        stored.entry(chain).or_default().push(Stored { bytes, hash });
    }
    let (_, head) = chains();
    let verdict = verify(&stored, &[head]);
    assert_eq!(verdict.len(), 2);
    assert_eq!(verdict[&head.chain], Ok(head));
    assert!(verdict.values().all(Result::is_ok), "{verdict:?}");
    assert!(AuditSeal::new(&data_key()).is_marked(&head, &bytes(MARK)));
}

#[test]
fn audit_chains_are_still_written_so() {
    same("audit-chain-1.hex", CHAINS, &chains_as_text());
    let mark = AuditSeal::new(&data_key()).mark(&chains().1);
    same("audit-mark-1.hex", MARK, &hex::write(&mark));
}

#[test]
fn tokens_are_still_made_so() {
    let tokens = |field| Tokens::new(&data_key(), Field(field));
    let mut lines = Vec::new();
    let mut add = |what: &str, made: Vec<percuta_seal::Token>| {
        for token in made {
            lines.push(format!("{what} {}", hex::write(&token.bytes())));
        }
    };
    add("name", tokens("name").name("Ana-Sofía O'Brien Weiß").into_iter().collect());
    let phone = Phone { number: "+44 7700 900123", calling_code: "44" };
    add("phone", tokens("phone").phone(phone).into_iter().collect());
    let birth = Birth::Day { year: 1990, month: 3, day: 12 };
    add("birth", tokens("birth").birth(birth).into_iter().collect());
    add("address", tokens("address").exact("Ana@Example.test").into_iter().collect());
    same("tokens-1.hex", TOKENS, &lines.join("\n"));
}
