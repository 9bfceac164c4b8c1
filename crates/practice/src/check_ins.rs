//! Check-ins and questions after a session: what waits for somebody, and who has it.

use std::collections::BTreeSet;

use percuta_chart::{Stored, check_in::CheckIn, stored::code};

use crate::{
    Practice,
    refusal::No,
    vault::{FieldTokens, bytes},
};

/// No inbox is counted further.
const OPEN_MAX: u32 = 500;

impl Practice {
    /// How many check-ins wait for somebody: those whose level says that a person answers.
    pub async fn open_check_ins(&self) -> Result<usize, No> {
        let (field, sought) = (code(FieldTokens::OPEN), self.open_token());
        Ok(self.vault.store().find(&field, &sought, None, OPEN_MAX).await?.len())
    }

    /// The token of an open check-in. It says no more than that there is work.
    pub(crate) fn open_token(&self) -> BTreeSet<[u8; 16]> {
        bytes(self.vault.tokens().open.exact(CheckIn::KIND))
    }
}
