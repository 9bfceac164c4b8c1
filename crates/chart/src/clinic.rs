//! What the clinic says of itself: its settings, prices, consent texts, and which rulebook was signed off.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use percuta_record::{DocumentId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    form::{v1, v2},
    stored::{fixed, hold, stored},
};

/// How far apart the patches of a colour card can be, in millimetres.
pub const CARD_PITCH_MM: std::ops::RangeInclusive<f64> = 3.0..=60.0;

/// The one document about the clinic.
pub fn document() -> DocumentId {
    fixed(b"percuta  clinic\0")
}

/// The one price list.
pub fn document_of_prices() -> DocumentId {
    fixed(b"percuta  prices\0")
}

/// The one consent form; its versions are versions of the document.
pub fn document_of_consent_form() -> DocumentId {
    fixed(b"percuta consent\0")
}

/// The clinic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clinic {
    /// Its name.
    pub name: String,
    /// Its address, in lines.
    pub address: String,
    /// Its telephone.
    pub telephone: String,
    /// What to do when nobody answers there.
    pub out_of_hours: String,
    /// The number of the ambulance.
    pub emergency_number: String,
    /// Digits of its country's calling code, such as `44`.
    pub calling_code: String,
    /// Its time zone, such as `Europe/London`.
    pub time_zone: String,
    /// Its currency, such as `GBP`.
    pub currency: String,
    /// Which rulebook its medical lead has signed off.
    pub sign_off: Option<SignOff>,
    /// What goes out by letter before and about a visit.
    pub letters: Letters,
    /// Millimetres from the middle of a patch of its colour card to that of the next, where somebody measured it: what
    /// lengths on photographs are told by.
    // Not to be left out: form 2 had no such line.
    #[serde(deserialize_with = "Option::deserialize")]
    pub card_pitch_mm: Option<f64>,
    /// The calendar of a record that is older than sites and services, until they were made of it.
    pub before: Option<SimpleCalendar>,
}

/// Letters about visits, by e-mail. Whether they can be sent at all is up to how the program is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letters {
    /// The address from which they come; none go out where it is `None`.
    pub from: Option<String>,
    /// How many hours before a visit somebody is reminded of it, each once.
    pub remind_hours: BTreeSet<u16>,
    /// Whether they say what a visit is for. Where they do not, whoever reads a patient's letters learns that there is an
    /// appointment, and no more.
    pub title: LetterTitle,
}

/// What a letter says a visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterTitle {
    /// Nothing: "Appointment".
    Private,
    /// What it is.
    Says,
}

impl Default for Letters {
    /// None go out; once they do, two days before, and without a word of treatment.
    fn default() -> Self {
        let remind_hours = BTreeSet::from([48]);
        Self { from: None, remind_hours, title: LetterTitle::Private }
    }
}

/// The calendar that a clinic had before it had sites: one room, and one length for each part of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimpleCalendar {
    /// When it was open, by the day of the week counted from Monday as 1.
    pub hours: BTreeMap<i8, Opening>,
    /// Days on which it was closed.
    pub closed: BTreeSet<Date>,
    /// The one room.
    pub room: String,
    /// How the visit passed.
    pub visit: VisitShape,
}

/// When the clinic is open on a day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// From.
    pub from: Time,
    /// Until.
    pub until: Time,
}

/// How long the parts of a session's visit take, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitShape {
    /// Cleansing.
    pub cleanse_min: i64,
    /// Numbing.
    pub numbing_min: i64,
    /// Treatment.
    pub treatment_min: i64,
    /// Aftercare.
    pub aftercare_min: i64,
}

/// A medical lead's word for one version of the rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOff {
    /// The version.
    pub version: String,
    /// Its digest: another text is another rulebook.
    pub digest: String,
    /// Who.
    pub by: PersonId,
    /// Their name then.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

stored!(Clinic, "clinic", 3, [1: v1::Clinic, 2: v2::Clinic], |it| {
    hold(!it.name.trim().is_empty(), "a clinic has a name")?;
    let hours = &it.letters.remind_hours;
    hold(hours.iter().all(|hours| (1..=720).contains(hours)), "a reminder goes out up to a month before")?;
    hold(it.letters.from.iter().all(|from| from.contains('@')), "letters come from an address")?;
    hold(it.card_pitch_mm.iter().all(|mm| CARD_PITCH_MM.contains(mm)), "a colour card's patches are 3 to 60 mm apart")
});

/// The clinic's prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The currency.
    pub currency: String,
    /// The lines.
    pub prices: Vec<Price>,
}

/// One price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// What for: `consultation`, or a modality such as `pen`.
    pub service: String,
    /// In words.
    pub title: String,
    /// In the currency's smallest unit.
    pub minor: i64,
}

stored!(PriceList, "price-list", |it| hold(
    it.prices.iter().all(|price| price.minor >= 0),
    "no price is below nothing"
));

/// The text that patients read and sign. A new text is a new version; what was signed shows the version that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentForm {
    /// Its title.
    pub title: String,
    /// Its paragraphs, under headings.
    pub sections: Vec<ConsentSection>,
}

/// A part of the consent text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentSection {
    /// Its heading.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

impl ConsentForm {
    /// Everything that is read, as one text: what is hashed.
    pub fn text(&self) -> String {
        let mut text = self.title.clone();
        for section in &self.sections {
            text.push_str("\n\n");
            text.push_str(&section.heading);
            for paragraph in &section.paragraphs {
                text.push_str("\n\n");
                text.push_str(paragraph);
            }
        }
        text
    }
}

stored!(ConsentForm, "consent-form", |it| hold(
    !it.sections.is_empty(),
    "a consent text has something to read"
));
