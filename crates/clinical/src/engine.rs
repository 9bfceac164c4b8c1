//! The compiled rules: every question of every rule numbered once, every decision a formula over those numbers.
//!
//! Two speeds. [`Engine::disposition`] answers what may be done and nothing else, in about a microsecond.
//! `screen` walks the same state again for the rules that hold and gives every reason. Both agree with the tiny
//! evaluator of `check::reference` on every intake that the laws are checked on.

use std::cmp::Reverse;

use jiff::civil::Date;
use percuta_terminology::{Kind, RegionId, TermId, TermSet, Window, calendar};

use crate::{
    answer::Disposition,
    book::{Rule, Rulebook, STOPPED_COUNTS, WhenUnknown},
    depth,
    intake::{
        Answer, Depth, Intake, Item, Modality, Placed, Request, Setting, Sex, Status, Taking,
    },
    language::{
        Ask, Change, DepthLimit, Hba1c, ItemAsk, MODALITIES, PatientField, RequestAsk, SETTINGS,
        Site, Time,
    },
    logic::{ATOMS_MAX, Condition, Formula, Mask, Sign, Trit, Truth},
};

/// The compiled rules.
#[derive(Debug, Default)]
pub struct Engine {
    /// Every question, once.
    pub(crate) atoms: Vec<Ask>,
    /// For each kind, for each term, the questions that read it and ask for one item.
    by_term: [Vec<Vec<u16>>; Kind::ALL.len()],
    /// For each kind, its questions.
    by_kind: [Vec<u16>; Kind::ALL.len()],
    /// Questions that ask for several items.
    counted: Vec<u16>,
    /// Questions about what is requested.
    requests: Requests,
    /// Other questions about the person and the request.
    others: Vec<u16>,
    /// Depth ceilings by region.
    pub(crate) ceilings: depth::Ceilings,
    /// For each concern, the devices and their clearances that name it, by their places.
    cleared: Vec<Vec<(usize, usize)>>,
    /// For each concern, the condition of the same code.
    conditions: Vec<Option<TermId>>,
    pub(crate) rules: Vec<CompiledRule>,
    /// What wakes each rule, the rules that can come to the worst first.
    gates: Vec<Gate>,
}

/// Which questions about the request hold for each part of it, worked out once: there are few answers.
#[derive(Debug, Default)]
struct Requests {
    ways: Vec<(Modality, Setting, Mask)>,
    concerns: Vec<Mask>,
    regions: Vec<Mask>,
}

/// Wakes a rule: none of its decisions is other than false unless one of its gates' questions is.
#[derive(Debug)]
struct Gate {
    /// The rule's place among the compiled ones.
    rule: usize,
    /// The word of a [`Truth`], and the questions in it.
    word: usize,
    bits: u64,
}

/// A rule's decisions as formulas.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    /// Its place in the rulebook.
    pub(crate) index: usize,
    pub(crate) unknown: WhenUnknown,
    /// The worst that it can come to, known or unknown.
    worst: Disposition,
    pub(crate) clauses: Vec<CompiledClause>,
    /// Places among the compiled rules to which it yields.
    pub(crate) yields_to: Vec<usize>,
}

/// One decision as a formula.
#[derive(Debug)]
pub(crate) struct CompiledClause {
    pub(crate) disposition: Disposition,
    pub(crate) is_afterwards: bool,
    pub(crate) formula: Formula,
    pub(crate) numbered: Condition<u16>,
}

/// What a rule comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The worst decision that holds.
    pub(crate) holds: Option<Disposition>,
    /// A worse one that cannot be ruled out.
    pub(crate) open: Option<Disposition>,
}

impl Engine {
    /// Numbers the questions and compiles the formulas.
    pub(crate) fn compile(book: &Rulebook) -> Result<Self, String> {
        let mut engine = Self::default();
        let active: Vec<(usize, &Rule)> =
            book.rules.iter().enumerate().filter(|(_, rule)| rule.withdrawn.is_none()).collect();
        for (index, rule) in &active {
            let clauses: Vec<CompiledClause> = rule
                .clauses
                .iter()
                .map(|clause| {
                    let numbered = clause.when.map(&mut |ask| engine.number(ask));
                    CompiledClause {
                        disposition: clause.disposition,
                        is_afterwards: clause.is_afterwards,
                        formula: Formula::compile(&numbered),
                        numbered,
                    }
                })
                .collect();
            engine.rules.push(CompiledRule {
                index: *index,
                unknown: rule.unknown,
                worst: clauses
                    .iter()
                    .map(|clause| clause.disposition)
                    .fold(while_unknown(rule.unknown), Ord::max),
                clauses,
                yields_to: Vec::new(),
            });
        }
        if engine.atoms.len() > ATOMS_MAX {
            return Err(format!("the rules ask more than {ATOMS_MAX} different questions"));
        }
        let place = |id: &str| active.iter().position(|(_, rule)| rule.id == id);
        let yields: Vec<Vec<usize>> = active
            .iter()
            .map(|(_, rule)| rule.yields_to.iter().filter_map(|id| place(id)).collect())
            .collect();
        for (rule, yields) in engine.rules.iter_mut().zip(yields) {
            rule.yields_to = yields;
        }
        engine.find_gates();
        engine.index(book);
        Ok(engine)
    }

    fn number(&mut self, ask: &Ask) -> u16 {
        let known = self.atoms.iter().position(|atom| atom == ask);
        let index = known.unwrap_or_else(|| {
            self.atoms.push(ask.clone());
            self.atoms.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// Finds what wakes each rule: most rules sleep through most intakes.
    fn find_gates(&mut self) {
        let is_item = |atom| matches!(self.atoms.get(usize::from(atom)), Some(Ask::Item(_)));
        for (rule, compiled) in self.rules.iter().enumerate() {
            let mut mask = Mask::default();
            let mut never_sleeps = false;
            for clause in &compiled.clauses {
                let found = gate(clause, &is_item, &mut mask) || gate(clause, &|_| true, &mut mask);
                never_sleeps |= !found;
            }
            if never_sleeps {
                self.gates.push(Gate { rule, word: 0, bits: 0 });
            } else {
                self.gates.extend(mask.words().map(|(word, bits)| Gate { rule, word, bits }));
            }
        }
        // A stable sort: the gates of one rule stay together.
        self.gates.sort_by_key(|gate| self.rules.get(gate.rule).map(|rule| Reverse(rule.worst)));
    }

    fn index(&mut self, book: &Rulebook) {
        self.ceilings = depth::Ceilings::of(book);
        self.requests = self.tabulate(book);
        let concerns = || book.vocabulary.of(Kind::Concern).terms();
        self.cleared = concerns().map(|(concern, _)| cleared_uses(book, concern)).collect();
        self.conditions = concerns()
            .map(|(_, concern)| {
                let mut conditions = book.vocabulary.of(Kind::Condition).terms();
                conditions
                    .find(|(_, term)| term.code == concern.code)
                    .map(|(condition, _)| condition)
            })
            .collect();
        for (number, ask) in self.atoms.iter().enumerate() {
            let Ok(number) = u16::try_from(number) else { continue };
            let item = match ask {
                Ask::Item(item) => item,
                Ask::Request(_) => continue,
                Ask::Pregnancy(_)
                | Ask::Breastfeeding(_)
                | Ask::Sex(_)
                | Ask::Age { .. }
                | Ask::PhototypeFrom(_)
                | Ask::ScarAge { .. }
                | Ask::DepthOver(_)
                | Ask::OffLabel
                | Ask::Missing(_) => {
                    self.others.push(number);
                    continue;
                }
            };
            if let Some(atoms) = self.by_kind.get_mut(item.kind.index()) {
                atoms.push(number);
            }
            if item.count > 1 {
                self.counted.push(number);
                continue;
            }
            let Some(table) = self.by_term.get_mut(item.kind.index()) else { continue };
            table.resize(book.vocabulary.of(item.kind).len(), Vec::new());
            for term in item.terms.iter() {
                if let Some(atoms) = table.get_mut(term.index()) {
                    atoms.push(number);
                }
            }
        }
    }

    fn tabulate(&self, book: &Rulebook) -> Requests {
        let mask_of = |holds: &dyn Fn(&RequestAsk) -> bool| {
            let mut mask = Mask::default();
            for (number, ask) in (0..).zip(&self.atoms) {
                if matches!(ask, Ask::Request(ask) if holds(ask)) {
                    mask.insert(number);
                }
            }
            mask
        };
        let ways = MODALITIES
            .iter()
            .flat_map(|(_, modality)| SETTINGS.map(|(_, setting)| (*modality, setting)));
        let concerns = book.vocabulary.of(Kind::Concern).terms();
        let regions = book.vocabulary.regions.all();
        Requests {
            ways: ways
                .map(|(modality, setting)| {
                    (modality, setting, mask_of(&|ask| in_way(ask, modality, setting)))
                })
                .collect(),
            concerns: concerns
                .map(|(concern, _)| mask_of(&|ask| for_concern(ask, concern)))
                .collect(),
            regions: regions
                .map(|(region, _)| mask_of(&|ask| in_region(book, ask, region)))
                .collect(),
        }
    }

    /// The value of every question for an intake.
    pub(crate) fn truth(&self, book: &Rulebook, intake: &Intake) -> Truth {
        let mut truth = Truth::default();
        for item in &intake.items {
            let table =
                self.by_term.get(item.kind.index()).and_then(|table| table.get(item.term.index()));
            for atom in table.into_iter().flatten() {
                if let Some(Ask::Item(ask)) = self.atoms.get(usize::from(*atom)) {
                    truth.raise(*atom, item_matches(book, intake, ask, item));
                }
            }
        }
        for atom in &self.counted {
            if let Some(Ask::Item(ask)) = self.atoms.get(usize::from(*atom)) {
                truth.raise(*atom, count_matches(book, intake, ask));
            }
        }
        for unknown in &intake.unknown {
            for atom in self.by_kind.get(unknown.kind.index()).into_iter().flatten() {
                if let Some(Ask::Item(ask)) = self.atoms.get(usize::from(*atom))
                    && ask.terms.overlaps(&unknown.terms)
                {
                    truth.raise(*atom, Trit::Unknown);
                }
            }
        }
        if let Some(mask) = self.requests.hold(&intake.request) {
            truth.hold(&mask);
        }
        for atom in &self.others {
            if let Some(ask) = self.atoms.get(usize::from(*atom)) {
                truth.set(*atom, other(book, intake, ask));
            }
        }
        truth
    }

    /// The rules that may come to something, with their places: the others come to nothing. Those that can come to the
    /// worst are first.
    #[inline]
    pub(crate) fn awake(&self, truth: &Truth) -> impl Iterator<Item = (usize, &CompiledRule)> {
        let stirred = truth.stirred();
        let mut last = None;
        self.gates.iter().filter_map(move |gate| {
            let is_open =
                gate.bits == 0 || stirred.get(gate.word).is_some_and(|word| word & gate.bits != 0);
            // A rule with several gates wakes once.
            if !is_open || last.replace(gate.rule) == Some(gate.rule) {
                return None;
            }
            Some((gate.rule, self.rules.get(gate.rule)?))
        })
    }

    /// What one rule comes to.
    #[inline]
    pub(crate) fn verdict(rule: &CompiledRule, truth: &Truth) -> Verdict {
        let mut verdict = Verdict { holds: None, open: None };
        let mut some_decision_holds = false;
        for clause in &rule.clauses {
            if clause.is_afterwards && some_decision_holds {
                continue;
            }
            match clause.formula.evaluate(truth) {
                Trit::False => {}
                Trit::True => {
                    some_decision_holds |= !clause.is_afterwards;
                    verdict.holds = verdict.holds.max(Some(clause.disposition));
                }
                Trit::Unknown => verdict.open = verdict.open.max(Some(clause.disposition)),
            }
        }
        if verdict.open <= verdict.holds {
            verdict.open = None;
        }
        verdict
    }

    /// What may be done, and nothing else.
    pub fn disposition(&self, book: &Rulebook, intake: &Intake) -> Disposition {
        let truth = self.truth(book, intake);
        let mut worst = unrecognised(intake);
        for (_, rule) in self.awake(&truth) {
            if rule.worst <= worst {
                break;
            }
            let verdict = Self::verdict(rule, &truth);
            if let Some(holds) = verdict.holds {
                worst = worst.max(holds);
            }
            if verdict.open > Some(Disposition::Proceed) {
                worst = worst.max(while_unknown(rule.unknown));
            }
        }
        worst
    }
}

/// Adds the questions that wake a decision, when it is false with all of them false and everything else open.
fn gate(clause: &CompiledClause, is_gate: &dyn Fn(u16) -> bool, mask: &mut Mask) -> bool {
    let sleeping = |atom: &u16| if is_gate(*atom) { Trit::False } else { Trit::Unknown };
    let sleeps = clause.numbered.evaluate(&mut { sleeping }) == Trit::False;
    clause.numbered.visit(Sign::For, &mut |atom, _| {
        if sleeps && is_gate(*atom) {
            mask.insert(*atom);
        }
    });
    sleeps
}

/// What an unknown decides.
pub(crate) fn while_unknown(unknown: WhenUnknown) -> Disposition {
    match unknown {
        WhenUnknown::Critical => Disposition::Defer,
        WhenUnknown::Caution => Disposition::ProceedWithPrecautions,
        WhenUnknown::Elsewhere => Disposition::Proceed,
    }
}

/// What unrecognised entries decide: a medicine or condition needs a physician, anything else precautions.
pub(crate) fn unrecognised(intake: &Intake) -> Disposition {
    intake
        .unrecognised
        .iter()
        .map(|entry| unrecognised_kind(entry.kind))
        .max()
        .unwrap_or(Disposition::Proceed)
}

/// What one unrecognised entry decides.
pub(crate) fn unrecognised_kind(kind: Kind) -> Disposition {
    match kind {
        Kind::Medicine | Kind::Condition => Disposition::ReferPhysician,
        Kind::Procedure
        | Kind::Finding
        | Kind::Exposure
        | Kind::Allergy
        | Kind::Product
        | Kind::Clearance
        | Kind::Concern
        | Kind::Symptom => Disposition::ProceedWithPrecautions,
    }
}

/// Whether a question about the person or the request holds.
pub(crate) fn other(book: &Rulebook, intake: &Intake, ask: &Ask) -> Trit {
    match ask {
        Ask::Item(_) => Trit::Unknown,
        Ask::Pregnancy(answer) => answered(intake.patient.pregnancy, *answer),
        Ask::Breastfeeding(answer) => answered(intake.patient.breastfeeding, *answer),
        Ask::Sex(sex) => match intake.patient.sex {
            Sex::Unknown => Trit::Unknown,
            known @ (Sex::Female | Sex::Male | Sex::Intersex) => Trit::known(known == *sex),
        },
        Ask::Age { from, under } => {
            let reached =
                |years| intake.as_of >= calendar::birthday(intake.patient.birth_date, years);
            Trit::known(from.is_none_or(reached) && !under.is_some_and(reached))
        }
        Ask::PhototypeFrom(least) => intake
            .patient
            .phototype
            .map_or(Trit::Unknown, |phototype| Trit::known(phototype >= *least)),
        Ask::Request(request) => Trit::known(requested(book, &intake.request, request)),
        Ask::ScarAge { under, is_dated, procedures } => {
            let (date, is_uncertain) = scar_date(book, intake, procedures);
            match date {
                Some(date) if intake.as_of < under.after(date) => Trit::True,
                _ if *is_dated => Trit::False,
                Some(_) if !is_uncertain => Trit::False,
                Some(_) | None => Trit::Unknown,
            }
        }
        Ask::DepthOver(limit) => depth_over(book, intake, *limit),
        Ask::OffLabel => Trit::known(is_off_label(book, intake)),
        Ask::Missing(field) => Trit::known(match field {
            PatientField::Pregnancy => intake.patient.pregnancy == Answer::Unknown,
            PatientField::Breastfeeding => intake.patient.breastfeeding == Answer::Unknown,
            PatientField::Phototype => intake.patient.phototype.is_none(),
        }),
    }
}

fn answered(given: Answer, asked: Answer) -> Trit {
    match given {
        Answer::Unknown => Trit::Unknown,
        Answer::Yes | Answer::No | Answer::NotApplicable => Trit::known(given == asked),
    }
}

fn requested(book: &Rulebook, request: &Request, ask: &RequestAsk) -> bool {
    in_way(ask, request.modality, request.setting)
        && for_concern(ask, request.concern)
        && in_region(book, ask, request.region)
}

fn in_way(ask: &RequestAsk, modality: Modality, setting: Setting) -> bool {
    (ask.modalities.is_empty() || ask.modalities.contains(&modality))
        && ask.setting.is_none_or(|asked| asked == setting)
}

fn for_concern(ask: &RequestAsk, concern: TermId) -> bool {
    ask.concerns.as_ref().is_none_or(|concerns| concerns.contains(concern))
}

fn in_region(book: &Rulebook, ask: &RequestAsk, region: RegionId) -> bool {
    let regions = &book.vocabulary.regions;
    (ask.inside.is_empty() || ask.inside.iter().any(|outer| regions.is_inside(region, *outer)))
        && (ask.meets.is_empty() || ask.meets.iter().any(|other| regions.meets(region, *other)))
}

impl Requests {
    /// The questions that hold of a request: those that hold of each of its parts.
    fn hold(&self, request: &Request) -> Option<Mask> {
        let (_, _, way) = (self.ways.iter()).find(|(modality, setting, _)| {
            *modality == request.modality && *setting == request.setting
        })?;
        let concern = self.concerns.get(request.concern.index())?;
        Some(way.and(concern).and(self.regions.get(request.region.index())?))
    }
}

/// When the scar or mark that is the concern arose: the latest date, and whether an undated wound leaves it unsure.
pub(crate) fn scar_date(
    book: &Rulebook,
    intake: &Intake,
    procedures: &TermSet,
) -> (Option<Date>, bool) {
    let mut latest = intake.request.onset;
    let mut is_uncertain = false;
    for item in &intake.items {
        match item.kind {
            Kind::Condition
                if is_the_concern(book, intake, item) && is_here(book, intake, item) =>
            {
                latest = latest.max(item.onset);
            }
            Kind::Procedure if procedures.contains(item.term) && is_here(book, intake, item) => {
                match item.date {
                    Some(date) if date <= intake.as_of => latest = latest.max(Some(date)),
                    Some(_) => {}
                    None => is_uncertain = true,
                }
            }
            Kind::Condition
            | Kind::Procedure
            | Kind::Medicine
            | Kind::Finding
            | Kind::Exposure
            | Kind::Allergy
            | Kind::Product
            | Kind::Clearance
            | Kind::Concern
            | Kind::Symptom => {}
        }
    }
    (latest, is_uncertain)
}

fn is_the_concern(book: &Rulebook, intake: &Intake, item: &Item) -> bool {
    let condition = book.engine.conditions.get(intake.request.concern.index());
    condition.is_some_and(|condition| *condition == Some(item.term))
}

fn is_here(book: &Rulebook, intake: &Intake, item: &Item) -> bool {
    match item.placed {
        Placed::Nowhere | Placed::Request => true,
        Placed::Elsewhere => false,
        Placed::Region(region) => book.vocabulary.regions.meets(region, intake.request.region),
    }
}

fn depth_over(book: &Rulebook, intake: &Intake, limit: DepthLimit) -> Trit {
    let request = &intake.request;
    let ceiling = || depth::limit(book, depth::Use::of(request), request.region);
    let limit_mm = match limit {
        DepthLimit::Millimetres(limit) => Some(limit),
        DepthLimit::Ceiling => ceiling().map(|limit| limit.ordinary_mm),
        DepthLimit::OverrideCeiling => ceiling().and_then(|limit| limit.override_mm),
    };
    let Some(limit_mm) = limit_mm else { return Trit::False };
    match (request.depth, limit) {
        (Depth::Millimetres(depth), _) => Trit::known(depth > limit_mm),
        (Depth::NotAsked, DepthLimit::Ceiling | DepthLimit::OverrideCeiling) => Trit::False,
        (Depth::NotAsked, DepthLimit::Millimetres(_)) | (Depth::Unknown, _) => Trit::Unknown,
    }
}

/// Whether no cleared device, or not the chosen one, covers the use.
pub(crate) fn is_off_label(book: &Rulebook, intake: &Intake) -> bool {
    let request = &intake.request;
    let regions = &book.vocabulary.regions;
    let named = book.engine.cleared.get(request.concern.index());
    !named.into_iter().flatten().any(|(device, clearance)| {
        let Some(device) = book.devices.get(*device) else { return false };
        let Some(clearance) = device.clearances.get(*clearance) else { return false };
        let is_device = match &request.device {
            Some(chosen) => device.id == *chosen,
            None => device.modalities.contains(&request.modality),
        };
        let (low, high) = clearance.phototypes;
        let phototype = match intake.patient.phototype {
            Some(phototype) => (low..=high).contains(&phototype),
            None => (low, high) == (1, 6),
        };
        is_device
            && phototype
            && clearance.regions.iter().any(|region| regions.is_inside(request.region, *region))
            && intake.as_of >= calendar::birthday(intake.patient.birth_date, clearance.age_from)
    })
}

/// The places of the devices and of their clearances whose label names a concern.
fn cleared_uses(book: &Rulebook, concern: TermId) -> Vec<(usize, usize)> {
    let devices = book.devices.iter().enumerate();
    let clearances = devices.flat_map(|(device, card)| {
        card.clearances.iter().enumerate().map(move |(clearance, label)| (device, clearance, label))
    });
    clearances
        .filter(|(_, _, label)| label.concerns.contains(concern))
        .map(|(device, clearance, _)| (device, clearance))
        .collect()
}

/// Whether one item answers a question.
pub(crate) fn item_matches(book: &Rulebook, intake: &Intake, ask: &ItemAsk, item: &Item) -> Trit {
    if !ask.terms.contains(item.term) {
        return Trit::False;
    }
    let mut value = place_matches(book, intake, ask.site, item);
    value = value.and(match item.kind {
        Kind::Medicine => medicine_matches(book, intake, ask, item),
        Kind::Condition => condition_matches(intake, ask, item),
        Kind::Procedure | Kind::Exposure => event_matches(intake, ask, item),
        Kind::Clearance => {
            item.date.map_or(Trit::Unknown, |date| Trit::known(date <= intake.as_of))
        }
        Kind::Finding | Kind::Allergy | Kind::Product | Kind::Concern | Kind::Symptom => Trit::True,
    });
    if let Some(by) = &ask.uncleared_by
        && value != Trit::False
    {
        value = value.and(!cleared(intake, by, item));
    }
    value
}

fn count_matches(book: &Rulebook, intake: &Intake, ask: &ItemAsk) -> Trit {
    let (mut known, mut possible) = (Vec::new(), Vec::new());
    for item in intake.items.iter().filter(|item| item.kind == ask.kind) {
        let list = match item_matches(book, intake, ask, item) {
            Trit::True => &mut known,
            Trit::Unknown => &mut possible,
            Trit::False => continue,
        };
        if !list.contains(&item.term) {
            list.push(item.term);
        }
    }
    possible.retain(|term| !known.contains(term));
    if known.len() >= ask.count {
        Trit::True
    } else if known.len() + possible.len() >= ask.count {
        Trit::Unknown
    } else {
        Trit::False
    }
}

fn place_matches(book: &Rulebook, intake: &Intake, site: Site, item: &Item) -> Trit {
    let regions = &book.vocabulary.regions;
    let asked = intake.request.region;
    // CLINICAL: eyelid and red of the lip are no part of a treated face, and what is found there is found on the face.
    let is_there = |region| regions.meets(region, asked) || regions.is_on(region, asked);
    Trit::known(match (site, item.placed) {
        // Elsewhere may still be on the region that is named: the careful side.
        (Site::Any, _)
        | (Site::Meets, Placed::Nowhere | Placed::Request)
        | (Site::Elsewhere, Placed::Elsewhere)
        | (Site::On(_), Placed::Nowhere | Placed::Elsewhere) => true,
        (Site::Elsewhere, Placed::Nowhere | Placed::Request) | (Site::Meets, Placed::Elsewhere) => {
            false
        }
        (Site::Meets, Placed::Region(region)) => is_there(region),
        (Site::Elsewhere, Placed::Region(region)) => !is_there(region),
        (Site::On(lower), Placed::Request) => {
            regions.is_on(asked, lower) || regions.meets(asked, lower)
        }
        (Site::On(lower), Placed::Region(region)) => {
            regions.is_on(region, lower) || regions.meets(region, lower)
        }
    })
}

/// Whether a day lies inside a window that began on an anchor that may not be known.
fn within(intake: &Intake, anchor: Option<Date>, window: Window) -> Trit {
    anchor.map_or(Trit::Unknown, |anchor| Trit::known(intake.as_of < window.after(anchor)))
}

fn medicine_matches(book: &Rulebook, intake: &Intake, ask: &ItemAsk, item: &Item) -> Trit {
    let term = book.vocabulary.of(Kind::Medicine).term(item.term);
    let time = match ask.time {
        Time::Any | Time::Past | Time::Planned | Time::Beyond(_) => Trit::True,
        Time::Current => match item.taking {
            Taking::Current => Trit::True,
            Taking::Stopped => Trit::False,
            Taking::Unknown => Trit::Unknown,
        },
        Time::DateUnknown => Trit::known(item.taking != Taking::Current && item.date.is_none()),
        Time::Taken => taken(intake, item, STOPPED_COUNTS),
        Time::Within(window) if term.is_by_last_dose && item.date.is_some() => {
            within(intake, item.date, window)
        }
        Time::Within(window) => taken(intake, item, window),
    };
    let dose = ask.dose_from.map_or(Trit::True, |least| {
        match item.dose_mg_per_day.zip(term.prednisolone_equivalent) {
            Some((dose, factor)) => Trit::known(dose * factor >= least),
            None => Trit::Unknown,
        }
    });
    let days = ask.days_from.map_or(Trit::True, |least| {
        item.duration_days.map_or(Trit::Unknown, |days| Trit::known(days >= least))
    });
    time.and(dose).and(days)
}

/// Being taken, or stopped less than a window ago.
fn taken(intake: &Intake, item: &Item, window: Window) -> Trit {
    match item.taking {
        Taking::Current => Trit::True,
        Taking::Stopped => within(intake, item.date, window),
        // CLINICAL: a recent last dose counts whatever the state; an old one does not prove that it was stopped.
        Taking::Unknown => within(intake, item.date, window).max(Trit::Unknown),
    }
}

fn condition_matches(intake: &Intake, ask: &ItemAsk, item: &Item) -> Trit {
    let status = match item.status {
        // "Has or had it": listed, and not said to be the family's.
        _ if ask.status.is_empty() => Trit::known(item.status != Some(Status::Family)),
        None => Trit::Unknown,
        Some(status) => Trit::known(ask.status.contains(&status)),
    };
    let sugar = ask.hba1c.map_or(Trit::True, |asked| {
        let recent = item.hba1c.filter(|(_, date)| intake.as_of <= Window::Months(6).after(*date));
        match (asked, recent) {
            (Hba1c::Unknown, recent) => Trit::known(recent.is_none()),
            (_, None) => Trit::Unknown,
            (Hba1c::From(least), Some((value, _))) => Trit::known(value >= least),
            (Hba1c::Under(limit), Some((value, _))) => Trit::known(value < limit),
        }
    });
    let change = ask.change.map_or(Trit::True, |asked| match asked {
        Change::Within(window) => within(intake, item.last_change, window),
        Change::NotFor(window) => !within(intake, item.last_change, window),
    });
    let subtype = ask.subtype.as_ref().map_or(Trit::True, |asked| {
        item.subtype.as_ref().map_or(Trit::Unknown, |subtype| Trit::known(subtype == asked))
    });
    status.and(sugar).and(change).and(subtype)
}

fn event_matches(intake: &Intake, ask: &ItemAsk, item: &Item) -> Trit {
    let time = match ask.time {
        Time::Any | Time::Taken | Time::Current | Time::DateUnknown => Trit::True,
        Time::Within(_) | Time::Beyond(_) if item.date.is_some_and(|date| date > intake.as_of) => {
            Trit::False
        }
        Time::Within(window) => within(intake, item.date, window),
        Time::Beyond(window) => !within(intake, item.date, window),
        Time::Past => Trit::known(item.date.is_none_or(|date| date <= intake.as_of)),
        Time::Planned => Trit::known(item.date.is_some_and(|date| date > intake.as_of)),
    };
    let depth = ask.depth_from.map_or(Trit::True, |least| {
        item.depth_mm.map_or(Trit::Unknown, |depth| Trit::known(depth >= least))
    });
    time.and(depth)
}

/// Whether a clearance by one of these covers an item: dated on or after it.
fn cleared(intake: &Intake, by: &TermSet, item: &Item) -> Trit {
    let mut value = Trit::False;
    for clearance in intake.items.iter().filter(|other| other.kind == Kind::Clearance) {
        if !by.contains(clearance.term) {
            continue;
        }
        let anchor = match (item.kind, item.taking) {
            // CLINICAL: what was agreed before a condition arose does not speak of it.
            (Kind::Condition, _) => Some(item.onset.unwrap_or(Date::MIN)),
            (Kind::Medicine, Taking::Current) => Some(intake.as_of),
            _ => item.date,
        };
        value = value.or(match clearance.date.zip(anchor) {
            Some((date, anchor)) => Trit::known(date >= anchor && date <= intake.as_of),
            None => Trit::Unknown,
        });
    }
    let is_unknown = intake
        .unknown
        .iter()
        .any(|unknown| unknown.kind == Kind::Clearance && unknown.terms.overlaps(by));
    if is_unknown { value.max(Trit::Unknown) } else { value }
}
