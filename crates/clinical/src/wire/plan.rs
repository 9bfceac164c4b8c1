//! A plan as JSON. Windows, depths and words are the plan's; nothing is decided here.

use percuta_terminology::Kind;
use serde_json::{Value, json};

use super::{INTERFACE, end, positions, rulebook, screening};
use crate::{
    book::{Position, Rulebook, Span},
    plan::{
        Disagreement, Goal, NumbingAdvice, Plan, PlannedGoal, Prepared, Session, SessionWindow,
        Why, Zone,
    },
};

/// A plan.
pub fn plan(book: &Rulebook, plan: &Plan<'_>) -> Value {
    let waits: Vec<Value> = plan
        .waits_for
        .iter()
        .map(|reason| {
            json!({
                "id": reason.id,
                "disposition": reason.disposition.word(),
                "because": reason.because,
                "until": end(Some(&reason.end)),
            })
        })
        .collect();
    json!({
        "interface": INTERFACE,
        "screening": screening(book, &plan.screening),
        "earliest": plan.earliest.map(|date| date.to_string()),
        "not_before": plan.not_before.to_string(),
        "waits_for": waits,
        "why": plan.why.iter().map(|why| self::why(book, why)).collect::<Vec<_>>(),
        "goals": plan.goals.iter().map(|goal| self::goal(book, goal)).collect::<Vec<_>>(),
        "sessions_range": plan.sessions_range.map(|(low, high)| [low, high]),
        "interval_days": plan.interval_days.map(|(low, high)| [low, high]),
        "sessions": plan.sessions.iter().map(|session| self::session(book, session)).collect::<Vec<_>>(),
        "preparation": plan.preparation.iter().map(preparation).collect::<Vec<_>>(),
        "expect": expect(plan),
        "judge_at": plan.judge_at.map(|judge| json!({
            "months_after_last": judge.months_after_last,
            "not_before_weeks": judge.not_before_weeks,
            "from": judge.from.map(|date| date.to_string()),
        })),
        "maintenance": plan.maintenance.map(|card| json!({
            "weeks": [card.weeks.0, card.weeks.1],
            "sessions": [card.sessions.0, card.sessions.1],
            "note": card.note,
            "sources": sources(&card.sources),
        })),
        "disagreements": plan.disagreements.iter().map(disagreement).collect::<Vec<_>>(),
        "unrestricted": plan.unrestricted,
        "notes": plan.notes,
        "rulebook": rulebook(book),
    })
}

fn sources(list: &[Position]) -> Value {
    positions(&list.iter().collect::<Vec<_>>())
}

fn words(book: &Rulebook, goal: Goal) -> (&str, &str) {
    (
        &book.vocabulary.of(Kind::Concern).term(goal.concern).code,
        &book.vocabulary.regions.get(goal.region).code,
    )
}

fn why(book: &Rulebook, why: &Why<'_>) -> Value {
    let (concern, region) = why.goal.map(|goal| words(book, goal)).unzip();
    json!({
        "concern": concern,
        "region": region,
        "because": why.because,
        "sources": positions(&why.sources),
    })
}

fn goal(book: &Rulebook, planned: &PlannedGoal<'_>) -> Value {
    let (concern, region) = words(book, planned.goal);
    let card = planned.interval;
    json!({
        "concern": concern,
        "region": region,
        "grade": planned.goal.grade,
        "interval": card.id,
        "weeks": [card.weeks.0, card.weeks.1],
        "interval_days": [planned.days.0, planned.days.1],
        "sessions": planned.sessions,
        "sessions_range": [card.sessions.0, card.sessions.1],
        "note": card.note,
        "sources": sources(&card.sources),
    })
}

fn session(book: &Rulebook, session: &Session<'_>) -> Value {
    let window = match &session.window {
        SessionWindow::Dated { from, to, except } => {
            let except: Vec<Value> = except
                .iter()
                .map(|(from, to)| json!({ "from": from.to_string(), "to": to.to_string() }))
                .collect();
            json!({ "from": from.to_string(), "to": to.to_string(), "except": except })
        }
        SessionWindow::AfterClearance { weeks, not_before } => json!({
            "after": "clearance",
            "weeks": [weeks.0, weeks.1],
            "not_before": not_before.to_string(),
        }),
    };
    json!({
        "n": session.number,
        "window": window,
        "zones": session.zones.iter().map(|zone| self::zone(book, zone)).collect::<Vec<_>>(),
        "numbing": numbing(&session.numbing),
    })
}

fn zone(book: &Rulebook, zone: &Zone<'_>) -> Value {
    let concerns = book.vocabulary.of(Kind::Concern);
    let also: Vec<&str> =
        zone.also_for.iter().map(|term| concerns.term(*term).code.as_str()).collect();
    json!({
        "region": book.vocabulary.regions.get(zone.region).code,
        "concern": concerns.term(zone.concern).code,
        "also_for": also,
        "grade": zone.grade,
        "depth_mm": zone.depth_mm,
        "may_rise_to_mm": zone.rises_to_mm,
        "rises": "by a step of 0.25 mm a session, when the last was well borne",
        "ceiling_mm": zone.limit_mm,
        "ceiling_by": zone.limit_by.word(),
        "passes": zone.passes.map(|(low, _)| low),
        "passes_range": zone.passes.map(|(low, high)| [low, high]),
        "endpoint": zone.endpoint,
        "sources": positions(&zone.sources),
    })
}

/// A number without a fraction where it has none.
fn number(value: f64) -> Value {
    let text = value.to_string();
    text.parse::<i64>().map_or_else(|_fraction| json!(value), |whole| json!(whole))
}

fn numbing(advice: &NumbingAdvice<'_>) -> Value {
    let products: Vec<Value> = advice
        .products
        .iter()
        .map(|product| {
            let minutes =
                product.minutes.map(|(min, max)| json!({ "min": number(min), "max": number(max) }));
            json!({ "id": product.id, "title": product.title, "minutes": minutes })
        })
        .collect();
    json!({
        "advised": advice.is_advised,
        "because": advice.because,
        "minutes": advice.minutes.map(|(min, max)| json!({ "min": number(min), "max": number(max) })),
        "products": products,
        "sources": positions(&advice.sources),
    })
}

fn preparation(prepared: &Prepared<'_>) -> Value {
    json!({
        "id": prepared.card.id,
        "date": prepared.date.map(|date| date.to_string()),
        "days_before": prepared.card.days_before,
        "title": prepared.card.title,
        "do": prepared.card.action,
        "sources": sources(&prepared.card.sources),
    })
}

fn expect(plan: &Plan<'_>) -> Vec<Value> {
    let phases = plan.expect.iter().map(|phase| {
        let when = match phase.span {
            Span::Hours(from, to) => json!({ "hours": [number(from), number(to)] }),
            Span::Days(from, to) => json!({ "days": [number(from), number(to)] }),
            Span::Weeks(from, to) => json!({ "weeks": [number(from), number(to)] }),
            Span::Months(from, to) => json!({ "months_after_last": [number(from), number(to)] }),
        };
        json!({
            "when": when,
            "title": phase.title,
            "what": phase.expect.join("; "),
            "do": phase.actions,
            "avoid": phase.avoid,
            "sources": sources(&phase.sources),
        })
    });
    phases.collect()
}

fn disagreement(disagreement: &Disagreement<'_>) -> Value {
    let positions: Vec<Value> = disagreement
        .positions
        .iter()
        .map(|position| json!({ "id": position.id, "says": position.says }))
        .collect();
    json!({
        "id": disagreement.id,
        "about": disagreement.about,
        "positions": positions,
        "literature": disagreement.literature,
        "followed": disagreement.followed,
    })
}
