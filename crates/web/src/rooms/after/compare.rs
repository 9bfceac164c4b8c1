//! Comparisons of photographs: the clinic's page, the patient's, and the pictures that belong to them.
//!
//! Asking what was measured is a form, because the answer is kept. It runs beside the request: whoever does not wait
//! finds it when they come back.

use std::{cmp::Reverse, sync::Arc};

use axum::{
    extract::{Path, Query},
    http::StatusCode,
};
use percuta_chart::{
    comparison::{Comparison, Mark, MarkKind, Reading, Shape, Tiles},
    permission::Purpose,
    photograph::Photograph,
};
use percuta_practice::{
    Act, Actor, No, Opened, Practice,
    comparisons::{self as kept, Marked, Repeatability, Which, newest},
    exports,
    next_step::judged_from,
    patients::Story,
};
use percuta_record::{DocumentId, PatientId};
use serde::Deserialize;

use super::{
    day,
    photographs::{At, answered, stage as stage_of, titled, unlike},
};
use crate::{
    page::{
        comparator::{Cell, Map, Outline, Picture, Stage, Way},
        entry::Entry,
        mine::{Tab, photographs as own},
        staff::{
            self,
            compare::{self as page, AREAS, Measured, Outcome, Pair, Repeat},
            part::Link,
        },
    },
    rooms::{
        Answered, Desk, Mine, Needs, Refused, Rooms,
        door::Doors,
        entrance::{Filled, entry},
        permits, see, shown,
    },
};

mod series;
pub(super) mod word;

/// The doors of comparisons.
pub(super) fn doors(doors: Doors) -> Doors {
    let staff = Needs::Member(Act::Photographs);
    doors
        .get("/patients/{patient}/compare", staff, show)
        .post("/patients/{patient}/compare", staff, ask)
        .get("/patients/{patient}/photographs/pair", staff, moved)
        .get("/comparisons/{comparison}/{picture}", staff, picture)
        .post("/comparisons/{comparison}/repeat", staff, repeat)
        .get("/me/photos/pair", Needs::Patient, show_own)
        .post("/me/photos/pair", Needs::Patient, ask_own)
        .get("/me/photos/comparisons/{comparison}/{picture}", Needs::Patient, own_picture)
}

/// Which two are chosen, and how the later one is shown.
#[derive(Deserialize)]
struct Chosen {
    before: Option<DocumentId>,
    after: Option<DocumentId>,
    #[serde(rename = "as")]
    shown_as: Option<String>,
}

impl Chosen {
    /// Both, the earlier one first, where both are in the story.
    fn of<'s>(&self, story: &'s Story) -> Option<Two<'s>> {
        let find = |id: Option<DocumentId>| story.photographs.iter().find(|one| Some(one.id) == id);
        let (one, other) = (find(self.before)?, find(self.after)?);
        Some(if one.taken <= other.taken { (one, other) } else { (other, one) })
    }

    /// Whether the later one is wanted as it was taken.
    fn is_as_taken(&self) -> bool {
        self.shown_as.as_deref() == Some("taken")
    }
}

/// Two photographs, the earlier one first.
type Two<'s> = (&'s Opened<Photograph>, &'s Opened<Photograph>);

fn pair_of((before, after): Two<'_>) -> kept::Pair {
    kept::Pair { before: before.id, after: after.id }
}

/// What is compared until two are chosen: the newest that has an earlier one of what it shows, with the first of that. A
/// shot that repeats another says nothing that the other does not.
fn first_and_newest<'s>(at: &At<'s>) -> Option<Two<'s>> {
    let visits = |part| {
        let all = at.of_part(&part).into_iter();
        all.filter(|one| one.repeat_of.is_none()).collect::<Vec<_>>()
    };
    let of_part = |part| {
        let all = visits(part);
        let (first, newest) = (all.first()?, all.last()?);
        (first.id != newest.id).then_some((*first, *newest))
    };
    // Of the views of one day the first: that is the front.
    let pairs = at.parts().into_iter().filter_map(of_part).enumerate();
    let last = pairs.max_by_key(|(number, (_, newest))| (at.taken(newest), Reverse(*number)));
    last.map(|(_, pair)| pair)
}

/// Why two are not asked about at all.
fn refused((before, after): Two<'_>) -> Option<&'static str> {
    kept::apart(before, after)
}

/// Where the pictures are, and where the two are asked about.
struct Places {
    /// The folder of photographs.
    photographs: &'static str,
    /// The folder of comparisons.
    comparisons: &'static str,
    /// The page of a pair.
    page: String,
}

impl Places {
    fn picture(&self, (before, after): Two<'_>, at: &At<'_>) -> (Picture, Picture) {
        let one = |photograph: &Opened<Photograph>, word: &str| {
            let taken = at.taken(photograph);
            let stage = stage_of(at.story, photograph.taken, &at.zone);
            Picture {
                src: format!("{}/{}/display", self.photographs, photograph.id),
                size: (photograph.width, photograph.height),
                alt: format!("{}, {}, {stage}", photograph.view.title(), day(taken, at.today)),
                label: format!("{word}, {}", taken.strftime("%-d %b")),
                says: stage,
            }
        };
        (one(before, "Before"), one(after, "After"))
    }

    fn pair(&self, of: kept::Pair) -> String {
        format!("{}?before={}&after={}", self.page, of.before, of.after)
    }

    /// The two as they are shown: laid over one another where that was done, unless they are wanted as taken.
    fn stage(
        &self,
        two: Two<'_>,
        (at, said): (&At<'_>, Option<&Opened<Comparison>>),
        chosen: &Chosen,
    ) -> Stage {
        let (before, mut after) = self.picture(two, at);
        let aligned = said.filter(|said| said.aligned.is_some());
        let here = self.pair(pair_of(two));
        let way = aligned.map(|said| {
            if chosen.is_as_taken() {
                return Way {
                    says: "The later photograph is shown as it was taken.".to_owned(),
                    href: here.clone(),
                    other: "Lay it over the earlier one".to_owned(),
                };
            }
            after.src = format!("{}/{}/aligned", self.comparisons, said.id);
            after.size = before.size;
            Way {
                says: "The later photograph is laid over the earlier one.".to_owned(),
                href: format!("{here}&as=taken"),
                other: "Show it as it was taken".to_owned(),
            }
        });
        let marks = said.map(|said| outlines(&said.marks)).unwrap_or_default();
        Stage { before, after, way, marks }
    }
}

fn outlines(marks: &[Mark]) -> Vec<Outline> {
    let outline = |mark: &Mark| Outline {
        is_treated: mark.kind == MarkKind::Treated,
        is_ellipse: mark.shape == Shape::Ellipse,
        place: [mark.left, mark.top, mark.width, mark.height],
    };
    marks.iter().map(outline).collect()
}

/// Where redness changed, over the earlier photograph.
fn map_of(said: &Opened<Comparison>, tiles: &Tiles, before: &Picture) -> Map {
    let squares = |side: u32| f64::from(side) / f64::from(tiles.edge_px.max(1));
    let count = |side: u32| usize::try_from(side.div_ceil(tiles.edge_px.max(1))).unwrap_or(0);
    let (columns, rows) = (count(before.size.0), count(before.size.1));
    let mut cells = vec![Cell::Unknown; columns.saturating_mul(rows)];
    for tile in &tiles.list {
        let at = usize::from(tile.row).saturating_mul(columns).saturating_add(tile.column.into());
        if let Some(cell) = cells.get_mut(at).filter(|_| usize::from(tile.column) < columns) {
            *cell = match tile.reading {
                Reading::Less => Cell::Less,
                Reading::None => Cell::Same,
                Reading::More => Cell::More,
            };
        }
    }
    Map {
        src: before.src.clone(),
        size: (squares(before.size.0), squares(before.size.1)),
        columns,
        cells,
        threshold: format!("±{:.1} a*", tiles.threshold),
        area: tiles.area_cm2.map(|area| format!("measured area {area:.0} cm²")),
        picture: said.map_picture.map(|_| format!("/comparisons/{}/map", said.id)),
        marks: outlines(&said.marks),
        pixels: before.size,
    }
}

fn outcome(two: Two<'_>, said: Option<&Opened<Comparison>>, before: &Picture) -> Outcome {
    if let Some(says) = refused(two) {
        return Outcome::Refused(says.to_owned());
    }
    let Some(said) = said else { return Outcome::NotYet };
    let checks = said.checks.iter().map(word::check);
    if !said.is_comparable() {
        return Outcome::NotComparable(checks.filter(|check| !check.is_ok).collect());
    }
    Outcome::Measured(Box::new(Measured {
        checks: checks.collect(),
        map: said.map.as_ref().map(|tiles| map_of(said, tiles, before)),
        measures: said.changes.iter().map(word::measure).collect(),
        not_measurable: said.not_measurable.iter().map(word::not_measurable).collect(),
        colour: word::colour(said).to_owned(),
        how: word::alignment(said),
    }))
}

async fn show(
    desk: Desk,
    Path(patient): Path<PatientId>,
    Query(chosen): Query<Chosen>,
) -> Answered {
    shown_with(&desk, patient, &chosen, (StatusCode::OK, Entry::default())).await
}

async fn shown_with(
    desk: &Desk,
    patient: PatientId,
    chosen: &Chosen,
    (status, mut entry): (StatusCode, Entry),
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let story = desk.practice().story(&desk.actor, patient).await?;
    let all = desk.practice().comparisons(&desk.actor, patient).await?;
    let at = At::new(&story, &clinic, desk.practice().now());
    let two = chosen.of(&story).or_else(|| first_and_newest(&at));
    if let Some((before, after)) = two {
        entry.set("before", before.id.to_string());
        entry.set("after", after.id.to_string());
    }
    let places = Places {
        photographs: "/photos",
        comparisons: "/comparisons",
        page: format!("/patients/{patient}/compare"),
    };
    let title = |part: &kept::Part| titled(desk.practice(), part);
    let said_of = Besides {
        title: two.map(|(before, _)| title(&at.part(before))).unwrap_or_default(),
        learned: learned(desk).await?,
        leaves: two.and_then(|two| leaves(desk, two, (&story, &all))),
    };
    let view = page::View {
        person: Link::new(format!("/patients/{patient}"), story.patient.name.clone()),
        all: format!("/patients/{patient}/photographs"),
        action: places.page.clone(),
        choices: choices(desk.practice(), &at),
        pair: two.map(|two| staff_pair(two, (&at, &all), &places, (chosen, said_of))),
    };
    let title = if entry.is_fine() { "Compare photographs" } else { "Error: compare photographs" };
    let frame = desk.frame(Some(staff::Room::Patients), title).await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, &entry)))
}

/// What the clinic's page says of a pair besides what was measured.
struct Besides {
    /// What the two show.
    title: String,
    /// What the clinic learned of its own repeats.
    learned: String,
    /// Whether a copy of them may leave.
    leaves: Option<page::Leaves>,
}

/// Whether a copy of two may leave, for who makes copies.
fn leaves(
    desk: &Desk,
    (before, after): Two<'_>,
    (story, all): (&Story, &[Opened<Comparison>]),
) -> Option<page::Leaves> {
    if !desk.actor.may(Act::Publish) || refused((before, after)).is_some() {
        return None;
    }
    // What the two say of one another is said once, not for each purpose.
    if let Err(why) = exports::comparable(all, pair_of((before, after))) {
        return Some(page::Leaves::Never(why));
    }
    let way = |of: Purpose| {
        let why = exports::refusals(&story.said, all, (&[before, after], of));
        let href = || format!("/photos/{}/export?with={}&use={}", before.id, after.id, of.word());
        let way = if why.is_empty() { Ok(href()) } else { Err(why.join(" ")) };
        (permits::purpose(of).to_owned(), way)
    };
    Some(page::Leaves::For(Purpose::ALL.map(way).to_vec()))
}

fn staff_pair(
    two: Two<'_>,
    (at, all): (&At<'_>, &[Opened<Comparison>]),
    places: &Places,
    (chosen, besides): (&Chosen, Besides),
) -> Pair {
    let (before, after) = two;
    let said = newest(all, pair_of(two)).filter(|_| refused(two).is_none());
    let stage = places.stage(two, (at, said), chosen);
    let (from, until) = (at.taken(before), at.taken(after));
    let days = (until - from).get_days();
    let is_of_one_day = from == until && said.is_some_and(|said| said.is_comparable());
    let of = |one: &Photograph| stage_of(at.story, one.taken, &at.zone);
    Pair {
        title: format!("{}: {} and {}", besides.title, of(before), of(after)),
        lead: match days {
            0 => format!("Both of {}.", day(from, at.today)),
            1 => format!("{} and the day after.", day(from, at.today)),
            days => {
                format!("{} and {}, {days} days apart.", day(from, at.today), day(until, at.today))
            }
        },
        ids: (before.id.to_string(), after.id.to_string()),
        outcome: outcome(two, said, &stage.before),
        marks: said
            .map(|said| outlines(&said.marks))
            .unwrap_or_else(|| outlines(&kept::marks_on(all, before.id))),
        stage,
        unlike: unlike(before, after),
        early: early(at),
        series: series::of(&at.part(before), (at, all), places),
        repeat: said.filter(|_| is_of_one_day).map(|said| Repeat {
            action: format!("/comparisons/{}/repeat", said.id),
            is_counted: said.is_repeat,
        }),
        learned: besides.learned,
        leaves: besides.leaves,
    }
}

/// Whether it is too early to judge, by the plan of the course.
fn early(at: &At<'_>) -> String {
    let judged = at.story.courses.last().and_then(|course| judged_from(at.story, course));
    let early = judged.filter(|from| *from > at.today);
    early
        .map(|from| {
            let from = day(from, at.today);
            format!("It is too early to judge: the plan of this course says from {from} on.")
        })
        .unwrap_or_default()
}

/// What the clinic learned of its own repeats.
async fn learned(desk: &Desk) -> Result<String, Refused> {
    Ok(repeats(&desk.practice().repeatability().await?))
}

/// How far the clinic is with learning from its repeats, in a sentence.
pub(super) fn repeats(learned: &Repeatability) -> String {
    let most = learned.0.values().map(|repeat| repeat.count).max().unwrap_or_default();
    match most {
        0 => "This clinic has no repeats yet: what two shots differ by is assumed until there are ten.".to_owned(),
        some if some < Repeatability::ENOUGH => format!(
            "This clinic has {some} of the ten repeats that it takes to learn it; until then it is assumed."
        ),
        _ => format!("Learned from {most} repeats of this clinic."),
    }
}

/// The photographs to choose from, by what they show.
fn choices(practice: &Practice, at: &At<'_>) -> Vec<(String, Vec<(String, String)>)> {
    let of_part = |part: kept::Part| {
        let words = |one: &Opened<Photograph>| {
            let stage = stage_of(at.story, one.taken, &at.zone);
            let repeat = if one.repeat_of.is_some() { ", a repeat" } else { "" };
            (one.id.to_string(), format!("{}, {stage}{repeat}", day(at.taken(one), at.today)))
        };
        (titled(practice, &part), at.of_part(&part).into_iter().map(words).collect())
    };
    at.parts().into_iter().map(of_part).collect()
}

/// The areas of a form; those of before where it has none of its own.
fn marked(entry: &Entry) -> Marked {
    if !entry.has("marked", "yes") {
        return Marked::AsBefore;
    }
    let part = |name: String| {
        let typed = entry.get(&name).replace(',', ".");
        let (whole, tenths) = typed.split_once('.').unwrap_or((&typed, ""));
        let tenth = tenths.chars().next().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
        let whole: u16 = whole.parse().ok()?;
        whole.checked_mul(10)?.checked_add(u16::try_from(tenth).ok()?)
    };
    let area = |number: usize| {
        let of = |what: &str| format!("area{number}-{what}");
        let kind = MarkKind::ALL.into_iter().find(|kind| kind.word() == entry.get(&of("kind")))?;
        let shape = if entry.get(&of("shape")) == Shape::Ellipse.word() {
            Shape::Ellipse
        } else {
            Shape::Box
        };
        // What cannot be read has no extent, and is refused with the others.
        let read = |what: &str| part(of(what)).unwrap_or_default();
        let (left, top, width, height) = (read("left"), read("top"), read("width"), read("height"));
        Some(Mark { kind, shape, left, top, width, height })
    };
    Marked::As((0..AREAS).filter_map(area).collect())
}

/// Asks about two on a task of its own: what was begun is kept, whether or not somebody still waits for it.
async fn asked(
    rooms: &Arc<Rooms>,
    (actor, patient): (&Actor, PatientId),
    entry: &Entry,
) -> Result<kept::Pair, No> {
    let id = |name: &str| entry.get(name).parse::<DocumentId>().map_err(|_no_id| No::NotFound);
    let pair = kept::Pair { before: id("before")?, after: id("after")? };
    let (rooms, actor, marked) = (Arc::clone(rooms), actor.clone(), marked(entry));
    let work = async move { rooms.practice.compare(&actor, patient, (pair, marked)).await };
    match tokio::spawn(work).await {
        Ok(done) => done.map(|_comparison| pair),
        Err(_the_engine_broke) => {
            Err(No::Closed("The comparison broke off. Try once more, or with other photographs."))
        }
    }
}

async fn ask(desk: Desk, Path(patient): Path<PatientId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let no = match asked(&desk.rooms, (&desk.actor, patient), &entry).await {
        Ok(pair) => {
            let (before, after) = (pair.before, pair.after);
            return Ok(see(&format!("/patients/{patient}/compare?before={before}&after={after}")));
        }
        Err(no) => no,
    };
    let (chosen, status) = said_beneath(&mut entry, no)?;
    shown_with(&desk, patient, &chosen, (status, entry)).await
}

/// What was not done, beneath the fields.
fn said_beneath(entry: &mut Entry, no: No) -> Result<(Chosen, StatusCode), Refused> {
    let status = match no {
        No::Wrong(wrong) => {
            crate::rooms::refuse(entry, wrong);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        No::Closed(says) => {
            entry.refuse("after", says);
            StatusCode::CONFLICT
        }
        no @ (No::NotAllowed
        | No::NotFound
        | No::Conflict
        | No::Taken
        | No::Wait { .. }
        | No::Failed(_)) => return Err(no.into()),
    };
    let id = |name: &str| entry.get(name).parse().ok();
    Ok((Chosen { before: id("before"), after: id("after"), shown_as: None }, status))
}

/// The page of before has moved.
async fn moved(
    _desk: Desk,
    Path(patient): Path<PatientId>,
    Query(chosen): Query<Chosen>,
) -> Answered {
    let here = format!("/patients/{patient}/compare");
    Ok(match (chosen.before, chosen.after) {
        (Some(before), Some(after)) => see(&format!("{here}?before={before}&after={after}")),
        (_, _) => see(&here),
    })
}

async fn picture(desk: Desk, Path((id, which)): Path<(DocumentId, String)>) -> Answered {
    let which = Which::of(&which).ok_or(No::NotFound)?;
    Ok(answered(desk.practice().comparison_file(&desk.actor, id, which).await?))
}

async fn own_picture(mine: Mine, Path((id, which)): Path<(DocumentId, String)>) -> Answered {
    let which = Which::of(&which).ok_or(No::NotFound)?;
    Ok(answered(mine.practice().comparison_file(&mine.actor, id, which).await?))
}

async fn repeat(desk: Desk, Path(id): Path<DocumentId>, form: Filled) -> Answered {
    let entry = entry(form);
    let of = if entry.has("do", "uncount") {
        desk.practice().uncount_repeat(&desk.actor, id).await?
    } else {
        desk.practice().count_repeat(&desk.actor, id).await?
    };
    let patient = of.patient().ok_or(No::NotFound)?;
    let (before, after) = (of.before, of.after);
    Ok(see(&format!("/patients/{patient}/compare?before={before}&after={after}")))
}

async fn show_own(mine: Mine, Query(chosen): Query<Chosen>) -> Answered {
    shown_own(&mine, &chosen, (StatusCode::OK, Entry::default())).await
}

async fn shown_own(mine: &Mine, chosen: &Chosen, (status, entry): (StatusCode, Entry)) -> Answered {
    let clinic = mine.practice().clinic().await?;
    let story = mine.practice().story(&mine.actor, mine.patient).await?;
    let all = mine.practice().comparisons(&mine.actor, mine.patient).await?;
    let at = At::new(&story, &clinic, mine.practice().now());
    let two = chosen.of(&story).ok_or(No::NotFound)?;
    let said = newest(&all, pair_of(two)).filter(|_| refused(two).is_none());
    let places = Places {
        photographs: "/me/photos",
        comparisons: "/me/photos/comparisons",
        page: "/me/photos/pair".to_owned(),
    };
    let view = own::Pair {
        title: titled(mine.practice(), &at.part(two.0)),
        ids: (two.0.id.to_string(), two.1.id.to_string()),
        stage: places.stage(two, (&at, said), chosen),
        outcome: own_outcome(two, said),
        cautions: unlike(two.0, two.1),
        action: places.page.clone(),
        choices: choices(mine.practice(), &at),
    };
    let title = if entry.is_fine() { "Side by side" } else { "Error: side by side" };
    let frame = mine.frame(&clinic, Some(Tab::Photographs), title);
    Ok(shown(status, own::compare(mine.site(), &frame, &view, &entry)))
}

fn own_outcome(two: Two<'_>, said: Option<&Opened<Comparison>>) -> own::Outcome {
    match (refused(two), said) {
        (Some(says), _) => own::Outcome::Said(says.to_owned()),
        (None, None) => own::Outcome::NotYet,
        (None, Some(said)) if said.is_comparable() => own::Outcome::Said(word::for_patient(said)),
        (None, Some(said)) => own::Outcome::NotComparable(
            said.checks.iter().filter(|check| !check.is_ok).map(word::check).collect(),
        ),
    }
}

async fn ask_own(mine: Mine, form: Filled) -> Answered {
    let mut entry = entry(form);
    let no = match asked(&mine.rooms, (&mine.actor, mine.patient), &entry).await {
        Ok(pair) => {
            let (before, after) = (pair.before, pair.after);
            return Ok(see(&format!("/me/photos/pair?before={before}&after={after}")));
        }
        Err(no) => no,
    };
    let (chosen, status) = said_beneath(&mut entry, no)?;
    shown_own(&mine, &chosen, (status, entry)).await
}
