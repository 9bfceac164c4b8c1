//! The words of a reason: a card's text with its places filled, in whole sentences.

use percuta_terminology::calendar::in_words;

use super::{Found, View, depths};
use crate::{
    answer::{Disposition, End},
    book::{Clause, Rulebook},
    intake::Unrecognised,
};

/// A card's `because` with its places filled.
pub(super) fn because(
    view: &View<'_, '_>,
    clause: &Clause,
    found: &Found,
    end: Option<&End>,
) -> String {
    let is_current = found.is_current || found.is_taken;
    let text = match &clause.because_current {
        Some(text) if is_current => text,
        Some(_) | None => &clause.because,
    };
    if !text.contains('{') {
        return text.clone();
    }
    let regions = &view.book.vocabulary.regions;
    let region = regions.get(view.intake.request.region).title.to_lowercase();
    let (depth, ceiling) = depths(view.book, view.intake);
    let millimetres = |value: Option<f64>| {
        value.map_or_else(|| "an unknown depth".to_owned(), |mm| format!("{mm} mm"))
    };
    let until = match end {
        Some(End::On(date)) => in_words(*date),
        Some(End::Event(event)) => event.clone(),
        Some(End::Never) | None => "further notice".to_owned(),
    };
    let list = and_list(&found.titles);
    let mut words = String::with_capacity(text.len() + 32);
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            words.push('{');
            rest = after;
            continue;
        };
        match name {
            "item" => words.push_str(found.titles.first().map_or("this", String::as_str)),
            "list" => words.push_str(&list),
            "date" => match found.anchor {
                Some(date) => words.push_str(&in_words(date)),
                None => words.push_str("a day that is not known"),
            },
            "until" => words.push_str(&until),
            "region" => words.push_str(&region),
            "site" => words.push_str(found.site.as_deref().unwrap_or(&region)),
            "depth" => words.push_str(&millimetres(depth)),
            "ceiling" => words.push_str(&millimetres(ceiling)),
            other => {
                words.push('{');
                words.push_str(other);
                words.push('}');
            }
        }
        rest = after;
    }
    words.push_str(rest);
    sentence(words)
}

/// The names that a card may leave a place for.
pub(crate) const PLACES: [&str; 8] =
    ["item", "list", "date", "until", "region", "site", "depth", "ceiling"];

/// The names of the places that a text leaves.
pub(crate) fn places(text: &str) -> Vec<&str> {
    text.split('{').skip(1).map(|part| part.split('}').next().unwrap_or(part)).collect()
}

/// A text that begins with a capital.
fn sentence(text: String) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(letters).collect(),
        _ => text,
    }
}

fn and_list(words: &[String]) -> String {
    match words {
        [] => "this".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Why an unknown answer decides.
pub(super) fn missing(disposition: Disposition, titles: &[&str]) -> String {
    let about = titles.join("; ");
    if disposition == Disposition::Defer {
        format!("A critical answer is not known, so that these cannot be ruled out: {about}.")
    } else {
        format!("An answer is not known that could ask for more care: {about}.")
    }
}

/// Why an entry that the vocabulary does not hold decides.
pub(super) fn unrecognised(book: &Rulebook, entries: &[&Unrecognised]) -> String {
    let names: Vec<String> = entries
        .iter()
        .map(|entry| {
            let word: String = entry.word.chars().take(60).collect();
            match book.vocabulary.of(entry.kind).suggest(&entry.word) {
                Some(near) => format!("“{word}” (is `{near}` meant?)"),
                None => format!("“{word}”"),
            }
        })
        .collect();
    format!("The rulebook does not know {}; nothing is passed over in silence.", and_list(&names))
}
