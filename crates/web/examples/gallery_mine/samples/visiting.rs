//! Visits, booking, photographs, messages, scales and the record.

use maud::Markup;
use percuta_web::{
    Site,
    page::{
        choosing::{Held, Narrow, Series as Whole},
        comparator::{CheckLine, Picture, Stage},
        entry::Entry,
        mine::{
            Frame, Onwards, Tab,
            booking::{self, Along, Chosen, Day, Instead, Look, Time, Times},
            messages::{self, Author, Message, Messages},
            photographs::{self, Outcome, Pair, Photographs, Series, Shot},
            record::{self, Kept, Opened, Record},
            scale::{self, Item, Scale, Score, Scored},
            visits::{self, Change, One, Phase, PhaseKind, Standing, Visit, Visits},
        },
    },
};

use super::days::{emergency, frame};

fn text(words: &str) -> String {
    words.to_owned()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(first, second)| (text(first), text(second))).collect()
}

fn visit() -> Visit {
    let phase = |kind, minutes, says: &str| Phase { kind, minutes, says: text(says) };
    Visit {
        when: text("Friday 18 December, 10:20"),
        what: text("Session 3 of 4, both cheeks"),
        standing: Standing::Waiting,
        phases: vec![
            phase(
                PhaseKind::Cleanse,
                20,
                "Your answers are asked again, as far as they can have changed.",
            ),
            phase(PhaseKind::Numbing, 45, "You sit and wait; bring something to read."),
            phase(PhaseKind::Treatment, 30, ""),
            phase(PhaseKind::Aftercare, 15, "You leave with your sheet."),
        ],
        ends: text(
            "Plan to leave at about 12:10. Guides speak of 20 to 30 minutes; that is the needling alone.",
        ),
        who: text("Dr Amara Osei, room 2, ground floor, step-free"),
        address: vec![
            text("Lindenhof Skin Clinic"),
            text("14 Example Row"),
            text("London EX1 2MP"),
        ],
        home: text("Go home in the shade with a wide hat: sunscreen has to wait for 24 hours."),
        preparation: pairs(&[
            ("From 11 Dec", "No retinoid or acid products."),
            (
                "17 Dec",
                "Look at your skin. Call before you travel if you have a cold sore, a fever or a rash.",
            ),
            ("On the day", "Clean skin, a wide hat."),
        ]),
        missing: pairs(&[
            ("Sign the consent", "/me/consents/0001"),
            ("Answer 3 questions", "/me/questions"),
        ]),
        change: Some(Change {
            move_href: text("/me/book?instead=0003"),
            cancel: text("/me/visits/0003/cancellation"),
            rule: text(
                "Free until Wednesday 16 December, 10:20. Later than that it costs £40, unless you are ill.",
            ),
        }),
        calendar: Some(text("/me/visits/0003.ics")),
    }
}

fn list() -> Visits {
    let one = |day: &str, what: &str, standing| One {
        day: text(day),
        time: text("10:20 to about 12:10"),
        what: text(what),
        standing,
        href: text("/me/visits/0003"),
    };
    Visits {
        coming: vec![
            one("Fri 18 Dec", "Session 3 of 4", Standing::Waiting),
            one("Fri 29 Jan", "Session 4 of 4", Standing::Missed),
        ],
        past: vec![
            one("Wed 18 Nov", "Session 2 of 4", Standing::Done),
            one("Wed 21 Oct", "Session 1 of 4", Standing::Done),
            one("Wed 14 Oct", "Session 1 of 4", Standing::Cancelled),
        ],
        onwards: Onwards { newer: None, older: Some(text("/me/visits?before=0001")) },
    }
}

fn narrow() -> Narrow {
    Narrow {
        action: text("/me/book"),
        hidden: pairs(&[("from", "2026-12-16")]),
        days: pairs(&[("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri")]),
        parts: pairs(&[
            ("morning", "In the morning, over by 13:00"),
            ("evening", "Late, from 16:00"),
        ]),
        people: pairs(&[("1", "Dr Amara Osei"), ("2", "Lena Fischer")]),
        sites: pairs(&[("1", "Lindenhof"), ("2", "Harbour")]),
        zones: pairs(&[("Europe/Paris", "Paris"), ("Europe/London", "London, as at the clinic")]),
        entry: Entry::default(),
    }
}

fn held() -> Held {
    Held {
        until: text("10:15"),
        until_at: text("2026-12-01T10:15:00Z"),
        left_s: 545,
        visits: vec![text(
            "Session 3 of 4, both cheeks: Friday 18 December, 11:20 (10:20 at the clinic)",
        )],
    }
}

fn times() -> Times {
    let time = |value: &str, words: &str| Time {
        value: text(value),
        words: text(words),
        says: text("Dr Osei; 10:20 at the clinic"),
    };
    let day = |title: &str| Day {
        title: text(title),
        times: vec![
            time("1", "11:20 to 13:10"),
            time("2", "14:00 to 15:50"),
            time("3", "16:10 to 18:00"),
        ],
    };
    Times {
        what: text("Session 3 of 4, both cheeks"),
        window: text("From 16 December: 28 days after session 2. Best before 13 January."),
        length: text(
            "1 h 25 to 1 h 40: cleansing 10, numbing 30 to 45, treatment 35, aftercare 10 minutes",
        ),
        zone: text("Times are Europe/Paris; the clinic’s own stand beside them"),
        narrow: narrow(),
        whole: Some([
            (text("/me/book?from=2026-12-16"), text("Only session 3"), true),
            (text("/me/book?whole=yes"), text("All 2 sessions in one go"), false),
        ]),
        is_whole: false,
        days: vec![day("Friday 18 December"), day("Monday 21 December")],
        series: vec![],
        earlier: None,
        later: Some(text("/me/book?from=2026-12-22")),
        action: text("/me/book"),
        from: text("2026-12-16"),
        kept: None,
        moves: None,
    }
}

fn whole() -> Times {
    let series = |value: &str, ends: &str, why: &[&str]| Whole {
        value: text(value),
        ends: text(ends),
        why: why.iter().map(|why| text(why)).collect(),
        sessions: pairs(&[
            ("Session 3", "Friday 18 December, 10:20, with Dr Amara Osei"),
            ("Session 4", "Friday 29 January, 10:20, with Dr Amara Osei"),
        ]),
    };
    let [(one, only, _), (all, every, _)] = times().whole.unwrap_or_default();
    Times {
        what: text("2 sessions, both cheeks"),
        window: text("Between two sessions lie 28 to 42 days, as your plan has it."),
        whole: Some([(one, only, false), (all, every, true)]),
        is_whole: true,
        days: vec![],
        series: vec![
            series(
                "1",
                "29 January 2027",
                &["Ends first", "Always on a Friday at 10:20", "Always with Dr Amara Osei"],
            ),
            series("2", "3 February 2027", &["Always on a Wednesday at 16:00"]),
        ],
        kept: Some(held()),
        ..times()
    }
}

fn chosen() -> Look {
    Look {
        zone: text("Times are Europe/London, as at the clinic"),
        chosen: vec![Chosen {
            when: text("Friday 18 December, 10:20"),
            what: text("Session 3 of 4, both cheeks, with Dr Amara Osei"),
            length: text("1 h 40: cleansing 10, numbing 45, treatment 35, aftercare 10 minutes"),
            leave: text("Plan to leave at 12:00."),
            price: text("£240.00 for this session, as in your plan."),
        }],
        before: vec![text("From Friday 11 December: no retinoid or acid products.")],
        held: Some(held()),
        rule: text("You can move or cancel it here until it begins."),
        along: vec![],
        time: text("1"),
        book: text("/me/book/confirm"),
        again: text("/me/book"),
    }
}

fn moved(to: Option<&str>) -> Look {
    Look {
        held: None,
        rule: String::new(),
        along: vec![Along {
            what: text("Session 4 of 4, both cheeks"),
            why: text("It would be 21 days after session 3; the plan has 28 at least."),
            from: text("Friday 8 January, 10:20"),
            to: to.map(text),
        }],
        book: text("/me/visits/0003/move/confirm"),
        again: text("/me/visits/0003/move"),
        ..chosen()
    }
}

fn instead() -> Instead {
    let time =
        |words: &str| Time { value: text(words), words: text(words), says: text("Dr Amara Osei") };
    Instead {
        lost: text(
            "Session 3 of 4, both cheeks on Friday 18 December, 10:20 was taken while you looked.",
        ),
        others: true,
        instead: vec![time("Friday 18 December, 11:40"), time("Thursday 17 December, 10:20")],
        action: text("/me/book"),
        again: text("/me/book"),
    }
}

fn shots() -> Vec<Shot> {
    [
        ("0", "Before", "7 October", "Clinic"),
        ("1", "Day 0", "18 November", "Clinic"),
        ("2", "Day 1", "19 November", "You"),
    ]
    .map(|(number, stage, date, by)| Shot {
        value: text(number),
        small: format!("/skin-{number}.svg"),
        href: format!("/skin-{number}.svg"),
        alt: format!("Left cheek, {date}"),
        stage: text(stage),
        date: text(date),
        by: text(by),
        withdraw: None,
    })
    .to_vec()
}

fn photographs_view() -> Photographs {
    let series = |title: &str| Series {
        title: text(title),
        compare: Some(text("/me/photos/compare?before=0&after=1")),
        shots: shots(),
    };
    Photographs {
        series: vec![series("Left cheek"), series("Right cheek")],
        places: pairs(&[("cheek_l", "Left cheek"), ("cheek_r", "Right cheek")]),
        permitted: text("For your record only: you and those who treat you see them."),
        onwards: Onwards { newer: None, older: Some(text("/me/photos?before=2")) },
    }
}

fn pair(outcome: Outcome) -> Pair {
    let picture = |number: &str, label: &str, says: &str| Picture {
        src: format!("/skin-{number}.svg"),
        size: (600, 600),
        alt: format!("Left cheek, {says}"),
        label: text(label),
        says: text(says),
    };
    Pair {
        title: text("Left cheek"),
        ids: (text("0"), text("1")),
        stage: Stage {
            before: picture("0", "Before, 7 Oct", "before treatment"),
            after: picture("1", "After, 18 Nov", "day 42 after session 1"),
            ..Stage::default()
        },
        outcome,
        cautions: vec![text("The light differs: by a window, and under a lamp.")],
        action: text("/me/photos/pair"),
        choices: vec![(
            text("Left cheek"),
            pairs(&[("0", "7 October, before treatment"), ("1", "18 November, day 42")]),
        )],
    }
}

fn pair_said() -> Pair {
    pair(Outcome::Said(text(
        "No difference in redness that photographs like these could show. That is not the same as no change.",
    )))
}

fn pair_not() -> Pair {
    pair(Outcome::NotComparable(vec![CheckLine {
        is_ok: false,
        says: text("Pose"),
        of: text("turned to the side"),
        found: text("9.3°, limit 5°"),
        remedy: text("Turn the head as on the earlier photograph, and take it again."),
    }]))
}

fn talk() -> Messages {
    let message = |from, words: &str| Message {
        from,
        when: text("15 November, 18:02"),
        words: text(words),
        about: None,
    };
    let mut about = message(
        Author::Clinic(text("Dr Amara Osei")),
        "Most people do. You may look sunburnt for one to five days, so keep big events clear.\n\nIs your interview before or after the 18th?",
    );
    about.about = Some((text("Session 3, Friday 18 December"), text("/me/visits/0003")));
    Messages {
        items: vec![
            message(Author::Me, "Can I go to work the day after?"),
            about,
            message(Author::Me, "After. Thank you."),
        ],
        hours: text("Mon to Fri 09:00 to 17:00, reply within 1 working day. Not watched at night."),
        emergency: emergency(),
        onwards: Onwards { newer: None, older: Some(text("/me/messages?before=1")) },
        once: text("0001"),
    }
}

fn outcome() -> Scale {
    let item = |name: &str, asks: &str| Item {
        name: text(name),
        asks: text(asks),
        choices: pairs(&[
            ("3", "Very much improved"),
            ("2", "Much improved"),
            ("1", "Improved"),
            ("0", "No change"),
            ("-1", "Worse"),
        ]),
    };
    Scale {
        title: text("How does it look to you?"),
        says: text("Compared with the photographs before session 1. Look at them first."),
        items: vec![item("gais", "Your skin, compared with before")],
        rights: text("Global Aesthetic Improvement Scale; free to use."),
        action: text("/me/scales/gais"),
    }
}

fn kept() -> Record {
    let opened = |who: &str, what: &str, why: &str| Opened {
        when: text("20 Nov, 09:52"),
        who: text(who),
        what: text(what),
        why: text(why),
    };
    Record {
        kept: vec![
            Kept {
                what: text("Answers to questions"),
                count: text("2 sets"),
                href: Some(text("/me/screening")),
            },
            Kept { what: text("Photographs"), count: text("9"), href: Some(text("/me/photos")) },
            Kept { what: text("Sessions, as recorded"), count: text("2"), href: None },
        ],
        opened: vec![
            opened("Dr Amara Osei, practitioner", "Check-in and its photograph", ""),
            opened("Jon Fell, front desk", "Visit", "To move your visit"),
            opened("You", "Photographs", ""),
        ],
        onwards: Onwards { newer: None, older: Some(text("/me/data?before=3")) },
        kept_for: text(
            "Records of treatment are kept for 10 years after the last visit, as the law here asks.",
        ),
        copy: text("/me/data/copy"),
        ask: text("/me/messages"),
    }
}

pub(super) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let visiting: Frame = frame("Visits", Some(Tab::Visits));
    let photos = frame("Photos", Some(Tab::Photographs));
    let talking = frame("Messages", Some(Tab::Messages));
    let plain = frame("My record", None);
    let mut unchosen = Entry::default();
    unchosen.refuse("time", "Choose one of the times, or look at later days.");
    let mut wrong = Entry::new(pairs(&[("place", "cheek_l")]));
    wrong.refuse(
        "photograph",
        "This file is no photograph that we can read. Take it again, or save it as JPEG.",
    );
    let past = Visit {
        standing: Standing::Done,
        missing: vec![],
        change: None,
        calendar: None,
        preparation: vec![],
        ..visit()
    };
    let scored = Scored {
        title: text("How does it look to you?"),
        score: text("1: improved"),
        says: text("You see some change. It may still grow until June."),
        course: [
            ("7 October", "0: no change", 25),
            ("18 November", "0: no change", 25),
            ("20 November", "1: improved", 50),
        ]
        .map(|(when, words, percent)| Score { when: text(when), words: text(words), percent })
        .to_vec(),
    };
    vec![
        ("visits", visits::list(site, &visiting, &list())),
        ("visits-none", visits::list(site, &visiting, &Visits::default())),
        ("visit", visits::page(site, &visiting, &visit(), &Entry::default())),
        ("visit-past", visits::page(site, &visiting, &past, &Entry::default())),
        ("book", booking::times(site, &visiting, &times(), &Entry::default())),
        ("book-again", booking::times(site, &visiting, &times(), &unchosen)),
        (
            "book-none",
            booking::times(site, &visiting, &Times { days: vec![], ..times() }, &Entry::default()),
        ),
        ("book-whole", booking::times(site, &visiting, &whole(), &Entry::default())),
        (
            "book-other-time",
            booking::times(
                site,
                &visiting,
                &Times {
                    whole: None,
                    moves: Some(text("Friday 18 December, 10:20")),
                    action: text("/me/visits/0003/move"),
                    narrow: Narrow {
                        entry: Entry::new(pairs(&[("day", "5"), ("with", "1")])),
                        ..narrow()
                    },
                    ..times()
                },
                &Entry::default(),
            ),
        ),
        ("book-chosen", booking::look(site, &visiting, &chosen())),
        ("book-moved", booking::look(site, &visiting, &moved(Some("Friday 15 January, 10:20")))),
        ("book-moved-no-place", booking::look(site, &visiting, &moved(None))),
        ("book-gone", booking::gone(site, &visiting, &instead())),
        ("book-over", booking::over(site, &visiting)),
        ("photos", photographs::list(site, &photos, &photographs_view(), &Entry::default())),
        ("photos-again", photographs::list(site, &photos, &photographs_view(), &wrong)),
        (
            "photos-none",
            photographs::list(
                site,
                &photos,
                &Photographs { series: vec![], onwards: Onwards::default(), ..photographs_view() },
                &Entry::default(),
            ),
        ),
        ("photos-pair", photographs::compare(site, &photos, &pair_said(), &Entry::default())),
        ("photos-pair-not", photographs::compare(site, &photos, &pair_not(), &Entry::default())),
        ("messages", messages::page(site, &talking, &talk(), &Entry::default())),
        (
            "messages-none",
            messages::page(
                site,
                &talking,
                &Messages { items: vec![], onwards: Onwards::default(), ..talk() },
                &Entry::default(),
            ),
        ),
        ("scale", scale::page(site, &plain, &outcome(), &Entry::default())),
        ("scale-scored", scale::scored(site, &plain, &scored)),
        ("record", record::page(site, &plain, &kept())),
        (
            "record-none",
            record::page(
                site,
                &plain,
                &Record { opened: vec![], onwards: Onwards::default(), ..kept() },
            ),
        ),
    ]
}
