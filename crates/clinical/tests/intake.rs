//! Bad intakes are refused with the place and the remedy; what is not known is never passed over.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking, as the test does")]

use percuta_clinical::{Rulebook, intake, screen, wire};
use serde_json::{Value, json};

fn book() -> Rulebook {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Rulebook::load(files.collect()).unwrap()
}

fn healthy() -> Value {
    json!({
        "as_of": "2026-03-02",
        "patient": { "birth_date": "1992-01-15", "sex": "female", "pregnancy": "no", "breastfeeding": "no", "phototype": 2 },
        "request": { "modality": "pen", "concern": "acne-scar", "region": "cheek" }
    })
}

/// The healthy intake with one value set at a JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut intake = healthy();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    intake.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
    intake
}

fn refused(book: &Rulebook, json: &Value) -> String {
    intake::read(book, json, &[])
        .map_or_else(|error| error.to_string(), |_| "it is accepted".to_owned())
}

fn answer(book: &Rulebook, json: &Value) -> Value {
    let intake = intake::read(book, json, &[]).unwrap();
    wire::screening(book, &screen(book, &intake))
}

#[test]
fn every_mistake_is_named_with_its_place_and_remedy() {
    let book = book();
    for (json, wanted) in [
        (json!(7), "intake: an object is expected, not a number"),
        (json!({}), "intake.as_of: this is required"),
        (with("/as_of", json!("2026-02-30")), "intake.as_of: `2026-02-30` is no date"),
        (
            with("/patients", json!([])),
            "intake.patients: this key is not known; did you mean `patient`?",
        ),
        (
            with("/patient/sex", json!("femal")),
            "intake.patient.sex: `femal` is not one of female, male, intersex, unknown; did you mean `female`?",
        ),
        (
            with("/patient/birth_date", json!("2030-01-01")),
            "intake.patient.birth_date: 2030-01-01 lies after as_of",
        ),
        (with("/patient/birth_date", json!("1800-01-01")), "more than 130 years ago"),
        (
            with("/patient/phototype", json!(7)),
            "intake.patient.phototype: a whole number from 1 to 6",
        ),
        (with("/request/region", json!("cheeks")), "did you mean `cheek`?"),
        (with("/request/concern", json!("acne-scars")), "did you mean `acne-scar`?"),
        (
            with("/request/depth_mm", json!("1")),
            "intake.request.depth_mm: a number is expected, not a text",
        ),
        (
            with("/request/depth_mm", json!(-1)),
            "intake.request.depth_mm: the number is not between 0 and 10",
        ),
        (with("/request/device", json!("skinpen")), "is no device of the rulebook"),
        (
            with("/medicines", json!([{ "name": "isotretinoin", "last_dose": "2026-03-03" }])),
            "intake.medicines[0].last_dose: 2026-03-03 lies after as_of",
        ),
        (
            with("/medicines", json!([{ "nam": "x" }])),
            "intake.medicines[0].nam: this key is not known; did you mean `name`?",
        ),
        (
            with("/medicines", json!([{ "name": "isotretinoin", "status": "paused" }])),
            "intake.medicines[0].status: `paused` is not one of current, stopped",
        ),
        (with("/skin_today", json!([{ "finding": "cold-soar" }])), "did you mean `cold-sore`?"),
        (
            with("/skin_today", json!([{ "finding": "tinea", "site": "chek" }])),
            "intake.skin_today[0].site: `chek` is no region",
        ),
        (
            with("/exposures", json!([{ "name": "sunburn", "date": "soon" }])),
            "intake.exposures[0].date",
        ),
        (with("/unknown", json!(["patient.pregnant"])), "did you mean `patient.pregnancy`?"),
        (with("/unknown", json!(["medicine.anticoagulant"])), "did you mean `medicines`?"),
        (
            with("/unknown", json!(["medicines.isotretinoin.last_does"])),
            "did you mean `last_dose`?",
        ),
        (
            with("/medicines", json!(vec![json!({ "name": "aspirin" }); 501])),
            "more than 500 entries",
        ),
        (with("/allergies", json!(["x".repeat(600)])), "longer than 500 bytes"),
    ] {
        let said = refused(&book, &json);
        assert!(said.contains(wanted), "{wanted}\nis not in\n{said}");
    }
}

#[test]
fn a_planned_procedure_may_lie_ahead_and_nothing_else() {
    let book = book();
    let planned = with(
        "/procedures",
        json!([{ "name": "dermal-filler", "date": "2026-05-01", "site": "cheek" }]),
    );
    assert_eq!(answer(&book, &planned)["disposition"], "proceed_with_precautions");
    assert!(
        refused(&book, &with("/clearances", json!([{ "by": "oncologist", "date": "2026-05-01" }])))
            .contains("lies after")
    );
}

#[test]
fn nothing_is_passed_over_in_silence() {
    let book = book();
    let medicine =
        answer(&book, &with("/medicines", json!([{ "name": "foozumab", "status": "current" }])));
    assert_eq!(medicine["disposition"], "refer_physician");
    assert_eq!(medicine["unrecognised"], json!(["foozumab"]));
    assert_eq!(medicine["reasons"][0]["id"], "info.unrecognised");
    assert_eq!(medicine["reasons"][0]["facts"], json!(["medicines[0]"]));
    assert_eq!(medicine["reasons"][0]["sources"][0]["id"], "info.unrecognised");
    let condition =
        answer(&book, &with("/conditions", json!([{ "code": "green-skin", "status": "active" }])));
    assert_eq!(condition["disposition"], "refer_physician");
    for (list, entry) in [
        ("allergies", json!("moonlight")),
        ("procedures", json!({ "name": "moon-bath", "date": "2026-01-01" })),
    ] {
        let given = answer(&book, &with(&format!("/{list}"), json!([entry])));
        assert_eq!(given["disposition"], "proceed_with_precautions", "{list}");
    }
    assert_eq!(
        answer(&book, &with("/request/products", json!(["moon-dust"])))["disposition"],
        "proceed_with_precautions"
    );
}

#[test]
fn classes_speak_for_their_members() {
    let book = book();
    let id = |medicine: &str| {
        let given =
            answer(&book, &with("/medicines", json!([{ "name": medicine, "status": "current" }])));
        given["reasons"][0]["id"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(id("dabigatran"), "contra.anticoagulant");
    assert_eq!(id("adalimumab"), "contra.immunosuppression");
    assert_eq!(id("amiodarone"), "prec.anaesthetic_risk");
    assert_eq!(id("anticoagulant"), "contra.anticoagulant");
    assert_eq!(id("paracetamol"), "");
}

#[test]
fn a_finding_on_the_knee_does_not_stop_a_cheek() {
    let book = book();
    for finding in
        ["tinea", "impetigo", "open-wound", "viral-wart", "actinic-keratosis", "cold-sore"]
    {
        let given =
            answer(&book, &with("/skin_today", json!([{ "finding": finding, "site": "knee" }])));
        assert_eq!(given["disposition"], "proceed", "{finding}");
    }
}

#[test]
fn an_unknown_critical_answer_defers_and_says_which() {
    let book = book();
    let given =
        answer(&book, &with("/unknown", json!(["medicines.anticoagulant", "conditions.keloid"])));
    assert_eq!(given["disposition"], "defer");
    assert!(given["until"]["event"].is_string());
    assert_eq!(given["reasons"][0]["id"], "info.missing_critical");
    assert_eq!(given["missing"], json!(["conditions.keloid", "medicines.anticoagulant"]));
}

#[test]
fn an_unknown_that_cannot_matter_is_not_missing() {
    let book = book();
    let mut json = with("/conditions", json!([{ "code": "keloid", "status": "past" }]));
    json["unknown"] = json!(["medicines.anticoagulant"]);
    let given = answer(&book, &json);
    assert_eq!(given["disposition"], "do_not_treat");
    assert_eq!(given["missing"], json!([]));
}

#[test]
fn a_window_is_inclusive_and_clips_at_a_months_end() {
    let book = book();
    let last = |day: &str, today: &str| {
        let mut json = with(
            "/medicines",
            json!([{ "name": "isotretinoin", "status": "stopped", "last_dose": day }]),
        );
        json["as_of"] = json!(today);
        let given = answer(&book, &json);
        (given["disposition"].as_str().unwrap_or_default().to_owned(), given["not_before"].clone())
    };
    assert_eq!(last("2025-08-31", "2026-02-27"), ("defer".to_owned(), json!("2026-02-28")));
    assert_eq!(last("2025-08-31", "2026-02-28").0, "proceed");
}

#[test]
fn what_lies_on_the_face_counts_for_the_whole_face_and_no_part_of_it() {
    let book = book();
    for (finding, wanted) in [
        ("impetigo", "defer"),
        ("open-wound", "defer"),
        ("viral-wart", "defer"),
        ("changing-lesion", "refer_physician"),
        ("actinic-keratosis", "refer_physician"),
    ] {
        for site in ["eyelid", "vermilion"] {
            let mut json = with("/request/region", json!("face"));
            json["skin_today"] = json!([{ "finding": finding, "site": site }]);
            assert_eq!(answer(&book, &json)["disposition"], wanted, "{finding} on {site}");
            json["request"]["region"] = json!("forehead");
            let elsewhere = answer(&book, &json)["disposition"].clone();
            assert!(
                elsewhere == "proceed" || elsewhere == "proceed_with_precautions",
                "{finding} on {site} beside the forehead: {elsewhere}"
            );
        }
    }
}

#[test]
fn an_undated_clearance_asks_for_its_own_date() {
    let book = book();
    let mut json = with(
        "/medicines",
        json!([{ "name": "chemotherapy", "status": "stopped", "last_dose": "2026-01-01" }]),
    );
    json["clearances"] = json!([{ "by": "oncologist" }]);
    let given = answer(&book, &json);
    assert_eq!(given["disposition"], "defer");
    assert_eq!(given["missing"], json!(["clearances.oncologist.date"]));
    // The path that is asked for can be named in `unknown`.
    json["unknown"] = given["missing"].clone();
    assert_eq!(answer(&book, &json)["disposition"], "defer");
    // Where the last dose is what is not known, that is asked for.
    json["unknown"] = json!(["medicines.chemotherapy.last_dose"]);
    json["clearances"] = json!([{ "by": "oncologist", "date": "2026-02-25" }]);
    assert_eq!(answer(&book, &json)["missing"], json!(["medicines.chemotherapy.last_dose"]));
}

#[test]
fn a_clearance_from_before_a_cancer_is_no_clearance_of_it() {
    let book = book();
    let with_clearance = |date: &str| {
        let mut json = with(
            "/conditions",
            json!([{ "code": "melanoma", "status": "past", "site": "cheek", "onset": "2024-01-10" }]),
        );
        json["clearances"] = json!([{ "by": "dermatologist", "date": date }]);
        answer(&book, &json)["disposition"].clone()
    };
    assert_eq!(with_clearance("2024-01-09"), "refer_physician");
    assert_eq!(with_clearance("2024-01-10"), "proceed_with_precautions");
}

#[test]
fn an_antiplatelet_beside_an_anticoagulant_is_named() {
    let book = book();
    let given = answer(
        &book,
        &with(
            "/medicines",
            json!([{ "name": "apixaban", "status": "current" }, { "name": "aspirin", "status": "current" }]),
        ),
    );
    let facts: Vec<&Value> = given["reasons"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|reason| reason["facts"].as_array().into_iter().flatten())
        .collect();
    assert!(facts.contains(&&json!("medicines[0]")) && facts.contains(&&json!("medicines[1]")));
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let text = r#"{ "conditions": [{ "code": "keloid", "status": "past" }],
        "conditions": [] }"#;
    let error =
        percuta_clinical::json::read(text).map_or_else(|e| e.to_string(), |v| v.to_string());
    assert!(error.starts_with("the key `conditions` stands twice at line 2"), "{error}");
    let same = r#"{"a":{"x":1},"b":{"x":[null,true,-2,2.5,"é",{"x":18446744073709551615}]}}"#;
    assert_eq!(
        percuta_clinical::json::read(same).unwrap(),
        serde_json::from_str::<Value>(same).unwrap()
    );
    for bad in ["NaN", "1e400", "{\"a\":1}{", &"[".repeat(5000), "{\"a\":1,\"\\u0061\":2}"] {
        assert!(
            percuta_clinical::json::read(bad).is_err(),
            "{}",
            bad.chars().take(20).collect::<String>()
        );
    }
}
