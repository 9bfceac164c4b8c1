//! An intake: what is known about a person, a request and a day, resolved against the vocabulary.
//!
//! The JSON form and its rules are in `docs/interface/screening.md`. **Not asked is not no**: a missing answer stays
//! missing. Every mistake is reported with its place; unknown words of open vocabularies are kept as
//! *unrecognised*, never dropped.

use jiff::civil::Date;
use percuta_terminology::{Kind, RegionId, TermId, TermSet};

pub use read::{LIMIT_ITEMS, read};

pub(crate) mod read;

/// How treatment is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Modality {
    /// An electric pen or stamp.
    Pen,
    /// A roller.
    Roller,
    /// Radiofrequency microneedling.
    Rf,
    /// A patch.
    Patch,
}

impl Modality {
    /// Its word in an intake.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pen => "pen",
            Self::Roller => "roller",
            Self::Rf => "rf",
            Self::Patch => "patch",
        }
    }

    /// Its plain name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pen => "electric pen",
            Self::Roller => "roller",
            Self::Rf => "radiofrequency (RF) needles",
            Self::Patch => "patch",
        }
    }
}

/// Where treatment is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// In a clinic.
    Clinic,
    /// At home.
    Home,
}

/// The recorded sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Intersex.
    Intersex,
    /// Not known.
    Unknown,
}

/// An answer about pregnancy or breast-feeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known, or not asked.
    Unknown,
    /// The question does not arise.
    NotApplicable,
}

/// The state of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// There now.
    Active,
    /// There, and quiet.
    Quiet,
    /// Over.
    Past,
    /// Comes and goes.
    Recurrent,
    /// In the family only.
    Family,
}

/// Whether a medicine is being taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// Being taken.
    Current,
    /// Stopped.
    Stopped,
    /// Not known.
    Unknown,
}

/// A person, a request, and everything listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    /// The day the answer is for.
    pub as_of: Date,
    /// The person.
    pub patient: Patient,
    /// The request.
    pub request: Request,
    /// Every listed item that the vocabulary holds.
    pub items: Vec<Item>,
    /// What is not known about lists.
    pub unknown: Vec<UnknownWord>,
    /// Entries that the vocabulary does not hold.
    pub unrecognised: Vec<Unrecognised>,
}

/// The person.
#[derive(Debug, Clone, PartialEq)]
pub struct Patient {
    /// Date of birth.
    pub birth_date: Date,
    /// Recorded sex.
    pub sex: Sex,
    /// Pregnancy; `NotApplicable` for a male person who was not said to be pregnant.
    pub pregnancy: Answer,
    /// Breast-feeding.
    pub breastfeeding: Answer,
    /// Fitzpatrick phototype, 1 to 6.
    pub phototype: Option<u8>,
    /// Weight in kilograms.
    pub weight_kg: Option<f64>,
}

/// A depth that was asked for, was not, or is not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Depth {
    /// None was asked for.
    NotAsked,
    /// One is meant, and it is not known.
    Unknown,
    /// So many millimetres.
    Millimetres(f64),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// How.
    pub modality: Modality,
    /// Where.
    pub setting: Setting,
    /// What for.
    pub concern: TermId,
    /// Where on the body.
    pub region: RegionId,
    /// How deep.
    pub depth: Depth,
    /// An id of `rulebook/devices`.
    pub device: Option<String>,
    /// When the scar or mark that is to be treated arose.
    pub onset: Option<Date>,
}

/// Where an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// Not said.
    Nowhere,
    /// Where treatment is asked for.
    Request,
    /// Somewhere else than where treatment is asked for.
    Elsewhere,
    /// In this region.
    Region(RegionId),
}

/// A field of an item that may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// `status`
    Status,
    /// `last_dose`
    LastDose,
    /// `date`
    Date,
    /// `dose_mg_per_day`
    DoseMgPerDay,
    /// `duration_days`
    DurationDays,
    /// `depth_mm`
    DepthMm,
    /// `hba1c_percent`
    Hba1cPercent,
    /// `hba1c_date`
    Hba1cDate,
    /// `last_change`
    LastChange,
    /// `onset`
    Onset,
    /// `site`
    Site,
    /// `subtype`
    Subtype,
    /// `started`
    Started,
    /// `dose`
    Dose,
    /// `inr`
    Inr,
    /// `inr_date`
    InrDate,
    /// `indication`
    Indication,
    /// `last_episode`
    LastEpisode,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 18] = [
        Self::Status,
        Self::LastDose,
        Self::Date,
        Self::DoseMgPerDay,
        Self::DurationDays,
        Self::DepthMm,
        Self::Hba1cPercent,
        Self::Hba1cDate,
        Self::LastChange,
        Self::Onset,
        Self::Site,
        Self::Subtype,
        Self::Started,
        Self::Dose,
        Self::Inr,
        Self::InrDate,
        Self::Indication,
        Self::LastEpisode,
    ];

    /// Its key in an intake.
    pub fn key(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::LastDose => "last_dose",
            Self::Date => "date",
            Self::DoseMgPerDay => "dose_mg_per_day",
            Self::DurationDays => "duration_days",
            Self::DepthMm => "depth_mm",
            Self::Hba1cPercent => "hba1c_percent",
            Self::Hba1cDate => "hba1c_date",
            Self::LastChange => "last_change",
            Self::Onset => "onset",
            Self::Site => "site",
            Self::Subtype => "subtype",
            Self::Started => "started",
            Self::Dose => "dose",
            Self::Inr => "inr",
            Self::InrDate => "inr_date",
            Self::Indication => "indication",
            Self::LastEpisode => "last_episode",
        }
    }
}

/// One listed item that the vocabulary holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its list.
    pub kind: Kind,
    /// What it is.
    pub term: TermId,
    /// Its place in the list; `usize::MAX` where only a field of it is named, in `unknown`.
    pub index: usize,
    /// A condition's state.
    pub status: Option<Status>,
    /// A medicine's state.
    pub taking: Taking,
    /// Last dose, or the date of an event.
    pub date: Option<Date>,
    /// Where.
    pub placed: Placed,
    /// Onset of a condition.
    pub onset: Option<Date>,
    /// Last change of a condition.
    pub last_change: Option<Date>,
    /// Glycated haemoglobin in percent, and when.
    pub hba1c: Option<(f64, Date)>,
    /// Subtype, as written.
    pub subtype: Option<String>,
    /// Milligrams a day.
    pub dose_mg_per_day: Option<f64>,
    /// Days of the course.
    pub duration_days: Option<f64>,
    /// Depth of a needling.
    pub depth_mm: Option<f64>,
}

impl Item {
    /// An item of which only the name is known.
    pub fn bare(kind: Kind, term: TermId, index: usize) -> Self {
        Self {
            kind,
            term,
            index,
            status: None,
            taking: Taking::Unknown,
            date: None,
            placed: Placed::Nowhere,
            onset: None,
            last_change: None,
            hba1c: None,
            subtype: None,
            dose_mg_per_day: None,
            duration_days: None,
            depth_mm: None,
        }
    }
}

/// Words of a list about which nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownWord {
    /// The list.
    pub kind: Kind,
    /// The terms it may be.
    pub terms: TermSet,
    /// The path as the intake has it.
    pub path: String,
}

/// An entry that the vocabulary does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecognised {
    /// The list.
    pub kind: Kind,
    /// The word as written.
    pub word: String,
    /// Its place in the intake.
    pub path: String,
}
