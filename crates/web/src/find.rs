//! Finding cards by words: titles and texts of every card, names and brands of medicines.
//!
//! A word matches where a word of the text begins with it, however it is written (case, accents, hyphens). Every word
//! must match. Nothing that is searched for is kept or logged.

use percuta_clinical::{
    Rulebook,
    book::{Block, Page, Position, Rule, TriageRule},
};
use percuta_terminology::{Kind, vocabulary::fold};

use crate::catalogue::{CardKind, Catalogue};

/// Words of every card, ready to be searched.
#[derive(Debug)]
pub(crate) struct Index {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// The card's place in the catalogue.
    card: usize,
    kind: CardKind,
    title: String,
    text: String,
    /// The text as it is read.
    shown: String,
}

/// A card that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit<'i> {
    /// Its place in the catalogue.
    pub(crate) card: usize,
    /// What it is.
    pub(crate) kind: CardKind,
    /// How well it fits; more is better.
    pub(crate) score: usize,
    /// Its text.
    pub(crate) text: &'i str,
}

/// The words of a query as they are compared.
pub(crate) fn words(query: &str) -> Vec<String> {
    let mut words: Vec<String> =
        fold(query).split('-').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.truncate(8);
    words
}

impl Index {
    pub(crate) fn new(book: &Rulebook, catalogue: &Catalogue) -> Self {
        let entries = catalogue
            .cards()
            .iter()
            .enumerate()
            .map(|(card, of)| {
                let shown = text(book, of.kind, &of.id);
                let title = format!("-{}-{}", fold(&of.title), fold(&of.id));
                Entry { card, kind: of.kind, title, text: format!("-{}", fold(&shown)), shown }
            })
            .collect();
        Self { entries }
    }

    /// The cards that hold every word, best group first, best card first within it.
    pub(crate) fn find(&self, words: &[String]) -> Vec<Hit<'_>> {
        if words.is_empty() {
            return Vec::new();
        }
        let starts: Vec<String> = words.iter().map(|word| format!("-{word}")).collect();
        let mut hits: Vec<Hit<'_>> = self
            .entries
            .iter()
            .filter_map(|entry| {
                let mut score = 0;
                for start in &starts {
                    let (in_title, in_text) =
                        (entry.title.contains(start), entry.text.contains(start));
                    if !in_title && !in_text {
                        return None;
                    }
                    score += usize::from(in_title) * 8 + usize::from(in_text);
                }
                Some(Hit { card: entry.card, kind: entry.kind, score, text: &entry.shown })
            })
            .collect();
        let best =
            |kind: CardKind| hits.iter().filter(|hit| hit.kind == kind).map(|hit| hit.score).max();
        let mut groups: Vec<CardKind> =
            CardKind::ALL.into_iter().filter(|kind| best(*kind).is_some()).collect();
        groups.sort_by_key(|kind| std::cmp::Reverse(best(*kind)));
        let place = |kind: CardKind| groups.iter().position(|group| *group == kind);
        hits.sort_by_key(|hit| (place(hit.kind), std::cmp::Reverse(hit.score), hit.card));
        hits
    }
}

fn joined<'t>(parts: impl IntoIterator<Item = &'t str>) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn says(positions: &[Position]) -> impl Iterator<Item = &str> {
    positions.iter().map(|position| position.says.as_str())
}

/// Everything that a card says, as one text.
fn text(book: &Rulebook, kind: CardKind, id: &str) -> String {
    match kind {
        CardKind::Page => book.pages.iter().find(|page| page.id == id).map(page_text),
        CardKind::Rule => book.rule(id).map(rule_text),
        CardKind::Triage => book.triage.iter().find(|rule| rule.id == id).map(triage_text),
        CardKind::Conflict => book.conflicts.get(id).map(|card| {
            joined(
                [card.follow.as_str(), &card.literature].into_iter().chain(says(&card.positions)),
            )
        }),
        CardKind::Policy => book.policies.get(id).map(|card| card.says.clone()),
        CardKind::Fact => book
            .facts
            .get(id)
            .map(|card| joined(says(&card.positions).chain([card.topic.as_str(), &card.note]))),
        CardKind::Source => book
            .sources
            .get(id)
            .map(|card| joined([card.who.as_str(), &card.year, &card.place, &card.note])),
        CardKind::Scale => book
            .scales
            .iter()
            .find(|card| card.id == id)
            .map(|card| joined([card.scoring.as_str(), &card.range, &card.licence])),
        CardKind::Device => book.devices.iter().find(|card| card.id == id).map(|card| {
            joined([card.maker.as_str()].into_iter().chain(card.notes.iter().map(String::as_str)))
        }),
        CardKind::Numbing => book.numbing.iter().find(|card| card.id == id).map(|card| {
            let lines = card.lines.iter().map(|(_, text)| text.as_str());
            joined(lines.chain(card.notes.iter().map(String::as_str)))
        }),
        CardKind::Medicine => {
            let lexicon = book.vocabulary.of(Kind::Medicine);
            lexicon.entry(id).map(|term| joined([lexicon.term(term).synonyms.join(", ").as_str()]))
        }
        CardKind::Ceiling
        | CardKind::Interval
        | CardKind::Phase
        | CardKind::Preparation
        | CardKind::Aftercare => Some(protocol_text(book, kind, id)),
    }
    .unwrap_or_default()
}

fn protocol_text(book: &Rulebook, kind: CardKind, id: &str) -> String {
    let found = match kind {
        CardKind::Ceiling => {
            book.ceilings.iter().find(|card| card.id == id).map(|card| card.why.clone())
        }
        CardKind::Interval => book
            .intervals
            .iter()
            .find(|card| card.id == id)
            .map(|card| joined([card.endpoint.as_str(), &card.note])),
        CardKind::Phase => book.phases.iter().find(|card| card.id == id).map(|card| {
            joined(card.expect.iter().chain(&card.actions).chain(&card.avoid).map(String::as_str))
        }),
        CardKind::Preparation => {
            book.preparations.iter().find(|card| card.id == id).map(|card| card.action.clone())
        }
        CardKind::Aftercare => {
            book.aftercare.iter().find(|card| card.id == id).map(|card| card.says.clone())
        }
        CardKind::Page
        | CardKind::Rule
        | CardKind::Triage
        | CardKind::Conflict
        | CardKind::Policy
        | CardKind::Fact
        | CardKind::Scale
        | CardKind::Device
        | CardKind::Numbing
        | CardKind::Medicine
        | CardKind::Source => None,
    };
    found.unwrap_or_default()
}

fn rule_text(rule: &Rule) -> String {
    let asks = rule.asks.iter().flat_map(|asks| [asks.text.as_str(), &asks.hint]);
    let rest = [rule.why.as_str(), &rule.bring];
    let precautions = rule.precautions.iter().chain(&rule.notes).map(String::as_str);
    joined(
        asks.chain(rest).chain(precautions).chain(says(&rule.sources)).chain(says(&rule.against)),
    )
}

fn triage_text(rule: &TriageRule) -> String {
    let actions = rule.actions.iter().chain(&rule.notes).map(String::as_str);
    joined([rule.because.as_str()].into_iter().chain(actions).chain(says(&rule.sources)))
}

fn page_text(page: &Page) -> String {
    let mut parts = vec![page.lead.as_str()];
    for section in &page.sections {
        parts.push(&section.title);
        for block in &section.blocks {
            match block {
                Block::Claim { heading, text, .. } => parts.extend([heading.as_str(), text]),
                Block::Steps(steps) => {
                    parts.extend(steps.iter().flat_map(|(title, text, _)| [title.as_str(), text]));
                }
                Block::Table(_, rows) => parts
                    .extend(rows.iter().flat_map(|(cells, _)| cells.iter().map(String::as_str))),
                Block::Note(text, _) => parts.push(text),
            }
        }
    }
    joined(parts)
}
