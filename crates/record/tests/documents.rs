//! Ids, codes and the life of one document, case by case.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use percuta_record::{
    Change, Code, Contribution, ContributionId, Document, DocumentId, Entry, Expected, IdError,
    Moment, Owner, PatientId, PersonId, Refusal, Role, Signature, Source, State, Unsound, Version,
    document::{addend, append, sign, withdraw},
};
use proptest::prelude::*;

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

fn document_id(byte: u8) -> DocumentId {
    DocumentId::from_bytes([byte; 16])
}

fn entry(number: u8) -> Entry<&'static str> {
    let contribution = Contribution {
        id: ContributionId::from_bytes([number; 16]),
        by: PersonId::from_bytes([number; 16]),
        role: Role::Practitioner,
        at: Moment(i64::from(number)),
        why: code("first-entry"),
        parents: Vec::new(),
    };
    Entry { contribution, form: 1, body: "body" }
}

fn draft() -> Document<&'static str> {
    let revision = entry(1).doing(Change::Write);
    Document::begin(document_id(1), code("intake"), Owner::Clinic, revision).unwrap()
}

fn on(number: u32) -> Expected {
    Expected::Head(Version::new(number).unwrap())
}

fn made(version: u32, number: u8) -> Signature {
    Signature {
        version: Version::new(version).unwrap(),
        by: PersonId::from_bytes([number; 16]),
        at: Moment(i64::from(number)),
    }
}

#[test]
fn a_draft_is_written_signed_added_to_and_withdrawn() {
    let document = append(draft(), on(1), entry(2)).unwrap();
    assert_eq!(document.state(), &State::Draft);
    let document = sign(document, on(2), entry(3)).unwrap();
    let document = addend(document, on(3), entry(4)).unwrap();
    let addenda = vec![Version::new(4).unwrap()];
    assert_eq!(document.state(), &State::Signed { signature: made(3, 3), addenda });
    let document = withdraw(document, on(4), entry(5)).unwrap();
    let signature = Some(made(3, 3));
    assert_eq!(document.state(), &State::Withdrawn { withdrawal: made(5, 5), signature });
    assert_eq!(document.head().number(), 5);
    assert_eq!(document.versions().count(), 5);
}

#[test]
fn what_is_signed_is_only_added_to() {
    let signed = || sign(draft(), on(1), entry(2)).unwrap();
    let refusal = Refusal::Signed { signed: made(2, 2) };
    assert_eq!(append(signed(), on(2), entry(3)), Err(refusal));
    assert_eq!(sign(signed(), on(2), entry(3)), Err(refusal));
    assert!(addend(signed(), on(2), entry(3)).is_ok());
}

#[test]
fn a_draft_takes_no_addendum() {
    assert_eq!(addend(draft(), on(1), entry(2)), Err(Refusal::NotSigned));
}

#[test]
fn nothing_follows_a_withdrawal() {
    let withdrawn = || withdraw(draft(), on(1), entry(2)).unwrap();
    let refusal = Err(Refusal::Withdrawn { withdrawn: made(2, 2) });
    assert_eq!(append(withdrawn(), on(2), entry(3)), refusal);
    assert_eq!(sign(withdrawn(), on(2), entry(3)), refusal);
    assert_eq!(addend(withdrawn(), on(2), entry(3)), refusal);
    assert_eq!(withdraw(withdrawn(), on(2), entry(3)), refusal);
}

#[test]
fn who_had_seen_another_head_is_told() {
    let document = append(draft(), on(1), entry(2)).unwrap();
    for expected in [on(1), on(3), Expected::Nothing] {
        let refusal = Refusal::Conflict { expected, head: Version::new(2).unwrap() };
        assert_eq!(append(document.clone(), expected, entry(3)), Err(refusal));
    }
}

#[test]
fn what_was_sent_again_was_done_before() {
    let document = append(draft(), on(1), entry(2)).unwrap();
    let refusal = Refusal::Repeated { version: Version::new(2).unwrap() };
    assert_eq!(append(document, on(1), entry(2)), Err(refusal));
}

#[test]
fn a_document_begins_with_a_draft() {
    for change in [Change::Sign, Change::Addend, Change::Withdraw] {
        let begun =
            Document::begin(document_id(1), code("intake"), Owner::Clinic, entry(1).doing(change));
        assert_eq!(begun, Err(Refusal::NotBegun));
    }
}

#[test]
fn a_version_is_not_its_own_source() {
    let version = Version::new(2).unwrap();
    let mut next = entry(2);
    next.contribution.parents = vec![Source { document: document_id(1), version }];
    let refusal = Refusal::FromTheFuture { parent: version };
    assert_eq!(append(draft(), on(1), next.clone()), Err(refusal));
    next.contribution.parents = vec![
        Source { document: document_id(1), version: Version::FIRST },
        Source { document: document_id(2), version: Version::new(9).unwrap() },
    ];
    assert!(append(draft(), on(1), next).is_ok());
}

#[test]
fn stored_versions_that_could_not_have_been_written_are_no_document() {
    let replay = |changes: &[Change]| {
        let revisions = (1..).zip(changes).map(|(number, change)| entry(number).doing(*change));
        Document::replay(document_id(1), code("intake"), Owner::Clinic, revisions)
    };
    use Change::{Addend, Sign, Withdraw, Write};
    assert!(replay(&[Write, Write, Sign, Addend, Addend, Withdraw]).is_ok());
    assert_eq!(replay(&[]), Err(Unsound::Empty));
    let refused = |version, refusal| {
        Err(Unsound::Refused { version: Version::new(version).unwrap(), refusal })
    };
    assert_eq!(replay(&[Sign]), refused(1, Refusal::NotBegun));
    assert_eq!(replay(&[Write, Addend]), refused(1, Refusal::NotSigned));
    let signed = made(2, 2);
    assert_eq!(replay(&[Write, Sign, Write]), refused(2, Refusal::Signed { signed }));
}

#[test]
fn an_id_has_one_text() {
    let id = PatientId::from_bytes([0xff; 16]);
    assert_eq!(id.to_string(), format!("patient-7{}", "z".repeat(25)));
    let zero = PatientId::from_bytes([0; 16]).to_string();
    assert_eq!(zero, format!("patient-{}", "0".repeat(26)));
}

#[test]
fn a_text_that_is_no_id_says_why() {
    let read = |text: &str| text.parse::<PatientId>().err();
    let expected = "patient";
    assert_eq!(read(""), Some(IdError::Prefix { expected }));
    assert_eq!(read(&document_id(1).to_string()), Some(IdError::Prefix { expected }));
    assert_eq!(read("patient-"), Some(IdError::Length { expected, letters: 0 }));
    let letters = 100_000;
    assert_eq!(
        read(&format!("patient-{}", "0".repeat(letters))),
        Some(IdError::Length { expected, letters })
    );
    for (first, place) in [("8", 1), ("0I", 2), ("0i", 2), ("0é", 2), ("0-", 2), ("00l", 3)] {
        let text = format!("patient-{first}{}", "0".repeat(26 - first.chars().count()));
        assert_eq!(read(&text), Some(IdError::Letter { expected, place }), "{text}");
    }
    assert_eq!(
        read("bob").unwrap().to_string(),
        "this is no patient id: it does not begin with `patient-`"
    );
}

#[test]
fn words_of_people_are_no_codes() {
    assert!(Code::new("patient.open").is_some());
    for text in ["", "Ana Brien", "ana@example.test", "keloid!", &"a".repeat(65)] {
        assert!(Code::new(text).is_none(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_id_reads_as_it_was_written(left in any::<[u8; 16]>(), right in any::<[u8; 16]>()) {
        let (left, right) = (DocumentId::from_bytes(left), DocumentId::from_bytes(right));
        prop_assert_eq!(left.to_string().parse::<DocumentId>(), Ok(left));
        prop_assert_eq!(DocumentId::from_bytes(left.bytes()), left);
        prop_assert_eq!(left < right, left.to_string() < right.to_string());
    }

    #[test]
    fn noise_is_no_id_and_no_panic(noise in "\\PC{0,40}") {
        prop_assert!(noise.parse::<DocumentId>().is_err());
        let text = format!("document-{}", noise);
        if let Ok(id) = text.parse::<DocumentId>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }
}
