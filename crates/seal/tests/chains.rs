//! The audit chain: whatever is done to it is found, at the right place.

use std::collections::BTreeMap;

use percuta_seal::{
    DataKey, NoRandomness,
    chain::{
        Actor, AuditSeal, Broken, ChainId, Entry, Event, Hash, Head, Outcome, Stored, Subject,
        Verifier, Witness, Wrong, verify,
    },
};
use proptest::prelude::*;

const FIRST: ChainId = ChainId([1; 16]);
const SECOND: ChainId = ChainId([2; 16]);

fn act(action: &str) -> Event {
    Event::Act {
        actor: Actor::Person([9; 16]),
        action: action.to_owned(),
        subject: Some(Subject { id: [4; 16], version: 2 }),
        outcome: Outcome::Done,
    }
}

fn chain(id: ChainId, length: u64) -> (Vec<Stored>, Head) {
    let mut head = Head::empty(id);
    let mut entries = Vec::new();
    for index in 0..length {
        let (stored, next) =
            head.append(1_000_000 + i64::try_from(index).unwrap_or_default(), act("patient.open"));
        entries.push(stored);
        head = next;
    }
    (entries, head)
}

fn one(id: ChainId, entries: &[Stored], known: &[Head]) -> Result<Head, Broken> {
    let chains = BTreeMap::from([(id, entries.to_vec())]);
    verify(&chains, known).remove(&id).unwrap_or(Ok(Head::empty(id)))
}

fn broken(sequence: u64, why: Wrong) -> Result<Head, Broken> {
    Err(Broken { chain: FIRST, sequence, why })
}

#[test]
fn a_chain_that_nobody_touched_is_right() {
    let (entries, head) = chain(FIRST, 8);
    assert_eq!(one(FIRST, &entries, &[head]), Ok(head));
    assert_eq!(one(FIRST, &[], &[]), Ok(Head::empty(FIRST)));
}

#[test]
fn an_entry_that_was_taken_out_is_missed_at_its_place() {
    let (entries, head) = chain(FIRST, 8);
    for at in 0..7 {
        let mut changed = entries.clone();
        changed.remove(at);
        let sequence = u64::try_from(at).unwrap_or_default() + 1;
        let expected = broken(sequence, Wrong::Missing { found: sequence + 1 });
        assert_eq!(one(FIRST, &changed, &[head]), expected);
    }
}

#[test]
fn the_last_entry_is_missed_by_who_saw_it() {
    let (mut entries, head) = chain(FIRST, 8);
    entries.pop();
    assert!(one(FIRST, &entries, &[]).is_ok(), "nobody saw it, and nothing can tell");
    let expected = broken(8, Wrong::CutShort { seen: 8, by: Witness::Elsewhere });
    assert_eq!(one(FIRST, &entries, &[head]), expected);
    entries.clear();
    let expected = broken(1, Wrong::CutShort { seen: 8, by: Witness::Elsewhere });
    assert_eq!(one(FIRST, &entries, &[head]), expected);
}

#[test]
fn an_entry_that_was_written_twice_is_found_at_the_second() {
    let (entries, _) = chain(FIRST, 8);
    for at in 0..8 {
        let mut changed = entries.clone();
        changed.insert(at, entries[at].clone());
        let sequence = u64::try_from(at).unwrap_or_default() + 1;
        let expected = broken(sequence + 1, Wrong::OutOfOrder { found: sequence });
        assert_eq!(one(FIRST, &changed, &[]), expected);
    }
}

#[test]
fn two_entries_that_changed_places_are_found_at_the_first() {
    let (entries, _) = chain(FIRST, 8);
    for left in 0..8 {
        for right in left + 1..8 {
            let mut changed = entries.clone();
            changed.swap(left, right);
            let sequence = u64::try_from(left).unwrap_or_default() + 1;
            let found = u64::try_from(right).unwrap_or_default() + 1;
            assert_eq!(one(FIRST, &changed, &[]), broken(sequence, Wrong::Missing { found }));
        }
    }
}

#[test]
fn an_edit_of_any_byte_is_found_at_its_entry() {
    let (entries, _) = chain(FIRST, 3);
    for at in 0..3 {
        for byte in 0..entries[at].bytes.len() {
            let mut changed = entries.clone();
            changed[at].bytes[byte] ^= 1;
            let verdict = one(FIRST, &changed, &[]).unwrap_err();
            assert_eq!(verdict.sequence, u64::try_from(at).unwrap_or_default() + 1);
            assert!(matches!(verdict.why, Wrong::Edited | Wrong::Unreadable), "{verdict}");
        }
        let mut changed = entries.clone();
        changed[at].hash.0[31] ^= 1;
        let verdict = one(FIRST, &changed, &[]).unwrap_err();
        assert_eq!(
            (verdict.sequence, verdict.why),
            (u64::try_from(at).unwrap() + 1, Wrong::Edited)
        );
    }
}

#[test]
fn an_entry_that_was_replaced_with_its_hash_is_found_at_the_next() {
    let (entries, _) = chain(FIRST, 8);
    let before = Entry::read(&entries[3].bytes).unwrap();
    let head = Head { chain: FIRST, sequence: 3, hash: before.previous };
    let (replacement, _) = head.append(before.at_micros, act("patient.erase"));
    let mut changed = entries.clone();
    changed[3] = replacement;
    assert_eq!(one(FIRST, &changed, &[]), broken(5, Wrong::NotContinued));
}

#[test]
fn a_chain_computed_anew_is_found_by_the_anchor_in_another() {
    let (entries, _) = chain(FIRST, 8);
    let seen = Head { chain: FIRST, sequence: 6, hash: entries[5].hash };
    let (anchor, head) = Head::empty(SECOND).append(5, Event::Anchor(seen));
    let (act_after, second) = head.append(6, act("patient.open"));

    // From entry 4 on, everything is written anew.
    let mut forged: Vec<Stored> = entries[..3].to_vec();
    let mut head = Head { chain: FIRST, sequence: 3, hash: entries[2].hash };
    for _ in 3..8 {
        let (stored, next) = head.append(7, act("patient.list"));
        forged.push(stored);
        head = next;
    }
    assert!(one(FIRST, &forged, &[]).is_ok(), "alone, it looks right");
    let others = vec![anchor, act_after];
    let chains = BTreeMap::from([(FIRST, forged), (SECOND, others.clone())]);
    let verdict = verify(&chains, &[]);
    let by = Witness::Chain(SECOND);
    assert_eq!(verdict[&FIRST], broken(6, Wrong::Contradicted { by }));
    assert_eq!(verdict[&SECOND], Ok(second));

    // And a chain that is gone altogether is missed.
    let verdict = verify(&BTreeMap::from([(SECOND, others)]), &[]);
    assert_eq!(verdict[&FIRST], broken(1, Wrong::CutShort { seen: 6, by }));
}

#[test]
fn a_changed_anchor_accuses_its_own_chain_only() {
    let (entries, head) = chain(FIRST, 4);
    let (mut anchor, _) = Head::empty(SECOND).append(5, Event::Anchor(head));
    let last = anchor.bytes.len() - 1;
    anchor.bytes[last] ^= 1;
    let chains = BTreeMap::from([(FIRST, entries), (SECOND, vec![anchor])]);
    let verdict = verify(&chains, &[]);
    assert_eq!(verdict[&FIRST], Ok(head));
    assert_eq!(verdict[&SECOND], Err(Broken { chain: SECOND, sequence: 1, why: Wrong::Edited }));
}

#[test]
fn an_entry_of_another_chain_is_named() {
    let (mut entries, _) = chain(FIRST, 4);
    let (others, _) = chain(SECOND, 4);
    entries[2] = others[2].clone();
    assert_eq!(one(FIRST, &entries, &[]), broken(3, Wrong::OtherChain { found: SECOND }));
}

#[test]
fn a_walk_goes_on_from_an_entry_that_was_right_before() {
    let (entries, head) = chain(FIRST, 8);
    let middle = Head { chain: FIRST, sequence: 4, hash: entries[3].hash };
    let mut verifier = Verifier::from(middle).knowing(head, Witness::Elsewhere);
    for stored in &entries[4..] {
        verifier.accept(stored).unwrap();
    }
    assert_eq!(verifier.finish(), Ok(head));
}

#[test]
fn what_is_wrong_is_a_sentence() {
    let (mut entries, _) = chain(FIRST, 8);
    entries.remove(4);
    let said = one(FIRST, &entries, &[]).unwrap_err().to_string();
    let chain = "01".repeat(16);
    assert_eq!(
        said,
        format!("audit chain `{chain}`, entry 5: it is missing; entry 6 stands in its place")
    );
}

#[test]
fn a_mark_is_of_one_head_under_one_key() {
    let key = |byte: u8| {
        DataKey::generate(&mut |bytes: &mut [u8]| -> Result<(), NoRandomness> {
            bytes.fill(byte);
            Ok(())
        })
        .unwrap()
    };
    let (_, head) = chain(FIRST, 3);
    let seal = AuditSeal::new(&key(1));
    let mark = seal.mark(&head);
    assert!(seal.is_marked(&head, &mark));
    assert!(!seal.is_marked(&Head { sequence: 2, ..head }, &mark));
    assert!(!seal.is_marked(&Head { hash: Hash([0; 32]), ..head }, &mark));
    assert!(!seal.is_marked(&head, &mark[..31]));
    assert!(!seal.is_marked(&head, &[]));
    assert!(!AuditSeal::new(&key(2)).is_marked(&head, &mark));
}

fn any_event() -> impl Strategy<Value = Event> {
    let actor = prop_oneof![
        any::<[u8; 16]>().prop_map(Actor::Person),
        Just(Actor::System),
        Just(Actor::Nobody)
    ];
    let subject = prop::option::of(
        (any::<[u8; 16]>(), any::<u64>()).prop_map(|(id, version)| Subject { id, version }),
    );
    let outcome = prop::sample::select(vec![
        Outcome::Done,
        Outcome::Refused,
        Outcome::Conflict,
        Outcome::NotFound,
        Outcome::Failed,
    ]);
    prop_oneof![
        (actor, "\\PC{0,40}", subject, outcome).prop_map(|(actor, action, subject, outcome)| {
            let end = action.floor_char_boundary(64);
            let action = action.get(..end).unwrap_or_default().to_owned();
            Event::Act { actor, action, subject, outcome }
        }),
        (any::<[u8; 16]>(), any::<u64>(), any::<[u8; 32]>()).prop_map(|(id, sequence, hash)| {
            Event::Anchor(Head { chain: ChainId(id), sequence, hash: Hash(hash) })
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn an_entry_reads_as_it_was_written(
        events in prop::collection::vec((any::<i64>(), any_event()), 1..12),
    ) {
        let mut head = Head::empty(FIRST);
        let mut verifier = Verifier::from(head);
        for (at, event) in events {
            let (stored, next) = head.append(at, event.clone());
            let entry = verifier.accept(&stored).unwrap();
            prop_assert_eq!(entry.event, event);
            prop_assert_eq!(entry.at_micros, at);
            head = next;
        }
        prop_assert_eq!(verifier.finish(), Ok(head));
    }

    #[test]
    fn noise_is_no_entry_and_no_panic(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(entry) = Entry::read(&noise) {
            prop_assert_eq!(entry.sequence, entry.sequence);
        }
        let stored = Stored { bytes: noise, hash: Hash([0; 32]) };
        prop_assert!(Verifier::from(Head::empty(FIRST)).accept(&stored).is_err());
    }
}
