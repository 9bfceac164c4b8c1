//! Reading the vocabulary: classes first, then terms and regions, so that order in the files does not matter.

use percuta_terminology::{
    Kind, Polarity, RegionId, Term, Vocabulary,
    region::Region,
    vocabulary::{Clash, Class},
};

use crate::{
    card::Reader,
    fault::{Fault, did_you_mean},
    kdl::Node,
    language::split,
};

/// Reads every class, term and region of the parsed files.
pub(super) fn read(files: &[(String, Vec<Node>)], faults: &mut Vec<Fault>) -> Vocabulary {
    let mut words = Vocabulary::default();
    let mut waiting: Vec<(&str, &Node)> = Vec::new();
    for (file, nodes) in files {
        waiting.extend(
            nodes.iter().filter(|node| node.name == "class").map(|node| (file.as_str(), node)),
        );
    }
    // A class may stand in a file that comes before its parent's: read again until nothing more fits.
    loop {
        let before = waiting.len();
        waiting.retain(|(file, node)| {
            !class(&mut words, &mut Reader::new(file, faults), node, Last::No)
        });
        if waiting.len() == before {
            break;
        }
    }
    for (file, node) in waiting {
        class(&mut words, &mut Reader::new(file, faults), node, Last::Yes);
    }
    for (file, nodes) in files {
        let mut reader = Reader::new(file, faults);
        for node in nodes {
            if node.name == "region" {
                region(&mut words, &mut reader, node, None);
            } else if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.word() == node.name) {
                term(&mut words, &mut reader, node, kind);
            }
        }
    }
    for (file, nodes) in files {
        let mut reader = Reader::new(file, faults);
        for node in nodes.iter().filter(|node| node.name == "region") {
            lay(&mut words, &mut reader, node);
        }
    }
    for kind in Kind::ALL {
        words.of_mut(kind).settle();
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    No,
    Yes,
}

/// Reads a class; `false` while its parent is not read yet.
fn class(words: &mut Vocabulary, reader: &mut Reader<'_>, node: &Node, last: Last) -> bool {
    let of = reader.property(node, "of").unwrap_or_default();
    let choices = Kind::ALL.map(|kind| (kind.word(), kind));
    let Some(kind) = choices.iter().find(|(word, _)| *word == of).map(|(_, kind)| *kind) else {
        if last == Last::Yes {
            reader.unknown_word(
                node.at,
                "kind of class",
                &of,
                choices.iter().map(|(word, _)| *word),
            );
        }
        return false;
    };
    let parent = match reader.property(node, "in") {
        None => None,
        Some(code) => match words.of(kind).class(&code) {
            Some(parent) => Some(parent),
            None => {
                if last == Last::Yes {
                    reader.fault(node.at, format!("`{code}` is no class of {}s", kind.word()));
                }
                return false;
            }
        },
    };
    reader.shape(node, 1..=1, &["of", "in", "title", "polarity", "synonyms", "says"], &[]);
    let code = reader.text(node, 0);
    let title = reader.property(node, "title").unwrap_or_else(|| code.clone());
    let polarity = reader
        .property(node, "polarity")
        .and_then(|word| {
            let choices = [("risk", Polarity::Risk), ("mitigation", Polarity::Mitigation)];
            reader.choice(node.at, "polarity", &word, &choices)
        })
        .unwrap_or_default();
    let class = Class { code, title, parent, polarity };
    let synonyms = list(reader.property(node, "synonyms"));
    let added = words.of_mut(kind).add_class(class, &synonyms);
    clash(reader, node, added.map(|_| ()));
    true
}

fn clash(reader: &mut Reader<'_>, node: &Node, added: Result<(), Clash>) {
    match added {
        Ok(()) => {}
        Err(Clash::Taken { word, by }) => {
            reader.fault(node.at, format!("`{word}` already means `{by}`"));
        }
        Err(Clash::Full) => reader.fault(node.at, "there are more words than the vocabulary holds"),
    }
}

/// The entries of a property that holds several, separated by commas.
fn list(text: Option<String>) -> Vec<String> {
    text.iter()
        .flat_map(|text| text.split(','))
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn term(words: &mut Vocabulary, reader: &mut Reader<'_>, node: &Node, kind: Kind) {
    let properties = [
        "class",
        "title",
        "says",
        "synonyms",
        "brands",
        "atc",
        "icd10",
        "route",
        "use",
        "prednisolone-equivalent",
        "group",
        "note",
    ];
    reader.shape(node, 1..=1, &properties, &[]);
    let code = reader.text(node, 0);
    if !code.chars().all(|letter| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter)
    }) {
        reader.fault(node.at, format!("the code `{code}` is not lower case with hyphens"));
    }
    let mut classes = Vec::new();
    for class in split(reader.property(node, "class")) {
        match words.of(kind).class(&class) {
            Some(class) => classes.push(class),
            None => {
                let hint = did_you_mean(words.of(kind).suggest(&class));
                reader.fault(node.at, format!("`{class}` is no class of {}s{hint}", kind.word()));
            }
        }
    }
    let mut synonyms = list(reader.property(node, "synonyms"));
    synonyms.extend(list(reader.property(node, "brands")));
    let codes = ["atc", "icd10"]
        .iter()
        .filter_map(|system| Some(((*system).to_owned(), reader.property(node, system)?)))
        .collect();
    let is_topical = reader.property(node, "route").is_some_and(|route| route == "topical");
    let is_as_needed = reader.property(node, "use").is_some_and(|usage| usage == "as-needed");
    let term = Term {
        title: reader.property(node, "title").unwrap_or_else(|| code.replace('-', " ")),
        code,
        says: reader.property(node, "says").unwrap_or_default(),
        synonyms,
        codes,
        classes,
        is_by_last_dose: is_topical || is_as_needed,
        prednisolone_equivalent: reader.number_property(node, "prednisolone-equivalent"),
        group: reader.property(node, "group").unwrap_or_default(),
        is_class_word: false,
    };
    let added = words.of_mut(kind).add_term(term);
    clash(reader, node, added.map(|_| ()));
}

fn region(words: &mut Vocabulary, reader: &mut Reader<'_>, node: &Node, parent: Option<RegionId>) {
    reader.shape(node, 1..=1, &["title", "synonyms", "side", "on"], &["region"]);
    let code = reader.text(node, 0);
    let region = Region {
        title: reader.property(node, "title").unwrap_or_else(|| code.clone()),
        synonyms: list(reader.property(node, "synonyms")),
        is_paired: reader.property(node, "side").is_some_and(|side| side == "paired"),
        code: code.clone(),
        parent,
        lies_on: None,
    };
    match words.regions.add(region) {
        Some(id) => {
            for child in &node.children {
                self::region(words, reader, child, Some(id));
            }
        }
        None => reader
            .fault(node.at, format!("the region `{code}` stands twice, or there are too many")),
    }
}

fn lay(words: &mut Vocabulary, reader: &mut Reader<'_>, node: &Node) {
    let Some(on) = reader.property(node, "on") else { return };
    let code = reader.text(node, 0);
    match (words.regions.find(&code), words.regions.find(&on)) {
        (Some(upper), Some(lower)) => words.regions.lay(upper, lower),
        _ => reader.fault(node.at, format!("`{on}` is no region")),
    }
}
