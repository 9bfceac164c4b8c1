//! The register, and what a patient's word does to it.

use std::collections::BTreeSet;

use jiff::civil::date;
use percuta_chart::{consent::PhotographUse, person::Part, photograph::View};
use percuta_record::{AuditEntry, Moment};

use super::*;
use crate::{
    permissions::Which,
    photographs::Shot,
    testing::{Clinic, jpeg, now},
};
use PhotographUse::{Public, Record, Teaching};

fn set(uses: &[PhotographUse]) -> BTreeSet<PhotographUse> {
    uses.iter().copied().collect()
}

fn site() -> Place {
    Place { channel: Channel::WebSite, words: "clinic web site, page before and after".to_owned() }
}

fn entered(photographs: &[DocumentId], purpose: Purpose) -> Entered {
    let since = date(2026, 11, 20);
    Entered { photographs: photographs.to_vec(), purpose, place: site(), since }
}

/// A patient with a photograph that may be shown in public and in teaching.
async fn shown(clinic: &Clinic, name: &str) -> (PatientId, Actor, DocumentId) {
    let (patient, actor) = clinic.patient(name).await;
    clinic.consents(patient, &[Record]).await;
    let shot =
        Shot { about: None, view: View::Front, taken: None, noted: BTreeSet::new(), bytes: jpeg() };
    let one = clinic.practice.add_photograph(&clinic.lead, patient, shot).await.unwrap();
    let uses = set(&[Record, Teaching, Public]);
    clinic.practice.permit_photographs(&actor, &Which::All, &uses).await.unwrap();
    (patient, actor, one)
}

async fn standing_of(clinic: &Clinic, id: DocumentId) -> Standing {
    clinic.practice.publication(&clinic.lead, id).await.unwrap().copy.standing
}

fn due() -> Standing {
    Standing::ToTakeDown { until: date(2026, 11, 28), is_overdue: false }
}

#[tokio::test]
async fn withdrawing_one_use_puts_its_copies_on_the_list_until_somebody_saw_that_they_are_gone() {
    let clinic = Clinic::open().await;
    let practice = &clinic.practice;
    let (patient, nora, one) = shown(&clinic, "Nora Invented").await;
    let public = entered(&[one], Purpose::Public);
    let public = practice.register_publication(&clinic.lead, public).await.unwrap();
    let lecture = entered(&[one], Purpose::Teaching);
    let lecture = practice.register_publication(&clinic.lead, lecture).await.unwrap();
    let up = Standing::Up { since: date(2026, 11, 20) };
    assert_eq!(standing_of(&clinic, public).await, up);

    practice.withdraw_permission(&nora, &Which::All, &set(&[Public])).await.unwrap();
    assert_eq!(standing_of(&clinic, public).await, due());
    assert_eq!(standing_of(&clinic, lecture).await, up);
    let stored = practice.publication(&clinic.lead, public).await.unwrap().copy.publication;
    assert!(matches!(stored.state, PublicationState::ToTakeDown { .. }));
    assert_eq!(practice.to_take_down(&clinic.lead).await.unwrap(), (1, 0));
    assert_eq!(practice.publications(&clinic.lead).await.unwrap()[0].copy.publication.id, public);

    // Permitting it again does not leave it there: what has to go, goes.
    let uses = set(&[Record, Public]);
    practice.permit_photographs(&nora, &Which::All, &uses).await.unwrap();
    assert_eq!(standing_of(&clinic, public).await, due());

    let no = practice.take_down(&clinic.lead, public, "  ").await.unwrap_err();
    assert!(matches!(no, No::Wrong(_)));
    practice.take_down(&clinic.lead, public, "The page was loaded again.").await.unwrap();
    let copies = practice.photograph_standings(&nora, patient).await.unwrap().copies;
    let gone = copies.iter().find(|copy| copy.publication.id == public).unwrap();
    assert_eq!(
        gone.standing,
        Standing::TakenDown {
            at: now(),
            name: "Dr Ines Invented".to_owned(),
            proof: "The page was loaded again.".to_owned()
        }
    );
    let no = practice.take_down(&clinic.lead, public, "Again.").await.unwrap_err();
    assert!(matches!(no, No::Closed(_)));
}

#[tokio::test]
async fn taking_the_photograph_back_or_lowering_it_recalls_its_copies() {
    let clinic = Clinic::open().await;
    let practice = &clinic.practice;
    let (_, _, one) = shown(&clinic, "Nora Invented").await;
    let copy = entered(&[one], Purpose::Public);
    let copy = practice.register_publication(&clinic.lead, copy).await.unwrap();
    practice.lower_permission(&clinic.lead, one, &set(&[Teaching])).await.unwrap();
    assert_eq!(standing_of(&clinic, copy).await, due());

    let (_, _, two) = shown(&clinic, "Olaf Invented").await;
    let copy = entered(&[two], Purpose::Teaching);
    let copy = practice.register_publication(&clinic.lead, copy).await.unwrap();
    practice.withdraw_photograph(&clinic.lead, two).await.unwrap();
    assert_eq!(standing_of(&clinic, copy).await, due());
}

#[tokio::test]
async fn a_copy_that_was_never_permitted_is_entered_and_has_to_go() {
    let clinic = Clinic::open().await;
    let practice = &clinic.practice;
    let (_, nora, one) = shown(&clinic, "Nora Invented").await;
    practice.permit_photographs(&nora, &Which::All, &set(&[Record])).await.unwrap();
    let copy = entered(&[one], Purpose::Public);
    let copy = practice.register_publication(&clinic.lead, copy).await.unwrap();
    assert_eq!(standing_of(&clinic, copy).await, due());
}

#[tokio::test]
async fn the_register_names_nobody_and_holds_one_patients_photographs() {
    let clinic = Clinic::open().await;
    let practice = &clinic.practice;
    let (_, _, one) = shown(&clinic, "Nora Invented").await;
    let (_, _, other) = shown(&clinic, "Olaf Other").await;
    let mut named = entered(&[one], Purpose::Public);
    named.place.words = "Page of NORA, spring".to_owned();
    let no = practice.register_publication(&clinic.lead, named).await.unwrap_err();
    assert!(matches!(no, No::Wrong(wrong) if wrong[0].field == "place"));
    let two = entered(&[one, other], Purpose::Public);
    let no = practice.register_publication(&clinic.lead, two).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    let late = Entered { since: date(2026, 11, 22), ..entered(&[one], Purpose::Public) };
    let no = practice.register_publication(&clinic.lead, late).await.unwrap_err();
    assert!(matches!(no, No::Wrong(wrong) if wrong[0].field == "since"));
    assert!(practice.publications(&clinic.lead).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_keeps_no_register_sees_none_and_who_sees_no_photographs_registers_none() {
    let clinic = Clinic::open().await;
    let practice = &clinic.practice;
    let (_, nora, one) = shown(&clinic, "Nora Invented").await;
    let copy = entered(&[one], Purpose::Public);
    let id = practice.register_publication(&clinic.lead, copy.clone()).await.unwrap();
    for actor in [&nora, &clinic.member(Part::FrontDesk), &clinic.member(Part::Assistant)] {
        assert!(matches!(practice.publications(actor).await, Err(No::NotAllowed)));
        assert!(matches!(practice.publication(actor, id).await, Err(No::NotAllowed)));
        assert!(matches!(practice.take_down(actor, id, "Gone.").await, Err(No::NotAllowed)));
        assert_eq!(practice.to_take_down(actor).await.unwrap(), (0, 0));
    }
    let owner = clinic.member(Part::Owner);
    assert_eq!(practice.publications(&owner).await.unwrap().len(), 1);
    let no = practice.register_publication(&owner, copy).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
    practice.take_down(&owner, id, "The page was loaded again.").await.unwrap();
}

#[tokio::test]
async fn the_copies_of_an_erased_patient_have_to_go_and_name_nobody() {
    let clinic = Clinic::open().await;
    let practice = &clinic.practice;
    let (patient, _, one) = shown(&clinic, "Nora Invented").await;
    let copy = entered(&[one], Purpose::Public);
    let id = practice.register_publication(&clinic.lead, copy).await.unwrap();
    let audit = AuditEntry {
        by: None,
        at: Moment(now().as_microsecond()),
        action: percuta_chart::stored::code("test.erase"),
        subject: None,
        outcome: percuta_chart::stored::code("done"),
    };
    practice.store().erase(patient, audit).await.unwrap();
    let listed = practice.publications(&clinic.lead).await.unwrap();
    assert_eq!(listed[0].name, None);
    let today = date(2026, 11, 21);
    assert_eq!(listed[0].copy.standing, Standing::ToTakeDown { until: today, is_overdue: false });
    assert_eq!(practice.to_take_down(&clinic.lead).await.unwrap(), (1, 0));
    practice.take_down(&clinic.lead, id, "The page was loaded again.").await.unwrap();
    assert!(matches!(standing_of(&clinic, id).await, Standing::TakenDown { .. }));
    let written =
        String::from_utf8(serde_json::to_vec(&listed[0].copy.publication.document).unwrap());
    assert!(!written.unwrap().contains("Invented"));
}

#[test]
fn what_is_due_is_overdue_the_day_after() {
    let publication = |state| Publication {
        of: PatientId::from_bytes([1; 16]),
        photographs: vec![DocumentId::from_bytes([2; 16])],
        purpose: Purpose::Public,
        place: Some(site()),
        file_sha256: None,
        by: percuta_record::PersonId::from_bytes([3; 16]),
        at: now(),
        state,
    };
    let until = date(2026, 11, 28);
    let asked = publication(PublicationState::ToTakeDown { asked: now(), until });
    let on = |today| standing(&asked, Some(&Said::default()), today);
    assert_eq!(on(until), Standing::ToTakeDown { until, is_overdue: false });
    assert_eq!(on(date(2026, 11, 29)), Standing::ToTakeDown { until, is_overdue: true });
    // Nobody wrote that it has to go, and it is not permitted: it is found all the same.
    let up = publication(PublicationState::Up { since: date(2026, 11, 1) });
    let found = standing(&up, Some(&Said::default()), until);
    assert_eq!(found, Standing::ToTakeDown { until, is_overdue: false });
}

#[test]
fn a_name_is_found_in_words_whatever_its_case() {
    assert!(names("Nora Lee Invented", "Seen with nora, page 2"));
    assert!(names("Zoë O'Connor", "The connor page"));
    assert!(!names("Jo Li", "clinic web site, jo"));
    assert!(!names("Nora Invented", "clinic web site, page before and after"));
}
