//! Our reader of KDL and the `kdl` library read every shipped file alike.

use percuta_clinical::kdl::{Node, Value, read};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn same_value(ours: &Value, theirs: &kdl::KdlValue) -> bool {
    match (ours, theirs) {
        (Value::Text(ours), kdl::KdlValue::String(theirs)) => ours == theirs,
        (Value::Number(ours), kdl::KdlValue::Integer(theirs)) => {
            format!("{ours}") == format!("{theirs}")
        }
        (Value::Number(ours), kdl::KdlValue::Float(theirs)) => (ours - theirs).abs() < 1e-12,
        (Value::Truth(ours), kdl::KdlValue::Bool(theirs)) => ours == theirs,
        (Value::Null, kdl::KdlValue::Null) => true,
        _ => false,
    }
}

fn same(ours: &Node, theirs: &kdl::KdlNode) -> Result<(), String> {
    let fail = |what: &str| Err(format!("{}:{}: {what} differ", ours.at.line, ours.at.column));
    if ours.name != theirs.name().value() {
        return fail("names");
    }
    let arguments: Vec<_> =
        theirs.entries().iter().filter(|entry| entry.name().is_none()).collect();
    let properties: Vec<_> =
        theirs.entries().iter().filter(|entry| entry.name().is_some()).collect();
    if ours.arguments.len() != arguments.len() || ours.properties.len() != properties.len() {
        return fail("entries");
    }
    for (ours, theirs) in ours.arguments.iter().zip(arguments) {
        if !same_value(&ours.value, theirs.value()) {
            return fail("arguments");
        }
    }
    for (ours, theirs) in ours.properties.iter().zip(properties) {
        let name = theirs.name().map(kdl::KdlIdentifier::value);
        if name != Some(ours.name.as_str()) || !same_value(&ours.value, theirs.value()) {
            return fail("properties");
        }
    }
    let children = theirs.children().map_or(&[] as &[_], |children| children.nodes());
    if ours.children.len() != children.len() {
        return fail("children");
    }
    ours.children.iter().zip(children).try_for_each(|(ours, theirs)| same(ours, theirs))
}

#[test]
fn both_readers_agree_on_every_shipped_file() -> Outcome {
    assert!(percuta_rulebook::FILES.len() > 250);
    for (path, text) in percuta_rulebook::FILES {
        let ours = read(text).map_err(|malformed| format!("{path}: {malformed:?}"))?;
        let theirs: kdl::KdlDocument = text.parse().map_err(|error| format!("{path}: {error}"))?;
        assert_eq!(ours.len(), theirs.nodes().len(), "{path}");
        for (ours, theirs) in ours.iter().zip(theirs.nodes()) {
            same(ours, theirs).map_err(|what| format!("{path}:{what}"))?;
        }
    }
    Ok(())
}

#[test]
fn what_our_reader_accepts_the_library_accepts() {
    // A crude mutation of a real card: drop, double or swap one byte at many places.
    let (_, card) = percuta_rulebook::FILES
        .iter()
        .find(|(path, _)| *path == "rules/contra.filler.kdl")
        .unwrap();
    let bytes = card.as_bytes();
    let mut accepted = 0;
    for at in (0..bytes.len()).step_by(3) {
        for change in 0..3 {
            let mut mutant = bytes.to_vec();
            match change {
                0 => drop(mutant.remove(at)),
                1 => mutant.insert(at, bytes[at]),
                _ => mutant.swap(at, (at + 7) % bytes.len()),
            }
            let Ok(text) = String::from_utf8(mutant) else { continue };
            if let Ok(ours) = read(&text) {
                accepted += 1;
                let theirs = text.parse::<kdl::KdlDocument>();
                assert!(
                    theirs.is_ok_and(|theirs| theirs.nodes().len() == ours.len()),
                    "at {at}, change {change}:\n{text}"
                );
            }
        }
    }
    assert!(accepted > 100);
}
