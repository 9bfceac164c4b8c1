//! Check-ins and questions after a session: what waits for somebody, and who has it.

use std::collections::BTreeSet;

use percuta_chart::{
    Stored,
    check_in::{CheckIn, Handling},
    person::{self, Member, Patient, Standing},
    stored::code,
};
use percuta_record::{DocumentId, PersonId, Version};
use percuta_store::Cursor;

use crate::{
    Practice,
    actor::{Act, Actor, may},
    refusal::No,
    vault::{FieldTokens, Opened, bytes},
};

/// No inbox is counted further.
const OPEN_MAX: u32 = 500;
/// A page of what was closed holds so many.
const CLOSED_PAGE: u32 = 25;
/// An answer in words has at least so many letters.
const ANSWER_LETTERS_MIN: usize = 8;

/// A check-in with whose it is.
#[derive(Debug, Clone)]
pub struct Item {
    /// The check-in.
    pub check_in: Opened<CheckIn>,
    /// The patient.
    pub patient: Opened<Patient>,
}

/// What was done with a check-in, as its versions tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: jiff::Timestamp,
    /// Who.
    pub by: PersonId,
    /// How it stood then.
    pub handling: Handling,
}

impl Practice {
    /// How many check-ins wait for somebody: those whose level says that a person answers.
    pub async fn open_check_ins(&self) -> Result<usize, No> {
        let (field, sought) = (code(FieldTokens::OPEN), self.open_token());
        Ok(self.vault.store().find(&field, &sought, None, OPEN_MAX).await?.len())
    }

    /// The token of an open check-in. It says no more than that there is work.
    pub(crate) fn open_token(&self) -> BTreeSet<[u8; 16]> {
        bytes(self.vault.tokens().open.exact(CheckIn::KIND))
    }

    /// What waits for somebody: the most urgent first, and among equals what is due first.
    pub async fn inbox(&self, actor: &Actor) -> Result<Vec<Item>, No> {
        self.allow(actor, Act::AnswerCheckIns, "inbox.open", None).await?;
        let (field, sought) = (code(FieldTokens::OPEN), self.open_token());
        let found = self.vault.store().find_heads(&field, &sought, None, OPEN_MAX).await?;
        let mut items = Vec::with_capacity(found.len());
        for sealed in found {
            items.extend(self.item(sealed).await?);
        }
        items.sort_by(|left, right| {
            let (left, right) = (&left.check_in, &right.check_in);
            let by_level = right.level.cmp(&left.level);
            let due = |one: &CheckIn| one.answer_by.unwrap_or(jiff::Timestamp::MAX);
            by_level.then(due(left).cmp(&due(right))).then(left.at.cmp(&right.at))
        });
        self.note(Some(actor), "inbox.open", None, "done").await?;
        Ok(items)
    }

    /// A page of what was answered, the latest first.
    pub async fn answered(
        &self,
        actor: &Actor,
        from: Option<Cursor>,
    ) -> Result<(Vec<Item>, Option<Cursor>), No> {
        self.allow(actor, Act::AnswerCheckIns, "inbox.open", None).await?;
        let sealed = self.vault.store().list(&CheckIn::kind(), from, CLOSED_PAGE).await?;
        let is_full = sealed.len() == usize::try_from(CLOSED_PAGE).unwrap_or(usize::MAX);
        let older = sealed.last().filter(|_| is_full).map(percuta_store::Sealed::cursor);
        let mut items = Vec::new();
        for one in sealed {
            let item = self.item(one).await?;
            items.extend(
                item.filter(|item| matches!(item.check_in.handling, Handling::Closed { .. })),
            );
        }
        self.note(Some(actor), "inbox.open", None, "done").await?;
        Ok((items, older))
    }

    async fn item(&self, sealed: percuta_store::Sealed) -> Result<Option<Item>, No> {
        let Some(check_in) = self.vault.open_one::<CheckIn>(sealed).await? else {
            return Ok(None);
        };
        let Some(patient) = check_in.patient() else { return Ok(None) };
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(None) };
        let patient = folder.one::<Patient>(person::document_of(patient))?;
        Ok(patient.map(|patient| Item { check_in, patient }))
    }

    /// One check-in, with what was done with it.
    pub async fn check_in(
        &self,
        actor: &Actor,
        check_in: DocumentId,
    ) -> Result<(Item, Vec<Step>), No> {
        self.allow(actor, Act::AnswerCheckIns, "check-in.open", Some(check_in)).await?;
        let sealed = self.vault.store().head(check_in).await?.ok_or(No::NotFound)?;
        let item = self.item(sealed).await?.ok_or(No::NotFound)?;
        let mut steps: Vec<Step> = Vec::new();
        for version in self.versions::<CheckIn>(check_in, item.check_in.version).await? {
            let at = crate::audit::time(version.contribution.at);
            let (by, handling) = (version.contribution.by, version.document.handling);
            if steps.last().is_none_or(|last| last.handling != handling) {
                steps.push(Step { at, by, handling });
            }
        }
        self.note(Some(actor), "check-in.open", Some(check_in), "done").await?;
        Ok((item, steps))
    }

    /// Every version of a document up to one, the first first.
    pub(crate) async fn versions<D: Stored>(
        &self,
        document: DocumentId,
        last: Version,
    ) -> Result<Vec<Opened<D>>, No> {
        let (mut versions, mut next) = (Vec::new(), Some(Version::FIRST));
        while let Some(version) = next.filter(|version| *version <= last) {
            if let Some(sealed) = self.vault.store().version(document, version).await? {
                versions.extend(self.vault.open_one::<D>(sealed).await?);
            }
            next = version.next();
        }
        Ok(versions)
    }

    /// Who may be given a check-in.
    pub async fn who_answers(&self) -> Result<Vec<Opened<Member>>, No> {
        let members = self.members().await?.into_iter();
        Ok(members.filter(|member| answers(member)).collect())
    }

    /// Takes a check-in, or hands it to somebody who may answer.
    pub async fn give_check_in(
        &self,
        actor: &Actor,
        check_in: DocumentId,
        to: PersonId,
    ) -> Result<(), No> {
        let action = if to == actor.person { "check-in.take" } else { "check-in.hand-over" };
        self.allow(actor, Act::AnswerCheckIns, action, Some(check_in)).await?;
        let seen = self.vault.head::<CheckIn>(check_in).await?.ok_or(No::NotFound)?;
        let Handling::Open { owner } = &seen.handling else {
            return Err(No::Closed("This is closed. Open it again first."));
        };
        if *owner == Some(to) {
            return Ok(());
        }
        let member = self.vault.head::<Member>(person::document_of_member(to)).await?;
        if !member.is_some_and(|member| answers(&member)) {
            return Err(No::wrong("owner", "Choose somebody who answers check-ins."));
        }
        self.handled(actor, action, &seen, Handling::Open { owner: Some(to) }).await
    }

    /// Lets go of a check-in that one took.
    pub async fn release_check_in(&self, actor: &Actor, check_in: DocumentId) -> Result<(), No> {
        self.allow(actor, Act::AnswerCheckIns, "check-in.release", Some(check_in)).await?;
        let seen = self.vault.head::<CheckIn>(check_in).await?.ok_or(No::NotFound)?;
        match &seen.handling {
            Handling::Open { owner: None } => Ok(()),
            Handling::Open { owner: Some(_) } => {
                let open = Handling::Open { owner: None };
                self.handled(actor, "check-in.release", &seen, open).await
            }
            Handling::Expected | Handling::Closed { .. } => {
                Err(No::Closed("This is closed. Open it again first."))
            }
        }
    }

    /// Closes a check-in with an answer that the patient reads.
    pub async fn close_check_in(
        &self,
        actor: &Actor,
        check_in: DocumentId,
        says: &str,
    ) -> Result<(), No> {
        self.allow(actor, Act::AnswerCheckIns, "check-in.close", Some(check_in)).await?;
        let seen = self.vault.head::<CheckIn>(check_in).await?.ok_or(No::NotFound)?;
        if !matches!(seen.handling, Handling::Open { owner: _ }) {
            return Err(No::Closed("This is closed already."));
        }
        if says.trim().chars().count() < ANSWER_LETTERS_MIN {
            return Err(No::wrong(
                "says",
                "Write what the patient should know, in a sentence. They read it on their own page.",
            ));
        }
        let (by, name) = (actor.person, actor.name.clone());
        let says = says.trim().to_owned();
        let closed = Handling::Closed { by, name, at: self.now(), says };
        self.handled(actor, "check-in.close", &seen, closed).await
    }

    /// Opens a closed check-in again, with whoever had closed it.
    pub async fn reopen_check_in(&self, actor: &Actor, check_in: DocumentId) -> Result<(), No> {
        self.allow(actor, Act::AnswerCheckIns, "check-in.reopen", Some(check_in)).await?;
        let seen = self.vault.head::<CheckIn>(check_in).await?.ok_or(No::NotFound)?;
        let Handling::Closed { by, .. } = &seen.handling else {
            return Err(No::Closed("This is not closed."));
        };
        let open = Handling::Open { owner: Some(*by) };
        self.handled(actor, "check-in.reopen", &seen, open).await
    }

    async fn handled(
        &self,
        actor: &Actor,
        action: &'static str,
        seen: &Opened<CheckIn>,
        handling: Handling,
    ) -> Result<(), No> {
        let check_in = CheckIn { handling, ..seen.document.clone() };
        self.write_check_in(actor, (Act::AnswerCheckIns, action), seen, &check_in).await
    }
}

/// Whether a member may answer check-ins.
fn answers(member: &Member) -> bool {
    matches!(member.standing, Standing::Active { .. })
        && member.parts.iter().any(|part| may(*part, Act::AnswerCheckIns))
}
