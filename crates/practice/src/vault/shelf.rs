//! The folders that were opened lately: what one request opened, the next need not open again.
//!
//! INVARIANT (newest): a folder is taken from here only with the count of changes that the store gives at that moment,
//! and its documents were read after that count. So nobody is shown less than what was written when they asked, by
//! whichever process.
//!
//! PRIVACY: opened documents stay in memory between requests, as the keys do. An erased owner's folder goes with the next
//! time that somebody asks for it, and is never given.

use std::{
    any::Any,
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use percuta_chart::Stored;
use percuta_record::Owner;
use percuta_seal::DataKey;
use percuta_store::Sealed;

use super::{Opened, open_with};
use crate::refusal::Failure;

/// Sealed bytes of all folders together. Opened they take about as much again.
const BYTES_MAX: usize = 16 << 20;

/// An owner's documents, each opened when it is first wanted.
pub(super) struct Contents {
    changes: u64,
    key: DataKey,
    papers: Vec<Paper>,
    bytes: usize,
}

struct Paper {
    sealed: Sealed,
    opened: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Contents {
    pub(super) fn new(changes: u64, key: DataKey, mut sealed: Vec<Sealed>) -> Self {
        sealed.sort_by_key(|one| (one.contribution.at, one.document));
        let bytes = sealed.iter().map(|one| one.body.len()).sum();
        let paper = |sealed| Paper { sealed, opened: OnceLock::new() };
        Self { changes, key, papers: sealed.into_iter().map(paper).collect(), bytes }
    }

    /// The heads of a kind that are wanted, the oldest first by when they were last written.
    pub(super) fn opened<D: Stored>(
        &self,
        is_wanted: impl Fn(&Sealed) -> bool,
    ) -> impl Iterator<Item = Result<Arc<Opened<D>>, Failure>> {
        let of_kind = self.papers.iter().filter(|paper| paper.sealed.kind.as_str() == D::KIND);
        of_kind.filter(move |paper| is_wanted(&paper.sealed)).map(|paper| paper.open(&self.key))
    }
}

impl Paper {
    fn open<D: Stored>(&self, key: &DataKey) -> Result<Arc<Opened<D>>, Failure> {
        let opened = self.opened.get().map(Arc::clone);
        if let Some(Ok(opened)) = opened.map(|one| one.downcast::<Opened<D>>()) {
            return Ok(opened);
        }
        let opened = Arc::new(open_with::<D>(key, self.sealed.clone())?);
        // Whoever was faster opened the same.
        drop(self.opened.set(Arc::<Opened<D>>::clone(&opened)));
        Ok(opened)
    }
}

/// The folders.
#[derive(Default)]
pub(super) struct Shelf(Mutex<Folders>);

#[derive(Default)]
struct Folders {
    by_owner: BTreeMap<Owner, (u64, Arc<Contents>)>,
    bytes: usize,
    /// Counts the takings, so that the folder that was not wanted for longest goes first.
    taken: u64,
}

impl Shelf {
    /// An owner's folder, when it is here and is the newest.
    pub(super) fn take(&self, owner: Owner, changes: u64) -> Option<Arc<Contents>> {
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        folders.taken = folders.taken.saturating_add(1);
        let now = folders.taken;
        let (last, contents) = folders.by_owner.get_mut(&owner)?;
        *last = now;
        (contents.changes == changes).then(|| Arc::clone(contents))
    }

    pub(super) fn put(&self, owner: Owner, contents: &Arc<Contents>) {
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = folders.taken;
        folders.remove(owner);
        folders.bytes = folders.bytes.saturating_add(contents.bytes);
        folders.by_owner.insert(owner, (now, Arc::clone(contents)));
        while folders.bytes > BYTES_MAX && folders.by_owner.len() > 1 {
            let oldest = folders.by_owner.iter().min_by_key(|(_, (last, _))| *last);
            let Some(oldest) = oldest.map(|(owner, _)| *owner) else { break };
            folders.remove(oldest);
        }
    }

    pub(super) fn remove(&self, owner: Owner) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(owner);
    }
}

impl Folders {
    fn remove(&mut self, owner: Owner) {
        if let Some((_, contents)) = self.by_owner.remove(&owner) {
            self.bytes = self.bytes.saturating_sub(contents.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use percuta_record::{
        AuditEntry, Change, Code, Contribution, ContributionId, DocumentId, Moment, PatientId,
        PersonId, Role, State, Version,
    };

    use super::*;
    use crate::{patients::Entered, testing::Clinic};

    fn patient(number: u8) -> Owner {
        Owner::Patient(PatientId::from_bytes([number; 16]))
    }

    fn contents(changes: u64, bytes: usize) -> Arc<Contents> {
        let mut random = |bytes: &mut [u8]| {
            bytes.fill(7);
            Ok(())
        };
        let contribution = Contribution {
            id: ContributionId::from_bytes([1; 16]),
            by: PersonId::from_bytes([2; 16]),
            role: Role::System,
            at: Moment(0),
            why: Code::new("entry").unwrap(),
            parents: Vec::new(),
        };
        let sealed = Sealed {
            document: DocumentId::from_bytes([3; 16]),
            kind: Code::new("visit").unwrap(),
            owner: Owner::Clinic,
            version: Version::FIRST,
            state: State::Draft,
            change: Change::Write,
            contribution,
            form: 1,
            body: vec![0; bytes],
        };
        Arc::new(Contents::new(changes, DataKey::generate(&mut random).unwrap(), vec![sealed]))
    }

    #[test]
    fn a_folder_is_given_only_while_it_is_the_newest() {
        let shelf = Shelf::default();
        shelf.put(patient(1), &contents(4, 10));
        assert!(shelf.take(patient(1), 4).is_some());
        assert!(shelf.take(patient(1), 5).is_none());
        assert!(shelf.take(patient(2), 4).is_none());
        shelf.put(patient(1), &contents(5, 10));
        assert!(shelf.take(patient(1), 5).is_some());
        shelf.remove(patient(1));
        assert!(shelf.take(patient(1), 5).is_none());
    }

    #[test]
    fn what_was_not_wanted_for_longest_goes_when_there_is_no_room() {
        let shelf = Shelf::default();
        for number in 1..=3 {
            shelf.put(patient(number), &contents(1, BYTES_MAX / 3));
            assert!(shelf.take(patient(1), 1).is_some());
        }
        shelf.put(patient(4), &contents(1, BYTES_MAX / 3));
        let held: Vec<u8> =
            (1..=4).filter(|number| shelf.take(patient(*number), 1).is_some()).collect();
        assert_eq!(held, [1, 3, 4]);
        // One that fits nowhere is held alone.
        shelf.put(patient(5), &contents(1, BYTES_MAX * 2));
        assert!(shelf.take(patient(5), 1).is_some());
        assert!(shelf.take(patient(4), 1).is_none());
    }

    #[tokio::test]
    async fn what_was_written_is_seen_at_once_and_what_was_erased_no_more() {
        let clinic = Clinic::open().await;
        let practice = &clinic.practice;
        let (mara, _) = clinic.patient("Mara Invented").await;
        let seen = practice.story(&clinic.lead, mara).await.unwrap().patient;
        let desk = clinic.member(percuta_chart::person::Part::FrontDesk);
        let entered = Entered {
            name: "Mara Otherwise".to_owned(),
            born: seen.birth_date.to_string(),
            telephone: "07700 900123".to_owned(),
            ..Entered::default()
        };
        practice.amend_patient(&desk, &seen, &entered).await.unwrap();
        let again = practice.story(&clinic.lead, mara).await.unwrap().patient;
        assert_eq!(again.name, "Mara Otherwise");
        let audit = AuditEntry {
            by: None,
            at: Moment(0),
            action: Code::new("patient.amend").unwrap(),
            subject: None,
            outcome: Code::new("done").unwrap(),
        };
        practice.store().erase(mara, audit).await.unwrap();
        assert!(practice.story(&clinic.lead, mara).await.is_err());
    }
}
