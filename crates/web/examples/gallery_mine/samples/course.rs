//! Keep, link, questions, screening, plan and consent.

use maud::Markup;
use percuta_clinical::{
    answer::Disposition,
    book::Cited,
    question::{Asked as Wanted, Detail, Group, Said, questions},
};
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        mine::{
            Frame, Tab,
            consent::{self, Consent, Permission, Risk, Signed, Text},
            keep::{self, Keep, Kept, Minor},
            link::{self, Confirm, Refused},
            plan::{self, Area, Asked, Expectation, Plan, State},
            questions::{self as remaining, Ask, Details, Part, Place, Review},
            screening::{self, Decided, Reason, Screening},
            today::{Moment, When},
        },
    },
};

use super::days::frame;

fn text(words: &str) -> String {
    words.to_owned()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(first, second)| (text(first), text(second))).collect()
}

fn cited(conflict: &str) -> Cited {
    Cited { cites: vec![], conflicts: vec![text(conflict)] }
}

fn keeping() -> Keep {
    Keep {
        about: text("Acne scars, cheeks, with an electric pen in a clinic"),
        answer: text("Not yet, from 2 January 2027: 3 reasons"),
        carried: pairs(&[("concern", "acne_scar"), ("a.medicines.isotretinoin", "yes")]),
    }
}

fn hurried() -> Entry {
    let mut entry =
        Entry::new(pairs(&[("name", "Mara <Lind>"), ("email", "mara"), ("wish", "call")]));
    entry.refuse(
        "birth_date",
        "This is not the date of birth that the self-check was answered with. Check both.",
    );
    entry.refuse("email", "Write the whole address, such as mara@example.org.");
    entry.refuse(
        "consent",
        "Tick the box if the clinic may keep your answers. Without it nothing can be sent.",
    );
    entry
}

fn links(site: &Site) -> Vec<(&'static str, Markup)> {
    let outside = frame("Keep this", None);
    let mut wrong = Entry::new(pairs(&[("birth_date", "1994-05-03")]));
    wrong.refuse(
        "birth_date",
        "This date does not fit the link. Check the day, the month and the year.",
    );
    let closed = |why| link::closed(site, &outside, why);
    let kept = Kept {
        link: text("https://clinic.example/link/8c02f1"),
        until: text("Friday 27 November"),
        next: text("Somebody there writes to you with free times."),
    };
    let minor = Minor {
        because: text(
            "Microneedling for looks is for adults. Skin and scars still change in the teens, and nobody can consent to it for you.",
        ),
        why: text("A treatment for looks can wait until the person can decide alone."),
        rule: text("contra.age_minor"),
        instead: text("For acne that is active or painful, a doctor or a pharmacist can help now."),
    };
    let confirm = Confirm { action: text("/link/8c02f1") };
    vec![
        ("keep", keep::form(site, &outside, &keeping(), &Entry::default())),
        ("keep-again", keep::form(site, &outside, &keeping(), &hurried())),
        ("keep-minor", keep::minor(site, &outside, &minor)),
        ("keep-done", keep::done(site, &outside, &kept)),
        ("keep-signed-in", keep::signed_in(site, &outside)),
        ("link", link::confirm(site, &outside, &confirm, &Entry::default())),
        ("link-again", link::confirm(site, &outside, &confirm, &wrong)),
        ("link-expired", closed(Refused::Expired)),
        ("link-unknown", closed(Refused::Unknown)),
        ("link-member", closed(Refused::Member)),
        ("link-ask", link::ask(site, &outside)),
        ("signed-out", link::signed_out(site, &outside)),
    ]
}

fn asking(site: &Site) -> Vec<(&'static str, Markup)> {
    let plain = frame("Questions", None);
    let of = |group: Group| -> Vec<(String, Option<Said>)> {
        questions(site.book())
            .into_iter()
            .filter(|question| question.group == group)
            .take(4)
            .enumerate()
            .map(|(number, question)| (question.key.to_owned(), (number == 0).then_some(Said::No)))
            .collect()
    };
    let ask = |group, number| Ask {
        action: text("/me/questions/1"),
        place: Place { number, of: 5 },
        group,
        asked: of(group),
        back: None,
    };
    let detail = |key: &str, item: &str, asked| Detail { key: text(key), item: text(item), asked };
    let details = Details {
        action: text("/me/questions/details"),
        place: Place { number: 5, of: 5 },
        asked: vec![
            detail("medicines.isotretinoin.taking", "isotretinoin", Wanted::Taking),
            detail("medicines.isotretinoin.last_dose", "isotretinoin", Wanted::LastDose),
            detail("conditions.diabetes.hba1c_percent", "diabetes", Wanted::Hba1c),
        ],
        back: Some(text("/me/questions/4")),
    };
    let mut wrong = Entry::new(pairs(&[("d.conditions.diabetes.hba1c_percent", "high")]));
    wrong.refuse(
        "d.conditions.diabetes.hba1c_percent",
        "Give a number from 2 to 25 percent, or leave it empty.",
    );
    let review = Review {
        parts: vec![
            Part {
                denied: Vec::new(),
                title: text("Medicines"),
                href: text("/me/questions/2"),
                said: pairs(&[
                    (
                        "Do you take isotretinoin, or have you?",
                        "Yes, stopped, last dose 2 July 2026",
                    ),
                    ("Do you take a blood thinner?", "No"),
                ]),
            },
            Part {
                denied: vec![text("Have you taken isotretinoin in the last 12 months?")],
                title: text("Your skin"),
                href: text("/me/questions/4"),
                said: pairs(&[("Do you have a cold sore now?", "Not sure")]),
            },
        ],
        open: 2,
        unsure: 1,
        action: text("/me/questions/send"),
    };
    vec![
        ("questions", remaining::ask(site, &plain, &ask(Group::Skin, 4), &Entry::default())),
        (
            "questions-medicines",
            remaining::ask(
                site,
                &plain,
                &ask(Group::Medicines, 2),
                &Entry::new(pairs(&[("medicines", "Cerazette\nfish oil")])),
            ),
        ),
        ("questions-details", remaining::details(site, &plain, &details, &wrong)),
        ("questions-review", remaining::review(site, &plain, &review)),
        (
            "questions-sent",
            remaining::sent(
                site,
                &plain,
                &remaining::Sent {
                    change: Some(text("/me/questions/review")),
                    next: text(
                        "A clinician reads it within 2 working days. You get a message here.",
                    ),
                },
            ),
        ),
    ]
}

fn reason(site: &Site, id: &str, disposition: Disposition, until: &str) -> Reason {
    let card = site.book().rule(id);
    Reason {
        rule: text(id),
        title: card.map_or_else(String::new, |rule| rule.title.clone()),
        disposition,
        until: text(until),
        ends: text(if until.is_empty() { "a prescriber has answered" } else { "" }),
        because: text("What you told us of the last months meets this rule."),
        why: card.map_or_else(String::new, |rule| rule.why.clone()),
        otherwise: text("A named physician may decide otherwise, with a written reason."),
        sources: card.map_or_else(Vec::new, |rule| rule.sources.clone()),
        against: card.map_or_else(Vec::new, |rule| rule.against.clone()),
    }
}

fn screened(site: &Site) -> Screening {
    Screening {
        about: text("12 November 2026: acne scars, both cheeks, with a pen"),
        disposition: Disposition::Defer,
        title: text("Not yet"),
        lead: text("From 2 January 2027, if nothing else has changed."),
        decided: Decided::ByRules,
        reasons: vec![
            reason(site, "contra.isotretinoin", Disposition::Defer, "2 January 2027"),
            reason(site, "prec.skin_type_iv_vi", Disposition::ProceedWithPrecautions, ""),
        ],
        precautions: vec![
            text("Start at the lower depth; a test spot first."),
            text("SPF 50 every day for four weeks after."),
        ],
        open: vec![text("Have you had cold sores?")],
        bring: vec![
            text("The names of your medicines, creams and supplements, with doses."),
            text("The letter with the date of your last isotretinoin dose."),
        ],
        expires: text("It is asked again on the day, and at the latest on 12 February 2027."),
        rules: text("version 2026.11.1, not signed off"),
    }
}

fn planned() -> Plan {
    let moment = |when, time: &str, what: &str, says: &str| Moment {
        when,
        time: text(time),
        what: text(what),
        says: text(says),
        link: None,
    };
    Plan {
        title: text("acne scars on both cheeks"),
        by: text("Made by Dr Amara Osei on 14 November 2026. It holds until 14 January 2027."),
        state: State::Proposed { accept: text("/me/plan/accept"), ask: text("/me/plan/questions") },
        sessions: vec![
            moment(
                When::Later,
                "From 4 January 2027",
                "Session 1",
                "Your last isotretinoin dose is then 6 months ago.",
            ),
            moment(
                When::Later,
                "From 1 February",
                "Session 2",
                "At least 28 days after session 1, and your skin has settled.",
            ),
            moment(
                When::Later,
                "From 1 March",
                "Session 3",
                "Photographs are compared before it; fewer sessions may do.",
            ),
            moment(
                When::Later,
                "From June",
                "Look at the result",
                "3 months after the last session; earlier photos can mislead.",
            ),
        ],
        areas: vec![
            Area {
                region: text("Right cheek"),
                depth: text("1.0 mm, limit 1.5 mm"),
                concern: text("Rolling scars"),
            },
            Area {
                region: text("Left cheek"),
                depth: text("1.0 mm, limit 1.5 mm"),
                concern: text("Rolling scars"),
            },
        ],
        preparation: pairs(&[
            ("4 weeks before", "No laser, light, peel or other needling on the area."),
            (
                "7 days before",
                "No retinoid or acid products. If one was prescribed for you, ask first.",
            ),
            ("On the day", "Come with clean skin and a wide hat."),
        ]),
        expectations: vec![
            Expectation {
                title: text("What may change"),
                says: text(
                    "Depressed scars may look shallower. In one series of 10 people every one had some change; how much is not told beforehand.",
                ),
                cited: cited("conf.downtime"),
            },
            Expectation {
                title: text("What it may cost you"),
                says: text(
                    "Redness for 1 to 5 days. Dark marks: a low chance, not zero; higher for your skin type.",
                ),
                cited: cited("conf.sun"),
            },
        ],
        price: pairs(&[("3 sessions at £240", "£720"), ("Numbing cream", "£30")]),
        total: text("£750"),
        price_note: text(
            "From the clinic’s list of 1 November 2026; it holds until 14 January 2027. You pay each session on its day.",
        ),
        others: Vec::new(),
        asked: vec![
            Asked {
                question: text("Can I go to work the day after?"),
                when: text("15 November"),
                answer: Some((
                    text(
                        "Most people do. You may look sunburnt for one to five days, so keep big events clear.",
                    ),
                    text("Dr Amara Osei, 15 November"),
                )),
            },
            Asked {
                question: text("Is the numbing cream needed?"),
                when: text("16 November"),
                answer: None,
            },
        ],
    }
}

fn consent_text() -> Text {
    Text {
        title: text("Consent to microneedling of the cheeks"),
        about: text("For session 1 of 3, with Dr Amara Osei"),
        own: vec![
            Risk {
                title: text("Dark or light patches"),
                says: text(
                    "Your skin is of type V. The chance is low, not zero, and higher for you than for lighter skin. Patches may last for months.",
                ),
                cited: cited("conf.sun"),
            },
            Risk {
                title: text("Off-label use"),
                says: text(
                    "This device is cleared for facial acne scars; its use on other marks is the clinician’s own judgement.",
                ),
                cited: Cited::default(),
            },
        ],
        parts: vec![
            (
                text("What is done"),
                vec![text(
                    "Fine needles make channels through the outer layer of the skin. They close within days; treat the skin as open for 72 hours.",
                )],
            ),
            (
                text("What may happen"),
                vec![
                    text(
                        "Redness, swelling, flaking and small bruises are usual. Infection, a flare of cold sores, scars and an allergic reaction are rare, and need help the same day.",
                    ),
                    text("Nobody can promise a result."),
                ],
            ),
            (
                text("What else could be done"),
                vec![text(
                    "Doing nothing, creams, peels and laser are other ways; each has its own risks.",
                )],
            ),
        ],
        version: text("Version 3, English"),
        digest: text("9f1c07d2a4b86e53"),
    }
}

fn agreeing() -> Consent {
    Consent {
        text: consent_text(),
        asked: vec![],
        photographs: vec![
            Permission {
                name: text("photo_record"),
                asks: text("May photographs be taken for your record?"),
                says: text(
                    "Only you and those who treat you see them. Without them a result is hard to judge.",
                ),
            },
            Permission {
                name: text("photo_teaching"),
                asks: text("May they be shown in teaching?"),
                says: text("Without your name; your face may be recognised. A no changes nothing."),
            },
            Permission {
                name: text("photo_public"),
                asks: text("May they be shown in public?"),
                says: text("On the clinic’s pages. What was public once cannot be called back."),
            },
        ],
        name: text("Mara Lind"),
        sign: text("/me/consents/0001"),
        ask: text("/me/consents/0001/questions"),
    }
}

fn half_signed() -> Entry {
    let mut entry = Entry::new(pairs(&[("photo_record", "yes"), ("signature", "Mara")]));
    entry.refuse("photo_teaching", "Say yes or no to photographs in teaching.");
    entry.refuse("read", "Tick the box when you have read the text to its end and agree.");
    entry.refuse("signature", "Type your name as your record has it: Mara Lind.");
    entry
}

pub(super) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let plain: Frame = frame("Plan", Some(Tab::Today));
    let accepted = Plan {
        state: State::Accepted {
            on: text("16 November 2026"),
            ask: text("/me/plan/questions"),
            consent: text("/me/consents/for/0001"),
        },
        ..planned()
    };
    let over = Plan {
        state: State::Over { says: text("All its sessions were given by 16 November 2026.") },
        others: vec![(text("Stretch marks, abdomen"), text("/me/plan/0002"))],
        ..planned()
    };
    let otherwise = Screening {
        disposition: Disposition::ProceedWithPrecautions,
        title: text("Yes, with precautions"),
        lead: text("A clinician plans around what is listed here."),
        decided: Decided::Otherwise {
            by: text("Dr Amara Osei, 14 November 2026"),
            instead_of: Disposition::Defer,
            because: text("Low dose, five months ago, and a settled test spot."),
        },
        ..screened(site)
    };
    let signed = Signed {
        is_as_signed: true,
        text: consent_text(),
        signature: text("Mara Lind"),
        when: text("18 November 2026, 19:40"),
        photographs: pairs(&[
            ("For your record", "Yes"),
            ("In teaching", "No"),
            ("In public", "No"),
        ]),
        withdrawn: None,
        withdraw: text("/me/consents/0001/withdrawal"),
    };
    let withdrawn = Signed { withdrawn: Some(text("20 November 2026")), ..signed.clone() };
    let one = |title: &str, standing| consent::One {
        title: text(title),
        says: text("For session 1 of 3"),
        standing,
        href: text("/me/consents/0001"),
    };
    let mut all = links(site);
    all.extend(asking(site));
    all.extend([
        ("screening", screening::page(site, &plain, &screened(site))),
        ("screening-otherwise", screening::page(site, &plain, &otherwise)),
        ("screening-none", screening::none(site, &plain)),
        ("plan", plan::page(site, &plain, &planned(), &Entry::default())),
        ("plan-accepted", plan::page(site, &plain, &accepted, &Entry::default())),
        ("plan-over", plan::page(site, &plain, &over, &Entry::default())),
        ("plan-none", plan::none(site, &plain)),
        ("consent", consent::page(site, &plain, &agreeing(), &Entry::default())),
        ("consent-again", consent::page(site, &plain, &agreeing(), &half_signed())),
        ("consent-signed", consent::signed(site, &plain, &signed)),
        ("consent-withdrawn", consent::signed(site, &plain, &withdrawn)),
        (
            "consents",
            consent::list(
                site,
                &plain,
                &[
                    one("Microneedling of the cheeks", consent::Standing::Open),
                    one("Microneedling of the neck", consent::Standing::Withdrawn),
                ],
            ),
        ),
        ("consents-none", consent::list(site, &plain, &[])),
    ]);
    all
}
