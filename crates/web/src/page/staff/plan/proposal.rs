//! A plan of the rulebook in words: every number with its unit, every date as a date.

use jiff::civil::Date;
use percuta_clinical::{
    book::Position,
    plan::{LimitBy, NumbingAdvice, Plan, SessionWindow, Zone},
};
use percuta_terminology::{
    Kind,
    calendar::{days_between, in_words},
};

use crate::{
    Site,
    page::map::{self, Spot},
    wording,
};

/// What is proposed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proposal {
    /// Zones with their depths.
    pub zones: Vec<PlannedZone>,
    /// Why the first session starts lower; empty where it does not.
    pub starts_lower: String,
    /// When to stop, each in a sentence.
    pub endpoints: Vec<String>,
    /// Sessions with their windows.
    pub sessions: Vec<PlannedSession>,
    /// "28 to 42 days between sessions".
    pub spacing: String,
    /// The windows on a line, 760 units wide; none while there are no dates.
    pub weeks: Vec<Week>,
    /// When to judge the result; empty where there is no session.
    pub judge: String,
    /// What to do before the first session.
    pub preparation: Vec<Prepared>,
    /// What to expect after each.
    pub expected: Vec<Expected>,
    /// Where sources disagree.
    pub disputes: Vec<Dispute>,
    /// What has to be cleared before there are dates.
    pub waits_for: Vec<Waits>,
    /// Why there is no session, or none for a goal.
    pub why: Vec<String>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// A zone in the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedZone {
    /// The region's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it is meant on both sides.
    pub is_paired: bool,
    /// What for.
    pub what_for: String,
    /// The depth of the first session.
    pub depth_mm: f64,
    /// The depth of each session in words: "0.75", or "0.75 to 1.0".
    pub depths: Vec<String>,
    /// The limit: "1.5".
    pub limit: String,
    /// What sets it.
    pub limit_by: String,
    /// "3 to 4"; empty where nothing is given.
    pub passes: String,
}

/// A session in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSession {
    /// Its number.
    pub number: i16,
    /// When it may be.
    pub window: String,
    /// Days in between that are not free; empty where all are.
    pub except: String,
    /// Whether to numb, for how long, and why.
    pub numbing: String,
}

/// Something on the line of weeks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Week {
    /// A window.
    Session {
        /// Its session.
        number: i16,
        /// Its lane, counted from the top: windows may overlap.
        lane: i32,
        /// Where it begins.
        x: i32,
        /// How wide it is.
        width: i32,
    },
    /// The day from which the result can be judged.
    Judge {
        /// Where.
        x: i32,
    },
    /// A date.
    Tick {
        /// Where.
        x: i32,
        /// The date in words.
        says: String,
    },
}

/// What begins on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// "from 13 November 2026", or "14 days before".
    pub when: String,
    /// What, and how.
    pub says: Vec<(String, String)>,
}

/// A phase after a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// "Days 1 to 3".
    pub span: String,
    /// What may be seen.
    pub says: String,
}

/// A disagreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The card.
    pub id: String,
    /// About what.
    pub about: String,
    /// Who says what.
    pub positions: Vec<Position>,
    /// What trials, labels and regulators say.
    pub literature: String,
    /// What is followed.
    pub followed: String,
}

/// Something that has to be cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// What.
    pub title: String,
    /// Why.
    pub because: String,
}

impl Proposal {
    /// Words a plan. `starts_lower` says why the first depth is a step lower, where it is.
    pub fn of(site: &Site, plan: &Plan<'_>, starts_lower: &str) -> Self {
        let mut endpoints: Vec<String> = Vec::new();
        for zone in plan.sessions.iter().flat_map(|session| &session.zones) {
            if let Some(text) = zone.endpoint.map(str::to_owned)
                && !endpoints.contains(&text)
            {
                endpoints.push(text);
            }
        }
        Self {
            zones: zones(site, plan),
            starts_lower: starts_lower.to_owned(),
            endpoints,
            sessions: plan.sessions.iter().map(session).collect(),
            spacing: plan.interval_days.map_or_else(String::new, |(from, to)| {
                format!("{} days between sessions", wording::range(from, to))
            }),
            weeks: weeks(plan),
            judge: judge(plan),
            preparation: preparation(plan),
            expected: plan
                .expect
                .iter()
                .map(|phase| Expected {
                    span: wording::span(phase.span),
                    says: in_a_row(&phase.expect),
                })
                .collect(),
            disputes: plan.disagreements.iter().map(dispute).collect(),
            waits_for: plan.waits_for.iter().map(|reason| waits(site, reason)).collect(),
            why: plan.why.iter().map(|why| why.because.clone()).collect(),
            notes: notes(plan),
        }
    }

    /// A plan of another rulebook in the words that were kept: its zones and windows, and nothing that would have to be
    /// made anew.
    pub fn as_kept(site: &Site, course: &percuta_chart::course::Course) -> Self {
        let regions = &site.book().vocabulary.regions;
        let first = course.sessions.first();
        let depths = |code: &str| -> Vec<String> {
            course
                .sessions
                .iter()
                .filter_map(|session| session.zones.iter().find(|zone| zone.region == code))
                .map(|zone| map::short(zone.depth_mm))
                .collect()
        };
        let zones = first.into_iter().flat_map(|session| &session.zones).map(|zone| {
            let card = regions.find(&zone.region).map(|region| regions.get(region));
            PlannedZone {
                code: zone.region.clone(),
                name: card.map_or_else(|| zone.region.clone(), |card| card.title.clone()),
                is_paired: card.is_some_and(|card| card.is_paired),
                what_for: String::new(),
                depth_mm: zone.depth_mm,
                depths: depths(&zone.region),
                limit: map::short(zone.ceiling_mm),
                limit_by: zone.ceiling_by.clone(),
                passes: zone.passes.map_or_else(String::new, |(from, to)| wording::range(from, to)),
            }
        });
        let sessions = course.sessions.iter().map(|session| PlannedSession {
            number: session.number,
            window: session.window.map_or_else(String::new, |(from, to)| {
                format!("{} to {}", in_words(from), in_words(to))
            }),
            except: String::new(),
            numbing: String::new(),
        });
        Self {
            zones: zones.collect(),
            sessions: sessions.collect(),
            notes: vec![
                "This plan was made by an earlier version of the rules, and is shown as it was kept."
                    .to_owned(),
            ],
            ..Self::default()
        }
    }

    /// Zones that are treated alike, together, in the order of the first of each.
    pub(super) fn alike(&self) -> Vec<Vec<&PlannedZone>> {
        let mut rows: Vec<Vec<&PlannedZone>> = Vec::new();
        for zone in &self.zones {
            let same = |row: &&mut Vec<&PlannedZone>| {
                row.first().is_some_and(|first| {
                    first.depths == zone.depths
                        && first.what_for == zone.what_for
                        && first.passes == zone.passes
                        && (&first.limit, &first.limit_by) == (&zone.limit, &zone.limit_by)
                })
            };
            match rows.iter_mut().find(same) {
                Some(row) => row.push(zone),
                None => rows.push(vec![zone]),
            }
        }
        rows
    }

    /// The zones of the first session for the map, to be looked at.
    pub(super) fn spots(&self) -> Vec<Spot> {
        self.zones
            .iter()
            .map(|zone| Spot {
                code: zone.code.clone(),
                side: None,
                depth_mm: Some(zone.depth_mm),
                says: format!(
                    "{}{}: {} millimetres in session 1, limit {}",
                    zone.name,
                    if zone.is_paired { ", both sides" } else { "" },
                    map::short(zone.depth_mm),
                    zone.limit
                ),
                // The map is small here; the table beside it says the same and is what is touched.
                href: String::new(),
                is_current: false,
            })
            .collect()
    }
}

fn zones(site: &Site, plan: &Plan<'_>) -> Vec<PlannedZone> {
    let mut regions = Vec::new();
    for zone in plan.sessions.iter().flat_map(|session| &session.zones) {
        if !regions.contains(&zone.region) {
            regions.push(zone.region);
        }
    }
    let of = |region| -> Vec<&Zone<'_>> {
        plan.sessions
            .iter()
            .filter_map(|session| session.zones.iter().find(|zone| zone.region == region))
            .collect()
    };
    let concerns = site.book().vocabulary.of(Kind::Concern);
    regions
        .into_iter()
        .filter_map(|region| {
            let all = of(region);
            let first = all.first()?;
            let card = site.book().vocabulary.regions.get(region);
            let what_for: Vec<&str> = std::iter::once(&first.concern)
                .chain(&first.also_for)
                .map(|concern| concerns.term(*concern).title.as_str())
                .collect();
            Some(PlannedZone {
                code: card.code.clone(),
                name: card.title.clone(),
                is_paired: card.is_paired,
                what_for: wording::list(&what_for, "and"),
                depth_mm: first.depth_mm,
                depths: all.iter().map(|zone| depth(zone)).collect(),
                limit: map::short(first.limit_mm),
                limit_by: limit_by(first.limit_by).to_owned(),
                passes: first
                    .passes
                    .map_or_else(String::new, |(from, to)| wording::range(from, to)),
            })
        })
        .collect()
}

fn depth(zone: &Zone<'_>) -> String {
    if zone.rises_to_mm > zone.depth_mm {
        format!("{} to {}", map::short(zone.depth_mm), map::short(zone.rises_to_mm))
    } else {
        map::short(zone.depth_mm)
    }
}

fn limit_by(by: LimitBy) -> &'static str {
    match by {
        LimitBy::Site => "the site",
        LimitBy::Home => "use at home",
        LimitBy::DeviceLabel => "the device’s label",
        LimitBy::DeviceStudy => "the device’s study",
        LimitBy::Practitioner => "the practitioner’s permission",
    }
}

fn session(session: &percuta_clinical::plan::Session<'_>) -> PlannedSession {
    let (window, except) = match &session.window {
        SessionWindow::Dated { from, to, except } => (
            format!("{} to {}", in_words(*from), in_words(*to)),
            except
                .iter()
                .map(|(from, to)| {
                    if from == to {
                        format!("not on {}", in_words(*from))
                    } else {
                        format!("not from {} to {}", in_words(*from), in_words(*to))
                    }
                })
                .collect::<Vec<_>>()
                .join("; "),
        ),
        SessionWindow::AfterClearance { weeks: (from, to), not_before } => (
            match (from, to) {
                (0, 0) => "Once it is cleared".to_owned(),
                _ => format!("{} weeks after it is cleared", wording::range(*from, *to)),
            },
            format!("not before {}", in_words(*not_before)),
        ),
    };
    PlannedSession { number: session.number, window, except, numbing: numbing(&session.numbing) }
}

fn numbing(advice: &NumbingAdvice<'_>) -> String {
    let minutes = advice.minutes.map_or_else(String::new, |(from, to)| {
        format!(" By the labels, {} minutes.", wording::range(from, to))
    });
    match (advice.is_advised, advice.because.as_str()) {
        (true, "") => format!("Numbing may be used.{minutes}"),
        (true, because) => format!("Numbing may be used: {because}{minutes}"),
        (false, "") => "No numbing.".to_owned(),
        (false, because) => format!("Numbing: {}", wording::within_sentence(because)),
    }
}

/// The line begins at the first window and ends after the day of judging; 720 units lie between.
fn weeks(plan: &Plan<'_>) -> Vec<Week> {
    const WIDTH: i32 = 720;
    const MARGIN: i32 = 20;
    let dated: Vec<(i16, Date, Date)> = plan
        .sessions
        .iter()
        .filter_map(|session| match &session.window {
            SessionWindow::Dated { from, to, .. } => Some((session.number, *from, *to)),
            SessionWindow::AfterClearance { .. } => None,
        })
        .collect();
    let judge = plan.judge_at.and_then(|judge| judge.from);
    let Some(first) = dated.first().map(|(_, from, _)| *from) else { return Vec::new() };
    let last = dated.iter().map(|(_, _, to)| *to).chain(judge).max().unwrap_or(first);
    let span = days_between(first, last).max(1);
    let x = |date: Date| MARGIN + days_between(first, date) * WIDTH / span;
    let mut line = Vec::new();
    for (lane, (number, from, to)) in (0..).zip(dated) {
        line.push(Week::Session { number, lane, x: x(from), width: (x(to) - x(from)).max(6) });
    }
    // Dates stand only at both ends, so that they never overlap.
    line.push(Week::Tick { x: MARGIN + 44, says: in_words(first) });
    if let Some(judge) = judge {
        line.push(Week::Judge { x: x(judge).min(MARGIN + WIDTH) });
        line.push(Week::Tick { x: x(judge).min(MARGIN + WIDTH - 44), says: in_words(judge) });
    }
    line
}

fn judge(plan: &Plan<'_>) -> String {
    plan.judge_at.map_or_else(String::new, |judge| {
        let months = usize::try_from(judge.months_after_last).unwrap_or_default();
        let when = judge.from.map_or_else(String::new, |from| {
            format!(": {} at the earliest", in_words(from))
        });
        format!(
            "The result can be judged {} after the last session{when}. Before that, swelling and healing mislead.",
            wording::count(months, "month", "months")
        )
    })
}

/// What begins on the same day stands together.
fn preparation(plan: &Plan<'_>) -> Vec<Prepared> {
    let mut days: Vec<Prepared> = Vec::new();
    for prepared in &plan.preparation {
        let before = usize::try_from(prepared.card.days_before).unwrap_or_default();
        let when = match prepared.date {
            Some(date) => format!("From {}", in_words(date)),
            None if before == 0 => "On the day".to_owned(),
            None => format!("{} before", wording::count(before, "day", "days")),
        };
        let says = (prepared.card.title.clone(), prepared.card.action.clone());
        match days.iter_mut().find(|day| day.when == when) {
            Some(day) => day.says.push(says),
            None => days.push(Prepared { when, says: vec![says] }),
        }
    }
    days
}

/// Short entries as one sentence.
fn in_a_row(entries: &[String]) -> String {
    let mut said = String::new();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            said.push_str("; ");
            said.push_str(&wording::within_sentence(entry));
        } else {
            said.push_str(entry);
        }
    }
    said.push('.');
    said
}

fn dispute(disagreement: &percuta_clinical::plan::Disagreement<'_>) -> Dispute {
    Dispute {
        id: disagreement.id.to_owned(),
        about: disagreement.about.clone(),
        positions: disagreement.positions.clone(),
        literature: disagreement.literature.to_owned(),
        followed: disagreement.followed.clone(),
    }
}

fn waits(site: &Site, reason: &percuta_clinical::answer::Reason<'_>) -> Waits {
    let title = site.book().rule(reason.id).map_or(reason.id, |rule| rule.title.as_str());
    Waits { title: title.to_owned(), because: reason.because.clone() }
}

fn notes(plan: &Plan<'_>) -> Vec<String> {
    let mut notes = plan.notes.clone();
    if let Some(maintenance) = plan.maintenance {
        notes.push(format!(
            "To keep a result, one session after {} weeks is proposed; it is planned by itself.",
            wording::range(maintenance.weeks.0, maintenance.weeks.1)
        ));
    }
    notes.extend(
        plan.unrestricted.iter().map(|what| format!("Nothing that was said limited: {what}.")),
    );
    notes
}
