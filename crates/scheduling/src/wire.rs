//! Answers as JSON. The form is described in `docs/interface/scheduling.md` and is only ever added to.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::{
    model::{Clinic, Minute, Request, ServiceAt, Site, Visit},
    pack::{Because, Packed, Wanted},
    reason::Reason,
    slots::Answer,
    why::{Block, Why},
};

/// The answer to a request.
pub fn slots(clinic: &Clinic, request: &Request, answer: &Answer) -> Value {
    let visits = |visits: &[Visit]| -> Vec<Value> {
        visits.iter().map(|visit| self::visit(clinic, request.service, visit)).collect()
    };
    let courses: Vec<Vec<Value>> = answer.courses.iter().map(|course| visits(course)).collect();
    let none: Vec<Value> = answer.none_because.iter().map(|why| reason(clinic, why)).collect();
    json!({
        "interface": 1,
        "starts": visits(&answer.starts),
        "courses": courses,
        "counted": answer.counted,
        "none_because": none,
    })
}

/// A visit with everything it holds.
pub fn visit(clinic: &Clinic, service: ServiceAt, visit: &Visit) -> Value {
    let Some(site) = clinic.sites.get(visit.site.0) else { return Value::Null };
    let names = clinic.services.get(service.0).map(|service| &service.phases);
    let names = names.into_iter().flatten().map(|phase| phase.name.as_str());
    let phases: Vec<Value> = (visit.phases.iter().zip(names))
        .map(|(phase, name)| {
            let holds: Vec<&str> = phase.holds().map(|hold| site.name_of(hold)).collect();
            json!({
                "name": name,
                "start": site.zone.write(phase.span.from),
                "end": site.zone.write(phase.span.to),
                "holds": holds,
            })
        })
        .collect();
    let whole = visit.span();
    json!({
        "start": site.zone.write(whole.from),
        "end": site.zone.write(whole.to),
        "site": site.id,
        "phases": phases,
    })
}

fn reason(clinic: &Clinic, reason: &Reason) -> Value {
    let site = reason.site.and_then(|at| clinic.sites.get(at.0)).map(|site| site.id.as_str());
    let mut object = Map::new();
    object.insert("because".to_owned(), json!(reason.kind.word()));
    if let Some(site) = site {
        object.insert("site".to_owned(), json!(site));
    }
    if let Some(phase) = &reason.phase {
        object.insert("phase".to_owned(), json!(phase));
    }
    object.insert("says".to_owned(), json!(reason.says));
    Value::Object(object)
}

/// What is in the way of a start, site by site.
pub fn why(clinic: &Clinic, request: &Request, all: &[Why]) -> Value {
    let sites: Vec<Value> = all
        .iter()
        .filter_map(|why| {
            let site = clinic.sites.get(why.site.0)?;
            let visit = |visit: &Option<Visit>| {
                visit.as_ref().map(|visit| self::visit(clinic, request.service, visit))
            };
            let blocks: Vec<Value> = why.blocks.iter().map(|one| block(site, one)).collect();
            Some(json!({
                "site": site.id,
                "at": site.zone.write(why.at),
                "possible": why.visit.is_some(),
                "visit": visit(&why.visit),
                "blocked_by": blocks,
                "before": visit(&why.before),
                "after": visit(&why.after),
            }))
        })
        .collect();
    json!({ "interface": 1, "sites": sites })
}

/// A packed day.
pub fn packed(clinic: &Clinic, wanted: &Wanted, date: Date, packed: &Packed) -> Value {
    let of = |at: usize| wanted.visits.get(at);
    let visits: Vec<Value> = (packed.served.iter())
        .filter_map(|(at, visit)| {
            let wish = of(*at)?;
            let mut object = Map::new();
            object.insert("id".to_owned(), json!(wish.id));
            object.insert("service".to_owned(), json!(service_id(clinic, wish.service)));
            if let Value::Object(visit) = self::visit(clinic, wish.service, visit) {
                object.extend(visit);
            }
            Some(Value::Object(object))
        })
        .collect();
    let left: Vec<Value> = (packed.left_out.iter())
        .filter_map(|out| {
            let (because, says) = match out.because {
                Because::NotPossible => ("not-possible", "not possible that day, even alone"),
                Because::NoPlaceLeft => ("no-place-left", "no place was left for it"),
            };
            Some(json!({ "id": of(out.wish)?.id, "because": because, "says": says }))
        })
        .collect();
    json!({
        "interface": 1,
        "date": date.to_string(),
        "site": clinic.sites.get(wanted.site.0).map(|site| &site.id),
        "wanted": wanted.visits.len(),
        "served": packed.served.len(),
        "bound": packed.bound,
        "visits": visits,
        "left_out": left,
    })
}

/// A service's id.
pub fn service_id(clinic: &Clinic, at: ServiceAt) -> &str {
    clinic.services.get(at.0).map_or("", |service| &service.id)
}

fn block(site: &Site, block: &Block) -> Value {
    let time = |at: Option<Minute>| at.map(|at| site.zone.write(at));
    json!({
        "phase": block.phase,
        "resource": block.resource.map(|hold| site.name_of(hold)),
        "says": block.says,
        "until": time(block.until),
    })
}
