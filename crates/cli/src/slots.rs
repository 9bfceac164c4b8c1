//! `slots`, `slots why` and `slots day`: when a visit is possible, why not, and how a day is packed.

use jiff::tz::TimeZone;
use percuta_clinical::json;
use percuta_scheduling::{
    Clinic, Request, Visit,
    model::ServiceAt,
    pack::{self, Because, Effort, Packed, Wanted},
    read,
    reason::Reason,
    slots::{self, Answer},
    why::{self, Why},
    wire,
};
use serde_json::Value;

use crate::{Failure, Slots, SlotsCommand, input};

/// Runs one of the commands.
pub(crate) fn run(asked: Slots) -> Result<(), Failure> {
    match (asked.command, asked.file) {
        (Some(SlotsCommand::Why { file, at, json }), _) => why(&file, &at, json),
        (Some(SlotsCommand::Day { file, date, json }), _) => day(&file, &date, json),
        (None, Some(file)) => starts(&file, asked.json),
        (None, None) => Err(Failure::unusable("name the file to read, or `-` for standard input")),
    }
}

/// The rules of a zone: the machine's, or else those that are built in.
fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

fn whole(file: &str) -> Result<Value, Failure> {
    let text = input::whole_within(file, input::LIMIT_CALENDAR)?;
    json::read(&text).map_err(|error| {
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or(&what).to_owned();
        let (line, column) = (error.line(), error.column());
        Failure::unusable(format!("input: no JSON at line {line}, column {column}: {what}"))
    })
}

fn unusable(error: impl std::fmt::Display) -> Failure {
    Failure::unusable(error.to_string())
}

fn answer(json: bool, value: &Value, words: impl FnOnce() -> String) -> Result<(), Failure> {
    if !json {
        return input::say(&words());
    }
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::unusable(format!("cannot write the answer: {error}")))?;
    input::say(&format!("{text}\n"))
}

fn starts(file: &str, json: bool) -> Result<(), Failure> {
    let (clinic, request) = read::request(&whole(file)?, &zone).map_err(unusable)?;
    let found = slots::slots(&clinic, &request);
    answer(json, &wire::slots(&clinic, &request, &found), || {
        starts_in_words(&clinic, &request, &found)
    })
}

fn why(file: &str, at: &str, json: bool) -> Result<(), Failure> {
    let (clinic, request) = read::request(&whole(file)?, &zone).map_err(unusable)?;
    let mut all = Vec::new();
    for site in &request.sites {
        let Some(zone) = clinic.sites.get(site.0).map(|site| &site.zone) else { continue };
        let at =
            read::moment(at, zone).map_err(|what| Failure::unusable(format!("--at: {what}")))?;
        all.extend(why::why(&clinic, &request, *site, at));
    }
    answer(json, &wire::why(&clinic, &request, &all), || why_in_words(&clinic, &request, &all))
}

fn day(file: &str, date: &str, json: bool) -> Result<(), Failure> {
    let (clinic, wanted) = read::wanted(&whole(file)?, &zone).map_err(unusable)?;
    let date = read::date(date).map_err(|what| Failure::unusable(format!("--date: {what}")))?;
    let packed = pack::pack(&clinic, &wanted, date, Effort::default());
    answer(json, &wire::packed(&clinic, &wanted, date, &packed), || {
        day_in_words(&clinic, &wanted, &packed)
    })
}

fn day_in_words(clinic: &Clinic, wanted: &Wanted, packed: &Packed) -> String {
    let (served, all) = (packed.served.len(), wanted.visits.len());
    let proof = if served == packed.bound {
        "no order serves more".to_owned()
    } else {
        format!("no order serves more than {}", packed.bound)
    };
    let mut text = format!("{served} of {all} served; {proof}\n");
    for (at, visit) in &packed.served {
        if let Some(wish) = wanted.visits.get(*at) {
            text.push_str(&format!("  {} {}\n", wish.id, line(clinic, wish.service, visit)));
        }
    }
    for out in &packed.left_out {
        let says = match out.because {
            Because::NotPossible => "not possible that day, even alone",
            Because::NoPlaceLeft => "no place was left for it",
        };
        if let Some(wish) = wanted.visits.get(out.wish) {
            text.push_str(&format!("  left out: {}, {says}\n", wish.id));
        }
    }
    text
}

/// A visit on one line: when, where, and what each phase holds.
fn line(clinic: &Clinic, service: ServiceAt, visit: &Visit) -> String {
    let Some(site) = clinic.sites.get(visit.site.0) else { return String::new() };
    let names = clinic.services.get(service.0).map(|service| &service.phases);
    let phases: Vec<String> = (visit.phases.iter())
        .zip(names.into_iter().flatten())
        .map(|(phase, needed)| {
            let holds: Vec<&str> = phase.holds().map(|hold| site.name_of(hold)).collect();
            let written = site.zone.write(phase.span.from);
            let clock = written.get(11..16).unwrap_or_default();
            format!("{clock} {} {}", needed.name, holds.join("+")).trim_end().to_owned()
        })
        .collect();
    let whole = visit.span();
    let end = site.zone.write(whole.to);
    format!(
        "{} to {} at {}: {}",
        site.zone.write(whole.from),
        end.get(11..16).unwrap_or_default(),
        site.id,
        phases.join(", ")
    )
}

fn reason(reason: &Reason) -> String {
    match &reason.phase {
        Some(phase) => format!("{phase}: {}", reason.says),
        None => reason.says.clone(),
    }
}

fn starts_in_words(clinic: &Clinic, request: &Request, found: &Answer) -> String {
    let mut text = match found.counted {
        0 => "No start is possible\n".to_owned(),
        1 => "1 start is possible\n".to_owned(),
        count => format!("{count} starts are possible\n"),
    };
    for because in &found.none_because {
        text.push_str(&format!("  because {}\n", reason(because)));
    }
    for visit in &found.starts {
        text.push_str(&format!("  {}\n", line(clinic, request.service, visit)));
    }
    let more = found.counted.saturating_sub(u64::try_from(found.starts.len()).unwrap_or(0));
    if more > 0 {
        text.push_str(&format!("  … and {more} more\n"));
    }
    for (number, course) in found.courses.iter().enumerate() {
        text.push_str(&format!("\nCourse {}\n", number + 1));
        for visit in course {
            text.push_str(&format!("  {}\n", line(clinic, request.service, visit)));
        }
    }
    text
}

fn why_in_words(clinic: &Clinic, request: &Request, all: &[Why]) -> String {
    let mut text = String::new();
    for why in all {
        let Some(site) = clinic.sites.get(why.site.0) else { continue };
        let at = site.zone.write(why.at);
        match &why.visit {
            Some(visit) => {
                text.push_str(&format!("Possible: {}\n", line(clinic, request.service, visit)));
            }
            None => text.push_str(&format!("Not possible at {at} at {}\n", site.id)),
        }
        for block in &why.blocks {
            let phase = block.phase.as_ref().map_or(String::new(), |phase| format!("{phase}: "));
            let what =
                block.resource.map_or(String::new(), |hold| format!("{} is ", site.name_of(hold)));
            let until =
                block.until.map_or(String::new(), |at| format!(", until {}", site.zone.write(at)));
            text.push_str(&format!("  {phase}{what}{}{until}\n", block.says));
        }
        for (word, visit) in [("before", &why.before), ("after", &why.after)] {
            if let Some(visit) = visit {
                text.push_str(&format!(
                    "  nearest {word}: {}\n",
                    line(clinic, request.service, visit)
                ));
            }
        }
    }
    text
}
