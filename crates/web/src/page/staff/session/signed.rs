//! The end of a session: what will be signed, the signature, and the record afterwards, which only grows.
//!
//! INVARIANT (signed): the page of a signed session has no field that changes it; a correction is a dated note.

use maud::{Markup, html};

use super::{Cartridges, ZoneRow, table};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon},
        map::{self, Spot},
        staff::{
            Frame, document,
            person::{self, Person},
        },
    },
};

/// What will be signed.
#[derive(Debug, Clone, PartialEq)]
pub struct EndView {
    /// Whom it is about.
    pub person: Person,
    /// "session 2 of 4".
    pub title: String,
    /// Back to charting.
    pub back: String,
    /// Zones as charted.
    pub zones: Vec<ZoneRow>,
    /// The cartridges.
    pub cartridges: Cartridges,
    /// Numbing, each in a sentence.
    pub numbing: Vec<String>,
    /// What differs from the plan, each in a sentence.
    pub differs: Vec<String>,
    /// What is still missing, each in a sentence with its remedy; nothing can be signed before it is done.
    pub missing: Vec<String>,
    /// Where the signature goes.
    pub action: String,
    /// Who signs.
    pub signer: String,
}

/// A signed session.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedView {
    /// Whom it is about.
    pub person: Person,
    /// "session 2 of 4".
    pub title: String,
    /// "Signed by L. Fischer, 20 November 2026, 11:41".
    pub signed: String,
    /// Zones as they were signed; their links may be empty.
    pub zones: Vec<ZoneRow>,
    /// The cartridges.
    pub cartridges: Cartridges,
    /// Numbing, each in a sentence.
    pub numbing: Vec<String>,
    /// What the practitioner noted.
    pub note: String,
    /// Notes added since.
    pub addenda: Vec<Addendum>,
    /// Where a note is added; none where this reader may not.
    pub action: Option<String>,
}

/// A note that was added after the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addendum {
    /// By whom and when.
    pub by: String,
    /// What.
    pub says: String,
}

/// The page on which a session is signed.
pub fn end(site: &Site, frame: &Frame, view: &EndView, entry: &Entry) -> Markup {
    let back = html! { a.btn href=(view.back) { (icon(Icon::Back)) "Back to charting" } };
    let body = html! {
        div.page.room {
            (person::head(&view.person, &format!("end of {}", view.title), &back))
            (entry::summary(entry))
            @if !view.missing.is_empty() {
                section.note.note--caution aria-labelledby="lacks" { (icon(Icon::Caution)) div {
                    h2.h-md #lacks { "Not yet: " (view.missing.len()) " to do" }
                    ul { @for missing in &view.missing { li { (missing) } } }
                } }
            }
            (table(&view.zones))
            (used(&view.cartridges, &view.numbing))
            @if !view.differs.is_empty() {
                section.card aria-labelledby="differs" { h2.h-lg.mb-3 #differs { "Other than planned" }
                    ul.list { @for says in &view.differs { li { (icon(Icon::Fork)) span { (says) } } } } }
            }
            @if view.missing.is_empty() {
                form.card.stack.form action=(view.action) method="post" {
                    h2.h-lg { "Sign" }
                    p.muted { "What is signed is never changed. A correction is added beneath it with its date." }
                    (entry::lines(entry, "note", "Note", "What the next person should know. It may stay empty."))
                    (entry::line(entry, Line { name: "password", label: "Your password, again", hint: "", kind: "password", autocomplete: "current-password" }))
                    div.row { button.btn.btn--glove.btn--primary type="submit" { (icon(Icon::Pen)) "Sign as " (view.signer) } }
                }
            }
        }
    };
    document(site, frame, &body)
}

/// The page of a signed session.
pub fn signed(site: &Site, frame: &Frame, view: &SignedView, entry: &Entry) -> Markup {
    let spots: Vec<Spot> = view.zones.iter().map(|row| row.spot.clone()).collect();
    let is_face = view.zones.iter().any(|row| map::is_drawn(&row.spot.code));
    let body = html! {
        div.page.room {
            (person::head(&view.person, &view.title, &html! { span.tag.tag--mute { (icon(Icon::Lock)) "Signed" } }))
            (entry::summary(entry))
            div.split.split--372 {
                div.stack.stack--20 {
                    (table(&view.zones))
                    (used(&view.cartridges, &view.numbing))
                    @if !view.note.is_empty() {
                        section.card aria-labelledby="note" { h2.h-lg.mb-3 #note { "Note" } p { (view.note) } }
                    }
                    (addenda(view, entry))
                }
                div.stack.stack--20 {
                    @if is_face {
                        section.card.stack.stack--12 aria-labelledby="map" {
                            h2.h-lg #map { "Zones and depth, mm" }
                            (map::face("Zones and depth in millimetres.", &spots)) (map::legend())
                        }
                    }
                    section.aside { p.small.muted { (view.signed) ". It is never changed; notes are added beneath." } }
                }
            }
        }
    };
    document(site, frame, &body)
}

fn used(cartridges: &Cartridges, numbing: &[String]) -> Markup {
    html! {
        section.card aria-labelledby="used" {
            h2.h-lg.mb-3 #used { (super::capital(&cartridges.noun)) " and numbing" }
            ul.list {
                @if cartridges.taken.is_empty() { li { (icon(Icon::Question)) span { "No " (cartridges.noun) " is entered." } } }
                @for piece in &cartridges.taken {
                    li { (icon(Icon::Needle)) span {
                        "Lot " b { (piece.lot) } ", last day " b { (piece.expiry) } "."
                        @if !piece.zones.is_empty() { " " (piece.zones) "." }
                    } }
                }
                @for says in numbing { li { (icon(Icon::Note)) span { (says) } } }
                @if numbing.is_empty() { li { (icon(Icon::Note)) span { "No numbing was used." } } }
            }
        }
    }
}

fn addenda(view: &SignedView, entry: &Entry) -> Markup {
    html! {
        section.card.stack aria-labelledby="addenda" {
            h2.h-lg #addenda { "Added since" }
            @if view.addenda.is_empty() { p.muted { "Nothing." } }
            @else { ul.list { @for addendum in &view.addenda { li { div { p.small.muted { (addendum.by) } p { (addendum.says) } } } } } }
            @if let Some(action) = &view.action {
                form.stack action=(action) method="post" {
                    (entry::lines(entry, "addendum", "Add a note", "It stands beneath the session with your name and today’s date."))
                    div.row { button.btn.btn--primary type="submit" { "Add it" } }
                }
            }
        }
    }
}
