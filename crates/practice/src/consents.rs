//! Consent: what this person is told in particular, what they signed, and that they may take it back.
//!
//! What is signed is everything that was shown: the clinic's text in its version and what the screening names for this
//! person. Its SHA-256 is in the consent, so that another text is another consent. A consent is signed in the record's
//! sense as well: nothing is changed afterwards, it can only be withdrawn.

use std::collections::BTreeSet;

use percuta_chart::{
    clinic::ConsentForm,
    consent::{Consent, Named, PhotographUse},
    course::{Course, CourseState},
    screening::Screening,
};
use percuta_clinical::Rulebook;
use percuta_clinical::answer::Level;
use percuta_record::{Change, DocumentId, Owner, PatientId, State};
use percuta_seal::hex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    Practice,
    actor::{Act, Actor},
    asking::question,
    patients::Story,
    refusal::No,
    screenings::last_sent,
    vault::{FieldTokens, Opened},
    writing::Draft,
};

/// The rule that speaks of skin that marks more easily.
const PIGMENT: &str = "prec.skin_type_iv_vi";
/// The rule that speaks of a use outside what the device is cleared for.
const OFF_LABEL: &str = "info.off_label";
/// What a reason decides that asks for precautions, in the words of the public interface.
const PRECAUTION: &str = "proceed_with_precautions";

/// A consent to be read.
#[derive(Debug)]
pub struct ToSign {
    /// The course.
    pub course: Opened<Course>,
    /// The clinic's text of today.
    pub form: Opened<ConsentForm>,
    /// What is named for this person.
    pub named: Vec<Named>,
    /// SHA-256 of all of it.
    pub digest: String,
    /// The name as the record has it.
    pub name: String,
}

/// A consent as it was signed, with the text as it was read.
#[derive(Debug)]
pub struct Signed {
    /// The consent.
    pub consent: Opened<Consent>,
    /// The course.
    pub course: Opened<Course>,
    /// The text in the version that was read.
    pub form: Opened<ConsentForm>,
    /// Whether text and names still give the digest that was signed.
    pub is_as_signed: bool,
}

/// What somebody signs with.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The digest of what they were shown.
    pub digest: String,
    /// Their name, typed.
    pub name: String,
    /// What photographs may be used for.
    pub photographs: BTreeSet<PhotographUse>,
}

/// SHA-256 of everything that is shown: the text, and what is named.
pub fn digest_of(form: &ConsentForm, named: &[Named]) -> String {
    let mut hash = Sha256::new();
    hash.update(form.text());
    for one in named {
        hash.update("\n\n");
        hash.update(&one.says);
    }
    hex::write(&hash.finalize())
}

impl Practice {
    /// The consent that stands for a course: signed and not withdrawn.
    pub async fn consent_for(&self, course: DocumentId) -> Result<Option<Opened<Consent>>, No> {
        let course = self.vault.head::<Course>(course).await?.ok_or(No::NotFound)?;
        let patient = course.patient().ok_or(No::NotFound)?;
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        Ok(standing(folder.all::<Consent>()?, course.id))
    }

    /// What a patient reads before they sign for one of their own courses.
    pub async fn consent_to_sign(&self, actor: &Actor, course: DocumentId) -> Result<ToSign, No> {
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let form = self.consent_form().await?;
        self.note(Some(actor), "consent.read", Some(course), "done").await?;
        to_sign(self.book(), story, form, course)
    }

    /// Signs, when what was read is still what there is to read.
    pub async fn sign_consent(
        &self,
        actor: &Actor,
        course: DocumentId,
        signature: Signature,
    ) -> Result<DocumentId, No> {
        self.allow(actor, Act::Own, "consent.sign", Some(course)).await?;
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let standing = standing_in(&story, course).map(|standing| standing.document.clone());
        let read = to_sign(self.book(), story, self.consent_form().await?, course)?;
        // What was not named when it was signed is read and signed again.
        if standing.is_some_and(|standing| covers(&standing, &read.named)) {
            return Err(No::Closed("You have signed for this course already."));
        }
        if read.digest != signature.digest {
            // The text or the reasons changed while it was read: it is read again.
            self.note(Some(actor), "consent.sign", Some(course), "conflict").await?;
            return Err(No::Conflict);
        }
        if !is_same_name(&signature.name, &read.name) {
            self.note(Some(actor), "consent.sign", Some(course), "refused").await?;
            let says = format!("Type your name as it stands in your record: {}.", read.name);
            return Err(No::wrong("signature", says));
        }
        let consent = Consent {
            course,
            form: read.form.source(),
            text_sha256: read.digest,
            named: read.named,
            signed_as: signature.name.trim().to_owned(),
            at: self.now(),
            photographs: signature.photographs,
        };
        self.write_signed(actor, patient, &consent).await
    }

    /// Writes a consent and signs it. Between the two it is a draft, which stands for nothing.
    async fn write_signed(
        &self,
        actor: &Actor,
        patient: PatientId,
        consent: &Consent,
    ) -> Result<DocumentId, No> {
        let id: DocumentId = self.vault.new_id()?;
        let draft = Draft::new(Act::Own, "consent.write", id).from([consent.form]).begin(
            id,
            Owner::Patient(patient),
            consent,
        )?;
        self.commit(actor, draft).await?;
        let written = self.vault.head::<Consent>(id).await?.ok_or(No::NotFound)?;
        let draft =
            Draft::new(Act::Own, "consent.sign", id).change(&written, Change::Sign, consent)?;
        self.commit(actor, draft).await?;
        // Who says less of photographs than before takes the rest back.
        self.recall(actor, patient).await?;
        Ok(id)
    }

    /// One's own consents that were signed, withdrawn ones too, the newest first.
    pub async fn own_consents(&self, actor: &Actor) -> Result<Vec<Opened<Consent>>, No> {
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let mut consents = folder.ever::<Consent>()?;
        consents.retain(|consent| was_signed(&consent.record_state));
        consents.reverse();
        let own = Some(percuta_chart::person::document_of(patient));
        self.note(Some(actor), "consents.open", own, "done").await?;
        Ok(consents)
    }

    /// One's own consent with the text as it was read.
    pub async fn own_consent(&self, actor: &Actor, consent: DocumentId) -> Result<Signed, No> {
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let consent = self.vault.head::<Consent>(consent).await?.ok_or(No::NotFound)?;
        if consent.patient() != Some(patient) || !was_signed(&consent.record_state) {
            self.note(Some(actor), "consent.open", Some(consent.id), "not-found").await?;
            return Err(No::NotFound);
        }
        let course = self.vault.head::<Course>(consent.course).await?.ok_or(No::NotFound)?;
        let read = consent.form;
        let sealed = self.vault.store().version(read.document, read.version).await?;
        let sealed = sealed.ok_or(No::NotFound)?;
        let form = self.vault.open_one::<ConsentForm>(sealed).await?.ok_or(No::NotFound)?;
        let is_as_signed = digest_of(&form, &consent.named) == consent.text_sha256;
        self.note(Some(actor), "consent.open", Some(consent.id), "done").await?;
        Ok(Signed { consent, course, form, is_as_signed })
    }

    /// Takes one's own consent back, and puts that into the clinic's inbox.
    pub async fn withdraw_consent(&self, actor: &Actor, consent: DocumentId) -> Result<(), No> {
        let Signed { consent, course, .. } = self.own_consent(actor, consent).await?;
        let told: DocumentId = self.vault.new_id()?;
        let words = format!("I have withdrawn my consent: {}.", course.title);
        let draft = Draft::new(Act::Own, "consent.withdraw", consent.id)
            .because("withdrawal")
            .change(&consent, Change::Withdraw, &consent.document)?
            .begin(told, consent.owner, &question(&words, Level::SelfCare, self.now()))?
            .tokens(told, FieldTokens::OPEN, self.open_token());
        self.commit(actor, draft).await?;
        match consent.patient() {
            Some(patient) => self.recall(actor, patient).await,
            None => Ok(()),
        }
    }
}

/// Whether a consent names everything that would be named now.
pub fn covers(consent: &Consent, named: &[Named]) -> bool {
    named.iter().all(|one| {
        consent.named.iter().any(|known| known.code == one.code && known.says == one.says)
    })
}

/// Whether a course waits for a signature: none stands, or something holds now that the one that stands does not name.
pub fn is_due(book: &Rulebook, story: &Story, course: DocumentId) -> bool {
    let Some(standing) = standing_in(story, course) else { return true };
    match (story.screenings.last(), last_sent(&story.intakes)) {
        (Some(screening), Some(intake)) => !covers(standing, &named(book, screening, &intake.json)),
        (Some(_) | None, _) => false,
    }
}

/// The consent that stands for a course among those of its patient.
pub fn standing_in(story: &Story, course: DocumentId) -> Option<&Opened<Consent>> {
    story.consents.iter().rev().find(|consent| is_standing(consent, course))
}

fn standing(consents: Vec<Opened<Consent>>, course: DocumentId) -> Option<Opened<Consent>> {
    consents.into_iter().rev().find(|consent| is_standing(consent, course))
}

fn is_standing(consent: &Opened<Consent>, course: DocumentId) -> bool {
    consent.course == course && matches!(consent.record_state, State::Signed { .. })
}

/// Whether a consent was ever signed: a draft of which the second half was never written is none.
fn was_signed(state: &State) -> bool {
    match state {
        State::Draft => false,
        State::Signed { .. } => true,
        State::Withdrawn { withdrawal: _, signature } => signature.is_some(),
    }
}

/// What there is to read for a course.
fn to_sign(
    book: &Rulebook,
    story: Story,
    form: Opened<ConsentForm>,
    course: DocumentId,
) -> Result<ToSign, No> {
    let screening = story.screenings.last();
    let json = last_sent(&story.intakes).map_or(&Value::Null, |intake| &intake.json);
    let named = screening.map_or_else(Vec::new, |screening| named(book, screening, json));
    let course = story.courses.into_iter().find(|known| known.id == course).ok_or(No::NotFound)?;
    match &course.state {
        CourseState::Accepted { .. } => {}
        CourseState::Draft
        | CourseState::Offered { .. }
        | CourseState::Stopped { .. }
        | CourseState::Finished { .. } => {
            return Err(No::Closed("Consent is given for a plan that was accepted and goes on."));
        }
    }
    let digest = digest_of(&form, &named);
    Ok(ToSign { course, form, named, digest, name: story.patient.name.clone() })
}

/// What is named for this person: pigment, a use off label, every precaution, and every decision against a rule.
///
/// CLINICAL: the words are the rulebook's. Skin whose type nobody assessed is named like darker skin.
pub fn named(book: &Rulebook, screening: &Screening, intake: &Value) -> Vec<Named> {
    let answer: Value = serde_json::from_str(&screening.answer).unwrap_or(Value::Null);
    let reasons = answer.get("reasons").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut named = Vec::new();
    let is_typed = intake.pointer("/patient/phototype").is_some_and(|value| !value.is_null());
    let has_pigment = reasons.iter().any(|reason| text(reason, "id") == PIGMENT);
    if !is_typed
        && !has_pigment
        && let Some(rule) = book.rule(PIGMENT)
    {
        named.push(Named {
            code: "pigment".to_owned(),
            says: format!(
                "Your skin type was not assessed yet, so you are told what is told to people with darker skin. {}",
                rule.why
            ),
            sources: rule.sources.iter().map(|position| position.id.clone()).collect(),
        });
    }
    for reason in reasons {
        let id = text(reason, "id");
        let code = match id {
            PIGMENT => "pigment",
            OFF_LABEL => "off-label",
            _ if text(reason, "disposition") == PRECAUTION => "precaution",
            _ => continue,
        };
        let rule = book.rule(id);
        let why = rule.map(|rule| rule.why.as_str()).unwrap_or_default();
        let title = match (code, rule) {
            ("precaution", Some(rule)) => format!("{}. ", rule.title),
            (_, Some(_) | None) => String::new(),
        };
        let says = format!("{title}{} {why}", text(reason, "because")).trim().to_owned();
        named.push(Named { code: code.to_owned(), says, sources: sources(reason) });
    }
    for decided in &screening.overrides {
        let reason = reasons.iter().find(|reason| text(reason, "id") == decided.rule);
        let because = reason.map(|reason| text(reason, "because")).unwrap_or_default();
        // What stands behind a name is set off from it: "Dr Ada Kovar, consultant dermatologist, decided".
        let comma = if decided.name.contains(',') { "," } else { "" };
        let says = format!(
            "{because} {}{comma} decided that treatment may be offered all the same: {}",
            decided.name, decided.reason
        );
        named.push(Named {
            code: "decided-otherwise".to_owned(),
            says: says.trim().to_owned(),
            sources: reason.map(sources).unwrap_or_default(),
        });
    }
    named
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn sources(reason: &Value) -> Vec<String> {
    let list = |key: &str| reason.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let both = list("sources").into_iter().chain(list("disagreement"));
    both.map(|position| text(&position, "id").to_owned()).filter(|id| !id.is_empty()).collect()
}

/// Whether a name was typed as it stands in the record: letters count, their case and the spaces between do not.
fn is_same_name(typed: &str, known: &str) -> bool {
    let words =
        |name: &str| -> Vec<String> { name.split_whitespace().map(str::to_lowercase).collect() };
    !typed.trim().is_empty() && words(typed) == words(known)
}

#[cfg(test)]
mod tests {
    use percuta_chart::course::Quote;
    use serde_json::json;

    use super::*;
    use crate::testing::{Clinic, now};

    /// A patient of unknown phototype with an accepted course for enlarged pores, which no device is cleared for.
    async fn accepted(clinic: &Clinic, name: &str) -> (Actor, DocumentId) {
        let (patient, actor) = clinic.patient(name).await;
        let json = json!({
            "as_of": "2026-11-21",
            "patient": { "birth_date": "1990-05-31", "sex": "female", "phototype": null },
            "request": { "modality": "pen", "concern": "enlarged-pores", "region": "cheek", "depth_mm": 0.25 },
        });
        let sent = clinic.practice.send_intake(&actor, patient, (None, Vec::new()), json).await;
        let course = Course {
            title: "Enlarged pores, cheek".to_owned(),
            screening: sent.unwrap(),
            request: Value::Null,
            plan: "{}".to_owned(),
            sessions: Vec::new(),
            quote: Quote { currency: "GBP".to_owned(), lines: Vec::new() },
            state: CourseState::Accepted { offered: now(), at: now() },
            by: clinic.lead.person,
        };
        let course = clinic.put(patient, &course).await;
        (actor, course)
    }

    fn signature(digest: String, name: &str) -> Signature {
        let photographs = BTreeSet::from([PhotographUse::Record]);
        Signature { digest, name: name.to_owned(), photographs }
    }

    #[tokio::test]
    async fn what_is_named_is_this_persons_and_part_of_the_digest() {
        let clinic = Clinic::open().await;
        let (actor, course) = accepted(&clinic, "Mara Invented").await;
        let read = clinic.practice.consent_to_sign(&actor, course).await.unwrap();
        let codes: Vec<&str> = read.named.iter().map(|named| named.code.as_str()).collect();
        assert!(codes.contains(&"pigment") && codes.contains(&"off-label"), "{codes:?}");
        assert!(read.named.iter().all(|named| !named.sources.is_empty()));
        assert_eq!(read.digest, digest_of(&read.form, &read.named));
        assert_ne!(read.digest, digest_of(&read.form, &[]));
    }

    #[tokio::test]
    async fn what_is_signed_stands_until_it_is_withdrawn_and_can_be_read_for_ever() {
        let clinic = Clinic::open().await;
        let practice = &clinic.practice;
        let (actor, course) = accepted(&clinic, "Mara Invented").await;
        assert!(practice.consent_for(course).await.unwrap().is_none());
        let digest = practice.consent_to_sign(&actor, course).await.unwrap().digest;
        let signing = signature(digest.clone(), "  mara   INVENTED ");
        let consent = practice.sign_consent(&actor, course, signing).await.unwrap();
        let stands = practice.consent_for(course).await.unwrap().unwrap();
        assert_eq!((stands.id, &stands.text_sha256), (consent, &digest));
        let again = practice.sign_consent(&actor, course, signature(digest, "Mara Invented")).await;
        assert!(matches!(again, Err(No::Closed(_))));

        practice.withdraw_consent(&actor, consent).await.unwrap();
        assert!(practice.consent_for(course).await.unwrap().is_none());
        let read = practice.own_consent(&actor, consent).await.unwrap();
        assert!(read.is_as_signed);
        assert_eq!(practice.own_consents(&actor).await.unwrap().len(), 1);
        assert_eq!(practice.open_check_ins().await.unwrap(), 1);
        assert!(practice.withdraw_consent(&actor, consent).await.is_err());
    }

    #[tokio::test]
    async fn a_text_that_changed_while_it_was_read_is_read_again() {
        let clinic = Clinic::open().await;
        let practice = &clinic.practice;
        let (actor, course) = accepted(&clinic, "Mara Invented").await;
        let digest = practice.consent_to_sign(&actor, course).await.unwrap().digest;
        let form = practice.consent_form().await.unwrap();
        let changed = ConsentForm { title: "Another".to_owned(), ..form.document.clone() };
        practice.save_consent_form(&clinic.lead, &form, &changed).await.unwrap();
        let signed =
            practice.sign_consent(&actor, course, signature(digest, "Mara Invented")).await;
        assert!(matches!(signed, Err(No::Conflict)));
        assert!(practice.consent_for(course).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn another_name_and_another_patient_sign_nothing() {
        let clinic = Clinic::open().await;
        let practice = &clinic.practice;
        let (actor, course) = accepted(&clinic, "Mara Invented").await;
        let (_, other) = clinic.patient("Noor Invented").await;
        let digest = practice.consent_to_sign(&actor, course).await.unwrap().digest;
        let signed =
            practice.sign_consent(&actor, course, signature(digest.clone(), "M. Invented")).await;
        assert!(matches!(signed, Err(No::Wrong(_))));
        let signed =
            practice.sign_consent(&other, course, signature(digest.clone(), "Noor Invented")).await;
        assert!(matches!(signed, Err(No::NotFound)));
        assert!(matches!(practice.consent_to_sign(&other, course).await, Err(No::NotFound)));
        let done = practice.sign_consent(&actor, course, signature(digest, "Mara Invented")).await;
        let consent = done.unwrap();
        assert!(matches!(practice.own_consent(&other, consent).await, Err(No::NotFound)));
        assert!(matches!(practice.withdraw_consent(&other, consent).await, Err(No::NotFound)));
        let member =
            practice.sign_consent(&clinic.lead, course, signature(String::new(), "x")).await;
        assert!(matches!(member, Err(No::NotAllowed)));
    }
}
