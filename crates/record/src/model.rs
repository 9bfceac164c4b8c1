//! The model of a store: everything a store promises, in memory and without a cipher.
//!
//! It exists to be compared with: the contract test gives the same questions to it and to a database and wants the same
//! answers. It is written for plainness and not for speed, and [`Model`] is not used in the running program, only the
//! words around it are.
//!
//! The laws, which `tests/laws.rs` holds it to and the contract test holds a database to:
//!
//! 1. What was acknowledged is never lost: its body reads the same for ever, or its owner was erased.
//! 2. A head only goes on, by one, and is the last version.
//! 3. What was refused changes nothing; the refusal is noted by [`Model::note`], not by the commit.
//! 4. Of two writers who had seen the same head, one is told of the other.
//! 5. A contribution that is sent again is done once, and answered as before.
//! 6. After erasure no version of the owner opens, no token and no job of theirs is left, nothing is written for them
//!    again; ids, versions, contributions and the audit stay.
//! 7. A job is in one hand at a time, is handed out again when the hand lets it go or the time is over, and never again
//!    once it is finished.
//! 8. No two documents reserve one place of a resource at one time; intervals are half open. A refusal for it, or an
//!    erasure, leaves no part of a reservation.
//! 9. The audit only grows: by one entry for each commit that was done, each erasure, each note.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    commit::{Answer, Append, AuditEntry, Commit, Committed, Place, Reason, Refused, Target},
    contribution::{Code, Moment},
    document::{Document, Entry, Expected, Owner, Refusal, Version},
    id::{BlobId, ContributionId, DocumentId, JobId, PatientId},
};

/// A body and what its version refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The sealed bytes; here, plain ones.
    pub bytes: Vec<u8>,
    /// What the version refers to.
    pub references: BTreeSet<Target>,
}

/// Whether an owner's key is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// It is.
    Held,
    /// It was, and is gone for ever.
    Erased,
}

/// What giving an owner a key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// There is one now.
    New,
    /// There was one.
    Held,
    /// The owner was erased.
    Erased,
}

/// What reading a version came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// It opens.
    Opened(Vec<u8>),
    /// Its owner was erased.
    Erased,
    /// There is no such document or version.
    NotFound,
}

/// What erasing a patient came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// Their key is gone.
    Done {
        /// How many documents no longer open.
        documents: usize,
    },
    /// It was gone before.
    Before,
    /// They never had one.
    NoKey,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It waits.
    Waiting {
        /// Not before.
        from: Moment,
    },
    /// Someone has it.
    Claimed {
        /// Until then; afterwards it is handed out again.
        until: Moment,
    },
    /// It is finished.
    Finished,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What it does.
    pub kind: Code,
    /// What it is about.
    pub document: DocumentId,
    /// How far it is.
    pub progress: Progress,
    /// How often it was handed out. Who has it proves that by this number.
    pub attempt: u32,
}

/// What a claim gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The job.
    pub id: JobId,
    /// What it does.
    pub kind: Code,
    /// What it is about.
    pub document: DocumentId,
    /// The proof of holding it.
    pub attempt: u32,
}

/// How a claim ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is done.
    Finish,
    /// It is to be tried again.
    Retry {
        /// Not before.
        from: Moment,
    },
}

/// Whether the hand still held the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It did, and the ending stands.
    Held,
    /// It did not: the job was handed on, finished or erased, and nothing changed.
    Lost,
}

/// A whole store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    keys: BTreeMap<Owner, Key>,
    documents: BTreeMap<DocumentId, Document<Body>>,
    tokens: BTreeMap<(DocumentId, Code), BTreeSet<[u8; 16]>>,
    blobs: BTreeMap<BlobId, Owner>,
    jobs: BTreeMap<JobId, Job>,
    reservations: BTreeMap<DocumentId, BTreeSet<Place>>,
    done: BTreeMap<ContributionId, Committed>,
    audit: Vec<AuditEntry>,
}

impl Model {
    /// Gives an owner a key, unless there is or was one.
    pub fn give_key(&mut self, owner: Owner) -> Given {
        match self.keys.get(&owner) {
            None => {
                self.keys.insert(owner, Key::Held);
                Given::New
            }
            Some(Key::Held) => Given::Held,
            Some(Key::Erased) => Given::Erased,
        }
    }

    /// Records that a blob was put beside the database, before any version refers to it. Nothing happens for an owner
    /// without a key or for a blob that is there.
    pub fn keep_blob(&mut self, blob: BlobId, owner: Owner) {
        if self.keys.get(&owner) == Some(&Key::Held) {
            self.blobs.entry(blob).or_insert(owner);
        }
    }

    /// Writes all of a contribution, or nothing.
    pub fn commit(&mut self, commit: &Commit) -> Answer {
        if let Some(before) = self.done.get(&commit.contribution.id) {
            return Answer::Repeated(before.clone());
        }
        match self.check(commit) {
            Err(refused) => Answer::Refused(refused),
            Ok(changed) => Answer::Done(self.write(commit, changed)),
        }
    }

    /// The documents as the commit would make them.
    fn check(&self, commit: &Commit) -> Result<BTreeMap<DocumentId, Document<Body>>, Refused> {
        let mut changed = BTreeMap::new();
        for append in &commit.appends {
            let refused = |why| Refused { document: append.document, why };
            let document = self.check_append(commit, append).map_err(refused)?;
            if changed.insert(append.document, document).is_some() {
                return Err(refused(Reason::Twice));
            }
        }
        let is_there = |target: &Target| match target {
            Target::Document(id) => changed.contains_key(id) || self.documents.contains_key(id),
            Target::Blob(id) => self.blobs.contains_key(id),
        };
        for append in &commit.appends {
            if let Some(target) = append.references.iter().find(|target| !is_there(target)) {
                let why = Reason::Dangling(*target);
                return Err(Refused { document: append.document, why });
            }
        }
        let mut fields = BTreeSet::new();
        for tokens in &commit.tokens {
            self.check_attached(tokens.document, &changed)?;
            if !fields.insert((tokens.document, &tokens.field)) {
                return Err(Refused { document: tokens.document, why: Reason::Twice });
            }
        }
        let mut jobs = BTreeSet::new();
        for job in &commit.jobs {
            self.check_attached(job.document, &changed)?;
            if self.jobs.contains_key(&job.id) || !jobs.insert(job.id) {
                return Err(Refused { document: job.document, why: Reason::JobTaken(job.id) });
            }
        }
        self.check_reservations(commit, &changed)?;
        Ok(changed)
    }

    fn check_reservations(
        &self,
        commit: &Commit,
        changed: &BTreeMap<DocumentId, Document<Body>>,
    ) -> Result<(), Refused> {
        let mut reserved = self.reservations.clone();
        let mut named = BTreeSet::new();
        for wanted in &commit.reservations {
            self.check_attached(wanted.document, changed)?;
            if !named.insert(wanted.document) {
                return Err(Refused { document: wanted.document, why: Reason::Twice });
            }
            reserved.remove(&wanted.document);
        }
        let mut places: Vec<Place> = reserved.into_values().flatten().collect();
        for wanted in &commit.reservations {
            let refused = |why| Err(Refused { document: wanted.document, why });
            for place in &wanted.places {
                let Place { resource, place: number, from, until } = *place;
                if !changed.contains_key(&resource) && !self.documents.contains_key(&resource) {
                    return refused(Reason::Dangling(Target::Document(resource)));
                }
                if from >= until {
                    return refused(Reason::NoTime { resource });
                }
                if places.iter().any(|other| other.overlaps(place)) {
                    return refused(Reason::Taken { resource, place: number, from, until });
                }
                places.push(*place);
            }
        }
        Ok(())
    }

    fn check_append(&self, commit: &Commit, append: &Append) -> Result<Document<Body>, Reason> {
        match self.keys.get(&append.owner) {
            None => return Err(Reason::NoKey),
            Some(Key::Erased) => return Err(Reason::Erased),
            Some(Key::Held) => {}
        }
        let body = Body { bytes: append.body.clone(), references: append.references.clone() };
        let entry = Entry { contribution: commit.contribution.clone(), form: append.form, body };
        let revision = entry.doing(append.change);
        match (self.documents.get(&append.document), append.expected) {
            (None, Expected::Head(_)) => Err(Reason::Missing),
            (None, Expected::Nothing) => {
                Document::begin(append.document, append.kind.clone(), append.owner, revision)
                    .map_err(Reason::Change)
            }
            (Some(document), expected) => {
                if document.kind() != &append.kind || document.owner() != append.owner {
                    return Err(Reason::Another);
                }
                document.clone().change(expected, revision).map_err(Reason::Change)
            }
        }
    }

    /// Whether tokens or a job may be attached to a document.
    fn check_attached(
        &self,
        id: DocumentId,
        changed: &BTreeMap<DocumentId, Document<Body>>,
    ) -> Result<(), Refused> {
        let refused = |why| Err(Refused { document: id, why });
        match changed.get(&id).or_else(|| self.documents.get(&id)) {
            None => refused(Reason::Missing),
            Some(document) if self.is_erased(document.owner()) => refused(Reason::Erased),
            Some(_) => Ok(()),
        }
    }

    fn write(
        &mut self,
        commit: &Commit,
        changed: BTreeMap<DocumentId, Document<Body>>,
    ) -> Committed {
        let versions = changed.iter().map(|(id, document)| (*id, document.head())).collect();
        self.documents.extend(changed);
        for tokens in &commit.tokens {
            let place = (tokens.document, tokens.field.clone());
            if tokens.tokens.is_empty() {
                self.tokens.remove(&place);
            } else {
                self.tokens.insert(place, tokens.tokens.clone());
            }
        }
        for job in &commit.jobs {
            let progress = Progress::Waiting { from: job.from };
            let (kind, document) = (job.kind.clone(), job.document);
            self.jobs.insert(job.id, Job { kind, document, progress, attempt: 0 });
        }
        for wanted in &commit.reservations {
            if wanted.places.is_empty() {
                self.reservations.remove(&wanted.document);
            } else {
                self.reservations.insert(wanted.document, wanted.places.clone());
            }
        }
        self.audit.push(commit.audit.clone());
        let committed = Committed { versions };
        self.done.insert(commit.contribution.id, committed.clone());
        committed
    }

    /// Notes a read, a refusal or anything else that wrote no version.
    pub fn note(&mut self, entry: AuditEntry) {
        self.audit.push(entry);
    }

    /// The body of a version.
    pub fn read(&self, document: DocumentId, version: Version) -> Read {
        let Some(document) = self.documents.get(&document) else { return Read::NotFound };
        match document.version(version) {
            None => Read::NotFound,
            Some(_) if self.is_erased(document.owner()) => Read::Erased,
            Some(revision) => Read::Opened(revision.body.bytes.clone()),
        }
    }

    /// A document with everything that stands in the open.
    pub fn document(&self, document: DocumentId) -> Option<&Document<Body>> {
        self.documents.get(&document)
    }

    /// The documents of an owner, in the order of their ids.
    pub fn documents_of(&self, owner: Owner) -> impl Iterator<Item = &Document<Body>> {
        self.documents.values().filter(move |document| document.owner() == owner)
    }

    /// The documents whose field has all of some tokens: those after an id, so many at most. None for no token.
    pub fn find(
        &self,
        field: &Code,
        sought: &BTreeSet<[u8; 16]>,
        after: Option<DocumentId>,
        limit: usize,
    ) -> Vec<DocumentId> {
        if sought.is_empty() {
            return Vec::new();
        }
        self.tokens
            .iter()
            .filter(|((_, known), tokens)| known == field && sought.is_subset(tokens))
            .map(|((document, _), _)| *document)
            .filter(|document| after.is_none_or(|after| *document > after))
            .take(limit)
            .collect()
    }

    /// The documents whose head refers to a target.
    pub fn referring_to(&self, target: Target) -> impl Iterator<Item = DocumentId> {
        self.documents.values().filter_map(move |document| {
            let head = document.version(document.head())?;
            head.body.references.contains(&target).then_some(document.id())
        })
    }

    /// The blobs that may be deleted: no version refers to them, or their owner was erased.
    pub fn collectable_blobs(&self) -> BTreeSet<BlobId> {
        let referred: BTreeSet<Target> = self
            .documents
            .values()
            .flat_map(Document::versions)
            .flat_map(|(_, revision)| revision.body.references.iter().copied())
            .collect();
        self.blobs
            .iter()
            .filter(|(blob, owner)| {
                self.is_erased(**owner) || !referred.contains(&Target::Blob(**blob))
            })
            .map(|(blob, _)| *blob)
            .collect()
    }

    /// Erases a patient by their key. An erasure that was done is audited by `audit`.
    pub fn erase(&mut self, patient: PatientId, audit: AuditEntry) -> Erasure {
        let owner = Owner::Patient(patient);
        match self.keys.get(&owner) {
            None => return Erasure::NoKey,
            Some(Key::Erased) => return Erasure::Before,
            Some(Key::Held) => {}
        }
        self.keys.insert(owner, Key::Erased);
        let theirs: BTreeSet<DocumentId> = self.documents_of(owner).map(Document::id).collect();
        self.tokens.retain(|(document, _), _| !theirs.contains(document));
        self.jobs.retain(|_, job| !theirs.contains(&job.document));
        self.reservations.retain(|document, _| !theirs.contains(document));
        self.audit.push(audit);
        Erasure::Done { documents: theirs.len() }
    }

    /// What is reserved at some time of an interval: the document and the place, in the order of time.
    pub fn reserved(&self, from: Moment, until: Moment) -> Vec<(DocumentId, Place)> {
        let mut found: Vec<(DocumentId, Place)> = self
            .reservations
            .iter()
            .flat_map(|(document, places)| places.iter().map(|place| (*document, *place)))
            .filter(|(_, place)| place.from < until && from < place.until)
            .collect();
        found.sort_by_key(|(_, place)| (place.from, place.resource, place.place));
        found
    }

    fn is_erased(&self, owner: Owner) -> bool {
        self.keys.get(&owner) == Some(&Key::Erased)
    }

    /// Hands out the job of a kind that has waited longest, until a time. Ties go to the smaller id.
    pub fn claim(&mut self, kind: &Code, now: Moment, until: Moment) -> Option<Claim> {
        let due = |job: &Job| match job.progress {
            Progress::Waiting { from } => (from <= now).then_some(from),
            Progress::Claimed { until } => (until <= now).then_some(until),
            Progress::Finished => None,
        };
        let (_, id) = self
            .jobs
            .iter()
            .filter(|(_, job)| &job.kind == kind)
            .filter_map(|(id, job)| Some((due(job)?, *id)))
            .min()?;
        let job = self.jobs.get_mut(&id)?;
        job.attempt = job.attempt.saturating_add(1);
        job.progress = Progress::Claimed { until };
        Some(Claim { id, kind: job.kind.clone(), document: job.document, attempt: job.attempt })
    }

    /// Ends a claim, if it is still held. A claim whose time is over is held until someone else claims.
    pub fn end(&mut self, id: JobId, attempt: u32, ending: Ending) -> Ended {
        let Some(job) = self.jobs.get_mut(&id) else { return Ended::Lost };
        match job.progress {
            Progress::Claimed { until: _ } if job.attempt == attempt => {}
            Progress::Claimed { .. } | Progress::Waiting { .. } | Progress::Finished => {
                return Ended::Lost;
            }
        }
        job.progress = match ending {
            Ending::Finish => Progress::Finished,
            Ending::Retry { from } => Progress::Waiting { from },
        };
        Ended::Held
    }

    /// A job.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id)
    }

    /// The audit, the oldest entry first.
    pub fn audit(&self) -> &[AuditEntry] {
        &self.audit
    }

    /// Everything that is wrong with the whole: what `percuta verify` asks of a database. Empty when all is well.
    pub fn verify(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (id, document) in &self.documents {
            let revisions = document.versions().map(|(_, revision)| revision.clone());
            let kind = document.kind().clone();
            match Document::replay(*id, kind, document.owner(), revisions) {
                Ok(replayed) if &replayed == document => {}
                Ok(_) => faults.push(Fault::Head { document: *id }),
                Err(crate::document::Unsound::Empty) => {
                    faults.push(Fault::Head { document: *id });
                }
                Err(crate::document::Unsound::Refused { version, refusal }) => {
                    faults.push(Fault::History { document: *id, after: version, refusal });
                }
            }
            for (version, revision) in document.versions() {
                let is_there = |target: &&Target| match target {
                    Target::Document(id) => self.documents.contains_key(id),
                    Target::Blob(id) => self.blobs.contains_key(id),
                };
                faults.extend(
                    revision
                        .body
                        .references
                        .iter()
                        .filter(|target| !is_there(target))
                        .map(|target| Fault::Dangling { document: *id, version, target: *target }),
                );
            }
        }
        faults
    }
}

/// One thing that is wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The head or the state is not what the versions make it.
    Head {
        /// The document.
        document: DocumentId,
    },
    /// A version could not have been written.
    History {
        /// The document.
        document: DocumentId,
        /// The version before it.
        after: Version,
        /// Why it would have been refused.
        refusal: Refusal,
    },
    /// A version refers to something that is not there.
    Dangling {
        /// The document.
        document: DocumentId,
        /// The version.
        version: Version,
        /// What it refers to.
        target: Target,
    },
}
