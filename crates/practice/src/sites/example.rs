//! An example day of a service: how visits of it would follow one another on a day without any other visit, and what is
//! missing where there is none. It asks the engine by which visits are booked.
//!
//! What is asked about may be unsaved: that is how somebody who changes phases sees what comes of it.

use jiff::civil::{Date, Time};
use percuta_chart::{
    calendar::{Service, Services},
    visit::PhaseKind,
};
use percuta_record::DocumentId;
use percuta_scheduling::{
    model::{Hold, Interval, Request, ServiceAt, SiteAt, Visit},
    slots,
    zone::DAY,
};

use crate::{
    Practice,
    actor::{Act, Actor},
    calendar::{Calendar, Days, timestamp},
    refusal::No,
    visits::{sentence, shifted},
};

/// No example day has more visits.
const VISITS_MAX: usize = 24;
/// Visits begin on the quarter hours that pages offer.
const STEP_MIN: i64 = 15;
/// So many days ahead a day is looked for on which one is possible.
const AHEAD_DAYS: i32 = 14;

/// A day with as many visits of one service as follow one another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Example {
    /// The site's name.
    pub site: String,
    /// The day; `None` where no visit is possible on any.
    pub day: Option<Date>,
    /// When the site opens and closes on it.
    pub open: Option<(Time, Time)>,
    /// When the visits begin and end.
    pub visits: Vec<(Time, Time)>,
    /// Rooms seat by seat, devices and people, and what each holds.
    pub rows: Vec<ExampleRow>,
    /// What is missing, in sentences: a phase, and what it lacks.
    pub lacks: Vec<String>,
}

/// A row of an example day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleRow {
    /// What it is.
    pub kind: RowKind,
    /// Its name.
    pub name: String,
    /// What it holds, in order of time.
    pub held: Vec<ExampleHeld>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// A room, or a seat in one.
    Room,
    /// A device.
    Device,
    /// Somebody.
    Person,
}

/// A phase that a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExampleHeld {
    /// From.
    pub from: Time,
    /// Until.
    pub until: Time,
    /// Which visit of the day, from 1.
    pub visit: usize,
    /// What happens.
    pub phase: PhaseKind,
}

impl Practice {
    /// An example day of a service as it is given, saved or not, at a site or at the first at which it is possible.
    pub async fn example_day(
        &self,
        actor: &Actor,
        service: &Service,
        site: Option<DocumentId>,
    ) -> Result<Example, No> {
        self.allow(actor, Act::ManageSettings, "services.try", None).await?;
        let from = shifted(self.today().await?, 1);
        let days = Days { from, to: shifted(from, AHEAD_DAYS) };
        let (calendar, at) = self.calendar_with(service, days).await?;
        let mut lacks = Vec::new();
        for (number, place) in calendar.sites.iter().enumerate() {
            if !place.site.is_open || site.is_some_and(|site| site != place.site.id) {
                continue;
            }
            let site = SiteAt(number);
            let answer = slots(&calendar.model, &request((at, site), days));
            match answer.starts.first() {
                Some(first) => return Ok(day_of(calendar, (at, site), (service, first))),
                None => lacks.extend(answer.none_because.iter().map(|one| {
                    let phase = one.phase.as_ref().map(|phase| format!("{phase}: "));
                    sentence(&format!("{}{}", phase.unwrap_or_default(), one.says))
                })),
            }
        }
        if lacks.is_empty() {
            lacks.push("No site is worked at.".to_owned());
        }
        Ok(Example { lacks, ..Example::default() })
    }

    /// What each service that is offered lacks, where it cannot be given at all in the next two weeks.
    pub(crate) async fn lacks(&self, service: &Service) -> Result<Vec<String>, No> {
        let from = shifted(self.today().await?, 1);
        let days = Days { from, to: shifted(from, AHEAD_DAYS) };
        let (calendar, at) = self.calendar_with(service, days).await?;
        let mut lacks = Vec::new();
        for (number, place) in calendar.sites.iter().enumerate() {
            if !place.site.is_open {
                continue;
            }
            let answer = slots(&calendar.model, &request((at, SiteAt(number)), days));
            if answer.counted > 0 {
                return Ok(Vec::new());
            }
            lacks.extend(answer.none_because.iter().map(|one| {
                let phase = one.phase.as_ref().map(|phase| format!("{phase}: "));
                sentence(&format!("{}{}", phase.unwrap_or_default(), one.says))
            }));
        }
        Ok(lacks)
    }

    /// A calendar without visits that offers a service as it is given, and its place among the services.
    async fn calendar_with(
        &self,
        service: &Service,
        days: Days,
    ) -> Result<(Calendar, ServiceAt), No> {
        let own = self.vault.own().await?;
        let mut services: Services = self.services().await?.document;
        let known = services.services.iter().position(|one| one.code == service.code);
        let at = match known.and_then(|at| services.services.get_mut(at).map(|one| (at, one))) {
            Some((at, one)) => {
                *one = service.clone();
                at
            }
            None => {
                services.services.push(service.clone());
                services.services.len().saturating_sub(1)
            }
        };
        let calendar = crate::calendar::documents::calendar_offering(&own, days, Some(services))?;
        Ok((calendar, ServiceAt(at)))
    }
}

fn request((service, site): (ServiceAt, SiteAt), days: Days) -> Request {
    Request {
        service,
        sites: vec![site],
        from: days.from,
        to: days.to,
        sessions: 1,
        interval: Interval { days_min: 1, days_max: 1 },
        staff: Vec::new(),
        weekdays: Vec::new(),
        between: percuta_scheduling::Span { from: 0, to: DAY },
        step: STEP_MIN,
        not_before: None,
        depth_um: None,
        limit: 1,
    }
}

/// Takes one visit after the other, each as early as it can be, on the day of the first.
fn day_of(
    mut calendar: Calendar,
    (at, site): (ServiceAt, SiteAt),
    (service, first): (&Service, &Visit),
) -> Example {
    let Some(place) = calendar.sites.get(site.0) else { return Example::default() };
    let (name, zone) = (place.site.name.clone(), place.zone.clone());
    let day = timestamp(first.span().from).to_zoned(zone.clone()).date();
    let hours: Vec<(Time, Time)> =
        place.site.hours_on(day).map(|hours| (hours.from, hours.until)).collect();
    let opens = hours.iter().map(|(from, _)| *from).min();
    let open = opens.zip(hours.iter().map(|(_, until)| *until).max());
    let asked = request((at, site), Days { from: day, to: day });
    let mut visits: Vec<Visit> = Vec::new();
    while visits.len() < VISITS_MAX {
        let Some(next) = slots(&calendar.model, &asked).starts.into_iter().next() else { break };
        calendar.take(&next);
        visits.push(next);
    }
    let clock = |minute| timestamp(minute).to_zoned(zone.clone()).time();
    let kinds: Vec<PhaseKind> = service.phases.iter().map(|phase| phase.kind).collect();
    let mut rows = Vec::new();
    if let Some(model) = calendar.model.sites.get(site.0) {
        for hold in holds(model) {
            rows.extend(rows_of(model, hold, (&visits, &kinds), &clock));
        }
    }
    rows.sort_by_key(|row| row.kind);
    let times = visits.iter().map(|visit| (clock(visit.span().from), clock(visit.span().to)));
    Example { site: name, day: Some(day), open, visits: times.collect(), rows, lacks: Vec::new() }
}

/// Everything of a site that can be held.
fn holds(site: &percuta_scheduling::model::Site) -> impl Iterator<Item = Hold> {
    use percuta_scheduling::model::{DeviceAt, RoomAt, StaffAt};
    let rooms = (0..site.rooms.len()).map(|at| Hold::Room(RoomAt(at)));
    let devices = (0..site.devices.len()).map(|at| Hold::Device(DeviceAt(at)));
    rooms.chain(devices).chain((0..site.staff.len()).map(|at| Hold::Staff(StaffAt(at))))
}

/// What one room, device or person holds: a room with several seats has a row for each. What holds nothing has none.
fn rows_of(
    site: &percuta_scheduling::model::Site,
    hold: Hold,
    (visits, kinds): (&[Visit], &[PhaseKind]),
    clock: &dyn Fn(i64) -> Time,
) -> Vec<ExampleRow> {
    let mut seats: Vec<(i64, Vec<ExampleHeld>)> = Vec::new();
    for (visit, number) in visits.iter().zip(1_usize..) {
        let of = visit.phases.iter().zip(kinds);
        let of = of.filter(|(placed, _)| placed.holds().any(|held| held == hold));
        let held: Vec<_> = of.map(|(placed, kind)| (placed.span, *kind)).collect();
        let (Some((first, _)), Some((last, _))) = (held.first(), held.last()) else { continue };
        let (from, until) = (first.from, last.to);
        let held = held.iter().map(|(span, phase)| ExampleHeld {
            from: clock(span.from),
            until: clock(span.to),
            visit: number,
            phase: *phase,
        });
        // Nobody and no device is at two visits at once; a room with several seats may be.
        let is_single = !matches!(hold, Hold::Room(_));
        match seats.iter_mut().find(|(free, _)| is_single || *free <= from) {
            Some((free, seat)) => {
                *free = until;
                seat.extend(held);
            }
            None => seats.push((until, held.collect())),
        }
    }
    let kind = match hold {
        Hold::Room(_) => RowKind::Room,
        Hold::Device(_) => RowKind::Device,
        Hold::Staff(_) => RowKind::Person,
    };
    for (_, held) in &mut seats {
        held.sort_unstable();
    }
    let (name, several) = (site.name_of(hold), seats.len() > 1);
    let named = seats.into_iter().zip(1_usize..).map(|((_, held), seat)| ExampleRow {
        kind,
        name: if several { format!("{name}, seat {seat}") } else { name.to_owned() },
        held,
    });
    named.collect()
}
