//! What the patient lets be done with a photograph, and where copies of it are that have left the record.
//!
//! A permission is one document beside its photograph: each word on it is another version, so that what was said when,
//! and what stood on the page then, can be read for ever. Without one nothing is said of the photograph.
//!
//! PRIVACY: a publication is the clinic's own document, so that the register still knows of a copy after its patient was
//! erased. It holds what is needed to find the copy and take it down, and nothing about skin, treatment or a name.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use percuta_record::{DocumentId, PatientId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::beside,
    consent::PhotographUse,
    stored::{hold, stored},
};

/// What may be done with one photograph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// Which.
    pub photograph: DocumentId,
    /// What it may be used for. What is not here was said no to.
    pub uses: BTreeSet<PhotographUse>,
    /// Who said so.
    pub by: Speaker,
    /// When.
    pub at: Timestamp,
    /// What stood on the page, word for word.
    pub shown: String,
}

/// Who said what may be done with a photograph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Speaker {
    /// The patient.
    Patient,
    /// Somebody of the clinic, who can only take away.
    Clinic {
        /// Who.
        by: PersonId,
        /// Their name, as it was then.
        name: String,
    },
}

/// The document of what was said of a photograph.
pub fn document_of_permission(photograph: DocumentId) -> DocumentId {
    beside(photograph.bytes(), b"percuta  permit\0")
}

stored!(Permission, "permission", |it| {
    hold(!it.shown.trim().is_empty(), "a permission holds the words that were shown")?;
    hold(
        it.uses.is_empty() || it.uses.contains(&PhotographUse::Record),
        "what is used anywhere is in the record",
    )
});

/// A copy that has left the record, or is made to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Whose photographs they are.
    pub of: PatientId,
    /// Which: one, or the earlier and the later of a pair.
    pub photographs: Vec<DocumentId>,
    /// What for.
    pub purpose: Purpose,
    /// Where it is; unsaid while nobody said where it went.
    pub place: Option<Place>,
    /// SHA-256 of the file that was exported, in hexadecimal; unknown of a copy that was made elsewhere.
    pub file_sha256: Option<String>,
    /// Who entered it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// How it stands.
    pub state: PublicationState,
}

/// What a copy is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To teach outside this clinic.
    Teaching,
    /// To be shown in public.
    Public,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Teaching, Self::Public];

    /// Its word in a form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Teaching => "teaching",
            Self::Public => "public",
        }
    }

    /// The purpose of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }

    /// What the patient has to have allowed for it.
    pub fn needs(self) -> PhotographUse {
        match self {
            Self::Teaching => PhotographUse::Teaching,
            Self::Public => PhotographUse::Public,
        }
    }
}

/// Where a copy is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Through what.
    pub channel: Channel,
    /// In words: "clinic web site, page before and after". Never a person's name.
    pub words: String,
}

/// Through what a copy is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A web site.
    WebSite,
    /// A social network.
    SocialMedia,
    /// On paper: a leaflet, a poster, a journal.
    Print,
    /// A talk or a course.
    Talk,
    /// Anything else.
    Other,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 5] =
        [Self::WebSite, Self::SocialMedia, Self::Print, Self::Talk, Self::Other];

    /// Its word in a form.
    pub fn word(self) -> &'static str {
        match self {
            Self::WebSite => "web-site",
            Self::SocialMedia => "social-media",
            Self::Print => "print",
            Self::Talk => "talk",
            Self::Other => "other",
        }
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::WebSite => "Web site",
            Self::SocialMedia => "Social network",
            Self::Print => "On paper",
            Self::Talk => "Talk or course",
            Self::Other => "Somewhere else",
        }
    }

    /// The channel of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
}

/// How a copy stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PublicationState {
    /// The file was made, and nobody said that it is shown.
    Exported,
    /// It is shown.
    Up {
        /// Since when.
        since: Date,
    },
    /// It has to go.
    ToTakeDown {
        /// Since when this is known.
        asked: Timestamp,
        /// Until when.
        until: Date,
    },
    /// It is gone.
    TakenDown {
        /// When somebody said so.
        at: Timestamp,
        /// Who.
        by: PersonId,
        /// Their name, as it was then.
        name: String,
        /// What they looked at to know it.
        proof: String,
    },
}

stored!(Publication, "publication", |it| {
    hold((1..=2).contains(&it.photographs.len()), "a publication is of one photograph or of two")?;
    let is_hash =
        |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hold(it.file_sha256.as_ref().is_none_or(is_hash), "a hash is 64 hexadecimal digits")?;
    let has_words = |place: &Place| !place.words.trim().is_empty();
    hold(it.place.as_ref().is_none_or(has_words), "a place is said in words")?;
    hold(
        match &it.state {
            PublicationState::Up { since: _ } => it.place.is_some(),
            PublicationState::TakenDown { proof, .. } => !proof.trim().is_empty(),
            PublicationState::Exported | PublicationState::ToTakeDown { .. } => true,
        },
        "what is shown is somewhere, and what was taken down was looked at",
    )
});
