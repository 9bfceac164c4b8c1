//! The laws of a store, held by the model under random operations. The contract test asks the same of a database.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper that fails is a test that fails"
)]

use std::collections::{BTreeMap, BTreeSet};

use percuta_record::{
    Answer, Append, AuditEntry, BlobId, Change, Code, Commit, Contribution, ContributionId,
    DocumentId, Expected, JobId, Moment, NewJob, Owner, PatientId, PersonId, Reason, Refusal, Role,
    Target, Tokens, Version,
    model::{Ended, Ending, Erasure, Given, Model, Progress, Read},
};
use proptest::prelude::*;

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

fn patient(number: u8) -> PatientId {
    PatientId::from_bytes([number; 16])
}

fn document(number: u8) -> DocumentId {
    DocumentId::from_bytes([number; 16])
}

/// Documents 0 and 1 are of patient 0, 2 and 3 of patient 1, and so on; the last two are the clinic's.
fn owner(number: u8) -> Owner {
    if number >= 6 { Owner::Clinic } else { Owner::Patient(patient(number / 2)) }
}

fn audit(action: &str) -> AuditEntry {
    let (action, outcome) = (code(action), code("done"));
    AuditEntry { by: None, at: Moment(0), action, subject: None, outcome }
}

fn commit(number: u32, appends: Vec<Append>) -> Commit {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let contribution = Contribution {
        id: ContributionId::from_bytes(id),
        by: PersonId::from_bytes([1; 16]),
        role: Role::Practitioner,
        at: Moment(i64::from(number)),
        why: code("entry"),
        parents: Vec::new(),
    };
    let audit = audit("document.write");
    let (tokens, jobs, reservations) = (Vec::new(), Vec::new(), Vec::new());
    Commit { contribution, appends, tokens, jobs, reservations, audit }
}

fn append(number: u8, expected: Expected, change: Change, body: u8) -> Append {
    Append {
        document: document(number),
        kind: code("intake"),
        owner: owner(number),
        expected,
        change,
        form: 1,
        body: vec![body],
        references: BTreeSet::new(),
    }
}

fn head(number: u32) -> Expected {
    Version::new(number).map_or(Expected::Nothing, Expected::Head)
}

fn ready() -> Model {
    let mut model = Model::default();
    for number in 0..8 {
        model.give_key(owner(number));
    }
    model
}

/// One thing that is asked of a store.
#[derive(Debug, Clone)]
enum Step {
    /// Writes to one or two documents; `ahead` is how far from the true head the writer believes it to be.
    Write {
        documents: Vec<u8>,
        change: Change,
        ahead: i8,
        body: u8,
        refer: Option<u8>,
        token: Option<u8>,
    },
    /// Sends an earlier contribution again.
    Again { back: u8 },
    /// Erases a patient.
    Erase { patient: u8 },
    /// Puts a blob.
    Blob { number: u8 },
    /// Enqueues a job.
    Enqueue { document: u8, from: i8 },
    /// Claims a job at a time, for a while.
    Claim { now: i8, lasts: u8 },
    /// Ends one of the claims.
    End { back: u8, ending: Option<i8> },
    /// Notes a read.
    Note,
}

fn step() -> impl Strategy<Value = Step> {
    let change = prop_oneof![
        4 => Just(Change::Write),
        2 => Just(Change::Sign),
        2 => Just(Change::Addend),
        1 => Just(Change::Withdraw),
    ];
    let ahead = prop_oneof![6 => Just(0), 1 => Just(-1), 1 => Just(1)];
    prop_oneof![
        8 => (
            prop::collection::vec(0_u8..9, 1..3),
            change,
            ahead,
            any::<u8>(),
            prop::option::weighted(0.3, 0_u8..9),
            prop::option::weighted(0.5, 0_u8..4),
        )
            .prop_map(|(documents, change, ahead, body, refer, token)| {
                Step::Write { documents, change, ahead, body, refer, token }
            }),
        1 => (0_u8..5).prop_map(|back| Step::Again { back }),
        1 => (0_u8..4).prop_map(|patient| Step::Erase { patient }),
        1 => (0_u8..4).prop_map(|number| Step::Blob { number }),
        2 => (0_u8..8, 0_i8..50).prop_map(|(document, from)| Step::Enqueue { document, from }),
        2 => (0_i8..100, 0_u8..20).prop_map(|(now, lasts)| Step::Claim { now, lasts }),
        2 => (0_u8..4, prop::option::of(0_i8..50)).prop_map(|(back, ending)| Step::End { back, ending }),
        1 => Just(Step::Note),
    ]
}

/// What the test remembers beside the model, in its own way.
#[derive(Default)]
struct Witness {
    acknowledged: BTreeMap<(DocumentId, Version), u8>,
    heads: BTreeMap<DocumentId, Version>,
    sent: Vec<(Commit, Answer)>,
    claims: Vec<(JobId, u32)>,
    erased: BTreeSet<PatientId>,
    entries: usize,
    numbers: u32,
}

fn token(number: u8) -> BTreeSet<[u8; 16]> {
    BTreeSet::from([[number; 16]])
}

impl Witness {
    fn send(&mut self, model: &mut Model, commit: Commit) -> Result<(), TestCaseError> {
        let before = model.clone();
        let answer = model.commit(&commit);
        match &answer {
            Answer::Done(committed) => {
                self.entries += 1;
                prop_assert_eq!(committed.versions.len(), commit.appends.len());
                for append in &commit.appends {
                    let version = committed.versions[&append.document];
                    let next = self
                        .heads
                        .get(&append.document)
                        .map_or(Some(Version::FIRST), |head| head.next());
                    prop_assert_eq!(Some(version), next, "a head goes on by one");
                    self.heads.insert(append.document, version);
                    self.acknowledged.insert((append.document, version), append.body[0]);
                }
            }
            Answer::Refused(_) => prop_assert_eq!(&before, &*model, "a refusal changes nothing"),
            Answer::Repeated(_) => prop_assert!(false, "every number is new"),
        }
        self.sent.push((commit, answer));
        Ok(())
    }

    fn take(&mut self, model: &mut Model, step: Step) -> Result<(), TestCaseError> {
        self.numbers += 1;
        match step {
            Step::Write { documents, change, ahead, body, refer, token: marked } => {
                let appends = documents
                    .iter()
                    .map(|number| {
                        let head_now =
                            self.heads.get(&document(*number)).map_or(0, |head| head.number());
                        let seen = head_now.saturating_add_signed(i32::from(ahead));
                        let mut append = append(*number, head(seen), change, body);
                        append.references = refer
                            .map(|to| match to % 2 {
                                0 => Target::Document(document(to)),
                                _ => Target::Blob(BlobId::from_bytes([to / 2; 16])),
                            })
                            .into_iter()
                            .collect();
                        append
                    })
                    .collect();
                let mut commit = commit(self.numbers, appends);
                commit.tokens = marked
                    .map(|number| Tokens {
                        document: document(documents[0]),
                        field: code("name"),
                        tokens: token(number),
                    })
                    .into_iter()
                    .collect();
                self.send(model, commit)?;
            }
            Step::Again { back } => self.again(model, usize::from(back))?,
            Step::Erase { patient: number } => {
                let erasure = model.erase(patient(number), audit("patient.erase"));
                let is_known = number < 3;
                let is_first = is_known && self.erased.insert(patient(number));
                match erasure {
                    Erasure::Done { .. } => prop_assert!(is_first),
                    Erasure::Before => prop_assert!(is_known && !is_first),
                    Erasure::NoKey => prop_assert!(!is_known),
                }
                self.entries += usize::from(is_first);
            }
            Step::Blob { number } => {
                model.keep_blob(BlobId::from_bytes([number; 16]), owner(number));
            }
            Step::Enqueue { document: number, from } => {
                let mut commit = commit(self.numbers, Vec::new());
                let mut id = [0; 16];
                id[..4].copy_from_slice(&self.numbers.to_be_bytes());
                commit.jobs = vec![NewJob {
                    id: JobId::from_bytes(id),
                    kind: code("remind"),
                    document: document(number),
                    from: Moment(i64::from(from)),
                }];
                self.send(model, commit)?;
            }
            Step::Claim { now, lasts } => self.claim(model, i64::from(now), i64::from(lasts))?,
            Step::End { back, ending } => self.end(model, usize::from(back), ending)?,
            Step::Note => {
                model.note(audit("patient.open"));
                self.entries += 1;
            }
        }
        Ok(())
    }

    fn again(&mut self, model: &mut Model, back: usize) -> Result<(), TestCaseError> {
        let Some((commit, answer)) = self.sent.iter().rev().nth(back) else { return Ok(()) };
        if let Answer::Done(committed) = answer {
            let before = model.clone();
            prop_assert_eq!(model.commit(commit), Answer::Repeated(committed.clone()));
            prop_assert_eq!(&before, &*model, "what is sent again is done once");
        }
        Ok(())
    }

    fn claim(&mut self, model: &mut Model, now: i64, lasts: i64) -> Result<(), TestCaseError> {
        let before = model.clone();
        let claim = model.claim(&code("remind"), Moment(now), Moment(now + lasts));
        let Some(claim) = claim else {
            prop_assert_eq!(&before, &*model);
            return Ok(());
        };
        let job = before.job(claim.id).unwrap();
        prop_assert_eq!(claim.attempt, job.attempt + 1);
        match job.progress {
            Progress::Waiting { from } => prop_assert!(from <= Moment(now)),
            Progress::Claimed { until } => prop_assert!(until <= Moment(now), "two hands"),
            Progress::Finished => prop_assert!(false, "a finished job is never handed out"),
        }
        self.claims.push((claim.id, claim.attempt));
        Ok(())
    }

    fn end(
        &mut self,
        model: &mut Model,
        back: usize,
        ending: Option<i8>,
    ) -> Result<(), TestCaseError> {
        let Some((id, attempt)) = self.claims.iter().rev().nth(back).copied() else {
            return Ok(());
        };
        let before = model.clone();
        let ending =
            ending.map_or(Ending::Finish, |from| Ending::Retry { from: Moment(i64::from(from)) });
        let latest = self.claims.iter().rev().find(|(other, _)| *other == id);
        match model.end(id, attempt, ending) {
            Ended::Held => prop_assert_eq!(latest, Some(&(id, attempt)), "an old hand let go"),
            Ended::Lost => prop_assert_eq!(&before, &*model),
        }
        prop_assert_eq!(model.end(id, attempt, Ending::Finish), Ended::Lost);
        Ok(())
    }

    fn check(&self, model: &Model) -> Result<(), TestCaseError> {
        for ((id, version), body) in &self.acknowledged {
            let is_erased = match model.document(*id).unwrap().owner() {
                Owner::Patient(patient) => self.erased.contains(&patient),
                Owner::Clinic => false,
            };
            let expected = if is_erased { Read::Erased } else { Read::Opened(vec![*body]) };
            prop_assert_eq!(model.read(*id, *version), expected);
        }
        for (id, head) in &self.heads {
            prop_assert_eq!(model.document(*id).map(|document| document.head()), Some(*head));
            prop_assert_eq!(model.read(*id, head.next().unwrap()), Read::NotFound);
        }
        prop_assert_eq!(model.audit().len(), self.entries, "the audit only grows, by one for each");
        prop_assert_eq!(model.verify(), Vec::new());
        for number in 0..4 {
            for id in model.find(&code("name"), &token(number), None, 100) {
                let owner = model.document(id).unwrap().owner();
                let is_erased = |patient: &PatientId| owner == Owner::Patient(*patient);
                prop_assert!(!self.erased.iter().any(is_erased), "an erased name is not found");
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_laws_hold_whatever_is_asked(steps in prop::collection::vec(step(), 1..60)) {
        let mut model = ready();
        let mut witness = Witness::default();
        for step in steps {
            witness.take(&mut model, step)?;
            witness.check(&model)?;
        }
    }
}

#[test]
fn of_two_writers_who_saw_the_same_head_one_is_told() {
    let mut model = ready();
    let first = commit(1, vec![append(0, Expected::Nothing, Change::Write, 1)]);
    let second = commit(2, vec![append(0, Expected::Nothing, Change::Write, 2)]);
    assert!(matches!(model.commit(&first), Answer::Done(_)));
    let Answer::Refused(refused) = model.commit(&second) else { panic!("both were written") };
    let expected = Expected::Nothing;
    let conflict = Refusal::Conflict { expected, head: Version::FIRST };
    assert_eq!(refused.why, Reason::Change(conflict));
    assert_eq!(model.read(document(0), Version::FIRST), Read::Opened(vec![1]));
}

#[test]
fn a_commit_of_two_documents_is_written_whole_or_not_at_all() {
    let mut model = ready();
    let both = |number, second: Expected| {
        commit(
            number,
            vec![
                append(0, Expected::Nothing, Change::Write, 1),
                append(2, second, Change::Write, 1),
            ],
        )
    };
    let before = model.clone();
    let answer = model.commit(&both(1, head(1)));
    assert!(matches!(answer, Answer::Refused(refused) if refused.why == Reason::Missing));
    assert_eq!(model, before);
    assert!(matches!(model.commit(&both(2, Expected::Nothing)), Answer::Done(_)));
}

#[test]
fn every_refusal_of_a_commit_has_its_reason() {
    let mut model = ready();
    assert!(matches!(
        model.commit(&commit(1, vec![append(0, Expected::Nothing, Change::Write, 1)])),
        Answer::Done(_)
    ));
    model.erase(patient(1), audit("patient.erase"));
    let new = |number| append(number, Expected::Nothing, Change::Write, 1);
    let of = |number, change: fn(&mut Append)| {
        let mut append = append(number, head(1), Change::Write, 1);
        change(&mut append);
        vec![append]
    };
    let target = Target::Blob(BlobId::from_bytes([9; 16]));
    let cases = [
        (of(1, |_| {}), Reason::Missing),
        (of(0, |append| append.kind = code("plan")), Reason::Another),
        (of(0, |append| append.owner = Owner::Clinic), Reason::Another),
        (of(0, |append| append.owner = Owner::Patient(patient(9))), Reason::NoKey),
        (vec![new(2)], Reason::Erased),
        (vec![new(1), new(1)], Reason::Twice),
        (
            of(0, |append| {
                append.references.insert(Target::Blob(BlobId::from_bytes([9; 16])));
            }),
            Reason::Dangling(target),
        ),
        (of(0, |append| append.change = Change::Addend), Reason::Change(Refusal::NotSigned)),
    ];
    for (number, (appends, why)) in (10..).zip(cases) {
        let before = model.clone();
        let Answer::Refused(refused) = model.commit(&commit(number, appends)) else {
            panic!("not refused: {why:?}")
        };
        assert_eq!(refused.why, why);
        assert_eq!(model, before);
    }
}

#[test]
fn erasure_takes_the_names_and_jobs_and_leaves_the_audit() {
    let mut model = ready();
    let mut writing = commit(1, vec![append(0, Expected::Nothing, Change::Write, 1)]);
    writing.tokens = vec![Tokens { document: document(0), field: code("name"), tokens: token(1) }];
    let job = JobId::from_bytes([1; 16]);
    writing.jobs =
        vec![NewJob { id: job, kind: code("remind"), document: document(0), from: Moment(0) }];
    assert!(matches!(model.commit(&writing), Answer::Done(_)));
    let blob = BlobId::from_bytes([1; 16]);
    model.keep_blob(blob, owner(0));
    let mut referring = append(0, head(1), Change::Write, 2);
    referring.references.insert(Target::Blob(blob));
    assert!(matches!(model.commit(&commit(2, vec![referring])), Answer::Done(_)));
    assert!(model.collectable_blobs().is_empty());
    assert_eq!(model.find(&code("name"), &token(1), None, 10), [document(0)]);
    assert_eq!(model.referring_to(Target::Blob(blob)).collect::<Vec<_>>(), [document(0)]);
    let claim = model.claim(&code("remind"), Moment(1), Moment(2)).unwrap();

    let erasure = model.erase(patient(0), audit("patient.erase"));
    assert_eq!(erasure, Erasure::Done { documents: 1 });
    assert_eq!(model.read(document(0), Version::FIRST), Read::Erased);
    assert!(model.find(&code("name"), &token(1), None, 10).is_empty());
    assert_eq!(model.end(claim.id, claim.attempt, Ending::Finish), Ended::Lost);
    assert_eq!(model.collectable_blobs(), BTreeSet::from([blob]));
    assert_eq!(model.audit().len(), 3);
    assert_eq!(model.document(document(0)).unwrap().versions().count(), 2);
    assert_eq!(model.give_key(owner(0)), Given::Erased);
}

#[test]
fn a_list_of_found_documents_goes_on_after_the_last() {
    let mut model = ready();
    for number in 0..4 {
        let appends = vec![append(number, Expected::Nothing, Change::Write, 1)];
        let mut commit = commit(u32::from(number), appends);
        commit.tokens =
            vec![Tokens { document: document(number), field: code("name"), tokens: token(1) }];
        assert!(matches!(model.commit(&commit), Answer::Done(_)));
    }
    let find = |after| model.find(&code("name"), &token(1), after, 2);
    assert_eq!(find(None), [document(0), document(1)]);
    assert_eq!(find(Some(document(1))), [document(2), document(3)]);
    assert!(find(Some(document(3))).is_empty());
    assert!(model.find(&code("name"), &BTreeSet::new(), None, 9).is_empty());
    assert!(model.find(&code("phone"), &token(1), None, 9).is_empty());
}
