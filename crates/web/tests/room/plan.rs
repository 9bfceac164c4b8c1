//! Sample plans: a draft, one that waits for a clearance, one accepted, one that cannot be.

use percuta_clinical::plan;
use percuta_web::{
    Site,
    page::staff::{
        Room,
        person::Person,
        plan::{self as page, Form, Goal, Price, PriceItem, Proposal, State, View},
    },
};

use super::{Fault, Shown, entry, frame, pairs, words};

fn aisha() -> Person {
    Person {
        name: "Aisha Rahman".to_owned(),
        href: "/patients/88d0".to_owned(),
        facts: pairs(&[("Age", "44"), ("Skin type", "IV"), ("Device", "pen, to 2.5 mm")]),
    }
}

const AISHA: &str = r#"{
  "as_of": "2026-11-20",
  "patient": { "birth_date": "1982-03-04", "sex": "female", "pregnancy": "no", "breastfeeding": "no", "phototype": 4 },
  "request": { "modality": "pen", "concern": "fine-lines", "region": "face" },
  "goals": [ { "concern": "fine-lines", "region": "face" }, { "concern": "acne-scar", "region": "cheek" } ]
}"#;

fn proposal(site: &Site, json: &str) -> Result<Proposal, Fault> {
    let json = serde_json::from_str(json)?;
    let request = plan::read(site.book(), &json).map_err(|unusable| unusable.to_string())?;
    let plan = plan(site.book(), &request);
    Ok(Proposal::of(site, &plan, "Type IV: starts 0.25 mm lower"))
}

fn view(site: &Site, json: &str, state: State) -> Result<View, Fault> {
    let item = |says: &str, each: &str, total: &str| PriceItem {
        says: says.to_owned(),
        each: each.to_owned(),
        total: total.to_owned(),
    };
    let goal = |said: &str, what: &str, judged_by: &str| Goal {
        said: said.to_owned(),
        what: what.to_owned(),
        judged_by: judged_by.to_owned(),
    };
    Ok(View {
        person: aisha(),
        title: "fine lines and scars".to_owned(),
        state,
        goals: vec![
            goal("Fewer lines beside my mouth.", "Fine lines, whole face", "Judged by: Glogau, today II, and photographs in the same light."),
            goal("", "Acne scars, cheek", "Judged by: Goodman and Baron, today 2."),
        ],
        proposal: proposal(site, json)?,
        price: Some(Price {
            items: vec![
                item("Session, whole face, 3", "€ 210", "€ 630"),
                item("Numbing cream, 3", "€ 18", "€ 54"),
            ],
            total: "€ 684".to_owned(),
            tax: "VAT included".to_owned(),
            terms: "Valid until 20 December 2026. Paid by session; nothing is charged when a session is deferred for a medical reason.".to_owned(),
        }),
        consent: words(&[
            "Darker marks may follow. The chance is higher for skin types IV to VI; it is low, not zero.",
            "Channels through the outer layer close within days; treat the skin as open for 72 h.",
        ]),
        edit: Some("/courses/2b1e/change".to_owned()),
        stop: None,
    })
}

/// The pages.
pub(crate) fn pages(site: &Site) -> Result<Vec<Shown>, Fault> {
    let frame = frame("Plan", Room::Patients);
    let draft = State::Draft {
        saved: "saved 10:31".to_owned(),
        offer: Some("/courses/2b1e/plan/offer".to_owned()),
    };
    let accepted = State::Accepted {
        on: "21 November 2026, 18:02".to_owned(),
        book: Some("/visits/new".to_owned()),
    };
    let offered = State::Offered {
        on: "20 November 2026, 10:40, by Dr S. Amari".to_owned(),
        withdraw: "/courses/2b1e/offer/undo".to_owned(),
        accept: "/courses/2b1e/accept".to_owned(),
    };
    let waiting = AISHA.replace("\"pregnancy\": \"no\"", "\"pregnancy\": \"unknown\"");
    let body = AISHA
        .replace("fine-lines", "striae")
        .replace("\"face\"", "\"abdomen\"")
        .replace(r#", { "concern": "acne-scar", "region": "cheek" }"#, "");
    let mut form = entry(&[("concern-1", "acne-scar"), ("sessions", "40")]);
    form.refuse("region-1", "Choose where the scars are.");
    form.refuse("sessions", "Between 1 and 24 sessions can be planned at once.");
    let blank = Form {
        person: aisha(),
        action: "/courses/2b1e/plan".to_owned(),
        goals: 2,
        concerns: pairs(&[("acne-scar", "Acne scars"), ("fine-lines", "Fine lines")]),
        regions: pairs(&[("face", "Face"), ("cheek", "Cheek")]),
        devices: pairs(&[("skinpen", "SkinPen Precision")]),
        numbing: pairs(&[("lmx4", "Lidocaine 4% cream")]),
        preview: None,
    };
    let mut dear = view(site, &body, offered)?;
    dear.price = None;
    Ok(vec![
        ("plan", page::page(site, &frame, &view(site, AISHA, draft)?).into_string()),
        ("plan-accepted", page::page(site, &frame, &view(site, AISHA, accepted)?).into_string()),
        (
            "plan-waiting",
            page::page(
                site,
                &frame,
                &view(
                    site,
                    &waiting,
                    State::Draft { saved: "saved 10:31".to_owned(), offer: None },
                )?,
            )
            .into_string(),
        ),
        ("plan-body", page::page(site, &frame, &dear).into_string()),
        (
            "plan-empty",
            page::empty(site, &frame, &aisha(), "/courses/2b1e/plan/change").into_string(),
        ),
        ("plan-form", page::form(site, &frame, &blank, &form).into_string()),
    ])
}
