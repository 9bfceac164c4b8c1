//! A second, tiny evaluator, written apart from the engine: it reads the JSON of an intake as it stands and walks
//! the cards as they are written, with no compilation, no masks and no resolved intake.
//!
//! It says what may be done, and nothing else. The laws hold the engine to it.

use jiff::civil::Date;
use percuta_terminology::{Kind, TermId, calendar::birthday};
use serde_json::Value;

use crate::{
    answer::Disposition::{self, Defer, Proceed, ProceedWithPrecautions, ReferPhysician},
    book::{Rule, Rulebook, WhenUnknown},
    intake::{Answer, Modality, Setting, Sex, Status},
    language::{Ask, Change, DepthLimit, Hba1c, ItemAsk, PatientField, Site, Time},
    logic::{Condition, Trit},
};

/// What may be done, by the tiny evaluator.
pub(crate) fn disposition(book: &Rulebook, intake: &Value) -> Disposition {
    let tiny = Tiny { book, intake };
    let mut worst = tiny.unrecognised();
    for rule in book.rules.iter().filter(|rule| rule.withdrawn.is_none()) {
        worst = worst.max(tiny.rule(rule));
    }
    worst
}

struct Tiny<'a> {
    book: &'a Rulebook,
    intake: &'a Value,
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn day(value: &Value, key: &str) -> Option<Date> {
    word(value, key).parse().ok()
}

fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key).and_then(Value::as_f64)
}

impl Tiny<'_> {
    fn today(&self) -> Date {
        day(self.intake, "as_of").unwrap_or(Date::ZERO)
    }

    fn part(&self, key: &str) -> &Value {
        self.intake.get(key).unwrap_or(&Value::Null)
    }

    fn unknown(&self) -> impl Iterator<Item = &str> {
        self.part("unknown").as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    fn says_unknown(&self, path: &str) -> bool {
        self.unknown().any(|unknown| unknown == path)
    }

    /// The entries of a list with the word that names each.
    fn entries(&self, kind: Kind) -> Vec<(&Value, &str)> {
        let (list, key) = match kind {
            Kind::Product => (self.part("request").get("products"), ""),
            Kind::Condition => (self.intake.get("conditions"), "code"),
            Kind::Finding => (self.intake.get("skin_today"), "finding"),
            Kind::Clearance => (self.intake.get("clearances"), "by"),
            Kind::Medicine => (self.intake.get("medicines"), "name"),
            Kind::Procedure => (self.intake.get("procedures"), "name"),
            Kind::Exposure => (self.intake.get("exposures"), "name"),
            Kind::Allergy => (self.intake.get("allergies"), ""),
            Kind::Concern | Kind::Symptom => (None, ""),
        };
        let entries = list.and_then(Value::as_array).into_iter().flatten();
        entries.map(|entry| (entry, entry.as_str().unwrap_or_else(|| word(entry, key)))).collect()
    }

    fn unrecognised(&self) -> Disposition {
        let mut worst = Proceed;
        for (kind, at_worst) in [
            (Kind::Medicine, ReferPhysician),
            (Kind::Condition, ReferPhysician),
            (Kind::Procedure, ProceedWithPrecautions),
            (Kind::Allergy, ProceedWithPrecautions),
            (Kind::Product, ProceedWithPrecautions),
        ] {
            let lexicon = self.book.vocabulary.of(kind);
            if self.entries(kind).iter().any(|(_, word)| lexicon.entry(word).is_none()) {
                worst = worst.max(at_worst);
            }
        }
        worst
    }

    fn rule(&self, rule: &Rule) -> Disposition {
        let mut holds: Option<Disposition> = None;
        let mut open: Option<Disposition> = None;
        let mut decided = false;
        for clause in rule.clauses.iter().filter(|clause| !clause.is_afterwards) {
            match self.condition(&clause.when) {
                Trit::True => {
                    decided = true;
                    holds = holds.max(Some(clause.disposition));
                }
                Trit::Unknown => open = open.max(Some(clause.disposition)),
                Trit::False => {}
            }
        }
        for clause in rule.clauses.iter().filter(|clause| clause.is_afterwards && !decided) {
            match self.condition(&clause.when) {
                Trit::True => holds = holds.max(Some(clause.disposition)),
                Trit::Unknown => open = open.max(Some(clause.disposition)),
                Trit::False => {}
            }
        }
        let while_open = match rule.unknown {
            _ if open <= holds || open == Some(Proceed) => Proceed,
            WhenUnknown::Critical => Defer,
            WhenUnknown::Caution => ProceedWithPrecautions,
            WhenUnknown::Elsewhere => Proceed,
        };
        holds.unwrap_or(Proceed).max(while_open)
    }

    fn condition(&self, condition: &Condition<Ask>) -> Trit {
        match condition {
            Condition::All(parts) => {
                parts.iter().map(|part| self.condition(part)).min().unwrap_or(Trit::True)
            }
            Condition::Any(parts) => {
                parts.iter().map(|part| self.condition(part)).max().unwrap_or(Trit::False)
            }
            Condition::Not(part) => !self.condition(part),
            Condition::Ask(ask) => self.ask(ask),
        }
    }

    fn answer(&self, key: &str) -> Answer {
        let given = match word(self.part("patient"), key) {
            _ if self.says_unknown(&format!("patient.{key}")) => Answer::Unknown,
            "yes" => Answer::Yes,
            "no" => Answer::No,
            "not-applicable" => Answer::NotApplicable,
            _ => Answer::Unknown,
        };
        let is_male = word(self.part("patient"), "sex") == "male";
        if is_male && given == Answer::Unknown { Answer::NotApplicable } else { given }
    }

    fn phototype(&self) -> Option<f64> {
        number(self.part("patient"), "phototype")
            .filter(|_| !self.says_unknown("patient.phototype"))
    }

    fn ask(&self, ask: &Ask) -> Trit {
        let same = |given: Answer, asked: Answer| {
            if given == Answer::Unknown { Trit::Unknown } else { Trit::known(given == asked) }
        };
        let patient = self.part("patient");
        match ask {
            Ask::Item(item) => self.item(item),
            Ask::Pregnancy(asked) => same(self.answer("pregnancy"), *asked),
            Ask::Breastfeeding(asked) => same(self.answer("breastfeeding"), *asked),
            Ask::Sex(asked) => {
                let asked = match asked {
                    Sex::Female => "female",
                    Sex::Male => "male",
                    Sex::Intersex => "intersex",
                    Sex::Unknown => "unknown",
                };
                let given = word(patient, "sex");
                if given == "unknown" { Trit::Unknown } else { Trit::known(given == asked) }
            }
            Ask::Age { from, under } => {
                let born = day(patient, "birth_date").unwrap_or(Date::ZERO);
                let age = |years: &i16| self.today() >= birthday(born, *years);
                Trit::known(from.as_ref().is_none_or(age) && !under.as_ref().is_some_and(age))
            }
            Ask::PhototypeFrom(least) => self
                .phototype()
                .map_or(Trit::Unknown, |phototype| Trit::known(phototype >= f64::from(*least))),
            Ask::Missing(PatientField::Pregnancy) => {
                Trit::known(self.answer("pregnancy") == Answer::Unknown)
            }
            Ask::Missing(PatientField::Breastfeeding) => {
                Trit::known(self.answer("breastfeeding") == Answer::Unknown)
            }
            Ask::Missing(PatientField::Phototype) => Trit::known(self.phototype().is_none()),
            Ask::Request(_) => Trit::known(self.requested(ask)),
            Ask::ScarAge { .. } => self.scar_age(ask),
            Ask::DepthOver(limit) => self.depth_over(*limit),
            // Whether a use is off label never changes what may be done; the words do.
            Ask::OffLabel => Trit::Unknown,
        }
    }

    fn requested(&self, ask: &Ask) -> bool {
        let Ask::Request(asked) = ask else { return false };
        let request = self.part("request");
        let modality = match word(request, "modality") {
            "pen" => Modality::Pen,
            "roller" => Modality::Roller,
            "rf" => Modality::Rf,
            _ => Modality::Patch,
        };
        let setting =
            if word(request, "setting") == "home" { Setting::Home } else { Setting::Clinic };
        let concern = self.book.vocabulary.of(Kind::Concern).entry(word(request, "concern"));
        let region = word(request, "region");
        let code =
            |id: &percuta_terminology::RegionId| self.book.vocabulary.regions.get(*id).code.clone();
        (asked.modalities.is_empty() || asked.modalities.contains(&modality))
            && asked.setting.is_none_or(|wanted| wanted == setting)
            && asked
                .concerns
                .as_ref()
                .is_none_or(|set| concern.is_some_and(|term| set.contains(term)))
            && (asked.inside.is_empty()
                || asked.inside.iter().any(|outer| self.inside(region, &code(outer))))
            && (asked.meets.is_empty()
                || asked.meets.iter().any(|other| self.meets(region, &code(other))))
    }

    /// Whether one region is another, or a part of it, by walking up.
    fn inside(&self, inner: &str, outer: &str) -> bool {
        let regions = &self.book.vocabulary.regions;
        let mut here = regions.find(inner);
        while let Some(id) = here {
            if regions.get(id).code == outer {
                return true;
            }
            here = regions.get(id).parent;
        }
        false
    }

    fn meets(&self, left: &str, right: &str) -> bool {
        self.inside(left, right) || self.inside(right, left)
    }

    fn on(&self, inner: &str, outer: &str) -> bool {
        let regions = &self.book.vocabulary.regions;
        let lower = regions.find(inner).and_then(|id| regions.get(id).lies_on);
        self.meets(inner, outer)
            || lower.is_some_and(|id| self.inside(&regions.get(id).code, outer))
    }

    /// Whether an item's region meets the one asked for, or lies on it as an eyelid lies on the face.
    fn there(&self, site: &str, asked: &str) -> bool {
        let regions = &self.book.vocabulary.regions;
        let lower = regions.find(site).and_then(|id| regions.get(id).lies_on);
        self.meets(site, asked) || lower.is_some_and(|id| self.inside(&regions.get(id).code, asked))
    }

    fn here(&self, entry: &Value) -> bool {
        match word(entry, "site") {
            "" | "request" => true,
            site => self.meets(site, word(self.part("request"), "region")),
        }
    }

    fn scar_age(&self, ask: &Ask) -> Trit {
        let Ask::ScarAge { under, is_dated, procedures } = ask else { return Trit::False };
        let request = self.part("request");
        let mut dates: Vec<Date> = day(request, "onset")
            .filter(|_| !self.says_unknown("request.onset"))
            .into_iter()
            .collect();
        let mut undated = false;
        for (entry, name) in self.entries(Kind::Condition) {
            if name == word(request, "concern") && self.here(entry) {
                dates.extend(day(entry, "onset"));
            }
        }
        let lexicon = self.book.vocabulary.of(Kind::Procedure);
        for (entry, name) in self.entries(Kind::Procedure) {
            let counts = lexicon.entry(name).is_some_and(|term| procedures.contains(term));
            if counts && self.here(entry) {
                match day(entry, "date") {
                    Some(date) if date <= self.today() => dates.push(date),
                    Some(_) => {}
                    None => undated = true,
                }
            }
        }
        if dates.iter().any(|date| self.today() < under.after(*date)) {
            Trit::True
        } else if *is_dated || (!dates.is_empty() && !undated) {
            Trit::False
        } else {
            Trit::Unknown
        }
    }

    fn depth_over(&self, limit: DepthLimit) -> Trit {
        let request = self.part("request");
        let unknown = self.says_unknown("request.depth_mm")
            || request.get("depth_mm").is_some_and(Value::is_null);
        let depth = number(request, "depth_mm").filter(|_| !unknown);
        let limit_mm = match limit {
            DepthLimit::Millimetres(limit) => Some(limit),
            DepthLimit::Ceiling => self.ceiling().map(|(ordinary, _)| ordinary),
            DepthLimit::OverrideCeiling => self.ceiling().and_then(|(_, over)| over),
        };
        match (limit_mm, depth) {
            (None, _) => Trit::False,
            (Some(limit), Some(depth)) => Trit::known(depth > limit),
            (Some(_), None) if unknown => Trit::Unknown,
            (Some(_), None) => {
                if matches!(limit, DepthLimit::Millimetres(_)) {
                    Trit::Unknown
                } else {
                    Trit::False
                }
            }
        }
    }

    /// The limits as the resolved intake has them: the one table both evaluators share.
    fn ceiling(&self) -> Option<(f64, Option<f64>)> {
        let intake = crate::intake::read(self.book, self.intake, &[]).ok()?;
        let asked = crate::depth::Use::of(&intake.request);
        let limit = crate::depth::limit(self.book, asked, intake.request.region)?;
        Some((limit.ordinary_mm, limit.override_mm))
    }

    fn item(&self, ask: &ItemAsk) -> Trit {
        let lexicon = self.book.vocabulary.of(ask.kind);
        let mut terms: Vec<(TermId, Trit)> = Vec::new();
        for (entry, name) in self.entries(ask.kind) {
            if let Some(term) = lexicon.entry(name).filter(|term| ask.terms.contains(*term)) {
                terms.push((term, self.entry(ask, entry, term)));
            }
        }
        // A field of something that is not listed: it is there, and that field is not known.
        for path in self.unknown() {
            let Some(rest) =
                path.strip_prefix(ask.kind.list()).and_then(|rest| rest.strip_prefix('.'))
            else {
                continue;
            };
            let (name, field) = rest.split_once('.').unwrap_or((rest, ""));
            let Some(named) = lexicon.word(name) else { continue };
            let overlaps = lexicon.terms_of(named).overlaps(&ask.terms);
            if field.is_empty() {
                if overlaps {
                    terms.extend(ask.terms.iter().map(|term| (term, Trit::Unknown)));
                }
            } else if !self.entries(ask.kind).iter().any(|(_, other)| {
                lexicon.entry(other).is_some_and(|term| lexicon.terms_of(named).contains(term))
            }) && let Some(term) =
                lexicon.entry(name).filter(|term| ask.terms.contains(*term))
            {
                let bare = serde_json::json!({ "status": if ask.kind == Kind::Medicine { "stopped" } else { "" } });
                terms.push((term, self.entry(ask, &bare, term)));
            }
        }
        if self.intake.get(ask.kind.list()).is_some_and(Value::is_null)
            || self.says_unknown(ask.kind.list())
        {
            terms.extend(ask.terms.iter().map(|term| (term, Trit::Unknown)));
        }
        let count = |least: Trit| {
            let mut distinct: Vec<TermId> =
                terms.iter().filter(|(_, value)| *value >= least).map(|(term, _)| *term).collect();
            distinct.sort_unstable();
            distinct.dedup();
            distinct.len()
        };
        if count(Trit::True) >= ask.count {
            Trit::True
        } else if count(Trit::Unknown) >= ask.count
            || (count(Trit::Unknown) > 0 && self.whole_class_unknown(ask))
        {
            Trit::Unknown
        } else {
            Trit::False
        }
    }

    fn whole_class_unknown(&self, ask: &ItemAsk) -> bool {
        let lexicon = self.book.vocabulary.of(ask.kind);
        self.unknown().any(|path| {
            let name = path.strip_prefix(ask.kind.list()).and_then(|rest| rest.strip_prefix('.'));
            name.and_then(|name| lexicon.word(name))
                .is_some_and(|word| lexicon.terms_of(word).overlaps(&ask.terms))
        })
    }

    /// Whether a field of an entry is named in `unknown`.
    fn field_unknown(&self, ask: &ItemAsk, term: TermId, fields: &[&str]) -> bool {
        let lexicon = self.book.vocabulary.of(ask.kind);
        self.unknown().any(|path| {
            let rest = path.strip_prefix(ask.kind.list()).and_then(|rest| rest.strip_prefix('.'));
            rest.and_then(|rest| rest.split_once('.')).is_some_and(|(name, field)| {
                fields.contains(&field)
                    && lexicon.word(name).is_some_and(|word| lexicon.terms_of(word).contains(term))
            })
        })
    }

    fn entry(&self, ask: &ItemAsk, entry: &Value, term: TermId) -> Trit {
        let hidden = |fields: &[&str]| self.field_unknown(ask, term, fields);
        let site = if hidden(&["site"]) { "" } else { word(entry, "site") };
        let asked_region = word(self.part("request"), "region");
        let place = match ask.site {
            Site::Any => true,
            Site::Meets => site.is_empty() || site == "request" || self.there(site, asked_region),
            Site::Elsewhere => {
                !site.is_empty() && site != "request" && !self.there(site, asked_region)
            }
            Site::On(lower) => {
                let lower = &self.book.vocabulary.regions.get(lower).code;
                let at = if site == "request" { asked_region } else { site };
                site.is_empty() || self.on(at, lower)
            }
        };
        let field = |key: &str| {
            (!hidden(&[key])).then(|| entry.get(key)).flatten().filter(|v| !v.is_null())
        };
        let date_key = if ask.kind == Kind::Medicine { "last_dose" } else { "date" };
        let date =
            field(date_key).and_then(Value::as_str).and_then(|text| text.parse::<Date>().ok());
        let status = field("status").and_then(Value::as_str);
        let mut value = Trit::known(place);
        value = value.min(self.time(ask, term, status, date));
        if ask.kind == Kind::Condition {
            value = value.min(self.condition_fields(ask, status, &field));
        }
        let at_least = |asked: Option<f64>, given: Option<f64>| {
            asked.map_or(Trit::True, |least| {
                given.map_or(Trit::Unknown, |given| Trit::known(given >= least))
            })
        };
        let numeric = |key: &str| field(key).and_then(Value::as_f64);
        let factor = self.book.vocabulary.of(ask.kind).term(term).prednisolone_equivalent;
        let dose = numeric("dose_mg_per_day").zip(factor).map(|(dose, factor)| dose * factor);
        value = value.min(at_least(ask.dose_from, dose));
        value = value.min(at_least(ask.days_from, numeric("duration_days")));
        value = value.min(at_least(ask.depth_from, numeric("depth_mm")));
        let onset =
            field("onset").and_then(Value::as_str).and_then(|text| text.parse::<Date>().ok());
        let since = if ask.kind == Kind::Condition { onset.or(Some(Date::MIN)) } else { date };
        value.min(self.uncleared(ask, status, since))
    }

    fn time(&self, ask: &ItemAsk, term: TermId, status: Option<&str>, date: Option<Date>) -> Trit {
        let today = self.today();
        let inside = |window: percuta_terminology::Window| {
            date.map_or(Trit::Unknown, |date| Trit::known(today < window.after(date)))
        };
        if ask.kind == Kind::Clearance {
            return date.map_or(Trit::Unknown, |date| Trit::known(date <= today));
        }
        if ask.kind == Kind::Medicine {
            let by_dose = self.book.vocabulary.of(Kind::Medicine).term(term).is_by_last_dose;
            let recently = |window| match status {
                Some("current") => Trit::True,
                Some("stopped") => inside(window),
                _ => inside(window).max(Trit::Unknown),
            };
            return match ask.time {
                Time::Within(window) if by_dose && date.is_some() => inside(window),
                Time::Within(window) => recently(window),
                Time::Taken => recently(crate::book::STOPPED_COUNTS),
                Time::Current => match status {
                    Some(status) => Trit::known(status == "current"),
                    None => Trit::Unknown,
                },
                Time::DateUnknown => Trit::known(status != Some("current") && date.is_none()),
                Time::Any | Time::Past | Time::Planned | Time::Beyond(_) => Trit::True,
            };
        }
        let is_ahead = date.is_some_and(|date| date > today);
        match ask.time {
            Time::Within(window) => {
                if is_ahead {
                    Trit::False
                } else {
                    inside(window)
                }
            }
            Time::Beyond(window) => {
                if is_ahead {
                    Trit::False
                } else {
                    !inside(window)
                }
            }
            Time::Past => Trit::known(!is_ahead),
            Time::Planned => Trit::known(is_ahead),
            Time::Any | Time::Taken | Time::Current | Time::DateUnknown => Trit::True,
        }
    }

    fn condition_fields<'v>(
        &self,
        ask: &ItemAsk,
        status: Option<&str>,
        field: &impl Fn(&str) -> Option<&'v Value>,
    ) -> Trit {
        let today = self.today();
        let name = |status: &Status| match status {
            Status::Active => "active",
            Status::Quiet => "quiet",
            Status::Past => "past",
            Status::Recurrent => "recurrent",
            Status::Family => "family",
        };
        let mut value = if ask.status.is_empty() {
            Trit::known(status != Some("family"))
        } else {
            status.map_or(Trit::Unknown, |given| {
                Trit::known(ask.status.iter().any(|s| name(s) == given))
            })
        };
        let date = |key: &str| {
            field(key).and_then(Value::as_str).and_then(|text| text.parse::<Date>().ok())
        };
        if let Some(asked) = ask.hba1c {
            let fresh = date("hba1c_date")
                .filter(|date| today <= percuta_terminology::Window::Months(6).after(*date));
            let sugar = field("hba1c_percent").and_then(Value::as_f64).filter(|_| fresh.is_some());
            value = value.min(match (asked, sugar) {
                (Hba1c::Unknown, sugar) => Trit::known(sugar.is_none()),
                (_, None) => Trit::Unknown,
                (Hba1c::From(least), Some(sugar)) => Trit::known(sugar >= least),
                (Hba1c::Under(limit), Some(sugar)) => Trit::known(sugar < limit),
            });
        }
        if let Some(change) = ask.change {
            let (window, wanted) = match change {
                Change::Within(window) => (window, true),
                Change::NotFor(window) => (window, false),
            };
            value =
                value.min(date("last_change").map_or(Trit::Unknown, |date| {
                    Trit::known((today < window.after(date)) == wanted)
                }));
        }
        if let Some(subtype) = &ask.subtype {
            let given =
                field("subtype").and_then(Value::as_str).map(percuta_terminology::vocabulary::fold);
            value = value.min(given.map_or(Trit::Unknown, |given| Trit::known(given == *subtype)));
        }
        value
    }

    fn uncleared(&self, ask: &ItemAsk, status: Option<&str>, date: Option<Date>) -> Trit {
        let Some(by) = &ask.uncleared_by else { return Trit::True };
        let lexicon = self.book.vocabulary.of(Kind::Clearance);
        let anchor = if ask.kind == Kind::Medicine && status == Some("current") {
            Some(self.today())
        } else {
            date
        };
        let mut cleared = Trit::False;
        for (entry, name) in self.entries(Kind::Clearance) {
            if lexicon.entry(name).is_some_and(|term| by.contains(term)) {
                let given = day(entry, "date").filter(|_| {
                    !self.unknown().any(|p| p.starts_with("clearances.") && p.ends_with(".date"))
                });
                cleared = cleared.max(match given.zip(anchor) {
                    Some((given, anchor)) => Trit::known(given >= anchor && given <= self.today()),
                    None => Trit::Unknown,
                });
            }
        }
        let unknown = self.unknown().any(|path| {
            let name = path.strip_prefix("clearances.");
            name.and_then(|name| lexicon.word(name))
                .is_some_and(|word| lexicon.terms_of(word).overlaps(by))
        });
        if unknown { !cleared.max(Trit::Unknown) } else { !cleared }
    }
}
