//! An invented Friday.

use jiff::civil::Time;
use maud::Markup;
use percuta_clinical::answer::Level;
use percuta_web::{
    Site,
    page::entry::Entry,
    page::staff::{
        Room,
        part::Link,
        today::{
            self, AllDue, Block, Board, Days, Due, Holds, Lane, Note, Phase, Shape, State, Today,
            Visit, Waiting,
            replan::{self, Action, Asks, Field, Plan, Replan, Row},
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
        boards: vec![Board {
            shut: Some(text("Closed on this day: the lift is repaired.")),
            ..Board::default()
        }],
        waiting: Some(Vec::new()),
        due: Vec::new(),
        days: Days { today: Some(text("/today")), ..day().days },
        ..day()
    };
    let frame = frame("Today", Room::Today);
    let after =
        noticed(frame.clone(), "Yuki Tan has arrived.", Some("/visits/01JQ8Z3V5T/arrival/undo"));
    let due = AllDue { all: 14, due: day().due, page: 1, pages: 1 };
    let entry = Entry::default();
    vec![
        ("today", today::today(site, &frame, &day())),
        ("today-list", today::today(site, &after, &Today { shape: list, ..day() })),
        ("today-empty", today::today(site, &frame, &empty)),
        ("today-due", today::all_due(site, &frame, &due)),
        ("today-late", replan::page(site, &frame, &late(), &entry)),
        ("today-away", replan::page(site, &frame, &away(), &entry)),
    ]
}

fn moves(name: &str, to: Option<&str>) -> Row {
    Row {
        patient: Link::new("/patients/01JQ8Z3V5R", name),
        from: text("today, 13:30, L. Fischer"),
        to: to.map(text),
        why: text("Whoever was to be there is away."),
        telephone: Some(text("020 7946 0123")),
    }
}

fn action(says: &str, is_primary: bool) -> Option<Action> {
    let path = text("/visits/01JQ8Z3V5T/late?seen=3");
    Some(Action { path, fields: Vec::new(), says: text(says), is_primary })
}

fn late() -> Replan {
    let field = Field {
        name: "minutes",
        kind: "number",
        label: "How many minutes late?",
        says: "Counted from when the visit is booked.",
    };
    Replan {
        title: text("The patient comes late"),
        lead: text("The visit is booked for today, 13:30. Nothing moves before you say so."),
        back: Link::new("/visits/01JQ8Z3V5T", "Back to the visit"),
        asks: Some(Asks {
            action: text("/visits/01JQ8Z3V5T/late?seen=3"),
            fields: vec![field],
            button: text("Show what is possible"),
        }),
        plans: vec![
            Plan {
                title: text("Nobody else moves: begin at 16:30 with L. Fischer"),
                says: text("It ends at 18:00."),
                rows: Vec::new(),
                action: action("Begin at 16:30", true),
            },
            Plan {
                title: text("Others make room: begin at 13:50 with L. Fischer"),
                says: text("1 other visit moves."),
                rows: vec![moves(
                    "Hanna Weiss",
                    Some("today, 15:25, L. Fischer (25 minutes later)"),
                )],
                action: action("Begin at 13:50", false),
            },
        ],
    }
}

fn away() -> Replan {
    Replan {
        title: text("L. Fischer is away"),
        lead: text("Friday 20 November. Nothing moves before you say so."),
        back: Link::new("/today?date=2026-11-20", "Back to the day"),
        asks: None,
        plans: vec![Plan {
            title: text("2 visits are concerned"),
            says: text("1 visit has no place and stays where it is until somebody has called."),
            rows: vec![
                moves("Tomas Ruiz", Some("today, 13:30, Dr S. Amari")),
                moves("Hanna Weiss", None),
            ],
            action: action("Note the absence and move 1", true),
        }],
    }
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
    Holds::Visit {
        href: text("/visits/01JQ8Z3V5T"),
        id: None,
        name: text(name),
        says: text(says),
        phases,
        after: 0,
        carry: Some(text("/visits/01JQ8Z3V5T")),
    }
}

fn step(phase: Phase, says: &str) -> Holds {
    Holds::Part { href: text("/visits/01JQ8Z3V5T"), phase, says: text(says) }
}

fn lane(name: &str, says: &str, blocks: Vec<Block>) -> Lane {
    Lane { name: text(name), says: text(says), rows: vec![blocks], takes: None, away: None }
}

fn board() -> Board {
    Board {
        site: None,
        clock: String::new(),
        date: text("2026-11-20"),
        shut: None,
        from: 9,
        until: 17,
        now: Some(time("11:12")),
        rooms: rooms(),
        devices: vec![lane(
            "Pen 1",
            "pen",
            vec![
                block("11:10", "11:40", step(Phase::Treatment, "Okafor")),
                block("11:40", "11:50", Holds::Turnover),
                block("14:20", "14:50", step(Phase::Treatment, "Ruiz")),
            ],
        )],
        people: people(),
        can_move: true,
        notes: notes(),
        away: vec![
            text("Dr S. Amari: break, 13:00 to 13:30"),
            text("L. Fischer: break, 12:30 to 13:00"),
            text("Room 2: lamp repaired, 09:00 to 10:00"),
        ],
    }
}

fn notes() -> Vec<Note> {
    let moves = || Some(Link::new("/visits/01JQ8Z3V5T/move", "Move Hanna Weiss"));
    vec![
        Note {
            is_tight: false,
            says: text("L. Fischer is not there at 15:10 (away)."),
            why: text("Hanna Weiss is booked with them."),
            remedy: moves(),
        },
        Note {
            is_tight: true,
            says: text("Treatment room turns over with no gap at 15:00."),
            why: text("If Tomas Ruiz runs late, Hanna Weiss waits."),
            remedy: moves(),
        },
    ]
}

fn rooms() -> Vec<Lane> {
    let okafor = stay("Daniel Okafor", "Acne scars, 2 of 4", [10, 40, 30, 15]);
    let ruiz = stay("Tomas Ruiz", "Neck lines, 1 of 3", [10, 40, 30, 10]);
    let weiss = stay("Hanna Weiss", "Stretch marks, abdomen, 3 of 4", [0, 0, 65, 15]);
    let treatment = lane(
        "Treatment room",
        "treatment",
        vec![
            block("09:00", "09:50", stay("Paula Stein", "Review, photographs", [0, 0, 50, 0])),
            block("09:50", "10:00", Holds::Turnover),
            block("10:20", "11:55", okafor),
            block("11:55", "12:05", Holds::Turnover),
            block("12:10", "13:00", stay("Yuki Tan", "First visit", [0, 0, 50, 0])),
            block("13:30", "15:00", ruiz),
            block("15:00", "16:20", weiss),
        ],
    );
    let second = lane(
        "Room 2",
        "treatment",
        vec![block("09:00", "10:00", Holds::Away { says: text("lamp repaired") })],
    );
    let seat = |start, end, name| block(start, end, stay(name, "numbing", [0, 40, 0, 0]));
    let bay = Lane {
        rows: vec![
            vec![seat("14:15", "15:00", "Hanna Weiss")],
            vec![seat("14:30", "15:10", "Priya Nair")],
        ],
        ..lane("Numbing bay", "2 seats", Vec::new())
    };
    vec![treatment, second, bay]
}

fn people() -> Vec<Lane> {
    let away = || Holds::Away { says: text("break") };
    let amari = vec![
        block("09:00", "09:50", step(Phase::Treatment, "Stein")),
        block("12:10", "13:00", step(Phase::Treatment, "Tan")),
        block("13:00", "13:30", away()),
        block("14:20", "14:50", step(Phase::Treatment, "Ruiz")),
        block("16:00", "17:00", Holds::Shut),
    ];
    let fischer = vec![
        block("10:20", "10:30", step(Phase::Cleanse, "Okafor")),
        block("10:30", "11:10", Holds::Gap),
        block("11:10", "11:40", step(Phase::Treatment, "Okafor")),
        block("12:30", "13:00", away()),
        block("15:10", "16:15", step(Phase::Treatment, "Weiss")),
    ];
    let duarte = vec![
        block("11:40", "11:55", step(Phase::Aftercare, "Okafor")),
        block("13:30", "13:40", step(Phase::Cleanse, "Ruiz")),
        block("14:50", "15:00", step(Phase::Aftercare, "Ruiz")),
        block("16:15", "16:30", step(Phase::Aftercare, "Weiss")),
    ];
    let person = |name, says, blocks| Lane {
        away: Some(text("/team/01JQ8Z3V5Q/away?date=2026-11-20")),
        ..lane(name, says, blocks)
    };
    vec![
        person("Dr S. Amari", "dermatology", amari),
        person("L. Fischer", "to 1.5 mm", fischer),
        person("M. Duarte", "assistant", duarte),
    ]
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
        ready: text("31 days since the last session"),
        // A talk has one part, which says nothing more.
        parts: match says.contains(" of ") {
            true => vec![
                format!("{starts} cleanse, Numbing bay, M. Duarte"),
                format!("{starts} numbing, Numbing bay"),
                format!("{ends} aftercare, Treatment room, M. Duarte"),
            ],
            false => Vec::new(),
        },
        late: Some(text("/visits/01JQ8Z3V5T/late")),
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
        boards: vec![board()],
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
        all_due: Some((14, text("/due"))),
        copies: Some((
            text("2 copies of photographs have to be taken down, 1 of them overdue."),
            true,
        )),
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
