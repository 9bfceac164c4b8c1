//! The PostgreSQL driver: connections from a pool, and how calls are carried out on one.
//!
//! The calls of one run are sent one after the other without waiting; the server carries them out in that order. Once
//! one fails inside a transaction, the server refuses those after it, so the first failure is the true one.
//!
//! TLS is not spoken: an address that requires it is refused when the store is opened.

use std::{future::poll_fn, pin::Pin, task::Poll, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::{
    NoTls,
    config::SslMode,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut},
};

use crate::{
    dialect::Dialect,
    error::{DatabaseError, OpenError},
    value::{Call, Row, Value},
};

/// How many connections one process uses at most.
const CONNECTIONS_MAX: usize = 16;

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every statement follows keys from row to row. A server that has not counted its tables yet would read them whole
/// instead, again and again.
const PLANS: &str = "-c enable_hashjoin=off -c enable_mergejoin=off";

/// A pool at an address.
pub(crate) fn pool(address: &str) -> Result<Pool, OpenError> {
    let mut config: tokio_postgres::Config = address.parse().map_err(OpenError::Address)?;
    let options = config.get_options().map_or(PLANS.to_owned(), |own| format!("{own} {PLANS}"));
    config.options(options);
    if config.get_ssl_mode() == SslMode::Require {
        return Err(OpenError::Tls);
    }
    let method = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, NoTls, method);
    Pool::builder(manager)
        .max_size(CONNECTIONS_MAX)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .build()
        .map_err(OpenError::Pool)
}

/// A connection, taken from the pool when it is needed.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: Pool,
    connection: Option<Object>,
}

impl Postgres {
    /// A connection of a pool.
    pub(crate) fn of(pool: Pool) -> Self {
        Self { pool, connection: None }
    }

    /// Gives the connection up: it is closed and not used again.
    pub(crate) fn drop_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }

    async fn connection(&mut self) -> Result<&Object, DatabaseError> {
        if self.connection.as_ref().is_some_and(|connection| connection.is_closed()) {
            self.drop_connection();
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.pool.get().await?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Carries calls out and collects their rows; what was collected before a failure stays.
    pub(crate) async fn run(
        &mut self,
        calls: &[Call],
        rows: &mut Vec<Vec<Row>>,
    ) -> Result<(), DatabaseError> {
        let connection = self.connection().await?;
        let mut statements = Vec::with_capacity(calls.len());
        for call in calls {
            statements.push(connection.prepare_cached(&Dialect::Postgres.text(call.sql)).await?);
        }
        let mut answers: Vec<Answering<'_>> = Vec::with_capacity(calls.len());
        for (call, statement) in calls.iter().zip(statements) {
            answers.push(Answering::Sent(Box::pin(async move {
                let values: Vec<&(dyn ToSql + Sync)> =
                    call.values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
                connection.query(&statement, &values).await
            })));
        }
        for answer in in_order(answers).await {
            let found = answer?;
            let read: Result<Vec<Row>, tokio_postgres::Error> = found.iter().map(read).collect();
            rows.push(read?);
        }
        Ok(())
    }

    /// Carries a text out that is no statement of the table: an upgrade.
    pub(crate) async fn text(&mut self, text: &str) -> Result<(), DatabaseError> {
        Ok(self.connection().await?.batch_execute(text).await?)
    }
}

type Rows = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>;

/// A call that was sent, or its answer.
enum Answering<'a> {
    Sent(Pin<Box<dyn Future<Output = Rows> + Send + 'a>>),
    There(Rows),
}

/// Awaits all, each begun in its order: a call is sent when it is first asked for.
async fn in_order(mut answers: Vec<Answering<'_>>) -> Vec<Rows> {
    poll_fn(|context| {
        let mut is_waiting = false;
        for answer in &mut answers {
            if let Answering::Sent(sent) = answer {
                match sent.as_mut().poll(context) {
                    Poll::Ready(rows) => *answer = Answering::There(rows),
                    Poll::Pending => is_waiting = true,
                }
            }
        }
        if is_waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    answers
        .into_iter()
        .filter_map(|answer| match answer {
            Answering::There(rows) => Some(rows),
            Answering::Sent(_) => None,
        })
        .collect()
}

fn read(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    (0..row.len())
        .map(|column| row.try_get::<_, Value>(column))
        .collect::<Result<_, _>>()
        .map(Row::new)
}

type Unfit = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Unfit> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(kind)
    }

    tokio_postgres::types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Unfit> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Int),
            Type::TEXT => String::from_sql(kind, raw).map(Self::Text),
            _ => Vec::<u8>::from_sql(kind, raw).map(Self::Bytes),
        }
    }

    fn from_sql_null(_kind: &Type) -> Result<Self, Unfit> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        <Self as ToSql>::accepts(kind)
    }
}
