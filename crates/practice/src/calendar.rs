//! The calendar as the engine sees it, and back: made of the clinic's documents and of what is reserved, for some days.
//!
//! ```text
//! site · room · device · member · roster · services ─┐
//! reservations (with turnover, expired ones left out) ┴─▶ Calendar ──▶ scheduling ──▶ Start ──▶ reservations
//! ```
//!
//! What is reserved includes turnover, so that the database itself refuses whoever comes too soon; the engine, which adds
//! turnover, is told of each reservation less the turnover of today. Labels are names of rooms, devices and members, so
//! that the engine's sentences can be read; nothing of a patient is in them.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::{Device, Room, Services, Site},
    visit::{Phase, PhaseKind},
};
use percuta_record::{DocumentId, Moment, PersonId};
use percuta_scheduling::{
    Minute,
    model::{self, ServiceAt, SiteAt},
};
use percuta_store::Reservation;

use crate::{
    Practice,
    refusal::{Failure, No},
    vault::Opened,
};

pub(crate) mod documents;
mod places;

pub(crate) use places::places;

/// A time at which a visit can begin, with everything that it would hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// When it begins.
    pub at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// Where.
    pub site: DocumentId,
    /// The code of the service.
    pub service: String,
    /// With whom.
    pub with: PersonId,
    /// Its parts.
    pub phases: Vec<Phase>,
}

/// A site, its clock, and what the engine's places stand for.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) site: Opened<Site>,
    pub(crate) zone: TimeZone,
    pub(crate) rooms: Vec<Opened<Room>>,
    pub(crate) devices: Vec<Opened<Device>>,
    pub(crate) staff: Vec<PersonId>,
}

/// Some days of the calendar.
#[derive(Debug)]
pub(crate) struct Calendar {
    /// What the engine is asked.
    pub(crate) model: model::Clinic,
    /// The sites, as the engine counts them.
    pub(crate) sites: Vec<Place>,
    /// The services, as the engine counts them.
    pub(crate) services: Opened<Services>,
    /// What is reserved, and counts.
    pub(crate) reserved: Vec<Reservation>,
}

/// The days that are looked at, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) from: Date,
    pub(crate) to: Date,
}

impl Practice {
    /// The calendar of some days, without what the documents in `ignoring` reserve.
    pub(crate) async fn calendar(
        &self,
        days: Days,
        ignoring: &[DocumentId],
    ) -> Result<Calendar, No> {
        // No clock is further than a day from UTC, and no visit longer than a day.
        let moment = |day: Date, more: i64| {
            let midnight = percuta_scheduling::zone::midnight(day).saturating_add(more * 1_440);
            Moment(midnight.saturating_mul(60_000_000))
        };
        let (from, until) = (moment(days.from, -2), moment(days.to, 3));
        let (own, reserved) =
            tokio::join!(self.vault.own(), self.vault.store().reserved(from, until, None));
        let (own, mut reserved) = (own?, reserved?);
        reserved.retain(|one| !ignoring.contains(&one.document));
        let mut calendar = documents::calendar(&own, days)?;
        calendar.model.bookings = calendar.bookings(&reserved);
        calendar.reserved = reserved;
        Ok(calendar)
    }
}

impl Practice {
    /// The calendar as it counts for who books now: without what is moved, and what was kept for too long.
    pub(crate) async fn calendar_now(
        &self,
        days: Days,
        moving: &[DocumentId],
    ) -> Result<Calendar, No> {
        let mut ignoring = moving.to_vec();
        ignoring.extend(self.expired_holds().await?.into_iter().map(|held| held.id));
        self.calendar(days, &ignoring).await
    }
}

impl Calendar {
    /// A site by its document.
    pub(crate) fn site(&self, site: DocumentId) -> Option<(SiteAt, &Place)> {
        let mut sites = self.sites.iter().enumerate();
        sites.find(|(_, one)| one.site.id == site).map(|(at, place)| (SiteAt(at), place))
    }

    /// What the engine calls a member.
    pub(crate) fn label_of(&self, member: PersonId) -> Option<String> {
        let (site, place) = self.model.sites.first().zip(self.sites.first())?;
        let at = place.staff.iter().position(|one| *one == member)?;
        site.staff.get(at).map(|staff| staff.id.clone())
    }

    /// What the engine found, in the record's words.
    pub(crate) fn start(&self, service: ServiceAt, visit: &model::Visit) -> Option<Start> {
        let place = self.sites.get(visit.site.0)?;
        let service = self.services.services.get(service.0)?;
        let mut phases = Vec::with_capacity(visit.phases.len());
        for (placed, phase) in visit.phases.iter().zip(&service.phases) {
            phases.push(Phase {
                kind: phase.kind,
                from: timestamp(placed.span.from),
                until: timestamp(placed.span.to),
                room: placed.room.and_then(|at| place.rooms.get(at.0)).map(|room| room.id),
                staff: placed.staff.and_then(|at| place.staff.get(at.0)).copied(),
                device: placed.device.and_then(|at| place.devices.get(at.0)).map(|one| one.id),
            });
        }
        let with = lead(&phases)?.staff?;
        let (first, last) = (phases.first()?, phases.last()?);
        Some(Start {
            at: first.from,
            until: last.until,
            site: place.site.id,
            service: service.code.clone(),
            with,
            phases,
        })
    }

    /// What the record has, as the engine would have found it; `None` where something of it is no longer there.
    pub(crate) fn visit(&self, site: DocumentId, phases: &[Phase]) -> Option<model::Visit> {
        let (at, place) = self.site(site)?;
        let mut placed = Vec::with_capacity(phases.len());
        for phase in phases {
            let room = phase.room.map(|id| place.rooms.iter().position(|one| one.id == id));
            let device = phase.device.map(|id| place.devices.iter().position(|one| one.id == id));
            let staff = phase.staff.map(|id| place.staff.iter().position(|one| *one == id));
            let there = |found: Option<Option<usize>>| match found {
                None => Some(None),
                Some(found) => found.map(Some),
            };
            placed.push(model::Placed {
                span: model::Span { from: minute(phase.from), to: minute(phase.until) },
                room: there(room)?.map(model::RoomAt),
                staff: there(staff)?.map(model::StaffAt),
                device: there(device)?.map(model::DeviceAt),
            });
        }
        Some(model::Visit { site: at, phases: placed })
    }

    /// Lets the engine know that a visit is taken, so that the next one is found beside it.
    pub(crate) fn take(&mut self, visit: &model::Visit) {
        let phases = visit.phases.iter().map(|placed| model::Booked {
            name: String::new(),
            span: placed.span,
            holds: placed.holds().collect(),
        });
        let id = format!("taken {}", self.model.bookings.len());
        self.model.bookings.push(model::Booking {
            id,
            site: visit.site,
            service: None,
            depth_um: None,
            phases: phases.collect(),
        });
    }

    /// Counts places as reserved, so that what is placed next is placed beside them.
    pub(crate) fn reserve(
        &mut self,
        document: DocumentId,
        places: &std::collections::BTreeSet<percuta_record::commit::Place>,
    ) {
        let all = places.iter().map(|place| Reservation { document, place: *place });
        self.reserved.extend(all);
    }

    /// What is reserved as the engine is told it: one booking for each document, less the turnover of today.
    fn bookings(&self, reserved: &[Reservation]) -> Vec<model::Booking> {
        let mut known: BTreeMap<DocumentId, Vec<(SiteAt, model::Hold)>> = BTreeMap::new();
        for (at, place) in self.sites.iter().enumerate() {
            let mut add = |id: DocumentId, hold| {
                known.entry(id).or_default().push((SiteAt(at), hold));
            };
            for (index, room) in place.rooms.iter().enumerate() {
                add(room.id, model::Hold::Room(model::RoomAt(index)));
            }
            for (index, device) in place.devices.iter().enumerate() {
                add(device.id, model::Hold::Device(model::DeviceAt(index)));
            }
            for (index, member) in place.staff.iter().enumerate() {
                let id = percuta_chart::person::document_of_member(*member);
                add(id, model::Hold::Staff(model::StaffAt(index)));
            }
        }
        // Rooms and devices are at one site; a person is in the list of each, and is held at all of them wherever it is
        // said. So a document is a booking at the site of its rooms.
        let mut sites: BTreeMap<DocumentId, SiteAt> = BTreeMap::new();
        for one in reserved {
            let at = known.get(&one.place.resource).filter(|found| found.len() == 1);
            if let Some((site, _)) = at.and_then(|found| found.first()) {
                sites.entry(one.document).or_insert(*site);
            }
        }
        let mut bookings: BTreeMap<DocumentId, model::Booking> = BTreeMap::new();
        for one in reserved {
            let Some(found) = known.get(&one.place.resource) else { continue };
            let site = sites.get(&one.document).copied().unwrap_or(SiteAt(0));
            let hold = found.iter().find(|(at, _)| *at == site).or(found.first());
            let Some((site, hold)) = hold.copied() else { continue };
            let turnover =
                self.model.sites.get(site.0).map_or(0, |model_site| model_site.turnover(hold));
            let from = one.place.from.0.div_euclid(60_000_000);
            let until = one.place.until.0.saturating_add(59_999_999).div_euclid(60_000_000);
            let span = model::Span { from, to: until.saturating_sub(turnover).max(from + 1) };
            let booked = model::Booked { name: String::new(), span, holds: vec![hold] };
            let fresh = || model::Booking {
                id: one.document.to_string(),
                site,
                service: None,
                depth_um: None,
                phases: Vec::new(),
            };
            bookings.entry(one.document).or_insert_with(fresh).phases.push(booked);
        }
        bookings.into_values().collect()
    }
}

/// The part that a visit is for: treatment or the talk, else the first with anybody.
pub(crate) fn lead(phases: &[Phase]) -> Option<&Phase> {
    let first = |test: &dyn Fn(&&Phase) -> bool| phases.iter().find(|phase| test(phase));
    first(&|phase| phase.kind == PhaseKind::Treatment && phase.staff.is_some())
        .or_else(|| first(&|phase| phase.device.is_some() && phase.staff.is_some()))
        .or_else(|| first(&|phase| phase.staff.is_some()))
}

/// A moment in the engine's minutes.
pub(crate) fn minute(at: Timestamp) -> Minute {
    at.as_second().div_euclid(60)
}

/// A moment of the engine's.
pub(crate) fn timestamp(at: Minute) -> Timestamp {
    Timestamp::from_second(at.saturating_mul(60)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The services of a record that has none is a fault of it: they are made with the clinic.
fn missing(what: &'static str) -> Failure {
    Failure::Missing { what }
}
