//! Sample intakes: one that is empty, one that came back with mistakes.

use percuta_clinical::intake as read;
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        staff::{
            Room,
            intake::{self, Given, View},
        },
    },
};

use super::{CLARA, Fault, Shown, clara, frame};

/// What the record knows of Clara.
pub(crate) fn given() -> Given {
    Given { as_of: "2026-11-20".to_owned(), birth_date: "1992-03-04".to_owned() }
}

/// The pages.
pub(crate) fn pages(site: &Site) -> Result<Vec<Shown>, Fault> {
    let frame = frame("Intake", Room::Patients);
    let lists = intake::lists(site);
    let view = View {
        person: clara(),
        action: "/patients/7c1f/intake".to_owned(),
        rows: vec![1; lists.len()],
        lists: lists.clone(),
        begun: String::new(),
        amends: false,
    };
    let wrong = CLARA.replace("2026-06-14", "2027-06-14").replace("0.5 }", "55 }");
    let (mut entry, rows) = intake::filled(&serde_json::from_str(&wrong)?, &lists);
    let written = intake::json(&entry, &lists, &given());
    if let Err(unusable) = read::read(site.book(), &written, &[]) {
        intake::refuse(&mut entry, &lists, &unusable.problems);
    }
    let amended = View {
        rows,
        amends: true,
        begun: "Clara answered 14 questions on her phone on 20 November 2026; they are filled in."
            .to_owned(),
        ..view.clone()
    };
    Ok(vec![
        ("intake", intake::page(site, &frame, &view, &Entry::default()).into_string()),
        ("intake-wrong", intake::page(site, &frame, &amended, &entry).into_string()),
    ])
}
