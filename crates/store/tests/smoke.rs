//! The smallest path through a store.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper that fails is a test that fails"
)]
use percuta_record::*;
use percuta_store::*;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_first_version_is_written_and_read() {
    let folder = tempfile::tempdir().unwrap();
    for database in [Database::SqliteInMemory, Database::Sqlite(folder.path().join("a.sqlite"))] {
        let config =
            Config { database, blobs: folder.path().join("blobs"), chain: ChainId([7; 16]) };
        let store = Store::open(&config).await.unwrap();
        assert_eq!(store.give_key(Owner::Clinic, vec![1]).await.unwrap(), Given::New);
        let code = |text| Code::new(text).unwrap();
        let document = DocumentId::from_bytes([1; 16]);
        let commit = Commit {
            contribution: Contribution {
                id: ContributionId::from_bytes([1; 16]),
                by: PersonId::from_bytes([1; 16]),
                role: Role::Owner,
                at: Moment(1),
                why: code("a"),
                parents: vec![],
            },
            appends: vec![Append {
                document,
                kind: code("k"),
                owner: Owner::Clinic,
                expected: Expected::Nothing,
                change: Change::Write,
                form: 1,
                body: vec![1],
                references: BTreeSet::new(),
            }],
            tokens: vec![],
            jobs: vec![],
            reservations: vec![],
            audit: AuditEntry {
                by: None,
                at: Moment(1),
                action: code("a"),
                subject: Some((document, None)),
                outcome: code("done"),
            },
        };
        assert!(matches!(store.commit(commit.clone()).await.unwrap(), Answer::Done(_)));
        assert!(matches!(store.commit(commit).await.unwrap(), Answer::Repeated(_)));
        assert_eq!(store.heads_of(Owner::Clinic).await.unwrap()[0].body, vec![1]);
        assert_eq!(store.list(&code("k"), None, 5).await.unwrap().len(), 1);
        let query = AuditQuery {
            by: None,
            owner_or_subject: Some(About::Owner(Owner::Clinic)),
            before: None,
            limit: 9,
        };
        assert_eq!(store.audit(&query).await.unwrap().len(), 1);
        store.put_blob(BlobId::from_bytes([3; 16]), Owner::Clinic, vec![1, 2]).await.unwrap();
        assert_eq!(store.blob(BlobId::from_bytes([3; 16])).await.unwrap(), Some(vec![1, 2]));
        store.close().await.unwrap();
    }
}
