//! The short form of the day: what can have changed since the last intake is asked again, and screened anew.
//!
//! CLINICAL: what is asked again is what the rulebook defers for, because what passes is also what may come; of that,
//! only what could change this patient's answer. Nothing is filled in: an answer that is not given is not *no*.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use percuta_chart::{
    intake::{Intake, Progress},
    person,
    screening::{Occasion, Screening},
};
use percuta_clinical::{
    Rulebook,
    answer::Disposition,
    intake::{self as clinical_intake, Answer, UnknownWord},
    question::{Question, Said, questions},
    screen,
};
use percuta_record::{Change, DocumentId, Owner, PatientId, Source};
use percuta_terminology::{Kind, TermSet, WordId};
use serde_json::{Value, json};

use super::{answer_to, last_sent, teller, with_person};
use crate::{
    Practice,
    actor::{Act, Actor},
    day_of,
    refusal::{No, Wrong},
    writing::Draft,
};

/// A question that is asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The key under which its answer is given.
    pub key: String,
    /// The question.
    pub asks: String,
    /// What was answered before; `None` when it was not asked or not known.
    pub before: Option<Said>,
}

/// What is asked on the day, and from when the answers before are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// The day of the intake before.
    pub before: Date,
    /// The questions, in the rulebook's order.
    pub questions: Vec<Again>,
}

impl Practice {
    /// What can have changed for a patient since their last intake.
    pub async fn asked_today(&self, actor: &Actor, patient: PatientId) -> Result<Today, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::Screen, "screening.ask", Some(document)).await?;
        let clinic = self.clinic().await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let intake = last_sent(&story.intakes)
            .ok_or(No::Closed("Nothing was asked yet. Enter an intake first."))?;
        let today = day_of(&clinic, self.now());
        let json = with_person(intake.json.clone(), &story.patient, today);
        let questions = asked(self.book(), &json).map_err(No::Wrong)?;
        self.note(Some(actor), "screening.ask", Some(document), "done").await?;
        Ok(Today { before: intake.as_of, questions })
    }

    /// Amends the last intake by what was answered today and screens it: one contribution. Every question that is asked
    /// needs an answer; *not sure* is one.
    pub async fn screen_on_the_day(
        &self,
        actor: &Actor,
        patient: PatientId,
        (said, other): (&BTreeMap<String, Said>, &str),
    ) -> Result<DocumentId, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::Screen, "screening.day", Some(document)).await?;
        let clinic = self.clinic().await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let seen = last_sent(&story.intakes)
            .ok_or(No::Closed("Nothing was asked yet. Enter an intake first."))?;
        let today = day_of(&clinic, self.now());
        let book = self.book();
        let mut json = with_person(seen.json.clone(), &story.patient, today);
        let asked = asked(book, &json).map_err(No::Wrong)?;
        let open = asked.iter().filter(|question| !said.contains_key(&question.key));
        let wrong: Vec<Wrong> = open
            .map(|question| {
                let says = "Choose yes, no or not sure: nothing is filled in for you.";
                Wrong::new(question.key.clone(), says)
            })
            .collect();
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        let known = clinical_intake::read(book, &json, &[]).map_err(|_changed| {
            No::Closed("The intake cannot be read by today's rules. Amend it first.")
        })?;
        for question in questions(book) {
            if let Some(said) = said.get(question.key) {
                lay(book, &mut json, (&known, &question), *said);
            }
        }
        for word in other.lines().map(str::trim).filter(|word| !word.is_empty()) {
            lay_word(book, &mut json, word, today);
        }
        let body = Intake {
            progress: Progress::Sent,
            json: json.clone(),
            as_of: today,
            by: teller(actor),
            at: self.now(),
            ..seen.document.clone()
        };
        let version = seen.version.next().ok_or(No::Conflict)?;
        let source = Source { document: seen.id, version };
        let overrides =
            story.screenings.last().map(|last| last.overrides.clone()).unwrap_or_default();
        let occasion = (overrides.as_slice(), Occasion::DayOfVisit);
        let screening: Screening =
            answer_to(book, &json, source, today, occasion).map_err(No::Wrong)?;
        let id = self.vault.new_id()?;
        let draft = Draft::new(Act::Screen, "screening.day", document)
            .change(seen, Change::Write, &body)?
            .begin(id, Owner::Patient(patient), &screening)?;
        self.commit(actor, draft).await?;
        Ok(id)
    }
}

/// The questions that can matter today, each with what was said before.
fn asked(book: &Rulebook, json: &Value) -> Result<Vec<Again>, Vec<Wrong>> {
    let read = clinical_intake::read(book, json, &[]).map_err(|unusable| {
        let wrong = unusable.problems.iter();
        wrong.map(|one| Wrong::new(one.path.clone(), one.what.clone())).collect::<Vec<_>>()
    })?;
    let passing: Vec<Question<'_>> = questions(book)
        .into_iter()
        .filter(|question| {
            question.rule.clauses.iter().any(|clause| clause.disposition == Disposition::Defer)
        })
        .collect();
    // As if none of it were known: what then is missing is what could change the answer.
    let mut open = read.clone();
    for answer in [&mut open.patient.pregnancy, &mut open.patient.breastfeeding] {
        *answer = match *answer {
            Answer::NotApplicable => Answer::NotApplicable,
            Answer::Yes | Answer::No | Answer::Unknown => Answer::Unknown,
        };
    }
    open.items.retain(|item| !matches!(item.kind, Kind::Exposure | Kind::Finding));
    for path in passing.iter().flat_map(|question| question.about) {
        if let Some((kind, word)) = named(book, path) {
            let terms = book.vocabulary.of(kind).terms_of(word);
            open.unknown.push(UnknownWord { kind, terms, path: path.clone() });
        }
    }
    let missing: BTreeSet<String> =
        screen(book, &open).missing.into_iter().map(|missing| missing.path).collect();
    Ok(passing
        .into_iter()
        .filter(|question| question.about.iter().any(|path| missing.contains(path)))
        .map(|question| Again {
            key: question.key.to_owned(),
            asks: question.text.to_owned(),
            before: before(book, &read, &question),
        })
        .collect())
}

/// What was said of a question before.
fn before(
    book: &Rulebook,
    read: &clinical_intake::Intake,
    question: &Question<'_>,
) -> Option<Said> {
    let mut whole = Some(Said::No);
    for path in question.about {
        let said = match path.as_str() {
            "patient.pregnancy" => of_answer(read.patient.pregnancy),
            "patient.breastfeeding" => of_answer(read.patient.breastfeeding),
            path => named(book, path).and_then(|(kind, word)| {
                let terms: TermSet = book.vocabulary.of(kind).terms_of(word);
                let has =
                    read.items.iter().any(|item| item.kind == kind && terms.contains(item.term));
                let open = read
                    .unknown
                    .iter()
                    .any(|unknown| unknown.kind == kind && unknown.terms.overlaps(&terms));
                match (has, open) {
                    (true, _) => Some(Said::Yes),
                    (false, true) => None,
                    (false, false) => Some(Said::No),
                }
            }),
        };
        match said {
            Some(Said::Yes) => return Some(Said::Yes),
            Some(Said::NotSure) | None => whole = None,
            Some(Said::No) => {}
        }
    }
    whole
}

fn of_answer(answer: Answer) -> Option<Said> {
    match answer {
        Answer::Yes => Some(Said::Yes),
        Answer::No | Answer::NotApplicable => Some(Said::No),
        Answer::Unknown => None,
    }
}

/// Lays an answer of today over the intake. What was known before stays: a *no* of today takes back no illness that a
/// clinician entered, only the doubt about it.
///
/// CLINICAL: a *yes* has no date and no place, so it is taken at its most careful: now, and where treatment is asked
/// for. An illness, a medicine or a treatment that is known with its dates keeps them; sun and what is seen on the skin
/// are new each time.
fn lay(
    book: &Rulebook,
    json: &mut Value,
    (known, question): (&clinical_intake::Intake, &Question<'_>),
    said: Said,
) {
    for path in question.about {
        if let Some(key) = path.strip_prefix("patient.") {
            let word = match said {
                Said::Yes => "yes",
                Said::No => "no",
                Said::NotSure => "unknown",
            };
            if let Some(about) = json.get_mut("patient").and_then(Value::as_object_mut) {
                about.insert(key.to_owned(), json!(word));
            }
            settle(json, path);
            continue;
        }
        let Some((kind, word)) = named(book, path) else { continue };
        settle(json, path);
        match said {
            Said::No => {}
            Said::NotSure => doubt(json, path),
            Said::Yes => {
                let lexicon = book.vocabulary.of(kind);
                let term = match word {
                    WordId::Term(term) => Some(term),
                    WordId::Class(class) => lexicon.class_word(class),
                };
                let terms = lexicon.terms_of(word);
                let is_known =
                    known.items.iter().any(|item| item.kind == kind && terms.contains(item.term));
                let is_new = matches!(kind, Kind::Exposure | Kind::Finding) || !is_known;
                if let Some(term) = term.filter(|_| is_new) {
                    add(json, kind, &lexicon.term(term).code, known.as_of);
                }
            }
        }
    }
}

/// Adds what was said in words: under the list that knows the word, else among the medicines, where it counts as not
/// recognised.
fn lay_word(book: &Rulebook, json: &mut Value, word: &str, today: Date) {
    let kinds = [Kind::Medicine, Kind::Condition, Kind::Procedure, Kind::Exposure, Kind::Finding];
    let known = kinds.into_iter().find_map(|kind| {
        let lexicon = book.vocabulary.of(kind);
        lexicon.entry(word).map(|term| (kind, lexicon.term(term).code.clone()))
    });
    match known {
        Some((kind, code)) => add(json, kind, &code, today),
        None => add(json, Kind::Medicine, word, today),
    }
}

/// Adds an entry as it is today, where the very same is not there already.
fn add(json: &mut Value, kind: Kind, code: &str, today: Date) {
    let day = today.to_string();
    let entry = match kind {
        Kind::Condition => json!({ "code": code, "status": "active", "site": "request" }),
        Kind::Medicine => json!({ "name": code, "status": "current" }),
        Kind::Procedure | Kind::Exposure => json!({ "name": code, "date": day, "site": "request" }),
        Kind::Finding => json!({ "finding": code, "site": "request" }),
        Kind::Clearance => json!({ "by": code }),
        Kind::Allergy | Kind::Product => json!(code),
        // These stand in no list of an intake.
        Kind::Concern | Kind::Symptom => return,
    };
    let (within, key) = match kind.list().split_once('.') {
        Some((within, key)) => (json.get_mut(within), key),
        None => (Some(json), kind.list()),
    };
    let Some(object) = within.and_then(Value::as_object_mut) else { return };
    let list = object.entry(key.to_owned()).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut()
        && !list.contains(&entry)
    {
        list.push(entry);
    }
}

fn settle(json: &mut Value, path: &str) {
    if let Some(unknown) = json.get_mut("unknown").and_then(Value::as_array_mut) {
        unknown.retain(|known| known.as_str() != Some(path));
    }
}

fn doubt(json: &mut Value, path: &str) {
    let Some(object) = json.as_object_mut() else { return };
    let unknown = object.entry("unknown").or_insert_with(|| json!([]));
    if let Some(unknown) = unknown.as_array_mut() {
        unknown.push(json!(path));
    }
}

/// The list and the word that a path names.
fn named(book: &Rulebook, path: &str) -> Option<(Kind, WordId)> {
    Kind::ALL.into_iter().find_map(|kind| {
        let word = path.strip_prefix(kind.list())?.strip_prefix('.')?;
        Some((kind, book.vocabulary.of(kind).word(word)?))
    })
}
