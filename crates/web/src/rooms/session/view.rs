//! A session in words: zones on the map and in the table, the open zone with its steps, the cartridge, the end.

use jiff::Timestamp;
use percuta_chart::{
    clinic::Clinic,
    session::{Endpoint, Session, Side, TreatedZone},
};
use percuta_practice::{
    Act, Opened,
    screenings::clinical,
    sessions::{
        CONFIRMED, Ceiling, Charted, PASSES_MAX, Place, STEP_MM, SessionOf, Step as Charting,
        ceiling, depth_of, last_signed, missing, planned_zone,
    },
    visit_day::{OnFor, on_for},
};
use percuta_record::State;
use percuta_terminology::calendar::in_words;

use super::super::{Desk, Refused, subject};
use crate::{
    page::{
        map::{self, Spot},
        part,
        staff::{
            screening::SourceSays,
            session::{
                self as page, Addendum, Applied, AppliedState, Cartridges, Check, CheckState, Cite,
                EndView, Next, Numbing, Pick, Piece, SignedView, Step, Stepper, Undo, View,
                ZoneForm, ZoneRow,
            },
        },
    },
    wording,
};

/// Endpoints with their words in the form and for people.
pub(super) const ENDPOINTS: [(Endpoint, &str, &str); 4] = [
    (Endpoint::None, "none", "None yet"),
    (Endpoint::EvenRedness, "redness", "Even redness"),
    (Endpoint::PinpointBleeding, "pinpoint", "Pinpoint bleeding"),
    (Endpoint::MoreThanPinpoint, "more", "More: stop"),
];

/// A zone in an address: `cheek.right`.
pub(super) fn place_word(place: &Place) -> String {
    match place.side {
        Some(Side::Right) => format!("{}.right", place.region),
        Some(Side::Left) => format!("{}.left", place.region),
        None => place.region.clone(),
    }
}

/// Where a zone is charted. On a telephone it stands below the map, so the address leads to it.
pub(super) fn zone_path(session: &Opened<Session>, place: &Place) -> String {
    format!("/sessions/{}/zones/{}#zone", session.id, place_word(place))
}

/// A zone out of an address.
pub(super) fn place_of(word: &str) -> Place {
    let (region, side) = match word.rsplit_once('.') {
        Some((region, "right")) => (region, Some(Side::Right)),
        Some((region, "left")) => (region, Some(Side::Left)),
        Some(_) | None => (word, None),
    };
    Place { region: region.to_owned(), side }
}

/// What a zone is called: "Right cheek".
pub(super) fn name_of(desk: &Desk, place: &Place) -> String {
    let regions = &desk.site().book().vocabulary.regions;
    let title = regions.find(&place.region).map(|id| regions.get(id).title.clone());
    let title = title.unwrap_or_else(|| place.region.clone());
    let lower = wording::within_sentence(&title);
    match place.side {
        Some(Side::Right) => format!("Right {lower}"),
        Some(Side::Left) => format!("Left {lower}"),
        None => title,
    }
}

fn place(zone: &TreatedZone) -> Place {
    Place { region: zone.region.clone(), side: zone.side }
}

fn endpoint_word(endpoint: Option<Endpoint>) -> &'static str {
    ENDPOINTS.iter().find(|(one, ..)| Some(*one) == endpoint).map_or("", |(_, _, says)| *says)
}

fn row(
    desk: &Desk,
    clinic: &Clinic,
    of: &SessionOf,
    zone: &TreatedZone,
    (is_open, is_linked): (bool, Linked),
) -> ZoneRow {
    let place = place(zone);
    let name = name_of(desk, &place);
    let planned = planned_zone(&of.course, (of.session.number, &zone.region));
    let passes = match planned.and_then(|planned| planned.passes) {
        Some((_, most)) => format!("{} of {most}", zone.passes),
        None => zone.passes.to_string(),
    };
    let state = match zone.done {
        Some(at) => format!("Done {}", subject::time(clinic, at)),
        None if zone.passes > 0 => "Begun".to_owned(),
        None => "Planned".to_owned(),
    };
    ZoneRow {
        spot: Spot {
            code: zone.region.clone(),
            side: zone.side.map(|side| match side {
                Side::Right => map::Side::Right,
                Side::Left => map::Side::Left,
            }),
            depth_mm: Some(zone.depth_mm),
            says: format!(
                "{name}: {} millimetres, limit {}, {passes} passes, {}",
                map::short(zone.depth_mm),
                map::short(zone.ceiling_mm),
                state.to_lowercase()
            ),
            href: match is_linked {
                Linked::Yes => zone_path(&of.session, &place),
                Linked::No => String::new(),
            },
            is_current: is_open,
        },
        depth: format!("{} mm", map::short(zone.depth_mm)),
        limit: map::short(zone.ceiling_mm),
        passes,
        endpoint: endpoint_word(zone.endpoint).to_owned(),
        with: lots(&of.session, zone),
        state,
        name,
    }
}

/// Whether zones can be opened.
#[derive(Clone, Copy)]
enum Linked {
    Yes,
    No,
}

fn rows(
    desk: &Desk,
    clinic: &Clinic,
    of: &SessionOf,
    (open, linked): (Option<&Place>, Linked),
) -> Vec<ZoneRow> {
    let zones = of.session.zones.iter();
    zones.map(|zone| row(desk, clinic, of, zone, (open == Some(&place(zone)), linked))).collect()
}

/// The lots of what a zone was done with.
fn lots(session: &Session, zone: &TreatedZone) -> String {
    let taken = (1_i16..).zip(&session.cartridges);
    let with = taken.filter(|(number, _)| zone.cartridges.contains(number));
    with.map(|(_, cartridge)| cartridge.lot.as_str()).collect::<Vec<_>>().join(", ")
}

/// What is open on the page of a session, and what was meant where it was refused.
#[derive(Clone, Copy)]
pub(super) struct Shown<'s> {
    /// The open zone.
    pub(super) open: Option<&'s Place>,
    /// What was refused for it.
    pub(super) meant: Option<&'s Charted>,
    /// What an undo would take back.
    pub(super) last: Option<&'s Charting>,
}

/// The session while it is charted.
pub(super) fn session(desk: &Desk, clinic: &Clinic, of: &SessionOf, shown: Shown<'_>) -> View {
    let open = shown.open;
    let session = &of.session;
    let path = format!("/sessions/{}", session.id);
    let seen = format!("?seen={}", session.version.number());
    let person = subject::about(&of.story.patient, clinic, desk.practice().now());
    let disposition = of
        .story
        .screenings
        .last()
        .map_or(percuta_clinical::answer::Disposition::Defer, |screening| {
            clinical(screening.effective)
        });
    View {
        title: title(of),
        lead: format!("{}, {}", wording::within_sentence(&of.course.title), in_words(session.on)),
        disposition,
        back: format!("/visits/{}", session.visit),
        zones: rows(desk, clinic, of, (open, Linked::Yes)),
        open: open.and_then(|open| zone_form(desk, of, (open, shown.meant))),
        closed: open.and_then(|open| closed(desk, of, open)),
        cartridges: cartridges(desk, session),
        cartridge_action: format!("{path}/cartridge{seen}"),
        numbing: numbing(desk, clinic, session),
        checks: checks(session),
        checks_action: format!("{path}/confirm{seen}"),
        undo: shown.last.map(|last| Undo {
            what: match last {
                Charting::Zone(place) => wording::within_sentence(&name_of(desk, place)),
                Charting::Cartridge => noun(session).to_owned(),
                Charting::Confirmed => "last tick".to_owned(),
            },
            action: format!("{path}/undo{seen}"),
        }),
        photographs: format!("{}/photographs/take?about={}", person.href, session.id),
        reaction: format!("{path}/reaction"),
        next: next(desk, of, open),
        clash: None,
        person,
    }
}

fn title(of: &SessionOf) -> String {
    format!("session {} of {}", of.session.number, of.course.sessions.len())
}

fn next(desk: &Desk, of: &SessionOf, open: Option<&Place>) -> Next {
    let session = &of.session;
    let waiting =
        session.zones.iter().find(|zone| zone.done.is_none() && open != Some(&place(zone)));
    match waiting {
        Some(zone) => {
            let place = place(zone);
            Next::Zone { name: name_of(desk, &place), href: zone_path(session, &place) }
        }
        None => Next::End { href: format!("/sessions/{}/end", session.id) },
    }
}

/// The open zone. A step over the limit is not offered; a hand-made one is refused, and what was meant stays in the form.
fn zone_form(
    desk: &Desk,
    of: &SessionOf,
    (open, meant): (&Place, Option<&Charted>),
) -> Option<ZoneForm> {
    let session = &of.session;
    let kept = session.zones.iter().find(|zone| place(zone) == *open)?;
    let mut zone = kept.clone();
    if let Some(meant) = meant {
        (zone.depth_mm, zone.passes, zone.endpoint) =
            (meant.depth_mm, meant.passes, meant.endpoint);
    }
    let here = (session.number, zone.region.as_str());
    let limit = ceiling(desk.site().book(), &of.course, here, depth_of(&desk.actor));
    let planned = planned_zone(&of.course, here);
    let is_over = kept.endpoint == Some(Endpoint::MoreThanPinpoint);
    let most = planned.and_then(|planned| planned.passes);
    Some(ZoneForm {
        name: name_of(desk, open),
        action: format!(
            "/sessions/{}/zones/{}?seen={}",
            session.id,
            place_word(open),
            session.version.number()
        ),
        depth: depth_stepper(&zone, &limit, is_over),
        passes: Stepper {
            value: zone.passes.to_string(),
            note: most.map_or_else(String::new, |(from, to)| {
                format!("{} planned", wording::range(from, to))
            }),
            less: (zone.passes > 0).then(|| zone.passes.saturating_sub(1).to_string()),
            more: (zone.passes < PASSES_MAX && !is_over)
                .then(|| zone.passes.saturating_add(1).to_string()),
            at_limit: if is_over { "more than pinpoint was seen: stop" } else { "" }.to_owned(),
        },
        aim: aim(of, &zone, planned.and_then(|planned| planned.endpoint.as_deref())),
        as_last_time: as_last_time(of, kept, &limit).filter(|_| !is_over),
        with: picks(session, &zone),
        noun: noun(session).to_owned(),
        cite: limit.card.as_deref().and_then(|card| cite(desk, card)),
        limit: limit.says,
        endpoints: ENDPOINTS
            .iter()
            .map(|(endpoint, word, says)| page::Endpoint {
                value: (*word).to_owned(),
                says: (*says).to_owned(),
                is_seen: zone.endpoint == Some(*endpoint),
            })
            .collect(),
        refused: None,
    })
}

/// Why a zone that was asked for is none of this session; `None` for one that is.
fn closed(desk: &Desk, of: &SessionOf, open: &Place) -> Option<String> {
    if of.session.zones.iter().any(|zone| place(zone) == *open) {
        return None;
    }
    // An address that names no region says nothing about one.
    desk.site().book().vocabulary.regions.find(&open.region)?;
    let here = (of.session.number, open.region.as_str());
    let limit = ceiling(desk.site().book(), &of.course, here, depth_of(&desk.actor));
    let name = name_of(desk, open);
    Some(format!("{name}: this is not treated in this session. {}", limit.says))
}

/// From above the limit the only step leads down to it.
fn depth_stepper(zone: &TreatedZone, limit: &Ceiling, is_over: bool) -> Stepper {
    let (more, less) = (zone.depth_mm + STEP_MM, zone.depth_mm - STEP_MM);
    let is_above = zone.depth_mm > limit.mm;
    let at_limit = more > limit.mm;
    Stepper {
        value: map::short(zone.depth_mm),
        note: match (is_above, at_limit) {
            (true, _) => "mm, over the limit: not kept",
            (false, true) => "mm, at the limit",
            (false, false) => "mm",
        }
        .to_owned(),
        less: (less > 0.0).then(|| map::short(if is_above { limit.mm } else { less })),
        more: (!at_limit && !is_over).then(|| map::short(more)),
        at_limit: format!("the limit here is {} millimetres", map::short(limit.mm)),
    }
}

/// Depth and passes as the last time. What was seen on the skin is never filled in.
fn as_last_time(of: &SessionOf, zone: &TreatedZone, limit: &Ceiling) -> Option<Step> {
    let last = last_signed(&of.story, of.session.course, of.session.number)?;
    let before = last.zones.iter().find(|one| place(one) == place(zone) && one.passes > 0)?;
    let is_so =
        before.depth_mm.to_bits() == zone.depth_mm.to_bits() && before.passes == zone.passes;
    if is_so || before.depth_mm > limit.mm {
        return None;
    }
    let depth = map::short(before.depth_mm);
    Some(Step {
        says: format!(
            "As last time: {depth} mm, {}",
            wording::count(usize::try_from(before.passes).unwrap_or(0), "pass", "passes")
        ),
        fields: vec![
            ("depth".to_owned(), depth),
            ("passes".to_owned(), before.passes.to_string()),
            ("endpoint".to_owned(), endpoint_code(zone.endpoint).to_owned()),
        ],
    })
}

/// An endpoint's word in the form; none where nothing was said.
pub(super) fn endpoint_code(endpoint: Option<Endpoint>) -> &'static str {
    ENDPOINTS.iter().find(|(one, ..)| Some(*one) == endpoint).map_or("", |(_, word, _)| *word)
}

/// With what a zone was done: each pick leads to the whole list with one more or one less.
fn picks(session: &Session, zone: &TreatedZone) -> Vec<Pick> {
    let taken = (1_i16..).zip(&session.cartridges);
    let pick = taken.map(|(number, cartridge)| {
        let is_on = zone.cartridges.contains(&number);
        let mut with = zone.cartridges.clone();
        if is_on {
            with.remove(&number);
        } else {
            with.insert(number);
        }
        let value: Vec<String> = with.iter().map(ToString::to_string).collect();
        // A list that is empty is said by a word, so that it is not taken for one that was not said.
        let value = if value.is_empty() { "none".to_owned() } else { value.join(" ") };
        Pick { says: cartridge.lot.clone(), value, is_on }
    });
    pick.collect()
}

/// What the plan aims at, and what was done here the last time.
fn aim(of: &SessionOf, zone: &TreatedZone, endpoint: Option<&str>) -> String {
    let mut says: Vec<String> =
        endpoint.map(|endpoint| format!("Stop at: {endpoint}")).into_iter().collect();
    let last = last_signed(&of.story, of.session.course, of.session.number);
    let before = last.and_then(|last| last.zones.iter().find(|one| place(one) == place(zone)));
    if let (Some(last), Some(before)) = (last, before) {
        says.push(format!(
            "Last time, {}: {} mm, {} passes, {}.",
            in_words(last.on),
            map::short(before.depth_mm),
            before.passes,
            endpoint_word(before.endpoint).to_lowercase()
        ));
    }
    says.join(" ")
}

fn cite(desk: &Desk, card: &str) -> Option<Cite> {
    let book = desk.site().book();
    let ceiling = book.ceilings.iter().find(|ceiling| ceiling.id == card);
    let device = book.devices.iter().find(|device| device.id == card);
    let sources =
        ceiling.map(|ceiling| &ceiling.sources).or_else(|| device.map(|device| &device.sources))?;
    let sources: Vec<SourceSays> = sources
        .iter()
        .map(|source| SourceSays {
            name: part::source_name(desk.site(), &source.id),
            href: format!("/evidence/sources/{}", source.id),
            says: source.says.clone(),
        })
        .collect();
    (!sources.is_empty())
        .then(|| Cite { label: wording::count(sources.len(), "source", "sources"), sources })
}

/// What is used here instead of a cartridge, where it is none.
pub(super) fn noun(session: &Session) -> &'static str {
    match session.modality.as_str() {
        "rf" => "tip",
        "roller" => "roller",
        "patch" => "patch",
        _ => "cartridge",
    }
}

fn cartridges(desk: &Desk, session: &Session) -> Cartridges {
    let taken = (1_i16..).zip(&session.cartridges).map(|(number, cartridge)| {
        let zones = session.zones.iter().filter(|zone| zone.cartridges.contains(&number));
        let names: Vec<String> = zones.map(|zone| name_of(desk, &place(zone))).collect();
        let rest = names.iter().skip(1).map(|name| wording::within_sentence(name));
        let zones: Vec<String> = names.first().cloned().into_iter().chain(rest).collect();
        Piece {
            lot: cartridge.lot.clone(),
            expiry: in_words(cartridge.expires),
            zones: zones.join(", "),
        }
    });
    Cartridges {
        noun: noun(session).to_owned(),
        taken: taken.collect(),
        says: "Each is sterile, and for this patient only.".to_owned(),
    }
}

/// Numbing as it was on the visit: it was wiped off before the session began.
fn numbing(desk: &Desk, clinic: &Clinic, session: &Session) -> Numbing {
    let applied = session.numbing.iter().map(|numbing| {
        let book = desk.site().book();
        let card = book.numbing.iter().find(|card| card.id == numbing.product);
        let off = numbing.off.map_or_else(String::new, |off| subject::time(clinic, off));
        let (on_for, says) = on_for(card, numbing, numbing.off.unwrap_or(Timestamp::MIN));
        let says = format!("{off}. {says}");
        Applied {
            place: card.map_or_else(|| numbing.product.clone(), |card| card.title.clone()),
            started: subject::time(clinic, numbing.on),
            state: match on_for {
                OnFor::Right => AppliedState::Off { says },
                OnFor::TooShort | OnFor::TooLong => AppliedState::Amiss { says },
            },
        }
    });
    Numbing {
        action: String::new(),
        applied: applied.collect(),
        products: Vec::new(),
        places: Vec::new(),
        limits: String::new(),
    }
}

fn checks(session: &Session) -> Vec<Check> {
    let shown = |name: &str, says: &str, is_there: bool, detail: &str| Check {
        name: name.to_owned(),
        says: says.to_owned(),
        detail: detail.to_owned(),
        state: if is_there { CheckState::Shown } else { CheckState::Lacking },
    };
    let done = session.zones.iter().filter(|zone| zone.done.is_some()).count();
    let of = format!("{done} of {} zones", session.zones.len());
    let mut checks = vec![
        shown("zones", "Zones are finished", done > 0, &of),
        shown(
            "cartridge",
            &format!("The {} is entered", noun(session)),
            !session.cartridges.is_empty(),
            "",
        ),
    ];
    checks.extend(CONFIRMED.iter().map(|(code, says)| Check {
        name: (*code).to_owned(),
        says: (*says).to_owned(),
        detail: String::new(),
        state: if session.confirmed.iter().any(|known| known == code) {
            CheckState::Said
        } else {
            CheckState::Open
        },
    }));
    checks
}

/// What will be signed.
pub(super) fn end(desk: &Desk, clinic: &Clinic, of: &SessionOf) -> EndView {
    let session = &of.session;
    let path = format!("/sessions/{}", session.id);
    let differs = session.zones.iter().filter_map(|zone| {
        let planned = planned_zone(&of.course, (session.number, &zone.region))?;
        let name = name_of(desk, &place(zone));
        if zone.done.is_none() {
            return Some(format!("{name} was not treated."));
        }
        let differs = (planned.depth_mm - zone.depth_mm).abs() > f64::EPSILON;
        differs.then(|| {
            format!(
                "{name}: {} mm; the plan says {} mm.",
                map::short(zone.depth_mm),
                map::short(planned.depth_mm)
            )
        })
    });
    EndView {
        person: subject::about(&of.story.patient, clinic, desk.practice().now()),
        title: title(of),
        back: path.clone(),
        zones: rows(desk, clinic, of, (None, Linked::Yes)),
        cartridges: cartridges(desk, session),
        numbing: numbing_says(desk, session),
        differs: differs.collect(),
        missing: missing(session),
        action: format!("{path}/end?seen={}", session.version.number()),
        signer: desk.actor.name.clone(),
    }
}

fn numbing_says(desk: &Desk, session: &Session) -> Vec<String> {
    let book = desk.site().book();
    let says = session.numbing.iter().map(|numbing| {
        let card = book.numbing.iter().find(|card| card.id == numbing.product);
        on_for(card, numbing, numbing.off.unwrap_or(numbing.on)).1
    });
    says.collect()
}

/// The record of a signed session.
pub(super) async fn signed(
    desk: &Desk,
    clinic: &Clinic,
    of: &SessionOf,
) -> Result<SignedView, Refused> {
    let session: &Opened<Session> = &of.session;
    let members = desk.practice().members().await?;
    let signed = match &session.record_state {
        State::Signed { signature, .. } => {
            let by = percuta_chart::person::document_of_member(signature.by);
            let by = members.iter().find(|member| member.id == by);
            format!(
                "Signed by {}, {}",
                by.map_or("somebody who has left", |member| member.name.as_str()),
                subject::when(clinic, subject::stamp(signature.at))
            )
        }
        State::Draft | State::Withdrawn { .. } => String::new(),
    };
    let addenda = session.addenda.iter().map(|one| Addendum {
        by: format!("{}, {}", one.name, subject::when(clinic, one.at)),
        says: one.says.clone(),
    });
    Ok(SignedView {
        person: subject::about(&of.story.patient, clinic, desk.practice().now()),
        title: title(of),
        signed,
        zones: rows(desk, clinic, of, (None, Linked::No)),
        cartridges: cartridges(desk, session),
        numbing: numbing_says(desk, session),
        note: session.note.clone(),
        addenda: addenda.collect(),
        action: desk
            .actor
            .may(Act::Treat)
            .then(|| format!("/sessions/{}/addenda?seen={}", session.id, session.version.number())),
    })
}
