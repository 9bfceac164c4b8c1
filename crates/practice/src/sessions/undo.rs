//! Taking the last step of a session back, before it is signed.
//!
//! Nothing is removed: an undo is one version more, which holds again what held before and names the version from which
//! it has it. Another undo goes one step further back. What was written of a reaction stays whatever is taken back.

use percuta_chart::{
    course::Course,
    session::{Session, TreatedZone},
};
use percuta_record::{Change, DocumentId, Source, Version};

use super::{Place, ceiling, depth_of, is_draft};
use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::No,
    vault::Opened,
    writing::Draft,
};

/// Why an undo's version was written.
const UNDO: &str = "undo";

/// What was done last and can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A zone was charted.
    Zone(Place),
    /// A cartridge was entered.
    Cartridge,
    /// Something was confirmed, or that was taken back.
    Confirmed,
}

impl Practice {
    /// What an undo would take back; `None` when nothing was charted yet or the session is signed.
    pub async fn last_step(&self, seen: &Opened<Session>) -> Result<Option<Step>, No> {
        if is_draft(seen).is_err() {
            return Ok(None);
        }
        let before = self.before_last_step(seen).await?;
        Ok(before.and_then(|(_, before)| step_between(&before, seen)))
    }

    /// Takes the last step back.
    ///
    /// CLINICAL: a zone that would become deeper by it is held against the limit of who takes the step back.
    pub async fn undo_step(&self, actor: &Actor, seen: &Opened<Session>) -> Result<Step, No> {
        self.allow(actor, Act::Treat, "session.undo", Some(seen.id)).await?;
        is_draft(seen)?;
        let Some((version, before)) = self.before_last_step(seen).await? else {
            return Err(No::Closed("Nothing was charted that could be taken back."));
        };
        let step = step_between(&before, seen);
        let step = step.ok_or(No::Closed("Nothing was charted that could be taken back."))?;
        let course = self.vault.head::<Course>(seen.course).await?.ok_or(No::NotFound)?;
        for zone in deeper(&before, seen) {
            let limit = ceiling(self.book(), &course, (seen.number, &zone.region), depth_of(actor));
            if zone.depth_mm > limit.mm {
                self.note(Some(actor), "session.undo", Some(seen.id), "refused").await?;
                let says =
                    format!("Back to {} mm is over the limit. {}", zone.depth_mm, limit.says);
                return Err(No::wrong("undo", says));
            }
        }
        let session = Session {
            zones: before.zones,
            cartridges: before.cartridges,
            confirmed: before.confirmed,
            ..seen.document.clone()
        };
        let draft = Draft::new(Act::Treat, "session.undo", seen.id)
            .because(UNDO)
            .from([Source { document: seen.id, version }])
            .change(seen, Change::Write, &session)?;
        self.commit(actor, draft).await?;
        Ok(step)
    }

    /// The last version before this one that charted something else, as it would be had nothing been undone.
    async fn before_last_step(
        &self,
        seen: &Opened<Session>,
    ) -> Result<Option<(Version, Session)>, No> {
        let mut at = stands_for(seen);
        while let Some(earlier) = at.number().checked_sub(1).and_then(Version::new) {
            let found = self.session_at(seen.id, earlier).await?;
            let number = stands_for(&found);
            if step_between(&found, seen).is_some() {
                return Ok(Some((number, found.document)));
            }
            at = number;
        }
        Ok(None)
    }

    async fn session_at(&self, id: DocumentId, version: Version) -> Result<Opened<Session>, No> {
        let sealed = self.vault.store().version(id, version).await?.ok_or(No::NotFound)?;
        self.vault.open_one(sealed).await?.ok_or(No::NotFound)
    }
}

/// The version whose state a version shows: an undo's is the one that it went back to.
fn stands_for(version: &Opened<Session>) -> Version {
    let restored = version.contribution.parents.first();
    match restored.filter(|_| version.contribution.why.as_str() == UNDO) {
        Some(restored) => restored.version,
        None => version.version,
    }
}

/// What differs between two states of a session; `None` where only the note does.
fn step_between(before: &Session, after: &Session) -> Option<Step> {
    if before.cartridges != after.cartridges {
        return Some(Step::Cartridge);
    }
    if before.confirmed != after.confirmed {
        return Some(Step::Confirmed);
    }
    let changed = after.zones.iter().find(|zone| !before.zones.contains(zone));
    changed.map(|zone| Step::Zone(Place { region: zone.region.clone(), side: zone.side }))
}

/// The zones of a state that are deeper there than in another.
fn deeper<'s>(before: &'s Session, after: &Session) -> Vec<&'s TreatedZone> {
    let is_deeper = |zone: &&TreatedZone| {
        let now = after.zones.iter().find(|one| one.region == zone.region && one.side == zone.side);
        now.is_none_or(|now| zone.depth_mm > now.depth_mm)
    };
    before.zones.iter().filter(is_deeper).collect()
}
