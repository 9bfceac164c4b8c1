//! Whether a photograph can be compared with the earlier one of its view: asked right after it was taken, while whoever
//! holds the camera can still take it again. What is found is kept with the photograph; whether it stays is their choice.
//!
//! INVARIANT: nothing is kept of what was not looked at. A photograph without an earlier one has no check.

use percuta_chart::photograph::{Check, Checked, Limit, Photograph};
use percuta_imaging as imaging;
use percuta_record::{Change, DocumentId, Target};
use percuta_seal::envelope;

use super::{adds, place, sequence};
use crate::{
    Practice,
    actor::Actor,
    refusal::{Failure, No},
    vault::Opened,
    writing::Draft,
};

impl Practice {
    /// Checks a photograph against the earlier one of its view, for who added it, and keeps what was found. What was
    /// checked before stays as it is.
    pub async fn check_photograph(
        &self,
        actor: &Actor,
        photograph: DocumentId,
    ) -> Result<Opened<Photograph>, No> {
        let found = self.photograph(actor, photograph).await?;
        if found.checked.is_some() || found.contribution.by != actor.person {
            return Ok(found);
        }
        let patient = found.patient().ok_or(No::NotFound)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let of = (found.view, found.region.as_deref());
        let earlier = sequence::earlier(&story, of, found.by, &[found.id]);
        let earlier = earlier.filter(|one| one.taken <= found.taken);
        let checks = match earlier {
            Some(earlier) => self.judged(earlier, &found).await?,
            None => Vec::new(),
        };
        let against = earlier.map(|one| one.id);
        let document = Photograph {
            checked: Some(Checked { against, found: checks }),
            ..found.document.clone()
        };
        let (act, _) = adds(actor, patient);
        let files = [document.original, document.display, document.thumbnail];
        let draft = Draft::new(act, "photograph.check", photograph)
            .because("check")
            .from(earlier.map(Opened::source))
            .change(&found, Change::Write, &document)?
            .referring(files.map(Target::Blob));
        self.commit(actor, draft).await?;
        Ok(Opened { document, ..found })
    }

    /// What the quick checks find, on a thread of its own, one pair at a time.
    async fn judged(
        &self,
        before: &Opened<Photograph>,
        after: &Opened<Photograph>,
    ) -> Result<Vec<Check>, No> {
        let (before, after) = (self.original(before).await?, self.original(after).await?);
        let broken = || No::wrong("photograph", imaging::Unfit::Broken.says());
        let one = self.pictures.acquire().await.map_err(|_never_closed| broken())?;
        let judged = tokio::task::spawn_blocking(move || {
            let before = imaging::read(&before)?;
            let after = imaging::read(&after)?;
            Ok(imaging::quick(&before, &after))
        });
        let judged: Result<Vec<imaging::Check>, imaging::Unfit> =
            judged.await.map_err(|_a_decoder_broke| broken())?;
        drop(one);
        let judged = judged.map_err(|unfit| No::wrong("photograph", unfit.says()))?;
        Ok(judged.iter().map(kept).collect())
    }

    /// The whole file of a photograph, for a use case that has authorized.
    async fn original(&self, photograph: &Opened<Photograph>) -> Result<Vec<u8>, No> {
        let key = self.vault.key(photograph.owner).await?.ok_or(No::NotFound)?;
        let blob = photograph.original;
        let sealed = self.vault.store().blob(blob).await?.ok_or(No::NotFound)?;
        let opened = envelope::open(&key, &place(blob), &sealed)
            .map_err(|cause| Failure::Open { document: photograph.id, cause })?;
        Ok(opened.to_vec())
    }
}

/// A check as it is kept.
fn kept(check: &imaging::Check) -> Check {
    let is_ok = check.is_ok();
    Check {
        name: check.name.word().to_owned(),
        of: check.of.to_owned(),
        value: Some(check.value).filter(|value| value.is_finite()),
        unit: check.unit.to_owned(),
        limit: match check.limit {
            imaging::Limit::AtMost(most) => Limit::AtMost(most),
            imaging::Limit::AtLeast(least) => Limit::AtLeast(least),
        },
        ok: is_ok,
        remedy: if is_ok { String::new() } else { check.remedy.to_owned() },
    }
}
