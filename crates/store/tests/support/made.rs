//! Things to write, all invented.

use std::collections::BTreeSet;

use percuta_record::{
    Append, AuditEntry, Change, Code, Commit, Contribution, ContributionId, DocumentId, Expected,
    Moment, Owner, PatientId, PersonId, Place, Reservations, Role, Version,
};

pub(crate) fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

/// Sixteen bytes that begin with a number.
pub(crate) fn sixteen(number: u32) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes
}

pub(crate) fn patient(number: u32) -> PatientId {
    PatientId::from_bytes(sixteen(number))
}

pub(crate) fn document(number: u32) -> DocumentId {
    DocumentId::from_bytes(sixteen(number))
}

pub(crate) fn head(number: u32) -> Expected {
    Version::new(number).map_or(Expected::Nothing, Expected::Head)
}

pub(crate) fn audit(action: &str, at: i64, on: Option<u32>) -> AuditEntry {
    AuditEntry {
        by: Some(PersonId::from_bytes([2; 16])),
        at: Moment(at),
        action: code(action),
        subject: on.map(|number| (document(number), None)),
        outcome: code("done"),
    }
}

pub(crate) fn commit(number: u32, appends: Vec<Append>) -> Commit {
    let at = i64::from(number);
    Commit {
        contribution: Contribution {
            id: ContributionId::from_bytes(sixteen(number)),
            by: PersonId::from_bytes([1; 16]),
            role: Role::Practitioner,
            at: Moment(at),
            why: code("entry"),
            parents: Vec::new(),
        },
        appends,
        tokens: Vec::new(),
        jobs: Vec::new(),
        reservations: Vec::new(),
        audit: audit("document.write", at, Some(number % 9)),
    }
}

pub(crate) fn append(number: u32, owner: Owner, expected: Expected, change: Change) -> Append {
    Append {
        document: document(number),
        kind: code("intake"),
        owner,
        expected,
        change,
        form: 1,
        body: number.to_be_bytes().to_vec(),
        references: BTreeSet::new(),
    }
}

/// A first draft of the clinic's.
pub(crate) fn begin(number: u32) -> Append {
    append(number, Owner::Clinic, Expected::Nothing, Change::Write)
}

pub(crate) fn place(resource: u32, place: u16, from: i64, until: i64) -> Place {
    Place { resource: document(resource), place, from: Moment(from), until: Moment(until) }
}

pub(crate) fn reserve(number: u32, places: impl IntoIterator<Item = Place>) -> Reservations {
    Reservations { document: document(number), places: places.into_iter().collect() }
}
