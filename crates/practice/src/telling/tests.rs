//! Check-ins of invented patients.

use jiff::civil::date;
use percuta_chart::intake::{Progress, Teller};

use super::*;
use crate::testing::{BOOK, Clinic, now};

fn symptom(code: &str, severity: &str, trend: &str) -> GivenSymptom {
    GivenSymptom { code: code.to_owned(), severity: severity.to_owned(), trend: trend.to_owned() }
}

fn given(symptoms: Vec<GivenSymptom>) -> Given {
    Given { symptoms, ..Given::default() }
}

async fn sent(clinic: &Clinic, actor: &Actor, given: &Given) -> Opened<CheckIn> {
    let once = clinic.practice.form_id().unwrap();
    let id = clinic.practice.send_check_in(actor, once, given).await.unwrap();
    clinic.practice.own_check_in(actor, id).await.unwrap()
}

#[tokio::test]
async fn fading_redness_on_the_second_day_is_expected_and_waits_for_nobody() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    let session = clinic.treated(patient, 2).await;
    let check_in = sent(&clinic, &actor, &given(vec![symptom("redness", "mild", "fading")])).await;
    assert_eq!(check_in.level, Level::Normal);
    assert_eq!(check_in.handling, Handling::Expected);
    assert_eq!((check_in.session, check_in.answer_by), (Some(session), None));
    assert_eq!(check_in.json["day"], 2);
    // The deepest zone counts; two regions are no region.
    assert_eq!(check_in.json["depth_mm"], 1.0);
    assert_eq!(check_in.json["region"], Value::Null);
    assert_eq!(clinic.practice.open_check_ins().await.unwrap(), 0);
}

#[tokio::test]
async fn an_emergency_is_urgent_and_open_and_answered_within_a_quarter_of_an_hour() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 0).await;
    let check_in = sent(&clinic, &actor, &given(vec![symptom("throat_swelling", "", "")])).await;
    assert_eq!(check_in.level, Level::Urgent);
    assert_eq!(check_in.handling, Handling::Open { owner: None });
    let by = check_in.answer_by.unwrap();
    assert_eq!(by.duration_since(now()).as_mins(), 15);
    assert_eq!(clinic.practice.open_check_ins().await.unwrap(), 1);
    let answer: Value = serde_json::from_str(&check_in.answer).unwrap();
    assert_eq!(answer["level"], "urgent");
    assert_eq!(answer["rulebook"]["digest"], clinic.practice.book().digest.as_str());
}

#[tokio::test]
async fn not_sure_is_not_no() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 1).await;
    let asked = "Do you feel ill in yourself?";
    let unsure = Given { unanswered: vec![asked.to_owned()], ..Given::default() };
    let check_in = sent(&clinic, &actor, &unsure).await;
    assert_eq!(check_in.level, Level::ContactClinic);
    assert_eq!(check_in.handling, Handling::Open { owner: None });
    assert!(check_in.answer.contains(asked), "{}", check_in.answer);
    let denied = sent(&clinic, &actor, &Given::default()).await;
    assert_eq!(denied.level, Level::Normal);
}

#[tokio::test]
async fn words_reach_a_person_whatever_the_level() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 1).await;
    let words = Given { words: "It feels odd.".to_owned(), ..Given::default() };
    let check_in = sent(&clinic, &actor, &words).await;
    assert_eq!(check_in.level, Level::Normal);
    assert_eq!(check_in.handling, Handling::Open { owner: None });
    assert_eq!(check_in.answer_by.unwrap().duration_since(now()).as_hours(), 24);
}

#[tokio::test]
async fn without_a_session_the_day_is_not_known_and_somebody_looks() {
    let clinic = Clinic::open().await;
    let (_, actor) = clinic.patient("Nora Invented").await;
    let check_in = sent(&clinic, &actor, &given(vec![symptom("redness", "mild", "fading")])).await;
    assert_eq!(check_in.json["day"], Value::Null);
    assert_eq!(check_in.level, Level::ContactClinic);
}

#[tokio::test]
async fn what_the_patient_has_counts_and_what_runs_in_the_family_does_not() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 3).await;
    let intake = Intake {
        form: Vec::new(),
        progress: Progress::Sent,
        json: json!({
            "patient": { "phototype": 5 },
            "conditions": [
                { "code": "diabetes-type-2", "status": "active" },
                { "code": "psoriasis", "status": "family" },
            ],
        }),
        as_of: date(2026, 11, 1),
        by: Teller::Patient,
        at: now(),
    };
    clinic.put(patient, &intake).await;
    let check_in = sent(&clinic, &actor, &Given::default()).await;
    assert_eq!(check_in.json["context"]["history"], json!(["diabetes-type-2"]));
    assert_eq!(check_in.json["context"]["phototype"], 5);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_kept_once() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 1).await;
    let once = clinic.practice.form_id().unwrap();
    let first = clinic.practice.send_check_in(&actor, once, &Given::default()).await.unwrap();
    let second = clinic.practice.send_check_in(&actor, once, &Given::default()).await.unwrap();
    assert_eq!(first, second);
    let story = clinic.practice.story(&actor, patient).await.unwrap();
    assert_eq!(story.check_ins.len(), 1);
    // An id that is taken by something else is a conflict, not an overwriting.
    let (_, other) = clinic.patient("Olaf Invented").await;
    let no = clinic.practice.send_check_in(&other, once, &Given::default()).await.unwrap_err();
    assert!(matches!(no, No::Conflict), "{no:?}");
}

#[tokio::test]
async fn a_temperature_is_read_as_people_write_it_or_asked_for_again() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 1).await;
    let with = |text: &str| Given { temperature: text.to_owned(), ..Given::default() };
    let check_in = sent(&clinic, &actor, &with(" 37,4 °C")).await;
    assert_eq!(check_in.json["context"]["temp_c"], 37.4);
    for typed in ["98.6", "warm", "3"] {
        let once = clinic.practice.form_id().unwrap();
        let no = clinic.practice.send_check_in(&actor, once, &with(typed)).await.unwrap_err();
        assert!(matches!(&no, No::Wrong(wrong) if wrong[0].field == "temperature"), "{no:?}");
    }
}

#[tokio::test]
async fn a_question_in_words_is_open_and_an_empty_one_is_none() {
    let clinic = Clinic::open().await;
    let (_, actor) = clinic.patient("Nora Invented").await;
    let once = clinic.practice.form_id().unwrap();
    let no = clinic.practice.ask_clinic(&actor, once, "  ").await.unwrap_err();
    assert!(matches!(&no, No::Wrong(wrong) if wrong[0].field == "words"));
    let asked = clinic.practice.ask_clinic(&actor, once, " May I swim? ").await.unwrap();
    let question = clinic.practice.own_check_in(&actor, asked).await.unwrap();
    assert_eq!(question.words, "May I swim?");
    assert_eq!(clinic.practice.open_check_ins().await.unwrap(), 1);
}

#[tokio::test]
async fn nobody_else_opens_or_sends_a_patients_check_in() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 1).await;
    let check_in = sent(&clinic, &actor, &Given::default()).await;
    let (_, other) = clinic.patient("Olaf Invented").await;
    let no = clinic.practice.own_check_in(&other, check_in.id).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    let once = clinic.practice.form_id().unwrap();
    let no =
        clinic.practice.send_check_in(&clinic.lead, once, &Given::default()).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
}

#[tokio::test]
async fn what_to_call_about_is_what_the_day_and_the_treatment_leave_open() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    clinic.treated(patient, 2).await;
    let story = clinic.practice.gather(patient).await.unwrap().unwrap();
    let on = |day: Date| -> Vec<String> {
        same_day(&BOOK, &story, day).into_iter().map(|rule| rule.id.clone()).collect()
    };
    let second = on(date(2026, 11, 21));
    assert!(second.contains(&"tri.infection_local".to_owned()), "{second:?}");
    // The day, the device and what she had before rule these out.
    for other in ["tri.pih", "tri.rf_burn", "tri.immunosuppressed", "tri.unknown_day"] {
        assert!(!second.contains(&other.to_owned()), "{other}");
    }
    let tenth = on(date(2026, 11, 29));
    assert!(tenth.contains(&"tri.pih".to_owned()), "{tenth:?}");
}

#[test]
fn every_rule_that_can_send_somebody_to_the_clinic_says_so_in_their_words() {
    let asks = |rule: &&TriageRule| {
        rule.clauses.iter().any(|(level, _)| *level == answer::Level::ContactClinic)
    };
    let silent: Vec<&str> = BOOK
        .triage
        .iter()
        .filter(asks)
        .filter(|rule| rule.calls.is_empty())
        .map(|rule| rule.id.as_str())
        .collect();
    // Who does not know when they were treated has no page that counts days.
    assert_eq!(silent, ["tri.unknown_day"]);
}
