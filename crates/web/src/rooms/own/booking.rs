//! Booking and moving one's own visits: the free times and why not sooner, one visit or the whole course; what is chosen is
//! kept for ten minutes, looked over, and booked.
//!
//! Only who confirms has booked. What ran out meanwhile is looked for again, and who was too late sees what is free next to
//! it. Moving keeps nothing: the booked time stays theirs until they confirm, with whatever goes along.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::{Kept, Service},
    clinic::{Clinic, PriceList},
    course::CourseState,
    visit::{Purpose, Visit},
};
use percuta_practice::{
    No, Opened, day_of,
    patients::Story,
    visits::{
        FreeStarts, Start, Wish,
        again::Proposed,
        book::{Booking, Move, Moving},
        stands,
    },
    zone_of,
};
use percuta_record::{DocumentId, PersonId};

use super::{say, visits};
use crate::{
    page::{
        choosing::Series,
        entry::Entry,
        mine::{
            Tab,
            booking::{self as page, Along, Chosen, Day, Instead, Look, Time, Times},
        },
    },
    rooms::{
        Answered, Done, Mine, Needs, Refused,
        choosing::{self, Asked, Choice, Narrow, Sites, plus},
        door::{Doors, named},
        entrance::{Filled, entry, zones},
        see, see_done, shown,
    },
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/me/book", Needs::Patient, book_times)
        .post("/me/book", Needs::Patient, keep)
        .get("/me/book/kept", Needs::Patient, book_look)
        .post("/me/book/confirm", Needs::Patient, book)
        .post("/me/book/let-go", Needs::Patient, let_go)
        .get("/me/visits/{visit}/move", Needs::Patient, move_times)
        .post("/me/visits/{visit}/move", Needs::Patient, move_look)
        .post("/me/visits/{visit}/move/confirm", Needs::Patient, move_it)
}

/// So many days are shown at a time.
const DAYS: i32 = 7;
/// One time in so many minutes is shown, so that a phone holds a week.
const SHOWN_EVERY_MIN: i64 = 30;
/// The cookie that keeps in which zone somebody reads times.
const ZONE: &str = "percuta-zone";

/// In which zone the times are shown: what the address asks for, else what was kept, else the clinic's.
struct Reader {
    name: String,
    zone: TimeZone,
    /// What the address asked for, to be kept.
    chosen: Option<String>,
}

impl Reader {
    fn of(asked: &Entry, headers: &HeaderMap, clinic: &Clinic) -> Self {
        let zone = |name: &str| {
            let known = TimeZone::get(&name.replace('+', "/")).ok()?;
            known.iana_name().map(|name| (name.to_owned(), known.clone()))
        };
        let chosen = zone(asked.get("zone"));
        // A cookie holds no slash, so that a plus stands for it.
        let kept = || named(headers, ZONE).and_then(zone);
        let is_chosen = chosen.is_some();
        let found = chosen.or_else(kept);
        let (name, zone) = found.unwrap_or_else(|| (clinic.time_zone.clone(), zone_of(clinic)));
        Self { chosen: is_chosen.then(|| name.clone()), name, zone }
    }

    fn keep(&self, mut answer: axum::response::Response) -> axum::response::Response {
        if let Some(name) = &self.chosen {
            let text = format!(
                "{ZONE}={}; Path=/me; HttpOnly; SameSite=Lax; Max-Age=31536000",
                name.replace('/', "+")
            );
            if let Ok(value) = HeaderValue::from_str(&text) {
                answer.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        answer
    }
}

/// A visit to be booked, or one to be moved.
struct Wanted {
    mine: Mine,
    clinic: Opened<Clinic>,
    story: Story,
    sites: Sites,
    names: Vec<(PersonId, String)>,
    purpose: Purpose,
    service: Option<Service>,
    moving: Option<Opened<Visit>>,
    reader: Reader,
    asked: Entry,
    narrow: Narrow,
}

impl Wanted {
    async fn new(
        mine: Mine,
        moving: Option<DocumentId>,
        (asked, headers): (Entry, &HeaderMap),
    ) -> Result<Self, Refused> {
        let practice = mine.practice();
        let clinic = practice.clinic().await?;
        let moving = match moving {
            Some(visit) => Some(practice.visit(&mine.actor, visit).await?),
            None => None,
        };
        let story = practice.story(&mine.actor, mine.patient).await?;
        let purpose = moving.as_ref().map_or_else(|| next_purpose(&story), |visit| visit.purpose);
        let service = practice.service_for(&story, purpose).await?;
        let sites = Sites::of(practice, &clinic).await?;
        let mut names = Vec::new();
        for member in practice.members().await? {
            let id = percuta_chart::person::member_of(member.id);
            names.push((id, super::member_name(practice, id).await?));
        }
        let reader = Reader::of(&asked, &headers.clone(), &clinic);
        let narrow = Narrow::read(&asked);
        let narrow = match &moving {
            Some(visit) => narrow.or_with(&asked, visit.with),
            None => narrow,
        };
        Ok(Self {
            mine,
            clinic,
            story,
            sites,
            names,
            purpose,
            service,
            moving,
            reader,
            asked,
            narrow,
        })
    }

    fn here(&self) -> String {
        self.moving
            .as_ref()
            .map_or_else(|| "/me/book".to_owned(), |visit| format!("/me/visits/{}/move", visit.id))
    }

    /// The course whose sessions can be booked in one go, and they.
    fn whole(&self) -> Option<(DocumentId, Vec<i16>)> {
        let Purpose::Session { course, .. } = self.purpose else { return None };
        let open = choosing::open_sessions(&self.story, course);
        (self.moving.is_none() && open.len() > 1).then_some((course, open))
    }

    fn wants_whole(&self) -> bool {
        self.asked.get("whole") == "yes" && self.whole().is_some()
    }

    fn name(&self, person: PersonId) -> String {
        let found = self.names.iter().find(|(id, _)| *id == person);
        found.map_or_else(|| "the clinic".to_owned(), |(_, name)| name.clone())
    }

    async fn free(&self, from: Date) -> Result<FreeStarts, No> {
        let (practice, actor) = (self.mine.practice(), &self.mine.actor);
        let wish = self.narrow.wish();
        let found = match &self.moving {
            Some(visit) => practice.free_starts_to_move(actor, visit, (from, DAYS), &wish).await,
            None => {
                let asked = (self.mine.patient, self.purpose);
                practice.free_starts(actor, asked, (from, DAYS), &wish).await
            }
        };
        match found {
            Err(No::Closed(why)) => {
                Ok(FreeStarts { why_not: vec![why.to_owned()], ..FreeStarts::default() })
            }
            found => found,
        }
    }

    /// The first day that is shown, and what is free from there. Without a wish that is where the window begins, or the first
    /// week in which anything is free.
    async fn first(&self) -> Result<(Date, FreeStarts), Refused> {
        let today = day_of(&self.clinic, self.mine.practice().now());
        if let Ok(from) = self.asked.get("from").parse::<Date>() {
            let from = from.max(today);
            return Ok((from, self.free(from).await?));
        }
        let mut free = self.free(today).await?;
        let mut first = today;
        if let Some((opens, _)) = free.window
            && opens > first
        {
            first = opens;
            free = self.free(first).await?;
        }
        Ok((first, free))
    }

    /// An address of this page that asks for the same and something else.
    fn address(&self, from: Date, whole: &str) -> String {
        let whole = if whole.is_empty() { String::new() } else { format!("&whole={whole}") };
        format!("{}?from={from}{}{whole}", self.here(), self.narrow.query())
    }

    async fn times(&self, entry: &Entry, status: StatusCode) -> Answered {
        let today = day_of(&self.clinic, self.mine.practice().now());
        let is_whole = self.wants_whole();
        let (first, free, series, why_not) = if is_whole {
            let from = self.asked.get("from").parse::<Date>().unwrap_or(today).max(today);
            let (series, why_not) = self.series(from).await?;
            (from, FreeStarts::default(), series, why_not)
        } else {
            let (first, free) = self.first().await?;
            let why_not = free.why_not.join(" ");
            (first, free, Vec::new(), why_not)
        };
        let shift = if is_whole { 14 } else { DAYS };
        let whole = if is_whole { "yes" } else { "" };
        let earlier = first.checked_sub(shift.days()).ok().filter(|_| first > today);
        let mut hidden = vec![("from".to_owned(), first.to_string())];
        if is_whole {
            hidden.push(("whole".to_owned(), "yes".to_owned()));
        }
        let practice = self.mine.practice();
        let zones = zone_choices(&self.reader.name);
        let view = Times {
            what: self.what(is_whole),
            window: if is_whole { why_not } else { window(&free) },
            length: self.length(),
            zone: zone_line(&self.reader.name, &self.clinic),
            narrow: self.narrow.view(practice, &self.here(), hidden, zones).await?,
            whole: self.whole().map(|(_, open)| {
                let all = format!("All {} sessions in one go", open.len());
                let one = wording::capital(&self.one());
                [
                    (self.address(first, ""), one, !is_whole),
                    (self.address(first, "yes"), all, is_whole),
                ]
            }),
            is_whole,
            days: self.days(&free),
            series,
            earlier: earlier.map(|day| self.address(day.max(today), whole)),
            later: Some(self.address(plus(first, shift), whole)),
            action: self.here(),
            from: first.to_string(),
            kept: self.kept().await?.map(|kept| self.held(&kept)),
            moves: self.moving.as_ref().map(|visit| self.when(visit.from, visit.site)),
        };
        let title = if entry.is_fine() { "Choose a time" } else { "Error: choose a time" };
        let frame = self.mine.frame(&self.clinic, Some(Tab::Visits), title);
        let answer = shown(status, page::times(self.mine.site(), &frame, &view, entry));
        Ok(self.reader.keep(answer))
    }

    fn one(&self) -> String {
        match self.purpose {
            Purpose::Session { number, .. } => format!("only session {number}"),
            Purpose::Consultation | Purpose::FollowUp { .. } => "only this visit".to_owned(),
        }
    }

    fn what(&self, is_whole: bool) -> String {
        match self.whole().filter(|_| is_whole) {
            Some((course, open)) => {
                let known = self.story.courses.iter().find(|known| known.id == course);
                let title = known.map(|known| known.title.clone()).unwrap_or_default();
                format!("{} sessions, {title}", open.len())
            }
            None => visits::what(&self.story, self.purpose),
        }
    }

    /// Whole courses, each as one thing to choose, or why there is none.
    async fn series(&self, from: Date) -> Result<(Vec<Series>, String), Refused> {
        let Some((course, _)) = self.whole() else { return Ok((Vec::new(), String::new())) };
        let asked = (self.mine.patient, course);
        let wish = self.narrow.wish();
        let free = self.mine.practice().free_courses(&self.mine.actor, asked, from, &wish).await?;
        let (fewest, most) = free.interval_days;
        let purpose = |number: i16| Purpose::Session { course, number };
        let one = |starts: &Vec<Start>| {
            let all: Vec<Choice> = free
                .sessions
                .iter()
                .zip(starts)
                .map(|(number, start)| Choice::of(purpose(*number), start))
                .collect();
            Series {
                value: choosing::written(&all),
                ends: starts
                    .last()
                    .map(|last| say::day_of(last.at, &self.reader.zone))
                    .unwrap_or_default(),
                why: choosing::advantages(
                    starts,
                    &free.courses,
                    (&self.sites, |with| self.name(with)),
                ),
                sessions: free
                    .sessions
                    .iter()
                    .zip(starts)
                    .map(|(number, start)| (format!("Session {number}"), self.start_words(start)))
                    .collect(),
            }
        };
        let why = if free.why_not.is_empty() {
            format!(
                "Between two sessions lie {fewest} to {most} days, as your plan has it. Choose one of these courses; each stands with all of its days."
            )
        } else {
            free.why_not.join(" ")
        };
        Ok((free.courses.iter().map(one).collect(), why))
    }

    /// A time with its day, in the reader's zone; the clinic's where it differs.
    fn when(&self, at: Timestamp, site: DocumentId) -> String {
        let zone = &self.reader.zone;
        let here = at.to_zoned(zone.clone());
        let mut says = format!("{}, {}", say::weekday(here.date()), here.strftime("%H:%M"));
        let there = at.to_zoned(self.sites.zone(site).clone());
        if there.datetime() != here.datetime() {
            says.push_str(&format!(" ({} at the clinic)", there.strftime("%H:%M")));
        }
        says
    }

    fn start_words(&self, start: &Start) -> String {
        let mut says =
            format!("{}, with {}", self.when(start.at, start.site), self.name(start.with));
        let place = self.sites.name(start.site);
        if !place.is_empty() {
            says.push_str(&format!(", {place}"));
        }
        says
    }

    fn days(&self, free: &FreeStarts) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        for start in choosing::thinned(&free.starts, &self.sites, SHOWN_EVERY_MIN) {
            let title = say::weekday(start.at.to_zoned(self.reader.zone.clone()).date());
            let time = self.time(&start);
            match days.last_mut().filter(|day| day.title == title) {
                Some(day) => day.times.push(time),
                None => days.push(Day { title, times: vec![time] }),
            }
        }
        days
    }

    fn time(&self, start: &Start) -> Time {
        let words = span(start, &self.reader.zone);
        let there = span(start, self.sites.zone(start.site));
        let mut says = self.name(start.with);
        let place = self.sites.name(start.site);
        if !place.is_empty() {
            says.push_str(&format!(", {place}"));
        }
        if words != there {
            says.push_str(&format!("; at the clinic {there}"));
        }
        Time { value: Choice::of(self.purpose, start).write(), words, says }
    }

    /// How long it takes with its parts.
    fn length(&self) -> String {
        choosing::length(self.service.as_ref())
    }

    async fn kept(&self) -> Result<Option<Kept>, Refused> {
        if self.moving.is_some() {
            return Ok(None);
        }
        Ok(self.mine.practice().kept_times(&self.mine.actor, self.mine.patient).await?)
    }

    fn held(&self, kept: &Kept) -> crate::page::choosing::Held {
        let line = |visit: &percuta_chart::calendar::KeptVisit| {
            let at = visit.phases.first()?.from;
            Some(format!(
                "{}: {}",
                visits::what(&self.story, visit.purpose),
                self.when(at, visit.site)
            ))
        };
        let lines = kept.visits.iter().filter_map(line).collect();
        choosing::held(kept, (self.mine.practice().now(), &self.reader.zone), lines)
    }

    /// Keeps what a form chose, so that it can be looked over.
    async fn keep(self, mut entry: Entry) -> Answered {
        let chosen = choosing::choices(entry.get("time"));
        let is_mine = |all: &Vec<Choice>| all.iter().all(|one| one.belongs(&self.story));
        let Some(chosen) = chosen.filter(is_mine) else {
            entry.refuse("time", "Choose one of the times.");
            return self.times(&entry, StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        let wanted: Vec<_> = chosen.iter().map(Choice::wanted).collect();
        let practice = self.mine.practice();
        match practice.keep_times(&self.mine.actor, self.mine.patient, &wanted).await {
            Ok(Booking::Done(_kept)) => Ok(see("/me/book/kept")),
            Ok(Booking::Taken { purpose, next }) => self.gone(&chosen, (purpose, &next)),
            Err(no) => self.refused(entry, no).await,
        }
    }

    /// The times again with what is wrong with the chosen one.
    async fn refused(&self, mut entry: Entry, no: No) -> Answered {
        let status = match no {
            No::Wrong(wrong) => {
                wrong.into_iter().for_each(|one| entry.refuse("time", one.says));
                StatusCode::UNPROCESSABLE_ENTITY
            }
            No::Closed(why) => {
                entry.refuse("time", why);
                StatusCode::CONFLICT
            }
            No::Taken => {
                entry.refuse("time", "Somebody else has this time by now. These are free.");
                StatusCode::CONFLICT
            }
            no @ (No::NotAllowed
            | No::NotFound
            | No::Conflict
            | No::Wait { .. }
            | No::Failed(_)) => {
                return Err(no.into());
            }
        };
        self.times(&entry, status).await
    }

    /// Somebody was quicker: what is free instead, each one press away.
    fn gone(&self, chosen: &[Choice], (purpose, next): (Purpose, &[Start])) -> Answered {
        let lost = chosen.iter().find(|one| one.purpose == purpose);
        let what = visits::what(&self.story, purpose);
        let instead = next.iter().map(|start| {
            let all: Vec<Choice> = chosen
                .iter()
                .map(|one| if one.purpose == purpose { Choice::of(purpose, start) } else { *one })
                .collect();
            Time {
                value: choosing::written(&all),
                words: self.when(start.at, start.site),
                says: self.time(start).says,
            }
        });
        let view = Instead {
            lost: match lost {
                Some(lost) => format!(
                    "{what} on {} was taken while you looked.",
                    self.when(lost.at, lost.site)
                ),
                None => format!("{what}: this time was taken while you looked."),
            },
            others: chosen.len() > 1,
            instead: instead.collect(),
            action: self.here(),
            again: self.here(),
        };
        let frame = self.mine.frame(&self.clinic, None, "Somebody was quicker");
        Ok(shown(StatusCode::CONFLICT, page::gone(self.mine.site(), &frame, &view)))
    }

    /// What is kept, to be looked over.
    async fn look(self) -> Answered {
        let frame = |title: &str| self.mine.frame(&self.clinic, None, title);
        let Some(kept) = self.kept().await? else {
            let page = page::over(self.mine.site(), &frame("No longer kept"));
            return Ok(shown(StatusCode::OK, page));
        };
        let prices = self.mine.practice().prices().await?;
        let visits: Vec<Visit> = kept.visits.iter().filter_map(choosing::visit_of).collect();
        let view = Look {
            zone: zone_line(&self.reader.name, &self.clinic),
            chosen: visits.iter().map(|visit| self.chosen(visit, &prices)).collect(),
            before: self.before(&visits),
            held: Some(self.held(&kept)),
            time: choosing::written(&choosing::kept_choices(&kept)),
            rule: visits::RULE.to_owned(),
            along: Vec::new(),
            book: "/me/book/confirm".to_owned(),
            again: self.here(),
        };
        Ok(shown(StatusCode::OK, page::look(self.mine.site(), &frame("Is this right?"), &view)))
    }

    fn chosen(&self, visit: &Visit, prices: &PriceList) -> Chosen {
        let ends = visit.until.to_zoned(self.reader.zone.clone());
        let place = self.sites.name(visit.site);
        let with = self.name(visit.with);
        let what = visits::what(&self.story, visit.purpose);
        Chosen {
            when: self.when(visit.from, visit.site),
            what: if place.is_empty() {
                format!("{what}, with {with}")
            } else {
                format!("{what}, with {with}, {place}")
            },
            length: choosing::length_of(&visit.phases),
            leave: format!("Plan to leave at {}.", ends.strftime("%H:%M")),
            price: price(&self.story, visit.purpose, prices),
        }
    }

    /// What is asked of the patient before the first of these.
    fn before(&self, all: &[Visit]) -> Vec<String> {
        let Some(first) = all.first() else { return Vec::new() };
        let day = first.from.to_zoned(self.sites.zone(first.site).clone()).date();
        let before = visits::preparation(&self.story, first, day);
        before.into_iter().map(|(when, what)| format!("{when}: {what}")).collect()
    }

    /// Books what the form says. What is kept is that, unless it ran out or was chosen otherwise meanwhile.
    async fn confirm(self, entry: Entry) -> Answered {
        let chosen = choosing::choices(entry.get("time"));
        let Some(chosen) = chosen.filter(|all| all.iter().all(|one| one.belongs(&self.story)))
        else {
            return self.keep(entry).await;
        };
        let (practice, actor) = (self.mine.practice(), &self.mine.actor);
        let kept = self.kept().await?.is_some_and(|kept| choosing::is_kept(&kept, &chosen));
        let booked = if kept {
            practice.book_kept(actor, self.mine.patient).await
        } else {
            let wanted: Vec<_> = chosen.iter().map(Choice::wanted).collect();
            practice.book_visits(actor, self.mine.patient, &wanted).await
        };
        match booked {
            Ok(Booking::Done(ids)) => Ok(match ids.as_slice() {
                [one] => see_done(&format!("/me/visits/{one}"), Done::new("booked")),
                _ => see_done("/me/visits", Done::new("course-booked")),
            }),
            Ok(Booking::Taken { purpose, next }) => self.gone(&chosen, (purpose, &next)),
            Err(no) => self.refused(entry, no).await,
        }
    }

    /// Looks a move over: where to, and which later sessions no longer fit then.
    async fn look_move(self, mut entry: Entry) -> Answered {
        let Some(seen) = &self.moving else { return Err(No::NotFound.into()) };
        let chosen = choosing::choices(entry.get("time"));
        let chosen = chosen.and_then(|all| all.first().copied());
        let Some(to) = chosen.filter(|to| to.purpose == seen.purpose) else {
            entry.refuse("time", "Choose one of the times.");
            return self.times(&entry, StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        let practice = self.mine.practice();
        let along = practice.after_move(&self.mine.actor, seen, &to.wanted()).await?;
        let mut all = vec![to];
        all.extend(
            along.iter().filter_map(|one| Some(Choice::of(one.visit.purpose, one.to.as_ref()?))),
        );
        let prices = practice.prices().await?;
        let visit = self.moved(seen, to).await?;
        let view = Look {
            zone: zone_line(&self.reader.name, &self.clinic),
            chosen: vec![self.chosen(&visit, &prices)],
            before: self.before(std::slice::from_ref(&visit)),
            held: None,
            time: choosing::written(&all),
            rule: String::new(),
            along: along.iter().map(|one| self.along(one)).collect(),
            book: format!("{}/confirm", self.here()),
            again: self.here(),
        };
        let frame = self.mine.frame(&self.clinic, None, "Is this right?");
        Ok(shown(StatusCode::OK, page::look(self.mine.site(), &frame, &view)))
    }

    /// The visit as it would be, with the parts that the calendar has for it now.
    async fn moved(&self, seen: &Opened<Visit>, to: Choice) -> Result<Visit, Refused> {
        let wish = Wish { site: Some(to.site), with: Some(to.with), ..Wish::default() };
        let day = (day_of(&self.clinic, to.at), 2);
        let free = self.mine.practice().free_starts_to_move(&self.mine.actor, seen, day, &wish);
        let found = free.await?.starts.into_iter().find(|start| start.at == to.at);
        let minutes = seen.until.duration_since(seen.from);
        Ok(match found {
            Some(start) => Visit {
                from: start.at,
                until: start.until,
                site: start.site,
                with: start.with,
                phases: start.phases,
                ..seen.document.clone()
            },
            None => Visit {
                from: to.at,
                until: to.at.saturating_add(minutes).unwrap_or(to.at),
                site: to.site,
                with: to.with,
                phases: Vec::new(),
                ..seen.document.clone()
            },
        })
    }

    fn along(&self, one: &Proposed) -> Along {
        Along {
            what: visits::what(&self.story, one.visit.purpose),
            why: one.why.clone(),
            from: self.when(one.visit.from, one.visit.site),
            to: one.to.as_ref().map(|start| self.start_words(start)),
        }
    }

    /// Moves what the form says, all of it or nothing.
    async fn confirm_move(self, entry: Entry) -> Answered {
        let Some(seen) = &self.moving else { return Err(No::NotFound.into()) };
        let chosen = choosing::choices(entry.get("time")).unwrap_or_default();
        let mut moves = Vec::new();
        for to in &chosen {
            let visit = if to.purpose == seen.purpose {
                Some(seen)
            } else {
                self.story.visits.iter().find(|visit| visit.purpose == to.purpose && stands(visit))
            };
            let seen = visit.ok_or(No::NotFound)?.clone();
            moves.push(Move { seen, to: to.wanted() });
        }
        if chosen.first().is_none_or(|first| first.purpose != seen.purpose) {
            return self.look_move(entry).await;
        }
        let moved = self.mine.practice().move_visits(&self.mine.actor, Moving::Asked, &moves).await;
        match moved {
            Ok(Booking::Done(())) => {
                Ok(see_done(&format!("/me/visits/{}", seen.id), Done::new("moved")))
            }
            Ok(Booking::Taken { purpose, next }) => self.gone(&chosen, (purpose, &next)),
            Err(no) => self.refused(entry, no).await,
        }
    }
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

/// From and until when, and why not sooner.
fn window(free: &FreeStarts) -> String {
    let mut says: Vec<String> = Vec::new();
    if let Some((from, to)) = free.window {
        says.push(format!("This session belongs between {} and {}.", say::day(from), say::day(to)));
    }
    says.extend(free.why_not.iter().cloned());
    if says.is_empty() { "Any day on which the clinic is open.".to_owned() } else { says.join(" ") }
}

fn span(start: &Start, zone: &TimeZone) -> String {
    let (from, until) = (start.at.to_zoned(zone.clone()), start.until.to_zoned(zone.clone()));
    format!("{} to {}", from.strftime("%H:%M"), until.strftime("%H:%M"))
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

async fn book_times(mine: Mine, headers: HeaderMap, query: Asked) -> Answered {
    let wanted = Wanted::new(mine, None, (choosing::asked(query), &headers)).await?;
    wanted.times(&Entry::default(), StatusCode::OK).await
}

async fn keep(mine: Mine, headers: HeaderMap, form: Filled) -> Answered {
    let entry = entry(form);
    Wanted::new(mine, None, (entry.clone(), &headers)).await?.keep(entry).await
}

async fn book_look(mine: Mine, headers: HeaderMap) -> Answered {
    Wanted::new(mine, None, (Entry::default(), &headers)).await?.look().await
}

async fn book(mine: Mine, headers: HeaderMap, form: Filled) -> Answered {
    let wanted = Wanted::new(mine, None, (Entry::default(), &headers)).await?;
    Box::pin(wanted.confirm(entry(form))).await
}

/// Lets go what is kept, where something is.
async fn let_go(mine: Mine) -> Answered {
    let practice = mine.practice();
    if practice.kept_times(&mine.actor, mine.patient).await?.is_some() {
        practice.let_go(&mine.actor, mine.patient).await?;
    }
    Ok(see("/me/book"))
}

async fn move_times(
    mine: Mine,
    Path(visit): Path<DocumentId>,
    headers: HeaderMap,
    query: Asked,
) -> Answered {
    let wanted = Wanted::new(mine, Some(visit), (choosing::asked(query), &headers)).await?;
    wanted.times(&Entry::default(), StatusCode::OK).await
}

async fn move_look(
    mine: Mine,
    Path(visit): Path<DocumentId>,
    headers: HeaderMap,
    form: Filled,
) -> Answered {
    let entry = entry(form);
    Wanted::new(mine, Some(visit), (entry.clone(), &headers)).await?.look_move(entry).await
}

async fn move_it(
    mine: Mine,
    Path(visit): Path<DocumentId>,
    headers: HeaderMap,
    form: Filled,
) -> Answered {
    let entry = entry(form);
    let wanted = Wanted::new(mine, Some(visit), (entry.clone(), &headers)).await?;
    Box::pin(wanted.confirm_move(entry)).await
}
