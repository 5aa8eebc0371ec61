//! Forms of strangers, forms of yesterday, and forms that are sent twice.

use livepermit_issuer::staff::Role;
use serde_json::json;

use super::browser::{Browser, Form, at_desk, read};
use crate::world::{PASSWORD, World, run};

#[test]
fn forms_of_strangers_do_nothing() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("ada", &Role::ALL, &["north"]).await;
        let case = world.submitted(&lin).await;
        let (mine, theirs) =
            (Browser::logged_in(&world, "lin").await, Browser::logged_in(&world, "ada").await);
        let page = mine.page(&at_desk(&case)).await;
        let good = Form::of(&page, "/withdraw");
        let other = Form::of(&theirs.page(&at_desk(&case)).await, "/withdraw");
        let token = |form: &Form| form.fields[0].1.clone();
        let refused = async |form: &Form, headers: &[(&str, &str)]| {
            let reply = mine.send(form, headers).await;
            let page = read(&reply, 403);
            assert_eq!(page.one("h1").text, "The form is not of your session");
        };
        refused(&good.clone().set("token", ""), &[]).await;
        refused(&good.clone().set("token", &token(&other)), &[]).await;
        let mut changed = token(&good).into_bytes();
        changed[0] = if changed[0] == b'A' { b'B' } else { b'A' };
        refused(&good.clone().set("token", &String::from_utf8(changed).unwrap()), &[]).await;
        for site in ["cross-site", "same-site", "x"] {
            refused(&good, &[("sec-fetch-site", site)]).await;
        }
        for origin in ["https://elsewhere.example", "null"] {
            refused(&good, &[("origin", origin)]).await;
        }
        assert_eq!(world.get(&lin, &case).await.is(200)["state"], "submitted");
        let logout = Form::of(&page, "/logout").set("token", "");
        refused(&logout, &[]).await;

        let ours = [("sec-fetch-site", "same-origin"), ("origin", "http://office")];
        assert_eq!(mine.send(&good, &ours).await.status, 303);
        assert_eq!(world.get(&lin, &case).await.is(200)["state"], "withdrawn");
    });
}

#[test]
fn nobody_is_logged_in_by_a_stranger() {
    run(async |world: World| {
        world.account("lin", &Role::ALL, &["north"]).await;
        let browser = Browser::new(&world);
        let form = Form::of(&browser.page("/desk/login").await, "/desk/login");
        let form = form.set("name", "lin").set("password", PASSWORD);
        let form = form.set("code", &world.code("lin"));
        let reply = browser.send(&form, &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!((reply.status, reply.header("set-cookie")), (403, None));
        assert_eq!(browser.send(&form, &[("sec-fetch-site", "same-origin")]).await.status, 303);
    });
}

#[test]
fn what_was_changed_meanwhile_is_not_decided() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.checked(&lin, "north").await;
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page(&at_desk(&case)).await;
        world.decide(&lin, &case, "checks", json!({"finding": "not-as-stated"})).await.is(200);
        let refuse = Form::of(&page, "/refuse").set("ground", "untrue");
        for form in [Form::of(&page, "/approve"), refuse.set("note", "A <b>lodger</b> said so.")] {
            let reply = browser.send(&form, &[]).await;
            let page = read(&reply, 412);
            assert_eq!(page.one("h1").text, "Somebody else was quicker");
            if form.action.ends_with("refuse") {
                assert_eq!(page.class("typed"), ["A <b>lodger</b> said so."]);
            }
        }
        assert_eq!(world.get(&lin, &case).await.is(200)["state"], "checked");
        // Without a version nothing is decided either.
        let page = browser.page(&at_desk(&case)).await;
        let reply = browser.send(&Form::of(&page, "/approve").set("version", ""), &[]).await;
        assert_eq!(reply.status, 428);
    });
}

#[test]
fn a_form_is_done_once() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page(&at_desk(&permit)).await;
        for form in [Form::of(&page, "/slips"), Form::of(&page, "/offers")] {
            let (first, second) = (browser.send(&form, &[]).await, browser.send(&form, &[]).await);
            let number = |reply: &crate::client::Reply| {
                let page = read(reply, 200);
                let place = page.id("check-number").or_else(|| page.id("digits"));
                (place.unwrap().text.clone(), page.one("path").get("d").unwrap().to_owned())
            };
            assert_eq!(number(&first), number(&second));
        }
        assert_eq!(world.get(&lin, &permit).await.is(200)["slips"].as_array().unwrap().len(), 1);
        // One key does not serve two forms.
        let token = Form::of(&page, "/slips").fields[0].1.clone();
        let other = Form::of(&page, "/offers").set("token", &token);
        assert_eq!(browser.send(&other, &[]).await.status, 422);
    });
}
