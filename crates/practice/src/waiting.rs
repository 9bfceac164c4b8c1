//! Who waits for a time to become free, and who of them could have one that did.
//!
//! Nobody is booked by it: a time is offered, and whoever takes it books it like any other.

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Time};
use percuta_chart::{
    Stored as _,
    calendar::{Waiting, WaitingState},
    person::{self, Patient},
    stored::code,
    visit::{Purpose, Visit},
};
use percuta_record::{Change, DocumentId, Owner, PatientId};
use percuta_scheduling::{model::Span, replan};

use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::minute,
    patients::{Story, permitted},
    refusal::{No, Wrong},
    vault::{FieldTokens, Opened},
    visits::{
        Beside, Sought, Start, Wish,
        book::{Booking, Wanted},
        is_booked,
    },
    writing::Draft,
};

/// Somebody may wait for so many days.
const WAIT_DAYS_MAX: i64 = 366;

/// Somebody who waits.
#[derive(Debug)]
pub struct Waits {
    /// What for, since when.
    pub waiting: Opened<Waiting>,
    /// Who.
    pub patient: Opened<Patient>,
    /// The first time that they could have now.
    pub first: Option<Start>,
    /// Why there is none, in sentences.
    pub why_not: Vec<String>,
}

/// A time that became free, and who could have it.
#[derive(Debug)]
pub struct Offer {
    /// Who waits.
    pub waiting: Opened<Waiting>,
    /// The patient.
    pub patient: Opened<Patient>,
    /// The visit that they could have.
    pub start: Start,
    /// Whether it stays possible when everybody named before takes theirs.
    pub beside_the_others: bool,
}

/// What somebody waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitWish {
    /// What for.
    pub purpose: Purpose,
    /// The first and the last day on which they could come.
    pub days: (jiff::civil::Date, jiff::civil::Date),
    /// The times of day between which the visit has to lie.
    pub between: Option<(Time, Time)>,
    /// The days of the week on which they can come, Monday being 1; empty for all.
    pub weekdays: BTreeSet<i8>,
    /// What the clinic should know.
    pub note: String,
}

impl Practice {
    /// Notes that a patient waits for a time.
    pub async fn wait(
        &self,
        actor: &Actor,
        patient: PatientId,
        wish: WaitWish,
    ) -> Result<DocumentId, No> {
        let (act, document) = self.may_book(actor, patient, "waiting.begin").await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let today = self.today().await?;
        let (from, until) = wish.days;
        let mut wrong = Vec::new();
        if until < from {
            wrong.push(Wrong::new("until", "The last day lies before the first."));
        }
        if until < today {
            wrong.push(Wrong::new("until", "Choose a last day that is still to come."));
        }
        if until > today.saturating_add(WAIT_DAYS_MAX.days()) {
            wrong.push(Wrong::new("until", "Choose a last day within a year."));
        }
        if wish.between.is_some_and(|(from, until)| from >= until) {
            wrong.push(Wrong::new("between", "The time of day ends before it begins."));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        if is_booked(&story, wish.purpose, &[]) {
            return Err(No::Closed("This session is booked already. Move that visit instead."));
        }
        if let Some(known) = self.waiting_of(patient, wish.purpose).await? {
            let waiting = waiting(&wish, known.since);
            let draft = Draft::new(act, "waiting.begin", document);
            self.commit(actor, draft.change(&known, Change::Write, &waiting)?).await?;
            return Ok(known.id);
        }
        let id: DocumentId = self.vault.new_id()?;
        let draft = Draft::new(act, "waiting.begin", document)
            .begin(id, Owner::Patient(patient), &waiting(&wish, self.now()))?
            .tokens(id, FieldTokens::OPEN, self.waiting_token().into_iter().collect());
        self.commit(actor, draft).await?;
        Ok(id)
    }

    /// Notes that somebody waits no more.
    pub async fn end_waiting(&self, actor: &Actor, waiting: DocumentId) -> Result<(), No> {
        let seen = self.vault.head::<Waiting>(waiting).await?.ok_or(No::NotFound)?;
        let patient = seen.patient().ok_or(No::NotFound)?;
        let act = if actor.patient() == Some(patient) { Act::Own } else { Act::Book };
        self.allow(actor, act, "waiting.end", Some(waiting)).await?;
        self.close(actor, (act, "waiting.end"), &seen, WaitingState::Ended { at: self.now() }).await
    }

    /// Lets somebody wait again who was taken off the list by mistake.
    pub async fn wait_again(&self, actor: &Actor, waiting: DocumentId) -> Result<(), No> {
        let seen = self.vault.head::<Waiting>(waiting).await?.ok_or(No::NotFound)?;
        self.allow(actor, Act::Book, "waiting.begin", Some(waiting)).await?;
        let again = Waiting { state: WaitingState::Waits, ..seen.document.clone() };
        let draft = Draft::new(Act::Book, "waiting.begin", waiting)
            .change(&seen, Change::Write, &again)?
            .tokens(waiting, FieldTokens::OPEN, self.waiting_token().into_iter().collect());
        self.commit(actor, draft).await
    }

    /// Everybody who waits, who waits longest first, each with the first time that they could have now.
    pub async fn waiting(&self, actor: &Actor) -> Result<Vec<Waits>, No> {
        self.allow(actor, Act::Book, "waiting.open", None).await?;
        let mut list = Vec::new();
        for (story, waiting) in self.all_waiting().await? {
            let held = crate::visits::calendar_held(person::patient_of(story.patient.id));
            let wish = wish_of(&waiting);
            let beside = Beside { moving: &held, wanted: &[] };
            let sought = Sought { story: &story, purpose: waiting.purpose, beside, wish: &wish };
            let from = waiting.from.max(self.today().await?);
            let days = from.until(waiting.until).map_or(0, |span| span.get_days());
            let found = match self.find(sought, (from, days.saturating_add(1))).await {
                Ok(found) => found,
                Err(No::Closed(why)) => crate::visits::FreeStarts {
                    why_not: vec![why.to_owned()],
                    ..crate::visits::FreeStarts::default()
                },
                Err(no) => return Err(no),
            };
            let patient = permitted(actor, story.patient);
            let (first, why_not) = (found.starts.into_iter().next(), found.why_not);
            list.push(Waits { waiting, patient, first, why_not });
        }
        self.note(Some(actor), "waiting.open", None, "done").await?;
        Ok(list)
    }

    /// Who of those who wait could have the time of a visit that was called off or moved away.
    pub async fn offers(&self, actor: &Actor, freed: &Visit) -> Result<Vec<Offer>, No> {
        self.allow(actor, Act::Book, "waiting.open", None).await?;
        if freed.until <= self.now() {
            return Ok(Vec::new());
        }
        let day = crate::day_of(&*self.clinic().await?, freed.from);
        let days = crate::calendar::Days { from: day, to: day };
        let (mut asked, mut who) = (Vec::new(), Vec::new());
        let held = Vec::new();
        let beside = Beside { moving: &held, wanted: &[] };
        let mut calendar = None;
        for (story, waiting) in self.all_waiting().await? {
            let wish = Wish { site: Some(freed.site), ..wish_of(&waiting) };
            let sought = Sought { story: &story, purpose: waiting.purpose, beside, wish: &wish };
            let request = self.request_on(&mut calendar, &sought, days).await?;
            let fits = waiting.from <= day && day <= waiting.until;
            if let Some(request) = request.filter(|_| fits) {
                asked.push(request);
                who.push((story, waiting));
            }
        }
        let Some(calendar) = calendar else { return Ok(Vec::new()) };
        let Some((site, _)) = calendar.site(freed.site) else { return Ok(Vec::new()) };
        let span = Span { from: minute(freed.from), to: minute(freed.until) };
        let mut who: Vec<Option<(Story, Opened<Waiting>)>> = who.into_iter().map(Some).collect();
        let mut offers = Vec::new();
        for offer in replan::offers(&calendar.model, site, span, &asked) {
            let service = asked.get(offer.waiting).map(|request| request.service);
            let start = service.and_then(|service| calendar.start(service, &offer.visit));
            let found = who.get_mut(offer.waiting).and_then(Option::take);
            let (Some(start), Some((story, waiting))) = (start, found) else { continue };
            if start.at < self.now() {
                continue;
            }
            let patient = permitted(actor, story.patient);
            let beside_the_others = offer.beside_the_others;
            offers.push(Offer { waiting, patient, start, beside_the_others });
        }
        self.note(Some(actor), "waiting.open", None, "done").await?;
        Ok(offers)
    }

    /// Books a time for somebody who waits, and takes them off the list.
    pub async fn book_waiting(
        &self,
        actor: &Actor,
        waiting: DocumentId,
        start: &Start,
    ) -> Result<Booking<DocumentId>, No> {
        let seen = self.vault.head::<Waiting>(waiting).await?.ok_or(No::NotFound)?;
        let patient = seen.patient().ok_or(No::NotFound)?;
        let wanted = [Wanted::start(seen.purpose, start)];
        let visit = match self.book_visits(actor, patient, &wanted).await? {
            Booking::Done(ids) => ids.into_iter().next().ok_or(No::NotFound)?,
            Booking::Taken { purpose, next } => return Ok(Booking::Taken { purpose, next }),
        };
        let state = WaitingState::Booked { visit };
        self.close(actor, (Act::Book, "waiting.end"), &seen, state).await?;
        Ok(Booking::Done(visit))
    }

    async fn close(
        &self,
        actor: &Actor,
        (act, action): (Act, &'static str),
        seen: &Opened<Waiting>,
        state: WaitingState,
    ) -> Result<(), No> {
        let ended = Waiting { state, ..seen.document.clone() };
        let draft = Draft::new(act, action, seen.id).change(seen, Change::Write, &ended)?.tokens(
            seen.id,
            FieldTokens::OPEN,
            BTreeSet::new(),
        );
        self.commit(actor, draft).await
    }

    fn waiting_token(&self) -> Option<[u8; 16]> {
        self.vault.tokens().open.exact(Waiting::KIND).map(percuta_seal::Token::bytes)
    }

    async fn waiting_of(
        &self,
        patient: PatientId,
        purpose: Purpose,
    ) -> Result<Option<Opened<Waiting>>, No> {
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(None) };
        let mut all = folder.all::<Waiting>()?.into_iter();
        Ok(all.find(|one| one.purpose == purpose && one.state == WaitingState::Waits))
    }

    /// Everybody who waits for something that is still to come and not booked meanwhile.
    async fn all_waiting(&self) -> Result<Vec<(Story, Opened<Waiting>)>, No> {
        let Some(token) = self.waiting_token() else { return Ok(Vec::new()) };
        let today = self.today().await?;
        let mut all = Vec::new();
        for (patient, folder) in self.vault.folders_with(&code(FieldTokens::OPEN), token).await? {
            for waiting in folder.all::<Waiting>()? {
                let Some(story) = Story::of(&folder, patient)? else { continue };
                let waits = waiting.state == WaitingState::Waits && waiting.until >= today;
                if waits && !is_booked(&story, waiting.purpose, &[]) {
                    all.push((story, waiting));
                }
            }
        }
        all.sort_by_key(|(_, waiting)| (waiting.since, waiting.id));
        Ok(all)
    }
}

fn waiting(wish: &WaitWish, since: jiff::Timestamp) -> Waiting {
    Waiting {
        purpose: wish.purpose,
        from: wish.days.0,
        until: wish.days.1,
        between: wish.between,
        weekdays: wish.weekdays.clone(),
        since,
        note: wish.note.trim().to_owned(),
        state: WaitingState::Waits,
    }
}

fn wish_of(waiting: &Waiting) -> Wish {
    Wish { site: None, with: None, between: waiting.between, weekdays: waiting.weekdays.clone() }
}
