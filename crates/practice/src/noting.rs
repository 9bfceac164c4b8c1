//! What is noted and written about a check-in after it was sent: by whoever answers, and by the patient.
//!
//! A check-in is a conversation that ends when it is closed. Notes are only added; none is changed or taken away. Whoever
//! writes to the patient has the check-in, so that one person answers and not two.
//!
//! CLINICAL: what a patient adds in words reaches a person: it opens a check-in that nobody had to look at, or that was
//! closed, and starts the time by which somebody answers anew. No rule reads words.

use percuta_chart::check_in::{CheckIn, Handling, Note, Reader};
use percuta_clinical::answer;
use percuta_record::{Change, DocumentId};

use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::No,
    telling::{answer_by, clinical, read_words},
    vault::{FieldTokens, Opened},
    writing::Draft,
};

/// Nobody writes more about one check-in.
const NOTES_MAX: usize = 200;
/// No note is longer, in characters.
const LETTERS_MAX: usize = 2_000;

impl Practice {
    /// Notes something for whoever else answers check-ins. The patient does not read it.
    pub async fn note_check_in(
        &self,
        actor: &Actor,
        check_in: DocumentId,
        says: &str,
    ) -> Result<(), No> {
        self.allow(actor, Act::AnswerCheckIns, "check-in.note", Some(check_in)).await?;
        let seen = self.vault.head::<CheckIn>(check_in).await?.ok_or(No::NotFound)?;
        let says = words(says, "note", "Write what the others should know.")?;
        let mut noted = seen.document.clone();
        self.add(&mut noted, (actor, Reader::Clinic), says)?;
        self.write_check_in(actor, (Act::AnswerCheckIns, "check-in.note"), &seen, &noted).await
    }

    /// Writes to the patient and leaves the check-in open. Whoever writes has it from then on, unless another has it.
    pub async fn write_about_check_in(
        &self,
        actor: &Actor,
        check_in: DocumentId,
        says: &str,
    ) -> Result<(), No> {
        self.allow(actor, Act::AnswerCheckIns, "check-in.write", Some(check_in)).await?;
        let seen = self.vault.head::<CheckIn>(check_in).await?.ok_or(No::NotFound)?;
        let says = words(says, "message", "Write what the patient should read.")?;
        match &seen.handling {
            Handling::Open { owner } if owner.is_none_or(|owner| owner == actor.person) => {}
            Handling::Open { owner: _ } => {
                return Err(No::wrong(
                    "message",
                    "Somebody else has this. Take it first, or leave a note for them.",
                ));
            }
            Handling::Expected | Handling::Closed { .. } => {
                return Err(No::Closed("This is closed. Open it again first."));
            }
        }
        let mut written = seen.document.clone();
        written.handling = Handling::Open { owner: Some(actor.person) };
        self.add(&mut written, (actor, Reader::Patient), says)?;
        self.write_check_in(actor, (Act::AnswerCheckIns, "check-in.write"), &seen, &written).await
    }

    /// Adds a patient's words to what they had sent: a correction, or how it went on. Sent twice, they are kept once.
    pub async fn add_to_check_in(
        &self,
        actor: &Actor,
        check_in: DocumentId,
        says: &str,
    ) -> Result<(), No> {
        let seen = self.own_check_in(actor, check_in).await?;
        let says = words(&read_words(says)?, "words", "Write what you want to add.")?;
        let is_again = |last: &Note| last.to == Reader::FromPatient && last.says == says;
        if seen.notes.last().is_some_and(is_again) {
            return Ok(());
        }
        let mut added = seen.document.clone();
        added.handling = match &seen.handling {
            Handling::Expected => Handling::Open { owner: None },
            Handling::Open { owner } => Handling::Open { owner: *owner },
            Handling::Closed { by, .. } => Handling::Open { owner: Some(*by) },
        };
        let level = clinical(seen.level).max(answer::Level::SelfCare);
        let due = answer_by(&*self.clinic().await?, self.now(), level);
        // CLINICAL: adding words never moves a promise into the future while it is open.
        added.answer_by = match seen.handling {
            Handling::Open { owner: _ } => seen.answer_by.or(due),
            Handling::Expected | Handling::Closed { .. } => due,
        };
        self.add(&mut added, (actor, Reader::FromPatient), says)?;
        self.write_check_in(actor, (Act::Own, "check-in.add"), &seen, &added).await
    }

    fn add(
        &self,
        check_in: &mut CheckIn,
        (by, to): (&Actor, Reader),
        says: String,
    ) -> Result<(), No> {
        if check_in.notes.len() >= NOTES_MAX {
            return Err(No::Closed("This has as many notes as can be kept. Close it."));
        }
        let name = by.name.clone();
        check_in.notes.push(Note { by: by.person, name, at: self.now(), to, says });
        Ok(())
    }

    /// Writes how a check-in stands, and whether it is to be found among the open ones.
    pub(crate) async fn write_check_in(
        &self,
        actor: &Actor,
        (act, action): (Act, &'static str),
        seen: &Opened<CheckIn>,
        check_in: &CheckIn,
    ) -> Result<(), No> {
        let tokens = match &check_in.handling {
            Handling::Open { owner: _ } => self.open_token(),
            Handling::Expected | Handling::Closed { .. } => std::collections::BTreeSet::new(),
        };
        let draft = Draft::new(act, action, seen.id).change(seen, Change::Write, check_in)?.tokens(
            seen.id,
            FieldTokens::OPEN,
            tokens,
        );
        self.commit(actor, draft).await
    }
}

fn words(typed: &str, field: &str, empty: &str) -> Result<String, No> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(No::wrong(field, empty));
    }
    if typed.chars().count() > LETTERS_MAX {
        return Err(No::wrong(field, "Use at most 2000 characters."));
    }
    Ok(typed.to_owned())
}

#[cfg(test)]
mod tests {
    use percuta_chart::person::Part;
    use percuta_record::PersonId;

    use super::*;
    use crate::{
        telling::{Given, GivenSymptom},
        testing::Clinic,
    };

    /// A check-in that somebody has to look at, or one that is as expected.
    async fn sent(clinic: &Clinic, patient: &Actor, words: &str) -> DocumentId {
        clinic.treated(patient.patient().unwrap(), 1).await;
        let symptom = GivenSymptom {
            code: "redness".to_owned(),
            severity: "mild".to_owned(),
            trend: "fading".to_owned(),
        };
        let given = Given { symptoms: vec![symptom], words: words.to_owned(), ..Given::default() };
        let once = clinic.practice.form_id().unwrap();
        clinic.practice.send_check_in(patient, once, &given).await.unwrap()
    }

    #[tokio::test]
    async fn notes_stand_while_it_is_open_and_after_it_was_closed() {
        let clinic = Clinic::open().await;
        let (_, nora) = clinic.patient("Nora Invented").await;
        let id = sent(&clinic, &nora, "Is it usual?").await;
        let practice = &clinic.practice;
        practice.note_check_in(&clinic.lead, id, " Called, no answer. ").await.unwrap();
        practice.write_about_check_in(&clinic.lead, id, "Is it warm?").await.unwrap();
        practice.close_check_in(&clinic.lead, id, "It is usual. Keep it cool.").await.unwrap();
        practice.note_check_in(&clinic.lead, id, "Told the others.").await.unwrap();
        let (item, _) = practice.check_in(&clinic.lead, id).await.unwrap();
        let notes: Vec<(Reader, &str)> =
            item.check_in.notes.iter().map(|note| (note.to, note.says.as_str())).collect();
        let expected = [
            (Reader::Clinic, "Called, no answer."),
            (Reader::Patient, "Is it warm?"),
            (Reader::Clinic, "Told the others."),
        ];
        assert_eq!(notes, expected);
        assert!(matches!(item.check_in.handling, Handling::Closed { .. }));
    }

    #[tokio::test]
    async fn whoever_writes_has_it_and_nobody_writes_over_another() {
        let clinic = Clinic::open().await;
        let (_, nora) = clinic.patient("Nora Invented").await;
        let id = sent(&clinic, &nora, "Is it usual?").await;
        let practice = &clinic.practice;
        practice.write_about_check_in(&clinic.lead, id, "Is it warm?").await.unwrap();
        let (item, _) = practice.check_in(&clinic.lead, id).await.unwrap();
        assert_eq!(item.check_in.handling, Handling::Open { owner: Some(clinic.lead.person) });
        let mut other = clinic.member(Part::Practitioner);
        other.person = PersonId::from_bytes([9; 16]);
        let no = practice.write_about_check_in(&other, id, "I answer too.").await.unwrap_err();
        assert!(matches!(no, No::Wrong(wrong) if wrong[0].field == "message"));
        practice.note_check_in(&other, id, "I know her.").await.unwrap();
        let desk = clinic.member(Part::FrontDesk);
        assert!(matches!(practice.note_check_in(&desk, id, "Hm.").await, Err(No::NotAllowed)));
        assert!(matches!(practice.note_check_in(&nora, id, "Hm.").await, Err(No::NotAllowed)));
        let no = practice.note_check_in(&other, id, "  ").await.unwrap_err();
        assert!(matches!(no, No::Wrong(wrong) if wrong[0].field == "note"));
    }

    #[tokio::test]
    async fn what_a_patient_adds_reaches_a_person_once() {
        let clinic = Clinic::open().await;
        let (_, nora) = clinic.patient("Nora Invented").await;
        let id = sent(&clinic, &nora, "").await;
        let practice = &clinic.practice;
        let (item, _) = practice.check_in(&clinic.lead, id).await.unwrap();
        assert_eq!(item.check_in.handling, Handling::Expected);
        for _ in 0..2 {
            practice.add_to_check_in(&nora, id, "It burns now.").await.unwrap();
        }
        let (item, _) = practice.check_in(&clinic.lead, id).await.unwrap();
        assert_eq!(item.check_in.handling, Handling::Open { owner: None });
        assert!(item.check_in.answer_by.is_some());
        assert_eq!(item.check_in.notes.len(), 1);
        assert_eq!(practice.inbox(&clinic.lead).await.unwrap().len(), 1);
        // What was closed goes back to who had closed it.
        practice.close_check_in(&clinic.lead, id, "Cool it, and call us.").await.unwrap();
        practice.add_to_check_in(&nora, id, "Better already.").await.unwrap();
        let (item, _) = practice.check_in(&clinic.lead, id).await.unwrap();
        assert_eq!(item.check_in.handling, Handling::Open { owner: Some(clinic.lead.person) });
        let (_, olaf) = clinic.patient("Olaf Invented").await;
        assert!(matches!(practice.add_to_check_in(&olaf, id, "Hm.").await, Err(No::NotFound)));
    }
}
