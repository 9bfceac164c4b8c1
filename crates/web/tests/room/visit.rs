//! Sample weeks and visits.

use percuta_web::{
    Site,
    page::{
        choosing::{Held, Narrow, Series},
        entry::Entry,
        staff::{
            Room,
            booking::{self, Cancel, Day, Kept, Start, Why},
            visit::{self, Item, ItemState, Remedy, Stage},
        },
    },
};

use super::{Shown, entry, frame, pairs, session::daniel, words};

fn day(name: &str, date: &str, starts: &[&str], why_not: &[&str]) -> Day {
    Day {
        name: name.to_owned(),
        date: date.to_owned(),
        is_inside: !starts.is_empty(),
        starts: starts
            .iter()
            .map(|says| Start {
                value: format!("2026-12-{}T{says}", date.chars().take(2).collect::<String>()),
                says: (*says).to_owned(),
                ends: "75 minutes later".to_owned(),
                ..Start::default()
            })
            .collect(),
        why_not: words(why_not),
    }
}

fn week() -> booking::View {
    booking::View {
        person: daniel(),
        title: "book session 3 of 4".to_owned(),
        window: "28 December 2026 to 19 January 2027".to_owned(),
        because:
            "The 28 days after session 2 are over on 18 December; the plan proposes 38 to 60 days."
                .to_owned(),
        takes: "75 minutes, L. Fischer, room 1".to_owned(),
        moves: None,
        week: "28 December 2026 to 3 January 2027".to_owned(),
        earlier: Some("/visits/new?week=2026-12-21".to_owned()),
        later: Some("/visits/new?week=2027-01-04".to_owned()),
        first_free: None,
        days: vec![
            day("Monday", "28 December", &["09:00", "09:15", "11:30", "14:00", "15:30"], &[]),
            day("Tuesday", "29 December", &["09:00", "13:15"], &["10:15 to 13:00 is taken."]),
            day("Wednesday", "30 December", &[], &["Nobody who may treat this is in."]),
            day("Thursday", "31 December", &["09:00", "09:30", "10:00"], &["Closed from 12:00."]),
            day("Friday", "1 January", &[], &["Closed: New Year’s Day."]),
            day("Saturday", "2 January", &[], &["Closed."]),
            day("Sunday", "3 January", &[], &["Closed."]),
        ],
        whole: Some([
            ("/patients/31/book?session=1.3".to_owned(), "Only session 3 of 4".to_owned(), true),
            (
                "/patients/31/book?whole=yes".to_owned(),
                "All 2 sessions in one go".to_owned(),
                false,
            ),
        ]),
        is_whole: false,
        series: Vec::new(),
        narrow: narrow(),
        kept: None,
        next: Vec::new(),
        why: None,
        ask: "/patients/31/book".to_owned(),
        ask_hidden: pairs(&[("session", "1.3")]),
        ask_sites: pairs(&[("1", "Lindenhof"), ("2", "Harbour")]),
        wait: Some("/patients/31/wait?session=1.3".to_owned()),
        action: "/courses/77aa/visits".to_owned(),
    }
}

fn narrow() -> Narrow {
    Narrow {
        action: "/patients/31/book".to_owned(),
        hidden: pairs(&[("session", "1.3")]),
        days: pairs(&[("1", "Mon"), ("2", "Tue"), ("5", "Fri")]),
        parts: pairs(&[("morning", "In the morning, over by 13:00")]),
        people: pairs(&[("1", "Lena Fischer")]),
        ..Narrow::default()
    }
}

fn start(says: &str) -> Start {
    Start {
        value: says.to_owned(),
        says: says.to_owned(),
        with: "Lena Fischer".to_owned(),
        ..Start::default()
    }
}

/// Whole courses, one of them kept, and a time that is not possible.
fn whole() -> booking::View {
    let series = |ends: &str, why: &[&str]| Series {
        value: ends.to_owned(),
        ends: ends.to_owned(),
        why: words(why),
        sessions: pairs(&[
            ("Session 3", "Monday 28 December 2026, 09:00, Lena Fischer"),
            ("Session 4", "Monday 8 February 2027, 09:00, Lena Fischer"),
        ]),
    };
    booking::View {
        is_whole: true,
        days: Vec::new(),
        because: "Between two sessions lie 38 to 60 days by the plan.".to_owned(),
        series: vec![
            series("8 February 2027", &["Ends first", "Always on a Monday at 09:00"]),
            series("12 February 2027", &["Always with Lena Fischer"]),
        ],
        kept: Some(Kept {
            held: Held {
                until: "10:15".to_owned(),
                until_at: "2026-12-01T10:15:00Z".to_owned(),
                left_s: 545,
                visits: words(&[
                    "Session 3 of 4: Monday 28 December 2026, 09:00, with Lena Fischer",
                ]),
            },
            value: "kept".to_owned(),
            book: "/patients/31/book/kept?session=1.3".to_owned(),
            let_go: "/patients/31/book/let-go?session=1.3".to_owned(),
        }),
        why: Some(Why {
            asked: "Monday 28 December 2026, 14:00".to_owned(),
            because: words(&["Numbing: every seat of the numbing bay is taken until 14:40."]),
            possible: None,
            before: Some(start("Monday 28 December 2026, 11:30")),
            after: Some(start("Monday 28 December 2026, 14:40")),
        }),
        ..week()
    }
}

fn item(title: &str, state: ItemState, says: &str, remedy: Remedy) -> Item {
    Item { title: title.to_owned(), state, says: says.to_owned(), points: Vec::new(), remedy }
}

fn page_to(label: &str, href: &str) -> Remedy {
    Remedy::Page(label.to_owned(), href.to_owned())
}

fn press(label: &str, action: &str) -> Remedy {
    Remedy::Press(label.to_owned(), action.to_owned())
}

fn preparing() -> visit::View {
    let at = Remedy::At(
        "Numbing is on".to_owned(),
        "/visits/31ab/numbing".to_owned(),
        "numbing-at".to_owned(),
    );
    visit::View {
        person: daniel(),
        title: "session 2 of 4".to_owned(),
        when: "20 November 2026, 10:00 to 11:15, with L. Fischer in room 1".to_owned(),
        stage: Stage::Preparing,
        items: vec![
            item(
                "Identity checked",
                ItemState::Done,
                "Name and birth date said by the patient, 10:02, L. Fischer.",
                Remedy::None,
            ),
            item(
                "Screening repeated",
                ItemState::Blocks,
                "The screening of 9 October is repeated on the day for what can have changed: 7 questions.",
                page_to("Ask the 7", "/visits/31ab/screening"),
            ),
            item(
                "Consent signed",
                ItemState::Blocks,
                "Version 3 was signed for session 1; it has changed since and is read and signed anew.",
                page_to("Open the consent", "/visits/31ab/consent"),
            ),
            item(
                "Photographs taken",
                ItemState::Open,
                "1 of 3 views. Without them this session cannot be compared.",
                page_to("Take photographs", "/visits/31ab/photographs"),
            ),
            item(
                "Skin looked at",
                ItemState::Blocks,
                "No wound, cold sore, sunburn or infection in the area.",
                press("Looked at: clear", "/visits/31ab/skin"),
            ),
            item(
                "Numbing",
                ItemState::Open,
                "20 to 60 minutes by the label. The time may stay empty for now.",
                at,
            ),
            item("Pregnancy asked", ItemState::NotNeeded, "Does not arise.", Remedy::None),
        ],
        talk: None,
        log: pairs(&[("10:01", "Arrived"), ("10:02", "Identity checked by L. Fischer")]),
        moves: Some("/visits/31ab/move".to_owned()),
        late: Some("/visits/31ab/late".to_owned()),
        cancel: Some("/visits/31ab/cancel".to_owned()),
        calendar: Some("/visits/31ab/appointment.ics".to_owned()),
    }
}

/// The pages.
pub(crate) fn pages(site: &Site) -> Vec<Shown> {
    let frame = frame("Visit", Room::Today);
    let none = Entry::default();
    let mut taken = entry(&[("start", "2026-12-28T09:00")]);
    taken.refuse(
        "start",
        "Monday 28 December, 09:00 was booked by somebody else meanwhile. Choose another start.",
    );
    let mut moved = week();
    moved.title = "move session 3 of 4".to_owned();
    moved.moves = Some("29 December 2026, 09:00".to_owned());
    moved.first_free = Some("/visits/31ab/move?week=2027-01-04".to_owned());
    for day in &mut moved.days {
        day.starts.clear();
        day.is_inside = false;
        if day.why_not.is_empty() {
            day.why_not.push("Too soon: 28 days after session 2 are over on 4 January.".to_owned());
        }
    }
    let cancelling = Cancel {
        person: daniel(),
        title: "session 3 of 4".to_owned(),
        when: "29 December 2026, 09:00".to_owned(),
        action: "/visits/31ab/cancel".to_owned(),
        back: "/visits/31ab".to_owned(),
        move_instead: "/visits/31ab/move".to_owned(),
        reasons: pairs(&[
            ("patient", "The patient asked"),
            ("clinic", "The clinic cannot"),
            ("medical", "A medical reason"),
            ("missed", "Did not come"),
        ]),
    };
    let mut reason = entry(&[("note", "Rang at nine.")]);
    reason.refuse("reason", "Choose why: a medical reason is never charged.");
    let mut ready = preparing();
    ready.stage = Stage::Ready { start: "/visits/31ab/session".to_owned() };
    for item in &mut ready.items {
        if item.state != ItemState::NotNeeded {
            item.state = ItemState::Done;
            item.remedy = Remedy::None;
        }
    }
    let mut expected = preparing();
    expected.stage = Stage::Expected { arrive: "/visits/31ab/arrival".to_owned() };
    expected.log.clear();
    let mut off = ready.clone();
    off.stage = Stage::Cancelled {
        says: "By the patient, 19 November 2026: a cold.".to_owned(),
        again: "/visits/new".to_owned(),
    };
    off.moves = None;
    off.cancel = None;
    let mut late = entry(&[("numbing-at", "12:40")]);
    late.refuse(
        "numbing-at",
        "12:40 has not come yet: write when it was put on, or leave it empty.",
    );
    vec![
        ("booking", booking::page(site, &frame, &week(), &taken).into_string()),
        ("booking-move", booking::page(site, &frame, &moved, &none).into_string()),
        ("booking-whole", booking::page(site, &frame, &whole(), &none).into_string()),
        ("booking-cancel", booking::cancel(site, &frame, &cancelling, &reason).into_string()),
        ("visit", visit::page(site, &frame, &preparing(), &late).into_string()),
        ("visit-ready", visit::page(site, &frame, &ready, &none).into_string()),
        ("visit-expected", visit::page(site, &frame, &expected, &none).into_string()),
        ("visit-cancelled", visit::page(site, &frame, &off, &none).into_string()),
    ]
}
