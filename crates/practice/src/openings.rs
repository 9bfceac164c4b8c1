//! Who opened a patient's record: the audit as the patient may read it.
//!
//! It names members, because whoever opens a record answers for it, and says nothing of other patients.

use std::collections::BTreeMap;

use jiff::Timestamp;
use percuta_chart::person::{self, Member};
use percuta_record::{Owner, PersonId};
pub use percuta_store::AuditCursor;
use percuta_store::{About, AuditQuery};

use crate::{Practice, actor::Actor, refusal::No};

/// A page of openings holds so many.
pub const OPENINGS_PAGE: u32 = 40;

/// One entry of the audit on one's own record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Opener,
    /// What, as the audit's code: `patient.open`.
    pub action: String,
    /// Whether it was done; what was refused is listed as well.
    pub is_done: bool,
}

/// Who opened a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opener {
    /// The patient.
    Oneself,
    /// A member, by name and parts.
    Member {
        /// The name.
        name: String,
        /// The parts that they play, in words.
        parts: String,
    },
    /// Somebody who was not signed in: a link with a wrong birth date.
    Nobody,
}

/// A page of openings, the newest first.
#[derive(Debug)]
pub struct Openings {
    /// They.
    pub list: Vec<Opening>,
    /// Where older ones begin, when there are any.
    pub older: Option<AuditCursor>,
}

impl Practice {
    /// Who opened or changed one's own record.
    pub async fn own_openings(
        &self,
        actor: &Actor,
        before: Option<AuditCursor>,
    ) -> Result<Openings, No> {
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let query = AuditQuery {
            by: None,
            owner_or_subject: Some(About::Owner(Owner::Patient(patient))),
            before,
            limit: OPENINGS_PAGE.saturating_add(1),
        };
        let mut rows = self.vault.store().audit(&query).await?;
        let page = usize::try_from(OPENINGS_PAGE).unwrap_or(usize::MAX);
        let is_more = rows.len() > page;
        rows.truncate(page);
        let older = rows.last().filter(|_| is_more).map(|row| row.cursor);
        let mut known: BTreeMap<PersonId, Opener> = BTreeMap::new();
        let mut list = Vec::with_capacity(rows.len());
        for row in rows {
            let who = match row.entry.by {
                None => Opener::Nobody,
                Some(by) if by == actor.person => Opener::Oneself,
                Some(by) => match known.get(&by) {
                    Some(who) => who.clone(),
                    None => {
                        let who = self.opener(by).await?;
                        known.insert(by, who.clone());
                        who
                    }
                },
            };
            list.push(Opening {
                at: Timestamp::from_microsecond(row.entry.at.0).unwrap_or(Timestamp::UNIX_EPOCH),
                who,
                action: row.entry.action.as_str().to_owned(),
                is_done: row.entry.outcome.as_str() == "done",
            });
        }
        let own = Some(person::document_of(patient));
        self.note(Some(actor), "openings.read", own, "done").await?;
        Ok(Openings { list, older })
    }

    async fn opener(&self, by: PersonId) -> Result<Opener, No> {
        let member = self.vault.head::<Member>(person::document_of_member(by)).await?;
        Ok(member.map_or(Opener::Nobody, |member| Opener::Member {
            name: member.name.clone(),
            parts: member.parts.iter().map(|part| part.title()).collect::<Vec<_>>().join(", "),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Clinic;

    #[tokio::test]
    async fn a_patient_reads_who_opened_their_own_record_and_no_other() {
        let clinic = Clinic::open().await;
        let practice = &clinic.practice;
        let (mara, actor) = clinic.patient("Mara Invented").await;
        let (noor, other) = clinic.patient("Noor Invented").await;
        practice.story(&clinic.lead, mara).await.unwrap();
        practice.story(&clinic.lead, noor).await.unwrap();
        practice.story(&clinic.lead, noor).await.unwrap();
        let own = practice.own_openings(&actor, None).await.unwrap();
        let opened: Vec<_> = own.list.iter().filter(|one| one.action == "patient.open").collect();
        assert_eq!(opened.len(), 1);
        let named =
            |who: &Opener| matches!(who, Opener::Member { name, .. } if name == "Dr Ines Invented");
        assert!(opened.iter().all(|one| named(&one.who) && one.is_done));
        // Reading the list is in the list.
        let again = practice.own_openings(&other, None).await.unwrap();
        let again = practice.own_openings(&other, again.older).await.unwrap();
        assert!(again.list.iter().any(|one| one.who == Opener::Oneself));
        assert!(practice.own_openings(&clinic.lead, None).await.is_err());
    }
}
