//! A talk that was held: a consultation or a look at the result is over when who treats says so, with a note or without.
//!
//! A session is not ended here: it is over when it is signed.

use percuta_chart::visit::{Purpose, Visit, VisitState};
use percuta_record::{Change, Version};

use super::here;
use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::No,
    vault::Opened,
    writing::Draft,
};

impl Practice {
    /// Notes that a talk was held.
    pub async fn hold_visit(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        note: &str,
    ) -> Result<(), No> {
        self.allow(actor, Act::Treat, "visit.hold", Some(seen.id)).await?;
        is_talk(seen)?;
        here(seen)?;
        let state = VisitState::Done { at: self.now() };
        let held = Visit { state, note: note.trim().to_owned(), ..seen.document.clone() };
        let draft = Draft::new(Act::Treat, "visit.hold", seen.id);
        self.commit(actor, draft.change(seen, Change::Write, &held)?).await
    }

    /// Takes that back: the patient is here again since when they came. The note stays to be gone on with.
    pub async fn reopen_visit(&self, actor: &Actor, seen: &Opened<Visit>) -> Result<(), No> {
        self.allow(actor, Act::Treat, "visit.reopen", Some(seen.id)).await?;
        is_talk(seen)?;
        let VisitState::Done { at } = seen.state else {
            return Err(No::Closed("This visit is not over."));
        };
        let at = self.arrived(seen).await?.unwrap_or(at);
        let open = Visit { state: VisitState::Arrived { at }, ..seen.document.clone() };
        let draft = Draft::new(Act::Treat, "visit.reopen", seen.id).because("undo");
        self.commit(actor, draft.change(seen, Change::Write, &open)?).await
    }

    /// When the patient came, as the version before says.
    async fn arrived(&self, seen: &Opened<Visit>) -> Result<Option<jiff::Timestamp>, No> {
        let before = seen.version.number().checked_sub(1).and_then(Version::new);
        let Some(before) = before else { return Ok(None) };
        let Some(sealed) = self.vault.store().version(seen.id, before).await? else {
            return Ok(None);
        };
        let before = self.vault.open_one::<Visit>(sealed).await?;
        Ok(before.and_then(|before| match before.state {
            VisitState::Arrived { at } => Some(at),
            VisitState::Booked
            | VisitState::Done { .. }
            | VisitState::Cancelled { .. }
            | VisitState::NoShow { .. } => None,
        }))
    }
}

fn is_talk(visit: &Visit) -> Result<(), No> {
    match visit.purpose {
        Purpose::Consultation | Purpose::FollowUp { .. } => Ok(()),
        Purpose::Session { .. } => Err(No::Closed("A session is over when it is signed.")),
    }
}
