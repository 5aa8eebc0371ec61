//! The whole way of a case at the desk.

use livepermit_issuer::domain::{Attestation, Party, PermitId};
use livepermit_issuer::store::Store as _;
use serde_json::json;

use super::browser::{Browser, Form, at_desk, read};
use crate::world::{World, application, id_of, run};
use livepermit_testkit::html::Page;

const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a face \xff\xd9";

fn text(page: &Page) -> &str {
    &page.one("main").text
}

#[test]
fn from_the_queue_to_a_cancellation() {
    run(async |world: World| {
        let lin = world.north().await;
        let mut body = application();
        body["applicant"]["name"] = json!("<script>alert('王')</script>");
        body["address"] = json!("海淀区示例路1号 <b>2</b>");
        let case = world.post(&lin, "/office/cases", body).await.is(201);
        let case = format!("/office/cases/{}", case["id"].as_str().unwrap());
        world.upload(&lin, &format!("{case}/documents?kind=portrait"), PHOTO).await.is(201);
        world
            .upload(&lin, &format!("{case}/documents?kind=residence"), b"%PDF-1.4 x")
            .await
            .is(201);

        let browser = Browser::logged_in(&world, "lin").await;
        let queue = browser.page("/desk").await;
        assert_eq!(queue.class("calm"), ["● 8 working days left"]);
        let link = queue.all("a").find(|link| link.text == "New permit").unwrap();
        let there = link.get("href").unwrap().to_owned();
        assert_eq!(there, at_desk(&case));
        let page = browser.page(&there).await;
        assert!(text(&page).contains("<script>alert('王')</script>"));
        // Where the officer looks on site.
        assert!(text(&page).contains("海淀区示例路1号 <b>2</b>"));
        assert_eq!(page.all("script").count(), 0);
        documents(&browser, &page).await;
        assert!(Form::find(&page, "/approve").is_none(), "nobody has the case");

        let page = browser.done(&Form::of(&page, "/assign")).await;
        let reply = browser.send(&Form::of(&page, "/approve"), &[]).await;
        let early = read(&reply, 409);
        assert!(text(&early).contains("Nobody has looked on site."));
        world.turn(120);
        let check = Form::of(&page, "/checks").set("finding", "as-stated");
        let wrong = browser.send(&check.clone().set("at", "yesterday"), &[]).await;
        assert_eq!(wrong.status, 422);
        let early = browser.send(&check.clone().set("at", "2020-01-01T10:00"), &[]).await;
        assert!(text(&read(&early, 409)).contains("dated before the application"));
        let page = browser.done(&check.set("note", "Met <b>him</b>.\nTwo rooms.")).await;
        assert!(text(&page).contains("All is as stated"));
        assert!(text(&page).contains("Met <b>him</b>."));
        let queue = browser.page("/desk?state=checked&office=north").await;
        assert!(queue.all("a").any(|link| link.get("href") == Some(&*there)));
        let page = browser.done(&Form::of(&page, "/approve")).await;
        assert!(text(&page).contains("Approved"));
        assert!(Form::find(&page, "/approve").is_none() && Form::find(&page, "/assign").is_none());

        let decided = world.get(&lin, &case).await.is(200);
        let id = decided["decision"]["permit"].as_str().unwrap();
        let permit = format!("/desk/permits/{id}");
        assert!(page.all("a").any(|link| link.get("href") == Some(&*permit)));
        life(&browser, &permit).await;
        let log = browser.page(&format!("/desk/audit?subject=permit:{id}")).await;
        for action in ["permit-issued", "slip-printed", "offer-made", "permit-cancelled"] {
            assert!(log.all("td").any(|cell| cell.text == action), "{action}");
        }
        let whole = browser.page("/desk/audit/verify").await;
        assert_eq!(
            whole.class("calm")[0],
            format!("● The log is whole: {} lines.", world.lines().await)
        );
    });
}

async fn documents(browser: &Browser<'_>, page: &Page) {
    let picture = page.one("img").get("src").unwrap().to_owned();
    assert_eq!(page.one("img").get("alt"), Some("Photograph of the face"));
    // A picture in a part that is folded up is not fetched, and so not read.
    assert_eq!(page.one("img").get("loading"), Some("lazy"));
    let links: Vec<_> = page.all("a").filter_map(|link| link.get("href")).collect();
    let papers: Vec<_> = links.into_iter().filter(|link| link.contains("/documents/")).collect();
    assert_eq!(papers.len(), 2);
    assert!(papers.contains(&&*picture));
    let reply = browser.open(&picture).await;
    assert_eq!((reply.status, &*reply.body), (200, PHOTO));
    assert_eq!(reply.header("content-type"), Some("image/jpeg"));
    assert!(reply.header("content-disposition").unwrap().starts_with("attachment; "));
    let policies = reply.headers.iter().filter(|(name, _)| name == "content-security-policy");
    let policies: Vec<_> = policies.map(|(_, value)| value.as_str()).collect();
    assert_eq!(policies, ["sandbox; default-src 'none'; frame-ancestors 'none'"]);
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

async fn life(browser: &Browser<'_>, permit: &str) {
    let world = browser.world;
    let page = browser.page(permit).await;
    assert_eq!(page.class("calm"), ["● Valid"]);
    assert!(Form::find(&page, "/device-lost").is_none(), "there is no phone");
    slip(browser, &page, permit).await;

    let offer = read(&browser.send(&Form::of(&page, "/offers"), &[]).await, 200);
    assert_eq!(offer.id("digits").unwrap().text, "123 456");
    let uri = offer.id("wallet").unwrap().get("href").unwrap();
    assert!(uri.starts_with("openid-credential-offer://?"), "{uri}");
    assert!(offer.one("path").get("d").unwrap().len() > 1000, "a code");

    let id: PermitId = id_of(permit).parse().unwrap();
    let device = livepermit::SecretKey::from_ed25519_seed(&[7; 32]).public_key();
    let mut change = world.service.store().begin().await.unwrap();
    let software = Attestation::Software;
    world.service.enrol(&mut change, id, &device, software, Party::Holder).await.unwrap();
    change.commit().await.unwrap();
    let page = browser.page(permit).await;
    assert!(text(&page).contains("nothing is attested"));
    let page = browser.done(&Form::of(&page, "/device-lost")).await;
    assert!(text(&page).contains("The permit is on no phone."));

    let suspend = Form::of(&page, "/suspend").set("ground", "misuse");
    let page = browser.done(&suspend.set("note", "two phones")).await;
    assert_eq!(page.class("soon"), ["◆ Suspended"]);
    assert!(text(&page).contains("Somebody else may show the permit"));
    assert!(text(&page).contains("two phones"));
    for end in ["/offers", "/slips", "/suspend"] {
        assert!(Form::find(&page, end).is_none(), "{end}");
    }
    let page = browser.done(&Form::of(&page, "/resume")).await;
    let none = browser.send(&Form::of(&page, "/cancel"), &[]).await;
    assert_eq!(none.status, 422, "a cancellation has a ground");
    let page = browser.done(&Form::of(&page, "/cancel").set("ground", "moved-away")).await;
    assert_eq!(page.class("over"), ["■ Cancelled"]);
    assert!(text(&page).contains("Does not live here any longer"));
    for end in ["/offers", "/slips", "/suspend", "/resume", "/cancel", "/device-lost", "/close"] {
        assert!(Form::find(&page, end).is_none(), "{end}");
    }
}

/// The page of a slip has all that a gate and a guard need.
async fn slip(browser: &Browser<'_>, page: &Page, permit: &str) {
    let form = Form::of(page, "/slips");
    let wrong = browser.send(&form.clone().set("until", "soon"), &[]).await;
    assert_eq!(wrong.status, 422);
    let over = browser.send(&form.clone().set("until", "2020-01-01"), &[]).await;
    assert!(text(&read(&over, 409)).contains("would be over already"));
    let last = browser.world.service.moment().today().tomorrow().unwrap();
    let slip = read(&browser.send(&form.set("until", &last.to_string()), &[]).await, 200);
    assert_eq!(slip.one("h1").text, "Residence permit: printed slip");
    let sheet = &slip.one("article").text;
    let number = page.one("h1").text.strip_prefix("Permit ").unwrap().to_owned();
    let day = last.strftime("%A %-d %B %Y").to_string();
    for part in [
        "Beijing Example Office",
        "<script>alert('王')</script>",
        "Wednesday 7 March 1990",
        &number,
        "Residence permit",
        &day,
        "Seal of the authority",
    ] {
        assert!(sheet.contains(part), "{part}: {sheet}");
    }
    let check = &slip.id("check-number").unwrap().text;
    let digits: String = check.chars().filter(char::is_ascii_digit).collect();
    assert_eq!((digits.len(), check.len()), (8, 9));
    assert!(slip.one("path").get("d").unwrap().len() > 1000, "a code");
    assert_eq!(slip.all("script").count(), 0);

    let page = browser.page(permit).await;
    assert!(text(&page).contains(&format!("last day {day}")));
    let page = browser.done(&Form::of(&page, "/close").set("why", "lost")).await;
    assert!(text(&page).contains(": lost"));
    assert!(Form::find(&page, "/close").is_none());
}

#[test]
fn a_case_is_refused_with_a_reason() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.assigned(&lin, "north").await;
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page(&at_desk(&case)).await;
        let refuse = Form::of(&page, "/refuse");
        assert_eq!(browser.send(&refuse, &[]).await.status, 422, "without a ground");
        let page = browser.done(&refuse.set("ground", "incomplete").set("note", "No lease.")).await;
        assert!(text(&page).contains("Documents are missing"));
        assert!(text(&page).contains("No lease."));
        let view = world.get(&lin, &case).await.is(200);
        assert_eq!(view["decision"]["ground"], "incomplete");
    });
}

#[test]
fn somebody_acts_for_a_child() {
    run(async |world: World| {
        let lin = world.north().await;
        let paper = "0123456789abcdef0123456789abcdef";
        let mut child = application();
        child["applicant"]["born"] = json!("2020-06-01");
        let mut guardian = crate::world::person();
        guardian["name"] = json!("王大明");
        child["mandate"] = json!({
            "kind": "guardian", "person": guardian, "evidence": [paper], "consent_on": "2026-01-01",
        });
        let case = world.post(&lin, "/office/cases", child).await.is(201);
        let case = format!("/office/cases/{}", case["id"].as_str().unwrap());
        let attach = format!("{case}/documents?kind=mandate&id={paper}");
        world.upload(&lin, &attach, b"%PDF-1.4 x").await.is(201);
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page(&at_desk(&case)).await;
        assert!(text(&page).contains("Guardian") && text(&page).contains("王大明"));
        let page = browser.done(&Form::of(&page, "/assign")).await;
        world.turn(60);
        let page = browser.done(&Form::of(&page, "/checks").set("finding", "as-stated")).await;
        browser.done(&Form::of(&page, "/approve")).await;
        let view = world.get(&lin, &case).await.is(200);
        let permit = format!("/desk/permits/{}", view["decision"]["permit"].as_str().unwrap());
        let page = browser.page(&permit).await;
        let theirs = page.all("option").find(|option| option.text.starts_with("王大明")).unwrap();
        let theirs = theirs.get("value").unwrap().to_owned();
        let offer = Form::of(&page, "/offers").set("representative", &theirs);
        read(&browser.send(&offer, &[]).await, 200);
        let page = browser.done(&Form::of(&page, "/close")).await;
        assert!(page.all("option").all(|option| !option.text.starts_with("王大明")));
        let over =
            browser.send(&Form::of(&page, "/offers").set("representative", &theirs), &[]).await;
        assert!(text(&read(&over, 404)).contains("does not act for the holder"));
    });
}
