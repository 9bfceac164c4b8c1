//! Today and the check-in.

use maud::Markup;
use percuta_clinical::{
    answer::Level,
    book::{Cited, Position},
};
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        icon::Icon,
        mine::{
            Emergency, Frame, Onwards, Tab,
            check_in::{self, Answered, Earlier, Form, One, Reason, Reply},
            today::{
                self, Advice, Day, LastCheckIn, Line, Moment, Photograph, Task, Today, Turn, When,
            },
        },
        staff::Notice,
    },
};

/// A frame with a title and a tab.
pub(super) fn frame(title: &str, tab: Option<Tab>) -> Frame {
    Frame {
        title: title.to_owned(),
        tab,
        clinic: "Lindenhof Skin Clinic".to_owned(),
        telephone: "+44 20 7946 0123".to_owned(),
        is_demo: true,
        notice: None,
    }
}

/// What calls for help.
pub(super) fn emergency() -> Emergency {
    Emergency {
        signs: vec![
            "your eye hurts, your sight changes, or blisters come near the eye".to_owned(),
            "lips, tongue or throat swell, or breathing is hard".to_owned(),
            "hot red or darker skin spreads and you have a fever".to_owned(),
        ],
        numbers: vec![("Emergency".to_owned(), "112".to_owned())],
    }
}

fn text(words: &str) -> String {
    words.to_owned()
}

fn line(sign: Icon, what: &str, how: &str, until: (&str, &str), conflict: &str) -> Line {
    let conflicts = if conflict.is_empty() { vec![] } else { vec![text(conflict)] };
    Line {
        sign,
        what: text(what),
        how: text(how),
        until_word: text(until.0),
        until: text(until.1),
        cited: Cited { cites: vec![], conflicts },
    }
}

fn strip() -> Vec<Day> {
    let names = ["Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    names
        .iter()
        .enumerate()
        .map(|(number, name)| Day {
            weekday: text(name),
            number: number.to_string(),
            is_today: number == 2,
        })
        .collect()
}

fn moment(when: When, time: &str, what: &str, says: &str) -> Moment {
    Moment { when, time: text(time), what: text(what), says: text(says), link: None }
}

/// The days after a session.
pub(super) fn after() -> Today {
    let mut next = moment(
        When::Later,
        "Fri 18 Dec, 10:20",
        "Session 3",
        "If your skin has settled. 30 days after session 2, at least 28.",
    );
    next.link = Some((text("Move or cancel"), text("/me/visits/0003")));
    let photograph = |number: usize, stage: &str, date: &str| Photograph {
        src: format!("/skin-{number}.svg"),
        alt: format!("Left cheek, {date}"),
        stage: text(stage),
        date: text(date),
    };
    Today {
        eyebrow: text("Friday 20 November, session 2 of 4 was on Wednesday"),
        title: text("Day 2: redness usually fades"),
        lead: text(
            "Dry and tight is usual now. Some flaking may start. Your skin still counts as open until tomorrow at 11:40, so keep it plain and clean.",
        ),
        days: strip(),
        tasks: vec![Task {
            title: text("How is your skin today?"),
            says: text("Eight short questions. You get an answer at once, and the clinic sees it."),
            action: text("Check in"),
            href: text("/me/check-in/new"),
        }],
        check_in: Some(LastCheckIn {
            when: text("yesterday, 19:05"),
            level: Level::Normal,
            href: text("/me/check-in/0001"),
            answered: text("Nothing was needed"),
        }),
        advice: vec![
            Advice {
                turn: Turn::NotYet,
                lines: vec![
                    line(
                        today::sign("makeup"),
                        "Make-up",
                        "Clean brush when you start.",
                        ("until", "today 11:40"),
                        "conf.makeup",
                    ),
                    line(
                        today::sign("exercise"),
                        "Sport, sauna, pool, hot baths",
                        "",
                        ("until", "Sat 11:40"),
                        "conf.exercise",
                    ),
                    line(
                        today::sign("retinoids-and-acids"),
                        "Retinoid, acids, scrubs",
                        "And only once healed. If one was prescribed, ask the prescriber.",
                        ("until", "Wed 25 Nov"),
                        "",
                    ),
                    line(
                        today::sign("picking"),
                        "Picking at flakes",
                        "Can leave marks or scars.",
                        ("until", "they fall off"),
                        "",
                    ),
                ],
            },
            Advice {
                turn: Turn::Do,
                lines: vec![
                    line(
                        today::sign("sun"),
                        "Shade, hat, mineral SPF 30 or more",
                        "Every day that you are out.",
                        ("until", "16 Dec"),
                        "conf.sun",
                    ),
                    line(
                        today::sign("cleansing"),
                        "Gentle cleanser, fragrance-free cream",
                        "Morning and evening.",
                        ("until", "Wed 25 Nov"),
                        "",
                    ),
                    line(
                        today::sign("pain-relief"),
                        "Something cool first, then paracetamol",
                        "If it suits you. Keep taking what a doctor prescribed.",
                        ("as", "needed"),
                        "conf.nsaid",
                    ),
                ],
            },
            Advice {
                turn: Turn::Call,
                lines: vec![
                    line(
                        Icon::Telephone,
                        "Redness, heat or pain that grows",
                        "On brown or black skin: heat, swelling, or a darker or greyer patch.",
                        ("", ""),
                        "",
                    ),
                    line(
                        Icon::Telephone,
                        "Pus, crusts, or small blisters in a group",
                        "",
                        ("", ""),
                        "",
                    ),
                ],
            },
        ],
        emergency: emergency(),
        moments: vec![
            moment(When::Past, "Wed 18 Nov", "Session 2, cheeks 1.0 mm", ""),
            moment(When::Today, "Today", "Day 2", ""),
            next,
            moment(
                When::Later,
                "From late April 2027",
                "",
                "Judge the result, 3 months after the last session. Earlier photos can mislead.",
            ),
        ],
        photographs: vec![
            photograph(0, "Before", "7 October"),
            photograph(1, "Day 0", "18 November"),
            photograph(2, "Day 1", "19 November"),
        ],
        hours: text(
            "Mon to Fri 09:00 to 17:00, reply within 1 working day. At other times use the emergency list.",
        ),
    }
}

/// A week before the first visit.
pub(super) fn before() -> Today {
    Today {
        eyebrow: text("Monday 16 November, session 1 of 4 is in 7 days"),
        title: text("Leave retinoids and acids off from today"),
        lead: text(
            "Your first session is on Monday 23 November at 10:20. Two things are still open before it.",
        ),
        tasks: vec![
            Task {
                title: text("Read and sign the consent"),
                says: text("About ten minutes. You can ask first, and stop and go on later."),
                action: text("Read it"),
                href: text("/me/consents/0001"),
            },
            Task {
                title: text("Three questions are open"),
                says: text("They were asked after your self-check."),
                action: text("Answer them"),
                href: text("/me/questions"),
            },
        ],
        advice: vec![Advice {
            turn: Turn::Prepare,
            lines: vec![
                line(
                    today::sign("stop-retinoid"),
                    "No retinoid or acid products",
                    "If one was prescribed for you, ask the prescriber or the clinic first.",
                    ("from", "today"),
                    "",
                ),
                line(
                    today::sign("keep-medicines"),
                    "Keep taking what was prescribed",
                    "Blood thinners included. Tell the clinic their names.",
                    ("", ""),
                    "",
                ),
                line(
                    today::sign("clean-face"),
                    "Come with clean skin",
                    "Without make-up; the clinic cleanses the area.",
                    ("on", "23 Nov"),
                    "",
                ),
            ],
        }],
        emergency: emergency(),
        moments: vec![
            moment(When::Today, "Today", "7 days before", ""),
            moment(
                When::Later,
                "Mon 23 Nov, 10:20",
                "Session 1",
                "About 2 hours, numbing included.",
            ),
        ],
        hours: text("Mon to Fri 09:00 to 17:00, reply within 1 working day."),
        ..Today::default()
    }
}

/// After the last session.
fn last() -> Today {
    Today {
        eyebrow: text("Friday 20 November, session 4 of 4 was on 2 October"),
        title: text("Healed, and still changing"),
        lead: text(
            "The result can be judged from 2 January 2027, 3 months after the last session. Until then photos can mislead in both directions.",
        ),
        tasks: vec![Task {
            title: text("How does it look to you?"),
            says: text("One question, with the photographs before session 1 beside it."),
            action: text("Answer it"),
            href: text("/me/scales/gais"),
        }],
        advice: vec![Advice {
            turn: Turn::Do,
            lines: vec![line(
                today::sign("sun"),
                "Shade, hat, mineral SPF 30 or more",
                "Dark marks may still show now.",
                ("", ""),
                "conf.sun",
            )],
        }],
        emergency: emergency(),
        moments: vec![
            moment(When::Past, "Fri 2 Oct", "Session 4, the last", ""),
            moment(When::Today, "Today", "Week 7", ""),
            moment(
                When::Later,
                "From 2 January 2027",
                "",
                "Photographs are compared, then you decide whether anything more is worth it.",
            ),
        ],
        hours: text("Mon to Fri 09:00 to 17:00, reply within 1 working day."),
        ..Today::default()
    }
}

fn nothing() -> Today {
    Today {
        eyebrow: text("Friday 20 November"),
        title: text("Welcome"),
        lead: text("The clinic has your answers from the self-check."),
        emergency: emergency(),
        hours: text("Mon to Fri 09:00 to 17:00, reply within 1 working day."),
        ..Today::default()
    }
}

/// The form of a check-in.
pub(super) fn form(site: &Site) -> Form {
    Form {
        day: text("Day 2 after session 2, on the cheeks."),
        groups: check_in::groups(site.book()),
        emergency: emergency(),
        once: text("0001"),
        may_photograph: true,
    }
}

/// What a hurried person typed.
pub(super) fn typed() -> Entry {
    let pairs = [
        ("group.infection", "yes"),
        ("group.eyes", "no"),
        ("symptom", "grouped_blisters"),
        ("severity.grouped_blisters", "few"),
        ("trend.grouped_blisters", "increasing"),
        ("temperature", "warm"),
        ("words", "It <tingles> like a cold sore."),
    ];
    let mut entry = Entry::new(pairs.map(|(name, value)| (text(name), text(value))));
    entry.refuse(
        "temperature",
        "Write the temperature in degrees, such as 37.4, or leave it empty.",
    );
    entry.refuse(
        "group.allergy",
        "Answer whether anything swells or you wheeze; “Not sure” is an answer.",
    );
    entry
}

fn reason(site: &Site, rule: &str, level: Level) -> Reason {
    let found = site.book().triage.iter().find(|known| known.id == rule);
    Reason {
        rule: text(rule),
        level,
        because: found.map_or_else(String::new, |rule| rule.because.clone()),
        sources: found.map_or_else(
            || vec![Position { id: text("S2"), says: text("") }],
            |rule| rule.sources.clone(),
        ),
    }
}

/// An answered check-in.
pub(super) fn answered(site: &Site, level: Level, reply: Reply) -> Answered {
    let rule = match level {
        Level::Normal => "tri.expected_early",
        Level::SelfCare => "tri.papules_few",
        Level::ContactClinic => "tri.herpes",
        Level::Urgent => "tri.airway",
    };
    let found = site.book().triage.iter().find(|known| known.id == rule);
    Answered {
        when: text("Friday 20 November, 09:50, day 2 after session 2"),
        level,
        reasons: vec![reason(site, rule, level), reason(site, "tri.expected_early", Level::Normal)],
        actions: found.map_or_else(Vec::new, |rule| rule.actions.clone()),
        telephone: text("+44 20 7946 0123"),
        hours: text(
            "Open until 17:00. They already have your answers. If nobody reaches you by 12:00, call again or see any doctor today.",
        ),
        reply,
        emergency: emergency(),
        said: vec![
            (text("Swelling of lips, tongue or throat, wheezing, hives"), text("No")),
            (
                text("Sign of infection or of a cold sore"),
                text("Cluster of small blisters: a few, getting more"),
            ),
            (text("Temperature"), text("37.1 °C")),
        ],
        photographs: vec![(text("/skin-1.svg"), text("Left cheek, sent with this check-in"))],
        talk: Vec::new(),
        add: text("/me/check-in/0001/add"),
        photograph: Some(text("/me/check-in/0001/photograph")),
        take: Some(text("/me/photos/take?about=0001")),
        again: text("/me/check-in/new?from=0001"),
        rules: text("version 0.1.0"),
    }
}

pub(super) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let mut told = frame("Today", Some(Tab::Today));
    told.notice = Some(Notice {
        says: text("Your visit was moved to 18 December."),
        undo: Some(text("/me/visits/0003/undo")),
    });
    let plain = frame("Check-in", Some(Tab::Today));
    let waiting = Reply::Waiting(text("Someone calls you by 12:00 today."));
    let given = Reply::Given {
        by: text("Dr Amara Osei"),
        at: text("20 November, 11:05"),
        words: text(
            "Thank you for the photo. That looks like the usual redness. Keep it plain, and check in again tomorrow.",
        ),
    };
    let earlier = Earlier {
        items: [Level::ContactClinic, Level::Normal, Level::SelfCare]
            .map(|level| One {
                when: text("Friday 20 November, 09:50"),
                day: text("Day 2 after session 2"),
                level,
                answered: text("Answered by Dr Amara Osei"),
                href: text("/me/check-in/0001"),
            })
            .to_vec(),
        onwards: Onwards { newer: None, older: Some(text("/me/check-in?before=0001")) },
    };
    vec![
        ("today", today::page(site, &frame("Today", Some(Tab::Today)), &after())),
        ("today-before", today::page(site, &told, &before())),
        ("today-last", today::page(site, &frame("Today", Some(Tab::Today)), &last())),
        ("today-nothing", today::page(site, &frame("Today", Some(Tab::Today)), &nothing())),
        ("check-in", check_in::form(site, &plain, &form(site), &Entry::default())),
        ("check-in-again", check_in::form(site, &plain, &form(site), &typed())),
        (
            "check-in-1",
            check_in::answer(
                site,
                &plain,
                &answered(site, Level::Normal, Reply::NotNeeded),
                &Entry::default(),
            ),
        ),
        (
            "check-in-2",
            check_in::answer(
                site,
                &plain,
                &answered(site, Level::SelfCare, given),
                &Entry::default(),
            ),
        ),
        (
            "check-in-3",
            check_in::answer(
                site,
                &plain,
                &answered(site, Level::ContactClinic, waiting),
                &Entry::default(),
            ),
        ),
        (
            "check-in-4",
            check_in::answer(
                site,
                &plain,
                &answered(
                    site,
                    Level::Urgent,
                    Reply::Taken { by: text("Dr Amara Osei"), at: text("09:52") },
                ),
                &Entry::default(),
            ),
        ),
        ("check-ins", check_in::list(site, &plain, &earlier)),
        ("check-ins-none", check_in::list(site, &plain, &Earlier::default())),
    ]
}
