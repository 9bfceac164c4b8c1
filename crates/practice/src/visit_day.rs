//! A visit on its day: what has to be there before the session, what is ticked, and numbing with its times.
//!
//! What is there comes from the record; a person only says what no record can show: that this is the patient, that the
//! preparation was kept, that the precautions are taken. What is missing is named with its remedy by the page.
//!
//! INVARIANT (one list): the list that is shown is the list that is asked again when the session begins.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use percuta_chart::{
    course::Course,
    visit::{NumbingTimes, Purpose, Visit, VisitState},
};
use percuta_clinical::{Rulebook, book::Numbing};
use percuta_record::{Change, DocumentId};
use percuta_terminology::calendar::in_words;
use serde_json::Value;

use crate::{
    Practice,
    actor::{Act, Actor, Who},
    consents, day_of,
    patients::Story,
    refusal::No,
    screenings::last_sent,
    today::{Known, Lack, lacks},
    vault::Opened,
    visits::{Beside, around, interval_days},
    writing::Draft,
    zone_of,
};

mod held;

/// What has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is this patient.
    Identity,
    /// The time since the session before.
    Interval,
    /// Screening, repeated today.
    Screening,
    /// Consent for this course.
    Consent,
    /// Photographs of before.
    Photographs,
    /// What was to be done before the visit.
    Preparation,
    /// What screening asks for if treated.
    Precautions,
    /// Numbing.
    Numbing,
}

impl What {
    /// What a person says, rather than the record.
    pub const SAID: [Self; 3] = [Self::Identity, Self::Preparation, Self::Precautions];

    /// Its word in the record, where a person says it.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::Identity => Some("identity"),
            Self::Preparation => Some("preparation"),
            Self::Precautions => Some("precautions"),
            Self::Interval
            | Self::Screening
            | Self::Consent
            | Self::Photographs
            | Self::Numbing => None,
        }
    }
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It is there.
    Done,
    /// It is missing, and the session cannot begin without it.
    Blocks,
    /// It is missing, and the session can begin.
    Open,
    /// It is not needed this time.
    NotNeeded,
}

/// One thing of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// What.
    pub what: What,
    /// How it stands.
    pub stands: Stands,
    /// In a sentence.
    pub says: String,
    /// What it consists of, each in a few words; mostly nothing.
    pub points: Vec<String>,
}

impl Needed {
    fn new(what: What, stands: Stands, says: impl Into<String>) -> Self {
        Self { what, stands, says: says.into(), points: Vec::new() }
    }
}

/// A visit with everything of its day.
#[derive(Debug)]
pub struct DayOfVisit {
    /// The visit.
    pub visit: Opened<Visit>,
    /// The patient's story.
    pub story: Story,
    /// What has to be there; nothing for a visit that is no session.
    pub needed: Vec<Needed>,
    /// The session, once it was begun.
    pub session: Option<DocumentId>,
}

impl DayOfVisit {
    /// What is in the way, in sentences.
    pub fn blocks(&self) -> Vec<String> {
        let blocks = self.needed.iter().filter(|one| one.stands == Stands::Blocks);
        blocks.map(|one| one.says.clone()).collect()
    }
}

/// Whether something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// It is so.
    Said,
    /// What was said is taken back.
    TakenBack,
}

impl Practice {
    /// A visit of today or another day with what has to be there.
    pub async fn visit_day(&self, actor: &Actor, visit: DocumentId) -> Result<DayOfVisit, No> {
        self.allow(actor, Act::OpenChart, "visit.day", Some(visit)).await?;
        let found = self.day_of_visit(visit).await?;
        self.note(Some(actor), "visit.day", Some(visit), "done").await?;
        Ok(found)
    }

    /// A visit of a day as it may be seen at the desk: that something is missing, and nothing of what was asked.
    ///
    /// PRIVACY: whose screening holds treatment up, and what a consent would have to name, is not said here.
    pub async fn visit_at_desk(&self, actor: &Actor, visit: DocumentId) -> Result<DayOfVisit, No> {
        self.allow(actor, Act::Book, "visit.open", Some(visit)).await?;
        let mut found = self.day_of_visit(visit).await?;
        found.needed.retain_mut(|needed| match needed.what {
            What::Interval | What::Photographs => true,
            What::Screening => {
                let says = if needed.stands == Stands::Done { "Done." } else { "Not complete." };
                says.clone_into(&mut needed.says);
                true
            }
            What::Consent => {
                let says = if needed.stands == Stands::Done {
                    "Signed."
                } else {
                    "Not signed, or not signed for everything that holds today. The patient signs on their page."
                };
                says.clone_into(&mut needed.says);
                true
            }
            What::Identity | What::Preparation | What::Precautions | What::Numbing => false,
        });
        let patient = found.visit.patient().ok_or(No::NotFound)?;
        found.story = self.story(actor, patient).await?;
        Ok(found)
    }

    pub(crate) async fn day_of_visit(&self, visit: DocumentId) -> Result<DayOfVisit, No> {
        let visit = self.vault.head::<Visit>(visit).await?.ok_or(No::NotFound)?;
        let patient = visit.patient().ok_or(No::NotFound)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let clinic = self.clinic().await?;
        let zone = zone_of(&clinic);
        let today = day_of(&clinic, self.now());
        let day = day_of(&clinic, visit.from);
        let session = story.sessions.iter().find(|session| session.visit == visit.id);
        let session = session.map(|session| session.id);
        let needed = match visit.purpose {
            Purpose::Consultation | Purpose::FollowUp { .. } => Vec::new(),
            Purpose::Session { course, number } => {
                let course = story.courses.iter().find(|known| known.id == course);
                let course = course.ok_or(No::NotFound)?;
                let moving = [visit.id];
                let beside = Beside { moving: &moving, wanted: &[] };
                let (before, _) = around(&story, course, number, beside, &zone);
                let dates = Dates { today, day, before, now: self.now() };
                needed(self.book(), (&visit, &story, course), dates)
            }
        };
        Ok(DayOfVisit { visit, story, needed, session })
    }

    /// Ticks what a person says of the day, or takes it back.
    pub async fn tick_visit(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        (what, tick): (What, Tick),
    ) -> Result<(), No> {
        self.allow(actor, Act::Prepare, "visit.tick", Some(seen.id)).await?;
        here(seen)?;
        let code = what.code().ok_or(No::NotFound)?;
        let mut visit = seen.document.clone();
        match tick {
            Tick::Said => {
                visit.checked.insert(code.to_owned(), (actor.person, self.now()));
            }
            Tick::TakenBack => {
                visit.checked.remove(code);
            }
        }
        let draft = Draft::new(Act::Prepare, "visit.tick", seen.id);
        self.commit(actor, draft.change(seen, Change::Write, &visit)?).await
    }

    /// Notes that numbing was put on, with which product and when.
    ///
    /// CLINICAL: what the product's card rules out is refused; a product for prescribers is put on by one.
    pub async fn numb(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        (product, at): (&str, Timestamp),
    ) -> Result<(), No> {
        self.allow(actor, Act::Prepare, "visit.numb", Some(seen.id)).await?;
        here(seen)?;
        let patient = seen.patient().ok_or(No::NotFound)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let clinic = self.clinic().await?;
        let age = story.patient.age_on(day_of(&clinic, self.now()));
        let card = self.book().numbing.iter().find(|known| known.id == product);
        let card = card.ok_or_else(|| No::wrong("product", "Choose what was put on."))?;
        if let Some(why) = may_not_numb(card, actor, age) {
            return Err(No::wrong("product", why));
        }
        if seen.numbing.is_some() {
            return Err(No::wrong(
                "on",
                "Numbing was put on today already. More on the same day is for a prescriber to decide and to write down.",
            ));
        }
        check_time(at, self.now(), "on")?;
        let numbing = Some(NumbingTimes { product: product.to_owned(), on: at, off: None });
        let visit = Visit { numbing, ..seen.document.clone() };
        let draft = Draft::new(Act::Prepare, "visit.numb", seen.id);
        self.commit(actor, draft.change(seen, Change::Write, &visit)?).await
    }

    /// Notes that numbing was wiped off. What happened is written down, too short or too long as it was.
    pub async fn wipe_off(
        &self,
        actor: &Actor,
        seen: &Opened<Visit>,
        at: Timestamp,
    ) -> Result<(), No> {
        self.allow(actor, Act::Prepare, "visit.wipe-off", Some(seen.id)).await?;
        here(seen)?;
        let Some(numbing) = seen.numbing.as_ref().filter(|numbing| numbing.off.is_none()) else {
            return Err(No::Closed("No numbing is on."));
        };
        check_time(at, self.now(), "off")?;
        if at < numbing.on {
            return Err(No::wrong("off", "It was put on later than this."));
        }
        let numbing = Some(NumbingTimes { off: Some(at), ..numbing.clone() });
        let visit = Visit { numbing, ..seen.document.clone() };
        let draft = Draft::new(Act::Prepare, "visit.wipe-off", seen.id);
        self.commit(actor, draft.change(seen, Change::Write, &visit)?).await
    }
}

/// Nothing of the day is written before the patient is here or after the visit is over.
pub(crate) fn here(visit: &Visit) -> Result<(), No> {
    match visit.state {
        VisitState::Arrived { .. } => Ok(()),
        VisitState::Booked | VisitState::NoShow { .. } => {
            Err(No::Closed("The patient is not here yet. Note the arrival first."))
        }
        VisitState::Done { .. } | VisitState::Cancelled { .. } => {
            Err(No::Closed("This visit is over."))
        }
    }
}

/// A time of today that has come, and is not long past.
fn check_time(at: Timestamp, now: Timestamp, field: &str) -> Result<(), No> {
    if at > now {
        return Err(No::wrong(field, "This time lies ahead. Leave it empty for now."));
    }
    if now.duration_since(at) > SignedDuration::from_hours(12) {
        return Err(No::wrong(field, "This was not today."));
    }
    Ok(())
}

/// A line of a product's card.
fn card_line<'c>(card: &'c Numbing, name: &str) -> Option<&'c str> {
    card.lines.iter().find(|(known, _)| known == name).map(|(_, says)| says.as_str())
}

/// Why a product may not be put on, by its card.
fn may_not_numb(card: &Numbing, actor: &Actor, age: i16) -> Option<String> {
    let is_prescriber = match &actor.who {
        Who::Member { qualifications, .. } => qualifications.contains("prescriber"),
        Who::Patient(_) => false,
    };
    if card_line(card, "prescriber only") == Some("true") && !is_prescriber {
        return Some(format!("{} is put on by a prescriber only.", card.title));
    }
    let from = card_line(card, "age from").and_then(|years| years.parse::<i16>().ok());
    from.filter(|from| age < *from)
        .map(|from| format!("{} is for people from {from} years on.", card.title))
}

/// How long numbing was or is on, against its card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFor {
    /// Not long enough yet.
    TooShort,
    /// As the card says, or the card says nothing.
    Right,
    /// Longer than the card says.
    TooLong,
}

/// How numbing stands against its card: until now, or until it was wiped off.
pub fn on_for(card: Option<&Numbing>, numbing: &NumbingTimes, now: Timestamp) -> (OnFor, String) {
    let until = numbing.off.unwrap_or(now);
    let minutes = until.duration_since(numbing.on).as_mins();
    let name = card.map_or(numbing.product.as_str(), |card| card.title.as_str());
    let Some((least, most)) = card.and_then(|card| card.minutes) else {
        return (OnFor::Right, format!("{name}, {minutes} minutes; its card gives no minutes."));
    };
    let exact = until.duration_since(numbing.on).as_secs_f64() / 60.0;
    let label = format!("its card says {least} to {most}");
    if exact < least {
        (OnFor::TooShort, format!("{name}, {minutes} minutes: too short, {label}."))
    } else if exact > most {
        (OnFor::TooLong, format!("{name}, {minutes} minutes: too long, {label}."))
    } else {
        (OnFor::Right, format!("{name}, {minutes} minutes, {label}."))
    }
}

/// The days that decide.
#[derive(Debug, Clone, Copy)]
struct Dates {
    today: Date,
    day: Date,
    before: Option<Date>,
    now: Timestamp,
}

fn needed(
    book: &Rulebook,
    (visit, story, course): (&Opened<Visit>, &Story, &Opened<Course>),
    dates: Dates,
) -> Vec<Needed> {
    let known = Known {
        screenings: &story.screenings,
        consents: &story.consents,
        photographs: &story.photographs,
        visits: &story.visits,
    };
    let lacks = lacks(visit, dates.day, dates.today, &known);
    let mut needed =
        vec![said(visit, What::Identity, "Name and date of birth, said by the patient.")];
    needed.extend(interval(course, dates));
    needed.push(screening(story, &lacks, dates));
    needed.push(consent(book, story, course.id));
    let has = !lacks.contains(&Lack::Photographs);
    let (stands, says) = if has {
        (Stands::Done, "There.")
    } else {
        (Stands::Blocks, "A photograph of before is missing.")
    };
    needed.push(Needed::new(What::Photographs, stands, says));
    needed.extend(
        listed(&course.plan, &["preparation"], "title")
            .map(|points| Needed { points, ..said(visit, What::Preparation, "Asked one by one:") }),
    );
    let precautions =
        story.screenings.last().and_then(|last| listed(&last.answer, &["precautions"], ""));
    needed.extend(
        precautions
            .map(|points| Needed { points, ..said(visit, What::Precautions, "Each of these:") }),
    );
    needed.push(numbing(book, visit, dates.now));
    needed
}

/// Something that a person says.
fn said(visit: &Visit, what: What, says: &str) -> Needed {
    let is_said = what.code().is_some_and(|code| visit.checked.contains_key(code));
    let stands = if is_said { Stands::Done } else { Stands::Blocks };
    Needed::new(what, stands, says)
}

/// The texts of a list of a kept answer; `None` where there is none.
fn listed(kept: &str, path: &[&str], key: &str) -> Option<Vec<String>> {
    let kept: Value = serde_json::from_str(kept).ok()?;
    let list = path.iter().try_fold(&kept, |value, key| value.get(key))?.as_array()?;
    let texts: Vec<String> = list
        .iter()
        .filter_map(|one| if key.is_empty() { one.as_str() } else { one.get(key)?.as_str() })
        .map(str::to_owned)
        .collect();
    (!texts.is_empty()).then_some(texts)
}

/// CLINICAL: the shortest time between sessions holds on the day itself, whatever was booked.
fn interval(course: &Course, dates: Dates) -> Option<Needed> {
    let before = dates.before?;
    let (shortest, _) = interval_days(course);
    let from = before.checked_add(shortest.days()).unwrap_or(Date::MAX);
    let is_over = dates.today >= from;
    let says = if is_over {
        format!("The session before was on {}; {shortest} days are over.", in_words(before))
    } else {
        format!(
            "Too soon: {shortest} days after the session of {} are over on {}. Move the visit.",
            in_words(before),
            in_words(from)
        )
    };
    let stands = if is_over { Stands::Done } else { Stands::Blocks };
    Some(Needed::new(What::Interval, stands, says))
}

fn screening(story: &Story, lacks: &[Lack], dates: Dates) -> Needed {
    let last = story.screenings.last();
    let found = lacks.iter().find_map(|lack| match lack {
        Lack::Screening => Some("Nothing was screened yet. Enter an intake."),
        Lack::ScreeningExpired => Some("The last screening counts no more. Ask again."),
        Lack::ScreeningHolds => {
            Some("Screening does not allow treatment. Its reasons say until when.")
        }
        Lack::ScreeningOfTheDay => Some("What can have changed has to be asked again today."),
        Lack::Consent | Lack::Photographs => None,
    });
    // A visit of another day is not begun on this one, so what was asked today is what counts.
    let is_today = last.is_some_and(|last| last.on == dates.today);
    let (stands, says) = match found {
        Some(says) => (Stands::Blocks, says.to_owned()),
        None if is_today => (Stands::Done, "Repeated today; it allows treatment.".to_owned()),
        None => (Stands::Blocks, "What can have changed is asked again on the day.".to_owned()),
    };
    Needed::new(What::Screening, stands, says)
}

/// Consent stands for this course and names everything that would be named today.
fn consent(book: &Rulebook, story: &Story, course: DocumentId) -> Needed {
    let of = |stands, says: &str| Needed::new(What::Consent, stands, says);
    let Some(consent) = consents::standing_in(story, course) else {
        return of(
            Stands::Blocks,
            "No consent was signed for this course. The patient signs it on their page.",
        );
    };
    let (Some(screening), Some(intake)) = (story.screenings.last(), last_sent(&story.intakes))
    else {
        return of(Stands::Done, "Signed.");
    };
    let today = consents::named(book, screening, &intake.json);
    if consents::covers(consent, &today) {
        of(Stands::Done, "Signed, and it names everything that holds today.")
    } else {
        of(
            Stands::Blocks,
            "Something holds today that the signed consent does not name. It has to be read and signed again.",
        )
    }
}

fn numbing(book: &Rulebook, visit: &Visit, now: Timestamp) -> Needed {
    let (stands, says) = match &visit.numbing {
        None => (Stands::Open, "None was put on.".to_owned()),
        Some(numbing) => {
            let card = book.numbing.iter().find(|card| card.id == numbing.product);
            let (on_for, says) = on_for(card, numbing, now);
            match (numbing.off, on_for) {
                (None, OnFor::TooLong) => (Stands::Blocks, format!("Wipe it off now. {says}")),
                (None, OnFor::TooShort | OnFor::Right) => (
                    Stands::Blocks,
                    format!("On: {says} It is wiped off fully before the first needle."),
                ),
                (Some(_), OnFor::Right) => (Stands::Done, format!("Wiped off: {says}")),
                (Some(_), OnFor::TooShort) => (Stands::Open, format!("Wiped off: {says}")),
                (Some(_), OnFor::TooLong) => (
                    Stands::Open,
                    format!("Wiped off: {says} Look for signs of too much before anything else."),
                ),
            }
        }
    };
    Needed::new(What::Numbing, stands, says)
}
