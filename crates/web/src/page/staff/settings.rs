//! The clinic's settings: the clinic, its hours, its prices, its consent text, and who has signed off the rules.
//!
//! Texts that patients sign are never edited: a new version begins, and what was signed keeps its own.

use maud::{Markup, html};

use super::{
    Frame, document,
    part::{self, Link, Weight},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon, small},
        part::{scroll, trail},
    },
    wording,
};

pub mod example;
pub mod import;
pub mod letters;
pub mod places;
pub mod services;
pub mod shifts;

const TRAIL: [(&str, &str); 1] = [("/settings", "Settings")];

/// The first page of the settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Each part with how it stands, as "6 people, 1 invited".
    pub parts: Vec<(Link, String)>,
    /// How the rules stand.
    pub sign_off: SignOff,
}

/// Whether a named clinician has signed the rules off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOff {
    /// Nobody has.
    Nobody,
    /// Somebody has, but for another rulebook than this.
    Another {
        /// Who, when and which.
        says: String,
    },
    /// Somebody has signed exactly this one.
    Signed {
        /// Who.
        by: String,
        /// When.
        on: String,
    },
}

/// The settings.
pub fn settings(site: &Site, frame: &Frame, view: &Settings) -> Markup {
    let body = html! {
        div.page {
            (part::head("Settings", "", &html! {}))
            (standing(&view.sign_off))
            ul.tiles {
                @for (link, says) in &view.parts { li { a href=(link.href) { b { (link.says) } span { (says) } } } }
            }
        }
    };
    document(site, frame, &body)
}

fn standing(sign_off: &SignOff) -> Markup {
    let says = match sign_off {
        SignOff::Signed { .. } => return html! {},
        SignOff::Nobody => "Nobody has signed off the rules.".to_owned(),
        SignOff::Another { says } => format!("The rules have changed since {says}."),
    };
    html! {
        div.note.note--caution {
            (icon(Icon::Caution))
            div {
                p { strong { (says) } " Until a medical lead signs them off, every answer says that no clinician of this clinic has reviewed them." }
                p { a.tap href="/settings/rules" { "The rules and their sign-off" } }
            }
        }
    }
}

/// The clinic itself.
#[derive(Debug, Clone)]
pub struct Clinic {
    /// Which version the form changes.
    pub version: String,
    /// Time zones: value and words.
    pub zones: Vec<(String, String)>,
}

/// The clinic's name, telephone and time zone.
pub fn clinic(site: &Site, frame: &Frame, view: &Clinic, entry: &Entry) -> Markup {
    let fields = html! {
        (entry::hidden("version", &view.version))
        (entry::line(entry, Line { name: "clinic", label: "Name of the clinic", hint: "", kind: "text", autocomplete: "organization" }))
        (entry::line(entry, Line { name: "telephone", label: "Telephone", hint: "Patients are told to call it when something needs a person.", kind: "tel", autocomplete: "tel" }))
        (entry::line(entry, Line { name: "emergency", label: "Emergency number", hint: "What patients call when they should not wait for you.", kind: "tel", autocomplete: "off" }))
        (entry::line(entry, Line { name: "calling", label: "Country calling code", hint: "Digits only, such as 44. Telephone numbers without one are read with it.", kind: "tel", autocomplete: "off" }))
        (entry::lines(entry, "closed-says", "When nobody answers", "What patients read outside your hours: whom else to call."))
        (entry::lines(entry, "address", "Address", "It stands on what is printed and in invitations to visits."))
        (entry::select(entry, "zone", "Time zone", &view.zones))
        (entry::line(entry, Line { name: "currency", label: "Currency", hint: "Three letters, such as GBP. Quotes that were given keep theirs.", kind: "text", autocomplete: "off" }))
        (entry::line(entry, Line { name: "card", label: "Colour card, in millimetres from patch to patch", hint: "Of a card of 24 patches in the frame: from the middle of one to the middle of the next, such as 12.5. Lengths on photographs are told by it. Empty: it gives colours alone.", kind: "text", autocomplete: "off" }))
    };
    form_page(site, frame, ("The clinic", ""), &|| {
        part::form("/settings/clinic", "Save", &entry::summary(entry), &fields)
    })
}

fn form_page(
    site: &Site,
    frame: &Frame,
    (title, lead): (&str, &str),
    body: &dyn Fn() -> Markup,
) -> Markup {
    let body = html! {
        div.page.page--narrow {
            div { (trail(&TRAIL)) (part::head(title, lead, &html! {})) }
            (body())
        }
    };
    document(site, frame, &body)
}

/// The price list.
#[derive(Debug, Clone)]
pub struct Prices {
    /// The currency, as "€".
    pub currency: String,
    /// What is offered.
    pub rows: Vec<Price>,
    /// Which version the form changes.
    pub version: String,
    /// The services that plans quote: value and words.
    pub services: Vec<(String, String)>,
    /// Whether the reader may change it.
    pub action: Option<String>,
}

/// What something costs.
#[derive(Debug, Clone)]
pub struct Price {
    /// The value by which forms name it.
    pub id: String,
    /// What it is.
    pub says: String,
    /// What it costs, with its currency.
    pub costs: String,
    /// For which service plans quote it, in words.
    pub service: String,
}

/// The price list. Quotes keep the price that was given.
pub fn prices(site: &Site, frame: &Frame, view: &Prices, entry: &Entry) -> Markup {
    let list = html! {
        section.card.card--flush aria-label="Prices" {
            (scroll("Prices, scrolls sideways", &price_table(view)))
        }
    };
    form_page(
        site,
        frame,
        ("Prices", "Plans quote from this list. A quote that was given keeps its price."),
        &|| {
            html! {
                @if view.rows.is_empty() { (part::empty("No price yet", "Plans can be made without prices; they then say that the price is agreed in person.", &html! {})) } @else { (list) }
                @if let Some(action) = &view.action { (new_price(action, view, entry)) }
            }
        },
    )
}

fn price_table(view: &Prices) -> Markup {
    html! {
        table.table.prices {
            thead { tr { th scope="col" { "What" } th.n scope="col" { "Price" } th scope="col" { "For" } th scope="col" { span.vh { "Action" } } } }
            tbody {
                @for row in &view.rows {
                    tr {
                        th scope="row" { (row.says) } td.n { (row.costs) } td { (row.service) }
                        td { @if let Some(action) = &view.action { (part::button(action, ("withdraw", &row.id), Weight::Quiet, "Withdraw", &row.says)) } }
                    }
                }
            }
        }
    }
}

fn new_price(action: &str, view: &Prices, entry: &Entry) -> Markup {
    let label = format!("Price in {}", view.currency);
    let fields = html! {
        h2.minor { "Add or change a price" }
        (entry::hidden("version", &view.version))
        (entry::line(entry, Line { name: "what", label: "What", hint: "As patients read it, for example: session, both cheeks. The same words as above change that price.", kind: "text", autocomplete: "off" }))
        (entry::line(entry, Line { name: "price", label: &label, hint: "With tax.", kind: "text", autocomplete: "off" }))
        (entry::select(entry, "service", "For", &view.services))
    };
    part::form(action, "Save", &entry::summary(entry), &fields)
}

/// The consent text.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The version that is signed now, in words; nothing when there is none.
    pub current: Option<Version>,
    /// The paragraphs of the current text.
    pub text: Vec<String>,
    /// Earlier versions, the latest first.
    pub earlier: Vec<(Link, Version)>,
    /// Which version a new one follows.
    pub version: String,
    /// Where the form goes, for those who may.
    pub action: Option<String>,
}

/// A version of a text.
#[derive(Debug, Clone)]
pub struct Version {
    /// As "Version 3".
    pub name: String,
    /// Who wrote it and when.
    pub says: String,
    /// The first signs of its digest.
    pub digest: String,
}

/// An earlier text, as it was signed.
pub fn consent_version(
    site: &Site,
    frame: &Frame,
    (version, text): (&Version, &[String]),
) -> Markup {
    let body = html! {
        div.page.page--narrow {
            div {
                (trail(&[("/settings", "Settings"), ("/settings/consent", "Consent text")]))
                (part::head(&format!("Consent text, {}", wording::within_sentence(&version.name)), "What was signed with it keeps it.", &html! {}))
            }
            section.card.stack aria-label="The text" {
                (version_facts(version))
                div.textof role="region" aria-label="The text as it was" tabindex="0" { @for paragraph in text { p { (paragraph) } } }
            }
        }
    };
    document(site, frame, &body)
}

/// The consent text and its versions.
pub fn consent(site: &Site, frame: &Frame, view: &Consent, entry: &Entry) -> Markup {
    let lead =
        "What patients sign. A new version counts from now on; what was signed keeps its text.";
    form_page(site, frame, ("Consent text", lead), &|| {
        html! {
            @match &view.current {
                Some(version) => {
                    section.card.stack aria-labelledby="current" {
                        h2.minor #current { (version.name) ", signed now" }
                        (version_facts(version))
                        div.textof role="region" aria-label="The text of today" tabindex="0" { @for paragraph in &view.text { p { (paragraph) } } }
                    }
                }
                None => (part::empty("No consent text yet", "Without it no patient can be asked to sign, and no session can begin.", &html! {})),
            }
            @if let Some(action) = &view.action { (new_version(action, view, entry)) }
            @if !view.earlier.is_empty() {
                section.card aria-labelledby="earlier" {
                    div.card__head { h2.minor #earlier { "Earlier versions" } }
                    ul.list { @for (link, version) in &view.earlier { li.between { a.tap href=(link.href) { (version.name) } span.small.muted { (version.says) } } } }
                }
            }
        }
    })
}

fn version_facts(version: &Version) -> Markup {
    html! {
        p.facts {
            span { (version.says) }
            span { "Digest " code { (version.digest) } }
        }
    }
}

fn new_version(action: &str, view: &Consent, entry: &Entry) -> Markup {
    let hint = "The title first. An empty line begins a paragraph, and # a heading. Pigment risk, and what is used off its label, are added for each person from the plan.";
    let fields = html! {
        (entry::hidden("version", &view.version))
        (entry::lines(entry, "text", "The new text", hint))
    };
    html! {
        details.card.anew open[!entry.is_fine()] {
            summary { b { "Write a new version" } }
            form.stack.form action=(action) method="post" {
                (entry::summary(entry)) (fields)
                div.form__end { button.btn.btn--primary type="submit" { "Begin this version" } }
            }
        }
    }
}

/// The rules and their sign-off.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The version of the rulebook.
    pub version: String,
    /// Its digest, whole.
    pub digest: String,
    /// What it says of itself.
    pub status: String,
    /// How many rules, and where they are.
    pub counts: Vec<(Link, String)>,
    /// Whether it was signed off.
    pub sign_off: SignOff,
    /// Sign-offs so far: who and when, which version.
    pub earlier: Vec<(String, String)>,
    /// Where the form goes; only a medical lead has it.
    pub action: Option<String>,
}

/// The rules by which the clinic works, and the sign-off by its medical lead.
pub fn rules(site: &Site, frame: &Frame, view: &Rules, entry: &Entry) -> Markup {
    form_page(
        site,
        frame,
        ("Rules", "Every answer names the rulebook that gave it, by version and digest."),
        &|| {
            html! {
                (signed(view))
                section.card.stack aria-labelledby="book" {
                    h2.minor #book { "Rulebook " (view.version) }
                    dl.terms {
                        dt { "Digest" } dd { code { (view.digest) } }
                        dt { "Of itself" } dd { (view.status) }
                        @for (link, says) in &view.counts { dt { (link.says) } dd { a href=(link.href) { (says) } } }
                    }
                }
                (signing(view, entry))
                @if !view.earlier.is_empty() {
                    section.card aria-labelledby="earlier" {
                        div.card__head { h2.minor #earlier { "Signed before" } }
                        ul.list { @for (who, which) in &view.earlier { li.between { span { (who) } span.small.muted { (which) } } } }
                    }
                }
            }
        },
    )
}

fn signed(view: &Rules) -> Markup {
    match &view.sign_off {
        SignOff::Signed { by, on } => html! {
            div.note.note--fine { (icon(Icon::Tick)) p { strong { "Signed off by " (by) " on " (on) "." } " Exactly this rulebook: a single changed word ends it." } }
        },
        SignOff::Nobody => html! {
            div.note.note--caution { (icon(Icon::Caution)) p { strong { "Nobody has signed off these rules." } " Until a medical lead does, every answer says that no clinician of this clinic has reviewed them." } }
        },
        SignOff::Another { says } => html! {
            div.note.note--caution { (icon(Icon::Caution)) p { strong { "These rules have changed since " (says) "." } " Until a medical lead signs them off again, every answer says that no clinician of this clinic has reviewed them." } }
        },
    }
}

fn signing(view: &Rules, entry: &Entry) -> Markup {
    if matches!(view.sign_off, SignOff::Signed { .. }) {
        return html! {};
    }
    let Some(action) = &view.action else {
        return html! { p.muted { "Only a medical lead can sign the rules off." } };
    };
    let fields = html! {
        h2.minor { "Sign off" }
        (entry::hidden("digest", &view.digest))
        (entry::tick(entry, "read", "I have read the rules, their sources and where the sources disagree", "They decide what this clinic offers, defers, refers and refuses."))
        (entry::tick(entry, "answer", "I answer for their use in this clinic", "Your name and the date stand on every answer."))
        (entry::line(entry, Line { name: "password", label: "Your password", hint: "A signature asks for it again.", kind: "password", autocomplete: "current-password" }))
    };
    part::form(action, "Sign off these rules", &entry::summary(entry), &fields)
}
