//! What is said about one time, about a day that is packed, and about a day that turned out otherwise.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the example and the draws are helpers of these tests, and fail them"
)]

#[path = "support/example.rs"]
mod example;
#[path = "support/random.rs"]
mod random;

use example::{example, london, with};
use percuta_scheduling::{
    Clinic, Minute, Request, Span, Visit,
    examine::{conflicts, examine},
    model::{Booked, Booking, Hold, ServiceAt, SiteAt},
    pack::{self, Because, Effort, Wanted, Wish},
    replan::{self, BookingAt},
    slots, why, wire, zone,
};
use serde_json::{Value, json};

fn read(json: &Value) -> (Clinic, Request) {
    example::read(json).unwrap()
}

fn said(json: &Value, at: &str) -> (Vec<String>, Option<String>, Option<String>) {
    let (clinic, request) = read(json);
    let why = why::why(&clinic, &request, SiteAt(0), london(at)).unwrap();
    let json = wire::why(&clinic, &request, &[why]);
    let site = &json["sites"][0];
    let blocks = site["blocked_by"].as_array().unwrap().iter().map(|block| {
        let word = |key: &str| block[key].as_str().unwrap_or("-").to_owned();
        format!("{} {}: {} until {}", word("phase"), word("resource"), word("says"), word("until"))
    });
    let start = |key: &str| site[key]["start"].as_str().map(str::to_owned);
    (blocks.collect(), start("before"), start("after"))
}

#[test]
fn a_start_is_explained_by_its_phase_what_holds_it_and_until_when() {
    let mut json = example();
    // Bo is not there: only Ada could treat.
    json["clinic"]["sites"][0]["staff"][1]["shifts"] = json!([]);
    let (blocks, before, after) = said(&json, "2026-03-02T09:20");
    assert_eq!(
        blocks,
        [
            "treatment ada: booked (`b1`) from 2026-03-02T10:00+00:00 until 2026-03-02T10:45+00:00",
            "treatment bo: off shift, and not free again for long enough that day until -",
            "treatment T1: booked (`b1`) from 2026-03-02T10:00+00:00 until 2026-03-02T10:55+00:00",
            "treatment D1: booked (`b1`) from 2026-03-02T10:00+00:00 until 2026-03-02T10:50+00:00",
        ]
        .map(str::to_owned)
    );
    assert_eq!(before, None);
    assert_eq!(after.as_deref(), Some("2026-03-02T10:05+00:00"));
}

#[test]
fn a_start_that_the_calendar_forbids_says_so() {
    let json = example();
    for (at, says) in [
        ("2026-03-02T08:00", "`a` is closed then until 2026-03-02T09:00+00:00"),
        ("2026-03-02T17:30", "closes at 2026-03-02T18:00+00:00"),
        (
            "2026-03-02T11:02",
            "starts are every 5 minutes from 2026-03-02T09:00+00:00 until 2026-03-02T11:05",
        ),
        ("2026-04-06T10:00", "`a` is closed on 2026-04-06"),
        ("2026-06-01T10:00", "2026-06-01 is not between 2026-03-02 and 2026-05-31"),
    ] {
        let (blocks, ..) = said(&json, at);
        assert!(blocks.join("; ").contains(says), "{at}: {blocks:?}");
    }
    let (blocks, ..) = said(&with("/request/not_before", json!("2026-04-02")), "2026-03-02T11:00");
    assert!(blocks[0].contains("nothing is wanted before 2026-04-02T00:00"), "{blocks:?}");
    let (blocks, ..) =
        said(&with("/request/between", json!(["12:00", "18:00"])), "2026-03-02T11:00");
    assert!(blocks[0].contains("wanted between 12:00 and 18:00"), "{blocks:?}");
    let (blocks, ..) = said(&json, "2026-03-02T11:00");
    assert!(blocks.is_empty(), "{blocks:?}");
}

#[test]
fn why_agrees_with_the_search_on_invented_clinics() {
    let mut blocked = 0;
    for seed in 0..150 {
        let (clinic, request) = random::clinic(seed);
        let answer = slots(&clinic, &request);
        let mut draw = random::Draw(seed);
        for _ in 0..6 {
            let site = SiteAt(
                usize::try_from(draw.below(u64::try_from(clinic.sites.len()).unwrap())).unwrap(),
            );
            let at = zone::midnight(request.from) + draw.between(0, 3 * 1_440);
            let why = why::why(&clinic, &request, site, at).unwrap();
            let here: Vec<&Visit> = answer.starts.iter().filter(|v| v.site == site).collect();
            let at_once = here.iter().find(|visit| visit.span().from == at);
            assert_eq!(why.visit.as_ref(), at_once.copied(), "seed {seed}");
            assert_eq!(why.visit.is_none(), !why.blocks.is_empty(), "seed {seed}");
            assert_eq!(why.before.as_ref(), here.iter().rfind(|v| v.span().from < at).copied());
            assert_eq!(why.after.as_ref(), here.iter().find(|v| v.span().from > at).copied());
            blocked += why.blocks.len();
        }
    }
    assert!(blocked > 300, "{blocked}");
}

#[test]
fn what_is_missing_is_said_before_what_is_booked() {
    for (pointer, value, kind, phase) in [
        ("/clinic/sites/0/staff/2/roles", json!([]), "no-staff", Some("cleanse")),
        ("/clinic/sites/0/rooms/0/kind", json!("seat"), "no-room", Some("cleanse")),
        ("/clinic/sites/0/devices/0/rooms", json!(["N1"]), "no-device", Some("treatment")),
        ("/clinic/sites/0/devices/0/kind", json!("rf"), "no-device", Some("treatment")),
        ("/request/weekdays", json!(["sunday"]), "never-open", None),
        ("/request/between", json!(["09:00", "10:00"]), "too-long", None),
        ("/clinic/sites/0/staff/2/shifts", json!([]), "never-together", Some("cleanse")),
    ] {
        let (clinic, request) = read(&with(pointer, value));
        let answer = slots(&clinic, &request);
        assert_eq!(answer.counted, 0, "{pointer}");
        assert_eq!(answer.none_because[0].kind.word(), kind, "{pointer}");
        assert_eq!(answer.none_because[0].phase.as_deref(), phase, "{pointer}");
    }
    let mut json = with("/request/to", json!("2026-03-02"));
    json["clinic"]["bookings"][0]["phases"][0]["end"] = json!("2026-03-02T18:00");
    json["clinic"]["bookings"][0]["phases"][0]["holds"] = json!(["D1"]);
    let (clinic, request) = read(&json);
    assert_eq!(slots(&clinic, &request).none_because[0].kind.word(), "booked");
}

#[test]
fn a_depth_is_asked_of_who_treats_and_nobody_else() {
    let mut json = with("/request/depth_mm", json!(1.5));
    json["request"]["to"] = json!("2026-03-02");
    let (clinic, request) = read(&json);
    // Bo may needle one millimetre deep: Ada, who has no limit, is free from 10:45 on.
    assert_eq!(slots(&clinic, &request).starts[0].span().from, london("2026-03-02T10:05"));
    json["request"]["depth_mm"] = json!(0.5);
    json["request"]["staff"] = json!(["bo"]);
    let (clinic, request) = read(&json);
    let first = &slots(&clinic, &request).starts[0];
    assert_eq!(clinic.sites[0].name_of(Hold::Staff(first.phases[2].staff.unwrap())), "bo");
}

fn booked(visit: &Visit, id: &str, service: ServiceAt) -> Booking {
    let phases = visit.phases.iter().map(|phase| Booked {
        name: String::new(),
        span: phase.span,
        holds: phase.holds().collect(),
    });
    Booking {
        id: id.to_owned(),
        site: visit.site,
        service: Some(service),
        depth_um: None,
        phases: phases.collect(),
    }
}

#[test]
fn a_packed_day_holds_every_rule_and_its_bound() {
    let (mut served, mut exact) = (0, 0);
    for seed in 0..150 {
        let (clinic, request) = random::clinic(seed);
        let mut draw = random::Draw(seed);
        let visits: Vec<Wish> = (0..draw.between(1, 8))
            .map(|at| Wish {
                id: format!("w{at}"),
                service: ServiceAt(usize::try_from(draw.below(2)).unwrap()),
                between: Span { from: 0, to: 1_440 },
                staff: vec![],
                depth_um: None,
            })
            .collect();
        let wanted = Wanted { site: SiteAt(0), step: request.step, visits };
        let packed = pack::pack(&clinic, &wanted, request.from, Effort(400));
        assert!(packed.served.len() <= packed.bound, "seed {seed}");
        assert_eq!(packed.served.len() + packed.left_out.len(), wanted.visits.len());
        let mut day = clinic.clone();
        for (at, visit) in &packed.served {
            let asked = pack::request(&wanted, &wanted.visits[*at], request.from);
            let wrong = examine(&day, &asked, visit);
            assert!(wrong.is_empty(), "seed {seed}: {wrong:?}");
            day.bookings.push(booked(visit, &format!("packed {at}"), wanted.visits[*at].service));
        }
        // Nobody is left out who would still fit.
        for out in packed.left_out.iter().filter(|out| out.because == Because::NoPlaceLeft) {
            let asked = pack::request(&wanted, &wanted.visits[out.wish], request.from);
            assert_eq!(slots(&day, &asked).counted, 0, "seed {seed}");
        }
        for out in packed.left_out.iter().filter(|out| out.because == Because::NotPossible) {
            let asked = pack::request(&wanted, &wanted.visits[out.wish], request.from);
            assert_eq!(slots(&clinic, &Request { sites: vec![SiteAt(0)], ..asked }).counted, 0);
        }
        served += packed.served.len();
        exact += usize::from(packed.served.len() == packed.bound);
    }
    assert!(served > 150 && exact > 75, "{served} served, {exact} proved");
}

/// The most visits that any order serves, by trying every one.
fn most(clinic: &Clinic, wanted: &Wanted, date: jiff::civil::Date, left: &[usize]) -> usize {
    let mut best = 0;
    for (place, at) in left.iter().enumerate() {
        let asked = Request { limit: 1_000, ..pack::request(wanted, &wanted.visits[*at], date) };
        for visit in slots(clinic, &asked).starts {
            let mut next = clinic.clone();
            next.bookings.push(booked(&visit, &format!("tried {at}"), asked.service));
            best = best.max(1 + most(&next, wanted, date, &left[place + 1..]));
            if best == left.len() - place {
                return best;
            }
        }
    }
    best
}

#[test]
fn a_small_day_is_packed_as_well_as_trying_everything() {
    let mut json = with("/request/to", json!("2026-03-02"));
    json["clinic"]["sites"][0]["hours"][0]["close"] = json!("13:00");
    json["clinic"]["services"][0]["phases"][1]["minutes"] = json!(30);
    let (clinic, request) = read(&json);
    let visits = (0..4).map(|at| Wish {
        id: format!("w{at}"),
        service: ServiceAt(0),
        between: Span { from: 540, to: 780 },
        staff: vec![],
        depth_um: None,
    });
    let wanted = Wanted { site: SiteAt(0), step: 15, visits: visits.collect() };
    let packed = pack::pack(&clinic, &wanted, request.from, Effort(5_000));
    let every = most(&clinic, &wanted, request.from, &[0, 1, 2, 3]);
    assert_eq!(packed.served.len(), every);
    assert!(every >= 1 && packed.bound >= every);
}

fn busy_day() -> (Clinic, Request) {
    let mut json = with("/clinic/bookings", json!([]));
    json["request"]["to"] = json!("2026-03-09");
    let (mut clinic, request) = read(&json);
    for (id, at) in
        [("b1", "2026-03-02T09:00"), ("b2", "2026-03-02T10:05"), ("b3", "2026-03-02T11:10")]
    {
        let visit = slots::at(&clinic, &request, SiteAt(0), london(at)).unwrap();
        clinic.bookings.push(booked(&visit, id, ServiceAt(0)));
    }
    (clinic, request)
}

fn minutes(visit: &Visit) -> Vec<Minute> {
    visit.phases.iter().map(|phase| phase.span.to - phase.span.from).collect()
}

#[test]
fn who_comes_late_waits_shorter_but_never_below_the_minimum() {
    let (clinic, _) = busy_day();
    let arrives = london("2026-03-02T10:31");
    let late = replan::late(&clinic, BookingAt(1), arrives).unwrap();
    let others = late.others_move.unwrap();
    assert_eq!(others.visit.span().from, arrives);
    assert_eq!(minutes(&others.visit), [5, 30, 45, 10]);
    // The third patient's treatment has to wait for the room.
    assert_eq!(others.moved.len(), 1);
    assert_eq!(others.moved[0].booking, BookingAt(2));
    let to = others.moved[0].to.clone().unwrap();
    assert!(to.span().from >= london("2026-03-02T11:10"));
    let mut moved = clinic.clone();
    moved.bookings[1] = booked(&others.visit, "b2", ServiceAt(0));
    moved.bookings[2] = booked(&to, "b3", ServiceAt(0));
    for (at, visit) in [(1, &others.visit), (2, &to)] {
        let mut rest = moved.clone();
        rest.bookings.remove(at);
        assert!(conflicts(&rest, visit).is_empty());
    }
    // With nobody moved it is later, and still possible among the others as they are.
    let nobody = late.nobody_moves.unwrap();
    assert!(nobody.span().from > arrives);
    let mut rest = clinic.clone();
    rest.bookings.remove(1);
    assert!(conflicts(&rest, &nobody).is_empty());
}

#[test]
fn the_visits_of_who_is_ill_go_to_somebody_else_or_another_time() {
    let (mut clinic, _) = busy_day();
    for booking in &mut clinic.bookings {
        booking.depth_um = Some(500);
    }
    let whole = Span { from: london("2026-03-02T00:00"), to: london("2026-03-03T00:00") };
    let led = |visit: &Visit| {
        clinic.sites[0].name_of(Hold::Staff(visit.phases[2].staff.unwrap())).to_owned()
    };
    let moved = replan::away(&clinic, "ada", whole, 14);
    assert_eq!(moved.len(), 3);
    for (one, booking) in moved.iter().zip(&clinic.bookings) {
        let to = one.to.clone().unwrap();
        assert_eq!(led(&to), "bo");
        assert_eq!(to.span().from, booking.phases[0].span.from, "the time stays");
    }
    // Deeper than Bo may needle: another day, with Ada again, and no two at once.
    for booking in &mut clinic.bookings {
        booking.depth_um = Some(1_500);
    }
    let mut after = clinic.clone();
    after.bookings.clear();
    for one in replan::away(&clinic, "ada", whole, 14) {
        let to = one.to.unwrap();
        assert_eq!(led(&to), "ada");
        assert_eq!(clinic.sites[0].zone.date(to.span().from).to_string(), "2026-03-09");
        assert!(conflicts(&after, &to).is_empty());
        after.bookings.push(booked(&to, &format!("{}", one.booking.0), ServiceAt(0)));
    }
    assert!(replan::away(&clinic, "ada", whole, 3).iter().all(|one| one.to.is_none()));
}

#[test]
fn a_time_that_became_free_is_offered_in_the_order_of_waiting() {
    let (mut clinic, request) = busy_day();
    let freed = Span { from: london("2026-03-02T10:05"), to: london("2026-03-02T11:35") };
    clinic.bookings.remove(1);
    let elsewhen = Request { weekdays: vec![2], ..request.clone() };
    let waiting = [elsewhen, request.clone(), request.clone(), request];
    let offers = replan::offers(&clinic, SiteAt(0), freed, &waiting);
    let who: Vec<usize> = offers.iter().map(|offer| offer.waiting).collect();
    assert_eq!(who, [1, 2, 3]);
    assert!(offers[0].beside_the_others && offers.iter().all(|o| o.visit.span().meets(freed)));
    assert!(offers.iter().any(|offer| !offer.beside_the_others));
}
