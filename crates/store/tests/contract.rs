//! Both databases do as the model does: random operations are asked of both, every answer is compared, and in the end
//! everything that can be read. A failure names its seed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    dead_code,
    reason = "a helper that fails is a test that fails; not every helper is for every test"
)]

#[path = "support/made.rs"]
mod made;
#[path = "support/server.rs"]
mod server;

use std::collections::BTreeSet;

use made::{append, audit, code, commit, document, head, patient, place, reserve, sixteen};
use percuta_record::{
    Answer, BlobId, Change, Commit, JobId, Moment, NewJob, Owner, Source, Target, Tokens, Version,
    model::{self, Ending, Model},
};
use percuta_store::{AuditQuery, Cursor, Given, Kept, Key, KeyOf, Store};
use server::{On, Site};

const DOCUMENTS: u32 = 9;
const BLOBS: u32 = 5;
const FIELDS: [&str; 2] = ["name", "phone"];
const ALL: Moment = Moment(i64::MAX);

/// Numbers that a seed makes: splitmix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) % u64::from(end)).unwrap()
    }

    fn one_in(&mut self, of: u32) -> bool {
        self.below(of) == 0
    }
}

/// Documents 0 to 5 are of patients 0 to 2, 6 and 7 the clinic's, 8 of a patient who has no key at first.
fn owner(number: u32) -> Owner {
    match number {
        0..=5 => Owner::Patient(patient(number / 2)),
        6 | 7 => Owner::Clinic,
        _ => Owner::Patient(patient(3)),
    }
}

/// The model and the database side by side.
struct Pair {
    model: Model,
    store: Store,
    site: Site,
    on: On,
    draw: Draw,
    step: u32,
    sent: Vec<Commit>,
    claims: Vec<(JobId, u32)>,
    done: u32,
    refused: BTreeSet<String>,
}

impl Pair {
    async fn new(on: On, seed: u64) -> Self {
        let site = Site::new(on).await;
        let store = Store::open(&site.config()).await.unwrap();
        let (draw, model) = (Draw(seed), Model::default());
        let (sent, claims, refused) = (Vec::new(), Vec::new(), BTreeSet::new());
        let (step, done) = (0, 0);
        let mut pair = Self { model, store, site, on, draw, step, sent, claims, done, refused };
        for number in [0, 2, 4, 6] {
            pair.give_key(owner(number)).await;
        }
        for number in [0, 3, 6, 7] {
            let first = append(number, owner(number), head(0), Change::Write);
            pair.send(commit(number, vec![first])).await;
        }
        pair
    }

    async fn give_key(&mut self, owner: Owner) {
        let wrapped = vec![u8::try_from(self.step % 200).unwrap()];
        let given = self.store.give_key(owner, wrapped).await.unwrap();
        match self.model.give_key(owner) {
            model::Given::New => assert_eq!(given, Given::New),
            model::Given::Held => assert!(matches!(given, Given::Held(_))),
            model::Given::Erased => assert_eq!(given, Given::Erased),
        }
    }

    fn head_of(&self, number: u32) -> u32 {
        self.model.document(document(number)).map_or(0, |document| document.head().number())
    }

    fn change(&mut self, number: u32) -> Change {
        if self.head_of(number) == 0 && !self.draw.one_in(6) {
            return Change::Write;
        }
        match self.draw.below(12) {
            0..=5 => Change::Write,
            6..=8 => Change::Sign,
            9 | 10 => Change::Addend,
            _ => Change::Withdraw,
        }
    }

    /// A document, mostly one that is there.
    fn likely(&mut self) -> u32 {
        let number = self.draw.below(DOCUMENTS);
        if self.head_of(number) > 0 || self.draw.one_in(6) {
            return number;
        }
        (0..DOCUMENTS).find(|number| self.head_of(*number) > 0).unwrap_or_default()
    }

    fn target(&mut self) -> Target {
        match self.draw.one_in(2) {
            true => Target::Document(document(self.likely())),
            false => Target::Blob(BlobId::from_bytes(sixteen(self.draw.below(BLOBS)))),
        }
    }

    fn tokens(&mut self) -> BTreeSet<[u8; 16]> {
        (0..self.draw.below(4)).map(|_| sixteen(self.draw.below(5))).collect()
    }

    /// A commit that may well be refused, in any of the ways there are.
    fn drawn(&mut self) -> Commit {
        let mut appends = Vec::new();
        for _ in 0..self.draw.below(3) {
            let number = self.draw.below(DOCUMENTS);
            let seen = match self.draw.below(12) {
                0 => self.head_of(number) + 1,
                1 => self.head_of(number).saturating_sub(1),
                _ => self.head_of(number),
            };
            let change = self.change(number);
            let mut append = append(number, owner(number), head(seen), change);
            append.body = self.step.to_be_bytes().to_vec();
            if self.draw.one_in(25) {
                append.kind = code("plan");
            }
            if self.draw.one_in(25) {
                append.owner = owner(self.draw.below(DOCUMENTS));
            }
            if self.draw.one_in(4) {
                append.references = (0..2).map(|_| self.target()).collect();
            }
            appends.push(append);
        }
        let mut commit = commit(1000 + self.step, appends);
        if self.draw.one_in(5) {
            let version = Version::new(1 + self.draw.below(3)).unwrap();
            commit.contribution.parents =
                vec![Source { document: document(self.draw.below(DOCUMENTS)), version }];
        }
        self.attach(&mut commit);
        commit
    }

    fn attach(&mut self, commit: &mut Commit) {
        let first = commit.appends.first().map(|append| append.document);
        if self.draw.one_in(2) {
            let about = first.unwrap_or_else(|| document(self.likely()));
            for _ in 0..1 + self.draw.below(2) {
                let field = code(FIELDS[usize::try_from(self.draw.below(2)).unwrap()]);
                commit.tokens.push(Tokens { document: about, field, tokens: self.tokens() });
            }
        }
        if self.draw.one_in(4) {
            let fresh =
                if self.draw.one_in(3) { self.draw.below(self.step + 1) } else { self.step };
            commit.jobs.push(NewJob {
                id: JobId::from_bytes(sixteen(fresh)),
                kind: code("remind"),
                document: first.unwrap_or_else(|| document(self.likely())),
                from: Moment(self.draw.below(50).into()),
            });
        }
        for _ in 0..self.draw.below(4).saturating_sub(1) {
            let places = (0..self.draw.below(3)).map(|_| {
                let from = i64::from(self.draw.below(20));
                let lasts = if self.draw.one_in(12) { 0 } else { 1 + self.draw.below(4) };
                let until = from + i64::from(lasts);
                let number = u16::try_from(self.draw.below(2)).unwrap();
                place(6 + self.draw.below(2), number, from, until)
            });
            let places: Vec<_> = places.collect();
            commit.reservations.push(reserve(self.likely(), places));
        }
    }

    async fn send(&mut self, commit: Commit) {
        let expected = self.model.commit(&commit);
        let answer = self.store.commit(commit.clone()).await.unwrap();
        assert_eq!(answer, expected, "{commit:?}");
        match answer {
            Answer::Done(_) => self.done += 1,
            Answer::Repeated(_) => {}
            Answer::Refused(refused) => {
                let said = format!("{:?}", refused.why);
                self.refused.extend(said.split([' ', '(', '{']).next().map(str::to_owned));
            }
        }
        self.sent.push(commit);
    }

    async fn go(&mut self) {
        self.step += 1;
        let at = i64::from(self.step) + 1000;
        match self.draw.below(26) {
            0..=12 => {
                let commit = self.drawn();
                self.send(commit).await;
            }
            13 | 14 => {
                let back = usize::try_from(self.draw.below(6)).unwrap();
                if let Some(commit) = self.sent.iter().rev().nth(back).cloned() {
                    // Sent again, a refused one may be done now; its audit entry then bears its own time.
                    let mut commit = commit;
                    commit.audit.at = Moment(at);
                    self.send(commit).await;
                }
            }
            15 if self.draw.one_in(3) => {
                let number = self.draw.below(5);
                let entry = audit("patient.erase", at, None);
                let expected = self.model.erase(patient(number), entry.clone());
                assert_eq!(self.store.erase(patient(number), entry).await.unwrap(), expected);
            }
            16..=18 => self.put().await,
            19 | 20 => {
                let now = Moment(self.draw.below(60).into());
                let until = Moment(now.0 + i64::from(self.draw.below(20)));
                let expected = self.model.claim(&code("remind"), now, until);
                let claim = self.store.claim(&code("remind"), now, until).await.unwrap();
                assert_eq!(claim, expected);
                self.claims.extend(claim.map(|claim| (claim.id, claim.attempt)));
            }
            21 | 22 => {
                let back = usize::try_from(self.draw.below(4)).unwrap();
                if let Some((id, attempt)) = self.claims.iter().rev().nth(back).copied() {
                    let ending = match self.draw.one_in(2) {
                        true => Ending::Finish,
                        false => Ending::Retry { from: Moment(self.draw.below(50).into()) },
                    };
                    let expected = self.model.end(id, attempt, ending);
                    assert_eq!(self.store.end(id, attempt, ending).await.unwrap(), expected);
                }
            }
            23 => self.give_key(owner(8)).await,
            24 if self.on != On::Memory => {
                self.store.close().await.unwrap();
                self.store = Store::open(&self.site.config()).await.unwrap();
            }
            _ => {
                let mut entry = audit("patient.open", at, Some(self.draw.below(DOCUMENTS)));
                entry.outcome = code("refused");
                self.model.note(entry.clone());
                self.store.note(vec![entry]).await.unwrap();
            }
        }
    }

    async fn put(&mut self) {
        let number = self.draw.below(BLOBS);
        let (id, owner) = (BlobId::from_bytes(sixteen(number)), owner(number * 2));
        self.model.keep_blob(id, owner);
        self.store.put_blob(id, owner, number.to_be_bytes().to_vec()).await.unwrap();
    }

    async fn compare(&self) {
        for number in 0..DOCUMENTS {
            let id = document(number);
            let found = self.store.history(id).await.unwrap();
            assert_eq!(found.as_ref(), self.model.document(id));
            let head = self.store.head(id).await.unwrap();
            let expected = self.model.document(id);
            assert_eq!(head.as_ref().map(|head| &head.state), expected.map(|found| found.state()));
            assert_eq!(head.map(|head| head.version), expected.map(|found| found.head()));
            for (version, revision) in expected.into_iter().flat_map(|found| found.versions()) {
                let sealed = self.store.version(id, version).await.unwrap().unwrap();
                assert_eq!(sealed.body, revision.body.bytes);
                assert_eq!(sealed.contribution, revision.contribution);
            }
            let theirs = self.store.heads_of(owner(number)).await.unwrap();
            let theirs: Vec<_> = theirs.into_iter().map(|sealed| sealed.document).collect();
            let expected = self.model.documents_of(owner(number)).map(|found| found.id());
            assert_eq!(theirs, expected.collect::<Vec<_>>());
            self.compare_referring(Target::Document(id)).await;
            self.compare_kept(owner(number)).await;
        }
        for number in 0..BLOBS {
            self.compare_referring(Target::Blob(BlobId::from_bytes(sixteen(number)))).await;
        }
        self.compare_found().await;
        self.compare_list().await;
        let reserved = self.store.reserved(Moment(0), ALL, None).await.unwrap();
        let reserved: Vec<_> =
            reserved.into_iter().map(|found| (found.document, found.place)).collect();
        assert_eq!(reserved, self.model.reserved(Moment(0), ALL));
        self.compare_audit().await;
    }

    /// An owner's changes are the contributions that wrote a document of theirs.
    async fn compare_kept(&self, owner: Owner) {
        let kept = self.store.kept(owner).await.unwrap();
        let (again, heads) = self.store.folder(owner).await.unwrap();
        assert_eq!((&again, heads), (&kept, self.store.heads_of(owner).await.unwrap()));
        let versions = self.model.documents_of(owner).flat_map(|found| found.versions());
        let made: BTreeSet<_> = versions.map(|(_, made)| made.contribution.id).collect();
        match (kept, self.store.key(owner).await.unwrap()) {
            (Kept::Absent, Key::Absent) | (Kept::Erased, Key::Erased) => {}
            (Kept::Held { wrapped, changes }, Key::Held(key)) => {
                assert_eq!((wrapped, changes), (key, made.len().try_into().unwrap()));
            }
            (kept, key) => panic!("{kept:?} and {key:?}"),
        }
    }

    async fn compare_referring(&self, target: Target) {
        let found = self.store.referring_to(target).await.unwrap();
        assert_eq!(found, self.model.referring_to(target).collect::<Vec<_>>());
    }

    async fn compare_found(&self) {
        for field in FIELDS {
            for (first, second) in
                (0..5).flat_map(|first| (0..5).map(move |second| (first, second)))
            {
                let sought = BTreeSet::from([sixteen(first), sixteen(second)]);
                let expected = self.model.find(&code(field), &sought, None, 100);
                let found = self.store.find(&code(field), &sought, None, 100).await.unwrap();
                assert_eq!(found, expected);
                if first == second {
                    let with = self.store.kept_with(&code(field), sixteen(first)).await.unwrap();
                    let owners = expected.iter().filter_map(|id| self.model.document(*id));
                    let owners: Vec<_> = owners.map(|found| found.owner()).collect();
                    assert_eq!(with.iter().map(|(owner, _)| *owner).collect::<Vec<_>>(), owners);
                    for (owner, kept) in with {
                        assert_eq!(kept, self.store.kept(owner).await.unwrap());
                    }
                }
                let after = expected.first().copied();
                let rest = self.store.find(&code(field), &sought, after, 1).await.unwrap();
                assert_eq!(rest, self.model.find(&code(field), &sought, after, 1));
            }
        }
    }

    async fn compare_list(&self) {
        let mut expected = Vec::new();
        for number in 0..DOCUMENTS {
            let Some(found) = self.model.document(document(number)) else { continue };
            let key = self.store.key(found.owner()).await.unwrap();
            if found.kind() == &code("intake") && key != Key::Erased {
                let at = found.version(found.head()).unwrap().contribution.at;
                expected.push(Cursor { at, document: found.id() });
            }
        }
        expected.sort_unstable();
        expected.reverse();
        let mut found: Vec<Cursor> = Vec::new();
        loop {
            let page = self.store.list(&code("intake"), found.last().copied(), 2).await.unwrap();
            if page.is_empty() {
                break;
            }
            found.extend(page.iter().map(percuta_store::Sealed::cursor));
        }
        assert_eq!(found, expected);
        let count = self.store.count(&code("intake")).await.unwrap();
        assert_eq!(count, u64::try_from(expected.len()).unwrap());
    }

    async fn compare_audit(&self) {
        let mut found = Vec::new();
        let mut before = None;
        loop {
            let query = AuditQuery { by: None, owner_or_subject: None, before, limit: 7 };
            let page = self.store.audit(&query).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.cursor);
            found.extend(page.into_iter().map(|row| row.entry));
        }
        found.reverse();
        assert_eq!(found, self.model.audit());
    }

    async fn end(&self) {
        self.compare().await;
        let collectable = self.model.collectable_blobs();
        let collected = self.store.collect_blobs(ALL).await.unwrap();
        assert_eq!(collected, u64::try_from(collectable.len()).unwrap());
        for number in 0..BLOBS {
            let id = BlobId::from_bytes(sixteen(number));
            if collectable.contains(&id) {
                assert_eq!(self.store.blob(id).await.unwrap(), None);
            }
        }
        self.store.close().await.unwrap();
        let report = self.store.verify(|_progress| {}).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        assert_eq!(self.model.verify(), Vec::new());
        assert!(report.entries >= u64::try_from(self.model.audit().len()).unwrap());
    }
}

async fn run(on: On, seeds: std::ops::Range<u64>) {
    let (mut done, mut refused) = (0, BTreeSet::new());
    for seed in seeds {
        // The test harness shows this only when the test fails.
        println!("seed {seed} on {on:?}");
        let mut pair = Pair::new(on, seed).await;
        for _ in 0..70 {
            pair.go().await;
        }
        pair.end().await;
        done += pair.done;
        refused.extend(pair.refused);
    }
    // A generator that only meets refusals, or none, would prove nothing.
    assert!(done > 50, "only {done} commits were done");
    let reasons = [
        "Change", "Missing", "Another", "Erased", "NoKey", "Twice", "Dangling", "JobTaken",
        "Taken", "NoTime",
    ];
    for why in reasons {
        assert!(refused.contains(why), "nothing was refused for {why}: {refused:?}");
    }
}

#[tokio::test]
async fn sqlite_does_as_the_model() {
    run(On::Sqlite, 0..15).await;
}

#[tokio::test]
async fn sqlite_in_memory_does_as_the_model() {
    run(On::Memory, 100..130).await;
}

#[tokio::test]
async fn postgres_does_as_the_model() {
    run(On::Postgres, 200..216).await;
}

#[tokio::test]
async fn the_index_key_is_a_key_beside_the_others() {
    for on in [On::Memory, On::Postgres] {
        let site = Site::new(on).await;
        let store = Store::open(&site.config()).await.unwrap();
        assert_eq!(store.key(KeyOf::Index).await.unwrap(), Key::Absent);
        assert_eq!(store.give_key(KeyOf::Index, vec![1]).await.unwrap(), Given::New);
        assert_eq!(store.give_key(KeyOf::Index, vec![2]).await.unwrap(), Given::Held(vec![1]));
        assert_eq!(store.give_key(KeyOf::Clinic, vec![3]).await.unwrap(), Given::New);
        let keys = store.keys(None, 10).await.unwrap();
        assert_eq!(keys, [(KeyOf::Clinic, vec![3]), (KeyOf::Index, vec![1])]);
        assert_eq!(store.keys(Some(KeyOf::Clinic), 1).await.unwrap(), keys[1..]);
        let change = |before| percuta_store::Rewrapped { of: KeyOf::Index, before, after: vec![9] };
        assert_eq!(store.replace_keys(vec![change(vec![7])]).await.unwrap(), 0);
        assert_eq!(store.replace_keys(vec![change(vec![1])]).await.unwrap(), 1);
        assert_eq!(store.key(KeyOf::Index).await.unwrap(), Key::Held(vec![9]));
    }
}
