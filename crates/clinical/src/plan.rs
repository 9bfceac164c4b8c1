//! Planning: a course of sessions for the goals of a person, with windows, zones, depths and what surrounds them.
//!
//! It proposes and never books: a window says when a session may be given, and the screening of that day still
//! decides. It knows no number of its own beyond the floors below; weeks, depths, passes, phases and preparation
//! come from the cards of `rulebook/protocol`.
//!
//! INVARIANT (windows): no window opens or closes on a blocked date, inside a deferral or inside the recovery
//! band of the event, and no two open fewer than 28 days apart unless a clinician named a shorter protocol.
//! INVARIANT (depth): no depth is over the lowest of the site, the device and the practitioner.

use jiff::civil::Date;
use percuta_terminology::{RegionId, TermId};
use serde_json::Value;

use crate::{
    answer::{Answer, Disposition, Reason},
    book::{Interval, Numbing, Phase, Position, Preparation, Rulebook},
    fault::Unusable,
    intake::{Intake, Modality},
    overrule::{self, Overrule},
    screen::screen,
};

mod around;
mod course;
mod days;
mod read;
mod zones;

/// The shortest time between sessions unless a clinician names a shorter protocol.
pub const SHORTEST_DAYS: i32 = 28;

/// An intake, and what is wished of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRequest {
    /// The person and the main request, with the device of the plan.
    pub intake: Intake,
    /// What to treat; at least one.
    pub goals: Vec<Goal>,
    /// No session on or before this day.
    pub start_after: Option<Date>,
    /// Days without sessions, first and last, sorted and apart.
    pub blocked: Vec<(Date, Date)>,
    /// A date to look well for.
    pub event: Option<Date>,
    /// Which spacing.
    pub spacing: Spacing,
    /// Who treats, where it is said.
    pub practitioner: Option<Practitioner>,
    /// Where, as written.
    pub jurisdiction: Option<String>,
    /// An id of `rulebook/numbing`.
    pub numbing: Option<String>,
    /// How many sessions are wished.
    pub sessions: Option<i16>,
    /// Reasons that a named clinician has decided otherwise than: the rule, and as what they decided. The record adds
    /// them; a request in JSON has none.
    pub overruled: Vec<(String, String)>,
}

impl PlanRequest {
    /// The decisions against reasons.
    pub(crate) fn overrules(&self) -> Vec<Overrule<'_>> {
        let pairs = self.overruled.iter();
        pairs.map(|(rule, by)| Overrule { rule, qualification: by }).collect()
    }
}

/// One thing to treat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// What.
    pub concern: TermId,
    /// Where.
    pub region: RegionId,
    /// How strong it was graded; shown, and decides nothing.
    pub grade: Option<u8>,
    /// When the scar or mark arose.
    pub onset: Option<Date>,
}

/// The spacing that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spacing {
    /// By indication, and never under 28 days.
    ByIndication,
    /// So many weeks, four or more.
    Weeks(i16),
    /// A named shorter protocol.
    Shorter {
        /// Its name.
        name: String,
        /// Its weeks; without them, the shortest that the indication's card gives.
        weeks: Option<i16>,
        /// The clinician who chose it.
        by: String,
    },
}

/// What the person who treats may do.
#[derive(Debug, Clone, PartialEq)]
pub struct Practitioner {
    /// Which modalities; `None` where it is not said.
    pub modalities: Option<Vec<Modality>>,
    /// How deep, in millimetres.
    pub depth_mm_max: Option<f64>,
}

/// A course of treatment, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'b> {
    /// The answer to the request itself.
    pub screening: Answer<'b>,
    /// The goals that are planned.
    pub goals: Vec<PlannedGoal<'b>>,
    /// The first day of the first session, where nothing without a date blocks it.
    pub earliest: Option<Date>,
    /// The day before which nothing happens in any case.
    pub not_before: Date,
    /// What has to be cleared before dates can be given.
    pub waits_for: Vec<Reason<'b>>,
    /// Why a goal, or the whole course, has no sessions.
    pub why: Vec<Why<'b>>,
    /// The sessions.
    pub sessions: Vec<Session<'b>>,
    /// Fewest and most sessions that the indications give.
    pub sessions_range: Option<(i16, i16)>,
    /// Days between sessions that are followed, shortest and longest.
    pub interval_days: Option<(i32, i32)>,
    /// What to do before a session.
    pub preparation: Vec<Prepared<'b>>,
    /// What to expect after one.
    pub expect: Vec<&'b Phase>,
    /// When to judge the result.
    pub judge_at: Option<JudgeAt>,
    /// How to keep the result.
    pub maintenance: Option<&'b Interval>,
    /// Where sources disagree, and what is followed.
    pub disagreements: Vec<Disagreement<'b>>,
    /// What nothing limited.
    pub unrestricted: Vec<String>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// A goal with its card.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedGoal<'b> {
    /// The goal.
    pub goal: Goal,
    /// Its interval card.
    pub interval: &'b Interval,
    /// How many sessions are planned for it.
    pub sessions: i16,
    /// Days between sessions that are followed, shortest and longest.
    pub days: (i32, i32),
    /// Its zones in the first session.
    pub zones: Vec<Zone<'b>>,
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq)]
pub struct Why<'b> {
    /// The goal, where it is one goal only.
    pub goal: Option<Goal>,
    /// In words.
    pub because: String,
    /// What it rests on.
    pub sources: Vec<&'b Position>,
}

/// One session.
#[derive(Debug, Clone, PartialEq)]
pub struct Session<'b> {
    /// Its number, from one.
    pub number: i16,
    /// When.
    pub window: SessionWindow,
    /// Where and how deep; each region once.
    pub zones: Vec<Zone<'b>>,
    /// Numbing.
    pub numbing: NumbingAdvice<'b>,
}

/// When a session may be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionWindow {
    /// On these days, both included.
    Dated {
        /// The first.
        from: Date,
        /// The last.
        to: Date,
        /// Days between them that are not free, first and last of each run.
        except: Vec<(Date, Date)>,
    },
    /// So many weeks after what blocks is cleared.
    AfterClearance {
        /// From and to.
        weeks: (i32, i32),
        /// And not before this day.
        not_before: Date,
    },
}

/// A part of the body in a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone<'b> {
    /// Where.
    pub region: RegionId,
    /// What for.
    pub concern: TermId,
    /// Other goals that the same needling serves.
    pub also_for: Vec<TermId>,
    /// Its grade, as given.
    pub grade: Option<u8>,
    /// The depth to start with.
    pub depth_mm: f64,
    /// How deep this session may go when the ones before were well borne.
    pub rises_to_mm: f64,
    /// How deep the course may go at most by the studied range.
    pub top_mm: f64,
    /// The lowest limit.
    pub limit_mm: f64,
    /// What sets it.
    pub limit_by: LimitBy,
    /// Passes, fewest and most.
    pub passes: Option<(i16, i16)>,
    /// When to stop.
    pub endpoint: Option<&'b str>,
    /// What it rests on.
    pub sources: Vec<&'b Position>,
}

/// What sets the limit of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitBy {
    /// The site's ceiling for the concern.
    Site,
    /// The ceiling at home.
    Home,
    /// The device's label.
    DeviceLabel,
    /// The study of the device.
    DeviceStudy,
    /// The practitioner's permission.
    Practitioner,
}

impl LimitBy {
    /// Its words in an answer.
    pub fn word(self) -> &'static str {
        match self {
            Self::Site => "site limit",
            Self::Home => "home limit",
            Self::DeviceLabel => "device label",
            Self::DeviceStudy => "device study",
            Self::Practitioner => "practitioner",
        }
    }
}

/// Whether to numb, and for how long.
#[derive(Debug, Clone, PartialEq)]
pub struct NumbingAdvice<'b> {
    /// Whether it is advised.
    pub is_advised: bool,
    /// Why, or why not.
    pub because: String,
    /// Minutes by the label, fewest and most; `None` where none is to be used or the label gives none.
    pub minutes: Option<(f64, f64)>,
    /// The products whose labels give the minutes.
    pub products: Vec<&'b Numbing>,
    /// What it rests on.
    pub sources: Vec<&'b Position>,
}

/// A preparation and its date.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared<'b> {
    /// The card.
    pub card: &'b Preparation,
    /// From when; `None` while the session has no date.
    pub date: Option<Date>,
}

/// When to judge the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgeAt {
    /// Months after the last session.
    pub months_after_last: i32,
    /// Never sooner than so many weeks.
    pub not_before_weeks: i32,
    /// The day, if the last session is on the first day of its window.
    pub from: Option<Date>,
}

/// Where sources disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement<'b> {
    /// The card.
    pub id: &'b str,
    /// About what.
    pub about: String,
    /// Who says what.
    pub positions: Vec<Position>,
    /// What trials, labels and regulators say.
    pub literature: &'b str,
    /// What is followed.
    pub followed: String,
}

/// Reads a plan's request: an intake with goals. Every mistake is named with its place.
pub fn read(book: &Rulebook, json: &Value) -> Result<PlanRequest, Unusable> {
    read::read(book, json)
}

/// Plans a course.
pub fn plan<'b>(book: &'b Rulebook, request: &PlanRequest) -> Plan<'b> {
    let screening = screen(book, &request.intake);
    let followed = overrule::without(screening.clone(), &request.overrules());
    let chosen = course::choose(book, request, &followed);
    let mut plan = Plan {
        goals: chosen.goals,
        why: chosen.why,
        earliest: None,
        not_before: request.intake.as_of,
        waits_for: Vec::new(),
        sessions: Vec::new(),
        sessions_range: None,
        interval_days: None,
        preparation: Vec::new(),
        expect: Vec::new(),
        judge_at: None,
        maintenance: None,
        disagreements: Vec::new(),
        unrestricted: around::unrestricted(book, request),
        notes: Vec::new(),
        screening,
    };
    if !plan.goals.is_empty() {
        course::sessions(book, request, &mut plan);
        around::fill(book, request, &mut plan);
    }
    plan.disagreements = around::disagreements(book, request, &plan);
    plan
}

/// The reasons that decide an answer.
fn deciding<'a, 'b>(answer: &'a Answer<'b>) -> impl Iterator<Item = &'a Reason<'b>> {
    let worst = answer.disposition;
    answer
        .reasons
        .iter()
        .filter(move |reason| reason.disposition == worst && worst > Disposition::Proceed)
}

/// Sources, each once.
fn once<'b>(sources: impl Iterator<Item = &'b Position>) -> Vec<&'b Position> {
    let mut list: Vec<&Position> = Vec::new();
    for source in sources {
        if !list.contains(&source) {
            list.push(source);
        }
    }
    list
}
