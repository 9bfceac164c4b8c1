//! Sample photographs and outcomes.

use percuta_clinical::book::Cited;
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        staff::{
            Room,
            outcome::{self, Form, Item, Point, Scored, Trend},
            part::Leaves,
            photographs::{self, Compare, Photograph, Upload, View},
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
    let compare = Compare {
        person: daniel(),
        action: "/patients/5e02/compare".to_owned(),
        choices: pairs(&[
            ("p1", "9 October 2026, front, before session 1"),
            ("p9", "20 November 2026, front, before session 2"),
        ]),
        pair: Some((before.clone(), after.clone())),
        unlike: words(&["The light differs: a window on 9 October, a lamp on 20 November."]),
        early: "Too early to judge scars: 3 months after the last session at the earliest."
            .to_owned(),
        all: "/patients/5e02/photographs".to_owned(),
    };
    let mut open = compare.clone();
    open.pair = None;
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
    let chosen = entry(&[("before", "p1"), ("after", "p9")]);
    vec![
        ("photographs", photographs::page(site, &frame, &all, &wrong).into_string()),
        (
            "photographs-empty",
            photographs::page(site, &frame, &none, &Entry::default()).into_string(),
        ),
        ("compare", photographs::compare(site, &frame, &compare, &chosen).into_string()),
        (
            "compare-open",
            photographs::compare(site, &frame, &open, &Entry::default()).into_string(),
        ),
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
    photograph_pages(site).into_iter().chain(outcome_pages(site)).collect()
}
