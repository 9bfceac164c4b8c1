//! Changing what visits are made of: sites, rooms, devices, who works when, and services.
//!
//! Each is written on the version that was seen. What cannot stand is refused field by field by [`super::sound`], which
//! touches nothing; what is booked already is looked at here and in [`super::ahead`].

use percuta_chart::{
    Stored,
    calendar::{Device, Room, Roster, Services, Site, document_of_roster},
};
use percuta_record::{Change, DocumentId, Owner, PersonId};

use super::sound;
use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::{No, Wrong},
    vault::Opened,
    writing::Draft,
};

impl Practice {
    /// Adds a site.
    pub async fn add_site(&self, actor: &Actor, site: &Site) -> Result<DocumentId, No> {
        fine(sound::site(site))?;
        self.add_own(actor, "site.add", site).await
    }

    /// Changes a site on the version that was seen.
    pub async fn save_site(
        &self,
        actor: &Actor,
        seen: &Opened<Site>,
        site: &Site,
    ) -> Result<(), No> {
        fine(sound::site(site))?;
        self.save(actor, "site.change", seen, site).await
    }

    /// Adds a room.
    pub async fn add_room(&self, actor: &Actor, room: &Room) -> Result<DocumentId, No> {
        fine(sound::room(room))?;
        self.add_own(actor, "room.add", room).await
    }

    /// Changes a room on the version that was seen.
    pub async fn save_room(
        &self,
        actor: &Actor,
        seen: &Opened<Room>,
        room: &Room,
    ) -> Result<(), No> {
        fine(sound::room(room))?;
        self.save(actor, "room.change", seen, room).await
    }

    /// Adds a device.
    pub async fn add_device(&self, actor: &Actor, device: &Device) -> Result<DocumentId, No> {
        fine(sound::device(device))?;
        self.add_own(actor, "device.add", device).await
    }

    /// Changes a device on the version that was seen.
    pub async fn save_device(
        &self,
        actor: &Actor,
        seen: &Opened<Device>,
        device: &Device,
    ) -> Result<(), No> {
        fine(sound::device(device))?;
        self.save(actor, "device.change", seen, device).await
    }

    /// The devices that are used, by name.
    pub async fn devices(&self) -> Result<Vec<Opened<Device>>, No> {
        let mut devices = self.vault.own().await?.all::<Device>()?;
        devices.retain(|device| device.is_used);
        devices.sort_by_key(|device| (device.site, device.name.clone(), device.id));
        Ok(devices)
    }

    /// When a member works; `None` where nobody has said, which is whenever a site is open.
    pub async fn roster(&self, member: PersonId) -> Result<Option<Opened<Roster>>, No> {
        Ok(self.vault.own().await?.one::<Roster>(document_of_roster(member))?)
    }

    /// Changes when a member works, on the version that was seen; `None` where there was none.
    pub async fn save_roster(
        &self,
        actor: &Actor,
        member: PersonId,
        seen: Option<&Opened<Roster>>,
        roster: &Roster,
    ) -> Result<(), No> {
        let document = document_of_roster(member);
        let action = "roster.change";
        self.allow(actor, Act::ManagePeople, action, Some(document)).await?;
        fine(sound::roster(roster))?;
        let draft = Draft::new(Act::ManagePeople, action, document);
        let draft = match seen {
            Some(seen) => draft.change(seen, Change::Write, roster)?,
            None => draft.begin(document, Owner::Clinic, roster)?,
        };
        self.commit(actor, draft).await
    }

    /// Changes what the clinic offers, on the version that was seen.
    pub async fn save_services(
        &self,
        actor: &Actor,
        seen: &Opened<Services>,
        services: &Services,
    ) -> Result<(), No> {
        fine(sound::services(services))?;
        self.save(actor, "services.change", seen, services).await
    }

    async fn add_own<D: Stored>(
        &self,
        actor: &Actor,
        action: &'static str,
        new: &D,
    ) -> Result<DocumentId, No> {
        self.allow(actor, Act::ManageSettings, action, None).await?;
        let id = self.vault.new_id()?;
        let draft = Draft::new(Act::ManageSettings, action, id);
        self.commit(actor, draft.begin(id, Owner::Clinic, new)?).await?;
        Ok(id)
    }
}

fn fine(wrong: Vec<Wrong>) -> Result<(), No> {
    if wrong.is_empty() { Ok(()) } else { Err(No::Wrong(wrong)) }
}
