//! The SQLite driver: one connection, its settings, and how a call is carried out on it.
//!
//! `synchronous=FULL` in WAL mode makes COMMIT wait for the disk, so what is acknowledged is durable. Deleted content
//! is overwritten with zeros (`secure_delete`), because an erased key must not linger in a free page.

use std::{path::Path, time::Duration};

use rusqlite::{
    Connection, OpenFlags, ToSql,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    error::DatabaseError,
    value::{Call, Row, Value},
};

/// How long one process waits for another that writes to the same file.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// A connection that writes, to a file that is made when it is not there.
    pub(crate) fn open_to_write(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Self::ready(connection)
    }

    /// A connection that only reads.
    pub(crate) fn open_to_read(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::ready(Connection::open_with_flags(path, flags)?)
    }

    /// A database in memory, which ends with its connection.
    pub(crate) fn open_in_memory() -> rusqlite::Result<Self> {
        Self::ready(Connection::open_in_memory()?)
    }

    fn ready(connection: Connection) -> rusqlite::Result<Self> {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.set_prepared_statement_cache_capacity(128);
        // A plan that holds for every value, so that a statement is not prepared anew for each.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Self { connection })
    }

    /// Carries calls out and collects their rows; what was collected before a failure stays.
    pub(crate) fn run(
        &mut self,
        calls: &[Call],
        rows: &mut Vec<Vec<Row>>,
    ) -> Result<(), DatabaseError> {
        for call in calls {
            rows.push(self.query(call)?);
        }
        Ok(())
    }

    fn query(&self, call: &Call) -> rusqlite::Result<Vec<Row>> {
        let mut statement = self.connection.prepare_cached(call.sql.text)?;
        let columns = statement.column_count();
        for (place, value) in (1..).zip(&call.values) {
            statement.raw_bind_parameter(place, value)?;
        }
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                values.push(match row.get_ref(column)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(number) => Value::Int(number),
                    ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                    // No statement gives one; a text that is no code is refused where it is read.
                    ValueRef::Real(_) => Value::Text(String::new()),
                });
            }
            found.push(Row::new(values));
        }
        Ok(found)
    }

    /// Carries a text out that is no statement of the table: an upgrade, a checkpoint.
    pub(crate) fn text(&self, text: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch(text)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
