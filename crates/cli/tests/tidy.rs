//! What people cannot see at a glance: the arrows between crates, the first line of every file, and that every path
//! named in a document exists.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !["target", "node_modules", ".git", "shots"].contains(&name) {
            files(&path, ending, found)?;
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
    Ok(())
}

/// The rows of the table under a heading: first cell to second.
fn table(text: &str, heading: &str) -> BTreeMap<String, BTreeSet<String>> {
    let section = text.split(heading).nth(1).unwrap_or_default();
    section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let words = |cell: &str| -> BTreeSet<String> {
                cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
            };
            let name = words(cells.first()?).into_iter().next()?;
            Some((name, words(cells.get(1)?)))
        })
        .collect()
}

#[test]
fn crates_depend_only_as_the_architecture_allows() -> Outcome {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md"))?;
    let allowed = table(&text, "## The arrows");
    assert!(allowed.len() >= 5, "the table of arrows was not found");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked", "--offline"])
        .current_dir(root())
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let bare = |name: &str| {
        if name == "percuta" { "cli".to_owned() } else { name.replace("percuta-", "") }
    };
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = bare(package["name"].as_str().unwrap_or_default());
        let Some(may_use) = allowed.get(&name) else {
            wrong.push(format!("`{name}` is not in the table"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            let is_ours = dependency["path"].is_string();
            let is_normal = dependency["kind"].is_null();
            if is_ours
                && is_normal
                && !may_use.contains("everything")
                && !may_use.contains(&bare(other))
            {
                wrong.push(format!(
                    "`{name}` uses `{}`, which the table does not allow",
                    bare(other)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn every_source_file_says_what_it_is_for() -> Outcome {
    let mut found = Vec::new();
    files(&root().join("crates"), ".rs", &mut found)?;
    let silent: Vec<String> = found
        .iter()
        .filter(|path| !fs::read_to_string(path).is_ok_and(|text| text.starts_with("//!")))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "these do not begin with `//!`:\n{}", silent.join("\n"));
    Ok(())
}

#[test]
fn every_path_named_in_a_document_exists() -> Outcome {
    let root = root();
    let mut documents = Vec::new();
    files(&root, ".md", &mut documents)?;
    let mut missing = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document)?;
        let folder = document.parent().unwrap_or(&root).to_path_buf();
        let prose: String = text.split("```").step_by(2).collect();
        let quoted = prose.split('`').skip(1).step_by(2).map(str::to_owned);
        let linked =
            prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned);
        let is_elsewhere = |link: &str| link.contains("://") || link.starts_with("mailto:");
        for link in linked.filter(|link| !is_elsewhere(link)) {
            let name = link.split('#').next().unwrap_or_default();
            if !folder.join(name).exists() {
                missing.push(format!("{}: {link}", document.display()));
            }
        }
        for name in quoted {
            let name = name.split('#').next().unwrap_or_default().trim_end_matches('/').to_owned();
            let first = name.split('/').next().unwrap_or_default();
            let looks_like_a_path = name.contains('/')
                && !name.contains([' ', '*', '{', '<', ':', '…', '='])
                && (["crates", "rulebook", "docs", "bench", "casebook", "tests", "scripts", "."]
                    .contains(&first));
            if looks_like_a_path && !root.join(&name).exists() && !folder.join(&name).exists() {
                missing.push(format!("{}: {name}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "these paths do not exist:\n{}", missing.join("\n"));
    Ok(())
}

/// To look for examples in the documentation takes as long as to compile every crate once more, and there are none.
#[test]
fn no_example_in_the_documentation_is_left_untried() -> Outcome {
    let mut found = Vec::new();
    files(&root().join("crates"), ".rs", &mut found)?;
    let mut untried = Vec::new();
    for path in found {
        let text = fs::read_to_string(&path)?;
        let spoken = text.lines().map(str::trim_start);
        let spoken =
            spoken.filter_map(|line| line.strip_prefix("//!").or(line.strip_prefix("///")));
        let fences = spoken.map(str::trim).filter(|line| line.starts_with("```"));
        if fences.step_by(2).any(|fence| !["```text", "```json", "```sh"].contains(&fence)) {
            untried.push(path.display().to_string());
        }
    }
    assert!(untried.is_empty(), "write these examples as tests:\n{}", untried.join("\n"));
    Ok(())
}

#[test]
fn nothing_names_the_machine_it_was_written_on() -> Outcome {
    let mut found = Vec::new();
    for ending in [".rs", ".md", ".kdl", ".css", ".js", ".mjs", ".sh", ".toml", ".json"] {
        files(&root(), ending, &mut found)?;
    }
    let needles = [["/wo", "rk/"].concat(), ["/tm", "p/wt-"].concat(), ["/ro", "ot/"].concat()];
    let naming: Vec<String> = found
        .iter()
        .filter(|path| {
            fs::read_to_string(path)
                .is_ok_and(|text| needles.iter().any(|needle| text.contains(needle)))
        })
        .map(|path| path.display().to_string())
        .collect();
    assert!(naming.is_empty(), "these name a path of one machine:\n{}", naming.join("\n"));
    Ok(())
}
