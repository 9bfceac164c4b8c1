//! One contribution: several documents, their tokens, their reservations and the audit entry, written all or none.

use std::collections::BTreeSet;

use percuta_chart::{Stored, stored::code};
use percuta_record::{
    Answer, Append, AuditEntry, Change, Commit, Contribution, DocumentId, Expected, JobId, Moment,
    NewJob, Owner, Source, Target, Tokens, Version,
    commit::{Place as Held, Reservations},
};
use percuta_seal::Place;

use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::{No, refused},
    vault::Opened,
};

/// What will be written, before it is sealed.
pub(crate) struct Draft {
    act: Act,
    action: &'static str,
    why: &'static str,
    subject: DocumentId,
    parents: Vec<Source>,
    sheets: Vec<Sheet>,
    tokens: Vec<Tokens>,
    reservations: Vec<Reservations>,
    jobs: Vec<NewJob>,
}

/// One document of a draft.
struct Sheet {
    document: DocumentId,
    kind: &'static str,
    owner: Owner,
    expected: Expected,
    change: Change,
    form: u16,
    body: Vec<u8>,
    references: BTreeSet<Target>,
}

impl Draft {
    /// A draft about one document, which the audit names. `action` is a code such as `intake.send`.
    pub(crate) fn new(act: Act, action: &'static str, subject: DocumentId) -> Self {
        Self {
            act,
            action,
            why: "entry",
            subject,
            parents: Vec::new(),
            sheets: Vec::new(),
            tokens: Vec::new(),
            reservations: Vec::new(),
            jobs: Vec::new(),
        }
    }

    /// Why it is written, as a code: `correction`.
    pub(crate) fn because(mut self, why: &'static str) -> Self {
        self.why = why;
        self
    }

    /// From what it was made.
    pub(crate) fn from(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.parents.extend(sources);
        self
    }

    /// A new document.
    pub(crate) fn begin<D: Stored>(
        self,
        document: DocumentId,
        owner: Owner,
        body: &D,
    ) -> Result<Self, No> {
        self.sheet(document, owner, Expected::Nothing, Change::Write, body)
    }

    /// Another version of a document that was opened.
    pub(crate) fn change<D: Stored>(
        self,
        opened: &Opened<D>,
        change: Change,
        body: &D,
    ) -> Result<Self, No> {
        let expected = Expected::Head(opened.version);
        self.sheet(opened.id, opened.owner, expected, change, body)
    }

    fn sheet<D: Stored>(
        mut self,
        document: DocumentId,
        owner: Owner,
        expected: Expected,
        change: Change,
        body: &D,
    ) -> Result<Self, No> {
        let body = body.to_bytes()?;
        let (kind, form, references) = (D::KIND, D::FORM, BTreeSet::new());
        self.sheets.push(Sheet { document, kind, owner, expected, change, form, body, references });
        Ok(self)
    }

    /// What the last document refers to.
    pub(crate) fn referring(mut self, targets: impl IntoIterator<Item = Target>) -> Self {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.references.extend(targets);
        }
        self
    }

    /// The tokens of a field of a document, whole.
    pub(crate) fn tokens(
        mut self,
        document: DocumentId,
        field: &'static str,
        tokens: BTreeSet<[u8; 16]>,
    ) -> Self {
        self.tokens.push(Tokens { document, field: code(field), tokens });
        self
    }

    /// Whether it writes a document already.
    pub(crate) fn has(&self, document: DocumentId) -> bool {
        self.sheets.iter().any(|sheet| sheet.document == document)
    }

    /// Whether it writes nothing yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.sheets.is_empty()
    }

    /// Something that is to be done about a document after it was written.
    pub(crate) fn job(
        mut self,
        id: JobId,
        kind: &'static str,
        document: DocumentId,
        from: Moment,
    ) -> Self {
        self.jobs.push(NewJob { id, kind: code(kind), document, from });
        self
    }

    /// The times that a document holds, whole; none frees them.
    pub(crate) fn holding(
        mut self,
        document: DocumentId,
        places: impl IntoIterator<Item = Held>,
    ) -> Self {
        self.reservations.push(Reservations { document, places: places.into_iter().collect() });
        self
    }
}

impl Practice {
    /// Seals and writes a draft; that it was refused is noted. A draft without a document only leaves its audit entry,
    /// tokens and reservations.
    pub(crate) async fn commit(&self, actor: &Actor, draft: Draft) -> Result<(), No> {
        let (action, subject) = (draft.action, draft.subject);
        match self.try_commit(actor, draft).await? {
            Answer::Done(_) | Answer::Repeated(_) => Ok(()),
            Answer::Refused(percuta_record::Refused { document, why }) => {
                let no = refused(document, why);
                self.note(Some(actor), action, Some(subject), no.outcome()).await?;
                Err(no)
            }
        }
    }

    /// Seals and writes a draft, and leaves it to who asked what a refusal means: they may try again.
    pub(crate) async fn try_commit(&self, actor: &Actor, draft: Draft) -> Result<Answer, No> {
        let at = self.moment();
        let mut appends = Vec::with_capacity(draft.sheets.len());
        for sheet in draft.sheets {
            appends.push(self.sealed(sheet).await?);
        }
        let contribution = Contribution {
            id: self.vault.new_id()?,
            by: actor.person,
            role: actor.role(draft.act),
            at,
            why: code(draft.why),
            parents: draft.parents,
        };
        let audit = AuditEntry {
            by: Some(actor.person),
            at,
            action: code(draft.action),
            subject: Some((draft.subject, None)),
            outcome: code("done"),
        };
        let commit = Commit {
            contribution,
            appends,
            tokens: draft.tokens,
            jobs: draft.jobs,
            reservations: draft.reservations,
            audit,
        };
        Ok(self.vault.store().commit(commit).await?)
    }

    async fn sealed(&self, sheet: Sheet) -> Result<Append, No> {
        let next = match sheet.expected {
            Expected::Nothing => Some(Version::FIRST),
            Expected::Head(head) => head.next(),
        };
        let version = next.ok_or(No::Closed("This has as many versions as can be counted."))?;
        let key = self.vault.key(sheet.owner).await?.ok_or(No::NotFound)?;
        let place = Place {
            kind: sheet.kind,
            document: sheet.document.bytes(),
            version: u64::from(version.number()),
            form: sheet.form,
        };
        let body = self.vault.seal(&key, &place, &sheet.body)?;
        Ok(Append {
            document: sheet.document,
            kind: code(sheet.kind),
            owner: sheet.owner,
            expected: sheet.expected,
            change: sheet.change,
            form: sheet.form,
            body,
            references: sheet.references,
        })
    }

    /// Leaves an audit entry of a read, a refusal or anything else that wrote no version.
    pub(crate) async fn note(
        &self,
        actor: Option<&Actor>,
        action: &'static str,
        subject: Option<DocumentId>,
        outcome: &'static str,
    ) -> Result<(), No> {
        let entry = AuditEntry {
            by: actor.map(|actor| actor.person),
            at: self.moment(),
            action: code(action),
            subject: subject.map(|document| (document, None)),
            outcome: code(outcome),
        };
        Ok(self.vault.store().note(vec![entry]).await?)
    }

    /// Whether an actor may do something; a refusal is audited.
    pub(crate) async fn allow(
        &self,
        actor: &Actor,
        act: Act,
        action: &'static str,
        subject: Option<DocumentId>,
    ) -> Result<(), No> {
        if actor.may(act) {
            return Ok(());
        }
        self.note(Some(actor), action, subject, "refused").await?;
        Err(No::NotAllowed)
    }
}
