//! What holds for every page of the desk.

use super::browser::{Browser, Form, at_desk, read};
use crate::client::Reply;
use crate::world::{World, id_of, run};
use livepermit_testkit::html::Page;

fn check(reply: &Reply, page: &Page, language: &str) {
    let policy = reply.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.split("; ").any(|known| known == part), "{policy}");
    }
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(page.one("html").get("lang"), Some(language));
    assert!(page.one("title").text.contains(&page.one("h1").text), "{page:?}");
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
        let typed = matches!(&*element.name, "input" | "select" | "textarea");
        if typed && element.get("type") != Some("hidden") {
            let id = element.get("id").unwrap();
            let labels = page.all("label").filter(|label| label.get("for") == Some(id));
            assert_eq!(labels.count(), 1, "labels of {id}");
        }
        if matches!(&*element.name, "a" | "button" | "label" | "summary" | "h1" | "h2" | "th") {
            assert!(!element.text.trim().is_empty(), "{element:?} says nothing");
        }
        if element.name == "form" && element.get("method") == Some("post") {
            let login = element.get("action").unwrap().starts_with("/desk/login");
            let action = element.get("action").unwrap().split('?').next().unwrap();
            let fields = Form::of(page, action).fields;
            assert_eq!(login, fields.iter().all(|(name, _)| name != "token"), "{action}");
        }
    }
    let sheets: Vec<_> = page.all("link").filter_map(|link| link.get("href")).collect();
    assert_eq!(sheets, ["/desk/style.css", "data:,"]);
}

#[test]
fn every_page_is_a_whole_page_in_both_languages() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = at_desk(&world.checked(&lin, "north").await);
        let permit = at_desk(&world.permit(&lin, "north").await);
        crate::follow_ups::draw(&world).await;
        let (change, mandate) = (format!("{permit}/apply/change"), format!("{permit}/mandate"));
        let why = serde_json::json!({"ground": "untrue"});
        let body = serde_json::json!({"permits": [id_of(&permit)], "reason": why});
        let made = world.post(&lin, "/office/proposals", body).await.is(201);
        let proposal = format!("/desk/proposals/{}", made["id"].as_str().unwrap());
        let browser = Browser::logged_in(&world, "lin").await;
        let paths = [
            ("/desk/login", 200),
            ("/desk", 200),
            ("/desk?state=assigned", 200),
            (&*case, 200),
            (&permit, 200),
            ("/desk/follow-ups", 200),
            ("/desk/apply", 200),
            (&*change, 200),
            (&*mandate, 200),
            ("/desk/proposals", 200),
            (&*proposal, 200),
            ("/desk/search", 200),
            ("/desk/audit", 200),
            ("/desk/audit/verify", 200),
            ("/desk/nothing", 404),
        ];
        let mut both = Vec::new();
        for (name, language) in [("en", "en"), ("zh", "zh-Hans")] {
            let mut heads = Vec::new();
            let mut seen = async |reply: Reply, status| {
                let page = read(&reply, status);
                check(&reply, &page, language);
                heads.push(page.one("h1").text.clone());
                page
            };
            for (path, status) in paths {
                let join = if path.contains('?') { '&' } else { '?' };
                let reply = browser.open(&format!("{path}{join}lang={name}")).await;
                let page = seen(reply, status).await;
                // The language stays in all addresses but those of bytes.
                let links = page.all("a").filter_map(|link| link.get("href"));
                let actions = page.all("form").filter(|form| form.get("method") == Some("post"));
                let all = links.chain(actions.filter_map(|form| form.get("action")));
                let other = if name == "en" { "lang=zh" } else { "lang=en" };
                let mut switches = 0;
                for address in all.filter(|to| !to.starts_with('#') && !to.contains("/documents/"))
                {
                    switches += usize::from(address.contains(other));
                    assert!(address.contains("lang="), "{path}: {address}");
                }
                assert_eq!(switches, 1, "{path}");
            }
            let page = browser.page(&format!("{permit}?lang={name}")).await;
            for end in ["/slips", "/offers"] {
                seen(browser.send(&Form::of(&page, end), &[]).await, 200).await;
            }
            let form = Form::of(&page, "/suspend").set("version", "v1").set("ground", "misuse");
            seen(browser.send(&form, &[]).await, 412).await;
            both.push(heads);
        }
        for (en, zh) in both[0].iter().zip(&both[1]) {
            assert_ne!(en, zh);
        }
        let sheet = browser.open("/desk/style.css").await;
        let text = String::from_utf8(sheet.body.clone()).unwrap();
        assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
        assert!(text.contains("@media print") && text.contains("size: A4"));
        assert!(!text.contains("url(") && !text.contains("@import"));
        let queue = browser.page("/desk?state=assigned&office=north&lang=en").await;
        let other = queue.all("a").find(|link| link.get("hreflang").is_some()).unwrap();
        assert_eq!(other.get("href"), Some("/desk?state=assigned&office=north&lang=zh"));
    });
}
