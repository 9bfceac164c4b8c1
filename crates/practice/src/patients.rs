//! Patients: entering, finding, and one patient's whole story.

use std::collections::BTreeSet;

use jiff::civil::Date;
use percuta_chart::{
    Stored,
    check_in::{CheckIn, Outcome},
    clinic::Clinic,
    consent::Consent,
    course::Course,
    intake::Intake,
    person::{self, CameBy, Patient},
    photograph::Photograph,
    screening::Screening,
    session::Session,
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::{Change, DocumentId, Owner, PatientId};
use percuta_seal::token::Birth;
use percuta_store::Cursor;

use crate::{
    Practice,
    actor::{Act, Actor},
    day_of,
    permissions::{Said, is_closed},
    refusal::{Failure, No, Wrong},
    screenings::is_open,
    vault::{FieldTokens, Folder, Opened, birth, bytes, phone},
    writing::Draft,
};

/// A page of a list holds so many.
pub const PAGE: u32 = 25;
/// A search looks at so many candidates.
const CANDIDATES: u32 = 200;

/// What is entered about a patient.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entered {
    /// The name.
    pub name: String,
    /// What to call them.
    pub called: String,
    /// Date of birth, as it was typed: year-month-day.
    pub born: String,
    /// Telephone.
    pub telephone: String,
    /// E-mail.
    pub email: String,
    /// Alerts, one a line.
    pub alerts: String,
}

/// What is sought. Whatever is empty is not looked at; all the rest must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// Beginnings of words of the name.
    pub name: String,
    /// The beginning or the last four digits of a telephone number.
    pub telephone: String,
    /// A birth date or a year, as it was typed.
    pub born: String,
}

/// A page of patients.
#[derive(Debug)]
pub struct PatientPage {
    /// The patients.
    pub patients: Vec<Opened<Patient>>,
    /// Where the next page begins, when there is one.
    pub older: Option<Cursor>,
    /// How many there are in all.
    pub total: u64,
}

/// Everything about one patient, each kind in the order of time.
#[derive(Debug)]
pub struct Story {
    /// The patient.
    pub patient: Opened<Patient>,
    /// What they said.
    pub intakes: Vec<Opened<Intake>>,
    /// What the rulebook answered.
    pub screenings: Vec<Opened<Screening>>,
    /// Courses.
    pub courses: Vec<Opened<Course>>,
    /// Visits, by when they are.
    pub visits: Vec<Opened<Visit>>,
    /// Consents.
    pub consents: Vec<Opened<Consent>>,
    /// Sessions.
    pub sessions: Vec<Opened<Session>>,
    /// Check-ins and questions.
    pub check_ins: Vec<Opened<CheckIn>>,
    /// Photographs.
    pub photographs: Vec<Opened<Photograph>>,
    /// What was said about the photographs.
    pub said: Said,
    /// Outcomes.
    pub outcomes: Vec<Opened<Outcome>>,
}

/// Where a patient stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// What the course treats.
    pub title: String,
    /// Sessions that were given.
    pub done: usize,
    /// Sessions of the plan.
    pub planned: usize,
}

/// How many sessions of a course were given, by its visits that are over.
pub fn sessions_done(visits: &[Opened<Visit>], of: DocumentId) -> usize {
    let is_done = |visit: &&Opened<Visit>| match (&visit.purpose, &visit.document.state) {
        (Purpose::Session { course, number: _ }, VisitState::Done { at: _ }) => *course == of,
        (Purpose::Consultation | Purpose::Session { .. } | Purpose::FollowUp { .. }, _) => false,
    };
    visits.iter().filter(is_done).count()
}

/// A field of the store, and the sets of tokens in it of which any may fit.
type SoughtField = (&'static str, Vec<BTreeSet<[u8; 16]>>);

impl Practice {
    /// Enters a patient.
    pub async fn enter_patient(
        &self,
        actor: &Actor,
        entered: &Entered,
        came_by: CameBy,
    ) -> Result<PatientId, No> {
        self.allow(actor, Act::EnterPatient, "patient.enter", None).await?;
        let clinic = self.clinic().await?;
        let patient = read(entered, came_by, day_of(&clinic, self.now())).map_err(No::Wrong)?;
        self.begin_record(actor, &clinic, &patient, Act::EnterPatient).await
    }

    /// Begins the record of a patient who was checked before.
    pub(crate) async fn begin_record(
        &self,
        actor: &Actor,
        clinic: &Clinic,
        patient: &Patient,
        act: Act,
    ) -> Result<PatientId, No> {
        let id: PatientId = self.vault.new_id()?;
        let document = person::document_of(id);
        self.vault.give_key(id).await?;
        let draft = Draft::new(act, "patient.enter", document).because("first-entry").begin(
            document,
            Owner::Patient(id),
            patient,
        )?;
        let draft = self.with_tokens(draft, document, clinic, patient);
        self.commit(actor, draft).await?;
        Ok(id)
    }

    /// Changes how to reach a patient, on the version that was seen.
    pub async fn amend_patient(
        &self,
        actor: &Actor,
        seen: &Opened<Patient>,
        entered: &Entered,
    ) -> Result<(), No> {
        self.allow(actor, Act::EnterPatient, "patient.amend", Some(seen.id)).await?;
        let clinic = self.clinic().await?;
        let today = day_of(&clinic, self.now());
        let mut patient = read(entered, seen.came_by, today).map_err(No::Wrong)?;
        if !actor.may(Act::OpenChart) {
            // Who does not see the alerts cannot mean to take them away.
            let head = self.vault.head::<Patient>(seen.id).await?.ok_or(No::NotFound)?;
            patient.alerts = head.document.alerts;
        }
        let draft = Draft::new(Act::EnterPatient, "patient.amend", seen.id)
            .because("correction")
            .change(seen, Change::Write, &patient)?;
        self.commit(actor, self.with_tokens(draft, seen.id, &clinic, &patient)).await
    }

    pub(crate) fn with_tokens(
        &self,
        draft: Draft,
        document: DocumentId,
        clinic: &Clinic,
        patient: &Patient,
    ) -> Draft {
        let of = self.vault.tokens();
        let both = [Some(patient.name.as_str()), patient.called.as_deref()];
        let names: BTreeSet<_> =
            both.into_iter().flatten().flat_map(|name| of.name.name(name)).collect();
        let telephone = patient.telephone.as_deref().unwrap_or_default();
        let telephone = of.telephone.phone(phone(telephone, &clinic.calling_code));
        draft
            .tokens(document, FieldTokens::NAME, bytes(names))
            .tokens(document, FieldTokens::TELEPHONE, bytes(telephone))
            .tokens(document, FieldTokens::BIRTH, bytes(of.birth.birth(birth(patient.birth_date))))
    }

    /// A page of patients, the most recently changed first.
    pub async fn patients(&self, actor: &Actor, from: Option<Cursor>) -> Result<PatientPage, No> {
        self.allow(actor, Act::FindPatients, "patients.list", None).await?;
        let (store, kind) = (self.vault.store(), Patient::kind());
        let mut sealed = store.list(&kind, from, PAGE.saturating_add(1)).await?;
        let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let is_more = sealed.len() > page;
        sealed.truncate(page);
        let older = sealed.last().filter(|_| is_more).map(percuta_store::Sealed::cursor);
        let mut patients = Vec::with_capacity(sealed.len());
        for one in sealed {
            patients.extend(self.vault.open_one::<Patient>(one).await?);
        }
        let total = store.count(&kind).await?;
        let patients = patients.into_iter().map(|one| permitted(actor, one)).collect();
        self.note(Some(actor), "patients.list", None, "done").await?;
        Ok(PatientPage { patients, older, total })
    }

    /// Patients by part of a name, telephone or birth date. What a token found is compared once more.
    pub async fn search(&self, actor: &Actor, sought: &Sought) -> Result<Vec<Opened<Patient>>, No> {
        self.allow(actor, Act::FindPatients, "patients.search", None).await?;
        let clinic = self.clinic().await?;
        let mut found: Option<BTreeSet<DocumentId>> = None;
        for (field, either) in self.sought_tokens(sought, &clinic)? {
            let field = percuta_chart::stored::code(field);
            let mut here = BTreeSet::new();
            for tokens in either {
                here.extend(self.vault.store().find(&field, &tokens, None, CANDIDATES).await?);
            }
            found = Some(match found {
                None => here,
                Some(before) => before.intersection(&here).copied().collect(),
            });
        }
        let documents: Vec<DocumentId> = found.unwrap_or_default().into_iter().collect();
        let mut patients = Vec::new();
        for sealed in self.vault.store().heads(&documents).await? {
            patients.extend(self.vault.open_one::<Patient>(sealed).await?);
        }
        patients.retain(|patient| fits_name(patient, &sought.name));
        patients.sort_by(|left, right| left.name.cmp(&right.name));
        self.note(Some(actor), "patients.search", None, "done").await?;
        Ok(patients.into_iter().map(|one| permitted(actor, one)).collect())
    }

    /// For each field that is sought: the sets of tokens, any of which may fit.
    fn sought_tokens(&self, sought: &Sought, clinic: &Clinic) -> Result<Vec<SoughtField>, No> {
        let of = self.vault.tokens();
        let mut fields = Vec::new();
        if !sought.name.trim().is_empty() {
            let tokens = bytes(of.name.name_sought(&sought.name));
            if tokens.is_empty() {
                return Err(No::wrong("name", "Type at least two letters of a name."));
            }
            fields.push((FieldTokens::NAME, vec![tokens]));
        }
        if !sought.telephone.trim().is_empty() {
            let number = phone(&sought.telephone, &clinic.calling_code);
            let either =
                [of.telephone.phone_sought(number), of.telephone.phone_ending(&sought.telephone)];
            let either: Vec<_> = either.into_iter().flatten().map(|token| bytes([token])).collect();
            if either.is_empty() {
                return Err(No::wrong(
                    "telephone",
                    "Type at least three digits of a telephone number.",
                ));
            }
            fields.push((FieldTokens::TELEPHONE, either));
        }
        if !sought.born.trim().is_empty() {
            let born = read_birth(sought.born.trim()).ok_or_else(|| {
                No::wrong("born", "Write the birth date as 1990-05-31, or only the year.")
            })?;
            fields.push((FieldTokens::BIRTH, vec![bytes([of.birth.birth_sought(born)])]));
        }
        if fields.is_empty() {
            return Err(No::wrong(
                "name",
                "Type part of a name, a telephone number or a birth date.",
            ));
        }
        Ok(fields)
    }

    /// One patient, without what is clinical.
    pub async fn patient(&self, actor: &Actor, patient: PatientId) -> Result<Opened<Patient>, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::FindPatients, "patient.open", Some(document)).await?;
        let found = self.vault.head::<Patient>(document).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), "patient.open", Some(document), "done").await?;
        Ok(permitted(actor, found))
    }

    /// Patients who may be the same person as one who is about to be entered: of the same name and birth date, or of
    /// the same telephone number.
    pub async fn alike(
        &self,
        actor: &Actor,
        entered: &Entered,
    ) -> Result<Vec<Opened<Patient>>, No> {
        self.allow(actor, Act::EnterPatient, "patients.alike", None).await?;
        // A number with its country's code ends like the same number without its leading nought.
        let digits = |text: &str| {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            digits.trim_start_matches('0').to_owned()
        };
        let (name, born) = (entered.name.trim(), entered.born.trim());
        let mut alike = Vec::new();
        if born.parse::<Date>().is_ok() && !percuta_seal::token::words(name).concat().is_empty() {
            let sought =
                Sought { name: name.to_owned(), born: born.to_owned(), ..Sought::default() };
            alike.extend(self.search(actor, &sought).await?);
        }
        let number = digits(&entered.telephone);
        if number.len() >= 5 {
            let sought = Sought { telephone: entered.telephone.clone(), ..Sought::default() };
            let found = self.search(actor, &sought).await?;
            alike.extend(found.into_iter().filter(|one| {
                let known = one.telephone.as_deref().map(digits).unwrap_or_default();
                !known.is_empty() && (known.ends_with(&number) || number.ends_with(&known))
            }));
        }
        alike.sort_by(|left, right| left.name.cmp(&right.name).then(left.id.cmp(&right.id)));
        alike.dedup_by_key(|one| one.id);
        Ok(alike)
    }

    /// Where patients of a list stand: the course that goes on, with its sessions done and planned.
    pub async fn stands(
        &self,
        actor: &Actor,
        patients: &[PatientId],
    ) -> Result<Vec<Option<Stands>>, No> {
        self.allow(actor, Act::FindPatients, "patients.list", None).await?;
        let mut all = Vec::with_capacity(patients.len());
        for patient in patients {
            let Some(folder) = self.vault.folder(*patient).await? else {
                all.push(None);
                continue;
            };
            let courses = folder.all::<Course>()?;
            let of = courses.iter().rev();
            let course = of.clone().find(|course| is_open(course)).or(of.clone().next());
            let visits = folder.all::<Visit>()?;
            all.push(course.map(|course| Stands {
                title: course.title.clone(),
                done: sessions_done(&visits, course.id),
                planned: course.sessions.len(),
            }));
        }
        Ok(all)
    }

    /// One patient's whole story. Who may not open the chart gets the visits and courses and nothing that is said about
    /// health.
    pub async fn story(&self, actor: &Actor, patient: PatientId) -> Result<Story, No> {
        let document = person::document_of(patient);
        let is_own = actor.patient() == Some(patient);
        if !is_own {
            self.allow(actor, Act::FindPatients, "patient.open", Some(document)).await?;
        }
        let mut story = self.gather(patient).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), "patient.open", Some(document), "done").await?;
        if !is_own {
            // What the patient closed to the clinic is not on any page of the clinic's.
            let said = &story.said;
            story.photographs.retain(|one| !is_closed(said, one.id));
        }
        if is_own || actor.may(Act::OpenChart) { Ok(story) } else { Ok(story.without_health()) }
    }

    /// One patient's whole story, for a use case that has authorized and will audit.
    pub(crate) async fn gather(&self, patient: PatientId) -> Result<Option<Story>, No> {
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(None) };
        Ok(Story::of(&folder, patient)?)
    }
}

impl Story {
    /// What a folder tells; `None` when it does not hold the patient.
    pub(crate) fn of(folder: &Folder, patient: PatientId) -> Result<Option<Self>, Failure> {
        let Some(about) = folder.one::<Patient>(person::document_of(patient))? else {
            return Ok(None);
        };
        let mut visits = folder.all::<Visit>()?;
        visits.sort_by_key(|visit| (visit.from, visit.id));
        let mut sessions = folder.all::<Session>()?;
        sessions.sort_by_key(|session| (session.on, session.number));
        let mut photographs = folder.all::<Photograph>()?;
        photographs.sort_by_key(|photograph| (photograph.taken, photograph.id));
        let mut outcomes = folder.all::<Outcome>()?;
        outcomes.sort_by_key(|outcome| (outcome.on, outcome.id));
        let mut screenings = folder.all::<Screening>()?;
        // A decision against an older screening writes that one last; the newest day still counts.
        screenings.sort_by_key(|screening| screening.on);
        Ok(Some(Story {
            patient: about,
            intakes: folder.all()?,
            screenings,
            courses: folder.all()?,
            visits,
            consents: folder.all()?,
            sessions,
            check_ins: folder.all()?,
            photographs,
            said: Said::of(folder)?,
            outcomes,
        }))
    }

    fn without_health(mut self) -> Self {
        self.intakes.clear();
        self.screenings.clear();
        self.sessions.clear();
        self.check_ins.clear();
        self.photographs.clear();
        self.said = Said::default();
        self.outcomes.clear();
        self.patient.document.alerts.clear();
        self
    }
}

/// A patient as this person may see them: alerts are about health.
pub(crate) fn permitted(actor: &Actor, mut patient: Opened<Patient>) -> Opened<Patient> {
    if !actor.may(Act::OpenChart) {
        patient.document.alerts.clear();
    }
    patient
}

/// Reads what was entered.
pub(crate) fn read(entered: &Entered, came_by: CameBy, today: Date) -> Result<Patient, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let name = entered.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        wrong.push(Wrong::new("name", "Give the patient's name."));
    } else if name.chars().count() > 200 {
        wrong.push(Wrong::new("name", "Use at most 200 characters for the name."));
    }
    let born: Option<Date> = entered.born.trim().parse().ok();
    let born = born.filter(|born| *born <= today && today.year() - born.year() <= 130);
    if born.is_none() {
        wrong.push(Wrong::new("born", "Give the date of birth as 1990-05-31."));
    }
    let telephone = Some(entered.telephone.trim()).filter(|text| !text.is_empty());
    if telephone.is_some_and(|text| text.chars().filter(char::is_ascii_digit).count() < 5) {
        wrong.push(Wrong::new("telephone", "A telephone number has at least five digits."));
    }
    let email = Some(entered.email.trim()).filter(|text| !text.is_empty());
    if email.is_some_and(|text| !text.contains('@')) {
        wrong.push(Wrong::new("email", "An e-mail address has an @, such as ada@mail.example."));
    }
    match born {
        Some(birth_date) if wrong.is_empty() => Ok(Patient {
            name,
            called: Some(entered.called.trim().to_owned()).filter(|called| !called.is_empty()),
            birth_date,
            telephone: telephone.map(str::to_owned),
            email: email.map(str::to_owned),
            alerts: entered
                .alerts
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            came_by,
        }),
        Some(_) | None => Err(wrong),
    }
}

fn read_birth(text: &str) -> Option<Birth> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(birth(date));
    }
    let year: u16 = text.parse().ok()?;
    (1850..=2200).contains(&year).then_some(Birth::Year(year))
}

/// Whether every word that is sought begins a word of the name: what a token of eight letters found is compared whole.
fn fits_name(patient: &Patient, sought: &str) -> bool {
    let named: Vec<String> = [Some(patient.name.as_str()), patient.called.as_deref()]
        .into_iter()
        .flatten()
        .flat_map(|name| {
            let mut words = percuta_seal::token::words(name);
            let chunks: Vec<String> = name
                .split_whitespace()
                .map(|chunk| percuta_seal::token::words(chunk).concat())
                .collect();
            words.extend(chunks);
            words
        })
        .collect();
    percuta_seal::token::words(sought)
        .iter()
        .all(|word| named.iter().any(|known| known.starts_with(word.as_str())))
}
