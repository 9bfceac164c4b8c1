//! Letters about visits: that one is booked, moved or called off, and that it is near.
//!
//! What is due is a job beside the record, written with the booking or not at all. What a letter says is made when it goes
//! out, of the visit as it is then.
//!
//! INVARIANT (no stale reminder): a reminder is made only for a visit that is booked and begins when the reminder was
//! meant to remind of, and a letter only for a version that no letter was about. So nobody is reminded of a visit that was
//! moved or called off, however late the job is done, and nobody twice.
//!
//! PRIVACY: letters travel in the open. Unless the clinic chose otherwise they say that there is an appointment, when, and
//! whom to call; never what it is for.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
pub use percuta_calendar_codec::event::Mailbox;
use percuta_calendar_codec::event::Parties;
use percuta_chart::{
    calendar::{Site, Told, document_of_told},
    clinic::{Clinic, LetterTitle},
    person::Patient,
    stored::code,
    visit::{Visit, VisitState},
};
use percuta_record::{
    Change, DocumentId, JobId, Moment, Owner,
    model::{Claim, Ending},
};

use crate::{
    Practice,
    actor::{Act, Actor},
    invitations::{Says, purpose},
    patients::Story,
    refusal::No,
    vault::Opened,
    writing::Draft,
};

/// The job that tells of a visit as it is.
pub(crate) const ABOUT: &str = "letter-about";
/// The job that reminds of a visit.
pub(crate) const REMIND: &str = "letter-remind";
/// Whoever takes a letter has so long to send it.
const SENDING_MIN: i64 = 5;
/// A reminder that could not go out in time goes out so much later at most, and never after the visit has begun.
const LATE_HOURS: i64 = 12;
/// What could not be sent is tried again after so many minutes, and each time after as many again.
const AGAIN_MIN: i64 = 10;
/// After so many attempts a letter is given up.
const ATTEMPTS_MAX: u32 = 6;

/// A letter that is to be sent now.
#[derive(Debug)]
pub struct Letter {
    /// To whom.
    pub to: Mailbox,
    /// From whom.
    pub from: Mailbox,
    /// Its subject.
    pub subject: String,
    /// Its words.
    pub text: String,
    /// The appointment, where it says something new.
    pub invitation: Option<Invitation>,
    claim: Claim,
    told: Told,
    visit: DocumentId,
}

/// The appointment that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// As a calendar reads it.
    pub bytes: Vec<u8>,
    /// `REQUEST`, or `CANCEL` where it is called off.
    pub method: &'static str,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It was handed over to be delivered.
    Done,
    /// It was not, and may be tried again.
    Failed,
}

/// What is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    About,
    Reminder { hours: u16 },
}

impl Practice {
    /// Lets letters be written, because there is somebody who sends them.
    #[must_use]
    pub fn with_letters(mut self) -> Self {
        self.has_post = true;
        self
    }

    /// Whether there is somebody who sends letters.
    pub fn sends_letters(&self) -> bool {
        self.has_post
    }

    /// With the jobs that tell of a visit and remind of it.
    pub(crate) fn with_letters_about(
        &self,
        draft: Draft,
        clinic: &Clinic,
        (id, visit): (DocumentId, &Visit),
    ) -> Result<Draft, No> {
        if !self.has_post || clinic.letters.from.is_none() {
            return Ok(draft);
        }
        let mut draft = draft.job(self.vault.new_id()?, ABOUT, id, self.moment());
        if visit.state == VisitState::Booked {
            for hours in &clinic.letters.remind_hours {
                let at = reminds_at(visit.from, *hours);
                if at > self.now() {
                    let job: JobId = self.vault.new_id()?;
                    draft = draft.job(job, REMIND, id, Moment(at.as_microsecond()));
                }
            }
        }
        Ok(draft)
    }

    /// The next letter that is to go out. Whoever takes it says what became of it with [`Self::letter`].
    pub async fn next_letter(&self) -> Result<Option<Letter>, No> {
        if !self.has_post {
            return Ok(None);
        }
        for kind in [ABOUT, REMIND] {
            let until = self.now().saturating_add(SignedDuration::from_mins(SENDING_MIN));
            let until = Moment(until.unwrap_or(Timestamp::MAX).as_microsecond());
            while let Some(claim) =
                self.vault.store().claim(&code(kind), self.moment(), until).await?
            {
                match self.letter_for(claim.clone()).await? {
                    Some(letter) => return Ok(Some(letter)),
                    // It is no longer true, or nobody is to be written to.
                    None => self.end(&claim, Ending::Finish).await?,
                }
            }
        }
        Ok(None)
    }

    /// Notes what became of a letter.
    pub async fn letter(&self, letter: &Letter, sent: Sent) -> Result<(), No> {
        match sent {
            Sent::Done => {
                self.tell(letter).await?;
                self.end(&letter.claim, Ending::Finish).await
            }
            Sent::Failed if letter.claim.attempt >= ATTEMPTS_MAX => {
                let about = Some(letter.visit);
                self.note(Some(&Actor::program()), "letter.send", about, "failed").await?;
                self.end(&letter.claim, Ending::Finish).await
            }
            Sent::Failed => {
                let wait = AGAIN_MIN.saturating_mul(i64::from(letter.claim.attempt));
                let from = self.now().saturating_add(SignedDuration::from_mins(wait));
                let from = Moment(from.unwrap_or(Timestamp::MAX).as_microsecond());
                self.end(&letter.claim, Ending::Retry { from }).await
            }
        }
    }

    async fn end(&self, claim: &Claim, ending: Ending) -> Result<(), No> {
        // Whoever lost the claim was too slow; the letter is then looked at again by whoever has it.
        let _held = self.vault.store().end(claim.id, claim.attempt, ending).await?;
        Ok(())
    }

    async fn tell(&self, letter: &Letter) -> Result<(), No> {
        let seen = self.vault.head::<Told>(document_of_told(letter.visit)).await?;
        let owner = match self.vault.head::<Visit>(letter.visit).await? {
            Some(visit) => visit.owner,
            None => return Ok(()),
        };
        let draft = Draft::new(Act::Book, "letter.send", letter.visit);
        let draft = match &seen {
            Some(seen) => draft.change(seen, Change::Write, &letter.told)?,
            None => draft.begin(document_of_told(letter.visit), owner, &letter.told)?,
        };
        self.commit(&Actor::program(), draft).await
    }

    /// The letter that a job asks for, where it is still to be written.
    async fn letter_for(&self, claim: Claim) -> Result<Option<Letter>, No> {
        let clinic = self.clinic().await?;
        let Some(visit) = self.vault.head::<Visit>(claim.document).await? else { return Ok(None) };
        let Owner::Patient(patient) = visit.owner else { return Ok(None) };
        let Some(story) = self.gather(patient).await? else { return Ok(None) };
        let told = self.vault.head::<Told>(document_of_told(visit.id)).await?;
        let mut told = told.map(|told| told.document).unwrap_or_default();
        let Some(from) = clinic.letters.from.clone() else { return Ok(None) };
        let Some(address) = story.patient.email.clone().filter(|to| !to.is_empty()) else {
            return Ok(None);
        };
        let kind = claim.kind.as_str().to_owned();
        let Some(what) = what(&kind, (&visit, &clinic), &told, self.now()) else { return Ok(None) };
        match what {
            What::About => told.version = Some(visit.version.number()),
            What::Reminder { hours } => {
                told.reminded.insert((visit.from, hours));
            }
        }
        let says = match clinic.letters.title {
            LetterTitle::Private => Says::Nothing,
            LetterTitle::Says => Says::Everything,
        };
        let to = Mailbox { name: story.patient.name.clone(), address };
        let from = Mailbox { name: clinic.name.clone(), address: from };
        let parties = Parties { organizer: from.clone(), attendee: to.clone() };
        let invitation = match what {
            What::Reminder { .. } => None,
            What::About => Some(Invitation {
                bytes: self.invitation_of(&story, (&visit, says), &parties).await?,
                method: if is_called_off(&visit) { "CANCEL" } else { "REQUEST" },
            }),
        };
        let sites = self.sites().await?;
        let site = sites.iter().find(|site| site.id == visit.site).map(|site| &site.document);
        let (subject, text) = words(what, &visit, (&clinic, site), (&story, says));
        let id = visit.id;
        Ok(Some(Letter { to, from, subject, text, invitation, claim, told, visit: id }))
    }
}

fn reminds_at(from: Timestamp, hours: u16) -> Timestamp {
    let before = SignedDuration::from_hours(i64::from(hours));
    from.saturating_sub(before).unwrap_or(Timestamp::MIN)
}

/// What there is to say about a visit now, if anything.
fn what(
    kind: &str,
    (visit, clinic): (&Opened<Visit>, &Clinic),
    told: &Told,
    now: Timestamp,
) -> Option<What> {
    if visit.from <= now {
        return None;
    }
    if kind == ABOUT {
        let is_new = told.version.is_none_or(|version| version < visit.version.number());
        // Somebody who was never told of a visit is not told that it is called off.
        let is_known = told.version.is_some() || !is_called_off(visit);
        let is_to_come = visit.state == VisitState::Booked || is_called_off(visit);
        return (is_new && is_known && is_to_come).then_some(What::About);
    }
    if visit.state != VisitState::Booked {
        return None;
    }
    let late = SignedDuration::from_hours(LATE_HOURS);
    let is_due = |hours: &&u16| {
        let at = reminds_at(visit.from, **hours);
        at <= now
            && now < at.saturating_add(late).unwrap_or(Timestamp::MAX)
            && !told.reminded.contains(&(visit.from, **hours))
    };
    // Of several that are due the nearest is said, and once.
    let due: BTreeSet<u16> = clinic.letters.remind_hours.iter().filter(is_due).copied().collect();
    due.first().map(|hours| What::Reminder { hours: *hours })
}

fn is_called_off(visit: &Visit) -> bool {
    matches!(visit.state, VisitState::Cancelled { .. })
}

fn words(
    what: What,
    visit: &Opened<Visit>,
    (clinic, site): (&Clinic, Option<&Site>),
    (story, says): (&Story, Says),
) -> (String, String) {
    let zone = site.map_or(clinic.time_zone.as_str(), |site| site.time_zone.as_str());
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let (from, until) = (visit.from.to_zoned(zone.clone()), visit.until.to_zoned(zone));
    let day = percuta_terminology::calendar::in_words(from.date());
    let when = format!("{} {day}, {}", from.strftime("%A"), from.strftime("%H:%M"));
    let (subject, first) = match what {
        What::Reminder { .. } => (
            format!("Your appointment on {}", from.strftime("%-d %B")),
            format!("We expect you on {when}."),
        ),
        What::About if is_called_off(visit) => (
            format!("Your appointment on {} is called off", from.strftime("%-d %B")),
            format!("Your appointment on {when} does not take place."),
        ),
        What::About => (
            format!("Your appointment on {}", from.strftime("%-d %B")),
            format!("Your appointment is on {when}."),
        ),
    };
    let mut text = vec![format!("Dear {},", called(&story.patient)), String::new(), first];
    if !is_called_off(visit) {
        text.push(format!("Plan to leave at about {}.", until.strftime("%H:%M")));
        if says == Says::Everything {
            text.push(format!("{}.", purpose(visit.purpose, &story.courses)));
        }
        let place = site.map_or(clinic.name.as_str(), |site| site.name.as_str());
        let address = site.map(|site| site.address.as_str()).filter(|lines| !lines.is_empty());
        text.push(String::new());
        text.push(place.to_owned());
        text.extend(address.unwrap_or(&clinic.address).lines().map(str::to_owned));
    }
    text.push(String::new());
    text.push(format!("To change it, sign in or call {}.", clinic.telephone));
    text.push(clinic.name.clone());
    (subject, text.join("\n"))
}

fn called(patient: &Opened<Patient>) -> &str {
    patient.document.called()
}
