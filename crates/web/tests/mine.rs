//! A patient's pages over invented views: what holds for every one of them, and what each of them must show.

#![expect(clippy::unwrap_used, reason = "a test fails where its fixture cannot be made")]

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use percuta_clinical::Rulebook;
use percuta_web::Site;

#[path = "../examples/gallery_mine/samples.rs"]
mod samples;

static PAGES: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let book = Rulebook::load(files.collect()).unwrap();
    let site = Site::new(Arc::new(book), || jiff::civil::Date::constant(2026, 11, 20));
    samples::pages(&site).into_iter().map(|(name, page)| (name, page.into_string())).collect()
});

fn page(name: &str) -> &'static str {
    PAGES.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str()).unwrap()
}

/// The start tags of these elements.
fn tags<'p>(page: &'p str, element: &str) -> Vec<&'p str> {
    let start = format!("<{element}");
    page.split(start.as_str())
        .skip(1)
        .filter(|rest| rest.starts_with([' ', '>']))
        .filter_map(|rest| rest.split('>').next())
        .collect()
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

fn ids(page: &str) -> Vec<&str> {
    page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// What is wrong with every page, by a check of one.
fn wrong(check: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    PAGES
        .iter()
        .flat_map(|(name, page)| check(page).into_iter().map(move |says| format!("{name}: {says}")))
        .collect()
}

#[test]
fn every_page_has_one_heading_and_no_style_or_script_of_its_own() {
    let found = wrong(|page| {
        let mut found = Vec::new();
        if tags(page, "h1").len() != 1 {
            found.push(format!("{} first headings", tags(page, "h1").len()));
        }
        if page.contains(" style=\"") || !tags(page, "style").is_empty() {
            found.push("a style of its own".to_owned());
        }
        if tags(page, "script").iter().any(|tag| !tag.contains(" src=\"")) {
            found.push("a script of its own".to_owned());
        }
        if [" onclick=", " onchange=", " onsubmit="].iter().any(|name| page.contains(name)) {
            found.push("a script in an attribute".to_owned());
        }
        found
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn every_field_has_a_label() {
    let found = wrong(|page| {
        let labels: BTreeSet<&str> =
            tags(page, "label").into_iter().filter_map(|tag| attribute(tag, "for")).collect();
        let mut found = Vec::new();
        for element in ["input", "textarea", "select"] {
            for tag in tags(page, element) {
                let kind = attribute(tag, "type").unwrap_or("text");
                let inside = ["radio", "checkbox"].contains(&kind) && is_inside_label(page, tag);
                let is_named = attribute(tag, "id").is_some_and(|id| labels.contains(id));
                if kind != "hidden" && !inside && !is_named {
                    found.push(tag.to_owned());
                }
            }
        }
        found
    });
    assert_eq!(found, Vec::<String>::new());
}

/// Whether the nearest label that begins before a field ends after it.
fn is_inside_label(page: &str, field: &str) -> bool {
    page.split(field).next().is_some_and(|before| {
        let begins = before.rfind("<label");
        begins.is_some() && begins > before.rfind("</label>")
    })
}

#[test]
fn every_id_is_given_once_and_every_link_in_the_page_leads_to_one() {
    let found = wrong(|page| {
        let ids = ids(page);
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        let mut found = Vec::new();
        if known.len() != ids.len() {
            found.push(format!("{} ids, {} of them different", ids.len(), known.len()));
        }
        for tag in tags(page, "a") {
            let place = attribute(tag, "href").and_then(|href| href.strip_prefix('#'));
            if let Some(place) = place.filter(|place| !known.contains(place)) {
                found.push(format!("no #{place}"));
            }
        }
        for name in ["aria-labelledby", "aria-describedby"] {
            let pieces = page.split(&format!(" {name}=\"")).skip(1).collect::<Vec<_>>();
            for rest in pieces {
                let named = rest.split('"').next().unwrap_or_default();
                for id in named.split(' ').filter(|id| !known.contains(id)) {
                    found.push(format!("{name} names no #{id}"));
                }
            }
        }
        found
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn at_most_one_button_is_primary() {
    let found = wrong(|page| {
        let primary = page.matches("btn--primary").count();
        (primary > 1).then(|| format!("{primary} primary actions")).into_iter().collect()
    });
    assert_eq!(found, Vec::<String>::new());
}

/// A page without its source panels: sources may be quoted with promises that they make.
fn own_words(page: &str) -> String {
    let mut pieces = page.split("<details class=\"cite");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |words, piece| {
        words + piece.split_once("</details>").map_or("", |(_, after)| after)
    })
}

#[test]
fn nothing_is_promised() {
    let found = wrong(|page| {
        let words = own_words(page).to_lowercase();
        ["will improve", "painless", "no downtime", "guaranteed", "non-invasive"]
            .into_iter()
            .filter(|promise| words.contains(promise))
            .map(str::to_owned)
            .collect()
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn nothing_is_chosen_before_it_was_answered() {
    for name in ["check-in", "keep", "consent", "scale", "book"] {
        assert!(!page(name).contains(" checked"), "{name}");
    }
}

#[test]
fn a_form_that_failed_keeps_what_was_typed() {
    assert!(page("keep-again").contains("Mara &lt;Lind&gt;"));
    assert!(page("check-in-again").contains("It &lt;tingles&gt; like a cold sore."));
    assert!(page("check-in-again").contains("value=\"grouped_blisters\" checked"));
    assert!(page("questions-details").contains("value=\"high\""));
    for name in ["keep-again", "check-in-again", "link-again", "consent-again", "photos-again"] {
        assert_eq!(page(name).matches("role=\"alert\"").count(), 1, "{name}");
    }
}

#[test]
fn every_symptom_of_the_rulebook_can_be_told() {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let book = Rulebook::load(files.collect()).unwrap();
    let symptoms = book.vocabulary.of(percuta_terminology::Kind::Symptom);
    let codes = symptoms.terms().filter(|(_, term)| !term.is_class_word);
    let missing: Vec<&str> = codes
        .map(|(_, term)| term.code.as_str())
        .filter(|code| !page("check-in").contains(&format!("name=\"symptom\" value=\"{code}\"")))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_emergency_list_is_on_today_and_in_every_check_in() {
    let shown = ["today", "today-before", "today-nothing", "check-in", "check-in-1", "check-in-2"];
    for name in shown.into_iter().chain(["check-in-3"]) {
        assert!(page(name).contains("Emergency help now, do not wait, if"), "{name}");
    }
    assert!(page("check-in-4").contains("Get emergency help now"));
    assert!(page("check-in-4").contains("href=\"tel:112\""));
}

#[test]
fn an_urgent_answer_dials_the_emergency_number_and_not_the_clinic_first() {
    let page = page("check-in-4");
    assert!(page.find("tel:112").unwrap() < page.find("Until help is there").unwrap());
    assert!(!page.contains("Call the clinic<"));
}

#[test]
fn a_page_before_the_sign_in_shows_no_tabs_and_no_record() {
    for name in
        ["keep", "link", "link-ask", "link-expired", "link-unknown", "link-member", "signed-out"]
    {
        assert!(!page(name).contains("tabbar"), "{name}");
        assert!(!page(name).contains("/me/data"), "{name}");
    }
}

#[test]
fn a_list_leads_on_to_what_is_older() {
    for name in ["check-ins", "visits", "photos", "messages", "record"] {
        assert!(page(name).contains("rel=\"next\""), "{name}");
    }
}

#[test]
fn an_empty_page_says_what_would_be_there() {
    let empty = ["today-nothing", "check-ins-none", "visits-none", "photos-none", "messages-none"];
    let more = ["screening-none", "plan-none", "consents-none", "book-none", "record-none"];
    for name in empty.into_iter().chain(more) {
        assert!(page(name).contains("class=\"empty\""), "{name}");
    }
}

#[test]
fn a_consent_names_the_risks_of_this_person_before_the_text() {
    let page = page("consent");
    let (own, text) = (page.find("For you in particular"), page.find("What is done"));
    assert!(own.unwrap() < text.unwrap());
    assert!(text.unwrap() < page.find("name=\"signature\"").unwrap());
}
