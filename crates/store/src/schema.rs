//! Making and upgrading the tables: forward only, all of it or nothing, and never for a newer schema.

use crate::{
    desk::{Desk, Session},
    dialect::{Dialect, SCHEMA, SCHEMA_INSERT, SCHEMA_TABLE, SCHEMA_VERSION},
    error::{DatabaseError, OpenError, StoreError},
    statement::{COMMIT, ROLLBACK},
    value::Call,
};

/// Two processes that open an empty PostgreSQL database at once wait for one another by this number.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7823401)";

/// Brings the tables to the schema of this version.
pub(crate) async fn upgrade(desk: &mut Desk) -> Result<(), OpenError> {
    let begin = match desk.dialect() {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
    };
    text(desk, begin).await.map_err(OpenError::Schema)?;
    let upgraded = inside(desk).await;
    let end = if upgraded.is_ok() { COMMIT.text } else { ROLLBACK.text };
    let ended = text(desk, end).await.map_err(OpenError::Schema);
    upgraded.and(ended)
}

async fn inside(desk: &mut Desk) -> Result<(), OpenError> {
    if desk.dialect() == Dialect::Postgres {
        text(desk, LOCK).await.map_err(OpenError::Schema)?;
    }
    text(desk, SCHEMA_TABLE.text).await.map_err(OpenError::Schema)?;
    let found = version(desk).await.map_err(OpenError::Schema)?;
    if found > SCHEMA {
        return Err(OpenError::Newer { found, known: SCHEMA });
    }
    for to in found.saturating_add(1)..=SCHEMA {
        for statement in desk.dialect().upgrade(to) {
            text(desk, &statement).await.map_err(OpenError::Schema)?;
        }
        let insert = Call::of(&SCHEMA_INSERT).with(to);
        desk.one(insert).await.map_err(OpenError::Schema)?;
    }
    Ok(())
}

async fn version(desk: &mut Desk) -> Result<i64, StoreError> {
    let mut rows = desk.one(Call::of(&SCHEMA_VERSION)).await?;
    rows.pop().map_or(Ok(0), |mut row| row.int())
}

async fn text(desk: &mut Desk, text: &str) -> Result<(), StoreError> {
    match desk.session() {
        Session::Sqlite(sqlite) => sqlite.text(text).map_err(DatabaseError::from)?,
        Session::Postgres(postgres) => postgres.text(text).await?,
    }
    Ok(())
}
