//! What a plan holds for every person, and worked examples of single facts. Every person here is invented.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON is indexed by name; a helper of a test fails by panicking"
)]

use jiff::civil::Date;
use percuta_clinical::{Rulebook, plan, wire};
use proptest::prelude::*;
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn shipped() -> &'static Rulebook {
    static BOOK: std::sync::OnceLock<Rulebook> = std::sync::OnceLock::new();
    BOOK.get_or_init(|| {
        let files = percuta_rulebook::FILES;
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Rulebook::load(files.collect()).unwrap_or_else(|faults| {
            #[expect(clippy::panic, reason = "a test without its rulebook says nothing")]
            {
                panic!("{faults:?}")
            }
        })
    })
}

/// A healthy person who asks for acne scars of the cheek by pen.
fn healthy() -> Value {
    json!({
        "as_of": "2026-03-02",
        "patient": { "birth_date": "1992-01-15", "sex": "female", "pregnancy": "no",
                     "breastfeeding": "no", "phototype": 2 },
        "request": { "modality": "pen", "setting": "clinic", "concern": "acne-scar", "region": "cheek",
                     "products": ["sterile-hyaluronate-gel"] }
    })
}

/// The healthy person with some keys set; `request.x` and `patient.x` reach inside.
fn with(changes: Value) -> Value {
    let mut intake = healthy();
    for (key, value) in changes.as_object().into_iter().flatten() {
        match key.split_once('.') {
            Some((outer, inner)) => intake[outer][inner] = value.clone(),
            None => intake[key] = value.clone(),
        }
    }
    intake
}

fn answer(intake: &Value) -> Result<Value, String> {
    let request = plan::read(shipped(), intake).map_err(|unusable| unusable.to_string())?;
    Ok(wire::plan(shipped(), &plan(shipped(), &request)))
}

fn planned(changes: Value) -> Result<Value, String> {
    answer(&with(changes))
}

fn problem(changes: Value) -> String {
    planned(changes).err().unwrap_or_default()
}

fn day(value: &Value) -> Result<Date, Box<dyn std::error::Error>> {
    Ok(value.as_str().ok_or("no date")?.parse()?)
}

fn days(from: Date, to: Date) -> i32 {
    percuta_terminology::calendar::days_between(from, to)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn about<'v>(answer: &'v Value, words: &str) -> Option<&'v Value> {
    list(&answer["disagreements"]).find(|entry| entry["about"] == words)
}

#[test]
fn a_healthy_person_starts_when_the_preparation_has_been_kept() -> Outcome {
    let answer = planned(json!({}))?;
    assert_eq!(answer["screening"]["disposition"], "proceed");
    assert_eq!(answer["earliest"], "2026-03-09");
    assert_eq!(answer["sessions"][0]["window"]["from"], "2026-03-09");
    Ok(())
}

#[test]
fn a_course_has_the_lower_number_of_sessions_and_shows_the_range() -> Outcome {
    let answer = planned(json!({}))?;
    assert_eq!(list(&answer["sessions"]).count(), 3);
    assert_eq!(answer["sessions_range"], json!([3, 5]));
    Ok(())
}

#[test]
fn the_first_window_is_as_long_as_the_longest_interval() -> Outcome {
    let answer = planned(json!({}))?;
    assert_eq!(answer["sessions"][0]["window"]["to"], "2026-04-20");
    Ok(())
}

#[test]
fn a_window_opens_at_the_earliest_plus_the_shortest_and_closes_at_the_latest_plus_the_longest()
-> Outcome {
    let answer = planned(json!({}))?;
    let window = &answer["sessions"][1]["window"];
    assert_eq!((&window["from"], &window["to"]), (&json!("2026-04-06"), &json!("2026-06-01")));
    let window = &answer["sessions"][2]["window"];
    assert_eq!((&window["from"], &window["to"]), (&json!("2026-05-04"), &json!("2026-07-13")));
    Ok(())
}

#[test]
fn isotretinoin_puts_the_first_session_to_the_day_its_six_months_end() -> Outcome {
    let medicines =
        json!([{ "name": "isotretinoin", "status": "stopped", "last_dose": "2025-10-02" }]);
    let answer = planned(json!({ "medicines": medicines }))?;
    assert_eq!(answer["earliest"], "2026-04-02");
    assert_eq!(answer["sessions"][0]["window"]["to"], "2026-05-14");
    let retinoid = list(&answer["preparation"]).find(|entry| entry["id"] == "stop-retinoid");
    assert_eq!(retinoid.ok_or("no retinoid")?["date"], "2026-03-26");
    Ok(())
}

#[test]
fn a_deferral_that_ends_on_a_clipped_month_end_opens_the_window_there() -> Outcome {
    let medicines =
        json!([{ "name": "isotretinoin", "status": "stopped", "last_dose": "2025-08-31" }]);
    let answer = planned(json!({ "as_of": "2026-01-20", "medicines": medicines }))?;
    assert_eq!(answer["earliest"], "2026-02-28");
    assert_eq!(answer["sessions"][1]["window"]["from"], "2026-03-28");
    Ok(())
}

#[test]
fn a_result_is_judged_three_calendar_months_after_the_last_session_even_at_a_month_end() -> Outcome
{
    let answer = planned(json!({ "as_of": "2026-09-01", "start_after": "2026-10-04" }))?;
    assert_eq!(answer["sessions"][2]["window"]["from"], "2026-11-30");
    assert_eq!(
        answer["judge_at"],
        json!({ "months_after_last": 3, "not_before_weeks": 4, "from": "2027-02-28" })
    );
    Ok(())
}

#[test]
fn no_session_lies_on_or_before_the_day_it_has_to_start_after() -> Outcome {
    assert_eq!(planned(json!({ "start_after": "2026-05-01" }))?["earliest"], "2026-05-02");
    Ok(())
}

#[test]
fn a_blocked_span_moves_the_first_session_behind_it() -> Outcome {
    let answer = planned(
        json!({ "blocked_dates": ["2026-03-09", { "from": "2026-03-10", "to": "2026-03-20" }] }),
    )?;
    assert_eq!(answer["earliest"], "2026-03-21");
    Ok(())
}

#[test]
fn a_blocked_day_inside_a_window_is_taken_out_of_it() -> Outcome {
    let answer = planned(json!({ "blocked_dates": ["2026-03-15", "2026-04-20"] }))?;
    let window = &answer["sessions"][0]["window"];
    assert_eq!(window["to"], "2026-04-19");
    assert_eq!(window["except"], json!([{ "from": "2026-03-15", "to": "2026-03-15" }]));
    Ok(())
}

#[test]
fn a_holiday_longer_than_the_interval_pushes_the_next_session_and_says_so() -> Outcome {
    let answer =
        planned(json!({ "blocked_dates": [{ "from": "2026-03-12", "to": "2026-08-31" }] }))?;
    assert_eq!(answer["sessions"][0]["window"]["to"], "2026-03-11");
    assert_eq!(answer["sessions"][1]["window"]["from"], "2026-09-01");
    assert_eq!(answer["sessions"][1]["window"]["to"], "2026-09-15");
    assert!(answer["notes"].to_string().contains("Session 2 opens later"));
    Ok(())
}

#[test]
fn sessions_of_one_millimetre_stay_fourteen_days_clear_of_an_event() -> Outcome {
    let answer = planned(json!({ "event": "2026-03-31" }))?;
    assert_eq!(answer["sessions"][0]["window"]["to"], "2026-03-17");
    Ok(())
}

#[test]
fn a_session_that_cannot_heal_before_an_event_waits_until_after_it() -> Outcome {
    assert_eq!(planned(json!({ "event": "2026-03-20" }))?["earliest"], "2026-03-21");
    Ok(())
}

#[test]
fn a_shallow_session_stays_clear_of_an_event_by_the_days_that_flakes_take() -> Outcome {
    let answer = planned(
        json!({ "request.concern": "wrinkles", "request.region": "forehead", "event": "2026-03-31" }),
    )?;
    assert_eq!(answer["sessions"][0]["window"]["to"], "2026-03-21");
    Ok(())
}

#[test]
fn radiofrequency_stays_three_weeks_clear_of_an_event() -> Outcome {
    let answer = planned(json!({ "request.modality": "rf", "event": "2026-04-10" }))?;
    assert_eq!(answer["sessions"][0]["window"]["to"], "2026-03-20");
    Ok(())
}

#[test]
fn an_acne_scar_of_the_cheek_starts_at_one_millimetre_and_may_rise_to_the_limit() -> Outcome {
    let answer = planned(json!({}))?;
    let zone = &answer["sessions"][0]["zones"][0];
    assert_eq!((&zone["depth_mm"], &zone["ceiling_mm"]), (&json!(1.0), &json!(1.5)));
    assert_eq!(
        (&zone["passes"], &zone["endpoint"]),
        (&json!(4), &json!("uniform pinpoint bleeding"))
    );
    let rises: Vec<_> = list(&answer["sessions"])
        .map(|session| session["zones"][0]["may_rise_to_mm"].clone())
        .collect();
    assert_eq!(rises, [json!(1.0), json!(1.25), json!(1.5)]);
    Ok(())
}

#[test]
fn the_site_caps_the_starting_depth() -> Outcome {
    let answer = planned(json!({ "request.region": "forehead" }))?;
    let zone = &answer["sessions"][0]["zones"][0];
    assert_eq!((&zone["depth_mm"], &zone["ceiling_by"]), (&json!(0.5), &json!("site limit")));
    Ok(())
}

#[test]
fn phototypes_four_to_six_start_one_step_lower() -> Outcome {
    for phototype in [4, 5, 6] {
        let answer = planned(json!({ "patient.phototype": phototype }))?;
        assert_eq!(answer["sessions"][0]["zones"][0]["depth_mm"], 0.75);
    }
    assert_eq!(
        planned(json!({ "patient.phototype": 3 }))?["sessions"][0]["zones"][0]["depth_mm"],
        1.0
    );
    Ok(())
}

#[test]
fn a_phototype_that_nobody_assessed_starts_one_step_lower() -> Outcome {
    let answer = planned(json!({ "patient.phototype": null }))?;
    assert_eq!(answer["sessions"][0]["zones"][0]["depth_mm"], 0.75);
    Ok(())
}

#[test]
fn no_depth_is_under_one_step() -> Outcome {
    let answer = planned(json!({ "request.concern": "melasma", "patient.phototype": 5 }))?;
    assert_eq!(answer["sessions"][0]["zones"][0]["depth_mm"], 0.25);
    Ok(())
}

#[test]
fn a_device_label_caps_the_depth_and_is_named() -> Outcome {
    let answer = planned(
        json!({ "request.concern": "striae", "request.region": "abdomen", "device": "exceed" }),
    )?;
    let zone = &answer["sessions"][0]["zones"][0];
    assert_eq!((&zone["ceiling_mm"], &zone["ceiling_by"]), (&json!(1.5), &json!("device label")));
    Ok(())
}

#[test]
fn a_practitioner_permission_caps_the_depth_in_whole_steps() -> Outcome {
    let answer =
        planned(json!({ "practitioner": { "modalities": ["pen"], "depth_mm_max": 0.7 } }))?;
    let zone = &answer["sessions"][2]["zones"][0];
    assert_eq!((&zone["depth_mm"], &zone["may_rise_to_mm"]), (&json!(0.5), &json!(0.5)));
    assert_eq!((&zone["ceiling_mm"], &zone["ceiling_by"]), (&json!(0.7), &json!("practitioner")));
    Ok(())
}

#[test]
fn a_practitioner_without_the_modality_gives_no_sessions_and_says_why() -> Outcome {
    let answer = planned(json!({ "practitioner": { "modalities": ["roller"] } }))?;
    assert_eq!(answer["sessions"], json!([]));
    assert!(answer["why"][0]["because"].to_string().contains("not permitted"));
    Ok(())
}

#[test]
fn what_is_not_named_restricts_nothing_and_is_said() -> Outcome {
    let answer = planned(json!({ "jurisdiction": "atlantis" }))?;
    let said = answer["unrestricted"].to_string();
    for word in ["practitioner", "`atlantis` is not known", "device"] {
        assert!(said.contains(word), "{said}");
    }
    Ok(())
}

#[test]
fn a_goal_on_the_face_is_planned_part_by_part_and_never_on_the_eyelid() -> Outcome {
    let goals = json!([{ "concern": "wrinkles", "region": "face" }, { "concern": "acne-scar", "region": "cheek", "grade": 3 }]);
    let answer = planned(json!({ "goals": goals }))?;
    let zones: Vec<_> = list(&answer["sessions"][0]["zones"]).collect();
    let mut regions: Vec<_> = zones.iter().filter_map(|zone| zone["region"].as_str()).collect();
    assert_eq!(regions.len(), 12);
    assert!(
        regions
            .iter()
            .all(|region| !["face", "lower-face", "perioral", "eyelid", "vermilion"]
                .contains(region))
    );
    regions.sort_unstable();
    regions.dedup();
    assert_eq!(regions.len(), 12, "each part once");
    Ok(())
}

#[test]
fn where_two_goals_meet_the_shallower_decides() -> Outcome {
    let goals = json!([{ "concern": "acne-scar", "region": "cheek" }, { "concern": "melasma", "region": "face" }]);
    let answer = planned(json!({ "goals": goals }))?;
    let cheek = list(&answer["sessions"][0]["zones"])
        .find(|zone| zone["region"] == "cheek")
        .ok_or("no cheek")?;
    assert_eq!((&cheek["depth_mm"], &cheek["ceiling_mm"]), (&json!(0.25), &json!(1.0)));
    assert_eq!(cheek["endpoint"], "even redness, no bleeding");
    assert_eq!(cheek["also_for"], json!(["acne-scar"]));
    Ok(())
}

#[test]
fn a_goal_elsewhere_waits_for_what_defers_its_own_region() -> Outcome {
    let goals = json!([{ "concern": "acne-scar", "region": "cheek" }, { "concern": "wrinkles", "region": "neck" }]);
    let exposures = json!([{ "name": "sunburn", "date": "2026-03-01", "site": "neck" }]);
    let alone = planned(json!({ "exposures": exposures }))?;
    let both = planned(json!({ "goals": goals, "exposures": exposures }))?;
    assert_eq!(alone["earliest"], "2026-03-09");
    assert!(day(&both["earliest"])? > day(&alone["earliest"])?);
    Ok(())
}

#[test]
fn melasma_follows_twenty_eight_days_and_shows_two_to_four_weeks() -> Outcome {
    let answer = planned(json!({ "request.concern": "melasma" }))?;
    let starts: Vec<Date> = list(&answer["sessions"])
        .map(|session| day(&session["window"]["from"]))
        .collect::<Result<_, _>>()?;
    assert!(starts.windows(2).all(|pair| days(pair[0], pair[1]) == 28), "{starts:?}");
    let spacing = about(&answer, "weeks between sessions").ok_or("no spacing")?;
    assert!(spacing["positions"].to_string().contains("2 to 4 weeks"));
    assert!(spacing["followed"].to_string().contains("28 days between sessions"));
    Ok(())
}

#[test]
fn the_longer_spacing_of_a_source_is_shown_as_a_position() -> Outcome {
    let answer = planned(json!({}))?;
    let spacing = about(&answer, "weeks between sessions").ok_or("no spacing")?;
    assert!(
        list(&spacing["positions"]).any(|position| position["id"] == "S4"
            && position["says"].to_string().contains("8 to 12 weeks"))
    );
    Ok(())
}

#[test]
fn a_shorter_protocol_that_a_clinician_names_is_followed() -> Outcome {
    for protocol in
        [json!({ "weeks": 2 }), json!("2 weeks"), json!("two-weekly with tranexamic acid")]
    {
        let answer = planned(
            json!({ "request.concern": "melasma", "protocol": protocol, "by": "Dr Ines Invented, dermatologist" }),
        )?;
        assert_eq!(answer["sessions"][1]["window"]["from"], "2026-03-23");
        assert!(answer["notes"].to_string().contains("Ines Invented"));
    }
    Ok(())
}

#[test]
fn a_named_protocol_of_an_indication_without_a_shorter_one_changes_nothing() -> Outcome {
    let answer = planned(json!({ "protocol": "ours", "by": "Dr Ines Invented" }))?;
    assert_eq!(answer["sessions"][1]["window"]["from"], "2026-04-06");
    Ok(())
}

#[test]
fn a_shorter_protocol_without_a_clinician_is_an_error_that_names_the_place() {
    for protocol in [json!({ "weeks": 2 }), json!("two-weekly")] {
        assert!(problem(json!({ "protocol": protocol })).contains("plan.by: "));
    }
    assert!(problem(json!({ "by": "Dr Ines Invented" })).contains("plan.protocol: "));
    assert!(
        problem(json!({ "protocol": { "weeks": 2 }, "by": "patient" }))
            .contains("plan.by: `patient` is no clinician")
    );
}

#[test]
fn a_protocol_of_more_weeks_needs_nobody() -> Outcome {
    let answer = planned(json!({ "protocol": { "weeks": 8 } }))?;
    assert_eq!(answer["interval_days"], json!([56, 56]));
    Ok(())
}

#[test]
fn a_referral_gives_windows_after_clearance_and_no_date() -> Outcome {
    let medicines = json!([{ "name": "warfarin", "status": "current" }]);
    let answer = planned(json!({ "medicines": medicines }))?;
    assert_eq!(answer["screening"]["disposition"], "refer_physician");
    assert_eq!(answer["earliest"], Value::Null);
    let windows: Vec<_> = list(&answer["sessions"]).map(|session| &session["window"]).collect();
    assert_eq!((&windows[0]["after"], &windows[0]["weeks"]), (&json!("clearance"), &json!([0, 6])));
    assert_eq!((&windows[1]["weeks"], &windows[2]["weeks"]), (&json!([4, 12]), &json!([8, 18])));
    assert!(
        list(&answer["preparation"])
            .all(|entry| entry["date"].is_null() && entry["days_before"].is_u64())
    );
    Ok(())
}

#[test]
fn a_deferral_by_event_gives_windows_after_clearance() -> Outcome {
    let answer = planned(json!({ "skin_today": [{ "finding": "open-wound", "site": "cheek" }] }))?;
    assert_eq!(answer["earliest"], Value::Null);
    assert_eq!(answer["waits_for"][0]["id"], "contra.open_wound");
    assert_eq!(answer["sessions"][0]["window"]["after"], "clearance");
    Ok(())
}

#[test]
fn what_was_not_asked_gives_no_date() -> Outcome {
    assert_eq!(planned(json!({ "unknown": ["medicines.isotretinoin"] }))?["earliest"], Value::Null);
    Ok(())
}

#[test]
fn do_not_treat_gives_no_sessions_and_says_why() -> Outcome {
    let answer = planned(json!({ "request.concern": "fine-lines", "request.region": "eyelid" }))?;
    assert_eq!((&answer["sessions"], &answer["earliest"]), (&json!([]), &Value::Null));
    assert!(answer["why"][0]["because"].to_string().contains("never needled"));
    Ok(())
}

#[test]
fn an_eyelid_among_the_goals_is_left_out_and_the_rest_is_planned() -> Outcome {
    let goals = json!([{ "concern": "fine-lines", "region": "eyelid" }, { "concern": "acne-scar", "region": "cheek" }]);
    let answer = planned(json!({ "goals": goals }))?;
    assert_eq!(answer["why"][0]["region"], "eyelid");
    assert_eq!(answer["sessions"][0]["zones"][0]["region"], "cheek");
    Ok(())
}

#[test]
fn concerns_without_evidence_for_the_modality_give_no_sessions_and_say_why() -> Outcome {
    for (concern, region, modality) in [
        ("hyperhidrosis", "axilla", "pen"),
        ("hyperhidrosis", "hand", "rf"),
        ("lichen-planus", "forearm", "pen"),
        ("active-acne", "cheek", "pen"),
        ("active-acne", "cheek", "rf"),
        ("vaccination", "upper-arm", "patch"),
        ("drug-delivery", "forearm", "pen"),
        ("melasma", "cheek", "rf"),
    ] {
        let answer = planned(
            json!({ "request.concern": concern, "request.region": region, "request.modality": modality }),
        )?;
        assert_eq!(answer["sessions"], json!([]), "{concern} by {modality}");
        assert!(
            answer["why"][0]["because"].to_string().contains("no evidence"),
            "{concern} by {modality}"
        );
    }
    Ok(())
}

#[test]
fn sweating_of_the_armpit_is_planned_by_radiofrequency_every_four_weeks() -> Outcome {
    let answer = planned(
        json!({ "request.concern": "hyperhidrosis", "request.region": "axilla", "request.modality": "rf" }),
    )?;
    assert_eq!(list(&answer["sessions"]).count(), 2);
    assert_eq!(answer["interval_days"], json!([28, 28]));
    assert_eq!(answer["sessions"][0]["zones"][0]["depth_mm"], 0.75);
    Ok(())
}

#[test]
fn a_planned_procedure_defers_the_sessions_that_follow_it() -> Outcome {
    let procedures = json!([{ "name": "ipl", "date": "2026-04-01", "site": "cheek" }]);
    let answer = planned(json!({ "procedures": procedures }))?;
    assert_eq!(answer["sessions"][0]["window"]["from"], "2026-03-09");
    assert_eq!(answer["sessions"][0]["window"]["to"], "2026-03-31");
    assert_eq!(answer["sessions"][1]["window"]["from"], "2026-04-29");
    Ok(())
}

#[test]
fn a_planned_procedure_is_named_with_what_aftercare_says_of_it() -> Outcome {
    let procedures = json!([{ "name": "ipl", "date": "2026-04-01", "site": "cheek" }]);
    let notes = planned(json!({ "procedures": procedures }))?["notes"].to_string();
    assert!(notes.contains("Intense pulsed light is planned on 1 April 2026"), "{notes}");
    Ok(())
}

#[test]
fn the_days_between_sessions_count_from_the_one_that_was_given() -> Outcome {
    assert!(
        planned(json!({}))?["notes"].to_string().contains("28 days after the one that was given")
    );
    Ok(())
}

#[test]
fn no_source_is_named_twice_for_a_zone_or_for_numbing() -> Outcome {
    let answer = planned(json!({ "request.modality": "rf" }))?;
    let session = &answer["sessions"][0];
    for sources in [&session["zones"][0]["sources"], &session["numbing"]["sources"]] {
        let mut named: Vec<String> = list(sources).map(Value::to_string).collect();
        let all = named.len();
        named.sort();
        named.dedup();
        assert_eq!(named.len(), all);
    }
    Ok(())
}

#[test]
fn a_cold_sore_history_brings_its_preparations_and_their_time() -> Outcome {
    let conditions = json!([{ "code": "herpes-labialis", "status": "quiet" }]);
    let clearances = json!([{ "by": "prescriber", "date": "2026-03-01" }]);
    let answer = planned(json!({ "conditions": conditions, "clearances": clearances }))?;
    assert_eq!(answer["earliest"], "2026-03-16");
    assert!(
        list(&answer["preparation"])
            .any(|entry| entry["id"] == "cold-sore-antiviral" && entry["date"] == "2026-03-14")
    );
    assert!(
        list(&planned(json!({}))?["preparation"])
            .all(|entry| !entry["id"].to_string().contains("cold-sore"))
    );
    Ok(())
}

#[test]
fn no_preparation_is_dated_before_the_day_of_the_answer() -> Outcome {
    let answer = planned(json!({}))?;
    for entry in list(&answer["preparation"]) {
        assert!(day(&entry["date"])? >= day(&json!("2026-03-02"))?, "{entry}");
    }
    Ok(())
}

#[test]
fn numbing_minutes_come_from_the_chosen_label() -> Outcome {
    let answer = planned(
        json!({ "request.concern": "androgenetic-alopecia", "request.region": "scalp", "numbing": "lmx4",
        "conditions": [{ "code": "androgenetic-alopecia", "status": "active" }],
        "clearances": [{ "by": "dermatologist", "date": "2026-03-01" }, { "by": "prescriber", "date": "2026-03-01" }] }),
    )?;
    let numbing = &answer["sessions"][0]["numbing"];
    assert_eq!(
        (&numbing["advised"], &numbing["minutes"]),
        (&json!(true), &json!({ "min": 30, "max": 60 }))
    );
    Ok(())
}

#[test]
fn without_a_product_the_minutes_span_the_labels() -> Outcome {
    let answer = planned(json!({ "request.modality": "rf" }))?;
    let numbing = &answer["sessions"][0]["numbing"];
    assert_eq!(
        (&numbing["advised"], &numbing["minutes"]),
        (&json!(true), &json!({ "min": 20, "max": 120 }))
    );
    Ok(())
}

#[test]
fn one_millimetre_needs_no_numbing() -> Outcome {
    assert_eq!(planned(json!({}))?["sessions"][0]["numbing"]["advised"], false);
    Ok(())
}

#[test]
fn an_anaesthetic_allergy_or_risk_bars_numbing_and_says_so() -> Outcome {
    for changes in [
        json!({ "request.modality": "rf", "allergies": ["lidocaine"] }),
        json!({ "request.modality": "rf", "conditions": [{ "code": "methaemoglobinaemia", "status": "quiet" }] }),
    ] {
        let numbing = planned(changes)?["sessions"][0]["numbing"].clone();
        assert_eq!((&numbing["advised"], &numbing["minutes"]), (&json!(false), &Value::Null));
        assert!(numbing["because"].to_string().contains("anaesthetic"));
    }
    Ok(())
}

#[test]
fn expectations_come_from_the_phases_of_the_modality() -> Outcome {
    let pen = planned(json!({}))?;
    let rf = planned(json!({ "request.modality": "rf" }))?;
    assert_eq!(list(&rf["expect"]).count(), list(&pen["expect"]).count() + 1);
    assert_eq!(rf["expect"][0]["when"], json!({ "days": [0, 21] }));
    assert!(list(&pen["expect"]).all(|phase| list(&phase["sources"]).count() > 0));
    Ok(())
}

#[test]
fn maintenance_is_every_three_to_twelve_months() -> Outcome {
    assert_eq!(planned(json!({}))?["maintenance"]["weeks"], json!([12, 52]));
    Ok(())
}

#[test]
fn the_disagreements_on_spacing_number_needle_and_retinoid_are_shown() -> Outcome {
    let answer = planned(json!({}))?;
    for words in [
        "weeks between sessions",
        "number of sessions",
        "needle length range",
        "retinoid before treatment",
    ] {
        let entry = about(&answer, words).ok_or(words)?;
        assert!(list(&entry["positions"]).count() > 1 && entry["followed"].is_string(), "{entry}");
    }
    Ok(())
}

#[test]
fn a_roller_at_home_stays_under_its_limit_and_gets_no_end_point_of_a_clinic() -> Outcome {
    let answer = planned(
        json!({ "request.modality": "roller", "request.setting": "home", "request.concern": "dullness",
        "request.depth_mm": 0.25, "device": "home-roller" }),
    )?;
    let zone = &answer["sessions"][0]["zones"][0];
    assert_eq!((&zone["depth_mm"], &zone["ceiling_by"]), (&json!(0.25), &json!("home limit")));
    assert_eq!((&zone["endpoint"], &zone["passes"]), (&Value::Null, &Value::Null));
    Ok(())
}

#[test]
fn a_wish_for_more_sessions_is_held_to_the_range() -> Outcome {
    let answer = planned(json!({ "sessions": 9 }))?;
    assert_eq!(list(&answer["sessions"]).count(), 5);
    assert!(answer["notes"].to_string().contains("9 sessions were wished"));
    Ok(())
}

#[test]
fn a_value_that_grows_too_old_leaves_the_later_sessions_without_a_date() -> Outcome {
    let conditions = json!([{ "code": "diabetes-type-2", "status": "active", "hba1c_percent": 6.4, "hba1c_date": "2025-10-20" }]);
    let answer = planned(json!({ "conditions": conditions }))?;
    assert_eq!(answer["earliest"], "2026-03-09");
    let last = &answer["sessions"][2]["window"];
    assert_eq!(last["after"], "clearance", "{last}");
    assert!(answer["notes"].to_string().contains("looked at again"));
    Ok(())
}

#[test]
fn every_mistake_names_its_place() {
    for (changes, place) in [
        (
            json!({ "goals": [{ "concern": "melasma", "region": "cheek" }, { "concern": "melasma", "region": "cheak" }] }),
            "plan.goals[1].region: ",
        ),
        (
            json!({ "goals": [{ "concern": "melasmo", "region": "cheek" }] }),
            "plan.goals[0].concern: ",
        ),
        (json!({ "goals": [{ "region": "cheek" }] }), "plan.goals[0].concern: this is required"),
        (
            json!({ "goals": [{ "concern": "scar", "region": "cheek", "depth": 2 }] }),
            "plan.goals[0].depth: ",
        ),
        (json!({ "goals": [] }), "plan.goals: "),
        (json!({ "goals": {} }), "plan.goals: a list is expected"),
        (json!({ "start_after": "2026-02-30" }), "plan.start_after: "),
        (json!({ "blocked_dates": ["2026-04-01", 7] }), "plan.blocked_dates[1]: "),
        (
            json!({ "blocked_dates": [{ "from": "2026-04-02", "to": "2026-04-01" }] }),
            "plan.blocked_dates[0]: it runs backwards",
        ),
        (json!({ "blocked_dates": [{ "from": "2026-04-02" }] }), "plan.blocked_dates[0].to: "),
        (json!({ "device": "skinpen" }), "plan.device: "),
        (json!({ "device": "dermaroller" }), "plan.device: "),
        (json!({ "event": "2026-03-01" }), "plan.event: 2026-03-01 lies before as_of"),
        (json!({ "protocol": 2 }), "plan.protocol: "),
        (json!({ "protocol": { "weeks": 0 }, "by": "Dr Ines Invented" }), "plan.protocol.weeks: "),
        (
            json!({ "practitioner": { "modalities": ["laser"] } }),
            "plan.practitioner.modalities[0]: ",
        ),
        (json!({ "practitioner": { "depth_mm_max": "1" } }), "plan.practitioner.depth_mm_max: "),
        (
            json!({ "numbing": "lmx5" }),
            "plan.numbing: `lmx5` is no numbing product of the rulebook; did you mean `lmx4`?",
        ),
        (json!({ "sessions": 0 }), "plan.sessions: "),
        (
            json!({ "sesions": 3 }),
            "intake.sesions: this key is not known; did you mean `sessions`?",
        ),
        (json!({ "request.region": "cheak", "start_after": "soon" }), "plan.start_after: "),
    ] {
        let said = problem(changes.clone());
        assert!(said.contains(place), "{changes}: {said}");
    }
}

#[test]
fn mistakes_of_the_intake_and_of_the_plan_are_told_together() {
    let said = problem(json!({ "request.region": "cheak", "start_after": "soon" }));
    assert!(
        said.contains("intake.request.region: ") && said.contains("plan.start_after: "),
        "{said}"
    );
}

#[test]
fn goals_in_another_order_give_the_same_days() -> Outcome {
    let goals = [
        json!({ "concern": "acne-scar", "region": "cheek" }),
        json!({ "concern": "striae", "region": "abdomen" }),
    ];
    let one = planned(json!({ "goals": [goals[0], goals[1]] }))?;
    let other = planned(json!({ "goals": [goals[1], goals[0]] }))?;
    let windows =
        |answer: &Value| list(&answer["sessions"]).map(|s| s["window"].clone()).collect::<Vec<_>>();
    assert_eq!(windows(&one), windows(&other));
    assert_eq!(list(&one["sessions"]).count(), 4);
    Ok(())
}

fn a_date() -> impl Strategy<Value = String> {
    (0i32..500).prop_map(|offset| {
        percuta_terminology::Window::Days(offset).after(Date::constant(2026, 1, 1)).to_string()
    })
}

fn a_past_date() -> impl Strategy<Value = String> {
    (0i32..400).prop_map(|offset| {
        percuta_terminology::Window::Days(offset).after(Date::constant(2025, 1, 26)).to_string()
    })
}

fn a_request() -> impl Strategy<Value = Value> {
    let concern = prop::sample::select(vec![
        "wrinkles",
        "acne-scar",
        "scar",
        "striae",
        "melasma",
        "laxity",
        "enlarged-pores",
        "hyperhidrosis",
        "active-acne",
    ]);
    let region = prop::sample::select(vec![
        "face",
        "cheek",
        "forehead",
        "lower-face",
        "upper-lip",
        "chin",
        "ear",
        "neck",
        "abdomen",
        "hand",
        "scalp",
        "axilla",
        "eyelid",
        "flank",
    ]);
    let goal = (concern.clone(), region.clone());
    let pieces = (
        prop::sample::select(vec!["pen", "roller", "rf"]),
        prop::option::of(1u8..=6),
        goal.clone(),
        prop::collection::vec(goal, 0..3),
        prop::collection::vec((a_date(), 0i32..60), 0..4),
        prop::option::of(a_date()),
        prop::option::of(0.0f64..4.0),
        prop::option::of(a_past_date()),
    );
    let more = (
        prop::option::of((
            prop::sample::select(vec!["ipl", "botulinum-toxin", "microneedling", "dermal-filler"]),
            a_date(),
            region,
        )),
        prop::option::of(prop::sample::select(vec![
            "exceed",
            "rejuvapen-nxt",
            "skinpen-precision",
            "dermaroller",
        ])),
        prop::sample::select(vec!["clinic", "clinic", "clinic", "home"]),
        prop::option::of(a_date()),
        prop::option::of(1i16..9),
    );
    (pieces, more).prop_map(build)
}

type Pieces = (
    (
        &'static str,
        Option<u8>,
        (&'static str, &'static str),
        Vec<(&'static str, &'static str)>,
        Vec<(String, i32)>,
        Option<String>,
        Option<f64>,
        Option<String>,
    ),
    (
        Option<(&'static str, String, &'static str)>,
        Option<&'static str>,
        &'static str,
        Option<String>,
        Option<i16>,
    ),
);

fn build((pieces, more): Pieces) -> Value {
    let (modality, phototype, main, goals, blocked, event, depth, isotretinoin) = pieces;
    let (procedure, device, setting, start_after, sessions) = more;
    let mut goals: Vec<_> = goals
        .into_iter()
        .map(|(concern, region)| json!({ "concern": concern, "region": region }))
        .collect();
    goals.sort_by_key(Value::to_string);
    goals.dedup();
    let blocked: Vec<Value> = blocked
        .into_iter()
        .map(|(from, length)| {
            let start: Date = from.parse().unwrap_or(Date::ZERO);
            json!({ "from": from, "to": percuta_terminology::Window::Days(length).after(start).to_string() })
        })
        .collect();
    let fits = |id: &str| match modality {
        "pen" => id != "dermaroller",
        other => other == "roller" && id == "dermaroller",
    };
    let device = device.filter(|id| fits(id));
    let event = event.filter(|date| date.as_str() >= "2026-03-02");
    let mut intake = with(json!({
        "request.modality": modality, "request.setting": setting, "request.concern": main.0, "request.region": main.1,
        "request.onset": "2020-01-01", "patient.phototype": phototype, "blocked_dates": blocked, "event": event,
        "start_after": start_after, "sessions": sessions, "device": device,
    }));
    if !goals.is_empty() {
        intake["goals"] = json!(goals);
    }
    if let Some(depth) = depth {
        intake["practitioner"] = json!({ "depth_mm_max": depth });
    }
    if let Some(last) = isotretinoin {
        intake["medicines"] =
            json!([{ "name": "isotretinoin", "status": "stopped", "last_dose": last }]);
    }
    if let Some((name, date, site)) = procedure {
        intake["procedures"] =
            json!([{ "name": name, "date": date, "site": site, "depth_mm": 1.0 }]);
    }
    intake
}

/// Whether screening, on a day, allows the main request.
fn is_allowed(intake: &Value, as_of: &str) -> Result<bool, String> {
    let mut intake = intake.clone();
    intake["as_of"] = json!(as_of);
    let also =
        ["goals", "start_after", "blocked_dates", "device", "event", "practitioner", "sessions"];
    let intake =
        percuta_clinical::intake::read(shipped(), &intake, &also).map_err(|e| e.to_string())?;
    let disposition = percuta_clinical::screen(shipped(), &intake).disposition;
    Ok(disposition <= percuta_clinical::answer::Disposition::ProceedWithPrecautions)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_depth_is_over_any_limit_or_between_two_steps(intake in a_request()) {
        let answer = answer(&intake).map_err(TestCaseError::fail)?;
        for zone in list(&answer["sessions"]).flat_map(|session| list(&session["zones"])) {
            let depth = zone["depth_mm"].as_f64().unwrap_or(f64::MAX);
            let rises = zone["may_rise_to_mm"].as_f64().unwrap_or(f64::MAX);
            let limit = zone["ceiling_mm"].as_f64().unwrap_or(0.0);
            prop_assert!(0.25 <= depth && depth <= rises && rises <= limit, "{zone}");
            prop_assert!((depth * 4.0).fract().abs() < 1e-9 && (rises * 4.0).fract().abs() < 1e-9);
            if let Some(permitted) = intake["practitioner"]["depth_mm_max"].as_f64() {
                prop_assert!(limit <= permitted);
            }
            prop_assert!(zone["region"] != "eyelid" && zone["region"] != "vermilion");
            if intake["request"]["setting"] == "home" {
                prop_assert!(rises <= 0.3);
            }
        }
    }

    #[test]
    fn windows_run_forwards_and_open_at_least_28_days_apart(intake in a_request()) {
        let answer = answer(&intake).map_err(TestCaseError::fail)?;
        let mut before: Option<Date> = None;
        for session in list(&answer["sessions"]) {
            let Ok(from) = day(&session["window"]["from"]) else { continue };
            let to = day(&session["window"]["to"]).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert!(from <= to);
            if let Some(before) = before {
                prop_assert!(days(before, from) >= 28);
            }
            before = Some(from);
        }
        prop_assert_eq!(&answer["earliest"], &answer["sessions"][0]["window"]["from"]);
    }

    #[test]
    fn no_window_opens_or_closes_on_a_day_that_is_not_free(intake in a_request()) {
        let answer = answer(&intake).map_err(TestCaseError::fail)?;
        for session in list(&answer["sessions"]) {
            for end in ["from", "to"] {
                let Some(text) = session["window"][end].as_str() else { continue };
                for span in list(&intake["blocked_dates"]) {
                    let (from, to) = (span["from"].as_str().unwrap_or(""), span["to"].as_str().unwrap_or(""));
                    prop_assert!(text < from || text > to, "{text} is blocked");
                }
                prop_assert!(is_allowed(&intake, text).map_err(TestCaseError::fail)?, "{text} is deferred");
                if let (Some(event), Ok(on)) = (intake["event"].as_str(), day(&session["window"][end])) {
                    let event: Date = event.parse().map_err(|_no_date| TestCaseError::fail("date"))?;
                    prop_assert!(on > event || days(on, event) >= 7, "{on} is too near {event}");
                }
                if let Some(after) = intake["start_after"].as_str() {
                    prop_assert!(text > after);
                }
            }
        }
    }

    #[test]
    fn a_plan_without_sessions_says_why(intake in a_request()) {
        let answer = answer(&intake).map_err(TestCaseError::fail)?;
        if list(&answer["sessions"]).next().is_none() {
            prop_assert!(list(&answer["why"]).all(|why| why["because"].as_str().is_some_and(|text| !text.is_empty())));
            prop_assert!(list(&answer["why"]).next().is_some());
        }
    }
}
