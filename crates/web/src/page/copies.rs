//! Copies of photographs that have left the record, as the patient and the clinic see them: where each is and how it
//! stands. And the four questions about a photograph.

use maud::{Markup, html};

use super::{
    entry::Entry,
    icon::{Icon, icon, small},
};

/// How a copy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It should be gone already.
    Overdue,
    /// It has to go.
    Due,
    /// The file was made, and nobody said where it went.
    Exported,
    /// It is shown.
    Up,
    /// It is gone.
    Gone,
}

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// What for and where: "In public: clinic web site, page before and after".
    pub title: String,
    /// How it stands.
    pub standing: Standing,
    /// Since when or until when, and who said so, in a sentence.
    pub says: String,
    /// Its page, for who keeps the register.
    pub href: Option<String>,
}

/// The tag of a standing.
pub fn tag(standing: Standing) -> Markup {
    match standing {
        Standing::Overdue => {
            html! { span.tag data-step="stop" { (icon(Icon::Stop)) "Overdue: take down" } }
        }
        Standing::Due => {
            html! { span.tag data-step="caution" { (icon(Icon::Caution)) "To be taken down" } }
        }
        Standing::Exported => {
            html! { span.tag.tag--mute { (icon(Icon::Sheet)) "File made, not shown yet" } }
        }
        Standing::Up => html! { span.tag.tag--mute { (icon(Icon::Onwards)) "Shown" } },
        Standing::Gone => html! { span.tag { (icon(Icon::Tick)) "Taken down" } },
    }
}

/// A list of copies.
pub fn list(copies: &[Copy]) -> Markup {
    html! {
        ul.copies {
            @for copy in copies {
                li {
                    div.row { (tag(copy.standing)) b { @match &copy.href { Some(href) => a.tap href=(href) { (copy.title) }, None => (copy.title) } } }
                    p.small.muted { (copy.says) }
                }
            }
        }
    }
}

/// One question about photographs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name in the form.
    pub name: String,
    /// The question.
    pub asks: String,
    /// What an answer means.
    pub says: String,
}

/// A question with yes and no, of which none is chosen unless `entry` says so.
pub fn question(entry: &Entry, question: &Question) -> Markup {
    let wrong = entry.wrong(&question.name);
    let hint = format!("{}-hint", question.name);
    html! {
        fieldset.q3.field--bad[wrong.is_some()] id=(question.name) tabindex="-1" aria-describedby=(hint) {
            legend.label { (question.asks) }
            p.hint id=(hint) { (question.says) }
            div.q3__opts.q3__opts--two {
                @for (value, title) in [("yes", "Yes"), ("no", "No")] {
                    label { input type="radio" name=(question.name) value=(value) checked[entry.has(&question.name, value)]; (small(Icon::Tick)) (title) }
                }
            }
            @if let Some(says) = wrong { p.error { (icon(Icon::Caution)) span { (says) } } }
        }
    }
}

/// Something that was said of a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// When and by whom.
    pub when: String,
    /// What was allowed, in a row.
    pub allowed: String,
    /// What stood on the page.
    pub shown: String,
}

/// Everything that was said, the newest first.
pub fn words(words: &[Word]) -> Markup {
    html! {
        @if !words.is_empty() {
            section.card aria-labelledby="words" {
                h2.mb-3 #words { "What was said, and when" }
                ol.copies {
                    @for word in words {
                        li {
                            p { b { (word.when) } ": " (word.allowed) }
                            details { summary { "What stood on the page" } @for line in word.shown.lines() { p.small.muted { (line) } } }
                        }
                    }
                }
            }
        }
    }
}
