//! Sealed photographs and files: bytes in files of their own, what is known of them in a row.
//!
//! ```text
//! blobs/3f/3fa0….sealed      the file, by its id in hexadecimal, in one of 256 folders
//! blobs/3f/3fa0….<chain>.new being written; renamed when it is on the disk
//! ```
//!
//! The file is there before its row, and gone after it: a row without a file is a fault, a file without a row is
//! rubbish that [`crate::Store::collect_blobs`] takes away once it is old enough not to be on its way.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use percuta_record::{BlobId, Moment, Owner};
use percuta_seal::{chain::ChainId, hex};

use crate::{
    audit::Chain,
    commit::owner_bytes,
    desk::Desk,
    error::StoreError,
    key::{self, Key},
    statement::{
        BLOB, BLOB_DELETE, BLOB_GONE, BLOB_INSERT, BLOB_REFERRED, BLOB_UPDATE, KEY, KEY_SHARE,
    },
    value::Call,
    writer::{Act, Later},
};

const SEALED: &str = "sealed";
const NEW: &str = "new";

/// What putting a blob came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is kept.
    New,
    /// One of this id was there, and stays as it is.
    Held,
    /// The owner has no key.
    NoKey,
    /// The owner was erased.
    Erased,
}

/// The folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    root: PathBuf,
    /// Tells the unfinished files of two processes apart.
    chain: ChainId,
}

impl Folder {
    pub(crate) fn open(root: PathBuf, chain: ChainId) -> io::Result<Self> {
        make(&root)?;
        Ok(Self { root, chain })
    }

    fn folder(&self, id: BlobId) -> PathBuf {
        let [first, ..] = id.bytes();
        self.root.join(hex::write(&[first]))
    }

    fn path(&self, id: BlobId) -> PathBuf {
        self.folder(id).join(hex::write(&id.bytes())).with_extension(SEALED)
    }

    /// Writes a file whole, on the disk, or not at all.
    pub(crate) fn write(&self, id: BlobId, bytes: &[u8]) -> Result<(), StoreError> {
        let failed = |cause| failed("write", cause);
        let folder = self.folder(id);
        make(&folder).map_err(failed)?;
        let name = format!("{}.{}.{NEW}", hex::write(&id.bytes()), self.chain);
        let unfinished = folder.join(name);
        write_whole(&unfinished, bytes)
            .and_then(|()| fs::rename(&unfinished, self.path(id)))
            .and_then(|()| File::open(&folder)?.sync_all())
            .map_err(failed)
    }

    /// The bytes of a file; `None` when there is none.
    pub(crate) fn read(&self, id: BlobId) -> Result<Option<Vec<u8>>, StoreError> {
        match fs::read(self.path(id)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(failed("read", cause)),
        }
    }

    pub(crate) fn remove(&self, id: BlobId) -> Result<(), StoreError> {
        match fs::remove_file(self.path(id)) {
            Ok(()) => Ok(()),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(cause) => Err(failed("delete", cause)),
        }
    }

    /// Whether a file was last written before a moment. A file that is gone was.
    pub(crate) fn is_older(&self, id: BlobId, before: Moment) -> Result<bool, StoreError> {
        is_older(&self.path(id), before).map_err(|cause| failed("read", cause))
    }

    /// The finished files that are older, by their ids. Unfinished ones that are older are deleted on the way.
    pub(crate) fn older(&self, before: Moment) -> Result<Vec<BlobId>, StoreError> {
        let failed = |cause| failed("list", cause);
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.root).map_err(failed)? {
            let folder = folder.map_err(failed)?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder).map_err(failed)? {
                let path = file.map_err(failed)?.path();
                if !is_older(&path, before).map_err(failed)? {
                    continue;
                }
                let ending = path.extension().and_then(|ending| ending.to_str());
                let stem = path.file_stem().and_then(|stem| stem.to_str());
                let id = stem.and_then(hex::read_array::<16>).map(|id| BlobId::from_bytes(*id));
                match (ending, id) {
                    (Some(SEALED), Some(id)) => found.push(id),
                    (Some(NEW), _) => fs::remove_file(&path).map_err(failed)?,
                    // What is not ours is left alone.
                    (_, _) => {}
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

fn failed(doing: &'static str, cause: io::Error) -> StoreError {
    StoreError::Blob { doing, cause: Arc::new(cause) }
}

fn is_older(path: &Path, before: Moment) -> io::Result<bool> {
    let written = match fs::metadata(path) {
        Ok(metadata) => metadata.modified()?,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(cause) => return Err(cause),
    };
    let before = Duration::from_micros(u64::try_from(before.0).unwrap_or_default());
    Ok(written < UNIX_EPOCH.checked_add(before).unwrap_or(SystemTime::UNIX_EPOCH))
}

/// Makes a folder that nobody else reads.
pub(crate) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Keeps the row of a file that is there.
#[derive(Debug)]
pub(crate) struct Keeping {
    pub(crate) id: BlobId,
    pub(crate) owner: Owner,
    pub(crate) bytes: u64,
    pub(crate) digest: [u8; 32],
}

impl Act for Keeping {
    type Answer = Put;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, Put> {
        Box::pin(async move {
            let owner = owner_bytes(self.owner);
            let asked =
                vec![Call::of(&KEY_SHARE).with(owner.clone()), Call::of(&BLOB).with(self.id)];
            let mut answers = desk.run(asked).await?.into_iter();
            match key::read(answers.next().unwrap_or_default())? {
                Key::Absent => return Ok(Put::NoKey),
                Key::Erased => return Ok(Put::Erased),
                Key::Held(_) => {}
            }
            if answers.next().is_some_and(|rows| !rows.is_empty()) {
                return Ok(Put::Held);
            }
            let bytes = i64::try_from(self.bytes).unwrap_or(i64::MAX);
            let call = Call::of(&BLOB_INSERT).with(self.id).with(owner).with(bytes);
            desk.one(call.with(self.digest)).await?;
            Ok(Put::New)
        })
    }
}

/// Gives a blob up, if nothing needs it by now. Gives whether the file may go.
#[derive(Debug)]
pub(crate) struct Dropping(pub(crate) BlobId);

impl Act for Dropping {
    type Answer = bool;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, _chain: &'a mut Chain) -> Later<'a, bool> {
        Box::pin(async move {
            let held = desk.one(Call::of(&BLOB_UPDATE).with(self.0)).await?;
            // A file without a row is nobody's.
            let Some(mut row) = held.into_iter().next() else { return Ok(true) };
            let owner = row.bytes()?;
            let asked = vec![Call::of(&KEY).with(owner), Call::of(&BLOB_REFERRED).with(self.0)];
            let mut answers = desk.run(asked).await?.into_iter();
            let key = key::read(answers.next().unwrap_or_default())?;
            let is_referred = answers.next().is_some_and(|rows| !rows.is_empty());
            let sql = match (key, is_referred) {
                (Key::Erased, _) => &BLOB_GONE,
                (Key::Held(_) | Key::Absent, false) => &BLOB_DELETE,
                (Key::Held(_) | Key::Absent, true) => return Ok(false),
            };
            desk.one(Call::of(sql).with(self.0)).await?;
            Ok(true)
        })
    }
}
