//! From an intake to a course that a patient accepted, for tests that begin there.

use std::collections::BTreeSet;

use percuta_chart::person::Part;
use percuta_practice::{
    Actor,
    account::Invitation,
    courses::{GoalWish, PlanWish},
};
use percuta_record::{DocumentId, PatientId};
use serde_json::{Value, json};

use crate::house::{House, password};

/// An intake that nothing speaks against.
pub(crate) fn clear() -> Value {
    json!({
        "as_of": "2026-11-21",
        "patient": { "birth_date": "1990-05-31", "sex": "male", "pregnancy": "not-applicable", "breastfeeding": "not-applicable", "phototype": 2 },
        "request": { "modality": "pen", "setting": "clinic", "concern": "acne-scar", "region": "cheek", "products": ["sterile-hyaluronate-gel"] },
        "conditions": [], "medicines": [], "procedures": [], "exposures": [], "allergies": [], "skin_today": [], "clearances": [],
        "unknown": [],
    })
}

/// Somebody who treats, to a depth, with qualifications.
pub(crate) async fn practitioner(
    house: &House,
    name: &str,
    depth: f64,
    qualifications: &[&str],
) -> Actor {
    let given = Invitation {
        name: name.to_owned(),
        credentials: "RN".to_owned(),
        email: format!("{}@clinic.example", name.to_lowercase().replace(' ', ".")),
        parts: BTreeSet::from([Part::Practitioner]),
        qualifications: qualifications.iter().map(|word| (*word).to_owned()).collect(),
        depth_mm_max: Some(depth),
    };
    let link = house.practice.invite(&house.owner, given).await.unwrap();
    let cookie = house.practice.accept(&link, name, password()).await.unwrap();
    house.practice.who(&cookie).await.unwrap().unwrap()
}

/// A patient whose intake was sent.
pub(crate) async fn asked(house: &House, by: &Actor, json: Value) -> (PatientId, DocumentId) {
    let patient = house.patient("Ada Invented").await;
    let sent = house.practice.send_intake(by, patient, (None, Vec::new()), json).await;
    (patient, sent.unwrap())
}

pub(crate) fn scars() -> PlanWish {
    let goal = GoalWish {
        concern: "acne-scar".to_owned(),
        region: "cheek".to_owned(),
        grade: None,
        onset: None,
    };
    PlanWish { goals: vec![goal], ..PlanWish::default() }
}

/// A course that the patient accepted.
pub(crate) async fn accepted(house: &House, by: &Actor, patient: PatientId) -> DocumentId {
    let practice = &house.practice;
    let course = practice.propose(by, patient, None, &scars()).await.unwrap();
    let seen = practice.course(by, course).await.unwrap();
    practice.offer(by, &seen).await.unwrap();
    let seen = practice.course(by, course).await.unwrap();
    practice.accept_course(by, &seen).await.unwrap();
    course
}
