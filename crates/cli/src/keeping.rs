//! `verify` and `key`: whether the record is whole, and the key that opens it.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use percuta_clinical::Rulebook;
use percuta_practice::{Cost, Ports, Practice};
use percuta_seal::{KeyRing, NoRandomness, RecoveryPhrase, SiteKey};
use percuta_store::{KeyOf, Progress, Report, Rewrapped};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{Failure, Keep, KeyCommand, input, record};

/// So many keys are wrapped anew at a time.
const KEYS_PAGE: u32 = 500;

fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::unusable(format!("cannot start: {error}")))?;
    runtime.block_on(work)
}

/// Walks the whole record. Exit 1 when something is wrong with it.
pub(crate) fn verify(keep: &Keep, is_json: bool, now: fn() -> Timestamp) -> Result<(), Failure> {
    let folder = record::folder(keep);
    if keep.database.is_none() && !folder.join("percuta.sqlite").exists() {
        return Err(Failure::unusable(format!(
            "there is no record in `{}`; say where it is with --data DIR",
            folder.display()
        )));
    }
    run(async {
        let store = record::open_store(keep).await?;
        let path = record::key_path(keep)?;
        let keys = record::read_key(&path, keep)?;
        let mut bodies = None;
        if let Some(keys) = keys {
            let ports = Ports {
                store: store.clone(),
                keys,
                book: Arc::new(empty_book()?),
                now,
                random: record::random,
                password_cost: Cost::CHEAP,
                is_demo: false,
            };
            let practice = Practice::open(ports)
                .await
                .map_err(|error| record::unusable("open the record", &error))?;
            let opened = practice.open_everything().await;
            bodies = Some(opened.map_err(|error| record::unusable("open the record", &error))?);
        }
        let is_watched = input::is_watched();
        let report = store
            .verify(move |progress| show(progress, is_watched))
            .await
            .map_err(|error| record::unusable("walk the record", &error))?;
        tell(&report, bodies.as_ref(), is_json)
    })
}

fn empty_book() -> Result<Rulebook, Failure> {
    input::rulebook(None)
}

fn show(progress: Progress, is_watched: bool) {
    if is_watched {
        input::complain(&format!("{:?}: {}", progress.stage, progress.done).to_lowercase());
    }
}

fn tell(
    report: &Report,
    bodies: Option<&percuta_practice::whole::Whole>,
    is_json: bool,
) -> Result<(), Failure> {
    let mut faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    faults.extend(bodies.into_iter().flat_map(|whole| whole.faults.clone()));
    if is_json {
        let text = json!({
            "interface": 1,
            "whole": faults.is_empty(),
            "chains": report.chains,
            "entries": report.entries,
            "marks": report.marks,
            "marks_checked": report.marks_checked,
            "documents": report.documents,
            "versions": report.versions,
            "contributions": report.contributions,
            "files": report.blobs,
            "opened": bodies.map(|whole| whole.opened),
            "faults": faults,
        });
        input::say(&format!("{text}\n"))?;
    } else {
        let opened = match bodies {
            Some(whole) => format!("{} opened with the key", whole.opened),
            None => "not opened: there is no key file here".to_owned(),
        };
        let marks = if report.marks_checked { "checked" } else { "not checked without the key" };
        input::say(&format!(
            "{} audit entries in {} chains, {} marks ({marks})\n{} versions of {} documents, {opened}\n{} contributions, {} \
             sealed files\n",
            report.entries,
            report.chains,
            report.marks,
            report.versions,
            report.documents,
            report.contributions,
            report.blobs
        ))?;
        for fault in &faults {
            input::say(&format!("wrong: {fault}\n"))?;
        }
        if faults.is_empty() {
            input::say("chain intact, nothing is missing\n")?;
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::failed(format!("{} things are wrong with this record", faults.len())))
    }
}

/// The key's own commands.
pub(crate) fn key(command: &KeyCommand) -> Result<(), Failure> {
    match command {
        KeyCommand::Phrase { keep } => phrase(keep),
        KeyCommand::Restore { keep } => restore(keep),
        KeyCommand::Rotate { keep } => run(rotate(keep)),
    }
}

fn ring(keep: &Keep) -> Result<(PathBuf, KeyRing), Failure> {
    let path = record::key_path(keep)?;
    let ring = record::read_key(&path, keep)?.ok_or_else(|| {
        Failure::unusable(format!(
            "there is no key file at `{}`; say where it is with --key FILE",
            path.display()
        ))
    })?;
    Ok((path, ring))
}

fn phrase(keep: &Keep) -> Result<(), Failure> {
    let (_, ring) = ring(keep)?;
    let phrase = RecoveryPhrase::of(ring.sealing());
    input::say(&format!("{}\n", phrase.reveal()))
}

/// Writes a key file anew from the phrase on standard input.
fn restore(keep: &Keep) -> Result<(), Failure> {
    let path = record::key_path(keep)?;
    if path.exists() {
        return Err(Failure::unusable(format!(
            "there is a key file at `{}` already; nothing was changed",
            path.display()
        )));
    }
    record::outside(&path, keep)?;
    let mut typed = Zeroizing::new(String::new());
    std::io::stdin()
        .lock()
        .take(4_096)
        .read_to_string(&mut typed)
        .map_err(|error| record::unusable("read the phrase", &error))?;
    let key = RecoveryPhrase::read(&typed)
        .map_err(|error| record::unusable("read the phrase", &error))?;
    let id = key.id();
    record::write_key(&path, &KeyRing::new(key), keep)?;
    input::say(&format!("key {id} is in `{}`\n", path.display()))
}

/// A new site key: the file holds both while the data keys are wrapped anew, and then the new one alone.
async fn rotate(keep: &Keep) -> Result<(), Failure> {
    let (path, ring) = ring(keep)?;
    let store = record::open_store(keep).await?;
    let mut random = record::random as fn(&mut [u8]) -> Result<(), NoRandomness>;
    let new =
        SiteKey::generate(&mut random).map_err(|error| record::unusable("make a key", &error))?;
    let ring = ring.rotated_to(new);
    replace(&path, &ring, keep)?;
    let mut count: u64 = 0;
    let mut after: Option<KeyOf> = None;
    loop {
        let page = store
            .keys(after, KEYS_PAGE)
            .await
            .map_err(|error| record::unusable("read the keys", &error))?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        let mut anew = Vec::with_capacity(page.len());
        for (of, before) in page {
            let owner = percuta_practice::key_owner(of);
            let wrapped = ring
                .rewrap(&before, &owner, &mut random)
                .map_err(|error| record::unusable("wrap a key anew", &error))?;
            anew.push(Rewrapped { of, before, after: wrapped });
        }
        count = count.saturating_add(
            store
                .replace_keys(anew)
                .await
                .map_err(|error| record::unusable("write the keys", &error))?,
        );
    }
    let ring = ring.settled();
    replace(&path, &ring, keep)?;
    let phrase = RecoveryPhrase::of(ring.sealing());
    input::say(&format!(
        "{count} keys are wrapped anew under key {}. The recovery phrase is another now; write it down:\n{}\nBackups from \
         before still need the old phrase.\n",
        ring.sealing().id(),
        phrase.reveal()
    ))
}

/// Puts a key file in the place of the one before, whole or not at all.
fn replace(path: &Path, ring: &KeyRing, keep: &Keep) -> Result<(), Failure> {
    let beside = path.with_extension("key.new");
    if let Err(error) = fs::remove_file(&beside)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(record::unusable("write the key file", &error));
    }
    record::write_key(&beside, ring, keep)?;
    fs::rename(&beside, path).map_err(|error| record::unusable("write the key file", &error))
}
