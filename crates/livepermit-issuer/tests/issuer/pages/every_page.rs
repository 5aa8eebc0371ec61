//! What holds for every page.

use super::browser::{open, with_path, world};
use crate::place::{Place, on_both};
use livepermit_testkit::html::Page;

on_both! {
    every_page_is_a_whole_page_in_both_languages,
    the_language_stays,
    headers_and_the_style_sheet,
}

/// Title, heading, labels, ids, languages.
pub(super) fn check(page: &Page, language: &str) {
    assert_eq!(page.one("html").get("lang"), Some(language));
    assert!(page.one("title").text.contains(" – "), "{page:?}");
    assert!(page.one("title").text.contains(&page.one("h1").text), "{page:?}");
    assert_eq!(page.one("main").get("id"), Some("main"));
    for element in &page.elements {
        assert!(element.name != "script" && element.get("style").is_none(), "{element:?}");
        if let Some(id) = element.get("id") {
            assert!(page.id(id).is_some(), "{id} stands once");
        }
        for reference in ["aria-describedby", "aria-labelledby", "for"] {
            for id in element.get(reference).unwrap_or_default().split_whitespace() {
                assert!(page.id(id).is_some(), "{reference} points nowhere: {id}");
            }
        }
        if let Some(id) = element.get("href").and_then(|address| address.strip_prefix('#')) {
            assert!(page.id(id).is_some(), "a link points nowhere: {id}");
        }
        let typed = matches!(&*element.name, "input" | "select" | "textarea");
        if typed && element.get("type") != Some("hidden") {
            let id = element.get("id").unwrap();
            let labels = page.all("label").filter(|label| label.get("for") == Some(id));
            assert_eq!(labels.count(), 1, "labels of {id}");
        }
        if matches!(&*element.name, "a" | "button" | "label" | "legend" | "h1" | "h2") {
            assert!(!element.text.trim().is_empty(), "{element:?} says nothing");
        }
    }
}

async fn every_page_is_a_whole_page_in_both_languages(place: Place) {
    let world = world(place).await;
    for (path, status) in [("/", 200), ("/apply", 200), ("/apply?request=x", 410)] {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut heads = Vec::new();
        for (name, language) in [("en", "en"), ("zh", "zh-Hans")] {
            let answer = open(&world, &format!("{path}{join}lang={name}"), &[]).await.good(status);
            let page = Page::read(answer.body());
            check(&page, language);
            heads.push(page.one("h1").text.clone());
            // By the browser's wish it is the same.
            let wish = [("Accept-Language", name)];
            let wished = Page::read(open(&world, path, &wish).await.good(status).body());
            assert_eq!(wished.one("h1").text, page.one("h1").text);
        }
        assert_ne!(heads[0], heads[1], "{path}");
    }
}

async fn the_language_stays(place: Place) {
    let world = with_path(place, "/permits").await;
    let links = |answer: &crate::wallets::http::Answer| -> Vec<String> {
        let page = Page::read(answer.body());
        let links = page.all("a").filter_map(|link| link.get("href"));
        let forms = page.all("form").filter_map(|form| form.get("action"));
        let all = links.chain(forms).filter(|address| !address.starts_with('#'));
        all.map(str::to_owned).collect()
    };
    for path in ["/permits", "/permits/", "/permits/apply"] {
        let named = open(&world, &format!("{path}?lang=zh"), &[]).await.good(200);
        let (other, same): (Vec<_>, Vec<_>) =
            links(&named).into_iter().partition(|link| link.contains("lang=en"));
        assert_eq!(other, [format!("{path}?lang=en")]);
        assert!(same.iter().all(|link| link.contains("lang=zh")), "{same:?}");
        // An address that names no language leaves that to the browser.
        let plain = open(&world, path, &[]).await.good(200);
        let named = links(&plain).into_iter().filter(|link| link.contains("lang=")).count();
        assert_eq!(named, 1, "the link to the other language");
        let unknown = open(&world, &format!("{path}?lang=xx"), &[]).await.good(200);
        assert_eq!(links(&unknown), links(&plain));
    }
}

async fn headers_and_the_style_sheet(place: Place) {
    let world = world(place).await;
    for (path, status) in [("/", 200), ("/apply", 200), ("/apply?request=x", 410)] {
        let answer = open(&world, path, &[]).await.good(status);
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.split("; ").any(|known| known == part), "{policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header("set-cookie"), None);
        let page = Page::read(answer.body());
        let sheets: Vec<_> = page.all("link").filter_map(|link| link.get("href")).collect();
        assert_eq!(sheets, ["/style.css", "data:,"]);
        for address in page.elements.iter().filter_map(|element| element.get("href")) {
            assert!(!address.contains("//"), "a request to somebody else: {address}");
        }
    }
    let sheet = open(&world, "/style.css", &[]).await.good(200);
    assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(!sheet.body().contains("url(") && !sheet.body().contains("@import"));
}
