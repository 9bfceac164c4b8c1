//! Who acts, and who may do what.
//!
//! The table [`Part::may`](may) is the one place that says so; `web` lays it over its routes, and a golden file holds the result.

use std::collections::BTreeSet;

use percuta_chart::person::Part;
use percuta_record::{PatientId, PersonId, Role};

/// Something that may be allowed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// See the day's board.
    SeeDay,
    /// List and search patients, and see how to reach them.
    FindPatients,
    /// Enter a patient, or change how to reach them.
    EnterPatient,
    /// Open what is clinical about a patient: answers, reasons, sessions, check-ins.
    OpenChart,
    /// Enter or amend an intake, and screen.
    Screen,
    /// Decide otherwise than the rulebook, where the rule lets one's qualification.
    Override,
    /// Plan a course and offer it.
    Plan,
    /// Book, move and cancel visits; note who came.
    Book,
    /// Tick what is checked on the day, and numbing.
    Prepare,
    /// Record and sign sessions.
    Treat,
    /// Answer check-ins.
    AnswerCheckIns,
    /// See and add photographs.
    Photographs,
    /// Keep the register of the copies that have left the record. Making one needs [`Act::Photographs`] besides.
    Publish,
    /// Score outcomes.
    Score,
    /// See who looked at what.
    SeeAudit,
    /// Invite and change members.
    ManagePeople,
    /// Change the clinic's settings, prices and consent text.
    ManageSettings,
    /// Sign off a rulebook.
    SignOff,
    /// A patient's own pages.
    Own,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 19] = [
        Self::SeeDay,
        Self::FindPatients,
        Self::EnterPatient,
        Self::OpenChart,
        Self::Screen,
        Self::Override,
        Self::Plan,
        Self::Book,
        Self::Prepare,
        Self::Treat,
        Self::AnswerCheckIns,
        Self::Photographs,
        Self::Publish,
        Self::Score,
        Self::SeeAudit,
        Self::ManagePeople,
        Self::ManageSettings,
        Self::SignOff,
        Self::Own,
    ];
}

/// Whether a part may do something. No part may do everything: an owner who treats holds both parts.
pub fn may(part: Part, act: Act) -> bool {
    use Act as A;
    match part {
        Part::Owner => matches!(
            act,
            A::SeeDay
                | A::FindPatients
                | A::EnterPatient
                | A::Book
                | A::SeeAudit
                | A::ManagePeople
                | A::ManageSettings
                | A::Publish
        ),
        Part::MedicalLead => !matches!(act, A::ManagePeople | A::Own),
        Part::Practitioner => matches!(
            act,
            A::SeeDay
                | A::FindPatients
                | A::EnterPatient
                | A::OpenChart
                | A::Screen
                | A::Override
                | A::Plan
                | A::Book
                | A::Prepare
                | A::Treat
                | A::AnswerCheckIns
                | A::Photographs
                | A::Publish
                | A::Score
        ),
        Part::Assistant => matches!(
            act,
            A::SeeDay
                | A::FindPatients
                | A::EnterPatient
                | A::OpenChart
                | A::Screen
                | A::Book
                | A::Prepare
                | A::Photographs
        ),
        Part::FrontDesk => matches!(act, A::SeeDay | A::FindPatients | A::EnterPatient | A::Book),
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they are here.
    pub who: Who,
}

/// What somebody is here.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// A member of the clinic.
    Member {
        /// The parts that they play.
        parts: BTreeSet<Part>,
        /// Letters after the name.
        credentials: String,
        /// What they are by training, in the words of the rules.
        qualifications: BTreeSet<String>,
        /// How deep they may needle, in millimetres.
        depth_mm_max: Option<f64>,
    },
    /// A patient.
    Patient(PatientId),
}

impl Actor {
    /// The program itself. It may do nothing that anybody is asked about.
    pub(crate) fn program() -> Self {
        let who = Who::Member {
            parts: BTreeSet::new(),
            credentials: String::new(),
            qualifications: BTreeSet::new(),
            depth_mm_max: None,
        };
        Self { person: PersonId::from_bytes([0; 16]), name: "Percuta".to_owned(), who }
    }

    /// Whether they may do something.
    pub fn may(&self, act: Act) -> bool {
        match &self.who {
            Who::Member { parts, .. } => parts.iter().any(|part| may(*part, act)),
            Who::Patient(_) => act == Act::Own,
        }
    }

    /// The patient, where one acts for themselves.
    pub fn patient(&self) -> Option<PatientId> {
        match &self.who {
            Who::Patient(patient) => Some(*patient),
            Who::Member { .. } => None,
        }
    }

    /// In which role they act: of several, the one that may, else the first.
    pub(crate) fn role(&self, act: Act) -> Role {
        match &self.who {
            Who::Member { parts, .. } => {
                let acting = parts.iter().find(|part| may(**part, act)).or(parts.first());
                acting.map_or(Role::System, |part| part.role())
            }
            Who::Patient(_) => Role::Patient,
        }
    }
}
