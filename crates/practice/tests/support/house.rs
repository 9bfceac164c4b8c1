//! A clinic in memory, its people and its patients, all invented, on a clock that a test sets.

use std::{
    cell::Cell,
    collections::BTreeSet,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use percuta_chart::person::{CameBy, Part};
use percuta_clinical::Rulebook;
use percuta_practice::{
    Actor, Cost, Ports, Practice,
    account::{Invitation, Secret, SetUp},
    patients::Entered,
    settings::{default_clinic, default_consent_form, default_prices},
    sites::first_calendar,
};
use percuta_record::PatientId;
use percuta_seal::{KeyRing, NoRandomness, chain::ChainId, key::SiteKey};
use percuta_store::{Config, Database, Store};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// Everybody's password here.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The rulebook that ships.
pub(crate) static BOOK: LazyLock<Arc<Rulebook>> = LazyLock::new(|| {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Arc::new(Rulebook::load(files.collect()).unwrap())
});

thread_local! {
    /// Saturday 21 November 2026, ten in the morning in London.
    static NOW: Cell<i64> = const { Cell::new(1_795_255_200) };
}

/// What time it is in this test.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(NOW.get()).unwrap()
}

/// Lets time pass.
pub(crate) fn pass(time: SignedDuration) {
    NOW.set(NOW.get() + time.as_secs());
}

fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    for chunk in bytes.chunks_mut(8) {
        let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for (byte, drawn) in chunk.iter_mut().zip(next.to_be_bytes()) {
            *byte = drawn;
        }
    }
    Ok(())
}

/// A clinic.
pub(crate) struct House {
    /// Its use cases.
    pub(crate) practice: Practice,
    /// Its owner, who is its medical lead as well.
    pub(crate) owner: Actor,
    /// The owner's cookie.
    pub(crate) cookie: Secret,
    /// Where its files would be.
    pub(crate) folder: TempDir,
}

impl House {
    /// Sets up a clinic.
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut chain = [0; 16];
        random(&mut chain).unwrap();
        let config = Config {
            database: Database::SqliteInMemory,
            blobs: folder.path().to_owned(),
            chain: ChainId(chain),
        };
        let mut source = random as fn(&mut [u8]) -> Result<(), NoRandomness>;
        let ports = Ports {
            store: Store::open(&config).await.unwrap(),
            keys: KeyRing::new(SiteKey::generate(&mut source).unwrap()),
            book: Arc::clone(&BOOK),
            now,
            random,
            password_cost: Cost::CHEAP,
            is_demo: false,
        };
        let practice = Practice::open(ports).await.unwrap();
        let given = SetUp {
            calendar: first_calendar("Invented Skin", "Europe/London"),
            clinic: default_clinic("Invented Skin", "020 7946 0000", "Europe/London"),
            prices: default_prices(),
            consent_form: default_consent_form(),
            name: "Ines Invented".to_owned(),
            credentials: "MD".to_owned(),
            email: "ines@clinic.example".to_owned(),
            parts: BTreeSet::from([Part::MedicalLead]),
            qualifications: BTreeSet::from(["physician".to_owned()]),
            password: password(),
        };
        let (_, cookie) = practice.set_up(given).await.unwrap();
        let owner = practice.who(&cookie).await.unwrap().unwrap();
        Self { practice, owner, cookie, folder }
    }

    /// Somebody who plays one part, with their cookie.
    pub(crate) async fn member(&self, part: Part) -> (Actor, Secret) {
        let given = invitation(part);
        let name = given.name.clone();
        let link = self.practice.invite(&self.owner, given).await.unwrap();
        let cookie = self.practice.accept(&link, &name, password()).await.unwrap();
        (self.practice.who(&cookie).await.unwrap().unwrap(), cookie)
    }

    /// A patient, entered by the owner.
    pub(crate) async fn patient(&self, name: &str) -> PatientId {
        let entered = entered(name, "1990-05-31", "020 7946 0999");
        self.practice.enter_patient(&self.owner, &entered, CameBy::Clinic).await.unwrap()
    }

    /// A patient as somebody who is signed in, with their cookie.
    pub(crate) async fn signed_in(&self, patient: PatientId) -> (Actor, Secret) {
        let link = self.practice.link_for(&self.owner, patient).await.unwrap();
        let born = "1990-05-31".parse().unwrap();
        let cookie = self.practice.open_link(&link, born).await.unwrap();
        (self.practice.who(&cookie).await.unwrap().unwrap(), cookie)
    }
}

/// Everybody's password, as it is typed.
pub(crate) fn password() -> Zeroizing<String> {
    Zeroizing::new(PASSWORD.to_owned())
}

/// An invitation to play one part.
pub(crate) fn invitation(part: Part) -> Invitation {
    Invitation {
        name: format!("Invented {}", part.title()),
        credentials: String::new(),
        email: format!("{}@clinic.example", part.word()),
        parts: BTreeSet::from([part]),
        qualifications: BTreeSet::new(),
        depth_mm_max: None,
    }
}

/// What is entered about a patient.
pub(crate) fn entered(name: &str, born: &str, telephone: &str) -> Entered {
    Entered {
        name: name.to_owned(),
        born: born.to_owned(),
        telephone: telephone.to_owned(),
        alerts: "Says that latex makes them itch".to_owned(),
        ..Entered::default()
    }
}
