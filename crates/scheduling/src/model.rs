//! A clinic, what is booked, and what is asked for: plain values, read and checked by [`crate::read`].
//!
//! Whoever makes these values by hand has to keep what the reader checks: phases have a length, places point at what is
//! there, a site's ids differ.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::zone::Zone;

/// A moment: minutes since the beginning of 1970 in UTC. A civil time is counted likewise on the clock of the place.
pub type Minute = i64;

/// A stretch of time, its end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its first minute.
    pub from: Minute,
    /// The minute after its last.
    pub to: Minute,
}

impl Span {
    /// Whether two stretches share a minute.
    pub fn meets(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Whether another stretch lies inside.
    pub fn holds(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

/// A place in a list of the clinic: which site, which service.
macro_rules! place {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub usize);
    };
}
place!(SiteAt, "A site, by its place in the clinic's list.");
place!(ServiceAt, "A service, by its place in the clinic's list.");
place!(RoomAt, "A room, by its place in its site's list.");
place!(DeviceAt, "A device, by its place in its site's list.");
place!(StaffAt, "A member of staff, by their place in their site's list.");

/// A clinic: its sites, what it offers, what is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clinic {
    /// Where it works.
    pub sites: Vec<Site>,
    /// What it offers.
    pub services: Vec<Service>,
    /// What is booked.
    pub bookings: Vec<Booking>,
}

/// One place where the clinic works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its clock.
    pub zone: Zone,
    /// When it is open.
    pub hours: Vec<Hours>,
    /// Dates on which it is not.
    pub closed: BTreeSet<Date>,
    /// Its rooms.
    pub rooms: Vec<Room>,
    /// Its devices.
    pub devices: Vec<Device>,
    /// Who works there. A person who works at two sites has the same id at both.
    pub staff: Vec<Staff>,
}

/// Opening hours of a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The weekday, Monday being 0.
    pub weekday: u8,
    /// Minutes after midnight.
    pub open: Minute,
    /// Minutes after midnight, 1,440 at most.
    pub close: Minute,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its id.
    pub id: String,
    /// What phases ask for.
    pub kind: String,
    /// How many visits it holds at once.
    pub capacity: u16,
    /// Minutes it stays held after a visit left it.
    pub turnover: Minute,
    /// When it cannot be used.
    pub blocked: Vec<Span>,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: String,
    /// What phases ask for.
    pub kind: String,
    /// The rooms it can be used in; `None` for all.
    pub rooms: Option<Vec<RoomAt>>,
    /// Minutes it stays held after a phase.
    pub turnover: Minute,
    /// When it cannot be used.
    pub blocked: Vec<Span>,
}

/// A member of staff at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their id.
    pub id: String,
    /// What phases ask for.
    pub roles: Vec<String>,
    /// The services they may give; `None` for whatever their roles allow.
    pub may: Option<Vec<May>>,
    /// When they work.
    pub shifts: Vec<Span>,
    /// When they do not, although they are on shift.
    pub breaks: Vec<Span>,
}

/// A permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct May {
    /// The service.
    pub service: ServiceAt,
    /// The deepest they may needle, in micrometres; `None` for no limit.
    pub depth_um_max: Option<u32>,
    /// The kinds of device they may use; `None` for all.
    pub devices: Option<Vec<String>>,
}

/// A service: a chain of phases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its id.
    pub id: String,
    /// Its phases in order; at least one.
    pub phases: Vec<Phase>,
}

impl Service {
    /// The phase that the visit is for: the one called `treatment`, else the first with a device, else the first with
    /// anybody, else the first.
    pub fn lead(&self) -> usize {
        let first = |test: &dyn Fn(&Phase) -> bool| self.phases.iter().position(test);
        first(&|phase| phase.name == "treatment")
            .or_else(|| first(&|phase| phase.device.is_some()))
            .or_else(|| first(&|phase| phase.staff.is_some()))
            .unwrap_or(0)
    }
}

/// A phase of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// The shortest it may be; at least a minute.
    pub minutes_min: Minute,
    /// The longest it may be.
    pub minutes_max: Minute,
    /// Where.
    pub room: RoomNeed,
    /// The role of who is there; `None` for nobody.
    pub staff: Option<String>,
    /// The kind of device; `None` for none.
    pub device: Option<String>,
}

/// Where a phase is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomNeed {
    /// In no room of the clinic's.
    Nowhere,
    /// In the room of the phase before.
    Same,
    /// In a room of this kind.
    Kind(String),
}

/// Something that can be held, at the site that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// A room.
    Room(RoomAt),
    /// A member of staff.
    Staff(StaffAt),
    /// A device.
    Device(DeviceAt),
}

/// A visit that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its id.
    pub id: String,
    /// Where.
    pub site: SiteAt,
    /// The service, where it was said; moving a visit needs it.
    pub service: Option<ServiceAt>,
    /// How deep, in micrometres, where it was said.
    pub depth_um: Option<u32>,
    /// What it holds when.
    pub phases: Vec<Booked>,
}

/// A phase of a visit that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// Its name.
    pub name: String,
    /// When, without turnover.
    pub span: Span,
    /// What it holds.
    pub holds: Vec<Hold>,
}

/// Which starts are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The service.
    pub service: ServiceAt,
    /// The sites, in the clinic's order; at least one.
    pub sites: Vec<SiteAt>,
    /// The first date.
    pub from: Date,
    /// The last date.
    pub to: Date,
    /// How many sessions the course has.
    pub sessions: usize,
    /// Days from one session to the next.
    pub interval: Interval,
    /// Who may hold the leading phase; empty for whoever can.
    pub staff: Vec<String>,
    /// The weekdays, Monday being 0; empty for all.
    pub weekdays: Vec<u8>,
    /// The civil times of day that hold the whole visit.
    pub between: Span,
    /// Minutes from one start to the next.
    pub step: Minute,
    /// No start before this civil time of the site.
    pub not_before: Option<Minute>,
    /// How deep, in micrometres, where it was said.
    pub depth_um: Option<u32>,
    /// How many starts and courses are answered at most.
    pub limit: usize,
}

/// Days between two sessions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Fewest.
    pub days_min: i64,
    /// Most.
    pub days_max: i64,
}

/// A visit that is possible, with everything it would hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// Where.
    pub site: SiteAt,
    /// Its phases in order.
    pub phases: Vec<Placed>,
}

impl Visit {
    /// From its first minute to its last, without turnover.
    pub fn span(&self) -> Span {
        let from = self.phases.first().map_or(0, |phase| phase.span.from);
        Span { from, to: self.phases.last().map_or(from, |phase| phase.span.to) }
    }
}

/// A phase of a visit that is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    /// When, without turnover.
    pub span: Span,
    /// Where.
    pub room: Option<RoomAt>,
    /// Who is there.
    pub staff: Option<StaffAt>,
    /// With what.
    pub device: Option<DeviceAt>,
}

impl Placed {
    /// What it holds, in the order in which it is written.
    pub fn holds(&self) -> impl Iterator<Item = Hold> {
        [self.room.map(Hold::Room), self.staff.map(Hold::Staff), self.device.map(Hold::Device)]
            .into_iter()
            .flatten()
    }
}

impl Site {
    /// The id of something of this site.
    pub fn name_of(&self, hold: Hold) -> &str {
        match hold {
            Hold::Room(at) => self.rooms.get(at.0).map_or("", |room| &room.id),
            Hold::Staff(at) => self.staff.get(at.0).map_or("", |member| &member.id),
            Hold::Device(at) => self.devices.get(at.0).map_or("", |device| &device.id),
        }
    }

    /// Minutes that something stays held after a phase; nobody needs any.
    pub fn turnover(&self, hold: Hold) -> Minute {
        match hold {
            Hold::Room(at) => self.rooms.get(at.0).map_or(0, |room| room.turnover),
            Hold::Staff(_) => 0,
            Hold::Device(at) => self.devices.get(at.0).map_or(0, |device| device.turnover),
        }
    }
}
