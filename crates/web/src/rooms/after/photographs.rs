//! Photographs: a patient's own, and the clinic's view of a patient's; the pictures themselves, opened for one reader.

use axum::{
    extract::{Multipart, Path, Query, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    clinic::Clinic,
    consent::PhotographUse,
    photograph::{Noted, Photograph, Taker, View},
};
use percuta_practice::{
    Act, Actor, No, Opened, Practice,
    aftercare::ended,
    day_of,
    next_step::judged_from,
    patients::Story,
    photographs::{Shot, Size, allowed},
    zone_of,
};
use percuta_record::{DocumentId, PatientId};
use serde::Deserialize;

use super::{day, upload};
use crate::{
    page::{
        entry::Entry,
        mine::{self, Tab, photographs as own},
        staff::{self, part::Leaves, person::Person, photographs as page},
    },
    rooms::{Answered, Desk, Done, Mine, Needs, Refused, door::Doors, see_done, shown},
};

/// A page of photographs holds so many.
const PAGE: usize = 24;

pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Photographs);
    let doors = doors
        .get("/me/photos", Needs::Patient, list)
        .get("/me/photos/pair", Needs::Patient, pair)
        .get("/me/photos/{photograph}/{size}", Needs::Patient, own_picture)
        .get("/photos/{photograph}/{size}", staff, picture)
        .get("/patients/{patient}/photographs", staff, of_patient)
        .get("/patients/{patient}/photographs/pair", staff, compare)
        .post("/me/photos/{photograph}/undo", Needs::Patient, withdraw_own)
        .post("/photos/{photograph}/undo", staff, withdraw);
    let doors = upload::door(doors, "/me/photos", Needs::Patient, add_own);
    upload::door(doors, "/patients/{patient}/photographs", staff, add)
}

/// A picture: its own type, kept by nobody, and never anything but a picture.
async fn opened(practice: &Practice, actor: &Actor, (id, size): (DocumentId, &str)) -> Answered {
    let size = Size::of(size).ok_or(No::NotFound)?;
    let file = practice.photograph_file(actor, id, size).await?;
    let media_type = if file.media_type == "image/png" { "image/png" } else { "image/jpeg" };
    let mut response: Response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    Ok(response)
}

async fn own_picture(mine: Mine, Path((id, size)): Path<(DocumentId, String)>) -> Answered {
    opened(mine.practice(), &mine.actor, (id, &size)).await
}

async fn picture(desk: Desk, Path((id, size)): Path<(DocumentId, String)>) -> Answered {
    opened(desk.practice(), &desk.actor, (id, &size)).await
}

/// Reads the fields beside a file. `field` is the one of the view.
fn shot((entry, field): (&mut Entry, &str), file: Vec<u8>) -> Option<Shot> {
    let view = View::of(entry.get(field));
    if view.is_none() {
        entry.refuse(field, "Choose what the photograph shows.");
    }
    let typed = entry.get("taken").to_owned();
    let taken = typed.parse::<Date>().ok();
    if !typed.is_empty() && taken.is_none() {
        entry.refuse("taken", "Write the day as 2026-05-31, or leave it empty for today.");
    }
    let noted = entry.has("bare", "yes").then_some(Noted::Bare).into_iter().collect();
    let view = view.filter(|_| entry.is_fine())?;
    Some(Shot { about: None, view, taken, noted, bytes: file })
}

fn views() -> Vec<(String, String)> {
    View::ALL.map(|view| (view.word().to_owned(), view.title().to_owned())).to_vec()
}

/// Where in the course a photograph was taken. One of the day of a session, from before it was over, is of before it.
fn stage(story: &Story, taken: Timestamp, zone: &TimeZone) -> String {
    let day = taken.to_zoned(zone.clone()).date();
    let comes = story.sessions.iter().find(|session| ended(story, session, zone) > taken);
    if let Some(session) = comes.filter(|session| session.on == day) {
        return format!("before session {}", session.number);
    }
    let before = story.sessions.iter().rev().find(|session| session.on <= day);
    match before {
        Some(session) => {
            let days = (day - session.on).get_days();
            format!("day {days} after session {}", session.number)
        }
        None => "before treatment".to_owned(),
    }
}

/// What may be done with photographs, in a sentence.
fn permitted(story: &Story, is_own: bool) -> String {
    let may =
        allowed(&story.consents).map(|consent| consent.photographs.clone()).unwrap_or_default();
    let who = if is_own { "You allow" } else { "The patient allows" };
    let uses = [
        (PhotographUse::Record, "keeping them in the record"),
        (PhotographUse::Clinic, "showing them within the clinic"),
        (PhotographUse::Teaching, "teaching"),
        (PhotographUse::Public, "showing them in public"),
    ];
    let words: Vec<&str> =
        uses.iter().filter(|(one, _)| may.contains(one)).map(|(_, words)| *words).collect();
    if words.is_empty() {
        format!(
            "{who} no photographs yet, so none is kept. It is chosen in the consent to treatment."
        )
    } else {
        format!("{who}: {}. Nothing else.", words.join(", "))
    }
}

/// What both sides show photographs with.
struct At<'a> {
    story: &'a Story,
    zone: TimeZone,
    today: Date,
}

impl<'a> At<'a> {
    fn new(story: &'a Story, clinic: &Clinic, now: Timestamp) -> Self {
        Self { story, zone: zone_of(clinic), today: day_of(clinic, now) }
    }

    fn taken(&self, one: &Photograph) -> Date {
        one.taken.to_zoned(self.zone.clone()).date()
    }

    fn own(&self, one: &Opened<Photograph>) -> own::Shot {
        let taken = self.taken(one);
        let (date, stage) = (day(taken, self.today), stage(self.story, one.taken, &self.zone));
        own::Shot {
            value: one.id.to_string(),
            small: format!("/me/photos/{}/small", one.id),
            href: format!("/me/photos/{}/display", one.id),
            alt: format!("{}, {date}, {stage}", one.view.title()),
            stage,
            date,
            by: match one.by {
                Taker::Clinic => "Clinic",
                Taker::Patient => "You",
            }
            .to_owned(),
            withdraw: match one.by {
                Taker::Clinic => None,
                Taker::Patient => Some(format!("/me/photos/{}/undo", one.id)),
            },
        }
    }

    fn staff(&self, one: &Opened<Photograph>) -> page::Photograph {
        let taken = self.taken(one);
        let by = match one.by {
            Taker::Clinic => "by the clinic",
            Taker::Patient => "by the patient",
        };
        let bare = if one.noted.contains(&Noted::Bare) { "no make-up, face at rest, " } else { "" };
        page::Photograph {
            id: one.id.to_string(),
            src: format!("/photos/{}/display", one.id),
            small: format!("/photos/{}/small", one.id),
            size: (one.width, one.height),
            day: day(taken, self.today),
            view: one.view.title().to_lowercase(),
            when: stage(self.story, one.taken, &self.zone),
            taken: format!("{bare}{by}"),
        }
    }
}

/// Which page of a list, from nought.
#[derive(Deserialize)]
pub(super) struct Leaf {
    pub(super) page: Option<usize>,
}

/// A page of a list whose newest entry comes first: its entries, and the numbers of the pages beside it.
pub(super) fn leaf<T>(
    all: &[T],
    number: Option<usize>,
    size: usize,
) -> (&[T], Option<usize>, Option<usize>) {
    let last = all.len().saturating_sub(1) / size.max(1);
    let number = number.unwrap_or(0).min(last);
    let from = number.saturating_mul(size);
    let until = from.saturating_add(size).min(all.len());
    let shown = all.get(from..until).unwrap_or_default();
    (shown, number.checked_sub(1), (until < all.len()).then(|| number.saturating_add(1)))
}

async fn list(mine: Mine, Query(leaf): Query<Leaf>) -> Answered {
    show_own(&mine, &Entry::default(), (StatusCode::OK, leaf.page)).await
}

async fn show_own(
    mine: &Mine,
    entry: &Entry,
    (status, page): (StatusCode, Option<usize>),
) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let at = At::new(&story, &clinic, mine.practice().now());
    let mut newest: Vec<&Opened<Photograph>> = story.photographs.iter().collect();
    newest.sort_by_key(|one| std::cmp::Reverse((one.taken, one.id)));
    let (of_page, newer, older) = leaf(&newest, page, PAGE);
    let series = View::ALL.into_iter().filter_map(|view| {
        let all = story.photographs.iter().filter(|one| one.view == view);
        let mut all: Vec<&Opened<Photograph>> = all.collect();
        all.sort_by_key(|one| (one.taken, one.id));
        let (first, last) = (all.first()?, all.last()?);
        let of_it = of_page.iter().rev().filter(|one| one.view == view);
        let of_it: Vec<&Opened<Photograph>> = of_it.copied().collect();
        if of_it.is_empty() {
            return None;
        }
        Some(own::Series {
            title: view.title().to_owned(),
            compare: (all.len() > 1)
                .then(|| format!("/me/photos/pair?before={}&after={}", first.id, last.id)),
            shots: of_it.iter().map(|one| at.own(one)).collect(),
        })
    });
    let view = own::Photographs {
        series: series.collect(),
        places: views(),
        permitted: permitted(&story, true),
        onwards: mine::Onwards {
            newer: newer.map(|page| format!("/me/photos?page={page}")),
            older: older.map(|page| format!("/me/photos?page={page}")),
        },
    };
    let title = if entry.is_fine() { "Photos" } else { "Error: photos" };
    let frame = mine.frame(&clinic, Some(Tab::Photographs), title);
    Ok(shown(status, own::list(mine.site(), &frame, &view, entry)))
}

async fn add_own(mine: Mine, sent: Result<Multipart, MultipartRejection>) -> Answered {
    let upload::Sent { mut entry, file } = match upload::read(sent).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unread.answer()),
    };
    if let Some(shot) = shot((&mut entry, "place"), file) {
        match mine.practice().add_photograph(&mine.actor, mine.patient, shot).await {
            Ok(id) => {
                let done = Done::new("uploaded").undone_by(format!("/me/photos/{id}/undo"));
                return Ok(see_done("/me/photos", done));
            }
            Err(No::Wrong(wrong)) => {
                wrong.into_iter().for_each(|one| entry.refuse(&one.field, one.says))
            }
            Err(no) => return Err(no.into()),
        }
    }
    show_own(&mine, &entry, (StatusCode::UNPROCESSABLE_ENTITY, None)).await
}

async fn withdraw_own(mine: Mine, Path(photograph): Path<DocumentId>) -> Answered {
    mine.practice().withdraw_photograph(&mine.actor, photograph).await?;
    Ok(see_done("/me/photos", Done::new("photograph-withdrawn")))
}

async fn withdraw(desk: Desk, Path(photograph): Path<DocumentId>) -> Answered {
    let found = desk.practice().withdraw_photograph(&desk.actor, photograph).await?;
    let patient = found.patient().ok_or(No::NotFound)?;
    let here = format!("/patients/{patient}/photographs");
    Ok(see_done(&here, Done::new("photograph-withdrawn")))
}

/// Which two are chosen.
#[derive(Deserialize)]
struct Two {
    before: Option<DocumentId>,
    after: Option<DocumentId>,
}

impl Two {
    /// Both, where both are in the story.
    fn of<'s>(&self, story: &'s Story) -> Option<(&'s Opened<Photograph>, &'s Opened<Photograph>)> {
        let find = |id: Option<DocumentId>| story.photographs.iter().find(|one| Some(one.id) == id);
        Some((find(self.before)?, find(self.after)?))
    }
}

/// In what two were not taken alike.
fn unlike(left: &Photograph, right: &Photograph) -> Vec<String> {
    let mut unlike = Vec::new();
    if left.view != right.view {
        unlike.push("They show different views.".to_owned());
    }
    if left.by != right.by {
        unlike.push(
            "One was taken by the clinic and one by the patient, so camera and light differ."
                .to_owned(),
        );
    }
    let is_bare = |one: &Photograph| one.noted.contains(&Noted::Bare);
    // Not noted is not its contrary: of two of which nothing is known, nothing can be said.
    if left.noted.is_empty() && right.noted.is_empty() {
        unlike.push("How they were taken was noted for neither of them.".to_owned());
    }
    if is_bare(left) != is_bare(right) {
        unlike.push("“No make-up, face at rest” was noted for one of them only.".to_owned());
    }
    unlike
}

async fn pair(mine: Mine, Query(two): Query<Two>) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let at = At::new(&story, &clinic, mine.practice().now());
    let (before, after) = two.of(&story).ok_or(No::NotFound)?;
    let view = own::Pair {
        title: before.view.title().to_owned(),
        shots: story.photographs.iter().map(|one| at.own(one)).collect(),
        before: at.own(before),
        after: at.own(after),
        cautions: unlike(before, after),
        action: "/me/photos/pair".to_owned(),
    };
    let frame = mine.frame(&clinic, Some(Tab::Photographs), "Side by side");
    Ok(shown(StatusCode::OK, own::compare(mine.site(), &frame, &view)))
}

/// The head of a page about a patient.
pub(super) fn person(story: &Story, patient: PatientId, today: Date) -> Person {
    let age = ("Age".to_owned(), story.patient.age_on(today).to_string());
    Person {
        name: story.patient.name.clone(),
        href: format!("/patients/{patient}"),
        facts: vec![age],
    }
}

async fn of_patient(
    desk: Desk,
    Path(patient): Path<PatientId>,
    Query(leaf): Query<Leaf>,
) -> Answered {
    show(&desk, patient, &Entry::default(), (StatusCode::OK, leaf.page)).await
}

async fn show(
    desk: &Desk,
    patient: PatientId,
    entry: &Entry,
    (status, page): (StatusCode, Option<usize>),
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let at = At::new(&story, &clinic, desk.practice().now());
    let mut days: Vec<(Date, Vec<page::Photograph>)> = Vec::new();
    let mut newest: Vec<&Opened<Photograph>> = story.photographs.iter().collect();
    newest.sort_by_key(|one| std::cmp::Reverse((one.taken, one.id)));
    let (of_page, newer, older) = leaf(&newest, page, PAGE);
    for one in of_page.iter().copied() {
        let taken = at.taken(one);
        match days.last_mut().filter(|(day, _)| *day == taken) {
            Some((_, of_day)) => of_day.push(at.staff(one)),
            None => days.push((taken, vec![at.staff(one)])),
        }
    }
    let days = days.into_iter().map(|(on, of_day)| (day(on, at.today), of_day));
    let here = format!("/patients/{patient}/photographs");
    let view = page::View {
        person: person(&story, patient, at.today),
        days: days.collect(),
        leaves: Leaves {
            newer: newer.map(|page| format!("{here}?page={page}")),
            older: older.map(|page| format!("{here}?page={page}")),
        },
        compare: (story.photographs.len() > 1).then(|| format!("{here}/pair")),
        upload: Some(page::Upload {
            action: here,
            views: views(),
            limits: "JPEG, HEIC or PNG, 25 MB and 50 megapixels at most.".to_owned(),
            working: Vec::new(),
        }),
        permission: permitted(&story, false),
    };
    let title = if entry.is_fine() { "Photographs" } else { "Error: photographs" };
    let frame = desk.frame(Some(staff::Room::Patients), title).await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

async fn add(
    desk: Desk,
    Path(patient): Path<PatientId>,
    sent: Result<Multipart, MultipartRejection>,
) -> Answered {
    let upload::Sent { mut entry, file } = match upload::read(sent).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unread.answer()),
    };
    if let Some(shot) = shot((&mut entry, "view"), file) {
        match desk.practice().add_photograph(&desk.actor, patient, shot).await {
            Ok(id) => {
                let here = format!("/patients/{patient}/photographs");
                let done = Done::new("uploaded").undone_by(format!("/photos/{id}/undo"));
                return Ok(see_done(&here, done));
            }
            Err(No::Wrong(wrong)) => {
                wrong.into_iter().for_each(|one| entry.refuse(&one.field, one.says))
            }
            Err(no) => return Err(no.into()),
        }
    }
    show(&desk, patient, &entry, (StatusCode::UNPROCESSABLE_ENTITY, None)).await
}

/// What is compared until two are chosen: the newest with the first of the same view.
fn first_and_newest(story: &Story) -> Option<(&Opened<Photograph>, &Opened<Photograph>)> {
    let newest = story.photographs.iter().max_by_key(|one| one.taken)?;
    let of_view = story.photographs.iter().filter(|one| one.view == newest.view);
    let first = of_view.min_by_key(|one| one.taken)?;
    (first.id != newest.id).then_some((first, newest))
}

async fn compare(
    desk: Desk,
    Path(patient): Path<PatientId>,
    Query(two): Query<Two>,
) -> Result<Response, Refused> {
    let clinic = desk.practice().clinic().await?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let at = At::new(&story, &clinic, desk.practice().now());
    let chosen = two.of(&story).or_else(|| first_and_newest(&story));
    let mut entry = Entry::default();
    if let Some((before, after)) = chosen {
        entry.set("before", before.id.to_string());
        entry.set("after", after.id.to_string());
    }
    let choices = story.photographs.iter().map(|one| {
        let shown = at.staff(one);
        (shown.id, format!("{}, {}, {}", shown.day, shown.view, shown.when))
    });
    let judged = story.courses.last().and_then(|course| judged_from(&story, course));
    let early = judged.filter(|from| *from > at.today).map(|from| {
        format!(
            "It is too early to judge: the plan of this course says from {} on.",
            day(from, at.today)
        )
    });
    let here = format!("/patients/{patient}/photographs");
    let view = page::Compare {
        person: person(&story, patient, at.today),
        action: format!("{here}/pair"),
        choices: choices.collect(),
        pair: chosen.map(|(before, after)| (at.staff(before), at.staff(after))),
        unlike: chosen.map(|(before, after)| unlike(before, after)).unwrap_or_default(),
        early: early.unwrap_or_default(),
        all: here,
    };
    let frame = desk.frame(Some(staff::Room::Patients), "Side by side").await?;
    Ok(shown(StatusCode::OK, page::compare(desk.site(), &frame, &view, &entry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_a_list_is_on_one_page_and_a_page_too_far_is_the_last() {
        let all: Vec<usize> = (0..50).collect();
        assert_eq!(leaf(&all, None, 24), (&all[..24], None, Some(1)));
        assert_eq!(leaf(&all, Some(1), 24), (&all[24..48], Some(0), Some(2)));
        assert_eq!(leaf(&all, Some(2), 24), (&all[48..], Some(1), None));
        assert_eq!(leaf(&all, Some(9), 24), (&all[48..], Some(1), None));
        assert_eq!(leaf(&all[..24], None, 24), (&all[..24], None, None));
        assert_eq!(leaf(&all[..0], Some(3), 24), (&all[..0], None, None));
    }
}
