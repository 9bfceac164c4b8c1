//! One zone while it is charted: depth and passes in steps, the limit and what sets it, the endpoint, and with which
//! cartridge it is done.

use maud::{Markup, html};

use crate::page::{
    icon::{Icon, icon, small},
    staff::screening::SourceSays,
};

/// The open zone.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneForm {
    /// Its name.
    pub name: String,
    /// Where every step goes.
    pub action: String,
    /// The depth.
    pub depth: Stepper,
    /// The passes.
    pub passes: Stepper,
    /// The limit in a sentence: what sets it, and what would be needed to pass it.
    pub limit: String,
    /// What the limit rests on.
    pub cite: Option<Cite>,
    /// What the plan aims at, in a sentence.
    pub aim: String,
    /// Depth and passes of the last time, in one tap; none where there was none or today's limit is lower.
    pub as_last_time: Option<Step>,
    /// With what it was done: none where no cartridge is entered yet.
    pub with: Vec<Pick>,
    /// What one is called: "cartridge".
    pub noun: String,
    /// Endpoints to choose from.
    pub endpoints: Vec<Endpoint>,
    /// What was refused, with the arithmetic; none where nothing was.
    pub refused: Option<String>,
}

/// One tap that sets several fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// "As last time: 1.5 mm, 4 passes".
    pub says: String,
    /// The fields.
    pub fields: Vec<(String, String)>,
}

/// A cartridge of the session that the zone was done with or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Its lot.
    pub says: String,
    /// The numbers of what the zone was done with once this is pressed, with spaces between them.
    pub value: String,
    /// Whether the zone was done with it.
    pub is_on: bool,
}

/// A value that changes in steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepper {
    /// The value: "1.5".
    pub value: String,
    /// Beneath it: "mm, at the limit".
    pub note: String,
    /// The value one step lower; none at the bottom.
    pub less: Option<String>,
    /// The value one step higher; none at the limit.
    pub more: Option<String>,
    /// Why there is no higher one.
    pub at_limit: String,
}

/// Sources behind a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    /// What the chip says: "3 sources".
    pub label: String,
    /// What they say.
    pub sources: Vec<SourceSays>,
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its word in the form.
    pub value: String,
    /// Its name.
    pub says: String,
    /// Whether it is what was seen.
    pub is_seen: bool,
}

/// The form. Every button posts the whole state of the zone with one value changed.
pub(super) fn form(zone: &ZoneForm) -> Markup {
    let seen = zone.endpoints.iter().find(|endpoint| endpoint.is_seen);
    html! {
        section.card.stack #zone aria-labelledby="zone-name" {
            form.stack action=(zone.action) method="post" {
                input type="hidden" name="depth" value=(zone.depth.value);
                input type="hidden" name="passes" value=(zone.passes.value);
                @if let Some(seen) = seen { input type="hidden" name="endpoint" value=(seen.value); }
                div.row { h2.h-lg #zone-name { (zone.name) } span.tag.tag--mute.push { (icon(Icon::Pen)) "charting" } }
                @if let Some(refused) = &zone.refused {
                    div.note.note--stop role="alert" { (icon(Icon::Stop)) p { (refused) } }
                }
                div.grid.grid--2.grid--12 {
                    (stepper("depth", "Depth", "mm", &zone.depth, zone.refused.is_some()))
                    (stepper("passes", "Passes", "", &zone.passes, false))
                }
                div.row.limit { p.small.muted { (zone.limit) } @if let Some(cite) = &zone.cite { (chip(cite)) } }
                div.stack.stack--8 role="group" aria-labelledby="endpoint-name" {
                    p.label #endpoint-name { "Endpoint seen" }
                    div.picks { @for endpoint in &zone.endpoints {
                        button.pick type="submit" name="endpoint" value=(endpoint.value) aria-pressed=(if endpoint.is_seen { "true" } else { "false" }) { (endpoint.says) }
                    } }
                    @if !zone.aim.is_empty() { p.xs.muted { (zone.aim) } }
                }
                (done_with(zone))
            }
            @if let Some(last) = &zone.as_last_time {
                form action=(zone.action) method="post" {
                    @for (name, value) in &last.fields { input type="hidden" name=(name) value=(value); }
                    button.btn.btn--glove.btn--wide type="submit" { (last.says) }
                }
            }
        }
    }
}

fn done_with(zone: &ZoneForm) -> Markup {
    html! {
        @if !zone.with.is_empty() {
            div.stack.stack--8 role="group" aria-labelledby="with-name" {
                p.label #with-name { "Done with " (zone.noun) }
                div.picks { @for pick in &zone.with {
                    button.pick type="submit" name="with" value=(pick.value) aria-pressed=(if pick.is_on { "true" } else { "false" }) { (pick.says) }
                } }
            }
        }
    }
}

fn stepper(name: &str, label: &str, unit: &str, step: &Stepper, is_over: bool) -> Markup {
    let id = format!("step-{name}");
    let lower = label.to_lowercase();
    html! {
        div.stack.stack--4 {
            span.label id=(id) { (label) }
            div.stepper.stepper--over[is_over] role="group" aria-labelledby=(id) {
                @match &step.less {
                    Some(value) => button type="submit" name=(name) value=(value) aria-label={ "Set " (lower) " to " (value) " " (unit) } { (icon(Icon::Minus)) },
                    None => button type="button" disabled aria-label={ "No lower " (lower) } { (icon(Icon::Minus)) },
                }
                output { b { (step.value) } small { (step.note) } }
                @match &step.more {
                    Some(value) => button type="submit" name=(name) value=(value) aria-label={ "Set " (lower) " to " (value) " " (unit) } { (icon(Icon::Plus)) },
                    None => button type="button" disabled aria-label={ "No higher " (lower) ": " (step.at_limit) } { (icon(Icon::Plus)) },
                }
            }
        }
    }
}

fn chip(cite: &Cite) -> Markup {
    html! {
        details.cite.push name="cite" {
            summary { (small(Icon::Book)) (cite.label) span.vh { " for the depth limit" } }
            div.cite__pop { dl.src { @for source in &cite.sources {
                dt { a href=(source.href) { (source.name) } }
                dd { @if source.says.is_empty() { "supports this" } @else { (source.says) } }
            } } }
        }
    }
}
