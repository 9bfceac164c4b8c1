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
    ("check-in.add", "added to a check-in of their own"),
    ("check-in.close", "answered a check-in"),
    ("check-in.hand-over", "handed a check-in over"),
    ("check-in.note", "noted something about a check-in"),
    ("check-in.open", "opened a check-in"),
    ("check-in.release", "let a check-in go"),
    ("check-in.reopen", "opened a check-in again"),
    ("check-in.send", "sent a check-in"),
    ("check-in.take", "took a check-in"),
    ("check-in.write", "wrote to a patient about a check-in"),
    ("clinic.change", "changed the clinic's settings"),
    ("clinic.open", "opened the clinic's settings"),
    ("clinic.set-up", "set up the clinic"),
    ("comparison.count", "counted two photographs as repeats"),
    ("comparison.list", "looked at the comparisons of photographs"),
    ("comparison.make", "compared two photographs"),
    ("comparison.open", "opened a comparison of photographs"),
    ("comparison.uncount", "took back that two photographs are repeats"),
    ("consent-form.change", "began a new consent text"),
    ("consent-form.open", "opened the consent texts"),
    ("consent.open", "opened a consent"),
    ("consent.read", "read the consent to be signed"),
    ("consent.sign", "signed the consent"),
    ("consent.withdraw", "withdrew a consent"),
    ("consent.write", "wrote to the clinic about the consent"),
    ("consents.open", "opened their consents"),
    ("course.accept", "accepted a plan"),
    ("course.offer", "offered a plan"),
    ("course.open", "opened a plan"),
    ("course.propose", "made a plan"),
    ("course.stop", "stopped a course"),
    ("course.withdraw", "took a plan back"),
    ("day.open", "opened the day"),
    ("device.add", "added a device"),
    ("device.change", "changed a device"),
    ("door", "a page of another role"),
    ("due.open", "opened who is due to book"),
    ("export.make", "made a copy that leaves the record"),
    ("export.open", "looked at a copy before it was made"),
    ("feed.begin", "made an address for a calendar feed"),
    ("feed.end", "ended a calendar feed"),
    ("feed.entitle", "changed what a calendar feed says"),
    ("feed.open", "opened the page of a calendar feed"),
    ("feed.read", "read a calendar feed"),
    ("inbox.open", "opened the inbox"),
    ("intake.keep", "kept an intake"),
    ("intake.open", "opened an intake"),
    ("intake.save", "answered some of the questions"),
    ("intake.send", "sent an intake"),
    ("letter.send", "sent a letter about a visit"),
    ("link.open", "came in by their link"),
    ("member.accept", "took up an invitation"),
    ("member.away", "looked at or noted that a colleague is away"),
    ("member.change", "changed what a colleague may do"),
    ("member.invite", "invited a colleague"),
    ("member.left", "noted that a colleague has left"),
    ("member.open", "opened a colleague's page"),
    ("openings.read", "looked who opened their record"),
    ("outcome.score", "recorded a score"),
    ("password.confirm", "a signature with a wrong password"),
    ("patient.amend", "changed who a patient is"),
    ("patient.close-links", "closed a patient's links"),
    ("patient.enter", "entered a patient"),
    ("patient.link", "made a patient's link"),
    ("patient.open", "opened a patient's record"),
    ("patients.alike", "looked for the same person"),
    ("patients.list", "opened the list of patients"),
    ("patients.search", "searched patients"),
    ("permission.lower", "took something away from what a photograph may be used for"),
    ("permission.open", "opened what photographs may be used for"),
    ("permission.say", "said what photographs may be used for"),
    ("permission.withdraw", "took back what photographs may be used for"),
    ("photograph.add", "added a photograph"),
    ("photograph.find", "looked for the photographs of a check-in"),
    ("photograph.open", "opened a photograph"),
    ("photograph.withdraw", "took a photograph back"),
    ("plan.draft", "tried a plan out"),
    ("prices.change", "changed the prices"),
    ("prices.restore", "took a change of the prices back"),
    ("publication.list", "opened the register of copies"),
    ("publication.open", "opened a copy in the register"),
    ("publication.put-up", "noted where a copy is shown"),
    ("publication.recall", "put copies on the list of what has to be taken down"),
    ("publication.register", "registered a copy that was made elsewhere"),
    ("publication.take-down", "noted that a copy was taken down"),
    ("question.send", "sent a message to the clinic"),
    ("record.upgrade", "brought the record up to date with the program"),
    ("room.add", "added a room"),
    ("room.change", "changed a room"),
    ("roster.change", "changed when a colleague works"),
    ("rulebook.compare", "compared answers with the rules of today"),
    ("rulebook.sign-off", "signed off the rules"),
    ("screening.ask", "opened the questions of the day"),
    ("screening.day", "asked again on the day, and screened"),
    ("screening.open", "opened a screening"),
    ("screening.override", "decided otherwise than a rule"),
    ("screening.repeat", "screened again"),
    ("self-check.keep", "kept a self-check"),
    ("services.change", "changed what the clinic offers"),
    ("services.try", "tried a service out"),
    ("session.addend", "added to a signed session"),
    ("session.begin", "began a session"),
    ("session.cartridge", "noted the cartridge of a session"),
    ("session.chart", "noted a zone of a session"),
    ("session.confirm", "confirmed a step of a session"),
    ("session.open", "opened a session"),
    ("session.reaction", "noted a reaction in a session"),
    ("session.sign", "signed a session"),
    ("session.undo", "took the last step of a session back"),
    ("sign-in", "signed in"),
    ("site.add", "added a site"),
    ("site.change", "changed a site"),
    ("visit.absent", "noted that a patient did not come"),
    ("visit.arrived", "noted that a patient is here"),
    ("visit.away", "moved a visit because somebody is away"),
    ("visit.book", "booked a visit"),
    ("visit.cancel", "called a visit off"),
    ("visit.day", "opened the list for a visit"),
    ("visit.expected", "took an arrival back"),
    ("visit.find", "looked for a free time"),
    ("visit.hold", "noted that a visit was held"),
    ("visit.import", "took a visit over from another calendar"),
    ("visit.import-undo", "took back a visit that was taken over"),
    ("visit.keep", "kept times for a patient"),
    ("visit.late", "moved a visit because the patient comes late"),
    ("visit.let-go", "let kept times go"),
    ("visit.move", "moved a visit"),
    ("visit.move-back", "put a visit back to where it was"),
    ("visit.numb", "noted that numbing began"),
    ("visit.open", "opened a visit"),
    ("visit.reopen", "took back that a visit was held"),
    ("visit.restore", "brought a visit back that was called off"),
    ("visit.tick", "ticked what is checked before a visit"),
    ("visit.wipe-off", "noted that numbing ended"),
    ("waiting.begin", "put somebody on the waiting list"),
    ("waiting.end", "took somebody off the waiting list"),
    ("waiting.open", "opened the waiting list"),
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

    /// Every text in code's shape that stands in a source file, up to its tests: `"session.sign"`.
    fn codes(source: &str) -> Vec<String> {
        let source = source.split("#[cfg(test)]").next().unwrap();
        let is_code = |text: &&str| {
            let is_word = |word: &str| {
                !word.is_empty()
                    && word.bytes().all(|b| b"abcdefghijklmnopqrstuvwxyz-".contains(&b))
            };
            text.contains('.') && text.split('.').all(is_word)
        };
        source.split('"').filter(is_code).map(str::to_owned).collect()
    }

    fn sources(folder: &std::path::Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                sources(&path, into);
            } else if name != "tests.rs" && name != "testing.rs" {
                into.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_action_that_can_be_written_is_said_in_words() {
        // Not actions: facts of an intake.
        let others = ["patient.pregnancy", "patient.breastfeeding"];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../practice/src");
        let mut read = Vec::new();
        sources(std::path::Path::new(folder), &mut read);
        let written: std::collections::BTreeSet<String> =
            read.iter().flat_map(|source| codes(source)).collect();
        assert!(written.contains("session.sign") && written.contains("check-in.hand-over"));
        let is_said = |code: &str| WORDS.iter().any(|(known, _)| *known == code);
        let unsaid: Vec<&String> = written
            .iter()
            .filter(|code| !is_said(code) && !others.contains(&code.as_str()))
            .collect();
        assert!(unsaid.is_empty(), "give these words: {unsaid:?}");
        // And no words wait for an action that is gone. Two have no full stop in their code.
        for (code, _) in WORDS {
            let is_plain = ["door", "sign-in"].contains(code);
            assert!(is_plain || written.contains(*code), "nothing writes `{code}` any more");
        }
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
