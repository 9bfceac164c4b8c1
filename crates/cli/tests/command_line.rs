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
    for name in percuta_clinical::schema::NAMES {
        let given = percuta(&["schema", name], b"")?;
        let schema: Value = serde_json::from_slice(&given.stdout)?;
        assert!(schema["$id"].is_string(), "{name}");
    }
    assert_eq!(percuta(&["schema", "intak"], b"")?.status.code(), Some(2));
    Ok(())
}
