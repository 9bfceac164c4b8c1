//! What the rulebook's values are called in plain English, and its conditions as sentences.
//!
//! Nothing is decided here. Patients read these words; staff words ("defer", "refer") stay in the code.

use percuta_clinical::{
    Rulebook,
    answer::{Disposition, Level},
    book::{Clause, Expect, Rule, ScaleAt, Source, Span, WhenUnknown},
    language::{Ask, Time},
    logic::Sign,
};
use percuta_terminology::{Kind, TermSet};

pub mod case;
pub mod check_in;
pub mod condition;

pub use condition::Said;

/// What a disposition is called.
pub fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Proceed => "For information",
        Disposition::ProceedWithPrecautions => "With precautions",
        Disposition::Defer => "Wait",
        Disposition::ReferPhysician => "Ask a doctor first",
        Disposition::DoNotTreat => "Do not",
    }
}

/// What a disposition means, in a sentence.
pub fn disposition_meaning(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Proceed => "Said, and changes nothing.",
        Disposition::ProceedWithPrecautions => "Treatment may go ahead with the precautions named.",
        Disposition::Defer => "Not yet: until a date or an event.",
        Disposition::ReferPhysician => "A doctor, often the one who prescribes, decides first.",
        Disposition::DoNotTreat => "Not with needles, or not like this.",
    }
}

/// What a level is called.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Normal => "Expected",
        Level::SelfCare => "Self-care",
        Level::ContactClinic => "Contact the clinic",
        Level::Urgent => "Urgent",
    }
}

/// What a level means, in a sentence.
pub fn level_meaning(level: Level) -> &'static str {
    match level {
        Level::Normal => "Usual for this day.",
        Level::SelfCare => "What to do at home, and when to ask again.",
        Level::ContactClinic => "Speak to the clinic the same day.",
        Level::Urgent => "Emergency help now.",
    }
}

/// When a scale is asked for.
pub fn asked_at(at: ScaleAt) -> String {
    match at {
        ScaleAt::Baseline => "Before the first session".to_owned(),
        ScaleAt::Session { days: 0 } => "On the day of each session".to_owned(),
        ScaleAt::Session { days } => {
            let days = count(usize::try_from(days).unwrap_or_default(), "day", "days");
            format!("On the day of each session, and {days} after it")
        }
        ScaleAt::FollowUp { weeks } => {
            let weeks = count(usize::try_from(weeks).unwrap_or_default(), "week", "weeks");
            format!("{weeks} after each session")
        }
        ScaleAt::Result => "When the result can be judged".to_owned(),
    }
}

/// When a scale is asked for after one session, or in a course.
pub fn asked_of(at: ScaleAt, session: Option<i16>) -> String {
    match (at, session) {
        (ScaleAt::Session { days: _ }, Some(number)) => format!("With session {number}"),
        (ScaleAt::FollowUp { weeks }, Some(number)) => {
            let weeks = count(usize::try_from(weeks).unwrap_or_default(), "week", "weeks");
            format!("{weeks} after session {number}")
        }
        (ScaleAt::Baseline | ScaleAt::Result, _) | (_, None) => asked_at(at),
    }
}

/// What concerns are called, within a sentence.
pub fn concerns(book: &Rulebook, concerns: &TermSet) -> String {
    let words = book.vocabulary.of(Kind::Concern);
    let titles = concerns.iter().map(|concern| within_sentence(&words.term(concern).title));
    titles.collect::<Vec<_>>().join(", ")
}

/// The most restrictive thing that a rule can decide.
pub fn worst(rule: &Rule) -> Disposition {
    rule.clauses.iter().map(|clause| clause.disposition).max().unwrap_or(Disposition::Proceed)
}

/// What a rule does when its answer is not known.
pub fn when_unknown(unknown: WhenUnknown) -> &'static str {
    match unknown {
        WhenUnknown::Critical => "If this is not known, treatment waits until it is.",
        WhenUnknown::Caution => "If this is not known, extra care is asked for.",
        WhenUnknown::Elsewhere => "If this is not known, another rule speaks for it.",
    }
}

/// Until when a clause counts, as a sentence; empty where nothing has to end.
///
/// INVARIANT (same end): this says in words what the engine counts in dates. Only waiting and refusing end with a
/// window of their own; anything else ends with the event that its card names, or not at all.
pub fn until(clause: &Clause) -> String {
    if let Some(event) = &clause.ends {
        return format!("Until {event}.");
    }
    match clause.disposition {
        Disposition::Proceed | Disposition::ProceedWithPrecautions => String::new(),
        Disposition::ReferPhysician => "No end date.".to_owned(),
        Disposition::Defer | Disposition::DoNotTreat => {
            let ends = ends(clause);
            if ends.is_empty() {
                "No end date.".to_owned()
            } else {
                format!("Until {}.", list(&ends, "or"))
            }
        }
    }
}

/// The ends that follow from the windows and ages of a clause.
fn ends(clause: &Clause) -> Vec<String> {
    let mut ends: Vec<String> = Vec::new();
    clause.when.visit(Sign::For, &mut |ask, sign| {
        let end = match ask {
            Ask::Item(item) => match item.time {
                Time::Within(window) => Some(format!("{window} have passed")),
                Time::Any
                | Time::Taken
                | Time::Current
                | Time::DateUnknown
                | Time::Past
                | Time::Planned
                | Time::Beyond(_) => None,
            },
            Ask::ScarAge { under, .. } => Some(format!("the scar or mark is {under} old")),
            Ask::Age { under, .. } => under.map(|years| format!("the person is {years} years old")),
            Ask::Pregnancy(_)
            | Ask::Breastfeeding(_)
            | Ask::Sex(_)
            | Ask::PhototypeFrom(_)
            | Ask::Request(_)
            | Ask::DepthOver(_)
            | Ask::OffLabel
            | Ask::Missing(_) => None,
        };
        if let (Sign::For, Some(end)) = (sign, end)
            && !ends.contains(&end)
        {
            ends.push(end);
        }
    });
    ends
}

/// What a case expects.
pub fn expect(expect: &Expect) -> String {
    match expect {
        Expect::None => "This rule does not hold".to_owned(),
        Expect::Open => "Cannot be told from what is known".to_owned(),
        Expect::Holds { disposition, until, is_event } => {
            let word = self::disposition(*disposition);
            match (until, is_event) {
                (Some(date), _) => format!("{word}, until {}", date_in_words(date)),
                (None, true) => format!("{word}, until it is over"),
                (None, false) => word.to_owned(),
            }
        }
    }
}

/// What kind of text a source is.
pub fn source_kind(kind: &str) -> &str {
    match kind {
        "seed" => "Guide the project starts from",
        "peer" => "Journal article",
        "label" => "Product label",
        "ifu" => "Device manual",
        "regulator" => "Regulator",
        "guidance" => "Guidance",
        "clinic" => "Clinic or maker’s page",
        "trialreg" => "Trial register",
        "secondary" => "Second-hand account",
        other => other,
    }
}

/// How much of a source was read.
pub fn source_seen(seen: &str) -> &str {
    match seen {
        "full" => "read in full",
        "excerpt" => "read as an excerpt",
        "from-memory" => "from memory, not yet checked",
        other => other,
    }
}

/// Who and when, as far as known.
pub fn source_by(source: &Source) -> String {
    let year = (!["", "unknown"].contains(&source.year.as_str())).then_some(source.year.as_str());
    let who = (!source.who.is_empty()).then_some(source.who.as_str());
    match (who, year) {
        (Some(who), Some(year)) => format!("{}, {year}", capital(who)),
        (Some(who), None) => format!("{}, year not known", capital(who)),
        (None, Some(year)) => year.to_owned(),
        (None, None) => "Author and year not known".to_owned(),
    }
}

/// How a fact came to be known.
pub fn provenance(provenance: &str) -> &str {
    match provenance {
        "found" => "Found in the sources named",
        "mixed" => "Partly found, partly from memory",
        "from-memory" => "From memory, to be checked",
        other => other,
    }
}

/// How sure the evidence is.
pub fn confidence(word: &str) -> &str {
    match word {
        "" => "not given",
        other => other,
    }
}

/// A span after a session.
pub fn span(span: Span) -> String {
    match span {
        Span::Hours(from, to) => format!("Hours {from} to {to}"),
        Span::Days(from, to) => format!("Days {from} to {to}"),
        Span::Weeks(from, to) => format!("Weeks {from} to {to}"),
        Span::Months(from, to) => format!("Months {from} to {to} after the last session"),
    }
}

/// A depth with its unit, always with a decimal, so that 1.0 mm is not read as a rounded number.
pub fn millimetres(depth: f64) -> String {
    let text = depth.to_string();
    if text.contains('.') { format!("{text} mm") } else { format!("{text}.0 mm") }
}

/// A range with one number when both are the same.
pub fn range<T: PartialEq + std::fmt::Display>(low: T, high: T) -> String {
    if low == high { low.to_string() } else { format!("{low} to {high}") }
}

/// Words in a row: "a, b or c".
pub fn list<T: AsRef<str>>(words: &[T], joint: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {joint} {}", first.join(", "), last.as_ref())
        }
    }
}

/// A text that begins with a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A title inside a sentence: its first letter small, unless its first word is written in capitals (a name, an
/// abbreviation).
pub fn within_sentence(title: &str) -> String {
    let first_word: Vec<char> =
        title.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    let capitals = first_word.iter().filter(|letter| letter.is_uppercase()).count();
    if capitals > 1 {
        return title.to_owned();
    }
    let mut letters = title.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// An ISO date as "2 April 2026"; anything else as it is.
pub fn date_in_words(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month
        .and_then(|month| month.parse::<usize>().ok())
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (year, month, day.and_then(|day| day.parse::<u8>().ok())) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        _ => date.to_owned(),
    }
}

/// A count with its noun.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands apart.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A text with places (`{date}`), cut into plain pieces and the plain names of its places.
pub fn places(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            pieces.push((false, before));
        }
        pieces.push((true, place(name)));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push((false, rest));
    }
    pieces
}

fn place(name: &str) -> &str {
    match name {
        "item" => "what is listed",
        "list" => "everything listed",
        "date" => "date",
        "until" => "end date",
        "region" => "area",
        "site" => "place",
        "depth" => "depth asked for",
        "ceiling" => "limit",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_keeps_the_capitals_of_an_abbreviation() {
        assert_eq!(within_sentence("PABA or sulfa reaction"), "PABA or sulfa reaction");
        assert_eq!(within_sentence("Acne scars"), "acne scars");
    }

    #[test]
    fn a_date_is_said_in_words() {
        assert_eq!(date_in_words("2026-04-02"), "2 April 2026");
        assert_eq!(date_in_words("unknown"), "unknown");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(count(1585, "medicine", "medicines"), "1,585 medicines");
        assert_eq!(count(1, "fact", "facts"), "1 fact");
    }

    #[test]
    fn places_are_named() {
        assert_eq!(
            places("Taken on {date}."),
            [(false, "Taken on "), (true, "date"), (false, ".")]
        );
    }
}
