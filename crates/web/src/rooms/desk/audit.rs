//! The audit: what was looked at and changed, by whom, and whether its chain is whole.

use axum::http::StatusCode;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::person::member_of;
use percuta_practice::{
    Act, AuditCursor,
    audit::{Did, Entry as Noted, Named, Sought},
    zone_of,
};
use percuta_record::{Moment, PatientId};

use super::{
    path,
    today::{Asked, asked},
    when,
};
use crate::{
    page::{
        entry::Entry,
        part::query_value,
        staff::{
            Room,
            audit::{self as page, Audit, Chain, Row},
            part::{Leaves, Link},
        },
    },
    rooms::{Answered, Desk, Done, Needs, Refused, door::Doors, see_done, shown},
    wording,
};

pub(super) fn doors(doors: Doors) -> Doors {
    doors.get("/audit", Needs::Member(Act::SeeAudit), show).post(
        "/audit/check",
        Needs::Member(Act::SeeAudit),
        check,
    )
}

async fn show(desk: Desk, query: Asked) -> Answered {
    let mut entry = asked(query);
    let clinic = desk.practice().clinic().await?;
    let (zone, today) = (zone_of(&clinic), desk.practice().today().await?);
    let sought = read(&mut entry, &zone);
    let found = desk.practice().audit(&desk.actor, &sought).await?;
    let members = desk.practice().members().await?;
    let people = members
        .iter()
        .map(|member| (member_of(member.id).to_string(), member.name.clone()))
        .collect();
    let rows: Vec<Row> = found.entries.iter().map(|one| row(one, &zone)).collect();
    let patient = match sought.patient {
        Some(patient) => Some((patient_link(&desk, patient).await?, patient.to_string())),
        None => None,
    };
    let newer = (!entry.get("before").is_empty()).then(|| there(&entry, ""));
    let older = found
        .older
        .map(|next| there(&entry, &format!("{}.{}.{}", next.at.0, next.chain, next.sequence)));
    let view = Audit {
        chain: chain(&desk, &zone, today),
        people,
        kinds: Did::ALL.map(|did| (did.word().to_owned(), kind(did).to_owned())).to_vec(),
        patient,
        rows,
        leaves: Leaves { newer, older },
    };
    let frame = desk.frame(Some(Room::Audit), "Audit").await?;
    let status = if entry.is_fine() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(shown(status, page::audit(desk.site(), &frame, &view, &entry)))
}

/// What is sought. A date that is none is said beneath its field, and all the others still count.
fn read(entry: &mut Entry, zone: &TimeZone) -> Sought {
    let (from, until) = (date(entry, "from"), date(entry, "until"));
    let begin = |day: Date| day.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        entry.refuse("until", "Choose a day that is not before the first.");
    }
    let chosen = entry.get("kind").to_owned();
    Sought {
        by: entry.get("by").parse().ok(),
        patient: entry.get("patient").parse().ok(),
        did: Did::ALL.into_iter().find(|did| did.word() == chosen),
        from: from.and_then(begin),
        // The last day is shown whole.
        until: until.and_then(|day| day.tomorrow().ok()).and_then(begin),
        before: cursor(entry.get("before")),
    }
}

fn date(entry: &mut Entry, name: &str) -> Option<Date> {
    let text = entry.get(name).to_owned();
    if text.is_empty() {
        return None;
    }
    let date = text.parse().ok();
    if date.is_none() {
        entry.refuse(name, "Write the day as 2026-11-21.");
    }
    date
}

fn cursor(text: &str) -> Option<AuditCursor> {
    let mut parts = text.split('.');
    let (at, chain, sequence) = (parts.next()?, parts.next()?, parts.next()?);
    let at = Moment(at.parse().ok()?);
    Some(AuditCursor { at, chain: chain.parse().ok()?, sequence: sequence.parse().ok()? })
}

/// The same filter at another place. What stands in the address are ids, days and codes.
fn there(entry: &Entry, before: &str) -> String {
    let mut query = String::new();
    let kept = ["by", "kind", "from", "until", "patient"].map(|name| (name, entry.get(name)));
    for (name, value) in kept.into_iter().chain([("before", before)]) {
        if !value.is_empty() {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            query.push_str(&query_value(value));
        }
    }
    format!("/audit{query}")
}

async fn patient_link(desk: &Desk, patient: PatientId) -> Result<Link, Refused> {
    let found = desk.practice().patient(&desk.actor, patient).await?;
    Ok(Link::new(path::patient(patient), found.name.clone()))
}

fn row(entry: &Noted, zone: &TimeZone) -> Row {
    let patient = entry.patient.as_ref().map(|(patient, name)| {
        let name = name.clone().unwrap_or_else(|| "a patient".to_owned());
        Link::new(path::patient(*patient), name)
    });
    Row {
        at: entry.at.to_zoned(zone.clone()).strftime("%-d %B %Y, %H:%M:%S").to_string(),
        who: who(&entry.who),
        did: match entry.did {
            Did::Opened => page::Did::Opened,
            Did::Wrote => page::Did::Wrote,
            Did::Entered => page::Did::Entered,
            Did::Refused => page::Did::Refused,
        },
        says: says(entry),
        patient,
    }
}

pub(super) fn who(named: &Named) -> String {
    match named {
        Named::Nobody => "Nobody signed in".to_owned(),
        Named::Member(name) => name.clone(),
        Named::Patient(Some(name)) => format!("{name} (patient)"),
        Named::Patient(None) => "The patient".to_owned(),
        Named::Gone => "Somebody who was erased".to_owned(),
    }
}

fn kind(did: Did) -> &'static str {
    match did {
        Did::Opened => "Looked at something",
        Did::Wrote => "Added or changed something",
        Did::Entered => "Came in or went",
        Did::Refused => "Was refused",
    }
}

/// What was done, in words. An action that has none yet is said by its code, so that nothing is hidden.
fn says(entry: &Noted) -> String {
    let code = entry.action.as_str();
    let words = WORDS.iter().find(|(known, _)| *known == code).map(|(_, words)| *words);
    let words = words.map_or_else(|| code.replace(['.', '-'], " "), str::to_owned);
    if entry.did == Did::Refused { format!("was refused: {words}") } else { words }
}

/// What actions are called.
const WORDS: &[(&str, &str)] = &[
    ("audit.check", "checked the audit"),
    ("audit.open", "opened the audit"),
    ("check-in.close", "answered a check-in"),
    ("check-in.hand-over", "handed a check-in over"),
    ("check-in.open", "opened a check-in"),
    ("check-in.release", "let a check-in go"),
    ("check-in.reopen", "opened a check-in again"),
    ("check-in.take", "took a check-in"),
    ("clinic.change", "changed the clinic's settings"),
    ("clinic.open", "opened the clinic's settings"),
    ("clinic.set-up", "set up the clinic"),
    ("consent-form.change", "began a new consent text"),
    ("consent-form.open", "opened the consent texts"),
    ("day.open", "opened the day"),
    ("door", "a page of another role"),
    ("due.open", "opened who is due to book"),
    ("inbox.open", "opened the inbox"),
    ("intake.keep", "kept an intake"),
    ("intake.send", "sent an intake"),
    ("link.open", "came in by their link"),
    ("member.accept", "took up an invitation"),
    ("member.change", "changed what a colleague may do"),
    ("member.invite", "invited a colleague"),
    ("member.left", "noted that a colleague has left"),
    ("member.open", "opened a colleague's page"),
    ("password.confirm", "a signature with a wrong password"),
    ("patient.amend", "changed who a patient is"),
    ("patient.close-links", "closed a patient's links"),
    ("patient.enter", "entered a patient"),
    ("patient.link", "made a patient's link"),
    ("patient.open", "opened a patient's record"),
    ("patients.alike", "looked for the same person"),
    ("patients.list", "opened the list of patients"),
    ("patients.search", "searched patients"),
    ("prices.change", "changed the prices"),
    ("prices.restore", "took a change of the prices back"),
    ("rulebook.compare", "compared answers with the rules of today"),
    ("rulebook.sign-off", "signed off the rules"),
    ("screening.open", "opened a screening"),
    ("screening.override", "decided otherwise than a rule"),
    ("screening.repeat", "screened again"),
    ("self-check.keep", "kept a self-check"),
    ("session.undo", "took the last step of a session back"),
    ("sign-in", "signed in"),
    ("visit.absent", "noted that a patient did not come"),
    ("visit.arrived", "noted that a patient is here"),
    ("visit.book", "booked a visit"),
    ("visit.cancel", "called a visit off"),
    ("visit.expected", "took an arrival back"),
    ("visit.hold", "noted that a visit was held"),
    ("visit.move", "moved a visit"),
    ("visit.reopen", "took back that a visit was held"),
];

fn chain(desk: &Desk, zone: &TimeZone, today: Date) -> Chain {
    let Some(last) = desk.practice().last_check() else { return Chain::NotChecked };
    let checked = |at: Timestamp| when(at, zone, today);
    match last.faults.first() {
        None => Chain::Intact {
            until: checked(last.at),
            entries: usize::try_from(last.entries).unwrap_or(usize::MAX),
            checked: checked(last.at),
        },
        Some(first) => {
            let more = last.faults.len() - 1;
            let first = if more == 0 {
                first.clone()
            } else {
                format!("{first} And {}.", wording::count(more, "more fault", "more faults"))
            };
            Chain::Broken { first, checked: checked(last.at) }
        }
    }
}

async fn check(desk: Desk) -> Answered {
    desk.practice().check_audit(&desk.actor).await?;
    Ok(see_done("/audit", Done::new("checked")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_named_once_and_in_order() {
        assert!(WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn a_filter_goes_along_from_page_to_page() {
        let entry = Entry::new([("kind".to_owned(), "wrote".to_owned())]);
        assert_eq!(there(&entry, ""), "/audit?kind=wrote");
        assert_eq!(there(&entry, "5.1.2"), "/audit?kind=wrote&before=5.1.2");
        assert_eq!(cursor("5.1.2").unwrap().sequence, 2);
        assert_eq!(cursor("5.1"), None);
    }
}
