//! What a patient tells after a session: check-ins, which the rulebook answers, and questions in words.
//!
//! What the clinic does with them is with `check_ins`, and what is written about them afterwards with `noting`. A check-in
//! and its answer are one document, kept word for word with the version of the rulebook that answered; neither is changed
//! afterwards. What nobody can place reaches a person: a question that
//! was answered with *not sure*, anything in words, and everything from `contact_clinic` on.

use std::collections::BTreeSet;

use jiff::{Span, Timestamp, civil::Date};
use percuta_chart::{
    check_in::{CheckIn, Handling, Level},
    clinic::Clinic,
    intake::Intake,
    person::{self, Member},
    session::{Session, TreatedZone},
};
use percuta_clinical::{Rulebook, answer, book::TriageRule, triage, wire};
use percuta_record::{DocumentId, Owner, PatientId, PersonId};
use serde_json::{Value, json};

use crate::{
    Practice,
    actor::{Act, Actor},
    asking::question,
    day_of,
    patients::Story,
    refusal::{No, Wrong},
    screenings::last_sent,
    vault::{FieldTokens, Opened},
    writing::Draft,
    zone_of,
};

/// No words are longer, in characters.
const WORDS_MAX: usize = 4_000;

/// What a patient sends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// What is felt or seen.
    pub symptoms: Vec<GivenSymptom>,
    /// Questions that were left open or answered with not sure, in their words.
    pub unanswered: Vec<String>,
    /// The temperature as it was typed, in degrees Celsius; empty when it was not measured.
    pub temperature: String,
    /// What was put on the skin beside what was told; empty for nothing.
    pub product: String,
    /// Anything else.
    pub words: String,
}

/// One symptom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenSymptom {
    /// Its code.
    pub code: String,
    /// How strong; empty where it is not known.
    pub severity: String,
    /// Where it is going; empty where it is not known.
    pub trend: String,
}

/// The stored word of a level.
pub fn stored(level: answer::Level) -> Level {
    match level {
        answer::Level::Normal => Level::Normal,
        answer::Level::SelfCare => Level::SelfCare,
        answer::Level::ContactClinic => Level::ContactClinic,
        answer::Level::Urgent => Level::Urgent,
    }
}

/// A stored level as the rulebook's own.
pub fn clinical(level: Level) -> answer::Level {
    match level {
        Level::Normal => answer::Level::Normal,
        Level::SelfCare => answer::Level::SelfCare,
        Level::ContactClinic => answer::Level::ContactClinic,
        Level::Urgent => answer::Level::Urgent,
    }
}

/// The last session that was given on a day or before it.
pub fn last_session(sessions: &[Opened<Session>], day: Date) -> Option<&Opened<Session>> {
    sessions.iter().rev().find(|session| session.on <= day)
}

/// What triage reads: what the patient said, and what the record knows of the session and of before.
///
/// CLINICAL: the day is counted on the clinic's calendar from the day of the session; of several depths the deepest
/// counts. Where several regions were treated, the region is not known.
fn checkin_json(
    (session, today): (Option<&Session>, Date),
    intake: Option<&Intake>,
    given: &Given,
) -> Result<Value, Wrong> {
    let or_null = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    let symptoms: Vec<Value> = given
        .symptoms
        .iter()
        .map(|one| {
            let (severity, trend) = (or_null(&one.severity), or_null(&one.trend));
            json!({ "code": one.code, "severity": severity, "trend": trend })
        })
        .collect();
    let history: Vec<&Value> = intake
        .and_then(|intake| at(&intake.json, "/conditions").as_array())
        .into_iter()
        .flatten()
        // What runs in the family is not what the patient has.
        .filter(|condition| at(condition, "/status") != "family")
        .map(|condition| at(condition, "/code"))
        .collect();
    let temperature = read_temperature(&given.temperature)?;
    let numbing = session.and_then(|session| session.numbing.as_ref());
    Ok(json!({
        "day": session.map(|session| (today - session.on).get_days().max(0)),
        "depth_mm": session.and_then(|session| {
            treated(session).map(|zone| zone.depth_mm).reduce(f64::max)
        }),
        "modality": session.map(|session| session.modality.clone()),
        "region": session.and_then(only_region),
        "symptoms": symptoms,
        "unanswered": given.unanswered,
        "context": {
            "temp_c": temperature,
            "product": or_null(given.product.trim()),
            "numbing": numbing.map(|numbing| numbing.product.clone()),
            "phototype": intake.map_or(&Value::Null, |intake| at(&intake.json, "/patient/phototype")),
            "history": history,
        },
    }))
}

/// What the clinic wants to hear of on the same day, as far as the rules can tell without knowing what is felt: by the
/// day after the last session, by how it was treated, and by what was had before.
pub fn same_day<'b>(book: &'b Rulebook, story: &Story, today: Date) -> Vec<&'b TriageRule> {
    let session = last_session(&story.sessions, today).map(|session| &session.document);
    let intake = last_sent(&story.intakes).map(|intake| &intake.document);
    let known = checkin_json((session, today), intake, &Given::default()).ok();
    let known = known.and_then(|json| triage::read(book, &json).ok());
    known.map(|known| triage::same_day(book, &known)).unwrap_or_default()
}

/// A place in JSON; null where there is none.
pub fn at<'j>(json: &'j Value, pointer: &str) -> &'j Value {
    json.pointer(pointer).unwrap_or(&Value::Null)
}

/// The zones that were treated: one that was planned and left out counts for nothing.
fn treated(session: &Session) -> impl Iterator<Item = &TreatedZone> {
    session.zones.iter().filter(|zone| zone.passes > 0)
}

fn only_region(session: &Session) -> Option<&str> {
    let regions: BTreeSet<&str> = treated(session).map(|zone| zone.region.as_str()).collect();
    if regions.len() == 1 { regions.into_iter().next() } else { None }
}

fn read_temperature(typed: &str) -> Result<Option<f64>, Wrong> {
    let typed = typed.trim().trim_end_matches("°C").trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let read = typed.replace(',', ".").parse::<f64>().ok();
    match read.filter(|degrees| (30.0..=45.0).contains(degrees)) {
        Some(degrees) => Ok(Some(degrees)),
        None => Err(Wrong::new(
            "temperature",
            "Write the temperature in degrees Celsius, such as 37.4, or leave it empty.",
        )),
    }
}

/// By when a person answers.
pub(crate) fn answer_by(
    clinic: &Clinic,
    now: Timestamp,
    level: answer::Level,
) -> Option<Timestamp> {
    let within: Span = level.answer_within()?.parse().ok()?;
    let by = now.to_zoned(zone_of(clinic)).checked_add(within).ok()?;
    Some(by.timestamp())
}

impl Practice {
    /// An id for a form, so that sending it twice answers once.
    pub fn form_id(&self) -> Result<DocumentId, No> {
        Ok(self.vault.new_id()?)
    }

    /// Takes a check-in after the last session and answers it. `once` is the id that the form was given: a second
    /// sending finds the first.
    pub async fn send_check_in(
        &self,
        actor: &Actor,
        once: DocumentId,
        given: &Given,
    ) -> Result<DocumentId, No> {
        let patient = self.themselves(actor, "check-in.send").await?;
        let clinic = self.clinic().await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        if was_sent(&story, once) {
            return Ok(once);
        }
        let now = self.now();
        let today = day_of(&clinic, now);
        let session = last_session(&story.sessions, today);
        let words = read_words(&given.words)?;
        let intake = last_sent(&story.intakes);
        let about = (session.map(|session| &session.document), today);
        let json = checkin_json(about, intake.map(|intake| &intake.document), given)
            .map_err(|wrong| No::Wrong(vec![wrong]))?;
        let book = self.book();
        let read = triage::read(book, &json).map_err(|unusable| {
            let wrong = unusable.problems.into_iter();
            No::Wrong(wrong.map(|problem| Wrong::new(problem.path, problem.what)).collect())
        })?;
        let answer = triage::triage(book, &read);
        let waits = answer.level >= answer::Level::ContactClinic || !words.is_empty();
        // Words reach a person, at the latest when something that is looked after at home would.
        let by_when = if waits { answer.level.max(answer::Level::SelfCare) } else { answer.level };
        let check_in = CheckIn {
            session: session.map(|session| session.id),
            at: now,
            json,
            words,
            answer: wire::triage(book, &answer).to_string(),
            level: stored(answer.level),
            answer_by: answer_by(&clinic, now, by_when).filter(|_| waits),
            handling: if waits { Handling::Open { owner: None } } else { Handling::Expected },
            notes: Vec::new(),
        };
        let sources = session.map(Opened::source).into_iter().chain(intake.map(Opened::source));
        let draft = Draft::new(Act::Own, "check-in.send", once).from(sources);
        self.keep_check_in(actor, (patient, once), draft, &check_in).await
    }

    /// Takes a message in words, at any time: a question like any other. A form that is sent twice is kept once.
    pub async fn ask_clinic(
        &self,
        actor: &Actor,
        once: DocumentId,
        words: &str,
    ) -> Result<DocumentId, No> {
        let patient = self.themselves(actor, "question.send").await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        if was_sent(&story, once) {
            return Ok(once);
        }
        let words = read_words(words)?;
        if words.is_empty() {
            return Err(No::wrong("words", "Write what you want to ask."));
        }
        // CLINICAL: nobody has read it yet, so it is what cannot be placed.
        let question = question(&words, answer::Level::ContactClinic, self.now());
        let draft = Draft::new(Act::Own, "question.send", once);
        self.keep_check_in(actor, (patient, once), draft, &question).await
    }

    async fn keep_check_in(
        &self,
        actor: &Actor,
        (patient, document): (PatientId, DocumentId),
        draft: Draft,
        check_in: &CheckIn,
    ) -> Result<DocumentId, No> {
        // The id came with the form. One that is taken by anything else is nobody's fault but the sender's.
        if self.vault.store().head(document).await?.is_some() {
            return Err(No::Conflict);
        }
        let mut draft = draft.begin(document, Owner::Patient(patient), check_in)?;
        if check_in.handling != Handling::Expected {
            draft = draft.tokens(document, FieldTokens::OPEN, self.open_token());
        }
        self.commit(actor, draft).await?;
        Ok(document)
    }

    /// A patient's own check-in or question. What is another's does not exist.
    pub async fn own_check_in(
        &self,
        actor: &Actor,
        check_in: DocumentId,
    ) -> Result<Opened<CheckIn>, No> {
        let patient = self.themselves(actor, "check-in.open").await?;
        let found = self.vault.head::<CheckIn>(check_in).await?;
        match found.filter(|found| found.patient() == Some(patient)) {
            Some(found) => {
                self.note(Some(actor), "check-in.open", Some(check_in), "done").await?;
                Ok(found)
            }
            None => {
                self.note(Some(actor), "check-in.open", Some(check_in), "not-found").await?;
                Err(No::NotFound)
            }
        }
    }

    /// The name of a member, as patients read it.
    pub async fn member_name(&self, person: PersonId) -> Result<String, No> {
        let found = self.vault.head::<Member>(person::document_of_member(person)).await?;
        Ok(found.map_or_else(|| "The clinic".to_owned(), |member| member.name.clone()))
    }

    /// The patient who acts for themselves; a refusal is audited.
    async fn themselves(&self, actor: &Actor, action: &'static str) -> Result<PatientId, No> {
        self.allow(actor, Act::Own, action, None).await?;
        actor.patient().ok_or(No::NotAllowed)
    }
}

/// Whether the form of this id came before.
fn was_sent(story: &Story, once: DocumentId) -> bool {
    story.check_ins.iter().any(|check_in| check_in.id == once)
}

pub(crate) fn read_words(words: &str) -> Result<String, No> {
    let words = words.trim();
    if words.chars().count() > WORDS_MAX {
        return Err(No::wrong("words", "Use at most 4000 characters."));
    }
    Ok(words.to_owned())
}

#[cfg(test)]
mod tests;
