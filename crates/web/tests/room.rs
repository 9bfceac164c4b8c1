//! The pages of the treatment room over sample views: what holds for every one of them, and what each must show.
use std::collections::BTreeSet;

#[path = "room/samples.rs"]
mod samples;

use samples::{Fault, Shown};

fn pages() -> Result<Vec<Shown>, Fault> {
    samples::all()
}

fn page(name: &str) -> Result<String, Fault> {
    let found = pages()?.into_iter().find(|(known, _)| *known == name);
    Ok(found.ok_or_else(|| format!("no sample `{name}`"))?.1)
}

/// What the record knows of an invented person.
fn given() -> percuta_web::page::staff::intake::Given {
    percuta_web::page::staff::intake::Given {
        as_of: "2026-11-20".to_owned(),
        birth_date: "1992-03-04".to_owned(),
    }
}

/// The values of an attribute.
fn values(html: &str, attribute: &str) -> Vec<String> {
    let start = format!(" {attribute}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// The opening tags of an element.
fn tags<'h>(html: &'h str, element: &str) -> Vec<&'h str> {
    let start = format!("<{element} ");
    html.split(&start).skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

#[test]
fn no_page_holds_an_inline_style_or_script() -> Result<(), Fault> {
    for (name, html) in pages()? {
        assert!(values(&html, "style").is_empty(), "{name} has an inline style");
        assert!(!html.contains("<style"), "{name} has a style element");
        for script in html.split("<script").skip(1) {
            assert!(
                script.split('>').next().unwrap_or_default().contains("src="),
                "{name} has a script"
            );
        }
        assert!(!html.contains(" onclick="), "{name} has a handler");
    }
    Ok(())
}

#[test]
fn every_page_has_one_first_heading() -> Result<(), Fault> {
    for (name, html) in pages()? {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
    }
    Ok(())
}

#[test]
fn every_field_has_a_label_and_every_id_is_unique() -> Result<(), Fault> {
    for (name, html) in pages()? {
        let ids = values(&html, "id");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name} has an id twice: {ids:?}");
        let labelled = values(&html, "for");
        for element in ["input", "select", "textarea"] {
            for tag in tags(&html, element) {
                let tag = format!(" {tag}");
                let kind = values(&tag, "type").pop().unwrap_or_default();
                if ["hidden", "radio", "checkbox"].contains(&kind.as_str()) {
                    continue;
                }
                let id = values(&tag, "id").pop().unwrap_or_default();
                assert!(labelled.contains(&id), "{name}: the field `{tag}` has no label");
            }
        }
    }
    Ok(())
}

#[test]
fn every_form_posts_and_no_address_names_a_person() -> Result<(), Fault> {
    for (name, html) in pages()? {
        for form in tags(&html, "form") {
            // Two photographs have an address inside the clinic, and so has what narrows free times down; everything
            // else is posted.
            let is_pair = form.contains("action=\"/patients/5e02/compare\"");
            let narrows = ["\"/patients/31/book\"", "\"/patients/31/book#why\""]
                .iter()
                .any(|action| form.contains(&format!("action={action}")));
            let is_address = is_pair || narrows;
            assert!(is_address || form.contains("method=\"post\""), "{name}: <form {form}>");
        }
        for address in values(&html, "href").into_iter().chain(values(&html, "action")) {
            for word in ["nowak", "okafor", "rahman", "amari"] {
                assert!(!address.to_lowercase().contains(word), "{name}: {address}");
            }
        }
    }
    Ok(())
}

#[test]
fn every_page_has_at_most_one_primary_action() -> Result<(), Fault> {
    for (name, html) in pages()? {
        assert!(html.matches("btn--primary").count() <= 1, "{name}");
    }
    Ok(())
}

#[test]
fn a_deferral_shows_each_reason_with_its_date_and_both_sides_of_a_disagreement() -> Result<(), Fault>
{
    let html = page("screening")?;
    for says in ["14 December 2026", "26 November 2026", "25 November 2026"] {
        assert!(html.contains(says), "{says}");
    }
    assert!(html.contains("Sources disagree"));
    assert!(html.contains("says otherwise"));
    assert!(html.contains("Have you ever had cold sores?"));
    Ok(())
}

#[test]
fn an_override_that_failed_keeps_its_words_and_says_what_is_wrong() -> Result<(), Fault> {
    let html = page("screening")?;
    assert!(html.contains("0.5 mm only"));
    assert!(html.contains("at least 40 characters. 11 so far."));
    assert!(html.contains("href=\"#because\""));
    Ok(())
}

#[test]
fn an_override_here_asks_for_the_password_again() -> Result<(), Fault> {
    let html = page("screening-expired")?;
    assert!(html.contains("type=\"password\""));
    assert!(html.contains("Sign as Dr S. Amari"));
    Ok(())
}

#[test]
fn an_expired_screening_says_so_and_how_to_repeat_it() -> Result<(), Fault> {
    let html = page("screening-expired")?;
    assert!(html.contains("This screening counts no more"));
    assert!(html.contains("href=\"/patients/7c1f/screening/new\""));
    Ok(())
}

#[test]
fn the_questions_of_the_day_choose_nothing_by_themselves() -> Result<(), Fault> {
    let html = page("screening-repeat")?;
    // Two were answered in this sample, one was not.
    assert_eq!(html.matches(" checked").count(), 2);
    Ok(())
}

#[test]
fn a_session_says_on_the_map_what_it_says_in_the_table() -> Result<(), Fault> {
    let html = page("session")?;
    let address = "/sessions/91ce/zones/jaw-left#zone";
    assert_eq!(html.matches(address).count(), 2, "once on the map, once in the table");
    assert!(html.contains("Left jaw: 0.5 millimetres, limit 0.5, 2 of 2 passes, Done 11:14"));
    Ok(())
}

#[test]
fn a_step_posts_the_value_that_it_leads_to_and_none_is_offered_over_the_limit() -> Result<(), Fault>
{
    let html = page("session")?;
    assert!(html.contains("name=\"depth\" value=\"1.25\""));
    assert!(!html.contains("name=\"depth\" value=\"1.75\""));
    assert!(html.contains("No higher depth: the limit here is 1.5 millimetres"));
    Ok(())
}

#[test]
fn eyelids_and_lips_have_no_way_in() -> Result<(), Fault> {
    for (name, html) in pages()? {
        for address in values(&html, "href") {
            assert!(!address.contains("eyelid") && !address.contains("vermilion"), "{name}");
        }
    }
    Ok(())
}

#[test]
fn a_refused_depth_shows_its_arithmetic_and_what_was_typed_stays() -> Result<(), Fault> {
    let html = page("session-refused")?;
    assert!(html.contains("the lower of the site limit (0.5) and the device label (1.5)"));
    assert!(html.contains("value=\"26F-0418\""));
    assert!(html.contains("This cartridge expired in August 2026"));
    Ok(())
}

#[test]
fn numbing_over_its_time_is_said_and_nothing_else_is_next() -> Result<(), Fault> {
    let html = page("session-refused")?;
    assert!(html.contains("Wipe it off: over its time"));
    assert!(!html.contains("End and sign") && !html.contains("Next zone"));
    Ok(())
}

#[test]
fn nothing_can_be_signed_while_something_is_missing() -> Result<(), Fault> {
    assert!(page("session-end")?.contains("Sign as L. Fischer"));
    let lacking = page("session-lacking")?;
    assert!(!lacking.contains("Sign as") && lacking.contains("Numbing on the neck has no end"));
    Ok(())
}

#[test]
fn a_signed_session_only_takes_notes() -> Result<(), Fault> {
    let html = page("session-signed")?;
    let forms = values(&html, "action");
    assert_eq!(forms, ["/sign-out", "/sessions/91ce/addenda"]);
    assert!(html.contains("counted from the photograph"));
    Ok(())
}

#[test]
fn a_plan_shows_depths_under_their_limits_and_windows_with_dates() -> Result<(), Fault> {
    let html = page("plan")?;
    for says in ["27 November 2026 to", "28 to 42 days between sessions", "the site", "€ 684"] {
        assert!(html.contains(says), "{says}");
    }
    assert!(html.contains("Cheek, both sides: 0.25 millimetres in session 1, limit 1.0"));
    assert!(html.contains("id=\"z-cheek\""));
    Ok(())
}

#[test]
fn a_plan_without_an_answer_that_it_needs_has_no_dates_and_cannot_be_offered() -> Result<(), Fault>
{
    let html = page("plan-waiting")?;
    assert!(html.contains("No dates yet: this has to be cleared first."));
    assert!(!html.contains("Offer to the patient"));
    Ok(())
}

#[test]
fn an_accepted_plan_leads_to_the_next_session() -> Result<(), Fault> {
    let html = page("plan-accepted")?;
    assert!(html.contains("Accepted 21 November 2026, 18:02."));
    assert!(html.contains("Book the next session"));
    Ok(())
}

#[test]
fn a_plan_beyond_the_face_has_a_table_and_no_face() -> Result<(), Fault> {
    let html = page("plan-body")?;
    assert!(html.contains("id=\"z-abdomen\"") && !html.contains("class=\"map\""));
    assert!(html.contains("No price on the clinic’s list fits this plan."));
    Ok(())
}

#[test]
fn no_page_promises() -> Result<(), Fault> {
    for (name, html) in pages()? {
        // What a source says stands in a panel, in its own words.
        let ours = html.split("<details").map(|part| part.rsplit("</details>").next());
        let html = ours.flatten().collect::<String>().to_lowercase();
        for word in ["will improve", "guarantee", "painless", "no downtime", "boosts"] {
            assert!(!html.contains(word), "{name} says `{word}`");
        }
    }
    Ok(())
}

#[test]
fn every_free_start_is_a_button_and_every_day_without_one_says_why() -> Result<(), Fault> {
    let html = page("booking")?;
    assert_eq!(html.matches("name=\"start\"").count(), 10);
    for day in html.split("week__day").skip(1) {
        assert!(day.contains("name=\"start\"") || day.contains("class=\"xs muted\""), "{day}");
    }
    assert!(html.contains("was booked by somebody else meanwhile"));
    Ok(())
}

#[test]
fn a_visit_with_something_missing_cannot_begin_and_names_the_remedy() -> Result<(), Fault> {
    let html = page("visit")?;
    assert!(html.contains("3 things are missing"));
    assert!(html.contains("disabled>Begin the session"));
    assert!(html.contains("href=\"/visits/31ab/consent\""));
    assert!(html.contains("12:40 has not come yet"));
    Ok(())
}

#[test]
fn a_visit_with_everything_there_begins_with_one_press() -> Result<(), Fault> {
    let html = page("visit-ready")?;
    assert!(html.contains("action=\"/visits/31ab/session\""));
    Ok(())
}

#[test]
fn no_element_has_an_attribute_twice() -> Result<(), Fault> {
    for (name, html) in pages()? {
        for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            assert!(values(&format!(" {tag}"), "class").len() < 2, "{name}: <{tag}>");
        }
    }
    Ok(())
}

#[test]
fn a_comparison_says_every_number_that_it_draws_and_what_it_cannot_show() -> Result<(), Fault> {
    let html = page("compare")?;
    assert_eq!(html.matches("<figure").count(), 2, "side by side without script");
    assert!(html.contains("aria-label=\"−3.1 EI (−4.0 to −2.2)\""));
    for said in [
        "−3.1 EI (−4.0 to −2.2)</span>",
        "Less red",
        "2 EI, assumed until the clinic has ten repeats",
        "less red, ",
        "One flat photograph holds no relief.",
        "too early to judge",
        "cannot be compared: turned to the side",
        "too early to judge: the plan of this course",
    ] {
        assert!(html.contains(said), "{said}");
    }
    // One visit is too early: its circle stays open. The others are filled.
    assert_eq!(html.matches("class=\"pt\"").count(), 1);
    assert_eq!(html.matches("class=\"pt ptf\"").count(), 2);
    Ok(())
}

#[test]
fn what_cannot_be_compared_says_why_and_shows_no_number() -> Result<(), Fault> {
    let html = page("compare-not")?;
    assert!(html.contains("These two cannot be compared."));
    assert!(html.contains("9.3°, limit 5°"));
    assert!(html.contains("Turn the head as on the earlier photograph"));
    for number in ["What was measured", "class=\"ci\"", "change-map", " EI ("] {
        assert!(!html.contains(number), "{number}");
    }
    Ok(())
}

#[test]
fn a_photograph_that_was_refused_says_why_and_keeps_the_rest() -> Result<(), Fault> {
    let html = page("photographs")?;
    assert!(html.contains("This file is no photograph"));
    assert!(html.contains("value=\"right-45\" checked"));
    assert!(html.contains("enctype=\"multipart/form-data\""));
    Ok(())
}

#[test]
fn every_score_that_is_drawn_stands_in_the_table() -> Result<(), Fault> {
    let html = page("outcomes")?;
    assert_eq!(html.matches("class=\"pt\"").count(), 3);
    let table = html.split("<tbody>").nth(1).unwrap_or_default();
    for says in ["3, moderate", "2, mild", "27 May 2027"] {
        assert!(table.contains(says), "{says}");
    }
    Ok(())
}

#[test]
fn a_score_is_kept_only_after_it_was_shown_with_its_sum() -> Result<(), Fault> {
    assert!(!page("outcome-form")?.contains("value=\"keep\""));
    let scored = page("outcome-scored")?;
    assert!(scored.contains("Score: 2 of 4") && scored.contains("value=\"keep\""));
    Ok(())
}

#[test]
fn every_word_that_the_intake_offers_is_one_that_the_vocabulary_knows() -> Result<(), Fault> {
    let site = samples::site()?;
    for list in percuta_web::page::staff::intake::lists(&site) {
        for word in &list.words {
            let known = percuta_terminology::Kind::ALL
                .into_iter()
                .filter(|kind| kind.list().ends_with(&list.key))
                .any(|kind| site.book().vocabulary.of(kind).entry(word).is_some());
            assert!(known, "`{word}` of {} is offered and not known", list.key);
        }
    }
    Ok(())
}

#[test]
fn an_intake_goes_into_the_form_and_comes_back_the_same() -> Result<(), Fault> {
    use percuta_web::page::staff::intake::{filled, json, lists};
    let site = samples::site()?;
    let lists = lists(&site);
    let before = serde_json::json!({
        "as_of": "2026-11-20",
        "patient": { "birth_date": "1992-03-04", "sex": "female", "pregnancy": "no", "breastfeeding": "unknown", "phototype": 4 },
        "request": { "modality": "pen", "concern": "acne-scar", "region": "cheek", "depth_mm": 1.5,
                     "products": ["sterile-hyaluronate-gel"] },
        "medicines": [ { "name": "isotretinoin", "status": "stopped", "last_dose": "2026-06-14" }, { "name": "glow drops" } ],
        "conditions": [ { "code": "psoriasis", "status": "quiet", "site": "elbow" } ],
        "procedures": [], "exposures": [ { "name": "sunburn", "date": "2026-11-12", "site": "request" } ],
        "allergies": [ "nickel" ], "skin_today": [], "clearances": [],
        "unknown": [ "conditions.herpes-labialis", "procedures", "medicines.isotretinoin.dose", "request.onset" ]
    });
    let (entry, rows) = filled(&before, &lists);
    assert_eq!(rows.first(), Some(&3), "two medicines and an empty row");
    let after = json(&entry, &lists, &given());
    let sorted = |intake: &serde_json::Value| {
        let mut intake = intake.clone();
        let unknown = intake.get_mut("unknown").and_then(serde_json::Value::as_array_mut);
        unknown.into_iter().for_each(|list| list.sort_by_key(ToString::to_string));
        intake
    };
    assert_eq!(sorted(&after), sorted(&before));
    Ok(())
}

#[test]
fn a_list_that_was_not_asked_is_unknown_and_an_empty_form_denies_nothing() -> Result<(), Fault> {
    use percuta_web::page::{
        entry::Entry,
        staff::intake::{json, lists},
    };
    let site = samples::site()?;
    let lists = lists(&site);
    let made = json(&Entry::default(), &lists, &given());
    let unknown = made.get("unknown").and_then(serde_json::Value::as_array);
    assert_eq!(unknown.map(Vec::len), Some(lists.len()));
    Ok(())
}

#[test]
fn a_mistake_stands_on_its_field_although_a_row_above_was_left_empty() -> Result<(), Fault> {
    use percuta_web::page::{
        entry::Entry,
        staff::intake::{field_of, lists},
    };
    let site = samples::site()?;
    let lists = lists(&site);
    let entry = Entry::new([("medicines-2-name".to_owned(), "isotretinoin".to_owned())]);
    assert_eq!(field_of(&entry, &lists, "intake.medicines[0].last_dose"), "medicines-2-last_dose");
    assert_eq!(field_of(&entry, &lists, "intake.request.depth_mm"), "depth_mm");
    let html = page("intake-wrong")?;
    assert!(html.contains("id=\"medicines-1-last_dose-wrong\""));
    assert!(html.contains("id=\"depth_mm-wrong\""));
    Ok(())
}

#[test]
fn an_intake_chooses_nothing_by_itself() -> Result<(), Fault> {
    assert!(!page("intake")?.contains(" checked"));
    Ok(())
}
