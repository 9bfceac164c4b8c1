//! Photographs: a patient's own, and the clinic's view of a patient's; the pictures themselves, opened for one reader.

use std::collections::BTreeSet;

use axum::{
    extract::{Multipart, Path, Query, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    clinic::Clinic,
    photograph::{Noted, Photograph, Taker, View},
};
use percuta_practice::{
    Act, Actor, No, Opened, Practice,
    aftercare::ended,
    comparisons::Part,
    day_of,
    patients::Story,
    photographs::{File, Shot, Size, may_keep},
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
    rooms::{Answered, Desk, Done, Mine, Needs, door::Doors, see_done, shown},
};

/// A page of photographs holds so many.
const PAGE: usize = 24;

pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Photographs);
    let doors = doors
        .get("/me/photos", Needs::Patient, list)
        .get("/me/photos/{photograph}/{size}", Needs::Patient, own_picture)
        .get("/photos/{photograph}/{size}", staff, picture)
        .get("/patients/{patient}/photographs", staff, of_patient)
        .post("/me/photos/{photograph}/undo", Needs::Patient, withdraw_own)
        .post("/photos/{photograph}/undo", staff, withdraw);
    let doors = upload::door(doors, "/me/photos", Needs::Patient, add_own);
    upload::door(doors, "/patients/{patient}/photographs", staff, add)
}

/// A picture: its own type, kept by nobody, and never anything but a picture.
async fn opened(practice: &Practice, actor: &Actor, (id, size): (DocumentId, &str)) -> Answered {
    let size = Size::of(size).ok_or(No::NotFound)?;
    Ok(answered(practice.photograph_file(actor, id, size).await?))
}

/// A file as an answer.
pub(super) fn answered(file: File) -> Response {
    let media_type = if file.media_type == "image/png" { "image/png" } else { "image/jpeg" };
    let mut response: Response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    response
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

/// What a part is called: "Front, face".
pub(super) fn titled(practice: &Practice, part: &Part) -> String {
    let regions = &practice.book().vocabulary.regions;
    let region = part.region.as_deref().and_then(|code| regions.find(code));
    match region {
        Some(region) => {
            let region = regions.get(region).title.to_lowercase();
            format!("{}, {region}", part.view.title())
        }
        None => part.view.title().to_owned(),
    }
}

/// Where in the course a photograph was taken. One of the day of a session, from before it was over, is of before it.
pub(super) fn stage(story: &Story, taken: Timestamp, zone: &TimeZone) -> String {
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

/// Whether photographs are kept, in a sentence. What else one may be used for is said of each.
fn permitted(story: &Story, is_own: bool) -> String {
    let who = if is_own { "You" } else { "The patient" };
    let (allow, say) = if is_own { ("allow", "say") } else { ("allows", "says") };
    if may_keep(&story.consents) {
        format!(
            "{who} {allow} that photographs are kept in the record. What else one may be used for, {} {say} for each.",
            if is_own { "you" } else { "the patient" }
        )
    } else {
        format!(
            "{who} {allow} no photographs yet, so none is kept. It is chosen in the consent to treatment."
        )
    }
}

/// What both sides show photographs with.
pub(super) struct At<'a> {
    pub(super) story: &'a Story,
    pub(super) zone: TimeZone,
    pub(super) today: Date,
}

impl<'a> At<'a> {
    pub(super) fn new(story: &'a Story, clinic: &Clinic, now: Timestamp) -> Self {
        Self { story, zone: zone_of(clinic), today: day_of(clinic, now) }
    }

    /// The day on which a photograph was taken, and where in the course.
    pub(super) fn when(&self, one: &Photograph) -> (String, String) {
        (day(self.taken(one), self.today), stage(self.story, one.taken, &self.zone))
    }

    /// What a photograph shows.
    pub(super) fn part(&self, one: &Photograph) -> Part {
        Part::of(one, &self.story.photographs)
    }

    /// What the photographs show, each once, in the order of the views.
    pub(super) fn parts(&self) -> BTreeSet<Part> {
        self.story.photographs.iter().map(|one| self.part(one)).collect()
    }

    /// The photographs of a part, the oldest first.
    pub(super) fn of_part(&self, part: &Part) -> Vec<&'a Opened<Photograph>> {
        let mut of_it: Vec<&Opened<Photograph>> =
            self.story.photographs.iter().filter(|one| self.part(one) == *part).collect();
        of_it.sort_by_key(|one| (one.taken, one.id));
        of_it
    }

    pub(super) fn taken(&self, one: &Photograph) -> Date {
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
    let series = at.parts().into_iter().filter_map(|part| {
        let all = at.of_part(&part);
        let (first, last) = (all.first()?, all.last()?);
        let of_it = of_page.iter().rev().filter(|one| at.part(one) == part);
        let of_it: Vec<&Opened<Photograph>> = of_it.copied().collect();
        if of_it.is_empty() {
            return None;
        }
        Some(own::Series {
            title: titled(mine.practice(), &part),
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

/// In what two were not taken alike.
pub(super) fn unlike(left: &Photograph, right: &Photograph) -> Vec<String> {
    let mut unlike = Vec::new();
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
        compare: (story.photographs.len() > 1).then(|| format!("/patients/{patient}/compare")),
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
