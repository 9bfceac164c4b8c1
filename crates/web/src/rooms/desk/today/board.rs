//! The board out of the day: rooms, devices and people of each site with what they hold, on the site's own clock.
//!
//! Nothing is decided here: what is held comes from the visits, what cannot be had from the ground of the day, and what is
//! broken or tight from [`troubles`].

use jiff::{SignedDuration, Timestamp, civil::Time};
use percuta_chart::{
    calendar::{Room as RoomOf, RoomKind},
    person::member_of,
    visit::{PhaseKind, VisitState},
};
use percuta_practice::{
    Act, Opened,
    today::{
        DayVisit,
        ground::{Because, Off, Row, SiteDay, Stretch, Trouble, What, gaps, seats, stay, troubles},
    },
    visits::stands,
};
use percuta_record::{DocumentId, PersonId};

use super::{View, path, purpose};
use crate::{
    page::staff::{
        part::Link,
        today::{Block, Board, Holds, Lane, Note, Phase},
    },
    rooms::desk::clock,
    wording,
};

/// Hours of a board for a day on which nothing else says when it begins and ends.
const HOURS: (i8, i8) = (9, 17);
/// All devices are drawn where there are no more than these; else those that are held.
const DEVICES_SHOWN: usize = 4;
/// So much that is tight is said; a day that is packed on purpose is not a list of warnings.
const TIGHT_SHOWN: usize = 2;

impl View<'_> {
    /// A board for each site.
    pub(super) fn boards(&self) -> Vec<Board> {
        self.day.sites.iter().map(|site| Drawing { view: self, site }.board()).collect()
    }
}

/// The board of one site.
struct Drawing<'v> {
    view: &'v View<'v>,
    site: &'v SiteDay,
}

impl Drawing<'_> {
    fn board(&self) -> Board {
        let day = self.view.day;
        let (from, until) = self.hours();
        let now = self.view.desk.practice().now();
        let several = day.sites.len() > 1;
        let is_here = self.site.zone == self.view.zone;
        Board {
            site: several.then(|| self.site.site.name.clone()),
            clock: match several && !is_here {
                true => format!("its own clock: {} there now", clock(now, &self.site.zone)),
                false => String::new(),
            },
            date: day.date.to_string(),
            shut: self.shut(),
            from,
            until,
            now: (self.site.whole.from <= now && now < self.site.whole.until)
                .then(|| self.local(now)),
            rooms: self.site.rooms.iter().map(|row| self.room(row, (from, until))).collect(),
            devices: self.devices((from, until)),
            people: self.site.people.iter().map(|row| self.person(row, (from, until))).collect(),
            can_move: self.view.desk.actor.may(Act::Book),
            notes: self.notes(now),
            away: self.away(),
        }
    }

    fn shut(&self) -> Option<String> {
        if !self.site.open.is_empty() {
            return None;
        }
        Some(match self.site.closed.as_deref() {
            Some(why) if !why.is_empty() => format!("Closed on this day: {why}."),
            Some(_) | None => "Closed on this day.".to_owned(),
        })
    }

    /// The visits that hold something here.
    fn visits(&self) -> impl Iterator<Item = &DayVisit> {
        let here = |one: &&DayVisit| one.visit.site == self.site.site.id && stands(&one.visit);
        self.view.day.visits.iter().filter(here)
    }

    /// From which hour to which it is drawn: all opening hours, and whatever is held beside them.
    fn hours(&self) -> (i8, i8) {
        let held = self.visits().map(|one| Stretch::new(one.visit.from, one.visit.until));
        let all: Vec<Stretch> = self.site.open.iter().copied().chain(held).collect();
        let from = all.iter().map(|one| self.local(one.from).hour()).min();
        let until = all.iter().map(|one| {
            let end = self.local(one.until);
            if end.minute() > 0 { end.hour() + 1 } else { end.hour() }
        });
        let from = from.unwrap_or(HOURS.0).min(23);
        (from, until.max().unwrap_or(HOURS.1).clamp(from + 1, 24))
    }

    fn local(&self, at: Timestamp) -> Time {
        let local = at.to_zoned(self.site.zone.clone());
        // What lies beyond the day is drawn to its edge.
        match local.date().cmp(&self.view.day.date) {
            std::cmp::Ordering::Less => Time::MIN,
            std::cmp::Ordering::Equal => local.time(),
            std::cmp::Ordering::Greater => Time::constant(23, 59, 0, 0),
        }
    }

    fn block(&self, when: Stretch, holds: Holds) -> Block {
        Block { start: self.local(when.from), end: self.local(when.until), holds }
    }

    /// What cannot be had, within the hours that are drawn.
    fn off(&self, off: &[Off], word: &str, (from, until): (i8, i8)) -> Vec<Block> {
        let first = Time::new(from, 0, 0, 0).unwrap_or(Time::MIN);
        let last = Time::new(until, 0, 0, 0).unwrap_or(Time::constant(23, 59, 0, 0));
        let drawn = |off: &Off| {
            let block = self.block(off.when, off_of(&off.because, word));
            let (start, end) = (block.start.max(first), block.end.min(last));
            (start < end).then_some(Block { start, end, ..block })
        };
        off.iter().filter_map(drawn).collect()
    }

    fn room(&self, row: &Row<Opened<RoomOf>>, hours: (i8, i8)) -> Lane {
        let room = &row.of;
        let turnover = SignedDuration::from_mins(room.turnover_min);
        let held: Vec<(&DayVisit, Stretch)> =
            self.visits().filter_map(|one| Some((one, stay(&one.visit, room.id)?))).collect();
        let ready = |stay: &Stretch| stay.until.saturating_add(turnover).unwrap_or(stay.until);
        let spans: Vec<Stretch> =
            held.iter().map(|(_, stay)| Stretch::new(stay.from, ready(stay))).collect();
        let seats = seats(&spans);
        let count = seats.iter().max().map_or(1, |last| last.saturating_add(1));
        let mut rows: Vec<Vec<Block>> = vec![self.off(&row.off, "blocked", hours); count];
        for ((one, stay), seat) in held.iter().zip(&seats) {
            let Some(blocks) = rows.get_mut(*seat) else { continue };
            blocks.push(self.visit(one, *stay, room.id));
            if room.turnover_min > 0 {
                blocks.push(self.block(Stretch::new(stay.until, ready(stay)), Holds::Turnover));
            }
        }
        let says = match (room.kind, room.capacity) {
            (RoomKind::Numbing, seats) => wording::count(usize::from(seats), "seat", "seats"),
            (kind, 1) => kind.word().to_owned(),
            (kind, places) => format!("{}, {places} places", kind.word()),
        };
        let takes = Some(room.id.to_string());
        Lane { name: room.name.clone(), says, rows, takes, away: None }
    }

    fn visit(&self, one: &DayVisit, stay: Stretch, room: DocumentId) -> Block {
        let here = one.visit.phases.iter().filter(|phase| phase.room == Some(room));
        let phases = here.map(|phase| {
            let minutes = phase.until.duration_since(phase.from).as_mins();
            (phase_of(phase.kind), i16::try_from(minutes).unwrap_or(i16::MAX))
        });
        let is_first = one.visit.phases.iter().find_map(|phase| phase.room) == Some(room);
        let may = self.view.desk.actor.may(Act::Book) && one.visit.state == VisitState::Booked;
        let holds = Holds::Visit {
            href: path::visit(one.visit.id),
            id: is_first.then(|| format!("at-{}", one.visit.id)),
            name: one.name.clone(),
            says: purpose(one),
            phases: phases.collect(),
            after: i16::try_from(stay.from.duration_since(one.visit.from).as_mins())
                .unwrap_or(i16::MAX),
            carry: may.then(|| path::visit(one.visit.id)),
        };
        self.block(stay, holds)
    }

    fn devices(&self, hours: (i8, i8)) -> Vec<Lane> {
        let all = &self.site.devices;
        let mut lanes = Vec::new();
        for row in all {
            let mut blocks = self.off(&row.off, "blocked", hours);
            let mut is_held = false;
            let turnover = SignedDuration::from_mins(row.of.turnover_min);
            for one in self.visits() {
                let phases = one.visit.phases.iter();
                for phase in phases.filter(|phase| phase.device == Some(row.of.id)) {
                    is_held = true;
                    blocks.push(self.part(one, phase));
                    let ready = phase.until.saturating_add(turnover).unwrap_or(phase.until);
                    if row.of.turnover_min > 0 {
                        let when = Stretch::new(phase.until, ready);
                        blocks.push(self.block(when, Holds::Turnover));
                    }
                }
            }
            if is_held || all.len() <= DEVICES_SHOWN {
                blocks.sort_by_key(|block| block.start);
                let (name, says) = (row.of.name.clone(), row.of.modality.clone());
                lanes.push(Lane { name, says, rows: vec![blocks], takes: None, away: None });
            }
        }
        lanes
    }

    fn person(&self, row: &Row<PersonId>, hours: (i8, i8)) -> Lane {
        let who = row.of;
        let mut blocks = self.off(&row.off, "away", hours);
        for one in self.view.day.visits.iter().filter(|one| stands(&one.visit)) {
            for phase in one.visit.phases.iter().filter(|phase| phase.staff == Some(who)) {
                if one.visit.site == self.site.site.id {
                    blocks.push(self.part(one, phase));
                } else {
                    let when = Stretch::new(phase.from, phase.until);
                    let site = self.view.site_of(one).map(|site| site.site.name.clone());
                    let says = site.unwrap_or_else(|| "elsewhere".to_owned());
                    blocks.push(self.block(when, Holds::Away { says }));
                }
            }
        }
        let visits = &self.view.day.visits;
        let free = gaps(visits, who, &row.off);
        blocks.extend(free.into_iter().map(|gap| self.block(gap, Holds::Gap)));
        blocks.sort_by_key(|block| block.start);
        let member = self.view.day.members.iter().find(|member| member_of(member.id) == who);
        let says = member.map_or(String::new(), |member| {
            let depth = member.depth_mm_max.map(|depth| format!("to {depth} mm"));
            let credentials = Some(member.credentials.clone()).filter(|words| !words.is_empty());
            credentials.into_iter().chain(depth).collect::<Vec<_>>().join(", ")
        });
        let name = self.view.member(who).to_owned();
        let (may, date) = (self.view.desk.actor.may(Act::Book), self.view.day.date);
        let is_over = date < self.view.day.today;
        let away = (may && !is_over).then(|| format!("/team/{who}/away?date={date}"));
        Lane { name, says, rows: vec![blocks], takes: None, away }
    }

    /// One part of a visit, in the row of somebody or something that it holds.
    fn part(&self, one: &DayVisit, phase: &percuta_chart::visit::Phase) -> Block {
        let holds = Holds::Part {
            href: path::visit(one.visit.id),
            phase: phase_of(phase.kind),
            says: one.name.clone(),
        };
        self.block(Stretch::new(phase.from, phase.until), holds)
    }

    fn notes(&self, now: Timestamp) -> Vec<Note> {
        let found = troubles(self.site, &self.view.day.visits, now);
        let broken = found.iter().filter(|one| !one.what.is_tight());
        let tight = found.iter().filter(|one| one.what.is_tight()).take(TIGHT_SHOWN);
        broken.chain(tight).map(|one| self.note(one)).collect()
    }

    fn note(&self, trouble: &Trouble) -> Note {
        let at = clock(trouble.at, &self.site.zone);
        let whose = self.name_of(trouble.visit);
        let (says, why) = match &trouble.what {
            What::Outside => (
                format!("{whose} is booked when {} is closed, at {at}.", self.site.site.name),
                "Nobody else will be there.".to_owned(),
            ),
            What::Room(room, because) => (
                format!("{} cannot be used at {at}{}.", self.room_name(*room), why(because)),
                format!("{whose} is booked into it."),
            ),
            What::Device(device, because) => (
                format!("{} cannot be used at {at}{}.", self.device_name(*device), why(because)),
                format!("{whose} is to be treated with it."),
            ),
            What::Person(who, because) => (
                format!("{} is not there at {at}{}.", self.view.member(*who), why(because)),
                format!("{whose} is booked with them."),
            ),
            What::Full(room) => (
                format!("{} holds more than it can at {at}.", self.room_name(*room)),
                format!("{whose} has no place in it."),
            ),
            What::Tight(room, before) => (
                format!("{} turns over with no gap at {at}.", self.room_name(*room)),
                format!("If {} runs late, {whose} waits.", self.name_of(*before)),
            ),
        };
        let one = self.view.day.visits.iter().find(|one| one.visit.id == trouble.visit);
        let moves = one.is_some_and(|one| one.visit.state == VisitState::Booked);
        let remedy = (moves && self.view.desk.actor.may(Act::Book)).then(|| {
            let path = format!("{}/move", path::visit(trouble.visit));
            Link::new(path, format!("Move {whose}"))
        });
        Note { is_tight: trouble.what.is_tight(), says, why, remedy }
    }

    fn name_of(&self, visit: DocumentId) -> &str {
        let found = self.view.day.visits.iter().find(|one| one.visit.id == visit);
        found.map_or("a visit", |one| one.name.as_str())
    }

    fn room_name(&self, room: DocumentId) -> &str {
        let found = self.site.rooms.iter().find(|row| row.of.id == room);
        found.map_or("a room", |row| row.of.name.as_str())
    }

    fn device_name(&self, device: DocumentId) -> &str {
        let found = self.site.devices.iter().find(|row| row.of.id == device);
        found.map_or("a device", |row| row.of.name.as_str())
    }

    /// Who and what cannot be had, as the list says it.
    fn away(&self) -> Vec<String> {
        let mut says = Vec::new();
        let mut say = |name: &str, off: &[Off], word: &str| {
            for off in off {
                let Holds::Away { says: why } = off_of(&off.because, word) else { continue };
                let (from, until) = (
                    clock(off.when.from.max(self.site.whole.from), &self.site.zone),
                    clock(off.when.until.min(self.site.whole.until), &self.site.zone),
                );
                says.push(format!("{name}: {why}, {from} to {until}"));
            }
        };
        self.site.rooms.iter().for_each(|row| say(&row.of.name, &row.off, "blocked"));
        self.site.devices.iter().for_each(|row| say(&row.of.name, &row.off, "blocked"));
        self.site.people.iter().for_each(|row| say(self.view.member(row.of), &row.off, "away"));
        says
    }
}

/// How what cannot be had is drawn; `word` where nobody said why.
fn off_of(because: &Because, word: &str) -> Holds {
    let says = match because {
        Because::Shut => return Holds::Shut,
        Because::Break => "break".to_owned(),
        Because::Said(why) if why.trim().is_empty() => word.to_owned(),
        Because::Said(why) => why.clone(),
        Because::Kept => "being booked".to_owned(),
        Because::Elsewhere(site) => site.clone(),
    };
    Holds::Away { says }
}

/// A reason after what it is the reason of.
fn why(because: &Because) -> String {
    match because {
        Because::Shut => ", outside their shift".to_owned(),
        Because::Break => ", a break".to_owned(),
        Because::Said(why) if why.trim().is_empty() => String::new(),
        Because::Said(why) => format!(" ({why})"),
        Because::Kept => ", kept for somebody else".to_owned(),
        Because::Elsewhere(site) => format!(", at {site}"),
    }
}

pub(super) fn phase_of(kind: PhaseKind) -> Phase {
    match kind {
        PhaseKind::Cleanse => Phase::Cleanse,
        PhaseKind::Numbing => Phase::Numbing,
        PhaseKind::Talk | PhaseKind::Treatment => Phase::Treatment,
        PhaseKind::Aftercare => Phase::Aftercare,
    }
}
