//! From JSON to a [`PlanRequest`], with every mistake and its place. It decides nothing about a course.

use jiff::civil::Date;
use percuta_terminology::{Kind, input::short, nearest};
use serde_json::{Map, Value};

use super::{Goal, PlanRequest, Practitioner, Spacing};
use crate::{
    book::Rulebook,
    fault::{Unusable, did_you_mean},
    intake::{
        self, Intake, LIMIT_ITEMS, Modality,
        read::{Reader, kind_of},
    },
    language::MODALITIES,
};

const KEYS: [&str; 11] = [
    "goals",
    "start_after",
    "blocked_dates",
    "device",
    "event",
    "protocol",
    "by",
    "practitioner",
    "jurisdiction",
    "numbing",
    "sessions",
];
const GOALS_MAX: usize = 20;
const WEEKS_MAX: u64 = 52;
const SESSIONS_MAX: u64 = 24;
/// Weeks under which a protocol has to be chosen by a clinician.
const WEEKS_ORDINARY: i16 = 4;

/// Words that name a role which is no clinician's.
const NO_CLINICIAN: [&str; 10] = [
    "patient",
    "client",
    "customer",
    "person",
    "self",
    "me",
    "front desk",
    "receptionist",
    "assistant",
    "owner",
];

/// Reads a plan's request.
pub(super) fn read(book: &Rulebook, json: &Value) -> Result<PlanRequest, Unusable> {
    let (intake, mut problems) = match intake::read(book, json, &KEYS) {
        Ok(intake) => (Some(intake), Vec::new()),
        Err(unusable) => (None, unusable.problems),
    };
    let Some(object) = json.as_object() else { return Err(Unusable { problems }) };
    let mut reader = Reader::new(book);
    if let Some(intake) = &intake {
        reader.today = intake.as_of;
    }
    let wish = wish(&mut reader, book, object, intake.as_ref());
    problems.append(&mut reader.problems);
    match intake {
        Some(intake) if problems.is_empty() => Ok(wish.over(intake)),
        _ => Err(Unusable { problems }),
    }
}

/// What stands beside the intake.
struct Wish {
    goals: Vec<Goal>,
    start_after: Option<Date>,
    blocked: Vec<(Date, Date)>,
    device: Option<String>,
    event: Option<Date>,
    spacing: Spacing,
    practitioner: Option<Practitioner>,
    jurisdiction: Option<String>,
    numbing: Option<String>,
    sessions: Option<i16>,
}

impl Wish {
    fn over(self, mut intake: Intake) -> PlanRequest {
        let main = Goal {
            concern: intake.request.concern,
            region: intake.request.region,
            grade: None,
            onset: intake.request.onset,
        };
        let goals = if self.goals.is_empty() { vec![main] } else { self.goals };
        if self.device.is_some() {
            intake.request.device = self.device;
        }
        PlanRequest {
            intake,
            goals,
            start_after: self.start_after,
            blocked: self.blocked,
            event: self.event,
            spacing: self.spacing,
            practitioner: self.practitioner,
            jurisdiction: self.jurisdiction,
            numbing: self.numbing,
            sessions: self.sessions,
            overruled: Vec::new(),
        }
    }
}

fn wish(
    reader: &mut Reader<'_>,
    book: &Rulebook,
    object: &Map<String, Value>,
    intake: Option<&Intake>,
) -> Wish {
    let at = |key: &str| object.get(key).filter(|value| !value.is_null());
    let goals = at("goals").map(|value| goals(reader, value)).unwrap_or_default();
    let start_after = at("start_after").and_then(|value| reader.day("plan.start_after", value));
    let blocked = at("blocked_dates").map(|value| blocked(reader, value)).unwrap_or_default();
    let device = at("device").and_then(|value| device(reader, value, intake));
    let event = at("event").and_then(|value| event(reader, value, intake));
    let spacing = spacing(reader, at("protocol"), at("by"));
    let practitioner = at("practitioner").and_then(|value| practitioner(reader, value));
    let jurisdiction = at("jurisdiction")
        .and_then(|value| reader.text("plan.jurisdiction", value))
        .map(str::to_owned);
    let numbing = at("numbing").and_then(|value| numbing(reader, book, value));
    let sessions =
        at("sessions").and_then(|value| whole(reader, "plan.sessions", value, SESSIONS_MAX));
    Wish {
        goals,
        start_after,
        blocked,
        device,
        event,
        spacing,
        practitioner,
        jurisdiction,
        numbing,
        sessions,
    }
}

fn whole(reader: &mut Reader<'_>, path: &str, value: &Value, most: u64) -> Option<i16> {
    let number = value.as_u64().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        reader.problem(path, format!("a whole number from 1 to {most} is expected"));
    }
    number.and_then(|number| i16::try_from(number).ok())
}

fn list<'v>(
    reader: &mut Reader<'_>,
    path: &str,
    value: &'v Value,
    most: usize,
) -> Option<&'v Vec<Value>> {
    let Some(entries) = value.as_array() else {
        reader.problem(path, format!("a list is expected, not {}", kind_of(value)));
        return None;
    };
    if entries.len() > most {
        reader.problem(path, format!("the list holds more than {most} entries"));
        return None;
    }
    Some(entries)
}

fn goals(reader: &mut Reader<'_>, value: &Value) -> Vec<Goal> {
    let Some(entries) = list(reader, "plan.goals", value, GOALS_MAX) else { return Vec::new() };
    if entries.is_empty() {
        reader.problem(
            "plan.goals",
            "the list is empty: name a concern and a region, or leave the key out",
        );
    }
    let mut goals: Vec<Goal> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let path = format!("plan.goals[{index}]");
        let Some(goal) = goal(reader, &path, entry) else { continue };
        if goals.iter().any(|other| (other.concern, other.region) == (goal.concern, goal.region)) {
            reader.problem(path, "this concern and region stand in the list already");
        } else {
            goals.push(goal);
        }
    }
    goals
}

fn goal(reader: &mut Reader<'_>, path: &str, entry: &Value) -> Option<Goal> {
    let object = reader.object(path, entry, &["concern", "region", "grade", "onset"])?;
    let at = |key: &str| object.get(key).filter(|value| !value.is_null());
    for key in ["concern", "region"] {
        if at(key).is_none() {
            reader.problem(format!("{path}.{key}"), "this is required");
        }
    }
    let concern =
        at("concern").and_then(|v| reader.closed(&format!("{path}.concern"), v, Kind::Concern));
    let region = at("region").and_then(|v| reader.region(&format!("{path}.region"), v));
    let grade = at("grade").and_then(|value| {
        let grade =
            value.as_u64().filter(|grade| *grade <= 10).and_then(|grade| u8::try_from(grade).ok());
        if grade.is_none() {
            reader.problem(format!("{path}.grade"), "a whole number from 0 to 10 is expected");
        }
        grade
    });
    let onset = at("onset").and_then(|v| reader.past_day(&format!("{path}.onset"), v));
    Some(Goal { concern: concern?, region: region?, grade, onset })
}

fn blocked(reader: &mut Reader<'_>, value: &Value) -> Vec<(Date, Date)> {
    let Some(entries) = list(reader, "plan.blocked_dates", value, LIMIT_ITEMS) else {
        return Vec::new();
    };
    let mut spans: Vec<(Date, Date)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let path = format!("plan.blocked_dates[{index}]");
        if entry.is_string() {
            spans.extend(reader.day(&path, entry).map(|day| (day, day)));
        } else if let Some(span) = span(reader, &path, entry) {
            spans.push(span);
        }
    }
    merge(spans)
}

fn span(reader: &mut Reader<'_>, path: &str, entry: &Value) -> Option<(Date, Date)> {
    let Some(object) = entry.as_object() else {
        let what = format!("a date or {{from, to}} is expected, not {}", kind_of(entry));
        reader.problem(path, what);
        return None;
    };
    reader.object(path, entry, &["from", "to"])?;
    let mut ends = ["from", "to"].map(|key| {
        let at = format!("{path}.{key}");
        match object.get(key) {
            Some(value) => reader.day(&at, value),
            None => {
                reader.problem(at, "this is required");
                None
            }
        }
    });
    let [from, to] = &mut ends;
    let (from, to) = from.take().zip(to.take())?;
    if from > to {
        reader.problem(path, format!("it runs backwards: {from} lies after {to}"));
        return None;
    }
    Some((from, to))
}

/// Spans in order, those that touch made one.
fn merge(mut spans: Vec<(Date, Date)>) -> Vec<(Date, Date)> {
    spans.sort_unstable();
    let mut merged: Vec<(Date, Date)> = Vec::new();
    for (from, to) in spans {
        match merged.last_mut() {
            Some(last) if from <= last.1.tomorrow().unwrap_or(Date::MAX) => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

fn device(reader: &mut Reader<'_>, value: &Value, intake: Option<&Intake>) -> Option<String> {
    let modality = intake.map(|intake| intake.request.modality);
    let device = reader.device("plan.device", value, modality)?;
    if let Some(other) = intake.and_then(|intake| intake.request.device.as_ref())
        && *other != device
    {
        reader.problem("plan.device", format!("`request.device` names another one, `{other}`"));
    }
    Some(device)
}

fn event(reader: &mut Reader<'_>, value: &Value, intake: Option<&Intake>) -> Option<Date> {
    let event = reader.day("plan.event", value)?;
    if let Some(intake) = intake
        && event < intake.as_of
    {
        reader.problem("plan.event", format!("{event} lies before as_of ({})", intake.as_of));
    }
    Some(event)
}

fn numbing(reader: &mut Reader<'_>, book: &Rulebook, value: &Value) -> Option<String> {
    let id = reader.text("plan.numbing", value)?;
    if book.numbing.iter().any(|product| product.id == id) {
        return Some(id.to_owned());
    }
    let hint = did_you_mean(nearest(id, book.numbing.iter().map(|product| product.id.as_str())));
    let what = format!("`{}` is no numbing product of the rulebook{hint}", short(id));
    reader.problem("plan.numbing", what);
    None
}

fn practitioner(reader: &mut Reader<'_>, value: &Value) -> Option<Practitioner> {
    let path = "plan.practitioner";
    let object = reader.object(path, value, &["modalities", "depth_mm_max"])?;
    let at = |key: &str| object.get(key).filter(|value| !value.is_null());
    let modalities = at("modalities")
        .and_then(|value| list(reader, "plan.practitioner.modalities", value, MODALITIES.len()))
        .map(|entries| {
            let read = entries.iter().enumerate().filter_map(|(index, entry)| {
                reader.choice(&format!("{path}.modalities[{index}]"), entry, &MODALITIES)
            });
            read.collect::<Vec<Modality>>()
        });
    let depth_mm_max = at("depth_mm_max")
        .and_then(|value| reader.number("plan.practitioner.depth_mm_max", value, (0.0, 10.0)));
    Some(Practitioner { modalities, depth_mm_max })
}

/// A protocol: weeks, a name, or both; under four weeks it needs the clinician who chose it.
fn spacing(reader: &mut Reader<'_>, protocol: Option<&Value>, by: Option<&Value>) -> Spacing {
    let mut clinician = by.and_then(|value| clinician(reader, "plan.by", value));
    let (name, weeks) = match protocol {
        None => {
            if by.is_some() {
                reader.problem(
                    "plan.protocol",
                    "`by` names a clinician and no protocol is named: give both, or neither",
                );
            }
            return Spacing::ByIndication;
        }
        Some(value @ Value::String(_)) => {
            let Some(name) = reader.text("plan.protocol", value) else {
                return Spacing::ByIndication;
            };
            (Some(name.to_owned()), weeks_in(name))
        }
        Some(value) => {
            let keys = ["weeks", "name", "by"];
            let Some(object) = reader.object("plan.protocol", value, &keys) else {
                return Spacing::ByIndication;
            };
            let at = |key: &str| object.get(key).filter(|value| !value.is_null());
            if let (None, Some(value)) = (&clinician, at("by")) {
                clinician = self::clinician(reader, "plan.protocol.by", value);
            }
            let name = at("name").and_then(|value| reader.text("plan.protocol.name", value));
            let weeks = at("weeks")
                .and_then(|value| whole(reader, "plan.protocol.weeks", value, WEEKS_MAX));
            if at("weeks").is_none() && at("name").is_none() {
                reader.problem(
                    "plan.protocol",
                    "it has neither weeks nor a name: write {\"weeks\": 2} or the protocol's name",
                );
            }
            (name.map(str::to_owned), weeks)
        }
    };
    match (weeks, clinician, name) {
        (Some(weeks), _, _) if weeks >= WEEKS_ORDINARY => Spacing::Weeks(weeks),
        (None, _, None) => Spacing::ByIndication,
        (weeks, Some(by), name) => {
            let name = name.or_else(|| weeks.map(|weeks| format!("every {weeks} weeks")));
            Spacing::Shorter { name: name.unwrap_or_default(), weeks, by }
        }
        (_, None, _) => {
            if by.is_none() {
                let what = "this is required: an interval under 28 days needs the clinician who chose the protocol";
                reader.problem("plan.by", what);
            }
            Spacing::ByIndication
        }
    }
}

/// The weeks that a name says, as `2 weeks` does.
fn weeks_in(name: &str) -> Option<i16> {
    let (count, unit) = name.trim().split_once(' ')?;
    let count: i16 = count.parse().ok()?;
    (["week", "weeks"].contains(&unit) && (1..=52).contains(&count)).then_some(count)
}

fn clinician(reader: &mut Reader<'_>, path: &str, value: &Value) -> Option<String> {
    let name = reader.text(path, value)?.trim();
    if NO_CLINICIAN.contains(&name.to_lowercase().as_str()) {
        reader.problem(path, format!("`{}` is no clinician", short(name)));
        return None;
    }
    Some(name.to_owned())
}
