//! People: patients, and the members of the clinic.
//!
//! A patient, the document about them, and the person who signs in as them share the same 128 bits: one secret the
//! fewer to keep in step. The same holds of a member.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use percuta_record::{DocumentId, PatientId, PersonId, Role};
use serde::{Deserialize, Serialize};

use crate::stored::{hold, stored};

/// The document about a patient.
pub fn document_of(patient: PatientId) -> DocumentId {
    DocumentId::from_bytes(patient.bytes())
}

/// The person who signs in as a patient.
pub fn person_of(patient: PatientId) -> PersonId {
    PersonId::from_bytes(patient.bytes())
}

/// The patient whom a document is about.
pub fn patient_of(document: DocumentId) -> PatientId {
    PatientId::from_bytes(document.bytes())
}

/// The document about a member.
pub fn document_of_member(member: PersonId) -> DocumentId {
    DocumentId::from_bytes(member.bytes())
}

/// The member whom a document is about.
pub fn member_of(document: DocumentId) -> PersonId {
    PersonId::from_bytes(document.bytes())
}

/// A patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patient {
    /// The name as they write it, whole.
    pub name: String,
    /// What to call them, where it differs.
    pub called: Option<String>,
    /// Date of birth.
    pub birth_date: Date,
    /// Telephone, as it was typed.
    pub telephone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// What everybody at the clinic must see first, such as a stated allergy; one line each.
    pub alerts: Vec<String>,
    /// How they came.
    pub came_by: CameBy,
}

/// How a patient came into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CameBy {
    /// They kept their own self-check.
    SelfCheck,
    /// The clinic entered them.
    Clinic,
    /// They were brought over from another program.
    Import,
}

impl Patient {
    /// What to call them.
    pub fn called(&self) -> &str {
        self.called.as_deref().unwrap_or(&self.name)
    }

    /// Their age in whole years on a day.
    pub fn age_on(&self, day: Date) -> i16 {
        let had_birthday =
            (day.month(), day.day()) >= (self.birth_date.month(), self.birth_date.day());
        (day.year() - self.birth_date.year()).saturating_sub(i16::from(!had_birthday))
    }
}

stored!(Patient, "patient", |it| hold(!it.name.trim().is_empty(), "a patient has a name"));

/// A part that a member plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Owner of the clinic.
    Owner,
    /// Medical lead.
    MedicalLead,
    /// Practitioner.
    Practitioner,
    /// Assistant.
    Assistant,
    /// Front desk.
    FrontDesk,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::MedicalLead, Self::Practitioner, Self::Assistant, Self::FrontDesk];

    /// Its word in a form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::MedicalLead => "medical-lead",
            Self::Practitioner => "practitioner",
            Self::Assistant => "assistant",
            Self::FrontDesk => "front-desk",
        }
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::MedicalLead => "Medical lead",
            Self::Practitioner => "Practitioner",
            Self::Assistant => "Assistant",
            Self::FrontDesk => "Front desk",
        }
    }

    /// The role of a contribution.
    pub fn role(self) -> Role {
        match self {
            Self::Owner => Role::Owner,
            Self::MedicalLead => Role::MedicalLead,
            Self::Practitioner => Role::Practitioner,
            Self::Assistant => Role::Assistant,
            Self::FrontDesk => Role::FrontDesk,
        }
    }
}

/// Whether a member may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Standing {
    /// They were invited and have chosen no password yet.
    Invited {
        /// When the invitation ends.
        until: Timestamp,
    },
    /// They sign in with this password, hashed (Argon2id, PHC string).
    Active {
        /// The hash.
        password: String,
    },
    /// They have left and cannot sign in.
    Left,
}

/// A member of the clinic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Their name.
    pub name: String,
    /// Letters after it, such as `RN`.
    pub credentials: String,
    /// E-mail, with which they sign in.
    pub email: String,
    /// The parts that they play.
    pub parts: BTreeSet<Part>,
    /// What they are by training, in the words in which rules name who may override: `dermatologist`, `physician`,
    /// `prescriber`, `oncologist`.
    pub qualifications: BTreeSet<String>,
    /// How deep they may needle, in millimetres; `None` where they may not needle.
    pub depth_mm_max: Option<f64>,
    /// Whether they may sign in.
    pub standing: Standing,
}

stored!(Member, "member", |it| {
    hold(!it.name.trim().is_empty(), "a member has a name")?;
    hold(it.email.contains('@'), "a member has an e-mail address")?;
    hold(!it.parts.is_empty(), "a member plays a part")?;
    hold(
        it.depth_mm_max.is_none_or(|depth| (0.0..=5.0).contains(&depth)),
        "a depth is from 0 to 5 mm",
    )
});
