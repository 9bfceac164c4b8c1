//! Sites, rooms, devices, rosters and services: what a clinic begins with, and how a record of before comes by them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::time;
use percuta_chart::{
    calendar::{
        Hours, Room, RoomKind, RoomNeed, Service, ServiceFor, ServicePhase, Services, Site,
        StaffNeed, document_of_first_site, document_of_services,
    },
    clinic::{Clinic, VisitShape},
    visit::{PhaseKind, Purpose, Visit},
};
use percuta_record::{Change, DocumentId, Owner};

use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::Days,
    patients::Story,
    refusal::No,
    vault::Opened,
    visits::{Beside, Sought, Wish, service_of},
    writing::Draft,
};

mod ahead;
mod change;
mod example;
pub(crate) mod sound;

pub use ahead::Booked;
pub use change::Setting;
pub use example::{Example, ExampleHeld, ExampleRow, RowKind};

/// Where a visit is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Where {
    /// The rooms in their order, after the site where there are several.
    pub place: String,
    /// The site's address; empty where it is the clinic's.
    pub address: String,
}

/// A talk takes so many minutes.
const TALK_MIN: i64 = 30;
/// How the parts of a session pass where nobody has said otherwise: the guides' numbing of 30 to 45 minutes.
const SHAPE: Shape = Shape { cleanse: 10, numbing: (30, 45), treatment: 35, aftercare: 10 };

/// Minutes of a session's parts.
struct Shape {
    cleanse: i64,
    numbing: (i64, i64),
    treatment: i64,
    aftercare: i64,
}

impl Practice {
    /// The sites that are worked at, the first first.
    pub async fn sites(&self) -> Result<Vec<Opened<Site>>, No> {
        let mut sites = self.vault.own().await?.all::<Site>()?;
        sites.retain(|site| site.is_open);
        let first = document_of_first_site();
        sites.sort_by_key(|site| (site.id != first, site.name.clone(), site.id));
        Ok(sites)
    }

    /// The site that a clinic begins with, or the first that is still worked at.
    pub async fn first_site(&self) -> Result<Opened<Site>, No> {
        let found = self.sites().await?.into_iter().next();
        found.ok_or(No::Failed(crate::Failure::Missing { what: "site" }))
    }

    /// The rooms that are used, by name.
    pub async fn rooms(&self) -> Result<Vec<Opened<Room>>, No> {
        let mut rooms = self.vault.own().await?.all::<Room>()?;
        rooms.retain(|room| room.is_used);
        rooms.sort_by_key(|room| (room.site, room.name.clone(), room.id));
        Ok(rooms)
    }

    /// What the clinic offers.
    pub async fn services(&self) -> Result<Opened<Services>, No> {
        let services = self.vault.own().await?.one::<Services>(document_of_services())?;
        services.ok_or(No::Failed(crate::Failure::Missing { what: "list of services" }))
    }

    /// The service that a visit of a purpose is; `None` where none is set.
    pub async fn service_for(
        &self,
        story: &Story,
        purpose: Purpose,
    ) -> Result<Option<Service>, No> {
        let today = self.today().await?;
        let calendar = self.calendar(Days { from: today, to: today }, &[]).await?;
        let (beside, wish) = (Beside::default(), Wish::default());
        let sought = Sought { story, purpose, beside, wish: &wish };
        Ok(service_of(&calendar, &sought).map(|(_, service)| service.clone()))
    }

    /// Where a visit is, in words, as a patient and the clinic read it.
    pub async fn where_of(&self, visit: &Visit) -> Result<Where, No> {
        let own = self.vault.own().await?;
        let name =
            |id: DocumentId| own.one::<Room>(id).map(|room| room.map(|room| room.name.clone()));
        let mut rooms: Vec<String> = Vec::new();
        for phase in &visit.phases {
            let room = match phase.room {
                Some(room) => name(room)?,
                None => None,
            };
            rooms.extend(room.filter(|room| !rooms.contains(room)));
        }
        let sites = self.sites().await?;
        let site = sites.iter().find(|site| site.id == visit.site);
        let site_name = site.map(|site| site.name.clone()).unwrap_or_default();
        let address = site.map(|site| site.address.clone()).unwrap_or_default();
        let place = rooms.join(", then ");
        let place = if sites.len() > 1 { format!("{site_name}: {place}") } else { place };
        Ok(Where { place, address })
    }

    /// Makes the first site and the services of a record that is older than these.
    pub(crate) async fn make_sites(&self) -> Result<(), No> {
        let own = self.vault.own().await?;
        let Some(seen) = own.one::<Clinic>(percuta_chart::clinic::document())? else {
            return Ok(());
        };
        let Some(before) = seen.before.clone() else { return Ok(()) };
        let hours = before.hours.iter().map(|(weekday, open)| Hours {
            weekday: *weekday,
            from: open.from,
            until: open.until,
        });
        let closed = before.closed.iter().map(|day| (*day, String::new())).collect();
        let site =
            Site { hours: hours.collect(), closed, ..default_site(&seen.name, &seen.time_zone) };
        let clinic = Clinic { before: None, ..seen.document.clone() };
        let draft = Draft::new(Act::ManageSettings, "record.upgrade", seen.id)
            .because("upgrade")
            .change(&seen, Change::Write, &clinic)?
            .begin(document_of_first_site(), Owner::Clinic, &site)?
            .begin(document_of_services(), Owner::Clinic, &services_of(before.visit))?;
        self.commit(&Actor::program(), draft).await
    }
}

/// What a clinic's calendar begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstCalendar {
    /// Where it works.
    pub site: Site,
    /// The one room.
    pub room: Room,
    /// What it offers.
    pub services: Services,
}

/// One site that is open on weekdays, with one room in which everything is done.
pub fn first_calendar(name: &str, time_zone: &str) -> FirstCalendar {
    let services = services(&SHAPE);
    FirstCalendar { site: default_site(name, time_zone), room: default_room(), services }
}

/// A site to begin with: open on weekdays.
pub fn default_site(name: &str, time_zone: &str) -> Site {
    let weekday = |weekday| Hours { weekday, from: time(9, 0, 0, 0), until: time(17, 30, 0, 0) };
    Site {
        name: name.trim().to_owned(),
        address: String::new(),
        time_zone: time_zone.to_owned(),
        hours: (1..=5).map(weekday).collect(),
        closed: BTreeMap::new(),
        is_open: true,
    }
}

/// The room to begin with.
fn default_room() -> Room {
    Room {
        name: "Treatment room".to_owned(),
        site: document_of_first_site(),
        kind: RoomKind::Treatment,
        capacity: 1,
        turnover_min: 0,
        blocked: Vec::new(),
        is_used: true,
    }
}

/// What a simple calendar was, as services: nothing becomes longer or shorter by it.
fn services_of(shape: VisitShape) -> Services {
    services(&Shape {
        cleanse: shape.cleanse_min,
        numbing: (shape.numbing_min, shape.numbing_min),
        treatment: shape.treatment_min,
        aftercare: shape.aftercare_min,
    })
}

fn services(shape: &Shape) -> Services {
    let treat = RoomNeed::In(RoomKind::Treatment);
    let phase = |kind, (min, max), staff| ServicePhase {
        kind,
        minutes_min: min,
        minutes_max: max,
        room: RoomNeed::Same,
        staff,
        device: None,
    };
    let (lead, help) = (Some(StaffNeed::Practitioner), Some(StaffNeed::Assistant));
    let mut session: Vec<ServicePhase> = vec![
        phase(PhaseKind::Cleanse, (shape.cleanse, shape.cleanse), help),
        phase(PhaseKind::Numbing, shape.numbing, None),
        phase(PhaseKind::Treatment, (shape.treatment, shape.treatment), lead),
        phase(PhaseKind::Aftercare, (shape.aftercare, shape.aftercare), help),
    ];
    session.retain(|phase| phase.minutes_min > 0);
    if let Some(first) = session.first_mut() {
        first.room = treat;
    }
    let talk = || {
        let talk = phase(PhaseKind::Talk, (TALK_MIN, TALK_MIN), lead);
        vec![ServicePhase { room: treat, ..talk }]
    };
    let service = |code: &str, title: &str, purpose, phases| Service {
        code: code.to_owned(),
        title: title.to_owned(),
        purpose,
        phases,
        is_offered: true,
    };
    let any = ServiceFor::Session { modalities: BTreeSet::new() };
    Services {
        services: vec![
            service("consultation", "Consultation", ServiceFor::Consultation, talk()),
            service("session", "Microneedling session", any, session),
            service("follow-up", "Look at the result", ServiceFor::FollowUp, talk()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use percuta_chart::{
        calendar::document_of_first_room,
        clinic::{self, Opening, SimpleCalendar},
    };

    use super::*;
    use crate::{settings::default_clinic, testing::Clinic as House};

    /// A record as a version without sites left it: the calendar in the clinic's own document, and the one room.
    async fn of_before(before: SimpleCalendar) -> (Practice, tempfile::TempDir) {
        let (practice, folder) = House::empty().await;
        let clinic = Clinic {
            before: Some(before.clone()),
            ..default_clinic("Invented Skin", "020 7946 0000", "America/New_York")
        };
        let room = Room { name: before.room, ..default_room() };
        let draft = Draft::new(Act::ManageSettings, "clinic.set-up", clinic::document())
            .begin(clinic::document(), Owner::Clinic, &clinic)
            .and_then(|draft| draft.begin(document_of_first_room(), Owner::Clinic, &room));
        practice.commit(&Actor::program(), draft.unwrap()).await.unwrap();
        (practice, folder)
    }

    #[tokio::test]
    async fn a_record_of_before_keeps_its_hours_its_room_and_its_lengths() {
        let hours = Opening { from: time(8, 30, 0, 0), until: time(16, 0, 0, 0) };
        let christmas = date(2026, 12, 25);
        let before = SimpleCalendar {
            hours: BTreeMap::from([(2, hours), (6, hours)]),
            closed: BTreeSet::from([christmas]),
            room: "The blue room".to_owned(),
            visit: VisitShape {
                cleanse_min: 0,
                numbing_min: 50,
                treatment_min: 40,
                aftercare_min: 15,
            },
        };
        let (practice, _folder) = of_before(before).await;
        practice.make_sites().await.unwrap();
        let site = practice.first_site().await.unwrap();
        assert_eq!(
            (site.name.as_str(), site.time_zone.as_str()),
            ("Invented Skin", "America/New_York")
        );
        let days: Vec<i8> = site.hours.iter().map(|hours| hours.weekday).collect();
        assert_eq!(days, [2, 6]);
        assert!(site.closed.contains_key(&christmas));
        let rooms = practice.rooms().await.unwrap();
        assert_eq!((rooms.len(), rooms[0].name.as_str()), (1, "The blue room"));
        let services = practice.services().await.unwrap();
        let session = services.services.iter().find(|one| one.code == "session").unwrap();
        // Nothing becomes longer or shorter by it, and what took no time is no phase.
        assert_eq!(session.minutes(), (105, 105));
        let kinds: Vec<PhaseKind> = session.phases.iter().map(|phase| phase.kind).collect();
        assert_eq!(kinds, [PhaseKind::Numbing, PhaseKind::Treatment, PhaseKind::Aftercare]);
        assert!(practice.clinic().await.unwrap().before.is_none());

        // The second start finds nothing to do.
        let kept = practice.store().kept(Owner::Clinic).await.unwrap();
        practice.make_sites().await.unwrap();
        assert_eq!(practice.store().kept(Owner::Clinic).await.unwrap(), kept);
    }
}
