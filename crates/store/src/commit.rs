//! One contribution: what it needs to know is read, what comes of it is decided, and what was decided is written.
//!
//! The decision is a function of plain values and asks the same questions in the same order as the model, so that both
//! refuse alike. All readings travel together and so do all writings: two or three round trips a contribution.
//!
//! Rows that the decision rests on are held until the end (blobs against change, documents and the keys of their owners
//! against anyone), so
//! what is decided still holds when it is written. What cannot be held because it is not there yet (a new document, a
//! free place) is refused by the database itself when another was faster; the act is then tried again, and decides on
//! what it finds.

use std::collections::{BTreeMap, BTreeSet};

use percuta_record::{
    Answer, Append, Change, Code, Commit, Committed, Contribution, DocumentId, Expected, JobId,
    Owner, PatientId, PersonId, Place, Reason, Refused, Role, Signature, Source, Standing, State,
    Target, Version, document::may_begin,
};

use crate::{
    audit::Chain,
    desk::Desk,
    digest,
    error::StoreError,
    statement::{
        BLOB_SHARE, CHANGED, CONTRIBUTION, CONTRIBUTION_INSERT, DOCUMENT_ADVANCE, DOCUMENT_EXISTS,
        DOCUMENT_INSERT, JOB_EXISTS, JOB_INSERT, KEY_SHARE, KEY_UPDATE, LINK_INSERT, OVERLAPPING,
        RESERVATION_INSERT, RESERVATIONS_DELETE, STANDING, TOKEN_INSERT, TOKENS_DELETE,
        VERSION_INSERT,
    },
    value::{Call, Row, Value, array, version},
    writer::{Act, Later},
};

/// A commit in the queue.
#[derive(Debug)]
pub(crate) struct Committing(pub(crate) Commit);

impl Act for Committing {
    type Answer = Answer;
    fn act<'a>(&'a mut self, desk: &'a mut Desk, chain: &'a mut Chain) -> Later<'a, Answer> {
        Box::pin(async move {
            let commit = &self.0;
            let known = Known::read(desk, commit).await?;
            if let Some(before) = known.made {
                return Ok(Answer::Repeated(before));
            }
            let advances = match decide(commit, &known) {
                Ok(advances) => advances,
                Err(refused) => return Ok(Answer::Refused(refused)),
            };
            let versions = advances.iter().map(|(id, advance)| (*id, advance.version)).collect();
            let committed = Committed { versions };
            let mut calls = writings(commit, &committed, &advances);
            calls.extend(chain.entries(desk, std::slice::from_ref(&commit.audit)).await?);
            desk.run(calls).await?;
            Ok(Answer::Done(committed))
        })
    }
}

/// Whether an owner's key is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyState {
    Absent,
    Held,
    Erased,
}

/// Where a document stands.
#[derive(Debug, Clone)]
pub(crate) struct Stand {
    pub(crate) id: DocumentId,
    pub(crate) kind: Code,
    pub(crate) owner: Owner,
    pub(crate) head: Version,
    pub(crate) state: State,
    pub(crate) digest: [u8; 32],
}

/// What a commit rests on.
#[derive(Debug, Default)]
struct Known {
    made: Option<Committed>,
    keys: BTreeMap<Owner, KeyState>,
    documents: BTreeMap<DocumentId, Stand>,
    targets: BTreeSet<Target>,
    jobs: BTreeSet<JobId>,
    reserved: Vec<(DocumentId, Place)>,
}

/// What is asked, in the order in which it is asked.
enum Question {
    Made,
    Key(Owner),
    Document,
    Target(Target),
    Job(JobId),
    Reserved,
}

impl Known {
    async fn read(desk: &mut Desk, commit: &Commit) -> Result<Self, StoreError> {
        let mut known = Self::default();
        known.ask(desk, questions(commit)).await?;
        // Tokens, jobs and reservations are attached to documents whose owner only the document tells.
        let others: BTreeSet<Owner> = known
            .documents
            .values()
            .map(|document| document.owner)
            .filter(|owner| !known.keys.contains_key(owner))
            .collect();
        known.ask(desk, others.into_iter().map(key_question).collect()).await?;
        Ok(known)
    }

    async fn ask(
        &mut self,
        desk: &mut Desk,
        asked: Vec<(Question, Call)>,
    ) -> Result<(), StoreError> {
        if asked.is_empty() {
            return Ok(());
        }
        let (questions, calls): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        for (question, rows) in questions.into_iter().zip(desk.run(calls).await?) {
            self.learn(question, rows)?;
        }
        Ok(())
    }

    fn learn(&mut self, question: Question, mut rows: Vec<Row>) -> Result<(), StoreError> {
        match question {
            Question::Made => {
                if let Some(mut row) = rows.pop() {
                    self.made = Some(Committed { versions: read_versions(&row.bytes()?)? });
                }
            }
            Question::Key(owner) => {
                let state = match rows.pop() {
                    None => KeyState::Absent,
                    Some(mut row) => match row.maybe_bytes()? {
                        None => KeyState::Erased,
                        Some(_) => KeyState::Held,
                    },
                };
                self.keys.insert(owner, state);
            }
            Question::Document => {
                if let Some(mut row) = rows.pop() {
                    let stand = read_stand(&mut row)?;
                    self.documents.insert(stand.id, stand);
                }
            }
            Question::Target(target) => {
                if !rows.is_empty() {
                    self.targets.insert(target);
                }
            }
            Question::Job(job) => {
                if !rows.is_empty() {
                    self.jobs.insert(job);
                }
            }
            Question::Reserved => {
                for row in rows {
                    self.reserved.push(read_reserved(row)?);
                }
            }
        }
        Ok(())
    }

    fn is_erased(&self, owner: Owner) -> bool {
        self.keys.get(&owner) == Some(&KeyState::Erased)
    }
}

fn key_question(owner: Owner) -> (Question, Call) {
    (Question::Key(owner), Call::of(&KEY_SHARE).with(owner_bytes(owner)))
}

/// Of an owner whose documents will be written, and counted.
fn changing_question(owner: Owner) -> (Question, Call) {
    (Question::Key(owner), Call::of(&KEY_UPDATE).with(owner_bytes(owner)))
}

/// Each set is sorted, so that two processes hold rows in one order and seldom wait for one another in a circle.
fn questions(commit: &Commit) -> Vec<(Question, Call)> {
    let owners: BTreeSet<Owner> = commit.appends.iter().map(|append| append.owner).collect();
    let documents: BTreeSet<DocumentId> = commit
        .appends
        .iter()
        .map(|append| append.document)
        .chain(commit.tokens.iter().map(|tokens| tokens.document))
        .chain(commit.jobs.iter().map(|job| job.document))
        .chain(commit.reservations.iter().map(|wanted| wanted.document))
        .collect();
    let places: BTreeSet<Place> =
        commit.reservations.iter().flat_map(|wanted| wanted.places.iter().copied()).collect();
    let targets: BTreeSet<Target> = commit
        .appends
        .iter()
        .flat_map(|append| append.references.iter().copied())
        .chain(places.iter().map(|place| Target::Document(place.resource)))
        .collect();
    let mut asked = Vec::new();
    asked.extend(owners.into_iter().map(changing_question));
    asked
        .extend(documents.into_iter().map(|id| (Question::Document, Call::of(&STANDING).with(id))));
    asked.extend(targets.into_iter().map(|target| {
        let call = match target {
            Target::Document(id) => Call::of(&DOCUMENT_EXISTS).with(id),
            Target::Blob(id) => Call::of(&BLOB_SHARE).with(id),
        };
        (Question::Target(target), call)
    }));
    asked.extend(
        commit.jobs.iter().map(|job| (Question::Job(job.id), Call::of(&JOB_EXISTS).with(job.id))),
    );
    asked.extend(places.into_iter().map(|place| {
        let call = Call::of(&OVERLAPPING)
            .with(place.resource)
            .with(u32::from(place.place))
            .with(place.from)
            .with(place.until);
        (Question::Reserved, call)
    }));
    // Asked last: on PostgreSQL each statement sees what was written by then. Had any of the answers above come from the
    // same contribution, sent at the same time to another process, this one tells.
    asked.push((Question::Made, Call::of(&CONTRIBUTION).with(commit.contribution.id)));
    asked
}

/// A version that is to be written.
#[derive(Debug)]
struct Advance {
    version: Version,
    state: State,
    digest: [u8; 32],
}

/// As the model decides it.
fn decide(commit: &Commit, known: &Known) -> Result<BTreeMap<DocumentId, Advance>, Refused> {
    let mut advances = BTreeMap::new();
    for append in &commit.appends {
        let refused = |why| Refused { document: append.document, why };
        let advance = decide_append(commit, append, known).map_err(refused)?;
        if advances.insert(append.document, advance).is_some() {
            return Err(refused(Reason::Twice));
        }
    }
    let is_there = |target: &Target| match target {
        Target::Document(id) => advances.contains_key(id) || known.targets.contains(target),
        Target::Blob(_) => known.targets.contains(target),
    };
    for append in &commit.appends {
        if let Some(target) = append.references.iter().find(|target| !is_there(target)) {
            return Err(Refused { document: append.document, why: Reason::Dangling(*target) });
        }
    }
    let owners: BTreeMap<DocumentId, Owner> = commit
        .appends
        .iter()
        .map(|append| (append.document, append.owner))
        .chain(known.documents.values().map(|stand| (stand.id, stand.owner)))
        .collect();
    let attach = |id: DocumentId| match owners.get(&id) {
        None => Err(Refused { document: id, why: Reason::Missing }),
        Some(owner) if known.is_erased(*owner) => {
            Err(Refused { document: id, why: Reason::Erased })
        }
        Some(_) => Ok(()),
    };
    let mut fields = BTreeSet::new();
    for tokens in &commit.tokens {
        attach(tokens.document)?;
        if !fields.insert((tokens.document, &tokens.field)) {
            return Err(Refused { document: tokens.document, why: Reason::Twice });
        }
    }
    let mut jobs = known.jobs.clone();
    for job in &commit.jobs {
        attach(job.document)?;
        if !jobs.insert(job.id) {
            return Err(Refused { document: job.document, why: Reason::JobTaken(job.id) });
        }
    }
    decide_reservations(commit, known, &attach, &is_there)?;
    Ok(advances)
}

fn decide_append(commit: &Commit, append: &Append, known: &Known) -> Result<Advance, Reason> {
    match known.keys.get(&append.owner) {
        None | Some(KeyState::Absent) => return Err(Reason::NoKey),
        Some(KeyState::Erased) => return Err(Reason::Erased),
        Some(KeyState::Held) => {}
    }
    let contribution = &commit.contribution;
    let (version, state, before) = match (known.documents.get(&append.document), append.expected) {
        (None, Expected::Head(_)) => return Err(Reason::Missing),
        (None, Expected::Nothing) => {
            may_begin(append.document, append.change, contribution).map_err(Reason::Change)?;
            (Version::FIRST, State::Draft, None)
        }
        (Some(stand), expected) => {
            if stand.kind != append.kind || stand.owner != append.owner {
                return Err(Reason::Another);
            }
            let standing = Standing { id: stand.id, head: stand.head, state: &stand.state };
            let version =
                standing.may(expected, append.change, contribution).map_err(Reason::Change)?;
            let made = Signature { version, by: contribution.by, at: contribution.at };
            (version, stand.state.clone().after(append.change, made), Some(stand.digest))
        }
    };
    let digest = digest::version(&digest::Versioned {
        document: append.document,
        kind: &append.kind,
        owner: append.owner,
        version,
        change: append.change,
        form: append.form,
        body: &append.body,
        references: &append.references,
        contribution,
        before,
    });
    Ok(Advance { version, state, digest })
}

fn decide_reservations(
    commit: &Commit,
    known: &Known,
    attach: &impl Fn(DocumentId) -> Result<(), Refused>,
    is_there: &impl Fn(&Target) -> bool,
) -> Result<(), Refused> {
    let mut replaced = BTreeSet::new();
    for wanted in &commit.reservations {
        attach(wanted.document)?;
        if !replaced.insert(wanted.document) {
            return Err(Refused { document: wanted.document, why: Reason::Twice });
        }
    }
    let mut taken: Vec<Place> = known
        .reserved
        .iter()
        .filter(|(document, _)| !replaced.contains(document))
        .map(|(_, place)| *place)
        .collect();
    for wanted in &commit.reservations {
        let refused = |why| Err(Refused { document: wanted.document, why });
        for place in &wanted.places {
            let Place { resource, place: number, from, until } = *place;
            let target = Target::Document(resource);
            if !is_there(&target) {
                return refused(Reason::Dangling(target));
            }
            if from >= until {
                return refused(Reason::NoTime { resource });
            }
            if taken.iter().any(|other| other.overlaps(place)) {
                return refused(Reason::Taken { resource, place: number, from, until });
            }
            taken.push(*place);
        }
    }
    Ok(())
}

fn writings(
    commit: &Commit,
    committed: &Committed,
    advances: &BTreeMap<DocumentId, Advance>,
) -> Vec<Call> {
    let contribution = &commit.contribution;
    let mut calls = vec![
        Call::of(&CONTRIBUTION_INSERT)
            .with(contribution.id)
            .with(contribution.by)
            .with(role_number(contribution.role))
            .with(contribution.at)
            .with(&contribution.why)
            .with(source_bytes(&contribution.parents))
            .with(version_bytes(&committed.versions)),
    ];
    for append in &commit.appends {
        if let Some(advance) = advances.get(&append.document) {
            write_append(contribution, append, advance, &mut calls);
        }
    }
    let owners: BTreeSet<Owner> = commit.appends.iter().map(|append| append.owner).collect();
    calls.extend(owners.into_iter().map(|owner| Call::of(&CHANGED).with(owner_bytes(owner))));
    for tokens in &commit.tokens {
        calls.push(Call::of(&TOKENS_DELETE).with(tokens.document).with(&tokens.field));
        calls.extend(tokens.tokens.iter().map(|token| {
            Call::of(&TOKEN_INSERT).with(&tokens.field).with(*token).with(tokens.document)
        }));
    }
    for job in &commit.jobs {
        let call = Call::of(&JOB_INSERT).with(job.id).with(&job.kind);
        calls.push(call.with(job.document).with(job.from));
    }
    for wanted in &commit.reservations {
        calls.push(Call::of(&RESERVATIONS_DELETE).with(wanted.document));
    }
    for wanted in &commit.reservations {
        calls.extend(wanted.places.iter().map(|place| {
            Call::of(&RESERVATION_INSERT)
                .with(place.resource)
                .with(u32::from(place.place))
                .with(place.from)
                .with(place.until)
                .with(wanted.document)
        }));
    }
    calls
}

fn write_append(
    contribution: &Contribution,
    append: &Append,
    advance: &Advance,
    calls: &mut Vec<Call>,
) {
    if advance.version == Version::FIRST {
        calls.push(
            Call::of(&DOCUMENT_INSERT)
                .with(append.document)
                .with(&append.kind)
                .with(owner_bytes(append.owner))
                .with(advance.version)
                .with(contribution.at)
                .with(advance.digest),
        );
    } else {
        let call = Call::of(&DOCUMENT_ADVANCE)
            .with(advance.version)
            .with(contribution.at)
            .with(advance.digest);
        calls.push(with_state(call, &advance.state).with(append.document));
    }
    calls.push(
        Call::of(&VERSION_INSERT)
            .with(append.document)
            .with(advance.version)
            .with(contribution.id)
            .with(change_number(append.change))
            .with(u32::from(append.form))
            .with(append.body.clone())
            .with(advance.digest),
    );
    calls.extend(append.references.iter().map(|target| {
        let (kind, id) = target_columns(*target);
        Call::of(&LINK_INSERT).with(append.document).with(advance.version).with(kind).with(id)
    }));
}

/// The six columns of a state.
fn with_state(call: Call, state: &State) -> Call {
    let (signature, withdrawal) = match state {
        State::Draft => (None, None),
        State::Signed { signature, addenda: _ } => (Some(signature), None),
        State::Withdrawn { withdrawal, signature } => (signature.as_ref(), Some(withdrawal)),
    };
    [signature, withdrawal].into_iter().fold(call, |call, made| {
        call.with(made.map(|made| made.version))
            .with(made.map(|made| made.by))
            .with(made.map(|made| made.at))
    })
}

fn read_signature(row: &mut Row) -> Result<Option<Signature>, StoreError> {
    let (number, by, at) = (row.maybe_int()?, row.maybe_bytes()?, row.maybe_int()?);
    match (number, by, at) {
        (None, None, None) => Ok(None),
        (Some(number), Some(by), Some(at)) => Ok(Some(Signature {
            version: version(number)?,
            by: PersonId::from_bytes(array(&by)?),
            at: percuta_record::Moment(at),
        })),
        _ => Err(StoreError::Malformed { what: "half a signature stands in a document" }),
    }
}

/// The state in its six columns, of a document with this head. What follows a signature is addenda, each of them.
pub(crate) fn read_state(row: &mut Row, head: Version) -> Result<State, StoreError> {
    let (signature, withdrawal) = (read_signature(row)?, read_signature(row)?);
    Ok(match (signature, withdrawal) {
        (None, None) => State::Draft,
        (signature, Some(withdrawal)) => State::Withdrawn { withdrawal, signature },
        (Some(signature), None) => {
            let added = signature.version.number().saturating_add(1)..=head.number();
            State::Signed { signature, addenda: added.filter_map(Version::new).collect() }
        }
    })
}

pub(crate) fn read_stand(row: &mut Row) -> Result<Stand, StoreError> {
    let (id, kind) = (row.id()?, row.code()?);
    let owner = read_owner(&row.bytes()?)?;
    let head = row.version()?;
    let state = read_state(row, head)?;
    Ok(Stand { id, kind, owner, head, state, digest: row.array()? })
}

pub(crate) fn read_reserved(mut row: Row) -> Result<(DocumentId, Place), StoreError> {
    let (document, resource) = (row.id()?, row.id()?);
    let place = u16::try_from(row.int()?)
        .map_err(|_cause| StoreError::Malformed { what: "a place has no number" })?;
    Ok((document, Place { resource, place, from: row.moment()?, until: row.moment()? }))
}

/// An owner as it is stored.
pub(crate) fn owner_bytes(owner: Owner) -> Vec<u8> {
    match owner {
        Owner::Patient(patient) => patient.bytes().to_vec(),
        Owner::Clinic => b"C".to_vec(),
    }
}

pub(crate) fn read_owner(bytes: &[u8]) -> Result<Owner, StoreError> {
    match bytes {
        b"C" => Ok(Owner::Clinic),
        bytes => array(bytes).map(PatientId::from_bytes).map(Owner::Patient),
    }
}

/// A target as it is stored.
pub(crate) fn target_columns(target: Target) -> (i64, Value) {
    match target {
        Target::Document(id) => (1, id.into()),
        Target::Blob(id) => (2, id.into()),
    }
}

pub(crate) fn read_target(row: &mut Row) -> Result<Target, StoreError> {
    match row.int()? {
        1 => row.id().map(Target::Document),
        2 => row.id().map(Target::Blob),
        _ => Err(StoreError::Malformed { what: "a reference leads to nothing that is known" }),
    }
}

const CHANGES: [Change; 4] = [Change::Write, Change::Sign, Change::Addend, Change::Withdraw];

/// A change as it is stored.
pub(crate) fn change_number(change: Change) -> i64 {
    match change {
        Change::Write => 1,
        Change::Sign => 2,
        Change::Addend => 3,
        Change::Withdraw => 4,
    }
}

pub(crate) fn read_change(number: i64) -> Result<Change, StoreError> {
    CHANGES
        .into_iter()
        .find(|change| change_number(*change) == number)
        .ok_or(StoreError::Malformed { what: "a change is none of the four" })
}

const ROLES: [Role; 7] = [
    Role::Owner,
    Role::MedicalLead,
    Role::Practitioner,
    Role::Assistant,
    Role::FrontDesk,
    Role::Patient,
    Role::System,
];

/// A role as it is stored.
pub(crate) fn role_number(role: Role) -> i64 {
    match role {
        Role::Owner => 1,
        Role::MedicalLead => 2,
        Role::Practitioner => 3,
        Role::Assistant => 4,
        Role::FrontDesk => 5,
        Role::Patient => 6,
        Role::System => 7,
    }
}

pub(crate) fn read_role(number: i64) -> Result<Role, StoreError> {
    ROLES
        .into_iter()
        .find(|role| role_number(*role) == number)
        .ok_or(StoreError::Malformed { what: "a role is none of the seven" })
}

/// Versions as they are stored: 16 bytes and 4 for each.
pub(crate) fn version_bytes(versions: &BTreeMap<DocumentId, Version>) -> Vec<u8> {
    let pairs = versions.iter().map(|(document, version)| (*document, *version));
    pair_bytes(pairs)
}

fn pair_bytes(pairs: impl Iterator<Item = (DocumentId, Version)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (document, version) in pairs {
        bytes.extend_from_slice(&document.bytes());
        bytes.extend_from_slice(&version.number().to_be_bytes());
    }
    bytes
}

fn read_pairs(bytes: &[u8]) -> Result<Vec<(DocumentId, Version)>, StoreError> {
    let malformed = StoreError::Malformed { what: "a list of versions cannot be read" };
    let (pairs, rest) = bytes.as_chunks::<20>();
    if !rest.is_empty() {
        return Err(malformed);
    }
    pairs
        .iter()
        .map(|pair| {
            let (id, number) = pair.split_at(16);
            let version = Version::new(u32::from_be_bytes(array(number)?));
            Ok((DocumentId::from_bytes(array(id)?), version.ok_or_else(|| malformed.clone())?))
        })
        .collect()
}

pub(crate) fn read_versions(bytes: &[u8]) -> Result<BTreeMap<DocumentId, Version>, StoreError> {
    Ok(read_pairs(bytes)?.into_iter().collect())
}

/// Sources as they are stored, in the order in which they were named.
pub(crate) fn source_bytes(sources: &[Source]) -> Vec<u8> {
    pair_bytes(sources.iter().map(|source| (source.document, source.version)))
}

pub(crate) fn read_sources(bytes: &[u8]) -> Result<Vec<Source>, StoreError> {
    let pairs = read_pairs(bytes)?;
    Ok(pairs.into_iter().map(|(document, version)| Source { document, version }).collect())
}
