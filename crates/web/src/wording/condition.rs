//! Conditions of screening rules as plain English.
//!
//! `not` is pushed inwards (not all = any not), which three-valued logic allows, so that a reader meets no double
//! negation. The result is a small tree: a page shows it as nested lists, [`Said::sentence`] as one line.

use percuta_clinical::{
    Rulebook,
    intake::{Answer, Modality, Setting, Sex, Status},
    language::{Ask, Change, DepthLimit, Hba1c, ItemAsk, PatientField, RequestAsk, Site, Time},
    logic::Condition,
};
use percuta_terminology::{Kind, RegionId, TermSet, WordId};

use super::{list, millimetres, within_sentence};

/// A condition in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Every part holds.
    All(Vec<Said>),
    /// At least one part holds.
    Any(Vec<Said>),
    /// One statement, without capital and full stop.
    One(String),
}

impl Said {
    /// The tree in one line, without capital and full stop.
    pub fn sentence(&self) -> String {
        match self {
            Self::One(words) => words.clone(),
            Self::All(parts) => Self::joined(parts, "and"),
            Self::Any(parts) => Self::joined(parts, "or"),
        }
    }

    fn joined(parts: &[Self], joint: &str) -> String {
        let said: Vec<String> = parts
            .iter()
            .map(|part| match part {
                Self::One(words) => words.clone(),
                Self::All(_) | Self::Any(_) => format!("({})", part.sentence()),
            })
            .collect();
        said.join(&format!(", {joint} "))
    }

    /// Drops groups of one, and groups inside a group of the same kind.
    fn settled(self) -> Self {
        match self {
            Self::One(_) => self,
            Self::All(parts) => {
                let mut flat = Vec::new();
                for part in parts.into_iter().map(Self::settled) {
                    match part {
                        Self::All(inner) => flat.extend(inner),
                        Self::Any(_) | Self::One(_) => flat.push(part),
                    }
                }
                Self::single(flat, Self::All)
            }
            Self::Any(parts) => {
                let mut flat = Vec::new();
                for part in parts.into_iter().map(Self::settled) {
                    match part {
                        Self::Any(inner) => flat.extend(inner),
                        Self::All(_) | Self::One(_) => flat.push(part),
                    }
                }
                Self::single(flat, Self::Any)
            }
        }
    }

    fn single(mut parts: Vec<Self>, group: fn(Vec<Self>) -> Self) -> Self {
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                group(parts)
            }
            None => group(parts),
        }
    }
}

/// Whether something is said or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    Affirms,
    Denies,
}

impl Voice {
    fn flipped(self) -> Self {
        match self {
            Self::Affirms => Self::Denies,
            Self::Denies => Self::Affirms,
        }
    }
}

/// Any condition in words, given the words of one question.
pub(crate) fn said<A>(
    condition: &Condition<A>,
    voice: Voice,
    one: &impl Fn(&A, Voice) -> String,
) -> Said {
    fn walk<A>(condition: &Condition<A>, voice: Voice, one: &impl Fn(&A, Voice) -> String) -> Said {
        let each =
            |parts: &[Condition<A>]| parts.iter().map(|part| walk(part, voice, one)).collect();
        match (condition, voice) {
            (Condition::All(parts), Voice::Affirms) | (Condition::Any(parts), Voice::Denies) => {
                Said::All(each(parts))
            }
            (Condition::Any(parts), Voice::Affirms) | (Condition::All(parts), Voice::Denies) => {
                Said::Any(each(parts))
            }
            (Condition::Not(part), _) => walk(part, voice.flipped(), one),
            (Condition::Ask(ask), _) => Said::One(one(ask, voice)),
        }
    }
    walk(condition, voice, one).settled()
}

/// A screening condition in words.
pub fn condition(book: &Rulebook, condition: &Condition<Ask>) -> Said {
    said(condition, Voice::Affirms, &|ask, voice| statement(book, ask, voice))
}

fn pick(voice: Voice, yes: &str, no: &str) -> String {
    match voice {
        Voice::Affirms => yes.to_owned(),
        Voice::Denies => no.to_owned(),
    }
}

fn statement(book: &Rulebook, ask: &Ask, voice: Voice) -> String {
    match ask {
        Ask::Item(item) => self::item(book, item, voice),
        Ask::Pregnancy(answer) => person(*answer, "pregnant", voice),
        Ask::Breastfeeding(answer) => person(*answer, "breast-feeding", voice),
        Ask::Sex(sex) => {
            let word = match sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Intersex => "intersex",
                Sex::Unknown => "not known",
            };
            pick(
                voice,
                &format!("the recorded sex is {word}"),
                &format!("the recorded sex is not {word}"),
            )
        }
        Ask::Age { from, under } => age(*from, *under, voice),
        Ask::PhototypeFrom(from) => {
            let roman = roman(*from);
            let yes =
                format!("the skin is of type {roman} or darker (Fitzpatrick’s scale, I to VI)");
            pick(voice, &yes, &format!("the skin is lighter than type {roman}"))
        }
        Ask::Request(request) => self::request(book, request, voice),
        Ask::ScarAge { under, is_dated, procedures } => {
            let mut words = format!(
                "the scar or mark to be treated is {} {under} old",
                pick(voice, "less than", "at least")
            );
            if procedures.iter().next().is_some() {
                words.push_str(
                    ", counted from the day it arose or from the procedure there that left it",
                );
            }
            if *is_dated {
                words.push_str(" (only if that day is known)");
            }
            words
        }
        Ask::DepthOver(limit) => {
            let over = pick(voice, "is deeper than", "is not deeper than");
            match limit {
                DepthLimit::Millimetres(limit) => {
                    format!("the depth asked for {over} {}", millimetres(*limit))
                }
                DepthLimit::Ceiling => format!(
                    "the depth asked for {over} the limit for that place, concern and device"
                ),
                DepthLimit::OverrideCeiling => {
                    format!("the depth asked for {over} what a prescriber may allow there")
                }
            }
        }
        Ask::OffLabel => pick(
            voice,
            "no cleared device, or not the chosen one, covers this use",
            "a cleared device covers this use",
        ),
        Ask::Missing(field) => {
            let what = match field {
                PatientField::Pregnancy => "whether the person may be pregnant",
                PatientField::Breastfeeding => "whether the person is breast-feeding",
                PatientField::Phototype => "the skin type",
            };
            pick(voice, &format!("{what} is not known"), &format!("{what} is known"))
        }
    }
}

fn person(answer: Answer, what: &str, voice: Voice) -> String {
    match answer {
        Answer::Yes => {
            pick(voice, &format!("the person is {what}"), &format!("the person is not {what}"))
        }
        Answer::No => {
            pick(voice, &format!("the person is not {what}"), &format!("the person is {what}"))
        }
        Answer::Unknown => pick(
            voice,
            &format!("it is not known whether the person is {what}"),
            &format!("it is known whether the person is {what}"),
        ),
        Answer::NotApplicable => pick(
            voice,
            &format!("the question of being {what} does not arise"),
            &format!("the question of being {what} arises"),
        ),
    }
}

fn age(from: Option<i16>, under: Option<i16>, voice: Voice) -> String {
    match (from, under, voice) {
        (Some(from), Some(under), Voice::Affirms) => {
            format!("the person is at least {from} and under {under} years old")
        }
        (Some(from), Some(under), Voice::Denies) => {
            format!("the person is under {from}, or {under} years old or more")
        }
        (Some(from), None, Voice::Affirms) | (None, Some(from), Voice::Denies) => {
            format!("the person is at least {from} years old")
        }
        (None, Some(under), Voice::Affirms) | (Some(under), None, Voice::Denies) => {
            format!("the person is under {under} years old")
        }
        (None, None, _) => "the person’s age is known".to_owned(),
    }
}

/// Skin types are written in Roman numerals.
pub fn roman(number: u8) -> &'static str {
    match number {
        0 | 1 => "I",
        2 => "II",
        3 => "III",
        4 => "IV",
        5 => "V",
        _ => "VI",
    }
}

fn regions(book: &Rulebook, regions: &[RegionId]) -> String {
    let names: Vec<String> = regions
        .iter()
        .map(|region| format!("“{}”", book.vocabulary.regions.get(*region).title))
        .collect();
    list(&names, "or")
}

/// How treatment is given, inside a sentence.
pub fn modality(modality: Modality) -> &'static str {
    match modality {
        Modality::Pen => "an electric pen",
        Modality::Roller => "a roller",
        Modality::Rf => "radiofrequency (RF) needles",
        Modality::Patch => "a needle patch",
    }
}

/// A title inside a list: in quotes where it is a list itself.
fn in_list(title: &str) -> String {
    let title = within_sentence(title);
    if title.contains(", ") || title.contains(" or ") { format!("“{title}”") } else { title }
}

/// The titles of some terms, as one or-list, where a class that holds them all speaks for them.
pub(crate) fn titles(book: &Rulebook, kind: Kind, terms: &TermSet) -> String {
    let lexicon = book.vocabulary.of(kind);
    let mut rest = terms.clone();
    let mut names = Vec::new();
    for (id, class) in lexicon.classes() {
        let members = lexicon.terms_of(WordId::Class(id));
        if members.iter().next().is_some() && members.iter().all(|term| rest.contains(term)) {
            names.push(in_list(&class.title));
            let left: Vec<_> = rest.iter().filter(|term| !members.contains(*term)).collect();
            rest = TermSet::default();
            for term in left {
                rest.insert(term);
            }
        }
    }
    names.extend(rest.iter().map(|term| in_list(&lexicon.term(term).title)));
    list(&names, "or")
}

fn request(book: &Rulebook, ask: &RequestAsk, voice: Voice) -> String {
    let mut words = "treatment".to_owned();
    if !ask.modalities.is_empty() {
        let names: Vec<&str> = ask.modalities.iter().map(|each| modality(*each)).collect();
        words.push_str(" with ");
        words.push_str(&list(&names, "or"));
    }
    match ask.setting {
        Some(Setting::Home) => words.push_str(" at home"),
        Some(Setting::Clinic) => words.push_str(" in a clinic"),
        None => {}
    }
    if let Some(concerns) = &ask.concerns {
        words.push_str(" for ");
        words.push_str(&titles(book, Kind::Concern, concerns));
    }
    if !ask.inside.is_empty() {
        words.push_str(&format!(" of {}, or of a part of it,", regions(book, &ask.inside)));
    }
    if !ask.meets.is_empty() {
        let places = regions(book, &ask.meets);
        words.push_str(&format!(" of {places}, of a part of it or of a place that holds it,"));
    }
    words.push_str(match voice {
        Voice::Affirms => " is asked for",
        Voice::Denies => " is not asked for",
    });
    words
}

/// What a class of a kind is a group of.
fn member(kind: Kind) -> &'static str {
    match kind {
        Kind::Medicine => "a medicine",
        Kind::Condition => "a condition",
        Kind::Procedure => "a procedure",
        Kind::Finding => "something",
        Kind::Exposure => "an exposure",
        Kind::Allergy => "a substance",
        Kind::Product => "a product",
        Kind::Clearance => "an agreement",
        Kind::Concern => "a concern",
        Kind::Symptom => "a symptom",
    }
}

/// What an item is called: terms by name, classes as "a medicine of the group …".
fn subject(book: &Rulebook, item: &ItemAsk) -> String {
    let lexicon = book.vocabulary.of(item.kind);
    let names: Vec<String> = item
        .words
        .iter()
        .map(|word| match word {
            WordId::Class(_) => {
                format!("{} of the group “{}”", member(item.kind), lexicon.title_of(*word))
            }
            WordId::Term(_) => in_list(lexicon.title_of(*word)),
        })
        .collect();
    list(&names, "or")
}

fn item(book: &Rulebook, item: &ItemAsk, voice: Voice) -> String {
    let what = subject(book, item);
    let mut words = match item.kind {
        Kind::Medicine => medicine(book, item, &what, voice),
        Kind::Condition => condition_of(item, &what, voice),
        Kind::Procedure => procedure(item, &what, voice),
        Kind::Finding => pick(
            voice,
            &format!("found on the day: {what}"),
            &format!("not found on the day: {what}"),
        ),
        Kind::Exposure => exposure(item, &what, voice),
        Kind::Allergy => pick(
            voice,
            &format!("there is an allergy or reaction to {what}"),
            &format!("there is no allergy or reaction to {what}"),
        ),
        Kind::Product => pick(
            voice,
            &format!("{what} is to be used on the skin during the session"),
            &format!("{what} is not to be used on the skin during the session"),
        ),
        Kind::Clearance => pick(
            voice,
            &format!("there is a written agreement by a {what}"),
            &format!("there is no written agreement by a {what}"),
        ),
        Kind::Concern | Kind::Symptom => what,
    };
    if item.site != Site::Any && (!item.status.is_empty() || item.kind == Kind::Finding) {
        words.push(',');
    }
    words.push_str(&site(book, item.site));
    words.push_str(&limits(book, item));
    words
}

/// What is asked of an item beyond what, when and where.
fn limits(book: &Rulebook, item: &ItemAsk) -> String {
    let mut words = String::new();
    if let Some(depth) = item.depth_from {
        words.push_str(&format!(", at {} or deeper", millimetres(depth)));
    }
    if let Some(dose) = item.dose_from {
        words.push_str(&format!(", at {dose} mg a day or more counted as prednisolone"));
    }
    if let Some(days) = item.days_from {
        words.push_str(&format!(", for {days} days or more"));
    }
    if let Some(subtype) = &item.subtype {
        words.push_str(&format!(", of the kind “{subtype}”"));
    }
    if let Some(clearers) = &item.uncleared_by {
        let who = titles(book, Kind::Clearance, clearers);
        words.push_str(&format!(", and no {who} has agreed in writing since"));
    }
    words
}

fn medicine(book: &Rulebook, item: &ItemAsk, what: &str, voice: Voice) -> String {
    let lexicon = book.vocabulary.of(item.kind);
    // CLINICAL: what is put on the skin or taken as needed is judged by its last dose even while it is in use.
    let is_by_last_dose = item.terms.iter().all(|term| lexicon.term(term).is_by_last_dose);
    let words = match (item.time, voice) {
        (Time::Any | Time::Past, Voice::Affirms) => format!("{what} is or was taken"),
        (Time::Any | Time::Past, Voice::Denies) => format!("{what} was never taken"),
        (Time::Taken, Voice::Affirms) => {
            format!("{what} is being taken, or was last taken less than 30 days ago")
        }
        (Time::Taken, Voice::Denies) => {
            format!("{what} is not being taken and was not in the last 30 days")
        }
        (Time::Within(window), Voice::Affirms) if is_by_last_dose => {
            format!("{what} was last used less than {window} ago")
        }
        (Time::Within(window), Voice::Affirms) => {
            format!("{what} is being taken, or was last taken less than {window} ago")
        }
        (Time::Within(window), Voice::Denies) => {
            format!("{what} was not taken in the last {window}")
        }
        (Time::Current, Voice::Affirms) => format!("{what} is being taken"),
        (Time::Current, Voice::Denies) => format!("{what} is not being taken"),
        (Time::DateUnknown, Voice::Affirms) => {
            format!("{what} was taken and the date of the last dose is not known")
        }
        (Time::DateUnknown, Voice::Denies) => {
            format!("the date of the last dose of {what} is known")
        }
        (Time::Planned, Voice::Affirms) => format!("{what} is planned"),
        (Time::Planned, Voice::Denies) => format!("{what} is not planned"),
        (Time::Beyond(window), Voice::Affirms) => {
            format!("{what} was last taken at least {window} ago")
        }
        (Time::Beyond(window), Voice::Denies) => {
            format!("{what} was last taken less than {window} ago")
        }
    };
    if item.count > 1 {
        let several =
            words.replace("a medicine of", "medicines of").replace(" is being", " are being");
        return format!("at least {} different {}", item.count, several.replace(" was ", " were "));
    }
    words
}

fn states(statuses: &[Status]) -> String {
    let names: Vec<&str> = statuses
        .iter()
        .map(|status| match status {
            Status::Active => "active",
            Status::Quiet => "quiet",
            Status::Past => "over",
            Status::Recurrent => "coming and going",
            Status::Family => "in the family",
        })
        .collect();
    list(&names, "or")
}

fn condition_of(item: &ItemAsk, what: &str, voice: Voice) -> String {
    let mut words = match (item.status.as_slice(), voice) {
        ([], Voice::Affirms) => format!("the person has or had {what}"),
        ([], Voice::Denies) => format!("the person never had {what}"),
        ([Status::Past], Voice::Affirms) => format!("the person had {what} in the past"),
        ([Status::Family], Voice::Affirms) => {
            format!("close family, but not the person, has had {what}")
        }
        ([Status::Family], Voice::Denies) => {
            format!("nobody in the family is known to have had {what}")
        }
        (states, Voice::Affirms) => format!("the person has {what}, {}", self::states(states)),
        (states, Voice::Denies) => {
            format!("the person does not have {what}, {}", self::states(states))
        }
    };
    match item.hba1c {
        Some(Hba1c::From(limit)) => words.push_str(&format!(
            ", and HbA1c is {limit:.1}% or more (a value of the last 6 months)"
        )),
        Some(Hba1c::Under(limit)) => words
            .push_str(&format!(", and HbA1c is under {limit:.1}% (a value of the last 6 months)")),
        Some(Hba1c::Unknown) => words.push_str(", and no HbA1c of the last 6 months is known"),
        None => {}
    }
    match item.change {
        Some(Change::Within(window)) => {
            words.push_str(&format!(", changed less than {window} ago"))
        }
        Some(Change::NotFor(window)) => {
            words.push_str(&format!(", unchanged for {window} or more"))
        }
        None => {}
    }
    words
}

fn procedure(item: &ItemAsk, what: &str, voice: Voice) -> String {
    // A class is named as "a procedure of the group …"; a term may be something that is given, such as a filler.
    let is_class = item.words.iter().any(|word| matches!(word, WordId::Class(_)));
    let done = if is_class { "done" } else { "given or done" };
    match (item.time, voice) {
        (Time::Within(window), Voice::Affirms) => {
            format!("{what} was {done} less than {window} ago")
        }
        (Time::Within(window), Voice::Denies) => {
            format!("{what} was not {done} in the last {window}")
        }
        (Time::Beyond(window), Voice::Affirms) => {
            format!("{what} was {done} at least {window} ago")
        }
        (Time::Beyond(window), Voice::Denies) => {
            format!("{what} was not {done} at least {window} ago")
        }
        (Time::Planned, Voice::Affirms) => format!("{what} is planned"),
        (Time::Planned, Voice::Denies) => format!("{what} is not planned"),
        (
            Time::Any | Time::Past | Time::Taken | Time::Current | Time::DateUnknown,
            Voice::Affirms,
        ) => {
            format!("{what} was {done} at any time")
        }
        (
            Time::Any | Time::Past | Time::Taken | Time::Current | Time::DateUnknown,
            Voice::Denies,
        ) => {
            format!("{what} was never {done}")
        }
    }
}

fn exposure(item: &ItemAsk, what: &str, voice: Voice) -> String {
    match (item.time, voice) {
        (Time::Within(window), Voice::Affirms) => {
            format!("there was {what} less than {window} ago")
        }
        (Time::Within(window), Voice::Denies) => {
            format!("it is not so that there was {what} in the last {window}")
        }
        (
            Time::Any
            | Time::Taken
            | Time::Current
            | Time::DateUnknown
            | Time::Past
            | Time::Planned
            | Time::Beyond(_),
            Voice::Affirms,
        ) => format!("there was {what}"),
        (
            Time::Any
            | Time::Taken
            | Time::Current
            | Time::DateUnknown
            | Time::Past
            | Time::Planned
            | Time::Beyond(_),
            Voice::Denies,
        ) => format!("it is not so that there was {what}"),
    }
}

fn site(book: &Rulebook, site: Site) -> String {
    match site {
        Site::Any => String::new(),
        Site::Meets => " where treatment is asked for".to_owned(),
        Site::Elsewhere => " in a place other than where treatment is asked for".to_owned(),
        Site::On(region) => {
            format!(" on the {}", within_sentence(&book.vocabulary.regions.get(region).title))
        }
    }
}
