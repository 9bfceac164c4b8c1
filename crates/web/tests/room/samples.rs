//! Sample views of the room's pages: invented people, real rules.
//!
//! The gallery renders them for looking; the tests read them. What the rulebook answers is asked of the rulebook.

use std::sync::Arc;

use jiff::civil::{Date, date};
use percuta_clinical::{Rulebook, answer::Answer, intake, screen::screen};
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        staff::{
            Frame, Notice, Room,
            person::Person,
            screening::{
                self, Again, Changes, Overridden, OverrideForm, Reason, Repeat, Signer, Standing,
                Step, View,
            },
            verdict::Verdict,
        },
    },
};

#[path = "plan.rs"]
mod plan;
#[path = "result.rs"]
mod result;
#[path = "session.rs"]
mod session;
#[path = "visit.rs"]
mod visit;

/// What can go wrong while a sample is made.
pub(crate) type Fault = Box<dyn std::error::Error>;

/// The day of every sample.
pub(crate) const TODAY: Date = date(2026, 11, 20);

/// A rendered page and the name of its file.
pub(crate) type Shown = (&'static str, String);

/// The shipped rulebook.
pub(crate) fn book() -> Result<Rulebook, Fault> {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Rulebook::load(files.collect()).map_err(|faults| format!("{faults:?}").into())
}

/// A site over it.
pub(crate) fn site() -> Result<Site, Fault> {
    Ok(Site::new(Arc::new(book()?), || TODAY))
}

fn frame(title: &str, room: Room) -> Frame {
    Frame {
        title: title.to_owned(),
        room: Some(room),
        rooms: Room::ALL.to_vec(),
        who: "L. Fischer, nurse".to_owned(),
        inbox: 4,
        is_demo: true,
        notice: None,
    }
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect()
}

fn entry(all: &[(&str, &str)]) -> Entry {
    Entry::new(pairs(all))
}

fn words(all: &[&str]) -> Vec<String> {
    all.iter().map(|word| (*word).to_owned()).collect()
}

fn clara() -> Person {
    Person {
        name: "Clara Nowak".to_owned(),
        href: "/patients/7c1f".to_owned(),
        facts: pairs(&[
            ("Age", "34"),
            ("Asked for", "fine lines, whole face"),
            ("By", "electric pen"),
            ("Answered", "today, 09:40"),
        ]),
    }
}

const CLARA: &str = r#"{
  "as_of": "2026-11-20",
  "patient": { "birth_date": "1992-03-04", "sex": "female", "pregnancy": "unknown", "breastfeeding": "no" },
  "request": { "modality": "pen", "concern": "fine-lines", "region": "face", "depth_mm": 0.5 },
  "medicines": [ { "name": "isotretinoin", "status": "stopped", "last_dose": "2026-06-14" },
                 { "name": "tretinoin-topical", "status": "stopped", "last_dose": "2026-11-18" } ],
  "exposures": [ { "name": "sunburn", "date": "2026-11-12", "site": "face" } ],
  "unknown": [ "conditions.herpes-labialis" ]
}"#;

fn answer<'b>(book: &'b Rulebook, json: &str) -> Result<Answer<'b>, Fault> {
    let json = serde_json::from_str(json)?;
    let intake = intake::read(book, &json, &[]).map_err(|unusable| format!("{unusable:?}"))?;
    Ok(screen(book, &intake))
}

fn screened(site: &Site, json: &str) -> Result<View, Fault> {
    let answer = answer(site.book(), json)?;
    let reasons: Vec<Reason> =
        answer.reasons.iter().map(|reason| Reason::of(site, reason)).collect();
    Ok(View {
        person: clara(),
        standing: Standing::Current { until: "20 December 2026".to_owned() },
        made: "20 November 2026, 09:40, by L. Fischer".to_owned(),
        rules: format!("version {}", site.book().version),
        unreviewed: site.book().status.clone(),
        verdict: Verdict::of(&answer),
        clear: site.book().rules.len().saturating_sub(reasons.len()),
        reasons,
        precautions: answer.precautions.iter().map(|text| (*text).to_owned()).collect(),
        missing: screening::missing(site, &answer),
        ask: Some("/patients/7c1f/questions".to_owned()),
        unrecognised: answer.unrecognised.clone(),
        moments: screening::moments(&answer, TODAY),
        changes: None,
        overridden: Vec::new(),
        form: None,
        next: Some(Step { label: "Offer a date".to_owned(), href: "/visits/new".to_owned() }),
        answers: "/patients/7c1f/intake".to_owned(),
    })
}

/// The screening pages.
pub(crate) fn screenings(site: &Site) -> Result<Vec<Shown>, Fault> {
    let frame = frame("Screening, Clara Nowak", Room::Patients);
    let mut deferred = screened(site, CLARA)?;
    deferred.form = Some(OverrideForm {
        action: "/patients/7c1f/screening/2/overrides".to_owned(),
        reasons: deferred
            .reasons
            .iter()
            .filter(|reason| !reason.may_override.is_empty())
            .map(|reason| (reason.id.clone(), reason.title.clone()))
            .collect(),
        remains: "Every other reason stays and keeps its date.".to_owned(),
        signer: Signer::Another(pairs(&[("p-amari", "Dr S. Amari, dermatology")])),
    });
    let mut wrong = entry(&[("because", "0.5 mm only"), ("clinician", "p-amari")]);
    wrong.refuse("because", "Say why for this person, in at least 40 characters. 11 so far.");

    let mut expired = screened(site, &CLARA.replace("2026-06-14", "2025-01-14"))?;
    expired.standing = Standing::Expired {
        since: "14 November 2026".to_owned(),
        repeat: "/patients/7c1f/screening/new".to_owned(),
    };
    expired.changes = Some(Changes {
        before: "/patients/7c1f/screening/1".to_owned(),
        made: "2 October 2026".to_owned(),
        says: words(&[
            "New: sunburn on the face, 12 November 2026.",
            "The result was Proceed with precautions and is Defer.",
        ]),
    });
    expired.overridden = vec![Overridden {
        reason: "Isotretinoin".to_owned(),
        by: "Dr S. Amari, dermatology, 20 November 2026, 11:20".to_owned(),
        why: "Superficial settings only, healed without trouble after two earlier courses; agreed with her after a long talk."
            .to_owned(),
    }];
    expired.form = Some(OverrideForm {
        action: "/patients/7c1f/screening/2/overrides".to_owned(),
        reasons: pairs(&[("timing.sunburn", "Sunburn")]),
        remains: "Every other reason stays and keeps its date.".to_owned(),
        signer: Signer::Here { name: "Dr S. Amari".to_owned() },
    });
    expired.unrecognised = words(&["glow drops"]);
    let mut noticed = frame.clone();
    noticed.notice = Some(Notice {
        says: "The three questions were sent.".to_owned(),
        undo: Some("/undo/1".to_owned()),
    });
    let clear = screened(
        site,
        r#"{ "as_of": "2026-11-20",
             "patient": { "birth_date": "1990-03-04", "sex": "male", "phototype": 2 },
             "request": { "modality": "pen", "concern": "fine-lines", "region": "cheek", "depth_mm": 0.5 } }"#,
    )?;
    let begin =
        Step { label: "Begin the intake".to_owned(), href: "/patients/7c1f/intake".to_owned() };
    Ok(vec![
        ("screening", screening::page(site, &frame, &deferred, &wrong).into_string()),
        (
            "screening-expired",
            screening::page(site, &noticed, &expired, &Entry::default()).into_string(),
        ),
        ("screening-clear", screening::page(site, &frame, &clear, &Entry::default()).into_string()),
        ("screening-empty", screening::empty(site, &frame, &clara(), &begin).into_string()),
        ("screening-repeat", repeat(site, &frame)),
    ])
}

fn repeat(site: &Site, frame: &Frame) -> String {
    let again = |name: &str, asks: &str, before: &str| Again {
        name: name.to_owned(),
        asks: asks.to_owned(),
        before: before.to_owned(),
    };
    let view = Repeat {
        person: clara(),
        action: "/visits/31ab/screening".to_owned(),
        before: "20 November 2026".to_owned(),
        questions: vec![
            again("pregnancy", "Are you pregnant, or might you be?", "No, 20 November 2026"),
            again("cold-sore", "Do you have a cold sore now?", "No, 20 November 2026"),
            again("sunburn", "Have you been sunburnt in the last two weeks?", ""),
        ],
    };
    let mut given = entry(&[("pregnancy", "no"), ("sunburn", "not-sure")]);
    given.refuse("cold-sore", "Choose yes, no or not sure: nothing is filled in for you.");
    screening::repeat(site, frame, &view, &given).into_string()
}

/// Every page.
pub(crate) fn all() -> Result<Vec<Shown>, Fault> {
    let site = site()?;
    let mut all = screenings(&site)?;
    all.extend(session::pages(&site));
    all.extend(plan::pages(&site)?);
    all.extend(visit::pages(&site));
    all.extend(result::pages(&site));
    Ok(all)
}
