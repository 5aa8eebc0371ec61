//! Messages for the authority's own programs: written with what they tell of, signed, tried again.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jiff::SignedDuration;
use livepermit_issuer::domain::{Calendar, CancelGround, Reason};
use livepermit_issuer::jobs::{self, MOST_TRIES, Webhook, WebhookSecret};
use livepermit_issuer::store::{Database, Messages, Store as _};
use serde_json::Value;

use super::world::{World, new_permit, officer};
use crate::place::{Place, on_both};

on_both! {
    messages_tell_states_and_no_persons,
    what_is_not_taken_is_tried_again_and_dies,
    what_did_not_happen_is_not_told,
    two_processes_deliver_each_message_once,
}

const SECRETS: [&str; 2] =
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"];

/// A program of the authority, which answers as it is told.
#[derive(Clone, Default)]
struct Receiver {
    taken: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    fails: Arc<Mutex<bool>>,
}

impl Receiver {
    async fn start(&self) -> Webhook {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hooks", listener.local_addr().unwrap());
        let app = Router::new().route("/hooks", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let secrets = SECRETS.map(|text| WebhookSecret::read(text).unwrap());
        Webhook::new(&address, secrets.into()).unwrap()
    }

    fn taken(&self) -> Vec<(HeaderMap, String)> {
        self.taken.lock().unwrap().clone()
    }

    fn told(&self) -> Vec<String> {
        let body = |(_, body): &(_, String)| serde_json::from_str::<Value>(body).unwrap();
        self.taken().iter().map(|it| body(it)["type"].as_str().unwrap().to_owned()).collect()
    }
}

async fn take(State(to): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    to.taken.lock().unwrap().push((headers, body));
    if *to.fails.lock().unwrap() { StatusCode::BAD_GATEWAY } else { StatusCode::NO_CONTENT }
}

async fn world(place: &Place) -> World {
    let settings = place.settings().messages(Messages::Written);
    let database = Database::connect(settings).await.unwrap();
    database.migrate().await.unwrap();
    World::over(database, Calendar::new([], [], "2060-12-31".parse().unwrap()).unwrap())
}

async fn messages_tell_states_and_no_persons(place: Place) {
    let (world, receiver) = (world(&place).await, Receiver::default());
    let webhook = receiver.start().await;
    let permit = world.permit().await;
    let mut change = world.begin().await;
    let rule = |permit: &mut livepermit_issuer::domain::Permit, moment: &_| {
        permit.cancel(officer(), Reason::new(CancelGround::Untrue), moment)
    };
    world.service.change_permit(&mut change, permit, None, "officer-7", rule).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(world.service.store().count_messages().await.unwrap(), (4, 0));
    assert_eq!(jobs::deliver(&world.service, &webhook).await.unwrap(), 4);
    assert_eq!(jobs::deliver(&world.service, &webhook).await.unwrap(), 0);
    assert_eq!(world.service.store().count_messages().await.unwrap(), (0, 0));
    let mut told = receiver.told();
    told.sort();
    let all = ["case.approved", "case.submitted", "permit.cancelled", "permit.issued"];
    assert_eq!(told, all);
    for (headers, body) in receiver.taken() {
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
        let at: i64 = at.parse().unwrap();
        assert!((at - world.service.now().as_second()).abs() < 60);
        let signed = SECRETS.map(|text| WebhookSecret::read(text).unwrap().sign(&id, at, &body));
        assert_eq!(header("webhook-signature"), signed.join(" "));
        let body: Value = serde_json::from_str(&body).unwrap();
        assert!(body["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        for (name, value) in body["data"].as_object().unwrap() {
            assert!(["case", "permit", "state"].contains(&name.as_str()), "{body}");
            assert!(value.as_str().unwrap().is_ascii(), "{body}");
        }
    }
}

async fn what_is_not_taken_is_tried_again_and_dies(place: Place) {
    let (world, receiver) = (world(&place).await, Receiver::default());
    let webhook = receiver.start().await;
    *receiver.fails.lock().unwrap() = true;
    let mut change = world.begin().await;
    world.service.submit(&mut change, world.application(new_permit())).await.unwrap();
    change.commit().await.unwrap();
    for tried in 1..=MOST_TRIES {
        assert_eq!(jobs::deliver(&world.service, &webhook).await.unwrap(), 0);
        assert_eq!(receiver.taken().len(), tried);
        // Not at once.
        assert_eq!(jobs::deliver(&world.service, &webhook).await.unwrap(), 0);
        assert_eq!(receiver.taken().len(), tried);
        world.service.clock().turn(SignedDuration::from_hours(25));
    }
    let store = world.service.store();
    assert_eq!(store.count_messages().await.unwrap(), (0, 1));
    assert_eq!(jobs::deliver(&world.service, &webhook).await.unwrap(), 0);
    assert_eq!(receiver.taken().len(), MOST_TRIES, "a dead message is not tried");
    let dead = store.messages(9).await.unwrap();
    assert!(dead[0].dead && dead[0].kind == "case.submitted");

    // Somebody asks for it, and it is the same message.
    *receiver.fails.lock().unwrap() = false;
    let mut change = world.begin().await;
    let now = world.service.now();
    assert_eq!(change.revive_messages(Some("msg_none"), now).await.unwrap(), 0);
    assert_eq!(change.revive_messages(Some(&dead[0].id), now).await.unwrap(), 1);
    change.commit().await.unwrap();
    assert_eq!(jobs::deliver(&world.service, &webhook).await.unwrap(), 1);
    let ids = receiver.taken();
    assert!(ids.iter().all(|(headers, _)| headers["webhook-id"] == dead[0].id.as_str()));
    assert_eq!(store.count_messages().await.unwrap(), (0, 0));
}

async fn what_did_not_happen_is_not_told(place: Place) {
    let world = world(&place).await;
    let mut change = world.begin().await;
    world.service.submit(&mut change, world.application(new_permit())).await.unwrap();
    drop(change);
    assert_eq!(world.service.store().count_messages().await.unwrap(), (0, 0));
    // Nobody fetches messages: none is written.
    let silent = World::new(&place).await;
    silent.permit().await;
    assert_eq!(world.service.store().count_messages().await.unwrap(), (0, 0));
}

async fn two_processes_deliver_each_message_once(place: Place) {
    let (one, receiver) = (world(&place).await, Receiver::default());
    let webhook = receiver.start().await;
    for _ in 0..5 {
        one.permit().await;
    }
    let two = world(&place).await;
    for _ in 0..2 {
        let (first, second) = tokio::join!(
            jobs::deliver(&one.service, &webhook),
            jobs::deliver(&two.service, &webhook)
        );
        first.unwrap();
        second.unwrap();
    }
    let mut ids: Vec<_> =
        receiver.taken().iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    assert_eq!(ids.len(), 15);
    ids.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    ids.dedup();
    assert_eq!(ids.len(), 15);
}
