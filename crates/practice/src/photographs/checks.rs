//! Whether a photograph can be compared with the earlier one of its view: asked right after it was taken, while whoever
//! holds the camera can still take it again. What is found is kept with the photograph; whether it stays is their choice.
//!
//! INVARIANT: nothing is kept of what was not looked at. A photograph without an earlier one has no check.

use percuta_chart::photograph::{Card, Check, Checked, Limit, Photograph};
use percuta_imaging::{self as imaging, card};
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
        let judged = self.judged(earlier, &found).await?;
        let against = earlier.map(|one| one.id);
        let document = Photograph {
            checked: Some(Checked { against, found: judged.checks }),
            card: judged.card,
            ..found.document.clone()
        };
        let (act, _) = adds(actor, patient);
        let files = [document.original, document.display, document.thumbnail];
        let draft = Draft::new(act, "photograph.check", photograph)
            .because("check")
            .from(earlier.map(Opened::source))
            .change(&found, Change::Write, &document)?
            .referring(files.map(Target::Blob));
        match self.commit(actor, draft).await {
            Ok(()) => {}
            // It was taken back while it was looked at, or somebody's other page was faster: it stays as it is.
            Err(No::Conflict | No::Closed(_)) => return Ok(found),
            Err(no) => return Err(no),
        }
        let checked = Opened { document, ..found };
        self.learn_from_repeat(actor, (patient, &checked)).await?;
        Ok(checked)
    }

    /// What the quick checks find and whether a colour card is in the frame, on a thread of its own, one photograph at
    /// a time.
    async fn judged(
        &self,
        before: Option<&Opened<Photograph>>,
        after: &Opened<Photograph>,
    ) -> Result<Judged, No> {
        let before = match before {
            Some(before) => Some(self.original(before).await?),
            None => None,
        };
        let after = self.original(after).await?;
        let broken = || No::wrong("photograph", imaging::Unfit::Broken.says());
        let one = self.pictures.acquire().await.map_err(|_never_closed| broken())?;
        let judged = tokio::task::spawn_blocking(move || {
            let after = imaging::read(&after)?;
            let checks = match before {
                Some(before) => imaging::quick(&imaging::read(&before)?, &after),
                None => Vec::new(),
            };
            Ok(Judged { checks: checks.iter().map(kept).collect(), card: card_of(&after) })
        });
        let judged: Result<Judged, imaging::Unfit> =
            judged.await.map_err(|_a_decoder_broke| broken())?;
        drop(one);
        judged.map_err(|unfit| No::wrong("photograph", unfit.says()))
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

/// What a photograph came to.
struct Judged {
    checks: Vec<Check>,
    card: Option<Card>,
}

/// The card that is looked for. How large a clinic's own is is not known, so it gives no length.
const CARD: card::Kind = card::Kind::Chart { pitch_mm: None };

/// Whether a card of twenty-four patches is in the frame, and what it says. One whose patches are too light or too dark says nothing, and is not called absent.
fn card_of(photo: &imaging::Photo) -> Option<Card> {
    let Some(found) = card::find(photo, CARD) else {
        return Some(Card::NotInFrame);
    };
    let read = |left_out: card::LeftOut, ok| Card::Read {
        error_mean: left_out.mean,
        error_max: left_out.max,
        mm_per_px: None,
        ok,
    };
    match found.calibration()?.verdict {
        card::Verdict::Comparable(left_out) => Some(read(left_out, true)),
        card::Verdict::NotComparable(left_out) => Some(read(left_out, false)),
        card::Verdict::WhiteOnly => None,
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
