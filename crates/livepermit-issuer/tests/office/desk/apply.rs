//! Applications that are taken at the counter.

use livepermit_issuer::staff::Role;
use livepermit_testkit::html::Page;

use super::browser::{Browser, Form, at_desk, read};
use crate::world::{World, id_of, run};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR data IEND";

fn text(page: &Page) -> &str {
    &page.one("main").text
}

fn filled(page: &Page) -> Form {
    Form::of(page, "/apply")
        .set("class", "resident")
        .set("name", "王 <b>小明</b>")
        .set("born", "1990-03-07")
        .set("document_kind", "identity-card")
        .set("document_number", "11010119900307123X")
        .set("address", "海淀区示例路1号")
}

/// The case at this address of the desk, as the port has it.
async fn case(world: &World, officer: &crate::world::Officer, there: &str) -> serde_json::Value {
    world.get(officer, &there.replacen("/desk/", "/office/", 1)).await.is(200)
}

#[test]
fn an_application_is_typed_at_the_counter() {
    run(async |world: World| {
        let lin = world.north().await;
        let browser = Browser::logged_in(&world, "lin").await;
        let queue = browser.page("/desk").await;
        assert!(queue.all("a").any(|link| link.get("href") == Some("/desk/apply")));
        let page = browser.page("/desk/apply").await;
        let wrong = read(&browser.send_files(&Form::of(&page, "/apply"), &[]).await, 422);
        for field in ["class", "name", "born", "document_kind", "document_number", "address"] {
            let there = format!("#{field}");
            assert!(wrong.all("a").any(|link| link.get("href") == Some(&*there)), "{field}");
        }
        let lines = world.lines().await;
        let form = filled(&page);
        let active = b"%PDF-1.4\n1 0 obj <</OpenAction 2 0 R>>";
        let refused = read(&browser.send_files(&form, &[("identity", active)]).await, 422);
        assert!(text(&refused).contains("print it to a new PDF"));
        // What was typed stays.
        assert_eq!(refused.id("name").unwrap().get("value"), Some("王 <b>小明</b>"));
        assert_eq!(world.lines().await, lines);

        let files: [(&str, &[u8]); 2] = [("identity", PICTURE), ("residence", b"%PDF-1.4 a lease")];
        let reply = browser.send_files(&form, &files).await;
        assert_eq!(reply.status, 303);
        let there = reply.header("location").unwrap().to_owned();
        let again = browser.send_files(&form, &files).await;
        assert_eq!(again.header("location"), Some(&*there), "a form is done once");
        let made = case(&world, &lin, &there).await;
        assert_eq!((&made["kind"], &made["channel"]), (&"new".into(), &"office".into()));
        assert_eq!(made["applicant"]["name"], "王 <b>小明</b>");
        assert_eq!(made["address"], "海淀区示例路1号");
        let kinds: Vec<_> =
            made["documents"].as_array().unwrap().iter().map(|paper| &paper["kind"]).collect();
        assert_eq!(kinds, ["identity", "residence"]);
        let page = browser.page(&there).await;
        assert!(text(&page).contains("王 <b>小明</b>") && text(&page).contains("Office"));
        attached(&browser, &page).await;
        let made = case(&world, &lin, &there).await;
        assert_eq!(made["documents"].as_array().unwrap().len(), 4);
    });
}

/// More documents come later.
async fn attached(browser: &Browser<'_>, page: &Page) {
    let form = Form::of(page, "/documents").set("kind", "occupation");
    let none = read(&browser.send_files(&form, &[]).await, 422);
    assert!(text(&none).contains("Choose a file first."));
    let other = read(&browser.send_files(&form, &[("files", b"<svg/>")]).await, 415);
    assert!(text(&other).contains("neither a PDF"));
    let large = vec![0; 10 * 1024 * 1024 + 1];
    let large = read(&browser.send_files(&form, &[("files", &large)]).await, 413);
    assert!(text(&large).contains("more than 10 MB"));
    let foreign = browser.send_files(&form.clone().set("token", "x"), &[("files", PICTURE)]).await;
    assert_eq!(foreign.status, 403);
    let two: [(&str, &[u8]); 2] = [("files", PICTURE), ("files", b"%PDF-1.4 work")];
    let reply = browser.send_files(&form, &two).await;
    assert_eq!(reply.status, 303);
    let page = browser.page(reply.header("location").unwrap()).await;
    assert_eq!(text(&page).matches("Work or studies").count(), 4, "two links, a picture, a choice");
}

#[test]
fn somebody_acts_for_a_child_at_the_counter() {
    run(async |world: World| {
        let lin = world.north().await;
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page("/desk/apply").await;
        let form = filled(&page)
            .set("born", "2020-06-01")
            .set("acting", "guardian")
            .set("acting_name", "王大明")
            .set("acting_born", "1990-03-07")
            .set("acting_document_kind", "passport")
            .set("acting_document_number", "S-4711");
        let files: [(&str, &[u8]); 1] = [("identity", PICTURE)];
        let missing = read(&browser.send_files(&form, &files).await, 422);
        assert!(missing.all("a").any(|link| link.get("href") == Some("#evidence")));
        let files: [(&str, &[u8]); 2] = [("identity", PICTURE), ("evidence", PICTURE)];
        let reply = browser.send_files(&form, &files).await;
        assert_eq!(reply.status, 303, "{}", String::from_utf8_lossy(&reply.body));
        let made = case(&world, &lin, reply.header("location").unwrap()).await;
        assert_eq!(made["mandate"]["person"]["name"], "王大明");
        assert_eq!(made["mandate"]["evidence"][0], made["documents"][1]["id"]);
    });
}

#[test]
fn something_is_asked_of_a_permit_at_the_counter() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = at_desk(&world.permit(&lin, "north").await);
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page(&permit).await;
        for kind in ["change", "endorsement", "new-device", "cancellation"] {
            let there = format!("{permit}/apply/{kind}");
            assert!(page.all("a").any(|link| link.get("href") == Some(&*there)), "{kind}");
        }
        // What is known of the holder stands in the form.
        let page = browser.page(&format!("{permit}/apply/change")).await;
        let form = Form::of(&page, "/apply/change");
        assert_eq!(page.id("name").unwrap().get("value"), Some("王小明"));
        assert!(page.id("permit_number").is_none(), "the officer knows the holder");
        let form = form.set("name", "Lin Newname").set("address", "示例路2号");
        let reply = browser.send_files(&form, &[]).await;
        let made = case(&world, &lin, reply.header("location").unwrap()).await;
        assert_eq!((&made["kind"], &made["permit"]), (&"change".into(), &id_of(&permit).into()));
        assert_eq!(made["applicant"]["name"], "Lin Newname");
        assert_eq!(made["applicant"]["document"]["number"], "11010119900307123X");
        for kind in ["endorsement", "new-device", "cancellation"] {
            let page = browser.page(&format!("{permit}/apply/{kind}")).await;
            let form = Form::of(&page, &format!("/apply/{kind}"));
            let reply = browser.send_files(&form, &[]).await;
            let made = case(&world, &lin, reply.header("location").unwrap()).await;
            assert_eq!((&made["kind"], &made["channel"]), (&kind.into(), &"office".into()));
            assert_eq!(made["applicant"]["name"], "王小明");
        }
        assert_eq!(browser.open(&format!("{permit}/apply/new")).await.status, 404);
        assert_eq!(browser.open(&format!("{permit}/apply/x")).await.status, 404);
    });
}

#[test]
fn only_intake_takes_applications() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("mei", &[Role::Check, Role::Decide], &["north"]).await;
        world.account("ada", &[Role::Intake], &["south"]).await;
        let permit = at_desk(&world.permit(&lin, "north").await);
        let mei = Browser::logged_in(&world, "mei").await;
        let change = format!("{permit}/apply/change");
        for path in ["/desk/apply", &*change] {
            assert_eq!(mei.open(path).await.status, 403, "{path}");
        }
        let all = Browser::logged_in(&world, "lin").await;
        let token = Form::of(&mei.page("/desk/search").await, "/logout").fields[0].1.clone();
        let form = filled(&all.page("/desk/apply").await).set("token", &token);
        assert_eq!(mei.send_files(&form, &[("identity", PICTURE)]).await.status, 403);
        let ada = Browser::logged_in(&world, "ada").await;
        assert_eq!(ada.open(&change).await.status, 404, "another office's permit");
        assert_eq!(ada.open("/desk/apply").await.status, 200);
        // A form of a stranger's page does nothing.
        let form = filled(&all.page("/desk/apply").await);
        let mut other = all.clone();
        other.cookie.clear();
        assert_eq!(other.send_files(&form, &[("identity", PICTURE)]).await.status, 303);
        assert_eq!(all.send_files(&form.set("token", ""), &[]).await.status, 403);
    });
}
