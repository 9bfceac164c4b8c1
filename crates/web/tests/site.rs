//! The whole public site over the shipped rulebook: every page, every link, every header.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use percuta_clinical::Rulebook;
use percuta_web::{Site, page::CHECK};
use tower::ServiceExt as _;

type Outcome = Result<(), Box<dyn std::error::Error>>;

static APP: LazyLock<Result<Router, String>> = LazyLock::new(|| {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let book = Rulebook::load(files.collect()).map_err(|faults| format!("{faults:?}"))?;
    Ok(percuta_web::app(Arc::new(Site::new(Arc::new(book), || {
        jiff::civil::Date::constant(2026, 3, 2)
    }))))
});

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn send(request: Request<Body>) -> Result<Answer, Box<dyn std::error::Error>> {
    let app = APP.as_ref().map_err(Clone::clone)?.clone();
    let response = app.oneshot(request).await?;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 8 << 20).await?.to_vec();
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}

async fn get(path: &str) -> Result<Answer, Box<dyn std::error::Error>> {
    send(Request::get(path).body(Body::empty())?).await
}

/// The values of an attribute.
fn attributes(page: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    page.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|value| value.replace("&amp;", "&"))
        .collect()
}

#[tokio::test]
async fn every_link_from_the_front_page_leads_to_a_page_with_one_heading() -> Outcome {
    let mut waiting = vec!["/".to_owned()];
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut wrong = Vec::new();
    let mut anchors: Vec<(String, String, String)> = Vec::new();
    let mut ids: BTreeSet<(String, String)> = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        let answer = get(&path).await?;
        if answer.status != StatusCode::OK {
            // The self-check is added beside these pages; until it is, its link alone may lead nowhere.
            if path != CHECK {
                wrong.push(format!("{path}: {}", answer.status));
            }
            continue;
        }
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let text = answer.text();
        wrong.extend(faults(&path, &text));
        ids.extend(attributes(&text, "id").into_iter().map(|id| (path.clone(), id)));
        for href in attributes(&text, "href").into_iter().chain(attributes(&text, "action")) {
            if href.starts_with("https://") || href.starts_with("http://") {
                continue;
            }
            let (target, anchor) = href.split_once('#').unwrap_or((&href, ""));
            let target = if target.is_empty() { path.clone() } else { target.to_owned() };
            if !anchor.is_empty() {
                anchors.push((path.clone(), target.clone(), anchor.to_owned()));
            }
            // One query string of each list is enough; there are as many as medicines.
            let is_repeated = target.contains('?') && seen.len() > 2_000;
            if !is_repeated && seen.insert(target.clone()) {
                waiting.push(target);
            }
        }
    }
    for (from, target, anchor) in anchors {
        if target != CHECK && !ids.contains(&(target.clone(), anchor.clone())) {
            wrong.push(format!("{from}: {target} has no #{anchor}"));
        }
    }
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.len() > 500, "only {} pages were found", seen.len());
    Ok(())
}

fn faults(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let headings = text.matches("<h1").count();
    if headings != 1 {
        wrong.push(format!("{path}: {headings} first headings"));
    }
    for part in
        ["<main id=\"main\"", "class=\"skip\"", "aria-label=\"Main\"", "<footer", "lang=\"en-GB\""]
    {
        if !text.contains(part) {
            wrong.push(format!("{path}: lacks {part}"));
        }
    }
    // The content security policy forbids these.
    for part in [" style=\"", "<style", "<script>", " onclick=", "javascript:"] {
        if text.contains(part) {
            wrong.push(format!("{path}: has {part}"));
        }
    }
    let ids = attributes(text, "id");
    let different: BTreeSet<&String> = ids.iter().collect();
    if different.len() != ids.len() {
        wrong.push(format!("{path}: an id stands twice"));
    }
    wrong
}

#[tokio::test]
async fn every_kept_page_is_reached() -> Outcome {
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let book = Rulebook::load(files.collect()).map_err(|faults| format!("{faults:?}"))?;
    let site = Site::new(Arc::new(book), || jiff::civil::Date::constant(2026, 3, 2));
    for path in site.paths() {
        assert_eq!(get(path).await?.status, StatusCode::OK, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn every_answer_has_the_security_headers() -> Outcome {
    let style =
        attributes(&get("/").await?.text(), "href").into_iter().find(|href| href.ends_with(".css"));
    let style = style.ok_or("the front page has no style sheet")?;
    for path in [
        "/",
        "/nothing",
        "/health",
        "/robots.txt",
        "/favicon.svg",
        "/search?q=acne",
        "/is-it-for-me",
        &style,
    ] {
        let answer = get(path).await?;
        assert!(
            answer.header("content-security-policy").starts_with("default-src 'none'"),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        assert!(!answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "{path}");
    }
    assert_eq!(get(&style).await?.header("cache-control"), "public, max-age=31536000, immutable");
    Ok(())
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_and_not_repeated() -> Outcome {
    for path in
        ["/evidence/rules/no.such.rule", "/guide/nosuchpage", "/nosuchthing", "/assets/site-0.css"]
    {
        let answer = get(path).await?;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text().contains("nosuch"), "{path}");
        assert_eq!(faults(path, &answer.text()), Vec::<String>::new());
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_that_is_known_already_is_not_sent_again() -> Outcome {
    let first = get("/guide/rf").await?;
    assert_eq!(first.header("cache-control"), "no-cache");
    let tag = first.header("etag").to_owned();
    let again =
        send(Request::get("/guide/rf").header("if-none-match", &tag).body(Body::empty())?).await?;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let other =
        send(Request::get("/guide/rf").header("if-none-match", "W/\"other\"").body(Body::empty())?)
            .await?;
    assert_eq!(other.status, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn the_smallest_accepted_encoding_is_sent() -> Outcome {
    let plain = get("/guide/rf").await?;
    assert_eq!(plain.header("content-encoding"), "");
    for (accept, coding) in
        [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", "")]
    {
        let request =
            Request::get("/guide/rf").header("accept-encoding", accept).body(Body::empty())?;
        let answer = send(request).await?;
        assert_eq!(answer.header("content-encoding"), coding, "{accept}");
        assert_eq!(answer.header("vary"), "accept-encoding");
        if coding == "br" {
            let mut unpacked = Vec::new();
            brotli::BrotliDecompress(&mut answer.body.as_slice(), &mut unpacked)?;
            assert_eq!(unpacked, plain.body);
            assert!(answer.body.len() * 3 < plain.body.len());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_search_shows_its_words_as_text() -> Outcome {
    let answer = get("/search?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").await?;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.text().contains("<script>"));
    assert!(answer.text().contains("Nothing was found"));
    Ok(())
}

#[tokio::test]
async fn a_search_finds_rules_guide_pages_and_brands() -> Outcome {
    let page = get("/search?q=isotretinoin").await?.text();
    for part in [
        "/evidence/rules/contra.isotretinoin",
        "/evidence/conflicts/conf.isotretinoin",
        "<mark>Isotretinoin</mark>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(get("/search?q=Eliquis").await?.text().contains("/evidence/medicines?q=apixaban"));
    assert!(get("/search?q=needl").await?.text().contains("/guide/"));
    assert!(get("/search?q=eliquos").await?.text().contains("Search for “"));
    let rules = get("/search?q=needl&kind=rule&page=2").await?.text();
    assert!(rules.contains("Page 2 of") && !rules.contains("Guide pages"));
    assert!(get("/search").await?.text().contains("Do not type a person’s name"));
    Ok(())
}

#[tokio::test]
async fn medicines_are_listed_by_group_and_brand() -> Outcome {
    let page = get("/evidence/medicines?class=anticoagulant").await?.text();
    assert!(page.contains("Warfarin") && page.contains("/evidence/rules/contra.anticoagulant"));
    assert!(!page.contains("Ibuprofen"));
    assert!(get("/evidence/medicines?q=xarelto").await?.text().contains("Rivaroxaban"));
    assert!(
        get("/evidence/medicines?q=zzzzzzzz").await?.text().contains("No medicine of that name")
    );
    assert_eq!(get("/evidence/medicines?page=none&class=none").await?.status, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn health_names_the_rulebook() -> Outcome {
    let answer = get("/health").await?;
    let value: serde_json::Value = serde_json::from_slice(&answer.body)?;
    assert_eq!(value["status"], "ok");
    assert!(
        value["rulebook"]["digest"].as_str().is_some_and(|digest| digest.starts_with("sha256:"))
    );
    Ok(())
}

#[tokio::test]
async fn what_is_too_long_or_sent_from_elsewhere_is_refused() -> Outcome {
    let long = format!("/search?q={}", "a".repeat(2_000));
    assert_eq!(get(&long).await?.status, StatusCode::URI_TOO_LONG);
    let elsewhere =
        Request::post("/search").header("sec-fetch-site", "cross-site").body(Body::empty())?;
    assert_eq!(send(elsewhere).await?.status, StatusCode::FORBIDDEN);
    let large = Request::post("/search").header("content-length", "70000").body(Body::empty())?;
    assert_eq!(send(large).await?.status, StatusCode::PAYLOAD_TOO_LARGE);
    let here =
        Request::post("/search").header("sec-fetch-site", "same-origin").body(Body::empty())?;
    let here = send(here).await?;
    assert_eq!(here.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(here.text().contains("<h1"));
    Ok(())
}

#[tokio::test]
async fn a_head_request_has_no_body() -> Outcome {
    let answer = send(Request::head("/").body(Body::empty())?).await?;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
    Ok(())
}

#[tokio::test]
async fn a_rule_is_told_in_plain_sentences() -> Outcome {
    let page = get("/evidence/rules/contra.isotretinoin").await?.text();
    assert!(page.contains("sotretinoin is being taken, or was last taken less than 6 months ago"));
    assert!(page.contains("Until six months have passed since the last dose."));
    let page = get("/evidence/rules/contra.age_minor").await?.text();
    assert!(page.contains("Until the person is 18 years old."));
    let page = get("/evidence/rules/prec.retinoid_topical").await?.text();
    assert!(page.contains("was last used less than 7 days ago"));
    let page = get("/evidence/rules/contra.scar_young").await?.text();
    assert!(page.contains("less than 6 months old"));
    Ok(())
}
