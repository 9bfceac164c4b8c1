//! An invented Friday.

use jiff::civil::Time;
use maud::Markup;
use percuta_clinical::answer::Level;
use percuta_web::{
    Site,
    page::staff::{
        Room,
        part::Link,
        today::{
            self, Block, Board, Days, Due, Holds, Lane, Phase, Shape, State, Today, Visit, Waiting,
        },
    },
};

use super::{frame, noticed, text};

pub(super) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let list = Shape::List { board: text("/today?date=2026-11-20") };
    let empty = Today {
        title: text("Sunday 22 November"),
        says: text("Nothing is booked."),
        visits: Vec::new(),
        waiting: Some(Vec::new()),
        due: Vec::new(),
        days: Days { today: Some(text("/today")), ..day().days },
        ..day()
    };
    let frame = frame("Today", Room::Today);
    let after =
        noticed(frame.clone(), "Yuki Tan has arrived.", Some("/visits/01JQ8Z3V5T/arrival/undo"));
    vec![
        ("today", today::today(site, &frame, &day())),
        ("today-list", today::today(site, &after, &Today { shape: list, ..day() })),
        ("today-empty", today::today(site, &frame, &empty)),
    ]
}

fn time(clock: &str) -> Time {
    let mut parts = clock.split(':').map(|part| part.parse().unwrap_or_default());
    let (hour, minute) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    Time::new(hour, minute, 0, 0).unwrap_or_default()
}

fn block(start: &str, end: &str, holds: Holds) -> Block {
    Block { start: time(start), end: time(end), holds }
}

fn stay(name: &str, says: &str, minutes: [i16; 4]) -> Holds {
    let phases = Phase::ALL.into_iter().zip(minutes).filter(|(_, minutes)| *minutes > 0).collect();
    Holds::Visit { href: text("/visits/01JQ8Z3V5T"), name: text(name), says: text(says), phases }
}

fn step(phase: Phase, says: &str) -> Holds {
    Holds::Part { href: text("/visits/01JQ8Z3V5T"), phase, says: text(says) }
}

fn lane(name: &str, says: &str, blocks: Vec<Block>) -> Lane {
    Lane { name: text(name), says: text(says), blocks }
}

fn board() -> Board {
    let away = || Holds::Away { says: text("break") };
    let rooms = vec![
        lane(
            "Treatment room",
            "chair, lamp",
            vec![
                block("09:00", "09:50", stay("Paula Stein", "Review, photographs", [0, 0, 50, 0])),
                block(
                    "10:20",
                    "11:55",
                    stay("Daniel Okafor", "Acne scars, 2 of 4", [10, 40, 30, 15]),
                ),
                block("12:10", "13:00", stay("Yuki Tan", "First visit", [0, 0, 50, 0])),
                block("13:30", "15:00", stay("Tomas Ruiz", "Neck lines, 1 of 3", [10, 40, 30, 10])),
                block(
                    "15:00",
                    "16:30",
                    stay("Hanna Weiss", "Stretch marks, abdomen, 3 of 4", [10, 0, 65, 15]),
                ),
            ],
        ),
        lane(
            "Numbing seat",
            "1 seat",
            vec![block("14:15", "15:00", stay("Hanna Weiss", "until 15:00", [0, 45, 0, 0]))],
        ),
    ];
    let people = vec![
        lane(
            "Dr S. Amari",
            "dermatology",
            vec![
                block("09:00", "09:50", step(Phase::Treatment, "Stein")),
                block("12:10", "13:00", step(Phase::Treatment, "Tan")),
                block("13:00", "13:30", away()),
                block("14:20", "14:50", step(Phase::Treatment, "Ruiz")),
            ],
        ),
        lane(
            "L. Fischer",
            "to 1.5 mm",
            vec![
                block("10:20", "10:30", step(Phase::Cleanse, "Okafor")),
                block("10:30", "11:10", Holds::Gap),
                block("11:10", "11:40", step(Phase::Treatment, "Okafor")),
                block("12:30", "13:00", away()),
                block("15:10", "16:15", step(Phase::Treatment, "Weiss")),
            ],
        ),
        lane(
            "M. Duarte",
            "assistant",
            vec![
                block("10:30", "11:10", step(Phase::Numbing, "Okafor")),
                block("11:40", "11:55", step(Phase::Aftercare, "Okafor")),
                block("13:30", "13:40", step(Phase::Cleanse, "Ruiz")),
                block("13:40", "14:15", step(Phase::Numbing, "Ruiz")),
                block("14:15", "14:50", step(Phase::Numbing, "Weiss")),
                block("14:50", "15:00", step(Phase::Aftercare, "Ruiz")),
                block("16:15", "16:30", step(Phase::Aftercare, "Weiss")),
            ],
        ),
    ];
    Board { from: 9, until: 17, now: Some(time("11:12")), rooms, people }
}

fn visit(
    starts: &str,
    ends: &str,
    name: &str,
    says: &str,
    missing: &[&str],
    state: State,
) -> Visit {
    Visit {
        href: text("/visits/01JQ8Z3V5T"),
        when: format!("{starts} to {ends}"),
        starts: text(starts),
        patient: Link::new("/patients/01JQ8Z3V5R", name),
        says: text(says),
        place: text("Treatment room, L. Fischer"),
        missing: missing
            .iter()
            .map(|says| Link::new("/patients/01JQ8Z3V5R/screening/2", *says))
            .collect(),
        state,
        arrival: Some(text("/visits/01JQ8Z3V5T/arrival")),
    }
}

fn day() -> Today {
    let at = |at: &str| text(at);
    Today {
        title: text("Friday 20 November"),
        says: text(
            "5 visits. L. Fischer is free from 10:30 to 11:10, while Daniel Okafor is numbed.",
        ),
        days: Days {
            previous: text("/today?date=2026-11-19"),
            next: text("/today?date=2026-11-21"),
            today: None,
        },
        book: Some(text("/visits/new")),
        shape: Shape::Board { list: text("/today?date=2026-11-20&as=list") },
        board: board(),
        visits: vec![
            visit(
                "09:00",
                "09:50",
                "Paula Stein",
                "Review, photographs",
                &[],
                State::Done { at: at("09:48") },
            ),
            visit(
                "10:20",
                "11:55",
                "Daniel Okafor",
                "Acne scars, 2 of 4",
                &[],
                State::Started { at: at("10:24") },
            ),
            visit("11:00", "11:30", "Kaya Demir", "Test spot", &[], State::Late),
            visit(
                "12:10",
                "13:00",
                "Yuki Tan",
                "First visit",
                &["Screening: 1 answer is missing"],
                State::Expected,
            ),
            visit(
                "13:30",
                "15:00",
                "Tomas Ruiz",
                "Neck lines, 1 of 3",
                &["Consent is not signed", "Photographs before are missing"],
                State::Expected,
            ),
            visit(
                "15:00",
                "16:30",
                "Hanna Weiss",
                "Stretch marks, abdomen, 3 of 4",
                &[],
                State::Expected,
            ),
            visit("16:00", "16:20", "Ivo Petrov", "Review", &[], State::Absent),
        ],
        waiting: Some(waiting()),
        due: [
            ("Sofia Lind", "Acne scars, 3 of 4", "23 October", "20 November to 4 December"),
            ("Mei Zhou", "Photographs of the result, 3 months on", "21 August", "from 21 November"),
        ]
        .map(|(name, step, last, window)| Due {
            patient: Link::new("/patients/01JQ8Z3V5R", name),
            step: text(step),
            last: text(last),
            window: text(window),
            book: Some(text("/visits/new?course=01JQ8Z3V5S")),
        })
        .to_vec(),
    }
}

fn waiting() -> Vec<Waiting> {
    [
        (
            "Nadia Farouk",
            "4 min ago",
            "Day 3. Eye pain, swollen lid.",
            Level::Urgent,
            "Told to seek emergency help now. Nobody has called yet.",
        ),
        ("Inès Moreau", "09:52", "Day 2. Small grouped blisters, lip.", Level::ContactClinic, ""),
        ("Ana Costa", "08:41", "Day 4. Redness fading, dry.", Level::SelfCare, ""),
        ("Leon Brandt", "08:15", "Day 1. Tight, mild swelling.", Level::Normal, ""),
    ]
    .map(|(name, came, says, level, done)| Waiting {
        link: Link::new("/inbox/01JQ8Z3V5V", name),
        came: text(came),
        says: text(says),
        level,
        done: text(done),
    })
    .to_vec()
}
