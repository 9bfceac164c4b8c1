//! Whole courses: the same as trying every combination, in the same order; and nothing in them clashes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the example and the plain search are helpers of these tests, and fail them"
)]

#[path = "support/example.rs"]
#[expect(dead_code, reason = "only the example is used here")]
mod example;
#[path = "support/naive.rs"]
mod naive;
#[path = "support/random.rs"]
mod random;

use std::collections::BTreeMap;

use percuta_scheduling::{
    Clinic, Minute, Request, Visit,
    examine::examine,
    model::{Interval, StaffAt},
    slots, zone,
};
use serde_json::json;

/// Every series there is, best first, from the naive search and nothing else.
fn every(clinic: &Clinic, request: &Request) -> Vec<Vec<Visit>> {
    let service = &clinic.services[request.service.0];
    let lead = service.lead();
    let starts = naive::all(clinic, request);
    // For each person who could lead: the visits that they would, at the same times.
    let mut led: BTreeMap<(StaffAt, usize, Minute), Visit> = BTreeMap::new();
    if service.phases[lead].staff.is_some() {
        for (place, site) in clinic.sites.iter().enumerate() {
            for (who, member) in site.staff.iter().enumerate() {
                let wanted = request.staff.is_empty() || request.staff.contains(&member.id);
                let only = Request { staff: vec![member.id.clone()], ..request.clone() };
                for visit in naive::all(clinic, &only) {
                    if wanted && visit.site.0 == place {
                        led.insert((StaffAt(who), place, visit.span().from), visit);
                    }
                }
            }
        }
    }
    let mut all: Vec<(Key, Vec<Visit>)> = Vec::new();
    let mut chosen = Vec::new();
    series(clinic, request, &starts, &mut chosen, &mut |series| {
        let site = &clinic.sites[series[0].site.0];
        let habit = |visit: &Visit| site.zone.civil(visit.span().from) % (7 * 1_440);
        let last = &series[series.len() - 1];
        let changes = series.iter().filter(|visit| habit(visit) != habit(last)).count();
        let of = |who: usize| -> Option<Vec<Visit>> {
            series
                .iter()
                .map(|visit| {
                    let theirs = led.get(&(StaffAt(who), visit.site.0, visit.span().from))?;
                    let times =
                        |visit: &Visit| visit.phases.iter().map(|p| p.span).collect::<Vec<_>>();
                    (times(theirs) == times(visit)).then(|| theirs.clone())
                })
                .collect()
        };
        let same = (0..site.staff.len()).find_map(of);
        let alone = service.phases[lead].staff.is_some() && same.is_none();
        let when = series.iter().map(|visit| visit.span().from).collect();
        let key = (last.span().to, changes, alone, when, series[0].site.0);
        all.push((key, same.unwrap_or_else(|| series.to_vec())));
    });
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.into_iter().map(|(_, series)| series).take(request.limit).collect()
}

type Key = (Minute, usize, bool, Vec<Minute>, usize);

fn series(
    clinic: &Clinic,
    request: &Request,
    starts: &[Visit],
    chosen: &mut Vec<Visit>,
    found: &mut dyn FnMut(&[Visit]),
) {
    if chosen.len() == request.sessions {
        found(chosen);
        return;
    }
    for next in starts {
        if let Some(last) = chosen.last() {
            let day = |visit: &Visit| {
                zone::day_number(clinic.sites[visit.site.0].zone.date(visit.span().from))
            };
            let days = day(next) - day(last);
            let Interval { days_min, days_max } = request.interval;
            if next.site != last.site
                || days < days_min
                || days > days_max
                || next.span().from < last.span().to
            {
                continue;
            }
        }
        chosen.push(next.clone());
        series(clinic, request, starts, chosen, found);
        chosen.pop();
    }
}

#[test]
fn the_courses_are_those_of_trying_everything() {
    let (mut clinics, mut compared) = (0, 0);
    for seed in 0..600 {
        let (clinic, mut request) = random::clinic(seed);
        request.step = 60;
        request.sessions = 2 + usize::try_from(seed % 2).unwrap();
        request.limit = 40;
        let plain = every(&clinic, &request);
        let answer = slots(&clinic, &request);
        assert_eq!(answer.courses.len(), plain.len(), "seed {seed}");
        for (ours, theirs) in answer.courses.iter().zip(&plain) {
            let starts =
                |series: &[Visit]| series.iter().map(|v| v.span().from).collect::<Vec<_>>();
            assert_eq!(starts(ours), starts(theirs), "seed {seed}");
            assert_eq!(ours, theirs, "seed {seed}");
            for visit in ours {
                assert!(examine(&clinic, &request, visit).is_empty(), "seed {seed}");
            }
        }
        clinics += usize::from(!plain.is_empty());
        compared += plain.len();
    }
    assert!(clinics > 40 && compared > 400, "{clinics} clinics with {compared} courses");
}

#[test]
fn no_course_is_offered_whose_last_date_clashes() {
    let mut json = example::example();
    json["request"]["sessions"] = json!(3);
    let (clinic, request) = example::read(&json).unwrap();
    let answer = slots(&clinic, &request);
    let first: Vec<String> = (answer.courses[0].iter())
        .map(|visit| clinic.sites[0].zone.write(visit.span().from))
        .collect();
    assert_eq!(
        first,
        ["2026-03-02T10:05+00:00", "2026-03-30T09:00+01:00", "2026-05-04T09:00+01:00"]
    );
    // The whole of the only third Monday is booked: the first sessions are still possible, a course is not.
    json["clinic"]["bookings"][0]["phases"][0]["start"] = json!("2026-05-04T09:00");
    json["clinic"]["bookings"][0]["phases"][0]["end"] = json!("2026-05-04T18:00");
    let (clinic, request) = example::read(&json).unwrap();
    let answer = slots(&clinic, &request);
    assert!(answer.counted > 0 && answer.courses.is_empty());
    assert_eq!(answer.none_because[0].kind.word(), "no-course");
}

#[test]
fn a_course_with_many_ways_is_answered_at_once() {
    let mut json = example::example();
    let days: Vec<serde_json::Value> = (0..89)
        .map(|day| {
            let date = zone::date_of(zone::day_number("2026-03-02".parse().unwrap()) + day);
            json!({ "start": format!("{date}T09:00"), "end": format!("{date}T17:00") })
        })
        .collect();
    let hours: Vec<serde_json::Value> = (zone::WEEKDAYS.iter())
        .map(|day| json!({ "weekday": day, "open": "09:00", "close": "18:00" }))
        .collect();
    json["clinic"]["sites"][0]["hours"] = json!(hours);
    for who in 0..3 {
        json["clinic"]["sites"][0]["staff"][who]["shifts"] = json!(days);
    }
    json["request"]["sessions"] = json!(24);
    json["request"]["limit"] = json!(1_000);
    json["request"]["interval_days"] = json!({ "min": 1, "max": 90 });
    let (clinic, request) = example::read(&json).unwrap();
    assert_eq!(slots(&clinic, &request).courses.len(), 1_000);
}
