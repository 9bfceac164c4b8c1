//! A visit that is carried over the board: where it may be put down, why not elsewhere, and back to where it was.
//!
//! What is offered here is booked by [`super::book`] with the same engine and the same room, so that a place which lights
//! up is one that can be had unless somebody else is faster.

use jiff::{Timestamp, civil::Date};
use percuta_chart::visit::Visit;
use percuta_record::{DocumentId, Moment, Owner};
use percuta_scheduling::{examine, model::Request, slots};

use super::{
    Beside, Days, Sought, Start, Wish, again,
    book::{self, Booking, Move, Moving, Wanted},
    calendar_held, is_beside, own_times, request, sentence, service_of, sites,
};
use crate::{
    Practice,
    actor::Actor,
    calendar::{lead, minute},
    day_of,
    refusal::No,
    vault::Opened,
};

/// A place on the board where a visit may be put down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The room in which it is treated.
    pub room: DocumentId,
    /// The visit as it would be.
    pub start: Start,
}

/// The places of a day, and why there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spots {
    /// They, in the order of time.
    pub spots: Vec<Spot>,
    /// Why there is none, in sentences.
    pub why_not: Vec<String>,
}

impl Practice {
    /// Where a visit may be put down on a day, with whom it is now: room by room.
    pub async fn spots(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        date: Date,
    ) -> Result<Spots, No> {
        let (_, patient) = self.may_change(actor, seen, "visit.find").await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), "visit.find", Some(seen.id), "done").await?;
        // Later sessions may have to go along: what is proposed for them is asked of `after_move`.
        let mut moving = again::moving_with(&story, seen);
        moving.extend(calendar_held(patient));
        let beside = Beside { moving: &moving, wanted: &[] };
        let wish = Wish { with: Some(seen.with), ..Wish::default() };
        let sought = Sought { story: &story, purpose: seen.purpose, beside, wish: &wish };
        let clinic = self.clinic().await?;
        // Within its day a visit moves nothing that plan or screening decide.
        let against = if day_of(&clinic, seen.from) == date {
            Vec::new()
        } else {
            super::said_against(&self.rules_of(&clinic, &sought)?, date)
        };
        if !against.is_empty() {
            return Ok(Spots { spots: Vec::new(), why_not: against });
        }
        let days = Days { from: date, to: date };
        let calendar = self.calendar_now(days, sought.beside.moving).await?;
        let Some((service, _)) = service_of(&calendar, &sought) else {
            return Ok(Spots { spots: Vec::new(), why_not: vec![super::NO_SERVICE.to_owned()] });
        };
        let own = own_times(&calendar, patient);
        let is_free = |start: &Start| start.at > self.now() && is_beside(&own, start);
        let mut found = Spots::default();
        for site in sites(&calendar, sought.wish) {
            let Some(place) = calendar.sites.get(site.0) else { continue };
            let asked = request(&calendar, &sought, (service, site), days);
            let answer = slots(&calendar.model, &asked);
            found.why_not.extend(answer.none_because.iter().map(|one| sentence(&one.says)));
            for visit in &answer.starts {
                let Some(first) = calendar.start(service, visit).filter(&is_free) else {
                    continue;
                };
                let own = lead(&first.phases).and_then(|phase| phase.room);
                for room in place.rooms.iter().filter(|room| room.is_used) {
                    let start = if Some(room.id) == own {
                        Some(first.clone())
                    } else {
                        let there = (visit.clone(), room.id);
                        book::in_room(&calendar, &asked, (service, site), there)
                            .and_then(|visit| calendar.start(service, &visit))
                    };
                    found.spots.extend(start.map(|start| Spot { room: room.id, start }));
                }
            }
        }
        found.spots.sort_by_key(|spot| (spot.start.at, spot.room));
        if !found.spots.is_empty() {
            found.why_not.clear();
        }
        Ok(found)
    }

    /// Why a visit cannot be put down in a room at a time, in sentences; none where it can.
    pub async fn why_not_there(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        (site, room): (DocumentId, DocumentId),
        at: Timestamp,
    ) -> Result<Vec<String>, No> {
        let (_, patient) = self.may_change(actor, seen, "visit.find").await?;
        let about = (patient, seen.purpose);
        let why = self.why_not(actor, about, (site, at), Some(seen.id)).await?;
        if why.possible.is_none() && !why.because.is_empty() {
            return Ok(why.because);
        }
        // The time is possible, so that it is the room, or who treats.
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let [held] = calendar_held(patient);
        let moving = [seen.id, held];
        let beside = Beside { moving: &moving, wanted: &[] };
        let wish = Wish { site: Some(site), with: Some(seen.with), ..Wish::default() };
        let sought = Sought { story: &story, purpose: seen.purpose, beside, wish: &wish };
        let date = day_of(&*self.clinic().await?, at);
        let days = Days { from: super::shifted(date, -1), to: super::shifted(date, 1) };
        let calendar = self.calendar_now(days, sought.beside.moving).await?;
        let (Some((service, _)), Some((site, _))) =
            (service_of(&calendar, &sought), calendar.site(site))
        else {
            return Ok(vec![super::NO_SERVICE.to_owned()]);
        };
        let asked = Request { step: 1, ..request(&calendar, &sought, (service, site), days) };
        let Some(visit) = slots::at(&calendar.model, &asked, site, minute(at)) else {
            let who = calendar.label_of(seen.with).unwrap_or_else(|| "Who treats".to_owned());
            return Ok(vec![format!("{who} cannot then; somebody else could.")]);
        };
        let moved = book::put_in_room(&calendar, (service, site), (visit, room));
        let wrong = moved.map(|visit| examine::examine(&calendar.model, &asked, &visit));
        let wrong = wrong.unwrap_or_else(|| vec!["this room is not at this site".to_owned()]);
        Ok(wrong.iter().map(|says| sentence(says)).collect())
    }

    /// Puts back what was moved together with a visit, where all of it is still as it was moved to and its places of
    /// before are still free.
    pub async fn move_back(&self, actor: &Actor, visit: DocumentId) -> Result<Booking<()>, No> {
        let seen = self.vault.head::<Visit>(visit).await?.ok_or(No::NotFound)?;
        self.may_replan(actor, &seen, "visit.move-back").await?;
        let moves = self.moves_back(&seen).await?;
        if moves.is_empty() {
            return Err(No::Conflict);
        }
        self.move_visits(actor, Moving::Undone, &moves).await
    }

    /// Where everything that was moved with a visit was before.
    async fn moves_back(&self, seen: &Opened<Visit>) -> Result<Vec<Move>, No> {
        let (from, until) = (self.now(), Timestamp::MAX);
        let reserved = self
            .vault
            .store()
            .reserved(Moment(from.as_microsecond()), Moment(until.as_microsecond()), None)
            .await?;
        let mut documents: Vec<DocumentId> = reserved.iter().map(|one| one.document).collect();
        documents.push(seen.id);
        documents.sort();
        documents.dedup();
        let mut moves = Vec::new();
        for sealed in self.vault.store().heads(&documents).await? {
            let is_moved = sealed.contribution.id == seen.contribution.id;
            if !is_moved || !matches!(sealed.owner, Owner::Patient(_)) {
                continue;
            }
            let before = sealed.version.number().checked_sub(1);
            let before = before.and_then(percuta_record::Version::new);
            let (id, Some(before)) = (sealed.document, before) else { continue };
            let Some(seen) = self.vault.open_one::<Visit>(sealed).await? else { continue };
            let Some(before) = self.vault.store().version(id, before).await? else { continue };
            let Some(before) = self.vault.open_one::<Visit>(before).await? else { continue };
            let to = Wanted {
                purpose: before.purpose,
                at: before.from,
                site: Some(before.site),
                with: Some(before.with),
                room: lead(&before.phases).and_then(|phase| phase.room),
            };
            moves.push(Move { seen, to });
        }
        Ok(moves)
    }
}
