//! What is written into a calendar: appointments, lists of them, and who is invited.
//!
//! The words are the caller's. Whether they may be seen in a calendar that others look into is the caller's question
//! too, and [`Title::Private`] its answer.

use jiff::{Timestamp, tz::TimeZone};

/// An appointment.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Names the appointment for ever, through every change: what a calendar knows it by.
    pub uid: String,
    /// How often it was changed since it was first written: a calendar takes the highest.
    pub sequence: u32,
    /// Whether it takes place.
    pub state: State,
    /// When it begins.
    pub from: Timestamp,
    /// When it is over: after `from`.
    pub until: Timestamp,
    /// The clock on which the times are written. A zone without a name of its own is written in UTC.
    pub zone: TimeZone,
    /// What it is called.
    pub title: Title,
    /// Where it is; not written with a private title.
    pub location: String,
    /// Lines of description; not written with a private title.
    pub words: Vec<String>,
    /// When it was last changed. Nothing else is taken for the time of writing, so that the same appointments make the
    /// same bytes.
    pub updated: Timestamp,
    /// Minutes before it begins at which the calendar speaks up; `None`: the calendar's owner decides. A cancelled
    /// appointment has no alarm.
    pub alarm_minutes: Option<u32>,
}

/// Whether an appointment takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does.
    Confirmed,
    /// It does not. It stays in a feed until its time has passed, so that a calendar takes it out.
    Cancelled,
}

/// What an appointment, or a list of them, is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// These words.
    Says(String),
    /// Nothing that tells whoever looks over a shoulder what it is about: "Appointment", marked as private.
    ///
    /// PRIVACY: with it no word of the clinic's is written, neither place nor description.
    Private,
}

/// The appointments that a calendar subscribes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// What the calendar is called.
    pub name: Title,
    /// The appointments, each with its own `uid`.
    pub events: Vec<Event>,
    /// After so many minutes a calendar should look again.
    pub refresh_minutes: u32,
}

/// Who invites, and who is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// Who holds the appointment: the clinic.
    pub organizer: Mailbox,
    /// Who comes.
    pub attendee: Mailbox,
}

/// Somebody with an address for letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// What they are called; may be empty.
    pub name: String,
    /// The address, such as `desk@clinic.example`.
    pub address: String,
}
