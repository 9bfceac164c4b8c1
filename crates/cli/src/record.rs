//! Opening the record: the data folder or the database, and the key file that lies outside it.
//!
//! The key file is made once, for an empty record, in the user's configuration folder, readable by this user only. A
//! record that is not empty never gets a new key: without its own it cannot be read, and that is said. A key file is
//! never written into the data folder, and always under the passphrase when one is given.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use percuta_seal::{KeyFile, KeyRing, NoRandomness, Protection, RecoveryPhrase, SiteKey, key_file};
use percuta_store::{ChainId, Config, Database, Key, KeyOf, Store};
use zeroize::Zeroizing;

use crate::{Failure, Keep};

/// The operating system's random bytes.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    getrandom::fill(bytes).map_err(|_unavailable| NoRandomness)
}

/// An opened record: its store, its keys, and the recovery phrase when the key was just made.
pub(crate) struct Opened {
    pub(crate) store: Store,
    pub(crate) keys: KeyRing,
    pub(crate) phrase: Option<Zeroizing<String>>,
}

/// The folder of the data.
pub(crate) fn folder(keep: &Keep) -> PathBuf {
    keep.data.as_deref().map_or_else(|| PathBuf::from("percuta-data"), PathBuf::from)
}

/// Where the key file is.
pub(crate) fn key_path(keep: &Keep) -> Result<PathBuf, Failure> {
    if let Some(given) = &keep.key {
        return Ok(PathBuf::from(given));
    }
    let configured = environment("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = environment("HOME").map(|home| PathBuf::from(home).join(".config"));
    let folder = configured.or(home).ok_or_else(|| {
        Failure::unusable(
            "there is no home folder for the key file; say where it is with --key FILE",
        )
    })?;
    Ok(folder.join("percuta").join("site.key"))
}

#[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Opens the record, and makes it when there is none.
pub(crate) async fn open(keep: &Keep) -> Result<Opened, Failure> {
    let store = open_store(keep).await?;
    let path = key_path(keep)?;
    let is_new = matches!(
        store.key(KeyOf::Clinic).await.map_err(|error| unusable("read the record", &error))?,
        Key::Absent
    );
    match read_key(&path, keep)? {
        Some(keys) => Ok(Opened { store, keys, phrase: None }),
        None if is_new => {
            outside(&path, keep)?;
            let (keys, phrase) = make_key(&path, keep)?;
            Ok(Opened { store, keys, phrase: Some(phrase) })
        }
        None => Err(Failure::unusable(format!(
            "this record needs its key file, and there is none at `{}`; say where it is with --key FILE, or write it anew \
             from the recovery phrase with `percuta key restore`",
            path.display()
        ))),
    }
}

/// Opens the store alone: no key is needed to see whether everything is there.
pub(crate) async fn open_store(keep: &Keep) -> Result<Store, Failure> {
    let folder = folder(keep);
    let database = match &keep.database {
        Some(address) if is_postgres(address) => Database::Postgres(address.clone()),
        Some(_) => {
            return Err(Failure::unusable(
                "--database takes the address of a PostgreSQL database: postgres://user@host/name",
            ));
        }
        None => Database::Sqlite(folder.join("percuta.sqlite")),
    };
    let config = Config { database, blobs: folder.join("blobs"), chain: new_chain()? };
    Store::open(&config).await.map_err(|error| unusable("open the record", &error))
}

fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

/// A store in memory with a key in memory: for the demo.
pub(crate) async fn in_memory(blobs: PathBuf) -> Result<Opened, Failure> {
    let config = Config { database: Database::SqliteInMemory, blobs, chain: new_chain()? };
    let store = Store::open(&config).await.map_err(|error| unusable("begin the demo", &error))?;
    let keys = KeyRing::new(new_key()?);
    Ok(Opened { store, keys, phrase: None })
}

fn new_chain() -> Result<ChainId, Failure> {
    let mut bytes = [0; 16];
    random(&mut bytes).map_err(|error| unusable("begin the audit", &error))?;
    Ok(ChainId(bytes))
}

fn new_key() -> Result<SiteKey, Failure> {
    SiteKey::generate(&mut (random as fn(&mut [u8]) -> Result<(), NoRandomness>))
        .map_err(|error| unusable("make a key", &error))
}

/// A sentence of what could not be done and why, cause by cause.
pub(crate) fn unusable(what: &str, error: &dyn std::error::Error) -> Failure {
    let mut says = format!("cannot {what}: {error}");
    let mut cause = error.source();
    while let Some(deeper) = cause {
        says.push_str(": ");
        says.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    Failure::unusable(says)
}

/// Reads the key file; `None` when there is none.
pub(crate) fn read_key(path: &Path, keep: &Keep) -> Result<Option<KeyRing>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(unusable(&format!("read the key file `{}`", path.display()), &error));
        }
    };
    let wrong = |error| unusable(&format!("use the key file `{}`", path.display()), &error);
    let file = KeyFile::read(&text).map_err(wrong)?;
    let passphrase = passphrase(keep)?;
    file.unlock(passphrase.as_ref().map(|text| text.as_str())).map(Some).map_err(wrong)
}

/// The passphrase of the key file, where one is given.
fn passphrase(keep: &Keep) -> Result<Option<Zeroizing<String>>, Failure> {
    let Some(file) = &keep.passphrase_file else { return Ok(None) };
    let text = fs::read_to_string(file)
        .map(Zeroizing::new)
        .map_err(|error| unusable("read the file of the passphrase", &error))?;
    Ok(Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())))
}

/// Refuses a new key file inside the data folder: a copy of that folder would open everything in it.
pub(crate) fn outside(path: &Path, keep: &Keep) -> Result<(), Failure> {
    let folder = folder(keep);
    if !settled(path).starts_with(settled(&folder)) {
        return Ok(());
    }
    Err(Failure::unusable(format!(
        "the key file `{}` would lie in the data folder `{}`, and whoever copies one has the other; name a file elsewhere \
         with --key FILE",
        path.display(),
        folder.display()
    )))
}

/// A path from the root, through links as far as it is there.
fn settled(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_no_folder| path.to_owned());
    for there in whole.ancestors() {
        if let Ok(real) = there.canonicalize() {
            return match whole.strip_prefix(there) {
                Ok(rest) => real.join(rest),
                Err(_not_beneath) => real,
            };
        }
    }
    whole
}

fn make_key(path: &Path, keep: &Keep) -> Result<(KeyRing, Zeroizing<String>), Failure> {
    let keys = KeyRing::new(new_key()?);
    let phrase = Zeroizing::new(RecoveryPhrase::of(keys.sealing()).reveal().to_owned());
    write_key(path, &keys, keep)?;
    Ok((keys, phrase))
}

/// Writes a key file that is not there yet, for this user only, and under the passphrase when one is given.
pub(crate) fn write_key(path: &Path, keys: &KeyRing, keep: &Keep) -> Result<(), Failure> {
    let mut source = random as fn(&mut [u8]) -> Result<(), NoRandomness>;
    let passphrase = passphrase(keep)?;
    let protection = match &passphrase {
        Some(passphrase) => {
            Protection::Passphrase { passphrase, cost: key_file::Cost::RECOMMENDED }
        }
        None => Protection::None,
    };
    let text = key_file::write(keys, &protection, &mut source)
        .map_err(|error| unusable("write the key file", &error))?;
    write_private(path, text.as_bytes())
        .map_err(|error| unusable(&format!("write the key file `{}`", path.display()), &error))
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::{
        io::Write as _,
        os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    };
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
