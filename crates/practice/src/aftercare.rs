//! After a session: since when, what is usual now, what to do, and what to leave out until when.
//!
//! Hours count from the end of the session, days on the clinic's calendar; every number and word is the rulebook's.
//! Where two waits are given, the longer one is shown as well. Pure.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::session::Session;
use percuta_clinical::{
    Rulebook,
    book::{Aftercare, Phase, Span},
};

use crate::{patients::Story, vault::Opened};

/// A wait that is not over.
#[derive(Debug, Clone, Copy)]
pub struct NotYet<'b> {
    /// The card.
    pub card: &'b Aftercare,
    /// Until when.
    pub until: Timestamp,
    /// Whether it must, or only had better, be waited for.
    pub is_advice: bool,
}

/// When a session ended: when its last zone was finished, else when its visit was over, else at noon of its day.
pub fn ended(story: &Story, session: &Opened<Session>, zone: &TimeZone) -> Timestamp {
    let zones = session.zones.iter().filter_map(|zone| zone.done).max();
    let visit = story.visits.iter().find(|visit| visit.id == session.visit);
    let noon = || session.on.at(12, 0, 0, 0).to_zoned(zone.clone()).map(|noon| noon.timestamp());
    zones
        .or_else(|| visit.map(|visit| visit.until))
        .or_else(|| noon().ok())
        .unwrap_or_else(|| written(session))
}

fn written(session: &Opened<Session>) -> Timestamp {
    Timestamp::from_microsecond(session.contribution.at.0).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What is not yet allowed, what ends first before what ends last.
pub fn not_yet<'b>(book: &'b Rulebook, ended: Timestamp, now: Timestamp) -> Vec<NotYet<'b>> {
    let after = |hours: Option<f64>| {
        let seconds =
            SignedDuration::try_from_secs_f64(hours.unwrap_or_default() * 3_600.0).ok()?;
        ended.checked_add(seconds).ok().filter(|until| *until > now)
    };
    let mut waits: Vec<NotYet<'b>> = book
        .aftercare
        .iter()
        .filter_map(|card| match (after(card.avoid_hours), after(card.advise_hours)) {
            (Some(until), _) => Some(NotYet { card, until, is_advice: false }),
            (None, Some(until)) => Some(NotYet { card, until, is_advice: true }),
            (None, None) => None,
        })
        .collect();
    waits.sort_by_key(|wait| (wait.until, wait.card.id.clone()));
    waits
}

/// The phases of recovery that a moment falls into; the one for the way of treatment speaks first.
///
/// CLINICAL: phases in hours are counted from the end of the session, phases in days on the calendar.
pub fn phases<'b>(
    book: &'b Rulebook,
    session: &Session,
    ended: Timestamp,
    (now, today): (Timestamp, Date),
) -> Vec<&'b Phase> {
    let hours = now.duration_since(ended).as_secs_f64() / 3_600.0;
    let days = f64::from((today - session.on).get_days());
    let is_now = |phase: &&Phase| match phase.span {
        Span::Hours(from, to) => hours >= from && hours < to,
        Span::Days(from, to) => days >= from && days < to,
        Span::Weeks(from, to) => days >= from * 7.0 && days < to * 7.0,
        Span::Months(..) => false,
    };
    let is_hourly = |phase: &&Phase| matches!(phase.span, Span::Hours(..));
    let is_of_it = |phase: &&Phase| phase.modality.is_none_or(|of| of.word() == session.modality);
    let found = book.phases.iter().filter(is_of_it).filter(is_now);
    let mut phases: Vec<&'b Phase> = found.collect();
    // On the third day both may fit: hours are nearer to the truth than days.
    if phases.iter().any(|phase| is_hourly(phase) && phase.modality.is_none()) {
        phases.retain(|phase| is_hourly(phase) || phase.modality.is_some());
    }
    phases.sort_by_key(|phase| phase.modality.is_none());
    phases
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::{BOOK, Clinic, now};

    fn hours(count: i64) -> Timestamp {
        now().checked_sub(SignedDuration::from_hours(count)).unwrap()
    }

    fn until(ended: Timestamp, card: &str) -> Option<(i64, bool)> {
        let found = not_yet(&BOOK, ended, now()).into_iter().find(|wait| wait.card.id == card)?;
        Some((found.until.duration_since(ended).as_hours(), found.is_advice))
    }

    #[test]
    fn make_up_must_wait_a_day_and_had_better_wait_two() {
        assert_eq!(until(hours(23), "makeup"), Some((24, false)));
        assert_eq!(until(hours(24), "makeup"), Some((48, true)));
        assert_eq!(until(hours(48), "makeup"), None);
    }

    #[test]
    fn what_ends_first_stands_first() {
        let waits = not_yet(&BOOK, hours(1), now());
        assert!(waits.is_sorted_by_key(|wait| wait.until));
        assert_eq!(waits[0].card.id, "cleansing");
        assert!(not_yet(&BOOK, hours(24 * 60), now()).is_empty());
    }

    #[tokio::test]
    async fn there_is_a_phase_for_every_day_of_the_first_six_weeks_and_one_more_after_radiofrequency()
     {
        let clinic = Clinic::open().await;
        let (patient, _) = clinic.patient("Nora Invented").await;
        clinic.treated(patient, 1).await;
        let story = clinic.practice.gather(patient).await.unwrap().unwrap();
        let zone = TimeZone::get("Europe/London").unwrap();
        let session = &story.sessions[0];
        assert_eq!(ended(&story, session, &zone).to_string(), "2026-11-20T12:00:00Z");
        for day in 0..42 {
            let today = session.on.saturating_add(jiff::Span::new().days(day));
            let now = today.at(13, 0, 0, 0).to_zoned(zone.clone()).unwrap().timestamp();
            let ended = ended(&story, session, &zone);
            let found = phases(&BOOK, session, ended, (now, today));
            assert_eq!(found.len(), 1, "day {day}");
        }
        let mut radio = session.document.clone();
        radio.modality = "rf".to_owned();
        let ended = ended(&story, session, &zone);
        let found = phases(&BOOK, &radio, ended, (now(), date(2026, 11, 21)));
        assert_eq!(found.len(), 2);
        assert!(found[0].modality.is_some());
    }
}
