//! A statement fails, whichever: nothing half written is seen afterwards, nothing that was acknowledged is lost, and
//! what is sent again is done once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    dead_code,
    reason = "a helper that fails is a test that fails; not every helper is for every test"
)]

#[path = "support/made.rs"]
mod made;
#[path = "support/server.rs"]
mod server;

use std::collections::BTreeSet;

use made::{append, audit, begin, code, commit, document, head, patient, place, reserve, sixteen};
use percuta_record::{
    Answer, Change, Commit, JobId, Moment, NewJob, Owner, Target, Tokens, model::Model,
};
use percuta_store::{AuditQuery, FailPoint, Failing, Store, StoreError};
use server::{On, Site};

/// Commits that write something of every kind.
fn commits() -> Vec<Commit> {
    let owner = Owner::Patient(patient(1));
    let mut first = commit(1, vec![begin(1), append(2, owner, head(0), Change::Write)]);
    let tokens = BTreeSet::from([sixteen(1), sixteen(2)]);
    first.tokens = vec![Tokens { document: document(2), field: code("name"), tokens }];
    first.jobs = vec![NewJob {
        id: JobId::from_bytes(sixteen(1)),
        kind: code("remind"),
        document: document(2),
        from: Moment(5),
    }];
    first.reservations = vec![reserve(2, [place(1, 0, 10, 20)])];
    let mut second = commit(2, vec![append(2, owner, head(1), Change::Sign)]);
    second.appends[0].references = BTreeSet::from([Target::Document(document(1))]);
    second.reservations = vec![reserve(2, [place(1, 0, 15, 25), place(1, 1, 0, 5)])];
    let mut third = commit(3, vec![begin(3)]);
    third.reservations = vec![reserve(3, [place(1, 0, 20, 30)])];
    vec![first, second, third]
}

async fn ready(site: &Site, fail: FailPoint) -> Store {
    let store = Store::open_failing(&site.config(), fail).await.unwrap();
    for owner in [Owner::Clinic, Owner::Patient(patient(1))] {
        store.give_key(owner, vec![1]).await.unwrap();
    }
    store
}

/// What can be read, to be compared with the model.
async fn same(store: &Store, model: &Model) -> bool {
    for number in 1..4 {
        let found = store.history(document(number)).await.unwrap();
        if found.as_ref() != model.document(document(number)) {
            return false;
        }
    }
    let reserved = store.reserved(Moment(0), Moment(99), None).await.unwrap();
    let reserved: Vec<_> =
        reserved.into_iter().map(|found| (found.document, found.place)).collect();
    let query = AuditQuery { by: None, owner_or_subject: None, before: None, limit: 100 };
    let mut entries = store.audit(&query).await.unwrap();
    entries.reverse();
    let entries: Vec<_> = entries.into_iter().map(|row| row.entry).collect();
    let found = store.find(&code("name"), &BTreeSet::from([sixteen(1)]), None, 9).await.unwrap();
    reserved == model.reserved(Moment(0), Moment(99))
        && entries == model.audit()
        && found == model.find(&code("name"), &BTreeSet::from([sixteen(1)]), None, 9)
}

fn model() -> Model {
    let mut model = Model::default();
    model.give_key(Owner::Clinic);
    model.give_key(Owner::Patient(patient(1)));
    model
}

/// Sends the sample with a failure at one statement; gives whether the failure was met.
async fn fails_at(on: On, at: u64, failing: Failing) -> bool {
    let site = Site::new(on).await;
    let fail = FailPoint::default();
    let mut store = ready(&site, fail.clone()).await;
    let mut model = model();
    fail.arm(at, failing);
    let mut is_met = false;
    for commit in commits() {
        match store.commit(commit.clone()).await {
            Ok(answer) => assert_eq!(answer, model.commit(&commit), "at {at} {failing:?}"),
            Err(error) => {
                is_met = true;
                let without = model.clone();
                // The machine stops, and starts again.
                fail.arm(0, Failing::Once);
                if on != On::Memory && failing != Failing::Once {
                    drop(store);
                    store = Store::open_failing(&site.config(), fail.clone()).await.unwrap();
                }
                let is_unwritten = same(&store, &without).await;
                let expected = model.commit(&commit);
                let is_written = same(&store, &model).await;
                assert!(is_unwritten || is_written, "half written at {at} {failing:?}");
                if is_written {
                    let is_open = matches!(error, StoreError::Unsettled(_));
                    assert!(is_open, "written and told otherwise at {at} {failing:?}: {error:?}");
                }
                let again = store.commit(commit.clone()).await.unwrap();
                match (again, expected) {
                    (Answer::Repeated(made), Answer::Done(expected)) => {
                        assert!(is_written && made == expected);
                    }
                    (again, expected) => {
                        assert!(is_unwritten && again == expected, "at {at} {failing:?}");
                    }
                }
            }
        }
    }
    assert!(same(&store, &model).await, "lost at {at} {failing:?}");
    let report = store.verify(|_progress| {}).await.unwrap();
    assert!(report.faults.is_empty(), "at {at} {failing:?}: {:?}", report.faults);
    is_met
}

async fn fails_anywhere(on: On) {
    let site = Site::new(on).await;
    let fail = FailPoint::default();
    let store = ready(&site, fail.clone()).await;
    fail.arm(0, Failing::Once);
    for commit in commits() {
        assert!(matches!(store.commit(commit).await, Ok(Answer::Done(_))));
    }
    let statements = fail.seen();
    assert!(statements > 40, "the sample has only {statements} statements");
    for failing in [Failing::Once, Failing::ForGood, Failing::AnswerLost] {
        for at in 1..=statements {
            let is_met = fails_at(on, at, failing).await;
            assert!(is_met, "no failure was met at {at} {failing:?}");
        }
    }
}

#[tokio::test]
async fn sqlite_keeps_its_word_wherever_a_statement_fails() {
    fails_anywhere(On::Sqlite).await;
}

#[tokio::test]
async fn sqlite_in_memory_keeps_its_word_wherever_a_statement_fails() {
    // What is in memory is gone when the machine stops, so only the milder failure is asked.
    let site = Site::new(On::Memory).await;
    let fail = FailPoint::default();
    let store = ready(&site, fail.clone()).await;
    fail.arm(0, Failing::Once);
    for commit in commits() {
        store.commit(commit).await.unwrap();
    }
    for at in 1..=fail.seen() {
        assert!(fails_at(On::Memory, at, Failing::Once).await);
    }
}

#[tokio::test]
async fn postgres_keeps_its_word_wherever_a_statement_fails() {
    fails_anywhere(On::Postgres).await;
}

#[tokio::test]
async fn one_failed_act_does_not_undo_the_others_of_its_group() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let fail = FailPoint::default();
        let store = ready(&site, fail.clone()).await;
        for at in 1..60 {
            fail.arm(at, Failing::Once);
            let sent: Vec<_> = (0..6)
                .map(|number| {
                    let number = u32::try_from(at).unwrap() * 10 + number;
                    let store = store.clone();
                    let commit = commit(number, vec![begin(number)]);
                    tokio::spawn(async move { (number, store.commit(commit).await) })
                })
                .collect();
            for sent in sent {
                let (number, answer) = sent.await.unwrap();
                let head = store.head(document(number)).await.unwrap();
                match answer {
                    Ok(Answer::Done(_)) => assert!(head.is_some(), "acknowledged and lost"),
                    Ok(other) => panic!("{other:?}"),
                    Err(StoreError::Unsettled(_)) => {}
                    Err(_) => assert!(head.is_none(), "refused and written"),
                }
            }
        }
        fail.arm(0, Failing::Once);
        store.note(vec![audit("site.check", 1, None)]).await.unwrap();
        let report = store.verify(|_progress| {}).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }
}
