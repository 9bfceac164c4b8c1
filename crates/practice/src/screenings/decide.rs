//! Deciding otherwise: a named clinician against single reasons of a screening, under their own sign-in.
//!
//! The rulebook's answer is kept; the decision stands beside it. One decision may speak for several reasons, with one
//! text; each is only taken where its card names a qualification that the clinician has.
//!
//! INVARIANT (all or none): where one of the reasons may not be decided by this clinician, none is.

use percuta_chart::screening::{Override, Screening};
use percuta_clinical::{
    answer::Answer,
    intake as clinical_intake,
    overrule::{self, Overrule},
    screen,
};
use percuta_record::Change;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Screened, first_day, stored};
use crate::{
    Practice,
    actor::{Act, Actor, Who},
    refusal::No,
    vault::Opened,
    writing::Draft,
};

/// A reason in words has at least so many letters.
pub const REASON_LETTERS_MIN: usize = 40;

impl Practice {
    /// The answer of a screening as the rulebook's own type, for pages that show every reason. `None` when another
    /// rulebook gave it: then only its words are left.
    pub fn answer_of<'b>(&'b self, screened: &Screened) -> Option<Answer<'b>> {
        let book = self.book();
        if screened.screening.rulebook_digest != book.digest {
            return None;
        }
        let mut json = screened.intake.json.clone();
        json.as_object_mut()?.insert("as_of".to_owned(), json!(screened.screening.on.to_string()));
        let read = clinical_intake::read(book, &json, &[]).ok()?;
        Some(screen(book, &read))
    }

    /// Decides otherwise than some rules, under the clinician's own sign-in: the password is asked again.
    pub async fn override_rules(
        &self,
        actor: &Actor,
        seen: &Opened<Screening>,
        (rules, reason): (&[String], &str),
        password: Zeroizing<String>,
    ) -> Result<(), No> {
        self.may_override(actor, seen, (rules, reason)).await?;
        self.confirm(actor, password).await?;
        self.decide(actor, seen, (rules, reason)).await
    }

    /// The same by another clinician, who signs with their own address and password on the device of who asks. Nobody
    /// is signed in or out by it.
    pub async fn override_by_another(
        &self,
        asker: &Actor,
        seen: &Opened<Screening>,
        (rules, reason): (&[String], &str),
        (email, password): (&str, Zeroizing<String>),
    ) -> Result<(), No> {
        self.allow(asker, Act::Screen, "screening.override", Some(seen.id)).await?;
        let signer = self.signer(email, password).await?;
        self.may_override(&signer, seen, (rules, reason)).await?;
        self.decide(&signer, seen, (rules, reason)).await
    }

    async fn may_override(
        &self,
        actor: &Actor,
        seen: &Opened<Screening>,
        (rules, reason): (&[String], &str),
    ) -> Result<(), No> {
        self.allow(actor, Act::Override, "screening.override", Some(seen.id)).await?;
        if rules.is_empty() {
            return Err(No::wrong("reason", "Choose the reason that you decide otherwise."));
        }
        let letters = reason.trim().chars().count();
        if letters < REASON_LETTERS_MIN {
            let says = format!(
                "Say why for this person, in at least {REASON_LETTERS_MIN} characters. {letters} so far."
            );
            return Err(No::wrong("because", says));
        }
        Ok(())
    }

    async fn decide(
        &self,
        actor: &Actor,
        seen: &Opened<Screening>,
        (rules, reason): (&[String], &str),
    ) -> Result<(), No> {
        let screened = self.screening(actor, seen.id).await?;
        let patient = seen.patient().ok_or(No::NotFound)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        if story.screenings.last().is_none_or(|last| last.id != seen.id) {
            return Err(No::Closed("A later screening counts. Decide there."));
        }
        let answer = self
            .answer_of(&screened)
            .ok_or(No::Closed("The rules have changed since. Screen again first."))?;
        let Who::Member { qualifications, credentials, .. } = &actor.who else {
            return Err(No::NotAllowed);
        };
        let name = if credentials.is_empty() {
            actor.name.clone()
        } else {
            format!("{}, {credentials}", actor.name)
        };
        let mut overrides: Vec<Override> =
            seen.overrides.iter().filter(|one| !rules.contains(&one.rule)).cloned().collect();
        for rule in rules {
            let by = overrule::qualified(&answer, rule, qualifications.iter().map(String::as_str));
            let Some(qualification) = by else {
                self.note(Some(actor), "screening.override", Some(seen.id), "refused").await?;
                return Err(No::wrong(
                    "reason",
                    "This rule does not let somebody of this qualification decide otherwise. Ask whom it names.",
                ));
            };
            overrides.push(Override {
                rule: rule.clone(),
                by: actor.person,
                name: name.clone(),
                qualification: qualification.to_owned(),
                reason: reason.trim().to_owned(),
                at: self.now(),
            });
        }
        let overrules: Vec<Overrule<'_>> = overrides
            .iter()
            .map(|one| Overrule { rule: &one.rule, qualification: &one.qualification })
            .collect();
        let effective = stored(overrule::effective(&answer, &overrules));
        let not_before = first_day(&answer, &overrules);
        let screening = Screening {
            not_before,
            overrides: overrides.clone(),
            effective,
            ..seen.document.clone()
        };
        let draft = Draft::new(Act::Override, "screening.override", seen.id)
            .because("override")
            .change(seen, Change::Write, &screening)?;
        self.commit(actor, draft).await
    }
}
