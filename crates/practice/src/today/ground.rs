//! What a day's visits stand on: each site on its own clock, its rooms, devices and people, when they cannot be had and
//! why; and what of the visits is broken or tight.
//!
//! Everything here is worked out from documents and from what is reserved; nothing is decided or written. What is drawn on
//! a row is what the row's room, device or person holds, and nothing else.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::{Blocked, Device, Held, Room, Roster, Site, document_of_held, document_of_roster},
    person::{Member, member_of},
    visit::{PhaseKind, Visit, VisitState},
};
use percuta_record::{DocumentId, Owner, PersonId};

use super::DayVisit;
use crate::{
    Practice,
    calendar::{Calendar, Place, timestamp},
    refusal::No,
    vault::{Folder, Opened},
    visits::stands,
};

/// Two visits that follow one another in a room with fewer minutes between them than this are tight.
const TIGHT_MIN: i64 = 5;
/// A gap of a person shorter than this is no use to anybody.
const USEFUL_MIN: i64 = 10;

/// From a moment to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
}

impl Stretch {
    /// From a moment to another.
    pub fn new(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until }
    }

    /// Whether they have a moment in common.
    pub fn meets(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// What of it is left beside others.
    pub fn less(self, others: &[Self]) -> Vec<Self> {
        let mut left = vec![self];
        for other in others {
            let cut = |one: Self| {
                if !one.meets(*other) {
                    return vec![one];
                }
                let before = Self::new(one.from, other.from.max(one.from));
                let after = Self::new(other.until.min(one.until), one.until);
                [before, after].into_iter().filter(|part| part.from < part.until).collect()
            };
            left = left.into_iter().flat_map(cut).collect();
        }
        left
    }

    fn minutes(self) -> i64 {
        self.until.duration_since(self.from).as_mins()
    }
}

/// Why something or somebody cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The site is closed, or it is no shift of theirs.
    Shut,
    /// A break.
    Break,
    /// Blocked or away, in the words that were given.
    Said(String),
    /// A time is kept for somebody who is choosing.
    Kept,
    /// They are at another site.
    Elsewhere(String),
}

/// When something or somebody cannot be had, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Off {
    /// When.
    pub when: Stretch,
    /// Why.
    pub because: Because,
}

/// A room, a device or a person on a day.
#[derive(Debug, Clone)]
pub struct Row<D> {
    /// Which.
    pub of: D,
    /// When it cannot be had.
    pub off: Vec<Off>,
}

/// A site on a day.
#[derive(Debug, Clone)]
pub struct SiteDay {
    /// The site.
    pub site: Opened<Site>,
    /// Its clock.
    pub zone: TimeZone,
    /// The day on its clock, from midnight to midnight.
    pub whole: Stretch,
    /// When it is open.
    pub open: Vec<Stretch>,
    /// Why it is closed, where that was said; empty where nobody said why.
    pub closed: Option<String>,
    /// Its rooms.
    pub rooms: Vec<Row<Opened<Room>>>,
    /// Its devices.
    pub devices: Vec<Row<Opened<Device>>>,
    /// Who works here on this day, or has something to do.
    pub people: Vec<Row<PersonId>>,
}

/// Something about a visit that cannot stay as it is, or hardly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Whose visit has to give way.
    pub visit: DocumentId,
    /// When it shows.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
}

/// What is the matter with a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It lies outside the hours of its site.
    Outside,
    /// Its room cannot be used then.
    Room(DocumentId, Because),
    /// Its device cannot be used then.
    Device(DocumentId, Because),
    /// Somebody who takes part is not there then.
    Person(PersonId, Because),
    /// Its room holds more than it can.
    Full(DocumentId),
    /// The room before it is free at the very minute in which it begins; whose visit is before it.
    Tight(DocumentId, DocumentId),
}

impl What {
    /// A number for each kind of thing.
    fn kind(&self) -> u8 {
        match self {
            Self::Outside => 0,
            Self::Room(..) => 1,
            Self::Device(..) => 2,
            Self::Person(..) => 3,
            Self::Full(_) => 4,
            Self::Tight(..) => 5,
        }
    }

    /// Whether it works as long as nobody is late.
    pub fn is_tight(&self) -> bool {
        match self {
            Self::Tight(..) => true,
            Self::Outside
            | Self::Room(..)
            | Self::Device(..)
            | Self::Person(..)
            | Self::Full(_) => false,
        }
    }
}

/// Somebody who is free, or does something else, while a patient of theirs is numbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbs {
    /// The visit whose patient is numbed.
    pub visit: DocumentId,
    /// Who treats afterwards.
    pub with: PersonId,
    /// When they are free.
    pub free: Stretch,
    /// The visit that they have in hand meanwhile.
    pub meanwhile: Option<DocumentId>,
}

impl Practice {
    /// The sites on a day, and what is reserved in it.
    pub(super) async fn sites_on(
        &self,
        calendar: &Calendar,
        date: Date,
        members: &[Opened<Member>],
    ) -> Result<Vec<SiteDay>, No> {
        let own = self.vault.own().await?;
        let mut sites = Vec::new();
        for place in &calendar.sites {
            let Some(whole) = whole(&place.zone, date) else { continue };
            let staff = place.staff.iter().copied();
            let mut day = SiteDay {
                site: place.site.clone(),
                zone: place.zone.clone(),
                whole,
                open: open(place, date),
                closed: place.site.closed.get(&date).cloned(),
                rooms: Vec::new(),
                devices: Vec::new(),
                people: Vec::new(),
            };
            day.rooms = rows(&day, &place.rooms, |room| room.is_used, |room| &room.blocked);
            day.devices = rows(&day, &place.devices, |one| one.is_used, |one| &one.blocked);
            for person in staff {
                day.people.extend(present(&own, calendar, &day, person)?);
            }
            day.people.sort_by_key(|row| {
                members.iter().position(|member| member_of(member.id) == row.of)
            });
            sites.push(day);
        }
        sites.retain(|day| day.site.is_open);
        Ok(sites)
    }

    /// What is kept for those who are choosing, as rows cannot be had.
    pub(super) async fn kept_on(
        &self,
        sites: &mut [SiteDay],
        held: &[(DocumentId, Owner)],
    ) -> Result<(), No> {
        for (document, owner) in held {
            let Owner::Patient(patient) = owner else { continue };
            if *document != document_of_held(*patient) {
                continue;
            }
            let Some(folder) = self.vault.folder(*patient).await? else { continue };
            let kept = folder.one::<Held>(*document)?.and_then(|held| held.document.kept);
            let Some(kept) = kept.filter(|kept| kept.until > self.now()) else { continue };
            for phase in kept.visits.iter().flat_map(|visit| &visit.phases) {
                let when = Stretch::new(phase.from, phase.until);
                let off = Off { when, because: Because::Kept };
                for day in sites.iter_mut().filter(|day| day.whole.meets(when)) {
                    let room = |row: &&mut Row<Opened<Room>>| Some(row.of.id) == phase.room;
                    day.rooms.iter_mut().filter(room).for_each(|row| row.off.push(off.clone()));
                    let member = |row: &&mut Row<PersonId>| Some(row.of) == phase.staff;
                    day.people.iter_mut().filter(member).for_each(|row| row.off.push(off.clone()));
                }
            }
        }
        Ok(())
    }
}

/// A day from midnight to midnight on a clock.
pub(super) fn whole(zone: &TimeZone, date: Date) -> Option<Stretch> {
    let begin = |day: Date| day.to_zoned(zone.clone()).map(|at| at.timestamp()).ok();
    Some(Stretch::new(begin(date)?, begin(date.checked_add(1.day()).ok()?)?))
}

fn open(place: &Place, date: Date) -> Vec<Stretch> {
    let at = |time: jiff::civil::Time| {
        date.to_datetime(time).to_zoned(place.zone.clone()).map(|at| at.timestamp()).ok()
    };
    let hours = place.site.hours_on(date);
    hours.filter_map(|hours| Some(Stretch::new(at(hours.from)?, at(hours.until)?))).collect()
}

fn said(day: &SiteDay, blocked: &[Blocked]) -> Vec<Off> {
    let off = |one: &Blocked| Off {
        when: Stretch::new(one.from, one.until),
        because: Because::Said(one.why.clone()),
    };
    blocked.iter().map(off).filter(|off| off.when.meets(day.whole)).collect()
}

fn rows<D: Clone>(
    day: &SiteDay,
    all: &[Opened<D>],
    is_used: fn(&D) -> bool,
    blocked: fn(&D) -> &Vec<Blocked>,
) -> Vec<Row<Opened<D>>> {
    let shut = day.whole.less(&day.open);
    let row = |one: &Opened<D>| {
        let mut off = said(day, blocked(one));
        let shut = shut.iter().map(|when| Off { when: *when, because: Because::Shut });
        off.extend(shut);
        Row { of: one.clone(), off }
    };
    all.iter().filter(|one| is_used(one)).map(row).collect()
}

/// Somebody on a day: nothing where they neither work nor are away nor are held.
fn present(
    own: &Folder,
    calendar: &Calendar,
    day: &SiteDay,
    person: PersonId,
) -> Result<Option<Row<PersonId>>, No> {
    let Some((at, place)) = calendar.site(day.site.id) else { return Ok(None) };
    let position = place.staff.iter().position(|one| *one == person);
    let model = position.and_then(|staff| calendar.model.sites.get(at.0)?.staff.get(staff));
    let Some(model) = model else { return Ok(None) };
    let stretch = |span: &percuta_scheduling::model::Span| {
        Stretch::new(timestamp(span.from), timestamp(span.to))
    };
    let on: Vec<Stretch> = model.shifts.iter().map(stretch).collect();
    let roster = own.one::<Roster>(document_of_roster(person))?;
    let away = roster.map(|roster| said(day, &roster.away)).unwrap_or_default();
    let document = percuta_chart::person::document_of_member(person);
    let held = calendar.reserved.iter().filter(|one| one.place.resource == document);
    let is_held = held.map(|one| reserved(&one.place)).any(|when| when.meets(day.whole));
    if !is_held && !on.iter().any(|shift| shift.meets(day.whole)) {
        return Ok(None);
    }
    let spans: Vec<Stretch> = away.iter().map(|off| off.when).collect();
    let breaks = model.breaks.iter().map(stretch).flat_map(|pause| pause.less(&spans));
    // Who is away takes no break, and a break beside the shift is none.
    let breaks = breaks.filter(|pause| on.iter().any(|shift| shift.meets(*pause)));
    let mut off: Vec<Off> = breaks.map(|when| Off { when, because: Because::Break }).collect();
    let shut = day.whole.less(&on);
    off.extend(shut.into_iter().map(|when| Off { when, because: Because::Shut }));
    off.extend(away);
    off.retain(|off| off.when.meets(day.whole));
    Ok(Some(Row { of: person, off }))
}

pub(super) fn reserved(place: &percuta_record::commit::Place) -> Stretch {
    let at = |moment: percuta_record::Moment| {
        Timestamp::from_microsecond(moment.0).unwrap_or(Timestamp::UNIX_EPOCH)
    };
    Stretch::new(at(place.from), at(place.until))
}

/// Numbers for things that overlap, so that no two of one number do: as few as possible.
pub fn seats(spans: &[Stretch]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|at| spans.get(*at).copied());
    let (mut ends, mut seats): (Vec<Timestamp>, Vec<usize>) = (Vec::new(), vec![0; spans.len()]);
    for at in order {
        let Some(span) = spans.get(at) else { continue };
        let free = ends.iter().position(|end| *end <= span.from).unwrap_or(ends.len());
        match ends.get_mut(free) {
            Some(end) => *end = span.until,
            None => ends.push(span.until),
        }
        if let Some(seat) = seats.get_mut(at) {
            *seat = free;
        }
    }
    seats
}

/// When a person is free although a visit of theirs goes on, because their patient is numbed and needs nobody.
pub fn gaps(visits: &[DayVisit], person: PersonId, off: &[Off]) -> Vec<Stretch> {
    let mut taken: Vec<Stretch> = off.iter().map(|off| off.when).collect();
    taken.extend(of_person(visits, person).map(|(_, when)| when));
    let free = numbed(visits, person).flat_map(|(_, when)| when.less(&taken));
    free.filter(|gap| gap.minutes() >= USEFUL_MIN).collect()
}

/// The parts of visits in which somebody takes part.
fn of_person(visits: &[DayVisit], person: PersonId) -> impl Iterator<Item = (DocumentId, Stretch)> {
    let part = move |one: &DayVisit| {
        let phases = one.visit.phases.iter().filter(|phase| phase.staff == Some(person));
        let id = one.visit.id;
        let parts: Vec<_> =
            phases.map(|phase| (id, Stretch::new(phase.from, phase.until))).collect();
        parts
    };
    visits.iter().filter(|one| stands(&one.visit)).flat_map(part)
}

/// The numbing of visits that somebody treats, where nobody has to be there.
fn numbed(visits: &[DayVisit], person: PersonId) -> impl Iterator<Item = (DocumentId, Stretch)> {
    let of = move |one: &&DayVisit| stands(&one.visit) && one.visit.with == person;
    visits.iter().filter(of).flat_map(|one| {
        let alone = one
            .visit
            .phases
            .iter()
            .filter(|phase| phase.kind == PhaseKind::Numbing && phase.staff.is_none());
        alone.map(|phase| (one.visit.id, Stretch::new(phase.from, phase.until)))
    })
}

/// The next numbing that lets somebody go, and what they can do or do meanwhile: the first that is not over.
pub fn numbs(site: &SiteDay, visits: &[DayVisit], now: Timestamp) -> Option<Numbs> {
    let mut found: Vec<Numbs> = Vec::new();
    for row in &site.people {
        let off: Vec<Stretch> = row.off.iter().map(|off| off.when).collect();
        for (visit, when) in numbed(visits, row.of).filter(|(_, when)| when.until > now) {
            let other =
                of_person(visits, row.of).find(|(other, busy)| *other != visit && busy.meets(when));
            match other {
                Some((other, busy)) => {
                    let meanwhile = Some(other);
                    found.push(Numbs { visit, with: row.of, free: busy, meanwhile });
                }
                None => {
                    let free = when.less(&off).into_iter().max_by_key(|free| free.minutes());
                    let free = free.filter(|free| free.minutes() >= USEFUL_MIN);
                    found.extend(free.map(|free| Numbs {
                        visit,
                        with: row.of,
                        free,
                        meanwhile: None,
                    }));
                }
            }
        }
    }
    found.into_iter().min_by_key(|one| one.free.from)
}

/// What is broken or tight about the visits of a site that are still to come, each said once; broken comes first.
pub fn troubles(site: &SiteDay, visits: &[DayVisit], now: Timestamp) -> Vec<Trouble> {
    let here: Vec<&DayVisit> = visits
        .iter()
        .filter(|one| one.visit.site == site.site.id && stands(&one.visit))
        .filter(|one| one.visit.until > now && !matches!(one.visit.state, VisitState::Done { .. }))
        .collect();
    let mut troubles: Vec<Trouble> = here.iter().flat_map(|one| broken(site, &one.visit)).collect();
    troubles.extend(crowded(site, &here));
    troubles.sort_by_key(|one| (one.what.is_tight(), one.at, one.visit));
    let mut said = BTreeSet::new();
    // One sentence for one visit and kind of thing.
    troubles.retain(|one| said.insert((one.visit, one.what.kind())));
    troubles
}

fn broken(site: &SiteDay, visit: &Opened<Visit>) -> Vec<Trouble> {
    let whole = Stretch::new(visit.from, visit.until);
    let mut found = Vec::new();
    let mut trouble = |at, what| found.push(Trouble { visit: visit.id, at, what });
    if let Some(out) = whole.less(&site.open).first() {
        trouble(out.from, What::Outside);
    }
    let first = |off: &[Off], when: Stretch| {
        let hit = off.iter().find(|off| match off.because {
            // That the site is closed is said of the visit.
            Because::Shut => false,
            Because::Break | Because::Said(_) | Because::Elsewhere(_) => off.when.meets(when),
            // What is kept was found beside this visit.
            Because::Kept => false,
        });
        hit.map(|off| (off.when.from.max(when.from), off.because.clone()))
    };
    for phase in &visit.phases {
        let when = Stretch::new(phase.from, phase.until);
        let room = site.rooms.iter().find(|row| Some(row.of.id) == phase.room);
        if let Some((at, why)) = room.and_then(|row| first(&row.off, when)) {
            trouble(at, What::Room(phase.room.unwrap_or(visit.id), why));
        }
        let device = site.devices.iter().find(|row| Some(row.of.id) == phase.device);
        if let Some((at, why)) = device.and_then(|row| first(&row.off, when)) {
            trouble(at, What::Device(phase.device.unwrap_or(visit.id), why));
        }
        let Some(staff) = phase.staff else { continue };
        let person = site.people.iter().find(|row| row.of == staff);
        match person {
            None => trouble(phase.from, What::Person(staff, Because::Shut)),
            Some(row) => {
                let shut =
                    row.off.iter().find(|off| off.because == Because::Shut && off.when.meets(when));
                let shut = shut.map(|off| (off.when.from.max(when.from), Because::Shut));
                if let Some((at, why)) = first(&row.off, when).or(shut) {
                    trouble(at, What::Person(staff, why));
                }
            }
        }
    }
    found
}

/// Rooms that hold more than they can, and visits that begin the minute after the one before left the room.
fn crowded(site: &SiteDay, visits: &[&DayVisit]) -> Vec<Trouble> {
    let mut found = Vec::new();
    for row in &site.rooms {
        let mut stays: Vec<(Stretch, DocumentId)> = Vec::new();
        for one in visits {
            stays.extend(stay(&one.visit, row.of.id).map(|stay| (stay, one.visit.id)));
        }
        stays.sort();
        let turnover = SignedDuration::from_mins(row.of.turnover_min);
        let spans: Vec<Stretch> = stays.iter().map(|(stay, _)| *stay).collect();
        let seats = seats(&spans);
        for (at, (stay, visit)) in stays.iter().enumerate() {
            let seat = seats.get(at).copied().unwrap_or(0);
            if seat >= usize::from(row.of.capacity) {
                let what = What::Full(row.of.id);
                found.push(Trouble { visit: *visit, at: stay.from, what });
            }
            let mut before = stays.iter().zip(&seats).take(at);
            let before = before.rfind(|(_, other)| **other == seat);
            let Some(((last, earlier), _)) = before else { continue };
            let ready = last.until.saturating_add(turnover).unwrap_or(last.until);
            let minutes = stay.from.duration_since(ready).as_mins();
            // Talks follow one another without a gap on purpose.
            let later = visits.iter().find(|one| one.visit.id == *visit);
            let is_talk = later.is_some_and(|one| {
                one.visit.phases.iter().all(|phase| phase.kind == PhaseKind::Talk)
            });
            if row.of.capacity == 1 && minutes < TIGHT_MIN && earlier != visit && !is_talk {
                let what = What::Tight(row.of.id, *earlier);
                found.push(Trouble { visit: *visit, at: stay.from, what });
            }
        }
    }
    found
}

/// From when to when a visit is in a room.
pub fn stay(visit: &Visit, room: DocumentId) -> Option<Stretch> {
    let here = || visit.phases.iter().filter(|phase| phase.room == Some(room));
    Some(Stretch::new(here().next()?.from, here().next_back()?.until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(from: &str, until: &str) -> Stretch {
        let at = |time: &str| format!("2026-11-23T{time}:00Z").parse().unwrap();
        Stretch::new(at(from), at(until))
    }

    #[test]
    fn what_is_left_of_a_time_is_everything_beside_what_is_taken() {
        let day = stretch("09:00", "17:00");
        let taken =
            [stretch("08:00", "09:30"), stretch("12:00", "13:00"), stretch("12:30", "14:00")];
        assert_eq!(day.less(&taken), [stretch("09:30", "12:00"), stretch("14:00", "17:00")]);
        assert_eq!(day.less(&[]), [day]);
        assert!(day.less(&[stretch("00:00", "23:00")]).is_empty());
        // Who leaves as somebody else comes is not in the way.
        assert_eq!(day.less(&[stretch("17:00", "18:00")]), [day]);
    }

    #[test]
    fn as_many_seats_are_drawn_as_are_taken_at_once_and_no_more() {
        let spans = [
            stretch("10:00", "10:45"),
            stretch("09:00", "10:00"),
            stretch("09:30", "10:15"),
            stretch("10:15", "11:00"),
        ];
        assert_eq!(seats(&spans), [0, 0, 1, 1]);
        assert_eq!(seats(&[]), [0; 0]);
        let same = [stretch("09:00", "10:00"); 3];
        let mut seats = seats(&same);
        seats.sort_unstable();
        assert_eq!(seats, [0, 1, 2]);
    }
}
