//! Lists every file of the default rulebook, so that the binary carries its text.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn list(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, root, found)?;
        } else if path.extension().is_some_and(|ending| ending == "kdl") {
            let name = path.strip_prefix(root).map_err(io::Error::other)?;
            found.push((
                name.to_string_lossy().replace('\\', "/"),
                path.to_string_lossy().into_owned(),
            ));
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a build script is told its folders by the environment"
    )]
    let (home, out) = (env::var("CARGO_MANIFEST_DIR")?, env::var("OUT_DIR")?);
    let root = Path::new(&home).join("../../rulebook").canonicalize()?;
    let mut found = Vec::new();
    list(&root, &root, &mut found)?;
    found.sort();
    let mut text = String::from("&[\n");
    for (name, path) in &found {
        writeln!(text, "    ({name:?}, include_str!({path:?})),")?;
    }
    text.push_str("]\n");
    fs::write(Path::new(&out).join("files.rs"), text)?;
    #[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
    {
        println!("cargo::rerun-if-changed={}", root.display());
    }
    Ok(())
}
