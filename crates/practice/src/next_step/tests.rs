//! Steps of invented patients.

use std::collections::BTreeMap;

use jiff::civil::date;
use percuta_chart::{
    consent::PhotographUse,
    course::{PlannedSession, Quote},
    visit::Visit,
};

use super::*;
use crate::testing::{Clinic, now};

const TODAY: Date = date(2026, 11, 21);

fn course(state: CourseState) -> Course {
    Course {
        title: "Acne scars, cheeks".to_owned(),
        screening: DocumentId::from_bytes([9; 16]),
        request: Value::Null,
        plan: r#"{"judge_at":{"months_after_last":3},"maintenance":{"note":"Once a year."}}"#
            .to_owned(),
        sessions: vec![PlannedSession {
            number: 1,
            window: Some((date(2026, 12, 1), date(2026, 12, 20))),
            zones: Vec::new(),
        }],
        quote: Quote { currency: "GBP".to_owned(), lines: Vec::new() },
        state,
        by: percuta_record::PersonId::from_bytes([1; 16]),
    }
}

async fn step(clinic: &Clinic, patient: percuta_record::PatientId) -> NextStep {
    let story = clinic.practice.gather(patient).await.unwrap().unwrap();
    next_step(&story, TODAY)
}

#[tokio::test]
async fn whoever_has_said_nothing_is_asked() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    assert_eq!(step(&clinic, patient).await, NextStep::Answer);
}

#[tokio::test]
async fn an_offer_is_decided_on_then_consented_to_then_booked_then_come_to() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    let id = clinic.put(patient, &course(CourseState::Offered { at: now() })).await;
    assert_eq!(step(&clinic, patient).await, NextStep::Decide { course: id });
    let accepted = CourseState::Accepted { offered: now(), at: now() };
    let (patient, _) = clinic.patient("Olaf Invented").await;
    let id = clinic.put(patient, &course(accepted)).await;
    assert_eq!(step(&clinic, patient).await, NextStep::Consent { course: id });
    clinic.consents_to(patient, id, &[PhotographUse::Record]).await;
    let window = Some((date(2026, 12, 1), date(2026, 12, 20)));
    assert_eq!(step(&clinic, patient).await, NextStep::Book { course: id, number: 1, window });
    let purpose = Purpose::Session { course: id, number: 1 };
    let visit = clinic.put(patient, &visit(&clinic, purpose)).await;
    assert_eq!(step(&clinic, patient).await, NextStep::Come { visit });
}

fn visit(clinic: &Clinic, purpose: Purpose) -> Visit {
    Visit {
        purpose,
        site: percuta_chart::calendar::document_of_first_site(),
        service: "session".to_owned(),
        from: "2026-12-03T10:00:00Z".parse().unwrap(),
        until: "2026-12-03T11:30:00Z".parse().unwrap(),
        phases: Vec::new(),
        with: clinic.lead.person,
        state: VisitState::Booked,
        checked: BTreeMap::new(),
        numbing: None,
        note: String::new(),
    }
}

#[tokio::test]
async fn a_consultation_hides_nothing_that_waits_for_the_patient() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    let talk = clinic.put(patient, &visit(&clinic, Purpose::Consultation)).await;
    assert_eq!(step(&clinic, patient).await, NextStep::Answer);
    let id = clinic.put(patient, &course(CourseState::Offered { at: now() })).await;
    assert_eq!(step(&clinic, patient).await, NextStep::Decide { course: id });

    let (patient, _) = clinic.patient("Olaf Invented").await;
    let talk_of_olaf = clinic.put(patient, &visit(&clinic, Purpose::Consultation)).await;
    clinic.put(patient, &course(CourseState::Stopped { at: now(), why: "moved".to_owned() })).await;
    assert_eq!(step(&clinic, patient).await, NextStep::Come { visit: talk_of_olaf });
    assert_ne!(talk, talk_of_olaf);
}

#[tokio::test]
async fn a_result_is_judged_the_plans_months_after_the_last_session_and_not_before() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    let id = clinic.put(patient, &course(CourseState::Finished { at: now() })).await;
    clinic.treated_in(patient, id, 10).await;
    let from = date(2027, 2, 11);
    assert_eq!(step(&clinic, patient).await, NextStep::Judge { course: id, from, is_due: false });
    let story = clinic.practice.gather(patient).await.unwrap().unwrap();
    let later = next_step(&story, from);
    assert_eq!(later, NextStep::Judge { course: id, from, is_due: true });
    assert_eq!(maintenance(&story.courses[0]).as_deref(), Some("Once a year."));
}

#[tokio::test]
async fn after_a_stopped_course_nothing_is_asked() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    clinic.put(patient, &course(CourseState::Stopped { at: now(), why: "moved".to_owned() })).await;
    assert_eq!(step(&clinic, patient).await, NextStep::Rest);
}
