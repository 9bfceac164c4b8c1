//! The day's board and list, and who has come.

use axum::{
    extract::{Path, Query},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::{Room as RoomOf, Site},
    person::{Member, member_of},
    visit::{PhaseKind, Purpose, VisitState},
};
use percuta_practice::{
    Act, No, Opened,
    check_ins::Item,
    telling,
    today::{Day, DayVisit, Due, Lack, Mark},
    visit_day::{Needed, Stands, What},
    zone_of,
};

use percuta_record::DocumentId;

use super::{clock, day_from, id, path, when};
use crate::{
    page::entry::Entry,
    page::staff::{
        Room,
        part::Link,
        today::{self as page, Block, Board, Days, Holds, Lane, Phase, Shape, State, Today},
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording,
};

/// So many check-ins stand beside the day.
const WAITING_SHOWN: usize = 5;
/// Hours of a board for a day on which nothing else says when it begins and ends.
const HOURS: (i8, i8) = (9, 17);

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/today", Needs::Member(Act::SeeDay), show)
        .post("/visits/{visit}/arrival", Needs::Member(Act::Book), arrival)
        .post("/visits/{visit}/arrival/undo", Needs::Member(Act::Book), undo)
}

/// The fields of a query; one that cannot be read has none.
pub(super) type Asked =
    Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>;

/// What a query asks for.
pub(super) fn asked(query: Asked) -> Entry {
    query.map_or_else(|_unreadable| Entry::default(), |Query(pairs)| Entry::new(pairs))
}

async fn show(desk: Desk, query: Asked) -> Answered {
    let asked = asked(query);
    let date = match asked.get("date") {
        "" => None,
        text => Some(text.parse::<Date>().map_err(|_no_day| No::NotFound)?),
    };
    let practice = desk.practice();
    let today = practice.today().await?;
    let is_today = date.is_none_or(|date| date == today);
    // Beside one another, so that what the audit notes of them waits for the disk once.
    let (day, due, waiting) = tokio::join!(
        practice.day(&desk.actor, date),
        async { if is_today { practice.due(&desk.actor).await } else { Ok(Vec::new()) } },
        waiting(&desk),
    );
    let (day, due, waiting) = (day?, due?, waiting?);
    let clinic = practice.clinic().await?;
    let (sites, rooms) = (practice.sites().await?, practice.rooms().await?);
    let calendar = (&sites[..], &rooms[..]);
    let view = View { desk: &desk, calendar, zone: zone_of(&clinic), day: &day };
    let is_list = asked.get("view") == "list";
    let today = Today {
        title: title(day.date, day.today),
        says: view.says(),
        days: days(&day, is_list),
        book: None,
        shape: if is_list {
            Shape::List { board: place(day.date, false) }
        } else {
            Shape::Board { list: place(day.date, true) }
        },
        board: view.board(),
        visits: day.visits.iter().map(|visit| view.visit(visit)).collect(),
        waiting: waiting.map(|(items, members)| view.waiting(items, &members)),
        due: due.into_iter().map(|one| view.due(one)).collect(),
    };
    let frame = desk.frame(Some(Room::Today), today.title.clone()).await?;
    Ok(shown(StatusCode::OK, page::today(desk.site(), &frame, &today)))
}

fn title(date: Date, today: Date) -> String {
    let words = if date.year() == today.year() { "%A %-d %B" } else { "%A %-d %B %Y" };
    date.strftime(words).to_string()
}

/// Where a day is.
fn place(date: Date, is_list: bool) -> String {
    let list = if is_list { "&view=list" } else { "" };
    format!("/today?date={date}{list}")
}

fn days(day: &Day, is_list: bool) -> Days {
    let near = |date: Result<Date, jiff::Error>| place(date.unwrap_or(day.date), is_list);
    Days {
        previous: near(day.date.yesterday()),
        next: near(day.date.tomorrow()),
        today: (day.date != day.today).then(|| place(day.today, is_list)),
    }
}

struct View<'a> {
    desk: &'a Desk,
    calendar: (&'a [Opened<Site>], &'a [Opened<RoomOf>]),
    zone: TimeZone,
    day: &'a Day,
}

impl View<'_> {
    /// From when to when any site is open on this day.
    fn opening(&self) -> Option<(jiff::civil::Time, jiff::civil::Time)> {
        let hours = || self.calendar.0.iter().flat_map(|site| site.hours_on(self.day.date));
        Some((hours().map(|hours| hours.from).min()?, hours().map(|hours| hours.until).max()?))
    }

    fn says(&self) -> String {
        let opening = self.opening();
        let hours = opening.map_or_else(
            || "The clinic is closed".to_owned(),
            |(from, until)| format!("Open {} to {}", hm(from), hm(until)),
        );
        let visits = wording::count(self.day.visits.len(), "visit", "visits");
        format!("{hours}. {visits}.")
    }

    fn local(&self, at: Timestamp) -> jiff::civil::Time {
        let local = at.to_zoned(self.zone.clone());
        // What lies beyond the day is drawn to its edge.
        match local.date().cmp(&self.day.date) {
            std::cmp::Ordering::Less => jiff::civil::Time::MIN,
            std::cmp::Ordering::Equal => local.time(),
            std::cmp::Ordering::Greater => jiff::civil::Time::constant(23, 59, 0, 0),
        }
    }

    fn board(&self) -> Board {
        let opening = self.opening();
        let begins = self.day.visits.iter().map(|one| self.local(one.visit.from).hour());
        let ends = self.day.visits.iter().map(|one| {
            let end = self.local(one.visit.until);
            if end.minute() > 0 { end.hour() + 1 } else { end.hour() }
        });
        let (open, close) = opening.map_or(HOURS, |(from, until)| {
            (from.hour(), if until.minute() > 0 { until.hour() + 1 } else { until.hour() })
        });
        let now = self.desk.practice().now();
        Board {
            from: begins.min().unwrap_or(open).min(open),
            until: ends.max().unwrap_or(close).max(close).min(24),
            now: (self.day.date == self.day.today).then(|| self.local(now)),
            rooms: self.calendar.1.iter().map(|room| self.room(room)).collect(),
            people: self.people(),
        }
    }

    fn room(&self, room: &Opened<RoomOf>) -> Lane {
        let held = self.day.visits.iter().filter(|one| holds(&one.visit.document.state));
        let block = |one: &DayVisit| {
            let here = || one.visit.phases.iter().filter(|phase| phase.room == Some(room.id));
            let (first, last) = (here().next()?, here().next_back()?);
            let phases = here().map(|phase| {
                let minutes = phase.until.duration_since(phase.from).as_mins();
                (phase_of(phase.kind), i16::try_from(minutes).unwrap_or(i16::MAX))
            });
            Some(Block {
                start: self.local(first.from),
                end: self.local(last.until),
                holds: Holds::Visit {
                    href: path::visit(one.visit.id),
                    name: one.name.clone(),
                    says: purpose(one),
                    phases: phases.collect(),
                },
            })
        };
        let places = wording::count(usize::from(room.capacity), "place", "places");
        Lane { name: room.name.clone(), says: places, blocks: held.filter_map(block).collect() }
    }

    fn people(&self) -> Vec<Lane> {
        let mut lanes = Vec::new();
        for member in &self.day.members {
            let who = member_of(member.id);
            let held = self.day.visits.iter().filter(|one| holds(&one.visit.document.state));
            let mut blocks: Vec<Block> = held.flat_map(|one| self.parts(one, who)).collect();
            blocks.sort_by_key(|block| block.start);
            if !blocks.is_empty() {
                let says = member.credentials.clone();
                lanes.push(Lane { name: member.name.clone(), says, blocks });
            }
        }
        lanes
    }

    /// The parts of a visit in the row of somebody who is there.
    fn parts(&self, one: &DayVisit, who: percuta_record::PersonId) -> Vec<Block> {
        let phases = one.visit.phases.iter().filter(|phase| phase.staff == Some(who));
        let block = |phase: &percuta_chart::visit::Phase| Block {
            start: self.local(phase.from),
            end: self.local(phase.until),
            holds: Holds::Part {
                href: path::visit(one.visit.id),
                phase: phase_of(phase.kind),
                says: one.name.clone(),
            },
        };
        phases.map(block).collect()
    }

    /// The rooms of a visit, in their order.
    fn place(&self, one: &DayVisit) -> String {
        let mut names: Vec<&str> = Vec::new();
        for phase in &one.visit.phases {
            let room = self.calendar.1.iter().find(|room| Some(room.id) == phase.room);
            names.extend(room.map(|room| room.name.as_str()).filter(|name| !names.contains(name)));
        }
        names.join(", then ")
    }

    fn visit(&self, one: &DayVisit) -> page::Visit {
        let (from, until) = (clock(one.visit.from, &self.zone), clock(one.visit.until, &self.zone));
        let treats = self.day.members.iter().find(|who| member_of(who.id) == one.visit.with);
        let with = treats.map_or(String::new(), |who| format!(", {}", who.name));
        let may_book = self.desk.actor.may(Act::Book);
        page::Visit {
            href: path::visit(one.visit.id),
            when: format!("{from} to {until}"),
            starts: from,
            patient: Link::new(path::patient(one.patient), one.name.clone()),
            says: purpose(one),
            place: format!("{}{with}", self.place(one)),
            missing: self.missing(one),
            state: self.state(one),
            arrival: may_book.then(|| format!("{}/arrival", path::visit(one.visit.id))),
        }
    }

    /// PRIVACY: who may not open the chart reads that the screening is not complete, never what it said.
    fn missing(&self, one: &DayVisit) -> Vec<Link> {
        let is_open = self.desk.actor.may(Act::OpenChart);
        let screen = path::intake(one.patient);
        let visit = path::visit(one.visit.id);
        let link = |lack: &Lack| match (lack, is_open) {
            (Lack::Screening, true) => Link::new(&screen, "No screening yet"),
            (Lack::ScreeningExpired, true) => Link::new(&screen, "The screening has expired"),
            (Lack::ScreeningHolds, true) => {
                let latest = path::latest_screening(one.patient);
                Link::new(latest, "The screening does not allow it on this day")
            }
            (Lack::ScreeningOfTheDay, true) => {
                let ask = path::questions_of_the_day(one.patient);
                Link::new(ask, "The questions of the day are not asked")
            }
            (
                Lack::Screening
                | Lack::ScreeningExpired
                | Lack::ScreeningHolds
                | Lack::ScreeningOfTheDay,
                false,
            ) => Link::new(&visit, "The screening is not complete"),
            (Lack::Consent, _) => Link::new(&visit, "Consent is not signed"),
            (Lack::Photographs, true) => {
                Link::new(path::photographs(one.patient), "Photographs of before are missing")
            }
            (Lack::Photographs, false) => Link::new(&visit, "Photographs of before are missing"),
        };
        match one.visit.document.state {
            VisitState::Booked | VisitState::Arrived { .. } => one.lacks.iter().map(link).collect(),
            VisitState::Done { .. } | VisitState::Cancelled { .. } | VisitState::NoShow { .. } => {
                Vec::new()
            }
        }
    }

    fn state(&self, one: &DayVisit) -> State {
        let at = |at: Timestamp| clock(at, &self.zone);
        match &one.visit.document.state {
            VisitState::Booked if self.desk.practice().now() > one.visit.from => State::Late,
            VisitState::Booked => State::Expected,
            VisitState::Arrived { at: since } => {
                let at = at(*since);
                if one.is_begun || one.visit.numbing.is_some() {
                    State::Started { at }
                } else {
                    State::Arrived { at }
                }
            }
            VisitState::Done { at: since } => State::Done { at: at(*since) },
            VisitState::NoShow { at: _ } => State::Absent,
            VisitState::Cancelled { at: _, why: _ } => State::CalledOff,
        }
    }

    fn due(&self, one: Due) -> page::Due {
        let patient = percuta_chart::person::patient_of(one.patient.id);
        let (from, until) = one.window;
        let day = |date: Date| day_from(date, self.day.today);
        page::Due {
            patient: Link::new(path::patient(patient), one.patient.name.clone()),
            step: format!("{}, session {}", one.title, one.number),
            last: one.last.map_or("none yet".to_owned(), day),
            window: format!("{} to {}", day(from), day(until)),
            book: self.desk.actor.may(Act::Book).then(|| path::book(patient)),
        }
    }

    fn waiting(&self, items: Vec<Item>, members: &[Opened<Member>]) -> Vec<page::Waiting> {
        let said = |item: Item| page::Waiting {
            link: Link::new(format!("/inbox/{}", item.check_in.id), item.patient.name.clone()),
            came: when(item.check_in.at, &self.zone, self.day.today),
            says: super::inbox::shortly(&item.check_in, self.desk.site().book()),
            level: telling::clinical(item.check_in.level),
            done: super::inbox::owner_words(&item.check_in, members),
        };
        items.into_iter().take(WAITING_SHOWN).map(said).collect()
    }
}

/// Whether a visit still holds its time.
fn holds(state: &VisitState) -> bool {
    match state {
        VisitState::Booked | VisitState::Arrived { .. } | VisitState::Done { .. } => true,
        VisitState::Cancelled { .. } | VisitState::NoShow { .. } => false,
    }
}

fn phase_of(kind: PhaseKind) -> Phase {
    match kind {
        PhaseKind::Cleanse => Phase::Cleanse,
        PhaseKind::Numbing => Phase::Numbing,
        PhaseKind::Talk | PhaseKind::Treatment => Phase::Treatment,
        PhaseKind::Aftercare => Phase::Aftercare,
    }
}

fn purpose(one: &DayVisit) -> String {
    let title = one.course.as_ref().map_or("Course", |(title, _)| title.as_str());
    let of = one.course.as_ref().map_or(0, |(_, sessions)| *sessions);
    match one.visit.purpose {
        Purpose::Consultation => "Consultation".to_owned(),
        Purpose::Session { course: _, number } => format!("{title}, session {number} of {of}"),
        Purpose::FollowUp { course: _ } => format!("{title}, look at the result"),
    }
}

fn hm(time: jiff::civil::Time) -> String {
    time.strftime("%H:%M").to_string()
}

async fn waiting(desk: &Desk) -> Result<Option<(Vec<Item>, Vec<Opened<Member>>)>, No> {
    if !desk.actor.may(Act::AnswerCheckIns) {
        return Ok(None);
    }
    let members = desk.practice().members().await?;
    Ok(Some((desk.practice().inbox(&desk.actor).await?, members)))
}

/// Who came and who did not. A form without a state is the button of the visit's own page, and leads back there.
async fn arrival(desk: Desk, Path(visit): Path<String>, form: Filled) -> Answered {
    let (entry, visit) = (entry(form), id(&visit)?);
    let (mark, code) = match entry.get("state") {
        "" | "arrived" => (Mark::Arrived, "arrived"),
        "absent" => (Mark::Absent, "no-show"),
        "expected" => (Mark::Expected, "state-undone"),
        _ => return Err(No::NotFound.into()),
    };
    let seen = desk.practice().mark_visit(&desk.actor, visit, mark).await?;
    let back = match entry.get("state") {
        "" => path::visit(visit),
        _ => day_place(&desk, seen.from).await?,
    };
    let done = match mark {
        Mark::Arrived if lacks_consent(&desk, visit).await? => Done::new("arrived-without-consent"),
        Mark::Arrived | Mark::Absent | Mark::Expected => Done::new(code),
    };
    let done = match mark {
        Mark::Arrived | Mark::Absent => done.undone_by(format!("/visits/{visit}/arrival/undo")),
        Mark::Expected => done,
    };
    Ok(see_done(&back, done))
}

/// Whether the consent that this visit needs is missing: whoever notes the arrival is the one who can hand it over.
async fn lacks_consent(desk: &Desk, visit: DocumentId) -> Result<bool, Refused> {
    let day = desk.practice().visit_at_desk(&desk.actor, visit).await?;
    let is_missing =
        |needed: &Needed| needed.what == What::Consent && needed.stands == Stands::Blocks;
    Ok(day.needed.iter().any(is_missing))
}

async fn day_place(desk: &Desk, at: Timestamp) -> Result<String, Refused> {
    let clinic = desk.practice().clinic().await?;
    let date = percuta_practice::day_of(&clinic, at);
    if date == desk.practice().today().await? {
        return Ok("/today".to_owned());
    }
    Ok(place(date, false))
}

async fn undo(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit = id(&visit)?;
    let seen = desk.practice().mark_visit(&desk.actor, visit, Mark::Expected).await?;
    let back = day_place(&desk, seen.from).await?;
    Ok(see_done(&back, Done::new("state-undone")))
}
