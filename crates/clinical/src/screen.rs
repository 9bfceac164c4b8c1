//! Screening: what may be done, until when, and every reason why.

use std::collections::BTreeMap;

use jiff::civil::Date;
use percuta_terminology::{Kind, calendar};

use crate::{
    answer::{Answer, Disposition, End, Missing, Reason},
    book::{Clause, Rule, Rulebook, WhenUnknown},
    depth,
    engine::{
        CompiledClause, CompiledRule, Engine, Verdict, scar_date, unrecognised_kind, while_unknown,
    },
    intake::{Depth, Intake, Item, Placed, Taking},
    language::{Ask, Hba1c, ItemAsk, PatientField, Time},
    logic::{Condition, Sign, Trit, Truth},
};

pub(crate) use words::{PLACES, places};

mod words;

/// What one rule says of an intake, by its place among the compiled rules, whether or not another silences it.
pub(crate) fn alone<'b>(
    book: &'b Rulebook,
    intake: &Intake,
    place: usize,
) -> (Verdict, Option<Reason<'b>>) {
    let truth = book.engine.truth(book, intake);
    let view = View { book, engine: &book.engine, intake, truth };
    let Some(rule) = book.engine.rules.get(place) else {
        return (Verdict { holds: None, open: None }, None);
    };
    let verdict = Engine::verdict(rule, &view.truth);
    let reason = verdict.holds.and_then(|holds| view.reason(rule, holds, &mut Unknowns::default()));
    (verdict, reason)
}

/// Answers an intake with every reason.
pub fn screen<'b>(book: &'b Rulebook, intake: &Intake) -> Answer<'b> {
    let engine = &book.engine;
    let truth = engine.truth(book, intake);
    let mut verdicts = vec![Verdict { holds: None, open: None }; engine.rules.len()];
    for (place, rule) in engine.awake(&truth) {
        if let Some(verdict) = verdicts.get_mut(place) {
            *verdict = Engine::verdict(rule, &truth);
        }
    }
    let view = View { book, engine, intake, truth };
    let mut reasons = Vec::new();
    let mut unknowns = Unknowns::default();
    for (rule, verdict) in engine.rules.iter().zip(&verdicts) {
        if let Some(open) = verdict.open.filter(|open| *open > Disposition::Proceed) {
            view.open(rule, open, &mut unknowns);
        }
        let Some(holds) = verdict.holds else { continue };
        let is_silent = rule
            .yields_to
            .iter()
            .any(|other| verdicts.get(*other).is_some_and(|other| other.holds >= Some(holds)));
        if !is_silent && let Some(reason) = view.reason(rule, holds, &mut unknowns) {
            reasons.push(reason);
        }
    }
    view.missing_reasons(&unknowns, &mut reasons);
    view.unrecognised(&mut reasons);
    if !intake.unrecognised.is_empty() {
        unknowns.floor = unknowns.floor.max(Some(crate::engine::unrecognised(intake)));
    }
    let mut answer = finish(intake, reasons, unknowns);
    answer.precautions = precautions(book, &answer.reasons);
    answer
}

fn finish<'b>(intake: &Intake, mut reasons: Vec<Reason<'b>>, unknowns: Unknowns) -> Answer<'b> {
    reasons.sort_by(|left, right| {
        right.disposition.cmp(&left.disposition).then(left.id.cmp(right.id))
    });
    let disposition =
        reasons.iter().map(|reason| reason.disposition).max().unwrap_or(Disposition::Proceed);
    let until = match disposition {
        Disposition::Defer | Disposition::DoNotTreat => overall_end(&reasons, disposition),
        Disposition::Proceed
        | Disposition::ProceedWithPrecautions
        | Disposition::ReferPhysician => None,
    };
    let not_before = reasons.iter().filter_map(|reason| match reason.end {
        End::On(date) => Some(date),
        End::Never | End::Event(_) => None,
    });
    Answer {
        disposition,
        until,
        not_before: not_before.max(),
        precautions: Vec::new(),
        missing: unknowns.ranked(),
        unrecognised: intake.unrecognised.iter().map(|entry| entry.word.clone()).collect(),
        reasons,
    }
}

/// What to do if treated, in the order of the reasons, each thing once.
fn precautions<'b>(book: &'b Rulebook, reasons: &[Reason<'b>]) -> Vec<&'b str> {
    let mut found: Vec<&str> = Vec::new();
    for precaution in
        reasons.iter().filter_map(|reason| book.rule(reason.id)).flat_map(|rule| &rule.precautions)
    {
        if !found.contains(&precaution.as_str()) {
            found.push(precaution);
        }
    }
    found
}

/// Null if one never ends, an event if one ends with an event, else the latest date.
pub(crate) fn overall_end(reasons: &[Reason<'_>], disposition: Disposition) -> Option<End> {
    let mut latest: Option<Date> = None;
    let mut events: Vec<&str> = Vec::new();
    for reason in reasons.iter().filter(|reason| reason.disposition == disposition) {
        match &reason.end {
            End::Never => return None,
            End::Event(event) if !events.contains(&event.as_str()) => events.push(event),
            End::Event(_) => {}
            End::On(date) => latest = latest.max(Some(*date)),
        }
    }
    if events.is_empty() { latest.map(End::On) } else { Some(End::Event(events.join("; and "))) }
}

/// Everything that a reason is made from.
pub(crate) struct View<'b, 'i> {
    pub(crate) book: &'b Rulebook,
    pub(crate) engine: &'b Engine,
    pub(crate) intake: &'i Intake,
    pub(crate) truth: Truth,
}

/// What is not known, and what it is worth.
#[derive(Default)]
struct Unknowns {
    /// By path: what it decides while unknown, the worst it could bring, how many rules it leaves open.
    paths: BTreeMap<String, (Disposition, Disposition, usize)>,
    /// Paths and rules that a critical answer leaves open.
    critical: Vec<(String, usize)>,
    /// The same for other answers.
    other: Vec<(String, usize)>,
    /// The worst reason that rests on nothing unknown.
    floor: Option<Disposition>,
}

impl Unknowns {
    fn note(&mut self, path: &str, now: Disposition, worst: Disposition) {
        let entry = self.paths.entry(path.to_owned()).or_insert((
            Disposition::Proceed,
            Disposition::Proceed,
            0,
        ));
        entry.0 = entry.0.max(now);
        entry.1 = entry.1.max(worst);
        entry.2 += 1;
    }

    /// The answers that could still change the disposition, most valuable first.
    fn ranked(self) -> Vec<Missing> {
        let floor = self.floor.unwrap_or(Disposition::Proceed);
        let mut ranked: Vec<(Missing, usize)> = self
            .paths
            .into_iter()
            .filter(|(_, (now, worst, _))| *now.max(worst) > floor)
            .map(|(path, (while_unknown, at_worst, rules))| {
                (Missing { path, while_unknown, at_worst }, rules)
            })
            .collect();
        ranked.sort_by(|(left, left_rules), (right, right_rules)| {
            (right.while_unknown, right.at_worst, right_rules, &left.path).cmp(&(
                left.while_unknown,
                left.at_worst,
                left_rules,
                &right.path,
            ))
        });
        ranked.into_iter().map(|(missing, _)| missing).collect()
    }
}

impl<'b> View<'b, '_> {
    fn rule(&self, rule: &CompiledRule) -> Option<&'b Rule> {
        self.book.rules.get(rule.index)
    }

    /// Notes what a rule that cannot be evaluated is missing.
    fn open(&self, rule: &CompiledRule, worst: Disposition, unknowns: &mut Unknowns) {
        let now = while_unknown(rule.unknown);
        let mut paths = Vec::new();
        for clause in &rule.clauses {
            if clause.formula.evaluate(&self.truth) == Trit::Unknown {
                self.unknown_paths(&clause.numbered, &mut paths);
            }
        }
        for path in paths {
            unknowns.note(&path, now, worst);
            let list = match rule.unknown {
                WhenUnknown::Critical => &mut unknowns.critical,
                WhenUnknown::Caution => &mut unknowns.other,
                WhenUnknown::Elsewhere => continue,
            };
            list.push((path, rule.index));
        }
    }

    /// The paths that leave a formula open.
    fn unknown_paths(&self, condition: &Condition<u16>, paths: &mut Vec<String>) {
        condition.visit(Sign::For, &mut |atom, _| {
            if self.truth.get(*atom) == Trit::Unknown
                && let Some(ask) = self.engine.atoms.get(usize::from(*atom))
            {
                self.paths_of(ask, paths);
            }
        });
        let mut seen = Vec::new();
        paths.retain(|path| {
            let is_new = !seen.contains(path);
            if is_new {
                seen.push(path.clone());
            }
            is_new
        });
    }

    fn paths_of(&self, ask: &Ask, paths: &mut Vec<String>) {
        match ask {
            Ask::Item(ask) => self.item_paths(ask, paths),
            Ask::Pregnancy(_) => paths.push(PatientField::Pregnancy.path().to_owned()),
            Ask::Breastfeeding(_) => paths.push(PatientField::Breastfeeding.path().to_owned()),
            Ask::PhototypeFrom(_) => paths.push(PatientField::Phototype.path().to_owned()),
            Ask::Missing(field) => paths.push(field.path().to_owned()),
            Ask::ScarAge { .. } => paths.push("request.onset".to_owned()),
            Ask::DepthOver(_) => paths.push("request.depth_mm".to_owned()),
            Ask::Sex(_) => paths.push("patient.sex".to_owned()),
            Ask::Age { .. } | Ask::Request(_) | Ask::OffLabel => {}
        }
    }

    fn item_paths(&self, ask: &ItemAsk, paths: &mut Vec<String>) {
        let words = &self.book.vocabulary;
        let unknown = self.intake.unknown.iter();
        for unknown in unknown.filter(|u| u.kind == ask.kind && u.terms.overlaps(&ask.terms)) {
            paths.push(unknown.path.clone());
        }
        for item in self.intake.items.iter().filter(|item| item.kind == ask.kind) {
            if crate::engine::item_matches(self.book, self.intake, ask, item) != Trit::Unknown {
                continue;
            }
            if self.only_clearance_is_open(ask, item) {
                continue;
            }
            let code = &words.of(item.kind).term(item.term).code;
            for field in open_fields(ask, item) {
                paths.push(format!("{}.{code}.{field}", item.kind.list()));
            }
        }
        if let Some(by) = &ask.uncleared_by {
            let unknown = self.intake.unknown.iter();
            for unknown in unknown.filter(|u| u.kind == Kind::Clearance && u.terms.overlaps(by)) {
                paths.push(unknown.path.clone());
            }
            let clearances = self.intake.items.iter().filter(|item| by.contains(item.term));
            for item in clearances.filter(|i| i.kind == Kind::Clearance && i.date.is_none()) {
                let code = &words.of(Kind::Clearance).term(item.term).code;
                paths.push(format!("{}.{code}.date", Kind::Clearance.list()));
            }
        }
    }

    /// Whether an item itself is known, so that only a clearance leaves the question open.
    fn only_clearance_is_open(&self, ask: &ItemAsk, item: &Item) -> bool {
        let itself = ItemAsk { uncleared_by: None, ..ask.clone() };
        let has_anchor =
            item.kind == Kind::Condition || item.taking == Taking::Current || item.date.is_some();
        ask.uncleared_by.is_some()
            && has_anchor
            && crate::engine::item_matches(self.book, self.intake, &itself, item) == Trit::True
    }

    /// The reason that a rule gives for one disposition.
    fn reason(
        &self,
        compiled: &CompiledRule,
        disposition: Disposition,
        unknowns: &mut Unknowns,
    ) -> Option<Reason<'b>> {
        let rule = self.rule(compiled)?;
        let clauses: Vec<(&CompiledClause, &'b Clause)> = compiled
            .clauses
            .iter()
            .zip(&rule.clauses)
            .filter(|(clause, _)| {
                clause.disposition == disposition
                    && clause.formula.evaluate(&self.truth) == Trit::True
            })
            .collect();
        // A further condition speaks only where no decision of its rule does.
        let only_afterwards = clauses.iter().all(|(clause, _)| clause.is_afterwards);
        let mut found = Found::default();
        let mut ends = Vec::new();
        let mut because = String::new();
        let mut rests_on: Vec<String> = Vec::new();
        for (clause, card) in
            clauses.iter().filter(|(clause, _)| only_afterwards || !clause.is_afterwards)
        {
            let mut here = Found::default();
            self.gather(&clause.numbered, &mut here);
            ends.push(self.clause_end(card, &here));
            if because.is_empty() {
                because = words::because(self, card, &here, ends.last());
            }
            rests_on.append(&mut here.unknown_paths.clone());
            found.merge(here);
        }
        if rests_on.is_empty() {
            unknowns.floor = unknowns.floor.max(Some(disposition));
        }
        for path in rests_on {
            unknowns.note(&path, disposition, disposition);
        }
        Some(Reason {
            id: &rule.id,
            disposition,
            end: combine_ends(ends),
            because,
            facts: found.facts,
            sources: rule.sources.iter().collect(),
            disagreement: rule.against.iter().collect(),
            override_by: &rule.override_by,
            override_needs: &rule.override_needs,
        })
    }

    /// The items, fields and dates on which a formula that holds rests.
    fn gather(&self, condition: &Condition<u16>, found: &mut Found) {
        match condition {
            Condition::All(parts) => {
                for part in parts {
                    self.gather(part, found);
                }
            }
            Condition::Any(parts) => {
                for part in parts {
                    if part.evaluate(&mut |atom: &u16| self.truth.get(*atom)) == Trit::True {
                        self.gather(part, found);
                    }
                }
            }
            Condition::Not(_) => {}
            Condition::Ask(atom) => {
                if self.truth.get(*atom) == Trit::True
                    && let Some(ask) = self.engine.atoms.get(usize::from(*atom))
                {
                    self.gather_ask(ask, found);
                }
            }
        }
    }

    fn gather_ask(&self, ask: &Ask, found: &mut Found) {
        match ask {
            Ask::Item(ask) => self.gather_item(ask, found),
            Ask::Pregnancy(_) => found.fact("patient.pregnancy"),
            Ask::Breastfeeding(_) => found.fact("patient.breastfeeding"),
            Ask::Sex(_) => found.fact("patient.sex"),
            Ask::Age { under, .. } => {
                found.fact("patient.birth_date");
                if let Some(years) = under {
                    found.dates.push(calendar::birthday(self.intake.patient.birth_date, *years));
                }
            }
            Ask::PhototypeFrom(_) => found.fact("patient.phototype"),
            Ask::Request(request) => {
                let parts = [
                    ("request.modality", !request.modalities.is_empty()),
                    ("request.setting", request.setting.is_some()),
                    ("request.concern", request.concerns.is_some()),
                    ("request.region", !request.inside.is_empty() || !request.meets.is_empty()),
                ];
                for (path, _) in parts.into_iter().filter(|(_, is_asked)| *is_asked) {
                    found.fact(path);
                }
            }
            Ask::ScarAge { under, procedures, .. } => {
                found.fact("request.concern");
                if let (Some(date), _) = scar_date(self.book, self.intake, procedures) {
                    found.anchor = found.anchor.max(Some(date));
                    found.dates.push(under.after(date));
                }
            }
            Ask::DepthOver(_) => found.fact("request.depth_mm"),
            Ask::OffLabel => {
                found.fact("request.concern");
                if self.intake.request.device.is_some() {
                    found.fact("request.device");
                }
            }
            Ask::Missing(field) => {
                found.fact(field.path());
                found.unknown_paths.push(field.path().to_owned());
            }
        }
    }

    fn gather_item(&self, ask: &ItemAsk, found: &mut Found) {
        let lexicon = self.book.vocabulary.of(ask.kind);
        for item in self.intake.items.iter().filter(|item| item.kind == ask.kind) {
            if crate::engine::item_matches(self.book, self.intake, ask, item) != Trit::True {
                continue;
            }
            let term = lexicon.term(item.term);
            found.fact(&if item.index == usize::MAX {
                format!("{}.{}", item.kind.list(), term.code)
            } else {
                format!("{}[{}]", item.kind.list(), item.index)
            });
            if !found.titles.contains(&term.title) {
                found.titles.push(term.title.clone());
            }
            found.anchor = found.anchor.max(item.date);
            if let Placed::Region(region) = item.placed {
                found.site = Some(self.book.vocabulary.regions.get(region).title.to_lowercase());
            }
            if let Time::Within(window) = ask.time {
                let is_current = item.kind == Kind::Medicine
                    && item.taking == Taking::Current
                    && !(term.is_by_last_dose && item.date.is_some());
                match item.date {
                    Some(date) if !is_current => found.dates.push(window.after(date)),
                    _ => found.is_current = true,
                }
            } else if item.kind == Kind::Medicine && item.taking == Taking::Current {
                found.is_taken = true;
            }
            if ask.time == Time::DateUnknown {
                found.unknown_paths.push(format!("medicines.{}.last_dose", term.code));
            }
            if ask.hba1c == Some(Hba1c::Unknown) {
                found.unknown_paths.push(format!("conditions.{}.hba1c_percent", term.code));
            }
        }
    }

    /// When one decision ends.
    fn clause_end(&self, clause: &Clause, found: &Found) -> End {
        let blocks = matches!(clause.disposition, Disposition::Defer | Disposition::DoNotTreat);
        let event = clause.ends.clone().map(End::Event);
        if found.is_current {
            return event.unwrap_or(End::Never);
        }
        match found.dates.iter().max() {
            Some(date) if blocks || clause.ends.is_some() => End::On(*date),
            _ => event.unwrap_or(End::Never),
        }
    }

    /// The reasons that unknown answers give.
    fn missing_reasons(&self, unknowns: &Unknowns, reasons: &mut Vec<Reason<'b>>) {
        for (id, list, disposition, end) in [
            (
                "info.missing_critical",
                &unknowns.critical,
                Disposition::Defer,
                End::Event("the missing answers are known".to_owned()),
            ),
            (
                "info.missing_answer",
                &unknowns.other,
                Disposition::ProceedWithPrecautions,
                End::Never,
            ),
        ] {
            if list.is_empty() {
                continue;
            }
            let mut facts: Vec<String> = Vec::new();
            let mut titles: Vec<&str> = Vec::new();
            for (path, index) in list {
                if !facts.contains(path) {
                    facts.push(path.clone());
                }
                if let Some(rule) = self.book.rules.get(*index)
                    && !titles.contains(&rule.title.as_str())
                {
                    titles.push(&rule.title);
                }
            }
            let because = words::missing(disposition, &titles);
            reasons.push(self.policy(id, disposition, end, because, facts));
        }
    }

    fn unrecognised(&self, reasons: &mut Vec<Reason<'b>>) {
        for disposition in [Disposition::ReferPhysician, Disposition::ProceedWithPrecautions] {
            let entries: Vec<_> = self
                .intake
                .unrecognised
                .iter()
                .filter(|entry| unrecognised_kind(entry.kind) == disposition)
                .collect();
            if entries.is_empty() {
                continue;
            }
            let because = words::unrecognised(self.book, &entries);
            let facts = entries.iter().map(|entry| entry.path.clone()).collect();
            reasons.push(self.policy("info.unrecognised", disposition, End::Never, because, facts));
        }
    }

    /// A reason that a policy of the rulebook gives; its first source is its own card.
    fn policy(
        &self,
        id: &'static str,
        disposition: Disposition,
        end: End,
        because: String,
        facts: Vec<String>,
    ) -> Reason<'b> {
        let policy = self.book.policies.get(id);
        let sources = policy
            .into_iter()
            .flat_map(|policy| policy.itself.iter().chain(&policy.sources))
            .collect();
        Reason {
            id,
            disposition,
            end,
            because,
            facts,
            sources,
            disagreement: Vec::new(),
            override_by: &[],
            override_needs: "",
        }
    }
}

/// What a formula that holds rests on.
#[derive(Default)]
pub(crate) struct Found {
    /// Places of the intake.
    pub(crate) facts: Vec<String>,
    /// Plain names of the items.
    pub(crate) titles: Vec<String>,
    /// The latest date of an item.
    pub(crate) anchor: Option<Date>,
    /// Dates on which windows end.
    pub(crate) dates: Vec<Date>,
    /// A windowed medicine is being taken, so that its window has not begun.
    pub(crate) is_current: bool,
    /// A medicine without a window is being taken.
    pub(crate) is_taken: bool,
    /// Where an item is.
    pub(crate) site: Option<String>,
    /// The answers whose being unknown is the reason.
    pub(crate) unknown_paths: Vec<String>,
}

impl Found {
    fn fact(&mut self, path: &str) {
        if !self.facts.iter().any(|known| known == path) {
            self.facts.push(path.to_owned());
        }
    }

    fn merge(&mut self, other: Self) {
        for fact in other.facts {
            self.fact(&fact);
        }
        self.titles.extend(other.titles);
    }
}

/// Never before an event before the latest date.
fn combine_ends(ends: Vec<End>) -> End {
    let mut combined: Option<End> = None;
    for end in ends {
        combined = Some(match (combined, end) {
            (None, end) => end,
            (Some(End::Never), _) | (Some(_), End::Never) => End::Never,
            (Some(End::Event(event)), _) | (Some(End::On(_)), End::Event(event)) => {
                End::Event(event)
            }
            (Some(End::On(left)), End::On(right)) => End::On(left.max(right)),
        });
    }
    combined.unwrap_or(End::Never)
}

/// The fields of an item that leave a question open.
fn open_fields(ask: &ItemAsk, item: &Item) -> Vec<&'static str> {
    let mut fields = Vec::new();
    match item.kind {
        Kind::Medicine => {
            let asks_time = !matches!(ask.time, Time::Any | Time::DateUnknown);
            if asks_time && item.taking == Taking::Unknown {
                fields.push("status");
            }
            if asks_time && item.taking != Taking::Current && item.date.is_none() {
                fields.push("last_dose");
            }
            if ask.dose_from.is_some() && item.dose_mg_per_day.is_none() {
                fields.push("dose_mg_per_day");
            }
            if ask.days_from.is_some() && item.duration_days.is_none() {
                fields.push("duration_days");
            }
        }
        Kind::Condition => {
            if !ask.status.is_empty() && item.status.is_none() {
                fields.push("status");
            }
            if ask.hba1c.is_some() && item.hba1c.is_none() {
                fields.push("hba1c_percent");
            }
            if ask.change.is_some() && item.last_change.is_none() {
                fields.push("last_change");
            }
            if ask.subtype.is_some() && item.subtype.is_none() {
                fields.push("subtype");
            }
        }
        Kind::Procedure | Kind::Exposure | Kind::Clearance => {
            if item.date.is_none() {
                fields.push("date");
            }
            if ask.depth_from.is_some() && item.depth_mm.is_none() {
                fields.push("depth_mm");
            }
        }
        Kind::Finding | Kind::Allergy | Kind::Product | Kind::Concern | Kind::Symptom => {}
    }
    if fields.is_empty() {
        // An old value, a clearance that does not settle it, or an item that is itself in doubt.
        fields.push(if ask.hba1c.is_some() {
            "hba1c_date"
        } else if item.kind == Kind::Medicine {
            "last_dose"
        } else {
            "status"
        });
    }
    fields
}

/// The depth and the ceiling of a request, for words.
pub(crate) fn depths(book: &Rulebook, intake: &Intake) -> (Option<f64>, Option<f64>) {
    let depth = match intake.request.depth {
        Depth::Millimetres(depth) => Some(depth),
        Depth::NotAsked | Depth::Unknown => None,
    };
    let limit = depth::limit(book, depth::Use::of(&intake.request), intake.request.region);
    (depth, limit.map(|limit| limit.ordinary_mm))
}
