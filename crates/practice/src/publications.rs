//! The register of copies that have left the record: where each is, and the list of those that have to be taken down.
//!
//! ```text
//! exported ── up ── to be taken down ── taken down
//!     └──────────────────┘
//! ```
//!
//! How a copy stands is what its document says *and* what may be done with its photographs: a copy that is not permitted
//! any more is one that has to be taken down, whether or not somebody wrote so, and so is every copy of a patient who was
//! erased. A copy that has to go does not stay because it is permitted again: it is taken down, and made anew.
//!
//! PRIVACY: the register is the clinic's own and outlives its patient. It names nobody; who may find patients is told
//! whose a copy is as long as they are in the record.

use jiff::{Timestamp, ToSpan as _, civil::Date};
use percuta_chart::{
    permission::{Channel, Place, Publication, PublicationState, Purpose},
    person::{Patient, document_of},
    photograph::Photograph,
};
use percuta_record::{Change, DocumentId, Owner, PatientId};

use crate::{
    Practice,
    actor::{Act, Actor},
    day_of,
    permissions::{May, Said, may},
    refusal::{No, Wrong},
    vault::Opened,
    writing::Draft,
};

/// Within so many days a copy is taken down.
pub const TAKE_DOWN_DAYS: i32 = 7;
/// No place and no proof has more letters.
const LETTERS_MAX: usize = 300;
/// A word of a name that has fewer letters is also a word of everyday language.
const NAME_LETTERS_MIN: usize = 3;

/// A copy as it stands.
#[derive(Debug, Clone)]
pub struct Copy {
    /// What the register says.
    pub publication: Opened<Publication>,
    /// How it stands.
    pub standing: Standing,
}

/// How a copy stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It has to go: until when, and whether that day is over.
    ToTakeDown {
        /// Until when.
        until: Date,
        /// Whether it should be gone already.
        is_overdue: bool,
    },
    /// The file was made, and nobody said where it went.
    Exported,
    /// It is shown, since when.
    Up {
        /// Since when.
        since: Date,
    },
    /// It is gone.
    TakenDown {
        /// Since when that is known.
        at: Timestamp,
        /// Who said so.
        name: String,
        /// What they looked at.
        proof: String,
    },
}

/// A copy in the clinic's list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The copy.
    pub copy: Copy,
    /// Whose it is, for who may find patients; `None` once they were erased.
    pub name: Option<String>,
}

/// A copy that was made elsewhere, as somebody enters it.
#[derive(Debug, Clone)]
pub struct Entered {
    /// Of which photographs: one, or two of one patient.
    pub photographs: Vec<DocumentId>,
    /// What for.
    pub purpose: Purpose,
    /// Where it is.
    pub place: Place,
    /// Since when.
    pub since: Date,
}

/// How a copy stands. `said` is nothing where its patient was erased.
pub fn standing(publication: &Publication, said: Option<&Said>, today: Date) -> Standing {
    let to_take_down = |until: Date| Standing::ToTakeDown { until, is_overdue: until < today };
    match &publication.state {
        PublicationState::TakenDown { at, by: _, name, proof } => {
            Standing::TakenDown { at: *at, name: name.clone(), proof: proof.clone() }
        }
        PublicationState::ToTakeDown { asked: _, until } => to_take_down(*until),
        // Nobody wrote until when, so it is now.
        _ if !is_permitted(publication, said) => to_take_down(today),
        PublicationState::Exported => Standing::Exported,
        PublicationState::Up { since } => Standing::Up { since: *since },
    }
}

/// Whether a copy may be what it is.
fn is_permitted(publication: &Publication, said: Option<&Said>) -> bool {
    let needs = publication.purpose.needs();
    said.is_some_and(|said| {
        publication.photographs.iter().all(|one| may(said, *one, needs) == May::Yes)
    })
}

impl Practice {
    /// Every copy, those that have to go first, the one that is due first first; then the newest.
    pub async fn publications(&self, actor: &Actor) -> Result<Vec<Listed>, No> {
        self.allow(actor, Act::Publish, "publication.list", None).await?;
        let mut listed = Vec::new();
        for copy in self.copies().await? {
            let name = self.vault.head::<Patient>(document_of(copy.publication.of)).await?;
            let name = name.filter(|_| actor.may(Act::FindPatients));
            listed.push(Listed { copy, name: name.map(|patient| patient.document.name) });
        }
        listed.sort_by_key(|one| {
            let due = match &one.copy.standing {
                Standing::ToTakeDown { until, .. } => (0, Some(*until)),
                Standing::Exported | Standing::Up { .. } => (1, None),
                Standing::TakenDown { .. } => (2, None),
            };
            (due, std::cmp::Reverse((one.copy.publication.at, one.copy.publication.id)))
        });
        self.note(Some(actor), "publication.list", None, "done").await?;
        Ok(listed)
    }

    /// How many copies have to be taken down, and how many of them should be gone already; for Today of who keeps the
    /// register. It names nobody.
    pub async fn to_take_down(&self, actor: &Actor) -> Result<(usize, usize), No> {
        if !actor.may(Act::Publish) {
            return Ok((0, 0));
        }
        let overdue: Vec<bool> = self
            .copies()
            .await?
            .into_iter()
            .filter_map(|copy| match copy.standing {
                Standing::ToTakeDown { is_overdue, .. } => Some(is_overdue),
                Standing::Exported | Standing::Up { .. } | Standing::TakenDown { .. } => None,
            })
            .collect();
        Ok((overdue.len(), overdue.iter().filter(|is_overdue| **is_overdue).count()))
    }

    /// One copy, for who keeps the register.
    pub async fn publication(&self, actor: &Actor, id: DocumentId) -> Result<Listed, No> {
        self.allow(actor, Act::Publish, "publication.open", Some(id)).await?;
        let listed = self.copies().await?.into_iter().find(|copy| copy.publication.id == id);
        let copy = listed.ok_or(No::NotFound)?;
        let name = self.vault.head::<Patient>(document_of(copy.publication.of)).await?;
        let name = name.filter(|_| actor.may(Act::FindPatients));
        self.note(Some(actor), "publication.open", Some(id), "done").await?;
        Ok(Listed { copy, name: name.map(|patient| patient.document.name) })
    }

    /// Enters a copy that was made elsewhere. One that is not permitted is entered all the same, because it is there; it
    /// has to be taken down from the start.
    pub async fn register_publication(
        &self,
        actor: &Actor,
        entered: Entered,
    ) -> Result<DocumentId, No> {
        let action = "publication.register";
        let subject = entered.photographs.first().copied();
        self.allow(actor, Act::Publish, action, subject).await?;
        self.allow(actor, Act::Photographs, action, subject).await?;
        let of = self.patient_of(&entered.photographs).await?;
        let today = day_of(&*self.clinic().await?, self.now());
        let mut wrong = self.wrong_place(of, &entered.place).await?;
        if entered.since > today {
            wrong.push(Wrong::new("since", "Give the day on which it was put there."));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        let publication = Publication {
            of,
            photographs: entered.photographs,
            purpose: entered.purpose,
            place: Some(entered.place),
            file_sha256: None,
            by: actor.person,
            at: self.now(),
            state: PublicationState::Up { since: entered.since },
        };
        let id = self.vault.new_id()?;
        let draft = Draft::new(Act::Publish, action, subject.ok_or(No::NotFound)?);
        let draft = draft.begin(id, Owner::Clinic, &publication)?;
        self.commit(actor, draft).await?;
        self.recall(actor, of).await?;
        Ok(id)
    }

    /// Says where an exported copy is shown. It may only be shown while the patient allows it.
    pub async fn put_up(
        &self,
        actor: &Actor,
        id: DocumentId,
        (place, since): (Place, Date),
    ) -> Result<(), No> {
        let action = "publication.put-up";
        let Copy { publication, standing } = self.copy_to_change(actor, id, action).await?;
        match standing {
            Standing::Exported => {}
            Standing::Up { .. } => return Err(No::Closed("It is shown already.")),
            Standing::ToTakeDown { .. } | Standing::TakenDown { .. } => {
                let subject = subject(&publication)?;
                self.note(Some(actor), action, Some(subject), "refused").await?;
                return Err(No::Closed(
                    "The patient does not allow this copy any more, or it was taken down. Delete the file.",
                ));
            }
        }
        let mut wrong = self.wrong_place(publication.of, &place).await?;
        let today = day_of(&*self.clinic().await?, self.now());
        if since > today {
            wrong.push(Wrong::new("since", "Give the day on which it was put there."));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        let changed = Publication {
            place: Some(place),
            state: PublicationState::Up { since },
            ..publication.document.clone()
        };
        let draft = Draft::new(Act::Publish, action, subject(&publication)?);
        self.commit(actor, draft.change(&publication, Change::Write, &changed)?).await?;
        self.recall(actor, publication.of).await
    }

    /// Notes that a copy is gone, and what was looked at to know it.
    pub async fn take_down(&self, actor: &Actor, id: DocumentId, proof: &str) -> Result<(), No> {
        let action = "publication.take-down";
        let Copy { publication, standing } = self.copy_to_change(actor, id, action).await?;
        match standing {
            Standing::TakenDown { .. } => return Err(No::Closed("It was taken down already.")),
            Standing::Exported | Standing::Up { .. } | Standing::ToTakeDown { .. } => {}
        }
        let proof = proof.trim();
        if proof.is_empty() || proof.chars().count() > LETTERS_MAX {
            return Err(No::wrong(
                "proof",
                "Say what you looked at to know that it is gone, in at most 300 letters.",
            ));
        }
        if self.names_them(publication.of, proof).await? {
            return Err(No::wrong("proof", NO_NAMES));
        }
        let state = PublicationState::TakenDown {
            at: self.now(),
            by: actor.person,
            name: actor.name.clone(),
            proof: proof.to_owned(),
        };
        let changed = Publication { state, ..publication.document.clone() };
        let draft = Draft::new(Act::Publish, action, subject(&publication)?);
        self.commit(actor, draft.change(&publication, Change::Write, &changed)?).await
    }

    /// Turns every copy of a patient that is not permitted any more into one that has to go. What somebody else wrote
    /// meanwhile is left: how a copy stands is decided by what may be done with its photographs as well.
    pub(crate) async fn recall(&self, actor: &Actor, patient: PatientId) -> Result<(), No> {
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(()) };
        let said = Said::of(&folder)?;
        let draft = Draft::new(Act::Own, "publication.recall", document_of(patient));
        let draft = self.with_take_downs(draft, patient, &said).await?;
        if draft.is_empty() {
            return Ok(());
        }
        match self.commit(actor, draft).await {
            Ok(()) | Err(No::Conflict) => Ok(()),
            Err(no) => Err(no),
        }
    }

    /// A draft with what a patient's word means for their copies.
    pub(crate) async fn with_take_downs(
        &self,
        mut draft: Draft,
        patient: PatientId,
        said: &Said,
    ) -> Result<Draft, No> {
        let asked = self.now();
        let today = day_of(&*self.clinic().await?, asked);
        let until = today.saturating_add(TAKE_DOWN_DAYS.days());
        for publication in self.vault.own().await?.all::<Publication>()? {
            let is_out = match publication.state {
                PublicationState::Exported | PublicationState::Up { .. } => true,
                PublicationState::ToTakeDown { .. } | PublicationState::TakenDown { .. } => false,
            };
            if publication.of != patient || !is_out || is_permitted(&publication, Some(said)) {
                continue;
            }
            let state = PublicationState::ToTakeDown { asked, until };
            let changed = Publication { state, ..publication.document.clone() };
            draft = draft.change(&publication, Change::Write, &changed)?;
        }
        Ok(draft)
    }

    /// The copies of one patient's photographs, the newest first.
    pub(crate) async fn copies_of(&self, patient: PatientId, said: &Said) -> Result<Vec<Copy>, No> {
        let today = day_of(&*self.clinic().await?, self.now());
        let mut all = self.vault.own().await?.all::<Publication>()?;
        all.retain(|one| one.of == patient);
        all.sort_by_key(|one| std::cmp::Reverse((one.at, one.id)));
        let copy = |publication: Opened<Publication>| {
            let standing = standing(&publication, Some(said), today);
            Copy { publication, standing }
        };
        Ok(all.into_iter().map(copy).collect())
    }

    async fn copies(&self) -> Result<Vec<Copy>, No> {
        let today = day_of(&*self.clinic().await?, self.now());
        let mut copies = Vec::new();
        for publication in self.vault.own().await?.all::<Publication>()? {
            let said = match self.vault.folder(publication.of).await? {
                Some(folder) => Some(Said::of(&folder)?),
                None => None,
            };
            let standing = standing(&publication, said.as_ref(), today);
            copies.push(Copy { publication, standing });
        }
        Ok(copies)
    }

    /// How a copy stands at this moment.
    pub(crate) async fn standing_now(&self, id: DocumentId) -> Result<Standing, No> {
        let found = self.copies().await?.into_iter().find(|copy| copy.publication.id == id);
        Ok(found.ok_or(No::NotFound)?.standing)
    }

    async fn copy_to_change(
        &self,
        actor: &Actor,
        id: DocumentId,
        action: &'static str,
    ) -> Result<Copy, No> {
        self.allow(actor, Act::Publish, action, Some(id)).await?;
        let found = self.copies().await?.into_iter().find(|copy| copy.publication.id == id);
        found.ok_or(No::NotFound)
    }

    /// Whose photographs these are: one, or two of one patient.
    pub(crate) async fn patient_of(&self, photographs: &[DocumentId]) -> Result<PatientId, No> {
        let mut owner = None;
        for photograph in photographs {
            let found = self.vault.head::<Photograph>(*photograph).await?.ok_or(No::NotFound)?;
            let of = found.patient().ok_or(No::NotFound)?;
            if owner.replace(of).is_some_and(|before| before != of) {
                return Err(No::NotFound);
            }
        }
        owner.filter(|_| photographs.len() <= 2).ok_or(No::NotFound)
    }

    async fn wrong_place(&self, of: PatientId, place: &Place) -> Result<Vec<Wrong>, No> {
        let words = place.words.trim();
        if words.is_empty() || words.chars().count() > LETTERS_MAX {
            let says = "Say where it is, so that somebody else finds it: \"clinic web site, page before and after\".";
            return Ok(vec![Wrong::new("place", says)]);
        }
        if self.names_them(of, words).await? {
            return Ok(vec![Wrong::new("place", NO_NAMES)]);
        }
        Ok(Vec::new())
    }

    /// Whether words hold a part of the patient's name.
    async fn names_them(&self, of: PatientId, words: &str) -> Result<bool, No> {
        let patient = self.vault.head::<Patient>(document_of(of)).await?;
        Ok(patient.is_some_and(|patient| names(&patient.name, words)))
    }
}

/// What is said where words hold a name.
const NO_NAMES: &str =
    "Leave the patient's name out: the register outlives their record and names nobody.";

/// Whether words hold a part of a name.
fn names(name: &str, words: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|letter: char| !letter.is_alphanumeric());
        parts
            .filter(|part| part.chars().count() >= NAME_LETTERS_MIN)
            .map(str::to_lowercase)
            .collect()
    };
    let of_name = parts(name);
    parts(words).iter().any(|word| of_name.contains(word))
}

/// What the audit names: the photograph, so that its patient finds the entry among who looked.
fn subject(publication: &Publication) -> Result<DocumentId, No> {
    publication.photographs.first().copied().ok_or(No::NotFound)
}

/// The channels, to be chosen from: value and words.
pub fn channels() -> impl Iterator<Item = (&'static str, &'static str)> {
    Channel::ALL.into_iter().map(|channel| (channel.word(), channel.title()))
}

#[cfg(test)]
mod tests;
