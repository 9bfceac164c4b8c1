//! For the tests of use cases: a clinic in memory with a fixed clock, and documents of invented people put in as they
//! stand, so that a test begins where it has to.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::{Timestamp, civil::date};
use percuta_chart::{
    Stored,
    consent::{Consent, PhotographUse},
    person::{CameBy, Part, Patient},
    session::{Session, TreatedZone},
};
use percuta_clinical::Rulebook;
use percuta_record::{DocumentId, Owner, PatientId, PersonId, Source, Version};
use percuta_seal::{KeyRing, NoRandomness, SiteKey, chain::ChainId};
use percuta_store::{Config, Database, Store};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::{
    Act, Actor, Cost, Ports, Practice, Who,
    account::{SetUp, actor_of_patient},
    settings::{default_clinic, default_consent_form, default_prices},
    sites::first_calendar,
    writing::Draft,
};

/// The rulebook that ships.
pub(crate) static BOOK: LazyLock<Arc<Rulebook>> = LazyLock::new(|| {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Arc::new(Rulebook::load(files.collect()).unwrap())
});

/// Saturday 21 November 2026, ten in the morning in London.
pub(crate) fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    for chunk in bytes.chunks_mut(8) {
        let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
    }
    Ok(())
}

/// A picture of nobody.
pub(crate) fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let skin = image::RgbImage::from_fn(800, 600, |x, y| {
        let shade = |of: u32| u8::try_from(of % 200).unwrap();
        image::Rgb([210, 100 + shade(x) / 4, 60 + shade(y) / 4])
    });
    image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&skin).unwrap();
    bytes
}

/// A clinic, and who works there.
pub(crate) struct Clinic {
    pub(crate) practice: Practice,
    pub(crate) lead: Actor,
    _blobs: TempDir,
}

impl Clinic {
    /// A record in which nothing was set up.
    pub(crate) async fn empty() -> (Practice, TempDir) {
        let blobs = tempfile::tempdir().unwrap();
        let mut chain = [0; 16];
        random(&mut chain).unwrap();
        let config = Config {
            database: Database::SqliteInMemory,
            blobs: blobs.path().to_owned(),
            chain: ChainId(chain),
        };
        let store = Store::open(&config).await.unwrap();
        let mut source = random as fn(&mut [u8]) -> Result<(), NoRandomness>;
        let keys = KeyRing::new(SiteKey::generate(&mut source).unwrap());
        let ports = Ports {
            store,
            keys,
            book: Arc::clone(&BOOK),
            now,
            random,
            password_cost: Cost::CHEAP,
            is_demo: false,
        };
        (Practice::open(ports).await.unwrap(), blobs)
    }

    pub(crate) async fn open() -> Self {
        let (practice, blobs) = Self::empty().await;
        let given = SetUp {
            calendar: first_calendar("Invented Skin", "Europe/London"),
            clinic: default_clinic("Invented Skin", "020 7946 0000", "Europe/London"),
            prices: default_prices(),
            consent_form: default_consent_form(),
            name: "Dr Ines Invented".to_owned(),
            credentials: "MD".to_owned(),
            email: "ines@clinic.example".to_owned(),
            parts: BTreeSet::from([Part::MedicalLead]),
            qualifications: BTreeSet::from(["physician".to_owned()]),
            password: Zeroizing::new("correct horse battery".to_owned()),
        };
        let (person, _cookie) = practice.set_up(given).await.unwrap();
        let lead = practice.actor(person).await.unwrap().unwrap();
        Self { practice, lead, _blobs: blobs }
    }

    /// Somebody of the clinic who plays one part.
    pub(crate) fn member(&self, part: Part) -> Actor {
        Actor {
            person: PersonId::from_bytes([7; 16]),
            name: "Somebody".to_owned(),
            who: Who::Member {
                parts: BTreeSet::from([part]),
                credentials: String::new(),
                qualifications: BTreeSet::new(),
                depth_mm_max: None,
            },
        }
    }

    /// A patient, and the same as an actor.
    pub(crate) async fn patient(&self, name: &str) -> (PatientId, Actor) {
        let patient = Patient {
            name: name.to_owned(),
            called: None,
            birth_date: date(1990, 5, 31),
            telephone: Some("020 7946 0999".to_owned()),
            email: None,
            alerts: Vec::new(),
            came_by: CameBy::Clinic,
        };
        let clinic = self.practice.clinic().await.unwrap();
        let made = self.practice.begin_record(&self.lead, &clinic, &patient, Act::EnterPatient);
        let id = made.await.unwrap();
        (id, actor_of_patient(id, &patient))
    }

    /// Puts a document in as it stands.
    pub(crate) async fn put<D: Stored>(&self, patient: PatientId, document: &D) -> DocumentId {
        let id = self.practice.vault.new_id().unwrap();
        let draft = Draft::new(Act::Treat, "test.put", id);
        let draft = draft.begin(id, Owner::Patient(patient), document).unwrap();
        self.practice.commit(&self.lead, draft).await.unwrap();
        id
    }

    /// Puts in a consent that allows these uses of photographs.
    pub(crate) async fn consents(&self, patient: PatientId, uses: &[PhotographUse]) {
        self.consents_to(patient, DocumentId::from_bytes([3; 16]), uses).await;
    }

    /// The same for a course.
    pub(crate) async fn consents_to(
        &self,
        patient: PatientId,
        course: DocumentId,
        uses: &[PhotographUse],
    ) {
        let form = self.practice.consent_form().await.unwrap();
        let consent = Consent {
            course,
            form: Source { document: form.id, version: Version::FIRST },
            text_sha256: "0".repeat(64),
            named: Vec::new(),
            signed_as: "Invented".to_owned(),
            at: now(),
            photographs: uses.iter().copied().collect(),
        };
        self.put(patient, &consent).await;
    }

    /// Puts in a session, so many days ago.
    pub(crate) async fn treated(&self, patient: PatientId, days_ago: i32) -> DocumentId {
        self.treated_in(patient, DocumentId::from_bytes([3; 16]), days_ago).await
    }

    /// The same, of a course.
    pub(crate) async fn treated_in(
        &self,
        patient: PatientId,
        course: DocumentId,
        days_ago: i32,
    ) -> DocumentId {
        let zone = |region: &str, depth_mm| TreatedZone {
            region: region.to_owned(),
            side: None,
            depth_mm,
            ceiling_mm: 1.5,
            ceiling_by: "the region".to_owned(),
            passes: 4,
            endpoint: None,
            cartridges: BTreeSet::new(),
            done: None,
        };
        let session = Session {
            visit: DocumentId::from_bytes([4; 16]),
            course,
            number: 1,
            on: date(2026, 11, 21).saturating_sub(jiff::Span::new().days(days_ago)),
            by: self.lead.person,
            modality: "pen".to_owned(),
            device: None,
            zones: vec![zone("forehead", 0.5), zone("cheek", 1.0)],
            cartridges: Vec::new(),
            numbing: None,
            confirmed: Vec::new(),
            note: String::new(),
            addenda: Vec::new(),
        };
        self.put(patient, &session).await
    }
}
