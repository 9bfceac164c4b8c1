//! What may be done with a photograph: the one place that says so, and the ways in which it changes.
//!
//! ```text
//! consent (what the patient said of photographs) ─┐
//! permission (what was said of this photograph) ──┴── may(said, photograph, use) ── everything that shows or exports
//! ```
//!
//! A photograph of which nothing was said stays in the record where the consent lets it, and is used for nothing else.
//! The patient says of each photograph, or of all of a day, what else it may be used for. The clinic can only take away.
//! A later word of the consent only takes away as well: who withdraws it, or says less in a new one, has then to be asked
//! anew.
//!
//! INVARIANT (taken down): what takes a permission away turns each copy that rests on it into one that is to be taken
//! down, in the same transaction where there is one. A copy that slips through a crash or a race is found again when the
//! register is read, because how a copy stands is decided by [`may`] as well (`publications::standing`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use percuta_chart::{
    consent::{Consent, PhotographUse},
    permission::{Permission, Speaker, document_of_permission},
    person::document_of,
    photograph::Photograph,
};
use percuta_record::{Change, DocumentId, Owner, PatientId, State};

use crate::{
    Practice,
    actor::{Act, Actor},
    publications::Copy,
    refusal::{Failure, No},
    vault::Folder,
    writing::Draft,
};

/// What is asked of a photograph: the use, the question, and what an answer means.
pub const QUESTIONS: [(PhotographUse, &str, &str); 4] = [
    (
        PhotographUse::Record,
        "May it stay in your record?",
        "With a no, nobody at the clinic opens it any more and it is used for nothing. It stays sealed, because records of treatment have to be kept.",
    ),
    (
        PhotographUse::Clinic,
        "May it be shown to others within this clinic?",
        "To colleagues who learn or give a second opinion. A no changes nothing for your treatment.",
    ),
    (
        PhotographUse::Teaching,
        "May it be used in teaching outside this clinic?",
        "Without your name, and covered where the clinic covers it; a face can still be recognised. A no changes nothing for your treatment.",
    ),
    (
        PhotographUse::Public,
        "May it be shown in public, such as on a web site?",
        "You can withdraw this, and the clinic takes its copies down. What others have copied meanwhile cannot be called back. A no changes nothing for your treatment.",
    ),
];

/// Everything that was said about a patient's photographs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The photographs that are in the record and were not taken back.
    pub photographs: BTreeSet<DocumentId>,
    /// What was said last of each.
    pub words: BTreeMap<DocumentId, Permission>,
    /// What the consents say of photographs.
    pub consents: Vec<ConsentWord>,
}

/// What a consent says of photographs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentWord {
    /// When it was signed.
    pub at: Timestamp,
    /// What was allowed.
    pub uses: BTreeSet<PhotographUse>,
    /// When it was withdrawn.
    pub withdrawn: Option<Timestamp>,
}

/// Whether something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// It may.
    Yes,
    /// It may not.
    No(Why),
}

/// Why something may not be done with a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is not in the record, or was taken back.
    Gone,
    /// Nobody was asked. That is no yes.
    NotSaid,
    /// The patient said no.
    Refused,
    /// Somebody of the clinic took it away.
    TakenAway,
    /// The patient said yes, and withdrew it or said less in a consent since.
    Lapsed,
}

impl Why {
    /// The reason in a sentence for the clinic.
    pub fn says(self) -> &'static str {
        match self {
            Self::Gone => "This photograph is not in the record any more.",
            Self::NotSaid => {
                "The patient was not asked about this photograph. They say it on their own page, also on the clinic's tablet."
            }
            Self::Refused => "The patient has said no.",
            Self::TakenAway => {
                "The clinic has taken this away. Only the patient can allow it anew."
            }
            Self::Lapsed => {
                "The patient has withdrawn this, or has said less in a consent since. Only they can allow it anew."
            }
        }
    }
}

/// What may be done with a photograph. Everything that shows or exports one asks this, and nothing else.
pub fn may(said: &Said, photograph: DocumentId, purpose: PhotographUse) -> May {
    if !said.photographs.contains(&photograph) {
        return May::No(Why::Gone);
    }
    match said.words.get(&photograph) {
        Some(word) if !word.uses.contains(&purpose) => May::No(match word.by {
            Speaker::Patient => Why::Refused,
            Speaker::Clinic { .. } => Why::TakenAway,
        }),
        Some(word) if has_lapsed(&said.consents, word.at, purpose) => May::No(Why::Lapsed),
        Some(_) => May::Yes,
        None if purpose == PhotographUse::Record && is_recorded(&said.consents) => May::Yes,
        None => May::No(Why::NotSaid),
    }
}

/// What may be done with a photograph, all of it.
pub fn uses(said: &Said, photograph: DocumentId) -> BTreeSet<PhotographUse> {
    let all = QUESTIONS.into_iter().map(|(purpose, _, _)| purpose);
    all.filter(|purpose| may(said, photograph, *purpose) == May::Yes).collect()
}

/// Whether the patient closed a photograph to the clinic. That a consent lapsed closes none: what was recorded of a
/// treatment has to be at hand for whoever treats on, or treats a reaction.
pub fn is_closed(said: &Said, photograph: DocumentId) -> bool {
    match may(said, photograph, PhotographUse::Record) {
        May::No(Why::Refused) => true,
        May::Yes | May::No(Why::Gone | Why::NotSaid | Why::TakenAway | Why::Lapsed) => false,
    }
}

/// Whether a consent took something away after it was said.
fn has_lapsed(consents: &[ConsentWord], since: Timestamp, purpose: PhotographUse) -> bool {
    consents.iter().any(|consent| {
        let said_less = consent.at > since && !consent.uses.contains(&purpose);
        said_less || consent.withdrawn.is_some_and(|at| at >= since)
    })
}

/// Whether the consent that was given last and stands lets photographs be kept.
fn is_recorded(consents: &[ConsentWord]) -> bool {
    let standing = consents.iter().filter(|consent| consent.withdrawn.is_none());
    standing
        .max_by_key(|consent| consent.at)
        .is_some_and(|consent| consent.uses.contains(&PhotographUse::Record))
}

impl Said {
    pub(crate) fn of(folder: &Folder) -> Result<Self, Failure> {
        let consents = folder.ever::<Consent>()?.into_iter().map(|consent| ConsentWord {
            at: consent.at,
            uses: consent.photographs.clone(),
            withdrawn: match consent.record_state {
                State::Withdrawn { .. } => Some(crate::audit::time(consent.contribution.at)),
                State::Draft | State::Signed { .. } => None,
            },
        });
        let words = folder.all::<Permission>()?.into_iter();
        Ok(Self {
            photographs: folder.shown::<Photograph>()?.iter().map(|one| one.id).collect(),
            words: words.map(|word| (word.photograph, word.document)).collect(),
            consents: consents.collect(),
        })
    }
}

/// How a patient's photographs stand: what may be done with them, and where copies are.
#[derive(Debug)]
pub struct Standings {
    /// What was said.
    pub said: Said,
    /// The copies, the newest first.
    pub copies: Vec<Copy>,
}

/// One thing that was said of a photograph, with its time, from the record's past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uttered {
    /// What was said.
    pub word: Permission,
    /// Which version it is.
    pub version: u32,
}

/// Which photographs something is said of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These.
    These(Vec<DocumentId>),
    /// Every one.
    All,
}

impl Practice {
    /// What may be done with a patient's photographs and where copies are, for the patient and for who may see them.
    pub async fn photograph_standings(
        &self,
        actor: &Actor,
        patient: PatientId,
    ) -> Result<Standings, No> {
        let about = document_of(patient);
        if actor.patient() != Some(patient) {
            self.allow(actor, Act::Photographs, "permission.open", Some(about)).await?;
        }
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let said = Said::of(&folder)?;
        let copies = self.copies_of(patient, &said).await?;
        self.note(Some(actor), "permission.open", Some(about), "done").await?;
        Ok(Standings { said, copies })
    }

    /// Everything that was said of a photograph, the newest first.
    pub async fn photograph_words(
        &self,
        actor: &Actor,
        photograph: DocumentId,
    ) -> Result<Vec<Uttered>, No> {
        let head = self.vault.head::<Photograph>(photograph).await?.ok_or(No::NotFound)?;
        if actor.patient().is_none() || actor.patient() != head.patient() {
            self.allow(actor, Act::Photographs, "permission.open", Some(photograph)).await?;
        }
        let mut words = Vec::new();
        let document = document_of_permission(photograph);
        let mut next = self.vault.head::<Permission>(document).await?;
        while let Some(word) = next {
            let before = word.version.number().checked_sub(1);
            words.push(Uttered { version: word.version.number(), word: word.document });
            next = match before.and_then(percuta_record::Version::new) {
                Some(version) => match self.vault.store().version(document, version).await? {
                    Some(sealed) => self.vault.open_one::<Permission>(sealed).await?,
                    None => None,
                },
                None => None,
            };
        }
        self.note(Some(actor), "permission.open", Some(photograph), "done").await?;
        Ok(words)
    }

    /// A patient says what may be done with photographs of their own: what is not in `uses`, they say no to.
    pub async fn permit_photographs(
        &self,
        actor: &Actor,
        which: &Which,
        uses: &BTreeSet<PhotographUse>,
    ) -> Result<(), No> {
        let patient = self.own_photographs(actor, "permission.say").await?;
        if !uses.is_empty() && !uses.contains(&PhotographUse::Record) {
            return Err(No::wrong(
                "record",
                "What is shown anywhere has to stay in your record. Choose yes here, or no everywhere.",
            ));
        }
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let said = Said::of(&folder)?;
        let shown = words_of(uses);
        let change = |_photograph| Some(uses.clone());
        let writing =
            Writing { act: Act::Own, action: "permission.say", by: Speaker::Patient, shown };
        self.write_words(actor, (patient, &folder, said), (which, writing), change).await
    }

    /// A patient takes something back that they allowed, of some photographs or of all. Taking the record back takes
    /// everything.
    pub async fn withdraw_permission(
        &self,
        actor: &Actor,
        which: &Which,
        from: &BTreeSet<PhotographUse>,
    ) -> Result<(), No> {
        let patient = self.own_photographs(actor, "permission.withdraw").await?;
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let said = Said::of(&folder)?;
        let before = said.clone();
        let change = |photograph| {
            let standing = uses(&before, photograph);
            let left = without(&standing, from);
            (left != standing).then_some(left)
        };
        let shown = format!("I take back: {}.", listed(from));
        let (act, action) = (Act::Own, "permission.withdraw");
        let writing = Writing { act, action, by: Speaker::Patient, shown };
        self.write_words(actor, (patient, &folder, said), (which, writing), change).await
    }

    /// Somebody of the clinic takes something away from a photograph. They cannot allow anything.
    pub async fn lower_permission(
        &self,
        actor: &Actor,
        photograph: DocumentId,
        left: &BTreeSet<PhotographUse>,
    ) -> Result<PatientId, No> {
        let action = "permission.lower";
        self.allow(actor, Act::Photographs, action, Some(photograph)).await?;
        let found = self.vault.head::<Photograph>(photograph).await?.ok_or(No::NotFound)?;
        let patient = found.patient().ok_or(No::NotFound)?;
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let said = Said::of(&folder)?;
        let standing = uses(&said, photograph);
        // Whether it stays in the record is between the patient and the law, and not for a member to lower.
        let in_record = standing.contains(&PhotographUse::Record).then_some(PhotographUse::Record);
        let left: BTreeSet<PhotographUse> = left.iter().copied().chain(in_record).collect();
        if !left.is_subset(&standing) {
            self.note(Some(actor), action, Some(photograph), "refused").await?;
            return Err(No::wrong(
                "uses",
                "Only the patient can allow more. Let them say it on their own page.",
            ));
        }
        if left == standing {
            return Err(No::wrong("uses", "Nothing would change. Choose what is taken away."));
        }
        let taken: BTreeSet<PhotographUse> = standing.difference(&left).copied().collect();
        let writing = Writing {
            act: Act::Photographs,
            action,
            by: Speaker::Clinic { by: actor.person, name: actor.name.clone() },
            shown: format!("The clinic takes away: {}.", listed(&taken)),
        };
        let which = Which::These(vec![photograph]);
        let change = |_photograph| Some(left.clone());
        self.write_words(actor, (patient, &folder, said), (&which, writing), change).await?;
        Ok(patient)
    }

    /// The photographs that a patient keeps from somebody: from everybody at the clinic, and none from themselves.
    pub(crate) async fn closed_to(
        &self,
        actor: &Actor,
        patient: PatientId,
    ) -> Result<BTreeSet<DocumentId>, No> {
        if actor.patient() == Some(patient) {
            return Ok(BTreeSet::new());
        }
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let said = Said::of(&folder)?;
        Ok(said.photographs.iter().copied().filter(|one| is_closed(&said, *one)).collect())
    }

    async fn own_photographs(&self, actor: &Actor, action: &'static str) -> Result<PatientId, No> {
        let subject = actor.patient().map(document_of);
        self.allow(actor, Act::Own, action, subject).await?;
        actor.patient().ok_or(No::NotAllowed)
    }

    /// Writes a word on each photograph and what it means for the copies, in one transaction.
    async fn write_words(
        &self,
        actor: &Actor,
        (patient, folder, mut said): (PatientId, &Folder, Said),
        (which, writing): (&Which, Writing),
        change: impl Fn(DocumentId) -> Option<BTreeSet<PhotographUse>>,
    ) -> Result<(), No> {
        let Writing { act, action, by, shown } = writing;
        let chosen: Vec<DocumentId> = match which {
            Which::All => said.photographs.iter().copied().collect(),
            Which::These(these) => {
                these.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
            }
        };
        if chosen.is_empty() || chosen.iter().any(|one| !said.photographs.contains(one)) {
            self.note(Some(actor), action, Some(document_of(patient)), "not-found").await?;
            return Err(No::NotFound);
        }
        let heads = folder.all::<Permission>()?;
        // The audit names the photograph where there is one, else whose they are.
        let subject = match chosen.as_slice() {
            [one] => *one,
            _several => document_of(patient),
        };
        let mut draft = Draft::new(act, action, subject);
        let mut is_changed = false;
        for photograph in chosen {
            let Some(uses) = change(photograph) else { continue };
            let word = Permission {
                photograph,
                uses,
                by: by.clone(),
                at: self.now(),
                shown: shown.clone(),
            };
            draft = match heads.iter().find(|head| head.photograph == photograph) {
                Some(head) => draft.change(head, Change::Write, &word)?,
                None => {
                    let owner = Owner::Patient(patient);
                    draft.begin(document_of_permission(photograph), owner, &word)?
                }
            };
            said.words.insert(photograph, word);
            is_changed = true;
        }
        if !is_changed {
            return Ok(());
        }
        let draft = self.with_take_downs(draft, patient, &said).await?;
        self.commit(actor, draft).await?;
        // An export that was under way meanwhile is found now, or finds the new word itself.
        self.recall(actor, patient).await
    }
}

/// How a word is written.
struct Writing {
    act: Act,
    action: &'static str,
    by: Speaker,
    shown: String,
}

/// What is left when something is taken back.
fn without(
    standing: &BTreeSet<PhotographUse>,
    from: &BTreeSet<PhotographUse>,
) -> BTreeSet<PhotographUse> {
    if from.contains(&PhotographUse::Record) {
        return BTreeSet::new();
    }
    standing.difference(from).copied().collect()
}

/// The questions with their answers, as they are kept.
fn words_of(uses: &BTreeSet<PhotographUse>) -> String {
    let one = |(purpose, asks, says): (PhotographUse, &str, &str)| {
        let answer = if uses.contains(&purpose) { "Yes" } else { "No" };
        format!("{asks} {says} — {answer}.")
    };
    QUESTIONS.map(one).join("\n")
}

/// What a use is called.
pub fn title(purpose: PhotographUse) -> &'static str {
    match purpose {
        PhotographUse::Record => "in the record",
        PhotographUse::Clinic => "within the clinic",
        PhotographUse::Teaching => "in teaching",
        PhotographUse::Public => "in public",
    }
}

/// Uses in a row.
pub fn listed(uses: &BTreeSet<PhotographUse>) -> String {
    let words: Vec<&str> = uses.iter().map(|purpose| title(*purpose)).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests;
