//! Many permits are cancelled by two officers, at the desk.

use livepermit_issuer::staff::Role;

use super::browser::{Browser, Form, at_desk, read};
use crate::world::{World, run};

#[test]
fn two_officers_cancel_many_permits() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("mei", &[Role::Decide], &["north"]).await;
        let (mut numbers, mut permits) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let permit = world.permit(&lin, "north").await;
            let view = world.get(&lin, &permit).await.is(200);
            numbers.push(view["number"].as_str().unwrap().to_owned());
            permits.push(at_desk(&permit));
        }
        let mine = Browser::logged_in(&world, "lin").await;
        let page = mine.page("/desk/proposals").await;
        assert!(page.one("main").text.contains("No proposal is in this state."));
        let form = Form::of(&page, "/proposals").set("ground", "issued-in-error");
        let form = form.set("note", "A <b>batch</b>.");
        let empty = read(&mine.send(&form, &[]).await, 422);
        assert!(empty.class("notice")[0].contains("Type the number of a permit."));
        let typed = format!("{}\nX-1<2>\n", numbers[0]);
        let unknown = read(&mine.send(&form.clone().set("numbers", &typed), &[]).await, 422);
        assert!(unknown.class("notice")[0].contains("no permit with these numbers: X-1<2>."));
        let small = numbers[1].to_lowercase();
        let form = form.set("numbers", &format!(" {}、\r\n\r\n{small} ；", numbers[0]));
        let none = read(&mine.send(&form.clone().set("ground", ""), &[]).await, 422);
        assert_eq!(none.one("h1").text, "Cancel many permits");
        let page = mine.done(&form).await;
        let text = &page.one("main").text;
        for part in ["Issued in error", "A <b>batch</b>.", &numbers[0], &numbers[1], "王小明"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.contains("Another officer approves it."));
        assert!(Form::find(&page, "/approve").is_none());
        assert_eq!(mine.page(&permits[0]).await.class("calm"), ["● Valid"]);

        let mei = Browser::logged_in(&world, "mei").await;
        let list = mei.page("/desk/proposals").await;
        assert!(list.all("td").any(|cell| cell.text == "lin"), "who proposed it");
        let mut links = list.all("a").filter_map(|link| link.get("href"));
        let there = links.find(|link| link.starts_with("/desk/proposals/")).unwrap();
        let theirs = mei.page(there).await;
        // By hand, the one who proposed it is refused by the port.
        let own = Form::of(&theirs, "/approve");
        let token = Form::of(&page, "/logout").fields[0].1.clone();
        let own = read(&mine.send(&own.set("token", &token), &[]).await, 409);
        assert!(own.one("main").text.contains("Nobody approves a proposal of one's own."));
        let done = mei.done(&Form::of(&theirs, "/approve")).await;
        assert!(done.one("main").text.contains("Approved"));
        assert!(Form::find(&done, "/reject").is_none());
        for permit in &permits {
            assert_eq!(mei.page(permit).await.class("over"), ["■ Cancelled"]);
        }
        let late = read(&mine.send(&Form::of(&page, "/reject"), &[]).await, 409);
        assert!(late.one("main").text.contains("Somebody has decided this already."));
    });
}

#[test]
fn a_proposal_is_rejected_and_is_for_those_who_decide() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("bob", &[Role::Intake], &["north"]).await;
        world.account("ada", &[Role::Decide], &["south"]).await;
        let permit = world.permit(&lin, "north").await;
        let number = world.get(&lin, &permit).await.is(200)["number"].clone();
        let mine = Browser::logged_in(&world, "lin").await;
        let page = mine.page("/desk/proposals").await;
        let form = Form::of(&page, "/proposals").set("numbers", number.as_str().unwrap());
        let reply = mine.send(&form.set("ground", "untrue"), &[]).await;
        let there = reply.header("location").unwrap().to_owned();
        let (bob, ada) =
            (Browser::logged_in(&world, "bob").await, Browser::logged_in(&world, "ada").await);
        for path in ["/desk/proposals", &*there] {
            assert_eq!(bob.open(path).await.status, 403, "{path}");
        }
        assert_eq!(ada.open(&there).await.status, 404, "another office's permits");
        let page = mine.page(&there).await;
        let page = mine.done(&Form::of(&page, "/reject")).await;
        assert!(page.one("main").text.contains("Rejected"));
        let list = mine.page("/desk/proposals?state=rejected").await;
        assert!(list.all("a").any(|link| link.get("href") == Some(&*there)));
        assert_eq!(mine.page(&at_desk(&permit)).await.class("calm"), ["● Valid"]);
    });
}
