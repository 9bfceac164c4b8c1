//! Keeping a self-check: a person's record begins with what they answered before anybody knew them.
//!
//! Nobody who is too young is entered, by themselves or by a proxy: the rulebook's own rule says who that is and why,
//! and nothing of them is kept.

use jiff::Timestamp;
use percuta_chart::{
    intake::{Intake, Progress, Teller},
    person::{self, CameBy},
};
use percuta_clinical::answer::Level;
use percuta_clinical::{
    intake::{Intake as Answers, Modality},
    screen,
};
use percuta_record::{Owner, PatientId};
use serde_json::Value;

use crate::{
    Practice,
    account::{Secret, actor_of_patient},
    actor::Act,
    asking::question,
    day_of,
    patients::{Entered, read},
    refusal::{No, Wrong},
    vault::FieldTokens,
    writing::Draft,
};

/// The rule that speaks of age.
const TOO_YOUNG: &str = "contra.age_minor";

/// A self-check that somebody wants to be kept.
#[derive(Debug)]
pub struct ToKeep<'a> {
    /// Who they are.
    pub entered: &'a Entered,
    /// What they answered, field by field, so that it can be gone on with.
    pub form: Vec<(String, String)>,
    /// The same as the rulebook reads it.
    pub answers: &'a Answers,
    /// What the clinic shall do.
    pub wish: Wish,
}

/// What the clinic shall do with a kept self-check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Write with free times.
    Write,
    /// Call about a time.
    Call,
    /// Only keep it.
    Keep,
}

impl Wish {
    /// What is put into the clinic's inbox for it.
    fn words(self) -> Option<&'static str> {
        match self {
            Self::Write => Some(
                "I have kept my self-check. Please write to me with free times for a consultation.",
            ),
            Self::Call => {
                Some("I have kept my self-check. Please call me about a time for a consultation.")
            }
            Self::Keep => None,
        }
    }
}

/// What came of it.
#[derive(Debug)]
pub enum Keeping {
    /// It is kept.
    Kept(Kept),
    /// This person is too young, and nothing was kept.
    TooYoung(TooYoung),
}

/// A record that was begun.
#[derive(Debug)]
pub struct Kept {
    /// The patient.
    pub patient: PatientId,
    /// Signs them in.
    pub cookie: Secret,
    /// Their link, to come back with from elsewhere.
    pub link: Secret,
    /// Until when the link opens.
    pub until: Timestamp,
}

/// Why somebody is too young, as the rulebook has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooYoung {
    /// The rule.
    pub rule: String,
    /// What it says of this person.
    pub because: String,
    /// Why the rule stands.
    pub why: String,
}

impl Practice {
    /// Whether the rulebook calls this person too young, and its reason.
    ///
    /// CLINICAL: a record begins a treatment of the skin whatever it is asked for, so the rule is asked about an
    /// electric pen: what it lets pass for a medicine by patch is a physician's to begin.
    pub fn too_young(&self, answers: &Answers) -> Option<TooYoung> {
        let mut asked = answers.clone();
        asked.request.modality = Modality::Pen;
        let answer = screen(self.book(), &asked);
        let reason = answer.reasons.into_iter().find(|reason| reason.id == TOO_YOUNG)?;
        let why = self.book().rule(reason.id).map(|rule| rule.why.clone()).unwrap_or_default();
        Some(TooYoung { rule: reason.id.to_owned(), because: reason.because, why })
    }

    /// Keeps a self-check: makes the patient's record with the answers as an intake that can be gone on with. `from` is
    /// where the request came from; it is only counted.
    pub async fn keep_self_check(&self, given: ToKeep<'_>, from: &str) -> Result<Keeping, No> {
        let (now, counted) = (self.now(), format!("keep from {from}"));
        if let Some(seconds) = self.attempts.wait(&counted, now) {
            return Err(No::Wait { seconds });
        }
        if let Some(young) = self.too_young(given.answers) {
            return Ok(Keeping::TooYoung(young));
        }
        let clinic = self.clinic().await?;
        let today = day_of(&clinic, now);
        let read = read(given.entered, CameBy::SelfCheck, today);
        let patient = match read {
            Ok(patient) => {
                let wrong = unfit(&patient, given.answers);
                if wrong.is_empty() { patient } else { return Err(No::Wrong(wrong)) }
            }
            Err(wrong) => return Err(No::Wrong(wrong)),
        };
        // The person acts before their record exists, so the actor is made from what they entered.
        let id: PatientId = self.vault.new_id()?;
        let actor = actor_of_patient(id, &patient);
        self.vault.give_key(id).await?;
        let (document, intake) = (person::document_of(id), self.vault.new_id()?);
        let body = Intake {
            form: given.form,
            progress: Progress::Asking,
            json: Value::Null,
            as_of: today,
            by: Teller::Patient,
            at: now,
        };
        let mut draft = Draft::new(Act::Own, "self-check.keep", document)
            .because("first-entry")
            .begin(document, Owner::Patient(id), &patient)?
            .begin(intake, Owner::Patient(id), &body)?;
        if let Some(words) = given.wish.words() {
            let asked = self.vault.new_id()?;
            draft = draft
                .begin(asked, Owner::Patient(id), &question(words, Level::SelfCare, now))?
                .tokens(asked, FieldTokens::OPEN, self.open_token());
        }
        let draft = self.with_tokens(draft, document, &clinic, &patient);
        self.commit(&actor, draft).await?;
        // Whoever begins many records from one place has to wait, longer with each.
        self.attempts.failed(&counted, now);
        let cookie = self.begin_patient(id).await?;
        let (link, until) = self.begin_link(id).await?;
        Ok(Keeping::Kept(Kept { patient: id, cookie, link, until }))
    }
}

/// What speaks against a person as they were entered, beyond what is read from each field.
fn unfit(patient: &person::Patient, answers: &Answers) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if patient.birth_date != answers.patient.birth_date {
        wrong.push(Wrong::new(
            "born",
            "This is not the date of birth of the self-check. Give the same date, or start the self-check again.",
        ));
    }
    if patient.telephone.is_none() && patient.email.is_none() {
        wrong.push(Wrong::new(
            "email",
            "Give an e-mail address or a telephone number, so that the clinic can answer.",
        ));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use percuta_clinical::{
        intake::{Modality as How, Setting, Sex},
        question::SelfCheck,
    };
    use percuta_terminology::Kind;

    use super::*;
    use crate::{account::LinkStanding, testing::Clinic};

    fn answers(clinic: &Clinic, born: Date, modality: How) -> Answers {
        let words = &clinic.practice.book().vocabulary;
        let check = SelfCheck {
            birth_date: born,
            sex: Sex::Female,
            phototype: Some(2),
            concern: words.of(Kind::Concern).entry("acne-scar").unwrap(),
            region: words.regions.find("cheek").unwrap(),
            modality,
            setting: Setting::Clinic,
            said: std::collections::BTreeMap::new(),
            details: std::collections::BTreeMap::new(),
            medicines: Vec::new(),
        };
        check.intake(clinic.practice.book(), Date::constant(2026, 11, 21))
    }

    fn entered(born: &str) -> Entered {
        Entered {
            name: "Mara Invented".to_owned(),
            born: born.to_owned(),
            email: "mara@mail.example".to_owned(),
            ..Entered::default()
        }
    }

    async fn keep(
        clinic: &Clinic,
        entered: &Entered,
        (born, how): (Date, How),
        wish: Wish,
    ) -> Result<Keeping, No> {
        let answers = answers(clinic, born, how);
        let form = vec![("concern".to_owned(), "acne-scar".to_owned())];
        let given = ToKeep { entered, form, answers: &answers, wish };
        clinic.practice.keep_self_check(given, "192.0.2.7").await
    }

    const ADULT: Date = Date::constant(1994, 5, 3);

    #[tokio::test]
    async fn what_was_answered_is_the_intake_and_both_keys_open_it() {
        let clinic = Clinic::open().await;
        let came = keep(&clinic, &entered("1994-05-03"), (ADULT, How::Pen), Wish::Write).await;
        let Keeping::Kept(kept) = came.unwrap() else { panic!("refused") };
        let actor = clinic.practice.who(&kept.cookie).await.unwrap().unwrap();
        assert_eq!(actor.patient(), Some(kept.patient));
        let intake = clinic.practice.own_intake(&actor).await.unwrap().unwrap();
        assert_eq!(intake.progress, Progress::Asking);
        assert_eq!(intake.form, [("concern".to_owned(), "acne-scar".to_owned())]);
        let standing = clinic.practice.link_standing(&kept.link).await.unwrap();
        assert_eq!(standing, LinkStanding::Open);
        assert!(clinic.practice.open_link(&kept.link, ADULT).await.is_ok());
        let wrong = clinic.practice.open_link(&kept.link, Date::constant(1994, 5, 4)).await;
        assert!(matches!(wrong, Err(No::Wrong(_))));
        assert_eq!(clinic.practice.open_check_ins().await.unwrap(), 1);
    }

    #[tokio::test]
    async fn who_only_wants_it_kept_puts_nothing_into_the_inbox() {
        let clinic = Clinic::open().await;
        let came = keep(&clinic, &entered("1994-05-03"), (ADULT, How::Pen), Wish::Keep).await;
        assert!(matches!(came, Ok(Keeping::Kept(_))));
        assert_eq!(clinic.practice.open_check_ins().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn who_is_too_young_is_refused_with_the_rules_own_reason_and_nothing_is_kept() {
        let clinic = Clinic::open().await;
        let young = Date::constant(2009, 3, 2);
        for how in [How::Pen, How::Patch] {
            let came = keep(&clinic, &entered("2009-03-02"), (young, how), Wish::Write).await;
            let Ok(Keeping::TooYoung(why)) = came else { panic!("kept") };
            assert_eq!(why.rule, "contra.age_minor");
            assert!(why.because.contains("2 March 2027"), "{}", why.because);
        }
        let all = clinic.practice.patients(&clinic.lead, None).await.unwrap();
        assert_eq!(all.total, 0);
    }

    #[tokio::test]
    async fn another_birth_date_than_the_self_checks_is_refused() {
        let clinic = Clinic::open().await;
        let came = keep(&clinic, &entered("1994-05-30"), (ADULT, How::Pen), Wish::Keep).await;
        let Err(No::Wrong(wrong)) = came else { panic!("kept") };
        assert_eq!(wrong.first().map(|wrong| wrong.field.as_str()), Some("born"));
    }

    #[tokio::test]
    async fn who_keeps_many_from_one_place_has_to_wait() {
        let clinic = Clinic::open().await;
        for _ in 0..5 {
            let came = keep(&clinic, &entered("1994-05-03"), (ADULT, How::Pen), Wish::Keep).await;
            assert!(matches!(came, Ok(Keeping::Kept(_))));
        }
        let came = keep(&clinic, &entered("1994-05-03"), (ADULT, How::Pen), Wish::Keep).await;
        assert!(matches!(came, Err(No::Wait { .. })));
    }
}
