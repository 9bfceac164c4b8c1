//! Who looked at or changed what, and whether the chains of these entries are whole.
//!
//! The entries name documents and codes; the names of people are looked up for who may see them. Looking at the audit
//! is an entry of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use percuta_chart::person::{self, Patient};
use percuta_record::{Code, DocumentId, Moment, Owner, PatientId, PersonId};
use percuta_store::{About, AuditCursor, AuditQuery};

use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::No,
};

/// A page of the audit holds so many.
pub const PAGE: usize = 50;
/// At a filter, so many entries are looked through for one page; the rest is a page further.
const LOOKED_THROUGH_MAX: usize = 2_000;
/// So many are read at a time.
const READ: u32 = 200;
/// So many entries are looked through to see who opened a story lately.
const OPENINGS_LOOKED_THROUGH: u32 = 40;
/// So many, to see whether somebody who was never here has a link.
const LINKS_LOOKED_THROUGH: u32 = 200;

/// What kind of thing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Did {
    /// Looked at it.
    Opened,
    /// Added or changed it.
    Wrote,
    /// Signed in or out, or tried to.
    Entered,
    /// Was refused.
    Refused,
}

impl Did {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Opened, Self::Wrote, Self::Entered, Self::Refused];

    /// Its word in a form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Wrote => "wrote",
            Self::Entered => "entered",
            Self::Refused => "refused",
        }
    }
}

/// What kind of thing an entry tells of.
pub fn did(action: &str, outcome: &str) -> Did {
    let verb = action.rsplit('.').next().unwrap_or_default();
    match (outcome, verb) {
        ("done", "sign-in" | "sign-out" | "door") => Did::Entered,
        ("done", _) if action == "link.open" => Did::Entered,
        // Asking what is to be asked, or trying a plan out, keeps nothing.
        ("done", _) if ["visit.day", "screening.ask", "plan.draft"].contains(&action) => {
            Did::Opened
        }
        ("done", "open" | "read" | "find" | "list" | "search" | "alike" | "compare" | "check") => {
            Did::Opened
        }
        ("done", _) => Did::Wrote,
        (_, _) => Did::Refused,
    }
}

/// Which entries are sought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sought {
    /// By whom.
    pub by: Option<PersonId>,
    /// About which patient.
    pub patient: Option<PatientId>,
    /// Of which kind.
    pub did: Option<Did>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// After this place, going back in time.
    pub before: Option<AuditCursor>,
}

/// Who an entry names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Nobody was signed in.
    Nobody,
    /// A member, by their name.
    Member(String),
    /// A patient; their name where it may be seen.
    Patient(Option<String>),
    /// Somebody who is not in the record any more.
    Gone,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Named,
    /// What kind of thing.
    pub did: Did,
    /// What, as a code.
    pub action: Code,
    /// The patient concerned; their name where it may be seen.
    pub patient: Option<(PatientId, Option<String>)>,
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries, the latest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, when there is one.
    pub older: Option<AuditCursor>,
}

/// What came of checking the chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many entries follow from one another.
    pub entries: u64,
    /// What is wrong, each in a sentence; empty when all is well.
    pub faults: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// How a patient stands with their own pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Access {
    /// When the last link was made, where the patient was never here.
    pub made: Option<Timestamp>,
    /// When the patient was last seen here.
    pub last: Option<Timestamp>,
}

/// A moment as a time.
pub(crate) fn time(at: Moment) -> Timestamp {
    Timestamp::from_microsecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl Practice {
    /// A page of the audit.
    pub async fn audit(&self, actor: &Actor, sought: &Sought) -> Result<AuditPage, No> {
        let subject = sought.patient.map(person::document_of);
        self.allow(actor, Act::SeeAudit, "audit.open", subject).await?;
        let (mut rows, mut older) = (Vec::new(), None);
        let mut looked = 0;
        let until = sought.until.map(|until| AuditCursor {
            at: Moment(until.as_microsecond()),
            chain: i64::MIN,
            sequence: 0,
        });
        // The earlier of the two places is the one to begin at.
        let mut before = match (sought.before, until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        'reading: while looked < LOOKED_THROUGH_MAX {
            let owner_or_subject =
                sought.patient.map(|patient| About::Owner(Owner::Patient(patient)));
            let query = AuditQuery { by: sought.by, owner_or_subject, before, limit: READ };
            let read = self.vault.store().audit(&query).await?;
            older = None;
            let is_last = read.len() < usize::try_from(READ).unwrap_or(usize::MAX);
            for row in read {
                if sought.from.is_some_and(|from| time(row.entry.at) < from) {
                    older = None;
                    break 'reading;
                }
                if rows.len() == PAGE {
                    older = before;
                    break 'reading;
                }
                (before, looked) = (Some(row.cursor), looked + 1);
                let kind = did(row.entry.action.as_str(), row.entry.outcome.as_str());
                if sought.did.is_none_or(|wanted| wanted == kind) {
                    rows.push(row.entry);
                }
            }
            if is_last {
                break;
            }
            older = before;
        }
        let entries = self.named(actor, rows).await?;
        self.note(Some(actor), "audit.open", subject, "done").await?;
        Ok(AuditPage { entries, older })
    }

    /// Looks up who and whom entries name.
    async fn named(
        &self,
        actor: &Actor,
        rows: Vec<percuta_record::AuditEntry>,
    ) -> Result<Vec<Entry>, No> {
        let members: BTreeMap<PersonId, String> = self
            .members()
            .await?
            .into_iter()
            .map(|member| (person::member_of(member.id), member.name.clone()))
            .collect();
        let by = rows.iter().filter_map(|row| row.by).filter(|by| !members.contains_key(by));
        let mut documents: Vec<DocumentId> = by.map(person::document_of_member).collect();
        documents.extend(rows.iter().filter_map(|row| row.subject.map(|(document, _)| document)));
        documents.sort();
        documents.dedup();
        let mut owners: BTreeMap<DocumentId, PatientId> = BTreeMap::new();
        for sealed in self.vault.store().heads(&documents).await? {
            if let Owner::Patient(patient) = sealed.owner {
                owners.insert(sealed.document, patient);
            }
        }
        let mut names: BTreeMap<PatientId, Option<String>> = BTreeMap::new();
        for patient in owners.values() {
            if !names.contains_key(patient) {
                let name = self.name_of(actor, *patient).await?;
                names.insert(*patient, name);
            }
        }
        let name = |patient: &PatientId| names.get(patient).cloned().flatten();
        let entry = |row: percuta_record::AuditEntry| {
            let who = match row.by {
                None => Named::Nobody,
                Some(by) => match (members.get(&by), owners.get(&person::document_of_member(by))) {
                    (Some(known), _) => Named::Member(known.clone()),
                    (None, Some(patient)) => Named::Patient(name(patient)),
                    (None, None) => Named::Gone,
                },
            };
            let patient = row.subject.and_then(|(document, _)| owners.get(&document).copied());
            Entry {
                at: time(row.at),
                who,
                did: did(row.action.as_str(), row.outcome.as_str()),
                action: row.action,
                patient: patient.map(|patient| (patient, name(&patient))),
            }
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    /// A patient's name, for who may find patients.
    async fn name_of(&self, actor: &Actor, patient: PatientId) -> Result<Option<String>, No> {
        if !actor.may(Act::FindPatients) {
            return Ok(None);
        }
        let found = self.vault.head::<Patient>(person::document_of(patient)).await?;
        Ok(found.map(|found| found.document.name))
    }

    /// Walks the audit's chains, keeps what came of it until the next time, and says it.
    pub async fn check_audit(&self, actor: &Actor) -> Result<Checked, No> {
        self.allow(actor, Act::SeeAudit, "audit.check", None).await?;
        let report = self.vault.store().verify_audit().await?;
        let faults = report.faults.iter().map(|fault| sentence(&fault.to_string())).collect();
        let checked = Checked { entries: report.entries, faults, at: self.now() };
        self.note(Some(actor), "audit.check", None, "done").await?;
        self.checked.put(checked.clone());
        Ok(checked)
    }

    /// What came of the last check since the start of this process.
    pub fn last_check(&self) -> Option<Checked> {
        self.checked.get()
    }

    /// Who opened a patient's story lately, each once, the latest first.
    pub async fn opened_by(
        &self,
        actor: &Actor,
        patient: PatientId,
        limit: usize,
    ) -> Result<Vec<(Named, Timestamp)>, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::FindPatients, "patient.open", Some(document)).await?;
        let query = AuditQuery {
            by: None,
            owner_or_subject: Some(About::Document(document)),
            before: None,
            limit: OPENINGS_LOOKED_THROUGH,
        };
        let mut latest: Vec<percuta_record::AuditEntry> = Vec::new();
        for row in self.vault.store().audit(&query).await? {
            let entry = row.entry;
            let is_new = latest.iter().all(|known| known.by != entry.by);
            // Whoever looks now does not want to read that they do.
            let is_other = entry.by.is_some_and(|by| by != actor.person);
            let kind = did(entry.action.as_str(), entry.outcome.as_str());
            if is_new && is_other && kind == Did::Opened {
                latest.push(entry);
            }
        }
        latest.truncate(limit);
        let named = self.named(actor, latest).await?;
        Ok(named.into_iter().map(|entry| (entry.who, entry.at)).collect())
    }

    /// How a patient stands with their own pages.
    pub async fn access(&self, actor: &Actor, patient: PatientId) -> Result<Access, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::EnterPatient, "patient.open", Some(document)).await?;
        let last = self.last_seen(person::person_of(patient)).await?;
        if last.is_some() {
            return Ok(Access { made: None, last });
        }
        let query = AuditQuery {
            by: None,
            owner_or_subject: Some(About::Document(document)),
            before: None,
            limit: LINKS_LOOKED_THROUGH,
        };
        let rows = self.vault.store().audit(&query).await?;
        let made = rows.iter().find(|row| {
            let entry = &row.entry;
            let is_link = ["patient.link", "patient.close-links", "self-check.keep"]
                .contains(&entry.action.as_str());
            is_link && entry.outcome.as_str() == "done"
        });
        let made = made.filter(|row| row.entry.action.as_str() != "patient.close-links");
        Ok(Access { made: made.map(|row| time(row.entry.at)), last })
    }

    /// When a person last did anything here.
    pub(crate) async fn last_seen(&self, person: PersonId) -> Result<Option<Timestamp>, No> {
        let query = AuditQuery { by: Some(person), owner_or_subject: None, before: None, limit: 1 };
        let rows = self.vault.store().audit(&query).await?;
        Ok(rows.first().map(|row| time(row.entry.at)))
    }
}

/// The last check, until the next.
#[derive(Debug, Default)]
pub(crate) struct LastCheck(std::sync::Mutex<Option<Checked>>);

impl LastCheck {
    fn put(&self, checked: Checked) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(checked);
    }

    fn get(&self) -> Option<Checked> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

/// A fault as a sentence that stands alone.
fn sentence(says: &str) -> String {
    let mut letters = says.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_refused_whatever_was_asked() {
        assert_eq!(did("patient.open", "done"), Did::Opened);
        assert_eq!(did("patient.open", "refused"), Did::Refused);
        assert_eq!(did("visit.arrived", "done"), Did::Wrote);
        assert_eq!(did("visit.day", "done"), Did::Opened);
        assert_eq!(did("screening.day", "done"), Did::Wrote);
        assert_eq!(did("visit.arrived", "conflict"), Did::Refused);
        assert_eq!(did("sign-in", "done"), Did::Entered);
        assert_eq!(did("link.open", "done"), Did::Entered);
    }
}
