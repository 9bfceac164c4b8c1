//! A visit as an appointment in somebody's calendar.
//!
//! The same visit is the same appointment for ever: its id is the visit's, and every change has a higher number. What it
//! says of treatment is up to who asked for it.

use jiff::{Timestamp, tz::TimeZone};
use percuta_calendar_codec::{Event, State, Title, Unwritable, event::Parties};
use percuta_chart::{
    calendar::Site,
    clinic::Clinic,
    course::Course,
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::DocumentId;

use crate::{
    Practice,
    actor::Actor,
    patients::Story,
    refusal::{Failure, No},
    vault::Opened,
};

/// What an appointment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// What it is for and where.
    Everything,
    /// That there is an appointment.
    Nothing,
}

/// What an appointment is made of, beside the visit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) clinic: &'a Clinic,
    pub(crate) site: Option<&'a Site>,
    pub(crate) courses: &'a [Opened<Course>],
}

/// A visit as an appointment. `title` says it in words; without one it is private.
pub(crate) fn event(visit: &Opened<Visit>, around: Around<'_>, says: Says) -> Event {
    let Around { clinic, site, courses } = around;
    let zone = site.map_or(clinic.time_zone.as_str(), |site| site.time_zone.as_str());
    let place = site.map_or(clinic.name.as_str(), |site| site.name.as_str());
    let address = site.map(|site| site.address.as_str()).filter(|address| !address.is_empty());
    let address = address.unwrap_or(&clinic.address);
    let location: Vec<&str> = std::iter::once(place).chain(address.lines()).collect();
    let title = match says {
        Says::Everything => {
            Title::Says(format!("{}, {}", purpose(visit.purpose, courses), clinic.name))
        }
        Says::Nothing => Title::Private,
    };
    Event {
        uid: format!("{}@visit.percuta", visit.id),
        sequence: visit.version.number().saturating_sub(1),
        state: match visit.state {
            VisitState::Cancelled { .. } => State::Cancelled,
            VisitState::Booked
            | VisitState::Arrived { .. }
            | VisitState::Done { .. }
            | VisitState::NoShow { .. } => State::Confirmed,
        },
        from: visit.from,
        until: visit.until,
        zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
        title,
        location: location.join(", "),
        words: vec![format!("Telephone {}", clinic.telephone)],
        updated: Timestamp::from_microsecond(visit.contribution.at.0)
            .unwrap_or(Timestamp::UNIX_EPOCH),
        alarm_minutes: None,
    }
}

/// What a visit is for, in words.
pub(crate) fn purpose(purpose: Purpose, courses: &[Opened<Course>]) -> String {
    match purpose {
        Purpose::Consultation => "Consultation".to_owned(),
        Purpose::FollowUp { course: _ } => "Look at the result".to_owned(),
        Purpose::Session { course, number } => {
            let course = courses.iter().find(|known| known.id == course);
            course.map_or_else(
                || format!("Session {number}"),
                |course| format!("Session {number} of {}", course.sessions.len()),
            )
        }
    }
}

impl Practice {
    /// A visit as a file that a calendar opens. A patient has their own; the clinic has every one.
    pub async fn appointment(
        &self,
        actor: &Actor,
        visit: DocumentId,
        says: Says,
    ) -> Result<Vec<u8>, No> {
        let visit = self.visit(actor, visit).await?;
        let patient = visit.patient().ok_or(No::NotFound)?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let event = self.event_of(&story, &visit, says).await?;
        percuta_calendar_codec::object(&event).map_err(unwritable)
    }

    pub(crate) async fn event_of(
        &self,
        story: &Story,
        visit: &Opened<Visit>,
        says: Says,
    ) -> Result<Event, No> {
        let (clinic, sites) = (self.clinic().await?, self.sites().await?);
        let site = sites.iter().find(|site| site.id == visit.site);
        let site = site.map(|site| &site.document);
        Ok(event(visit, Around { clinic: &clinic, site, courses: &story.courses }, says))
    }

    pub(crate) async fn invitation_of(
        &self,
        story: &Story,
        (visit, says): (&Opened<Visit>, Says),
        parties: &Parties,
    ) -> Result<Vec<u8>, No> {
        let event = self.event_of(story, visit, says).await?;
        percuta_calendar_codec::invitation(&event, parties).map_err(unwritable)
    }
}

/// What the codec refuses is broken here: a visit that ends before it begins is refused by the chart.
pub(crate) fn unwritable(_why: Unwritable) -> No {
    No::Failed(Failure::Missing { what: "time for an appointment" })
}
