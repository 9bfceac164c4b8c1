//! The head of a page that belongs to a person: the trail, the name first, a few facts, and what can be done.

use maud::{Markup, html};

use crate::page::part;

/// Whom a page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The page of the person.
    pub href: String,
    /// A few facts, each with its word: "Age", "34".
    pub facts: Vec<(String, String)>,
}

impl Person {
    /// The first letters of the first and the last word of the name.
    pub fn initials(&self) -> String {
        let mut words = self.name.split_whitespace();
        let first = words.next().and_then(|word| word.chars().next());
        let last = words.next_back().and_then(|word| word.chars().next());
        first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
    }
}

/// The head. `title` is what the page is about after the name, such as "screening"; `actions` stand at its end.
pub fn head(person: &Person, title: &str, actions: &Markup) -> Markup {
    html! {
        (part::trail(&[("/patients", "Patients"), (&person.href, &person.name)]))
        div.page__head {
            div.patient {
                span.ava.ava--l aria-hidden="true" { (person.initials()) }
                div {
                    h1 { (person.name) @if !title.is_empty() { ", " (title) } }
                    p.facts { @for (word, fact) in &person.facts { span { (word) " " b { (fact) } } } }
                }
            }
            div.row.page__do { (actions) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        let of = |name: &str| {
            Person { name: name.to_owned(), href: String::new(), facts: Vec::new() }.initials()
        };
        assert_eq!(of("Clara Maria Nowak"), "CN");
        assert_eq!(of("åsa"), "Å");
        assert_eq!(of(""), "");
    }
}
