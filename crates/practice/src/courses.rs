//! Courses: planned from the last intake, offered with a price, accepted by the patient, stopped or finished.
//!
//! The plan itself is the rulebook's (`percuta_clinical::plan`); what a named clinician decided otherwise no longer
//! blocks its days. The plan is kept word for word as JSON of the public interface.

use jiff::civil::Date;
use percuta_chart::{
    clinic::PriceList,
    course::{Course, CourseState, PlannedSession, PlannedZone, Quote, QuoteLine},
    intake::Intake,
    person,
    screening::Screening,
};
use percuta_clinical::{
    Rulebook,
    plan::{self, Plan, PlanRequest, SessionWindow},
    wire,
};
use percuta_record::{Change, DocumentId, Owner, PatientId};
use percuta_terminology::Kind;
use serde_json::{Value, json};

use crate::{
    Practice,
    actor::{Act, Actor, Who},
    day_of,
    patients::Story,
    refusal::{No, Wrong},
    screenings::last_sent,
    vault::Opened,
    writing::Draft,
};

/// What is wished of a course.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanWish {
    /// What to treat, where, and how strong it was graded.
    pub goals: Vec<GoalWish>,
    /// `pen`, `roller`, `rf` or `patch`; the intake's when `None`.
    pub modality: Option<String>,
    /// An id of the rulebook's devices.
    pub device: Option<String>,
    /// How many sessions.
    pub sessions: Option<i16>,
    /// Weeks between sessions, four or more; the indication's when `None`.
    pub weeks: Option<i16>,
    /// No session on or before this day.
    pub start_after: Option<Date>,
    /// A date to look well for.
    pub event: Option<Date>,
    /// Days without sessions.
    pub blocked: Vec<(Date, Date)>,
    /// An id of the rulebook's numbing products.
    pub numbing: Option<String>,
}

/// One thing to treat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalWish {
    /// The concern's code.
    pub concern: String,
    /// The region's code.
    pub region: String,
    /// How strong.
    pub grade: Option<u8>,
    /// When the scar or mark arose.
    pub onset: Option<Date>,
}

/// A plan before it is kept.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// What was asked of the planner.
    pub request: PlanRequest,
    /// The same as JSON of the public interface.
    pub json: Value,
    /// What is treated, in words.
    pub title: String,
    /// The sessions.
    pub sessions: Vec<PlannedSession>,
    /// The price from the clinic's list.
    pub quote: Quote,
}

impl Drafted {
    /// The plan, as the rulebook gives it.
    pub fn plan<'b>(&self, book: &'b Rulebook) -> Plan<'b> {
        plan::plan(book, &self.request)
    }
}

/// Asks the planner.
fn draft(
    (book, actor, today): (&Rulebook, &Actor, Date),
    (intake, screening): (&Intake, Option<&Screening>),
    wish: &PlanWish,
    prices: &PriceList,
) -> Result<Drafted, Vec<Wrong>> {
    let mut json = intake.json.clone();
    let Some(object) = json.as_object_mut() else {
        return Err(vec![Wrong::new("goals", "Nothing was asked yet. Enter an intake first.")]);
    };
    object.insert("as_of".to_owned(), json!(today.to_string()));
    if let Some(request) = object.get_mut("request").and_then(Value::as_object_mut) {
        if let Some(first) = wish.goals.first() {
            request.insert("concern".to_owned(), json!(first.concern));
            request.insert("region".to_owned(), json!(first.region));
        }
        if let Some(modality) = &wish.modality {
            request.insert("modality".to_owned(), json!(modality));
        }
        // The planner chooses the depth under the limit.
        request.remove("depth_mm");
        request.remove("device");
    }
    let goals: Vec<Value> = wish
        .goals
        .iter()
        .map(|goal| {
            let onset = goal.onset.map(|day| day.to_string());
            json!({
                "concern": goal.concern,
                "region": goal.region,
                "grade": goal.grade,
                "onset": onset,
            })
        })
        .collect();
    object.insert("goals".to_owned(), json!(goals));
    let days: Vec<Value> = wish
        .blocked
        .iter()
        .map(|(from, to)| json!({ "from": from.to_string(), "to": to.to_string() }))
        .collect();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    put("device", wish.device.as_ref().map(|id| json!(id)));
    put("sessions", wish.sessions.map(|count| json!(count)));
    put("protocol", wish.weeks.map(|weeks| json!({ "weeks": weeks })));
    put("start_after", wish.start_after.map(|day| json!(day.to_string())));
    put("event", wish.event.map(|day| json!(day.to_string())));
    put("blocked_dates", Some(json!(days)).filter(|_| !days.is_empty()));
    put("numbing", wish.numbing.as_ref().map(|id| json!(id)));
    if let Who::Member { depth_mm_max: Some(depth), .. } = &actor.who {
        put("practitioner", Some(json!({ "depth_mm_max": depth })));
    }
    let request = asked(book, &json, screening)?;
    let made = plan::plan(book, &request);
    let sessions = planned(book, &made);
    let (title, quote) = (title(book, &request), quote(prices, &request, sessions.len()));
    Ok(Drafted { request, json, title, sessions, quote })
}

/// What is asked of the planner, with what a named clinician has decided otherwise.
fn asked(
    book: &Rulebook,
    json: &Value,
    screening: Option<&Screening>,
) -> Result<PlanRequest, Vec<Wrong>> {
    let mut request = plan::read(book, json).map_err(|unusable| {
        let wrong = unusable.problems.iter();
        wrong.map(|one| Wrong::new(one.path.clone(), one.what.clone())).collect::<Vec<_>>()
    })?;
    request.overruled = screening
        .into_iter()
        .flat_map(|screening| &screening.overrides)
        .map(|one| (one.rule.clone(), one.qualification.clone()))
        .collect();
    Ok(request)
}

fn title(book: &Rulebook, request: &PlanRequest) -> String {
    let (concerns, regions) = (book.vocabulary.of(Kind::Concern), &book.vocabulary.regions);
    let goals = request.goals.iter().map(|goal| {
        let region = regions.get(goal.region).title.to_lowercase();
        format!("{}, {region}", concerns.term(goal.concern).title)
    });
    goals.collect::<Vec<_>>().join("; ")
}

fn planned(book: &Rulebook, plan: &Plan<'_>) -> Vec<PlannedSession> {
    plan.sessions
        .iter()
        .map(|session| PlannedSession {
            number: session.number,
            window: match &session.window {
                SessionWindow::Dated { from, to, .. } => Some((*from, *to)),
                SessionWindow::AfterClearance { .. } => None,
            },
            zones: session
                .zones
                .iter()
                .map(|zone| PlannedZone {
                    region: book.vocabulary.regions.get(zone.region).code.clone(),
                    depth_mm: zone.depth_mm,
                    ceiling_mm: zone.limit_mm,
                    ceiling_by: zone.limit_by.word().to_owned(),
                    rises_to_mm: zone.rises_to_mm,
                    passes: zone.passes,
                    endpoint: zone.endpoint.map(str::to_owned),
                })
                .collect(),
        })
        .collect()
}

/// The sessions at the clinic's price; nothing where the list has no price for this way of treating.
fn quote(prices: &PriceList, request: &PlanRequest, sessions: usize) -> Quote {
    let service = request.intake.request.modality.word();
    let lines = prices.prices.iter().filter(|price| price.service == service && sessions > 0).map(
        |price| QuoteLine {
            title: price.title.clone(),
            times: i64::try_from(sessions).unwrap_or(i64::MAX),
            each_minor: price.minor,
        },
    );
    Quote { currency: prices.currency.clone(), lines: lines.collect() }
}

impl Practice {
    /// A plan for a patient, not kept: what the page shows while the wish is being changed.
    pub async fn draft_plan(
        &self,
        actor: &Actor,
        patient: PatientId,
        wish: &PlanWish,
    ) -> Result<Drafted, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::Plan, "plan.draft", Some(document)).await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let drafted = self.drafted(actor, &story, wish).await?;
        self.note(Some(actor), "plan.draft", Some(document), "done").await?;
        Ok(drafted)
    }

    async fn drafted(&self, actor: &Actor, story: &Story, wish: &PlanWish) -> Result<Drafted, No> {
        let (clinic, prices) = (self.clinic().await?, self.prices().await?);
        let intake = last_sent(&story.intakes)
            .ok_or(No::Closed("Nothing was asked yet. Enter an intake first."))?;
        let today = day_of(&clinic, self.now());
        let screening = story.screenings.last().map(|screening| &screening.document);
        draft((self.book(), actor, today), (intake, screening), wish, &prices).map_err(No::Wrong)
    }

    /// Keeps a plan as a draft of a course, new or on the version that was seen.
    pub async fn propose(
        &self,
        actor: &Actor,
        patient: PatientId,
        seen: Option<&Opened<Course>>,
        wish: &PlanWish,
    ) -> Result<DocumentId, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::Plan, "course.propose", Some(document)).await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let drafted = self.drafted(actor, &story, wish).await?;
        if drafted.sessions.is_empty() {
            return Err(No::wrong(
                "goals",
                "No session can be planned for this. The reasons stand beside it.",
            ));
        }
        let screening = story.screenings.last().ok_or(No::Closed("Screen the intake first."))?;
        let made = wire::plan(self.book(), &drafted.plan(self.book())).to_string();
        let course = Course {
            title: drafted.title,
            screening: screening.id,
            request: drafted.json,
            plan: made,
            sessions: drafted.sessions,
            quote: drafted.quote,
            state: CourseState::Draft,
            by: actor.person,
        };
        let draft = Draft::new(Act::Plan, "course.propose", document).from([screening.source()]);
        let (draft, id) = match seen {
            Some(seen) => match seen.state {
                CourseState::Draft => (draft.change(seen, Change::Write, &course)?, seen.id),
                CourseState::Offered { .. } => {
                    return Err(No::Closed("The patient has this plan. Take it back first."));
                }
                CourseState::Accepted { .. }
                | CourseState::Stopped { .. }
                | CourseState::Finished { .. } => {
                    return Err(No::Closed(
                        "The patient has accepted this plan. Make a new course instead.",
                    ));
                }
            },
            None => {
                let id = self.vault.new_id()?;
                (draft.begin(id, Owner::Patient(patient), &course)?, id)
            }
        };
        self.commit(actor, draft).await?;
        Ok(id)
    }

    /// A course. A patient opens their own once it was offered.
    pub async fn course(&self, actor: &Actor, course: DocumentId) -> Result<Opened<Course>, No> {
        let found = self.vault.head::<Course>(course).await?.ok_or(No::NotFound)?;
        if actor.patient().is_some() {
            let is_own = actor.patient() == found.patient();
            if !is_own || found.state == CourseState::Draft {
                self.note(Some(actor), "course.open", Some(course), "not-found").await?;
                return Err(No::NotFound);
            }
        } else {
            self.allow(actor, Act::FindPatients, "course.open", Some(course)).await?;
        }
        self.note(Some(actor), "course.open", Some(course), "done").await?;
        Ok(found)
    }

    /// The planner's request of a course, where today's rulebook still makes the very plan of it that is kept; `None`
    /// where it would make another, so that what is kept has to be shown.
    pub async fn request_of(&self, course: &Opened<Course>) -> Result<Option<PlanRequest>, No> {
        let screening = self.vault.head::<Screening>(course.screening).await?;
        let screening = screening.as_ref().map(|screening| &screening.document);
        let book = self.book();
        let Ok(request) = asked(book, &course.request, screening) else { return Ok(None) };
        let made = wire::plan(book, &plan::plan(book, &request)).to_string();
        Ok((made == course.plan).then_some(request))
    }

    /// Takes an offer back that was not answered yet: it is a draft again.
    pub async fn withdraw_offer(&self, actor: &Actor, seen: &Opened<Course>) -> Result<(), No> {
        self.allow(actor, Act::Plan, "course.withdraw", Some(seen.id)).await?;
        match seen.state {
            CourseState::Offered { .. } => {}
            CourseState::Draft
            | CourseState::Accepted { .. }
            | CourseState::Stopped { .. }
            | CourseState::Finished { .. } => {
                return Err(No::Closed("This is not on offer any more. Reload the page."));
            }
        }
        self.turn(actor, (Act::Plan, "course.withdraw"), seen, CourseState::Draft).await
    }

    /// Offers a course to the patient.
    pub async fn offer(&self, actor: &Actor, seen: &Opened<Course>) -> Result<(), No> {
        self.allow(actor, Act::Plan, "course.offer", Some(seen.id)).await?;
        match seen.state {
            CourseState::Draft => {}
            CourseState::Offered { .. }
            | CourseState::Accepted { .. }
            | CourseState::Stopped { .. }
            | CourseState::Finished { .. } => {
                return Err(No::Closed("This was offered before."));
            }
        }
        let state = CourseState::Offered { at: self.now() };
        self.turn(actor, (Act::Plan, "course.offer"), seen, state).await
    }

    /// Accepts an offer: the patient's own word, or a member's who writes down that they said so.
    pub async fn accept_course(&self, actor: &Actor, seen: &Opened<Course>) -> Result<(), No> {
        let act = if actor.patient().is_some() && actor.patient() == seen.patient() {
            Act::Own
        } else {
            Act::Plan
        };
        self.allow(actor, act, "course.accept", Some(seen.id)).await?;
        let CourseState::Offered { at: offered } = seen.state else {
            return Err(No::Closed("This is not on offer any more. Reload the page."));
        };
        let state = CourseState::Accepted { offered, at: self.now() };
        self.turn(actor, (act, "course.accept"), seen, state).await
    }

    /// Stops a course before its end.
    pub async fn stop_course(
        &self,
        actor: &Actor,
        seen: &Opened<Course>,
        why: &str,
    ) -> Result<(), No> {
        self.allow(actor, Act::Plan, "course.stop", Some(seen.id)).await?;
        if why.trim().is_empty() {
            return Err(No::wrong("why", "Write why the course stops."));
        }
        match seen.state {
            CourseState::Draft | CourseState::Offered { .. } | CourseState::Accepted { .. } => {}
            CourseState::Stopped { .. } | CourseState::Finished { .. } => {
                return Err(No::Closed("This course is over already."));
            }
        }
        let state = CourseState::Stopped { at: self.now(), why: why.trim().to_owned() };
        self.turn(actor, (Act::Plan, "course.stop"), seen, state).await
    }

    async fn turn(
        &self,
        actor: &Actor,
        (act, action): (Act, &'static str),
        seen: &Opened<Course>,
        state: CourseState,
    ) -> Result<(), No> {
        let course = Course { state, ..seen.document.clone() };
        let draft = Draft::new(act, action, seen.id).change(seen, Change::Write, &course)?;
        self.commit(actor, self.with_open_work(draft, seen.id, &course)).await
    }
}
