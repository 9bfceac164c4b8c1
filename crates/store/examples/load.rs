//! Writes to a store as fast as it can, checks what was acknowledged, and measures. For `scripts/kill-under-load.sh` and
//! for the figures in `bench/store`; no part of the program.
//!
//! ```text
//! load write   DATABASE BLOBS ROUND   writes until it is killed; a line for each contribution that was acknowledged
//! load check   DATABASE BLOBS LINES   every line of the file is there, and the whole store is sound
//! load measure DATABASE BLOBS         writes a second, the cost of a reading, what audit costs
//! load year    DATABASE BLOBS         a clinic's year: 1,000 acts a day, each in the audit before it is answered
//! ```
//!
//! A DATABASE is the path of an SQLite file, or the address of a PostgreSQL database (`host=…`).

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a tool for one's own hands: it speaks, looks at the clock and stops at the first thing that is wrong"
)]

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use percuta_record::{
    Answer, Append, AuditEntry, Change, Code, Commit, Contribution, ContributionId, DocumentId,
    Expected, JobId, Moment, NewJob, Owner, PatientId, PersonId, Place, Reservations, Role, Tokens,
};
use percuta_store::{About, AuditQuery, ChainId, Config, Database, Store};

const WRITERS: u64 = 32;
const BODY_BYTES: usize = 2048;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, database, blobs, rest @ ..] = arguments.as_slice() else {
        panic!("load write|check|measure|year DATABASE BLOBS [ROUND|LINES]");
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(database, blobs).await;
        match (what.as_str(), rest) {
            ("write", [round]) => write(&store, round.parse().unwrap()).await,
            ("check", [lines]) => check(&store, lines).await,
            ("measure", []) => measure(&store, database).await,
            ("year", []) => year(&store, database).await,
            _ => panic!("load write|check|measure|year DATABASE BLOBS [ROUND|LINES]"),
        }
    });
}

async fn open(database: &str, blobs: &str) -> Store {
    let database = if database.starts_with("host=") {
        Database::Postgres(database.to_owned())
    } else {
        Database::Sqlite(PathBuf::from(database))
    };
    let mut chain = [0; 16];
    std::io::Read::read_exact(&mut fs::File::open("/dev/urandom").unwrap(), &mut chain).unwrap();
    let config = Config { database, blobs: PathBuf::from(blobs), chain: ChainId(chain) };
    let store = Store::open(&config).await.unwrap();
    for owner in [Owner::Clinic, Owner::Patient(patient())] {
        store.give_key(owner, vec![1]).await.unwrap();
    }
    store
}

fn patient() -> PatientId {
    PatientId::from_bytes([5; 16])
}

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

fn sixteen(number: u64) -> [u8; 16] {
    // Spread as random ids are, so that the pages of the tables are met as in life.
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bytes: Vec<u8> = spread.to_be_bytes().into_iter().chain(number.to_be_bytes()).collect();
    bytes.try_into().unwrap()
}

fn body(number: u64) -> Vec<u8> {
    number.to_be_bytes().repeat(BODY_BYTES / 8)
}

fn note(number: u64) -> AuditEntry {
    AuditEntry {
        by: Some(PersonId::from_bytes([1; 16])),
        at: Moment(i64::try_from(number).unwrap()),
        action: code("document.write"),
        subject: Some((DocumentId::from_bytes(sixteen(number)), None)),
        outcome: code("done"),
    }
}

fn commit(number: u64, owner: Owner) -> Commit {
    let document = DocumentId::from_bytes(sixteen(number));
    let at = i64::try_from(number).unwrap();
    Commit {
        contribution: Contribution {
            id: ContributionId::from_bytes(sixteen(number)),
            by: PersonId::from_bytes([1; 16]),
            role: Role::Practitioner,
            at: Moment(at),
            why: code("entry"),
            parents: Vec::new(),
        },
        appends: vec![Append {
            document,
            kind: code("visit"),
            owner,
            expected: Expected::Nothing,
            change: Change::Write,
            form: 1,
            body: body(number),
            references: BTreeSet::new(),
        }],
        tokens: Vec::new(),
        jobs: Vec::new(),
        reservations: Vec::new(),
        audit: note(number),
    }
}

/// The same with tokens, a job and a reservation.
fn full_commit(number: u64) -> Commit {
    let mut commit = commit(number, Owner::Clinic);
    let document = DocumentId::from_bytes(sixteen(number));
    let tokens = (0..8).map(|nth| sixteen(number * 8 + nth)).collect();
    commit.tokens = vec![Tokens { document, field: code("name"), tokens }];
    commit.jobs = vec![NewJob {
        id: JobId::from_bytes(sixteen(number)),
        kind: code("remind"),
        document,
        from: Moment(1),
    }];
    let from = Moment(i64::try_from(number).unwrap());
    let place = Place { resource: document, place: 0, from, until: Moment(from.0 + 1) };
    commit.reservations = vec![Reservations { document, places: BTreeSet::from([place]) }];
    commit
}

/// Writes from many tasks at once until the process is killed.
async fn write(store: &Store, round: u64) {
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for nth in 0.. {
                    let number = (round * WRITERS + writer) * 1_000_000 + nth;
                    let answer = store.commit(full_commit(number)).await.unwrap();
                    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
                    // One write to the file for each line: a killed process loses none that was written.
                    let mut out = std::io::stdout().lock();
                    out.write_all(format!("{number}\n").as_bytes()).unwrap();
                    out.flush().unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn check(store: &Store, lines: &str) {
    let mut acknowledged = 0;
    for line in fs::read_to_string(lines).unwrap().lines() {
        let number: u64 = line.parse().unwrap();
        let document = DocumentId::from_bytes(sixteen(number));
        let Some(head) = store.head(document).await.unwrap() else {
            panic!("contribution {number} was acknowledged and is lost");
        };
        assert!(head.body == body(number), "contribution {number} reads otherwise");
        acknowledged += 1;
    }
    let report = store.verify(|_progress| {}).await.unwrap();
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    println!(
        "{acknowledged} acknowledged, all there; {} written; {} audit entries in {} chains; sound",
        report.documents, report.entries, report.chains
    );
}

async fn measure(store: &Store, database: &str) {
    for writers in [1, 8, 32, 128] {
        let (count, seconds) = write_for(store, writers, Duration::from_secs(4)).await;
        println!("{writers} writers: {:.0} contributions a second", per_second(count, seconds));
    }
    for nth in 0..15 {
        let number = 900_000_000 + nth;
        store.commit(commit(number, Owner::Patient(patient()))).await.unwrap();
    }
    let rounds = 5000;
    for is_measured in [false, true] {
        let (began, cpu) = (Instant::now(), cpu_nanos());
        for _ in 0..rounds {
            assert_eq!(store.heads_of(Owner::Patient(patient())).await.unwrap().len(), 15);
        }
        if is_measured {
            let wall = began.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
            println!(
                "heads_of a patient with 15 documents: {:.1} µs of CPU here, {wall:.1} µs in all",
                cpu.zip(cpu_nanos()).map_or(f64::NAN, |(before, after)| (after - before) / 1e3)
                    / f64::from(rounds)
            );
        }
    }
    measure_audit(store, database).await;
}

async fn measure_audit(store: &Store, database: &str) {
    let before = size(database);
    let (began, entries) = (Instant::now(), 200_000_u64);
    let mut number = 2_000_000_000;
    for _ in 0..entries / 50 {
        let page: Vec<AuditEntry> = (0..50).map(|nth| note(number + nth)).collect();
        number += 50;
        store.note(page).await.unwrap();
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("audit: {:.0} entries a second, noted 50 at a time", per_second(entries, seconds));
    if let (Some(before), Some(after)) = (before, size(database)) {
        println!("audit: {} bytes an entry, indexes included", (after - before) / entries);
    }
    let began = Instant::now();
    let report = store.verify(|_progress| {}).await.unwrap();
    assert!(report.faults.is_empty());
    println!(
        "verify: {:.1} s for {} documents and {} audit entries",
        began.elapsed().as_secs_f64(),
        report.documents,
        report.entries
    );
}

/// The days of a year, and what is done on each: readings and writings, by so many at once.
const DAYS: u64 = 365;
const READS: u64 = 850;
const WRITES: u64 = 150;
const DESKS: u64 = 6;
const DAY_MICROS: u64 = 86_400_000_000;

/// What somebody did at a moment of the year: one of thirty people, to one of the documents that are there.
fn act(day: u64, nth: u64, documents: u64) -> AuditEntry {
    let number = day * (READS + WRITES) + nth;
    let at = day * DAY_MICROS + nth * (DAY_MICROS / (READS + WRITES));
    let subject = DocumentId::from_bytes(sixteen(number.wrapping_mul(7919) % documents));
    AuditEntry {
        by: Some(PersonId::from_bytes(sixteen(number % 30))),
        at: Moment(i64::try_from(at).unwrap()),
        action: code(if nth < READS { "patient.open" } else { "visit.write" }),
        subject: Some((subject, None)),
        outcome: code("done"),
    }
}

/// First the writings of a year, then its readings, so that what each costs is seen apart.
async fn year(store: &Store, database: &str) {
    let empty = size(database);
    let documents = DAYS * WRITES;
    let (began, cpu) = (Instant::now(), process_nanos());
    each_day(store, WRITES, move |store, day, nth| async move {
        let mut commit = commit(day * WRITES + nth, Owner::Clinic);
        commit.audit = act(day, READS + nth, documents);
        commit.audit.subject = Some((commit.appends[0].document, None));
        let answer = store.commit(commit).await.unwrap();
        assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    })
    .await;
    say_year("writings", documents, began, cpu, (empty, size(database)));
    let written = size(database);
    let (began, cpu) = (Instant::now(), process_nanos());
    each_day(store, READS, move |store, day, nth| async move {
        store.note(vec![act(day, nth, documents)]).await.unwrap();
    })
    .await;
    say_year("readings", DAYS * READS, began, cpu, (written, size(database)));
    let about = Some(About::Document(DocumentId::from_bytes(sixteen(7))));
    let by = Some(PersonId::from_bytes(sixteen(3)));
    for (what, by, owner_or_subject) in [
        ("the newest fifty", None, None),
        ("fifty of a person", by, None),
        ("fifty on a document", None, about),
        ("fifty of a person on a document", by, about),
    ] {
        let query = AuditQuery { by, owner_or_subject, before: None, limit: 50 };
        let began = Instant::now();
        for _ in 0..200 {
            store.audit(&query).await.unwrap();
        }
        println!("{what}: {:.0} µs", began.elapsed().as_secs_f64() * 1e6 / 200.0);
    }
    let began = Instant::now();
    let report = store.verify_audit().await.unwrap();
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    let seconds = began.elapsed().as_secs_f64();
    println!("verify, the audit alone: {seconds:.1} s for {} entries", report.entries);
    let began = Instant::now();
    let report = store.verify(|_progress| {}).await.unwrap();
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    println!("verify, all of it: {:.1} s", began.elapsed().as_secs_f64());
}

/// So many acts on each day of the year, shared among the desks, which work at once; a day ends when all have ended it.
async fn each_day<A, F>(store: &Store, acts: u64, act: A)
where
    A: Fn(Store, u64, u64) -> F + Copy + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    for day in 0..DAYS {
        let desks: Vec<_> = (0..DESKS)
            .map(|desk| {
                let store = store.clone();
                tokio::spawn(async move {
                    for nth in (0..acts).filter(|nth| nth % DESKS == desk) {
                        act(store.clone(), day, nth).await;
                    }
                })
            })
            .collect();
        for desk in desks {
            desk.await.unwrap();
        }
    }
}

fn say_year(
    what: &str,
    count: u64,
    began: Instant,
    cpu: u64,
    (before, after): (Option<u64>, Option<u64>),
) {
    let each = (process_nanos() - cpu) / count / 1_000;
    let seconds = began.elapsed().as_secs_f64();
    let bytes = before.zip(after).map_or("not measured".to_owned(), |(before, after)| {
        format!("{} bytes each, {} MB in all", (after - before) / count, (after - before) >> 20)
    });
    println!("{count} {what}: {each} µs of CPU each here, {seconds:.0} s; {bytes}");
}

/// What all threads of this process have used; Linux counts it in hundredths of a second.
fn process_nanos() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap() * 10_000_000).sum()
}

static NEXT: AtomicU64 = AtomicU64::new(1);

async fn write_for(store: &Store, writers: u64, length: Duration) -> (u64, f64) {
    let count = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let (store, count) = (store.clone(), Arc::clone(&count));
            tokio::spawn(async move {
                while began.elapsed() < length {
                    let number = NEXT.fetch_add(1, Ordering::Relaxed);
                    let answer = store.commit(commit(number, Owner::Clinic)).await.unwrap();
                    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    (count.load(Ordering::Relaxed), began.elapsed().as_secs_f64())
}

fn per_second(count: u64, seconds: f64) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / seconds
}

/// What this thread has used of a processor, where the system tells.
fn cpu_nanos() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// The bytes of an SQLite database, its log included.
fn size(database: &str) -> Option<u64> {
    let file = fs::metadata(database).ok()?.len();
    let log = fs::metadata(format!("{database}-wal")).map_or(0, |log| log.len());
    Some(file + log)
}
