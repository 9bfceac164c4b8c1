//! The shipped rulebook passes its own check: every card's cases, and the laws over every group of rules.

use percuta_clinical::{Rulebook, check::check};

#[test]
fn the_shipped_rulebook_passes_its_check() -> Result<(), String> {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let faults = |faults: &[percuta_clinical::fault::Fault]| {
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let book = Rulebook::load(files.collect()).map_err(|list| faults(&list))?;
    let report = check(&book, &mut |_| {});
    assert!(report.faults.is_empty(), "{} faults\n{}", report.faults.len(), faults(&report.faults));
    for (law, count) in &report.laws {
        assert!(*count > 0, "the law was never put to the test: {law}");
    }
    Ok(())
}
