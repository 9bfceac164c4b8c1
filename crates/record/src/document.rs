//! Documents and their versions: what may follow what.
//!
//! ```text
//!            write                 add
//!           ┌─────┐               ┌─────┐
//!  begin    ▼     │     sign      ▼     │
//!  ─────▶  Draft ─┴───────────▶  Signed ┴──┐
//!            └──────────┬───────────────────┘
//!                       ▼ withdraw
//!                   Withdrawn
//! ```
//!
//! Every arrow is one version more, with its own body: what is signed is what stands in the version that signs. Nothing
//! is overwritten and nothing follows a withdrawal.
//!
//! INVARIANT (history): versions count from one without a gap; the state is what the changes of the versions make it.
//! [`Document::replay`] checks that of what was read from a store.

use std::fmt;

use crate::{
    contribution::{Code, Contribution, Moment},
    id::{DocumentId, PatientId, PersonId},
};

/// A version of a document, counted from one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u32);

impl Version {
    /// The first.
    pub const FIRST: Self = Self(1);

    /// A version by its number; `None` for zero.
    pub fn new(number: u32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// Its number.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The one after it; `None` after four billion.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "v{}", self.0)
    }
}

/// Whose key opens a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A patient's.
    Patient(PatientId),
    /// The clinic's.
    Clinic,
}

/// What the writer had seen when they wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// There is no such document yet.
    Nothing,
    /// This version is the head.
    Head(Version),
}

/// What a version does to its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Writes a draft, the first or another.
    Write,
    /// Signs.
    Sign,
    /// Adds to what was signed.
    Addend,
    /// Withdraws.
    Withdraw,
}

/// Who made a version what it is, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// The version that did it.
    pub version: Version,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Moment,
}

/// What a document is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It may still be changed.
    Draft,
    /// It stands, and may be added to.
    Signed {
        /// Who signed.
        signature: Signature,
        /// The versions that were added since.
        addenda: Vec<Version>,
    },
    /// It no longer stands.
    Withdrawn {
        /// Who withdrew it.
        withdrawal: Signature,
        /// Who had signed it, if anyone.
        signature: Option<Signature>,
    },
}

impl State {
    /// The state after a change that was allowed.
    #[must_use]
    pub fn after(self, change: Change, made: Signature) -> Self {
        match (self, change) {
            (Self::Draft, Change::Sign) => Self::Signed { signature: made, addenda: Vec::new() },
            (Self::Draft, Change::Withdraw) => {
                Self::Withdrawn { withdrawal: made, signature: None }
            }
            (Self::Signed { signature, mut addenda }, Change::Addend) => {
                addenda.push(made.version);
                Self::Signed { signature, addenda }
            }
            (Self::Signed { signature, addenda: _ }, Change::Withdraw) => {
                Self::Withdrawn { withdrawal: made, signature: Some(signature) }
            }
            // A draft that is written again is a draft; all else is refused before.
            (state, Change::Write | Change::Sign | Change::Addend | Change::Withdraw) => state,
        }
    }
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision<B> {
    /// What it does.
    pub change: Change,
    /// Who, when and why.
    pub contribution: Contribution,
    /// The version of the body's stored form.
    pub form: u16,
    /// The body: typed, or sealed.
    pub body: B,
}

/// A document with its versions, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<B> {
    id: DocumentId,
    kind: Code,
    owner: Owner,
    state: State,
    head: Version,
    revisions: Vec<Revision<B>>,
}

impl<B> Document<B> {
    /// A new draft. `revision.change` must be [`Change::Write`]: nothing is signed before it was written.
    pub fn begin(
        id: DocumentId,
        kind: Code,
        owner: Owner,
        revision: Revision<B>,
    ) -> Result<Self, Refusal> {
        may_begin(id, revision.change, &revision.contribution)?;
        let head = Version::FIRST;
        Ok(Self { id, kind, owner, state: State::Draft, head, revisions: vec![revision] })
    }

    /// The document of stored versions, checked as they were when they were written.
    pub fn replay(
        id: DocumentId,
        kind: Code,
        owner: Owner,
        revisions: impl IntoIterator<Item = Revision<B>>,
    ) -> Result<Self, Unsound> {
        let mut revisions = revisions.into_iter();
        let first = revisions.next().ok_or(Unsound::Empty)?;
        let refused = |version, refusal| Unsound::Refused { version, refusal };
        let mut document = Self::begin(id, kind, owner, first)
            .map_err(|refusal| refused(Version::FIRST, refusal))?;
        for revision in revisions {
            let head = document.head;
            document = document
                .change(Expected::Head(head), revision)
                .map_err(|refusal| refused(head, refusal))?;
        }
        Ok(document)
    }

    /// Its id.
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// Its kind, such as `intake`.
    pub fn kind(&self) -> &Code {
        &self.kind
    }

    /// Whose key opens it.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// What it is now.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Its last version.
    pub fn head(&self) -> Version {
        self.head
    }

    /// Its versions, the oldest first.
    pub fn versions(&self) -> impl Iterator<Item = (Version, &Revision<B>)> {
        (1..).map(Version).zip(&self.revisions)
    }

    /// One version.
    pub fn version(&self, version: Version) -> Option<&Revision<B>> {
        let index = usize::try_from(version.number()).ok()?.checked_sub(1)?;
        self.revisions.get(index)
    }

    /// One change more, on the head that was expected. When it is refused, the document is as it was: it was not
    /// needed for the question, see [`Self::may`].
    pub fn change(mut self, expected: Expected, revision: Revision<B>) -> Result<Self, Refusal> {
        let next = self.may(expected, revision.change, &revision.contribution)?;
        let made =
            Signature { version: next, by: revision.contribution.by, at: revision.contribution.at };
        self.state = self.state.after(revision.change, made);
        self.head = next;
        self.revisions.push(revision);
        Ok(self)
    }

    /// The version that a change would make, or why it is refused.
    pub fn may(
        &self,
        expected: Expected,
        change: Change,
        contribution: &Contribution,
    ) -> Result<Version, Refusal> {
        let known = self.versions().find(|(_, known)| known.contribution.id == contribution.id);
        if let Some((version, _)) = known {
            return Err(Refusal::Repeated { version });
        }
        may_follow(&Standing { id: self.id, head: self.head, state: &self.state }, expected, change)
            .and_then(|next| check_parents(self.id, contribution, next).map(|()| next))
    }
}

/// Where a document stands, without its versions: what a store knows of it when it decides.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The document.
    pub id: DocumentId,
    /// Its last version.
    pub head: Version,
    /// What it is now.
    pub state: &'a State,
}

impl Standing<'_> {
    /// The version that a change would make, or why it is refused. As [`Document::may`], but for a contribution that
    /// is there already: a store sees that before it asks.
    pub fn may(
        &self,
        expected: Expected,
        change: Change,
        contribution: &Contribution,
    ) -> Result<Version, Refusal> {
        let next = may_follow(self, expected, change)?;
        check_parents(self.id, contribution, next).map(|()| next)
    }
}

/// Whether a document may begin with a change.
pub fn may_begin(
    id: DocumentId,
    change: Change,
    contribution: &Contribution,
) -> Result<(), Refusal> {
    match change {
        Change::Write => check_parents(id, contribution, Version::FIRST),
        Change::Sign | Change::Addend | Change::Withdraw => Err(Refusal::NotBegun),
    }
}

fn may_follow(
    standing: &Standing<'_>,
    expected: Expected,
    change: Change,
) -> Result<Version, Refusal> {
    if expected != Expected::Head(standing.head) {
        return Err(Refusal::Conflict { expected, head: standing.head });
    }
    match (standing.state, change) {
        (State::Draft, Change::Write | Change::Sign | Change::Withdraw)
        | (State::Signed { .. }, Change::Addend | Change::Withdraw) => {}
        (State::Draft, Change::Addend) => return Err(Refusal::NotSigned),
        (State::Signed { signature, addenda: _ }, Change::Write | Change::Sign) => {
            return Err(Refusal::Signed { signed: *signature });
        }
        (
            State::Withdrawn { withdrawal, signature: _ },
            Change::Write | Change::Sign | Change::Addend | Change::Withdraw,
        ) => return Err(Refusal::Withdrawn { withdrawn: *withdrawal }),
    }
    standing.head.next().ok_or(Refusal::Full)
}

/// A version cannot be made from itself or from one that is still to come.
fn check_parents(id: DocumentId, made: &Contribution, next: Version) -> Result<(), Refusal> {
    let is_later = |parent: &&crate::Source| parent.document == id && parent.version >= next;
    match made.parents.iter().find(is_later) {
        Some(parent) => Err(Refusal::FromTheFuture { parent: parent.version }),
        None => Ok(()),
    }
}

/// What a change holds besides its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<B> {
    /// Who, when and why.
    pub contribution: Contribution,
    /// The version of the body's stored form.
    pub form: u16,
    /// The body.
    pub body: B,
}

impl<B> Entry<B> {
    /// As a revision that does this.
    pub fn doing(self, change: Change) -> Revision<B> {
        let Self { contribution, form, body } = self;
        Revision { change, contribution, form, body }
    }
}

/// Writes a draft again.
pub fn append<B>(
    document: Document<B>,
    expected: Expected,
    entry: Entry<B>,
) -> Result<Document<B>, Refusal> {
    document.change(expected, entry.doing(Change::Write))
}

/// Signs a draft. The body is what is signed.
pub fn sign<B>(
    document: Document<B>,
    expected: Expected,
    entry: Entry<B>,
) -> Result<Document<B>, Refusal> {
    document.change(expected, entry.doing(Change::Sign))
}

/// Adds to what was signed.
pub fn addend<B>(
    document: Document<B>,
    expected: Expected,
    entry: Entry<B>,
) -> Result<Document<B>, Refusal> {
    document.change(expected, entry.doing(Change::Addend))
}

/// Withdraws a draft or what was signed. The body says why.
pub fn withdraw<B>(
    document: Document<B>,
    expected: Expected,
    entry: Entry<B>,
) -> Result<Document<B>, Refusal> {
    document.change(expected, entry.doing(Change::Withdraw))
}

/// Why a change was not made. Exhaustive: each asks something else of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no document yet, and the change needs one.
    #[error("there is nothing yet that this could follow")]
    NotBegun,
    /// Someone else wrote in between.
    #[error("someone else has written in between: the last version is {head}")]
    Conflict {
        /// What the writer had seen.
        expected: Expected,
        /// The head.
        head: Version,
    },
    /// The same contribution is there already: what was sent again was done before.
    #[error("this was done before, as version {version}")]
    Repeated {
        /// The version it made.
        version: Version,
    },
    /// It is signed; only an addendum may follow.
    #[error("this is signed and cannot be changed; add to it instead")]
    Signed {
        /// By whom and when.
        signed: Signature,
    },
    /// It is a draft; an addendum needs a signature to follow.
    #[error("this is not signed yet; change it instead of adding to it")]
    NotSigned,
    /// It was withdrawn; nothing follows.
    #[error("this was withdrawn and cannot be changed")]
    Withdrawn {
        /// By whom and when.
        withdrawn: Signature,
    },
    /// A parent is a version of the same document that is not there yet.
    #[error("this names version {parent} as its source, which is not written yet")]
    FromTheFuture {
        /// The parent's version.
        parent: Version,
    },
    /// There are as many versions as can be counted.
    #[error("this has as many versions as can be counted")]
    Full,
}

/// Why stored versions are no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// There is none.
    #[error("cannot read a document without a version")]
    Empty,
    /// A version could never have been written.
    #[error("cannot read a document: what follows version {version} could not have been written")]
    Refused {
        /// The version before it.
        version: Version,
        /// Why it would be refused.
        #[source]
        refusal: Refusal,
    },
}
