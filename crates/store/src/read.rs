//! What a reading gives: versions as they are sealed, and documents replayed from all of theirs.

use std::collections::{BTreeMap, BTreeSet};

use percuta_record::{
    Change, Code, Contribution, Document, DocumentId, Moment, Owner, Place, Revision, State,
    Target, Version, model::Body,
};

use crate::{
    audit::Chain,
    commit::{read_change, read_owner, read_role, read_sources, read_state, read_target},
    desk::Desk,
    error::StoreError,
    value::{Call, Row},
    writer::{Act, Later},
};

/// One version of a document, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: Code,
    /// Whose key opens it.
    pub owner: Owner,
    /// Which version this is.
    pub version: Version,
    /// What the document is now, whichever version this is.
    pub state: State,
    /// What this version did.
    pub change: Change,
    /// Who, when and why.
    pub contribution: Contribution,
    /// The version of the body's stored form.
    pub form: u16,
    /// The sealed body.
    pub body: Vec<u8>,
}

/// A place in a list, most recently changed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// When the last document of the page was changed.
    pub at: Moment,
    /// Which it was.
    pub document: DocumentId,
}

impl Sealed {
    /// What comes after this one in a list of heads.
    pub fn cursor(&self) -> Cursor {
        Cursor { at: self.contribution.at, document: self.document }
    }

    pub(crate) fn read(mut row: Row) -> Result<Self, StoreError> {
        let (document, kind) = (row.id()?, row.code()?);
        let owner = read_owner(&row.bytes()?)?;
        let (version, head) = (row.version()?, row.version()?);
        let state = read_state(&mut row, head)?;
        let change = read_change(row.int()?)?;
        let form = read_form(row.int()?)?;
        let body = row.bytes()?;
        let contribution = Contribution {
            id: row.id()?,
            by: row.id()?,
            role: read_role(row.int()?)?,
            at: row.moment()?,
            why: row.code()?,
            parents: read_sources(&row.bytes()?)?,
        };
        Ok(Self { document, kind, owner, version, state, change, contribution, form, body })
    }
}

/// A form as it is stored.
pub(crate) fn read_form(number: i64) -> Result<u16, StoreError> {
    u16::try_from(number).map_err(|_cause| StoreError::Malformed { what: "a form has no number" })
}

/// What is reserved, and by which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reservation {
    /// The document that reserves.
    pub document: DocumentId,
    /// What and when.
    pub place: Place,
}

/// The rows of links, by version.
pub(crate) fn read_links(
    rows: Vec<Row>,
) -> Result<BTreeMap<Version, BTreeSet<Target>>, StoreError> {
    let mut links: BTreeMap<Version, BTreeSet<Target>> = BTreeMap::new();
    for mut row in rows {
        let version = row.version()?;
        links.entry(version).or_default().insert(read_target(&mut row)?);
    }
    Ok(links)
}

/// A document from its versions, checked as they were when they were written.
pub(crate) fn replay(
    versions: Vec<Sealed>,
    mut links: BTreeMap<Version, BTreeSet<Target>>,
) -> Result<Option<Document<Body>>, StoreError> {
    let Some(first) = versions.first() else { return Ok(None) };
    let (id, kind, owner) = (first.document, first.kind.clone(), first.owner);
    let revisions = versions.into_iter().map(|sealed| Revision {
        change: sealed.change,
        contribution: sealed.contribution,
        form: sealed.form,
        body: Body {
            bytes: sealed.body,
            references: links.remove(&sealed.version).unwrap_or_default(),
        },
    });
    let document = Document::replay(id, kind, owner, revisions)
        .map_err(|cause| StoreError::Unsound { document: id, cause })?;
    Ok(Some(document))
}

/// A reading that waits its turn at the writer's connection: the only one that a database in memory has.
#[derive(Debug)]
pub(crate) struct Reading(pub(crate) Vec<Call>);

impl Act for Reading {
    type Answer = Vec<Vec<Row>>;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, Self::Answer> {
        Box::pin(async move { desk.run(self.0.clone()).await })
    }
}
