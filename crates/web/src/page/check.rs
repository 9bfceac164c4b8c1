//! The self-check: its first page, its questions, its details, its answer. Every page is a form that carries what was
//! said so far; the last one is made to be printed.

use jiff::civil::Date;
use maud::{Markup, html};
use percuta_clinical::{
    answer::{Answer, Disposition, End, Reason},
    book::Position,
    question::{Asked, Detail, Group, Question, Said, SelfCheck, questions},
};
use percuta_terminology::{Kind, RegionId, calendar::in_words};

use super::{
    icon::{Icon, icon, small},
    part,
    shell::{Head, Section, document},
};
use crate::{
    Site,
    check::{Fields, SEXES, WAYS, Wrong, wording},
    page::{CHECK, mine::keep::KEEP},
};

fn head(title: &str) -> Head {
    Head::new(
        title,
        "A self-check with its reasons and sources. No account; nothing is stored.",
        Section::ForMe,
    )
}

fn whole(site: &Site, title: &str, body: &Markup) -> Markup {
    document(site, CHECK, &head(title), body)
}

/// The first page.
pub(crate) fn start(site: &Site, fields: &Fields, wrong: &[Wrong], today: Date) -> Markup {
    let says = |field: &str| {
        wrong.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.says.as_str())
    };
    let body = html! {
        div.wrap.selfcheck {
            header.head {
                h1 { "Self-check" }
                p.lead { "About four minutes. No account, and nothing is kept: your answers travel with the form and are gone when you close it." }
            }
            (summary(wrong))
            form.card.stack action=(CHECK) method="post" novalidate {
                (select("concern", "What would you like treated?", "", &concerns(site), fields, says("concern")))
                (select("region", "Where?", "Choose the smallest part that holds it all.", &regions(site), fields, says("region")))
                (radios("way", "How?", "", &WAYS.map(|(word, title, ..)| (word, title)), fields.get("way"), says("way")))
                div.field.field--bad[says("born").is_some()] {
                    label for="born" { "Your date of birth" }
                    @let about = says("born").map(|_| "born-wrong");
                    input.input.input--day #born type="date" name="born" value=(fields.get("born")) max=(today) min="1900-01-01" autocomplete="bday" aria-invalid=[about.map(|_| "true")] aria-describedby=[about];
                    (error("born", says("born")))
                }
                (radios("sex", "Sex recorded for you", "It decides whether pregnancy is asked about.", &SEXES.map(|(word, title, _)| (word, title)), fields.get("sex"), says("sex")))
                (select("phototype", "How does your skin take the sun?", "Darker skin marks more easily. Not sure is treated as darker.", &phototypes(), fields, None))
                div.row { button.btn.btn--primary.btn--glove type="submit" { "Start" } }
                p.small.muted.plain { "This does not replace a visit, and it is no diagnosis. Do not stop a prescribed medicine because of it." }
            }
        }
    };
    whole(site, if wrong.is_empty() { "Self-check" } else { "Error: self-check" }, &body)
}

/// A page of questions.
pub(crate) fn ask(
    site: &Site,
    fields: &Fields,
    check: &SelfCheck,
    group: Group,
    asked: &[Question<'_>],
) -> Markup {
    let (number, of) = progress(Some(group));
    let body = html! {
        div.wrap.selfcheck {
            header.head { p.row.small.muted { b { "Part " (number) " of " (of) } span { (check_words(site, check)) } } h1 { (group_title(group)) } }
            form.card.stack.selfcheck__questions action=(CHECK) method="post" {
                (carried(fields))
                @for question in asked {
                    input type="hidden" name={ "shown." (question.key) } value="1";
                    (three(site, question, None))
                }
                @if group == Group::Medicines {
                    div.field {
                        label for="medicines" { "Which medicines and supplements do you take?" }
                        p.hint #medicines-hint { "One a line, as on the packet; brand names are understood. Leave it empty if you take none. What the rulebook does not know is passed on to a person, never passed over." }
                        textarea.input #medicines name="medicines" rows="4" aria-describedby="medicines-hint" autocomplete="off" { (fields.get("medicines")) }
                    }
                }
                div.row { button.btn.btn--primary type="submit" { "Next" } span.small.muted { "What you leave open counts as “Not sure”." } }
            }
            (again())
        }
    };
    whole(site, group_title(group), &body)
}

/// One question with its three answers, and why it is asked. Only an answer that was given before is chosen.
pub(super) fn three(site: &Site, question: &Question<'_>, given: Option<Said>) -> Markup {
    let name = format!("a.{}", question.key);
    let hint =
        (!question.hint.is_empty()).then(|| format!("hint-{}", question.key.replace('.', "-")));
    html! {
        div.stack.stack--tight {
            fieldset.q3 aria-describedby=[hint.as_deref()] {
                legend.label { (question.text) }
                @if let Some(id) = &hint { p.hint id=(id) { (question.hint) } }
                div.q3__opts {
                    @for (value, title, said) in [("yes", "Yes", Said::Yes), ("no", "No", Said::No), ("unsure", "Not sure", Said::NotSure)] {
                        label { input type="radio" name=(name) value=(value) checked[given == Some(said)]; (small(Icon::Tick)) (title) }
                    }
                }
            }
            (why(site, question))
        }
    }
}

/// Why a question is asked, with its sources.
fn why(site: &Site, question: &Question<'_>) -> Markup {
    html! {
        details.cite name="cite" {
            summary { (small(Icon::Book)) "Why we ask" span.vh { ": " (question.text) } }
            div.cite__pop {
                p { (question.rule.why) }
                (part::positions(site, &question.rule.sources, "supports this"))
                @if !question.rule.against.is_empty() {
                    p.cite__title { "Says otherwise" }
                    (part::positions(site, &question.rule.against, "differs"))
                }
                a.tap href={ "/evidence/rules/" (question.rule.id) } { "The whole rule" }
            }
        }
    }
}

/// A page of details.
pub(crate) fn details(
    site: &Site,
    fields: &Fields,
    check: &SelfCheck,
    asked: &[Detail],
    wrong: &[Wrong],
    today: Date,
) -> Markup {
    let (number, of) = progress(None);
    let body = html! {
        div.wrap.selfcheck {
            header.head { p.row.small.muted { b { "Part " (number) " of " (of) } span { (check_words(site, check)) } } h1 { "A few details" } }
            (summary(wrong))
            form.card.stack.selfcheck__questions action=(CHECK) method="post" novalidate {
                (carried(fields))
                @for detail in asked {
                    @let says = wrong.iter().find(|wrong| wrong.field == detail.key).map(|wrong| wrong.says.as_str());
                    (one_detail(detail, fields, says, today))
                }
                div.row { button.btn.btn--primary type="submit" { "See the answer" } span.small.muted { "What you leave open counts as “Not sure”." } }
            }
            (again())
        }
    };
    whole(site, if wrong.is_empty() { "A few details" } else { "Error: a few details" }, &body)
}

/// One detail of something that was answered yes.
pub(super) fn one_detail(
    detail: &Detail,
    fields: &Fields,
    says: Option<&str>,
    today: Date,
) -> Markup {
    let (words, choices) = wording(detail.asked, &detail.item);
    let name = format!("d.{}", detail.key);
    if !choices.is_empty() {
        // CLINICAL: what is left open counts as not sure and is not asked for ever. Of equal names the last counts, so
        // that a choice replaces this one.
        return html! {
            input type="hidden" name=(name) value="";
            (radios(&name, &words, "", choices, "-", says))
        };
    }
    let id = field_id(&name);
    let is_number = matches!(detail.asked, Asked::Hba1c | Asked::Depth);
    let unit = if detail.asked == Asked::Hba1c { "%" } else { "mm" };
    let is_planned = detail.asked == Asked::Day && detail.key.starts_with("procedures.");
    let about = if says.is_some() { format!("{id}-hint {id}-wrong") } else { format!("{id}-hint") };
    html! {
        div.field.field--bad[says.is_some()] {
            label for=(id) { (words) }
            p.hint id={ (id) "-hint" } {
                @if is_planned { "A day to come, if it is planned. " }
                "Leave it empty if you are not sure."
            }
            @if is_number {
                div.input--unit {
                    input.input id=(id) type="text" inputmode="decimal" name=(name) value=(fields.get(&name)) aria-invalid=[says.map(|_| "true")] aria-describedby=(about);
                    span { (unit) }
                }
            } @else {
                @let latest = (!is_planned).then(|| today.to_string());
                input.input.input--day id=(id) type="date" name=(name) value=(fields.get(&name)) max=[latest] aria-invalid=[says.map(|_| "true")] aria-describedby=(about);
            }
            (error(&id, says))
        }
    }
}

/// The answer.
pub(crate) fn answer(
    site: &Site,
    fields: &Fields,
    check: &SelfCheck,
    (answer, today): (&Answer<'_>, Date),
    keeping: Keeping,
) -> Markup {
    let (title, lead) = verdict(answer);
    let body = html! {
        div.wrap.selfcheck.answer {
            header.head { h1 { "Is it for me?" } p.facts { span { "Answer of " b { (in_words(today)) } } span { (check_words(site, check)) } } }
            section.dispo data-step=[step(answer.disposition)] aria-labelledby="verdict" {
                div.dispo__head {
                    span.dispo__mark { (icon(sign(answer.disposition))) }
                    div { h2 #verdict { (title) } p { (lead) } }
                }
                (scale(answer.disposition))
            }
            (reasons(site, answer))
            (precautions(answer))
            (open_answers(site, answer))
            (bring(site, check, answer))
            (said_so_far(site, check))
            section.note { (icon(Icon::Note)) div {
                p { "Information, not a diagnosis; a clinician confirms. " (site.book().status) }
                p.small.muted { "Rulebook " (site.book().version) ", " span.digest { (site.book().digest) } }
            } }
            @if keeping == Keeping::Offered {
                section.card.stack.no-print aria-labelledby="keep" {
                    h2 #keep { "Come to us with it" }
                    p { "The clinic can keep these answers, so that you need not give them twice. You read what that means before anything is stored." }
                    form action=(KEEP) method="post" {
                        (carried(fields))
                        button.btn.btn--primary.btn--glove type="submit" { "Keep this and ask for an appointment" }
                    }
                }
            }
            div.row.no-print {
                form action=(CHECK) method="post" {
                    (first_page(fields))
                    input type="hidden" name="step" value="change";
                    button.btn type="submit" { "Change my answers" }
                }
                a.btn.btn--quiet href=(CHECK) { "Start again" }
                span.small.muted { "To keep this, print it or save it as PDF from your browser. It is gone when you close the page." }
            }
        }
    };
    whole(site, title, &body)
}

/// Whether a clinic is there that can keep a self-check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// It is offered.
    Offered,
    /// Nobody is there to keep it.
    NotOffered,
}

/// The colour of a disposition.
pub(crate) fn step(disposition: Disposition) -> Option<&'static str> {
    match disposition {
        Disposition::Proceed => None,
        Disposition::ProceedWithPrecautions => Some("caution"),
        Disposition::Defer => Some("defer"),
        Disposition::ReferPhysician => Some("refer"),
        Disposition::DoNotTreat => Some("stop"),
    }
}

/// The icon of a disposition.
pub(crate) fn sign(disposition: Disposition) -> Icon {
    match disposition {
        Disposition::Proceed => Icon::Tick,
        Disposition::ProceedWithPrecautions => Icon::Caution,
        Disposition::Defer => Icon::Wait,
        Disposition::ReferPhysician => Icon::Refer,
        Disposition::DoNotTreat => Icon::Stop,
    }
}

/// The answer in the patient's words.
pub(crate) fn verdict(answer: &Answer<'_>) -> (&'static str, String) {
    verdict_of(answer.disposition, answer.until.as_ref())
}

/// The same of an answer that was kept.
pub(crate) fn verdict_of(disposition: Disposition, until: Option<&End>) -> (&'static str, String) {
    match disposition {
        Disposition::Proceed => ("Yes, as far as you told us", "Nothing that you answered speaks against a consultation and treatment.".to_owned()),
        Disposition::ProceedWithPrecautions => ("Yes, with precautions", "A clinician plans around what is listed here.".to_owned()),
        Disposition::ReferPhysician => ("Ask a doctor first", "A doctor decides before anyone treats. That is not a no.".to_owned()),
        Disposition::Defer => ("Not yet", match until {
            Some(End::On(date)) => format!("From {}, if nothing else has changed.", in_words(*date)),
            Some(End::Event(event)) => format!("Wait until {event}."),
            Some(End::Never) | None => "Wait until this is settled.".to_owned(),
        }),
        Disposition::DoNotTreat => ("No", match until {
            Some(End::On(date)) => format!("Not before {}.", in_words(*date)),
            _ => "Microneedling is not advised for you. The reasons are below; a doctor can tell you more.".to_owned(),
        }),
    }
}

/// Where an answer stands from the most permissive to the most restrictive.
pub(super) fn scale(current: Disposition) -> Markup {
    html! {
        ol.scale5 aria-label="From the most permissive to the most restrictive" {
            @for disposition in Disposition::ALL {
                @let is_current = disposition == current;
                li aria-current=[is_current.then_some("true")] {
                    (small(sign(disposition)))
                    (match disposition {
                        Disposition::Proceed => "Yes",
                        Disposition::ProceedWithPrecautions => "With precautions",
                        Disposition::Defer => "Not yet",
                        Disposition::ReferPhysician => "Ask a doctor first",
                        Disposition::DoNotTreat => "No",
                    })
                }
            }
        }
    }
}

/// Whether a reason says only that answers are missing.
pub(crate) fn is_about_missing(reason: &Reason<'_>) -> bool {
    ABOUT_MISSING.contains(&reason.id)
}

/// The policies that say only that answers are missing.
pub(crate) const ABOUT_MISSING: [&str; 2] = ["info.missing_critical", "info.missing_answer"];

fn reasons(site: &Site, answer: &Answer<'_>) -> Markup {
    // What was not asked because it could no longer change the answer is no reason for it.
    let (shown, idle): (Vec<&Reason<'_>>, Vec<&Reason<'_>>) = answer
        .reasons
        .iter()
        .partition(|reason| !is_about_missing(reason) || reason.disposition == answer.disposition);
    html! {
        section.card aria-labelledby="why" {
            h2 #why { @if shown.is_empty() { "Why" } @else { "Why: " (crate::wording::count(shown.len(), "reason", "reasons")) } }
            @if shown.is_empty() {
                p { "No rule of the rulebook holds for what you told us, and every critical answer is known." }
            }
            @for (number, reason) in shown.into_iter().enumerate() { (one_reason(site, number + 1, reason)) }
            @if !idle.is_empty() {
                p.small.muted.plain { "Other questions were left out, because their answers would not change this result. A clinician asks them before any treatment." }
            }
        }
    }
}

fn one_reason(site: &Site, number: usize, reason: &Reason<'_>) -> Markup {
    let card = site.book().rule(reason.id);
    let policy = site.book().policies.get(reason.id);
    let title =
        card.map(|rule| rule.title.as_str()).or_else(|| policy.map(|policy| policy.title.as_str()));
    html! {
        article.reason {
            span.reason__n aria-hidden="true" { (number) }
            div { h3 { (title.unwrap_or(reason.id)) } p.small { (part::tag(reason.disposition)) } }
            div.reason__until {
                @match &reason.end {
                    End::On(date) => { "until" b { (in_words(*date)) } }
                    End::Event(_) | End::Never => {}
                }
            }
            div.reason__body {
                @if is_about_missing(reason) {
                    p { "Some answers are not known that could ask for more care. They are listed under " a href="#open" { "What we could not tell" } "." }
                } @else {
                    p { (reason.because) }
                }
                @if let End::Event(event) = &reason.end { p.small.muted { "Ends when " (event) "." } }
                @if let Some(rule) = card { @if !rule.why.is_empty() { p.muted { (rule.why) } } }
                @if !reason.override_by.is_empty() {
                    p.small.muted { "A named " (reason.override_by.join(" or ")) " may decide otherwise, with " (reason.override_needs) "." }
                }
                (sources(site, reason))
            }
        }
    }
}

fn sources(site: &Site, reason: &Reason<'_>) -> Markup {
    let owned = |positions: &[&Position]| -> Vec<Position> {
        positions.iter().map(|position| (*position).clone()).collect()
    };
    let is_split = !reason.disagreement.is_empty();
    let count = reason.sources.len() + reason.disagreement.len();
    html! {
        details.cite.cite--split[is_split] name="cite" {
            summary {
                (small(if is_split { Icon::Fork } else { Icon::Book }))
                @if is_split { "Sources disagree" } @else { (crate::wording::count(count, "source", "sources")) }
                span.vh { " for " (reason.id) }
            }
            div.cite__pop {
                (part::positions(site, &owned(&reason.sources), "supports this"))
                @if is_split {
                    p.cite__title { "Says otherwise; the careful side is followed" }
                    (part::positions(site, &owned(&reason.disagreement), "differs"))
                }
                @if site.book().rule(reason.id).is_some() { a.tap href={ "/evidence/rules/" (reason.id) } { "The whole rule" } }
            }
        }
    }
}

fn precautions(answer: &Answer<'_>) -> Markup {
    html! {
        @if !answer.precautions.is_empty() {
            section.card aria-labelledby="care" {
                h2 #care { "If you are treated" }
                ul.list { @for precaution in &answer.precautions { li { (icon(Icon::Caution)) span { (precaution) } } } }
            }
        }
    }
}

/// The answers that could still change this one.
fn open_answers(site: &Site, answer: &Answer<'_>) -> Markup {
    let paths: Vec<&str> = answer.missing.iter().map(|missing| missing.path.as_str()).collect();
    let texts = open_words(site, &paths);
    html! {
        @if !texts.is_empty() {
            section.card aria-labelledby="open" {
                h2 #open { "What we could not tell" }
                p.muted { "Most valuable first. An answer to one of these could change the result." }
                ul.list { @for text in &texts { li { (icon(Icon::Question)) span { (text) } } } }
            }
        }
    }
}

/// What is not known, as the questions that would settle it, each once.
pub(crate) fn open_words(site: &Site, paths: &[&str]) -> Vec<String> {
    let all = questions(site.book());
    let mut texts: Vec<String> = Vec::new();
    for path in paths {
        let asked = all.iter().find(|question| question.about.iter().any(|known| known == path));
        let text = match (asked, *path) {
            (Some(question), _) => question.text.to_owned(),
            (None, "patient.phototype") => "How does your skin take the sun?".to_owned(),
            (None, "request.onset") => "When did the scar or mark arise?".to_owned(),
            (None, path) => plain_path(site, path),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// A path such as `medicines.isotretinoin.last_dose` in words.
pub(crate) fn plain_path(site: &Site, path: &str) -> String {
    let parts: Vec<&str> = path.splitn(2, '.').collect();
    let (list, rest) =
        (parts.first().copied().unwrap_or(path), parts.get(1).copied().unwrap_or(""));
    let (word, field) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let kind = Kind::ALL.into_iter().find(|kind| kind.list() == list);
    let lexicon = kind.map(|kind| site.book().vocabulary.of(kind));
    let title = lexicon.and_then(|lexicon| lexicon.word(word).map(|word| lexicon.title_of(word)));
    match title {
        Some(title) if field.is_empty() => title.to_owned(),
        Some(title) => format!("{title}: {}", field.replace('_', " ")),
        None => path.replace(['.', '_'], " "),
    }
}

fn bring(site: &Site, check: &SelfCheck, answer: &Answer<'_>) -> Markup {
    let mut things: Vec<&str> = answer
        .reasons
        .iter()
        .filter_map(|reason| site.book().rule(reason.id))
        .map(|rule| rule.bring.as_str())
        .filter(|bring| !bring.is_empty())
        .collect();
    things.dedup();
    html! {
        section.card aria-labelledby="bring" {
            h2 #bring { "What to bring to a consultation" }
            ul.list {
                li { (icon(Icon::Note)) span { "This page, printed or saved." } }
                li { (icon(Icon::Note)) span { "The names of your medicines, creams and supplements, with doses." } }
                @for thing in &things { li { (icon(Icon::Note)) span { (thing) } } }
            }
            @if !check.medicines.is_empty() {
                h3 { "How your medicines were read" }
                ul.list {
                    @for written in &check.medicines {
                        li { (icon(Icon::Note)) span { "“" (written) "”: " (read_as(site, written)) } }
                    }
                }
            }
        }
    }
}

fn read_as(site: &Site, written: &str) -> String {
    let lexicon = site.book().vocabulary.of(Kind::Medicine);
    match lexicon.entry(written) {
        Some(term) => {
            let term = lexicon.term(term);
            let classes: Vec<String> = term
                .classes
                .iter()
                .map(|class| lexicon.class_of(*class).title.to_lowercase())
                .collect();
            if classes.is_empty() {
                term.title.clone()
            } else {
                format!("{} ({})", term.title, classes.join(", "))
            }
        }
        None => match lexicon.suggest(written) {
            Some(near) => {
                format!("not known to the rulebook. Is {near} meant? Ask a doctor or pharmacist.")
            }
            None => "not known to the rulebook. Ask a doctor or pharmacist.".to_owned(),
        },
    }
}

/// What was answered, for the printed page.
fn said_so_far(site: &Site, check: &SelfCheck) -> Markup {
    let all = questions(site.book());
    let of = |wanted: Said| -> Vec<&str> {
        all.iter()
            .filter(|question| check.said.get(question.key) == Some(&wanted))
            .map(|question| question.text)
            .collect()
    };
    html! {
        details.card.said {
            summary.tap { b { "What you answered" } }
            @for (title, said) in [("Yes", Said::Yes), ("Not sure", Said::NotSure), ("No", Said::No)] {
                @let texts = of(said);
                @if !texts.is_empty() { h3 { (title) } ul { @for text in texts { li { (text) } } } }
            }
        }
    }
}

/// What the form carries on: everything said on earlier pages.
fn carried(fields: &Fields) -> Markup {
    html! { @for (name, value) in fields.carried() { input type="hidden" name=(name) value=(value); } }
}

/// Only the first page's fields.
fn first_page(fields: &Fields) -> Markup {
    html! {
        @for name in ["concern", "region", "way", "born", "sex", "phototype"] {
            input type="hidden" name=(name) value=(fields.get(name));
        }
    }
}

fn again() -> Markup {
    html! { p.small.muted { "Your answers are only in this form. " a.tap href=(CHECK) { "Start again" } } }
}

/// The request in a few words.
pub(crate) fn check_words(site: &Site, check: &SelfCheck) -> String {
    let words = &site.book().vocabulary;
    let concern = words.of(Kind::Concern).term(check.concern).title.to_lowercase();
    let region = words.regions.get(check.region).title.to_lowercase();
    format!("{concern}, {region}, {}", check.modality.title())
}

pub(crate) fn progress(group: Option<Group>) -> (usize, usize) {
    let of = Group::ALL.len() + 1;
    let number = group.and_then(|group| Group::ALL.iter().position(|known| *known == group));
    (number.map_or(of, |index| index + 1), of)
}

/// What a group of questions is called.
pub(crate) fn group_title(group: Group) -> &'static str {
    match group {
        Group::You => "About you",
        Group::Medicines => "Medicines",
        Group::Health => "Your health",
        Group::Skin => "Your skin",
        Group::Treatments => "Treatments you have had",
        Group::Allergies => "Allergies",
    }
}

/// Every concern.
pub(crate) fn concerns(site: &Site) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = site
        .book()
        .vocabulary
        .of(Kind::Concern)
        .terms()
        .filter(|(_, term)| !term.is_class_word)
        .map(|(_, term)| (term.code.clone(), term.title.clone()))
        .collect();
    all.sort_by(|left, right| left.1.cmp(&right.1));
    all
}

/// Every region, parts indented under what holds them.
pub(crate) fn regions(site: &Site) -> Vec<(String, String)> {
    let tree = &site.book().vocabulary.regions;
    let depth = |mut id: RegionId| {
        let mut depth = 0;
        while let Some(parent) = tree.get(id).parent {
            depth += 1;
            id = parent;
        }
        depth
    };
    tree.all()
        .map(|(id, region)| {
            (region.code.clone(), format!("{}{}", "\u{2003}".repeat(depth(id)), region.title))
        })
        .collect()
}

/// The phototypes with their words.
pub(crate) fn phototypes() -> Vec<(String, String)> {
    [
        "I: always burns, never tans",
        "II: burns easily, tans a little",
        "III: burns at times, tans evenly",
        "IV: seldom burns, tans well",
        "V: brown skin, very seldom burns",
        "VI: dark brown or black skin",
    ]
    .iter()
    .enumerate()
    .map(|(index, title)| ((index + 1).to_string(), (*title).to_owned()))
    .collect()
}

/// The id of a field by its name.
pub(super) fn field_id(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

fn error(id: &str, says: Option<&str>) -> Markup {
    html! { @if let Some(says) = says { p.error id={ (id) "-wrong" } { (icon(Icon::Caution)) span { (says) } } } }
}

fn select(
    name: &str,
    title: &str,
    hint: &str,
    options: &[(String, String)],
    fields: &Fields,
    says: Option<&str>,
) -> Markup {
    let given = fields.get(name);
    let mut about = Vec::new();
    if !hint.is_empty() {
        about.push(format!("{name}-hint"));
    }
    if says.is_some() {
        about.push(format!("{name}-wrong"));
    }
    let about = (!about.is_empty()).then(|| about.join(" "));
    html! {
        div.field.field--bad[says.is_some()] {
            label for=(name) { (title) }
            @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
            select.input id=(name) name=(name) aria-invalid=[says.map(|_| "true")] aria-describedby=[about] {
                option value="" selected[given.is_empty()] { @if name == "phototype" { "Not sure" } @else { "Choose" } }
                @for (value, title) in options { option value=(value) selected[value == given] { (title) } }
            }
            (error(name, says))
        }
    }
}

fn radios(
    name: &str,
    title: &str,
    hint: &str,
    options: &[(&str, &str)],
    given: &str,
    says: Option<&str>,
) -> Markup {
    let id = field_id(name);
    html! {
        fieldset.choice.field--bad[says.is_some()] id=(id) tabindex="-1" aria-describedby=[says.map(|_| format!("{id}-wrong"))] {
            legend.label { (title) }
            @if !hint.is_empty() { p.hint { (hint) } }
            div.choice__opts {
                @for (value, title) in options {
                    label { input type="radio" name=(name) value=(value) checked[*value == given]; span { (title) } }
                }
            }
            (error(&id, says))
        }
    }
}

/// What is wrong, with links to the fields.
fn summary(wrong: &[Wrong]) -> Markup {
    html! {
        @if !wrong.is_empty() {
            div.note.note--stop role="alert" {
                (icon(Icon::Caution))
                div {
                    p { b { @if wrong.len() == 1 { "One thing is missing or not right" } @else { "Some things are missing or not right" } } }
                    ul { @for wrong in wrong { li { a href={ "#" (summary_target(&wrong.field)) } { (wrong.says) } } } }
                }
            }
        }
    }
}

fn summary_target(field: &str) -> String {
    if field.contains('.') { field_id(&format!("d.{field}")) } else { field.to_owned() }
}
