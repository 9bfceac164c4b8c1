//! The audit: this process's chain, and reading all chains as one list.
//!
//! Entries are written in the transaction of what they tell of, so there is none without the other. The chain begins
//! with the first entry, by anchoring the heads of the other chains; at intervals and at the end it anchors what went
//! on since, and sets a mark under the index key once that key is known ([`crate::Store::mark_with`]).

use std::sync::{Arc, OnceLock};

use percuta_record::{AuditEntry, Code, DocumentId, Moment, Owner, PersonId, Version};
use percuta_seal::chain::{
    Actor, AuditSeal, ChainId, Entry, Event, Hash, Head, Outcome, Stored, Subject,
};

use crate::{
    commit::owner_bytes,
    desk::Desk,
    error::StoreError,
    statement::{
        AUDIT, AUDIT_BY, AUDIT_BY_OF, AUDIT_BY_ON, AUDIT_INSERT, AUDIT_OF, AUDIT_ON, CHAIN,
        CHAIN_ANCHORED, CHAIN_HEAD, CHAIN_INSERT, CHAIN_NEXT, CHAINS_TO_ANCHOR, MARK_INSERT,
    },
    value::{Call, Row, Value},
    writer::{Act, Later},
};

/// After how many entries the chain is marked.
const MARK_EVERY: u64 = 256;

/// This process's chain.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    head: Head,
    /// Its number in the database, once it was begun or read.
    number: Option<i64>,
    last_at: i64,
    unmarked: u64,
    seal: Arc<OnceLock<AuditSeal>>,
}

impl Chain {
    /// A chain that may or may not be in the database.
    pub(crate) fn new(id: ChainId, seal: Arc<OnceLock<AuditSeal>>) -> Self {
        Self { head: Head::empty(id), number: None, last_at: 0, unmarked: 0, seal }
    }

    /// The same chain, whose end has to be asked of the database because a transaction may or may not have ended.
    pub(crate) fn read_again(self) -> Self {
        Self {
            unmarked: self.unmarked,
            last_at: self.last_at,
            ..Self::new(self.head.chain, self.seal)
        }
    }

    /// What writes these entries.
    pub(crate) async fn entries(
        &mut self,
        desk: &mut Desk,
        entries: &[AuditEntry],
    ) -> Result<Vec<Call>, StoreError> {
        let Some(first) = entries.first() else { return Ok(Vec::new()) };
        let mut calls = self.begin(desk, first.at).await?;
        for entry in entries {
            let event = Event::Act {
                actor: entry.by.map_or(Actor::Nobody, |by| Actor::Person(by.bytes())),
                action: entry.action.as_str().to_owned(),
                subject: entry.subject.map(|(id, version)| Subject {
                    id: id.bytes(),
                    version: version.map_or(0, |version| version.number().into()),
                }),
                outcome: outcome_of(&entry.outcome)?,
            };
            calls.push(self.append(entry.at, event));
        }
        Ok(calls)
    }

    fn append(&mut self, at: Moment, event: Event) -> Call {
        let (act, by, subject) = open_columns(&event);
        let (stored, head) = self.head.append(at.0, event);
        self.head = head;
        self.last_at = at.0;
        self.unmarked = self.unmarked.saturating_add(1);
        Call::of(&AUDIT_INSERT)
            .with(self.number)
            .with(number(head.sequence))
            .with(at)
            .with(act)
            .with(by)
            .with(subject)
            .with(stored.bytes)
            .with(stored.hash.0)
    }

    /// Reads where the chain stands, or begins it. Nothing when that is known.
    async fn begin(&mut self, desk: &mut Desk, at: Moment) -> Result<Vec<Call>, StoreError> {
        if self.number.is_some() {
            return Ok(Vec::new());
        }
        let id = self.head.chain;
        if let Some(mut known) = desk.one(Call::of(&CHAIN).with(id.0)).await?.pop() {
            let number = known.int()?;
            self.number = Some(number);
            self.head = Head::empty(id);
            if let Some(mut row) = desk.one(Call::of(&CHAIN_HEAD).with(number)).await?.pop() {
                self.head = Head { chain: id, sequence: row.count()?, hash: Hash(row.array()?) };
                self.last_at = row.int()?;
            }
            return Ok(Vec::new());
        }
        let mut next = desk.one(Call::of(&CHAIN_NEXT)).await?;
        let number = next.pop().map_or(Ok(1), |mut row| row.int())?;
        desk.one(Call::of(&CHAIN_INSERT).with(number).with(id.0)).await?;
        self.number = Some(number);
        self.anchors(desk, at).await
    }

    /// What anchors the heads of other chains that went on.
    async fn anchors(&mut self, desk: &mut Desk, at: Moment) -> Result<Vec<Call>, StoreError> {
        let mut calls = Vec::new();
        for mut row in desk.one(Call::of(&CHAINS_TO_ANCHOR).with(self.head.chain.0)).await? {
            let other = row.int()?;
            let chain = ChainId(row.array()?);
            let sequence = row.count()?;
            let hash = Hash(row.array()?);
            calls.push(self.append(at, Event::Anchor(Head { chain, sequence, hash })));
            calls.push(Call::of(&CHAIN_ANCHORED).with(number(sequence)).with(other));
        }
        Ok(calls)
    }

    /// Marks the chain when it has grown enough since it was marked.
    pub(crate) async fn mark_when_due(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        if self.unmarked < MARK_EVERY { Ok(()) } else { self.mark(desk).await }
    }

    async fn mark(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        if self.number.is_none() || self.unmarked == 0 {
            return Ok(());
        }
        let mut calls = self.anchors(desk, Moment(self.last_at)).await?;
        if let Some(seal) = self.seal.get() {
            let mark = seal.mark(&self.head);
            calls.push(
                Call::of(&MARK_INSERT)
                    .with(self.number)
                    .with(number(self.head.sequence))
                    .with(self.head.hash.0)
                    .with(mark),
            );
            self.unmarked = 0;
        }
        desk.run(calls).await.map(|_rows| ())
    }
}

/// Notes what wrote no version.
#[derive(Debug)]
pub(crate) struct Note(pub(crate) Vec<AuditEntry>);

impl Act for Note {
    type Answer = ();
    fn act<'a>(&'a mut self, desk: &'a mut Desk, chain: &'a mut Chain) -> Later<'a, ()> {
        Box::pin(async move {
            let calls = chain.entries(desk, &self.0).await?;
            desk.run(calls).await.map(|_rows| ())
        })
    }
}

/// Marks the chain now.
#[derive(Debug)]
pub(crate) struct Mark;

impl Act for Mark {
    type Answer = ();
    fn act<'a>(&'a mut self, desk: &'a mut Desk, chain: &'a mut Chain) -> Later<'a, ()> {
        Box::pin(chain.mark(desk))
    }
}

fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

/// The columns that stand in the open beside an entry: whether it is an act, by whom, on what.
pub(crate) fn open_columns(event: &Event) -> (i64, Value, Value) {
    match event {
        Event::Act { actor, action: _, subject, outcome: _ } => {
            let by = match actor {
                Actor::Person(id) => Value::from(*id),
                Actor::System | Actor::Nobody => Value::Null,
            };
            (1, by, subject.map_or(Value::Null, |subject| Value::from(subject.id)))
        }
        Event::Anchor(_) => (0, Value::Null, Value::Null),
    }
}

const OUTCOMES: [(&str, Outcome); 5] = [
    ("done", Outcome::Done),
    ("refused", Outcome::Refused),
    ("conflict", Outcome::Conflict),
    ("not-found", Outcome::NotFound),
    ("failed", Outcome::Failed),
];

fn outcome_of(code: &Code) -> Result<Outcome, StoreError> {
    OUTCOMES
        .iter()
        .find(|(text, _)| *text == code.as_str())
        .map(|(_, outcome)| *outcome)
        .ok_or_else(|| StoreError::UnknownOutcome { outcome: code.clone() })
}

/// On what the acts were that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One document.
    Document(DocumentId),
    /// Any document of an owner.
    Owner(Owner),
}

/// Which entries of the audit are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditQuery {
    /// Those of one person; of anyone when `None`.
    pub by: Option<PersonId>,
    /// Those on a document or an owner's documents; on anything when `None`.
    pub owner_or_subject: Option<About>,
    /// Those before this place; from the newest when `None`.
    pub before: Option<AuditCursor>,
    /// How many at most.
    pub limit: u32,
}

/// A place in the list of all chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditCursor {
    /// When the entry was made.
    pub at: Moment,
    /// The number of its chain in this database.
    pub chain: i64,
    /// Its place in the chain.
    pub sequence: u64,
}

/// One entry of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place: what comes after it is asked for with this.
    pub cursor: AuditCursor,
    /// What it says.
    pub entry: AuditEntry,
}

/// The reading of a query.
pub(crate) fn call(query: &AuditQuery) -> Call {
    let sql = match (query.by, query.owner_or_subject) {
        (None, None) => &AUDIT,
        (Some(_), None) => &AUDIT_BY,
        (None, Some(About::Document(_))) => &AUDIT_ON,
        (None, Some(About::Owner(_))) => &AUDIT_OF,
        (Some(_), Some(About::Document(_))) => &AUDIT_BY_ON,
        (Some(_), Some(About::Owner(_))) => &AUDIT_BY_OF,
    };
    let last = AuditCursor { at: Moment(i64::MAX), chain: i64::MAX, sequence: u64::MAX };
    let before = query.before.unwrap_or(last);
    let mut call = Call::of(sql).with(before.at).with(before.chain).with(number(before.sequence));
    if let Some(by) = query.by {
        call = call.with(by);
    }
    call = match query.owner_or_subject {
        None => call,
        Some(About::Document(document)) => call.with(document),
        Some(About::Owner(owner)) => call.with(owner_bytes(owner)),
    };
    call.with(query.limit)
}

/// An entry as it was asked for.
pub(crate) fn row(mut row: Row) -> Result<AuditRow, StoreError> {
    let cursor = AuditCursor { at: row.moment()?, chain: row.int()?, sequence: row.count()? };
    let entry = Entry::read(&row.bytes()?)
        .ok_or(StoreError::Malformed { what: "an audit entry cannot be read" })?;
    let Event::Act { actor, action, subject, outcome } = entry.event else {
        return Err(StoreError::Malformed { what: "an anchor stands where an act was expected" });
    };
    let no_code = StoreError::Malformed { what: "an action of the audit is no code" };
    let said = OUTCOMES.iter().find(|(_, known)| *known == outcome).map(|(text, _)| *text);
    let subject = subject.map(|subject| {
        let version = u32::try_from(subject.version).ok().and_then(Version::new);
        (DocumentId::from_bytes(subject.id), version)
    });
    let by = match actor {
        Actor::Person(id) => Some(PersonId::from_bytes(id)),
        Actor::System | Actor::Nobody => None,
    };
    let entry = AuditEntry {
        by,
        at: Moment(entry.at_micros),
        action: Code::new(&action).ok_or_else(|| no_code.clone())?,
        subject,
        outcome: said.and_then(Code::new).ok_or(no_code)?,
    };
    Ok(AuditRow { cursor, entry })
}

/// An entry as the chain needs it.
pub(crate) fn stored(bytes: Vec<u8>, hash: [u8; 32]) -> Stored {
    Stored { bytes, hash: Hash(hash) }
}
