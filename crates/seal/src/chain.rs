//! The audit chain: entries that hold the hash of the one before, so that none can be changed, taken out, put in or
//! moved without the place being found.
//!
//! ```text
//! 01 │ chain 16 │ sequence 8 │ time 8 │ previous hash 32 │ event
//! event: 01 │ actor: 01 and id 16, or 02 (the system), or 03 (nobody known)
//!           │ action: length 2, text │ subject: 00, or 01 and id 16 and version 8 (0: none in particular) │ outcome 1
//!     or 02 │ another chain's id 16 │ sequence 8 │ hash 32                                    (an anchor)
//! hash of an entry = SHA-256 of the list ("percuta audit entry", the bytes above)
//! previous of the first entry = SHA-256 of the list ("percuta audit chain", chain id)
//! ```
//!
//! Each process that writes has its own chain, so that none waits for another. From time to time it writes an *anchor*,
//! the head of another chain: from then on, neither can be cut short or rewritten without the other.
//!
//! **What the chain proves, and what not.** The hashes have no key: they find a mistake, a lost page, and a hand that
//! changes a row. Someone who may write to the whole database can compute a chain anew from some entry on. Against
//! that stand the anchors, a mark of the head under the index key ([`AuditSeal`]), which the database alone cannot
//! make, and a head that was written down elsewhere. The last entries of a chain that no one has seen yet can be cut
//! off unseen.
//!
//! PRIVACY: entries outlive the erasure of a patient. They hold ids and codes; never a name, a reason or a finding.
//! The time is an argument, in microseconds since 1970 UTC; a clock that goes back is recorded, not refused.

use std::{collections::BTreeMap, fmt};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::{
    hex,
    key::DataKey,
    parts::{Parts, Reader},
};

const FORM: u8 = 1;

/// The longest code of an action, in bytes; a longer one is cut.
pub const ACTION_BYTES_MAX: usize = 64;

/// Which chain: one for each process that writes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChainId(pub [u8; 16]);

impl fmt::Display for ChainId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::write(&self.0))
    }
}

impl fmt::Debug for ChainId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ChainId({self})")
    }
}

/// The hash of an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hash({})", hex::write(&self.0))
    }
}

/// The last entry of a chain, or any entry that was the last once. Sequence 0 is the chain before its first entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The chain.
    pub chain: ChainId,
    /// The entry's place, counted from one.
    pub sequence: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// A chain before its first entry.
    pub fn empty(chain: ChainId) -> Self {
        let hash = digest(&Parts::of("percuta audit chain").with(&chain.0));
        Self { chain, sequence: 0, hash }
    }

    /// The next entry, as it is stored, and the head that it makes.
    pub fn append(self, at_micros: i64, event: Event) -> (Stored, Self) {
        let entry = Entry {
            chain: self.chain,
            sequence: self.sequence.saturating_add(1),
            at_micros,
            previous: self.hash,
            event,
        };
        let bytes = entry.bytes();
        let hash = hash_of(&bytes);
        (Stored { bytes, hash }, Self { chain: self.chain, sequence: entry.sequence, hash })
    }
}

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person who was signed in or came by a signed link.
    Person([u8; 16]),
    /// The program itself: a job, an upgrade.
    System,
    /// Somebody who was not known.
    Nobody,
}

/// On what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The id of a document, a patient or a person.
    pub id: [u8; 16],
    /// The version that was read or written; 0 for none in particular.
    pub version: u64,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed, or a rule forbade it.
    Refused,
    /// Someone else had written first.
    Conflict,
    /// There is no such thing.
    NotFound,
    /// It could not be carried out.
    Failed,
}

impl Outcome {
    fn byte(self) -> u8 {
        match self {
            Self::Done => 1,
            Self::Refused => 2,
            Self::Conflict => 3,
            Self::NotFound => 4,
            Self::Failed => 5,
        }
    }

    fn read(byte: u8) -> Option<Self> {
        [Self::Done, Self::Refused, Self::Conflict, Self::NotFound, Self::Failed]
            .into_iter()
            .find(|outcome| outcome.byte() == byte)
    }
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Someone did something.
    Act {
        /// Who.
        actor: Actor,
        /// What, as a code: `patient.open`.
        action: String,
        /// On what.
        subject: Option<Subject>,
        /// What came of it.
        outcome: Outcome,
    },
    /// Another chain had this head.
    Anchor(Head),
}

/// An entry of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its chain.
    pub chain: ChainId,
    /// Its place, counted from one.
    pub sequence: u64,
    /// When, in microseconds since 1970 UTC.
    pub at_micros: i64,
    /// The hash of the entry before.
    pub previous: Hash,
    /// What it says.
    pub event: Event,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The entry.
    pub bytes: Vec<u8>,
    /// Its hash.
    pub hash: Hash,
}

impl Entry {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(&self.chain.0);
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        bytes.extend_from_slice(&self.at_micros.to_be_bytes());
        bytes.extend_from_slice(&self.previous.0);
        match &self.event {
            Event::Act { actor, action, subject, outcome } => {
                bytes.push(1);
                match actor {
                    Actor::Person(id) => {
                        bytes.push(1);
                        bytes.extend_from_slice(id);
                    }
                    Actor::System => bytes.push(2),
                    Actor::Nobody => bytes.push(3),
                }
                let action = action.get(..action.floor_char_boundary(ACTION_BYTES_MAX));
                let action = action.unwrap_or_default().as_bytes();
                let length = u16::try_from(action.len()).unwrap_or_default();
                bytes.extend_from_slice(&length.to_be_bytes());
                bytes.extend_from_slice(action);
                match subject {
                    None => bytes.push(0),
                    Some(subject) => {
                        bytes.push(1);
                        bytes.extend_from_slice(&subject.id);
                        bytes.extend_from_slice(&subject.version.to_be_bytes());
                    }
                }
                bytes.push(outcome.byte());
            }
            Event::Anchor(head) => {
                bytes.push(2);
                bytes.extend_from_slice(&head.chain.0);
                bytes.extend_from_slice(&head.sequence.to_be_bytes());
                bytes.extend_from_slice(&head.hash.0);
            }
        }
        bytes
    }

    /// An entry from its bytes; `None` when they are no entry of a form that this version knows, or have anything
    /// after it.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        if reader.byte()? != FORM {
            return None;
        }
        let entry = Self {
            chain: ChainId(reader.array()?),
            sequence: u64::from_be_bytes(reader.array()?),
            at_micros: i64::from_be_bytes(reader.array()?),
            previous: Hash(reader.array()?),
            event: read_event(&mut reader)?,
        };
        reader.0.is_empty().then_some(entry)
    }
}

fn read_event(reader: &mut Reader<'_>) -> Option<Event> {
    match reader.byte()? {
        1 => {
            let actor = match reader.byte()? {
                1 => Actor::Person(reader.array()?),
                2 => Actor::System,
                3 => Actor::Nobody,
                _ => return None,
            };
            let length = usize::from(u16::from_be_bytes(reader.array()?));
            let action = str::from_utf8(reader.take(length)?).ok()?.to_owned();
            let subject = match reader.byte()? {
                0 => None,
                1 => Some(Subject {
                    id: reader.array()?,
                    version: u64::from_be_bytes(reader.array()?),
                }),
                _ => return None,
            };
            let outcome = Outcome::read(reader.byte()?)?;
            Some(Event::Act { actor, action, subject, outcome })
        }
        2 => Some(Event::Anchor(Head {
            chain: ChainId(reader.array()?),
            sequence: u64::from_be_bytes(reader.array()?),
            hash: Hash(reader.array()?),
        })),
        _ => None,
    }
}

fn digest(parts: &Parts) -> Hash {
    Hash(Sha256::digest(parts.bytes()).into())
}

fn hash_of(bytes: &[u8]) -> Hash {
    digest(&Parts::of("percuta audit entry").with(bytes))
}

/// Walks one chain, entry by entry, without holding it in memory.
#[derive(Debug)]
pub struct Verifier {
    last: Head,
    /// What others saw of this chain: sequence to every hash and its witness.
    seen: BTreeMap<u64, Vec<(Hash, Witness)>>,
    anchors: Vec<Head>,
}

/// Where a head of the chain was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// An anchor in another chain.
    Chain(ChainId),
    /// A head that was marked or written down elsewhere.
    Elsewhere,
}

impl fmt::Display for Witness {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain(chain) => write!(out, "an anchor in chain `{chain}`"),
            Self::Elsewhere => out.write_str("a head that was written down elsewhere"),
        }
    }
}

impl Verifier {
    /// Walks from the beginning ([`Head::empty`]) or from an entry that was found right before.
    pub fn from(head: Head) -> Self {
        Self { last: head, seen: BTreeMap::new(), anchors: Vec::new() }
    }

    /// The same with a head that was seen by someone else; heads of other chains, and those before the beginning of the
    /// walk, say nothing.
    #[must_use]
    pub fn knowing(mut self, head: Head, witness: Witness) -> Self {
        if head.chain == self.last.chain && head.sequence > self.last.sequence {
            self.seen.entry(head.sequence).or_default().push((head.hash, witness));
        }
        self
    }

    /// The next entry, or what is wrong with it. After a wrong entry the walk cannot go on.
    pub fn accept(&mut self, stored: &Stored) -> Result<Entry, Broken> {
        let sequence = self.last.sequence.saturating_add(1);
        let broken = |why| Broken { chain: self.last.chain, sequence, why };
        let entry = Entry::read(&stored.bytes).ok_or_else(|| broken(Wrong::Unreadable))?;
        if hash_of(&stored.bytes) != stored.hash {
            return Err(broken(Wrong::Edited));
        }
        if entry.chain != self.last.chain {
            return Err(broken(Wrong::OtherChain { found: entry.chain }));
        }
        if entry.sequence > sequence {
            return Err(broken(Wrong::Missing { found: entry.sequence }));
        }
        if entry.sequence < sequence {
            return Err(broken(Wrong::OutOfOrder { found: entry.sequence }));
        }
        if entry.previous != self.last.hash {
            return Err(broken(Wrong::NotContinued));
        }
        for (hash, witness) in self.seen.remove(&sequence).unwrap_or_default() {
            if hash != stored.hash {
                return Err(broken(Wrong::Contradicted { by: witness }));
            }
        }
        if let Event::Anchor(head) = entry.event {
            self.anchors.push(head);
        }
        self.last = Head { chain: entry.chain, sequence, hash: stored.hash };
        Ok(entry)
    }

    /// The heads of other chains that were met.
    pub fn anchors(&self) -> &[Head] {
        &self.anchors
    }

    /// The head of the chain, unless someone saw an entry after it.
    pub fn finish(self) -> Result<Head, Broken> {
        match self.seen.iter().find_map(|(sequence, seen)| Some((*sequence, seen.first()?.1))) {
            None => Ok(self.last),
            Some((seen, by)) => Err(Broken {
                chain: self.last.chain,
                sequence: self.last.sequence.saturating_add(1),
                why: Wrong::CutShort { seen, by },
            }),
        }
    }
}

/// Verifies several chains and their anchors in one another. For each chain: its head, or the first thing that is wrong
/// with it. `known` are heads that were marked or written down elsewhere.
///
/// An anchor counts only when the chain that holds it is right up to there, so one changed entry does not accuse
/// another chain.
pub fn verify(
    chains: &BTreeMap<ChainId, Vec<Stored>>,
    known: &[Head],
) -> BTreeMap<ChainId, Result<Head, Broken>> {
    let mut anchors = Vec::new();
    for (chain, entries) in chains {
        let mut verifier = Verifier::from(Head::empty(*chain));
        for stored in entries {
            // What is wrong is said by the second walk; only the anchors before it matter here.
            if verifier.accept(stored).is_err() {
                break;
            }
        }
        anchors.extend(verifier.anchors().iter().map(|head| (*head, Witness::Chain(*chain))));
    }
    anchors.extend(known.iter().map(|head| (*head, Witness::Elsewhere)));
    // A chain of which nothing is left is found by what others saw of it.
    let mut ids: Vec<ChainId> = chains.keys().copied().collect();
    ids.extend(anchors.iter().map(|(head, _)| head.chain));
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter()
        .map(|chain| {
            let start = Verifier::from(Head::empty(chain));
            let mut verifier = anchors
                .iter()
                .fold(start, |verifier, (head, witness)| verifier.knowing(*head, *witness));
            let entries = chains.get(&chain).map_or(&[][..], Vec::as_slice);
            let walked =
                entries.iter().try_for_each(|stored| verifier.accept(stored).map(|_entry| ()));
            (chain, walked.and_then(|()| verifier.finish()))
        })
        .collect()
}

/// The first thing that is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("audit chain `{chain}`, entry {sequence}: {why}")]
pub struct Broken {
    /// The chain.
    pub chain: ChainId,
    /// The place where it is wrong, counted from one.
    pub sequence: u64,
    /// What is wrong there.
    pub why: Wrong,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Its bytes are no entry.
    #[error("it cannot be read: it was changed, or a newer version wrote it")]
    Unreadable,
    /// Its bytes are not those that were hashed.
    #[error("it was changed after it was written")]
    Edited,
    /// It belongs to another chain.
    #[error("an entry of chain `{found}` stands in its place")]
    OtherChain {
        /// The chain it belongs to.
        found: ChainId,
    },
    /// An entry is missing.
    #[error("it is missing; entry {found} stands in its place")]
    Missing {
        /// The entry that stands there.
        found: u64,
    },
    /// An earlier entry stands in its place.
    #[error("entry {found} stands in its place, again or out of order")]
    OutOfOrder {
        /// The entry that stands there.
        found: u64,
    },
    /// It continues another entry than the one before it.
    #[error("it does not continue the entry before it: one of the two was replaced")]
    NotContinued,
    /// Someone saw another entry here.
    #[error("{by} holds another hash of it: it was replaced")]
    Contradicted {
        /// Who saw it.
        by: Witness,
    },
    /// Someone saw more entries than there are.
    #[error("it is missing: {by} names entry {seen} of this chain")]
    CutShort {
        /// The entry that was seen.
        seen: u64,
        /// Who saw it.
        by: Witness,
    },
}

/// Marks heads under the index key, which the database alone cannot do.
#[derive(Clone)]
pub struct AuditSeal {
    keyed: Hmac<Sha256>,
}

impl fmt::Debug for AuditSeal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AuditSeal(…)")
    }
}

impl AuditSeal {
    /// The marks of a clinic.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub fn new(index: &DataKey) -> Self {
        let key = index.purpose(&Parts::of("percuta audit mark key 1"));
        Self { keyed: Hmac::new_from_slice(key.as_ref()).expect("HMAC takes a key of any length") }
    }

    fn keyed(&self, head: &Head) -> Hmac<Sha256> {
        let parts = Parts::of("head")
            .with(&head.chain.0)
            .with(&head.sequence.to_be_bytes())
            .with(&head.hash.0);
        let mut keyed = self.keyed.clone();
        keyed.update(parts.bytes());
        keyed
    }

    /// The mark of a head.
    pub fn mark(&self, head: &Head) -> [u8; 32] {
        self.keyed(head).finalize().into_bytes().into()
    }

    /// Whether a mark was made of this head, under this key.
    pub fn is_marked(&self, head: &Head, mark: &[u8]) -> bool {
        self.keyed(head).verify_slice(mark).is_ok()
    }
}
