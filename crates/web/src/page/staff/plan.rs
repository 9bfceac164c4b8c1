//! The plan of a course: goals, zones with their depths and limits, when each session may be, preparation with its
//! dates, what to expect and when to judge, where sources disagree, the price, and whether the patient has accepted it.
//!
//! It promises nothing: a window says when a session may be given, and the screening of that day still decides.
//! [`Proposal::of`] words a plan of today; what was offered is shown as it was offered.

use maud::{Markup, html};

use super::{
    Frame,
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon},
        map, part,
    },
    wording,
};

mod proposal;

pub use proposal::{
    Dispute, Expected, PlannedSession, PlannedZone, Prepared, Proposal, Waits, Week,
};

/// A plan.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Whom it is about.
    pub person: Person,
    /// What the course is for: "acne scars".
    pub title: String,
    /// How far it has come.
    pub state: State,
    /// The goals.
    pub goals: Vec<Goal>,
    /// What is proposed.
    pub proposal: Proposal,
    /// What it costs, by the clinic's list; none where no price fits.
    pub price: Option<Price>,
    /// What the consent will say for this person.
    pub consent: Vec<String>,
    /// Where it is changed; none once it is accepted.
    pub edit: Option<String>,
    /// Where the course is stopped; none once it is over.
    pub stop: Option<String>,
}

/// How far a plan has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody but the clinic has seen it.
    Draft {
        /// "saved 10:31".
        saved: String,
        /// Where it is offered to the patient; none while something is missing.
        offer: Option<String>,
    },
    /// It lies with the patient.
    Offered {
        /// "20 November 2026, 10:40, by Dr S. Amari".
        on: String,
        /// Where it is taken back.
        withdraw: String,
        /// Where it is written down that the patient said yes.
        accept: String,
    },
    /// The patient has accepted it.
    Accepted {
        /// "21 November 2026, 18:02, on the phone page".
        on: String,
        /// Where the next session is booked; none where all are.
        book: Option<String>,
    },
    /// The patient has declined it.
    Declined {
        /// When.
        on: String,
        /// In the patient's words; may be empty.
        why: String,
    },
    /// It was stopped before its end.
    Stopped {
        /// When.
        on: String,
        /// Why.
        why: String,
    },
    /// Every session was given.
    Finished {
        /// When.
        on: String,
    },
    /// Another plan counts.
    Replaced {
        /// The other.
        by: String,
    },
}

/// A goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The patient's own words; may be empty.
    pub said: String,
    /// Concern and region.
    pub what: String,
    /// How it is judged, and how it stands today.
    pub judged_by: String,
}

/// What a course costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Each item with its price and its total, in words with the currency.
    pub items: Vec<PriceItem>,
    /// The total.
    pub total: String,
    /// "VAT included".
    pub tax: String,
    /// Until when it holds, and what else is agreed.
    pub terms: String,
}

/// An item of a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceItem {
    /// "Session, whole face, 3".
    pub says: String,
    /// The price of one.
    pub each: String,
    /// The price of all.
    pub total: String,
}

/// The page.
pub fn page(site: &Site, frame: &Frame, view: &View) -> Markup {
    let body = html! {
        div.page.room {
            (person::head(&view.person, &view.title, &actions(view)))
            (state(&view.state))
            (waits(&view.proposal))
            div.split.split--384 {
                div.stack.stack--20 {
                    (goals(&view.goals))
                    (zones(&view.proposal))
                    (sessions(&view.proposal))
                    (expected(&view.proposal))
                    (disputes(site, &view.proposal))
                }
                div.stack.stack--20 {
                    (preparation(&view.proposal))
                    (price(view.price.as_ref()))
                    (consent(&view.consent))
                    (notes(&view.proposal))
                }
            }
        }
    };
    super::document(site, frame, &body)
}

/// Before there is a plan.
pub fn empty(site: &Site, frame: &Frame, person: &Person, begin: &str) -> Markup {
    let body = html! {
        div.page.room {
            (person::head(person, "plan", &html! {}))
            div.empty {
                h2 { "No plan yet" }
                p { "Here will be what is treated, how deep and when each session may be, with what it costs. It is made from the screening." }
                a.btn.btn--primary href=(begin) { "Plan a course" }
            }
        }
    };
    super::document(site, frame, &body)
}

fn actions(view: &View) -> Markup {
    html! {
        @if let Some(edit) = &view.edit { a.btn href=(edit) { "Change" } }
        @match &view.state {
            State::Draft { offer: Some(offer), .. } => form action=(offer) method="post" { button.btn.btn--primary type="submit" { "Offer to the patient" } },
            State::Accepted { book: Some(book), .. } => a.btn.btn--primary href=(book) { "Book the next session" },
            State::Draft { .. } | State::Offered { .. } | State::Accepted { .. } | State::Declined { .. } | State::Replaced { .. }
            | State::Stopped { .. } | State::Finished { .. } => {},
        }
        @if let Some(stop) = &view.stop { a.btn.btn--quiet href=(stop) { "Stop the course" } }
    }
}

fn state(state: &State) -> Markup {
    html! {
        @match state {
            State::Draft { saved, .. } => p.small.muted { "Draft, " (saved) ". Nobody but the clinic has seen it." },
            State::Stopped { on, why } => div.note.note--caution { (icon(Icon::Stop)) p { b { "Stopped " (on) "." } " " (why) } },
            State::Finished { on } => div.note { (icon(Icon::Tick)) p { b { "Finished " (on) "." } " Every session was given." } },
            State::Offered { on, withdraw, accept } => div.note { (icon(Icon::Wait)) div {
                p { b { "Offered " (on) "." } " It waits for the patient’s answer and cannot be changed meanwhile." }
                div.row.row--8 {
                    form action=(accept) method="post" { button.btn type="submit" { "The patient has said yes" } }
                    form action=(withdraw) method="post" { button.btn.btn--quiet type="submit" { "Take it back" } }
                }
            } },
            State::Accepted { on, .. } => div.note { (icon(Icon::Tick)) p { b { "Accepted " (on) "." } " Consent is given for each session by itself." } },
            State::Declined { on, why } => div.note.note--caution { (icon(Icon::Note)) p { b { "Declined " (on) "." } @if !why.is_empty() { " “" (why) "”" } } },
            State::Replaced { by } => div.note { (icon(Icon::Note)) p { "Another plan counts instead of this one. " a.tap href=(by) { "Open it" } } },
        }
    }
}

fn waits(proposal: &Proposal) -> Markup {
    html! {
        @if !proposal.waits_for.is_empty() {
            div.note.note--caution { (icon(Icon::Wait)) div {
                p { b { "No dates yet: this has to be cleared first." } }
                ul { @for waits in &proposal.waits_for { li { b { (waits.title) } ": " (waits.because) } } }
            } }
        }
        @for why in &proposal.why { div.note.note--stop { (icon(Icon::Stop)) p { (why) } } }
    }
}

fn goals(goals: &[Goal]) -> Markup {
    html! {
        section.card aria-labelledby="goals" {
            div.card__head { h2 #goals { "Goals" } }
            div.goals { @for goal in goals { div.stack.stack--4 {
                @if goal.said.is_empty() { b { (goal.what) } } @else { b { "“" (goal.said) "”" } span.small { (goal.what) } }
                @if !goal.judged_by.is_empty() { span.small.muted { (goal.judged_by) } }
            } } }
        }
    }
}

fn zones(proposal: &Proposal) -> Markup {
    if proposal.zones.is_empty() {
        return html! {};
    }
    let count = proposal.zones.iter().map(|zone| zone.depths.len()).max().unwrap_or_default();
    let table = html! {
        table.table.small {
            thead { tr {
                th scope="col" { "Zone, mm" }
                @for number in 1..=count { th.n scope="col" { span aria-hidden="true" { "S" (number) } span.vh { "session " (number) } } }
                th.n scope="col" { "Limit" }
            } }
            tbody {
                @for row in proposal.alike() { (alike(&row, count)) }
                tr { th scope="row" { "Eyelids, red of the lips" } td.n colspan=(count.max(1)) { "never" } td.n { "0" } }
            }
        }
    };
    let spots = proposal.spots();
    let is_face = spots.iter().any(|spot| map::is_drawn(&spot.code));
    html! {
        section.card.stack.stack--16 aria-labelledby="depths" {
            div.row { h2 #depths { "Zones and depth" } @if !proposal.starts_lower.is_empty() { span.tag.push data-step="caution" { (icon(Icon::Caution)) (proposal.starts_lower) } } }
            div.depths {
                @if is_face { div.mini { p.xs.muted { "Session 1" } (map::face("Zones and depth in millimetres, session 1.", &spots)) } }
                div { (part::scroll("Table of zones and depths", &table)) }
            }
            @for says in &proposal.endpoints { p.small { b { "Stop at: " } (says) } }
            p.small.muted { "Depths after the first session are proposals: each is confirmed in the room once the last one has settled, and never over its limit." }
        }
    }
}

/// Zones that are treated alike, in one row.
fn alike(row: &[&PlannedZone], count: usize) -> Markup {
    let Some(first) = row.first() else { return html! {} };
    html! {
        tr {
            th scope="row" {
                @for (index, zone) in row.iter().enumerate() {
                    @if index > 0 { ", " }
                    span id={ "z-" (zone.code) } { @if index > 0 { (wording::within_sentence(&zone.name)) } @else { (zone.name) } }
                }
                @if !first.what_for.is_empty() { span.under { (first.what_for) } }
                @if !first.passes.is_empty() { span.under { (first.passes) " passes" } }
            }
            @for index in 0..count { td.n { (first.depths.get(index).map_or("", String::as_str)) } }
            td.n { (first.limit) span.under { (first.limit_by) } }
        }
    }
}

fn sessions(proposal: &Proposal) -> Markup {
    let mut numbing = proposal.sessions.iter().map(|session| &session.numbing);
    let first = numbing.next();
    // What is the same for each is said once.
    let same = numbing.all(|other| Some(other) == first);
    html! {
        @if !proposal.sessions.is_empty() {
            section.card aria-labelledby="sessions" {
                div.card__head { h2 #sessions { "Sessions" } @if !proposal.spacing.is_empty() { span.push.small.muted { (proposal.spacing) } } }
                @if !proposal.weeks.is_empty() { (line_of_weeks(proposal)) }
                ol.sessions { @for session in &proposal.sessions { li {
                    span.reason__n aria-hidden="true" { (session.number) }
                    div {
                        p { b { (session.window) } }
                        @if !session.except.is_empty() { p.small.muted { (session.except) } }
                        @if !same { p.small.muted { (session.numbing) } }
                    }
                } } }
                @if let (true, Some(says)) = (same, first) { p.small.muted.same { (says) } }
                @if !proposal.judge.is_empty() { p.small.judge { (icon(Icon::Chart)) span { (proposal.judge) } } }
                p.small.muted { "A window says when a session may be given. The screening of that day still decides." }
            }
        }
    }
}

/// The windows on one line, and the day from which the result can be judged. The list beneath says the same.
fn line_of_weeks(proposal: &Proposal) -> Markup {
    const LANE: i32 = 24;
    let lanes = i32::try_from(proposal.sessions.len()).unwrap_or_default();
    let floor = 26 + lanes * LANE;
    html! {
        svg.chart.weeks viewBox={ "0 0 760 " (floor + 26) } aria-hidden="true" focusable="false" {
            path.axis d={ "M20 " (floor) "H740" } {}
            @for week in &proposal.weeks {
                @match week {
                    Week::Session { number, lane, x, width } => {
                        rect.weeks__bar x=(x) y=(22 + lane * LANE) width=(width) height="18" rx="4" {}
                        text.weeks__n x=(x + 8) y=(35 + lane * LANE) { "S" (number) }
                    },
                    Week::Judge { x } => { path.weeks__judge d={ "M" (x) " 18V" (floor) } {} text.strong x=(x) y="12" text-anchor="end" { "judge from here" } },
                    Week::Tick { x, says } => text x=(x) y=(floor + 20) text-anchor="middle" { (says) },
                }
            }
        }
    }
}

fn expected(proposal: &Proposal) -> Markup {
    html! {
        @if !proposal.expected.is_empty() {
            section.card aria-labelledby="expected" {
                div.card__head { h2 #expected { "What to expect after each" } }
                dl.src.src--wide { @for phase in &proposal.expected { dt { (phase.span) } dd { (phase.says) } } }
                p.small.muted { "A guide from published courses, not a forecast for one person." }
            }
        }
    }
}

fn disputes(site: &Site, proposal: &Proposal) -> Markup {
    html! {
        @if !proposal.disputes.is_empty() {
            section.card aria-labelledby="disputes" {
                div.card__head { h2 #disputes { "Where sources disagree" } }
                div.stack.stack--12 { @for dispute in &proposal.disputes {
                    details.cite.cite--split.cite--line name="cite" {
                        summary { (crate::page::icon::small(Icon::Fork)) (wording::capital(&dispute.about)) }
                        div.cite__pop {
                            (part::positions(site, &dispute.positions, "takes no side"))
                            @if !dispute.literature.is_empty() { p { b { "Literature: " } (dispute.literature) } }
                            p { b { "We follow: " (dispute.followed) } }
                            a.tap href={ "/evidence/conflicts/" (dispute.id) } { "All positions and sources" }
                        }
                    }
                } }
            }
        }
    }
}

fn preparation(proposal: &Proposal) -> Markup {
    html! {
        @if !proposal.preparation.is_empty() {
            section.card aria-labelledby="before" {
                h2.h-lg.mb-3 #before { "Before the first session" }
                ol.tl { @for prepared in &proposal.preparation { li data-when="later" { div {
                    b { (prepared.when) }
                    ul.prep.small { @for (what, how) in &prepared.says { li { b { (what) } ": " (how) } } }
                } } } }
            }
        }
    }
}

fn price(price: Option<&Price>) -> Markup {
    html! {
        section.card aria-labelledby="price" {
            h2.h-lg.mb-3 #price { "Price" }
            @match price {
                None => p.small.muted { "No price on the clinic’s list fits this plan. " a href="/settings/prices" { "Open the list" } },
                Some(price) => {
                    table.table.small.table--narrow {
                        thead { tr { th scope="col" { "Item" } th.n scope="col" { "Each" } th.n scope="col" { "Total" } } }
                        tbody { @for item in &price.items { tr { th scope="row" { (item.says) } td.n { (item.each) } td.n { (item.total) } } } }
                        tfoot { tr { th scope="row" { "Total, " (price.tax) } td {} td.n.h-lg { (price.total) } } }
                    }
                    p.small.muted { (price.terms) }
                },
            }
        }
    }
}

fn consent(says: &[String]) -> Markup {
    html! {
        @if !says.is_empty() {
            section.card aria-labelledby="consent" {
                h2.h-lg.mb-3 #consent { "Consent will say" }
                ul.list.small { @for line in says { li { (crate::page::icon::small(Icon::Caution)) span { (line) } } } }
            }
        }
    }
}

fn notes(proposal: &Proposal) -> Markup {
    html! {
        @if !proposal.notes.is_empty() {
            section.stack.stack--8.aside aria-labelledby="notes" {
                h2.h-md #notes { "Also" }
                ul.plain-list.small.muted { @for note in &proposal.notes { li { (note) } } }
            }
        }
    }
}

/// The form in which a plan is made or changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Whom it is about.
    pub person: Person,
    /// Where it goes.
    pub action: String,
    /// How many goals there is room for.
    pub goals: usize,
    /// Concerns by code.
    pub concerns: Vec<(String, String)>,
    /// Regions by code.
    pub regions: Vec<(String, String)>,
    /// Devices by id.
    pub devices: Vec<(String, String)>,
    /// Numbing products by id.
    pub numbing: Vec<(String, String)>,
    /// What the wish as it stands comes to; none before it was asked.
    pub preview: Option<Proposal>,
}

/// The form. *See the plan* shows what the wish comes to and keeps nothing.
pub fn form(site: &Site, frame: &Frame, view: &Form, entry: &Entry) -> Markup {
    let line = |name, label, hint, kind| {
        entry::line(entry, Line { name, label, hint, kind, autocomplete: "off" })
    };
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, "plan a course", &html! {}))
            (entry::summary(entry))
            form.card.stack.form action=(view.action) method="post" {
                @for number in 1..=view.goals {
                    fieldset.goal-fields {
                        legend.h-lg { "Goal " (number) @if number > 1 { span.small.muted { " where there is one" } } }
                        (entry::select(entry, &format!("concern-{number}"), "What to treat", &view.concerns))
                        (entry::select(entry, &format!("region-{number}"), "Where", &view.regions))
                        (entry::line(entry, Line { name: &format!("onset-{number}"), label: "When the scar or mark arose", hint: "Only for scars and marks.", kind: "date", autocomplete: "off" }))
                    }
                }
                (entry::select(entry, "device", "Device", &view.devices))
                (entry::select(entry, "numbing", "Numbing", &view.numbing))
                div.pair-fields {
                    (line("start-after", "Not before", "Leave it empty for as soon as it may be.", "date"))
                    (line("event", "A date to look well for", "A wedding, a journey; no session comes close to it.", "date"))
                    (line("sessions", "Sessions wished", "Leave it empty for what the indication’s card gives.", "number"))
                    (line("weeks", "Weeks between", "Four or more; leave it empty for what the card gives.", "number"))
                }
                (entry::lines(entry, "blocked", "Days without sessions", "One run a line: 2026-12-24 to 2027-01-03."))
                div.form__end {
                    button.btn type="submit" name="step" value="draft" { "See the plan" }
                    button.btn.btn--primary type="submit" { "Keep this plan" }
                    span.why { "Nothing is booked and nobody is told." }
                }
            }
            @if let Some(proposal) = &view.preview {
                div.stack.stack--20 #preview {
                    h2 { "What this comes to" }
                    p.small.muted { "Nothing is kept yet." }
                    (waits(proposal)) (zones(proposal)) (sessions(proposal)) (preparation(proposal)) (notes(proposal))
                }
            }
        }
    };
    super::document(site, frame, &body)
}

/// A question that is asked once before something is done that a message or an end follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Whom it is about.
    pub person: Person,
    /// What is about to be done: "offer the plan".
    pub title: String,
    /// What follows, in sentences.
    pub says: String,
    /// Where it goes.
    pub action: String,
    /// What the button says.
    pub label: String,
    /// Back without doing it.
    pub back: String,
    /// A reason that has to be written: its label; none where none is asked for.
    pub why: Option<String>,
}

/// The question.
pub fn ask(site: &Site, frame: &Frame, view: &Ask, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, &view.title, &html! {}))
            (entry::summary(entry))
            form.card.stack.form action=(view.action) method="post" {
                p { (view.says) }
                @if let Some(label) = &view.why { (entry::lines(entry, "why", label, "")) }
                (entry::hidden("sure", "yes"))
                div.form__end {
                    button.btn.btn--primary type="submit" { (view.label) }
                    a.btn.btn--quiet href=(view.back) { "Not now" }
                }
            }
        }
    };
    super::document(site, frame, &body)
}
