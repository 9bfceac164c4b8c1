//! What is asked for: which starts.

use percuta_terminology::input::short;
use serde_json::{Map, Value};

use super::{
    LIMIT_ANSWERS, LIMIT_DAYS, LIMIT_ENTRIES, LIMIT_SESSIONS, Reader,
    reader::{given, hint},
};
use crate::{
    model::{Clinic, Interval, Minute, Request, ServiceAt, SiteAt, Span},
    zone::{self, DAY},
};

const KEYS: [&str; 13] = [
    "service",
    "site",
    "from",
    "to",
    "sessions",
    "interval_days",
    "staff",
    "weekdays",
    "between",
    "step_minutes",
    "not_before",
    "depth_mm",
    "limit",
];

impl Reader {
    pub(super) fn request(&mut self, value: Option<&Value>, clinic: &Clinic) -> Option<Request> {
        let path = "request";
        let Some(value) = value else {
            self.problem(path, "this is required, with service, from and to");
            return None;
        };
        let object = self.object(path, value, &KEYS)?;
        let service = self.required(path, object, "service");
        let service =
            service.and_then(|value| self.service("request.service", value, &clinic.services));
        let sites = self.request_sites(object, clinic);
        let from = self.required(path, object, "from");
        let from = from.and_then(|value| self.date("request.from", value));
        let to = self.required(path, object, "to");
        let to = to.and_then(|value| self.date("request.to", value));
        if let (Some(from), Some(to)) = (from, to) {
            let days = zone::day_number(to) - zone::day_number(from) + 1;
            if days < 1 {
                self.problem("request.to", format!("{to} is before {from}"));
            } else if days > LIMIT_DAYS {
                let what =
                    format!("{days} days are more than can be searched at once ({LIMIT_DAYS})");
                self.problem("request.to", what);
            }
        }
        if let (Some(service), Some(sites), Some(from), Some(to)) = (service, &sites, from, to) {
            let days = zone::day_number(to) - zone::day_number(from) + 1;
            let has_courses = given(object, "sessions").is_some_and(|count| *count != 1);
            self.bound_work(clinic, (service, sites), days, has_courses);
        }
        let most = |limit: usize| i64::try_from(limit).unwrap_or(i64::MAX);
        let sessions = self.whole_or((path, object, "sessions"), (1, most(LIMIT_SESSIONS)), 1);
        let step = self.whole_or((path, object, "step_minutes"), (1, DAY), 5);
        let limit = self.whole_or((path, object, "limit"), (1, most(LIMIT_ANSWERS)), 50);
        let interval = self.interval(object, sessions.unwrap_or(1));
        let staff = self.request_staff("request.staff", object.get("staff"), clinic);
        let mut weekdays = Vec::new();
        for (index, entry) in
            self.list("request.weekdays", object.get("weekdays"), 7).iter().enumerate()
        {
            weekdays.extend(self.weekday(&format!("request.weekdays[{index}]"), entry));
        }
        let between = self.between("request.between", object.get("between"));
        let not_before = given(object, "not_before").and_then(|value| self.not_before(value));
        let depth = given(object, "depth_mm");
        let depth_um = depth.and_then(|value| self.depth("request.depth_mm", value));
        Some(Request {
            service: service?,
            sites: sites?,
            from: from?,
            to: to?,
            sessions: usize::try_from(sessions?).ok()?,
            interval: interval?,
            staff,
            weekdays,
            between: between?,
            step: step?,
            not_before,
            depth_um,
            limit: usize::try_from(limit?).ok()?,
        })
    }

    /// A search that would take long is refused, with what to ask instead.
    fn bound_work(
        &mut self,
        clinic: &Clinic,
        (service, sites): (ServiceAt, &[SiteAt]),
        days: i64,
        has_courses: bool,
    ) {
        let Some(asked) = clinic.services.get(service.0) else { return };
        // A course asks once more for each person who could lead it.
        let staff = |at: &SiteAt| clinic.sites.get(at.0).map_or(0, |site| site.staff.len());
        let people = sites.iter().map(staff).max().unwrap_or(0);
        let times = if has_courses { 1 + u64::try_from(people).unwrap_or(u64::MAX) } else { 1 };
        if super::work(clinic, asked, sites, days).saturating_mul(times) > super::LIMIT_WORK {
            let what = "this would take too long: ask for fewer days or sites, or narrow the ranges of the service's phases";
            self.problem("request", what);
        }
    }

    fn request_sites(
        &mut self,
        object: &Map<String, Value>,
        clinic: &Clinic,
    ) -> Option<Vec<SiteAt>> {
        let entries = self.list("request.site", object.get("site"), LIMIT_ENTRIES);
        let mut sites: Vec<SiteAt> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            sites.push(self.site(&format!("request.site[{index}]"), entry, &clinic.sites)?);
        }
        if sites.is_empty() {
            sites = (0..clinic.sites.len()).map(SiteAt).collect();
        }
        sites.sort_unstable();
        sites.dedup();
        Some(sites)
    }

    pub(super) fn request_staff(
        &mut self,
        path: &str,
        value: Option<&Value>,
        clinic: &Clinic,
    ) -> Vec<String> {
        let staff = self.words(path, value);
        let known = || clinic.sites.iter().flat_map(|site| &site.staff).map(|member| &member.id);
        for (index, id) in staff.iter().enumerate() {
            if !known().any(|known| known == id) {
                let hint = hint(id, known().map(String::as_str));
                let what = format!("nobody of this clinic has the id `{}`{hint}", short(id));
                self.problem(format!("{path}[{index}]"), what);
            }
        }
        staff
    }

    fn interval(&mut self, object: &Map<String, Value>, sessions: i64) -> Option<Interval> {
        let path = "request.interval_days";
        let Some(value) = given(object, "interval_days") else {
            if sessions > 1 {
                self.problem(path, "this is required for more than one session: min and max");
                return None;
            }
            return Some(Interval { days_min: 1, days_max: 1 });
        };
        let object = self.object(path, value, &["min", "max"])?;
        let least = self.required(path, object, "min");
        let most = self.required(path, object, "max");
        let least =
            least.and_then(|value| self.whole("request.interval_days.min", value, (1, LIMIT_DAYS)));
        let most =
            most.and_then(|value| self.whole("request.interval_days.max", value, (1, LIMIT_DAYS)));
        let (days_min, days_max) = (least?, most?);
        if days_min > days_max {
            let what = format!("the shortest ({days_min}) is longer than the longest ({days_max})");
            self.problem(path, what);
            return None;
        }
        Some(Interval { days_min, days_max })
    }

    pub(super) fn between(&mut self, path: &str, value: Option<&Value>) -> Option<Span> {
        let entries = self.list(path, value, 2);
        match entries {
            [] => Some(Span { from: 0, to: DAY }),
            [from, to] => {
                let from = self.clock(&format!("{path}[0]"), from);
                let to = self.clock(&format!("{path}[1]"), to);
                let span = Span { from: from?, to: to? };
                if span.from >= span.to {
                    self.problem(path, "the second time is not after the first");
                    return None;
                }
                Some(span)
            }
            _ => {
                self.problem(path, "two times of day are expected, such as 09:00 and 18:00");
                None
            }
        }
    }

    /// A date, or a civil time of the site.
    fn not_before(&mut self, value: &Value) -> Option<Minute> {
        let path = "request.not_before";
        if value.as_str().is_some_and(|text| text.len() == 10) {
            return self.date(path, value).map(zone::midnight);
        }
        match self.civil(path, value)? {
            (civil, None) => Some(civil),
            (_, Some(_)) => {
                self.problem(path, "it is a time on the site's own clock, without an offset");
                None
            }
        }
    }
}
