//! The digest of a version: what stands in the open and what is sealed, with the digest of the version before.
//!
//! It finds a mistake, and a hand that changes a row. It has no key: who may write to the whole database can compute it
//! anew; against that stand the envelope, which binds the body to its place, and the audit chain with its marks.

use std::collections::BTreeSet;

use percuta_record::{Change, Code, Contribution, DocumentId, Owner, Target, Version};
use sha2::{Digest as _, Sha256};

use crate::commit::{change_number, owner_bytes, role_number, source_bytes};

/// All that a digest is of.
pub(crate) struct Versioned<'a> {
    pub(crate) document: DocumentId,
    pub(crate) kind: &'a Code,
    pub(crate) owner: Owner,
    pub(crate) version: Version,
    pub(crate) change: Change,
    pub(crate) form: u16,
    pub(crate) body: &'a [u8],
    pub(crate) references: &'a BTreeSet<Target>,
    pub(crate) contribution: &'a Contribution,
    pub(crate) before: Option<[u8; 32]>,
}

/// The digest: SHA-256 over the parts, each preceded by its length, so that no two different lists are the same bytes.
pub(crate) fn version(versioned: &Versioned<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    part(b"percuta version 1");
    part(versioned.before.as_ref().map_or(&[][..], <[u8; 32]>::as_slice));
    part(&versioned.document.bytes());
    part(versioned.kind.as_str().as_bytes());
    part(&owner_bytes(versioned.owner));
    part(&versioned.version.number().to_be_bytes());
    part(&change_number(versioned.change).to_be_bytes());
    part(&versioned.form.to_be_bytes());
    part(&versioned.contribution.id.bytes());
    part(&versioned.contribution.by.bytes());
    part(&role_number(versioned.contribution.role).to_be_bytes());
    part(&versioned.contribution.at.0.to_be_bytes());
    part(versioned.contribution.why.as_str().as_bytes());
    part(&source_bytes(&versioned.contribution.parents));
    for target in versioned.references {
        match target {
            Target::Document(id) => {
                part(b"document");
                part(&id.bytes());
            }
            Target::Blob(id) => {
                part(b"blob");
                part(&id.bytes());
            }
        }
    }
    part(versioned.body);
    hash.finalize().into()
}

/// The digest of a sealed file.
pub(crate) fn bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
