//! Intakes and what the rulebook answers to them: kept, sent, screened, overridden, repeated.
//!
//! An intake that is sent and the screening that answers it are one contribution. The answer is kept word for word as
//! JSON of the public interface, with the version and digest of the rulebook that gave it.

use jiff::{ToSpan as _, civil::Date};
use percuta_chart::{
    clinic::Clinic,
    course::{Course, CourseState},
    intake::{Intake, Progress, Teller},
    person::{self, Patient},
    screening::{Disposition, Occasion, Override, Screening},
};
use percuta_clinical::{
    Rulebook, answer, intake as clinical_intake,
    overrule::{self, EXPIRES_AFTER_DAYS, Overrule},
    screen, wire,
};
use percuta_record::{Change, DocumentId, Owner, PatientId, Source, Version};
use serde_json::{Value, json};

use crate::{
    Practice,
    actor::{Act, Actor, Who},
    day_of,
    patients::Story,
    refusal::{No, Wrong},
    vault::Opened,
    writing::Draft,
};

mod day;
mod decide;

pub use day::{Again, Today};
pub use decide::REASON_LETTERS_MIN;

/// A screening with the answer as the rulebook's own type, for pages that show every reason.
#[derive(Debug)]
pub struct Screened {
    /// The screening.
    pub screening: Opened<Screening>,
    /// The intake that it answers.
    pub intake: Opened<Intake>,
}

/// A course whose answer is another under the rulebook of today.
#[derive(Debug)]
pub struct Changed {
    /// The patient.
    pub patient: Opened<Patient>,
    /// The course.
    pub course: DocumentId,
    /// The screening as it was.
    pub before: Opened<Screening>,
    /// What holds now.
    pub now: Disposition,
}

/// The stored word of an answer.
pub fn stored(disposition: answer::Disposition) -> Disposition {
    match disposition {
        answer::Disposition::Proceed => Disposition::Proceed,
        answer::Disposition::ProceedWithPrecautions => Disposition::ProceedWithPrecautions,
        answer::Disposition::Defer => Disposition::Defer,
        answer::Disposition::ReferPhysician => Disposition::ReferPhysician,
        answer::Disposition::DoNotTreat => Disposition::DoNotTreat,
    }
}

/// A stored word as the rulebook's own.
pub fn clinical(disposition: Disposition) -> answer::Disposition {
    match disposition {
        Disposition::Proceed => answer::Disposition::Proceed,
        Disposition::ProceedWithPrecautions => answer::Disposition::ProceedWithPrecautions,
        Disposition::Defer => answer::Disposition::Defer,
        Disposition::ReferPhysician => answer::Disposition::ReferPhysician,
        Disposition::DoNotTreat => answer::Disposition::DoNotTreat,
    }
}

/// Whether treatment may be given on a day by this screening: it still counts, nothing forbids it, and no date lies ahead.
pub fn allows(screening: &Screening, day: Date) -> bool {
    screening.effective <= Disposition::ProceedWithPrecautions && day <= screening.expires
}

/// A screening of an intake on a day, with the decisions that still apply to it.
fn answer_to(
    book: &Rulebook,
    json: &Value,
    intake: Source,
    day: Date,
    (overrides, occasion): (&[Override], Occasion),
) -> Result<Screening, Vec<Wrong>> {
    let mut json = json.clone();
    if let Some(object) = json.as_object_mut() {
        object.insert("as_of".to_owned(), json!(day.to_string()));
    }
    let read = clinical_intake::read(book, &json, &[]).map_err(|unusable| {
        let wrong = unusable.problems.iter();
        wrong
            .map(|problem| Wrong::new(problem.path.clone(), problem.what.clone()))
            .collect::<Vec<_>>()
    })?;
    let answer = screen(book, &read);
    // An override speaks for the reason it was given against; when that reason no longer holds it lapses.
    let overrides: Vec<Override> = overrides
        .iter()
        .filter(|one| answer.reasons.iter().any(|reason| reason.id == one.rule))
        .cloned()
        .collect();
    let overrules: Vec<Overrule<'_>> = overrides
        .iter()
        .map(|one| Overrule { rule: &one.rule, qualification: &one.qualification })
        .collect();
    let effective = overrule::effective(&answer, &overrules);
    let not_before = first_day(&answer, &overrules);
    Ok(Screening {
        intake,
        on: day,
        answer: wire::screening(book, &answer).to_string(),
        disposition: stored(answer.disposition),
        effective: stored(effective),
        not_before,
        expires: day.checked_add(EXPIRES_AFTER_DAYS.days()).unwrap_or(Date::MAX),
        rulebook_version: book.version.clone(),
        rulebook_digest: book.digest.clone(),
        overrides,
        occasion,
    })
}

impl Practice {
    /// The patient's own intake that can be gone on with; the last one sent when none is open.
    pub async fn own_intake(&self, actor: &Actor) -> Result<Option<Opened<Intake>>, No> {
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), "intake.open", Some(person::document_of(patient)), "done").await?;
        Ok(folder.all::<Intake>()?.pop())
    }

    /// Keeps how far a patient is with the questions.
    pub async fn save_questions(
        &self,
        actor: &Actor,
        seen: Option<&Opened<Intake>>,
        form: Vec<(String, String)>,
    ) -> Result<(), No> {
        let patient = actor.patient().ok_or(No::NotAllowed)?;
        let clinic = self.clinic().await?;
        let body = Intake {
            form,
            progress: Progress::Asking,
            json: Value::Null,
            as_of: day_of(&clinic, self.now()),
            by: Teller::Patient,
            at: self.now(),
        };
        let draft = Draft::new(Act::Own, "intake.save", person::document_of(patient));
        let draft = match seen.filter(|seen| seen.progress == Progress::Asking) {
            Some(seen) => draft.change(seen, Change::Write, &body)?,
            None => draft.begin(self.vault.new_id()?, Owner::Patient(patient), &body)?,
        };
        self.commit(actor, draft).await
    }

    /// Sends an intake, and screens it: one contribution. A patient sends their own; a member, one of any patient.
    pub async fn send_intake(
        &self,
        actor: &Actor,
        patient: PatientId,
        (seen, form): (Option<&Opened<Intake>>, Vec<(String, String)>),
        json: Value,
    ) -> Result<DocumentId, No> {
        let document = person::document_of(patient);
        let act = if actor.patient() == Some(patient) { Act::Own } else { Act::Screen };
        self.allow(actor, act, "intake.send", Some(document)).await?;
        let clinic = self.clinic().await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let today = day_of(&clinic, self.now());
        let json = with_person(json, &story.patient, today);
        let by = teller(actor);
        let (progress, at) = (Progress::Sent, self.now());
        let body = Intake { form, progress, json: json.clone(), as_of: today, by, at };
        let draft = Draft::new(act, "intake.send", document);
        let (draft, intake) = match seen {
            Some(seen) => {
                let version = seen.version.next().ok_or(No::Conflict)?;
                let source = Source { document: seen.id, version };
                (draft.change(seen, Change::Write, &body)?, source)
            }
            None => {
                let id = self.vault.new_id()?;
                let source = Source { document: id, version: Version::FIRST };
                (draft.begin(id, Owner::Patient(patient), &body)?, source)
            }
        };
        let before = story.screenings.last();
        let overrides = before.map(|before| before.overrides.as_slice()).unwrap_or_default();
        let occasion = (overrides, Occasion::Intake);
        let screening =
            answer_to(self.book(), &json, intake, today, occasion).map_err(No::Wrong)?;
        let id = self.vault.new_id()?;
        let draft = draft.begin(id, Owner::Patient(patient), &screening)?;
        self.commit(actor, draft).await?;
        Ok(id)
    }

    /// Screens the last intake again: on the day of a visit, after it expired, or by a new rulebook. Overrides of
    /// reasons that still hold go on.
    pub async fn screen_again(
        &self,
        actor: &Actor,
        patient: PatientId,
        occasion: Occasion,
    ) -> Result<DocumentId, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::Screen, "screening.repeat", Some(document)).await?;
        let clinic = self.clinic().await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let intake = last_sent(&story.intakes)
            .ok_or(No::Closed("Nothing was asked yet. Enter an intake first."))?;
        let overrides =
            story.screenings.last().map(|last| last.overrides.clone()).unwrap_or_default();
        let today = day_of(&clinic, self.now());
        let occasion = (overrides.as_slice(), occasion);
        let screening = answer_to(self.book(), &intake.json, intake.source(), today, occasion)
            .map_err(No::Wrong)?;
        let id = self.vault.new_id()?;
        let draft = Draft::new(Act::Screen, "screening.repeat", document)
            .from([intake.source()])
            .begin(id, Owner::Patient(patient), &screening)?;
        self.commit(actor, draft).await?;
        Ok(id)
    }

    /// Keeps how far a member is with the questions.
    pub async fn keep_intake(
        &self,
        actor: &Actor,
        patient: PatientId,
        seen: Option<&Opened<Intake>>,
        form: Vec<(String, String)>,
    ) -> Result<(), No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::Screen, "intake.keep", Some(document)).await?;
        let clinic = self.clinic().await?;
        let body = Intake {
            form,
            progress: Progress::Asking,
            json: Value::Null,
            as_of: day_of(&clinic, self.now()),
            by: teller(actor),
            at: self.now(),
        };
        let draft = Draft::new(Act::Screen, "intake.keep", document);
        // What was sent stays as it is: what is kept for later is a document of its own until it is sent.
        let draft = match seen.filter(|seen| seen.progress == Progress::Asking) {
            Some(seen) => draft.change(seen, Change::Write, &body)?,
            None => draft.begin(self.vault.new_id()?, Owner::Patient(patient), &body)?,
        };
        self.commit(actor, draft).await
    }

    /// A screening with its intake. A patient opens their own.
    pub async fn screening(&self, actor: &Actor, screening: DocumentId) -> Result<Screened, No> {
        let found = self.vault.head::<Screening>(screening).await?.ok_or(No::NotFound)?;
        let patient = found.patient().ok_or(No::NotFound)?;
        if actor.patient() != Some(patient) {
            self.allow(actor, Act::OpenChart, "screening.open", Some(screening)).await?;
        }
        let source = found.intake;
        let sealed = self.vault.store().version(source.document, source.version).await?;
        let intake = match sealed {
            Some(sealed) => self.vault.open_one::<Intake>(sealed).await?,
            None => None,
        };
        let intake = intake.ok_or(No::NotFound)?;
        self.note(Some(actor), "screening.open", Some(screening), "done").await?;
        Ok(Screened { screening: found, intake })
    }

    /// Screens the patients of open courses by the rulebook of today, where it is another than the one that answered,
    /// and tells whose answer changed. Nothing is written: the practitioner looks, and screens again.
    pub async fn changed_by_rulebook(&self, actor: &Actor) -> Result<Vec<Changed>, No> {
        self.allow(actor, Act::OpenChart, "rulebook.compare", None).await?;
        let clinic: Opened<Clinic> = self.clinic().await?;
        let today = day_of(&clinic, self.now());
        let mut changed = Vec::new();
        for (patient, folder) in self.folders_of_open_courses().await? {
            let Some(story) = Story::of(&folder, patient)? else { continue };
            let open = story.courses.iter().find(|course| is_open(course));
            let (Some(course), Some(before), Some(intake)) =
                (open, story.screenings.last(), last_sent(&story.intakes))
            else {
                continue;
            };
            if before.rulebook_digest == self.book().digest {
                continue;
            }
            let occasion = (before.overrides.as_slice(), Occasion::NewRulebook);
            let again = answer_to(self.book(), &intake.json, intake.source(), today, occasion);
            let now = again.map_or(Disposition::ReferPhysician, |again| again.effective);
            if now != before.effective {
                let course = course.id;
                let (patient, before) = (story.patient, before.clone());
                changed.push(Changed { patient, course, before, now });
            }
        }
        self.note(Some(actor), "rulebook.compare", None, "done").await?;
        Ok(changed)
    }
}

/// Whether a course goes on.
pub fn is_open(course: &Course) -> bool {
    match course.state {
        CourseState::Draft | CourseState::Offered { .. } | CourseState::Accepted { .. } => true,
        CourseState::Stopped { .. } | CourseState::Finished { .. } => false,
    }
}

/// Who gives the answers when somebody writes them down.
fn teller(actor: &Actor) -> Teller {
    match actor.who {
        Who::Patient(_) => Teller::Patient,
        Who::Member { .. } => Teller::Member(actor.person),
    }
}

/// The first day after everything that still keeps from treatment, where that is a date. What only asks for precautions
/// keeps from nothing.
fn first_day(answer: &answer::Answer<'_>, overrules: &[Overrule<'_>]) -> Option<Date> {
    let keeps = |reason: &&answer::Reason<'_>| {
        reason.disposition >= answer::Disposition::Defer
            && !overrules.iter().any(|overrule| overrule.covers(reason))
    };
    answer
        .reasons
        .iter()
        .filter(keeps)
        .filter_map(|reason| match reason.end {
            answer::End::On(date) => Some(date),
            answer::End::Never | answer::End::Event(_) => None,
        })
        .max()
}

/// The last intake that was sent.
pub fn last_sent(intakes: &[Opened<Intake>]) -> Option<&Opened<Intake>> {
    intakes.iter().rev().find(|intake| intake.progress == Progress::Sent)
}

/// What the record knows of the person goes before what a form says.
fn with_person(mut json: Value, patient: &Patient, today: Date) -> Value {
    if let Some(object) = json.as_object_mut() {
        object.insert("as_of".to_owned(), json!(today.to_string()));
        if let Some(about) = object.get_mut("patient").and_then(Value::as_object_mut) {
            about.insert("birth_date".to_owned(), json!(patient.birth_date.to_string()));
        }
    }
    json
}
