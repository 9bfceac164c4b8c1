//! `percuta compare` as other programs use it: the same answer on any number of threads, the files it writes, and what it
//! says of files that it cannot use. The photographs are invented.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot have its photographs fails, and says where"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use percuta_testkit::{
    camera::{jpeg, png},
    series::{Subject, When},
};
use serde_json::Value;

fn percuta(folder: &Path, arguments: &[&str], threads: usize) -> Output {
    Command::new(env!("CARGO_BIN_EXE_percuta"))
        .current_dir(folder)
        .env("RAYON_NUM_THREADS", threads.to_string())
        .arg("compare")
        .args(arguments)
        .output()
        .unwrap()
}

/// A folder with two photographs of one invented person, six weeks apart.
fn photographed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let subject = Subject::new(7, 25.0);
    for (name, when) in [("before.jpg", When::Before), ("after.jpg", When::Weeks(6.0))] {
        let photo = subject.photograph(0.0, when).unwrap();
        fs::write(folder.path().join(name), jpeg(&photo, 92).unwrap()).unwrap();
    }
    folder
}

fn answered(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_pair_gives_the_same_bytes_on_any_number_of_threads_and_every_file() {
    let folder = photographed();
    fs::write(folder.path().join("points.csv"), "x,y\n450,600\n500.5,640\n9999,9999\n").unwrap();
    let mut said = Vec::new();
    for (threads, out) in [(1, "one"), (2, "two"), (5, "five")] {
        let arguments =
            ["before.jpg", "after.jpg", "--points", "points.csv", "--json", "--out", out];
        said.push(percuta(folder.path(), &arguments, threads));
    }
    let answer = answered(&said[0]);
    assert_eq!(answer["interface"], 1);
    assert_eq!(answer["comparable"], true, "{answer}");
    assert!(answer["change"]["erythema"]["ci95"].is_array());
    for name in
        ["aligned.png", "change.png", "change_a_star.png", "flow.bin", "points.csv", "report.json"]
    {
        let of = |out: &str| fs::read(folder.path().join(out).join(name)).unwrap();
        assert!(of("one") == of("two") && of("one") == of("five"), "{name} differs by threads");
    }
    assert_eq!(said[0].stdout, said[2].stdout);
    assert_eq!(fs::metadata(folder.path().join("one/flow.bin")).unwrap().len(), 900 * 1200 * 8);
    let points = fs::read_to_string(folder.path().join("one/points.csv")).unwrap();
    assert_eq!(points.lines().count(), 3);
    assert_eq!(points.lines().last(), Some("9999.0000,9999.0000,-1.0000,-1.0000"));
}

#[test]
fn of_the_files_only_those_are_written_that_are_named() {
    let folder = photographed();
    let asked = ["before.jpg", "after.jpg", "--out", "out", "--only", "report.json,change.png"];
    assert_eq!(percuta(folder.path(), &asked, 2).status.code(), Some(0));
    let mut names: Vec<String> = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["change.png", "report.json"]);
}

#[test]
fn a_photograph_changed_by_nothing_against_itself() {
    let folder = photographed();
    let answer = answered(&percuta(folder.path(), &["before.jpg", "before.jpg", "--json"], 2));
    assert_eq!(answer["comparable"], true);
    let changes = answer["change"].as_object().unwrap();
    assert!(!changes.is_empty());
    for (name, change) in changes {
        assert_eq!(change["value"], 0.0, "{name}");
        assert_eq!(change["ci95"], serde_json::json!([0.0, 0.0]), "{name}");
        assert_eq!(change["beyond_error"], false, "{name}");
    }
}

#[test]
fn another_person_is_an_answer_without_a_number() {
    let folder = photographed();
    let other = Subject::new(8, 25.0).photograph(0.0, When::Before).unwrap();
    fs::write(folder.path().join("other.png"), png(&other).unwrap()).unwrap();
    for quick in [
        &["before.jpg", "other.png", "--json"][..],
        &["before.jpg", "other.png", "--json", "--quick"],
    ] {
        let answer = answered(&percuta(folder.path(), quick, 2));
        assert_eq!(answer["comparable"], false);
        assert_eq!(answer["checks"][0]["name"], "same-skin", "{answer}");
        assert!(answer["checks"][0]["remedy"].is_string());
        assert!(answer.get("change").is_none());
    }
    let words = percuta(folder.path(), &["before.jpg", "other.png"], 2);
    assert!(String::from_utf8_lossy(&words.stdout).starts_with("Not comparable: same-skin"));
}

#[test]
fn what_cannot_be_used_is_named_and_nothing_is_answered() {
    let folder = photographed();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("letter.jpg", b"no picture at all");
    let whole = fs::read(folder.path().join("before.jpg")).unwrap();
    write("half.jpg", &whole[..whole.len() / 2]);
    let small = png(&percuta_imaging::Photo::of(30, 40, vec![255; 30 * 40 * 3]).unwrap());
    write("small.png", &small.unwrap());
    write("points.csv", b"1,2\nhere,there\n");
    let pair = ["before.jpg", "after.jpg"];
    for (arguments, names) in [
        (vec!["before.jpg", "missing.jpg"], "missing.jpg"),
        (vec!["letter.jpg", "after.jpg"], "letter.jpg"),
        (vec!["half.jpg", "after.jpg"], "half.jpg"),
        ([&pair[..], &["--roi", "small.png"]].concat(), "small.png"),
        ([&pair[..], &["--points", "points.csv"]].concat(), "line 2"),
        ([&pair[..], &["--mm-per-px", "0"]].concat(), "mm-per-px"),
        ([&pair[..], &["--card", "chart"]].concat(), "chart:MM"),
        ([&pair[..], &["--out", "out", "--only", "flow"]].concat(), "flow.bin"),
        ([&pair[..], &["--only", "flow.bin"]].concat(), "--out"),
    ] {
        let output = percuta(folder.path(), &arguments, 2);
        let says = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {says}");
        assert!(says.contains(names), "{arguments:?}: {says}");
        assert!(output.stdout.is_empty());
    }
}
