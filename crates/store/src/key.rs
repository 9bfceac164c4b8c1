//! Keys of owners, wrapped by `seal`, and erasure, which is the deletion of one.

use percuta_record::{AuditEntry, Owner, PatientId, model::Erasure};

use crate::{
    audit::Chain,
    commit::{owner_bytes, read_owner},
    desk::Desk,
    error::StoreError,
    statement::{
        ERASE_COUNT, ERASE_DOCUMENTS, ERASE_JOBS, ERASE_RESERVATIONS, ERASE_TOKENS, KEY_ERASE,
        KEY_INSERT, KEY_REPLACE, KEY_UPDATE,
    },
    value::{Call, Row},
    writer::{Act, Later},
};

/// Whose data key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyOf {
    /// A patient's.
    Patient(PatientId),
    /// The clinic's.
    Clinic,
    /// That of the search index and of the marks on the audit.
    Index,
}

impl From<Owner> for KeyOf {
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::Patient(patient) => Self::Patient(patient),
            Owner::Clinic => Self::Clinic,
        }
    }
}

impl KeyOf {
    /// As it is stored.
    pub(crate) fn bytes(self) -> Vec<u8> {
        match self {
            Self::Patient(patient) => owner_bytes(Owner::Patient(patient)),
            Self::Clinic => owner_bytes(Owner::Clinic),
            Self::Index => b"I".to_vec(),
        }
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        match bytes {
            b"I" => Ok(Self::Index),
            bytes => read_owner(bytes).map(Self::from),
        }
    }
}

/// An owner's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// There was never one.
    Absent,
    /// It is there, wrapped.
    Held(Vec<u8>),
    /// It was there and is gone for ever.
    Erased,
}

/// An owner's key, and how often their documents were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// There was never a key.
    Absent,
    /// It was there and is gone for ever.
    Erased,
    /// It is there.
    Held {
        /// The key, wrapped.
        wrapped: Vec<u8>,
        /// It grows with every contribution that writes a document of the owner, and with nothing else.
        changes: u64,
    },
}

impl Kept {
    pub(crate) fn read(row: Option<Row>) -> Result<Self, StoreError> {
        let Some(mut row) = row else { return Ok(Self::Absent) };
        let (wrapped, changes) = (row.maybe_bytes()?, row.count()?);
        Ok(wrapped.map_or(Self::Erased, |wrapped| Self::Held { wrapped, changes }))
    }
}

/// What giving an owner a key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// It is the owner's now.
    New,
    /// The owner has this one already, and keeps it.
    Held(Vec<u8>),
    /// The owner was erased, and gets none.
    Erased,
}

/// One key wrapped anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrapped {
    /// Whose.
    pub of: KeyOf,
    /// As it was read.
    pub before: Vec<u8>,
    /// As it is to be.
    pub after: Vec<u8>,
}

/// The key in the rows of a reading.
pub(crate) fn read(rows: Vec<Row>) -> Result<Key, StoreError> {
    match rows.into_iter().next() {
        None => Ok(Key::Absent),
        Some(mut row) => Ok(row.maybe_bytes()?.map_or(Key::Erased, Key::Held)),
    }
}

#[derive(Debug)]
pub(crate) struct Giving {
    pub(crate) of: KeyOf,
    pub(crate) wrapped: Vec<u8>,
}

impl Act for Giving {
    type Answer = Given;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, Given> {
        Box::pin(async move {
            match read(desk.one(Call::of(&KEY_UPDATE).with(self.of.bytes())).await?)? {
                Key::Held(wrapped) => Ok(Given::Held(wrapped)),
                Key::Erased => Ok(Given::Erased),
                Key::Absent => {
                    let call = Call::of(&KEY_INSERT).with(self.of.bytes());
                    desk.one(call.with(self.wrapped.clone())).await?;
                    Ok(Given::New)
                }
            }
        })
    }
}

#[derive(Debug)]
pub(crate) struct Replacing(pub(crate) Vec<Rewrapped>);

impl Act for Replacing {
    type Answer = u64;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, u64> {
        Box::pin(async move {
            let calls = self.0.iter().map(|key| {
                Call::of(&KEY_REPLACE)
                    .with(key.after.clone())
                    .with(key.of.bytes())
                    .with(key.before.clone())
            });
            let replaced = desk.run(calls.collect()).await?;
            Ok(replaced.iter().map(|rows| u64::from(!rows.is_empty())).sum())
        })
    }
}

#[derive(Debug)]
pub(crate) struct Erasing {
    pub(crate) patient: PatientId,
    pub(crate) audit: AuditEntry,
}

impl Act for Erasing {
    type Answer = Erasure;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, chain: &'a mut Chain) -> Later<'a, Erasure> {
        Box::pin(async move {
            let owner = owner_bytes(Owner::Patient(self.patient));
            match read(desk.one(Call::of(&KEY_UPDATE).with(owner.clone())).await?)? {
                Key::Absent => return Ok(Erasure::NoKey),
                Key::Erased => return Ok(Erasure::Before),
                Key::Held(_) => {}
            }
            let mut calls: Vec<Call> = [
                &KEY_ERASE,
                &ERASE_TOKENS,
                &ERASE_JOBS,
                &ERASE_RESERVATIONS,
                &ERASE_DOCUMENTS,
                &ERASE_COUNT,
            ]
            .into_iter()
            .map(|sql| Call::of(sql).with(owner.clone()))
            .collect();
            let count = calls.len();
            calls.extend(chain.entries(desk, std::slice::from_ref(&self.audit)).await?);
            let rows = desk.run(calls).await?;
            let mut counted = rows.into_iter().take(count).flatten();
            let documents = counted.next_back().map_or(Ok(0), |mut row| row.count())?;
            Ok(Erasure::Done { documents: usize::try_from(documents).unwrap_or(usize::MAX) })
        })
    }
}
