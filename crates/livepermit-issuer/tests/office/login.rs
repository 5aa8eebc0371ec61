//! Sessions.

use livepermit_issuer::staff::Role;
use livepermit_issuer::store::Store as _;
use serde_json::json;

use super::world::{PASSWORD, World, run};

#[test]
fn names_that_there_are_not_take_the_same_work() {
    run(async |world: World| {
        world.account("lin", &[Role::Intake], &["north"]).await;
        world.account("gone", &[Role::Intake], &["north"]).await;
        world.close_account("gone").await;
        let mut bodies = Vec::new();
        for (name, password) in
            [("lin", "wrong wrong wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)]
        {
            let before = world.passwords.checked();
            let reply = world.login(name, password, &world.code(name)).await;
            assert_eq!(reply.refused(), (401, "login-refused".to_owned()));
            assert_eq!(world.passwords.checked(), before + 1, "{name}");
            bodies.push(reply.body);
        }
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
        // The right password with a wrong code looks the same.
        let reply = world.login("lin", PASSWORD, "000000").await;
        assert_eq!(reply.body, bodies[0]);
    });
}

#[test]
fn tries_that_fail_have_to_wait() {
    run(async |world: World| {
        world.account("lin", &[Role::Intake], &["north"]).await;
        for name in ["lin", "nobody"] {
            for _ in 0..5 {
                assert_eq!(world.login(name, "wrong", "1").await.status, 401);
            }
            let before = world.passwords.checked();
            // The right password does not help now.
            let reply = world.login(name, PASSWORD, &world.code(name)).await;
            assert_eq!(reply.refused(), (429, "too-many-tries".to_owned()));
            let wait: i64 = reply.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=10).contains(&wait), "{wait}");
            assert_eq!(world.passwords.checked(), before);
        }
        world.turn(11);
        world.log_in("lin").await;
        let log = world.service.store().audit_about("staff:lin", 9).await.unwrap();
        assert_eq!(log.last().unwrap().detail, "failed-before=5");
        // A success forgets the tries before.
        for _ in 0..5 {
            assert_eq!(world.login("lin", "wrong", "1").await.status, 401);
        }
        assert_eq!(world.login("lin", "wrong", "1").await.status, 429);
    });
}

#[test]
fn tries_at_once_are_counted() {
    run(async |world: World| {
        world.account("lin", &[Role::Intake], &["north"]).await;
        let tries = (0..12).map(|_| world.login("lin", "wrong", "1"));
        let mut statuses = Vec::new();
        for reply in join(tries).await {
            statuses.push(reply.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
    });
}

/// All at once.
async fn join<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, place) in all.iter_mut().zip(&mut done) {
            if place.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *place = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[test]
fn a_code_serves_once() {
    run(async |world: World| {
        world.account("lin", &[Role::Intake], &["north"]).await;
        let code = world.code("lin");
        assert_eq!(world.login("lin", PASSWORD, &code).await.status, 201);
        let again = world.login("lin", PASSWORD, &code).await;
        assert_eq!(again.refused(), (401, "login-refused".to_owned()));
        world.turn(30);
        world.log_in("lin").await;
    });
}

#[test]
fn sessions_end() {
    run(async |world: World| {
        world.account("lin", &[Role::Intake], &["north"]).await;
        let lists = "/office/cases?state=submitted";
        let ended = (401, "session-ended".to_owned());
        let officer = world.log_in("lin").await;
        assert_eq!(world.get(&officer, lists).await.status, 200);
        world.ask("POST", "/office/logout", &[], b"").await.refused();
        world.post(&officer, "/office/logout", json!({})).await.is(204);
        assert_eq!(world.get(&officer, lists).await.refused(), (401, "no-session".to_owned()));

        // Idle.
        world.turn(60);
        let officer = world.log_in("lin").await;
        world.turn(29 * 60);
        assert_eq!(world.get(&officer, lists).await.status, 200);
        world.turn(29 * 60);
        assert_eq!(world.get(&officer, lists).await.status, 200);
        world.turn(31 * 60);
        assert_eq!(world.get(&officer, lists).await.refused(), ended);

        // Twelve hours, however busy.
        let officer = world.log_in("lin").await;
        for _ in 0..25 {
            world.turn(28 * 60);
            assert_eq!(world.get(&officer, lists).await.status, 200);
        }
        world.turn(20 * 60 + 1);
        assert_eq!(world.get(&officer, lists).await.refused(), ended);

        // A closed account has no sessions.
        let officer = world.log_in("lin").await;
        world.close_account("lin").await;
        assert_eq!(world.get(&officer, lists).await.refused(), (401, "no-session".to_owned()));
        world.lines().await;
    });
}

#[test]
fn tokens_differ_and_are_not_kept() {
    run(async |world: World| {
        world.account("lin", &[Role::Intake], &["north"]).await;
        let reply = world.login("lin", PASSWORD, &world.code("lin")).await.is(201);
        let token = reply["token"].as_str().unwrap().to_owned();
        assert_eq!(token.len(), 43);
        world.turn(30);
        let reply = world.login("lin", PASSWORD, &world.code("lin")).await.is(201);
        assert_ne!(reply["token"], token);
        // A session that somebody else has chosen means nothing.
        let chosen = format!("Bearer {}", "A".repeat(43));
        let headers = [("authorization", chosen.as_str())];
        let reply = world.ask("GET", "/office/cases?state=submitted", &headers, b"").await;
        assert_eq!(reply.refused(), (401, "no-session".to_owned()));
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    });
}

#[test]
fn bodies_that_mean_nothing_are_refused() {
    run(async |world: World| {
        let json = [("content-type", "application/json")];
        for (headers, body, status) in [
            (&[][..], &b"{}"[..], 415),
            (&json[..], b"{", 400),
            (&json[..], b"\xff", 400),
            (&json[..], b"{}", 422),
            (&json[..], br#"{"name":"lin","password":"x","totp":"1","role":"keys"}"#, 422),
            (&json[..], br#"{"name":"a b","password":"x","totp":"1"}"#, 422),
            (&json[..], &[b' '; 70_000], 413),
        ] {
            let reply = world.ask("POST", "/office/login", headers, body).await;
            assert_eq!(reply.refused().0, status);
        }
        assert_eq!(world.passwords.checked(), 0);
    });
}
