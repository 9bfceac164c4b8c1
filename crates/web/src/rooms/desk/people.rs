//! The clinic's people: inviting, what they may do, leaving and coming back.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::person::{Member, Part, Standing};
use percuta_practice::{
    Act, No, Opened,
    account::{Invitation, Secret},
    actor::may,
    members::{Rights, qualifications},
    zone_of,
};
use percuta_record::DocumentId;

use super::{id, refuse, same_version, when};
use crate::{
    page::{
        entry::Entry,
        staff::{
            Room,
            part::Link,
            people::{self as page, Invite, People, Person, Row},
        },
    },
    rooms::{
        Answered, Desk, Done, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry, parts},
        see_done, shown, whole_address,
    },
    wording,
};

/// Depths that can be given to a person, in steps of a quarter of a millimetre up to this many steps.
const DEPTH_STEPS: u8 = 12;

pub(super) fn doors(doors: Doors) -> Doors {
    let (look, change) = (Needs::Member(Act::ManageSettings), Needs::Member(Act::ManagePeople));
    doors
        .get("/settings/people", look, show)
        .post("/settings/people", change, invite)
        .get("/settings/people/new", change, new)
        .get("/settings/people/{member}", look, one)
        .post("/settings/people/{member}", change, save)
        .post("/settings/people/{member}/standing", change, standing)
}

/// The whole address of a page, for a link that is sent. Whoever asks reads it, and nobody else.
pub(super) fn whole(desk: &Desk, asked: &HeaderMap, path: &str) -> String {
    whole_address(&desk.rooms, asked, path)
}

fn roles() -> Vec<(String, String)> {
    Part::ALL.map(|part| (part.word().to_owned(), part.title().to_owned())).to_vec()
}

fn limits() -> Vec<(String, String)> {
    (1..=DEPTH_STEPS)
        .map(|step| f64::from(step) / 4.0)
        .map(|depth| (depth.to_string(), wording::millimetres(depth)))
        .collect()
}

fn titles(parts: impl IntoIterator<Item = Part>) -> String {
    wording::capital(
        &parts.into_iter().map(|part| part.title().to_lowercase()).collect::<Vec<_>>().join(", "),
    )
}

/// What an act is called, as something that somebody may do.
fn words(act: Act) -> &'static str {
    match act {
        Act::SeeDay => "See the day",
        Act::FindPatients => "Find patients and how to reach them",
        Act::EnterPatient => "Enter patients and make their links",
        Act::OpenChart => "Open what is clinical about a patient",
        Act::Screen => "Enter intakes and screen",
        Act::Override => "Decide otherwise than a rule that names their training",
        Act::Plan => "Plan and offer courses",
        Act::Book => "Book, move and call off visits",
        Act::Prepare => "Prepare the visit, numbing included",
        Act::Treat => "Record and sign sessions",
        Act::AnswerCheckIns => "Answer check-ins",
        Act::Photographs => "See and add photographs",
        Act::Publish => "Keep the register of copies that have left the record",
        Act::Score => "Score outcomes",
        Act::SeeAudit => "Look at the audit",
        Act::ManagePeople => "Invite and change people",
        Act::ManageSettings => "Change the settings, prices and consent text",
        Act::SignOff => "Sign off the rules",
        Act::Own => "Open a patient's own pages",
    }
}

/// What somebody may do and may not, from the table that decides it.
fn rights(member: &Member) -> (Vec<String>, Vec<String>) {
    let acts = Act::ALL.into_iter().filter(|act| *act != Act::Own);
    let (can, cannot): (Vec<Act>, Vec<Act>) =
        acts.partition(|act| member.parts.iter().any(|part| may(*part, *act)));
    let mut can: Vec<String> = can.into_iter().map(|act| words(act).to_owned()).collect();
    can.extend(
        member.depth_mm_max.map(|depth| format!("Needle to {}", wording::millimetres(depth))),
    );
    (can, cannot.into_iter().map(|act| words(act).to_owned()).collect())
}

struct Clock {
    zone: TimeZone,
    today: Date,
    now: Timestamp,
}

impl Clock {
    async fn of(desk: &Desk) -> Result<Self, Refused> {
        let clinic = desk.practice().clinic().await?;
        let today = desk.practice().today().await?;
        Ok(Self { zone: zone_of(&clinic), today, now: desk.practice().now() })
    }

    fn when(&self, at: Timestamp) -> String {
        when(at, &self.zone, self.today)
    }
}

async fn stands(
    desk: &Desk,
    member: &Opened<Member>,
    clock: &Clock,
) -> Result<page::Standing, Refused> {
    Ok(match &member.standing {
        Standing::Invited { until } if *until < clock.now => page::Standing::RanOut,
        Standing::Invited { until } => page::Standing::Invited(clock.when(*until)),
        Standing::Left => page::Standing::Left(clock.when(super::time_of(member.contribution.at))),
        Standing::Active { password: _ } => {
            let seen = desk.practice().member_seen(member).await?;
            page::Standing::Here(seen.map_or("not yet".to_owned(), |at| clock.when(at)))
        }
    })
}

async fn show(desk: Desk) -> Answered {
    let clock = Clock::of(&desk).await?;
    let mut rows = Vec::new();
    for member in desk.practice().members().await? {
        let may = member
            .depth_mm_max
            .map_or(String::new(), |depth| format!("Needle to {}", wording::millimetres(depth)));
        rows.push(Row {
            link: Link::new(format!("/settings/people/{}", member.id), named(&member)),
            email: member.email.clone(),
            roles: titles(member.parts.iter().copied()),
            may,
            standing: stands(&desk, &member, &clock).await?,
        });
    }
    let may_invite = desk.actor.may(Act::ManagePeople);
    let view = People { rows, invite: may_invite.then(|| "/settings/people/new".to_owned()) };
    let frame = desk.frame(Some(Room::Settings), "People").await?;
    Ok(shown(StatusCode::OK, page::people(desk.site(), &frame, &view)))
}

/// A name with the letters after it.
fn named(member: &Member) -> String {
    if member.credentials.is_empty() {
        member.name.clone()
    } else {
        format!("{}, {}", member.name, member.credentials)
    }
}

async fn new(desk: Desk) -> Answered {
    invite_page(&desk, None, &Entry::default(), StatusCode::OK).await
}

async fn invite_page(
    desk: &Desk,
    made: Option<String>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let clock = Clock::of(desk).await?;
    let until = clock.when(desk.practice().link_ends());
    let view = Invite { roles: roles(), made: made.map(|link| (link, until)) };
    let frame = desk.frame(Some(Room::Settings), "Invite somebody").await?;
    Ok(shown(status, page::invite(desk.site(), &frame, &view, entry)))
}

/// Invites somebody. The link is shown on this answer and nowhere else, so that nothing of it stays.
async fn invite(desk: Desk, asked: HeaderMap, form: Filled) -> Answered {
    let mut entry = entry(form);
    let given = Invitation {
        name: entry.get("name").to_owned(),
        credentials: String::new(),
        email: entry.get("email").to_owned(),
        parts: parts(&entry, "role"),
        qualifications: std::collections::BTreeSet::new(),
        depth_mm_max: None,
    };
    match desk.practice().invite(&desk.actor, given).await {
        Ok(secret) => made(&desk, &asked, &secret).await,
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            invite_page(&desk, None, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn made(desk: &Desk, asked: &HeaderMap, secret: &Secret) -> Answered {
    let link = whole(desk, asked, &format!("/invitation/{}", secret.reveal()));
    invite_page(desk, Some(link), &Entry::default(), StatusCode::OK).await
}

async fn one(desk: Desk, Path(member): Path<String>) -> Answered {
    let member = desk.practice().member(&desk.actor, id(&member)?).await?;
    let entry = filled(&member, Entry::default());
    again(&desk, &member, &entry, StatusCode::OK).await
}

/// The form as it stands in the record.
fn filled(member: &Member, mut entry: Entry) -> Entry {
    for part in &member.parts {
        entry.set("role", part.word());
    }
    for qualification in &member.qualifications {
        entry.set("permission", qualification.clone());
    }
    entry.set("credentials", member.credentials.clone());
    entry.set("limit", member.depth_mm_max.map_or(String::new(), |depth| depth.to_string()));
    entry
}

async fn again(
    desk: &Desk,
    member: &Opened<Member>,
    entry: &Entry,
    status: StatusCode,
) -> Answered {
    let clock = Clock::of(desk).await?;
    let permissions = qualifications(desk.practice().book())
        .into_iter()
        .map(|word| (word.clone(), wording::capital(&word.replace(['-', '_'], " "))));
    let (may, may_not) = rights(member);
    let may_change = desk.actor.may(Act::ManagePeople);
    let view = Person {
        name: named(member),
        email: member.email.clone(),
        standing: stands(desk, member, &clock).await?,
        path: may_change.then(|| format!("/settings/people/{}", member.id)),
        version: member.version.number().to_string(),
        roles: roles(),
        permissions: permissions.collect(),
        limits: limits(),
        may,
        may_not,
    };
    let frame = desk.frame(Some(Room::Settings), member.name.clone()).await?;
    Ok(shown(status, page::person(desk.site(), &frame, &view, entry)))
}

async fn save(desk: Desk, Path(member): Path<String>, form: Filled) -> Answered {
    let (mut entry, member) = (entry(form), id(&member)?);
    let seen = desk.practice().member(&desk.actor, member).await?;
    same_version(&entry, seen.version)?;
    let rights = Rights {
        credentials: entry.get("credentials").to_owned(),
        parts: parts(&entry, "role"),
        qualifications: entry.all("permission").map(str::to_owned).collect(),
        depth_mm_max: entry.get("limit").parse().ok(),
    };
    match desk.practice().change_member(&desk.actor, &seen, rights).await {
        Ok(()) => Ok(see_done(&there(member), Done::new("saved"))),
        Err(No::Wrong(wrong)) => {
            refuse(&mut entry, wrong);
            again(&desk, &seen, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(no) => Err(no.into()),
    }
}

fn there(member: DocumentId) -> String {
    format!("/settings/people/{member}")
}

async fn standing(
    desk: Desk,
    Path(member): Path<String>,
    asked: HeaderMap,
    form: Filled,
) -> Answered {
    let (mut entry, member) = (entry(form), id(&member)?);
    let seen = desk.practice().member(&desk.actor, member).await?;
    match entry.get("standing") {
        "left" => match desk.practice().member_left(&desk.actor, &seen).await {
            Ok(()) => Ok(see_done(&there(member), Done::new("left"))),
            Err(No::Wrong(wrong)) => {
                refuse(&mut entry, wrong);
                let entry = filled(&seen, entry);
                again(&desk, &seen, &entry, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            Err(no) => Err(no.into()),
        },
        "invited" => {
            let secret = desk.practice().invite_again(&desk.actor, &seen).await?;
            made(&desk, &asked, &secret).await
        }
        _ => Err(No::NotFound.into()),
    }
}
