//! What may be done with photographs of nobody, and who may change it.

use percuta_chart::{person::Part, photograph::View};

use super::*;
use crate::{
    photographs::{Shot, Size},
    testing::{Clinic, now},
};
use PhotographUse::{Clinic as Within, Public, Record, Teaching};

fn set(uses: &[PhotographUse]) -> BTreeSet<PhotographUse> {
    uses.iter().copied().collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn shot() -> DocumentId {
    DocumentId::from_bytes([1; 16])
}

fn said(
    word: Option<(&[PhotographUse], &str)>,
    consents: &[(&str, &[PhotographUse], Option<&str>)],
) -> Said {
    let word = word.map(|(uses, when)| Permission {
        photograph: shot(),
        uses: set(uses),
        by: Speaker::Patient,
        at: at(when),
        shown: "Words.".to_owned(),
    });
    let consent = |(when, uses, withdrawn): &(&str, &[PhotographUse], Option<&str>)| ConsentWord {
        at: at(when),
        uses: set(uses),
        withdrawn: withdrawn.map(at),
    };
    Said {
        photographs: BTreeSet::from([shot()]),
        words: word.into_iter().map(|word| (shot(), word)).collect(),
        consents: consents.iter().map(consent).collect(),
    }
}

const FIRST: &str = "2026-11-01T10:00:00Z";
const THEN: &str = "2026-11-02T10:00:00Z";
const LAST: &str = "2026-11-03T10:00:00Z";

#[test]
fn what_was_not_said_of_a_photograph_is_not_allowed_whatever_the_consent_says() {
    let all: &[PhotographUse] = &[Record, Within, Teaching, Public];
    let known = said(None, &[(FIRST, all, None)]);
    assert_eq!(may(&known, shot(), Record), May::Yes);
    for purpose in [Within, Teaching, Public] {
        assert_eq!(may(&known, shot(), purpose), May::No(Why::NotSaid));
    }
    assert_eq!(may(&said(None, &[]), shot(), Record), May::No(Why::NotSaid));
    assert_eq!(may(&said(None, &[(FIRST, &[], None)]), shot(), Record), May::No(Why::NotSaid));
}

#[test]
fn a_word_on_the_photograph_goes_further_than_the_consent_before_it() {
    let known = said(Some((&[Record, Public], THEN)), &[(FIRST, &[Record], None)]);
    assert_eq!(uses(&known, shot()), set(&[Record, Public]));
    assert_eq!(may(&known, shot(), Teaching), May::No(Why::Refused));
}

#[test]
fn a_later_consent_only_takes_away() {
    let word: (&[PhotographUse], &str) = (&[Record, Public], THEN);
    let less = said(Some(word), &[(LAST, &[Record], None)]);
    assert_eq!(may(&less, shot(), Public), May::No(Why::Lapsed));
    assert_eq!(may(&less, shot(), Record), May::Yes);
    let more = said(Some(word), &[(LAST, &[Record, Teaching, Public], None)]);
    assert_eq!(uses(&more, shot()), set(&[Record, Public]));
    let withdrawn = said(Some(word), &[(FIRST, &[Record, Public], Some(LAST))]);
    assert_eq!(uses(&withdrawn, shot()), set(&[]));
    // What is said after the withdrawal stands.
    let anew = said(Some((&[Record, Public], LAST)), &[(FIRST, &[Record], Some(THEN))]);
    assert_eq!(uses(&anew, shot()), set(&[Record, Public]));
}

#[test]
fn a_lapsed_consent_closes_no_photograph_to_who_treats_on_and_the_patients_no_does() {
    let lapsed = said(None, &[(FIRST, &[Record], Some(THEN))]);
    assert!(!is_closed(&lapsed, shot()));
    assert!(is_closed(&said(Some((&[], THEN)), &[(FIRST, &[Record], None)]), shot()));
}

#[test]
fn a_photograph_that_was_taken_back_may_nothing() {
    let mut known = said(Some((&[Record, Public], THEN)), &[]);
    known.photographs.clear();
    assert_eq!(may(&known, shot(), Public), May::No(Why::Gone));
}

#[test]
fn the_words_that_are_kept_hold_every_question_and_its_answer() {
    let words = words_of(&set(&[Record]));
    assert_eq!(words.lines().count(), 4);
    assert!(words.starts_with("May it stay in your record?") && words.contains("— Yes."));
    assert_eq!(words.matches("— No.").count(), 3);
}

async fn photograph(clinic: &Clinic, patient: PatientId) -> DocumentId {
    let file = Shot {
        about: None,
        view: View::Front,
        taken: None,
        noted: BTreeSet::new(),
        bytes: crate::testing::jpeg(),
    };
    clinic.practice.add_photograph(&clinic.lead, patient, file).await.unwrap()
}

#[tokio::test]
async fn a_patient_says_it_of_one_or_of_all_and_each_word_stays_to_be_read() {
    let clinic = Clinic::open().await;
    let (patient, nora) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[Record]).await;
    let (one, two) = (photograph(&clinic, patient).await, photograph(&clinic, patient).await);
    let practice = &clinic.practice;
    let these = Which::These(vec![one]);
    practice.permit_photographs(&nora, &these, &set(&[Record, Public])).await.unwrap();
    let standings = practice.photograph_standings(&clinic.lead, patient).await.unwrap();
    assert_eq!(uses(&standings.said, one), set(&[Record, Public]));
    assert_eq!(uses(&standings.said, two), set(&[Record]));
    practice.permit_photographs(&nora, &Which::All, &set(&[Record, Within])).await.unwrap();
    let standings = practice.photograph_standings(&nora, patient).await.unwrap();
    assert_eq!(uses(&standings.said, one), set(&[Record, Within]));
    assert_eq!(uses(&standings.said, two), set(&[Record, Within]));
    let words = practice.photograph_words(&nora, one).await.unwrap();
    let read: Vec<_> = words.iter().map(|one| (one.version, one.word.uses.clone())).collect();
    assert_eq!(read, [(2, set(&[Record, Within])), (1, set(&[Record, Public]))]);
    assert!(words.iter().all(|one| one.word.at == now() && one.word.by == Speaker::Patient));
}

#[tokio::test]
async fn nobody_says_it_for_the_patient() {
    let clinic = Clinic::open().await;
    let (patient, nora) = clinic.patient("Nora Invented").await;
    let (_, olaf) = clinic.patient("Olaf Invented").await;
    clinic.consents(patient, &[Record]).await;
    let one = photograph(&clinic, patient).await;
    let (practice, these) = (&clinic.practice, Which::These(vec![one]));
    let wish = set(&[Record, Public]);
    let no = practice.permit_photographs(&clinic.lead, &these, &wish).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
    let no = practice.permit_photographs(&olaf, &these, &wish).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    let no = practice.withdraw_permission(&olaf, &these, &wish).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    let no = practice.lower_permission(&clinic.lead, one, &wish).await.unwrap_err();
    assert!(matches!(no, No::Wrong(_)));
    let no = practice.lower_permission(&nora, one, &set(&[Record])).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
    let owner = clinic.member(Part::Owner);
    let no = practice.lower_permission(&owner, one, &set(&[Record])).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
    let no = practice.photograph_standings(&olaf, patient).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
    let no = practice.photograph_words(&olaf, one).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
    let no = practice.permit_photographs(&nora, &these, &set(&[Public])).await.unwrap_err();
    assert!(matches!(no, No::Wrong(wrong) if wrong[0].field == "record"));
    let standings = practice.photograph_standings(&nora, patient).await.unwrap();
    assert_eq!(uses(&standings.said, one), set(&[Record]));
    assert!(standings.said.words.is_empty());
}

#[tokio::test]
async fn the_clinic_takes_away_and_only_the_patient_gives_back() {
    let clinic = Clinic::open().await;
    let (patient, nora) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[Record]).await;
    let one = photograph(&clinic, patient).await;
    let (practice, these) = (&clinic.practice, Which::These(vec![one]));
    practice.permit_photographs(&nora, &these, &set(&[Record, Teaching, Public])).await.unwrap();
    let of = practice.lower_permission(&clinic.lead, one, &set(&[Teaching])).await.unwrap();
    assert_eq!(of, patient);
    let said = practice.photograph_standings(&nora, patient).await.unwrap().said;
    assert_eq!(uses(&said, one), set(&[Record, Teaching]));
    assert_eq!(may(&said, one, Public), May::No(Why::TakenAway));
    let no = practice.lower_permission(&clinic.lead, one, &set(&[Teaching])).await.unwrap_err();
    assert!(matches!(no, No::Wrong(_)));
    practice.permit_photographs(&nora, &these, &set(&[Record, Public])).await.unwrap();
    let said = practice.photograph_standings(&nora, patient).await.unwrap().said;
    assert_eq!(uses(&said, one), set(&[Record, Public]));
}

#[tokio::test]
async fn what_the_patient_closed_is_on_no_page_of_the_clinics_and_on_their_own() {
    let clinic = Clinic::open().await;
    let (patient, nora) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[Record]).await;
    let one = photograph(&clinic, patient).await;
    let (practice, these) = (&clinic.practice, Which::These(vec![one]));
    practice.withdraw_permission(&nora, &these, &set(&[Record])).await.unwrap();
    assert!(practice.story(&clinic.lead, patient).await.unwrap().photographs.is_empty());
    assert_eq!(practice.story(&nora, patient).await.unwrap().photographs.len(), 1);
    let no = practice.photograph_file(&clinic.lead, one, Size::Small).await.unwrap_err();
    assert!(matches!(no, No::Closed(_)));
    practice.photograph_file(&nora, one, Size::Small).await.unwrap();
    // Nor is it looked at through a comparison, or beside a check-in.
    let two = photograph(&clinic, patient).await;
    let pair = crate::comparisons::Pair { before: one, after: two };
    let asked = (pair, crate::comparisons::Marked::AsBefore);
    let no = practice.compare(&clinic.lead, patient, asked).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
}

#[tokio::test]
async fn taking_back_touches_what_was_allowed_and_nothing_else() {
    let clinic = Clinic::open().await;
    let (patient, nora) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[Record]).await;
    let (one, two) = (photograph(&clinic, patient).await, photograph(&clinic, patient).await);
    let practice = &clinic.practice;
    let these = Which::These(vec![one]);
    practice.permit_photographs(&nora, &these, &set(&[Record, Teaching, Public])).await.unwrap();
    practice.withdraw_permission(&nora, &Which::All, &set(&[Public])).await.unwrap();
    let said = practice.photograph_standings(&nora, patient).await.unwrap().said;
    assert_eq!(uses(&said, one), set(&[Record, Teaching]));
    // Of the other nothing was allowed, so nothing is said of it now.
    assert!(!said.words.contains_key(&two));
    assert_eq!(practice.photograph_words(&nora, one).await.unwrap().len(), 2);
}
