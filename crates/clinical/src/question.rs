//! *Is it for me?*: the questions that the rulebook's cards ask, which of them can still matter, and the intake that
//! the answers make.
//!
//! Nothing is asked that no rule reads, and nothing is assumed: what was not asked yet, or answered *not sure*, is
//! unknown. Nothing here keeps an answer; the caller hands in all of them each time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use percuta_terminology::{Kind, RegionId, TermId, WordId};

use crate::{
    answer::Disposition,
    book::{Rule, Rulebook},
    intake::{
        Answer, Depth, Intake, Item, Modality, Patient, Placed, Request, Setting, Sex, Status,
        Taking, UnknownWord, Unrecognised,
    },
    language::{Ask, Site},
    screen::screen,
};

/// An answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not sure, or skipped.
    NotSure,
}

/// A question of a card.
#[derive(Debug, Clone, Copy)]
pub struct Question<'b> {
    /// The key under which its answer is kept: its first path.
    pub key: &'b str,
    /// The question.
    pub text: &'b str,
    /// A hint.
    pub hint: &'b str,
    /// Every path that it is about.
    pub about: &'b [String],
    /// Its group.
    pub group: Group,
    /// The card that asks it.
    pub rule: &'b Rule,
}

/// A heading of questions, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// About the person.
    You,
    /// Medicines.
    Medicines,
    /// Health.
    Health,
    /// Skin.
    Skin,
    /// Treatments had or planned.
    Treatments,
    /// Allergies.
    Allergies,
}

impl Group {
    /// Every group in order.
    pub const ALL: [Self; 6] =
        [Self::You, Self::Medicines, Self::Health, Self::Skin, Self::Treatments, Self::Allergies];

    /// Its word on a card.
    pub fn word(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Medicines => "medicines",
            Self::Health => "health",
            Self::Skin => "skin",
            Self::Treatments => "treatments",
            Self::Allergies => "allergies",
        }
    }
}

/// Every question of the rulebook, by group and then by rule.
pub fn questions(book: &Rulebook) -> Vec<Question<'_>> {
    let mut found: Vec<Question<'_>> = book
        .rules
        .iter()
        .filter(|rule| rule.withdrawn.is_none())
        .flat_map(|rule| rule.asks.iter().map(move |asks| (rule, asks)))
        .filter_map(|(rule, asks)| {
            Some(Question {
                key: asks.about.first()?,
                text: &asks.text,
                hint: &asks.hint,
                about: &asks.about,
                group: Group::ALL.into_iter().find(|group| group.word() == asks.group)?,
                rule,
            })
        })
        .collect();
    found.sort_by_key(|question| question.group);
    found
}

/// Everything a person has said so far.
#[derive(Debug, Clone, PartialEq)]
pub struct SelfCheck {
    /// Date of birth.
    pub birth_date: Date,
    /// Recorded sex.
    pub sex: Sex,
    /// Phototype, if known.
    pub phototype: Option<u8>,
    /// What for.
    pub concern: TermId,
    /// Where.
    pub region: RegionId,
    /// How.
    pub modality: Modality,
    /// In a clinic or at home.
    pub setting: Setting,
    /// Answers by a question's key.
    pub said: BTreeMap<String, Said>,
    /// Details by path and field: `medicines.isotretinoin.last_dose`.
    pub details: BTreeMap<String, String>,
    /// Medicines as the person wrote them.
    pub medicines: Vec<String>,
}

/// What a detail asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Being taken now, or stopped.
    Taking,
    /// The day of the last dose.
    LastDose,
    /// The day of a treatment or exposure.
    Day,
    /// How a condition is now.
    State,
    /// Whether a condition is where treatment is wanted.
    Place,
    /// The last blood sugar value, HbA1c in percent.
    Hba1c,
    /// The day of that value.
    Hba1cDay,
    /// The day of the last change.
    LastChange,
    /// The depth of an earlier needling in millimetres.
    Depth,
}

/// A detail of something that was answered yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The key under which its answer is kept.
    pub key: String,
    /// The plain name of what it is about.
    pub item: String,
    /// What it asks for.
    pub asked: Asked,
}

/// What comes next.
#[derive(Debug, Clone)]
pub enum Next<'b> {
    /// These questions of one group.
    Questions(Group, Vec<Question<'b>>),
    /// Details of what was answered yes.
    Details(Vec<Detail>),
    /// Nothing more can change the answer, or everything was asked.
    Answer,
}

/// What comes next: only what can still matter.
pub fn next<'b>(book: &'b Rulebook, check: &SelfCheck, today: Date) -> Next<'b> {
    let intake = check.intake(book, today);
    let missing: BTreeSet<String> =
        screen(book, &intake).missing.into_iter().map(|missing| missing.path).collect();
    let open: Vec<Question<'b>> = questions(book)
        .into_iter()
        .filter(|question| !check.said.contains_key(question.key))
        .filter(|question| question.about.iter().any(|path| missing.contains(path)))
        .collect();
    if let Some(group) = open.first().map(|question| question.group) {
        return Next::Questions(group, open.into_iter().filter(|q| q.group == group).collect());
    }
    let details = check.open_details(book, &intake, &missing);
    if details.is_empty() { Next::Answer } else { Next::Details(details) }
}

/// What comes next for a record: what [`next`] asks, and then every question that was left out because other answers
/// had already decided. A clinician plans by those as well.
///
/// CLINICAL: what can matter to this request at all is what would be asked of somebody who had said no to everything so
/// far. Who must not be treated at all is asked nothing more.
pub fn rest<'b>(book: &'b Rulebook, check: &SelfCheck, today: Date) -> Next<'b> {
    let first = next(book, check, today);
    if !matches!(first, Next::Answer) {
        return first;
    }
    let answer = screen(book, &check.intake(book, today));
    if answer.disposition == Disposition::DoNotTreat {
        return Next::Answer;
    }
    let mut calm = check.clone();
    calm.said.values_mut().for_each(|said| *said = Said::No);
    calm.details.clear();
    calm.medicines.clear();
    match next(book, &calm, today) {
        Next::Questions(group, questions) => Next::Questions(group, questions),
        // What these would be details of was not said.
        Next::Details(_) | Next::Answer => Next::Answer,
    }
}

impl SelfCheck {
    /// The intake that the answers make.
    pub fn intake(&self, book: &Rulebook, today: Date) -> Intake {
        let patient_answer = |key: &str| match self.said.get(key) {
            Some(Said::Yes) => Answer::Yes,
            Some(Said::No) => Answer::No,
            Some(Said::NotSure) | None if self.sex == Sex::Male => Answer::NotApplicable,
            Some(Said::NotSure) | None => Answer::Unknown,
        };
        let mut intake = Intake {
            as_of: today,
            patient: Patient {
                birth_date: self.birth_date,
                sex: self.sex,
                pregnancy: patient_answer("patient.pregnancy"),
                breastfeeding: patient_answer("patient.breastfeeding"),
                phototype: self.phototype,
                weight_kg: None,
            },
            request: Request {
                modality: self.modality,
                setting: self.setting,
                concern: self.concern,
                region: self.region,
                depth: self
                    .number("request.depth_mm", 0.0, 10.0)
                    .map_or(Depth::NotAsked, Depth::Millimetres),
                device: None,
                onset: self.day("request.onset", today),
            },
            items: Vec::new(),
            unknown: Vec::new(),
            unrecognised: Vec::new(),
        };
        for question in questions(book) {
            let said = self.said.get(question.key);
            for path in question.about {
                if let Some((kind, word)) = named(book, path) {
                    self.lay(book, &mut intake, (kind, word, path), said);
                }
            }
        }
        self.lay_medicines(book, &mut intake);
        intake
    }

    /// Adds what was said of one path.
    fn lay(
        &self,
        book: &Rulebook,
        intake: &mut Intake,
        (kind, word, path): (Kind, WordId, &str),
        said: Option<&Said>,
    ) {
        let lexicon = book.vocabulary.of(kind);
        match said {
            Some(Said::No) => {}
            Some(Said::NotSure) | None => {
                let terms = lexicon.terms_of(word);
                intake.unknown.push(UnknownWord { kind, terms, path: path.to_owned() });
            }
            Some(Said::Yes) => {
                let term = match word {
                    WordId::Term(term) => Some(term),
                    WordId::Class(class) => lexicon.class_word(class),
                };
                let Some(term) = term else { return };
                let mut item = Item::bare(kind, term, intake.items.len());
                self.lay_details(intake.as_of, path, &mut item);
                intake.items.push(item);
            }
        }
    }

    fn lay_details(&self, today: Date, path: &str, item: &mut Item) {
        let text = |field: &str| self.details.get(&format!("{path}.{field}")).map(String::as_str);
        let number = |field: &str, low, high| self.number(&format!("{path}.{field}"), low, high);
        item.taking = match text("status") {
            Some("current") => Taking::Current,
            Some("stopped") => Taking::Stopped,
            _ => Taking::Unknown,
        };
        item.status = match text("state") {
            Some("active") => Some(Status::Active),
            Some("quiet") => Some(Status::Quiet),
            Some("past") => Some(Status::Past),
            Some("recurrent") => Some(Status::Recurrent),
            _ => None,
        };
        let is_planned = item.kind == Kind::Procedure;
        item.date = ["last_dose", "date"].iter().find_map(|field| {
            let day = text(field)?.parse::<Date>().ok()?;
            (is_planned || day <= today).then_some(day)
        });
        item.placed = match text("place") {
            Some("here") => Placed::Request,
            Some("elsewhere") => Placed::Elsewhere,
            _ => Placed::Nowhere,
        };
        item.last_change = self.day(&format!("{path}.last_change"), today);
        item.hba1c =
            number("hba1c_percent", 2.0, 25.0).zip(self.day(&format!("{path}.hba1c_date"), today));
        item.depth_mm = number("depth_mm", 0.0, 10.0);
    }

    fn number(&self, key: &str, low: f64, high: f64) -> Option<f64> {
        let number = self.details.get(key)?.trim().replace(',', ".").parse::<f64>().ok()?;
        (low..=high).contains(&number).then_some(number)
    }

    fn day(&self, key: &str, today: Date) -> Option<Date> {
        self.details.get(key)?.parse::<Date>().ok().filter(|day| *day <= today)
    }

    /// Adds the medicines that the person wrote, brands understood; what is not known is kept as unrecognised.
    fn lay_medicines(&self, book: &Rulebook, intake: &mut Intake) {
        let lexicon = book.vocabulary.of(Kind::Medicine);
        for (index, written) in self.medicines.iter().enumerate() {
            match lexicon.entry(written) {
                Some(term) => {
                    let mut item = Item::bare(Kind::Medicine, term, index);
                    item.taking = Taking::Current;
                    intake.items.push(item);
                }
                None => intake.unrecognised.push(Unrecognised {
                    kind: Kind::Medicine,
                    word: written.clone(),
                    path: format!("medicines[{index}]"),
                }),
            }
        }
    }

    /// The details that can still matter and were not asked yet.
    fn open_details(
        &self,
        book: &Rulebook,
        intake: &Intake,
        missing: &BTreeSet<String>,
    ) -> Vec<Detail> {
        let mut found: Vec<Detail> = Vec::new();
        let mut add = |key: String, item: String, asked: Asked| {
            if !self.details.contains_key(&key) && !found.iter().any(|known| known.key == key) {
                found.push(Detail { key, item, asked });
            }
        };
        for question in questions(book) {
            if self.said.get(question.key) != Some(&Said::Yes) {
                continue;
            }
            for path in question.about {
                let Some((kind, word)) = named(book, path) else { continue };
                let title = book.vocabulary.of(kind).title_of(word).to_owned();
                if kind == Kind::Condition && asks_place(book, kind, word) {
                    add(format!("{path}.place"), title.clone(), Asked::Place);
                }
                for (field, key, asked) in FIELDS {
                    if missing.contains(&format!("{path}.{field}")) && fits(kind, asked) {
                        add(format!("{path}.{key}"), title.clone(), asked);
                    }
                }
                if missing.contains(&format!("{path}.hba1c_percent")) {
                    add(format!("{path}.hba1c_date"), title.clone(), Asked::Hba1cDay);
                }
            }
        }
        if missing.contains("request.depth_mm") {
            add("request.depth_mm".to_owned(), "The needles".to_owned(), Asked::Depth);
        }
        if missing.contains("request.onset") {
            let concern = book.vocabulary.of(Kind::Concern).term(intake.request.concern);
            add("request.onset".to_owned(), concern.title.clone(), Asked::Day);
        }
        found
    }
}

/// A field of the answer's `missing`, the key its detail is kept under, and what is asked.
const FIELDS: [(&str, &str, Asked); 8] = [
    ("status", "status", Asked::Taking),
    ("status", "state", Asked::State),
    ("last_dose", "last_dose", Asked::LastDose),
    ("date", "date", Asked::Day),
    ("hba1c_percent", "hba1c_percent", Asked::Hba1c),
    ("hba1c_date", "hba1c_date", Asked::Hba1cDay),
    ("last_change", "last_change", Asked::LastChange),
    ("depth_mm", "depth_mm", Asked::Depth),
];

fn fits(kind: Kind, asked: Asked) -> bool {
    match asked {
        Asked::Taking | Asked::LastDose => kind == Kind::Medicine,
        Asked::State | Asked::Hba1c | Asked::Hba1cDay | Asked::LastChange | Asked::Place => {
            kind == Kind::Condition
        }
        Asked::Day => matches!(kind, Kind::Procedure | Kind::Exposure),
        Asked::Depth => kind == Kind::Procedure,
    }
}

/// Whether a rule asks where a condition is.
fn asks_place(book: &Rulebook, kind: Kind, word: WordId) -> bool {
    let terms = book.vocabulary.of(kind).terms_of(word);
    book.engine.atoms.iter().any(|ask| {
        matches!(ask, Ask::Item(item) if item.kind == kind && item.site == Site::Meets && item.terms.overlaps(&terms))
    })
}

/// The list and the word that a path names.
fn named(book: &Rulebook, path: &str) -> Option<(Kind, WordId)> {
    Kind::ALL.into_iter().find_map(|kind| {
        let word = path.strip_prefix(kind.list())?.strip_prefix('.')?;
        Some((kind, book.vocabulary.of(kind).word(word)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Rulebook {
        let files = percuta_rulebook::FILES
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Rulebook::load(files.collect()).unwrap()
    }

    fn check(book: &Rulebook) -> SelfCheck {
        SelfCheck {
            birth_date: Date::constant(1992, 1, 15),
            sex: Sex::Female,
            phototype: Some(2),
            concern: book.vocabulary.of(Kind::Concern).entry("acne-scar").unwrap(),
            region: book.vocabulary.regions.find("cheek").unwrap(),
            modality: Modality::Pen,
            setting: Setting::Clinic,
            said: BTreeMap::new(),
            details: BTreeMap::new(),
            medicines: Vec::new(),
        }
    }

    const TODAY: Date = Date::constant(2026, 3, 2);

    /// Answers every question with No until nothing more is asked.
    fn deny_all(book: &Rulebook, check: &mut SelfCheck) -> usize {
        let mut rounds = 0;
        loop {
            match next(book, check, TODAY) {
                Next::Questions(_, questions) => {
                    for question in questions {
                        // CLINICAL: who asks for acne scars is not asked about a diagnosis of hair loss.
                        check.said.insert(question.key.to_owned(), Said::No);
                    }
                }
                Next::Details(details) => {
                    for detail in details {
                        check.details.insert(detail.key, String::new());
                    }
                }
                Next::Answer => return rounds,
            }
            rounds += 1;
            assert!(rounds < 20, "the questions never end");
        }
    }

    #[test]
    fn who_denies_everything_may_proceed() {
        let book = book();
        let mut check = check(&book);
        deny_all(&book, &mut check);
        let intake = check.intake(&book, TODAY);
        let answer = screen(&book, &intake);
        assert_eq!(answer.disposition, Disposition::Proceed, "{:?}", answer.missing);
    }

    #[test]
    fn only_what_can_still_matter_is_asked() {
        let book = book();
        let mut check = check(&book);
        deny_all(&book, &mut check);
        // Metal and implants matter to radiofrequency only; a pen is not asked about metal.
        assert!(!check.said.contains_key("conditions.metal-implant"));
        assert!(check.said.contains_key("conditions.keloid"));
    }

    #[test]
    fn a_record_asks_what_another_answer_had_made_needless() {
        let book = book();
        let mut healthy = check(&book);
        deny_all(&book, &mut healthy);
        let mut waits = check(&book);
        waits.said.insert("medicines.isotretinoin".to_owned(), Said::Yes);
        for _ in 0..20 {
            match rest(&book, &waits, TODAY) {
                Next::Questions(_, questions) => {
                    for question in questions {
                        waits.said.insert(question.key.to_owned(), Said::No);
                    }
                }
                Next::Details(details) => {
                    for detail in details {
                        waits.details.insert(detail.key, String::new());
                    }
                }
                Next::Answer => break,
            }
        }
        let asked = |check: &SelfCheck| check.said.keys().cloned().collect::<Vec<_>>();
        assert_eq!(asked(&waits), asked(&healthy));
        assert!(!waits.said.contains_key("conditions.metal-implant"));
    }

    #[test]
    fn a_record_asks_nothing_more_of_who_must_not_be_treated() {
        let book = book();
        let mut check = check(&book);
        check.said.insert("conditions.keloid".to_owned(), Said::Yes);
        let answer = screen(&book, &check.intake(&book, TODAY));
        assert_eq!(answer.disposition, Disposition::DoNotTreat);
        assert!(matches!(rest(&book, &check, TODAY), Next::Answer));
    }

    #[test]
    fn an_absolute_contraindication_ends_the_questions() {
        let book = book();
        let mut check = check(&book);
        check.said.insert("conditions.keloid".to_owned(), Said::Yes);
        assert!(matches!(next(&book, &check, TODAY), Next::Answer));
    }

    #[test]
    fn isotretinoin_is_asked_for_its_last_dose_and_gives_a_date() {
        let book = book();
        let mut check = check(&book);
        check.said.insert("medicines.isotretinoin".to_owned(), Said::Yes);
        deny_all(&book, &mut check);
        assert!(check.details.contains_key("medicines.isotretinoin.last_dose"));
        check.details.insert("medicines.isotretinoin.status".to_owned(), "stopped".to_owned());
        check
            .details
            .insert("medicines.isotretinoin.last_dose".to_owned(), "2025-10-02".to_owned());
        deny_all(&book, &mut check);
        let intake = check.intake(&book, TODAY);
        let answer = screen(&book, &intake);
        assert_eq!(answer.disposition, Disposition::Defer);
        assert_eq!(answer.not_before, Some(Date::constant(2026, 4, 2)));
    }

    #[test]
    fn a_brand_on_a_packet_is_understood_and_an_unknown_one_is_never_passed_over() {
        let book = book();
        let mut check = check(&book);
        deny_all(&book, &mut check);
        check.medicines = vec!["Eliquis".to_owned()];
        let intake = check.intake(&book, TODAY);
        assert!(
            screen(&book, &intake).reasons.iter().any(|reason| reason.id == "contra.anticoagulant")
        );
        check.medicines = vec!["Foozumab".to_owned()];
        let intake = check.intake(&book, TODAY);
        assert_eq!(screen(&book, &intake).disposition, Disposition::ReferPhysician);
    }
}
