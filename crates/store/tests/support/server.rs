//! Places for a store: SQLite in a folder, and a database of its own on a real PostgreSQL server, one server for all
//! tests of a binary. A server that cannot be had fails the test; nothing is skipped.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use percuta_store::{ChainId, Config, Database};
use tempfile::TempDir;

struct Server {
    address: String,
    /// The server lives as long as its standard input, which closes with this process.
    _child: Child,
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/throwaway-postgres.sh");
    let mut child = Command::new(script)
        .args(["-c", "fsync=off", "-c", "deadlock_timeout=100ms"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
    assert!(
        address.starts_with("host="),
        "no PostgreSQL server could be started for the test; `scripts/setup.sh test` installs one"
    );
    Server { address: address.trim().to_owned(), _child: child }
});

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Which database a test is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    /// SQLite in a file.
    Sqlite,
    /// SQLite in memory.
    Memory,
    /// PostgreSQL.
    Postgres,
}

/// A database of a test's own.
pub(crate) struct Site {
    folder: TempDir,
    database: Database,
    chains: AtomicU32,
}

impl Site {
    /// A new, empty one.
    pub(crate) async fn new(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match on {
            On::Sqlite => Database::Sqlite(folder.path().join("store.sqlite")),
            On::Memory => Database::SqliteInMemory,
            On::Postgres => Database::Postgres(fresh_postgres().await),
        };
        Self { folder, database, chains: AtomicU32::new(0) }
    }

    /// How to open it, with an audit chain of its own each time.
    pub(crate) fn config(&self) -> Config {
        let number = self.chains.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        let mut chain = [7; 16];
        chain[..4].copy_from_slice(&number);
        let blobs = self.folder.path().join("blobs");
        Config { database: self.database.clone(), blobs, chain: ChainId(chain) }
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Changes the database behind the store's back, its own rules set aside.
    pub(crate) async fn tamper(&self, sqlite: &str, postgres: &str) {
        let sqlite = format!("PRAGMA foreign_keys = OFF; {sqlite}");
        let postgres = format!("SET session_replication_role = replica; {postgres}");
        let text = if let Database::Postgres(_) = &self.database { postgres } else { sqlite };
        self.try_by_hand(&text).await.unwrap();
    }

    /// Says something to the database that the store would not say.
    pub(crate) async fn try_by_hand(&self, text: &str) -> Result<(), Box<dyn std::error::Error>> {
        match &self.database {
            Database::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path)?;
                connection.busy_timeout(std::time::Duration::from_secs(10))?;
                Ok(connection.execute_batch(text)?)
            }
            Database::SqliteInMemory => Err("a database in memory cannot be reached".into()),
            Database::Postgres(address) => execute(address, text).await,
        }
    }
}

async fn fresh_postgres() -> String {
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::SeqCst));
    let server = &SERVER.address;
    execute(&format!("{server} dbname=postgres"), &format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    format!("{server} dbname={name}")
}

async fn execute(address: &str, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(text).await?;
    drop(client);
    Ok(connection.await??)
}
