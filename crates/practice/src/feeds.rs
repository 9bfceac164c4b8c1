//! Calendar feeds: the list of somebody's own appointments, behind an address that a calendar of theirs reads again and
//! again.
//!
//! ```text
//! /calendar/{secret} ── hash ── token ──▶ Feed ──▶ person ──┬── patient: their visits
//!                                                           └── member: the times for which visits hold them
//! ```
//!
//! The address is the key: no cookie and no password goes with it, because calendars have none. It is 32 random bytes, of
//! which the record keeps the hash; it is shown once, opens nothing but this list, and lives until it is renewed or ended.
//! Nothing can be changed through it.
//!
//! INVARIANT (one way in): a secret that was never given, one that was renewed or ended, and one whose person was erased or
//! has left are one answer, found by the same questions to the store.
//!
//! PRIVACY: whoever hosts a calendar reads what a feed says, and often keeps it. Unless the person chose otherwise a feed
//! says that there are appointments, and when. A member's feed never holds a name: at most initials.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use percuta_calendar_codec::{Event, Feed as Written, Title};
use percuta_chart::{
    Stored as _,
    calendar::Site,
    clinic::Clinic,
    course::Course,
    feed::{Feed, FeedState, FeedTitle, document_of_feed},
    person::{self, Patient},
    stored::code,
    visit::{Visit, VisitState},
};
use percuta_record::{Change, DocumentId, Moment, Owner, PatientId, PersonId};
use percuta_seal::hex;

use crate::{
    Practice,
    account::{Label, Secret},
    actor::{Act, Actor, Who},
    audit::time,
    invitations::{Around, Says, event, purpose, unwritable},
    refusal::No,
    vault::{FieldTokens, Opened, bytes},
    writing::Draft,
};

/// A feed goes back so many days, and what was called off stays in it for as many.
const DAYS_BACK: i64 = 30;
/// It goes ahead so many days.
const DAYS_AHEAD: i64 = 366;
/// It lists so many appointments at most: those that are nearest to now.
const EVENTS_MAX: usize = 2_000;
/// So many visits that were changed lately are looked through for those that were called off.
const LOOKED_THROUGH_MAX: usize = 5_000;
/// So many are read at a time.
const READ: u32 = 200;
/// After so many minutes a calendar should look again.
const REFRESH_MIN: u32 = 60;
/// A feed is read so often in a minute; calendars read one a few times a day.
const READS_A_MINUTE: u32 = 20;
/// The first read of a day is audited, and from then on every one of so many.
const AUDITED_EVERY: u64 = 100;

/// How somebody's feed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedStanding {
    /// They have none, or ended it.
    None,
    /// A calendar can read it.
    Open {
        /// What it says.
        title: FeedTitle,
        /// Since when it has its address.
        since: Timestamp,
    },
}

/// A feed as a calendar reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The appointments.
    pub bytes: Vec<u8>,
    /// When anything in it was last changed.
    pub changed: Timestamp,
}

impl Practice {
    /// How somebody's own feed stands.
    pub async fn own_feed(&self, actor: &Actor) -> Result<FeedStanding, No> {
        let id = document_of_feed(actor.person);
        self.allow(actor, act_of(actor), "feed.open", Some(id)).await?;
        Ok(match self.vault.head::<Feed>(id).await?.map(|feed| feed.document) {
            Some(Feed { title, state: FeedState::Open { since, .. }, .. }) => {
                FeedStanding::Open { title, since }
            }
            Some(Feed { state: FeedState::Ended { .. }, .. }) | None => FeedStanding::None,
        })
    }

    /// Gives somebody's feed a new secret, and begins it where there was none. The old one opens nothing from then on. The
    /// secret is shown once.
    pub async fn begin_feed(&self, actor: &Actor, title: FeedTitle) -> Result<Secret, No> {
        let id = document_of_feed(actor.person);
        self.allow(actor, act_of(actor), "feed.begin", Some(id)).await?;
        let secret = self.new_secret()?;
        let secret_sha256 = hex::write(&secret.hash(Label::Feed));
        let token = bytes(self.vault.tokens().feed.exact(&secret_sha256));
        let state = FeedState::Open { secret_sha256, since: self.now() };
        let feed = Feed { person: actor.person, title, state };
        let draft = Draft::new(act_of(actor), "feed.begin", id);
        let draft = match self.vault.head::<Feed>(id).await? {
            Some(seen) => draft.change(&seen, Change::Write, &feed)?,
            None => draft.begin(id, owner_of(actor), &feed)?,
        };
        self.commit(actor, draft.tokens(id, FieldTokens::FEED, token)).await?;
        Ok(secret)
    }

    /// Changes what somebody's feed says. Its address stays.
    pub async fn entitle_feed(&self, actor: &Actor, title: FeedTitle) -> Result<(), No> {
        let id = document_of_feed(actor.person);
        self.allow(actor, act_of(actor), "feed.entitle", Some(id)).await?;
        let seen = self.vault.head::<Feed>(id).await?.ok_or(No::NotFound)?;
        let FeedState::Open { .. } = seen.state else { return Err(No::NotFound) };
        let feed = Feed { title, ..seen.document.clone() };
        let draft = Draft::new(act_of(actor), "feed.entitle", id);
        self.commit(actor, draft.change(&seen, Change::Write, &feed)?).await
    }

    /// Ends somebody's feed.
    pub async fn end_feed(&self, actor: &Actor) -> Result<(), No> {
        let id = document_of_feed(actor.person);
        self.allow(actor, act_of(actor), "feed.end", Some(id)).await?;
        self.close_feed(actor, act_of(actor), id).await
    }

    /// Ends a feed that is open; of another there is nothing to end.
    pub(crate) async fn close_feed(
        &self,
        actor: &Actor,
        act: Act,
        id: DocumentId,
    ) -> Result<(), No> {
        let Some(seen) = self.vault.head::<Feed>(id).await? else { return Ok(()) };
        let FeedState::Open { .. } = seen.state else { return Ok(()) };
        let feed = Feed { state: FeedState::Ended { at: self.now() }, ..seen.document.clone() };
        let draft = Draft::new(act, "feed.end", id).change(&seen, Change::Write, &feed)?;
        self.commit(actor, draft.tokens(id, FieldTokens::FEED, BTreeSet::new())).await
    }

    /// The feed behind a secret. `from` is where the request came from; it is only counted.
    pub async fn read_feed(&self, secret: &str, from: &str) -> Result<Listed, No> {
        let (now, place) = (self.now(), format!("feed from {from}"));
        let found = self.feed_behind(secret).await?;
        let Some((feed, actor)) = found else {
            // Only who asks for what is not there is slowed down: others may come from the same place.
            if let Some(seconds) = self.attempts.wait(&place, now) {
                return Err(No::Wait { seconds });
            }
            self.attempts.failed(&place, now);
            return Err(No::NotFound);
        };
        let count = self.reads.count(feed.id, now);
        if count == Count::TooMany {
            return Err(No::Wait { seconds: 60 });
        }
        let listed = self.listed(&feed, &actor).await?;
        if count == Count::Audited {
            self.note(None, "feed.read", Some(feed.id), "done").await?;
        }
        Ok(listed)
    }

    /// The open feed behind a secret, and whose it is.
    async fn feed_behind(&self, secret: &str) -> Result<Option<(Opened<Feed>, Actor)>, No> {
        // What is no secret is asked for as one that nobody has.
        let hash = Secret::read(secret).map_or([0; 32], |secret| secret.hash(Label::Feed));
        let wanted = hex::write(&hash);
        let tokens = bytes(self.vault.tokens().feed.exact(&wanted));
        let field = code(FieldTokens::FEED);
        for sealed in self.vault.store().find_heads(&field, &tokens, None, 8).await? {
            let Some(feed) = self.vault.open_one::<Feed>(sealed).await? else { continue };
            let FeedState::Open { secret_sha256, .. } = &feed.state else { continue };
            if *secret_sha256 != wanted {
                continue;
            }
            let actor = self.actor(feed.person).await?;
            let actor = actor.filter(|actor| actor.may(act_of(actor)));
            return Ok(actor.map(|actor| (feed, actor)));
        }
        Ok(None)
    }

    async fn listed(&self, feed: &Opened<Feed>, actor: &Actor) -> Result<Listed, No> {
        let span = Span::around(self.now());
        let says = match feed.title {
            FeedTitle::Private => Says::Nothing,
            FeedTitle::Says => Says::Everything,
        };
        let clinic = self.clinic().await?;
        let mut events = match actor.who {
            Who::Patient(patient) => self.of_patient(patient, (&clinic, says), span).await?,
            Who::Member { .. } => self.of_member(actor.person, (&clinic, says), span).await?,
        };
        events.sort_by_key(|event| (away(event.from, span.now), event.uid.clone()));
        events.truncate(EVENTS_MAX);
        events.sort_by(|one, other| (one.from, &one.uid).cmp(&(other.from, &other.uid)));
        let newest = events.iter().map(|event| event.updated).max();
        let changed = time(feed.contribution.at).max(newest.unwrap_or(Timestamp::MIN));
        let name = match says {
            Says::Everything => Title::Says(clinic.name.clone()),
            Says::Nothing => Title::Private,
        };
        let written = Written { name, events, refresh_minutes: REFRESH_MIN };
        let bytes = percuta_calendar_codec::feed(&written).map_err(unwritable)?;
        Ok(Listed { bytes, changed })
    }

    /// A patient's own visits.
    async fn of_patient(
        &self,
        patient: PatientId,
        (clinic, says): (&Clinic, Says),
        span: Span,
    ) -> Result<Vec<Event>, No> {
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let sites = self.every_site().await?;
        let listed = story.visits.iter().filter(|visit| span.lists(visit));
        let event = |visit: &Opened<Visit>| {
            let site = site_of(&sites, visit);
            event(visit, Around { clinic, site, courses: &story.courses }, says)
        };
        Ok(listed.map(event).collect())
    }

    /// The times for which visits hold a member.
    async fn of_member(
        &self,
        member: PersonId,
        (clinic, says): (&Clinic, Says),
        span: Span,
    ) -> Result<Vec<Event>, No> {
        let sites = self.every_site().await?;
        let mut visits = self.held_by(member, span).await?;
        visits.extend(self.called_off(member, span).await?);
        let (mut events, mut known) = (Vec::new(), BTreeMap::new());
        for visit in visits.into_iter().filter(|visit| span.lists(visit)) {
            let Some(patient) = visit.patient() else { continue };
            let title = match says {
                Says::Nothing => Title::Private,
                Says::Everything => {
                    if let std::collections::btree_map::Entry::Vacant(free) = known.entry(patient) {
                        free.insert(self.told_of(patient).await?);
                    }
                    let (name, courses) = known.get(&patient).cloned().unwrap_or_default();
                    Title::Says(format!("{name}, {}", purpose(visit.purpose, &courses)))
                }
            };
            let site = site_of(&sites, &visit);
            events.extend(held_events(&visit, member, (clinic, site), &title));
        }
        Ok(events)
    }

    /// The visits that stand and hold a member, those nearest to now where there are too many.
    async fn held_by(&self, member: PersonId, span: Span) -> Result<Vec<Opened<Visit>>, No> {
        let resource = person::document_of_member(member);
        let (from, until) = (moment(span.from), moment(span.until));
        let mut reserved = self.vault.store().reserved(from, until, Some(resource)).await?;
        reserved.sort_by_key(|one| away(time(one.place.from), span.now));
        let mut seen = BTreeSet::new();
        reserved.retain(|one| seen.insert(one.document));
        reserved.truncate(EVENTS_MAX);
        let documents: Vec<DocumentId> = reserved.into_iter().map(|one| one.document).collect();
        let mut visits = Vec::with_capacity(documents.len());
        for sealed in self.vault.store().heads(&documents).await? {
            // What is kept while somebody chooses holds a member too, and is no visit.
            visits.extend(self.vault.open_one::<Visit>(sealed).await?);
        }
        visits.retain(|visit| !matches!(visit.state, VisitState::Cancelled { .. }));
        Ok(visits)
    }

    /// The visits that were called off lately and would have held a member: they hold nobody any more, so that they are
    /// found among what was changed last.
    async fn called_off(&self, member: PersonId, span: Span) -> Result<Vec<Opened<Visit>>, No> {
        let (mut found, mut before, mut looked) = (Vec::new(), None, 0);
        while looked < LOOKED_THROUGH_MAX {
            let page = self.vault.store().list(&Visit::kind(), before, READ).await?;
            let is_last = page.len() < usize::try_from(READ).unwrap_or(usize::MAX);
            for sealed in page {
                if time(sealed.contribution.at) < span.from {
                    return Ok(found);
                }
                (before, looked) = (Some(sealed.cursor()), looked + 1);
                let visit = self.vault.open_one::<Visit>(sealed).await?;
                found.extend(visit.filter(|visit| {
                    matches!(visit.state, VisitState::Cancelled { .. })
                        && !held(visit, member).is_empty()
                }));
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    /// A patient's initials and courses, which is all that a member's feed says of them.
    async fn told_of(&self, patient: PatientId) -> Result<(String, Vec<Opened<Course>>), No> {
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(<_>::default()) };
        let about = folder.one::<Patient>(person::document_of(patient))?;
        let name = about.map(|about| initials(&about.name)).unwrap_or_default();
        Ok((name, folder.all()?))
    }
}

/// What is listed: the time around now.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Timestamp,
    now: Timestamp,
    until: Timestamp,
}

impl Span {
    fn around(now: Timestamp) -> Self {
        let days = |days: i64| SignedDuration::from_hours(days.saturating_mul(24));
        Self {
            from: now.saturating_sub(days(DAYS_BACK)).unwrap_or(Timestamp::MIN),
            now,
            until: now.saturating_add(days(DAYS_AHEAD)).unwrap_or(Timestamp::MAX),
        }
    }

    fn lists(self, visit: &Visit) -> bool {
        let is_near = self.from <= visit.until && visit.from <= self.until;
        is_near
            && match visit.state {
                // It stays long enough for every calendar to take it out.
                VisitState::Cancelled { at, .. } => self.from <= at,
                VisitState::Booked
                | VisitState::Arrived { .. }
                | VisitState::Done { .. }
                | VisitState::NoShow { .. } => true,
            }
    }
}

/// What somebody does with their feed: a patient's is theirs, and a member's says no more than the day's board.
fn act_of(actor: &Actor) -> Act {
    match actor.who {
        Who::Patient(_) => Act::Own,
        Who::Member { .. } => Act::SeeDay,
    }
}

fn owner_of(actor: &Actor) -> Owner {
    match actor.who {
        Who::Patient(patient) => Owner::Patient(patient),
        Who::Member { .. } => Owner::Clinic,
    }
}

fn moment(at: Timestamp) -> Moment {
    Moment(at.as_microsecond())
}

fn away(at: Timestamp, now: Timestamp) -> SignedDuration {
    at.duration_since(now).abs()
}

fn site_of<'s>(sites: &'s [Opened<Site>], visit: &Visit) -> Option<&'s Site> {
    sites.iter().find(|site| site.id == visit.site).map(|site| &site.document)
}

/// When a visit holds a member: parts that follow one another without a gap are one time.
fn held(visit: &Visit, member: PersonId) -> Vec<(Timestamp, Timestamp)> {
    let mut times: Vec<(Timestamp, Timestamp)> = Vec::new();
    for phase in visit.phases.iter().filter(|phase| phase.staff == Some(member)) {
        match times.last_mut() {
            Some((_, until)) if *until >= phase.from => *until = phase.until.max(*until),
            Some(_) | None => times.push((phase.from, phase.until)),
        }
    }
    times.retain(|(from, until)| from < until);
    times
}

/// The times for which a visit holds a member, as appointments of theirs: the patient's own has another id, because it
/// has other times.
fn held_events(
    visit: &Opened<Visit>,
    member: PersonId,
    (clinic, site): (&Clinic, Option<&Site>),
    title: &Title,
) -> Vec<Event> {
    // The words and the place come from here; the rest is as the patient's appointment is written.
    let whole = event(visit, Around { clinic, site, courses: &[] }, Says::Nothing);
    let place = site.map_or(clinic.name.as_str(), |site| site.name.as_str());
    let one = |(number, (from, until)): (usize, (Timestamp, Timestamp))| Event {
        uid: format!("{}.{member}.{}@visit.percuta", visit.id, number.saturating_add(1)),
        from,
        until,
        title: title.clone(),
        location: place.to_owned(),
        words: Vec::new(),
        ..whole.clone()
    };
    held(visit, member).into_iter().enumerate().map(one).collect()
}

/// The first letters of a name: at most the first and the last.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.last();
    let letters = first.into_iter().chain(last);
    letters.map(|letter| format!("{}.", letter.to_uppercase())).collect::<Vec<_>>().join(" ")
}

/// What to do about one more read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// It is answered.
    Plain,
    /// It is answered and audited.
    Audited,
    /// It is one too many.
    TooMany,
}

/// How often feeds were read today, in this process.
#[derive(Debug, Default)]
pub(crate) struct Reads(Mutex<BTreeMap<DocumentId, Counted>>);

/// How often one feed was read.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    day: i64,
    in_day: u64,
    minute: i64,
    in_minute: u32,
}

impl Reads {
    fn count(&self, feed: DocumentId, now: Timestamp) -> Count {
        let (day, minute) = (now.as_second().div_euclid(86_400), now.as_second().div_euclid(60));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.get(&feed).is_none_or(|counted| counted.day != day) {
            known.retain(|_, counted| counted.day == day);
        }
        let counted = known.entry(feed).or_insert(Counted { day, minute, ..Counted::default() });
        if counted.minute != minute {
            (counted.minute, counted.in_minute) = (minute, 0);
        }
        if counted.in_minute >= READS_A_MINUTE {
            return Count::TooMany;
        }
        counted.in_minute = counted.in_minute.saturating_add(1);
        counted.in_day = counted.in_day.saturating_add(1);
        if counted.in_day % AUDITED_EVERY == 1 { Count::Audited } else { Count::Plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_and_the_last() {
        assert_eq!(initials("Nora Invented"), "N. I.");
        assert_eq!(initials(" åsa  maria van Invented "), "Å. I.");
        assert_eq!(initials("Nora"), "N.");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn the_first_read_of_a_day_is_audited_and_a_minute_has_a_limit() {
        let (reads, feed) = (Reads::default(), DocumentId::from_bytes([1; 16]));
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(reads.count(feed, at(0)), Count::Audited);
        for _ in 1..READS_A_MINUTE {
            assert_eq!(reads.count(feed, at(59)), Count::Plain);
        }
        assert_eq!(reads.count(feed, at(59)), Count::TooMany);
        // Another feed is not held up by it.
        assert_eq!(reads.count(DocumentId::from_bytes([2; 16]), at(59)), Count::Audited);
        let later = (21..=101).map(|number| reads.count(feed, at(60 * number)));
        let audited: Vec<bool> = later.map(|count| count == Count::Audited).collect();
        assert_eq!(audited.iter().filter(|is| **is).count(), 1);
        assert_eq!(audited.last(), Some(&true), "the hundred and first");
        assert_eq!(reads.count(feed, at(86_400)), Count::Audited);
    }
}
