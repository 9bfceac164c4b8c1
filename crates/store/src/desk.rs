//! One connection at which statements are carried out, of either database.
//!
//! [`Desk::run`] takes several calls at once: PostgreSQL is sent all of them before the first answer is awaited, so that
//! they cost one round trip; SQLite takes one after the other. On SQLite nothing ever waits, which [`at_once`] relies
//! on. Statements that begin or end something are put off until the next call and travel with it.
//!
//! The test hook is here too: a [`FailPoint`] makes the n-th statement fail, as a full disk or a cut wire would.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
};

use crate::{
    dialect::Dialect,
    error::{DatabaseError, StoreError},
    postgres::Postgres,
    sqlite::Sqlite,
    statement::{COMMIT, ROLLBACK, Sql},
    value::{Call, Row},
};

/// Makes a statement fail. For tests.
#[derive(Debug, Clone, Default)]
pub struct FailPoint(Arc<Point>);

#[derive(Debug, Default)]
struct Point {
    seen: AtomicU64,
    /// The statement that fails, counted from one; 0 for none.
    at: AtomicU64,
    /// Whether everything after it fails too, as when the machine stops.
    for_good: AtomicBool,
    /// Whether the statement is carried out and only its answer is lost.
    after: AtomicBool,
}

/// How a statement fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// It is not carried out; what follows is.
    Once,
    /// It is not carried out, and nothing that follows is.
    ForGood,
    /// It is carried out, its answer is lost, and nothing that follows is carried out.
    AnswerLost,
}

impl FailPoint {
    /// Counts from here, and fails at the n-th statement.
    pub fn arm(&self, at: u64, failing: Failing) {
        self.0.seen.store(0, Ordering::SeqCst);
        self.0.for_good.store(failing != Failing::Once, Ordering::SeqCst);
        self.0.after.store(failing == Failing::AnswerLost, Ordering::SeqCst);
        self.0.at.store(at, Ordering::SeqCst);
    }

    /// How many statements were met since.
    pub fn seen(&self) -> u64 {
        self.0.seen.load(Ordering::SeqCst)
    }

    /// How many of these calls are carried out, and whether the rest fails.
    fn admit(&self, calls: usize) -> (usize, bool) {
        let calls_wide = u64::try_from(calls).unwrap_or(u64::MAX);
        let before = self.0.seen.fetch_add(calls_wide, Ordering::SeqCst);
        let at = self.0.at.load(Ordering::SeqCst);
        if at == 0 || before.saturating_add(calls_wide) < at {
            return (calls, false);
        }
        if before >= at {
            let is_for_good = self.0.for_good.load(Ordering::SeqCst);
            return if is_for_good { (0, true) } else { (calls, false) };
        }
        let is_after = u64::from(self.0.after.load(Ordering::SeqCst));
        let admitted = at.saturating_sub(before).saturating_sub(1).saturating_add(is_after);
        (usize::try_from(admitted).unwrap_or(calls), true)
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) enum Session {
    /// To SQLite.
    Sqlite(Sqlite),
    /// To PostgreSQL.
    Postgres(Postgres),
}

/// A connection, with what was put off and what was broken.
#[derive(Debug)]
pub(crate) struct Desk {
    session: Session,
    put_off: Vec<Call>,
    is_broken: bool,
    fail: FailPoint,
}

impl Desk {
    /// A desk at a connection.
    pub(crate) fn new(session: Session, fail: FailPoint) -> Self {
        Self { session, put_off: Vec::new(), is_broken: false, fail }
    }

    /// Which database it is.
    pub(crate) fn dialect(&self) -> Dialect {
        match self.session {
            Session::Sqlite(_) => Dialect::Sqlite,
            Session::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The connection.
    pub(crate) fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Whether the transaction as a whole cannot be relied on any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Begins a transaction with the next call.
    pub(crate) fn begin(&mut self, sql: &'static Sql) {
        self.is_broken = false;
        self.put_off = vec![Call::of(sql)];
    }

    /// Carries a statement out with the next call.
    pub(crate) fn put_off(&mut self, sql: &'static Sql) {
        self.put_off.push(Call::of(sql));
    }

    /// Carries all calls out, in their order, and gives the rows of each.
    pub(crate) async fn run(&mut self, calls: Vec<Call>) -> Result<Vec<Vec<Row>>, StoreError> {
        let before = self.put_off.len();
        let mut all = std::mem::take(&mut self.put_off);
        all.extend(calls);
        let (admitted, is_failing) = self.fail.admit(all.len());
        all.truncate(admitted);
        let mut rows = Vec::with_capacity(all.len());
        let ran = match &mut self.session {
            Session::Sqlite(sqlite) => sqlite.run(&all, &mut rows),
            Session::Postgres(postgres) => postgres.run(&all, &mut rows).await,
        };
        let ran = match ran {
            Ok(()) if is_failing => Err(DatabaseError::Injected),
            ran => ran,
        };
        if let Err(cause) = ran {
            // What was put off belongs to another act than the one that is told of it.
            self.is_broken |= rows.len() < before;
            return Err(cause.into());
        }
        rows.drain(..before);
        Ok(rows)
    }

    /// Carries one call out.
    pub(crate) async fn one(&mut self, call: Call) -> Result<Vec<Row>, StoreError> {
        Ok(self.run(vec![call]).await?.pop().unwrap_or_default())
    }

    /// Ends the transaction for good.
    pub(crate) async fn commit(&mut self) -> Result<(), StoreError> {
        self.one(Call::of(&COMMIT)).await.map(|_rows| ())
    }

    /// Leaves the transaction. That fails when the connection is gone, and then there is nothing to leave.
    pub(crate) async fn roll_back(&mut self) {
        self.put_off.clear();
        if self.one(Call::of(&ROLLBACK)).await.is_err()
            && let Session::Postgres(postgres) = &mut self.session
        {
            postgres.drop_connection();
        }
        self.is_broken = false;
    }
}

/// The value of a future that never waits; `None` when it does.
pub(crate) fn at_once<F: Future>(future: F) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
