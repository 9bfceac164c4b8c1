//! The rulebook: every card, read, resolved and held together by ids.
//!
//! [`Rulebook::load`] takes files as text and answers with the whole rulebook or with everything that is wrong.
//! A clinic's own files lie over the default by path ([`layer`]). The rulebook never reads a disk or a clock.

use std::collections::{BTreeMap, BTreeSet};

use percuta_terminology::{RegionId, TermSet, Vocabulary, Window};
use sha2::{Digest as _, Sha256};

use crate::{
    answer::{Disposition, Level},
    engine::Engine,
    fault::{Fault, Place},
    intake::{Modality, Setting},
    language::Ask,
    logic::Condition,
    triage::SymptomAsk,
};

mod load;
mod vocabulary;

pub use load::healthy;

/// One file of a rulebook: its path inside the folder, and its text.
pub type File = (String, String);

/// Lays a clinic's files over the default: the same path replaces, another path adds.
pub fn layer(base: &[(&str, &str)], over: &[File]) -> Vec<File> {
    let mut files: BTreeMap<String, String> =
        base.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    for (path, text) in over {
        files.insert(path.clone(), text.clone());
    }
    files.into_iter().collect()
}

/// The whole rulebook.
#[derive(Debug)]
pub struct Rulebook {
    /// Its version.
    pub version: String,
    /// The day it was released, as written.
    pub released: String,
    /// What every answer says of it until a medical lead has signed it off.
    pub status: String,
    /// `sha256:` over every path and text.
    pub digest: String,
    /// Every word it knows.
    pub vocabulary: Vocabulary,
    /// Screening rules in the order of their ids.
    pub rules: Vec<Rule>,
    /// Triage rules.
    pub triage: Vec<TriageRule>,
    /// Policies by id.
    pub policies: BTreeMap<String, Policy>,
    /// Sources by id.
    pub sources: BTreeMap<String, Source>,
    /// Facts by id.
    pub facts: BTreeMap<String, FactCard>,
    /// Conflicts by id.
    pub conflicts: BTreeMap<String, Conflict>,
    /// Depth ceilings.
    pub ceilings: Vec<Ceiling>,
    /// Intervals and sessions by concern.
    pub intervals: Vec<Interval>,
    /// Recovery phases.
    pub phases: Vec<Phase>,
    /// Preparation before a session.
    pub preparations: Vec<Preparation>,
    /// What to avoid afterwards, and until when.
    pub aftercare: Vec<Aftercare>,
    /// Outcome scales.
    pub scales: Vec<Scale>,
    /// Devices.
    pub devices: Vec<Device>,
    /// Numbing products.
    pub numbing: Vec<Numbing>,
    /// Public pages.
    pub pages: Vec<Page>,
    /// What no source was found for.
    pub gaps: Vec<String>,
    /// Where every card stands. One id may name cards of several kinds: a rule and the seeds' fact of the same matter.
    pub cards: BTreeMap<String, Vec<CardAt>>,
    /// The files as they were read, for showing a card.
    pub files: Vec<File>,
    /// The compiled rules.
    pub engine: Engine,
}

/// Where a card stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardAt {
    /// What it is: `rule`, `source`, `fact` …
    pub kind: &'static str,
    /// Its file.
    pub file: String,
    /// Its place in the file.
    pub at: Place,
}

/// A source and what it says in this matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// The source's id.
    pub id: String,
    /// What it says.
    pub says: String,
}

/// What a rule does when it cannot be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenUnknown {
    /// Defers, by `info.missing_critical`.
    Critical,
    /// Asks for precautions, by `info.missing_answer`.
    Caution,
    /// Nothing: another rule speaks for it.
    Elsewhere,
}

/// A screening rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, for ever.
    pub id: String,
    /// One line for staff.
    pub title: String,
    /// The patient's questions.
    pub asks: Vec<Asks>,
    /// What it does when it cannot be evaluated.
    pub unknown: WhenUnknown,
    /// What it decides, and when.
    pub clauses: Vec<Clause>,
    /// Rules that silence it while they hold.
    pub yields_to: Vec<String>,
    /// What to do when it holds.
    pub precautions: Vec<String>,
    /// The reason behind it.
    pub why: String,
    /// What to bring to a consultation.
    pub bring: String,
    /// Sources for it.
    pub sources: Vec<Position>,
    /// Sources that say otherwise.
    pub against: Vec<Position>,
    /// The disagreement cards it belongs to.
    pub conflicts: Vec<String>,
    /// Who may decide otherwise.
    pub override_by: Vec<String>,
    /// What that needs.
    pub override_needs: String,
    /// Notes for staff.
    pub notes: Vec<String>,
    /// How sure the evidence is.
    pub confidence: String,
    /// Its cases.
    pub cases: Vec<Case>,
    /// Withdrawn rules keep their id and decide nothing.
    pub withdrawn: Option<String>,
    /// Where it stands.
    pub card: CardAt,
}

/// A patient's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asks {
    /// The question.
    pub text: String,
    /// The paths that a Yes lists and a Not sure makes unknown.
    pub about: Vec<String>,
    /// The heading it stands under.
    pub group: String,
    /// A hint.
    pub hint: String,
    /// Where it stands.
    pub at: Place,
}

/// One decision of a rule.
#[derive(Debug, Clone)]
pub struct Clause {
    /// What it decides.
    pub disposition: Disposition,
    /// Counts only when no other clause of the rule holds.
    pub is_afterwards: bool,
    /// When.
    pub when: Condition<Ask>,
    /// The event that ends it.
    pub ends: Option<String>,
    /// Why, in words with places for dates and names.
    pub because: String,
    /// The same while a medicine is being taken.
    pub because_current: Option<String>,
}

/// A worked case of a rule.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows.
    pub title: String,
    /// The intake.
    pub intake: serde_json::Value,
    /// What this rule says of it.
    pub expect: Expect,
    /// Where it stands.
    pub at: Place,
}

/// What a case expects of its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// It does not hold.
    None,
    /// It cannot be evaluated.
    Open,
    /// It holds and decides this.
    Holds {
        /// What.
        disposition: Disposition,
        /// Until this date.
        until: Option<String>,
        /// Until an event.
        is_event: bool,
    },
}

/// A triage rule.
#[derive(Debug, Clone)]
pub struct TriageRule {
    /// Its id.
    pub id: String,
    /// One line for staff.
    pub title: String,
    /// Levels and when.
    pub clauses: Vec<(Level, Condition<SymptomAsk>)>,
    /// What calls for help at once, in a patient's words: every rule that can be urgent has one.
    pub signs: Vec<String>,
    /// What the clinic wants to hear of on the same day, in a patient's words.
    pub calls: Vec<String>,
    /// Why, in words.
    pub because: String,
    /// What to do.
    pub actions: Vec<String>,
    /// Sources.
    pub sources: Vec<Position>,
    /// Sources that say otherwise.
    pub against: Vec<Position>,
    /// How sure the evidence is.
    pub confidence: String,
    /// Notes.
    pub notes: Vec<String>,
    /// Cases: title, check-in, expected level if it holds.
    pub cases: Vec<(String, serde_json::Value, Option<Level>, Place)>,
    /// Where it stands.
    pub card: CardAt,
}

/// How the rulebook itself decides.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// One line.
    pub title: String,
    /// What it says.
    pub says: String,
    /// Its sources.
    pub sources: Vec<Position>,
    /// The policy as a source of the answers that rest on it.
    pub itself: Option<Position>,
}

/// A source.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who.
    pub who: String,
    /// When.
    pub year: String,
    /// Where to find it.
    pub place: String,
    /// `seed`, `peer`, `label` …
    pub kind: String,
    /// `full`, `excerpt`, `from-memory`.
    pub seen: String,
    /// A note.
    pub note: String,
}

/// A fact.
#[derive(Debug, Clone, Default)]
pub struct FactCard {
    /// Its id.
    pub id: String,
    /// Its topic.
    pub topic: String,
    /// What it says.
    pub says: String,
    /// What each seed says.
    pub positions: Vec<Position>,
    /// Sources.
    pub sources: Vec<String>,
    /// Numbers, as JSON.
    pub value: String,
    /// `found`, `mixed`, `from-memory`.
    pub provenance: String,
    /// A note.
    pub note: String,
}

/// A disagreement between sources.
#[derive(Debug, Clone, Default)]
pub struct Conflict {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// `high`, `medium`, `low`.
    pub severity: String,
    /// What each seed says.
    pub positions: Vec<Position>,
    /// What literature and regulators say.
    pub literature: String,
    /// What Percuta follows.
    pub follow: String,
    /// Sources.
    pub sources: Vec<String>,
}

/// A depth ceiling.
#[derive(Debug, Clone)]
pub struct Ceiling {
    /// Its id.
    pub id: String,
    /// Regions; empty for every region.
    pub sites: Vec<RegionId>,
    /// Modalities; empty for every one.
    pub modalities: Vec<Modality>,
    /// Setting, if bound to one.
    pub setting: Option<Setting>,
    /// Concerns, if bound to some.
    pub concerns: Option<TermSet>,
    /// The limit in millimetres.
    pub limit_mm: f64,
    /// What a prescriber may allow.
    pub override_mm: Option<f64>,
    /// Why.
    pub why: String,
    /// Sources.
    pub sources: Vec<Position>,
}

/// Weeks between sessions, and how many.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Its id.
    pub id: String,
    /// Concerns it covers.
    pub concerns: TermSet,
    /// Modalities; empty for every one.
    pub modalities: Vec<Modality>,
    /// Regions it is for; empty for every one.
    pub regions: Vec<RegionId>,
    /// Weeks between sessions, shortest and longest.
    pub weeks: (i16, i16),
    /// Sessions, fewest and most.
    pub sessions: (i16, i16),
    /// Working depth in millimetres.
    pub depth_mm: Option<(f64, f64)>,
    /// Passes.
    pub passes: Option<(i16, i16)>,
    /// When to stop.
    pub endpoint: String,
    /// A longer spacing that a source gives.
    pub longer_weeks: Option<(i16, i16, String)>,
    /// A note.
    pub note: String,
    /// Sources.
    pub sources: Vec<Position>,
}

/// A span of time after a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Span {
    /// Hours.
    Hours(f64, f64),
    /// Days.
    Days(f64, f64),
    /// Weeks.
    Weeks(f64, f64),
    /// Months after the last session.
    Months(f64, f64),
}

/// A recovery phase.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// When.
    pub span: Span,
    /// Modality, if bound to one.
    pub modality: Option<Modality>,
    /// What to expect.
    pub expect: Vec<String>,
    /// What to do.
    pub actions: Vec<String>,
    /// What to avoid.
    pub avoid: Vec<String>,
    /// Sources.
    pub sources: Vec<Position>,
}

/// Something to do before a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// How many days before.
    pub days_before: i16,
    /// What.
    pub action: String,
    /// `always`, `rf`, `herpes-history` …
    pub when: String,
    /// Whether a session waits for it.
    pub lead: Lead,
    /// The disagreement it belongs to.
    pub conflict: Option<String>,
    /// Sources.
    pub sources: Vec<Position>,
}

/// Whether a session waits until a preparation has been kept for all its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// It waits: a habit is kept only from the day the person is told of it.
    Needed,
    /// It does not: what came before leaves a date, which screening asks for.
    Answered,
    /// It does not, and where there is no time for it, it is left out.
    Optional,
}

/// Something to avoid or take care of after a session.
#[derive(Debug, Clone)]
pub struct Aftercare {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Not for so many hours.
    pub avoid_hours: Option<f64>,
    /// Better not for so many hours.
    pub advise_hours: Option<f64>,
    /// In words.
    pub says: String,
    /// The disagreement it belongs to.
    pub conflict: Option<String>,
    /// Sources.
    pub sources: Vec<Position>,
}

/// An outcome scale.
#[derive(Debug, Clone)]
pub struct Scale {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// How it is scored.
    pub scoring: String,
    /// Its range.
    pub range: String,
    /// Its licence.
    pub licence: String,
    /// Sources.
    pub sources: Vec<Position>,
    /// For whom and when it is asked for; nothing for a scale that is only there to be chosen.
    pub asks: Vec<ScaleAsk>,
}

/// For what and when a scale is asked for.
#[derive(Debug, Clone)]
pub struct ScaleAsk {
    /// What is treated; nothing for whatever is treated.
    pub concerns: Option<TermSet>,
    /// When.
    pub at: ScaleAt,
    /// Why then, and why this one.
    pub because: String,
    /// Sources for asking.
    pub sources: Vec<Position>,
}

/// When in a course a scale is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleAt {
    /// Before the first session: what later ones are compared with.
    Baseline,
    /// On the day of each session, and so many days after it.
    Session {
        /// How many days.
        days: i16,
    },
    /// So many weeks after each session, until the next one.
    FollowUp {
        /// How many weeks.
        weeks: i16,
    },
    /// When the plan lets the result be judged.
    Result,
}

/// A cleared use of a device.
#[derive(Debug, Clone)]
pub struct Clearance {
    /// The regulator's number.
    pub number: String,
    /// Concerns named on the label.
    pub concerns: TermSet,
    /// Regions named on the label.
    pub regions: Vec<RegionId>,
    /// Phototypes.
    pub phototypes: (u8, u8),
    /// Age in years.
    pub age_from: i16,
    /// Sources.
    pub sources: Vec<Position>,
}

/// A device.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its maker.
    pub maker: String,
    /// How it is used.
    pub modalities: Vec<Modality>,
    /// The deepest setting.
    pub depth_mm_max: Option<f64>,
    /// The deepest setting that its study or label used.
    pub study_depth_mm_max: Option<f64>,
    /// Cleared uses.
    pub clearances: Vec<Clearance>,
    /// Notes.
    pub notes: Vec<String>,
    /// Every other line of the card, for showing.
    pub lines: Vec<(String, String)>,
    /// Sources.
    pub sources: Vec<Position>,
}

/// A numbing product.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbing {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Minutes it is left on.
    pub minutes: Option<(f64, f64)>,
    /// Every line of the card, for showing.
    pub lines: Vec<(String, String)>,
    /// Notes.
    pub notes: Vec<String>,
    /// Sources.
    pub sources: Vec<Position>,
}

/// What a claim rests on.
#[derive(Debug, Clone, Default)]
pub struct Cited {
    /// Ids of facts, sources, rules, scales.
    pub cites: Vec<String>,
    /// Ids of conflicts.
    pub conflicts: Vec<String>,
}

/// A public page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its slug.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its short name for menus.
    pub nav: String,
    /// Its place among the pages.
    pub order: i16,
    /// The first paragraph.
    pub lead: String,
    /// What the first paragraph rests on.
    pub lead_cited: Cited,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A section of a page.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone)]
pub enum Block {
    /// A claim.
    Claim {
        /// A short heading.
        heading: String,
        /// The words.
        text: String,
        /// A short label for its sources.
        chip: String,
        /// What it rests on.
        cited: Cited,
    },
    /// Steps in order.
    Steps(Vec<(String, String, Cited)>),
    /// A table: head, rows with what they rest on.
    Table(Vec<String>, Vec<(Vec<String>, Cited)>),
    /// A boxed caution.
    Note(String, Cited),
}

/// The thirty days for which a stopped medicine without a window of its own counts as taken.
pub const STOPPED_COUNTS: Window = Window::Days(30);

impl Rulebook {
    /// What calls for help at once, in a patient's words, in the order of the rules.
    pub fn emergency_signs(&self) -> impl Iterator<Item = &str> {
        self.triage.iter().flat_map(|rule| &rule.signs).map(String::as_str)
    }

    /// Reads a rulebook from its files; every fault when there is one.
    pub fn load(files: Vec<File>) -> Result<Self, Vec<Fault>> {
        load::load(files)
    }

    /// The rule of an id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let index = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()?;
        self.rules.get(index)
    }

    /// Whether an id can be cited: a fact, source, rule, policy, scale, device or numbing product.
    pub fn is_citable(&self, id: &str) -> bool {
        self.cards.contains_key(id)
    }

    /// Where the card of an id stands: a rule before a fact of the same name.
    pub fn card(&self, id: &str) -> Option<&CardAt> {
        let cards = self.cards.get(id)?;
        cards.iter().find(|card| ["rule", "triage"].contains(&card.kind)).or_else(|| cards.first())
    }

    /// The text of a card, as its file has it.
    pub fn card_text(&self, card: &CardAt) -> Option<&str> {
        let (_, text) = self.files.iter().find(|(path, _)| *path == card.file)?;
        let line = usize::try_from(card.at.line).ok()?.saturating_sub(1);
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let rest = text.get(start..)?;
        let mut depth = 0_i32;
        let mut in_text = false;
        let mut escaped = false;
        for (index, letter) in rest.char_indices() {
            match letter {
                _ if escaped => escaped = false,
                '\\' if in_text => escaped = true,
                '"' => in_text = !in_text,
                '{' if !in_text => depth += 1,
                '}' if !in_text => {
                    depth -= 1;
                    if depth == 0 {
                        return rest.get(..=index);
                    }
                }
                '\n' if depth == 0 => return rest.get(..index),
                _ => {}
            }
        }
        Some(rest)
    }

    /// The ids of every card.
    pub fn ids(&self) -> BTreeSet<&str> {
        self.cards.keys().map(String::as_str).collect()
    }
}

/// The digest of some files: each path and text with its length before it, in the order of the paths.
pub fn digest(files: &[File]) -> String {
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort();
    let mut hasher = Sha256::new();
    for (path, text) in sorted {
        for part in [path, text] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
