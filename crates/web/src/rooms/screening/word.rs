//! A screening in words: by today's rulebook where that gave it, else from what was kept word for word.

use jiff::civil::Date;
use percuta_chart::screening::Screening;
use percuta_clinical::{
    answer::{Answer, Disposition},
    overrule::{self, Overrule},
};
use percuta_practice::{Opened, patients::Story, screenings::clinical};
use percuta_terminology::calendar::in_words;
use serde_json::Value;

use crate::{
    Site,
    page::{
        check::plain_path,
        part,
        staff::{
            screening::{self as page, Changes, Missing, Moment, Reason, SourceSays},
            verdict::{self, Verdict},
        },
    },
};

/// Everything of a screening that is words of the answer.
pub(super) struct Worded {
    pub(super) verdict: Verdict,
    pub(super) reasons: Vec<Reason>,
    pub(super) precautions: Vec<String>,
    pub(super) missing: Vec<Missing>,
    pub(super) unrecognised: Vec<String>,
    pub(super) moments: Vec<Moment>,
}

impl Worded {
    pub(super) fn of(
        site: &Site,
        screening: &Screening,
        answer: Option<&Answer<'_>>,
        today: Date,
    ) -> Self {
        match answer {
            Some(answer) => Self::by_rulebook(site, screening, answer, today),
            None => Self::as_kept(site, screening),
        }
    }

    fn by_rulebook(site: &Site, screening: &Screening, answer: &Answer<'_>, today: Date) -> Self {
        let overrules: Vec<Overrule<'_>> = screening
            .overrides
            .iter()
            .map(|one| Overrule { rule: &one.rule, qualification: &one.qualification })
            .collect();
        let mut verdict = Verdict::of(&overrule::without(answer.clone(), &overrules));
        if !overrules.is_empty() {
            let decided = crate::wording::count(overrules.len(), "reason was", "reasons were");
            verdict.lead = format!("{decided} decided otherwise. {}", verdict.lead);
        }
        Self {
            verdict,
            reasons: answer.reasons.iter().map(|reason| Reason::of(site, reason)).collect(),
            precautions: answer.precautions.iter().map(|text| (*text).to_owned()).collect(),
            missing: page::missing(site, answer),
            unrecognised: answer.unrecognised.clone(),
            moments: page::moments(answer, today),
        }
    }

    /// From the stored words. What a rulebook of then meant by a missing answer is not kept, so the careful side is
    /// shown: it counts as the whole answer did.
    fn as_kept(site: &Site, screening: &Screening) -> Self {
        let kept: Value = serde_json::from_str(&screening.answer).unwrap_or(Value::Null);
        let disposition = clinical(screening.effective);
        let title = match (disposition, screening.not_before) {
            (Disposition::Defer, Some(date)) => {
                format!("{} until {}", verdict::word(disposition), in_words(date))
            }
            (_, _) => verdict::word(disposition).to_owned(),
        };
        let missing = texts(&kept, "missing").into_iter().map(|path| Missing {
            asks: plain_path(site, &path),
            while_unknown: disposition,
            says: "While it is not known, the careful side holds.".to_owned(),
        });
        Self {
            verdict: Verdict {
                disposition,
                title,
                lead: format!("As version {} gave it.", screening.rulebook_version),
            },
            reasons: list(&kept, "reasons").iter().map(|reason| as_kept(site, reason)).collect(),
            precautions: texts(&kept, "precautions"),
            missing: missing.collect(),
            unrecognised: texts(&kept, "unrecognised"),
            moments: Vec::new(),
        }
    }
}

/// A reason as it was kept.
fn as_kept(site: &Site, reason: &Value) -> Reason {
    let id = text(reason, "id");
    let card = site.book().rule(id);
    let until = reason.get("until");
    let end = |key: &str| until.and_then(|until| until.get(key)).and_then(Value::as_str);
    let needs = reason.get("override");
    let by = needs.map(|needs| texts(needs, "by")).unwrap_or_default();
    Reason {
        id: id.to_owned(),
        title: title(site, id),
        because: text(reason, "because").to_owned(),
        why: card.map(|rule| rule.why.clone()).unwrap_or_default(),
        disposition: Disposition::ALL
            .into_iter()
            .find(|one| one.word() == text(reason, "disposition"))
            .unwrap_or(Disposition::DoNotTreat),
        until: end("date").and_then(|date| date.parse().ok()).map(in_words).unwrap_or_default(),
        ends_when: end("event").unwrap_or_default().to_owned(),
        sources: said(site, reason, "sources"),
        disagreement: said(site, reason, "disagreement"),
        may_override: if by.is_empty() {
            String::new()
        } else {
            format!("A named {} may decide otherwise for this reason alone.", by.join(" or "))
        },
        href: card.map(|rule| format!("/evidence/rules/{}", rule.id)),
    }
}

fn said(site: &Site, reason: &Value, key: &str) -> Vec<SourceSays> {
    list(reason, key)
        .iter()
        .map(|source| {
            let id = text(source, "id");
            SourceSays {
                name: part::source_name(site, id),
                href: format!("/evidence/sources/{id}"),
                says: text(source, "says").to_owned(),
            }
        })
        .collect()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    list(value, key).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a rule or a policy is called; its id where this rulebook has it no more.
pub(super) fn title(site: &Site, id: &str) -> String {
    let book = site.book();
    let card = book.rule(id).map(|rule| rule.title.as_str());
    let policy = book.policies.get(id).map(|policy| policy.title.as_str());
    card.or(policy).unwrap_or(id).to_owned()
}

/// What is different from the screening before.
pub(super) fn changes(site: &Site, now: &Opened<Screening>, story: &Story) -> Option<Changes> {
    let place = story.screenings.iter().position(|one| one.id == now.id)?;
    let before = story.screenings.get(place.checked_sub(1)?)?;
    let (then, today) = (reasons(before), reasons(now));
    let mut says = Vec::new();
    if before.effective != now.effective {
        says.push(format!(
            "The result was {} and is {}.",
            verdict::word(clinical(before.effective)),
            verdict::word(clinical(now.effective))
        ));
    }
    for (id, until) in &today {
        match then.iter().find(|(known, _)| known == id) {
            None => says.push(format!("New: {}.", title(site, id))),
            Some((_, old)) if old != until && !until.is_empty() => {
                says.push(format!("{}: now until {until}.", title(site, id)));
            }
            Some(_) => {}
        }
    }
    let gone = then.iter().filter(|(id, _)| !today.iter().any(|(known, _)| known == id));
    says.extend(gone.map(|(id, _)| format!("No longer: {}.", title(site, id))));
    if before.rulebook_digest != now.rulebook_digest {
        says.push(format!(
            "The rules were version {} and are version {}.",
            before.rulebook_version, now.rulebook_version
        ));
    }
    Some(Changes { before: format!("/screenings/{}", before.id), made: in_words(before.on), says })
}

/// The reasons of a kept answer with their last day in words.
fn reasons(screening: &Screening) -> Vec<(String, String)> {
    let kept: Value = serde_json::from_str(&screening.answer).unwrap_or(Value::Null);
    list(&kept, "reasons")
        .iter()
        .map(|reason| {
            let date = reason.get("until").map(|until| text(until, "date")).unwrap_or_default();
            let date = date.parse::<Date>().map(in_words).unwrap_or_default();
            (text(reason, "id").to_owned(), date)
        })
        .collect()
}
