//! Why something could not be carried out. A refusal, a conflict, "not there" are answers and not here.
//!
//! PRIVACY: no error carries a body, a token or a key; the cause of a database says what the database says, which is
//! about ids and columns.

use std::{io, path::PathBuf, sync::Arc};

use percuta_record::{Code, DocumentId, Unsound};

/// What a database says when it fails.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// SQLite.
    #[error("SQLite could not carry out a statement")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL.
    #[error("PostgreSQL could not carry out a statement")]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection to PostgreSQL could be had.
    #[error("no connection to PostgreSQL could be had")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// A test asked for it.
    #[error("a statement was made to fail")]
    Injected,
}

impl DatabaseError {
    /// Whether another process was faster, so that trying again may give an answer.
    pub(crate) fn is_race(&self) -> bool {
        use tokio_postgres::error::SqlState;
        match self {
            Self::Postgres(cause) => cause.code().is_some_and(|code| {
                [
                    SqlState::T_R_SERIALIZATION_FAILURE,
                    SqlState::T_R_DEADLOCK_DETECTED,
                    SqlState::UNIQUE_VIOLATION,
                    SqlState::EXCLUSION_VIOLATION,
                    SqlState::LOCK_NOT_AVAILABLE,
                ]
                .contains(code)
            }),
            Self::Sqlite(cause) => {
                cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
            }
            Self::Pool(_) | Self::Injected => false,
        }
    }
}

/// Why the store could not do what it was asked. What was written by then is undone, unless it says otherwise.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database failed.
    #[error("the database could not carry it out")]
    Database(#[source] Arc<DatabaseError>),
    /// The end of the transaction failed, so that it is open whether it was written. Sending the same contribution
    /// again tells.
    #[error("the database did not say whether it was written; send it again to see")]
    Unsettled(#[source] Arc<DatabaseError>),
    /// Others were faster, again and again.
    #[error("others wrote the same things at the same time, {tries} times over; try again")]
    Busy {
        /// How often it was tried.
        tries: u32,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A row is not what was written.
    #[error("cannot read a row of the database: {what}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// The versions of a document could not have been written.
    #[error("cannot read document `{document}`: its versions do not follow from one another")]
    Unsound {
        /// The document.
        document: DocumentId,
        /// What is wrong.
        #[source]
        cause: Unsound,
    },
    /// The audit knows five outcomes, and this is none.
    #[error(
        "cannot note the outcome `{outcome}`: it is `done`, `refused`, `conflict`, `not-found` or `failed`"
    )]
    UnknownOutcome {
        /// The code.
        outcome: Code,
    },
    /// A search for too many words.
    #[error("cannot search for more than {} tokens at once", crate::FIND_TOKENS_MAX)]
    TooManyTokens,
    /// The folder of blobs failed.
    #[error("cannot {doing} a sealed file in the folder of blobs")]
    Blob {
        /// What was attempted.
        doing: &'static str,
        /// Why it failed.
        #[source]
        cause: Arc<io::Error>,
    },
    /// A background thread ended early.
    #[error("a background task of the store ended before it had an answer")]
    Interrupted,
}

impl From<DatabaseError> for StoreError {
    fn from(cause: DatabaseError) -> Self {
        Self::Database(Arc::new(cause))
    }
}

impl StoreError {
    /// Whether another process was faster.
    pub(crate) fn is_race(&self) -> bool {
        match self {
            Self::Database(cause) | Self::Unsettled(cause) => cause.is_race(),
            Self::Busy { .. }
            | Self::Closed
            | Self::Malformed { .. }
            | Self::Unsound { .. }
            | Self::UnknownOutcome { .. }
            | Self::TooManyTokens
            | Self::Blob { .. }
            | Self::Interrupted => false,
        }
    }

    /// The same error, when it came at the end of a transaction.
    pub(crate) fn at_the_end(self) -> Self {
        match self {
            Self::Database(cause) => Self::Unsettled(cause),
            other @ (Self::Unsettled(_)
            | Self::Busy { .. }
            | Self::Closed
            | Self::Malformed { .. }
            | Self::Unsound { .. }
            | Self::UnknownOutcome { .. }
            | Self::TooManyTokens
            | Self::Blob { .. }
            | Self::Interrupted) => other,
        }
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A folder could not be made or read.
    #[error("cannot use the folder `{}`", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The database file could not be opened.
    #[error("cannot open the database `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: rusqlite::Error,
    },
    /// The address of the database is not understood. It is not repeated, because it may hold a password.
    #[error("cannot read the address of the PostgreSQL database")]
    Address(#[source] tokio_postgres::Error),
    /// The address asks for TLS.
    #[error(
        "cannot speak TLS to PostgreSQL: use a socket or a tunnel, or leave `sslmode=require` out of the address"
    )]
    Tls,
    /// The connection pool could not be made.
    #[error("cannot make connections to PostgreSQL")]
    Pool(#[source] deadpool_postgres::BuildError),
    /// A newer version wrote it.
    #[error(
        "this database was written by a newer version of Percuta: its schema is {found}, and this version knows {known}"
    )]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest this version knows.
        known: i64,
    },
    /// Making or upgrading the tables failed.
    #[error("cannot make or upgrade the tables of the database")]
    Schema(#[source] StoreError),
    /// The writer could not be started.
    #[error("cannot start the writer of the database")]
    Writer(#[source] io::Error),
}
