//! The clinic's repeats: pairs of shots of one skin, from which it learns what its own camera and light make of nothing.
//!
//! A repeat that was taken as one is compared and counted by itself, wherever it was taken; two others of one day are
//! counted by who says so on their page. What is kept of them is numbers and nobody's. From how many on they are used is
//! `imaging`'s to say.
//!
//! INVARIANT: what is counted can be compared, is of one day, and has no session between; and what is taken back is
//! counted no more.

use std::collections::BTreeMap;

use percuta_chart::{
    comparison::{self, Comparison, Repeats},
    photograph::{Photograph, Taker},
};
use percuta_imaging::{Repeat, Repeatability, measure::repeat_of};
use percuta_record::{Change, DocumentId, Owner, PatientId};

use super::{Marked, Pair, files_of};
use crate::{
    Practice,
    actor::{Act, Actor},
    day_of,
    refusal::No,
    vault::Opened,
    writing::Draft,
};

/// So often a repeat is counted anew where others were counted at the same moment.
const COUNTED_AGAIN: usize = 4;

impl Practice {
    /// What the clinic's repeats say that two shots of one skin differ by.
    pub async fn repeatability(&self) -> Result<Repeatability, No> {
        let kept = self.vault.head::<Repeats>(comparison::document_of_repeats()).await?;
        Ok(kept.map(|kept| learned(&kept)).unwrap_or_default())
    }

    /// Counts a comparison among the clinic's repeats: two shots of one skin on one day, with nothing done in between.
    pub async fn count_repeat(
        &self,
        actor: &Actor,
        id: DocumentId,
    ) -> Result<Opened<Comparison>, No> {
        self.allow(actor, Act::Photographs, "comparison.count", Some(id)).await?;
        let found = self.comparison(actor, id, "comparison.count").await?;
        if found.is_repeat {
            return Ok(found);
        }
        if !self.is_of_one_day(&found).await? {
            self.note(Some(actor), "comparison.count", Some(id), "refused").await?;
            return Err(No::Closed(
                "Only two photographs of one day, with no session between them, are repeats, and only when they can be compared.",
            ));
        }
        self.set_repeat(actor, ("comparison.count", &found), true).await?;
        Ok(found)
    }

    /// Takes that back.
    pub async fn uncount_repeat(
        &self,
        actor: &Actor,
        id: DocumentId,
    ) -> Result<Opened<Comparison>, No> {
        self.allow(actor, Act::Photographs, "comparison.uncount", Some(id)).await?;
        let found = self.comparison(actor, id, "comparison.uncount").await?;
        if !found.is_repeat {
            return Ok(found);
        }
        self.set_repeat(actor, ("comparison.uncount", &found), false).await?;
        Ok(found)
    }

    async fn set_repeat(
        &self,
        actor: &Actor,
        (action, found): (&'static str, &Opened<Comparison>),
        is_repeat: bool,
    ) -> Result<(), No> {
        let id = comparison::document_of_repeats();
        let kept = self.vault.head::<Repeats>(id).await?;
        let mut repeats = kept.as_ref().map(|kept| kept.document.clone()).unwrap_or_default();
        if is_repeat {
            add(&mut repeats, found);
        } else {
            take(&mut repeats, found);
        }
        let changed = Comparison { is_repeat, ..found.document.clone() };
        // A patient takes back what they sent, and with it what was learned of it.
        let act = if actor.patient().is_some() { Act::Own } else { Act::Photographs };
        let draft = Draft::new(act, action, found.id)
            // What it came after stays known.
            .from(found.contribution.parents.iter().copied())
            .change(found, Change::Write, &changed)?
            .referring(files_of(found));
        let draft = match &kept {
            Some(kept) => draft.change(kept, Change::Write, &repeats)?,
            None => draft.begin(id, Owner::Clinic, &repeats)?,
        };
        self.commit(actor, draft).await
    }

    /// Whether two photographs can be two shots of one skin: of one day, both before or both after any session of it.
    async fn is_of_one_day(&self, found: &Comparison) -> Result<bool, No> {
        if !found.is_comparable() {
            return Ok(false);
        }
        let clinic = self.clinic().await?;
        let mut days = Vec::new();
        for id in [found.before, found.after] {
            let one = self.vault.head::<Photograph>(id).await?.ok_or(No::NotFound)?;
            let story = match one.patient() {
                Some(patient) => self.gather(patient).await?.ok_or(No::NotFound)?,
                None => return Err(No::NotFound),
            };
            days.push((day_of(&clinic, one.taken), self.days_after_session(&story, &one).await?));
        }
        Ok(matches!(days.as_slice(), [one, other] if one == other))
    }

    /// Learns from a photograph that was taken to repeat another: the two are compared, and where they can be, they are
    /// counted. Only the clinic's own are, because a telephone at home has another camera and light.
    ///
    /// What cannot be counted is left, and whoever looks at the two reads why; only what breaks is an error.
    pub(crate) async fn learn_from_repeat(
        &self,
        actor: &Actor,
        (patient, repeat): (PatientId, &Opened<Photograph>),
    ) -> Result<(), No> {
        let Some(before) = repeat.repeat_of.filter(|_| repeat.by == Taker::Clinic) else {
            return Ok(());
        };
        let first = self.vault.head::<Photograph>(before).await?;
        if first.is_none_or(|first| first.by != Taker::Clinic) {
            return Ok(());
        }
        let asked = (Pair { before, after: repeat.id }, Marked::AsBefore);
        let said = match self.compare(actor, patient, asked).await {
            Ok(said) => said,
            Err(no) => return left(no),
        };
        for _ in 0..COUNTED_AGAIN {
            match self.count_repeat(actor, said).await {
                // Another of the clinic was counted in between: what the clinic knows is read anew.
                Err(No::Conflict) => {}
                Ok(_) => return Ok(()),
                Err(no) => return left(no),
            }
        }
        Ok(())
    }

    /// Takes out of what the clinic learned what a photograph that is taken back had a part in.
    pub(crate) async fn unlearn(
        &self,
        actor: &Actor,
        (patient, photograph): (PatientId, DocumentId),
    ) -> Result<(), No> {
        let all = self.shown_of(patient).await?;
        let of_it = |one: &&Opened<Comparison>| {
            one.is_repeat && (one.before == photograph || one.after == photograph)
        };
        for one in all.iter().filter(of_it) {
            self.set_repeat(actor, ("comparison.uncount", one), false).await?;
        }
        Ok(())
    }
}

/// What came of a repeat that is not counted: nothing, unless something broke.
fn left(no: No) -> Result<(), No> {
    match no {
        No::Failed(failure) => Err(No::Failed(failure)),
        No::NotAllowed
        | No::NotFound
        | No::Conflict
        | No::Closed(_)
        | No::Wrong(_)
        | No::Taken
        | No::Wait { .. } => Ok(()),
    }
}

/// Adds the differences of a pair of repeats.
fn add(repeats: &mut Repeats, of: &Comparison) {
    for change in &of.changes {
        let all = repeats.differences.entry(change.what.clone()).or_default();
        all.push(change.value);
        let more = all.len().saturating_sub(Repeats::KEPT_MAX);
        all.drain(..more);
    }
}

/// Takes them out again, where they are still there.
fn take(repeats: &mut Repeats, of: &Comparison) {
    for change in &of.changes {
        let Some(all) = repeats.differences.get_mut(&change.what) else { continue };
        // What was written is read back to the bit.
        let at = all.iter().rposition(|one| one.to_bits() == change.value.to_bits());
        if let Some(at) = at {
            all.remove(at);
        }
    }
    repeats.differences.retain(|_, all| !all.is_empty());
}

/// What differences of repeats say of one shot.
fn learned(repeats: &Repeats) -> Repeatability {
    let all: BTreeMap<String, Repeat> = repeats
        .differences
        .iter()
        .filter_map(|(what, differences)| Some((what.clone(), repeat_of(differences)?)))
        .collect();
    Repeatability(all)
}
