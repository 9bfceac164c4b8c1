//! What differs between the databases: the words of the tables, the refusal of an overlap, the beginning of a
//! transaction, how a row is held, and the schema's upgrades.
//!
//! The tables are written once, in words that both take after one translation. Upgrades go forward only; a golden file
//! holds the whole text for each database, and a released one is never edited.

use std::borrow::Cow;

use crate::statement::{Lock, Sql};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The newest schema that this version knows.
pub(crate) const SCHEMA: i64 = 2;

/// `Store::open`: where the number of the schema is.
pub(crate) static SCHEMA_TABLE: Sql = Sql {
    text: "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)",
    lock: Lock::None,
};
/// `Store::open`.
pub(crate) static SCHEMA_VERSION: Sql =
    Sql { text: "SELECT COALESCE(MAX(version), 0) FROM schema_version", lock: Lock::None };
/// `Store::open`.
pub(crate) static SCHEMA_INSERT: Sql =
    Sql { text: "INSERT INTO schema_version (version) VALUES ($1)", lock: Lock::None };

/// `Store::open`: when PostgreSQL says that something is written.
pub(crate) static DURABLE_WHEN: Sql =
    Sql { text: "SELECT current_setting('synchronous_commit')", lock: Lock::None };
/// `Store::erase`: the log of SQLite, into the file and emptied.
pub(crate) const EMPTY_THE_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// `writer`: one writer at a time, from the beginning.
static BEGIN_SQLITE: Sql = Sql { text: "BEGIN IMMEDIATE", lock: Lock::None };
/// `writer`: rows are held one by one.
static BEGIN_POSTGRES: Sql = Sql { text: "BEGIN ISOLATION LEVEL READ COMMITTED", lock: Lock::None };
/// `verify`: everything as it was at one moment.
static SNAPSHOT_SQLITE: Sql = Sql { text: "BEGIN DEFERRED", lock: Lock::None };
/// `verify`: everything as it was at one moment.
static SNAPSHOT_POSTGRES: Sql =
    Sql { text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", lock: Lock::None };

impl Dialect {
    /// Begins a transaction that writes.
    pub(crate) fn begin(self) -> &'static Sql {
        match self {
            Self::Sqlite => &BEGIN_SQLITE,
            Self::Postgres => &BEGIN_POSTGRES,
        }
    }

    /// Begins a transaction that reads.
    pub(crate) fn snapshot(self) -> &'static Sql {
        match self {
            Self::Sqlite => &SNAPSHOT_SQLITE,
            Self::Postgres => &SNAPSHOT_POSTGRES,
        }
    }

    /// The text of a statement.
    pub(crate) fn text(self, sql: &Sql) -> Cow<'static, str> {
        let lock = match (self, sql.lock) {
            (Self::Sqlite, _) | (Self::Postgres, Lock::None) => return Cow::Borrowed(sql.text),
            (Self::Postgres, Lock::Share) => " FOR SHARE",
            (Self::Postgres, Lock::Update) => " FOR UPDATE",
            (Self::Postgres, Lock::UpdateFree) => " FOR UPDATE SKIP LOCKED",
        };
        Cow::Owned(format!("{}{lock}", sql.text))
    }

    /// The statements that lead from the schema before to this one; none for a schema that is not known.
    pub(crate) fn upgrade(self, to: i64) -> Vec<String> {
        match to {
            1 => self.first(),
            2 => vec![self.words(CHANGES)],
            _ => Vec::new(),
        }
    }

    fn first(self) -> Vec<String> {
        let mut statements: Vec<String> =
            TABLES.iter().map(|(table, clustered)| self.table(table, *clustered)).collect();
        statements.extend(INDEXES.iter().map(|index| (*index).to_owned()));
        let own: &[&str] = match self {
            Self::Sqlite => OVERLAP_SQLITE,
            Self::Postgres => OVERLAP_POSTGRES,
        };
        statements.extend(own.iter().map(|statement| (*statement).to_owned()));
        statements
    }

    /// A text in this database's words for the types.
    fn words(self, text: &str) -> String {
        match self {
            Self::Postgres => text.replace("BLOB", "BYTEA"),
            Self::Sqlite => text.replace("BIGINT", "INTEGER"),
        }
    }

    fn table(self, text: &str, clustered: Clustered) -> String {
        let text = self.words(text);
        match (self, clustered) {
            (Self::Postgres, Clustered::Yes | Clustered::No) => text,
            (Self::Sqlite, Clustered::No) => format!("{text} STRICT"),
            (Self::Sqlite, Clustered::Yes) => format!("{text} STRICT, WITHOUT ROWID"),
        }
    }
}

/// Whether SQLite keeps the rows in the order of the primary key. Good for short rows, bad for long ones.
#[derive(Debug, Clone, Copy)]
enum Clustered {
    Yes,
    No,
}

/// An owner is a patient's 16 bytes, or `C` for the clinic; keys know `I` for the index too. A link of kind 1 leads to
/// a document, of kind 2 to a blob.
const TABLES: &[(&str, Clustered)] = &[
    (
        "CREATE TABLE keys (
  owner BLOB PRIMARY KEY,
  wrapped BLOB
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE contributions (
  id BLOB PRIMARY KEY,
  done_by BLOB NOT NULL,
  role BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  why TEXT NOT NULL,
  parents BLOB NOT NULL,
  made BLOB NOT NULL
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE documents (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  owner BLOB NOT NULL REFERENCES keys (owner),
  head BIGINT NOT NULL,
  signed_version BIGINT,
  signed_by BLOB,
  signed_at BIGINT,
  withdrawn_version BIGINT,
  withdrawn_by BLOB,
  withdrawn_at BIGINT,
  changed_at BIGINT NOT NULL,
  erased BIGINT NOT NULL,
  digest BLOB NOT NULL
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE versions (
  document BLOB NOT NULL REFERENCES documents (id),
  version BIGINT NOT NULL,
  contribution BLOB NOT NULL REFERENCES contributions (id),
  change BIGINT NOT NULL,
  form BIGINT NOT NULL,
  body BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (document, version)
)",
        Clustered::No,
    ),
    (
        "CREATE TABLE links (
  document BLOB NOT NULL,
  version BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  target BLOB NOT NULL,
  PRIMARY KEY (document, version, kind, target)
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE tokens (
  field TEXT NOT NULL,
  token BLOB NOT NULL,
  document BLOB NOT NULL REFERENCES documents (id),
  PRIMARY KEY (field, token, document)
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE blobs (
  id BLOB PRIMARY KEY,
  owner BLOB NOT NULL REFERENCES keys (owner),
  bytes BIGINT NOT NULL,
  digest BLOB NOT NULL,
  kept BIGINT NOT NULL
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE jobs (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  document BLOB NOT NULL REFERENCES documents (id),
  progress BIGINT NOT NULL,
  due BIGINT NOT NULL,
  attempt BIGINT NOT NULL
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE reservations (
  resource BLOB NOT NULL REFERENCES documents (id),
  place BIGINT NOT NULL,
  begins BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  document BLOB NOT NULL REFERENCES documents (id),
  PRIMARY KEY (resource, place, begins),
  CHECK (begins < ends)
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE chains (
  number BIGINT PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  anchored BIGINT NOT NULL
)",
        Clustered::No,
    ),
    (
        "CREATE TABLE audit (
  chain BIGINT NOT NULL REFERENCES chains (number),
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  act BIGINT NOT NULL,
  done_by BLOB,
  subject BLOB,
  entry BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (chain, sequence)
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE marks (
  chain BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  hash BLOB NOT NULL,
  mark BLOB NOT NULL,
  PRIMARY KEY (chain, sequence)
)",
        Clustered::Yes,
    ),
    (
        "CREATE TABLE sign_ins (
  token_hash BLOB PRIMARY KEY,
  person BLOB NOT NULL,
  began BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  ends BIGINT NOT NULL
)",
        Clustered::Yes,
    ),
];

/// How often the documents of an owner were written: who has them open sees by it whether they are the last.
const CHANGES: &str = "ALTER TABLE keys ADD COLUMN changes BIGINT NOT NULL DEFAULT 0";

const INDEXES: &[&str] = &[
    "CREATE INDEX documents_owner ON documents (owner)",
    "CREATE INDEX documents_kind ON documents (kind, erased, changed_at, id)",
    "CREATE INDEX links_target ON links (target)",
    "CREATE INDEX tokens_document ON tokens (document, field)",
    "CREATE INDEX jobs_due ON jobs (kind, due, id) WHERE progress < 3",
    "CREATE INDEX jobs_document ON jobs (document)",
    "CREATE INDEX reservations_document ON reservations (document)",
    "CREATE INDEX reservations_ends ON reservations (ends)",
    "CREATE INDEX audit_at ON audit (at, chain, sequence)",
    "CREATE INDEX audit_by ON audit (done_by, at, chain, sequence) WHERE done_by IS NOT NULL",
    "CREATE INDEX audit_subject ON audit (subject, at, chain, sequence) WHERE subject IS NOT NULL",
    "CREATE INDEX sign_ins_person ON sign_ins (person)",
];

const OVERLAP_SQLITE: &[&str] = &[
    "CREATE TRIGGER reservations_insert BEFORE INSERT ON reservations
WHEN EXISTS (SELECT 1 FROM reservations
  WHERE resource = NEW.resource AND place = NEW.place AND begins < NEW.ends AND ends > NEW.begins)
BEGIN SELECT RAISE(ABORT, 'this place is reserved at that time'); END",
    "CREATE TRIGGER reservations_update BEFORE UPDATE ON reservations
BEGIN SELECT RAISE(ABORT, 'a reservation is replaced, not changed'); END",
];

const OVERLAP_POSTGRES: &[&str] = &[
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER TABLE reservations ADD CONSTRAINT reservations_overlap
EXCLUDE USING gist (resource WITH =, place WITH =, int8range(begins, ends) WITH &&)",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(dialect: Dialect, to: i64) -> String {
        dialect.upgrade(to).iter().map(|statement| format!("{statement};\n")).collect()
    }

    #[test]
    fn a_released_schema_never_changes() {
        let sqlite = include_str!("../golden/schema-1-sqlite.sql");
        let postgres = include_str!("../golden/schema-1-postgres.sql");
        assert_eq!(whole(Dialect::Sqlite, 1), sqlite);
        assert_eq!(whole(Dialect::Postgres, 1), postgres);
        let sqlite = include_str!("../golden/schema-2-sqlite.sql");
        let postgres = include_str!("../golden/schema-2-postgres.sql");
        assert_eq!(whole(Dialect::Sqlite, 2), sqlite);
        assert_eq!(whole(Dialect::Postgres, 2), postgres);
        assert!(whole(Dialect::Sqlite, SCHEMA + 1).is_empty());
    }

    #[test]
    fn only_postgres_is_told_to_hold_rows() {
        let sql = Sql { text: "SELECT 1", lock: Lock::Share };
        assert_eq!(Dialect::Sqlite.text(&sql), "SELECT 1");
        assert_eq!(Dialect::Postgres.text(&sql), "SELECT 1 FOR SHARE");
    }
}
