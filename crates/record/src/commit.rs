//! What a store is asked in one transaction, and what it answers.
//!
//! One contribution is one commit: every version, token, reference, job and the audit entry, or none of them. The store
//! and the model ([`crate::model`]) take the same [`Commit`] and give the same [`Answer`], so that one test can drive
//! both.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    contribution::{Code, Contribution, Moment},
    document::{Change, Expected, Owner, Refusal, Version},
    id::{BlobId, DocumentId, JobId, PersonId},
};

/// One version to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The document.
    pub document: DocumentId,
    /// Its kind. It never changes.
    pub kind: Code,
    /// Whose key opens it. It never changes.
    pub owner: Owner,
    /// What the writer had seen.
    pub expected: Expected,
    /// What the version does.
    pub change: Change,
    /// The version of the body's stored form.
    pub form: u16,
    /// The sealed body.
    pub body: Vec<u8>,
    /// What it refers to, whole: the references of the head are those of its last version.
    pub references: BTreeSet<Target>,
}

/// What a document refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Another document.
    Document(DocumentId),
    /// A sealed photograph or file.
    Blob(BlobId),
}

/// The tokens of one field of one document, whole: they replace those before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The document.
    pub document: DocumentId,
    /// The field, such as `name`.
    pub field: Code,
    /// Its tokens.
    pub tokens: BTreeSet<[u8; 16]>,
}

/// Something to be done after the commit, at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: Code,
    /// What it is about.
    pub document: DocumentId,
    /// Not before.
    pub from: Moment,
}

/// One place of a resource, for a while. A resource with several places (a room with two chairs) counts them from
/// zero; each takes one reservation at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The document of the resource: a room, a person's calendar.
    pub resource: DocumentId,
    /// Which place of it.
    pub place: u16,
    /// From then on.
    pub from: Moment,
    /// Until then, and no longer: another may begin at this moment.
    pub until: Moment,
}

impl Place {
    /// Whether both want the same place at one time.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.resource == other.resource
            && self.place == other.place
            && self.from < other.until
            && other.from < self.until
    }
}

/// What one document reserves, whole: it replaces what was reserved before, and nothing frees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservations {
    /// The document, such as a visit.
    pub document: DocumentId,
    /// The places and times.
    pub places: BTreeSet<Place>,
}

/// What an audit entry says of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Who; `None` when nobody was known.
    pub by: Option<PersonId>,
    /// When.
    pub at: Moment,
    /// What, as a code: `patient.open`.
    pub action: Code,
    /// On which document, and which version of it.
    pub subject: Option<(DocumentId, Option<Version>)>,
    /// What came of it, as a code: `done`, `refused`.
    pub outcome: Code,
}

/// Everything that one contribution writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Who, when and why.
    pub contribution: Contribution,
    /// The versions, each of another document.
    pub appends: Vec<Append>,
    /// The tokens.
    pub tokens: Vec<Tokens>,
    /// The jobs.
    pub jobs: Vec<NewJob>,
    /// The reservations.
    pub reservations: Vec<Reservations>,
    /// The one audit entry.
    pub audit: AuditEntry,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The version that each document has now.
    pub versions: BTreeMap<DocumentId, Version>,
}

/// What the store answers. An `Err` beside it means that it could not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was written, and is never lost.
    Done(Committed),
    /// The same contribution was written before; this is what was answered then.
    Repeated(Committed),
    /// Nothing was written.
    Refused(Refused),
}

/// Which part of a commit was refused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The document.
    pub document: DocumentId,
    /// Why.
    pub why: Reason,
}

/// Why a commit was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The document does not take this change.
    Change(Refusal),
    /// The writer had seen a document that is not there.
    Missing,
    /// It is there as another kind or of another owner.
    Another,
    /// Its owner was erased: nothing is written for them again.
    Erased,
    /// Its owner has no key yet.
    NoKey,
    /// It is named twice in one commit.
    Twice,
    /// It refers to something that is not there.
    Dangling(Target),
    /// A job of this id is there already.
    JobTaken(JobId),
    /// A place is reserved by another document at that time, or wanted twice.
    Taken {
        /// The resource.
        resource: DocumentId,
        /// Its place.
        place: u16,
        /// From when it was wanted.
        from: Moment,
        /// Until when.
        until: Moment,
    },
    /// A reservation ends no later than it begins.
    NoTime {
        /// The resource.
        resource: DocumentId,
    },
}
