//! Officers log in and out.

use livepermit_issuer::staff::Role;

use super::browser::{Browser, Form, read};
use crate::world::{PASSWORD, World, run};

#[test]
fn who_has_not_logged_in_is_asked_to() {
    run(async |world: World| {
        let browser = Browser::new(&world);
        for path in ["/desk", "/desk/", "/desk/search", "/desk/audit", "/desk/nothing"] {
            let reply = browser.open(path).await;
            let there = reply.header("location");
            assert_eq!((reply.status, there), (303, Some("/desk/login")), "{path}");
        }
        let there = browser.open("/desk?lang=zh").await;
        assert_eq!(there.header("location"), Some("/desk/login?lang=zh"));
        let stranger = Browser { world: &world, cookie: format!("desk={}", "A".repeat(43)) };
        let reply = stranger.open("/desk").await;
        assert_eq!(reply.header("location"), Some("/desk/login?ended=yes"));
        let page = stranger.page("/desk/login?ended=yes").await;
        assert_eq!(page.class("notice"), ["The session has ended. Log in again."]);
    });
}

#[test]
fn in_and_out() {
    run(async |world: World| {
        world.account("lin", &Role::ALL, &["north"]).await;
        let mut browser = Browser::new(&world);
        let before = world.passwords.checked();
        for (name, password) in [("lin", "wrong"), ("nobody", PASSWORD), ("no name", PASSWORD)] {
            let reply = browser.log_in(name, password, &world.code("lin")).await;
            assert!(matches!(reply.status, 401 | 422), "{name}");
            assert_eq!(reply.header("set-cookie"), None);
            let page = read(&reply, reply.status);
            assert_eq!(page.id("name").unwrap().get("value"), Some(name));
            assert_eq!(page.id("password").unwrap().get("value"), None);
            assert!(page.class("notice")[0].starts_with("Name, password or digits are wrong"));
        }
        assert_eq!(world.passwords.checked(), before + 2, "the work is that of the port");

        let reply = browser.log_in("lin", PASSWORD, &world.code("lin")).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some("/desk")));
        let cookie = reply.header("set-cookie").unwrap();
        let (pair, rest) = cookie.split_once("; ").unwrap();
        assert_eq!(rest, "Path=/desk; HttpOnly; SameSite=Strict");
        let token = pair.strip_prefix("desk=").unwrap();
        assert_eq!(token.len(), 43);
        // It is a session of the port.
        let bearer = [("authorization", &*format!("Bearer {token}"))];
        let who = world.ask("GET", "/office/session", &bearer, b"").await.is(200);
        assert_eq!((&who["name"], &who["offices"][0]), (&"lin".into(), &"north".into()));

        let page = browser.page("/desk").await;
        let reply = browser.send(&Form::of(&page, "/desk/logout"), &[]).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some("/desk/login")));
        assert!(reply.header("set-cookie").unwrap().starts_with("desk=; "));
        // The token means nothing any longer, whoever kept it.
        assert_eq!(browser.open("/desk").await.status, 303);
        assert_eq!(world.ask("GET", "/office/session", &bearer, b"").await.status, 401);
    });
}

#[test]
fn too_many_tries_have_to_wait() {
    run(async |world: World| {
        world.account("lin", &Role::ALL, &["north"]).await;
        let mut browser = Browser::new(&world);
        for _ in 0..5 {
            assert_eq!(browser.log_in("lin", "wrong", "1").await.status, 401);
        }
        let reply = browser.log_in("lin", PASSWORD, &world.code("lin")).await;
        assert_eq!(reply.status, 429);
        assert!(reply.header("retry-after").is_some());
    });
}

#[test]
fn nobody_chooses_the_session_of_somebody_else() {
    run(async |world: World| {
        world.account("mallory", &[Role::Intake], &["north"]).await;
        world.account("lin", &[Role::Intake], &["north"]).await;
        let theirs = Browser::logged_in(&world, "mallory").await;
        // Mallory puts the cookie of her session into Lin's browser.
        let mut lin = theirs.clone();
        let reply = lin.log_in("lin", PASSWORD, &world.code("lin")).await;
        assert_eq!(reply.status, 303);
        assert_ne!(lin.cookie, theirs.cookie);
        assert!(lin.page("/desk").await.one("body").text.contains("lin"));
        assert_eq!(theirs.open("/desk").await.status, 303, "the session before has ended");
    });
}

#[test]
fn by_https_the_cookie_goes_by_https_alone() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let world = World::with(true, true).await;
        world.account("lin", &Role::ALL, &["north"]).await;
        let mut browser = Browser::new(&world);
        let reply = browser.log_in("lin", PASSWORD, &world.code("lin")).await;
        let cookie = reply.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Secure-desk="), "{cookie}");
        assert!(cookie.ends_with("; Path=/desk; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
        browser.page("/desk").await;
    });
}
