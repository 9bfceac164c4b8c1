//! Someone changes the database or a file by hand: verify names it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper that fails is a test that fails"
)]

#[path = "support/made.rs"]
mod made;
#[path = "support/server.rs"]
mod server;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use made::{append, audit, begin, code, commit, document, head, patient, place, reserve, sixteen};
use percuta_record::{
    Answer, BlobId, Change, JobId, Moment, NewJob, Owner, Target, Tokens, Version,
};
use percuta_seal::{DataKey, NoRandomness};
use percuta_store::{AuditSeal, Config, Database, Fault, Report, Store};
use server::{On, Site};

fn seal() -> AuditSeal {
    let mut count = 0_u8;
    let mut counting = |bytes: &mut [u8]| -> Result<(), NoRandomness> {
        for byte in bytes {
            *byte = count;
            count = count.wrapping_add(1);
        }
        Ok(())
    };
    AuditSeal::new(&DataKey::generate(&mut counting).unwrap())
}

async fn open(site: &Site) -> Store {
    let store = Store::open(&site.config()).await.unwrap();
    store.mark_with(seal());
    store
}

/// A store with something of everything: document 1 is a resource, 2 a visit of two versions that refers to a
/// photograph, 3 belongs to an erased patient.
async fn lived_in(site: &Site) -> Store {
    let store = open(site).await;
    let (kept, erased) = (Owner::Patient(patient(1)), Owner::Patient(patient(2)));
    for owner in [Owner::Clinic, kept, erased] {
        store.give_key(owner, vec![1]).await.unwrap();
    }
    let blob = BlobId::from_bytes(sixteen(9));
    store.put_blob(blob, kept, vec![1, 2, 3, 4]).await.unwrap();
    let visit = append(2, kept, head(0), Change::Write);
    let mut first = commit(1, vec![begin(1), visit, append(3, erased, head(0), Change::Write)]);
    first.tokens = vec![Tokens {
        document: document(2),
        field: code("name"),
        tokens: BTreeSet::from([sixteen(1)]),
    }];
    first.jobs = vec![NewJob {
        id: JobId::from_bytes(sixteen(1)),
        kind: code("remind"),
        document: document(2),
        from: Moment(1),
    }];
    first.reservations = vec![reserve(2, [place(1, 0, 10, 20)])];
    let mut second = commit(2, vec![append(2, kept, head(1), Change::Sign)]);
    second.appends[0].body = vec![7];
    second.appends[0].references =
        BTreeSet::from([Target::Blob(blob), Target::Document(document(1))]);
    for commit in [first, second] {
        assert!(matches!(store.commit(commit).await.unwrap(), Answer::Done(_)));
    }
    store.note(vec![audit("patient.open", 3, Some(2)); 3]).await.unwrap();
    store.erase(patient(2), audit("patient.erase", 4, None)).await.unwrap();
    store.close().await.unwrap();
    store
}

async fn verified(store: &Store) -> Report {
    store.verify(|_progress| {}).await.unwrap()
}

#[tokio::test]
async fn a_store_that_nobody_touched_is_whole() {
    for on in [On::Sqlite, On::Memory, On::Postgres] {
        let site = Site::new(on).await;
        let report = verified(&lived_in(&site).await).await;
        assert_eq!(report.faults, Vec::new());
        assert_eq!((report.documents, report.versions, report.contributions), (3, 4, 2));
        assert_eq!((report.chains, report.entries, report.marks), (1, 6, 1));
        assert_eq!(report.blobs, 1);
        assert!(report.marks_checked);
    }
}

/// Says what is done by hand, and what of the sentences of verify must be among them.
const HANDS: &[(&str, &str)] = &[
    (
        "UPDATE versions SET body = (SELECT body FROM versions WHERE version = 2) \
         WHERE version = 1 AND body <> (SELECT body FROM versions WHERE version = 2)",
        "version 1 was changed after it was written",
    ),
    ("UPDATE versions SET form = 2 WHERE version = 2", "version 2 was changed"),
    ("UPDATE contributions SET role = 7 WHERE done_at = 2", "version 2 was changed"),
    ("UPDATE contributions SET done_by = id WHERE done_at = 1", "version 1 was changed"),
    ("DELETE FROM contributions WHERE done_at = 2", "the contribution of a version is not there"),
    (
        "UPDATE contributions SET made = id WHERE done_at = 2",
        "a row of contributions cannot be read",
    ),
    ("DELETE FROM versions WHERE version = 2", "version 2 is missing"),
    ("DELETE FROM versions WHERE version = 2", "is not its work"),
    ("DELETE FROM versions WHERE version = 1", "version 1 is missing"),
    ("UPDATE documents SET head = 1 WHERE head = 2", "its row is not what its versions make it"),
    (
        "UPDATE documents SET signed_at = 9 WHERE head = 2",
        "its row is not what its versions make it",
    ),
    ("UPDATE documents SET signed_at = NULL WHERE head = 2", "half a signature"),
    (
        "UPDATE documents SET changed_at = 9 WHERE head = 2",
        "its row is not what its versions make it",
    ),
    ("UPDATE documents SET kind = 'plan' WHERE head = 2", "was changed after it was written"),
    ("UPDATE documents SET kind = 'Not a Code' WHERE head = 2", "a text is no code"),
    ("DELETE FROM documents WHERE head = 2", "belongs to no document"),
    ("DELETE FROM documents WHERE head = 2", "there are search tokens of it"),
    ("DELETE FROM documents WHERE head = 2", "its document"),
    ("DELETE FROM links WHERE kind = 2", "version 2 was changed"),
    ("DELETE FROM blobs", "which is not there"),
    ("UPDATE blobs SET bytes = 5", "has 4 bytes and had 5"),
    ("UPDATE documents SET erased = 1 WHERE head = 2", "its owner has no key"),
    ("UPDATE keys SET wrapped = NULL", "its owner has no key"),
    ("UPDATE documents SET erased = 0 WHERE erased = 1", "its owner has no key"),
    (
        "DELETE FROM documents WHERE id IN (SELECT resource FROM reservations)",
        "one of them is erased or not there",
    ),
    ("UPDATE audit SET entry = hash WHERE sequence = 3", "entry 3: it cannot be read"),
    (
        "UPDATE audit SET hash = (SELECT a.hash FROM audit a WHERE a.sequence = 1) WHERE sequence = 3",
        "entry 3: it was changed after it was written",
    ),
    ("DELETE FROM audit WHERE sequence = 3", "entry 3: it is missing"),
    ("DELETE FROM audit WHERE sequence >= 5", "entry 5: it is missing"),
    ("DELETE FROM audit", "entry 1: it is missing"),
    ("UPDATE audit SET done_by = hash WHERE sequence = 3", "the columns beside it"),
    ("UPDATE audit SET at = 9 WHERE sequence = 3", "the columns beside it"),
    ("UPDATE audit SET act = 0 WHERE sequence = 3", "the columns beside it"),
    ("UPDATE marks SET mark = hash", "its mark was not made under this clinic's key"),
    ("DELETE FROM chains", "belong to no chain"),
];

async fn every_hand_is_named(on: On) {
    for (hand, sentence) in HANDS {
        let site = Site::new(on).await;
        let store = lived_in(&site).await;
        site.tamper(hand, hand).await;
        let report = verified(&store).await;
        let said: Vec<String> = report.faults.iter().map(Fault::to_string).collect();
        assert!(
            said.iter().any(|said| said.contains(sentence)),
            "`{hand}` on {on:?} was not named: {said:?}"
        );
    }
}

#[tokio::test]
async fn what_is_changed_by_hand_in_sqlite_is_named() {
    every_hand_is_named(On::Sqlite).await;
}

#[tokio::test]
async fn what_is_changed_by_hand_in_postgres_is_named() {
    every_hand_is_named(On::Postgres).await;
}

#[tokio::test]
async fn an_overlap_that_was_forced_in_is_named() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let store = lived_in(&site).await;
        let insert = "INSERT INTO reservations (resource, place, begins, ends, document) \
                      SELECT resource, place, 15, 25, resource FROM reservations";
        let sqlite = format!("DROP TRIGGER reservations_insert; {insert}");
        let postgres =
            format!("ALTER TABLE reservations DROP CONSTRAINT reservations_overlap; {insert}");
        site.tamper(&sqlite, &postgres).await;
        let faults = verified(&store).await.faults;
        assert!(matches!(faults[..], [Fault::Overlap { .. }]), "{faults:?}");
    }
}

fn sealed_file(folder: &Path) -> Option<PathBuf> {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let found = if path.is_dir() { sealed_file(&path) } else { Some(path) };
        if found.is_some() {
            return found;
        }
    }
    None
}

#[tokio::test]
async fn a_file_that_was_changed_or_is_gone_is_named() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let store = lived_in(&site).await;
        let file = sealed_file(&site.folder().join("blobs")).unwrap();
        let blob = BlobId::from_bytes(sixteen(9));
        fs::write(&file, [1, 2, 3, 5]).unwrap();
        assert_eq!(verified(&store).await.faults, [Fault::FileEdited { blob }]);
        fs::write(&file, [1, 2, 3]).unwrap();
        let length = Fault::FileLength { blob, found: 3, kept: 4 };
        assert_eq!(verified(&store).await.faults, [length]);
        fs::remove_file(&file).unwrap();
        assert_eq!(verified(&store).await.faults, [Fault::NoFile { blob }]);
    }
}

#[tokio::test]
async fn a_chain_that_was_cut_off_whole_is_missed_by_the_next() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        drop(lived_in(&site).await);
        let next = open(&site).await;
        next.note(vec![audit("patient.open", 9, Some(2))]).await.unwrap();
        let hand = "DELETE FROM marks; DELETE FROM audit WHERE chain = 1 AND sequence > 2";
        site.tamper(hand, hand).await;
        let said = verified(&next).await.faults[0].to_string();
        assert!(said.contains("an anchor in chain"), "{said}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_a_sentence() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        drop(lived_in(&site).await);
        let hand = "INSERT INTO schema_version (version) VALUES (99)";
        site.tamper(hand, hand).await;
        let said = Store::open(&site.config()).await.unwrap_err().to_string();
        assert!(said.contains("newer version of Percuta: its schema is 99"), "{said}");
    }
}

#[tokio::test]
async fn an_erased_key_is_in_no_file_of_sqlite() {
    let site = Site::new(On::Sqlite).await;
    let store = open(&site).await;
    let wrapped: Vec<u8> = (100..182).collect();
    store.give_key(Owner::Patient(patient(1)), wrapped.clone()).await.unwrap();
    let is_somewhere = || {
        fs::read_dir(site.folder()).unwrap().any(|entry| {
            let path = entry.unwrap().path();
            path.is_file() && fs::read(path).unwrap().windows(82).any(|bytes| bytes == wrapped)
        })
    };
    assert!(is_somewhere(), "the key was never there, so this proves nothing");
    store.erase(patient(1), audit("patient.erase", 1, None)).await.unwrap();
    assert!(!is_somewhere());
}

fn address_of(config: &mut Config) -> &mut String {
    match &mut config.database {
        Database::Postgres(address) => address,
        Database::Sqlite(_) | Database::SqliteInMemory => panic!("this is no PostgreSQL"),
    }
}

#[tokio::test]
async fn a_server_that_acknowledges_too_early_is_refused() {
    let site = Site::new(On::Postgres).await;
    let mut config = site.config();
    let address = address_of(&mut config);
    *address = address.replace("-c search_path", "-c synchronous_commit=off -c search_path");
    let said = Store::open(&config).await.unwrap_err().to_string();
    assert!(said.contains("before it is on the disk"), "{said}");
    *address_of(&mut config) = "host=/nowhere sslmode=require".to_owned();
    let said = Store::open(&config).await.unwrap_err().to_string();
    assert!(said.contains("cannot speak TLS"), "{said}");
}

#[tokio::test]
async fn a_version_that_cannot_be_read_is_an_error_and_not_a_guess() {
    let site = Site::new(On::Sqlite).await;
    let store = lived_in(&site).await;
    let hand = "UPDATE versions SET change = 9 WHERE version = 2";
    site.tamper(hand, hand).await;
    let said = store.version(document(2), Version::new(2).unwrap()).await.unwrap_err().to_string();
    assert_eq!(said, "cannot read a row of the database: a change is none of the four");
}
