//! The screening page: may this be treated, every reason with its end and its sources, what is missing, and who may
//! decide otherwise.
//!
//! It shows what it is given. [`View`] holds words and paths only, so that a screening of last year, made by another
//! rulebook, is shown as it was; [`Reason::of`] and its neighbours word an answer of today.

use jiff::civil::Date;
use maud::{Markup, html};
use percuta_clinical::answer::{self, Answer, Disposition, End};
use percuta_terminology::calendar::in_words;

use super::{
    Frame,
    person::{self, Person},
    verdict::{self, Verdict},
};
use crate::{
    Site,
    page::{
        check::{is_about_missing, plain_path, step},
        entry::{self, Entry, Line},
        icon::{Icon, icon, small},
        part,
    },
    wording,
};

/// A screening.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Whom it is about.
    pub person: Person,
    /// Whether it still counts.
    pub standing: Standing,
    /// When it was made and by whom: "21 November 2026, 09:40, by L. Fischer".
    pub made: String,
    /// The rules that gave it: "version 0.3.0".
    pub rules: String,
    /// The sentence for a rulebook that nobody has reviewed; empty when somebody has.
    pub unreviewed: String,
    /// What it comes to, with the overrides counted in.
    pub verdict: Verdict,
    /// Every reason that holds, worst first.
    pub reasons: Vec<Reason>,
    /// What to do if treated.
    pub precautions: Vec<String>,
    /// What could still change it, most valuable first.
    pub missing: Vec<Missing>,
    /// Where what is missing is asked: the place in the intake.
    pub ask: Option<String>,
    /// What was entered and no list knows.
    pub unrecognised: Vec<String>,
    /// When each reason ends, in order.
    pub moments: Vec<Moment>,
    /// What is different from the screening before; none where there was none.
    pub changes: Option<Changes>,
    /// What a clinician decided otherwise.
    pub overridden: Vec<Overridden>,
    /// The form for deciding otherwise, where this reader may use it.
    pub form: Option<OverrideForm>,
    /// The next step.
    pub next: Option<Step>,
    /// Every answer that it rests on.
    pub answers: String,
    /// How many rules did not hold.
    pub clear: usize,
}

/// Whether a screening still counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It counts until this day.
    Current {
        /// In words.
        until: String,
    },
    /// It counts no more.
    Expired {
        /// Since when, in words.
        since: String,
        /// Where it is repeated.
        repeat: String,
    },
    /// A later one counts.
    Replaced {
        /// The later one.
        by: String,
    },
    /// The rules have changed since, and the answer with them.
    RulesChanged {
        /// What differs, in a sentence.
        says: String,
        /// Where it is repeated.
        repeat: String,
    },
}

/// One reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Its id, unique on the page.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Why it holds for this person.
    pub because: String,
    /// Why the rule exists.
    pub why: String,
    /// What it decides.
    pub disposition: Disposition,
    /// Its end in words: "14 December 2026"; empty without a date.
    pub until: String,
    /// What ends it where that is no date; empty otherwise.
    pub ends_when: String,
    /// Sources for it.
    pub sources: Vec<SourceSays>,
    /// Sources that say otherwise.
    pub disagreement: Vec<SourceSays>,
    /// Who may decide otherwise, and what that needs, in a sentence; empty where nobody may.
    pub may_override: String,
    /// The page of the rule, where this rulebook has it.
    pub href: Option<String>,
}

/// What a source says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSays {
    /// Who it is.
    pub name: String,
    /// Its page.
    pub href: String,
    /// What it says; empty where it only stands behind the rule.
    pub says: String,
}

/// An answer that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The question.
    pub asks: String,
    /// What it does while it is missing.
    pub while_unknown: Disposition,
    /// A sentence on what it could bring.
    pub says: String,
}

/// A day on the line of ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Past, today or later.
    pub when: When,
    /// The day in words.
    pub day: String,
    /// What happens.
    pub says: String,
}

/// Where a day lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before today.
    Past,
    /// Today.
    Today,
    /// After today.
    Later,
}

/// What is different from the screening before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The one before.
    pub before: String,
    /// Of when, in words.
    pub made: String,
    /// Each difference in a sentence; none when nothing differs.
    pub says: Vec<String>,
}

/// A reason that a clinician decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overridden {
    /// The reason's title.
    pub reason: String,
    /// Who decided, and when.
    pub by: String,
    /// Why, in their words.
    pub why: String,
}

/// The form for deciding otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideForm {
    /// Where it goes.
    pub action: String,
    /// The reasons that may be decided otherwise: id and title.
    pub reasons: Vec<(String, String)>,
    /// What stays, in a sentence.
    pub remains: String,
    /// Who signs.
    pub signer: Signer,
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The reader, with the password again.
    Here {
        /// Their name.
        name: String,
    },
    /// One of these, who signs here with their own address and password: address and name. Nobody is signed out.
    Another(Vec<(String, String)>),
}

/// The one thing to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub label: String,
    /// Where.
    pub href: String,
}

impl Reason {
    /// Words a reason of an answer.
    pub fn of(site: &Site, reason: &answer::Reason<'_>) -> Self {
        let card = site.book().rule(reason.id);
        let policy = site.book().policies.get(reason.id);
        let title = card
            .map(|rule| rule.title.as_str())
            .or_else(|| policy.map(|policy| policy.title.as_str()));
        let said = |positions: &[&percuta_clinical::book::Position]| -> Vec<SourceSays> {
            positions
                .iter()
                .map(|position| SourceSays {
                    name: part::source_name(site, &position.id),
                    href: format!("/evidence/sources/{}", position.id),
                    says: position.says.clone(),
                })
                .collect()
        };
        let because = if is_about_missing(reason) {
            "Answers that could ask for more care are not known. They are listed below.".to_owned()
        } else {
            reason.because.clone()
        };
        Self {
            id: reason.id.to_owned(),
            title: title.unwrap_or(reason.id).to_owned(),
            because,
            why: card.map(|rule| rule.why.clone()).unwrap_or_default(),
            disposition: reason.disposition,
            until: match &reason.end {
                End::On(date) => in_words(*date),
                End::Event(_) | End::Never => String::new(),
            },
            ends_when: match &reason.end {
                End::Event(event) => event.clone(),
                End::On(_) | End::Never => String::new(),
            },
            sources: said(&reason.sources),
            disagreement: said(&reason.disagreement),
            may_override: may_override(reason),
            href: card.map(|rule| format!("/evidence/rules/{}", rule.id)),
        }
    }
}

fn may_override(reason: &answer::Reason<'_>) -> String {
    if reason.override_by.is_empty() {
        return String::new();
    }
    let needs = match reason.override_needs {
        "" => "a written reason",
        needs => needs,
    };
    format!(
        "A named {} may decide otherwise for this reason alone, with {needs}.",
        reason.override_by.join(" or ")
    )
}

/// Words the answers that are missing, each question once.
pub fn missing(site: &Site, answer: &Answer<'_>) -> Vec<Missing> {
    let questions = percuta_clinical::question::questions(site.book());
    let mut found: Vec<Missing> = Vec::new();
    for missing in &answer.missing {
        let asked = questions.iter().find(|question| question.about.contains(&missing.path));
        let asks = match (asked, missing.path.as_str()) {
            (Some(question), _) => question.text.to_owned(),
            (None, "patient.phototype") => "Skin type, I to VI".to_owned(),
            (None, "request.onset") => "When the scar or mark arose".to_owned(),
            (None, path) => plain_path(site, path),
        };
        let says = if missing.at_worst > missing.while_unknown {
            format!("At worst: {}.", verdict::word(missing.at_worst).to_lowercase())
        } else {
            "While it is not known, the careful side holds.".to_owned()
        };
        if !found.iter().any(|known| known.asks == asks) {
            found.push(Missing { asks, while_unknown: missing.while_unknown, says });
        }
    }
    found
}

/// The days on which reasons end, in order, after today.
pub fn moments(answer: &Answer<'_>, today: Date) -> Vec<Moment> {
    let mut ends: Vec<(Date, usize)> = answer
        .reasons
        .iter()
        .enumerate()
        .filter_map(|(index, reason)| match reason.end {
            End::On(date) => Some((date, index + 1)),
            End::Event(_) | End::Never => None,
        })
        .collect();
    ends.sort_unstable();
    let last = ends.last().map(|(date, _)| *date);
    let mut moments = vec![Moment {
        when: When::Today,
        day: format!("Today, {}", in_words(today)),
        says: wording::count(answer.reasons.len(), "reason holds", "reasons hold"),
    }];
    moments.extend(ends.into_iter().map(|(date, number)| Moment {
        when: if date > today { When::Later } else { When::Past },
        day: in_words(date),
        says: if Some(date) == last && answer.disposition == Disposition::Defer {
            format!("Reason {number} ends. The earliest day, by what is known now.")
        } else {
            format!("Reason {number} ends.")
        },
    }));
    moments
}

/// The page.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let actions = html! {
        @if let Some(next) = &view.next { a.btn.btn--primary href=(next.href) { (next.label) } }
    };
    let body = html! {
        div.page.room {
            (person::head(&view.person, "screening", &actions))
            (entry::summary(entry))
            (standing(&view.standing))
            div.split.split--372 {
                div.stack.stack--20 {
                    (verdict::block(&view.verdict))
                    (changes(view.changes.as_ref()))
                    (reasons(&view.reasons))
                    (overridden(&view.overridden))
                    (precautions(&view.precautions))
                    (missing_answers(view))
                    (unrecognised(&view.unrecognised))
                }
                div.stack.stack--20 {
                    (timeline(&view.moments))
                    (override_form(view.form.as_ref(), entry))
                    (basis(view))
                }
            }
        }
    };
    super::document(site, frame, &body)
}

/// What a person has before the first screening.
pub fn empty(site: &Site, frame: &Frame, person: &Person, begin: &Step) -> Markup {
    let body = html! {
        div.page.room {
            (person::head(person, "screening", &html! {}))
            div.empty {
                h2 { "Not screened yet" }
                p { "Here will be whether treatment may go ahead, with every reason, when each ends, and what it rests on. It begins with the intake." }
                a.btn.btn--primary href=(begin.href) { (begin.label) }
            }
        }
    };
    super::document(site, frame, &body)
}

fn standing(standing: &Standing) -> Markup {
    html! {
        @match standing {
            Standing::Current { .. } => {},
            Standing::Expired { since, repeat } => div.note.note--caution.mb-4 { (icon(Icon::Caution)) div {
                p { b { "This screening counts no more, since " (since) "." } " Nobody is treated by it. What can have changed is asked again." }
                p { a.tap href=(repeat) { "Repeat it now" } }
            } },
            Standing::Replaced { by } => div.note.mb-4 { (icon(Icon::Note)) p { "A later screening counts instead of this one. " a.tap href=(by) { "Open it" } } },
            Standing::RulesChanged { says, repeat } => div.note.note--caution.mb-4 { (icon(Icon::Fork)) div {
                p { b { "The rules have changed since." } " " (says) }
                p { a.tap href=(repeat) { "Screen again by today’s rules" } }
            } },
        }
    }
}

fn changes(changes: Option<&Changes>) -> Markup {
    html! {
        @if let Some(changes) = changes {
            section.card aria-labelledby="changed" {
                div.card__head { h2 #changed { "Since last time" } a.push href=(changes.before) { "Screening of " (changes.made) } }
                @if changes.says.is_empty() {
                    p { "Nothing that was answered is different, and neither is the result." }
                } @else {
                    ul.list { @for says in &changes.says { li { (small(Icon::Onwards)) span { (says) } } } }
                }
            }
        }
    }
}

fn reasons(reasons: &[Reason]) -> Markup {
    let dated = reasons.iter().filter(|reason| !reason.until.is_empty()).count();
    html! {
        section.card aria-labelledby="why" {
            div.card__head {
                h2 #why { @if reasons.is_empty() { "Why" } @else { "Why: " (wording::count(reasons.len(), "reason", "reasons")) } }
                @if dated > 1 { span.push.muted { "Latest date decides" } }
            }
            @if reasons.is_empty() {
                p { "No rule of the rulebook holds for what is known, and every critical answer is known." }
            }
            @for (index, reason) in reasons.iter().enumerate() { (one_reason(index + 1, reason)) }
        }
    }
}

fn one_reason(number: usize, reason: &Reason) -> Markup {
    html! {
        article.reason data-step=[step(reason.disposition)] id={ "reason-" (number) } {
            span.reason__n aria-hidden="true" { (number) }
            div { h3 { (reason.title) } p.small.muted { (reason.because) } }
            div.reason__until {
                @if !reason.until.is_empty() { "until" b { (reason.until) } }
                (verdict::reason_tag(reason.disposition))
            }
            div.reason__body {
                @if !reason.ends_when.is_empty() { p.small { "Ends when " (reason.ends_when) "." } }
                (disagreement(reason))
                div.row.row--8 {
                    (sources(reason))
                    @if let Some(href) = &reason.href { a.tap.small href=(href) { "The rule" span.vh { ": " (reason.title) } } }
                }
                @if !reason.may_override.is_empty() { p.small.muted { (reason.may_override) } }
            }
        }
    }
}

/// Every position is shown where sources disagree: it is not hidden behind a chip.
fn disagreement(reason: &Reason) -> Markup {
    html! {
        @if !reason.disagreement.is_empty() {
            div.disagree {
                p.disagree__title { (icon(Icon::Fork)) "Sources disagree" }
                dl.src.src--wide {
                    @for source in &reason.sources {
                        dt { a href=(source.href) { (source.name) } }
                        dd { @if source.says.is_empty() { "supports this" } @else { (source.says) } }
                    }
                    @for source in &reason.disagreement {
                        dt { a href=(source.href) { (source.name) } }
                        dd { @if source.says.is_empty() { "differs" } @else { (source.says) } span.under { "says otherwise" } }
                    }
                }
                p.small { "The careful side is followed." }
            }
        }
    }
}

fn sources(reason: &Reason) -> Markup {
    html! {
        // Where sources disagree, every one stands above already.
        @if !reason.sources.is_empty() && reason.disagreement.is_empty() {
            details.cite name="cite" {
                summary { (small(Icon::Book)) (wording::count(reason.sources.len(), "source", "sources")) span.vh { " for " (reason.title) } }
                div.cite__pop {
                    @if !reason.why.is_empty() { p { (reason.why) } }
                    dl.src { @for source in &reason.sources {
                        dt { a href=(source.href) { (source.name) } }
                        dd { @if source.says.is_empty() { "supports this" } @else { (source.says) } }
                    } }
                }
            }
        }
    }
}

fn overridden(overridden: &[Overridden]) -> Markup {
    html! {
        @if !overridden.is_empty() {
            section.card aria-labelledby="overridden" {
                h2.mb-4 #overridden { "Decided otherwise" }
                ul.list { @for each in overridden { li { (icon(Icon::Lock)) div {
                    p { b { (each.reason) } } p.small.muted { (each.by) } blockquote.said-by { (each.why) }
                } } } }
            }
        }
    }
}

fn precautions(precautions: &[String]) -> Markup {
    html! {
        @if !precautions.is_empty() {
            section.card aria-labelledby="care" {
                h2.mb-4 #care { "If treated" }
                ul.list { @for precaution in precautions { li { (icon(Icon::Caution)) span { (precaution) } } } }
            }
        }
    }
}

fn missing_answers(view: &View) -> Markup {
    html! {
        @if !view.missing.is_empty() {
            section.card aria-labelledby="missing" {
                div.card__head { h2 #missing { "What is missing" } span.push.muted { "Most valuable first" } }
                ul.list.miss { @for missing in &view.missing { li {
                    b { (missing.asks) }
                    span.tag data-step=[step(missing.while_unknown)] { (icon(Icon::Question)) (verdict::word(missing.while_unknown)) span.vh { " while not known" } }
                    span.small.muted { (missing.says) }
                } } }
                @if let Some(ask) = &view.ask {
                    p.ask { a.btn href=(ask) {
                        (icon(Icon::Onwards)) "Ask " (if view.missing.len() == 1 { "this".to_owned() } else { format!("these {}", view.missing.len()) }) " now"
                    } }
                }
            }
        }
    }
}

fn unrecognised(words: &[String]) -> Markup {
    html! {
        @if !words.is_empty() {
            section.note.note--caution { (icon(Icon::Question)) div {
                p { b { "Not known to the rulebook: " } (wording::list(words, "and")) "." }
                p.small { "Nothing was assumed about it. Somebody who knows it has to say what it means for treatment." }
            } }
        }
    }
}

fn timeline(moments: &[Moment]) -> Markup {
    html! {
        @if moments.len() > 1 {
            section.card aria-labelledby="ends" {
                h2.h-lg.mb-4 #ends { "When each reason ends" }
                ol.tl { @for moment in moments {
                    li data-when=(match moment.when { When::Past => "past", When::Today => "today", When::Later => "later" }) {
                        div { b { (moment.day) } br; span.small { (moment.says) } }
                    }
                } }
            }
        }
    }
}

fn override_form(form: Option<&OverrideForm>, entry: &Entry) -> Markup {
    let Some(form) = form else { return html! {} };
    html! {
        section.card.stack aria-labelledby="override" {
            div { h2.h-lg #override { "Decide otherwise" } p.small.muted { (form.remains) } }
            form.stack action=(form.action) method="post" {
                (entry::options(entry, entry::Options::Several, "reason", "For which reason", &form.reasons))
                (entry::lines(entry, "because", "Why, for this person", "At least 40 characters. It is kept with the record, and the patient may read it."))
                @match &form.signer {
                    Signer::Here { name } => {
                        (entry::line(entry, Line { name: "password", label: "Your password, again", hint: "", kind: "password", autocomplete: "current-password" }))
                        button.btn.btn--wide type="submit" { (icon(Icon::Lock)) "Sign as " (name) }
                    },
                    Signer::Another(clinicians) => {
                        p.small.muted {
                            @if clinicians.is_empty() { "Nobody in this clinic has the qualification that these rules name." }
                            @else { "May sign: " (wording::list(&clinicians.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), "or")) ". They sign here themselves; you stay signed in." }
                        }
                        (entry::line(entry, Line { name: "email", label: "The clinician’s e-mail", hint: "", kind: "email", autocomplete: "off" }))
                        (entry::line(entry, Line { name: "password", label: "The clinician’s password", hint: "", kind: "password", autocomplete: "off" }))
                        button.btn.btn--wide type="submit" { (icon(Icon::Lock)) "Sign as this clinician" }
                    },
                }
            }
        }
    }
}

fn basis(view: &View) -> Markup {
    html! {
        section.stack.stack--8.aside aria-labelledby="basis" {
            h2.h-md #basis { "What this rests on" }
            p.small.muted { (view.made) ". Rules " (view.rules) "; " (wording::count(view.clear, "other rule does", "other rules do")) " not hold. " }
            @if let Standing::Current { until } = &view.standing { p.small.muted { "Counts until " (until) "; what can have changed is asked again on the day." } }
            p.small { a.tap href=(view.answers) { "See every answer" } }
            @if !view.unreviewed.is_empty() { p.small.muted { (view.unreviewed) } }
        }
    }
}

/// The short form of the day: what can have changed since the screening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Whom it is about.
    pub person: Person,
    /// Where it goes.
    pub action: String,
    /// The screening that it repeats, in words.
    pub before: String,
    /// What is asked again.
    pub questions: Vec<Again>,
}

/// A question that is asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The name of its field.
    pub name: String,
    /// The question.
    pub asks: String,
    /// What was answered before, and when; empty when it was not asked.
    pub before: String,
}

/// The short form.
pub fn repeat(site: &Site, frame: &Frame, view: &Repeat, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, "screening today", &html! {}))
            (entry::summary(entry))
            form.card.stack.asks action=(view.action) method="post" {
                p { "What can have changed since the screening of " (view.before) ". Nothing is filled in: ask each again." }
                @for question in &view.questions {
                    @let before = if question.before.is_empty() { "Not asked before.".to_owned() } else { format!("Last time: {}", question.before) };
                    (entry::three(entry, &question.name, &question.asks, &before))
                }
                (entry::lines(entry, "other", "Anything else that is new", "Medicines, illnesses, treatments, sun. One a line; leave it empty when there is nothing."))
                div.row { button.btn.btn--primary.btn--glove type="submit" { "Screen for today" } span.why { "Yes and not sure may change what is allowed." } }
            }
        }
    };
    super::document(site, frame, &body)
}

/// A patient whose answer is another under today's rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRow {
    /// The name.
    pub name: String,
    /// Their page.
    pub href: String,
    /// What was answered.
    pub before: String,
    /// By which version.
    pub by: String,
    /// What holds now.
    pub now: Disposition,
    /// Where it is screened again.
    pub repeat: String,
}

/// Whose answer a new rulebook changes, among those whose course goes on.
pub fn changed(site: &Site, frame: &Frame, version: &str, rows: &[ChangedRow]) -> Markup {
    let table = html! {
        table {
            caption.vh { "Patients in treatment whose answer changed" }
            thead { tr {
                th scope="col" { "Patient" } th scope="col" { "Was" } th scope="col" { "Is now" } th scope="col" { "Next" }
            } }
            tbody { @for row in rows { tr {
                th scope="row" { a href=(row.href) { (row.name) } }
                td { (row.before) ", version " (row.by) }
                td { (verdict::tag(row.now)) }
                td { a.tap href=(row.repeat) { "Screen again" span.vh { ": " (row.name) } } }
            } } }
        }
    };
    let body = html! {
        div.page.room {
            (part::trail(&[("/patients", "Patients")]))
            h1 { "Changed by the rulebook" }
            p.lead { "Patients whose course goes on and whose answer is another under version " (version) ". Nothing was written: each is asked and screened again." }
            @if rows.is_empty() {
                div.empty { h2 { "Nobody’s answer changed" } p { "Every open course was answered by today’s rules, or would be answered the same." } }
            } @else { section.card.card--flush { (part::scroll("Table of changed answers", &table)) } }
        }
    };
    super::document(site, frame, &body)
}
