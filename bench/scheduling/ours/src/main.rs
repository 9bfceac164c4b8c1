//! Asks our search what its peers are asked, on the same instance, and prints one line of JSON.
//!
//!     scheduling-bench INSTANCE [ROUNDS]
//!     scheduling-bench pack DAY [ATTEMPTS]

use std::{env, fs, hint::black_box, time::Instant};

use percuta_scheduling::{
    Minute, Request,
    examine::examine,
    index::{Index, Scope},
    model::{Booked, Booking, ServiceAt, SiteAt},
    pack::{self, Effort},
    read,
    search::{Grid, Needs, Scratch, Search},
    zone::DAY,
};
use serde_json::{Value, json};

mod clinic;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().ok_or("name the instance")?;
    if file == "pack" {
        return pack(&arguments.next().ok_or("name the day")?, arguments.next());
    }
    let rounds: usize = arguments.next().map_or(Ok(20), |text| text.parse())?;
    let json: Value = serde_json::from_slice(&fs::read(file)?)?;
    let days = clinic::whole(&json["days"]);
    let mut clinic = clinic::clinic(&json);
    clinic::settle(&mut clinic);
    let scope = Scope {
        days: (clinic::DAY_ZERO, clinic::DAY_ZERO + days - 1),
        step: 5,
        services: (0..clinic.services.len()).map(ServiceAt).collect(),
    };
    // Each site's own bookings: so an index is built in time that does not grow with the other sites.
    let begun = Instant::now();
    let indices: Vec<Index> = (0..clinic.sites.len())
        .filter_map(|site| Index::build(&clinic, SiteAt(site), &scope))
        .collect();
    let load = begun.elapsed();
    let queries = json["queries"].as_array().ok_or("there are no queries")?;
    let asked = |service: &dyn Fn(&Value) -> ServiceAt| -> Vec<Request> {
        queries.iter().map(|query| clinic::request(query, days, service(query))).collect()
    };
    let get = |query: &Value, key: &str| clinic::whole(&query[key]);
    let same = asked(&|query| {
        clinic::service(get(query, "n"), get(query, "t"), get(query, "cls"), get(query, "qual"))
    });
    let lengths = [4, 6, 8, 9, 12, 18];
    let ranged = |first: usize| {
        asked(&|query| {
            let t = lengths.iter().position(|length| *length == get(query, "t")).unwrap_or(0);
            ServiceAt(first + t * 2 + get(query, "cls") as usize)
        })
    };
    let bench = Bench { clinic: &clinic, indices: &indices, rounds };
    let peers = bench.run(&same);
    let range = bench.run(&ranged(96));
    let rooms = bench.run(&ranged(108));
    println!(
        "{}",
        json!({
            "prog": "ours", "inst": json["size"], "load_ms": round(load.as_secs_f64() * 1e3),
            "starts": peers.starts, "chk": peers.check, "q2_starts": peers.chains,
            "exists_us": peers.exists, "list_us": peers.list, "chains_us": peers.chain,
            "witness_us": peers.witness, "witness_each_ns": peers.witness_each,
            "range_exists_us": range.exists, "range_witness_us": range.witness, "range_starts": range.starts,
            "two_rooms_exists_us": rooms.exists, "two_rooms_witness_us": rooms.witness, "two_rooms_starts": rooms.starts,
        })
    );
    Ok(())
}

/// Packs the day that `day.py` wrote.
fn pack(file: &str, attempts: Option<String>) -> Outcome<()> {
    let json: Value = serde_json::from_slice(&fs::read(file)?)?;
    let (clinic, wanted) = read::wanted(&json, &|_| Some(jiff::tz::TimeZone::UTC))?;
    let effort = match attempts {
        Some(text) => Effort(text.parse()?),
        None => Effort::default(),
    };
    let begun = Instant::now();
    let packed = pack::pack(&clinic, &wanted, read::date("2026-03-02")?, effort);
    let spent = begun.elapsed().as_secs_f64();
    // What was packed is examined by rules written apart, each visit among all the others.
    let date = read::date("2026-03-02")?;
    for (at, visit) in &packed.served {
        let mut others = clinic.clone();
        others.bookings =
            packed.served.iter().filter(|(other, _)| other != at).map(booked).collect();
        let request = pack::request(&wanted, &wanted.visits[*at], date);
        let wrong = examine(&others, &request, visit);
        if !wrong.is_empty() {
            return Err(wrong.join(", ").into());
        }
    }
    let (served, wished) = (packed.served.len(), wanted.visits.len());
    println!(
        "{}",
        json!({ "prog": "ours, pack", "nreq": wished, "placed": served, "bound": packed.bound, "s": round(spent) })
    );
    Ok(())
}

fn booked((at, visit): &(usize, percuta_scheduling::Visit)) -> Booking {
    let phases = visit.phases.iter().map(|phase| Booked {
        name: String::new(),
        span: phase.span,
        holds: phase.holds().collect(),
    });
    Booking { id: at.to_string(), site: visit.site, service: None, depth_um: None, phases: phases.collect() }
}

struct Bench<'a> {
    clinic: &'a percuta_scheduling::Clinic,
    indices: &'a [Index],
    rounds: usize,
}

#[derive(Default)]
struct Measured {
    starts: u64,
    check: u32,
    chains: u64,
    exists: f64,
    list: f64,
    chain: f64,
    witness: f64,
    witness_each: f64,
}

impl Bench<'_> {
    fn run(&self, requests: &[Request]) -> Measured {
        let mut measured = Measured::default();
        let mut scratch = Scratch::default();
        let (mut exists, mut list, mut chain) = (vec![], vec![], vec![]);
        for round in 0..self.rounds {
            (measured.starts, measured.check, measured.chains) = (0, 0, 0);
            for request in requests {
                let SiteAt(site) = request.sites[0];
                let (index, here) = (&self.indices[site], &self.clinic.sites[site]);
                // All of it is timed: who could do it, where starts may lie, and which starts there are.
                let begun = Instant::now();
                let needs = Needs::of_request(self.clinic, index, here, request);
                let grid = Grid::new(index, here, request);
                let search = Search { index, site: here, needs: &needs, grid: &grid };
                let starts = search.starts(&mut scratch);
                let one = begun.elapsed();
                black_box(&starts);
                let moments: Vec<Minute> = search.list(starts);
                let two = begun.elapsed();
                black_box(&moments);
                let chains = chains(&moments);
                let three = begun.elapsed();
                if round > 0 {
                    exists.push(one.as_secs_f64() * 1e6);
                    list.push(two.as_secs_f64() * 1e6);
                    chain.push(three.as_secs_f64() * 1e6);
                }
                // As the peers count: ticks from the first day on.
                let first = percuta_scheduling::zone::midnight(request.from);
                let sum: i64 = moments
                    .iter()
                    .map(|at| (at - first).div_euclid(DAY) * 288 + (at - first).rem_euclid(DAY) / 5)
                    .sum();
                let count = moments.len() as u64;
                measured.starts += count;
                measured.check = measured
                    .check
                    .wrapping_mul(31)
                    .wrapping_add(sum as u32)
                    .wrapping_add(count as u32);
                measured.chains += chains;
            }
        }
        let mut witness = vec![];
        for request in requests {
            let SiteAt(site) = request.sites[0];
            let (index, here) = (&self.indices[site], &self.clinic.sites[site]);
            let begun = Instant::now();
            let needs = Needs::of_request(self.clinic, index, here, request);
            let grid = Grid::new(index, here, request);
            let search = Search { index, site: here, needs: &needs, grid: &grid };
            let starts = search.starts(&mut scratch);
            let visits: Vec<_> =
                search.moments(starts).filter_map(|start| search.visit(start)).collect();
            witness.push(begun.elapsed().as_secs_f64() * 1e6);
            black_box(&visits);
        }
        let total: f64 = witness.iter().sum();
        measured.witness_each = round(total * 1e3 / measured.starts.max(1) as f64);
        measured.exists = median(&mut exists);
        measured.list = median(&mut list);
        measured.chain = median(&mut chain);
        measured.witness = median(&mut witness);
        measured
    }
}

/// How many first starts lead to three sessions, each 28 to 42 times 24 hours after the one before, as the peers count.
fn chains(starts: &[Minute]) -> u64 {
    let mut leads = vec![true; starts.len()];
    for _ in 0..2 {
        let mut next = vec![false; starts.len()];
        // The first start within the window that leads on; walking backwards, it only moves backwards.
        let (mut low, mut nearest) = (starts.len(), None);
        for at in (0..starts.len()).rev() {
            while low > 0 && starts[low - 1] >= starts[at] + 28 * DAY {
                low -= 1;
                if leads[low] {
                    nearest = Some(starts[low]);
                }
            }
            next[at] = nearest.is_some_and(|other| other <= starts[at] + 42 * DAY);
        }
        leads = next;
    }
    leads.iter().filter(|leads| **leads).count() as u64
}

fn median(all: &mut [f64]) -> f64 {
    all.sort_by(f64::total_cmp);
    round(all.get(all.len() / 2).copied().unwrap_or(0.0))
}

fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
