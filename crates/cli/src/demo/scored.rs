//! Scores of the demo: whatever the rulebook asks for is scored when it is asked for, with invented grades that get
//! better from session to session, and not for everybody alike.

use percuta_clinical::scale::{Grader, Item};
use percuta_practice::{Actor, No, measures::measures};
use percuta_record::PatientId;

use super::{Life, life::themselves};

/// What is asked of the patient now.
pub(crate) async fn by_patient(life: &Life<'_>, patient: PatientId) -> Result<(), No> {
    let actor = themselves(life, patient).await?;
    score(life, (&actor, patient), Grader::Anybody).await
}

/// What is asked of the clinic now.
pub(crate) async fn by_clinician(
    life: &Life<'_>,
    (by, patient): (&Actor, PatientId),
) -> Result<(), No> {
    score(life, (by, patient), Grader::Clinician).await
}

async fn score(
    life: &Life<'_>,
    (by, patient): (&Actor, PatientId),
    grader: Grader,
) -> Result<(), No> {
    let story = life.practice.story(by, patient).await?;
    let given = story.sessions.len();
    let seed = usize::from(patient.bytes().first().copied().unwrap_or(0));
    for measure in measures(life.practice.book(), &story, life.today()) {
        let Some(scored) = measure.scored else { continue };
        if !measure.is_due() || scored.by != grader {
            continue;
        }
        let grades = scored
            .items
            .iter()
            .map(|item| (item.name.to_owned(), grade(scored.id, item, (given, seed)).to_string()));
        let grades: Vec<(String, String)> = grades.collect();
        life.practice.keep_score(by, patient, scored.id, &grades).await?;
    }
    Ok(())
}

/// A grade after so many sessions. Who begins worse and who does not get better is drawn from the patient.
fn grade(scale: &str, item: &Item, (given, seed): (usize, usize)) -> usize {
    let is_slow = seed.is_multiple_of(5);
    let better = if is_slow { given / 2 } else { given };
    match (scale, item.name) {
        // From no change to much improved; somebody now and then sees nothing.
        ("gais", _) => 4_usize.saturating_sub(better).max(2),
        ("vas", _) => 5_usize.saturating_sub(given.min(2)) + seed % 3,
        ("gb_qual", _) => 3_usize.saturating_sub(better / 2).max(2),
        ("gb_quant", "mild-dish" | "macular") => 2,
        ("gb_quant", "dish") => 3_usize.saturating_sub(better),
        ("gb_quant", "shallow-punched" | "broad-shallow") => 2_usize.saturating_sub(better),
        ("gb_quant", "linear") => 1_usize.saturating_sub(better / 2),
        ("mmasi", name) if name.ends_with(".area") => 3_usize.saturating_sub(better),
        ("mmasi", _) => 2,
        ("salt", _) => 30_usize.saturating_sub(better * 8),
        _ => 0,
    }
}
