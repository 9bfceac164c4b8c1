//! Coded concepts by kind, their classes and synonyms.

use std::collections::BTreeMap;

use crate::{nearest, region::RegionTree};

/// What a concept is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A medicine.
    Medicine,
    /// A condition or diagnosis.
    Condition,
    /// A procedure on the skin or body.
    Procedure,
    /// A finding on the skin, or of illness, today.
    Finding,
    /// An exposure to sun or colour.
    Exposure,
    /// An allergy.
    Allergy,
    /// A product put on the skin during the session.
    Product,
    /// Who has given a clearance.
    Clearance,
    /// What the treatment is asked for.
    Concern,
    /// A symptom after treatment.
    Symptom,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Medicine,
        Self::Condition,
        Self::Procedure,
        Self::Finding,
        Self::Exposure,
        Self::Allergy,
        Self::Product,
        Self::Clearance,
        Self::Concern,
        Self::Symptom,
    ];

    /// The word a rulebook file uses for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Medicine => "medicine",
            Self::Condition => "condition",
            Self::Procedure => "procedure",
            Self::Finding => "finding",
            Self::Exposure => "exposure",
            Self::Allergy => "allergy",
            Self::Product => "product",
            Self::Clearance => "clearance",
            Self::Concern => "concern",
            Self::Symptom => "symptom",
        }
    }

    /// The list of an intake that holds it; concerns and symptoms stand in no list.
    pub fn list(self) -> &'static str {
        match self {
            Self::Medicine => "medicines",
            Self::Condition => "conditions",
            Self::Procedure => "procedures",
            Self::Finding => "skin_today",
            Self::Exposure => "exposures",
            Self::Allergy => "allergies",
            Self::Product => "request.products",
            Self::Clearance => "clearances",
            Self::Concern => "request.concern",
            Self::Symptom => "symptoms",
        }
    }

    /// Whether an unknown word is an error (the field is a closed set) rather than an unrecognised entry.
    pub fn is_closed(self) -> bool {
        match self {
            Self::Medicine | Self::Condition | Self::Procedure | Self::Allergy | Self::Product => {
                false
            }
            Self::Finding | Self::Exposure | Self::Clearance | Self::Concern | Self::Symptom => {
                true
            }
        }
    }

    /// Its place in [`Self::ALL`].
    pub fn index(self) -> usize {
        match self {
            Self::Medicine => 0,
            Self::Condition => 1,
            Self::Procedure => 2,
            Self::Finding => 3,
            Self::Exposure => 4,
            Self::Allergy => 5,
            Self::Product => 6,
            Self::Clearance => 7,
            Self::Concern => 8,
            Self::Symptom => 9,
        }
    }
}

/// What one more listed item does to a person's risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Polarity {
    /// It can only make the answer more careful.
    #[default]
    Risk,
    /// It can only make the answer more permissive: an antiviral, a diagnosis, a clearance.
    Mitigation,
}

/// A term of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermId(u16);

impl TermId {
    /// Its place in its lexicon.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A class of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassId(u16);

/// A term or a class: what a card, or an intake's `unknown`, can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordId {
    /// One concept.
    Term(TermId),
    /// A set of concepts.
    Class(ClassId),
}

/// One coded concept.
#[derive(Debug, Clone, Default)]
pub struct Term {
    /// The code.
    pub code: String,
    /// The plain name.
    pub title: String,
    /// One plain sentence, where there is one.
    pub says: String,
    /// Other names, brands included.
    pub synonyms: Vec<String>,
    /// Codes in other systems (`atc`, `icd10`), only where sure.
    pub codes: Vec<(String, String)>,
    /// The classes it belongs to directly.
    pub classes: Vec<ClassId>,
    /// Put on the skin, or taken as needed: judged by the date of the last dose even while current.
    pub is_by_last_dose: bool,
    /// Milligrams of prednisolone that one milligram equals.
    pub prednisolone_equivalent: Option<f64>,
    /// A heading to list it under.
    pub group: String,
    /// The term that a class word stands for when nothing finer is known.
    pub is_class_word: bool,
}

/// A named set of terms.
#[derive(Debug, Clone)]
pub struct Class {
    /// The code.
    pub code: String,
    /// The plain name.
    pub title: String,
    /// The class that holds it.
    pub parent: Option<ClassId>,
    /// What membership does to risk.
    pub polarity: Polarity,
}

/// A set of terms of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermSet {
    bits: Vec<u64>,
}

impl TermSet {
    /// Adds a term.
    pub fn insert(&mut self, term: TermId) {
        let word = term.index() / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (term.index() % 64);
        }
    }

    /// Whether it holds a term.
    pub fn contains(&self, term: TermId) -> bool {
        self.bits.get(term.index() / 64).is_some_and(|bits| bits & (1 << (term.index() % 64)) != 0)
    }

    /// Whether two sets share a term.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.bits.iter().zip(&other.bits).any(|(left, right)| left & right != 0)
    }

    /// Adds every term of another set.
    pub fn extend(&mut self, other: &Self) {
        if self.bits.len() < other.bits.len() {
            self.bits.resize(other.bits.len(), 0);
        }
        for (left, right) in self.bits.iter_mut().zip(&other.bits) {
            *left |= right;
        }
    }

    /// Its terms in order.
    pub fn iter(&self) -> impl Iterator<Item = TermId> + '_ {
        self.bits.iter().enumerate().flat_map(|(word, bits)| {
            (0..64usize)
                .filter(move |bit| bits & (1 << bit) != 0)
                .filter_map(move |bit| u16::try_from(word * 64 + bit).ok().map(TermId))
        })
    }
}

/// The words of one kind.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    terms: Vec<Term>,
    classes: Vec<Class>,
    /// Codes of terms and classes.
    codes: BTreeMap<String, WordId>,
    /// Folded names, brands and synonyms.
    names: BTreeMap<String, WordId>,
    members: Vec<TermSet>,
}

/// Why a word could not be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// The word means something else already.
    Taken {
        /// The word.
        word: String,
        /// The code that has it.
        by: String,
    },
    /// There are too many words.
    Full,
}

impl Lexicon {
    /// Adds a class, and the term of the same name that stands for "one of these, not known which".
    pub fn add_class(&mut self, class: Class, synonyms: &[String]) -> Result<ClassId, Clash> {
        let id = ClassId(u16::try_from(self.classes.len()).map_err(|_too_many| Clash::Full)?);
        self.take(&class.code, WordId::Class(id))?;
        let title = class.title.clone();
        let code = class.code.clone();
        self.classes.push(class);
        self.members.push(TermSet::default());
        let term = Term { code, title, classes: vec![id], is_class_word: true, ..Term::default() };
        let term = self.push(term)?;
        for synonym in synonyms {
            self.name(synonym, WordId::Term(term))?;
        }
        Ok(id)
    }

    /// Adds a term with its names.
    pub fn add_term(&mut self, term: Term) -> Result<TermId, Clash> {
        let code = term.code.clone();
        let names: Vec<String> =
            term.synonyms.iter().cloned().chain([term.title.clone()]).collect();
        let id = self.push(term)?;
        self.take(&code, WordId::Term(id))?;
        for name in names {
            self.name(&name, WordId::Term(id))?;
        }
        Ok(id)
    }

    fn push(&mut self, term: Term) -> Result<TermId, Clash> {
        let id = TermId(u16::try_from(self.terms.len()).map_err(|_too_many| Clash::Full)?);
        for class in term.classes.clone() {
            let mut holder = Some(class);
            while let Some(ClassId(index)) = holder {
                if let Some(members) = self.members.get_mut(usize::from(index)) {
                    members.insert(id);
                }
                holder = self.classes.get(usize::from(index)).and_then(|class| class.parent);
            }
        }
        self.terms.push(term);
        Ok(id)
    }

    fn take(&mut self, code: &str, word: WordId) -> Result<(), Clash> {
        if let Some(other) = self.codes.get(code) {
            return Err(Clash::Taken {
                word: code.to_owned(),
                by: self.code_of(*other).to_owned(),
            });
        }
        self.codes.insert(code.to_owned(), word);
        Ok(())
    }

    fn name(&mut self, name: &str, word: WordId) -> Result<(), Clash> {
        let folded = fold(name);
        if folded.is_empty() {
            return Ok(());
        }
        match self.names.get(&folded) {
            Some(other) if *other != word => {
                Err(Clash::Taken { word: name.to_owned(), by: self.code_of(*other).to_owned() })
            }
            _ => {
                self.names.insert(folded, word);
                Ok(())
            }
        }
    }

    /// Settles what class words mean: one is judged by its last dose when every member is.
    pub fn settle(&mut self) {
        let judged: Vec<bool> = self
            .members
            .iter()
            .map(|members| {
                let mut named = members
                    .iter()
                    .map(|id| self.term(id))
                    .filter(|term| !term.is_class_word)
                    .peekable();
                named.peek().is_some() && named.all(|term| term.is_by_last_dose)
            })
            .collect();
        for term in self.terms.iter_mut().filter(|term| term.is_class_word) {
            if let Some(ClassId(class)) = term.classes.first() {
                term.is_by_last_dose = judged.get(usize::from(*class)).copied().unwrap_or(false);
            }
        }
    }

    /// The word of a code.
    pub fn word(&self, code: &str) -> Option<WordId> {
        self.codes.get(code).copied()
    }

    /// The class of a code.
    pub fn class(&self, code: &str) -> Option<ClassId> {
        match self.codes.get(code) {
            Some(WordId::Class(class)) => Some(*class),
            Some(WordId::Term(_)) | None => None,
        }
    }

    /// The term that an entry means: a code, a class word, a synonym or a brand, however it is written.
    pub fn entry(&self, text: &str) -> Option<TermId> {
        let code = self.codes.get(text).copied();
        let word = code.or_else(|| {
            let folded = fold(text);
            self.codes.get(&folded).or_else(|| self.names.get(&folded)).copied()
        })?;
        match word {
            WordId::Term(term) => Some(term),
            WordId::Class(class) => self.class_word(class),
        }
    }

    /// The term of exactly this code, class words excepted: what a closed set of an interface takes.
    pub fn exact(&self, code: &str) -> Option<TermId> {
        match self.codes.get(code) {
            Some(WordId::Term(term)) => Some(*term),
            Some(WordId::Class(_)) | None => None,
        }
    }

    /// The term that stands for a class when nothing finer is known.
    pub fn class_word(&self, class: ClassId) -> Option<TermId> {
        let index = self
            .terms
            .iter()
            .position(|term| term.is_class_word && term.classes.first() == Some(&class))?;
        u16::try_from(index).ok().map(TermId)
    }

    /// A term's words.
    #[expect(clippy::indexing_slicing, reason = "ids are made only by `push`, which adds the term")]
    pub fn term(&self, id: TermId) -> &Term {
        &self.terms[id.index()]
    }

    /// A class's words.
    #[expect(
        clippy::indexing_slicing,
        reason = "ids are made only by `add_class`, which adds the class"
    )]
    pub fn class_of(&self, id: ClassId) -> &Class {
        &self.classes[usize::from(id.0)]
    }

    /// The code of a word.
    pub fn code_of(&self, word: WordId) -> &str {
        match word {
            WordId::Term(term) => &self.term(term).code,
            WordId::Class(class) => &self.class_of(class).code,
        }
    }

    /// The plain name of a word.
    pub fn title_of(&self, word: WordId) -> &str {
        match word {
            WordId::Term(term) => &self.term(term).title,
            WordId::Class(class) => &self.class_of(class).title,
        }
    }

    /// The terms that a word means.
    pub fn terms_of(&self, word: WordId) -> TermSet {
        match word {
            WordId::Term(term) => {
                let mut set = TermSet::default();
                set.insert(term);
                set
            }
            WordId::Class(ClassId(index)) => {
                self.members.get(usize::from(index)).cloned().unwrap_or_default()
            }
        }
    }

    /// Every term, in the order of the files.
    pub fn terms(&self) -> impl Iterator<Item = (TermId, &Term)> {
        self.terms.iter().enumerate().filter_map(|(index, term)| {
            u16::try_from(index).ok().map(|index| (TermId(index), term))
        })
    }

    /// Every class.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.classes.iter().enumerate().filter_map(|(index, class)| {
            u16::try_from(index).ok().map(|index| (ClassId(index), class))
        })
    }

    /// How many terms there are, class words included.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The nearest code or name to a word that is not known.
    pub fn suggest(&self, word: &str) -> Option<&str> {
        let near = nearest(word, self.codes.keys().map(String::as_str));
        near.or_else(|| {
            let name = nearest(&fold(word), self.names.keys().map(String::as_str))?;
            self.names.get(name).map(|word| self.code_of(*word))
        })
    }
}

/// A name as it is compared: lower case, without the accents of Latin letters, one hyphen for anything that is
/// neither letter nor digit.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        let letter = match letter {
            'à'..='å' => 'a',
            'ç' => 'c',
            'è'..='ë' => 'e',
            'ì'..='ï' => 'i',
            'ñ' => 'n',
            'ò'..='ö' | 'ø' => 'o',
            'ù'..='ü' => 'u',
            'ý' | 'ÿ' => 'y',
            other => other,
        };
        if letter.is_alphanumeric() {
            folded.push(letter);
        } else if !folded.ends_with('-') && !folded.is_empty() {
            folded.push('-');
        }
    }
    if folded.ends_with('-') {
        folded.pop();
    }
    folded
}

/// Every word the rulebook knows.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    lexicons: [Lexicon; 10],
    /// The body regions.
    pub regions: RegionTree,
}

impl Vocabulary {
    /// The words of a kind.
    #[expect(clippy::indexing_slicing, reason = "there is one lexicon for each of the ten kinds")]
    pub fn of(&self, kind: Kind) -> &Lexicon {
        &self.lexicons[kind.index()]
    }

    /// The words of a kind, to add to.
    #[expect(clippy::indexing_slicing, reason = "there is one lexicon for each of the ten kinds")]
    pub fn of_mut(&mut self, kind: Kind) -> &mut Lexicon {
        &mut self.lexicons[kind.index()]
    }
}
