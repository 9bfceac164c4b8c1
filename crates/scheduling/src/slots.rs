//! The answer to a request: the starts in order, whole courses, and why there is none.

use crate::{
    bits, course,
    index::{Index, Scope},
    model::{Clinic, Minute, Request, SiteAt, Visit},
    reason::{self, Reason},
    search::{Grid, Needs, Scratch, Search},
    zone,
};

/// What is answered to a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The first possible starts of the first session, in order of time and then of site, each with what it would hold.
    pub starts: Vec<Visit>,
    /// How many starts are possible in all.
    pub counted: u64,
    /// The first complete courses, best first; none for a single session.
    pub courses: Vec<Vec<Visit>>,
    /// Why there is no start, or no course; empty where there are.
    pub none_because: Vec<Reason>,
}

/// A site, ready to be searched for a request.
#[derive(Debug)]
pub(crate) struct Ready<'c> {
    pub(crate) site: &'c crate::model::Site,
    pub(crate) index: Index,
    pub(crate) needs: Needs,
    pub(crate) grid: Grid,
}

impl<'c> Ready<'c> {
    pub(crate) fn new(clinic: &'c Clinic, at: SiteAt, request: &Request) -> Option<Self> {
        let site = clinic.sites.get(at.0)?;
        let days = (zone::day_number(request.from), zone::day_number(request.to));
        let scope = Scope { days, step: request.step, services: vec![request.service] };
        let index = Index::build(clinic, at, &scope)?;
        let needs = Needs::of_request(clinic, &index, site, request).into_owned();
        let grid = Grid::new(&index, site, request);
        Some(Self { site, index, needs, grid })
    }

    pub(crate) fn search(&self) -> Search<'_> {
        Search { index: &self.index, site: self.site, needs: &self.needs, grid: &self.grid }
    }
}

/// Answers a request.
pub fn slots(clinic: &Clinic, request: &Request) -> Answer {
    let mut answer = Answer::default();
    let sites: Vec<Ready<'_>> =
        request.sites.iter().filter_map(|at| Ready::new(clinic, *at, request)).collect();
    let mut scratch = Scratch::default();
    for ready in &sites {
        let search = ready.search();
        let starts = search.starts(&mut scratch);
        answer.counted += bits::count(starts);
        let first = search.moments(starts).take(request.limit);
        answer.starts.extend(first.filter_map(|start| search.visit(start)));
    }
    answer.starts.sort_by_key(|visit| (visit.span().from, visit.site));
    answer.starts.truncate(request.limit);
    if let Some(service) = clinic.services.get(request.service.0) {
        answer.courses = course::courses(&sites, service, request);
    }
    if answer.counted == 0 {
        answer.none_because =
            request.sites.iter().flat_map(|at| reason::none(clinic, *at, request)).collect();
    } else if request.sessions > 1 && answer.courses.is_empty() {
        answer.none_because = vec![reason::no_course(request, answer.counted)];
    }
    answer
}

/// The visit that starts at a moment at a site, by the same search; `None` when none is possible. What books asks this once
/// more, on what is booked by then.
pub fn at(clinic: &Clinic, request: &Request, site: SiteAt, start: Minute) -> Option<Visit> {
    let at = clinic.sites.get(site.0)?;
    let date = at.zone.date(start);
    if date < request.from || date > request.to || !request.sites.contains(&site) {
        return None;
    }
    let request = Request { from: date, to: date, ..request.clone() };
    Ready::new(clinic, site, &request)?.search().visit(start)
}
