//! Pieces that the pages of the clinic's people share: heads, links, avatars, forms of one button, empty states.
//!
//! They take plain words and paths and decide nothing.

use maud::{Markup, html};

use crate::page::icon::{Icon, icon};

/// A path and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub says: String,
}

impl Link {
    /// A link.
    pub fn new(href: impl Into<String>, says: impl Into<String>) -> Self {
        Self { href: href.into(), says: says.into() }
    }
}

/// A choice among links, such as a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Where it leads, and what it says.
    pub link: Link,
    /// Whether it is what is shown.
    pub is_current: bool,
}

/// Where the older and the newer part of a list are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaves {
    /// Where newer entries are; nothing on the first page.
    pub newer: Option<String>,
    /// Where older entries are; nothing on the last page.
    pub older: Option<String>,
}

/// The head of a page: the one heading, a line beneath it, and what can be done.
pub fn head(title: &str, lead: &str, actions: &Markup) -> Markup {
    html! {
        div.page__head {
            div { h1 { (title) } @if !lead.is_empty() { p.muted { (lead) } } }
            div.row { (actions) }
        }
    }
}

/// The one thing to do on a page: a link that looks like a button.
pub fn primary(link: &Link, sign: Icon) -> Markup {
    html! { a.btn.btn--primary href=(link.href) { (icon(sign)) (link.says) } }
}

/// The card of a form: what is wrong, the fields, and one button.
pub fn form(action: &str, button: &str, wrong: &Markup, fields: &Markup) -> Markup {
    html! {
        form.card.stack.form action=(action) method="post" {
            (wrong) (fields)
            div.form__end { button.btn.btn--primary type="submit" { (button) } }
        }
    }
}

/// Which of two buttons is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As any other.
    Plain,
    /// Nearly a link.
    Quiet,
    /// It takes something away.
    Danger,
}

/// A form of one button. `about` names what it is done to, for those who do not see what stands beside it.
pub fn button(
    action: &str,
    (name, value): (&str, &str),
    weight: Weight,
    says: &str,
    about: &str,
) -> Markup {
    let class = match weight {
        Weight::Plain => "btn",
        Weight::Quiet => "btn btn--quiet",
        Weight::Danger => "btn btn--danger",
    };
    html! {
        form action=(action) method="post" {
            button class=(class) type="submit" name=(name) value=(value) {
                (says) @if !about.is_empty() { span.vh { " " (about) } }
            }
        }
    }
}

/// Links of which one is current.
pub fn choices(name: &str, choices: &[Choice]) -> Markup {
    html! {
        @if !choices.is_empty() {
            nav.tabs aria-label=(name) {
                ul {
                    @for choice in choices {
                        li { a href=(choice.link.href) aria-current=[choice.is_current.then_some("true")] { (choice.link.says) } }
                    }
                }
            }
        }
    }
}

/// What would be here, and how to begin.
pub fn empty(title: &str, says: &str, action: &Markup) -> Markup {
    html! { div.empty { h2.minor { (title) } p.muted { (says) } (action) } }
}

/// Links to newer and older entries.
pub fn leaves(leaves: &Leaves) -> Markup {
    html! {
        @if leaves.newer.is_some() || leaves.older.is_some() {
            nav.pager aria-label="Pages" {
                @if let Some(newer) = &leaves.newer { a.btn rel="prev" href=(newer) { (icon(Icon::Back)) "Newer" } }
                @if let Some(older) = &leaves.older { a.btn rel="next" href=(older) { "Older" (icon(Icon::Next)) } }
            }
        }
    }
}

/// The first letters of a name in a circle; the name itself always stands beside it.
pub fn avatar(name: &str) -> Markup {
    html! { span.ava aria-hidden="true" { (initials(name)) } }
}

/// The first letters of the first and the last word of a name.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("daniel van der Okafor"), "DO");
        assert_eq!(initials("Kaya"), "K");
        assert_eq!(initials(" "), "");
    }
}
