//! Forms of the rooms behind the sign-in: what was typed, what is wrong with it, and the fields that show both.
//!
//! A form that fails comes back as it was typed, with a summary that links to each field and a sentence beneath it.
//! Reading a value into its type is the handler's part; nothing here knows what a field means.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// No form has more fields.
const FIELDS_MAX: usize = 1_000;
/// No field is longer, in characters.
const TEXT_MAX: usize = 20_000;

/// What was typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    values: Vec<(String, String)>,
    wrong: Vec<(String, String)>,
}

impl Entry {
    /// The fields as they came, in their order. What is too long is cut.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let cut = |value: String| value.chars().take(TEXT_MAX).collect();
        let values =
            pairs.into_iter().take(FIELDS_MAX).map(|(name, value)| (name, cut(value))).collect();
        Self { values, wrong: Vec::new() }
    }

    /// The last value of a name, trimmed; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.values
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map_or("", |(_, text)| text.trim())
    }

    /// Every value of a name, trimmed, in their order.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e str> {
        self.values.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.trim())
    }

    /// Whether a name has a value: a box that was ticked.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|given| given == value)
    }

    /// Every name and value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Sets what a field begins with.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.push((name.to_owned(), value.into()));
    }

    /// Says what is wrong with a field, in a sentence that names the remedy. The first word on a field stays.
    pub fn refuse(&mut self, name: &str, says: impl Into<String>) {
        if self.wrong(name).is_none() {
            self.wrong.push((name.to_owned(), says.into()));
        }
    }

    /// What is wrong with a field.
    pub fn wrong(&self, name: &str) -> Option<&str> {
        self.wrong.iter().find(|(known, _)| known == name).map(|(_, says)| says.as_str())
    }

    /// Whether nothing was refused.
    pub fn is_fine(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// A field of one line.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its name in the form.
    pub name: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// A sentence beneath the label, or nothing.
    pub hint: &'a str,
    /// The kind of input: `text`, `email`, `tel`, `date`, `password`, `number`.
    pub kind: &'a str,
    /// What browsers may fill in: `name`, `email`, `off`.
    pub autocomplete: &'a str,
}

/// A field of one line with its label, hint and error. A password is never shown again.
pub fn line(entry: &Entry, field: Line<'_>) -> Markup {
    let wrong = entry.wrong(field.name);
    let value = (field.kind != "password").then(|| entry.get(field.name));
    html! {
        div.field.field--bad[wrong.is_some()] {
            label for=(field.name) { (field.label) }
            (hint(field.name, field.hint))
            input.input id=(field.name) name=(field.name) type=(field.kind) value=[value]
                autocomplete=(field.autocomplete) aria-invalid=[wrong.map(|_| "true")]
                aria-describedby=[described(field.name, field.hint, wrong)];
            (error(field.name, wrong))
        }
    }
}

/// A field of several lines.
pub fn lines(entry: &Entry, name: &str, label: &str, says: &str) -> Markup {
    let wrong = entry.wrong(name);
    html! {
        div.field.field--bad[wrong.is_some()] {
            label for=(name) { (label) }
            (hint(name, says))
            textarea.input id=(name) name=(name) aria-invalid=[wrong.map(|_| "true")]
                aria-describedby=[described(name, says, wrong)] { (entry.get(name)) }
            (error(name, wrong))
        }
    }
}

/// One of several, as a list that opens. The first choice is "Choose" with no value, so that nothing is chosen unasked.
pub fn select(entry: &Entry, name: &str, label: &str, choices: &[(String, String)]) -> Markup {
    choose(entry, name, label, "Choose", choices)
}

/// A list that opens, with the words of its first choice, which has no value: "Anybody" in a filter.
pub fn choose(
    entry: &Entry,
    name: &str,
    label: &str,
    first: &str,
    choices: &[(String, String)],
) -> Markup {
    let (wrong, given) = (entry.wrong(name), entry.get(name));
    html! {
        div.field.field--bad[wrong.is_some()] {
            label for=(name) { (label) }
            select.input id=(name) name=(name) aria-invalid=[wrong.map(|_| "true")]
                aria-describedby=[described(name, "", wrong)] {
                option value="" selected[given.is_empty()] { (first) }
                @for (value, words) in choices {
                    option value=(value) selected[given == value] { (words) }
                }
            }
            (error(name, wrong))
        }
    }
}

/// One of several, as buttons, or several of several, as boxes. Nothing is chosen unless `entry` says so.
pub fn options(
    entry: &Entry,
    kind: Options,
    name: &str,
    legend: &str,
    choices: &[(String, String)],
) -> Markup {
    let wrong = entry.wrong(name);
    let input = match kind {
        Options::One => "radio",
        Options::Several => "checkbox",
    };
    html! {
        fieldset.field.field--bad[wrong.is_some()] id=(name) tabindex="-1"
            aria-describedby=[described(name, "", wrong)] {
            legend.label { (legend) }
            div.opt {
                @for (value, words) in choices {
                    label { input type=(input) name=(name) value=(value) checked[entry.has(name, value)]; (words) }
                }
            }
            (error(name, wrong))
        }
    }
}

/// One statement that is ticked or not. It is never ticked unasked.
pub fn tick(entry: &Entry, name: &str, says: &str, small: &str) -> Markup {
    let wrong = entry.wrong(name);
    html! {
        div.field.field--bad[wrong.is_some()] {
            label.check for=(name) {
                input id=(name) type="checkbox" name=(name) value="yes" checked[entry.has(name, "yes")]
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described(name, "", wrong)];
                span { (says) @if !small.is_empty() { small { (small) } } }
            }
            (error(name, wrong))
        }
    }
}

/// A file to send. Browsers never show one again, so a form that failed says that it has to be chosen anew.
pub fn file(entry: &Entry, name: &str, label: &str, accept: &str) -> Markup {
    let wrong = entry.wrong(name);
    let says = if entry.is_fine() { "" } else { "Choose it again: browsers do not keep files." };
    html! {
        div.field.field--bad[wrong.is_some()] {
            label for=(name) { (label) }
            (hint(name, says))
            input.input.input--file id=(name) name=(name) type="file" accept=(accept)
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described(name, says, wrong)];
            (error(name, wrong))
        }
    }
}

/// A value that goes along unseen: which version of something a form changes.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// A question with *yes*, *no* and *not sure*, of which none is chosen unless `entry` says so.
pub fn three(entry: &Entry, name: &str, question: &str, says: &str) -> Markup {
    let wrong = entry.wrong(name);
    html! {
        fieldset.q3.field--bad[wrong.is_some()] id=(name) tabindex="-1"
            aria-describedby=[described(name, says, wrong)] {
            legend.label { (question) }
            (hint(name, says))
            div.q3__opts {
                @for (value, words) in [("yes", "Yes"), ("no", "No"), ("not-sure", "Not sure")] {
                    label { input type="radio" name=(name) value=(value) checked[entry.has(name, value)]; (icon(Icon::Tick)) (words) }
                }
            }
            (error(name, wrong))
        }
    }
}

/// How many of a set may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Options {
    /// One.
    One,
    /// Any number.
    Several,
}

/// The summary of what is wrong, linking to each field; nothing when all is well.
pub fn summary(entry: &Entry) -> Markup {
    html! {
        @if !entry.is_fine() {
            div.note.note--stop.summary #wrong role="alert" tabindex="-1" {
                (icon(Icon::Caution))
                div {
                    p { strong { "Nothing was saved yet. " } "What you entered is still here:" }
                    ul { @for (name, says) in &entry.wrong { li { a href={ "#" (name) } { (says) } } } }
                }
            }
        }
    }
}

fn hint(name: &str, says: &str) -> Markup {
    html! { @if !says.is_empty() { p.hint id={ (name) "-hint" } { (says) } } }
}

fn error(name: &str, wrong: Option<&str>) -> Markup {
    html! { @if let Some(says) = wrong { p.error id={ (name) "-wrong" } { (icon(Icon::Caution)) span { (says) } } } }
}

fn described(name: &str, says: &str, wrong: Option<&str>) -> Option<String> {
    let hint = (!says.is_empty()).then(|| format!("{name}-hint"));
    let wrong = wrong.map(|_| format!("{name}-wrong"));
    let both: Vec<String> = hint.into_iter().chain(wrong).collect();
    (!both.is_empty()).then(|| both.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown_again() {
        let entry = Entry::new([("secret".to_owned(), "do not show".to_owned())]);
        let field = Line {
            name: "secret",
            label: "Password",
            hint: "",
            kind: "password",
            autocomplete: "off",
        };
        assert!(!line(&entry, field).into_string().contains("do not show"));
    }

    #[test]
    fn a_field_that_failed_keeps_what_was_typed_and_points_to_its_sentence() {
        let mut entry = Entry::new([("born".to_owned(), "<31 May>".to_owned())]);
        entry.refuse("born", "Write the date as year-month-day.");
        let field =
            Line { name: "born", label: "Born", hint: "", kind: "text", autocomplete: "off" };
        let shown = line(&entry, field).into_string();
        assert!(shown.contains("&lt;31 May&gt;"));
        assert!(shown.contains("aria-describedby=\"born-wrong\""));
        assert!(summary(&entry).into_string().contains("href=\"#born\""));
    }
}
