//! The session in the treatment room: zones on the map and as a table, one zone at a time in steps, the cartridges,
//! numbing with its times, what has to be done before the end; then the signature, and notes added after it.
//!
//! Everything is charted by taps: each step is a button that posts the value it leads to, so that a second press of the
//! same button changes nothing twice. It works without script. Whether a depth may be is decided elsewhere; a step over
//! a limit is not offered, and a refusal that came back is shown with its arithmetic.

use maud::{DOCTYPE, Markup, html};
use percuta_clinical::answer::Disposition;

use super::{Frame, person::Person, verdict};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line},
        icon::{Icon, icon},
        map::{self, Spot},
        part, shell,
    },
};

mod signed;
mod zone;

pub use signed::{Addendum, EndView, SignedView, end, signed};
pub use zone::{Cite, Endpoint, Pick, Step, Stepper, ZoneForm};

/// A session that is being charted.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Whom it is about.
    pub person: Person,
    /// "session 2 of 4".
    pub title: String,
    /// What, where, by whom, and the days since the last.
    pub lead: String,
    /// The screening of the day.
    pub disposition: Disposition,
    /// The way back to the visit.
    pub back: String,
    /// Zones, planned and charted, in the order in which they are done.
    pub zones: Vec<ZoneRow>,
    /// The zone that is open.
    pub open: Option<ZoneForm>,
    /// Why the zone that was asked for has no way in, in a sentence.
    pub closed: Option<String>,
    /// The cartridges.
    pub cartridges: Cartridges,
    /// Where a cartridge is entered.
    pub cartridge_action: String,
    /// Numbing.
    pub numbing: Numbing,
    /// What has to be done before the end.
    pub checks: Vec<Check>,
    /// Where a check is ticked or taken back.
    pub checks_action: String,
    /// Takes the last step back.
    pub undo: Option<Undo>,
    /// Where photographs are taken.
    pub photographs: String,
    /// Where a reaction is recorded; always one tap away.
    pub reaction: String,
    /// What comes next.
    pub next: Next,
    /// What was meant here when somebody else wrote in between.
    pub clash: Option<Clash>,
}

/// A zone in the table and on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneRow {
    /// The map's part: code, side, depth, the whole in words, the link.
    pub spot: Spot,
    /// Its name: "Right cheek".
    pub name: String,
    /// The depth in words: "1.5 mm".
    pub depth: String,
    /// The limit: "1.5".
    pub limit: String,
    /// The passes: "3 of 4".
    pub passes: String,
    /// The endpoint seen.
    pub endpoint: String,
    /// The lots of what it was done with.
    pub with: String,
    /// Where it stands: "Done 11:12".
    pub state: String,
}

/// The cartridges of a session, or what is used instead of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cartridges {
    /// What one is called: "cartridge", "tip", "roller".
    pub noun: String,
    /// Those that were taken, in their order; the last is in use.
    pub taken: Vec<Piece>,
    /// What holds for each of them.
    pub says: String,
}

/// One cartridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its lot.
    pub lot: String,
    /// Its expiry.
    pub expiry: String,
    /// What was done with it: "Right cheek, forehead"; empty where no zone says so.
    pub zones: String,
}

/// Numbing in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbing {
    /// Where a new application goes.
    pub action: String,
    /// What was applied.
    pub applied: Vec<Applied>,
    /// Products by id; none where nothing more is put on here.
    pub products: Vec<(String, String)>,
    /// Places by id.
    pub places: Vec<(String, String)>,
    /// What the label says of time, and its sources.
    pub limits: String,
}

/// One application of a numbing product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Where, and what: "Face, lidocaine 4% cream".
    pub place: String,
    /// When it was put on: "10:23".
    pub started: String,
    /// What became of it.
    pub state: AppliedState,
}

/// What became of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppliedState {
    /// It is on.
    On {
        /// "at the latest 11:30, 60 minutes by the label".
        until: String,
        /// Where its end is recorded.
        end: String,
    },
    /// It was wiped off.
    Off {
        /// "11:04, after 41 minutes".
        says: String,
    },
    /// It was wiped off too soon or too late.
    Amiss {
        /// "11:04. 20 minutes: too short, its card says 30 to 60."
        says: String,
    },
    /// It is on for longer than its label says.
    Over {
        /// "since 11:30, 60 minutes by the label".
        since: String,
        /// Where its end is recorded.
        end: String,
    },
}

/// Something to be done before the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name in the form.
    pub name: String,
    /// What.
    pub says: String,
    /// How it stands, or what is missing.
    pub detail: String,
    /// Whether it is done.
    pub state: CheckState,
}

/// Whether something is done, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// The record shows that it is done.
    Shown,
    /// The record shows that it is not.
    Lacking,
    /// Somebody said that it is done.
    Said,
    /// Nobody said so yet.
    Open,
}

impl CheckState {
    fn is_done(self) -> bool {
        match self {
            Self::Shown | Self::Said => true,
            Self::Lacking | Self::Open => false,
        }
    }
}

/// A step that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// What is taken back: "right cheek".
    pub what: String,
    /// Where.
    pub action: String,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Another zone.
    Zone {
        /// Its name.
        name: String,
        /// Where.
        href: String,
    },
    /// The end, where it is signed.
    End {
        /// Where.
        href: String,
    },
    /// Something is in the way.
    Waits {
        /// What, in a sentence.
        says: String,
    },
}

/// The page.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let body = html! {
        div.session {
            (clash(view.clash.as_ref()))
            (entry::summary(entry))
            div.sess {
                div.stack.stack--16 { (map_card(view)) (cartridges(view, entry)) }
                div.stack.stack--16 {
                    @match &view.open {
                        Some(open) => (zone::form(open)),
                        None => section.card.stack.stack--8 #zone {
                            @if let Some(closed) = &view.closed { div.note.note--stop role="alert" { (icon(Icon::Stop)) p { (closed) } } }
                            h2.h-lg { "No zone is open" } p.muted { "Open one on the map or in the table." }
                        },
                    }
                    (numbing(&view.numbing, entry))
                }
            }
            (table(&view.zones))
            (checks(view))
        }
    };
    document(site, frame, &bar(view), &body, &foot(view))
}

/// A whole document of the room: its own header with one way back, and the footer with what must always be at hand.
fn document(site: &Site, frame: &Frame, bar: &Markup, body: &Markup, foot: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (shell::head(site, &frame.title))
            body.in-room {
                a.skip href="#main" { "Skip to content" }
                header.bar-top { (bar) @if frame.is_demo { (crate::page::demo::mark()) } }
                (super::notice(frame.notice.as_ref()))
                main #main.room tabindex="-1" { (body) }
                (foot)
            }
        }
    }
}

fn bar(view: &View) -> Markup {
    html! {
        a.btn.btn--quiet.btn--icon href=(view.back) aria-label="Back to the visit" { (icon(Icon::Back)) }
        div.bar-top__text { h1.h-xl { (view.person.name) ", " (view.title) } p.small.muted { (view.lead) } }
        span.push { (verdict::tag(view.disposition)) }
    }
}

fn map_card(view: &View) -> Markup {
    let spots: Vec<Spot> = view.zones.iter().map(|row| row.spot.clone()).collect();
    let (drawn, elsewhere): (Vec<&ZoneRow>, Vec<&ZoneRow>) =
        view.zones.iter().partition(|row| map::is_drawn(&row.spot.code));
    html! {
        section.card.stack.stack--12 aria-labelledby="map" {
            div.row { h2.h-lg #map { "Zones and depth, mm" } span.push.small.muted { "R and L are the patient’s" } }
            @if drawn.is_empty() {
                p.muted { "No zone of this session is on the face. Open one below." }
            } @else {
                (map::face("Zones and depth in millimetres.", &spots))
                (map::legend())
            }
            @if !elsewhere.is_empty() {
                p.label { @if drawn.is_empty() { "Zones" } @else { "Not on this map" } }
                ul.zones { @for row in elsewhere { li {
                    a.btn.btn--glove.btn--wide href=(row.spot.href) aria-current=[row.spot.is_current.then_some("true")] { (row.name) span.muted { (row.depth) } }
                } } }
            }
            p.xs.muted { "Zones also open from the table below. Eyelids, the skin inside the bony rim and the red of the lips are never treated and have no way in." }
        }
    }
}

fn cartridges(view: &View, entry: &Entry) -> Markup {
    let Cartridges { noun, taken, says } = &view.cartridges;
    let fields = html! {
        form.stack.stack--12 action=(view.cartridge_action) method="post" {
            div.grid.grid--2 {
                (entry::line(entry, Line { name: "lot", label: "Lot", hint: "", kind: "text", autocomplete: "off" }))
                (entry::line(entry, Line { name: "expiry", label: "Last day", hint: "", kind: "date", autocomplete: "off" }))
            }
            button.btn.btn--glove type="submit" { "Use this " (noun) }
        }
    };
    let is_typed = ["lot", "expiry"]
        .iter()
        .any(|name| entry.wrong(name).is_some() || !entry.get(name).is_empty());
    html! {
        section.card.stack.stack--12 #cartridge-card aria-labelledby="cartridge" {
            h2.h-lg #cartridge { (capital(noun)) @if taken.len() > 1 { "s" } }
            @if taken.is_empty() {
                p.small.muted { "None is entered yet. It stands on the package: lot and last day." }
                (fields)
            } @else {
                (pieces(taken))
                p.small.muted { (says) }
                details.more open[is_typed] { summary { "Take another " (noun) } (fields) }
            }
        }
    }
}

/// What was taken, the last first: it is the one in use.
fn pieces(taken: &[Piece]) -> Markup {
    html! {
        ul.pieces { @for (index, piece) in taken.iter().enumerate().rev() { li {
            span.lot { span { "LOT " (piece.lot) } span { "EXP " (piece.expiry) } }
            p.small.muted {
                @if index + 1 == taken.len() && taken.len() > 1 { b { "In use. " } }
                @if piece.zones.is_empty() { "No zone yet." } @else { (piece.zones) "." }
            }
        } } }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn numbing(numbing: &Numbing, entry: &Entry) -> Markup {
    let is_wrong = ["product", "place", "time"].iter().any(|name| entry.wrong(name).is_some());
    let fields = html! {
        form.stack.stack--12 action=(numbing.action) method="post" {
            (entry::select(entry, "product", "Product", &numbing.products))
            (entry::options(entry, entry::Options::Several, "place", "Where", &numbing.places))
            (entry::line(entry, Line { name: "time", label: "Put on at", hint: "Leave it empty for now.", kind: "time", autocomplete: "off" }))
            button.btn.btn--glove type="submit" { "Numbing is on" }
        }
    };
    html! {
        section.card.stack #numbing-card aria-labelledby="numbing" {
            div.row { h2.h-lg #numbing { "Numbing" } @if !numbing.limits.is_empty() { span.push.small.muted { (numbing.limits) } } }
            @if numbing.applied.is_empty() {
                p.muted { "None was put on." }
            } @else {
                ul.applied { @for applied in &numbing.applied { li { (one_applied(applied)) } } }
            }
            @if numbing.products.is_empty() {}
            @else if numbing.applied.is_empty() || is_wrong { (fields) }
            @else { details.more { summary { "Put more on" } (fields) } }
            p.note.note--stop.small { (icon(Icon::Bell)) span { "Tingling tongue, metallic taste, ringing ears, twitching: stop, wipe off, call emergency services." } }
        }
    }
}

fn one_applied(applied: &Applied) -> Markup {
    let off = |end: &str, what: &str| {
        html! {
            form action=(end) method="post" { button.btn.btn--glove type="submit" { "Wiped off now" span.vh { ": " (what) } } }
        }
    };
    html! {
        div { b { (applied.place) } p.small.muted { "On since " (applied.started) } }
        @match &applied.state {
            AppliedState::On { until, end } => {
                p { "To wipe off " b { (until) } }
                (off(end, &applied.place))
            },
            AppliedState::Over { since, end } => {
                p.c-stop { (icon(Icon::Caution)) " " b { "Wipe it off: over its time " (since) } }
                (off(end, &applied.place))
            },
            AppliedState::Amiss { says } => p.small.c-caution.row.row--8 { (icon(Icon::Caution)) "Wiped off " (says) },
            AppliedState::Off { says } => p.small.c-ok.row.row--8 { (icon(Icon::Tick)) "Wiped off " (says) },
        }
    }
}

/// The same as the map, as a table.
pub(super) fn table(zones: &[ZoneRow]) -> Markup {
    let rows = html! {
        table.table {
            thead { tr {
                th scope="col" { "Zone" } th.n scope="col" { "Depth" } th.n scope="col" { "Limit, mm" }
                th.n scope="col" { "Passes" } th scope="col" { "Endpoint" } th scope="col" { "Lot" } th scope="col" { "State" }
            } }
            tbody {
                @for row in zones { tr aria-current=[row.spot.is_current.then_some("true")] {
                    th scope="row" { @if row.spot.href.is_empty() { (row.name) } @else { a href=(row.spot.href) { (row.name) } } }
                    td.n { (row.depth) } td.n { (row.limit) } td.n { (row.passes) } td { (row.endpoint) } td { (row.with) } td { (row.state) }
                } }
                tr { th scope="row" { "Eyelids, red of the lips" } td.n { "never" } td.n { "0" } td.n {} td {} td {} td {} }
            }
        }
    };
    html! {
        section.card.card--flush aria-labelledby="zones" {
            div.card__head { h2.h-lg #zones { "All zones" } }
            (part::scroll("Table of all zones", &rows))
        }
    }
}

/// What somebody else wrote in between, and what was meant here: both are shown, and nothing of either is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// What was not kept, in a sentence.
    pub mine: String,
    /// The form that keeps it after all, on top of what is shown: where it goes, and its fields.
    pub again: Option<(String, Vec<(String, String)>)>,
}

fn clash(clash: Option<&Clash>) -> Markup {
    html! {
        @if let Some(clash) = clash {
            div.note.note--caution role="alert" { (icon(Icon::Caution)) div {
                p { b { "Somebody else charted at the same time." } " What is shown below is theirs. Yours was not kept:" }
                p { (clash.mine) }
                @if let Some((action, fields)) = &clash.again {
                    form action=(action) method="post" {
                        @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                        button.btn.btn--glove type="submit" { "Keep mine as well" }
                    }
                }
            } }
        }
    }
}

fn checks(view: &View) -> Markup {
    let done = view.checks.iter().filter(|check| check.state.is_done()).count();
    html! {
        section.card aria-labelledby="end" {
            div.card__head { h2.h-lg #end { "Before the session can end" } span.push.muted { (done) " of " (view.checks.len()) " done" } }
            form.todo action=(view.checks_action) method="post" {
                @for check in &view.checks { (one_check(check)) }
            }
        }
    }
}

fn one_check(check: &Check) -> Markup {
    let inner = html! {
        span.todo__box { @if check.state.is_done() { (icon(Icon::Tick)) } }
        span { (check.says) small { (check.detail) } }
    };
    html! {
        @match check.state {
            CheckState::Shown => div.todo__item.is-done { (inner) span.vh { " done" } },
            CheckState::Lacking => div.todo__item { (inner) span.vh { " not done" } },
            CheckState::Said => button.todo__item.is-done type="submit" name="take-back" value=(check.name) aria-pressed="true" { (inner) },
            CheckState::Open => button.todo__item type="submit" name="done" value=(check.name) aria-pressed="false" { (inner) },
        }
    }
}

fn foot(view: &View) -> Markup {
    html! {
        footer.room-foot aria-label="Always at hand" {
            a.btn.btn--glove href=(view.photographs) { (icon(Icon::Camera)) "Photo" }
            @if let Some(undo) = &view.undo {
                form action=(undo.action) method="post" { button.btn.btn--glove type="submit" { (icon(Icon::Undo)) span { "Undo" span.undo__what { ": " (undo.what) } } } }
            }
            a.btn.btn--glove.btn--danger href=(view.reaction) { (icon(Icon::Bell)) "Reaction" }
            @match &view.next {
                Next::Zone { name, href } => a.btn.btn--glove.btn--primary.push href=(href) { "Next zone: " (name) },
                Next::End { href } => a.btn.btn--glove.btn--primary.push href=(href) { "End and sign" },
                Next::Waits { says } => span.why.push { (says) },
            }
        }
    }
}
