//! Changing what visits are made of: sites, rooms, devices, who works when, and services.
//!
//! Each is written on the version that was seen. What cannot stand is refused field by field by [`super::sound`], which
//! touches nothing; what is booked already is looked at here and in [`super::ahead`].

use jiff::tz::TimeZone;
use percuta_chart::{
    Stored,
    calendar::{
        Device, Room, Roster, Services, Site, document_of_first_site, document_of_roster,
        document_of_services,
    },
    person,
};
use percuta_record::{Change, DocumentId, Owner, PersonId, Version};

use super::{Booked, ahead::Gone, sound};
use crate::{
    Practice,
    actor::{Act, Actor},
    day_of,
    refusal::{No, Wrong},
    vault::Opened,
    writing::Draft,
};

/// A setting of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A site.
    Site(DocumentId),
    /// A room.
    Room(DocumentId),
    /// A device.
    Device(DocumentId),
    /// When a member works.
    Roster(PersonId),
    /// What is offered.
    Services,
}

impl Practice {
    /// Every site, those too that are worked at no more; the first first.
    pub async fn every_site(&self) -> Result<Vec<Opened<Site>>, No> {
        let mut sites = self.vault.own().await?.all::<Site>()?;
        let first = document_of_first_site();
        sites.sort_by_key(|site| (!site.is_open, site.id != first, site.name.clone(), site.id));
        Ok(sites)
    }

    /// Every room, those too that are used no more, by name.
    pub async fn every_room(&self) -> Result<Vec<Opened<Room>>, No> {
        let mut rooms = self.vault.own().await?.all::<Room>()?;
        rooms.sort_by_key(|room| (!room.is_used, room.name.clone(), room.id));
        Ok(rooms)
    }

    /// Every device, those too that are used no more, by name.
    pub async fn every_device(&self) -> Result<Vec<Opened<Device>>, No> {
        let mut devices = self.vault.own().await?.all::<Device>()?;
        devices.sort_by_key(|device| (!device.is_used, device.name.clone(), device.id));
        Ok(devices)
    }

    /// The devices that are used, by name.
    pub async fn devices(&self) -> Result<Vec<Opened<Device>>, No> {
        let mut devices = self.every_device().await?;
        devices.retain(|device| device.is_used);
        Ok(devices)
    }

    /// When a member works; `None` where nobody has said, which is whenever a site is open.
    pub async fn roster(&self, member: PersonId) -> Result<Option<Opened<Roster>>, No> {
        Ok(self.vault.own().await?.one::<Roster>(document_of_roster(member))?)
    }

    /// Adds a site.
    pub async fn add_site(&self, actor: &Actor, site: &Site) -> Result<DocumentId, No> {
        self.allow(actor, Act::ManageSettings, "site.add", None).await?;
        fine(sound::site(site))?;
        Self::differs(&self.every_site().await?, None, |known| {
            (known.is_open && site.is_open).then_some(&known.name) == Some(&site.name)
        })?;
        self.add_own(actor, "site.add", site).await
    }

    /// Changes a site on the version that was seen, and says which version that made.
    pub async fn save_site(
        &self,
        actor: &Actor,
        seen: &Opened<Site>,
        (site, booked): (&Site, Booked),
    ) -> Result<Version, No> {
        let action = "site.change";
        self.allow(actor, Act::ManageSettings, action, Some(seen.id)).await?;
        fine(sound::site(site))?;
        let sites = self.every_site().await?;
        Self::differs(&sites, Some(seen.id), |known| {
            (known.is_open && site.is_open).then_some(&known.name) == Some(&site.name)
        })?;
        if !site.is_open && !sites.iter().any(|known| known.id != seen.id && known.is_open) {
            let says = "This is the only site that is worked at. Add another one first.";
            return Err(No::wrong("used", says));
        }
        let today = day_of(&*self.clinic().await?, self.now());
        let mut fresh = site.closed.keys().filter(|day| !seen.closed.contains_key(day));
        if fresh.any(|day| *day < today) {
            return Err(No::wrong("closed-day", "Choose a day that is still to come."));
        }
        let zone = TimeZone::get(&site.time_zone).unwrap_or(TimeZone::UTC);
        let rooms = self.rooms().await?;
        let here = rooms.iter().filter(|room| room.site == seen.id);
        let here: Vec<DocumentId> = here.map(|room| room.id).collect();
        let closed = Gone::days(seen, site, &zone);
        self.in_the_way("closed-day", (&here, &closed), (booked, &zone)).await?;
        let gone = if seen.is_open && !site.is_open {
            vec![Gone::for_good(self.now())]
        } else {
            Vec::new()
        };
        self.in_the_way("used", (&here, &gone), (booked, &zone)).await?;
        self.save(actor, action, seen, site).await?;
        next(seen)
    }

    /// Adds a room.
    pub async fn add_room(&self, actor: &Actor, room: &Room) -> Result<DocumentId, No> {
        self.allow(actor, Act::ManageSettings, "room.add", None).await?;
        fine(sound::room(room))?;
        self.at_a_site(room.site).await?;
        Self::differs(&self.every_room().await?, None, |known| alike(known, room))?;
        self.add_own(actor, "room.add", room).await
    }

    /// Changes a room on the version that was seen, and says which version that made.
    pub async fn save_room(
        &self,
        actor: &Actor,
        seen: &Opened<Room>,
        (room, booked): (&Room, Booked),
    ) -> Result<Version, No> {
        let action = "room.change";
        self.allow(actor, Act::ManageSettings, action, Some(seen.id)).await?;
        fine(sound::room(room))?;
        Self::differs(&self.every_room().await?, Some(seen.id), |known| alike(known, room))?;
        let zone = self.zone_of_site(seen.site).await?;
        if room.site != seen.site {
            let says = "A room stays where it is. Take it out of use and add it at the other site.";
            return Err(No::wrong("site", says));
        }
        let is_less = room.capacity < seen.capacity || room.kind != seen.kind;
        let gone = |is: bool| if is { vec![Gone::for_good(self.now())] } else { Vec::new() };
        let (out, less) = (gone(seen.is_used && !room.is_used), gone(is_less));
        let resource = [seen.id];
        self.in_the_way("used", (&resource, &out), (booked, &zone)).await?;
        self.in_the_way("seats", (&resource, &less), (booked, &zone)).await?;
        let blocked = Gone::newly(&seen.blocked, &room.blocked);
        self.in_the_way("blocked-from", (&resource, &blocked), (booked, &zone)).await?;
        self.save(actor, action, seen, room).await?;
        next(seen)
    }

    /// Adds a device.
    pub async fn add_device(&self, actor: &Actor, device: &Device) -> Result<DocumentId, No> {
        self.allow(actor, Act::ManageSettings, "device.add", None).await?;
        fine(sound::device(device))?;
        self.at_a_site(device.site).await?;
        self.rooms_are_there(device).await?;
        Self::differs(&self.every_device().await?, None, |known| alike_devices(known, device))?;
        self.add_own(actor, "device.add", device).await
    }

    /// Changes a device on the version that was seen, and says which version that made.
    pub async fn save_device(
        &self,
        actor: &Actor,
        seen: &Opened<Device>,
        (device, booked): (&Device, Booked),
    ) -> Result<Version, No> {
        let action = "device.change";
        self.allow(actor, Act::ManageSettings, action, Some(seen.id)).await?;
        fine(sound::device(device))?;
        self.at_a_site(device.site).await?;
        self.rooms_are_there(device).await?;
        let devices = self.every_device().await?;
        Self::differs(&devices, Some(seen.id), |known| alike_devices(known, device))?;
        let zone = self.zone_of_site(seen.site).await?;
        let moves = device.site != seen.site || device.modality != seen.modality;
        let is_out = (seen.is_used && !device.is_used) || moves;
        let out = if is_out { vec![Gone::for_good(self.now())] } else { Vec::new() };
        let resource = [seen.id];
        self.in_the_way("used", (&resource, &out), (booked, &zone)).await?;
        let blocked = Gone::newly(&seen.blocked, &device.blocked);
        self.in_the_way("blocked-from", (&resource, &blocked), (booked, &zone)).await?;
        self.save(actor, action, seen, device).await?;
        next(seen)
    }

    /// Changes when a member works, on the version that was seen; `None` where there was none. It says which version that
    /// made.
    pub async fn save_roster(
        &self,
        actor: &Actor,
        (member, seen): (PersonId, Option<&Opened<Roster>>),
        (roster, booked): (&Roster, Booked),
    ) -> Result<Version, No> {
        let (document, action) = (document_of_roster(member), "roster.change");
        self.allow(actor, Act::ManagePeople, action, Some(document)).await?;
        fine(sound::roster(roster))?;
        let known = self.services().await?;
        let is_known = |code: &String| known.services.iter().any(|service| service.code == *code);
        if roster.services.iter().flatten().any(|code| !is_known(code)) {
            return Err(No::wrong("services", "Choose from the services that are offered."));
        }
        let before = seen.map(|seen| seen.document.away.clone()).unwrap_or_default();
        let resource = [person::document_of_member(member)];
        let zone = self.zone_of_site(document_of_first_site()).await?;
        let away = Gone::newly(&before, &roster.away);
        self.in_the_way("blocked-from", (&resource, &away), (booked, &zone)).await?;
        let draft = Draft::new(Act::ManagePeople, action, document);
        let draft = match seen {
            Some(seen) => draft.change(seen, Change::Write, roster)?,
            None => draft.begin(document, Owner::Clinic, roster)?,
        };
        self.commit(actor, draft).await?;
        seen.map_or(Ok(Version::FIRST), next)
    }

    /// Changes what the clinic offers, on the version that was seen, and says which version that made. A service that is
    /// offered has to be possible: what it lacks is said at its phases.
    pub async fn save_services(
        &self,
        actor: &Actor,
        seen: &Opened<Services>,
        services: &Services,
    ) -> Result<Version, No> {
        let action = "services.change";
        self.allow(actor, Act::ManageSettings, action, Some(seen.id)).await?;
        fine(sound::services(services))?;
        for service in services.services.iter().filter(|service| service.is_offered) {
            let before = seen.services.iter().find(|known| known.code == service.code);
            if before == Some(service) {
                continue;
            }
            // What nobody could book before, in a clinic that nobody else works in yet, is not made worse.
            let before = before.filter(|before| before.is_offered);
            if let Some(before) = before
                && !self.lacks(before).await?.is_empty()
            {
                continue;
            }
            let lacks = self.lacks(service).await?;
            if !lacks.is_empty() {
                let says = format!(
                    "Nobody could book {}. {} Change its phases, or do not offer it yet.",
                    service.title,
                    lacks.join(" ")
                );
                return Err(No::wrong("phases", says));
            }
        }
        self.save(actor, action, seen, services).await?;
        next(seen)
    }

    /// Takes back what was last done to a setting, where nobody changed it since.
    pub async fn take_back_setting(
        &self,
        actor: &Actor,
        setting: Setting,
        written: Version,
    ) -> Result<(), No> {
        match setting {
            Setting::Site(id) => {
                let (seen, before) = self.before::<Site>(id, written).await?;
                self.save_site(actor, &seen, (&before.document, Booked::MoveFirst)).await?;
            }
            Setting::Room(id) => {
                let (seen, before) = self.before::<Room>(id, written).await?;
                self.save_room(actor, &seen, (&before.document, Booked::MoveFirst)).await?;
            }
            Setting::Device(id) => {
                let (seen, before) = self.before::<Device>(id, written).await?;
                self.save_device(actor, &seen, (&before.document, Booked::MoveFirst)).await?;
            }
            Setting::Roster(member) => {
                let document = document_of_roster(member);
                let (seen, before) = self.before::<Roster>(document, written).await?;
                let roster = (&before.document, Booked::MoveFirst);
                self.save_roster(actor, (member, Some(&seen)), roster).await?;
            }
            Setting::Services => {
                let id = document_of_services();
                let (seen, before) = self.before::<Services>(id, written).await?;
                self.save_services(actor, &seen, &before.document).await?;
            }
        }
        Ok(())
    }

    /// A setting as it stands and as it was before, where a version is its last.
    async fn before<D: Stored>(
        &self,
        id: DocumentId,
        written: Version,
    ) -> Result<(Opened<D>, Opened<D>), No> {
        let seen = self.vault.own().await?.one::<D>(id)?.ok_or(No::NotFound)?;
        let before = written.number().checked_sub(1).and_then(Version::new);
        let before = before.filter(|_| seen.version == written).ok_or(No::Conflict)?;
        let sealed = self.vault.store().version(seen.id, before).await?.ok_or(No::NotFound)?;
        let before = self.vault.open_one::<D>(sealed).await?.ok_or(No::NotFound)?;
        Ok((seen, before))
    }

    async fn at_a_site(&self, site: DocumentId) -> Result<(), No> {
        let is_there = self.sites().await?.iter().any(|known| known.id == site);
        if is_there { Ok(()) } else { Err(No::wrong("site", "Choose one of the clinic's sites.")) }
    }

    async fn rooms_are_there(&self, device: &Device) -> Result<(), No> {
        let rooms = self.every_room().await?;
        let is_there =
            |id: &DocumentId| rooms.iter().any(|room| room.id == *id && room.site == device.site);
        if device.rooms.iter().all(is_there) {
            return Ok(());
        }
        Err(No::wrong("room", "Choose rooms of the site where the device is."))
    }

    /// Refuses a name that something else has.
    fn differs<D>(
        known: &[Opened<D>],
        own: Option<DocumentId>,
        is_same: impl Fn(&D) -> bool,
    ) -> Result<(), No> {
        let mut others = known.iter().filter(|one| Some(one.id) != own);
        if others.any(|one| is_same(&one.document)) {
            return Err(No::wrong("name", "There is one of this name. Give it another."));
        }
        Ok(())
    }

    async fn add_own<D: Stored>(
        &self,
        actor: &Actor,
        action: &'static str,
        new: &D,
    ) -> Result<DocumentId, No> {
        let id = self.vault.new_id()?;
        let draft = Draft::new(Act::ManageSettings, action, id);
        self.commit(actor, draft.begin(id, Owner::Clinic, new)?).await?;
        Ok(id)
    }
}

/// The version that follows what was seen.
fn next<D>(seen: &Opened<D>) -> Result<Version, No> {
    seen.version.next().ok_or(No::Conflict)
}

fn alike(one: &Room, other: &Room) -> bool {
    one.is_used && other.is_used && one.site == other.site && one.name == other.name
}

fn alike_devices(one: &Device, other: &Device) -> bool {
    one.is_used && other.is_used && one.site == other.site && one.name == other.name
}

fn fine(wrong: Vec<Wrong>) -> Result<(), No> {
    if wrong.is_empty() { Ok(()) } else { Err(No::Wrong(wrong)) }
}
