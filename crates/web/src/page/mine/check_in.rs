//! The check-in after a session: eight short questions, the answer with its reasons, and the earlier ones.
//!
//! Each question is answered Yes, No or Not sure; only then are its symptoms shown, by the style sheet alone, so the
//! form works without a script. Nothing is chosen beforehand, and a question left open is *not sure*, never *no*.
//!
//! | field | holds |
//! |---|---|
//! | `group.{group}` | `yes`, `no`, `unsure` |
//! | `symptom` | one code for each symptom ticked |
//! | `severity.{code}`, `trend.{code}` | a word of triage, or empty for *not sure* |
//! | `temperature`, `product`, `words`, `photograph` | as typed |

use maud::{Markup, html};
use percuta_clinical::{Rulebook, answer::Level, book::Position};
use percuta_terminology::Kind;

use super::{
    Emergency, Frame, Onwards, Weight, document, emergency, empty, heading,
    messages::{self, Message},
    onwards, tel,
};
use crate::{
    Site,
    page::{
        entry::{self, Entry},
        icon::{Icon, icon, small},
        part,
    },
    wording,
};

/// The form.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// After which session: "Day 2 after session 2".
    pub day: String,
    /// The questions, in their order.
    pub groups: Vec<Group>,
    /// What calls for help at once.
    pub emergency: Emergency,
    /// What makes this form one and no other, so that sending it twice answers once; travels unseen.
    pub once: String,
    /// Whether the patient has allowed photographs; without it none is asked for.
    pub may_photograph: bool,
}

/// One question and the symptoms under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its word in the form.
    pub key: String,
    /// The question.
    pub asks: String,
    /// A hint; may be empty.
    pub hint: String,
    /// Code and title of each symptom.
    pub symptoms: Vec<(String, String)>,
}

/// The groups of the vocabulary with their questions: what may call for help first comes first.
const GROUPS: [(&str, &[&str], &str, &str); 8] = [
    (
        "allergy",
        &["allergy"],
        "Any swelling of lips, tongue or throat, wheezing, or hives?",
        "Hives are raised, itchy patches that come and go.",
    ),
    (
        "eyes",
        &["eyes"],
        "Anything wrong with your eyes or your sight?",
        "Pain, a change in sight, or a lid that is swollen shut.",
    ),
    (
        "body",
        &["whole body"],
        "Do you feel ill in yourself?",
        "Fever, shivering, vomiting, fainting, short of breath, chest pain.",
    ),
    (
        "infection",
        &["infection"],
        "Any sign of infection, or of a cold sore?",
        "On brown or black skin go by feel as much as by colour: heat, swelling, pain, or a darker or greyer patch.",
    ),
    (
        "numbing",
        &["numbing"],
        "Anything odd after the numbing cream?",
        "A numb tongue, a metal taste, ringing in the ears, twitching, blue or grey lips.",
    ),
    (
        "nerve",
        &["nerve"],
        "Any numb patch, or weakness of the face or an arm?",
        "Or speech that is slurred.",
    ),
    (
        "skin",
        &["expected after treatment", "skin"],
        "How is the skin itself: do you see or feel anything?",
        "Most of this is usual in the first days; tick what you have.",
    ),
    ("other", &["other"], "Anything else that worries you?", ""),
];

/// The questions of a rulebook's symptoms. A symptom of a group that is not known here is asked under the last one, so
/// that none is left out.
pub fn groups(book: &Rulebook) -> Vec<Group> {
    let place = |group: &str| {
        GROUPS
            .iter()
            .position(|(_, names, ..)| names.contains(&group))
            .unwrap_or(GROUPS.len().saturating_sub(1))
    };
    let symptoms: Vec<(usize, String, String)> = book
        .vocabulary
        .of(Kind::Symptom)
        .terms()
        .filter(|(_, term)| !term.is_class_word)
        .map(|(_, term)| (place(&term.group), term.code.clone(), term.title.clone()))
        .collect();
    GROUPS
        .iter()
        .enumerate()
        .map(|(number, (key, _, asks, hint))| Group {
            key: (*key).to_owned(),
            asks: (*asks).to_owned(),
            hint: (*hint).to_owned(),
            symptoms: symptoms
                .iter()
                .filter(|(place, ..)| *place == number)
                .map(|(_, code, title)| (code.clone(), title.clone()))
                .collect(),
        })
        .collect()
}

/// The form.
pub fn form(site: &Site, frame: &Frame, view: &Form, entry: &Entry) -> Markup {
    let of = view.groups.len();
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "How is your skin?", &view.day))
            (emergency(&view.emergency, Weight::Tinted))
            (entry::summary(entry))
            form.stack action="/me/check-in" method="post" enctype="multipart/form-data" novalidate {
                input type="hidden" name="once" value=(view.once);
                @for (number, group) in view.groups.iter().enumerate() { (question(entry, group, number + 1, of)) }
                (rest(entry, view.may_photograph))
                div.stack.stack--tight {
                    button.btn.btn--primary.btn--wide.btn--glove type="submit" { "Get the answer" }
                    p.small.muted { "You get an answer at once, and the clinic sees it. What you leave open counts as not sure, never as no." }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn question(entry: &Entry, group: &Group, number: usize, of: usize) -> Markup {
    let name = format!("group.{}", group.key);
    let wrong = entry.wrong(&name);
    let about = format!("{name}-hint");
    let described = (!group.hint.is_empty()).then_some(about.as_str());
    html! {
        section.card.query {
            p.small.muted { (number) " of " (of) }
            fieldset.q3.field--bad[wrong.is_some()] id=(name) tabindex="-1" aria-describedby=[described] {
                legend.label { (group.asks) }
                @if !group.hint.is_empty() { p.hint id=(about) { (group.hint) } }
                div.q3__opts {
                    @for (value, title) in [("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")] {
                        label { input type="radio" name=(name) value=(value) checked[entry.has(&name, value)]; (small(Icon::Tick)) (title) }
                    }
                }
                @if let Some(says) = wrong { p.error { (icon(Icon::Caution)) span { (says) } } }
            }
            div.query__more role="group" aria-label={ "Which? " (group.asks) } {
                p.small { b { "Tick all that you have." } " Leave the two lists at “not sure” where you cannot tell." }
                @for (code, title) in &group.symptoms { (symptom(entry, code, title)) }
            }
        }
    }
}

const SEVERITIES: [(&str, &str); 5] = [
    ("mild", "Mild"),
    ("moderate", "Moderate"),
    ("severe", "Severe"),
    ("few", "Only a few"),
    ("sudden", "All of a sudden"),
];
const TRENDS: [(&str, &str); 5] = [
    ("fading", "Getting less"),
    ("stable", "Staying the same"),
    ("increasing", "Getting more"),
    ("spreading", "Spreading"),
    ("stopped", "Over now"),
];
/// The words of a severity or a course.
pub fn word(code: &str) -> &'static str {
    let all = SEVERITIES.iter().chain(&TRENDS).chain([&BLEEDING]);
    all.into_iter().find(|(known, _)| *known == code).map_or("Not sure", |(_, words)| words)
}

const BLEEDING: (&str, &str) =
    ("not_stopping_15min_pressure", "Not stopping after 15 minutes of firm pressure");

fn symptom(entry: &Entry, code: &str, title: &str) -> Markup {
    let trends = TRENDS.iter().chain((code == "bleeding").then_some(&BLEEDING));
    html! {
        div.symptom {
            label.check { input type="checkbox" name="symptom" value=(code) checked[entry.has("symptom", code)]; span { (title) } }
            div.symptom__more {
                (short(entry, &format!("severity.{code}"), ("How strong?", title), SEVERITIES.iter()))
                (short(entry, &format!("trend.{code}"), ("Since yesterday?", title), trends))
            }
        }
    }
}

/// A short list whose first choice is *not sure*.
fn short<'a>(
    entry: &Entry,
    name: &str,
    (label, about): (&str, &str),
    choices: impl Iterator<Item = &'a (&'a str, &'a str)>,
) -> Markup {
    let given = entry.get(name);
    html! {
        div.field {
            label for=(name) { (label) span.vh { " " (about) } }
            select.input id=(name) name=(name) {
                option value="" { "Not sure" }
                @for (value, words) in choices { option value=(value) selected[given == *value] { (words) } }
            }
        }
    }
}

fn rest(entry: &Entry, may_photograph: bool) -> Markup {
    let temperature = entry.wrong("temperature");
    let photograph = entry.wrong("photograph");
    html! {
        section.card.stack aria-labelledby="rest" {
            h2 #rest { "If you can" }
            div.field.field--bad[temperature.is_some()] {
                label for="temperature" { "Your temperature, if you measured it" }
                div.input--unit.input--short {
                    input.input #temperature type="text" inputmode="decimal" name="temperature" value=(entry.get("temperature")) autocomplete="off" aria-invalid=[temperature.map(|_| "true")] aria-describedby=[temperature.map(|_| "temperature-wrong")];
                    span { "°C" }
                }
                @if let Some(says) = temperature { p.error #temperature-wrong { (icon(Icon::Caution)) span { (says) } } }
            }
            (entry::line(entry, entry::Line { name: "product", label: "Anything on the skin that was not on your list?", hint: "Its name, if you know it.", kind: "text", autocomplete: "off" }))
            (entry::lines(entry, "words", "In your own words", "What you see and feel, and since when."))
            @if may_photograph { div.field.field--bad[photograph.is_some()] {
                label for="photograph" { "A photo, in daylight" }
                p.hint #photograph-hint { "Without filter or flash. Where it was taken is removed; only you and the clinic see it." }
                input.input.input--file #photograph type="file" name="photograph" accept="image/jpeg,image/png,image/heic,image/heif,.heic,.heif" aria-invalid=[photograph.map(|_| "true")] aria-describedby="photograph-hint";
                @if let Some(says) = photograph { p.error #photograph-wrong { (icon(Icon::Caution)) span { (says) } } }
            } } @else { p.small.muted { "A photo cannot be sent with it: your consent does not allow photographs. You choose that " a.tap href="/me/consents" { "in your consent" } "." } }
        }
    }
}

/// An answered check-in.
#[derive(Debug, Clone)]
pub struct Answered {
    /// When it was sent: "Friday 20 November, 09:50, day 2".
    pub when: String,
    /// How urgent.
    pub level: Level,
    /// Why, worst first.
    pub reasons: Vec<Reason>,
    /// What to do, in order.
    pub actions: Vec<String>,
    /// The clinic's number.
    pub telephone: String,
    /// Until when the clinic is there, and what to do if nobody answers.
    pub hours: String,
    /// What the clinic said.
    pub reply: Reply,
    /// What calls for help at once.
    pub emergency: Emergency,
    /// Question and answer, as they were given.
    pub said: Vec<(String, String)>,
    /// The photographs that were sent: where, and what they show.
    pub photographs: Vec<(String, String)>,
    /// What was written about it since, the oldest first.
    pub talk: Vec<Message>,
    /// Where words that are added go.
    pub add: String,
    /// Where a photograph that is added goes; nowhere when the patient has not allowed any.
    pub photograph: Option<String>,
    /// Where a correction is begun, with these answers filled in; a check-in itself is never changed.
    pub again: String,
    /// The version of the rules that answered.
    pub rules: String,
}

/// Why a check-in was answered so.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The rule.
    pub rule: String,
    /// Its level.
    pub level: Level,
    /// Why, in words.
    pub because: String,
    /// Sources for it.
    pub sources: Vec<Position>,
}

/// What the clinic said to a check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Nothing is needed.
    NotNeeded,
    /// A person will look at it; by when, in words.
    Waiting(String),
    /// A person has taken it on.
    Taken {
        /// Who.
        by: String,
        /// Since when.
        at: String,
    },
    /// It was answered.
    Given {
        /// Who.
        by: String,
        /// When.
        at: String,
        /// The words.
        words: String,
    },
}

fn verdict(level: Level) -> (&'static str, &'static str, &'static str, Icon) {
    match level {
        Level::Normal => ("1", "Usual for this day", "Level 1 of 4", Icon::Leaf),
        Level::SelfCare => ("2", "Look after it at home", "Level 2 of 4", Icon::Heart),
        Level::ContactClinic => ("3", "Contact the clinic today", "Level 3 of 4", Icon::Telephone),
        Level::Urgent => ("4", "Get emergency help now", "Level 4 of 4", Icon::Bell),
    }
}

/// The answer.
pub fn answer(site: &Site, frame: &Frame, view: &Answered, entry: &Entry) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me/check-in", "Check-ins")), "Your check-in", &view.when))
            (refused(entry))
            (result(view))
            (reply(&view.reply))
            (since(&view.talk))
            @if !view.actions.is_empty() {
                section.card aria-labelledby="do" {
                    h2.mb-4 #do { @match view.level { Level::ContactClinic => "Until you have spoken", Level::Urgent => "Until help is there", Level::Normal | Level::SelfCare => "What to do" } }
                    ol.steps { @for action in &view.actions { li { p { (action) } } } }
                }
            }
            @if view.level < Level::Urgent { (emergency(&view.emergency, Weight::Solid)) }
            (reasons(site, &view.reasons, &view.rules))
            (said(view))
            (more(view, entry))
        }
    };
    document(site, frame, &body)
}

/// What could not be added. The check-in itself stands, and this says so before anything else.
fn refused(entry: &Entry) -> Markup {
    let wrong = ["words", "photograph"].map(|name| Some((name, entry.wrong(name)?)));
    let wrong: Vec<(&str, &str)> = wrong.into_iter().flatten().collect();
    html! {
        @if !wrong.is_empty() {
            section.note.note--stop role="alert" aria-labelledby="refused" {
                (icon(Icon::Caution))
                div {
                    h2 #refused { "Your check-in is kept. This was not added to it:" }
                    ul { @for (name, says) in wrong { li { a href={ "#" (name) } { (says) } } } }
                }
            }
        }
    }
}

fn result(view: &Answered) -> Markup {
    let (step, title, place, sign) = verdict(view.level);
    let levels = [Level::Normal, Level::SelfCare, Level::ContactClinic, Level::Urgent];
    html! {
        section.res data-triage=(step) aria-labelledby="result" role="status" {
            div.row.row--nowrap { span.res__mark { (icon(sign)) } div { h2 #result { (title) } p.small { (place) } } }
            ol.scale4 aria-label="Levels" {
                @for level in levels { li aria-current=[(level == view.level).then_some("true")] { (wording::level(level)) } }
            }
            @if let Some(reason) = view.reasons.first() { p { (reason.because) } } @else { p { (wording::level_meaning(view.level)) } }
            @match view.level {
                Level::Urgent => {
                    @for (words, number) in &view.emergency.numbers { a.btn.btn--wide.btn--glove href=(tel(number)) { (icon(Icon::Telephone)) (words) " " span.num { (number) } } }
                }
                Level::ContactClinic => {
                    a.btn.btn--primary.btn--wide.btn--glove href=(tel(&view.telephone)) { (icon(Icon::Telephone)) "Call the clinic" span.num { (view.telephone) } }
                }
                Level::Normal | Level::SelfCare => {}
            }
            @match view.level {
                Level::Urgent => p.small { "When help is on its way, tell the clinic: " span.num { (view.telephone) } },
                Level::ContactClinic => p.small { (view.hours) },
                Level::Normal | Level::SelfCare => {}
            }
        }
    }
}

fn reply(reply: &Reply) -> Markup {
    html! {
        @match reply {
            Reply::NotNeeded => p.note { (icon(Icon::Tick)) span { "The clinic sees this check-in at your next visit. Nobody has to call you for it. If it changes, check in again." } },
            Reply::Waiting(by) => p.note { (icon(Icon::Clock)) span { "The clinic has your answers. " (by) } },
            Reply::Taken { by, at } => p.note { (icon(Icon::Refer)) span { b { (by) } " has taken this on, " (at) "." } },
            Reply::Given { by, at, words } => section.card.replied aria-labelledby="reply" {
                h2 #reply { "The clinic’s answer" }
                blockquote { p { (words) } }
                p.small.muted { (by) ", " (at) }
            },
        }
    }
}

fn reasons(site: &Site, reasons: &[Reason], rules: &str) -> Markup {
    html! {
        section.plain.stack aria-labelledby="why" {
            h2 #why { "Why this answer" }
            @if reasons.is_empty() { p.muted { "No rule for the days after asks for more, given what you told us." } }
            ul.list {
                @for reason in reasons {
                    li.because {
                        (part::level_tag(reason.level))
                        div {
                            p { (reason.because) }
                            details.cite name="cite" {
                                summary { (small(Icon::Book)) (wording::count(reason.sources.len(), "source", "sources")) span.vh { " for: " (reason.because) } }
                                div.cite__pop {
                                    (part::positions(site, &reason.sources, "named in support"))
                                    @if site.book().triage.iter().any(|rule| rule.id == reason.rule) { a.tap href={ "/evidence/triage/" (reason.rule) } { "The whole rule" } }
                                }
                            }
                        }
                    }
                }
            }
            p.small.muted { "Answered by the clinic’s rules, " (rules) ". A person at the clinic can decide otherwise." }
        }
    }
}

fn said(view: &Answered) -> Markup {
    html! {
        details.card.said {
            summary { b { "What you told us" } }
            dl.told { @for (asked, answer) in &view.said { div { dt { (asked) } dd { (answer) } } } }
            @if !view.photographs.is_empty() {
                div.pics { @for (src, alt) in &view.photographs { img src=(src) alt=(alt) loading="lazy" width="300" height="300"; } }
            }
        }
        div.row.no-print {
            a.btn href=(view.again) { "Correct an answer" }
            a.btn.btn--quiet href="/me" { "Back to today" }
        }
    }
}

/// What was written about it since.
fn since(talk: &[Message]) -> Markup {
    html! {
        @if !talk.is_empty() {
            section.stack aria-labelledby="since" { h2 #since { "Since then" } (messages::talk(talk)) }
        }
    }
}

/// What can be added. What was sent stands as it was sent.
fn more(view: &Answered, entry: &Entry) -> Markup {
    html! {
        section.card.stack.no-print aria-labelledby="more" {
            h2 #more { "Add to it" }
            form.stack action=(view.add) method="post" novalidate {
                (entry::lines(entry, "words", "How it went on, or what you left out", "Somebody at the clinic reads it. If something got worse, correct an answer instead: you get a new answer at once."))
                button.btn.btn--wide type="submit" { "Add these words" }
            }
            @if let Some(action) = &view.photograph {
                form.stack action=(action) method="post" enctype="multipart/form-data" novalidate {
                    (entry::file(entry, "photograph", "A photo, in daylight, as JPEG, HEIC or PNG", "image/jpeg,image/png,image/heic,image/heif,.heic,.heif"))
                    button.btn.btn--wide type="submit" { "Send the photo" }
                }
            } @else if let Some(says) = entry.wrong("photograph") {
                p.error #photograph tabindex="-1" { (icon(Icon::Caution)) span { (says) } }
            }
        }
    }
}

/// The earlier check-ins.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// Newest first.
    pub items: Vec<One>,
    /// Where the list goes on.
    pub onwards: Onwards,
}

/// A check-in in the list.
#[derive(Debug, Clone)]
pub struct One {
    /// When.
    pub when: String,
    /// Of which day: "Day 2 after session 2".
    pub day: String,
    /// How urgent it was.
    pub level: Level,
    /// Whether and by whom it was answered.
    pub answered: String,
    /// Where it is.
    pub href: String,
}

/// The list of earlier check-ins.
pub fn list(site: &Site, frame: &Frame, view: &Earlier) -> Markup {
    let body = html! {
        div.mine__one {
            (heading(Some(("/me", "Today")), "Check-ins", "What you told us after a session, and what was said."))
            @if view.items.is_empty() {
                (empty("No check-in yet", "After a session you can tell us here how your skin is. You get an answer at once.", Some(("/me/check-in/new", "Check in"))))
            } @else {
                a.btn.btn--primary.btn--wide.btn--glove href="/me/check-in/new" { "Check in now" }
                ul.stack.stack--tight {
                    @for one in &view.items {
                        li { a.card.lastword href=(one.href) {
                            (part::level_tag(one.level))
                            span { b { (one.when) } br; span.small.muted { (one.day) ". " (one.answered) } }
                            (icon(Icon::Onwards))
                        } }
                    }
                }
                (onwards(&view.onwards))
            }
        }
    };
    document(site, frame, &body)
}
