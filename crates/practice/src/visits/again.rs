//! What follows when a day turns out otherwise: a session is moved and the next no longer fits, somebody comes late,
//! somebody is ill. Everything here proposes; [`Practice::move_visits`] then moves all of it or nothing.

use jiff::{SignedDuration, Timestamp, civil::Date};
use percuta_chart::{
    calendar::{Blocked, Roster, document_of_roster},
    person::{self, Patient},
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::{Change, DocumentId, Owner, PatientId, PersonId};
use percuta_scheduling::{
    model::{Booked, Booking, Hold, Span},
    replan::{self, BookingAt, Moved},
};

use super::{
    Beside, Days, Sought, Start, Wish,
    book::{Move, Moving, Wanted},
    interval_days, shifted,
};
use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::{Calendar, documents::micrometres, minute, timestamp},
    day_of,
    patients::Story,
    refusal::No,
    vault::Opened,
    writing::Draft,
};

/// So many days after an absence are looked at for a visit that has no place on its day.
const DAYS_AFTER: i64 = 14;

/// A visit that would have to move.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// The visit.
    pub visit: Opened<Visit>,
    /// Whose.
    pub patient: PatientId,
    /// Their name.
    pub name: String,
    /// Their telephone, for when there is no place.
    pub telephone: Option<String>,
    /// Where to; `None` when there is no place for it.
    pub to: Option<Start>,
    /// Why, in a sentence.
    pub why: String,
}

impl Proposed {
    /// The move, where there is a place.
    pub fn accepted(&self) -> Option<Move> {
        let to = self.to.as_ref()?;
        let to = Wanted::start(self.visit.purpose, to);
        Some(Move { seen: self.visit.clone(), to })
    }
}

/// What can be done about a late arrival.
#[derive(Debug, Clone)]
pub struct Late {
    /// The first start for which nobody else moves.
    pub nobody_moves: Option<Start>,
    /// The first start if those who come later make room, and who does.
    pub others_move: Option<(Start, Vec<Proposed>)>,
}

impl Practice {
    /// The sessions of the course that no longer fit once a visit is moved, each with the nearest time that does.
    pub async fn after_move(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        to: &Wanted,
    ) -> Result<Vec<Proposed>, No> {
        let (_, patient) = self.may_change(actor, seen, "visit.find").await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), "visit.find", Some(seen.id), "done").await?;
        let Purpose::Session { course, number } = seen.purpose else { return Ok(Vec::new()) };
        let known = story.courses.iter().find(|known| known.id == course).ok_or(No::NotFound)?;
        let (shortest, longest) = interval_days(known);
        let clinic = self.clinic().await?;
        let later = later_sessions(&story, (course, number));
        let mut moving: Vec<DocumentId> = super::calendar_held(patient).to_vec();
        // None of them stands where it is until it was looked at: the third may have to make way for the second.
        moving.push(seen.id);
        moving.extend(later.iter().map(|visit| visit.id));
        let mut wanted = vec![(seen.purpose, to.at)];
        let mut before = (number, day_of(&clinic, to.at));
        let mut proposed = Vec::new();
        for visit in later {
            let Purpose::Session { number, .. } = visit.purpose else { continue };
            let days = days_between(before.1, day_of(&clinic, visit.from));
            let between = (shortest, longest);
            if (shortest..=longest).contains(&days) {
                before = (number, day_of(&clinic, visit.from));
                wanted.push((visit.purpose, visit.from));
                continue;
            }
            let asked = Nearest { visit: &visit, before: before.1, between, moving: &moving };
            let start = self.nearest(&story, asked, &wanted).await?;
            let said = said_of(days, (before.0, between));
            if let Some(start) = &start {
                before = (number, day_of(&clinic, start.at));
                wanted.push((visit.purpose, start.at));
            }
            proposed.push(proposal(&story.patient, visit, start, said));
        }
        Ok(proposed)
    }

    /// The start of a session that is nearest to where it was, as many days after the one before as the plan has.
    async fn nearest(
        &self,
        story: &Story,
        asked: Nearest<'_>,
        wanted: &[(Purpose, Timestamp)],
    ) -> Result<Option<Start>, No> {
        let Nearest { visit, before, between: (shortest, longest), moving } = asked;
        let beside = Beside { moving, wanted };
        let wish = Wish { site: Some(visit.site), ..Wish::default() };
        let sought = Sought { story, purpose: visit.purpose, beside, wish: &wish };
        let first = shifted(before, shortest);
        let days = longest.saturating_sub(shortest).saturating_add(1);
        let found = self.find(sought, (first, days)).await?;
        let clinic = self.clinic().await?;
        let zone = crate::zone_of(&clinic);
        let clock = |at: Timestamp| {
            let time = at.to_zoned(zone.clone()).time();
            i64::from(time.hour()) * 60 + i64::from(time.minute())
        };
        let (day, time) = (day_of(&clinic, visit.from), clock(visit.from));
        let nearest = found.starts.into_iter().min_by_key(|start| {
            let days = days_between(day, day_of(&clinic, start.at)).abs();
            let minutes = (clock(start.at) - time).abs();
            (days, minutes, start.with != visit.with, start.at)
        });
        Ok(nearest)
    }

    /// What can be done when the patient of a visit comes at another time than was booked, on the same day.
    pub async fn late(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        arrives: Timestamp,
    ) -> Result<Late, No> {
        self.may_replan(actor, seen, "visit.find").await?;
        let clinic = self.clinic().await?;
        let day = day_of(&clinic, seen.from);
        if day_of(&clinic, arrives) != day {
            return Err(No::wrong("arrives", "Give a time on the day of the visit."));
        }
        let (calendar, visits) = self.calendar_of_visits((day, day), Some(seen.id)).await?;
        self.note(Some(actor), "visit.find", Some(seen.id), "done").await?;
        let at = calendar.model.bookings.iter().position(|one| one.id == seen.id.to_string());
        let none = Late { nobody_moves: None, others_move: None };
        let Some(at) = at else { return Ok(none) };
        let service = calendar.model.bookings.get(at).and_then(|booking| booking.service);
        let Some(service) = service else { return Ok(none) };
        let Some(late) = replan::late(&calendar.model, BookingAt(at), minute(arrives)) else {
            return Ok(none);
        };
        let nobody_moves = late.nobody_moves.and_then(|visit| calendar.start(service, &visit));
        let others_move = match late.others_move {
            Some(making) => {
                let start = calendar.start(service, &making.visit);
                let why = "Makes room for a late arrival.";
                let others = self.proposals(&calendar, &visits, making.moved, why).await?;
                start.map(|start| (start, others))
            }
            None => None,
        };
        Ok(Late { nobody_moves, others_move })
    }

    /// What becomes of the visits of a member who is away: with somebody else at the same time, else as near as possible.
    pub async fn away(
        &self,
        actor: &Actor,
        member: PersonId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Proposed>, No> {
        let document = person::document_of_member(member);
        self.allow(actor, Act::Book, "member.away", Some(document)).await?;
        if from >= until {
            return Err(No::wrong("until", "The absence ends before it begins."));
        }
        let clinic = self.clinic().await?;
        let days = (day_of(&clinic, from), day_of(&clinic, until));
        if days_between(days.0, days.1) > 31 {
            return Err(No::wrong("until", "Give at most a month at a time."));
        }
        let (calendar, visits) = self.calendar_of_visits(days, None).await?;
        self.note(Some(actor), "member.away", Some(document), "done").await?;
        let Some(label) = calendar.label_of(member) else { return Err(No::NotFound) };
        let when = Span { from: minute(from), to: minute(until) };
        let moved = replan::away(&calendar.model, &label, when, DAYS_AFTER);
        let why = "Whoever was to be there is away.";
        let mut proposed = self.proposals(&calendar, &visits, moved, why).await?;
        for one in &mut proposed {
            // Another day has to suit the plan and the screening as well.
            let moves_day = one
                .to
                .as_ref()
                .is_some_and(|start| day_of(&clinic, start.at) != day_of(&clinic, one.visit.from));
            if moves_day && !self.suits(one).await? {
                one.to = None;
            }
        }
        Ok(proposed)
    }

    async fn suits(&self, proposed: &Proposed) -> Result<bool, No> {
        let Some(start) = &proposed.to else { return Ok(false) };
        let story = self.gather(proposed.patient).await?.ok_or(No::NotFound)?;
        let moving = [proposed.visit.id];
        let beside = Beside { moving: &moving, wanted: &[] };
        let wish = Wish::default();
        let purpose = proposed.visit.purpose;
        let clinic = self.clinic().await?;
        let rules = self.rules_of(&clinic, &Sought { story: &story, purpose, beside, wish: &wish });
        let day = day_of(&clinic, start.at);
        Ok(rules.is_ok_and(|rules| day >= rules.from && day <= rules.until))
    }

    /// Notes that a member is away, so that nobody books them. Visits that are booked stay where they are.
    pub async fn note_away(
        &self,
        actor: &Actor,
        member: PersonId,
        away: Blocked,
    ) -> Result<(), No> {
        let document = person::document_of_member(member);
        self.allow(actor, Act::Book, "member.away", Some(document)).await?;
        if away.from >= away.until {
            return Err(No::wrong("until", "The absence ends before it begins."));
        }
        let id = document_of_roster(member);
        let seen = self.vault.own().await?.one::<Roster>(id)?;
        let mut roster = seen.as_ref().map(|seen| seen.document.clone()).unwrap_or_default();
        if roster.away.contains(&away) {
            return Ok(());
        }
        roster.away.push(away);
        let draft = Draft::new(Act::Book, "member.away", document);
        let draft = match &seen {
            Some(seen) => draft.change(seen, Change::Write, &roster)?,
            None => draft.begin(id, Owner::Clinic, &roster)?,
        };
        self.commit(actor, draft).await
    }

    /// Takes an absence back.
    pub async fn take_back_away(
        &self,
        actor: &Actor,
        member: PersonId,
        away: &Blocked,
    ) -> Result<(), No> {
        let document = person::document_of_member(member);
        self.allow(actor, Act::Book, "member.away", Some(document)).await?;
        let own = self.vault.own().await?;
        let seen = own.one::<Roster>(document_of_roster(member))?.ok_or(No::NotFound)?;
        let mut roster = seen.document.clone();
        roster.away.retain(|one| one != away);
        let draft = Draft::new(Act::Book, "member.away", document);
        self.commit(actor, draft.change(&seen, Change::Write, &roster)?).await
    }

    /// Moves what was proposed, all of it or none; what has no place stays where it is.
    pub async fn accept_moves(
        &self,
        actor: &Actor,
        because: Moving,
        proposed: &[Proposed],
    ) -> Result<super::book::Booking<()>, No> {
        let moves: Vec<Move> = proposed.iter().filter_map(Proposed::accepted).collect();
        self.move_visits(actor, because, &moves).await
    }

    /// The calendar of some days with each visit that can still be moved known for what it is.
    pub(crate) async fn calendar_of_visits(
        &self,
        (from, to): (Date, Date),
        also: Option<DocumentId>,
    ) -> Result<(Calendar, Vec<(DocumentId, Opened<Visit>)>), No> {
        let after = i32::try_from(DAYS_AFTER).unwrap_or(0).saturating_add(1);
        let days = Days { from: shifted(from, -1), to: shifted(to, after) };
        let mut calendar = self.calendar_now(days, &[]).await?;
        let clinic = self.clinic().await?;
        let mut documents: Vec<DocumentId> =
            calendar.reserved.iter().map(|one| one.document).collect();
        documents.sort_unstable();
        documents.dedup();
        let mut visits = Vec::new();
        for sealed in self.vault.store().heads(&documents).await? {
            let Owner::Patient(patient) = sealed.owner else { continue };
            let Some(folder) = self.vault.folder(patient).await? else { continue };
            let Some(visit) = folder.one::<Visit>(sealed.document)? else { continue };
            let day = day_of(&clinic, visit.from);
            let can_move = visit.state == VisitState::Booked || Some(visit.id) == also;
            if can_move && day >= from && day <= to {
                let Some(story) = Story::of(&folder, patient)? else { continue };
                known(&mut calendar, &story, &visit);
                visits.push((visit.id, visit));
            }
        }
        Ok((calendar, visits))
    }

    async fn proposals(
        &self,
        calendar: &Calendar,
        visits: &[(DocumentId, Opened<Visit>)],
        moved: Vec<Moved>,
        why: &str,
    ) -> Result<Vec<Proposed>, No> {
        let mut proposed = Vec::with_capacity(moved.len());
        for Moved { booking, to } in moved {
            let Some(booking) = calendar.model.bookings.get(booking.0) else { continue };
            let visit = visits.iter().find(|(id, _)| id.to_string() == booking.id);
            let Some((_, visit)) = visit else { continue };
            let Some(patient) = visit.patient() else { continue };
            let Some(folder) = self.vault.folder(patient).await? else { continue };
            let about = folder.one::<Patient>(person::document_of(patient))?;
            let Some(about) = about else { continue };
            let start = to
                .as_ref()
                .zip(booking.service)
                .and_then(|(to, service)| calendar.start(service, to));
            proposed.push(proposal(&about, visit.clone(), start, why.to_owned()));
        }
        proposed.sort_by_key(|one| (one.visit.from, one.visit.id));
        Ok(proposed)
    }

    /// Whether somebody may re-plan a visit on its day: also one whose patient is here and has not begun.
    pub(crate) async fn may_replan(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        action: &'static str,
    ) -> Result<(Act, PatientId), No> {
        match seen.state {
            VisitState::Arrived { .. } if seen.numbing.is_none() && actor.patient().is_none() => {
                let act = self.act_on(actor, seen, action).await?;
                Ok((act, seen.patient().ok_or(No::NotFound)?))
            }
            VisitState::Booked
            | VisitState::Arrived { .. }
            | VisitState::Done { .. }
            | VisitState::Cancelled { .. }
            | VisitState::NoShow { .. } => self.may_change(actor, seen, action).await,
        }
    }
}

/// What is asked about the nearest place of a session.
#[derive(Clone, Copy)]
struct Nearest<'n> {
    visit: &'n Opened<Visit>,
    before: Date,
    between: (i32, i32),
    moving: &'n [DocumentId],
}

/// The sessions of a course after one that are booked and have not begun, in their order.
pub(crate) fn later_sessions(
    story: &Story,
    (course, number): (DocumentId, i16),
) -> Vec<Opened<Visit>> {
    let nth = |visit: &Visit| match visit.purpose {
        Purpose::Session { course: of, number: nth } if of == course => Some(nth),
        Purpose::Consultation | Purpose::Session { .. } | Purpose::FollowUp { .. } => None,
    };
    let is_later = |visit: &&Opened<Visit>| {
        nth(visit).is_some_and(|nth| nth > number) && visit.state == VisitState::Booked
    };
    let mut later: Vec<Opened<Visit>> = story.visits.iter().filter(is_later).cloned().collect();
    later.sort_by_key(|visit| nth(visit));
    later
}

fn proposal(
    patient: &Opened<Patient>,
    visit: Opened<Visit>,
    to: Option<Start>,
    why: String,
) -> Proposed {
    Proposed {
        visit,
        patient: person::patient_of(patient.id),
        name: patient.name.clone(),
        telephone: patient.telephone.clone(),
        to,
        why,
    }
}

fn said_of(days: i32, (before, (shortest, longest)): (i16, (i32, i32))) -> String {
    if days < shortest {
        format!("It would be {days} days after session {before}; the plan has {shortest} at least.")
    } else {
        format!("It would be {days} days after session {before}; the plan has {longest} at most.")
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Tells the engine what a booking is, so that it can be moved.
fn known(calendar: &mut Calendar, story: &Story, visit: &Opened<Visit>) {
    let services = calendar.services.services.iter();
    let service =
        services.map(|service| service.code.as_str()).position(|code| code == visit.service);
    let Some(service) = service.map(percuta_scheduling::model::ServiceAt) else { return };
    let Some(placed) = calendar.visit(visit.site, &visit.phases) else { return };
    let depth = match visit.purpose {
        Purpose::Session { course, number } => {
            let courses = story.courses.iter().filter(|known| known.id == course);
            let sessions = courses.flat_map(|course| &course.sessions);
            let zones = sessions.filter(|one| one.number == number).flat_map(|one| &one.zones);
            micrometres(zones.map(|zone| zone.depth_mm).fold(0.0, f64::max))
        }
        Purpose::Consultation | Purpose::FollowUp { .. } => 0,
    };
    let phases = placed.phases.iter().zip(&visit.phases).map(|(placed, phase)| Booked {
        name: phase.kind.word().to_owned(),
        span: placed.span,
        holds: placed.holds().collect::<Vec<Hold>>(),
    });
    let id = visit.id.to_string();
    let booking = Booking {
        id: id.clone(),
        site: placed.site,
        service: Some(service),
        depth_um: (depth > 0).then_some(depth),
        phases: phases.collect(),
    };
    if let Some(place) = calendar.model.bookings.iter_mut().find(|one| one.id == id) {
        *place = booking;
    }
}

/// When somebody arrives who comes so many minutes late.
pub fn arrives(visit: &Visit, minutes_late: i64) -> Timestamp {
    let at = visit.from.saturating_add(SignedDuration::from_mins(minutes_late));
    // The engine counts whole minutes.
    timestamp(minute(at.unwrap_or(visit.from)))
}

/// Whether anything of a course stands in the way of a visit's day once it alone is moved.
pub(crate) fn moving_with(story: &Story, seen: &Opened<Visit>) -> Vec<DocumentId> {
    let mut moving = vec![seen.id];
    if let Purpose::Session { course, number } = seen.purpose {
        moving.extend(later_sessions(story, (course, number)).into_iter().map(|one| one.id));
    }
    moving
}
