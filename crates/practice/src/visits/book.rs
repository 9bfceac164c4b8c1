//! Booking, keeping for a while, and moving: each looks at the calendar as it is now, asks the engine, and writes all of it
//! or nothing.
//!
//! INVARIANT (one winner): what is written reserves every resource that the engine used, and the database refuses an
//! overlap. Whoever was too late is looked at again on the calendar of then, a few times, and is told the next best times.
//!
//! INVARIANT (one booking at a time): whatever books for a patient writes their [`Held`] anew, so that of two desks that
//! book the same session at once one finds that the other was faster.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use percuta_chart::{
    Stored as _,
    calendar::{Held, Kept, KeptVisit, document_of_held},
    person,
    visit::{Phase, Purpose, Visit, VisitState},
};
use percuta_record::{Answer, Change, DocumentId, Owner, PatientId, PersonId, Reason, Refused};
use percuta_scheduling::{
    examine,
    model::{self, Request, RoomAt, ServiceAt, SiteAt},
    slots,
};

use super::{Beside, Days, FreeStarts, Sought, Start, Wish, request, rules, service_of, shifted};
use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::{Calendar, lead, minute, places},
    day_of,
    patients::Story,
    refusal::{No, refused},
    vault::{FieldTokens, Opened},
    writing::Draft,
};

mod import;

pub use import::{Arriving, IMPORT_MAX, Imported, Judged, Take, Whom};

/// What is chosen stays kept for so many minutes.
pub const KEPT_MIN: i64 = 10;
/// Whoever lost a race is looked at again so often.
const TRIES: usize = 6;
/// So many next best times are offered.
const NEXT: usize = 5;

/// A time that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What for.
    pub purpose: Purpose,
    /// When it begins.
    pub at: Timestamp,
    /// Where; anywhere where it is `None`.
    pub site: Option<DocumentId>,
    /// With whom; anybody who may where it is `None`.
    pub with: Option<PersonId>,
    /// In which room the treatment is; any where it is `None`.
    pub room: Option<DocumentId>,
}

impl Wanted {
    /// A time with somebody, wherever there is room.
    pub fn at(purpose: Purpose, at: Timestamp, with: Option<PersonId>) -> Self {
        Self { purpose, at, site: None, with, room: None }
    }

    /// A start that was offered.
    pub fn start(purpose: Purpose, start: &Start) -> Self {
        let (site, with) = (Some(start.site), Some(start.with));
        Self { purpose, at: start.at, site, with, room: None }
    }
}

/// What came of wanting a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booking<D> {
    /// It was written.
    Done(D),
    /// Somebody has it; these are the next best, the nearest first.
    Taken {
        /// Which of what was wanted is taken.
        purpose: Purpose,
        /// Instead of it.
        next: Vec<Start>,
    },
}

impl<D> Booking<D> {
    /// What was written; that it is taken is an error to who has nothing else to offer.
    pub fn done(self) -> Result<D, No> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Taken { .. } => Err(No::Taken),
        }
    }
}

/// A visit that goes to another time.
#[derive(Debug, Clone)]
pub struct Move {
    /// The visit as it was seen.
    pub seen: Opened<Visit>,
    /// Where to.
    pub to: Wanted,
}

/// Why visits are moved, as the audit says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moving {
    /// Somebody asked for it.
    Asked,
    /// A patient comes late.
    Late,
    /// A colleague is away.
    Away,
    /// It was moved by mistake.
    Undone,
}

impl Moving {
    fn action(self) -> &'static str {
        match self {
            Self::Asked => "visit.move",
            Self::Late => "visit.late",
            Self::Away => "visit.away",
            Self::Undone => "visit.move-back",
        }
    }
}

/// One visit of a patient that is placed.
#[derive(Debug)]
struct Placed {
    purpose: Purpose,
    start: Start,
}

/// What is known before anything is placed.
struct Ground {
    story: Story,
    held: Option<Opened<Held>>,
    expired: Vec<Opened<Held>>,
}

impl Practice {
    /// Books visits: one, or a whole course in one go.
    pub async fn book_visits(
        &self,
        actor: &Actor,
        patient: PatientId,
        wanted: &[Wanted],
    ) -> Result<Booking<Vec<DocumentId>>, No> {
        let (act, document) = self.may_book(actor, patient, "visit.book").await?;
        let (ids, clinic) = (self.new_ids(wanted.len())?, self.clinic().await?);
        let mut taken = first_of(wanted);
        for _ in 0..TRIES {
            let ground = self.ground(patient).await?;
            let (mut calendar, placed) =
                match Box::pin(self.placed(&ground, wanted, &[], act)).await? {
                    Ok(placed) => placed,
                    Err(purpose) => {
                        taken = purpose;
                        break;
                    }
                };
            let mut draft = Draft::new(act, "visit.book", document);
            let mut is_room = true;
            for (id, one) in ids.iter().zip(&placed) {
                let visit = visit_of(one);
                let Some(places) = places(&calendar, patient, &visit.phases) else {
                    is_room = false;
                    break;
                };
                calendar.reserve(*id, &places);
                draft = draft.begin(*id, Owner::Patient(patient), &visit)?.holding(*id, places);
                draft = self.with_letters_about(draft, &clinic, (*id, &visit))?;
            }
            let draft = self.with_lock(draft, patient, &ground, None)?;
            if !is_room {
                break;
            }
            if Box::pin(self.is_written(actor, draft)).await? {
                return Ok(Booking::Done(ids));
            }
        }
        Box::pin(self.gone(actor, (document, taken), wanted)).await
    }

    /// Keeps times for a patient while they look at them. What was kept for them before is let go.
    pub async fn keep_times(
        &self,
        actor: &Actor,
        patient: PatientId,
        wanted: &[Wanted],
    ) -> Result<Booking<Kept>, No> {
        let (act, document) = self.may_book(actor, patient, "visit.keep").await?;
        let until = self.now().saturating_add(SignedDuration::from_mins(KEPT_MIN));
        let until = until.unwrap_or(Timestamp::MAX);
        let mut taken = first_of(wanted);
        for _ in 0..TRIES {
            let ground = self.ground(patient).await?;
            let (mut calendar, placed) =
                match Box::pin(self.placed(&ground, wanted, &[], act)).await? {
                    Ok(placed) => placed,
                    Err(purpose) => {
                        taken = purpose;
                        break;
                    }
                };
            let held = document_of_held(patient);
            let mut kept = Kept { until, visits: Vec::with_capacity(placed.len()) };
            let (mut all, mut is_room) = (std::collections::BTreeSet::new(), true);
            for Placed { purpose, start } in placed {
                match places(&calendar, patient, &start.phases) {
                    Some(places) => {
                        calendar.reserve(held, &places);
                        all.extend(places);
                    }
                    None => is_room = false,
                }
                let Start { site, service, with, phases, .. } = start;
                kept.visits.push(KeptVisit { purpose, site, service, with, phases });
            }
            let draft = Draft::new(act, "visit.keep", document);
            let draft = self.with_lock(draft, patient, &ground, Some(&kept))?.holding(held, all);
            if !is_room {
                break;
            }
            if Box::pin(self.is_written(actor, draft)).await? {
                return Ok(Booking::Done(kept));
            }
        }
        Box::pin(self.gone(actor, (document, taken), wanted)).await
    }

    /// What is kept for a patient, where its time has not run out.
    pub async fn kept_times(&self, actor: &Actor, patient: PatientId) -> Result<Option<Kept>, No> {
        self.may_book(actor, patient, "visit.keep").await?;
        let held = self.ground(patient).await?.held;
        let kept = held.and_then(|held| held.document.kept);
        Ok(kept.filter(|kept| kept.until > self.now()))
    }

    /// Books what is kept for a patient. What ran out is looked for again, and booked where it is still free.
    pub async fn book_kept(
        &self,
        actor: &Actor,
        patient: PatientId,
    ) -> Result<Booking<Vec<DocumentId>>, No> {
        self.may_book(actor, patient, "visit.book").await?;
        let held = self.ground(patient).await?.held;
        let kept = held.and_then(|held| held.document.kept).ok_or(No::NotFound)?;
        let wanted = kept.visits.iter().filter_map(|visit| {
            let (first, led) = (visit.phases.first()?, lead(&visit.phases)?);
            Some(Wanted {
                purpose: visit.purpose,
                at: first.from,
                site: Some(visit.site),
                with: Some(visit.with),
                room: led.room,
            })
        });
        let wanted: Vec<Wanted> = wanted.collect();
        Box::pin(self.book_visits(actor, patient, &wanted)).await
    }

    /// Lets go what is kept for a patient.
    pub async fn let_go(&self, actor: &Actor, patient: PatientId) -> Result<(), No> {
        let (act, document) = self.may_book(actor, patient, "visit.let-go").await?;
        let ground = self.ground(patient).await?;
        let draft = Draft::new(act, "visit.let-go", document);
        let draft = self.with_lock(draft, patient, &ground, None)?;
        self.commit(actor, draft).await
    }

    /// Moves a visit.
    pub async fn move_visit(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        to: &Wanted,
    ) -> Result<Booking<()>, No> {
        let moves = [Move { seen: seen.clone(), to: to.clone() }];
        Box::pin(self.move_visits(actor, Moving::Asked, &moves)).await
    }

    /// Moves visits, all of them or none: of one patient or of several.
    pub async fn move_visits(
        &self,
        actor: &Actor,
        because: Moving,
        moves: &[Move],
    ) -> Result<Booking<()>, No> {
        let action = because.action();
        let Some(first) = moves.first() else { return Ok(Booking::Done(())) };
        let mut act = Act::Own;
        let mut patients: BTreeMap<PatientId, Vec<&Move>> = BTreeMap::new();
        for one in moves {
            let (by, patient) = self.may_replan(actor, &one.seen, action).await?;
            act = by;
            patients.entry(patient).or_default().push(one);
        }
        let ids: Vec<DocumentId> = moves.iter().map(|one| one.seen.id).collect();
        let (subject, clinic) = (first.seen.id, self.clinic().await?);
        for _ in 0..TRIES {
            let (mut draft, mut is_room) = (Draft::new(act, action, subject), true);
            let mut calendar: Option<Calendar> = None;
            for (patient, moves) in &patients {
                let ground = self.ground(*patient).await?;
                let wanted: Vec<Wanted> = moves.iter().map(|one| one.to.clone()).collect();
                let beside = calendar.take();
                let placed = match beside {
                    None => Box::pin(self.placed(&ground, &wanted, &ids, act)).await?,
                    Some(beside) => self.placed_on(beside, &ground, (&wanted, &ids), act).await?,
                };
                let (mut on, placed) = match placed {
                    Ok(placed) => placed,
                    Err(purpose) => {
                        let taken = (subject, purpose);
                        return Box::pin(self.gone_in_moving(actor, action, taken, moves)).await;
                    }
                };
                for (one, placed) in moves.iter().zip(&placed) {
                    let moved = visit_of(placed);
                    let Some(places) = places(&on, *patient, &moved.phases) else {
                        is_room = false;
                        continue;
                    };
                    on.reserve(one.seen.id, &places);
                    let visit = Visit {
                        site: moved.site,
                        service: moved.service,
                        from: moved.from,
                        until: moved.until,
                        phases: moved.phases,
                        with: moved.with,
                        ..one.seen.document.clone()
                    };
                    draft = draft
                        .change(&one.seen, Change::Write, &visit)?
                        .holding(one.seen.id, places);
                    draft = self.with_letters_about(draft, &clinic, (one.seen.id, &visit))?;
                }
                draft = self.with_lock(draft, *patient, &ground, None)?;
                calendar = Some(on);
            }
            if !is_room {
                break;
            }
            if Box::pin(self.is_written(actor, draft)).await? {
                return Ok(Booking::Done(()));
            }
            // Somebody else changed one of these visits: who moves them looks again.
            if self.has_changed(moves).await? {
                return Err(No::Conflict);
            }
        }
        let all: Vec<&Move> = moves.iter().collect();
        Box::pin(self.gone_in_moving(actor, action, (subject, first.to.purpose), &all)).await
    }

    async fn has_changed(&self, moves: &[Move]) -> Result<bool, No> {
        let ids: Vec<DocumentId> = moves.iter().map(|one| one.seen.id).collect();
        let heads = self.vault.store().heads(&ids).await?;
        Ok(moves.iter().any(|one| {
            !heads
                .iter()
                .any(|head| head.document == one.seen.id && head.version == one.seen.version)
        }))
    }

    pub(crate) async fn may_book(
        &self,
        actor: &Actor,
        patient: PatientId,
        action: &'static str,
    ) -> Result<(Act, DocumentId), No> {
        let document = person::document_of(patient);
        let act = if actor.patient() == Some(patient) { Act::Own } else { Act::Book };
        self.allow(actor, act, action, Some(document)).await?;
        Ok((act, document))
    }

    fn new_ids(&self, count: usize) -> Result<Vec<DocumentId>, No> {
        (0..count).map(|_| Ok(self.vault.new_id()?)).collect()
    }

    async fn ground(&self, patient: PatientId) -> Result<Ground, No> {
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let story = Story::of(&folder, patient)?.ok_or(No::NotFound)?;
        let held = folder.one::<Held>(document_of_held(patient))?;
        Ok(Ground { story, held, expired: self.expired_holds().await? })
    }

    /// What was kept and has run out, still reserved.
    pub(crate) async fn expired_holds(&self) -> Result<Vec<Opened<Held>>, No> {
        let Some(token) = self.kept_token() else { return Ok(Vec::new()) };
        let field = percuta_chart::stored::code(FieldTokens::OPEN);
        let now = self.now();
        let mut expired = Vec::new();
        for (patient, folder) in self.vault.folders_with(&field, token).await? {
            let held = folder.one::<Held>(document_of_held(patient))?;
            let is_over =
                |held: &Opened<Held>| held.kept.as_ref().is_some_and(|kept| kept.until <= now);
            expired.extend(held.filter(is_over));
        }
        Ok(expired)
    }

    fn kept_token(&self) -> Option<[u8; 16]> {
        self.vault.tokens().open.exact(Held::KIND).map(percuta_seal::Token::bytes)
    }

    /// Writes the patient's lock with what is kept for them now, and clears what others let run out.
    fn with_lock(
        &self,
        mut draft: Draft,
        patient: PatientId,
        ground: &Ground,
        kept: Option<&Kept>,
    ) -> Result<Draft, No> {
        let id = document_of_held(patient);
        let held = Held { kept: kept.cloned() };
        draft = match &ground.held {
            Some(seen) => draft.change(seen, Change::Write, &held)?,
            None => draft.begin(id, Owner::Patient(patient), &held)?,
        };
        let token = self.kept_token().filter(|_| kept.is_some());
        draft = draft.tokens(id, FieldTokens::OPEN, token.into_iter().collect());
        if kept.is_none() {
            draft = draft.holding(id, []);
        }
        let others = ground.expired.iter().filter(|held| held.id != id);
        for expired in others {
            if draft.has(expired.id) {
                continue;
            }
            draft = draft
                // What it was is kept: whoever comes back to it late can have it where it is still free.
                .change(expired, Change::Write, &expired.document)?
                .tokens(expired.id, FieldTokens::OPEN, std::collections::BTreeSet::new())
                .holding(expired.id, []);
        }
        Ok(draft)
    }

    /// Every wanted visit on the calendar of now, or the first that has no place.
    async fn placed(
        &self,
        ground: &Ground,
        wanted: &[Wanted],
        moving: &[DocumentId],
        act: Act,
    ) -> Result<Result<(Calendar, Vec<Placed>), Purpose>, No> {
        let clinic = self.clinic().await?;
        let days: Vec<jiff::civil::Date> =
            wanted.iter().map(|one| day_of(&clinic, one.at)).collect();
        let (Some(from), Some(to)) = (days.iter().min(), days.iter().max()) else {
            return Err(No::wrong("time", "Choose a time."));
        };
        let mut ignoring = moving.to_vec();
        ignoring.extend(ground.expired.iter().map(|held| held.id));
        ignoring.push(document_of_held(person::patient_of(ground.story.patient.id)));
        let days = Days { from: shifted(*from, -1), to: shifted(*to, 1) };
        let calendar = self.calendar(days, &ignoring).await?;
        self.placed_on(calendar, ground, (wanted, moving), act).await
    }

    async fn placed_on(
        &self,
        mut calendar: Calendar,
        ground: &Ground,
        (wanted, moving): (&[Wanted], &[DocumentId]),
        act: Act,
    ) -> Result<Result<(Calendar, Vec<Placed>), Purpose>, No> {
        let clinic = self.clinic().await?;
        let times: Vec<(Purpose, Timestamp)> =
            wanted.iter().map(|one| (one.purpose, one.at)).collect();
        let mut placed = Vec::with_capacity(wanted.len());
        for (index, one) in wanted.iter().enumerate() {
            let others = times.iter().enumerate().filter(|(at, _)| *at != index);
            let others: Vec<(Purpose, Timestamp)> = others.map(|(_, time)| *time).collect();
            let beside = Beside { moving, wanted: &others };
            let is_twice = others.iter().any(|(purpose, _)| {
                *purpose == one.purpose && matches!(purpose, Purpose::Session { .. })
            });
            if is_twice || rules::is_booked(&ground.story, one.purpose, moving) {
                return Err(No::Closed("This session is booked already. Move that visit instead."));
            }
            let wish = Wish { site: one.site, with: one.with, ..Wish::default() };
            let sought = Sought { story: &ground.story, purpose: one.purpose, beside, wish: &wish };
            // Who moves within a day moves nothing that plan or screening decide.
            let stays = ground.story.visits.iter().any(|visit| {
                moving.contains(&visit.id)
                    && visit.purpose == one.purpose
                    && day_of(&clinic, visit.from) == day_of(&clinic, one.at)
            });
            if !stays || one.at < self.now() {
                self.allowed_on(&clinic, &sought, one.at)?;
            }
            match self.place(&calendar, &sought, one, act)? {
                Some((visit, start)) => {
                    calendar.take(&visit);
                    placed.push(Placed { purpose: one.purpose, start });
                }
                None => return Ok(Err(one.purpose)),
            }
        }
        Ok(Ok((calendar, placed)))
    }

    /// Whether plan and screening allow a visit on its day.
    fn allowed_on(
        &self,
        clinic: &percuta_chart::clinic::Clinic,
        sought: &Sought<'_>,
        at: Timestamp,
    ) -> Result<(), No> {
        let rules = self.rules_of(clinic, sought)?;
        let day = day_of(clinic, at);
        if at < self.now() {
            return Err(No::wrong("time", "This time is over. Choose one that is still to come."));
        }
        if day >= rules.from && day <= rules.until {
            return Ok(());
        }
        let says = super::said_against(&rules, day).into_iter().next();
        Err(No::wrong("time", says.unwrap_or_else(|| "This day is not possible.".to_owned())))
    }

    /// The engine's visit at the wanted time, in the wanted room where one is named.
    fn place(
        &self,
        calendar: &Calendar,
        sought: &Sought<'_>,
        wanted: &Wanted,
        act: Act,
    ) -> Result<Option<(model::Visit, Start)>, No> {
        let Some((service, _)) = service_of(calendar, sought) else {
            return Err(No::wrong("time", super::NO_SERVICE));
        };
        for site in super::sites(calendar, sought.wish) {
            let Some(place) = calendar.model.sites.get(site.0) else { continue };
            let at = minute(wanted.at);
            let day = place.zone.date(at);
            let asked = Request {
                // A patient chooses from round times; the desk may fit somebody in between.
                step: if act == Act::Own { super::STEP_MIN } else { 1 },
                ..request(calendar, sought, (service, site), Days { from: day, to: day })
            };
            let Some(visit) = slots::at(&calendar.model, &asked, site, at) else { continue };
            let visit = match wanted.room {
                None => Some(visit),
                Some(room) => in_room(calendar, &asked, (service, site), (visit, room)),
            };
            let found = visit.and_then(|visit| {
                let start = calendar.start(service, &visit)?;
                Some((visit, start))
            });
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Writes a draft; whoever lost a race may try again.
    async fn is_written(&self, actor: &Actor, draft: Draft) -> Result<bool, No> {
        match self.try_commit(actor, draft).await? {
            Answer::Done(_) | Answer::Repeated(_) => Ok(true),
            Answer::Refused(Refused { document, why }) => match (refused(document, why), why) {
                (No::Taken | No::Conflict, _) | (_, Reason::Twice) => Ok(false),
                (no, _) => Err(no),
            },
        }
    }

    async fn gone<D>(
        &self,
        actor: &Actor,
        (document, purpose): (DocumentId, Purpose),
        wanted: &[Wanted],
    ) -> Result<Booking<D>, No> {
        self.note(Some(actor), "visit.book", Some(document), "conflict").await?;
        let patient = person::patient_of(document);
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let moving = super::calendar_held(patient);
        let wanted = wanted.iter().find(|one| one.purpose == purpose);
        let next = match wanted {
            Some(wanted) => self.next_best(&story, wanted, &moving).await?,
            None => Vec::new(),
        };
        Ok(Booking::Taken { purpose, next })
    }

    async fn gone_in_moving(
        &self,
        actor: &Actor,
        action: &'static str,
        (subject, purpose): (DocumentId, Purpose),
        moves: &[&Move],
    ) -> Result<Booking<()>, No> {
        self.note(Some(actor), action, Some(subject), "conflict").await?;
        let Some(one) = moves.iter().find(|one| one.to.purpose == purpose) else {
            return Ok(Booking::Taken { purpose, next: Vec::new() });
        };
        let patient = one.seen.patient().ok_or(No::NotFound)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let mut moving = super::calendar_held(patient).to_vec();
        moving.extend(moves.iter().map(|one| one.seen.id));
        let next = self.next_best(&story, &one.to, &moving).await?;
        Ok(Booking::Taken { purpose, next })
    }

    /// The possible starts that are nearest to a time, with the same person first among equals.
    pub(crate) async fn next_best(
        &self,
        story: &Story,
        wanted: &Wanted,
        moving: &[DocumentId],
    ) -> Result<Vec<Start>, No> {
        let beside = Beside { moving, wanted: &[] };
        let clinic = self.clinic().await?;
        let day = day_of(&clinic, wanted.at);
        let mut found: Vec<Start> = Vec::new();
        // Near days first; further ones only where these are full.
        for (from, days) in [(-3, 7), (-14, 43)] {
            let from = shifted(day, from).max(day_of(&clinic, self.now()));
            let wish = Wish { site: wanted.site, ..Wish::default() };
            let sought = Sought { story, purpose: wanted.purpose, beside, wish: &wish };
            let FreeStarts { mut starts, .. } = self.find(sought, (from, days)).await?;
            let far = |start: &Start| start.at.duration_since(wanted.at).abs();
            starts.sort_by_key(|start| (far(start), Some(start.with) != wanted.with, start.at));
            // Starts five minutes apart are no choice.
            for start in starts {
                let near = |other: &Start| {
                    start.at.duration_since(other.at).abs() < SignedDuration::from_mins(15)
                };
                if found.len() < NEXT && !found.iter().any(near) {
                    found.push(start);
                }
            }
            if found.len() == NEXT {
                break;
            }
        }
        Ok(found)
    }
}

/// The same visit with its treatment in a room of choice, where every rule still holds.
pub(super) fn in_room(
    calendar: &Calendar,
    asked: &Request,
    about: (ServiceAt, SiteAt),
    there: (model::Visit, DocumentId),
) -> Option<model::Visit> {
    let visit = put_in_room(calendar, about, there)?;
    examine::examine(&calendar.model, asked, &visit).is_empty().then_some(visit)
}

/// The same visit with its treatment in a room of choice, whether or not it may be there.
pub(super) fn put_in_room(
    calendar: &Calendar,
    (service, site): (ServiceAt, SiteAt),
    (mut visit, room): (model::Visit, DocumentId),
) -> Option<model::Visit> {
    let place = calendar.sites.get(site.0)?;
    let room = RoomAt(place.rooms.iter().position(|one| one.id == room)?);
    let model = calendar.model.services.get(service.0)?;
    let led = model.lead();
    let is_same =
        |at: usize| model.phases.get(at).is_some_and(|phase| phase.room == model::RoomNeed::Same);
    // The room goes with all phases that share it: back to where the patient entered it, and on while they stay.
    let first = (0..=led).rev().find(|at| !is_same(*at)).unwrap_or(led);
    let last = (led.saturating_add(1)..model.phases.len()).find(|at| !is_same(*at));
    let last = last.unwrap_or(model.phases.len());
    for phase in visit.phases.iter_mut().take(last).skip(first) {
        phase.room = Some(room);
    }
    Some(visit)
}

/// What is said to be taken where nothing more is known.
fn first_of(wanted: &[Wanted]) -> Purpose {
    wanted.first().map_or(Purpose::Consultation, |one| one.purpose)
}

fn visit_of(Placed { purpose, start }: &Placed) -> Visit {
    Visit {
        purpose: *purpose,
        site: start.site,
        service: start.service.clone(),
        from: start.at,
        until: start.until,
        phases: start.phases.clone(),
        with: start.with,
        state: VisitState::Booked,
        checked: BTreeMap::new(),
        numbing: None,
        note: String::new(),
    }
}

/// What a list of parts is for, in minutes: how long each takes.
pub fn minutes_of(phases: &[Phase]) -> i64 {
    let (first, last) = (phases.first(), phases.last());
    first.zip(last).map_or(0, |(first, last)| last.until.duration_since(first.from).as_mins())
}
