//! Every card of the rulebook with its title, where its page is, and what cites what.
//!
//! An id may name cards of several kinds (a rule and the seeds' fact of the same matter), so looking one up gives all.

use std::collections::BTreeMap;

use percuta_clinical::{
    Rulebook,
    book::{Block, Cited, Page, Position},
};
use percuta_terminology::Kind;

use crate::wording::millimetres;

/// What a card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CardKind {
    /// A public page.
    Page,
    /// A screening rule.
    Rule,
    /// A triage rule.
    Triage,
    /// A disagreement.
    Conflict,
    /// A policy of the rulebook itself.
    Policy,
    /// A fact.
    Fact,
    /// A depth ceiling.
    Ceiling,
    /// Weeks between sessions.
    Interval,
    /// A recovery phase.
    Phase,
    /// Something to do before.
    Preparation,
    /// Something to leave out afterwards.
    Aftercare,
    /// An outcome scale.
    Scale,
    /// A device.
    Device,
    /// A numbing product.
    Numbing,
    /// A medicine.
    Medicine,
    /// A source.
    Source,
}

impl CardKind {
    /// Every kind, in the order in which groups of them are shown.
    pub const ALL: [Self; 16] = [
        Self::Page,
        Self::Rule,
        Self::Triage,
        Self::Conflict,
        Self::Policy,
        Self::Fact,
        Self::Ceiling,
        Self::Interval,
        Self::Phase,
        Self::Preparation,
        Self::Aftercare,
        Self::Scale,
        Self::Device,
        Self::Numbing,
        Self::Medicine,
        Self::Source,
    ];

    /// One of them, for a label.
    pub fn one(self) -> &'static str {
        match self {
            Self::Page => "Guide page",
            Self::Rule => "Rule",
            Self::Triage => "Aftercare rule",
            Self::Conflict => "Disagreement",
            Self::Policy => "Policy",
            Self::Fact => "Fact",
            Self::Ceiling => "Depth limit",
            Self::Interval => "Interval",
            Self::Phase => "Recovery phase",
            Self::Preparation => "Preparation",
            Self::Aftercare => "Aftercare",
            Self::Scale => "Scale",
            Self::Device => "Device",
            Self::Numbing => "Numbing product",
            Self::Medicine => "Medicine",
            Self::Source => "Source",
        }
    }

    /// Several of them, for a heading.
    pub fn many(self) -> &'static str {
        match self {
            Self::Page => "Guide pages",
            Self::Rule => "Rules",
            Self::Triage => "Rules for the days after",
            Self::Conflict => "Where sources disagree",
            Self::Policy => "How rules decide together",
            Self::Fact => "Facts",
            Self::Ceiling => "Depth limits",
            Self::Interval => "Weeks between sessions",
            Self::Phase => "Recovery phases",
            Self::Preparation => "Preparation",
            Self::Aftercare => "Aftercare",
            Self::Scale => "Scales",
            Self::Device => "Devices",
            Self::Numbing => "Numbing products",
            Self::Medicine => "Medicines",
            Self::Source => "Sources",
        }
    }

    /// Its word in an address.
    pub fn stem(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Rule => "rule",
            Self::Triage => "triage",
            Self::Conflict => "conflict",
            Self::Policy => "policy",
            Self::Fact => "fact",
            Self::Ceiling => "ceiling",
            Self::Interval => "interval",
            Self::Phase => "phase",
            Self::Preparation => "preparation",
            Self::Aftercare => "aftercare",
            Self::Scale => "scale",
            Self::Device => "device",
            Self::Numbing => "numbing",
            Self::Medicine => "medicine",
            Self::Source => "source",
        }
    }

    /// Where the card of an id is shown.
    fn href(self, id: &str) -> String {
        match self {
            Self::Page if id == HOME => "/".to_owned(),
            Self::Page => format!("/guide/{id}"),
            Self::Rule => format!("/evidence/rules/{id}"),
            Self::Triage => format!("/evidence/triage/{id}"),
            Self::Conflict => format!("/evidence/conflicts/{id}"),
            Self::Policy => format!("/evidence/rules#{}", anchor(self, id)),
            Self::Fact => format!("/evidence/facts/{id}"),
            Self::Ceiling | Self::Interval | Self::Phase | Self::Preparation | Self::Aftercare => {
                format!("/evidence/protocol#{}", anchor(self, id))
            }
            Self::Scale => format!("/evidence/scales#{}", anchor(self, id)),
            Self::Device => format!("/evidence/devices#{}", anchor(self, id)),
            Self::Numbing => format!("/evidence/numbing#{}", anchor(self, id)),
            Self::Medicine => format!("/evidence/medicines?q={id}"),
            Self::Source => format!("/evidence/sources/{id}"),
        }
    }
}

/// The guide page that is the front page.
pub const HOME: &str = "home";

/// The anchor of a card on a page of several.
pub fn anchor(kind: CardKind, id: &str) -> String {
    format!("{}-{id}", kind.stem())
}

/// One card.
#[derive(Debug, Clone)]
pub struct Card {
    /// What it is.
    pub kind: CardKind,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it is shown.
    pub href: String,
    /// The ids it cites.
    pub cites: Vec<String>,
}

/// Every card.
#[derive(Debug, Default)]
pub struct Catalogue {
    cards: Vec<Card>,
    by_id: BTreeMap<String, Vec<usize>>,
    cited_by: BTreeMap<String, Vec<usize>>,
}

impl Catalogue {
    /// The catalogue of a rulebook.
    pub fn new(book: &Rulebook) -> Self {
        let mut catalogue = Self::default();
        catalogue.rules(book);
        catalogue.knowledge(book);
        catalogue.protocol(book);
        for page in &book.pages {
            let cites = page_citations(page)
                .into_iter()
                .flat_map(|cited| cited.cites.iter().chain(&cited.conflicts).cloned())
                .collect();
            catalogue.add(CardKind::Page, &page.id, &page.title, cites);
        }
        for (_, term) in book.vocabulary.of(Kind::Medicine).terms() {
            if !term.is_class_word {
                catalogue.add(CardKind::Medicine, &term.code, &term.title, Vec::new());
            }
        }
        catalogue
    }

    fn rules(&mut self, book: &Rulebook) {
        for rule in &book.rules {
            let mut cites = ids(rule.sources.iter().chain(&rule.against));
            cites.extend(rule.conflicts.iter().cloned());
            cites.extend(rule.yields_to.iter().cloned());
            self.add(CardKind::Rule, &rule.id, &rule.title, cites);
        }
        for rule in &book.triage {
            let cites = ids(rule.sources.iter().chain(&rule.against));
            self.add(CardKind::Triage, &rule.id, &rule.title, cites);
        }
        for (id, policy) in &book.policies {
            self.add(CardKind::Policy, id, &policy.title, ids(&policy.sources));
        }
    }

    fn knowledge(&mut self, book: &Rulebook) {
        for conflict in book.conflicts.values() {
            let mut cites = ids(&conflict.positions);
            cites.extend(conflict.sources.iter().cloned());
            self.add(CardKind::Conflict, &conflict.id, &conflict.topic, cites);
        }
        for fact in book.facts.values() {
            let mut cites = ids(&fact.positions);
            cites.extend(fact.sources.iter().cloned());
            self.add(CardKind::Fact, &fact.id, &fact.says, cites);
        }
        for source in book.sources.values() {
            self.add(CardKind::Source, &source.id, &source.title, Vec::new());
        }
        for scale in &book.scales {
            self.add(CardKind::Scale, &scale.id, &scale.title, ids(&scale.sources));
        }
        for device in &book.devices {
            let cleared = device.clearances.iter().flat_map(|clearance| &clearance.sources);
            let cites = ids(device.sources.iter().chain(cleared));
            self.add(CardKind::Device, &device.id, &device.title, cites);
        }
        for numbing in &book.numbing {
            self.add(CardKind::Numbing, &numbing.id, &numbing.title, ids(&numbing.sources));
        }
    }

    fn protocol(&mut self, book: &Rulebook) {
        let regions = &book.vocabulary.regions;
        for ceiling in &book.ceilings {
            let sites: Vec<&str> =
                ceiling.sites.iter().map(|site| regions.get(*site).title.as_str()).collect();
            let place = if sites.is_empty() { "anywhere".to_owned() } else { sites.join(", ") };
            let title = format!("Depth limit {}: {place}", millimetres(ceiling.limit_mm));
            self.add(CardKind::Ceiling, &ceiling.id, &title, ids(&ceiling.sources));
        }
        let concerns = book.vocabulary.of(Kind::Concern);
        for interval in &book.intervals {
            let names: Vec<&str> =
                interval.concerns.iter().map(|id| concerns.term(id).title.as_str()).collect();
            let title = format!("Sessions and weeks: {}", names.join(", "));
            self.add(CardKind::Interval, &interval.id, &title, ids(&interval.sources));
        }
        for phase in &book.phases {
            self.add(CardKind::Phase, &phase.id, &phase.title, ids(&phase.sources));
        }
        for preparation in &book.preparations {
            let mut cites = ids(&preparation.sources);
            cites.extend(preparation.conflict.iter().cloned());
            self.add(CardKind::Preparation, &preparation.id, &preparation.title, cites);
        }
        for aftercare in &book.aftercare {
            let mut cites = ids(&aftercare.sources);
            cites.extend(aftercare.conflict.iter().cloned());
            self.add(CardKind::Aftercare, &aftercare.id, &aftercare.title, cites);
        }
    }

    fn add(&mut self, kind: CardKind, id: &str, title: &str, mut cites: Vec<String>) {
        let index = self.cards.len();
        cites.sort();
        cites.dedup();
        for cited in &cites {
            self.cited_by.entry(cited.clone()).or_default().push(index);
        }
        self.by_id.entry(id.to_owned()).or_default().push(index);
        let card =
            Card { kind, id: id.to_owned(), title: title.to_owned(), href: kind.href(id), cites };
        self.cards.push(card);
    }

    fn at(&self, indexes: Option<&Vec<usize>>) -> Vec<&Card> {
        indexes.into_iter().flatten().filter_map(|index| self.cards.get(*index)).collect()
    }

    /// Every card.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The cards of an id.
    pub fn find(&self, id: &str) -> Vec<&Card> {
        self.at(self.by_id.get(id))
    }

    /// The card of an id that is of a kind.
    pub fn card(&self, kind: CardKind, id: &str) -> Option<&Card> {
        self.find(id).into_iter().find(|card| card.kind == kind)
    }

    /// The cards that cite an id, in the order of their kinds.
    pub fn citing(&self, id: &str) -> Vec<&Card> {
        let mut cards = self.at(self.cited_by.get(id));
        cards.sort_by_key(|card| card.kind);
        cards
    }

    /// How many cards there are of a kind.
    pub fn count(&self, kind: CardKind) -> usize {
        self.cards.iter().filter(|card| card.kind == kind).count()
    }
}

fn ids<'p>(positions: impl IntoIterator<Item = &'p Position>) -> Vec<String> {
    positions.into_iter().map(|position| position.id.clone()).collect()
}

/// Everything a guide page rests on.
pub fn page_citations(page: &Page) -> Vec<&Cited> {
    let mut found = vec![&page.lead_cited];
    for block in page.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Claim { cited, .. } | Block::Note(_, cited) => found.push(cited),
            Block::Steps(steps) => found.extend(steps.iter().map(|(_, _, cited)| cited)),
            Block::Table(_, rows) => found.extend(rows.iter().map(|(_, cited)| cited)),
        }
    }
    found
}
