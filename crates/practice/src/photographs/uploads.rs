//! Photographs that come in parts, so that a broken connection costs one part and not the whole picture.
//!
//! ```text
//! announce (length, view) ── part 0 ── part 1 ── … ── finish ── photograph
//! ```
//!
//! What was announced is a sealed document; each part is a sealed file whose id follows from that document's id and the
//! part's number. How far an upload came is therefore seen from what is there, by any process and after any restart,
//! and a part that is sent twice is kept once. Parts are referred to by nothing: what is left lying is taken away by
//! [`Practice::sweep_uploads`] after a day, and an upload that old is there no more.
//!
//! INVARIANT (sealed): no byte of a picture is on the disk in the open, nor one part beyond what was announced.

use jiff::{SignedDuration, Timestamp};
use percuta_chart::photograph::{Upload, View};
use percuta_record::{BlobId, Change, DocumentId, Moment, Owner, PatientId};
use percuta_seal::envelope;
use percuta_store::Put;
use sha2::{Digest as _, Sha256};

use super::{FILE_BYTES_MAX, How, Shot, adds, place};
use crate::{
    Practice,
    actor::Actor,
    refusal::{Failure, No},
    vault::{Folder, Opened},
    writing::Draft,
};

/// A part's length; only the last is shorter.
pub const PART_BYTES: u32 = 1 << 20;

/// An upload that was begun longer ago is there no more.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What somebody wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The view.
    pub view: View,
    /// The visit, session or check-in that it will belong to.
    pub about: Option<DocumentId>,
    /// The file's length.
    pub bytes: u64,
    /// The file's SHA-256 in hexadecimal, where it is known.
    pub sha256: Option<String>,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The upload.
    pub id: DocumentId,
    /// So many bytes are here: the next part begins there.
    pub offset: u64,
    /// So many there will be.
    pub bytes: u64,
    /// A part's length.
    pub part: u32,
}

/// What sending a part came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It is kept, or was already.
    Kept(Progress),
    /// It does not begin where the upload is; send the part that begins there.
    Elsewhere(Progress),
}

impl Practice {
    /// Begins an upload. One that the same person had begun of the same view is given up for it.
    pub async fn begin_upload(
        &self,
        actor: &Actor,
        patient: PatientId,
        announced: Announced,
    ) -> Result<Progress, No> {
        self.may_add(actor, patient, announced.about).await?;
        let most = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
        if announced.bytes == 0 || announced.bytes > most {
            return Err(No::wrong(
                "photograph",
                "A photograph has at most 25 MB, and more than nothing. Send a smaller copy.",
            ));
        }
        let is_digest = |text: &String| {
            text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if !announced.sha256.as_ref().is_none_or(is_digest) {
            return Err(No::wrong("photograph", "Its SHA-256 is not one. Send it without."));
        }
        let upload = Upload {
            by: actor.person,
            view: announced.view,
            bytes: announced.bytes,
            part: PART_BYTES,
            sha256: announced.sha256,
            begun: self.now(),
        };
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let given_up = self.given_up(&folder, &upload)?;
        let id = self.vault.new_id()?;
        let (act, _) = adds(actor, patient);
        let mut draft =
            Draft::new(act, "upload.begin", id).begin(id, Owner::Patient(patient), &upload)?;
        for old in &given_up {
            draft = draft.change(old, Change::Withdraw, &old.document)?;
        }
        self.commit(actor, draft).await?;
        for old in &given_up {
            self.drop_parts(old).await;
        }
        Ok(Progress { id, offset: 0, bytes: upload.bytes, part: upload.part })
    }

    /// Which uploads are given up for a new one: its own person's of the same view, and whatever is too old.
    fn given_up(&self, folder: &Folder, new: &Upload) -> Result<Vec<Opened<Upload>>, Failure> {
        let mut open = folder.all::<Upload>()?;
        let now = self.now();
        open.retain(|old| (old.by == new.by && old.view == new.view) || !is_current(old, now));
        Ok(open)
    }

    /// How far an upload is, for who began it.
    pub async fn upload(&self, actor: &Actor, upload: DocumentId) -> Result<Progress, No> {
        let found = self.open_upload(actor, upload).await?;
        self.progress(&found).await
    }

    /// Keeps one part. It begins at the offset that the upload is at, and is as long as a part is.
    pub async fn put_part(
        &self,
        actor: &Actor,
        (upload, offset): (DocumentId, u64),
        bytes: &[u8],
    ) -> Result<Came, No> {
        let found = self.open_upload(actor, upload).await?;
        let patient = found.patient().ok_or(No::NotFound)?;
        // One part at a time: a part that is sent once more while its first sending is under way waits for that.
        let _one = self.parts.lock().await;
        let at = self.progress(&found).await?;
        let part = u64::from(found.part);
        if offset < at.offset && offset % part == 0 {
            // It was sent before, and the answer was lost.
            return Ok(Came::Kept(at));
        }
        if offset != at.offset {
            return Ok(Came::Elsewhere(at));
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let wanted = part.min(at.bytes.saturating_sub(offset));
        if length != wanted || length == 0 {
            return Err(No::wrong(
                "photograph",
                "This part is not as long as was announced. Send the photograph once more.",
            ));
        }
        let owner = Owner::Patient(patient);
        let key = self.vault.key(owner).await?.ok_or(No::NotFound)?;
        let id = part_id(upload, offset / part);
        let sealed = self.vault.seal(&key, &place(id), bytes)?;
        match self.vault.store().put_blob(id, owner, sealed).await? {
            Put::New | Put::Held => {}
            Put::NoKey | Put::Erased => return Err(No::NotFound),
        }
        Ok(Came::Kept(Progress { offset: offset.saturating_add(length), ..at }))
    }

    /// Makes the photograph of an upload that is whole. The upload is over then, also where its file is refused.
    pub async fn finish_upload(
        &self,
        actor: &Actor,
        upload: DocumentId,
        shot: Shot,
        how: How,
    ) -> Result<DocumentId, No> {
        let found = self.open_upload(actor, upload).await?;
        let patient = found.patient().ok_or(No::NotFound)?;
        let story = self.may_add(actor, patient, shot.about).await?;
        let bytes = self.whole(&found).await?;
        let shot = Shot { bytes, view: found.view, ..shot };
        match self.photographed(actor, (patient, &story), shot, how).await {
            Ok((photograph, draft)) => {
                let draft = draft.change(&found, Change::Withdraw, &found.document)?;
                self.commit(actor, draft).await?;
                self.drop_parts(&found).await;
                Ok(photograph)
            }
            Err(No::Wrong(wrong)) => {
                self.end_upload(actor, &found).await?;
                Err(No::Wrong(wrong))
            }
            Err(no) => Err(no),
        }
    }

    /// The bytes of an upload that is whole.
    async fn whole(&self, found: &Opened<Upload>) -> Result<Vec<u8>, No> {
        let at = self.progress(found).await?;
        if at.offset != at.bytes {
            return Err(No::wrong("photograph", "Not all of this photograph is here yet."));
        }
        let key = self.vault.key(found.owner).await?.ok_or(No::NotFound)?;
        let mut whole = Vec::with_capacity(usize::try_from(found.bytes).unwrap_or_default());
        for number in 0..parts(found) {
            let id = part_id(found.id, number);
            let sealed = self.vault.store().blob(id).await?.ok_or(No::NotFound)?;
            let part = envelope::open(&key, &place(id), &sealed)
                .map_err(|cause| Failure::Open { document: found.id, cause })?;
            whole.extend_from_slice(&part);
        }
        let is_it = |wanted: &String| {
            let digest: [u8; 32] = Sha256::digest(&whole).into();
            *wanted == percuta_seal::hex::write(&digest)
        };
        if found.sha256.as_ref().is_none_or(is_it) {
            Ok(whole)
        } else {
            Err(No::wrong(
                "photograph",
                "What arrived is not what was announced. Send the photograph once more.",
            ))
        }
    }

    async fn end_upload(&self, actor: &Actor, found: &Opened<Upload>) -> Result<(), No> {
        let patient = found.patient().ok_or(No::NotFound)?;
        let (act, _) = adds(actor, patient);
        let draft = Draft::new(act, "upload.end", found.id).change(
            found,
            Change::Withdraw,
            &found.document,
        )?;
        self.commit(actor, draft).await?;
        self.drop_parts(found).await;
        Ok(())
    }

    /// An upload that goes on, for who began it. What is another's, over or too old does not exist.
    async fn open_upload(&self, actor: &Actor, upload: DocumentId) -> Result<Opened<Upload>, No> {
        let found = self.vault.head::<Upload>(upload).await?;
        let now = self.now();
        let found = found.filter(|found| {
            let is_open = match found.record_state {
                percuta_record::State::Draft => true,
                percuta_record::State::Signed { .. } | percuta_record::State::Withdrawn { .. } => {
                    false
                }
            };
            let is_theirs = found.by == actor.person
                && actor.patient().is_none_or(|patient| found.patient() == Some(patient));
            is_open && is_theirs && is_current(found, now)
        });
        match found {
            Some(found) => Ok(found),
            None => {
                self.note(Some(actor), "upload.open", Some(upload), "not-found").await?;
                Err(No::NotFound)
            }
        }
    }

    async fn progress(&self, found: &Opened<Upload>) -> Result<Progress, No> {
        let mut here = 0_u64;
        while here < parts(found) && self.vault.store().has_blob(part_id(found.id, here)).await? {
            here = here.saturating_add(1);
        }
        let offset = here.saturating_mul(u64::from(found.part)).min(found.bytes);
        Ok(Progress { id: found.id, offset, bytes: found.bytes, part: found.part })
    }

    /// Takes away the parts of an upload that is over. One that cannot be taken away now is swept later.
    async fn drop_parts(&self, found: &Opened<Upload>) {
        for number in 0..parts(found) {
            if self.vault.store().drop_blob(part_id(found.id, number)).await.is_err() {
                return;
            }
        }
    }

    /// Takes away sealed files that nothing refers to and that are older than a day: parts of uploads that were given
    /// up, and pictures whose document was never written. Gives how many.
    pub async fn sweep_uploads(&self) -> Result<u64, Failure> {
        let before = self.now().saturating_sub(KEPT_FOR).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(self.vault.store().collect_blobs(Moment(before.as_microsecond())).await?)
    }
}

fn is_current(upload: &Upload, now: Timestamp) -> bool {
    now.duration_since(upload.begun) < KEPT_FOR
}

fn parts(upload: &Upload) -> u64 {
    upload.bytes.div_ceil(u64::from(upload.part.max(1)))
}

/// The id of a part: the same whenever it is asked for, and of no other upload's.
fn part_id(upload: DocumentId, number: u64) -> BlobId {
    let mut digest = Sha256::new();
    digest.update(b"percuta part of an upload");
    digest.update(upload.bytes());
    digest.update(number.to_be_bytes());
    let whole: [u8; 32] = digest.finalize().into();
    let mut id = [0; 16];
    id.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    BlobId::from_bytes(id)
}

#[cfg(test)]
mod tests;
