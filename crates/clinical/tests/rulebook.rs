//! What is wrong with a rulebook is found, named by file and line, and suggests the word that was meant.

use percuta_clinical::{Rulebook, book::layer, check::check};

/// The default rulebook with one file replaced or added.
fn with(path: &str, text: &str) -> Result<Rulebook, Vec<String>> {
    let files = layer(percuta_rulebook::FILES, &[(path.to_owned(), text.to_owned())]);
    Rulebook::load(files).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn shipped(path: &str) -> &'static str {
    percuta_rulebook::FILES.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text)
}

/// The faults of a file that does not load.
fn refused(path: &str, text: &str) -> String {
    match with(path, text) {
        Ok(_) => "it loads".to_owned(),
        Err(faults) => faults.join("\n"),
    }
}

/// The faults of a rulebook that loads and fails its check.
fn found(path: &str, text: &str) -> String {
    match with(path, text) {
        Ok(book) => {
            let report = check(&book, &mut |_| {});
            report.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        Err(faults) => format!("it does not load: {}", faults.join("\n")),
    }
}

const FILLER: &str = "rules/contra.filler.kdl";

#[test]
fn a_misspelt_word_is_named_with_its_place_and_the_one_meant() {
    let text = shipped(FILLER)
        .replace("procedure \"dermal-filler\" within", "procedure \"dermal-filer\" within");
    assert!(
        refused(FILLER, &text).contains("did you mean `dermal-filler`"),
        "{}",
        refused(FILLER, &text)
    );
    let text = shipped(FILLER).replace("decide \"defer\"", "decide \"deffer\"");
    let said = refused(FILLER, &text);
    assert!(
        said.contains("rules/contra.filler.kdl:") && said.contains("did you mean `defer`"),
        "{said}"
    );
    let text = shipped(FILLER).replace("within=", "withn=");
    assert!(refused(FILLER, &text).contains("did you mean `within`"));
    let text = shipped(FILLER).replace("6 months\" meets", "6 fortnights\" meets");
    assert!(refused(FILLER, &text).contains("no length of time"));
}

#[test]
fn a_source_that_does_not_exist_is_refused() {
    let text = shipped(FILLER).replace("source \"I.exceed\"", "source \"I.exced\"");
    assert!(refused(FILLER, &text).contains("did you mean `I.exceed`"));
}

#[test]
fn a_rule_without_a_source_is_refused() {
    let bare = shipped(FILLER)
        .lines()
        .filter(|line| !line.trim_start().starts_with("source "))
        .collect::<Vec<_>>()
        .join("\n");
    let said = refused(FILLER, &bare);
    assert!(said.contains("the rule `contra.filler` has no source"), "{said}");
}

#[test]
fn one_id_in_two_files_is_refused() {
    let said = refused("rules/other/contra.filler.kdl", shipped(FILLER));
    assert!(said.contains("already stands in rules/contra.filler.kdl"), "{said}");
}

#[test]
fn hostile_files_are_refused_by_place() {
    assert!(refused("rules/x.kdl", &"a {".repeat(50_000)).contains("deeper than"));
    assert!(refused("rules/x.kdl", "rule \"x").contains("rules/x.kdl:1:6"));
    assert!(refused("rules/x.kdl", &"a ".repeat(600_000)).contains("larger than"));
    assert!(refused("rules/x.kdl", "rule 7").contains("takes a text in quotes"));
    assert!(refused("rules/x.kdl", "\u{0}").contains("cannot stand here"));
}

#[test]
fn the_check_finds_what_a_rulebook_lacks() {
    // One check for several faults: a rule that is unreachable, a class and a question without use, a case that fails.
    let unreachable = r#"
rule "test.unreachable" {
  title "A rule that cannot hold"
  asks "Do you have a pet?" about="conditions.asthma" group="health"
  unknown "elsewhere"
  decide "defer" {
    when { request region="eyelid"; request region="scalp" }
    ends "never mind"
    because "It cannot {hold}."
  }
  why "It is a test."
  source "S0" "nothing"
  confidence "low"
  case "it does not hold" { expect "none" }
  case "it is said to hold" { request region="scalp"; expect "defer" event=#true }
}
"#;
    let idle = r#"
class "test-class" of="condition" title="Nothing uses it" polarity="risk"
condition "test-condition" class="test-class"
"#;
    let files = vec![
        ("rules/test.unreachable.kdl".to_owned(), unreachable.to_owned()),
        ("vocabulary/test.kdl".to_owned(), idle.to_owned()),
    ];
    let book = Rulebook::load(layer(percuta_rulebook::FILES, &files))
        .map_err(|f| format!("{f:?}"))
        .unwrap();
    let report = check(&book, &mut |_| {});
    let said = report.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for wanted in [
        "`test.unreachable` is unreachable",
        "`conditions.asthma`, which no rule reads",
        "nothing uses the class `test-class`",
        "`{hold}` is no place",
        "the case `it is said to hold` expects defer until an event and is given none",
    ] {
        assert!(said.contains(wanted), "{wanted} is not in\n{said}");
    }
}

#[test]
fn a_rule_that_makes_a_risk_permissive_breaks_a_law() {
    // A contraindication that yields its place: filler present would let a fever through.
    let path = "rules/contra.botulinum.kdl";
    let text = shipped(path).replace(
        "when { procedure \"botulinum-toxin\" within=\"14 days\" meets=\"request\" }",
        "when { not { procedure \"botulinum-toxin\" within=\"14 days\" meets=\"request\" } }",
    );
    let said = found(path, &text);
    assert!(
        said.contains(
            "the law is broken that adding a risk never makes the answer more permissive"
        ),
        "{said}"
    );
}

#[test]
fn a_clinic_layer_changes_an_answer_and_the_digest() {
    let before = with("none.kdl", "").unwrap();
    let text = shipped(FILLER).replace("within=\"6 months\"", "within=\"3 months\"");
    let after = with(FILLER, &text).unwrap();
    assert_ne!(before.digest, after.digest);
    let intake = serde_json::json!({
        "as_of": "2026-03-02",
        "patient": { "birth_date": "1992-01-15", "sex": "female", "pregnancy": "no", "breastfeeding": "no", "phototype": 2 },
        "request": { "modality": "pen", "concern": "acne-scar", "region": "cheek" },
        "procedures": [{ "name": "dermal-filler", "date": "2025-11-02", "site": "cheek" }]
    });
    let answer = |book: &Rulebook| {
        let intake = percuta_clinical::intake::read(book, &intake, &[]).unwrap();
        book.engine.disposition(book, &intake).word()
    };
    assert_eq!(answer(&before), "defer");
    assert_eq!(answer(&after), "proceed");
}
