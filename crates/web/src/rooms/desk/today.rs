//! The day's board and list, and who has come.

use axum::{
    extract::{Path, Query},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    person::{Member, member_of},
    visit::{Phase, Purpose, VisitState},
};
use percuta_practice::{
    Act, No, Opened,
    check_ins::Item,
    telling,
    today::{
        Day, DayVisit, Due, Lack, Mark,
        ground::{SiteDay, numbs},
    },
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
        today::{self as page, Days, Shape, State, Today},
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see_done, shown,
    },
    wording,
};

mod board;
mod moving;
mod replan;

pub(in crate::rooms) use moving::takes_along;

/// So many check-ins stand beside the day.
const WAITING_SHOWN: usize = 5;
/// So many of those who are due to book stand beneath it.
const DUE_SHOWN: usize = 8;
/// So many of them stand on a page of their own list.
const DUE_PAGE: usize = 25;

pub(super) fn doors(doors: Doors) -> Doors {
    replan::doors(moving::doors(doors))
        .get("/today", Needs::Member(Act::SeeDay), show)
        .get("/due", Needs::Member(Act::SeeDay), all_due)
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
    let (day, due, waiting, copies) = tokio::join!(
        practice.day(&desk.actor, date),
        async { if is_today { practice.due(&desk.actor).await } else { Ok(Vec::new()) } },
        waiting(&desk),
        practice.to_take_down(&desk.actor),
    );
    let (day, due, waiting, copies) = (day?, due?, waiting?, copies?);
    let clinic = practice.clinic().await?;
    let view = View { desk: &desk, zone: zone_of(&clinic), day: &day };
    let is_list = asked.get("view") == "list";
    let today = Today {
        title: title(day.date, day.today),
        says: view.says(),
        days: days(&day, is_list),
        // Whoever is booked is found first.
        book: desk.actor.may(Act::Book).then(|| "/patients".to_owned()),
        shape: if is_list {
            Shape::List { board: place(day.date, false) }
        } else {
            Shape::Board { list: place(day.date, true) }
        },
        boards: view.boards(),
        visits: day.visits.iter().map(|visit| view.visit(visit)).collect(),
        waiting: waiting.map(|(items, members)| view.waiting(items, &members)),
        all_due: (due.len() > DUE_SHOWN).then(|| (due.len(), "/due".to_owned())),
        copies: crate::rooms::permits::due_says(copies.0, copies.1)
            .map(|says| (says, copies.1 > 0)),
        due: due.into_iter().take(DUE_SHOWN).map(|one| due_view(&desk, one, day.today)).collect(),
    };
    let frame = desk.frame(Some(Room::Today), today.title.clone()).await?;
    Ok(shown(StatusCode::OK, page::today(desk.site(), &frame, &today)))
}

/// Everybody who is due to book, a page at a time.
async fn all_due(desk: Desk, query: Asked) -> Answered {
    let asked = asked(query);
    let number = match asked.get("page") {
        "" => 1,
        text => text.parse::<usize>().ok().filter(|page| *page > 0).ok_or(No::NotFound)?,
    };
    let today = desk.practice().today().await?;
    let due = desk.practice().due(&desk.actor).await?;
    let (all, pages) = (due.len(), due.len().div_ceil(DUE_PAGE).max(1));
    let here = due.into_iter().skip(number.saturating_sub(1).saturating_mul(DUE_PAGE));
    let view = page::AllDue {
        all,
        due: here.take(DUE_PAGE).map(|one| due_view(&desk, one, today)).collect(),
        page: number.min(pages),
        pages,
    };
    let frame = desk.frame(Some(Room::Today), "Due to book").await?;
    Ok(shown(StatusCode::OK, page::all_due(desk.site(), &frame, &view)))
}

fn due_view(desk: &Desk, one: Due, today: Date) -> page::Due {
    let patient = percuta_chart::person::patient_of(one.patient.id);
    let (from, until) = one.window;
    let day = |date: Date| day_from(date, today);
    let purpose = Purpose::Session { course: one.course, number: one.number };
    let book = || {
        // The first day on which it can be: the window may be open already.
        let from = from.max(today);
        format!("{}?{}&from={from}", path::book(patient), crate::rooms::booking::query_of(purpose))
    };
    page::Due {
        patient: Link::new(path::patient(patient), one.patient.name.clone()),
        step: format!("{}, session {}", one.title, one.number),
        last: one.last.map_or("none yet".to_owned(), day),
        window: format!("{} to {}", day(from), day(until)),
        book: desk.actor.may(Act::Book).then(book),
    }
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
    zone: TimeZone,
    day: &'a Day,
}

impl View<'_> {
    fn says(&self) -> String {
        let opens = self.day.sites.iter().filter_map(|site| {
            let from = site.open.iter().map(|open| open.from).min()?;
            let until = site.open.iter().map(|open| open.until).max()?;
            Some((clock(from, &site.zone), clock(until, &site.zone)))
        });
        let opening = opens.reduce(|one, next| (one.0.min(next.0), one.1.max(next.1)));
        let closed = self.day.sites.iter().find_map(|site| site.closed.clone());
        let hours = match (opening, closed.filter(|why| !why.is_empty())) {
            (Some((from, until)), _) => format!("Open {from} to {until}"),
            (None, Some(why)) => format!("The clinic is closed: {why}"),
            (None, None) => "The clinic is closed".to_owned(),
        };
        let visits = wording::count(self.day.visits.len(), "visit", "visits");
        format!("{hours}. {visits}.{}", self.says_free())
    }

    /// Who is free, or does something else, while somebody is numbed: the next of them.
    fn says_free(&self) -> String {
        let now = self.desk.practice().now();
        let all = self.day.sites.iter();
        let found = all.filter_map(|site| Some((site, numbs(site, &self.day.visits, now)?)));
        let next = found.min_by_key(|(_, one)| one.free.from);
        let Some((site, one)) = next else { return String::new() };
        let named = |visit: DocumentId| {
            let visit = self.day.visits.iter().find(|other| other.visit.id == visit);
            visit.map_or("a patient", |visit| visit.name.as_str())
        };
        let (who, whose) = (self.member(one.with), named(one.visit));
        match one.meanwhile {
            Some(other) => format!(" While {whose} numbs, {who} is with {}.", named(other)),
            None => {
                let from = clock(one.free.from.max(now), &site.zone);
                let until = clock(one.free.until, &site.zone);
                format!(" While {whose} numbs, {who} is free from {from} to {until}.")
            }
        }
    }

    /// The clock of a visit's site; the clinic's where the site is worked at no more.
    fn zone_of(&self, one: &DayVisit) -> &TimeZone {
        self.site_of(one).map_or(&self.zone, |site| &site.zone)
    }

    fn site_of(&self, one: &DayVisit) -> Option<&SiteDay> {
        self.day.sites.iter().find(|site| site.site.id == one.visit.site)
    }

    fn member(&self, who: percuta_record::PersonId) -> &str {
        let found = self.day.members.iter().find(|member| member_of(member.id) == who);
        found.map_or("somebody who has left", |member| member.name.as_str())
    }

    /// The rooms of a visit, in their order, after its site where there are several.
    fn place(&self, one: &DayVisit) -> String {
        let mut names: Vec<&str> = Vec::new();
        for phase in &one.visit.phases {
            names.extend(self.room_of(phase).filter(|name| !names.contains(name)));
        }
        let rooms = names.join(", then ");
        match self.site_of(one) {
            Some(site) if self.day.sites.len() > 1 => format!("{}: {rooms}", site.site.name),
            Some(_) | None => rooms,
        }
    }

    fn room_of(&self, phase: &Phase) -> Option<&str> {
        let mut rooms = self.day.sites.iter().flat_map(|site| &site.rooms);
        let room = rooms.find(|row| Some(row.of.id) == phase.room);
        room.map(|row| row.of.name.as_str())
    }

    /// What each part of a visit holds, in words: the same that the board draws.
    fn parts(&self, one: &DayVisit) -> Vec<String> {
        let zone = self.zone_of(one);
        let part = |phase: &Phase| {
            let mut says = vec![format!("{} {}", clock(phase.from, zone), phase.kind.word())];
            says.extend(self.room_of(phase).map(str::to_owned));
            says.extend(phase.staff.map(|who| self.member(who).to_owned()));
            says.join(", ")
        };
        one.visit.phases.iter().map(part).collect()
    }

    fn visit(&self, one: &DayVisit) -> page::Visit {
        let zone = self.zone_of(one);
        let (from, until) = (clock(one.visit.from, zone), clock(one.visit.until, zone));
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
            parts: self.parts(one),
            missing: self.missing(one),
            ready: self.ready(one),
            state: self.state(one),
            arrival: (may_book && self.day.date <= self.day.today)
                .then(|| format!("{}/arrival", path::visit(one.visit.id))),
            late: (may_book && self.day.date == self.day.today)
                .then(|| format!("{}/late", path::visit(one.visit.id))),
        }
    }

    fn ready(&self, one: &DayVisit) -> String {
        match (one.visit.purpose, one.last) {
            (Purpose::Session { .. }, None) => "first session".to_owned(),
            (Purpose::Session { .. }, Some(last)) => {
                let days = last.until(self.day.date).map_or(0, |since| since.get_days());
                let days = wording::count(usize::try_from(days).unwrap_or(0), "day", "days");
                format!("{days} since the last session")
            }
            (Purpose::Consultation | Purpose::FollowUp { .. }, _) => String::new(),
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
        let at = |at: Timestamp| clock(at, self.zone_of(one));
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

fn purpose(one: &DayVisit) -> String {
    let title = one.course.as_ref().map_or("Course", |(title, _)| title.as_str());
    let of = one.course.as_ref().map_or(0, |(_, sessions)| *sessions);
    match one.visit.purpose {
        Purpose::Consultation => "Consultation".to_owned(),
        Purpose::Session { course: _, number } => format!("{title}, session {number} of {of}"),
        Purpose::FollowUp { course: _ } => format!("{title}, look at the result"),
    }
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
