//! What the pages of the record cost: a patient's story and the day, through the same router that serves them, beside
//! the floor of the store's reading. For the figures in `bench/record`; no part of the program.
//!
//! ```text
//! record_cost FOLDER [REQUESTS]     the demo's clinic in memory, and in a file with a thousand patients in all
//! ```
//!
//! It lives through the demo's own past, so that a story is one that people could have. CPU is that of all threads of
//! the process, the writer of the audit among them, as Linux counts it.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a tool for one's own hands: it speaks, looks at the clock and stops at the first thing that is wrong"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use percuta_chart::person::CameBy;
use percuta_clinical::Rulebook;
use percuta_practice::{Actor, Cost, Ports, Practice, patients::Entered};
use percuta_record::{Owner, PatientId};
use percuta_seal::{KeyRing, NoRandomness, SiteKey};
use percuta_store::{ChainId, Config, Database, Store};
use percuta_web::{
    Site,
    rooms::{Rooms, Settings, demo::Way},
};
use serde_json::json;
use tower::ServiceExt as _;
use zeroize::Zeroizing;

#[path = "../src"]
mod src {
    pub(crate) mod demo;
}

use src::demo;

/// What the demo asks of the program's root.
mod record {
    use percuta_seal::NoRandomness;

    use super::Failure;

    pub(crate) fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_unavailable| NoRandomness)
    }

    pub(crate) fn unusable(what: &str, error: &dyn std::error::Error) -> Failure {
        Failure::unusable(format!("cannot {what}: {error}: {:?}", error.source()))
    }
}

/// The clock.
mod serve {
    pub(crate) fn now() -> jiff::Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the clock of a tool")]
        jiff::Timestamp::now()
    }
}

/// Why the demo could not be made.
pub(crate) struct Failure(String);

impl Failure {
    fn unusable(says: impl Into<String>) -> Self {
        Self(says.into())
    }
}

/// Patients in the large record.
const PATIENTS: usize = 1_000;
/// The demo's own.
const DEMO_PATIENTS: usize = 60;
/// Requests that are not measured.
const WARM: u32 = 50;
/// No page is larger.
const PAGE_BYTES_MAX: usize = 16 << 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, requests) = match arguments.as_slice() {
        [folder] => (PathBuf::from(folder), 2_000),
        [folder, requests] => (PathBuf::from(folder), requests.parse().unwrap()),
        _ => panic!("record_cost FOLDER [REQUESTS]"),
    };
    fs::create_dir_all(&folder).unwrap();
    // As `percuta serve` is built.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        println!("the demo, in memory");
        let clinic = Filled::new(Database::SqliteInMemory, &folder.join("demo-blobs")).await;
        clinic.measure(requests).await;
        println!("{PATIENTS} patients, in a file");
        let file = folder.join("record.sqlite");
        assert!(!file.exists(), "`{}` is there already", file.display());
        let clinic = Filled::new(Database::Sqlite(file.clone()), &folder.join("blobs")).await;
        clinic.take_in(PATIENTS - DEMO_PATIENTS).await;
        clinic.measure(requests).await;
        clinic.rooms.practice.store().close().await.unwrap();
        println!("  {} bytes of record", fs::metadata(file).unwrap().len());
    });
}

/// A clinic that was lived in.
struct Filled {
    rooms: Arc<Rooms>,
    app: Router,
    cookie: String,
    practitioner: Actor,
    desk: Actor,
    shown: PatientId,
}

impl Filled {
    async fn new(database: Database, blobs: &Path) -> Self {
        let files = percuta_rulebook::FILES.iter();
        let files = files.map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let book = Arc::new(Rulebook::load(files.collect()).unwrap());
        let mut chain = [0; 16];
        record::random(&mut chain).unwrap();
        let config = Config { database, blobs: blobs.to_owned(), chain: ChainId(chain) };
        let random = record::random as fn(&mut [u8]) -> Result<(), NoRandomness>;
        let mut draw = random;
        let ports = Ports {
            store: Store::open(&config).await.unwrap(),
            keys: KeyRing::new(SiteKey::generate(&mut draw).unwrap()),
            book: Arc::clone(&book),
            now: demo::now,
            random,
            password_cost: Cost::CHEAP,
            is_demo: true,
        };
        let practice = Practice::open(ports).await.unwrap();
        let filled = demo::fill(&practice).await;
        let people = filled.unwrap_or_else(|failure| panic!("{}", failure.0));
        let ways: Vec<&Way> = people.people.iter().map(|person| &person.way).collect();
        let shown = ways.iter().find_map(|way| match way {
            Way::Patient(patient) => Some(*patient),
            Way::Password { .. } => None,
        });
        let secret = practice.sign_in("ben@linden.example", password(), "here").await.unwrap();
        let practitioner = practice.who(&secret).await.unwrap().unwrap();
        let desk = practice.sign_in("fay@linden.example", password(), "here").await.unwrap();
        let desk = practice.who(&desk).await.unwrap().unwrap();
        let site =
            Arc::new(Site::new(book, || serve::now().to_zoned(jiff::tz::TimeZone::UTC).date()));
        let rooms = Arc::new(Rooms { site, practice, settings: Settings::default() });
        let app = percuta_web::rooms::app(&rooms);
        let cookie = format!("percuta={}", secret.reveal());
        Self { rooms, app, cookie, practitioner, desk, shown: shown.unwrap() }
    }

    /// Others who came, were entered and answered, and whom the rulebook screened.
    async fn take_in(&self, count: usize) {
        let practice = &self.rooms.practice;
        for number in 0..count {
            let born =
                format!("{}-{:02}-{:02}", 1960 + number % 40, 1 + number % 12, 1 + number % 28);
            let entered = Entered {
                name: format!("Sample{number} Person{}", number % 37),
                telephone: format!("07700 9{number:05}"),
                born: born.clone(),
                ..Entered::default()
            };
            let patient =
                practice.enter_patient(&self.desk, &entered, CameBy::Clinic).await.unwrap();
            let intake = json!({
                "as_of": "2026-01-01",
                "patient": { "birth_date": born, "sex": "female", "pregnancy": "no", "breastfeeding": "no", "phototype": 2 },
                "request": { "modality": "pen", "concern": "acne-scar", "region": "cheek" }
            });
            let form = (None, Vec::new());
            practice.send_intake(&self.practitioner, patient, form, intake).await.unwrap();
        }
    }

    async fn get(&self, path: &str) -> (StatusCode, usize) {
        let request =
            Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty()).unwrap();
        let answer = self.app.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, to_bytes(answer.into_body(), PAGE_BYTES_MAX).await.unwrap().len())
    }

    async fn measure(&self, requests: u32) {
        let practice = &self.rooms.practice;
        let owner = Owner::Patient(self.shown);
        let documents = practice.store().heads_of(owner).await.unwrap().len();
        let day = practice.day(&self.practitioner, None).await.unwrap();
        println!("  {documents} documents of the patient, {} visits today", day.visits.len());
        let mut took = Took::begin();
        for count in 0..requests + WARM {
            took = if count == WARM { Took::begin() } else { took };
            assert_eq!(practice.store().heads_of(owner).await.unwrap().len(), documents);
        }
        took.say("floor: the patient's heads, sealed", requests, 0);
        let story = format!("/patients/{}", self.shown);
        for (what, path) in [("a patient's story", story.as_str()), ("the day", "/today")] {
            let mut bytes = 0;
            for count in 0..requests + WARM {
                took = if count == WARM { Took::begin() } else { took };
                let (status, length) = self.get(path).await;
                assert_eq!(status, StatusCode::OK, "{what}");
                bytes = length;
            }
            took.say(what, requests, bytes);
        }
    }
}

fn password() -> Zeroizing<String> {
    Zeroizing::new(demo::PASSWORD.to_owned())
}

/// Since when something is measured.
struct Took {
    began: Instant,
    cpu: u64,
}

impl Took {
    fn begin() -> Self {
        Self { began: Instant::now(), cpu: cpu_nanos() }
    }

    fn say(&self, what: &str, requests: u32, bytes: usize) {
        let each = u64::from(requests) * 1_000;
        let cpu = (cpu_nanos() - self.cpu) / each;
        let whole = u64::try_from(self.began.elapsed().as_nanos()).unwrap() / each;
        println!("  {what}: {cpu} µs of CPU, {whole} µs until it is there, {bytes} bytes");
    }
}

/// What this process has used, with the threads that have ended; Linux counts it in hundredths of a second.
fn cpu_nanos() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The second field, the name, may hold blanks; it ends with the last bracket.
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap() * 10_000_000).sum()
}
