//! Booking: the possible starts of a week or a whole course, kept while the desk talks, booked; moved, called off and taken
//! back; and why a time is not possible.
//!
//! Addresses name a course and a session by id, never a person by anything else. That a start is still free is decided
//! where it is kept and booked; of two who press the same one, the other sees the next best.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use jiff::{Timestamp, ToSpan as _, civil::Date, civil::Time};
use percuta_chart::{
    calendar::{Kept, Site},
    clinic::Clinic,
    visit::{Purpose, Visit, VisitState},
};
use percuta_practice::{
    Act, No, Opened, day_of,
    patients::Story,
    today::next_to_book,
    visits::{FreeStarts, Start, WhyNot, book::Booking},
};
use percuta_record::{DocumentId, PatientId, PersonId};
use percuta_terminology::calendar::in_words;

use super::{
    Answered, Desk, Needs, Refused,
    choosing::{self, Asked, Choice, Narrow, Sites, WEEKDAYS, plus},
    desk::takes_along,
    door::Doors,
    entrance::{Filled, entry},
    notice::Done,
    see, see_done, shown, subject,
};
use crate::page::{
    choosing::Series,
    entry::Entry,
    staff::{
        Room,
        booking::{self as page, Cancel, Day, Kept as KeptView, View, Why},
    },
};

/// So many days are looked through for the first free start.
const AHEAD_DAYS: i32 = 62;
/// One start in so many minutes is shown; any other time can be asked for.
const SHOWN_EVERY_MIN: i64 = 15;

/// The doors of booking.
pub(super) fn doors(doors: Doors) -> Doors {
    let book = Needs::Member(Act::Book);
    doors
        .get("/patients/{patient}/book", book, show)
        .post("/patients/{patient}/book", book, keep)
        .post("/patients/{patient}/book/kept", book, book_kept)
        .post("/patients/{patient}/book/let-go", book, let_go)
        .get("/visits/{visit}/move", book, show_move)
        .post("/visits/{visit}/move", book, move_it)
        .get("/visits/{visit}/cancel", book, ask_cancel)
        .post("/visits/{visit}/cancel", book, cancel)
        .post("/visits/{visit}/cancel/undo", book, restore)
}

/// What an address asks for: which visit it names, where it names one.
fn purpose_in(asked: &Entry) -> Option<Purpose> {
    asked.pairs().find_map(|(name, which)| match name {
        "consultation" => Some(Purpose::Consultation),
        "session" => {
            let (course, number) = which.split_once('.')?;
            let (course, number) = (course.parse().ok()?, number.parse().ok()?);
            Some(Purpose::Session { course, number })
        }
        "follow-up" => which.parse().ok().map(|course| Purpose::FollowUp { course }),
        _ => None,
    })
}

/// A purpose in an address.
pub(super) fn query_of(purpose: Purpose) -> String {
    match purpose {
        Purpose::Consultation => "consultation".to_owned(),
        Purpose::Session { course, number } => format!("session={course}.{number}"),
        Purpose::FollowUp { course } => format!("follow-up={course}"),
    }
}

/// What a visit is for, in words: `session 2 of 4`.
pub(super) fn title_of(story: &Story, purpose: Purpose) -> String {
    match purpose {
        Purpose::Consultation => "consultation".to_owned(),
        Purpose::FollowUp { .. } => "a look at the result".to_owned(),
        Purpose::Session { course, number } => {
            let course = story.courses.iter().find(|known| known.id == course);
            course.map_or_else(
                || format!("session {number}"),
                |course| format!("session {number} of {}", course.sessions.len()),
            )
        }
    }
}

/// What is booked when the address names nothing: the next session of a course that was accepted, else a consultation.
fn usual(story: &Story) -> Purpose {
    story
        .courses
        .iter()
        .find_map(|course| {
            let number = next_to_book(course, &story.visits, course.id)?;
            Some(Purpose::Session { course: course.id, number })
        })
        .unwrap_or(Purpose::Consultation)
}

/// A visit to be booked or moved at the desk.
pub(super) struct Seek<'d> {
    desk: &'d Desk,
    clinic: Opened<Clinic>,
    pub(super) story: Story,
    patient: PatientId,
    purpose: Purpose,
    moving: Option<Opened<Visit>>,
    asked: Entry,
    narrow: Narrow,
    sites: Sites,
    places: Vec<Opened<Site>>,
    names: Vec<(PersonId, String)>,
}

impl<'d> Seek<'d> {
    /// For a patient's visit that is not booked yet.
    pub(super) async fn new(
        desk: &'d Desk,
        patient: PatientId,
        asked: Entry,
    ) -> Result<Self, Refused> {
        let story = desk.practice().story(&desk.actor, patient).await?;
        let purpose = purpose_in(&asked).unwrap_or_else(|| usual(&story));
        let narrow = Narrow::read(&asked);
        Self::of(desk, (story, patient, purpose), None, (asked, narrow)).await
    }

    /// For a visit that is moved: with the same person, where nobody asks for another.
    async fn moving(desk: &'d Desk, visit: &str, asked: Entry) -> Result<Self, Refused> {
        let (visit, story) = opened(desk, visit).await?;
        let patient = visit.patient().ok_or(No::NotFound)?;
        let narrow = Narrow::read(&asked).or_with(&asked, visit.with);
        let purpose = visit.purpose;
        Self::of(desk, (story, patient, purpose), Some(visit), (asked, narrow)).await
    }

    async fn of(
        desk: &'d Desk,
        (story, patient, purpose): (Story, PatientId, Purpose),
        moving: Option<Opened<Visit>>,
        (asked, narrow): (Entry, Narrow),
    ) -> Result<Self, Refused> {
        let practice = desk.practice();
        let clinic = practice.clinic().await?;
        let sites = Sites::of(practice, &clinic).await?;
        let places = practice.sites().await?;
        let members = practice.members().await?;
        let names = members
            .iter()
            .map(|member| (percuta_chart::person::member_of(member.id), member.name.clone()))
            .collect();
        Ok(Self {
            desk,
            clinic,
            story,
            patient,
            purpose,
            moving,
            asked,
            narrow,
            sites,
            places,
            names,
        })
    }

    pub(super) fn purpose(&self) -> Purpose {
        self.purpose
    }

    fn name(&self, person: PersonId) -> String {
        let found = self.names.iter().find(|(id, _)| *id == person);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    }

    /// What an address of this page names, before what it narrows down.
    fn named(&self) -> String {
        match &self.moving {
            Some(visit) => format!("seen={}", visit.version.number()),
            None => query_of(self.purpose),
        }
    }

    /// Where this page is.
    fn here(&self) -> String {
        match &self.moving {
            Some(visit) => format!("/visits/{}/move", visit.id),
            None => format!("/patients/{}/book", self.patient),
        }
    }

    fn path(&self) -> String {
        format!("{}?{}{}", self.here(), self.named(), self.narrow.query())
    }

    fn wants_whole(&self) -> bool {
        self.asked.get("whole") == "yes" && self.whole().is_some()
    }

    /// The course whose sessions can be booked in one go, and they.
    fn whole(&self) -> Option<(DocumentId, Vec<i16>)> {
        let Purpose::Session { course, .. } = self.purpose else { return None };
        let open = choosing::open_sessions(&self.story, course);
        (self.moving.is_none() && open.len() > 1).then_some((course, open))
    }

    async fn free(&self, days: (Date, i32)) -> Result<FreeStarts, No> {
        let (practice, actor) = (self.desk.practice(), &self.desk.actor);
        let wish = self.narrow.wish();
        match &self.moving {
            Some(visit) => practice.free_starts_to_move(actor, visit, days, &wish).await,
            None => practice.free_starts(actor, (self.patient, self.purpose), days, &wish).await,
        }
    }

    fn today(&self) -> Date {
        day_of(&self.clinic, self.desk.practice().now())
    }

    /// The page: a week of starts, or whole courses.
    pub(super) async fn page(
        &self,
        mut entry: Entry,
        status: StatusCode,
        next: &[Choice],
    ) -> Answered {
        let today = self.today();
        let whole = or_why(self.free((today, AHEAD_DAYS)).await, &mut entry)?;
        let from = self.asked.get("from").parse::<Date>().ok();
        let from = match (&from, &self.moving) {
            (Some(from), _) => *from,
            (None, Some(visit)) => day_of(&self.clinic, visit.from).max(today),
            (None, None) => opens(&self.clinic, &whole, today),
        };
        let (from, monday) = if self.wants_whole() {
            (from.max(today), from.max(today))
        } else {
            (from, monday(from))
        };
        let is_whole = self.wants_whole();
        let (free, (series, because)) = if is_whole {
            (FreeStarts { window: whole.window, ..FreeStarts::default() }, self.series(from).await?)
        } else {
            let free = or_why(self.free((monday, 7)).await, &mut entry)?;
            (free, (Vec::new(), String::new()))
        };
        let practice = self.desk.practice();
        let service = practice.service_for(&self.story, self.purpose).await?;
        let shift = if is_whole { 14 } else { 7 };
        let tail = if is_whole { "&whole=yes" } else { "" };
        let turn = |days: i32| format!("{}{tail}&from={}", self.path(), plus(monday, days));
        let mut hidden = vec![hidden_of(&self.named())];
        if is_whole {
            hidden.push(("whole".to_owned(), "yes".to_owned()));
        }
        let narrow = self.narrow.view(practice, &self.here(), hidden, Vec::new()).await?;
        let what = title_of(&self.story, self.purpose);
        let view = View {
            person: subject::about(&self.story.patient, &self.clinic, practice.now()),
            title: format!("{} {what}", if self.moving.is_some() { "move" } else { "book" }),
            window: match free.window {
                Some((from, to)) => format!("{} to {}", in_words(from), in_words(to)),
                None => "today on".to_owned(),
            },
            because: match (free.window, because.is_empty()) {
                (_, false) => because,
                (Some(_), true) => {
                    "It follows from the plan and from the session before it.".to_owned()
                }
                (None, true) => String::new(),
            },
            takes: choosing::length(service.as_ref()),
            moves: self.moving.as_ref().map(|visit| self.when(visit.from, visit.site)),
            week: format!("{} to {}", in_words(monday), in_words(plus(monday, 6))),
            earlier: (monday > today).then(|| turn(-shift)),
            later: Some(turn(shift)),
            first_free: whole
                .starts
                .first()
                .map(|first| format!("{}&from={}", self.path(), day_of(&self.clinic, first.at))),
            days: if is_whole { Vec::new() } else { self.days(monday, &free) },
            whole: self.whole().map(|(_, open)| {
                let from = format!("&from={from}");
                [
                    (format!("{}{from}", self.path()), format!("Only {what}"), !is_whole),
                    (
                        format!("{}&whole=yes{from}", self.path()),
                        format!("All {} sessions in one go", open.len()),
                        is_whole,
                    ),
                ]
            }),
            is_whole,
            series,
            narrow,
            kept: self.kept().await?,
            next: next.iter().map(|choice| self.next(choice)).collect(),
            why: self.why(&mut entry).await?,
            ask: self.here(),
            ask_hidden: vec![hidden_of(&self.named())],
            ask_sites: if self.places.len() > 1 {
                self.places.iter().map(|site| (site.id.to_string(), site.name.clone())).collect()
            } else {
                Vec::new()
            },
            wait: self
                .moving
                .is_none()
                .then(|| format!("/patients/{}/wait?{}", self.patient, query_of(self.purpose))),
            action: self.path(),
        };
        let entry = self.typed(entry, from);
        let frame = self.desk.frame(Some(Room::Patients), "Book a visit").await?;
        Ok(shown(status, page::page(self.desk.site(), &frame, &view, &entry)))
    }

    /// What the fields of a time begin with: what was asked for, else the first day of the week.
    fn typed(&self, mut entry: Entry, from: Date) -> Entry {
        let or = |name: &str, other: String| match self.asked.get(name) {
            "" => other,
            given => given.to_owned(),
        };
        let begins = [
            ("why-day", or("why-day", from.max(self.today()).to_string())),
            ("why-time", or("why-time", String::new())),
            ("why-site", or("why-site", String::new())),
        ];
        for (name, value) in begins {
            if entry.get(name).is_empty() {
                entry.set(name, value);
            }
        }
        entry
    }

    /// A time at a site, on its clock.
    fn when(&self, at: Timestamp, site: DocumentId) -> String {
        let local = at.to_zoned(self.sites.zone(site).clone());
        local.strftime("%A %-d %B %Y, %H:%M").to_string()
    }

    fn words(&self, start: &Start) -> String {
        let place = self.sites.name(start.site);
        let place = if place.is_empty() { String::new() } else { format!(", {place}") };
        format!("{}, {}{place}", self.when(start.at, start.site), self.name(start.with))
    }

    fn next(&self, choice: &Choice) -> page::Start {
        page::Start {
            value: choice.write(),
            says: self.when(choice.at, choice.site),
            ends: String::new(),
            with: self.name(choice.with),
            place: self.sites.name(choice.site).to_owned(),
        }
    }

    fn days(&self, monday: Date, free: &FreeStarts) -> Vec<Day> {
        let shown = choosing::thinned(&free.starts, &self.sites, SHOWN_EVERY_MIN);
        (0..7).map(|index| plus(monday, index)).map(|day| self.one_day(day, &shown, free)).collect()
    }

    fn one_day(&self, day: Date, shown: &[Start], free: &FreeStarts) -> Day {
        let clock = |at: Timestamp, site| {
            at.to_zoned(self.sites.zone(site).clone()).strftime("%H:%M").to_string()
        };
        let here =
            |start: &&Start| start.at.to_zoned(self.sites.zone(start.site).clone()).date() == day;
        let starts: Vec<page::Start> = shown
            .iter()
            .filter(here)
            .map(|start| page::Start {
                value: Choice::of(self.purpose, start).write(),
                says: clock(start.at, start.site),
                ends: clock(start.until, start.site),
                with: self.name(start.with),
                place: self.sites.name(start.site).to_owned(),
            })
            .collect();
        let is_open = self.places.iter().any(|site| site.hours_on(day).next().is_some());
        let why_not = if !starts.is_empty() {
            Vec::new()
        } else if day < self.today() {
            vec!["over".to_owned()]
        } else if !is_open {
            vec!["closed".to_owned()]
        } else if let Some((from, _)) = free.window.filter(|(from, _)| day < *from) {
            vec![format!("too soon: from {}", in_words(from))]
        } else if free.why_not.is_empty() {
            vec!["nothing free".to_owned()]
        } else {
            free.why_not.clone()
        };
        let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
        Day {
            name: WEEKDAYS.get(index).copied().unwrap_or_default().to_owned(),
            date: day.strftime("%-d %B").to_string(),
            is_inside: free.window.is_none_or(|(from, to)| day >= from && day <= to),
            starts,
            why_not,
        }
    }

    /// Whole courses, or why there is none.
    async fn series(&self, from: Date) -> Result<(Vec<Series>, String), Refused> {
        let Some((course, _)) = self.whole() else { return Ok((Vec::new(), String::new())) };
        let (practice, wish) = (self.desk.practice(), self.narrow.wish());
        let asked = (self.patient, course);
        let free = match practice.free_courses(&self.desk.actor, asked, from, &wish).await {
            Ok(free) => free,
            Err(No::Closed(why)) => return Ok((Vec::new(), why.to_owned())),
            Err(no) => return Err(no.into()),
        };
        let (fewest, most) = free.interval_days;
        let one = |starts: &Vec<Start>| {
            let numbered = || free.sessions.iter().zip(starts);
            let all: Vec<Choice> = numbered()
                .map(|(number, start)| {
                    Choice::of(Purpose::Session { course, number: *number }, start)
                })
                .collect();
            let words =
                numbered().map(|(number, start)| (format!("Session {number}"), self.words(start)));
            Series {
                value: choosing::written(&all),
                ends: starts
                    .last()
                    .map(|last| in_words(day_of(&self.clinic, last.at)))
                    .unwrap_or_default(),
                why: choosing::advantages(
                    starts,
                    &free.courses,
                    (&self.sites, |with| self.name(with)),
                ),
                sessions: words.collect(),
            }
        };
        let why = if free.why_not.is_empty() {
            format!("Between two sessions lie {fewest} to {most} days by the plan.")
        } else {
            free.why_not.join(" ")
        };
        Ok((free.courses.iter().map(one).collect(), why))
    }

    /// What is kept for this patient now.
    async fn kept(&self) -> Result<Option<KeptView>, Refused> {
        if self.moving.is_some() {
            return Ok(None);
        }
        let practice = self.desk.practice();
        let kept = practice.kept_times(&self.desk.actor, self.patient).await?;
        Ok(kept.map(|kept| self.kept_view(&kept)))
    }

    fn kept_view(&self, kept: &Kept) -> KeptView {
        let line = |visit: &percuta_chart::calendar::KeptVisit| {
            let at = visit.phases.first()?.from;
            let place = self.sites.name(visit.site);
            let place = if place.is_empty() { String::new() } else { format!(", {place}") };
            let what = crate::wording::capital(&title_of(&self.story, visit.purpose));
            let (when, with) = (self.when(at, visit.site), self.name(visit.with));
            let length = choosing::length_of(&visit.phases);
            Some(format!("{what}: {when}, with {with}{place}. {length}."))
        };
        let lines = kept.visits.iter().filter_map(line).collect();
        let zone = percuta_practice::zone_of(&self.clinic);
        KeptView {
            held: choosing::held(kept, (self.desk.practice().now(), &zone), lines),
            value: choosing::written(&choosing::kept_choices(kept)),
            book: format!("/patients/{}/book/kept?{}", self.patient, self.named()),
            let_go: format!("/patients/{}/book/let-go?{}", self.patient, self.named()),
        }
    }

    /// Why a time that was asked for is not possible, or that it is.
    async fn why(&self, entry: &mut Entry) -> Result<Option<Why>, Refused> {
        let (day, time) = (self.asked.get("why-day"), self.asked.get("why-time"));
        if day.is_empty() && time.is_empty() {
            return Ok(None);
        }
        let (Ok(day), Ok(time)) = (day.parse::<Date>(), time.parse::<Time>()) else {
            entry.refuse("why-time", "Give a day and a time of it, such as 14:00.");
            return Ok(None);
        };
        let site = self.asked.get("why-site").parse::<DocumentId>().ok();
        let site = site.filter(|site| self.places.iter().any(|one| one.id == *site));
        let Some(site) = site.or_else(|| self.places.first().map(|one| one.id)) else {
            return Ok(None);
        };
        let zone = self.sites.zone(site);
        let Ok(at) = zone.to_ambiguous_zoned(day.to_datetime(time)).compatible() else {
            entry.refuse("why-time", "This day is not in the calendar.");
            return Ok(None);
        };
        let moving = self.moving.as_ref().map(|visit| visit.id);
        let asked = (self.patient, self.purpose);
        let practice = self.desk.practice();
        let place = (site, at.timestamp());
        let why = match practice.why_not(&self.desk.actor, asked, place, moving).await {
            Ok(why) => why,
            Err(No::Closed(says)) => WhyNot { because: vec![says.to_owned()], ..WhyNot::default() },
            Err(no) => return Err(no.into()),
        };
        let start =
            |start: Option<Start>| start.map(|start| self.next(&Choice::of(self.purpose, &start)));
        Ok(Some(Why {
            asked: self.when(at.timestamp(), site),
            because: why.because,
            possible: start(why.possible),
            before: start(why.before),
            after: start(why.after),
        }))
    }

    /// The page again, after somebody else was quicker or something is wrong.
    async fn refused(&self, mut entry: Entry, no: No) -> Answered {
        let status = match no {
            No::Wrong(wrong) => {
                wrong.into_iter().for_each(|one| entry.refuse("start", one.says));
                StatusCode::UNPROCESSABLE_ENTITY
            }
            No::Closed(says) => {
                entry.refuse("start", says);
                StatusCode::CONFLICT
            }
            No::Taken => {
                entry.refuse("start", TAKEN);
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
        self.page(entry, status, &[]).await
    }

    async fn taken(&self, mut entry: Entry, (purpose, next): (Purpose, &[Start])) -> Answered {
        entry.refuse("start", TAKEN);
        let next: Vec<Choice> = next.iter().map(|start| Choice::of(purpose, start)).collect();
        self.page(entry, StatusCode::CONFLICT, &next).await
    }

    /// What a form chose, where it is this patient's.
    fn chosen(&self, entry: &Entry) -> Option<Vec<Choice>> {
        let chosen = choosing::choices(entry.get("start"))?;
        chosen.iter().all(|one| one.belongs(&self.story)).then_some(chosen)
    }
}

/// A part of an address as a field.
fn hidden_of(named: &str) -> (String, String) {
    let (name, value) = named.split_once('=').unwrap_or((named, ""));
    (name.to_owned(), value.to_owned())
}

/// Free starts, or none with the sentence that says why there can be none.
fn or_why(free: Result<FreeStarts, No>, entry: &mut Entry) -> Result<FreeStarts, Refused> {
    match free {
        Ok(free) => Ok(free),
        Err(No::Closed(says)) => {
            entry.refuse("start", says);
            Ok(FreeStarts::default())
        }
        Err(no) => Err(no.into()),
    }
}

/// The day on which the page opens: the first that is free, else the first of the window.
fn opens(clinic: &Clinic, free: &FreeStarts, today: Date) -> Date {
    let window = free.window.map_or(today, |(from, _)| from.max(today));
    let first = free.starts.first().map(|start| day_of(clinic, start.at));
    first.map_or(window, |day| day.max(today))
}

fn monday(day: Date) -> Date {
    let back = i32::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(back.days()).unwrap_or(day)
}

const TAKEN: &str = "Somebody took this start meanwhile. These are still free.";

async fn show(desk: Desk, Path(patient): Path<String>, query: Asked) -> Answered {
    let seek = Seek::new(&desk, subject::id(&patient)?, choosing::asked(query)).await?;
    seek.page(Entry::default(), StatusCode::OK, &[]).await
}

async fn keep(desk: Desk, Path(patient): Path<String>, query: Asked, form: Filled) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let mut asked = choosing::asked(query);
    let mut entry = entry(form);
    if purpose_in(&asked).is_none() {
        return Err(No::NotFound.into());
    }
    let seek = Seek::new(&desk, patient, asked.clone()).await?;
    let Some(chosen) = seek.chosen(&entry) else {
        entry.refuse("start", "Choose a start.");
        return seek.page(entry, StatusCode::UNPROCESSABLE_ENTITY, &[]).await;
    };
    let day = chosen.first().map(|one| day_of(&seek.clinic, one.at));
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    asked.set("from", day.clone());
    let wanted: Vec<_> = chosen.iter().map(Choice::wanted).collect();
    match desk.practice().keep_times(&desk.actor, patient, &wanted).await {
        Ok(Booking::Done(_kept)) => Ok(see(&format!("{}&from={day}#kept", seek.path()))),
        Ok(Booking::Taken { purpose, next }) => {
            Seek::new(&desk, patient, asked).await?.taken(entry, (purpose, &next)).await
        }
        Err(no) => Seek::new(&desk, patient, asked).await?.refused(entry, no).await,
    }
}

/// Books what the form says: what is kept, unless that ran out or was chosen otherwise meanwhile.
async fn book_kept(
    desk: Desk,
    Path(patient): Path<String>,
    query: Asked,
    form: Filled,
) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let mut entry = entry(form);
    let seek = Seek::new(&desk, patient, choosing::asked(query)).await?;
    let Some(chosen) = seek.chosen(&entry) else {
        entry.refuse("start", "Choose a start.");
        return seek.page(entry, StatusCode::UNPROCESSABLE_ENTITY, &[]).await;
    };
    let (practice, actor) = (desk.practice(), &desk.actor);
    let kept = practice.kept_times(actor, patient).await?;
    let booked = if kept.is_some_and(|kept| choosing::is_kept(&kept, &chosen)) {
        practice.book_kept(actor, patient).await
    } else {
        let wanted: Vec<_> = chosen.iter().map(Choice::wanted).collect();
        practice.book_visits(actor, patient, &wanted).await
    };
    match booked {
        Ok(Booking::Done(ids)) => Ok(match ids.as_slice() {
            [one] => see_done(&format!("/visits/{one}"), Done::new("booked")),
            _ => see_done(&format!("/patients/{patient}"), Done::new("course-booked")),
        }),
        Ok(Booking::Taken { purpose, next }) => seek.taken(entry, (purpose, &next)).await,
        Err(no) => seek.refused(entry, no).await,
    }
}

async fn let_go(desk: Desk, Path(patient): Path<String>, query: Asked) -> Answered {
    let patient: PatientId = subject::id(&patient)?;
    let practice = desk.practice();
    if practice.kept_times(&desk.actor, patient).await?.is_some() {
        practice.let_go(&desk.actor, patient).await?;
    }
    let seek = Seek::new(&desk, patient, choosing::asked(query)).await?;
    Ok(see_done(&seek.path(), Done::new("let-go")))
}

async fn opened(desk: &Desk, visit: &str) -> Result<(Opened<Visit>, Story), Refused> {
    let visit = desk.practice().visit(&desk.actor, subject::id(visit)?).await?;
    let patient = visit.patient().ok_or(No::NotFound)?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    Ok((visit, story))
}

/// A visit at the version that a form was shown with.
pub(super) fn at_version(
    visit: &Opened<Visit>,
    query: Option<&str>,
) -> Result<Opened<Visit>, Refused> {
    let mut pairs = query.unwrap_or_default().split('&');
    let version = pairs.find_map(|pair| pair.strip_prefix("seen="));
    let version = version.and_then(subject::version).ok_or(No::Conflict)?;
    Ok(Opened { version, ..visit.clone() })
}

async fn show_move(desk: Desk, Path(visit): Path<String>, query: Asked) -> Answered {
    let seek = Seek::moving(&desk, &visit, choosing::asked(query)).await?;
    seek.page(Entry::default(), StatusCode::OK, &[]).await
}

/// Moves a visit. Where later sessions no longer fit then, it shows first what would go along, and moves all or nothing.
async fn move_it(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let mut entry = entry(form);
    let query = query.unwrap_or_default();
    let seek = Seek::moving(&desk, &visit, Entry::default()).await?;
    let Some(now) = &seek.moving else { return Err(No::NotFound.into()) };
    let seen = at_version(now, Some(&query))?;
    let chosen = seek.chosen(&entry).unwrap_or_default();
    let Some(to) = chosen.first().filter(|to| to.purpose == seen.purpose) else {
        entry.refuse("start", "Choose a start.");
        return seek.page(entry, StatusCode::UNPROCESSABLE_ENTITY, &[]).await;
    };
    let (practice, to) = (desk.practice(), to.wanted());
    let along = practice.after_move(&desk.actor, &seen, &to).await?;
    if !along.is_empty() {
        return takes_along(&desk, (&seen, &to), &along).await;
    }
    match practice.move_visit(&desk.actor, &seen, &to).await {
        Ok(Booking::Done(())) => {
            let there = format!("/visits/{}", seen.id);
            let done = Done::new("moved").undone_by(format!("{there}/place/undo"));
            Ok(see_done(&there, done))
        }
        Ok(Booking::Taken { purpose, next }) => seek.taken(entry, (purpose, &next)).await,
        Err(no) => seek.refused(entry, no).await,
    }
}

/// Why a visit is called off, by word.
const REASONS: [(&str, &str); 5] = [
    ("patient", "The patient asked"),
    ("unwell", "The patient is unwell"),
    ("screening", "Screening does not allow it"),
    ("clinic", "The clinic cannot"),
    ("other", "Something else"),
];

async fn ask_cancel(desk: Desk, Path(visit): Path<String>) -> Answered {
    let (visit, story) = opened(&desk, &visit).await?;
    match visit.state {
        VisitState::Booked => {}
        VisitState::Arrived { .. }
        | VisitState::Done { .. }
        | VisitState::Cancelled { .. }
        | VisitState::NoShow { .. } => return Ok(see(&format!("/visits/{}", visit.id))),
    }
    cancel_again(&desk, (&visit, &story), (&Entry::default(), StatusCode::OK)).await
}

async fn cancel_again(
    desk: &Desk,
    (visit, story): (&Opened<Visit>, &Story),
    (entry, status): (&Entry, StatusCode),
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let back = format!("/visits/{}", visit.id);
    let view = Cancel {
        person: subject::about(&story.patient, &clinic, desk.practice().now()),
        title: title_of(story, visit.purpose),
        when: subject::when(&clinic, visit.from),
        action: format!("{back}/cancel?seen={}", visit.version.number()),
        move_instead: format!("{back}/move"),
        back,
        reasons: REASONS
            .iter()
            .map(|(word, says)| ((*word).to_owned(), (*says).to_owned()))
            .collect(),
    };
    let frame = desk.frame(Some(Room::Patients), "Call off a visit").await?;
    Ok(shown(status, page::cancel(desk.site(), &frame, &view, entry)))
}

async fn cancel(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let (visit, story) = opened(&desk, &visit).await?;
    let seen = at_version(&visit, query.as_deref())?;
    let mut entry = entry(form);
    let said = REASONS.iter().find(|(word, _)| *word == entry.get("reason"));
    let Some((_, says)) = said else {
        entry.refuse("reason", "Choose why.");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return cancel_again(&desk, (&visit, &story), (&entry, status)).await;
    };
    let why = match entry.get("note") {
        "" => (*says).to_owned(),
        note => format!("{says}. {note}"),
    };
    desk.practice().cancel_visit(&desk.actor, &seen, &why).await?;
    let id: DocumentId = visit.id;
    let done = Done::new("cancelled").undone_by(format!("/visits/{id}/cancel/undo"));
    // Whoever waits for such a time is named at once.
    let offers = desk.practice().offers(&desk.actor, &seen).await?;
    let next = if offers.is_empty() { "" } else { "/offers" };
    Ok(see_done(&format!("/visits/{id}{next}"), done))
}

async fn restore(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit = desk.practice().visit(&desk.actor, subject::id(&visit)?).await?;
    desk.practice().uncancel_visit(&desk.actor, &visit).await?;
    Ok(see_done(&format!("/visits/{}", visit.id), Done::new("state-undone")))
}
