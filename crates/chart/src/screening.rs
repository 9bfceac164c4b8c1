//! The screening: what the rulebook answered to an intake on a day, and who decided otherwise.

use jiff::{Timestamp, civil::Date};
use percuta_record::{PersonId, Source};
use serde::{Deserialize, Serialize};

use crate::stored::{hold, stored};

/// What may be done, in the words of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Nothing that is known speaks against it.
    Proceed,
    /// With precautions.
    ProceedWithPrecautions,
    /// Not yet.
    Defer,
    /// A physician decides first.
    ReferPhysician,
    /// Not at all.
    DoNotTreat,
}

/// A screening.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// The intake that it answers.
    #[serde(with = "crate::screening::source")]
    pub intake: Source,
    /// The day that it is for.
    pub on: Date,
    /// The answer as JSON of the public interface, word for word.
    pub answer: String,
    /// What it says before anybody decided otherwise.
    pub disposition: Disposition,
    /// What holds with the overrides.
    pub effective: Disposition,
    /// The first day on which treatment is allowed, where the answer gives one.
    pub not_before: Option<Date>,
    /// The last day on which this screening counts.
    pub expires: Date,
    /// The rulebook's version.
    pub rulebook_version: String,
    /// The rulebook's digest.
    pub rulebook_digest: String,
    /// Who decided otherwise, and why.
    pub overrides: Vec<Override>,
    /// Why it was made.
    pub occasion: Occasion,
}

/// Why a screening was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// An intake was sent or amended.
    Intake,
    /// It was repeated on the day of a visit.
    DayOfVisit,
    /// The rulebook changed.
    NewRulebook,
    /// The one before had expired.
    Expired,
}

/// A clinician's decision against a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The rule.
    pub rule: String,
    /// Who decided.
    pub by: PersonId,
    /// Their name and letters then.
    pub name: String,
    /// As what the rule lets them decide.
    pub qualification: String,
    /// Why, in their words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

stored!(Screening, "screening", |it| {
    hold(it.on <= it.expires, "a screening counts on its own day")?;
    hold(it.effective <= it.disposition, "an override never makes an answer worse")?;
    hold(
        it.overrides.iter().all(|one| !one.reason.trim().is_empty()),
        "an override has a reason in words",
    )
});

/// Versions of other documents, stored as `[id, version]`.
pub mod source {
    use percuta_record::{DocumentId, Source, Version};
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    /// Writes one.
    pub fn serialize<S: Serializer>(source: &Source, out: S) -> Result<S::Ok, S::Error> {
        (source.document, source.version.number()).serialize(out)
    }

    /// Reads one.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Source, D::Error> {
        let (document, version) = <(DocumentId, u32)>::deserialize(from)?;
        let version =
            Version::new(version).ok_or_else(|| D::Error::custom("versions count from one"))?;
        Ok(Source { document, version })
    }
}
