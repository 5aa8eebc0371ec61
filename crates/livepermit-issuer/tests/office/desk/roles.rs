//! What roles and offices decide.

use livepermit_issuer::staff::Role;

use super::browser::{Browser, Form, at_desk, read};
use crate::world::{World, run};

#[test]
fn roles_decide_what_is_shown_and_done() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = at_desk(&world.checked(&lin, "north").await);
        let permit = at_desk(&world.permit(&lin, "north").await);
        let all = Browser::logged_in(&world, "lin").await;
        let (of_case, of_permit) = (all.page(&case).await, all.page(&permit).await);
        let ends = [
            (&case, &of_case, "/assign", Role::Intake),
            (&case, &of_case, "/withdraw", Role::Intake),
            (&case, &of_case, "/checks", Role::Check),
            (&case, &of_case, "/approve", Role::Decide),
            (&case, &of_case, "/refuse", Role::Decide),
            (&permit, &of_permit, "/offers", Role::Intake),
            (&permit, &of_permit, "/slips", Role::Intake),
            (&permit, &of_permit, "/follow-ups", Role::Check),
            (&permit, &of_permit, "/suspend", Role::Decide),
            (&permit, &of_permit, "/cancel", Role::Decide),
        ];
        for role in [Role::Intake, Role::Check, Role::Decide] {
            world.account(role.name(), &[role], &["north"]).await;
            let browser = Browser::logged_in(&world, role.name()).await;
            for (there, page, end, needs) in ends {
                let shown = Form::find(&browser.page(there).await, end);
                // Who looks on site is the one who has the case, and that is somebody else.
                assert_eq!(shown.is_some(), role == needs && end != "/checks", "{role:?} {end}");
                if role == needs {
                    continue;
                }
                // A form that was made by hand is refused by the port.
                let token = Form::of(&browser.page(there).await, "/logout").fields[0].1.clone();
                let reply = browser.send(&Form::of(page, end).set("token", &token), &[]).await;
                let page = read(&reply, 403);
                assert_eq!(page.one("h1").text, "Your account may not do this", "{role:?} {end}");
            }
            assert_eq!(browser.open("/desk/audit").await.status, 403);
            assert_eq!(browser.open("/desk/audit/verify").await.status, 403);
        }
        let state = world.get(&lin, &case.replacen("/desk/", "/office/", 1)).await.is(200);
        assert_eq!(state["state"], "checked");
    });
}

#[test]
fn who_only_reads_the_log_begins_there() {
    run(async |world: World| {
        world.account("ada", &[Role::Audit], &["north"]).await;
        world.account("kim", &[Role::Keys], &["north"]).await;
        let ada = Browser::logged_in(&world, "ada").await;
        assert_eq!(ada.open("/desk").await.header("location"), Some("/desk/audit"));
        let page = ada.page("/desk/audit").await;
        assert!(page.all("td").any(|cell| cell.text == "logged-in"));
        assert!(page.all("a").all(|link| link.get("href") != Some("/desk/search")));
        let kim = Browser::logged_in(&world, "kim").await;
        assert_eq!(kim.page("/desk").await.one("h1").text, "Nothing to do here");
    });
}

#[test]
fn another_offices_case_looks_like_none() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("ada", &Role::ALL, &["south"]).await;
        let case = world.checked(&lin, "north").await;
        let upload = format!("{case}/documents?kind=other");
        let paper = world.upload(&lin, &upload, b"%PDF-1.4 x").await.is(201);
        let paper = paper["documents"][0]["id"].as_str().unwrap().to_owned();
        let permit = at_desk(&world.permit(&lin, "north").await);
        let case = at_desk(&case);
        let (mine, ada) =
            (Browser::logged_in(&world, "lin").await, Browser::logged_in(&world, "ada").await);
        let document = format!("{case}/documents/{paper}");
        assert_eq!(mine.open(&document).await.status, 200);
        let guessed = "/desk/cases/0123456789abcdef0123456789abcdef";
        for path in [
            &*case,
            &permit,
            &document,
            guessed,
            "/desk/cases/x",
            "/desk/cases/%2e%2e",
            "/desk/cases/a%2Fassign",
            "/desk/permits/a%3Fb",
            "/desk/nothing",
        ] {
            let page = read(&ada.open(path).await, 404);
            assert_eq!(page.one("h1").text, "There is no such thing", "{path}");
        }
        let token = Form::of(&ada.page("/desk").await, "/logout").fields[0].1.clone();
        let pages = [mine.page(&case).await, mine.page(&permit).await];
        let ends = [
            "/assign",
            "/checks",
            "/approve",
            "/refuse",
            "/withdraw",
            "/offers",
            "/slips",
            "/suspend",
            "/cancel",
        ];
        for end in ends {
            let form = pages.iter().find_map(|page| Form::find(page, end)).unwrap();
            let form = form.set("token", &token);
            let form = if end == "/checks" { form.set("finding", "as-stated") } else { form };
            let grave = matches!(end, "/refuse" | "/cancel" | "/suspend");
            let ground = if end == "/suspend" { "misuse" } else { "untrue" };
            let form = if grave { form.set("ground", ground) } else { form };
            let form = if end == "/assign" {
                form.set("office", "south").set("officer", "ada")
            } else {
                form
            };
            assert_eq!(ada.send(&form, &[]).await.status, 404, "{end}");
        }
        // Her own queue does not have it, and another office has none for her.
        let queue = ada.page("/desk?state=checked").await;
        assert!(queue.one("main").text.contains("No case is in this state."));
        assert_eq!(ada.open("/desk?state=checked&office=north").await.status, 404);
    });
}

#[test]
fn who_sees_all_offices_names_one() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("all", &Role::ALL, &["*"]).await;
        let case = at_desk(&world.checked(&lin, "north").await);
        let browser = Browser::logged_in(&world, "all").await;
        let page = browser.page("/desk?state=checked").await;
        assert_eq!(page.class("notice"), ["Type the name of an office."]);
        let page = browser.page("/desk?state=checked&office=north").await;
        assert!(page.all("a").any(|link| link.get("href") == Some(&*case)));
        assert_eq!(page.id("office").unwrap().get("value"), Some("north"));
    });
}
