//! Mandates and physical cards, at the desk.

use livepermit_issuer::staff::Role;

use super::browser::{Browser, Form, at_desk, read};
use crate::world::{World, run};

const PAPER: &[u8] = b"%PDF-1.4 a letter";

#[test]
fn a_mandate_is_recorded_shown_and_ended() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = at_desk(&world.permit(&lin, "north").await);
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page(&permit).await;
        assert!(page.one("main").text.contains("Nobody acts for the holder."));
        let there = format!("{permit}/mandate");
        assert!(page.all("a").any(|link| link.get("href") == Some(&*there)));
        let page = browser.page(&there).await;
        let wrong = read(&browser.send_files(&Form::of(&page, "/mandate"), &[]).await, 422);
        for field in ["acting", "evidence"] {
            let there = format!("#{field}");
            assert!(wrong.all("a").any(|link| link.get("href") == Some(&*there)), "{field}");
        }
        let form = Form::of(&page, "/mandate")
            .set("acting", "relative")
            .set("acting_name", "王 <i>大明</i>")
            .set("acting_born", "1970-01-01")
            .set("acting_document_kind", "passport")
            .set("acting_document_number", "S-4711");
        let adult = form.clone().set("acting", "guardian");
        let adult = read(&browser.send_files(&adult, &[("evidence", PAPER)]).await, 422);
        assert!(adult.all("a").any(|link| link.get("href") == Some("#acting")));
        let reply = browser.send_files(&form, &[("evidence", PAPER)]).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some(&*permit)));
        let again = browser.send_files(&form, &[("evidence", PAPER)]).await;
        assert_eq!(again.status, 303, "a form is done once");
        let page = browser.page(&permit).await;
        let text = &page.one("main").text;
        assert_eq!(text.matches("王 <i>大明</i>").count(), 2, "in the list, and as whose phone");
        let links = page.all("a").filter_map(|link| link.get("href"));
        let papers: Vec<_> = links.filter(|link| link.contains("/documents/")).collect();
        assert_eq!(papers.len(), 1);
        let paper = browser.open(papers[0]).await;
        assert_eq!((paper.status, &*paper.body), (200, PAPER));
        assert!(paper.header("content-disposition").unwrap().starts_with("attachment; "));
        let page = browser.done(&Form::of(&page, "/close")).await;
        assert!(Form::find(&page, "/close").is_none());
    });
}

#[test]
fn a_card_is_recorded() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("mei", &[Role::Check], &["north"]).await;
        let permit = at_desk(&world.permit(&lin, "north").await);
        let browser = Browser::logged_in(&world, "lin").await;
        let page = browser.page(&permit).await;
        assert!(page.one("main").text.contains("No card is recorded."));
        let form = Form::of(&page, "/cards").set("number", "K-<1>");
        assert_eq!(browser.send(&form.clone().set("last", "soon"), &[]).await.status, 422);
        let form = form.set("last", "2031-05-06");
        let page = browser.done(&form.clone()).await;
        assert!(page.one("main").text.contains("K-<1>, last day Tuesday 6 May 2031"));
        let twice = Form::of(&page, "/cards").set("number", "K-<1>").set("last", "2031-05-06");
        let twice = read(&browser.send(&twice, &[]).await, 409);
        assert!(twice.one("main").text.contains("The card is recorded already."));
        let mei = Browser::logged_in(&world, "mei").await;
        let page = mei.page(&permit).await;
        assert!(Form::find(&page, "/cards").is_none());
        let token = Form::of(&page, "/logout").fields[0].1.clone();
        assert_eq!(mei.send(&form.set("token", &token), &[]).await.status, 403);
        assert_eq!(mei.open(&format!("{permit}/mandate")).await.status, 403);
    });
}
