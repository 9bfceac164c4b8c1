//! Invented patients, their stories and what they wrote.

use maud::Markup;
use percuta_clinical::{
    answer::{Disposition, Level},
    book::Cited,
};
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        staff::{
            Room,
            inbox::{self, Answer, CheckIn, Done, DueBy, Inbox, Item, May, Owner, Reason, Urgency},
            part::{Choice, Leaves, Link},
            patients::{self, Alerts, Amend, NewPatient, Patients, Row, Shown},
            story::{self, Access, AccessState, Alert, Course, Kind, Opened, Sign, Story},
        },
    },
};

use super::{frame, noticed, pairs, text, typed};

pub(super) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let mut all = patient_pages(site);
    all.extend(story_pages(site));
    all.extend(inbox_pages(site));
    all
}

fn row(name: &str, born: &str, telephone: &str, stands: &str, alert: &str, changed: &str) -> Row {
    Row {
        link: Link::new("/patients/01JQ8Z3V5R", name),
        born: text(born),
        telephone: text(telephone),
        stands: text(stands),
        alert: text(alert),
        changed: text(changed),
    }
}

fn rows() -> Vec<Row> {
    vec![
        row(
            "Daniel Okafor",
            "12 April 1990",
            "+49 30 5550142",
            "Acne scars, 2 of 4, in treatment",
            "",
            "today, 10:24",
        ),
        row(
            "Nadia Farouk",
            "3 September 1984",
            "+49 30 5550117",
            "Melasma, 1 of 3, day 3",
            "Urgent check-in is open",
            "today, 09:58",
        ),
        row(
            "Yuki Tan",
            "30 January 1999",
            "",
            "First visit today",
            "1 answer is missing",
            "yesterday, 18:12",
        ),
        row(
            "Tomas Ruiz",
            "21 July 1971",
            "+49 30 5550188",
            "Neck lines, 1 of 3",
            "",
            "18 November",
        ),
        row(
            "Sofia Lind",
            "5 May 1993",
            "+49 30 5550163",
            "Acne scars, 2 of 4, due to book",
            "",
            "13 November",
        ),
    ]
}

fn patient_pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let frame = frame("Patients", Room::Patients);
    let add = Some(text("/patients/new"));
    let leaves = Leaves { newer: None, older: Some(text("/patients?before=01JQ8Z3V5R")) };
    let all = Patients { shown: Shown::All { count: 60, leaves }, rows: rows(), add };
    let found = |rows: Vec<Row>| Patients {
        shown: Shown::Found { has_more: false },
        rows,
        add: all.add.clone(),
    };
    let none = Patients {
        shown: Shown::All { count: 0, leaves: Leaves::default() },
        rows: Vec::new(),
        ..all.clone()
    };
    let looked = typed(&[("find", "oka")]);
    let mut wrong =
        typed(&[("name", "Dani Okafor"), ("born", "1990-04-12"), ("telephone", "5550142")]);
    wrong.refuse("telephone", "Give the whole number, with its area code.");
    wrong.refuse("another", "Open the record that is there, or say that this is another person.");
    let alike = NewPatient { alike: rows().into_iter().take(1).collect(), alerts: Alerts::Hidden };
    let amend = Amend {
        patient: Link::new("/patients/01JQ8Z3V5R", "Daniel Okafor"),
        version: text("2"),
        alerts: Alerts::Asked,
    };
    vec![
        ("patients", patients::patients(site, &frame, &all, &Entry::default())),
        (
            "patients-found",
            patients::patients(site, &frame, &found(rows().into_iter().take(1).collect()), &looked),
        ),
        ("patients-nobody", patients::patients(site, &frame, &found(Vec::new()), &looked)),
        ("patients-empty", patients::patients(site, &frame, &none, &Entry::default())),
        (
            "patient-new",
            patients::new_patient(
                site,
                &frame,
                &NewPatient { alike: Vec::new(), alerts: Alerts::Asked },
                &Entry::default(),
            ),
        ),
        ("patient-new-alike", patients::new_patient(site, &frame, &alike, &wrong)),
        ("patient-amend", patients::amend(site, &frame, &amend, &wrong)),
    ]
}

fn entry(kind: Kind, when: &str, title: &str, says: &str, by: &str, sign: Sign) -> story::Entry {
    story::Entry {
        kind,
        when: text(when),
        link: Link::new("/visits/01JQ8Z3V5T", title),
        says: text(says),
        by: text(by),
        sign,
    }
}

fn choice(href: &str, says: &str, is_current: bool) -> Choice {
    Choice { link: Link::new(href, says), is_current }
}

fn story_pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let frame = frame("Daniel Okafor", Room::Patients);
    let made = AccessState::Made {
        link: text("https://linden.example/keys/7h2k-9qwd-m3xp"),
        until: text("27 November"),
    };
    let new = Story {
        name: text("Yuki Tan"),
        alerts: Vec::new(),
        courses: Vec::new(),
        kinds: Vec::new(),
        ahead: Vec::new(),
        entries: Vec::new(),
        leaves: Leaves::default(),
        access: Some(Access {
            state: made,
            action: text("/patients/01JQ8Z3V5R/link"),
            close: text("/patients/01JQ8Z3V5R/close-links"),
        }),
        opened: Opened::default(),
        next: Some(Link::new("/patients/01JQ8Z3V5R/screening/new", "Begin a screening")),
        ..okafor()
    };
    vec![
        ("story", story::story(site, &frame, &okafor())),
        (
            "story-new",
            story::story(site, &noticed(frame.clone(), "The link was made.", None), &new),
        ),
    ]
}

fn okafor() -> Story {
    Story {
        name: text("Daniel Okafor"),
        facts: pairs(&[
            ("Born", "12 April 1990, 36 years"),
            ("Skin type", "V, assessed 2 October"),
            ("Telephone", "+49 30 5550142"),
            ("Practitioner", "L. Fischer"),
        ]),
        alerts: vec![
            Alert {
                says: text("Cold sores, twice a year"),
                since: text("He said so on 1 October. Dr S. Amari prescribed prevention."),
                href: text("/patients/01JQ8Z3V5R/screening/1"),
            },
            Alert {
                says: text("Dark marks after acne may last for months"),
                since: text("Skin type V. Depth begins low."),
                href: text("/courses/01JQ8Z3V5S/plan"),
            },
        ],
        next: Some(Link::new("/sessions/01JQ8Z3V5U", "Go on with session 2")),
        others: vec![
            Link::new("/visits/new?course=01JQ8Z3V5S", "Book"),
            Link::new("/patients/01JQ8Z3V5R/compare", "Compare photographs"),
        ],
        courses: vec![
            Course {
                link: Link::new("/courses/01JQ8Z3V5S", "Acne scars, both cheeks"),
                says: text("1 of 4 sessions done, the second is today"),
                next: text("Session 3 from 18 December to 1 January"),
                disposition: Some(Disposition::ProceedWithPrecautions),
                sessions: (1, 4),
            },
            Course {
                link: Link::new("/courses/01JQ8Z3V5W", "Stretch marks, left shoulder"),
                says: text("Planned, not accepted yet"),
                next: text("He wants to decide after the photographs of January."),
                disposition: None,
                sessions: (0, 3),
            },
        ],
        kinds: vec![
            choice("/patients/01JQ8Z3V5R", "All", true),
            choice("/patients/01JQ8Z3V5R?kind=session", "Sessions", false),
            choice("/patients/01JQ8Z3V5R?kind=check-in", "Check-ins", false),
            choice("/patients/01JQ8Z3V5R?kind=photographs", "Photographs", false),
            choice("/patients/01JQ8Z3V5R?kind=consent", "Consents", false),
        ],
        ahead: vec![entry(
            Kind::Visit,
            "18 December, 10:20",
            "Visit for session 3",
            "Treatment room, L. Fischer.",
            "booked by R. Adler",
            Sign::None,
        )],
        entries: okafor_entries(),
        leaves: Leaves { newer: None, older: Some(text("/patients/01JQ8Z3V5R?before=01JQ8Z3V5X")) },
        access: Some(Access {
            state: AccessState::Active { last: text("yesterday, 20:41") },
            action: text("/patients/01JQ8Z3V5R/link"),
            close: text("/patients/01JQ8Z3V5R/close-links"),
        }),
        opened: Opened {
            by: pairs(&[
                ("L. Fischer", "today, 10:18"),
                ("R. Adler", "yesterday, 16:02"),
                ("Dr S. Amari", "23 October"),
            ]),
            all: Some(text("/audit?patient=01JQ8Z3V5R")),
        },
    }
}

fn okafor_entries() -> Vec<story::Entry> {
    vec![
        entry(
            Kind::Session,
            "today, 10:24",
            "Session 2 began",
            "Numbing on both cheeks from 10:31.",
            "L. Fischer",
            Sign::None,
        ),
        entry(
            Kind::Screening,
            "today, 10:20",
            "Screening of the day",
            "No change since 1 October. Precautions for cold sores and for pigment.",
            "L. Fischer",
            Sign::Screened(Disposition::ProceedWithPrecautions),
        ),
        entry(
            Kind::Consent,
            "19 November, 20:37",
            "Consent for session 2, version 3",
            "Read and signed on his own page. Dark marks and the product used off its label are named.",
            "Daniel Okafor",
            Sign::None,
        ),
        entry(
            Kind::CheckIn,
            "27 October, 08:10",
            "Check-in on day 3",
            "Redness fading, dry. He asked about shaving, and Ruth Adler answered.",
            "Daniel Okafor",
            Sign::Triaged(Level::SelfCare),
        ),
        entry(
            Kind::Photographs,
            "24 October, 10:05",
            "Photographs before session 1",
            "Front, left and right, with the colour card.",
            "M. Duarte",
            Sign::None,
        ),
        entry(
            Kind::Outcome,
            "24 October, 10:00",
            "Acne scar score at the start",
            "ECCA 95, Goodman and Baron grade 3. To be judged 3 months after the last session.",
            "L. Fischer",
            Sign::None,
        ),
        entry(
            Kind::Override,
            "2 October, 16:40",
            "Override by Dr S. Amari",
            "Treatment with prevention of cold sores instead of waiting. Reason and end date are on its page.",
            "Dr S. Amari",
            Sign::None,
        ),
        entry(
            Kind::Screening,
            "1 October, 19:22",
            "First screening",
            "From his own answers. Cold sores: ask a doctor first.",
            "Daniel Okafor",
            Sign::Screened(Disposition::ReferPhysician),
        ),
    ]
}

fn item(name: &str, says: &str, urgency: Urgency, came: &str, due: DueBy, owner: Owner) -> Item {
    let take = (owner == Owner::Nobody).then(|| text("/inbox/01JQ8Z3V5V/owner"));
    Item {
        link: Link::new("/inbox/01JQ8Z3V5V", name),
        says: text(says),
        urgency,
        came: text(came),
        due,
        owner,
        take,
    }
}

fn inbox_pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let frame = frame("Inbox", Room::Inbox);
    let choices = vec![
        choice("/inbox", "Open, 5", true),
        choice("/inbox?of=mine", "Mine, 1", false),
        choice("/inbox?of=closed", "Closed", false),
    ];
    let items = vec![
        item(
            "Nadia Farouk",
            "Day 3 after session 1. Eye pain, swollen lid.",
            Urgency::Triaged(Level::Urgent),
            "10:52",
            DueBy::Over(text("5 min over")),
            Owner::Nobody,
        ),
        item(
            "Inès Moreau",
            "Day 2 after session 3. Small grouped blisters, lip.",
            Urgency::Triaged(Level::ContactClinic),
            "09:52",
            DueBy::Left(text("2 h 40 min left")),
            Owner::You,
        ),
        item(
            "Tomas Ruiz",
            "“May I fly the day after? It is only an hour.”",
            Urgency::Unread,
            "yesterday, 21:15",
            DueBy::Left(text("today")),
            Owner::Nobody,
        ),
        item(
            "Ana Costa",
            "Day 4 after session 2. Redness fading, dry.",
            Urgency::Triaged(Level::SelfCare),
            "08:41",
            DueBy::Left(text("21 h left")),
            Owner::Other(text("Lena Fischer")),
        ),
        item(
            "Leon Brandt",
            "Day 1 after session 1. Tight, mild swelling.",
            Urgency::Triaged(Level::Normal),
            "08:15",
            DueBy::Closed(text("Closed by itself 08:15")),
            Owner::Other(text("No one needed")),
        ),
    ];
    let full = Inbox {
        choices,
        items,
        overdue: 1,
        leaves: Leaves { newer: None, older: Some(text("/inbox?before=01JQ8Z3V5V")) },
    };
    let empty = Inbox { items: Vec::new(), overdue: 0, leaves: Leaves::default(), ..full.clone() };
    let mut wrong = typed(&[("says", "Dry"), ("owner", "")]);
    wrong.refuse("says", "Write what the patient should know, in a sentence.");
    let closed = CheckIn {
        due: DueBy::Closed(text("Closed 20 November, 11:40")),
        may: May { reopen: Some(text("/inbox/01JQ8Z3V5V/reopen")), ..May::default() },
        ..moreau(site)
    };
    vec![
        ("inbox", inbox::inbox(site, &frame, &full)),
        ("inbox-empty", inbox::inbox(site, &frame, &empty)),
        ("check-in", inbox::check_in(site, &frame, &moreau(site), &Entry::default())),
        ("check-in-closed", inbox::check_in(site, &frame, &closed, &Entry::default())),
        ("check-in-wrong", inbox::check_in(site, &frame, &moreau(site), &wrong)),
    ]
}

fn moreau(site: &Site) -> CheckIn {
    let rule = site
        .book()
        .triage
        .iter()
        .find(|rule| rule.id.contains("herpe") || rule.id.contains("cold"))
        .or(site.book().triage.first());
    let (id, cites) = rule
        .map(|rule| {
            (
                rule.id.clone(),
                Cited {
                    cites: rule.sources.iter().map(|source| source.id.clone()).collect(),
                    conflicts: Vec::new(),
                },
            )
        })
        .unwrap_or((String::new(), Cited { cites: Vec::new(), conflicts: Vec::new() }));
    let answer =
        |asked: &str, says: &str, matters| Answer { asked: text(asked), says: text(says), matters };
    CheckIn {
        patient: Link::new("/patients/01JQ8Z3V5R", "Inès Moreau"),
        title: text("Check-in on day 2 after session 3"),
        telephone: Some((text("+49 30 5550175"), text("+49305550175"))),
        urgency: Urgency::Triaged(Level::ContactClinic),
        came: text("today, 09:52"),
        due: DueBy::Left(text("2 h 40 min left")),
        owner: Owner::You,
        told: text(
            "Contact the clinic today. Grouped blisters on day 2 can be a cold-sore flare set off by treatment. Medicine for it works best when started early.",
        ),
        steps: [
            "Do not touch, pick or cover it.",
            "Wash your hands, keep your towel to yourself.",
            "Keep taking your prescribed medicines.",
        ]
        .map(text)
        .to_vec(),
        reasons: vec![Reason {
            rule: Link::new(
                format!("/evidence/triage/{id}"),
                "Grouped blisters or the tingling of a cold sore",
            ),
            says: text(
                "A flare can spread over treated skin. Medicine works best in the first days.",
            ),
            cited: cites,
        }],
        answers: vec![
            answer("Small blisters in a group", "Yes", true),
            answer("Redness", "Fading", false),
            answer("Pain", "2 of 10", false),
            answer("Eye pain or change of sight", "No", false),
            answer("Fever, 38 °C or more", "Not sure", false),
        ],
        words: text("It tingles like before a cold sore.\nI had one last winter."),
        pictures: Vec::new(),
        photographs: vec![Link::new("/photographs/01JQ8Z3V60", "Upper lip, today 09:50")],
        done: vec![
            Done {
                at: text("09:52"),
                by: text("by itself"),
                says: text("She was told to contact the clinic today."),
            },
            Done { at: text("10:05"), by: text("Ruth Adler"), says: text("Took it.") },
        ],
        may: May {
            own: Some(text("/inbox/01JQ8Z3V5V/owner")),
            colleagues: pairs(&[("01JQ8Z3V61", "Lena Fischer"), ("01JQ8Z3V62", "Dr Samira Amari")]),
            close: Some(text("/inbox/01JQ8Z3V5V/close")),
            reopen: None,
            note: Some(text("/inbox/01JQ8Z3V5V/note")),
            write: Some(text("/inbox/01JQ8Z3V5V/message")),
        },
    }
}
