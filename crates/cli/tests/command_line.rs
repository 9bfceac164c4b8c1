//! The command line as other programs use it: exit codes, standard output, standard error.

use std::{
    fs,
    io::Write as _,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn percuta(arguments: &[&str], input: &[u8]) -> std::io::Result<Output> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_percuta"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that refuses early does not read the rest.
        let _refused_early = stdin.write_all(input);
    }
    child.wait_with_output()
}

fn healthy() -> Value {
    json!({
        "as_of": "2026-03-02",
        "patient": { "birth_date": "1992-01-15", "sex": "female", "pregnancy": "no", "breastfeeding": "no", "phototype": 2 },
        "request": { "modality": "pen", "concern": "acne-scar", "region": "cheek", "depth_mm": 1.0 }
    })
}

#[test]
fn an_answer_is_json_with_its_rulebook_and_exit_code_0() -> Outcome {
    let given = percuta(&["screen", "-", "--json"], healthy().to_string().as_bytes())?;
    assert_eq!(given.status.code(), Some(0));
    assert!(given.stderr.is_empty());
    let answer: Value = serde_json::from_slice(&given.stdout)?;
    assert_eq!(answer["interface"], 1);
    assert_eq!(answer["disposition"], "proceed");
    assert!(
        answer["rulebook"]["digest"].as_str().is_some_and(|digest| digest.starts_with("sha256:"))
    );
    Ok(())
}

#[test]
fn unusable_input_gives_exit_code_2_and_nothing_but_a_diagnosis() -> Outcome {
    let deep = "[".repeat(200_000);
    let huge = format!("{{\"as_of\": \"{}\"}}", "x".repeat(5 << 20));
    for (input, wanted) in [
        (b"".to_vec(), "no JSON at line 1"),
        (b"{\"as_of\": \"2026".to_vec(), "no JSON at line 1, column 15"),
        (b"\xff\xfe".to_vec(), "no UTF-8 text"),
        (deep.into_bytes(), "no JSON"),
        (huge.into_bytes(), "larger than"),
        (b"{}".to_vec(), "intake.as_of: this is required"),
    ] {
        let given = percuta(&["screen", "-", "--json"], &input)?;
        let said = String::from_utf8_lossy(&given.stderr).into_owned();
        assert_eq!(given.status.code(), Some(2), "{said}");
        assert!(given.stdout.is_empty());
        assert!(said.contains(wanted), "{wanted} is not in {said}");
    }
    for arguments in [["screen", "/no/such/file"], ["screen", "/"], ["triage", "/no/such/file"]] {
        assert_eq!(percuta(&arguments, b"")?.status.code(), Some(2));
    }
    Ok(())
}

#[test]
fn a_bad_line_of_many_is_answered_in_its_place() -> Outcome {
    let long = format!("\"{}\"", "x".repeat(2 << 20));
    let lines =
        [healthy().to_string(), "nonsense".to_owned(), long, healthy().to_string()].join("\n");
    let given = percuta(&["screen", "--ndjson", "-"], lines.as_bytes())?;
    assert_eq!(given.status.code(), Some(1));
    let answers: Vec<Value> = String::from_utf8(given.stdout)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0]["disposition"], "proceed");
    assert!(answers[1]["error"].as_str().is_some_and(|error| error.contains("no JSON")));
    assert!(answers[2]["error"].as_str().is_some_and(|error| error.contains("longer than 1 MiB")));
    assert_eq!(answers[3]["disposition"], "proceed");
    Ok(())
}

#[test]
fn triage_and_plan_answer() -> Outcome {
    let checkin = json!({ "day": 3, "depth_mm": 1.0, "modality": "pen", "region": "cheek",
        "symptoms": [{ "code": "vision_change" }], "context": {} });
    let given = percuta(&["triage", "-", "--json"], checkin.to_string().as_bytes())?;
    let answer: Value = serde_json::from_slice(&given.stdout)?;
    assert_eq!(answer["level"], "urgent");
    let given = percuta(&["plan", "-", "--json"], healthy().to_string().as_bytes())?;
    let answer: Value = serde_json::from_slice(&given.stdout)?;
    // The longest preparation that everybody needs is seven days.
    assert_eq!(answer["earliest"], "2026-03-09");
    Ok(())
}

#[test]
fn cards_are_shown_listed_and_suggested() -> Outcome {
    let given = percuta(&["rulebook", "show", "contra.isotretinoin"], b"")?;
    assert!(String::from_utf8(given.stdout)?.contains("rule \"contra.isotretinoin\""));
    let given = percuta(&["rulebook", "show", "contra.isotretinion"], b"")?;
    assert_eq!(given.status.code(), Some(2));
    assert!(String::from_utf8(given.stderr)?.contains("did you mean `contra.isotretinoin`"));
    let given = percuta(&["rulebook", "list", "--kind", "triage", "--json"], b"")?;
    let list: Value = serde_json::from_slice(&given.stdout)?;
    assert_eq!(list["cards"].as_array().map(Vec::len), Some(33));
    Ok(())
}

#[test]
fn a_layered_folder_is_checked_and_its_faults_are_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("rules"))?;
    fs::write(
        folder.path().join("rules/contra.filler.kdl"),
        "rule \"contra.filler\" {\n  decide \"deffer\"\n}\n",
    )?;
    let path = folder.path().to_str().unwrap_or_default();
    let given = percuta(&["rulebook", "check", path], b"")?;
    let said = String::from_utf8(given.stderr)?;
    assert_eq!(given.status.code(), Some(1), "{said}");
    assert!(
        said.contains("rules/contra.filler.kdl:2:3") && said.contains("did you mean `defer`"),
        "{said}"
    );
    let given = percuta(&["rulebook", "check", "/no/such/folder"], b"")?;
    assert_eq!(given.status.code(), Some(2));
    Ok(())
}

#[test]
fn every_schema_is_printed_and_an_unknown_name_is_suggested() -> Outcome {
    for name in [&percuta_clinical::schema::NAMES[..], &percuta_scheduling::schema::NAMES].concat()
    {
        let given = percuta(&["schema", name], b"")?;
        let schema: Value = serde_json::from_slice(&given.stdout)?;
        assert!(schema["$id"].is_string(), "{name}");
    }
    assert_eq!(percuta(&["schema", "intak"], b"")?.status.code(), Some(2));
    Ok(())
}

/// A clinic of one room that treats on Mondays, with a request and a wish.
fn calendar() -> Value {
    json!({
        "clinic": {
            "sites": [ { "id": "a", "time_zone": "Europe/London",
                "hours": [ { "weekday": "monday", "open": "09:00", "close": "12:00" } ],
                "rooms": [ { "id": "T1", "kind": "treatment", "turnover_minutes": 10 } ],
                "staff": [ { "id": "ada", "roles": ["practitioner"], "shifts": [
                    { "start": "2026-03-02T09:00", "end": "2026-03-02T12:00" } ] } ] } ],
            "services": [ { "id": "face", "phases": [
                { "name": "numbing", "minutes": { "min": 30, "max": 45 }, "room": "treatment" },
                { "name": "treatment", "minutes": 45, "room": "same", "staff": "practitioner" } ] } ],
            "bookings": [ { "id": "b1", "site": "a", "phases": [
                { "start": "2026-03-02T09:00", "end": "2026-03-02T09:45", "holds": ["ada"] } ] } ] },
        "request": { "service": "face", "from": "2026-03-02", "to": "2026-03-15" },
        "wanted": { "visits": [ { "id": "v1", "service": "face" }, { "id": "v2", "service": "face" } ] }
    })
}

#[test]
fn starts_are_answered_in_text_and_in_json() -> Outcome {
    let input = calendar().to_string();
    let given = percuta(&["slots", "-", "--json"], input.as_bytes())?;
    assert_eq!(given.status.code(), Some(0));
    let answer: Value = serde_json::from_slice(&given.stdout)?;
    assert_eq!(answer["interface"], 1);
    assert_eq!(answer["starts"][0]["start"], "2026-03-02T09:00+00:00");
    // Numbing is drawn out until Ada is free.
    assert_eq!(answer["starts"][0]["phases"][0]["end"], "2026-03-02T09:45+00:00");
    assert_eq!(answer["starts"][0]["phases"][1]["holds"], json!(["T1", "ada"]));
    let given = percuta(&["slots", "-"], input.as_bytes())?;
    let text = String::from_utf8(given.stdout)?;
    assert!(
        text.contains(
            "2026-03-02T09:00+00:00 to 10:30 at a: 09:00 numbing T1, 09:45 treatment T1+ada"
        ),
        "{text}"
    );
    Ok(())
}

#[test]
fn a_time_is_explained_and_a_day_is_packed() -> Outcome {
    let input = calendar().to_string();
    let given =
        percuta(&["slots", "why", "-", "--at", "2026-03-02T11:00", "--json"], input.as_bytes())?;
    let answer: Value = serde_json::from_slice(&given.stdout)?;
    assert_eq!(answer["sites"][0]["possible"], false);
    assert_eq!(answer["sites"][0]["before"]["start"], "2026-03-02T10:45+00:00");
    let given =
        percuta(&["slots", "day", "-", "--date", "2026-03-02", "--json"], input.as_bytes())?;
    let answer: Value = serde_json::from_slice(&given.stdout)?;
    assert_eq!((&answer["served"], &answer["bound"]), (&json!(2), &json!(2)));
    Ok(())
}

#[test]
fn a_calendar_that_cannot_be_used_leaves_standard_output_empty() -> Outcome {
    let mut input = calendar();
    input["clinic"]["sites"][0]["time_zone"] = json!("Europe/Londn");
    let bad = input.to_string();
    let good = calendar().to_string();
    for (arguments, input, says) in [
        (
            &["slots", "-"][..],
            bad.as_str(),
            "clinic.sites[0].time_zone: `Europe/Londn` is no time zone",
        ),
        (&["slots", "-"], "{", "no JSON at line 1, column 1"),
        (&["slots", "-"], "{}", "clinic: this is required"),
        (&["slots", "no such file"], "", "cannot read `no such file`"),
        (
            &["slots", "why", "-", "--at", "2026-03-29T01:30"],
            &good,
            "--at: 2026-03-29T01:30 does not exist",
        ),
        (&["slots", "day", "-", "--date", "soon"], &good, "--date: `soon` is no date"),
    ] {
        let given = percuta(arguments, input.as_bytes())?;
        assert_eq!(given.status.code(), Some(2), "{arguments:?}");
        assert!(given.stdout.is_empty(), "{arguments:?}");
        let text = String::from_utf8(given.stderr)?;
        assert!(text.contains(says), "{arguments:?}: {text}");
    }
    Ok(())
}
