//! What surrounds the sessions: preparation, recovery, numbing, expectations, and where sources disagree.
//!
//! Every word and number here is a card's; the floors of the recovery bands stand below and say so.

use percuta_terminology::{Kind, Window, calendar};
use serde_json::Value;

use super::{
    Disagreement, JudgeAt, NumbingAdvice, Plan, PlanRequest, Prepared, SessionWindow, Spacing,
    Zone, once, zones,
};
use crate::{
    book::{Lead, Phase, Position, Preparation, Rulebook, Span},
    engine::Engine,
    intake::{Modality, Setting},
    logic::Trit,
};

/// The least that a session stays clear of an event, in days: shallow, from 1.0 mm, and by radiofrequency.
const BAND_FLOOR_DAYS: (i32, i32, i32) = (7, 14, 21);
/// From this depth on the wider band holds, in millimetres.
const DEEP_MM: f64 = 1.0;
/// Recovery phases begin within so many days; what begins later is the result.
const RECOVERY_DAYS: f64 = 14.0;
/// The card of the crusts and flakes, which last longest.
const FLAKES: &str = "picking";
/// The card of what to leave until later after a session.
const OTHER_PROCEDURES: &str = "other-procedures";
const COLD_SORES: &str = "herpes-labialis";
const RETINOID: &str = "conf.retinoid";

/// The longest time that a session waits for its preparation, in days.
pub(super) fn lead_days(book: &Rulebook, request: &PlanRequest, plan: &Plan<'_>) -> i32 {
    preparations(book, request, plan)
        .filter(|card| card.lead == Lead::Needed)
        .map(|card| i32::from(card.days_before))
        .max()
        .unwrap_or(0)
}

/// The preparations that this person needs.
fn preparations<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    plan: &Plan<'_>,
) -> impl Iterator<Item = &'b Preparation> {
    let is_rf = request.intake.request.modality == Modality::Rf;
    let has_cold_sores = has_cold_sores(book, request, plan);
    book.preparations.iter().filter(move |card| match card.when.as_str() {
        "rf" => is_rf,
        "herpes-history" => has_cold_sores,
        // A word that is not known here is taken to hold: one preparation too many does no harm.
        _ => true,
    })
}

/// Cold sores listed or in doubt, and a goal on the face.
fn has_cold_sores(book: &Rulebook, request: &PlanRequest, plan: &Plan<'_>) -> bool {
    let regions = &book.vocabulary.regions;
    let on_face = regions.find("face").is_none_or(|face| {
        plan.goals.iter().any(|goal| {
            regions.is_on(goal.goal.region, face) || regions.meets(goal.goal.region, face)
        })
    });
    let conditions = book.vocabulary.of(Kind::Condition);
    on_face
        && request.intake.items.iter().any(|item| {
            item.kind == Kind::Condition
                && conditions.term(item.term).code == COLD_SORES
                && item.status != Some(crate::intake::Status::Family)
        })
}

fn end_days(span: Span) -> f64 {
    match span {
        Span::Hours(_, to) => to / 24.0,
        Span::Days(_, to) => to,
        Span::Weeks(_, to) => to * 7.0,
        Span::Months(_, to) => to * 31.0,
    }
}

fn start_days(span: Span) -> f64 {
    match span {
        Span::Hours(from, _) => from / 24.0,
        Span::Days(from, _) => from,
        Span::Weeks(from, _) => from * 7.0,
        Span::Months(from, _) => from * 28.0,
    }
}

/// How many days a session stays clear of an event: the widest recovery band for its deepest zone.
pub(super) fn recovery_days(book: &Rulebook, modality: Modality, zones: &[Zone<'_>]) -> i32 {
    let deepest = zones.iter().map(|zone| zone.rises_to_mm).fold(0.0, f64::max);
    let phases = |wanted: Option<Modality>| {
        let mut ends: Vec<f64> = book
            .phases
            .iter()
            .filter(|phase| phase.modality == wanted && start_days(phase.span) < RECOVERY_DAYS)
            .map(|phase| end_days(phase.span))
            .collect();
        ends.sort_by(f64::total_cmp);
        ends
    };
    let (shallow, deep, rf) = BAND_FLOOR_DAYS;
    let ends = phases(None);
    let last = ends.last().copied().unwrap_or_default();
    let (band, floor) = if modality == Modality::Rf {
        (phases(Some(Modality::Rf)).last().copied().unwrap_or_default().max(last), rf)
    } else if deepest >= DEEP_MM {
        (last, deep)
    } else {
        let usual = ends.iter().rev().nth(1).copied().unwrap_or_default();
        let flakes = book.aftercare.iter().find(|card| card.id == FLAKES);
        let hours =
            flakes.and_then(|card| card.advise_hours.or(card.avoid_hours)).unwrap_or_default();
        (usual.max(hours / 24.0), shallow)
    };
    whole_days(band).max(floor)
}

/// Days rounded up; no band is longer than a year.
fn whole_days(days: f64) -> i32 {
    (0..=366).find(|whole| f64::from(*whole) >= days).unwrap_or(366)
}

/// Fills in everything around the sessions.
pub(super) fn fill<'b>(book: &'b Rulebook, request: &PlanRequest, plan: &mut Plan<'b>) {
    plan.preparation = prepared(book, request, plan);
    let modality = request.intake.request.modality;
    let mut phases: Vec<&Phase> = book
        .phases
        .iter()
        .filter(|phase| phase.modality.is_none_or(|only| only == modality))
        .collect();
    // A card for the modality speaks before the common one that begins with it.
    phases.sort_by(|left, right| {
        start_days(left.span)
            .total_cmp(&start_days(right.span))
            .then(left.modality.is_none().cmp(&right.modality.is_none()))
    });
    plan.expect = phases;
    plan.judge_at = Some(judge_at(plan));
    plan.maintenance =
        book.intervals.iter().find(|interval| interval.id == "maintenance").filter(|interval| {
            interval.modalities.is_empty() || interval.modalities.contains(&modality)
        });
    notes(request, plan);
    planned_procedures(book, request, plan);
}

fn prepared<'b>(book: &'b Rulebook, request: &PlanRequest, plan: &Plan<'b>) -> Vec<Prepared<'b>> {
    let as_of = request.intake.as_of;
    let mut list: Vec<Prepared<'b>> = preparations(book, request, plan)
        .filter_map(|card| {
            let date =
                plan.earliest.map(|day| Window::Days(-i32::from(card.days_before)).after(day));
            match card.lead {
                Lead::Optional if date.is_some_and(|date| date < as_of) => None,
                // Screening has asked for the days before today.
                Lead::Needed | Lead::Answered | Lead::Optional => {
                    Some(Prepared { card, date: date.map(|date| date.max(as_of)) })
                }
            }
        })
        .collect();
    list.sort_by(|left, right| {
        right.card.days_before.cmp(&left.card.days_before).then(left.date.cmp(&right.date))
    });
    list
}

fn judge_at(plan: &Plan<'_>) -> JudgeAt {
    let months = plan.expect.iter().find_map(|phase| match phase.span {
        Span::Months(from, _) => (1..=24).find(|whole| f64::from(*whole) >= from),
        Span::Hours(..) | Span::Days(..) | Span::Weeks(..) => None,
    });
    let months_after_last = months.unwrap_or(3);
    let from = plan.sessions.last().and_then(|session| match &session.window {
        SessionWindow::Dated { from, .. } => Some(Window::Months(months_after_last).after(*from)),
        SessionWindow::AfterClearance { .. } => None,
    });
    JudgeAt { months_after_last, not_before_weeks: 4, from }
}

fn notes(request: &PlanRequest, plan: &mut Plan<'_>) {
    let notes = &mut plan.notes;
    notes.push(format!(
        "Depth rises by at most {} mm a session, only when the last was well borne, and never over the limit.",
        zones::STEP_MM
    ));
    if let Some((shortest, _)) = plan.interval_days.filter(|_| plan.sessions.len() > 1) {
        notes.push(format!(
            "Windows overlap: a session is given no sooner than {shortest} days after the one that was given."
        ));
    }
    notes
        .push(String::from("Preparation is kept before every session, counted back from its day."));
    notes.push(String::from("Each person is screened again on the day of every session."));
    if zones::starts_lower(request) {
        notes.push(format!(
            "The phototype is IV to VI or not assessed: the course starts one step ({} mm) lower, and never under {} mm.",
            zones::STEP_MM,
            zones::STEP_MM
        ));
    }
    if request.event.is_some() && plan.earliest.is_none() {
        notes.push(String::from("The event is kept clear of as soon as dates can be given."));
    }
    if let Some(wished) = request.sessions {
        let most = plan.sessions_range.map_or(wished, |(_, most)| most);
        if wished > most {
            notes.push(format!(
                "{wished} sessions were wished; no indication here goes beyond {most}."
            ));
        }
    }
    if let Spacing::Shorter { name, by, .. } = &request.spacing {
        notes.push(format!(
            "The protocol `{name}` was chosen by {by}, who answers for intervals under 28 days."
        ));
    }
}

/// Names what is planned beside the course: a session shortly before it would cross the aftercare.
fn planned_procedures(book: &Rulebook, request: &PlanRequest, plan: &mut Plan<'_>) {
    let words = book.vocabulary.of(Kind::Procedure);
    let says = book
        .aftercare
        .iter()
        .find(|card| card.id == OTHER_PROCEDURES)
        .map_or("", |card| &card.says);
    for item in request.intake.items.iter().filter(|item| item.kind == Kind::Procedure) {
        if let Some(date) = item.date.filter(|date| *date > request.intake.as_of) {
            let title = &words.term(item.term).title;
            plan.notes.push(format!(
                "{title} is planned on {}. After a session: {says}",
                calendar::in_words(date)
            ));
        }
    }
}

/// The depth up to which no numbing is needed, by the card that says so.
fn numbing_from_mm(book: &Rulebook) -> f64 {
    let card = book
        .facts
        .get("depth.numb")
        .and_then(|fact| serde_json::from_str::<Value>(&fact.value).ok());
    card.and_then(|value| value.get("mm")?.get(1)?.as_f64()).unwrap_or(1.0)
}

/// Whether a session is numbed, and for how long by the label.
pub(super) fn numbing<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    zones: &[Zone<'b>],
) -> NumbingAdvice<'b> {
    let none = |because: String, sources: Vec<&'b Position>| NumbingAdvice {
        is_advised: false,
        because,
        minutes: None,
        products: Vec::new(),
        sources,
    };
    if let Some((because, sources)) = numbing_barred(book, request) {
        return none(because, sources);
    }
    if request.intake.request.setting == Setting::Home {
        return none(String::from("Numbing is put on at the clinic, never at home."), Vec::new());
    }
    let deepest = zones.iter().map(|zone| zone.depth_mm).fold(0.0, f64::max);
    let rises = zones.iter().map(|zone| zone.rises_to_mm).fold(0.0, f64::max);
    let from_mm = numbing_from_mm(book);
    let is_rf = request.intake.request.modality == Modality::Rf;
    let (is_advised, because) = if is_rf {
        (true, String::from("Radiofrequency needles are used."))
    } else if deepest > from_mm {
        (true, format!("A depth over {from_mm} mm is planned."))
    } else if rises > from_mm {
        (false, format!("Not needed up to {from_mm} mm; advised if this session goes deeper."))
    } else {
        (false, format!("Not needed up to {from_mm} mm; the person may still ask for it."))
    };
    let chosen = request.numbing.as_ref();
    let products: Vec<_> = book
        .numbing
        .iter()
        .filter(|product| chosen.map_or(product.minutes.is_some(), |id| product.id == *id))
        .collect();
    let minutes = products
        .iter()
        .filter_map(|product| product.minutes)
        .reduce(|left, right| (left.0.min(right.0), left.1.max(right.1)));
    NumbingAdvice {
        is_advised,
        because,
        minutes,
        sources: once(products.iter().flat_map(|product| &product.sources)),
        products,
    }
}

/// A rule that holds, or cannot be ruled out, against any numbing.
fn numbing_barred<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
) -> Option<(String, Vec<&'b Position>)> {
    let truth = book.engine.truth(book, &request.intake);
    ["contra.anaesthetic_allergy", "prec.anaesthetic_risk"].into_iter().find_map(|id| {
        let rule = book.rule(id)?;
        let compiled =
            book.engine.rules.iter().find(|compiled| {
                book.rules.get(compiled.index).is_some_and(|rule| rule.id == id)
            })?;
        let verdict = Engine::verdict(compiled, &truth);
        let because = if verdict.holds.is_some() {
            format!("{}: none is used without a prescriber's agreement.", rule.title)
        } else if compiled
            .clauses
            .iter()
            .any(|clause| clause.formula.evaluate(&truth) == Trit::Unknown)
        {
            format!(
                "{}: it is not known whether this holds, so none is used until it is.",
                rule.title
            )
        } else {
            return None;
        };
        Some((because, rule.sources.iter().collect()))
    })
}

/// What nothing limited, in words.
pub(super) fn unrestricted(book: &Rulebook, request: &PlanRequest) -> Vec<String> {
    let mut list = Vec::new();
    match &request.practitioner {
        None => list.push(String::from(
            "practitioner: none was named, so neither modality nor depth is restricted by a permission",
        )),
        Some(who) => {
            if who.modalities.is_none() {
                list.push(String::from("practitioner.modalities: none were named, so every modality is open"));
            }
            if who.depth_mm_max.is_none() {
                list.push(String::from("practitioner.depth_mm_max: none was named, so no permission limits the depth"));
            }
        }
    }
    list.push(match &request.jurisdiction {
        None => String::from("jurisdiction: none was named, so no law of a place restricts the plan"),
        Some(id) => format!(
            "jurisdiction: `{id}` is not known; this rulebook ships no table of jurisdictions, so the plan was not restricted by it"
        ),
    });
    match book
        .devices
        .iter()
        .find(|device| request.intake.request.device.as_ref() == Some(&device.id))
    {
        None => list.push(String::from("device: none was named, so no label limits the depth")),
        Some(device) if device.depth_mm_max.is_none() => {
            list.push(format!(
                "device: the card of `{}` has no depth by its label, so no label limits the depth",
                device.id
            ));
        }
        Some(_) => {}
    }
    list
}

/// Where sources disagree in what the plan rests on.
pub(super) fn disagreements<'b>(
    book: &'b Rulebook,
    request: &PlanRequest,
    plan: &Plan<'b>,
) -> Vec<Disagreement<'b>> {
    let mut ids: Vec<String> = Vec::new();
    if !plan.goals.is_empty() {
        ids.extend(
            ["conf.spacing", "conf.sessions", "conf.needle_length", RETINOID, "conf.numbing_time"]
                .map(str::to_owned),
        );
        ids.push(String::from("conf.downtime"));
        if zones::starts_lower(request) {
            ids.push(String::from("conf.pigment"));
        }
    }
    let concerns = book.vocabulary.of(Kind::Concern);
    for goal in &request.goals {
        // A concern whose sources disagree has a card of its own name.
        ids.push(format!("conf.{}", concerns.term(goal.concern).code.replace('-', "_")));
        if concerns.term(goal.concern).code == "active-acne" {
            ids.push(String::from("conf.acne"));
        }
    }
    ids.extend(plan.preparation.iter().filter_map(|prepared| prepared.card.conflict.clone()));
    let mut list: Vec<Disagreement<'b>> = Vec::new();
    for id in ids {
        let Some(card) = book.conflicts.get(&id) else { continue };
        if list.iter().any(|known| known.id == card.id) {
            continue;
        }
        let mut disagreement = Disagreement {
            id: &card.id,
            about: lower_first(&card.topic),
            positions: card.positions.clone(),
            literature: &card.literature,
            followed: card.follow.clone(),
        };
        match id.as_str() {
            "conf.spacing" => spacing(plan, &mut disagreement),
            "conf.sessions" => counts(plan, &mut disagreement),
            _ => {}
        }
        list.push(disagreement);
    }
    list
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn range(low: impl Into<i64>, high: impl Into<i64>) -> String {
    let (low, high): (i64, i64) = (low.into(), high.into());
    if low == high { low.to_string() } else { format!("{low} to {high}") }
}

/// What the indication's own sources give, beside the seeds; and what is followed.
fn spacing(plan: &Plan<'_>, disagreement: &mut Disagreement<'_>) {
    for goal in &plan.goals {
        let card = goal.interval;
        let says = format!("{}: {} weeks", card.id, range(card.weeks.0, card.weeks.1));
        for source in &card.sources {
            disagreement.positions.push(Position { id: source.id.clone(), says: says.clone() });
        }
        if let Some((low, high, source)) = &card.longer_weeks {
            let says = format!("{}: {} weeks, a longer option", card.id, range(*low, *high));
            disagreement.positions.push(Position { id: source.clone(), says });
        }
    }
    if let Some((shortest, longest)) = plan.interval_days {
        disagreement.followed = format!(
            "{} days between sessions. {}",
            range(shortest, longest),
            disagreement.followed
        );
    }
}

fn counts(plan: &Plan<'_>, disagreement: &mut Disagreement<'_>) {
    for goal in &plan.goals {
        let card = goal.interval;
        let says = format!("{}: {} sessions", card.id, range(card.sessions.0, card.sessions.1));
        for source in &card.sources {
            disagreement.positions.push(Position { id: source.id.clone(), says: says.clone() });
        }
    }
    let planned = plan.goals.iter().map(|goal| goal.sessions).max().unwrap_or_default();
    disagreement.followed = format!("{planned} sessions, then a review. {}", disagreement.followed);
}
