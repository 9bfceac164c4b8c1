//! Many who want the same times at once: of those who want one resource exactly one gets it, nothing ever overlaps, and
//! whoever loses is told what else there is.
//!
//! The small contest runs every day on both databases. The large one, 64 clients on 200 days, is asked for by name:
//! `cargo test --release -p percuta-practice --test contest -- --ignored --nocapture`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; the large contest says how long it took"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use percuta_chart::{
    calendar::{Room, RoomKind, RoomNeed, ServiceFor, ServicePhase, Services, StaffNeed},
    person::{CameBy, Part},
    visit::{PhaseKind, Purpose, Visit},
};
use percuta_clinical::Rulebook;
use percuta_practice::{
    Actor, Cost, Ports, Practice,
    account::{Invitation, SetUp},
    patients::Entered,
    settings::{default_clinic, default_consent_form, default_prices},
    sites::first_calendar,
    visits::book::{Booking, Wanted},
};
use percuta_record::{DocumentId, Moment, PatientId};
use percuta_seal::{KeyRing, NoRandomness, chain::ChainId, key::SiteKey};
use percuta_store::{Config, Database, Store};
use tempfile::TempDir;
use zeroize::Zeroizing;

static BOOK: LazyLock<Arc<Rulebook>> = LazyLock::new(|| {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Arc::new(Rulebook::load(files.collect()).unwrap())
});

/// Saturday 21 November 2026, ten in the morning.
fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    for chunk in bytes.chunks_mut(8) {
        let value = NEXT.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        chunk.copy_from_slice(&value.to_le_bytes()[..chunk.len()]);
    }
    Ok(())
}

/// A server that lives as long as its standard input.
struct Server(Child);

fn postgres() -> (String, Server) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/throwaway-postgres.sh");
    let mut child = Command::new(script)
        .args(["-c", "fsync=off", "-c", "deadlock_timeout=100ms"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
    assert!(address.starts_with("host="), "no PostgreSQL server could be started for the test");
    (format!("{} dbname=postgres", address.trim()), Server(child))
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ended = self.0.wait();
    }
}

/// Processes at one record, its people and its patients.
struct Arena {
    processes: Vec<Arc<Practice>>,
    owner: Actor,
    patients: Vec<PatientId>,
    /// Resources of which there is one, and how many visits each of the others holds at once.
    capacity: BTreeMap<DocumentId, u16>,
    _folder: TempDir,
}

/// Both processes have the same site key.
fn constant(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    bytes.fill(9);
    Ok(())
}

async fn opened(database: &Database, folder: &Path, number: u8) -> Practice {
    let mut same = constant as fn(&mut [u8]) -> Result<(), NoRandomness>;
    let config = Config {
        database: database.clone(),
        blobs: folder.join("blobs"),
        chain: ChainId([number; 16]),
    };
    let ports = Ports {
        store: Store::open(&config).await.unwrap(),
        keys: KeyRing::new(SiteKey::generate(&mut same).unwrap()),
        book: Arc::clone(&BOOK),
        now,
        random,
        password_cost: Cost::CHEAP,
        is_demo: false,
    };
    Practice::open(ports).await.unwrap()
}

/// A visit that holds a seat, a room, an assistant, a practitioner and a pen, each for its own time.
fn services() -> Services {
    let phase = |kind, (min, max), room, staff| ServicePhase {
        kind,
        minutes_min: min,
        minutes_max: max,
        room,
        staff,
        device: None,
    };
    let (lead, help) = (Some(StaffNeed::Practitioner), Some(StaffNeed::Assistant));
    let bay = RoomNeed::In(RoomKind::Numbing);
    let mut services = first_calendar("Invented Skin", "Europe/London").services;
    services.services.retain(|service| service.purpose == ServiceFor::Consultation);
    services.services[0].phases = vec![
        phase(PhaseKind::Cleanse, (5, 5), bay, help),
        phase(PhaseKind::Numbing, (30, 45), RoomNeed::Same, None),
        phase(PhaseKind::Treatment, (35, 35), RoomNeed::In(RoomKind::Treatment), lead),
        phase(PhaseKind::Aftercare, (10, 10), RoomNeed::Same, help),
    ];
    services
}

async fn arena(database: Database, folder: TempDir, clients: usize, processes: u8) -> Arena {
    let first = Arc::new(opened(&database, folder.path(), 1).await);
    let mut calendar = first_calendar("Invented Skin", "Europe/London");
    calendar.services = services();
    calendar.room.turnover_min = 10;
    calendar.site.hours = (1..=7)
        .map(|weekday| percuta_chart::calendar::Hours { weekday, ..calendar.site.hours[0] })
        .collect();
    let given = SetUp {
        calendar,
        clinic: default_clinic("Invented Skin", "020 7946 0000", "Europe/London"),
        prices: default_prices(),
        consent_form: default_consent_form(),
        name: "Ines Invented".to_owned(),
        credentials: "MD".to_owned(),
        email: "ines@clinic.example".to_owned(),
        parts: BTreeSet::from([Part::MedicalLead]),
        qualifications: BTreeSet::from(["physician".to_owned()]),
        password: Zeroizing::new("correct horse battery".to_owned()),
    };
    let (_, cookie) = first.set_up(given).await.unwrap();
    let owner = first.who(&cookie).await.unwrap().unwrap();
    let site = first.first_site().await.unwrap().id;
    let bay = Room {
        name: "Numbing bay".to_owned(),
        site,
        kind: RoomKind::Numbing,
        capacity: 2,
        turnover_min: 5,
        blocked: Vec::new(),
        is_used: true,
    };
    let bay = first.add_room(&owner, &bay).await.unwrap();
    for (name, part) in [("Cy Invented", Part::Assistant), ("Di Invented", Part::Assistant)] {
        let given = Invitation {
            name: name.to_owned(),
            credentials: String::new(),
            email: format!("{}@clinic.example", &name[..2].to_lowercase()),
            parts: BTreeSet::from([part]),
            qualifications: BTreeSet::new(),
            depth_mm_max: None,
        };
        let link = first.invite(&owner, given).await.unwrap();
        let password = Zeroizing::new("correct horse battery".to_owned());
        first.accept(&link, name, password).await.unwrap();
    }
    let mut patients = Vec::new();
    for number in 0..clients {
        let entered = Entered {
            name: format!("Invented {number}"),
            born: "1990-05-31".to_owned(),
            ..Entered::default()
        };
        patients.push(first.enter_patient(&owner, &entered, CameBy::Clinic).await.unwrap());
    }
    let mut all = vec![first];
    for number in 2..=processes {
        all.push(Arc::new(opened(&database, folder.path(), number).await));
    }
    Arena { processes: all, owner, patients, capacity: BTreeMap::from([(bay, 2)]), _folder: folder }
}

/// What a contest came to.
#[derive(Debug, Default)]
struct Score {
    booked: usize,
    lost: usize,
    /// Days on which the one treatment room had exactly one winner.
    one_winner: usize,
}

/// On every day all clients want one of four times at once, each of which needs the one treatment room at 10:45: one of
/// them wins. Then the losers take what they are offered, at once again.
async fn contest(arena: &Arena, days: i64) -> Score {
    let mut score = Score::default();
    for day in 0..days {
        let begins = now().checked_add(SignedDuration::from_hours(24 * (day + 2))).unwrap();
        let wants = |client: usize| {
            let minutes = i64::try_from(client % 4).unwrap() * 5;
            Wanted::at(Purpose::Consultation, begins.checked_add(minutes.minutes()).unwrap(), None)
        };
        let firsts = arena.patients.iter().enumerate().map(|(client, patient)| {
            let practice = Arc::clone(&arena.processes[client % arena.processes.len()]);
            let (owner, patient, wanted) = (arena.owner.clone(), *patient, [wants(client)]);
            tokio::spawn(async move { practice.book_visits(&owner, patient, &wanted).await })
        });
        let mut offered = Vec::new();
        let mut won = 0;
        for (client, first) in firsts.collect::<Vec<_>>().into_iter().enumerate() {
            match first.await.unwrap().unwrap() {
                Booking::Done(ids) => won += ids.len(),
                Booking::Taken { purpose, next } => {
                    assert_eq!(purpose, Purpose::Consultation);
                    assert!(!next.is_empty(), "whoever loses is offered something");
                    offered.push((client, next));
                }
            }
        }
        assert_eq!(won, 1, "day {day}: one treatment room, one winner");
        score.one_winner += 1;
        score.booked += won;
        score.lost += offered.len();
        // Half of the losers take their first offer, which is much the same for all of them.
        let seconds = offered.into_iter().step_by(2).map(|(client, next)| {
            let practice = Arc::clone(&arena.processes[client % arena.processes.len()]);
            let owner = arena.owner.clone();
            let (patient, start) = (arena.patients[client], next.into_iter().next().unwrap());
            let wanted = [Wanted::start(Purpose::Consultation, &start)];
            tokio::spawn(async move { practice.book_visits(&owner, patient, &wanted).await })
        });
        for second in seconds.collect::<Vec<_>>() {
            match second.await.unwrap().unwrap() {
                Booking::Done(ids) => score.booked += ids.len(),
                Booking::Taken { .. } => score.lost += 1,
            }
        }
    }
    score
}

/// Everything that is held, examined apart: by what the visits say, minute by minute, and by the reservations.
async fn examined(arena: &Arena) -> usize {
    let practice = &arena.processes[0];
    let mut held: BTreeMap<DocumentId, Vec<(i64, i64)>> = BTreeMap::new();
    let mut visits = 0;
    for patient in &arena.patients {
        let story = practice.story(&arena.owner, *patient).await.unwrap();
        let mut own: Vec<(Timestamp, Timestamp)> = Vec::new();
        for visit in &story.visits {
            visits += 1;
            own.push((visit.from, visit.until));
            for (resource, span) in holds(visit) {
                held.entry(resource).or_default().push(span);
            }
        }
        own.sort_unstable();
        assert!(own.windows(2).all(|pair| pair[0].1 <= pair[1].0), "a patient is in two places");
    }
    for (resource, spans) in &held {
        let most = arena.capacity.get(resource).copied().unwrap_or(1);
        let mut marks: Vec<(i64, i32)> = Vec::new();
        for (from, until) in spans {
            marks.extend([(*from, 1), (*until, -1)]);
        }
        // At one moment the end comes before the beginning.
        marks.sort_unstable();
        let mut now = 0;
        for (_, step) in marks {
            now += step;
            assert!(now <= i32::from(most), "{resource} is held {now} times at once");
        }
    }
    let (all, mut by_place) = ((Moment(0), Moment(i64::MAX)), BTreeMap::<_, Vec<_>>::new());
    for one in practice.store().reserved(all.0, all.1, None).await.unwrap() {
        let place = one.place;
        by_place.entry((place.resource, place.place)).or_default().push((place.from, place.until));
    }
    for spans in by_place.values_mut() {
        spans.sort_unstable();
        assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "a place is reserved twice");
    }
    visits
}

/// What a visit holds when, with the turnover that this clinic has: ten minutes for the room, five for a seat.
fn holds(visit: &Visit) -> Vec<(DocumentId, (i64, i64))> {
    let mut rooms: BTreeMap<DocumentId, (i64, i64)> = BTreeMap::new();
    let mut held = Vec::new();
    for phase in &visit.phases {
        let span = (phase.from.as_second(), phase.until.as_second());
        if let Some(room) = phase.room {
            let turnover = if phase.kind <= PhaseKind::Numbing { 300 } else { 600 };
            let known = rooms.entry(room).or_insert((span.0, span.1 + turnover));
            known.1 = known.1.max(span.1 + turnover);
        }
        if let Some(staff) = phase.staff {
            held.push((percuta_chart::person::document_of_member(staff), span));
        }
    }
    held.extend(rooms);
    held
}

async fn small(database: Database, folder: TempDir) {
    let arena = arena(database, folder, 12, 2).await;
    let score = contest(&arena, 5).await;
    assert_eq!(examined(&arena).await, score.booked);
    assert!(score.booked > 5 && score.lost > 5, "{score:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_time_one_gets_it_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    small(Database::Sqlite(folder.path().join("store.sqlite")), folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_time_one_gets_it_on_postgresql() {
    let (address, _server) = postgres();
    small(Database::Postgres(address), tempfile::tempdir().unwrap()).await;
}

async fn large(name: &str, database: Database, folder: TempDir) {
    let began = std::time::Instant::now();
    let arena = arena(database, folder, 64, 2).await;
    let score = contest(&arena, 200).await;
    let visits = examined(&arena).await;
    assert_eq!(visits, score.booked);
    eprintln!("{name}: {score:?} in {:.0} s", began.elapsed().as_secs_f64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
#[ignore = "64 clients on 200 days; asked for by name"]
async fn sixty_four_clients_on_two_hundred_days_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    large("SQLite", Database::Sqlite(folder.path().join("store.sqlite")), folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
#[ignore = "64 clients on 200 days; asked for by name"]
async fn sixty_four_clients_on_two_hundred_days_on_postgresql() {
    let (address, _server) = postgres();
    large("PostgreSQL", Database::Postgres(address), tempfile::tempdir().unwrap()).await;
}
