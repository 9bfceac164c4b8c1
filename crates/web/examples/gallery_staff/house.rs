//! An invented clinic: its people, its settings, and what they did.

use maud::Markup;
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        staff::{
            Room,
            audit::{self, Audit, Chain, Did},
            part::{Leaves, Link},
            people::{self, Invite, People, Person, Standing},
            settings::{
                self, Clinic, Consent, Price, Prices, Rules, Settings, SignOff, Version,
                places::{self, Blocked, BlockedBy, Form},
            },
        },
    },
};

use super::{frame, pairs, text, typed};

pub(super) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let mut all = audit_pages(site);
    all.extend(people_pages(site));
    all.extend(settings_pages(site));
    all
}

fn audit_pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let frame = frame("Audit", Room::Audit);
    let entry = typed(&[("by", "01JQ8Z3V61"), ("from", "2026-11-01")]);
    let row = |at: &str, who: &str, did, says: &str, patient: Option<&str>| audit::Row {
        at: text(at),
        who: text(who),
        did,
        says: text(says),
        patient: patient.map(|name| Link::new("/patients/01JQ8Z3V5R", name)),
    };
    let rows = vec![
        row("20 November, 10:58:12", "Ruth Adler", Did::Opened, "opened the inbox", None),
        row(
            "20 November, 10:52:40",
            "Nadia Farouk",
            Did::Wrote,
            "sent a check-in",
            Some("Nadia Farouk"),
        ),
        row(
            "20 November, 10:24:03",
            "Lena Fischer",
            Did::Wrote,
            "began session 2",
            Some("Daniel Okafor"),
        ),
        row(
            "20 November, 10:18:55",
            "Lena Fischer",
            Did::Opened,
            "opened the story",
            Some("Daniel Okafor"),
        ),
        row(
            "20 November, 08:02:11",
            "Ruth Adler",
            Did::Refused,
            "was refused the price list",
            None,
        ),
        row("19 November, 23:00:00", "percuta backup", Did::Exported, "wrote a backup", None),
        row("19 November, 17:40:30", "Jonas Keller", Did::Entered, "signed in", None),
    ];
    let intact = Chain::Intact {
        until: text("20 November, 10:58:12"),
        entries: 48_211,
        checked: text("today, 11:00"),
    };
    let broken = Chain::Broken {
        first: text("Entry 17,904 of 3 March, 09:12:44 does not follow from the one before."),
        checked: text("today, 11:00"),
    };
    let full = Audit {
        chain: intact,
        people: pairs(&[("01JQ8Z3V61", "Lena Fischer"), ("01JQ8Z3V63", "Ruth Adler")]),
        kinds: pairs(&[("opened", "Opened"), ("wrote", "Wrote"), ("refused", "Refused")]),
        patient: None,
        rows,
        leaves: Leaves {
            newer: Some(text("/audit?after=48211")),
            older: Some(text("/audit?before=48204")),
        },
    };
    let one = Audit {
        chain: broken,
        patient: Some((Link::new("/patients/01JQ8Z3V5R", "Daniel Okafor"), text("01JQ8Z3V5R"))),
        ..full.clone()
    };
    let none = Audit {
        chain: Chain::NotChecked,
        rows: Vec::new(),
        leaves: Leaves::default(),
        ..full.clone()
    };
    vec![
        ("audit", audit::audit(site, &frame, &full, &Entry::default())),
        ("audit-patient", audit::audit(site, &frame, &one, &entry)),
        ("audit-none", audit::audit(site, &frame, &none, &entry)),
    ]
}

fn roles() -> Vec<(String, String)> {
    pairs(&[
        ("owner", "Owner: people, settings, audit"),
        ("medical-lead", "Medical lead: the rules, overrides, reactions"),
        ("practitioner", "Practitioner: screening, plans, sessions"),
        ("assistant", "Assistant: preparation, photographs, aftercare"),
        ("front-desk", "Front desk: the day, bookings, payments"),
    ])
}

fn people_pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let frame = frame("People", Room::Settings);
    let row = |name: &str, email: &str, roles: &str, may: &str, standing| people::Row {
        link: Link::new("/settings/people/01JQ8Z3V61", name),
        email: text(email),
        roles: text(roles),
        may: text(may),
        standing,
    };
    let rows = vec![
        row(
            "Dr Samira Amari",
            "s.amari@linden.example",
            "Medical lead, practitioner",
            "May treat, may override",
            Standing::Here(text("today, 09:02")),
        ),
        row(
            "Lena Fischer",
            "l.fischer@linden.example",
            "Practitioner",
            "May treat to 1.5 mm",
            Standing::Here(text("today, 10:18")),
        ),
        row(
            "Ruth Adler",
            "r.adler@linden.example",
            "Front desk",
            "",
            Standing::Here(text("today, 10:58")),
        ),
        row(
            "m.duarte@linden.example",
            "m.duarte@linden.example",
            "Assistant",
            "",
            Standing::Invited(text("27 November")),
        ),
        row(
            "Ole Brandt",
            "o.brandt@linden.example",
            "Practitioner",
            "",
            Standing::Left(text("31 August")),
        ),
    ];
    let all = People { rows, invite: Some(text("/settings/people/new")) };
    let invite = Invite { roles: roles(), made: None };
    let made = Invite {
        made: Some((
            text("https://linden.example/invitations/9qwd-m3xp-7h2k"),
            text("27 November"),
        )),
        ..invite.clone()
    };
    let mut wrong = typed(&[("email", "duarte@")]);
    wrong.refuse("email", "Write the whole address, with what follows the @.");
    wrong.refuse("role", "Choose at least one role.");
    let person = Person {
        name: text("Lena Fischer"),
        email: text("l.fischer@linden.example"),
        standing: Standing::Here(text("today, 10:18")),
        path: Some(text("/settings/people/01JQ8Z3V61")),
        version: text("4"),
        roles: roles(),
        permissions: pairs(&[("prescriber", "Prescriber"), ("dermatologist", "Dermatologist")]),
        limits: pairs(&[("0.5", "0.5 mm"), ("1.0", "1.0 mm"), ("1.5", "1.5 mm")]),
        may: ["Screen, plan and record sessions", "Treat to 1.5 mm", "Answer check-ins"]
            .map(text)
            .to_vec(),
        may_not: ["Override a rule", "Change settings", "Look at the audit"].map(text).to_vec(),
    };
    let now = typed(&[("role", "practitioner"), ("permission", "prescriber"), ("limit", "1.5")]);
    let left = Person { path: None, standing: Standing::Left(text("31 August")), ..person.clone() };
    vec![
        ("people", people::people(site, &frame, &all)),
        ("person-invite", people::invite(site, &frame, &invite, &wrong)),
        ("person-invited", people::invite(site, &frame, &made, &Entry::default())),
        ("person", people::person(site, &frame, &person, &now)),
        ("person-left", people::person(site, &frame, &left, &now)),
    ]
}

fn settings_pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let frame = frame("Settings", Room::Settings);
    let parts = [
        ("/settings/clinic", "The clinic", "Linden Skin Clinic, Berlin"),
        ("/settings/sites", "Sites and hours", "Monday to Friday"),
        ("/settings/people", "People", "3 people, 1 invited"),
        ("/settings/prices", "Prices", "6 prices"),
        ("/settings/consent", "Consent text", "Version 3, since 2 September"),
        ("/settings/rules", "Rules", "Signed off by nobody"),
    ]
    .map(|(href, title, says)| (Link::new(href, title), text(says)))
    .to_vec();
    let zones = pairs(&[("Europe/Berlin", "Europe, Berlin"), ("Europe/London", "Europe, London")]);
    let mut wrong =
        typed(&[("clinic", ""), ("telephone", "+49 30 5550100"), ("zone", "Europe/Berlin")]);
    wrong.refuse("clinic", "Give the clinic a name.");
    vec![
        (
            "settings",
            settings::settings(
                site,
                &frame,
                &Settings { parts: parts.clone(), sign_off: SignOff::Nobody },
            ),
        ),
        (
            "settings-signed",
            settings::settings(site, &frame, &Settings { parts, sign_off: signed() }),
        ),
        (
            "settings-clinic",
            settings::clinic(site, &frame, &Clinic { version: text("2"), zones }, &wrong),
        ),
        ("settings-site", places::site(site, &frame, (&berlin(), &[]), &typed_week())),
        ("settings-prices", settings::prices(site, &frame, &prices(), &Entry::default())),
        (
            "settings-prices-none",
            settings::prices(
                site,
                &frame,
                &Prices { rows: Vec::new(), ..prices() },
                &Entry::default(),
            ),
        ),
        ("settings-consent", settings::consent(site, &frame, &consent(), &Entry::default())),
        (
            "settings-consent-none",
            settings::consent(
                site,
                &frame,
                &Consent { current: None, text: Vec::new(), earlier: Vec::new(), ..consent() },
                &Entry::default(),
            ),
        ),
        (
            "settings-rules",
            settings::rules(site, &frame, &rules(site, SignOff::Nobody), &Entry::default()),
        ),
        (
            "settings-rules-changed",
            settings::rules(
                site,
                &frame,
                &Rules {
                    action: None,
                    ..rules(
                        site,
                        SignOff::Another {
                            says: text("Dr Samira Amari signed version 2026.10.2 on 2 October"),
                        },
                    )
                },
                &Entry::default(),
            ),
        ),
        (
            "settings-rules-signed",
            settings::rules(site, &frame, &rules(site, signed()), &Entry::default()),
        ),
    ]
}

fn signed() -> SignOff {
    SignOff::Signed { by: text("Dr Samira Amari"), on: text("18 November 2026") }
}

fn berlin() -> Form {
    let closed = [
        ("2026-12-24", "Thursday 24 December", "Between the years"),
        ("2026-12-25", "Friday 25 December", ""),
    ];
    let closed = closed.map(|(value, when, why)| (text(value), text(when), text(why)));
    Form {
        list: Link::new("/settings/sites", "Sites and hours"),
        title: text("Linden Skin Clinic"),
        lead: String::new(),
        action: text("/settings/sites/01JQ8Z3V61"),
        version: Some(text("5")),
        blocked: Some(Blocked {
            action: text("/settings/sites/01JQ8Z3V61/closed"),
            version: text("5"),
            title: text("Closed days"),
            times: closed.to_vec(),
            by: BlockedBy::Day,
        }),
    }
}

fn typed_week() -> Entry {
    let mut entry = typed(&[
        ("name", "Linden Skin Clinic"),
        ("hours-1-1-from", "09:00"),
        ("hours-1-1-until", "17:00"),
        ("hours-2-1-from", "12:00"),
        ("hours-2-1-until", "09:00"),
    ]);
    let says = "Tuesday, 12:00 to 09:00, ends before it begins. Give a later end.";
    entry.refuse("hours-2-1-until", says);
    entry
}

fn prices() -> Prices {
    let price = |says: &str, costs: &str| Price {
        id: text("01JQ8Z3V70"),
        says: text(says),
        costs: text(costs),
        service: text("Pen"),
    };
    Prices {
        currency: text("€"),
        rows: vec![
            price("Session, both cheeks", "€ 240"),
            price("Session, whole face", "€ 320"),
            price("Test spot", "€ 40"),
            price("Review with photographs", "€ 0"),
        ],
        version: text("3"),
        services: pairs(&[("consultation", "Consultation"), ("pen", "Pen")]),
        action: Some(text("/settings/prices")),
    }
}

fn consent() -> Consent {
    let version = |name: &str, says: &str, digest: &str| Version {
        name: text(name),
        says: text(says),
        digest: text(digest),
    };
    Consent {
        current: Some(version("Version 3", "Dr Samira Amari, 2 September 2026", "b61f 09c2 77ae")),
        text: ["Microneedling makes channels through the outer layer of the skin that close within days. Treat the skin as open for 72 hours.", "It may leave darker or lighter marks. The chance is low, not zero, and higher for skin types IV to VI, melasma and tanned skin."].map(text).to_vec(),
        earlier: vec![
            (Link::new("/settings/consent/2", "Version 2"), version("Version 2", "Dr Samira Amari, 4 May 2026", "")),
            (Link::new("/settings/consent/1", "Version 1"), version("Version 1", "Jonas Keller, 2 January 2026", "")),
        ],
        version: text("3"),
        action: Some(text("/settings/consent")),
    }
}

fn rules(site: &Site, sign_off: SignOff) -> Rules {
    let book = site.book();
    Rules {
        version: book.version.clone(),
        digest: text("3f9a41c07be2d5586d1f0a9944c1e27b80f35d6e1a2b7c98d4e5f60718293a4b"),
        status: book.status.clone(),
        counts: vec![
            (Link::new("/evidence/rules", "Rules"), format!("{} rules", book.rules.len())),
            (
                Link::new("/evidence/conflicts", "Disagreements"),
                format!("{} places where sources disagree", book.conflicts.len()),
            ),
        ],
        sign_off,
        earlier: pairs(&[("Dr Samira Amari, 2 October 2026", "Rulebook 2026.10.2")]),
        action: Some(text("/settings/rules/sign-off")),
    }
}
