//! What a visit reserves: every room, device and person for as long as it holds them and turns over, and the patient.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use percuta_chart::{person, visit::Phase};
use percuta_record::{DocumentId, Moment, PatientId, commit::Place};

use super::Calendar;

/// What a visit with these parts reserves; `None` where a place is no longer free.
///
/// A resource with several places is counted, not numbered: where no one place is free all the time, the reservation goes on
/// at the next. So the database refuses exactly when more would be held at once than there are.
pub(crate) fn places(
    calendar: &Calendar,
    patient: PatientId,
    phases: &[Phase],
) -> Option<BTreeSet<Place>> {
    let mut wanted: BTreeMap<DocumentId, Vec<(i64, i64)>> = BTreeMap::new();
    let mut want = |resource: DocumentId, from: Timestamp, until: Timestamp, more_min: i64| {
        let until = until.saturating_add(SignedDuration::from_mins(more_min)).unwrap_or(until);
        wanted.entry(resource).or_default().push((from.as_microsecond(), until.as_microsecond()));
    };
    for phase in phases {
        if let Some(room) = phase.room {
            want(room, phase.from, phase.until, calendar.turnover_of(room));
        }
        if let Some(device) = phase.device {
            want(device, phase.from, phase.until, calendar.turnover_of(device));
        }
        if let Some(staff) = phase.staff {
            want(person::document_of_member(staff), phase.from, phase.until, 0);
        }
    }
    let (first, last) = (phases.first()?, phases.last()?);
    want(person::document_of(patient), first.from, last.until, 0);
    let mut places = BTreeSet::new();
    for (resource, mut spans) in wanted {
        spans.sort_unstable();
        // A visit never stands in its own way.
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, until) in spans {
            match joined.last_mut() {
                Some(before) if from <= before.1 => before.1 = before.1.max(until),
                _ => joined.push((from, until)),
            }
        }
        for span in joined {
            places.extend(calendar.seats(resource, span)?);
        }
    }
    Some(places)
}

impl Calendar {
    fn turnover_of(&self, resource: DocumentId) -> i64 {
        let room = || self.sites.iter().flat_map(|place| &place.rooms);
        let device = || self.sites.iter().flat_map(|place| &place.devices);
        room().find(|one| one.id == resource).map(|one| one.turnover_min).unwrap_or_else(|| {
            device().find(|one| one.id == resource).map_or(0, |one| one.turnover_min)
        })
    }

    fn capacity_of(&self, resource: DocumentId) -> u16 {
        let mut rooms = self.sites.iter().flat_map(|place| &place.rooms);
        rooms.find(|one| one.id == resource).map_or(1, |one| one.capacity)
    }

    /// Places of a resource for a time, as few changes of place as can be.
    fn seats(&self, resource: DocumentId, (from, until): (i64, i64)) -> Option<Vec<Place>> {
        let held: Vec<Place> = self
            .reserved
            .iter()
            .map(|one| one.place)
            .filter(|one| one.resource == resource && one.from.0 < until && from < one.until.0)
            .collect();
        let capacity = self.capacity_of(resource);
        let (mut seats, mut at) = (Vec::new(), from);
        while at < until {
            let free_until = |place: u16| {
                let here = || held.iter().filter(|one| one.place == place);
                let is_taken = here().any(|one| one.from.0 <= at && at < one.until.0);
                let next = here().map(|one| one.from.0).filter(|next| *next > at).min();
                (!is_taken).then(|| next.unwrap_or(until).min(until))
            };
            let (place, to) = (0..capacity)
                .filter_map(|place| Some((place, free_until(place)?)))
                .max_by_key(|(place, to)| (*to, std::cmp::Reverse(*place)))?;
            seats.push(Place { resource, place, from: Moment(at), until: Moment(to) });
            at = to;
        }
        Some(seats)
    }
}
