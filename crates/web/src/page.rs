//! Pages: functions from plain values to HTML. A page decides nothing and reads nothing but the rulebook it is given.
//!
//! | page | paths |
//! |---|---|
//! | `home` | `/` |
//! | `guide` | `/guide`, `/guide/{slug}` |
//! | `evidence` | `/evidence`, gaps, scales |
//! | `rule`, `triage` | rules with their conditions in words and their worked cases |
//! | `conflict`, `fact`, `source` | what the rules rest on |
//! | `protocol`, `product` | limits, intervals, phases; devices and numbing |
//! | `medicine`, `search` | lists that depend on what is asked |
//! | `status` | what could not be done |
//! | `entry` | fields of the forms behind the sign-in |
//! | `demo` | `/demo`: the demo's clock and its people |
//! | `staff` | rooms of the clinic's people |
//! | `mine` | a patient's own pages |
//! | `map` | the face map |
//! | `comparator` | two photographs against one another |
//! | `check` | `/is-it-for-me/check`, the self-check |

use maud::Markup;
use percuta_clinical::Rulebook;

use crate::{Site, catalogue::HOME};

pub(crate) mod check;
pub mod choosing;
pub mod comparator;
mod conflict;
pub mod copies;
pub mod demo;
pub mod entry;
mod evidence;
mod fact;
pub mod feed;
mod guide;
mod home;
pub mod icon;
pub mod map;
pub(crate) mod medicine;
pub mod mine;
pub mod part;
mod product;
mod protocol;
mod rule;
pub(crate) mod search;
pub mod shell;
mod source;
pub mod staff;
pub(crate) mod status;
mod triage;

/// Where the self-check is.
pub const CHECK: &str = "/is-it-for-me/check";

/// A page that depends on the rulebook and its path alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    Home,
    Guide,
    GuidePage(String),
    Evidence,
    Rules,
    Rule(String),
    TriageRules,
    Triage(String),
    Conflicts,
    Conflict(String),
    Facts,
    Fact(String),
    Sources,
    Source(String),
    Scales,
    Protocol,
    Devices,
    Numbing,
    Gaps,
}

impl Kept {
    /// Every such page of a rulebook with its path.
    pub(crate) fn all(book: &Rulebook) -> Vec<(String, Self)> {
        let fixed = [
            ("/", Self::Home),
            ("/guide", Self::Guide),
            ("/evidence", Self::Evidence),
            ("/evidence/rules", Self::Rules),
            ("/evidence/triage", Self::TriageRules),
            ("/evidence/conflicts", Self::Conflicts),
            ("/evidence/facts", Self::Facts),
            ("/evidence/sources", Self::Sources),
            ("/evidence/scales", Self::Scales),
            ("/evidence/protocol", Self::Protocol),
            ("/evidence/devices", Self::Devices),
            ("/evidence/numbing", Self::Numbing),
            ("/evidence/gaps", Self::Gaps),
        ];
        let mut all: Vec<(String, Self)> =
            fixed.into_iter().map(|(path, page)| (path.to_owned(), page)).collect();
        let mut each = |folder: &str, id: &str, page: fn(String) -> Self| {
            all.push((format!("{folder}/{id}"), page(id.to_owned())));
        };
        for page in book.pages.iter().filter(|page| page.id != HOME) {
            each("/guide", &page.id, Self::GuidePage);
        }
        for rule in &book.rules {
            each("/evidence/rules", &rule.id, Self::Rule);
        }
        for rule in &book.triage {
            each("/evidence/triage", &rule.id, Self::Triage);
        }
        for id in book.conflicts.keys() {
            each("/evidence/conflicts", id, Self::Conflict);
        }
        for id in book.facts.keys() {
            each("/evidence/facts", id, Self::Fact);
        }
        for id in book.sources.keys() {
            each("/evidence/sources", id, Self::Source);
        }
        all
    }
}

/// Renders a kept page.
pub(crate) fn render(site: &Site, path: &str, page: &Kept) -> Markup {
    let book = site.book();
    let found = match page {
        Kept::Home => Some(home::page(site)),
        Kept::Guide => Some(guide::index(site)),
        Kept::GuidePage(id) => {
            book.pages.iter().find(|page| page.id == *id).map(|page| guide::page(site, page))
        }
        Kept::Evidence => Some(evidence::index(site)),
        Kept::Rules => Some(rule::index(site)),
        Kept::Rule(id) => book.rule(id).map(|rule| rule::page(site, rule)),
        Kept::TriageRules => Some(triage::index(site)),
        Kept::Triage(id) => {
            book.triage.iter().find(|rule| rule.id == *id).map(|rule| triage::page(site, rule))
        }
        Kept::Conflicts => Some(conflict::index(site)),
        Kept::Conflict(id) => book.conflicts.get(id).map(|conflict| conflict::page(site, conflict)),
        Kept::Facts => Some(fact::index(site)),
        Kept::Fact(id) => book.facts.get(id).map(|fact| fact::page(site, fact)),
        Kept::Sources => Some(source::index(site)),
        Kept::Source(id) => book.sources.get(id).map(|source| source::page(site, source)),
        Kept::Scales => Some(evidence::scales(site)),
        Kept::Protocol => Some(protocol::page(site)),
        Kept::Devices => Some(product::devices(site)),
        Kept::Numbing => Some(product::numbing(site)),
        Kept::Gaps => Some(evidence::gaps(site)),
    };
    let (head, body) = found.unwrap_or_else(status::missing);
    shell::document(site, path, &head, &body)
}
