//! Booking and moving one's own visits: the free times and why not sooner, a look at the one that was chosen, and the
//! booking, which looks once more. Nothing is held in between: who confirms first has the time.

use axum::{
    extract::{Path, Query, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::Service,
    clinic::{Clinic, PriceList},
    course::CourseState,
    visit::{Purpose, Visit, VisitState},
};
use percuta_practice::{
    No, Opened, day_of,
    patients::Story,
    visits::{FreeStarts, Start, Wish, book::Wanted as BookWanted, stands},
    zone_of,
};
use percuta_record::{DocumentId, PersonId};
use serde::Deserialize;

use super::{say, visits};
use crate::{
    page::{
        entry::Entry,
        mine::{
            Tab,
            booking::{self as page, Chosen, Day, Time, Times},
        },
    },
    rooms::{
        Answered, Done, Mine, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry, zones},
        see_done, shown,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/me/book", Needs::Patient, book_times)
        .post("/me/book", Needs::Patient, book_look)
        .post("/me/book/confirm", Needs::Patient, book)
        .get("/me/visits/{visit}/move", Needs::Patient, move_times)
        .post("/me/visits/{visit}/move", Needs::Patient, move_look)
        .post("/me/visits/{visit}/move/confirm", Needs::Patient, move_it)
}

/// So many days are shown at a time.
const DAYS: i32 = 7;
/// Times are shown on the hour and half past, so that a phone holds a week.
const SHOWN_EVERY_MIN: i8 = 30;

/// Which days, and in which zone.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Asked {
    from: String,
    zone: String,
}

type AskedOrNot = Result<Query<Asked>, QueryRejection>;

fn asked(query: AskedOrNot) -> Asked {
    query.map_or_else(|_unreadable| Asked::default(), |Query(asked)| asked)
}

/// A visit to be booked, or one to be moved.
struct Wanted {
    mine: Mine,
    clinic: Opened<Clinic>,
    story: Story,
    purpose: Purpose,
    service: Option<Service>,
    moving: Option<Opened<Visit>>,
}

impl Wanted {
    async fn new(mine: Mine, moving: Option<DocumentId>) -> Result<Self, Refused> {
        let practice = mine.practice();
        let clinic = practice.clinic().await?;
        let moving = match moving {
            Some(visit) => Some(practice.visit(&mine.actor, visit).await?),
            None => None,
        };
        let story = practice.story(&mine.actor, mine.patient).await?;
        let purpose = moving.as_ref().map_or_else(|| next_purpose(&story), |visit| visit.purpose);
        let service = practice.service_for(&story, purpose).await?;
        Ok(Self { mine, clinic, story, purpose, service, moving })
    }

    fn here(&self) -> String {
        self.moving
            .as_ref()
            .map_or_else(|| "/me/book".to_owned(), |visit| format!("/me/visits/{}/move", visit.id))
    }

    async fn free(&self, from: Date) -> Result<FreeStarts, No> {
        let (practice, actor) = (self.mine.practice(), &self.mine.actor);
        match &self.moving {
            Some(visit) => {
                let wish = Wish { with: Some(visit.with), ..Wish::default() };
                practice.free_starts_to_move(actor, visit, (from, DAYS), &wish).await
            }
            None => {
                let asked = (self.mine.patient, self.purpose);
                practice.free_starts(actor, asked, (from, DAYS), &Wish::default()).await
            }
        }
    }

    async fn times(&self, asked: &Asked, entry: &Entry, status: StatusCode) -> Answered {
        let practice = self.mine.practice();
        let today = day_of(&self.clinic, practice.now());
        let from = asked.from.parse::<Date>().ok().map(|from| from.max(today));
        let mut first = from.unwrap_or(today);
        let mut free = self.free(first).await?;
        // Without a wish the first page begins where the window does.
        if let (None, Some((opens, _))) = (from, free.window)
            && opens > first
        {
            first = opens;
            free = self.free(first).await?;
        }
        let clinic_zone = zone_of(&self.clinic);
        let zone = TimeZone::get(&asked.zone).unwrap_or_else(|_unknown| clinic_zone.clone());
        let days = self.days(&free, &zone, &clinic_zone).await?;
        let zone_name = if asked.zone.is_empty() { &self.clinic.time_zone } else { &asked.zone };
        let here = self.here();
        let at = |day: Date| {
            format!("{here}?from={day}&zone={}", crate::page::part::query_value(&asked.zone))
        };
        let earlier = first.checked_sub(DAYS.days()).ok().filter(|_| first > today);
        let view = Times {
            what: format!("{}, {}", visits::what(&self.story, self.purpose), self.length()),
            window: window(&free),
            rule: String::new(),
            zone: zone_line(zone_name, &self.clinic),
            zones: zone_choices(zone_name),
            days,
            earlier: earlier.map(|day| at(day.max(today))),
            later: first.checked_add(DAYS.days()).ok().map(at),
            action: here.clone(),
            zone_action: here.clone(),
            from: first.to_string(),
        };
        let title = if entry.is_fine() { "Choose a time" } else { "Error: choose a time" };
        let frame = self.mine.frame(&self.clinic, Some(Tab::Visits), title);
        Ok(shown(status, page::times(self.mine.site(), &frame, &view, entry)))
    }

    async fn days(
        &self,
        free: &FreeStarts,
        zone: &TimeZone,
        clinic_zone: &TimeZone,
    ) -> Result<Vec<Day>, Refused> {
        let mut days: Vec<Day> = Vec::new();
        for start in &free.starts {
            let at = start.at.to_zoned(clinic_zone.clone());
            if at.minute() % SHOWN_EVERY_MIN != 0 {
                continue;
            }
            let title = say::weekday(start.at.to_zoned(zone.clone()).date());
            let time = self.time(start, zone, clinic_zone).await?;
            match days.last_mut().filter(|day| day.title == title) {
                Some(day) => day.times.push(time),
                None => days.push(Day { title, times: vec![time] }),
            }
        }
        Ok(days)
    }

    async fn time(
        &self,
        start: &Start,
        zone: &TimeZone,
        clinic_zone: &TimeZone,
    ) -> Result<Time, Refused> {
        let with = super::member_name(self.mine.practice(), start.with).await?;
        let words = span(start.at, start.until, zone);
        let there = span(start.at, start.until, clinic_zone);
        let says = if words == there { with } else { format!("{with}; at the clinic {there}") };
        Ok(Time { value: format!("{}~{}", start.at, start.with), words, says })
    }

    /// How long it takes, numbing included.
    fn length(&self) -> String {
        let phases = || self.service.iter().flat_map(|service| &service.phases);
        let longest = self.service.as_ref().map_or(0, |service| service.minutes().1);
        let minutes = u32::try_from(longest).unwrap_or_default();
        let has_numbing =
            phases().any(|phase| phase.kind == percuta_chart::visit::PhaseKind::Numbing);
        let with = if has_numbing { ", numbing included" } else { "" };
        format!("about {}{with}", crate::page::mine::visits::duration(minutes))
    }

    async fn look(self, mut entry: Entry) -> Answered {
        let Some((at, with)) = chosen(&entry) else {
            entry.refuse("time", "Choose one of the times.");
            let asked = Asked { from: entry.get("from").to_owned(), zone: String::new() };
            return self.times(&asked, &entry, StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        let zone = zone_of(&self.clinic);
        let prices = self.mine.practice().prices().await?;
        let day = at.to_zoned(zone.clone());
        let visit = Visit {
            purpose: self.purpose,
            site: percuta_chart::calendar::document_of_first_site(),
            service: String::new(),
            from: at,
            until: at,
            phases: Vec::new(),
            with,
            state: VisitState::Booked,
            checked: std::collections::BTreeMap::new(),
            numbing: None,
            note: String::new(),
        };
        let before = visits::preparation(&self.story, &visit, day.date());
        let with = super::member_name(self.mine.practice(), with).await?;
        let view = Chosen {
            when: format!("{}, {}", say::weekday(day.date()), day.strftime("%H:%M")),
            zone: visits::zone_words(&self.clinic),
            what: format!("{}, with {with}", visits::what(&self.story, self.purpose)),
            length: wording::capital(&self.length()),
            price: price(&self.story, self.purpose, &prices),
            before: before.into_iter().map(|(when, what)| format!("{when}: {what}")).collect(),
            time: entry.get("time").to_owned(),
            book: format!("{}/confirm", self.here()),
            again: self.here(),
        };
        let frame = self.mine.frame(&self.clinic, None, "Is this right?");
        Ok(shown(StatusCode::OK, page::chosen(self.mine.site(), &frame, &view)))
    }

    /// Books or moves; a time that somebody else has taken is said, with a way to the others.
    async fn confirm(self, mut entry: Entry) -> Answered {
        let Some((at, with)) = chosen(&entry) else { return self.look(entry).await };
        let (practice, actor) = (self.mine.practice(), &self.mine.actor);
        let done = match &self.moving {
            Some(visit) => {
                let to = BookWanted::at(visit.purpose, at, Some(visit.with));
                let moved = practice.move_visit(actor, visit, &to).await;
                moved.and_then(|moved| moved.done()).map(|()| (visit.id, "moved"))
            }
            None => {
                let wanted = [BookWanted::at(self.purpose, at, Some(with))];
                let booked = practice.book_visits(actor, self.mine.patient, &wanted).await;
                let first = |ids: Vec<DocumentId>| ids.into_iter().next().ok_or(No::Taken);
                let booked = booked.and_then(|booked| first(booked.done()?));
                booked.map(|visit| (visit, "booked"))
            }
        };
        match done {
            Ok((visit, code)) => Ok(see_done(&format!("/me/visits/{visit}"), Done::new(code))),
            Err(No::Taken) => {
                let frame = self.mine.frame(&self.clinic, None, "This time is taken");
                let page = page::gone(self.mine.site(), &frame, &self.here());
                Ok(shown(StatusCode::CONFLICT, page))
            }
            Err(No::Wrong(wrong)) => {
                for one in wrong {
                    entry.refuse("time", one.says);
                }
                let asked = Asked::default();
                self.times(&asked, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            Err(no) => Err(no.into()),
        }
    }
}

/// The time that a form names.
fn chosen(entry: &Entry) -> Option<(Timestamp, PersonId)> {
    let (at, with) = entry.get("time").split_once('~')?;
    Some((at.parse().ok()?, with.parse().ok()?))
}

/// What is to be booked next: the first session of an accepted course that has no visit, a look at the result when all
/// were given, a talk otherwise.
fn next_purpose(story: &Story) -> Purpose {
    let open = story.courses.iter().filter(|course| match course.state {
        CourseState::Accepted { .. } => true,
        CourseState::Draft
        | CourseState::Offered { .. }
        | CourseState::Stopped { .. }
        | CourseState::Finished { .. } => false,
    });
    for course in open {
        let purpose = |number| Purpose::Session { course: course.id, number };
        let visit_of = |number| {
            story.visits.iter().find(|visit| visit.purpose == purpose(number) && stands(visit))
        };
        let mut numbers = course.sessions.iter().map(|session| session.number);
        if let Some(number) = numbers.find(|number| visit_of(*number).is_none()) {
            return purpose(number);
        }
    }
    let over = story.courses.iter().rev().find(|course| match course.state {
        CourseState::Finished { .. } => true,
        CourseState::Draft
        | CourseState::Offered { .. }
        | CourseState::Accepted { .. }
        | CourseState::Stopped { .. } => false,
    });
    over.map_or(Purpose::Consultation, |course| Purpose::FollowUp { course: course.id })
}

fn span(from: Timestamp, until: Timestamp, zone: &TimeZone) -> String {
    let (from, until) = (from.to_zoned(zone.clone()), until.to_zoned(zone.clone()));
    format!("{} to {}", from.strftime("%H:%M"), until.strftime("%H:%M"))
}

/// From and until when, and why not sooner.
fn window(free: &FreeStarts) -> String {
    let mut says: Vec<String> = Vec::new();
    if let Some((from, to)) = free.window {
        says.push(format!("This session belongs between {} and {}.", say::day(from), say::day(to)));
    }
    says.extend(free.why_not.iter().cloned());
    if says.is_empty() { "Any day on which the clinic is open.".to_owned() } else { says.join(" ") }
}

fn zone_line(shown: &str, clinic: &Clinic) -> String {
    let name = shown.replace('_', " ");
    if shown == clinic.time_zone {
        format!("Times are {name}, as at the clinic")
    } else {
        format!("Times are {name}; the clinic’s own stand beside them")
    }
}

fn zone_choices(shown: &str) -> Vec<(String, String)> {
    let mut choices = zones();
    choices.retain(|(name, _)| name != shown);
    choices.insert(0, (shown.to_owned(), shown.replace('_', " ")));
    choices
}

/// What it costs: as it was offered, or by the clinic's list.
fn price(story: &Story, purpose: Purpose, prices: &PriceList) -> String {
    let unknown = "The price is not on the clinic’s list: ask before you come.".to_owned();
    match purpose {
        Purpose::Session { course, .. } => {
            let course = story.courses.iter().find(|known| known.id == course);
            course.and_then(|course| Some((course, course.quote.lines.first()?))).map_or(
                unknown,
                |(course, line)| {
                    let each = say::money(line.each_minor, &course.quote.currency);
                    format!("{each} for this session, as in your plan.")
                },
            )
        }
        Purpose::Consultation | Purpose::FollowUp { .. } => {
            let listed = prices.prices.iter().find(|price| price.service == "consultation");
            listed.map_or(unknown, |price| {
                format!("{}: {}.", price.title, say::money(price.minor, &prices.currency))
            })
        }
    }
}

async fn book_times(mine: Mine, query: AskedOrNot) -> Answered {
    let wanted = Wanted::new(mine, None).await?;
    wanted.times(&asked(query), &Entry::default(), StatusCode::OK).await
}

async fn book_look(mine: Mine, form: Filled) -> Answered {
    Wanted::new(mine, None).await?.look(entry(form)).await
}

async fn book(mine: Mine, form: Filled) -> Answered {
    Box::pin(Wanted::new(mine, None).await?.confirm(entry(form))).await
}

async fn move_times(mine: Mine, Path(visit): Path<DocumentId>, query: AskedOrNot) -> Answered {
    let wanted = Wanted::new(mine, Some(visit)).await?;
    wanted.times(&asked(query), &Entry::default(), StatusCode::OK).await
}

async fn move_look(mine: Mine, Path(visit): Path<DocumentId>, form: Filled) -> Answered {
    Wanted::new(mine, Some(visit)).await?.look(entry(form)).await
}

async fn move_it(mine: Mine, Path(visit): Path<DocumentId>, form: Filled) -> Answered {
    Box::pin(Wanted::new(mine, Some(visit)).await?.confirm(entry(form))).await
}
