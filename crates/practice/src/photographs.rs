//! Photographs: taken in when the patient allows it, cleaned, sealed in three sizes, and shown to those who may see.
//!
//! A file is read and made smaller on a thread of its own, one at a time, because a large picture takes a large part
//! of the memory. What is kept is sealed under the patient's key: erasing the key erases the pictures.
//!
//! Which views are taken one after another is in [`sequence`]; files that come in parts are in [`uploads`]; what is
//! found when one is held against an earlier one is in `checks`; what is drawn over one is in
//! [`markup`].

use jiff::{Timestamp, civil::Date};
use percuta_chart::{
    consent::{Consent, PhotographUse},
    photograph::{Camera, Noted, Photograph, Step, Taker, View},
};
use percuta_record::{BlobId, Change, DocumentId, Owner, PatientId, State, Target};
use percuta_seal::{Place, envelope};
use percuta_store::Put;

use crate::{
    Practice,
    actor::{Act, Actor},
    day_of,
    patients::Story,
    refusal::{Failure, No},
    vault::Opened,
    writing::Draft,
    zone_of,
};
pub use percuta_imaging::picture::FILE_BYTES_MAX;
use percuta_imaging::picture::{self, Picture};

pub(crate) mod checks;
pub mod markup;
pub mod sequence;
pub mod uploads;

/// What the cipher binds a file to, beside its id.
const BLOB: &str = "blob";

/// A photograph that is sent.
#[derive(Debug)]
pub struct Shot {
    /// The visit, session or check-in that it belongs to.
    pub about: Option<DocumentId>,
    /// The view.
    pub view: View,
    /// The day on which it was taken, where it was not today.
    pub taken: Option<Date>,
    /// What was noted of how it was taken.
    pub noted: std::collections::BTreeSet<Noted>,
    /// The file.
    pub bytes: Vec<u8>,
}

/// How a photograph was taken, as far as who sends it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct How {
    /// With what.
    pub source: Camera,
    /// The region, by its word in the rulebook.
    pub region: Option<String>,
    /// Where in a sequence of views.
    pub step: Option<InSequence>,
    /// The photograph that it repeats.
    pub repeat_of: Option<DocumentId>,
}

impl Default for How {
    /// Nothing is known of it.
    fn default() -> Self {
        Self { source: Camera::Unknown, region: None, step: None, repeat_of: None }
    }
}

/// A step of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InSequence {
    /// The sequence that goes on; `None` where this photograph begins it.
    pub sequence: Option<DocumentId>,
    /// Which step, from one.
    pub number: u8,
}

/// Which of the three files of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// The whole one.
    Original,
    /// A copy for the screen.
    Display,
    /// A copy for lists.
    Small,
}

impl Size {
    /// The size of a word in an address.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "original" => Some(Self::Original),
            "display" => Some(Self::Display),
            "small" => Some(Self::Small),
            _ => None,
        }
    }
}

/// A file as it is shown.
#[derive(Debug)]
pub struct File {
    /// Its type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What the patient allows with photographs: what they said last. Nothing is allowed that was not chosen.
pub fn allowed(consents: &[Opened<Consent>]) -> Option<&Opened<Consent>> {
    consents.iter().max_by_key(|consent| consent.at)
}

/// Whether the clinic may keep photographs in the record.
pub fn may_keep(consents: &[Opened<Consent>]) -> bool {
    allowed(consents).is_some_and(|consent| consent.photographs.contains(&PhotographUse::Record))
}

/// What a patient reads who has not allowed it.
const NOT_ALLOWED: &str = "You have not allowed the clinic to keep photographs, so nothing was kept. You choose it in your consent to treatment; ask the clinic if you want to change it.";

/// Why a photograph of a patient's own may not be kept: a word for an address, and the sentence beneath the field.
pub fn refusals() -> impl Iterator<Item = (&'static str, &'static str)> {
    let unfit = picture::Unfit::ALL.into_iter().map(|unfit| (unfit.word(), unfit.says()));
    unfit.chain([("not-allowed", NOT_ALLOWED)])
}

/// What the form says where the patient has not allowed it.
fn not_allowed(is_own: bool) -> No {
    No::wrong(
        "photograph",
        if is_own {
            NOT_ALLOWED
        } else {
            "The patient has not allowed photographs in the record, so nothing was kept. They choose it in their consent to treatment."
        },
    )
}

impl Practice {
    /// Adds a photograph to a patient's record. A patient adds their own; a member, one of any patient.
    pub async fn add_photograph(
        &self,
        actor: &Actor,
        patient: PatientId,
        shot: Shot,
    ) -> Result<DocumentId, No> {
        self.add_photograph_taken(actor, patient, shot, How::default()).await
    }

    /// The same, and how it was taken.
    pub async fn add_photograph_taken(
        &self,
        actor: &Actor,
        patient: PatientId,
        shot: Shot,
        how: How,
    ) -> Result<DocumentId, No> {
        let story = self.may_add(actor, patient, shot.about).await?;
        let (document, draft) = self.photographed(actor, (patient, &story), shot, how).await?;
        self.commit(actor, draft).await?;
        Ok(document)
    }

    /// Whether somebody may add a photograph to a patient's record now, and the record.
    async fn may_add(
        &self,
        actor: &Actor,
        patient: PatientId,
        about: Option<DocumentId>,
    ) -> Result<Story, No> {
        let (act, is_own) = adds(actor, patient);
        let subject = percuta_chart::person::document_of(patient);
        self.allow(actor, act, "photograph.add", Some(subject)).await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        if !may_keep(&story.consents) {
            self.note(Some(actor), "photograph.add", Some(subject), "refused").await?;
            return Err(not_allowed(is_own));
        }
        if about.is_some_and(|about| !holds(&story, about)) {
            return Err(No::NotFound);
        }
        Ok(story)
    }

    /// Reads a file, keeps its sizes sealed, and drafts the document that names them.
    async fn photographed(
        &self,
        actor: &Actor,
        (patient, story): (PatientId, &Story),
        shot: Shot,
        how: How,
    ) -> Result<(DocumentId, Draft), No> {
        let (act, is_own) = adds(actor, patient);
        let taken = self.taken(shot.taken).await?;
        let how = self.sound(story, (shot.view, taken), how).await?;
        let picture = self.pictured(shot.bytes).await?;
        let document = self.vault.new_id()?;
        let photograph = Photograph {
            about: shot.about,
            view: shot.view,
            region: how.region,
            step: how.step.map(|step| Step {
                sequence: step.sequence.unwrap_or(document),
                number: step.number,
            }),
            taken,
            by: if is_own { Taker::Patient } else { Taker::Clinic },
            source: how.source,
            repeat_of: how.repeat_of,
            noted: shot.noted,
            checked: None,
            card: None,
            width: picture.width,
            height: picture.height,
            original: self.keep_file(patient, &picture.original).await?,
            media_type: picture.media_type.to_owned(),
            display: self.keep_file(patient, &picture.display).await?,
            thumbnail: self.keep_file(patient, &picture.thumbnail).await?,
        };
        let files = [photograph.original, photograph.display, photograph.thumbnail];
        let draft = Draft::new(act, "photograph.add", document)
            .begin(document, Owner::Patient(patient), &photograph)?
            .referring(files.map(Target::Blob));
        Ok((document, draft))
    }

    /// That what is said of how a photograph was taken can be: a region of the rulebook, a sequence of this patient's, a
    /// repeat of a photograph of the same day and view.
    async fn sound(
        &self,
        story: &Story,
        (view, taken): (View, Timestamp),
        how: How,
    ) -> Result<How, No> {
        let regions = &self.book().vocabulary.regions;
        if how.region.as_ref().is_some_and(|code| regions.find(code).is_none()) {
            return Err(No::NotFound);
        }
        if let Some(InSequence { sequence: Some(sequence), number: _ }) = how.step {
            // The first of it may have been taken back and taken again: it still names the sequence.
            let first = self.vault.head::<Photograph>(sequence).await?;
            let is_theirs = first.is_some_and(|one| one.patient() == story.patient.patient());
            if !is_theirs {
                return Err(No::NotFound);
            }
        }
        if let Some(first) = how.repeat_of {
            let clinic = self.clinic().await?;
            let day = |at| day_of(&clinic, at);
            let of = story.photographs.iter().find(|one| one.id == first).ok_or(No::NotFound)?;
            let is_alike = of.view == view && of.region == how.region;
            if !is_alike || day(of.taken) != day(taken) {
                return Err(No::wrong(
                    "photograph",
                    "A repeat is of the same view, on the same day. Take this one as a photograph of its own.",
                ));
            }
        }
        Ok(how)
    }

    /// The photographs of a patient that belong to a visit, session or check-in, for one who may see them.
    pub async fn photographs_about(
        &self,
        actor: &Actor,
        patient: PatientId,
        about: DocumentId,
    ) -> Result<Vec<Opened<Photograph>>, No> {
        self.allow(actor, Act::Photographs, "photograph.find", Some(about)).await?;
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let mut found = folder.all::<Photograph>()?;
        let closed = self.closed_to(actor, patient).await?;
        found.retain(|one| one.about == Some(about) && !closed.contains(&one.id));
        self.note(Some(actor), "photograph.find", Some(about), "done").await?;
        Ok(found)
    }

    /// When a photograph was taken: at noon of an earlier day, else now.
    async fn taken(&self, day: Option<Date>) -> Result<Timestamp, No> {
        let (clinic, now) = (self.clinic().await?, self.now());
        let today = day_of(&clinic, now);
        let Some(day) = day.filter(|day| *day != today) else { return Ok(now) };
        let noon = day.at(12, 0, 0, 0).to_zoned(zone_of(&clinic)).ok();
        noon.filter(|_| day < today).map(|noon| noon.timestamp()).ok_or_else(|| {
            No::wrong("taken", "Give the day on which it was taken. It cannot be later than today.")
        })
    }

    /// Reads a file on a thread of its own, one after another.
    async fn pictured(&self, bytes: Vec<u8>) -> Result<Picture, No> {
        let broken = || No::wrong("photograph", picture::Unfit::Broken.says());
        let one = self.pictures.acquire().await.map_err(|_never_closed| broken())?;
        let read = tokio::task::spawn_blocking(move || picture::read(&bytes)).await;
        let read = read.map_err(|_a_decoder_broke| broken())?;
        drop(one);
        read.map_err(|unfit| No::wrong("photograph", unfit.says()))
    }

    /// Seals a file under the patient's key and keeps it, before any document refers to it.
    pub(crate) async fn keep_file(&self, patient: PatientId, bytes: &[u8]) -> Result<BlobId, No> {
        let owner = Owner::Patient(patient);
        let key = self.vault.key(owner).await?.ok_or(No::NotFound)?;
        let id: BlobId = self.vault.new_id()?;
        let sealed = self.vault.seal(&key, &place(id), bytes)?;
        match self.vault.store().put_blob(id, owner, sealed).await? {
            Put::New => Ok(id),
            Put::Held => Err(No::Conflict),
            Put::NoKey | Put::Erased => Err(No::NotFound),
        }
    }

    /// Takes a photograph back. Patients take back what they sent themselves, at any time; a member what they added, on
    /// the day on which they did. Its files stay sealed in the record's past, and are shown to nobody.
    pub async fn withdraw_photograph(
        &self,
        actor: &Actor,
        photograph: DocumentId,
    ) -> Result<Opened<Photograph>, No> {
        let found = self.photograph(actor, photograph).await?;
        let act = if actor.patient().is_some() { Act::Own } else { Act::Photographs };
        if !self.may_withdraw(actor, &found).await? {
            self.note(Some(actor), "photograph.withdraw", Some(photograph), "refused").await?;
            return Err(No::Closed(
                "This belongs to the record. Whoever added it can take it back on the same day, and patients what they sent.",
            ));
        }
        if let Some(patient) = found.patient() {
            self.unlearn(actor, (patient, photograph)).await?;
        }
        let draft = Draft::new(act, "photograph.withdraw", photograph)
            .because("withdrawal")
            .change(&found, Change::Withdraw, &found.document)?;
        self.commit(actor, draft).await?;
        if let Some(patient) = found.patient() {
            self.recall(actor, patient).await?;
        }
        Ok(found)
    }

    /// Whether the patient keeps a photograph from everybody at the clinic. From themselves they do not.
    async fn is_closed_to(&self, actor: &Actor, found: &Opened<Photograph>) -> Result<bool, No> {
        let Some(patient) = found.patient().filter(|_| actor.patient().is_none()) else {
            return Ok(false);
        };
        Ok(self.closed_to(actor, patient).await?.contains(&found.id))
    }

    async fn may_withdraw(&self, actor: &Actor, found: &Opened<Photograph>) -> Result<bool, No> {
        if actor.patient().is_some() {
            return Ok(found.by == Taker::Patient);
        }
        let clinic = self.clinic().await?;
        let added = day_of(&clinic, crate::audit::time(found.contribution.at));
        Ok(found.contribution.by == actor.person && added == day_of(&clinic, self.now()))
    }

    /// A photograph's file. A patient opens their own, a member who may see photographs those of any patient.
    pub async fn photograph_file(
        &self,
        actor: &Actor,
        photograph: DocumentId,
        size: Size,
    ) -> Result<File, No> {
        let found = self.photograph(actor, photograph).await?;
        let file = self.opened_file(&found, size).await?;
        self.note(Some(actor), "photograph.open", Some(photograph), "done").await?;
        Ok(file)
    }

    /// A file of a photograph, for a use case that has authorized and will audit.
    pub(crate) async fn opened_file(
        &self,
        found: &Opened<Photograph>,
        size: Size,
    ) -> Result<File, No> {
        let (blob, media_type) = match size {
            Size::Original => (found.original, found.media_type.clone()),
            Size::Display => (found.display, "image/jpeg".to_owned()),
            Size::Small => (found.thumbnail, "image/jpeg".to_owned()),
        };
        Ok(File { media_type, bytes: self.opened_blob(found, blob).await? })
    }

    /// A sealed file of a document.
    pub(crate) async fn opened_blob<D>(&self, of: &Opened<D>, blob: BlobId) -> Result<Vec<u8>, No> {
        let key = self.vault.key(of.owner).await?.ok_or(No::NotFound)?;
        let sealed = self.vault.store().blob(blob).await?.ok_or(No::NotFound)?;
        let opened = envelope::open(&key, &place(blob), &sealed)
            .map_err(|cause| Failure::Open { document: of.id, cause })?;
        Ok(opened.to_vec())
    }

    /// Whose a photograph is, for one who may see it.
    pub async fn photograph_owner(
        &self,
        actor: &Actor,
        photograph: DocumentId,
    ) -> Result<PatientId, No> {
        self.photograph(actor, photograph).await?.patient().ok_or(No::NotFound)
    }

    /// What is known of a photograph, for one who may see it. What is not theirs does not exist.
    async fn photograph(
        &self,
        actor: &Actor,
        photograph: DocumentId,
    ) -> Result<Opened<Photograph>, No> {
        if actor.patient().is_none() {
            self.allow(actor, Act::Photographs, "photograph.open", Some(photograph)).await?;
        }
        let found = self.vault.head::<Photograph>(photograph).await?;
        let found = found.filter(|found| match found.record_state {
            State::Draft | State::Signed { .. } => true,
            State::Withdrawn { .. } => false,
        });
        let is_theirs = |found: &Opened<Photograph>| match actor.patient() {
            Some(patient) => found.patient() == Some(patient),
            None => true,
        };
        match found.filter(is_theirs) {
            Some(found) => match self.is_closed_to(actor, &found).await? {
                false => Ok(found),
                true => {
                    self.note(Some(actor), "photograph.open", Some(photograph), "refused").await?;
                    Err(No::Closed("The patient has closed this photograph to the clinic."))
                }
            },
            None => {
                self.note(Some(actor), "photograph.open", Some(photograph), "not-found").await?;
                Err(No::NotFound)
            }
        }
    }
}

/// By which right somebody adds to a patient's photographs, and whether they are their own.
fn adds(actor: &Actor, patient: PatientId) -> (Act, bool) {
    let is_own = actor.patient() == Some(patient);
    (if is_own { Act::Own } else { Act::Photographs }, is_own)
}

/// Where a sealed file belongs.
fn place(id: BlobId) -> Place<'static> {
    Place { kind: BLOB, document: id.bytes(), version: 1, form: 1 }
}

/// Whether something that a photograph can belong to is in a patient's record.
fn holds(story: &Story, about: DocumentId) -> bool {
    story.visits.iter().any(|visit| visit.id == about)
        || story.sessions.iter().any(|session| session.id == about)
        || story.check_ins.iter().any(|check_in| check_in.id == about)
}

#[cfg(test)]
mod tests;
