//! The pages of the clinic's people, in every state that the gallery knows: what must hold for each of them.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test says by its panic what does not hold"
)]

use std::{collections::BTreeSet, sync::LazyLock};

#[path = "../examples/gallery_staff/samples.rs"]
mod samples;

static PAGES: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let site = samples::site().unwrap();
    samples::pages(&site).into_iter().map(|(name, page)| (name, page.into_string())).collect()
});

fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGES.iter().map(|(name, page)| (*name, page.as_str()))
}

fn page(name: &str) -> &'static str {
    pages().find(|(known, _)| *known == name).unwrap().1
}

/// The tags of a name, each as it stands between its brackets.
fn tags<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!("<{name}");
    page.split(&start)
        .skip(1)
        .filter(|rest| rest.starts_with([' ', '>']))
        .map(|rest| &rest[..rest.find('>').unwrap()])
        .collect()
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

#[test]
fn no_page_holds_inline_style_or_script() {
    for (name, page) in pages() {
        assert!(!page.contains(" style="), "{name}");
        assert!(!page.contains("<style"), "{name}");
        let within_tags = page.split('<').filter_map(|rest| rest.split('>').next());
        let mut attributes = within_tags.flat_map(|tag| tag.split(' ').skip(1));
        let is_event = |part: &str| part.starts_with("on") && part.contains("=\"");
        assert_eq!(attributes.find(|part| is_event(part)), None, "{name}");
        assert_eq!(page.matches("<script").count(), 1, "{name}");
        assert!(tags(page, "script")[0].contains("src="), "{name}");
    }
}

#[test]
fn every_page_has_one_heading_of_the_first_rank_and_a_title() {
    for (name, page) in pages() {
        assert_eq!(tags(page, "h1").len(), 1, "{name}");
        assert!(page.contains("<title>"), "{name}");
    }
}

#[test]
fn no_identifier_stands_twice_on_a_page() {
    for (name, page) in pages() {
        let mut seen = BTreeSet::new();
        for rest in page.split(" id=\"").skip(1) {
            let id = rest.split('"').next().unwrap();
            assert!(seen.insert(id), "{name}: `{id}`");
        }
    }
}

#[test]
fn every_field_has_a_label() {
    for (name, page) in pages() {
        let fields = ["input", "select", "textarea"].into_iter().flat_map(|kind| tags(page, kind));
        for field in fields {
            match attribute(field, "type") {
                Some("hidden") => {}
                // Within its label: `<label><input …>words</label>`.
                Some("radio" | "checkbox") if attribute(field, "id").is_none() => {
                    assert!(page.contains(&format!("<label><input{field}>")), "{name}: {field}");
                }
                Some(_) | None => {
                    let id = attribute(field, "id").unwrap();
                    assert!(page.contains(&format!("for=\"{id}\"")), "{name}: {field}");
                }
            }
        }
    }
}

#[test]
fn what_is_wrong_is_said_at_the_field_and_linked_from_the_summary() {
    for (name, page) in pages() {
        for rest in page.split("-wrong\"><svg").collect::<Vec<_>>().iter().rev().skip(1) {
            let field = rest.rsplit('"').next().unwrap();
            assert!(page.contains(&format!("href=\"#{field}\"")), "{name}: {field}");
            assert!(page.contains(&format!("id=\"{field}\"")), "{name}: {field}");
        }
    }
    assert!(page("set-up-wrong").contains("Choose the time zone of the clinic."));
}

#[test]
fn a_view_has_at_most_one_primary_action() {
    for (name, page) in pages() {
        // A form that opens has its own; it is closed until it is asked for.
        let closed: usize = page.matches("<details class=\"card anew\">").count();
        assert!(page.matches("btn--primary").count() <= 1 + closed, "{name}");
    }
}

#[test]
fn the_search_is_posted_and_its_words_stand_in_no_address() {
    let page = page("patients-found");
    assert!(page.contains("action=\"/patients/search\" method=\"post\""));
    assert!(page.contains("value=\"oka\""));
    assert!(!page.contains("=oka\""));
}

#[test]
fn a_wrong_sign_in_does_not_say_which_and_keeps_the_address_alone() {
    let page = page("sign-in-wrong");
    assert!(page.contains("That email and password do not belong together."));
    assert!(page.contains("value=\"ruth@linden.example\""));
    assert!(!page.contains("type=\"password\" value"));
}

#[test]
fn somebody_held_is_told_when_to_try_again() {
    assert!(page("sign-in-held").contains("Try again at 10:42."));
}

#[test]
fn the_list_of_the_day_says_what_the_board_shows() {
    let page = page("today");
    let (board, list) = page.split_once("day__list").unwrap();
    for name in ["Daniel Okafor", "Yuki Tan", "Tomas Ruiz", "Hanna Weiss"] {
        assert!(board.contains(name) && list.contains(name), "{name}");
    }
    assert!(list.contains("Consent is not signed"));
}

#[test]
fn a_visit_of_ninety_five_minutes_is_drawn_from_its_beginning_for_its_length() {
    assert!(page("today").contains("class=\"appt h-10 m-20 lh-1 lm-35\""));
}

#[test]
fn arrivals_can_be_taken_back_until_the_treatment_begins() {
    let page = page("today");
    let arrivals = page.split_once("id=\"arrivals\"").unwrap().1;
    assert!(arrivals.contains("value=\"arrived\""));
    let absent = arrivals.split_once("Ivo Petrov").unwrap().1;
    assert!(absent.contains("value=\"expected\""));
    let started = arrivals.split_once("In treatment, here since").unwrap().1;
    assert!(!started.split("</li>").next().unwrap().contains("<form"));
}

#[test]
fn every_list_says_when_it_is_empty() {
    for (name, says) in [
        ("today-empty", "No visits on this day"),
        ("patients-empty", "No patients yet"),
        ("patients-nobody", "Nobody was found"),
        ("story-new", "Nothing here yet"),
        ("inbox-empty", "Nothing waits here"),
        ("audit-none", "No entry fits"),
        ("settings-prices-none", "No price yet"),
        ("settings-consent-none", "No consent text yet"),
    ] {
        assert!(page(name).contains(says), "{name}");
    }
}

#[test]
fn unsigned_rules_say_so_and_signed_ones_say_by_whom() {
    let unsigned = "every answer says that no clinician of this clinic has reviewed them";
    assert!(page("settings-rules").contains(unsigned));
    assert!(page("settings-rules-changed").contains(unsigned));
    assert!(!page("settings-rules-changed").contains("<form class=\"card"));
    let signed = page("settings-rules-signed");
    assert!(signed.contains("Signed off by Dr Samira Amari") && !signed.contains(unsigned));
}

#[test]
fn a_form_of_the_check_in_that_failed_keeps_what_was_typed() {
    let page = page("check-in-wrong");
    assert!(page.contains(">Dry</textarea>"));
    assert!(page.contains("href=\"#says\""));
}
