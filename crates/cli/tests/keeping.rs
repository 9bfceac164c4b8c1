//! The record from outside: the built binary on real folders, real databases and a real connection. What an operator
//! does to it, and what they are told.
//!
//! It asks nothing about pages beyond the sign-in; those have tests of their own.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that fails is a test that fails"
)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use percuta_record::DocumentId;
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

const PASSWORD: &str = "quiet lantern harbour";
const EMAIL: &str = "olu@clinic.example";

/// A place for a record of a test's own: nothing of it lies in the home folder of whoever runs the test.
struct Place {
    folder: TempDir,
    options: Vec<String>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), options: Vec::new() }
    }

    fn with(mut self, option: &str, value: &str) -> Self {
        self.options.extend([option.to_owned(), value.to_owned()]);
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the key file is unless one is named.
    fn key(&self) -> PathBuf {
        self.path("home/.config/percuta/site.key")
    }

    fn database(&self) -> PathBuf {
        self.path("percuta-data/percuta.sqlite")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_percuta"));
        command
            .args(words)
            .args(&self.options)
            .current_dir(self.folder.path())
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.folder.path())
            .env_remove("XDG_CONFIG_HOME")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, words: &[&str]) -> Said {
        self.run_with(words, "")
    }

    fn run_with(&self, words: &[&str], typed: &str) -> Said {
        let mut child = self.command(words).spawn().unwrap();
        if let Some(mut stdin) = child.stdin.take() {
            // A command that refuses early does not read what is typed.
            let _refused_early = stdin.write_all(typed.as_bytes());
        }
        Said::of(&child.wait_with_output().unwrap())
    }

    /// A run that has to go well.
    fn well(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.code, Some(0), "{words:?}: {}", said.wrong);
        said.out
    }

    fn serve(&self, words: &[&str]) -> Running {
        let mut child =
            self.command(&[words, &["--listen", "127.0.0.1:0"]].concat()).spawn().unwrap();
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut first).unwrap();
        let Some(address) = first.trim().strip_prefix("http://") else {
            let said = Said::of(&child.wait_with_output().unwrap());
            panic!("it did not start: {}", said.wrong);
        };
        Running { address: address.to_owned(), child, _out: out }
    }

    fn set_up(&self) {
        let running = self.serve(&["serve"]);
        let came = running.post("/set-up", &set_up_form(), None);
        assert_eq!((came.status, came.place.as_str()), (303, "/set-up/phrase"));
        running.stop();
    }

    /// Whether the one member can sign in: the index key, the clinic's key and the member's document all open.
    fn lets_in(&self) -> bool {
        let running = self.serve(&["serve"]);
        let came = running.post("/sign-in", &sign_in_form(PASSWORD), None);
        running.stop();
        came.status == 303 && !came.cookie.is_empty()
    }
}

/// What a run ended with.
struct Said {
    code: Option<i32>,
    out: String,
    wrong: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            wrong: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The run refused, said so, and gave nothing that another program could take for an answer.
    fn refused_with(&self, words: &[&str]) {
        assert_eq!(self.code, Some(2), "{}{}", self.out, self.wrong);
        assert!(self.out.is_empty(), "{}", self.out);
        for word in words {
            assert!(self.wrong.contains(word), "{word} is not in: {}", self.wrong);
        }
    }
}

/// A site that runs. It is ended when the test ends, however that ends.
struct Running {
    address: String,
    child: Child,
    _out: BufReader<std::process::ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // A site that was stopped is gone already.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

impl Running {
    /// Asks it to end, as a service manager does, and waits.
    fn stop(mut self) {
        let number = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &number]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }

    fn get(&self, path: &str, cookie: Option<&str>) -> Came {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "", cookie)
    }

    fn post(&self, path: &str, form: &str, cookie: Option<&str>) -> Came {
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Sec-Fetch-Site: same-origin\r\n",
            form.len()
        );
        self.ask(&head, form, cookie)
    }

    fn ask(&self, head: &str, body: &str, cookie: Option<&str>) -> Came {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let asked =
            format!("{head}Host: {}\r\nConnection: close\r\n{cookie}\r\n{body}", self.address);
        stream.write_all(asked.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        Came::read(&text)
    }
}

/// What came back.
struct Came {
    status: u16,
    place: String,
    cookie: String,
    body: String,
}

impl Came {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let headers = |name: &'static str| {
            head.lines()
                .filter_map(|line| line.split_once(": "))
                .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
        };
        let cookie = headers("set-cookie").find(|value| value.starts_with("percuta="));
        let cookie = cookie.unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let place = headers("location").next().unwrap_or_default();
        Self { status, place, cookie, body: body.to_owned() }
    }
}

fn set_up_form() -> String {
    format!(
        "clinic=Harbour+Skin&telephone=%2B44+7700+900100&zone=Europe%2FLondon&name=Olu+Adeyemi&role=medical-lead&\
         email={}&password={}&again={}",
        EMAIL.replace('@', "%40"),
        PASSWORD.replace(' ', "+"),
        PASSWORD.replace(' ', "+")
    )
}

fn sign_in_form(password: &str) -> String {
    format!("email={}&password={}", EMAIL.replace('@', "%40"), password.replace(' ', "+"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn is_whole(place: &Place) -> Value {
    let answer = json(&place.well(&["verify", "--json"]));
    assert_eq!(answer["interface"], 1);
    assert_eq!(answer["whole"], true, "{answer}");
    assert_eq!(answer["faults"], serde_json::json!([]));
    assert_eq!(answer["opened"], answer["versions"], "every version opens: {answer}");
    answer
}

fn files_beneath(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_beneath(&path, found) } else { found.push(path) }
    }
}

#[test]
fn a_first_start_puts_the_key_outside_the_data_for_this_user_alone() {
    let place = Place::new();
    let running = place.serve(&["serve"]);
    assert_eq!(fs::metadata(place.key()).unwrap().permissions().mode() & 0o777, 0o600);
    let folder = place.key().parent().unwrap().to_owned();
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    let came = running.get("/sign-in", None);
    assert_eq!((came.status, came.place.as_str()), (303, "/set-up"));
    running.stop();
    let key = fs::read_to_string(place.key()).unwrap();
    let secret = key.lines().last().unwrap().split(' ').next_back().unwrap();
    let mut files = Vec::new();
    files_beneath(&place.path("percuta-data"), &mut files);
    assert!(files.contains(&place.database()));
    for file in files {
        let held = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(!held.contains(secret), "the key is in {}", file.display());
    }
}

#[test]
fn the_phrase_is_shown_once_after_set_up_and_the_sign_in_outlives_a_restart() {
    let place = Place::new();
    let running = place.serve(&["serve"]);
    let came = running.post("/set-up", &set_up_form(), None);
    assert_eq!((came.status, came.place.as_str()), (303, "/set-up/phrase"));
    let phrase = place.well(&["key", "phrase"]);
    let shown = running.get("/set-up/phrase", Some(&came.cookie));
    assert_eq!((shown.status, phrase.split_whitespace().count()), (200, 24));
    for word in phrase.split_whitespace() {
        assert!(shown.body.contains(word), "a word of the phrase is not shown");
    }
    assert_eq!(running.get("/set-up/phrase", None).status, 303, "shown to its owner alone");
    let written = running.post("/set-up/phrase", "written=yes", Some(&came.cookie));
    assert_eq!((written.status, written.place.as_str()), (303, "/today"));
    assert_eq!(running.get("/set-up/phrase", Some(&came.cookie)).status, 303, "shown once");
    assert_eq!(running.post("/set-up", &set_up_form(), None).status, 409, "set up once");
    running.stop();

    let running = place.serve(&["serve"]);
    let home = running.get("/sign-in", Some(&came.cookie));
    assert_eq!((home.status, home.place.as_str()), (303, "/today"), "the cookie still opens");
    let wrong = running.post("/sign-in", &sign_in_form("quiet lantern harbor"), None);
    assert_eq!((wrong.status, wrong.cookie.as_str()), (422, ""));
    let right = running.post("/sign-in", &sign_in_form(PASSWORD), None);
    assert_eq!((right.status, right.place.as_str()), (303, "/today"));
    running.stop();
    let answer = is_whole(&place);
    assert!(answer["versions"].as_u64() >= Some(5), "{answer}");
}

#[test]
fn nothing_that_was_typed_at_set_up_is_readable_in_the_data_folder() {
    let place = Place::new();
    place.set_up();
    let mut files = Vec::new();
    files_beneath(&place.path("percuta-data"), &mut files);
    for file in files {
        let held = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        for word in ["Olu", "Adeyemi", EMAIL, "Harbour Skin", "900100", PASSWORD] {
            assert!(!held.contains(word), "{word} is in {}", file.display());
        }
    }
}

#[test]
fn a_byte_that_was_changed_makes_verify_name_the_document() {
    let place = Place::new();
    place.set_up();
    is_whole(&place);
    let connection = Connection::open(place.database()).unwrap();
    let (document, mut body): (Vec<u8>, Vec<u8>) = connection
        .query_row("SELECT document, body FROM versions ORDER BY length(body) LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let last = body.last_mut().unwrap();
    *last ^= 1;
    let changed = connection
        .execute("UPDATE versions SET body = ?1 WHERE document = ?2", (&body, &document))
        .unwrap();
    assert_eq!(changed, 1);
    connection.close().unwrap();

    let name = DocumentId::from_bytes(document.try_into().unwrap()).to_string();
    let said = place.run(&["verify"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.wrong);
    assert!(said.out.contains(&name), "{name} is not named in {}", said.out);
    assert!(!said.out.contains("chain intact"), "{}", said.out);
    let said = place.run(&["verify", "--json"]);
    assert_eq!(said.code, Some(1));
    let answer = json(&said.out);
    assert_eq!(answer["whole"], false);
    let faults = answer["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 2, "the digest tells, and so does the cipher: {answer}");
}

#[test]
fn a_record_without_its_key_file_is_not_served_and_says_what_to_do() {
    let place = Place::new();
    place.set_up();
    fs::rename(place.key(), place.path("kept")).unwrap();
    place.run(&["serve", "--listen", "127.0.0.1:0"]).refused_with(&[
        "needs its key file",
        "--key FILE",
        "percuta key restore",
    ]);
    assert!(!place.key().exists(), "a record that is not empty never gets a new key");
    place.run(&["key", "phrase"]).refused_with(&["no key file"]);
    // What needs no key is still looked at.
    let answer = json(&place.well(&["verify", "--json"]));
    assert_eq!((&answer["whole"], &answer["opened"]), (&Value::Bool(true), &Value::Null));
    fs::rename(place.path("kept"), place.key()).unwrap();
    assert!(place.lets_in());
}

#[test]
fn another_records_key_opens_nothing() {
    let (place, other) = (Place::new(), Place::new());
    place.set_up();
    other.set_up();
    fs::copy(other.key(), place.key()).unwrap();
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["verify"]] {
        place.run(words).refused_with(&["cannot open the record"]);
    }
}

#[test]
fn the_phrase_opens_the_record_elsewhere() {
    let place = Place::new();
    place.set_up();
    let phrase = place.well(&["key", "phrase"]);
    place.run_with(&["key", "restore"], &phrase).refused_with(&["nothing was changed"]);
    fs::remove_file(place.key()).unwrap();

    let elsewhere = Place::new();
    fs::rename(place.path("percuta-data"), elsewhere.path("percuta-data")).unwrap();
    let first = phrase.split(' ').next().unwrap();
    let torn = phrase.replacen(first, "percuta", 1);
    let said = elsewhere.run_with(&["key", "restore"], &torn);
    said.refused_with(&["cannot read the phrase"]);
    assert!(!said.wrong.contains("`percuta`"), "the word itself is not repeated: {}", said.wrong);
    let inside = elsewhere.path("percuta-data/site.key");
    let inside = inside.to_str().unwrap();
    elsewhere
        .run_with(&["key", "restore", "--key", inside], &phrase)
        .refused_with(&["would lie in the data folder", "--key FILE"]);
    assert_eq!(elsewhere.run_with(&["key", "restore"], &phrase).code, Some(0));
    assert_eq!(fs::metadata(elsewhere.key()).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(elsewhere.lets_in());
    is_whole(&elsewhere);
}

#[test]
fn after_a_rotation_the_old_phrase_opens_nothing_and_the_record_is_whole() {
    let place = Place::new();
    place.set_up();
    let before = place.well(&["key", "phrase"]);
    let said = place.well(&["key", "rotate"]);
    assert!(said.starts_with("2 keys"), "the clinic's and the index: {said}");
    let after = place.well(&["key", "phrase"]);
    assert_ne!(before, after);
    assert!(said.contains(after.trim()), "the new phrase is shown");
    is_whole(&place);
    assert!(place.lets_in());

    fs::rename(place.key(), place.path("kept")).unwrap();
    assert_eq!(place.run_with(&["key", "restore"], &before).code, Some(0));
    place.run(&["serve", "--listen", "127.0.0.1:0"]).refused_with(&["cannot open the record"]);
    fs::remove_file(place.key()).unwrap();
    assert_eq!(place.run_with(&["key", "restore"], &after).code, Some(0));
    assert!(place.lets_in());
}

#[test]
fn a_rotation_that_was_interrupted_loses_nothing_and_is_run_again() {
    let place = Place::new();
    place.set_up();
    let last_line = || {
        let text = fs::read_to_string(place.key()).unwrap();
        text.lines().last().unwrap().strip_prefix("seals ").unwrap().to_owned()
    };
    let old = last_line();
    let before = fs::read(place.database()).unwrap();
    let log = fs::read(place.path("percuta-data/percuta.sqlite-wal")).ok();
    place.well(&["key", "rotate"]);
    // As it stands when it ends before the first key was wrapped anew: the file has both, the record only the old.
    fs::write(place.database(), before).unwrap();
    for beside in ["percuta.sqlite-wal", "percuta.sqlite-shm"] {
        let beside = place.path("percuta-data").join(beside);
        if beside.exists() {
            fs::remove_file(beside).unwrap();
        }
    }
    if let Some(log) = log {
        fs::write(place.path("percuta-data/percuta.sqlite-wal"), log).unwrap();
    }
    place.run(&["verify"]).refused_with(&["cannot open the record"]);
    let both = format!("{}opens {old}\n", fs::read_to_string(place.key()).unwrap());
    fs::write(place.key(), both).unwrap();
    assert!(place.lets_in());
    assert!(place.well(&["key", "rotate"]).starts_with("2 keys"));
    assert!(!fs::read_to_string(place.key()).unwrap().contains("\nopens "), "the new one alone");
    is_whole(&place);
    assert!(place.lets_in());
}

#[test]
fn a_passphrase_protects_every_key_file_that_is_written() {
    let place = Place::new();
    let secret = place.path("passphrase");
    fs::write(&secret, "a heron under the bridge\n").unwrap();
    let place = place.with("--passphrase-file", secret.to_str().unwrap());
    let is_protected = || fs::read_to_string(place.key()).unwrap().contains("protection argon2id");
    place.set_up();
    assert!(is_protected(), "at the first start");
    let phrase = place.well(&["key", "phrase"]);
    place.well(&["key", "rotate"]);
    assert!(is_protected(), "after a rotation");
    assert_ne!(phrase, place.well(&["key", "phrase"]));
    assert!(place.lets_in());

    fs::write(&secret, "a heron over the bridge\n").unwrap();
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["key", "phrase"], &["verify"]] {
        place.run(words).refused_with(&["the passphrase is another"]);
    }
    fs::remove_file(&secret).unwrap();
    place.run(&["key", "phrase"]).refused_with(&["cannot read the file of the passphrase"]);
    let without = Place { folder: place.folder, options: Vec::new() };
    without.run(&["key", "phrase"]).refused_with(&["it needs its passphrase"]);
}

#[test]
fn a_key_in_the_data_folder_is_refused_however_it_is_named() {
    let place = Place::new();
    fs::create_dir(place.path("percuta-data")).unwrap();
    std::os::unix::fs::symlink(place.path("percuta-data"), place.path("link")).unwrap();
    for key in ["percuta-data/site.key", "percuta-data/deeper/site.key", "link/site.key"] {
        place
            .run(&["serve", "--listen", "127.0.0.1:0", "--key", key])
            .refused_with(&["would lie in the data folder", "--key FILE"]);
        assert!(!place.path(key).exists());
    }
    place.serve(&["serve", "--key", "percuta-data.key"]).stop();
    assert!(place.path("percuta-data.key").exists());
}

#[test]
fn what_cannot_be_a_record_is_refused_and_no_key_is_made() {
    let place = Place::new();
    fs::write(place.path("file"), "not a folder").unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let with = |more: &[&str]| place.run(&[&serve[..], more].concat());
    with(&["--data", "file"]).refused_with(&["cannot open the record", "file/blobs"]);
    with(&["--data", "/proc/percuta"]).refused_with(&["cannot use the folder", "/proc/percuta"]);
    with(&["--database", "somewhere"]).refused_with(&["--database", "postgres://"]);
    with(&["--database", "postgres://nobody@127.0.0.1:1/nothing"])
        .refused_with(&["no connection to PostgreSQL"]);
    with(&["--database", "postgres://nobody@127.0.0.1:1/nothing?sslmode=require"])
        .refused_with(&["TLS"]);
    place.run(&["verify", "--data", "nowhere"]).refused_with(&["no record in `nowhere`", "--data"]);
    assert!(!place.path("nowhere").exists(), "looking makes nothing");
    assert!(!place.key().exists());
    fs::write(place.path("percuta.sqlite"), "not a database").unwrap();
    with(&["--data", "."]).refused_with(&["cannot open the record"]);
}

/// A PostgreSQL server that is gone with this value.
struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It stops when its standard input closes.
        drop(self.child.stdin.take());
        let _stopped = self.child.wait();
    }
}

fn postgres() -> Server {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/throwaway-postgres.sh");
    let mut child =
        Command::new(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let Some(folder) = line.strip_prefix("host=").and_then(|rest| rest.split(' ').next()) else {
        panic!("no PostgreSQL server could be started; `scripts/setup.sh test` installs one");
    };
    let url = format!("postgres://postgres@{}/postgres", folder.replace('/', "%2F"));
    Server { child, url }
}

#[test]
fn on_postgresql_the_same_holds() {
    let server = postgres();
    let place = Place::new().with("--database", &server.url);
    place.set_up();
    assert!(!place.database().exists(), "the record is in PostgreSQL alone");
    assert!(place.lets_in());
    let whole = is_whole(&place);
    let before = place.well(&["key", "phrase"]);
    place.well(&["key", "rotate"]);
    assert_eq!(is_whole(&place)["versions"], whole["versions"]);
    assert!(place.lets_in());
    fs::remove_file(place.key()).unwrap();
    place.run(&["serve", "--listen", "127.0.0.1:0"]).refused_with(&["needs its key file"]);
    assert_eq!(place.run_with(&["key", "restore"], &before).code, Some(0));
    place.run(&["serve", "--listen", "127.0.0.1:0"]).refused_with(&["cannot open the record"]);
}

fn scratch(place: &Place) -> Vec<String> {
    let names = fs::read_dir(place.folder.path()).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("percuta-demo-"))
        .collect()
}

#[test]
fn a_demo_lets_in_each_role_and_leaves_nothing_behind() {
    let place = Place::new();
    let running = place.serve(&["demo"]);
    let page = running.get("/sign-in", None);
    assert_eq!(page.status, 200);
    let roles = ["practitioner", "medical-lead", "front-desk", "assistant", "owner", "patient"];
    for role in roles {
        assert!(page.body.contains(&format!("value=\"{role}\"")), "no button for {role}");
        let came = running.post("/sign-in/demo", &format!("role={role}"), None);
        let home = if role == "patient" { "/me" } else { "/today" };
        assert_eq!((came.status, came.place.as_str()), (303, home), "{role}");
        let again = running.get("/sign-in", Some(&came.cookie));
        assert_eq!((again.status, again.place.as_str()), (303, home), "{role} is signed in");
    }
    assert_eq!(running.post("/sign-in/demo", "role=nobody", None).status, 404);
    assert_eq!(scratch(&place).len(), 1, "its photographs are in a folder of its own");
    running.stop();
    assert!(scratch(&place).is_empty());
    assert!(!place.key().exists() && !place.path("percuta-data").exists());
}

#[test]
fn a_served_record_has_no_door_without_a_password() {
    let place = Place::new();
    place.set_up();
    let running = place.serve(&["serve"]);
    let came = running.post("/sign-in/demo", "role=owner", None);
    assert_eq!((came.status, came.cookie.as_str()), (404, ""));
    running.stop();
}
