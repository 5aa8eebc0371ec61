//! Checks after the issue, at the desk.

use livepermit_issuer::staff::Role;

use super::browser::{Browser, Form, at_desk, read};
use crate::follow_ups::draw;
use crate::world::{World, id_of, run};

#[test]
fn from_the_list_to_a_case_of_cancellation() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("mei", &[Role::Check], &["north"]).await;
        let permit = at_desk(&world.permit(&lin, "north").await);
        let mei = Browser::logged_in(&world, "mei").await;
        let page = mei.page("/desk/follow-ups").await;
        assert!(page.one("main").text.contains("No permit of this office waits for a check."));
        draw(&world).await;
        let page = mei.page("/desk/follow-ups").await;
        assert!(page.all("a").any(|link| link.get("href") == Some(&*permit)));
        let reply = mei.send(&Form::of(&page, "/follow-ups/take"), &[]).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some(&*permit)));
        let twice = mei.send(&Form::of(&page, "/follow-ups/take"), &[]).await;
        assert_eq!(twice.header("location"), Some(&*permit), "a form is done once");
        let page = mei.page("/desk/follow-ups").await;
        assert!(page.all("td").any(|cell| cell.text == "mei"));
        assert!(Form::find(&page, "/give").is_none(), "intake gives checks out");
        // All are taken now: the list comes again.
        let none = mei.send(&Form::of(&page, "/follow-ups/take"), &[]).await;
        assert_eq!(none.header("location"), Some("/desk/follow-ups?office=north"));

        let page = mei.page(&permit).await;
        let form = Form::of(&page, "/follow-ups").set("finding", "as-stated");
        let unfounded = mei.send(&form.clone().set("cancellation", "untrue"), &[]).await;
        let text = &read(&unfounded, 409).one("main").text.clone();
        assert!(text.contains("follows only from what is not as stated"), "{text}");
        let wrong = mei.send(&form.clone().set("at", "yesterday"), &[]).await;
        assert_eq!(wrong.status, 422);
        let page = mei.done(&Form::of(&page, "/follow-ups").set("finding", "nobody-met")).await;
        assert!(page.one("main").text.contains("Nobody was met"));
        let form = Form::of(&page, "/follow-ups").set("finding", "not-as-stated");
        let form = form.set("cancellation", "moved-away").set("note", "Other <b>names</b>.");
        let case = mei.done(&form).await;
        assert_eq!(case.one("h1").text, "Cancellation");
        assert!(case.one("main").text.contains("Does not live here any longer"));
        assert!(mei.page(&permit).await.one("main").text.contains("Other <b>names</b>."));
        let list = mei.page("/desk/follow-ups").await;
        assert!(list.one("main").text.contains("No permit of this office waits for a check."));

        // Who decides finds the case in the queue.
        let decides = Browser::logged_in(&world, "lin").await;
        let queue = decides.page("/desk?state=assigned").await;
        let link = queue.all("a").find(|link| link.text == "Cancellation").unwrap();
        let page = decides.page(link.get("href").unwrap()).await;
        decides.done(&Form::of(&page, "/approve")).await;
        let page = decides.page(&permit).await;
        assert_eq!(page.class("over"), ["■ Cancelled"]);
        assert!(Form::find(&page, "/follow-ups").is_none());
    });
}

#[test]
fn intake_gives_checks_out_and_what_is_over_leaves_the_list() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("mei", &[Role::Check], &["north"]).await;
        world.account("bob", &[Role::Intake], &["north"]).await;
        let permit = world.permit(&lin, "north").await;
        draw(&world).await;
        let bob = Browser::logged_in(&world, "bob").await;
        let page = bob.page("/desk/follow-ups").await;
        assert!(Form::find(&page, "/follow-ups/take").is_none(), "bob looks at nothing");
        let give = Form::of(&page, "/give");
        let unfit = bob.send(&give, &[]).await;
        assert!(read(&unfit, 409).one("main").text.contains("no such officer"));
        let page = bob.done(&give.set("officer", "mei")).await;
        assert!(page.all("td").any(|cell| cell.text.starts_with("mei")));
        let why = serde_json::json!({"ground": "died"});
        world.decide(&lin, &permit, "cancel", why).await.is(200);
        let mei = Browser::logged_in(&world, "mei").await;
        let page = mei.page("/desk/follow-ups").await;
        let close = Form::of(&page, "/close");
        assert!(close.action.contains(id_of(&permit)));
        let page = mei.done(&close).await;
        assert!(page.one("main").text.contains("No permit of this office waits for a check."));
    });
}
