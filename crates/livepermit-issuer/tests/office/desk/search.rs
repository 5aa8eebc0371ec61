//! Permits are searched for, and queues are turned over.

use super::browser::{Browser, Form, read};
use crate::world::{World, run};

#[test]
fn permits_are_found_by_number_name_and_document() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let number = world.get(&lin, &permit).await.is(200)["number"].clone();
        let browser = Browser::logged_in(&world, "lin").await;
        let form = Form::of(&browser.page("/desk/search").await, "/desk/search");
        let empty = read(&browser.send(&form, &[]).await, 422);
        assert_eq!(empty.class("notice"), ["Type what is searched for."]);
        for (by, what) in [
            ("number", number.as_str().unwrap()),
            ("name", " 王小明 "),
            ("document", "11010119900307123x"),
        ] {
            let form = form.clone().set("by", by).set("what", what);
            let found = read(&browser.send(&form, &[]).await, 200);
            let there = crate::desk::browser::at_desk(&permit);
            assert!(found.all("a").any(|link| link.get("href") == Some(&*there)), "{by}");
            assert!(found.one("table").text.contains("王小明"));
            // What was typed stays, but in no address.
            assert_eq!(found.id("what").unwrap().get("value"), Some(what.trim()));
            for address in found.elements.iter().filter_map(|element| element.get("href")) {
                assert!(!address.contains("%E7%8E%8B") && !address.contains("307123"), "{address}");
            }
        }
        let form = form.set("by", "name").set("what", "<script>\"&");
        let none = read(&browser.send(&form, &[]).await, 200);
        assert!(none.one("main").text.contains("Nothing was found"));
        assert_eq!(none.id("what").unwrap().get("value"), Some("<script>\"&"));
    });
}

#[test]
fn the_log_goes_on_behind_a_page() {
    run(async |world: World| {
        let lin = world.north().await;
        for _ in 0..60 {
            world.submitted(&lin).await;
        }
        let browser = Browser::logged_in(&world, "lin").await;
        let next = |page: &livepermit_testkit::html::Page| {
            let link = page.all("a").find(|link| link.text == "Next page");
            link.map(|link| link.get("href").unwrap().to_owned())
        };
        let mut seen = 0;
        let mut there = Some("/desk?state=submitted".to_owned());
        while let Some(path) = there {
            let page = browser.page(&path).await;
            seen += page.class("calm").len();
            there = next(&page);
        }
        assert_eq!(seen, 60);
        let first = browser.page("/desk/audit").await;
        assert_eq!(next(&first), None);
        for _ in 0..40 {
            world.submitted(&lin).await;
        }
        let first = browser.page("/desk/audit").await;
        let second = browser.page(&next(&first).unwrap()).await;
        assert_eq!(second.all("td").next().unwrap().text, "101");
        assert_eq!(browser.open("/desk/audit?behind=x").await.status, 422);
    });
}
