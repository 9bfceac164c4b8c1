//! A disposition in the words of the clinic's people: defer, refer, do not treat. Patients read other words.

use jiff::civil::Date;
use maud::{Markup, html};
use percuta_clinical::answer::{Answer, Disposition, End};
use percuta_terminology::calendar::in_words;

use crate::page::{
    check::{sign, step},
    icon::{Icon, icon, small},
};

/// What a disposition is called in the clinic.
pub fn word(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Proceed => "Proceed",
        Disposition::ProceedWithPrecautions => "With precautions",
        Disposition::Defer => "Defer",
        Disposition::ReferPhysician => "Refer",
        Disposition::DoNotTreat => "Do not treat",
    }
}

/// A disposition as icon, word and colour.
pub fn tag(disposition: Disposition) -> Markup {
    html! { span.tag data-step=[step(disposition)] { (icon(sign(disposition))) (word(disposition)) } }
}

/// The same for one reason among others: a reason that changes nothing is for information, which is no permission.
pub fn reason_tag(disposition: Disposition) -> Markup {
    match disposition {
        Disposition::Proceed => {
            html! { span.tag.tag--mute { (icon(Icon::Note)) "For information" } }
        }
        Disposition::ProceedWithPrecautions
        | Disposition::Defer
        | Disposition::ReferPhysician
        | Disposition::DoNotTreat => tag(disposition),
    }
}

/// A disposition with its title and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Which.
    pub disposition: Disposition,
    /// "Defer until 14 December 2026".
    pub title: String,
    /// A sentence on how it came about.
    pub lead: String,
}

impl Verdict {
    /// The verdict of an answer.
    pub fn of(answer: &Answer<'_>) -> Self {
        let word = word(answer.disposition);
        let title = match (answer.disposition, &answer.until) {
            (Disposition::Proceed, _) => "Proceed".to_owned(),
            (Disposition::ProceedWithPrecautions, _) => "Proceed with precautions".to_owned(),
            (Disposition::ReferPhysician, _) => "Refer to a physician".to_owned(),
            (_, Some(End::On(date))) => format!("{word} until {}", in_words(*date)),
            (_, Some(End::Event(event))) => format!("{word} until {event}"),
            (_, Some(End::Never) | None) => word.to_owned(),
        };
        Self { disposition: answer.disposition, title, lead: lead(answer) }
    }
}

fn lead(answer: &Answer<'_>) -> String {
    let dates: Vec<Date> = answer
        .reasons
        .iter()
        .filter_map(|reason| match reason.end {
            End::On(date) => Some(date),
            End::Event(_) | End::Never => None,
        })
        .collect();
    let missing = match answer.missing.len() {
        0 => String::new(),
        1 => " One answer is missing.".to_owned(),
        many => format!(" {many} answers are missing."),
    };
    let lead = match answer.disposition {
        Disposition::Proceed => "No rule holds for what is known.".to_owned(),
        Disposition::ProceedWithPrecautions => {
            "Treatment may go ahead with what is listed here.".to_owned()
        }
        Disposition::Defer if dates.len() > 1 => {
            format!("The latest of {} dates decides.", dates.len())
        }
        Disposition::Defer => "Not yet.".to_owned(),
        Disposition::ReferPhysician => "A physician decides before anyone treats.".to_owned(),
        Disposition::DoNotTreat => "Nobody treats while this holds.".to_owned(),
    };
    lead + &missing
}

/// The verdict as a block with its place on the scale of five.
pub fn block(verdict: &Verdict) -> Markup {
    let disposition = verdict.disposition;
    html! {
        section.dispo data-step=[step(disposition)] aria-labelledby="verdict" {
            div.dispo__head {
                span.dispo__mark { (icon(sign(disposition))) }
                div { h2 #verdict { (verdict.title) } p { (verdict.lead) } }
            }
            ol.scale5 aria-label="Disposition, from the least to the most restrictive" {
                @for each in Disposition::ALL {
                    li aria-current=[(each == disposition).then_some("true")] { (small(sign(each))) (word(each)) }
                }
            }
        }
    }
}
