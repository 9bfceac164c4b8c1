//! The visits wanted on a day.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{LIMIT_WANTED, Reader, reader::given};
use crate::{
    model::{Clinic, SiteAt},
    pack::{Wanted, Wish},
    zone::DAY,
};

impl Reader {
    pub(super) fn wanted(&mut self, value: Option<&Value>, clinic: &Clinic) -> Option<Wanted> {
        let path = "wanted";
        let Some(value) = value else {
            self.problem(path, "this is required, with the visits wanted");
            return None;
        };
        let object = self.object(path, value, &["site", "step_minutes", "visits"])?;
        let site = self.one_site(path, object, clinic);
        let step = self.whole_or((path, object, "step_minutes"), (1, DAY), 5);
        let entries = self.list("wanted.visits", object.get("visits"), LIMIT_WANTED);
        let mut ids = BTreeSet::new();
        let mut visits = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            visits.extend(self.wish(&format!("wanted.visits[{index}]"), entry, clinic, &mut ids));
        }
        let site = site?;
        let work = visits.iter().filter_map(|wish| clinic.services.get(wish.service.0));
        let work = work.map(|service| super::work(clinic, service, &[site], 1));
        if work.fold(0, u64::saturating_add) > super::LIMIT_WORK {
            let what = "this would take too long: ask for fewer visits, or narrow the ranges of their phases";
            self.problem("wanted.visits", what);
        }
        Some(Wanted { site, step: step?, visits })
    }

    /// The site that is named, or the only one.
    fn one_site(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        clinic: &Clinic,
    ) -> Option<SiteAt> {
        match given(object, "site") {
            Some(value) => self.site(&format!("{path}.site"), value, &clinic.sites),
            None if clinic.sites.len() == 1 => Some(SiteAt(0)),
            None => {
                self.problem(format!("{path}.site"), "this is required: there are several sites");
                None
            }
        }
    }

    fn wish(
        &mut self,
        path: &str,
        entry: &Value,
        clinic: &Clinic,
        ids: &mut BTreeSet<String>,
    ) -> Option<Wish> {
        let keys = ["id", "service", "between", "staff", "depth_mm"];
        let object = self.object(path, entry, &keys)?;
        let id = self.id(path, object, ids);
        let service = self.required(path, object, "service");
        let service = service
            .and_then(|value| self.service(&format!("{path}.service"), value, &clinic.services));
        let between = self.between(&format!("{path}.between"), object.get("between"));
        let staff = self.request_staff(&format!("{path}.staff"), object.get("staff"), clinic);
        let depth = given(object, "depth_mm");
        let depth_um = depth.and_then(|value| self.depth(&format!("{path}.depth_mm"), value));
        Some(Wish { id: id?, service: service?, between: between?, staff, depth_um })
    }
}
