//! Walks through a whole store and names what is wrong with it, each in a sentence.
//!
//! It reads; it mends nothing, and opens no envelope. What it looks at: every audit chain with its anchors and marks,
//! every document replayed from its versions with their digests, every reference, every contribution and what it made,
//! tokens, jobs and reservations, every sealed file. A row that cannot be read is a fault and not an error.

use std::collections::{BTreeMap, BTreeSet};

use percuta_record::{
    BlobId, Code, Contribution, ContributionId, Document, DocumentId, JobId, Moment, Owner,
    PersonId, Revision, Target, Unsound, Version,
};
use percuta_seal::chain::{AuditSeal, Broken, ChainId, Entry, Hash, Head, Verifier, Witness};

use crate::{
    audit::{Chain, open_columns, stored},
    blob::Folder,
    commit::{Stand, read_change, read_role, read_sources, read_stand, read_target, read_versions},
    desk::Desk,
    digest,
    error::StoreError,
    read::{read_form, read_links},
    statement::{
        AUDIT_STRAY, BLOBS, CHAIN_ENTRIES, CHAINS, CONTRIBUTIONS, DOCUMENTS, DOCUMENTS_KEYLESS,
        JOBS_STRAY, LINKS, LINKS_DANGLING, MARKS, RESERVATIONS_OVERLAPPING, RESERVATIONS_STRAY,
        TOKENS_STRAY, VERSION_MADE_BY, VERSIONS_RAW, VERSIONS_STRAY,
    },
    value::{Call, Row, Value},
    writer::{Act, Later},
};

const ENTRIES_PAGE: u32 = 2000;
const DOCUMENTS_PAGE: u32 = 64;
const ROWS_PAGE: u32 = 500;

/// What is being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The audit chains.
    Audit,
    /// The documents.
    Documents,
    /// The contributions.
    Contributions,
    /// The sealed files.
    Blobs,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being looked at.
    pub stage: Stage,
    /// How many of them were looked at.
    pub done: u64,
}

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The audit chains.
    pub chains: u64,
    /// The entries in them.
    pub entries: u64,
    /// The marks on them.
    pub marks: u64,
    /// Whether the marks could be checked: whether the index key was at hand.
    pub marks_checked: bool,
    /// The documents.
    pub documents: u64,
    /// Their versions.
    pub versions: u64,
    /// The contributions.
    pub contributions: u64,
    /// The sealed files.
    pub blobs: u64,
    /// What is wrong. Empty when all is well.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// An audit chain is broken.
    #[error("{0}")]
    Chain(Broken),
    /// The columns beside an audit entry are not what it says.
    #[error("audit chain `{chain}`, entry {sequence}: the columns beside it are not what it says")]
    Columns {
        /// The chain.
        chain: ChainId,
        /// The entry.
        sequence: u64,
    },
    /// A mark was not made under the index key.
    #[error(
        "audit chain `{chain}`, entry {sequence}: its mark was not made under this clinic's key"
    )]
    Mark {
        /// The chain.
        chain: ChainId,
        /// The entry.
        sequence: u64,
    },
    /// Something of the audit belongs to no chain.
    #[error("{count} audit entries or marks belong to no chain")]
    StrayAudit {
        /// How many.
        count: u64,
    },
    /// A row of a table cannot be read.
    #[error("a row of {table} cannot be read: {what}")]
    Unreadable {
        /// Of what.
        table: &'static str,
        /// What is wrong.
        what: &'static str,
    },
    /// What belongs to a document cannot be read.
    #[error("document `{document}` cannot be read: {what}")]
    UnreadableDocument {
        /// The document.
        document: DocumentId,
        /// What is wrong.
        what: &'static str,
    },
    /// A version could not have been written.
    #[error("document `{document}`: {}", unsound(.cause))]
    History {
        /// The document.
        document: DocumentId,
        /// What is wrong.
        cause: Unsound,
    },
    /// A version is missing.
    #[error("document `{document}`: version {version} is missing")]
    Missing {
        /// The document.
        document: DocumentId,
        /// The version.
        version: Version,
    },
    /// A version was changed after it was written.
    #[error("document `{document}`: version {version} was changed after it was written")]
    Edited {
        /// The document.
        document: DocumentId,
        /// The version.
        version: Version,
    },
    /// The document's row is not what its versions make it.
    #[error("document `{document}`: its row is not what its versions make it")]
    Head {
        /// The document.
        document: DocumentId,
    },
    /// Versions of no document.
    #[error("version {version} of document `{document}` belongs to no document")]
    Stray {
        /// The document that is named.
        document: DocumentId,
        /// The version.
        version: Version,
    },
    /// A version refers to something that is not there.
    #[error("document `{document}`, version {version}: it refers to {}, which is not there", named(.target))]
    Dangling {
        /// The document.
        document: DocumentId,
        /// The version.
        version: Version,
        /// What it refers to.
        target: Target,
    },
    /// A contribution and the versions it made do not agree.
    #[error(
        "contribution `{contribution}`: version {version} of document `{document}` is not its work"
    )]
    Made {
        /// The contribution.
        contribution: ContributionId,
        /// The document.
        document: DocumentId,
        /// The version.
        version: Version,
    },
    /// A document and its owner's key do not agree.
    #[error("document `{document}`: its owner has no key, or it is not marked as erased with it")]
    Keyless {
        /// The document.
        document: DocumentId,
    },
    /// Tokens of no document, or of an erased one.
    #[error("document `{document}`: there are search tokens of it, and it is erased or not there")]
    StrayTokens {
        /// The document.
        document: DocumentId,
    },
    /// A job of no document, or of an erased one.
    #[error("job `{job}`: its document `{document}` is erased or not there")]
    StrayJob {
        /// The job.
        job: JobId,
        /// The document.
        document: DocumentId,
    },
    /// A reservation of or on no document, or of an erased one.
    #[error(
        "a reservation of `{resource}` by document `{document}`: one of them is erased or not there"
    )]
    StrayReservation {
        /// The document.
        document: DocumentId,
        /// The resource.
        resource: DocumentId,
    },
    /// Two reservations of one place at one time.
    #[error("document `{document}` and another reserve place {place} of `{resource}` at one time")]
    Overlap {
        /// One of the documents.
        document: DocumentId,
        /// The resource.
        resource: DocumentId,
        /// The place.
        place: u64,
    },
    /// A sealed file is not there.
    #[error("sealed file `{blob}` is not there")]
    NoFile {
        /// Which.
        blob: BlobId,
    },
    /// A sealed file has another length.
    #[error("sealed file `{blob}` has {found} bytes and had {kept}")]
    FileLength {
        /// Which.
        blob: BlobId,
        /// Its length now.
        found: u64,
        /// Its length when it was kept.
        kept: u64,
    },
    /// A sealed file was changed.
    #[error("sealed file `{blob}` was changed after it was kept")]
    FileEdited {
        /// Which.
        blob: BlobId,
    },
}

fn unsound(cause: &Unsound) -> String {
    match cause {
        Unsound::Empty => "it has no version".to_owned(),
        Unsound::Refused { version, refusal } => {
            format!("what follows version {version} could not have been written: {refusal}")
        }
    }
}

fn named(target: &Target) -> String {
    match target {
        Target::Document(id) => format!("`{id}`"),
        Target::Blob(id) => format!("`{id}`"),
    }
}

/// For what a chain is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// To see what it saw of others.
    Anchors,
    /// To name what is wrong, knowing what others saw of it.
    Faults,
}

type Telling = Box<dyn FnMut(Progress) + Send>;

/// A walk, and what it has found so far.
pub(crate) struct Walk {
    report: Report,
    seal: Option<AuditSeal>,
    files: Vec<(BlobId, u64, [u8; 32])>,
    tell: Telling,
    reach: Reach,
}

/// How far a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Through everything.
    Whole,
    /// Through the audit's chains and marks alone.
    Audit,
}

/// A walk on the writer's connection.
pub(crate) struct Verifying(pub(crate) Option<Walk>);

impl Act for Verifying {
    type Answer = Walk;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, Walk> {
        Box::pin(async move {
            let mut walk = self.0.take().ok_or(StoreError::Interrupted)?;
            walk.rows(desk).await?;
            Ok(walk)
        })
    }
}

impl Walk {
    pub(crate) fn new(seal: Option<AuditSeal>, tell: Telling, reach: Reach) -> Self {
        let report = Report { marks_checked: seal.is_some(), ..Report::default() };
        Self { report, seal, files: Vec::new(), tell, reach }
    }

    /// Walks through all rows as they were at one moment.
    pub(crate) async fn through(mut self, desk: &mut Desk) -> Result<Self, StoreError> {
        desk.begin(desk.dialect().snapshot());
        let walked = self.rows(desk).await;
        desk.roll_back().await;
        walked.map(|()| self)
    }

    async fn rows(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        self.audit(desk).await?;
        if self.reach == Reach::Audit {
            return Ok(());
        }
        self.documents(desk).await?;
        self.contributions(desk).await?;
        self.strays(desk).await?;
        self.blobs(desk).await
    }

    fn tell(&mut self, stage: Stage, done: u64) {
        (self.tell)(Progress { stage, done });
    }

    /// What was read, or the fault of not being readable.
    fn readable<T>(
        &mut self,
        table: &'static str,
        read: Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(StoreError::Malformed { what }) => {
                self.report.faults.push(Fault::Unreadable { table, what });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn audit(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        let mut chains = BTreeMap::new();
        for mut row in desk.one(Call::of(&CHAINS)).await? {
            let read = (|| Ok((row.int()?, ChainId(row.array()?))))();
            if let Some((number, id)) = self.readable("audit chains", read)? {
                chains.insert(id, number);
            }
        }
        let mut known = self.marks(desk).await?;
        for (id, number) in &chains {
            // What is wrong is said by the second walk; only the anchors before it matter here.
            let mut verifier = Verifier::from(Head::empty(*id));
            self.chain(desk, *number, &mut verifier, Pass::Anchors).await?.unwrap_or_default();
            let seen = Witness::Chain(*id);
            known.extend(verifier.anchors().iter().map(|head| (*head, seen)));
        }
        self.report.chains = u64::try_from(chains.len()).unwrap_or(u64::MAX);
        let mut ids: BTreeSet<ChainId> = chains.keys().copied().collect();
        ids.extend(known.iter().map(|(head, _)| head.chain));
        for id in ids {
            let start = Verifier::from(Head::empty(id));
            let mut verifier =
                known.iter().fold(start, |walk, (head, seen)| walk.knowing(*head, *seen));
            let walked = match chains.get(&id) {
                Some(number) => self.chain(desk, *number, &mut verifier, Pass::Faults).await?,
                None => Ok(()),
            };
            let end = walked.and_then(|()| verifier.finish().map(|_head| ()));
            self.report.faults.extend(end.err().map(Fault::Chain));
        }
        Ok(())
    }

    async fn marks(&mut self, desk: &mut Desk) -> Result<Vec<(Head, Witness)>, StoreError> {
        let mut known = Vec::new();
        let mut strays = 0;
        for mut row in desk.one(Call::of(&MARKS)).await? {
            self.report.marks += 1;
            let read = (|| {
                let chain = row.maybe_bytes()?;
                Ok((chain, row.count()?, Hash(row.array()?), row.bytes()?))
            })();
            let Some((chain, sequence, hash, mark)) = self.readable("marks", read)? else {
                continue;
            };
            let Some(chain) = chain.and_then(|id| id.try_into().ok()).map(ChainId) else {
                strays += 1;
                continue;
            };
            let head = Head { chain, sequence, hash };
            let is_ours = self.seal.as_ref().is_none_or(|seal| seal.is_marked(&head, &mark));
            if is_ours {
                known.push((head, Witness::Elsewhere));
            } else {
                self.report.faults.push(Fault::Mark { chain, sequence });
            }
        }
        for mut row in desk.one(Call::of(&AUDIT_STRAY)).await? {
            strays += row.count()?;
        }
        if strays > 0 {
            self.report.faults.push(Fault::StrayAudit { count: strays });
        }
        Ok(known)
    }

    /// Walks one chain to its end, or to the first thing that is wrong with it.
    async fn chain(
        &mut self,
        desk: &mut Desk,
        number: i64,
        verifier: &mut Verifier,
        pass: Pass,
    ) -> Result<Result<(), Broken>, StoreError> {
        let mut after = 0_i64;
        loop {
            let call = Call::of(&CHAIN_ENTRIES).with(number).with(after).with(ENTRIES_PAGE);
            let page = desk.one(call).await?;
            if page.is_empty() {
                return Ok(Ok(()));
            }
            for row in page {
                let beside = Beside::read(row)?;
                after = beside.sequence;
                let entry = match verifier.accept(&stored(beside.entry.clone(), beside.hash)) {
                    Ok(entry) => entry,
                    Err(broken) => return Ok(Err(broken)),
                };
                if pass == Pass::Anchors {
                    continue;
                }
                self.report.entries += 1;
                if !beside.says(&entry) {
                    let (chain, sequence) = (entry.chain, entry.sequence);
                    self.report.faults.push(Fault::Columns { chain, sequence });
                }
            }
            if pass == Pass::Faults {
                self.tell(Stage::Audit, self.report.entries);
            }
        }
    }

    async fn documents(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        let mut after = Vec::new();
        loop {
            let page = desk.one(Call::of(&DOCUMENTS).with(after).with(DOCUMENTS_PAGE)).await?;
            let mut stands = Vec::new();
            let (mut last, read_at) = (None, page.len());
            for mut row in page {
                // The id comes first and is what the next page begins after, whatever else is wrong.
                let id = row.bytes()?;
                last = Some(id.clone());
                let read = read_row(id, row);
                stands.extend(self.readable("documents", read)?);
            }
            let calls = stands.iter().flat_map(|(stand, _)| {
                [Call::of(&VERSIONS_RAW).with(stand.id), Call::of(&LINKS).with(stand.id)]
            });
            let mut answers = desk.run(calls.collect()).await?.into_iter();
            for (stand, changed_at) in stands {
                let versions = answers.next().unwrap_or_default();
                let links = answers.next().unwrap_or_default();
                self.document(&stand, changed_at, versions, links)?;
            }
            self.tell(Stage::Documents, self.report.documents);
            match last {
                Some(id) if read_at > 0 => after = id,
                Some(_) | None => return Ok(()),
            }
        }
    }

    fn document(
        &mut self,
        stand: &Stand,
        changed_at: Moment,
        versions: Vec<Row>,
        links: Vec<Row>,
    ) -> Result<(), StoreError> {
        self.report.documents += 1;
        self.report.versions += u64::try_from(versions.len()).unwrap_or(u64::MAX);
        match check(stand, changed_at, versions, links) {
            Ok(faults) => self.report.faults.extend(faults),
            Err(StoreError::Malformed { what }) => {
                self.report.faults.push(Fault::UnreadableDocument { document: stand.id, what });
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn contributions(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        let mut after = Vec::new();
        loop {
            let page = desk.one(Call::of(&CONTRIBUTIONS).with(after).with(ROWS_PAGE)).await?;
            let mut last = None;
            let mut made: Vec<(ContributionId, DocumentId, Version)> = Vec::new();
            for mut row in page {
                let id = row.bytes()?;
                last = Some(id.clone());
                self.report.contributions += 1;
                let read = (|| {
                    let id = ContributionId::from_bytes(crate::value::array(&id)?);
                    let versions = read_versions(&row.bytes()?)?;
                    read_sources(&row.bytes()?)?;
                    Ok((id, versions))
                })();
                if let Some((id, versions)) = self.readable("contributions", read)? {
                    made.extend(versions.into_iter().map(|(document, at)| (id, document, at)));
                }
            }
            let calls = made.iter().map(|(_, document, version)| {
                Call::of(&VERSION_MADE_BY).with(*document).with(*version)
            });
            let answers = desk.run(calls.collect()).await?;
            for ((contribution, document, version), rows) in made.into_iter().zip(answers) {
                let by = rows.into_iter().next().map(|mut row| row.bytes()).transpose()?;
                if by.as_deref() != Some(contribution.bytes().as_slice()) {
                    self.report.faults.push(Fault::Made { contribution, document, version });
                }
            }
            self.tell(Stage::Contributions, self.report.contributions);
            match last {
                Some(id) => after = id,
                None => return Ok(()),
            }
        }
    }

    async fn strays(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        let asked = [
            (&VERSIONS_STRAY, "versions", stray_version as fn(Row) -> Result<Fault, StoreError>),
            (&LINKS_DANGLING, "references", dangling),
            (&DOCUMENTS_KEYLESS, "documents", |mut row| Ok(Fault::Keyless { document: row.id()? })),
            (&TOKENS_STRAY, "tokens", |mut row| Ok(Fault::StrayTokens { document: row.id()? })),
            (&JOBS_STRAY, "jobs", |mut row| {
                Ok(Fault::StrayJob { job: row.id()?, document: row.id()? })
            }),
            (&RESERVATIONS_STRAY, "reservations", |mut row| {
                Ok(Fault::StrayReservation { document: row.id()?, resource: row.id()? })
            }),
            (&RESERVATIONS_OVERLAPPING, "reservations", |mut row| {
                let (document, resource) = (row.id()?, row.id()?);
                Ok(Fault::Overlap { document, resource, place: row.count()? })
            }),
        ];
        for (sql, table, fault) in asked {
            for row in desk.one(Call::of(sql)).await? {
                let found = self.readable(table, fault(row))?;
                self.report.faults.extend(found);
            }
        }
        Ok(())
    }

    async fn blobs(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        let mut after = Vec::new();
        loop {
            let page = desk.one(Call::of(&BLOBS).with(after).with(ROWS_PAGE)).await?;
            let mut last = None;
            for mut row in page {
                let id = row.bytes()?;
                last = Some(id.clone());
                let read = (|| {
                    let id = BlobId::from_bytes(crate::value::array(&id)?);
                    Ok(((id, row.count()?, row.array()?), row.int()? == 1))
                })();
                let found = self.readable("sealed files", read)?;
                self.files.extend(found.filter(|(_, is_kept)| *is_kept).map(|(file, _)| file));
            }
            match last {
                Some(id) => after = id,
                None => return Ok(()),
            }
        }
    }

    /// Looks at the files. What is missing is given apart, because it may have been collected meanwhile.
    pub(crate) fn files(
        mut self,
        folder: &Folder,
    ) -> Result<(Report, Vec<(BlobId, Fault)>), StoreError> {
        let mut missing = Vec::new();
        for (blob, kept, kept_digest) in std::mem::take(&mut self.files) {
            self.report.blobs += 1;
            let Some(bytes) = folder.read(blob)? else {
                missing.push((blob, Fault::NoFile { blob }));
                continue;
            };
            let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if found != kept {
                self.report.faults.push(Fault::FileLength { blob, found, kept });
            } else if digest::bytes(&bytes) != kept_digest {
                self.report.faults.push(Fault::FileEdited { blob });
            }
            self.tell(Stage::Blobs, self.report.blobs);
        }
        Ok((self.report, missing))
    }
}

/// An audit entry and the columns beside it.
struct Beside {
    sequence: i64,
    act: i64,
    by: Value,
    subject: Value,
    at: i64,
    entry: Vec<u8>,
    hash: [u8; 32],
}

impl Beside {
    fn read(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            sequence: row.int()?,
            act: row.int()?,
            by: row.maybe_bytes()?.into(),
            subject: row.maybe_bytes()?.into(),
            at: row.int()?,
            entry: row.bytes()?,
            // A hash of another length is no hash of the entry.
            hash: row.bytes()?.try_into().unwrap_or_default(),
        })
    }

    fn says(&self, entry: &Entry) -> bool {
        let (act, by, subject) = open_columns(&entry.event);
        act == self.act && by == self.by && subject == self.subject && entry.at_micros == self.at
    }
}

fn read_row(id: Vec<u8>, row: Row) -> Result<(Stand, Moment), StoreError> {
    let mut row = row.led_by(id);
    let stand = read_stand(&mut row)?;
    Ok((stand, row.moment()?))
}

/// One version as it is stored.
struct Raw {
    version: Version,
    stored_digest: [u8; 32],
    revision: Revision<Vec<u8>>,
}

fn read_raw(mut row: Row) -> Result<Raw, StoreError> {
    let version = row.version()?;
    let (change, form) = (read_change(row.int()?)?, read_form(row.int()?)?);
    let (body, stored_digest) = (row.bytes()?, row.array()?);
    let id = row.id()?;
    let by = row
        .maybe_bytes()?
        .ok_or(StoreError::Malformed { what: "the contribution of a version is not there" })?;
    let contribution = Contribution {
        id,
        by: PersonId::from_bytes(crate::value::array(&by)?),
        role: read_role(row.int()?)?,
        at: row.moment()?,
        why: row.code()?,
        parents: read_sources(&row.bytes()?)?,
    };
    Ok(Raw { version, stored_digest, revision: Revision { change, contribution, form, body } })
}

/// What is wrong with one document.
fn check(
    stand: &Stand,
    changed_at: Moment,
    versions: Vec<Row>,
    links: Vec<Row>,
) -> Result<Vec<Fault>, StoreError> {
    let document = stand.id;
    let mut links = read_links(links)?;
    let raws: Vec<Raw> = versions.into_iter().map(read_raw).collect::<Result<_, _>>()?;
    let mut faults = Vec::new();
    let mut expected = Version::FIRST;
    let mut before = None;
    for raw in &raws {
        if raw.version != expected {
            faults.push(Fault::Missing { document, version: expected });
            return Ok(faults);
        }
        let references = links.remove(&raw.version).unwrap_or_default();
        let computed = digest_of(stand.id, &stand.kind, stand.owner, raw, &references, before);
        if computed != raw.stored_digest {
            faults.push(Fault::Edited { document, version: raw.version });
        }
        before = Some(raw.stored_digest);
        expected = raw.version.next().unwrap_or(raw.version);
    }
    if let Some(version) = links.keys().next() {
        faults.push(Fault::Stray { document, version: *version });
    }
    if raws.len() < usize::try_from(stand.head.number()).unwrap_or(usize::MAX) {
        faults.push(Fault::Missing { document, version: expected });
        return Ok(faults);
    }
    let last_at = raws.last().map(|raw| raw.revision.contribution.at);
    let revisions = raws.into_iter().map(|raw| raw.revision);
    match Document::replay(document, stand.kind.clone(), stand.owner, revisions) {
        Err(cause) => faults.push(Fault::History { document, cause }),
        Ok(replayed) => {
            let is_right = replayed.head() == stand.head
                && replayed.state() == &stand.state
                && before == Some(stand.digest)
                && last_at == Some(changed_at);
            if !is_right {
                faults.push(Fault::Head { document });
            }
        }
    }
    Ok(faults)
}

fn digest_of(
    document: DocumentId,
    kind: &Code,
    owner: Owner,
    raw: &Raw,
    references: &BTreeSet<Target>,
    before: Option<[u8; 32]>,
) -> [u8; 32] {
    digest::version(&digest::Versioned {
        document,
        kind,
        owner,
        version: raw.version,
        change: raw.revision.change,
        form: raw.revision.form,
        body: &raw.revision.body,
        references,
        contribution: &raw.revision.contribution,
        before,
    })
}

fn stray_version(mut row: Row) -> Result<Fault, StoreError> {
    Ok(Fault::Stray { document: row.id()?, version: row.version()? })
}

fn dangling(mut row: Row) -> Result<Fault, StoreError> {
    let (document, version) = (row.id()?, row.version()?);
    Ok(Fault::Dangling { document, version, target: read_target(&mut row)? })
}
