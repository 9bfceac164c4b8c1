//! Choosing times: how a choice is written in a form, which times are asked for, how few of them are shown, and in words.
//!
//! A form says a choice whole: what for, when, with whom and where. What was chosen can so be booked even after what was kept
//! ran out, and a choice that became another visit's meanwhile is refused instead of booked for something else.
//!
//! PRIVACY: an address holds days, parts of days, and ids of members and sites, which say nothing about a patient.

use std::collections::BTreeSet;

use axum::extract::{Query, rejection::QueryRejection};
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Time, time},
    tz::TimeZone,
};
use percuta_chart::{
    calendar::{Kept, KeptVisit, Service, Site},
    clinic::Clinic,
    person::{self, Part, Standing},
    visit::{Phase, PhaseKind, Purpose, Visit},
};
use percuta_practice::{
    No, Opened, Practice,
    patients::Story,
    visits::{Start, Wish, book::Wanted},
    zone_of,
};
use percuta_record::{DocumentId, PersonId};

use super::Refused;
use crate::page::{
    choosing::{Held, Narrow as View},
    entry::Entry,
    part::query_value,
};

/// No form chooses more visits at once: no course is longer.
const CHOICES_MAX: usize = 24;

/// A time that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) purpose: Purpose,
    pub(super) at: Timestamp,
    pub(super) with: PersonId,
    pub(super) site: DocumentId,
}

impl Choice {
    pub(super) fn of(purpose: Purpose, start: &Start) -> Self {
        Self { purpose, at: start.at, with: start.with, site: start.site }
    }

    /// As a form says it: `2026-12-28T09:00:00Z~person-…~document-…~session.document-….2`.
    pub(super) fn write(&self) -> String {
        let what = match self.purpose {
            Purpose::Consultation => "consultation".to_owned(),
            Purpose::Session { course, number } => format!("session.{course}.{number}"),
            Purpose::FollowUp { course } => format!("follow-up.{course}"),
        };
        format!("{}~{}~{}~{what}", self.at, self.with, self.site)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('~');
        let (at, with) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let site = parts.next()?.parse().ok()?;
        let mut what = parts.next()?.split('.');
        let purpose = match (what.next()?, what.next(), what.next()) {
            ("consultation", None, None) => Purpose::Consultation,
            ("follow-up", Some(course), None) => Purpose::FollowUp { course: course.parse().ok()? },
            ("session", Some(course), Some(number)) => {
                Purpose::Session { course: course.parse().ok()?, number: number.parse().ok()? }
            }
            (_, _, _) => return None,
        };
        Some(Self { purpose, at, with, site })
    }

    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            purpose: self.purpose,
            at: self.at,
            site: Some(self.site),
            with: Some(self.with),
            room: None,
        }
    }

    /// As far as a booking needs it; its parts are found anew.
    pub(super) fn start(&self) -> Start {
        Start {
            at: self.at,
            until: self.at,
            site: self.site,
            service: String::new(),
            with: self.with,
            phases: Vec::new(),
        }
    }

    /// Whether what is kept is this.
    fn is(&self, kept: &KeptVisit) -> bool {
        let at = kept.phases.first().map(|phase| phase.from);
        (self.purpose, Some(self.at), self.with, self.site)
            == (kept.purpose, at, kept.with, kept.site)
    }

    /// Whether it is for something that is this patient's.
    pub(super) fn belongs(&self, story: &Story) -> bool {
        match self.purpose {
            Purpose::Consultation => true,
            Purpose::Session { course, .. } | Purpose::FollowUp { course } => {
                story.courses.iter().any(|known| known.id == course)
            }
        }
    }
}

/// Several choices in one field.
pub(super) fn written(choices: &[Choice]) -> String {
    choices.iter().map(Choice::write).collect::<Vec<_>>().join(" ")
}

/// The choices of a field; `None` where one of them cannot be read or none is there.
pub(super) fn choices(text: &str) -> Option<Vec<Choice>> {
    let found: Vec<Choice> =
        text.split_whitespace().take(CHOICES_MAX).map(Choice::read).collect::<Option<_>>()?;
    (!found.is_empty()).then_some(found)
}

/// What is kept, as choices.
pub(super) fn kept_choices(kept: &Kept) -> Vec<Choice> {
    let choice = |visit: &KeptVisit| {
        let at = visit.phases.first()?.from;
        Some(Choice { purpose: visit.purpose, at, with: visit.with, site: visit.site })
    };
    kept.visits.iter().filter_map(choice).collect()
}

/// Whether what is kept is what was chosen.
pub(super) fn is_kept(kept: &Kept, choices: &[Choice]) -> bool {
    kept.visits.len() == choices.len()
        && choices.iter().zip(&kept.visits).all(|(choice, kept)| choice.is(kept))
}

/// What is kept, as a visit that is read like one that is booked.
pub(super) fn visit_of(kept: &KeptVisit) -> Option<Visit> {
    Some(Visit {
        purpose: kept.purpose,
        site: kept.site,
        service: kept.service.clone(),
        from: kept.phases.first()?.from,
        until: kept.phases.last()?.until,
        phases: kept.phases.clone(),
        with: kept.with,
        state: percuta_chart::visit::VisitState::Booked,
        checked: std::collections::BTreeMap::new(),
        numbing: None,
        note: String::new(),
    })
}

/// The query of an address as fields.
pub(super) type Asked = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// The fields of an address; one that cannot be read has none.
pub(super) fn asked(query: Asked) -> Entry {
    query.map_or_else(|_unreadable| Entry::default(), |Query(pairs)| Entry::new(pairs))
}

/// The parts of a day that can be asked for: word, words, and between what a visit then lies.
const PARTS: [(&str, &str, Time, Time); 3] = [
    ("morning", "In the morning, over by 13:00", time(0, 0, 0, 0), time(13, 0, 0, 0)),
    ("afternoon", "In the afternoon, from 12:00", time(12, 0, 0, 0), time(23, 59, 0, 0)),
    ("evening", "Late, from 16:00", time(16, 0, 0, 0), time(23, 59, 0, 0)),
];

/// The days of the week, Monday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What narrows the times down.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub(super) weekdays: BTreeSet<i8>,
    part: String,
    with: Option<PersonId>,
    site: Option<DocumentId>,
}

impl Narrow {
    /// Reads `day=1&day=4&part=morning&with=person-…&site=document-…`; what is none of these is passed over.
    pub(super) fn read(asked: &Entry) -> Self {
        let day = |text: &str| text.parse::<i8>().ok().filter(|day| (1..=7).contains(day));
        let part = PARTS.iter().find(|(word, _, _, _)| *word == asked.get("part"));
        Self {
            weekdays: asked.all("day").filter_map(day).collect(),
            part: part.map(|(word, _, _, _)| (*word).to_owned()).unwrap_or_default(),
            with: asked.get("with").parse().ok(),
            site: asked.get("site").parse().ok(),
        }
    }

    /// With this member, where the address asks for nobody.
    pub(super) fn or_with(mut self, asked: &Entry, with: PersonId) -> Self {
        if !asked.pairs().any(|(name, _)| name == "with") {
            self.with = Some(with);
        }
        self
    }

    pub(super) fn between(&self) -> Option<(Time, Time)> {
        let part = PARTS.iter().find(|(word, _, _, _)| *word == self.part);
        part.map(|(_, _, from, until)| (*from, *until))
    }

    pub(super) fn wish(&self) -> Wish {
        Wish {
            site: self.site,
            with: self.with,
            between: self.between(),
            weekdays: self.weekdays.clone(),
        }
    }

    /// The rest of an address that asks for the same.
    pub(super) fn query(&self) -> String {
        let mut query = String::new();
        for day in &self.weekdays {
            query.push_str(&format!("&day={day}"));
        }
        if !self.part.is_empty() {
            query.push_str(&format!("&part={}", query_value(&self.part)));
        }
        if let Some(with) = self.with {
            query.push_str(&format!("&with={with}"));
        }
        if let Some(site) = self.site {
            query.push_str(&format!("&site={site}"));
        }
        query
    }

    /// The form; `hidden` is what goes along, `zones` what the reader may choose from.
    pub(super) async fn view(
        &self,
        practice: &Practice,
        action: &str,
        hidden: Vec<(String, String)>,
        zones: Vec<(String, String)>,
    ) -> Result<View, Refused> {
        let members = practice.members().await?;
        let treats = members.iter().filter(|member| {
            matches!(member.standing, Standing::Active { .. })
                && (member.parts.contains(&Part::Practitioner)
                    || member.parts.contains(&Part::MedicalLead))
        });
        let people = treats
            .map(|member| (person::member_of(member.id).to_string(), member.name.clone()))
            .collect();
        let sites = practice.sites().await?;
        let places = sites.iter().map(|site| (site.id.to_string(), site.name.clone()));
        let sites = if sites.len() > 1 { places.collect() } else { Vec::new() };
        let mut entry = Entry::default();
        for day in &self.weekdays {
            entry.set("day", day.to_string());
        }
        entry.set("part", self.part.clone());
        entry.set("with", self.with.map(|with| with.to_string()).unwrap_or_default());
        entry.set("site", self.site.map(|site| site.to_string()).unwrap_or_default());
        let days = (1..=7)
            .zip(WEEKDAYS)
            .map(|(number, name): (i8, &str)| (number.to_string(), name.chars().take(3).collect()));
        let parts = PARTS.iter().map(|(word, says, _, _)| ((*word).to_owned(), (*says).to_owned()));
        Ok(View {
            action: action.to_owned(),
            hidden,
            days: days.collect(),
            parts: parts.collect(),
            people,
            sites,
            zones,
            entry,
        })
    }
}

/// The sites' clocks and names.
pub(super) struct Sites {
    all: Vec<(DocumentId, String, TimeZone)>,
    clinic: TimeZone,
}

impl Sites {
    pub(super) async fn of(practice: &Practice, clinic: &Clinic) -> Result<Self, No> {
        let known = zone_of(clinic);
        let zone = |site: &Opened<Site>| {
            TimeZone::get(&site.time_zone).unwrap_or_else(|_unknown| known.clone())
        };
        let sites = practice.sites().await?;
        let all = sites.iter().map(|site| (site.id, site.name.clone(), zone(site)));
        Ok(Self { all: all.collect(), clinic: known.clone() })
    }

    fn one(&self, site: DocumentId) -> Option<&(DocumentId, String, TimeZone)> {
        self.all.iter().find(|(known, _, _)| *known == site)
    }

    /// The clock at a site.
    pub(super) fn zone(&self, site: DocumentId) -> &TimeZone {
        self.one(site).map_or(&self.clinic, |(_, _, zone)| zone)
    }

    /// The site's name, where there are several; else nothing.
    pub(super) fn name(&self, site: DocumentId) -> &str {
        let is_one = self.all.len() < 2;
        self.one(site).filter(|_| !is_one).map_or("", |(_, name, _)| name.as_str())
    }
}

/// Fewer starts: one in so many minutes at each site, the round one where it is possible. No possible stretch of time is
/// lost: where the round time is not possible, the first that is stands for it.
pub(super) fn thinned(starts: &[Start], sites: &Sites, every_min: i64) -> Vec<Start> {
    let minute = |start: &Start| {
        let at = start.at.to_zoned(sites.zone(start.site).clone());
        i64::from(at.hour()) * 60 + i64::from(at.minute())
    };
    let mut shown: Vec<Start> = Vec::new();
    let mut taken: BTreeSet<(Date, i64, bool, DocumentId)> = BTreeSet::new();
    for start in starts {
        let day = start.at.to_zoned(sites.zone(start.site).clone()).date();
        let bucket = minute(start).div_euclid(every_min);
        // An hour that the clock passes twice is two hours.
        let is_second = starts_again(start, sites);
        if taken.insert((day, bucket, is_second, start.site)) {
            shown.push(start.clone());
        }
    }
    shown
}

/// Whether the clock showed this time an hour or less before: the hour that comes twice in autumn.
fn starts_again(start: &Start, sites: &Sites) -> bool {
    let zone = sites.zone(start.site);
    let here = start.at.to_zoned(zone.clone());
    zone.to_ambiguous_timestamp(here.datetime()).earlier().is_ok_and(|earlier| earlier < start.at)
}

/// A phase in a word, as patients read it.
fn phase_words(kind: PhaseKind) -> &'static str {
    match kind {
        PhaseKind::Talk => "talk",
        PhaseKind::Cleanse => "cleansing",
        PhaseKind::Numbing => "numbing",
        PhaseKind::Treatment => "treatment",
        PhaseKind::Aftercare => "aftercare",
    }
}

/// Minutes as a clock has them: `1 h 35`.
fn hours(minutes: i64) -> String {
    match (minutes.div_euclid(60), minutes.rem_euclid(60)) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}

fn between(fewest: i64, most: i64, say: impl Fn(i64) -> String) -> String {
    if fewest == most { say(fewest) } else { format!("{} to {}", say(fewest), say(most)) }
}

/// How long a service takes, with its parts: `1 h 20 to 1 h 35: cleansing 5, numbing 30 to 45, treatment 35, aftercare 10
/// minutes`.
pub(super) fn length(service: Option<&Service>) -> String {
    let Some(service) = service else { return String::new() };
    let (fewest, most) = service.minutes();
    let whole = between(fewest, most, hours);
    let parts: Vec<String> = service
        .phases
        .iter()
        .map(|phase| {
            let minutes = between(phase.minutes_min, phase.minutes_max, |one| one.to_string());
            format!("{} {minutes}", phase_words(phase.kind))
        })
        .collect();
    if parts.len() < 2 { whole } else { format!("{whole}: {} minutes", parts.join(", ")) }
}

/// How long a visit with these parts takes: `1 h 35: cleansing 5, numbing 45, treatment 35, aftercare 10 minutes`.
pub(super) fn length_of(phases: &[Phase]) -> String {
    let minutes = |phase: &Phase| phase.until.duration_since(phase.from).as_mins();
    let whole = hours(percuta_practice::visits::book::minutes_of(phases));
    let parts: Vec<String> = phases
        .iter()
        .map(|phase| format!("{} {}", phase_words(phase.kind), minutes(phase)))
        .collect();
    if parts.len() < 2 { whole } else { format!("{whole}: {} minutes", parts.join(", ")) }
}

/// Why a course may be the one to take, in a few words each.
pub(super) fn advantages(
    course: &[Start],
    all: &[Vec<Start>],
    (sites, name): (&Sites, impl Fn(PersonId) -> String),
) -> Vec<String> {
    let mut says = Vec::new();
    let end = |course: &[Start]| course.last().map(|last| last.until);
    if all.len() > 1 && end(course) == all.iter().filter_map(|one| end(one)).min() {
        says.push("Ends first".to_owned());
    }
    let Some(first) = course.first().filter(|_| course.len() > 1) else { return says };
    let local = |start: &Start| start.at.to_zoned(sites.zone(start.site).clone());
    let weekday = |start: &Start| local(start).weekday();
    if course.iter().all(|start| weekday(start) == weekday(first)) {
        let day = local(first).strftime("%A").to_string();
        if course.iter().all(|start| local(start).time() == local(first).time()) {
            says.push(format!("Always on a {day} at {}", local(first).strftime("%H:%M")));
        } else {
            says.push(format!("Always on a {day}"));
        }
    }
    if course.iter().all(|start| start.with == first.with) {
        says.push(format!("Always with {}", name(first.with)));
    }
    says
}

/// The numbers of the sessions that a course still has to have booked, from the first that is not.
pub(super) fn open_sessions(story: &Story, course: DocumentId) -> Vec<i16> {
    let Some(known) = story.courses.iter().find(|known| known.id == course) else {
        return Vec::new();
    };
    let is_booked = |number: i16| {
        let purpose = Purpose::Session { course, number };
        story
            .visits
            .iter()
            .any(|visit| visit.purpose == purpose && percuta_practice::visits::stands(visit))
    };
    let numbers = known.sessions.iter().map(|session| session.number);
    numbers.skip_while(|number| is_booked(*number)).take_while(|one| !is_booked(*one)).collect()
}

/// What is kept, in words.
pub(super) fn held(kept: &Kept, (now, zone): (Timestamp, &TimeZone), visits: Vec<String>) -> Held {
    Held {
        left_s: kept.until.duration_since(now).as_secs(),
        until: kept.until.to_zoned(zone.clone()).strftime("%H:%M").to_string(),
        until_at: kept.until.to_string(),
        visits,
    }
}

/// A day so many days later, or the same one at the calendar's end.
pub(super) fn plus(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: u8) -> [u8; 16] {
        let mut bytes = [7; 16];
        if let Some(byte) = bytes.last_mut() {
            *byte = last;
        }
        bytes
    }

    fn choice(purpose: Purpose) -> Choice {
        Choice {
            purpose,
            at: "2026-12-28T09:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH),
            with: PersonId::from_bytes(id(1)),
            site: DocumentId::from_bytes(id(2)),
        }
    }

    #[test]
    fn a_choice_comes_back_as_it_was_written() {
        let course = DocumentId::from_bytes(id(3));
        let all = [
            choice(Purpose::Consultation),
            choice(Purpose::Session { course, number: 2 }),
            choice(Purpose::FollowUp { course }),
        ];
        assert_eq!(choices(&written(&all)), Some(all.to_vec()));
        for wrong in ["", "later", "2026-12-28T09:00:00Z~x~y~consultation"] {
            assert_eq!(choices(wrong), None, "{wrong}");
        }
        let one = choice(Purpose::Consultation).write();
        assert_eq!(
            choices(&format!("{one} {one}~more.words")),
            Some(vec![choice(Purpose::Consultation); 2])
        );
        assert_eq!(choices(&one.replace("consultation", "session")), None);
    }

    #[test]
    fn lengths_are_said_with_what_they_are_made_of() {
        assert_eq!(hours(35), "35 min");
        assert_eq!(hours(60), "1 h");
        assert_eq!(hours(65), "1 h 05");
        assert_eq!(between(80, 95, hours), "1 h 20 to 1 h 35");
        assert_eq!(between(30, 30, hours), "30 min");
    }

    #[test]
    fn what_narrows_the_times_is_written_as_it_is_read() {
        let pairs = [("day", "1"), ("day", "4"), ("day", "9"), ("part", "morning"), ("with", "x")];
        let asked = Entry::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let narrow = Narrow::read(&asked);
        assert_eq!(narrow.query(), "&day=1&day=4&part=morning");
        assert_eq!(narrow.between(), Some((time(0, 0, 0, 0), time(13, 0, 0, 0))));
    }
}
