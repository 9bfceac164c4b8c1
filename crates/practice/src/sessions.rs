//! Sessions: begun when everything is there, charted zone by zone, signed, and only added to afterwards.
//!
//! ```text
//! visit of the day ──(nothing in the way)──▶ draft ──▶ zones · cartridges · what was confirmed ──▶ signed ──▶ addenda
//!                                              ▲─── undo ──┘
//! ```
//!
//! CLINICAL: no depth is written above the lowest of the rulebook's limits for the region and every concern that is
//! treated there, the plan's own limit, and what the practitioner may do. What was refused leaves nothing in the record.
//!
//! INVARIANT (draft on every step): each step is one version, so that nothing that was charted is ever only on a screen.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use percuta_chart::{
    course::{Course, CourseState, PlannedZone},
    session::{Addendum, Cartridge, Endpoint, Session, Side, TreatedZone},
    visit::{Purpose, Visit, VisitState},
};
use percuta_clinical::{
    Rulebook,
    depth::{self, LimitBy, Use},
    intake::{Modality, Setting},
};
use percuta_record::{Change, DocumentId, Owner, State};
use percuta_terminology::{Kind, TermId, calendar::in_words};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{
    Practice,
    actor::{Act, Actor, Who},
    day_of,
    patients::Story,
    refusal::{No, Wrong},
    vault::Opened,
    visit_day::here,
    writing::Draft,
    zone_of,
};

mod undo;

pub use undo::Step;

/// Depths are charted in steps of this, in millimetres.
pub const STEP_MM: f64 = 0.25;
/// No zone is passed over more often.
pub const PASSES_MAX: i16 = 20;

/// What a person confirms before the end: code and sentence.
pub const CONFIRMED: [(&str, &str); 2] = [
    ("aftercare", "Aftercare was given, in words and on the patient’s page"),
    ("sharps", "Everything sharp is in the sharps box"),
];

/// A session with what belongs to it.
#[derive(Debug)]
pub struct SessionOf {
    /// The session.
    pub session: Opened<Session>,
    /// Its course.
    pub course: Opened<Course>,
    /// The patient's story.
    pub story: Story,
}

/// A limit of depth, and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Ceiling {
    /// In millimetres.
    pub mm: f64,
    /// What set it: `site`, `device`, `plan` or `practitioner`.
    pub by: String,
    /// The arithmetic in a sentence.
    pub says: String,
    /// The rulebook's card, where one was read.
    pub card: Option<String>,
}

/// Where a zone is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The region's code.
    pub region: String,
    /// The side.
    pub side: Option<Side>,
}

/// A zone as it shall be charted.
#[derive(Debug, Clone, PartialEq)]
pub struct Charted {
    /// How deep, in millimetres.
    pub depth_mm: f64,
    /// Passes done.
    pub passes: i16,
    /// What was seen.
    pub endpoint: Option<Endpoint>,
    /// With what.
    pub with: With,
}

/// With which cartridges a zone was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum With {
    /// With those that it has, and with the one in use where there are more passes.
    InUse,
    /// With these of the session's, by number from 1.
    These(BTreeSet<i16>),
}

/// Whether something was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    /// It is so.
    Said,
    /// It is taken back.
    TakenBack,
}

/// The rulebook's limit for a region of a plan: the lowest over every concern that the plan treats there.
fn limit_of(
    book: &Rulebook,
    course: &Course,
    (number, region): (i16, &str),
) -> Option<(f64, String)> {
    let id = book.vocabulary.regions.find(region)?;
    let modality = modality_of(course)?;
    let device = course.request.get("device").and_then(Value::as_str);
    let limits = concerns_of(book, course, (number, region)).into_iter().filter_map(|concern| {
        let asked = Use { modality, setting: Setting::Clinic, concern, device };
        depth::limit(book, asked, id)
    });
    let lowest = limits.min_by(|left, right| left.ordinary_mm.total_cmp(&right.ordinary_mm))?;
    let card = match lowest.by {
        LimitBy::Ceiling(card) | LimitBy::Device(card) => card.to_owned(),
    };
    Some((lowest.ordinary_mm, card))
}

/// How a course treats.
pub fn modality_of(course: &Course) -> Option<Modality> {
    let word = course.request.get("request")?.get("modality")?.as_str()?;
    [Modality::Pen, Modality::Roller, Modality::Rf, Modality::Patch]
        .into_iter()
        .find(|modality| modality.word() == word)
}

/// What a plan treats in a region; every goal's where the plan does not say.
fn concerns_of(book: &Rulebook, course: &Course, (number, region): (i16, &str)) -> Vec<TermId> {
    let plan: Value = serde_json::from_str(&course.plan).unwrap_or(Value::Null);
    let list = |value: Option<&Value>| -> Vec<Value> {
        value.and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let sessions = list(plan.get("sessions"));
    let session =
        sessions.iter().find(|one| one.get("n").and_then(Value::as_i64) == Some(number.into()));
    let zones = list(session.and_then(|session| session.get("zones")));
    let mut words: Vec<String> = Vec::new();
    for zone in zones.iter().filter(|zone| text(zone, "region").as_deref() == Some(region)) {
        words.extend(text(zone, "concern"));
        words.extend(
            list(zone.get("also_for")).iter().filter_map(|one| one.as_str().map(str::to_owned)),
        );
    }
    if words.is_empty() {
        words.extend(
            list(course.request.get("goals")).iter().filter_map(|goal| text(goal, "concern")),
        );
    }
    let lexicon = book.vocabulary.of(Kind::Concern);
    words.iter().filter_map(|word| lexicon.exact(word)).collect()
}

/// The limit that holds for a practitioner in a region of a session.
pub fn ceiling(
    book: &Rulebook,
    course: &Course,
    (number, region): (i16, &str),
    practitioner_mm: Option<f64>,
) -> Ceiling {
    let site = limit_of(book, course, (number, region));
    let planned = planned_zone(course, (number, region)).map(|zone| zone.ceiling_mm);
    let card = site.as_ref().map(|(_, card)| card.clone());
    // Where no limit is known nothing is deep enough to be allowed.
    let limits = [
        ("site", "the rulebook for this site", site.map(|(limit, _)| limit)),
        ("plan", "the plan", planned),
        ("practitioner", "your permission", practitioner_mm),
    ];
    let mut says = Vec::new();
    let mut lowest: (f64, &str) = (f64::INFINITY, "site");
    for (by, words, limit) in limits {
        let limit = limit.unwrap_or(0.0);
        says.push(format!("{words} {limit} mm"));
        if limit < lowest.0 {
            lowest = (limit, by);
        }
    }
    let (mm, by) = lowest;
    let says = format!("Limits: {}. The lowest holds: {mm} mm.", says.join(", "));
    Ceiling { mm, by: by.to_owned(), says, card }
}

/// A zone of the plan.
pub fn planned_zone<'c>(
    course: &'c Course,
    (number, region): (i16, &str),
) -> Option<&'c PlannedZone> {
    let session = course.sessions.iter().find(|session| session.number == number)?;
    session.zones.iter().find(|zone| zone.region == region)
}

/// How deep somebody may needle.
pub fn depth_of(actor: &Actor) -> Option<f64> {
    match &actor.who {
        Who::Member { depth_mm_max, .. } => *depth_mm_max,
        Who::Patient(_) => None,
    }
}

/// The number of the cartridge in use: the last that was taken.
fn in_use(session: &Session) -> Option<i16> {
    i16::try_from(session.cartridges.len()).ok().filter(|number| *number > 0)
}

/// With which cartridges a zone was done after a step.
fn done_with(
    session: &Session,
    zone: &TreatedZone,
    wanted: &Charted,
) -> Result<BTreeSet<i16>, Wrong> {
    let last = in_use(session);
    match &wanted.with {
        With::InUse => {
            let mut with = zone.cartridges.clone();
            with.extend(last.filter(|_| wanted.passes > zone.passes));
            Ok(with)
        }
        With::These(with) => {
            let is_one = |number: &i16| *number >= 1 && last.is_some_and(|last| *number <= last);
            if with.iter().all(is_one) {
                Ok(with.clone())
            } else {
                Err(Wrong::new("depth", "Enter the cartridge before a zone is done with it."))
            }
        }
    }
}

/// A zone after a step, or why the step is refused.
fn charted(
    session: &Session,
    zone: &TreatedZone,
    wanted: &Charted,
    ceiling: &Ceiling,
    now: Timestamp,
) -> Result<TreatedZone, Wrong> {
    let Charted { depth_mm, passes, endpoint, with: _ } = *wanted;
    let steps = depth_mm / STEP_MM;
    if !depth_mm.is_finite() || depth_mm <= 0.0 || (steps - steps.round()).abs() > 1e-9 {
        return Err(Wrong::new("depth", format!("Depths go in steps of {STEP_MM} mm.")));
    }
    if depth_mm > ceiling.mm {
        let over = depth_mm - ceiling.mm;
        let says = format!("{depth_mm} mm is {over} mm over the limit. {}", ceiling.says);
        return Err(Wrong::new("depth", says));
    }
    if !(0..=PASSES_MAX).contains(&passes) {
        return Err(Wrong::new("passes", format!("From 0 to {PASSES_MAX} passes.")));
    }
    let is_over = zone.endpoint == Some(Endpoint::MoreThanPinpoint);
    if is_over && (passes > zone.passes || depth_mm > zone.depth_mm) {
        return Err(Wrong::new(
            "passes",
            "More than pinpoint bleeding was seen here: this zone is over. No further pass, and no deeper.",
        ));
    }
    let is_done = passes > 0
        && endpoint.is_some_and(|endpoint| match endpoint {
            Endpoint::None => false,
            Endpoint::EvenRedness | Endpoint::PinpointBleeding | Endpoint::MoreThanPinpoint => true,
        });
    Ok(TreatedZone {
        region: zone.region.clone(),
        side: zone.side,
        depth_mm,
        ceiling_mm: ceiling.mm,
        ceiling_by: ceiling.by.clone(),
        passes,
        endpoint,
        cartridges: done_with(session, zone, wanted)?,
        done: is_done.then(|| zone.done.unwrap_or(now)),
    })
}

/// What is missing before a session can be signed, each with its remedy.
pub fn missing(session: &Session) -> Vec<String> {
    let mut missing = Vec::new();
    if session.zones.iter().all(|zone| zone.done.is_none()) {
        missing.push(
            "No zone is finished. Chart at least one, with its passes and what was seen."
                .to_owned(),
        );
    }
    let begun = session.zones.iter().filter(|zone| zone.passes > 0 && zone.done.is_none()).count();
    if begun > 0 {
        missing.push("A zone was begun and has no endpoint. Choose what was seen.".to_owned());
    }
    if session.cartridges.is_empty() {
        missing.push("No cartridge is entered. Enter its lot and its last day.".to_owned());
    } else if session.zones.iter().any(|zone| zone.passes > 0 && zone.cartridges.is_empty()) {
        missing.push("A zone does not say with which cartridge it was done. Open it.".to_owned());
    }
    if session.numbing.as_ref().is_some_and(|numbing| numbing.off.is_none()) {
        missing.push("Numbing is still on. Note when it was wiped off.".to_owned());
    }
    for (code, says) in CONFIRMED {
        if !session.confirmed.iter().any(|known| known == code) {
            missing.push(format!("Not confirmed: {says}."));
        }
    }
    missing
}

impl Practice {
    /// Begins the session of a visit, where nothing is in the way; the one that was begun before, where there is one.
    pub async fn begin_session(&self, actor: &Actor, visit: DocumentId) -> Result<DocumentId, No> {
        self.allow(actor, Act::Treat, "session.begin", Some(visit)).await?;
        let day = self.day_of_visit(visit).await?;
        if let Some(session) = day.session {
            return Ok(session);
        }
        let (clinic, seen) = (self.clinic().await?, &day.visit);
        let Purpose::Session { course, number } = seen.purpose else {
            return Err(No::Closed("This visit is no session."));
        };
        here(seen)?;
        let today = day_of(&clinic, self.now());
        if day_of(&clinic, seen.from) != today {
            return Err(No::wrong("start", "This visit is not today. Move it first."));
        }
        let blocks = day.blocks();
        if !blocks.is_empty() {
            self.note(Some(actor), "session.begin", Some(visit), "refused").await?;
            return Err(No::Wrong(
                blocks.into_iter().map(|says| Wrong::new("start", says)).collect(),
            ));
        }
        let course = day.story.courses.iter().find(|known| known.id == course);
        let course = course.ok_or(No::NotFound)?;
        let patient = seen.patient().ok_or(No::NotFound)?;
        let zones = self.first_zones(actor, (course, number), &day.story);
        if zones.is_empty() {
            return Err(No::wrong("start", "No zone of this session is within what you may do."));
        }
        let session = Session {
            visit,
            course: course.id,
            number,
            on: today,
            by: actor.person,
            modality: modality_of(course).map_or("pen", Modality::word).to_owned(),
            device: course.request.get("device").and_then(Value::as_str).map(str::to_owned),
            zones,
            cartridges: Vec::new(),
            numbing: seen.numbing.clone(),
            confirmed: Vec::new(),
            note: String::new(),
            addenda: Vec::new(),
        };
        let id = self.vault.new_id()?;
        // The visit is written with it, so that of two who begin at once one finds the other's session.
        let draft = Draft::new(Act::Treat, "session.begin", visit)
            .begin(id, Owner::Patient(patient), &session)?
            .change(seen, Change::Write, &seen.document)?;
        self.commit(actor, draft).await?;
        Ok(id)
    }

    /// The zones of the plan, as deep as the last time where there was one, never over the limit of today.
    fn first_zones(
        &self,
        actor: &Actor,
        (course, number): (&Opened<Course>, i16),
        story: &Story,
    ) -> Vec<TreatedZone> {
        let book = self.book();
        let planned = course.sessions.iter().find(|session| session.number == number);
        let last = last_signed(story, course.id, number);
        let mut zones = Vec::new();
        for zone in planned.into_iter().flat_map(|session| &session.zones) {
            let ceiling = ceiling(book, course, (number, &zone.region), depth_of(actor));
            let is_paired = book
                .vocabulary
                .regions
                .find(&zone.region)
                .is_some_and(|id| book.vocabulary.regions.get(id).is_paired);
            let sides =
                if is_paired { vec![Some(Side::Right), Some(Side::Left)] } else { vec![None] };
            for side in sides {
                let before = last.and_then(|last| {
                    last.zones.iter().find(|one| one.region == zone.region && one.side == side)
                });
                let wanted = before.map_or(zone.depth_mm, |before| before.depth_mm);
                let depth_mm = (wanted.min(ceiling.mm) / STEP_MM).floor() * STEP_MM;
                if depth_mm > 0.0 {
                    zones.push(TreatedZone {
                        region: zone.region.clone(),
                        side,
                        depth_mm,
                        ceiling_mm: ceiling.mm,
                        ceiling_by: ceiling.by.clone(),
                        passes: 0,
                        endpoint: None,
                        cartridges: BTreeSet::new(),
                        done: None,
                    });
                }
            }
        }
        zones
    }

    /// A session with its course and the patient's story.
    pub async fn session(&self, actor: &Actor, session: DocumentId) -> Result<SessionOf, No> {
        self.allow(actor, Act::OpenChart, "session.open", Some(session)).await?;
        let session = self.vault.head::<Session>(session).await?.ok_or(No::NotFound)?;
        let patient = session.patient().ok_or(No::NotFound)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let course = story.courses.iter().find(|course| course.id == session.course);
        let course = course.ok_or(No::NotFound)?.clone();
        self.note(Some(actor), "session.open", Some(session.id), "done").await?;
        Ok(SessionOf { session, course, story })
    }

    /// Charts a step of one zone.
    pub async fn chart_zone(
        &self,
        actor: &Actor,
        seen: &Opened<Session>,
        (place, wanted): (&Place, &Charted),
    ) -> Result<(), No> {
        self.allow(actor, Act::Treat, "session.chart", Some(seen.id)).await?;
        is_draft(seen)?;
        let course = self.vault.head::<Course>(seen.course).await?.ok_or(No::NotFound)?;
        let at = seen
            .zones
            .iter()
            .position(|zone| zone.region == place.region && zone.side == place.side);
        let ceiling = ceiling(self.book(), &course, (seen.number, &place.region), depth_of(actor));
        let mut session = seen.document.clone();
        let zone = at.and_then(|at| session.zones.get_mut(at));
        let Some(zone) = zone else {
            self.note(Some(actor), "session.chart", Some(seen.id), "refused").await?;
            let says = format!("This zone is not part of the plan. {}", ceiling.says);
            return Err(No::wrong("depth", says));
        };
        match charted(seen, zone, wanted, &ceiling, self.now()) {
            Ok(charted) => *zone = charted,
            Err(wrong) => {
                self.note(Some(actor), "session.chart", Some(seen.id), "refused").await?;
                return Err(No::Wrong(vec![wrong]));
            }
        }
        self.save_session(actor, "session.chart", seen, &session).await
    }

    /// Takes a cartridge into use, the first or another one. A zone that was begun before the first was entered was done
    /// with it: there was no other.
    pub async fn use_cartridge(
        &self,
        actor: &Actor,
        seen: &Opened<Session>,
        (lot, expires): (&str, Date),
    ) -> Result<(), No> {
        self.allow(actor, Act::Treat, "session.cartridge", Some(seen.id)).await?;
        is_draft(seen)?;
        if lot.trim().is_empty() {
            return Err(No::wrong("lot", "Write the lot as it stands on the package."));
        }
        if seen.on > expires {
            self.note(Some(actor), "session.cartridge", Some(seen.id), "refused").await?;
            let says = format!("Its last day was {}. Take another one.", in_words(expires));
            return Err(No::wrong("expiry", says));
        }
        let mut session = seen.document.clone();
        if session.cartridges.is_empty() {
            for zone in session.zones.iter_mut().filter(|zone| zone.passes > 0) {
                zone.cartridges.insert(1);
            }
        }
        session.cartridges.push(Cartridge { lot: lot.trim().to_owned(), expires });
        self.save_session(actor, "session.cartridge", seen, &session).await
    }

    /// Confirms something of the end, or takes it back.
    pub async fn confirm_in_session(
        &self,
        actor: &Actor,
        seen: &Opened<Session>,
        (code, confirm): (&str, Confirm),
    ) -> Result<(), No> {
        self.allow(actor, Act::Treat, "session.confirm", Some(seen.id)).await?;
        is_draft(seen)?;
        let known = CONFIRMED.iter().find(|(known, _)| *known == code).ok_or(No::NotFound)?;
        let mut session = seen.document.clone();
        session.confirmed.retain(|one| one != known.0);
        if confirm == Confirm::Said {
            session.confirmed.push(known.0.to_owned());
        }
        self.save_session(actor, "session.confirm", seen, &session).await
    }

    /// Writes down a reaction while the session goes on: it stands in the note, with its time.
    pub async fn note_reaction(
        &self,
        actor: &Actor,
        seen: &Opened<Session>,
        says: &str,
    ) -> Result<(), No> {
        self.allow(actor, Act::Treat, "session.reaction", Some(seen.id)).await?;
        is_draft(seen)?;
        if says.trim().is_empty() {
            return Err(No::wrong("why", "Write what happened and what was done."));
        }
        let clinic = self.clinic().await?;
        let time = self.now().to_zoned(zone_of(&clinic)).strftime("%H:%M").to_string();
        let line = format!("Reaction at {time}: {}", says.trim());
        let note = if seen.note.is_empty() { line } else { format!("{}\n{line}", seen.note) };
        let session = Session { note, ..seen.document.clone() };
        self.save_session(actor, "session.reaction", seen, &session).await
    }

    async fn save_session(
        &self,
        actor: &Actor,
        action: &'static str,
        seen: &Opened<Session>,
        session: &Session,
    ) -> Result<(), No> {
        let draft = Draft::new(Act::Treat, action, seen.id);
        self.commit(actor, draft.change(seen, Change::Write, session)?).await
    }

    /// Signs a session, under the practitioner's own sign-in: the visit is done, and the course with its last session.
    pub async fn sign_session(
        &self,
        actor: &Actor,
        seen: &Opened<Session>,
        note: &str,
        password: Zeroizing<String>,
    ) -> Result<(), No> {
        self.allow(actor, Act::Treat, "session.sign", Some(seen.id)).await?;
        is_draft(seen)?;
        let mut missing = missing(seen);
        missing.extend(too_deep_for(actor, seen));
        if !missing.is_empty() {
            self.note(Some(actor), "session.sign", Some(seen.id), "refused").await?;
            return Err(No::Wrong(
                missing.into_iter().map(|says| Wrong::new("sign", says)).collect(),
            ));
        }
        self.confirm(actor, password).await?;
        let visit = self.vault.head::<Visit>(seen.visit).await?.ok_or(No::NotFound)?;
        let course = self.vault.head::<Course>(seen.course).await?.ok_or(No::NotFound)?;
        let session =
            Session { note: note.trim().to_owned(), by: actor.person, ..seen.document.clone() };
        let done = Visit { state: VisitState::Done { at: self.now() }, ..visit.document.clone() };
        let mut draft = Draft::new(Act::Treat, "session.sign", seen.id)
            .change(seen, Change::Sign, &session)?
            .change(&visit, Change::Write, &done)?;
        let is_last = course.sessions.iter().all(|planned| planned.number <= seen.number);
        if is_last && matches!(course.state, CourseState::Accepted { .. }) {
            let state = CourseState::Finished { at: self.now() };
            let finished = Course { state, ..course.document.clone() };
            draft = draft.change(&course, Change::Write, &finished)?;
            draft = self.with_open_work(draft, course.id, &finished);
        }
        self.commit(actor, draft).await
    }

    /// Adds a note beneath a signed session.
    pub async fn addend_session(
        &self,
        actor: &Actor,
        seen: &Opened<Session>,
        says: &str,
    ) -> Result<(), No> {
        self.allow(actor, Act::Treat, "session.addend", Some(seen.id)).await?;
        match seen.record_state {
            State::Signed { .. } => {}
            State::Draft | State::Withdrawn { .. } => {
                return Err(No::Closed("This session is not signed yet. Chart it instead."));
            }
        }
        if says.trim().is_empty() {
            return Err(No::wrong("addendum", "Write what is to be added."));
        }
        let mut session = seen.document.clone();
        session.addenda.push(Addendum {
            by: actor.person,
            name: actor.name.clone(),
            at: self.now(),
            says: says.trim().to_owned(),
        });
        let draft = Draft::new(Act::Treat, "session.addend", seen.id);
        self.commit(actor, draft.change(seen, Change::Addend, &session)?).await
    }
}

/// CLINICAL: whoever signs says that they treated, so that nobody signs for a depth to which they may not.
fn too_deep_for(actor: &Actor, session: &Session) -> Option<String> {
    let most = depth_of(actor).unwrap_or(0.0);
    let treated = session.zones.iter().filter(|zone| zone.passes > 0);
    let deepest = treated.map(|zone| zone.depth_mm).fold(0.0, f64::max);
    (deepest > most).then(|| {
        format!(
            "{deepest} mm was charted, and your permission is {most} mm. Whoever treated signs."
        )
    })
}

/// A session that is signed is only added to.
fn is_draft(session: &Opened<Session>) -> Result<(), No> {
    match session.record_state {
        State::Draft => Ok(()),
        State::Signed { .. } | State::Withdrawn { .. } => {
            Err(No::Closed("This is signed and cannot be changed. Add to it instead."))
        }
    }
}

/// The last signed session of a course before a number.
pub fn last_signed(story: &Story, course: DocumentId, number: i16) -> Option<&Opened<Session>> {
    story
        .sessions
        .iter()
        .filter(|session| session.course == course && session.number < number)
        .filter(|session| match session.record_state {
            State::Signed { .. } => true,
            State::Draft | State::Withdrawn { .. } => false,
        })
        .max_by_key(|session| session.number)
}
