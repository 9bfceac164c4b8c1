//! Appointments of another program's calendar, taken over: looked at first, then booked, and taken back as long as nothing
//! else was done with them.
//!
//! The other program knows a time and a name. What a visit holds here, the engine finds for the service that is chosen; a
//! time at which it finds nothing is not taken, and says why. Nobody is written to about what is taken over: they have
//! been told of it once.
//!
//! CLINICAL: what is taken over stands as a consultation, whatever service it is: no course and no screening comes with it,
//! and a session is begun only of a course that was planned here.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use percuta_chart::{
    person::CameBy,
    visit::{Purpose, Visit, VisitState},
};
use percuta_record::{Change, DocumentId, Owner, PatientId, PersonId};
use percuta_scheduling::{
    model::{self, Interval, Request, ServiceAt, Span},
    slots, why,
    zone::DAY,
};

use super::{Placed, TRIES, in_room, visit_of};
use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::{Calendar, Days, Place, Start, minute, places, timestamp},
    day_of,
    patients::{self, Entered, Sought},
    refusal::No,
    visits::{in_the_way, own_times, shifted},
    writing::Draft,
};

/// So many are taken over at once; more are taken over in several goes.
pub const IMPORT_MAX: usize = 200;

/// An appointment of another program's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arriving {
    /// When it begins.
    pub at: Timestamp,
    /// Whether it was called off there.
    pub is_off: bool,
    /// Who comes.
    pub name: String,
    /// When they were born; without it nobody can be told from somebody of the same name.
    pub born: Option<Date>,
    /// Their telephone.
    pub telephone: String,
    /// Their e-mail address.
    pub email: String,
    /// The code of the service that it is here; `None` where nobody has said.
    pub service: Option<String>,
    /// With whom; anybody who may where it is `None`.
    pub with: Option<PersonId>,
    /// In which room; any where it is `None`.
    pub room: Option<DocumentId>,
    /// What else was written about it.
    pub notes: String,
}

impl Arriving {
    fn entered(&self) -> Entered {
        Entered {
            name: self.name.clone(),
            born: self.born.map(|born| born.to_string()).unwrap_or_default(),
            telephone: self.telephone.clone(),
            email: self.email.clone(),
            ..Entered::default()
        }
    }

    /// By what two rows are of one person.
    fn whose(&self) -> (String, Option<Date>) {
        (self.name.trim().to_lowercase(), self.born)
    }
}

/// What becomes of an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Who comes.
    pub who: Whom,
    /// The visit as it would be, or why it cannot be taken, in a sentence with the remedy.
    pub becomes: Result<Start, String>,
}

/// Who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Somebody of this name and birth date.
    Known(PatientId),
    /// Somebody who is not in the record yet.
    New,
    /// It cannot be told.
    Unclear,
}

/// Which appointments are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// All, or none of them.
    All,
    /// Those that fit.
    Fitting,
}

/// What came of taking appointments over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The visits that were booked.
    pub visits: Vec<DocumentId>,
    /// How many patients were entered.
    pub entered: usize,
    /// What was not taken, by its place in the list, and why.
    pub left: Vec<(usize, String)>,
}

/// Somebody who comes more than once in a file: a name, and a birth date where it is said.
type Somebody = (String, Option<Date>);

impl Practice {
    /// What would become of appointments, in their order. Nothing is written.
    pub async fn look_at_import(
        &self,
        actor: &Actor,
        rows: &[Arriving],
    ) -> Result<Vec<Judged>, No> {
        self.allow(actor, Act::ManageSettings, "visit.import", None).await?;
        self.allow(actor, Act::EnterPatient, "visit.import", None).await?;
        let clinic = self.clinic().await?;
        let days = rows.iter().take(IMPORT_MAX).filter(|row| row.at >= self.now());
        let days: Vec<Date> = days.map(|row| day_of(&clinic, row.at)).collect();
        let today = self.today().await?;
        let (from, to) = (days.iter().min().copied(), days.iter().max().copied());
        let last = shifted(today, super::super::DAYS_MAX);
        let days = Days {
            from: shifted(from.unwrap_or(today), -1),
            to: shifted(to.unwrap_or(today), 1).min(last),
        };
        let mut calendar = self.calendar_now(days, &[]).await?;
        let mut own: BTreeMap<Somebody, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
        let mut judged = Vec::with_capacity(rows.len());
        for (number, row) in rows.iter().enumerate() {
            if number >= IMPORT_MAX {
                let says = format!(
                    "At most {IMPORT_MAX} are taken over at once. Take these over first, then this one."
                );
                judged.push(Judged { who: Whom::Unclear, becomes: Err(says) });
                continue;
            }
            let (who, becomes) = match self.who_comes(actor, row).await? {
                Ok(who) => {
                    let times = own.entry(row.whose()).or_default();
                    if let Whom::Known(patient) = who {
                        times.extend(own_times(&calendar, patient));
                    }
                    (who, self.placed_there(&calendar, row, last, times))
                }
                Err(says) => (Whom::Unclear, Err(says)),
            };
            if let Ok((visit, start)) = &becomes {
                calendar.take(visit);
                own.entry(row.whose()).or_default().push((start.at, start.until));
            }
            judged.push(Judged { who, becomes: becomes.map(|(_, start)| start) });
        }
        Ok(judged)
    }

    /// Who comes to an appointment, or why it cannot be told.
    async fn who_comes(&self, actor: &Actor, row: &Arriving) -> Result<Result<Whom, String>, No> {
        if row.is_off {
            return Ok(Err("It was called off there. Nothing has to be done.".to_owned()));
        }
        if row.name.trim().is_empty() {
            return Ok(Err("It does not say who comes. Add a column with the name.".to_owned()));
        }
        let Some(born) = row.born else {
            let says = "Without a date of birth nobody can be told from somebody of the same name. \
                        Add a column with it, or book this one by hand.";
            return Ok(Err(says.to_owned()));
        };
        let sought = Sought {
            name: row.name.trim().to_owned(),
            born: born.to_string(),
            ..Sought::default()
        };
        let found = self.search(actor, &sought).await?;
        let whole: String =
            row.name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let same: Vec<_> = found.iter().filter(|one| one.name.to_lowercase() == whole).collect();
        Ok(match (&same[..], &found[..]) {
            ([one], _) => Ok(Whom::Known(percuta_chart::person::patient_of(one.id))),
            ([], []) => match patients::read(&row.entered(), CameBy::Clinic, self.today().await?) {
                Ok(_) => Ok(Whom::New),
                Err(wrong) => {
                    let says: Vec<String> = wrong.into_iter().map(|one| one.says).collect();
                    Err(says.join(" "))
                }
            },
            ([], [_, ..]) => {
                Err("Somebody of nearly this name was born on the same day. Write the \
                                  name as it is here, or book it by hand."
                    .to_owned())
            }
            ([_, _, ..], _) => {
                Err("Several patients have this name and date of birth. Book it by \
                                    hand."
                    .to_owned())
            }
        })
    }

    /// The visit that the engine makes of an appointment, or why it makes none.
    fn placed_there(
        &self,
        calendar: &Calendar,
        row: &Arriving,
        last: Date,
        own: &[(Timestamp, Timestamp)],
    ) -> Result<(model::Visit, Start), String> {
        if row.at < self.now() {
            return Err("It is over. What was done stays in the other program.".to_owned());
        }
        let Some(code) = &row.service else {
            return Err("Choose above which service this is here.".to_owned());
        };
        let mut services = calendar.services.services.iter();
        let Some(service) = services.position(|one| one.code == *code && one.is_offered) else {
            return Err("This service is not offered. Choose another one above.".to_owned());
        };
        let mut because = Vec::new();
        for (number, place) in calendar.sites.iter().enumerate() {
            let is_there = row.room.is_none_or(|room| place.rooms.iter().any(|one| one.id == room));
            if !place.site.is_open || !is_there {
                continue;
            }
            let site = model::SiteAt(number);
            let at = minute(row.at);
            let Some(model) = calendar.model.sites.get(number) else { continue };
            let day = model.zone.date(at);
            if day > last {
                return Err(
                    "It is further ahead than is booked here. Take it over later.".to_owned()
                );
            }
            let asked = asked(calendar, row, (ServiceAt(service), site), day);
            let found = slots::at(&calendar.model, &asked, site, at);
            let found = found.and_then(|visit| match row.room {
                None => Some(visit),
                Some(room) => in_room(calendar, &asked, (ServiceAt(service), site), (visit, room)),
            });
            let start = found.and_then(|visit| {
                let start = calendar.start(ServiceAt(service), &visit)?;
                Some((visit, start))
            });
            match start {
                Some((visit, start)) => {
                    let meets = |(from, until): &(Timestamp, Timestamp)| {
                        start.at < *until && *from < start.until
                    };
                    if own.iter().any(meets) {
                        let says =
                            "They have another visit at this time. Take over one of the two.";
                        return Err(says.to_owned());
                    }
                    return Ok((visit, start));
                }
                None => {
                    let found = why::why(&calendar.model, &asked, site, at);
                    let blocks = found.map(|why| why.blocks).unwrap_or_default();
                    because.extend(blocks.iter().take(2).map(|block| said(place, model, block)));
                }
            }
        }
        if because.is_empty() {
            because.push("It does not fit at this time.".to_owned());
        }
        because.push("Move it there first, or book it by hand.".to_owned());
        Err(because.join(" "))
    }

    /// Takes appointments over. Of all or none, none is taken while one does not fit.
    pub async fn import_visits(
        &self,
        actor: &Actor,
        rows: &[Arriving],
        take: Take,
    ) -> Result<Imported, No> {
        let judged = self.look_at_import(actor, rows).await?;
        let mut imported = Imported::default();
        for (number, one) in judged.iter().enumerate() {
            if let Err(says) = &one.becomes {
                imported.left.push((number, says.clone()));
            }
        }
        if take == Take::All && !imported.left.is_empty() {
            return Ok(imported);
        }
        let mut new: BTreeMap<(String, Option<Date>), PatientId> = BTreeMap::new();
        for (number, (row, one)) in rows.iter().zip(&judged).enumerate() {
            let Ok(start) = &one.becomes else { continue };
            let patient = match one.who {
                Whom::Known(patient) => patient,
                Whom::New | Whom::Unclear => match new.get(&row.whose()) {
                    Some(patient) => *patient,
                    None => {
                        let entered =
                            self.enter_patient(actor, &row.entered(), CameBy::Clinic).await?;
                        new.insert(row.whose(), entered);
                        imported.entered = imported.entered.saturating_add(1);
                        entered
                    }
                },
            };
            match self.import_one(actor, patient, (row, start)).await? {
                Some(visit) => imported.visits.push(visit),
                None => {
                    let says = "Somebody else took this time meanwhile. Look at it again.";
                    imported.left.push((number, says.to_owned()));
                }
            }
        }
        if take == Take::All && !imported.left.is_empty() {
            self.take_back_import(actor, &imported.visits).await?;
            imported.visits = Vec::new();
        }
        Ok(imported)
    }

    /// Books one; `None` where somebody else was faster.
    async fn import_one(
        &self,
        actor: &Actor,
        patient: PatientId,
        (row, start): (&Arriving, &Start),
    ) -> Result<Option<DocumentId>, No> {
        let id = self.vault.new_id()?;
        let day = day_of(&*self.clinic().await?, start.at);
        let days = Days { from: shifted(day, -1), to: shifted(day, 1) };
        for _ in 0..TRIES {
            let ground = self.ground(patient).await?;
            let expired: Vec<DocumentId> = ground.expired.iter().map(|held| held.id).collect();
            let calendar = self.calendar(days, &expired).await?;
            let own = own_times(&calendar, patient);
            let Ok((_, start)) = self.placed_there(&calendar, row, days.to, &own) else {
                return Ok(None);
            };
            let purpose = Purpose::Consultation;
            let visit = visit_of(&Placed { purpose, start });
            let visit = Visit { note: row.notes.trim().to_owned(), ..visit };
            let Some(places) = places(&calendar, patient, &visit.phases) else { return Ok(None) };
            let draft = Draft::new(Act::Book, "visit.import", id)
                .because("import")
                .begin(id, Owner::Patient(patient), &visit)?
                .holding(id, places);
            let draft = self.with_lock(draft, patient, &ground, None)?;
            if self.is_written(actor, draft).await? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Takes back visits that were taken over, those of them with which nothing else was done since; it says how many.
    /// Patients who were entered with them stay.
    pub async fn take_back_import(
        &self,
        actor: &Actor,
        visits: &[DocumentId],
    ) -> Result<usize, No> {
        self.allow(actor, Act::ManageSettings, "visit.import-undo", None).await?;
        let mut count = 0;
        for id in visits.iter().take(IMPORT_MAX) {
            let Some(seen) = self.vault.head::<Visit>(*id).await? else { continue };
            let is_fresh = seen.version == percuta_record::Version::FIRST
                && seen.state == VisitState::Booked
                && seen.contribution.by == actor.person;
            if !is_fresh {
                continue;
            }
            let why = "Taken back after it was taken over".to_owned();
            let state = VisitState::Cancelled { at: self.now(), why };
            let visit = Visit { state, ..seen.document.clone() };
            let draft = Draft::new(Act::Book, "visit.import-undo", *id)
                .because("undo")
                .change(&seen, Change::Write, &visit)?
                .holding(*id, []);
            self.commit(actor, draft).await?;
            count += 1;
        }
        Ok(count)
    }
}

/// What is in the way of a start, as the pages of booking say it: nothing of whose visit it is.
fn said(place: &Place, site: &model::Site, block: &why::Block) -> String {
    let name = block.resource.map(|hold| site.name_of(hold));
    let until = block
        .until
        .map(|until| timestamp(until).to_zoned(place.zone.clone()).strftime("%H:%M").to_string());
    in_the_way((block.phase.as_deref(), name), &block.says, until)
}

/// What is asked of the engine for one appointment.
fn asked(
    calendar: &Calendar,
    row: &Arriving,
    (service, site): (ServiceAt, model::SiteAt),
    day: Date,
) -> Request {
    Request {
        service,
        sites: vec![site],
        from: day,
        to: day,
        sessions: 1,
        interval: Interval { days_min: 1, days_max: 1 },
        staff: row.with.and_then(|with| calendar.label_of(with)).into_iter().collect(),
        weekdays: Vec::new(),
        between: Span { from: 0, to: DAY },
        step: 1,
        not_before: None,
        depth_um: None,
        limit: 1,
    }
}
