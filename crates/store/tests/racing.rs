//! Several processes write at once to one database: of those who want the same, one gets it, and the others are told.
//! Each store here is opened for itself, as each process would.

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

use made::{append, begin, code, commit, document, head, patient, place, reserve, sixteen};
use percuta_record::{
    Answer, Change, Commit, JobId, Moment, NewJob, Owner, Reason, Refusal, model::Erasure,
};
use percuta_store::Store;
use server::{On, Site};

const WRITERS: u32 = 6;

async fn stores(site: &Site) -> Vec<Store> {
    let mut stores = Vec::new();
    for _ in 0..WRITERS {
        stores.push(Store::open(&site.config()).await.unwrap());
    }
    stores[0].give_key(Owner::Clinic, vec![1]).await.unwrap();
    stores
}

/// Sends one commit from each store at the same time.
async fn all_at_once(stores: &[Store], commits: Vec<Commit>) -> Vec<Answer> {
    let sent: Vec<_> = stores
        .iter()
        .cloned()
        .zip(commits)
        .map(|(store, commit)| tokio::spawn(async move { store.commit(commit).await.unwrap() }))
        .collect();
    let mut answers = Vec::new();
    for sent in sent {
        answers.push(sent.await.unwrap());
    }
    answers
}

fn done(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| matches!(answer, Answer::Done(_))).count()
}

async fn is_whole(store: &Store) {
    let report = store.verify(|_progress| {}).await.unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

async fn one_gets_the_place(on: On) {
    let site = Site::new(on).await;
    let stores = stores(&site).await;
    stores[0].commit(commit(1, vec![begin(1)])).await.unwrap();
    for round in 1..12 {
        let commits = (0..WRITERS).map(|writer| {
            let number = round * 100 + writer;
            let from = i64::from(round * 100 + writer);
            let mut commit = commit(number, vec![begin(number)]);
            // Each begins a little later than the one before, and all overlap.
            commit.reservations = vec![reserve(number, [place(1, 0, from, from + 20)])];
            commit
        });
        let answers = all_at_once(&stores, commits.collect()).await;
        assert_eq!(done(&answers), 1, "{answers:?}");
        for answer in answers {
            match answer {
                Answer::Done(_) => {}
                Answer::Refused(refused) => {
                    assert!(matches!(refused.why, Reason::Taken { .. }), "{refused:?}");
                }
                Answer::Repeated(_) => panic!("every contribution is new"),
            }
        }
    }
    is_whole(&stores[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_writers_who_want_one_place_one_gets_it() {
    one_gets_the_place(On::Sqlite).await;
    one_gets_the_place(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_reservations_may_touch_and_a_freed_place_is_free() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let store = Store::open(&site.config()).await.unwrap();
        store.give_key(Owner::Clinic, vec![1]).await.unwrap();
        let mut first = commit(1, vec![begin(1), begin(2)]);
        first.reservations =
            vec![reserve(2, [place(1, 0, 10, 20), place(1, 0, 20, 30), place(1, 1, 10, 20)])];
        assert!(matches!(store.commit(first).await.unwrap(), Answer::Done(_)));
        let found = store.reserved(Moment(20), Moment(21), Some(document(1))).await.unwrap();
        assert_eq!(found.len(), 1);
        let mut freed = commit(2, vec![begin(3)]);
        freed.reservations = vec![reserve(2, []), reserve(3, [place(1, 0, 15, 25)])];
        assert!(matches!(store.commit(freed).await.unwrap(), Answer::Done(_)));
        assert_eq!(store.reserved(Moment(0), Moment(99), None).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_database_itself_refuses_an_overlap() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let store = Store::open(&site.config()).await.unwrap();
        store.give_key(Owner::Clinic, vec![1]).await.unwrap();
        let mut first = commit(1, vec![begin(1)]);
        first.reservations = vec![reserve(1, [place(1, 0, 10, 20)])];
        store.commit(first).await.unwrap();
        let insert = |blob: &str| {
            format!(
                "INSERT INTO reservations (resource, place, begins, ends, document) \
                 SELECT resource, place, 19, 21, document FROM reservations WHERE place = {blob}"
            )
        };
        let by_hand = site.try_by_hand(&insert("0")).await;
        assert!(by_hand.is_err(), "an overlap was taken on {on:?}");
        let beside = insert("0").replace("19, 21", "20, 21");
        assert!(site.try_by_hand(&beside).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_writers_who_saw_one_head_one_goes_on() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let stores = stores(&site).await;
        // A new document, then a known one.
        for round in 0..8 {
            let commits = (0..WRITERS).map(|writer| {
                let expected = head(round);
                let append = append(1, Owner::Clinic, expected, Change::Write);
                commit(round * 100 + writer + 1, vec![append])
            });
            let answers = all_at_once(&stores, commits.collect()).await;
            assert_eq!(done(&answers), 1, "round {round} on {on:?}: {answers:?}");
            let conflicts = answers.iter().filter(|answer| {
                matches!(answer, Answer::Refused(refused)
                    if matches!(refused.why, Reason::Change(Refusal::Conflict { .. })))
            });
            assert_eq!(conflicts.count() + 1, answers.len());
        }
        is_whole(&stores[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_contribution_sent_from_everywhere_is_done_once() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let stores = stores(&site).await;
        for round in 1..8 {
            let commits = (0..WRITERS).map(|_| commit(round, vec![begin(round)])).collect();
            let answers = all_at_once(&stores, commits).await;
            assert_eq!(done(&answers), 1);
            let repeated = answers.iter().filter(|answer| matches!(answer, Answer::Repeated(_)));
            assert_eq!(repeated.count() + 1, answers.len());
        }
        is_whole(&stores[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_who_take_documents_in_different_orders_all_end() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let stores = stores(&site).await;
        stores[0].commit(commit(1, (1..4).map(begin).collect())).await.unwrap();
        for round in 0..10 {
            let commits = (0..WRITERS).map(|writer| {
                let mut numbers = [1, 2, 3];
                numbers.rotate_left(usize::try_from(writer % 3).unwrap());
                let appends = numbers
                    .map(|number| append(number, Owner::Clinic, head(round + 1), Change::Write));
                commit(round * 100 + writer + 10, appends.to_vec())
            });
            let answers = all_at_once(&stores, commits.collect()).await;
            assert_eq!(done(&answers), 1, "{answers:?}");
        }
        is_whole(&stores[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_in_one_hand_at_a_time() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let stores = stores(&site).await;
        let mut first = commit(1, vec![begin(1)]);
        first.jobs = (0..20)
            .map(|number| NewJob {
                id: JobId::from_bytes(sixteen(number)),
                kind: code("remind"),
                document: document(1),
                from: Moment(1),
            })
            .collect();
        stores[0].commit(first).await.unwrap();
        let hands: Vec<_> = stores
            .iter()
            .cloned()
            .map(|store| {
                tokio::spawn(async move {
                    let mut claimed = Vec::new();
                    while let Some(claim) =
                        store.claim(&code("remind"), Moment(5), Moment(10)).await.unwrap()
                    {
                        claimed.push(claim.id);
                    }
                    claimed
                })
            })
            .collect();
        let mut all = Vec::new();
        for hand in hands {
            all.extend(hand.await.unwrap());
        }
        all.sort_unstable();
        let expected: Vec<_> = (0..20).map(|number| JobId::from_bytes(sixteen(number))).collect();
        assert_eq!(all, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_for_a_patient_who_is_being_erased() {
    for on in [On::Sqlite, On::Postgres] {
        let site = Site::new(on).await;
        let stores = stores(&site).await;
        for round in 1..10 {
            let owner = Owner::Patient(patient(round));
            stores[0].give_key(owner, vec![1]).await.unwrap();
            let erasing = stores[5].clone();
            let entry = made::audit("patient.erase", 1, None);
            let erased =
                tokio::spawn(async move { erasing.erase(patient(round), entry).await.unwrap() });
            let commits = (0..5).map(|writer| {
                let number = round * 100 + writer;
                let mut commit =
                    commit(number, vec![append(number, owner, head(0), Change::Write)]);
                commit.jobs = vec![NewJob {
                    id: JobId::from_bytes(sixteen(number)),
                    kind: code("remind"),
                    document: document(number),
                    from: Moment(1),
                }];
                commit
            });
            let answers = all_at_once(&stores[..5], commits.collect()).await;
            let Erasure::Done { documents } = erased.await.unwrap() else { panic!("not erased") };
            assert_eq!(done(&answers), documents);
        }
        // Every job of an erased patient is gone, whoever was first.
        assert_eq!(stores[0].claim(&code("remind"), Moment(5), Moment(9)).await.unwrap(), None);
        is_whole(&stores[0]).await;
    }
}
