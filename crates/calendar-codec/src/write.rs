//! Appointments as iCalendar: a feed to subscribe to, an invitation by letter, one object for a calendar store.
//!
//! INVARIANT (same instant): a time is written on the clock of its place with the place's rules beside it. Where the clock
//! shows that time twice, in the hour that autumn repeats, it is written in UTC: the standard says that the first is
//! meant, and not every reader knows.
//!
//! It sends nothing, and takes no time but those of the appointments: the same appointments make the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    event::{Event, Feed, Mailbox, Parties, State, Title},
    line::{self, Writer},
    observance,
};

/// Who wrote it, as the standard wants it said.
const PRODUCT: &str = "-//Percuta//Calendar//EN";
/// What a private appointment is called.
const NEUTRAL: &str = "Appointment";

/// Appointments that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// The end is not after the beginning.
    #[error("the appointment `{uid}` does not end after it begins")]
    Backwards {
        /// Which.
        uid: String,
    },
    /// Outside the years that a calendar's dates can say without doubt.
    #[error("the appointment `{uid}` lies outside the years 1700 to 9000")]
    Year {
        /// Which.
        uid: String,
    },
    /// A calendar could not tell it from others.
    #[error("an appointment has no uid")]
    Nameless,
    /// A calendar would take one of them for a change of the other.
    #[error("two appointments have the uid `{uid}`")]
    Twice {
        /// Which.
        uid: String,
    },
    /// No letter gets there.
    #[error("an address of the invitation is none")]
    Address,
}

/// What an object is for.
#[derive(Clone, Copy)]
enum Method {
    /// To be read.
    Publish,
    /// To be answered.
    Request,
    /// To be taken out.
    Cancel,
    /// To be stored: a calendar store refuses an object that says a method.
    Stored,
}

/// A calendar to subscribe to.
pub fn feed(feed: &Feed) -> Result<Vec<u8>, Unwritable> {
    let events: Vec<&Event> = feed.events.iter().collect();
    let mut out = begin(Method::Publish);
    match &feed.name {
        Title::Says(name) => out.text("X-WR-CALNAME", name),
        Title::Private => out.line("X-WR-CALNAME", "Appointments"),
    }
    let refresh = format!("PT{}M", feed.refresh_minutes.max(1));
    out.line("REFRESH-INTERVAL;VALUE=DURATION", &refresh);
    out.line("X-PUBLISHED-TTL", &refresh);
    finish(out, &events, None)
}

/// A letter's invitation, or the cancellation of one.
pub fn invitation(event: &Event, parties: &Parties) -> Result<Vec<u8>, Unwritable> {
    let method = match event.state {
        State::Confirmed => Method::Request,
        State::Cancelled => Method::Cancel,
    };
    if ![&parties.organizer, &parties.attendee].into_iter().all(has_address) {
        return Err(Unwritable::Address);
    }
    finish(begin(method), &[event], Some(parties))
}

/// One appointment as a calendar store keeps it, and as a file to open.
pub fn object(event: &Event) -> Result<Vec<u8>, Unwritable> {
    finish(begin(Method::Stored), &[event], None)
}

fn begin(method: Method) -> Writer {
    let mut out = Writer::default();
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", PRODUCT);
    out.line("CALSCALE", "GREGORIAN");
    match method {
        Method::Publish => out.line("METHOD", "PUBLISH"),
        Method::Request => out.line("METHOD", "REQUEST"),
        Method::Cancel => out.line("METHOD", "CANCEL"),
        Method::Stored => {}
    }
    out
}

fn finish(
    mut out: Writer,
    events: &[&Event],
    parties: Option<&Parties>,
) -> Result<Vec<u8>, Unwritable> {
    let mut seen = BTreeSet::new();
    for event in events {
        admit(event)?;
        if !seen.insert(&event.uid) {
            return Err(Unwritable::Twice { uid: event.uid.clone() });
        }
    }
    for (name, (zone, span)) in &zones(events) {
        observance::write(&mut out, name, zone, *span);
    }
    for event in events {
        write_event(&mut out, event, parties);
    }
    out.line("END", "VCALENDAR");
    Ok(out.finish())
}

fn admit(event: &Event) -> Result<(), Unwritable> {
    let uid = || event.uid.clone();
    if event.uid.trim().is_empty() {
        return Err(Unwritable::Nameless);
    }
    if event.until.as_second() <= event.from.as_second() {
        return Err(Unwritable::Backwards { uid: uid() });
    }
    let year = |at: Timestamp| TimeZone::UTC.to_datetime(at).year();
    let is_sayable = |at: Timestamp| (1_700..=9_000).contains(&year(at));
    if ![event.from, event.until, event.updated].into_iter().all(is_sayable) {
        return Err(Unwritable::Year { uid: uid() });
    }
    Ok(())
}

fn has_address(mailbox: &Mailbox) -> bool {
    let is_plain = |letter: char| !letter.is_control() && !letter.is_whitespace();
    let parts = mailbox.address.split_once('@');
    mailbox.address.chars().all(is_plain)
        && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// The name of the clock on which an appointment is written; `None`: in UTC.
fn clock(event: &Event) -> Option<&str> {
    let name = event.zone.iana_name().filter(|name| !["UTC", "Etc/UTC"].contains(name))?;
    let is_plain = |at: Timestamp| {
        !event.zone.to_ambiguous_timestamp(event.zone.to_datetime(at)).is_ambiguous()
    };
    (is_plain(event.from) && is_plain(event.until)).then_some(name)
}

/// The zones that are named, with the time they have to cover.
fn zones<'e>(events: &[&'e Event]) -> BTreeMap<&'e str, (&'e TimeZone, (Timestamp, Timestamp))> {
    let mut zones = BTreeMap::new();
    for event in events {
        let Some(name) = clock(event) else { continue };
        let (_, span) = zones.entry(name).or_insert((&event.zone, (event.from, event.until)));
        *span = (span.0.min(event.from), span.1.max(event.until));
    }
    zones
}

fn write_event(out: &mut Writer, event: &Event, parties: Option<&Parties>) {
    out.line("BEGIN", "VEVENT");
    out.text("UID", &event.uid);
    out.line("DTSTAMP", &in_utc(event.updated));
    out.line("LAST-MODIFIED", &in_utc(event.updated));
    out.line("SEQUENCE", &event.sequence.to_string());
    write_time(out, "DTSTART", event, event.from);
    write_time(out, "DTEND", event, event.until);
    match &event.title {
        Title::Says(title) => {
            out.text("SUMMARY", title);
            if !event.location.is_empty() {
                out.text("LOCATION", &event.location);
            }
            if !event.words.is_empty() {
                out.text("DESCRIPTION", &event.words.join("\n"));
            }
        }
        Title::Private => {
            out.line("SUMMARY", NEUTRAL);
            out.line("CLASS", "PRIVATE");
        }
    }
    let (status, transparency) = match event.state {
        State::Confirmed => ("CONFIRMED", "OPAQUE"),
        State::Cancelled => ("CANCELLED", "TRANSPARENT"),
    };
    out.line("STATUS", status);
    out.line("TRANSP", transparency);
    if let Some(parties) = parties {
        write_parties(out, event, parties);
    }
    write_alarm(out, event);
    out.line("END", "VEVENT");
}

fn write_time(out: &mut Writer, name: &str, event: &Event, at: Timestamp) {
    match clock(event) {
        Some(zone) => {
            let local = event.zone.to_datetime(at).strftime("%Y%m%dT%H%M%S").to_string();
            out.line(&format!("{name};TZID={zone}"), &local);
        }
        None => out.line(name, &in_utc(at)),
    }
}

fn write_parties(out: &mut Writer, event: &Event, parties: &Parties) {
    let called = |mailbox: &Mailbox| match mailbox.name.trim() {
        "" => String::new(),
        name => format!(";CN={}", line::parameter(name)),
    };
    let Parties { organizer, attendee } = parties;
    let address = |mailbox: &Mailbox| format!("mailto:{}", mailbox.address);
    // PRIVACY: the clinic's name may say what it treats; its address has to stand there, or nobody could answer.
    let by = match event.title {
        Title::Says(_) => called(organizer),
        Title::Private => String::new(),
    };
    out.line(&format!("ORGANIZER{by}"), &address(organizer));
    let part = ";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE";
    out.line(&format!("ATTENDEE{}{part}", called(attendee)), &address(attendee));
}

fn write_alarm(out: &mut Writer, event: &Event) {
    let (Some(minutes), State::Confirmed) = (event.alarm_minutes, event.state) else { return };
    out.line("BEGIN", "VALARM");
    out.line("ACTION", "DISPLAY");
    out.line("TRIGGER", &format!("-PT{minutes}M"));
    match &event.title {
        Title::Says(title) => out.text("DESCRIPTION", title),
        Title::Private => out.line("DESCRIPTION", NEUTRAL),
    }
    out.line("END", "VALARM");
}

fn in_utc(at: Timestamp) -> String {
    TimeZone::UTC.to_datetime(at).strftime("%Y%m%dT%H%M%SZ").to_string()
}
