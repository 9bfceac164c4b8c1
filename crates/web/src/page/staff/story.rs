//! One patient's whole story: who it is, what has to be known first, the courses, and everything that happened in order.
//!
//! The page shows who opened the record before, because whoever looks should know that looking is written down. Which
//! entries a reader may see is decided before.

use maud::{Markup, html};
use percuta_clinical::answer::{Disposition, Level};

use super::{
    Frame, document,
    part::{self, Choice, Leaves, Link},
    verdict,
};
use crate::{
    Site,
    page::{
        icon::{Icon, icon},
        part::{level_tag, trail},
    },
};

/// The whole story.
#[derive(Debug, Clone)]
pub struct Story {
    /// The patient's name.
    pub name: String,
    /// Facts in a row, as "Born" and "12 April 1990, 36 years".
    pub facts: Vec<(String, String)>,
    /// What has to be known before anything is done.
    pub alerts: Vec<Alert>,
    /// The one thing that comes next, for those who may do it.
    pub next: Option<Link>,
    /// What else can be begun.
    pub others: Vec<Link>,
    /// The courses.
    pub courses: Vec<Course>,
    /// Kinds of entries to choose from.
    pub kinds: Vec<Choice>,
    /// What is planned, the latest first.
    pub ahead: Vec<Entry>,
    /// What happened, the latest first.
    pub entries: Vec<Entry>,
    /// Where older and newer entries are.
    pub leaves: Leaves,
    /// The patient's way to their own pages, for those who may send it.
    pub access: Option<Access>,
    /// Who opened the record, the latest first, and where all of them are for those who may see it.
    pub opened: Opened,
}

/// What has to be known first.
#[derive(Debug, Clone)]
pub struct Alert {
    /// What, as "Isotretinoin, stopped 3 months ago".
    pub says: String,
    /// Since when, and who says so.
    pub since: String,
    /// Where it is written.
    pub href: String,
}

/// One course of treatment.
#[derive(Debug, Clone)]
pub struct Course {
    /// The course, with what it is for.
    pub link: Link,
    /// How far it is, as "2 of 4 sessions".
    pub says: String,
    /// What may come next and when.
    pub next: String,
    /// What the last screening for it said, where there is one.
    pub disposition: Option<Disposition>,
    /// Sessions done and planned.
    pub sessions: (u8, u8),
}

/// What kind of thing an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A visit: booked, moved, over.
    Visit,
    /// A screening.
    Screening,
    /// A decision to go another way than the rules.
    Override,
    /// A plan.
    Plan,
    /// A consent.
    Consent,
    /// A session.
    Session,
    /// A check-in.
    CheckIn,
    /// A message.
    Message,
    /// Photographs.
    Photographs,
    /// An outcome, scored.
    Outcome,
    /// What is known of the person changed.
    Person,
}

impl Kind {
    fn icon(self) -> Icon {
        match self {
            Self::Visit => Icon::Wait,
            Self::Screening => Icon::Question,
            Self::Override => Icon::Fork,
            Self::Plan => Icon::Target,
            Self::Consent => Icon::Pen,
            Self::Session => Icon::Needle,
            Self::CheckIn => Icon::Heart,
            Self::Message => Icon::Message,
            Self::Photographs => Icon::Camera,
            Self::Outcome => Icon::Chart,
            Self::Person => Icon::Person,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Visit => "Visit",
            Self::Screening => "Screening",
            Self::Override => "Override",
            Self::Plan => "Plan",
            Self::Consent => "Consent",
            Self::Session => "Session",
            Self::CheckIn => "Check-in",
            Self::Message => "Message",
            Self::Photographs => "Photographs",
            Self::Outcome => "Outcome",
            Self::Person => "Person",
        }
    }
}

/// What an entry came to, where it has a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Nothing to mark.
    None,
    /// What a screening said.
    Screened(Disposition),
    /// How urgent a check-in was.
    Triaged(Level),
}

/// One thing that happened or is planned.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What kind of thing.
    pub kind: Kind,
    /// When, as "20 November, 10:24".
    pub when: String,
    /// What, and where it is written.
    pub link: Link,
    /// What it says, in a sentence or two.
    pub says: String,
    /// Who did it.
    pub by: String,
    /// What it came to.
    pub sign: Sign,
}

/// How a patient gets to their own pages.
#[derive(Debug, Clone)]
pub struct Access {
    /// How far it is.
    pub state: AccessState,
    /// Where the form that makes a link goes.
    pub action: String,
    /// Where the form goes that closes every link and sign-in of theirs.
    pub close: String,
}

/// How far a patient's access is.
#[derive(Debug, Clone)]
pub enum AccessState {
    /// No link was ever made.
    None,
    /// A link was made just now. It is shown on this page only.
    Made {
        /// The link.
        link: String,
        /// Until when it counts.
        until: String,
    },
    /// A link was made and not opened yet.
    Sent {
        /// When it was made.
        at: String,
        /// Until when it counts.
        until: String,
    },
    /// A link was made and ran out.
    RanOut {
        /// When it ran out.
        at: String,
    },
    /// The patient has signed in.
    Active {
        /// When they were last there.
        last: String,
    },
}

/// Who opened the record.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// Each with when, the latest first.
    pub by: Vec<(String, String)>,
    /// Where all of it is, for those who may see it.
    pub all: Option<String>,
}

/// The story.
pub fn story(site: &Site, frame: &Frame, view: &Story) -> Markup {
    let body = html! {
        div.page {
            div {
                (trail(&[("/patients", "Patients")]))
                (who(view))
            }
            (alerts(&view.alerts))
            div.split.split--wide {
                div.stack { (happened(view)) }
                div.stack { (courses(view)) (access(view)) (opened(&view.opened)) }
            }
        }
    };
    document(site, frame, &body)
}

fn who(view: &Story) -> Markup {
    html! {
        div.page__head {
            div.patient {
                span.ava.ava--l aria-hidden="true" { (part::initials(&view.name)) }
                div {
                    h1 { (view.name) }
                    p.facts { @for (label, value) in &view.facts { span { (label) " " b { (value) } } } }
                }
            }
            div.row {
                @for other in &view.others { a.btn href=(other.href) { (other.says) } }
                @if let Some(next) = &view.next { a.btn.btn--primary href=(next.href) { (next.says) } }
            }
        }
    }
}

fn alerts(alerts: &[Alert]) -> Markup {
    html! {
        @if !alerts.is_empty() {
            section.note.note--caution aria-labelledby="alerts" {
                (icon(Icon::Caution))
                div {
                    h2.minor #alerts { "Know first" }
                    ul.alerts { @for alert in alerts { li { a href=(alert.href) { b { (alert.says) } } span.muted.small { (alert.since) } } } }
                }
            }
        }
    }
}

fn courses(view: &Story) -> Markup {
    html! {
        section.card aria-labelledby="courses" {
            div.card__head { h2.minor #courses { "Courses" } }
            @if view.courses.is_empty() { p.muted.small { "No course yet. It begins with a screening and a plan." } }
            ul.list.courses {
                @for course in &view.courses {
                    li {
                        a.tap href=(course.link.href) { b { (course.link.says) } }
                        (dots(course.sessions))
                        span.small { (course.says) }
                        @if let Some(disposition) = course.disposition { span { (verdict::tag(disposition)) } }
                        @if !course.next.is_empty() { span.small.muted { (course.next) } }
                    }
                }
            }
        }
    }
}

/// Sessions as dots. The words beside them say the same.
fn dots((done, planned): (u8, u8)) -> Markup {
    html! {
        @if planned > 0 && planned <= 12 {
            span.dots aria-hidden="true" { @for number in 1..=planned { i.dots__done[number <= done] {} } }
        }
    }
}

fn happened(view: &Story) -> Markup {
    html! {
        section.card aria-labelledby="story" {
            div.card__head { h2.minor #story { "The story" } }
            (part::choices("Kinds of entries", &view.kinds))
            @if !view.ahead.is_empty() {
                h3.eyebrow.story__when { "Ahead" }
                ol.story { @for entry in &view.ahead { (line(entry)) } }
                h3.eyebrow.story__when { "So far" }
            }
            @if view.entries.is_empty() {
                (part::empty("Nothing here yet", "Screenings, consents, visits, sessions, check-ins, photographs and outcomes appear here, the latest first.", &html! {}))
            } @else {
                ol.story { @for entry in &view.entries { (line(entry)) } }
            }
            (part::leaves(&view.leaves))
        }
    }
}

fn line(entry: &Entry) -> Markup {
    html! {
        li {
            span.story__mark { (icon(entry.kind.icon())) }
            div.story__head {
                a href=(entry.link.href) { span.vh { (entry.kind.word()) ": " } b { (entry.link.says) } }
                @match entry.sign {
                    Sign::None => {}
                    Sign::Screened(disposition) => (verdict::tag(disposition)),
                    Sign::Triaged(level) => (level_tag(level)),
                }
            }
            @if !entry.says.is_empty() { p.small { (entry.says) } }
            p.xs.faint { (entry.when) @if !entry.by.is_empty() { ", " (entry.by) } }
        }
    }
}

fn access(view: &Story) -> Markup {
    let Some(access) = &view.access else { return html! {} };
    let (says, button) = match &access.state {
        AccessState::None => ("No link to their own pages was made yet.".to_owned(), "Make a link"),
        AccessState::Made { until, .. } => (
            format!(
                "Send it to the patient yourself, or print this page. It is shown only now, asks for their date of birth, and counts until {until}."
            ),
            "Make another",
        ),
        AccessState::Sent { at, until } => (
            format!("A link was made {at} and not opened yet. It counts until {until}."),
            "Make a new link",
        ),
        AccessState::RanOut { at } => (format!("The last link ran out {at}."), "Make a new link"),
        AccessState::Active { last } => (format!("They were last here {last}."), "Make a new link"),
    };
    html! {
        section.card.stack aria-labelledby="access" {
            h2.minor #access { "Their own pages" }
            @if let AccessState::Made { link, .. } = &access.state {
                label.vh for="link" { "The link" }
                input.input.mono #link type="text" readonly value=(link);
            }
            p.small.muted { (says) }
            div.row.no-paper {
                form action=(access.action) method="post" { button.btn type="submit" { (button) } }
                @if !matches!(access.state, AccessState::None) {
                    form action=(access.close) method="post" { button.btn.btn--quiet type="submit" { "Close their links" } }
                }
            }
            @if !matches!(access.state, AccessState::None) {
                p.xs.faint.no-paper { "A new link leaves earlier ones open. Closing ends every link and signs them out everywhere." }
            }
        }
    }
}

fn opened(opened: &Opened) -> Markup {
    html! {
        section.card aria-labelledby="opened" {
            div.card__head { h2.minor #opened { "Who opened this" } @if let Some(all) = &opened.all { a.push href=(all) { "All" span.vh { " who opened this record" } } } }
            @if opened.by.is_empty() { p.muted.small { "Nobody before you." } }
            ul.list.opened { @for (who, when) in &opened.by { li { span { (who) } span.push.small.muted { (when) } } } }
        }
    }
}
