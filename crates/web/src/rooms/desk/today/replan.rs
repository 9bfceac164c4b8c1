//! Somebody comes late, somebody is away: what can be done about it, and doing it in one go.
//!
//! What a button does is planned anew when it is pressed, and done only where it is still what was shown.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::{Blocked, Site},
    person::{Member, member_of},
    visit::{Visit, VisitState},
};
use percuta_practice::{
    Act, No, Opened,
    today::ground::Because,
    visits::{
        Start,
        again::{Late, Proposed, arrives},
        book::{Booking, Move, Moving, Wanted},
    },
    zone_of,
};
use percuta_record::{DocumentId, PersonId};

use super::{
    Asked, asked,
    moving::{is_as_shown, key, moved},
    place as day_at,
};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::Link,
            today::replan::{self as page, Action, Asks, Field, Plan, Replan, Row},
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        booking::at_version,
        desk::{clock, id, path, when},
        door::Doors,
        entrance::{Filled, entry},
        refuse, see_done, shown,
    },
    wording,
};

/// Nobody who comes later than this on the day comes late: they are booked anew.
const LATE_MAX: i64 = 600;

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get("/visits/{visit}/late", Needs::Member(Act::Book), ask_late)
        .post("/visits/{visit}/late", Needs::Member(Act::Book), late)
        .get("/team/{member}/away", Needs::Member(Act::Book), ask_away)
        .post("/team/{member}/away", Needs::Member(Act::Book), away)
        .post("/team/{member}/away/{from}/{until}/undo", Needs::Member(Act::Book), undo_away)
}

/// Names and clocks, for saying who goes where.
pub(super) struct Told {
    members: Vec<Opened<Member>>,
    sites: Vec<Opened<Site>>,
    clinic: TimeZone,
    today: Date,
}

impl Told {
    pub(super) async fn new(desk: &Desk) -> Result<Self, Refused> {
        let practice = desk.practice();
        Ok(Self {
            members: practice.members().await?,
            sites: practice.sites().await?,
            clinic: zone_of(&*practice.clinic().await?),
            today: practice.today().await?,
        })
    }

    /// The clock of a site; the clinic's where it is worked at no more.
    pub(super) fn zone(&self, site: DocumentId) -> TimeZone {
        let site = self.sites.iter().find(|one| one.id == site);
        let zone = site.and_then(|site| TimeZone::get(&site.time_zone).ok());
        zone.unwrap_or_else(|| self.clinic.clone())
    }

    pub(super) fn member(&self, who: PersonId) -> &str {
        let found = self.members.iter().find(|member| member_of(member.id) == who);
        found.map_or("somebody who has left", |member| member.name.as_str())
    }

    /// A moment on the clock of a site, with its day.
    pub(super) fn when(&self, at: Timestamp, site: DocumentId) -> String {
        when(at, &self.zone(site), self.today)
    }

    /// When and with whom, on the day that is spoken of.
    fn begins(&self, start: &Start) -> String {
        format!("{} with {}", clock(start.at, &self.zone(start.site)), self.member(start.with))
    }

    fn start(&self, start: &Start) -> String {
        format!("{}, {}", self.when(start.at, start.site), self.member(start.with))
    }

    /// A visit that would move, in words.
    pub(super) fn row(&self, one: &Proposed) -> Row {
        let visit = &one.visit;
        Row {
            patient: Link::new(path::patient(one.patient), one.name.clone()),
            from: format!("{}, {}", self.when(visit.from, visit.site), self.member(visit.with)),
            to: one.to.as_ref().map(|start| {
                let by = start.at.duration_since(visit.from).as_mins();
                format!("{}{}", self.start(start), by_how_much(by))
            }),
            why: one.why.clone(),
            telephone: one.telephone.clone().filter(|number| !number.is_empty()),
        }
    }

    /// A page about a visit, with what can be done.
    pub(super) async fn page(
        &self,
        desk: &Desk,
        (title, lead): (&str, &str),
        visit: &Opened<Visit>,
        (plans, status): (Vec<Plan>, StatusCode),
    ) -> Answered {
        let view = Replan {
            title: title.to_owned(),
            lead: lead.to_owned(),
            back: Link::new(self.day_of(visit.from, visit.site), "Back to the day"),
            asks: None,
            plans,
        };
        let frame = desk.frame(Some(Room::Today), title).await?;
        Ok(shown(status, page::page(desk.site(), &frame, &view, &Entry::default())))
    }

    fn day_of(&self, at: Timestamp, site: DocumentId) -> String {
        day_at(at.to_zoned(self.zone(site)).date(), false)
    }
}

/// How far a visit moves, where that is said in minutes.
fn by_how_much(minutes: i64) -> String {
    let count = usize::try_from(minutes.unsigned_abs()).unwrap_or(usize::MAX);
    let count = wording::count(count, "minute", "minutes");
    match minutes {
        1..=LATE_MAX => format!(" ({count} later)"),
        _ if (-LATE_MAX..0).contains(&minutes) => format!(" ({count} earlier)"),
        _ => String::new(),
    }
}

async fn ask_late(desk: Desk, Path(visit): Path<String>) -> Answered {
    let visit = desk.practice().visit(&desk.actor, id(&visit)?).await?;
    let mut entry = Entry::default();
    entry.set("minutes", "15");
    late_page(&desk, &visit, (&entry, StatusCode::OK), Vec::new()).await
}

async fn late_page(
    desk: &Desk,
    visit: &Opened<Visit>,
    (entry, status): (&Entry, StatusCode),
    plans: Vec<Plan>,
) -> Answered {
    let told = Told::new(desk).await?;
    let booked = told.when(visit.from, visit.site);
    let is_open = matches!(visit.state, VisitState::Booked | VisitState::Arrived { .. });
    let version = visit.version.number();
    let view = Replan {
        title: "The patient comes late".to_owned(),
        lead: match is_open {
            true => format!("The visit is booked for {booked}. Nothing moves before you say so."),
            false => "This visit is over or called off.".to_owned(),
        },
        back: Link::new(path::visit(visit.id), "Back to the visit"),
        asks: is_open.then(|| Asks {
            action: format!("{}/late?seen={version}", path::visit(visit.id)),
            fields: vec![Field {
                name: "minutes",
                kind: "number",
                label: "How many minutes late?",
                says: "Counted from when the visit is booked.",
            }],
            button: "Show what is possible".to_owned(),
        }),
        plans,
    };
    let frame = desk.frame(Some(Room::Today), "Late").await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

async fn late(
    desk: Desk,
    Path(visit): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let mut entry = entry(form);
    let visit = desk.practice().visit(&desk.actor, id(&visit)?).await?;
    let seen = at_version(&visit, query.as_deref())?;
    let minutes = entry.get("minutes").parse::<i64>().ok();
    let Some(minutes) = minutes.filter(|minutes| (1..=LATE_MAX).contains(minutes)) else {
        entry.refuse("minutes", "Write how many minutes, such as 20.");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return late_page(&desk, &visit, (&entry, status), Vec::new()).await;
    };
    let arrives = arrives(&seen, minutes);
    let found = match desk.practice().late(&desk.actor, &seen, arrives).await {
        Ok(found) => found,
        Err(No::Wrong(wrong)) => {
            for one in wrong {
                entry.refuse("minutes", one.says);
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return late_page(&desk, &visit, (&entry, status), Vec::new()).await;
        }
        Err(No::Closed(_)) => {
            let status = StatusCode::CONFLICT;
            return late_page(&desk, &visit, (&entry, status), Vec::new()).await;
        }
        Err(no) => return Err(no.into()),
    };
    let chosen = match entry.get("plan") {
        "alone" => found.nobody_moves.as_ref().map(|start| (start, &[][..])),
        "others" => found.others_move.as_ref().map(|(start, others)| (start, &others[..])),
        _ => None,
    };
    if let Some((start, others)) = chosen
        && entry.get("start") == start.at.to_string()
        && is_as_shown(&entry, others)
    {
        let to = Wanted::start(seen.purpose, start);
        let mut moves = vec![Move { seen: seen.clone(), to }];
        moves.extend(others.iter().filter_map(Proposed::accepted));
        return moved(&desk, Moving::Late, &moves, &visit).await;
    }
    let told = Told::new(&desk).await?;
    let status = if entry.get("plan").is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let plans = late_plans(&told, (&seen, minutes), &found);
    late_page(&desk, &visit, (&entry, status), plans).await
}

/// What can be done about somebody who is late, the gentlest first.
fn late_plans(told: &Told, (seen, minutes): (&Opened<Visit>, i64), found: &Late) -> Vec<Plan> {
    let action = |plan: &str, start: &Start, others: &[Proposed], is_primary| {
        let mut fields = vec![
            ("minutes".to_owned(), minutes.to_string()),
            ("plan".to_owned(), plan.to_owned()),
            ("start".to_owned(), start.at.to_string()),
        ];
        fields.extend(others.iter().filter_map(|one| Some(("other".to_owned(), key(one)?))));
        Action {
            path: format!("{}/late?seen={}", path::visit(seen.id), seen.version.number()),
            fields,
            says: format!("Begin at {}", clock(start.at, &told.zone(start.site))),
            is_primary,
        }
    };
    let mut plans = Vec::new();
    if let Some(start) = &found.nobody_moves {
        plans.push(Plan {
            title: format!("Nobody else moves: begin at {}", told.begins(start)),
            says: format!("It ends at {}.", clock(start.until, &told.zone(start.site))),
            rows: Vec::new(),
            action: Some(action("alone", start, &[], true)),
        });
    }
    let is_sooner = |start: &Start| found.nobody_moves.as_ref().is_none_or(|one| start.at < one.at);
    if let Some((start, others)) = found.others_move.as_ref().filter(|(start, _)| is_sooner(start))
    {
        let is_whole = others.iter().all(|one| one.to.is_some());
        plans.push(Plan {
            title: format!("Others make room: begin at {}", told.begins(start)),
            says: wording::count(others.len(), "other visit moves.", "other visits move."),
            rows: others.iter().map(|one| told.row(one)).collect(),
            action: is_whole.then(|| action("others", start, others, plans.is_empty())),
        });
    }
    if plans.is_empty() {
        plans.push(Plan {
            title: "There is no place left on this day".to_owned(),
            says: "Move the visit to another day, or call the patient.".to_owned(),
            rows: Vec::new(),
            action: None,
        });
    }
    plans
}

/// Whose absence it is, and on which day.
async fn somebody(desk: &Desk, member: &str) -> Result<(PersonId, String), Refused> {
    let member: PersonId = id(member)?;
    let members = desk.practice().members().await?;
    let found = members.iter().find(|one| member_of(one.id) == member).ok_or(No::NotFound)?;
    Ok((member, found.name.clone()))
}

async fn day_asked(desk: &Desk, text: &str) -> Result<Date, Refused> {
    match text {
        "" => Ok(desk.practice().today().await?),
        text => text.parse().map_err(|_no_day| No::NotFound.into()),
    }
}

async fn ask_away(desk: Desk, Path(member): Path<String>, query: Asked) -> Answered {
    let who = somebody(&desk, &member).await?;
    let date = day_asked(&desk, asked(query).get("date")).await?;
    let mut entry = Entry::default();
    let day = desk.practice().day(&desk.actor, Some(date)).await?;
    let open = || day.sites.iter().flat_map(|site| site.open.iter().map(|one| (one, &site.zone)));
    let from = open().map(|(open, zone)| clock(open.from, zone)).min();
    let until = open().map(|(open, zone)| clock(open.until, zone)).max();
    entry.set("from", from.unwrap_or_else(|| "09:00".to_owned()));
    entry.set("until", until.unwrap_or_else(|| "17:00".to_owned()));
    away_page(&desk, (&who, date), (&entry, StatusCode::OK), Vec::new()).await
}

async fn away_page(
    desk: &Desk,
    ((member, name), date): (&(PersonId, String), Date),
    (entry, status): (&Entry, StatusCode),
    plans: Vec<Plan>,
) -> Answered {
    let told = Told::new(desk).await?;
    let day = super::title(date, told.today);
    let field = |name, kind, label, says| Field { name, kind, label, says };
    let view = Replan {
        title: format!("{name} is away"),
        lead: format!("{day}. Nothing moves before you say so."),
        back: Link::new(day_at(date, false), "Back to the day"),
        asks: Some(Asks {
            action: format!("/team/{member}/away?date={date}"),
            fields: vec![
                field("from", "time", "From", ""),
                field("until", "time", "Until", ""),
                field(
                    "why",
                    "text",
                    "Why",
                    "A word for the board, such as “away”. Not what they have.",
                ),
            ],
            button: "Show whom it concerns".to_owned(),
        }),
        plans,
    };
    let frame = desk.frame(Some(Room::Today), "Away").await?;
    Ok(shown(status, page::page(desk.site(), &frame, &view, entry)))
}

/// From when to when, on the clinic's clock.
fn stretch(entry: &mut Entry, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let mut at = |name: &str| {
        let time = entry.get(name).parse::<jiff::civil::Time>().ok();
        let at = time.and_then(|time| date.to_datetime(time).to_zoned(zone.clone()).ok());
        if at.is_none() {
            entry.refuse(name, "Write a time as 10:40.");
        }
        at.map(|at| at.timestamp())
    };
    let (from, until) = (at("from"), at("until"));
    let (from, until) = (from?, until?);
    if from >= until {
        entry.refuse("until", "It ends before it begins.");
        return None;
    }
    Some((from, until))
}

async fn away(
    desk: Desk,
    Path(member): Path<String>,
    RawQuery(query): RawQuery,
    form: Filled,
) -> Answered {
    let who = somebody(&desk, &member).await?;
    let date = query.as_deref().and_then(|query| query.strip_prefix("date="));
    let date = day_asked(&desk, date.unwrap_or_default()).await?;
    let mut entry = entry(form);
    let told = Told::new(&desk).await?;
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(times) = stretch(&mut entry, date, &told.clinic) else {
        return away_page(&desk, (&who, date), (&entry, wrong), Vec::new()).await;
    };
    let proposed = match desk.practice().away(&desk.actor, who.0, times).await {
        Ok(proposed) => proposed,
        Err(No::Wrong(says)) => {
            refuse(&mut entry, says);
            return away_page(&desk, (&who, date), (&entry, wrong), Vec::new()).await;
        }
        Err(no) => return Err(no.into()),
    };
    let is_pressed = entry.get("go") == "yes";
    if is_pressed && is_as_shown(&entry, &proposed) {
        let moves = desk.practice().accept_moves(&desk.actor, Moving::Away, &proposed).await?;
        if let Booking::Done(()) = moves {
            let away = Blocked { from: times.0, until: times.1, why: entry.get("why").to_owned() };
            desk.practice().note_away(&desk.actor, who.0, away).await?;
            let (from, until) = (times.0.as_second(), times.1.as_second());
            let undo = format!("/team/{}/away/{from}/{until}/undo", who.0);
            return Ok(see_done(&day_at(date, false), Done::new("away-noted").undone_by(undo)));
        }
    }
    let status = if is_pressed { StatusCode::CONFLICT } else { StatusCode::OK };
    let plans = vec![away_plan(&told, (&who, date), &entry, &proposed)];
    away_page(&desk, (&who, date), (&entry, status), plans).await
}

fn away_plan(
    told: &Told,
    ((member, name), date): (&(PersonId, String), Date),
    entry: &Entry,
    proposed: &[Proposed],
) -> Plan {
    let lost = proposed.iter().filter(|one| one.to.is_none()).count();
    let moving = proposed.len().saturating_sub(lost);
    let mut fields: Vec<(String, String)> =
        ["from", "until", "why"].map(|name| (name.to_owned(), entry.get(name).to_owned())).to_vec();
    fields.push(("go".to_owned(), "yes".to_owned()));
    fields.extend(proposed.iter().filter_map(|one| Some(("other".to_owned(), key(one)?))));
    let says = match (proposed.len(), lost) {
        (0, _) => "No visit is concerned.".to_owned(),
        (_, 0) => "All of them move in one go, or none.".to_owned(),
        (_, lost) => format!(
            "{} until somebody has called.",
            match lost {
                1 => "1 visit has no place and stays where it is".to_owned(),
                lost => format!("{lost} visits have no place and stay where they are"),
            }
        ),
    };
    Plan {
        title: match proposed.len() {
            0 => format!("{name} has no visits then"),
            count => wording::count(count, "visit is concerned", "visits are concerned"),
        },
        says,
        rows: proposed.iter().map(|one| told.row(one)).collect(),
        action: Some(Action {
            path: format!("/team/{member}/away?date={date}"),
            fields,
            says: match moving {
                0 => "Note the absence".to_owned(),
                moving => format!("Note the absence and move {moving}"),
            },
            is_primary: true,
        }),
    }
}

/// Takes an absence back that was just noted.
async fn undo_away(desk: Desk, Path((member, from, until)): Path<(String, i64, i64)>) -> Answered {
    let (member, _) = somebody(&desk, &member).await?;
    let at = |second: i64| Timestamp::from_second(second).map_err(|_no_time| No::NotFound);
    let (from, until) = (at(from)?, at(until)?);
    let zone = zone_of(&*desk.practice().clinic().await?);
    let date = from.to_zoned(zone).date();
    let day = desk.practice().day(&desk.actor, Some(date)).await?;
    let mut off = day.sites.iter().flat_map(|site| &site.people).filter(|row| row.of == member);
    let why = off.find_map(|row| {
        row.off.iter().find_map(|off| match &off.because {
            Because::Said(why) if off.when.from == from && off.when.until == until => {
                Some(why.clone())
            }
            Because::Said(_)
            | Because::Shut
            | Because::Break
            | Because::Kept
            | Because::Elsewhere(_) => None,
        })
    });
    let away = Blocked { from, until, why: why.ok_or(No::NotFound)? };
    desk.practice().take_back_away(&desk.actor, member, &away).await?;
    Ok(see_done(&day_at(date, false), Done::new("away-taken-back")))
}
