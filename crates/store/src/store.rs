//! The store itself: what others call. Every answer about a patient is sealed; who may see it is not decided here.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use percuta_record::{
    Answer, AuditEntry, BlobId, Code, Commit, Document, DocumentId, JobId, Moment, Owner,
    PatientId, PersonId, Target, Version,
    model::{Body, Claim, Ended, Ending, Erasure},
};
use percuta_seal::chain::{AuditSeal, ChainId};

use crate::{
    audit::{self, AuditQuery, AuditRow, Chain, Mark, Note},
    blob::{Dropping, Folder, Keeping, Put, make},
    commit::{Committing, owner_bytes, read_owner, read_reserved, target_columns},
    desk::{Desk, FailPoint, Session, at_once},
    dialect::EMPTY_THE_LOG,
    digest,
    error::{DatabaseError, OpenError, StoreError},
    job::{Claiming, EndingClaim},
    key::{self, Erasing, Given, Giving, Kept, Key, KeyOf, Replacing, Rewrapped},
    postgres::{self, Postgres},
    read::{Cursor, Reading, Reservation, Sealed, read_links, replay},
    schema,
    sign_in::{Calling, SignIn},
    sqlite::Sqlite,
    statement::{
        BLOB, BLOBS_LOOSE, COUNT, FIND, FIND_ONE, HEAD, HEADS_OF, KEPT, KEPT_WITH, KEY, KEYS,
        LINKS, LIST, REFERRING, RESERVED, RESERVED_OF, SIGN_IN, SIGN_IN_END, SIGN_IN_SEEN,
        SIGN_INS_END, VERSION, VERSIONS,
    },
    value::{Call, Row, Value},
    verify::{Progress, Reach, Report, Verifying, Walk},
    writer::Writer,
};

/// The most tokens that one search takes: as many as `seal` makes of the longest name.
pub const FIND_TOKENS_MAX: usize = 16;

/// How many idle connections for reading are kept to an SQLite file.
const READERS_MAX: usize = 8;
/// How many loose blobs are looked at in one reading.
const LOOSE_PAGE: u32 = 256;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite, made when it is not there.
    Sqlite(PathBuf),
    /// In memory, gone with the last clone of the store. For trying things out.
    SqliteInMemory,
    /// A database of PostgreSQL, by its address.
    Postgres(String),
}

// PRIVACY: an address may hold a password.
impl std::fmt::Debug for Database {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "Sqlite({})", path.display()),
            Self::SqliteInMemory => out.write_str("SqliteInMemory"),
            Self::Postgres(_) => out.write_str("Postgres(…)"),
        }
    }
}

/// What a store is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the database is.
    pub database: Database,
    /// The folder of sealed photographs and files, made when it is not there.
    pub blobs: PathBuf,
    /// This process's audit chain: 16 bytes drawn at random for every opening. The database meets it with the first
    /// entry, so that a process which only reads leaves no trace.
    pub chain: ChainId,
}

/// A store. A clone is the same store.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    writer: Writer,
    readers: Readers,
    blobs: Folder,
    seal: Arc<OnceLock<AuditSeal>>,
}

/// Where readings are carried out.
#[derive(Debug)]
enum Readers {
    /// On a connection of the file that is idle, or a new one.
    Sqlite { path: PathBuf, idle: Mutex<Vec<Sqlite>> },
    /// On the writer's connection, in its turn.
    Writer,
    /// On a connection of the pool.
    Postgres(deadpool_postgres::Pool),
}

impl Store {
    /// Opens a store, and makes or upgrades its tables. On PostgreSQL, within a Tokio runtime.
    pub async fn open(config: &Config) -> Result<Self, OpenError> {
        Self::open_failing(config, FailPoint::default()).await
    }

    /// The same, with writings that can be made to fail. For tests.
    pub async fn open_failing(config: &Config, fail: FailPoint) -> Result<Self, OpenError> {
        let folder = |path: &std::path::Path| {
            let path = path.to_path_buf();
            move |cause| OpenError::Folder { path, cause }
        };
        let blobs =
            Folder::open(config.blobs.clone(), config.chain).map_err(folder(&config.blobs))?;
        let seal = Arc::new(OnceLock::new());
        let chain = Chain::new(config.chain, Arc::clone(&seal));
        let (session, readers) = match &config.database {
            Database::Sqlite(path) => {
                if let Some(parent) = path.parent() {
                    make(parent).map_err(folder(parent))?;
                }
                let opened = Sqlite::open_to_write(path)
                    .map_err(|cause| OpenError::File { path: path.clone(), cause })?;
                let readers = Readers::Sqlite { path: path.clone(), idle: Mutex::new(Vec::new()) };
                (Session::Sqlite(opened), readers)
            }
            Database::SqliteInMemory => {
                let opened = Sqlite::open_in_memory()
                    .map_err(|cause| OpenError::Schema(DatabaseError::from(cause).into()))?;
                (Session::Sqlite(opened), Readers::Writer)
            }
            Database::Postgres(address) => {
                let pool = postgres::pool(address)?;
                (Session::Postgres(Postgres::of(pool.clone())), Readers::Postgres(pool))
            }
        };
        let mut desk = Desk::new(session, fail);
        schema::is_durable(&mut desk).await?;
        schema::upgrade(&mut desk).await?;
        let writer = match &config.database {
            Database::Sqlite(_) | Database::SqliteInMemory => {
                Writer::on_a_thread(desk, chain).map_err(OpenError::Writer)?
            }
            Database::Postgres(_) => Writer::on_a_task(desk, chain),
        };
        Ok(Self(Arc::new(Inner { writer, readers, blobs, seal })))
    }

    /// From now on, marks this process's audit chain under the index key. Without it the chain has no marks. A second
    /// call changes nothing.
    pub fn mark_with(&self, seal: AuditSeal) {
        // Whoever was first has set the same key.
        drop(self.0.seal.set(seal));
    }

    /// Marks the audit chain and anchors the others in it: to be called before the process ends. The store can be used
    /// on.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.0.writer.ask(Mark).await
    }

    /// Carries readings out, all in one round trip.
    pub(crate) async fn read(&self, calls: Vec<Call>) -> Result<Vec<Vec<Row>>, StoreError> {
        match &self.0.readers {
            Readers::Writer => self.0.writer.ask(Reading(calls)).await,
            Readers::Postgres(pool) => {
                let mut rows = Vec::with_capacity(calls.len());
                Postgres::of(pool.clone()).run(&calls, &mut rows).await?;
                Ok(rows)
            }
            Readers::Sqlite { path, idle } => {
                let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let mut reader = match taken {
                    Some(reader) => reader,
                    None => Sqlite::open_to_read(path).map_err(DatabaseError::from)?,
                };
                let mut rows = Vec::with_capacity(calls.len());
                reader.run(&calls, &mut rows)?;
                let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
                if idle.len() < READERS_MAX {
                    idle.push(reader);
                }
                Ok(rows)
            }
        }
    }

    async fn read_one(&self, call: Call) -> Result<Vec<Row>, StoreError> {
        Ok(self.read(vec![call]).await?.pop().unwrap_or_default())
    }

    /// Gives an owner a key, unless they have or had one.
    pub async fn give_key(
        &self,
        of: impl Into<KeyOf>,
        wrapped: Vec<u8>,
    ) -> Result<Given, StoreError> {
        self.0.writer.ask(Giving { of: of.into(), wrapped }).await
    }

    /// An owner's key.
    pub async fn key(&self, of: impl Into<KeyOf>) -> Result<Key, StoreError> {
        key::read(self.read_one(Call::of(&KEY).with(of.into().bytes())).await?)
    }

    /// The keys after one, in a fixed order, so many at most: to go through them all when the site key is changed.
    pub async fn keys(
        &self,
        after: Option<KeyOf>,
        limit: u32,
    ) -> Result<Vec<(KeyOf, Vec<u8>)>, StoreError> {
        let after = after.map_or(Vec::new(), KeyOf::bytes);
        let rows = self.read_one(Call::of(&KEYS).with(after).with(limit)).await?;
        rows.into_iter().map(|mut row| Ok((KeyOf::read(&row.bytes()?)?, row.bytes()?))).collect()
    }

    /// Puts keys wrapped anew in the place of those that were read. One that was changed or erased meanwhile is left
    /// alone; gives how many were replaced.
    pub async fn replace_keys(&self, keys: Vec<Rewrapped>) -> Result<u64, StoreError> {
        self.0.writer.ask(Replacing(keys)).await
    }

    /// Writes all of a contribution, or nothing. What is answered as done is on the disk.
    pub async fn commit(&self, commit: Commit) -> Result<Answer, StoreError> {
        self.0.writer.ask(Committing(commit)).await
    }

    /// Notes reads, refusals and whatever else wrote no version.
    pub async fn note(&self, entries: Vec<AuditEntry>) -> Result<(), StoreError> {
        self.0.writer.ask(Note(entries)).await
    }

    /// The last version of a document.
    pub async fn head(&self, document: DocumentId) -> Result<Option<Sealed>, StoreError> {
        let rows = self.read_one(Call::of(&HEAD).with(document)).await?;
        rows.into_iter().next().map(Sealed::read).transpose()
    }

    /// The last versions of documents, in the order in which they are named; those that are not there are left out.
    pub async fn heads(&self, documents: &[DocumentId]) -> Result<Vec<Sealed>, StoreError> {
        let calls = documents.iter().map(|document| Call::of(&HEAD).with(*document)).collect();
        self.read(calls).await?.into_iter().flatten().map(Sealed::read).collect()
    }

    /// The last versions of all documents of an owner, by id.
    pub async fn heads_of(&self, owner: Owner) -> Result<Vec<Sealed>, StoreError> {
        let rows = self.read_one(Call::of(&HEADS_OF).with(owner_bytes(owner))).await?;
        rows.into_iter().map(Sealed::read).collect()
    }

    /// An owner's key, and how often their documents were written.
    pub async fn kept(&self, owner: Owner) -> Result<Kept, StoreError> {
        Kept::read(self.read_one(Call::of(&KEPT).with(owner_bytes(owner))).await?.pop())
    }

    /// The same with the last versions of all their documents, which are at least as new as the count says.
    pub async fn folder(&self, owner: Owner) -> Result<(Kept, Vec<Sealed>), StoreError> {
        let calls = [&KEPT, &HEADS_OF].map(|sql| Call::of(sql).with(owner_bytes(owner)));
        let mut answers = self.read(calls.into()).await?.into_iter();
        let kept = Kept::read(answers.next().unwrap_or_default().pop())?;
        let heads = answers.next().unwrap_or_default().into_iter().map(Sealed::read);
        Ok((kept, heads.collect::<Result<_, _>>()?))
    }

    /// The owners of the documents whose field has a token, each as often as they have such a document.
    pub async fn kept_with(
        &self,
        field: &Code,
        token: [u8; 16],
    ) -> Result<Vec<(Owner, Kept)>, StoreError> {
        let rows = self.read_one(Call::of(&KEPT_WITH).with(field).with(token)).await?;
        let kept = |mut row: Row| Ok((read_owner(&row.bytes()?)?, Kept::read(Some(row))?));
        rows.into_iter().map(kept).collect()
    }

    /// One version of a document.
    pub async fn version(
        &self,
        document: DocumentId,
        version: Version,
    ) -> Result<Option<Sealed>, StoreError> {
        let rows = self.read_one(Call::of(&VERSION).with(document).with(version)).await?;
        rows.into_iter().next().map(Sealed::read).transpose()
    }

    /// A document with all its versions, replayed and so checked.
    pub async fn history(
        &self,
        document: DocumentId,
    ) -> Result<Option<Document<Body>>, StoreError> {
        let calls = vec![Call::of(&VERSIONS).with(document), Call::of(&LINKS).with(document)];
        let mut answers = self.read(calls).await?.into_iter();
        let versions = answers.next().unwrap_or_default();
        let links = read_links(answers.next().unwrap_or_default())?;
        let versions = versions.into_iter().map(Sealed::read).collect::<Result<_, _>>()?;
        replay(versions, links)
    }

    /// The documents of a kind, most recently changed first, from a place on. Those of erased owners are left out.
    pub async fn list(
        &self,
        kind: &Code,
        before: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Sealed>, StoreError> {
        let call = Call::of(&LIST).with(kind);
        let call = match before {
            Some(cursor) => call.with(cursor.at).with(cursor.document),
            // Seventeen bytes come after every id.
            None => call.with(Moment(i64::MAX)).with([0xff; 17]),
        };
        self.read_one(call.with(limit)).await?.into_iter().map(Sealed::read).collect()
    }

    /// How many documents of a kind there are, without those of erased owners.
    pub async fn count(&self, kind: &Code) -> Result<u64, StoreError> {
        let mut rows = self.read_one(Call::of(&COUNT).with(kind)).await?;
        rows.pop().map_or(Ok(0), |mut row| row.count())
    }

    /// The documents whose field has all of some tokens: those after an id, so many at most. None for no token.
    pub async fn find(
        &self,
        field: &Code,
        sought: &BTreeSet<[u8; 16]>,
        after: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<DocumentId>, StoreError> {
        let Some(last) = sought.last() else { return Ok(Vec::new()) };
        let different = u32::try_from(sought.len()).map_err(|_cause| StoreError::TooManyTokens)?;
        if sought.len() > FIND_TOKENS_MAX {
            return Err(StoreError::TooManyTokens);
        }
        let after = after.map_or(Value::Bytes(Vec::new()), Value::from);
        let call = if different == 1 {
            let mut call = Call::of(&FIND_ONE).with(field).with(*last);
            call.values.push(after);
            call
        } else {
            let mut call = Call::of(&FIND).with(field);
            call.values.push(after);
            let filled = sought.iter().chain(std::iter::repeat(last)).take(FIND_TOKENS_MAX);
            filled.fold(call, |call, token| call.with(*token)).with(different)
        };
        let rows = self.read_one(call.with(limit)).await?;
        rows.into_iter().map(|mut row| row.id()).collect()
    }

    /// The same, with the heads of what is found.
    pub async fn find_heads(
        &self,
        field: &Code,
        sought: &BTreeSet<[u8; 16]>,
        after: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<Sealed>, StoreError> {
        let found = self.find(field, sought, after, limit).await?;
        self.heads(&found).await
    }

    /// The documents whose head refers to a target, by id.
    pub async fn referring_to(&self, target: Target) -> Result<Vec<DocumentId>, StoreError> {
        let (kind, mut call) = (target_columns(target).0, Call::of(&REFERRING));
        call.values.push(target_columns(target).1);
        let rows = self.read_one(call.with(kind)).await?;
        rows.into_iter().map(|mut row| row.id()).collect()
    }

    /// What is reserved at some time of an interval, of one resource or of all, in the order of time.
    pub async fn reserved(
        &self,
        from: Moment,
        until: Moment,
        resource: Option<DocumentId>,
    ) -> Result<Vec<Reservation>, StoreError> {
        let call = match resource {
            None => Call::of(&RESERVED).with(from).with(until),
            Some(resource) => Call::of(&RESERVED_OF).with(from).with(until).with(resource),
        };
        let rows = self.read_one(call).await?;
        rows.into_iter()
            .map(|row| read_reserved(row).map(|(document, place)| Reservation { document, place }))
            .collect()
    }

    /// Keeps a sealed photograph or file, before any version refers to it.
    pub async fn put_blob(
        &self,
        id: BlobId,
        owner: Owner,
        bytes: Vec<u8>,
    ) -> Result<Put, StoreError> {
        match self.key(owner).await? {
            Key::Absent => return Ok(Put::NoKey),
            Key::Erased => return Ok(Put::Erased),
            Key::Held(_) => {}
        }
        if !self.read_one(Call::of(&BLOB).with(id)).await?.is_empty() {
            return Ok(Put::Held);
        }
        let folder = self.0.blobs.clone();
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let digest = off_the_runtime(move || {
            folder.write(id, &bytes)?;
            Ok(digest::bytes(&bytes))
        })
        .await?;
        self.0.writer.ask(Keeping { id, owner, bytes: length, digest }).await
    }

    /// A sealed photograph or file; `None` when it was never kept or was collected.
    pub async fn blob(&self, id: BlobId) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.has_blob(id).await? {
            return Ok(None);
        }
        let folder = self.0.blobs.clone();
        off_the_runtime(move || folder.read(id)).await
    }

    /// Whether a sealed file is kept.
    pub async fn has_blob(&self, id: BlobId) -> Result<bool, StoreError> {
        let rows = self.read_one(Call::of(&BLOB).with(id)).await?;
        rows.into_iter().next().map_or(Ok(false), |mut row| Ok(row.int()? == 1))
    }

    /// Deletes the files that nothing needs: of erased owners at once; those that no version refers to, and those that
    /// no row knows, when they were written before a moment (a photograph is there before the version that names it:
    /// leave it a day). Gives how many.
    pub async fn collect_blobs(&self, before: Moment) -> Result<u64, StoreError> {
        let mut collected = 0;
        let mut after = Vec::new();
        loop {
            let page = self.read_one(Call::of(&BLOBS_LOOSE).with(after).with(LOOSE_PAGE)).await?;
            let mut last = None;
            for mut row in page {
                let id: BlobId = row.id()?;
                let is_erased = row.int()? == 1;
                last = Some(id);
                let folder = self.0.blobs.clone();
                let is_due =
                    is_erased || off_the_runtime(move || folder.is_older(id, before)).await?;
                if is_due {
                    collected += self.drop_blob(id).await?;
                }
            }
            match last {
                Some(last) => after = last.bytes().to_vec(),
                None => break,
            }
        }
        let folder = self.0.blobs.clone();
        for id in off_the_runtime(move || folder.older(before)).await? {
            if !self.has_blob(id).await? {
                collected += self.drop_blob(id).await?;
            }
        }
        Ok(collected)
    }

    /// Deletes a file that no version refers to; one that is referred to stays. Gives how many were deleted.
    pub async fn drop_blob(&self, id: BlobId) -> Result<u64, StoreError> {
        if !self.0.writer.ask(Dropping(id)).await? {
            return Ok(0);
        }
        let folder = self.0.blobs.clone();
        off_the_runtime(move || folder.remove(id)).await.map(|()| 1)
    }

    /// Erases a patient by their key; tokens, jobs and reservations go with it. An erasure that was done is audited by
    /// `audit`. Backups hold the key on, and so may the log of PostgreSQL until it is recycled.
    pub async fn erase(
        &self,
        patient: PatientId,
        audit: AuditEntry,
    ) -> Result<Erasure, StoreError> {
        let erasure = self.0.writer.ask(Erasing { patient, audit }).await?;
        if let Readers::Sqlite { path, idle: _ } = &self.0.readers {
            let path = path.clone();
            // The log still holds the page with the key. While others read it cannot be emptied; then the next erasure
            // or the ordinary course of things does it, so a failure here is none of the erasure's.
            drop(
                off_the_runtime(move || {
                    let database = Sqlite::open_to_write(&path).map_err(DatabaseError::from)?;
                    Ok(database.text(EMPTY_THE_LOG).map_err(DatabaseError::from)?)
                })
                .await,
            );
        }
        Ok(erasure)
    }

    /// Hands out the job of a kind that has waited longest, until a time.
    pub async fn claim(
        &self,
        kind: &Code,
        now: Moment,
        until: Moment,
    ) -> Result<Option<Claim>, StoreError> {
        self.0.writer.ask(Claiming { kind: kind.clone(), now, until }).await
    }

    /// Ends a claim, if it is still held.
    pub async fn end(&self, id: JobId, attempt: u32, ending: Ending) -> Result<Ended, StoreError> {
        self.0.writer.ask(EndingClaim { id, attempt, ending }).await
    }

    /// Entries of the audit, newest first.
    pub async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreError> {
        self.read_one(audit::call(query)).await?.into_iter().map(audit::row).collect()
    }

    /// Walks through everything, as it was at one moment, and names what is wrong. `progress` is told now and then how
    /// far it is. It does not open envelopes: whether a body opens is for those who have the keys.
    pub async fn verify(
        &self,
        progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Report, StoreError> {
        self.walked(Box::new(progress), Reach::Whole).await
    }

    /// The same for the audit alone: its chains, their anchors and their marks.
    pub async fn verify_audit(&self) -> Result<Report, StoreError> {
        self.walked(Box::new(|_unheard| {}), Reach::Audit).await
    }

    async fn walked(
        &self,
        progress: Box<dyn FnMut(Progress) + Send>,
        reach: Reach,
    ) -> Result<Report, StoreError> {
        let walk = Walk::new(self.0.seal.get().cloned(), progress, reach);
        let walk = match &self.0.readers {
            Readers::Writer => self.0.writer.ask(Verifying(Some(walk))).await?,
            Readers::Postgres(pool) => {
                let session = Session::Postgres(Postgres::of(pool.clone()));
                walk.through(&mut Desk::new(session, FailPoint::default())).await?
            }
            Readers::Sqlite { path, idle: _ } => {
                let path = path.clone();
                off_the_runtime(move || {
                    let reader = Sqlite::open_to_read(&path).map_err(DatabaseError::from)?;
                    let mut desk = Desk::new(Session::Sqlite(reader), FailPoint::default());
                    at_once(walk.through(&mut desk)).ok_or(StoreError::Interrupted)?
                })
                .await?
            }
        };
        let folder = self.0.blobs.clone();
        let (mut report, missing) = off_the_runtime(move || walk.files(&folder)).await?;
        for (id, fault) in missing {
            // It may have been collected since the rows were read.
            if self.has_blob(id).await? {
                report.faults.push(fault);
            }
        }
        Ok(report)
    }

    /// Begins a sign-in.
    pub async fn begin_sign_in(&self, sign_in: SignIn) -> Result<(), StoreError> {
        self.0.writer.ask(Calling(sign_in.insert())).await
    }

    /// A sign-in by the hash of its token. Whether it is over is for the caller to say.
    pub async fn sign_in(&self, token_hash: [u8; 32]) -> Result<Option<SignIn>, StoreError> {
        let rows = self.read_one(Call::of(&SIGN_IN).with(token_hash)).await?;
        rows.into_iter().next().map(SignIn::read).transpose()
    }

    /// Notes that a sign-in was used.
    pub async fn seen_sign_in(&self, token_hash: [u8; 32], at: Moment) -> Result<(), StoreError> {
        self.0.writer.ask(Calling(Call::of(&SIGN_IN_SEEN).with(at).with(token_hash))).await
    }

    /// Ends a sign-in.
    pub async fn end_sign_in(&self, token_hash: [u8; 32]) -> Result<(), StoreError> {
        self.0.writer.ask(Calling(Call::of(&SIGN_IN_END).with(token_hash))).await
    }

    /// Ends all sign-ins of a person.
    pub async fn end_sign_ins_of(&self, person: PersonId) -> Result<(), StoreError> {
        self.0.writer.ask(Calling(Call::of(&SIGN_INS_END).with(person))).await
    }
}

/// Does what waits for a disk where no other request waits for it.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_gone| StoreError::Interrupted)?
}
