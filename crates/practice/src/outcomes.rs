//! Outcomes: a published scale is scored and kept with its items, so that the sum can be followed for ever.

use percuta_chart::{
    check_in::{Outcome, Scorer},
    course::CourseState,
    person,
};
use percuta_clinical::scale::{self, Grader, Score};
use percuta_record::{DocumentId, Owner, PatientId};

use crate::{
    Practice,
    actor::{Act, Actor, Who},
    day_of,
    patients::Story,
    refusal::{No, Wrong},
    writing::Draft,
};

impl Practice {
    /// The score of what was given, without keeping it. An item that was not graded, or is out of its range, is named.
    pub fn score(&self, scale: &str, given: &[(String, String)]) -> Result<Score, No> {
        let (scored, _) = scale::scale(self.book(), scale).ok_or(No::NotFound)?;
        let grade = |name: &'static str| {
            let typed = given.iter().rev().find(|(known, _)| known == name);
            typed.and_then(|(_, typed)| typed.trim().parse::<u8>().ok())
        };
        scored.score(grade).map_err(|ungraded| {
            let wrong = ungraded.into_iter().map(|one| Wrong::new(one.item, one.says));
            No::Wrong(wrong.collect())
        })
    }

    /// Keeps a score. A patient scores themselves, by the scales that are for patients too.
    pub async fn keep_score(
        &self,
        actor: &Actor,
        patient: PatientId,
        scale: &str,
        given: &[(String, String)],
    ) -> Result<DocumentId, No> {
        let is_own = actor.patient() == Some(patient);
        let act = if is_own { Act::Own } else { Act::Score };
        let subject = person::document_of(patient);
        self.allow(actor, act, "outcome.score", Some(subject)).await?;
        let (scored, _) = scale::scale(self.book(), scale).ok_or(No::NotFound)?;
        if is_own && scored.by != Grader::Anybody {
            return Err(No::NotFound);
        }
        let score = self.score(scale, given)?;
        let clinic = self.clinic().await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let items = scored.items.iter().filter_map(|item| {
            let (_, typed) = given.iter().rev().find(|(known, _)| known == item.name)?;
            Some((item.name.to_owned(), f64::from(typed.trim().parse::<u8>().ok()?)))
        });
        let outcome = Outcome {
            course: course(&story),
            scale: scale.to_owned(),
            items: items.collect(),
            score: score.value,
            on: day_of(&clinic, self.now()),
            by: match actor.who {
                Who::Patient(_) => Scorer::Patient,
                Who::Member { .. } => Scorer::Member(actor.person),
            },
        };
        let document = self.vault.new_id()?;
        let draft = Draft::new(act, "outcome.score", document);
        let draft = draft.begin(document, Owner::Patient(patient), &outcome)?;
        self.commit(actor, draft).await?;
        Ok(document)
    }
}

/// The course that a score of today belongs to: the last one that was accepted.
fn course(story: &Story) -> Option<DocumentId> {
    let was_accepted = |state: &CourseState| match state {
        CourseState::Accepted { .. }
        | CourseState::Stopped { .. }
        | CourseState::Finished { .. } => true,
        CourseState::Draft | CourseState::Offered { .. } => false,
    };
    story.courses.iter().rev().find(|course| was_accepted(&course.document.state)).map(|one| one.id)
}

#[cfg(test)]
mod tests {
    use percuta_chart::person::Part;

    use super::*;
    use crate::testing::Clinic;

    fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[tokio::test]
    async fn a_clinician_keeps_a_score_with_its_items() {
        let clinic = Clinic::open().await;
        let (patient, _) = clinic.patient("Nora Invented").await;
        let given = given(&[("grade", "3")]);
        clinic.practice.keep_score(&clinic.lead, patient, "gb_qual", &given).await.unwrap();
        let story = clinic.practice.story(&clinic.lead, patient).await.unwrap();
        let kept = &story.outcomes[0];
        assert_eq!(kept.score.to_string(), "3");
        assert_eq!(kept.items, vec![("grade".to_owned(), 3.0)]);
        assert_eq!(kept.by, Scorer::Member(clinic.lead.person));
        assert_eq!(kept.on, jiff::civil::date(2026, 11, 21));
    }

    #[tokio::test]
    async fn a_patient_scores_pain_and_not_scars() {
        let clinic = Clinic::open().await;
        let (patient, actor) = clinic.patient("Nora Invented").await;
        let pain = given(&[("pain", "4")]);
        clinic.practice.keep_score(&actor, patient, "vas", &pain).await.unwrap();
        let grade = given(&[("grade", "1")]);
        let no = clinic.practice.keep_score(&actor, patient, "gb_qual", &grade).await.unwrap_err();
        assert!(matches!(no, No::NotFound));
        let (other, _) = clinic.patient("Olaf Invented").await;
        let no = clinic.practice.keep_score(&actor, other, "vas", &pain).await.unwrap_err();
        assert!(matches!(no, No::NotAllowed));
    }

    #[tokio::test]
    async fn nothing_is_kept_of_an_item_out_of_range_or_by_who_may_not() {
        let clinic = Clinic::open().await;
        let (patient, _) = clinic.patient("Nora Invented").await;
        for typed in ["11", "-1", "4.5", "", "lots"] {
            let pain = given(&[("pain", typed)]);
            let no = clinic.practice.keep_score(&clinic.lead, patient, "vas", &pain).await;
            assert!(matches!(&no, Err(No::Wrong(wrong)) if wrong[0].field == "pain"), "{typed}");
        }
        let pain = given(&[("pain", "4")]);
        let desk = clinic.member(Part::Assistant);
        let no = clinic.practice.keep_score(&desk, patient, "vas", &pain).await.unwrap_err();
        assert!(matches!(no, No::NotAllowed));
        let no =
            clinic.practice.keep_score(&clinic.lead, patient, "faceq", &pain).await.unwrap_err();
        assert!(matches!(no, No::NotFound));
    }
}
