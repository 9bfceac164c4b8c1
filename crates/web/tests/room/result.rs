//! Sample photographs and outcomes.

use percuta_clinical::book::Cited;
use percuta_web::{
    Site,
    page::{
        comparator::{
            Cell, CheckLine, Interval, Map, Outline, Picture, Point as Visit, Series, Stage, Way,
        },
        entry::Entry,
        staff::{
            Room, compare,
            outcome::{self, Form, Item, Point, Scored, Trend},
            part::{Leaves, Link},
            photographs::{self, Photograph, Upload, View},
        },
    },
};

use super::{Shown, entry, frame, pairs, session::daniel, words};

fn photograph(id: &str, day: &str, view: &str, when: &str) -> Photograph {
    Photograph {
        id: id.to_owned(),
        src: format!("/photographs/{id}.svg"),
        small: format!("/photographs/{id}-small.svg"),
        size: (1200, 1200),
        day: day.to_owned(),
        view: view.to_owned(),
        when: when.to_owned(),
        taken: "no make-up".to_owned(),
    }
}

fn photograph_pages(site: &Site) -> Vec<Shown> {
    let frame = frame("Photographs", Room::Patients);
    let (before, after) = (
        photograph("p1", "9 October 2026", "front", "before session 1"),
        photograph("p9", "20 November 2026", "front", "before session 2"),
    );
    let all = View {
        person: daniel(),
        days: vec![
            (
                "20 November 2026".to_owned(),
                vec![after, photograph("p10", "20 November 2026", "left 45°", "before session 2")],
            ),
            ("9 October 2026".to_owned(), vec![before]),
        ],
        leaves: Leaves { newer: None, older: Some("/patients/5e02/photographs?page=2".to_owned()) },
        compare: Some("/patients/5e02/compare".to_owned()),
        upload: Some(Upload {
            action: "/visits/31ab/photographs".to_owned(),
            views: pairs(&[
                ("right-45", "Right 45°"),
                ("front", "Front"),
                ("left-45", "Left 45°"),
                ("close", "Close, of one place"),
            ]),
            limits: "JPEG, PNG, HEIC or WebP; 20 MB and 50 megapixels at most.".to_owned(),
            working: vec![("Left 45° is being sealed".to_owned(), 60)],
        }),
        permission: "Permission: the record only, given 9 October 2026.".to_owned(),
    };
    let mut none = all.clone();
    none.days.clear();
    none.leaves = Leaves::default();
    none.compare = None;
    let mut wrong = entry(&[("view", "right-45"), ("bare", "yes")]);
    wrong.refuse(
        "photograph",
        "This file is no photograph, though its name says so. Choose another.",
    );
    vec![
        ("photographs", photographs::page(site, &frame, &all, &wrong).into_string()),
        (
            "photographs-empty",
            photographs::page(site, &frame, &none, &Entry::default()).into_string(),
        ),
    ]
}

fn picture(word: &str, day: &str, stage: &str) -> Picture {
    Picture {
        src: format!("/photographs/{word}.svg"),
        size: (1200, 1200),
        alt: format!("Front, {day}, {stage}"),
        label: format!("{word}, {day}"),
        says: stage.to_owned(),
    }
}

fn line(is_ok: bool, says: &str, found: &str, remedy: &str) -> CheckLine {
    CheckLine {
        is_ok,
        says: "Pose".to_owned(),
        of: says.to_owned(),
        found: found.to_owned(),
        remedy: remedy.to_owned(),
    }
}

fn measure(
    title: &str,
    under: &str,
    (value, ends, detectable): (f64, [f64; 2], f64),
) -> compare::Measure {
    let is_told = value.abs() > detectable;
    let signed = compare::signed;
    compare::Measure {
        title: title.to_owned(),
        under: under.to_owned(),
        interval: Interval { value, ends, detectable, is_told },
        says: format!("{} EI ({} to {})", signed(value), signed(ends[0]), signed(ends[1])),
        reading: if is_told { "Less red" } else { "Cannot tell" }.to_owned(),
        detectable: format!("{detectable} EI, assumed until the clinic has ten repeats"),
        note: String::new(),
    }
}

/// A map of a cheek: less red in its middle, more red in one spot, not measured at the edge.
fn change_map(marks: Vec<Outline>) -> Map {
    let cell = |at: usize| {
        let (x, y) = (at % 48, at / 48);
        let far = |(left, top): (usize, usize)| x.abs_diff(left).pow(2) + y.abs_diff(top).pow(2);
        match (far((19, 24)), far((34, 32)), far((24, 24))) {
            (near, _, _) if near < 100 => Cell::Less,
            (_, near, _) if near < 9 => Cell::More,
            (_, _, off) if off > 400 => Cell::Unknown,
            _ => Cell::Same,
        }
    };
    Map {
        src: "/photographs/Before.svg".to_owned(),
        size: (46.2, 46.2),
        columns: 48,
        cells: (0..48 * 48).map(cell).collect(),
        threshold: "±0.5 a*".to_owned(),
        area: Some("measured area 38 cm²".to_owned()),
        picture: Some("/comparisons/c1/map".to_owned()),
        marks,
        pixels: (1200, 1200),
    }
}

fn visits() -> Series {
    let visit =
        |day: f64, date: &str, stage: &str, value: Option<(f64, [f64; 2])>, says: &str| Visit {
            day,
            date: date.to_owned(),
            stage: stage.to_owned(),
            value,
            is_early: (1.0..28.0).contains(&day),
            says: says.to_owned(),
            ask: None,
            href: None,
        };
    let asked = Some(("p1".to_owned(), "p7".to_owned()));
    Series {
        title: "Redness over the course".to_owned(),
        unit: "EI".to_owned(),
        points: vec![
            visit(
                0.0,
                "9 Oct",
                "before treatment",
                Some((0.0, [0.0, 0.0])),
                "what the others are compared with",
            ),
            visit(
                1.0,
                "10 Oct",
                "day 1 after session 1",
                Some((4.4, [3.2, 5.6])),
                "+4.4 EI (+3.2 to +5.6), too early to judge",
            ),
            visit(
                14.0,
                "23 Oct",
                "day 14 after session 1",
                None,
                "cannot be compared: turned to the side",
            ),
            Visit {
                ask: asked,
                ..visit(30.0, "8 Nov", "day 30 after session 1", None, "not compared yet")
            },
            visit(
                42.0,
                "20 Nov",
                "day 42 after session 1",
                Some((-3.1, [-4.0, -2.2])),
                "−3.1 EI (−4.0 to −2.2)",
            ),
        ],
        trend: String::new(),
        line: vec![(0.0, [-1.0, 0.5, 2.0]), (42.0, [-4.0, -2.9, -1.8])],
    }
}

/// Two photographs that were measured.
fn measured() -> compare::Pair {
    let marks = vec![
        Outline { is_treated: true, is_ellipse: true, place: [180, 250, 460, 520] },
        Outline { is_treated: false, is_ellipse: false, place: [700, 60, 180, 120] },
    ];
    let numbers = compare::Measured {
        checks: vec![
            line(true, "Turned to the side", "1.8°, limit 5°", ""),
            line(true, "Blurred against the other", "88 %, at least 60 %", ""),
            line(true, "Light of another colour", "1.2 EI, limit 6 EI", ""),
        ],
        map: Some(change_map(marks.clone())),
        measures: vec![
            measure(
                "Redness",
                "erythema index, against the untreated area",
                (-3.1, [-4.0, -2.2], 2.0),
            ),
            measure("Redness without pigment", "freed of melanin", (-1.2, [-2.9, 0.5], 2.4)),
        ],
        colour:
            "No colour card was read on both photographs, so the skin itself tells the light apart."
                .to_owned(),
        not_measurable: pairs(&[
            ("Scar depth in mm", "One flat photograph holds no relief."),
            ("Collagen", "It needs a biopsy or ultrasound."),
        ]),
        how: pairs(&[("Alignment", "412 features agree; the rest lies within 0.4 pixels.")]),
    };
    compare::Pair {
        title: "Front, face: before treatment and day 42 after session 1".to_owned(),
        lead: "9 October 2026 and 20 November 2026, 42 days apart.".to_owned(),
        ids: ("p1".to_owned(), "p9".to_owned()),
        stage: Stage {
            before: picture("Before", "9 Oct", "before treatment"),
            after: picture("After", "20 Nov", "day 42 after session 1"),
            way: Some(Way {
                says: "The later photograph is laid over the earlier one.".to_owned(),
                href: "/patients/5e02/compare?as=taken".to_owned(),
                other: "Show it as it was taken".to_owned(),
            }),
            marks: marks.clone(),
        },
        unlike: words(&["“No make-up, face at rest” was noted for one of them only."]),
        early: "It is too early to judge: the plan of this course says from 18 February 2027 on."
            .to_owned(),
        outcome: compare::Outcome::Measured(Box::new(numbers)),
        marks,
        series: Some(visits()),
        repeat: None,
        leaves: Some(compare::Leaves::For(vec![
            ("In teaching".to_owned(), Ok("/photos/a1/export?with=b2&use=teaching".to_owned())),
            ("In public".to_owned(), Err("The patient has said no.".to_owned())),
        ])),
        learned: "This clinic has 4 of the ten repeats that it takes to learn it; until then it is assumed."
            .to_owned(),
    }
}

fn compare_pages(site: &Site) -> Vec<Shown> {
    let frame = frame("Compare photographs", Room::Patients);
    let of_view = pairs(&[
        ("p1", "9 October 2026, before treatment"),
        ("p9", "20 November 2026, day 42 after session 1"),
    ]);
    let view = compare::View {
        person: Link::new("/patients/5e02", "Daniel Okafor"),
        all: "/patients/5e02/photographs".to_owned(),
        action: "/patients/5e02/compare".to_owned(),
        choices: vec![("Front".to_owned(), of_view)],
        pair: Some(measured()),
    };
    let mut not = view.clone();
    not.pair = Some(compare::Pair {
        outcome: compare::Outcome::NotComparable(vec![line(
            false,
            "Turned to the side",
            "9.3°, limit 5°",
            "Turn the head as on the earlier photograph, and take it again.",
        )]),
        series: None,
        repeat: Some(compare::Repeat {
            action: "/comparisons/c1/repeat".to_owned(),
            is_counted: false,
        }),
        ..measured()
    });
    let mut open = view.clone();
    open.pair = None;
    let chosen = entry(&[("before", "p1"), ("after", "p9")]);
    let mut wrong = chosen.clone();
    wrong.refuse("marks", "Each area lies on the photograph and has a width and a height.");
    vec![
        ("compare", compare::page(site, &frame, &view, &chosen).into_string()),
        ("compare-not", compare::page(site, &frame, &not, &wrong).into_string()),
        ("compare-open", compare::page(site, &frame, &open, &Entry::default()).into_string()),
    ]
}

fn point(day: i32, date: &str, value: f64, says: &str, when: &str) -> Point {
    Point {
        day,
        date: date.to_owned(),
        value,
        says: says.to_owned(),
        by: "L. Fischer".to_owned(),
        when: when.to_owned(),
    }
}

fn outcome_pages(site: &Site) -> Vec<Shown> {
    let frame = frame("Outcomes", Room::Patients);
    let scale = |id: &str| site.book().scales.iter().find(|scale| scale.id == id);
    let scarred = Trend {
        id: "gb-qual".to_owned(),
        title: "Goodman and Baron, qualitative".to_owned(),
        range: "1 to 4, lower is better".to_owned(),
        low: 1.0,
        high: 4.0,
        points: vec![
            point(0, "9 October 2026", 3.0, "3, moderate", "before session 1"),
            point(84, "1 January 2027", 3.0, "3, moderate", "before session 3"),
            point(230, "27 May 2027", 2.0, "2, mild", "3 months after session 4"),
        ],
        sessions: vec![0, 42, 84, 140],
        judge: Some(230),
        add: "/patients/5e02/outcomes/gb_qual".to_owned(),
    };
    let view = outcome::View {
        person: daniel(),
        trends: vec![scarred],
        asked: vec![outcome::Asked {
            title: "Goodman & Baron qualitative acne scars".to_owned(),
            when: "Before the first session".to_owned(),
            stands: outcome::Stands::Done,
            says: "20 August".to_owned(),
            by: String::new(),
            because: "Without it nobody can say later what changed.".to_owned(),
            cited: Cited { cites: vec!["M.gbqual".to_owned()], conflicts: Vec::new() },
            href: None,
        }],
        scales: pairs(&[
            ("GAIS", "/patients/5e02/outcomes/gais"),
            ("DLQI", "/patients/5e02/outcomes/dlqi"),
        ]),
        judge: "The result can be judged from 26 May 2027, 3 months after the last session."
            .to_owned(),
    };
    let empty = outcome::View { trends: Vec::new(), judge: String::new(), ..view.clone() };
    let form = Form {
        person: daniel(),
        title: "Goodman and Baron, qualitative".to_owned(),
        scoring: scale("gb_qual").map(|scale| scale.scoring.clone()).unwrap_or_default(),
        licence: scale("gb_qual").map(|scale| scale.licence.clone()).unwrap_or_default(),
        source: "/evidence/sources/M.gbqual".to_owned(),
        items: vec![
            Item {
                name: "grade".to_owned(),
                asks: "Grade of the worst area".to_owned(),
                choices: pairs(&[
                    ("1", "1, macular"),
                    ("2", "2, mild"),
                    ("3", "3, moderate"),
                    ("4", "4, severe"),
                ]),
                range: String::new(),
            },
            Item {
                name: "own".to_owned(),
                asks: "The patient’s own rating".to_owned(),
                choices: Vec::new(),
                range: "0 to 10, higher is better".to_owned(),
            },
        ],
        scored: None,
        action: "/patients/5e02/outcomes/gb_qual".to_owned(),
        back: "/patients/5e02/outcomes".to_owned(),
    };
    let mut scored = form.clone();
    scored.scored = Some(Scored {
        total: "2 of 4".to_owned(),
        sum: "The grade is the score; the patient’s own rating stands beside it and is not added."
            .to_owned(),
    });
    let mut wrong = entry(&[("grade", "2"), ("own", "14")]);
    wrong.refuse("own", "Between 0 and 10.");
    let right = entry(&[("grade", "2"), ("own", "7")]);
    vec![
        ("outcomes", outcome::page(site, &frame, &view).into_string()),
        ("outcomes-empty", outcome::page(site, &frame, &empty).into_string()),
        ("outcome-form", outcome::form(site, &frame, &form, &wrong).into_string()),
        ("outcome-scored", outcome::form(site, &frame, &scored, &right).into_string()),
    ]
}

/// The pages.
pub(crate) fn pages(site: &Site) -> Vec<Shown> {
    photograph_pages(site)
        .into_iter()
        .chain(compare_pages(site))
        .chain(outcome_pages(site))
        .collect()
}
