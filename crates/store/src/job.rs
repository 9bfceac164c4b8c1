//! Jobs: handed out one at a time, oldest first, and again when the hand that had one does not end it in time.

use percuta_record::{
    Code, JobId, Moment,
    model::{Claim, Ended, Ending},
};

use crate::{
    audit::Chain,
    desk::Desk,
    error::StoreError,
    statement::{JOB_CLAIM, JOB_DUE, JOB_END},
    value::Call,
    writer::{Act, Later},
};

#[derive(Debug)]
pub(crate) struct Claiming {
    pub(crate) kind: Code,
    pub(crate) now: Moment,
    pub(crate) until: Moment,
}

impl Act for Claiming {
    type Answer = Option<Claim>;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, Self::Answer> {
        Box::pin(async move {
            let due = desk.one(Call::of(&JOB_DUE).with(&self.kind).with(self.now)).await?;
            let Some(mut row) = due.into_iter().next() else { return Ok(None) };
            let (id, document) = (row.id()?, row.id()?);
            let attempt = u32::try_from(row.int()?.saturating_add(1)).map_err(|_cause| {
                StoreError::Malformed { what: "a job was handed out too often" }
            })?;
            desk.one(Call::of(&JOB_CLAIM).with(self.until).with(attempt).with(id)).await?;
            Ok(Some(Claim { id, kind: self.kind.clone(), document, attempt }))
        })
    }
}

#[derive(Debug)]
pub(crate) struct EndingClaim {
    pub(crate) id: JobId,
    pub(crate) attempt: u32,
    pub(crate) ending: Ending,
}

impl Act for EndingClaim {
    type Answer = Ended;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, Ended> {
        Box::pin(async move {
            let (progress, due) = match self.ending {
                Ending::Finish => (3_i64, Moment(0)),
                Ending::Retry { from } => (1, from),
            };
            let call = Call::of(&JOB_END).with(progress).with(due).with(self.id);
            let held = desk.one(call.with(self.attempt)).await?;
            Ok(if held.is_empty() { Ended::Lost } else { Ended::Held })
        })
    }
}
