//! Taking photographs, in the clinic and at home: one view of a region after another, each kept as it is taken, with what
//! the checks found. Files come whole with a form, or in parts (`parts`).
//!
//! Which view is next stands in the address: region, step, the sequence by its first photograph, what they belong to.
//! There is no state of its own, so that a sequence may be left and gone on with.

use axum::{
    extract::{Multipart, Path, Query, multipart::MultipartRejection},
    http::StatusCode,
    response::Response,
};
use percuta_chart::{
    comparison,
    photograph::{self, Camera, Card, Noted, Photograph, Taker},
};
use percuta_practice::{
    Act, Actor, No, Opened, Practice,
    comparisons::{Pair, newest},
    patients::Story,
    photographs::{
        How, InSequence, Shot, may_keep,
        sequence::{self, Sequence, StepOf},
    },
};
use percuta_record::{DocumentId, PatientId};
use serde::Deserialize;

use super::{
    compare::{repeats, word},
    photographs::{At as Shown, person},
    upload,
};
use crate::{
    guard::WithCamera,
    page::{
        capture::{self as page, At, Capture, Checks, Earlier, Facing, Guide, StepLine},
        entry::Entry,
        mine::Tab,
        staff,
    },
    rooms::{Answered, Desk, Mine, Needs, door::Doors, see, shown},
};

mod markup;
mod parts;

pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Photographs);
    let doors = doors
        .get("/me/photos/take", Needs::Patient, home)
        .get("/patients/{patient}/photographs/take", staff, clinic)
        .post("/me/photos/{photograph}/check", Needs::Patient, check_at_home)
        .post("/photos/{photograph}/check", staff, check)
        .post("/me/photos/{photograph}/again", Needs::Patient, again_at_home)
        .post("/photos/{photograph}/again", staff, again);
    let doors = upload::door(doors, "/me/photos/take", Needs::Patient, send_own);
    let doors = upload::door(doors, "/patients/{patient}/photographs/take", staff, send);
    markup::doors(parts::doors(doors))
}

/// Which view of what.
#[derive(Debug, Clone, Default, Deserialize)]
struct Take {
    /// The region, by its word.
    region: Option<String>,
    /// Which step, from one; one past the last is the end.
    step: Option<u8>,
    /// The sequence that goes on, by its first photograph.
    sequence: Option<DocumentId>,
    /// The visit, session or check-in that the photographs belong to.
    about: Option<DocumentId>,
    /// The photograph that was just taken.
    shot: Option<DocumentId>,
    /// The photograph that the next one repeats.
    repeat: Option<DocumentId>,
}

impl Take {
    /// As it stands in an address.
    fn query(&self) -> String {
        let id = |name: &str, id: Option<DocumentId>| id.map(|id| format!("{name}={id}"));
        let parts = [
            self.region.as_ref().map(|region| format!("region={region}")),
            self.step.map(|step| format!("step={step}")),
            id("sequence", self.sequence),
            id("about", self.about),
            id("shot", self.shot),
            id("repeat", self.repeat),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("&")
    }

    /// Another step of the same sequence.
    fn at(&self, step: usize) -> Self {
        let step = u8::try_from(step).ok();
        Self { step, shot: None, repeat: None, ..self.clone() }
    }
}

/// Who takes photographs of whom.
struct Side<'a> {
    practice: &'a Practice,
    actor: &'a Actor,
    patient: PatientId,
    is_own: bool,
}

impl<'a> Side<'a> {
    fn clinic(desk: &'a Desk, patient: PatientId) -> Self {
        Self { practice: desk.practice(), actor: &desk.actor, patient, is_own: false }
    }

    fn home(mine: &'a Mine) -> Self {
        Self { practice: mine.practice(), actor: &mine.actor, patient: mine.patient, is_own: true }
    }

    /// The page of all photographs.
    fn base(&self) -> String {
        if self.is_own {
            "/me/photos".to_owned()
        } else {
            format!("/patients/{}/photographs", self.patient)
        }
    }

    fn here(&self, take: &Take) -> String {
        format!("{}/take?{}", self.base(), take.query())
    }

    /// Where a photograph's own pages are.
    fn of(&self, photograph: DocumentId) -> String {
        let base = if self.is_own { "/me/photos" } else { "/photos" };
        format!("{base}/{photograph}")
    }

    fn taker(&self) -> Taker {
        if self.is_own { Taker::Patient } else { Taker::Clinic }
    }

    /// Where the photographs belong, to go back to.
    fn back(&self, story: &Story, about: Option<DocumentId>) -> (String, String) {
        let all = (self.base(), "All photographs".to_owned());
        let Some(about) = about else { return all };
        let found = |path: &str, words: &str| (format!("{path}/{about}"), words.to_owned());
        if story.visits.iter().any(|one| one.id == about) {
            found(if self.is_own { "/me/visits" } else { "/visits" }, "Back to the visit")
        } else if story.check_ins.iter().any(|one| one.id == about) {
            found(if self.is_own { "/me/check-in" } else { "/inbox" }, "Back to the check-in")
        } else if !self.is_own && story.sessions.iter().any(|one| one.id == about) {
            found("/sessions", "Back to the session")
        } else {
            all
        }
    }
}

/// The sequence that is asked for: the region's, or that of the first region of the plan.
fn wanted(side: &Side<'_>, story: &Story, take: Take) -> Result<(Take, &'static Sequence), No> {
    let book = side.practice.book();
    let region = match &take.region {
        Some(region) => region.clone(),
        None => {
            let first = sequence::regions(book, story).into_iter().next();
            first.map(|(region, _)| region).ok_or(No::NotFound)?
        }
    };
    let (region, of) = sequence::sequence(book, &region).ok_or(No::NotFound)?;
    Ok((Take { region: Some(region), ..take }, of))
}

fn guide(of: sequence::Guide) -> Guide {
    match of {
        sequence::Guide::HeadFront => Guide::HeadFront,
        sequence::Guide::HeadRight45 => Guide::HeadRight45,
        sequence::Guide::HeadLeft45 => Guide::HeadLeft45,
        sequence::Guide::HeadRight90 => Guide::HeadRight90,
        sequence::Guide::HeadLeft90 => Guide::HeadLeft90,
        sequence::Guide::Shoulders => Guide::Shoulders,
        sequence::Guide::Crown => Guide::Crown,
        sequence::Guide::Patch => Guide::Patch,
        sequence::Guide::Part => Guide::Part,
    }
}

/// What a page is made from.
struct Making<'a> {
    side: &'a Side<'a>,
    story: &'a Story,
    shown: &'a Shown<'a>,
    take: Take,
    of: &'static Sequence,
    /// What the clinic learned from the photograph that was just taken, of a repeat.
    learned: String,
}

impl Making<'_> {
    fn words(&self, one: &Opened<Photograph>) -> (String, String) {
        let (when, stage) = self.shown.when(one);
        (format!("{}, {when}, {stage}", one.view.title()), format!("{when}, {stage}"))
    }

    /// The photographs of this sequence with their steps, the last of each.
    fn lines(&self, current: usize) -> Vec<StepLine> {
        let taken =
            self.take.sequence.map(|of| sequence::taken(self.story, of)).unwrap_or_default();
        let line = |(at, step): (usize, &StepOf)| {
            let number = at.saturating_add(1);
            let of_it = taken.iter().rev().find(|one| {
                one.step.is_some_and(|step| usize::from(step.number) == number)
                    && one.repeat_of.is_none()
            });
            StepLine {
                number,
                title: step.title.to_owned(),
                href: self.side.here(&self.take.at(number)),
                picture: of_it
                    .map(|one| (format!("{}/small", self.side.of(one.id)), self.words(one).0)),
                is_current: number == current,
            }
        };
        self.of.steps.iter().enumerate().map(line).collect()
    }

    fn earlier(&self, step: &StepOf, not: &[DocumentId]) -> Option<Earlier> {
        let region = self.take.region.as_deref();
        let found = sequence::earlier(self.story, (step.view, region), self.side.taker(), not)?;
        let (alt, when) = self.words(found);
        Some(Earlier { src: format!("{}/display", self.side.of(found.id)), alt, when })
    }

    /// The step that is asked for, else the first that was not taken; nothing past the last.
    fn current(&self) -> usize {
        let lines = self.lines(0);
        let open = lines.iter().find(|line| line.picture.is_none()).map(|line| line.number);
        match self.take.step {
            Some(step) => usize::from(step).max(1),
            None => open.unwrap_or_else(|| lines.len().saturating_add(1)),
        }
    }

    fn at(&self, current: usize) -> At {
        let shot = self
            .take
            .shot
            .and_then(|shot| self.story.photographs.iter().find(|one| one.id == shot));
        let Some(step) = self.of.steps.get(current.saturating_sub(1)) else { return At::Over };
        match shot {
            Some(shot) => At::Taken(Box::new(self.taken((current, step), shot))),
            None => At::Step(Box::new(self.step((current, step)))),
        }
    }

    fn step(&self, (number, step): (usize, &StepOf)) -> page::Step {
        let take = Take { step: u8::try_from(number).ok(), shot: None, ..self.take.clone() };
        let not: Vec<DocumentId> = Vec::new();
        page::Step {
            number,
            title: step.title.to_owned(),
            says: step.says.to_owned(),
            guide: guide(step.guide),
            view: step.view.word().to_owned(),
            action: self.side.here(&take),
            uploads: format!("{}/uploads", self.side.base()),
            query: take.query(),
            facing: if self.side.is_own { Facing::Towards } else { Facing::Away },
            earlier: self.earlier(step, &not),
            skip: self.side.here(&self.take.at(number.saturating_add(1))),
            is_repeat: take.repeat.is_some(),
        }
    }

    fn taken(&self, (number, step): (usize, &StepOf), shot: &Opened<Photograph>) -> page::Taken {
        let of = self.side.of(shot.id);
        let next = number.saturating_add(1);
        let words = match self.of.steps.get(number) {
            Some(step) => format!("Keep it, go on to: {}", step.title.to_lowercase()),
            None => "Keep it, that was the last".to_owned(),
        };
        let repeat = Take {
            step: u8::try_from(number).ok(),
            shot: None,
            repeat: Some(shot.repeat_of.unwrap_or(shot.id)),
            ..self.take.clone()
        };
        let earlier = self.earlier(step, &[shot.id]);
        page::Taken {
            number,
            title: step.title.to_owned(),
            src: format!("{of}/display"),
            alt: self.words(shot).0,
            size: (shot.width, shot.height),
            card: card(shot).to_owned(),
            checks: checks(shot, || format!("{of}/check?{}", self.take.query())),
            earlier,
            again: format!("{of}/again?{}", self.take.query()),
            onwards: (self.side.here(&self.take.at(next)), words),
            repeat: (!self.side.is_own).then(|| self.side.here(&repeat)),
            learned: self.learned.clone(),
            markup: (!self.side.is_own).then(|| format!("{of}/markup")),
        }
    }
}

/// What was found of a photograph.
fn checks(shot: &Photograph, action: impl FnOnce() -> String) -> Checks {
    match &shot.checked {
        Some(checked) if checked.against.is_none() => Checks::First,
        Some(checked) => Checks::Done(checked.found.iter().map(found).collect()),
        None => Checks::Open(action()),
    }
}

/// What the colour card in the frame says.
fn card(shot: &Photograph) -> &'static str {
    match &shot.card {
        Some(Card::Read { ok: true, .. }) => {
            "A colour card is in the frame, and colours can be compared by it."
        }
        Some(Card::Read { ok: false, .. }) => {
            "A colour card is in the frame, but by it colours cannot be compared: more even light, no second lamp."
        }
        Some(Card::NotInFrame) => {
            "No colour card is in the frame. With one, colours can be compared between cameras."
        }
        None => "",
    }
}

/// A check, worded as the comparator words it.
fn found(check: &photograph::Check) -> page::Found {
    let (bound, limit) = match check.limit {
        photograph::Limit::AtMost(limit) => (comparison::Bound::AtMost, limit),
        photograph::Limit::AtLeast(limit) => (comparison::Bound::AtLeast, limit),
    };
    let line = word::check(&comparison::Check {
        name: check.name.clone(),
        of: check.of.clone(),
        value: check.value,
        unit: check.unit.clone(),
        bound,
        limit,
        is_ok: check.ok,
        remedy: check.remedy.clone(),
    });
    let says = format!("{}, {}: {}", line.says, line.of, line.found);
    page::Found { is_ok: line.is_ok, says, remedy: line.remedy }
}

async fn view(side: &Side<'_>, take: Take) -> Result<(Story, Capture), No> {
    let clinic = side.practice.clinic().await?;
    let story = side.practice.story(side.actor, side.patient).await?;
    let shown = Shown::new(&story, &clinic, side.practice.now());
    let (take, of) = wanted(side, &story, take)?;
    let back = side.back(&story, take.about);
    let all = sequence::regions(side.practice.book(), &story);
    let is_it = |code: &str| take.region.as_deref() == Some(code);
    let title = all.iter().find(|(code, _)| is_it(code)).map(|(_, title)| title.clone());
    let regions = all.iter().map(|(code, title)| {
        let other = Take { region: Some(code.clone()), about: take.about, ..Take::default() };
        (side.here(&other), title.clone(), is_it(code))
    });
    let regions = regions.collect();
    let learned = learned(side, &story, &take).await?;
    let making = Making { side, story: &story, shown: &shown, take, of, learned };
    let current = making.current();
    let at = if may_keep(&story.consents) {
        making.at(current)
    } else {
        At::NotAllowed(not_allowed(side.is_own).to_owned())
    };
    let steps = making.lines(current);
    let capture = Capture { region: title.unwrap_or_default(), back, regions, steps, at };
    Ok((story, capture))
}

/// What the clinic learned from the photograph that was just taken; nothing of one that repeats no other, or was not
/// checked yet.
async fn learned(side: &Side<'_>, story: &Story, take: &Take) -> Result<String, No> {
    let shot = story.photographs.iter().find(|one| Some(one.id) == take.shot);
    let Some((shot, first)) = shot.and_then(|shot| Some((shot, shot.repeat_of?))) else {
        return Ok(String::new());
    };
    if side.is_own || shot.checked.is_none() {
        return Ok(String::new());
    }
    let all = side.practice.comparisons(side.actor, side.patient).await?;
    let said = newest(&all, Pair { before: first, after: shot.id });
    Ok(if said.is_some_and(|said| said.is_repeat) {
        format!(
            "It is counted among the clinic’s repeats. {}",
            repeats(&side.practice.repeatability().await?)
        )
    } else {
        "It cannot be compared with the one that it repeats, so nothing is learned from it."
            .to_owned()
    })
}

fn not_allowed(is_own: bool) -> &'static str {
    if is_own {
        "You have not allowed the clinic to keep photographs, so none is taken. You choose it in your consent to treatment."
    } else {
        "The patient has not allowed photographs in the record, so none is taken. They choose it in their consent to treatment."
    }
}

/// The page may use the camera; no other may.
fn with_camera(mut response: Response) -> Response {
    response.extensions_mut().insert(WithCamera);
    response
}

async fn clinic(desk: Desk, Path(patient): Path<PatientId>, Query(take): Query<Take>) -> Answered {
    show(&desk, patient, take, (&Entry::default(), StatusCode::OK)).await
}

async fn show(
    desk: &Desk,
    patient: PatientId,
    take: Take,
    (entry, status): (&Entry, StatusCode),
) -> Answered {
    let (story, view) = view(&Side::clinic(desk, patient), take).await?;
    let clinic = desk.practice().clinic().await?;
    let today = percuta_practice::day_of(&clinic, desk.practice().now());
    let who = person(&story, patient, today);
    let title = if entry.is_fine() { "Take photographs" } else { "Error: take photographs" };
    let frame = desk.frame(Some(staff::Room::Patients), title).await?;
    let page = page::in_clinic(desk.site(), &frame, (&who, &view), entry);
    Ok(with_camera(shown(status, page)))
}

async fn home(mine: Mine, Query(take): Query<Take>) -> Answered {
    show_own(&mine, take, (&Entry::default(), StatusCode::OK)).await
}

async fn show_own(mine: &Mine, take: Take, (entry, status): (&Entry, StatusCode)) -> Answered {
    let (_, view) = view(&Side::home(mine), take).await?;
    let clinic = mine.practice().clinic().await?;
    let title = if entry.is_fine() { "Take photos" } else { "Error: take photos" };
    let frame = mine.frame(&clinic, Some(Tab::Photographs), title);
    let page = page::at_home(mine.site(), &frame, &view, entry);
    Ok(with_camera(shown(status, page)))
}

/// What is known of a photograph beside its file: from the address and the form.
async fn shot_of(side: &Side<'_>, take: Take, entry: &Entry) -> Result<(Take, Shot, How), No> {
    let story = side.practice.story(side.actor, side.patient).await?;
    let (take, of) = wanted(side, &story, take)?;
    let number = take.step.unwrap_or(1).max(1);
    let step = of.steps.get(usize::from(number).saturating_sub(1)).ok_or(No::NotFound)?;
    let shot = Shot {
        about: take.about,
        view: step.view,
        taken: None,
        noted: entry.has("bare", "yes").then_some(Noted::Bare).into_iter().collect(),
        bytes: Vec::new(),
    };
    let how = How {
        source: if entry.get("source") == "page" { Camera::Page } else { Camera::File },
        region: take.region.clone(),
        step: Some(InSequence { sequence: take.sequence, number }),
        repeat_of: take.repeat,
    };
    Ok((Take { step: Some(number), ..take }, shot, how))
}

/// Where it goes on after a photograph was kept: the page that shows it.
fn after(side: &Side<'_>, take: &Take, photograph: DocumentId) -> String {
    let sequence = take.sequence.or(Some(photograph));
    side.here(&Take { shot: Some(photograph), sequence, repeat: None, ..take.clone() })
}

/// Keeps a photograph that came with a form: where it goes on, or what is wrong.
async fn keep(
    side: &Side<'_>,
    take: Take,
    sent: upload::Sent,
) -> Result<Result<String, Entry>, No> {
    let upload::Sent { mut entry, file } = sent;
    let (take, shot, how) = shot_of(side, take, &entry).await?;
    let shot = Shot { bytes: file, ..shot };
    match side.practice.add_photograph_taken(side.actor, side.patient, shot, how).await {
        Ok(photograph) => {
            // Without script nobody asks for it afterwards. What cannot be checked now is kept all the same.
            match side.practice.check_photograph(side.actor, photograph).await {
                Ok(_) | Err(No::Wrong(_)) => Ok(Ok(after(side, &take, photograph))),
                Err(no) => Err(no),
            }
        }
        Err(No::Wrong(wrong)) => {
            wrong.into_iter().for_each(|one| entry.refuse(&one.field, one.says));
            Ok(Err(entry))
        }
        Err(no) => Err(no),
    }
}

async fn send(
    desk: Desk,
    Path(patient): Path<PatientId>,
    Query(take): Query<Take>,
    sent: Result<Multipart, MultipartRejection>,
) -> Answered {
    let sent = match upload::read(sent).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unread.answer()),
    };
    match keep(&Side::clinic(&desk, patient), take.clone(), sent).await? {
        Ok(onwards) => Ok(see(&onwards)),
        Err(entry) => show(&desk, patient, take, (&entry, StatusCode::UNPROCESSABLE_ENTITY)).await,
    }
}

async fn send_own(
    mine: Mine,
    Query(take): Query<Take>,
    sent: Result<Multipart, MultipartRejection>,
) -> Answered {
    let sent = match upload::read(sent).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unread.answer()),
    };
    match keep(&Side::home(&mine), take.clone(), sent).await? {
        Ok(onwards) => Ok(see(&onwards)),
        Err(entry) => show_own(&mine, take, (&entry, StatusCode::UNPROCESSABLE_ENTITY)).await,
    }
}

/// Checks a photograph that was just taken, and shows what was found.
async fn check(
    desk: Desk,
    Path(photograph): Path<DocumentId>,
    Query(take): Query<Take>,
) -> Answered {
    let found = desk.practice().check_photograph(&desk.actor, photograph).await?;
    let patient = found.patient().ok_or(No::NotFound)?;
    Ok(see(&Side::clinic(&desk, patient).here(&take)))
}

async fn check_at_home(
    mine: Mine,
    Path(photograph): Path<DocumentId>,
    Query(take): Query<Take>,
) -> Answered {
    mine.practice().check_photograph(&mine.actor, photograph).await?;
    Ok(see(&Side::home(&mine).here(&take)))
}

/// Takes a photograph back and leads to its step again.
async fn again(
    desk: Desk,
    Path(photograph): Path<DocumentId>,
    Query(take): Query<Take>,
) -> Answered {
    let found = desk.practice().withdraw_photograph(&desk.actor, photograph).await?;
    let patient = found.patient().ok_or(No::NotFound)?;
    Ok(see(&anew(&Side::clinic(&desk, patient), take, &found)))
}

async fn again_at_home(
    mine: Mine,
    Path(photograph): Path<DocumentId>,
    Query(take): Query<Take>,
) -> Answered {
    let found = mine.practice().withdraw_photograph(&mine.actor, photograph).await?;
    Ok(see(&anew(&Side::home(&mine), take, &found)))
}

fn anew(side: &Side<'_>, take: Take, found: &Photograph) -> String {
    let step = found.step.map(|step| step.number).or(take.step);
    side.here(&Take { shot: None, step, repeat: found.repeat_of, ..take })
}
