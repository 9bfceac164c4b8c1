//! Who is signed in: a plain table. It holds the SHA-256 of a cookie's token and never the token, so that who reads the
//! database cannot sign in with it. When a sign-in is over is decided by who asks, who knows the time.

use percuta_record::{Moment, PersonId};

use crate::{
    audit::Chain,
    desk::Desk,
    error::StoreError,
    statement::SIGN_IN_INSERT,
    value::{Call, Row},
    writer::{Act, Later},
};

/// One sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignIn {
    /// The SHA-256 of the cookie's token.
    pub token_hash: [u8; 32],
    /// Who.
    pub person: PersonId,
    /// Since when.
    pub began: Moment,
    /// When it was last used.
    pub seen: Moment,
    /// When it ends at the latest.
    pub ends: Moment,
}

impl SignIn {
    pub(crate) fn insert(&self) -> Call {
        Call::of(&SIGN_IN_INSERT)
            .with(self.token_hash)
            .with(self.person)
            .with(self.began)
            .with(self.seen)
            .with(self.ends)
    }

    pub(crate) fn read(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            token_hash: row.array()?,
            person: row.id()?,
            began: row.moment()?,
            seen: row.moment()?,
            ends: row.moment()?,
        })
    }
}

/// Carries one call out.
#[derive(Debug)]
pub(crate) struct Calling(pub(crate) Call);

impl Act for Calling {
    type Answer = ();
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, ()> {
        Box::pin(async move { desk.one(self.0.clone()).await.map(|_rows| ()) })
    }
}
